/*
 * test_json_read.c -- JSON is read strictly: what is accepted and as what, what is
 * refused, every cut, every limit, and every allocation that fails.
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A slice of a literal, as an initializer; the literal may hold NUL bytes. */
#define TEXT(literal) \
	{ \
		.at = literal, .len = sizeof(literal) - 1 \
	}

static const struct {
	const char *name;
	struct kith_str text;
	enum kith_json_kind kind;
	uint32_t nodes;
} accepted[] = {
	{ "null", TEXT("null"), KITH_JSON_NULL, 1 },
	{ "true", TEXT("true"), KITH_JSON_TRUE, 1 },
	{ "false", TEXT("false"), KITH_JSON_FALSE, 1 },
	{ "zero", TEXT("0"), KITH_JSON_INTEGER, 1 },
	{ "a negative number", TEXT("-12"), KITH_JSON_INTEGER, 1 },
	{ "a decimal", TEXT("0.50"), KITH_JSON_DECIMAL, 1 },
	{ "a negative decimal below one", TEXT("-0.01"), KITH_JSON_DECIMAL, 1 },
	{ "an empty string", TEXT("\"\""), KITH_JSON_STRING, 1 },
	{ "a string", TEXT("\"text\""), KITH_JSON_STRING, 1 },
	{ "an empty array", TEXT("[]"), KITH_JSON_ARRAY, 1 },
	{ "an empty object", TEXT("{}"), KITH_JSON_OBJECT, 1 },
	{ "blanks inside empty containers", TEXT("[{ },[\t]]"), KITH_JSON_ARRAY, 3 },
	{ "white space of all four kinds", TEXT(" \t\r\n[ 1 , 2 ] \n"), KITH_JSON_ARRAY, 3 },
	{ "an array of everything", TEXT("[null,true,false,1,1.5,\"s\",[],{}]"), KITH_JSON_ARRAY,
	  9 },
	{ "an object", TEXT("{\"a\":1,\"b\":[2,{\"c\":3}]}"), KITH_JSON_OBJECT, 9 },
	{ "the same key in two objects", TEXT("[{\"a\":1},{\"a\":{\"a\":2}}]"), KITH_JSON_ARRAY,
	  9 },
	{ "an empty key", TEXT("{\"\":1}"), KITH_JSON_OBJECT, 3 },
	{ "keys that differ in case", TEXT("{\"a\":1,\"A\":2}"), KITH_JSON_OBJECT, 5 },
	{ "a key that begins another", TEXT("{\"ab\":1,\"a\":2}"), KITH_JSON_OBJECT, 5 },
	{ "every short escape", TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), KITH_JSON_STRING, 1 },
	{ "an escaped NUL", TEXT("\"\\u0000\""), KITH_JSON_STRING, 1 },
	{ "hex in both cases", TEXT("\"\\u00e9\\u00E9\""), KITH_JSON_STRING, 1 },
	{ "a surrogate pair", TEXT("\"\\ud83d\\ude00\""), KITH_JSON_STRING, 1 },
	{ "the last code point", TEXT("\"\\udbff\\udfff\""), KITH_JSON_STRING, 1 },
	{ "a delete", TEXT("\"\x7f\""), KITH_JSON_STRING, 1 },
	{ "text in four lengths", TEXT("\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""),
	  KITH_JSON_STRING, 1 },
	{ "a byte order mark inside a string", TEXT("\"\xef\xbb\xbf\""), KITH_JSON_STRING, 1 },
	{ "the largest integer", TEXT("9007199254740991"), KITH_JSON_INTEGER, 1 },
	{ "the smallest integer", TEXT("-9007199254740991"), KITH_JSON_INTEGER, 1 },
	{ "a decimal longer than any integer", TEXT("123456789012345678901.5"), KITH_JSON_DECIMAL,
	  1 },
	{ "a depth of 32", TEXT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
	  KITH_JSON_ARRAY, 32 },
	{ "a call as it comes",
	  TEXT("{\"type\":\"call\",\"id\":7,\"call\":\"messages.send\",\"args\":{\"text\":\"hi "
	       "\\u00e9\","
	       "\"id\":\"0193d0b2-7c1a-7abc-8def-0123456789ab\",\"silent\":false,\"tags\":[1,2]}}"),
	  KITH_JSON_OBJECT, 19 },
};

static const struct {
	const char *name;
	struct kith_str text;
} refused[] = {
	{ "nothing", TEXT("") },
	{ "white space alone", TEXT(" \n") },
	{ "a byte order mark", TEXT("\xef\xbb\xbf{}") },
	{ "a NUL alone", TEXT("\0") },
	{ "a NUL behind", TEXT("{}\0") },
	{ "a NUL between", TEXT("[1,\0]") },
	{ "a value behind", TEXT("{}{}") },
	{ "a word behind", TEXT("{} x") },
	{ "a comma behind", TEXT("[],") },
	{ "a form feed as white space", TEXT("\f1") },
	{ "a vertical tab as white space", TEXT("[1,\v2]") },
	{ "a no-break space as white space", TEXT("[1,\xc2\xa0"
	                                          "2]") },
	{ "a comment", TEXT("/**/1") },
	{ "a comment line", TEXT("[1] // one") },
	{ "half a word", TEXT("tru") },
	{ "a word in capitals", TEXT("True") },
	{ "a word with more", TEXT("nullx") },
	{ "two words", TEXT("truefalse") },
	{ "undefined", TEXT("undefined") },
	{ "NaN", TEXT("NaN") },
	{ "Infinity", TEXT("Infinity") },
	{ "minus Infinity", TEXT("-Infinity") },
	{ "a plus", TEXT("+1") },
	{ "a minus alone", TEXT("-") },
	{ "two minuses", TEXT("--1") },
	{ "a negative zero", TEXT("-0") },
	{ "a negative zero with a point", TEXT("-0.00") },
	{ "a leading zero", TEXT("01") },
	{ "two zeros", TEXT("00") },
	{ "a leading zero behind a minus", TEXT("-01") },
	{ "a leading zero before a point", TEXT("00.5") },
	{ "a point alone", TEXT(".") },
	{ "a point first", TEXT(".5") },
	{ "a point last", TEXT("5.") },
	{ "two points", TEXT("1.2.3") },
	{ "an exponent", TEXT("1e3") },
	{ "an exponent in capitals", TEXT("1E3") },
	{ "a negative exponent", TEXT("1e-3") },
	{ "an exponent behind a decimal", TEXT("1.5e3") },
	{ "a hexadecimal number", TEXT("0x10") },
	{ "digits with an underscore", TEXT("1_000") },
	{ "an integer of 2^53", TEXT("9007199254740992") },
	{ "a negative integer of 2^53", TEXT("-9007199254740992") },
	{ "an integer of 17 digits", TEXT("10000000000000000") },
	{ "an integer that wraps around 64 bits", TEXT("18446744073709551617") },
	{ "an unclosed array", TEXT("[") },
	{ "an unclosed array with a value", TEXT("[1") },
	{ "a comma first in an array", TEXT("[,1]") },
	{ "a comma last in an array", TEXT("[1,]") },
	{ "two commas", TEXT("[1,,2]") },
	{ "no comma", TEXT("[1 2]") },
	{ "a colon in an array", TEXT("[1:2]") },
	{ "the wrong bracket behind an array", TEXT("[1}") },
	{ "a closing bracket alone", TEXT("]") },
	{ "an unclosed object", TEXT("{") },
	{ "a key alone", TEXT("{\"a\"}") },
	{ "a key and a colon", TEXT("{\"a\":}") },
	{ "no colon", TEXT("{\"a\" 1}") },
	{ "two colons", TEXT("{\"a\"::1}") },
	{ "an equals sign", TEXT("{\"a\"=1}") },
	{ "a comma first in an object", TEXT("{,\"a\":1}") },
	{ "a comma last in an object", TEXT("{\"a\":1,}") },
	{ "no comma between pairs", TEXT("{\"a\":1 \"b\":2}") },
	{ "the wrong bracket behind an object", TEXT("{\"a\":1]") },
	{ "a key without quotes", TEXT("{a:1}") },
	{ "a key in single quotes", TEXT("{'a':1}") },
	{ "a number as a key", TEXT("{1:1}") },
	{ "null as a key", TEXT("{null:1}") },
	{ "a key twice", TEXT("{\"a\":1,\"a\":1}") },
	{ "a key twice, not side by side", TEXT("{\"a\":1,\"b\":2,\"a\":3}") },
	{ "a key twice, once escaped", TEXT("{\"a\":1,\"\\u0061\":2}") },
	{ "a key twice, escaped in two ways", TEXT("{\"\\n\":1,\"\\u000A\":2}") },
	{ "a key twice, once as a pair", TEXT("{\"\xf0\x9f\x98\x80\":1,\"\\uD83D\\uDE00\":2}") },
	{ "an empty key twice", TEXT("{\"\":1,\"\":2}") },
	{ "a key twice deep inside", TEXT("[1,{\"x\":[{\"a\":1,\"a\":2}]}]") },
	{ "a string in single quotes", TEXT("'a'") },
	{ "an unclosed string", TEXT("\"abc") },
	{ "a quote alone", TEXT("\"") },
	{ "a string that ends in a backslash", TEXT("\"abc\\\"") },
	{ "a backslash at the end", TEXT("\"\\") },
	{ "a newline in a string", TEXT("\"a\nb\"") },
	{ "a tab in a string", TEXT("\"a\tb\"") },
	{ "a NUL in a string", TEXT("\"a\0b\"") },
	{ "a unit separator in a string", TEXT("\"\x1f\"") },
	{ "an escape of its own", TEXT("\"\\x41\"") },
	{ "an escaped single quote", TEXT("\"\\'\"") },
	{ "an escaped newline", TEXT("\"\\\n\"") },
	{ "an escaped NUL byte", TEXT("\"\\\0\"") },
	{ "an escape above ASCII", TEXT("\"\\\xff\"") },
	{ "an escape in capitals", TEXT("\"\\U0041\"") },
	{ "an octal escape", TEXT("\"\\101\"") },
	{ "no hex digits", TEXT("\"\\u\"") },
	{ "three hex digits", TEXT("\"\\u004\"") },
	{ "a letter among the hex digits", TEXT("\"\\u00g1\"") },
	{ "braces around hex digits", TEXT("\"\\u{41}\"") },
	{ "a high surrogate alone", TEXT("\"\\ud83d\"") },
	{ "a high surrogate, then a letter", TEXT("\"\\ud83dabcdef\"") },
	{ "a high surrogate, then another escape", TEXT("\"\\ud83d\\n12345\"") },
	{ "a high surrogate, then no surrogate", TEXT("\"\\ud83d\\u0041\"") },
	{ "two high surrogates", TEXT("\"\\ud83d\\ud83d\"") },
	{ "a low surrogate alone", TEXT("\"\\ude00\"") },
	{ "a pair the wrong way round", TEXT("\"\\ude00\\ud83d\"") },
	{ "half a pair cut by the end", TEXT("\"\\ud83d\\ude0") },
	{ "a surrogate as bytes", TEXT("\"\xed\xa0\x80\"") },
	{ "a continuation byte alone", TEXT("\"\x80\"") },
	{ "an overlong form", TEXT("\"\xc0\xaf\"") },
	{ "above U+10FFFF", TEXT("\"\xf4\x90\x80\x80\"") },
	{ "a character cut by the quote", TEXT("\"\xe2\x82\"") },
	{ "bad bytes behind eight good ones", TEXT("\"12345678\xff\"") },
	{ "bad bytes in a key", TEXT("{\"\xff\":1}") },
	{ "Latin-1", TEXT("\"caf\xe9\"") },
	{ "UTF-16", TEXT("[\0]\0") },
	{ "a depth of 33",
	  TEXT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]") },
};

static void test_good_json_is_accepted_as_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(accepted); i++) {
		struct kith_arena mem;
		struct kith_json json;
		struct kith_why why;
		kith_arena_init(&mem, 64);
		if (kith_json_read(accepted[i].text, &mem, &json, &why) != KITH_OK) {
			fail_msg("refused: %s: %s", accepted[i].name, why.detail);
		}
		if (json.root->kind != accepted[i].kind || json.node_count != accepted[i].nodes) {
			fail_msg("%s: %u nodes", accepted[i].name, (unsigned)json.node_count);
		}
		assert_int_equal(json.root->skip, json.node_count);
		kith_arena_done(&mem);
	}
}

/* TEXT from a block of its own size, so that a sanitizer sees any byte too far. */
static enum kith_rc read_exactly(struct kith_str text, struct kith_json *out, struct kith_why *why)
{
	struct kith_arena mem;
	char *exact = malloc(text.len == 0 ? 1 : text.len);
	assert_non_null(exact);
	memcpy(exact, text.at, text.len);
	kith_arena_init(&mem, 64);
	enum kith_rc rc = kith_json_read(kith_str_make(exact, text.len), &mem, out, why);
	kith_arena_done(&mem);
	free(exact);
	return rc;
}

static void test_all_else_is_refused_with_a_reason_and_nothing_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refused); i++) {
		struct kith_json json = { .node_count = 77 };
		struct kith_why why = { 0 };
		if (read_exactly(refused[i].text, &json, &why) != KITH_E_INVALID_REQUEST) {
			fail_msg("accepted: %s", refused[i].name);
		}
		assert_int_equal(json.node_count, 77);
		assert_memory_equal(why.detail, "JSON, byte ", 11);
		assert_true(kith_utf8_is_valid(kith_str_of(why.detail)));
		assert_int_equal(read_exactly(refused[i].text, &json, NULL),
		                 KITH_E_INVALID_REQUEST);
	}
}

/* Only a number can lose its end and still be a value. */
static void test_a_text_cut_at_any_byte_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(accepted); i++) {
		enum kith_json_kind kind = accepted[i].kind;
		struct kith_str text = accepted[i].text;
		if (kind == KITH_JSON_INTEGER || kind == KITH_JSON_DECIMAL) {
			continue;
		}
		/* White space behind the value may go; the value ends before it. */
		size_t whole = text.len;
		while (text.at[whole - 1] == ' ' || text.at[whole - 1] == '\n') {
			whole--;
		}
		for (size_t cut = 0; cut < whole; cut++) {
			struct kith_json json;
			struct kith_why why;
			if (read_exactly(kith_str_make(text.at, cut), &json, &why) == KITH_OK) {
				fail_msg("%s, cut at %zu", accepted[i].name, cut);
			}
		}
	}
}

/* No byte of any sample may be replaced by a control character. */
static void test_a_control_in_any_place_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(accepted); i++) {
		char text[256];
		for (size_t at = 0; at < accepted[i].text.len; at++) {
			struct kith_json json;
			memcpy(text, accepted[i].text.at, accepted[i].text.len);
			text[at] = '\x01';
			struct kith_str spoilt = kith_str_make(text, accepted[i].text.len);
			assert_int_equal(read_exactly(spoilt, &json, NULL), KITH_E_INVALID_REQUEST);
		}
	}
}

static void test_the_reason_names_the_byte(void **state)
{
	(void)state;
	struct kith_json json;
	struct kith_why why;
	read_exactly(KITH_STR("{\"a\":1,\"b\":01}"), &json, &why);
	assert_string_equal(why.detail, "JSON, byte 13: a leading zero");
	read_exactly(KITH_STR("{\"a\":1,\"a\":2}"), &json, &why);
	assert_string_equal(why.detail, "JSON, byte 8: a key that is there already");
	read_exactly(KITH_STR("[\"\\q\"]"), &json, &why);
	assert_string_equal(why.detail, "JSON, byte 2: an escape that is none");
}

static void test_integers_keep_their_value(void **state)
{
	(void)state;
	static const int64_t values[] = {
		0, 1, -1, 42, KITH_JSON_INTEGER_MAX, -KITH_JSON_INTEGER_MAX
	};
	for (size_t i = 0; i < KITH_COUNT(values); i++) {
		struct kith_buf buf = { 0 };
		struct kith_arena mem;
		struct kith_json json;
		kith_arena_init(&mem, 256);
		kith_buf_add_int(&buf, values[i]);
		assert_int_equal(kith_json_read(kith_buf_str(&buf), &mem, &json, NULL), KITH_OK);
		assert_true(json.root->integer == values[i]);
		kith_arena_done(&mem);
		kith_buf_done(&buf);
	}
}

static const struct {
	struct kith_str text;
	struct kith_str decoded;
} strings[] = {
	{ TEXT("\"\""), TEXT("") },
	{ TEXT("\"plain\""), TEXT("plain") },
	{ TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), TEXT("\"\\/\b\f\n\r\t") },
	{ TEXT("\"a\\u0000b\""), TEXT("a\0b") },
	{ TEXT("\"\\u00e9\\u20ac\""), TEXT("\xc3\xa9\xe2\x82\xac") },
	{ TEXT("\"x\\ud83d\\ude00y\""), TEXT("x\xf0\x9f\x98\x80y") },
	{ TEXT("\"\\uDBFF\\uDFFF\""), TEXT("\xf4\x8f\xbf\xbf") },
	{ TEXT("\"\\uffff\\ud7ff\\ue000\""), TEXT("\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80") },
	{ TEXT("\"12345678\\n12345678\""), TEXT("12345678\n12345678") },
};

static void test_a_string_says_what_its_escapes_mean(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(strings); i++) {
		struct kith_arena mem;
		struct kith_json json;
		struct kith_str got;
		kith_arena_init(&mem, 256);
		assert_int_equal(kith_json_read(strings[i].text, &mem, &json, NULL), KITH_OK);
		assert_int_equal(kith_json_text(&json, json.root, &mem, &got), KITH_OK);
		assert_true(kith_str_equal(got, strings[i].decoded));
		kith_arena_done(&mem);
	}
}

static void test_a_clean_string_is_borrowed(void **state)
{
	(void)state;
	struct kith_str text = KITH_STR("\"clean\"");
	struct kith_arena mem;
	struct kith_json json;
	struct kith_str got;
	kith_arena_init(&mem, 256);
	assert_int_equal(kith_json_read(text, &mem, &json, NULL), KITH_OK);
	assert_int_equal(kith_json_text(&json, json.root, &mem, &got), KITH_OK);
	assert_ptr_equal(got.at, text.at + 1);
	kith_arena_done(&mem);
}

static void test_members_are_found_by_name(void **state)
{
	(void)state;
	struct kith_str text =
		KITH_STR("{\"a\":1,\"list\":[10,{\"a\":2},30],\"\\u00e9\\n\":3,\"\":4,"
	                 "\"ab\":5}");
	struct kith_arena mem;
	struct kith_json json;
	kith_arena_init(&mem, 256);
	assert_int_equal(kith_json_read(text, &mem, &json, NULL), KITH_OK);
	assert_int_equal(kith_json_get(&json, json.root, "a")->integer, 1);
	assert_int_equal(kith_json_get(&json, json.root, "\xc3\xa9\n")->integer, 3);
	assert_int_equal(kith_json_get(&json, json.root, "")->integer, 4);
	assert_int_equal(kith_json_get(&json, json.root, "ab")->integer, 5);
	assert_null(kith_json_get(&json, json.root, "\xc3\xa9"));
	assert_null(kith_json_get(&json, json.root, "abc"));
	assert_null(kith_json_get(&json, NULL, "a"));
	const struct kith_json_node *list = kith_json_get(&json, json.root, "list");
	assert_null(kith_json_get(&json, list, "a"));
	assert_int_equal(list->count, 3);
	assert_true(kith_str_is(kith_json_raw(&json, list), "[10,{\"a\":2},30]"));
	const struct kith_json_node *item = kith_json_first(list);
	assert_int_equal(item->integer, 10);
	item += item->skip;
	assert_int_equal(kith_json_get(&json, item, "a")->integer, 2);
	item += item->skip;
	assert_int_equal(item->integer, 30);
	assert_int_equal(kith_json_read(KITH_STR("[]"), &mem, &json, NULL), KITH_OK);
	assert_null(kith_json_first(json.root));
	kith_arena_done(&mem);
}

/* An object of COUNT different keys of LEN digits; the last one again the first
 * when IS_TWICE. */
static void add_object(struct kith_buf *buf, unsigned count, int len, bool is_twice)
{
	kith_buf_add_char(buf, '{');
	for (unsigned i = 0; i < count; i++) {
		unsigned number = is_twice && i == count - 1 ? 0 : i;
		kith_buf_add_format(buf, "%s\"%0*u\":0", i == 0 ? "" : ",", len, number);
	}
	kith_buf_add_char(buf, '}');
}

static void test_a_key_twice_is_seen_in_objects_of_any_size(void **state)
{
	(void)state;
	static const unsigned counts[] = { 2, 3, 15, 16, 17, 18, 31, 33, 64, 100, 1000, 30000 };
	for (size_t i = 0; i < KITH_COUNT(counts); i++) {
		for (int is_twice = 0; is_twice <= 1; is_twice++) {
			struct kith_buf buf = { 0 };
			struct kith_json json;
			add_object(&buf, counts[i], 6, is_twice != 0);
			enum kith_rc rc = read_exactly(kith_buf_str(&buf), &json, NULL);
			assert_int_equal(rc, is_twice ? KITH_E_INVALID_REQUEST : KITH_OK);
			kith_buf_done(&buf);
		}
	}
}

/* Random keys of a small alphabet, against a look at each pair. */
static const struct {
	const char *text;
	const char *least;
} minified[] = {
	{ "{}", "{}" },
	{ " [ ] ", "[]" },
	{ "{ \"a b\" :\t1.50 ,\r\n\"c\":[ null , true ] }", "{\"a b\":1.50,\"c\":[null,true]}" },
	{ "[\" \\\" \" , \"\\\\\" , \" \"]", "[\" \\\" \",\"\\\\\",\" \"]" },
	{ " 12 ", "12" },
};

static void test_only_the_white_space_between_tokens_goes(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(minified); i++) {
		struct kith_arena mem;
		struct kith_json json;
		struct kith_str least;

		kith_arena_init(&mem, 64);
		assert_int_equal(kith_json_read(kith_str_of(minified[i].text), &mem, &json, NULL),
		                 KITH_OK);
		assert_int_equal(kith_json_minify(&json, json.root, &mem, &least), KITH_OK);
		assert_true(kith_str_is(least, minified[i].least));
		/* Nothing to leave out: the text itself. */
		assert_int_equal(kith_json_read(least, &mem, &json, NULL), KITH_OK);
		struct kith_str again;
		assert_int_equal(kith_json_minify(&json, json.root, &mem, &again), KITH_OK);
		assert_ptr_equal(again.at, least.at);
		assert_int_equal(again.len, least.len);
		kith_arena_done(&mem);
	}
}

static const struct {
	const char *text;
	size_t depth;
} deep[] = {
	{ "12", 0 },
	{ "\"{[\"", 0 },
	{ "{}", 1 },
	{ "[{}]", 2 },
	{ "[[],{\"a\":[1]},[]]", 3 },
	{ "{\"[[\\\"[[\":\"{{\\\\\",\"b\":[2]}", 2 },
};

static void test_depth_is_counted_outside_of_strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(deep); i++) {
		struct kith_arena mem;
		struct kith_json json;

		kith_arena_init(&mem, 64);
		assert_int_equal(kith_json_read(kith_str_of(deep[i].text), &mem, &json, NULL),
		                 KITH_OK);
		assert_int_equal(kith_json_depth(&json, json.root), deep[i].depth);
		kith_arena_done(&mem);
	}
}

static void test_a_key_twice_is_seen_wherever_it_is(void **state)
{
	(void)state;
	struct kith_rand rand;
	int found = 0;
	kith_rand_init_fixed(&rand, 3);
	for (int round = 0; round < 4000; round++) {
		char keys[40][8];
		struct kith_buf buf = { 0 };
		struct kith_json json;
		size_t count = 1 + (size_t)kith_rand_below(&rand, 40);
		bool is_twice = false;
		for (size_t i = 0; i < count; i++) {
			size_t len = (size_t)kith_rand_below(&rand, 6);
			for (size_t k = 0; k < len; k++) {
				keys[i][k] = (char)('a' + kith_rand_below(&rand, 4));
			}
			keys[i][len] = '\0';
			for (size_t k = 0; k < i; k++) {
				is_twice = is_twice || strcmp(keys[k], keys[i]) == 0;
			}
			kith_buf_add_format(&buf, "%s\"%s\":%zu", i == 0 ? "{" : ",", keys[i], i);
		}
		kith_buf_add_char(&buf, '}');
		enum kith_rc rc = read_exactly(kith_buf_str(&buf), &json, NULL);
		assert_int_equal(rc, is_twice ? KITH_E_INVALID_REQUEST : KITH_OK);
		found += is_twice;
		kith_buf_done(&buf);
	}
	assert_in_range(found, 500, 3900);
}

/* COUNT nodes: an array of COUNT - 1 digits. */
static enum kith_rc read_nodes(size_t count, struct kith_json *json)
{
	struct kith_buf buf = { 0 };
	kith_buf_add_char(&buf, '[');
	for (size_t i = 1; i < count; i++) {
		kith_buf_add_text(&buf, i == 1 ? "1" : ",1");
	}
	kith_buf_add_char(&buf, ']');
	enum kith_rc rc = read_exactly(kith_buf_str(&buf), json, NULL);
	kith_buf_done(&buf);
	return rc;
}

static void test_more_nodes_than_the_limit_are_too_large(void **state)
{
	(void)state;
	struct kith_json json;
	assert_int_equal(read_nodes(KITH_JSON_NODE_MAX, &json), KITH_OK);
	assert_int_equal(json.node_count, KITH_JSON_NODE_MAX);
	json.node_count = 77;
	assert_int_equal(read_nodes(KITH_JSON_NODE_MAX + 1, &json), KITH_E_TOO_LARGE);
	assert_int_equal(json.node_count, 77);
	/* Offsets have 32 bits; the length alone decides, no byte is read. */
	struct kith_arena mem;
	kith_arena_init(&mem, 64);
	struct kith_str huge = { .at = "1", .len = (size_t)UINT32_MAX + 1 };
	assert_int_equal(kith_json_read(huge, &mem, &json, NULL), KITH_E_TOO_LARGE);
	kith_arena_done(&mem);
}

/* Brackets OPEN, COUNT times, with CLOSE behind. */
static enum kith_rc read_depth(int count, const char *open, const char *close)
{
	struct kith_buf buf = { 0 };
	struct kith_json json;
	for (int i = 0; i < count; i++) {
		kith_buf_add_text(&buf, open);
	}
	kith_buf_add_text(&buf, "1");
	for (int i = 0; i < count; i++) {
		kith_buf_add_text(&buf, close);
	}
	enum kith_rc rc = read_exactly(kith_buf_str(&buf), &json, NULL);
	kith_buf_done(&buf);
	return rc;
}

static void test_the_depth_ends_at_its_limit(void **state)
{
	(void)state;
	assert_int_equal(read_depth(KITH_JSON_DEPTH_MAX, "[", "]"), KITH_OK);
	assert_int_equal(read_depth(KITH_JSON_DEPTH_MAX, "{\"a\":", "}"), KITH_OK);
	assert_int_equal(read_depth(KITH_JSON_DEPTH_MAX + 1, "[", "]"), KITH_E_INVALID_REQUEST);
	assert_int_equal(read_depth(KITH_JSON_DEPTH_MAX + 1, "{\"a\":", "}"),
	                 KITH_E_INVALID_REQUEST);
	assert_int_equal(read_depth(100000, "[", "]"), KITH_E_INVALID_REQUEST);
}

static void test_a_second_reading_asks_the_heap_for_nothing(void **state)
{
	(void)state;
	struct kith_arena mem;
	struct kith_json json;
	struct kith_str text = accepted[KITH_COUNT(accepted) - 1].text;
	kith_arena_init(&mem, 4096);
	assert_int_equal(kith_json_read(text, &mem, &json, NULL), KITH_OK);
	uint64_t before = kith_mem_thread_count();
	for (int i = 0; i < 1000; i++) {
		kith_arena_reset(&mem);
		assert_int_equal(kith_json_read(text, &mem, &json, NULL), KITH_OK);
	}
	assert_true(kith_mem_thread_count() == before);
	kith_arena_done(&mem);
}

/* A text that makes the nodes grow, sorts many keys and decodes escaped ones. */
static void test_the_nth_allocation_fails_and_nothing_is_set(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	kith_buf_add_text(&buf, "[{\"\\u0061\":1,\"b\":2},");
	for (int i = 0; i < 500; i++) {
		kith_buf_add_text(&buf, "0,");
	}
	add_object(&buf, 300, 6, false);
	kith_buf_add_text(&buf, ",\"\\n\"]");
	enum kith_rc rc = KITH_E_NO_MEMORY;
	uint64_t nth = 0;
	while (rc != KITH_OK) {
		struct kith_arena mem;
		struct kith_json json = { .node_count = 77 };
		struct kith_str text = KITH_STR("untouched");
		kith_arena_init(&mem, 16);
		kith_mem_fail_from(++nth);
		rc = kith_json_read(kith_buf_str(&buf), &mem, &json, NULL);
		if (rc == KITH_OK) {
			rc = kith_json_text(&json, json.root + json.node_count - 1, &mem, &text);
			assert_true(rc == KITH_OK || kith_str_is(text, "untouched"));
		} else {
			assert_int_equal(json.node_count, 77);
		}
		kith_mem_fail_never();
		assert_true(rc == KITH_OK || rc == KITH_E_NO_MEMORY);
		kith_arena_done(&mem);
	}
	assert_true(nth > 3);
	kith_buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_json_is_accepted_as_what_it_is),
		cmocka_unit_test(test_all_else_is_refused_with_a_reason_and_nothing_set),
		cmocka_unit_test(test_a_text_cut_at_any_byte_is_refused),
		cmocka_unit_test(test_a_control_in_any_place_is_refused),
		cmocka_unit_test(test_the_reason_names_the_byte),
		cmocka_unit_test(test_integers_keep_their_value),
		cmocka_unit_test(test_a_string_says_what_its_escapes_mean),
		cmocka_unit_test(test_a_clean_string_is_borrowed),
		cmocka_unit_test(test_members_are_found_by_name),
		cmocka_unit_test(test_a_key_twice_is_seen_in_objects_of_any_size),
		cmocka_unit_test(test_only_the_white_space_between_tokens_goes),
		cmocka_unit_test(test_depth_is_counted_outside_of_strings),
		cmocka_unit_test(test_a_key_twice_is_seen_wherever_it_is),
		cmocka_unit_test(test_more_nodes_than_the_limit_are_too_large),
		cmocka_unit_test(test_the_depth_ends_at_its_limit),
		cmocka_unit_test(test_a_second_reading_asks_the_heap_for_nothing),
		cmocka_unit_test(test_the_nth_allocation_fails_and_nothing_is_set),
	};
	return cmocka_run_group_tests_name("base/json_read", tests, NULL, NULL);
}
