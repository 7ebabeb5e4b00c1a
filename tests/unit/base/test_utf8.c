/*
 * test_utf8.c -- what is text, whole and in pieces cut anywhere.
 */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *name;
	const char *text;
	bool is_valid;
} cases[] = {
	{ "nothing", "", true },
	{ "ASCII", "plain", true },
	{ "the first of two bytes", "\xc2\x80", true },
	{ "the last of two bytes", "\xdf\xbf", true },
	{ "the first of three bytes", "\xe0\xa0\x80", true },
	{ "before the surrogates", "\xed\x9f\xbf", true },
	{ "after the surrogates", "\xee\x80\x80", true },
	{ "the last of three bytes", "\xef\xbf\xbf", true },
	{ "the first of four bytes", "\xf0\x90\x80\x80", true },
	{ "U+10FFFF", "\xf4\x8f\xbf\xbf", true },
	{ "eight of ASCII, then two bytes", "12345678\xc3\xa9", true },
	{ "mixed", "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", true },
	{ "a continuation alone", "\x80", false },
	{ "the last continuation alone", "\xbf", false },
	{ "overlong NUL", "\xc0\x80", false },
	{ "overlong DEL", "\xc1\xbf", false },
	{ "overlong in three", "\xe0\x9f\xbf", false },
	{ "overlong in four", "\xf0\x8f\xbf\xbf", false },
	{ "the first surrogate", "\xed\xa0\x80", false },
	{ "the last surrogate", "\xed\xbf\xbf", false },
	{ "above U+10FFFF", "\xf4\x90\x80\x80", false },
	{ "a lead of f5", "\xf5\x80\x80\x80", false },
	{ "a lead of ff", "\xff", false },
	{ "two bytes cut", "\xc3", false },
	{ "three bytes cut", "\xe2\x82", false },
	{ "four bytes cut", "\xf0\x9f\x98", false },
	{ "a letter in the place of a continuation",
	  "\xe2\x82"
	  "a",
	  false },
	{ "a lead in the place of a continuation", "\xe2\xc3\xa9", false },
	{ "bad after eight of ASCII", "12345678\xff", false },
};

static void test_valid_is_what_rfc_3629_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		if (kith_utf8_is_valid(kith_str_of(cases[i].text)) != cases[i].is_valid) {
			fail_msg("%s", cases[i].name);
		}
	}
	assert_true(kith_utf8_is_valid(KITH_STR("a\0b")));
	assert_true(kith_utf8_is_valid((struct kith_str){ 0 }));
}

/* The answer in pieces, TEXT cut at FIRST and SECOND. */
static bool is_valid_cut(struct kith_str text, size_t first, size_t second)
{
	struct kith_utf8 check = { 0 };
	bool is_good = kith_utf8_feed(&check, kith_str_make(text.at, first));
	is_good = kith_utf8_feed(&check, kith_str_make(text.at + first, second - first)) && is_good;
	is_good = kith_utf8_feed(&check, kith_str_skip(text, second)) && is_good;
	return is_good && kith_utf8_is_whole(&check);
}

static void test_pieces_cut_anywhere_give_the_same_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_str text = kith_str_of(cases[i].text);
		for (size_t first = 0; first <= text.len; first++) {
			for (size_t second = first; second <= text.len; second++) {
				assert_true(is_valid_cut(text, first, second) == cases[i].is_valid);
			}
		}
	}
}

static void test_bad_text_stays_bad_and_is_told_at_once(void **state)
{
	(void)state;
	struct kith_utf8 check = { 0 };
	assert_true(kith_utf8_feed(&check, KITH_STR("\xf4")));
	assert_false(kith_utf8_is_whole(&check));
	assert_false(kith_utf8_feed(&check, KITH_STR("\x90")));
	assert_false(kith_utf8_feed(&check, KITH_STR("\x80\x80")));
	assert_false(kith_utf8_feed(&check, KITH_STR("plain")));
	assert_false(kith_utf8_feed(&check, KITH_STR("")));
	assert_false(kith_utf8_is_whole(&check));
}

static void test_every_code_point_is_put_as_valid_text(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		if (code >= 0xd800 && code <= 0xdfff) {
			continue;
		}
		char out[4];
		size_t len = kith_utf8_put(code, out);
		size_t expected = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		if (len != expected || !kith_utf8_is_valid(kith_str_make(out, len)) ||
		    (len > 1 && kith_utf8_is_valid(kith_str_make(out, len - 1)))) {
			fail_msg("U+%04X", (unsigned)code);
		}
	}
	char out[4];
	assert_int_equal(kith_utf8_put(0x20ac, out), 3);
	assert_memory_equal(out, "\xe2\x82\xac", 3);
}

static void test_a_prefix_cuts_no_character(void **state)
{
	(void)state;
	struct kith_str text = KITH_STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
	static const size_t ends[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11 };
	for (size_t bytes = 0; bytes < KITH_COUNT(ends); bytes++) {
		struct kith_str prefix = kith_utf8_prefix(text, bytes);
		assert_ptr_equal(prefix.at, text.at);
		assert_int_equal(prefix.len, ends[bytes]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_is_what_rfc_3629_says),
		cmocka_unit_test(test_pieces_cut_anywhere_give_the_same_answer),
		cmocka_unit_test(test_bad_text_stays_bad_and_is_told_at_once),
		cmocka_unit_test(test_every_code_point_is_put_as_valid_text),
		cmocka_unit_test(test_a_prefix_cuts_no_character),
	};
	return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
