/*
 * test_presence.c -- who is online for others to see, counted by many threads.
 */
#include "service/presence.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"

enum { THREADS = 4, PEOPLE = 500, ROUNDS = 200 };

/* returns whether others see a change. */
static bool enter(struct kith_presence *presence, int64_t user_row, bool is_hidden)
{
	bool is_news = false;
	bool is_counted = kith_presence_enter(presence, user_row, is_hidden, &is_news);

	assert_true(is_counted);
	return is_news;
}

static void test_the_first_to_come_and_the_last_to_leave_are_news(void **state)
{
	(void)state;
	struct kith_presence *presence = kith_presence_new();

	assert_false(kith_presence_shows(presence, 1));
	assert_true(enter(presence, 1, false));
	assert_false(enter(presence, 1, false));
	assert_true(enter(presence, 2, false));
	assert_true(kith_presence_shows(presence, 1));
	assert_false(kith_presence_leave(presence, 1));
	assert_true(kith_presence_shows(presence, 1));
	assert_true(kith_presence_leave(presence, 1));
	assert_false(kith_presence_shows(presence, 1));
	assert_true(kith_presence_shows(presence, 2));
	assert_true(kith_presence_leave(presence, 2));
	kith_presence_free(&presence);
	assert_false(kith_presence_shows(NULL, 1));
}

static void test_who_hides_is_no_news(void **state)
{
	(void)state;
	struct kith_presence *presence = kith_presence_new();

	assert_false(enter(presence, 1, true));
	assert_false(kith_presence_shows(presence, 1));
	assert_false(kith_presence_leave(presence, 1));
	assert_true(enter(presence, 1, false));
	assert_true(kith_presence_hide(presence, 1, true));
	assert_false(kith_presence_hide(presence, 1, true));
	assert_false(kith_presence_shows(presence, 1));
	assert_true(kith_presence_hide(presence, 1, false));
	assert_true(kith_presence_shows(presence, 1));
	/* A session that knows better says so. */
	assert_true(enter(presence, 1, true));
	assert_false(kith_presence_shows(presence, 1));
	assert_false(kith_presence_leave(presence, 1));
	assert_false(kith_presence_leave(presence, 1));
	assert_false(kith_presence_hide(presence, 2, true));
	assert_false(kith_presence_shows(presence, 2));
	kith_presence_free(&presence);
}

static void test_sweep_many_come_and_go_and_the_rest_is_still_found(void **state)
{
	(void)state;
	enum { MANY = 20000 };
	struct kith_presence *presence = kith_presence_new();

	for (int64_t row = 1; row <= MANY; row++) {
		assert_true(enter(presence, row, false));
	}
	for (int64_t row = 1; row <= MANY; row++) {
		if (row % 3 != 0) {
			assert_true(kith_presence_leave(presence, row));
		}
	}
	for (int64_t row = 1; row <= MANY; row++) {
		assert_true(kith_presence_shows(presence, row) == (row % 3 == 0));
	}
	kith_presence_free(&presence);
}

struct crowd {
	struct kith_presence *presence;
	int64_t came; /* as news */
	int64_t left;
};

static void *come_and_go(void *context)
{
	struct crowd *crowd = context;

	for (int i = 0; i < ROUNDS; i++) {
		for (int64_t row = 1; row <= PEOPLE; row++) {
			bool is_news = false;
			KITH_ASSERT(kith_presence_enter(crowd->presence, row, false, &is_news));
			crowd->came += is_news ? 1 : 0;
			KITH_ASSERT(kith_presence_shows(crowd->presence, row));
			crowd->left += kith_presence_leave(crowd->presence, row) ? 1 : 0;
		}
	}
	return NULL;
}

static void test_for_each_who_came_one_left_whichever_threads_saw_it(void **state)
{
	(void)state;
	struct kith_presence *presence = kith_presence_new();
	struct crowd crowds[THREADS];
	pthread_t threads[THREADS];
	int64_t came = 0;
	int64_t left = 0;

	for (size_t i = 0; i < THREADS; i++) {
		crowds[i] = (struct crowd){ .presence = presence };
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &crowds[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		came += crowds[i].came;
		left += crowds[i].left;
	}
	assert_int_equal(came, left);
	assert_true(came >= PEOPLE);
	for (int64_t row = 1; row <= PEOPLE; row++) {
		assert_false(kith_presence_shows(presence, row));
	}
	kith_presence_free(&presence);
}

static void test_without_memory_nobody_is_counted(void **state)
{
	(void)state;
	struct kith_presence *presence = kith_presence_new();
	bool is_news = false;

	kith_mem_fail_from(1);
	assert_null(kith_presence_new());
	bool is_counted = kith_presence_enter(presence, 1, false, &is_news);
	kith_mem_fail_never();
	assert_false(is_counted);
	assert_false(is_news);
	assert_false(kith_presence_shows(presence, 1));
	assert_true(enter(presence, 1, false));
	kith_presence_free(&presence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_to_come_and_the_last_to_leave_are_news),
		cmocka_unit_test(test_who_hides_is_no_news),
		cmocka_unit_test(test_sweep_many_come_and_go_and_the_rest_is_still_found),
		cmocka_unit_test(test_for_each_who_came_one_left_whichever_threads_saw_it),
		cmocka_unit_test(test_without_memory_nobody_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
