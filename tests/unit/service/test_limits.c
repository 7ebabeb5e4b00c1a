/*
 * test_limits.c -- buckets of many people: each has their own, all threads share
 * one, and a table that is too small for everybody never refuses a stranger.
 */
#include "service/limits.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"

#define NOW_US INT64_C(1800000000000000)
#define SECOND_US INT64_C(1000000)

/* Every kind: BURST at once, ten a second. */
static struct kith_limits *new_limits(int64_t burst)
{
	struct kith_limit kinds[KITH_LIMIT_COUNT];

	for (size_t i = 0; i < KITH_LIMIT_COUNT; i++) {
		kinds[i] = kith_limit_make(10, SECOND_US, burst);
	}
	struct kith_limits *limits = kith_limits_new(kinds);
	assert_non_null(limits);
	return limits;
}

static void test_each_kind_and_each_person_has_a_bucket(void **state)
{
	(void)state;
	enum { PEOPLE = 40, BURST = 5 };
	struct kith_limits *limits = new_limits(BURST);

	/* The same small numbers for every kind, as rows are. */
	for (int taken = 0; taken < BURST; taken++) {
		for (enum kith_limit_kind kind = 0; kind < KITH_LIMIT_COUNT; kind++) {
			for (uint64_t whose = 0; whose < PEOPLE; whose++) {
				assert_int_equal(
					kith_limits_take(limits, kind, whose, NOW_US, NULL),
					KITH_OK);
			}
		}
	}
	for (enum kith_limit_kind kind = 0; kind < KITH_LIMIT_COUNT; kind++) {
		for (uint64_t whose = 0; whose < PEOPLE; whose++) {
			struct kith_why why = { .detail = "" };
			assert_int_equal(kith_limits_take(limits, kind, whose, NOW_US, &why),
			                 KITH_E_RATE_LIMITED);
			assert_int_equal(why.retry_after_ms, 100);
			assert_true(strlen(why.detail) > 10);
			assert_int_equal(
				kith_limits_take(limits, kind, whose, NOW_US + 100000, NULL),
				KITH_OK);
		}
		assert_int_equal(kith_limits_refused(limits, kind), PEOPLE);
	}
	kith_limits_free(&limits);
	assert_null(limits);
}

static void test_a_limit_of_zero_and_no_limits_at_all_let_everything_pass(void **state)
{
	(void)state;
	const struct kith_limit kinds[KITH_LIMIT_COUNT] = {
		[KITH_LIMIT_SENDS_USER] = kith_limit_make(1, SECOND_US, 1),
	};
	struct kith_limits *limits = kith_limits_new(kinds);

	for (int i = 0; i < 100000; i++) {
		assert_int_equal(kith_limits_take(limits, KITH_LIMIT_CALLS_USER, 1, NOW_US, NULL),
		                 KITH_OK);
		assert_int_equal(kith_limits_take(NULL, KITH_LIMIT_SENDS_USER, 1, NOW_US, NULL),
		                 KITH_OK);
	}
	assert_int_equal(kith_limits_take(limits, KITH_LIMIT_SENDS_USER, 1, NOW_US, NULL), KITH_OK);
	assert_int_equal(kith_limits_take(limits, KITH_LIMIT_SENDS_USER, 1, NOW_US, NULL),
	                 KITH_E_RATE_LIMITED);
	const struct kith_signin who = { .account = 7 };
	assert_int_equal(kith_signin_may(NULL, &who, NOW_US, NULL), KITH_OK);
	kith_signin_failed(NULL, &who, NOW_US);
	kith_signin_passed(NULL, &who);
	kith_limits_spend(NULL, KITH_LIMIT_SENDS_USER, 1, NOW_US);
	kith_limits_give_back(NULL, KITH_LIMIT_SENDS_USER, 1);
	assert_int_equal(kith_limits_may(NULL, KITH_LIMIT_SENDS_USER, 1, NOW_US, NULL), KITH_OK);
	assert_int_equal(kith_limits_refused(NULL, KITH_LIMIT_SENDS_USER), 0);
	kith_limits_free(&limits);
	kith_limits_free(&limits);
}

static void test_asking_counts_nothing_and_giving_back_is_exact(void **state)
{
	(void)state;
	struct kith_limits *limits = new_limits(3);
	enum kith_limit_kind kind = KITH_LIMIT_SENDS_CONVERSATION;

	for (int i = 0; i < 100; i++) {
		assert_int_equal(kith_limits_may(limits, kind, 9, NOW_US, NULL), KITH_OK);
		assert_int_equal(kith_limits_take(limits, kind, 9, NOW_US, NULL), KITH_OK);
		kith_limits_give_back(limits, kind, 9);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kith_limits_take(limits, kind, 9, NOW_US, NULL), KITH_OK);
	}
	assert_int_equal(kith_limits_may(limits, kind, 9, NOW_US, NULL), KITH_E_RATE_LIMITED);
	assert_int_equal(kith_limits_take(limits, kind, 9, NOW_US, NULL), KITH_E_RATE_LIMITED);
	/* Somebody whom nobody knows has nothing to give back. */
	kith_limits_give_back(limits, kind, 10);
	kith_limits_free(&limits);
}

/* R-081 a table that is full forgets, so more may pass; a stranger is never refused. */
static void test_more_people_than_rows_are_never_mistaken_for_each_other(void **state)
{
	(void)state;
	enum { PEOPLE = 4 * KITH_LIMITS_ROWS_MAX };
	struct kith_limits *limits = new_limits(2);
	int64_t remembered = 0;

	for (uint64_t whose = 0; whose < PEOPLE; whose++) {
		assert_int_equal(
			kith_limits_take(limits, KITH_LIMIT_CALLS_USER, whose, NOW_US, NULL),
			KITH_OK);
	}
	for (uint64_t whose = PEOPLE; whose-- > 0;) {
		assert_int_equal(
			kith_limits_take(limits, KITH_LIMIT_SENDS_USER, whose, NOW_US, NULL),
			KITH_OK);
	}
	/* Those with the least in their buckets stay: two taken beat one. */
	for (uint64_t whose = 0; whose < 1000; whose++) {
		for (int i = 0; i < 2; i++) {
			assert_int_equal(kith_limits_take(limits, KITH_LIMIT_TYPING_USER, whose,
			                                  NOW_US, NULL),
			                 KITH_OK);
		}
	}
	for (uint64_t whose = 0; whose < 1000; whose++) {
		remembered += kith_limits_take(limits, KITH_LIMIT_TYPING_USER, whose, NOW_US,
		                               NULL) == KITH_E_RATE_LIMITED;
	}
	assert_int_equal(remembered, 1000);
	kith_limits_free(&limits);
}

/* --- threads --- */

enum { THREADS = 4, TRIES = 20000, KEYS = 8 };

static struct kith_limits *shared;
static atomic_int passed[KEYS];

static void *ask(void *context)
{
	uint64_t start = *(const uint64_t *)context;

	for (uint64_t i = 0; i < TRIES; i++) {
		uint64_t whose = (start + i) % KEYS;
		if (kith_limits_take(shared, KITH_LIMIT_SENDS_CONVERSATION, whose, NOW_US, NULL) ==
		    KITH_OK) {
			atomic_fetch_add(&passed[whose], 1);
		}
	}
	return NULL;
}

/* R-081 the burst's last passes and the next does not, whichever worker asks. */
static void test_all_threads_share_each_bucket_exactly(void **state)
{
	(void)state;
	enum { BURST = 1500 };
	static const uint64_t starts[THREADS] = { 0, 3, 5, 6 };
	pthread_t threads[THREADS];

	shared = new_limits(BURST);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, ask, (void *)&starts[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	for (size_t i = 0; i < KEYS; i++) {
		assert_int_equal(passed[i], BURST);
	}
	assert_int_equal(kith_limits_refused(shared, KITH_LIMIT_SENDS_CONVERSATION),
	                 THREADS * TRIES - KEYS * BURST);
	kith_limits_free(&shared);
}

/* --- addresses --- */

static uint64_t by_text(const struct kith_limits *limits, const char *text)
{
	struct kith_ip ip;

	assert_true(kith_ip_read(kith_str_of(text), &ip));
	return kith_limits_by_address(limits, &ip);
}

static void test_an_ipv6_site_is_one_address_and_ipv4_addresses_are_many(void **state)
{
	(void)state;
	struct kith_limits *limits = new_limits(1);

	assert_true(by_text(limits, "2001:db8:1:2::7") == by_text(limits, "2001:db8:1:2:9::8"));
	assert_true(by_text(limits, "2001:db8:1:2::7") != by_text(limits, "2001:db8:1:3::7"));
	assert_true(by_text(limits, "192.0.2.7") != by_text(limits, "192.0.2.8"));
	assert_true(kith_limits_by_account(limits, KITH_STR("alice")) !=
	            kith_limits_by_account(limits, KITH_STR("bob")));
	assert_true(kith_limits_by_account(limits, KITH_STR("alice")) ==
	            kith_limits_by_account(limits, KITH_STR("alice")));
	assert_true(by_text(NULL, "192.0.2.7") == 0);
	assert_true(kith_limits_by_account(NULL, KITH_STR("alice")) == 0);
	kith_limits_free(&limits);
}

/* --- signing in --- */

static void test_wrong_passwords_lock_the_account_and_the_address_for_a_while(void **state)
{
	(void)state;
	enum { BURST = 6 };
	struct kith_limits *limits = new_limits(BURST);
	struct kith_signin alice = { .address = 1, .account = 10 };
	struct kith_why why = { .detail = "" };

	for (int i = 0; i < BURST; i++) {
		assert_int_equal(kith_signin_may(limits, &alice, NOW_US, NULL), KITH_OK);
		kith_signin_failed(limits, &alice, NOW_US);
	}
	/* From another address the account is locked, too; another account is not. */
	alice.address = 2;
	assert_int_equal(kith_signin_may(limits, &alice, NOW_US, &why), KITH_E_RATE_LIMITED);
	assert_int_equal(why.retry_after_ms, 100);
	const struct kith_signin bob = { .address = 2, .account = 11 };
	assert_int_equal(kith_signin_may(limits, &bob, NOW_US, NULL), KITH_OK);
	kith_signin_passed(limits, &bob);
	/* And from the first address nobody may try. */
	const struct kith_signin carol = { .address = 1, .account = 12 };
	assert_int_equal(kith_signin_may(limits, &carol, NOW_US, NULL), KITH_E_RATE_LIMITED);
	assert_int_equal(kith_signin_may(limits, &carol, NOW_US + 100000, NULL), KITH_OK);
	kith_signin_passed(limits, &carol);
	kith_limits_free(&limits);
}

static void test_right_passwords_never_count(void **state)
{
	(void)state;
	struct kith_limits *limits = new_limits(2);
	const struct kith_signin alice = { .address = 1, .account = 10 };

	for (int i = 0; i < 1000; i++) {
		assert_int_equal(kith_signin_may(limits, &alice, NOW_US, NULL), KITH_OK);
		kith_signin_passed(limits, &alice);
	}
	kith_limits_free(&limits);
}

static void test_many_guesses_at_once_do_not_all_get_in(void **state)
{
	(void)state;
	enum { BURST = 3 };
	struct kith_limits *limits = new_limits(BURST);
	int let_in = 0;

	/* None of them has failed yet. */
	for (uint64_t address = 0; address < 50; address++) {
		const struct kith_signin who = { .address = address, .account = 10 };
		let_in += kith_signin_may(limits, &who, NOW_US, NULL) == KITH_OK;
	}
	assert_int_equal(let_in, BURST);
	kith_limits_free(&limits);
}

static void test_every_kind_has_a_name(void **state)
{
	(void)state;
	for (enum kith_limit_kind kind = 0; kind < KITH_LIMIT_COUNT; kind++) {
		assert_non_null(kith_limits_name(kind));
		for (enum kith_limit_kind other = 0; other < kind; other++) {
			assert_string_not_equal(kith_limits_name(kind), kith_limits_name(other));
		}
	}
}

static void test_without_memory_there_are_no_limits_and_nothing_leaks(void **state)
{
	(void)state;
	const struct kith_limit kinds[KITH_LIMIT_COUNT] = { { 0 } };

	for (uint64_t nth = 1; nth <= 2; nth++) {
		kith_mem_fail_from(nth);
		struct kith_limits *limits = kith_limits_new(kinds);
		kith_mem_fail_never();
		assert_null(limits);
	}
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
		cmocka_unit_test(test_each_kind_and_each_person_has_a_bucket),
		cmocka_unit_test(test_a_limit_of_zero_and_no_limits_at_all_let_everything_pass),
		cmocka_unit_test(test_asking_counts_nothing_and_giving_back_is_exact),
		cmocka_unit_test(test_more_people_than_rows_are_never_mistaken_for_each_other),
		cmocka_unit_test(test_all_threads_share_each_bucket_exactly),
		cmocka_unit_test(test_an_ipv6_site_is_one_address_and_ipv4_addresses_are_many),
		cmocka_unit_test(test_wrong_passwords_lock_the_account_and_the_address_for_a_while),
		cmocka_unit_test(test_right_passwords_never_count),
		cmocka_unit_test(test_many_guesses_at_once_do_not_all_get_in),
		cmocka_unit_test(test_every_kind_has_a_name),
		cmocka_unit_test(test_without_memory_there_are_no_limits_and_nothing_leaks),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
