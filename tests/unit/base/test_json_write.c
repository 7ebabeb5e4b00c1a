/*
 * test_json_write.c -- what is written is JSON, says what was meant, and never holds a
 * byte that could break out of a line.
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_commas_come_by_themselves(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	struct kith_json_writer w;
	kith_json_write_to(&w, &buf);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "s", KITH_STR("text"));
	kith_json_pair_integer(&w, "i", -7);
	kith_json_pair_bool(&w, "t", true);
	kith_json_pair_bool(&w, "f", false);
	kith_json_key(&w, "n");
	kith_json_null(&w);
	kith_json_key(&w, "a");
	kith_json_open_array(&w);
	kith_json_integer(&w, 1);
	kith_json_open_array(&w);
	kith_json_close_array(&w);
	kith_json_open_object(&w);
	kith_json_close_object(&w);
	kith_json_string(&w, KITH_STR(""));
	kith_json_bool(&w, true);
	kith_json_null(&w);
	kith_json_put_raw(&w, KITH_STR("{\"raw\":[1,2]}"));
	kith_json_close_array(&w);
	kith_json_key(&w, "o");
	kith_json_open_object(&w);
	kith_json_pair_integer(&w, "x", 1);
	kith_json_close_object(&w);
	kith_json_pair_integer(&w, "last", 2);
	kith_json_close_object(&w);
	assert_false(buf.failed);
	assert_int_equal(w.depth, 0);
	assert_true(kith_str_is(kith_buf_str(&buf),
	                        "{\"s\":\"text\",\"i\":-7,\"t\":true,\"f\":false,\"n\":null,"
	                        "\"a\":[1,[],{},\"\",true,null,{\"raw\":[1,2]}],\"o\":{\"x\":1},"
	                        "\"last\":2}"));
	kith_buf_done(&buf);
}

static const struct {
	const char *name;
	const char *text;
	const char *written;
} cases[] = {
	{ "plain text", "text", "\"text\"" },
	{ "quote and backslash", "\"\\", "\"\\\"\\\\\"" },
	{ "a slash stays", "/", "\"/\"" },
	{ "short escapes", "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
	{ "other controls", "\x01\x1b\x1f\x7f", "\"\\u0001\\u001b\\u001f\\u007f\"" },
	{ "line ends of old JavaScript", "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"" },
	{ "their neighbours stay", "\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac",
	  "\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac\"" },
	{ "long characters stay", "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
	{ "in the second eight bytes", "12345678\n", "\"12345678\\n\"" },
	{ "angle brackets stay", "</script>", "\"</script>\"" },
};

static void test_strings_are_escaped_where_they_must_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_buf buf = { 0 };
		struct kith_json_writer w;
		kith_json_write_to(&w, &buf);
		kith_json_string(&w, kith_str_of(cases[i].text));
		if (!kith_str_is(kith_buf_str(&buf), cases[i].written)) {
			fail_msg("%s: %.*s", cases[i].name, KITH_STR_PRINT(kith_buf_str(&buf)));
		}
		kith_buf_done(&buf);
	}
}

/* Writes TEXT, reads it back, and expects the same. */
static void check_round_trip(struct kith_str text)
{
	struct kith_buf buf = { 0 };
	struct kith_json_writer w;
	struct kith_arena mem;
	struct kith_json json;
	struct kith_str back;
	kith_arena_init(&mem, 256);
	kith_json_write_to(&w, &buf);
	kith_json_string(&w, text);
	struct kith_str written = kith_buf_str(&buf);
	for (size_t i = 0; i < written.len; i++) {
		assert_true((unsigned char)written.at[i] >= 0x20 && written.at[i] != 0x7f);
	}
	assert_int_equal(kith_json_read(written, &mem, &json, NULL), KITH_OK);
	assert_int_equal(kith_json_text(&json, json.root, &mem, &back), KITH_OK);
	if (!kith_str_equal(back, text)) {
		fail_msg("%.*s", KITH_STR_PRINT(written));
	}
	kith_arena_done(&mem);
	kith_buf_done(&buf);
}

static void test_every_ascii_pair_comes_back_at_every_offset(void **state)
{
	(void)state;
	for (int c = 0; c < 128; c++) {
		for (size_t at = 0; at < 20; at++) {
			char text[20];
			memset(text, 'x', sizeof(text));
			text[at] = (char)c;
			check_round_trip(kith_str_make(text, sizeof(text)));
			text[(at + 1) % sizeof(text)] = (char)c;
			check_round_trip(kith_str_make(text, at + 1));
		}
	}
}

static void test_every_character_comes_back(void **state)
{
	(void)state;
	/* All of the first plane that matter, then a sample of each later block. */
	for (uint32_t code = 0x80; code <= 0x10ffff; code += code < 0x3000 ? 1 : 61) {
		if (code < 0xd800 || code > 0xdfff) {
			char text[8] = "ab";
			size_t len = kith_utf8_put(code, text + 2);
			check_round_trip(kith_str_make(text, 2 + len));
		}
	}
}

static void test_without_memory_the_buffer_says_so(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 3; nth++) {
		struct kith_buf buf = { 0 };
		struct kith_json_writer w;
		kith_mem_fail_from(nth);
		kith_json_write_to(&w, &buf);
		kith_json_open_array(&w);
		for (int i = 0; i < 1000; i++) {
			kith_json_string(&w, KITH_STR("some\ntext"));
		}
		kith_json_close_array(&w);
		kith_mem_fail_never();
		assert_true(buf.failed);
		assert_int_equal(w.depth, 0);
		kith_buf_done(&buf);
	}
}

static void test_the_writer_goes_as_deep_as_the_reader(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	struct kith_json_writer w;
	struct kith_arena mem;
	struct kith_json json;
	kith_arena_init(&mem, 256);
	kith_json_write_to(&w, &buf);
	for (int i = 0; i < KITH_JSON_DEPTH_MAX; i++) {
		kith_json_open_array(&w);
	}
	for (int i = 0; i < KITH_JSON_DEPTH_MAX; i++) {
		kith_json_close_array(&w);
	}
	assert_int_equal(kith_json_read(kith_buf_str(&buf), &mem, &json, NULL), KITH_OK);
	assert_int_equal(json.node_count, KITH_JSON_DEPTH_MAX);
	kith_arena_done(&mem);
	kith_buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commas_come_by_themselves),
		cmocka_unit_test(test_strings_are_escaped_where_they_must_be),
		cmocka_unit_test(test_every_ascii_pair_comes_back_at_every_offset),
		cmocka_unit_test(test_every_character_comes_back),
		cmocka_unit_test(test_without_memory_the_buffer_says_so),
		cmocka_unit_test(test_the_writer_goes_as_deep_as_the_reader),
	};
	return cmocka_run_group_tests_name("base/json_write", tests, NULL, NULL);
}
