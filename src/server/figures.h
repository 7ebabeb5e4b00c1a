/*
 * figures.h -- what a server tells of itself when GET /metrics asks.
 *
 * Sums what the threads have counted (base/metric.h), looks up the rest where it
 * is kept: queues, the ring, limits, TLS, the process; and names the labels. Counts nothing itself; may be asked on any thread, and reads files of
 * /proc, so not on a worker's.
 */
#ifndef KITH_SERVER_FIGURES_H
#define KITH_SERVER_FIGURES_H

#include <stdatomic.h>

#include "base/buf.h"
#include "bus/ring.h"
#include "net/tls.h"
#include "server/readers.h"
#include "service/limits.h"
#include "store/store.h"

/* Where the figures are; all but the times may be NULL. Borrowed. */
struct kith_figures {
	struct kith_store *store;
	struct kith_readers *readers;
	struct kith_readers *slow_readers;
	struct kith_ring *ring;
	const struct kith_limits *limits;
	struct kith_tls *tls;
	atomic_uint_fast64_t *allocations; /* of the workers */
	int64_t start_us;                  /* when the server started */
};

/* Appends them all, as Prometheus reads them. thread any */
void kith_figures_text(const struct kith_figures *figures, struct kith_buf *out);

#endif
