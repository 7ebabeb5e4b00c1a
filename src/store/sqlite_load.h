/*
 * sqlite_load.h -- rows that more than one reader function answers.
 *
 * A conversation with its members, and how it stands for one of them, inside a
 * snapshot that the caller has entered.
 */
#ifndef KITH_STORE_SQLITE_LOAD_H
#define KITH_STORE_SQLITE_LOAD_H

#include "store/sqlite_sql.h"
#include "store/store.h"

/* All return KITH_OK, KITH_E_NOT_FOUND, or as kith_sql_rc(). */
KITH_MUST_USE enum kith_rc kith_load_conversation(struct kith_sql *sql, int64_t row,
                                                  struct kith_arena *mem,
                                                  struct kith_conversation *out);
KITH_MUST_USE enum kith_rc kith_load_standing(struct kith_sql *sql, int64_t conversation_row,
                                              int64_t user_row, struct kith_arena *mem,
                                              struct kith_standing *out);
/* The position of the snapshot's commit. */
KITH_MUST_USE enum kith_rc kith_load_position(struct kith_sql *sql, int64_t *out);

#endif
