/*
 * reply.c -- status line, headers, body.
 */
#include "door/reply.h"

#include "base/when.h"
#include "wire/http.h"

enum { DATE_TEXT = 29 };

static const char *const weekdays[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* Date as RFC 9110 5.6.7 has it: Sun, 22 Nov 2026 10:15:30 GMT. */
static void add_date(struct kith_buf *buf, int64_t now_us)
{
	char when[KITH_WHEN_TEXT];

	kith_when_format(now_us, when);
	int month = (when[5] - '0') * 10 + (when[6] - '0');
	kith_buf_add_text(buf, "Date: ");
	kith_buf_add_text(buf, weekdays[now_us / KITH_DAY_US % 7]);
	kith_buf_add_text(buf, ", ");
	kith_buf_add(buf, kith_str_make(when + 8, 2));
	kith_buf_add_char(buf, ' ');
	kith_buf_add_text(buf, months[month - 1]);
	kith_buf_add_char(buf, ' ');
	kith_buf_add(buf, kith_str_make(when, 4));
	kith_buf_add_char(buf, ' ');
	kith_buf_add(buf, kith_str_make(when + 11, 8));
	kith_buf_add_text(buf, " GMT\r\n");
}

void kith_reply_header_add(struct kith_reply *reply, const char *name, struct kith_str value)
{
	KITH_ASSERT(reply->header_count < KITH_REPLY_HEADERS_MAX);
	reply->headers[reply->header_count++] =
		(struct kith_reply_header){ .name = name, .value = value };
}

static void add_body_headers(struct kith_buf *buf, const struct kith_reply *reply)
{
	/* 204 and 101 have no body and may not claim one (RFC 9110 8.6). */
	if (reply->status == 204 || reply->status < 200) {
		return;
	}
	if (reply->type != NULL) {
		kith_http_write_header(buf, "Content-Type", kith_str_of(reply->type));
	}
	if (reply->is_endless) {
		return;
	}
	kith_buf_add_text(buf, "Content-Length: ");
	kith_buf_add_int(buf, (int64_t)reply->body.len);
	kith_buf_add_text(buf, "\r\n");
}

void kith_reply_send(struct kith_door *door, const struct kith_reply *reply)
{
	struct kith_buf *buf = &door->host->head;

	kith_buf_reset(buf);
	kith_http_write_status(buf, reply->status);
	add_date(buf, door->host->now_us);
	add_body_headers(buf, reply);
	kith_http_write_header(buf, "Cache-Control", KITH_STR("no-store"));
	kith_http_write_header(buf, "X-Content-Type-Options", KITH_STR("nosniff"));
	if (reply->request_id.len > 0) {
		kith_http_write_header(buf, "X-Request-Id", reply->request_id);
	}
	if (reply->origin.len > 0) {
		kith_http_write_header(buf, "Access-Control-Allow-Origin", reply->origin);
		kith_http_write_header(buf, "Vary", KITH_STR("Origin"));
	}
	for (size_t i = 0; i < reply->header_count; i++) {
		kith_http_write_header(buf, reply->headers[i].name, reply->headers[i].value);
	}
	if (!reply->is_kept && reply->status >= 200) {
		kith_http_write_header(buf, "Connection", KITH_STR("close"));
	}
	kith_http_write_end(buf);
	if (buf->failed) {
		door->host->abort(door);
		return;
	}
	kith_out_add(door->out, kith_buf_str(buf));
	if (!reply->is_head_only) {
		kith_out_add(door->out, reply->body);
	}
	door->host->send(door);
}
