/*
 * arena.h -- memory that is released all at once.
 *
 * A call, a batch or a page of history lives in one arena: pieces are handed
 * out in order and go together. A reset keeps one large block, so an arena
 * that is used again and again soon asks the heap for nothing.
 */
#ifndef KITH_BASE_ARENA_H
#define KITH_BASE_ARENA_H

#include <stddef.h>

#include "base/macros.h"
#include "base/str.h"

struct kith_arena_block;

struct kith_arena {
	struct kith_arena_block *block; /* the one in use; older ones hang on it */
	size_t block_size;              /* bytes asked from the heap at least    */
	size_t kept_max;                /* a larger block is not kept by a reset */
};

/* No memory is taken before the first piece. BLOCK_SIZE in bytes. */
void kith_arena_init(struct kith_arena *arena, size_t block_size);

/* Releases everything; the arena may be used again as after init. */
void kith_arena_done(struct kith_arena *arena);

/* Forgets every piece, keeps one block (the newest of 64 KiB at most) for the next use. */
void kith_arena_reset(struct kith_arena *arena);

/* SIZE bytes, aligned for any type, not cleared; NULL when the heap is empty. */
KITH_MUST_USE void *kith_arena_alloc(struct kith_arena *arena, size_t size);

/* The same, filled with zero: COUNT elements of SIZE bytes. */
KITH_MUST_USE void *kith_arena_zero(struct kith_arena *arena, size_t count, size_t size);

/*
 * PIECE, which had OLD_SIZE bytes, with NEW_SIZE: the same place when it is the
 * latest piece and its block has room, or when it shrinks; else a copy.
 * returns  NULL, PIECE as it was, when the heap is empty
 */
KITH_MUST_USE void *kith_arena_resize(struct kith_arena *arena, void *piece, size_t old_size,
                                      size_t new_size);

/*
 * A copy of TEXT with a NUL behind it (not counted).
 * returns  false, out untouched, when the heap is empty
 */
KITH_MUST_USE bool kith_arena_copy(struct kith_arena *arena, struct kith_str text,
                                   struct kith_str *out);

#endif
