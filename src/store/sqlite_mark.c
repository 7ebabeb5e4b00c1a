/*
 * sqlite_mark.c -- watermarks in the cache of heads; drafts in their table.
 */
#include "store/sqlite_mark.h"

#include "base/macros.h"

enum kith_rc kith_mark_check_member(struct kith_apply *apply, int64_t conversation_row,
                                    int64_t user_row)
{
	struct kith_head *head = NULL;
	enum kith_rc rc = kith_heads_get(&apply->heads, conversation_row, &head);
	if (rc != KITH_OK) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_STALE : rc;
	}
	return kith_head_member(head, user_row) == NULL ? KITH_E_STALE : KITH_OK;
}

enum kith_rc kith_mark_check(struct kith_apply *apply, const struct kith_plan *plan, size_t at)
{
	const struct kith_mark *mark = &plan->effects[at].mark;
	return kith_mark_check_member(apply, mark->conversation_row, mark->user_row);
}

enum kith_rc kith_mark_check_draft(struct kith_apply *apply, const struct kith_plan *plan,
                                   size_t at)
{
	const struct kith_draft *draft = &plan->effects[at].draft;
	return kith_mark_check_member(apply, draft->conversation_row, draft->user_row);
}

/* ---- watermarks ---- */

/* Whose mark an effect moves, and what it did to it. */
struct change {
	struct kith_head *head;
	struct kith_head_member *member;
	bool is_moved;   /* a watermark moved: the others may be told   */
	bool is_flagged; /* only the member's own devices hear of it    */
};

static enum kith_rc find(struct kith_apply *apply, const struct kith_mark *mark,
                         struct change *change)
{
	*change = (struct change){ .head = NULL };
	enum kith_rc rc = kith_heads_get(&apply->heads, mark->conversation_row, &change->head);
	if (rc == KITH_OK) {
		change->member = kith_head_member(change->head, mark->user_row);
		KITH_ASSERT(change->member != NULL);
	}
	return rc;
}

/* How many messages are there up to entry N of HEAD's conversation? */
static enum kith_rc messages_up_to(struct kith_apply *apply, const struct kith_head *head,
                                   int64_t n, int64_t *out)
{
	if (n == head->n) {
		*out = head->m;
		return KITH_OK;
	}
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ENTRY_M);
	kith_query_int(&query, head->row);
	kith_query_int(&query, n);
	enum kith_rc rc = kith_query_one(&query, out);
	return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
}

/* How many messages above N are deleted, or hidden from USER_ROW? */
static enum kith_rc gone_above(struct kith_apply *apply, const struct kith_head *head,
                               int64_t user_row, int64_t n, int64_t *out)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_GONE_COUNT);
	kith_query_int(&query, head->row);
	kith_query_int(&query, user_row);
	kith_query_int(&query, n);
	return kith_query_one(&query, out);
}

static enum kith_rc move_seen(struct kith_apply *apply, struct change *change, int64_t up_to)
{
	struct kith_head *head = change->head;
	struct kith_head_member *member = change->member;
	int64_t n = kith_seen_move(member->seen.n, up_to, head->n);
	if (n == member->seen.n) {
		return KITH_OK;
	}
	int64_t seen_m = 0;
	int64_t gone = 0;
	enum kith_rc rc = messages_up_to(apply, head, n, &seen_m);
	if (rc == KITH_OK && member->gone > 0 && n < head->n) {
		rc = gone_above(apply, head, member->user_row, n, &gone);
	}
	if (rc == KITH_OK) {
		kith_head_mark_move(&member->seen, n);
		member->seen_m = seen_m;
		member->gone = gone;
		change->is_moved = true;
	}
	return rc;
}

static void move_delivered(struct change *change, int64_t up_to)
{
	struct kith_head_mark *delivered = &change->member->delivered;
	int64_t n = kith_seen_move(delivered->n, up_to, change->head->n);
	if (n != delivered->n) {
		kith_head_mark_move(delivered, n);
		change->is_moved = true;
	}
}

static void set_flag(struct change *change, bool is_marked_unread)
{
	if (change->member->is_marked_unread != is_marked_unread) {
		change->member->is_marked_unread = is_marked_unread;
		change->is_flagged = true;
	}
}

/* How many of the members show what they have read; the member itself, too. */
static enum kith_rc count_showing(struct kith_apply *apply, const struct change *change,
                                  size_t *others, bool *is_shown)
{
	*others = 0;
	*is_shown = false;
	for (size_t i = 0; i < change->head->member_count; i++) {
		int64_t row = change->head->members[i].user_row;
		struct kith_apply_user user;
		enum kith_rc rc = kith_apply_user(apply, row, &user);
		if (rc != KITH_OK) {
			return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
		}
		bool shows = (user.flags & KITH_USER_HIDES_RECEIPTS) == 0;
		if (row == change->member->user_row) {
			*is_shown = shows;
		} else {
			*others += shows ? 1 : 0;
		}
	}
	return KITH_OK;
}

/*
 * The others are told by the last effect of a commit, unless the member hides it, or
 * all of them hide theirs.
 */
static enum kith_rc tell(struct kith_apply *apply, const struct change *change,
                         struct kith_mark *mark)
{
	struct kith_head_member *member = change->member;
	size_t others = 0;
	bool is_shown = false;
	if (!change->is_moved || change->head->member_count < 2) {
		return KITH_OK;
	}
	enum kith_rc rc = count_showing(apply, change, &others, &is_shown);
	if (rc != KITH_OK || !is_shown || others == 0) {
		return rc;
	}
	if (member->teller != NULL) {
		member->teller->is_told = false;
	}
	member->teller = mark;
	member->told = mark->position;
	mark->is_told = true;
	return KITH_OK;
}

/* Gives what changed its place, and fills in how the member stands now. */
static enum kith_rc settle(struct kith_apply *apply, const struct change *change,
                           struct kith_mark *mark)
{
	struct kith_head_member *member = change->member;
	enum kith_rc rc = KITH_OK;
	mark->position = 0;
	mark->at_us = 0;
	mark->is_told = false;
	if (change->is_moved || change->is_flagged) {
		mark->position = kith_apply_move(apply);
		mark->at_us = apply->now_us;
		member->touched = mark->position;
		member->is_changed = true;
		kith_heads_list(&apply->heads, change->head);
		rc = tell(apply, change, mark);
	}
	mark->delivered = member->delivered.n;
	mark->seen = member->seen.n;
	mark->unread = kith_head_unread(change->head, member);
	mark->is_marked_unread = member->is_marked_unread;
	return rc;
}

enum kith_rc kith_mark_write_seen(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_mark *mark = &plan->effects[at].mark;
	struct change change;
	enum kith_rc rc = find(apply, mark, &change);
	if (rc == KITH_OK) {
		rc = move_seen(apply, &change, mark->up_to);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	move_delivered(&change, change.member->seen.n);
	set_flag(&change, false);
	return settle(apply, &change, mark);
}

enum kith_rc kith_mark_write_delivered(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_mark *mark = &plan->effects[at].mark;
	struct change change;
	enum kith_rc rc = find(apply, mark, &change);
	if (rc != KITH_OK) {
		return rc;
	}
	move_delivered(&change, mark->up_to);
	return settle(apply, &change, mark);
}

enum kith_rc kith_mark_write_unread(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_mark *mark = &plan->effects[at].mark;
	struct change change;
	enum kith_rc rc = find(apply, mark, &change);
	if (rc != KITH_OK) {
		return rc;
	}
	set_flag(&change, mark->is_marked_unread);
	return settle(apply, &change, mark);
}

void kith_mark_empty(struct kith_effect *effect)
{
	struct kith_mark *mark = &effect->mark;
	if (effect->kind != KITH_EFFECT_MARK_UNREAD) {
		mark->is_marked_unread = false;
	}
	mark->delivered = 0;
	mark->seen = 0;
	mark->unread = 0;
	mark->position = 0;
	mark->at_us = 0;
	mark->is_told = false;
}

void kith_mark_send(struct kith_head *head, const struct kith_entry *entry)
{
	struct kith_head_member *sender = kith_head_member(head, entry->sender_row);
	if (sender == NULL) {
		return;
	}
	sender->seen.n = entry->n;
	sender->seen_m = entry->m;
	sender->gone = 0;
	sender->delivered.n = entry->n;
	sender->is_changed = true;
}

/* ---- drafts ---- */

static bool is_reply_kept(struct kith_str kept, const struct kith_draft *draft)
{
	struct kith_str asked = KITH_STR("");
	if (draft->has_reply) {
		asked = kith_str_make(draft->reply_to.bytes, sizeof(draft->reply_to.bytes));
	}
	return kith_str_equal(kept, asked);
}

/* Is what is kept already what DRAFT asks for, and since when? No row is as an empty one. */
static enum kith_rc is_draft_kept(struct kith_apply *apply, const struct kith_draft *draft,
                                  bool *out, int64_t *since_us)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DRAFT_GET);
	kith_query_int(&query, draft->user_row);
	kith_query_int(&query, draft->conversation_row);
	bool is_same = draft->text.len == 0 && !draft->has_reply;
	if (kith_query_next(&query)) {
		is_same = kith_str_equal(kith_query_peek_text(&query, 0), draft->text) &&
		          is_reply_kept(kith_query_peek_text(&query, 1), draft);
		*since_us = kith_query_get_int(&query, 2);
	}
	*out = is_same;
	return kith_query_end(&query);
}

enum kith_rc kith_mark_write_draft(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_draft *draft = &plan->effects[at].draft;
	bool is_kept = false;
	int64_t since_us = draft->updated_us;
	enum kith_rc rc = is_draft_kept(apply, draft, &is_kept, &since_us);
	draft->position = 0;
	if (rc != KITH_OK || is_kept) {
		draft->updated_us = rc == KITH_OK ? since_us : draft->updated_us;
		return rc;
	}
	draft->position = kith_apply_move(apply);
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DRAFT_PUT);
	kith_query_int(&query, draft->user_row);
	kith_query_int(&query, draft->conversation_row);
	kith_query_text(&query, draft->text);
	kith_query_blob(&query, draft->has_reply ? kith_str_make(draft->reply_to.bytes,
	                                                         sizeof(draft->reply_to.bytes))
	                                         : KITH_STR(""));
	kith_query_int(&query, draft->updated_us);
	kith_query_int(&query, draft->position);
	return kith_query_run(&query);
}

void kith_mark_empty_draft(struct kith_effect *effect)
{
	effect->draft.position = 0;
}
