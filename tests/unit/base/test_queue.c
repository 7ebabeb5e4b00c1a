/*
 * test_queue.c -- handed over in order: by one thread, and by two that push while a
 * third pops and sleeps on the bell.
 */
#include "base/queue.h"
#include "base/macros.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct item {
	int producer;
	int number;
	struct kith_queue_link link;
};

static struct item *item_of(struct kith_queue_link *link)
{
	return link == NULL ? NULL : KITH_CONTAINER(link, struct item, link);
}

static void test_one_thread_gets_back_what_it_pushed_in_order(void **state)
{
	(void)state;
	struct kith_queue queue;
	struct item items[5];
	kith_queue_init(&queue);
	for (int round = 0; round < 3; round++) {
		for (int many = 0; many <= 5; many++) {
			for (int i = 0; i < many; i++) {
				kith_queue_push(&queue, &items[i].link);
			}
			for (int i = 0; i < many; i++) {
				assert_ptr_equal(item_of(kith_queue_pop(&queue)), &items[i]);
			}
			assert_null(kith_queue_pop(&queue));
		}
	}
}

static void test_pushes_and_pops_may_alternate(void **state)
{
	(void)state;
	struct kith_queue queue;
	struct item items[2];
	kith_queue_init(&queue);
	kith_queue_push(&queue, &items[0].link);
	for (int i = 0; i < 100; i++) {
		kith_queue_push(&queue, &items[(i + 1) % 2].link);
		assert_ptr_equal(item_of(kith_queue_pop(&queue)), &items[i % 2]);
	}
}

static void test_the_bell_rings_once_between_two_listens(void **state)
{
	(void)state;
	struct kith_queue queue;
	struct item items[4];
	kith_queue_init(&queue);
	assert_true(kith_queue_push(&queue, &items[0].link));
	assert_false(kith_queue_push(&queue, &items[1].link));
	assert_non_null(kith_queue_pop(&queue));
	assert_false(kith_queue_push(&queue, &items[2].link));
	kith_queue_listen(&queue);
	assert_true(kith_queue_push(&queue, &items[3].link));
	assert_non_null(kith_queue_pop(&queue));
	assert_non_null(kith_queue_pop(&queue));
	assert_non_null(kith_queue_pop(&queue));
	assert_null(kith_queue_pop(&queue));
}

enum { PRODUCERS = 2, ITEMS = 100000 };

struct load {
	struct kith_queue queue;
	sem_t bell;
	struct item items[PRODUCERS][ITEMS];
};

struct producer {
	struct load *load;
	int number;
};

static void *produce(void *context)
{
	struct producer *me = context;
	for (int i = 0; i < ITEMS; i++) {
		struct item *item = &me->load->items[me->number][i];
		item->producer = me->number;
		item->number = i;
		if (kith_queue_push(&me->load->queue, &item->link)) {
			sem_post(&me->load->bell);
		}
	}
	return NULL;
}

/* Sleeps on the bell alone, so that a bell that is not rung hangs the test. */
static void consume(struct load *load, int next[PRODUCERS])
{
	for (int got = 0; got < PRODUCERS * ITEMS;) {
		assert_int_equal(sem_wait(&load->bell), 0);
		kith_queue_listen(&load->queue);
		for (;;) {
			struct item *item = item_of(kith_queue_pop(&load->queue));
			if (item == NULL) {
				break;
			}
			if (item->number != next[item->producer]) {
				fail_msg("%d came, not %d", item->number, next[item->producer]);
			}
			next[item->producer]++;
			got++;
		}
	}
}

static void test_two_producers_lose_nothing_and_keep_their_order(void **state)
{
	(void)state;
	struct load *load = calloc(1, sizeof(*load));
	int next[PRODUCERS] = { 0 };
	pthread_t threads[PRODUCERS];
	struct producer producers[PRODUCERS];
	assert_non_null(load);
	kith_queue_init(&load->queue);
	assert_int_equal(sem_init(&load->bell, 0, 0), 0);
	for (int i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){ load, i };
		assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
	}
	consume(load, next);
	for (int i = 0; i < PRODUCERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(next[i], ITEMS);
	}
	assert_null(kith_queue_pop(&load->queue));
	sem_destroy(&load->bell);
	free(load);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_thread_gets_back_what_it_pushed_in_order),
		cmocka_unit_test(test_pushes_and_pops_may_alternate),
		cmocka_unit_test(test_the_bell_rings_once_between_two_listens),
		cmocka_unit_test(test_two_producers_lose_nothing_and_keep_their_order),
	};
	return cmocka_run_group_tests_name("base/queue", tests, NULL, NULL);
}
