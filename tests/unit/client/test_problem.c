/*
 * test_problem.c -- the library's own problems, copies, and their JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "client/problem.h"

static void test_the_librarys_own_have_no_status(void **state)
{
	static const char *const codes[] = { "network", "timeout",  "offline",
		                             "aborted", "protocol", "storage" };
	(void)state;

	for (int i = 0; i < KITH_OWN_COUNT; i++) {
		struct kith_problem problem = kith_problem_own((enum kith_own_problem)i, "");

		assert_true(kith_text_is(problem.code, codes[i]));
		assert_int_equal(problem.status, 0);
		assert_true(problem.title.len > 0);
		assert_null(problem.detail.at);
		/* Never one of the server's. */
		assert_int_equal(kith_err_find(codes[i]), KITH_OK);
	}
}

static void test_a_copy_is_the_same_but_for_its_length(void **state)
{
	struct kith_problem_copy copy;
	char longer[2 * KITH_WHY_MAX];
	struct kith_problem problem = kith_problem_row(KITH_E_RATE_LIMITED, "so");
	(void)state;

	problem.retry_after_ms = 5;
	problem.field = kith_text_of("text");
	kith_problem_keep(&copy, &problem);
	struct kith_problem again = kith_problem_of(&copy);
	assert_true(kith_text_is(again.code, "rate_limited"));
	assert_true(kith_text_is(again.detail, "so"));
	assert_true(kith_text_is(again.field, "text"));
	assert_int_equal(again.status, 429);
	assert_int_equal(again.retry_after_ms, 5);
	assert_true(again.is_retryable);
	for (size_t i = 0; i < sizeof(longer); i += 2) {
		memcpy(longer + i, "\xc3\xa4", 2);
	}
	problem.detail = (struct kith_text){ longer, sizeof(longer) };
	kith_problem_keep(&copy, &problem);
	again = kith_problem_of(&copy);
	assert_true(again.detail.len >= KITH_WHY_MAX - 2);
	assert_true(kith_utf8_is_valid(kith_str_make(again.detail.at, again.detail.len)));
}

static void test_its_json_says_what_is_set(void **state)
{
	struct kith_problem problem = kith_problem_own(KITH_OWN_NETWORK, "gone \"away\"");
	struct kith_buf buf = { 0 };
	(void)state;

	kith_problem_write(&problem, &buf);
	assert_true(kith_str_is(kith_buf_str(&buf),
	                        "{\"type\":\"/problems/network\",\"title\":\"The server cannot be "
	                        "reached.\",\"status\":0,\"detail\":\"gone \\\"away\\\"\","
	                        "\"code\":\"network\"}"));
	kith_buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_librarys_own_have_no_status),
		cmocka_unit_test(test_a_copy_is_the_same_but_for_its_length),
		cmocka_unit_test(test_its_json_says_what_is_set),
	};
	return cmocka_run_group_tests_name("client/problem", tests, NULL, NULL);
}
