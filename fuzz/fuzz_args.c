/*
 * fuzz_args.c -- whatever the JSON, accepted arguments are as their rows say.
 *
 * What is refused leaves the arguments alone; what is accepted is within its
 * limits, and each value reads the same when it comes as text. A list's texts are
 * each as a STRING; an object reads the same when what was kept of it is read.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "base/args.h"

static const char *const words[] = { "text", "opaque", "", NULL };

static const struct kith_arg_row rows[] = {
	{ "text", KITH_ARG_STRING, KITH_ARG_IN_BODY, true, 1, 64, NULL, 0, 0 },
	{ "limit", KITH_ARG_INTEGER, KITH_ARG_IN_BODY, false, -5, 200, NULL, 0, 0 },
	{ "silent", KITH_ARG_BOOLEAN, KITH_ARG_IN_BODY, false, 0, 0, NULL, 0, 0 },
	{ "id", KITH_ARG_UUID, KITH_ARG_IN_BODY, false, 0, 0, NULL, 0, 0 },
	{ "kind", KITH_ARG_ENUM, KITH_ARG_IN_BODY, false, 0, 0, words, 0, 0 },
	{ "data", KITH_ARG_BYTES, KITH_ARG_IN_BODY, false, 0, 32, NULL, 0, 0 },
	{ "ids", KITH_ARG_LIST, KITH_ARG_IN_BODY, false, 1, 8, NULL, 1, 4 },
	{ "meta", KITH_ARG_OBJECT, KITH_ARG_IN_BODY, false, 2, 64, NULL, 0, 0 },
};
enum { COUNT = KITH_COUNT(rows), BODY = 1 << KITH_ARG_IN_BODY };

/* The text that ARG would have in a query. */
static void add_text(struct kith_buf *buf, enum kith_arg_type type, const struct kith_arg *arg)
{
	if (type == KITH_ARG_INTEGER) {
		kith_buf_add_int(buf, arg->integer);
	} else if (type == KITH_ARG_BOOLEAN) {
		kith_buf_add_text(buf, arg->flag ? "true" : "false");
	} else if (type == KITH_ARG_BYTES) {
		kith_base64_add(buf, KITH_BASE64, arg->text);
	} else {
		kith_buf_add(buf, arg->text);
	}
}

static void check_string(const struct kith_arg_row *row, struct kith_str text)
{
	KITH_ASSERT(text.len >= (uint64_t)row->min && text.len <= (uint64_t)row->max);
	KITH_ASSERT(kith_utf8_is_valid(text) && kith_str_find(text, '\0') < 0);
}

static void check_list(const struct kith_arg_row *row, const struct kith_arg *arg)
{
	KITH_ASSERT(arg->count >= row->count_min && arg->count <= row->count_max);
	for (size_t i = 0; i < arg->count; i++) {
		check_string(row, arg->list[i]);
	}
}

/* What is kept is one object without white space: reading and keeping it gives itself. */
static void check_object(const struct kith_arg_row *row, const struct kith_arg *arg,
                         struct kith_arena *mem)
{
	struct kith_json json;
	struct kith_str again;
	KITH_ASSERT(arg->text.len <= (uint64_t)row->max);
	KITH_ASSERT(kith_json_read(arg->text, mem, &json, NULL) == KITH_OK);
	KITH_ASSERT(json.root->kind == KITH_JSON_OBJECT);
	KITH_ASSERT(kith_json_minify(&json, json.root, mem, &again) == KITH_OK);
	KITH_ASSERT(kith_str_equal(again, arg->text));
}

static void check_limits(const struct kith_arg_row *row, const struct kith_arg *arg)
{
	if (row->type == KITH_ARG_STRING) {
		check_string(row, arg->text);
	}
	KITH_ASSERT(row->type != KITH_ARG_BYTES ||
	            (arg->text.len >= (uint64_t)row->min && arg->text.len <= (uint64_t)row->max));
	KITH_ASSERT(row->type != KITH_ARG_INTEGER ||
	            (arg->integer >= row->min && arg->integer <= row->max));
	KITH_ASSERT(row->type != KITH_ARG_ENUM || kith_str_is(arg->text, words[arg->integer]));
}

static void check_as_text(const struct kith_arg_row *row, const struct kith_arg *arg,
                          struct kith_arena *mem)
{
	struct kith_buf buf = { 0 };
	struct kith_arg again = { 0 };
	add_text(&buf, row->type, arg);
	KITH_ASSERT(kith_args_from_text(row, 1, row->place, kith_str_of(row->name),
	                                kith_buf_str(&buf), mem, &again, NULL) == KITH_OK);
	KITH_ASSERT(again.is_present && kith_str_equal(again.text, arg->text));
	KITH_ASSERT(again.integer == arg->integer && again.flag == arg->flag);
	KITH_ASSERT(kith_uuid_equal(&again.uuid, &arg->uuid));
	kith_buf_done(&buf);
}

static void check_value(const struct kith_arg_row *row, const struct kith_arg *arg,
                        struct kith_arena *mem)
{
	if (row->type == KITH_ARG_LIST) {
		check_list(row, arg);
	} else if (row->type == KITH_ARG_OBJECT) {
		check_object(row, arg, mem);
	} else {
		check_limits(row, arg);
		check_as_text(row, arg, mem);
	}
}

/* The same bytes as the text of every argument: only promises, no value. */
static void check_any_text(struct kith_str in, struct kith_arena *mem)
{
	for (size_t i = 0; i < COUNT; i++) {
		struct kith_arg arg = { 0 };
		struct kith_why why = { 0 };
		enum kith_rc rc = kith_args_from_text(
			&rows[i], 1, rows[i].place, kith_str_of(rows[i].name), in, mem, &arg, &why);
		KITH_ASSERT(arg.is_present == (rc == KITH_OK));
		KITH_ASSERT((why.detail[0] == '\0') == (rc == KITH_OK));
		bool needs_json = rows[i].type >= KITH_ARG_LIST;
		KITH_ASSERT(!needs_json || rc == KITH_E_INVALID_REQUEST);
		if (rc == KITH_OK) {
			check_limits(&rows[i], &arg);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str in = kith_str_make(data, size);
	struct kith_arena mem;
	struct kith_json json;
	struct kith_arg args[COUNT] = { 0 };
	struct kith_arg before[COUNT] = { 0 };
	struct kith_why why = { 0 };
	kith_arena_init(&mem, 4096);
	check_any_text(in, &mem);
	if (kith_json_read(in, &mem, &json, NULL) == KITH_OK) {
		enum kith_rc rc =
			kith_args_from_json(rows, COUNT, BODY, &json, json.root, &mem, args, &why);
		KITH_ASSERT(rc == KITH_OK || memcmp(args, before, sizeof(args)) == 0);
		KITH_ASSERT((why.detail[0] == '\0') == (rc == KITH_OK));
		KITH_ASSERT(kith_utf8_is_valid(kith_str_of(why.field)));
		for (size_t i = 0; i < COUNT; i++) {
			if (args[i].is_present) {
				check_value(&rows[i], &args[i], &mem);
			}
		}
	}
	kith_arena_done(&mem);
	return 0;
}
