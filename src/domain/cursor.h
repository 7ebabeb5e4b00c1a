/*
 * cursor.h -- a place in the one sequence, as an opaque word for clients.
 *
 * Positions count everybody's traffic, so clients never see them: a cursor is
 * the position sealed under a key of the deployment. The same place is
 * always the same word, so one encoded event serves every reader of it. Words
 * that were not made here, or for another use, do not open.
 */
#ifndef KITH_DOMAIN_CURSOR_H
#define KITH_DOMAIN_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

enum { KITH_CURSOR_TEXT = 22 };

/* What a cursor is for; one of another use is refused. */
enum kith_cursor_use {
	KITH_CURSOR_SYNC = 1, /* events after this position                  */
	KITH_CURSOR_LIST = 2, /* conversations whose last message is before  */
};

/* The keys that seal, derived once from the deployment's digest key. */
struct kith_cursor_keys {
	uint8_t seal[KITH_DIGEST_KEY];
	uint8_t mark[KITH_HASH_KEY];
};

void kith_cursor_keys_derive(const uint8_t digest_key[KITH_DIGEST_KEY],
                             struct kith_cursor_keys *out);

/* POSITION is 0..2^56-1. Writes 22 characters of the URL alphabet, no NUL. */
void kith_cursor_write(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                       int64_t position, char out[KITH_CURSOR_TEXT]);

/* returns false, out untouched, when TEXT was not made by these keys for USE. */
KITH_MUST_USE bool kith_cursor_read(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                                    struct kith_str text, int64_t *out);

#endif
