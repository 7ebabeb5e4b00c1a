/*
 * test_acts.c -- acts over time and in number: the window of deleting, more messages
 * than one plan holds, and acts that meet on the same message.
 */
#include "unit/rig/rig.h"

#include <stdio.h>

#include "base/when.h"

static struct rig rig;
static struct rig_line alice;
static struct rig_line bob;

static void open_all(void)
{
	rig_init(&rig);
	rig_user(&rig, "alice", RIG_ORG);
	rig_user(&rig, "bob", RIG_ORG);
	rig_line_open(&rig, &alice, "k1", "alice");
	rig_line_open(&rig, &bob, "k1", "bob");
}

static void close_all(void)
{
	rig_line_close(&alice);
	rig_line_close(&bob);
	rig_done(&rig);
}

static void send(const char *text, char id[RIG_ID_TEXT])
{
	rig_id(&rig, id);
	assert_int_equal(rig_try(&alice, "messages.sendToUser",
	                         "{'address':'bob','id':'%s','text':'%s'}", id, text),
	                 KITH_OK);
}

/* What became of the one message that messages.delete names. */
static enum kith_rc delete_one(struct rig_line *line, const char *id)
{
	struct rig_ask ask;

	assert_int_equal(rig_call(line, &ask, "messages.delete", "{'ids':['%s']}", id), KITH_OK);
	assert_int_equal(ask.call->result.outcomes.count, 1);
	enum kith_rc rc = ask.call->result.outcomes.items[0].rc;
	rig_ask_free(&ask);
	return rc;
}

/* R-050 up to 48 hours after it was sent a message can be deleted for everyone, no later. */
static void test_the_window_of_deleting(void **state)
{
	char first[RIG_ID_TEXT];
	char second[RIG_ID_TEXT];

	(void)state;
	open_all();
	send("one", first);
	send("two", second);
	alice.session->expires_us = INT64_MAX;
	rig.now_us += KITH_RETRACTION_WINDOW_US;
	assert_int_equal(delete_one(&alice, first), KITH_OK);
	rig.now_us += 1;
	assert_int_equal(delete_one(&alice, second), KITH_E_FORBIDDEN);
	/* What is gone is gone, however late it is said again. */
	assert_int_equal(delete_one(&alice, first), KITH_OK);
	close_all();
}

enum { MANY = 100, ID_TEXT_MAX = MANY * (RIG_ID_TEXT + 2) };

/* MANY messages' ids as a list in JSON. */
static void send_many(char list[ID_TEXT_MAX])
{
	size_t len = 0;

	for (int i = 0; i < MANY; i++) {
		char id[RIG_ID_TEXT];
		send("many", id);
		len += (size_t)snprintf(list + len, ID_TEXT_MAX - len, "%s'%s'", i == 0 ? "" : ",",
		                        id);
	}
}

static void expect_all_done(const struct rig_ask *ask)
{
	assert_int_equal(ask->call->result.outcomes.count, MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(ask->call->result.outcomes.items[i].rc, KITH_OK);
	}
}

/* R-050 a hundred messages are more than one plan holds, and all go. */
static void test_a_hundred_at_once(void **state)
{
	static char list[ID_TEXT_MAX];
	struct rig_ask ask;

	(void)state;
	open_all();
	send_many(list);
	assert_int_equal(rig_call(&bob, &ask, "messages.deleteForMe", "{'ids':[%s]}", list),
	                 KITH_OK);
	expect_all_done(&ask);
	rig_ask_free(&ask);
	char direct[RIG_ID_TEXT];
	rig_direct(&bob, "alice", direct);
	assert_int_equal(rig_call(&bob, &ask, "conversations.get", "{'conversation':'%s'}", direct),
	                 KITH_OK);
	assert_int_equal(ask.call->result.conversation.standing.unread, 0);
	assert_int_equal(ask.call->result.conversation.standing.last.id, 0);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&alice, &ask, "messages.delete", "{'ids':[%s]}", list), KITH_OK);
	expect_all_done(&ask);
	rig_ask_free(&ask);
	assert_int_equal(rig_violations(&rig), 0);
	close_all();
}

/* R-050 acts that were decided on the same state follow one another, and none is lost. */
static void test_acts_that_meet(void **state)
{
	char id[RIG_ID_TEXT];
	struct rig_ask edit;
	struct rig_ask react;

	(void)state;
	open_all();
	send("one", id);
	rig.holds_plans = true;
	rig_start(&alice, &edit, "messages.edit", "{'id':'%s','text':'two'}", id);
	rig_start(&bob, &react, "messages.react", "{'id':'%s','emoji':'\xe2\x9d\xa4'}", id);
	assert_int_equal(rig.plan_count, 2);
	rig.holds_plans = false;
	rig_settle(&rig);
	assert_true(edit.is_done && react.is_done);
	assert_int_equal(edit.call->rc, KITH_OK);
	assert_int_equal(react.call->rc, KITH_OK);
	/* The second one saw the first: its answer tells both. */
	const struct kith_entry *last =
		react.order > edit.order ? &react.call->result.message : &edit.call->result.message;
	assert_true(kith_str_is(last->content.body, "two"));
	assert_int_equal(last->extra->edits, 1);
	assert_int_equal(last->extra->reaction_count, 1);
	rig_ask_free(&edit);
	rig_ask_free(&react);
	close_all();
}

/* R-050 the hundredth edit is the last. */
static void test_edits_have_a_limit(void **state)
{
	char id[RIG_ID_TEXT];

	(void)state;
	open_all();
	send("one", id);
	for (int i = 0; i < KITH_EDITS_MAX; i++) {
		assert_int_equal(rig_try(&alice, "messages.edit", "{'id':'%s','text':'%d'}", id, i),
		                 KITH_OK);
	}
	assert_int_equal(rig_try(&alice, "messages.edit", "{'id':'%s','text':'more'}", id),
	                 KITH_E_CONFLICT);
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_window_of_deleting),
		cmocka_unit_test(test_a_hundred_at_once),
		cmocka_unit_test(test_acts_that_meet),
		cmocka_unit_test(test_edits_have_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
