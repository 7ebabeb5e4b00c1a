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
/* A user from the first five columns of a row: row, version, id, name, flags. */
struct kith_user kith_load_user_columns(struct kith_query *query, struct kith_arena *mem);
KITH_MUST_USE enum kith_rc kith_load_profile(struct kith_sql *sql, int64_t user_row,
                                             struct kith_arena *mem, struct kith_profile *out);
/* A draft from three columns of a row: text, reply_to, updated_us. */
struct kith_draft kith_load_draft_columns(struct kith_query *query, int column,
                                          struct kith_arena *mem);
/* The position of the snapshot's commit. */
KITH_MUST_USE enum kith_rc kith_load_position(struct kith_sql *sql, int64_t *out);

#endif
