/*
 * test_arena.c -- pieces that go together: alignment, growth in place, what a
 * reset keeps, and an empty heap at any moment.
 */
#include "base/arena.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_pieces_are_aligned_and_apart(void **state)
{
	(void)state;
	struct kith_arena arena;
	kith_arena_init(&arena, 128);
	uint8_t *before = NULL;
	for (size_t size = 1; size < 300; size++) {
		uint8_t *piece = kith_arena_alloc(&arena, size);
		assert_non_null(piece);
		assert_true((uintptr_t)piece % _Alignof(max_align_t) == 0);
		memset(piece, (int)size, size);
		if (before != NULL) {
			assert_true(before[0] == (uint8_t)(size - 1));
			assert_true(before[size - 2] == (uint8_t)(size - 1));
		}
		before = piece;
	}
	kith_arena_done(&arena);
}

static void test_init_takes_no_memory(void **state)
{
	(void)state;
	struct kith_arena arena;
	uint64_t before = kith_mem_thread_count();
	kith_arena_init(&arena, 4096);
	kith_arena_reset(&arena);
	kith_arena_done(&arena);
	assert_true(kith_mem_thread_count() == before);
}

static void test_a_repeated_round_asks_the_heap_for_nothing(void **state)
{
	(void)state;
	struct kith_arena arena;
	kith_arena_init(&arena, 256);
	uint64_t before = 0;
	for (int round = 0; round < 20; round++) {
		before = kith_mem_thread_count();
		for (int i = 0; i < 100; i++) {
			assert_non_null(kith_arena_alloc(&arena, 200));
		}
		kith_arena_reset(&arena);
	}
	assert_true(kith_mem_thread_count() == before);
	kith_arena_done(&arena);
}

static void test_a_reset_drops_a_huge_block_and_keeps_a_small_one(void **state)
{
	(void)state;
	struct kith_arena arena;
	kith_arena_init(&arena, 1024);
	assert_non_null(kith_arena_alloc(&arena, 100));
	assert_non_null(kith_arena_alloc(&arena, arena.kept_max + 1));
	kith_arena_reset(&arena);
	uint64_t before = kith_mem_thread_count();
	assert_non_null(kith_arena_alloc(&arena, 1000));
	assert_true(kith_mem_thread_count() == before);
	kith_arena_done(&arena);
}

static void test_the_latest_piece_grows_and_shrinks_where_it_is(void **state)
{
	(void)state;
	struct kith_arena arena;
	kith_arena_init(&arena, 1024);
	char *first = kith_arena_alloc(&arena, 100);
	assert_non_null(first);
	memset(first, 'a', 100);
	assert_ptr_equal(kith_arena_resize(&arena, first, 100, 500), first);
	assert_ptr_equal(kith_arena_resize(&arena, first, 500, 16), first);
	char *second = kith_arena_alloc(&arena, 16);
	assert_ptr_equal(second, first + 16);
	char *moved = kith_arena_resize(&arena, first, 16, 64);
	assert_non_null(moved);
	assert_ptr_not_equal(moved, first);
	assert_memory_equal(moved, "aaaaaaaaaaaaaaaa", 16);
	assert_ptr_equal(kith_arena_resize(&arena, first, 16, 8), first);
	char *far = kith_arena_resize(&arena, moved, 64, 100000);
	assert_non_null(far);
	assert_memory_equal(far, "aaaaaaaaaaaaaaaa", 16);
	kith_arena_done(&arena);
}

static void test_sizes_that_cannot_be_are_refused(void **state)
{
	(void)state;
	struct kith_arena arena;
	kith_arena_init(&arena, 1024);
	assert_null(kith_arena_alloc(&arena, SIZE_MAX));
	assert_null(kith_arena_zero(&arena, SIZE_MAX / 2, 3));
	void *piece = kith_arena_alloc(&arena, 1);
	assert_null(kith_arena_resize(&arena, piece, 1, SIZE_MAX));
	kith_arena_done(&arena);
}

static void test_a_copy_ends_with_a_nul_and_zero_is_zero(void **state)
{
	(void)state;
	struct kith_arena arena;
	struct kith_str copy;
	kith_arena_init(&arena, 64);
	memset(kith_arena_alloc(&arena, 64), 0xff, 64);
	kith_arena_reset(&arena);
	const uint8_t *zero = kith_arena_zero(&arena, 16, 4);
	for (int i = 0; i < 64; i++) {
		assert_int_equal(zero[i], 0);
	}
	assert_true(kith_arena_copy(&arena, KITH_STR("abc"), &copy));
	assert_int_equal(copy.len, 3);
	assert_string_equal(copy.at, "abc");
	assert_true(kith_arena_copy(&arena, (struct kith_str){ 0 }, &copy));
	assert_string_equal(copy.at, "");
	kith_arena_done(&arena);
}

static void test_an_empty_heap_leaves_everything_as_it_was(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth < 8; nth++) {
		struct kith_arena arena;
		struct kith_str copy = KITH_STR("untouched");
		kith_arena_init(&arena, 16);
		kith_mem_fail_from(nth);
		char *piece = kith_arena_alloc(&arena, 16);
		char *grown = piece == NULL ? NULL : kith_arena_resize(&arena, piece, 16, 5000);
		bool is_copied =
			kith_arena_copy(&arena, KITH_STR("a text that is longer than 16"), &copy);
		kith_mem_fail_never();
		assert_true((piece != NULL) == (nth > 1));
		assert_true((grown != NULL) == (nth > 2));
		assert_true(is_copied == !kith_str_is(copy, "untouched"));
		kith_arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_aligned_and_apart),
		cmocka_unit_test(test_init_takes_no_memory),
		cmocka_unit_test(test_a_repeated_round_asks_the_heap_for_nothing),
		cmocka_unit_test(test_a_reset_drops_a_huge_block_and_keeps_a_small_one),
		cmocka_unit_test(test_the_latest_piece_grows_and_shrinks_where_it_is),
		cmocka_unit_test(test_sizes_that_cannot_be_are_refused),
		cmocka_unit_test(test_a_copy_ends_with_a_nul_and_zero_is_zero),
		cmocka_unit_test(test_an_empty_heap_leaves_everything_as_it_was),
	};
	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
