/*
 * backup.h -- a whole store as one file, and a store from such a file.
 *
 * A backup is made while the store is in use and is complete as of one commit; it
 * is a database of the driver's own kind. Restoring is done beside any server: it
 * puts a file in the place of a data directory's store. Knows nothing of what is
 * in the tables. server/admin_backup.c calls both.
 */
#ifndef KITH_STORE_BACKUP_H
#define KITH_STORE_BACKUP_H

#include <stdatomic.h>

#include "store/store.h"

enum { KITH_BACKUP_PATH_MAX = 1024 }; /* bytes of any path here, with its NUL */

/* What a backup has become. */
struct kith_backup {
	int64_t position; /* of the commit that it is complete as of */
	int64_t bytes;
};

/*
 * Copies STORE into the new file PATH (mode 0600, written as PATH.part and on the disk
 * before it has its name), a piece between two commits and the next, so that nothing
 * that was acknowledged before it began is missing. On failure neither file is left.
 *
 * returns  KITH_OK
 *          KITH_E_EXISTS       there is something at PATH already
 *          KITH_E_IO           PATH cannot be written: no such directory, a full disk
 *          KITH_E_UNAVAILABLE  IS_CANCELLED became true, or the store cannot be read now
 *          KITH_E_CORRUPT      the store is damaged
 *          KITH_E_NO_MEMORY
 * owns     IS_CANCELLED (NULL: never) may be set by any thread meanwhile
 * thread   any that may block for long; one backup of a store at a time
 */
KITH_MUST_USE enum kith_rc kith_store_backup(struct kith_store *store, const char *path,
                                             const atomic_bool *is_cancelled,
                                             struct kith_backup *out, struct kith_why *why);

struct kith_restore_options {
	const char *file; /* a backup, or the kith.db of a store that was closed         */
	const char *dir;  /* the data directory, made when it is not there               */
	int64_t (*now_us)(void);
	bool is_replacing; /* what DIR holds is put aside in a new directory inside it    */
	bool is_verified;  /* audit the copy before anything is replaced                  */
};

/* What a restore has done. */
struct kith_restored {
	int64_t position;
	struct kith_verify found;         /* with is_verified                         */
	char aside[KITH_BACKUP_PATH_MAX]; /* where the old files are; "": there were none */
};

/*
 * Copies the file into DIR and makes it the store there, brought to the present schema
 * and in a new life, so that cursors from before are answered with "load anew". Until
 * the copy is complete and, if asked for, found to be without violations, DIR's store
 * is not touched. A crash while the files change places leaves a directory that
 * kith_store_open() refuses until a restore has been finished.
 *
 * returns  KITH_OK            also with violations: then found says so, REPORT has their
 *                             lines and DIR is as it was
 *          KITH_E_LOCKED      a server or another program uses DIR
 *          KITH_E_EXISTS      DIR is not empty, and is_replacing was not said
 *          KITH_E_CORRUPT     FILE is no store, not whole, or of a newer schema
 *          KITH_E_IO, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_store_restore(const struct kith_restore_options *options,
                                              struct kith_restored *out, struct kith_buf *report,
                                              struct kith_why *why);

#endif
