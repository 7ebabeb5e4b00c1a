/*
 * pairs.c -- one member of the object after the other.
 */
#include "cli/pairs.h"

#include "base/json.h"
#include "base/utf8.h"
#include "client/invoke.h"

enum { ARENA_BYTES = 1024 };

static const struct kith_encode_row *find_row(const struct kith_client_call *call,
                                              struct kith_str key)
{
	for (size_t i = 0; i < call->arg_count; i++) {
		if (kith_str_is(key, call->args[i].name)) {
			return &call->args[i];
		}
	}
	return NULL;
}

static bool is_text(const struct kith_encode_row *row)
{
	return row->type == KITH_ENCODE_TEXT || row->type == KITH_ENCODE_BYTES ||
	       row->type == KITH_ENCODE_WORD;
}

static bool is_json(struct kith_str text)
{
	struct kith_arena mem;
	struct kith_json json;
	bool is_one;

	kith_arena_init(&mem, ARENA_BYTES);
	is_one = kith_json_read(text, &mem, &json, NULL) == KITH_OK;
	kith_arena_done(&mem);
	return is_one;
}

static bool comes_before(const char *const *words, size_t count, struct kith_str key)
{
	for (size_t i = 0; i < count; i++) {
		struct kith_str other = { 0 }, value;

		(void)kith_str_cut(kith_str_of(words[i]), '=', &other, &value);
		if (kith_str_equal(other, key)) {
			return true;
		}
	}
	return false;
}

static enum kith_rc add_pair(struct kith_json_writer *w, const struct kith_client_call *call,
                             struct kith_str key, struct kith_str value, struct kith_why *why)
{
	const struct kith_encode_row *row = find_row(call, key);

	if (row == NULL) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%s takes no %.*s",
		                   call->name, (int)(key.len < 60 ? key.len : 60), key.at);
	}
	kith_json_key(w, row->name);
	if (is_text(row) && kith_utf8_is_valid(value)) {
		kith_json_string(w, value);
	} else if (!is_text(row) && is_json(value)) {
		kith_json_put_raw(w, value);
	} else {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "the value of %s is no %s",
		                   row->name, is_text(row) ? "UTF-8" : "JSON");
	}
	return KITH_OK;
}

enum kith_rc kith_pairs_add(struct kith_buf *out, const char *name, const char *const *words,
                            size_t count, struct kith_why *why)
{
	const struct kith_client_call *call = kith_client_call_find(kith_str_of(name));
	struct kith_json_writer w;
	enum kith_rc rc = KITH_OK;

	if (call == NULL) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "there is no such call");
	}
	kith_json_write_to(&w, out);
	kith_json_open_object(&w);
	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		struct kith_str key, value;

		if (!kith_str_cut(kith_str_of(words[i]), '=', &key, &value)) {
			rc = kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
			                 "the arguments of a call are a JSON object, or KEY=VALUE");
		} else if (comes_before(words, i, key)) {
			rc = kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%.*s comes twice",
			                 (int)(key.len < 60 ? key.len : 60), key.at);
		} else {
			rc = add_pair(&w, call, key, value, why);
		}
	}
	if (rc == KITH_OK) {
		kith_json_close_object(&w);
		rc = out->failed ? KITH_E_NO_MEMORY : KITH_OK;
	}
	return rc;
}
