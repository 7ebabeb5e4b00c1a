/*
 * args.c -- do these arguments fit the call's rows, and what are their values?
 *
 * One reader per type turns a decoded text or a JSON value into a value and
 * holds it against its row; everything else is finding the row. An argument
 * that no row names is refused, so that a misspelt one is not silently missed.
 */
#include "base/args.h"

#include <inttypes.h>

#include "base/base64.h"
#include "base/utf8.h"

static enum kith_rc refuse_name(struct kith_why *why, struct kith_str name, const char *sentence)
{
	char field[KITH_WHY_FIELD_MAX];
	struct kith_str shown = kith_utf8_prefix(name, sizeof(field) - 1);
	memcpy(field, shown.at == NULL ? "" : shown.at, shown.len);
	field[shown.len] = '\0';
	return kith_refuse(why, KITH_E_INVALID_REQUEST, field, "%s", sentence);
}

static enum kith_rc refuse(struct kith_why *why, const struct kith_arg_row *row,
                           const char *sentence)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name, "%s", sentence);
}

static enum kith_rc check_bytes(const struct kith_arg_row *row, struct kith_str bytes,
                                struct kith_why *why)
{
	if (bytes.len > (uint64_t)row->max) {
		return kith_refuse(why, KITH_E_TOO_LARGE, row->name, "at most %" PRId64 " bytes",
		                   row->max);
	}
	if (bytes.len < (uint64_t)row->min) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name,
		                   "at least %" PRId64 " bytes", row->min);
	}
	return KITH_OK;
}

/* One reader per type of text. OUT may be written even on error: it is a copy. */

typedef enum kith_rc read_text_fn(const struct kith_arg_row *row, struct kith_str text,
                                  struct kith_arena *mem, struct kith_arg *out,
                                  struct kith_why *why);

static enum kith_rc read_string(const struct kith_arg_row *row, struct kith_str text,
                                struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	(void)mem;
	if (kith_str_find(text, '\0') >= 0 || !kith_utf8_is_valid(text)) {
		return refuse(why, row, "must be UTF-8 text without U+0000");
	}
	out->text = text;
	return check_bytes(row, text, why);
}

static enum kith_rc check_integer(const struct kith_arg_row *row, int64_t value,
                                  struct kith_arg *out, struct kith_why *why)
{
	if (value < row->min || value > row->max) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name,
		                   "must be from %" PRId64 " to %" PRId64, row->min, row->max);
	}
	out->integer = value;
	return KITH_OK;
}

static enum kith_rc read_integer(const struct kith_arg_row *row, struct kith_str text,
                                 struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	(void)mem;
	int64_t value = 0;
	if (!kith_str_to_int(text, &value)) {
		return refuse(why, row, "must be an integer");
	}
	return check_integer(row, value, out, why);
}

static enum kith_rc read_boolean(const struct kith_arg_row *row, struct kith_str text,
                                 struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	(void)mem;
	out->flag = kith_str_is(text, "true");
	if (!out->flag && !kith_str_is(text, "false")) {
		return refuse(why, row, "must be true or false");
	}
	return KITH_OK;
}

static enum kith_rc read_uuid(const struct kith_arg_row *row, struct kith_str text,
                              struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	(void)mem;
	if (!kith_uuid_parse(text, &out->uuid)) {
		return refuse(why, row, "must be a UUID in lower case");
	}
	out->text = text;
	return KITH_OK;
}

static enum kith_rc read_enum(const struct kith_arg_row *row, struct kith_str text,
                              struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	(void)mem;
	for (size_t i = 0; row->words[i] != NULL; i++) {
		if (kith_str_is(text, row->words[i])) {
			out->text = text;
			out->integer = (int64_t)i;
			return KITH_OK;
		}
	}
	return refuse(why, row, "is none of the words allowed here");
}

static enum kith_rc read_bytes(const struct kith_arg_row *row, struct kith_str text,
                               struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	size_t room = text.len / 4 * 3;
	char *bytes = kith_arena_alloc(mem, room);
	if (bytes == NULL) {
		return KITH_E_NO_MEMORY;
	}
	ptrdiff_t len = kith_base64_decode(KITH_BASE64, text, bytes, room);
	if (len < 0) {
		return refuse(why, row, "must be base64 with padding");
	}
	out->text = kith_str_make(bytes, (size_t)len);
	return check_bytes(row, out->text, why);
}

static enum kith_rc refuse_text(const struct kith_arg_row *row, struct kith_str text,
                                struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	(void)text;
	(void)mem;
	(void)out;
	return refuse(why, row, "can only be given in JSON");
}

static read_text_fn *const text_readers[] = {
	[KITH_ARG_STRING] = read_string,   [KITH_ARG_INTEGER] = read_integer,
	[KITH_ARG_BOOLEAN] = read_boolean, [KITH_ARG_UUID] = read_uuid,
	[KITH_ARG_ENUM] = read_enum,       [KITH_ARG_BYTES] = read_bytes,
	[KITH_ARG_LIST] = refuse_text,     [KITH_ARG_OBJECT] = refuse_text,
};
_Static_assert(KITH_COUNT(text_readers) == KITH_ARG_TYPE_COUNT, "a reader for each type");

static enum kith_rc check_count(const struct kith_arg_row *row, uint32_t count,
                                struct kith_why *why)
{
	if (count > row->count_max) {
		return kith_refuse(why, KITH_E_TOO_LARGE, row->name, "at most %" PRIu32 " of them",
		                   row->count_max);
	}
	if (count < row->count_min) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->name,
		                   "at least %" PRIu32 " of them", row->count_min);
	}
	return KITH_OK;
}

/* The texts of an array; each is held against the row as a STRING would be. */
static enum kith_rc read_list(const struct kith_arg_row *row, const struct kith_json *json,
                              const struct kith_json_node *node, struct kith_arena *mem,
                              struct kith_arg *out, struct kith_why *why)
{
	if (node->kind != KITH_JSON_ARRAY) {
		return refuse(why, row, "must be an array of strings");
	}
	enum kith_rc rc = check_count(row, node->count, why);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_str *texts = kith_arena_zero(mem, node->count, sizeof(*texts));
	if (texts == NULL) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_json_node *item = kith_json_first(node);
	for (uint32_t i = 0; rc == KITH_OK && i < node->count; i++) {
		struct kith_arg one = { 0 };
		if (item->kind != KITH_JSON_STRING) {
			return refuse(why, row, "must be an array of strings");
		}
		rc = kith_json_text(json, item, mem, &texts[i]);
		if (rc == KITH_OK) {
			rc = read_string(row, texts[i], mem, &one, why);
		}
		item += item->skip;
	}
	out->list = texts;
	out->count = node->count;
	return rc;
}

static enum kith_rc read_object(const struct kith_arg_row *row, const struct kith_json *json,
                                const struct kith_json_node *node, struct kith_arena *mem,
                                struct kith_arg *out, struct kith_why *why)
{
	if (node->kind != KITH_JSON_OBJECT) {
		return refuse(why, row, "must be an object");
	}
	if (kith_json_depth(json, node) > KITH_ARG_DEPTH_MAX) {
		return refuse(why, row, "is nested too deep");
	}
	enum kith_rc rc = kith_json_minify(json, node, mem, &out->text);
	return rc == KITH_OK ? check_bytes(row, out->text, why) : rc;
}

/*
 * A JSON value: numbers, truths, lists and objects are themselves, everything else
 * is a string.
 */
static enum kith_rc read_json(const struct kith_arg_row *row, const struct kith_json *json,
                              const struct kith_json_node *node, struct kith_arena *mem,
                              struct kith_arg *out, struct kith_why *why)
{
	if (row->type == KITH_ARG_INTEGER) {
		return node->kind == KITH_JSON_INTEGER ? check_integer(row, node->integer, out, why)
		                                       : refuse(why, row, "must be an integer");
	}
	if (row->type == KITH_ARG_BOOLEAN) {
		out->flag = node->kind == KITH_JSON_TRUE;
		return out->flag || node->kind == KITH_JSON_FALSE
		               ? KITH_OK
		               : refuse(why, row, "must be true or false");
	}
	if (row->type == KITH_ARG_LIST) {
		return read_list(row, json, node, mem, out, why);
	}
	if (row->type == KITH_ARG_OBJECT) {
		return read_object(row, json, node, mem, out, why);
	}
	if (node->kind != KITH_JSON_STRING) {
		return refuse(why, row, "must be a string");
	}
	struct kith_str text = { 0 };
	enum kith_rc rc = kith_json_text(json, node, mem, &text);
	return rc == KITH_OK ? text_readers[row->type](row, text, mem, out, why) : rc;
}

/* The row called NAME at one of PLACES; COUNT when there is none. */
static size_t find_row(const struct kith_arg_row *rows, size_t count, unsigned places,
                       struct kith_str name)
{
	for (size_t i = 0; i < count; i++) {
		if ((places >> rows[i].place & 1) != 0 && kith_str_is(name, rows[i].name)) {
			return i;
		}
	}
	return count;
}

/* One member of the object into SET. */
static enum kith_rc read_member(const struct kith_arg_row *rows, size_t count, unsigned places,
                                const struct kith_json *json, const struct kith_json_node *key,
                                struct kith_arena *mem, struct kith_arg *set, struct kith_why *why)
{
	struct kith_str name = { 0 };
	enum kith_rc rc = kith_json_text(json, key, mem, &name);
	if (rc != KITH_OK) {
		return rc;
	}
	size_t at = find_row(rows, count, places, name);
	if (at == count) {
		return refuse_name(why, name, "there is no such argument");
	}
	const struct kith_json_node *value = key + key->skip;
	if (value->kind == KITH_JSON_NULL) {
		return KITH_OK;
	}
	rc = read_json(&rows[at], json, value, mem, &set[at], why);
	set[at].is_present = rc == KITH_OK;
	return rc;
}

enum kith_rc kith_args_from_json(const struct kith_arg_row *rows, size_t count, unsigned places,
                                 const struct kith_json *json, const struct kith_json_node *object,
                                 struct kith_arena *mem, struct kith_arg *out, struct kith_why *why)
{
	KITH_ASSERT(count <= KITH_ARGS_MAX);
	if (object == NULL || object->kind != KITH_JSON_OBJECT) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
		                   "the arguments must be an object");
	}
	struct kith_arg set[KITH_ARGS_MAX];
	memcpy(set, out, count * sizeof(set[0]));
	const struct kith_json_node *key = kith_json_first(object);
	for (uint32_t i = 0; i < object->count; i++) {
		enum kith_rc rc = read_member(rows, count, places, json, key, mem, set, why);
		if (rc != KITH_OK) {
			return rc;
		}
		key += key->skip;
		key += key->skip; /* over the value */
	}
	memcpy(out, set, count * sizeof(set[0]));
	return KITH_OK;
}

enum kith_rc kith_args_from_text(const struct kith_arg_row *rows, size_t count,
                                 enum kith_arg_place place, struct kith_str name,
                                 struct kith_str text, struct kith_arena *mem, struct kith_arg *out,
                                 struct kith_why *why)
{
	KITH_ASSERT(count <= KITH_ARGS_MAX);
	size_t at = find_row(rows, count, 1U << place, name);
	if (at == count) {
		return refuse_name(why, name, "there is no such argument");
	}
	if (out[at].is_present) {
		return refuse_name(why, name, "given twice");
	}
	struct kith_arg set = { 0 };
	enum kith_rc rc = text_readers[rows[at].type](&rows[at], text, mem, &set, why);
	if (rc == KITH_OK) {
		set.is_present = true;
		out[at] = set;
	}
	return rc;
}

enum kith_rc kith_args_check(const struct kith_arg_row *rows, size_t count,
                             const struct kith_arg *args, struct kith_why *why)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_required && !args[i].is_present) {
			return refuse(why, &rows[i], "this argument is needed");
		}
	}
	return KITH_OK;
}
