/*
 * test_home.c -- where a session is kept, by what the environment says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/home.h"

static const char *session, *config, *home;

static const char *environment(const char *name)
{
	return strcmp(name, "KITH_SESSION") == 0      ? session
	       : strcmp(name, "XDG_CONFIG_HOME") == 0 ? config
	       : strcmp(name, "HOME") == 0            ? home
	                                              : NULL;
}

static void test_the_first_that_is_said_counts(void **state)
{
	char out[KITH_HOME_PATH_MAX];
	char long_one[KITH_HOME_PATH_MAX + 1];
	(void)state;

	assert_false(kith_home_find(environment, out));
	home = "/home/a";
	assert_true(kith_home_find(environment, out));
	assert_string_equal(out, "/home/a/.config/kith/session");
	config = "relative";
	assert_true(kith_home_find(environment, out));
	assert_string_equal(out, "/home/a/.config/kith/session");
	config = "/c";
	assert_true(kith_home_find(environment, out));
	assert_string_equal(out, "/c/kith/session");
	session = "mine";
	assert_true(kith_home_find(environment, out));
	assert_string_equal(out, "mine");
	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	session = long_one;
	assert_false(kith_home_find(environment, out));
	assert_string_equal(out, "");
}

static void test_folders_are_made_for_their_owner(void **state)
{
	char folder[] = "/tmp/kith-test-XXXXXX";
	char path[200], inner[200];
	struct stat made;
	struct kith_why why;
	(void)state;

	assert_non_null(mkdtemp(folder));
	snprintf(inner, sizeof(inner), "%s/a", folder);
	snprintf(path, sizeof(path), "%s/a/b/session", folder);
	for (int twice = 0; twice < 2; twice++) {
		assert_int_equal(kith_home_make(path, &why), KITH_OK);
	}
	assert_int_equal(stat(inner, &made), 0);
	assert_int_equal(made.st_mode & 0777, 0700);
	assert_int_equal(kith_home_make("/proc/nope/session", &why), KITH_E_IO);
	snprintf(path, sizeof(path), "%s/a/b", folder);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(inner), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_that_is_said_counts),
		cmocka_unit_test(test_folders_are_made_for_their_owner),
	};
	return cmocka_run_group_tests_name("cli/home", tests, NULL, NULL);
}
