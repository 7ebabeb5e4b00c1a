/*
 * sqlite_standing.c -- how conversations stand for one member: numbers, marks, draft,
 * the last message, and what is unread in all of them.
 */
#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_extra.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"

/* What the member's own row says besides the standing. */
struct own {
	int64_t conversation_row;
	int64_t user_row;
	int64_t last; /* the last message's id, 0: none         */
	bool has_hidden;
	bool hides_receipts;
};

struct kith_draft kith_load_draft_columns(struct kith_query *query, int column,
                                          struct kith_arena *mem)
{
	struct kith_draft draft = {
		.text = kith_query_get_text(query, column, mem),
		.has_reply = kith_query_peek_text(query, column + 1).len > 0,
		.updated_us = kith_query_get_int(query, column + 2),
	};
	if (draft.has_reply) {
		draft.reply_to = kith_query_get_uuid(query, column + 1);
	}
	return draft;
}

static void read_standing(struct kith_query *query, struct kith_arena *mem, struct own *own,
                          struct kith_standing *standing)
{
	standing->n = kith_query_get_int(query, 0);
	standing->m = kith_query_get_int(query, 1);
	standing->delivered = kith_query_get_int(query, 2);
	standing->seen = kith_query_get_int(query, 3);
	standing->unread = kith_query_get_int(query, 4);
	standing->is_marked_unread = kith_query_get_int(query, 5) != 0;
	own->last = kith_query_get_int(query, 6);
	own->hides_receipts = (kith_query_get_int(query, 7) & KITH_USER_HIDES_RECEIPTS) != 0;
	own->has_hidden = kith_query_get_int(query, 13) != 0;
	struct kith_draft draft = kith_load_draft_columns(query, 8, mem);
	if (draft.text.len > 0 || draft.has_reply) {
		draft.conversation_row = own->conversation_row;
		draft.user_row = own->user_row;
		draft.position = kith_query_get_int(query, 11);
		draft.conversation = kith_query_get_uuid(query, 12);
		standing->draft = draft;
	}
}

static enum kith_rc load_own(struct kith_sql *sql, struct own *own, struct kith_arena *mem,
                             struct kith_standing *standing)
{
	struct kith_query query = kith_query(sql, KITH_SQL_STANDING_LOAD);
	kith_query_int(&query, own->conversation_row);
	kith_query_int(&query, own->user_row);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		read_standing(&query, mem, own, standing);
	}
	enum kith_rc rc = kith_query_end(&query);
	return rc == KITH_OK && !is_row ? KITH_E_NOT_FOUND : rc;
}

/* The marks of the others who show them. Who hides theirs sees nobody's. */
static enum kith_rc load_others(struct kith_sql *sql, const struct own *own, struct kith_arena *mem,
                                struct kith_standing *standing)
{
	if (own->hides_receipts) {
		return KITH_OK;
	}
	struct kith_query query = kith_query(sql, KITH_SQL_MARK_LIST);
	kith_query_int(&query, own->conversation_row);
	while (kith_query_next(&query)) {
		if (kith_query_get_int(&query, 0) == own->user_row ||
		    (kith_query_get_int(&query, 2) & KITH_USER_HIDES_RECEIPTS) != 0) {
			continue;
		}
		if (standing->other_count == KITH_COUNT(standing->others)) {
			query.rc = KITH_E_CORRUPT;
			break;
		}
		standing->others[standing->other_count++] = (struct kith_watermark){
			.user = kith_query_get_text(&query, 1, mem),
			.delivered = kith_query_get_int(&query, 3),
			.seen = kith_query_get_int(&query, 5),
			.at_us = kith_query_get_int(&query, 7),
		};
	}
	return kith_query_end(&query);
}

/* The newest message that the member has not hidden; *last 0: there is none. */
static enum kith_rc find_visible(struct kith_sql *sql, struct own *own)
{
	struct kith_query query = kith_query(sql, KITH_SQL_LAST_VISIBLE);
	kith_query_int(&query, own->conversation_row);
	kith_query_int(&query, own->user_row);
	own->last = 0;
	enum kith_rc rc = kith_query_one(&query, &own->last);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

static enum kith_rc load_last(struct kith_sql *sql, struct own *own, struct kith_arena *mem,
                              struct kith_standing *standing)
{
	enum kith_rc rc = own->has_hidden ? find_visible(sql, own) : KITH_OK;
	if (rc != KITH_OK || own->last == 0) {
		return rc;
	}
	rc = kith_entry_load(sql, own->last, mem, &standing->last);
	if (rc != KITH_OK) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
	}
	return kith_extra_load(sql, own->user_row, &standing->last, 1, mem);
}

enum kith_rc kith_load_standing(struct kith_sql *sql, int64_t conversation_row, int64_t user_row,
                                struct kith_arena *mem, struct kith_standing *out)
{
	struct own own = { .conversation_row = conversation_row, .user_row = user_row };
	struct kith_standing standing = { .n = 0 };
	enum kith_rc rc = load_own(sql, &own, mem, &standing);
	if (rc == KITH_OK) {
		rc = load_others(sql, &own, mem, &standing);
	}
	if (rc == KITH_OK) {
		rc = load_last(sql, &own, mem, &standing);
	}
	if (rc == KITH_OK) {
		*out = standing;
	}
	return rc;
}

enum kith_rc kith_reader_standing(struct kith_reader *reader, int64_t conversation_row,
                                  int64_t user_row, struct kith_arena *mem,
                                  struct kith_standing *out)
{
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = kith_load_standing(&reader->sql, conversation_row, user_row, mem, out);
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_unread(struct kith_reader *reader, int64_t user_row, int64_t org_row,
                                struct kith_unread *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_UNREAD_TOTALS);
	kith_query_int(&query, user_row);
	kith_query_int(&query, org_row);
	struct kith_unread unread = { .messages = 0 };
	if (kith_query_next(&query)) {
		unread.messages = kith_query_get_int(&query, 0);
		unread.conversations = kith_query_get_int(&query, 1);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = unread;
	}
	return kith_reader_leave(reader, rc);
}
