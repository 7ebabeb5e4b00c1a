/*
 * claim.h -- what tests of codecs share: a claim with a name, and bytes at an
 * address of their own.
 *
 * Each sample is copied to the heap in its exact size, so that a sanitizer sees
 * a codec that looks one byte too far.
 */
#ifndef KITH_TESTS_LIB_CLAIM_H
#define KITH_TESTS_LIB_CLAIM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

/* Fails with the case's name, which an assert of cmocka's would not print. */
#define CLAIM(ok, name) \
	do { \
		if (!(ok)) { \
			fail_msg("%s: %s", (name), #ok); \
		} \
	} while (0)

/* A copy of TEXT that free() releases; one byte when it is empty. */
static inline char *copy_of(struct kith_str text)
{
	char *copy = malloc(text.len == 0 ? 1 : text.len);
	assert_non_null(copy);
	if (text.len > 0) {
		memcpy(copy, text.at, text.len);
	}
	return copy;
}

#endif
