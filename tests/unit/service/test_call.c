/*
 * test_call.c -- what calls answer, and which arguments they refuse.
 */
#include "unit/service/town.h"

#include "service/steps.h"

static const struct {
	const char *name;
	const char *call;
	const char *args;
	enum kith_rc rc;
	const char *field;
} bad[] = {
	{ "R-003 a user of another organization", "users.get", "{'user':'dora'}", KITH_E_NOT_FOUND,
	  "" },
	{ "R-003 nobody", "users.get", "{'user':'zoe'}", KITH_E_NOT_FOUND, "" },
	{ "R-003 no address", "users.get", "{'user':'Zoe!'}", KITH_E_INVALID_REQUEST, "user" },
	{ "R-003 another domain", "users.get", "{'user':'bob@acme.localhost'}", KITH_E_NOT_FOUND,
	  "user" },
	{ "R-003 a conversation is no user", "users.get",
	  "{'user':'01a2b3c4-d5e6-8890-8abc-def012345678'}", KITH_E_INVALID_REQUEST, "user" },
	{ "no user", "users.get", "{}", KITH_E_INVALID_REQUEST, "user" },
	{ "R-001 another organization", "conversations.list", "{'organization':'acme'}",
	  KITH_E_NOT_FOUND, "organization" },
	{ "no cursor of ours", "conversations.list", "{'cursor':'AAAAAAAAAAAAAAAAAAAAAA'}",
	  KITH_E_INVALID_REQUEST, "cursor" },
	{ "a page of none", "conversations.list", "{'limit':0}", KITH_E_INVALID_REQUEST, "limit" },
	{ "a page above the limit", "conversations.list", "{'limit':201}", KITH_E_INVALID_REQUEST,
	  "limit" },
	{ "a limit that is no number", "conversations.list", "{'limit':'5'}",
	  KITH_E_INVALID_REQUEST, "limit" },
	{ "R-001 opening in another organization", "conversations.direct",
	  "{'user':'bob','organization':'acme'}", KITH_E_NOT_FOUND, "organization" },
	{ "R-030 with somebody of another organization", "conversations.direct", "{'user':'dora'}",
	  KITH_E_NOT_FOUND, "" },
	{ "R-030 with a conversation", "conversations.direct",
	  "{'user':'01a2b3c4-d5e6-8890-8abc-def012345678'}", KITH_E_INVALID_REQUEST, "user" },
	{ "a user where a conversation belongs", "conversations.get", "{'conversation':'bob'}",
	  KITH_E_INVALID_REQUEST, "conversation" },
	{ "a watermark of zero", "conversations.read",
	  "{'conversation':'01a2b3c4-d5e6-8890-8abc-def012345678','upTo':0}",
	  KITH_E_INVALID_REQUEST, "upTo" },
	{ "no watermark", "conversations.read",
	  "{'conversation':'01a2b3c4-d5e6-8890-8abc-def012345678'}", KITH_E_INVALID_REQUEST,
	  "upTo" },
	{ "R-054 two bounds", "messages.list",
	  "{'conversation':'01a2b3c4-d5e6-8890-8abc-def012345678','before':'5','after':'3'}",
	  KITH_E_INVALID_REQUEST, "before" },
	{ "R-054 a bound of zero", "messages.list",
	  "{'conversation':'01a2b3c4-d5e6-8890-8abc-def012345678','around':'0'}",
	  KITH_E_INVALID_REQUEST, "around" },
	{ "R-054 a bound that is nothing", "messages.list",
	  "{'conversation':'01a2b3c4-d5e6-8890-8abc-def012345678','after':'x'}",
	  KITH_E_INVALID_REQUEST, "after" },
	{ "R-040 neither text nor opaque", "messages.sendToUser", "{'address':'bob'}",
	  KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 both", "messages.sendToUser", "{'address':'bob','text':'a','opaque':'YQ=='}",
	  KITH_E_INVALID_REQUEST, "text" },
	{ "R-041 an id of another version", "messages.sendToUser",
	  "{'address':'bob','text':'a','id':'01a2b3c4-d5e6-4890-8abc-def012345678'}",
	  KITH_E_INVALID_ID, "id" },
	{ "R-041 an id of long ago", "messages.sendToUser",
	  "{'address':'bob','text':'a','id':'0062b3c4-d5e6-7890-8abc-def012345678'}",
	  KITH_E_INVALID_ID, "id" },
	{ "R-041 an id of the far future", "messages.sendToUser",
	  "{'address':'bob','text':'a','id':'f1a2b3c4-d5e6-7890-8abc-def012345678'}",
	  KITH_E_INVALID_ID, "id" },
	{ "R-001 sending in another organization", "messages.sendToUser",
	  "{'address':'bob','text':'a','organization':'acme'}", KITH_E_NOT_FOUND, "organization" },
	{ "R-003 to somebody of another organization", "messages.sendToUser",
	  "{'address':'dora','text':'a'}", KITH_E_NOT_FOUND, "" },
	{ "R-003 to no address", "messages.sendToUser", "{'address':'Bob','text':'a'}",
	  KITH_E_INVALID_REQUEST, "address" },
	{ "R-003 to another domain", "messages.sendToUser",
	  "{'address':'bob@acme.localhost','text':'a'}", KITH_E_NOT_FOUND, "address" },
	{ "R-092 no cursor of ours", "sync", "{'since':'hello'}", KITH_E_INVALID_REQUEST, "since" },
	{ "R-092 a page above the limit", "sync", "{'limit':201}", KITH_E_INVALID_REQUEST,
	  "limit" },
	{ "R-043 no id", "messages.get", "{'id':'x'}", KITH_E_INVALID_REQUEST, "id" },
};

static void test_bad_arguments_are_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		struct rig_ask ask;
		enum kith_rc rc = rig_call(&town.alice, &ask, bad[i].call, "%s", bad[i].args);

		if (rc != bad[i].rc || strcmp(ask.call->why.field, bad[i].field) != 0) {
			fail_msg("%s: %d, field \"%s\": %s", bad[i].name, rc, ask.call->why.field,
			         ask.call->why.detail);
		}
		assert_true(rc != KITH_E_INVALID_ID ||
		            ask.call->why.server_time_us == town.rig.now_us);
		rig_ask_free(&ask);
	}
}

static void test_r_004_me_is_who_the_token_says(void **state)
{
	(void)state;
	struct rig_ask ask;

	assert_int_equal(rig_call(&town.alice, &ask, "me.get", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.kind, KITH_RESULT_ME);
	assert_true(kith_str_is(ask.call->result.me.profile.user.id, "alice"));
	assert_int_equal(ask.call->result.me.scope, KITH_SCOPE_USER);
	assert_int_equal(ask.call->result.me.org_count, 1);
	assert_true(kith_str_is(ask.call->result.me.orgs[0].id, "default"));
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.oper, &ask, "me.get", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.me.scope, KITH_SCOPE_OPERATOR);
	assert_int_equal(ask.call->result.me.org_count, 0);
	rig_ask_free(&ask);
}

static void test_r_001_a_token_shows_only_its_organization(void **state)
{
	(void)state;
	struct rig_line erin;
	struct rig_ask ask;
	char here[RIG_ID_TEXT];
	char there[RIG_ID_TEXT];

	rig_line_open(&town.rig, &erin, "k2", "erin");
	assert_int_equal(rig_call(&erin, &ask, "me.get", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.me.org_count, 1);
	assert_true(kith_str_is(ask.call->result.me.orgs[0].id, "acme"));
	rig_ask_free(&ask);
	/* The same person in two organizations: what is in one is nowhere in the other. */
	rig_direct(&erin, "dora", there);
	rig_direct(&town.alice, "erin", here);
	assert_string_not_equal(here, there);
	struct rig_ask sent;
	char id[RIG_ID_TEXT];
	assert_int_equal(rig_call(&town.alice, &sent, "messages.send",
	                          "{'conversation':'%s','text':'a'}", here),
	                 KITH_OK);
	rig_uuid_text(&sent.call->result.message.message, id);
	rig_ask_free(&sent);
	assert_int_equal(rig_try(&erin, "messages.get", "{'id':'%s'}", id), KITH_E_NOT_FOUND);
	assert_int_equal(rig_try(&erin, "conversations.get", "{'conversation':'%s'}", here),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig_try(&erin, "messages.send", "{'conversation':'%s','text':'a'}", here),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig_call(&erin, &ask, "conversations.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.recent.count, 0);
	rig_ask_free(&ask);
	rig_line_close(&erin);
}

static void test_r_003_users_are_found_by_every_address(void **state)
{
	(void)state;
	static const char *const addresses[] = { "bob", "bob@default.localhost" };

	for (size_t i = 0; i < KITH_COUNT(addresses); i++) {
		struct rig_ask ask;
		assert_int_equal(
			rig_call(&town.alice, &ask, "users.get", "{'user':'%s'}", addresses[i]),
			KITH_OK);
		assert_true(kith_str_is(ask.call->result.profile.user.id, "bob"));
		rig_ask_free(&ask);
	}
	/* The operator sees everybody. */
	assert_int_equal(rig_try(&town.oper, "users.get", "{'user':'dora'}"), KITH_OK);
}

static void test_r_030_opening_again_finds_the_same_conversation(void **state)
{
	(void)state;
	struct rig_ask ask;
	char again[RIG_ID_TEXT];

	rig_direct(&town.bob, "alice", again);
	assert_string_equal(again, town.direct);
	assert_int_equal(rig_call(&town.alice, &ask, "conversations.direct", "{'user':'bob'}"),
	                 KITH_OK);
	assert_false(ask.call->result.is_new);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.alice, &ask, "conversations.direct", "{'user':'carol'}"),
	                 KITH_OK);
	assert_true(ask.call->result.is_new);
	const struct kith_conversation *made = &ask.call->result.conversation.conversation;
	assert_int_equal(made->member_count, 2);
	assert_true(kith_str_is(made->members[0].name, "alice"));
	assert_true(kith_str_is(made->members[1].name, "carol"));
	assert_int_equal(made->created_us, town.rig.now_us);
	rig_ask_free(&ask);
}

static void test_r_030_notes_to_oneself_are_a_conversation_of_one(void **state)
{
	(void)state;
	struct rig_ask ask;

	assert_int_equal(rig_call(&town.alice, &ask, "conversations.direct", "{'user':'alice'}"),
	                 KITH_OK);
	assert_int_equal(ask.call->result.conversation.conversation.member_count, 1);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.alice, &ask, "messages.sendToUser",
	                          "{'address':'alice','text':'note'}"),
	                 KITH_OK);
	assert_int_equal(ask.call->result.message.n, 1);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.alice, &ask, "conversations.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.recent.count, 1);
	assert_int_equal(ask.call->result.recent.items[0].standing.unread, 0);
	rig_ask_free(&ask);
}

static void test_r_030_the_first_message_makes_the_conversation(void **state)
{
	(void)state;
	struct rig_ask ask;

	assert_int_equal(rig_call(&town.carol, &ask, "messages.sendToUser",
	                          "{'address':'bob@default.localhost','opaque':'AP8='}"),
	                 KITH_OK);
	const struct kith_entry *sent = &ask.call->result.message;
	assert_true(ask.call->result.is_new);
	assert_int_equal(sent->n, 1);
	assert_int_equal(sent->content.kind, KITH_KIND_OPAQUE);
	assert_int_equal(sent->content.body.len, 2);
	assert_int_equal(sent->sent_us, town.rig.now_us);
	assert_int_equal(kith_uuid_version(&sent->message), 7);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.bob, &ask, "conversations.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.recent.count, 1);
	assert_int_equal(ask.call->result.recent.items[0].standing.unread, 1);
	rig_ask_free(&ask);
}

static void test_r_003_a_conversation_may_be_the_address(void **state)
{
	(void)state;
	assert_int_equal(rig_try(&town.alice, "messages.sendToUser", "{'address':'%s','text':'a'}",
	                         town.direct),
	                 KITH_OK);
	assert_int_equal(rig_try(&town.alice, "messages.sendToUser",
	                         "{'address':'%s@mix.default.localhost','text':'a'}", town.direct),
	                 KITH_OK);
	assert_int_equal(rig_try(&town.carol, "messages.sendToUser", "{'address':'%s','text':'a'}",
	                         town.direct),
	                 KITH_E_NOT_FOUND);
}

static void test_a_watermark_moves_forward_only(void **state)
{
	(void)state;
	static const struct {
		int up_to;
		int64_t seen, unread;
	} moves[] = {
		{ 2, 2, 3 }, { 1, 2, 3 }, { 2, 2, 3 }, { 4, 4, 1 }, { 99, 5, 0 }, { 3, 5, 0 }
	};
	char id[RIG_ID_TEXT];
	struct rig_ask ask;

	for (int i = 0; i < 5; i++) {
		say(&town.alice, "x", id);
	}
	for (size_t i = 0; i < KITH_COUNT(moves); i++) {
		assert_int_equal(rig_call(&town.bob, &ask, "conversations.read",
		                          "{'conversation':'%s','upTo':%d}", town.direct,
		                          moves[i].up_to),
		                 KITH_OK);
		assert_int_equal(ask.call->result.read.mark.seen, moves[i].seen);
		assert_int_equal(ask.call->result.read.mark.unread, moves[i].unread);
		rig_ask_free(&ask);
	}
	assert_int_equal(rig_call(&town.bob, &ask, "conversations.get", "{'conversation':'%s'}",
	                          town.direct),
	                 KITH_OK);
	assert_int_equal(ask.call->result.conversation.standing.seen, 5);
	assert_int_equal(ask.call->result.conversation.standing.n, 5);
	rig_ask_free(&ask);
}

static const struct {
	const char *name;
	const char *args; /* %s: the conversation; then the id of message 5 */
	int64_t first, last;
	bool has_older, has_newer;
} pages[] = {
	{ "the newest", "{'conversation':'%s','limit':3}%.0s", 7, 9, true, false },
	{ "all of them", "{'conversation':'%s'}%.0s", 1, 9, false, false },
	{ "before, exclusive", "{'conversation':'%s','before':'5','limit':2}%.0s", 3, 4, true,
	  true },
	{ "before an id", "{'conversation':'%s','limit':2,'before':'%s'}", 3, 4, true, true },
	{ "after, exclusive", "{'conversation':'%s','after':'5','limit':2}%.0s", 6, 7, true, true },
	{ "after an id", "{'conversation':'%s','limit':2,'after':'%s'}", 6, 7, true, true },
	{ "around", "{'conversation':'%s','around':'5','limit':3}%.0s", 4, 6, true, true },
	{ "around an id", "{'conversation':'%s','limit':3,'around':'%s'}", 4, 6, true, true },
	{ "after the last", "{'conversation':'%s','after':'9'}%.0s", 0, 0, true, false },
	{ "before the first", "{'conversation':'%s','before':'1'}%.0s", 0, 0, false, true },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void test_r_054_pages_go_both_ways(void **state)
{
	(void)state;
	char ids[10][RIG_ID_TEXT];

	for (int i = 1; i <= 9; i++) {
		say(i % 2 == 0 ? &town.alice : &town.bob, "x", ids[i]);
	}
	for (size_t i = 0; i < KITH_COUNT(pages); i++) {
		struct rig_ask ask;
		enum kith_rc rc = rig_call(&town.alice, &ask, "messages.list", pages[i].args,
		                           town.direct, ids[5]);
		const struct kith_page *page = &ask.call->result.page;

		assert_int_equal(rc, KITH_OK);
		if (pages[i].first == 0) {
			assert_int_equal(page->count, 0);
		} else {
			assert_int_equal(page->items[0].n, pages[i].first);
			assert_int_equal(page->items[page->count - 1].n, pages[i].last);
			assert_int_equal(page->count, pages[i].last - pages[i].first + 1);
			assert_int_equal(page->has_older, pages[i].has_older);
			assert_int_equal(page->has_newer, pages[i].has_newer);
		}
		rig_ask_free(&ask);
	}
}

#pragma GCC diagnostic pop

static void test_r_054_a_bound_from_elsewhere_is_not_found(void **state)
{
	(void)state;
	struct rig_ask ask;
	char id[RIG_ID_TEXT];
	char unknown[RIG_ID_TEXT];

	assert_int_equal(rig_call(&town.carol, &ask, "messages.sendToUser",
	                          "{'address':'bob','text':'elsewhere'}"),
	                 KITH_OK);
	rig_uuid_text(&ask.call->result.message.message, id);
	rig_ask_free(&ask);
	rig_id(&town.rig, unknown);
	assert_int_equal(rig_try(&town.bob, "messages.list", "{'conversation':'%s','before':'%s'}",
	                         town.direct, id),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(rig_try(&town.bob, "messages.list", "{'conversation':'%s','before':'%s'}",
	                         town.direct, unknown),
	                 KITH_E_NOT_FOUND);
}

static void test_r_032_the_list_is_paged_newest_first(void **state)
{
	(void)state;
	char cursor[KITH_CURSOR_TEXT + 1] = "";
	static const char *const expected[] = { "carol", "bob" };
	struct rig_ask ask;

	assert_int_equal(
		rig_try(&town.bob, "messages.sendToUser", "{'address':'alice','text':'a'}"),
		KITH_OK);
	assert_int_equal(
		rig_try(&town.carol, "messages.sendToUser", "{'address':'alice','text':'b'}"),
		KITH_OK);
	for (size_t i = 0; i < KITH_COUNT(expected); i++) {
		if (i == 0) {
			rig_call(&town.alice, &ask, "conversations.list", "{'limit':1}");
		} else {
			rig_call(&town.alice, &ask, "conversations.list",
			         "{'limit':1,'cursor':'%s','organization':'default'}", cursor);
		}
		assert_int_equal(ask.call->rc, KITH_OK);
		assert_int_equal(ask.call->result.recent.count, 1);
		assert_true(kith_str_is(ask.call->result.recent.items[0].standing.last.sender,
		                        expected[i]));
		assert_int_equal(ask.call->result.recent.next != 0, i == 0);
		kith_cursor_write(&town.rig.cursor_keys, KITH_CURSOR_LIST,
		                  ask.call->result.recent.next, cursor);
		rig_ask_free(&ask);
	}
	/* A cursor of sync is none of this list. */
	kith_cursor_write(&town.rig.cursor_keys, KITH_CURSOR_SYNC, 1, cursor);
	assert_int_equal(rig_try(&town.alice, "conversations.list", "{'cursor':'%s'}", cursor),
	                 KITH_E_INVALID_REQUEST);
}

static void sync_from(struct rig_line *line, int64_t position, int limit, struct rig_ask *ask)
{
	char cursor[KITH_CURSOR_TEXT + 1] = "";

	kith_cursor_write(&town.rig.cursor_keys, KITH_CURSOR_SYNC, position, cursor);
	assert_int_equal(rig_call(line, ask, "sync", "{'since':'%s','limit':%d}", cursor, limit),
	                 KITH_OK);
}

static void test_r_092_sync_converges_from_its_cursor(void **state)
{
	(void)state;
	char id[RIG_ID_TEXT];
	struct rig_ask ask;

	assert_int_equal(rig_call(&town.bob, &ask, "sync", "{}"), KITH_OK);
	int64_t position = ask.call->result.sync.since.position;
	assert_int_equal(ask.call->result.sync.since.count, 0);
	assert_false(ask.call->result.sync.must_reload);
	rig_ask_free(&ask);
	for (int i = 0; i < 5; i++) {
		say(&town.alice, "x", id);
	}
	/* What others say to each other is not Bob's news. */
	assert_int_equal(
		rig_try(&town.alice, "messages.sendToUser", "{'address':'carol','text':'a'}"),
		KITH_OK);
	assert_int_equal(rig_try(&town.bob, "conversations.read", "{'conversation':'%s','upTo':2}",
	                         town.direct),
	                 KITH_OK);
	int messages = 0;
	int reads = 0;
	bool more = true;
	while (more) {
		sync_from(&town.bob, position, 2, &ask);
		const struct kith_since *since = &ask.call->result.sync.since;
		for (size_t i = 0; i < since->count; i++) {
			assert_true(since->items[i].position > position);
			position = since->items[i].position;
			messages += since->items[i].kind == KITH_NEWS_MESSAGE ? 1 : 0;
			reads += since->items[i].kind == KITH_NEWS_READ ? 1 : 0;
		}
		assert_true(since->position >= position);
		position = since->position;
		more = since->more;
		rig_ask_free(&ask);
	}
	assert_int_equal(messages, 5);
	assert_int_equal(reads, 1);
}

static void test_r_092_a_cursor_of_the_future_loads_anew(void **state)
{
	(void)state;
	struct rig_ask ask;

	sync_from(&town.bob, 1000000, 10, &ask);
	assert_true(ask.call->result.sync.must_reload);
	assert_true(ask.call->result.sync.since.position < 1000000);
	assert_int_equal(ask.call->result.sync.since.count, 0);
	rig_ask_free(&ask);
}

static void test_no_room_for_errands_or_plans_is_unavailable(void **state)
{
	(void)state;
	char id[RIG_ID_TEXT];
	struct rig_ask ask;

	say(&town.alice, "x", id);
	town.rig.refuses_plans = true;
	assert_int_equal(rig_call(&town.alice, &ask, "messages.send",
	                          "{'conversation':'%s','text':'a'}", town.direct),
	                 KITH_E_UNAVAILABLE);
	assert_int_equal(ask.call->why.retry_after_ms, KITH_RETRY_AFTER_MS);
	rig_ask_free(&ask);
	town.rig.refuses_plans = false;
	rig_restart(&town.rig); /* nothing is remembered, so a send has to ask */
	town.rig.refuses_errands = true;
	assert_int_equal(rig_try(&town.alice, "messages.send", "{'conversation':'%s','text':'a'}",
	                         town.direct),
	                 KITH_E_UNAVAILABLE);
	assert_int_equal(rig_try(&town.alice, "messages.get", "{'id':'%s'}", id),
	                 KITH_E_UNAVAILABLE);
	/* R-041 what nobody can compare with what is stored is no final no: it may be stored. */
	assert_int_equal(rig_try(&town.alice, "messages.send",
	                         "{'conversation':'%s','id':'%s','text':'a','opaque':'YQ=='}",
	                         town.direct, id),
	                 KITH_E_UNAVAILABLE);
	town.rig.refuses_errands = false;
	assert_int_equal(rig_try(&town.alice, "messages.send", "{'conversation':'%s','text':'a'}",
	                         town.direct),
	                 KITH_OK);
}

/* A worker may remember what is no more: the commit notices, and the call looks again. */
static void test_what_is_remembered_may_be_old(void **state)
{
	(void)state;
	struct kith_memory *memory = town.rig.service->memory;
	struct kith_conversation old;
	struct kith_uuid id;
	char message[RIG_ID_TEXT];
	struct rig_ask ask;

	say(&town.alice, "x", message);
	assert_true(kith_uuid_parse(kith_str_of(town.direct), &id));
	assert_int_equal(rig_call(&town.bob, &ask, "me.get", "{}"), KITH_OK);
	assert_true(kith_memory_get(memory, &id, &ask.call->mem, &old));
	old.version += 7;
	kith_memory_put(memory, &old);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.alice, &ask, "messages.send",
	                          "{'conversation':'%s','text':'y'}", town.direct),
	                 KITH_OK);
	assert_int_equal(ask.call->tries, 1);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&town.alice, &ask, "messages.send",
	                          "{'conversation':'%s','text':'z'}", town.direct),
	                 KITH_OK);
	assert_int_equal(ask.call->tries, 0);
	rig_ask_free(&ask);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_bad_arguments_are_refused_by_name),
		TEST(test_r_004_me_is_who_the_token_says),
		TEST(test_r_001_a_token_shows_only_its_organization),
		TEST(test_r_003_users_are_found_by_every_address),
		TEST(test_r_030_opening_again_finds_the_same_conversation),
		TEST(test_r_030_notes_to_oneself_are_a_conversation_of_one),
		TEST(test_r_030_the_first_message_makes_the_conversation),
		TEST(test_r_003_a_conversation_may_be_the_address),
		TEST(test_a_watermark_moves_forward_only),
		TEST(test_r_054_pages_go_both_ways),
		TEST(test_r_054_a_bound_from_elsewhere_is_not_found),
		TEST(test_r_032_the_list_is_paged_newest_first),
		TEST(test_r_092_sync_converges_from_its_cursor),
		TEST(test_r_092_a_cursor_of_the_future_loads_anew),
		TEST(test_no_room_for_errands_or_plans_is_unavailable),
		TEST(test_what_is_remembered_may_be_old),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
