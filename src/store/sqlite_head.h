/*
 * sqlite_head.h -- what the writer remembers of conversations: heads and marks.
 *
 * A bounded cache of the newest numbers and the members' watermarks, so that a
 * send to a conversation in use reads nothing. Changes are written once per
 * batch, by flush, or when a slot is needed. Owned by the writer's thread; what
 * it holds is only true inside the writer's transaction.
 */
#ifndef KITH_STORE_SQLITE_HEAD_H
#define KITH_STORE_SQLITE_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/conversation.h"
#include "domain/plan.h"
#include "store/sqlite_sql.h"

/* Conversations remembered at most; a power of two. Rows are dense, so those in
 * use rarely share a slot; when they do, the older one is loaded again. */
enum { KITH_HEADS_MAX = 1 << 16 };

/* The moves of a watermark that are kept with their time, in slot moves % this. */
enum { KITH_RECEIPTS_MAX = 64 };

/* Which watermark a row of table receipt is of. These numbers are stored. */
enum kith_receipt_kind {
	KITH_RECEIPT_DELIVERED = 1,
	KITH_RECEIPT_SEEN = 2,
};

/* A watermark of a member; it never goes back. */
struct kith_head_mark {
	int64_t n;
	int64_t moves; /* so far, those of one batch being one         */
	bool is_moved; /* in this batch: its receipt is to be written  */
};

struct kith_head_member {
	int64_t user_row;
	struct kith_head_mark delivered;
	struct kith_head_mark seen;
	int64_t seen_m;
	int64_t gone;    /* messages above seen that were deleted, or are hidden from them */
	int64_t touched; /* position of what their own devices hear, 0: none               */
	int64_t told;    /* position of what the others hear, 0: none                      */
	bool is_marked_unread;
	bool is_changed;
	/* The effect of this batch that tells the others, if there is one: the last does. */
	struct kith_mark *teller;
};

struct kith_head {
	int64_t row; /* the conversation's; 0: an empty slot */
	int64_t version;
	int64_t n;
	int64_t m;
	int64_t last_entry;
	int64_t last_message;
	struct kith_head_member members[KITH_DIRECT_MEMBERS_MAX];
	size_t member_count;
	bool is_changed;        /* n to last_message differ from the table's row  */
	bool is_listed;         /* the slot hangs in the list of those to flush   */
	struct kith_head *next; /* in that list                                   */
	uint64_t age;           /* the cache's when it was filled; else it is old */
};

struct kith_heads {
	struct kith_sql *sql;
	int64_t now_us; /* of the batch: when what moves in it moved */
	struct kith_head *slots;
	struct kith_head *listed;
	uint64_t age; /* raised to forget everything */
};

/* returns KITH_OK, KITH_E_NO_MEMORY. owns: sql is borrowed. */
KITH_MUST_USE enum kith_rc kith_heads_init(struct kith_heads *heads, struct kith_sql *sql);
void kith_heads_done(struct kith_heads *heads);

/*
 * The head of conversation ROW, loaded if need be.
 * returns  KITH_OK; KITH_E_NOT_FOUND; else as kith_sql_rc()
 * owns     out is the cache's and valid until the next get or add
 */
KITH_MUST_USE enum kith_rc kith_heads_get(struct kith_heads *heads, int64_t row,
                                          struct kith_head **out);

/* Remembers a conversation whose rows were inserted just now. */
KITH_MUST_USE enum kith_rc kith_heads_add(struct kith_heads *heads, const struct kith_head *fresh);

/* Marks HEAD as to be flushed; the caller sets is_changed there or in a member. */
void kith_heads_list(struct kith_heads *heads, struct kith_head *head);

/* Writes what changed into the open transaction. */
KITH_MUST_USE enum kith_rc kith_heads_flush(struct kith_heads *heads);

/* Forgets everything, after a rollback. */
void kith_heads_forget(struct kith_heads *heads);

/* Moves MARK to N, which counts as a move that is kept. */
void kith_head_mark_move(struct kith_head_mark *mark, int64_t n);

/* Others' messages that the member has to see yet. */
int64_t kith_head_unread(const struct kith_head *head, const struct kith_head_member *member);

/* The member with that row; NULL when they are none. */
struct kith_head_member *kith_head_member(struct kith_head *head, int64_t user_row);

#endif
