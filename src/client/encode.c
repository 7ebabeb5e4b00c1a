/*
 * encode.c -- walks the rows and writes one member each.
 */
#include "client/encode.h"

#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/utf8.h"

enum { OBJECT_ARENA_BYTES = 4096 };

/* A field as the rows see it; only the member of its row's type is read. */
struct field {
	struct kith_str text; /* TEXT, BYTES, OBJECT and the word of a WORD; at NULL: not set */
	const struct kith_text *list;
	size_t count;
	int64_t integer;
	bool flag;
	bool is_set;
};

static struct field read_field(const struct kith_encode_row *row, const void *args)
{
	const char *at = (const char *)args + row->offset;
	struct field field = { .is_set = row->is_required };
	struct kith_text text;
	struct kith_bytes bytes;
	const void *list;
	int word;

	if (row->has_offset != 0) {
		memcpy(&field.is_set, (const char *)args + row->has_offset, sizeof(field.is_set));
	}
	switch (row->type) {
	case KITH_ENCODE_TEXT:
	case KITH_ENCODE_OBJECT:
		memcpy(&text, at, sizeof(text));
		field.text = kith_str_make(text.at, text.len);
		field.is_set = text.at != NULL;
		break;
	case KITH_ENCODE_BYTES:
		memcpy(&bytes, at, sizeof(bytes));
		field.text = kith_str_make(bytes.at, bytes.len);
		field.is_set = bytes.at != NULL;
		break;
	case KITH_ENCODE_INTEGER:
		memcpy(&field.integer, at, sizeof(field.integer));
		field.is_set |= field.integer != 0;
		break;
	case KITH_ENCODE_BOOL:
		memcpy(&field.flag, at, sizeof(field.flag));
		field.is_set |= field.flag;
		break;
	case KITH_ENCODE_WORD:
		memcpy(&word, at, sizeof(word));
		field.is_set = word > 0;
		field.text = kith_str_of(word > 0 ? row->words[word - 1] : NULL);
		break;
	case KITH_ENCODE_TEXTS:
		memcpy(&list, at, sizeof(list));
		memcpy(&field.count, (const char *)args + row->count_offset, sizeof(field.count));
		field.list = list;
		field.is_set = list != NULL;
		break;
	case KITH_ENCODE_TYPE_COUNT:
		break;
	}
	return field;
}

static void write_texts(struct kith_json_writer *w, const struct field *field)
{
	kith_json_open_array(w);
	for (size_t i = 0; i < field->count; i++) {
		kith_json_string(w, kith_str_make(field->list[i].at, field->list[i].len));
	}
	kith_json_close_array(w);
}

static void write_base64(struct kith_json_writer *w, struct kith_str bytes)
{
	struct kith_buf quoted = { 0 };
	kith_buf_add_char(&quoted, '"');
	kith_base64_add(&quoted, KITH_BASE64, bytes);
	kith_buf_add_char(&quoted, '"');
	w->buf->failed |= quoted.failed;
	kith_json_put_raw(w, kith_buf_str(&quoted));
	kith_buf_done(&quoted);
}

static void write_field(struct kith_json_writer *w, const struct kith_encode_row *row,
                        const struct field *field)
{
	kith_json_key(w, row->name);
	switch (row->type) {
	case KITH_ENCODE_BYTES:
		write_base64(w, field->text);
		break;
	case KITH_ENCODE_INTEGER:
		kith_json_integer(w, field->integer);
		break;
	case KITH_ENCODE_BOOL:
		kith_json_bool(w, field->flag);
		break;
	case KITH_ENCODE_TEXTS:
		write_texts(w, field);
		break;
	case KITH_ENCODE_OBJECT:
		kith_json_put_raw(w, field->text);
		break;
	case KITH_ENCODE_TEXT:
	case KITH_ENCODE_WORD:
	case KITH_ENCODE_TYPE_COUNT:
		kith_json_string(w, field->text);
		break;
	}
}

static enum kith_rc check_object(const struct kith_encode_row *row, struct kith_str text,
                                 struct kith_why *why)
{
	struct kith_arena mem;
	struct kith_json json;

	kith_arena_init(&mem, OBJECT_ARENA_BYTES);
	enum kith_rc rc = kith_json_read(text, &mem, &json, NULL);
	bool is_object = rc == KITH_OK && json.root->kind == KITH_JSON_OBJECT;
	kith_arena_done(&mem);
	if (rc == KITH_E_NO_MEMORY || is_object) {
		return rc;
	}
	return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name, "not a JSON object");
}

/* A field that is set: would it be valid JSON? */
static enum kith_rc check_field(const struct kith_encode_row *row, const struct field *field,
                                struct kith_why *why)
{
	bool is_text = row->type != KITH_ENCODE_TEXT || kith_utf8_is_valid(field->text);

	for (size_t i = 0; i < field->count; i++) {
		is_text = is_text &&
		          kith_utf8_is_valid(kith_str_make(field->list[i].at, field->list[i].len));
	}
	if (!is_text) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name, "not UTF-8");
	}
	if (field->integer > KITH_JSON_INTEGER_MAX || field->integer < -KITH_JSON_INTEGER_MAX) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name, "beyond 2^53-1");
	}
	return row->type == KITH_ENCODE_OBJECT ? check_object(row, field->text, why) : KITH_OK;
}

/* What the rows and the struct give; the caller takes it back on a failure. */
static enum kith_rc write_all(struct kith_json_writer *w, const struct kith_encode_row *rows,
                              size_t count, const void *args, struct kith_str new_id,
                              struct kith_why *why)
{
	for (size_t i = 0; i < count; i++) {
		struct field field = read_field(&rows[i], args);
		if (!field.is_set && rows[i].is_new_id && new_id.at != NULL) {
			field = (struct field){ .text = new_id, .is_set = true };
		}
		if (!field.is_set && rows[i].is_required) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, rows[i].name, "missing");
		}
		if (!field.is_set) {
			continue;
		}
		enum kith_rc rc = check_field(&rows[i], &field, why);
		if (rc != KITH_OK) {
			return rc;
		}
		write_field(w, &rows[i], &field);
	}
	return KITH_OK;
}

enum kith_rc kith_encode(const struct kith_encode_row *rows, size_t count, const void *args,
                         struct kith_str new_id, struct kith_buf *out, struct kith_why *why)
{
	size_t before = out->len;
	struct kith_json_writer w;

	KITH_ASSERT(args != NULL || count == 0);
	kith_json_write_to(&w, out);
	kith_json_open_object(&w);
	enum kith_rc rc = write_all(&w, rows, count, args, new_id, why);
	if (rc == KITH_OK) {
		kith_json_close_object(&w);
		rc = out->failed ? KITH_E_NO_MEMORY : KITH_OK;
	}
	if (rc != KITH_OK) {
		out->len = before;
		out->failed = false;
	}
	return rc;
}

struct kith_text kith_encode_id(const struct kith_encode_row *rows, size_t count, const void *args)
{
	struct kith_text id = { 0 };
	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_new_id) {
			memcpy(&id, (const char *)args + rows[i].offset, sizeof(id));
		}
	}
	return id;
}
