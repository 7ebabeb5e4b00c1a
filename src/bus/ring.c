/*
 * ring.c -- slots with a count of those who still need them.
 *
 * Slot s of turn t holds batch number t * SLOTS + s. `published` counts batches
 * that walkers may see; each walker keeps its own number. The mutex is only for
 * the writer's sleep when the ring is full.
 */
#include "bus/ring.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"

enum {
	BATCH_MEMORY_BYTES = 16 * 1024,
	BATCH_TEXT_KEPT_MAX = 256 * 1024, /* a slot's larger text goes back to the heap */
	CACHE_LINE = 64,
};

struct slot {
	struct kith_batch batch;
	atomic_uint left; /* walkers that have not done with it */
};

struct walker {
	atomic_uint_fast64_t
		at; /* the number of the next batch to walk; only its own thread moves it */
	char apart[CACHE_LINE - sizeof(uint64_t)];
};

struct kith_ring {
	atomic_uint_fast64_t published;
	uint32_t walker_count;
	void (*wake)(void *context, uint32_t walker);
	void *context;
	pthread_mutex_t lock; /* with freed: the writer waits for a slot */
	pthread_cond_t freed;
	struct walker walkers[KITH_RING_WALKERS_MAX];
	struct slot slots[KITH_RING_SLOTS];
};

enum kith_rc kith_ring_new(uint32_t walkers, void (*wake)(void *context, uint32_t walker),
                           void *context, struct kith_ring **out)
{
	KITH_ASSERT(walkers > 0 && walkers <= KITH_RING_WALKERS_MAX);

	struct kith_ring *ring = kith_alloc_zero(1, sizeof(*ring));
	if (ring == NULL) {
		return KITH_E_NO_MEMORY;
	}
	ring->walker_count = walkers;
	ring->wake = wake;
	ring->context = context;
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->freed, NULL);
	for (size_t i = 0; i < KITH_RING_SLOTS; i++) {
		kith_arena_init(&ring->slots[i].batch.mem, BATCH_MEMORY_BYTES);
	}
	*out = ring;
	return KITH_OK;
}

void kith_ring_free(struct kith_ring **ring)
{
	struct kith_ring *held = *ring;

	*ring = NULL;
	if (held == NULL) {
		return;
	}
	for (size_t i = 0; i < KITH_RING_SLOTS; i++) {
		kith_arena_done(&held->slots[i].batch.mem);
		kith_buf_done(&held->slots[i].batch.text);
	}
	pthread_cond_destroy(&held->freed);
	pthread_mutex_destroy(&held->lock);
	kith_free(held);
}

static struct slot *slot_of(struct kith_ring *ring, uint64_t number)
{
	return &ring->slots[number % KITH_RING_SLOTS];
}

struct kith_batch *kith_ring_claim(struct kith_ring *ring, size_t item_max)
{
	struct slot *slot = slot_of(ring, atomic_load(&ring->published));
	struct kith_batch *batch = &slot->batch;

	pthread_mutex_lock(&ring->lock);
	while (atomic_load(&slot->left) > 0) {
		pthread_cond_wait(&ring->freed, &ring->lock);
	}
	pthread_mutex_unlock(&ring->lock);

	kith_arena_reset(&batch->mem);
	if (batch->text.size > BATCH_TEXT_KEPT_MAX) {
		kith_buf_done(&batch->text);
	} else {
		kith_buf_reset(&batch->text);
	}
	batch->items = kith_arena_alloc(&batch->mem, item_max * sizeof(*batch->items));
	KITH_ASSERT(batch->items != NULL);
	batch->item_count = 0;
	batch->item_max = item_max;
	return batch;
}

struct kith_ring_item *kith_batch_add(struct kith_batch *batch)
{
	KITH_ASSERT(batch->item_count < batch->item_max);
	struct kith_ring_item *item = &batch->items[batch->item_count++];
	*item = (struct kith_ring_item){ 0 };
	return item;
}

void kith_ring_publish(struct kith_ring *ring)
{
	uint64_t number = atomic_load(&ring->published);

	KITH_ASSERT(!slot_of(ring, number)->batch.text.failed);
	atomic_store(&slot_of(ring, number)->left, ring->walker_count);
	atomic_store(&ring->published, number + 1);
	for (uint32_t i = 0; i < ring->walker_count; i++) {
		ring->wake(ring->context, i);
	}
}

const struct kith_batch *kith_ring_next(struct kith_ring *ring, uint32_t walker)
{
	uint64_t at = atomic_load_explicit(&ring->walkers[walker].at, memory_order_relaxed);

	return at < atomic_load(&ring->published) ? &slot_of(ring, at)->batch : NULL;
}

void kith_ring_done(struct kith_ring *ring, uint32_t walker)
{
	uint64_t at = atomic_load_explicit(&ring->walkers[walker].at, memory_order_relaxed);
	struct slot *slot = slot_of(ring, at);

	atomic_store_explicit(&ring->walkers[walker].at, at + 1, memory_order_relaxed);
	if (atomic_fetch_sub(&slot->left, 1) == 1) {
		/* The writer may sleep for this very slot; it looks under the lock. */
		pthread_mutex_lock(&ring->lock);
		pthread_cond_signal(&ring->freed);
		pthread_mutex_unlock(&ring->lock);
	}
}

uint64_t kith_ring_lag(struct kith_ring *ring)
{
	uint64_t published = atomic_load(&ring->published);
	uint64_t worst = 0;

	for (uint32_t i = 0; i < ring->walker_count; i++) {
		uint64_t at = atomic_load_explicit(&ring->walkers[i].at, memory_order_relaxed);
		if (at < published && published - at > worst) {
			worst = published - at;
		}
	}
	return worst;
}
