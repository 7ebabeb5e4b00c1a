/*
 * backoff.c -- draws the waits between tries. The header tells the rule.
 */
#include "client/backoff.h"

enum { DOUBLINGS_MAX = 30 };

/* base × 2^tries, held below the maximum without overflow. */
static int64_t bound_ms(const struct kith_backoff *backoff)
{
	int64_t bound = backoff->base_ms;

	for (unsigned i = 0; i < backoff->tries && bound < backoff->max_ms; i++) {
		bound *= 2;
	}
	return bound < backoff->max_ms ? bound : backoff->max_ms;
}

int64_t kith_backoff_next_us(struct kith_backoff *backoff, int64_t at_least_ms,
                             struct kith_rand *rand)
{
	int64_t bound_us = bound_ms(backoff) * 1000;
	int64_t drawn_us = (int64_t)kith_rand_below(rand, (uint64_t)bound_us + 1);

	if (backoff->tries < DOUBLINGS_MAX) {
		backoff->tries++;
	}
	if (at_least_ms > KITH_BACKOFF_TOLD_MAX_MS) {
		at_least_ms = KITH_BACKOFF_TOLD_MAX_MS;
	}
	return (at_least_ms > 0 ? at_least_ms * 1000 : 0) + drawn_us;
}

void kith_backoff_reset(struct kith_backoff *backoff)
{
	backoff->tries = 0;
}
