/*
 * bearer.h -- from the text that somebody shows to a session.
 *
 * Three kinds of text open a door: a token that an app's back end signed, an access
 * token of a session of ours, an API key. Reading says which it is and
 * needs nothing; admitting looks up its key, checks it, and finds the person. The
 * doors ask here for what stands behind "Bearer", sessions.c for its argument.
 */
#ifndef KITH_SERVICE_BEARER_H
#define KITH_SERVICE_BEARER_H

#include "service/credential.h"
#include "service/session.h"
#include "wire/jwt.h"

struct kith_bearer {
	enum kith_session_kind kind;
	struct kith_jwt jwt;                 /* not for API keys */
	struct kith_uuid api_key;            /* of API keys only */
	uint8_t api_key_digest[KITH_DIGEST]; /* of API keys only */
};

/*
 * Takes TEXT apart; OUT borrows it and MEM.
 * returns  KITH_OK, KITH_E_UNAUTHENTICATED, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_bearer_read(const struct kith_credential_keys *keys,
                                            struct kith_str text, struct kith_arena *mem,
                                            struct kith_bearer *out, struct kith_why *why);

/*
 * Checks BEARER at NOW_US and finds whose it is. *is_false: nobody whom we know made
 * it, so it was made up.
 * returns  KITH_OK: *out has one holder; KITH_E_UNAUTHENTICATED, KITH_E_TOKEN_EXPIRED,
 *          KITH_E_UNAVAILABLE, KITH_E_NO_MEMORY
 * thread   the reader's
 */
KITH_MUST_USE enum kith_rc kith_bearer_admit(const struct kith_bearer *bearer,
                                             const struct kith_credential_keys *keys,
                                             struct kith_reader *reader, int64_t now_us,
                                             struct kith_arena *mem, struct kith_session **out,
                                             bool *is_false, struct kith_why *why);

#endif
