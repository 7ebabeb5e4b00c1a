/*
 * test_stream.c -- the event stream: how a request for it is answered, how events
 * read on it, and what ends it.
 */
#include "unit/door/listener.h"

#include "door/stream.h"

/* --- the request --- */

static void test_r_091_whoever_may_sync_may_have_the_stream(void **state)
{
	(void)state;
	assert_int_equal(kith_stream_row.scopes, kith_calls[KITH_CALL_SYNC].scopes);
}

static const struct {
	const char *name;
	const char *request; /* from the method to before the headers of every request */
	const char *headers;
	int status;
	const char *part; /* of the body or the head */
} refusals[] = {
	{ "R-090 another method", "POST /v1/events", "", 405, "Allow: GET, HEAD\r\n" },
	{ "an argument that is none", "GET /v1/events?from=1", "", 400, "\"field\":\"from\"" },
	{ "an empty since", "GET /v1/events?since=", "", 400, "\"field\":\"since\"" },
	{ "R-092 a since that is no cursor", "GET /v1/events?since=c1", "", 400,
	  "\"field\":\"since\"" },
	{ "R-092 a last id that is no cursor", "GET /v1/events", "Last-Event-ID: 12\r\n", 400,
	  "\"field\":\"last-event-id\"" },
	{ "another type", "GET /v1/events", "Accept: application/json\r\n", 400,
	  "\"field\":\"accept\"" },
	{ "no type", "GET /v1/events", "Accept: \r\n", 400, "\"field\":\"accept\"" },
	{ "a path behind it", "GET /v1/events/x", "", 404, "not_found" },
};

static void test_r_091_a_request_that_cannot_be_met_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refusals); i++) {
		struct answer answer;

		peer_say(&alice, "%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n%s\r\n",
		         refusals[i].request, desk_token(&desk, "k1", "alice", 3600),
		         refusals[i].headers);
		assert_true(peer_answer(&alice, &answer));
		bool is_said = strstr(answer.head, refusals[i].part) != NULL ||
		               strstr(answer.body, refusals[i].part) != NULL;
		if (answer.status != refusals[i].status || !is_said) {
			fail_msg("%s: %s%s", refusals[i].name, answer.head, answer.body);
		}
		/* The connection is as good as before. */
		assert_false(alice.is_replaced || alice.is_closed);
	}
}

static const struct {
	const char *name;
	const char *kid;
	const char *user; /* NULL: no token */
	int64_t ttl_s;
	int status;
} callers[] = {
	{ "R-004 nobody", NULL, NULL, 0, 401 },
	{ "R-004 a token that has expired", "k1", "alice", -100, 401 },
	{ "R-004 a key that nobody knows", "k9", "alice", 100, 401 },
	{ "R-005 the operator has no news", "op", "oper", 100, 403 },
};

static void test_r_004_only_a_good_token_has_the_stream(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(callers); i++) {
		char header[1100] = "";
		struct answer answer;

		if (callers[i].user != NULL) {
			snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n",
			         desk_token(&desk, callers[i].kid, callers[i].user,
			                    callers[i].ttl_s));
		}
		peer_say(&alice, "GET /v1/events HTTP/1.1\r\nHost: a\r\n%s\r\n", header);
		assert_true(peer_answer(&alice, &answer));
		if (answer.status != callers[i].status) {
			fail_msg("%s: %s", callers[i].name, answer.body);
		}
		assert_false(alice.is_replaced);
	}
}

static void test_r_091_types_that_mean_the_stream(void **state)
{
	(void)state;
	static const char *const accepts[] = {
		"Accept: text/event-stream\r\n",
		"Accept: */*\r\n",
		"Accept: TEXT/*;q=0.5\r\n",
		"Accept: application/json, text/event-stream ; q=0.9\r\n",
		"",
	};

	for (size_t i = 0; i < KITH_COUNT(accepts); i++) {
		open_stream("", accepts[i]);
		expect_nothing();
		reopen();
	}
}

static void test_head_says_what_would_come(void **state)
{
	(void)state;
	struct answer answer;

	peer_say(&alice, "HEAD /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         desk_token(&desk, "k1", "alice", 3600));
	assert_true(peer_answer_head(&alice, &answer));
	assert_int_equal(answer.status, 200);
	assert_true(answer_has(&answer, "Content-Type: text/event-stream"));
	assert_int_equal(alice.heard.len, 0);
	assert_false(alice.is_replaced || alice.is_closed);
	open_stream("", "");
}

static void test_r_091_pages_of_listed_origins_may_read_it(void **state)
{
	(void)state;
	struct answer answer;

	ask_for(3600, "", "Origin: https://chat.example\r\nX-Request-Id: r1\r\n");
	assert_true(peer_answer(&alice, &answer));
	assert_true(answer_has(&answer, "Access-Control-Allow-Origin: https://chat.example"));
	assert_true(answer_has(&answer, "X-Request-Id: r1"));
}

/* HTTP/1.0 knows no chunks: the body ends with the connection. */
static void test_an_old_client_has_the_stream_unchunked(void **state)
{
	(void)state;
	struct kith_str heard;

	peer_say(&alice, "GET /v1/events HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         desk_token(&desk, "k1", "alice", 3600));
	say(1, 5);
	alice.door->ops->on_drain(alice.door, 700);
	desk_run(&desk);
	kith_buf_add_char(&alice.heard, '\0');
	heard = kith_buf_str(&alice.heard);
	assert_null(strstr(heard.at, "chunked"));
	const char *body = strstr(heard.at, "\r\n\r\n");
	assert_non_null(body);
	assert_ptr_equal(strstr(body, "retry: 2000\nid: "), body + 4);
	assert_non_null(strstr(body, "}\n\nid: "));
	assert_non_null(strstr(body, "}\n\nretry: 700\nevent: bye\ndata: {"));
	assert_string_equal(heard.at + heard.len - 4, "}\n\n");
	assert_true(alice.is_closed);
	alice.heard.len--;
}

/* --- framing --- */

static void test_r_091_data_is_what_the_socket_says(void **state)
{
	(void)state;
	static const int lengths[] = { 1, 20, 200, 16 * 1024 };
	static struct peer socket;

	peer_open(&desk, &socket);
	peer_hello(&socket, "alice");
	open_stream("", "");
	for (size_t i = 0; i < KITH_COUNT(lengths); i++) {
		struct event event = { .data = NULL };
		say(1, lengths[i]);
		desk_run(&desk);
		assert_true(hear(&event));
		assert_string_equal(event.data, peer_hear(&socket));
		expect_id_is_cursor(&event);
	}
}

/* What could end a line is escaped, whoever wrote it; hear() expects one line. */
static void test_r_091_no_text_breaks_a_line(void **state)
{
	(void)state;
	open_stream("", "");
	assert_int_equal(rig_try(&bob, "messages.send",
	                         "{'conversation':'%s','text':'a\\n\\ndata: b\\r\\n\\u0085c'}",
	                         direct),
	                 KITH_OK);
	desk_run(&desk);
	expect_event("message.new", "'text':'a\\n\\ndata: b\\r\\n\xc2\x85"
	                            "c'");
	expect_nothing();
}

/* It is another connection than the one that acts. */
static void test_what_is_ones_own_is_heard_too(void **state)
{
	(void)state;
	static struct peer phone;

	peer_open(&desk, &phone);
	peer_hello(&phone, "alice");
	open_stream("", "");
	peer_frame(&phone,
	           "{'type':'call','id':1,'call':'conversations.read','args':"
	           "{'conversation':'%s','upTo':1}}",
	           direct);
	peer_frame(&phone,
	           "{'type':'call','id':2,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'mine'}}",
	           direct);
	expect_event("conversation.read", "'seen':1");
	expect_event("message.new", "'text':'mine'");
	expect_nothing();
}

static void test_25_silent_seconds_are_filled_with_a_comment(void **state)
{
	(void)state;
	open_stream("", "");
	desk_wait(&desk, 20 * KITH_SECOND_US);
	expect_live();
	desk_wait(&desk, 25 * KITH_SECOND_US - 1);
	expect_nothing();
	for (int i = 0; i < 3; i++) {
		desk_wait(&desk, i == 0 ? 1 : 25 * KITH_SECOND_US);
		assert_string_equal(peer_chunk(&alice), ":\n\n");
		expect_nothing();
	}
	expect_live();
}

/* --- endings --- */

static void test_r_004_an_expired_token_ends_the_stream(void **state)
{
	(void)state;
	ask_for(20, "", "");
	expect_head();
	expect_event("welcome", "");
	desk_wait(&desk, 20 * KITH_SECOND_US - 1);
	assert_false(alice.is_closed);
	desk_wait(&desk, 1);
	expect_bye(4401, "token_expired", 0);
}

static void test_a_draining_server_says_when_to_come_back(void **state)
{
	(void)state;
	struct answer answer;

	open_stream("", "");
	alice.door->ops->on_drain(alice.door, 1234);
	desk_run(&desk);
	expect_bye(4503, "restart", 1234);
	reopen();
	desk.host.is_draining = true;
	ask_for(3600, "", "");
	assert_true(peer_answer(&alice, &answer));
	assert_int_equal(answer.status, 503);
	assert_false(alice.is_replaced);
}

static void test_nothing_that_was_missed_follows_a_goodbye(void **state)
{
	(void)state;
	say(3, 10);
	come_back_and_stop(start);
	rig_errand_go(&desk.rig, 0);
	alice.door->ops->on_drain(alice.door, 5);
	desk.rig.holds_errands = false;
	go_on();
	expect_bye(4503, "restart", 5);
}

static void test_bytes_behind_the_request_end_the_stream(void **state)
{
	(void)state;
	char text[4096];
	size_t len;

	open_stream("", "");
	peer_say(&alice, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
	expect_bye(4400, "nothing may be said here", 0);
	/* The same when they come with it. */
	reopen();
	put_request(text, sizeof(text), 3600, "", "");
	len = strlen(text);
	snprintf(text + len, sizeof(text) - len, "%s", "x");
	peer_say(&alice, "%s", text);
	expect_head();
	expect_event("welcome", "");
	expect_bye(4400, "nothing may be said here", 0);
}

static void test_a_request_may_come_in_any_pieces(void **state)
{
	(void)state;
	char text[2048];

	put_request(text, sizeof(text), 3600, "", "Accept: text/event-stream\r\n");
	for (size_t cut = 1; cut < strlen(text); cut++) {
		peer_say_bytes(&alice, kith_str_make(text, cut));
		peer_say_bytes(&alice, kith_str_of(text + cut));
		expect_head();
		expect_event("welcome", "");
		expect_nothing();
		reopen();
	}
}

static void test_a_store_that_does_not_answer(void **state)
{
	(void)state;
	struct answer answer;

	desk.rig.refuses_errands = true;
	ask_for(3600, "", "");
	assert_true(peer_answer(&alice, &answer));
	assert_int_equal(answer.status, 503);
	assert_true(answer_has(&answer, "Retry-After: 1"));
	desk.rig.refuses_errands = false;
	say(KITH_STORE_PAGE_MAX + 10, 10);
	reopen();
	come_back_and_stop(start);
	rig_errand_back(&desk.rig, 0);
	desk.rig.refuses_errands = true;
	desk_run(&desk);
	for (int i = 0; i < KITH_STORE_PAGE_MAX; i++) {
		expect_event("message.new", "");
	}
	desk.holds = false;
	expect_bye(4503, "the store does not answer", KITH_RETRY_AFTER_MS);
	desk.rig.refuses_errands = false;
}

/* The connection ends at every step from the token to the last page. */
static void test_a_stream_may_end_at_any_moment(void **state)
{
	(void)state;
	struct rig *rig = &desk.rig;
	char header[64];

	say(KITH_STORE_PAGE_MAX + 10, 10);
	snprintf(header, sizeof(header), "Last-Event-ID: %s\r\n", start);
	for (size_t steps = 0; steps < 10; steps++) {
		desk.holds = true;
		rig->holds_errands = true;
		ask_for(100 + (int64_t)steps, "", header);
		for (size_t step = 0; step < steps && rig->held_count > 0; step++) {
			if (rig->held[0].is_gone) {
				rig_errand_back(rig, 0);
			} else {
				rig_errand_go(rig, 0);
			}
			desk_run(&desk);
		}
		assert_int_equal(rig->held_count == 0, steps >= 8);
		peer_end(&alice);
		desk.holds = false;
		rig->holds_errands = false;
		desk_run(&desk);
		peer_open(&desk, &alice);
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_091_whoever_may_sync_may_have_the_stream),
		TEST(test_r_091_a_request_that_cannot_be_met_is_refused),
		TEST(test_r_004_only_a_good_token_has_the_stream),
		TEST(test_r_091_types_that_mean_the_stream),
		TEST(test_head_says_what_would_come),
		TEST(test_r_091_pages_of_listed_origins_may_read_it),
		TEST(test_an_old_client_has_the_stream_unchunked),
		TEST(test_r_091_data_is_what_the_socket_says),
		TEST(test_r_091_no_text_breaks_a_line),
		TEST(test_what_is_ones_own_is_heard_too),
		TEST(test_25_silent_seconds_are_filled_with_a_comment),
		TEST(test_r_004_an_expired_token_ends_the_stream),
		TEST(test_a_draining_server_says_when_to_come_back),
		TEST(test_nothing_that_was_missed_follows_a_goodbye),
		TEST(test_bytes_behind_the_request_end_the_stream),
		TEST(test_a_request_may_come_in_any_pieces),
		TEST(test_a_store_that_does_not_answer),
		TEST(test_a_stream_may_end_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
