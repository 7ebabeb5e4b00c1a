/*
 * http_head.c -- where does a head end, and what does it say?
 *
 * A reader walks the bytes once, step by step. Each byte is allowed where it
 * stands or refuses the head at once, so a hopeless beginning is BAD before its
 * line has come; running out of bytes is MORE, whichever step was under way.
 * Headers that frame the message are noted as they pass. Keeps nothing between
 * two calls.
 */
#include "wire/http.h"

#include "wire/http_chars.h"

struct reader {
	const char *at;
	const char *end;
	bool has_host;
	bool has_length;
	bool has_encoding;
	bool says_close;
	bool says_keep_alive;
	enum kith_rc rc;
	struct kith_why *why;
	struct kith_http_head head;
};

typedef enum kith_parse step_fn(struct reader *r);

static enum kith_parse refuse(struct reader *r, enum kith_rc rc, const char *sentence)
{
	r->rc = kith_refuse(r->why, rc, NULL, "%s", sentence);
	return KITH_PARSE_BAD;
}

static enum kith_parse refuse_form(struct reader *r, const char *sentence)
{
	return refuse(r, KITH_E_INVALID_REQUEST, sentence);
}

/* Takes exactly TEXT. */
static enum kith_parse take_text(struct reader *r, const char *text, const char *complaint)
{
	for (; *text != '\0'; text++, r->at++) {
		if (r->at == r->end) {
			return KITH_PARSE_MORE;
		}
		if (*r->at != *text) {
			return refuse_form(r, complaint);
		}
	}
	return KITH_PARSE_DONE;
}

/* Takes all bytes of CLASS, at most MAX of them, up to one that is none. */
static enum kith_parse take_span(struct reader *r, unsigned class, size_t max,
                                 const char *complaint, struct kith_str *out)
{
	const char *start = r->at;
	r->at = kith_http_span(start, r->end, class);
	*out = kith_str_make(start, (size_t)(r->at - start));
	if (out->len > max) {
		return refuse(r, KITH_E_TOO_LARGE, complaint);
	}
	return r->at == r->end ? KITH_PARSE_MORE : KITH_PARSE_DONE;
}

static enum kith_parse take_line_end(struct reader *r)
{
	return take_text(r, "\r\n", "a line holds a control character or does not end in CR LF");
}

/* The start line. */

static const struct {
	const char *name;
	enum kith_http_method method;
} methods[] = {
	{ "GET", KITH_HTTP_GET },         { "POST", KITH_HTTP_POST },
	{ "HEAD", KITH_HTTP_HEAD },       { "PUT", KITH_HTTP_PUT },
	{ "PATCH", KITH_HTTP_PATCH },     { "DELETE", KITH_HTTP_DELETE },
	{ "OPTIONS", KITH_HTTP_OPTIONS },
};

static enum kith_http_method find_method(struct kith_str text)
{
	for (size_t i = 0; i < KITH_COUNT(methods); i++) {
		if (kith_str_is(text, methods[i].name)) {
			return methods[i].method;
		}
	}
	return KITH_HTTP_OTHER;
}

static enum kith_parse take_method(struct reader *r)
{
	struct kith_str *text = &r->head.method_text;
	enum kith_parse parse = take_span(r, KITH_HTTP_IN_TOKEN, KITH_HTTP_METHOD_MAX,
	                                  "the method is too long", text);
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	if (text->len == 0) {
		return refuse_form(r, "a request begins with its method");
	}
	r->head.method = find_method(*text);
	return take_text(r, " ", "one blank must follow the method");
}

static enum kith_parse take_target(struct reader *r)
{
	if (r->at == r->end) {
		return KITH_PARSE_MORE;
	}
	if (*r->at != '/') {
		return refuse_form(r, "the target must be a path that begins with '/'");
	}
	struct kith_str *target = &r->head.target;
	enum kith_parse parse = take_span(r, KITH_HTTP_IN_TARGET, KITH_HTTP_TARGET_MAX,
	                                  "the target is too long", target);
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	r->head.path = *target;
	r->head.query = kith_str_make(r->at, 0);
	(void)kith_str_cut(*target, '?', &r->head.path, &r->head.query);
	return take_text(r, " ", "the target holds a byte that must be percent-encoded");
}

static enum kith_parse take_version(struct reader *r)
{
	enum kith_parse parse = take_text(r, "HTTP/1.", "the version must be HTTP/1.1 or HTTP/1.0");
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	if (r->at == r->end) {
		return KITH_PARSE_MORE;
	}
	if (*r->at != '0' && *r->at != '1') {
		return refuse_form(r, "the version must be HTTP/1.1 or HTTP/1.0");
	}
	r->head.minor_version = *r->at++ - '0';
	return KITH_PARSE_DONE;
}

static enum kith_parse take_status(struct reader *r)
{
	static const char complaint[] = "the status must be three digits from 100 to 599";
	enum kith_parse parse = take_text(r, " ", "one blank must follow the version");
	for (int place = 0; parse == KITH_PARSE_DONE && place < 3; place++) {
		if (r->at == r->end) {
			return KITH_PARSE_MORE;
		}
		char digit = *r->at++;
		if (digit < '0' || digit > '9' || (place == 0 && (digit < '1' || digit > '5'))) {
			return refuse_form(r, complaint);
		}
		r->head.status = r->head.status * 10 + (digit - '0');
	}
	return parse == KITH_PARSE_DONE ? take_text(r, " ", complaint) : parse;
}

static enum kith_parse take_reason(struct reader *r)
{
	struct kith_str reason;
	return take_span(r, KITH_HTTP_IN_VALUE, KITH_HTTP_HEAD_MAX, "", &reason);
}

/* The headers that frame the message or say what becomes of the connection. */

static bool list_has(struct kith_str list, struct kith_str token)
{
	struct kith_str item;
	while (kith_str_cut(list, ',', &item, &list)) {
		if (kith_str_equal_nocase(kith_str_trim(item), token)) {
			return true;
		}
	}
	return kith_str_equal_nocase(kith_str_trim(list), token);
}

static enum kith_parse note_host(struct reader *r, struct kith_str value)
{
	if (r->has_host) {
		return refuse_form(r, "more than one Host");
	}
	if (value.len == 0 || !kith_http_is_all(value, KITH_HTTP_IN_HOST)) {
		return refuse_form(r, "Host is no host");
	}
	r->has_host = true;
	return KITH_PARSE_DONE;
}

static bool is_digits(struct kith_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9') {
			return false;
		}
	}
	return text.len > 0;
}

static enum kith_parse note_length(struct reader *r, struct kith_str value)
{
	if (r->has_length) {
		return refuse_form(r, "more than one Content-Length");
	}
	if (r->has_encoding) {
		return refuse_form(r, "Content-Length together with Transfer-Encoding");
	}
	if (!is_digits(value) || (value.len > 1 && value.at[0] == '0')) {
		return refuse_form(r, "Content-Length is no plain decimal number");
	}
	if (!kith_str_to_int(value, &r->head.content_length)) {
		return refuse(r, KITH_E_TOO_LARGE, "Content-Length is too large");
	}
	r->has_length = true;
	r->head.body = r->head.content_length == 0 ? KITH_HTTP_BODY_NONE : KITH_HTTP_BODY_LENGTH;
	return KITH_PARSE_DONE;
}

static enum kith_parse note_encoding(struct reader *r, struct kith_str value)
{
	if (r->has_encoding) {
		return refuse_form(r, "more than one Transfer-Encoding");
	}
	if (r->has_length) {
		return refuse_form(r, "Content-Length together with Transfer-Encoding");
	}
	if (r->head.minor_version == 0) {
		return refuse_form(r, "HTTP/1.0 has no Transfer-Encoding");
	}
	if (!kith_str_equal_nocase(value, KITH_STR("chunked"))) {
		return refuse_form(r, "the only Transfer-Encoding is chunked");
	}
	r->has_encoding = true;
	r->head.body = KITH_HTTP_BODY_CHUNKED;
	return KITH_PARSE_DONE;
}

static enum kith_parse note_connection(struct reader *r, struct kith_str value)
{
	r->says_close |= list_has(value, KITH_STR("close"));
	r->says_keep_alive |= list_has(value, KITH_STR("keep-alive"));
	r->head.wants_upgrade |= r->head.minor_version > 0 && list_has(value, KITH_STR("upgrade"));
	return KITH_PARSE_DONE;
}

static enum kith_parse note_expect(struct reader *r, struct kith_str value)
{
	r->head.expects_continue |=
		r->head.minor_version > 0 && list_has(value, KITH_STR("100-continue"));
	return KITH_PARSE_DONE;
}

static const struct {
	struct kith_str name;
	enum kith_parse (*note)(struct reader *r, struct kith_str value);
} notes[] = {
	{ { "host", 4 }, note_host },
	{ { "connection", 10 }, note_connection },
	{ { "content-length", 14 }, note_length },
	{ { "transfer-encoding", 17 }, note_encoding },
	{ { "expect", 6 }, note_expect },
};

static enum kith_parse note_header(struct reader *r, const struct kith_http_header *header)
{
	for (size_t i = 0; i < KITH_COUNT(notes); i++) {
		if (notes[i].name.len == header->name.len &&
		    kith_str_equal_nocase(notes[i].name, header->name)) {
			return notes[i].note(r, header->value);
		}
	}
	return KITH_PARSE_DONE;
}

/* Header lines. */

static enum kith_parse refuse_name(struct reader *r, struct kith_str name)
{
	bool is_blank = *r->at == ' ' || *r->at == '\t';
	if (is_blank && name.len == 0) {
		return refuse_form(r, "a header line is folded");
	}
	return refuse_form(r, is_blank ? "a blank before a header's colon"
	                               : "a header's name is no token followed by a colon");
}

static enum kith_parse take_header(struct reader *r)
{
	if (r->head.header_count == KITH_HTTP_HEADERS_MAX) {
		return refuse(r, KITH_E_TOO_LARGE, "more than 100 headers");
	}
	struct kith_http_header *header = &r->head.headers[r->head.header_count];
	enum kith_parse parse =
		take_span(r, KITH_HTTP_IN_TOKEN, KITH_HTTP_HEAD_MAX, "", &header->name);
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	if (*r->at != ':' || header->name.len == 0) {
		return refuse_name(r, header->name);
	}
	r->at++;
	parse = take_span(r, KITH_HTTP_IN_VALUE, KITH_HTTP_HEAD_MAX, "", &header->value);
	if (parse == KITH_PARSE_DONE) {
		parse = take_line_end(r);
	}
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	header->value = kith_str_trim(header->value);
	r->head.header_count++;
	return note_header(r, header);
}

static enum kith_parse take_headers(struct reader *r)
{
	for (;;) {
		if (r->at == r->end) {
			return KITH_PARSE_MORE;
		}
		if (*r->at == '\r') {
			return take_line_end(r);
		}
		enum kith_parse parse = take_header(r);
		if (parse != KITH_PARSE_DONE) {
			return parse;
		}
	}
}

/* What can only be judged when all headers are there. */

static enum kith_parse check_request(struct reader *r)
{
	if (!r->has_host && r->head.minor_version > 0) {
		return refuse_form(r, "Host is missing");
	}
	r->head.expects_continue &= r->head.body != KITH_HTTP_BODY_NONE;
	return KITH_PARSE_DONE;
}

static enum kith_parse check_response(struct reader *r)
{
	int status = r->head.status;
	if (status == 304) {
		r->head.body =
			KITH_HTTP_BODY_NONE; /* its length is the page's, which is not sent */
		return KITH_PARSE_DONE;
	}
	if (status < 200 || status == 204) {
		return r->head.body == KITH_HTTP_BODY_NONE
		               ? KITH_PARSE_DONE
		               : refuse_form(r, "a response that has no body announces one");
	}
	return r->has_length || r->has_encoding
	               ? KITH_PARSE_DONE
	               : refuse_form(r, "a response must say how long its body is");
}

static step_fn *const request_steps[] = {
	take_method, take_target, take_version, take_line_end, take_headers, check_request, NULL,
};

static step_fn *const response_steps[] = {
	take_version, take_status, take_reason, take_line_end, take_headers, check_response, NULL,
};

static enum kith_parse read_head(struct kith_str in, step_fn *const steps[],
                                 struct kith_http_head *out, enum kith_rc *rc, struct kith_why *why)
{
	if (in.len == 0) {
		return KITH_PARSE_MORE;
	}
	struct reader r; /* three kilobytes of headers in it are not worth clearing */
	memset(&r, 0, offsetof(struct reader, head.headers));
	r.at = in.at;
	r.end = in.at + (in.len < KITH_HTTP_HEAD_MAX ? in.len : KITH_HTTP_HEAD_MAX);
	r.why = why;

	enum kith_parse parse = KITH_PARSE_DONE;
	for (size_t i = 0; parse == KITH_PARSE_DONE && steps[i] != NULL; i++) {
		parse = steps[i](&r);
	}
	if (parse == KITH_PARSE_MORE && in.len >= KITH_HTTP_HEAD_MAX) {
		parse = refuse(&r, KITH_E_TOO_LARGE, "the head is longer than 16 KiB");
	}
	if (parse == KITH_PARSE_BAD) {
		*rc = r.rc;
	}
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	r.head.keep_alive = !r.says_close && (r.head.minor_version > 0 || r.says_keep_alive);
	r.head.size = (size_t)(r.at - in.at);
	memcpy(out, &r.head, offsetof(struct kith_http_head, headers));
	memcpy(out->headers, r.head.headers, r.head.header_count * sizeof(out->headers[0]));
	return KITH_PARSE_DONE;
}

enum kith_parse kith_http_read_request(struct kith_str in, struct kith_http_head *out,
                                       enum kith_rc *rc, struct kith_why *why)
{
	return read_head(in, request_steps, out, rc, why);
}

enum kith_parse kith_http_read_response(struct kith_str in, struct kith_http_head *out,
                                        enum kith_rc *rc, struct kith_why *why)
{
	return read_head(in, response_steps, out, rc, why);
}

struct kith_str kith_http_header(const struct kith_http_head *head, const char *name)
{
	struct kith_str wanted = kith_str_of(name);
	for (size_t i = 0; i < head->header_count; i++) {
		if (kith_str_equal_nocase(head->headers[i].name, wanted)) {
			return head->headers[i].value;
		}
	}
	return (struct kith_str){ 0 };
}

bool kith_http_has_token(const struct kith_http_head *head, const char *name, const char *token)
{
	struct kith_str wanted = kith_str_of(name);
	for (size_t i = 0; i < head->header_count; i++) {
		if (kith_str_equal_nocase(head->headers[i].name, wanted) &&
		    list_has(head->headers[i].value, kith_str_of(token))) {
			return true;
		}
	}
	return false;
}
