/*
 * sqlite_head.c -- one slot per conversation row modulo the cache's size. A slot
 * that is to be flushed hangs in a list; it stays there when another
 * conversation takes it over, whose changes are then flushed instead.
 */
#include "store/sqlite_head.h"

#include "base/macros.h"
#include "base/mem.h"

_Static_assert((KITH_HEADS_MAX & (KITH_HEADS_MAX - 1)) == 0, "slots are found by a mask");

enum kith_rc kith_heads_init(struct kith_heads *heads, struct kith_sql *sql)
{
	struct kith_head *slots = kith_alloc_zero(KITH_HEADS_MAX, sizeof(*slots));
	if (slots == NULL) {
		return KITH_E_NO_MEMORY;
	}
	*heads = (struct kith_heads){ .sql = sql, .slots = slots, .age = 1 };
	return KITH_OK;
}

void kith_heads_done(struct kith_heads *heads)
{
	kith_free(heads->slots);
	heads->slots = NULL;
}

static struct kith_head *slot_of(struct kith_heads *heads, int64_t row)
{
	return &heads->slots[(uint64_t)row & (KITH_HEADS_MAX - 1)];
}

static bool is_current(const struct kith_heads *heads, const struct kith_head *slot)
{
	return slot->age == heads->age && slot->row != 0;
}

static enum kith_rc load_members(struct kith_heads *heads, struct kith_head *head)
{
	struct kith_query query = kith_query(heads->sql, KITH_SQL_HEAD_MEMBERS);
	kith_query_int(&query, head->row);
	while (kith_query_next(&query)) {
		if (head->member_count == KITH_COUNT(head->members)) {
			query.rc = KITH_E_CORRUPT;
			break;
		}
		head->members[head->member_count++] = (struct kith_head_member){
			.user_row = kith_query_get_int(&query, 0),
			.delivered = { .n = kith_query_get_int(&query, 1),
			               .moves = kith_query_get_int(&query, 2) },
			.seen = { .n = kith_query_get_int(&query, 3),
			          .moves = kith_query_get_int(&query, 4) },
			.seen_m = kith_query_get_int(&query, 5),
			.gone = kith_query_get_int(&query, 6),
			.touched = kith_query_get_int(&query, 7),
			.told = kith_query_get_int(&query, 8),
			.is_marked_unread = kith_query_get_int(&query, 9) != 0,
		};
	}
	return kith_query_end(&query);
}

static enum kith_rc load(struct kith_heads *heads, int64_t row, struct kith_head *out)
{
	struct kith_head head = { .row = row };
	struct kith_query query = kith_query(heads->sql, KITH_SQL_HEAD_LOAD);
	kith_query_int(&query, row);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		head.version = kith_query_get_int(&query, 0);
		head.n = kith_query_get_int(&query, 1);
		head.m = kith_query_get_int(&query, 2);
		head.last_entry = kith_query_get_int(&query, 3);
		head.last_message = kith_query_get_int(&query, 4);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK && !is_row) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK) {
		rc = load_members(heads, &head);
	}
	if (rc == KITH_OK) {
		*out = head;
	}
	return rc;
}

/* Writes the one receipt of all that MARK moved in this batch. */
static enum kith_rc flush_receipt(struct kith_heads *heads, int64_t row, int64_t user_row,
                                  enum kith_receipt_kind kind, struct kith_head_mark *mark)
{
	if (!mark->is_moved) {
		return KITH_OK;
	}
	mark->is_moved = false;
	struct kith_query query = kith_query(heads->sql, KITH_SQL_RECEIPT_PUT);
	kith_query_int(&query, row);
	kith_query_int(&query, user_row);
	kith_query_int(&query, kind);
	kith_query_int(&query, mark->moves % KITH_RECEIPTS_MAX);
	kith_query_int(&query, mark->n);
	kith_query_int(&query, heads->now_us);
	return kith_query_run(&query);
}

static enum kith_rc flush_marks(struct kith_heads *heads, int64_t row,
                                const struct kith_head_member *member)
{
	struct kith_query query = kith_query(heads->sql, KITH_SQL_MEMBER_PUT);
	kith_query_int(&query, member->delivered.n);
	kith_query_int(&query, member->delivered.moves);
	kith_query_int(&query, member->seen.n);
	kith_query_int(&query, member->seen.moves);
	kith_query_int(&query, member->seen_m);
	kith_query_int(&query, member->gone);
	kith_query_int(&query, member->touched);
	kith_query_int(&query, member->told);
	kith_query_int(&query, member->is_marked_unread ? 1 : 0);
	kith_query_int(&query, row);
	kith_query_int(&query, member->user_row);
	return kith_query_run(&query);
}

static enum kith_rc flush_member(struct kith_heads *heads, int64_t row,
                                 struct kith_head_member *member)
{
	if (!member->is_changed) {
		return KITH_OK;
	}
	member->is_changed = false;
	member->teller = NULL;
	enum kith_rc rc = flush_marks(heads, row, member);
	if (rc == KITH_OK) {
		rc = flush_receipt(heads, row, member->user_row, KITH_RECEIPT_DELIVERED,
		                   &member->delivered);
	}
	if (rc == KITH_OK) {
		rc = flush_receipt(heads, row, member->user_row, KITH_RECEIPT_SEEN, &member->seen);
	}
	return rc;
}

static enum kith_rc flush_numbers(struct kith_heads *heads, struct kith_head *head)
{
	if (!head->is_changed) {
		return KITH_OK;
	}
	head->is_changed = false;
	struct kith_query query = kith_query(heads->sql, KITH_SQL_HEAD_PUT);
	kith_query_int(&query, head->n);
	kith_query_int(&query, head->m);
	kith_query_int(&query, head->last_entry);
	kith_query_int(&query, head->last_message);
	kith_query_int(&query, head->row);
	return kith_query_run(&query);
}

static enum kith_rc flush_slot(struct kith_heads *heads, struct kith_head *slot)
{
	if (!is_current(heads, slot)) {
		return KITH_OK;
	}
	enum kith_rc rc = flush_numbers(heads, slot);
	for (size_t i = 0; rc == KITH_OK && i < slot->member_count; i++) {
		rc = flush_member(heads, slot->row, &slot->members[i]);
	}
	return rc;
}

/* Puts HEAD into its slot, after saving who is there. */
static enum kith_rc settle(struct kith_heads *heads, const struct kith_head *head)
{
	struct kith_head *slot = slot_of(heads, head->row);
	enum kith_rc rc = flush_slot(heads, slot);
	if (rc != KITH_OK) {
		return rc;
	}
	bool is_listed = slot->is_listed;
	struct kith_head *next = slot->next;
	*slot = *head;
	slot->age = heads->age;
	slot->is_listed = is_listed;
	slot->next = next;
	return KITH_OK;
}

enum kith_rc kith_heads_get(struct kith_heads *heads, int64_t row, struct kith_head **out)
{
	struct kith_head *slot = slot_of(heads, row);
	if (!is_current(heads, slot) || slot->row != row) {
		struct kith_head head;
		enum kith_rc rc = load(heads, row, &head);
		if (rc == KITH_OK) {
			rc = settle(heads, &head);
		}
		if (rc != KITH_OK) {
			return rc;
		}
	}
	*out = slot;
	return KITH_OK;
}

enum kith_rc kith_heads_add(struct kith_heads *heads, const struct kith_head *fresh)
{
	return settle(heads, fresh);
}

void kith_heads_list(struct kith_heads *heads, struct kith_head *head)
{
	if (!head->is_listed) {
		head->is_listed = true;
		head->next = heads->listed;
		heads->listed = head;
	}
}

enum kith_rc kith_heads_flush(struct kith_heads *heads)
{
	while (heads->listed != NULL) {
		struct kith_head *slot = heads->listed;
		heads->listed = slot->next;
		slot->next = NULL;
		slot->is_listed = false;
		enum kith_rc rc = flush_slot(heads, slot);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	return KITH_OK;
}

void kith_heads_forget(struct kith_heads *heads)
{
	while (heads->listed != NULL) {
		struct kith_head *slot = heads->listed;
		heads->listed = slot->next;
		slot->next = NULL;
		slot->is_listed = false;
	}
	heads->age++;
}

void kith_head_mark_move(struct kith_head_mark *mark, int64_t n)
{
	mark->n = n;
	if (!mark->is_moved) {
		mark->is_moved = true;
		mark->moves++;
	}
}

int64_t kith_head_unread(const struct kith_head *head, const struct kith_head_member *member)
{
	return head->m - member->seen_m - member->gone;
}

struct kith_head_member *kith_head_member(struct kith_head *head, int64_t user_row)
{
	for (size_t i = 0; i < head->member_count; i++) {
		if (head->members[i].user_row == user_row) {
			return &head->members[i];
		}
	}
	return NULL;
}
