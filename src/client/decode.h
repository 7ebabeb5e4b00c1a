/*
 * decode.h -- an answer's JSON into a struct of the public API, by a table.
 *
 * The generator makes a table per schema of the contract; this file fills the
 * struct by it. Types are checked strictly, members it does not know are
 * ignored, so an old client works with a newer server. Knows no call by name.
 */
#ifndef KITH_CLIENT_DECODE_H
#define KITH_CLIENT_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "kith/types.h"

/* What a member is in JSON, and which C field it fills. */
enum kith_decode_type {
	KITH_DECODE_TEXT,    /* string: struct kith_text                               */
	KITH_DECODE_BYTES,   /* base64: struct kith_bytes                              */
	KITH_DECODE_TIME,    /* RFC 3339: int64_t, us since 1970 UTC                   */
	KITH_DECODE_WORD,    /* one of words: an enum, 1 for the first, 0 for any other */
	KITH_DECODE_INTEGER, /* int64_t                                                */
	KITH_DECODE_INT,     /* int                                                    */
	KITH_DECODE_BOOL,    /* bool                                                   */
	KITH_DECODE_STRUCT,  /* object: the struct itself                              */
	KITH_DECODE_POINTER, /* object: a pointer to it, NULL when absent              */
	KITH_DECODE_LIST,    /* array of objects: a pointer, and how many              */
	KITH_DECODE_TEXTS,   /* array of strings: a pointer to struct kith_text, and how many */
	KITH_DECODE_OBJECT,  /* any object: its JSON as struct kith_text               */
	KITH_DECODE_VARIANT, /* object: a pointer that another member's word chooses   */
	KITH_DECODE_TYPE_COUNT,
};

struct kith_decode_table;

/* VARIANT: when the deciding member is WORD, the pointer at OFFSET gets a struct of TABLE. */
struct kith_decode_variant {
	const char *word;
	size_t offset;
	const struct kith_decode_table *table;
};

struct kith_decode_row {
	const char *name;
	enum kith_decode_type type;
	bool is_required;    /* else it may be absent, and its field stays zero       */
	bool may_be_null;    /* required, but null counts as there and stays zero     */
	size_t offset;       /* of the field; of a LIST's or TEXTS' pointer           */
	size_t count_offset; /* LIST, TEXTS: of its size_t                            */
	size_t has_offset;   /* of a bool that says it was there; 0: the struct has none */
	const struct kith_decode_table *table;      /* STRUCT, POINTER, LIST        */
	const char *const *words;                   /* WORD: NULL-terminated        */
	const char *by;                             /* VARIANT: the deciding member */
	const struct kith_decode_variant *variants; /* VARIANT; word NULL at the end */
};

struct kith_decode_table {
	const char *name; /* of the schema, for people */
	size_t size;      /* of the struct             */
	const struct kith_decode_row *rows;
	size_t row_count;
};

/*
 * Makes a struct of TABLE from the object NODE.
 *
 * returns  KITH_OK                 *out is set
 *          KITH_E_INVALID_REQUEST  the answer is not what the contract says; why
 *                                  names the member
 *          KITH_E_NO_MEMORY
 * owns     the struct and all it points to live in MEM or borrow JSON's text
 */
KITH_MUST_USE enum kith_rc kith_decode(const struct kith_decode_table *table,
                                       const struct kith_json *json,
                                       const struct kith_json_node *node, struct kith_arena *mem,
                                       const void **out, struct kith_why *why);

/* The same for a problem, from HTTP or an error frame. A known code's row says if it is retryable. */
KITH_MUST_USE enum kith_rc kith_decode_problem(const struct kith_json *json,
                                               const struct kith_json_node *node,
                                               struct kith_arena *mem, struct kith_problem *out,
                                               struct kith_why *why);

#endif
