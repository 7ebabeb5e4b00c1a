/*
 * test_organizations.c -- R-001 for a session that is in several organizations: which
 * one a call means, when it must be said, and what a list covers.
 */
#include <stdio.h>

#include "unit/rig/rig.h"

static struct rig rig;
static struct rig_line both; /* Alice, in default and acme, with one session for all */
static struct rig_line one;  /* Alice with an app's token, in default */
static int64_t acme;

/* LINE with a session of USER_ROW over all their organizations, as a sign-in gives. */
static void open_both(int64_t user_row)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_ADD };
	struct kith_plan plan = { .effects = &effect, .effect_count = 1 };
	struct kith_claims claims = { .sub = KITH_STR("alice"),
		                      .exp_s = rig.now_us / 1000000 + 600 };
	struct kith_arena mem;

	kith_arena_init(&mem, 4096);
	effect.device.id = kith_uuid_v7(rig.now_us, &rig.rand);
	effect.device.user_row = user_row;
	effect.device.counter = 1;
	struct kith_uuid sid = effect.device.id;
	assert_int_equal(kith_store_apply(rig.store, &plan), KITH_PLAN_OK);
	rig_line_open(&rig, &both, "k1", "alice");
	kith_session_unref(&both.session);
	assert_int_equal(kith_session_admit_device(rig.reader, &claims, &sid, rig.now_us, &mem,
	                                           &both.session, NULL),
	                 KITH_OK);
	kith_arena_done(&mem);
}

static int set_up(void **state)
{
	(void)state;
	rig_init(&rig);
	acme = rig_org(&rig, "acme");
	rig_key(&rig, "k2", acme);
	int64_t alice = rig_user(&rig, "alice", RIG_ORG);
	rig_join(&rig, alice, acme);
	rig_join(&rig, rig_user(&rig, "bob", RIG_ORG), acme);
	rig_user(&rig, "carol", RIG_ORG);
	rig_user(&rig, "dora", acme);
	rig_user(&rig, "erin", rig_org(&rig, "far"));
	open_both(alice);
	rig_line_open(&rig, &one, "k1", "alice");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_line_close(&both);
	rig_line_close(&one);
	rig_done(&rig);
	return 0;
}

/* Which organization a direct conversation is made in. NULL for LINE's means a refusal. */
static const struct {
	const char *name;
	const char *args;
	enum kith_rc rc;
	const char *org;
	enum kith_rc one_rc; /* of the session that is in default only */
} opened[] = {
	{ "R-001 several could be meant", "{'user':'bob'}", KITH_E_ORGANIZATION_REQUIRED, NULL,
	  KITH_OK },
	{ "R-001 also when the other is in one of them only", "{'user':'carol'}",
	  KITH_E_ORGANIZATION_REQUIRED, NULL, KITH_OK },
	{ "R-001 the one that is named", "{'user':'bob','organization':'acme'}", KITH_OK, "acme",
	  KITH_E_NOT_FOUND },
	{ "R-001 or the other", "{'user':'bob','organization':'default'}", KITH_OK, "default",
	  KITH_OK },
	{ "R-003 a JID names it", "{'user':'bob@acme.localhost'}", KITH_OK, "acme",
	  KITH_E_NOT_FOUND },
	{ "R-003 both may, when they agree", "{'user':'bob@acme.localhost','organization':'acme'}",
	  KITH_OK, "acme", KITH_E_NOT_FOUND },
	{ "R-003 and not when they do not",
	  "{'user':'bob@acme.localhost','organization':'default'}", KITH_E_NOT_FOUND, NULL,
	  KITH_E_NOT_FOUND },
	{ "R-001 one that exists and is not mine", "{'user':'erin','organization':'far'}",
	  KITH_E_NOT_FOUND, NULL, KITH_E_NOT_FOUND },
	{ "R-001 one that does not exist", "{'user':'erin','organization':'nowhere'}",
	  KITH_E_NOT_FOUND, NULL, KITH_E_NOT_FOUND },
	{ "R-003 a domain that is not mine", "{'user':'erin@far.localhost'}", KITH_E_NOT_FOUND,
	  NULL, KITH_E_NOT_FOUND },
	{ "R-001 people of the other organization", "{'user':'dora','organization':'default'}",
	  KITH_E_NOT_FOUND, NULL, KITH_E_NOT_FOUND },
	{ "R-001 people of that organization", "{'user':'dora','organization':'acme'}", KITH_OK,
	  "acme", KITH_E_NOT_FOUND },
};

static void test_r_001_a_call_that_could_mean_several_names_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(opened); i++) {
		struct rig_ask ask;
		enum kith_rc rc =
			rig_call(&both, &ask, "conversations.direct", "%s", opened[i].args);

		if (rc != opened[i].rc) {
			fail_msg("%s: %d", opened[i].name, (int)rc);
		}
		if (rc == KITH_OK) {
			assert_true(kith_str_is(ask.call->result.conversation.conversation.org,
			                        opened[i].org));
		}
		rig_ask_free(&ask);
		rc = rig_try(&one, "conversations.direct", "%s", opened[i].args);
		if (rc != opened[i].one_rc) {
			fail_msg("%s, with one: %d", opened[i].name, (int)rc);
		}
	}
}

static void open_in(const char *org, char id[RIG_ID_TEXT])
{
	struct rig_ask ask;

	assert_int_equal(rig_call(&both, &ask, "messages.sendToUser",
	                          "{'address':'bob','organization':'%s','text':'in %s'}", org, org),
	                 KITH_OK);
	rig_uuid_text(&ask.call->result.message.conversation, id);
	rig_ask_free(&ask);
}

static size_t count_list(struct rig_line *line, const char *args)
{
	struct rig_ask ask;

	assert_int_equal(rig_call(line, &ask, "conversations.list", "%s", args), KITH_OK);
	size_t count = ask.call->result.recent.count;
	rig_ask_free(&ask);
	return count;
}

static void test_r_001_lists_cover_all_or_the_one_named(void **state)
{
	(void)state;
	char in_default[RIG_ID_TEXT];
	char in_acme[RIG_ID_TEXT];
	struct rig_ask ask;

	open_in("default", in_default);
	open_in("acme", in_acme);
	assert_string_not_equal(in_default, in_acme);
	assert_int_equal(count_list(&both, "{}"), 2);
	assert_int_equal(count_list(&both, "{'organization':'acme'}"), 1);
	assert_int_equal(count_list(&one, "{}"), 1);
	assert_int_equal(rig_try(&both, "conversations.list", "{'organization':'far'}"),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig_try(&one, "conversations.list", "{'organization':'acme'}"),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig_call(&both, &ask, "sync", "{}"), KITH_OK);
	rig_ask_free(&ask);
}

static void test_r_001_a_conversation_is_found_by_its_id_wherever_it_is(void **state)
{
	(void)state;
	char in_acme[RIG_ID_TEXT];

	open_in("acme", in_acme);
	assert_int_equal(rig_try(&both, "conversations.get", "{'conversation':'%s'}", in_acme),
	                 KITH_OK);
	assert_int_equal(
		rig_try(&both, "messages.send", "{'conversation':'%s','text':'more'}", in_acme),
		KITH_OK);
	assert_int_equal(rig_try(&both, "conversations.get",
	                         "{'conversation':'%s@mix.acme.localhost'}", in_acme),
	                 KITH_OK);
	/* Its JID in another organization is not its own. */
	assert_int_equal(rig_try(&both, "conversations.get",
	                         "{'conversation':'%s@mix.default.localhost'}", in_acme),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig_try(&one, "conversations.get", "{'conversation':'%s'}", in_acme),
	                 KITH_E_NOT_FOUND);
}

static void test_r_001_people_are_those_of_any_of_the_organizations(void **state)
{
	(void)state;
	static const struct {
		const char *user;
		enum kith_rc both, one;
	} cases[] = {
		{ "carol", KITH_OK, KITH_OK },
		{ "dora", KITH_OK, KITH_E_NOT_FOUND },
		{ "dora@acme.localhost", KITH_OK, KITH_E_NOT_FOUND },
		{ "dora@default.localhost", KITH_E_NOT_FOUND, KITH_E_NOT_FOUND },
		{ "erin", KITH_E_NOT_FOUND, KITH_E_NOT_FOUND },
		{ "erin@far.localhost", KITH_E_NOT_FOUND, KITH_E_NOT_FOUND },
	};

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		assert_int_equal(rig_try(&both, "users.get", "{'user':'%s'}", cases[i].user),
		                 cases[i].both);
		assert_int_equal(rig_try(&one, "users.get", "{'user':'%s'}", cases[i].user),
		                 cases[i].one);
	}
}

static void test_r_001_me_shows_all_or_the_one(void **state)
{
	(void)state;
	struct rig_ask ask;

	assert_int_equal(rig_call(&both, &ask, "me.get", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.me.org_count, 2);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&one, &ask, "me.get", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.me.org_count, 1);
	rig_ask_free(&ask);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void test_r_001_a_cursor_tells_of_nobody_else(void **state)
{
	(void)state;
	static const struct {
		const char *cursor;
		enum kith_rc rc;
	} cursors[] = {
		{ "bob", KITH_OK },
		{ "carol", KITH_OK },               /* is not in the list, and could have been */
		{ "dora", KITH_E_INVALID_REQUEST }, /* of another organization of mine         */
		{ "erin", KITH_E_INVALID_REQUEST }, /* of another one                          */
		{ "nobody", KITH_E_INVALID_REQUEST },
	};

	for (size_t i = 0; i < KITH_COUNT(cursors); i++) {
		const char *cursor = cursors[i].cursor;
		assert_int_equal(
			rig_try(&one, "users.search", "{'query':'bob','cursor':'%s'}", cursor),
			cursors[i].rc);
		assert_int_equal(rig_try(&one, "contacts.list", "{'cursor':'%s'}", cursor),
		                 cursors[i].rc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_r_001_a_call_that_could_mean_several_names_one),
		CASE(test_r_001_lists_cover_all_or_the_one_named),
		CASE(test_r_001_a_conversation_is_found_by_its_id_wherever_it_is),
		CASE(test_r_001_people_are_those_of_any_of_the_organizations),
		CASE(test_r_001_me_shows_all_or_the_one),
		CASE(test_r_001_a_cursor_tells_of_nobody_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
