/*
 * histogram.h -- how long did it take, for most and for the slowest?
 *
 * Counts durations in buckets whose width grows with the value, so that any
 * quantile is right within 1 % from 1 us to hours in 30 KB. A plain value: no
 * memory of its own, no clock. The clients record, the report asks.
 */
#ifndef KITH_BENCH_HISTOGRAM_H
#define KITH_BENCH_HISTOGRAM_H

#include <stdint.h>

enum {
	KITH_HISTOGRAM_BITS = 7,      /* 128 buckets for each doubling                 */
	KITH_HISTOGRAM_TOP_BITS = 36, /* values of 2^36 us (19 hours) and more are cut */
	KITH_HISTOGRAM_BUCKETS = (KITH_HISTOGRAM_TOP_BITS - KITH_HISTOGRAM_BITS + 1)
	                         << KITH_HISTOGRAM_BITS,
};

/* Zeroed: empty. */
struct kith_histogram {
	uint64_t counts[KITH_HISTOGRAM_BUCKETS];
	uint64_t total;
};

/* Counts one duration in us; a negative one is 0. */
void kith_histogram_add(struct kith_histogram *histogram, int64_t value_us);

/* The duration in us that PERMILLE of 1000 do not exceed; 0 when it is empty. */
int64_t kith_histogram_quantile(const struct kith_histogram *histogram, unsigned permille);

#endif
