/*
 * test_timer.c -- the heap of timers against a plain sorted model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "net/timer.h"

enum { MANY = 5000 };

/* The same sequence in every run. */
static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

static void set(struct kith_timer_heap *heap, struct kith_timer *timer, int64_t at_us)
{
	assert_true(kith_timer_heap_set(heap, timer, at_us));
}

static int by_time(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;
	return left < right ? -1 : left > right;
}

/* Takes all out and compares with the moments the model still has. */
static void drain_and_compare(struct kith_timer_heap *heap, int64_t *model, size_t count)
{
	qsort(model, count, sizeof(model[0]), by_time);
	for (size_t i = 0; i < count; i++) {
		struct kith_timer *first = kith_timer_heap_first(heap);
		assert_non_null(first);
		assert_int_equal(first->at_us, model[i]);
		kith_timer_heap_clear(heap, first);
		assert_int_equal(first->slot, 0);
	}
	assert_null(kith_timer_heap_first(heap));
}

static void test_an_empty_heap_has_no_first(void **state)
{
	(void)state;
	struct kith_timer_heap heap = { 0 };
	struct kith_timer timer = { 0 };
	assert_null(kith_timer_heap_first(&heap));
	kith_timer_heap_clear(&heap, &timer); /* not set: nothing happens */
	assert_null(kith_timer_heap_first(&heap));
	kith_timer_heap_done(&heap);
}

static void test_a_moved_timer_comes_at_its_new_moment(void **state)
{
	(void)state;
	struct kith_timer_heap heap = { 0 };
	struct kith_timer early = { 0 };
	struct kith_timer late = { 0 };
	set(&heap, &early, 10);
	set(&heap, &late, 20);
	set(&heap, &early, 30);
	assert_ptr_equal(kith_timer_heap_first(&heap), &late);
	set(&heap, &early, 5);
	assert_ptr_equal(kith_timer_heap_first(&heap), &early);
	assert_int_equal(heap.count, 2);
	kith_timer_heap_done(&heap);
}

static void test_thousands_of_changes_match_a_sorted_model(void **state)
{
	(void)state;
	static struct kith_timer timers[MANY];
	static int64_t model[MANY];
	struct kith_timer_heap heap = { 0 };
	uint64_t random = 7;
	for (int i = 0; i < 20 * MANY; i++) {
		struct kith_timer *timer = &timers[next_random(&random) % MANY];
		if (next_random(&random) % 3 == 0) {
			kith_timer_heap_clear(&heap, timer);
		} else { /* few moments, so that many are the same */
			set(&heap, timer, (int64_t)(next_random(&random) % 1000));
		}
	}
	size_t count = 0;
	for (size_t i = 0; i < MANY; i++) {
		if (timers[i].slot != 0) {
			model[count++] = timers[i].at_us;
		}
	}
	assert_true(count > MANY / 4);
	assert_int_equal(heap.count, count);
	drain_and_compare(&heap, model, count);
	kith_timer_heap_done(&heap);
}

static void test_without_memory_a_new_timer_is_not_set_and_a_set_one_still_moves(void **state)
{
	(void)state;
	struct kith_timer_heap heap = { 0 };
	struct kith_timer first = { 0 };
	struct kith_timer timers[200] = { 0 };
	set(&heap, &first, 1);
	kith_mem_fail_from(1);
	size_t refused = 0;
	for (size_t i = 0; i < 200; i++) {
		if (!kith_timer_heap_set(&heap, &timers[i], (int64_t)i)) {
			assert_int_equal(timers[i].slot, 0);
			refused++;
		}
	}
	assert_true(kith_timer_heap_set(&heap, &first, -1));
	kith_mem_fail_never();
	assert_true(refused > 0 && refused < 200);
	assert_int_equal(heap.count, 1 + 200 - refused);
	assert_ptr_equal(kith_timer_heap_first(&heap), &first);
	kith_timer_heap_done(&heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_heap_has_no_first),
		cmocka_unit_test(test_a_moved_timer_comes_at_its_new_moment),
		cmocka_unit_test(test_thousands_of_changes_match_a_sorted_model),
		cmocka_unit_test(
			test_without_memory_a_new_timer_is_not_set_and_a_set_one_still_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
