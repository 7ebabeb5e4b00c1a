/*
 * test_args.c -- arguments: each type read from JSON and from text, each limit
 * met exactly, and what is refused, with the argument's name in the reason.
 */
#include "base/mem.h"
#include "base/args.h"

#include "unit/lib/claim.h"

#include <stdio.h>

enum { PATH = 1 << KITH_ARG_IN_PATH, QUERY = 1 << KITH_ARG_IN_QUERY, BODY = 1 << KITH_ARG_IN_BODY };
enum { USER, LIMIT, TEXT, ID, KIND, DATA, SILENT, NOTE, IDS, META, ARG_COUNT };

static const char *const kinds[] = { "text", "opaque", NULL };

static const struct kith_arg_row rows[ARG_COUNT] = {
	[USER] = { "user", KITH_ARG_STRING, KITH_ARG_IN_PATH, true, 1, 8, NULL, 0, 0 },
	[LIMIT] = { "limit", KITH_ARG_INTEGER, KITH_ARG_IN_QUERY, false, 1, 200, NULL, 0, 0 },
	[TEXT] = { "text", KITH_ARG_STRING, KITH_ARG_IN_BODY, true, 2, 8, NULL, 0, 0 },
	[ID] = { "id", KITH_ARG_UUID, KITH_ARG_IN_BODY, false, 0, 0, NULL, 0, 0 },
	[KIND] = { "kind", KITH_ARG_ENUM, KITH_ARG_IN_BODY, false, 0, 0, kinds, 0, 0 },
	[DATA] = { "data", KITH_ARG_BYTES, KITH_ARG_IN_BODY, false, 1, 4, NULL, 0, 0 },
	[SILENT] = { "silent", KITH_ARG_BOOLEAN, KITH_ARG_IN_BODY, false, 0, 0, NULL, 0, 0 },
	[NOTE] = { "note", KITH_ARG_STRING, KITH_ARG_IN_BODY, false, 0, 4, NULL, 0, 0 },
	[IDS] = { "ids", KITH_ARG_LIST, KITH_ARG_IN_BODY, false, 1, 4, NULL, 1, 3 },
	[META] = { "meta", KITH_ARG_OBJECT, KITH_ARG_IN_BODY, false, 2, 16, NULL, 0, 0 },
};

static struct kith_arena mem;

static int start(void **state)
{
	(void)state;
	kith_arena_init(&mem, 1024);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	kith_arena_done(&mem);
	return 0;
}

static enum kith_rc from_json(const char *text, unsigned places, struct kith_arg *out,
                              struct kith_why *why)
{
	struct kith_json json;
	assert_int_equal(kith_json_read(kith_str_of(text), &mem, &json, NULL), KITH_OK);
	return kith_args_from_json(rows, ARG_COUNT, places, &json, json.root, &mem, out, why);
}

#define UUID "01890a5d-ac96-774b-bcce-b302099a8057"

static const struct {
	const char *name;
	const char *json;
	enum kith_rc rc;
	const char *field; /* the argument that is wrong */
} bodies[] = {
	{ "nothing", "{}", KITH_OK, NULL },
	{ "everything",
	  "{\"text\":\"hello\",\"id\":\"" UUID
	  "\",\"kind\":\"text\",\"data\":\"AAEC\",\"silent\":false}",
	  KITH_OK, NULL },
	{ "null is absent",
	  "{\"text\":null,\"id\":null,\"kind\":null,\"data\":null,\"silent\":null}", KITH_OK,
	  NULL },
	{ "an escaped name", "{\"te\\u0078t\":\"ab\"}", KITH_OK, NULL },

	{ "an unknown argument", "{\"txt\":\"hello\"}", KITH_E_INVALID_REQUEST, "txt" },
	{ "an unknown argument that is null", "{\"txt\":null}", KITH_E_INVALID_REQUEST, "txt" },
	{ "an argument in other case", "{\"Text\":\"hello\"}", KITH_E_INVALID_REQUEST, "Text" },
	{ "an argument of the path in the body", "{\"user\":\"bob\"}", KITH_E_INVALID_REQUEST,
	  "user" },
	{ "a name that begins like one", "{\"text\\u0000\":\"ab\"}", KITH_E_INVALID_REQUEST,
	  "text" },
	{ "an array instead of an object", "[\"text\"]", KITH_E_INVALID_REQUEST, "" },
	{ "a string instead of an object", "\"text\"", KITH_E_INVALID_REQUEST, "" },
	{ "null instead of an object", "null", KITH_E_INVALID_REQUEST, "" },

	{ "a text at its least", "{\"text\":\"ab\"}", KITH_OK, NULL },
	{ "a text below it", "{\"text\":\"a\"}", KITH_E_INVALID_REQUEST, "text" },
	{ "an empty text", "{\"text\":\"\"}", KITH_E_INVALID_REQUEST, "text" },
	{ "a text at its most", "{\"text\":\"12345678\"}", KITH_OK, NULL },
	{ "a text above it", "{\"text\":\"123456789\"}", KITH_E_TOO_LARGE, "text" },
	{ "limits count bytes, not characters", "{\"text\":\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\"}",
	  KITH_OK, NULL },
	{ "and so five of two bytes are too many",
	  "{\"text\":\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\"}", KITH_E_TOO_LARGE, "text" },
	{ "limits count decoded bytes", "{\"text\":\"\\u0061\\u0061\\u0061\\u0061\\ud83d\\ude00\"}",
	  KITH_OK, NULL },
	{ "decoded bytes above the limit",
	  "{\"text\":\"\\u0061\\u0061\\u0061\\u0061\\u0061\\ud83d\\ude00\"}", KITH_E_TOO_LARGE,
	  "text" },
	{ "U+0000 in a text", "{\"text\":\"ab\\u0000\"}", KITH_E_INVALID_REQUEST, "text" },
	{ "a number as text", "{\"text\":12}", KITH_E_INVALID_REQUEST, "text" },
	{ "an object as text", "{\"text\":{\"x\":\"ab\"}}", KITH_E_INVALID_REQUEST, "text" },
	{ "what stands behind an object is found", "{\"id\":\"" UUID "\",\"x\":[{\"y\":1}]}",
	  KITH_E_INVALID_REQUEST, "x" },

	{ "a UUID in capitals", "{\"id\":\"01890A5D-AC96-774B-BCCE-B302099A8057\"}",
	  KITH_E_INVALID_REQUEST, "id" },
	{ "a UUID without hyphens", "{\"id\":\"01890a5dac96774bbcceb302099a8057\"}",
	  KITH_E_INVALID_REQUEST, "id" },
	{ "a word that is not among them", "{\"kind\":\"image\"}", KITH_E_INVALID_REQUEST, "kind" },
	{ "a word in capitals", "{\"kind\":\"Text\"}", KITH_E_INVALID_REQUEST, "kind" },
	{ "an empty word", "{\"kind\":\"\"}", KITH_E_INVALID_REQUEST, "kind" },
	{ "the index of a word", "{\"kind\":0}", KITH_E_INVALID_REQUEST, "kind" },
	{ "bytes at their least", "{\"data\":\"AA==\"}", KITH_OK, NULL },
	{ "bytes below it", "{\"data\":\"\"}", KITH_E_INVALID_REQUEST, "data" },
	{ "bytes at their most", "{\"data\":\"AAAAAA==\"}", KITH_OK, NULL },
	{ "bytes above it", "{\"data\":\"AAAAAAA=\"}", KITH_E_TOO_LARGE, "data" },
	{ "bytes without padding", "{\"data\":\"AA\"}", KITH_E_INVALID_REQUEST, "data" },
	{ "bytes in the URL alphabet", "{\"data\":\"A_-A\"}", KITH_E_INVALID_REQUEST, "data" },
	{ "true", "{\"silent\":true}", KITH_OK, NULL },
	{ "true as text", "{\"silent\":\"true\"}", KITH_E_INVALID_REQUEST, "silent" },
	{ "1 for true", "{\"silent\":1}", KITH_E_INVALID_REQUEST, "silent" },
	{ "an empty text where it may be", "{\"note\":\"\"}", KITH_OK, NULL },

	{ "a list at its least", "{\"ids\":[\"a\"]}", KITH_OK, NULL },
	{ "an empty list", "{\"ids\":[]}", KITH_E_INVALID_REQUEST, "ids" },
	{ "a list at its most", "{\"ids\":[\"a\",\"b\",\"c\"]}", KITH_OK, NULL },
	{ "a list above it", "{\"ids\":[\"a\",\"b\",\"c\",\"d\"]}", KITH_E_TOO_LARGE, "ids" },
	{ "a text of a list at its most", "{\"ids\":[\"a\",\"1\\u00e45\"]}", KITH_OK, NULL },
	{ "a text of a list above it", "{\"ids\":[\"a\",\"12345\"]}", KITH_E_TOO_LARGE, "ids" },
	{ "an empty text of a list", "{\"ids\":[\"a\",\"\"]}", KITH_E_INVALID_REQUEST, "ids" },
	{ "U+0000 in a list", "{\"ids\":[\"\\u0000\"]}", KITH_E_INVALID_REQUEST, "ids" },
	{ "a number in a list", "{\"ids\":[\"a\",1]}", KITH_E_INVALID_REQUEST, "ids" },
	{ "a null in a list", "{\"ids\":[null]}", KITH_E_INVALID_REQUEST, "ids" },
	{ "a list in a list", "{\"ids\":[[\"a\"]]}", KITH_E_INVALID_REQUEST, "ids" },
	{ "a text as list", "{\"ids\":\"a,b\"}", KITH_E_INVALID_REQUEST, "ids" },
	{ "an object as list", "{\"ids\":{\"a\":\"b\"}}", KITH_E_INVALID_REQUEST, "ids" },

	{ "an empty object", "{\"meta\":{}}", KITH_OK, NULL },
	{ "an object at its most", "{\"meta\":{\"a\":\"12345678\"}}", KITH_OK, NULL },
	{ "an object above it", "{\"meta\":{\"a\":\"123456789\"}}", KITH_E_TOO_LARGE, "meta" },
	{ "white space does not count", "{\"meta\": \t{\r\n  \"a\" : \"12345678\"        } }",
	  KITH_OK, NULL },
	{ "but within a text it does", "{\"meta\":{\"a\":\"        9\"}}", KITH_E_TOO_LARGE,
	  "meta" },
	{ "an array as object", "{\"meta\":[1]}", KITH_E_INVALID_REQUEST, "meta" },
	{ "a text as object", "{\"meta\":\"{}\"}", KITH_E_INVALID_REQUEST, "meta" },
	{ "a number as object", "{\"meta\":1}", KITH_E_INVALID_REQUEST, "meta" },
	{ "a null is no object", "{\"meta\":null,\"ids\":null}", KITH_OK, NULL },
};

static void test_bodies_fit_their_rows_or_name_what_does_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bodies); i++) {
		struct kith_arg args[ARG_COUNT] = { [USER] = { .is_present = true } };
		struct kith_arg before[ARG_COUNT];
		memcpy(before, args, sizeof(args));
		struct kith_why why = { .field = "" };
		enum kith_rc rc = from_json(bodies[i].json, BODY, args, &why);
		CLAIM(rc == bodies[i].rc, bodies[i].name);
		CLAIM(args[USER].is_present, bodies[i].name);
		if (rc != KITH_OK) {
			CLAIM(strcmp(why.field, bodies[i].field) == 0, bodies[i].name);
			CLAIM(why.detail[0] != '\0', bodies[i].name);
			CLAIM(memcmp(args, before, sizeof(args)) == 0, bodies[i].name);
		}
	}
}

static void test_a_refusal_takes_back_what_was_read_before_it(void **state)
{
	(void)state;
	struct kith_arg args[ARG_COUNT] = { 0 };
	assert_int_equal(from_json("{\"text\":\"hello\",\"silent\":7}", BODY, args, NULL),
	                 KITH_E_INVALID_REQUEST);
	assert_false(args[TEXT].is_present);
	assert_null(args[TEXT].text.at);
}

static void test_values_are_what_was_said(void **state)
{
	(void)state;
	struct kith_arg args[ARG_COUNT] = { 0 };
	assert_int_equal(
		from_json("{\"silent\":true,\"data\":\"AAEC\",\"kind\":\"opaque\",\"id\":\"" UUID
	                  "\",\"text\":\"a\\n\\u00e4\",\"limit\":200,\"user\":\"bob\"}",
	                  PATH | QUERY | BODY, args, NULL),
		KITH_OK);
	struct kith_uuid id;
	assert_true(kith_uuid_parse(KITH_STR(UUID), &id));
	assert_true(args[TEXT].is_present && kith_str_is(args[TEXT].text, "a\n\xc3\xa4"));
	assert_true(args[ID].is_present && kith_uuid_equal(&args[ID].uuid, &id));
	assert_true(kith_str_is(args[ID].text, UUID));
	assert_true(args[KIND].integer == 1 && kith_str_is(args[KIND].text, "opaque"));
	assert_true(kith_str_equal(args[DATA].text, KITH_STR("\0\1\2")));
	assert_true(args[SILENT].is_present && args[SILENT].flag);
	assert_true(args[LIMIT].is_present && args[LIMIT].integer == 200);
	assert_true(kith_str_is(args[USER].text, "bob"));

	struct kith_arg none[ARG_COUNT] = { 0 };
	assert_int_equal(from_json("{\"silent\":false,\"text\":null}", BODY, none, NULL), KITH_OK);
	assert_true(none[SILENT].is_present && !none[SILENT].flag);
	assert_false(none[TEXT].is_present);
}

static void test_a_list_and_an_object_are_what_was_said(void **state)
{
	(void)state;
	struct kith_arg args[ARG_COUNT] = { 0 };
	assert_int_equal(from_json("{\"ids\":[\"a\",\"\\u00e4\",\"abcd\"],\"note\":\"\","
	                           "\"meta\": { \"b\" : [ 1,\t{} ] } }",
	                           BODY, args, NULL),
	                 KITH_OK);
	assert_true(args[IDS].is_present && args[IDS].count == 3);
	assert_true(kith_str_is(args[IDS].list[0], "a"));
	assert_true(kith_str_is(args[IDS].list[1], "\xc3\xa4"));
	assert_true(kith_str_is(args[IDS].list[2], "abcd"));
	assert_true(args[META].is_present && kith_str_is(args[META].text, "{\"b\":[1,{}]}"));
	assert_true(args[NOTE].is_present && args[NOTE].text.len == 0);

	/* Order, escapes and numbers stay as they were given. */
	struct kith_arg again[ARG_COUNT] = { 0 };
	assert_int_equal(from_json("{\"meta\":{\"b\":1.0,\"\\u0061\":0}}", BODY, again, NULL),
	                 KITH_E_TOO_LARGE);
	assert_int_equal(from_json("{\"meta\":{\"\\u0061\" : 1.50}}", BODY, again, NULL), KITH_OK);
	assert_true(kith_str_is(again[META].text, "{\"\\u0061\":1.50}"));
}

static void test_an_object_leaves_room_for_what_is_told_around_it(void **state)
{
	(void)state;
	static const struct kith_arg_row row = {
		.name = "meta", .type = KITH_ARG_OBJECT, .place = KITH_ARG_IN_BODY, .max = 1024
	};
	for (int depth = KITH_ARG_DEPTH_MAX; depth <= KITH_ARG_DEPTH_MAX + 1; depth++) {
		char text[1024] = "{\"meta\":";
		struct kith_json json;
		struct kith_arg arg = { 0 };
		for (int i = 0; i < depth; i++) {
			strcat(text, i + 1 < depth ? "{\"a\":" : "{");
		}
		memset(text + strlen(text), '}', (size_t)depth + 1);
		assert_int_equal(kith_json_read(kith_str_of(text), &mem, &json, NULL), KITH_OK);
		enum kith_rc rc =
			kith_args_from_json(&row, 1, BODY, &json, json.root, &mem, &arg, NULL);
		if (depth == KITH_ARG_DEPTH_MAX) {
			assert_int_equal(rc, KITH_OK);
			assert_int_equal(arg.text.len, strlen(text) - strlen("{\"meta\":}"));
		} else {
			assert_int_equal(rc, KITH_E_INVALID_REQUEST);
		}
	}
}

static const struct {
	const char *name;
	enum kith_arg_place place;
	const char *arg;
	struct kith_str text;
	enum kith_rc rc;
} texts[] = {
	{ "a path", KITH_ARG_IN_PATH, "user", { "bob", 3 }, KITH_OK },
	{ "an empty path", KITH_ARG_IN_PATH, "user", { "", 0 }, KITH_E_INVALID_REQUEST },
	{ "a path at its most", KITH_ARG_IN_PATH, "user", { "12345678", 8 }, KITH_OK },
	{ "a path above it", KITH_ARG_IN_PATH, "user", { "123456789", 9 }, KITH_E_TOO_LARGE },
	{ "U+0000 in a path", KITH_ARG_IN_PATH, "user", { "a\0b", 3 }, KITH_E_INVALID_REQUEST },
	{ "no UTF-8", KITH_ARG_IN_PATH, "user", { "\xff", 1 }, KITH_E_INVALID_REQUEST },
	{ "a path's argument in the query",
	  KITH_ARG_IN_QUERY,
	  "user",
	  { "bob", 3 },
	  KITH_E_INVALID_REQUEST },
	{ "a number", KITH_ARG_IN_QUERY, "limit", { "50", 2 }, KITH_OK },
	{ "a number at its least", KITH_ARG_IN_QUERY, "limit", { "1", 1 }, KITH_OK },
	{ "a number below it", KITH_ARG_IN_QUERY, "limit", { "0", 1 }, KITH_E_INVALID_REQUEST },
	{ "a number at its most", KITH_ARG_IN_QUERY, "limit", { "200", 3 }, KITH_OK },
	{ "a number above it", KITH_ARG_IN_QUERY, "limit", { "201", 3 }, KITH_E_INVALID_REQUEST },
	{ "a negative number", KITH_ARG_IN_QUERY, "limit", { "-1", 2 }, KITH_E_INVALID_REQUEST },
	{ "a leading zero", KITH_ARG_IN_QUERY, "limit", { "050", 3 }, KITH_E_INVALID_REQUEST },
	{ "a sign", KITH_ARG_IN_QUERY, "limit", { "+5", 2 }, KITH_E_INVALID_REQUEST },
	{ "a blank", KITH_ARG_IN_QUERY, "limit", { "5 ", 2 }, KITH_E_INVALID_REQUEST },
	{ "an empty number", KITH_ARG_IN_QUERY, "limit", { "", 0 }, KITH_E_INVALID_REQUEST },
	{ "a number that fits nothing",
	  KITH_ARG_IN_QUERY,
	  "limit",
	  { "9999999999999999999", 19 },
	  KITH_E_INVALID_REQUEST },
	{ "true", KITH_ARG_IN_BODY, "silent", { "true", 4 }, KITH_OK },
	{ "false", KITH_ARG_IN_BODY, "silent", { "false", 5 }, KITH_OK },
	{ "yes", KITH_ARG_IN_BODY, "silent", { "yes", 3 }, KITH_E_INVALID_REQUEST },
	{ "a UUID", KITH_ARG_IN_BODY, "id", { UUID, 36 }, KITH_OK },
	{ "a word", KITH_ARG_IN_BODY, "kind", { "text", 4 }, KITH_OK },
	{ "bytes", KITH_ARG_IN_BODY, "data", { "AAEC", 4 }, KITH_OK },
	{ "a list", KITH_ARG_IN_BODY, "ids", { "a,b", 3 }, KITH_E_INVALID_REQUEST },
	{ "an object", KITH_ARG_IN_BODY, "meta", { "{}", 2 }, KITH_E_INVALID_REQUEST },
	{ "an empty text", KITH_ARG_IN_BODY, "note", { "", 0 }, KITH_OK },
	{ "an unknown name", KITH_ARG_IN_QUERY, "offset", { "5", 1 }, KITH_E_INVALID_REQUEST },
	{ "no name", KITH_ARG_IN_QUERY, "", { "5", 1 }, KITH_E_INVALID_REQUEST },
};

static void test_texts_fit_their_rows_or_name_what_does_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		struct kith_arg args[ARG_COUNT] = { 0 };
		static const struct kith_arg before[ARG_COUNT];
		struct kith_why why = { .field = "" };
		char *copy = copy_of(texts[i].text);
		enum kith_rc rc = kith_args_from_text(
			rows, ARG_COUNT, texts[i].place, kith_str_of(texts[i].arg),
			kith_str_make(copy, texts[i].text.len), &mem, args, &why);
		CLAIM(rc == texts[i].rc, texts[i].name);
		CLAIM((memcmp(args, before, sizeof(args)) == 0) == (rc != KITH_OK), texts[i].name);
		CLAIM(rc == KITH_OK || strcmp(why.field, texts[i].arg) == 0, texts[i].name);
		free(copy);
	}
}

static void test_an_argument_given_twice_is_refused(void **state)
{
	(void)state;
	struct kith_arg args[ARG_COUNT] = { 0 };
	struct kith_why why;
	assert_int_equal(kith_args_from_text(rows, ARG_COUNT, KITH_ARG_IN_QUERY, KITH_STR("limit"),
	                                     KITH_STR("5"), &mem, args, NULL),
	                 KITH_OK);
	assert_int_equal(kith_args_from_text(rows, ARG_COUNT, KITH_ARG_IN_QUERY, KITH_STR("limit"),
	                                     KITH_STR("5"), &mem, args, &why),
	                 KITH_E_INVALID_REQUEST);
	assert_string_equal(why.field, "limit");
	assert_true(args[LIMIT].integer == 5);
}

static void test_what_is_needed_must_be_there(void **state)
{
	(void)state;
	struct kith_arg args[ARG_COUNT] = { 0 };
	struct kith_why why;
	assert_int_equal(kith_args_check(rows, ARG_COUNT, args, &why), KITH_E_INVALID_REQUEST);
	assert_string_equal(why.field, "user");
	args[USER].is_present = true;
	assert_int_equal(kith_args_check(rows, ARG_COUNT, args, &why), KITH_E_INVALID_REQUEST);
	assert_string_equal(why.field, "text");
	args[TEXT].is_present = true;
	assert_int_equal(kith_args_check(rows, ARG_COUNT, args, &why), KITH_OK);
	assert_int_equal(kith_args_check(rows, 0, NULL, &why), KITH_OK);
}

static void test_a_long_unknown_name_is_shown_up_to_a_characters_end(void **state)
{
	(void)state;
	char json[256] = "{\"x";
	for (int i = 0; i < 40; i++) {
		strcat(json, "\xc3\xa4");
	}
	strcat(json, "\":1}");
	struct kith_arg args[ARG_COUNT] = { 0 };
	struct kith_why why;
	assert_int_equal(from_json(json, BODY, args, &why), KITH_E_INVALID_REQUEST);
	assert_int_equal(strlen(why.field), KITH_WHY_FIELD_MAX - 1);
	args[0].is_present = false;
	memmove(json + 2, json + 3, strlen(json + 2));
	assert_int_equal(from_json(json, BODY, args, &why), KITH_E_INVALID_REQUEST);
	assert_int_equal(strlen(why.field), KITH_WHY_FIELD_MAX - 2);
}

static void test_sixteen_arguments_are_read(void **state)
{
	(void)state;
	struct kith_arg_row many[KITH_ARGS_MAX];
	struct kith_arg args[KITH_ARGS_MAX] = { 0 };
	char names[KITH_ARGS_MAX][4];
	char json[512] = "{";
	for (int i = 0; i < KITH_ARGS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "a%d", i);
		many[i] = (struct kith_arg_row){
			names[i], KITH_ARG_INTEGER, KITH_ARG_IN_BODY, true, 0, 20, NULL, 0, 0
		};
		size_t len = strlen(json);
		snprintf(json + len, sizeof(json) - len, "%s\"a%d\":%d", i == 0 ? "" : ",", i, i);
	}
	strcat(json, "}");
	struct kith_json read;
	assert_int_equal(kith_json_read(kith_str_of(json), &mem, &read, NULL), KITH_OK);
	assert_int_equal(
		kith_args_from_json(many, KITH_ARGS_MAX, BODY, &read, read.root, &mem, args, NULL),
		KITH_OK);
	assert_int_equal(kith_args_check(many, KITH_ARGS_MAX, args, NULL), KITH_OK);
	for (int i = 0; i < KITH_ARGS_MAX; i++) {
		assert_true(args[i].integer == i);
	}
}

static void test_an_empty_heap_leaves_the_arguments_alone(void **state)
{
	(void)state;
	static const char text[] = "{\"text\":\"a\\u0062c\",\"d\\u0061ta\":\"AAEC\","
				   "\"ids\":[\"\\u0061\",\"b\"],\"meta\":{ }}";
	struct kith_json json;
	assert_int_equal(kith_json_read(kith_str_of(text), &mem, &json, NULL), KITH_OK);
	enum kith_rc rc = KITH_E_NO_MEMORY;
	for (uint64_t nth = 1; rc != KITH_OK; nth++) {
		assert_true(nth < 20);
		struct kith_arena small;
		kith_arena_init(&small, 1);
		struct kith_arg args[ARG_COUNT] = { 0 };
		static const struct kith_arg before[ARG_COUNT];
		kith_mem_fail_from(nth);
		rc = kith_args_from_json(rows, ARG_COUNT, BODY, &json, json.root, &small, args,
		                         NULL);
		kith_mem_fail_never();
		assert_true(rc == KITH_OK ? nth > 1 : rc == KITH_E_NO_MEMORY);
		assert_true((memcmp(args, before, sizeof(args)) == 0) == (rc != KITH_OK));
		kith_arena_done(&small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bodies_fit_their_rows_or_name_what_does_not,
		                                start, stop),
		cmocka_unit_test_setup_teardown(test_a_refusal_takes_back_what_was_read_before_it,
		                                start, stop),
		cmocka_unit_test_setup_teardown(test_values_are_what_was_said, start, stop),
		cmocka_unit_test_setup_teardown(test_a_list_and_an_object_are_what_was_said, start,
		                                stop),
		cmocka_unit_test_setup_teardown(
			test_an_object_leaves_room_for_what_is_told_around_it, start, stop),
		cmocka_unit_test_setup_teardown(test_texts_fit_their_rows_or_name_what_does_not,
		                                start, stop),
		cmocka_unit_test_setup_teardown(test_an_argument_given_twice_is_refused, start,
		                                stop),
		cmocka_unit_test(test_what_is_needed_must_be_there),
		cmocka_unit_test_setup_teardown(
			test_a_long_unknown_name_is_shown_up_to_a_characters_end, start, stop),
		cmocka_unit_test_setup_teardown(test_sixteen_arguments_are_read, start, stop),
		cmocka_unit_test_setup_teardown(test_an_empty_heap_leaves_the_arguments_alone,
		                                start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
