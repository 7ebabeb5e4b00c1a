/*
 * test_out.c -- what waits on a connection, against a flat copy of the same bytes.
 */
#include "base/mem.h"
#include "base/out.h"
#include "base/rand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char pattern[1 << 20];

static void fill_pattern(void)
{
	for (size_t i = 0; i < sizeof(pattern); i++) {
		pattern[i] = (char)(i * 131 + i / 251);
	}
}

/* The pieces must show pattern[FROM..], as far as one peek reaches. */
static void check_front(const struct kith_out *out, size_t from)
{
	struct iovec pieces[KITH_OUT_IOVEC_MAX];
	int count = kith_out_peek(out, pieces);
	size_t seen = 0;
	for (int i = 0; i < count; i++) {
		assert_true(pieces[i].iov_len > 0);
		assert_memory_equal(pieces[i].iov_base, pattern + from + seen, pieces[i].iov_len);
		seen += pieces[i].iov_len;
	}
	assert_true(seen <= out->len);
	assert_true(count == KITH_OUT_IOVEC_MAX || seen == out->len);
}

static void test_bytes_come_out_in_order_whatever_the_sizes(void **state)
{
	(void)state;
	fill_pattern();
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct kith_out_pool pool;
		struct kith_out out;
		struct kith_rand rand;
		size_t added = 0;
		size_t eaten = 0;
		kith_out_pool_init(&pool, 4);
		kith_out_init(&out, &pool);
		kith_rand_init_fixed(&rand, seed);
		while (added < sizeof(pattern)) {
			size_t most = kith_rand_below(&rand, 4) == 0 ? 30000 : 300;
			size_t part = (size_t)kith_rand_below(&rand, most);
			part = part < sizeof(pattern) - added ? part : sizeof(pattern) - added;
			kith_out_add(&out, kith_str_make(pattern + added, part));
			added += part;
			size_t sent = (size_t)kith_rand_below(&rand, out.len + 1);
			kith_out_eat(&out, sent);
			eaten += sent;
			assert_int_equal(out.len, added - eaten);
			assert_int_equal(pool.held, out.len);
			check_front(&out, eaten);
		}
		assert_false(out.failed);
		kith_out_eat(&out, out.len);
		assert_null(out.first);
		assert_null(out.last);
		kith_out_done(&out);
		kith_out_pool_done(&pool);
	}
}

static void test_an_idle_connection_holds_no_block(void **state)
{
	(void)state;
	struct kith_out_pool pool;
	struct kith_out out;
	struct iovec pieces[KITH_OUT_IOVEC_MAX];
	uint64_t before = kith_mem_thread_count();
	kith_out_pool_init(&pool, 8);
	kith_out_init(&out, &pool);
	kith_out_add(&out, KITH_STR(""));
	assert_int_equal(kith_out_peek(&out, pieces), 0);
	assert_true(kith_mem_thread_count() == before);
	kith_out_add(&out, KITH_STR("x"));
	assert_int_equal(kith_out_peek(&out, pieces), 1);
	kith_out_eat(&out, 1);
	assert_null(out.first);
	assert_int_equal(pool.free_count, 1);
	kith_out_done(&out);
	kith_out_pool_done(&pool);
}

static void test_in_steady_state_the_heap_is_left_alone(void **state)
{
	(void)state;
	struct kith_out_pool pool;
	struct kith_out out;
	fill_pattern();
	kith_out_pool_init(&pool, 4);
	kith_out_init(&out, &pool);
	kith_out_add(&out, kith_str_make(pattern, 3 * KITH_OUT_BLOCK));
	kith_out_eat(&out, out.len);
	uint64_t before = kith_mem_thread_count();
	for (int i = 0; i < 1000; i++) {
		kith_out_add(&out, kith_str_make(pattern, 20000));
		kith_out_eat(&out, 20000);
	}
	assert_true(kith_mem_thread_count() == before);
	kith_out_done(&out);
	kith_out_pool_done(&pool);
}

static void test_the_pool_keeps_no_more_than_it_may(void **state)
{
	(void)state;
	for (size_t free_max = 0; free_max < 6; free_max++) {
		struct kith_out_pool pool;
		struct kith_out out;
		fill_pattern();
		kith_out_pool_init(&pool, free_max);
		kith_out_init(&out, &pool);
		kith_out_add(&out, kith_str_make(pattern, 10 * KITH_OUT_BLOCK));
		kith_out_done(&out);
		assert_int_equal(pool.free_count, free_max);
		assert_int_equal(pool.held, 0);
		assert_int_equal(out.len, 0);
		kith_out_pool_done(&pool);
	}
}

static void test_a_peek_gives_at_most_its_pieces(void **state)
{
	(void)state;
	struct kith_out_pool pool;
	struct kith_out out;
	struct iovec pieces[KITH_OUT_IOVEC_MAX];
	fill_pattern();
	kith_out_pool_init(&pool, 0);
	kith_out_init(&out, &pool);
	kith_out_add(&out, kith_str_make(pattern, (KITH_OUT_IOVEC_MAX + 5) * KITH_OUT_BLOCK));
	assert_int_equal(kith_out_peek(&out, pieces), KITH_OUT_IOVEC_MAX);
	check_front(&out, 0);
	kith_out_done(&out);
	kith_out_pool_done(&pool);
}

/* A text of three blocks, behind one that waits: all of it or nothing. */
static void test_without_memory_an_append_is_whole_or_not_at_all(void **state)
{
	(void)state;
	fill_pattern();
	for (uint64_t nth = 1; nth < 8; nth++) {
		struct kith_out_pool pool;
		struct kith_out out;
		kith_out_pool_init(&pool, 4);
		kith_out_init(&out, &pool);
		kith_mem_fail_from(nth);
		kith_out_add(&out, kith_str_make(pattern, 100));
		size_t waiting = out.len;
		kith_out_add(&out, kith_str_make(pattern + 100, 3 * KITH_OUT_BLOCK));
		kith_mem_fail_never();
		assert_int_equal(waiting, nth == 1 ? 0 : 100);
		assert_true(out.failed == (nth <= 4));
		assert_int_equal(out.len, out.failed ? waiting : 100 + 3 * KITH_OUT_BLOCK);
		assert_int_equal(pool.held, out.len);
		check_front(&out, 0);
		size_t len = out.len;
		kith_out_add(&out, kith_str_make(pattern + len, 50));
		assert_int_equal(out.len, out.failed ? len : len + 50);
		kith_out_done(&out);
		assert_false(out.failed);
		kith_out_pool_done(&pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_come_out_in_order_whatever_the_sizes),
		cmocka_unit_test(test_an_idle_connection_holds_no_block),
		cmocka_unit_test(test_in_steady_state_the_heap_is_left_alone),
		cmocka_unit_test(test_the_pool_keeps_no_more_than_it_may),
		cmocka_unit_test(test_a_peek_gives_at_most_its_pieces),
		cmocka_unit_test(test_without_memory_an_append_is_whole_or_not_at_all),
	};
	return cmocka_run_group_tests_name("base/out", tests, NULL, NULL);
}
