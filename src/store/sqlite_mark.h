/*
 * sqlite_mark.h -- how far members have come, and what they were writing.
 *
 * The writes of SEEN, DELIVERED, MARK_UNREAD and DRAFT, and what a message does to
 * its sender's marks. Watermarks never go back and never pass the newest entry; the
 * cache of heads saves them, with a receipt of what moved. Called by
 * sqlite_check.c and sqlite_apply.c; tells nobody.
 */
#ifndef KITH_STORE_SQLITE_MARK_H
#define KITH_STORE_SQLITE_MARK_H

#include "store/sqlite_apply.h"

/*
 * Is USER_ROW a member of CONVERSATION_ROW, as things stand now?
 * returns  KITH_OK; KITH_E_STALE; else as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_mark_check_member(struct kith_apply *apply,
                                                  int64_t conversation_row, int64_t user_row);

/* Rows of the table of checks. */
KITH_MUST_USE enum kith_rc kith_mark_check(struct kith_apply *apply, const struct kith_plan *plan,
                                           size_t at);
KITH_MUST_USE enum kith_rc kith_mark_check_draft(struct kith_apply *apply,
                                                 const struct kith_plan *plan, size_t at);

/* Rows of the table of writes. */
KITH_MUST_USE enum kith_rc kith_mark_write_seen(struct kith_apply *apply, struct kith_plan *plan,
                                                size_t at);
KITH_MUST_USE enum kith_rc kith_mark_write_delivered(struct kith_apply *apply,
                                                     struct kith_plan *plan, size_t at);
KITH_MUST_USE enum kith_rc kith_mark_write_unread(struct kith_apply *apply, struct kith_plan *plan,
                                                  size_t at);
KITH_MUST_USE enum kith_rc kith_mark_write_draft(struct kith_apply *apply, struct kith_plan *plan,
                                                 size_t at);

/* Takes out what the writes fill in. */
void kith_mark_empty(struct kith_effect *effect);
void kith_mark_empty_draft(struct kith_effect *effect);

/*
 * The sender of the message ENTRY knows it: their marks move to it. That takes no
 * position, and no receipt is written: the entry itself says when.
 */
void kith_mark_send(struct kith_head *head, const struct kith_entry *entry);

#endif
