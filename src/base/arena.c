/*
 * arena.c -- a list of blocks, filled from the front.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { ARENA_KEPT_MAX_BYTES = 64 * 1024 };

struct kith_arena_block {
	struct kith_arena_block *older;
	size_t size; /* bytes of room behind this header */
	size_t used;
	max_align_t room[];
};

void kith_arena_init(struct kith_arena *arena, size_t block_size)
{
	*arena = (struct kith_arena){ .block_size = block_size, .kept_max = ARENA_KEPT_MAX_BYTES };
}

static void free_chain(struct kith_arena_block *block)
{
	while (block != NULL) {
		struct kith_arena_block *older = block->older;
		kith_free(block);
		block = older;
	}
}

void kith_arena_done(struct kith_arena *arena)
{
	free_chain(arena->block);
	arena->block = NULL;
}

void kith_arena_reset(struct kith_arena *arena)
{
	struct kith_arena_block *kept = arena->block;
	while (kept != NULL && kept->size > arena->kept_max) {
		struct kith_arena_block *older = kept->older;
		kith_free(kept);
		kept = older;
	}
	arena->block = kept;
	if (kept != NULL) {
		free_chain(kept->older);
		kept->older = NULL;
		kept->used = 0;
	}
}

static struct kith_arena_block *add_block(struct kith_arena *arena, size_t size)
{
	size_t room = size > arena->block_size ? size : arena->block_size;
	/* Grow with what is asked, so that the kept block soon holds a whole round. */
	if (arena->block != NULL && room < 2 * arena->block->size) {
		room = 2 * arena->block->size;
	}
	struct kith_arena_block *block = kith_alloc(sizeof(*block) + room);
	if (block == NULL) {
		return NULL;
	}
	*block = (struct kith_arena_block){ .older = arena->block, .size = room };
	arena->block = block;
	return block;
}

static size_t round_up(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

void *kith_arena_alloc(struct kith_arena *arena, size_t size)
{
	if (size > SIZE_MAX / 4) {
		return NULL;
	}
	size_t rounded = round_up(size);
	struct kith_arena_block *block = arena->block;
	if (block == NULL || block->size - block->used < rounded) {
		block = add_block(arena, rounded);
		if (block == NULL) {
			return NULL;
		}
	}
	void *piece = (char *)block->room + block->used;
	block->used += rounded;
	return piece;
}

void *kith_arena_resize(struct kith_arena *arena, void *piece, size_t old_size, size_t new_size)
{
	if (new_size > SIZE_MAX / 4) {
		return NULL;
	}
	struct kith_arena_block *block = arena->block;
	KITH_ASSERT(block != NULL);
	size_t before = block->used - round_up(old_size);
	bool is_latest = round_up(old_size) <= block->used && (char *)block->room + before == piece;
	if (is_latest && round_up(new_size) <= block->size - before) {
		block->used = before + round_up(new_size);
		return piece;
	}
	if (new_size <= old_size) {
		return piece;
	}
	void *copy = kith_arena_alloc(arena, new_size);
	if (copy != NULL) {
		memcpy(copy, piece, old_size);
	}
	return copy;
}

void *kith_arena_zero(struct kith_arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		return NULL;
	}
	void *piece = kith_arena_alloc(arena, count * size);
	if (piece != NULL) {
		memset(piece, 0, count * size);
	}
	return piece;
}

bool kith_arena_copy(struct kith_arena *arena, struct kith_str text, struct kith_str *out)
{
	char *copy = kith_arena_alloc(arena, text.len + 1);
	if (copy == NULL) {
		return false;
	}
	if (text.len > 0) {
		memcpy(copy, text.at, text.len);
	}
	copy[text.len] = '\0';
	*out = kith_str_make(copy, text.len);
	return true;
}
