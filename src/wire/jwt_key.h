/*
 * jwt_key.h -- did the owner of this key sign these bytes?
 *
 * One check per algorithm, private to the JWT files of this layer. Knows
 * nothing of headers and claims.
 */
#ifndef KITH_WIRE_JWT_KEY_H
#define KITH_WIRE_JWT_KEY_H

#include "wire/jwt.h"

enum { KITH_JWT_HS256_BYTES = 32 };

/* HMAC-SHA-256 of TEXT under SECRET (RFC 7518 3.2). */
void kith_jwt_key_mac(struct kith_str secret, struct kith_str text,
                      uint8_t out[KITH_JWT_HS256_BYTES]);

/*
 * returns  KITH_OK
 *          KITH_E_UNAUTHENTICATED  another signature, or material that is no such key
 *          KITH_E_NO_MEMORY        RS256 only
 */
KITH_MUST_USE enum kith_rc kith_jwt_key_check(const struct kith_jwt_key *key, struct kith_str text,
                                              struct kith_str signature, struct kith_why *why);

#endif
