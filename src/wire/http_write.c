/*
 * http_write.c -- how does a head read on the wire?
 *
 * Appends lines to a buffer; memory is asked about once, at its end
 * (buf->failed). A CR or LF in a name or value would begin a line of its own,
 * so such a caller is stopped, in release builds too.
 */
#include "wire/http.h"

#include "wire/http_chars.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 100, "Continue" },
	{ 101, "Switching Protocols" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 426, "Upgrade Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

const char *kith_http_reason(int status)
{
	for (size_t i = 0; i < KITH_COUNT(reasons); i++) {
		if (reasons[i].status == status) {
			return reasons[i].reason;
		}
	}
	return "Status";
}

void kith_http_write_status(struct kith_buf *buf, int status)
{
	KITH_ASSERT(status >= 100 && status <= 599);
	kith_buf_add(buf, KITH_STR("HTTP/1.1 "));
	kith_buf_add_int(buf, status);
	kith_buf_add_char(buf, ' ');
	kith_buf_add_text(buf, kith_http_reason(status));
	kith_buf_add(buf, KITH_STR("\r\n"));
}

void kith_http_write_request(struct kith_buf *buf, const char *method, struct kith_str target)
{
	KITH_ASSERT(kith_http_is_all(kith_str_of(method), KITH_HTTP_IN_TOKEN));
	KITH_ASSERT(target.len > 0 && kith_http_is_all(target, KITH_HTTP_IN_TARGET));
	kith_buf_add_text(buf, method);
	kith_buf_add_char(buf, ' ');
	kith_buf_add(buf, target);
	kith_buf_add(buf, KITH_STR(" HTTP/1.1\r\n"));
}

void kith_http_write_header(struct kith_buf *buf, const char *name, struct kith_str value)
{
	KITH_ASSERT(kith_http_is_all(kith_str_of(name), KITH_HTTP_IN_TOKEN));
	KITH_ASSERT(kith_http_is_all(value, KITH_HTTP_IN_VALUE));
	kith_buf_add_text(buf, name);
	kith_buf_add(buf, KITH_STR(": "));
	kith_buf_add(buf, value);
	kith_buf_add(buf, KITH_STR("\r\n"));
}

void kith_http_write_end(struct kith_buf *buf)
{
	kith_buf_add(buf, KITH_STR("\r\n"));
}
