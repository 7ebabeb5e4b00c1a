/*
 * readers.h -- the threads that read the store for the workers.
 *
 * Implements service/errand.h: each worker has a desk, where it hands in
 * errands and gets them back on its own thread; go() runs on a reader's thread
 * with that thread's snapshot of the store. Knows nothing of what is read.
 */
#ifndef KITH_SERVER_READERS_H
#define KITH_SERVER_READERS_H

#include "base/err.h"
#include "net/loop.h"
#include "net/pool.h"
#include "service/errand.h"
#include "store/store.h"

enum {
	/*
	 * Errands of strangers that may wait at once, a quarter of the queue: however many
	 * come with tokens that nobody knows, those who are signed in are read for. One
	 * more is refused, and its sender hears unavailable.
	 */
	KITH_READERS_STRANGERS_MAX = KITH_POOL_QUEUE_MAX / 4,
	/* What computes for long on purpose has threads of its own, and waits in a short line. */
	KITH_READERS_SLOW_THREADS = 2,
	KITH_READERS_SLOW_MAX = 256,
};

struct kith_readers;
struct kith_desk;

/* What one set of threads is. */
struct kith_readers_options {
	struct kith_store *store;
	const char *name; /* of the threads                                          */
	int thread_count;
	int waiting_max;   /* errands that may wait, of all desks; one more is refused */
	int strangers_max; /* of them, those of strangers                              */
};

/* Starts the threads with a reader each. returns KITH_OK or why not. */
KITH_MUST_USE enum kith_rc kith_readers_new(const struct kith_readers_options *options,
                                            struct kith_readers **out);

/* How many errands wait for a thread. thread any */
int kith_readers_waiting(struct kith_readers *readers);

/* Runs what waits, posts it back, and ends the threads. */
void kith_readers_free(struct kith_readers **readers);

/* A desk for the thread of LOOP; NULL without memory. Its errands: kith_desk_errands(). */
struct kith_desk *kith_desk_new(struct kith_readers *readers, struct kith_loop *loop);
/* All errands must be back. */
void kith_desk_free(struct kith_desk **desk);
struct kith_errands *kith_desk_errands(struct kith_desk *desk);

#endif
