/*
 * table.c -- linear probing; a removal pulls later slots back, so no tombstones.
 */
#include "base/table.h"

#include "base/mem.h"

enum { TABLE_FIRST_SIZE = 16 };

void kith_table_init(struct kith_table *table, uint64_t seed)
{
	*table = (struct kith_table){ .seed = seed };
}

void kith_table_done(struct kith_table *table)
{
	kith_free(table->slots);
	table->slots = NULL;
	table->size = 0;
	table->count = 0;
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ (x >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ (x >> 33);
}

/* The slot where KEY would stand in an empty table. The seed goes in twice, so
 * that no pair of keys meets under every seed. */
static size_t home_of(const struct kith_table *table, uint64_t key)
{
	uint64_t turned = table->seed << 32 | table->seed >> 32;
	return (size_t)mix(mix(key ^ table->seed) + turned) & (table->size - 1);
}

/* KEY's slot, or the free one where it belongs. The table is never full. */
static struct kith_table_slot *slot_of(const struct kith_table *table, uint64_t key)
{
	size_t at = home_of(table, key);
	while (table->slots[at].value != NULL && table->slots[at].key != key) {
		at = (at + 1) & (table->size - 1);
	}
	return &table->slots[at];
}

static bool grow(struct kith_table *table)
{
	struct kith_table bigger = *table;
	bigger.size = table->size == 0 ? TABLE_FIRST_SIZE : table->size * 2;
	bigger.slots = kith_alloc_zero(bigger.size, sizeof(*bigger.slots));
	if (bigger.slots == NULL) {
		return false;
	}
	for (size_t i = 0; i < table->size; i++) {
		if (table->slots[i].value != NULL) {
			*slot_of(&bigger, table->slots[i].key) = table->slots[i];
		}
	}
	kith_free(table->slots);
	*table = bigger;
	return true;
}

void *kith_table_get(const struct kith_table *table, uint64_t key)
{
	return table->count == 0 ? NULL : slot_of(table, key)->value;
}

bool kith_table_put(struct kith_table *table, uint64_t key, void *value)
{
	KITH_ASSERT(value != NULL);
	struct kith_table_slot *slot = table->size == 0 ? NULL : slot_of(table, key);
	if (slot == NULL || slot->value == NULL) {
		bool is_full = (table->count + 1) * 4 > table->size * 3;
		if (is_full && !grow(table)) {
			return false;
		}
		slot = slot_of(table, key);
		table->count++;
	}
	*slot = (struct kith_table_slot){ .key = key, .value = value };
	return true;
}

/* Whether AT lies on the way from HOME to END, around the end of the slots. */
static bool is_between(size_t home, size_t at, size_t end)
{
	return home <= end ? home <= at && at <= end : home <= at || at <= end;
}

/* Fills the hole at HOLE with what was pushed past it. */
static void close_hole(struct kith_table *table, size_t hole)
{
	size_t mask = table->size - 1;
	for (size_t at = (hole + 1) & mask; table->slots[at].value != NULL; at = (at + 1) & mask) {
		if (is_between(home_of(table, table->slots[at].key), hole, at)) {
			table->slots[hole] = table->slots[at];
			hole = at;
		}
	}
	table->slots[hole] = (struct kith_table_slot){ 0 };
}

void *kith_table_remove(struct kith_table *table, uint64_t key)
{
	if (table->count == 0) {
		return NULL;
	}
	struct kith_table_slot *slot = slot_of(table, key);
	void *value = slot->value;
	if (value != NULL) {
		close_hole(table, (size_t)(slot - table->slots));
		table->count--;
	}
	return value;
}

void *kith_table_next(const struct kith_table *table, size_t *at)
{
	while (*at < table->size) {
		void *value = table->slots[(*at)++].value;
		if (value != NULL) {
			return value;
		}
	}
	return NULL;
}
