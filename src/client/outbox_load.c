/*
 * outbox_load.c -- one small reader per kind of record. A record whose checksum is
 * right but which makes no sense is refused: it was written by something newer.
 */
#include "client/outbox_load.h"

#include <string.h>

#include "base/json.h"
#include "client/core.h"

enum { LOAD_ARENA_BYTES = 16 * 1024 };

/* One object of a record, being read. */
struct load {
	struct kith_outbox *outbox;
	const struct kith_json *json;
	const struct kith_json_node *object;
	struct kith_arena *mem;
	struct kith_why *why;
};

static enum kith_rc refuse(const struct load *load, const char *what)
{
	return kith_refuse(load->why, KITH_E_CORRUPT, NULL,
	                   "the outbox has a record that this version does not understand: %s",
	                   what);
}

/* The text of the member KEY. */
static enum kith_rc take_text(const struct load *load, const char *key, struct kith_str *out)
{
	const struct kith_json_node *node = kith_json_get(load->json, load->object, key);

	if (node == NULL || node->kind != KITH_JSON_STRING) {
		return refuse(load, key);
	}
	return kith_json_text(load->json, node, load->mem, out);
}

/* The id within ARGS, if there is one. */
static enum kith_rc take_id(const struct load *load, const struct kith_json_node *args,
                            struct kith_outbox_new *made)
{
	const struct kith_json_node *id =
		kith_json_get(load->json, args, kith_client_id_name(made->call));

	if (id == NULL) {
		return KITH_OK;
	}
	if (id->kind != KITH_JSON_STRING) {
		return refuse(load, "id");
	}
	enum kith_rc rc = kith_json_text(load->json, id, load->mem, &made->id);

	return rc == KITH_OK && made->id.len != KITH_UUID_TEXT ? refuse(load, "id") : rc;
}

static enum kith_rc load_add(const struct load *load, int64_t number)
{
	const struct kith_json_node *args = kith_json_get(load->json, load->object, "args");
	const struct kith_json_node *own = kith_json_get(load->json, load->object, "own");
	struct kith_outbox_new made = {
		.is_own_id = own != NULL && own->kind == KITH_JSON_TRUE,
	};
	struct kith_buf copy = { 0 };
	struct kith_str call;
	enum kith_rc rc = take_text(load, "call", &call);

	if (rc == KITH_OK) {
		rc = take_text(load, "to", &made.to);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	made.call = kith_client_call_find(call);
	if (made.call == NULL || kith_client_id_name(made.call) == NULL || args == NULL ||
	    args->kind != KITH_JSON_OBJECT ||
	    kith_table_get(&load->outbox->by_number, (uint64_t)number) != NULL) {
		return refuse(load, "add");
	}
	rc = take_id(load, args, &made);
	if (rc == KITH_OK) {
		kith_buf_add(&copy, kith_json_raw(load->json, args));
		rc = copy.failed || kith_outbox_insert(load->outbox, &made, &copy,
		                                       (uint64_t)number) == NULL
		             ? KITH_E_NO_MEMORY
		             : KITH_OK;
	}
	kith_buf_done(&copy);
	return rc;
}

static enum kith_rc load_stamp(const struct load *load, int64_t number)
{
	struct kith_outbox_entry *entry =
		kith_table_get(&load->outbox->by_number, (uint64_t)number);
	struct kith_str id;
	enum kith_rc rc = take_text(load, "id", &id);

	if (rc != KITH_OK) {
		return rc;
	}
	if (entry == NULL || id.len != KITH_UUID_TEXT ||
	    (entry->id[0] != '\0' && !entry->is_own_id)) {
		return refuse(load, "stamp");
	}
	if (!kith_outbox_set_id(load->outbox, entry, id)) {
		return KITH_E_NO_MEMORY;
	}
	entry->is_id_saved = true;
	return KITH_OK;
}

static enum kith_rc load_done(const struct load *load, int64_t number)
{
	struct kith_outbox_entry *entry =
		kith_table_get(&load->outbox->by_number, (uint64_t)number);

	if (entry == NULL) {
		return refuse(load, "done");
	}
	kith_outbox_forget(load->outbox, entry);
	return KITH_OK;
}

static enum kith_rc load_next(const struct load *load, int64_t number)
{
	if ((uint64_t)number > load->outbox->last_number) {
		load->outbox->last_number = (uint64_t)number - 1;
	}
	return KITH_OK;
}

static const struct {
	const char *key;
	enum kith_rc (*load)(const struct load *load, int64_t number);
} kinds[] = {
	{ "add", load_add },
	{ "stamp", load_stamp },
	{ "done", load_done },
	{ "next", load_next },
};

static enum kith_rc load_cursor(const struct load *load)
{
	struct kith_str cursor;
	enum kith_rc rc = take_text(load, "cursor", &cursor);

	if (rc != KITH_OK) {
		return rc;
	}
	if (cursor.len == 0 || cursor.len > sizeof(load->outbox->cursor)) {
		return refuse(load, "cursor");
	}
	memcpy(load->outbox->cursor, cursor.at, cursor.len);
	load->outbox->cursor_len = cursor.len;
	return KITH_OK;
}

static enum kith_rc load_object(const struct load *load)
{
	for (size_t i = 0; i < KITH_COUNT(kinds); i++) {
		const struct kith_json_node *number =
			kith_json_get(load->json, load->object, kinds[i].key);

		if (number != NULL && number->kind == KITH_JSON_INTEGER && number->integer > 0) {
			return kinds[i].load(load, number->integer);
		}
	}
	return load_cursor(load);
}

enum kith_rc kith_outbox_load(void *outbox, struct kith_str text, struct kith_why *why)
{
	struct kith_arena mem;
	struct kith_json json;
	struct load load = { .outbox = outbox, .json = &json, .mem = &mem, .why = why };
	enum kith_rc rc;

	kith_arena_init(&mem, LOAD_ARENA_BYTES);
	rc = kith_json_read(text, &mem, &json, NULL);
	if (rc == KITH_E_INVALID_REQUEST || rc == KITH_E_TOO_LARGE ||
	    (rc == KITH_OK && json.root->kind != KITH_JSON_ARRAY)) {
		rc = refuse(&load, "no array");
	}
	if (rc == KITH_OK) {
		load.object = kith_json_first(json.root);
		for (uint32_t i = 0; i < json.root->count && rc == KITH_OK; i++) {
			rc = load_object(&load);
			load.object += load.object->skip;
		}
	}
	kith_arena_done(&mem);
	return rc;
}
