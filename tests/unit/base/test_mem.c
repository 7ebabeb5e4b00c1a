/*
 * test_mem.c -- the door to the heap counts, and fails when a test says so.
 */
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_each_allocation_counts_once(void **state)
{
	(void)state;
	uint64_t before = kith_mem_thread_count();
	char *a = kith_alloc(0);
	int *b = kith_alloc_zero(10, sizeof(int));
	a = kith_realloc(a, 100);
	assert_non_null(a);
	assert_non_null(b);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(b[i], 0);
	}
	assert_true(kith_mem_thread_count() == before + 3);
	kith_free(a);
	kith_free(b);
	kith_free(NULL);
	assert_true(kith_mem_thread_count() == before + 3);
}

static void test_an_overflowing_product_is_refused(void **state)
{
	(void)state;
	volatile size_t count = SIZE_MAX / 2;
	assert_null(kith_alloc_zero(count, 3));
}

static void test_from_the_nth_on_all_fail(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth < 6; nth++) {
		kith_mem_fail_from(nth);
		for (uint64_t i = 1; i < 10; i++) {
			void *block = kith_alloc(8);
			assert_true((block != NULL) == (i < nth));
			kith_free(block);
		}
		kith_mem_fail_never();
		void *block = kith_alloc(8);
		assert_non_null(block);
		kith_free(block);
	}
}

static void test_a_failed_growth_keeps_the_block(void **state)
{
	(void)state;
	char *block = kith_alloc(4);
	block[0] = 'k';
	kith_mem_fail_from(1);
	void *grown = kith_realloc(block, 100);
	kith_mem_fail_never();
	assert_null(grown);
	assert_int_equal(block[0], 'k');
	kith_free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation_counts_once),
		cmocka_unit_test(test_an_overflowing_product_is_refused),
		cmocka_unit_test(test_from_the_nth_on_all_fail),
		cmocka_unit_test(test_a_failed_growth_keeps_the_block),
	};
	return cmocka_run_group_tests_name("base/mem", tests, NULL, NULL);
}
