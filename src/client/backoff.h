/*
 * backoff.h -- how long until the next try?
 *
 * Exponential with full jitter: the n-th wait is drawn evenly from nothing up to
 * a bound that doubles each time, so that a thousand clients who lost the same
 * server do not come back at once. Whoever was told when to come (retryAfterMs)
 * waits at least that long. Reads no clock and sets no timer.
 */
#ifndef KITH_CLIENT_BACKOFF_H
#define KITH_CLIENT_BACKOFF_H

#include <stdint.h>

#include "base/rand.h"

enum { KITH_BACKOFF_TOLD_MAX_MS = 60 * 60 * 1000 }; /* a longer retryAfterMs is cut to this */

/* Plain value. Set base_ms and max_ms (base_ms ≤ max_ms), leave the rest zero. */
struct kith_backoff {
	int64_t base_ms; /* the bound of the first wait */
	int64_t max_ms;  /* the bound never grows above */
	unsigned tries;  /* since the last success      */
};

/* us to wait before the next try; AT_LEAST_MS (0: nothing was said) comes on top of the draw. */
int64_t kith_backoff_next_us(struct kith_backoff *backoff, int64_t at_least_ms,
                             struct kith_rand *rand);

/* A try succeeded: the next wait is short again. */
void kith_backoff_reset(struct kith_backoff *backoff);

#endif
