/*
 * test_rand.c -- chance that repeats for tests, and does not otherwise.
 */
#include "base/rand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_a_seed_gives_the_same_bytes_however_they_are_taken(void **state)
{
	(void)state;
	uint8_t whole[1000];
	struct kith_rand rand;
	kith_rand_init_fixed(&rand, 42);
	kith_rand_bytes(&rand, whole, sizeof(whole));
	for (size_t part = 1; part < 300; part += 7) {
		uint8_t pieces[1000];
		kith_rand_init_fixed(&rand, 42);
		for (size_t at = 0; at < sizeof(pieces); at += part) {
			size_t len = sizeof(pieces) - at < part ? sizeof(pieces) - at : part;
			kith_rand_bytes(&rand, pieces + at, len);
		}
		assert_memory_equal(whole, pieces, sizeof(whole));
	}
	uint8_t other[1000];
	kith_rand_init_fixed(&rand, 43);
	kith_rand_bytes(&rand, other, sizeof(other));
	assert_memory_not_equal(whole, other, sizeof(whole));
}

static void test_the_real_one_never_repeats(void **state)
{
	(void)state;
	uint8_t a[32];
	uint8_t b[32];
	struct kith_rand rand;
	struct kith_rand second;
	kith_rand_start();
	kith_rand_init(&rand);
	kith_rand_init(&second);
	kith_rand_bytes(&rand, a, sizeof(a));
	kith_rand_bytes(&second, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	for (int i = 0; i < 100; i++) {
		kith_rand_bytes(&rand, b, sizeof(b));
		assert_memory_not_equal(a, b, sizeof(a));
	}
}

static void test_spent_bytes_do_not_stay_in_the_pool(void **state)
{
	(void)state;
	uint8_t key[32];
	static const uint8_t zero[32];
	struct kith_rand rand;
	kith_rand_start();
	kith_rand_init(&rand);
	kith_rand_bytes(&rand, key, sizeof(key));
	assert_memory_equal(rand.pool, zero, sizeof(zero));
	assert_memory_not_equal(key, zero, sizeof(zero));
}

static void test_below_stays_below_and_meets_every_value(void **state)
{
	(void)state;
	struct kith_rand rand;
	kith_rand_init_fixed(&rand, 7);
	for (uint64_t bound = 1; bound < 40; bound++) {
		unsigned hits[40] = { 0 };
		for (int i = 0; i < 4000; i++) {
			uint64_t got = kith_rand_below(&rand, bound);
			assert_true(got < bound);
			hits[got]++;
		}
		for (uint64_t i = 0; i < bound; i++) {
			assert_true(hits[i] > 4000 / bound / 2);
		}
	}
	assert_true(kith_rand_below(&rand, UINT64_MAX) < UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_seed_gives_the_same_bytes_however_they_are_taken),
		cmocka_unit_test(test_the_real_one_never_repeats),
		cmocka_unit_test(test_spent_bytes_do_not_stay_in_the_pool),
		cmocka_unit_test(test_below_stays_below_and_meets_every_value),
	};
	return cmocka_run_group_tests_name("base/rand", tests, NULL, NULL);
}
