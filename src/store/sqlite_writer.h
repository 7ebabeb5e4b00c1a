/*
 * sqlite_writer.h -- the one thread that writes: queue, batches, answers.
 *
 * Takes what waits, has each plan applied, commits once for all, and only then
 * answers: one call for the batch, a signal for those who block. Also keeps the
 * write-ahead log short. Decides nothing about a plan: sqlite_apply.h does. A
 * disk of which nobody knows what it holds ends the process (exit 70).
 */
#ifndef KITH_STORE_SQLITE_WRITER_H
#define KITH_STORE_SQLITE_WRITER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/queue.h"
#include "store/sqlite_apply.h"
#include "store/sqlite_sql.h"
#include "store/store.h"

enum {
	KITH_WRITER_BATCH_MAX_US = 2000,   /* a batch takes no more plans after this      */
	KITH_WRITER_ORIGINS_MAX = 4096,    /* slots; twice the plans of a batch           */
	KITH_WRITER_LOG_PAGES = 2048,      /* of 4 KiB: then the log is copied over       */
	KITH_WRITER_LOG_PAGES_MAX = 16384, /* then readers are waited for, too            */
	KITH_WRITER_LOG_WAIT_MS = 100,     /* but no longer than this                     */
	/* After an erasure the log, which has the text still, is emptied within this. */
	KITH_WRITER_ERASE_WITHIN_US = 1000000,
	/* A reader that meets the log's header while it is written holds the writer's lock
	 * for some microseconds, to read it again in peace. */
	KITH_WRITER_LOCK_WAIT_MS = 5000,
	KITH_WRITER_EXIT_FATAL = 70, /* EX_SOFTWARE: what the process exits with    */
};

/* How many plans of one origin this batch has. */
struct kith_writer_origin {
	const struct kith_origin *origin;
	uint64_t batch; /* the number of the batch that COUNT is of */
	uint32_t count;
};

/* A plain list of plans in order, linked through plan->link. */
struct kith_writer_list {
	struct kith_plan *first;
	struct kith_plan *last;
};

/* Work of another thread that needs the writer's own connection. */
struct kith_writer_errand {
	void (*run)(struct kith_writer_errand *errand, struct kith_sql *sql);
	bool is_done; /* the writer's */
};

struct kith_writer {
	struct kith_sql sql;
	struct kith_apply apply;
	struct kith_store_options options;
	struct kith_queue queue;
	int bell; /* an eventfd: there is something in the queue */
	pthread_t thread;
	bool has_thread;
	atomic_bool is_stopping;
	atomic_int_fast64_t queued;
	_Atomic(struct kith_writer_errand *) errand; /* NULL: none */

	/* the thread's own */
	struct kith_writer_list
		held; /* over their origin's share: the next batch begins with them */
	struct kith_writer_list
		again; /* what this batch still has to look at of the last one's     */
	struct kith_writer_origin origins[KITH_WRITER_ORIGINS_MAX];
	struct kith_plan *batch[KITH_STORE_BATCH_PLANS_MAX];
	struct kith_plan *told[KITH_STORE_BATCH_PLANS_MAX]; /* of them, whom committed() gets */
	size_t batch_count;
	uint64_t batch_number;
	size_t last_count;   /* plans of the batch before        */
	int64_t last_end_us; /* when it was committed            */
	int log_pages;       /* in the write-ahead log           */
	int log_pages_next;  /* it is copied when it has so many */
	bool is_erasing;     /* the log may hold what was erased */
	int64_t erased_us;   /* since when                       */

	/* Threads that block for a plan wait here: pthread has no other way to sleep on a
	 * condition, and they are few (kithctl, tests). */
	pthread_mutex_t answered_lock;
	pthread_cond_t answered;

	/* for kith_store_stats(), written by the thread */
	atomic_int_fast64_t stat_conversations;
	atomic_int_fast64_t stat_entries;
	atomic_int_fast64_t stat_users;
	atomic_int_fast64_t stat_organizations;
	atomic_int_fast64_t stat_position;
	atomic_int_fast64_t stat_commits;
	atomic_int_fast64_t stat_committed_plans;
	atomic_int_fast64_t stat_commit_us_max;
};

/*
 * Starts the thread. SQL is the writer's from now on, also on error.
 * returns  KITH_OK, KITH_E_NO_MEMORY, KITH_E_IO, or as kith_sql_rc()
 * owns     kith_writer_free() answers what waits, ends the thread, closes
 */
KITH_MUST_USE enum kith_rc kith_writer_new(struct kith_sql *sql,
                                           const struct kith_store_options *options,
                                           struct kith_writer **out);
void kith_writer_free(struct kith_writer **writer);

/* thread   any. returns false when KITH_STORE_QUEUE_MAX plans wait. */
KITH_MUST_USE bool kith_writer_submit(struct kith_writer *writer, struct kith_plan *plan);

/* thread   any but the writer's own. Blocks until the plan is answered. */
enum kith_plan_answer kith_writer_apply(struct kith_writer *writer, struct kith_plan *plan);

/*
 * Runs ERRAND on the writer's thread, outside any transaction and behind the batch
 * that is at work, and returns when it has: it must be short, since all plans wait
 * for it. One at a time (asserted); not while the writer is freed.
 * thread   any but the writer's own
 */
void kith_writer_run(struct kith_writer *writer, struct kith_writer_errand *errand);

/* thread   any */
void kith_writer_stats(struct kith_writer *writer, struct kith_store_stats *out);

#endif
