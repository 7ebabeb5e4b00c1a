/*
 * rand.c -- a pool of bytes, filled again when it is spent.
 */
#include "base/rand.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

void kith_rand_start(void)
{
	if (sodium_init() < 0) {
		fputs("kith: the operating system gives no random bytes\n", stderr);
		exit(1);
	}
}

void kith_rand_init(struct kith_rand *rand)
{
	*rand = (struct kith_rand){ .used = sizeof(rand->pool) };
}

void kith_rand_init_fixed(struct kith_rand *rand, uint64_t seed)
{
	KITH_ASSERT(seed != 0);
	*rand = (struct kith_rand){ .used = sizeof(rand->pool), .fixed_seed = seed };
}

/* SplitMix64: the n-th number of a seed's sequence. */
static uint64_t fixed_number(uint64_t seed, uint64_t n)
{
	uint64_t x = seed + n * UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static void fill_fixed(struct kith_rand *rand)
{
	for (size_t at = 0; at < sizeof(rand->pool); at++) {
		if (at % 8 == 0) {
			rand->fixed_step++;
		}
		uint64_t number = fixed_number(rand->fixed_seed, rand->fixed_step);
		rand->pool[at] = (uint8_t)(number >> (at % 8 * 8));
	}
}

static void fill(struct kith_rand *rand)
{
	if (rand->fixed_seed != 0) {
		fill_fixed(rand);
	} else {
		randombytes_buf(rand->pool, sizeof(rand->pool));
	}
	rand->used = 0;
}

void kith_rand_bytes(struct kith_rand *rand, void *out, size_t len)
{
	uint8_t *to = out;
	while (len > 0) {
		if (rand->used == sizeof(rand->pool)) {
			fill(rand);
		}
		size_t left = sizeof(rand->pool) - rand->used;
		size_t part = len < left ? len : left;
		memcpy(to, rand->pool + rand->used, part);
		/* What was handed out may become a key: it does not stay here. */
		sodium_memzero(rand->pool + rand->used, part);
		rand->used += part;
		to += part;
		len -= part;
	}
}

uint64_t kith_rand_below(struct kith_rand *rand, uint64_t bound)
{
	KITH_ASSERT(bound > 0);
	/* The lowest numbers are one too many for an even split: 2^64 mod bound of them. */
	uint64_t uneven = (0 - bound) % bound;
	uint64_t number;
	do {
		kith_rand_bytes(rand, &number, sizeof(number));
	} while (number < uneven);
	return number % bound;
}
