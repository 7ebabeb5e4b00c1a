/*
 * json.c -- a reader that goes down into values and up again.
 */
#include "transcripts/json.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

struct reader {
	const char *at;
	const char *end;
	struct kith_arena *mem;
	int depth;
};

static struct json *read_value(struct reader *r);

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && strchr(" \t\r\n", *r->at) != NULL && *r->at != '\0') {
		r->at++;
	}
}

static bool take(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0) {
		return false;
	}
	r->at += len;
	return true;
}

static struct json *node_new(struct reader *r, enum json_kind kind)
{
	struct json *node = kith_arena_zero(r->mem, 1, sizeof(*node));

	KITH_ASSERT(node != NULL);
	node->kind = kind;
	return node;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	return c == '\0' || found == NULL ? -1 : (int)(found - digits);
}

/* Four hex digits; -1 when they are not there. */
static int32_t read_unit(struct reader *r)
{
	int32_t unit = 0;

	for (int i = 0; i < 4; i++, r->at++) {
		int digit = r->at < r->end ? hex_digit(*r->at) : -1;
		if (digit < 0) {
			return -1;
		}
		unit = unit * 16 + digit;
	}
	return unit;
}

static char *put_utf8(char *out, int32_t code)
{
	static const struct {
		int32_t max;
		unsigned char lead;
		int tail;
	} forms[] = {
		{ 0x7f, 0, 0 }, { 0x7ff, 0xc0, 1 }, { 0xffff, 0xe0, 2 }, { 0x10ffff, 0xf0, 3 }
	};
	size_t form = 0;

	while (code > forms[form].max) {
		form++;
	}
	*out++ = (char)(forms[form].lead | code >> (6 * forms[form].tail));
	for (int i = forms[form].tail; i > 0; i--) {
		*out++ = (char)(0x80 | (code >> (6 * (i - 1)) & 0x3f));
	}
	return out;
}

/* What follows a backslash; NULL when it makes no sense. */
static char *read_escape(struct reader *r, char *out)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	char c = r->at < r->end ? *r->at++ : '\0';
	const char *found = c == '\0' ? NULL : strchr(names, c);

	if (found != NULL) {
		*out = values[found - names];
		return out + 1;
	}
	int32_t code = c == 'u' ? read_unit(r) : -1;
	if (code >= 0xd800 && code < 0xdc00) {
		int32_t low = take(r, "\\u") ? read_unit(r) : -1;
		code = low >= 0xdc00 && low < 0xe000
		               ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
		               : -1;
	}
	return code < 0 ? NULL : put_utf8(out, code);
}

static bool read_string(struct reader *r, struct kith_str *text)
{
	if (!take(r, "\"")) {
		return false;
	}
	char *start = kith_arena_alloc(r->mem, (size_t)(r->end - r->at) + 1);
	char *out = start;
	KITH_ASSERT(start != NULL);
	while (out != NULL && r->at < r->end && *r->at != '"' && (unsigned char)*r->at >= 0x20) {
		char c = *r->at++;
		if (c == '\\') {
			out = read_escape(r, out);
		} else {
			*out++ = c;
		}
	}
	if (out == NULL || !take(r, "\"")) {
		return false;
	}
	*text = kith_str_make(start, (size_t)(out - start));
	return true;
}

static struct json *read_number(struct reader *r)
{
	const char *start = r->at;
	struct json *node = node_new(r, JSON_INTEGER);

	(void)take(r, "-");
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9') {
		r->at++;
	}
	node->text = kith_str_make(start, (size_t)(r->at - start));
	return kith_str_to_int(node->text, &node->integer) ? node : NULL;
}

/* The rest of an array or object up to CLOSE. */
static struct json *read_children(struct reader *r, struct json *parent, const char *close)
{
	struct json **end = &parent->first;

	skip_blanks(r);
	if (take(r, close)) {
		return parent;
	}
	do {
		struct kith_str key = { 0 };
		skip_blanks(r);
		if (parent->kind == JSON_OBJECT) {
			if (!read_string(r, &key)) {
				return NULL;
			}
			skip_blanks(r);
			if (!take(r, ":")) {
				return NULL;
			}
		}
		struct json *child = read_value(r);
		if (child == NULL) {
			return NULL;
		}
		child->key = key;
		*end = child;
		end = &child->next;
		parent->count++;
		skip_blanks(r);
	} while (take(r, ","));
	return take(r, close) ? parent : NULL;
}

static struct json *read_container(struct reader *r, enum json_kind kind, const char *close)
{
	if (++r->depth > DEPTH_MAX) {
		return NULL;
	}
	struct json *node = read_children(r, node_new(r, kind), close);
	r->depth--;
	return node;
}

static struct json *read_value(struct reader *r)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} words[] = { { "null", JSON_NULL }, { "true", JSON_TRUE }, { "false", JSON_FALSE } };
	struct json *node;

	skip_blanks(r);
	for (size_t i = 0; i < KITH_COUNT(words); i++) {
		if (take(r, words[i].word)) {
			return node_new(r, words[i].kind);
		}
	}
	if (take(r, "{")) {
		return read_container(r, JSON_OBJECT, "}");
	}
	if (take(r, "[")) {
		return read_container(r, JSON_ARRAY, "]");
	}
	if (r->at < r->end && *r->at == '"') {
		node = node_new(r, JSON_STRING);
		return read_string(r, &node->text) ? node : NULL;
	}
	return read_number(r);
}

const struct json *json_read(struct kith_str text, struct kith_arena *mem)
{
	struct reader r = { .at = text.at, .end = text.at + text.len, .mem = mem };
	const struct json *root = text.len == 0 ? NULL : read_value(&r);

	skip_blanks(&r);
	return r.at == r.end ? root : NULL;
}

static const struct json *find_child(const struct json *parent, struct kith_str name)
{
	int64_t index = -1;
	bool is_index = parent->kind == JSON_ARRAY && kith_str_to_int(name, &index);

	if (parent->kind == JSON_ARRAY && !is_index) {
		return NULL;
	}
	for (const struct json *child = parent->first; child != NULL; child = child->next) {
		if (is_index ? index-- == 0 : kith_str_equal(child->key, name)) {
			return child;
		}
	}
	return NULL;
}

const struct json *json_find(const struct json *root, struct kith_str path)
{
	struct kith_str name;

	while (root != NULL && path.len > 0) {
		if (!kith_str_cut(path, '.', &name, &path)) {
			name = path;
			path = (struct kith_str){ 0 };
		}
		root = find_child(root, name);
	}
	return root;
}

struct kith_str json_text(const struct json *object, const char *key)
{
	const struct json *node = json_find(object, kith_str_of(key));

	return node != NULL && node->kind == JSON_STRING ? node->text : (struct kith_str){ 0 };
}

int64_t json_integer(const struct json *object, const char *key)
{
	const struct json *node = json_find(object, kith_str_of(key));

	return node != NULL && node->kind == JSON_INTEGER ? node->integer : -1;
}

void json_put_string(struct kith_buf *buf, struct kith_str text)
{
	kith_buf_add_char(buf, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if ((unsigned char)c < 0x20) {
			kith_buf_add_format(buf, "\\u%04x", (unsigned)c);
		} else {
			if (c == '"' || c == '\\') {
				kith_buf_add_char(buf, '\\');
			}
			kith_buf_add_char(buf, c);
		}
	}
	kith_buf_add_char(buf, '"');
}

void json_put(struct kith_buf *buf, const struct json *node)
{
	static const char *const words[] = { "null", "false", "true" };
	bool is_object = node->kind == JSON_OBJECT;

	if (node->kind <= JSON_TRUE) {
		kith_buf_add_text(buf, words[node->kind]);
	} else if (node->kind == JSON_INTEGER) {
		kith_buf_add(buf, node->text);
	} else if (node->kind == JSON_STRING) {
		json_put_string(buf, node->text);
	} else {
		kith_buf_add_char(buf, is_object ? '{' : '[');
		for (const struct json *child = node->first; child != NULL; child = child->next) {
			if (is_object) {
				json_put_string(buf, child->key);
				kith_buf_add_char(buf, ':');
			}
			json_put(buf, child);
			kith_buf_add_text(buf, child->next == NULL ? "" : ",");
		}
		kith_buf_add_char(buf, is_object ? '}' : ']');
	}
}
