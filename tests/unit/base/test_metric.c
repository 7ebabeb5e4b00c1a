/*
 * test_metric.c -- what threads count adds up, and a bucket's edges belong to it.
 */
#include "base/mem.h"
#include "base/metric.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Cells are the process's, and tests share it: what is looked at is the difference. */
static struct kith_metric_sums before;

static int setup(void **state)
{
	(void)state;
	kith_metric_sum(&before);
	return 0;
}

static int64_t rise(enum kith_metric metric, size_t label)
{
	struct kith_metric_sums now;

	kith_metric_sum(&now);
	return kith_metric_get(&now, metric, label) - kith_metric_get(&before, metric, label);
}

/* --- rows --- */

static void test_every_row_has_cells_of_its_own_and_a_good_name(void **state)
{
	(void)state;
	size_t at = 0;

	for (int i = 0; i < KITH_METRIC_COUNT; i++) {
		const struct kith_metric_row *row = kith_metric_row((enum kith_metric)i);
		bool is_counter =
			row->type == KITH_METRIC_COUNTER || row->type == KITH_METRIC_SAMPLE_COUNTER;
		const char *total = strstr(row->name, "_total");

		assert_int_equal(row->at, at);
		assert_true(row->width >= 1);
		at += row->width;
		assert_true(is_counter == (total != NULL));
		assert_true(total == NULL || strcmp(total, "_total") == 0);
		assert_true(strlen(row->help) > 10 && row->help[strlen(row->help) - 1] == '.');
		for (int k = 0; k < i; k++) {
			const char *other = kith_metric_row((enum kith_metric)k)->name;
			assert_string_not_equal(row->name, other);
		}
	}
	assert_int_equal(at, KITH_METRIC_CELLS);
}

static void test_a_refusal_inside_the_program_counts_as_the_wire_sees_it(void **state)
{
	(void)state;
	assert_int_equal(kith_metric_code(KITH_E_NOT_FOUND), KITH_E_NOT_FOUND);
	assert_int_equal(kith_metric_code(KITH_E_NO_MEMORY), KITH_E_UNAVAILABLE);
	assert_int_equal(kith_metric_code(KITH_E_CORRUPT), KITH_E_INTERNAL);
}

/* --- threads --- */

enum { THREADS = 8, ROUNDS = 20000 };

static void *count(void *joins)
{
	if (joins != NULL) {
		kith_metric_join();
		kith_metric_join(); /* once is enough */
	}
	for (int i = 0; i < ROUNDS; i++) {
		kith_metric_add(KITH_METRIC_MESSAGES, 0, 1);
		kith_metric_add(KITH_METRIC_ERRORS, KITH_E_CONFLICT, 2);
		kith_metric_add(KITH_METRIC_SESSIONS, 0, i % 2 == 0 ? 1 : -1);
		kith_metric_observe(KITH_METRIC_COMMIT_PLANS, 2, 3);
	}
	kith_metric_set(KITH_METRIC_OUTPUT, 0, joins != NULL ? 5 : 0);
	kith_metric_leave();
	return NULL;
}

static void test_what_threads_count_adds_up(void **state)
{
	(void)state;
	static int token;
	pthread_t threads[THREADS];

	for (size_t i = 0; i < THREADS; i++) {
		void *joins = i % 2 == 0 ? &token : NULL;
		assert_int_equal(pthread_create(&threads[i], NULL, count, joins), 0);
	}
	for (int i = 0; i < 100; i++) { /* asking meanwhile disturbs nobody */
		struct kith_metric_sums sums;
		kith_metric_sum(&sums);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(rise(KITH_METRIC_MESSAGES, 0), THREADS * ROUNDS);
	assert_int_equal(rise(KITH_METRIC_ERRORS, KITH_E_CONFLICT), 2 * THREADS * ROUNDS);
	assert_int_equal(rise(KITH_METRIC_ERRORS, KITH_E_NOT_FOUND), 0);
	assert_int_equal(rise(KITH_METRIC_SESSIONS, 0), 0);
	assert_int_equal(rise(KITH_METRIC_COMMIT_PLANS, 1), 3 * THREADS * ROUNDS);
	assert_int_equal(rise(KITH_METRIC_COMMIT_PLANS, KITH_METRIC_WIDTH_SIZES - 1),
	                 2 * 3 * THREADS * ROUNDS);
}

/* The next who joins goes on with the cells of one who has left, without new memory. */
static void *join_again(void *made)
{
	uint64_t allocations = kith_mem_thread_count();

	kith_metric_join();
	*(uint64_t *)made = kith_mem_thread_count() - allocations;
	kith_metric_add(KITH_METRIC_MESSAGES, 0, 1);
	kith_metric_set(KITH_METRIC_OUTPUT, 0, 7);
	kith_metric_set(KITH_METRIC_OUTPUT, 0, 0);
	kith_metric_leave();
	return NULL;
}

static void test_cells_of_who_left_keep_their_counts_and_are_used_again(void **state)
{
	(void)state;
	uint64_t made[3];

	for (size_t i = 0; i < 3; i++) {
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, join_again, &made[i]), 0);
		pthread_join(thread, NULL);
	}
	assert_int_equal(made[1] + made[2], 0);
	assert_int_equal(rise(KITH_METRIC_MESSAGES, 0), 3);
}

enum { MANY = KITH_METRIC_THREADS_MAX + 4 };

static pthread_barrier_t all_there;

static void *join_and_wait(void *unused)
{
	(void)unused;
	kith_metric_join();
	pthread_barrier_wait(&all_there);
	kith_metric_add(KITH_METRIC_MESSAGES, 0, 1);
	pthread_barrier_wait(&all_there);
	kith_metric_leave();
	return NULL;
}

static void test_more_threads_than_places_share_cells(void **state)
{
	(void)state;
	pthread_t threads[MANY];

	assert_int_equal(pthread_barrier_init(&all_there, NULL, MANY), 0);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, join_and_wait, NULL), 0);
	}
	for (size_t i = 0; i < MANY; i++) {
		pthread_join(threads[i], NULL);
	}
	pthread_barrier_destroy(&all_there);
	assert_int_equal(rise(KITH_METRIC_MESSAGES, 0), MANY);
}

static void *join_without_memory(void *unused)
{
	(void)unused;
	kith_mem_fail_from(1);
	kith_metric_join();
	kith_mem_fail_never();
	kith_metric_add(KITH_METRIC_MESSAGES, 0, 1);
	kith_metric_leave();
	return NULL;
}

static void test_without_memory_a_thread_counts_all_the_same(void **state)
{
	(void)state;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, join_without_memory, NULL), 0);
	pthread_join(thread, NULL);
	assert_int_equal(rise(KITH_METRIC_MESSAGES, 0), 1);
}

/* --- buckets --- */

static void test_a_bound_belongs_to_its_bucket(void **state)
{
	(void)state;
	static const enum kith_metric histograms[] = { KITH_METRIC_SEND_TO_ACK,
		                                       KITH_METRIC_COMMIT_PLANS };

	for (size_t h = 0; h < KITH_COUNT(histograms); h++) {
		size_t count;
		const int64_t *bounds = kith_metric_bounds(kith_metric_row(histograms[h]), &count);
		for (size_t i = 0; i < count; i++) {
			assert_true(i == 0 || bounds[i] > bounds[i - 1]);
			kith_metric_sum(&before);
			kith_metric_observe(histograms[h], bounds[i], 1);
			assert_int_equal(rise(histograms[h], i), 1);
			kith_metric_observe(histograms[h], bounds[i] + 1, 1);
			assert_int_equal(rise(histograms[h], i), 1);
			assert_int_equal(rise(histograms[h], i + 1), 1);
			assert_int_equal(rise(histograms[h], count + 1), 2 * bounds[i] + 1);
		}
	}
}

static void test_a_clock_that_went_back_counts_as_no_time(void **state)
{
	(void)state;
	kith_metric_observe(KITH_METRIC_SEND_TO_ACK, -5000000, 2);
	assert_int_equal(rise(KITH_METRIC_SEND_TO_ACK, 0), 2);
	assert_int_equal(rise(KITH_METRIC_SEND_TO_ACK, KITH_METRIC_WIDTH_TIMES - 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_has_cells_of_its_own_and_a_good_name),
		cmocka_unit_test(test_a_refusal_inside_the_program_counts_as_the_wire_sees_it),
		/* The first to need cells of its own: later threads find some. */
		cmocka_unit_test_setup(test_without_memory_a_thread_counts_all_the_same, setup),
		cmocka_unit_test_setup(test_cells_of_who_left_keep_their_counts_and_are_used_again,
		                       setup),
		cmocka_unit_test_setup(test_what_threads_count_adds_up, setup),
		cmocka_unit_test_setup(test_more_threads_than_places_share_cells, setup),
		cmocka_unit_test_setup(test_a_bound_belongs_to_its_bucket, setup),
		cmocka_unit_test_setup(test_a_clock_that_went_back_counts_as_no_time, setup),
	};
	return cmocka_run_group_tests_name("base/metric", tests, NULL, NULL);
}
