/*
 * test_drain.c -- what is due of an end, at which moment: stages by the clock, and
 * connections told evenly over the window, whatever comes and goes meanwhile.
 */
#include "server/drain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { WINDOW_MS = 10000 };

static const int64_t BEGIN_US = INT64_C(1000000000);

static int64_t at(int64_t ms)
{
	return BEGIN_US + ms * 1000;
}

static void test_r_104_it_accepts_until_nobody_comes_for_a_second(void **state)
{
	(void)state;
	struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
	assert_int_equal(kith_drain_advance(&drain, at(0)), KITH_DRAIN_OFF);
	kith_drain_begin(&drain, at(0), WINDOW_MS);
	assert_int_equal(kith_drain_advance(&drain, at(999)), KITH_DRAIN_ACCEPTING);
	kith_drain_note_accept(&drain, at(999));
	assert_int_equal(kith_drain_advance(&drain, at(1998)), KITH_DRAIN_ACCEPTING);
	assert_int_equal(kith_drain_take_due(&drain, at(1998), 10), 0);
	assert_int_equal(kith_drain_advance(&drain, at(1999)), KITH_DRAIN_TELLING);
}

static void test_r_104_it_accepts_no_longer_than_the_limit(void **state)
{
	(void)state;
	struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
	kith_drain_begin(&drain, at(0), WINDOW_MS);
	for (int64_t ms = 0; ms < KITH_DRAIN_ACCEPT_MAX_MS; ms += 20) {
		kith_drain_note_accept(&drain, at(ms));
		assert_int_equal(kith_drain_advance(&drain, at(ms)), KITH_DRAIN_ACCEPTING);
	}
	assert_int_equal(kith_drain_advance(&drain, at(KITH_DRAIN_ACCEPT_MAX_MS)),
	                 KITH_DRAIN_TELLING);
}

/* Tells, as a worker does, and looks that it is never ahead of the clock nor far behind. */
static void test_r_104_goodbyes_are_spread_over_the_window(void **state)
{
	(void)state;
	enum { ALL = 1000 };
	struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
	size_t told = 0;
	kith_drain_begin(&drain, at(0), WINDOW_MS);
	assert_int_equal(kith_drain_advance(&drain, at(1000)), KITH_DRAIN_TELLING);
	for (int64_t ms = 0; ms <= WINDOW_MS; ms += 20) {
		told += kith_drain_take_due(&drain, at(1000 + ms), ALL - told);
		assert_int_equal(told, ALL * ms / WINDOW_MS);
	}
	assert_int_equal(kith_drain_take_due(&drain, at(1000 + WINDOW_MS + 1), 0), 0);
}

static void test_those_who_go_by_themselves_are_not_waited_for(void **state)
{
	(void)state;
	struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
	kith_drain_begin(&drain, at(0), WINDOW_MS);
	(void)kith_drain_advance(&drain, at(1000));
	assert_int_equal(kith_drain_take_due(&drain, at(1000 + WINDOW_MS / 2), 100), 50);
	/* 40 of the other 50 have gone. */
	assert_int_equal(kith_drain_take_due(&drain, at(1000 + WINDOW_MS / 2), 10), 0);
	assert_int_equal(kith_drain_take_due(&drain, at(1000 + WINDOW_MS), 10), 10);
}

static void test_r_104_whoever_stays_is_cut_off(void **state)
{
	(void)state;
	struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
	kith_drain_begin(&drain, at(0), WINDOW_MS);
	(void)kith_drain_advance(&drain, at(1000));
	int64_t cut_ms = 1000 + WINDOW_MS + KITH_DRAIN_CUT_MS;
	assert_int_equal(kith_drain_advance(&drain, at(cut_ms - 1)), KITH_DRAIN_TELLING);
	assert_int_equal(kith_drain_advance(&drain, at(cut_ms)), KITH_DRAIN_CUT);
	kith_drain_hurry(&drain, at(cut_ms));
	assert_int_equal(drain.stage, KITH_DRAIN_CUT);
}

static void test_r_104_a_hurry_cuts_every_stage_short(void **state)
{
	(void)state;
	for (int stage = KITH_DRAIN_OFF; stage <= KITH_DRAIN_TELLING; stage++) {
		struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
		if (stage > KITH_DRAIN_OFF) {
			kith_drain_begin(&drain, at(0), WINDOW_MS);
		}
		if (stage > KITH_DRAIN_ACCEPTING) {
			(void)kith_drain_advance(&drain, at(1000));
		}
		assert_int_equal(drain.stage, stage);
		kith_drain_hurry(&drain, at(1500));
		assert_int_equal(kith_drain_advance(&drain, at(1500)), KITH_DRAIN_TELLING);
		assert_int_equal(kith_drain_take_due(&drain, at(1500), 7), 7);
		assert_int_equal(kith_drain_advance(&drain, at(1500 + KITH_DRAIN_CUT_MS)),
		                 KITH_DRAIN_CUT);
	}
}

static void test_a_second_beginning_changes_nothing(void **state)
{
	(void)state;
	struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
	kith_drain_begin(&drain, at(0), WINDOW_MS);
	kith_drain_begin(&drain, at(900), 1);
	assert_int_equal(kith_drain_advance(&drain, at(1000)), KITH_DRAIN_TELLING);
	assert_int_equal(drain.window_us, WINDOW_MS * 1000);
}

static void test_r_104_times_to_come_back_are_spread(void **state)
{
	static const struct {
		int64_t window_ms;
		int64_t most_ms;
	} cases[] = { { 0, KITH_DRAIN_RETRY_LEAST_MS + KITH_DRAIN_RETRY_SPREAD_MS },
		      { 30000, KITH_DRAIN_RETRY_LEAST_MS + 30000 } };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kith_drain drain = { .stage = KITH_DRAIN_OFF };
		struct kith_rand rand;
		size_t late = 0;
		kith_rand_init_fixed(&rand, 5);
		kith_drain_begin(&drain, at(0), cases[i].window_ms);
		for (int n = 0; n < 1000; n++) {
			int64_t ms = kith_drain_retry_ms(&drain, &rand);
			assert_in_range(ms, KITH_DRAIN_RETRY_LEAST_MS, cases[i].most_ms - 1);
			late += ms > cases[i].most_ms / 2 ? 1 : 0;
		}
		assert_in_range(late, 350, 650);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_104_it_accepts_until_nobody_comes_for_a_second),
		cmocka_unit_test(test_r_104_it_accepts_no_longer_than_the_limit),
		cmocka_unit_test(test_r_104_goodbyes_are_spread_over_the_window),
		cmocka_unit_test(test_those_who_go_by_themselves_are_not_waited_for),
		cmocka_unit_test(test_r_104_whoever_stays_is_cut_off),
		cmocka_unit_test(test_r_104_a_hurry_cuts_every_stage_short),
		cmocka_unit_test(test_a_second_beginning_changes_nothing),
		cmocka_unit_test(test_r_104_times_to_come_back_are_spread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
