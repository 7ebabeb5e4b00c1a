/*
 * test_live.c -- typing, presence.watch and me.unread: who hears, and who may know.
 */
#include <stdio.h>

#include "unit/rig/rig.h"

/* Alice, Bob and Carol in `default`, Dora in `acme` alone. */
static struct rig rig;
static struct rig_line alice, bob, carol;
static int64_t alice_row, bob_row, carol_row, dora_row;
static char direct[RIG_ID_TEXT]; /* Alice's and Bob's */

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	alice_row = rig_user(&rig, "alice", RIG_ORG);
	bob_row = rig_user(&rig, "bob", RIG_ORG);
	carol_row = rig_user(&rig, "carol", RIG_ORG);
	dora_row = rig_user(&rig, "dora", rig_org(&rig, "acme"));
	rig_line_open(&rig, &alice, "k1", "alice");
	rig_line_open(&rig, &bob, "k1", "bob");
	rig_line_open(&rig, &carol, "k1", "carol");
	rig_direct(&alice, "bob", direct);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_line_close(&alice);
	rig_line_close(&bob);
	rig_line_close(&carol);
	rig_done(&rig);
	return 0;
}

static void come(int64_t user_row, bool is_hidden)
{
	bool is_news;

	assert_true(kith_presence_enter(rig.presence, user_row, is_hidden, &is_news));
}

static void leave(int64_t user_row)
{
	(void)kith_presence_leave(rig.presence, user_row);
}

/* --- typing --- */

static void test_r_034_the_other_members_hear_of_it(void **state)
{
	(void)state;
	struct rig_ask ask;
	char id[RIG_ID_TEXT];

	assert_int_equal(rig_call(&alice, &ask, "conversations.typing",
	                          "{'conversation':'%s','state':'composing'}", direct),
	                 KITH_OK);
	assert_int_equal(ask.call->result.kind, KITH_RESULT_TYPING);
	assert_int_equal(rig.typing_count, 1);
	assert_int_equal(rig.typing.user_row, alice_row);
	assert_true(kith_str_is(rig.typing.user, "alice"));
	rig_uuid_text(&rig.typing.conversation, id);
	assert_string_equal(id, direct);
	assert_int_equal(rig.typing.audience_count, 1);
	assert_int_equal(rig.typing.audience[0], bob_row);
	assert_int_equal(rig.typing.org_row, RIG_ORG);
	assert_int_equal(rig.typing.connection, alice.connection);
	assert_true(rig.typing.is_composing);
	rig_ask_free(&ask);
	assert_int_equal(rig_try(&alice, "conversations.typing",
	                         "{'conversation':'%s','state':'gone'}", direct),
	                 KITH_OK);
	assert_int_equal(rig.typing_count, 2);
	assert_false(rig.typing.is_composing);
}

static void test_r_034_a_conversation_that_is_remembered_costs_no_errand(void **state)
{
	(void)state;
	assert_int_equal(rig_try(&alice, "conversations.typing",
	                         "{'conversation':'%s','state':'composing'}", direct),
	                 KITH_OK);
	rig.refuses_errands = true;
	assert_int_equal(rig_try(&bob, "conversations.typing",
	                         "{'conversation':'%s','state':'composing'}", direct),
	                 KITH_OK);
	/* Who is not in it is not helped by that. */
	assert_int_equal(rig_try(&carol, "conversations.typing",
	                         "{'conversation':'%s','state':'composing'}", direct),
	                 KITH_E_UNAVAILABLE);
	rig.refuses_errands = false;
	assert_int_equal(rig_try(&carol, "conversations.typing",
	                         "{'conversation':'%s','state':'composing'}", direct),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig.typing_count, 2);
}

static void test_r_034_nobody_hears_of_notes_to_oneself(void **state)
{
	(void)state;
	char notes[RIG_ID_TEXT];

	rig_direct(&alice, "alice", notes);
	assert_int_equal(rig_try(&alice, "conversations.typing",
	                         "{'conversation':'%s','state':'composing'}", notes),
	                 KITH_OK);
	assert_int_equal(rig.typing_count, 0);
}

static void test_r_034_who_has_gone_meanwhile_says_nothing(void **state)
{
	(void)state;
	struct rig_line line;
	struct rig_ask ask;

	rig_restart(&rig); /* nothing is remembered */
	rig_line_open(&rig, &line, "k1", "alice");
	rig.holds_errands = true;
	rig_start(&line, &ask, "conversations.typing", "{'conversation':'%s','state':'composing'}",
	          direct);
	rig_line_close(&line);
	rig.holds_errands = false;
	rig_settle(&rig);
	assert_int_equal(rig.typing_count, 0);
}

/* --- presence --- */

static const struct kith_presence_view *watch(struct rig_line *line, struct rig_ask *ask,
                                              const char *users)
{
	assert_int_equal(rig_call(line, ask, "presence.watch", "{'users':%s}", users), KITH_OK);
	assert_int_equal(ask->call->result.kind, KITH_RESULT_PRESENCES);
	return ask->call->result.presences.items;
}

static void test_r_035_each_is_as_they_are_in_the_order_of_asking(void **state)
{
	(void)state;
	struct rig_ask ask;

	come(bob_row, false);
	kith_service_left(rig.service, carol_row, 1234567000000);
	rig_settle(&rig);
	const struct kith_presence_view *views =
		watch(&alice, &ask, "['carol','bob@default.localhost','alice','bob']");
	assert_int_equal(ask.call->result.presences.count, 4);
	assert_true(kith_str_is(views[0].user, "carol"));
	assert_false(views[0].is_online);
	assert_int_equal(views[0].last_seen_us, 1234567000000);
	assert_true(kith_str_is(views[1].user, "bob"));
	assert_true(views[1].is_online && views[3].is_online);
	assert_int_equal(views[1].last_seen_us, 0);
	assert_false(views[2].is_online);
	rig_ask_free(&ask);
	leave(bob_row);
	assert_false(watch(&alice, &ask, "['bob']")[0].is_online);
	rig_ask_free(&ask);
	(void)watch(&alice, &ask, "[]");
	assert_int_equal(ask.call->result.presences.count, 0);
	rig_ask_free(&ask);
}

/* What is told of VIEW, but for the name. */
static bool is_nothing(const struct kith_presence_view *view)
{
	return !view->is_online && view->last_seen_us == 0;
}

static void test_r_035_whom_one_may_not_see_is_as_nobody(void **state)
{
	(void)state;
	static const char wallet[] = "0x00112233445566778899aabbccddeeff00112233";
	struct rig_ask ask;
	char users[512];

	come(dora_row, false);
	come(bob_row, true);
	kith_service_left(rig.service, dora_row, 1234567000000);
	rig_settle(&rig);
	snprintf(users, sizeof(users), "['dora','nobody','bob','dora@acme.localhost','%s']",
	         wallet);
	const struct kith_presence_view *views = watch(&alice, &ask, users);
	for (size_t i = 0; i < ask.call->result.presences.count; i++) {
		assert_true(is_nothing(&views[i]));
	}
	assert_true(kith_str_is(views[0].user, "dora"));
	assert_true(kith_str_is(views[1].user, "nobody"));
	assert_true(kith_str_is(views[3].user, "dora@acme.localhost"));
	assert_true(kith_str_is(views[4].user, wallet));
	rig_ask_free(&ask);
	leave(dora_row);
	leave(bob_row);
}

static void test_r_035_who_hides_is_not_seen_and_sees_nobody(void **state)
{
	(void)state;
	struct rig_ask ask;

	come(alice_row, false);
	come(bob_row, false);
	kith_service_left(rig.service, carol_row, 1234567000000);
	kith_service_left(rig.service, bob_row, 1234567000000);
	rig_settle(&rig);
	assert_int_equal(rig_try(&bob, "me.settings", "{'showPresence':false}"), KITH_OK);
	/* What the commit tells the workers comes later: he is hidden already. */
	assert_true(is_nothing(&watch(&alice, &ask, "['bob']")[0]));
	rig_ask_free(&ask);
	const struct kith_presence_view *views = watch(&bob, &ask, "['alice','carol','bob']");
	for (size_t i = 0; i < 3; i++) {
		assert_true(is_nothing(&views[i]));
	}
	rig_ask_free(&ask);
	assert_int_equal(rig_try(&bob, "me.settings", "{'showPresence':true}"), KITH_OK);
	assert_true(watch(&alice, &ask, "['bob']")[0].is_online);
	rig_ask_free(&ask);
	assert_true(watch(&bob, &ask, "['alice']")[0].is_online);
	rig_ask_free(&ask);
	leave(alice_row);
	leave(bob_row);
}

static void test_r_035_only_people_are_watched(void **state)
{
	(void)state;
	assert_int_equal(rig_try(&alice, "presence.watch", "{'users':['%s']}", direct),
	                 KITH_E_INVALID_REQUEST);
	assert_int_equal(rig_try(&alice, "presence.watch", "{'users':['bob','No Body']}"),
	                 KITH_E_INVALID_REQUEST);
}

static void test_r_035_the_last_time_only_goes_forward(void **state)
{
	(void)state;
	struct rig_ask ask;

	kith_service_left(rig.service, bob_row, 3000000);
	kith_service_left(rig.service, bob_row, 2000000);
	rig_settle(&rig);
	assert_int_equal(watch(&alice, &ask, "['bob']")[0].last_seen_us, 3000000);
	rig_ask_free(&ask);
	/* With a full queue it is not stored, and nothing else happens. */
	rig.refuses_plans = true;
	kith_service_left(rig.service, bob_row, 4000000);
	rig.refuses_plans = false;
	rig_settle(&rig);
	assert_int_equal(watch(&alice, &ask, "['bob']")[0].last_seen_us, 3000000);
	rig_ask_free(&ask);
}

/* --- unread --- */

static void test_r_032_totals_of_all_conversations(void **state)
{
	(void)state;
	struct rig_ask ask;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			rig_try(&alice, "messages.sendToUser", "{'address':'bob','text':'x'}"),
			KITH_OK);
	}
	assert_int_equal(rig_try(&carol, "messages.sendToUser", "{'address':'bob','text':'x'}"),
	                 KITH_OK);
	assert_int_equal(rig_call(&bob, &ask, "me.unread", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.unread.messages, 4);
	assert_int_equal(ask.call->result.unread.conversations, 2);
	rig_ask_free(&ask);
	assert_int_equal(
		rig_try(&bob, "conversations.read", "{'conversation':'%s','upTo':3}", direct),
		KITH_OK);
	assert_int_equal(rig_call(&bob, &ask, "me.unread", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.unread.messages, 1);
	assert_int_equal(ask.call->result.unread.conversations, 1);
	rig_ask_free(&ask);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_034_the_other_members_hear_of_it),
		TEST(test_r_034_a_conversation_that_is_remembered_costs_no_errand),
		TEST(test_r_034_nobody_hears_of_notes_to_oneself),
		TEST(test_r_034_who_has_gone_meanwhile_says_nothing),
		TEST(test_r_035_each_is_as_they_are_in_the_order_of_asking),
		TEST(test_r_035_whom_one_may_not_see_is_as_nobody),
		TEST(test_r_035_who_hides_is_not_seen_and_sees_nobody),
		TEST(test_r_035_only_people_are_watched),
		TEST(test_r_035_the_last_time_only_goes_forward),
		TEST(test_r_032_totals_of_all_conversations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
