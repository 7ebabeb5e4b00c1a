/*
 * test_sqlite_schema.c -- which directories and files become a store, and which are
 * refused with a reason.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/store/kit.h"

static void test_empty_directory_becomes_default(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	struct kith_org *orgs = NULL;
	size_t count = 0;
	assert_int_equal(kith_reader_orgs(kit.reader, 0, &kit.mem, &orgs, &count), KITH_OK);
	assert_int_equal(count, 1);
	assert_int_equal(orgs[0].row, KIT_ORG);
	assert_true(kith_str_is(orgs[0].id, "default"));
	assert_true(kith_str_is(orgs[0].domain, "default.localhost"));
	struct kith_key key;
	assert_int_equal(kith_reader_newest_key(kit.reader, KIT_ORG, 1, &kit.mem, &key),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(kit_violations(&kit), 0);
	kit_done(&kit);
}

static void test_a_missing_directory_is_made_for_its_owner_alone(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	kit_close(&kit);
	char parent[KIT_DIR_MAX];
	char inner[KIT_DIR_MAX + 8];
	kit_make_dir(parent);
	snprintf(inner, sizeof(inner), "%s/data", parent);
	kit.options.dir = inner;
	kit_open(&kit);

	struct stat about;
	assert_int_equal(stat(inner, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0700);
	char file[KIT_DIR_MAX + 24];
	snprintf(file, sizeof(file), "%s/kith.db", inner);
	assert_int_equal(stat(file, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);

	kit_close(&kit);
	kit_remove_dir(inner);
	kit_remove_dir(parent);
	kit.options.dir = kit.dir;
	kit_open(&kit);
	kit_done(&kit);
}

static void test_the_key_is_made_once_and_kept(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	uint8_t digest[KITH_DIGEST_KEY];
	static const uint8_t zero[KITH_DIGEST_KEY];
	memcpy(digest, kith_store_digest_key(kit.store), sizeof(digest));
	assert_memory_not_equal(digest, zero, sizeof(digest));
	kit_close(&kit);
	kit_open(&kit);
	assert_memory_equal(kith_store_digest_key(kit.store), digest, sizeof(digest));
	kit_done(&kit);
}

static void test_a_second_opener_is_kept_out(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	struct kith_store *second = NULL;
	struct kith_why why = { .detail = "" };
	assert_int_equal(kith_store_open(&kit.options, &second, &why), KITH_E_LOCKED);
	assert_null(second);
	assert_non_null(strstr(why.detail, "another process"));
	assert_int_equal(kith_store_open(&kit.options, &second, NULL), KITH_E_LOCKED);
	kit_close(&kit);
	kit_open(&kit);
	kit_done(&kit);
}

static void test_a_plain_file_is_no_directory(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	char path[KIT_DIR_MAX + 16];
	snprintf(path, sizeof(path), "%s/kith.lock", kit.dir);
	struct kith_store_options options = kit.options;
	struct kith_store *store = NULL;
	options.dir = path;
	assert_int_equal(kith_store_open(&options, &store, NULL), KITH_E_IO);
	char longer[2000];
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	options.dir = longer;
	assert_int_equal(kith_store_open(&options, &store, NULL), KITH_E_IO);
	options.dir = "no-such-directory/inner";
	assert_int_equal(kith_store_open(&options, &store, NULL), KITH_E_IO);
	assert_null(store);
	kit_done(&kit);
}

static const struct {
	const char *name;
	const char *sql;
	const char *says;
} spoilt[] = {
	{ "a newer schema is refused", "PRAGMA user_version = 3", "newer Kith" },
	{ "a negative schema is refused", "PRAGMA user_version = -1", "impossible" },
	{ "a file of ours without tables' version is refused", "PRAGMA user_version = 0",
	  "impossible" },
	{ "another program's file is refused", "PRAGMA application_id = 7", "no store of Kith" },
	{ "a file that lost its key is refused", "DELETE FROM meta WHERE key = 'digest_key'",
	  "lost its key" },
	{ "a key of another length is refused",
	  "UPDATE meta SET value = x'00' WHERE key = 'digest_key'", "lost its key" },
};

static void test_files_that_are_not_ours_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(spoilt); i++) {
		struct kit kit;
		kit_init(&kit);
		kit_close(&kit);
		kit_sql(&kit, spoilt[i].sql);
		struct kith_store *store = NULL;
		struct kith_why why = { .detail = "" };
		enum kith_rc rc = kith_store_open(&kit.options, &store, &why);
		if (rc != KITH_E_CORRUPT || strstr(why.detail, spoilt[i].says) == NULL) {
			fail_msg("%s: %d %s", spoilt[i].name, (int)rc, why.detail);
		}
		kit_done(&kit);
	}
}

/* Writes LEN bytes of noise at OFFSET of the closed store's file. */
static void scribble(const struct kit *kit, off_t offset, size_t len)
{
	char path[KIT_DIR_MAX + 16];
	snprintf(path, sizeof(path), "%s/kith.db", kit->dir);
	int fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = (uint8_t)(i * 7 + 13);
		assert_int_equal(pwrite(fd, &byte, 1, offset + (off_t)i), 1);
	}
	close(fd);
}

static const struct {
	const char *name;
	off_t offset;
	size_t len;
} damages[] = {
	{ "the first page's head", 0, 100 },
	{ "the table of tables", 100, 3000 },
	{ "every page but the first one's head", 100, 60000 },
};

static void test_damaged_files_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(damages); i++) {
		struct kit kit;
		kit_init(&kit);
		kit_user(&kit, "alice");
		kit_close(&kit);
		scribble(&kit, damages[i].offset, damages[i].len);
		struct kith_store *store = NULL;
		struct kith_why why = { .detail = "" };
		enum kith_rc rc = kith_store_open(&kit.options, &store, &why);
		if (rc != KITH_E_CORRUPT || store != NULL || why.detail[0] == '\0') {
			fail_msg("%s: %d %s", damages[i].name, (int)rc, why.detail);
		}
		kit_done(&kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_directory_becomes_default),
		cmocka_unit_test(test_a_missing_directory_is_made_for_its_owner_alone),
		cmocka_unit_test(test_the_key_is_made_once_and_kept),
		cmocka_unit_test(test_a_second_opener_is_kept_out),
		cmocka_unit_test(test_a_plain_file_is_no_directory),
		cmocka_unit_test(test_files_that_are_not_ours_are_refused),
		cmocka_unit_test(test_damaged_files_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
