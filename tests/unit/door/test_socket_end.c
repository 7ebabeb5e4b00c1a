/*
 * test_socket_end.c -- what ends a socket and with which code, that nothing
 * follows its end, and, while it lives, whom events reach.
 */
#include "unit/door/pair.h"

#include "base/mem.h"
#include "base/when.h"
#include "wire/ws.h"

static void ask_me(struct peer *peer, int from, int to)
{
	for (int i = from; i < to; i++) {
		peer_frame(peer, "{'type':'call','id':%d,'call':'me.get'}", i);
	}
}

/* --- endings --- */

static void test_a_close_is_answered_with_its_code(void **state)
{
	(void)state;
	int op = 0;

	peer_hello(&alice, "alice");
	peer_raw_frame(&alice, 0x88, KITH_STR("\x03\xe9going"));
	assert_string_equal(peer_hear_op(&alice, &op), "1001");
	assert_int_equal(op, KITH_WS_CLOSE);
	peer_expect_nothing(&alice);
	assert_true(alice.is_closed);
	/* Its end does not wait for ever. */
	desk_wait(&desk, KITH_DOOR_CLOSE_TIME_US);
	assert_true(alice.is_aborted);
	reopen(&alice);
	peer_upgrade(&alice);
	peer_raw_frame(&alice, 0x88, KITH_STR(""));
	assert_string_equal(peer_hear_op(&alice, &op), "1000");
	assert_true(alice.is_closed);
}

/* Whatever was on its way when the socket closed: nothing is said behind the close. */
static void test_nothing_follows_a_close(void **state)
{
	(void)state;
	int op = 0;

	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_frame(&alice, "{'type':'auth','token':'%s'}", desk_token(&desk, "k1", "alice", 1800));
	peer_frame(&alice, "{'type':'call','id':1,'call':'me.get'}");
	peer_frame(&alice,
	           "{'type':'call','id':2,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'last'}}",
	           direct);
	peer_raw_frame(&alice, 0x88, KITH_STR("\x03\xe8"));
	assert_non_null(peer_hear_op(&alice, &op));
	assert_int_equal(op, KITH_WS_CLOSE);
	desk.holds = false;
	desk_run(&desk);
	peer_expect(&bob, "'text':'last'");
	peer_frame(&bob,
	           "{'type':'call','id':3,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'more'}}",
	           direct);
	peer_expect_nothing(&alice);
}

static void test_r_004_an_expired_token_closes_the_socket(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s'}", desk_token(&desk, "k1", "alice", 20));
	peer_expect(&alice, "'type':'welcome'");
	desk_wait(&desk, 20 * KITH_SECOND_US - 1);
	assert_false(alice.is_closed);
	desk_wait(&desk, 1);
	peer_expect_bye(&alice, 4401);
}

static void test_r_004_auth_renews_the_token(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s'}", desk_token(&desk, "k1", "alice", 20));
	peer_expect(&alice, "'type':'welcome'");
	desk_wait(&desk, 10 * KITH_SECOND_US);
	peer_frame(&alice, "{'type':'auth','token':'%s'}", desk_token(&desk, "k1", "alice", 40));
	peer_expect(&alice, "{'type':'ok','result':{}}");
	desk_wait(&desk, 40 * KITH_SECOND_US - 1);
	assert_false(alice.is_closed);
	desk_wait(&desk, 1);
	peer_expect_bye(&alice, 4401);
}

static void test_r_004_auth_refuses_another_person(void **state)
{
	(void)state;
	static const char *const others[][2] = { { "k1", "bob" },
		                                 { "op", "oper" },
		                                 { "k9", "alice" } };

	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s'}", desk_token(&desk, "k1", "alice", 20));
	peer_expect(&alice, "'type':'welcome'");
	for (size_t i = 0; i < KITH_COUNT(others); i++) {
		peer_frame(&alice, "{'type':'auth','token':'%s'}",
		           desk_token(&desk, others[i][0], others[i][1], 60));
		peer_expect(&alice,
		            "{'type':'error','problem':{'type':'/problems/unauthenticated'");
		assert_false(alice.is_closed);
	}
	/* Still Alice, and only as long as her own token lives. */
	peer_frame(&alice, "{'type':'call','id':1,'call':'me.get'}");
	peer_expect(&alice, "'id':'alice'");
	desk_wait(&desk, 20 * KITH_SECOND_US);
	peer_expect_bye(&alice, 4401);
}

static void test_auth_needs_a_token_and_one_at_a_time(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_frame(&alice, "{'type':'auth'}");
	peer_expect(&alice, "'field':'token'");
	peer_expect_bye(&alice, 4400);
	reopen(&alice);
	peer_hello(&alice, "alice");
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_frame(&alice, "{'type':'auth','token':'%s'}", desk_token(&desk, "k1", "alice", 61));
	peer_frame(&alice, "{'type':'auth','token':'%s'}", desk_token(&desk, "k1", "alice", 62));
	peer_expect(&alice, "Another token is being checked.");
	peer_expect_bye(&alice, 4400);
}

static void test_75_silent_seconds_end_a_socket(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	desk_wait(&desk, KITH_DOOR_SILENCE_US - 1);
	peer_frame(&alice, "{'type':'ping','n':1}");
	peer_expect(&alice, "'type':'pong'");
	desk_wait(&desk, KITH_DOOR_SILENCE_US - 1);
	assert_false(alice.is_closed);
	desk_wait(&desk, 1);
	peer_expect_bye(&alice, 1001);
}

static void test_a_draining_server_says_bye_when_all_is_answered(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	bob.door->ops->on_drain(bob.door, 1234);
	desk_run(&desk);
	peer_expect(&bob, "{'type':'bye','code':4503,'reason':'restart','retryAfterMs':1234}");
	desk.holds = true;
	desk.rig.holds_errands = true;
	ask_me(&alice, 0, 2);
	alice.door->ops->on_drain(alice.door, 77);
	/* What comes now is not read any more. */
	ask_me(&alice, 2, 4);
	rig_errand_back(&desk.rig, 0);
	desk_run(&desk);
	peer_expect(&alice, "'id':0");
	peer_expect_nothing(&alice);
	rig_errand_back(&desk.rig, 0);
	desk_run(&desk);
	peer_expect(&alice, "'id':1");
	peer_expect_bye(&alice, 4503);
	assert_int_equal(desk.rig.held_count, 0);
}

static void test_a_socket_that_is_signing_in_drains_too(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	alice.door->ops->on_drain(alice.door, 5);
	desk_run(&desk);
	peer_expect_bye(&alice, 4503);
	peer_upgrade(&bob);
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_frame(&bob, "{'type':'hello','token':'%s'}", token("bob"));
	bob.door->ops->on_drain(bob.door, 5);
	desk_run(&desk);
	peer_expect_bye(&bob, 4503);
	desk.holds = false;
	desk_run(&desk);
	peer_expect_nothing(&bob);
}

static void test_a_store_that_does_not_answer_hello(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	desk.rig.refuses_errands = true;
	peer_frame(&alice, "{'type':'hello','token':'%s'}", token("alice"));
	peer_expect_bye(&alice, 4503);
	/* The token is known, only the person cannot be read. */
	desk.rig.refuses_errands = false;
	peer_hello(&bob, "bob");
	reopen(&bob);
	peer_upgrade(&bob);
	desk.rig.refuses_errands = true;
	peer_frame(&bob, "{'type':'hello','token':'%s'}", token("bob"));
	peer_expect_bye(&bob, 4503);
}

/* The connection ends at every step of hello, calls and resuming. */
static void test_a_socket_may_end_at_any_moment(void **state)
{
	(void)state;
	struct rig *rig = &desk.rig;
	char cursor[64];

	peer_hello(&alice, "alice");
	peer_frame(&alice, "{'type':'call','id':1,'call':'sync'}");
	json_value(peer_expect(&alice, "'type':'ok'"), "cursor", cursor, sizeof(cursor));
	for (size_t steps = 0; steps < 24; steps++) {
		reopen(&alice);
		kith_rand_init_fixed(&rig->rand, steps + 1);
		peer_upgrade(&alice);
		desk.holds = true;
		rig->holds_errands = true;
		rig->holds_plans = true;
		peer_frame(&alice, "{'type':'hello','token':'%s','since':'%s'}",
		           desk_token(&desk, "k1", "alice", 100 + (int64_t)steps), cursor);
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
			desk_run(&desk);
			if (step == 4) {
				peer_frame(&alice,
				           "{'type':'call','id':1,'call':'messages.send','args':"
				           "{'conversation':'%s','text':'hi'}}",
				           direct);
				ask_me(&alice, 2, 3);
				peer_frame(&alice, "{'type':'auth','token':'%s'}",
				           desk_token(&desk, "k1", "alice", 1000 + (int64_t)steps));
			}
		}
		peer_end(&alice);
		desk.holds = false;
		desk_run(&desk);
		peer_open(&desk, &alice);
	}
}

/* --- events --- */

static void test_events_reach_everybody_but_the_sending_connection(void **state)
{
	(void)state;
	static struct peer phone;
	static struct peer carol;

	peer_open(&desk, &phone);
	peer_open(&desk, &carol);
	peer_hello(&alice, "alice");
	peer_hello(&phone, "alice");
	peer_hello(&bob, "bob");
	peer_hello(&carol, "carol");
	peer_frame(&alice,
	           "{'type':'call','id':1,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'hi'}}",
	           direct);
	peer_expect(&alice, "{'type':'ok','id':1,");
	peer_expect_nothing(&alice);
	const char *event = peer_expect(&phone, "{'type':'event','event':'message.new','cursor':'");
	assert_non_null(strstr(event, "\"n\":1,\"data\":{\"id\":\""));
	peer_expect(&bob, "'text':'hi'");
	peer_expect_nothing(&carol);
	/* A watermark is its person's own matter. */
	peer_frame(&bob,
	           "{'type':'call','id':1,'call':'conversations.read','args':"
	           "{'conversation':'%s','upTo':1}}",
	           direct);
	peer_expect(&bob, "'seen':1,'unread':0");
	peer_expect_nothing(&bob);
	peer_expect_nothing(&alice);
	peer_frame(&phone,
	           "{'type':'call','id':1,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'two'}}",
	           direct);
	peer_expect(&phone, "'type':'ok'");
	peer_expect_nothing(&phone);
	peer_expect(&alice, "'text':'two'");
	peer_expect(&bob, "'text':'two'");
	/* What somebody sends over HTTP, all of their sockets hear. */
	static struct peer http;
	peer_open(&desk, &http);
	peer_say(&http,
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\nContent-Type: "
	         "application/json\r\nContent-Length: 14\r\nAuthorization: Bearer %s\r\n\r\n"
	         "{\"text\":\"web\"}",
	         token("alice"));
	peer_expect(&alice, "'text':'web'");
	peer_expect(&phone, "'text':'web'");
	peer_expect(&bob, "'text':'web'");
}

/* --- steady state --- */

static void flood(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		peer_frame(&alice,
		           "{'type':'call','id':%d,'call':'messages.send','args':"
		           "{'conversation':'%s','text':'hello there'}}",
		           i, direct);
		assert_non_null(peer_hear(&alice));
		assert_non_null(peer_hear(&bob));
	}
}

static void test_a_thousand_sends_allocate_nothing(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	flood(200);
	uint64_t before = kith_mem_thread_count();
	flood(1000);
	assert_int_equal(kith_mem_thread_count() - before, 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_close_is_answered_with_its_code),
		TEST(test_nothing_follows_a_close),
		TEST(test_r_004_an_expired_token_closes_the_socket),
		TEST(test_r_004_auth_renews_the_token),
		TEST(test_r_004_auth_refuses_another_person),
		TEST(test_auth_needs_a_token_and_one_at_a_time),
		TEST(test_75_silent_seconds_end_a_socket),
		TEST(test_a_draining_server_says_bye_when_all_is_answered),
		TEST(test_a_socket_that_is_signing_in_drains_too),
		TEST(test_a_store_that_does_not_answer_hello),
		TEST(test_a_socket_may_end_at_any_moment),
		TEST(test_events_reach_everybody_but_the_sending_connection),
		TEST(test_a_thousand_sends_allocate_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
