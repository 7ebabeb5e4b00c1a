/*
 * test_err.c -- the table of refusals is whole, and a reason is always text.
 */
#include "base/err.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_every_row_is_found_by_its_code(void **state)
{
	(void)state;
	for (int rc = KITH_OK + 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		const struct kith_err_row *row = kith_err_row((enum kith_rc)rc);
		assert_int_equal(kith_err_find(row->code), rc);
		assert_in_range(row->status, 400, 599);
		assert_true(strlen(row->sentence) > 10);
		assert_true(strspn(row->code, "abcdefghijklmnopqrstuvwxyz_") == strlen(row->code));
	}
	assert_int_equal(kith_err_find("no_such_code"), KITH_OK);
	assert_int_equal(kith_err_find(""), KITH_OK);
}

static void test_inner_codes_show_as_the_wire_sees_them(void **state)
{
	(void)state;
	assert_string_equal(kith_err_row(KITH_E_NO_MEMORY)->code, "unavailable");
	assert_string_equal(kith_err_row(KITH_E_IO)->code, "unavailable");
	assert_string_equal(kith_err_row(KITH_E_STALE)->code, "unavailable");
	assert_string_equal(kith_err_row(KITH_E_CORRUPT)->code, "internal");
	assert_string_equal(kith_err_row(KITH_E_LOCKED)->code, "internal");
	assert_string_equal(kith_err_row((enum kith_rc)9999)->code, "internal");
}

static void test_a_refusal_is_one_line(void **state)
{
	(void)state;
	struct kith_why why = { 0 };
	assert_int_equal(kith_refuse(&why, KITH_E_TOO_LARGE, "text", "at most %d bytes", 5),
	                 KITH_E_TOO_LARGE);
	assert_string_equal(why.detail, "at most 5 bytes");
	assert_string_equal(why.field, "text");
	assert_int_equal(kith_refuse(&why, KITH_E_CONFLICT, NULL, "no"), KITH_E_CONFLICT);
	assert_string_equal(why.field, "");
	assert_int_equal(kith_refuse(NULL, KITH_E_CONFLICT, "x", "no"), KITH_E_CONFLICT);
}

/* Long reasons are cut at KITH_WHY_MAX, long fields at KITH_WHY_FIELD_MAX, and
 * both stay UTF-8 wherever the cut falls. */
static void test_a_cut_reason_keeps_whole_characters(void **state)
{
	(void)state;
	static const char *const characters[] = { "x", "\xc3\xa9", "\xe2\x82\xac",
		                                  "\xf0\x9f\x98\x80" };
	for (size_t i = 0; i < KITH_COUNT(characters); i++) {
		for (int lead = 0; lead < 4; lead++) {
			struct kith_why why;
			char text[1024] = "";
			memset(text, '-', (size_t)lead);
			text[lead] = '\0';
			while (strlen(text) < 500) {
				strcat(text, characters[i]);
			}
			kith_refuse(&why, KITH_E_CONFLICT, text, "%s", text);
			assert_true(kith_utf8_is_valid(kith_str_of(why.detail)));
			assert_true(kith_utf8_is_valid(kith_str_of(why.field)));
			assert_in_range(strlen(why.detail), KITH_WHY_MAX - 4, KITH_WHY_MAX - 1);
			assert_in_range(strlen(why.field), KITH_WHY_FIELD_MAX - 4,
			                KITH_WHY_FIELD_MAX - 1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_found_by_its_code),
		cmocka_unit_test(test_inner_codes_show_as_the_wire_sees_them),
		cmocka_unit_test(test_a_refusal_is_one_line),
		cmocka_unit_test(test_a_cut_reason_keeps_whole_characters),
	};
	return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
