/*
 * name.h -- display names: which are allowed, how they are found and sorted.
 *
 * Names are found by the beginnings of their words without regard to case, width
 * and accents, and sorted as the reader's language does. Unicode's tables are
 * ICU's; nothing here is on the message path.
 */
#ifndef KITH_DOMAIN_NAME_H
#define KITH_DOMAIN_NAME_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/conversation.h"

enum {
	KITH_NAME_WORDS_MAX = 32,      /* of a name or a query; others are not looked at */
	KITH_NAME_WORD_BYTES_MAX = 64, /* longer ones are known by their beginning       */
};

/* 1..KITH_USER_NAME_MAX bytes of UTF-8 that no terminal takes for a command. */
bool kith_name_is_valid(struct kith_str name);

/* A well-formed language tag. source BCP 47 */
bool kith_language_is_valid(struct kith_str tag);

/*
 * TEXT as it is compared: without case, width, and accents.
 * returns  KITH_OK; KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_name_fold(struct kith_str text, struct kith_arena *mem,
                                          struct kith_str *out);

/* The words of FOLDED, which they borrow; returns how many, WORDS_MAX at most. */
size_t kith_name_words(struct kith_str folded, struct kith_str words[KITH_NAME_WORDS_MAX]);

/* Does each of WANTED begin one of WORDS? */
bool kith_name_fits(const struct kith_str *words, size_t count, const struct kith_str *wanted,
                    size_t wanted_count);

/*
 * Sorts the indices ORDER[COUNT] of USERS by name as LANGUAGE does (empty: the root
 * order), then by id.
 * returns  KITH_OK; KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_name_order(const struct kith_user *users, size_t count,
                                           struct kith_str language, struct kith_arena *mem,
                                           size_t *order);

#endif
