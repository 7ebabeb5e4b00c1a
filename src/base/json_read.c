/*
 * json_read.c -- one strict pass from text to nodes, and the ways to ask them.
 *
 * The nodes grow in the arena as they are found. Duplicate keys are looked for
 * at the end, when the nodes stand still; the depth limit bounds the recursion.
 */
#include "base/json.h"

#include <string.h>

#include "base/json_keys.h"
#include "base/json_scan.h"
#include "base/utf8.h"

struct reader {
	const char *text;
	const char *at;
	const char *end;
	struct kith_arena *mem;
	struct kith_json_node *nodes;
	uint32_t count;
	uint32_t room;
	uint32_t depth;
	enum kith_rc rc;       /* what ends the reading             */
	const char *complaint; /* and why, in words                 */
};

static bool refuse(struct reader *r, const char *complaint)
{
	r->rc = KITH_E_INVALID_REQUEST;
	r->complaint = complaint;
	return false;
}

static bool out_of_memory(struct reader *r)
{
	r->rc = KITH_E_NO_MEMORY;
	r->complaint = "out of memory";
	return false;
}

static bool more_nodes(struct reader *r)
{
	if (r->room == KITH_JSON_NODE_MAX) {
		r->rc = KITH_E_TOO_LARGE;
		r->complaint = "too many values";
		return false;
	}
	uint32_t room = r->room * 2 < KITH_JSON_NODE_MAX ? r->room * 2 : KITH_JSON_NODE_MAX;
	struct kith_json_node *grown = kith_arena_resize(
		r->mem, r->nodes, r->room * sizeof(*r->nodes), room * sizeof(*r->nodes));
	if (grown == NULL) {
		return out_of_memory(r);
	}
	r->nodes = grown;
	r->room = room;
	return true;
}

/* Adds a node whose raw text begins here; *index says where it is. */
static bool add_node(struct reader *r, enum kith_json_kind kind, uint32_t *index)
{
	if (r->count == r->room && !more_nodes(r)) {
		return false;
	}
	*index = r->count++;
	r->nodes[*index] = (struct kith_json_node){
		.kind = (uint8_t)kind,
		.at = (uint32_t)(r->at - r->text),
		.skip = 1,
	};
	return true;
}

/* Sets the raw length of a node that began before AT and ends here. */
static void end_node(struct reader *r, uint32_t index)
{
	struct kith_json_node *node = &r->nodes[index];
	node->len = (uint32_t)(r->at - r->text) - node->at;
	node->skip = r->count - index;
}

/* The next byte behind white space, or '\0' at the end (which fits nowhere either). */
static char next_token(struct reader *r)
{
	while (r->at < r->end) {
		char c = *r->at;
		if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
			return c;
		}
		r->at++;
	}
	return '\0';
}

static bool eat(struct reader *r, char token)
{
	if (next_token(r) != token || r->at == r->end) {
		return false;
	}
	r->at++;
	return true;
}

/* --- strings --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hex digits from AT; -1 when they are none or do not end before END. */
static int32_t hex_unit(const char *at, const char *end)
{
	if (end - at < 4) {
		return -1;
	}
	int32_t unit = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(at[i]);
		if (digit < 0) {
			return -1;
		}
		unit = unit * 16 + digit;
	}
	return unit;
}

static const char escapes[] = {
	['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
	['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/*
 * Reads one escape, its backslash at *AT, and moves *AT behind it.
 * returns  the code point, or -1 when it is none, not whole, or half a pair
 */
static int32_t read_escape(const char **at, const char *end)
{
	const char *c = *at + 1;
	if (c == end) {
		return -1;
	}
	if (*c != 'u') {
		bool is_known = (uint8_t)*c < sizeof(escapes) && escapes[(uint8_t)*c] != '\0';
		*at += is_known ? 2 : 0;
		return is_known ? escapes[(uint8_t)*c] : -1;
	}
	int32_t unit = hex_unit(c + 1, end);
	c += 5;
	if (unit >= 0xd800 && unit <= 0xdbff) {
		bool has_second = end - c >= 6 && c[0] == '\\' && c[1] == 'u';
		int32_t low = has_second ? hex_unit(c + 2, end) : -1;
		if (low < 0xdc00 || low > 0xdfff) {
			return -1;
		}
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
		c += 6;
	} else if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff)) {
		return -1;
	}
	*at = c;
	return unit;
}

/* The first quote, backslash or control of AT..END, or END. *TOPS gathers the
 * bits of what was passed, to tell ASCII. */
static const char *skip_clean(const char *at, const char *end, uint64_t *tops)
{
	for (; end - at >= 8; at += 8) {
		uint64_t word = kith_scan_load(at);
		uint64_t hits = kith_scan_less(word, 0x20) | kith_scan_equal(word, '"') |
		                kith_scan_equal(word, '\\');
		if (hits != 0) {
			*tops |= word & (hits ^ (hits - 1));
			return at + kith_scan_first(hits);
		}
		*tops |= word;
	}
	while (at < end && (uint8_t)*at >= 0x20 && *at != '"' && *at != '\\') {
		*tops |= (uint8_t)*at & 0x80;
		at++;
	}
	return at;
}

/* A string whose opening quote was eaten: a key or a value. */
static bool read_string(struct reader *r)
{
	uint32_t index;
	if (!add_node(r, KITH_JSON_STRING, &index)) {
		return false;
	}
	const char *start = r->at;
	uint64_t tops = 0;
	for (;;) {
		r->at = skip_clean(r->at, r->end, &tops);
		if (r->at == r->end) {
			return refuse(r, "a string does not end");
		}
		if (*r->at == '"') {
			break;
		}
		if (*r->at != '\\') {
			return refuse(r, "a control character in a string");
		}
		r->nodes[index].is_escaped = true;
		if (read_escape(&r->at, r->end) < 0) {
			return refuse(r, "an escape that is none");
		}
	}
	if ((tops & KITH_SCAN_TOPS) != 0 &&
	    !kith_utf8_is_valid(kith_str_make(start, (size_t)(r->at - start)))) {
		r->at = start;
		return refuse(r, "not UTF-8 in the string");
	}
	end_node(r, index);
	r->at++;
	return true;
}

/* --- numbers and words --- */

static bool is_digit(const struct reader *r)
{
	return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

/* The digits behind the point; ends the node. NEGATIVE_ZERO so far. */
static bool read_fraction(struct reader *r, uint32_t index, bool is_negative_zero)
{
	r->at++;
	if (!is_digit(r)) {
		return refuse(r, "a point without digits");
	}
	while (is_digit(r)) {
		is_negative_zero = is_negative_zero && *r->at == '0';
		r->at++;
	}
	if (is_negative_zero) {
		return refuse(r, "a negative zero");
	}
	r->nodes[index].kind = KITH_JSON_DECIMAL;
	return true;
}

static bool read_whole(struct reader *r, uint32_t index, const char *digits, bool is_negative)
{
	int64_t value = 0;
	/* 2^53 has 16 digits: more need not be added up. */
	for (const char *c = digits; c < r->at && r->at - digits <= 16; c++) {
		value = value * 10 + (*c - '0');
	}
	if (r->at - digits > 16 || value > KITH_JSON_INTEGER_MAX) {
		return refuse(r, "an integer beyond 2^53 - 1");
	}
	if (is_negative && value == 0) {
		return refuse(r, "a negative zero");
	}
	r->nodes[index].integer = is_negative ? -value : value;
	return true;
}

static bool read_number(struct reader *r)
{
	uint32_t index;
	if (!add_node(r, KITH_JSON_INTEGER, &index)) {
		return false;
	}
	bool is_negative = *r->at == '-';
	r->at += is_negative;
	const char *digits = r->at;
	while (is_digit(r)) {
		r->at++;
	}
	if (r->at == digits) {
		return refuse(r, "a minus without digits");
	}
	if (*digits == '0' && r->at - digits > 1) {
		return refuse(r, "a leading zero");
	}
	bool is_decimal = r->at < r->end && *r->at == '.';
	bool is_read = is_decimal ? read_fraction(r, index, is_negative && *digits == '0')
	                          : read_whole(r, index, digits, is_negative);
	if (!is_read) {
		return false;
	}
	if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		return refuse(r, "an exponent");
	}
	end_node(r, index);
	return true;
}

static bool read_word(struct reader *r, const char *word, enum kith_json_kind kind)
{
	uint32_t index;
	size_t len = strlen(word);
	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0) {
		return refuse(r, "no value");
	}
	if (!add_node(r, kind, &index)) {
		return false;
	}
	r->at += len;
	end_node(r, index);
	return true;
}

/* --- containers --- */

static bool read_value(struct reader *r);

static bool read_key(struct reader *r)
{
	if (!eat(r, '"')) {
		return refuse(r, "no key");
	}
	if (!read_string(r)) {
		return false;
	}
	return eat(r, ':') || refuse(r, "no colon after a key");
}

/* An array or an object, its opening bracket here. */
static bool read_container(struct reader *r, enum kith_json_kind kind, char closing)
{
	uint32_t index;
	uint32_t count = 0;
	if (r->depth == KITH_JSON_DEPTH_MAX) {
		return refuse(r, "nested too deep");
	}
	if (!add_node(r, kind, &index)) {
		return false;
	}
	r->depth++;
	r->at++;
	if (!eat(r, closing)) {
		do {
			if ((kind == KITH_JSON_OBJECT && !read_key(r)) || !read_value(r)) {
				return false;
			}
			count++;
		} while (eat(r, ','));
		if (!eat(r, closing)) {
			return refuse(r, "no comma and no closing bracket");
		}
	}
	r->depth--;
	r->nodes[index].count = count;
	end_node(r, index);
	return true;
}

static bool read_value(struct reader *r)
{
	switch (next_token(r)) {
	case '"':
		r->at++;
		return read_string(r);
	case '{':
		return read_container(r, KITH_JSON_OBJECT, '}');
	case '[':
		return read_container(r, KITH_JSON_ARRAY, ']');
	case 't':
		return read_word(r, "true", KITH_JSON_TRUE);
	case 'f':
		return read_word(r, "false", KITH_JSON_FALSE);
	case 'n':
		return read_word(r, "null", KITH_JSON_NULL);
	default:
		return (is_digit(r) || (r->at < r->end && *r->at == '-')) ? read_number(r)
		                                                          : refuse(r, "no value");
	}
}

static bool read_text(struct reader *r)
{
	if (!read_value(r)) {
		return false;
	}
	next_token(r);
	return r->at == r->end || refuse(r, "something behind the value");
}

/* Room for what a text of this length usually holds. */
static bool begin_nodes(struct reader *r, size_t len)
{
	size_t room = 16 + len / 16;
	r->room = room < KITH_JSON_NODE_MAX ? (uint32_t)room : KITH_JSON_NODE_MAX;
	r->nodes = kith_arena_alloc(r->mem, r->room * sizeof(*r->nodes));
	return r->nodes != NULL || out_of_memory(r);
}

/* Gives back the nodes that were not needed, and looks for keys that come twice. */
static bool finish_nodes(struct reader *r, struct kith_json *json)
{
	r->nodes = kith_arena_resize(r->mem, r->nodes, r->room * sizeof(*r->nodes),
	                             r->count * sizeof(*r->nodes));
	*json = (struct kith_json){
		.text = { .at = r->text, .len = (size_t)(r->end - r->text) },
		.root = r->nodes,
		.node_count = r->count,
	};
	const struct kith_json_node *twice = NULL;
	if (kith_json_find_twice(json, r->mem, &twice) != KITH_OK) {
		return out_of_memory(r);
	}
	if (twice != NULL) {
		r->at = r->text + twice->at;
		return refuse(r, "a key that is there already");
	}
	return true;
}

enum kith_rc kith_json_read(struct kith_str text, struct kith_arena *mem, struct kith_json *out,
                            struct kith_why *why)
{
	struct reader r = { .text = text.at, .at = text.at, .mem = mem };
	struct kith_json json;
	if (text.len > UINT32_MAX) {
		return kith_refuse(why, KITH_E_TOO_LARGE, NULL, "the JSON is too large");
	}
	r.end = text.len == 0 ? text.at : text.at + text.len;
	if (!begin_nodes(&r, text.len) || !read_text(&r) || !finish_nodes(&r, &json)) {
		return kith_refuse(why, r.rc, NULL, "JSON, byte %zu: %s", (size_t)(r.at - r.text),
		                   r.complaint);
	}
	*out = json;
	return KITH_OK;
}

/* --- asking --- */

const struct kith_json_node *kith_json_first(const struct kith_json_node *parent)
{
	return parent->count == 0 ? NULL : parent + 1;
}

/* Writes the text that RAW, checked before, stands for. returns its length. */
static size_t decode(struct kith_str raw, char *out)
{
	const char *at = raw.at;
	const char *end = raw.at + raw.len;
	size_t len = 0;
	while (at < end) {
		const char *slash = memchr(at, '\\', (size_t)(end - at));
		size_t clean = (size_t)((slash == NULL ? end : slash) - at);
		memcpy(out + len, at, clean);
		len += clean;
		at += clean;
		if (at < end) {
			int32_t code = read_escape(&at, end);
			KITH_ASSERT(code >= 0);
			len += kith_utf8_put((uint32_t)code, out + len);
		}
	}
	return len;
}

/* Whether RAW, with its escapes, stands for KEY. */
static bool is_escaped_key(struct kith_str raw, struct kith_str key)
{
	const char *at = raw.at;
	const char *end = raw.at + raw.len;
	while (at < end) {
		char bytes[4] = { *at };
		size_t len = 1;
		if (*at != '\\') {
			at++;
		} else {
			int32_t code = read_escape(&at, end);
			KITH_ASSERT(code >= 0);
			len = kith_utf8_put((uint32_t)code, bytes);
		}
		if (!kith_str_starts(key, kith_str_make(bytes, len))) {
			return false;
		}
		key = kith_str_skip(key, len);
	}
	return key.len == 0;
}

const struct kith_json_node *kith_json_get(const struct kith_json *json,
                                           const struct kith_json_node *object, const char *key)
{
	if (object == NULL || object->kind != KITH_JSON_OBJECT) {
		return NULL;
	}
	struct kith_str wanted = kith_str_of(key);
	const struct kith_json_node *name = object + 1;
	for (uint32_t i = 0; i < object->count; i++) {
		struct kith_str raw = kith_json_raw(json, name);
		if (name->is_escaped ? is_escaped_key(raw, wanted) : kith_str_equal(raw, wanted)) {
			return name + 1;
		}
		name += 1 + name[1].skip;
	}
	return NULL;
}

struct kith_str kith_json_raw(const struct kith_json *json, const struct kith_json_node *node)
{
	return kith_str_make(json->text.at + node->at, node->len);
}

enum kith_rc kith_json_text(const struct kith_json *json, const struct kith_json_node *node,
                            struct kith_arena *mem, struct kith_str *out)
{
	KITH_ASSERT(node->kind == KITH_JSON_STRING);
	struct kith_str raw = kith_json_raw(json, node);
	if (!node->is_escaped) {
		*out = raw;
		return KITH_OK;
	}
	char *copy = kith_arena_alloc(mem, raw.len);
	if (copy == NULL) {
		return KITH_E_NO_MEMORY;
	}
	size_t len = decode(raw, copy);
	/* An escape is longer than what it stands for; the rest goes back. */
	copy = kith_arena_resize(mem, copy, raw.len, len);
	*out = kith_str_make(copy, len);
	return KITH_OK;
}

size_t kith_json_depth(const struct kith_json *json, const struct kith_json_node *node)
{
	struct kith_str raw = kith_json_raw(json, node);
	bool is_in_string = false;
	size_t depth = 0;
	size_t deepest = 0;
	for (size_t i = 0; node->kind != KITH_JSON_STRING && i < raw.len; i++) {
		char c = raw.at[i];
		if (is_in_string && c == '\\') {
			i++;
		} else if (c == '"') {
			is_in_string = !is_in_string;
		} else if (!is_in_string && (c == '{' || c == '[')) {
			depth++;
			deepest = depth > deepest ? depth : deepest;
		} else if (!is_in_string && (c == '}' || c == ']')) {
			depth--;
		}
	}
	return deepest;
}

/* The next byte from AT on that may be white space between tokens, or END. */
static const char *next_white(const char *at, const char *end)
{
	bool is_in_string = false;
	for (; at < end && (is_in_string || !strchr(" \n\r\t", *at)); at++) {
		if (is_in_string && *at == '\\') {
			at++; /* A checked text does not end behind a backslash. */
		} else if (*at == '"') {
			is_in_string = !is_in_string;
		}
	}
	return at;
}

enum kith_rc kith_json_minify(const struct kith_json *json, const struct kith_json_node *node,
                              struct kith_arena *mem, struct kith_str *out)
{
	KITH_ASSERT(node->kind != KITH_JSON_STRING);
	struct kith_str raw = kith_json_raw(json, node);
	const char *end = raw.at + raw.len;
	const char *at = next_white(raw.at, end);
	if (at == end) {
		*out = raw;
		return KITH_OK;
	}
	char *copy = kith_arena_alloc(mem, raw.len);
	if (copy == NULL) {
		return KITH_E_NO_MEMORY;
	}
	size_t len = 0;
	for (const char *from = raw.at; from < end; from = at) {
		at = next_white(from, end);
		memcpy(copy + len, from, (size_t)(at - from));
		len += (size_t)(at - from);
		at += at < end ? 1 : 0;
	}
	/* Resizing to less cannot fail. */
	copy = kith_arena_resize(mem, copy, raw.len, len);
	*out = kith_str_make(copy, len);
	return KITH_OK;
}
