/*
 * limit.h -- may this happen once more now, and if not, how long until it may?
 *
 * A limit says how often something may happen: so many at once, and so many in a
 * time after that. A bucket is one number that remembers how much of it somebody
 * has used. Both are values; this file decides and counts, and reads no clock.
 * Whose bucket it is, and where it lies, is service/limits.h's.
 */
#ifndef KITH_DOMAIN_LIMIT_H
#define KITH_DOMAIN_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

/*
 * One place comes back every INTERVAL_NS; ALLOWANCE_NS is what it takes to get
 * all of them back. Zeroed: no limit. Nanoseconds, so that 30 in a second are
 * 30 and not a little more.
 */
struct kith_limit {
	int64_t interval_ns;
	int64_t allowance_ns;
};

/* When the bucket will be full again, in nanoseconds since 1970 UTC; zeroed or past: it is. */
struct kith_bucket {
	int64_t full_ns;
};

/* The clocks of two threads may lie this far apart; a bucket that is further ahead than
 * it can be was filled before the clock was set back, and counts as full. */
#define KITH_LIMIT_SKEW_NS INT64_C(10000000000)

/* BURST at once (1 at least), and COUNT in each SPAN_US after that; COUNT 0: no limit. */
struct kith_limit kith_limit_make(int64_t count, int64_t span_us, int64_t burst);

static inline bool kith_limit_is_none(const struct kith_limit *limit)
{
	return limit->interval_ns == 0;
}

/*
 * Takes one place. returns 0 when there was one; else how many microseconds until
 * there is, and the bucket is as it was. LIMIT is not none, here and below.
 */
KITH_MUST_USE int64_t kith_limit_take(const struct kith_limit *limit, struct kith_bucket *bucket,
                                      int64_t now_us);

/* The same answer, and nothing is taken. */
int64_t kith_limit_wait_us(const struct kith_limit *limit, const struct kith_bucket *bucket,
                           int64_t now_us);

/* Takes a place whether there is one or not; an empty bucket stays empty for one interval. */
void kith_limit_spend(const struct kith_limit *limit, struct kith_bucket *bucket, int64_t now_us);

/* Gives a place back that was taken. */
void kith_limit_give_back(const struct kith_limit *limit, struct kith_bucket *bucket);

/* true when the bucket says nothing that an absent one would not. */
static inline bool kith_bucket_is_full(const struct kith_bucket *bucket, int64_t now_us)
{
	return bucket->full_ns <= now_us * 1000;
}

#endif
