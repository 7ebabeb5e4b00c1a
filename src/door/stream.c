/*
 * stream.c -- what a request for the stream must say, and how events read on it.
 */
#include "door/stream.h"

#include <stdio.h>

#include "base/mem.h"
#include "door/follow.h"
#include "door/frames.h"
#include "door/resume.h"
#include "wire/ws.h"

struct stream {
	struct kith_door base;
	struct kith_lane *lane;
	struct kith_resume resume;
	int64_t expiry_us; /* of the token, in steady time       */
	int64_t said_us;   /* when something was said last       */
	bool is_chunked;
	bool is_over; /* we have said goodbye                    */
};

static struct stream *stream_of(struct kith_door *door)
{
	return KITH_CONTAINER(door, struct stream, base);
}

/* --- the request --- */

enum { ARG_SINCE, ARG_WATCH, ARG_UNREAD };

static const struct kith_arg_row arg_rows[] = {
	[ARG_SINCE] = { .name = "since",
	                .type = KITH_ARG_STRING,
	                .place = KITH_ARG_IN_QUERY,
	                .min = 1,
	                .max = 64 },
	[ARG_WATCH] = { .name = "watch",
	                .type = KITH_ARG_STRING,
	                .place = KITH_ARG_IN_QUERY,
	                .min = 1,
	                .max = KITH_HTTP_TARGET_MAX },
	[ARG_UNREAD] = { .name = "unread", .type = KITH_ARG_BOOLEAN, .place = KITH_ARG_IN_QUERY },
};

const struct kith_call_row kith_stream_row = {
	.name = "events",
	.id = KITH_CALL_ME_GET,
	.method = "GET",
	.path = KITH_STREAM_PATH,
	.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
	.status = 200,
	.args = arg_rows,
	.arg_count = KITH_COUNT(arg_rows),
};

/* Does one of the types that ACCEPT lists mean ours? Weights do not matter: it is all we have. */
static bool accepts_events(struct kith_str accept)
{
	static const char *const types[] = { "text/event-stream", "text/*", "*/*" };
	bool goes_on = true;

	while (goes_on) {
		struct kith_str item = accept;
		struct kith_str weight;
		goes_on = kith_str_cut(accept, ',', &item, &accept);
		(void)kith_str_cut(item, ';', &item, &weight);
		for (size_t i = 0; i < KITH_COUNT(types); i++) {
			if (kith_str_equal_nocase(kith_str_trim(item), kith_str_of(types[i]))) {
				return true;
			}
		}
	}
	return false;
}

struct kith_stream_ask *kith_stream_keep(const struct kith_http_head *head, struct kith_arena *mem)
{
	struct kith_stream_ask *ask = kith_arena_zero(mem, 1, sizeof(*ask));
	struct kith_str accept = kith_http_header(head, "accept");
	struct kith_str last_id = kith_http_header(head, "last-event-id");

	if (ask == NULL || (last_id.len > 0 && !kith_arena_copy(mem, last_id, &ask->last_id))) {
		return NULL;
	}
	ask->is_accepted = accept.at == NULL || accepts_events(accept);
	ask->is_chunked = head->minor_version > 0;
	ask->since = -1;
	return ask;
}

/*
 * What presence.watch would refuse is refused before the stream begins. Where an
 * address leads is not looked at: whoever is not there is told as being away.
 */
static enum kith_rc check_watch(const struct kith_session *session, struct kith_str list,
                                struct kith_why *why)
{
	const struct kith_call_row *row = &kith_calls[KITH_CALL_PRESENCE_WATCH];
	struct kith_address address;
	struct kith_str text = list;
	size_t count = 0;

	if ((row->scopes & session->scope) == 0) {
		return kith_refuse(why, KITH_E_FORBIDDEN, "watch",
		                   "The token's scope may watch nobody.");
	}
	for (bool goes_on = true; goes_on; count++) {
		text = list;
		goes_on = kith_str_cut(list, ',', &text, &list);
		enum kith_rc rc = kith_address_read(text, KITH_STR(""), &address, why);
		bool is_person = rc != KITH_OK || address.kind != KITH_ADDRESS_CONVERSATION;
		if ((rc != KITH_OK && rc != KITH_E_NOT_FOUND) || !is_person) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, "watch",
			                   "Number %zu is no address of a user.", count + 1);
		}
	}
	*why = (struct kith_why){ .detail = "" };
	return count <= row->args->count_max
	               ? KITH_OK
	               : kith_refuse(why, KITH_E_TOO_LARGE, "watch",
	                             "At most %u people are watched.", row->args->count_max);
}

enum kith_rc kith_stream_check(struct kith_stream_ask *ask, struct kith_call *call,
                               const struct kith_cursor_keys *keys)
{
	const struct kith_arg *args = call->args;
	bool comes_again = ask->last_id.len > 0;
	struct kith_str cursor = comes_again ? ask->last_id : args[ARG_SINCE].text;

	if (!ask->is_accepted) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "accept",
		                   "The stream is text/event-stream.");
	}
	if (cursor.len > 0 && !kith_cursor_read_since(keys, cursor, &ask->since)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST,
		                   comes_again ? "last-event-id" : "since", "It is no cursor.");
	}
	ask->watch = args[ARG_WATCH].text;
	ask->counts_unread = args[ARG_UNREAD].flag;
	return ask->watch.len == 0 ? KITH_OK : check_watch(call->session, ask->watch, &call->why);
}

void kith_stream_head(struct kith_reply *reply, const struct kith_stream_ask *ask)
{
	reply->status = 200;
	reply->type = "text/event-stream";
	reply->is_endless = true;
	/* Some proxies keep answers until they have much of them, unless they are told. */
	kith_reply_header_add(reply, "X-Accel-Buffering", KITH_STR("no"));
	if (ask->is_chunked) {
		kith_reply_header_add(reply, "Transfer-Encoding", KITH_STR("chunked"));
	}
}

/* --- saying --- */

/* Appends HEAD, BODY and TAIL as one piece of the response's body, and sends. */
static void add_piece(struct stream *stream, struct kith_str head, struct kith_str body,
                      struct kith_str tail)
{
	struct kith_out *out = stream->base.out;
	char line[24];

	if (stream->is_chunked) {
		int len = snprintf(line, sizeof(line), "%zx\r\n", head.len + body.len + tail.len);
		kith_out_add(out, kith_str_make(line, (size_t)len));
	}
	kith_out_add(out, head);
	kith_out_add(out, body);
	kith_out_add(out, tail);
	if (stream->is_chunked) {
		kith_out_add(out, KITH_STR("\r\n"));
	}
	stream->said_us = stream->base.host->steady_us;
	stream->base.host->send(&stream->base);
}

/* What stands before the data of an event. */
struct lines {
	int64_t retry_ms;       /* 0: nothing is said of it               */
	struct kith_str cursor; /* may be empty: the client keeps its own */
	struct kith_str name;
};

/* One event. JSON is one line: its writer escapes whatever could end one. */
static void add_event(struct stream *stream, const struct lines *lines, struct kith_str json)
{
	char text[128];
	int len = 0;

	if (lines->retry_ms > 0) {
		len = snprintf(text, sizeof(text), "retry: %lld\n", (long long)lines->retry_ms);
	}
	if (lines->cursor.len > 0) {
		len += snprintf(text + len, sizeof(text) - (size_t)len, "id: %.*s\n",
		                KITH_STR_PRINT(lines->cursor));
	}
	len += snprintf(text + len, sizeof(text) - (size_t)len,
	                "event: %.*s\ndata: ", KITH_STR_PRINT(lines->name));
	KITH_ASSERT((size_t)len < sizeof(text));
	add_piece(stream, kith_str_make(text, (size_t)len), json, KITH_STR("\n\n"));
}

/* Ends the object that was begun, and says it; aborts without memory. */
static void say(struct stream *stream, const struct lines *lines, struct kith_json_writer *w)
{
	kith_json_close_object(w);
	if (w->buf->failed) {
		stream->base.host->abort(&stream->base);
		return;
	}
	add_event(stream, lines, kith_buf_str(w->buf));
}

static void say_event(struct kith_door *door, struct kith_str frame)
{
	struct kith_frame_event event;

	kith_frame_read_event(frame, &event);
	const struct lines lines = { .cursor = event.cursor, .name = event.name };
	add_event(stream_of(door), &lines, event.json);
}

static struct kith_str cursor_of(const struct stream *stream, int64_t position,
                                 char text[KITH_CURSOR_TEXT])
{
	kith_cursor_write(stream->base.host->cursor_keys, KITH_CURSOR_SYNC, position, text);
	return kith_str_make(text, KITH_CURSOR_TEXT);
}

static void say_welcome(struct stream *stream, const struct kith_result *me, int64_t position)
{
	char text[KITH_CURSOR_TEXT];
	const struct lines lines = { .retry_ms = KITH_STREAM_RETRY_MS,
		                     .cursor = cursor_of(stream, position, text),
		                     .name = KITH_STR("welcome") };
	struct kith_json_writer w;

	kith_frame_begin_welcome(&stream->base, &w, me, position);
	say(stream, &lines, &w);
}

static void say_gap(struct kith_door *door, int64_t position)
{
	struct stream *stream = stream_of(door);
	char text[KITH_CURSOR_TEXT];
	const struct lines lines = { .cursor = cursor_of(stream, position, text),
		                     .name = KITH_STR("gap") };
	struct kith_json_writer w;

	kith_frame_begin_gap(door, &w, true, position);
	say(stream, &lines, &w);
}

/* --- endings --- */

static void say_bye(struct stream *stream, int code, const char *reason, int64_t retry_after_ms)
{
	/* A client that only follows the standard comes back when it is told to, too. */
	const struct lines lines = { .retry_ms = retry_after_ms, .name = KITH_STR("bye") };
	struct kith_json_writer w;

	if (stream->is_over) {
		return;
	}
	kith_frame_begin_bye(&stream->base, &w, code, reason, retry_after_ms);
	say(stream, &lines, &w);
	if (stream->is_chunked) {
		kith_out_add(stream->base.out, KITH_STR("0\r\n\r\n"));
	}
	stream->is_over = true;
	stream->resume.is_over = true;
	stream->base.host->close(&stream->base);
}

static void on_failed(struct kith_door *door, enum kith_rc rc)
{
	struct stream *stream = stream_of(door);

	if (rc == KITH_E_TOKEN_EXPIRED) {
		say_bye(stream, KITH_WS_CLOSE_TOKEN, "token_expired", 0);
	} else if (rc == KITH_E_UNAUTHENTICATED) {
		say_bye(stream, KITH_WS_CLOSE_TOKEN, "session_ended", 0);
	} else if (rc == KITH_E_NO_MEMORY) {
		say_bye(stream, KITH_WS_CLOSE_RESTART, "out of memory", KITH_RETRY_AFTER_MS);
	} else {
		say_bye(stream, KITH_WS_CLOSE_RESTART, "the store does not answer",
		        KITH_RETRY_AFTER_MS);
	}
}

/* --- the door --- */

/* Whatever is said here is meant for nobody: a request would wait for ever. */
static void on_bytes(struct kith_door *door, struct kith_str *in)
{
	if (in->len > 0) {
		*in = kith_str_skip(*in, in->len);
		say_bye(stream_of(door), KITH_WS_CLOSE_BAD_FRAME, "nothing may be said here", 0);
	}
}

static void on_event(struct kith_door *door, int64_t position, struct kith_str frame)
{
	struct stream *stream = stream_of(door);

	if (!stream->is_over && !kith_resume_keep(&stream->resume, position, frame)) {
		say_event(door, frame);
		kith_follow_event(door, frame);
	}
}

static void on_passing(struct kith_door *door, struct kith_str frame)
{
	if (!stream_of(door)->is_over) {
		say_event(door, frame);
	}
}

static void on_room(struct kith_door *door)
{
	kith_resume_go_on(&stream_of(door)->resume);
}

static int64_t deadline_us(const struct kith_door *door)
{
	const struct stream *stream = KITH_CONTAINER(door, const struct stream, base);
	int64_t beat_us = stream->said_us + KITH_DOOR_HEARTBEAT_MS * INT64_C(1000);

	if (stream->is_over) {
		return -1; /* the connection ends in time by itself */
	}
	return kith_follow_deadline_us(door,
	                               stream->expiry_us < beat_us ? stream->expiry_us : beat_us);
}

static void on_deadline(struct kith_door *door)
{
	struct stream *stream = stream_of(door);

	if (door->host->steady_us >= stream->expiry_us) {
		say_bye(stream, KITH_WS_CLOSE_TOKEN, "token_expired", 0);
		return;
	}
	kith_follow_run(door);
	if (door->host->steady_us >= stream->said_us + KITH_DOOR_HEARTBEAT_MS * INT64_C(1000)) {
		/* A comment: proxies and the client hear that the line still holds. */
		add_piece(stream, KITH_STR(":\n\n"), KITH_STR(""), KITH_STR(""));
	}
}

static void on_ended(struct kith_door *door)
{
	say_bye(stream_of(door), KITH_WS_CLOSE_TOKEN, "session_ended", 0);
}

static void on_drain(struct kith_door *door, int64_t retry_after_ms)
{
	say_bye(stream_of(door), KITH_WS_CLOSE_RESTART, "restart", retry_after_ms);
}

static void free_door(struct kith_door *door)
{
	struct stream *stream = stream_of(door);

	kith_lane_release(&stream->lane);
	kith_session_unref(&door->session);
	kith_follow_done(door);
	kith_resume_done(&stream->resume);
	kith_free(stream);
}

static const struct kith_door_ops stream_ops = {
	.kind = KITH_METRIC_DOOR_STREAM,
	.on_bytes = on_bytes,
	.on_event = on_event,
	.on_passing = on_passing,
	.on_room = on_room,
	.on_deadline = on_deadline,
	.deadline_us = deadline_us,
	.on_drain = on_drain,
	.on_ended = on_ended,
	.free = free_door,
};

static const struct kith_resume_ops resume_ops = {
	.event = say_event,
	.gap = say_gap,
	.fail = on_failed,
};

static struct stream *stream_new(const struct kith_door *from, struct kith_session *session,
                                 const struct kith_stream_ask *ask)
{
	const struct kith_door_host *host = from->host;
	struct stream *stream = kith_alloc_zero(1, sizeof(*stream));
	if (stream == NULL) {
		return NULL;
	}
	stream->lane = kith_lane_new();
	if (stream->lane == NULL) {
		kith_free(stream);
		return NULL;
	}
	stream->base = (struct kith_door){ .ops = &stream_ops,
		                           .host = from->host,
		                           .out = from->out,
		                           .connection = from->connection,
		                           .id = from->id,
		                           .session = kith_session_ref(session),
		                           .peer = from->peer };
	stream->resume = (struct kith_resume){
		.door = &stream->base, .lane = stream->lane, .ops = &resume_ops, .since = ask->since
	};
	stream->expiry_us = host->steady_us + (session->expires_us - host->now_us);
	stream->said_us = host->steady_us;
	stream->is_chunked = ask->is_chunked;
	return stream;
}

struct kith_door *kith_stream_open(struct kith_door *from, const struct kith_reply *reply,
                                   const struct kith_stream_ask *ask, const struct kith_call *call)
{
	struct kith_door_host *host = from->host;
	struct stream *stream = stream_new(from, call->session, ask);
	bool resumes = ask->since >= 0;

	if (stream == NULL) {
		return NULL;
	}
	kith_reply_send(from, reply);
	say_welcome(stream, &call->result, resumes ? ask->since : host->position);
	host->join(&stream->base);
	host->show(&stream->base, true);
	if (resumes) {
		kith_resume_start(&stream->resume);
	}
	enum kith_rc rc =
		kith_follow_begin(&stream->base, stream->lane, ask->watch, ask->counts_unread);
	if (rc != KITH_OK) {
		on_failed(&stream->base, rc);
	}
	return &stream->base;
}
