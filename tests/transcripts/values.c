/*
 * values.c -- variables in, patterns out.
 */
#include "transcripts/values.h"

#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "transcripts/words.h"

static struct kith_str find(const struct values *values, struct kith_str name)
{
	for (size_t i = 0; i < values->count; i++) {
		if (kith_str_equal(values->items[i].name, name)) {
			return values->items[i].text;
		}
	}
	return (struct kith_str){ 0 };
}

void values_set(struct values *values, struct kith_str name, struct kith_str text)
{
	size_t at = 0;

	while (at < values->count && !kith_str_equal(values->items[at].name, name)) {
		at++;
	}
	KITH_ASSERT(at < VALUES_MAX);
	values->count += at == values->count ? 1 : 0;
	values->items[at].name = name;
	values->items[at].text = stage_keep(values->scene, text);
}

static const struct device *find_device(const struct values *values, struct kith_str label)
{
	const struct script_case *c = values->scene->c;

	for (size_t i = 0; i < c->device_count; i++) {
		if (kith_str_equal(c->devices[i].label, label)) {
			return &c->devices[i];
		}
	}
	return NULL;
}

static struct kith_str person_id(const struct values *values, struct kith_str name)
{
	const struct script_case *c = values->scene->c;

	for (size_t i = 0; i < c->person_count; i++) {
		if (kith_str_equal(c->people[i].name, name)) {
			return kith_str_of(c->people[i].id);
		}
	}
	return (struct kith_str){ 0 };
}

/* --- filling in --- */

/* What stands for {NAME}: a person's id, $variable, or token:device. false: nothing does. */
static bool put_hole(const struct values *values, struct kith_str name, struct kith_buf *out)
{
	struct kith_str found = { 0 };

	if (kith_str_starts(name, KITH_STR("token:"))) {
		const struct device *device = find_device(values, kith_str_skip(name, 6));
		if (device != NULL) {
			world_token(device, values->stage->now_us(), out);
		}
		return device != NULL;
	}
	if (kith_str_starts(name, KITH_STR("$"))) {
		found = find(values, kith_str_skip(name, 1));
	} else {
		found = person_id(values, name);
	}
	if (found.at != NULL) {
		kith_buf_add(out, found);
	}
	return found.at != NULL;
}

/* TEXT with its holes filled; a brace that opens none stays. */
static struct kith_str fill_in(const struct values *values, struct kith_str text)
{
	struct kith_buf out = { 0 };

	for (size_t i = 0; i < text.len; i++) {
		struct kith_str rest = kith_str_skip(text, i + 1);
		ptrdiff_t end = text.at[i] == '{' ? kith_str_find(rest, '}') : -1;
		if (end > 0 && put_hole(values, kith_str_make(rest.at, (size_t)end), &out)) {
			i += (size_t)end + 1;
		} else {
			kith_buf_add_char(&out, text.at[i]);
		}
	}
	struct kith_str kept = stage_keep(values->scene, kith_buf_str(&out));
	kith_buf_done(&out);
	return kept;
}

struct kith_str values_text(const struct values *values, const struct value *value)
{
	struct kith_str id;

	switch (value->kind) {
	case VALUE_WORD:
		id = person_id(values, value->text);
		return id.at != NULL ? id : value->text;
	case VALUE_STRING:
	case VALUE_RAW:
		return fill_in(values, value->text);
	case VALUE_VARIABLE:
		return find(values, value->text);
	case VALUE_INTEGER:
	case VALUE_ANY:
		break;
	}
	return value->text;
}

/* --- let --- */

/* A UUID of VERSION and TIME; the rest counts up, so that a run can be repeated. */
static struct kith_str make_id(const struct values *values, int version, int64_t time_us)
{
	static uint32_t made;
	uint64_t ms = (uint64_t)(time_us / 1000);
	char text[64];

	snprintf(text, sizeof(text), "%08x-%04x-%dabc-8def-0000%08x", (uint32_t)(ms >> 16),
	         (unsigned)(ms & 0xffff), version, ++made);
	return stage_keep(values->scene, kith_str_of(text));
}

static const char *let_id(struct values *values, const struct step *step)
{
	int version = 7;
	int64_t span_us = 0;

	for (size_t i = 1; i < step->word_count; i++) {
		struct kith_str word = words_bare(step->words, step->word_count, i);
		if (word.len == 2 && word.at[0] == 'v') {
			version = word.at[1] - '0';
		} else if (!words_span(word, &span_us)) {
			return "let NAME id [v4] [-31d]";
		}
	}
	values_set(values, step->what, make_id(values, version, values->stage->now_us() + span_us));
	return NULL;
}

/* let NAME fill BYTES "unit": units as long as they fit, then x. */
static const char *let_fill(struct values *values, const struct step *step)
{
	struct kith_buf out = { 0 };
	struct kith_str unit;

	if (step->word_count != 3 || step->words[1].value.kind != VALUE_INTEGER) {
		return "let NAME fill BYTES \"unit\"";
	}
	unit = step->words[2].value.text;
	size_t size = (size_t)step->words[1].value.integer;
	while (out.len + unit.len <= size) {
		kith_buf_add(&out, unit);
	}
	while (out.len < size) {
		kith_buf_add_char(&out, 'x');
	}
	values_set(values, step->what, kith_buf_str(&out));
	kith_buf_done(&out);
	return NULL;
}

/* let NAME base64 BYTES: so many zero bytes, as base64. */
static const char *let_base64(struct values *values, const struct step *step)
{
	struct kith_buf out = { 0 };

	if (step->word_count != 2 || step->words[1].value.kind != VALUE_INTEGER) {
		return "let NAME base64 BYTES";
	}
	size_t size = (size_t)step->words[1].value.integer;
	for (size_t i = 0; i < size; i += 3) {
		kith_buf_add_text(&out, size - i >= 3 ? "AAAA" : size - i == 2 ? "AAA=" : "AA==");
	}
	values_set(values, step->what, kith_buf_str(&out));
	kith_buf_done(&out);
	return NULL;
}

const char *values_let(struct values *values, const struct step *step)
{
	static const struct {
		const char *word;
		const char *(*let)(struct values *values, const struct step *step);
	} kinds[] = { { "id", let_id }, { "fill", let_fill }, { "base64", let_base64 } };
	struct kith_str word = words_bare(step->words, step->word_count, 0);

	for (size_t i = 0; i < KITH_COUNT(kinds); i++) {
		if (kith_str_is(word, kinds[i].word)) {
			return kinds[i].let(values, step);
		}
	}
	struct kith_str text = values_text(values, &step->words[0].value);
	if (text.at == NULL || step->word_count != 1) {
		return "let NAME id|fill|base64 …, or a text";
	}
	values_set(values, step->what, text);
	return NULL;
}

/* --- arguments --- */

static bool is_literal(struct kith_str word)
{
	return kith_str_is(word, "true") || kith_str_is(word, "false") || kith_str_is(word, "null");
}

static const char *put_value(const struct values *values, const struct value *value,
                             struct kith_buf *out)
{
	struct kith_str text = values_text(values, value);
	bool is_plain = value->kind == VALUE_RAW || value->kind == VALUE_INTEGER ||
	                (value->kind == VALUE_WORD && is_literal(text));

	if (text.at == NULL) {
		return "a variable that nobody has set";
	}
	if (is_plain) {
		kith_buf_add(out, text);
	} else {
		json_put_string(out, text);
	}
	return NULL;
}

const char *values_put_args(const struct values *values, const struct word *words, size_t count,
                            const char *skip, struct kith_buf *out)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].form != WORD_EQUAL) {
			return "an argument is name=value";
		}
		if (skip != NULL && kith_str_is(words[i].key, skip)) {
			continue;
		}
		if (out->len > 0 && out->at[out->len - 1] != '{') {
			kith_buf_add_char(out, ',');
		}
		json_put_string(out, words[i].key);
		kith_buf_add_char(out, ':');
		const char *wrong = put_value(values, &words[i].value, out);
		if (wrong != NULL) {
			return wrong;
		}
	}
	return NULL;
}

/* --- patterns --- */

struct kith_str values_header(struct kith_str headers, struct kith_str name)
{
	struct kith_str line;
	struct kith_str key;
	struct kith_str value;

	while (headers.len > 0) {
		if (!kith_str_cut(headers, '\n', &line, &headers)) {
			line = headers;
			headers = (struct kith_str){ 0 };
		}
		if (kith_str_cut(line, ':', &key, &value) && kith_str_equal_nocase(key, name)) {
			value = kith_str_trim(value);
			value.len -= value.len > 0 && value.at[value.len - 1] == '\r' ? 1 : 0;
			return value;
		}
	}
	return (struct kith_str){ 0 };
}

/* Whether TEXT has the form of PATTERN, where 0 is a digit, a a hex digit. */
static bool has_form(struct kith_str text, const char *pattern)
{
	bool is_same = text.len == strlen(pattern);

	for (size_t i = 0; is_same && i < text.len; i++) {
		char c = text.at[i];
		bool is_digit = c >= '0' && c <= '9';
		is_same = pattern[i] == '0'   ? is_digit
		          : pattern[i] == 'a' ? is_digit || (c >= 'a' && c <= 'f')
		                              : c == pattern[i];
	}
	return is_same;
}

static bool match_any(struct kith_str word, const struct json *node)
{
	if (kith_str_is(word, "time")) {
		return has_form(node->text, "0000-00-00T00:00:00.000Z");
	}
	if (kith_str_is(word, "uuid")) {
		return has_form(node->text, "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
	}
	if (kith_str_is(word, "text")) {
		return node->kind == JSON_STRING && node->text.len > 0;
	}
	return word.len == 0 && node->kind != JSON_NULL;
}

static bool match_value(struct values *values, const struct value *value, const struct json *node)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} literals[] = { { "true", JSON_TRUE }, { "false", JSON_FALSE }, { "null", JSON_NULL } };

	if (value->kind == VALUE_ANY) {
		return match_any(value->text, node);
	}
	for (size_t i = 0; value->kind == VALUE_WORD && i < KITH_COUNT(literals); i++) {
		if (kith_str_is(value->text, literals[i].word)) {
			return node->kind == literals[i].kind;
		}
	}
	if (node->kind != JSON_STRING && node->kind != JSON_INTEGER) {
		return false;
	}
	if (value->kind == VALUE_VARIABLE && find(values, value->text).at == NULL) {
		values_set(values, value->text, node->text);
		return true;
	}
	bool is_integer = value->kind == VALUE_INTEGER;
	if (value->kind != VALUE_VARIABLE && is_integer != (node->kind == JSON_INTEGER)) {
		return false;
	}
	return kith_str_equal(values_text(values, value), node->text);
}

/* What stands outside of the body: repeated, status, body, header.NAME. */
static bool find_aside(const struct heard *heard, struct kith_str key, struct json *out)
{
	if (kith_str_is(key, "repeated")) {
		*out = (struct json){ .kind = heard->is_repeated ? JSON_TRUE : JSON_FALSE };
		return true;
	}
	if (kith_str_is(key, "body")) {
		*out = (struct json){ .kind = JSON_STRING, .text = heard->text };
		return true;
	}
	if (kith_str_starts(key, KITH_STR("header."))) {
		out->kind = JSON_STRING;
		out->text = values_header(heard->headers, kith_str_skip(key, 7));
		return out->text.at != NULL;
	}
	return false;
}

static bool match_word(struct values *values, const struct heard *heard, const struct json *body,
                       const struct word *word)
{
	struct json aside = { .kind = JSON_NULL };
	const struct json *node =
		find_aside(heard, word->key, &aside) ? &aside : json_find(body, word->key);

	if (kith_str_is(word->key, "repeated") && !heard->is_known_repeated) {
		return true;
	}
	switch (word->form) {
	case WORD_ABSENT:
		return node == NULL;
	case WORD_LENGTH:
		return node != NULL && node->kind == JSON_ARRAY &&
		       (int64_t)node->count == word->value.integer;
	case WORD_EQUAL:
		return node != NULL && match_value(values, &word->value, node);
	case WORD_BARE:
		break;
	}
	return false;
}

bool values_match(struct values *values, const struct heard *heard, const struct json *body,
                  const struct word *words, size_t count, struct kith_buf *expected)
{
	for (size_t i = 0; i < count; i++) {
		const struct word *word = &words[i];
		if (match_word(values, heard, body, word)) {
			continue;
		}
		struct kith_str text = values_text(values, &word->value);
		kith_buf_add_text(expected, word->form == WORD_ABSENT ? "no " : "");
		kith_buf_add(expected, word->key);
		if (word->form != WORD_ABSENT) {
			kith_buf_add_format(expected, "%s=%s%.*s",
			                    word->form == WORD_LENGTH ? "#" : "",
			                    word->value.kind == VALUE_ANY ? "*" : "",
			                    text.len < 400 ? (int)text.len : 400,
			                    text.at == NULL ? "" : text.at);
		}
		return false;
	}
	return true;
}
