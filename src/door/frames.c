/*
 * frames.c -- JSON in the host's buffer, a header in front of it, out.
 */
#include "door/frames.h"

#include "base/when.h"
#include "door/answer.h"
#include "wire/ws.h"

/* What every event's frame begins with: kith_answer_event() puts the name first. */
#define EVENT_HEAD "{\"type\":\"event\",\"event\":\""
#define CURSOR_HEAD ",\"cursor\":\""

void kith_frame_read_event(struct kith_str frame, struct kith_frame_event *out)
{
	struct kith_str json = kith_ws_payload(frame);
	struct kith_str rest;

	KITH_ASSERT(kith_str_starts(json, KITH_STR(EVENT_HEAD)));
	*out = (struct kith_frame_event){ .json = json };
	bool has_name =
		kith_str_cut(kith_str_skip(json, sizeof(EVENT_HEAD) - 1), '"', &out->name, &rest);
	KITH_ASSERT(has_name);
	if (kith_str_starts(rest, KITH_STR(CURSOR_HEAD))) {
		rest = kith_str_skip(rest, sizeof(CURSOR_HEAD) - 1);
		KITH_ASSERT(rest.len > KITH_CURSOR_TEXT);
		out->cursor = kith_str_make(rest.at, KITH_CURSOR_TEXT);
	}
}

void kith_frame_begin(struct kith_door *door, struct kith_json_writer *w, const char *type)
{
	struct kith_buf *json = &door->host->json;

	kith_buf_reset(json);
	kith_json_write_to(w, json);
	kith_json_open_object(w);
	kith_json_pair_string(w, "type", kith_str_of(type));
}

void kith_frame_end(struct kith_door *door, struct kith_json_writer *w)
{
	uint8_t header[KITH_WS_HEADER_MAX];
	struct kith_str json;

	kith_json_close_object(w);
	if (w->buf->failed) {
		door->host->abort(door);
		return;
	}
	json = kith_buf_str(w->buf);
	kith_out_add(door->out, kith_str_make(header, kith_ws_write_header(header, KITH_WS_TEXT,
	                                                                   json.len, NULL)));
	kith_out_add(door->out, json);
	door->host->send(door);
}

static void put_limits(struct kith_json_writer *w)
{
	kith_json_key(w, "limits");
	kith_json_open_object(w);
	kith_json_pair_integer(w, "frameBytes", KITH_WS_MESSAGE_MAX);
	kith_json_pair_integer(w, "textBytes", KITH_TEXT_MAX);
	kith_json_pair_integer(w, "opaqueBytes", KITH_OPAQUE_MAX);
	kith_json_pair_integer(w, "pageItems", KITH_STORE_PAGE_MAX);
	kith_json_pair_integer(w, "calls", KITH_DOOR_CALLS_MAX);
	kith_json_close_object(w);
}

void kith_frame_begin_welcome(struct kith_door *door, struct kith_json_writer *w,
                              const struct kith_result *me, int64_t position)
{
	const struct kith_door_host *host = door->host;
	char now[KITH_WHEN_TEXT];

	kith_when_format(host->now_us, now);
	kith_frame_begin(door, w, "welcome");
	kith_json_key(w, "me");
	kith_answer_result(w, host->cursor_keys, me);
	kith_answer_cursor(w, host->cursor_keys, "cursor", KITH_CURSOR_SYNC, position);
	kith_json_pair_string(w, "serverTime", kith_str_make(now, sizeof(now)));
	put_limits(w);
	kith_json_pair_integer(w, "heartbeatMs", KITH_DOOR_HEARTBEAT_MS);
}

void kith_frame_welcome(struct kith_door *door, const struct kith_result *me, int64_t position)
{
	struct kith_json_writer w;

	kith_frame_begin_welcome(door, &w, me, position);
	kith_frame_end(door, &w);
}

void kith_frame_answer(struct kith_door *door, const struct kith_call *call)
{
	struct kith_json_writer w;

	if (call->door_id < 0) {
		return;
	}
	if (call->rc != KITH_OK) {
		kith_frame_problem(door, call->door_id, call->rc, &call->why);
		return;
	}
	kith_frame_begin(door, &w, "ok");
	kith_json_pair_integer(&w, "id", call->door_id);
	if (call->result.is_repeat) {
		kith_json_pair_bool(&w, "repeated", true);
	}
	kith_json_key(&w, "result");
	kith_answer_result(&w, door->host->cursor_keys, &call->result);
	kith_frame_end(door, &w);
}

void kith_frame_renewed(struct kith_door *door)
{
	struct kith_json_writer w;

	kith_frame_begin(door, &w, "ok");
	kith_json_key(&w, "result");
	kith_json_open_object(&w);
	kith_json_close_object(&w);
	kith_frame_end(door, &w);
}

void kith_frame_problem(struct kith_door *door, int64_t id, enum kith_rc rc,
                        const struct kith_why *why)
{
	struct kith_json_writer w;

	kith_frame_begin(door, &w, "error");
	if (id >= 0) {
		kith_json_pair_integer(&w, "id", id);
	}
	kith_json_key(&w, "problem");
	kith_answer_problem(&w, rc, why, (struct kith_str){ 0 });
	kith_frame_end(door, &w);
	kith_door_refused(door, rc, why);
}

void kith_frame_pong(struct kith_door *door, int64_t n)
{
	struct kith_json_writer w;

	kith_frame_begin(door, &w, "pong");
	kith_json_pair_integer(&w, "n", n);
	kith_frame_end(door, &w);
}

void kith_frame_begin_gap(struct kith_door *door, struct kith_json_writer *w, bool must_reload,
                          int64_t position)
{
	kith_frame_begin(door, w, "gap");
	kith_json_pair_bool(w, "reload", must_reload);
	kith_answer_cursor(w, door->host->cursor_keys, "cursor", KITH_CURSOR_SYNC, position);
}

void kith_frame_gap(struct kith_door *door, bool must_reload, int64_t position)
{
	struct kith_json_writer w;

	kith_frame_begin_gap(door, &w, must_reload, position);
	kith_frame_end(door, &w);
}

void kith_frame_begin_bye(struct kith_door *door, struct kith_json_writer *w, int code,
                          const char *reason, int64_t retry_after_ms)
{
	kith_frame_begin(door, w, "bye");
	kith_json_pair_integer(w, "code", code);
	kith_json_pair_string(w, "reason", kith_str_of(reason));
	kith_json_pair_integer(w, "retryAfterMs", retry_after_ms);
}

void kith_frame_bye(struct kith_door *door, int code, const char *reason, int64_t retry_after_ms)
{
	struct kith_json_writer w;

	kith_frame_begin_bye(door, &w, code, reason, retry_after_ms);
	kith_frame_end(door, &w);

	struct kith_buf *close = &door->host->head;
	kith_buf_reset(close);
	kith_ws_write_close(close, code, kith_str_of(reason), NULL);
	if (close->failed) {
		door->host->abort(door);
		return;
	}
	kith_out_add(door->out, kith_buf_str(close));
	door->host->send(door);
}
