/*
 * test_histogram.c -- quantiles against a sorted list of the same values.
 */
#include "base/macros.h"
#include "base/rand.h"
#include "bench/histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct kith_histogram histogram;

static int empty_it(void **state)
{
	(void)state;
	memset(&histogram, 0, sizeof(histogram));
	return 0;
}

static void assert_within_a_percent(int64_t got, int64_t wanted)
{
	int64_t off = got > wanted ? got - wanted : wanted - got;

	assert_true(off * 100 <= wanted);
}

static void test_an_empty_one_answers_zero(void **state)
{
	(void)state;
	assert_int_equal(kith_histogram_quantile(&histogram, 0), 0);
	assert_int_equal(kith_histogram_quantile(&histogram, 990), 0);
}

static void test_one_value_is_found_within_a_percent_at_every_size(void **state)
{
	(void)state;
	for (int64_t value = 1; value < INT64_C(1) << KITH_HISTOGRAM_TOP_BITS;
	     value += 1 + value / 37) {
		empty_it(NULL);
		kith_histogram_add(&histogram, value);
		assert_within_a_percent(kith_histogram_quantile(&histogram, 1), value);
		assert_within_a_percent(kith_histogram_quantile(&histogram, 1000), value);
	}
}

static void test_a_value_beyond_either_end_is_cut(void **state)
{
	(void)state;
	kith_histogram_add(&histogram, -5);
	assert_int_equal(kith_histogram_quantile(&histogram, 1000), 0);
	kith_histogram_add(&histogram, INT64_MAX);
	assert_within_a_percent(kith_histogram_quantile(&histogram, 1000),
	                        INT64_C(1) << KITH_HISTOGRAM_TOP_BITS);
	assert_int_equal(histogram.total, 2);
}

static int compare(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void test_quantiles_equal_those_of_the_sorted_values(void **state)
{
	static int64_t values[20000];
	struct kith_rand rand;

	(void)state;
	kith_rand_init_fixed(&rand, 7);
	for (size_t i = 0; i < KITH_COUNT(values); i++) {
		values[i] = 1 + (int64_t)kith_rand_below(&rand, UINT64_C(1) << (1 + i % 30));
		kith_histogram_add(&histogram, values[i]);
	}
	qsort(values, KITH_COUNT(values), sizeof(values[0]), compare);
	for (unsigned permille = 1; permille <= 1000; permille++) {
		size_t rank = (KITH_COUNT(values) * permille + 999) / 1000;

		assert_within_a_percent(kith_histogram_quantile(&histogram, permille),
		                        values[rank - 1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_an_empty_one_answers_zero, empty_it),
		cmocka_unit_test_setup(test_one_value_is_found_within_a_percent_at_every_size,
		                       empty_it),
		cmocka_unit_test_setup(test_a_value_beyond_either_end_is_cut, empty_it),
		cmocka_unit_test_setup(test_quantiles_equal_those_of_the_sorted_values, empty_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
