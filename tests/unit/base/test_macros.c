/*
 * test_macros.c -- a broken promise says which, and ends the process.
 */
#include "base/macros.h"
#include "base/str.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct inner {
	int value;
};

struct outer {
	char before;
	struct inner inner;
};

static void test_a_container_is_found_from_its_member(void **state)
{
	(void)state;
	struct outer outer = { .inner = { 7 } };
	struct inner *inner = &outer.inner;
	assert_ptr_equal(KITH_CONTAINER(inner, struct outer, inner), &outer);
	assert_int_equal(KITH_COUNT(((int[]){ 1, 2, 3 })), 3);
}

/* Runs a false assertion in a child, its stderr in TEXT. returns how it ended. */
static int break_promise(char *text, size_t size)
{
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(pipes[1], STDERR_FILENO);
		KITH_ASSERT(1 + 1 == 3);
		_exit(0);
	}
	close(pipes[1]);
	ssize_t len = read(pipes[0], text, size - 1);
	text[len < 0 ? 0 : len] = '\0';
	close(pipes[0]);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void test_a_broken_promise_is_named_and_aborts(void **state)
{
	(void)state;
	char text[256];
	int status = break_promise(text, sizeof(text));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(text, "kith: broken promise: 1 + 1 == 3 ("));
	assert_non_null(strstr(text, "test_macros.c:"));
}

static void test_a_kept_promise_costs_nothing(void **state)
{
	(void)state;
	int evaluated = 0;
	KITH_ASSERT(++evaluated == 1);
	assert_int_equal(evaluated, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_container_is_found_from_its_member),
		cmocka_unit_test(test_a_broken_promise_is_named_and_aborts),
		cmocka_unit_test(test_a_kept_promise_costs_nothing),
	};
	return cmocka_run_group_tests_name("base/macros", tests, NULL, NULL);
}
