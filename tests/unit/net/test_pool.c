/*
 * test_pool.c -- jobs run once each, oldest first, with their thread's own
 * state; a full queue refuses; freeing finishes everything.
 */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/macros.h"
#include "base/mem.h"
#include "net/pool.h"

struct job {
	struct kith_job job;
	int runs;
	int order;
	void *thread_state;
	char thread_name[16];
};

static atomic_int runs;
static sem_t gate;    /* jobs that wait for it hold their thread */
static sem_t arrived; /* jobs ring it                             */

static void run_job(struct kith_job *base, void *thread_state)
{
	struct job *job = KITH_CONTAINER(base, struct job, job);
	job->runs++;
	job->thread_state = thread_state;
	job->order = atomic_fetch_add(&runs, 1);
}

static void wait_at_gate(struct kith_job *base, void *thread_state)
{
	while (sem_wait(&gate) != 0) {
	}
	run_job(base, thread_state);
}

static int set_up(void **state)
{
	(void)state;
	atomic_store(&runs, 0);
	return sem_init(&gate, 0, 0) | sem_init(&arrived, 0, 0);
}

static int tear_down(void **state)
{
	(void)state;
	return sem_destroy(&gate) | sem_destroy(&arrived);
}

static struct kith_pool *new_pool(int thread_count)
{
	struct kith_pool *pool = NULL;
	struct kith_pool_config config = { .name = "kith-test", .thread_count = thread_count };
	assert_int_equal(kith_pool_new(&config, &pool), KITH_OK);
	return pool;
}

static void test_one_thread_runs_jobs_oldest_first(void **state)
{
	(void)state;
	enum { COUNT = 1000 };
	static struct job jobs[COUNT];
	struct kith_pool *pool = new_pool(1);
	for (int i = 0; i < COUNT; i++) {
		jobs[i].job.run = run_job;
		assert_true(kith_pool_submit(pool, &jobs[i].job));
	}
	kith_pool_free(&pool);
	assert_null(pool);
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(jobs[i].runs, 1);
		assert_int_equal(jobs[i].order, i);
	}
}

static void test_a_full_queue_refuses_and_freeing_runs_what_is_in_it(void **state)
{
	(void)state;
	static struct job jobs[KITH_POOL_QUEUE_MAX + 2];
	struct kith_pool *pool = new_pool(1);
	size_t taken = 0;
	for (size_t i = 0; i < KITH_COUNT(jobs); i++) {
		jobs[i].job.run = wait_at_gate;
		taken += kith_pool_submit(pool, &jobs[i].job);
	}
	/* The thread may have taken one off the queue already, and waits with it. */
	assert_in_range(taken, KITH_POOL_QUEUE_MAX, KITH_POOL_QUEUE_MAX + 1);
	assert_in_range(kith_pool_waiting(pool), taken - 1, taken);
	for (size_t i = 0; i < taken; i++) {
		sem_post(&gate);
	}
	kith_pool_free(&pool);
	assert_int_equal(atomic_load(&runs), taken);
	size_t run_count = 0;
	for (size_t i = 0; i < KITH_COUNT(jobs); i++) {
		assert_in_range(jobs[i].runs, 0, 1);
		run_count += (size_t)jobs[i].runs;
	}
	assert_int_equal(run_count, taken);
	assert_int_equal(jobs[0].runs, 1);
	assert_int_equal(jobs[KITH_COUNT(jobs) - 1].runs, 0);
}

static void run_and_ring(struct kith_job *base, void *thread_state)
{
	run_job(base, thread_state);
	sem_post(&arrived);
}

static void test_only_jobs_that_wait_count(void **state)
{
	(void)state;
	struct kith_pool *pool = new_pool(1);
	struct job job = { .job = { .run = run_and_ring } };
	for (int i = 0; i < KITH_POOL_QUEUE_MAX + 10; i++) {
		assert_true(kith_pool_submit(pool, &job.job));
		while (sem_wait(&arrived) != 0) {
		}
	}
	kith_pool_free(&pool);
	assert_int_equal(job.runs, KITH_POOL_QUEUE_MAX + 10);
}

/* Several threads submit to several: each job once. */
enum { SUBMITTERS = 4, EACH = 500 };

struct submitter {
	pthread_t thread;
	struct kith_pool *pool;
	struct job jobs[EACH];
};

static void *submit_all(void *context)
{
	struct submitter *submitter = context;
	for (int i = 0; i < EACH; i++) {
		submitter->jobs[i].job.run = run_job;
		if (!kith_pool_submit(submitter->pool, &submitter->jobs[i].job)) {
			return submitter;
		}
	}
	return NULL;
}

static void test_jobs_of_many_threads_run_once_each_on_many(void **state)
{
	(void)state;
	static struct submitter submitters[SUBMITTERS];
	struct kith_pool *pool = new_pool(3);
	for (int i = 0; i < SUBMITTERS; i++) {
		submitters[i].pool = pool;
		assert_int_equal(
			pthread_create(&submitters[i].thread, NULL, submit_all, &submitters[i]), 0);
	}
	for (int i = 0; i < SUBMITTERS; i++) {
		void *refused;
		pthread_join(submitters[i].thread, &refused);
		assert_null(refused);
	}
	kith_pool_free(&pool);
	for (int i = 0; i < SUBMITTERS; i++) {
		for (int j = 0; j < EACH; j++) {
			assert_int_equal(submitters[i].jobs[j].runs, 1);
		}
	}
}

/* States: one per thread, from made to freed. */
struct states {
	int made;
	int freed;
	int fail_at; /* the how-maniest cannot be made; 0: none */
	int values[KITH_POOL_THREADS_MAX];
};

static enum kith_rc make_state(void *context, void **state)
{
	struct states *states = context;
	if (states->made + 1 == states->fail_at) {
		return KITH_E_CORRUPT;
	}
	*state = &states->values[states->made++];
	return KITH_OK;
}

static void free_state(void *context, void *state)
{
	struct states *states = context;
	assert_true((int *)state >= states->values && (int *)state < states->values + states->made);
	states->freed++;
}

static struct kith_pool_config config_with(struct states *states, int thread_count)
{
	return (struct kith_pool_config){ .name = "kith-test",
		                          .thread_count = thread_count,
		                          .make_state = make_state,
		                          .free_state = free_state,
		                          .context = states };
}

/* Comes to the gate and waits there, so that each thread has exactly one of these. */
static void note_thread(struct kith_job *base, void *thread_state)
{
	struct job *job = KITH_CONTAINER(base, struct job, job);
	pthread_getname_np(pthread_self(), job->thread_name, sizeof(job->thread_name));
	sem_post(&arrived);
	wait_at_gate(base, thread_state);
}

static void test_each_thread_has_a_state_and_a_name_of_its_own(void **state)
{
	(void)state;
	enum { COUNT = 3 };
	struct states states = { 0 };
	struct kith_pool_config config = config_with(&states, COUNT);
	struct kith_pool *pool = NULL;
	assert_int_equal(kith_pool_new(&config, &pool), KITH_OK);
	static struct job jobs[COUNT];
	for (int i = 0; i < COUNT; i++) {
		jobs[i].job.run = note_thread;
		assert_true(kith_pool_submit(pool, &jobs[i].job));
	}
	for (int i = 0; i < COUNT; i++) {
		while (sem_wait(&arrived) != 0) {
		}
	}
	for (int i = 0; i < COUNT; i++) {
		sem_post(&gate);
	}
	kith_pool_free(&pool);
	assert_int_equal(states.made, COUNT);
	assert_int_equal(states.freed, COUNT);
	for (int i = 0; i < COUNT; i++) {
		assert_non_null(jobs[i].thread_state);
		ptrdiff_t index = (int *)jobs[i].thread_state - states.values;
		char name[] = "kith-test/?";
		name[sizeof(name) - 2] = (char)('0' + index);
		assert_string_equal(jobs[i].thread_name, name);
		for (int j = 0; j < i; j++) {
			assert_ptr_not_equal(jobs[i].thread_state, jobs[j].thread_state);
		}
	}
}

static void test_a_state_that_cannot_be_made_undoes_the_others(void **state)
{
	(void)state;
	for (int at = 1; at <= 3; at++) {
		struct states states = { .fail_at = at };
		struct kith_pool_config config = config_with(&states, 3);
		struct kith_pool *pool = NULL;
		assert_int_equal(kith_pool_new(&config, &pool), KITH_E_CORRUPT);
		assert_null(pool);
		assert_int_equal(states.made, at - 1);
		assert_int_equal(states.freed, at - 1);
	}
}

static void test_without_memory_there_is_no_pool(void **state)
{
	(void)state;
	struct states states = { 0 };
	struct kith_pool_config config = config_with(&states, 2);
	struct kith_pool *pool = NULL;
	kith_mem_fail_from(1);
	enum kith_rc rc = kith_pool_new(&config, &pool);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_null(pool);
	assert_int_equal(states.made, states.freed);
	kith_pool_free(&pool); /* accepts NULL */
}

static void note_signals(struct kith_job *base, void *thread_state)
{
	sigset_t blocked;
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	struct job *job = KITH_CONTAINER(base, struct job, job);
	job->order = sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGINT);
	(void)thread_state;
}

static void test_signals_stay_with_the_other_threads(void **state)
{
	(void)state;
	struct kith_pool *pool = new_pool(1);
	struct job job = { .job = { .run = note_signals } };
	assert_true(kith_pool_submit(pool, &job.job));
	kith_pool_free(&pool);
	assert_int_equal(job.order, 1);
	sigset_t mine;
	pthread_sigmask(SIG_SETMASK, NULL, &mine);
	assert_int_equal(sigismember(&mine, SIGTERM), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_thread_runs_jobs_oldest_first),
		TEST(test_a_full_queue_refuses_and_freeing_runs_what_is_in_it),
		TEST(test_only_jobs_that_wait_count),
		TEST(test_jobs_of_many_threads_run_once_each_on_many),
		TEST(test_each_thread_has_a_state_and_a_name_of_its_own),
		TEST(test_a_state_that_cannot_be_made_undoes_the_others),
		TEST(test_without_memory_there_is_no_pool),
		TEST(test_signals_stay_with_the_other_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
