/*
 * drain.h -- when does a worker that is to end stop accepting, and who goes when?
 *
 * A gentle end has three stages: connections are still taken, so that those whose
 * balancer has not noticed yet are served; then they are told to go, one after
 * the other over a window; whoever is still there some seconds later is cut off.
 * In a hurry all are told at once. This file only says what is due; it reads no
 * clock and knows no connection. worker.c does it.
 */
#ifndef KITH_SERVER_DRAIN_H
#define KITH_SERVER_DRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rand.h"

enum {
	KITH_DRAIN_SECONDS_MAX = 3600,     /* of the window                                      */
	KITH_DRAIN_QUIET_MS = 1000,        /* without a new connection: no more are taken        */
	KITH_DRAIN_ACCEPT_MAX_MS = 5000,   /* nor after this, however many come                  */
	KITH_DRAIN_CUT_MS = 5000,          /* from the end of the window to the cut              */
	KITH_DRAIN_LOOK_MS = 20,           /* between two looks at what is due                   */
	KITH_DRAIN_RETRY_LEAST_MS = 500,   /* said with goodbye: come back no sooner,            */
	KITH_DRAIN_RETRY_SPREAD_MS = 2000, /* and at most so much later, or the window         */
};

enum kith_drain_stage {
	KITH_DRAIN_OFF, /* nobody has asked for an end                        */
	KITH_DRAIN_ACCEPTING,
	KITH_DRAIN_TELLING, /* no more are taken                          */
	KITH_DRAIN_CUT,     /* whoever is still here has had their time   */
};

/* One worker's end. All zero: nobody has asked for it. Times are steady. */
struct kith_drain {
	enum kith_drain_stage stage;
	int64_t begin_us;    /* of the stage                   */
	int64_t accepted_us; /* when the last connection came  */
	int64_t window_us;
	size_t told; /* connections that have been, so far */
};

/* Begins a gentle end, unless one has begun. */
void kith_drain_begin(struct kith_drain *drain, int64_t now_us, int64_t window_ms);

/* Ends now, whatever was begun: nobody is taken any more, everybody is told. */
void kith_drain_hurry(struct kith_drain *drain, int64_t now_us);

/* A connection was accepted. */
void kith_drain_note_accept(struct kith_drain *drain, int64_t now_us);

/* Moves on to the stage that it is time for, and says which that is. */
enum kith_drain_stage kith_drain_advance(struct kith_drain *drain, int64_t now_us);

/* How many of the LEFT connections that know nothing yet are to be told now; they count as
 * told from then on. 0 but while telling. */
size_t kith_drain_take_due(struct kith_drain *drain, int64_t now_us, size_t left);

/* What one of them is told: when to come back, in ms. */
int64_t kith_drain_retry_ms(const struct kith_drain *drain, struct kith_rand *rand);

#endif
