/*
 * json.h -- JSON as a tree, read by something else than the code under test.
 *
 * A plain recursive reader of RFC 8259 whose nodes live in an arena, and a path
 * such as items.0.text to find one. Only for tests: it is generous with memory
 * and knows no limits but depth. It never uses base/json.h.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_JSON_H
#define KITH_TESTS_TRANSCRIPTS_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_INTEGER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	enum json_kind kind;
	struct kith_str key;  /* in an object                         */
	struct kith_str text; /* STRING: decoded; INTEGER: its digits */
	int64_t integer;
	struct json *first; /* child */
	struct json *next;  /* sibling */
	size_t count;       /* of children */
};

/* The tree of TEXT, in MEM; NULL when it is no JSON, or has a number that is no integer. */
const struct json *json_read(struct kith_str text, struct kith_arena *mem);

/* The node at PATH ("last.text", "items.0.n"); NULL when there is none. */
const struct json *json_find(const struct json *root, struct kith_str path);

/* The text of member KEY; at NULL when it is absent or no string. */
struct kith_str json_text(const struct json *object, const char *key);

/* The integer of member KEY; -1 when it is absent or no integer. */
int64_t json_integer(const struct json *object, const char *key);

/* Appends NODE as JSON without blanks, members in their order; not its own key. */
void json_put(struct kith_buf *buf, const struct json *node);

/* Appends TEXT, any bytes, as a JSON string; only what must be escaped is. */
void json_put_string(struct kith_buf *buf, struct kith_str text);

#endif
