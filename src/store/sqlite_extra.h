/*
 * sqlite_extra.h -- what messages are now: edited, deleted, reacted to, answers.
 *
 * An entry is stored once as it was sent; what has become of it stands in other
 * tables. This joins them for a run of messages with a statement for all states, one
 * for all reactions when there are states, and one for each quote. Used wherever
 * messages are answered.
 */
#ifndef KITH_STORE_SQLITE_EXTRA_H
#define KITH_STORE_SQLITE_EXTRA_H

#include "domain/entry.h"
#include "store/sqlite_sql.h"

/*
 * Brings the COUNT messages ITEMS of one conversation, ascending by n, to their
 * present state for VIEWER_ROW (0: nothing is hidden from nobody): their bodies, and
 * extra where there is something to say. Who is hidden themselves is not left out.
 */
KITH_MUST_USE enum kith_rc kith_extra_load(struct kith_sql *sql, int64_t viewer_row,
                                           struct kith_entry *items, size_t count,
                                           struct kith_arena *mem);

/*
 * How many bytes MESSAGE takes of a page (KITH_STORE_PAGE_BYTES): its body, and what
 * extra adds to it, a quoted text and who reacted with what.
 */
size_t kith_extra_page_bytes(const struct kith_entry *message);

#endif
