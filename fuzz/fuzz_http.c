/*
 * fuzz_http.c -- whatever the bytes, heads, bodies and targets keep their promises.
 *
 * The same bytes are read as a request, a response, chunks, a path and a query.
 * What a beginning says stays said, a body is the same however it is cut, and
 * what was accepted reads the same after it was written again.
 */
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "wire/http.h"

typedef enum kith_parse read_fn(struct kith_str in, struct kith_http_head *out, enum kith_rc *rc,
                                struct kith_why *why);

enum { CONTENT_MAX = 1 << 16 };

/* What came of one body: how it ended, and its content. */
struct result {
	enum kith_parse parse;
	enum kith_rc rc;
	size_t taken; /* bytes of the input */
	struct kith_buf content;
};

/* Reads the body in IN, STEP bytes at a time. */
static struct result read_body(const struct kith_http_head *head, struct kith_str in, size_t step)
{
	struct result result = { .parse = KITH_PARSE_MORE };
	struct kith_http_body_reader body;
	kith_http_body_start(&body, head, CONTENT_MAX);
	size_t there = 0;
	do {
		there = in.len - there < step ? in.len : there + step;
		struct kith_str part = kith_str_make(in.at + result.taken, there - result.taken);
		size_t before;
		do {
			struct kith_str piece = { 0 };
			before = part.len;
			result.parse = kith_http_body_read(&body, &part, &piece, &result.rc, NULL);
			kith_buf_add(&result.content, piece);
		} while (result.parse == KITH_PARSE_MORE && part.len > 0 && part.len < before);
		result.taken = there - part.len;
	} while (result.parse == KITH_PARSE_MORE && there < in.len);
	KITH_ASSERT(!result.content.failed && result.content.len <= CONTENT_MAX);
	return result;
}

static void check_body(const struct kith_http_head *head, struct kith_str in)
{
	struct result whole = read_body(head, in, in.len + 1);
	struct result single = read_body(head, in, 1);
	KITH_ASSERT(whole.parse == single.parse);
	KITH_ASSERT(whole.parse != KITH_PARSE_BAD || whole.rc == single.rc);
	KITH_ASSERT(whole.parse != KITH_PARSE_DONE || whole.taken == single.taken);
	KITH_ASSERT(kith_str_equal(kith_buf_str(&whole.content), kith_buf_str(&single.content)));
	kith_buf_done(&whole.content);
	kith_buf_done(&single.content);
}

/* Writes HEAD again and reads it back. */
static void check_rewritten(read_fn *read, const struct kith_http_head *head)
{
	struct kith_buf buf = { 0 };
	if (head->status != 0) {
		kith_http_write_status(&buf, head->status);
	} else {
		char method[KITH_HTTP_METHOD_MAX + 1] = "";
		memcpy(method, head->method_text.at, head->method_text.len);
		kith_http_write_request(&buf, method, head->target);
	}
	for (size_t i = 0; i < head->header_count; i++) {
		kith_buf_add(&buf, head->headers[i].name);
		kith_buf_add(&buf, KITH_STR(": "));
		kith_buf_add(&buf, head->headers[i].value);
		kith_buf_add(&buf, KITH_STR("\r\n"));
	}
	kith_http_write_end(&buf);
	static struct kith_http_head again;
	enum kith_rc rc;
	/* Longer than it came (a blank behind each colon), or 1.0 that is now 1.1 without Host. */
	if (buf.len <= KITH_HTTP_HEAD_MAX && head->minor_version == 1) {
		KITH_ASSERT(read(kith_buf_str(&buf), &again, &rc, NULL) == KITH_PARSE_DONE);
		KITH_ASSERT(again.size == buf.len && again.header_count == head->header_count);
		KITH_ASSERT(again.body == head->body &&
		            again.content_length == head->content_length);
		KITH_ASSERT(again.keep_alive == head->keep_alive && again.method == head->method);
	}
	kith_buf_done(&buf);
}

static void check_head(read_fn *read, struct kith_str in, size_t cut)
{
	static struct kith_http_head head, early;
	enum kith_rc rc = KITH_OK;
	enum kith_rc early_rc = KITH_OK;
	enum kith_parse whole = read(in, &head, &rc, NULL);
	enum kith_parse part = read(kith_str_make(in.at, cut), &early, &early_rc, NULL);
	KITH_ASSERT(part == KITH_PARSE_MORE || (part == whole && rc == early_rc));
	KITH_ASSERT((whole == KITH_PARSE_BAD) == (rc != KITH_OK));
	if (whole != KITH_PARSE_DONE) {
		return;
	}
	KITH_ASSERT(head.size <= in.len && head.size <= KITH_HTTP_HEAD_MAX);
	KITH_ASSERT((part == KITH_PARSE_DONE) == (cut >= head.size));
	check_rewritten(read, &head);
	check_body(&head, kith_str_skip(in, head.size));
}

/* Appends every byte of TEXT but '/' as an escape. */
static void add_escaped(struct kith_buf *buf, struct kith_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '/') {
			kith_buf_add_char(buf, '/');
		} else {
			kith_buf_add_format(buf, "%%%02x", (unsigned)(uint8_t)text.at[i]);
		}
	}
}

static void check_path(struct kith_str in, struct kith_arena *mem)
{
	struct kith_str path;
	struct kith_str again;
	if (kith_http_path_decode(in, mem, &path, NULL) != KITH_OK) {
		return;
	}
	KITH_ASSERT(kith_utf8_is_valid(path) && path.at[0] == '/');
	struct kith_buf buf = { 0 };
	add_escaped(&buf, path);
	KITH_ASSERT(kith_http_path_decode(kith_buf_str(&buf), mem, &again, NULL) == KITH_OK);
	KITH_ASSERT(kith_str_equal(path, again));
	kith_buf_done(&buf);
}

static void check_query(struct kith_str rest, struct kith_arena *mem)
{
	struct kith_str name, value, name_again, value_again;
	enum kith_rc rc;
	while (kith_http_query_next(&rest, mem, &name, &value, &rc, NULL) == KITH_PARSE_DONE) {
		KITH_ASSERT(kith_utf8_is_valid(name) && kith_utf8_is_valid(value) && name.len > 0);
		struct kith_buf buf = { 0 };
		add_escaped(&buf, name);
		kith_buf_add_char(&buf, '=');
		add_escaped(&buf, value);
		struct kith_str pair = kith_buf_str(&buf);
		KITH_ASSERT(kith_http_query_next(&pair, mem, &name_again, &value_again, &rc,
		                                 NULL) == KITH_PARSE_DONE);
		KITH_ASSERT(kith_str_equal(name, name_again) && kith_str_equal(value, value_again));
		KITH_ASSERT(pair.len == 0);
		kith_buf_done(&buf);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str in = kith_str_make(data, size);
	static const struct kith_http_head chunked = { .body = KITH_HTTP_BODY_CHUNKED };
	struct kith_arena mem;
	kith_arena_init(&mem, 4096);
	size_t cut = size == 0 ? 0 : (data[0] + (size_t)data[size - 1] * 7 + size / 2) % size;
	check_head(kith_http_read_request, in, cut);
	check_head(kith_http_read_response, in, cut);
	check_body(&chunked, in);
	check_path(in, &mem);
	check_query(in, &mem);
	kith_arena_done(&mem);
	return 0;
}
