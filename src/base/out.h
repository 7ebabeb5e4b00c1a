/*
 * out.h -- what waits to be sent on one connection.
 *
 * A chain of fixed blocks from a pool that one worker owns: doors append, the
 * connection sends from the front. An idle connection holds no block at all,
 * and in steady state the pool asks the heap for nothing.
 */
#ifndef KITH_BASE_OUT_H
#define KITH_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/str.h"

enum {
	KITH_OUT_BLOCK = 8192,   /* bytes of one block, its header within      */
	KITH_OUT_IOVEC_MAX = 16, /* pieces of one writev                       */
};

struct kith_out_block;

/* One worker's free blocks. */
struct kith_out_pool {
	struct kith_out_block *free;
	size_t free_count;
	size_t free_max; /* more than these go back to the heap */
	size_t held;     /* bytes waiting in all chains of this pool */
};

struct kith_out {
	struct kith_out_pool *pool;
	struct kith_out_block *first;
	struct kith_out_block *last;
	size_t len;  /* bytes that wait */
	bool failed; /* an append found no memory: something is missing at the end */
};

void kith_out_pool_init(struct kith_out_pool *pool, size_t free_max);
void kith_out_pool_done(struct kith_out_pool *pool);

void kith_out_init(struct kith_out *out, struct kith_out_pool *pool);
/* Gives every block back. */
void kith_out_done(struct kith_out *out);

/* Appends a copy, whole or not at all. On no memory: failed is set, and later calls do nothing. */
void kith_out_add(struct kith_out *out, struct kith_str bytes);

/* Fills up to KITH_OUT_IOVEC_MAX pieces from the front; returns how many. */
int kith_out_peek(const struct kith_out *out, struct iovec pieces[KITH_OUT_IOVEC_MAX]);

/* COUNT bytes from the front were sent (COUNT ≤ len). */
void kith_out_eat(struct kith_out *out, size_t count);

#endif
