/*
 * test_http.c -- heads: what is read from them, what is refused, and how early.
 * Named cases, then sweeps over every prefix and over every byte in every place.
 */
#include "wire/http.h"
#include "wire/http_chars.h"

#include "unit/lib/claim.h"

#include <stdio.h>

#define START "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define S(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}

static const struct {
	const char *name;
	struct kith_str text;
	enum kith_http_method method;
	const char *path;
	const char *query;
	size_t header_count;
	enum kith_http_body body;
	int64_t length;
	bool keep_alive;
	bool wants_upgrade;
	bool expects_continue;
} requests[] = {
	{ "a plain GET", S(START HOST "\r\n"), KITH_HTTP_GET, "/", "", 1, KITH_HTTP_BODY_NONE, 0,
	  true, false, false },
	{ "a path with a query", S("GET /v1/me?x=1&y=?%20 HTTP/1.1\r\nhost: a:80\r\n\r\n"),
	  KITH_HTTP_GET, "/v1/me", "x=1&y=?%20", 1, KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "a POST with a length",
	  S("POST /v1 HTTP/1.1\r\nHOST:a\r\nContent-Length: 12\r\nContent-Type:\tapplication/json "
	    "\r\n\r\n"),
	  KITH_HTTP_POST, "/v1", "", 3, KITH_HTTP_BODY_LENGTH, 12, true, false, false },
	{ "a length of nothing is no body",
	  S("PUT / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), KITH_HTTP_PUT, "/", "", 2,
	  KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "chunked, in any case",
	  S("PATCH / HTTP/1.1\r\n" HOST "transfer-encoding: Chunked\r\n\r\n"), KITH_HTTP_PATCH, "/",
	  "", 2, KITH_HTTP_BODY_CHUNKED, 0, true, false, false },
	{ "Connection: close among others",
	  S("DELETE / HTTP/1.1\r\n" HOST "Connection: te , CLOSE\r\n\r\n"), KITH_HTTP_DELETE, "/",
	  "", 2, KITH_HTTP_BODY_NONE, 0, false, false, false },
	{ "HTTP/1.0 needs no Host and closes", S("HEAD / HTTP/1.0\r\n\r\n"), KITH_HTTP_HEAD, "/",
	  "", 0, KITH_HTTP_BODY_NONE, 0, false, false, false },
	{ "HTTP/1.0 may stay", S("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), KITH_HTTP_GET,
	  "/", "", 1, KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "close wins over keep-alive",
	  S("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n"), KITH_HTTP_GET,
	  "/", "", 2, KITH_HTTP_BODY_NONE, 0, false, false, false },
	{ "an upgrade",
	  S(START HOST "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"),
	  KITH_HTTP_GET, "/", "", 3, KITH_HTTP_BODY_NONE, 0, true, true, false },
	{ "HTTP/1.0 cannot be upgraded", S("GET / HTTP/1.0\r\nConnection: upgrade\r\n\r\n"),
	  KITH_HTTP_GET, "/", "", 1, KITH_HTTP_BODY_NONE, 0, false, false, false },
	{ "an expectation",
	  S("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n"),
	  KITH_HTTP_POST, "/", "", 3, KITH_HTTP_BODY_LENGTH, 1, true, false, true },
	{ "an expectation without a body is none", S(START HOST "Expect: 100-continue\r\n\r\n"),
	  KITH_HTTP_GET, "/", "", 2, KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "an unknown method is read", S("BREW /pot HTTP/1.1\r\n" HOST "\r\n"), KITH_HTTP_OTHER,
	  "/pot", "", 1, KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "OPTIONS of a path", S("OPTIONS /v1 HTTP/1.1\r\n" HOST "\r\n"), KITH_HTTP_OPTIONS, "/v1",
	  "", 1, KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "an empty value and one of other bytes", S(START HOST "X:\r\nY: \xc3\xa4 \t\r\n\r\n"),
	  KITH_HTTP_GET, "/", "", 3, KITH_HTTP_BODY_NONE, 0, true, false, false },
	{ "a host that is an address", S(START "Host: [::1]:8480\r\n\r\n"), KITH_HTTP_GET, "/", "",
	  1, KITH_HTTP_BODY_NONE, 0, true, false, false },
};

static const struct bad {
	const char *name;
	struct kith_str text;
	size_t hopeless; /* bytes after which it is BAD already */
} bad_requests[] = {
	{ "Content-Length, then Transfer-Encoding",
	  S(START HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), 72 },
	{ "Transfer-Encoding, then Content-Length",
	  S(START HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"), 72 },
	{ "a repeated length", S(START HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), 63 },
	{ "a length that is a list", S(START HOST "Content-Length: 5, 5\r\n\r\n"), 47 },
	{ "a length with a sign", S(START HOST "Content-Length: +5\r\n\r\n"), 45 },
	{ "a negative length", S(START HOST "Content-Length: -5\r\n\r\n"), 45 },
	{ "a length in hex", S(START HOST "Content-Length: 0x5\r\n\r\n"), 46 },
	{ "a length with a leading zero", S(START HOST "Content-Length: 05\r\n\r\n"), 45 },
	{ "an empty length", S(START HOST "Content-Length:\r\n\r\n"), 42 },
	{ "an encoding that is not chunked", S(START HOST "Transfer-Encoding: gzip\r\n\r\n"), 50 },
	{ "two encodings", S(START HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 59 },
	{ "chunked twice in one line", S(START HOST "Transfer-Encoding: chunked, chunked\r\n\r\n"),
	  62 },
	{ "Transfer-Encoding twice",
	  S(START HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), 81 },
	{ "identity", S(START HOST "Transfer-Encoding: identity\r\n\r\n"), 54 },
	{ "an encoding that looks like chunked",
	  S(START HOST "Transfer-Encoding: xchunked\r\n\r\n"), 54 },
	{ "an encoding with HTTP/1.0", S("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
	  45 },
	{ "a bare LF behind the request line", S("GET / HTTP/1.1\nHost: a\r\n\r\n"), 15 },
	{ "a bare LF behind a header", S(START "Host: a\n\r\n"), 24 },
	{ "a bare LF at the end", S(START HOST "\n"), 26 },
	{ "a bare CR behind the request line", S("GET / HTTP/1.1\rHost: a\r\n\r\n"), 16 },
	{ "a bare CR in a value", S(START "Host: a\rb\r\n\r\n"), 25 },
	{ "a bare CR at the end", S(START HOST "\rX"), 27 },
	{ "a folded header", S(START HOST "X: a\r\n b\r\n\r\n"), 32 },
	{ "a header folded by a tab", S(START HOST "X: a\r\n\tb\r\n\r\n"), 32 },
	{ "a fold before the first header", S(START " Host: a\r\n\r\n"), 17 },
	{ "NUL in the method", S("G\0T / HTTP/1.1\r\n" HOST "\r\n"), 2 },
	{ "NUL in the target", S("GET /\0 HTTP/1.1\r\n" HOST "\r\n"), 6 },
	{ "NUL in a header's name", S(START HOST "X\0: a\r\n\r\n"), 27 },
	{ "NUL in a value", S(START HOST "X: \0\r\n\r\n"), 29 },
	{ "another control character in a value", S(START HOST "X: \x1b\r\n\r\n"), 29 },
	{ "DEL in a value", S(START HOST "X: \x7f\r\n\r\n"), 29 },
	{ "a blank before the colon", S(START "Host : a\r\n\r\n"), 21 },
	{ "a tab before the colon", S(START "Host\t: a\r\n\r\n"), 21 },
	{ "a header without a colon", S(START HOST "X\r\n\r\n"), 27 },
	{ "a header without a name", S(START HOST ": a\r\n\r\n"), 26 },
	{ "a missing Host", S(START "X: a\r\n\r\n"), 24 },
	{ "no header at all", S(START "\r\n"), 18 },
	{ "two Hosts", S(START HOST "host: a\r\n\r\n"), 34 },
	{ "two Hosts with HTTP/1.0", S("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), 34 },
	{ "an empty Host", S(START "Host:\r\n\r\n"), 23 },
	{ "a Host with a path", S(START "Host: a/b\r\n\r\n"), 27 },
	{ "a Host with a user", S(START "Host: u@a\r\n\r\n"), 27 },
	{ "a Host that is a list", S(START "Host: a, b\r\n\r\n"), 28 },
	{ "HTTP/0.9", S("GET /\r\n"), 6 },
	{ "HTTP/1.2", S("GET / HTTP/1.2\r\n" HOST "\r\n"), 14 },
	{ "HTTP/2.0", S("GET / HTTP/2.0\r\n" HOST "\r\n"), 12 },
	{ "the preface of HTTP/2", S("PRI * HTTP/2.0\r\n\r\n"), 5 },
	{ "a version of two digits", S("GET / HTTP/1.10\r\n" HOST "\r\n"), 15 },
	{ "http in small letters", S("GET / http/1.1\r\n" HOST "\r\n"), 7 },
	{ "a proxy's absolute target", S("GET http://a/ HTTP/1.1\r\n" HOST "\r\n"), 5 },
	{ "CONNECT", S("CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n"), 9 },
	{ "OPTIONS *", S("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 9 },
	{ "a fragment in the target", S("GET /a#b HTTP/1.1\r\n" HOST "\r\n"), 7 },
	{ "a byte above ASCII in the target", S("GET /\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n"), 6 },
	{ "a tab behind the method", S("GET\t/ HTTP/1.1\r\n" HOST "\r\n"), 4 },
	{ "two blanks behind the method", S("GET  / HTTP/1.1\r\n" HOST "\r\n"), 5 },
	{ "two blanks behind the target", S("GET /  HTTP/1.1\r\n" HOST "\r\n"), 7 },
	{ "a blank behind the version", S("GET / HTTP/1.1 \r\n" HOST "\r\n"), 15 },
	{ "an empty line before the request", S("\r\n" START HOST "\r\n"), 1 },
	{ "a blank before the request", S(" " START HOST "\r\n"), 1 },
	{ "a TLS greeting", S("\x16\x03\x01"), 1 },
	{ "a method that is no token", S("G(T / HTTP/1.1\r\n"), 2 },
};

static const struct {
	const char *name;
	struct kith_str text;
	int status;
	enum kith_http_body body;
	bool keep_alive;
} responses[] = {
	{ "a length", S("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), 200, KITH_HTTP_BODY_LENGTH,
	  true },
	{ "a length of nothing", S("HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n"), 404,
	  KITH_HTTP_BODY_NONE, true },
	{ "chunks",
	  S("HTTP/1.1 503 Not Now\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"), 503,
	  KITH_HTTP_BODY_CHUNKED, false },
	{ "an upgrade has no body", S("HTTP/1.1 101 Switching Protocols\r\n\r\n"), 101,
	  KITH_HTTP_BODY_NONE, true },
	{ "204 has no body", S("HTTP/1.1 204 No Content\r\n\r\n"), 204, KITH_HTTP_BODY_NONE, true },
	{ "304 has none, whatever it says",
	  S("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), 304, KITH_HTTP_BODY_NONE,
	  true },
	{ "HTTP/1.0 closes", S("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n"), 200,
	  KITH_HTTP_BODY_LENGTH, false },
};

static const struct bad bad_responses[] = {
	{ "no length at all", S("HTTP/1.1 200 OK\r\n\r\n"), 19 },
	{ "204 with a body", S("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), 46 },
	{ "101 with chunks", S("HTTP/1.1 101 X\r\nTransfer-Encoding: chunked\r\n\r\n"), 46 },
	{ "length and chunks",
	  S("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), 64 },
	{ "a status below 100", S("HTTP/1.1 099 X\r\n\r\n"), 10 },
	{ "a status above 599", S("HTTP/1.1 600 X\r\n\r\n"), 10 },
	{ "a status of two digits", S("HTTP/1.1 20 X\r\n\r\n"), 12 },
	{ "a status of four digits", S("HTTP/1.1 2000 X\r\n\r\n"), 13 },
	{ "another version", S("HTTP/2.0 200 OK\r\n\r\n"), 6 },
	{ "a control character in the reason", S("HTTP/1.1 200 O\x01K\r\n\r\n"), 15 },
	{ "a folded header", S("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n \r\n\r\n"), 37 },
};

typedef enum kith_parse read_fn(struct kith_str in, struct kith_http_head *out, enum kith_rc *rc,
                                struct kith_why *why);

/* Reads a copy of exactly TEXT and checks what holds whatever the result is. */
static enum kith_parse read_copy(read_fn *read, struct kith_str text, enum kith_rc *rc,
                                 const char *name)
{
	static struct kith_http_head before, head;
	memset(&before, 0x5a, sizeof(before));
	head = before;
	*rc = KITH_OK;
	struct kith_why why = { 0 };
	char *copy = copy_of(text);
	enum kith_parse parse = read(kith_str_make(copy, text.len), &head, rc, &why);
	CLAIM((parse == KITH_PARSE_BAD) == (*rc != KITH_OK), name);
	CLAIM((parse == KITH_PARSE_BAD) == (why.detail[0] != '\0'), name);
	if (parse != KITH_PARSE_DONE) {
		CLAIM(memcmp(&head, &before, sizeof(head)) == 0, name);
	} else {
		CLAIM(head.size <= text.len, name);
		for (size_t i = 0; i < head.header_count; i++) {
			struct kith_str value = head.headers[i].value;
			CLAIM(head.headers[i].name.len > 0, name);
			CLAIM(value.at >= copy && value.at + value.len <= copy + head.size, name);
			CLAIM(kith_http_is_all(value, KITH_HTTP_IN_VALUE), name);
		}
	}
	free(copy);
	return parse;
}

/* Every beginning of TEXT: MORE up to HOPELESS bytes, then BAD for ever. */
static void check_bad(read_fn *read, const struct bad *bad, enum kith_rc wanted)
{
	for (size_t len = 0; len <= bad->text.len; len++) {
		enum kith_rc rc;
		enum kith_parse parse =
			read_copy(read, kith_str_make(bad->text.at, len), &rc, bad->name);
		if (parse != (len < bad->hopeless ? KITH_PARSE_MORE : KITH_PARSE_BAD)) {
			fail_msg("%s: %d after %zu bytes", bad->name, (int)parse, len);
		}
		CLAIM(parse == KITH_PARSE_MORE || rc == wanted, bad->name);
	}
}

/* Every beginning of TEXT is MORE; all of it is DONE, with and without bytes behind. */
static void check_good(read_fn *read, struct kith_str text, const char *name)
{
	enum kith_rc rc;
	for (size_t len = 0; len < text.len; len++) {
		CLAIM(read_copy(read, kith_str_make(text.at, len), &rc, name) == KITH_PARSE_MORE,
		      name);
	}
	CLAIM(read_copy(read, text, &rc, name) == KITH_PARSE_DONE, name);
}

static void test_a_good_request_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(requests); i++) {
		const char *name = requests[i].name;
		check_good(kith_http_read_request, requests[i].text, name);

		struct kith_http_head head;
		enum kith_rc rc;
		CLAIM(kith_http_read_request(requests[i].text, &head, &rc, NULL) == KITH_PARSE_DONE,
		      name);
		CLAIM(head.method == requests[i].method, name);
		CLAIM(kith_str_is(head.path, requests[i].path), name);
		CLAIM(kith_str_is(head.query, requests[i].query), name);
		CLAIM(head.header_count == requests[i].header_count, name);
		CLAIM(head.body == requests[i].body, name);
		CLAIM(head.content_length == requests[i].length, name);
		CLAIM(head.keep_alive == requests[i].keep_alive, name);
		CLAIM(head.wants_upgrade == requests[i].wants_upgrade, name);
		CLAIM(head.expects_continue == requests[i].expects_continue, name);
		CLAIM(head.size == requests[i].text.len, name);
	}
}

static void test_a_bad_request_is_refused_at_its_first_wrong_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad_requests); i++) {
		check_bad(kith_http_read_request, &bad_requests[i], KITH_E_INVALID_REQUEST);
	}
}

static void test_a_good_response_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(responses); i++) {
		const char *name = responses[i].name;
		check_good(kith_http_read_response, responses[i].text, name);

		struct kith_http_head head;
		enum kith_rc rc;
		CLAIM(kith_http_read_response(responses[i].text, &head, &rc, NULL) ==
		              KITH_PARSE_DONE,
		      name);
		CLAIM(head.status == responses[i].status, name);
		CLAIM(head.body == responses[i].body, name);
		CLAIM(head.keep_alive == responses[i].keep_alive, name);
	}
}

static void test_a_bad_response_is_refused_at_its_first_wrong_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad_responses); i++) {
		check_bad(kith_http_read_response, &bad_responses[i], KITH_E_INVALID_REQUEST);
	}
}

static void test_bytes_behind_the_head_are_left(void **state)
{
	(void)state;
	struct kith_http_head head;
	enum kith_rc rc;
	struct kith_str text = KITH_STR(START HOST "\r\n\x81\x80 and more");
	assert_int_equal(kith_http_read_request(text, &head, &rc, NULL), KITH_PARSE_DONE);
	assert_int_equal(head.size, sizeof(START HOST "\r\n") - 1);
}

static void test_headers_are_found_in_any_case(void **state)
{
	(void)state;
	struct kith_http_head head;
	enum kith_rc rc;
	struct kith_str text =
		KITH_STR(START HOST "aCCept: x\r\nA:  b c \t\r\nVary: p, Q\r\nvary:r\r\n\r\n");
	assert_int_equal(kith_http_read_request(text, &head, &rc, NULL), KITH_PARSE_DONE);
	assert_true(kith_str_is(kith_http_header(&head, "Accept"), "x"));
	assert_true(kith_str_is(kith_http_header(&head, "a"), "b c"));
	assert_null(kith_http_header(&head, "b").at);
	assert_true(kith_http_has_token(&head, "VARY", "q"));
	assert_true(kith_http_has_token(&head, "vary", "R"));
	assert_false(kith_http_has_token(&head, "vary", "p, q"));
	assert_false(kith_http_has_token(&head, "accept", ""));
}

/* A request that is FILL bytes longer in one place: BEFORE, fill, AFTER. */
static enum kith_parse read_filled(const char *before, char fill, size_t count, const char *after,
                                   enum kith_rc *rc)
{
	struct kith_str head = kith_str_of(before);
	struct kith_str tail = kith_str_of(after);
	size_t len = head.len + count + tail.len;
	char *text = malloc(len);
	assert_non_null(text);
	memcpy(text, head.at, head.len);
	memset(text + head.len, fill, count);
	memcpy(text + head.len + count, tail.at, tail.len);
	enum kith_parse parse =
		read_copy(kith_http_read_request, kith_str_make(text, len), rc, "filled");
	free(text);
	return parse;
}

static void test_each_limit_is_met_exactly(void **state)
{
	(void)state;
	static const char tail[] = " HTTP/1.1\r\n" HOST "\r\n";
	size_t around = sizeof(START HOST "X: \r\n\r\n") - 1;
	const struct {
		const char *name;
		const char *before;
		const char *after;
		char fill;
		size_t max;
	} limits[] = {
		{ "a method of 32 bytes", "", " / HTTP/1.1\r\n" HOST "\r\n", 'M',
		  KITH_HTTP_METHOD_MAX },
		{ "a target of 8 KiB", "GET ", tail, '/', KITH_HTTP_TARGET_MAX },
		{ "a head of 16 KiB", START HOST "X: ", "\r\n\r\n", 'x',
		  KITH_HTTP_HEAD_MAX - around },
	};
	for (size_t i = 0; i < KITH_COUNT(limits); i++) {
		enum kith_rc rc;
		CLAIM(read_filled(limits[i].before, limits[i].fill, limits[i].max, limits[i].after,
		                  &rc) == KITH_PARSE_DONE,
		      limits[i].name);
		CLAIM(read_filled(limits[i].before, limits[i].fill, limits[i].max + 1,
		                  limits[i].after, &rc) == KITH_PARSE_BAD,
		      limits[i].name);
		CLAIM(rc == KITH_E_TOO_LARGE, limits[i].name);
	}
}

static void test_a_long_method_or_target_is_not_waited_for(void **state)
{
	(void)state;
	enum kith_rc rc;
	assert_int_equal(read_filled("", 'M', KITH_HTTP_METHOD_MAX + 1, "", &rc), KITH_PARSE_BAD);
	assert_int_equal(rc, KITH_E_TOO_LARGE);
	assert_int_equal(read_filled("GET ", '/', KITH_HTTP_TARGET_MAX + 1, "", &rc),
	                 KITH_PARSE_BAD);
	assert_int_equal(rc, KITH_E_TOO_LARGE);
}

static void test_a_head_that_never_ends_is_refused_at_16_kib(void **state)
{
	(void)state;
	enum kith_rc rc;
	size_t before = sizeof(START "X: ") - 1;
	assert_int_equal(read_filled(START "X: ", 'x', KITH_HTTP_HEAD_MAX - before - 1, "", &rc),
	                 KITH_PARSE_MORE);
	assert_int_equal(read_filled(START "X: ", 'x', KITH_HTTP_HEAD_MAX - before, "", &rc),
	                 KITH_PARSE_BAD);
	assert_int_equal(rc, KITH_E_TOO_LARGE);
}

/* START, then COUNT headers and END. */
static enum kith_parse read_headers(int count, const char *end, enum kith_rc *rc)
{
	char text[2048];
	size_t len = (size_t)snprintf(text, sizeof(text), "%s", START HOST);
	for (int i = 1; i < count; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "X: %d\r\n", i);
	}
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", end);
	return read_copy(kith_http_read_request, kith_str_make(text, len), rc, "headers");
}

static void test_100_headers_are_read_and_101_are_not(void **state)
{
	(void)state;
	enum kith_rc rc;
	assert_int_equal(read_headers(KITH_HTTP_HEADERS_MAX, "\r\n", &rc), KITH_PARSE_DONE);
	assert_int_equal(read_headers(KITH_HTTP_HEADERS_MAX + 1, "\r\n", &rc), KITH_PARSE_BAD);
	assert_int_equal(rc, KITH_E_TOO_LARGE);
	assert_int_equal(read_headers(KITH_HTTP_HEADERS_MAX, "", &rc), KITH_PARSE_MORE);
	assert_int_equal(read_headers(KITH_HTTP_HEADERS_MAX, "Y", &rc), KITH_PARSE_BAD);
	assert_int_equal(rc, KITH_E_TOO_LARGE);
}

static void test_a_length_that_fits_no_number_is_too_large(void **state)
{
	(void)state;
	struct kith_http_head head;
	enum kith_rc rc;
	struct kith_str fits = KITH_STR(START HOST "Content-Length: 9223372036854775807\r\n\r\n");
	struct kith_str not = KITH_STR(START HOST "Content-Length: 9223372036854775808\r\n\r\n");
	assert_int_equal(kith_http_read_request(fits, &head, &rc, NULL), KITH_PARSE_DONE);
	assert_true(head.content_length == INT64_MAX);
	assert_int_equal(kith_http_read_request(not, &head, &rc, NULL), KITH_PARSE_BAD);
	assert_int_equal(rc, KITH_E_TOO_LARGE);
}

/* Any byte in any place: whatever comes out keeps its promises (read_copy checks
 * them), and what a beginning has refused no more bytes make good. */
static void test_every_byte_in_every_place_keeps_the_promises(void **state)
{
	(void)state;
	char text[] = "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nX: y\r\n\r\n";
	struct kith_str whole = kith_str_make(text, sizeof(text) - 1);
	for (size_t at = 0; at < whole.len; at++) {
		char kept = text[at];
		for (int byte = 0; byte < 256; byte++) {
			text[at] = (char)byte;
			enum kith_rc rc;
			enum kith_rc early_rc;
			struct kith_str early = kith_str_make(text, at + 1);
			enum kith_parse parse =
				read_copy(kith_http_read_request, whole, &rc, "whole");
			enum kith_parse first =
				read_copy(kith_http_read_request, early, &early_rc, "early");
			assert_true(first != KITH_PARSE_DONE || early.len == whole.len);
			assert_true(first != KITH_PARSE_BAD || (parse == first && rc == early_rc));
		}
		text[at] = kept;
	}
}

static void test_the_table_of_bytes_is_the_grammars(void **state)
{
	(void)state;
	static const struct {
		unsigned class;
		const char *extra; /* besides letters and digits */
	} classes[] = {
		{ KITH_HTTP_IN_TOKEN, "!#$%&'*+-.^_`|~" },
		{ KITH_HTTP_IN_HOST, "-._~!$&'()*+,;=%:[]" },
	};
	for (int byte = 0; byte < 256; byte++) {
		bool is_alnum = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		                (byte >= 'a' && byte <= 'z');
		for (size_t i = 0; i < KITH_COUNT(classes); i++) {
			bool is_extra = byte != 0 && strchr(classes[i].extra, byte) != NULL;
			assert_int_equal(kith_http_is((char)byte, classes[i].class),
			                 is_alnum || is_extra);
		}
		bool is_visible = byte > ' ' && byte < 0x7f;
		assert_int_equal(kith_http_is((char)byte, KITH_HTTP_IN_TARGET),
		                 is_visible && byte != '#');
		assert_int_equal(kith_http_is((char)byte, KITH_HTTP_IN_VALUE),
		                 is_visible || byte == ' ' || byte == '\t' || byte >= 0x80);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_request_is_read),
		cmocka_unit_test(test_a_bad_request_is_refused_at_its_first_wrong_byte),
		cmocka_unit_test(test_a_good_response_is_read),
		cmocka_unit_test(test_a_bad_response_is_refused_at_its_first_wrong_byte),
		cmocka_unit_test(test_bytes_behind_the_head_are_left),
		cmocka_unit_test(test_headers_are_found_in_any_case),
		cmocka_unit_test(test_each_limit_is_met_exactly),
		cmocka_unit_test(test_a_long_method_or_target_is_not_waited_for),
		cmocka_unit_test(test_a_head_that_never_ends_is_refused_at_16_kib),
		cmocka_unit_test(test_100_headers_are_read_and_101_are_not),
		cmocka_unit_test(test_a_length_that_fits_no_number_is_too_large),
		cmocka_unit_test(test_every_byte_in_every_place_keeps_the_promises),
		cmocka_unit_test(test_the_table_of_bytes_is_the_grammars),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
