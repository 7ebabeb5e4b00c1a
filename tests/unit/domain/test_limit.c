/*
 * test_limit.c -- a limit lets through what it says and not one more, and the wait
 * that it names is long enough and not too long.
 */
#include "domain/limit.h"

#include "base/rand.h"
#include "unit/domain/claim.h"

#define SECOND_US INT64_C(1000000)
#define NOW_US INT64_C(1800000000000000)

static const struct {
	const char *name;
	int64_t count, span_us, burst;
	int64_t wait_us; /* when nothing is left */
} limits[] = {
	{ "one a second", 1, SECOND_US, 1, SECOND_US },
	{ "a hundred a second, four hundred at once", 100, SECOND_US, 400, 10000 },
	{ "thirty a second, which do not divide it", 30, SECOND_US, 150, 33334 },
	{ "five thousand a second", 5000, SECOND_US, 20000, 200 },
	{ "a million a second", 1000000, SECOND_US, 1000000, 1 },
	{ "three million in two seconds", 3000000, 2 * SECOND_US, 2, 1 },
	{ "ten in ten minutes", 10, 600 * SECOND_US, 10, 60 * SECOND_US },
	{ "one a day", 1, 86400 * SECOND_US, 366, 86400 * SECOND_US },
	{ "seven an hour, one at once", 7, 3600 * SECOND_US, 1, 514285715 },
};

static void test_a_burst_passes_and_the_next_one_is_told_how_long_to_wait(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(limits); i++) {
		struct kith_limit limit =
			kith_limit_make(limits[i].count, limits[i].span_us, limits[i].burst);
		struct kith_bucket bucket = { 0 };
		for (int64_t taken = 0; taken < limits[i].burst; taken++) {
			CLAIM(kith_limit_take(&limit, &bucket, NOW_US) == 0, limits[i].name);
		}
		struct kith_bucket before = bucket;
		int64_t wait_us = kith_limit_take(&limit, &bucket, NOW_US);
		CLAIM(wait_us == limits[i].wait_us, limits[i].name);
		CLAIM(bucket.full_ns == before.full_ns, limits[i].name);
		CLAIM(kith_limit_wait_us(&limit, &bucket, NOW_US) == wait_us, limits[i].name);
		CLAIM(kith_limit_wait_us(&limit, &bucket, NOW_US + wait_us - 1) == 1,
		      limits[i].name);
		CLAIM(kith_limit_take(&limit, &bucket, NOW_US + wait_us) == 0, limits[i].name);
	}
}

static void test_after_a_while_all_places_are_there_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(limits); i++) {
		struct kith_limit limit =
			kith_limit_make(limits[i].count, limits[i].span_us, limits[i].burst);
		struct kith_bucket bucket = { 0 };
		int64_t now_us = NOW_US;
		for (int round = 0; round < 3; round++) {
			CLAIM(kith_bucket_is_full(&bucket, now_us), limits[i].name);
			for (int64_t taken = 0; taken < limits[i].burst; taken++) {
				CLAIM(kith_limit_take(&limit, &bucket, now_us) == 0,
				      limits[i].name);
			}
			CLAIM(!kith_bucket_is_full(&bucket, now_us), limits[i].name);
			CLAIM(kith_limit_take(&limit, &bucket, now_us) > 0, limits[i].name);
			now_us += limit.allowance_ns / 1000 + 1;
		}
	}
}

static void test_no_limit_is_zero(void **state)
{
	(void)state;
	struct kith_limit none = kith_limit_make(0, SECOND_US, 0);
	struct kith_limit one = kith_limit_make(1, SECOND_US, 1);

	assert_true(kith_limit_is_none(&none));
	assert_false(kith_limit_is_none(&one));
}

static void test_what_is_given_back_may_be_taken_again(void **state)
{
	(void)state;
	struct kith_limit limit = kith_limit_make(10, 600 * SECOND_US, 10);
	struct kith_bucket bucket = { 0 };

	for (int i = 0; i < 100; i++) {
		assert_int_equal(kith_limit_take(&limit, &bucket, NOW_US), 0);
		kith_limit_give_back(&limit, &bucket);
	}
	assert_true(kith_bucket_is_full(&bucket, NOW_US));
	for (int i = 0; i < 10; i++) {
		assert_int_equal(kith_limit_take(&limit, &bucket, NOW_US), 0);
	}
	assert_true(kith_limit_take(&limit, &bucket, NOW_US) > 0);
	kith_limit_give_back(&limit, &bucket);
	assert_int_equal(kith_limit_take(&limit, &bucket, NOW_US), 0);
	assert_true(kith_limit_take(&limit, &bucket, NOW_US) > 0);
}

static void test_what_is_spent_beyond_the_limit_makes_no_debts(void **state)
{
	(void)state;
	struct kith_limit limit = kith_limit_make(10, 600 * SECOND_US, 10);
	struct kith_bucket bucket = { 0 };

	for (int i = 0; i < 9; i++) {
		kith_limit_spend(&limit, &bucket, NOW_US);
	}
	assert_int_equal(kith_limit_wait_us(&limit, &bucket, NOW_US), 0);
	for (int i = 0; i < 1000; i++) {
		kith_limit_spend(&limit, &bucket, NOW_US);
	}
	assert_int_equal(kith_limit_wait_us(&limit, &bucket, NOW_US), 60 * SECOND_US);
	assert_int_equal(kith_limit_take(&limit, &bucket, NOW_US + 60 * SECOND_US), 0);
}

static void test_a_clock_that_is_set_back_locks_nobody_out(void **state)
{
	(void)state;
	struct kith_limit limit = kith_limit_make(30, SECOND_US, 150);
	struct kith_bucket bucket = { 0 };

	for (int i = 0; i < 150; i++) {
		assert_int_equal(kith_limit_take(&limit, &bucket, NOW_US), 0);
	}
	/* A little: another thread's clock. A place is not given twice for that. */
	assert_true(kith_limit_wait_us(&limit, &bucket, NOW_US - 5 * SECOND_US) > 0);
	assert_true(kith_limit_wait_us(&limit, &bucket, NOW_US - 5 * SECOND_US) <= 10 * SECOND_US);
	/* By an hour: nobody can have used so much. */
	assert_int_equal(kith_limit_take(&limit, &bucket, NOW_US - 3600 * SECOND_US), 0);
	assert_int_equal(bucket.full_ns, (NOW_US - 3600 * SECOND_US) * 1000 + limit.interval_ns);
}

/*
 * R-081 never more than the burst and the rate times the time in any window, however
 * the asking is spread. Every window that begins and ends with one that passed.
 */
static void test_no_window_holds_more_than_burst_and_rate(void **state)
{
	(void)state;
	enum { PASSED_MAX = 600 };
	static int64_t passed[PASSED_MAX];

	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct kith_rand rand;
		kith_rand_init_fixed(&rand, seed);
		int64_t count = 1 + (int64_t)kith_rand_below(&rand, 50);
		int64_t burst = 1 + (int64_t)kith_rand_below(&rand, 80);
		struct kith_limit limit = kith_limit_make(count, SECOND_US, burst);
		struct kith_bucket bucket = { 0 };
		int64_t now_us = NOW_US;
		int passed_count = 0;
		while (passed_count < PASSED_MAX) {
			/* Mostly at once, sometimes a little later, now and then after a rest. */
			uint64_t kind = kith_rand_below(&rand, 100);
			now_us += kind < 60   ? 0
			          : kind < 99 ? (int64_t)kith_rand_below(&rand, 40000)
			                      : (int64_t)kith_rand_below(&rand, 4000000);
			if (kith_limit_take(&limit, &bucket, now_us) == 0) {
				passed[passed_count++] = now_us;
			}
		}
		for (int from = 0; from < PASSED_MAX; from++) {
			for (int to = from; to < PASSED_MAX; to++) {
				int64_t most =
					burst + (passed[to] - passed[from]) * count / SECOND_US;
				if (to - from + 1 > most) {
					fail_msg("seed %d: %d in %d us", (int)seed, to - from + 1,
					         (int)(passed[to] - passed[from]));
				}
			}
		}
	}
}

/* Who waits as long as they are told is never refused, and gets the whole rate. */
static void test_whoever_obeys_gets_the_whole_rate(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(limits); i++) {
		struct kith_limit limit =
			kith_limit_make(limits[i].count, limits[i].span_us, limits[i].burst);
		struct kith_bucket bucket = { 0 };
		int64_t now_us = NOW_US;
		for (int64_t taken = 0; taken < limits[i].burst + 100; taken++) {
			now_us += kith_limit_wait_us(&limit, &bucket, now_us);
			CLAIM(kith_limit_take(&limit, &bucket, now_us) == 0, limits[i].name);
		}
		/* Waits are whole microseconds, which is all that may be lost. */
		int64_t least_us = 100 * limit.interval_ns / 1000;
		CLAIM(now_us - NOW_US >= least_us && now_us - NOW_US <= least_us + 101,
		      limits[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_burst_passes_and_the_next_one_is_told_how_long_to_wait),
		cmocka_unit_test(test_after_a_while_all_places_are_there_again),
		cmocka_unit_test(test_no_limit_is_zero),
		cmocka_unit_test(test_what_is_given_back_may_be_taken_again),
		cmocka_unit_test(test_what_is_spent_beyond_the_limit_makes_no_debts),
		cmocka_unit_test(test_a_clock_that_is_set_back_locks_nobody_out),
		cmocka_unit_test(test_no_window_holds_more_than_burst_and_rate),
		cmocka_unit_test(test_whoever_obeys_gets_the_whole_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
