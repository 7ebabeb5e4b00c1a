/*
 * fuzz_json.c -- whatever the bytes, the reader's promises hold.
 *
 * What is refused has a reason that is text. What is accepted has nodes that fit
 * into each other and into the text, strings that are UTF-8, and reads the same
 * after the writer wrote it.
 */
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"

/* Writes what NODE and its children say; returns the node behind them. */
static const struct kith_json_node *rewrite(const struct kith_json *json,
                                            const struct kith_json_node *node,
                                            struct kith_arena *mem, struct kith_json_writer *w)
{
	const struct kith_json_node *end = node + node->skip;
	const struct kith_json_node *child = node + 1;
	struct kith_str text;
	switch ((enum kith_json_kind)node->kind) {
	case KITH_JSON_INTEGER:
		kith_json_integer(w, node->integer);
		break;
	case KITH_JSON_STRING:
		KITH_ASSERT(kith_json_text(json, node, mem, &text) == KITH_OK);
		KITH_ASSERT(kith_utf8_is_valid(text));
		kith_json_string(w, text);
		break;
	case KITH_JSON_ARRAY:
		kith_json_open_array(w);
		for (uint32_t i = 0; i < node->count; i++) {
			child = rewrite(json, child, mem, w);
		}
		kith_json_close_array(w);
		break;
	case KITH_JSON_OBJECT:
		kith_json_open_object(w);
		for (uint32_t i = 0; i < node->count; i++) {
			KITH_ASSERT(child->kind == KITH_JSON_STRING && child->skip == 1);
			/* A key goes out as it came: the writer's own keys need no escapes. */
			kith_json_put_raw(
				w, kith_str_make(json->text.at + child->at - 1, child->len + 2));
			kith_buf_add_char(w->buf, ':');
			w->needs_comma = false;
			child = rewrite(json, child + 1, mem, w);
		}
		kith_json_close_object(w);
		break;
	default:
		kith_json_put_raw(w, kith_json_raw(json, node));
		break;
	}
	KITH_ASSERT(child == end);
	return end;
}

static void check_nodes(const struct kith_json *json)
{
	KITH_ASSERT(json->root->skip == json->node_count);
	for (uint32_t i = 0; i < json->node_count; i++) {
		const struct kith_json_node *node = &json->root[i];
		KITH_ASSERT((size_t)node->at + node->len <= json->text.len);
		KITH_ASSERT(node->skip >= 1 && node->skip <= json->node_count - i);
	}
}

static void check_same(const struct kith_json *a, const struct kith_json *b)
{
	KITH_ASSERT(a->node_count == b->node_count);
	for (uint32_t i = 0; i < a->node_count; i++) {
		KITH_ASSERT(a->root[i].kind == b->root[i].kind);
		KITH_ASSERT(a->root[i].integer == b->root[i].integer);
		KITH_ASSERT(a->root[i].count == b->root[i].count);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_arena mem;
	struct kith_json json;
	struct kith_json again;
	struct kith_why why = { 0 };
	kith_arena_init(&mem, 4096);
	if (kith_json_read(kith_str_make(data, size), &mem, &json, &why) != KITH_OK) {
		KITH_ASSERT(why.detail[0] != '\0' && kith_utf8_is_valid(kith_str_of(why.detail)));
		kith_arena_done(&mem);
		return 0;
	}
	struct kith_buf buf = { 0 };
	struct kith_json_writer w;
	check_nodes(&json);
	kith_json_write_to(&w, &buf);
	rewrite(&json, json.root, &mem, &w);
	KITH_ASSERT(w.depth == 0 && !buf.failed);
	KITH_ASSERT(kith_json_read(kith_buf_str(&buf), &mem, &again, NULL) == KITH_OK);
	check_same(&json, &again);
	kith_buf_done(&buf);
	kith_arena_done(&mem);
	return 0;
}
