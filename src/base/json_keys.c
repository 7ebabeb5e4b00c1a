/*
 * json_keys.c -- pairs for small objects, a merge sort for large ones.
 */
#include "base/json_keys.h"

/* Up to so many keys each is compared with each that may be equal. */
enum { KEYS_FEW = 16 };

struct key {
	struct kith_str text; /* decoded */
	const struct kith_json_node *node;
};

/* Fills KEYS with those of OBJECT. */
static enum kith_rc list_keys(const struct kith_json *json, const struct kith_json_node *object,
                              struct kith_arena *mem, struct key *keys)
{
	const struct kith_json_node *name = object + 1;
	for (uint32_t i = 0; i < object->count; i++) {
		keys[i] = (struct key){ kith_str_make(json->text.at + name->at, name->len), name };
		if (name->is_escaped && kith_json_text(json, name, mem, &keys[i].text) != KITH_OK) {
			return KITH_E_NO_MEMORY;
		}
		name += 1 + name[1].skip;
	}
	return KITH_OK;
}

/* One of 64 bits that equal keys share. */
static uint64_t mark_of(struct kith_str key)
{
	if (key.len == 0) {
		return 1;
	}
	size_t sum = key.len + (uint8_t)key.at[0] * 5U + (uint8_t)key.at[key.len - 1] * 11U +
	             (uint8_t)key.at[key.len / 2] * 3U;
	return UINT64_C(1) << (sum & 63);
}

static const struct kith_json_node *twice_among_few(const struct key *keys, size_t count)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t mark = mark_of(keys[i].text);
		for (size_t j = 0; j < i && (seen & mark) != 0; j++) {
			if (kith_str_equal(keys[i].text, keys[j].text)) {
				return keys[i].node;
			}
		}
		seen |= mark;
	}
	return NULL;
}

/* Any order that puts equal keys side by side will do: this one is quick. */
static int compare(const struct key *a, const struct key *b)
{
	if (a->text.len != b->text.len) {
		return a->text.len < b->text.len ? -1 : 1;
	}
	return kith_str_compare(a->text, b->text);
}

/* Merges FROM's two sorted runs, the second from MIDDLE on, into TO. */
static void merge(const struct key *from, size_t middle, size_t count, struct key *to)
{
	size_t left = 0;
	size_t right = middle;
	for (size_t i = 0; i < count; i++) {
		bool is_left = right == count ||
		               (left < middle && compare(&from[left], &from[right]) <= 0);
		to[i] = is_left ? from[left++] : from[right++];
	}
}

/* Sorts KEYS with the help of SPARE, as large; returns the one that holds them. */
static const struct key *sort(struct key *keys, struct key *spare, size_t count)
{
	for (size_t run = 1; run < count; run *= 2) {
		for (size_t at = 0; at < count; at += 2 * run) {
			size_t both = count - at < 2 * run ? count - at : 2 * run;
			merge(keys + at, run < both ? run : both, both, spare + at);
		}
		struct key *sorted = spare;
		spare = keys;
		keys = sorted;
	}
	return keys;
}

static enum kith_rc twice_among_many(const struct kith_json *json,
                                     const struct kith_json_node *object, struct kith_arena *mem,
                                     const struct kith_json_node **twice)
{
	size_t count = object->count;
	struct key *keys = kith_arena_alloc(mem, 2 * count * sizeof(*keys));
	if (keys == NULL || list_keys(json, object, mem, keys) != KITH_OK) {
		return KITH_E_NO_MEMORY;
	}
	const struct key *sorted = sort(keys, keys + count, count);
	for (size_t i = 1; i < count; i++) {
		if (kith_str_equal(sorted[i - 1].text, sorted[i].text)) {
			*twice = sorted[i].node;
			return KITH_OK;
		}
	}
	return KITH_OK;
}

static enum kith_rc find_in_object(const struct kith_json *json,
                                   const struct kith_json_node *object, struct kith_arena *mem,
                                   const struct kith_json_node **twice)
{
	struct key few[KEYS_FEW];
	if (object->count > KEYS_FEW) {
		return twice_among_many(json, object, mem, twice);
	}
	if (list_keys(json, object, mem, few) != KITH_OK) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_json_node *found = twice_among_few(few, object->count);
	if (found != NULL) {
		*twice = found;
	}
	return KITH_OK;
}

enum kith_rc kith_json_find_twice(const struct kith_json *json, struct kith_arena *mem,
                                  const struct kith_json_node **twice)
{
	const struct kith_json_node *found = NULL;
	for (uint32_t i = 0; i < json->node_count && found == NULL; i++) {
		const struct kith_json_node *node = &json->root[i];
		if (node->kind == KITH_JSON_OBJECT && node->count > 1 &&
		    find_in_object(json, node, mem, &found) != KITH_OK) {
			return KITH_E_NO_MEMORY;
		}
	}
	if (found != NULL) {
		*twice = found;
	}
	return KITH_OK;
}
