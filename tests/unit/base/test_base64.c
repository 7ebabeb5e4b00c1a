/*
 * test_base64.c -- the vectors of RFC 4648, what is refused, and a round trip over
 * every length.
 */
#include "base/base64.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* KITH_STR() is no constant; this is. */
#define BYTES(literal) \
	{ \
		.at = literal, .len = sizeof(literal) - 1 \
	}

static const struct {
	const char *name;
	enum kith_base64 form;
	struct kith_str bytes;
	const char *text;
} cases[] = {
	{ "RFC 4648 10: nothing", KITH_BASE64, BYTES(""), "" },
	{ "RFC 4648 10: f", KITH_BASE64, BYTES("f"), "Zg==" },
	{ "RFC 4648 10: fo", KITH_BASE64, BYTES("fo"), "Zm8=" },
	{ "RFC 4648 10: foo", KITH_BASE64, BYTES("foo"), "Zm9v" },
	{ "RFC 4648 10: foob", KITH_BASE64, BYTES("foob"), "Zm9vYg==" },
	{ "RFC 4648 10: fooba", KITH_BASE64, BYTES("fooba"), "Zm9vYmE=" },
	{ "RFC 4648 10: foobar", KITH_BASE64, BYTES("foobar"), "Zm9vYmFy" },
	{ "the URL form has no padding", KITH_BASE64_URL, BYTES("f"), "Zg" },
	{ "the last two letters of the standard", KITH_BASE64, BYTES("\xfb\xff\xbf"), "+/+/" },
	{ "and of the URL form", KITH_BASE64_URL, BYTES("\xfb\xff\xbf"), "-_-_" },
	{ "NUL bytes count", KITH_BASE64_URL, BYTES("\0\0"), "AAA" },
};

static const struct {
	const char *name;
	enum kith_base64 form;
	const char *text;
} refused[] = {
	{ "no padding", KITH_BASE64, "Zg" },
	{ "half the padding", KITH_BASE64, "Zg=" },
	{ "too much padding", KITH_BASE64, "Zg===" },
	{ "padding alone", KITH_BASE64, "====" },
	{ "three of padding", KITH_BASE64, "Z===" },
	{ "padding in the middle", KITH_BASE64, "Zg==Zg==" },
	{ "padding in the URL form", KITH_BASE64_URL, "Zg==" },
	{ "a single letter", KITH_BASE64_URL, "Z" },
	{ "five letters", KITH_BASE64_URL, "Zm9vY" },
	{ "stray bits in two letters", KITH_BASE64_URL, "Zh" },
	{ "stray bits in three letters", KITH_BASE64_URL, "Zm9" },
	{ "stray bits before padding", KITH_BASE64, "Zh==" },
	{ "white space", KITH_BASE64, "Zm9v\n" },
	{ "a blank inside", KITH_BASE64, "Zm v" },
	{ "the URL letters in the standard", KITH_BASE64, "-_-_" },
	{ "the standard letters in the URL form", KITH_BASE64_URL, "+/+/" },
	{ "a byte above 127", KITH_BASE64_URL, "Zm9\xc3" },
};

static void test_the_vectors_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_buf buf = { 0 };
		char back[16];
		kith_base64_add(&buf, cases[i].form, cases[i].bytes);
		assert_false(buf.failed);
		assert_true(kith_str_is(kith_buf_str(&buf), cases[i].text));
		ptrdiff_t len =
			kith_base64_decode(cases[i].form, kith_str_of(cases[i].text), back, 16);
		assert_int_equal(len, cases[i].bytes.len);
		assert_memory_equal(back, cases[i].bytes.at, cases[i].bytes.len);
		kith_buf_done(&buf);
	}
}

static void test_what_is_not_of_the_form_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refused); i++) {
		char out[16] = "untouched";
		if (kith_base64_decode(refused[i].form, kith_str_of(refused[i].text), out, 16) !=
		    -1) {
			fail_msg("accepted: %s", refused[i].name);
		}
		assert_string_equal(out, "untouched");
	}
}

static void test_every_length_comes_back_and_needs_its_room(void **state)
{
	(void)state;
	uint8_t bytes[300];
	uint8_t back[300];
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 37 + i / 7);
	}
	for (size_t len = 1; len < sizeof(bytes); len++) {
		for (int form = KITH_BASE64; form <= KITH_BASE64_URL; form++) {
			struct kith_buf buf = { 0 };
			kith_base64_add(&buf, (enum kith_base64)form, kith_str_make(bytes, len));
			struct kith_str text = kith_buf_str(&buf);
			assert_int_equal(
				kith_base64_decode((enum kith_base64)form, text, back, len), len);
			assert_memory_equal(back, bytes, len);
			assert_int_equal(
				kith_base64_decode((enum kith_base64)form, text, back, len - 1),
				-1);
			kith_buf_done(&buf);
		}
	}
}

static void test_without_memory_the_buffer_says_so(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	kith_mem_fail_from(1);
	kith_base64_add(&buf, KITH_BASE64, KITH_STR("abc"));
	kith_mem_fail_never();
	assert_true(buf.failed);
	assert_int_equal(buf.len, 0);
	kith_buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_vectors_go_both_ways),
		cmocka_unit_test(test_what_is_not_of_the_form_is_refused),
		cmocka_unit_test(test_every_length_comes_back_and_needs_its_room),
		cmocka_unit_test(test_without_memory_the_buffer_says_so),
	};
	return cmocka_run_group_tests_name("base/base64", tests, NULL, NULL);
}
