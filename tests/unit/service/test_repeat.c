/*
 * test_repeat.c -- R-041: a message sent again stores nothing and answers what is
 * stored; another content, and another sender, are a conflict.
 */
#include "unit/rig/rig.h"

#include "base/when.h"

static struct rig rig;
static struct rig_line alice;
static struct rig_line bob;
static char direct[RIG_ID_TEXT];
static char id[RIG_ID_TEXT]; /* of Alice's message `hello` to Bob */

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	rig_user(&rig, "alice", RIG_ORG);
	rig_user(&rig, "bob", RIG_ORG);
	rig_user(&rig, "carol", RIG_ORG);
	rig_line_open(&rig, &alice, "k1", "alice");
	rig_line_open(&rig, &bob, "k1", "bob");
	rig_id(&rig, id);
	assert_int_equal(rig_try(&alice, "messages.sendToUser",
	                         "{'address':'bob','id':'%s','text':'hello'}", id),
	                 KITH_OK);
	rig_direct(&alice, "bob", direct);
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

/* RC is what the send in ASK came to; a repeat answers the stored message. */
static void expect_first_result(struct rig_ask *ask)
{
	const struct kith_entry *message = &ask->call->result.message;
	char text[RIG_ID_TEXT];

	assert_int_equal(ask->call->rc, KITH_OK);
	assert_true(ask->call->result.is_repeat);
	assert_false(ask->call->result.is_new);
	assert_int_equal(message->n, 1);
	assert_true(kith_str_is(message->content.body, "hello"));
	assert_true(kith_str_is(message->sender, "alice"));
	assert_int_equal(message->sent_us, RIG_START_US);
	rig_uuid_text(&message->message, text);
	assert_string_equal(text, id);
	rig_ask_free(ask);
}

static void expect_stored(int64_t count)
{
	struct kith_store_stats stats;

	kith_store_stats(rig.store, &stats);
	assert_int_equal(stats.entries, count);
}

/* Every way of saying the same again. */
static const char *const repeats[][2] = {
	{ "messages.sendToUser", "{'address':'bob','id':'%s','text':'hello'}%.0s" },
	{ "messages.sendToUser",
	  "{'address':'bob@default.localhost','id':'%s','text':'hello'}%.0s" },
	{ "messages.sendToUser", "{'id':'%s','text':'hello','address':'%s'}" },
	{ "messages.sendToUser",
	  "{'id':'%s','text':'hello','address':'%s@mix.default.localhost'}" },
	{ "messages.sendToUser",
	  "{'address':'bob','id':'%s','text':'h\\u0065llo','organization':'default'}%.0s" },
	{ "messages.send", "{'id':'%s','text':'hello','conversation':'%s'}" },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void repeat_in_every_way(void)
{
	for (size_t i = 0; i < KITH_COUNT(repeats); i++) {
		struct rig_ask ask;

		rig_call(&alice, &ask, repeats[i][0], repeats[i][1], id, direct);
		expect_first_result(&ask);
	}
	expect_stored(1);
}

static void test_r_041_a_repeat_answers_the_first_result(void **state)
{
	(void)state;
	repeat_in_every_way();
	/* Whether the worker remembers the conversation or not. */
	rig_restart(&rig);
	repeat_in_every_way();
}

static void test_r_041_at_any_later_time(void **state)
{
	(void)state;
	struct rig_line later;

	/* The id has long left its window; a new one of that age would be refused. */
	rig.now_us += 400 * KITH_DAY_US;
	rig_line_open(&rig, &later, "k1", "alice");
	for (size_t i = 0; i < KITH_COUNT(repeats); i++) {
		struct rig_ask ask;
		rig_call(&later, &ask, repeats[i][0], repeats[i][1], id, direct);
		expect_first_result(&ask);
	}
	char unknown[RIG_ID_TEXT];
	rig_id_at(&rig, RIG_START_US, unknown);
	assert_int_equal(rig_try(&later, "messages.sendToUser",
	                         "{'address':'bob','id':'%s','text':'hello'}", unknown),
	                 KITH_E_INVALID_ID);
	rig_line_close(&later);
	expect_stored(1);
}

/* Another content under a known id, however well or badly it is addressed. */
static const struct {
	const char *name;
	const char *call;
	const char *args;
	enum kith_rc unknown; /* what the same arguments come to under a fresh id */
} others[] = {
	{ "another text", "messages.sendToUser", "{'address':'bob','id':'%s','text':'hullo'}%.0s",
	  KITH_OK },
	{ "another kind", "messages.sendToUser",
	  "{'address':'bob','id':'%s','opaque':'aGVsbG8='}%.0s", KITH_OK },
	{ "another recipient", "messages.sendToUser",
	  "{'address':'carol','id':'%s','text':'hello'}%.0s", KITH_OK },
	{ "oneself", "messages.sendToUser", "{'address':'alice','id':'%s','text':'hello'}%.0s",
	  KITH_OK },
	{ "nobody", "messages.sendToUser", "{'address':'zoe','id':'%s','text':'hello'}%.0s",
	  KITH_E_NOT_FOUND },
	{ "another domain", "messages.sendToUser",
	  "{'address':'bob@acme.localhost','id':'%s','text':'hello'}%.0s", KITH_E_NOT_FOUND },
	{ "no address", "messages.sendToUser", "{'address':'Bob','id':'%s','text':'hello'}%.0s",
	  KITH_E_INVALID_REQUEST },
	{ "another organization", "messages.sendToUser",
	  "{'address':'bob','id':'%s','text':'hello','organization':'acme'}%.0s",
	  KITH_E_NOT_FOUND },
	{ "no content", "messages.sendToUser", "{'address':'bob','id':'%s'}%.0s",
	  KITH_E_INVALID_REQUEST },
	{ "two contents", "messages.send",
	  "{'id':'%s','conversation':'%s','text':'hello','opaque':'aGVsbG8='}",
	  KITH_E_INVALID_REQUEST },
	{ "a conversation that is none", "messages.send",
	  "{'id':'%s','conversation':'01a2b3c4-d5e6-8890-8abc-def012345678','text':'hello'}%.0s",
	  KITH_E_NOT_FOUND },
};

static void test_r_041_another_content_is_a_conflict(void **state)
{
	(void)state;
	int64_t stored = 1;

	for (size_t i = 0; i < KITH_COUNT(others); i++) {
		struct rig_ask ask;
		char fresh[RIG_ID_TEXT];

		rig_call(&alice, &ask, others[i].call, others[i].args, id, direct);
		if (ask.call->rc != KITH_E_CONFLICT) {
			fail_msg("%s: %d %s", others[i].name, ask.call->rc, ask.call->why.detail);
		}
		/* Bare: not a word about what is stored. */
		assert_string_equal(ask.call->why.detail, "");
		assert_string_equal(ask.call->why.field, "");
		rig_ask_free(&ask);
		expect_stored(stored);
		rig_id(&rig, fresh);
		enum kith_rc rc = rig_try(&alice, others[i].call, others[i].args, fresh, direct);
		if (rc != others[i].unknown) {
			fail_msg("%s under a fresh id: %d", others[i].name, rc);
		}
		stored += rc == KITH_OK ? 1 : 0;
	}
}

/* Somebody else's id: the same answer whatever is sent under it, and to whom. */
static void test_r_041_anothers_id_is_a_bare_conflict(void **state)
{
	(void)state;
	static const char *const sends[][2] = {
		{ "messages.sendToUser", "{'address':'alice','id':'%s','text':'hello'}%.0s" },
		{ "messages.sendToUser", "{'address':'carol','id':'%s','text':'x'}%.0s" },
		{ "messages.sendToUser", "{'address':'zoe','id':'%s','text':'x'}%.0s" },
		{ "messages.send", "{'id':'%s','conversation':'%s','text':'hello'}" },
	};

	for (size_t i = 0; i < KITH_COUNT(sends); i++) {
		struct rig_ask ask;

		rig_call(&bob, &ask, sends[i][0], sends[i][1], id, direct);
		assert_int_equal(ask.call->rc, KITH_E_CONFLICT);
		assert_string_equal(ask.call->why.detail, "");
		assert_string_equal(ask.call->why.field, "");
		assert_int_equal(ask.call->why.server_time_us, 0);
		rig_ask_free(&ask);
	}
	expect_stored(1);
}

#pragma GCC diagnostic pop

static void test_r_041_a_repeat_may_overtake_its_answer(void **state)
{
	(void)state;
	struct rig_ask first;
	struct rig_ask second;
	struct rig_ask third;
	char fresh[RIG_ID_TEXT];

	/* The client did not wait: all three are on their way at once. */
	rig_id(&rig, fresh);
	rig_start(&alice, &first, "messages.send", "{'conversation':'%s','id':'%s','text':'a'}",
	          direct, fresh);
	rig_start(&alice, &second, "messages.send", "{'conversation':'%s','id':'%s','text':'a'}",
	          direct, fresh);
	rig_start(&alice, &third, "messages.send", "{'conversation':'%s','id':'%s','text':'b'}",
	          direct, fresh);
	assert_false(first.is_done || second.is_done || third.is_done);
	rig_settle(&rig);
	assert_int_equal(first.call->rc, KITH_OK);
	assert_true(first.call->result.is_new);
	assert_int_equal(second.call->rc, KITH_OK);
	assert_true(second.call->result.is_repeat);
	assert_int_equal(second.call->result.message.n, first.call->result.message.n);
	assert_int_equal(third.call->rc, KITH_E_CONFLICT);
	rig_ask_free(&first);
	rig_ask_free(&second);
	rig_ask_free(&third);
	expect_stored(2);
}

static void hide(const struct kith_entry *message, int64_t user_row)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_HIDE };
	struct kith_plan plan = { .effects = &effect, .effect_count = 1 };
	struct kith_conversation conversation = { .row = message->conversation_row };

	/* The announcer of a server would ask whose conversation it is. */
	plan.conversation = &conversation;
	effect.hide = (struct kith_hide){ .conversation_row = message->conversation_row,
		                          .user_row = user_row,
		                          .message = message->message,
		                          .n = message->n };
	assert_int_equal(kith_store_apply(rig.store, &plan), KITH_PLAN_OK);
}

static void test_r_041_a_repeated_edit_of_what_is_hidden_meanwhile(void **state)
{
	(void)state;
	struct rig_ask first;
	struct rig_ask again;
	char edit[RIG_ID_TEXT];

	rig_id(&rig, edit);
	assert_int_equal(rig_call(&alice, &first, "messages.edit",
	                          "{'id':'%s','edit':'%s','text':'b'}", id, edit),
	                 KITH_OK);
	assert_int_equal(rig_try(&alice, "messages.edit", "{'id':'%s','text':'c'}", id), KITH_OK);
	/* It is found stored, and before it is looked at another device deletes it for itself. */
	rig.holds_errands = true;
	rig_start(&alice, &again, "messages.edit", "{'id':'%s','edit':'%s','text':'b'}", id, edit);
	rig_errand_go(&rig, 0);
	rig_errand_back(&rig, 0);
	rig_plan_answer(&rig);
	assert_false(again.is_done);
	assert_int_equal(rig.held_count, 1);
	hide(&first.call->result.message, alice.session->user_row);
	rig.holds_errands = false;
	rig_settle(&rig);
	assert_true(again.is_done);
	assert_int_equal(again.call->rc, KITH_E_NOT_FOUND);
	rig_ask_free(&first);
	rig_ask_free(&again);
}

static void test_a_message_without_id_is_never_a_repeat(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 3; i++) {
		struct rig_ask ask;

		assert_int_equal(rig_call(&alice, &ask, "messages.send",
		                          "{'conversation':'%s','text':'same'}", direct),
		                 KITH_OK);
		assert_true(ask.call->result.is_new);
		assert_int_equal(ask.call->result.message.n, 2 + i);
		rig_ask_free(&ask);
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_041_a_repeat_answers_the_first_result),
		TEST(test_r_041_at_any_later_time),
		TEST(test_r_041_another_content_is_a_conflict),
		TEST(test_r_041_anothers_id_is_a_bare_conflict),
		TEST(test_r_041_a_repeat_may_overtake_its_answer),
		TEST(test_r_041_a_repeated_edit_of_what_is_hidden_meanwhile),
		TEST(test_a_message_without_id_is_never_a_repeat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
