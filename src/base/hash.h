/*
 * hash.h -- keyed hashes: for tables that strangers fill, and for ids.
 *
 * Both are libsodium's: SipHash-2-4 of 8 bytes, BLAKE2b of 16 bytes. With a
 * secret key nobody outside can choose collisions or guess results.
 */
#ifndef KITH_BASE_HASH_H
#define KITH_BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { KITH_HASH_KEY = 16, KITH_DIGEST_KEY = 32, KITH_DIGEST = 16 };

/* SipHash-2-4 of BYTES under KEY. */
uint64_t kith_hash(struct kith_str bytes, const uint8_t key[KITH_HASH_KEY]);

/* BLAKE2b of BYTES under KEY with a result of 16 bytes (not 64 bytes cut). */
void kith_digest(struct kith_str bytes, const uint8_t key[KITH_DIGEST_KEY],
                 uint8_t out[KITH_DIGEST]);

/* Are they equal? Takes as long whatever they are: for what a stranger shows. */
bool kith_digest_equal(const uint8_t a[KITH_DIGEST], const uint8_t b[KITH_DIGEST]);

#endif
