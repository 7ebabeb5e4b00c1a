/*
 * sqlite_dir.h -- the data directory: is it there, is it fit, is it ours alone?
 *
 * Makes the directory, refuses file systems over a network (their locks and
 * shared memory do not hold what SQLite's log needs), and keeps a lock on
 * kith.lock in it as long as the store is open. Knows nothing of what is stored.
 */
#ifndef KITH_STORE_SQLITE_DIR_H
#define KITH_STORE_SQLITE_DIR_H

#include "base/err.h"

enum { KITH_DIR_PATH_MAX = 1024 };

/* In the directory while a restore changes its files, and after one that was broken off. */
#define KITH_DIR_RESTORING "restoring"

struct kith_dir {
	char database[KITH_DIR_PATH_MAX]; /* DIR/kith.db            */
	int lock;                         /* open kith.lock, or -1  */
};

/*
 * Takes the directory AT, made with mode 0700 when it is not there.
 * returns  KITH_OK; KITH_E_LOCKED: another process has it; KITH_E_IO, also when a restore
 *          was broken off in it
 * owns     kith_dir_done() gives the lock back
 */
KITH_MUST_USE enum kith_rc kith_dir_init(struct kith_dir *dir, const char *at,
                                         struct kith_why *why);

/* The same without any look at what is in it, and without making a database. */
KITH_MUST_USE enum kith_rc kith_dir_take(struct kith_dir *dir, const char *at,
                                         struct kith_why *why);
void kith_dir_done(struct kith_dir *dir);

#endif
