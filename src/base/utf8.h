/*
 * utf8.h -- is this text, and where do its characters end?
 *
 * Valid means RFC 3629: no surrogates, no overlong forms, nothing above
 * U+10FFFF. The checker keeps its place, so that a text may come in pieces.
 */
#ifndef KITH_BASE_UTF8_H
#define KITH_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Where a check of text in pieces stands. Zeroed: at the start. */
struct kith_utf8 {
	uint8_t missing; /* continuation bytes still expected        */
	uint8_t low;     /* the range the next one must lie in       */
	uint8_t high;
};

/* false as soon as the pieces so far can be no beginning of valid text. */
KITH_MUST_USE bool kith_utf8_feed(struct kith_utf8 *check, struct kith_str piece);

/* true when the pieces so far end at the end of a character. */
bool kith_utf8_is_whole(const struct kith_utf8 *check);

/* true when TEXT is valid by itself. Fast on ASCII. */
bool kith_utf8_is_valid(struct kith_str text);

/* Writes CODE (no surrogate, ≤ 0x10ffff) as 1..4 bytes into OUT; returns how many. */
size_t kith_utf8_put(uint32_t code, char out[4]);

/*
 * The longest prefix of valid TEXT that has at most BYTES bytes and does not
 * cut a character.
 */
struct kith_str kith_utf8_prefix(struct kith_str text, size_t bytes);

#endif
