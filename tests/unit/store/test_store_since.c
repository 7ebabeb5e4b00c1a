/*
 * test_store_since.c -- what a person missed: everything once, in the order of the one
 * sequence, in pages of any size.
 */
#include <stdio.h>
#include <string.h>

#include "unit/store/kit.h"

enum { PEERS = 4 };

struct room {
	struct kit kit;
	int64_t alice;
	int64_t peers[PEERS];
	struct kith_conversation pairs[PEERS];
	struct kith_conversation strangers; /* of two peers, without alice */
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
	room->strangers = kit_pair(200, KIT_ORG, room->peers[0], room->peers[1]);
}

static void say(struct room *room, size_t peer)
{
	kit_say(&room->kit, &room->pairs[peer], room->peers[peer], ++room->said, "x");
}

static struct kith_since since(struct room *room, int64_t org_row, int64_t position, size_t limit)
{
	struct kith_since got = { .count = 77 };
	assert_int_equal(kith_reader_since(room->kit.reader, room->alice, org_row, position, limit,
	                                   &room->kit.mem, &got),
	                 KITH_OK);
	return got;
}

static void test_an_empty_store_has_no_news(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kith_since got = since(&room, 0, 0, 10);
	assert_int_equal(got.count, 0);
	assert_int_equal(got.position, 0);
	assert_false(got.more);
	kit_done(&room.kit);
}

static void test_news_come_in_the_order_of_the_sequence(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, 0);                                     /* 1 */
	say(&room, 1);                                     /* 2 */
	say(&room, 0);                                     /* 3 */
	kit_see(&room.kit, &room.pairs[0], room.alice, 1); /* 4, overtaken by 7 */
	kit_say(&room.kit, &room.strangers, room.peers[0], 900, "not for alice"); /* 5 */
	kit_see(&room.kit, &room.pairs[1], room.peers[1], 1);        /* nothing: they wrote it */
	say(&room, 2);                                               /* 6 */
	kit_see(&room.kit, &room.pairs[0], room.alice, 2);           /* 7 */
	kit_say(&room.kit, &room.pairs[1], room.alice, 901, "mine"); /* 8 */

	const struct {
		int64_t position;
		enum kith_news_kind kind;
		size_t peer;
	} all[] = {
		{ 1, KITH_NEWS_MESSAGE, 0 }, { 2, KITH_NEWS_MESSAGE, 1 },
		{ 3, KITH_NEWS_MESSAGE, 0 }, { 6, KITH_NEWS_MESSAGE, 2 },
		{ 7, KITH_NEWS_READ, 0 },    { 8, KITH_NEWS_MESSAGE, 1 },
	};
	for (int64_t from = 0; from <= 8; from++) {
		struct kith_since got = since(&room, 0, from, 50);
		size_t k = 0;
		for (size_t i = 0; i < KITH_COUNT(all); i++) {
			if (all[i].position <= from) {
				continue;
			}
			assert_true(k < got.count);
			const struct kith_news *news = &got.items[k++];
			assert_int_equal(news->position, all[i].position);
			assert_int_equal(news->kind, all[i].kind);
			assert_int_equal(news->entry.conversation_row, room.pairs[all[i].peer].row);
			assert_true(kith_uuid_equal(&news->entry.conversation,
			                            &room.pairs[all[i].peer].id));
			assert_int_equal(news->entry.org_row, KIT_ORG);
		}
		assert_int_equal(got.count, k);
		assert_int_equal(got.position, 8);
		assert_false(got.more);
	}
	struct kith_since got = since(&room, 0, 6, 50);
	assert_int_equal(got.items[0].mark.seen, 2);
	assert_int_equal(got.items[0].mark.unread, 0);
	assert_int_equal(got.items[1].entry.id, 8);
	assert_true(kith_str_is(got.items[1].entry.sender, "alice"));
	assert_true(kith_str_is(got.items[1].entry.content.body, "mine"));
	kit_done(&room.kit);
}

/* Whatever the page's size and the cursor's start, all is said once. */
static void test_pages_join_without_gap_or_overlap(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (size_t i = 0; i < 60; i++) {
		size_t peer = (i * i + i / 5) % PEERS;
		say(&room, peer);
		if (i % 7 == 0) {
			kit_see(&room.kit, &room.pairs[peer], room.alice, (int64_t)i);
		}
	}
	for (int64_t from = 0; from < 60; from += 13) {
		struct kith_since whole = since(&room, 0, from, 200);
		assert_false(whole.more);
		for (size_t limit = 1; limit <= whole.count + 1; limit++) {
			int64_t position = from;
			size_t k = 0;
			struct kith_since got;
			do {
				got = since(&room, 0, position, limit);
				assert_true(got.count == limit || !got.more);
				for (size_t i = 0; i < got.count; i++) {
					assert_int_equal(got.items[i].position,
					                 whole.items[k++].position);
				}
				position = got.position;
			} while (got.more);
			assert_int_equal(k, whole.count);
			assert_int_equal(position, whole.position);
		}
		kith_arena_reset(&room.kit.mem);
	}
	kit_done(&room.kit);
}

static void test_only_the_latest_read_is_told(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (size_t i = 0; i < 5; i++) {
		say(&room, 0);
	}
	for (int64_t n = 1; n <= 4; n++) {
		kit_see(&room.kit, &room.pairs[0], room.alice, n);
	}
	struct kith_since got = since(&room, 0, 5, 50);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].kind, KITH_NEWS_READ);
	assert_int_equal(got.items[0].position, 9);
	assert_int_equal(got.items[0].mark.seen, 4);
	assert_int_equal(got.items[0].mark.unread, 1);
	assert_int_equal(since(&room, 0, 9, 50).count, 0);
	kit_done(&room.kit);
}

static void test_organizations_are_kept_apart(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	int64_t other = kit_org(&room.kit, "other");
	room.pairs[1].org_row = other;
	say(&room, 0);
	say(&room, 1);
	kit_see(&room.kit, &room.pairs[1], room.alice, 1);
	assert_int_equal(since(&room, 0, 0, 50).count, 3);
	struct kith_since got = since(&room, other, 0, 50);
	assert_int_equal(got.count, 2);
	assert_int_equal(got.items[0].entry.org_row, other);
	got = since(&room, KIT_ORG, 0, 50);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.position, 3);
	kit_done(&room.kit);
}

static void test_a_cursor_from_the_future_is_refused(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, 0);
	struct kith_since got = { .count = 77 };
	assert_int_equal(
		kith_reader_since(room.kit.reader, room.alice, 0, 2, 10, &room.kit.mem, &got),
		KITH_E_NOT_FOUND);
	assert_int_equal(got.count, 77);
	assert_int_equal(since(&room, 0, 1, 10).count, 0);
	int64_t position = 0;
	assert_int_equal(kith_reader_position(room.kit.reader, &position), KITH_OK);
	assert_int_equal(position, 1);
	kit_done(&room.kit);
}

static void test_a_page_ends_when_it_is_full_of_bytes(void **state)
{
	(void)state;
	enum { LONG = 16 * 1024, SAID = 20, FULL = KITH_STORE_PAGE_BYTES / LONG };
	static char text[LONG + 1];
	struct room room;
	room_init(&room);
	memset(text, 'x', LONG);
	for (uint64_t i = 1; i <= SAID; i++) {
		kit_say(&room.kit, &room.pairs[0], room.peers[0], i, text);
	}
	struct kith_since whole = since(&room, 0, 0, 200);
	assert_int_equal(whole.count, FULL);
	assert_true(whole.more);
	assert_int_equal(whole.position, whole.items[FULL - 1].position);
	struct kith_since rest = since(&room, 0, whole.position, 200);
	assert_int_equal(rest.items[0].entry.n, FULL + 1);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_store_has_no_news),
		cmocka_unit_test(test_news_come_in_the_order_of_the_sequence),
		cmocka_unit_test(test_pages_join_without_gap_or_overlap),
		cmocka_unit_test(test_only_the_latest_read_is_told),
		cmocka_unit_test(test_organizations_are_kept_apart),
		cmocka_unit_test(test_a_cursor_from_the_future_is_refused),
		cmocka_unit_test(test_a_page_ends_when_it_is_full_of_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
