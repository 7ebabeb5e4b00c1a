/*
 * test_table.c -- a hash table against a plain array of the same keys, also when
 * memory runs out.
 */
#include "base/mem.h"
#include "base/rand.h"
#include "base/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { KEYS = 512 };

static char values[KEYS];

/* What the table must hold: has[key]. */
static void check_all(const struct kith_table *table, const bool *has)
{
	size_t count = 0;
	for (uint64_t key = 0; key < KEYS; key++) {
		assert_ptr_equal(kith_table_get(table, key), has[key] ? &values[key] : NULL);
		count += has[key];
	}
	assert_int_equal(table->count, count);
	size_t walked = 0;
	size_t at = 0;
	for (char *value = kith_table_next(table, &at); value != NULL;
	     value = kith_table_next(table, &at)) {
		assert_true(has[value - values]);
		walked++;
	}
	assert_int_equal(walked, count);
}

static void test_an_empty_table_holds_nothing_and_no_memory(void **state)
{
	(void)state;
	struct kith_table table;
	size_t at = 0;
	uint64_t before = kith_mem_thread_count();
	kith_table_init(&table, 1);
	assert_null(kith_table_get(&table, 0));
	assert_null(kith_table_remove(&table, 0));
	assert_null(kith_table_next(&table, &at));
	kith_table_done(&table);
	assert_true(kith_mem_thread_count() == before);
}

static void test_any_order_of_puts_and_removes_keeps_the_truth(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct kith_table table;
		struct kith_rand rand;
		bool has[KEYS] = { false };
		kith_table_init(&table, seed * 977);
		kith_rand_init_fixed(&rand, seed);
		for (int step = 0; step < 3000; step++) {
			uint64_t key = kith_rand_below(&rand, step % 1000 < 500 ? KEYS : KEYS / 4);
			if (kith_rand_below(&rand, 2) == 0) {
				assert_true(kith_table_put(&table, key, &values[key]));
				has[key] = true;
			} else {
				assert_ptr_equal(kith_table_remove(&table, key),
				                 has[key] ? &values[key] : NULL);
				has[key] = false;
			}
			if (step % 100 == 0) {
				check_all(&table, has);
			}
		}
		check_all(&table, has);
		kith_table_done(&table);
	}
}

static void test_a_key_is_there_once(void **state)
{
	(void)state;
	struct kith_table table;
	kith_table_init(&table, 5);
	assert_true(kith_table_put(&table, UINT64_MAX, &values[0]));
	assert_true(kith_table_put(&table, UINT64_MAX, &values[1]));
	assert_int_equal(table.count, 1);
	assert_ptr_equal(kith_table_get(&table, UINT64_MAX), &values[1]);
	assert_ptr_equal(kith_table_remove(&table, UINT64_MAX), &values[1]);
	assert_int_equal(table.count, 0);
	kith_table_done(&table);
}

static void test_it_is_never_fuller_than_three_quarters(void **state)
{
	(void)state;
	struct kith_table table;
	kith_table_init(&table, 3);
	for (uint64_t key = 0; key < KEYS; key++) {
		assert_true(kith_table_put(&table, key << 40, &values[key]));
		assert_true(table.count * 4 <= table.size * 3);
	}
	kith_table_done(&table);
}

static void test_without_memory_nothing_changes(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth < 6; nth++) {
		struct kith_table table;
		bool has[KEYS] = { false };
		kith_table_init(&table, 9);
		kith_mem_fail_from(nth);
		for (uint64_t key = 0; key < KEYS; key++) {
			has[key] = kith_table_put(&table, key, &values[key]);
		}
		/* What is there can still be set again. */
		assert_true(nth == 1 || kith_table_put(&table, 0, &values[0]));
		kith_mem_fail_never();
		check_all(&table, has);
		assert_false(has[KEYS - 1]);
		kith_table_done(&table);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_table_holds_nothing_and_no_memory),
		cmocka_unit_test(test_any_order_of_puts_and_removes_keeps_the_truth),
		cmocka_unit_test(test_a_key_is_there_once),
		cmocka_unit_test(test_it_is_never_fuller_than_three_quarters),
		cmocka_unit_test(test_without_memory_nothing_changes),
	};
	return cmocka_run_group_tests_name("base/table", tests, NULL, NULL);
}
