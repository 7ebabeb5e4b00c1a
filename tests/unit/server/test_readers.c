/*
 * test_readers.c -- strangers fill their share of the readers' queue and not more, so
 * that those who are signed in are read for.
 */
#include "server/readers.h"

#include <pthread.h>

#include "unit/server/room.h"

enum { SIGNED_IN = KITH_POOL_QUEUE_MAX - KITH_READERS_STRANGERS_MAX };

struct fixture {
	struct room room;
	struct kith_loop *loop;
	struct kith_readers *readers;
	struct kith_desk *desk;
	struct kith_errands *errands;
};

static struct fixture fixture;
static struct kith_errand blocker;
static struct kith_errand strangers[KITH_READERS_STRANGERS_MAX + 1];
static struct kith_errand people[SIGNED_IN + 1];
static size_t back_count;

/* Holds the one reader until the test has looked. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_held;
static bool may_go;

static void hold(struct kith_errand *errand, struct kith_reader *reader)
{
	(void)errand;
	(void)reader;
	pthread_mutex_lock(&lock);
	is_held = true;
	pthread_cond_broadcast(&changed);
	while (!may_go) {
		pthread_cond_wait(&changed, &lock);
	}
	pthread_mutex_unlock(&lock);
}

static void go(struct kith_errand *errand, struct kith_reader *reader)
{
	(void)errand;
	assert_non_null(reader);
}

static void back(struct kith_errand *errand)
{
	(void)errand;
	back_count++;
}

static int set_up(void **state)
{
	(void)state;
	room_init(&fixture.room);
	assert_int_equal(kith_loop_new(&fixture.loop), KITH_OK);
	const struct kith_readers_options options = { .store = fixture.room.store,
		                                      .name = "test-reader",
		                                      .thread_count = 1,
		                                      .waiting_max = KITH_POOL_QUEUE_MAX,
		                                      .strangers_max = KITH_READERS_STRANGERS_MAX };
	assert_int_equal(kith_readers_new(&options, &fixture.readers), KITH_OK);
	fixture.desk = kith_desk_new(fixture.readers, fixture.loop);
	assert_non_null(fixture.desk);
	fixture.errands = kith_desk_errands(fixture.desk);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kith_readers_free(&fixture.readers);
	kith_desk_free(&fixture.desk);
	kith_loop_free(&fixture.loop);
	room_done(&fixture.room);
	return 0;
}

/* Sends the one reader to wait, so that all others queue. */
static void hold_reader(void)
{
	is_held = false;
	may_go = false;
	back_count = 0;
	blocker = (struct kith_errand){ .go = hold, .back = back };
	assert_true(fixture.errands->send(fixture.errands, &blocker));
	pthread_mutex_lock(&lock);
	while (!is_held) {
		pthread_cond_wait(&changed, &lock);
	}
	pthread_mutex_unlock(&lock);
}

/* Lets the reader go on, until COUNT errands are back. */
static void let_go(size_t count)
{
	pthread_mutex_lock(&lock);
	may_go = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	while (back_count < count) {
		kith_loop_turn(fixture.loop, -1);
	}
	assert_int_equal(back_count, count);
}

static size_t send_many(struct kith_errand *errands, size_t count, bool is_stranger)
{
	size_t sent = 0;

	for (size_t i = 0; i < count; i++) {
		errands[i] =
			(struct kith_errand){ .go = go, .back = back, .is_stranger = is_stranger };
		sent += fixture.errands->send(fixture.errands, &errands[i]);
	}
	return sent;
}

/* R-081 whatever comes with tokens that nobody knows. */
static void test_strangers_leave_room_for_those_who_are_signed_in(void **state)
{
	(void)state;
	for (int round = 0; round < 2; round++) {
		hold_reader();
		assert_int_equal(send_many(strangers, KITH_COUNT(strangers), true),
		                 KITH_READERS_STRANGERS_MAX);
		assert_int_equal(send_many(people, KITH_COUNT(people), false), SIGNED_IN);
		let_go(1 + KITH_READERS_STRANGERS_MAX + SIGNED_IN);
	}
}

/* A queue that is full of others gives back what a stranger had taken of the share. */
static void test_a_stranger_whom_the_queue_refuses_takes_nothing_of_the_share(void **state)
{
	(void)state;
	static struct kith_errand many[KITH_POOL_QUEUE_MAX];

	hold_reader();
	assert_int_equal(send_many(many, KITH_COUNT(many), false), KITH_POOL_QUEUE_MAX);
	assert_int_equal(send_many(strangers, KITH_COUNT(strangers), true), 0);
	let_go(1 + KITH_POOL_QUEUE_MAX);
	hold_reader();
	assert_int_equal(send_many(strangers, KITH_COUNT(strangers), true),
	                 KITH_READERS_STRANGERS_MAX);
	let_go(1 + KITH_READERS_STRANGERS_MAX);
}

/* R-004 a line that is short on purpose: passwords. */
static void test_a_short_line_takes_so_many_and_no_more(void **state)
{
	(void)state;
	const struct kith_readers_options options = { .store = fixture.room.store,
		                                      .name = "test-slow",
		                                      .thread_count = 1,
		                                      .waiting_max = KITH_READERS_SLOW_MAX,
		                                      .strangers_max = KITH_READERS_SLOW_MAX };

	kith_readers_free(&fixture.readers);
	kith_desk_free(&fixture.desk);
	assert_int_equal(kith_readers_new(&options, &fixture.readers), KITH_OK);
	fixture.desk = kith_desk_new(fixture.readers, fixture.loop);
	fixture.errands = kith_desk_errands(fixture.desk);
	for (int round = 0; round < 2; round++) {
		hold_reader();
		assert_int_equal(send_many(strangers, KITH_COUNT(strangers), true),
		                 KITH_READERS_SLOW_MAX);
		let_go(1 + KITH_READERS_SLOW_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_strangers_leave_room_for_those_who_are_signed_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_stranger_whom_the_queue_refuses_takes_nothing_of_the_share, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_a_short_line_takes_so_many_and_no_more, set_up,
		                                tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
