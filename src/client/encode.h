/*
 * encode.h -- a call's argument struct into JSON, by a table.
 *
 * The way there of what decode.h is the way back. What is not set is left out.
 * Lengths and ranges are the server's to judge; here it is only seen to that
 * the JSON is valid and that nothing required is missing.
 */
#ifndef KITH_CLIENT_ENCODE_H
#define KITH_CLIENT_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "kith/types.h"

/* What a field is in C, and when it counts as not set. */
enum kith_encode_type {
	KITH_ENCODE_TEXT,    /* struct kith_text: at NULL                         */
	KITH_ENCODE_BYTES,   /* struct kith_bytes, base64 in JSON: at NULL        */
	KITH_ENCODE_INTEGER, /* int64_t: 0, unless it is required or has_offset   */
	KITH_ENCODE_BOOL,    /* bool: false, likewise                             */
	KITH_ENCODE_WORD,    /* an enum, 1 for the first of words: 0              */
	KITH_ENCODE_TEXTS,   /* a pointer to struct kith_text and how many: NULL  */
	KITH_ENCODE_OBJECT,  /* struct kith_text, a JSON object: at NULL          */
	KITH_ENCODE_TYPE_COUNT,
};

struct kith_encode_row {
	const char *name;
	enum kith_encode_type type;
	bool is_required;
	bool is_new_id; /* TEXT: takes the new id when it is not set */
	size_t offset;
	size_t count_offset;      /* TEXTS: of its size_t                                   */
	size_t has_offset;        /* of a bool that says it is set; 0: the struct has none  */
	const char *const *words; /* WORD: NULL-terminated                                  */
};

/*
 * Appends the object of ARGS (the struct whose rows these are; NULL when COUNT is
 * 0) to OUT. NEW_ID stands in for a message id that the caller left out.
 *
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  a required one is missing, a text is no UTF-8, an
 *                                  object no JSON, a number beyond 2^53-1; why names it
 *          KITH_E_NO_MEMORY        on both, OUT is as it was
 */
KITH_MUST_USE enum kith_rc kith_encode(const struct kith_encode_row *rows, size_t count,
                                       const void *args, struct kith_str new_id,
                                       struct kith_buf *out, struct kith_why *why);

/* The message id in ARGS; none when the caller left it out or the call has none. */
struct kith_text kith_encode_id(const struct kith_encode_row *rows, size_t count, const void *args);

#endif
