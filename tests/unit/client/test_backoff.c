/*
 * test_backoff.c -- waits grow, are spread over their whole range, and end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/macros.h"
#include "client/backoff.h"

static void test_bounds_double_up_to_the_maximum(void **state)
{
	static const int64_t bounds_ms[] = { 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
	struct kith_rand rand;
	(void)state;

	kith_rand_init_fixed(&rand, 3);
	for (size_t i = 0; i < KITH_COUNT(bounds_ms); i++) {
		int64_t least = INT64_MAX, most = 0;

		for (int draw = 0; draw < 2000; draw++) {
			struct kith_backoff backoff = { 500, 30000, (unsigned)i };
			int64_t wait_us = kith_backoff_next_us(&backoff, 0, &rand);

			least = wait_us < least ? wait_us : least;
			most = wait_us > most ? wait_us : most;
			assert_int_equal(backoff.tries, i + 1);
		}
		assert_true(least >= 0 && least < bounds_ms[i] * 1000 / 50);
		assert_true(most <= bounds_ms[i] * 1000 && most > bounds_ms[i] * 1000 * 49 / 50);
	}
}

static void test_what_was_told_comes_on_top_and_is_bounded(void **state)
{
	struct kith_rand rand;
	(void)state;

	kith_rand_init_fixed(&rand, 3);
	for (int i = 0; i < 1000; i++) {
		struct kith_backoff backoff = { 500, 30000, 0 };
		int64_t wait_us = kith_backoff_next_us(&backoff, 2000, &rand);

		assert_true(wait_us >= 2000000 && wait_us <= 2500000);
		wait_us = kith_backoff_next_us(&backoff, INT64_MAX, &rand);
		assert_true(wait_us <= (KITH_BACKOFF_TOLD_MAX_MS + 1000) * INT64_C(1000));
		assert_true(kith_backoff_next_us(&backoff, INT64_MIN, &rand) >= 0);
	}
}

static void test_it_never_overflows_and_starts_again(void **state)
{
	struct kith_backoff backoff = { 500, 30000, 0 };
	struct kith_rand rand;
	(void)state;

	kith_rand_init_fixed(&rand, 3);
	for (int i = 0; i < 10000; i++) {
		int64_t wait_us = kith_backoff_next_us(&backoff, 0, &rand);

		assert_true(wait_us >= 0 && wait_us <= 30000000);
	}
	kith_backoff_reset(&backoff);
	assert_true(kith_backoff_next_us(&backoff, 0, &rand) <= 500000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_double_up_to_the_maximum),
		cmocka_unit_test(test_what_was_told_comes_on_top_and_is_bounded),
		cmocka_unit_test(test_it_never_overflows_and_starts_again),
	};
	return cmocka_run_group_tests_name("client/backoff", tests, NULL, NULL);
}
