/*
 * test_rights.c -- every call of the contract: who may make it, and that nobody
 * learns what is not theirs.
 */
#include "unit/service/town.h"

/* For whom a call is. */
enum whom { FOR_PEOPLE, FOR_OPERATORS, FOR_BOTH, FOR_ANYBODY };

/* A call that somebody whom it is for may make: their answer is never forbidden. */
static const struct {
	const char *name;
	const char *args; /* %s: the conversation */
	enum whom whom;
	enum kith_rc as_operator; /* what comes of it for the operator; FORBIDDEN: not theirs */
} calls[] = {
	{ "me.get", "{}%.0s", FOR_BOTH, KITH_OK },
	{ "me.update", "{}%.0s", FOR_BOTH, KITH_OK },
	{ "me.settings", "{}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "me.unread", "{}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "sessions.list", "{}%.0s", FOR_BOTH, KITH_OK },
	{ "sessions.create", "{'user':'alice'}%.0s", FOR_ANYBODY, KITH_E_INVALID_REQUEST },
	{ "sessions.refresh", "{}%.0s", FOR_ANYBODY, KITH_E_INVALID_REQUEST },
	{ "sessions.end", "{'session':'01a2b3c4-d5e6-7890-8abc-def012345678'}%.0s", FOR_BOTH,
	  KITH_E_NOT_FOUND },
	{ "users.get", "{'user':'bob'}%.0s", FOR_BOTH, KITH_OK },
	{ "users.search", "{'query':'bob'}%.0s", FOR_BOTH, KITH_OK },
	{ "contacts.list", "{}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "contacts.add", "{'user':'bob'}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "contacts.remove", "{'user':'bob'}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "aliases.list", "{}%.0s", FOR_BOTH, KITH_OK },
	{ "aliases.add", "{'user':'bob','kind':'external','value':'b'}%.0s", FOR_OPERATORS,
	  KITH_OK },
	{ "aliases.remove", "{'kind':'external','value':'b'}%.0s", FOR_OPERATORS, KITH_OK },
	{ "conversations.list", "{}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "conversations.direct", "{'user':'bob'}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "conversations.get", "{'conversation':'%s'}", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "conversations.read", "{'conversation':'%s','upTo':1}", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "conversations.delivered", "{'conversation':'%s','upTo':1}", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "conversations.typing", "{'conversation':'%s','state':'composing'}", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "conversations.markUnread", "{'conversation':'%s','unread':true}", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "conversations.draft", "{'conversation':'%s','text':'x'}", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "messages.list", "{'conversation':'%s'}", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "messages.send", "{'conversation':'%s','text':'x'}", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "messages.sendToUser", "{'address':'bob','text':'x'}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "messages.get", "{'id':'01a2b3c4-d5e6-7890-8abc-def012345678'}%.0s", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "messages.edit", "{'id':'01a2b3c4-d5e6-7890-8abc-def012345678','text':'x'}%.0s",
	  FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "messages.edits", "{'id':'01a2b3c4-d5e6-7890-8abc-def012345678'}%.0s", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "messages.react",
	  "{'id':'01a2b3c4-d5e6-7890-8abc-def012345678','emoji':'\xf0\x9f\x8e\x89'}%.0s",
	  FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "messages.receipts", "{'id':'01a2b3c4-d5e6-7890-8abc-def012345678'}%.0s", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "messages.delete", "{'ids':['01a2b3c4-d5e6-7890-8abc-def012345678']}%.0s", FOR_PEOPLE,
	  KITH_E_FORBIDDEN },
	{ "messages.deleteForMe", "{'ids':['01a2b3c4-d5e6-7890-8abc-def012345678']}%.0s",
	  FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "presence.watch", "{'users':['bob']}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
	{ "sync", "{}%.0s", FOR_PEOPLE, KITH_E_FORBIDDEN },
};

_Static_assert(KITH_COUNT(calls) == KITH_CALL_COUNT, "every call is tried");

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void test_r_005_no_call_without_its_scope(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(calls); i++) {
		struct rig_line nobody = town.alice;
		enum kith_rc rc;

		nobody.session = NULL;
		rc = rig_try(&nobody, calls[i].name, calls[i].args, town.direct);
		assert_int_equal(rc, calls[i].whom == FOR_ANYBODY ? KITH_E_INVALID_REQUEST
		                                                  : KITH_E_UNAUTHENTICATED);
		rc = rig_try(&town.alice, calls[i].name, calls[i].args, town.direct);
		assert_int_equal(rc == KITH_E_FORBIDDEN, calls[i].whom == FOR_OPERATORS);
		rc = rig_try(&town.oper, calls[i].name, calls[i].args, town.direct);
		assert_int_equal(rc, calls[i].as_operator);
	}
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* Is the call at I refused to Alice's session when its scope is SCOPE? */
static bool is_forbidden(size_t i, enum kith_scope scope)
{
	struct kith_session *session = town.alice.session;
	enum kith_scope before = session->scope;

	session->scope = scope;
	enum kith_rc rc = rig_try(&town.alice, calls[i].name, calls[i].args, town.direct);
	session->scope = before;
	return rc == KITH_E_FORBIDDEN;
}

static void test_r_005_programs_find_keep_and_watch_nobody(void **state)
{
	(void)state;
	static const char *const for_people_only[] = { "users.search", "contacts.list",
		                                       "contacts.add", "contacts.remove",
		                                       "presence.watch" };

	for (size_t i = 0; i < KITH_COUNT(calls); i++) {
		bool is_refused =
			calls[i].whom == FOR_OPERATORS ||
			is_among(calls[i].name, for_people_only, KITH_COUNT(for_people_only));
		if (is_forbidden(i, KITH_SCOPE_BOT) != is_refused) {
			fail_msg("%s as a bot", calls[i].name);
		}
	}
}

static void test_r_005_who_runs_an_organization_reads_no_messages(void **state)
{
	(void)state;
	static const char *const for_admins[] = { "me.get",           "me.update",
		                                  "sessions.list",    "sessions.create",
		                                  "sessions.refresh", "sessions.end",
		                                  "users.get",        "users.search" };

	for (size_t i = 0; i < KITH_COUNT(calls); i++) {
		bool is_theirs = is_among(calls[i].name, for_admins, KITH_COUNT(for_admins));
		if (is_forbidden(i, KITH_SCOPE_ADMIN) == is_theirs) {
			fail_msg("%s as an admin", calls[i].name);
		}
	}
}

static void test_r_004_no_call_after_the_token_expired(void **state)
{
	(void)state;
	int64_t expires_us = town.alice.session->expires_us;

	for (size_t i = 0; i < KITH_COUNT(calls); i++) {
		town.rig.now_us = expires_us - 1;
		enum kith_rc rc = rig_try(&town.alice, calls[i].name, calls[i].args, town.direct);
		assert_int_not_equal(rc, KITH_E_TOKEN_EXPIRED);
		town.rig.now_us = expires_us;
		rc = rig_try(&town.alice, calls[i].name, calls[i].args, town.direct);
		assert_int_equal(rc, KITH_E_TOKEN_EXPIRED);
	}
}

static void test_r_005_the_scope_comes_before_the_arguments(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(calls); i++) {
		enum kith_rc rc = rig_try(&town.oper, calls[i].name, "{'nonsense':1}");
		assert_int_equal(rc, calls[i].whom == FOR_PEOPLE ? KITH_E_FORBIDDEN
		                                                 : KITH_E_INVALID_REQUEST);
		rc = rig_try(&town.alice, calls[i].name, "{'nonsense':1}");
		assert_int_equal(rc, calls[i].whom == FOR_OPERATORS ? KITH_E_FORBIDDEN
		                                                    : KITH_E_INVALID_REQUEST);
	}
}

/* Who is in no conversation of Alice's: a person of the same organization, and of another. */
static void test_not_mine_and_not_there_are_the_same_to_strangers(void **state)
{
	(void)state;
	static const char *const about[] = { "conversations.get",
		                             "conversations.read",
		                             "conversations.delivered",
		                             "conversations.typing",
		                             "conversations.markUnread",
		                             "conversations.draft",
		                             "messages.list",
		                             "messages.send" };
	struct rig_line *strangers[] = { &town.carol, &town.dora };
	char id[RIG_ID_TEXT];

	say(&town.alice, "secret", id);
	for (size_t i = 0; i < KITH_COUNT(about); i++) {
		const char *args = NULL;
		for (size_t j = 0; j < KITH_COUNT(calls); j++) {
			args = strcmp(calls[j].name, about[i]) == 0 ? calls[j].args : args;
		}
		for (size_t j = 0; j < KITH_COUNT(strangers); j++) {
			struct rig_ask there;
			struct rig_ask nowhere;

			rig_call(strangers[j], &there, about[i], args, town.direct);
			rig_call(strangers[j], &nowhere, about[i], args,
			         "01a2b3c4-d5e6-8890-8abc-def012345678");
			assert_int_equal(there.call->rc, KITH_E_NOT_FOUND);
			assert_int_equal(nowhere.call->rc, KITH_E_NOT_FOUND);
			assert_memory_equal(&there.call->why, &nowhere.call->why,
			                    sizeof(there.call->why));
			rig_ask_free(&there);
			rig_ask_free(&nowhere);
		}
	}
}

/* Calls about a message. */
static const struct {
	const char *name;
	const char *args; /* %s: its id */
} about_messages[] = {
	{ "messages.get", "{'id':'%s'}" },
	{ "messages.edit", "{'id':'%s','text':'x'}" },
	{ "messages.edits", "{'id':'%s'}" },
	{ "messages.react", "{'id':'%s','emoji':'\xf0\x9f\x8e\x89'}" },
	{ "messages.receipts", "{'id':'%s'}" },
};

static void test_r_043_anothers_message_and_none_are_refused_alike(void **state)
{
	(void)state;
	struct rig_line *strangers[] = { &town.carol, &town.dora };
	char id[RIG_ID_TEXT];
	char unknown[RIG_ID_TEXT];
	struct rig_ask mine;

	say(&town.alice, "secret", id);
	rig_id(&town.rig, unknown);
	assert_int_equal(rig_call(&town.bob, &mine, "messages.get", "{'id':'%s'}", id), KITH_OK);
	assert_true(kith_str_is(mine.call->result.message.content.body, "secret"));
	assert_true(kith_str_is(mine.call->result.message.sender, "alice"));
	assert_int_equal(mine.call->result.message.n, 1);
	rig_ask_free(&mine);
	for (size_t i = 0; i < KITH_COUNT(strangers) * KITH_COUNT(about_messages); i++) {
		struct rig_line *stranger = strangers[i % KITH_COUNT(strangers)];
		const char *name = about_messages[i / KITH_COUNT(strangers)].name;
		const char *args = about_messages[i / KITH_COUNT(strangers)].args;
		struct rig_ask there;
		struct rig_ask nowhere;

		rig_call(stranger, &there, name, args, id);
		rig_call(stranger, &nowhere, name, args, unknown);
		assert_int_equal(there.call->rc, KITH_E_NOT_FOUND);
		assert_int_equal(nowhere.call->rc, KITH_E_NOT_FOUND);
		assert_memory_equal(&there.call->why, &nowhere.call->why, sizeof(there.call->why));
		rig_ask_free(&there);
		rig_ask_free(&nowhere);
	}
}

#pragma GCC diagnostic pop

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_005_no_call_without_its_scope),
		TEST(test_r_005_programs_find_keep_and_watch_nobody),
		TEST(test_r_005_who_runs_an_organization_reads_no_messages),
		TEST(test_r_004_no_call_after_the_token_expired),
		TEST(test_r_005_the_scope_comes_before_the_arguments),
		TEST(test_not_mine_and_not_there_are_the_same_to_strangers),
		TEST(test_r_043_anothers_message_and_none_are_refused_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
