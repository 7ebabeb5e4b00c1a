/*
 * queue.h -- hands things from many threads to one.
 *
 * An intrusive multi-producer, single-consumer queue without locks (Vyukov's).
 * What is pushed belongs to the queue, what is popped to the consumer. Pushing
 * says whether the queue was empty, so a bell is rung only then.
 */
#ifndef KITH_BASE_QUEUE_H
#define KITH_BASE_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>

/* Embedded in what is queued; KITH_CONTAINER() finds the way back. */
struct kith_queue_link {
	_Atomic(struct kith_queue_link *) next;
};

struct kith_queue {
	_Atomic(struct kith_queue_link *) head; /* where producers push       */
	struct kith_queue_link *tail;           /* where the consumer pops    */
	struct kith_queue_link stub;
	atomic_bool is_rung; /* the consumer was told      */
};

void kith_queue_init(struct kith_queue *queue);

/*
 * thread   any. returns true when the consumer must be woken: nobody has pushed
 * since it last called kith_queue_listen().
 */
bool kith_queue_push(struct kith_queue *queue, struct kith_queue_link *link);

/* thread   the consumer. The oldest, or NULL when there is none (yet). */
struct kith_queue_link *kith_queue_pop(struct kith_queue *queue);

/*
 * thread   the consumer, before it pops the last round: from here on a push says
 * again that it must be woken.
 */
void kith_queue_listen(struct kith_queue *queue);

#endif
