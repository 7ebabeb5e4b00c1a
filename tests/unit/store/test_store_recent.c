/*
 * test_store_recent.c -- a person's list of conversations: its order, its pages, and
 * what each line says.
 */
#include <stdio.h>

#include "unit/store/kit.h"

enum { PEERS = 9 };

struct room {
	struct kit kit;
	int64_t alice;
	int64_t peers[PEERS];
	struct kith_conversation pairs[PEERS]; /* alice and each of them */
	uint64_t said;
};

static void room_init(struct room *room)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->said = 0;
	for (uint64_t i = 0; i < PEERS; i++) {
		char id[16];
		snprintf(id, sizeof(id), "peer%d", (int)i);
		room->peers[i] = kit_user(&room->kit, id);
		room->pairs[i] = kit_pair(100 + i, KIT_ORG, room->alice, room->peers[i]);
	}
}

static void say(struct room *room, size_t peer, int64_t sender)
{
	kit_say(&room->kit, &room->pairs[peer], sender, ++room->said, "x");
}

struct list {
	struct kith_recent *items;
	size_t count;
	bool more;
};

static struct list recent(struct room *room, int64_t user, int64_t org_row, int64_t before,
                          size_t limit)
{
	struct list got = { .count = 77 };
	assert_int_equal(kith_reader_recent(room->kit.reader, user, org_row, false, before, limit,
	                                    &room->kit.mem, &got.items, &got.count, &got.more),
	                 KITH_OK);
	return got;
}

static void test_nobody_has_written_yet(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	assert_int_equal(recent(&room, room.alice, 0, 0, 10).count, 0);
	kit_add(&room.kit, &room.pairs[0]); /* without a message it is not shown */
	struct list got = recent(&room, room.alice, 0, 0, 10);
	assert_int_equal(got.count, 0);
	assert_false(got.more);
	kit_done(&room.kit);
}

static void test_who_wrote_last_comes_first(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	const size_t order[] = { 3, 1, 4, 1, 5, 0, 2, 3 };
	const size_t expected[] = { 3, 2, 0, 5, 1, 4 };
	for (size_t i = 0; i < KITH_COUNT(order); i++) {
		say(&room, order[i], room.peers[order[i]]);
	}
	kit_see(&room.kit, &room.pairs[4], room.alice, 1); /* reading moves no line */
	struct list got = recent(&room, room.alice, 0, 0, 200);
	assert_int_equal(got.count, KITH_COUNT(expected));
	assert_false(got.more);
	for (size_t i = 0; i < got.count; i++) {
		assert_int_equal(got.items[i].conversation.row, room.pairs[expected[i]].row);
	}
	kit_done(&room.kit);
}

static void test_a_line_says_how_things_stand(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, 0, room.alice);
	say(&room, 0, room.peers[0]);
	say(&room, 0, room.peers[0]);
	struct list got = recent(&room, room.alice, 0, 0, 1);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].conversation.member_count, 2);
	assert_true(kith_str_is(got.items[0].conversation.org, "default"));
	assert_int_equal(got.items[0].standing.n, 3);
	assert_int_equal(got.items[0].standing.seen, 1);
	assert_int_equal(got.items[0].standing.unread, 2);
	assert_int_equal(got.items[0].standing.last.n, 3);
	assert_true(kith_str_is(got.items[0].standing.last.sender, "peer0"));
	got = recent(&room, room.peers[0], 0, 0, 1);
	assert_int_equal(got.items[0].standing.unread, 0);
	kit_done(&room.kit);
}

static void test_pages_join_at_the_last_message(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (size_t i = 0; i < PEERS; i++) {
		say(&room, i, room.peers[i]);
	}
	for (size_t limit = 1; limit <= PEERS + 1; limit++) {
		size_t expected = PEERS;
		int64_t before = 0;
		struct list got;
		do {
			got = recent(&room, room.alice, 0, before, limit);
			for (size_t k = 0; k < got.count; k++) {
				assert_int_equal(got.items[k].conversation.row,
				                 room.pairs[--expected].row);
				before = got.items[k].standing.last.id;
			}
		} while (got.more);
		assert_int_equal(expected, 0);
	}
	kit_done(&room.kit);
}

static void test_organizations_are_kept_apart(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	int64_t other = kit_org(&room.kit, "other");
	room.pairs[1].org_row = other;
	say(&room, 0, room.alice);
	say(&room, 1, room.alice);
	assert_int_equal(recent(&room, room.alice, 0, 0, 10).count, 2);
	struct list got = recent(&room, room.alice, other, 0, 10);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].conversation.row, room.pairs[1].row);
	got = recent(&room, room.alice, KIT_ORG, 0, 10);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].conversation.row, room.pairs[0].row);
	kit_done(&room.kit);
}

static void test_a_page_ends_when_it_is_full_of_bytes(void **state)
{
	(void)state;
	enum { LONG = 16 * 1024, FULL = KITH_STORE_PAGE_BYTES / LONG };
	_Static_assert((int)FULL < (int)PEERS, "there are enough peers to fill a page");
	static char text[LONG + 1];
	struct room room;
	room_init(&room);
	memset(text, 'x', LONG);
	for (size_t i = 0; i < PEERS; i++) {
		kit_say(&room.kit, &room.pairs[i], room.alice, ++room.said, text);
	}
	struct list got = recent(&room, room.alice, 0, 0, 200);
	assert_int_equal(got.count, FULL);
	assert_true(got.more);
	got = recent(&room, room.alice, 0, got.items[FULL - 1].standing.last.id, 200);
	assert_int_equal(got.count, (int)PEERS - (int)FULL);
	assert_false(got.more);
	kit_done(&room.kit);
}

static void test_drafts_fill_a_page_too(void **state)
{
	(void)state;
	enum { LONG = 16 * 1024 };
	static char text[LONG];
	struct room room;
	room_init(&room);
	memset(text, 'x', LONG);
	for (size_t i = 0; i < PEERS; i++) {
		say(&room, i, room.alice);
		struct kith_effect effect = {
			.kind = KITH_EFFECT_DRAFT,
			.draft = { .conversation_row = room.pairs[i].row,
			           .user_row = room.alice,
			           .text = kith_str_make(text, LONG) },
		};
		kit_do(&room.kit, &effect);
	}
	struct list got = recent(&room, room.alice, 0, 0, 200);
	assert_true(got.count < PEERS);
	assert_true(got.more);
	got = recent(&room, room.peers[0], 0, 0, 200);
	assert_int_equal(got.count, 1);
	kit_done(&room.kit);
}

static void test_r_032_what_is_hidden_does_not_lead_the_list(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (size_t i = 0; i < 4; i++) {
		say(&room, i, room.peers[i]);
		say(&room, i, room.peers[i]);
	}
	/* 3's last is hidden, all of 2's are, and 0's was deleted: it stays as what is left. */
	kit_hide(&room.kit, &room.pairs[3], room.alice, 2);
	kit_hide(&room.kit, &room.pairs[2], room.alice, 1);
	kit_hide(&room.kit, &room.pairs[2], room.alice, 2);
	kit_act(&room.kit, &room.pairs[0], room.peers[0], 900, KITH_KIND_RETRACTION, 2, "");
	kit_act(&room.kit, &room.pairs[0], room.alice, 901, KITH_KIND_REACTION, 1, "+");
	const struct {
		size_t peer;
		int64_t n;
	} expected[] = { { 3, 1 }, { 1, 2 }, { 0, 2 } };
	int64_t before = 0;
	for (size_t i = 0; i < KITH_COUNT(expected); i++) {
		struct list got = recent(&room, room.alice, 0, before, 1);
		assert_int_equal(got.count, 1);
		assert_true(got.more == (i + 1 < KITH_COUNT(expected)));
		assert_int_equal(got.items[0].conversation.row, room.pairs[expected[i].peer].row);
		assert_int_equal(got.items[0].standing.last.n, expected[i].n);
		before = got.items[0].standing.last.id;
	}
	assert_int_equal(recent(&room, room.peers[2], 0, 0, 9).count, 1);
	kit_done(&room.kit);
}

static void test_r_032_unread_ones_alone(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (size_t i = 0; i < 5; i++) {
		say(&room, i, room.peers[i]);
	}
	kit_see(&room.kit, &room.pairs[1], room.alice, 1);
	kit_see(&room.kit, &room.pairs[2], room.alice, 1);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_MARK_UNREAD,
		.mark = { .conversation_row = room.pairs[2].row,
		          .user_row = room.alice,
		          .is_marked_unread = true },
	};
	kit_do(&room.kit, &effect);
	kit_act(&room.kit, &room.pairs[3], room.peers[3], 900, KITH_KIND_RETRACTION, 1, "");
	const size_t expected[] = { 4, 2, 0 };
	struct list got = { .count = 0 };
	assert_int_equal(kith_reader_recent(room.kit.reader, room.alice, 0, true, 0, 9,
	                                    &room.kit.mem, &got.items, &got.count, &got.more),
	                 KITH_OK);
	assert_int_equal(got.count, KITH_COUNT(expected));
	for (size_t i = 0; i < got.count; i++) {
		assert_int_equal(got.items[i].conversation.row, room.pairs[expected[i]].row);
		assert_int_equal(got.items[i].standing.unread, expected[i] == 2 ? 0 : 1);
	}
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_has_written_yet),
		cmocka_unit_test(test_who_wrote_last_comes_first),
		cmocka_unit_test(test_a_line_says_how_things_stand),
		cmocka_unit_test(test_pages_join_at_the_last_message),
		cmocka_unit_test(test_organizations_are_kept_apart),
		cmocka_unit_test(test_a_page_ends_when_it_is_full_of_bytes),
		cmocka_unit_test(test_drafts_fill_a_page_too),
		cmocka_unit_test(test_r_032_what_is_hidden_does_not_lead_the_list),
		cmocka_unit_test(test_r_032_unread_ones_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
