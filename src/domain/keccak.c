/*
 * keccak.c -- the sponge around the permutation.
 */
#include "domain/keccak.h"

#include <nettle/sha3.h>

enum {
	RATE_BYTES = 136,      /* 1600 bits of state less 512 of capacity */
	PADDING_BEGINS = 0x01, /* where SHA-3 has 0x06                    */
	PADDING_ENDS = 0x80,
};

/* Lanes are little-endian, whatever the machine is. */
static void add_byte(struct sha3_state *state, size_t at, uint8_t byte)
{
	state->a[at / 8] ^= (uint64_t)byte << (8 * (at % 8));
}

void kith_keccak256(struct kith_str bytes, uint8_t out[KITH_KECCAK_BYTES])
{
	struct sha3_state state = { { 0 } };
	size_t at = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		add_byte(&state, at++, (uint8_t)bytes.at[i]);
		if (at == RATE_BYTES) {
			sha3_permute(&state);
			at = 0;
		}
	}
	add_byte(&state, at, PADDING_BEGINS);
	add_byte(&state, RATE_BYTES - 1, PADDING_ENDS);
	sha3_permute(&state);
	for (size_t i = 0; i < KITH_KECCAK_BYTES; i++) {
		out[i] = (uint8_t)(state.a[i / 8] >> (8 * (i % 8)));
	}
}
