/*
 * test_store_page.c -- windows of a conversation: every bound, every edge, and paging
 * while others write.
 */
#include <stdatomic.h>

#include "unit/store/kit.h"

struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
	uint64_t said;
};

static void say(struct room *room, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		room->said++;
		kit_say(&room->kit, &room->pair, room->said % 2 == 0 ? room->alice : room->bob,
		        room->said, "x");
	}
}

static void room_init(struct room *room, size_t count)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	room->said = 0;
	kit_add(&room->kit, &room->pair);
	say(room, count);
}

static struct kith_page page(struct room *room, struct kith_page_query query)
{
	struct kith_page got;
	query.conversation_row = room->pair.row;
	assert_int_equal(kith_reader_page(room->kit.reader, &query, &room->kit.mem, &got), KITH_OK);
	return got;
}

static const struct {
	const char *name;
	struct kith_page_query query;
	int64_t first; /* n of the first and last item; 0, 0: none */
	int64_t last;
	bool has_older;
	bool has_newer;
} cases[] = {
	{ "the newest", { .limit = 3 }, 8, 10, true, false },
	{ "the newest, all of them", { .limit = 10 }, 1, 10, false, false },
	{ "the newest, more than there are", { .limit = 200 }, 1, 10, false, false },
	{ "just the newest one", { .limit = 1 }, 10, 10, true, false },
	{ "before the middle", { .before = 5, .limit = 2 }, 3, 4, true, true },
	{ "before, up to the first", { .before = 5, .limit = 4 }, 1, 4, false, true },
	{ "before the first", { .before = 1, .limit = 4 }, 0, 0, false, true },
	{ "before the second", { .before = 2, .limit = 200 }, 1, 1, false, true },
	{ "before what is to come", { .before = 11, .limit = 2 }, 9, 10, true, false },
	{ "before what is far to come", { .before = 99, .limit = 2 }, 9, 10, true, false },
	{ "from the first", { .is_from_first = true, .limit = 3 }, 1, 3, false, true },
	{ "from the first, all", { .is_from_first = true, .limit = 10 }, 1, 10, false, false },
	{ "after the middle", { .after = 5, .limit = 2 }, 6, 7, true, true },
	{ "after, up to the newest", { .after = 5, .limit = 5 }, 6, 10, true, false },
	{ "after the first", { .after = 1, .limit = 1 }, 2, 2, true, true },
	{ "after the newest", { .after = 10, .limit = 5 }, 0, 0, true, false },
	{ "after what is to come", { .after = 99, .limit = 5 }, 0, 0, true, false },
	{ "around the middle, odd", { .around = 5, .limit = 3 }, 4, 6, true, true },
	{ "around the middle, even", { .around = 5, .limit = 4 }, 3, 6, true, true },
	{ "around one alone", { .around = 5, .limit = 1 }, 5, 5, true, true },
	{ "around the first", { .around = 1, .limit = 4 }, 1, 2, false, true },
	{ "around the newest", { .around = 10, .limit = 4 }, 8, 10, true, false },
	{ "around everything", { .around = 5, .limit = 200 }, 1, 10, false, false },
};

static void test_pages_are_what_their_bounds_say(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 10);
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_page got = page(&room, cases[i].query);
		size_t count =
			cases[i].first == 0 ? 0 : (size_t)(cases[i].last - cases[i].first + 1);
		bool is_right = got.count == count && got.has_older == cases[i].has_older &&
		                got.has_newer == cases[i].has_newer;
		for (size_t k = 0; is_right && k < count; k++) {
			is_right = got.items[k].n == cases[i].first + (int64_t)k;
		}
		if (!is_right) {
			fail_msg("%s: %d items, older %d, newer %d", cases[i].name, (int)got.count,
			         got.has_older, got.has_newer);
		}
	}
	kit_done(&room.kit);
}

static void test_an_empty_conversation_has_an_empty_page(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 0);
	const struct kith_page_query queries[] = {
		{ .limit = 5 },
		{ .before = 3, .limit = 5 },
		{ .after = 3, .limit = 5 },
		{ .around = 3, .limit = 5 },
		{ .conversation_row = 77, .limit = 5 },
	};
	for (size_t i = 0; i < KITH_COUNT(queries); i++) {
		struct kith_page got = page(&room, queries[i]);
		assert_int_equal(got.count, 0);
		assert_false(got.has_older);
		assert_false(got.has_newer);
	}
	kit_done(&room.kit);
}

/* The whole log in pages of every size, from both ends. */
static void test_pages_join_without_gap_or_overlap(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 23);
	for (size_t limit = 1; limit <= 25; limit++) {
		int64_t expected = 23;
		struct kith_page got = page(&room, (struct kith_page_query){ .limit = limit });
		for (;;) {
			for (size_t k = got.count; k > 0; k--) {
				assert_int_equal(got.items[k - 1].n, expected--);
			}
			if (!got.has_older) {
				break;
			}
			got = page(&room, (struct kith_page_query){ .before = expected + 1,
			                                            .limit = limit });
		}
		assert_int_equal(expected, 0);
		expected = 1;
		do {
			got = page(&room,
			           (struct kith_page_query){ .after = expected, .limit = limit });
			for (size_t k = 0; k < got.count; k++) {
				assert_int_equal(got.items[k].n, ++expected);
			}
		} while (got.has_newer);
		assert_int_equal(expected, 23);
	}
	kit_done(&room.kit);
}

/* Who pages back sees each message once, whatever is said meanwhile; who
 * pages on meets the new ones too. */
static void test_paging_while_others_write_misses_nothing(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, 50);
	struct kith_page got = page(&room, (struct kith_page_query){ .limit = 7 });
	int64_t expected = 50;
	while (got.count > 0) {
		for (size_t k = got.count; k > 0; k--) {
			assert_int_equal(got.items[k - 1].n, expected--);
		}
		say(&room, 3);
		got = page(&room, (struct kith_page_query){ .before = expected + 1, .limit = 7 });
	}
	assert_int_equal(expected, 0);

	expected = 45;
	int64_t writes = 5;
	do {
		got = page(&room, (struct kith_page_query){ .after = expected, .limit = 7 });
		for (size_t k = 0; k < got.count; k++) {
			assert_int_equal(got.items[k].n, ++expected);
		}
		if (writes-- > 0) {
			say(&room, 4);
		}
	} while (got.has_newer || writes > 0);
	assert_int_equal(expected, room.said);
	kit_done(&room.kit);
}

enum { FOLLOWED = 2000 };

/* A reader of its own thread, and how far it came. */
struct follower {
	struct room *room;
	pthread_t thread;
	int64_t newest;
	bool is_fine;
};

static atomic_bool is_over; /* nothing more will be written */

static enum kith_rc follow_once(struct follower *follower, struct kith_reader *reader,
                                struct kith_arena *mem, struct kith_page *out)
{
	struct kith_page_query query = {
		.conversation_row = follower->room->pair.row,
		.after = follower->newest,
		.around = follower->newest == 0 ? 1 : 0,
		.limit = 50,
	};
	kith_arena_reset(mem);
	return kith_reader_page(reader, &query, mem, out);
}

static void *follow(void *argument)
{
	struct follower *follower = argument;
	struct kith_reader *reader = NULL;
	struct kith_arena mem;
	kith_arena_init(&mem, 65536);
	follower->is_fine = kith_reader_open(follower->room->kit.store, &reader) == KITH_OK;
	bool was_over = false;
	while (follower->is_fine && !was_over) {
		was_over = atomic_load(&is_over);
		struct kith_page got = { .count = 0 };
		do {
			follower->is_fine = follow_once(follower, reader, &mem, &got) == KITH_OK;
			for (size_t k = 0; follower->is_fine && k < got.count; k++) {
				follower->is_fine = got.items[k].n == ++follower->newest;
			}
		} while (follower->is_fine && got.count > 0);
	}
	kith_reader_free(&reader);
	kith_arena_done(&mem);
	return NULL;
}

/* Two threads follow the log's end while it grows; both see every number in turn,
 * and neither makes a commit fail. */
static void test_readers_follow_the_writer(void **state)
{
	(void)state;
	static struct room room;
	static struct kit_send sends[FOLLOWED];
	struct follower followers[2];
	room_init(&room, 0);
	atomic_store(&is_over, false);
	for (size_t i = 0; i < KITH_COUNT(followers); i++) {
		followers[i] = (struct follower){ .room = &room };
		assert_int_equal(pthread_create(&followers[i].thread, NULL, follow, &followers[i]),
		                 0);
	}
	for (uint64_t i = 0; i < FOLLOWED; i++) {
		kit_fill(&sends[i], &room.pair, room.alice, 1 + i, "x");
		kit_submit(&room.kit, &sends[i].plan);
	}
	kit_wait(&room.kit, FOLLOWED);
	atomic_store(&is_over, true);
	for (size_t i = 0; i < KITH_COUNT(followers); i++) {
		pthread_join(followers[i].thread, NULL);
		assert_true(followers[i].is_fine);
		assert_int_equal(followers[i].newest, FOLLOWED);
	}
	for (size_t i = 0; i < FOLLOWED; i++) {
		assert_int_equal(sends[i].plan.answer, KITH_PLAN_OK);
	}
	kit_done(&room.kit);
}

/* Twenty messages of 16 KiB, of which eight fill a page (KITH_STORE_PAGE_BYTES). */
static void test_a_page_ends_when_it_is_full_of_bytes(void **state)
{
	(void)state;
	enum { LONG = 16 * 1024, SAID = 20, FULL = KITH_STORE_PAGE_BYTES / LONG };
	static char text[LONG + 1];
	struct room room;
	room_init(&room, 0);
	memset(text, 'x', LONG);
	for (uint64_t i = 1; i <= SAID; i++) {
		kit_say(&room.kit, &room.pair, room.alice, i, text);
	}
	struct kith_page newest = page(&room, (struct kith_page_query){ .limit = 200 });
	assert_int_equal(newest.count, FULL);
	assert_int_equal(newest.items[0].n, SAID - FULL + 1);
	assert_true(newest.has_older && !newest.has_newer);
	struct kith_page after = page(&room, (struct kith_page_query){ .after = 2, .limit = 200 });
	assert_int_equal(after.count, FULL);
	assert_int_equal(after.items[FULL - 1].n, 2 + FULL);
	assert_true(after.has_older && after.has_newer);
	struct kith_page around =
		page(&room, (struct kith_page_query){ .around = 10, .limit = 200 });
	assert_int_equal(around.count, FULL);
	assert_int_equal(around.items[0].n, 10 - FULL / 2);
	assert_true(around.has_older && around.has_newer);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_are_what_their_bounds_say),
		cmocka_unit_test(test_an_empty_conversation_has_an_empty_page),
		cmocka_unit_test(test_pages_join_without_gap_or_overlap),
		cmocka_unit_test(test_paging_while_others_write_misses_nothing),
		cmocka_unit_test(test_readers_follow_the_writer),
		cmocka_unit_test(test_a_page_ends_when_it_is_full_of_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
