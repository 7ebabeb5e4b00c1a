/*
 * announce.h -- from a commit to the ring: answers and events in one order.
 *
 * The store tells on its writer's thread what it has committed; here each plan
 * becomes an answer for its worker and, when it was stored, one encoded event for
 * all who may see it. Decides nothing; nothing here waits for a worker but a full
 * ring.
 */
#ifndef KITH_SERVER_ANNOUNCE_H
#define KITH_SERVER_ANNOUNCE_H

#include "bus/ring.h"
#include "domain/cursor.h"

struct kith_announcer {
	struct kith_ring *ring;
	const struct kith_cursor_keys *cursor_keys;
	struct kith_buf scratch;
};

/* For struct kith_store_options: CONTEXT is a struct kith_announcer. */
void kith_announce(void *context, struct kith_plan *const *plans, size_t count);

void kith_announcer_done(struct kith_announcer *announcer);

#endif
