/*
 * test_store_backup.c -- a store as one file and back: whole, as of one commit, beside
 * any load; nothing half done when a step fails; nothing replaced before it is sure.
 */
#include "store/backup.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/store/kit.h"

/* Two people who have talked, and a directory for what comes of it. */
struct room {
	struct kit kit;
	int64_t alice;
	struct kith_conversation pair;
	uint64_t said;
	char dir[KIT_DIR_MAX];
	char file[KIT_DIR_MAX + 32];
	char data[KIT_DIR_MAX + 32];
	struct kith_why why;
	struct kith_buf report;
};

enum { TEXT_BYTES = 4000, TEXTS = 600 }; /* some pieces of a backup */

static void say(struct room *room)
{
	char text[TEXT_BYTES + 1];
	memset(text, 'x', TEXT_BYTES);
	text[TEXT_BYTES] = '\0';
	kit_say(&room->kit, &room->pair, room->alice, ++room->said, text);
}

static void room_init(struct room *room, int texts)
{
	*room = (struct room){ .said = 0 };
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, kit_user(&room->kit, "bob"));
	kit_add(&room->kit, &room->pair);
	for (int i = 0; i < texts; i++) {
		say(room);
	}
	kit_make_dir(room->dir);
	snprintf(room->file, sizeof(room->file), "%s/copy", room->dir);
	snprintf(room->data, sizeof(room->data), "%s/data", room->dir);
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static void room_done(struct room *room)
{
	kith_buf_done(&room->report);
	kit_done(&room->kit);
	assert_int_equal(nftw(room->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static bool is_there(const char *path, const char *behind)
{
	char name[KIT_DIR_MAX + 64];
	snprintf(name, sizeof(name), "%s%s", path, behind);
	return access(name, F_OK) == 0;
}

static struct kith_backup back_up(struct room *room)
{
	struct kith_backup made = { .position = -1 };
	enum kith_rc rc = kith_store_backup(room->kit.store, room->file, NULL, &made, &room->why);
	if (rc != KITH_OK) {
		fail_msg("%d: %s", (int)rc, room->why.detail);
	}
	return made;
}

static enum kith_rc restore(struct room *room, bool is_replacing, bool is_verified,
                            struct kith_restored *out)
{
	const struct kith_restore_options options = { .file = room->file,
		                                      .dir = room->data,
		                                      .now_us = kit_now_us,
		                                      .is_replacing = is_replacing,
		                                      .is_verified = is_verified };
	return kith_store_restore(&options, out, &room->report, &room->why);
}

static void open_restored(struct room *room, struct kith_store **out)
{
	struct kith_store_options options = room->kit.options;
	options.dir = room->data;
	enum kith_rc rc = kith_store_open(&options, out, &room->why);
	if (rc != KITH_OK) {
		fail_msg("%d: %s", (int)rc, room->why.detail);
	}
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- backing up ---- */

static void test_r_103_a_backup_is_whole_and_for_its_owner_only(void **state)
{
	(void)state;
	struct room room;
	struct stat about;
	struct kith_restored restored;
	struct kith_store *store = NULL;
	struct kith_store_stats before;
	struct kith_store_stats after;
	room_init(&room, TEXTS);
	kith_store_stats(room.kit.store, &before);

	struct kith_backup made = back_up(&room);
	assert_int_equal(made.position, before.position);
	assert_int_equal(stat(room.file, &about), 0);
	assert_int_equal(about.st_size, made.bytes);
	assert_int_equal(about.st_mode & 07777, 0600);
	assert_false(is_there(room.file, ".part"));

	assert_int_equal(restore(&room, false, true, &restored), KITH_OK);
	assert_int_equal(restored.found.entries, TEXTS);
	assert_int_equal(restored.found.violations, 0);
	assert_int_equal(restored.position, before.position);
	assert_string_equal(restored.aside, "");
	open_restored(&room, &store);
	kith_store_stats(store, &after);
	assert_int_equal(after.entries, before.entries);
	assert_int_equal(after.users, before.users);
	assert_memory_equal(kith_store_digest_key(store), kith_store_digest_key(room.kit.store),
	                    KITH_DIGEST_KEY);
	kith_store_free(&store);
	room_done(&room);
}

/* Somebody who does not stop writing, with batches larger than a piece of the copy. */
struct writer {
	struct room *room;
	atomic_bool is_over;
	pthread_t thread;
};

static void *keep_saying(void *context)
{
	struct writer *writer = context;
	while (!atomic_load(&writer->is_over)) {
		say(writer->room);
	}
	return NULL;
}

static void test_r_103_a_backup_under_load_has_all_that_was_answered_before(void **state)
{
	(void)state;
	struct room room;
	struct kith_restored restored;
	room_init(&room, TEXTS);
	struct writer writer = { .room = &room };
	assert_int_equal(pthread_create(&writer.thread, NULL, keep_saying, &writer), 0);
	struct kith_backup made = back_up(&room);
	atomic_store(&writer.is_over, true);
	pthread_join(writer.thread, NULL);

	assert_int_equal(restore(&room, false, true, &restored), KITH_OK);
	assert_int_equal(restored.found.violations, 0);
	assert_in_range(restored.found.entries, TEXTS, room.said);
	assert_int_equal(restored.position, made.position);
	assert_int_equal(kit_violations(&room.kit), 0);
	room_done(&room);
}

static void test_a_file_that_is_there_is_not_overwritten(void **state)
{
	(void)state;
	struct room room;
	struct kith_backup made;
	room_init(&room, 1);
	back_up(&room);
	assert_int_equal(kith_store_backup(room.kit.store, room.file, NULL, &made, &room.why),
	                 KITH_E_EXISTS);
	assert_false(is_there(room.file, ".part"));
	room_done(&room);
}

static void test_where_nothing_can_be_written(void **state)
{
	(void)state;
	static char path[2 * KITH_BACKUP_PATH_MAX];
	struct room room;
	struct kith_backup made;
	room_init(&room, 1);
	snprintf(path, sizeof(path), "%s/none/copy", room.dir);
	assert_int_equal(kith_store_backup(room.kit.store, path, NULL, &made, &room.why),
	                 KITH_E_IO);
	assert_non_null(strstr(room.why.detail, "No such file"));
	memset(path, 'x', sizeof(path) - 1);
	assert_int_equal(kith_store_backup(room.kit.store, path, NULL, &made, &room.why),
	                 KITH_E_IO);
	assert_string_equal(room.why.detail, "the path is too long");
	room_done(&room);
}

static void test_a_backup_that_is_broken_off_leaves_nothing(void **state)
{
	(void)state;
	struct room room;
	struct kith_backup made;
	const atomic_bool is_cancelled = true;
	room_init(&room, TEXTS);
	assert_int_equal(
		kith_store_backup(room.kit.store, room.file, &is_cancelled, &made, &room.why),
		KITH_E_UNAVAILABLE);
	assert_false(is_there(room.file, ""));
	assert_false(is_there(room.file, ".part"));
	back_up(&room);
	room_done(&room);
}

static void test_r_103_whichever_step_fails_nothing_is_left_and_the_store_lives_on(void **state)
{
	(void)state;
	struct room room;
	room_init(&room, TEXTS);
	uint64_t nth = 1;
	for (;; nth++) {
		struct kith_backup made;
		kith_store_fail_step(room.kit.store, nth);
		enum kith_rc rc =
			kith_store_backup(room.kit.store, room.file, NULL, &made, &room.why);
		kith_store_fail_step(room.kit.store, 0);
		if (rc == KITH_OK) {
			break;
		}
		assert_true(rc == KITH_E_IO || rc == KITH_E_UNAVAILABLE);
		assert_false(is_there(room.file, ""));
		assert_false(is_there(room.file, ".part"));
		say(&room);
	}
	assert_true(nth > 6);
	assert_int_equal(kit_violations(&room.kit), 0);
	room_done(&room);
}

/* ---- restoring ---- */

static void test_what_is_no_backup_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *content;
		const char *says;
	} cases[] = {
		{ "an empty file", "", "is no store of Kith" },
		{ "a letter",
		  "Dear Bob, and so on for more than a hundred bytes, so that it could "
		  "hold what every database begins with, if it were one.",
		  "is no store of Kith" },
	};
	struct room room;
	struct kith_restored restored;
	room_init(&room, TEXTS);
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		FILE *file = fopen(room.file, "w");
		assert_non_null(file);
		fputs(cases[i].content, file);
		fclose(file);
		assert_int_equal(restore(&room, false, false, &restored), KITH_E_CORRUPT);
		assert_non_null(strstr(room.why.detail, cases[i].says));
	}
	assert_int_equal(unlink(room.file), 0);
	assert_int_equal(restore(&room, false, false, &restored), KITH_E_IO);

	struct kith_backup made = back_up(&room);
	assert_int_equal(truncate(room.file, made.bytes - 4096), 0);
	assert_int_equal(restore(&room, false, false, &restored), KITH_E_CORRUPT);
	assert_non_null(strstr(room.why.detail, "is not whole"));
	assert_false(is_there(room.data, "/kith.db"));
	assert_false(is_there(room.data, "/restore.part"));
	room_done(&room);
}

static void test_a_store_in_use_is_neither_read_nor_replaced(void **state)
{
	(void)state;
	struct room room;
	struct kith_restored restored;
	room_init(&room, 3);
	back_up(&room);
	snprintf(room.data, sizeof(room.data), "%s", room.kit.dir);
	assert_int_equal(restore(&room, true, false, &restored), KITH_E_LOCKED);
	snprintf(room.file, sizeof(room.file), "%s/kith.db", room.kit.dir);
	snprintf(room.data, sizeof(room.data), "%s/data", room.dir);
	assert_int_equal(restore(&room, true, false, &restored), KITH_E_CORRUPT);
	assert_non_null(strstr(room.why.detail, "is in use"));
	room_done(&room);
}

static void test_r_103_what_is_replaced_is_kept_aside(void **state)
{
	(void)state;
	struct room room;
	struct kith_restored restored;
	room_init(&room, 3);
	back_up(&room);
	assert_int_equal(restore(&room, false, false, &restored), KITH_OK);
	assert_int_equal(restore(&room, false, false, &restored), KITH_E_EXISTS);
	for (int i = 0; i < 3; i++) {
		char expected[sizeof(room.data) + 40];
		assert_int_equal(restore(&room, true, true, &restored), KITH_OK);
		snprintf(expected, sizeof(expected), "%s/replaced-20231114T221320Z", room.data);
		if (i > 0) {
			snprintf(expected + strlen(expected), 8, "-%d", i);
		}
		assert_string_equal(restored.aside, expected);
		assert_true(is_there(restored.aside, "/kith.db"));
		assert_false(is_there(room.data, "/restoring"));
	}
	room_done(&room);
}

static void test_r_103_a_damaged_backup_replaces_nothing(void **state)
{
	(void)state;
	struct room room;
	struct kith_restored restored;
	room_init(&room, 3);
	back_up(&room);
	assert_int_equal(restore(&room, false, false, &restored), KITH_OK);
	run_sql(room.file, "DELETE FROM message_id; PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(restore(&room, true, true, &restored), KITH_OK);
	assert_int_equal(restored.found.violations, 3);
	assert_string_equal(restored.aside, "");
	assert_true(room.report.len > 0);
	assert_false(is_there(room.data, "/restore.part"));

	struct kith_store *store = NULL;
	open_restored(&room, &store);
	kith_store_free(&store);
	room_done(&room);
}

static void test_r_092_each_restore_begins_another_life(void **state)
{
	(void)state;
	struct room room;
	struct kith_restored restored;
	struct kith_store *store = NULL;
	uint8_t lives[2][16];
	room_init(&room, 1);
	assert_int_equal(kith_store_life(room.kit.store).len, 0);
	back_up(&room);
	for (size_t i = 0; i < KITH_COUNT(lives); i++) {
		assert_int_equal(restore(&room, true, false, &restored), KITH_OK);
		open_restored(&room, &store);
		assert_int_equal(kith_store_life(store).len, sizeof(lives[i]));
		memcpy(lives[i], kith_store_life(store).at, sizeof(lives[i]));
		kith_store_free(&store);
	}
	assert_memory_not_equal(lives[0], lives[1], sizeof(lives[0]));
	open_restored(&room, &store);
	assert_memory_equal(kith_store_life(store).at, lives[1], sizeof(lives[1]));
	kith_store_free(&store);
	room_done(&room);
}

static void test_a_restore_that_was_broken_off_must_be_finished(void **state)
{
	(void)state;
	struct room room;
	struct kith_restored restored;
	struct kith_store *store = NULL;
	char marker[sizeof(room.data) + 16];
	char log[sizeof(room.data) + 16];
	room_init(&room, 2);
	back_up(&room);
	assert_int_equal(restore(&room, false, false, &restored), KITH_OK);
	/* As after a crash in the middle: the old database has gone, its log has not. */
	snprintf(marker, sizeof(marker), "%s/restoring", room.data);
	snprintf(log, sizeof(log), "%s/kith.db", room.data);
	assert_int_equal(mkdir(marker, 0700), 0);
	assert_int_equal(unlink(log), 0);
	snprintf(log, sizeof(log), "%s/kith.db-wal", room.data);
	fclose(fopen(log, "w"));

	struct kith_store_options options = room.kit.options;
	options.dir = room.data;
	assert_int_equal(kith_store_open(&options, &store, &room.why), KITH_E_IO);
	assert_non_null(strstr(room.why.detail, "a restore was broken off"));
	assert_int_equal(restore(&room, true, true, &restored), KITH_OK);
	assert_true(is_there(restored.aside, "/kith.db-wal"));
	open_restored(&room, &store);
	kith_store_free(&store);
	room_done(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_103_a_backup_is_whole_and_for_its_owner_only),
		cmocka_unit_test(test_r_103_a_backup_under_load_has_all_that_was_answered_before),
		cmocka_unit_test(test_a_file_that_is_there_is_not_overwritten),
		cmocka_unit_test(test_where_nothing_can_be_written),
		cmocka_unit_test(test_a_backup_that_is_broken_off_leaves_nothing),
		cmocka_unit_test(
			test_r_103_whichever_step_fails_nothing_is_left_and_the_store_lives_on),
		cmocka_unit_test(test_what_is_no_backup_is_refused),
		cmocka_unit_test(test_a_store_in_use_is_neither_read_nor_replaced),
		cmocka_unit_test(test_r_103_what_is_replaced_is_kept_aside),
		cmocka_unit_test(test_r_103_a_damaged_backup_replaces_nothing),
		cmocka_unit_test(test_r_092_each_restore_begins_another_life),
		cmocka_unit_test(test_a_restore_that_was_broken_off_must_be_finished),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
