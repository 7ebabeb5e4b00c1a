/*
 * test_ring.c -- one order for all walkers: every item once, the writer waits for
 * the slowest, and slots and their memory are used again.
 */
#include "bus/ring.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"

enum { WALKERS = 4, BATCHES = 4 * KITH_RING_SLOTS, ITEMS_MAX = 5 };

struct bench {
	struct kith_ring *ring;
	sem_t bells[WALKERS];
};

static void wake(void *context, uint32_t walker)
{
	struct bench *bench = context;

	sem_post(&bench->bells[walker]);
}

static void bench_open(struct bench *bench, uint32_t walkers)
{
	*bench = (struct bench){ .ring = NULL };
	for (size_t i = 0; i < WALKERS; i++) {
		sem_init(&bench->bells[i], 0, 0);
	}
	assert_int_equal(kith_ring_new(walkers, wake, bench, &bench->ring), KITH_OK);
}

static void bench_close(struct bench *bench)
{
	kith_ring_free(&bench->ring);
	assert_null(bench->ring);
	for (size_t i = 0; i < WALKERS; i++) {
		sem_destroy(&bench->bells[i]);
	}
}

/* Publishes batch NUMBER: 1..ITEMS_MAX items, each with a text and an audience that name it. */
static void publish(struct bench *bench, int64_t number, int64_t *position)
{
	size_t items = 1 + (size_t)number % ITEMS_MAX;
	struct kith_batch *batch = kith_ring_claim(bench->ring, items);

	for (size_t i = 0; i < items; i++) {
		struct kith_ring_item *item = kith_batch_add(batch);
		int64_t *audience = kith_arena_alloc(&batch->mem, sizeof(*audience));

		KITH_ASSERT(audience != NULL);
		item->position = ++*position;
		*audience = *position * 3;
		item->audience = audience;
		item->audience_count = 1;
		item->text_at = batch->text.len;
		kith_buf_add_int(&batch->text, *position);
		item->text_len = batch->text.len - item->text_at;
	}
	kith_ring_publish(bench->ring);
}

/* What is said of an item holds all together: nobody wrote into it meanwhile. */
static bool is_whole(const struct kith_batch *batch, const struct kith_ring_item *item)
{
	int64_t said;

	return kith_str_to_int(kith_str_make(batch->text.at + item->text_at, item->text_len),
	                       &said) &&
	       said == item->position && item->audience_count == 1 &&
	       item->audience[0] == item->position * 3 && item->answered == NULL;
}

struct walk {
	struct bench *bench;
	uint32_t walker;
	int64_t last; /* position of the last item */
	int64_t faults;
};

static void *walk(void *context)
{
	struct walk *walk = context;

	for (int left = BATCHES; left > 0;) {
		const struct kith_batch *batch = kith_ring_next(walk->bench->ring, walk->walker);
		if (batch == NULL) {
			sem_wait(&walk->bench->bells[walk->walker]);
			continue;
		}
		for (size_t i = 0; i < batch->item_count; i++) {
			walk->faults += batch->items[i].position != ++walk->last ||
			                !is_whole(batch, &batch->items[i]);
		}
		kith_ring_done(walk->bench->ring, walk->walker);
		left--;
	}
	return NULL;
}

static void test_every_walker_hears_everything_once_in_order(void **state)
{
	(void)state;
	struct bench bench;
	struct walk walks[WALKERS];
	pthread_t threads[WALKERS];
	int64_t position = 0;

	bench_open(&bench, WALKERS);
	for (uint32_t i = 0; i < WALKERS; i++) {
		walks[i] = (struct walk){ .bench = &bench, .walker = i };
		assert_int_equal(pthread_create(&threads[i], NULL, walk, &walks[i]), 0);
	}
	for (int64_t number = 0; number < BATCHES; number++) {
		publish(&bench, number, &position);
	}
	for (size_t i = 0; i < WALKERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(walks[i].faults, 0);
		assert_int_equal(walks[i].last, position);
	}
	bench_close(&bench);
}

struct write {
	struct bench *bench;
	int64_t position;
	int64_t number;
	int count;
	sem_t did_one;
};

static void *write_on(void *context)
{
	struct write *write = context;

	for (int i = 0; i < write->count; i++) {
		publish(write->bench, write->number++, &write->position);
		sem_post(&write->did_one);
	}
	return NULL;
}

static void test_the_writer_waits_for_the_slowest(void **state)
{
	(void)state;
	struct bench bench;
	struct write write = { .bench = &bench, .count = KITH_RING_SLOTS + 1 };
	pthread_t thread;

	bench_open(&bench, 2);
	sem_init(&write.did_one, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, write_on, &write), 0);
	for (int i = 0; i < KITH_RING_SLOTS; i++) {
		sem_wait(&write.did_one);
	}
	/* The quick walker has done with all of them, which frees no slot. */
	for (int i = 0; i < KITH_RING_SLOTS; i++) {
		assert_non_null(kith_ring_next(bench.ring, 0));
		kith_ring_done(bench.ring, 0);
	}
	assert_null(kith_ring_next(bench.ring, 0));
	assert_int_equal(sem_trywait(&write.did_one), -1);
	/* What the slow one has before it is still what was written first. */
	const struct kith_batch *batch = kith_ring_next(bench.ring, 1);
	assert_non_null(batch);
	assert_int_equal(batch->items[0].position, 1);
	assert_true(is_whole(batch, &batch->items[0]));
	kith_ring_done(bench.ring, 1);
	pthread_join(thread, NULL);
	/* Now the last one is there, for both. */
	assert_non_null(kith_ring_next(bench.ring, 0));
	kith_ring_done(bench.ring, 0);
	for (int i = 0; i < KITH_RING_SLOTS; i++) {
		assert_non_null(kith_ring_next(bench.ring, 1));
		kith_ring_done(bench.ring, 1);
	}
	assert_null(kith_ring_next(bench.ring, 0));
	assert_null(kith_ring_next(bench.ring, 1));
	sem_destroy(&write.did_one);
	bench_close(&bench);
}

/* A turn through all slots; one walker keeps up. */
static void go_round(struct bench *bench, int64_t *number, int64_t *position)
{
	for (int i = 0; i < KITH_RING_SLOTS * ITEMS_MAX; i++) {
		publish(bench, (*number)++, position);
		assert_non_null(kith_ring_next(bench->ring, 0));
		kith_ring_done(bench->ring, 0);
	}
}

static void test_slots_and_their_memory_are_used_again(void **state)
{
	(void)state;
	struct bench bench;
	int64_t number = 0;
	int64_t position = 0;

	bench_open(&bench, 1);
	go_round(&bench, &number, &position);
	uint64_t before = kith_mem_thread_count();
	go_round(&bench, &number, &position);
	assert_int_equal(kith_mem_thread_count() - before, 0);
	bench_close(&bench);
}

static void test_a_batch_that_was_claimed_is_seen_when_it_is_published(void **state)
{
	(void)state;
	struct bench bench;

	bench_open(&bench, 1);
	struct kith_batch *batch = kith_ring_claim(bench.ring, 2);
	kith_batch_add(batch)->position = 9;
	assert_null(kith_ring_next(bench.ring, 0));
	kith_ring_publish(bench.ring);
	assert_ptr_equal(kith_ring_next(bench.ring, 0), batch);
	assert_int_equal(batch->item_count, 1);
	kith_ring_done(bench.ring, 0);
	assert_null(kith_ring_next(bench.ring, 0));
	bench_close(&bench);
}

static void test_no_memory_no_ring(void **state)
{
	(void)state;
	struct kith_ring *ring = NULL;

	kith_mem_fail_from(1);
	enum kith_rc rc = kith_ring_new(1, wake, NULL, &ring);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_null(ring);
	kith_ring_free(&ring);
}

static void test_the_lag_is_the_slowest_walkers(void **state)
{
	(void)state;
	struct bench bench;
	int64_t position = 0;

	bench_open(&bench, 2);
	assert_int_equal(kith_ring_lag(bench.ring), 0);
	for (int64_t i = 0; i < 5; i++) {
		publish(&bench, i, &position);
	}
	assert_int_equal(kith_ring_lag(bench.ring), 5);
	for (int i = 0; i < 5; i++) {
		assert_non_null(kith_ring_next(bench.ring, 0));
		kith_ring_done(bench.ring, 0);
	}
	assert_int_equal(kith_ring_lag(bench.ring), 5);
	for (int i = 0; i < 3; i++) {
		assert_non_null(kith_ring_next(bench.ring, 1));
		kith_ring_done(bench.ring, 1);
	}
	assert_int_equal(kith_ring_lag(bench.ring), 2);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_lag_is_the_slowest_walkers),
		cmocka_unit_test(test_every_walker_hears_everything_once_in_order),
		cmocka_unit_test(test_the_writer_waits_for_the_slowest),
		cmocka_unit_test(test_slots_and_their_memory_are_used_again),
		cmocka_unit_test(test_a_batch_that_was_claimed_is_seen_when_it_is_published),
		cmocka_unit_test(test_no_memory_no_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
