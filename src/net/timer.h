/*
 * timer.h -- which timer is due first?
 *
 * Private to net: the heap under kith_timer_set(), which keeps addresses of
 * timers that others own, the earliest first. Timers of the same moment come in
 * no particular order. Reads no clock and runs nothing: loop.c does.
 */
#ifndef KITH_NET_TIMER_H
#define KITH_NET_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "net/loop.h"

/* A zeroed struct is an empty heap. */
struct kith_timer_heap {
	struct kith_timer **at;
	uint32_t count;
	uint32_t size;
};

void kith_timer_heap_done(struct kith_timer_heap *heap);

/* Adds or moves TIMER. returns false, TIMER not set, without memory; a move never fails. */
KITH_MUST_USE bool kith_timer_heap_set(struct kith_timer_heap *heap, struct kith_timer *timer,
                                       int64_t at_us);

/* Takes TIMER out, if it is in. */
void kith_timer_heap_clear(struct kith_timer_heap *heap, struct kith_timer *timer);

/* The earliest, or NULL. */
struct kith_timer *kith_timer_heap_first(const struct kith_timer_heap *heap);

#endif
