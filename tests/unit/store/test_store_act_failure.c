/*
 * test_store_act_failure.c -- the n-th step of a plan with acts and marks fails, the n-th
 * step or allocation of a question about them fails: everything is as it was.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "unit/store/kit.h"

enum { ACTS = 5, EFFECTS = 5 };

/* Seven messages of alice; 1 was edited and 3 reacted to, bob has hidden 6 and read 2. */
struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
};

static void room_init(struct room *room)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	for (uint64_t i = 1; i <= 7; i++) {
		kit_say(&room->kit, &room->pair, room->alice, i, "as sent");
	}
	kit_act(&room->kit, &room->pair, room->alice, 8, KITH_KIND_EDIT, 1, "edited");
	kit_act(&room->kit, &room->pair, room->bob, 9, KITH_KIND_REACTION, 3, "+");
	kit_hide(&room->kit, &room->pair, room->bob, 6);
	kit_see(&room->kit, &room->pair, room->bob, 2);
}

/* A plan with every act and every effect of a member. */
struct everything {
	struct kith_effect effects[EFFECTS];
	struct kith_entry entries[ACTS];
	struct kith_plan plan;
};

static void everything_init(struct everything *all, struct room *room)
{
	const struct {
		enum kith_kind kind;
		int64_t target;
		const char *body;
	} acts[ACTS] = {
		{ KITH_KIND_EDIT, 1, "again" },   { KITH_KIND_RETRACTION, 5, "" },
		{ KITH_KIND_UNREACTION, 3, "+" }, { KITH_KIND_REACTION, 2, "-" },
		{ KITH_KIND_RETRACTION, 4, "" },
	};
	const struct kith_mark mark = {
		.conversation_row = room->pair.row,
		.user_row = room->bob,
		.up_to = 3,
		.is_marked_unread = true,
	};
	*all = (struct everything){ .plan = { .conversation = &room->pair,
		                              .entries = all->entries,
		                              .entry_count = ACTS,
		                              .effects = all->effects,
		                              .effect_count = EFFECTS } };
	all->effects[0] = (struct kith_effect){ .kind = KITH_EFFECT_DELIVERED, .mark = mark };
	all->effects[0].mark.up_to = 5;
	all->effects[1] = (struct kith_effect){ .kind = KITH_EFFECT_SEEN, .mark = mark };
	all->effects[2] = (struct kith_effect){ .kind = KITH_EFFECT_MARK_UNREAD, .mark = mark };
	all->effects[3] = (struct kith_effect){
		.kind = KITH_EFFECT_HIDE,
		.hide = { .conversation_row = room->pair.row, .user_row = room->bob, .n = 7 },
	};
	all->effects[4] = (struct kith_effect){
		.kind = KITH_EFFECT_DRAFT,
		.draft = { .conversation_row = room->pair.row,
		           .user_row = room->bob,
		           .text = KITH_STR("draft"),
		           .updated_us = 1 },
	};
	for (uint64_t i = 0; i < ACTS; i++) {
		struct kit_send send;
		kit_fill_act(&send, &room->pair, room->bob, 100 + i, acts[i].kind, acts[i].target,
		             acts[i].body);
		all->entries[i] = send.entry;
	}
}

/* As everything_init() left it, but for the answer? */
static void expect_empty(const struct everything *all, struct room *room)
{
	struct everything fresh;
	everything_init(&fresh, room);
	for (size_t i = 0; i < 3; i++) {
		const struct kith_mark *mark = &all->effects[i].mark;
		bool asked = all->effects[i].kind == KITH_EFFECT_MARK_UNREAD;
		assert_int_equal(mark->up_to, fresh.effects[i].mark.up_to);
		assert_true(mark->is_marked_unread == asked || mark->position == 0);
		assert_int_equal(mark->delivered, 0);
		assert_int_equal(mark->seen, 0);
		assert_int_equal(mark->unread, 0);
		assert_int_equal(mark->position, 0);
		assert_int_equal(mark->at_us, 0);
		assert_false(mark->is_told);
	}
	assert_true(all->effects[2].mark.is_marked_unread);
	assert_int_equal(all->effects[3].hide.position, 0);
	assert_int_equal(all->effects[4].draft.position, 0);
	assert_true(kith_str_is(all->effects[4].draft.text, "draft"));
	for (size_t i = 0; i < ACTS; i++) {
		assert_int_equal(all->entries[i].id, 0);
		assert_int_equal(all->entries[i].n, 0);
		assert_int_equal(all->entries[i].m, 0);
		assert_int_equal(all->entries[i].target, fresh.entries[i].target);
	}
}

/* What both members can see, in words. */
static void describe(struct room *room, char *out, size_t size)
{
	size_t len = 0;
	for (int who = 0; who < 2; who++) {
		int64_t viewer = who == 0 ? room->alice : room->bob;
		struct kith_standing got = kit_standing(&room->kit, &room->pair, viewer);
		struct kith_page page;
		struct kith_page_query query = { .conversation_row = room->pair.row,
			                         .viewer_row = viewer,
			                         .limit = 100 };
		assert_int_equal(kith_reader_page(room->kit.reader, &query, &room->kit.mem, &page),
		                 KITH_OK);
		len += (size_t)snprintf(out + len, size - len, "n%d d%d s%d u%d f%d draft%d;",
		                        (int)got.n, (int)got.delivered, (int)got.seen,
		                        (int)got.unread, got.is_marked_unread ? 1 : 0,
		                        (int)got.draft.updated_us);
		for (size_t i = 0; i < page.count; i++) {
			const struct kith_extra *extra = page.items[i].extra;
			len += (size_t)snprintf(out + len, size - len, " %d=%.*s/%d/%d/%d",
			                        (int)page.items[i].n,
			                        KITH_STR_PRINT(page.items[i].content.body),
			                        extra == NULL ? 0 : (int)extra->edits,
			                        extra == NULL ? 0 : (int)extra->last_act,
			                        extra == NULL ? 0 : (int)extra->reaction_count);
		}
	}
	assert_true(len < size);
	kith_arena_reset(&room->kit.mem);
}

static void test_a_failed_step_undoes_acts_and_marks(void **state)
{
	(void)state;
	struct room room;
	char before[2048];
	char after[2048];
	room_init(&room);
	describe(&room, before, sizeof(before));
	struct everything all;
	uint64_t nth = 1;
	for (;; nth++) {
		everything_init(&all, &room);
		kith_store_fail_step(room.kit.store, nth);
		enum kith_plan_answer answer = kith_store_apply(room.kit.store, &all.plan);
		kith_store_fail_step(room.kit.store, 0);
		if (answer == KITH_PLAN_OK) {
			break;
		}
		assert_int_equal(answer, KITH_PLAN_UNAVAILABLE);
		expect_empty(&all, &room);
		describe(&room, after, sizeof(after));
		assert_string_equal(after, before);
		assert_int_equal(kit_violations(&room.kit), 0);
	}
	assert_true(nth > 50);
	describe(&room, after, sizeof(after));
	assert_string_equal(
		after,
		"n14 d7 s7 u0 f0 draft0; 1=again/2/10/0 2=as sent/0/13/1 3=as sent/0/12/0 4=/0/14/0"
		" 5=/0/11/0 6=as sent/0/0/0 7=as sent/0/0/0"
		"n14 d5 s3 u0 f1 draft1; 1=again/2/10/0 2=as sent/0/13/1 3=as sent/0/12/0 4=/0/14/0"
		" 5=/0/11/0");
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* Whichever step fails, a commit is told by its last plan that moved the mark, and an
 * undone one by none. */
static void test_a_failed_batch_tells_nobody(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	int64_t seen = 2;
	size_t undone = 0;
	for (uint64_t nth = 1; nth < 12; nth++) {
		struct kith_plan bait = { .expect_count = 0 };
		struct kith_effect effects[2];
		struct kith_plan plans[2];
		size_t before = room.kit.answered_count;
		int64_t newest = 0;
		for (uint64_t i = 0; i < 2; i++) {
			newest = kit_say(&room.kit, &room.pair, room.alice, 200 + 2 * nth + i, "x");
		}
		kit_hold(&room.kit, &bait);
		for (size_t i = 0; i < 2; i++) {
			effects[i] = (struct kith_effect){
				.kind = KITH_EFFECT_SEEN,
				.mark = { .conversation_row = room.pair.row,
				          .user_row = room.bob,
				          .up_to = newest - 1 + (int64_t)i },
			};
			plans[i] = (struct kith_plan){ .effects = &effects[i], .effect_count = 1 };
			kit_submit(&room.kit, &plans[i]);
		}
		kith_store_fail_step(room.kit.store, nth);
		kit_release(&room.kit);
		kit_wait(&room.kit, before + 3);
		kith_store_fail_step(room.kit.store, 0);
		assert_false(effects[0].mark.is_told);
		assert_true(effects[1].mark.is_told == (plans[1].answer == KITH_PLAN_OK));
		undone += plans[1].answer == KITH_PLAN_OK ? 0 : 1;
		seen = plans[1].answer == KITH_PLAN_OK ? newest : seen;
		assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).seen, seen);
		assert_int_equal(kit_violations(&room.kit), 0);
	}
	assert_true(undone > 3);
	kit_done(&room.kit);
}

/* ---- questions ---- */

static enum kith_rc ask_standing(struct room *room)
{
	struct kith_standing got;
	return kith_reader_standing(room->kit.reader, room->pair.row, room->bob, &room->kit.mem,
	                            &got);
}

static enum kith_rc ask_message(struct room *room)
{
	struct kith_entry got;
	struct kith_uuid id = kit_id(10);
	return kith_reader_message(room->kit.reader, &id, room->bob, &room->kit.mem, &got);
}

static enum kith_rc ask_page(struct room *room)
{
	struct kith_page got;
	struct kith_page_query query = {
		.conversation_row = room->pair.row, .viewer_row = room->bob, .before = 5, .limit = 9
	};
	return kith_reader_page(room->kit.reader, &query, &room->kit.mem, &got);
}

static enum kith_rc ask_page_up(struct room *room)
{
	struct kith_page got;
	struct kith_page_query query = {
		.conversation_row = room->pair.row, .viewer_row = room->bob, .after = 2, .limit = 3
	};
	return kith_reader_page(room->kit.reader, &query, &room->kit.mem, &got);
}

static enum kith_rc ask_recent(struct room *room)
{
	struct kith_recent *lines = NULL;
	size_t count = 0;
	bool more = false;
	return kith_reader_recent(room->kit.reader, room->bob, 0, true, 0, 9, &room->kit.mem,
	                          &lines, &count, &more);
}

static enum kith_rc ask_since(struct room *room)
{
	struct kith_since got;
	return kith_reader_since(room->kit.reader, room->bob, 0, 0, 50, &room->kit.mem, &got);
}

static enum kith_rc ask_versions(struct room *room)
{
	struct kith_version *got = NULL;
	size_t count = 0;
	bool more = false;
	return kith_reader_versions(room->kit.reader, room->pair.row, 1, 0, 9, &room->kit.mem, &got,
	                            &count, &more);
}

static enum kith_rc ask_receipts(struct room *room)
{
	struct kith_receipt *got = NULL;
	size_t count = 0;
	return kith_reader_receipts(room->kit.reader, room->pair.row, 1, room->alice,
	                            &room->kit.mem, &got, &count);
}

static enum kith_rc ask_reacting(struct room *room)
{
	struct kith_reacting got;
	return kith_reader_reacting(room->kit.reader, room->pair.row, 3, room->bob, KITH_STR("+"),
	                            &got);
}

static enum kith_rc ask_unread(struct room *room)
{
	struct kith_unread got;
	return kith_reader_unread(room->kit.reader, room->bob, 0, &got);
}

static const struct {
	const char *name;
	enum kith_rc (*ask)(struct room *room);
	bool takes_memory;
} questions[] = {
	{ "standing", ask_standing, true },  { "message", ask_message, true },
	{ "page", ask_page, true },          { "page up", ask_page_up, true },
	{ "recent", ask_recent, true },      { "since", ask_since, true },
	{ "versions", ask_versions, true },  { "receipts", ask_receipts, true },
	{ "reacting", ask_reacting, false }, { "unread", ask_unread, false },
};

static void fill(struct room *room)
{
	room_init(room);
	kit_reply(&room->kit, &room->pair, room->alice, 10, "an answer", 1, 1);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_DRAFT,
		.draft = { .conversation_row = room->pair.row,
		           .user_row = room->bob,
		           .text = KITH_STR("draft"),
		           .updated_us = 1 },
	};
	kit_do(&room->kit, &effect);
	kit_close(&room->kit);
	kit_sql(&room->kit, "INSERT INTO profile (user_row, changed) VALUES (2, 3);"
	                    "INSERT INTO contact VALUES (2, 1, 0, 0, 3)");
	kit_open(&room->kit);
}

static void test_a_failed_step_fails_one_question_only(void **state)
{
	(void)state;
	struct room room;
	fill(&room);
	for (size_t i = 0; i < KITH_COUNT(questions); i++) {
		assert_int_equal(questions[i].ask(&room), KITH_OK);
		size_t refused = 0;
		for (uint64_t nth = 1; nth < 150; nth++) {
			kith_store_fail_step(room.kit.store, nth);
			enum kith_rc rc = questions[i].ask(&room);
			kith_store_fail_step(room.kit.store, 0);
			if (rc != KITH_OK && rc != KITH_E_UNAVAILABLE) {
				fail_msg("%s, step %d: %d", questions[i].name, (int)nth, (int)rc);
			}
			refused += rc == KITH_OK ? 0 : 1;
			assert_int_equal(questions[i].ask(&room), KITH_OK);
		}
		assert_true(refused > 0);
		kith_arena_reset(&room.kit.mem);
	}
	kit_done(&room.kit);
}

static void test_a_question_without_memory_is_refused(void **state)
{
	(void)state;
	struct room room;
	fill(&room);
	kith_arena_done(&room.kit.mem);
	kith_arena_init(&room.kit.mem, 64); /* small blocks: many allocations */
	for (size_t i = 0; i < KITH_COUNT(questions); i++) {
		size_t refused = 0;
		for (uint64_t nth = 1;; nth++) {
			kith_arena_done(&room.kit.mem);
			kith_mem_fail_from(nth);
			enum kith_rc rc = questions[i].ask(&room);
			kith_mem_fail_never();
			if (rc == KITH_OK) {
				break;
			}
			assert_int_equal(rc, KITH_E_NO_MEMORY);
			refused++;
		}
		assert_int_equal(refused > 0, questions[i].takes_memory);
	}
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_failed_step_undoes_acts_and_marks),
		cmocka_unit_test(test_a_failed_batch_tells_nobody),
		cmocka_unit_test(test_a_failed_step_fails_one_question_only),
		cmocka_unit_test(test_a_question_without_memory_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
