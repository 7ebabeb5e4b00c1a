/*
 * test_store_act.c -- messages that were edited, deleted, reacted to, answered or hidden,
 * as every reader sees them; and acts that come too late.
 */
#include <stdio.h>
#include <string.h>

#include "unit/store/kit.h"

struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
};

/* Message N of alice, bob, alice, bob … has the number N for kit_id(). */
static void room_init(struct room *room, int64_t messages)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	for (int64_t n = 1; n <= messages; n++) {
		kit_say(&room->kit, &room->pair, n % 2 == 1 ? room->alice : room->bob, (uint64_t)n,
		        "as sent");
	}
}

/* Acts have numbers of their own, by which they find the kit's ids from 500 on. */
static int64_t act(struct room *room, int64_t sender, enum kith_kind kind, int64_t target,
                   const char *body)
{
	static uint64_t number = 500;
	return kit_act(&room->kit, &room->pair, sender, ++number, kind, target, body);
}

static enum kith_plan_answer try_act(struct room *room, int64_t sender, enum kith_kind kind,
                                     int64_t target, const char *body)
{
	struct kit_send send;
	kit_fill_act(&send, &room->pair, sender, 9999, kind, target, body);
	return kith_store_apply(room->kit.store, &send.plan);
}

static struct kith_page page(struct room *room, struct kith_page_query query)
{
	struct kith_page got = { .count = 77 };
	query.conversation_row = room->pair.row;
	query.limit = query.limit == 0 ? 50 : query.limit;
	assert_int_equal(kith_reader_page(room->kit.reader, &query, &room->kit.mem, &got), KITH_OK);
	return got;
}

static struct kith_entry message(struct room *room, int64_t viewer, uint64_t number)
{
	struct kith_uuid id = kit_id(number);
	struct kith_entry got = { .id = 0 };
	assert_int_equal(kith_reader_message(room->kit.reader, &id, viewer, &room->kit.mem, &got),
	                 KITH_OK);
	return got;
}

static void test_r_050_an_edit_changes_the_message_and_not_its_number(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 3);
	assert_null(message(&room, room.bob, 1).extra);
	int64_t first = act(&room, room.alice, KITH_KIND_EDIT, 1, "second");
	int64_t second = act(&room, room.alice, KITH_KIND_EDIT, 1, "third, and longer");
	assert_int_equal(first, 4);
	struct kith_page got = page(&room, (struct kith_page_query){ .viewer_row = room.bob });
	assert_int_equal(got.count, 3);
	for (int i = 0; i < 2; i++) {
		struct kith_entry entry = i == 0 ? got.items[0] : message(&room, room.bob, 1);
		assert_int_equal(entry.n, 1);
		assert_int_equal(entry.m, 1);
		assert_int_equal(entry.content.kind, KITH_KIND_TEXT);
		assert_true(kith_str_is(entry.content.body, "third, and longer"));
		assert_int_equal(entry.extra->edits, 2);
		assert_int_equal(entry.extra->last_act, second);
		assert_true(entry.extra->edited_us > entry.sent_us);
		assert_int_equal(entry.extra->retracted_us, 0);
	}
	assert_null(got.items[1].extra);
	assert_true(kith_str_is(got.items[1].content.body, "as sent"));

	struct kith_version *versions = NULL;
	size_t count = 0;
	bool more = false;
	const char *const texts[] = { "third, and longer", "second", "as sent" };
	const int64_t numbers[] = { second, first, 1 };
	assert_int_equal(kith_reader_versions(room.kit.reader, room.pair.row, 1, 0, 3,
	                                      &room.kit.mem, &versions, &count, &more),
	                 KITH_OK);
	assert_int_equal(count, 3);
	assert_false(more);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(versions[i].n, numbers[i]);
		assert_int_equal(versions[i].content.kind, KITH_KIND_TEXT);
		assert_true(kith_str_is(versions[i].content.body, texts[i]));
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_050_versions_come_in_pages(void **state)
{
	(void)state;
	enum { EDITS = 7 };
	struct room room;
	room_init(&room, 2);
	for (int i = 0; i < EDITS; i++) {
		act(&room, room.alice, KITH_KIND_EDIT, 1, "x");
	}
	for (size_t limit = 1; limit <= EDITS + 2; limit++) {
		size_t seen = 0;
		bool more = true;
		for (int64_t before = 0; more;) {
			struct kith_version *got = NULL;
			size_t count = 0;
			assert_int_equal(kith_reader_versions(room.kit.reader, room.pair.row, 1,
			                                      before, limit, &room.kit.mem, &got,
			                                      &count, &more),
			                 KITH_OK);
			assert_true(count > 0 && count <= limit);
			for (size_t i = 0; i < count; i++) {
				assert_true(before == 0 || got[i].n < before);
				before = got[i].n;
			}
			seen += count;
		}
		assert_int_equal(seen, EDITS + 1);
	}
	struct kith_version *got = NULL;
	size_t count = 9;
	bool more = true;
	for (int64_t n = 2; n <= 99; n += 97) { /* another's only version; none */
		assert_int_equal(kith_reader_versions(room.kit.reader, room.pair.row, n, 0, 5,
		                                      &room.kit.mem, &got, &count, &more),
		                 KITH_OK);
		assert_int_equal(count, n == 2 ? 1 : 0);
		assert_false(more);
	}
	kit_done(&room.kit);
}

static void test_r_050_a_message_has_a_hundred_edits(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 1);
	for (int i = 0; i < KITH_EDITS_MAX; i++) {
		act(&room, room.alice, KITH_KIND_EDIT, 1, "x");
	}
	assert_int_equal(try_act(&room, room.alice, KITH_KIND_EDIT, 1, "x"), KITH_PLAN_STALE);
	assert_int_equal(message(&room, 0, 1).extra->edits, KITH_EDITS_MAX);
	act(&room, room.alice, KITH_KIND_RETRACTION, 1, "");
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_050_a_deleted_message_leaves_a_tombstone(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 4);
	act(&room, room.alice, KITH_KIND_EDIT, 3, "edited");
	act(&room, room.bob, KITH_KIND_REACTION, 3, "+");
	int64_t n = act(&room, room.alice, KITH_KIND_RETRACTION, 3, "");
	struct kith_page got = page(&room, (struct kith_page_query){ .viewer_row = room.bob });
	assert_int_equal(got.count, 4);
	assert_int_equal(got.items[2].n, 3);
	assert_int_equal(got.items[2].content.kind, KITH_KIND_TEXT);
	assert_int_equal(got.items[2].content.body.len, 0);
	assert_true(got.items[2].extra->retracted_us > 0);
	assert_int_equal(got.items[2].extra->reaction_count, 0);
	assert_int_equal(got.items[2].extra->last_act, n);
	struct kith_version *versions = NULL;
	size_t count = 9;
	bool more = true;
	assert_int_equal(kith_reader_versions(room.kit.reader, room.pair.row, 3, 0, 5,
	                                      &room.kit.mem, &versions, &count, &more),
	                 KITH_OK);
	assert_int_equal(count, 0);
	const enum kith_kind kinds[] = { KITH_KIND_EDIT, KITH_KIND_RETRACTION, KITH_KIND_REACTION,
		                         KITH_KIND_UNREACTION };
	for (size_t i = 0; i < KITH_COUNT(kinds); i++) {
		assert_int_equal(try_act(&room, room.alice, kinds[i], 3, "+"), KITH_PLAN_STALE);
	}
	act(&room, room.bob, KITH_KIND_RETRACTION, 4, "");
	struct kith_standing standing = kit_standing(&room.kit, &room.pair, room.alice);
	assert_int_equal(standing.last.n, 4);
	assert_true(standing.last.extra->retracted_us > 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_acts_that_fit_nothing_are_stale(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 2);
	int64_t reaction = act(&room, room.bob, KITH_KIND_REACTION, 1, "+");
	const struct {
		const char *name;
		enum kith_kind kind;
		int64_t target;
		const char *body;
	} cases[] = {
		{ "an edit of nothing", KITH_KIND_EDIT, 99, "x" },
		{ "an edit of an act", KITH_KIND_EDIT, reaction, "x" },
		{ "a deletion of an act", KITH_KIND_RETRACTION, reaction, "" },
		{ "a reaction to no number", KITH_KIND_REACTION, 0, "+" },
		{ "a reaction that is there", KITH_KIND_REACTION, 1, "+" },
		{ "a reaction taken back that is not there", KITH_KIND_UNREACTION, 1, "-" },
	};
	struct kith_store_stats before;
	struct kith_store_stats after;
	kith_store_stats(room.kit.store, &before);
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		if (try_act(&room, room.bob, cases[i].kind, cases[i].target, cases[i].body) !=
		    KITH_PLAN_STALE) {
			fail_msg("%s is not stale", cases[i].name);
		}
	}
	kith_store_stats(room.kit.store, &after);
	assert_int_equal(after.position, before.position);
	kit_done(&room.kit);
}

static void test_acts_rest_on_the_state_they_expect(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 1);
	const struct {
		int64_t n;
		int64_t version;
		enum kith_plan_answer answer;
	} cases[] = {
		{ 1, 1, KITH_PLAN_STALE }, { 2, 0, KITH_PLAN_STALE }, { 1, 0, KITH_PLAN_OK },
		{ 1, 0, KITH_PLAN_STALE }, { 1, 2, KITH_PLAN_OK },    { 1, 3, KITH_PLAN_OK },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kit_send send;
		kit_fill_act(&send, &room.pair, room.alice, 700 + i, KITH_KIND_EDIT, 1, "x");
		send.plan.expects[send.plan.expect_count++] = (struct kith_expect){
			.kind = KITH_EXPECT_STATE,
			.row = room.pair.row,
			.n = cases[i].n,
			.version = cases[i].version,
		};
		assert_int_equal(kith_store_apply(room.kit.store, &send.plan), cases[i].answer);
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_an_act_is_found_again_by_its_id(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 1);
	struct kit_send send;
	kit_fill_act(&send, &room.pair, room.alice, 700, KITH_KIND_RETRACTION, 1, "");
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_OK);
	assert_int_equal(send.entry.n, 2);
	assert_int_equal(send.entry.m, 1);
	struct kit_send again;
	kit_fill_act(&again, &room.pair, room.alice, 700, KITH_KIND_RETRACTION, 1, "");
	assert_int_equal(kith_store_apply(room.kit.store, &again.plan), KITH_PLAN_DUPLICATE);
	assert_int_equal(again.plan.first.n, 2);
	assert_int_equal(again.plan.first.print, send.entry.print);

	/* Who asks as nobody in particular looks for a repeat; nobody else finds acts. */
	struct kith_entry got = message(&room, 0, 700);
	assert_int_equal(got.content.kind, KITH_KIND_RETRACTION);
	assert_int_equal(got.target, 1);
	assert_true(got.print == send.entry.print);
	struct kith_uuid id = kit_id(700);
	assert_int_equal(kith_reader_message(room.kit.reader, &id, room.alice, &room.kit.mem, &got),
	                 KITH_E_NOT_FOUND);
	kit_done(&room.kit);
}

static void test_acts_of_one_plan_are_about_different_messages(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 3);
	struct kith_entry entries[3];
	for (uint64_t i = 0; i < 3; i++) {
		struct kit_send send;
		kit_fill_act(&send, &room.pair, room.alice, 700 + i, KITH_KIND_RETRACTION,
		             i == 2 ? 1 : (int64_t)(2 * i + 1), "");
		entries[i] = send.entry;
	}
	struct kith_plan plan = { .conversation = &room.pair,
		                  .entries = entries,
		                  .entry_count = 3 };
	assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_STALE);
	plan.entry_count = 2;
	assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_OK);
	assert_int_equal(entries[1].n, 5);
	assert_true(message(&room, 0, 1).extra->retracted_us > 0);
	assert_true(message(&room, 0, 3).extra->retracted_us > 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static struct kith_reacting reacting(struct room *room, int64_t user, const char *emoji)
{
	struct kith_reacting got = { .own = -1 };
	assert_int_equal(kith_reader_reacting(room->kit.reader, room->pair.row, 1, user,
	                                      kith_str_of(emoji), &got),
	                 KITH_OK);
	return got;
}

static void test_r_050_reactions_are_grouped_by_emoji(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 3);
	act(&room, room.bob, KITH_KIND_REACTION, 1, "b");
	act(&room, room.alice, KITH_KIND_REACTION, 1, "a");
	act(&room, room.alice, KITH_KIND_REACTION, 1, "b");
	act(&room, room.alice, KITH_KIND_REACTION, 3, "c");
	struct kith_page got = page(&room, (struct kith_page_query){ .limit = 50 });
	const struct kith_extra *extra = got.items[0].extra;
	assert_int_equal(extra->reaction_count, 2);
	assert_true(kith_str_is(extra->reactions[0].emoji, "b"));
	assert_int_equal(extra->reactions[0].count, 2);
	assert_int_equal(extra->reactions[0].user_count, 2);
	assert_true(kith_str_is(extra->reactions[0].users[0], "bob"));
	assert_true(kith_str_is(extra->reactions[0].users[1], "alice"));
	assert_true(kith_str_is(extra->reactions[1].emoji, "a"));
	assert_int_equal(extra->reactions[1].count, 1);
	assert_null(got.items[1].extra);
	assert_int_equal(got.items[2].extra->reaction_count, 1);
	assert_true(reacting(&room, room.alice, "a").is_on);
	assert_false(reacting(&room, room.bob, "a").is_on);
	assert_int_equal(reacting(&room, room.bob, "a").own, 1);
	assert_int_equal(reacting(&room, room.bob, "a").all, 2);

	act(&room, room.bob, KITH_KIND_UNREACTION, 1, "b");
	act(&room, room.alice, KITH_KIND_UNREACTION, 1, "b");
	int64_t last = act(&room, room.alice, KITH_KIND_UNREACTION, 1, "a");
	struct kith_entry bare = message(&room, room.bob, 1);
	assert_int_equal(bare.extra->reaction_count, 0);
	assert_int_equal(bare.extra->edits, 0);
	assert_int_equal(bare.extra->last_act, last);
	assert_true(kith_str_is(bare.content.body, "as sent"));
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_050_a_person_has_eight_emoji_on_a_message(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 1);
	for (int i = 0; i < KITH_REACTIONS_OWN_MAX; i++) {
		char emoji[2] = { (char)('a' + i), '\0' };
		act(&room, room.bob, KITH_KIND_REACTION, 1, emoji);
	}
	assert_int_equal(try_act(&room, room.bob, KITH_KIND_REACTION, 1, "z"), KITH_PLAN_STALE);
	act(&room, room.alice, KITH_KIND_REACTION, 1, "z");
	act(&room, room.bob, KITH_KIND_UNREACTION, 1, "a");
	act(&room, room.bob, KITH_KIND_REACTION, 1, "z");
	assert_int_equal(reacting(&room, room.bob, "z").own, KITH_REACTIONS_OWN_MAX);
	assert_int_equal(reacting(&room, room.bob, "z").all, KITH_REACTIONS_OWN_MAX);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* More members than a direct conversation has: rows of their own, behind the store's back. */
static void test_r_050_a_message_has_sixty_four_emoji(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 1);
	act(&room, room.bob, KITH_KIND_REACTION, 1, "a");
	kit_close(&room.kit);
	kit_sql(&room.kit,
	        "WITH RECURSIVE one (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < 63)"
	        "INSERT INTO reaction SELECT 1, 1, 100 + i, 'e' || i, 2 FROM one;"
	        "INSERT INTO reaction SELECT 1, 1, 1000 + row, 'a', 2 FROM user;"
	        "INSERT INTO user (row, id, name, version, created_us)"
	        " SELECT user_row, 'u' || user_row, '', 1, 0 FROM reaction WHERE user_row > 99");
	kit_open(&room.kit);
	assert_int_equal(reacting(&room, room.alice, "b").all, KITH_REACTIONS_MAX);
	assert_int_equal(try_act(&room, room.alice, KITH_KIND_REACTION, 1, "b"), KITH_PLAN_STALE);
	act(&room, room.alice, KITH_KIND_REACTION, 1, "a");
	struct kith_entry got = message(&room, 0, 1);
	assert_int_equal(got.extra->reaction_count, KITH_REACTIONS_MAX);
	kit_done(&room.kit);
}

static void test_r_050_the_first_reacting_users_are_named(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 1);
	act(&room, room.bob, KITH_KIND_REACTION, 1, "a");
	kit_close(&room.kit);
	kit_sql(&room.kit,
	        "WITH RECURSIVE one (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < 40)"
	        "INSERT INTO reaction SELECT 1, 1, 100 + i, 'a', 2 FROM one;"
	        "INSERT INTO user (row, id, name, version, created_us)"
	        " SELECT user_row, 'u' || user_row, '', 1, 0 FROM reaction WHERE user_row > 99");
	kit_open(&room.kit);
	struct kith_entry got = message(&room, 0, 1);
	assert_int_equal(got.extra->reactions[0].count, 41);
	assert_int_equal(got.extra->reactions[0].user_count, KITH_REACTION_USERS_MAX);
	kit_done(&room.kit);
}

static void test_r_043_a_quote_is_what_the_reader_may_see(void **state)
{
	(void)state;
	static char text[2 * KITH_QUOTE_TEXT_MAX + 1];
	struct room room;
	room_init(&room, 1);
	/* One byte, then characters of two: the cut falls into one. */
	text[0] = 'x';
	for (size_t i = 1; i + 2 < sizeof(text); i += 2) {
		memcpy(text + i, "\xc3\xa9", 2);
	}
	assert_int_equal(kit_say(&room.kit, &room.pair, room.alice, 2, text), 2);
	kit_reply(&room.kit, &room.pair, room.bob, 3, "an answer", 2, 2);
	struct kith_entry got = message(&room, room.alice, 3);
	struct kith_uuid second = kit_id(2);
	assert_true(got.content.is_reply);
	assert_true(kith_uuid_equal(&got.content.reply_to, &second));
	assert_int_equal(got.target, 2);
	assert_true(got.extra->has_quote);
	assert_true(got.extra->quote.is_resolved);
	assert_false(got.extra->quote.is_unavailable);
	assert_int_equal(got.extra->quote.n, 2);
	assert_true(kith_str_is(got.extra->quote.sender, "alice"));
	assert_int_equal(got.extra->quote.content.body.len, KITH_QUOTE_TEXT_MAX - 1);
	assert_memory_equal(got.extra->quote.content.body.at, text, KITH_QUOTE_TEXT_MAX - 1);

	act(&room, room.alice, KITH_KIND_EDIT, 2, "short");
	got = message(&room, room.alice, 3);
	assert_true(kith_str_is(got.extra->quote.content.body, "short"));
	assert_int_equal(got.extra->last_act, 0);

	kit_hide(&room.kit, &room.pair, room.bob, 2);
	assert_false(message(&room, room.alice, 3).extra->quote.is_unavailable);
	assert_false(message(&room, 0, 3).extra->quote.is_unavailable);
	got = message(&room, room.bob, 3);
	assert_true(got.extra->quote.is_unavailable);
	assert_int_equal(got.extra->quote.content.body.len, 0);
	act(&room, room.alice, KITH_KIND_RETRACTION, 2, "");
	got = page(&room, (struct kith_page_query){ .viewer_row = room.alice }).items[2];
	assert_true(got.extra->quote.is_unavailable);
	assert_true(kith_uuid_equal(&got.extra->quote.message, &second));
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_043_quotes_are_cut_between_characters(void **state)
{
	(void)state;
	const char *const characters[] = { "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };
	struct room room;
	room_init(&room, 1);
	uint64_t number = 10;
	for (size_t i = 0; i < KITH_COUNT(characters); i++) {
		size_t size = strlen(characters[i]);
		for (size_t lead = 0; lead < size; lead++) {
			char text[KITH_QUOTE_TEXT_MAX + 64];
			size_t len = lead;
			memset(text, 'x', lead);
			for (; len + size < sizeof(text); len += size) {
				memcpy(text + len, characters[i], size);
			}
			text[len] = '\0';
			int64_t n = kit_say(&room.kit, &room.pair, room.alice, number, text);
			kit_reply(&room.kit, &room.pair, room.bob, number + 1, "x", n, number);
			struct kith_entry got = message(&room, 0, number + 1);
			size_t kept = lead + (KITH_QUOTE_TEXT_MAX - lead) / size * size;
			assert_int_equal(got.extra->quote.content.body.len, kept);
			number += 2;
		}
	}
	kit_done(&room.kit);
}

static void test_r_050_what_one_hides_the_other_sees(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 6);
	int64_t position = 0;
	assert_int_equal(kith_reader_position(room.kit.reader, &position), KITH_OK);
	/* The sender's marks, which the newest message had moved, are told in its place. */
	assert_int_equal(kit_hide(&room.kit, &room.pair, room.bob, 6), position + 2);
	assert_int_equal(kit_hide(&room.kit, &room.pair, room.bob, 6), 0);
	kit_hide(&room.kit, &room.pair, room.bob, 2);
	struct kith_page got = page(&room, (struct kith_page_query){ .viewer_row = room.bob });
	const int64_t left[] = { 1, 3, 4, 5 };
	assert_int_equal(got.count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(got.items[i].n, left[i]);
	}
	assert_int_equal(page(&room, (struct kith_page_query){ .viewer_row = room.alice }).count,
	                 6);
	struct kith_uuid id = kit_id(2);
	struct kith_entry entry;
	assert_int_equal(kith_reader_message(room.kit.reader, &id, room.bob, &room.kit.mem, &entry),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(message(&room, room.alice, 2).n, 2);
	assert_int_equal(message(&room, 0, 2).n, 2);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).last.n, 5);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.alice).last.n, 6);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* Numbers 1..24: messages, acts (2, 5, 8 …) and bob's hidden ones (each fourth). */
static void test_r_054_pages_hold_messages_only(void **state)
{
	(void)state;
	enum { LAST = 24 };
	struct room room;
	room_init(&room, 1);
	int64_t visible[LAST];
	size_t count = 0;
	for (int64_t n = 2; n <= LAST; n++) {
		if (n % 3 == 2) {
			assert_int_equal(act(&room, room.bob, KITH_KIND_EDIT, 1, "x"), n);
		} else {
			assert_int_equal(
				kit_say(&room.kit, &room.pair, room.alice, (uint64_t)n, "x"), n);
		}
	}
	for (int64_t n = 1; n <= LAST; n++) {
		if (n % 3 != 2 && n % 4 == 0) {
			kit_hide(&room.kit, &room.pair, room.bob, n);
		} else if (n % 3 != 2) {
			visible[count++] = n;
		}
	}
	for (int64_t bound = 1; bound <= LAST + 2; bound++) {
		for (size_t limit = 1; limit <= count + 1; limit++) {
			size_t below = 0;
			while (below < count && visible[below] < bound) {
				below++;
			}
			size_t above = below;
			while (above < count && visible[above] <= bound) {
				above++;
			}
			struct kith_page older =
				page(&room, (struct kith_page_query){ .viewer_row = room.bob,
			                                              .before = bound,
			                                              .limit = limit });
			size_t expected = below < limit ? below : limit;
			assert_int_equal(older.count, expected);
			assert_true(older.has_older == (below > limit));
			assert_true(older.has_newer == (below < count));
			for (size_t i = 0; i < expected; i++) {
				assert_int_equal(older.items[i].n, visible[below - expected + i]);
			}
			struct kith_page newer =
				page(&room, (struct kith_page_query){ .viewer_row = room.bob,
			                                              .after = bound,
			                                              .limit = limit });
			expected = count - above < limit ? count - above : limit;
			assert_int_equal(newer.count, expected);
			assert_true(newer.has_newer == (count - above > limit));
			assert_true(newer.has_older == (above > 0));
			for (size_t i = 0; i < expected; i++) {
				assert_int_equal(newer.items[i].n, visible[above + i]);
			}
			struct kith_page around =
				page(&room, (struct kith_page_query){ .viewer_row = room.bob,
			                                              .around = bound,
			                                              .limit = limit });
			size_t left = below < limit / 2 ? below : limit / 2;
			assert_true(around.has_older == (below > limit / 2));
			assert_true(around.count == 0 ||
			            around.items[0].n == visible[below - left]);
		}
		kith_arena_reset(&room.kit.mem);
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_a_page_of_long_edits_is_bounded(void **state)
{
	(void)state;
	enum { SAID = 20, FULL = KITH_STORE_PAGE_BYTES / KITH_TEXT_MAX };
	static char text[KITH_TEXT_MAX + 1];
	struct room room;
	room_init(&room, SAID);
	memset(text, 'x', KITH_TEXT_MAX);
	for (int64_t n = 1; n <= SAID; n++) {
		act(&room, room.alice, KITH_KIND_EDIT, n, text);
	}
	struct kith_page got = page(&room, (struct kith_page_query){ .limit = 50 });
	assert_int_equal(got.count, FULL);
	assert_int_equal(got.items[0].n, SAID - FULL + 1);
	assert_true(got.has_older);
	assert_false(got.has_newer);
	got = page(&room, (struct kith_page_query){ .is_from_first = true });
	assert_int_equal(got.count, FULL);
	assert_int_equal(got.items[0].n, 1);
	assert_true(got.has_newer);
	got = page(&room, (struct kith_page_query){ .around = 10, .limit = 40 });
	assert_int_equal(got.count, FULL);
	assert_int_equal(got.items[0].n, 10 - FULL / 2);
	assert_int_equal(got.items[FULL - 1].n, 10 + FULL / 2 - 1);
	assert_true(got.has_older);
	assert_true(got.has_newer);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_050_an_edit_changes_the_message_and_not_its_number),
		cmocka_unit_test(test_r_050_versions_come_in_pages),
		cmocka_unit_test(test_r_050_a_message_has_a_hundred_edits),
		cmocka_unit_test(test_r_050_a_deleted_message_leaves_a_tombstone),
		cmocka_unit_test(test_acts_that_fit_nothing_are_stale),
		cmocka_unit_test(test_acts_rest_on_the_state_they_expect),
		cmocka_unit_test(test_an_act_is_found_again_by_its_id),
		cmocka_unit_test(test_acts_of_one_plan_are_about_different_messages),
		cmocka_unit_test(test_r_050_reactions_are_grouped_by_emoji),
		cmocka_unit_test(test_r_050_a_person_has_eight_emoji_on_a_message),
		cmocka_unit_test(test_r_050_a_message_has_sixty_four_emoji),
		cmocka_unit_test(test_r_050_the_first_reacting_users_are_named),
		cmocka_unit_test(test_r_043_a_quote_is_what_the_reader_may_see),
		cmocka_unit_test(test_r_043_quotes_are_cut_between_characters),
		cmocka_unit_test(test_r_050_what_one_hides_the_other_sees),
		cmocka_unit_test(test_r_054_pages_hold_messages_only),
		cmocka_unit_test(test_a_page_of_long_edits_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
