/*
 * timer.c -- a binary heap of addresses. Each timer knows its slot, so that
 * moving and clearing cost a walk up or down, never a search.
 */
#include "net/timer.h"

#include <stddef.h>

#include "base/mem.h"

enum { HEAP_FIRST = 64 };

static void put(struct kith_timer_heap *heap, uint32_t place, struct kith_timer *timer)
{
	heap->at[place] = timer;
	timer->slot = place + 1;
}

/* Moves those later than TIMER down from PLACE, then puts it where they were. */
static void sift_up(struct kith_timer_heap *heap, uint32_t place, struct kith_timer *timer)
{
	while (place > 0) {
		uint32_t parent = (place - 1) / 2;
		if (heap->at[parent]->at_us <= timer->at_us) {
			break;
		}
		put(heap, place, heap->at[parent]);
		place = parent;
	}
	put(heap, place, timer);
}

static void sift_down(struct kith_timer_heap *heap, uint32_t place, struct kith_timer *timer)
{
	for (;;) {
		uint32_t child = 2 * place + 1;
		if (child >= heap->count) {
			break;
		}
		if (child + 1 < heap->count &&
		    heap->at[child + 1]->at_us < heap->at[child]->at_us) {
			child++;
		}
		if (heap->at[child]->at_us >= timer->at_us) {
			break;
		}
		put(heap, place, heap->at[child]);
		place = child;
	}
	put(heap, place, timer);
}

static void sift(struct kith_timer_heap *heap, uint32_t place, struct kith_timer *timer)
{
	if (place > 0 && heap->at[(place - 1) / 2]->at_us > timer->at_us) {
		sift_up(heap, place, timer);
	} else {
		sift_down(heap, place, timer);
	}
}

static bool grow(struct kith_timer_heap *heap)
{
	if (heap->count < heap->size) {
		return true;
	}
	if (heap->size > UINT32_MAX / 4) {
		return false;
	}
	uint32_t size = heap->size == 0 ? HEAP_FIRST : 2 * heap->size;
	struct kith_timer **at = kith_realloc(heap->at, size * sizeof(struct kith_timer *));
	if (at == NULL) {
		return false;
	}
	heap->at = at;
	heap->size = size;
	return true;
}

void kith_timer_heap_done(struct kith_timer_heap *heap)
{
	kith_free(heap->at);
	*heap = (struct kith_timer_heap){ 0 };
}

bool kith_timer_heap_set(struct kith_timer_heap *heap, struct kith_timer *timer, int64_t at_us)
{
	if (timer->slot == 0) {
		if (!grow(heap)) {
			return false;
		}
		timer->at_us = at_us;
		sift_up(heap, heap->count++, timer);
		return true;
	}
	KITH_ASSERT(timer->slot <= heap->count && heap->at[timer->slot - 1] == timer);
	timer->at_us = at_us;
	sift(heap, timer->slot - 1, timer);
	return true;
}

void kith_timer_heap_clear(struct kith_timer_heap *heap, struct kith_timer *timer)
{
	if (timer->slot == 0) {
		return;
	}
	KITH_ASSERT(timer->slot <= heap->count && heap->at[timer->slot - 1] == timer);
	uint32_t place = timer->slot - 1;
	timer->slot = 0;
	struct kith_timer *last = heap->at[--heap->count];
	if (last != timer) {
		sift(heap, place, last);
	}
}

struct kith_timer *kith_timer_heap_first(const struct kith_timer_heap *heap)
{
	return heap->count == 0 ? NULL : heap->at[0];
}
