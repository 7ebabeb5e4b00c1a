/*
 * sqlite_writer.c -- await, gather and apply, commit, answer, tidy the log.
 *
 * Order: plans are taken as they were submitted. One whose origin has had its
 * share of the batch waits in a list, and so do all later ones of that origin;
 * the next batch takes that list first.
 */
#include "store/sqlite_writer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/metric.h"
#include "base/when.h"

_Static_assert(KITH_WRITER_ORIGINS_MAX >= 2 * KITH_STORE_BATCH_PLANS_MAX, "slots stay half empty");

enum {
	/* A batch this large gains little from waiting for more. */
	WRITER_LINGER_BELOW = 64,
	/* The clock is read once for so many plans. */
	WRITER_CLOCK_EVERY = 16,
};

/* ---- the plans that wait ---- */

static struct kith_plan *plan_of(struct kith_queue_link *link)
{
	return link == NULL ? NULL : KITH_CONTAINER(link, struct kith_plan, link);
}

static void list_add(struct kith_writer_list *list, struct kith_plan *plan)
{
	atomic_store_explicit(&plan->link.next, NULL, memory_order_relaxed);
	if (list->last == NULL) {
		list->first = plan;
	} else {
		atomic_store_explicit(&list->last->link.next, &plan->link, memory_order_relaxed);
	}
	list->last = plan;
}

static struct kith_plan *list_take(struct kith_writer_list *list)
{
	struct kith_plan *plan = list->first;
	if (plan != NULL) {
		list->first = plan_of(atomic_load_explicit(&plan->link.next, memory_order_relaxed));
		if (list->first == NULL) {
			list->last = NULL;
		}
	}
	return plan;
}

static void ring(struct kith_writer *writer)
{
	uint64_t one = 1;
	ssize_t put = write(writer->bell, &one, sizeof(one));
	/* Only a counter at its end refuses, and then the bell is ringing. */
	KITH_ASSERT(put == (ssize_t)sizeof(one) || errno == EAGAIN);
}

static bool push(struct kith_writer *writer, struct kith_plan *plan, void *waiter)
{
	if (atomic_fetch_add(&writer->queued, 1) >= KITH_STORE_QUEUE_MAX) {
		atomic_fetch_sub(&writer->queued, 1);
		return false;
	}
	plan->answer = KITH_PLAN_NONE;
	plan->waiter = waiter;
	if (kith_queue_push(&writer->queue, &plan->link)) {
		ring(writer);
	}
	return true;
}

bool kith_writer_submit(struct kith_writer *writer, struct kith_plan *plan)
{
	return push(writer, plan, NULL);
}

/* ---- the write-ahead log ---- */

/* Nobody may be told anything: what the disk holds is not known. */
KITH_NORETURN static void end_process(struct kith_writer *writer)
{
	fprintf(stderr, "kith: the store failed beyond repair (%s); stopping without an answer\n",
	        kith_sql_failure(&writer->sql));
	_exit(KITH_WRITER_EXIT_FATAL);
}

static void check_fatal(struct kith_writer *writer, enum kith_rc rc)
{
	if (rc == KITH_E_CORRUPT || rc == KITH_E_IO) {
		end_process(writer);
	}
}

/* SQLite calls this after each commit. */
static int note_log(void *context, sqlite3 *db, const char *schema, int pages)
{
	(void)db;
	(void)schema;
	struct kith_writer *writer = context;
	if (pages < writer->log_pages) {
		writer->log_pages_next = KITH_WRITER_LOG_PAGES; /* it began anew */
	}
	writer->log_pages = pages;
	kith_metric_set(KITH_METRIC_WAL_PAGES, 0, pages);
	return SQLITE_OK;
}

/*
 * Copies the log into the database when it has grown. Once all of it is copied
 * and no reader looks at it, the next commit writes it from its start; a
 * reader in between only delays that to the next round.
 */
static void tidy_log(struct kith_writer *writer)
{
	if (writer->log_pages < writer->log_pages_next) {
		return;
	}
	bool is_long = writer->log_pages >= KITH_WRITER_LOG_PAGES_MAX;
	sqlite3_busy_timeout(writer->sql.db, KITH_WRITER_LOG_WAIT_MS);
	int code = sqlite3_wal_checkpoint_v2(
		writer->sql.db, NULL,
		is_long ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_busy_timeout(writer->sql.db, KITH_WRITER_LOCK_WAIT_MS);
	if (code != SQLITE_OK) {
		writer->sql.code = code;
		/* A full or busy disk can be asked again later; the log holds all. */
		check_fatal(writer, kith_sql_rc(code));
	}
	writer->log_pages_next = writer->log_pages + KITH_WRITER_LOG_PAGES;
}

/* What was erased is in the log still, and must not stay there. */
static void note_erasure(struct kith_writer *writer)
{
	if (!writer->is_erasing) {
		writer->is_erasing = true;
		writer->erased_us = writer->options.now_us();
	}
}

/* How long until the log is to be emptied, in us; a clock that was put back does not
 * put it off. */
static int64_t erasing_left(const struct kith_writer *writer)
{
	int64_t passed_us = writer->options.now_us() - writer->erased_us;
	bool is_due = passed_us < 0 || passed_us >= KITH_WRITER_ERASE_WITHIN_US;
	return is_due ? 0 : KITH_WRITER_ERASE_WITHIN_US - passed_us;
}

/* Empties the log when it has held something erased for long enough: many erasures
 * share one. A reader who looks at it delays that to the next time. */
static void empty_log(struct kith_writer *writer)
{
	if (!writer->is_erasing || erasing_left(writer) > 0) {
		return;
	}
	sqlite3_busy_timeout(writer->sql.db, KITH_WRITER_LOG_WAIT_MS);
	int code = sqlite3_wal_checkpoint_v2(writer->sql.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
	                                     NULL);
	sqlite3_busy_timeout(writer->sql.db, KITH_WRITER_LOCK_WAIT_MS);
	writer->is_erasing = false;
	if (code != SQLITE_OK) {
		writer->sql.code = code;
		check_fatal(writer, kith_sql_rc(code));
		note_erasure(writer);
		return;
	}
	writer->log_pages = 0;
	writer->log_pages_next = KITH_WRITER_LOG_PAGES;
}

/* ---- what others have done between two batches ---- */

static void run_errand(struct kith_writer *writer)
{
	if (atomic_load_explicit(&writer->errand, memory_order_relaxed) == NULL) {
		return;
	}
	struct kith_writer_errand *errand = atomic_exchange(&writer->errand, NULL);
	errand->run(errand, &writer->sql);
	pthread_mutex_lock(&writer->answered_lock);
	errand->is_done = true;
	pthread_cond_broadcast(&writer->answered);
	pthread_mutex_unlock(&writer->answered_lock);
}

void kith_writer_run(struct kith_writer *writer, struct kith_writer_errand *errand)
{
	errand->is_done = false;
	KITH_ASSERT(atomic_exchange(&writer->errand, errand) == NULL);
	ring(writer);
	pthread_mutex_lock(&writer->answered_lock);
	while (!errand->is_done) {
		pthread_cond_wait(&writer->answered, &writer->answered_lock);
	}
	pthread_mutex_unlock(&writer->answered_lock);
}

/* ---- the batch ---- */

/* Sleeps until the bell rings, or until the log is to be emptied. */
static void sleep_until_rung(struct kith_writer *writer)
{
	if (writer->is_erasing) {
		struct pollfd bell = { .fd = writer->bell, .events = POLLIN };
		if (poll(&bell, 1, (int)(erasing_left(writer) / 1000) + 1) <= 0) {
			return;
		}
	}
	uint64_t rings;
	ssize_t got = read(writer->bell, &rings, sizeof(rings));
	KITH_ASSERT(got == (ssize_t)sizeof(rings) || errno == EINTR);
}

/* Sleeps until there is a plan, and does meanwhile what is to be done without one. returns
 * false when there will be none any more. */
static bool await_plan(struct kith_writer *writer)
{
	while (writer->held.first == NULL) {
		run_errand(writer);
		empty_log(writer);
		kith_queue_listen(&writer->queue);
		bool is_stopping = atomic_load(&writer->is_stopping);
		struct kith_plan *plan = plan_of(kith_queue_pop(&writer->queue));
		if (plan != NULL) {
			list_add(&writer->held, plan);
		} else if (is_stopping) {
			return false;
		} else {
			sleep_until_rung(writer);
		}
	}
	return true;
}

/* May one more plan of ORIGIN join this batch? Counts it if so. */
static bool take_share(struct kith_writer *writer, const struct kith_origin *origin)
{
	if (origin == NULL) {
		return true;
	}
	/* Fibonacci hashing: the multiplier is 2^64 over the golden ratio. */
	size_t at = (size_t)(((uint64_t)(uintptr_t)origin * UINT64_C(0x9e3779b97f4a7c15)) >> 52);
	for (;; at = (at + 1) % KITH_WRITER_ORIGINS_MAX) {
		struct kith_writer_origin *slot = &writer->origins[at];
		if (slot->batch != writer->batch_number) {
			*slot = (struct kith_writer_origin){ .origin = origin,
				                             .batch = writer->batch_number };
		}
		if (slot->origin == origin) {
			bool has_room = slot->count < KITH_STORE_BATCH_ORIGIN_MAX;
			slot->count += has_room ? 1 : 0;
			return has_room;
		}
	}
}

_Static_assert(KITH_WRITER_ORIGINS_MAX == 1 << (64 - 52), "the hash leaves just these bits");

/* The next plan of this batch, or NULL when none waits that may join it. */
static struct kith_plan *next_plan(struct kith_writer *writer)
{
	for (;;) {
		struct kith_plan *plan = list_take(&writer->again);
		if (plan == NULL) {
			plan = plan_of(kith_queue_pop(&writer->queue));
		}
		if (plan == NULL || take_share(writer, plan->origin)) {
			return plan;
		}
		list_add(&writer->held, plan);
	}
}

/* Few plans at a time, one batch after the other: then company is worth a wait. */
static bool is_worth_lingering(const struct kith_writer *writer)
{
	return writer->options.linger_us > 0 && writer->last_count > 1 &&
	       writer->batch_count < WRITER_LINGER_BELOW &&
	       kith_when_steady_us() - writer->last_end_us < KITH_WRITER_BATCH_MAX_US;
}

/* Plans stop joining when the batch is full or has taken its time, by the clock that
 * was handed in: under a standing one a test knows what is in a batch. */
static bool is_batch_over(const struct kith_writer *writer)
{
	if (writer->batch_count == KITH_STORE_BATCH_PLANS_MAX) {
		return true;
	}
	return writer->batch_count % WRITER_CLOCK_EVERY == 0 &&
	       writer->options.now_us() - writer->apply.now_us >= KITH_WRITER_BATCH_MAX_US;
}

static enum kith_rc add_to_batch(struct kith_writer *writer, struct kith_plan *plan)
{
	atomic_fetch_sub_explicit(&writer->queued, 1, memory_order_relaxed);
	writer->batch[writer->batch_count++] = plan;
	enum kith_rc rc = KITH_OK;
	if (writer->batch_count == 1) {
		rc = kith_apply_begin(&writer->apply, writer->options.now_us());
	}
	return rc == KITH_OK ? kith_apply_plan(&writer->apply, plan) : rc;
}

static enum kith_rc gather(struct kith_writer *writer)
{
	bool may_linger = true;
	enum kith_rc rc = KITH_OK;
	do {
		struct kith_plan *plan = next_plan(writer);
		if (plan == NULL && may_linger && is_worth_lingering(writer)) {
			may_linger = false;
			struct timespec nap = { .tv_nsec = (long)writer->options.linger_us * 1000 };
			nanosleep(&nap, NULL);
			plan = next_plan(writer);
		}
		if (plan == NULL) {
			break;
		}
		rc = add_to_batch(writer, plan);
	} while (rc == KITH_OK && !is_batch_over(writer));
	return rc;
}

static void publish_tally(struct kith_writer *writer)
{
	const struct kith_tally *tally = &writer->apply.committed;
	atomic_store_explicit(&writer->stat_position, tally->position, memory_order_relaxed);
	atomic_store_explicit(&writer->stat_entries, tally->position - tally->moves,
	                      memory_order_relaxed);
	atomic_store_explicit(&writer->stat_conversations, tally->conversations,
	                      memory_order_relaxed);
	atomic_store_explicit(&writer->stat_users, tally->users, memory_order_relaxed);
	atomic_store_explicit(&writer->stat_organizations, tally->organizations,
	                      memory_order_relaxed);
}

static void note_commit(struct kith_writer *writer, int64_t took_us)
{
	publish_tally(writer);
	kith_metric_observe(KITH_METRIC_COMMIT_PLANS, (int64_t)writer->batch_count, 1);
	kith_metric_observe(KITH_METRIC_COMMIT_TIME, took_us, 1);
	atomic_fetch_add_explicit(&writer->stat_commits, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&writer->stat_committed_plans, (int64_t)writer->batch_count,
	                          memory_order_relaxed);
	if (took_us > atomic_load_explicit(&writer->stat_commit_us_max, memory_order_relaxed)) {
		atomic_store_explicit(&writer->stat_commit_us_max, took_us, memory_order_relaxed);
	}
}

/* Applies what waits and commits it; every plan of the batch has its answer then. */
static void run_batch(struct kith_writer *writer)
{
	writer->batch_number++;
	writer->batch_count = 0;
	writer->again = writer->held;
	writer->held = (struct kith_writer_list){ .first = NULL };

	enum kith_rc rc = gather(writer);
	while (writer->again.first != NULL) {
		list_add(&writer->held, list_take(&writer->again));
	}
	int64_t commit_us = kith_when_steady_us();
	if (rc == KITH_OK) {
		rc = kith_apply_commit(&writer->apply);
	}
	writer->last_end_us = kith_when_steady_us();
	writer->last_count = writer->batch_count;
	if (rc == KITH_OK) {
		if (writer->apply.is_erasing) {
			note_erasure(writer);
		}
		note_commit(writer, writer->last_end_us - commit_us);
		return;
	}
	check_fatal(writer, rc);
	rc = kith_apply_undo(&writer->apply, writer->batch, writer->batch_count);
	if (rc != KITH_OK) {
		end_process(writer);
	}
}

/* ---- the answers ---- */

static void wake_waiters(struct kith_writer *writer)
{
	pthread_mutex_lock(&writer->answered_lock);
	for (size_t i = 0; i < writer->batch_count; i++) {
		struct kith_plan *plan = writer->batch[i];
		if (plan != NULL) {
			*(bool *)plan->waiter = true;
		}
	}
	pthread_cond_broadcast(&writer->answered);
	pthread_mutex_unlock(&writer->answered_lock);
}

static void answer(struct kith_writer *writer)
{
	/* Who is told owns the plan at once, so who blocks is sorted out before. */
	size_t told = 0;
	size_t waiting = 0;
	for (size_t i = 0; i < writer->batch_count; i++) {
		struct kith_plan *plan = writer->batch[i];
		bool is_awaited = plan->waiter != NULL;
		if (!is_awaited || writer->options.tells_applied) {
			writer->told[told++] = plan;
		}
		if (is_awaited) {
			waiting++;
		} else {
			writer->batch[i] = NULL;
		}
	}
	if (told > 0) {
		writer->options.committed(writer->options.context, writer->told, told);
	}
	if (waiting > 0) {
		wake_waiters(writer);
	}
}

enum kith_plan_answer kith_writer_apply(struct kith_writer *writer, struct kith_plan *plan)
{
	bool is_answered = false;
	if (!push(writer, plan, &is_answered)) {
		plan->answer = KITH_PLAN_UNAVAILABLE;
		return plan->answer;
	}
	pthread_mutex_lock(&writer->answered_lock);
	while (!is_answered) {
		pthread_cond_wait(&writer->answered, &writer->answered_lock);
	}
	pthread_mutex_unlock(&writer->answered_lock);
	plan->waiter = NULL;
	return plan->answer;
}

/* ---- its life ---- */

static void *run(void *context)
{
	struct kith_writer *writer = context;
	kith_metric_join();
	while (await_plan(writer)) {
		run_batch(writer);
		answer(writer);
		tidy_log(writer);
		empty_log(writer);
		run_errand(writer);
	}
	kith_metric_set(KITH_METRIC_WAL_PAGES, 0, 0);
	kith_metric_leave();
	return NULL;
}

static enum kith_rc start(struct kith_writer *writer)
{
	enum kith_rc rc = kith_apply_init(&writer->apply, &writer->sql);
	if (rc != KITH_OK) {
		return rc;
	}
	writer->bell = eventfd(0, EFD_CLOEXEC);
	if (writer->bell < 0) {
		return KITH_E_IO;
	}
	publish_tally(writer);
	/* The last process may have ended before it emptied the log. */
	note_erasure(writer);
	sqlite3_busy_timeout(writer->sql.db, KITH_WRITER_LOCK_WAIT_MS);
	sqlite3_wal_hook(writer->sql.db, note_log, writer);
	if (pthread_create(&writer->thread, NULL, run, writer) != 0) {
		return KITH_E_NO_MEMORY;
	}
	writer->has_thread = true;
	return KITH_OK;
}

enum kith_rc kith_writer_new(struct kith_sql *sql, const struct kith_store_options *options,
                             struct kith_writer **out)
{
	struct kith_writer *writer = kith_alloc_zero(1, sizeof(*writer));
	if (writer == NULL) {
		kith_sql_close(sql);
		return KITH_E_NO_MEMORY;
	}
	writer->sql = *sql;
	*sql = (struct kith_sql){ .db = NULL };
	writer->options = *options;
	writer->bell = -1;
	writer->log_pages_next = KITH_WRITER_LOG_PAGES;
	kith_queue_init(&writer->queue);
	pthread_mutex_init(&writer->answered_lock, NULL);
	pthread_cond_init(&writer->answered, NULL);
	enum kith_rc rc = start(writer);
	if (rc != KITH_OK) {
		kith_writer_free(&writer);
		return rc;
	}
	*out = writer;
	return KITH_OK;
}

void kith_writer_free(struct kith_writer **writer)
{
	struct kith_writer *gone = *writer;
	if (gone == NULL) {
		return;
	}
	*writer = NULL;
	if (gone->has_thread) {
		atomic_store(&gone->is_stopping, true);
		ring(gone);
		pthread_join(gone->thread, NULL);
	}
	if (gone->bell >= 0) {
		close(gone->bell);
	}
	kith_apply_done(&gone->apply);
	kith_sql_close(&gone->sql);
	pthread_cond_destroy(&gone->answered);
	pthread_mutex_destroy(&gone->answered_lock);
	kith_free(gone);
}

void kith_writer_stats(struct kith_writer *writer, struct kith_store_stats *out)
{
	*out = (struct kith_store_stats){
		.conversations =
			atomic_load_explicit(&writer->stat_conversations, memory_order_relaxed),
		.entries = atomic_load_explicit(&writer->stat_entries, memory_order_relaxed),
		.users = atomic_load_explicit(&writer->stat_users, memory_order_relaxed),
		.organizations =
			atomic_load_explicit(&writer->stat_organizations, memory_order_relaxed),
		.position = atomic_load_explicit(&writer->stat_position, memory_order_relaxed),
		.commits = atomic_load_explicit(&writer->stat_commits, memory_order_relaxed),
		.committed_plans =
			atomic_load_explicit(&writer->stat_committed_plans, memory_order_relaxed),
		.commit_us_max =
			atomic_load_explicit(&writer->stat_commit_us_max, memory_order_relaxed),
		.queued = atomic_load_explicit(&writer->queued, memory_order_relaxed),
	};
}
