/*
 * metric.c -- the rows, the cells of each thread, and their sum.
 *
 * Cells are atomic so that another thread may read them, but the one who owns
 * them only loads and stores: that is the plain addition. The shared cells are
 * added to in one step. Cells of a thread that has left are never freed: its
 * counts still count.
 */
#include "base/metric.h"

#include <stdatomic.h>

#include "base/mem.h"

enum { CACHE_LINE = 64 };

struct cells {
	char before[CACHE_LINE]; /* keeps the neighbours on the heap off these lines */
	atomic_int_fast64_t at[KITH_METRIC_CELLS];
	char behind[CACHE_LINE];
	atomic_bool is_taken;
};

static struct cells *_Atomic places[KITH_METRIC_THREADS_MAX];
static struct cells shared;
static _Thread_local struct cells *mine; /* NULL: the shared ones */

/* --- rows --- */

static const struct kith_metric_row rows[KITH_METRIC_COUNT] = {
#define KITH_METRIC(id, kind, unit, set, text, sentence) \
	[KITH_METRIC_##id] = { .name = (text), \
		               .help = (sentence), \
		               .type = KITH_METRIC_##kind, \
		               .scale = KITH_METRIC_##unit, \
		               .labels = KITH_METRIC_##set, \
		               .at = KITH_METRIC_AT_##id, \
		               .width = KITH_METRIC_WIDTH_##set },
#include "base/metric.def"
#undef KITH_METRIC
};

/* Microseconds: 0.1 ms to 10 s. */
static const int64_t times[] = {
	100,   250,    500,    1000,   2500,    5000,    10000,   25000,
	50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000
};
static const int64_t sizes[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048 };

_Static_assert((int)KITH_METRIC_WIDTH_TIMES == (int)KITH_COUNT(times) + 2, "no bound, and the sum");
_Static_assert((int)KITH_METRIC_WIDTH_SIZES == (int)KITH_COUNT(sizes) + 2, "no bound, and the sum");

const struct kith_metric_row *kith_metric_row(enum kith_metric metric)
{
	KITH_ASSERT(metric < KITH_METRIC_COUNT);
	return &rows[metric];
}

const int64_t *kith_metric_bounds(const struct kith_metric_row *row, size_t *count)
{
	KITH_ASSERT(row->type == KITH_METRIC_HISTOGRAM);
	*count = row->width - 2;
	return row->labels == KITH_METRIC_TIMES ? times : sizes;
}

/* --- threads --- */

/* Takes the cells at PLACE, which may have to be made. */
static struct cells *take(struct cells *_Atomic *place)
{
	struct cells *there = atomic_load(place);

	if (there == NULL) {
		struct cells *new = kith_alloc_zero(1, sizeof(*new));
		if (new == NULL) {
			return NULL;
		}
		atomic_store(&new->is_taken, true);
		if (atomic_compare_exchange_strong(place, &there, new)) {
			return new;
		}
		kith_free(new);
	}
	return atomic_exchange(&there->is_taken, true) ? NULL : there;
}

void kith_metric_join(void)
{
	for (size_t i = 0; i < KITH_METRIC_THREADS_MAX && mine == NULL; i++) {
		mine = take(&places[i]);
	}
}

void kith_metric_leave(void)
{
	if (mine != NULL) {
		atomic_store(&mine->is_taken, false);
		mine = NULL;
	}
}

/* --- counting --- */

static void add(size_t cell, int64_t by)
{
	if (mine == NULL) {
		atomic_fetch_add_explicit(&shared.at[cell], by, memory_order_relaxed);
		return;
	}
	int64_t now = atomic_load_explicit(&mine->at[cell], memory_order_relaxed);
	atomic_store_explicit(&mine->at[cell], now + by, memory_order_relaxed);
}

static size_t cell_of(enum kith_metric metric, size_t label)
{
	KITH_ASSERT(metric < KITH_METRIC_COUNT && label < rows[metric].width);
	return rows[metric].at + label;
}

void kith_metric_add(enum kith_metric metric, size_t label, int64_t by)
{
	add(cell_of(metric, label), by);
}

void kith_metric_set(enum kith_metric metric, size_t label, int64_t value)
{
	struct cells *cells = mine == NULL ? &shared : mine;

	atomic_store_explicit(&cells->at[cell_of(metric, label)], value, memory_order_relaxed);
}

void kith_metric_observe(enum kith_metric metric, int64_t value, int64_t times_seen)
{
	const struct kith_metric_row *row = kith_metric_row(metric);
	size_t count;
	const int64_t *bounds = kith_metric_bounds(row, &count);
	size_t bucket = 0;

	value = value < 0 ? 0 : value;
	while (bucket < count && value > bounds[bucket]) {
		bucket++;
	}
	add(row->at + bucket, times_seen);
	add(row->at + row->width - 1, value * times_seen);
}

size_t kith_metric_call(size_t call, enum kith_metric_result result)
{
	return call * KITH_METRIC_RESULT_COUNT + result;
}

size_t kith_metric_code(enum kith_rc rc)
{
	return rc < KITH_RC_WIRE_COUNT ? rc : kith_err_find(kith_err_row(rc)->code);
}

/* --- asking --- */

static void add_cells(struct kith_metric_sums *sums, struct cells *cells)
{
	for (size_t i = 0; i < KITH_METRIC_CELLS; i++) {
		sums->cells[i] += atomic_load_explicit(&cells->at[i], memory_order_relaxed);
	}
}

void kith_metric_sum(struct kith_metric_sums *out)
{
	*out = (struct kith_metric_sums){ .cells = { 0 } };
	add_cells(out, &shared);
	for (size_t i = 0; i < KITH_METRIC_THREADS_MAX; i++) {
		struct cells *cells = atomic_load(&places[i]);
		if (cells != NULL) {
			add_cells(out, cells);
		}
	}
}

int64_t kith_metric_get(const struct kith_metric_sums *sums, enum kith_metric metric, size_t label)
{
	return sums->cells[cell_of(metric, label)];
}

void kith_metric_put(struct kith_metric_sums *sums, enum kith_metric metric, size_t label,
                     int64_t value)
{
	sums->cells[cell_of(metric, label)] = value;
}
