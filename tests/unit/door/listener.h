/*
 * listener.h -- what the tests of the event stream share: a desk, Alice who listens,
 * Bob who writes to her, and events that are taken apart.
 */
#ifndef KITH_TESTS_DOOR_LISTENER_H
#define KITH_TESTS_DOOR_LISTENER_H

#include "unit/rig/desk.h"

#include <stdio.h>

static struct desk desk;
static struct peer alice;
static struct rig_line bob;
static char direct[RIG_ID_TEXT];
static char start[KITH_CURSOR_TEXT + 1]; /* before Bob's second message */
static int64_t said;                     /* messages of Bob's so far    */

static inline void cursor_of(int64_t position, char out[KITH_CURSOR_TEXT + 1])
{
	kith_cursor_write(&desk.rig.cursor_keys, KITH_CURSOR_SYNC, position, out);
	out[KITH_CURSOR_TEXT] = '\0';
}

static inline int setup(void **state)
{
	int64_t position;
	(void)state;

	desk_init(&desk);
	rig_line_open(&desk.rig, &bob, "k1", "bob");
	rig_direct(&bob, "alice", direct);
	assert_int_equal(rig_try(&bob, "messages.send", "{'conversation':'%s','text':'x'}", direct),
	                 KITH_OK);
	said = 1;
	assert_int_equal(kith_reader_position(desk.rig.reader, &position), KITH_OK);
	desk.host.position = position;
	cursor_of(position, start);
	peer_open(&desk, &alice);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_line_close(&bob);
	desk_done(&desk);
	return 0;
}

static inline void reopen(void)
{
	peer_end(&alice);
	peer_open(&desk, &alice);
}

enum { SAY_AT_ONCE = 16 };

/* Bob says COUNT messages of LEN bytes, at most SAY_AT_ONCE at a time, whatever is held. */
static inline void say(int count, int len)
{
	static char text[16 * 1024 + 1];
	struct rig_ask asks[SAY_AT_ONCE];
	int now = count < SAY_AT_ONCE ? count : SAY_AT_ONCE;

	memset(text, 'x', (size_t)len);
	text[len] = '\0';
	for (int i = 0; i < now; i++) {
		rig_start(&bob, &asks[i], "messages.send", "{'conversation':'%s','text':'%s'}",
		          direct, text);
	}
	for (int i = 0; i < now; i++) {
		while (!asks[i].is_done) {
			rig_plan_answer(&desk.rig);
		}
		assert_int_equal(asks[i].call->rc, KITH_OK);
		assert_int_equal(asks[i].call->result.message.n, ++said);
		rig_ask_free(&asks[i]);
	}
	if (count > now) {
		say(count - now, len);
	}
}

/* --- asking and hearing --- */

/* Alice's request for the stream with a token that lives TTL_S; HEADERS are whole lines. */
static inline void put_request(char *out, size_t room, int64_t ttl_s, const char *query,
                               const char *headers)
{
	int len = snprintf(out, room,
	                   "GET /v1/events%s HTTP/1.1\r\nHost: kith.example\r\n"
	                   "Authorization: Bearer %s\r\n%s\r\n",
	                   query, desk_token(&desk, "k1", "alice", ttl_s), headers);
	assert_true(len > 0 && (size_t)len < room);
}

static inline void ask_for(int64_t ttl_s, const char *query, const char *headers)
{
	char text[2048];

	put_request(text, sizeof(text), ttl_s, query, headers);
	peer_say(&alice, "%s", text);
}

/* Takes the head of a stream that was given. */
static inline void expect_head(void)
{
	struct answer answer;

	assert_true(peer_answer(&alice, &answer));
	assert_int_equal(answer.status, 200);
	assert_true(answer_has(&answer, "Content-Type: text/event-stream"));
	assert_true(answer_has(&answer, "Cache-Control: no-store"));
	assert_true(answer_has(&answer, "X-Accel-Buffering: no"));
	assert_true(answer_has(&answer, "Transfer-Encoding: chunked"));
	assert_true(answer_has(&answer, "Connection: close"));
	assert_null(strstr(answer.head, "Content-Length"));
	assert_true(alice.is_replaced);
}

/* One event, taken apart; texts lie in the peer's and live until the next. */
struct event {
	const char *retry; /* "" where the line is missing */
	const char *id;
	const char *name;
	const char *data;
};

/* The next line of *AT if it begins with KEY, ended by a NUL; "" if it does not. */
static inline const char *take_line(char **at, const char *key)
{
	char *line = *at;

	if (strncmp(line, key, strlen(key)) != 0) {
		return "";
	}
	char *end = strchr(line, '\n');
	assert_non_null(end);
	*end = '\0';
	*at = end + 1;
	return line + strlen(key);
}

/* The next event, in one chunk and in no other form than ours. false: none. */
static inline bool hear(struct event *out)
{
	char *at = (char *)peer_chunk(&alice);

	if (at == NULL) {
		return false;
	}
	out->retry = take_line(&at, "retry: ");
	out->id = take_line(&at, "id: ");
	out->name = take_line(&at, "event: ");
	out->data = take_line(&at, "data: ");
	assert_string_equal(at, "\n");
	return true;
}

static inline void expect_nothing(void)
{
	assert_null(peer_chunk(&alice));
}

/* The next event is NAME and its data holds PART, in which ' stands for ". */
static inline struct event expect_event(const char *name, const char *part)
{
	struct event event = { .data = NULL };
	char text[256];

	assert_true(hear(&event));
	assert_string_equal(event.name, name);
	snprintf(text, sizeof(text), "%s", part);
	for (char *at = strchr(text, '\''); at != NULL; at = strchr(at, '\'')) {
		*at = '"';
	}
	if (strstr(event.data, text) == NULL) {
		fail_msg("%s is not in %s", text, event.data);
	}
	return event;
}

/* The event's id is what its data has as cursor. */
static inline void expect_id_is_cursor(const struct event *event)
{
	char cursor[64];

	json_value(event->data, "cursor", cursor, sizeof(cursor));
	assert_string_equal(event->id, cursor);
}

static inline void open_stream(const char *query, const char *headers)
{
	ask_for(3600, query, headers);
	expect_head();
	struct event event = expect_event("welcome", "{'type':'welcome','me':{'id':'alice'");
	assert_string_equal(event.retry, "2000");
	expect_id_is_cursor(&event);
}

/* Messages FROM..TO come, each once, and nothing else. */
static inline void expect_messages(int64_t from, int64_t to)
{
	for (int64_t n = from; n <= to; n++) {
		char part[64];
		snprintf(part, sizeof(part), "'n':%d,'data':{", (int)n);
		struct event event = expect_event("message.new", part);
		expect_id_is_cursor(&event);
	}
	expect_nothing();
}

static inline void expect_live(void)
{
	int64_t next = said + 1;

	say(1, 5);
	desk_run(&desk);
	expect_messages(next, next);
}

/* The goodbye, the body's end, and the connection's. */
static inline void expect_bye(int code, const char *reason, int retry_ms)
{
	char whole[160];
	char retry[16] = "";
	struct event event = { .data = NULL };

	snprintf(whole, sizeof(whole),
	         "{\"type\":\"bye\",\"code\":%d,\"reason\":\"%s\",\"retryAfterMs\":%d}", code,
	         reason, retry_ms);
	if (retry_ms > 0) {
		snprintf(retry, sizeof(retry), "%d", retry_ms);
	}
	assert_true(hear(&event));
	assert_string_equal(event.name, "bye");
	assert_string_equal(event.data, whole);
	assert_string_equal(event.retry, retry);
	assert_string_equal(event.id, "");
	assert_string_equal(peer_chunk(&alice), "");
	expect_nothing();
	assert_true(alice.is_closed);
	/* Whatever comes later is not said behind it. */
	say(1, 5);
	desk_wait(&desk, 60 * KITH_SECOND_US);
	expect_nothing();
}

/* --- coming back --- */

/* With another token each time, so that none is remembered. */
static inline void come_back(const char *cursor)
{
	static int64_t ttl_s = 3600;
	char header[96];

	snprintf(header, sizeof(header), "Last-Event-ID: %s\r\n", cursor);
	ask_for(++ttl_s, "", header);
}

/* Comes back, and stops with the first page asked for and not read. */
static inline void come_back_and_stop(const char *cursor)
{
	desk.holds = true;
	desk.rig.holds_errands = true;
	come_back(cursor);
	rig_errand_back(&desk.rig, 0); /* the token  */
	rig_errand_back(&desk.rig, 0); /* the person */
	desk_run(&desk);
	expect_head();
	expect_event("welcome", cursor);
	expect_nothing();
	assert_int_equal(desk.rig.held_count, 1);
}

static inline void go_on(void)
{
	desk.holds = false;
	desk_run(&desk);
}

#endif
