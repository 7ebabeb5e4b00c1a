/*
 * test_pending.c -- the lists of calls keep their order whatever is taken out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/pending.h"

/* The ids in LIST, and that its end is its end. */
static const char *ids(struct kith_pending_list *list)
{
	static char text[256];
	struct kith_pending **at = &list->first;
	size_t count = 0;

	text[0] = '\0';
	for (; *at != NULL; at = &(*at)->next, count++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%lld ", (long long)(*at)->id);
	}
	assert_ptr_equal(list->end, at);
	assert_int_equal(list->count, count);
	return text;
}

static void test_order_survives_taking(void **state)
{
	struct kith_pending calls[6] = { { .id = 0 } };
	struct kith_pending_list list, front;
	(void)state;

	kith_pending_list_init(&list);
	kith_pending_list_init(&front);
	assert_null(kith_pending_pop(&list));
	for (int i = 0; i < 6; i++) {
		calls[i].id = i;
		kith_pending_push(&list, &calls[i]);
	}
	assert_ptr_equal(kith_pending_take(&list, 5), &calls[5]);
	assert_string_equal(ids(&list), "0 1 2 3 4 ");
	assert_ptr_equal(kith_pending_take(&list, 2), &calls[2]);
	assert_null(kith_pending_take(&list, 2));
	kith_pending_push(&list, &calls[5]);
	assert_string_equal(ids(&list), "0 1 3 4 5 ");
	assert_ptr_equal(kith_pending_pop(&list), &calls[0]);
	kith_pending_push(&front, &calls[0]);
	kith_pending_push(&front, &calls[2]);
	kith_pending_prepend(&list, &front);
	assert_string_equal(ids(&list), "0 2 1 3 4 5 ");
	assert_string_equal(ids(&front), "");
	kith_pending_prepend(&list, &front);
	kith_pending_prepend(&front, &list);
	assert_string_equal(ids(&front), "0 2 1 3 4 5 ");
	assert_string_equal(ids(&list), "");
	kith_pending_push(&list, kith_pending_pop(&front));
	assert_string_equal(ids(&list), "0 ");
}

static void test_late_ones_are_found(void **state)
{
	static const int64_t deadlines[] = { 50, 0, 10, 30, 20 };
	struct kith_pending calls[5] = { { .id = 0 } };
	struct kith_pending_list list, late;
	(void)state;

	kith_pending_list_init(&list);
	kith_pending_list_init(&late);
	assert_int_equal(kith_pending_first_deadline(&list), 0);
	for (int i = 0; i < 5; i++) {
		calls[i].id = i;
		calls[i].deadline_us = deadlines[i];
		kith_pending_push(&list, &calls[i]);
	}
	assert_int_equal(kith_pending_first_deadline(&list), 10);
	kith_pending_take_late(&list, 9, &late);
	assert_string_equal(ids(&late), "");
	kith_pending_take_late(&list, 20, &late);
	assert_string_equal(ids(&late), "2 4 ");
	assert_string_equal(ids(&list), "0 1 3 ");
	assert_int_equal(kith_pending_first_deadline(&list), 30);
	kith_pending_take_late(&list, 1000, &late);
	assert_string_equal(ids(&list), "1 ");
}

static void test_a_stamp_stands_in_front(void **state)
{
	struct kith_buf args = { 0 };
	(void)state;

	kith_buf_add_text(&args, "{}");
	assert_true(kith_pending_stamp(&args, "id", KITH_STR("x")));
	assert_true(kith_str_is(kith_buf_str(&args), "{\"id\":\"x\"}"));
	kith_buf_reset(&args);
	kith_buf_add_text(&args, "{\"a\":1}");
	kith_mem_fail_from(1);
	assert_false(kith_pending_stamp(&args, "id", KITH_STR("y")));
	kith_mem_fail_never();
	assert_true(kith_str_is(kith_buf_str(&args), "{\"a\":1}"));
	assert_true(kith_pending_stamp(&args, "id", KITH_STR("y")));
	assert_true(kith_str_is(kith_buf_str(&args), "{\"id\":\"y\",\"a\":1}"));
	kith_buf_done(&args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_survives_taking),
		cmocka_unit_test(test_late_ones_are_found),
		cmocka_unit_test(test_a_stamp_stands_in_front),
	};
	return cmocka_run_group_tests_name("client/pending", tests, NULL, NULL);
}
