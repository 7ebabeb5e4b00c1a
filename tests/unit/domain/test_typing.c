/*
 * test_typing.c -- who composes is over six seconds after it was last said, and
 * neither before nor twice.
 */
#include "domain/typing.h"

#include "base/mem.h"
#include "unit/domain/claim.h"

#define NOW_US INT64_C(5000000)

static struct kith_typing typing_of(int64_t user_row, int64_t conversation_row, uint64_t connection)
{
	return (struct kith_typing){ .user_row = user_row,
		                     .user = user_row == 1 ? KITH_STR("alice") : KITH_STR("bob"),
		                     .conversation_row = conversation_row,
		                     .org_row = 9,
		                     .audience = { 77 },
		                     .audience_count = 1,
		                     .connection = connection,
		                     .ends_with_connection = true,
		                     .is_composing = true };
}

static void note(struct kith_typists *typists, const struct kith_typing *typing, int64_t now_us)
{
	struct kith_typing out;

	assert_false(kith_typists_note(typists, typing, now_us, &out));
}

static void test_it_is_over_six_seconds_after_it_was_last_said(void **state)
{
	(void)state;
	struct kith_typists *typists = kith_typists_new(1);
	struct kith_typing typing = typing_of(1, 10, 5);
	struct kith_typing out;

	assert_int_equal(kith_typists_due_us(typists), -1);
	note(typists, &typing, NOW_US);
	note(typists, &typing, NOW_US + 4000000);
	assert_int_equal(kith_typists_due_us(typists), NOW_US + 4000000 + KITH_TYPING_US);
	assert_false(kith_typists_over(typists, NOW_US + 9999999, &out));
	assert_true(kith_typists_over(typists, NOW_US + 10000000, &out));
	assert_int_equal(out.user_row, 1);
	assert_true(kith_str_is(out.user, "alice"));
	assert_int_equal(out.conversation_row, 10);
	assert_int_equal(out.audience[0], 77);
	assert_false(out.is_composing);
	assert_false(kith_typists_over(typists, NOW_US + 99000000, &out));
	assert_int_equal(kith_typists_due_us(typists), -1);
	kith_typists_free(&typists);
}

static void test_they_end_in_the_order_in_which_they_were_said_last(void **state)
{
	(void)state;
	struct kith_typists *typists = kith_typists_new(1);
	struct kith_typing out;

	for (int64_t i = 0; i < 4; i++) {
		struct kith_typing typing = typing_of(1 + i % 2, 10 + i, 5);
		note(typists, &typing, NOW_US + i);
	}
	struct kith_typing again = typing_of(1, 10, 5);
	note(typists, &again, NOW_US + 4);
	for (int64_t i = 0; i < 4; i++) {
		assert_true(kith_typists_over(typists, NOW_US + 4 + KITH_TYPING_US, &out));
		assert_int_equal(out.conversation_row, i == 3 ? 10 : 11 + i);
	}
	kith_typists_free(&typists);
}

static void test_a_connection_ends_with_what_was_said_on_it_and_nothing_else(void **state)
{
	(void)state;
	struct kith_typists *typists = kith_typists_new(1);
	struct kith_typing here = typing_of(1, 10, 5);
	struct kith_typing there = typing_of(1, 11, 6);
	struct kith_typing asked = typing_of(1, 12, 5);
	struct kith_typing other = typing_of(2, 13, 5);
	struct kith_typing out;

	asked.ends_with_connection = false;
	note(typists, &here, NOW_US);
	note(typists, &there, NOW_US);
	note(typists, &asked, NOW_US);
	note(typists, &other, NOW_US);
	assert_true(kith_typists_end(typists, 1, 5, &out));
	assert_int_equal(out.conversation_row, 10);
	assert_false(out.is_composing);
	assert_false(kith_typists_end(typists, 1, 5, &out));
	assert_false(kith_typists_end(typists, 3, 5, &out));
	for (int i = 0; i < 3; i++) {
		assert_true(kith_typists_over(typists, NOW_US + KITH_TYPING_US, &out));
	}
	assert_false(kith_typists_over(typists, NOW_US + KITH_TYPING_US, &out));
	kith_typists_free(&typists);
}

static void test_what_was_said_elsewhere_is_no_longer_here(void **state)
{
	(void)state;
	struct kith_typists *typists = kith_typists_new(1);
	struct kith_typing out;

	/* From each end of a person's chain, and what is not there. */
	for (int64_t gone = 10; gone <= 13; gone++) {
		for (int64_t i = 10; i < 13; i++) {
			struct kith_typing typing = typing_of(1, i, 5);
			note(typists, &typing, NOW_US);
		}
		kith_typists_drop(typists, 1, gone);
		kith_typists_drop(typists, 2, 10);
		for (int64_t i = 10; i < 13; i++) {
			if (i != gone) {
				assert_true(
					kith_typists_over(typists, NOW_US + KITH_TYPING_US, &out));
				assert_int_equal(out.conversation_row, i);
			}
		}
		assert_int_equal(kith_typists_due_us(typists), -1);
	}
	kith_typists_free(&typists);
}

static void test_for_one_too_many_the_one_said_longest_ago_goes(void **state)
{
	(void)state;
	struct kith_typists *typists = kith_typists_new(1);
	struct kith_typing out;

	for (int64_t i = 0; i < KITH_TYPING_MAX; i++) {
		struct kith_typing typing = typing_of(1, 10 + i, 5);
		note(typists, &typing, NOW_US + i);
	}
	struct kith_typing again = typing_of(1, 10, 5);
	struct kith_typing more = typing_of(1, 99, 5);
	struct kith_typing other = typing_of(2, 10, 5);
	note(typists, &again, NOW_US + 50);
	note(typists, &other, NOW_US + 50);
	assert_true(kith_typists_note(typists, &more, NOW_US + 60, &out));
	assert_int_equal(out.conversation_row, 11);
	assert_int_equal(out.user_row, 1);
	assert_false(out.is_composing);
	kith_typists_free(&typists);
}

static void test_a_full_table_keeps_no_more(void **state)
{
	(void)state;
	struct kith_typists *typists = kith_typists_new(1);
	struct kith_typing out;

	for (int64_t i = 0; i <= KITH_TYPING_ALL_MAX; i++) {
		struct kith_typing typing = typing_of(100 + i, 10, 5);
		note(typists, &typing, NOW_US + i);
	}
	int64_t count = 0;
	while (kith_typists_over(typists, INT64_MAX, &out)) {
		count++;
	}
	assert_int_equal(count, KITH_TYPING_ALL_MAX);
	kith_typists_free(&typists);
}

static void test_without_memory_it_is_not_kept(void **state)
{
	(void)state;
	struct kith_typing typing = typing_of(1, 10, 5);
	struct kith_typing out;
	bool is_kept = false;

	for (uint64_t nth = 1; !is_kept; nth++) {
		kith_mem_fail_from(nth);
		struct kith_typists *typists = kith_typists_new(1);
		bool has_ended =
			typists != NULL && kith_typists_note(typists, &typing, NOW_US, &out);
		kith_mem_fail_never();
		assert_false(has_ended);
		is_kept = typists != NULL && kith_typists_due_us(typists) >= 0;
		kith_typists_free(&typists);
		assert_true(nth < 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_over_six_seconds_after_it_was_last_said),
		cmocka_unit_test(test_they_end_in_the_order_in_which_they_were_said_last),
		cmocka_unit_test(test_a_connection_ends_with_what_was_said_on_it_and_nothing_else),
		cmocka_unit_test(test_what_was_said_elsewhere_is_no_longer_here),
		cmocka_unit_test(test_for_one_too_many_the_one_said_longest_ago_goes),
		cmocka_unit_test(test_a_full_table_keeps_no_more),
		cmocka_unit_test(test_without_memory_it_is_not_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
