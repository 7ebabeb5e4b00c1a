/*
 * test_ended.c -- a session that ends, at every moment of a connection's life: while
 * its token is checked, while it signs in, when it is remembered, when it is open.
 */
#include "unit/door/web.h"

/* Alice may sign in no more; the store knows it before anybody is told. */
static void disable(void)
{
	struct kith_user user;
	struct kith_arena mem;
	struct kith_effect effect = { .kind = KITH_EFFECT_USER_SET };
	struct kith_plan plan = { .effects = &effect, .effect_count = 1 };

	kith_arena_init(&mem, 1024);
	assert_int_equal(kith_reader_user(desk.rig.reader, KITH_STR("alice"), 0, &mem, &user),
	                 KITH_OK);
	const struct kith_profile profile = { .user = { .row = user.row,
		                                        .flags = KITH_USER_DISABLED } };
	effect.user.row = user.row;
	effect.set.profile = &profile;
	effect.set.parts = KITH_USER_FLAGS;
	assert_int_equal(kith_store_apply(desk.rig.store, &plan), KITH_PLAN_OK);
	kith_arena_done(&mem);
}

/* The effect of USER_SET, as the announcer tells it. */
static void tell(void)
{
	struct kith_user user;
	struct kith_arena mem;

	kith_arena_init(&mem, 1024);
	assert_int_equal(kith_reader_user(desk.rig.reader, KITH_STR("alice"), 0, &mem, &user),
	                 KITH_OK);
	const struct kith_ending ending = { .user_row = user.row, .is_of_all_kinds = true };
	kith_arena_done(&mem);
	desk_end_sessions(&desk, &ending);
}

static void hello(void)
{
	peer_upgrade(&peer);
	peer_frame(&peer, "{'type':'hello','token':'%s'}", desk_token(&desk, "k1", "alice", 3600));
}

static void test_r_004_an_open_socket_is_told_and_closed(void **state)
{
	(void)state;
	hello();
	peer_expect(&peer, "'type':'welcome'");
	disable();
	tell();
	assert_non_null(strstr(peer_expect(&peer, "'type':'bye'"), "session_ended"));
	int op = 0;
	assert_string_equal(peer_hear_op(&peer, &op), "4401");
	assert_true(peer.is_closed);
}

static void test_r_004_a_remembered_token_is_believed_no_more(void **state)
{
	(void)state;
	struct answer answer = call("GET", "/v1/me", NULL);

	assert_int_equal(answer.status, 200);
	disable();
	/* Until it is told, the worker remembers: so it must be told. */
	answer = call("GET", "/v1/me", NULL);
	assert_int_equal(answer.status, 200);
	tell();
	answer = call("GET", "/v1/me", NULL);
	expect_problem(&answer, 401, "unauthenticated");
}

/* The token was read before the change was stored, and comes back after it was told. */
static void test_r_004_a_token_on_its_way_is_caught(void **state)
{
	(void)state;
	struct answer answer;

	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_say(&peer, "GET /v1/me HTTP/1.1\r\nHost: kith.example\r\n%s\r\n", alice);
	assert_int_equal(desk.rig.held_count, 1);
	rig_errand_go(&desk.rig, 0);
	disable();
	tell();
	assert_false(peer_answer(&peer, &answer));
	desk.holds = false;
	desk.rig.holds_errands = false;
	desk_run(&desk);
	assert_true(peer_answer(&peer, &answer));
	expect_problem(&answer, 401, "unauthenticated");
	/* And it was not remembered. */
	answer = call("GET", "/v1/me", NULL);
	expect_problem(&answer, 401, "unauthenticated");
}

/* Its token held, and it asks who it is: it has not joined, so nobody tells it. */
static void test_r_004_a_socket_that_is_signing_in_is_caught(void **state)
{
	(void)state;
	desk.holds = true;
	desk.rig.holds_errands = true;
	hello();
	assert_int_equal(desk.rig.held_count, 1);
	rig_errand_back(&desk.rig, 0);
	assert_int_equal(desk.rig.held_count, 1);
	rig_errand_go(&desk.rig, 0);
	disable();
	tell();
	desk.holds = false;
	desk.rig.holds_errands = false;
	desk_run(&desk);
	assert_non_null(strstr(peer_expect(&peer, "'type':'bye'"), "session_ended"));
	int op = 0;
	assert_string_equal(peer_hear_op(&peer, &op), "4401");
}

static void test_r_004_a_stream_is_told_and_closed(void **state)
{
	(void)state;
	struct answer answer;

	peer_say(&peer, "GET /v1/events HTTP/1.1\r\nHost: kith.example\r\n%s\r\n", alice);
	assert_true(peer_answer_head(&peer, &answer));
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(peer_chunk(&peer), "event: welcome"));
	disable();
	tell();
	const char *bye = peer_chunk(&peer);
	assert_non_null(strstr(bye, "event: bye"));
	assert_non_null(strstr(bye, "session_ended"));
	assert_string_equal(peer_chunk(&peer), "");
	assert_true(peer.is_closed);
}

/* The stream's own question was answered, and the session ended before that was heard. */
static void test_r_004_a_stream_that_is_opening_is_caught(void **state)
{
	(void)state;
	struct answer answer = call("GET", "/v1/me", NULL);

	assert_int_equal(answer.status, 200);
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_say(&peer, "GET /v1/events HTTP/1.1\r\nHost: kith.example\r\n%s\r\n", alice);
	assert_int_equal(desk.rig.held_count, 1);
	rig_errand_go(&desk.rig, 0);
	disable();
	tell();
	desk.holds = false;
	desk.rig.holds_errands = false;
	desk_run(&desk);
	assert_true(peer_answer(&peer, &answer));
	expect_problem(&answer, 401, "unauthenticated");
}

static void test_r_004_a_call_without_need_of_a_token_looks_at_none(void **state)
{
	(void)state;
	static const char *const headers[] = {
		"Content-Type: application/json\r\n",
		"Content-Type: application/json\r\nAuthorization: Bearer garbage\r\n",
	};

	for (size_t i = 0; i < KITH_COUNT(headers); i++) {
		struct answer answer = ask("POST", "/v1/sessions/refresh", headers[i],
		                           "{\"refreshToken\":\"kr_x\"}");
		expect_problem(&answer, 401, "unauthenticated");
		assert_non_null(strstr(answer.body, "The refresh token"));
		answer = ask("POST", "/v1/sessions", headers[i], "{}");
		expect_problem(&answer, 400, "invalid_request");
	}
	struct answer answer = ask("GET", "/v1/sessions", "", NULL);
	expect_problem(&answer, 401, "unauthenticated");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_r_004_an_open_socket_is_told_and_closed),
		CASE(test_r_004_a_remembered_token_is_believed_no_more),
		CASE(test_r_004_a_token_on_its_way_is_caught),
		CASE(test_r_004_a_socket_that_is_signing_in_is_caught),
		CASE(test_r_004_a_stream_is_told_and_closed),
		CASE(test_r_004_a_stream_that_is_opening_is_caught),
		CASE(test_r_004_a_call_without_need_of_a_token_looks_at_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
