/*
 * test_store_send.c -- one plan after the other: numbers, repeats, watermarks, and
 * what refusals leave behind (nothing).
 */
#include <string.h>

#include "unit/store/kit.h"

/* Two people, and a conversation of theirs that is not stored yet. */
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
}

static struct kith_standing standing(struct room *room, int64_t user)
{
	struct kith_standing got;
	assert_int_equal(
		kith_reader_standing(room->kit.reader, room->pair.row, user, &room->kit.mem, &got),
		KITH_OK);
	return got;
}

static void test_the_first_message_makes_the_conversation(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	assert_int_equal(kit_say(&room.kit, &room.pair, room.alice, 1, "hello"), 1);
	assert_int_not_equal(room.pair.row, 0);
	assert_int_equal(kit_say(&room.kit, &room.pair, room.bob, 2, "hi"), 2);
	struct kith_entry entry;
	struct kith_uuid id = kit_id(1);
	assert_int_equal(kith_reader_message(room.kit.reader, &id, 0, &room.kit.mem, &entry),
	                 KITH_OK);
	assert_int_equal(entry.id, 1);
	assert_int_equal(entry.n, 1);
	assert_int_equal(entry.m, 1);
	assert_int_equal(entry.org_row, KIT_ORG);
	assert_int_equal(entry.conversation_row, room.pair.row);
	assert_true(kith_uuid_equal(&entry.conversation, &room.pair.id));
	assert_true(kith_uuid_equal(&entry.message, &id));
	assert_int_equal(entry.sender_row, room.alice);
	assert_true(kith_str_is(entry.sender, "alice"));
	assert_int_equal(entry.content.kind, KITH_KIND_TEXT);
	assert_true(kith_str_is(entry.content.body, "hello"));
	struct kith_content hello = { .kind = KITH_KIND_TEXT, .body = KITH_STR("hello") };
	assert_true(entry.print == kith_message_print(kith_store_digest_key(room.kit.store),
	                                              KITH_STR("alice"), &room.pair.id, &hello));
	assert_int_equal(entry.sent_us, kit_now_us() + 1);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_bodies_are_kept_byte_by_byte(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	static char body[KITH_OPAQUE_MAX];
	for (size_t i = 0; i < sizeof(body); i++) {
		body[i] = (char)(i * 31 % 256);
	}
	struct kit_send send;
	kit_fill(&send, &room.pair, room.alice, 1, "");
	send.entry.content = (struct kith_content){
		.kind = KITH_KIND_OPAQUE,
		.body = kith_str_make(body, sizeof(body)),
	};
	send.entry.print = UINT64_MAX;
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_OK);
	struct kith_entry entry;
	assert_int_equal(
		kith_reader_message(room.kit.reader, &send.entry.message, 0, &room.kit.mem, &entry),
		KITH_OK);
	assert_int_equal(entry.content.kind, KITH_KIND_OPAQUE);
	assert_true(kith_str_equal(entry.content.body, send.entry.content.body));
	assert_true(entry.print == UINT64_MAX);
	kit_done(&room.kit);
}

static void test_a_message_id_is_stored_once(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "hello");
	kit_say(&room.kit, &room.pair, room.alice, 2, "again");
	struct kit_send first;
	struct kit_send send;
	kit_fill(&first, &room.pair, room.alice, 1, "hello");
	for (int round = 0; round < 2; round++) {
		kit_fill(&send, &room.pair, room.bob, 1, "something else");
		send.entry.print = 4711;
		assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_DUPLICATE);
		assert_int_equal(send.plan.first.id, 1);
		assert_int_equal(send.plan.first.n, 1);
		assert_int_equal(send.plan.first.m, 1);
		assert_int_equal(send.plan.first.conversation_row, room.pair.row);
		assert_int_equal(send.plan.first.sender_row, room.alice);
		assert_true(send.plan.first.print == first.entry.print);
		assert_int_equal(send.plan.first.sent_us, kit_now_us() + 1);
		assert_true(kith_uuid_equal(&send.plan.first.message, &send.entry.message));
		assert_int_equal(send.entry.id, 0);
		assert_int_equal(send.entry.n, 0);
	}
	assert_int_equal(standing(&room, room.bob).n, 2);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_a_repeat_in_another_conversation_adds_no_conversation(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "hello");
	struct kith_conversation notes = kit_pair(1001, KIT_ORG, room.alice, 0);
	struct kit_send send;
	kit_fill(&send, &notes, room.alice, 1, "hello");
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_DUPLICATE);
	assert_int_equal(notes.row, 0);
	struct kith_conversation got;
	assert_int_equal(kith_reader_conversation(room.kit.reader, &notes.id, &room.kit.mem, &got),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_a_plan_of_many_entries_is_whole_or_not(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "hello");
	struct kith_entry entries[KITH_PLAN_ENTRIES_MAX];
	for (size_t i = 0; i < KITH_COUNT(entries); i++) {
		struct kit_send send;
		kit_fill(&send, &room.pair, room.alice, 100 + i, "x");
		entries[i] = send.entry;
	}
	struct kith_plan plan = {
		.conversation = &room.pair,
		.entries = entries,
		.entry_count = KITH_COUNT(entries),
	};
	entries[63].message = kit_id(1);
	assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_DUPLICATE);
	assert_int_equal(plan.first.n, 1);
	entries[63].message = entries[5].message;
	assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_DUPLICATE);
	assert_int_equal(plan.first.id, 0);
	assert_int_equal(standing(&room, room.alice).n, 1);
	entries[63].message = kit_id(999);
	assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_OK);
	assert_int_equal(entries[63].n, 65);
	assert_int_equal(standing(&room, room.alice).n, 65);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* What happens in turn, and what each leaves as the newest number. */
static void test_numbers_have_no_hole_over_successes_and_refusals(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_add(&room.kit, &room.pair);
	int64_t expected = 0;
	for (uint64_t i = 1; i <= 60; i++) {
		struct kit_send send;
		uint64_t id = i % 3 == 0 ? i - 1 : i; /* each third repeats the one before */
		kit_fill(&send, &room.pair, i % 2 == 0 ? room.alice : room.bob, id, "x");
		if (i % 5 == 0) {
			send.plan.expects[0].version = 9;
		}
		enum kith_plan_answer answer = kith_store_apply(room.kit.store, &send.plan);
		if (i % 5 == 0) {
			assert_int_equal(answer, KITH_PLAN_STALE);
		} else if (i % 3 == 0 && (i - 1) % 5 != 0) {
			assert_int_equal(answer, KITH_PLAN_DUPLICATE);
		} else {
			assert_int_equal(answer, KITH_PLAN_OK);
			assert_int_equal(send.entry.n, ++expected);
			assert_int_equal(send.entry.m, expected);
		}
	}
	struct kith_store_stats stats;
	kith_store_stats(room.kit.store, &stats);
	assert_int_equal(stats.entries, expected);
	assert_int_equal(stats.position, expected);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_an_absent_conversation_must_be_absent(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kith_conversation other = room.pair;
	kit_say(&room.kit, &room.pair, room.alice, 1, "hello");
	struct kit_send send;
	kit_fill(&send, &other, room.bob, 2, "hello");
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_STALE);
	send.plan.expect_count = 0; /* nor does it need to be said */
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_STALE);
	assert_int_equal(other.row, 0);
	other.row = 50;
	send.plan.effect_count = 0;
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_STALE);
	kit_done(&room.kit);
}

static void test_watermarks_only_move_forward(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (uint64_t i = 1; i <= 5; i++) {
		kit_say(&room.kit, &room.pair, room.alice, i, "x");
	}
	const struct {
		const char *name;
		int64_t up_to;
		int64_t seen;
		int64_t unread;
		bool moves;
	} cases[] = {
		{ "nothing to see", 0, 0, 5, false },    { "below everything", -3, 0, 5, false },
		{ "the second", 2, 2, 3, true },         { "back to the first", 1, 2, 3, false },
		{ "the same again", 2, 2, 3, false },    { "the fourth", 4, 4, 1, true },
		{ "beyond the newest", 99, 5, 0, true }, { "beyond it again", 100, 5, 0, false },
	};
	int64_t position = 5;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_effect effect =
			kit_see(&room.kit, &room.pair, room.bob, cases[i].up_to);
		position += cases[i].moves ? 1 : 0;
		if (effect.mark.seen != cases[i].seen || effect.mark.unread != cases[i].unread ||
		    effect.mark.position != (cases[i].moves ? position : 0)) {
			fail_msg("%s: seen %d unread %d position %d", cases[i].name,
			         (int)effect.mark.seen, (int)effect.mark.unread,
			         (int)effect.mark.position);
		}
		struct kith_standing got = standing(&room, room.bob);
		assert_int_equal(got.seen, cases[i].seen);
		assert_int_equal(got.unread, cases[i].unread);
		int64_t newest = 0;
		assert_int_equal(kith_reader_position(room.kit.reader, &newest), KITH_OK);
		assert_int_equal(newest, position);
	}
	assert_int_equal(standing(&room, room.alice).unread, 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_who_writes_has_read(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "x");
	kit_say(&room.kit, &room.pair, room.alice, 2, "x");
	assert_int_equal(standing(&room, room.bob).unread, 2);
	kit_say(&room.kit, &room.pair, room.bob, 3, "x");
	assert_int_equal(standing(&room, room.bob).unread, 0);
	assert_int_equal(standing(&room, room.bob).seen, 3);
	assert_int_equal(standing(&room, room.alice).unread, 1);
	assert_int_equal(standing(&room, room.alice).last.n, 3);
	struct kith_standing none;
	assert_int_equal(
		kith_reader_standing(room.kit.reader, room.pair.row, 99, &room.kit.mem, &none),
		KITH_E_NOT_FOUND);
	kit_done(&room.kit);
}

static void test_a_stranger_moves_no_watermark(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "x");
	int64_t carol = kit_user(&room.kit, "carol");
	struct kith_effect effect = {
		.kind = KITH_EFFECT_SEEN,
		.mark = { .conversation_row = room.pair.row, .user_row = carol, .up_to = 1 },
	};
	struct kith_plan plan = { .effects = &effect, .effect_count = 1 };
	assert_int_equal(kith_store_apply(room.kit.store, &plan), KITH_PLAN_STALE);
	kit_done(&room.kit);
}

static void test_positions_go_on_after_a_restart(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "x");
	kit_say(&room.kit, &room.pair, room.alice, 2, "x");
	assert_int_equal(kit_see(&room.kit, &room.pair, room.bob, 1).mark.position, 3);
	kit_close(&room.kit);
	kit_open(&room.kit);
	assert_int_equal(kit_see(&room.kit, &room.pair, room.bob, 2).mark.position, 4);
	struct kit_send send;
	kit_fill(&send, &room.pair, room.bob, 3, "x");
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_OK);
	assert_int_equal(send.entry.id, 5);
	assert_int_equal(send.entry.n, 3);
	struct kith_store_stats stats;
	kith_store_stats(room.kit.store, &stats);
	assert_int_equal(stats.entries, 3);
	assert_int_equal(stats.position, 5);
	assert_int_equal(stats.conversations, 1);
	assert_int_equal(stats.users, 2);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* More conversations than the writer remembers: rows that share a slot take turns. */
static void test_forgotten_heads_are_loaded_again(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_add(&room.kit, &room.pair);
	kit_close(&room.kit);
	/* A row of the same slot, without adding all those between. */
	kit_sql(&room.kit,
	        "INSERT INTO conversation (row, id, org_row, version, created_us)\n"
	        "VALUES (65537, x'00000000000070008000000000000001', 1, 1, 0);\n"
	        "INSERT INTO head (conversation_row, n, m, last_entry, last_message)\n"
	        "VALUES (65537, 0, 0, 0, 0);\n"
	        "INSERT INTO member (conversation_row, user_row, seen_n, seen_m, touched)\n"
	        "VALUES (65537, 1, 0, 0, 0), (65537, 2, 0, 0, 0);\n");
	kit_open(&room.kit);
	assert_int_equal(room.pair.row, 1);
	struct kith_conversation twin = { .row = 65537, .version = 1, .org_row = KIT_ORG };
	twin.id = (struct kith_uuid){ { [6] = 0x70, [8] = 0x80, [15] = 0x01 } };
	struct kith_conversation *both[] = { &room.pair, &twin };

	struct kit_send bait;
	static struct kit_send sends[20];
	kit_fill(&bait, &room.pair, room.alice, 500, "bait");
	kit_hold(&room.kit, &bait.plan);
	for (uint64_t i = 0; i < 20; i++) {
		kit_fill(&sends[i], both[i % 2], room.alice, 600 + i, "x");
		kit_submit(&room.kit, &sends[i].plan);
	}
	kit_release(&room.kit);
	kit_wait(&room.kit, 21);
	for (uint64_t i = 0; i < 20; i++) {
		assert_int_equal(sends[i].plan.answer, KITH_PLAN_OK);
		assert_int_equal(sends[i].entry.n, i / 2 + (i % 2 == 0 ? 2 : 1));
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* Begin, the id, the entry, the head, the sender's marks, commit: what a flood is made of. */
static void test_a_message_takes_six_steps(void **state)
{
	(void)state;
	enum { STEPS = 6 };
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, "x");
	for (int64_t n = 2; n < 6; n++) {
		/* The other's unseen messages cost the sender nothing. */
		int64_t sender = n % 2 == 0 ? room.bob : room.alice;
		for (uint64_t nth = 1; nth <= STEPS + 1; nth++) {
			struct kit_send send;
			kit_fill(&send, &room.pair, sender, (uint64_t)n, "x");
			/* What was remembered is forgotten with a failed step. */
			kit_see(&room.kit, &room.pair, room.alice, 0);
			kith_store_fail_step(room.kit.store, nth);
			enum kith_plan_answer answer = kith_store_apply(room.kit.store, &send.plan);
			kith_store_fail_step(room.kit.store, 0);
			assert_int_equal(answer,
			                 nth <= STEPS ? KITH_PLAN_UNAVAILABLE : KITH_PLAN_OK);
		}
	}
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_message_makes_the_conversation),
		cmocka_unit_test(test_bodies_are_kept_byte_by_byte),
		cmocka_unit_test(test_a_message_id_is_stored_once),
		cmocka_unit_test(test_a_repeat_in_another_conversation_adds_no_conversation),
		cmocka_unit_test(test_a_plan_of_many_entries_is_whole_or_not),
		cmocka_unit_test(test_numbers_have_no_hole_over_successes_and_refusals),
		cmocka_unit_test(test_an_absent_conversation_must_be_absent),
		cmocka_unit_test(test_watermarks_only_move_forward),
		cmocka_unit_test(test_who_writes_has_read),
		cmocka_unit_test(test_a_stranger_moves_no_watermark),
		cmocka_unit_test(test_positions_go_on_after_a_restart),
		cmocka_unit_test(test_forgotten_heads_are_loaded_again),
		cmocka_unit_test(test_a_message_takes_six_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
