/*
 * worker.h -- one core's share of the server: its loop, listener, connections.
 *
 * A worker ties the layers together for its own connections: sockets to doors,
 * doors to the service, the ring to who should hear. Workers share nothing but
 * the ring that they read. Everything but what says "any" runs on its thread.
 */
#ifndef KITH_SERVER_WORKER_H
#define KITH_SERVER_WORKER_H

#include <stdatomic.h>

#include "bus/ring.h"
#include "domain/cursor.h"
#include "server/readers.h"
#include "store/store.h"

struct kith_worker;

/* What all workers of a server share, read-only but for the counters. */
struct kith_worker_shared {
	struct kith_store *store;
	struct kith_readers *readers;
	struct kith_ring *ring;
	const struct kith_cursor_keys *cursor_keys;
	struct kith_str origins;
	int64_t connections_max;
	int64_t output_max;               /* bytes that may wait on one worker's connections   */
	int64_t position;                 /* the newest commit when the server started */
	atomic_int_fast64_t connections;  /* open now, of all workers                  */
	atomic_uint_fast64_t allocations; /* of the workers' threads, as last counted  */
};

/*
 * Worker number HOME, which accepts on LISTEN_FD (its own from now on).
 * returns  KITH_OK, KITH_E_NO_MEMORY, KITH_E_IO
 */
KITH_MUST_USE enum kith_rc kith_worker_new(struct kith_worker_shared *shared, uint32_t home,
                                           int listen_fd, struct kith_worker **out);

/* Starts its thread. returns KITH_OK, KITH_E_IO. */
KITH_MUST_USE enum kith_rc kith_worker_start(struct kith_worker *worker);

/* The ring has something new. thread any */
void kith_worker_wake(struct kith_worker *worker);

/* Accept no more, say goodbye, end when the last has gone or WAIT_MS are over. thread any */
void kith_worker_drain(struct kith_worker *worker, int wait_ms);

/* Waits for its thread; all its connections are closed then. thread any other */
void kith_worker_join(struct kith_worker *worker);

/*
 * After the join, on the caller's thread: takes back errands and answers that
 * were still on their way. Again until nothing is; free does it a last time.
 */
void kith_worker_settle(struct kith_worker *worker);
void kith_worker_free(struct kith_worker **worker);

#endif
