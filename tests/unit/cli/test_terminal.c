/*
 * test_terminal.c -- nothing that a terminal obeys comes through: named cases,
 * then every code point, then every pair of bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "cli/terminal.h"

static const struct {
	const char *text, *line, *lines;
} cases[] = {
	{ "", "", "" },
	{ "Hello Bob", "Hello Bob", "Hello Bob" },
	{ "Grüße 你好 😀 עברית", "Grüße 你好 😀 עברית", "Grüße 你好 😀 עברית" },
	{ "a\nb\n", "a\\nb\\n", "a\n    b\n    " },
	{ "a\r\nb", "a\\x0d\\nb", "a\\x0d\n    b" },
	{ "\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m", "\\x1b[31mred\\x1b[0m" },
	{ "\033]0;title\a", "\\x1b]0;title\\x07", "\\x1b]0;title\\x07" },
	{ "_\bA\bA", "_\\x08A\\x08A", "_\\x08A\\x08A" },
	{ "a\tb", "a\\tb", "a\\tb" },
	{ "\x7f", "\\x7f", "\\x7f" },
	{ "\xc2\x9b"
	  "31m",
	  "\\u009b31m", "\\u009b31m" },
	{ "\xe2\x80\xae"
	  "gpj.exe",
	  "\\u202egpj.exe", "\\u202egpj.exe" },
	{ "\xe2\x81\xa6x\xe2\x81\xa9", "\\u2066x\\u2069", "\\u2066x\\u2069" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", "\\u2028\\u2029" },
	{ "\xff\xc3(", "\xef\xbf\xbd\xef\xbf\xbd(", "\xef\xbf\xbd\xef\xbf\xbd(" },
	{ "\xe2\x80", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};

static void expect(struct kith_str text, enum kith_terminal_form form, const char *shown)
{
	struct kith_buf out = { 0 };

	kith_terminal_add(&out, text, form);
	if (!kith_str_is(kith_buf_str(&out), shown)) {
		fail_msg("%s became %.*s", shown, KITH_STR_PRINT(kith_buf_str(&out)));
	}
	kith_buf_done(&out);
}

static void test_what_is_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		expect(kith_str_of(cases[i].text), KITH_TERMINAL_LINE, cases[i].line);
		expect(kith_str_of(cases[i].text), KITH_TERMINAL_LINES, cases[i].lines);
	}
	expect(KITH_STR("a\0b"), KITH_TERMINAL_LINE, "a\\x00b");
}

/* Is every byte of OUT one that a terminal only draws? */
static bool is_tame(struct kith_str out, bool may_break)
{
	if (!kith_utf8_is_valid(out)) {
		return false;
	}
	for (size_t i = 0; i < out.len; i++) {
		uint8_t byte = (uint8_t)out.at[i];

		if ((byte < 0x20 && !(byte == '\n' && may_break)) || byte == 0x7f) {
			return false;
		}
		if (byte == 0xc2 && (uint8_t)out.at[i + 1] < 0xa0) {
			return false;
		}
	}
	return true;
}

static void test_every_code_point_is_drawn_or_named(void **state)
{
	struct kith_buf out = { 0 };
	(void)state;

	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char bytes[4];
		size_t len;
		bool is_held = code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
		               (code >= 0x2028 && code <= 0x202e) ||
		               (code >= 0x2066 && code <= 0x2069);

		if (code >= 0xd800 && code <= 0xdfff) {
			continue;
		}
		len = kith_utf8_put(code, bytes);
		kith_buf_reset(&out);
		kith_terminal_add(&out, kith_str_make(bytes, len), KITH_TERMINAL_LINE);
		assert_true(is_tame(kith_buf_str(&out), false));
		assert_true(kith_str_equal(kith_buf_str(&out), kith_str_make(bytes, len)) ==
		            !is_held);
		assert_true(!is_held || out.at[0] == '\\');
	}
	kith_buf_done(&out);
}

static void test_bytes_that_are_no_text_are_tame_too(void **state)
{
	struct kith_buf out = { 0 };
	(void)state;

	for (unsigned pair = 0; pair < 65536; pair++) {
		char bytes[3] = { (char)(pair >> 8), (char)(pair & 0xff), 'x' };

		kith_buf_reset(&out);
		kith_terminal_add(&out, kith_str_make(bytes, 3), KITH_TERMINAL_LINES);
		assert_true(is_tame(kith_buf_str(&out), true));
		assert_int_equal(out.at[out.len - 1], 'x');
	}
	kith_buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_shown),
		cmocka_unit_test(test_every_code_point_is_drawn_or_named),
		cmocka_unit_test(test_bytes_that_are_no_text_are_tame_too),
	};
	return cmocka_run_group_tests_name("cli/terminal", tests, NULL, NULL);
}
