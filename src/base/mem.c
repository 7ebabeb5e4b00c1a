/*
 * mem.c -- malloc with a counter in front of it.
 */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

static _Thread_local uint64_t thread_count;

/* 0: never fail. Else the allocations still allowed, plus one. */
static atomic_uint_fast64_t fail_in;

static int may_allocate(void)
{
	thread_count++;
	if (atomic_load_explicit(&fail_in, memory_order_relaxed) == 0) {
		return 1;
	}
	if (atomic_load_explicit(&fail_in, memory_order_relaxed) == 1) {
		return 0;
	}
	atomic_fetch_sub_explicit(&fail_in, 1, memory_order_relaxed);
	return 1;
}

void *kith_alloc(size_t size)
{
	return may_allocate() ? malloc(size == 0 ? 1 : size) : NULL;
}

void *kith_alloc_zero(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		return NULL;
	}
	return may_allocate() ? calloc(count == 0 ? 1 : count, size == 0 ? 1 : size) : NULL;
}

void *kith_realloc(void *block, size_t size)
{
	return may_allocate() ? realloc(block, size == 0 ? 1 : size) : NULL;
}

void kith_free(void *block)
{
	free(block);
}

uint64_t kith_mem_thread_count(void)
{
	return thread_count;
}

void kith_mem_fail_from(uint64_t nth)
{
	atomic_store(&fail_in, nth);
}

void kith_mem_fail_never(void)
{
	atomic_store(&fail_in, 0);
}
