/*
 * test_buf.c -- bytes that grow at the end: every way to append, and what a failed
 * growth leaves behind.
 */
#include "base/buf.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_numbers_read_as_they_are(void **state)
{
	(void)state;
	static const struct {
		int64_t value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 10, "10" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_buf buf = { 0 };
		kith_buf_add_int(&buf, cases[i].value);
		assert_true(kith_str_is(kith_buf_str(&buf), cases[i].text));
		kith_buf_done(&buf);
	}
}

static void test_appends_follow_each_other_over_every_border(void **state)
{
	(void)state;
	for (size_t before = 240; before < 270; before++) {
		struct kith_buf buf = { 0 };
		for (size_t i = 0; i < before; i++) {
			kith_buf_add_char(&buf, 'x');
		}
		kith_buf_add_text(&buf, "text");
		kith_buf_add_format(&buf, "%s-%d", "format", 7);
		kith_buf_add_int(&buf, 42);
		kith_buf_add(&buf, KITH_STR("a\0b"));
		assert_false(buf.failed);
		assert_int_equal(buf.len, before + 4 + 8 + 2 + 3);
		assert_memory_equal(buf.at + before, "textformat-742a\0b", 17);
		kith_buf_done(&buf);
	}
}

static void test_a_reset_keeps_the_room(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	kith_buf_add_text(&buf, "something");
	kith_buf_reset(&buf);
	assert_int_equal(buf.len, 0);
	uint64_t before = kith_mem_thread_count();
	kith_buf_add_text(&buf, "something else");
	assert_true(kith_mem_thread_count() == before);
	kith_buf_done(&buf);
	assert_null(buf.at);
	assert_int_equal(buf.size, 0);
}

static void test_eating_moves_the_rest_to_the_front(void **state)
{
	(void)state;
	for (size_t count = 0; count <= 6; count++) {
		struct kith_buf buf = { 0 };
		kith_buf_add_text(&buf, "abcdef");
		kith_buf_eat(&buf, count);
		assert_true(kith_str_is(kith_buf_str(&buf), &"abcdef"[count]));
		kith_buf_done(&buf);
	}
}

static void test_room_that_cannot_be_is_refused(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	assert_false(kith_buf_reserve(&buf, SIZE_MAX));
	assert_false(buf.failed);
	assert_true(kith_buf_reserve(&buf, 0));
	assert_true(kith_buf_reserve(&buf, 1000));
	assert_true(buf.size >= 1000);
	kith_buf_done(&buf);
}

static void test_a_failed_growth_is_remembered_until_reset(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth < 6; nth++) {
		struct kith_buf buf = { 0 };
		kith_mem_fail_from(nth);
		for (int i = 0; i < 1000; i++) {
			kith_buf_add_text(&buf, "12345");
		}
		kith_mem_fail_never();
		assert_true(buf.failed);
		size_t len = buf.len;
		assert_true(len % 5 == 0 && len <= buf.size);
		kith_buf_add_char(&buf, 'x');
		kith_buf_add_format(&buf, "%d", 1);
		kith_buf_add_int(&buf, 1);
		assert_int_equal(buf.len, len);
		kith_buf_reset(&buf);
		kith_buf_add_char(&buf, 'x');
		assert_false(buf.failed);
		kith_buf_done(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_read_as_they_are),
		cmocka_unit_test(test_appends_follow_each_other_over_every_border),
		cmocka_unit_test(test_a_reset_keeps_the_room),
		cmocka_unit_test(test_eating_moves_the_rest_to_the_front),
		cmocka_unit_test(test_room_that_cannot_be_is_refused),
		cmocka_unit_test(test_a_failed_growth_is_remembered_until_reset),
	};
	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
