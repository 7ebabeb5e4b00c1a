/*
 * test_str.c -- slices: cutting, trimming, numbers and order.
 */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_equality_counts_every_byte(void **state)
{
	(void)state;
	assert_true(kith_str_equal(KITH_STR("a\0b"), KITH_STR("a\0b")));
	assert_false(kith_str_equal(KITH_STR("a\0b"), KITH_STR("a\0c")));
	assert_false(kith_str_equal(KITH_STR("a"), KITH_STR("ab")));
	assert_true(kith_str_equal((struct kith_str){ 0 }, KITH_STR("")));
	assert_true(kith_str_is(kith_str_of(NULL), ""));
	assert_true(kith_str_equal_nocase(KITH_STR("Content-Type"), KITH_STR("cONTENT-tYPE")));
	assert_false(kith_str_equal_nocase(KITH_STR("a"), KITH_STR("ab")));
	/* '@' and '`' differ by the same bit as letters do. */
	assert_false(kith_str_equal_nocase(KITH_STR("@"), KITH_STR("`")));
	assert_false(kith_str_equal_nocase(KITH_STR("\xc4"), KITH_STR("\xe4")));
}

static void test_starts_and_skip_stay_inside(void **state)
{
	(void)state;
	assert_true(kith_str_starts(KITH_STR("abc"), KITH_STR("ab")));
	assert_true(kith_str_starts(KITH_STR("abc"), KITH_STR("")));
	assert_false(kith_str_starts(KITH_STR("ab"), KITH_STR("abc")));
	assert_true(kith_str_is(kith_str_skip(KITH_STR("abc"), 1), "bc"));
	assert_int_equal(kith_str_skip(KITH_STR("abc"), 9).len, 0);
	assert_null(kith_str_skip((struct kith_str){ 0 }, 3).at);
}

static void test_cut_splits_at_the_first_byte_or_not_at_all(void **state)
{
	(void)state;
	struct kith_str head = KITH_STR("head");
	struct kith_str rest = KITH_STR("rest");
	assert_false(kith_str_cut(KITH_STR("abc"), '=', &head, &rest));
	assert_false(kith_str_cut((struct kith_str){ 0 }, '=', &head, &rest));
	assert_true(kith_str_is(head, "head") && kith_str_is(rest, "rest"));
	assert_true(kith_str_cut(KITH_STR("a=b=c"), '=', &head, &rest));
	assert_true(kith_str_is(head, "a") && kith_str_is(rest, "b=c"));
	assert_true(kith_str_cut(rest, '=', &head, &rest));
	assert_true(kith_str_is(head, "b") && kith_str_is(rest, "c"));
	assert_true(kith_str_cut(KITH_STR("="), '=', &head, &rest));
	assert_int_equal(head.len + rest.len, 0);
	assert_int_equal(kith_str_find(KITH_STR("abc"), 'c'), 2);
	assert_int_equal(kith_str_find(KITH_STR("abc"), 'd'), -1);
}

static void test_trim_takes_blanks_and_tabs_only(void **state)
{
	(void)state;
	assert_true(kith_str_is(kith_str_trim(KITH_STR(" \t a b\t ")), "a b"));
	assert_true(kith_str_is(kith_str_trim(KITH_STR(" \t ")), ""));
	assert_true(kith_str_is(kith_str_trim(KITH_STR("\na\r")), "\na\r"));
	assert_true(kith_str_is(kith_str_trim((struct kith_str){ 0 }), ""));
}

static const struct {
	const char *text;
	int64_t value;
} numbers[] = {
	{ "0", 0 },
	{ "7", 7 },
	{ "-7", -7 },
	{ "9223372036854775807", INT64_MAX },
	{ "-9223372036854775807", -INT64_MAX },
	{ "-9223372036854775808", INT64_MIN },
};

static const char *const no_numbers[] = {
	"",
	"-",
	"+1",
	" 1",
	"1 ",
	"01",
	"-01",
	"-0",
	"00",
	"1.0",
	"1e3",
	"0x1",
	"--1",
	"9223372036854775808",
	"-9223372036854775809",
	"18446744073709551616",
	"99999999999999999999",
	"12a",
	"a",
};

static void test_numbers_are_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(numbers); i++) {
		int64_t value = 12345;
		assert_true(kith_str_to_int(kith_str_of(numbers[i].text), &value));
		assert_true(value == numbers[i].value);
	}
	for (size_t i = 0; i < KITH_COUNT(no_numbers); i++) {
		int64_t value = 12345;
		assert_false(kith_str_to_int(kith_str_of(no_numbers[i]), &value));
		assert_true(value == 12345);
	}
}

static void test_order_is_of_bytes_and_a_prefix_comes_first(void **state)
{
	(void)state;
	static const char *const ordered[] = { "", "a", "aa", "ab", "b", "\x7f", "\x80", "\xff" };
	for (size_t i = 0; i < KITH_COUNT(ordered); i++) {
		for (size_t j = 0; j < KITH_COUNT(ordered); j++) {
			int expected = i == j ? 0 : i < j ? -1 : 1;
			struct kith_str a = kith_str_of(ordered[i]);
			assert_int_equal(kith_str_compare(a, kith_str_of(ordered[j])), expected);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equality_counts_every_byte),
		cmocka_unit_test(test_starts_and_skip_stay_inside),
		cmocka_unit_test(test_cut_splits_at_the_first_byte_or_not_at_all),
		cmocka_unit_test(test_trim_takes_blanks_and_tabs_only),
		cmocka_unit_test(test_numbers_are_read_strictly),
		cmocka_unit_test(test_order_is_of_bytes_and_a_prefix_comes_first),
	};
	return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
