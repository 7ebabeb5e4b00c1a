/*
 * test_socket.c -- the transcripts over the WebSocket, against a real server.
 *
 * A small client by the letter of RFC 6455, which shares nothing with wire/ws.h
 * and holds the server's frames against the rules: no masks, no reserved bits,
 * lengths in their shortest form, 1 MiB at most. A device whose hello is
 * refused hears that refusal as the answer to its calls.
 */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>

#include "transcripts/json.h"
#include "transcripts/play.h"
#include "transcripts/server.h"

enum { LATER_MAX = 1024, FRAME_MAX = 1024 * 1024, OP_TEXT = 1, OP_CLOSE = 8 };

/* One device: a socket, and what was read while something else was waited for. */
struct seat {
	struct wire wire;
	struct kith_str answers[LATER_MAX]; /* whole frames: ok and error with an id  */
	struct kith_str events[LATER_MAX];
	struct kith_str others[LATER_MAX]; /* every other frame                      */
	size_t answer_count, event_count, other_count;
	size_t event_next, other_next;
	struct kith_str refusal; /* the problem with which hello was answered    */
	int close_code;          /* of the close frame that came; 0: none        */
	int64_t said;            /* ids that were given out                      */
	int64_t heard;
	const char *broken; /* the rule that the server broke */
};

static const char handshake[] = "GET /v1/socket HTTP/1.1\r\n"
				"Host: kith\r\n"
				"Connection: Upgrade\r\n"
				"Upgrade: websocket\r\n"
				"Sec-WebSocket-Version: 13\r\n"
				"Sec-WebSocket-Key: dHJhbnNjcmlwdHMga2V5IQ==\r\n"
				"Sec-WebSocket-Protocol: kith.v1\r\n\r\n";
#define HANDSHAKE_KEY "dHJhbnNjcmlwdHMga2V5IQ=="

/* --- frames --- */

static void put_frame(struct kith_buf *out, int op, struct kith_str payload)
{
	static const char mask[4] = { 0x11, 0x5a, 0x3c, 0x77 };
	int shift = payload.len < 126 ? 0 : payload.len < 65536 ? 16 : 64;

	kith_buf_add_char(out, (char)(0x80 | op));
	kith_buf_add_char(out, (char)(shift == 0    ? 0x80 | payload.len
	                              : shift == 16 ? 0x80 | 126
	                                            : 0x80 | 127));
	while (shift > 0) {
		shift -= 8;
		kith_buf_add_char(out, (char)((uint64_t)payload.len >> shift));
	}
	kith_buf_add(out, kith_str_make(mask, sizeof(mask)));
	for (size_t i = 0; i < payload.len; i++) {
		kith_buf_add_char(out, (char)(payload.at[i] ^ mask[i % 4]));
	}
}

static bool send_frame(struct seat *seat, int op, struct kith_str payload)
{
	struct kith_buf out = { 0 };

	put_frame(&out, op, payload);
	bool is_sent = seat->wire.fd >= 0 && wire_send(&seat->wire, kith_buf_str(&out));
	kith_buf_done(&out);
	return is_sent;
}

static uint64_t big_endian(const char *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		value = value << 8 | (uint8_t)at[i];
	}
	return value;
}

/* The next frame. false: the connection ended, a rule was broken, or nothing came. */
static bool read_frame(struct scene *scene, struct seat *seat, int *op, struct kith_str *payload)
{
	struct wire *wire = &seat->wire;

	if (!wire_need(wire, 2)) {
		return false;
	}
	uint8_t first = (uint8_t)wire->in.at[0];
	uint8_t second = (uint8_t)wire->in.at[1];
	size_t more = second == 126 ? 2 : second == 127 ? 8 : 0;
	if (!wire_need(wire, 2 + more)) {
		return false;
	}
	uint64_t len = more == 0 ? second : big_endian(wire->in.at + 2, more);
	seat->broken = (first & 0x70) != 0            ? "reserved bits are set"
	               : (first & 0x80) == 0          ? "a fragment, which Kith does not send"
	               : (second & 0x80) != 0         ? "a masked frame"
	               : len > FRAME_MAX              ? "a frame of more than 1 MiB"
	               : more == 2 && len < 126       ? "a length that is not minimal"
	               : more == 8 && len < 64 * 1024 ? "a length that is not minimal"
	                                              : NULL;
	if (seat->broken != NULL || !wire_need(wire, 2 + more + len)) {
		return false;
	}
	*op = first & 0x0f;
	*payload = stage_keep(scene, kith_str_make(wire->in.at + 2 + more, len));
	kith_buf_eat(&wire->in, 2 + more + len);
	return true;
}

static void keep(struct kith_str *list, size_t *count, struct kith_str frame)
{
	KITH_ASSERT(*count < LATER_MAX);
	list[(*count)++] = frame;
}

/* Reads one frame and puts it where it is looked for. */
static bool read_one(struct scene *scene, struct seat *seat)
{
	struct kith_str payload;
	int op;

	if (!read_frame(scene, seat, &op, &payload)) {
		if (seat->broken != NULL) {
			printf("# the server sends %s\n", seat->broken);
		}
		return false;
	}
	if (op == OP_CLOSE) {
		seat->close_code = payload.len < 2 ? 1005 : (int)big_endian(payload.at, 2);
		return true;
	}
	if (op != OP_TEXT) {
		return true;
	}
	const struct json *frame = json_read(payload, scene->mem);
	struct kith_str type = json_text(frame, "type");
	bool has_id = json_integer(frame, "id") >= 0;
	if (kith_str_is(type, "event")) {
		keep(seat->events, &seat->event_count, payload);
	} else if (has_id && (kith_str_is(type, "ok") || kith_str_is(type, "error"))) {
		keep(seat->answers, &seat->answer_count, payload);
	} else {
		keep(seat->others, &seat->other_count, payload);
	}
	return true;
}

/* --- what is heard --- */

/* The text of member KEY, the last one, as it stands in FRAME. */
static struct kith_str member_text(struct scene *scene, struct kith_str frame, const char *key)
{
	struct kith_buf mark = { 0 };

	kith_buf_add_format(&mark, "\"%s\":", key);
	const char *at = memmem(frame.at, frame.len, mark.at, mark.len);
	struct kith_str text = { 0 };
	if (at != NULL) {
		at += mark.len;
		text = kith_str_make(at, (size_t)(frame.at + frame.len - at) - 1);
	}
	kith_buf_done(&mark);
	return stage_keep(scene, text);
}

static void take_answer(struct scene *scene, struct kith_str text, struct heard *out)
{
	const struct json *frame = json_read(text, scene->mem);
	const struct json *repeated = json_find(frame, KITH_STR("repeated"));

	*out = (struct heard){ .is_known_repeated = true };
	out->is_ok = kith_str_is(json_text(frame, "type"), "ok");
	out->is_repeated = repeated != NULL && repeated->kind == JSON_TRUE;
	out->text = member_text(scene, text, out->is_ok ? "result" : "problem");
}

static bool find_answer(struct scene *scene, struct seat *seat, int64_t id, struct heard *out)
{
	for (size_t i = 0; i < seat->answer_count; i++) {
		const struct json *frame = json_read(seat->answers[i], scene->mem);
		if (json_integer(frame, "id") == id) {
			take_answer(scene, seat->answers[i], out);
			seat->answers[i] = seat->answers[--seat->answer_count];
			return true;
		}
	}
	return false;
}

static bool socket_hear(struct scene *scene, size_t device, struct heard *out)
{
	struct seat *seat = scene->seats[device];
	int64_t id = ++seat->heard;

	if (seat->refusal.len > 0) {
		*out = (struct heard){ .text = seat->refusal };
		return true;
	}
	while (!find_answer(scene, seat, id, out)) {
		if (!read_one(scene, seat)) {
			return false;
		}
	}
	return true;
}

static bool socket_event(struct scene *scene, size_t device, bool waits, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	while (seat->event_next == seat->event_count) {
		if (!waits || !read_one(scene, seat)) {
			return false;
		}
	}
	out->text = seat->events[seat->event_next++];
	return true;
}

static bool socket_frame(struct scene *scene, size_t device, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	while (seat->other_next == seat->other_count) {
		if (!read_one(scene, seat)) {
			return false;
		}
	}
	out->text = seat->others[seat->other_next++];
	return true;
}

static int socket_closed(struct scene *scene, size_t device)
{
	struct seat *seat = scene->seats[device];

	while (seat->close_code == 0) {
		if (!read_one(scene, seat)) {
			return -1;
		}
	}
	return seat->close_code;
}

/* --- what is said --- */

static bool socket_say(struct scene *scene, size_t device, struct kith_str call,
                       struct kith_str args)
{
	struct seat *seat = scene->seats[device];
	struct kith_buf frame = { 0 };

	seat->said++;
	if (seat->refusal.len > 0) {
		return true;
	}
	kith_buf_add_format(&frame, "{\"type\":\"call\",\"id\":%lld,\"call\":\"%.*s\",\"args\":",
	                    (long long)seat->said, KITH_STR_PRINT(call));
	kith_buf_add(&frame, args);
	kith_buf_add_char(&frame, '}');
	bool is_sent = send_frame(seat, OP_TEXT, kith_buf_str(&frame));
	kith_buf_done(&frame);
	return is_sent;
}

/* RFC 6455 4.2.2: what a server makes of the key. */
static bool check_accept(struct kith_str head)
{
	static const char text[] = HANDSHAKE_KEY "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	uint8_t digest[SHA_DIGEST_LENGTH];
	char line[64] = "Sec-WebSocket-Accept: ";
	size_t len = strlen(line);

	SHA1((const uint8_t *)text, sizeof(text) - 1, digest);
	EVP_EncodeBlock((uint8_t *)line + len, digest, sizeof(digest));
	return memmem(head.at, head.len, line, strlen(line)) != NULL &&
	       memmem(head.at, head.len, "Sec-WebSocket-Protocol: kith.v1\r\n", 33) != NULL;
}

static bool open_socket(struct seat *seat)
{
	const char *end;

	seat->close_code = 0;
	if (!wire_open(&seat->wire) || !wire_send(&seat->wire, kith_str_of(handshake))) {
		return false;
	}
	do {
		if (!wire_more(&seat->wire)) {
			return false;
		}
		end = memmem(seat->wire.in.at, seat->wire.in.len, "\r\n\r\n", 4);
	} while (end == NULL);
	size_t size = (size_t)(end - seat->wire.in.at) + 4;
	struct kith_str head = kith_str_make(seat->wire.in.at, size);
	bool is_open = kith_str_starts(head, KITH_STR("HTTP/1.1 101 ")) && check_accept(head);
	kith_buf_eat(&seat->wire.in, size);
	return is_open;
}

/* Says hello with the device's own token, and SINCE when there is any. */
static bool say_hello(struct scene *scene, size_t device, struct kith_str since)
{
	const struct device *who = &scene->c->devices[device];
	struct seat *seat = scene->seats[device];
	struct kith_buf frame = { 0 };

	kith_buf_add_text(&frame, "{\"type\":\"hello\",\"token\":\"");
	if (!who->token.is_none) {
		world_token(who, server_now_us(), &frame);
	}
	kith_buf_add_char(&frame, '"');
	if (since.len > 0) {
		kith_buf_add_format(&frame, ",\"since\":\"%.*s\"", KITH_STR_PRINT(since));
	}
	kith_buf_add_char(&frame, '}');
	bool is_sent = send_frame(seat, OP_TEXT, kith_buf_str(&frame));
	kith_buf_done(&frame);
	return is_sent;
}

/* The forbidden socket is told by its close code alone (asyncapi.yaml, 4403). */
static const char forbidden[] =
	"{\"type\":\"/problems/forbidden\",\"status\":403,\"code\":\"forbidden\","
	"\"title\":\"The token's scope does not allow this call.\"}";

/* Welcome, or a refusal that is kept. false: neither. */
static bool hear_welcome(struct scene *scene, size_t device)
{
	struct seat *seat = scene->seats[device];
	struct heard heard = { .is_ok = false };

	if (!socket_frame(scene, device, &heard)) {
		return false;
	}
	struct kith_str type = json_text(json_read(heard.text, scene->mem), "type");
	if (kith_str_is(type, "welcome")) {
		return true;
	}
	if (kith_str_is(type, "error")) {
		seat->refusal = member_text(scene, heard.text, "problem");
		return socket_closed(scene, device) == 4401;
	}
	seat->refusal = kith_str_of(forbidden);
	return kith_str_is(type, "bye") && socket_closed(scene, device) == 4403;
}

static bool socket_enter(struct scene *scene)
{
	bool is_good = true;

	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = stage_zero(scene, sizeof(*seat));
		seat->wire.fd = -1;
		scene->seats[i] = seat;
		if (!scene->c->devices[i].is_manual) {
			is_good = is_good && open_socket(seat) &&
			          say_hello(scene, i, (struct kith_str){ 0 }) &&
			          hear_welcome(scene, i);
		}
	}
	return is_good;
}

static void socket_leave(struct scene *scene)
{
	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = scene->seats[i];
		if (seat->wire.fd >= 0 && seat->close_code == 0) {
			(void)send_frame(seat, OP_CLOSE, KITH_STR("\x03\xe8"));
		}
		wire_close(&seat->wire);
	}
}

/* open, hello [since], frame TEXT, raw BYTES, close. */
static bool socket_special(struct scene *scene, size_t device, struct kith_str what,
                           struct kith_str text)
{
	struct seat *seat = scene->seats[device];

	if (kith_str_is(what, "open")) {
		return open_socket(seat);
	}
	if (kith_str_is(what, "hello")) {
		return say_hello(scene, device, text);
	}
	if (kith_str_is(what, "frame")) {
		return send_frame(seat, OP_TEXT, text);
	}
	if (kith_str_is(what, "raw")) {
		return wire_send(&seat->wire, text);
	}
	(void)send_frame(seat, OP_CLOSE, KITH_STR("\x03\xe8"));
	return kith_str_is(what, "close");
}

int main(int argc, char **argv)
{
	static const struct stage stage = {
		.door = SCRIPT_SOCKET,
		.start = server_start,
		.stop = server_stop,
		.enter = socket_enter,
		.leave = socket_leave,
		.say = socket_say,
		.hear = socket_hear,
		.event = socket_event,
		.special = socket_special,
		.frame = socket_frame,
		.closed = socket_closed,
		.now_us = server_now_us,
		.pid = server_pid,
	};
	return play_all(&stage, argc, argv);
}
