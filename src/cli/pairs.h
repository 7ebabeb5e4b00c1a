/*
 * pairs.h -- KEY=VALUE as it is typed, into a call's arguments.
 *
 * The call's own table says which of them are texts; all else is JSON that has to be
 * valid. What the values may be is the server's to judge.
 */
#ifndef KITH_CLI_PAIRS_H
#define KITH_CLI_PAIRS_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Appends the object of the COUNT words behind the call NAME.
 * returns  KITH_OK; KITH_E_INVALID_REQUEST with why: no such call or argument, a word
 *          without =, one that comes twice, a value that is no JSON; KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_pairs_add(struct kith_buf *out, const char *name,
                                          const char *const *words, size_t count,
                                          struct kith_why *why);

#endif
