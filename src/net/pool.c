/*
 * pool.c -- one queue under a lock, and the threads that empty it.
 *
 * A lock and a condition are right here: a job blocks for longer than any lock
 * is held, several threads take from the queue, and a loop that submits holds
 * the lock for a few instructions only.
 */
#include "net/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>

#include "base/macros.h"
#include "base/mem.h"

struct worker {
	struct kith_pool *pool;
	void *state;
	bool has_state;
	bool is_started;
	pthread_t thread;
};

struct kith_pool {
	pthread_mutex_t lock; /* over the queue and is_ending */
	pthread_cond_t has_work;
	struct kith_queue_link *first;
	struct kith_queue_link *last;
	int waiting;
	bool is_ending;
	struct kith_pool_config config;
	char name[KITH_POOL_NAME_MAX + 1];
	struct worker workers[];
};

static struct kith_queue_link *next_of(struct kith_queue_link *link)
{
	return atomic_load_explicit(&link->next, memory_order_relaxed);
}

static void set_next(struct kith_queue_link *link, struct kith_queue_link *next)
{
	atomic_store_explicit(&link->next, next, memory_order_relaxed);
}

/* Waits for a job. returns NULL when the pool ends and nothing is left to do. */
static struct kith_job *take_job(struct kith_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->first == NULL && !pool->is_ending) {
		pthread_cond_wait(&pool->has_work, &pool->lock);
	}
	struct kith_queue_link *link = pool->first;
	if (link != NULL) {
		pool->first = next_of(link);
		pool->waiting--;
	}
	pthread_mutex_unlock(&pool->lock);
	return link == NULL ? NULL : KITH_CONTAINER(link, struct kith_job, link);
}

static void *run_worker(void *context)
{
	const struct worker *worker = context;
	for (;;) {
		struct kith_job *job = take_job(worker->pool);
		if (job == NULL) {
			return NULL;
		}
		job->run(job, worker->state);
	}
}

static enum kith_rc make_states(struct kith_pool *pool)
{
	const struct kith_pool_config *config = &pool->config;
	for (int i = 0; i < config->thread_count && config->make_state != NULL; i++) {
		enum kith_rc rc = config->make_state(config->context, &pool->workers[i].state);
		if (rc != KITH_OK) {
			return rc;
		}
		pool->workers[i].has_state = true;
	}
	return KITH_OK;
}

static bool start_worker(struct kith_pool *pool, int index)
{
	struct worker *worker = &pool->workers[index];
	worker->pool = pool;
	if (pthread_create(&worker->thread, NULL, run_worker, worker) != 0) {
		return false;
	}
	worker->is_started = true;
	char name[16];
	snprintf(name, sizeof(name), "%s/%u", pool->name, (unsigned)index % KITH_POOL_THREADS_MAX);
	pthread_setname_np(worker->thread, name);
	return true;
}

static enum kith_rc start_workers(struct kith_pool *pool)
{
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* new threads inherit it */
	bool is_fine = true;
	for (int i = 0; i < pool->config.thread_count && is_fine; i++) {
		is_fine = start_worker(pool, i);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_fine ? KITH_OK : KITH_E_IO;
}

enum kith_rc kith_pool_new(const struct kith_pool_config *config, struct kith_pool **out)
{
	KITH_ASSERT(config->thread_count >= 1 && config->thread_count <= KITH_POOL_THREADS_MAX);
	size_t size = (size_t)config->thread_count * sizeof(struct worker);
	struct kith_pool *pool = kith_alloc_zero(1, sizeof(*pool) + size);
	if (pool == NULL) {
		return KITH_E_NO_MEMORY;
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->has_work, NULL);
	pool->config = *config;
	snprintf(pool->name, sizeof(pool->name), "%s", config->name);
	pool->config.name = pool->name;
	enum kith_rc rc = make_states(pool);
	if (rc == KITH_OK) {
		rc = start_workers(pool);
	}
	if (rc != KITH_OK) {
		kith_pool_free(&pool);
		return rc;
	}
	*out = pool;
	return KITH_OK;
}

bool kith_pool_submit(struct kith_pool *pool, struct kith_job *job)
{
	pthread_mutex_lock(&pool->lock);
	KITH_ASSERT(!pool->is_ending);
	bool has_room = pool->waiting < KITH_POOL_QUEUE_MAX;
	if (has_room) {
		set_next(&job->link, NULL);
		if (pool->first == NULL) {
			pool->first = &job->link;
		} else {
			set_next(pool->last, &job->link);
		}
		pool->last = &job->link;
		pool->waiting++;
		pthread_cond_signal(&pool->has_work);
	}
	pthread_mutex_unlock(&pool->lock);
	return has_room;
}

int kith_pool_waiting(struct kith_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	int waiting = pool->waiting;
	pthread_mutex_unlock(&pool->lock);
	return waiting;
}

void kith_pool_free(struct kith_pool **pool)
{
	struct kith_pool *old = *pool;
	if (old == NULL) {
		return;
	}
	*pool = NULL;
	pthread_mutex_lock(&old->lock);
	old->is_ending = true;
	pthread_cond_broadcast(&old->has_work);
	pthread_mutex_unlock(&old->lock);
	for (int i = 0; i < old->config.thread_count; i++) {
		if (old->workers[i].is_started) {
			pthread_join(old->workers[i].thread, NULL);
		}
	}
	for (int i = 0; i < old->config.thread_count; i++) {
		if (old->workers[i].has_state && old->config.free_state != NULL) {
			old->config.free_state(old->config.context, old->workers[i].state);
		}
	}
	pthread_cond_destroy(&old->has_work);
	pthread_mutex_destroy(&old->lock);
	kith_free(old);
}
