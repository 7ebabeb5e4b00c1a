/*
 * test_http_bytes.c -- an HTTP connection from its first byte to its last: bodies
 * in every form and piece, one answer after the other, deadlines, the way to the
 * socket and the end.
 */
#include "unit/door/web.h"

#include "base/when.h"
#include "door/token.h"

/* --- pieces --- */

static char pieces_text[8 * 1024];

/* A conversation of requests with every kind of body, and how many answers it has. */
static size_t write_requests(void)
{
	snprintf(pieces_text, sizeof(pieces_text),
	         "GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: r1\r\n\r\n"
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n%s"
	         "Content-Type: application/json\r\nX-Request-Id: r2\r\nContent-Length: 14\r\n\r\n"
	         "{\"text\":\"one\"}"
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n%s"
	         "Content-Type: application/json\r\nX-Request-Id: r3\r\n"
	         "Transfer-Encoding: chunked\r\n\r\n"
	         "5;x=y\r\n{\"tex\r\n9\r\nt\":\"two\"}\r\n0\r\nTrailer: t\r\n\r\n"
	         "GET /v1/nothing HTTP/1.1\r\nHost: a\r\nX-Request-Id: r4\r\n\r\n"
	         "GET /v1/me HTTP/1.1\r\nHost: a\r\n%sX-Request-Id: r5\r\n\r\n",
	         alice, alice, alice);
	return 5;
}

static void expect_all_answered(size_t count)
{
	static const int statuses[] = { 200, 201, 201, 404, 200 };

	for (size_t i = 0; i < count; i++) {
		struct answer answer;
		char id[64];

		assert_true(peer_answer(&peer, &answer));
		assert_int_equal(answer.status, statuses[i]);
		snprintf(id, sizeof(id), "X-Request-Id: r%zu", i + 1);
		assert_true(answer_has(&answer, id));
		if (answer.status == 201) {
			assert_non_null(strstr(answer.body,
			                       i == 1 ? "\"text\":\"one\"" : "\"text\":\"two\""));
		}
	}
	assert_int_equal(peer.heard.len, 0);
}

static void test_requests_come_whole_or_byte_by_byte(void **state)
{
	(void)state;
	size_t count = write_requests();
	size_t len = strlen(pieces_text);

	peer_say_bytes(&peer, kith_str_make(pieces_text, len));
	expect_all_answered(count);
	for (size_t i = 0; i < len; i++) {
		peer_say_bytes(&peer, kith_str_make(pieces_text + i, 1));
	}
	expect_all_answered(count);
}

static void test_requests_come_split_anywhere(void **state)
{
	(void)state;
	size_t count = write_requests();
	size_t len = strlen(pieces_text);

	for (size_t cut = 1; cut < len; cut++) {
		peer_say_bytes(&peer, kith_str_make(pieces_text, cut));
		peer_say_bytes(&peer, kith_str_make(pieces_text + cut, len - cut));
		expect_all_answered(count);
	}
}

/* The second request is there before the first has its answer, and waits for it. */
static void test_pipelined_requests_are_answered_in_order(void **state)
{
	(void)state;
	struct answer answer;

	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_say(&peer,
	         "GET /v1/users/bob HTTP/1.1\r\nHost: a\r\nX-Request-Id: r1\r\n%s\r\n"
	         "GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: r2\r\n\r\n",
	         alice);
	assert_false(peer.is_shown);
	assert_int_equal(peer.heard.len, 0);
	desk.holds = false;
	desk_run(&desk);
	assert_true(peer_answer(&peer, &answer));
	assert_true(answer_has(&answer, "X-Request-Id: r1"));
	assert_true(peer_answer(&peer, &answer));
	assert_true(answer_has(&answer, "X-Request-Id: r2"));
	assert_true(peer.is_shown);
}

/* The connection ends wherever the request stands; whatever was asked still finishes. */
static void test_a_connection_may_end_at_any_moment(void **state)
{
	(void)state;
	static const char *const requests[] = {
		"GET /readyz HTTP/1.1\r\nHost: a\r\n",
		"GET /v1/me HTTP/1.1\r\nHost: a\r\n",
		"POST /v1/users/carol/messages HTTP/1.1\r\nContent-Length: 12\r\nHost: a\r\n",
	};

	for (size_t i = 0; i < KITH_COUNT(requests); i++) {
		for (size_t steps = 0; steps < 8; steps++) {
			struct rig *rig = &desk.rig;
			desk.holds = true;
			rig->holds_errands = true;
			rig->holds_plans = true;
			peer_say(&peer, "%s%sContent-Type: application/json\r\n\r\n%s", requests[i],
			         alice, i == 2 ? "{\"text\":\"a\"}" : "");
			for (size_t step = 0; step < steps; step++) {
				if (rig->held_count > 0 && !rig->held[0].is_gone) {
					rig_errand_go(rig, 0);
				} else if (rig->held_count > 0) {
					rig_errand_back(rig, 0);
				} else if (rig->plan_count > 0) {
					rig_plan_submit(rig);
				} else if (rig->on_way > 0) {
					rig_plan_answer(rig);
				}
			}
			reconnect();
			desk.holds = false;
			desk_run(&desk);
			assert_int_equal(peer.heard.len, 0);
		}
		kith_tokens_free(&desk.host.tokens);
		desk.host.tokens = kith_tokens_new(kith_store_digest_key(desk.rig.store));
	}
}

/* --- keeping and closing --- */

static const struct {
	const char *request;
	bool is_kept;
} endings[] = {
	{ "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", true },
	{ "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false },
	{ "GET /livez HTTP/1.0\r\nHost: a\r\n\r\n", false },
	{ "GET /v1/nothing HTTP/1.1\r\nHost: a\r\n\r\n", true },
	{ "GET /v1/nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false },
};

static void test_a_connection_is_kept_as_it_is_asked(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(endings); i++) {
		struct answer answer;

		peer_say(&peer, "%s", endings[i].request);
		assert_true(peer_answer(&peer, &answer));
		assert_int_equal(answer_has(&answer, "Connection: close"), !endings[i].is_kept);
		assert_int_equal(peer.is_closed, !endings[i].is_kept);
		reconnect();
	}
}

static void test_expect_is_answered_before_the_body(void **state)
{
	(void)state;
	struct answer answer;

	peer_say(&peer,
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n%s"
	         "Content-Type: application/json\r\nContent-Length: 14\r\n"
	         "Expect: 100-continue\r\n\r\n",
	         alice);
	assert_true(peer_answer(&peer, &answer));
	assert_int_equal(answer.status, 100);
	assert_int_equal(peer.heard.len, 0);
	peer_say(&peer, "{\"text\":\"abc\"}");
	assert_true(peer_answer(&peer, &answer));
	assert_int_equal(answer.status, 201);
	/* A body that will be refused is not asked for. */
	peer_say(&peer,
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n%s"
	         "Content-Length: 262145\r\nExpect: 100-continue\r\n\r\n",
	         alice);
	assert_true(peer_answer(&peer, &answer));
	expect_problem(&answer, 413, "too_large");
	assert_true(peer.is_closed);
}

static void test_head_is_get_without_the_body(void **state)
{
	(void)state;
	static const char *const targets[] = { "/livez", "/v1/openapi.json", "/v1/me",
		                               "/v1/nothing" };

	for (size_t i = 0; i < KITH_COUNT(targets); i++) {
		struct answer get = call("GET", targets[i], NULL);
		char length[64];
		snprintf(length, sizeof(length), "Content-Length: %zu", get.body_len);
		/* The made-up request id in a problem has another number. */
		struct answer head = call("HEAD", targets[i], NULL);
		assert_int_equal(head.status, get.status);
		assert_true(answer_has(&head, length));
	}
}

/* --- deadlines --- */

static void test_a_silent_connection_is_closed_without_a_word(void **state)
{
	(void)state;
	desk_wait(&desk, KITH_DOOR_HEAD_TIME_US - 1);
	assert_false(peer.is_closed);
	desk_wait(&desk, 1);
	assert_true(peer.is_closed);
	assert_int_equal(peer.heard.len, 0);
	reconnect();
	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
	desk_wait(&desk, KITH_DOOR_IDLE_TIME_US - 1);
	assert_false(peer.is_closed);
	desk_wait(&desk, 1);
	assert_true(peer.is_closed);
	assert_int_equal(peer.heard.len, 0);
}

static void test_headers_must_come_in_time(void **state)
{
	(void)state;
	struct answer answer;

	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
	desk_wait(&desk, KITH_DOOR_IDLE_TIME_US / 2);
	peer_say(&peer, "GET /livez HTTP/1.1\r\n");
	/* More of it does not win time. */
	desk_wait(&desk, KITH_DOOR_HEAD_TIME_US - 1);
	peer_say(&peer, "Host: a\r\n");
	assert_false(peer.is_closed);
	desk_wait(&desk, 1);
	assert_true(peer_answer(&peer, &answer));
	expect_problem(&answer, 408, "request_timeout");
	assert_true(answer_has(&answer, "Connection: close"));
	assert_true(peer.is_closed);
}

static void test_a_body_must_come_at_its_rate(void **state)
{
	(void)state;
	struct answer answer;

	peer_say(
		&peer,
		"POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n%sContent-Length: 9000\r\n\r\n",
		alice);
	desk_wait(&desk, KITH_DOOR_HEAD_TIME_US - 1);
	char piece[KITH_DOOR_BODY_RATE + 1];
	memset(piece, 'x', sizeof(piece) - 1);
	piece[sizeof(piece) - 1] = '\0';
	for (int i = 0; i < 4; i++) {
		/* A second's worth of bytes wins a second. */
		peer_say(&peer, "%s", piece);
		desk_wait(&desk, KITH_SECOND_US);
		assert_false(peer.is_closed);
	}
	desk_wait(&desk, 1);
	assert_true(peer_answer(&peer, &answer));
	expect_problem(&answer, 408, "request_timeout");
	assert_true(peer.is_closed);
}

static void test_no_deadline_while_the_store_is_asked(void **state)
{
	(void)state;
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_say(&peer, "GET /v1/me HTTP/1.1\r\nHost: a\r\n%s\r\n", alice);
	desk_wait(&desk, 3600 * KITH_SECOND_US);
	assert_false(peer.is_closed);
	desk.holds = false;
	desk_run(&desk);
	struct answer answer;
	assert_true(peer_answer(&peer, &answer));
	assert_int_equal(answer.status, 200);
}

/* --- the way to the socket --- */

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UP "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

static const struct {
	const char *name;
	const char *headers;
	int status;
} upgrades[] = {
	{ "R-091 as it should be", UP KEY VERSION, 101 },
	{ "of our own origin", UP KEY VERSION "Origin: https://kith.example\r\n", 101 },
	{ "of a listed origin", UP KEY VERSION "Origin: https://chat.example\r\n", 101 },
	{ "of another origin", UP KEY VERSION "Origin: https://evil.example\r\n", 403 },
	{ "of no origin that has a name", UP KEY VERSION "Origin: null\r\n", 403 },
	{ "without Upgrade", "Connection: Upgrade\r\n" KEY VERSION, 400 },
	{ "without Connection", "Upgrade: websocket\r\n" KEY VERSION, 400 },
	{ "without key", UP VERSION, 400 },
	{ "with a short key", UP "Sec-WebSocket-Key: YWJj\r\n" VERSION, 400 },
	{ "of another version", UP KEY "Sec-WebSocket-Version: 8\r\n", 400 },
};

static void test_r_091_the_socket_opens_for_a_good_handshake(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(upgrades); i++) {
		struct answer answer = ask("GET", "/v1/socket", upgrades[i].headers, NULL);

		if (answer.status != upgrades[i].status) {
			fail_msg("%s: %d %s", upgrades[i].name, answer.status, answer.body);
		}
		assert_int_equal(peer.is_replaced, answer.status == 101);
		assert_int_equal(peer.is_closed, answer.status != 101);
		if (answer.status == 101) {
			assert_true(answer_has(&answer, "Upgrade: websocket"));
			assert_true(answer_has(&answer, "Connection: Upgrade"));
			/* RFC 6455 1.3 */
			assert_true(answer_has(
				&answer, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
			assert_null(strstr(answer.head, "Content-Length"));
		}
		reconnect();
	}
}

static void test_r_091_the_protocol_is_agreed_on(void **state)
{
	(void)state;
	struct answer answer =
		ask("GET", "/v1/socket",
	            UP KEY VERSION "Sec-WebSocket-Protocol: other, kith.v1\r\n", NULL);
	assert_true(answer_has(&answer, "Sec-WebSocket-Protocol: kith.v1"));
	reconnect();
	answer = ask("GET", "/v1/socket", UP KEY VERSION "Sec-WebSocket-Protocol: other\r\n", NULL);
	assert_int_equal(answer.status, 101);
	assert_null(strstr(answer.head, "Sec-WebSocket-Protocol"));
}

/* --- going down --- */

static void test_an_idle_connection_ends_when_the_server_does(void **state)
{
	(void)state;
	struct answer answer;

	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
	desk.host.is_draining = true;
	peer.door->ops->on_drain(peer.door, 1500);
	assert_true(peer.is_closed);
	reconnect();
	answer = ask("GET", "/readyz", "", NULL);
	assert_int_equal(answer.status, 503);
	assert_string_equal(answer.body, "{\"status\":\"draining\"}");
	assert_true(peer.is_closed);
}

static void test_what_is_under_way_is_answered_before_the_end(void **state)
{
	(void)state;
	struct answer answer;

	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_say(&peer,
	         "GET /v1/users/bob HTTP/1.1\r\nHost: a\r\n%s\r\n"
	         "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
	         alice);
	desk.host.is_draining = true;
	peer.door->ops->on_drain(peer.door, 1500);
	assert_false(peer.is_closed);
	desk.holds = false;
	desk_run(&desk);
	assert_true(peer_answer(&peer, &answer));
	assert_int_equal(answer.status, 200);
	assert_true(answer_has(&answer, "Connection: close"));
	assert_true(peer.is_closed);
	assert_false(peer_answer(&peer, &answer));
}

static void test_no_socket_opens_when_the_server_goes_down(void **state)
{
	(void)state;
	peer_say(&peer, "GET /v1/socket HTTP/1.1\r\nHost: a\r\n");
	desk.host.is_draining = true;
	peer.door->ops->on_drain(peer.door, 1500);
	assert_false(peer.is_closed);
	peer_say(&peer, UP KEY VERSION "\r\n");
	struct answer answer;
	assert_true(peer_answer(&peer, &answer));
	expect_problem(&answer, 503, "unavailable");
	assert_true(peer.is_closed);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_requests_come_whole_or_byte_by_byte),
		TEST(test_requests_come_split_anywhere),
		TEST(test_pipelined_requests_are_answered_in_order),
		TEST(test_a_connection_may_end_at_any_moment),
		TEST(test_a_connection_is_kept_as_it_is_asked),
		TEST(test_expect_is_answered_before_the_body),
		TEST(test_head_is_get_without_the_body),
		TEST(test_a_silent_connection_is_closed_without_a_word),
		TEST(test_headers_must_come_in_time),
		TEST(test_a_body_must_come_at_its_rate),
		TEST(test_no_deadline_while_the_store_is_asked),
		TEST(test_r_091_the_socket_opens_for_a_good_handshake),
		TEST(test_r_091_the_protocol_is_agreed_on),
		TEST(test_an_idle_connection_ends_when_the_server_does),
		TEST(test_what_is_under_way_is_answered_before_the_end),
		TEST(test_no_socket_opens_when_the_server_goes_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
