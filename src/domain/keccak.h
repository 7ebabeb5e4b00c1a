/*
 * keccak.h -- the hash by which Ethereum names things.
 *
 * Keccak-256 as it was before it became SHA-3, which pads otherwise: the checksum
 * in a wallet's letters (EIP-55) and what a wallet signs are made with it. Decides
 * nothing; the permutation is nettle's.
 */
#ifndef KITH_DOMAIN_KECCAK_H
#define KITH_DOMAIN_KECCAK_H

#include <stdint.h>

#include "base/str.h"

enum { KITH_KECCAK_BYTES = 32 };

/* The digest of BYTES. source: the Keccak reference 3.0, with a capacity of 512 bits */
void kith_keccak256(struct kith_str bytes, uint8_t out[KITH_KECCAK_BYTES]);

#endif
