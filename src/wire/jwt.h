/*
 * jwt.h -- JSON Web Tokens in compact form: read, verified, made.
 *
 * Three algorithms, each key with exactly one (R-004 a). Reading checks form
 * and signature and hands out the claims; whether they allow anything is the
 * domain's (domain/claims.h). The algorithm always comes from the key, never
 * from the token: a header that names another one is refused.
 */
#ifndef KITH_WIRE_JWT_H
#define KITH_WIRE_JWT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
	KITH_JWT_TEXT_MAX = 8 * 1024, /* bytes of a whole token                      */
	KITH_JWT_KID_MAX = 64,
	KITH_JWT_SECRET_MIN = 32, /* bytes of an HS256 secret                    */
	KITH_JWT_KEY_MAX = 4096,  /* bytes of stored key material                */
	KITH_JWT_RSA_BITS_MIN = 2048,
	KITH_JWT_RSA_BITS_MAX = 8192,
};

/* Stored numbers: append, never renumber. */
enum kith_jwt_alg {
	KITH_JWT_NONE = 0, /* never accepted */
	KITH_JWT_HS256 = 1,
	KITH_JWT_RS256 = 2,
	KITH_JWT_EDDSA = 3,
};

/* Key material: HS256 the secret's bytes; RS256 a DER SubjectPublicKeyInfo;
 * EdDSA the 32 bytes of the public Ed25519 key. */
struct kith_jwt_key {
	enum kith_jwt_alg alg;
	struct kith_str material;
};

/* What a token says. Times in whole seconds since 1970 UTC, as RFC 7519 has them. */
struct kith_jwt_claims {
	struct kith_str sub;
	struct kith_str org;   /* at NULL when absent */
	struct kith_str scope; /* at NULL when absent */
	struct kith_str sid;   /* at NULL when absent */
	int64_t exp_s;
	int64_t iat_s; /* 0 when absent */
	int64_t nbf_s; /* 0 when absent */
};

/* A token taken apart, not yet believed. Borrows the token's text and MEM. */
struct kith_jwt {
	struct kith_str signed_part; /* header.payload, as sent        */
	struct kith_str kid;
	enum kith_jwt_alg alg;     /* what the header claims         */
	struct kith_str signature; /* decoded                        */
	struct kith_str payload;   /* decoded JSON                   */
};

/* The name as in a header: "HS256"; NULL for NONE. */
const char *kith_jwt_alg_name(enum kith_jwt_alg alg);
/* The algorithm called NAME, exactly; NONE when there is none. */
enum kith_jwt_alg kith_jwt_alg_find(struct kith_str name);

/*
 * Takes TEXT apart. A header without kid, with another typ than JWT, with crit,
 * or with an algorithm that is not ours is refused here.
 * returns  KITH_OK, KITH_E_UNAUTHENTICATED (why: what is wrong, never the token), KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_jwt_split(struct kith_str text, struct kith_arena *mem,
                                          struct kith_jwt *out, struct kith_why *why);

/*
 * Checks the signature under KEY and reads the claims. sub and exp are needed;
 * times must be integers from 0 on. A token with aud is meant for somebody who
 * has a name there; we have none, so it is refused.
 * returns  KITH_OK, KITH_E_UNAUTHENTICATED, KITH_E_NO_MEMORY
 * source   RFC 7515 5.2, RFC 7519 4.1 (4.1.3 aud), RFC 8725 3.1
 */
KITH_MUST_USE enum kith_rc kith_jwt_verify(const struct kith_jwt *jwt,
                                           const struct kith_jwt_key *key, struct kith_arena *mem,
                                           struct kith_jwt_claims *out, struct kith_why *why);

/*
 * Makes an HS256 token of CLAIMS, named KID, signed with SECRET, into BUF.
 * Claims must be valid UTF-8; absent ones are left out.
 */
void kith_jwt_sign_hs256(struct kith_buf *buf, struct kith_str kid, struct kith_str secret,
                         const struct kith_jwt_claims *claims);

/*
 * Turns a public key file into stored material: PEM (SubjectPublicKeyInfo) for
 * RS256 and EdDSA. A private key, another type or an RSA key outside 2048..8192
 * bits is refused.
 * returns  KITH_OK, KITH_E_INVALID_REQUEST, KITH_E_NO_MEMORY; out lives in MEM
 */
KITH_MUST_USE enum kith_rc kith_jwt_read_public(enum kith_jwt_alg alg, struct kith_str pem,
                                                struct kith_arena *mem, struct kith_str *out,
                                                struct kith_why *why);

#endif
