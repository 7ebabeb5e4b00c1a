/*
 * test_visitors.c -- connections of each address are counted exactly, on all threads.
 */
#include "server/visitors.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"

static struct kith_ip ip_of(const char *text)
{
	struct kith_ip ip;

	assert_true(kith_ip_read(kith_str_of(text), &ip));
	return ip;
}

static void test_one_address_has_so_many_and_others_have_theirs(void **state)
{
	(void)state;
	enum { MAX = 3 };
	struct kith_visitors *visitors = kith_visitors_new(MAX);
	struct kith_visitor *held[2][MAX];
	struct kith_visitor *late;
	const struct kith_ip ips[2] = { ip_of("192.0.2.7"), ip_of("2001:db8::7") };
	const struct kith_ip neighbour = ip_of("2001:db8::8");

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 2; i++) {
			for (size_t j = 0; j < MAX; j++) {
				assert_true(kith_visitors_enter(visitors, &ips[i], &held[i][j]));
				assert_non_null(held[i][j]);
			}
			assert_false(kith_visitors_enter(visitors, &ips[i], &late));
			assert_null(late);
		}
		assert_false(kith_visitors_enter(visitors, &neighbour, &late));
		kith_visitors_leave(visitors, &held[0][1]);
		assert_null(held[0][1]);
		assert_true(kith_visitors_enter(visitors, &ips[0], &held[0][1]));
		for (size_t i = 0; i < 2; i++) {
			for (size_t j = 0; j < MAX; j++) {
				kith_visitors_leave(visitors, &held[i][j]);
			}
		}
	}
	kith_visitors_leave(visitors, &held[0][0]); /* nobody */
	kith_visitors_free(&visitors);
	kith_visitors_free(&visitors);
}

static void test_without_a_limit_nobody_is_counted(void **state)
{
	(void)state;
	struct kith_visitors *visitors = kith_visitors_new(0);
	struct kith_ip ip = ip_of("192.0.2.7");
	struct kith_visitor *visitor;

	for (int i = 0; i < 1000; i++) {
		assert_true(kith_visitors_enter(visitors, &ip, &visitor));
		assert_null(visitor);
	}
	kith_visitors_free(&visitors);
}

/* --- threads --- */

enum { THREADS = 4, ROUNDS = 5000, THREADS_MAX_OPEN = 3 };

static struct kith_visitors *shared;
static atomic_int open_now;
static atomic_int most_open;

static void *come_and_go(void *context)
{
	struct kith_ip ip = ip_of("192.0.2.7");
	(void)context;

	for (int i = 0; i < ROUNDS; i++) {
		struct kith_visitor *visitor;
		if (!kith_visitors_enter(shared, &ip, &visitor)) {
			continue;
		}
		int now = atomic_fetch_add(&open_now, 1) + 1;
		int most = atomic_load(&most_open);
		while (now > most && !atomic_compare_exchange_weak(&most_open, &most, now)) {
		}
		atomic_fetch_sub(&open_now, 1);
		kith_visitors_leave(shared, &visitor);
	}
	return NULL;
}

static void test_threads_that_come_and_go_never_have_too_many_and_leave_nothing(void **state)
{
	(void)state;
	pthread_t threads[THREADS];

	shared = kith_visitors_new(THREADS_MAX_OPEN);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, NULL), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_in_range(most_open, 1, THREADS_MAX_OPEN);
	kith_visitors_free(&shared); /* asserts that all have left */
}

static void test_without_memory_one_more_is_too_many(void **state)
{
	(void)state;
	struct kith_ip ip = ip_of("192.0.2.7");
	struct kith_visitor *visitor;

	kith_mem_fail_from(1);
	assert_null(kith_visitors_new(3));
	kith_mem_fail_never();
	struct kith_visitors *visitors = kith_visitors_new(3);
	for (uint64_t nth = 1; nth <= 2; nth++) { /* the count, the table */
		kith_mem_fail_from(nth);
		bool may_enter = kith_visitors_enter(visitors, &ip, &visitor);
		kith_mem_fail_never();
		assert_false(may_enter);
		assert_null(visitor);
	}
	assert_true(kith_visitors_enter(visitors, &ip, &visitor));
	kith_visitors_leave(visitors, &visitor);
	kith_visitors_free(&visitors);
}

static int start(void **state)
{
	(void)state;
	kith_rand_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_address_has_so_many_and_others_have_theirs),
		cmocka_unit_test(test_without_a_limit_nobody_is_counted),
		cmocka_unit_test(
			test_threads_that_come_and_go_never_have_too_many_and_leave_nothing),
		cmocka_unit_test(test_without_memory_one_more_is_too_many),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
