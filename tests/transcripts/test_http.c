/*
 * test_http.c -- the transcripts over HTTP, against a real server.
 *
 * Requests are put together by the routes of the contract's table and sent over
 * plain sockets; answers are read by the few lines here, not by wire/http.h. What a
 * socket would hear, a device here hears on the event stream (listen.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "service/calls.gen.h"
#include "transcripts/json.h"
#include "transcripts/listen.h"
#include "transcripts/play.h"
#include "transcripts/server.h"

enum { ANSWERS_MAX = 64 };

/* One device: a connection that is kept, and what it has heard. */
struct seat {
	struct wire wire;
	struct wire raw; /* of the latest raw bytes: its answer is read when it is heard */
	bool is_raw;
	struct heard answers[ANSWERS_MAX];
	size_t said;
	size_t heard;
	struct listener listener;
	struct kith_str token;
};

static const struct kith_call_row *find_call(struct kith_str name)
{
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		if (kith_str_is(name, kith_calls[i].name)) {
			return &kith_calls[i];
		}
	}
	return NULL;
}

/* --- requests --- */

static void put_encoded(struct kith_buf *out, struct kith_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
		                c == '.' || c == '_';
		kith_buf_add_format(out, is_plain ? "%c" : "%%%02X", c);
	}
}

static const struct kith_arg_row *find_arg(const struct kith_call_row *row, struct kith_str name)
{
	for (size_t i = 0; i < row->arg_count; i++) {
		if (kith_str_is(name, row->args[i].name)) {
			return &row->args[i];
		}
	}
	return NULL;
}

/* Appends the template's path with its holes filled from ARGS. */
static void put_path(struct kith_buf *out, const struct kith_call_row *row, const struct json *args)
{
	for (const char *at = row->path; *at != '\0'; at++) {
		const char *end = strchr(at, '}');
		if (*at != '{' || end == NULL) {
			kith_buf_add_char(out, *at);
			continue;
		}
		const struct json *arg =
			json_find(args, kith_str_make(at + 1, (size_t)(end - at - 1)));
		if (arg != NULL) {
			put_encoded(out, arg->text);
		}
		at = end;
	}
}

/* Where an argument goes that the contract does not know: where others of the call go. */
static enum kith_arg_place place_of(const struct kith_call_row *row, const struct json *arg)
{
	const struct kith_arg_row *known = find_arg(row, arg->key);

	if (known != NULL) {
		return known->place;
	}
	return kith_str_is(kith_str_of(row->method), "GET") ? KITH_ARG_IN_QUERY : KITH_ARG_IN_BODY;
}

static void put_query(struct kith_buf *out, const struct kith_call_row *row,
                      const struct json *args)
{
	char mark = '?';

	for (const struct json *arg = args->first; arg != NULL; arg = arg->next) {
		if (place_of(row, arg) == KITH_ARG_IN_QUERY && arg->kind != JSON_NULL) {
			kith_buf_add_char(out, mark);
			put_encoded(out, arg->key);
			kith_buf_add_char(out, '=');
			put_encoded(out, arg->text);
			mark = '&';
		}
	}
}

static void put_body(struct kith_buf *out, const struct kith_call_row *row, const struct json *args)
{
	const char *comma = "";

	kith_buf_add_char(out, '{');
	for (const struct json *arg = args->first; arg != NULL; arg = arg->next) {
		if (place_of(row, arg) == KITH_ARG_IN_BODY) {
			kith_buf_add_text(out, comma);
			json_put_string(out, arg->key);
			kith_buf_add_char(out, ':');
			json_put(out, arg);
			comma = ",";
		}
	}
	kith_buf_add_char(out, '}');
}

static void put_request(struct kith_buf *out, const struct seat *seat,
                        const struct kith_call_row *row, const struct json *args)
{
	struct kith_buf body = { 0 };

	kith_buf_add_format(out, "%s ", row->method);
	put_path(out, row, args);
	put_query(out, row, args);
	kith_buf_add_text(out, " HTTP/1.1\r\nHost: kith\r\nX-Request-Id: transcript\r\n");
	if (seat->token.len > 0) {
		kith_buf_add_format(out, "Authorization: Bearer %.*s\r\n",
		                    KITH_STR_PRINT(seat->token));
	}
	if (!kith_str_is(kith_str_of(row->method), "GET")) {
		put_body(&body, row, args);
		kith_buf_add_format(
			out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.len);
	}
	kith_buf_add_text(out, "\r\n");
	kith_buf_add(out, kith_buf_str(&body));
	kith_buf_done(&body);
}

/* --- responses --- */

/* The length of the head with its empty line; 0 while it is not whole. */
static size_t head_size(struct kith_str in)
{
	const char *end = in.len == 0 ? NULL : memmem(in.at, in.len, "\r\n\r\n", 4);

	return end == NULL ? 0 : (size_t)(end - in.at) + 4;
}

static int64_t body_size(struct kith_str head)
{
	int64_t size = 0;
	const char *at = strcasestr(head.at, "\r\nContent-Length:");

	if (at != NULL) {
		size = strtoll(at + 17, NULL, 10);
	}
	return size;
}

/* Reads one response; a 100 Continue before it is passed over. */
static bool read_response(struct scene *scene, struct wire *wire, struct heard *out)
{
	int status;
	size_t size;

	do {
		while ((size = head_size(kith_buf_str(&wire->in))) == 0) {
			if (!wire_more(wire)) {
				return false;
			}
		}
		out->headers = stage_keep(scene, kith_str_make(wire->in.at, size));
		if (sscanf(out->headers.at, "HTTP/1.1 %d ", &status) != 1) {
			return false;
		}
		kith_buf_eat(&wire->in, size);
	} while (status == 100);
	size_t len = (size_t)body_size(out->headers);
	if (!wire_need(wire, len)) {
		return false;
	}
	out->text = stage_keep(scene, kith_str_make(wire->in.at, len));
	kith_buf_eat(&wire->in, len);
	out->status = status;
	out->is_ok = status < 400;
	out->is_known_repeated = true;
	out->is_repeated = strcasestr(out->headers.at, "\r\nIdempotent-Replayed: true\r\n") != NULL;
	return true;
}

/* --- the stage --- */

static bool request(struct scene *scene, struct seat *seat, struct kith_str call,
                    struct kith_str args, struct heard *out)
{
	const struct kith_call_row *row = find_call(call);
	const struct json *tree = json_read(args, scene->mem);
	struct kith_buf bytes = { 0 };

	if (row == NULL || tree == NULL) {
		return false;
	}
	put_request(&bytes, seat, row, tree);
	/* After a refusal of its bytes the server closes: then on a new one. */
	bool is_heard = seat->wire.fd >= 0 && wire_send(&seat->wire, kith_buf_str(&bytes)) &&
	                read_response(scene, &seat->wire, out);
	if (!is_heard) {
		wire_close(&seat->wire);
		is_heard = wire_open(&seat->wire) && wire_send(&seat->wire, kith_buf_str(&bytes)) &&
		           read_response(scene, &seat->wire, out);
	}
	kith_buf_done(&bytes);
	if (is_heard && strcasestr(out->headers.at, "\r\nConnection: close") != NULL) {
		wire_close(&seat->wire);
	}
	return is_heard;
}

static bool http_say(struct scene *scene, size_t device, struct kith_str call, struct kith_str args)
{
	struct seat *seat = scene->seats[device];
	struct heard *out = &seat->answers[seat->said % ANSWERS_MAX];

	*out = (struct heard){ .is_ok = false };
	if (!request(scene, seat, call, args, out)) {
		return false;
	}
	seat->said++;
	if (out->is_ok && !out->is_repeated) {
		listen_note(scene, &seat->listener, call, json_read(out->text, scene->mem));
	}
	return true;
}

static bool http_hear(struct scene *scene, size_t device, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	if (seat->is_raw) {
		seat->is_raw = false;
		return read_response(scene, &seat->raw, out);
	}
	*out = seat->answers[seat->heard++ % ANSWERS_MAX];
	return true;
}

static bool http_event(struct scene *scene, size_t device, bool waits, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	return listen_next(scene, &seat->listener, waits, out);
}

static bool hears_events(const struct script_case *c, size_t device)
{
	for (const struct step *step = c->steps; step != NULL; step = step->next) {
		if (step->device == device &&
		    (step->kind == STEP_EVENT || step->kind == STEP_QUIET)) {
			return true;
		}
	}
	return false;
}

static bool http_enter(struct scene *scene)
{
	for (size_t i = 0; i < scene->c->device_count; i++) {
		const struct device *device = &scene->c->devices[i];
		struct seat *seat = stage_zero(scene, sizeof(*seat));
		struct kith_buf token = { 0 };
		scene->seats[i] = seat;
		seat->wire.fd = seat->raw.fd = seat->listener.wire.fd = -1;
		if (!device->token.is_none) {
			world_token(device, server_now_us(), &token);
			seat->token = stage_keep(scene, kith_buf_str(&token));
			kith_buf_done(&token);
		}
		if (hears_events(scene->c, i) &&
		    !listen_open(scene, &seat->listener, kith_str_of(device->person->id),
		                 seat->token)) {
			return false;
		}
	}
	return true;
}

static void http_leave(struct scene *scene)
{
	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = scene->seats[i];
		if (seat != NULL) {
			wire_close(&seat->wire);
			wire_close(&seat->raw);
			listen_close(&seat->listener);
		}
	}
}

/* raw: sends the bytes as they are, on a connection of their own. */
static bool http_special(struct scene *scene, size_t device, struct kith_str what,
                         struct kith_str text)
{
	struct seat *seat = scene->seats[device];

	wire_close(&seat->raw);
	seat->is_raw = true;
	return kith_str_is(what, "raw") && wire_open(&seat->raw) && wire_send(&seat->raw, text);
}

int main(int argc, char **argv)
{
	static const struct stage stage = {
		.door = SCRIPT_HTTP,
		.start = server_start,
		.stop = server_stop,
		.enter = http_enter,
		.leave = http_leave,
		.say = http_say,
		.hear = http_hear,
		.event = http_event,
		.special = http_special,
		.now_us = server_now_us,
		.pid = server_pid,
	};
	return play_all(&stage, argc, argv);
}
