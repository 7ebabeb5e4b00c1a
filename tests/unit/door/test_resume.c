/*
 * test_resume.c -- R-092: a socket that comes back hears what it missed, each
 * thing once and in order, whatever passes by while it catches up.
 */
#include "unit/rig/desk.h"

#include <stdio.h>

#include "door/catchup.h"

static struct desk desk;
static struct peer alice;
static struct rig_line bob;
static char direct[RIG_ID_TEXT];
static char start[KITH_CURSOR_TEXT + 1]; /* before Bob's first message */
static int64_t said;                     /* messages of Bob's so far   */

static void cursor_of(int64_t position, char out[KITH_CURSOR_TEXT + 1])
{
	kith_cursor_write(&desk.rig.cursor_keys, KITH_CURSOR_SYNC, position, out);
	out[KITH_CURSOR_TEXT] = '\0';
}

enum { SAY_AT_ONCE = 16 };

/* Bob says COUNT messages, at most SAY_AT_ONCE, of LEN bytes. */
static void say_some(int count, int len)
{
	static char text[16 * 1024 + 1];
	struct rig_ask asks[SAY_AT_ONCE];

	memset(text, 'x', (size_t)len);
	text[len] = '\0';
	/* His worker remembers the conversation: nothing is asked, whatever is held. */
	for (int i = 0; i < count; i++) {
		rig_start(&bob, &asks[i], "messages.send", "{'conversation':'%s','text':'%s'}",
		          direct, text);
	}
	for (int i = 0; i < count; i++) {
		while (!asks[i].is_done) {
			rig_plan_answer(&desk.rig);
		}
		assert_int_equal(asks[i].call->rc, KITH_OK);
		assert_int_equal(asks[i].call->result.message.n, ++said);
		rig_ask_free(&asks[i]);
	}
}

/* The same for any COUNT; their answers and events have come. */
static void say(int count, int len)
{
	for (; count > SAY_AT_ONCE; count -= SAY_AT_ONCE) {
		say_some(SAY_AT_ONCE, len);
	}
	say_some(count, len);
}

static int setup(void **state)
{
	int64_t position;
	(void)state;

	desk_init(&desk);
	rig_line_open(&desk.rig, &bob, "k1", "bob");
	rig_direct(&bob, "alice", direct);
	assert_int_equal(rig_try(&bob, "messages.send", "{'conversation':'%s','text':'x'}", direct),
	                 KITH_OK);
	said = 1;
	assert_int_equal(kith_reader_position(desk.rig.reader, &position), KITH_OK);
	desk.host.position = position;
	cursor_of(position, start);
	peer_open(&desk, &alice);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_line_close(&bob);
	desk_done(&desk);
	return 0;
}

/* Comes back with CURSOR and takes the welcome. */
static void come_back(const char *cursor)
{
	peer_upgrade(&alice);
	peer_frame(&alice, "{'type':'hello','token':'%s','since':'%s'}",
	           desk_token(&desk, "k1", "alice", 3600), cursor);
}

/* Signs in, and stops with the first page asked for and not read. */
static void come_back_and_stop(const char *cursor)
{
	desk.holds = true;
	desk.rig.holds_errands = true;
	come_back(cursor);
	rig_errand_back(&desk.rig, 0); /* the token  */
	rig_errand_back(&desk.rig, 0); /* the person */
	desk_run(&desk);
	peer_expect(&alice, "'type':'welcome'");
	peer_expect_nothing(&alice);
	assert_int_equal(desk.rig.held_count, 1);
}

static void go_on(void)
{
	desk.holds = false;
	desk_run(&desk);
}

/* Messages FROM..TO come, each once, and nothing else. */
static void expect_messages(int64_t from, int64_t to)
{
	for (int64_t n = from; n <= to; n++) {
		char part[64];
		snprintf(part, sizeof(part), "'n':%d,'data':{", (int)n);
		peer_expect(&alice, part);
	}
	peer_expect_nothing(&alice);
}

/* A live socket hears the next message as it comes. */
static void expect_live(void)
{
	int64_t next = said + 1;

	say(1, 5);
	desk_run(&desk);
	expect_messages(next, next);
}

static void test_r_092_what_was_missed_comes_first(void **state)
{
	(void)state;
	say(5, 10);
	come_back(start);
	const char *welcome = peer_expect(&alice, "'type':'welcome'");
	assert_non_null(strstr(welcome, start));
	expect_messages(2, 6);
	expect_live();
}

static void test_r_092_who_missed_nothing_is_live_at_once(void **state)
{
	(void)state;
	come_back(start);
	peer_expect(&alice, "'type':'welcome'");
	peer_expect_nothing(&alice);
	expect_live();
}

static void test_r_092_without_a_cursor_events_begin_now(void **state)
{
	(void)state;
	say(3, 10);
	peer_hello(&alice, "alice");
	peer_expect_nothing(&alice);
	expect_live();
}

static void test_r_092_what_passes_before_the_page_is_read_comes_once(void **state)
{
	(void)state;
	say(3, 10);
	come_back_and_stop(start);
	say(4, 10);
	go_on();
	expect_messages(2, 8);
	expect_live();
}

static void test_r_092_what_passes_behind_the_page_comes_once(void **state)
{
	(void)state;
	say(3, 10);
	come_back_and_stop(start);
	rig_errand_go(&desk.rig, 0);
	say(4, 10);
	go_on();
	expect_messages(2, 8);
	expect_live();
}

static void test_r_092_what_passes_after_the_page_has_told_it_is_not_told_again(void **state)
{
	(void)state;
	say(3, 10);
	come_back(start);
	peer_expect(&alice, "'type':'welcome'");
	expect_messages(2, 4);
	/* Committed before the page was read; this worker gets to it only now. */
	alice.door->ops->on_event(alice.door, desk.host.position, KITH_STR("again"));
	desk_run(&desk);
	peer_expect_nothing(&alice);
	expect_live();
}

static void test_r_092_several_pages_come_as_the_client_takes_them(void **state)
{
	(void)state;
	say(KITH_STORE_PAGE_MAX * 2 + 50, 400);
	come_back_and_stop(start);
	alice.is_stuck = true;
	say(1, 10);
	rig_errand_back(&desk.rig, 0);
	desk_run(&desk);
	/* One page waits, more than there is room for: the next is not asked for. */
	assert_true(alice.out.len > KITH_DOOR_ROOM);
	assert_int_equal(desk.rig.held_count, 0);
	say(1, 10);
	alice.is_stuck = false;
	desk_run(&desk);
	assert_int_equal(desk.rig.held_count, 1);
	say(1, 10);
	go_on();
	expect_messages(2, said);
	expect_live();
}

/* More passes by than is kept: it is read from the store, and nothing is lost or doubled. */
static void test_r_092_more_than_is_kept_is_read_again(void **state)
{
	(void)state;
	int count = KITH_CATCHUP_KEPT_MAX / (16 * 1024) + 4;

	say(2, 10);
	come_back_and_stop(start);
	rig_errand_go(&desk.rig, 0);
	say(count, 16 * 1024);
	rig_errand_back(&desk.rig, 0);
	desk_run(&desk);
	expect_messages(2, 3);
	assert_int_equal(desk.rig.held_count, 1);
	/* And once more, while it reads again. */
	rig_errand_go(&desk.rig, 0);
	say(count, 16 * 1024);
	go_on();
	expect_messages(4, said);
	expect_live();
}

static void test_r_092_a_cursor_of_a_later_life_loads_anew(void **state)
{
	(void)state;
	char future[KITH_CURSOR_TEXT + 1];

	cursor_of(1000000, future);
	say(3, 10);
	come_back_and_stop(future);
	rig_errand_go(&desk.rig, 0);
	say(2, 10);
	go_on();
	peer_expect(&alice, "{'type':'gap','reload':true,'cursor':'");
	/* What is newer than the gap still comes. */
	expect_messages(5, 6);
	expect_live();
}

/* It was given before the store was restored, or by another deployment. */
static void test_r_092_a_cursor_of_another_life_loads_anew(void **state)
{
	(void)state;
	say(3, 10);
	come_back("AAAAAAAAAAAAAAAAAAAAAA");
	peer_expect(&alice, "'type':'welcome'");
	peer_expect(&alice, "{'type':'gap','reload':true,'cursor':'");
	expect_live();
}

static void test_r_092_own_watermarks_are_missed_too(void **state)
{
	(void)state;
	struct rig_line tablet;

	say(3, 10);
	rig_line_open(&desk.rig, &tablet, "k1", "alice");
	assert_int_equal(
		rig_try(&tablet, "conversations.read", "{'conversation':'%s','upTo':3}", direct),
		KITH_OK);
	rig_line_close(&tablet);
	come_back(start);
	peer_expect(&alice, "'type':'welcome'");
	for (int64_t n = 2; n <= 4; n++) {
		peer_expect(&alice, "'event':'message.new'");
	}
	peer_expect(&alice, "'event':'conversation.read'");
	peer_expect_nothing(&alice);
}

static void test_calls_are_answered_while_it_catches_up(void **state)
{
	(void)state;
	say(3, 10);
	come_back_and_stop(start);
	peer_frame(&alice, "{'type':'call','id':1,'call':'users.get','args':{'user':'bob'}}");
	rig_errand_back(&desk.rig, 1);
	desk_run(&desk);
	peer_expect(&alice, "{'type':'ok','id':1,");
	go_on();
	expect_messages(2, 4);
}

static void test_a_store_that_does_not_answer_ends_the_socket(void **state)
{
	(void)state;
	say(KITH_STORE_PAGE_MAX + 10, 10);
	come_back_and_stop(start);
	rig_errand_back(&desk.rig, 0);
	desk.rig.refuses_errands = true;
	desk_run(&desk);
	for (int i = 0; i < KITH_STORE_PAGE_MAX; i++) {
		peer_expect(&alice, "'type':'event'");
	}
	peer_expect_bye(&alice, 4503);
	/* What comes later is not said behind the goodbye. */
	say(1, 5);
	desk.rig.refuses_errands = false;
	go_on();
	peer_expect_nothing(&alice);
}

static void test_nothing_that_was_missed_follows_a_close(void **state)
{
	(void)state;
	int op = 0;

	say(3, 10);
	come_back_and_stop(start);
	rig_errand_go(&desk.rig, 0);
	peer_raw_frame(&alice, 0x88, KITH_STR("\x03\xe8"));
	assert_string_equal(peer_hear_op(&alice, &op), "1000");
	go_on();
	say(1, 10);
	peer_expect_nothing(&alice);
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
	say((int)kith_rand_below(&rand, 450), 300);
	peer_end(&alice);
	peer_open(&desk, &alice);
	desk.rig.holds_errands = true;
	desk.holds = true;
	come_back(cursor);
	for (int i = 0; i < 120; i++) {
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
	go_on();
	desk.rig.holds_errands = false;
	/* The handshake may have taken until now: then all of it was missed. */
	peer_expect(&alice, "'type':'welcome'");
	expect_messages(first, said);
	expect_live();
}

static void test_r_092_nothing_is_missed_or_repeated_in_a_flood(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 16; seed++) {
		run_by_chance(seed);
	}
}

/* Forty pages of some 130 KB: no more waits than one beyond the room. */
static void test_who_asks_for_much_at_once_gets_it_as_it_takes_it(void **state)
{
	(void)state;
	enum { ASKED = 40, PAGE_MAX = 512 * 1024 };

	peer_hello(&alice, "alice");
	say(200, 600);
	desk_run(&desk);
	while (peer_hear(&alice) != NULL) {
	}
	alice.is_stuck = true;
	for (int i = 1; i <= ASKED; i++) {
		peer_frame(&alice,
		           "{'type':'call','id':%d,'call':'messages.list',"
		           "'args':{'conversation':'%s','limit':200}}",
		           i, direct);
	}
	assert_true(alice.out.len > KITH_DOOR_ROOM);
	assert_true(alice.out.len < KITH_DOOR_ROOM + PAGE_MAX);
	alice.is_stuck = false;
	desk_run(&desk);
	for (int i = 1; i <= ASKED; i++) {
		char id[32];
		snprintf(id, sizeof(id), "'id':%d,'result'", i);
		peer_expect(&alice, id);
	}
	peer_expect_nothing(&alice);
	assert_false(alice.is_closed);
}

static void test_reads_that_wait_go_with_their_socket(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	say(200, 600);
	alice.is_stuck = true;
	for (int i = 1; i <= 10; i++) {
		peer_frame(&alice,
		           "{'type':'call','id':%d,'call':'messages.list',"
		           "'args':{'conversation':'%s','limit':200}}",
		           i, direct);
	}
	peer_end(&alice); /* the sanitizer would see what is left behind */
	desk_run(&desk);
	peer_open(&desk, &alice);
	peer_hello(&alice, "alice");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_092_what_was_missed_comes_first),
		TEST(test_r_092_who_missed_nothing_is_live_at_once),
		TEST(test_r_092_without_a_cursor_events_begin_now),
		TEST(test_r_092_what_passes_before_the_page_is_read_comes_once),
		TEST(test_r_092_what_passes_behind_the_page_comes_once),
		TEST(test_r_092_what_passes_after_the_page_has_told_it_is_not_told_again),
		TEST(test_r_092_several_pages_come_as_the_client_takes_them),
		TEST(test_r_092_more_than_is_kept_is_read_again),
		TEST(test_r_092_a_cursor_of_a_later_life_loads_anew),
		TEST(test_r_092_a_cursor_of_another_life_loads_anew),
		TEST(test_who_asks_for_much_at_once_gets_it_as_it_takes_it),
		TEST(test_reads_that_wait_go_with_their_socket),
		TEST(test_r_092_own_watermarks_are_missed_too),
		TEST(test_calls_are_answered_while_it_catches_up),
		TEST(test_a_store_that_does_not_answer_ends_the_socket),
		TEST(test_nothing_that_was_missed_follows_a_close),
		TEST(test_r_092_nothing_is_missed_or_repeated_in_a_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
