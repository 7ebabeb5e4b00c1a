/*
 * reads.h -- the calls of one socket that only read, one at a time.
 *
 * A page of history may be as large as all that a connection may have waiting, so
 * the next is fetched when the one before is answered and its client has taken
 * most of it: who asks for many at once gets all, in order, and takes neither
 * memory nor the readers' threads from others. Private to the socket door.
 */
#ifndef KITH_DOOR_READS_H
#define KITH_DOOR_READS_H

#include <stdbool.h>

#include "service/call.h"

/* Zeroed: empty. Bounded by the socket's KITH_DOOR_CALLS_MAX. */
struct kith_reads {
	struct kith_call *first; /* waiting, the oldest first */
	struct kith_call *last;
	bool is_running; /* one is on its way         */
};

/* Puts CALL behind those that wait; it is theirs from now on. */
void kith_reads_add(struct kith_reads *reads, struct kith_call *call);

/* True when one waits and none runs. */
bool kith_reads_may_go(const struct kith_reads *reads);

/* The oldest that waits, which runs from now on; there must be one, and none running. */
struct kith_call *kith_reads_go(struct kith_reads *reads);

/* The one that ran is answered. */
void kith_reads_ended(struct kith_reads *reads);

/* Frees those that wait. */
void kith_reads_done(struct kith_reads *reads);

#endif
