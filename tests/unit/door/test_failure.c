/*
 * test_failure.c -- the n-th allocation fails, at every n, while a connection is
 * opened, asks over HTTP, opens a socket or the event stream, resumes and calls:
 * what is heard stays whole, says unavailable or works, or the connection ends; nothing leaks.
 */
#include "unit/rig/desk.h"

#include <stdio.h>

#include "base/mem.h"
#include "door/token.h"
#include "wire/ws.h"

static struct desk desk;
static struct peer peer;
static char token[1024];
static char cursor[KITH_CURSOR_TEXT + 1];
static char direct[RIG_ID_TEXT];
static bool is_spared; /* everything worked */

static int setup(void **state)
{
	struct rig_line line;
	(void)state;

	desk_init(&desk);
	rig_line_open(&desk.rig, &line, "k1", "alice");
	rig_direct(&line, "bob", direct);
	rig_line_close(&line);
	snprintf(token, sizeof(token), "%s", desk_token(&desk, "k1", "alice", 3600));
	kith_cursor_write(&desk.rig.cursor_keys, KITH_CURSOR_SYNC, 0, cursor);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	desk_done(&desk);
	return 0;
}

/* Forgets what is pooled and remembered, so that it has to be made again. */
static void make_bare(void)
{
	kith_service_free(&desk.rig.service);
	const struct kith_service_options options = { .store = desk.rig.store,
		                                      .errands = &desk.rig.errands,
		                                      .cursor_keys = &desk.rig.cursor_keys };
	assert_int_equal(kith_service_new(&options, &desk.rig.service), KITH_OK);
	desk.host.service = desk.rig.service;
	kith_tokens_free(&desk.host.tokens);
	desk.host.tokens = kith_tokens_new(kith_store_digest_key(desk.rig.store));
	kith_buf_done(&desk.host.json);
	kith_buf_done(&desk.host.head);
	kith_out_pool_done(&desk.pool);
	kith_out_pool_init(&desk.pool, 16);
}

static bool is_over(void)
{
	return peer.is_closed || peer.is_aborted;
}

/* Whatever was heard is whole; only the end of an aborted connection may be cut. */
static void expect_whole_answer(uint64_t nth)
{
	struct answer answer;

	if (peer.is_aborted) {
		is_spared = false;
		return;
	}
	assert_true(peer_answer(&peer, &answer));
	if (answer.status == 503) {
		assert_true(answer_has(&answer, "Retry-After: 1"));
		is_spared = false;
	} else if (answer.status != 200 && answer.status != 201 && answer.status != 101) {
		fail_msg("allocation %d: %s%s", (int)nth, answer.head, answer.body);
	}
	assert_true(answer.body_len == 0 || answer.body[answer.body_len - 1] == '}');
}

static void ask_over_http(uint64_t nth)
{
	static const char body[] = "{\"text\":\"hello\"}";

	peer_say(&peer, "GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         token);
	expect_whole_answer(nth);
	if (is_over()) {
		return;
	}
	peer_say(&peer,
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\nContent-Type: "
	         "application/json\r\nTransfer-Encoding: chunked\r\n"
	         "Authorization: Bearer %s\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
	         token, (unsigned)strlen(body), body);
	expect_whole_answer(nth);
	if (!is_over()) {
		peer_say(&peer,
		         "GET /v1/conversations/%s/messages HTTP/1.1\r\nHost: a\r\n"
		         "Authorization: Bearer %s\r\n\r\n",
		         direct, token);
		expect_whole_answer(nth);
	}
}

/* Takes all frames, each whole and of a type that may come. */
static void expect_whole_frames(uint64_t nth)
{
	int op = 0;

	is_spared = is_spared && !is_over();
	if (peer.is_aborted) {
		return;
	}
	for (const char *frame; (frame = peer_hear_op(&peer, &op)) != NULL;) {
		bool is_error = op == KITH_WS_TEXT && strstr(frame, "\"type\":\"error\"") != NULL;
		if (is_error && strstr(frame, "\"code\":\"unavailable\"") == NULL) {
			fail_msg("allocation %d: %s", (int)nth, frame);
		}
		is_spared = is_spared && !is_error;
		assert_true(op != KITH_WS_TEXT || frame[strlen(frame) - 1] == '}');
		assert_true(op != KITH_WS_CLOSE || strcmp(frame, "4503") == 0);
	}
}

static void ask_over_socket(uint64_t nth)
{
	peer_say(&peer, "GET /v1/socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	expect_whole_answer(nth);
	if (!peer.is_replaced || is_over()) {
		return;
	}
	peer_frame(&peer, "{'type':'hello','token':'%s','since':'%s'}", token, cursor);
	peer_raw_frame(&peer, 0x89, KITH_STR("ping"));
	peer_raw_frame(&peer, 0x01, KITH_STR("{\"type\":\"call\",\"id\":1,"));
	peer_raw_frame(&peer, 0x80, KITH_STR("\"call\":\"conversations.list\"}"));
	peer_frame(&peer,
	           "{'type':'call','id':2,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'%0600d'}}",
	           direct, 7);
	peer_frame(&peer, "{'type':'auth','token':'%s'}", token);
	peer_frame(&peer, "{'type':'ping','n':5}");
	expect_whole_frames(nth);
}

static void ask_for_stream(uint64_t nth)
{
	const char *chunk;

	peer_say(&peer,
	         "GET /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n"
	         "Last-Event-ID: %s\r\n\r\n",
	         token, cursor);
	expect_whole_answer(nth);
	is_spared = is_spared && !is_over();
	while (peer.is_replaced && !peer.is_aborted && (chunk = peer_chunk(&peer)) != NULL) {
		size_t len = strlen(chunk);
		bool is_bye = strstr(chunk, "event: bye\ndata: {") != NULL;
		assert_true(len == 0 || strcmp(chunk + len - 3, "}\n\n") == 0);
		assert_true(!is_bye || strstr(chunk, "\"code\":4503") != NULL);
	}
}

static void sweep(void (*ask)(uint64_t nth))
{
	int spared = 0;
	uint64_t nth = 1;

	for (; spared < 6; nth++) {
		assert_true(nth < 500);
		is_spared = true;
		make_bare();
		peer_open(&desk, &peer);
		kith_mem_fail_from(nth);
		ask(nth);
		kith_mem_fail_never();
		peer_end(&peer);
		rig_settle(&desk.rig);
		spared = is_spared ? spared + 1 : 0;
		/* The next connection finds everything in order. */
		is_spared = true;
		peer_open(&desk, &peer);
		ask(0);
		peer_end(&peer);
		assert_true(is_spared);
	}
	assert_true(nth > 14);
	assert_int_equal(rig_violations(&desk.rig), 0);
}

static void test_any_allocation_of_a_request_may_fail(void **state)
{
	(void)state;
	sweep(ask_over_http);
}

static void test_any_allocation_of_a_socket_may_fail(void **state)
{
	(void)state;
	sweep(ask_over_socket);
}

static void test_any_allocation_of_a_stream_may_fail(void **state)
{
	struct rig_line line;
	(void)state;

	rig_line_open(&desk.rig, &line, "k1", "bob");
	for (int i = 0; i < 20; i++) {
		assert_int_equal(rig_try(&line, "messages.send",
		                         "{'conversation':'%s','text':'%0600d'}", direct, i),
		                 KITH_OK);
	}
	rig_line_close(&line);
	sweep(ask_for_stream);
}

static void test_a_door_without_memory_is_none(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 2; nth++) {
		kith_mem_fail_from(nth);
		struct kith_door *door = kith_http_door_new(&desk.host, &peer.out, &peer, 1);
		kith_mem_fail_never();
		assert_null(door);
	}
	kith_mem_fail_from(1);
	struct kith_tokens *tokens = kith_tokens_new(kith_store_digest_key(desk.rig.store));
	kith_mem_fail_never();
	assert_null(tokens);
	kith_tokens_free(&tokens);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_any_allocation_of_a_request_may_fail),
		TEST(test_any_allocation_of_a_socket_may_fail),
		TEST(test_any_allocation_of_a_stream_may_fail),
		TEST(test_a_door_without_memory_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
