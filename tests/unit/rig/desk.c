/*
 * desk.c -- the words of desk.h.
 */
#include "unit/rig/desk.h"

#include <stdio.h>

#include "door/socket.h"
#include "door/token.h"
#include "wire/jwt.h"
#include "wire/ws.h"

enum { PEER_ROOM = 1024 * 1024 };

static struct peer *peer_of(struct kith_door *door)
{
	return door->connection;
}

/* --- what doors ask --- */

static void host_send(struct kith_door *door)
{
	assert_ptr_equal(peer_of(door)->door->connection, door->connection);
}

static void host_close(struct kith_door *door)
{
	peer_of(door)->is_closed = true;
}

static void host_abort(struct kith_door *door)
{
	peer_of(door)->is_aborted = true;
}

static void host_show(struct kith_door *door, bool show)
{
	struct peer *peer = peer_of(door);

	peer->is_shown = show;
	peer->is_due = peer->is_due || show;
}

static void host_await_room(struct kith_door *door)
{
	peer_of(door)->awaits_room = true;
}

/* Deadlines are looked at whenever time passes. */
static void host_remind(struct kith_door *door)
{
	assert_non_null(peer_of(door));
}

static void host_join(struct kith_door *door)
{
	assert_non_null(door->session);
	peer_of(door)->is_joined = true;
}

static void host_replace(struct kith_door *door, struct kith_door *next)
{
	struct peer *peer = peer_of(door);

	assert_null(peer->next_door);
	if (peer->is_at_work) {
		peer->next_door = next;
		return;
	}
	peer->door->ops->free(peer->door);
	peer->door = next;
	peer->is_replaced = true;
	peer->is_due = true;
}

/* --- events --- */

static void add_event(struct desk *desk, const struct kith_plan *plan, const struct kith_news *news)
{
	assert_true(desk->event_count < DESK_EVENTS_MAX);
	struct desk_event *event = &desk->events[desk->event_count++];

	*event = (struct desk_event){ .position = news->position,
		                      .org_row = plan->conversation->org_row,
		                      .spared = plan->connection,
		                      .at = desk->events_text.len };
	kith_socket_encode_event(&desk->events_text, &desk->scratch, &desk->rig.cursor_keys, news);
	event->len = desk->events_text.len - event->at;
}

/* What the announcer does on the writer's thread (server/announce.c) with messages and marks. */
static void note_events(struct rig *rig, struct kith_plan *plan)
{
	struct desk *desk = rig->context;

	desk->event_count = 0;
	kith_buf_reset(&desk->events_text);
	if (plan->answer != KITH_PLAN_OK) {
		return;
	}
	for (size_t i = 0; i < plan->entry_count; i++) {
		const struct kith_news news = { .kind = KITH_NEWS_MESSAGE,
			                        .position = plan->entries[i].id,
			                        .n = plan->entries[i].n,
			                        .entry = plan->entries[i] };
		if (kith_kind_is_act(plan->entries[i].content.kind)) {
			continue;
		}
		add_event(desk, plan, &news);
		struct desk_event *event = &desk->events[desk->event_count - 1];
		for (size_t j = 0; j < plan->conversation->member_count; j++) {
			event->audience[event->audience_count++] =
				plan->conversation->members[j].row;
		}
	}
	for (size_t i = 0; i < plan->effect_count; i++) {
		const struct kith_effect *effect = &plan->effects[i];
		if (effect->kind != KITH_EFFECT_SEEN || effect->mark.position == 0) {
			continue;
		}
		struct kith_news news = { .kind = KITH_NEWS_READ,
			                  .position = effect->mark.position,
			                  .n = effect->mark.seen,
			                  .mark = effect->mark };
		news.entry.conversation = plan->conversation->id;
		add_event(desk, plan, &news);
		desk->events[desk->event_count - 1].audience[0] = effect->mark.user_row;
		desk->events[desk->event_count - 1].audience_count = 1;
	}
}

static bool is_in(const struct desk_event *event, int64_t row)
{
	for (size_t i = 0; i < event->audience_count; i++) {
		if (event->audience[i] == row) {
			return true;
		}
	}
	return false;
}

static void deliver(struct desk *desk, const struct desk_event *event)
{
	struct kith_str frame = kith_str_make(desk->events_text.at + event->at, event->len);

	desk->host.position = event->position;
	for (size_t i = 0; i < desk->peer_count; i++) {
		struct kith_door *door = desk->peers[i]->door;
		if (desk->peers[i]->is_joined && !desk->peers[i]->is_aborted &&
		    door->id != event->spared &&
		    (door->session->org.row == 0 || door->session->org.row == event->org_row) &&
		    is_in(event, door->session->user_row)) {
			door->ops->on_event(door, event->position, frame);
		}
	}
}

static void deliver_all(struct rig *rig)
{
	struct desk *desk = rig->context;

	for (size_t i = 0; i < desk->event_count; i++) {
		deliver(desk, &desk->events[i]);
	}
	desk->event_count = 0;
}

/* --- turns --- */

/* Shows the door a copy in its exact size; what it leaves is kept. */
static void show_bytes(struct peer *peer)
{
	size_t len = peer->in.len;
	char *copy = malloc(len == 0 ? 1 : len);
	assert_non_null(copy);
	if (len > 0) {
		memcpy(copy, peer->in.at, len);
	}
	struct kith_str in = kith_str_make(copy, len);

	peer->is_at_work = true;
	peer->door->ops->on_bytes(peer->door, &in);
	if (peer->next_door != NULL) {
		peer->door->ops->free(peer->door);
		peer->door = peer->next_door;
		peer->next_door = NULL;
		peer->is_replaced = true;
		peer->door->ops->on_bytes(peer->door, &in);
	}
	peer->is_at_work = false;
	assert_true(in.len <= len);
	if (in.len > 0) {
		memcpy(peer->in.at, in.at, in.len); /* masks may have been undone */
	}
	peer->in.len = in.len;
	free(copy);
}

static bool is_open(const struct peer *peer)
{
	return !peer->is_closed && !peer->is_aborted;
}

static void take_output(struct peer *peer)
{
	struct iovec pieces[KITH_OUT_IOVEC_MAX];

	while (!peer->is_stuck && peer->out.len > 0) {
		int count = kith_out_peek(&peer->out, pieces);
		size_t len = 0;
		for (int i = 0; i < count; i++) {
			kith_buf_add(&peer->heard,
			             kith_str_make(pieces[i].iov_base, pieces[i].iov_len));
			len += pieces[i].iov_len;
		}
		kith_out_eat(&peer->out, len);
	}
}

/* One peer's part of a turn; true when something moved. */
static bool turn(struct peer *peer)
{
	bool moved = false;

	if (peer->is_due && peer->is_shown && peer->in.len > 0 && is_open(peer)) {
		peer->is_due = false;
		show_bytes(peer);
		moved = true;
	}
	take_output(peer);
	/* Something is missing at the end: the connection cannot go on. */
	peer->is_aborted = peer->is_aborted || peer->out.failed;
	if (peer->awaits_room && is_open(peer) && peer->out.len < KITH_DOOR_ROOM) {
		peer->awaits_room = false;
		peer->door->ops->on_room(peer->door);
		moved = true;
	}
	return moved;
}

void desk_run(struct desk *desk)
{
	bool moved = true;

	while (moved) {
		moved = false;
		if (!desk->holds) {
			rig_settle(&desk->rig);
		}
		for (size_t i = 0; i < desk->peer_count; i++) {
			moved = turn(desk->peers[i]) || moved;
		}
	}
}

void desk_end_sessions(struct desk *desk, const struct kith_ending *ending)
{
	kith_tokens_end(desk->host.tokens, ending);
	for (size_t i = 0; i < desk->peer_count; i++) {
		struct kith_door *door = desk->peers[i]->door;
		if (desk->peers[i]->is_joined && door->session->is_ended &&
		    door->ops->on_ended != NULL) {
			door->ops->on_ended(door);
		}
	}
	desk_run(desk);
}

static void set_time(struct desk *desk, int64_t passed_us)
{
	desk->host.now_us += passed_us;
	desk->host.steady_us += passed_us;
	desk->rig.now_us += passed_us;
}

/* The first deadline that is not after LAST; NULL when there is none. */
static struct peer *next_due(struct desk *desk, int64_t last_us)
{
	struct peer *found = NULL;
	int64_t found_us = last_us + 1;

	for (size_t i = 0; i < desk->peer_count; i++) {
		struct peer *peer = desk->peers[i];
		int64_t due = peer->is_aborted ? -1 : peer->door->ops->deadline_us(peer->door);
		if (due >= 0 && due < found_us) {
			found = peer;
			found_us = due;
		}
	}
	return found;
}

void desk_wait(struct desk *desk, int64_t us)
{
	int64_t end_us = desk->host.steady_us + us;
	struct peer *peer;

	while ((peer = next_due(desk, end_us)) != NULL) {
		int64_t due = peer->door->ops->deadline_us(peer->door);
		if (due > desk->host.steady_us) {
			set_time(desk, due - desk->host.steady_us);
		}
		peer->door->ops->on_deadline(peer->door);
		/* A deadline that was met is not due again, or the peer would never rest. */
		due = peer->is_aborted ? -1 : peer->door->ops->deadline_us(peer->door);
		assert_true(due < 0 || due > desk->host.steady_us);
		desk_run(desk);
	}
	set_time(desk, end_us - desk->host.steady_us);
	desk_run(desk);
}

/* --- life --- */

void desk_init(struct desk *desk)
{
	memset(desk, 0, sizeof(*desk));
	struct rig *rig = &desk->rig;

	rig_init(rig);
	rig_user(rig, "alice", RIG_ORG);
	rig_user(rig, "bob", RIG_ORG);
	rig_user(rig, "carol", RIG_ORG);
	rig_user(rig, "oper", 0);
	rig->before_answer = note_events;
	rig->after_answer = deliver_all;
	rig->context = desk;
	kith_out_pool_init(&desk->pool, 16);
	desk->host = (struct kith_door_host){
		.service = rig->service,
		.errands = &rig->errands,
		.cursor_keys = &rig->cursor_keys,
		.tokens = kith_tokens_new(kith_store_digest_key(rig->store)),
		.origins = KITH_STR("https://chat.example http://localhost:5173"),
		.now_us = rig->now_us,
		.steady_us = 5000000,
		.send = host_send,
		.close = host_close,
		.abort = host_abort,
		.show = host_show,
		.await_room = host_await_room,
		.remind = host_remind,
		.join = host_join,
		.presence = rig->presence,
		.followers = &desk->followers,
		.replace = host_replace,
	};
	assert_non_null(desk->host.tokens);
	kith_followers_init(&desk->followers, 1);
	assert_true(kith_buf_reserve(&desk->events_text, PEER_ROOM) &&
	            kith_buf_reserve(&desk->scratch, PEER_ROOM));
}

void desk_done(struct desk *desk)
{
	while (desk->peer_count > 0) {
		peer_end(desk->peers[0]);
	}
	rig_settle(&desk->rig);
	kith_tokens_free(&desk->host.tokens);
	kith_followers_done(&desk->followers);
	kith_out_pool_done(&desk->pool);
	kith_buf_done(&desk->host.json);
	kith_buf_done(&desk->host.head);
	kith_buf_done(&desk->events_text);
	kith_buf_done(&desk->scratch);
	rig_done(&desk->rig);
}

const char *desk_token(struct desk *desk, const char *kid, const char *user, int64_t ttl_s)
{
	static char text[1024];
	struct kith_buf buf = { .len = 0 };
	const struct kith_jwt_claims claims = {
		.sub = kith_str_of(user),
		.scope = strcmp(kid, "op") == 0 ? KITH_STR("operator") : KITH_STR("user"),
		.exp_s = desk->host.now_us / 1000000 + ttl_s,
	};

	kith_jwt_sign_hs256(&buf, kith_str_of(kid), KITH_STR(RIG_SECRET), &claims);
	assert_true(!buf.failed && buf.len < sizeof(text));
	memcpy(text, buf.at, buf.len);
	text[buf.len] = '\0';
	kith_buf_done(&buf);
	return text;
}

void peer_open(struct desk *desk, struct peer *peer)
{
	static uint64_t connections;

	assert_true(desk->peer_count < DESK_PEERS_MAX);
	memset(peer, 0, offsetof(struct peer, text));
	peer->desk = desk;
	peer->is_shown = true;
	kith_out_init(&peer->out, &desk->pool);
	/* Room from the start, so that a test may take the heap away. */
	assert_true(kith_buf_reserve(&peer->in, PEER_ROOM) &&
	            kith_buf_reserve(&peer->heard, PEER_ROOM));
	peer->door = kith_http_door_new(&desk->host, &peer->out, peer, ++connections);
	assert_non_null(peer->door);
	desk->peers[desk->peer_count++] = peer;
}

void peer_end(struct peer *peer)
{
	struct desk *desk = peer->desk;

	for (size_t i = 0; i < desk->peer_count; i++) {
		if (desk->peers[i] == peer) {
			desk->peers[i] = desk->peers[--desk->peer_count];
			break;
		}
	}
	peer->door->ops->free(peer->door);
	kith_out_done(&peer->out);
	kith_buf_done(&peer->in);
	kith_buf_done(&peer->heard);
}

void peer_say_bytes(struct peer *peer, struct kith_str bytes)
{
	kith_buf_add(&peer->in, bytes);
	peer->is_due = true;
	desk_run(peer->desk);
}

void peer_say(struct peer *peer, const char *format, ...)
{
	static char text[PEER_TEXT_MAX];
	va_list list;

	va_start(list, format);
	int len = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	assert_true(len >= 0 && (size_t)len < sizeof(text));
	peer_say_bytes(peer, kith_str_make(text, (size_t)len));
}

/* What was heard and not looked at. */
static struct kith_str fresh(const struct peer *peer)
{
	return kith_str_skip(kith_buf_str(&peer->heard), peer->heard_at);
}

/* COUNT more bytes of it were looked at. */
static void look(struct peer *peer, size_t count)
{
	peer->heard_at += count;
	if (peer->heard_at == peer->heard.len) {
		kith_buf_reset(&peer->heard);
		peer->heard_at = 0;
	}
}

/* --- HTTP --- */

static bool take_answer(struct peer *peer, bool has_body, struct answer *out)
{
	struct kith_http_head head;
	struct kith_why why = { .detail = "" };
	struct kith_str in = fresh(peer);
	enum kith_rc rc = KITH_OK;

	if (in.len == 0) {
		return false;
	}
	if (kith_http_read_response(in, &head, &rc, &why) != KITH_PARSE_DONE) {
		fail_msg("no whole response: %s in %.*s", why.detail, KITH_STR_PRINT(in));
	}
	size_t len =
		has_body && head.body == KITH_HTTP_BODY_LENGTH ? (size_t)head.content_length : 0;
	assert_true(head.size + len <= in.len);
	assert_true(head.size < sizeof(out->head) && len < sizeof(peer->text));
	out->status = head.status;
	memcpy(out->head, in.at, head.size);
	out->head[head.size] = '\0';
	if (len > 0) {
		memcpy(peer->text, in.at + head.size, len);
	}
	peer->text[len] = '\0';
	out->body = peer->text;
	out->body_len = len;
	look(peer, head.size + len);
	return true;
}

bool peer_answer(struct peer *peer, struct answer *out)
{
	return take_answer(peer, true, out);
}

bool peer_answer_head(struct peer *peer, struct answer *out)
{
	return take_answer(peer, false, out);
}

const char *peer_chunk(struct peer *peer)
{
	struct kith_str in = fresh(peer);
	char *end;

	if (in.len == 0) {
		return NULL;
	}
	assert_true(in.len >= 5);
	size_t len = strtoul(in.at, &end, 16);
	size_t line = (size_t)(end - in.at) + 2;
	assert_true(line + len + 2 <= in.len && len < sizeof(peer->text));
	assert_memory_equal(end, "\r\n", 2);
	memcpy(peer->text, in.at + line, len);
	peer->text[len] = '\0';
	assert_memory_equal(in.at + line + len, "\r\n", 2);
	look(peer, line + len + 2);
	return peer->text;
}

bool answer_has(const struct answer *answer, const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\r\n%s\r\n", line);
	return strstr(answer->head, whole) != NULL;
}

/* --- WebSocket --- */

void peer_upgrade(struct peer *peer)
{
	struct answer answer;

	peer_say(peer, "GET /v1/socket HTTP/1.1\r\nHost: kith.example\r\nUpgrade: websocket\r\n"
	               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	assert_true(peer_answer(peer, &answer));
	assert_int_equal(answer.status, 101);
	assert_true(peer->is_replaced);
}

void peer_hello(struct peer *peer, const char *user)
{
	peer_upgrade(peer);
	peer_frame(peer, "{'type':'hello','token':'%s'}", desk_token(peer->desk, "k1", user, 3600));
	peer_expect(peer, "'type':'welcome'");
}

void peer_raw_frame(struct peer *peer, int first_byte, struct kith_str payload)
{
	static char frame[PEER_TEXT_MAX];
	static const uint8_t mask[4] = { 0x11, 0x22, 0x33, 0x44 };
	uint8_t header[KITH_WS_HEADER_MAX];
	size_t size = kith_ws_write_header(header, KITH_WS_TEXT, payload.len, mask);

	assert_true(size + payload.len < sizeof(frame));
	header[0] = (uint8_t)first_byte;
	memcpy(frame, header, size);
	for (size_t i = 0; i < payload.len; i++) {
		frame[size + i] = (char)(payload.at[i] ^ mask[i % 4]);
	}
	peer_say_bytes(peer, kith_str_make(frame, size + payload.len));
}

static void to_quotes(char *text)
{
	for (char *at = strchr(text, '\''); at != NULL; at = strchr(at, '\'')) {
		*at = '"';
	}
}

void peer_frame(struct peer *peer, const char *format, ...)
{
	static char text[PEER_TEXT_MAX];
	va_list list;

	va_start(list, format);
	int len = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	assert_true(len >= 0 && (size_t)len < sizeof(text));
	to_quotes(text);
	peer_raw_frame(peer, 0x80 | KITH_WS_TEXT, kith_str_make(text, (size_t)len));
}

const char *peer_hear_op(struct peer *peer, int *op)
{
	struct kith_str in = fresh(peer);
	size_t before = in.len;
	struct kith_ws_frame frame;
	struct kith_ws ws;

	if (in.len == 0) {
		return NULL;
	}
	kith_ws_init(&ws, false);
	if (kith_ws_read(&ws, &in, &frame) != KITH_PARSE_DONE) {
		fail_msg("no whole frame in %zu bytes", before);
	}
	assert_true(frame.payload.len < sizeof(peer->text));
	if (frame.op == KITH_WS_CLOSE) {
		snprintf(peer->text, sizeof(peer->text), "%d", frame.close_code);
	} else {
		if (frame.payload.len > 0) {
			memcpy(peer->text, frame.payload.at, frame.payload.len);
		}
		peer->text[frame.payload.len] = '\0';
	}
	if (op != NULL) {
		*op = (int)frame.op;
	}
	look(peer, before - in.len);
	return peer->text;
}

const char *peer_hear(struct peer *peer)
{
	return peer_hear_op(peer, NULL);
}

const char *peer_expect(struct peer *peer, const char *part)
{
	char wanted[512];
	const char *frame = peer_hear(peer);

	snprintf(wanted, sizeof(wanted), "%s", part);
	to_quotes(wanted);
	if (frame == NULL || strstr(frame, wanted) == NULL) {
		fail_msg("heard %.600s instead of %s", frame == NULL ? "nothing" : frame, wanted);
	}
	return frame;
}

void peer_expect_nothing(struct peer *peer)
{
	const char *frame = peer_hear(peer);

	if (frame != NULL) {
		fail_msg("heard %.600s", frame);
	}
}

void peer_expect_bye(struct peer *peer, int code)
{
	char part[64];
	int op = 0;

	snprintf(part, sizeof(part), "'type':'bye','code':%d,", code);
	peer_expect(peer, part);
	const char *close = peer_hear_op(peer, &op);
	assert_non_null(close);
	assert_int_equal(op, KITH_WS_CLOSE);
	snprintf(part, sizeof(part), "%d", code);
	assert_string_equal(close, part);
	peer_expect_nothing(peer);
	assert_true(peer->is_closed);
}

void json_value(const char *json, const char *key, char *out, size_t room)
{
	char wanted[64];
	snprintf(wanted, sizeof(wanted), "\"%s\":\"", key);
	const char *at = strstr(json, wanted);

	if (at == NULL) {
		fail_msg("no %s in %.300s", key, json);
		return;
	}
	at += strlen(wanted);
	size_t len = strcspn(at, "\"");
	assert_true(len < room);
	memcpy(out, at, len);
	out[len] = '\0';
}
