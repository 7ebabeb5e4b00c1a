/*
 * base64.h -- bytes as text, in the two alphabets of RFC 4648.
 *
 * The standard alphabet with padding for contents, the URL alphabet without for
 * tokens and cursors. Decoding is strict: no white space, exact padding, no
 * stray bits.
 */
#ifndef KITH_BASE_BASE64_H
#define KITH_BASE_BASE64_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum kith_base64 {
	KITH_BASE64,     /* RFC 4648 4, padded   */
	KITH_BASE64_URL, /* RFC 4648 5, unpadded */
};

/* Appends BYTES as text. */
void kith_base64_add(struct kith_buf *buf, enum kith_base64 form, struct kith_str bytes);

/*
 * Decodes TEXT into ROOM bytes at OUT.
 * returns  how many bytes, or -1 when TEXT is not of that form or too long
 */
ptrdiff_t kith_base64_decode(enum kith_base64 form, struct kith_str text, void *out, size_t room);

#endif
