/*
 * vault.h -- what is kept of a device session, and where?
 *
 * One JSON object: which server, who, which session, its tokens and until when they
 * hold. As a text for apps that keep it themselves, or in a file that only its owner
 * may read, replaced as a whole and on stable storage before anybody goes on. A lock
 * beside it is for programs that share the session, so that one of them renews it.
 * Renews nothing: device.h does.
 */
#ifndef KITH_CLIENT_VAULT_H
#define KITH_CLIENT_VAULT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { KITH_VAULT_BYTES_MAX = 32 * 1024 }; /* of the object; more is no session */

/* The session. Texts borrow what it was read from. */
struct kith_vault {
	struct kith_str url;  /* the server that gave it, and nobody else gets to see it */
	struct kith_str user; /* the user id                                             */
	struct kith_str id;   /* the session's                                           */
	struct kith_str refresh;
	struct kith_str access;
	int64_t expires_us;  /* of the access token, by this machine's clock */
	int64_t lifetime_us; /* that it had when it came                    */
};

/*
 * Reads the object TEXT. returns KITH_OK; KITH_E_CORRUPT with why when it is none of
 * ours; KITH_E_NO_MEMORY. What is in OUT borrows TEXT and MEM.
 */
KITH_MUST_USE enum kith_rc kith_vault_read(struct kith_str text, struct kith_arena *mem,
                                           struct kith_vault *out, struct kith_why *why);

/* Appends the object, without a newline. Look at out->failed. */
void kith_vault_write(const struct kith_vault *vault, struct kith_buf *out);

/*
 * The file's text, appended to OUT. returns KITH_OK, KITH_E_NOT_FOUND, KITH_E_IO,
 * KITH_E_CORRUPT (too long), KITH_E_NO_MEMORY, with why.
 */
KITH_MUST_USE enum kith_rc kith_vault_load(const char *path, struct kith_buf *out,
                                           struct kith_why *why);

/*
 * Replaces the file by TEXT, readable by its owner only. On KITH_OK it is on stable
 * storage; on KITH_E_IO, with why, the former one is still whole.
 */
KITH_MUST_USE enum kith_rc kith_vault_store(const char *path, struct kith_str text,
                                            struct kith_why *why);

/* Removes it, on stable storage; one that is not there is fine. KITH_E_IO with why. */
KITH_MUST_USE enum kith_rc kith_vault_remove(const char *path, struct kith_why *why);

/*
 * Takes the lock of PATH, a file beside it that stays. Does not wait.
 * returns  KITH_OK, *fd is to be closed to give it back; KITH_E_LOCKED, KITH_E_IO with why
 */
KITH_MUST_USE enum kith_rc kith_vault_lock(const char *path, int *fd, struct kith_why *why);

#endif
