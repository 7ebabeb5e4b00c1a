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
#include "server/visitors.h"
#include "server/witness.h"
#include "store/store.h"

struct kith_presence;
struct kith_tls;
struct kith_whispers;
struct kith_worker;

/* What all workers of a server share, read-only but for the counters. */
struct kith_worker_shared {
	struct kith_store *store;
	struct kith_readers *readers;
	struct kith_readers *slow_readers;
	int password_memory_mib;
	struct kith_ring *ring;
	struct kith_tls *tls; /* NULL: plain connections */
	const struct kith_cursor_keys *cursor_keys;
	struct kith_str origins;
	struct kith_limits *limits;     /* NULL: none, as for doors and services */
	struct kith_presence *presence; /* who is online                        */
	struct kith_whispers *whispers; /* between the workers                  */
	struct kith_visitors *visitors; /* of how many there are from one address */
	const struct kith_net *proxies; /* whose X-Forwarded-For is believed     */
	size_t proxy_count;
	int64_t connections_max;
	int64_t output_max;               /* bytes that may wait on one worker's connections   */
	int64_t position;                 /* the newest commit when the server started */
	struct kith_witness *witness;     /* NULL: nobody counts                       */
	atomic_int_fast64_t connections;  /* open now, of all workers                  */
	atomic_uint_fast64_t allocations; /* of the workers' threads, as last counted  */
	atomic_bool is_unready;           /* /readyz says draining                     */
	atomic_int listening;             /* workers that accept connections           */
	atomic_int running;               /* workers whose thread has not ended        */
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

/*
 * Begins a gentle end, as drain.h tells it, over a window of WINDOW_MS: the thread ends
 * when no worker has a connection any more. Once. thread any
 */
void kith_worker_drain(struct kith_worker *worker, int64_t window_ms);

/* Ends in a few seconds, whether a gentle end has begun or not. Once. thread any */
void kith_worker_hurry(struct kith_worker *worker);

/* Waits for its thread; all its connections are closed then. thread any other */
void kith_worker_join(struct kith_worker *worker);

/*
 * After the join, on the caller's thread: takes back errands and answers that
 * were still on their way. Again until nothing is; free does it a last time.
 */
void kith_worker_settle(struct kith_worker *worker);
void kith_worker_free(struct kith_worker **worker);

#endif
