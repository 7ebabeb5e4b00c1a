/*
 * test_emoji.c -- what is one emoji, and everything that is none or more.
 */
#include "domain/emoji.h"

#include "domain/message.h"
#include "unit/domain/claim.h"

static const struct {
	const char *name;
	const char *text;
	bool is_valid;
} cases[] = {
	{ "R-050 a thumb", "\xf0\x9f\x91\x8d", true },
	{ "R-050 a thumb with a skin tone", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", true },
	{ "R-050 a heart with its selector", "\xe2\x9d\xa4\xef\xb8\x8f", true },
	{ "R-050 a heart that lacks it", "\xe2\x9d\xa4", true },
	{ "R-050 a flag", "\xf0\x9f\x87\xb1\xf0\x9f\x87\xbb", true },
	{ "R-050 a family joined of four",
	  "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7\xe2\x80\x8d"
	  "\xf0\x9f\x91\xa6",
	  true },
	{ "R-050 a key cap", "1\xef\xb8\x8f\xe2\x83\xa3", true },
	{ "R-050 nothing", "", false },
	{ "R-050 a letter", "a", false },
	{ "R-050 a digit alone", "1", false },
	{ "R-050 a word", "yes", false },
	{ "R-050 two of them", "\xf0\x9f\x91\x8d\xf0\x9f\x91\x8d", false },
	{ "R-050 one and a blank", "\xf0\x9f\x91\x8d ", false },
	{ "R-050 half a flag", "\xf0\x9f\x87\xb1", false },
	{ "R-050 a joiner at the end", "\xf0\x9f\x91\xa8\xe2\x80\x8d", false },
	{ "R-050 no UTF-8", "\xf0\x9f\x91", false },
	{ "R-050 a control", "\x01", false },
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		CLAIM(kith_emoji_is_valid(kith_str_of(cases[i].text)) == cases[i].is_valid,
		      cases[i].name);
	}
}

/* R-050 a text of any length is judged, and one above the limit is none. */
static void test_lengths(void **state)
{
	char text[2 * KITH_EMOJI_MAX];

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		memset(text, 0xf0, sizeof(text));
		assert_false(kith_emoji_is_valid(kith_str_make(text, len)));
		memset(text, 'x', sizeof(text));
		assert_false(kith_emoji_is_valid(kith_str_make(text, len)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
