/*
 * test_conn.c -- bytes in and out of a connection: nothing lost at a cut, a
 * budget or a pause; nobody starved; nothing allocated in steady state. How
 * connections end is test_conn_end.c's.
 */
#include "unit/net/rig.h"

#include <fcntl.h>
#include <netinet/in.h>

#include "base/macros.h"

/* Takes whole lines and says each back; leaves the rest. */
static void echo_lines(struct side *side, struct kith_str *in)
{
	struct kith_str line;
	struct kith_str rest;
	while (side->conn != NULL && kith_str_cut(*in, '\n', &line, &rest)) {
		side_say(side, kith_str_make(line.at, line.len + 1));
		side_take(side, in, line.len + 1);
	}
}

static const char sample[] = "one\n\ntwo words\na longer line, which is cut in many places\nlast\n";

/* Reads all that comes back; the answer must be EXPECTED. */
static void expect_echo(struct side *side, struct kith_str expected)
{
	char room[4096];
	size_t len = 0;
	for (ssize_t got = 1; got > 0; len += got > 0 ? (size_t)got : 0) {
		got = peer_read(side, room + len, sizeof(room) - len);
	}
	assert_true(kith_str_equal(kith_str_make(room, len), expected));
}

static void test_what_comes_whole_byte_by_byte_or_in_two_is_the_same(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig);
	struct kith_str all = kith_str_of(sample);
	for (size_t cut = 0; cut <= all.len; cut++) {
		struct side side;
		side_open(&side, &rig);
		side.take = echo_lines;
		peer_send_all(&side, kith_str_make(all.at, cut));
		settle(&rig);
		peer_send_all(&side, kith_str_skip(all, cut));
		settle(&rig);
		expect_echo(&side, all);
		assert_true(kith_str_equal(kith_str_make(side.got, side.got_len), all));
		assert_int_equal(kith_conn_memory(side.conn) <= 200, 1); /* nothing is kept */
		side_done(&side);
	}
	struct side side;
	side_open(&side, &rig);
	side.take = echo_lines;
	for (size_t i = 0; i < all.len; i++) {
		peer_send_all(&side, kith_str_make(all.at + i, 1));
		kith_loop_turn(rig.loop, 0);
		assert_int_equal(side.calls, i + 1);
	}
	expect_echo(&side, all);
	side_done(&side);
	rig_done(&rig);
}

static void test_an_idle_connection_holds_two_hundred_bytes(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	settle(&rig);
	size_t idle = kith_conn_memory(side.conn);
	assert_in_range(idle, 1, 200);
	side.take = echo_lines;
	peer_send_all(&side, KITH_STR("no end of line"));
	settle(&rig);
	assert_true(kith_conn_memory(side.conn) > idle);
	peer_send_all(&side, KITH_STR("\n"));
	settle(&rig);
	assert_int_equal(kith_conn_memory(side.conn), idle);
	side_done(&side);
	rig_done(&rig);
}

static void test_a_flood_gets_its_share_of_a_turn_and_starves_nobody(void **state)
{
	(void)state;
	struct rig rig;
	struct side flood;
	struct side quiet;
	rig_init(&rig);
	side_open(&flood, &rig);
	side_open(&quiet, &rig);
	char *bytes = make_pattern(KITH_CONN_TURN_BYTES);
	struct kith_str block = kith_str_make(bytes, KITH_CONN_TURN_BYTES);
	size_t before = 0;
	for (size_t turn = 1; turn <= 200; turn++) {
		while (peer_send(&flood, block) == block.len) {
		}
		assert_int_equal(peer_send(&quiet, KITH_STR("q")), 1);
		kith_loop_turn(rig.loop, 0);
		assert_in_range(flood.got_len - before, 1, KITH_CONN_TURN_BYTES);
		assert_int_equal(quiet.got_len, turn);
		before = flood.got_len;
	}
	assert_true(flood.got_len > 100 * (size_t)KITH_CONN_TURN_BYTES);
	free(bytes);
	side_done(&flood);
	side_done(&quiet);
	rig_done(&rig);
}

static void test_no_wake_up_is_lost_where_the_budget_ends(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig);
	const size_t budget = KITH_CONN_TURN_BYTES;
	const size_t sizes[] = { 1,          budget - 1,     budget,    budget + 1, 2 * budget - 1,
		                 2 * budget, 2 * budget + 1, 9 * budget };
	char *bytes = make_pattern(9 * budget + 1);
	for (size_t i = 0; i < KITH_COUNT(sizes); i++) {
		struct side side;
		side_open(&side, &rig);
		peer_send_all(&side, kith_str_make(bytes, sizes[i]));
		settle(&rig);
		assert_int_equal(side.got_len, sizes[i]);
		assert_int_equal(peer_send(&side, kith_str_make(bytes + sizes[i], 1)), 1);
		kith_loop_turn(rig.loop, 0);
		assert_int_equal(side.got_len, sizes[i] + 1);
		assert_memory_equal(side.got, bytes, sizes[i] + 1);
		side_done(&side);
	}
	free(bytes);
	rig_done(&rig);
}

static void test_a_spent_budget_keeps_its_place_on_the_ready_list(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	char *bytes = make_pattern(KITH_CONN_TURN_BYTES + 5);
	assert_int_equal(peer_send(&side, kith_str_make(bytes, KITH_CONN_TURN_BYTES + 5)),
	                 KITH_CONN_TURN_BYTES + 5);
	kith_loop_turn(rig.loop, 0);
	assert_int_equal(side.got_len, KITH_CONN_TURN_BYTES);
	assert_int_equal(kith_loop_wait_ms(rig.loop), 0);
	kith_loop_turn(rig.loop, -1);
	assert_int_equal(side.got_len, KITH_CONN_TURN_BYTES + 5);
	free(bytes);
	side_done(&side);
	rig_done(&rig);
}

static void take_ten_and_pause(struct side *side, struct kith_str *in)
{
	side_take(side, in, in->len < 10 ? in->len : 10);
	kith_conn_pause(side->conn);
}

static void test_what_is_left_at_a_pause_is_shown_again_after_it(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	side.take = take_ten_and_pause;
	char *bytes = make_pattern(1000);
	peer_send_all(&side, kith_str_make(bytes, 1000));
	for (size_t part = 1; part <= 100; part++) {
		settle(&rig);
		assert_int_equal(side.got_len, 10 * part);
		assert_int_equal(side.calls, part);
		kith_conn_resume(side.conn);
	}
	settle(&rig);
	assert_int_equal(side.calls, 100); /* nothing left: nothing to show */
	assert_memory_equal(side.got, bytes, 1000);
	free(bytes);
	side_done(&side);
	rig_done(&rig);
}

static void pause_and_resume(struct side *side, struct kith_str *in)
{
	kith_conn_pause(side->conn);
	side_take(side, in, 1);
	kith_conn_resume(side->conn);
}

static void test_a_resume_before_the_bytes_are_kept_shows_them_too(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	side.take = pause_and_resume;
	peer_send_all(&side, KITH_STR("abcde"));
	settle(&rig);
	assert_true(kith_str_is(kith_str_make(side.got, side.got_len), "abcde"));
	side_done(&side);
	rig_done(&rig);
}

static void test_a_paused_connection_reads_nothing_and_loses_nothing(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	settle(&rig);
	kith_conn_pause(side.conn);
	kith_conn_pause(side.conn);
	peer_send_all(&side, KITH_STR("waiting"));
	settle(&rig);
	assert_int_equal(side.calls, 0);
	side_close_peer(&side);
	settle(&rig);
	assert_int_equal(side.ends, 0);
	kith_conn_resume(side.conn);
	kith_conn_resume(side.conn);
	settle(&rig);
	assert_true(kith_str_is(kith_str_make(side.got, side.got_len), "waiting"));
	assert_int_equal(side.ends, 1);
	assert_int_equal(side.end, KITH_CONN_END_PEER);
	side_done(&side);
	rig_done(&rig);
}

static void test_all_output_of_a_turn_leaves_in_one_call(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	/* On a packet socket each call is a packet of its own. */
	assert_int_equal(side_try(&side, &rig, SOCK_SEQPACKET), KITH_OK);
	side_say(&side, KITH_STR("one "));
	side_say(&side, KITH_STR("two "));
	kith_loop_turn(rig.loop, 0);
	side_say(&side, KITH_STR("three"));
	kith_loop_turn(rig.loop, 0);
	char room[64];
	assert_int_equal(peer_read(&side, room, sizeof(room)), 8);
	assert_memory_equal(room, "one two ", 8);
	assert_int_equal(peer_read(&side, room, sizeof(room)), 5);
	assert_int_equal(peer_read(&side, room, sizeof(room)), -1);
	side_done(&side);
	rig_done(&rig);
}

static struct side *hook_side;

static void say_in_hook(void *context)
{
	side_say(hook_side, kith_str_of(context));
}

static void test_what_the_hook_appends_leaves_in_the_same_turn(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	hook_side = &side;
	char word[] = "hooked";
	kith_loop_set_hook(rig.loop, say_in_hook, word);
	kith_loop_turn(rig.loop, 0);
	char room[64];
	assert_int_equal(peer_read(&side, room, sizeof(room)), 6);
	kith_loop_set_hook(rig.loop, NULL, NULL);
	side_done(&side);
	rig_done(&rig);
}

/* Reads a little per turn until LEN bytes came, which must be the pattern. */
static void read_slowly(struct side *side, const char *bytes, size_t len, size_t step)
{
	char *room = malloc(step);
	assert_non_null(room);
	size_t done = 0;
	for (int idle = 0; done < len && idle < 3;) {
		ssize_t got = peer_read(side, room, step);
		assert_int_not_equal(got, 0);
		if (got > 0) {
			assert_memory_equal(room, bytes + done, (size_t)got);
			done += (size_t)got;
		}
		idle = got > 0 ? 0 : idle + 1; /* a lost edge would leave us here */
		kith_loop_turn(side->rig->loop, 0);
	}
	assert_int_equal(done, len);
	free(room);
}

static void test_a_slow_reader_gets_all_of_it_and_the_owner_hears_when_it_has_drained(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	const size_t len = 900 * 1000;
	char *bytes = make_pattern(len);
	side_say(&side, kith_str_make(bytes, len));
	kith_loop_turn(rig.loop, 0);
	assert_int_equal(side.drains, 0);
	assert_true(kith_conn_out(side.conn)->len > KITH_CONN_OUT_HIGH);
	read_slowly(&side, bytes, len, 5000);
	assert_int_equal(side.drains, 1);
	assert_int_equal(rig.pool.held, 0);
	/* Never above HIGH: never said. */
	side_say(&side, kith_str_make(bytes, KITH_CONN_OUT_HIGH));
	read_slowly(&side, bytes, KITH_CONN_OUT_HIGH, 50000);
	assert_int_equal(side.drains, 1);
	free(bytes);
	side_done(&side);
	rig_done(&rig);
}

static void test_a_connection_that_is_made_hears_of_it_and_sends_what_waited(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig);
	int listening;
	int port;
	assert_int_equal(kith_listener_bind(KITH_STR("127.0.0.1:0"), &listening, &port, NULL),
	                 KITH_OK);
	assert_int_equal(fcntl(listening, F_SETFL, 0), 0); /* blocking, for accept() below */
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct side side = { .rig = &rig, .peer = -1 };
	assert_int_equal(kith_conn_connect(rig.loop, &rig.pool, NULL, (struct sockaddr *)&address,
	                                   sizeof(address), &side_ops, &side, &side.conn),
	                 KITH_OK);
	assert_int_equal(side.connects, 0);
	side_say(&side, KITH_STR("hello"));
	side.peer = accept(listening, NULL, NULL);
	assert_true(side.peer >= 0);
	for (int turn = 0; turn < 100 && side.connects == 0; turn++) {
		kith_loop_turn(rig.loop, -1);
	}
	assert_int_equal(side.connects, 1);
	char room[8];
	assert_int_equal(recv(side.peer, room, 5, MSG_WAITALL), 5);
	assert_int_equal(send(side.peer, "you", 3, 0), 3);
	while (side.got_len < 3) {
		kith_loop_turn(rig.loop, -1);
	}
	assert_int_equal(side.connects, 1);
	close(listening);
	side_done(&side);
	rig_done(&rig);
}

static void test_a_thousand_round_trips_ask_for_no_memory(void **state)
{
	(void)state;
	struct rig rig;
	struct side side;
	rig_init(&rig);
	side_open(&side, &rig);
	static char got[65536];
	side.take = echo_lines;
	side.got = got; /* so that the test itself does not count */
	side.got_size = sizeof(got);
	uint64_t before = 0;
	for (int trip = -10; trip < 1000; trip++) {
		if (trip == 0) {
			before = kith_mem_thread_count();
		}
		side.got_len = 0;
		peer_send_all(&side, kith_str_of(sample));
		kith_loop_turn(rig.loop, -1);
		expect_echo(&side, kith_str_of(sample));
	}
	assert_int_equal(kith_mem_thread_count() - before, 0);
	assert_int_equal(side.calls, 1010);
	side.got = NULL;
	side_done(&side);
	rig_done(&rig);
}

/* The same sequence in every run. */
static uint64_t random_state = 11;

static size_t next_random(size_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(random_state >> 33) % below;
}

static bool is_moody_paused[2];
static struct side *moody[2];

/* Takes some, or all, or nothing; pauses as it likes. */
static void take_moodily(struct side *side, struct kith_str *in)
{
	side_take(side, in, next_random(3) == 0 ? next_random(in->len + 1) : in->len);
	if (in->len > 0 || next_random(8) == 0) { /* what is left is shown after the pause */
		kith_conn_pause(side->conn);
		is_moody_paused[side == moody[1]] = true;
	}
}

enum { TALK = 3 * 1000 * 1000 };

/* One side's part between two turns. returns whether it leaves the other something to wait for. */
static bool talk(struct side *side, bool *is_paused, const char *bytes, size_t *said)
{
	if (*is_paused && next_random(4) == 0) {
		*is_paused = false;
		kith_conn_resume(side->conn);
	}
	size_t part = next_random(2) == 0 ? next_random(200) : next_random(100 * 1000);
	part = part < TALK - *said ? part : TALK - *said;
	if (kith_conn_out(side->conn)->len < KITH_CONN_OUT_HIGH) {
		side_say(side, kith_str_make(bytes + *said, part));
		*said += part;
	}
	return *said < TALK || *is_paused;
}

static void connect_pair(struct rig *rig, struct side sides[2])
{
	int port;
	int listening;
	sides[0] = (struct side){ .rig = rig, .peer = -1, .take = take_moodily };
	sides[1] = sides[0];
	assert_int_equal(kith_listener_bind(KITH_STR("127.0.0.1:0"), &listening, &port, NULL),
	                 KITH_OK);
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	assert_int_equal(kith_conn_connect(rig->loop, &rig->pool, NULL, (struct sockaddr *)&address,
	                                   sizeof(address), &side_ops, &sides[0], &sides[0].conn),
	                 KITH_OK);
	while (sides[0].connects == 0) {
		kith_loop_turn(rig->loop, -1);
	}
	int fd;
	do {
		fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (fd < 0);
	close(listening);
	assert_int_equal(kith_conn_adopt(rig->loop, &rig->pool, NULL, fd, &side_ops, &sides[1],
	                                 &sides[1].conn),
	                 KITH_OK);
}

static void test_two_that_talk_pause_and_leave_at_random_lose_nothing_over_tcp(void **state)
{
	(void)state;
	struct rig rig;
	struct side sides[2];
	rig_init(&rig);
	connect_pair(&rig, sides);
	moody[0] = &sides[0];
	moody[1] = &sides[1];
	char *bytes = make_pattern(TALK);
	size_t said[2] = { 0 };
	while (sides[0].got_len < TALK || sides[1].got_len < TALK) {
		bool is_busy = talk(&sides[0], &is_moody_paused[0], bytes, &said[0]);
		is_busy |= talk(&sides[1], &is_moody_paused[1], bytes, &said[1]);
		/* With nothing else to do, only an edge can wake it: a lost one hangs here. */
		kith_loop_turn(rig.loop, is_busy ? 0 : -1);
		assert_int_equal(sides[0].ends + sides[1].ends, 0);
	}
	assert_memory_equal(sides[0].got, bytes, TALK);
	assert_memory_equal(sides[1].got, bytes, TALK);
	free(bytes);
	side_done(&sides[0]);
	side_done(&sides[1]);
	rig_done(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_whole_byte_by_byte_or_in_two_is_the_same),
		cmocka_unit_test(test_an_idle_connection_holds_two_hundred_bytes),
		cmocka_unit_test(test_a_flood_gets_its_share_of_a_turn_and_starves_nobody),
		cmocka_unit_test(test_no_wake_up_is_lost_where_the_budget_ends),
		cmocka_unit_test(test_a_spent_budget_keeps_its_place_on_the_ready_list),
		cmocka_unit_test(test_what_is_left_at_a_pause_is_shown_again_after_it),
		cmocka_unit_test(test_a_resume_before_the_bytes_are_kept_shows_them_too),
		cmocka_unit_test(test_a_paused_connection_reads_nothing_and_loses_nothing),
		cmocka_unit_test(test_all_output_of_a_turn_leaves_in_one_call),
		cmocka_unit_test(test_what_the_hook_appends_leaves_in_the_same_turn),
		cmocka_unit_test(
			test_a_slow_reader_gets_all_of_it_and_the_owner_hears_when_it_has_drained),
		cmocka_unit_test(test_a_connection_that_is_made_hears_of_it_and_sends_what_waited),
		cmocka_unit_test(test_a_thousand_round_trips_ask_for_no_memory),
		cmocka_unit_test(
			test_two_that_talk_pause_and_leave_at_random_lose_nothing_over_tcp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
