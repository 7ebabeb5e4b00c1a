/*
 * credential.h -- the texts by which somebody shows who they are.
 *
 * Access tokens, refresh tokens, API keys and the codes of links: how they are
 * written, and whether a text is one of ours. All are made under keys derived
 * from the deployment's secret, each for its own use, so that one never passes for
 * another. Whether a genuine one still holds is in the store (service/session.h,
 * service/sessions.c). None of these texts is ever stored or logged.
 */
#ifndef KITH_SERVICE_CREDENTIAL_H
#define KITH_SERVICE_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/uuid.h"

enum {
	KITH_ACCESS_KEY = 32,
	KITH_ACCESS_TTL_S = 15 * 60, /* an access token lives this long           */
	KITH_REFRESH_BYTES = 40,     /* session, counter, mark                     */
	KITH_REFRESH_TEXT = 57,      /* kr_ and their base64url                    */
	KITH_API_KEY_SECRET = 32,
	KITH_API_KEY_TEXT = 67, /* ka_ and base64url of id and secret         */
	KITH_LINK_SECRET = 20,
	KITH_LINK_TEXT = 30, /* kl_ and its base64url                      */
};

/* The kid of access tokens; no organization's key has it. */
#define KITH_ACCESS_KID "kith"

struct kith_credential_keys {
	uint8_t access[KITH_ACCESS_KEY];
	uint8_t refresh[KITH_DIGEST_KEY];
	uint8_t api_key[KITH_DIGEST_KEY];
	uint8_t link[KITH_DIGEST_KEY];
};

/* From the deployment's digest key. */
void kith_credential_keys_derive(const uint8_t digest_key[KITH_DIGEST_KEY],
                                 struct kith_credential_keys *out);

/* What an access token says. */
struct kith_access {
	struct kith_str user;
	struct kith_str org; /* empty: all of theirs */
	struct kith_uuid sid;
	int64_t made_us; /* it ends KITH_ACCESS_TTL_S later, at a whole second */
};
/* When it ends. */
int64_t kith_access_expires_us(const struct kith_access *access);
/* Its text, in MEM: the same for the same. returns KITH_OK, KITH_E_NO_MEMORY */
KITH_MUST_USE enum kith_rc kith_access_write(const struct kith_credential_keys *keys,
                                             const struct kith_access *access,
                                             struct kith_arena *mem, struct kith_str *out);

/* The refresh token of session SID with that COUNTER. */
void kith_refresh_write(const struct kith_credential_keys *keys, const struct kith_uuid *sid,
                        int64_t counter, char out[KITH_REFRESH_TEXT]);
/* returns false, nothing set, when TEXT is none that we made. */
KITH_MUST_USE bool kith_refresh_read(const struct kith_credential_keys *keys, struct kith_str text,
                                     struct kith_uuid *sid, int64_t *counter);

/* Does TEXT want to be an API key? */
bool kith_api_key_is_meant(struct kith_str text);
void kith_api_key_write(const struct kith_uuid *id, const uint8_t secret[KITH_API_KEY_SECRET],
                        char out[KITH_API_KEY_TEXT]);
/* Takes TEXT apart: the id, and the digest that the store must have for it. false: it is none. */
KITH_MUST_USE bool kith_api_key_read(const struct kith_credential_keys *keys, struct kith_str text,
                                     struct kith_uuid *id, uint8_t digest[KITH_DIGEST]);
void kith_api_key_digest(const struct kith_credential_keys *keys,
                         const uint8_t secret[KITH_API_KEY_SECRET], uint8_t digest[KITH_DIGEST]);

/* A new code of a link. */
void kith_link_write(struct kith_rand *rand, char out[KITH_LINK_TEXT]);
/* By what the store knows the link with this CODE; any text has one. */
void kith_link_digest(const struct kith_credential_keys *keys, struct kith_str code,
                      uint8_t digest[KITH_DIGEST]);

#endif
