/*
 * test_input.c -- what is typed, key by key, is what stands in the line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/input.h"
#include "cli/width.h"

#define LEFT "\x1b[D"
#define RIGHT "\x1b[C"
#define PASTE(text) "\x1b[200~" text "\x1b[201~"

static const struct {
	const char *keys;
	const char *text;
	size_t at;
} cases[] = {
	{ "hello", "hello", 5 },
	{ "hello" LEFT LEFT "X", "helXlo", 4 },
	{ "hello" LEFT LEFT RIGHT "X", "hellXo", 5 },
	{ LEFT RIGHT "a" RIGHT, "a", 1 },
	{ "hello\x7f\x7f", "hel", 3 },
	{ "hello\x08", "hell", 4 },
	{ "\x7f", "", 0 },
	{ "hello\x1b[HX", "Xhello", 1 },
	{ "hello\x01X\x05Y", "XhelloY", 7 },
	{ "hello\x1b[1~X\x1b[4~Y", "XhelloY", 7 },
	{ "hello\x1bOHX\x1bOFY", "XhelloY", 7 },
	{ "hello" LEFT "\x1b[3~", "hell", 4 },
	{ "hello" LEFT "\x04", "hell", 4 },
	{ "one two\x17three", "one three", 9 },
	{ "one two  \x17", "one ", 4 },
	{ "one" LEFT "\x15", "e", 0 },
	{ "one" LEFT LEFT "\x0b", "o", 1 },
	{ "größe\x7f\x7f", "grö", 4 },
	{ "größe" LEFT LEFT LEFT "X", "grXöße", 3 },
	{ "日本" LEFT "語", "日語本", 6 },
	{ "e\u0301x" LEFT LEFT "y", "ye\u0301x", 1 }, /* a mark moves with its letter */
	{ "e\u0301\x7f", "", 0 },
	{ PASTE("one\rtwo\nthree\tfour"), "one\ntwo\nthree\tfour", 18 },
	{ PASTE("\x03\x01" LEFT "a"), "a", 1 }, /* no key can be pasted */
	{ "\x1b[A\x1b[B\x1b[5~\x1b[15;2~\x1bx", "", 0 },
	{ "a\x02\x06\x10\x1e"
	  "b",
	  "ab", 2 },
	{ "a\xff\xc3(b", "ab", 2 }, /* no UTF-8; what was cut off goes with its end */
	{ "a\xe6\x97" LEFT "b", "ba", 1 },
};

static enum kith_input_step feed(struct kith_input *input, const char *keys, size_t piece)
{
	struct kith_str rest = kith_str_of(keys);
	enum kith_input_step step = KITH_INPUT_MORE;

	while (rest.len > 0 && step == KITH_INPUT_MORE) {
		struct kith_str bytes = kith_str_make(rest.at, piece < rest.len ? piece : rest.len);
		size_t len = bytes.len;

		step = kith_input_feed(input, &bytes);
		rest = kith_str_skip(rest, len - bytes.len);
	}
	return step;
}

static void test_keys_do_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		for (size_t piece = 1; piece < 8; piece++) { /* a key may come in pieces */
			struct kith_input input = { 0 };

			assert_int_equal(feed(&input, cases[i].keys, piece), KITH_INPUT_MORE);
			if (!kith_str_is(kith_buf_str(&input.text), cases[i].text) ||
			    input.at != cases[i].at) {
				fail_msg("case %zu: \"%.*s\" at %zu", i,
				         KITH_STR_PRINT(kith_buf_str(&input.text)), input.at);
			}
			kith_input_done(&input);
		}
	}
}

static void test_a_line_ends_and_so_does_the_chat(void **state)
{
	struct kith_input input = { 0 };
	struct kith_str bytes = KITH_STR("one\rtwo");
	(void)state;

	assert_int_equal(kith_input_feed(&input, &bytes), KITH_INPUT_LINE);
	assert_true(kith_str_is(kith_buf_str(&input.text), "one"));
	assert_true(kith_str_is(bytes, "two"));
	kith_input_clear(&input);
	assert_int_equal(kith_input_feed(&input, &bytes), KITH_INPUT_MORE);
	assert_int_equal(feed(&input, "\x04", 1), KITH_INPUT_MORE); /* not in the middle */
	assert_int_equal(feed(&input, "\x03", 1), KITH_INPUT_END);
	kith_input_clear(&input);
	assert_int_equal(feed(&input, "\x04", 1), KITH_INPUT_END);
	assert_int_equal(feed(&input, "\x0c", 1), KITH_INPUT_REDRAW);
	kith_input_done(&input);
}

static void test_a_line_has_a_limit(void **state)
{
	struct kith_input input = { 0 };
	(void)state;

	for (int i = 0; i < KITH_INPUT_BYTES_MAX + 10; i++) {
		struct kith_str byte = KITH_STR("x");

		assert_int_equal(kith_input_feed(&input, &byte), KITH_INPUT_MORE);
	}
	assert_int_equal(input.text.len, KITH_INPUT_BYTES_MAX);
	assert_int_equal(feed(&input, "\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1mx\x7f", 1), KITH_INPUT_MORE);
	assert_true(input.text.len <= KITH_INPUT_BYTES_MAX);
	kith_input_done(&input);
}

static void expect_shown(const char *keys, size_t columns, const char *shown, size_t cursor)
{
	struct kith_input input = { 0 };
	struct kith_buf out = { 0 };
	size_t at;

	assert_int_equal(feed(&input, keys, 100), KITH_INPUT_MORE);
	kith_input_show(&input, columns, &out, &at);
	if (!kith_str_is(kith_buf_str(&out), shown) || at != cursor) {
		fail_msg("\"%.*s\" %zu", KITH_STR_PRINT(kith_buf_str(&out)), at);
	}
	kith_buf_done(&out);
	kith_input_done(&input);
}

static void test_what_is_around_the_cursor_is_shown(void **state)
{
	(void)state;
	expect_shown("", 10, "", 0);
	expect_shown("hello", 10, "hello", 5);
	expect_shown("hello", 5, "ello", 4);
	expect_shown("hello\x01", 3, "hel", 0);
	expect_shown("日本語", 10, "日本語", 6);
	expect_shown("日本語", 6, "本語", 4);
	expect_shown("日本語", 4, "語", 2); /* never half of one */
	expect_shown("x", 1, "", 0);
	expect_shown(PASTE("a\nb\tc"), 10, "a⏎b c", 5);
}

static int start(void **state)
{
	(void)state;
	kith_width_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_do_what_they_say),
		cmocka_unit_test(test_a_line_ends_and_so_does_the_chat),
		cmocka_unit_test(test_a_line_has_a_limit),
		cmocka_unit_test(test_what_is_around_the_cursor_is_shown),
	};
	return cmocka_run_group_tests_name("cli/input", tests, start, NULL);
}
