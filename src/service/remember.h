/*
 * remember.h -- what a worker still knows of conversations it has used.
 *
 * A send needs only who is in the conversation; when the worker has seen that
 * before, it need not ask the store. What is remembered may be old: every plan
 * names the version it rests on, and the commit refuses an old one. Bounded: the
 * one not used for longest goes first. One worker owns it.
 */
#ifndef KITH_SERVICE_REMEMBER_H
#define KITH_SERVICE_REMEMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "domain/conversation.h"

struct kith_memory;

/* MAX conversations at most. NULL without memory. */
struct kith_memory *kith_memory_new(size_t max);
void kith_memory_free(struct kith_memory **memory);

/* Copies CONVERSATION (names of members are left out); failing is no harm. */
void kith_memory_put(struct kith_memory *memory, const struct kith_conversation *conversation);

/* returns true with a copy whose texts live in MEM; false when it is not known. */
bool kith_memory_get(struct kith_memory *memory, const struct kith_uuid *id, struct kith_arena *mem,
                     struct kith_conversation *out);

/* Forgets it: a plan that rested on it was stale. */
void kith_memory_drop(struct kith_memory *memory, const struct kith_uuid *id);

size_t kith_memory_count(const struct kith_memory *memory);

#endif
