/*
 * rand.h -- unpredictable bytes, handed in where they are needed.
 *
 * A struct kith_rand is an argument wherever chance is used, so that a test can
 * hand in a fixed one. The real one is a pool filled by the operating system's
 * generator through libsodium. One owner, no lock.
 */
#ifndef KITH_BASE_RAND_H
#define KITH_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct kith_rand {
	uint8_t pool[256];
	size_t used;         /* bytes of the pool that are spent              */
	uint64_t fixed_seed; /* not 0: a test's repeatable sequence instead    */
	uint64_t fixed_step;
};

/* Must come once per process before any other call; ends the process on failure. */
void kith_rand_start(void);

/* A generator on the operating system's. */
void kith_rand_init(struct kith_rand *rand);

/* For tests: the same SEED (not 0) gives the same bytes. */
void kith_rand_init_fixed(struct kith_rand *rand, uint64_t seed);

void kith_rand_bytes(struct kith_rand *rand, void *out, size_t len);

/* 0 ≤ result < BOUND, evenly; BOUND > 0. */
uint64_t kith_rand_below(struct kith_rand *rand, uint64_t bound);

#endif
