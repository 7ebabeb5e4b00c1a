/*
 * test_http_body.c -- bodies: the same content however the bytes are cut, what
 * is refused, and every limit met exactly.
 */
#include "wire/http.h"

#include "unit/lib/claim.h"

#include <stdio.h>

#define S(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}

enum { SIZE_MAX_USED = 64, NEXT = 4 };

static const struct {
	const char *name;
	struct kith_str text; /* the body, then "NEXT" of the next request */
	enum kith_http_body kind;
	int64_t length;
	struct kith_str content;
} good[] = {
	{ "no body", S("NEXT"), KITH_HTTP_BODY_NONE, 0, S("") },
	{ "a length", S("helloNEXT"), KITH_HTTP_BODY_LENGTH, 5, S("hello") },
	{ "a length of one NUL", S("\0NEXT"), KITH_HTTP_BODY_LENGTH, 1, S("\0") },
	{ "no chunk but the last", S("0\r\n\r\nNEXT"), KITH_HTTP_BODY_CHUNKED, 0, S("") },
	{ "one chunk", S("5\r\nhello\r\n0\r\n\r\nNEXT"), KITH_HTTP_BODY_CHUNKED, 0, S("hello") },
	{ "chunks with both cases of hex",
	  S("a\r\n0123456789\r\nB\r\nabcdefghijk\r\n0\r\n\r\nNEXT"), KITH_HTTP_BODY_CHUNKED, 0,
	  S("0123456789abcdefghijk") },
	{ "leading zeros", S("0005\r\nhello\r\n000\r\n\r\nNEXT"), KITH_HTTP_BODY_CHUNKED, 0,
	  S("hello") },
	{ "extensions", S("5;a=b;c=\"d e\"\r\nhello\r\n0;last\r\n\r\nNEXT"), KITH_HTTP_BODY_CHUNKED,
	  0, S("hello") },
	{ "trailers", S("1\r\nx\r\n0\r\nA: b\r\nContent-Length: 7\r\nEmpty:\r\n\r\nNEXT"),
	  KITH_HTTP_BODY_CHUNKED, 0, S("x") },
	{ "content that looks like framing", S("7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\nNEXT"),
	  KITH_HTTP_BODY_CHUNKED, 0, S("0\r\n\r\n\r\n") },
};

static const struct {
	const char *name;
	struct kith_str text;
	size_t hopeless; /* bytes after which it is BAD already */
} bad[] = {
	{ "a chunk without a size", S("\r\nhello"), 1 },
	{ "a size that is no hex", S("g\r\n"), 1 },
	{ "a size with 0x", S("0x5\r\nhello"), 2 },
	{ "a negative size", S("-5\r\n"), 1 },
	{ "a blank before the size", S(" 5\r\nhello"), 1 },
	{ "a blank behind the size", S("5 \r\nhello"), 2 },
	{ "an extension before the size", S(";a\r\n"), 1 },
	{ "a bare LF behind the size", S("5\nhello"), 2 },
	{ "a bare CR behind the size", S("5\rhello"), 3 },
	{ "a bare LF in an extension", S("5;a\nhello"), 4 },
	{ "NUL in an extension", S("5;\0\r\nhello"), 3 },
	{ "content longer than its chunk", S("3\r\nhello\r\n"), 7 },
	{ "a bare LF behind the content", S("5\r\nhello\n0\r\n\r\n"), 9 },
	{ "a bare CR behind the content", S("5\r\nhello\r0\r\n\r\n"), 10 },
	{ "a folded trailer", S("0\r\nA: b\r\n c\r\n\r\n"), 10 },
	{ "a blank before a trailer's colon", S("0\r\nA : b\r\n\r\n"), 5 },
	{ "a trailer without a name", S("0\r\n: b\r\n\r\n"), 4 },
	{ "a trailer without a colon", S("0\r\nA\r\n\r\n"), 5 },
	{ "a bare LF in a trailer", S("0\r\nA: b\n\r\n"), 8 },
	{ "NUL in a trailer", S("0\r\nA: \0\r\n\r\n"), 7 },
	{ "a bare LF at the end", S("0\r\n\n"), 4 },
	{ "a bare CR at the end", S("0\r\n\rX"), 5 },
};

struct run {
	struct kith_http_body_reader body;
	char content[256];
	size_t len;
	enum kith_parse parse;
	enum kith_rc rc;
	size_t left; /* bytes of the last piece that were not taken */
};

static void start(struct run *run, enum kith_http_body kind, int64_t length, int64_t size_max)
{
	struct kith_http_head head = { .body = kind, .content_length = length };
	*run = (struct run){ .parse = KITH_PARSE_MORE };
	kith_http_body_start(&run->body, &head, size_max);
}

/* Feeds a copy of exactly TEXT and keeps what comes out. */
static void feed(struct run *run, struct kith_str text)
{
	char *copy = copy_of(text);
	struct kith_str in = kith_str_make(copy, text.len);
	do {
		struct kith_str before = in;
		struct kith_str piece = { 0 };
		struct kith_why why = { 0 };
		run->parse = kith_http_body_read(&run->body, &in, &piece, &run->rc, &why);
		if (run->parse == KITH_PARSE_BAD) {
			assert_true(in.at == before.at && in.len == before.len && piece.at == NULL);
			assert_true(run->rc != KITH_OK && why.detail[0] != '\0');
			break;
		}
		assert_true(run->len + piece.len <= sizeof(run->content));
		if (piece.len > 0) {
			memcpy(run->content + run->len, piece.at, piece.len);
			run->len += piece.len;
		}
	} while (run->parse == KITH_PARSE_MORE && in.len > 0);
	run->left = in.len;
	free(copy);
}

static void check_done(const struct run *run, size_t i, size_t left)
{
	CLAIM(run->parse == KITH_PARSE_DONE, good[i].name);
	CLAIM(kith_str_equal(kith_str_make(run->content, run->len), good[i].content), good[i].name);
	CLAIM(run->left == left, good[i].name);
	CLAIM(run->body.taken == (int64_t)good[i].content.len, good[i].name);
}

static void test_whole_bodies_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(good); i++) {
		struct run run;
		start(&run, good[i].kind, good[i].length, SIZE_MAX_USED);
		feed(&run, good[i].text);
		check_done(&run, i, NEXT);
	}
}

static void test_bodies_are_the_same_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(good); i++) {
		struct run run;
		start(&run, good[i].kind, good[i].length, SIZE_MAX_USED);
		size_t whole = good[i].text.len - NEXT;
		for (size_t at = 0; at < whole; at++) {
			CLAIM(run.parse == KITH_PARSE_MORE, good[i].name);
			feed(&run, kith_str_make(good[i].text.at + at, 1));
		}
		if (whole == 0) {
			feed(&run, (struct kith_str){ 0 });
		}
		check_done(&run, i, 0);
	}
}

static void test_bodies_are_the_same_cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(good); i++) {
		size_t whole = good[i].text.len - NEXT;
		for (size_t cut = 0; cut < whole; cut++) {
			struct run run;
			start(&run, good[i].kind, good[i].length, SIZE_MAX_USED);
			feed(&run, kith_str_make(good[i].text.at, cut));
			CLAIM(run.parse == KITH_PARSE_MORE, good[i].name);
			feed(&run, kith_str_skip(good[i].text, cut));
			check_done(&run, i, NEXT);
		}
	}
}

static void test_bad_chunks_are_refused_at_their_first_wrong_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		for (size_t len = 0; len <= bad[i].text.len; len++) {
			struct run run;
			start(&run, KITH_HTTP_BODY_CHUNKED, 0, SIZE_MAX_USED);
			feed(&run, kith_str_make(bad[i].text.at, len));
			enum kith_parse wanted =
				len < bad[i].hopeless ? KITH_PARSE_MORE : KITH_PARSE_BAD;
			if (run.parse != wanted) {
				fail_msg("%s: %d after %zu bytes", bad[i].name, (int)run.parse,
				         len);
			}
			CLAIM(wanted == KITH_PARSE_MORE || run.rc == KITH_E_INVALID_REQUEST,
			      bad[i].name);
		}
	}
}

static void test_a_refused_body_stays_refused(void **state)
{
	(void)state;
	struct run run;
	start(&run, KITH_HTTP_BODY_CHUNKED, 0, SIZE_MAX_USED);
	feed(&run, KITH_STR("g"));
	feed(&run, KITH_STR("0\r\n\r\n"));
	assert_int_equal(run.parse, KITH_PARSE_BAD);
}

static void test_content_up_to_its_limit_is_read_and_no_more(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum kith_http_body kind;
		int64_t length;
		const char *text;
		bool fits; /* into 16 bytes */
	} cases[] = {
		{ "a length at the limit", KITH_HTTP_BODY_LENGTH, 16, "0123456789abcdef", true },
		{ "a length above it is refused before any content", KITH_HTTP_BODY_LENGTH, 17, "",
		  false },
		{ "a huge length", KITH_HTTP_BODY_LENGTH, INT64_MAX, "", false },
		{ "a chunk at the limit", KITH_HTTP_BODY_CHUNKED, 0,
		  "10\r\n0123456789abcdef\r\n0\r\n\r\n", true },
		{ "a chunk above it is refused by its size", KITH_HTTP_BODY_CHUNKED, 0, "11",
		  false },
		{ "chunks that reach the limit together", KITH_HTTP_BODY_CHUNKED, 0,
		  "8\r\n01234567\r\n8\r\n89abcdef\r\n0\r\n\r\n", true },
		{ "chunks that pass it together", KITH_HTTP_BODY_CHUNKED, 0, "8\r\n01234567\r\n9",
		  false },
		{ "a size that fits no number", KITH_HTTP_BODY_CHUNKED, 0, "fffffffffffffffff",
		  false },
		{ "a size that would wrap around", KITH_HTTP_BODY_CHUNKED, 0, "10000000000000001",
		  false },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct run run;
		start(&run, cases[i].kind, cases[i].length, 16);
		feed(&run, kith_str_of(cases[i].text));
		CLAIM(run.parse == (cases[i].fits ? KITH_PARSE_DONE : KITH_PARSE_BAD),
		      cases[i].name);
		CLAIM(cases[i].fits ? run.len == 16 : run.rc == KITH_E_TOO_LARGE, cases[i].name);
	}
}

/* BEFORE, COUNT times 'x', AFTER. */
static void feed_filled(struct run *run, const char *before, size_t count, const char *after)
{
	char *text = malloc(count + 64);
	assert_non_null(text);
	size_t len = (size_t)snprintf(text, 32, "%s", before);
	memset(text + len, 'x', count);
	len += count;
	len += (size_t)snprintf(text + len, 32, "%s", after);
	start(run, KITH_HTTP_BODY_CHUNKED, 0, SIZE_MAX_USED);
	feed(run, kith_str_make(text, len));
	free(text);
}

static void test_framing_up_to_its_limits_is_read_and_no_more(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *before;
		const char *after;
		const char *rest; /* what ends the body */
		size_t max;
	} cases[] = {
		{ "a chunk's line", "1;", "\r\n", "z\r\n0\r\n\r\n", KITH_HTTP_CHUNK_LINE_MAX },
		{ "the trailers", "0\r\nA:", "\r\n\r\n", "", KITH_HTTP_TRAILER_MAX + 3 },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct run run;
		size_t count = cases[i].max - strlen(cases[i].before) - strlen(cases[i].after);
		feed_filled(&run, cases[i].before, count, cases[i].after);
		feed(&run, kith_str_of(cases[i].rest));
		CLAIM(run.parse == KITH_PARSE_DONE, cases[i].name);
		feed_filled(&run, cases[i].before, count + 1, cases[i].after);
		CLAIM(run.parse == KITH_PARSE_BAD && run.rc == KITH_E_TOO_LARGE, cases[i].name);
	}
}

static void test_each_chunk_has_its_own_line(void **state)
{
	(void)state;
	char chunk[KITH_HTTP_CHUNK_LINE_MAX + 3];
	memset(chunk, 'e', sizeof(chunk));
	memcpy(chunk, "1;", 2);
	memcpy(chunk + KITH_HTTP_CHUNK_LINE_MAX - 2, "\r\nx\r\n", 5);
	struct run run;
	start(&run, KITH_HTTP_BODY_CHUNKED, 0, 100);
	for (int i = 0; i < 100; i++) {
		feed(&run, kith_str_make(chunk, sizeof(chunk)));
		assert_int_equal(run.parse, KITH_PARSE_MORE);
	}
	feed(&run, KITH_STR("0\r\n\r\n"));
	assert_int_equal(run.parse, KITH_PARSE_DONE);
	assert_int_equal(run.len, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_bodies_are_read),
		cmocka_unit_test(test_bodies_are_the_same_byte_by_byte),
		cmocka_unit_test(test_bodies_are_the_same_cut_anywhere),
		cmocka_unit_test(test_bad_chunks_are_refused_at_their_first_wrong_byte),
		cmocka_unit_test(test_a_refused_body_stays_refused),
		cmocka_unit_test(test_content_up_to_its_limit_is_read_and_no_more),
		cmocka_unit_test(test_framing_up_to_its_limits_is_read_and_no_more),
		cmocka_unit_test(test_each_chunk_has_its_own_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
