/*
 * pool.h -- threads for work that blocks: cold reads, signatures, look-ups.
 *
 * A few threads take jobs from one queue, oldest first; each has a state of its
 * own, such as a database connection. A job says itself how its answer gets
 * home (kith_loop_post()). Knows nothing of what the jobs do, and never drops one.
 */
#ifndef KITH_NET_POOL_H
#define KITH_NET_POOL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/queue.h"

enum {
	KITH_POOL_QUEUE_MAX = 4096, /* jobs that wait; another is refused   */
	KITH_POOL_THREADS_MAX = 64,
	KITH_POOL_NAME_MAX = 11, /* with "/63" it fits a thread's name   */
};

struct kith_pool;

/* Embedded in what is to be done. The pool's from submit until it runs. */
struct kith_job {
	struct kith_queue_link link;
	/* Runs once, on one of the pool's threads; JOB is its own again, and may be freed. */
	void (*run)(struct kith_job *job, void *thread_state);
};

struct kith_pool_config {
	const char *name; /* "kith-reader": threads are kith-reader/0, /1 ... */
	int thread_count; /* 1..KITH_POOL_THREADS_MAX                         */
	/*
	 * One state per thread, made by kith_pool_new() and freed by kith_pool_free()
	 * on the threads that call those; between them only the pool's thread sees it.
	 * MAKE_STATE: NULL: states are NULL. It returns KITH_OK and sets *state, or says why not.
	 */
	enum kith_rc (*make_state)(void *context, void **state);
	void (*free_state)(void *context, void *state);
	void *context;
};

/*
 * Starts the threads; CONFIG is copied, its name too. Signals stay with the caller's threads.
 * returns KITH_OK, KITH_E_NO_MEMORY, KITH_E_IO (a thread cannot start), or what make_state said.
 */
KITH_MUST_USE enum kith_rc kith_pool_new(const struct kith_pool_config *config,
                                         struct kith_pool **out);

/*
 * Queues JOB. thread any.
 * returns false when KITH_POOL_QUEUE_MAX jobs wait: then JOB is still the caller's.
 */
KITH_MUST_USE bool kith_pool_submit(struct kith_pool *pool, struct kith_job *job);

/* How many jobs wait now. thread any */
int kith_pool_waiting(struct kith_pool *pool);

/* Runs every job that waits, ends the threads and waits for them. Nobody may submit any more. */
void kith_pool_free(struct kith_pool **pool);

#endif
