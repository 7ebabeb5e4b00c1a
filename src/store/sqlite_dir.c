/*
 * sqlite_dir.c -- mkdir, statfs and flock, with sentences for their failures.
 */
#include "store/sqlite_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/macros.h"

/* File systems that other machines write to; from statfs(2) and linux/magic.h. */
static const struct {
	uint32_t type;
	const char *name;
} refused[] = {
	{ 0x00006969, "NFS" },  { 0x0000517b, "SMB" },   { 0xff534d42, "CIFS" },
	{ 0xfe534d42, "SMB" },  { 0x00c36400, "Ceph" },  { 0x5346414f, "AFS" },
	{ 0x6b414653, "AFS" },  { 0x73757245, "Coda" },  { 0x0bd00bd0, "Lustre" },
	{ 0x01161970, "GFS2" }, { 0x7461636f, "OCFS2" },
};

static enum kith_rc check_file_system(const char *at, struct kith_why *why)
{
	struct statfs about;
	if (statfs(at, &about) != 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "cannot examine %s: %s", at,
		                   strerror(errno));
	}
	for (size_t i = 0; i < KITH_COUNT(refused); i++) {
		if ((uint32_t)about.f_type == refused[i].type) {
			return kith_refuse(
				why, KITH_E_IO, NULL,
				"%s lies on a network file system (%s); a local one is needed", at,
				refused[i].name);
		}
	}
	return KITH_OK;
}

/* A new directory's name must be on the disk before anything in it is promised. */
static void sync_parent(const char *at)
{
	char up[KITH_DIR_PATH_MAX + 4];
	snprintf(up, sizeof(up), "%s/..", at);
	int fd = open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		/* Some file systems cannot sync a directory, and need not. */
		(void)fsync(fd);
		close(fd);
	}
}

static enum kith_rc make(const char *at, struct kith_why *why)
{
	if (mkdir(at, 0700) == 0) {
		sync_parent(at);
		return KITH_OK;
	}
	if (errno != EEXIST) {
		return kith_refuse(why, KITH_E_IO, NULL, "cannot make %s: %s", at, strerror(errno));
	}
	return KITH_OK;
}

static enum kith_rc take_lock(const char *at, int *out, struct kith_why *why)
{
	char path[KITH_DIR_PATH_MAX];
	snprintf(path, sizeof(path), "%s/kith.lock", at);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "cannot open %s: %s", path,
		                   strerror(errno));
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum kith_rc rc = errno == EWOULDBLOCK ? KITH_E_LOCKED : KITH_E_IO;
		(void)kith_refuse(
			why, rc, NULL,
			rc == KITH_E_LOCKED ? "another process uses %s" : "cannot lock %s", at);
		close(fd);
		return rc;
	}
	*out = fd;
	return KITH_OK;
}

/* Made by us, so that the keys in it are nobody else's to read; SQLite gives the
 * files beside it the same mode. */
static enum kith_rc make_database(const char *path, struct kith_why *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "cannot open %s: %s", path,
		                   strerror(errno));
	}
	close(fd);
	return KITH_OK;
}

/* Its files are neither the old store nor the new one. */
static enum kith_rc check_restored(const char *at, struct kith_why *why)
{
	char path[KITH_DIR_PATH_MAX + sizeof(KITH_DIR_RESTORING)];
	snprintf(path, sizeof(path), "%s/" KITH_DIR_RESTORING, at);
	if (access(path, F_OK) != 0) {
		return KITH_OK;
	}
	return kith_refuse(why, KITH_E_IO, NULL,
	                   "a restore was broken off in %s: do it again, with --replace", at);
}

enum kith_rc kith_dir_take(struct kith_dir *dir, const char *at, struct kith_why *why)
{
	struct kith_dir taken = { .lock = -1 };
	if (strlen(at) + sizeof("/kith.lock") > sizeof(taken.database)) {
		return kith_refuse(why, KITH_E_IO, NULL,
		                   "the path of the data directory is too long");
	}
	snprintf(taken.database, sizeof(taken.database), "%s/kith.db", at);

	enum kith_rc rc = make(at, why);
	if (rc == KITH_OK) {
		rc = check_file_system(at, why);
	}
	if (rc == KITH_OK) {
		rc = take_lock(at, &taken.lock, why);
	}
	if (rc != KITH_OK) {
		kith_dir_done(&taken);
		return rc;
	}
	*dir = taken;
	return KITH_OK;
}

enum kith_rc kith_dir_init(struct kith_dir *dir, const char *at, struct kith_why *why)
{
	struct kith_dir taken;
	enum kith_rc rc = kith_dir_take(&taken, at, why);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = check_restored(at, why);
	if (rc == KITH_OK) {
		rc = make_database(taken.database, why);
	}
	if (rc != KITH_OK) {
		kith_dir_done(&taken);
		return rc;
	}
	*dir = taken;
	return KITH_OK;
}

void kith_dir_done(struct kith_dir *dir)
{
	if (dir->lock >= 0) {
		close(dir->lock);
		dir->lock = -1;
	}
}
