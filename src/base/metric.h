/*
 * metric.h -- how often, how many, how long: the figures that a server keeps.
 *
 * metric.def lists them. A thread that counts much joins and adds to cells of its
 * own, which nobody else writes: no lock, no shared cache line, one addition.
 * All other threads share one set of cells. Whoever asks sums them up. Like the
 * allocation counter of mem.h the cells belong to the process, so that a figure
 * costs no seam; they only ever count, and nothing may be decided by them. Knows
 * no clock: what was measured is handed in.
 */
#ifndef KITH_BASE_METRIC_H
#define KITH_BASE_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/macros.h"

enum {
	KITH_METRIC_THREADS_MAX = 128, /* with cells of their own; further ones share     */
	KITH_METRIC_CALLS_MAX = 128,   /* calls of the contract that labels have room for */
	KITH_METRIC_LIMITS_MAX = 16,   /* the same of limits                              */
};

enum kith_metric {
#define KITH_METRIC(id, type, scale, labels, name, help) KITH_METRIC_##id,
#include "base/metric.def"
#undef KITH_METRIC
	KITH_METRIC_COUNT,
};

enum kith_metric_type {
	KITH_METRIC_COUNTER,        /* only rises                                        */
	KITH_METRIC_GAUGE,          /* rises and falls; the sum of what all threads say  */
	KITH_METRIC_HISTOGRAM,      /* how often a value was at most so large            */
	KITH_METRIC_SAMPLE,         /* a gauge that is looked up when somebody asks      */
	KITH_METRIC_SAMPLE_COUNTER, /* the same for what only rises                      */
};

enum kith_metric_scale {
	KITH_METRIC_ONE,
	KITH_METRIC_MICRO, /* counted in millionths, shown in ones: microseconds become seconds */
};

/* What tells the cells of one figure apart; for a histogram, its buckets. */
enum kith_metric_labels {
	KITH_METRIC_NONE,
	KITH_METRIC_VERSION,
	KITH_METRIC_DOOR,      /* enum kith_metric_door */
	KITH_METRIC_CODE,      /* enum kith_rc as the wire sees it */
	KITH_METRIC_CALL,      /* kith_metric_call() */
	KITH_METRIC_LIMIT,     /* enum kith_limit_kind */
	KITH_METRIC_HANDSHAKE, /* enum kith_metric_handshake */
	KITH_METRIC_POOL,      /* enum kith_metric_pool */
	KITH_METRIC_TIMES,
	KITH_METRIC_SIZES,
};

enum kith_metric_door {
	KITH_METRIC_DOOR_HTTP,
	KITH_METRIC_DOOR_SOCKET,
	KITH_METRIC_DOOR_STREAM,
	KITH_METRIC_DOOR_COUNT,
};

enum kith_metric_pool {
	KITH_METRIC_POOL_READERS,
	KITH_METRIC_POOL_SLOW,
	KITH_METRIC_POOL_COUNT,
};

enum kith_metric_handshake {
	KITH_METRIC_HANDSHAKE_FULL,
	KITH_METRIC_HANDSHAKE_RESUMED,
	KITH_METRIC_HANDSHAKE_FAILED,
	KITH_METRIC_HANDSHAKE_COUNT,
};

enum kith_metric_result {
	KITH_METRIC_OK,
	KITH_METRIC_REFUSED, /* the caller's mistake: a status below 500 */
	KITH_METRIC_FAILED,  /* ours */
	KITH_METRIC_RESULT_COUNT,
};

/* A row of metric.def. */
struct kith_metric_row {
	const char *name;
	const char *help;
	enum kith_metric_type type;
	enum kith_metric_scale scale;
	enum kith_metric_labels labels;
	size_t at;    /* its first cell                                           */
	size_t width; /* how many it has; of a histogram: each bucket, then the sum */
};

/* The row; static. */
const struct kith_metric_row *kith_metric_row(enum kith_metric metric);

/* The upper bounds of a histogram's buckets, rising; one bucket more has no bound. */
const int64_t *kith_metric_bounds(const struct kith_metric_row *row, size_t *count);

/* --- counting; thread any --- */

/*
 * From now on this thread counts in cells of its own; without memory or a place
 * it stays with the shared ones, where counting costs more and is as right.
 */
void kith_metric_join(void);

/* The thread's end: its cells keep what they hold, and go to the next who joins. */
void kith_metric_leave(void);

/* Adds BY to the cell LABEL (0: the figure has no labels); falls for a gauge when BY is negative. */
void kith_metric_add(enum kith_metric metric, size_t label, int64_t by);

/* This thread's share of a gauge is VALUE. The threads that share cells share this one, too. */
void kith_metric_set(enum kith_metric metric, size_t label, int64_t value);

/* A histogram saw VALUE (below 0 counts as 0) so many TIMES. */
void kith_metric_observe(enum kith_metric metric, int64_t value, int64_t times);

/* The label of a call of the contract and what became of it. CALL < KITH_METRIC_CALLS_MAX. */
size_t kith_metric_call(size_t call, enum kith_metric_result result);

/* The label of a refusal, which need not be one of the wire's. */
size_t kith_metric_code(enum kith_rc rc);

/* --- asking --- */

enum kith_metric_width {
	KITH_METRIC_WIDTH_NONE = 1,
	KITH_METRIC_WIDTH_VERSION = 1,
	KITH_METRIC_WIDTH_DOOR = KITH_METRIC_DOOR_COUNT,
	KITH_METRIC_WIDTH_CODE = KITH_RC_WIRE_COUNT,
	KITH_METRIC_WIDTH_CALL = KITH_METRIC_CALLS_MAX * KITH_METRIC_RESULT_COUNT,
	KITH_METRIC_WIDTH_LIMIT = KITH_METRIC_LIMITS_MAX,
	KITH_METRIC_WIDTH_HANDSHAKE = KITH_METRIC_HANDSHAKE_COUNT,
	KITH_METRIC_WIDTH_POOL = KITH_METRIC_POOL_COUNT,
	KITH_METRIC_WIDTH_TIMES = 16 + 2,
	KITH_METRIC_WIDTH_SIZES = 12 + 2,
};

/* Where each row's cells begin and end. */
enum kith_metric_cell {
#define KITH_METRIC(id, type, scale, labels, name, help) \
	KITH_METRIC_AT_##id, \
		KITH_METRIC_END_##id = KITH_METRIC_AT_##id + KITH_METRIC_WIDTH_##labels - 1,
#include "base/metric.def"
#undef KITH_METRIC
	KITH_METRIC_CELLS,
};

/* A sample that could not be had; the figure is then left out. */
#define KITH_METRIC_ABSENT INT64_MIN

/* All cells, of all threads. Plain value. */
struct kith_metric_sums {
	int64_t cells[KITH_METRIC_CELLS];
};

/* What has been counted until now. Samples are 0. thread any */
void kith_metric_sum(struct kith_metric_sums *out);

int64_t kith_metric_get(const struct kith_metric_sums *sums, enum kith_metric metric, size_t label);
void kith_metric_put(struct kith_metric_sums *sums, enum kith_metric metric, size_t label,
                     int64_t value);

#endif
