/*
 * sqlite_backup.c -- pages to a file, a piece at a time, on the writer's own connection.
 *
 * SQLite's stepwise backup begins anew whenever another connection writes, but
 * follows what its own connection writes: pages that were copied already are
 * copied again as they change. So each piece is an errand of the writer between
 * two batches, and whatever may wait is done here, on the asker's thread: reading
 * cold pages ahead, and bringing the copy to the disk before much of it piles up.
 */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/when.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"
#include "store/sqlite_store.h"

enum {
	BACKUP_PAGE_BYTES = 4096,
	BACKUP_STEP_PAGES = 256, /* copied while the writer waits, and as many as are new  */
	BACKUP_SYNC_STEPS = 4,   /* then the copy's disk catches up                        */
	BACKUP_REST_TIMES = 1,
	BACKUP_REST_MAX_US = 100 * 1000,
	BACKUP_RESTARTS_MAX = 16, /* a batch that was rolled back makes the copy begin anew */
};

struct backup {
	struct kith_writer_errand errand;
	struct kith_store *store;
	struct kith_reader *ahead; /* reads what the next piece will want */
	char part[KITH_BACKUP_PATH_MAX];
	int part_fd;
	struct kith_sql to;
	sqlite3_backup *copy; /* on the writer's connection: only its thread touches it */
	int code;             /* SQLITE_OK: there is more; SQLITE_DONE                  */
	int64_t position;     /* once it is done                                        */
	int page_count;       /* of the store, at the last piece                         */
	int copied;           /* of them                                                 */
	int step_pages;       /* of the next piece                                       */
	int restarts;
	int64_t took_us; /* of the writer's time, by the last piece                 */
};

/* ---- on the writer's thread ---- */

/* What a flood adds between two pieces must not be more than a piece takes. */
static void note_progress(struct backup *backup)
{
	int page_count = sqlite3_backup_pagecount(backup->copy);
	int copied = page_count - sqlite3_backup_remaining(backup->copy);
	int grown = backup->page_count == 0 ? 0 : page_count - backup->page_count;
	backup->step_pages = BACKUP_STEP_PAGES + (grown > 0 ? grown : 0);
	backup->restarts += copied < backup->copied ? 1 : 0;
	backup->page_count = page_count;
	backup->copied = copied;
}

static int copy_piece(struct backup *backup, struct kith_sql *from)
{
	if (backup->copy == NULL) {
		backup->copy = sqlite3_backup_init(backup->to.db, "main", from->db, "main");
	}
	if (backup->copy == NULL) {
		return sqlite3_extended_errcode(backup->to.db);
	}
	if (kith_sql_take_fault(from)) {
		return SQLITE_FULL;
	}
	int code = sqlite3_backup_step(backup->copy, backup->step_pages);
	note_progress(backup);
	if (code == SQLITE_DONE && kith_load_position(from, &backup->position) != KITH_OK) {
		code = from->code;
	}
	return code;
}

static void run_piece(struct kith_writer_errand *errand, struct kith_sql *from)
{
	struct backup *backup = KITH_CONTAINER(errand, struct backup, errand);
	int64_t begin_us = kith_when_steady_us();
	backup->code = copy_piece(backup, from);
	backup->took_us = kith_when_steady_us() - begin_us;
	if (backup->code != SQLITE_OK) {
		/* It repeats the code of a step that failed. */
		(void)sqlite3_backup_finish(backup->copy);
		backup->copy = NULL;
	}
}

static void give_up(struct kith_writer_errand *errand, struct kith_sql *from)
{
	struct backup *backup = KITH_CONTAINER(errand, struct backup, errand);
	(void)from;
	(void)sqlite3_backup_finish(backup->copy);
	backup->copy = NULL;
}

/* ---- on the asker's ---- */

/* Has the system read the pages of the next piece, through a connection of SQLite's: it
 * loses its locks when anybody else closes the file. */
static void read_ahead(struct backup *backup)
{
	char page[64 * 1024];
	sqlite3_file *file = NULL;
	sqlite3_int64 at = (sqlite3_int64)backup->copied * BACKUP_PAGE_BYTES;
	sqlite3_int64 end = at + (sqlite3_int64)backup->step_pages * BACKUP_PAGE_BYTES;

	if (sqlite3_file_control(backup->ahead->sql.db, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
	    SQLITE_OK) {
		return;
	}
	for (; at < end; at += (sqlite3_int64)sizeof(page)) {
		/* A page that is only in the log yet lies behind the end. */
		if (file->pMethods->xRead(file, page, sizeof(page), at) != SQLITE_OK) {
			return;
		}
	}
}

static enum kith_rc refuse_file(const struct backup *backup, const char *what, struct kith_why *why)
{
	return kith_refuse(why, KITH_E_IO, NULL, "cannot %s %s: %s", what, backup->part,
	                   strerror(errno));
}

/* What went wrong in a piece: on the copy's side, or on the store's. */
static enum kith_rc refuse_piece(const struct backup *backup, struct kith_why *why)
{
	enum kith_rc rc = kith_sql_rc(backup->code);
	bool is_disk =
		(backup->code & 0xff) == SQLITE_FULL || (backup->code & 0xff) == SQLITE_IOERR;
	return kith_refuse(why, is_disk ? KITH_E_IO : rc, NULL, "cannot copy to %s: %s",
	                   backup->part, sqlite3_errstr(backup->code));
}

/* Leaves the writer, the processor and the disk to others for some times as long as the piece
 * took of them. */
static void rest(const struct backup *backup)
{
	int64_t rest_us = backup->took_us * BACKUP_REST_TIMES;
	rest_us = rest_us < BACKUP_REST_MAX_US ? rest_us : BACKUP_REST_MAX_US;
	const struct timespec nap = { .tv_nsec = (long)rest_us * 1000 };
	nanosleep(&nap, NULL);
}

static enum kith_rc copy_all(struct backup *backup, const atomic_bool *is_cancelled,
                             struct kith_why *why)
{
	backup->errand.run = run_piece;
	for (int step = 1; backup->code == SQLITE_OK; step++) {
		if (is_cancelled != NULL && atomic_load(is_cancelled)) {
			return kith_refuse(why, KITH_E_UNAVAILABLE, NULL, "it was broken off");
		}
		read_ahead(backup);
		kith_writer_run(backup->store->writer, &backup->errand);
		if (backup->restarts > BACKUP_RESTARTS_MAX) {
			return kith_refuse(why, KITH_E_UNAVAILABLE, NULL,
			                   "the store's disk fails too often");
		}
		if (step % BACKUP_SYNC_STEPS == 0 && fdatasync(backup->part_fd) != 0) {
			return refuse_file(backup, "write", why);
		}
		rest(backup);
	}
	return backup->code == SQLITE_DONE ? KITH_OK : refuse_piece(backup, why);
}

/* Opens the copy, which nobody else knows: no journal, and the disk is our business. */
static enum kith_rc open_copy(struct backup *backup, struct kith_why *why)
{
	backup->part_fd =
		open(backup->part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (backup->part_fd < 0 || fchmod(backup->part_fd, 0600) != 0) {
		return refuse_file(backup, "write", why);
	}
	enum kith_rc rc = kith_sql_open(&backup->to, backup->part, backup->store->vfs,
	                                &backup->store->fail_in);
	if (rc == KITH_OK) {
		rc = kith_sql_script(&backup->to, "PRAGMA journal_mode = OFF;\n"
		                                  "PRAGMA synchronous = OFF;\n"
		                                  "PRAGMA cache_size = -8192;\n");
	}
	if (rc != KITH_OK) {
		return kith_refuse(why, rc == KITH_E_UNAVAILABLE ? KITH_E_IO : rc, NULL,
		                   "cannot write %s: %s", backup->part,
		                   kith_sql_failure(&backup->to));
	}
	return KITH_OK;
}

/* A name is on the disk when its directory is. */
static void sync_directory(const char *path)
{
	char dir[KITH_BACKUP_PATH_MAX];
	const char *slash = strrchr(path, '/');

	snprintf(dir, sizeof(dir), "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
	         slash == NULL ? "." : path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		/* Some file systems cannot sync a directory, and need not. */
		(void)fsync(fd);
		close(fd);
	}
}

static enum kith_rc refuse_taken(const char *path, struct kith_why *why)
{
	return kith_refuse(why, KITH_E_EXISTS, NULL, "%s is there already", path);
}

/* Gives the finished copy its name. */
static enum kith_rc publish(struct backup *backup, const char *path, int64_t *bytes,
                            struct kith_why *why)
{
	struct stat about;

	kith_sql_close(&backup->to);
	if (fsync(backup->part_fd) != 0 || fstat(backup->part_fd, &about) != 0) {
		return refuse_file(backup, "write", why);
	}
	int code = renameat2(AT_FDCWD, backup->part, AT_FDCWD, path, RENAME_NOREPLACE);
	if (code != 0 && errno == EINVAL) { /* the file system cannot; it was looked at before */
		code = rename(backup->part, path);
	}
	if (code != 0) {
		return errno == EEXIST ? refuse_taken(path, why) : refuse_file(backup, "name", why);
	}
	sync_directory(path);
	*bytes = about.st_size;
	return KITH_OK;
}

static enum kith_rc make_backup(struct backup *backup, const char *path,
                                const atomic_bool *is_cancelled, struct kith_backup *out,
                                struct kith_why *why)
{
	enum kith_rc rc = open_copy(backup, why);
	if (rc == KITH_OK) {
		rc = kith_reader_open(backup->store, &backup->ahead);
	}
	if (rc == KITH_OK) {
		rc = copy_all(backup, is_cancelled, why);
	}
	if (backup->copy != NULL) {
		backup->errand.run = give_up;
		kith_writer_run(backup->store->writer, &backup->errand);
	}
	kith_reader_free(&backup->ahead);
	int64_t bytes = 0;
	if (rc == KITH_OK) {
		rc = publish(backup, path, &bytes, why);
	}
	if (rc == KITH_OK) {
		*out = (struct kith_backup){ .position = backup->position, .bytes = bytes };
	}
	return rc;
}

enum kith_rc kith_store_backup(struct kith_store *store, const char *path,
                               const atomic_bool *is_cancelled, struct kith_backup *out,
                               struct kith_why *why)
{
	struct backup backup = {
		.store = store, .part_fd = -1, .code = SQLITE_OK, .step_pages = BACKUP_STEP_PAGES
	};
	struct stat about;

	int len = snprintf(backup.part, sizeof(backup.part), "%s.part", path);
	if (len < 0 || (size_t)len >= sizeof(backup.part)) {
		return kith_refuse(why, KITH_E_IO, NULL, "the path is too long");
	}
	if (lstat(path, &about) == 0) {
		return refuse_taken(path, why);
	}
	enum kith_rc rc = make_backup(&backup, path, is_cancelled, out, why);
	kith_sql_close(&backup.to);
	if (backup.part_fd >= 0) {
		close(backup.part_fd);
		if (rc != KITH_OK) {
			unlink(backup.part);
		}
	}
	return rc;
}
