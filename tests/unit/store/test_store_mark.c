/*
 * test_store_mark.c -- what has arrived and been seen: forward only, with its times, told
 * once, hidden by who hides it; and what is unread, marked and drafted.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "unit/store/kit.h"

static atomic_int_fast64_t clock_us;

static int64_t clock_now(void)
{
	return clock_us;
}

struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
	uint64_t said;
};

static void room_init(struct room *room)
{
	clock_us = kit_now_us();
	kit_init(&room->kit);
	kit_close(&room->kit);
	room->kit.options.now_us = clock_now;
	kit_open(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	room->said = 0;
}

static int64_t say(struct room *room, int64_t sender)
{
	return kit_say(&room->kit, &room->pair, sender, ++room->said, "x");
}

static int64_t act(struct room *room, int64_t sender, enum kith_kind kind, int64_t target,
                   const char *body)
{
	return kit_act(&room->kit, &room->pair, sender, ++room->said, kind, target, body);
}

static struct kith_effect mark(struct room *room, enum kith_effect_kind kind, int64_t user,
                               int64_t up_to)
{
	struct kith_effect effect = {
		.kind = kind,
		.mark = { .conversation_row = room->pair.row,
		          .user_row = user,
		          .up_to = up_to,
		          .is_marked_unread = up_to != 0 },
	};
	kit_do(&room->kit, &effect);
	return effect;
}

static int64_t position_of(struct room *room)
{
	int64_t position = -1;
	assert_int_equal(kith_reader_position(room->kit.reader, &position), KITH_OK);
	return position;
}

static struct kith_receipt receipt(struct room *room, int64_t viewer, int64_t n)
{
	struct kith_receipt *items = NULL;
	size_t count = 0;
	assert_int_equal(kith_reader_receipts(room->kit.reader, room->pair.row, n, viewer,
	                                      &room->kit.mem, &items, &count),
	                 KITH_OK);
	assert_int_equal(count, 1);
	return items[0];
}

/* Five messages of alice; what bob's marks do then. */
static const struct {
	const char *name;
	enum kith_effect_kind kind;
	int64_t up_to;
	int64_t delivered;
	int64_t seen;
	int64_t unread;
	bool moves;
} moves[] = {
	{ "delivered moves alone", KITH_EFFECT_DELIVERED, 2, 2, 0, 5, true },
	{ "delivered never goes back", KITH_EFFECT_DELIVERED, 1, 2, 0, 5, false },
	{ "seen behind delivered leaves it", KITH_EFFECT_SEEN, 1, 2, 1, 4, true },
	{ "seen never goes back", KITH_EFFECT_SEEN, 0, 2, 1, 4, false },
	{ "seen takes delivered along", KITH_EFFECT_SEEN, 4, 4, 4, 1, true },
	{ "the same again is no move", KITH_EFFECT_SEEN, 4, 4, 4, 1, false },
	{ "delivered ends at the newest", KITH_EFFECT_DELIVERED, 999, 5, 4, 1, true },
	{ "and does not pass it", KITH_EFFECT_DELIVERED, INT64_MAX, 5, 4, 1, false },
	{ "seen ends at the newest", KITH_EFFECT_SEEN, INT64_MAX, 5, 5, 0, true },
};

static void test_r_053_watermarks_only_move_forward(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (int i = 0; i < 5; i++) {
		say(&room, room.alice);
	}
	for (size_t i = 0; i < KITH_COUNT(moves); i++) {
		int64_t before = position_of(&room);
		struct kith_effect got = mark(&room, moves[i].kind, room.bob, moves[i].up_to);
		int64_t position = moves[i].moves ? before + 1 : 0;
		if (got.mark.delivered != moves[i].delivered || got.mark.seen != moves[i].seen ||
		    got.mark.unread != moves[i].unread || got.mark.position != position ||
		    got.mark.is_told != moves[i].moves ||
		    got.mark.at_us != (moves[i].moves ? clock_us : 0)) {
			fail_msg("%s: delivered %d seen %d unread %d position %d", moves[i].name,
			         (int)got.mark.delivered, (int)got.mark.seen, (int)got.mark.unread,
			         (int)got.mark.position);
		}
		struct kith_standing own = kit_standing(&room.kit, &room.pair, room.bob);
		assert_int_equal(own.delivered, moves[i].delivered);
		assert_int_equal(own.seen, moves[i].seen);
		assert_int_equal(own.unread, moves[i].unread);
		struct kith_standing other = kit_standing(&room.kit, &room.pair, room.alice);
		assert_int_equal(other.other_count, 1);
		assert_true(kith_str_is(other.others[0].user, "bob"));
		assert_int_equal(other.others[0].delivered, moves[i].delivered);
		assert_int_equal(other.others[0].seen, moves[i].seen);
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_053_who_writes_has_seen_what_was_there(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice); /* 1 */
	say(&room, room.alice); /* 2 */
	clock_us += 10;
	int64_t before = position_of(&room);
	say(&room, room.bob); /* 3 */
	assert_int_equal(position_of(&room), before + 1);
	struct kith_standing got = kit_standing(&room.kit, &room.pair, room.bob);
	assert_int_equal(got.delivered, 3);
	assert_int_equal(got.seen, 3);
	assert_int_equal(got.unread, 0);
	/* The time is that of the message by which they passed it. */
	int64_t sent_us = kit_now_us() + 3;
	assert_int_equal(receipt(&room, room.alice, 2).seen_us, sent_us);
	assert_int_equal(receipt(&room, room.alice, 1).delivered_us, sent_us);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.alice).others[0].at_us, sent_us);

	clock_us += 10;
	say(&room, room.bob);   /* 4 */
	say(&room, room.alice); /* 5 */
	mark(&room, KITH_EFFECT_SEEN, room.bob, 5);
	int64_t seen_us = clock_us;
	say(&room, room.alice);                           /* 6 */
	act(&room, room.bob, KITH_KIND_REACTION, 6, "+"); /* 7: says nothing of marks */
	say(&room, room.bob);                             /* 8 */
	clock_us += 10;
	say(&room, room.alice); /* 9 */
	mark(&room, KITH_EFFECT_SEEN, room.bob, 9);
	assert_int_equal(receipt(&room, room.alice, 1).seen_us, sent_us);
	assert_int_equal(receipt(&room, room.alice, 5).seen_us, seen_us);
	assert_int_equal(receipt(&room, room.alice, 6).seen_us, kit_now_us() + 8);
	assert_int_equal(receipt(&room, room.alice, 9).seen_us, clock_us);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_acts_move_no_marks_and_are_not_unread(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice); /* 1 */
	say(&room, room.alice); /* 2 */
	assert_int_equal(act(&room, room.bob, KITH_KIND_REACTION, 1, "+"), 3);
	struct kith_standing got = kit_standing(&room.kit, &room.pair, room.bob);
	assert_int_equal(got.n, 3);
	assert_int_equal(got.m, 2);
	assert_int_equal(got.seen, 0);
	assert_int_equal(got.unread, 2);
	assert_int_equal(got.last.n, 2);
	got = kit_standing(&room.kit, &room.pair, room.alice);
	assert_int_equal(got.seen, 2);
	assert_int_equal(got.unread, 0);
	/* A mark may stand on an act. */
	assert_int_equal(mark(&room, KITH_EFFECT_SEEN, room.bob, 3).mark.unread, 0);
	assert_int_equal(say(&room, room.alice), 4);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 1);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_053_the_last_64_moves_are_known_by_their_time(void **state)
{
	(void)state;
	enum { SAID = 80 };
	struct room room;
	room_init(&room);
	int64_t begin = clock_us;
	for (int i = 1; i <= SAID; i++) {
		say(&room, room.alice);
	}
	struct kith_receipt none = receipt(&room, room.alice, 1);
	assert_true(kith_str_is(none.user, "bob"));
	assert_false(none.is_delivered);
	assert_false(none.is_seen);
	for (int64_t i = 1; i <= 64; i++) {
		clock_us = begin + i;
		mark(&room, KITH_EFFECT_SEEN, room.bob, i);
	}
	assert_int_equal(receipt(&room, room.alice, 1).seen_us, begin + 1);
	for (int64_t i = 65; i <= SAID; i++) {
		clock_us = begin + i;
		mark(&room, KITH_EFFECT_SEEN, room.bob, i);
	}
	for (int64_t n = 1; n <= SAID; n++) {
		struct kith_receipt got = receipt(&room, room.alice, n);
		assert_true(got.is_delivered);
		assert_true(got.is_seen);
		/* The oldest kept move is the 17th; whether it was the first to pass 17 is
		 * not known any more. */
		int64_t at_us = n <= SAID - 64 + 1 ? 0 : begin + n;
		assert_int_equal(got.seen_us, at_us);
		assert_int_equal(got.delivered_us, at_us);
	}
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.alice).others[0].at_us,
	                 begin + SAID);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_053_one_commit_keeps_and_tells_one_move(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (int i = 0; i < 6; i++) {
		say(&room, room.alice);
	}
	struct kith_effect effects[4];
	struct kith_plan plans[4];
	struct kith_plan bait = { .expect_count = 0 };
	const enum kith_effect_kind kinds[] = { KITH_EFFECT_DELIVERED, KITH_EFFECT_SEEN,
		                                KITH_EFFECT_SEEN, KITH_EFFECT_SEEN };
	const int64_t up_to[] = { 3, 2, 5, 5 };
	kit_hold(&room.kit, &bait);
	for (size_t i = 0; i < 4; i++) {
		effects[i] = (struct kith_effect){
			.kind = kinds[i],
			.mark = { .conversation_row = room.pair.row,
			          .user_row = room.bob,
			          .up_to = up_to[i] },
		};
		plans[i] = (struct kith_plan){ .effects = &effects[i], .effect_count = 1 };
		kit_submit(&room.kit, &plans[i]);
	}
	kit_release(&room.kit);
	kit_wait(&room.kit, 5);
	assert_false(effects[0].mark.is_told);
	assert_false(effects[1].mark.is_told);
	assert_true(effects[2].mark.is_told);
	assert_false(effects[3].mark.is_told);
	assert_int_equal(effects[2].mark.delivered, 5);
	assert_int_equal(effects[3].mark.position, 0);
	struct kith_since news;
	assert_int_equal(
		kith_reader_since(room.kit.reader, room.alice, 0, 6, 10, &room.kit.mem, &news),
		KITH_OK);
	assert_int_equal(news.count, 1);
	assert_int_equal(news.items[0].kind, KITH_NEWS_RECEIPT);
	assert_int_equal(news.items[0].position, effects[2].mark.position);
	assert_true(kith_str_is(news.items[0].member, "bob"));

	/* One slot was used: 64 more moves later the first kept is the one after it. */
	clock_us += 100;
	say(&room, room.alice); /* 7 */
	mark(&room, KITH_EFFECT_SEEN, room.bob, 6);
	assert_int_equal(receipt(&room, room.alice, 5).seen_us, clock_us - 100);
	assert_int_equal(receipt(&room, room.alice, 6).seen_us, clock_us);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_close(&room.kit);
	kit_sql(&room.kit, "CREATE TEMP TABLE wanted (n CHECK (n = 2));"
	                   "INSERT INTO wanted SELECT count(*) FROM receipt WHERE kind = 2");
	kit_open(&room.kit);
	kit_done(&room.kit);
}

static void test_r_035_who_hides_receipts_tells_none_and_sees_none(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice); /* 1 */
	say(&room, room.bob);   /* 2 */
	say(&room, room.alice); /* 3 */
	mark(&room, KITH_EFFECT_SEEN, room.alice, 3);
	kit_set_flags(&room.kit, room.bob, KITH_USER_HIDES_RECEIPTS);
	struct kith_effect got = mark(&room, KITH_EFFECT_SEEN, room.bob, 3);
	assert_int_equal(got.mark.seen, 3);
	assert_true(got.mark.position > 0);
	assert_false(got.mark.is_told);
	for (int i = 0; i < 2; i++) {
		int64_t viewer = i == 0 ? room.alice : room.bob;
		assert_int_equal(kit_standing(&room.kit, &room.pair, viewer).other_count, 0);
		struct kith_receipt *items = NULL;
		size_t count = 9;
		assert_int_equal(kith_reader_receipts(room.kit.reader, room.pair.row, 1, viewer,
		                                      &room.kit.mem, &items, &count),
		                 KITH_OK);
		assert_int_equal(count, 0);
		struct kith_since news;
		assert_int_equal(
			kith_reader_since(room.kit.reader, viewer, 0, 0, 20, &room.kit.mem, &news),
			KITH_OK);
		for (size_t k = 0; k < news.count; k++) {
			assert_int_not_equal(news.items[k].kind, KITH_NEWS_RECEIPT);
		}
	}
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).seen, 3);
	kit_done(&room.kit);
}

static void test_r_033_marked_unread_is_a_flag_that_reading_clears(void **state)
{
	(void)state;
	struct room room;
	struct kith_unread unread;
	room_init(&room);
	say(&room, room.alice);
	mark(&room, KITH_EFFECT_SEEN, room.bob, 1);
	struct kith_effect got = mark(&room, KITH_EFFECT_MARK_UNREAD, room.bob, 1);
	assert_true(got.mark.is_marked_unread);
	assert_true(got.mark.position > 0);
	assert_false(got.mark.is_told);
	assert_int_equal(got.mark.seen, 1);
	assert_int_equal(got.mark.unread, 0);
	got = mark(&room, KITH_EFFECT_MARK_UNREAD, room.bob, 1);
	assert_int_equal(got.mark.position, 0);
	assert_true(kit_standing(&room.kit, &room.pair, room.bob).is_marked_unread);
	assert_false(kit_standing(&room.kit, &room.pair, room.alice).is_marked_unread);
	assert_int_equal(kith_reader_unread(room.kit.reader, room.bob, 0, &unread), KITH_OK);
	assert_int_equal(unread.messages, 0);
	assert_int_equal(unread.conversations, 1);

	got = mark(&room, KITH_EFFECT_DELIVERED, room.bob, 1);
	assert_true(got.mark.is_marked_unread);
	assert_int_equal(got.mark.position, 0);
	got = mark(&room, KITH_EFFECT_SEEN, room.bob, 1);
	assert_false(got.mark.is_marked_unread);
	assert_true(got.mark.position > 0);
	assert_false(got.mark.is_told);
	assert_int_equal(kith_reader_unread(room.kit.reader, room.bob, 0, &unread), KITH_OK);
	assert_int_equal(unread.conversations, 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_032_unread_counts_what_is_there_to_see(void **state)
{
	(void)state;
	struct room room;
	struct kith_unread unread;
	room_init(&room);
	for (int i = 0; i < 6; i++) {
		say(&room, room.alice);
	}
	kit_hide(&room.kit, &room.pair, room.bob, 2);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 5);
	act(&room, room.alice, KITH_KIND_RETRACTION, 2, ""); /* hidden: counted once */
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 5);
	act(&room, room.alice, KITH_KIND_RETRACTION, 5, "");
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 4);
	kit_hide(&room.kit, &room.pair, room.bob, 5); /* deleted: counted once */
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 4);
	assert_int_equal(kith_reader_unread(room.kit.reader, room.bob, KIT_ORG, &unread), KITH_OK);
	assert_int_equal(unread.messages, 4);
	assert_int_equal(unread.conversations, 1);
	assert_int_equal(kith_reader_unread(room.kit.reader, room.bob, 99, &unread), KITH_OK);
	assert_int_equal(unread.messages, 0);
	assert_int_equal(mark(&room, KITH_EFFECT_SEEN, room.bob, 3).mark.unread, 2);
	act(&room, room.alice, KITH_KIND_RETRACTION, 1, ""); /* seen: nothing to subtract */
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 2);
	assert_int_equal(kit_violations(&room.kit), 0);
	say(&room, room.bob);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).unread, 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static struct kith_effect draft(struct room *room, int64_t user, const char *text, uint64_t reply)
{
	struct kith_effect effect = {
		.kind = KITH_EFFECT_DRAFT,
		.draft = { .conversation_row = room->pair.row,
		           .user_row = user,
		           .text = kith_str_of(text),
		           .has_reply = reply != 0,
		           .reply_to = kit_id(reply),
		           .updated_us = clock_us },
	};
	kit_do(&room->kit, &effect);
	return effect;
}

static void test_r_033_a_draft_is_its_writers_own(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice);
	assert_int_equal(draft(&room, room.bob, "", 0).draft.position, 0);
	int64_t position = draft(&room, room.bob, "well", 0).draft.position;
	assert_int_equal(position, position_of(&room));
	assert_int_equal(draft(&room, room.bob, "well", 0).draft.position, 0);
	clock_us += 5;
	assert_true(draft(&room, room.bob, "well", 1).draft.position > position);
	struct kith_standing got = kit_standing(&room.kit, &room.pair, room.bob);
	assert_true(kith_str_is(got.draft.text, "well"));
	assert_true(got.draft.has_reply);
	struct kith_uuid first = kit_id(1);
	assert_true(kith_uuid_equal(&got.draft.reply_to, &first));
	assert_int_equal(got.draft.updated_us, clock_us);
	assert_true(kith_uuid_equal(&got.draft.conversation, &room.pair.id));
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.alice).draft.updated_us, 0);
	assert_true(draft(&room, room.bob, "", 1).draft.position > 0);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).draft.updated_us, clock_us);
	assert_true(draft(&room, room.bob, "", 0).draft.position > 0);
	assert_int_equal(kit_standing(&room.kit, &room.pair, room.bob).draft.updated_us, 0);
	assert_int_equal(draft(&room, room.bob, "", 0).draft.position, 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_strangers_have_no_marks(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice);
	int64_t carol = kit_user(&room.kit, "carol");
	struct kith_mark asked = { .conversation_row = room.pair.row, .user_row = carol };
	struct kith_effect effects[] = {
		{ .kind = KITH_EFFECT_SEEN, .mark = asked },
		{ .kind = KITH_EFFECT_DELIVERED, .mark = asked },
		{ .kind = KITH_EFFECT_MARK_UNREAD, .mark = asked },
		{ .kind = KITH_EFFECT_DRAFT,
		  .draft = { .conversation_row = room.pair.row, .user_row = carol } },
		{ .kind = KITH_EFFECT_HIDE,
		  .hide = { .conversation_row = room.pair.row, .user_row = carol, .n = 1 } },
		{ .kind = KITH_EFFECT_HIDE,
		  .hide = { .conversation_row = room.pair.row, .user_row = room.bob, .n = 2 } },
		{ .kind = KITH_EFFECT_HIDE,
		  .hide = { .conversation_row = 77, .user_row = room.bob, .n = 1 } },
	};
	for (size_t i = 0; i < KITH_COUNT(effects); i++) {
		struct kith_plan plan = { .effects = &effects[i], .effect_count = 1 };
		assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_STALE);
	}
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_053_watermarks_only_move_forward),
		cmocka_unit_test(test_r_053_who_writes_has_seen_what_was_there),
		cmocka_unit_test(test_acts_move_no_marks_and_are_not_unread),
		cmocka_unit_test(test_r_053_the_last_64_moves_are_known_by_their_time),
		cmocka_unit_test(test_r_053_one_commit_keeps_and_tells_one_move),
		cmocka_unit_test(test_r_035_who_hides_receipts_tells_none_and_sees_none),
		cmocka_unit_test(test_r_033_marked_unread_is_a_flag_that_reading_clears),
		cmocka_unit_test(test_r_032_unread_counts_what_is_there_to_see),
		cmocka_unit_test(test_r_033_a_draft_is_its_writers_own),
		cmocka_unit_test(test_strangers_have_no_marks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
