/*
 * sqlite_restore.c -- a copy is made and tried in a room of its own, then changes places.
 *
 * The room is a directory in the data directory, so that the last step is a
 * rename. As long as it is called restore.part nothing has happened to the
 * store; while it is called `restoring` the files change places, and kith_dir_init()
 * lets nobody open them. Old files go to replaced-<time>, whole.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/when.h"
#include "store/backup.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"
#include "store/sqlite_store.h"

enum { RESTORE_PIECE = 64 * 1024 };

#define ROOM "restore.part"

struct restore {
	const struct kith_restore_options *options;
	struct kith_dir dir; /* with its lock */
	int dir_fd;
	struct kith_why *why;
};

/* What a store's directory holds, and who may have left what. */
static const char *const database_files[] = { "kith.db", "kith.db-wal", "kith.db-shm" };
static const char *const other_files[] = { ".",       "..", "kith.lock",
	                                   "control", ROOM, KITH_DIR_RESTORING };

static enum kith_rc refuse_file(const struct restore *restore, const char *what, const char *name)
{
	return kith_refuse(restore->why, KITH_E_IO, NULL, "cannot %s %s: %s", what, name,
	                   strerror(errno));
}

static enum kith_rc refuse_foreign(const struct restore *restore, const char *because)
{
	return kith_refuse(restore->why, KITH_E_CORRUPT, NULL, "%s %s", restore->options->file,
	                   because);
}

/* ---- the file that is brought back ---- */

static uint32_t read_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Is FD one of our databases, and not cut short? The offsets are those of SQLite's file
 * format, section 1.3. */
static enum kith_rc check_file(const struct restore *restore, int fd)
{
	uint8_t head[100];
	struct stat about;

	if (fstat(fd, &about) != 0) {
		return refuse_file(restore, "examine", restore->options->file);
	}
	if (pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head, "SQLite format 3", 16) != 0 ||
	    read_u32(head + 68) != (uint32_t)KITH_SCHEMA_FILE_ID) {
		return refuse_foreign(restore, "is no store of Kith");
	}
	int64_t page_bytes = (int64_t)head[16] << 8 | head[17];
	if (page_bytes * read_u32(head + 28) > about.st_size) {
		return refuse_foreign(restore, "is not whole");
	}
	return KITH_OK;
}

/* A log beside the file holds commits that a copy of the file alone would lose. */
static enum kith_rc check_log(const struct restore *restore)
{
	char path[KITH_BACKUP_PATH_MAX + 8];
	struct stat about;

	snprintf(path, sizeof(path), "%s-wal", restore->options->file);
	if (stat(path, &about) == 0 && about.st_size > 0) {
		return refuse_foreign(restore, "is in use, or was not closed");
	}
	return KITH_OK;
}

static enum kith_rc open_file(const struct restore *restore, int *out)
{
	int fd = open(restore->options->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return refuse_file(restore, "open", restore->options->file);
	}
	enum kith_rc rc = check_log(restore);
	if (rc == KITH_OK) {
		rc = check_file(restore, fd);
	}
	if (rc != KITH_OK) {
		close(fd);
		return rc;
	}
	*out = fd;
	return KITH_OK;
}

static bool write_all(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t put = write(fd, bytes, count);
		if (put < 0 && errno != EINTR) {
			return false;
		}
		bytes += put < 0 ? 0 : put;
		count -= put < 0 ? 0 : (size_t)put;
	}
	return true;
}

static enum kith_rc copy_bytes(const struct restore *restore, int from, int to)
{
	char piece[RESTORE_PIECE];

	for (;;) {
		ssize_t got = read(from, piece, sizeof(piece));
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return refuse_file(restore, "read", restore->options->file);
		}
		if (got == 0) {
			return fsync(to) == 0 ? KITH_OK : refuse_file(restore, "write", ROOM);
		}
		if (!write_all(to, piece, (size_t)got)) {
			return refuse_file(restore, "write", ROOM);
		}
	}
}

/* ---- the room ---- */

/* Removes what an earlier try has left under NAME, which holds but files. */
static void remove_room(const struct restore *restore, const char *name)
{
	int fd = openat(restore->dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *room = fd < 0 ? NULL : fdopendir(fd);
	if (room == NULL) {
		if (fd >= 0) {
			close(fd);
		}
		return;
	}
	for (struct dirent *entry; (entry = readdir(room)) != NULL;) {
		unlinkat(fd, entry->d_name, 0); /* "." and ".." are refused */
	}
	closedir(room);
	unlinkat(restore->dir_fd, name, AT_REMOVEDIR);
}

static enum kith_rc fill_room(const struct restore *restore)
{
	int from = -1;
	enum kith_rc rc = open_file(restore, &from);
	if (rc != KITH_OK) {
		return rc;
	}
	remove_room(restore, ROOM);
	int to = -1;
	if (mkdirat(restore->dir_fd, ROOM, 0700) == 0) {
		to = openat(restore->dir_fd, ROOM "/kith.db",
		            O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	rc = to < 0 ? refuse_file(restore, "make", ROOM) : copy_bytes(restore, from, to);
	close(from);
	if (to >= 0) {
		close(to);
	}
	return rc;
}

static void no_news(void *context, struct kith_plan *const *plans, size_t count)
{
	(void)context;
	(void)plans;
	(void)count;
}

static enum kith_rc look_at(const struct restore *restore, struct kith_store *store,
                            struct kith_restored *out, struct kith_buf *report)
{
	struct kith_reader *reader = NULL;
	enum kith_rc rc = kith_reader_open(store, &reader);
	if (rc == KITH_OK && restore->options->is_verified) {
		rc = kith_reader_verify(reader, &out->found, report);
	}
	/* What does not even have a position may still be what the audit reports. */
	if (rc == KITH_OK && out->found.violations == 0) {
		rc = kith_reader_position(reader, &out->position);
	}
	kith_reader_free(&reader);
	return rc == KITH_OK ? rc : kith_refuse(restore->why, rc, NULL, "the copy cannot be read");
}

/* Opens the copy as a store, which brings its tables up, looks, and begins its new life. */
static enum kith_rc try_room(const struct restore *restore, struct kith_restored *out,
                             struct kith_buf *report)
{
	char path[KITH_DIR_PATH_MAX];
	snprintf(path, sizeof(path), "%s/" ROOM, restore->options->dir);
	const struct kith_store_options options = { .dir = path,
		                                    .now_us = restore->options->now_us,
		                                    .committed = no_news };
	struct kith_store *store = NULL;
	enum kith_rc rc = kith_store_open(&options, &store, restore->why);
	if (rc == KITH_OK) {
		rc = look_at(restore, store, out, report);
	}
	if (rc == KITH_OK && out->found.violations == 0) {
		rc = kith_store_begin_life(store);
		if (rc != KITH_OK) {
			(void)kith_refuse(restore->why, rc, NULL, "the copy cannot be written");
		}
	}
	kith_store_free(&store); /* which empties its log into the file */
	return rc;
}

/* ---- changing places ---- */

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* Whether there is a store, or something else that a new one should not be mixed with. */
static enum kith_rc check_empty(const struct restore *restore)
{
	DIR *dir = opendir(restore->options->dir);
	bool is_taken = false;
	if (dir == NULL) {
		return refuse_file(restore, "read", restore->options->dir);
	}
	for (struct dirent *entry; !is_taken && (entry = readdir(dir)) != NULL;) {
		is_taken = !is_among(entry->d_name, other_files, KITH_COUNT(other_files));
	}
	closedir(dir);
	return is_taken && !restore->options->is_replacing
	               ? kith_refuse(restore->why, KITH_E_EXISTS, NULL,
	                             "%s is not empty: say --replace", restore->options->dir)
	               : KITH_OK;
}

/* A new directory for the old files, named by the time: NAME gets its name. */
static bool make_aside(const struct restore *restore, char *name, size_t size)
{
	time_t now_s = (time_t)(restore->options->now_us() / KITH_SECOND_US);
	struct tm parts;

	gmtime_r(&now_s, &parts);
	for (int i = 0; i < 100; i++) {
		char stamp[32];
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &parts);
		snprintf(name, size, i == 0 ? "replaced-%s" : "replaced-%s-%d", stamp, i);
		if (mkdirat(restore->dir_fd, name, 0700) == 0) {
			return true;
		}
		if (errno != EEXIST) {
			return false;
		}
	}
	return false;
}

/* Any of the files: a log without its database must not stay beside another one. */
static bool has_database(const struct restore *restore)
{
	for (size_t i = 0; i < KITH_COUNT(database_files); i++) {
		if (faccessat(restore->dir_fd, database_files[i], F_OK, 0) == 0) {
			return true;
		}
	}
	return false;
}

/* The store's files go to a directory of their own; *out is its path, or "". */
static enum kith_rc put_aside(const struct restore *restore, char out[KITH_BACKUP_PATH_MAX])
{
	char name[64];
	char to[96];

	if (!has_database(restore)) {
		return KITH_OK;
	}
	if (!make_aside(restore, name, sizeof(name))) {
		return refuse_file(restore, "make", name);
	}
	for (size_t i = 0; i < KITH_COUNT(database_files); i++) {
		snprintf(to, sizeof(to), "%s/%s", name, database_files[i]);
		if (renameat(restore->dir_fd, database_files[i], restore->dir_fd, to) != 0 &&
		    errno != ENOENT) {
			return refuse_file(restore, "put aside", database_files[i]);
		}
	}
	snprintf(out, KITH_BACKUP_PATH_MAX, "%s/%s", restore->options->dir, name);
	return KITH_OK;
}

/* From the first rename to the last, nobody can open the store: see the file's head. */
static enum kith_rc change_places(const struct restore *restore, struct kith_restored *out)
{
	remove_room(restore, KITH_DIR_RESTORING);
	if (renameat(restore->dir_fd, ROOM, restore->dir_fd, KITH_DIR_RESTORING) != 0 ||
	    fsync(restore->dir_fd) != 0) {
		return refuse_file(restore, "rename", ROOM);
	}
	enum kith_rc rc = put_aside(restore, out->aside);
	if (rc != KITH_OK) {
		return rc;
	}
	if (renameat(restore->dir_fd, KITH_DIR_RESTORING "/kith.db", restore->dir_fd, "kith.db") !=
	            0 ||
	    fsync(restore->dir_fd) != 0) {
		return refuse_file(restore, "put in place", "kith.db");
	}
	remove_room(restore, KITH_DIR_RESTORING);
	return fsync(restore->dir_fd) == 0 ? KITH_OK
	                                   : refuse_file(restore, "sync", restore->options->dir);
}

static enum kith_rc restore_into(struct restore *restore, struct kith_restored *out,
                                 struct kith_buf *report)
{
	restore->dir_fd = open(restore->options->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (restore->dir_fd < 0) {
		return refuse_file(restore, "open", restore->options->dir);
	}
	enum kith_rc rc = check_empty(restore);
	if (rc == KITH_OK) {
		rc = fill_room(restore);
	}
	if (rc == KITH_OK) {
		rc = try_room(restore, out, report);
	}
	if (rc == KITH_OK && out->found.violations == 0) {
		rc = change_places(restore, out);
	}
	remove_room(restore, ROOM);
	close(restore->dir_fd);
	return rc;
}

enum kith_rc kith_store_restore(const struct kith_restore_options *options,
                                struct kith_restored *out, struct kith_buf *report,
                                struct kith_why *why)
{
	struct restore restore = { .options = options, .dir_fd = -1, .why = why };
	struct kith_restored done = { .position = 0 };

	if (strlen(options->dir) + sizeof("/" ROOM "/kith.db-wal") > KITH_DIR_PATH_MAX) {
		return kith_refuse(why, KITH_E_IO, NULL,
		                   "the path of the data directory is too long");
	}
	enum kith_rc rc = kith_dir_take(&restore.dir, options->dir, why);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = restore_into(&restore, &done, report);
	kith_dir_done(&restore.dir);
	if (rc == KITH_OK) {
		*out = done;
	}
	return rc;
}
