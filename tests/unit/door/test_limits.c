/*
 * test_limits.c -- limits as clients meet them, under a clock that stands still: what
 * is refused, with which wait, that the wait suffices, and what is not counted.
 */
#include "unit/door/pair.h"

#include "service/steps.h"
#include "wire/ws.h"

enum { FEW = 3 };
#define PLACE_US INT64_C(60000000) /* one place comes back in a minute */

static struct kith_limits *limits;

/* From now on KIND is limited to FEW at once, and nothing else is. */
static void limit(enum kith_limit_kind kind)
{
	struct kith_limit kinds[KITH_LIMIT_COUNT] = { { 0 } };

	kith_limits_free(&limits);
	kinds[kind] = kith_limit_make(1, PLACE_US, FEW);
	limits = kith_limits_new(kinds);
	assert_non_null(limits);
	desk.host.limits = limits;
	desk.rig.service->options.limits = limits;
}

static int end(void **state)
{
	int failed = teardown(state);

	kith_limits_free(&limits);
	return failed;
}

/* Sends TEXT from PEER as its call number ID. */
static void send_text(struct peer *peer, int id, const char *text)
{
	peer_frame(peer,
	           "{'type':'call','id':%d,'call':'messages.send','args':"
	           "{'conversation':'%s','text':'%s'}}",
	           id, direct, text);
}

static void expect_ok(struct peer *peer, int id)
{
	char part[64];

	snprintf(part, sizeof(part), "{'type':'ok','id':%d,", id);
	peer_expect(peer, part);
}

/* The answer to call ID is a refusal that says WAIT_US, and the socket goes on. */
static void expect_limited(struct peer *peer, int id, int64_t wait_us)
{
	char part[200];

	snprintf(part, sizeof(part),
	         "{'type':'error','id':%d,'problem':{'type':'/problems/rate_limited'", id);
	const char *frame = peer_expect(peer, part);
	snprintf(part, sizeof(part), "\"status\":429,\"code\":\"rate_limited\"");
	assert_non_null(strstr(frame, part));
	snprintf(part, sizeof(part), "\"retryAfterMs\":%lld}}", (long long)(wait_us / 1000));
	if (strstr(frame, part) == NULL) {
		fail_msg("%s: not %s", frame, part);
	}
	assert_false(peer->is_closed);
}

/* R-081 the same problem as the answer to the call; after the wait there is a place. */
static void test_a_refused_call_is_right_after_the_wait_that_it_was_told(void **state)
{
	(void)state;
	static const enum kith_limit_kind kinds[] = { KITH_LIMIT_CALLS_USER, KITH_LIMIT_SENDS_USER,
		                                      KITH_LIMIT_SENDS_CONVERSATION,
		                                      KITH_LIMIT_SENDS_ORGANIZATION };

	peer_hello(&alice, "alice");
	for (size_t i = 0; i < KITH_COUNT(kinds); i++) {
		limit(kinds[i]);
		for (int id = 1; id <= FEW; id++) {
			send_text(&alice, id, "in time");
			expect_ok(&alice, id);
		}
		send_text(&alice, 4, "too early");
		expect_limited(&alice, 4, PLACE_US);
		/* A place comes back meanwhile: less is left to wait. */
		desk_wait(&desk, PLACE_US / 4);
		send_text(&alice, 5, "still too early");
		expect_limited(&alice, 5, PLACE_US - PLACE_US / 4);
		desk_wait(&desk, PLACE_US - PLACE_US / 4);
		send_text(&alice, 6, "after the wait");
		expect_ok(&alice, 6);
		send_text(&alice, 7, "the next");
		expect_limited(&alice, 7, PLACE_US);
		/* A sign of life, so that time does not close the socket. */
		peer_frame(&alice, "{'type':'ping','n':1}");
		peer_expect(&alice, "{'type':'pong'");
	}
}

/* R-081 many at once: those that pass are stored in their order, the others not at all. */
static void test_of_many_at_once_the_first_pass_and_nothing_is_lost_or_doubled(void **state)
{
	(void)state;
	char part[64];

	limit(KITH_LIMIT_SENDS_CONVERSATION);
	peer_hello(&alice, "alice");
	desk.holds = true;
	for (int id = 1; id <= 2 * FEW; id++) {
		send_text(&alice, id, "one of many");
	}
	desk.holds = false;
	desk_run(&desk);
	int passed = 0;
	int refused = 0;
	for (const char *frame = peer_hear(&alice); frame != NULL; frame = peer_hear(&alice)) {
		if (strstr(frame, "\"type\":\"ok\"") != NULL) {
			passed++;
			snprintf(part, sizeof(part), "\"id\":%d,", passed);
			assert_non_null(strstr(frame, part));
			snprintf(part, sizeof(part), "\"n\":%d,", passed);
			assert_non_null(strstr(frame, part));
		} else {
			assert_non_null(strstr(frame, "\"code\":\"rate_limited\""));
			refused++;
		}
	}
	assert_int_equal(passed, FEW);
	assert_int_equal(refused, FEW);
}

/* One plan of two is spoiled, so that it has to be made again. */
static bool spoil_every_other(struct rig *rig)
{
	static unsigned count;
	(void)rig;

	return ++count % 2 == 1;
}

static void test_a_plan_that_is_made_again_counts_once(void **state)
{
	(void)state;
	limit(KITH_LIMIT_SENDS_CONVERSATION);
	peer_hello(&alice, "alice");
	desk.rig.spoils = spoil_every_other;
	for (int id = 1; id <= FEW; id++) {
		send_text(&alice, id, "again");
		expect_ok(&alice, id);
	}
	send_text(&alice, 4, "too many");
	expect_limited(&alice, 4, PLACE_US);
}

static void test_what_the_conversation_refuses_costs_its_sender_no_place_elsewhere(void **state)
{
	(void)state;
	struct kith_limit kinds[KITH_LIMIT_COUNT] = { { 0 } };

	peer_hello(&alice, "alice");
	kith_limits_free(&limits);
	kinds[KITH_LIMIT_SENDS_USER] = kith_limit_make(1, PLACE_US, FEW);
	kinds[KITH_LIMIT_SENDS_CONVERSATION] = kith_limit_make(1, PLACE_US, 1);
	limits = kith_limits_new(kinds);
	desk.host.limits = limits;
	desk.rig.service->options.limits = limits;
	send_text(&alice, 1, "first");
	expect_ok(&alice, 1);
	for (int id = 2; id < 20; id++) {
		send_text(&alice, id, "too many here");
		expect_limited(&alice, id, PLACE_US);
	}
	for (int id = 20; id < 20 + FEW - 1; id++) {
		peer_frame(&alice,
		           "{'type':'call','id':%d,'call':'messages.sendToUser','args':"
		           "{'address':'%s','text':'x'}}",
		           id, id == 20 ? "carol" : "alice");
		expect_ok(&alice, id);
	}
}

static void test_a_repeat_over_the_limit_has_to_wait_and_is_one_afterwards(void **state)
{
	(void)state;
	char id[RIG_ID_TEXT];
	struct kith_uuid uuid = kith_uuid_v7(desk.rig.now_us, &desk.rig.rand);

	kith_uuid_format(&uuid, id);
	id[sizeof(id) - 1] = '\0';
	limit(KITH_LIMIT_SENDS_USER);
	peer_hello(&alice, "alice");
	for (int i = 1; i <= FEW + 1; i++) {
		peer_frame(&alice,
		           "{'type':'call','id':%d,'call':'messages.send','args':"
		           "{'conversation':'%s','id':'%s','text':'once'}}",
		           i, direct, id);
		if (i == FEW + 1) {
			expect_limited(&alice, i, PLACE_US);
		} else {
			expect_ok(&alice, i);
		}
	}
	desk_wait(&desk, PLACE_US);
	peer_frame(&alice,
	           "{'type':'call','id':9,'call':'messages.send','args':"
	           "{'conversation':'%s','id':'%s','text':'once'}}",
	           direct, id);
	peer_expect(&alice, "{'type':'ok','id':9,'repeated':true,");
}

static void test_people_do_not_share_what_is_a_persons(void **state)
{
	(void)state;
	limit(KITH_LIMIT_SENDS_USER);
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	for (int id = 1; id <= FEW; id++) {
		send_text(&alice, id, "x");
		expect_ok(&alice, id);
		peer_expect(&bob, "{'type':'event'");
	}
	send_text(&alice, 4, "x");
	expect_limited(&alice, 4, PLACE_US);
	send_text(&bob, 1, "x");
	expect_ok(&bob, 1);
}

/* What a client did not ask for is not counted: what it missed has many pages. */
static void test_catching_up_is_one_call_however_much_was_missed(void **state)
{
	(void)state;
	char cursor[128];
	enum { MISSED = 3 * KITH_STORE_PAGE_MAX };

	peer_hello(&bob, "bob");
	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s'}", token("alice"));
	json_value(peer_expect(&alice, "{'type':'welcome'"), "cursor", cursor, sizeof(cursor));
	reopen(&alice);
	for (int id = 1; id <= MISSED; id++) {
		send_text(&bob, id, "x");
		expect_ok(&bob, id);
	}
	limit(KITH_LIMIT_CALLS_USER);
	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s','since':'%s'}", token("alice"), cursor);
	peer_expect(&alice, "{'type':'welcome'");
	for (int i = 0; i < MISSED; i++) {
		peer_expect(&alice, "{'type':'event'");
	}
	for (int id = 1; id < FEW; id++) {
		peer_frame(&alice, "{'type':'call','id':%d,'call':'me.get'}", id);
		expect_ok(&alice, id);
	}
	peer_frame(&alice, "{'type':'call','id':8,'call':'me.get'}");
	expect_limited(&alice, 8, PLACE_US);
}

/* --- signing in --- */

static void expect_turned_away(struct peer *peer, int64_t wait_us)
{
	char part[80];

	snprintf(part, sizeof(part), "\"code\":\"rate_limited\"");
	const char *frame = peer_expect(peer, "{'type':'error','problem':{");
	assert_non_null(strstr(frame, part));
	snprintf(part, sizeof(part), "\"retryAfterMs\":%lld", (long long)(wait_us / 1000));
	if (strstr(frame, part) == NULL) {
		fail_msg("%s: not %s", frame, part);
	}
	peer_expect_bye(peer, KITH_WS_CLOSE_TOO_FAST);
}

static void hello(struct peer *peer, const char *text)
{
	reopen(peer);
	peer_upgrade(peer);
	peer_frame(peer, "{'type':'hello','token':'%s'}", text);
}

static void test_false_tokens_are_not_looked_at_above_the_limit(void **state)
{
	(void)state;
	char forged[1024];

	snprintf(forged, sizeof(forged), "%s", token("alice"));
	forged[strlen(forged) - 6] ^= 1; /* and now it is forged */
	limit(KITH_LIMIT_FAILED_SIGNINS_ADDRESS);
	for (int i = 0; i < 4 * FEW; i++) { /* these are not false, only old */
		hello(&alice, desk_token(&desk, "k1", "alice", -1000 - i));
		peer_expect(&alice, "{'type':'error','problem':{'type':'/problems/token_expired'");
	}
	hello(&bob, token("bob"));
	peer_expect(&bob, "{'type':'welcome'");
	for (int i = 0; i < FEW; i++) {
		hello(&alice, i == 0   ? "garbage"
		              : i == 1 ? forged
		                       : desk_token(&desk, "no-key", "alice", 60));
		peer_expect(&alice,
		            "{'type':'error','problem':{'type':'/problems/unauthenticated'");
	}
	hello(&alice, token("alice"));
	expect_turned_away(&alice, PLACE_US);
	/* One that is remembered is not asked again, and another address has its own. */
	hello(&bob, token("bob"));
	peer_expect(&bob, "{'type':'welcome'");
	reopen(&alice);
	assert_true(kith_ip_read(KITH_STR("192.0.2.9"), &alice.door->peer));
	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s'}", desk_token(&desk, "k1", "alice", 77));
	peer_expect(&alice, "{'type':'welcome'");
	hello(&alice, desk_token(&desk, "k1", "alice", 78));
	expect_turned_away(&alice, PLACE_US);
	desk_wait(&desk, PLACE_US);
	hello(&alice, desk_token(&desk, "k1", "alice", 500));
	peer_expect(&alice, "{'type':'welcome'");
}

static void test_new_tokens_of_an_address_are_counted_and_known_ones_are_not(void **state)
{
	(void)state;
	limit(KITH_LIMIT_SIGNINS_ADDRESS);
	for (int i = 0; i < FEW; i++) {
		hello(&alice, desk_token(&desk, "k1", "alice", 3000 + i));
		peer_expect(&alice, "{'type':'welcome'");
	}
	hello(&bob, token("bob"));
	expect_turned_away(&bob, PLACE_US);
	hello(&alice, desk_token(&desk, "k1", "alice", 3000));
	peer_expect(&alice, "{'type':'welcome'");
	/* Renewing on an open socket is refused, and the socket goes on. */
	peer_frame(&alice, "{'type':'auth','token':'%s'}", desk_token(&desk, "k1", "alice", 3500));
	peer_expect(&alice, "{'type':'error','problem':{'type':'/problems/rate_limited'");
	peer_frame(&alice, "{'type':'call','id':1,'call':'me.get'}");
	expect_ok(&alice, 1);
}

/* --- HTTP --- */

static struct answer get(const char *path, const char *more)
{
	static struct answer answer;

	reopen(&alice);
	peer_say(&alice, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, more);
	assert_true(peer_answer(&alice, &answer));
	return answer;
}

static void expect_too_many(const struct answer *answer, int64_t wait_us)
{
	char part[80];

	assert_int_equal(answer->status, 429);
	assert_true(answer_has(answer, "Content-Type: application/problem+json"));
	snprintf(part, sizeof(part), "Retry-After: %lld", (long long)(wait_us / 1000000));
	assert_true(answer_has(answer, part));
	assert_non_null(strstr(answer->body, "\"code\":\"rate_limited\""));
	snprintf(part, sizeof(part), "\"retryAfterMs\":%lld", (long long)(wait_us / 1000));
	assert_non_null(strstr(answer->body, part));
}

static void test_requests_in_nobodys_name_are_their_addresss(void **state)
{
	(void)state;
	static const char *const paths[] = { "/livez", "/none", "/v1/me", "/v1/openapi.json",
		                             "/v1/socket" };
	struct answer answer;

	for (size_t i = 0; i < KITH_COUNT(paths); i++) {
		limit(KITH_LIMIT_CALLS_ADDRESS);
		for (int j = 0; j < FEW; j++) {
			answer = get(paths[i], "");
			assert_int_not_equal(answer.status, 429);
		}
		answer = get(paths[i], "");
		expect_too_many(&answer, PLACE_US);
		/* A false token does not help where nobody looks at it. */
		answer = get("/livez", "Authorization: Bearer x\r\n");
		expect_too_many(&answer, PLACE_US);
		answer = get("/none", "Authorization: Bearer x\r\n");
		expect_too_many(&answer, PLACE_US);
	}
}

static void test_one_that_is_refused_with_a_body_is_the_last_of_its_connection(void **state)
{
	(void)state;
	struct answer answer;

	limit(KITH_LIMIT_CALLS_ADDRESS);
	for (int j = 0; j < FEW; j++) {
		get("/livez", "");
	}
	peer_say(&alice, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(peer_answer(&alice, &answer));
	expect_too_many(&answer, PLACE_US);
	assert_false(alice.is_closed);
	peer_say(&alice, "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
	assert_true(peer_answer(&alice, &answer));
	expect_too_many(&answer, PLACE_US);
	assert_true(alice.is_closed);
}

static void test_a_trusted_proxys_clients_have_limits_of_their_own(void **state)
{
	(void)state;
	struct kith_net nets[1];
	char more[80];
	struct answer answer;

	/* The desk's connections come from ::, as if by a Unix socket. */
	assert_true(kith_net_read(KITH_STR("::"), &nets[0]));
	limit(KITH_LIMIT_CALLS_ADDRESS);
	for (int client = 1; client <= 4; client++) {
		desk.host.proxies = nets;
		desk.host.proxy_count = 1;
		snprintf(more, sizeof(more), "X-Forwarded-For: 192.0.2.66, 192.0.2.%d\r\n", client);
		for (int j = 0; j < FEW; j++) {
			answer = get("/livez", more);
			assert_int_equal(answer.status, 200);
		}
		answer = get("/livez", more);
		expect_too_many(&answer, PLACE_US);
	}
	desk.host.proxy_count = 0;
	for (int j = 0; j < FEW; j++) {
		answer = get("/livez", more);
		assert_int_equal(answer.status, 200);
	}
	answer = get("/livez", "X-Forwarded-For: 192.0.2.99\r\n");
	expect_too_many(&answer, PLACE_US);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_refused_call_is_right_after_the_wait_that_it_was_told),
		TEST(test_of_many_at_once_the_first_pass_and_nothing_is_lost_or_doubled),
		TEST(test_a_plan_that_is_made_again_counts_once),
		TEST(test_what_the_conversation_refuses_costs_its_sender_no_place_elsewhere),
		TEST(test_a_repeat_over_the_limit_has_to_wait_and_is_one_afterwards),
		TEST(test_people_do_not_share_what_is_a_persons),
		TEST(test_catching_up_is_one_call_however_much_was_missed),
		TEST(test_false_tokens_are_not_looked_at_above_the_limit),
		TEST(test_new_tokens_of_an_address_are_counted_and_known_ones_are_not),
		TEST(test_requests_in_nobodys_name_are_their_addresss),
		TEST(test_one_that_is_refused_with_a_body_is_the_last_of_its_connection),
		TEST(test_a_trusted_proxys_clients_have_limits_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
