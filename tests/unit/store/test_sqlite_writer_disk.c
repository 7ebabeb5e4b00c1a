/*
 * test_sqlite_writer_disk.c -- a disk that fails: writes that do are undone and may be tried
 * again; a sync that does ends the process before anybody is told anything.
 *
 * The standard VFS with two methods replaced stands between SQLite and the files.
 */
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite_writer.h"
#include "unit/store/kit.h"

/* Counted down by each write or sync; the one that meets 1 fails with CODE. 0: none. */
static struct fault {
	atomic_long in;
	int code;
} write_fault, sync_fault;

/* The tables of methods that the standard VFS uses, and ours instead of each. They
 * differ in how they lock, not in how they write. */
static struct {
	const sqlite3_io_methods *real;
	sqlite3_io_methods faulty;
} methods[4];

static bool strikes(struct fault *fault)
{
	return atomic_load(&fault->in) > 0 && atomic_fetch_sub(&fault->in, 1) == 1;
}

static int faulty_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
	return strikes(&write_fault) ? write_fault.code
	                             : methods[0].real->xWrite(file, bytes, count, offset);
}

static int faulty_sync(sqlite3_file *file, int flags)
{
	return strikes(&sync_fault) ? sync_fault.code : methods[0].real->xSync(file, flags);
}

static const sqlite3_io_methods *replace(const sqlite3_io_methods *real)
{
	for (size_t i = 0; i < KITH_COUNT(methods); i++) {
		if (methods[i].real == NULL) {
			methods[i].real = real;
			methods[i].faulty = *real;
			methods[i].faulty.xWrite = faulty_write;
			methods[i].faulty.xSync = faulty_sync;
		}
		if (methods[i].real == real) {
			assert_true(real->xWrite == methods[0].real->xWrite);
			return &methods[i].faulty;
		}
	}
	fail_msg("the standard VFS has more tables of methods than expected");
	return NULL;
}

static sqlite3_vfs vfs;

static int faulty_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                       int *out_flags)
{
	(void)self;
	sqlite3_vfs *standard = sqlite3_vfs_find("unix");
	int code = standard->xOpen(standard, name, file, flags, out_flags);
	if (code == SQLITE_OK && file->pMethods != NULL) {
		file->pMethods = replace(file->pMethods);
	}
	return code;
}

static int setup(void **state)
{
	(void)state;
	vfs = *sqlite3_vfs_find("unix");
	vfs.zName = "faulty";
	vfs.pNext = NULL;
	vfs.xOpen = faulty_open;
	return sqlite3_vfs_register(&vfs, 0);
}

/* Two people who talk over the faulty VFS; nothing fails yet. */
struct room {
	struct kit kit;
	int64_t alice;
	struct kith_conversation pair;
};

static void room_init(struct room *room)
{
	atomic_store(&write_fault.in, 0);
	atomic_store(&sync_fault.in, 0);
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, kit_user(&room->kit, "bob"));
	kit_say(&room->kit, &room->pair, room->alice, 1, "x");
	kit_close(&room->kit);
	room->kit.options.vfs = "faulty";
	room->kit.options.is_sync_off = false;
	kit_open(&room->kit);
}

static const int write_codes[] = { SQLITE_FULL, SQLITE_IOERR_WRITE };

static void test_a_failed_write_is_undone_and_may_be_tried_again(void **state)
{
	(void)state;
	static struct room room;
	static char body[KITH_TEXT_MAX];
	room_init(&room);
	memset(body, 'x', sizeof(body));
	uint64_t said = 1;
	for (size_t i = 0; i < KITH_COUNT(write_codes); i++) {
		size_t failed = 0;
		for (long nth = 1; nth <= 12; nth++) {
			struct kit_send send;
			kit_fill(&send, &room.pair, room.alice, ++said, "");
			send.entry.content.body = kith_str_make(body, sizeof(body));
			kit_print(&send);
			write_fault.code = write_codes[i];
			atomic_store(&write_fault.in, nth);
			enum kith_plan_answer answer = kith_store_apply(room.kit.store, &send.plan);
			atomic_store(&write_fault.in, 0);
			if (answer != KITH_PLAN_OK) {
				failed++;
				assert_int_equal(answer, KITH_PLAN_UNAVAILABLE);
				assert_int_equal(send.entry.n, 0);
				assert_int_equal(kit_violations(&room.kit), 0);
				answer = kith_store_apply(room.kit.store, &send.plan);
			}
			assert_int_equal(answer, KITH_PLAN_OK);
			assert_int_equal(send.entry.n, said);
		}
		assert_true(failed >= 6);
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_close(&room.kit);
	kit_open(&room.kit);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void tell_tale(void *context, struct kith_plan *const *plans, size_t count)
{
	(void)context;
	(void)plans;
	(void)count;
	_exit(1); /* somebody was told */
}

/* In a process of its own: a message whose commit cannot be synced. */
static void live(struct room *room)
{
	struct kith_store_options options = room->kit.options;
	options.committed = tell_tale;
	struct kith_store *store = NULL;
	if (kith_store_open(&options, &store, NULL) != KITH_OK) {
		_exit(2);
	}
	static struct kit_send send;
	kit_fill(&send, &room->pair, room->alice, 77, "x");
	sync_fault.code = SQLITE_IOERR_FSYNC;
	atomic_store(&sync_fault.in, 1);
	close(STDERR_FILENO); /* its last words are for people */
	if (!kith_store_submit(store, &send.plan)) {
		_exit(3);
	}
	for (;;) {
		pause();
	}
}

static void test_a_failed_sync_ends_the_process_without_an_answer(void **state)
{
	(void)state;
	static struct room room;
	room_init(&room);
	kit_close(&room.kit); /* no thread may be left when the process forks */
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		live(&room);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), KITH_WRITER_EXIT_FATAL);
	kit_open(&room.kit);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

/* What a missing sync would lose is lost only when a commit does none. */
static void test_every_commit_is_synced(void **state)
{
	(void)state;
	static struct room room;
	room_init(&room);
	sync_fault.code = SQLITE_OK; /* counted, not failed */
	for (uint64_t i = 2; i < 20; i++) {
		atomic_store(&sync_fault.in, 1000);
		kit_say(&room.kit, &room.pair, room.alice, i, "x");
		assert_true(atomic_load(&sync_fault.in) < 1000);
	}
	/* A batch that writes nothing needs none. */
	atomic_store(&sync_fault.in, 1000);
	struct kit_send send;
	kit_fill(&send, &room.pair, room.alice, 2, "x");
	assert_int_equal(kith_store_apply(room.kit.store, &send.plan), KITH_PLAN_DUPLICATE);
	assert_int_equal(atomic_load(&sync_fault.in), 1000);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_failed_write_is_undone_and_may_be_tried_again),
		cmocka_unit_test(test_a_failed_sync_ends_the_process_without_an_answer),
		cmocka_unit_test(test_every_commit_is_synced),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
