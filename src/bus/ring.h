/*
 * ring.h -- committed news in one order, for all workers.
 *
 * The store's writer puts each batch on the ring after its commit; every worker
 * walks it at its own place and serves its own connections. So answers and
 * events reach everybody in the order of commits. Slots and their memory are
 * used again and again. One writer, a fixed number of walkers; when the slowest
 * is a whole ring behind, the writer waits.
 */
#ifndef KITH_BUS_RING_H
#define KITH_BUS_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "domain/ending.h"
#include "domain/plan.h"

enum {
	KITH_RING_SLOTS = 256,
	KITH_RING_WALKERS_MAX = 64,
};

/* What an item is. */
enum kith_ring_kind {
	KITH_RING_EVENT,  /* for the doors of its audience                        */
	KITH_RING_ANSWER, /* to the plan of one worker                            */
	KITH_RING_ENDING, /* sessions have ended: for every worker, whoever it is */
	KITH_RING_FLAGS,  /* a user has other flags: for every worker             */
};

/* One thing that a worker does with a batch, in the batch's order. */
struct kith_ring_item {
	enum kith_ring_kind kind;
	/* An answer: */
	struct kith_plan *answered; /* HOME's to handle and nobody else's to touch */
	uint32_t home;              /* the worker whose plan it is                 */
	/* An ending: */
	struct kith_ending ending;
	/* Flags: */
	int64_t user_row;
	unsigned flags; /* bits of enum kith_user_flag */
	/* An event: */
	int64_t position;        /* in the one sequence                                         */
	int64_t sent_us;         /* when the message came that it tells of; 0: it tells of none */
	int64_t org_row;         /* 0: it is of no organization's                               */
	uint64_t spared;         /* the connection that gets its answer instead; 0: none        */
	const int64_t *audience; /* rows of the users who may see it                            */
	size_t audience_count;
	size_t text_at; /* its encoded form: an offset in the batch's text             */
	size_t text_len;
};

struct kith_batch {
	struct kith_arena mem; /* items and audiences                       */
	struct kith_ring_item *items;
	size_t item_count;
	size_t item_max;
	struct kith_buf text; /* all encoded events, one behind the other  */
};

struct kith_ring;

/*
 * WAKE(context, walker) is called after a publish for each walker that may
 * sleep. returns KITH_E_NO_MEMORY.
 */
KITH_MUST_USE enum kith_rc kith_ring_new(uint32_t walkers,
                                         void (*wake)(void *context, uint32_t walker),
                                         void *context, struct kith_ring **out);
/* Nobody may be walking or publishing. */
void kith_ring_free(struct kith_ring **ring);

/*
 * An empty batch with room for ITEM_MAX items, waiting until a slot is free.
 * Ends the process when the heap is empty: what is committed must be told.
 * thread   the writer's
 */
struct kith_batch *kith_ring_claim(struct kith_ring *ring, size_t item_max);

/* Adds an item to the claimed batch; there must be room. */
struct kith_ring_item *kith_batch_add(struct kith_batch *batch);

/* The claimed batch is whole: walkers may see it. thread the writer's */
void kith_ring_publish(struct kith_ring *ring);

/* The next batch that WALKER has not walked, NULL when there is none. thread its own */
const struct kith_batch *kith_ring_next(struct kith_ring *ring, uint32_t walker);

/* WALKER has done with the batch that next gave. */
void kith_ring_done(struct kith_ring *ring, uint32_t walker);

/* How many batches the slowest walker has still to do. thread any */
uint64_t kith_ring_lag(struct kith_ring *ring);

#endif
