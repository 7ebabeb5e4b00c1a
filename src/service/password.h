/*
 * password.h -- is this the password, and what is kept of a new one?
 *
 * Argon2id by libsodium (R-004 b): what is stored says its own cost, so that the
 * cost can be raised later. Checking takes as long for somebody who does not exist
 * as for somebody who does. Slow on purpose: only threads that may block call it.
 * Bytes are compared as they came; nothing is folded or cut.
 */
#ifndef KITH_SERVICE_PASSWORD_H
#define KITH_SERVICE_PASSWORD_H

#include "base/err.h"
#include "base/str.h"

enum {
	KITH_PASSWORD_CHARACTERS_MIN = 8,
	KITH_PASSWORD_BYTES_MAX = 1024,
	KITH_PASSWORD_PASSES = 2,      /* over the memory                         */
	KITH_PASSWORD_MEMORY_MIB = 64, /* as long as the configuration says nothing */
	KITH_PASSWORD_MEMORY_MIB_MIN = 8,
	KITH_PASSWORD_MEMORY_MIB_MAX = 1024,
	KITH_PASSWORD_STORED = 128, /* bytes of what is stored, with its NUL    */
};

/*
 * May TEXT become a password? FIELD is the argument's name.
 * returns  KITH_OK, KITH_E_INVALID_REQUEST
 */
KITH_MUST_USE enum kith_rc kith_password_decide(struct kith_str text, const char *field,
                                                struct kith_why *why);

/*
 * What is to be stored of PASSWORD, as text with a NUL.
 * returns  KITH_OK, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_password_hash(int memory_mib, struct kith_str password,
                                              char out[KITH_PASSWORD_STORED]);

/*
 * Is PASSWORD the one that STORED was made of? An empty STORED is nobody's, and
 * nothing matches it, which takes as long.
 * returns  KITH_OK, KITH_E_UNAUTHENTICATED, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_password_check(int memory_mib, struct kith_str stored,
                                               struct kith_str password);

#endif
