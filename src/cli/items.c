/*
 * items.c -- takes a page apart without looking into its items.
 */
#include "cli/items.h"

#include "base/json.h"

enum { ARENA_BYTES = 64 * 1024 };

void kith_items_add(struct kith_buf *out, struct kith_str page)
{
	const struct kith_json_node *items, *item;
	struct kith_arena mem;
	struct kith_json json;

	kith_arena_init(&mem, ARENA_BYTES);
	if (kith_json_read(page, &mem, &json, NULL) != KITH_OK) {
		out->failed = true; /* it was read before: only memory can be missing */
		kith_arena_done(&mem);
		return;
	}
	items = kith_json_get(&json, json.root, "items");
	item = items == NULL ? NULL : kith_json_first(items);
	for (uint32_t i = 0; item != NULL && i < items->count; i++) {
		kith_buf_add(out, kith_json_raw(&json, item));
		kith_buf_add_char(out, '\n');
		item += item->skip;
	}
	kith_arena_done(&mem);
}
