/*
 * mem.h -- the one door to the heap.
 *
 * Nothing else in Kith calls malloc, so that a test can make the n-th
 * allocation fail, and count what a thread asks for in steady state. Memory
 * with a lifetime comes from arena.h; this is for what lives long.
 */
#ifndef KITH_BASE_MEM_H
#define KITH_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* returns SIZE bytes that kith_free() releases, or NULL; SIZE may be 0. */
KITH_MUST_USE void *kith_alloc(size_t size);

/* The same, filled with zero: COUNT elements of SIZE bytes; NULL on overflow too. */
KITH_MUST_USE void *kith_alloc_zero(size_t count, size_t size);

/* Grows or shrinks; on NULL the old block stays as it was. */
KITH_MUST_USE void *kith_realloc(void *block, size_t size);

/* Accepts NULL. */
void kith_free(void *block);

/* How many allocations (and growths) this thread has made since it began. */
uint64_t kith_mem_thread_count(void);

/*
 * For tests: the allocation NTH from now (1: the next), of any thread, fails,
 * and all after it until kith_mem_fail_never(). Not for use while others run.
 */
void kith_mem_fail_from(uint64_t nth);
void kith_mem_fail_never(void);

#endif
