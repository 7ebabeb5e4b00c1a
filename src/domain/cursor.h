/*
 * cursor.h -- a place in the one sequence, as an opaque word for clients.
 *
 * Positions count everybody's traffic, so clients never see them: a cursor is
 * the position sealed under a key of the deployment. The same place is
 * always the same word, so one encoded event serves every reader of it. Words
 * that were not made here, in this life of the deployment, or for another use, do
 * not open: a store that was restored from a backup begins another life, in which
 * the same positions mean other things.
 */
#ifndef KITH_DOMAIN_CURSOR_H
#define KITH_DOMAIN_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

enum { KITH_CURSOR_TEXT = 22, KITH_CURSOR_LIFE_MAX = 16 };

/* The highest position there can be. As that of a client's cursor it says: one of
 * another life. It lies beyond what any store has, so sync answers to load anew. */
#define KITH_CURSOR_ELSEWHERE ((INT64_C(1) << 56) - 1)

/* What a cursor is for; one of another use is refused. */
enum kith_cursor_use {
	KITH_CURSOR_SYNC = 1, /* events after this position                  */
	KITH_CURSOR_LIST = 2, /* conversations whose last message is before  */
};

/* The keys that seal, derived once from the deployment's digest key and its life. */
struct kith_cursor_keys {
	uint8_t seal[KITH_DIGEST_KEY];
	uint8_t mark[KITH_HASH_KEY];
};

/* LIFE has at most KITH_CURSOR_LIFE_MAX bytes; none is the first life. */
void kith_cursor_keys_derive(const uint8_t digest_key[KITH_DIGEST_KEY], struct kith_str life,
                             struct kith_cursor_keys *out);

/* POSITION is 0..2^56-1. Writes 22 characters of the URL alphabet, no NUL. */
void kith_cursor_write(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                       int64_t position, char out[KITH_CURSOR_TEXT]);

/* returns false, out untouched, when TEXT was not made by these keys for USE. */
KITH_MUST_USE bool kith_cursor_read(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                                    struct kith_str text, int64_t *out);

/*
 * The place from which a client wants to go on, in every door and call that takes one.
 * A word in the form of a cursor that does not open was made in another life, or
 * forged: out is KITH_CURSOR_ELSEWHERE then, and who asked is told to load anew.
 *
 * returns  false, out untouched, when TEXT is no cursor in form or is one of another use
 * source   R-092
 */
KITH_MUST_USE bool kith_cursor_read_since(const struct kith_cursor_keys *keys, struct kith_str text,
                                          int64_t *out);

#endif
