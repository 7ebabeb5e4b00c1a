/*
 * queue.c -- Vyukov's queue: one exchange to push, none to pop.
 *
 * Between a producer's exchange and its store of next the chain is broken for a
 * moment; the consumer sees nothing there and is rung when it is whole again,
 * because the bell comes after the store.
 */
#include "base/queue.h"

#include <stddef.h>

void kith_queue_init(struct kith_queue *queue)
{
	atomic_init(&queue->stub.next, NULL);
	atomic_init(&queue->head, &queue->stub);
	atomic_init(&queue->is_rung, false);
	queue->tail = &queue->stub;
}

static void append(struct kith_queue *queue, struct kith_queue_link *link)
{
	atomic_store_explicit(&link->next, NULL, memory_order_relaxed);
	struct kith_queue_link *before =
		atomic_exchange_explicit(&queue->head, link, memory_order_acq_rel);
	atomic_store_explicit(&before->next, link, memory_order_release);
}

bool kith_queue_push(struct kith_queue *queue, struct kith_queue_link *link)
{
	append(queue, link);
	/* An exchange, not a look first: it orders this push before the consumer's
	 * next listen, or the bell after it. */
	return !atomic_exchange_explicit(&queue->is_rung, true, memory_order_acq_rel);
}

static struct kith_queue_link *next_of(struct kith_queue_link *link)
{
	return atomic_load_explicit(&link->next, memory_order_acquire);
}

struct kith_queue_link *kith_queue_pop(struct kith_queue *queue)
{
	struct kith_queue_link *oldest = queue->tail;
	if (oldest == &queue->stub) {
		oldest = next_of(oldest);
		if (oldest == NULL) {
			return NULL;
		}
		queue->tail = oldest;
	}
	struct kith_queue_link *next = next_of(oldest);
	if (next == NULL && atomic_load_explicit(&queue->head, memory_order_acquire) == oldest) {
		/* The last one can only leave when something stands behind it. */
		append(queue, &queue->stub);
		next = next_of(oldest);
	}
	if (next == NULL) {
		return NULL;
	}
	queue->tail = next;
	return oldest;
}

void kith_queue_listen(struct kith_queue *queue)
{
	atomic_exchange_explicit(&queue->is_rung, false, memory_order_acq_rel);
}
