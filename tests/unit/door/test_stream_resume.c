/*
 * test_stream_resume.c -- R-092: who comes back to the event stream hears what it
 * missed, each thing once and in order, whatever passes by while it catches up.
 */
#include "unit/door/listener.h"

#include "door/catchup.h"

static void test_r_092_without_a_cursor_events_begin_now(void **state)
{
	(void)state;
	say(3, 10);
	open_stream("", "");
	expect_nothing();
	expect_live();
}

static void test_r_092_what_was_missed_comes_first(void **state)
{
	(void)state;
	char query[64];

	say(5, 10);
	come_back(start);
	expect_head();
	expect_event("welcome", start);
	expect_messages(2, 6);
	expect_live();
	reopen();
	snprintf(query, sizeof(query), "?since=%s", start);
	open_stream(query, "");
	expect_messages(2, said);
	expect_live();
}

/* A client repeats its address as it was; the header is newer. An empty one says nothing. */
static void test_r_092_the_last_id_goes_before_since(void **state)
{
	(void)state;
	char query[64];
	char header[96];
	char cursor[64];

	snprintf(query, sizeof(query), "?since=%s", start);
	say(3, 10);
	open_stream(query, "Last-Event-ID:\r\n");
	struct event event = expect_event("message.new", "'n':2,");
	snprintf(cursor, sizeof(cursor), "%s", event.id);
	expect_messages(3, 4);
	reopen();
	snprintf(header, sizeof(header), "Last-Event-ID: %s\r\n", cursor);
	open_stream(query, header);
	expect_messages(3, 4);
	expect_live();
}

static void test_r_092_the_welcome_is_a_place_to_come_back_to(void **state)
{
	(void)state;
	char cursor[64];

	ask_for(3600, "", "");
	expect_head();
	struct event event = expect_event("welcome", "");
	snprintf(cursor, sizeof(cursor), "%s", event.id);
	reopen();
	say(2, 10);
	come_back(cursor);
	expect_head();
	expect_event("welcome", cursor);
	expect_messages(2, 3);
}

static void test_r_092_what_passes_while_a_page_is_read_comes_once(void **state)
{
	(void)state;
	for (int is_read = 0; is_read < 2; is_read++) {
		int64_t first = said;
		char cursor[KITH_CURSOR_TEXT + 1];
		int64_t position;

		assert_int_equal(kith_reader_position(desk.rig.reader, &position), KITH_OK);
		cursor_of(position, cursor);
		say(3, 10);
		come_back_and_stop(cursor);
		if (is_read == 1) {
			rig_errand_go(&desk.rig, 0);
		}
		say(4, 10);
		go_on();
		expect_messages(first + 1, first + 7);
		desk.rig.holds_errands = false;
		expect_live();
		reopen();
	}
}

/* A page at a time, as the client takes them; and more passes by than is kept. */
static void test_r_092_who_takes_slowly_misses_nothing(void **state)
{
	(void)state;
	int count = KITH_CATCHUP_KEPT_MAX / (16 * 1024) + 4;

	say(KITH_STORE_PAGE_MAX + 50, 400);
	come_back_and_stop(start);
	alice.is_stuck = true;
	rig_errand_back(&desk.rig, 0);
	desk_run(&desk);
	assert_true(alice.out.len > KITH_DOOR_ROOM);
	assert_int_equal(desk.rig.held_count, 0);
	alice.is_stuck = false;
	desk_run(&desk);
	assert_int_equal(desk.rig.held_count, 1);
	rig_errand_go(&desk.rig, 0);
	say(count, 16 * 1024);
	desk.rig.holds_errands = false;
	go_on();
	expect_messages(2, said);
	expect_live();
}

static void test_r_092_a_cursor_of_another_life_loads_anew(void **state)
{
	(void)state;
	char cursors[2][KITH_CURSOR_TEXT + 1] = { "", "AAAAAAAAAAAAAAAAAAAAAA" };

	cursor_of(1000000, cursors[0]);
	for (size_t i = 0; i < KITH_COUNT(cursors); i++) {
		int64_t before = said + 3;
		say(3, 10);
		desk.holds = true;
		desk.rig.holds_errands = true;
		come_back(cursors[i]);
		rig_errand_back(&desk.rig, 0);
		rig_errand_back(&desk.rig, 0);
		desk_run(&desk);
		expect_head();
		expect_event("welcome", "");
		rig_errand_go(&desk.rig, 0);
		say(2, 10);
		desk.rig.holds_errands = false;
		go_on();
		struct event event = expect_event("gap", "{'type':'gap','reload':true,'cursor':'");
		expect_id_is_cursor(&event);
		/* What is newer than the gap still comes. */
		expect_messages(before + 1, before + 2);
		expect_live();
		reopen();
	}
}

/* --- chance --- */

static void run_by_chance(uint64_t seed)
{
	struct kith_rand rand;
	char cursor[KITH_CURSOR_TEXT + 1];
	int64_t position;
	int64_t first = said + 1;

	kith_rand_init_fixed(&rand, seed);
	assert_int_equal(kith_reader_position(desk.rig.reader, &position), KITH_OK);
	cursor_of(position, cursor);
	say((int)kith_rand_below(&rand, 300) + 1, 300);
	reopen();
	desk.rig.holds_errands = true;
	desk.holds = true;
	come_back(cursor);
	for (int i = 0; i < 80; i++) {
		size_t held = desk.rig.held_count;
		switch (kith_rand_below(&rand, 6)) {
		case 0:
			say(1 + (int)kith_rand_below(&rand, 12), 10);
			break;
		case 1:
			say(1 + (int)kith_rand_below(&rand, 8), 16 * 1024);
			break;
		case 2:
			if (held > 0 && !desk.rig.held[0].is_gone) {
				rig_errand_go(&desk.rig, 0);
			}
			break;
		case 3:
			if (held > 0) {
				rig_errand_back(&desk.rig, 0);
			}
			break;
		case 4:
			alice.is_stuck = !alice.is_stuck;
			break;
		default:
			desk_run(&desk);
			break;
		}
	}
	alice.is_stuck = false;
	desk.rig.holds_errands = false;
	go_on();
	expect_head();
	expect_event("welcome", cursor);
	expect_messages(first, said);
	expect_live();
}

static void test_r_092_nothing_is_missed_or_repeated_in_a_flood(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		run_by_chance(seed);
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_092_without_a_cursor_events_begin_now),
		TEST(test_r_092_what_was_missed_comes_first),
		TEST(test_r_092_the_last_id_goes_before_since),
		TEST(test_r_092_the_welcome_is_a_place_to_come_back_to),
		TEST(test_r_092_what_passes_while_a_page_is_read_comes_once),
		TEST(test_r_092_who_takes_slowly_misses_nothing),
		TEST(test_r_092_a_cursor_of_another_life_loads_anew),
		TEST(test_r_092_nothing_is_missed_or_repeated_in_a_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
