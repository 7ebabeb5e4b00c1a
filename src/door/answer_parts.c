/*
 * answer_parts.c -- ids, times and places as JSON has them.
 */
#include "door/answer_parts.h"

#include "base/when.h"

void kith_answer_uuid(struct kith_json_writer *w, const char *key, const struct kith_uuid *id)
{
	char text[KITH_UUID_TEXT];

	kith_uuid_format(id, text);
	kith_json_pair_string(w, key, kith_str_make(text, sizeof(text)));
}

void kith_answer_time(struct kith_json_writer *w, const char *key, int64_t time_us)
{
	char text[KITH_WHEN_TEXT];

	kith_when_format(time_us, text);
	kith_json_pair_string(w, key, kith_str_make(text, sizeof(text)));
}

void kith_answer_bound(struct kith_json_writer *w, const char *key, bool is_there, int64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);
	int64_t rest = n;

	kith_json_key(w, key);
	if (!is_there) {
		kith_json_null(w);
		return;
	}
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	kith_json_string(w, kith_str_make(digits + at, sizeof(digits) - at));
}

void kith_answer_mark(struct kith_json_writer *w, const char *key, struct kith_str text)
{
	kith_json_key(w, key);
	if (text.len == 0) {
		kith_json_null(w);
	} else {
		kith_json_string(w, text);
	}
}

void kith_answer_raw(struct kith_json_writer *w, const char *key, struct kith_str json)
{
	if (json.len > 0) {
		kith_json_key(w, key);
		kith_json_put_raw(w, json);
	}
}
