/*
 * admin_backup.c -- kithctl backup and restore: everything as one file, and back.
 *
 * The store does both; here words become paths and what has happened becomes
 * lines. A backup runs beside a server or without one, a restore only without.
 * Called by the table of admin.c.
 */
#include <inttypes.h>

#include "server/admin_call.h"
#include "store/backup.h"

/* The first argument as a path. false: refused. */
static bool take_path(struct kith_admin_call *call, char out[KITH_BACKUP_PATH_MAX])
{
	struct kith_str path = call->words.places[0];

	if (path.len == 0 || path.at[0] != '/' || kith_str_find(path, '\0') >= 0) {
		kith_admin_refuse(call, KITH_E_INVALID_REQUEST, "FILE must be an absolute path");
		return false;
	}
	if (path.len >= KITH_BACKUP_PATH_MAX) {
		kith_admin_refuse(call, KITH_E_TOO_LARGE, "the path is too long");
		return false;
	}
	memcpy(out, path.at, path.len);
	out[path.len] = '\0';
	return true;
}

/* What the store's words for trouble with files are to an operator. */
static int refuse(struct kith_admin_call *call, enum kith_rc rc, const struct kith_why *why)
{
	static const struct {
		enum kith_rc inside;
		enum kith_rc said;
	} meanings[] = {
		{ KITH_E_EXISTS, KITH_E_CONFLICT },
		{ KITH_E_LOCKED, KITH_E_CONFLICT },
		{ KITH_E_CORRUPT, KITH_E_CONFLICT },
	};
	for (size_t i = 0; i < KITH_COUNT(meanings); i++) {
		if (meanings[i].inside == rc) {
			return kith_admin_refuse(call, meanings[i].said, "%s", why->detail);
		}
	}
	return kith_admin_refuse(call, rc, "%s", why->detail);
}

int kith_admin_backup(struct kith_admin_call *call)
{
	char path[KITH_BACKUP_PATH_MAX];
	struct kith_backup made;
	struct kith_why why = { 0 };

	if (!take_path(call, path)) {
		return KITH_ADMIN_REFUSED;
	}
	enum kith_rc rc =
		kith_store_backup(call->admin->store, path, call->admin->is_cancelled, &made, &why);
	if (rc != KITH_OK) {
		return refuse(call, rc, &why);
	}
	kith_buf_add_format(call->out, "position=%" PRId64 " bytes=%" PRId64 "\n", made.position,
	                    made.bytes);
	return KITH_ADMIN_DONE;
}

int kith_admin_restore(struct kith_admin_call *call)
{
	char path[KITH_BACKUP_PATH_MAX];
	struct kith_restored done;
	struct kith_why why = { 0 };

	if (!take_path(call, path)) {
		return KITH_ADMIN_REFUSED;
	}
	const struct kith_restore_options options = {
		.file = path,
		.dir = call->admin->dir,
		.now_us = call->admin->now_us,
		.is_replacing = kith_admin_has(call, KITH_ADMIN_REPLACE),
		.is_verified = kith_admin_has(call, KITH_ADMIN_VERIFY),
	};
	enum kith_rc rc = kith_store_restore(&options, &done, call->err, &why);
	if (rc != KITH_OK) {
		return refuse(call, rc, &why);
	}
	if (options.is_verified) {
		kith_buf_add_format(
			call->out,
			"conversations=%" PRId64 " entries=%" PRId64 " violations=%" PRId64 "\n",
			done.found.conversations, done.found.entries, done.found.violations);
	}
	if (done.found.violations > 0) {
		return kith_admin_refuse(call, KITH_E_CONFLICT,
		                         "the backup is damaged; nothing was replaced");
	}
	kith_buf_add_format(call->out, "position=%" PRId64 "\n", done.position);
	if (done.aside[0] != '\0') {
		kith_admin_say(call, "aside", kith_str_of(done.aside));
	}
	return KITH_ADMIN_DONE;
}
