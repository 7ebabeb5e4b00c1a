/*
 * test_loop.c -- what a turn runs and in which order, its limits, and how other
 * threads reach it.
 */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/when.h"
#include "net/loop.h"
#include "net/turn.h"
#include "unit/net/clock.h"

static struct kith_loop *loop;

static int set_up(void **state)
{
	(void)state;
	return kith_loop_new(&loop) == KITH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	kith_loop_free(&loop);
	return loop == NULL ? 0 : -1;
}

/* A letter per thing that ran. */
static char story[64];

static void tell(char what)
{
	size_t len = strlen(story);
	assert_true(len + 1 < sizeof(story));
	story[len] = what;
	story[len + 1] = '\0';
}

static void tell_event(struct kith_watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	tell('e');
}

static void tell_task(struct kith_task *task)
{
	(void)task;
	tell('t');
}

static void tell_timer(struct kith_timer *timer)
{
	(void)timer;
	tell('c');
}

static void tell_ready(struct kith_ready *ready)
{
	(void)ready;
	tell('r');
}

static void tell_hook(void *context)
{
	(void)context;
	tell('h');
}

static void tell_output(struct kith_ready *ready)
{
	(void)ready;
	tell('o');
}

static void tell_rest(void *context)
{
	(void)context;
	tell('z');
}

static void test_a_turn_runs_events_tasks_timers_ready_and_hook_in_this_order(void **state)
{
	(void)state;
	story[0] = '\0';
	struct kith_ready ready = { .on_ready = tell_ready };
	struct kith_timer timer = { .on_time = tell_timer };
	struct kith_task task = { .run = tell_task };
	struct kith_watch watch = { .fd = eventfd(1, EFD_CLOEXEC), .on_events = tell_event };
	struct kith_ready output = { .on_ready = tell_output };
	kith_loop_set_hook(loop, tell_hook, NULL);
	kith_loop_set_rest(loop, tell_rest, NULL);
	kith_turn_add_output(loop, &output);
	kith_ready_add(loop, &ready);
	kith_ready_add(loop, &ready); /* once, however often */
	assert_int_equal(kith_timer_set(loop, &timer, steady_us), KITH_OK);
	kith_loop_post(loop, &task);
	assert_int_equal(kith_watch_add(loop, &watch), KITH_OK);

	kith_loop_turn(loop, 0);
	assert_string_equal(story, "etcrhoz");
	assert_int_equal(kith_loop_wait_ms(loop), -1);
	kith_loop_turn(loop, 0);
	assert_string_equal(story, "etcrhozhz");
	kith_watch_remove(loop, &watch);
	close(watch.fd);
}

struct again {
	struct kith_ready ready;
	int runs;
};

static void run_again(struct kith_ready *ready)
{
	struct again *again = KITH_CONTAINER(ready, struct again, ready);
	again->runs++;
	kith_ready_add(loop, ready);
}

static void test_what_is_added_while_the_list_runs_is_for_the_next_turn(void **state)
{
	(void)state;
	struct again a = { .ready = { .on_ready = run_again } };
	struct again b = { .ready = { .on_ready = run_again } };
	kith_ready_add(loop, &a.ready);
	kith_ready_add(loop, &b.ready);
	for (int turn = 1; turn <= 3; turn++) {
		assert_int_equal(kith_loop_wait_ms(loop), 0);
		kith_loop_turn(loop, -1);
		assert_int_equal(a.runs, turn);
		assert_int_equal(b.runs, turn);
	}
	kith_ready_remove(loop, &a.ready);
	kith_loop_turn(loop, 0);
	assert_int_equal(a.runs, 3);
	assert_int_equal(b.runs, 4);
	kith_ready_remove(loop, &b.ready);
	kith_ready_remove(loop, &b.ready); /* off the list already */
	assert_int_equal(kith_loop_wait_ms(loop), -1);
}

struct watcher {
	struct kith_watch watch;
	struct watcher *victim;
	int runs;
};

static void count_event(struct kith_watch *watch, uint32_t events)
{
	struct watcher *watcher = KITH_CONTAINER(watch, struct watcher, watch);
	(void)events;
	watcher->runs++;
	if (watcher->victim != NULL) {
		kith_watch_remove(loop, &watcher->victim->watch);
		close(watcher->victim->watch.fd);
		watcher->victim->watch.fd = -1;
		watcher->victim->victim = NULL; /* both wish to: the first one does */
		watcher->victim = NULL;
	}
}

static void open_watcher(struct watcher *watcher)
{
	*watcher = (struct watcher){ .watch = { .on_events = count_event } };
	watcher->watch.fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_true(watcher->watch.fd >= 0);
	assert_int_equal(kith_watch_add(loop, &watcher->watch), KITH_OK);
}

static void close_watcher(struct watcher *watcher)
{
	if (watcher->watch.fd >= 0) {
		kith_watch_remove(loop, &watcher->watch);
		close(watcher->watch.fd);
	}
}

static void test_a_watch_that_is_removed_in_the_same_turn_hears_nothing(void **state)
{
	(void)state;
	struct watcher a;
	struct watcher b;
	open_watcher(&a);
	open_watcher(&b);
	a.victim = &b;
	b.victim = &a;
	kith_loop_turn(loop, 0);
	assert_int_equal(a.runs + b.runs, 1);
	close_watcher(&a);
	close_watcher(&b);
}

static void test_a_turn_takes_so_many_events_and_the_next_the_rest(void **state)
{
	(void)state;
	enum { COUNT = KITH_LOOP_TURN_EVENTS + 44 };
	static struct watcher watchers[COUNT];
	for (int i = 0; i < COUNT; i++) {
		open_watcher(&watchers[i]);
	}
	const int expected[] = { KITH_LOOP_TURN_EVENTS, COUNT, COUNT };
	for (size_t turn = 0; turn < KITH_COUNT(expected); turn++) {
		kith_loop_turn(loop, 0);
		int runs = 0;
		for (int i = 0; i < COUNT; i++) {
			runs += watchers[i].runs;
		}
		assert_int_equal(runs, expected[turn]);
	}
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(watchers[i].runs, 1);
		close_watcher(&watchers[i]);
	}
}

static int task_runs;

static void count_task(struct kith_task *task)
{
	(void)task;
	task_runs++;
}

static void test_a_turn_takes_so_many_tasks_and_the_next_the_rest(void **state)
{
	(void)state;
	enum { COUNT = KITH_LOOP_TURN_TASKS + 500 };
	static struct kith_task tasks[COUNT];
	task_runs = 0;
	for (int i = 0; i < COUNT; i++) {
		tasks[i].run = count_task;
		kith_loop_post(loop, &tasks[i]);
	}
	kith_loop_turn(loop, -1);
	assert_int_equal(task_runs, KITH_LOOP_TURN_TASKS);
	assert_int_equal(kith_loop_wait_ms(loop), 0);
	kith_loop_turn(loop, -1);
	assert_int_equal(task_runs, COUNT);
	assert_int_equal(kith_loop_wait_ms(loop), -1);
}

static int timer_runs;

static void count_timer(struct kith_timer *timer)
{
	(void)timer;
	timer_runs++;
}

static void test_a_turn_takes_so_many_timers_and_the_next_the_rest(void **state)
{
	(void)state;
	enum { COUNT = KITH_LOOP_TURN_TIMERS + 10 };
	static struct kith_timer timers[COUNT];
	timer_runs = 0;
	for (int i = 0; i < COUNT; i++) {
		timers[i].on_time = count_timer;
		assert_int_equal(kith_timer_set(loop, &timers[i], steady_us - i), KITH_OK);
	}
	kith_loop_turn(loop, -1);
	assert_int_equal(timer_runs, KITH_LOOP_TURN_TIMERS);
	kith_loop_turn(loop, -1);
	assert_int_equal(timer_runs, COUNT);
}

static void set_again(struct kith_timer *timer)
{
	timer_runs++;
	assert_int_equal(kith_timer_set(loop, timer, steady_us), KITH_OK);
}

static void test_a_timer_that_is_always_due_does_not_hold_the_turn(void **state)
{
	(void)state;
	timer_runs = 0;
	struct kith_timer timer = { .on_time = set_again };
	assert_int_equal(kith_timer_set(loop, &timer, steady_us), KITH_OK);
	kith_loop_turn(loop, -1);
	assert_in_range(timer_runs, 1, KITH_LOOP_TURN_TIMERS);
	kith_timer_clear(loop, &timer);
}

static void test_a_timer_runs_when_it_is_due_and_not_before(void **state)
{
	(void)state;
	timer_runs = 0;
	struct kith_timer timer = { .on_time = count_timer };
	assert_int_equal(kith_timer_set(loop, &timer, steady_us + 1500), KITH_OK);
	assert_int_equal(kith_loop_wait_ms(loop), 2); /* rounded up, or it would spin */
	kith_loop_turn(loop, 0);
	assert_int_equal(timer_runs, 0);
	steady_us += 1500;
	assert_int_equal(kith_loop_wait_ms(loop), 0);
	kith_loop_turn(loop, -1);
	assert_int_equal(timer_runs, 1);
	assert_int_equal(timer.slot, 0);
	assert_int_equal(kith_loop_steady_us(loop), steady_us);
}

static void test_a_turn_waits_no_longer_than_told_or_than_the_next_timer(void **state)
{
	(void)state;
	timer_runs = 0;
	struct kith_timer timer = { .on_time = count_timer };
	assert_int_equal(kith_timer_set(loop, &timer, steady_us + 1000), KITH_OK);
	kith_loop_turn(loop, -1); /* comes back, or the test hangs */
	assert_int_equal(timer_runs, 0);
	assert_int_equal(kith_timer_set(loop, &timer, INT64_MAX), KITH_OK);
	assert_int_equal(kith_loop_wait_ms(loop), INT32_MAX);
	kith_loop_turn(loop, 1);
	kith_timer_clear(loop, &timer);
}

static void stop_here(struct kith_task *task)
{
	(void)task;
	task_runs++;
	kith_loop_stop(loop);
}

static void test_run_ends_after_the_turn_that_stops_it(void **state)
{
	(void)state;
	task_runs = 0;
	struct kith_task stop = { .run = stop_here };
	struct kith_task after = { .run = count_task };
	kith_loop_post(loop, &stop);
	kith_loop_post(loop, &after);
	kith_loop_run(loop);
	assert_int_equal(task_runs, 2);
	kith_loop_stop(loop);
	kith_loop_run(loop); /* stopped before it began: returns */
	assert_int_equal(task_runs, 2);
}

static void on_signal(int number)
{
	(void)number;
	kith_loop_stop(loop);
}

static void *send_signal(void *context)
{
	pthread_kill(*(pthread_t *)context, SIGUSR1);
	return NULL;
}

static void test_a_signal_handler_may_stop_the_loop(void **state)
{
	(void)state;
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction before;
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	pthread_t self = pthread_self();
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, send_signal, &self), 0);
	kith_loop_run(loop);
	pthread_join(thread, NULL);
	sigaction(SIGUSR1, &before, NULL);
	assert_int_equal(kith_loop_wait_ms(loop), -1);
}

static void test_somebody_else_can_poll_the_loop(void **state)
{
	(void)state;
	task_runs = 0;
	struct pollfd poll_fd = { .fd = kith_loop_fd(loop), .events = POLLIN };
	kith_loop_turn(loop, 0);
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	struct kith_task task = { .run = count_task };
	kith_loop_post(loop, &task);
	assert_int_equal(poll(&poll_fd, 1, 0), 1);
	kith_loop_turn(loop, 0);
	assert_int_equal(task_runs, 1);
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
}

enum { POSTERS = 4, POSTS = 20000 };

struct post {
	struct kith_task task;
	int runs;
};

static struct post posts[POSTERS][POSTS];
static int posts_run;
static int last_of[POSTERS];

static void run_post(struct kith_task *task)
{
	struct post *post = KITH_CONTAINER(task, struct post, task);
	ptrdiff_t at = post - &posts[0][0];
	ptrdiff_t poster = at / POSTS;
	post->runs++;
	assert_int_equal(last_of[poster], at % POSTS); /* in the order it posted them */
	last_of[poster]++;
	if (++posts_run == POSTERS * POSTS) {
		kith_loop_stop(loop);
	}
}

static void *post_all(void *context)
{
	struct post *mine = context;
	for (int i = 0; i < POSTS; i++) {
		mine[i].task.run = run_post;
		kith_loop_post(loop, &mine[i].task);
	}
	return NULL;
}

static void test_tasks_of_four_threads_run_once_each_and_in_order(void **state)
{
	(void)state;
	pthread_t threads[POSTERS];
	for (int i = 0; i < POSTERS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, post_all, posts[i]), 0);
	}
	kith_loop_run(loop);
	for (int i = 0; i < POSTERS; i++) {
		pthread_join(threads[i], NULL);
		for (int j = 0; j < POSTS; j++) {
			assert_int_equal(posts[i][j].runs, 1);
		}
	}
}

enum { WAKES = 20000 };

static atomic_int shared;

static void look(void *context)
{
	int *seen = context;
	*seen = atomic_load(&shared);
	if (*seen == WAKES) {
		kith_loop_stop(loop);
	}
}

static void *share_and_wake(void *context)
{
	(void)context;
	for (int i = 0; i < WAKES; i++) {
		atomic_fetch_add(&shared, 1);
		kith_loop_wake(loop);
	}
	return NULL;
}

static void test_the_hook_sees_what_was_shared_before_the_last_wake(void **state)
{
	(void)state;
	int seen = 0;
	pthread_t thread;
	kith_loop_set_hook(loop, look, &seen);
	assert_int_equal(pthread_create(&thread, NULL, share_and_wake, NULL), 0);
	kith_loop_run(loop); /* a lost wake-up hangs here */
	pthread_join(thread, NULL);
	assert_int_equal(seen, WAKES);
}

static void test_without_memory_there_is_no_loop(void **state)
{
	(void)state;
	struct kith_loop *none = NULL;
	kith_mem_fail_from(1);
	enum kith_rc rc = kith_loop_new(&none);
	struct kith_timer timer = { .on_time = count_timer };
	enum kith_rc timer_rc = kith_timer_set(loop, &timer, steady_us);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_null(none);
	assert_int_equal(timer_rc, KITH_E_NO_MEMORY);
	assert_int_equal(timer.slot, 0);
	kith_loop_free(&none);
}

static void test_without_descriptors_there_is_no_loop(void **state)
{
	(void)state;
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	int lowest = dup(0);
	assert_true(lowest >= 0);
	close(lowest);
	for (rlim_t more = 0; more < 2; more++) { /* none at all; one, where two are needed */
		struct kith_loop *none = NULL;
		struct rlimit few = { .rlim_cur = (rlim_t)lowest + more,
			              .rlim_max = before.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		enum kith_rc rc = kith_loop_new(&none);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_int_equal(rc, KITH_E_IO);
		assert_null(none);
		int free_now = dup(0);
		assert_int_equal(free_now, lowest);
		close(free_now);
	}
}

static void test_a_turn_knows_the_time_of_day(void **state)
{
	(void)state;
	int64_t before_us = kith_when_now_us();
	kith_loop_turn(loop, 0);
	assert_true(kith_loop_now_us(loop) >= before_us);
	assert_true(kith_loop_now_us(loop) <= kith_when_now_us());
}

static void test_a_closed_descriptor_cannot_be_watched(void **state)
{
	(void)state;
	struct kith_watch watch = { .fd = -1, .on_events = tell_event };
	assert_int_equal(kith_watch_add(loop, &watch), KITH_E_IO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_turn_runs_events_tasks_timers_ready_and_hook_in_this_order),
		TEST(test_what_is_added_while_the_list_runs_is_for_the_next_turn),
		TEST(test_a_watch_that_is_removed_in_the_same_turn_hears_nothing),
		TEST(test_a_turn_takes_so_many_events_and_the_next_the_rest),
		TEST(test_a_turn_takes_so_many_tasks_and_the_next_the_rest),
		TEST(test_a_turn_takes_so_many_timers_and_the_next_the_rest),
		TEST(test_a_timer_that_is_always_due_does_not_hold_the_turn),
		TEST(test_a_timer_runs_when_it_is_due_and_not_before),
		TEST(test_a_turn_waits_no_longer_than_told_or_than_the_next_timer),
		TEST(test_run_ends_after_the_turn_that_stops_it),
		TEST(test_a_signal_handler_may_stop_the_loop),
		TEST(test_somebody_else_can_poll_the_loop),
		TEST(test_tasks_of_four_threads_run_once_each_and_in_order),
		TEST(test_the_hook_sees_what_was_shared_before_the_last_wake),
		TEST(test_without_memory_there_is_no_loop),
		TEST(test_without_descriptors_there_is_no_loop),
		TEST(test_a_turn_knows_the_time_of_day),
		TEST(test_a_closed_descriptor_cannot_be_watched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
