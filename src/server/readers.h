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
#include "service/errand.h"
#include "store/store.h"

struct kith_readers;
struct kith_desk;

/* Starts COUNT threads with a reader of STORE each. returns KITH_OK or why not. */
KITH_MUST_USE enum kith_rc kith_readers_new(struct kith_store *store, int count,
                                            struct kith_readers **out);

/* Runs what waits, posts it back, and ends the threads. */
void kith_readers_free(struct kith_readers **readers);

/* A desk for the thread of LOOP; NULL without memory. Its errands: kith_desk_errands(). */
struct kith_desk *kith_desk_new(struct kith_readers *readers, struct kith_loop *loop);
/* All errands must be back. */
void kith_desk_free(struct kith_desk **desk);
struct kith_errands *kith_desk_errands(struct kith_desk *desk);

#endif
