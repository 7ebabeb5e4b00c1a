/*
 * test_items.c -- items come out exactly as they came in, a line each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli/items.h"

static const struct {
	const char *page, *lines;
} cases[] = {
	{ "{\"items\":[]}", "" },
	{ "{\"items\":[{\"a\":[1,{\"b\":2}]},{\"later\":\"\\u0041\"}],\"next\":null}",
	  "{\"a\":[1,{\"b\":2}]}\n{\"later\":\"\\u0041\"}\n" },
	{ "{\"other\":1}", "" },
};

static void test_items_are_passed_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_buf out = { 0 };

		kith_items_add(&out, kith_str_of(cases[i].page));
		assert_false(out.failed);
		assert_true(kith_str_is(kith_buf_str(&out), cases[i].lines));
		kith_buf_done(&out);
	}
}

static void test_no_memory_is_seen(void **state)
{
	struct kith_buf out = { 0 };
	(void)state;

	kith_mem_fail_from(1);
	kith_items_add(&out, kith_str_of(cases[1].page));
	kith_mem_fail_never();
	assert_true(out.failed);
	kith_buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items_are_passed_on),
		cmocka_unit_test(test_no_memory_is_seen),
	};
	return cmocka_run_group_tests_name("cli/items", tests, NULL, NULL);
}
