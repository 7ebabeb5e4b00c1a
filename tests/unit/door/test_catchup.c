/*
 * test_catchup.c -- the tape of what passes by while a socket resumes: in order,
 * bounded, and whole up to what it says it dropped.
 */
#include "door/catchup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"

static void keep(struct kith_catchup *catchup, int64_t position)
{
	char frame[32];
	int len = snprintf(frame, sizeof(frame), "frame %d", (int)position);

	kith_catchup_keep(catchup, position, kith_str_make(frame, (size_t)len));
}

/* What is said behind END are just the frames FROM..TO. */
static void expect_kept(const struct kith_catchup *catchup, int64_t end, int64_t from, int64_t to)
{
	struct kith_str frame;
	char wanted[32];
	size_t at = 0;

	while (kith_catchup_next(catchup, end, &at, &frame)) {
		snprintf(wanted, sizeof(wanted), "frame %d", (int)from++);
		assert_true(kith_str_is(frame, wanted));
	}
	assert_int_equal(from, to + 1);
}

static void test_what_is_newer_than_the_store_follows(void **state)
{
	(void)state;
	struct kith_catchup catchup = { .dropped_to = 0 };

	assert_true(kith_catchup_is_over(&catchup, 0));
	expect_kept(&catchup, 0, 1, 0);
	for (int64_t position = 10; position < 20; position++) {
		keep(&catchup, position);
	}
	for (int64_t end = 9; end < 20; end++) {
		assert_true(kith_catchup_is_over(&catchup, end));
		expect_kept(&catchup, end, end + 1, 19);
	}
	kith_catchup_done(&catchup);
}

static void test_above_its_limit_it_says_what_must_be_read_again(void **state)
{
	(void)state;
	static char big[64 * 1024];
	struct kith_catchup catchup = { .dropped_to = 0 };
	int64_t position = 0;

	while (!catchup.has_overflowed) {
		kith_catchup_keep(&catchup, ++position, kith_str_make(big, sizeof(big)));
		assert_in_range(catchup.kept.len, 1, KITH_CATCHUP_KEPT_MAX);
		assert_true(position < 100);
	}
	assert_true(position > KITH_CATCHUP_KEPT_MAX / (int64_t)sizeof(big) - 1);
	/* Nothing is kept behind a hole, however small. */
	keep(&catchup, ++position);
	assert_int_equal(catchup.dropped_to, position);
	assert_false(kith_catchup_is_over(&catchup, position - 1));
	assert_true(kith_catchup_is_over(&catchup, position));
	kith_catchup_reset(&catchup);
	assert_true(kith_catchup_is_over(&catchup, 0));
	keep(&catchup, 1000);
	expect_kept(&catchup, 0, 1000, 1000);
	kith_catchup_done(&catchup);
}

static void test_without_memory_it_drops_the_same_way(void **state)
{
	(void)state;
	struct kith_catchup catchup = { .dropped_to = 0 };

	kith_mem_fail_from(1);
	keep(&catchup, 5);
	kith_mem_fail_never();
	assert_true(catchup.has_overflowed);
	assert_false(kith_catchup_is_over(&catchup, 4));
	keep(&catchup, 6);
	assert_int_equal(catchup.dropped_to, 6);
	kith_catchup_done(&catchup);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_newer_than_the_store_follows),
		cmocka_unit_test(test_above_its_limit_it_says_what_must_be_read_again),
		cmocka_unit_test(test_without_memory_it_drops_the_same_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
