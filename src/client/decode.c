/*
 * decode.c -- one small reader per type, found by the row's type.
 */
#include "client/decode.h"

#include <string.h>

#include "base/base64.h"
#include "base/when.h"

/* What every reader needs. */
struct decoder {
	const struct kith_json *json;
	struct kith_arena *mem;
	struct kith_why *why;
};

typedef enum kith_rc read_fn(struct decoder *d, const struct kith_decode_row *row,
                             const struct kith_json_node *node, char *out);

static enum kith_rc read_object(struct decoder *d, const struct kith_decode_table *table,
                                const struct kith_json_node *node, char *out);

static enum kith_rc refuse(struct decoder *d, const struct kith_decode_row *row, const char *what)
{
	return kith_refuse(d->why, KITH_E_INVALID_REQUEST, row->name, "is no %s", what);
}

static enum kith_rc read_string(struct decoder *d, const struct kith_decode_row *row,
                                const struct kith_json_node *node, struct kith_str *out)
{
	if (node->kind != KITH_JSON_STRING) {
		return refuse(d, row, "string");
	}
	return kith_json_text(d->json, node, d->mem, out);
}

static enum kith_rc read_text(struct decoder *d, const struct kith_decode_row *row,
                              const struct kith_json_node *node, char *out)
{
	struct kith_str text;
	enum kith_rc rc = read_string(d, row, node, &text);
	if (rc == KITH_OK) {
		memcpy(out, &(struct kith_text){ .at = text.at, .len = text.len },
		       sizeof(struct kith_text));
	}
	return rc;
}

static enum kith_rc read_bytes(struct decoder *d, const struct kith_decode_row *row,
                               const struct kith_json_node *node, char *out)
{
	struct kith_str text;
	enum kith_rc rc = read_string(d, row, node, &text);
	if (rc != KITH_OK) {
		return rc;
	}
	size_t room = text.len / 4 * 3;
	void *bytes = kith_arena_alloc(d->mem, room);
	if (bytes == NULL) {
		return KITH_E_NO_MEMORY;
	}
	ptrdiff_t len = kith_base64_decode(KITH_BASE64, text, bytes, room);
	if (len < 0) {
		return refuse(d, row, "base64");
	}
	memcpy(out, &(struct kith_bytes){ .at = bytes, .len = (size_t)len },
	       sizeof(struct kith_bytes));
	return KITH_OK;
}

static enum kith_rc read_time(struct decoder *d, const struct kith_decode_row *row,
                              const struct kith_json_node *node, char *out)
{
	struct kith_str text;
	int64_t time_us;
	enum kith_rc rc = read_string(d, row, node, &text);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!kith_when_parse(text, &time_us)) {
		return refuse(d, row, "time");
	}
	memcpy(out, &time_us, sizeof(time_us));
	return KITH_OK;
}

static enum kith_rc read_word(struct decoder *d, const struct kith_decode_row *row,
                              const struct kith_json_node *node, char *out)
{
	struct kith_str text;
	enum kith_rc rc = read_string(d, row, node, &text);
	if (rc != KITH_OK) {
		return rc;
	}
	for (int i = 0; row->words[i] != NULL; i++) {
		if (kith_str_is(text, row->words[i])) {
			memcpy(out, &(int){ i + 1 }, sizeof(int));
		}
	}
	return KITH_OK;
}

static enum kith_rc read_integer(struct decoder *d, const struct kith_decode_row *row,
                                 const struct kith_json_node *node, char *out)
{
	if (node->kind != KITH_JSON_INTEGER) {
		return refuse(d, row, "integer");
	}
	memcpy(out, &node->integer, sizeof(node->integer));
	return KITH_OK;
}

static enum kith_rc read_int(struct decoder *d, const struct kith_decode_row *row,
                             const struct kith_json_node *node, char *out)
{
	if (node->kind != KITH_JSON_INTEGER || node->integer < INT32_MIN ||
	    node->integer > INT32_MAX) {
		return refuse(d, row, "integer of 32 bits");
	}
	memcpy(out, &(int){ (int)node->integer }, sizeof(int));
	return KITH_OK;
}

static enum kith_rc read_bool(struct decoder *d, const struct kith_decode_row *row,
                              const struct kith_json_node *node, char *out)
{
	if (node->kind != KITH_JSON_TRUE && node->kind != KITH_JSON_FALSE) {
		return refuse(d, row, "boolean");
	}
	memcpy(out, &(bool){ node->kind == KITH_JSON_TRUE }, sizeof(bool));
	return KITH_OK;
}

static enum kith_rc read_struct(struct decoder *d, const struct kith_decode_row *row,
                                const struct kith_json_node *node, char *out)
{
	return read_object(d, row->table, node, out);
}

/* A new struct of TABLE, its address written to OUT. */
static enum kith_rc read_new(struct decoder *d, const struct kith_decode_table *table,
                             const struct kith_json_node *node, char *out)
{
	char *made = kith_arena_zero(d->mem, 1, table->size);
	if (made == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = read_object(d, table, node, made);
	if (rc == KITH_OK) {
		memcpy(out, &made, sizeof(made));
	}
	return rc;
}

static enum kith_rc read_pointer(struct decoder *d, const struct kith_decode_row *row,
                                 const struct kith_json_node *node, char *out)
{
	return read_new(d, row->table, node, out);
}

/* OUT is the whole struct here, since a list fills two fields. */
static enum kith_rc read_list(struct decoder *d, const struct kith_decode_row *row,
                              const struct kith_json_node *node, char *out)
{
	if (node->kind != KITH_JSON_ARRAY) {
		return refuse(d, row, "array");
	}
	size_t count = node->count;
	char *items = kith_arena_zero(d->mem, count, row->table->size);
	if (items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_json_node *item = kith_json_first(node);
	for (size_t i = 0; i < count; i++) {
		enum kith_rc rc = read_object(d, row->table, item, items + i * row->table->size);
		if (rc != KITH_OK) {
			return rc;
		}
		item += item->skip;
	}
	memcpy(out + row->offset, &items, sizeof(items));
	memcpy(out + row->count_offset, &count, sizeof(count));
	return KITH_OK;
}

/* OUT is the whole struct here too. */
static enum kith_rc read_texts(struct decoder *d, const struct kith_decode_row *row,
                               const struct kith_json_node *node, char *out)
{
	if (node->kind != KITH_JSON_ARRAY) {
		return refuse(d, row, "array");
	}
	size_t count = node->count;
	struct kith_text *texts = kith_arena_zero(d->mem, count, sizeof(*texts));
	if (texts == NULL) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_json_node *item = kith_json_first(node);
	for (size_t i = 0; i < count; i++) {
		enum kith_rc rc = read_text(d, row, item, (char *)&texts[i]);
		if (rc != KITH_OK) {
			return rc;
		}
		item += item->skip;
	}
	const void *made = texts;
	memcpy(out + row->offset, &made, sizeof(made));
	memcpy(out + row->count_offset, &count, sizeof(count));
	return KITH_OK;
}

static enum kith_rc read_any_object(struct decoder *d, const struct kith_decode_row *row,
                                    const struct kith_json_node *node, char *out)
{
	if (node->kind != KITH_JSON_OBJECT) {
		return refuse(d, row, "object");
	}
	struct kith_str raw = kith_json_raw(d->json, node);
	memcpy(out, &(struct kith_text){ .at = raw.at, .len = raw.len }, sizeof(struct kith_text));
	return KITH_OK;
}

/* OUT is the whole struct; an event that we do not know leaves every pointer NULL. */
static enum kith_rc read_variant(struct decoder *d, const struct kith_decode_row *row,
                                 const struct kith_json_node *object,
                                 const struct kith_json_node *node, char *out)
{
	struct kith_str word;
	const struct kith_json_node *by = kith_json_get(d->json, object, row->by);
	if (by == NULL) {
		return refuse(d, row, "known variant");
	}
	enum kith_rc rc = read_string(d, row, by, &word);
	if (rc != KITH_OK) {
		return rc;
	}
	for (const struct kith_decode_variant *v = row->variants; v->word != NULL; v++) {
		if (kith_str_is(word, v->word)) {
			return read_new(d, v->table, node, out + v->offset);
		}
	}
	return KITH_OK;
}

static read_fn *const readers[KITH_DECODE_TYPE_COUNT] = {
	[KITH_DECODE_TEXT] = read_text,       [KITH_DECODE_BYTES] = read_bytes,
	[KITH_DECODE_TIME] = read_time,       [KITH_DECODE_WORD] = read_word,
	[KITH_DECODE_INTEGER] = read_integer, [KITH_DECODE_INT] = read_int,
	[KITH_DECODE_BOOL] = read_bool,       [KITH_DECODE_STRUCT] = read_struct,
	[KITH_DECODE_POINTER] = read_pointer, [KITH_DECODE_LIST] = read_list,
	[KITH_DECODE_TEXTS] = read_texts,     [KITH_DECODE_OBJECT] = read_any_object,
};

static enum kith_rc read_member(struct decoder *d, const struct kith_decode_row *row,
                                const struct kith_json_node *object, char *out)
{
	const struct kith_json_node *node = kith_json_get(d->json, object, row->name);
	bool is_null = node != NULL && node->kind == KITH_JSON_NULL;
	if (node == NULL || (is_null && !row->may_be_null)) {
		return row->is_required
		               ? kith_refuse(d->why, KITH_E_INVALID_REQUEST, row->name, "missing")
		               : KITH_OK;
	}
	if (is_null) {
		return KITH_OK;
	}
	if (row->has_offset != 0) {
		memcpy(out + row->has_offset, &(bool){ true }, sizeof(bool));
	}
	if (row->type == KITH_DECODE_VARIANT) {
		return read_variant(d, row, object, node, out);
	}
	KITH_ASSERT(readers[row->type] != NULL);
	bool is_list = row->type == KITH_DECODE_LIST || row->type == KITH_DECODE_TEXTS;
	return readers[row->type](d, row, node, is_list ? out : out + row->offset);
}

static enum kith_rc read_object(struct decoder *d, const struct kith_decode_table *table,
                                const struct kith_json_node *node, char *out)
{
	if (node == NULL || node->kind != KITH_JSON_OBJECT) {
		return kith_refuse(d->why, KITH_E_INVALID_REQUEST, table->name, "is no object");
	}
	for (size_t i = 0; i < table->row_count; i++) {
		enum kith_rc rc = read_member(d, &table->rows[i], node, out);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	return KITH_OK;
}

enum kith_rc kith_decode(const struct kith_decode_table *table, const struct kith_json *json,
                         const struct kith_json_node *node, struct kith_arena *mem,
                         const void **out, struct kith_why *why)
{
	struct decoder d = { .json = json, .mem = mem, .why = why };
	char *made = kith_arena_zero(mem, 1, table->size);
	if (made == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = read_object(&d, table, node, made);
	if (rc == KITH_OK) {
		*out = made;
	}
	return rc;
}

#define PROBLEM(member, kind, required) \
	{ \
		.name = #member, .type = (kind), .is_required = (required), \
		.offset = offsetof(struct kith_problem, member) \
	}

static const struct kith_decode_row problem_rows[] = {
	PROBLEM(code, KITH_DECODE_TEXT, true),
	PROBLEM(title, KITH_DECODE_TEXT, true),
	PROBLEM(detail, KITH_DECODE_TEXT, false),
	PROBLEM(field, KITH_DECODE_TEXT, false),
	PROBLEM(status, KITH_DECODE_INT, true),
	{ .name = "retryAfterMs",
	  .type = KITH_DECODE_INTEGER,
	  .offset = offsetof(struct kith_problem, retry_after_ms) },
};

/* A code that we know has a row; of one that we do not, the status tells. */
static bool is_retryable(const struct kith_problem *problem, struct kith_str code)
{
	for (int rc = KITH_OK + 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		const struct kith_err_row *row = kith_err_row((enum kith_rc)rc);
		if (kith_str_is(code, row->code)) {
			return row->is_retryable;
		}
	}
	return problem->status == 429 || problem->status == 503;
}

enum kith_rc kith_decode_problem(const struct kith_json *json, const struct kith_json_node *node,
                                 struct kith_arena *mem, struct kith_problem *out,
                                 struct kith_why *why)
{
	static const struct kith_decode_table table = {
		.name = "Problem",
		.size = sizeof(struct kith_problem),
		.rows = problem_rows,
		.row_count = KITH_COUNT(problem_rows),
	};
	struct decoder d = { .json = json, .mem = mem, .why = why };
	struct kith_problem problem = { 0 };

	enum kith_rc rc = read_object(&d, &table, node, (char *)&problem);
	if (rc != KITH_OK) {
		return rc;
	}
	problem.is_retryable =
		is_retryable(&problem, kith_str_make(problem.code.at, problem.code.len));
	*out = problem;
	return KITH_OK;
}
