/*
 * out.c -- blocks in a chain, taken from and given to the worker's pool.
 */
#include "base/out.h"

#include <stdint.h>

#include "base/macros.h"
#include "base/mem.h"

struct kith_out_block {
	struct kith_out_block *next;
	uint32_t from; /* first byte not sent yet */
	uint32_t to;   /* behind the last byte    */
	char room[];
};

enum { ROOM = KITH_OUT_BLOCK - sizeof(struct kith_out_block) };

void kith_out_pool_init(struct kith_out_pool *pool, size_t free_max)
{
	*pool = (struct kith_out_pool){ .free_max = free_max };
}

void kith_out_pool_done(struct kith_out_pool *pool)
{
	KITH_ASSERT(pool->held == 0);
	while (pool->free != NULL) {
		struct kith_out_block *block = pool->free;
		pool->free = block->next;
		kith_free(block);
	}
	pool->free_count = 0;
}

static struct kith_out_block *take_block(struct kith_out_pool *pool)
{
	struct kith_out_block *block = pool->free;
	if (block != NULL) {
		pool->free = block->next;
		pool->free_count--;
	} else {
		block = kith_alloc(KITH_OUT_BLOCK);
	}
	if (block != NULL) {
		*block = (struct kith_out_block){ 0 };
	}
	return block;
}

static void give_block(struct kith_out_pool *pool, struct kith_out_block *block)
{
	if (pool->free_count >= pool->free_max) {
		kith_free(block);
		return;
	}
	block->next = pool->free;
	pool->free = block;
	pool->free_count++;
}

static void give_chain(struct kith_out_pool *pool, struct kith_out_block *block)
{
	while (block != NULL) {
		struct kith_out_block *next = block->next;
		give_block(pool, block);
		block = next;
	}
}

void kith_out_init(struct kith_out *out, struct kith_out_pool *pool)
{
	*out = (struct kith_out){ .pool = pool };
}

void kith_out_done(struct kith_out *out)
{
	give_chain(out->pool, out->first);
	out->pool->held -= out->len;
	kith_out_init(out, out->pool);
}

/* Hangs empty blocks with room for LEN more bytes on the chain, or none at all. */
static bool add_blocks(struct kith_out *out, size_t len)
{
	struct kith_out_block *first = NULL;
	struct kith_out_block **end = &first;
	for (size_t got = 0; got < len; got += ROOM) {
		*end = take_block(out->pool);
		if (*end == NULL) {
			give_chain(out->pool, first);
			return false;
		}
		end = &(*end)->next;
	}
	if (out->last == NULL) {
		out->first = first;
		out->last = first;
	} else {
		out->last->next = first;
	}
	return true;
}

void kith_out_add(struct kith_out *out, struct kith_str bytes)
{
	if (out->failed || bytes.len == 0) {
		return;
	}
	size_t left = out->last == NULL ? 0 : ROOM - out->last->to;
	if (bytes.len > left && !add_blocks(out, bytes.len - left)) {
		out->failed = true;
		return;
	}
	out->len += bytes.len;
	out->pool->held += bytes.len;
	while (bytes.len > 0) {
		struct kith_out_block *block = out->last;
		size_t room = ROOM - block->to;
		size_t part = bytes.len < room ? bytes.len : room;
		memcpy(block->room + block->to, bytes.at, part);
		block->to += (uint32_t)part;
		bytes = kith_str_skip(bytes, part);
		if (bytes.len > 0) {
			out->last = block->next;
		}
	}
}

int kith_out_peek(const struct kith_out *out, struct iovec pieces[KITH_OUT_IOVEC_MAX])
{
	int count = 0;
	for (struct kith_out_block *block = out->first; block != NULL && count < KITH_OUT_IOVEC_MAX;
	     block = block->next) {
		pieces[count].iov_base = block->room + block->from;
		pieces[count].iov_len = block->to - block->from;
		count++;
	}
	return count;
}

void kith_out_eat(struct kith_out *out, size_t count)
{
	KITH_ASSERT(count <= out->len);
	out->len -= count;
	out->pool->held -= count;
	while (count > 0) {
		struct kith_out_block *block = out->first;
		size_t waiting = block->to - block->from;
		if (count < waiting) {
			block->from += (uint32_t)count;
			return;
		}
		count -= waiting;
		out->first = block->next;
		give_block(out->pool, block);
	}
	if (out->first == NULL) {
		out->last = NULL;
	}
}
