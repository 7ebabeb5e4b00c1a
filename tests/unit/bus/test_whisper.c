/*
 * test_whisper.c -- each whisper reaches all others once, or is counted as lost; who
 * hears it last frees it, and nobody is woken who looks anyway.
 */
#include "bus/whisper.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

enum { WALKERS = 4, SAID = 20000 };

struct bench {
	struct kith_whispers *whispers;
	sem_t bells[WALKERS];
	int rung[WALKERS]; /* only where one thread does it all */
};

static void ring_bell(void *context, uint32_t walker)
{
	struct bench *bench = context;

	sem_post(&bench->bells[walker]);
}

static void count_bell(void *context, uint32_t walker)
{
	struct bench *bench = context;

	bench->rung[walker]++;
}

static void bench_open(struct bench *bench, uint32_t walkers,
                       void (*wake)(void *context, uint32_t walker))
{
	*bench = (struct bench){ .whispers = NULL };
	for (size_t i = 0; i < WALKERS; i++) {
		sem_init(&bench->bells[i], 0, 0);
	}
	assert_int_equal(kith_whispers_new(walkers, wake, bench, &bench->whispers), KITH_OK);
}

static void bench_close(struct bench *bench)
{
	kith_whispers_free(&bench->whispers);
	assert_null(bench->whispers);
	for (size_t i = 0; i < WALKERS; i++) {
		sem_destroy(&bench->bells[i]);
	}
}

/* Says number N from HOME: everything in it names N. */
static void say(struct kith_whispers *whispers, uint32_t home, int64_t n)
{
	struct kith_whisper *whisper =
		kith_whisper_new(whispers, 2, kith_str_make((const char *)&n, sizeof(n)));

	KITH_ASSERT(whisper != NULL);
	whisper->kind = KITH_WHISPER_TYPING;
	whisper->user_row = n;
	whisper->org_row = home;
	whisper->audience[0] = n + 1;
	whisper->audience[1] = n + 2;
	kith_whisper_say(whispers, home, whisper);
	kith_whisper_unref(&whisper);
}

/* The number that WHISPER says; -1 when it is not whole. */
static int64_t number_of(const struct kith_whisper *whisper)
{
	int64_t n;

	if (whisper->frame.len != sizeof(n) || whisper->audience_count != 2) {
		return -1;
	}
	memcpy(&n, whisper->frame.at, sizeof(n));
	bool is_whole = whisper->user_row == n && whisper->audience[0] == n + 1 &&
	                whisper->audience[1] == n + 2;
	return is_whole ? n : -1;
}

/* Hears one; -1: nothing is there. */
static int64_t hear(struct kith_whispers *whispers, uint32_t home)
{
	struct kith_whisper *whisper = kith_whisper_next(whispers, home);
	int64_t n = whisper == NULL ? -1 : number_of(whisper);

	kith_whisper_unref(&whisper);
	return n;
}

struct walk {
	struct bench *bench;
	uint32_t walker;
	int64_t heard;
	int64_t faults;
	int64_t last[WALKERS]; /* by speaker */
	atomic_bool *is_over;  /* all have said everything */
};

static void hear_all(struct walk *walk)
{
	struct kith_whisper *whisper;

	kith_whispers_listen(walk->bench->whispers, walk->walker);
	while ((whisper = kith_whisper_next(walk->bench->whispers, walk->walker)) != NULL) {
		int64_t n = number_of(whisper);
		int64_t from = whisper->org_row;
		/* Of one speaker they come in order, some of them perhaps not. */
		walk->faults += n < 0 || from == walk->walker || n <= walk->last[from];
		walk->last[from] = n;
		walk->heard++;
		kith_whisper_unref(&whisper);
	}
}

static void *listen_on(void *context)
{
	struct walk *walk = context;

	while (!atomic_load(walk->is_over)) {
		sem_wait(&walk->bench->bells[walk->walker]);
		hear_all(walk);
	}
	hear_all(walk);
	return NULL;
}

struct speech {
	struct bench *bench;
	uint32_t home;
};

static void *speak(void *context)
{
	const struct speech *speech = context;

	for (int64_t n = 1; n <= SAID; n++) {
		say(speech->bench->whispers, speech->home, n);
	}
	return NULL;
}

static void test_what_is_said_is_heard_once_by_all_others_or_counted(void **state)
{
	(void)state;
	struct bench bench;
	struct walk walks[WALKERS];
	struct speech speeches[WALKERS];
	pthread_t listeners[WALKERS];
	pthread_t speakers[WALKERS];
	atomic_bool is_over = false;

	bench_open(&bench, WALKERS, ring_bell);
	for (uint32_t i = 0; i < WALKERS; i++) {
		walks[i] = (struct walk){ .bench = &bench, .walker = i, .is_over = &is_over };
		speeches[i] = (struct speech){ .bench = &bench, .home = i };
		assert_int_equal(pthread_create(&listeners[i], NULL, listen_on, &walks[i]), 0);
	}
	for (uint32_t i = 0; i < WALKERS; i++) {
		assert_int_equal(pthread_create(&speakers[i], NULL, speak, &speeches[i]), 0);
	}
	for (uint32_t i = 0; i < WALKERS; i++) {
		pthread_join(speakers[i], NULL);
	}
	atomic_store(&is_over, true);
	for (uint32_t i = 0; i < WALKERS; i++) {
		sem_post(&bench.bells[i]);
		pthread_join(listeners[i], NULL);
		assert_int_equal(walks[i].faults, 0);
		assert_int_equal((uint64_t)walks[i].heard + kith_whispers_lost(bench.whispers, i),
		                 (uint64_t)(WALKERS - 1) * SAID);
	}
	bench_close(&bench);
}

static void test_a_full_box_takes_no_more_and_counts_them(void **state)
{
	(void)state;
	struct bench bench;

	bench_open(&bench, 3, count_bell);
	for (int64_t n = 1; n <= KITH_WHISPER_QUEUE_MAX + 5; n++) {
		say(bench.whispers, 0, n);
		if (n > 5) {
			/* The other one keeps up, and loses nothing for it. */
			assert_int_equal(hear(bench.whispers, 2), n - 5);
		}
	}
	assert_int_equal(kith_whispers_lost(bench.whispers, 0), 0);
	assert_int_equal(kith_whispers_lost(bench.whispers, 1), 5);
	assert_int_equal(kith_whispers_lost(bench.whispers, 2), 0);
	for (int64_t n = 1; n <= KITH_WHISPER_QUEUE_MAX; n++) {
		assert_int_equal(hear(bench.whispers, 1), n);
	}
	assert_int_equal(hear(bench.whispers, 1), -1);
	say(bench.whispers, 0, 7);
	assert_int_equal(hear(bench.whispers, 1), 7);
	bench_close(&bench);
}

static void test_only_who_does_not_look_is_woken(void **state)
{
	(void)state;
	struct bench bench;

	bench_open(&bench, 2, count_bell);
	for (int64_t n = 1; n <= 3; n++) {
		say(bench.whispers, 0, n);
	}
	assert_int_equal(bench.rung[1], 1);
	assert_int_equal(bench.rung[0], 0);
	kith_whispers_listen(bench.whispers, 1);
	assert_int_equal(hear(bench.whispers, 1), 1);
	say(bench.whispers, 0, 4);
	assert_int_equal(bench.rung[1], 2);
	for (int64_t n = 2; n <= 4; n++) {
		assert_int_equal(hear(bench.whispers, 1), n);
	}
	say(bench.whispers, 0, 5);
	assert_int_equal(bench.rung[1], 2);
	bench_close(&bench);
}

static void test_nobody_hears_themselves(void **state)
{
	(void)state;
	struct bench bench;

	bench_open(&bench, 1, count_bell);
	say(bench.whispers, 0, 1);
	assert_int_equal(hear(bench.whispers, 0), -1);
	assert_int_equal(bench.rung[0], 0);
	bench_close(&bench);
}

static void test_what_is_still_in_a_box_goes_with_it(void **state)
{
	(void)state;
	struct bench bench;

	bench_open(&bench, WALKERS, count_bell);
	say(bench.whispers, 0, 1);
	say(bench.whispers, 1, 2);
	assert_int_equal(hear(bench.whispers, 2), 1);
	bench_close(&bench); /* a sanitizer would see what stayed */
}

static void test_no_memory_nothing_is_said(void **state)
{
	(void)state;
	struct kith_whispers *whispers = NULL;
	struct bench bench;

	kith_mem_fail_from(1);
	enum kith_rc rc = kith_whispers_new(1, count_bell, NULL, &whispers);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_null(whispers);
	bench_open(&bench, 2, count_bell);
	kith_mem_fail_from(1);
	struct kith_whisper *whisper = kith_whisper_new(bench.whispers, 1, KITH_STR("x"));
	kith_mem_fail_never();
	assert_null(whisper);
	kith_whisper_unref(&whisper);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_said_is_heard_once_by_all_others_or_counted),
		cmocka_unit_test(test_a_full_box_takes_no_more_and_counts_them),
		cmocka_unit_test(test_only_who_does_not_look_is_woken),
		cmocka_unit_test(test_nobody_hears_themselves),
		cmocka_unit_test(test_what_is_still_in_a_box_goes_with_it),
		cmocka_unit_test(test_no_memory_nothing_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
