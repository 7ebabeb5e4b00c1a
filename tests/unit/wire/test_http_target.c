/*
 * test_http_target.c -- paths and queries: decoded once, and what may not be in
 * one. Named cases, then every byte as an escape, and a heap that is empty.
 */
#include "base/mem.h"
#include "wire/http.h"

#include "unit/lib/claim.h"

#include <stdio.h>

#define S(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}

static const struct {
	const char *name;
	struct kith_str path;
	const char *decoded; /* NULL: refused */
} paths[] = {
	{ "the root", S("/"), "/" },
	{ "segments", S("/v1/users"), "/v1/users" },
	{ "a slash at the end", S("/v1/"), "/v1/" },
	{ "an escape in either case", S("/%c3%A4%2b+%41"), "/\xc3\xa4++A" },
	{ "an escape is undone once", S("/%2541"), "/%41" },
	{ "three dots are a name", S("/.../.a/a."), "/.../.a/a." },
	{ "an address with '@' and ':'", S("/v1/users/a@b:c"), "/v1/users/a@b:c" },

	{ "nothing", S(""), NULL },
	{ "no slash in front", S("v1"), NULL },
	{ "an encoded slash", S("/a%2Fb"), NULL },
	{ "an encoded slash in small letters", S("/a%2fb"), NULL },
	{ "an encoded NUL", S("/a%00"), NULL },
	{ "a dot segment", S("/./a"), NULL },
	{ "a dot segment at the end", S("/a/."), NULL },
	{ "a segment of two dots", S("/a/../b"), NULL },
	{ "two dots at the end", S("/a/.."), NULL },
	{ "encoded dots", S("/a/%2e%2E/b"), NULL },
	{ "an encoded dot", S("/%2e"), NULL },
	{ "an empty segment", S("/a//b"), NULL },
	{ "an empty segment in front", S("//a"), NULL },
	{ "an empty segment at the end", S("/a//"), NULL },
	{ "a backslash", S("/a\\b"), NULL },
	{ "an encoded backslash", S("/a%5Cb"), NULL },
	{ "an encoded line feed", S("/a%0Ab"), NULL },
	{ "an encoded DEL", S("/a%7f"), NULL },
	{ "half of an escape", S("/a%4"), NULL },
	{ "a percent sign alone", S("/a%"), NULL },
	{ "an escape that is no hex", S("/a%4g"), NULL },
	{ "an escape with a sign", S("/a%+4"), NULL },
	{ "invalid UTF-8", S("/%ff"), NULL },
	{ "an overlong slash", S("/%c0%af"), NULL },
	{ "an encoded surrogate", S("/%ed%a0%80"), NULL },
};

static void test_paths_are_decoded_once_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(paths); i++) {
		struct kith_arena mem;
		kith_arena_init(&mem, 64);
		struct kith_str out = KITH_STR("untouched");
		char *copy = copy_of(paths[i].path);
		enum kith_rc rc = kith_http_path_decode(kith_str_make(copy, paths[i].path.len),
		                                        &mem, &out, NULL);
		free(copy); /* out lives in mem */
		if (paths[i].decoded == NULL) {
			CLAIM(rc == KITH_E_INVALID_REQUEST && kith_str_is(out, "untouched"),
			      paths[i].name);
		} else {
			CLAIM(rc == KITH_OK && kith_str_is(out, paths[i].decoded), paths[i].name);
		}
		kith_arena_done(&mem);
	}
}

static void test_every_escaped_byte_is_itself_or_refused(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char text[8];
		snprintf(text, sizeof(text), "/a%%%02xb", (unsigned)byte);
		struct kith_arena mem;
		kith_arena_init(&mem, 64);
		struct kith_str out = { 0 };
		enum kith_rc rc = kith_http_path_decode(kith_str_of(text), &mem, &out, NULL);
		bool is_allowed = byte >= 0x20 && byte < 0x7f && byte != '/' && byte != '\\';
		assert_int_equal(rc, is_allowed ? KITH_OK : KITH_E_INVALID_REQUEST);
		assert_true(!is_allowed || (out.len == 4 && out.at[2] == (char)byte));
		kith_arena_done(&mem);
	}
}

static const struct {
	const char *name;
	struct kith_str query;
	const char *read; /* name=value; of all pairs, decoded; "!" at the end: then BAD */
} queries[] = {
	{ "nothing", S(""), "" },
	{ "one pair", S("a=b"), "a=b;" },
	{ "several", S("limit=50&before=x"), "limit=50;before=x;" },
	{ "a blank as '+' and escaped", S("q=a+b%20c%2B"), "q=a b c+;" },
	{ "a name alone", S("a&b"), "a=;b=;" },
	{ "an empty value", S("a="), "a=;" },
	{ "a value with '='", S("a=b=c"), "a=b=c;" },
	{ "an escaped name", S("%61=%26%3d"), "a=&=;" },
	{ "an escaped slash is nothing special here", S("a=%2F"), "a=/;" },
	{ "an '&' at the end", S("a=b&"), "a=b;" },

	{ "a value without a name", S("a=b&=c"), "a=b;!" },
	{ "an empty piece", S("a=b&&c=d"), "a=b;!" },
	{ "an '&' in front", S("&a=b"), "!" },
	{ "half of an escape", S("a=%4"), "!" },
	{ "an escape that is no hex", S("a=b&c=%zz"), "a=b;!" },
	{ "an encoded NUL", S("a=%00"), "!" },
	{ "an encoded NUL in a name", S("a%00=b"), "!" },
	{ "invalid UTF-8", S("a=%ff"), "!" },
};

static void test_queries_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(queries); i++) {
		struct kith_arena mem;
		kith_arena_init(&mem, 64);
		char got[128] = "";
		size_t len = 0;
		struct kith_str rest = queries[i].query;
		enum kith_parse parse;
		do {
			struct kith_str name = { 0 };
			struct kith_str value = { 0 };
			struct kith_str before = rest;
			enum kith_rc rc = KITH_OK;
			parse = kith_http_query_next(&rest, &mem, &name, &value, &rc, NULL);
			if (parse == KITH_PARSE_DONE) {
				len += (size_t)snprintf(got + len, sizeof(got) - len, "%.*s=%.*s;",
				                        KITH_STR_PRINT(name),
				                        KITH_STR_PRINT(value));
			} else {
				CLAIM(rest.at == before.at && name.at == NULL && value.at == NULL,
				      queries[i].name);
			}
			if (parse == KITH_PARSE_BAD) {
				CLAIM(rc == KITH_E_INVALID_REQUEST, queries[i].name);
				snprintf(got + len, sizeof(got) - len, "!");
			}
		} while (parse == KITH_PARSE_DONE);
		if (strcmp(got, queries[i].read) != 0) {
			fail_msg("%s: %s", queries[i].name, got);
		}
		kith_arena_done(&mem);
	}
}

/* Whichever allocation fails: nothing leaks, nothing is half done, and with one
 * more it works. */
static void test_an_empty_heap_leaves_everything_alone(void **state)
{
	(void)state;
	bool is_done = false;
	for (uint64_t nth = 1; !is_done; nth++) {
		assert_true(nth < 10);
		struct kith_arena mem;
		kith_arena_init(&mem, 1); /* a block for each piece */
		struct kith_str path = { 0 };
		struct kith_str name = { 0 };
		struct kith_str value = { 0 };
		struct kith_str rest =
			KITH_STR("name-that-is-long=value-that-is-longer-than-its-name");
		size_t whole = rest.len;
		enum kith_rc query_rc = KITH_OK;
		kith_mem_fail_from(nth);
		enum kith_parse parse =
			kith_http_query_next(&rest, &mem, &name, &value, &query_rc, NULL);
		enum kith_rc rc =
			kith_http_path_decode(KITH_STR("/a/path/that/is/longer/than/all/blocks/"
		                                       "before/together/were/and/then/some"
		                                       "/a/path/that/is/longer/than/all/blocks/"
		                                       "before/together/were/and/then/some"),
		                              &mem, &path, NULL);
		kith_mem_fail_never();
		if (parse != KITH_PARSE_DONE) {
			assert_int_equal(parse, KITH_PARSE_BAD);
			assert_int_equal(query_rc, KITH_E_NO_MEMORY);
			assert_true(name.at == NULL && value.at == NULL && rest.len == whole);
		}
		if (rc != KITH_OK) {
			assert_int_equal(rc, KITH_E_NO_MEMORY);
			assert_null(path.at);
		}
		is_done = parse == KITH_PARSE_DONE && rc == KITH_OK;
		assert_true(nth > 1 || !is_done);
		kith_arena_done(&mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths_are_decoded_once_or_refused),
		cmocka_unit_test(test_every_escaped_byte_is_itself_or_refused),
		cmocka_unit_test(test_queries_are_taken_apart),
		cmocka_unit_test(test_an_empty_heap_leaves_everything_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
