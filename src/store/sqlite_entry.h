/*
 * sqlite_entry.h -- an entry, read from the columns that all entry statements share.
 *
 * The columns are ENTRY_COLUMNS of sqlite_statements.c. Used wherever messages
 * are answered: pages, one message, the last of a conversation, news. What they are
 * now is sqlite_extra.h's.
 */
#ifndef KITH_STORE_SQLITE_ENTRY_H
#define KITH_STORE_SQLITE_ENTRY_H

#include "domain/entry.h"
#include "store/sqlite_sql.h"

/* The entry of QUERY's row as it was stored; texts in MEM. What is wrong sticks to the query. */
struct kith_entry kith_entry_read(struct kith_query *query, struct kith_arena *mem);

/* The entry with the global id ID. returns KITH_OK, KITH_E_NOT_FOUND, as kith_sql_rc(). */
KITH_MUST_USE enum kith_rc kith_entry_load(struct kith_sql *sql, int64_t id, struct kith_arena *mem,
                                           struct kith_entry *out);

/* The entry number N of a conversation. returns the same. */
KITH_MUST_USE enum kith_rc kith_entry_by_number(struct kith_sql *sql, int64_t conversation_row,
                                                int64_t n, struct kith_arena *mem,
                                                struct kith_entry *out);

/* Has USER_ROW hidden the message N of a conversation? */
KITH_MUST_USE enum kith_rc kith_entry_is_hidden(struct kith_sql *sql, int64_t conversation_row,
                                                int64_t n, int64_t user_row, bool *out);

/* Ends QUERY, which answers one entry or none. returns the same. */
KITH_MUST_USE enum kith_rc kith_entry_one(struct kith_query *query, struct kith_arena *mem,
                                          struct kith_entry *out);

#endif
