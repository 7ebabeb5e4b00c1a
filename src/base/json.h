/*
 * json.h -- reads and writes JSON without a tree.
 *
 * Reading checks a whole text once, strictly (RFC 8259 and what design asks on
 * top: no duplicate keys, no lone surrogates, depth of 32, integers of 53 bits),
 * into one flat array of nodes that point into the text. Writing appends to a
 * buffer and puts the commas itself. Knows no chat, no files, no numbers with
 * exponents.
 */
#ifndef KITH_BASE_JSON_H
#define KITH_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
	KITH_JSON_DEPTH_MAX = 32,
	KITH_JSON_NODE_MAX = 65536, /* per text: more is too_large           */
};
#define KITH_JSON_INTEGER_MAX INT64_C(9007199254740991) /* 2^53 - 1, and its negative */

enum kith_json_kind {
	KITH_JSON_NULL,
	KITH_JSON_FALSE,
	KITH_JSON_TRUE,
	KITH_JSON_INTEGER, /* -(2^53-1)..2^53-1, no exponent, no -0         */
	KITH_JSON_DECIMAL, /* digits '.' digits; kept as text               */
	KITH_JSON_STRING,
	KITH_JSON_ARRAY,
	KITH_JSON_OBJECT,
};

/*
 * One value, or one key of an object. Children follow their parent at once: an
 * array's elements, or an object's keys each followed by its value.
 */
struct kith_json_node {
	uint8_t kind;    /* enum kith_json_kind; a key is a STRING           */
	bool is_escaped; /* STRING: raw has backslashes to undo              */
	uint32_t at;     /* offset of raw in the text: string without quotes */
	uint32_t len;    /* bytes of raw: whole text of a container          */
	uint32_t skip;   /* nodes to add to reach the next sibling           */
	uint32_t count;  /* elements of an array, pairs of an object         */
	int64_t integer; /* INTEGER only                                     */
};

struct kith_json {
	struct kith_str text;
	const struct kith_json_node *root;
	uint32_t node_count;
};

/*
 * Reads TEXT, which must be one JSON value with nothing but white space around.
 *
 * returns  KITH_OK                out is set
 *          KITH_E_INVALID_REQUEST not JSON as above; why says what, and the byte
 *          KITH_E_TOO_LARGE       more than KITH_JSON_NODE_MAX nodes
 *          KITH_E_NO_MEMORY
 * owns     nodes live in MEM; they and the strings borrow TEXT.
 * source   RFC 8259; docs/protocol.md "JSON"
 */
KITH_MUST_USE enum kith_rc kith_json_read(struct kith_str text, struct kith_arena *mem,
                                          struct kith_json *out, struct kith_why *why);

/* The first child of a container, NULL when it is empty. */
const struct kith_json_node *kith_json_first(const struct kith_json_node *parent);

/* The value named KEY of OBJECT; NULL when OBJECT is NULL, no object, or lacks it. */
const struct kith_json_node *kith_json_get(const struct kith_json *json,
                                           const struct kith_json_node *object, const char *key);

/* The bytes of NODE as they stand in the text (a string without its quotes). */
struct kith_str kith_json_raw(const struct kith_json *json, const struct kith_json_node *node);

/*
 * The decoded text of a STRING node: borrowed from the JSON text when nothing
 * was escaped, else a copy in MEM. The NUL character may be in it.
 * returns  KITH_OK, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_json_text(const struct kith_json *json,
                                          const struct kith_json_node *node, struct kith_arena *mem,
                                          struct kith_str *out);

/* How many objects and arrays of NODE lie in each other: {} and [] are 1, [{}] is 2. */
size_t kith_json_depth(const struct kith_json *json, const struct kith_json_node *node);

/*
 * The bytes of NODE without the white space between its tokens; keys, values and
 * their order as they were given. Borrowed from the JSON text when there is none
 * to leave out, else a copy in MEM.
 * returns  KITH_OK, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_json_minify(const struct kith_json *json,
                                            const struct kith_json_node *node,
                                            struct kith_arena *mem, struct kith_str *out);

/*
 * The writer. Values in an array or pairs in an object get their commas from
 * it; the caller closes what it opens (asserted). Nothing fails here: look at
 * buf->failed at the end.
 */
struct kith_json_writer {
	struct kith_buf *buf;
	bool needs_comma;
	uint8_t depth;
};

void kith_json_write_to(struct kith_json_writer *w, struct kith_buf *buf);
void kith_json_open_object(struct kith_json_writer *w);
void kith_json_close_object(struct kith_json_writer *w);
void kith_json_open_array(struct kith_json_writer *w);
void kith_json_close_array(struct kith_json_writer *w);

/* KEY is ours: plain ASCII that needs no escape. A value must follow. */
void kith_json_key(struct kith_json_writer *w, const char *key);

/*
 * TEXT is valid UTF-8 (whoever let it in has checked that). Escapes '"', '\\',
 * controls below 0x20 and 0x7f, and U+2028 and U+2029; all else goes out as it is.
 */
void kith_json_string(struct kith_json_writer *w, struct kith_str text);
void kith_json_integer(struct kith_json_writer *w, int64_t value);
void kith_json_bool(struct kith_json_writer *w, bool value);
void kith_json_null(struct kith_json_writer *w);
/* JSON that is whole and checked already. */
void kith_json_put_raw(struct kith_json_writer *w, struct kith_str json);

/* A key with its value in one line. */
void kith_json_pair_string(struct kith_json_writer *w, const char *key, struct kith_str text);
void kith_json_pair_integer(struct kith_json_writer *w, const char *key, int64_t value);
void kith_json_pair_bool(struct kith_json_writer *w, const char *key, bool value);

#endif
