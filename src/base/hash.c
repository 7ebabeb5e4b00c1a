/*
 * hash.c -- libsodium's two keyed hashes under our names.
 */
#include "base/hash.h"

#include <sodium.h>

_Static_assert(KITH_HASH_KEY == crypto_shorthash_siphash24_KEYBYTES, "SipHash-2-4 has this key");
_Static_assert(KITH_DIGEST >= crypto_generichash_blake2b_BYTES_MIN, "BLAKE2b goes this short");
_Static_assert(KITH_DIGEST_KEY <= crypto_generichash_blake2b_KEYBYTES_MAX, "and takes this key");

uint64_t kith_hash(struct kith_str bytes, const uint8_t key[KITH_HASH_KEY])
{
	uint8_t out[crypto_shorthash_siphash24_BYTES];
	crypto_shorthash_siphash24(out, (const uint8_t *)bytes.at, bytes.len, key);
	uint64_t number = 0;
	for (size_t i = sizeof(out); i > 0; i--) {
		number = number << 8 | out[i - 1];
	}
	return number;
}

void kith_digest(struct kith_str bytes, const uint8_t key[KITH_DIGEST_KEY],
                 uint8_t out[KITH_DIGEST])
{
	int rc = crypto_generichash_blake2b(out, KITH_DIGEST, (const uint8_t *)bytes.at, bytes.len,
	                                    key, KITH_DIGEST_KEY);
	KITH_ASSERT(rc == 0);
}

bool kith_digest_equal(const uint8_t a[KITH_DIGEST], const uint8_t b[KITH_DIGEST])
{
	return sodium_memcmp(a, b, KITH_DIGEST) == 0;
}
