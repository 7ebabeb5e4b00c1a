/*
 * histogram.c -- buckets of growing width. The header tells the story.
 *
 * A value below 256 has its own bucket. Above, the top eight bits choose the
 * bucket, so its width is at most 1/128 of the value and its middle at most
 * 1/256 away from it.
 */
#include "bench/histogram.h"

#include "base/macros.h"

#include <stddef.h>

enum { FIRST_WIDE = 2 << KITH_HISTOGRAM_BITS };

_Static_assert(KITH_HISTOGRAM_BUCKETS == 3840, "the last bucket ends at 2^36");

static size_t bucket_of(uint64_t value)
{
	if (value < FIRST_WIDE) {
		return (size_t)value;
	}
	unsigned top = 63 - (unsigned)__builtin_clzll(value);
	unsigned shift = top - KITH_HISTOGRAM_BITS;

	return ((size_t)shift << KITH_HISTOGRAM_BITS) + (size_t)(value >> shift);
}

/* The middle of the bucket. */
static int64_t value_of(size_t bucket)
{
	if (bucket < FIRST_WIDE) {
		return (int64_t)bucket;
	}
	unsigned shift = (unsigned)(bucket >> KITH_HISTOGRAM_BITS) - 1;
	uint64_t low = (bucket - ((size_t)shift << KITH_HISTOGRAM_BITS)) << shift;

	return (int64_t)(low + (UINT64_C(1) << shift) / 2);
}

void kith_histogram_add(struct kith_histogram *histogram, int64_t value_us)
{
	uint64_t value = value_us < 0 ? 0 : (uint64_t)value_us;
	size_t bucket = bucket_of(value);

	if (bucket >= KITH_HISTOGRAM_BUCKETS) {
		bucket = KITH_HISTOGRAM_BUCKETS - 1;
	}
	histogram->counts[bucket]++;
	histogram->total++;
}

int64_t kith_histogram_quantile(const struct kith_histogram *histogram, unsigned permille)
{
	KITH_ASSERT(permille <= 1000);

	uint64_t rank = (histogram->total * permille + 999) / 1000;
	uint64_t seen = 0;

	for (size_t i = 0; i < KITH_HISTOGRAM_BUCKETS && rank > 0; i++) {
		seen += histogram->counts[i];
		if (seen >= rank) {
			return value_of(i);
		}
	}
	return 0;
}
