/*
 * table.h -- a hash table from a 64-bit key to a pointer.
 *
 * Open addressing that doubles at three quarters full; the key is mixed with a
 * seed so that strangers cannot choose collisions. Keys are unique; the key 0
 * is allowed. One owner, no lock; values are only borrowed.
 */
#ifndef KITH_BASE_TABLE_H
#define KITH_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct kith_table_slot {
	uint64_t key;
	void *value; /* NULL: free */
};

struct kith_table {
	struct kith_table_slot *slots;
	size_t size; /* a power of two, or 0 before the first put */
	size_t count;
	uint64_t seed;
};

/* Takes no memory before the first put. */
void kith_table_init(struct kith_table *table, uint64_t seed);
void kith_table_done(struct kith_table *table);

/* The value, or NULL. */
void *kith_table_get(const struct kith_table *table, uint64_t key);

/* Sets KEY to VALUE (not NULL). returns false, nothing changed, without memory. */
KITH_MUST_USE bool kith_table_put(struct kith_table *table, uint64_t key, void *value);

/* Takes KEY out and returns what it held, or NULL. */
void *kith_table_remove(struct kith_table *table, uint64_t key);

/*
 * Walks all: start with *at = 0; returns the next value, NULL at the end. The
 * table must not change meanwhile.
 */
void *kith_table_next(const struct kith_table *table, size_t *at);

#endif
