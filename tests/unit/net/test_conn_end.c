/*
 * test_conn_end.c -- every way in which a connection ends: on_end comes once,
 * says why, and leaves no descriptor and no memory behind.
 */
#include "unit/net/rig.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/macros.h"

static struct rig rig;

static int set_up(void **state)
{
	(void)state;
	rig_init(&rig);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_done(&rig);
	return 0;
}

static void expect_end(const struct side *side, enum kith_conn_end end)
{
	assert_int_equal(side->ends, 1);
	assert_int_equal(side->end, end);
}

/* Reads and drops what is there. returns whether the end was behind it. */
static bool peer_reads_end(struct side *side)
{
	char room[65536];
	ssize_t got;
	do {
		got = peer_read(side, room, sizeof(room));
	} while (got > 0);
	return got == 0;
}

/* Slow readers. */

static void test_above_the_limit_of_waiting_output_a_slow_reader_is_ended(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	char *bytes = make_pattern(KITH_CONN_OUT_MAX);
	side_say(&side, kith_str_make(bytes, KITH_CONN_OUT_MAX));
	settle(&rig);
	const struct kith_out *out = kith_conn_out(side.conn);
	assert_true(out->len < KITH_CONN_OUT_MAX);
	side_say(&side, kith_str_make(bytes, KITH_CONN_OUT_MAX - out->len));
	settle(&rig);
	assert_int_equal(out->len, KITH_CONN_OUT_MAX); /* just at the limit it lives */
	assert_int_equal(side.ends, 0);
	side_say(&side, KITH_STR("x"));
	settle(&rig);
	expect_end(&side, KITH_CONN_END_SLOW);
	assert_int_equal(rig.pool.held, 0);
	assert_true(peer_reads_end(&side));
	free(bytes);
	side_done(&side);
}

static void test_a_burst_above_the_limit_that_the_kernel_takes_is_no_slow_reader(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	const size_t more =
		(size_t)KITH_OUT_IOVEC_MAX * KITH_OUT_BLOCK + 10000; /* than one call sends */
	char *bytes = make_pattern(KITH_CONN_OUT_MAX + more);
	side_say(&side, kith_str_make(bytes, KITH_CONN_OUT_MAX + more));
	kith_loop_turn(rig.loop, 0);
	assert_int_equal(side.ends, 0);
	free(bytes);
	side_done(&side);
}

/* Closing. */

static void test_close_sends_all_that_waits_before_it_ends(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	const size_t len = 1000 * 1000;
	char *bytes = make_pattern(len);
	side_say(&side, kith_str_make(bytes, len));
	kith_conn_close(side.conn);
	char room[4096];
	size_t done = 0;
	ssize_t got = -1;
	for (int turn = 0; turn < 1000 && got != 0; turn++) {
		kith_loop_turn(rig.loop, 0);
		got = peer_read(&side, room, sizeof(room));
		if (got > 0) {
			assert_memory_equal(room, bytes + done, (size_t)got);
			done += (size_t)got;
		}
	}
	assert_int_equal(got, 0);
	assert_int_equal(done, len);
	assert_int_equal(side.ends, 0); /* it lingers until we have closed, too */
	side_close_peer(&side);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_OURS);
	free(bytes);
	side_done(&side);
}

static void test_after_close_bytes_are_dropped_and_not_shown(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	peer_send_all(&side, KITH_STR("not read yet"));
	kith_conn_close(side.conn);
	kith_conn_close(side.conn);
	settle(&rig);
	peer_send_all(&side, KITH_STR("too late"));
	settle(&rig);
	assert_int_equal(side.calls, 0);
	assert_int_equal(side.ends, 0);
	assert_true(peer_reads_end(&side));
	shutdown(side.peer, SHUT_WR);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_OURS);
	side_done(&side);
}

static void test_lingering_ends_when_its_time_is_over(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	kith_conn_close(side.conn);
	settle(&rig);
	assert_int_equal(kith_loop_wait_ms(rig.loop), KITH_CONN_LINGER_MS);
	steady_us += KITH_CONN_LINGER_MS * INT64_C(1000) - 1;
	settle(&rig);
	assert_int_equal(side.ends, 0);
	steady_us += 1;
	settle(&rig);
	expect_end(&side, KITH_CONN_END_OURS);
	side_done(&side);
}

static void test_a_peer_that_does_not_take_our_last_words_is_slow(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	char *bytes = make_pattern(KITH_CONN_OUT_MAX);
	side_say(&side, kith_str_make(bytes, KITH_CONN_OUT_MAX));
	kith_conn_close(side.conn);
	settle(&rig);
	steady_us += KITH_CONN_CLOSE_MS * INT64_C(1000);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_SLOW);
	free(bytes);
	side_done(&side);
}

static void test_a_closing_connection_ends_at_once_when_the_peer_has(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	side_say(&side, KITH_STR("bye"));
	kith_conn_close(side.conn);
	shutdown(side.peer, SHUT_WR);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_OURS);
	char room[8];
	assert_int_equal(peer_read(&side, room, sizeof(room)), 3);
	side_done(&side);
}

static void say_and_close(struct side *side, struct kith_str *in)
{
	side_take(side, in, 1);
	side_say(side, KITH_STR("bye"));
	kith_conn_close(side->conn);
}

static void test_close_within_on_bytes_is_the_last_that_is_shown(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	side.take = say_and_close;
	peer_send_all(&side, KITH_STR("abc"));
	settle(&rig);
	peer_send_all(&side, KITH_STR("def"));
	settle(&rig);
	assert_int_equal(side.calls, 1);
	side_close_peer(&side);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_OURS);
	side_done(&side);
}

/* Aborting. */

static void abort_and_look(struct side *side, struct kith_str *in)
{
	if (in->len < 6) {
		return; /* leave it, so that it is shown from what is kept */
	}
	struct kith_conn *conn = side->conn;
	side_say(side, KITH_STR("dropped"));
	kith_conn_abort(conn);
	assert_int_equal(side->ends, 1); /* before abort returned */
	kith_conn_abort(conn);
	kith_conn_close(conn);
	kith_conn_pause(conn);
	kith_conn_resume(conn);
	kith_out_add(kith_conn_out(conn), KITH_STR("nobody hears"));
	kith_conn_flush_later(conn);
	assert_memory_equal(in->at, "abcdef", 6); /* still there */
	side_take(side, in, 2);
}

static void test_abort_within_on_bytes_ends_once_and_the_bytes_stay_readable(void **state)
{
	(void)state;
	for (size_t first = 0; first <= 6; first++) {
		struct side side;
		side_open(&side, &rig);
		side.take = abort_and_look;
		peer_send_all(&side, kith_str_make("abcdef", first));
		settle(&rig);
		peer_send_all(&side, kith_str_skip(KITH_STR("abcdef"), first));
		settle(&rig);
		expect_end(&side, KITH_CONN_END_OURS);
		assert_true(peer_reads_end(&side));
		side_done(&side);
	}
}

static void abort_other(struct side *side, struct kith_str *in)
{
	struct side *other = (struct side *)(void *)side->got; /* lent for this */
	*in = kith_str_skip(*in, in->len);
	if (other->conn != NULL) {
		kith_conn_abort(other->conn);
	}
}

static void test_one_connection_may_abort_another_that_is_ready_too(void **state)
{
	(void)state;
	struct side a;
	struct side b;
	side_open(&a, &rig);
	side_open(&b, &rig);
	a.take = abort_other;
	b.take = abort_other;
	a.got = (char *)&b;
	b.got = (char *)&a;
	peer_send_all(&a, KITH_STR("x"));
	peer_send_all(&b, KITH_STR("x"));
	settle(&rig);
	assert_int_equal(a.calls + b.calls, 1);
	assert_int_equal(a.ends + b.ends, 1);
	a.got = NULL;
	b.got = NULL;
	side_done(&a);
	side_done(&b);
}

static struct kith_conn *hook_conn;

static void abort_in_hook(void *context)
{
	(void)context;
	kith_conn_abort(hook_conn);
}

static void test_abort_takes_it_off_the_ready_list(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	char *bytes = make_pattern(KITH_CONN_TURN_BYTES + 1);
	peer_send_all(&side, kith_str_make(bytes, KITH_CONN_TURN_BYTES + 1));
	hook_conn = side.conn;
	kith_loop_set_hook(rig.loop, abort_in_hook, NULL);
	kith_loop_turn(rig.loop,
	               0); /* it has more to read, and a place on the list, when it ends */
	kith_loop_set_hook(rig.loop, NULL, NULL);
	assert_int_equal(side.got_len, KITH_CONN_TURN_BYTES);
	expect_end(&side, KITH_CONN_END_OURS);
	assert_int_equal(kith_loop_wait_ms(rig.loop), -1);
	free(bytes);
	side_done(&side);
}

/* The peer. */

static void echo(struct side *side, struct kith_str *in)
{
	side_say(side, *in);
	side_take(side, in, in->len);
}

static void test_a_peer_that_shuts_its_end_still_gets_the_answer_of_that_turn(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	side.take = echo;
	peer_send_all(&side, KITH_STR("question"));
	shutdown(side.peer, SHUT_WR);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_PEER);
	assert_int_equal(side.got_len, 8);
	char room[16];
	assert_int_equal(peer_read(&side, room, sizeof(room)), 8);
	assert_int_equal(peer_read(&side, room, sizeof(room)), 0);
	side_done(&side);
}

static void test_sending_to_a_peer_that_is_gone_ends_it_without_a_signal(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	settle(&rig);
	kith_conn_pause(side.conn); /* so that only sending can find out */
	side_close_peer(&side);
	side_say(&side, KITH_STR("anyone?"));
	settle(&rig);
	expect_end(&side, KITH_CONN_END_PEER);
	side_done(&side);
}

/* A side that is connecting to a listening socket of its own: *LISTENING. */
static void side_connect(struct side *side, int *listening)
{
	int port;
	*side = (struct side){ .rig = &rig, .peer = -1 };
	assert_int_equal(kith_listener_bind(KITH_STR("127.0.0.1:0"), listening, &port, NULL),
	                 KITH_OK);
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	assert_int_equal(kith_conn_connect(rig.loop, &rig.pool, NULL, (struct sockaddr *)&address,
	                                   sizeof(address), &side_ops, side, &side->conn),
	                 KITH_OK);
}

static void turn_until_ended(const struct side *side)
{
	for (int turn = 0; turn < 100 && side->ends == 0; turn++) {
		kith_loop_turn(rig.loop, -1);
	}
}

static void test_a_reset_ends_it_as_the_peers_doing(void **state)
{
	(void)state;
	struct side side;
	int listening;
	side_connect(&side, &listening);
	while (side.connects == 0) {
		kith_loop_turn(rig.loop, -1);
	}
	do {
		side.peer = accept(listening, NULL, NULL);
	} while (side.peer < 0);
	const struct linger reset = { .l_onoff = 1 };
	assert_int_equal(setsockopt(side.peer, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	side_close_peer(&side);
	turn_until_ended(&side);
	expect_end(&side, KITH_CONN_END_PEER);
	close(listening);
	side_done(&side);
}

static void test_a_refused_connection_ends_with_an_error(void **state)
{
	(void)state;
	int port;
	int listening;
	assert_int_equal(kith_listener_bind(KITH_STR("127.0.0.1:0"), &listening, &port, NULL),
	                 KITH_OK);
	close(listening); /* nobody is there any more */
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct side side = { .rig = &rig, .peer = -1 };
	enum kith_rc rc = kith_conn_connect(rig.loop, &rig.pool, NULL, (struct sockaddr *)&address,
	                                    sizeof(address), &side_ops, &side, &side.conn);
	if (rc != KITH_OK) { /* refused before connect() returned */
		assert_int_equal(rc, KITH_E_IO);
		assert_null(side.conn);
		return;
	}
	assert_int_equal(side.ends, 0);
	turn_until_ended(&side);
	expect_end(&side, KITH_CONN_END_ERROR);
	assert_int_equal(side.connects, 0);
	side_done(&side);
}

static void test_closing_while_connecting_ends_it_as_ours(void **state)
{
	(void)state;
	struct side side;
	int listening;
	side_connect(&side, &listening);
	side_say(&side, KITH_STR("never sent"));
	kith_conn_close(side.conn);
	assert_int_equal(side.ends, 0);
	settle(&rig);
	expect_end(&side, KITH_CONN_END_OURS);
	assert_int_equal(side.connects, 0);
	close(listening);
	side_done(&side);
}

static void test_what_cannot_be_had_at_once_is_an_error_and_leaves_nothing_open(void **state)
{
	(void)state;
	struct side side = { .rig = &rig };
	int file = open("/dev/null", O_RDWR | O_CLOEXEC); /* epoll takes no such thing */
	assert_int_equal(
		kith_conn_adopt(rig.loop, &rig.pool, NULL, file, &side_ops, &side, &side.conn),
		KITH_E_IO);
	assert_int_equal(close(file), -1);
	const struct sockaddr_un nobody = { .sun_family = AF_UNIX,
		                            .sun_path = "/nonexistent/socket" };
	assert_int_equal(kith_conn_connect(rig.loop, &rig.pool, NULL,
	                                   (const struct sockaddr *)&nobody, sizeof(nobody),
	                                   &side_ops, &side, &side.conn),
	                 KITH_E_IO);
	const struct sockaddr unknown = { .sa_family = AF_UNSPEC };
	assert_int_equal(kith_conn_connect(rig.loop, &rig.pool, NULL, &unknown, sizeof(unknown),
	                                   &side_ops, &side, &side.conn),
	                 KITH_E_IO);
	assert_null(side.conn);
	kith_loop_turn(rig.loop, 0);
	assert_int_equal(side.ends, 0);
}

/* Memory. */

static void leave_all(struct side *side, struct kith_str *in)
{
	(void)side;
	(void)in;
}

static void test_an_owner_that_never_takes_anything_meets_the_limit(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	side.take = leave_all;
	char *bytes = make_pattern(KITH_CONN_KEPT_MAX);
	peer_send_all(&side, kith_str_make(bytes, KITH_CONN_KEPT_MAX));
	settle(&rig);
	assert_int_equal(side.ends, 0);
	assert_in_range(kith_conn_memory(side.conn), KITH_CONN_KEPT_MAX,
	                2 * KITH_CONN_KEPT_MAX + 200);
	peer_send_all(&side, KITH_STR("x"));
	settle(&rig);
	expect_end(&side, KITH_CONN_END_ERROR);
	free(bytes);
	side_done(&side);
}

static void test_output_that_could_not_be_kept_whole_is_not_sent_in_part(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	side_say(&side, KITH_STR("first"));
	char *bytes = make_pattern(3 * KITH_OUT_BLOCK);
	kith_mem_fail_from(1);
	side_say(&side, kith_str_make(bytes, 3 * KITH_OUT_BLOCK));
	kith_mem_fail_never();
	side_say(&side, KITH_STR("third"));
	settle(&rig);
	expect_end(&side, KITH_CONN_END_ERROR);
	assert_true(peer_reads_end(&side));
	free(bytes);
	side_done(&side);
}

static void test_without_memory_for_a_timer_closing_does_not_wait(void **state)
{
	(void)state;
	const size_t lens[] = { 0, 1000 * 1000 };
	const enum kith_conn_end ends[] = { KITH_CONN_END_OURS, KITH_CONN_END_ERROR };
	char *bytes = make_pattern(lens[1]);
	for (size_t i = 0; i < KITH_COUNT(lens); i++) {
		struct side side;
		side_open(&side, &rig);
		side_say(&side, kith_str_make(bytes, lens[i]));
		kith_mem_fail_from(1);
		kith_conn_close(side.conn);
		kith_mem_fail_never();
		assert_int_equal(side.ends, 0);
		kith_loop_turn(rig.loop, 0);
		expect_end(&side, ends[i]);
		side_done(&side);
	}
	free(bytes);
}

static void take_but_ten(struct side *side, struct kith_str *in)
{
	if (in->len >= 1000 * 1000) {
		side_take(side, in, in->len - 10);
	}
}

static void test_the_room_of_a_large_message_is_not_held_for_a_small_rest(void **state)
{
	(void)state;
	struct side side;
	side_open(&side, &rig);
	side.take = take_but_ten;
	char *bytes = make_pattern(1000 * 1000);
	peer_send_all(&side, kith_str_make(bytes, 1000 * 1000));
	settle(&rig);
	assert_int_equal(side.got_len, 1000 * 1000 - 10);
	assert_in_range(kith_conn_memory(side.conn), 10, 1000);
	free(bytes);
	side_done(&side);
}

static void keep_lines_and_echo(struct side *side, struct kith_str *in)
{
	if (kith_str_find(*in, '\n') >= 0) {
		side_say(side, *in);
		*in = kith_str_skip(*in, in->len);
	}
}

/* Adopt, keep, send more than one block, close: everything that asks for memory. */
static bool live_a_life(struct side *side)
{
	static char line[20000];
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	if (side_try(side, &rig, SOCK_STREAM) != KITH_OK) {
		return false;
	}
	side->take = keep_lines_and_echo;
	peer_send_all(side, kith_str_make(line, 7000));
	settle(&rig);
	if (side->ends == 0) {
		peer_send_all(side, kith_str_make(line + 7000, sizeof(line) - 7000));
		settle(&rig);
	}
	if (side->conn != NULL) {
		kith_conn_close(side->conn);
	}
	settle(&rig);
	return true;
}

static void test_whichever_allocation_fails_it_ends_once_and_closes(void **state)
{
	(void)state;
	bool was_refused = false;
	bool has_failed = false;
	uint64_t nth = 0;
	uint64_t asked;
	do {
		rig_done(&rig);
		rig_init(&rig); /* nothing in the pool, no room in the heap of timers */
		struct side side;
		uint64_t before = kith_mem_thread_count();
		kith_mem_fail_from(++nth);
		bool is_adopted = live_a_life(&side);
		kith_mem_fail_never();
		asked = kith_mem_thread_count() - before;
		assert_true(peer_reads_end(&side)); /* the descriptor is closed, or our end of it */
		side_close_peer(&side);
		settle(&rig);
		assert_int_equal(side.ends, is_adopted ? 1 : 0);
		was_refused |= !is_adopted;
		has_failed |= is_adopted && side.end == KITH_CONN_END_ERROR;
		assert_null(side.conn);
		free(side.got);
	} while (asked >= nth);
	assert_true(was_refused && has_failed);
	assert_in_range(nth, 5, 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_above_the_limit_of_waiting_output_a_slow_reader_is_ended),
		TEST(test_a_burst_above_the_limit_that_the_kernel_takes_is_no_slow_reader),
		TEST(test_close_sends_all_that_waits_before_it_ends),
		TEST(test_after_close_bytes_are_dropped_and_not_shown),
		TEST(test_lingering_ends_when_its_time_is_over),
		TEST(test_a_peer_that_does_not_take_our_last_words_is_slow),
		TEST(test_a_closing_connection_ends_at_once_when_the_peer_has),
		TEST(test_close_within_on_bytes_is_the_last_that_is_shown),
		TEST(test_abort_within_on_bytes_ends_once_and_the_bytes_stay_readable),
		TEST(test_one_connection_may_abort_another_that_is_ready_too),
		TEST(test_abort_takes_it_off_the_ready_list),
		TEST(test_a_peer_that_shuts_its_end_still_gets_the_answer_of_that_turn),
		TEST(test_sending_to_a_peer_that_is_gone_ends_it_without_a_signal),
		TEST(test_a_reset_ends_it_as_the_peers_doing),
		TEST(test_a_refused_connection_ends_with_an_error),
		TEST(test_closing_while_connecting_ends_it_as_ours),
		TEST(test_what_cannot_be_had_at_once_is_an_error_and_leaves_nothing_open),
		TEST(test_an_owner_that_never_takes_anything_meets_the_limit),
		TEST(test_output_that_could_not_be_kept_whole_is_not_sent_in_part),
		TEST(test_without_memory_for_a_timer_closing_does_not_wait),
		TEST(test_the_room_of_a_large_message_is_not_held_for_a_small_rest),
		TEST(test_whichever_allocation_fails_it_ends_once_and_closes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
