/*
 * test_order.c -- one connection's changes are stored in the order it made them,
 * whatever is slow, stale or gone on the way.
 */
#include "unit/rig/rig.h"

#include <stdio.h>

static struct rig rig;
static struct rig_line alice;
static struct rig_line bob;

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	rig_user(&rig, "alice", RIG_ORG);
	rig_user(&rig, "bob", RIG_ORG);
	rig_user(&rig, "carol", RIG_ORG);
	rig_user(&rig, "dave", RIG_ORG);
	rig_line_open(&rig, &alice, "k1", "alice");
	rig_line_open(&rig, &bob, "k1", "bob");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_line_close(&alice);
	rig_line_close(&bob);
	rig_done(&rig);
	return 0;
}

static void send_to(struct rig_line *line, struct rig_ask *ask, const char *user, const char *text)
{
	rig_start(line, ask, "messages.sendToUser", "{'address':'%s','text':'%s'}", user, text);
}

/* The texts that READER has from the conversation with USER, one behind the other. */
static void expect_log(struct rig_line *reader, const char *user, const char *texts)
{
	char direct[RIG_ID_TEXT];
	char found[256] = "";
	struct rig_ask ask;

	rig_direct(reader, user, direct);
	assert_int_equal(rig_call(reader, &ask, "messages.list", "{'conversation':'%s'}", direct),
	                 KITH_OK);
	for (size_t i = 0; i < ask.call->result.page.count; i++) {
		struct kith_str body = ask.call->result.page.items[i].content.body;
		size_t len = strlen(found);
		snprintf(found + len, sizeof(found) - len, "%.*s", KITH_STR_PRINT(body));
	}
	assert_string_equal(found, texts);
	rig_ask_free(&ask);
}

static void expect_sent(struct rig_ask *asks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_true(asks[i].is_done);
		assert_int_equal(asks[i].call->rc, KITH_OK);
		assert_true(asks[i].call->result.is_new);
		assert_true(i == 0 || asks[i].order > asks[i - 1].order);
		rig_ask_free(&asks[i]);
	}
}

static void test_r_041_what_is_slow_to_load_holds_up_what_follows(void **state)
{
	(void)state;
	struct rig_ask asks[3];

	/* The conversation with Carol is remembered, that with Bob must be loaded. */
	assert_int_equal(rig_try(&alice, "messages.sendToUser", "{'address':'carol','text':'-'}"),
	                 KITH_OK);
	assert_int_equal(rig_try(&alice, "messages.sendToUser", "{'address':'carol','text':'-'}"),
	                 KITH_OK);
	rig.holds_errands = true;
	send_to(&alice, &asks[0], "bob", "A");
	send_to(&alice, &asks[1], "carol", "B");
	send_to(&alice, &asks[2], "bob", "C");
	assert_int_equal(rig.held_count, 1);
	assert_int_equal(rig.on_way, 0);
	rig_settle(&rig);
	expect_sent(asks, 3);
	expect_log(&alice, "bob", "AC");
	expect_log(&alice, "carol", "--B");
}

static void test_r_041_a_stale_plan_keeps_its_place(void **state)
{
	(void)state;
	struct rig_ask asks[3];
	struct rig_ask peer;

	rig.holds_errands = true;
	send_to(&alice, &asks[0], "bob", "A");
	rig_errand_go(&rig, 0);
	/* Alice's view has no conversation in it; Bob makes one before she comes to write. */
	send_to(&bob, &peer, "alice", "x");
	rig_errand_back(&rig, 1);
	rig_plan_answer(&rig);
	send_to(&alice, &asks[1], "bob", "B");
	send_to(&alice, &asks[2], "bob", "C");
	rig_errand_back(&rig, 0);
	rig_settle(&rig);
	expect_sent(asks, 3);
	expect_sent(&peer, 1);
	expect_log(&bob, "alice", "xABC");
}

/* A, B and C are with the store when A turns out stale; D comes before A is back. */
static void test_r_041_all_behind_a_stale_plan_follow_it_again(void **state)
{
	(void)state;
	struct rig_ask asks[4];
	struct rig_ask peer;

	rig.holds_errands = true;
	rig.holds_plans = true;
	send_to(&alice, &asks[0], "bob", "A");
	send_to(&alice, &asks[1], "bob", "B");
	send_to(&alice, &asks[2], "bob", "C");
	for (int i = 0; i < 3; i++) {
		rig_errand_back(&rig, 0);
	}
	assert_int_equal(rig.plan_count, 3);
	rig.holds_plans = false;
	send_to(&bob, &peer, "alice", "x");
	rig_errand_back(&rig, 0);
	rig_plan_answer(&rig);
	expect_sent(&peer, 1);
	for (int i = 0; i < 3; i++) {
		rig_plan_submit(&rig);
	}
	rig_plan_answer(&rig); /* A is stale; B and C can only be */
	send_to(&alice, &asks[3], "bob", "D");
	assert_int_equal(rig.held_count, 0);
	rig_settle(&rig);
	expect_sent(asks, 4);
	expect_log(&bob, "alice", "xABCD");
}

static void test_r_030_crossing_first_messages_meet(void **state)
{
	(void)state;
	struct rig_ask from_alice;
	struct rig_ask from_bob;
	struct kith_store_stats stats;

	rig.holds_errands = true;
	rig.holds_plans = true;
	send_to(&alice, &from_alice, "bob", "A");
	send_to(&bob, &from_bob, "alice", "B");
	rig_errand_go(&rig, 0);
	rig_errand_go(&rig, 1);
	rig_errand_back(&rig, 0);
	rig_errand_back(&rig, 0);
	rig_settle(&rig);
	kith_store_stats(rig.store, &stats);
	assert_int_equal(stats.conversations, 1);
	assert_int_equal(stats.entries, 2);
	expect_sent(&from_alice, 1);
	expect_sent(&from_bob, 1);
	expect_log(&alice, "bob", "AB");
	expect_log(&bob, "alice", "AB");
}

static bool spoil_all(struct rig *of)
{
	(void)of;
	return true;
}

static void test_after_three_stale_plans_a_call_is_unavailable(void **state)
{
	(void)state;
	struct rig_ask ask;

	rig.spoils = spoil_all;
	assert_int_equal(
		rig_call(&alice, &ask, "messages.sendToUser", "{'address':'bob','text':'A'}"),
		KITH_E_UNAVAILABLE);
	assert_int_equal(ask.call->why.retry_after_ms, KITH_RETRY_AFTER_MS);
	assert_int_equal(ask.call->tries, KITH_CALL_TRIES_MAX);
	rig_ask_free(&ask);
	rig.spoils = NULL;
	assert_int_equal(rig_try(&alice, "messages.sendToUser", "{'address':'bob','text':'B'}"),
	                 KITH_OK);
	expect_log(&alice, "bob", "B");
}

/* The connection ends after STEPS steps of three sends and a question; nobody is told. */
static size_t run_until_gone(size_t steps)
{
	struct rig_line line;
	struct rig_ask asks[4];
	size_t done = 0;

	rig_line_open(&rig, &line, "k1", "carol");
	rig.holds_errands = true;
	rig.holds_plans = true;
	send_to(&line, &asks[0], "dave", "A");
	send_to(&line, &asks[1], "bob", "B");
	send_to(&line, &asks[2], "dave", "C");
	rig_start(&line, &asks[3], "me.get", "{}");
	for (; done < steps; done++) {
		if (rig.held_count > 0 && !rig.held[0].is_gone) {
			rig_errand_go(&rig, 0);
		} else if (rig.held_count > 0) {
			rig_errand_back(&rig, 0);
		} else if (rig.plan_count > 0) {
			rig_plan_submit(&rig);
		} else if (rig.on_way > 0) {
			rig_plan_answer(&rig);
		} else {
			break;
		}
	}
	bool was_done[4];
	for (size_t i = 0; i < 4; i++) {
		was_done[i] = asks[i].is_done;
	}
	rig_line_close(&line);
	rig_settle(&rig);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(asks[i].is_done, was_done[i]);
		if (was_done[i]) {
			rig_ask_free(&asks[i]);
		}
	}
	return done;
}

static void test_nothing_is_called_when_the_connection_is_gone(void **state)
{
	(void)state;
	size_t steps = 0;

	while (run_until_gone(steps) == steps) {
		steps++;
	}
	assert_in_range(steps, 8, 40);
	/* And when plans come back stale to nobody. */
	rig.spoils = spoil_all;
	for (steps = 0; run_until_gone(steps) == steps; steps++) {
	}
	rig.spoils = NULL;
}

/* --- chance --- */

enum { LINES = 5, SENDS = 40, PEERS = 4 };

static const char *const people[PEERS] = { "alice", "bob", "carol", "dave" };

struct chance {
	struct rig_line lines[LINES];
	struct rig_ask asks[LINES][SENDS];
	int peers[LINES][SENDS]; /* whom each send went to */
	size_t sent[LINES];
	struct kith_rand rand;
};

static struct chance chance;

static bool spoil_some(struct rig *of)
{
	(void)of;
	return kith_rand_below(&chance.rand, 12) == 0;
}

static void send_one(size_t line)
{
	size_t at = chance.sent[line]++;
	int peer = (int)kith_rand_below(&chance.rand, PEERS);

	chance.peers[line][at] = peer;
	send_to(&chance.lines[line], &chance.asks[line][at], people[peer], "x");
}

/* One thing that might happen next, if it can. */
static void step(void)
{
	size_t line = (size_t)kith_rand_below(&chance.rand, LINES);
	size_t at = rig.held_count == 0 ? 0 : (size_t)kith_rand_below(&chance.rand, rig.held_count);

	switch (kith_rand_below(&chance.rand, 5)) {
	case 0:
		if (chance.sent[line] < SENDS) {
			send_one(line);
		}
		return;
	case 1:
		if (rig.held_count > 0 && !rig.held[at].is_gone) {
			rig_errand_go(&rig, at);
		}
		return;
	case 2:
		if (rig.held_count > 0) {
			rig_errand_back(&rig, at);
		}
		return;
	case 3:
		if (rig.plan_count > 0) {
			rig_plan_submit(&rig);
		}
		return;
	default:
		if (rig.on_way > 0) {
			rig_plan_answer(&rig);
		}
		return;
	}
}

static bool is_all_sent(void)
{
	for (size_t i = 0; i < LINES; i++) {
		if (chance.sent[i] < SENDS) {
			return false;
		}
	}
	return true;
}

/* Whoever was told OK: numbers rise as one sent, and answers came in that order. */
static size_t expect_line_in_order(size_t line)
{
	int64_t last_n[PEERS] = { 0 };
	uint64_t last_order = 0;
	size_t stored = 0;

	for (size_t at = 0; at < SENDS; at++) {
		struct rig_ask *ask = &chance.asks[line][at];
		assert_true(ask->is_done);
		if (ask->call->rc == KITH_OK) {
			int64_t *last = &last_n[chance.peers[line][at]];
			assert_true(ask->call->result.message.n > *last);
			assert_true(ask->order > last_order);
			*last = ask->call->result.message.n;
			last_order = ask->order;
			stored++;
		} else {
			assert_int_equal(ask->call->rc, KITH_E_UNAVAILABLE);
		}
		rig_ask_free(ask);
	}
	return stored;
}

static void run_by_chance(uint64_t seed, bool spoils)
{
	struct kith_store_stats before;
	struct kith_store_stats after;
	size_t stored = 0;

	memset(&chance, 0, sizeof(chance));
	kith_rand_init_fixed(&chance.rand, seed);
	rig_restart(&rig);
	kith_store_stats(rig.store, &before);
	for (size_t i = 0; i < LINES; i++) {
		rig_line_open(&rig, &chance.lines[i], "k1", people[i % PEERS]);
	}
	rig.holds_errands = true;
	rig.holds_plans = true;
	rig.spoils = spoils ? spoil_some : NULL;
	while (!is_all_sent()) {
		step();
	}
	rig_settle(&rig);
	rig.spoils = NULL;
	for (size_t i = 0; i < LINES; i++) {
		stored += expect_line_in_order(i);
		rig_line_close(&chance.lines[i]);
	}
	kith_store_stats(rig.store, &after);
	assert_int_equal(after.entries - before.entries, stored);
	if (!spoils) {
		assert_int_equal(stored, LINES * SENDS);
	}
	assert_int_equal(rig_violations(&rig), 0);
}

/* Fixed seeds; the first run of each pair of people makes their conversation. */
static void test_r_041_order_holds_whatever_happens_first(void **state)
{
	(void)state;
	run_by_chance(1, false);
	for (uint64_t seed = 2; seed < 25; seed++) {
		run_by_chance(seed, seed % 2 == 0);
	}
}

static void test_r_041_order_holds_among_first_messages(void **state)
{
	for (uint64_t seed = 100; seed < 112; seed++) {
		/* A fresh store each time: every conversation is still to be made. */
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
		run_by_chance(seed, seed % 4 == 3);
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_041_what_is_slow_to_load_holds_up_what_follows),
		TEST(test_r_041_a_stale_plan_keeps_its_place),
		TEST(test_r_041_all_behind_a_stale_plan_follow_it_again),
		TEST(test_r_030_crossing_first_messages_meet),
		TEST(test_after_three_stale_plans_a_call_is_unavailable),
		TEST(test_nothing_is_called_when_the_connection_is_gone),
		TEST(test_r_041_order_holds_whatever_happens_first),
		TEST(test_r_041_order_holds_among_first_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
