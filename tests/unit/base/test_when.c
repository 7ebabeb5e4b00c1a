/*
 * test_when.c -- times as text both ways, over every day there is.
 */
#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *text;
	int64_t ms;
} cases[] = {
	{ "1970-01-01T00:00:00.000Z", 0 },
	{ "1970-01-01T00:00:00.001Z", 1 },
	{ "2000-02-29T12:34:56.789Z", INT64_C(951827696789) },
	{ "2026-11-22T10:15:30.123Z", INT64_C(1795342530123) },
	{ "2100-03-01T00:00:00.000Z", INT64_C(4107542400000) },
	{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
};

static const char *const refused[] = {
	"",
	"2026-11-22T10:15:30Z",
	"2026-11-22T10:15:30.12Z",
	"2026-11-22T10:15:30.1234Z",
	"2026-11-22T10:15:30.123z",
	"2026-11-22t10:15:30.123Z",
	"2026-11-22 10:15:30.123Z",
	"2026-11-22T10:15:30,123Z",
	"2026-11-22T10:15:30.123+",
	"2026-11-22T24:00:00.000Z",
	"2026-11-22T23:60:00.000Z",
	"2026-12-31T23:59:60.000Z",
	"2026-00-01T00:00:00.000Z",
	"2026-13-01T00:00:00.000Z",
	"2026-01-00T00:00:00.000Z",
	"2026-04-31T00:00:00.000Z",
	"2026-02-29T00:00:00.000Z",
	"2100-02-29T00:00:00.000Z",
	"1969-12-31T23:59:59.999Z",
	"+026-11-22T10:15:30.123Z",
	"2026-1 -22T10:15:30.123Z",
};

static void test_known_times_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		char text[KITH_WHEN_TEXT];
		int64_t back_us = -1;
		kith_when_format(cases[i].ms * 1000 + 999, text);
		assert_memory_equal(text, cases[i].text, KITH_WHEN_TEXT);
		assert_true(kith_when_parse(kith_str_of(cases[i].text), &back_us));
		assert_true(back_us == cases[i].ms * 1000);
	}
}

static void test_other_forms_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refused); i++) {
		int64_t out = 77;
		if (kith_when_parse(kith_str_of(refused[i]), &out) || out != 77) {
			fail_msg("accepted: %s", refused[i]);
		}
	}
}

static void test_every_day_follows_the_one_before(void **state)
{
	(void)state;
	char before[KITH_WHEN_TEXT] = "";
	for (int64_t day = 0; day < 2932897; day++) {
		char text[KITH_WHEN_TEXT];
		int64_t back_us = -1;
		kith_when_format(day * KITH_DAY_US, text);
		bool comes_back = kith_when_parse(kith_str_make(text, sizeof(text)), &back_us);
		if (!comes_back || back_us != day * KITH_DAY_US ||
		    memcmp(before, text, sizeof(text)) >= 0) {
			fail_msg("day %lld", (long long)day);
		}
		memcpy(before, text, sizeof(text));
	}
}

static void test_spans_have_a_unit_and_limits(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t us;
	} spans[] = {
		{ "1s", KITH_SECOND_US },
		{ "90s", 90 * KITH_SECOND_US },
		{ "15m", 15 * KITH_MINUTE_US },
		{ "1h", KITH_HOUR_US },
		{ "7d", 7 * KITH_DAY_US },
		{ "3650d", KITH_WHEN_SPAN_MAX_US },
		{ "87600h", KITH_WHEN_SPAN_MAX_US },
		{ "315360000s", KITH_WHEN_SPAN_MAX_US },
	};
	static const char *const none[] = {
		"",
		"s",
		"1",
		"0s",
		"-1s",
		"1.5h",
		"01s",
		"1 s",
		" 1s",
		"1s ",
		"1S",
		"1w",
		"1ms",
		"3651d",
		"87601h",
		"315360001s",
		"9223372036854775807d",
		"99999999999999999999s",
	};
	for (size_t i = 0; i < KITH_COUNT(spans); i++) {
		int64_t us = 0;
		assert_true(kith_when_parse_span(kith_str_of(spans[i].text), &us));
		assert_true(us == spans[i].us);
	}
	for (size_t i = 0; i < KITH_COUNT(none); i++) {
		int64_t us = 77;
		assert_false(kith_when_parse_span(kith_str_of(none[i]), &us));
		assert_true(us == 77);
	}
}

static void test_the_clocks_move_forward(void **state)
{
	(void)state;
	int64_t steady_us = kith_when_steady_us();
	/* 2020-01-01: whoever runs this lives later. */
	assert_true(kith_when_now_us() > INT64_C(1577836800) * KITH_SECOND_US);
	assert_true(kith_when_steady_us() >= steady_us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_times_go_both_ways),
		cmocka_unit_test(test_other_forms_are_refused),
		cmocka_unit_test(test_every_day_follows_the_one_before),
		cmocka_unit_test(test_spans_have_a_unit_and_limits),
		cmocka_unit_test(test_the_clocks_move_forward),
	};
	return cmocka_run_group_tests_name("base/when", tests, NULL, NULL);
}
