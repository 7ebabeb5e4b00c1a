/*
 * str.h -- a borrowed piece of bytes: an address and a length.
 *
 * Everything that comes from outside is a slice, never a C string, so a NUL or
 * a missing terminator means nothing. A slice owns nothing and is valid until
 * its owner is next changed. No function here allocates.
 */
#ifndef KITH_BASE_STR_H
#define KITH_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/macros.h"

struct kith_str {
	const char *at;
	size_t len;
};

/* For printf: printf("%.*s", KITH_STR_PRINT(s)). */
#define KITH_STR_PRINT(s) (int)(s).len, (s).at

/* A slice of a string literal. */
#define KITH_STR(literal) ((struct kith_str){ .at = "" literal, .len = sizeof(literal) - 1 })

static inline struct kith_str kith_str_of(const char *text)
{
	return (struct kith_str){ .at = text, .len = text == NULL ? 0 : strlen(text) };
}

static inline struct kith_str kith_str_make(const void *at, size_t len)
{
	return (struct kith_str){ .at = at, .len = len };
}

static inline bool kith_str_equal(struct kith_str a, struct kith_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool kith_str_is(struct kith_str a, const char *text)
{
	return kith_str_equal(a, kith_str_of(text));
}

static inline bool kith_str_starts(struct kith_str a, struct kith_str head)
{
	return a.len >= head.len && (head.len == 0 || memcmp(a.at, head.at, head.len) == 0);
}

/* The slice without its first COUNT bytes (all of them when it is shorter). */
static inline struct kith_str kith_str_skip(struct kith_str a, size_t count)
{
	size_t cut = count < a.len ? count : a.len;
	return (struct kith_str){ .at = a.at == NULL ? NULL : a.at + cut, .len = a.len - cut };
}

/* ASCII letters compare without case; other bytes exactly. */
bool kith_str_equal_nocase(struct kith_str a, struct kith_str b);

/* -1 when BYTE is not in A, else its offset. */
ptrdiff_t kith_str_find(struct kith_str a, char byte);

/*
 * Splits A at the first BYTE: head before it, rest after it.
 * returns  false, and leaves both alone, when BYTE is not there.
 */
bool kith_str_cut(struct kith_str a, char byte, struct kith_str *head, struct kith_str *rest);

/* Without the blanks and tabs at both ends. */
struct kith_str kith_str_trim(struct kith_str a);

/*
 * A decimal number of digits only (a leading '-' is allowed; no '+', blank or
 * leading zeros). returns false, out untouched, when A is none or does not fit.
 */
KITH_MUST_USE bool kith_str_to_int(struct kith_str a, int64_t *out);

/* Orders bytes like memcmp, a shorter prefix first: -1, 0, 1. */
int kith_str_compare(struct kith_str a, struct kith_str b);

#endif
