/*
 * limit.c -- the generic cell rate algorithm: one time says how full a bucket is.
 *
 * Each place that is taken moves the time at which the bucket will be full by one
 * interval; a place is there while that time is not further ahead than all places
 * together. Exact, without a counter that somebody would have to refill.
 */
#include "domain/limit.h"

struct kith_limit kith_limit_make(int64_t count, int64_t span_us, int64_t burst)
{
	struct kith_limit limit = { 0 };

	KITH_ASSERT(count >= 0 && span_us > 0);
	if (count > 0) {
		KITH_ASSERT(burst > 0);
		/* Rounded up: a limit may be a hair stricter than it says, never looser. */
		limit.interval_ns = (span_us * 1000 + count - 1) / count;
		KITH_ASSERT(burst <= INT64_MAX / 4 / limit.interval_ns);
		limit.allowance_ns = burst * limit.interval_ns;
	}
	return limit;
}

/* When the bucket is full, but not before now. */
static int64_t full_ns(const struct kith_limit *limit, const struct kith_bucket *bucket,
                       int64_t now_ns)
{
	bool is_impossible = bucket->full_ns - now_ns > limit->allowance_ns + KITH_LIMIT_SKEW_NS;

	return bucket->full_ns < now_ns || is_impossible ? now_ns : bucket->full_ns;
}

int64_t kith_limit_wait_us(const struct kith_limit *limit, const struct kith_bucket *bucket,
                           int64_t now_us)
{
	int64_t now_ns = now_us * 1000;
	int64_t next_ns = full_ns(limit, bucket, now_ns) + limit->interval_ns;
	int64_t wait_ns = next_ns - now_ns - limit->allowance_ns;

	return wait_ns <= 0 ? 0 : (wait_ns + 999) / 1000;
}

int64_t kith_limit_take(const struct kith_limit *limit, struct kith_bucket *bucket, int64_t now_us)
{
	int64_t wait_us = kith_limit_wait_us(limit, bucket, now_us);

	if (wait_us == 0) {
		bucket->full_ns = full_ns(limit, bucket, now_us * 1000) + limit->interval_ns;
	}
	return wait_us;
}

void kith_limit_spend(const struct kith_limit *limit, struct kith_bucket *bucket, int64_t now_us)
{
	int64_t now_ns = now_us * 1000;
	int64_t next_ns = full_ns(limit, bucket, now_ns) + limit->interval_ns;
	int64_t most_ns = now_ns + limit->allowance_ns;

	bucket->full_ns = next_ns < most_ns ? next_ns : most_ns;
}

void kith_limit_give_back(const struct kith_limit *limit, struct kith_bucket *bucket)
{
	bucket->full_ns -= limit->interval_ns;
}
