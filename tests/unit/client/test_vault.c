/*
 * test_vault.c -- what is kept comes back as it was, or not at all.
 */
#include "client/vault.h"

#include "unit/client/folder.h"

#include <sys/file.h>

static const struct kith_vault vault = {
	.url = { "http://h", 8 },
	.user = { "al\"ice", 6 },
	.id = { "s", 1 },
	.refresh = { "r", 1 },
	.access = { "a", 1 },
	.expires_us = INT64_C(1795342530123000),
	.lifetime_us = 900000000,
};

static void test_a_session_comes_back_as_it_was(void **state)
{
	struct kith_arena mem;
	struct kith_buf text = { 0 };
	struct kith_vault out;
	struct kith_why why;
	(void)state;

	kith_arena_init(&mem, 512);
	kith_vault_write(&vault, &text);
	assert_int_equal(kith_vault_read(kith_buf_str(&text), &mem, &out, &why), KITH_OK);
	assert_true(kith_str_equal(out.user, vault.user));
	assert_true(kith_str_equal(out.refresh, vault.refresh));
	assert_int_equal(out.expires_us, vault.expires_us);
	assert_int_equal(out.lifetime_us, vault.lifetime_us);
	/* Cut anywhere it is none. */
	for (size_t cut = 0; cut < text.len; cut++) {
		assert_int_equal(kith_vault_read(kith_str_make(text.at, cut), &mem, &out, &why),
		                 KITH_E_CORRUPT);
		assert_string_equal(why.detail, "this is no kept session");
	}
	kith_buf_done(&text);
	kith_arena_done(&mem);
}

static void test_a_file_is_replaced_as_a_whole_and_its_owners_alone(void **state)
{
	const char *path = path_of("kept");
	struct kith_buf text = { 0 };
	struct kith_why why = { 0 };
	struct stat file;
	(void)state;

	assert_int_equal(kith_vault_load(path, &text, &why), KITH_E_NOT_FOUND);
	assert_int_equal(kith_vault_remove(path, &why), KITH_OK);
	/* A former try left something that others may read. */
	write_file(path_of("kept.new"), KITH_STR("x"));
	assert_int_equal(chmod(path_of("kept.new"), 0644), 0);
	assert_int_equal(kith_vault_store(path, KITH_STR("one"), &why), KITH_OK);
	assert_int_equal(kith_vault_store(path, KITH_STR("two"), &why), KITH_OK);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	assert_int_equal(access(path_of("kept.new"), F_OK), -1);
	assert_int_equal(kith_vault_load(path, &text, &why), KITH_OK);
	assert_true(kith_str_is(kith_buf_str(&text), "two"));
	kith_buf_done(&text);
	assert_int_equal(kith_vault_remove(path, &why), KITH_OK);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_what_cannot_be_written_or_is_too_long_is_said(void **state)
{
	struct kith_buf text = { 0 };
	struct kith_why why = { 0 };
	char *large = malloc(KITH_VAULT_BYTES_MAX + 1);
	int fd;
	(void)state;

	assert_int_equal(kith_vault_store("/proc/nope/x", KITH_STR("one"), &why), KITH_E_IO);
	assert_non_null(strstr(why.detail, "cannot write /proc/nope/x: "));
	assert_int_equal(kith_vault_lock("/proc/nope/x", &fd, &why), KITH_E_IO);
	assert_int_equal(kith_vault_load(folder, &text, &why), KITH_E_IO);
	assert_non_null(large);
	memset(large, ' ', KITH_VAULT_BYTES_MAX + 1);
	write_file(path_of("large"), kith_str_make(large, KITH_VAULT_BYTES_MAX));
	assert_int_equal(kith_vault_load(path_of("large"), &text, &why), KITH_OK);
	kith_buf_done(&text);
	write_file(path_of("large"), kith_str_make(large, KITH_VAULT_BYTES_MAX + 1));
	assert_int_equal(kith_vault_load(path_of("large"), &text, &why), KITH_E_CORRUPT);
	kith_buf_done(&text);
	free(large);
}

static void test_one_at_a_time_has_the_lock(void **state)
{
	struct kith_why why = { 0 };
	int one, two;
	(void)state;

	assert_int_equal(kith_vault_lock(path_of("l"), &one, &why), KITH_OK);
	assert_int_equal(kith_vault_lock(path_of("l"), &two, &why), KITH_E_LOCKED);
	assert_string_equal(why.detail, "another program is renewing the session");
	close(one);
	assert_int_equal(kith_vault_lock(path_of("l"), &two, &why), KITH_OK);
	close(two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_comes_back_as_it_was),
		cmocka_unit_test(test_a_file_is_replaced_as_a_whole_and_its_owners_alone),
		cmocka_unit_test(test_what_cannot_be_written_or_is_too_long_is_said),
		cmocka_unit_test(test_one_at_a_time_has_the_lock),
	};
	return cmocka_run_group_tests_name("client/vault", tests, folder_make, folder_remove);
}
