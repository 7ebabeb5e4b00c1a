/*
 * sqlite_entry.c -- columns to struct kith_entry.
 */
#include "store/sqlite_entry.h"

static enum kith_kind read_kind(struct kith_query *query, int column)
{
	int64_t kind = kith_query_get_int(query, column);
	bool is_message = kind >= KITH_KIND_TEXT && kind < KITH_KIND_COUNT;
	if (!is_message && !kith_kind_is_act((enum kith_kind)kind)) {
		query->rc = KITH_E_CORRUPT;
		return KITH_KIND_TEXT;
	}
	return (enum kith_kind)kind;
}

struct kith_entry kith_entry_read(struct kith_query *query, struct kith_arena *mem)
{
	return (struct kith_entry){
		.id = kith_query_get_int(query, 0),
		.conversation_row = kith_query_get_int(query, 1),
		.conversation = kith_query_get_uuid(query, 2),
		.org_row = kith_query_get_int(query, 3),
		.n = kith_query_get_int(query, 4),
		.m = kith_query_get_int(query, 5),
		.message = kith_query_get_uuid(query, 6),
		.sender_row = kith_query_get_int(query, 7),
		.sender = kith_query_get_text(query, 8, mem),
		.content = {
			.kind = read_kind(query, 9),
			.body = kith_query_get_text(query, 10, mem),
		},
		.print = (uint64_t)kith_query_get_int(query, 11),
		.sent_us = kith_query_get_int(query, 12),
		.target = kith_query_get_int(query, 13),
	};
}

enum kith_rc kith_entry_one(struct kith_query *query, struct kith_arena *mem,
                            struct kith_entry *out)
{
	struct kith_entry entry = { .id = 0 };
	bool is_row = kith_query_next(query);
	if (is_row) {
		entry = kith_entry_read(query, mem);
	}
	enum kith_rc rc = kith_query_end(query);
	if (rc == KITH_OK && !is_row) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK) {
		*out = entry;
	}
	return rc;
}

enum kith_rc kith_entry_by_number(struct kith_sql *sql, int64_t conversation_row, int64_t n,
                                  struct kith_arena *mem, struct kith_entry *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_ENTRY_BY_NUMBER);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, n);
	return kith_entry_one(&query, mem, out);
}

enum kith_rc kith_entry_load(struct kith_sql *sql, int64_t id, struct kith_arena *mem,
                             struct kith_entry *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_ENTRY_LOAD);
	kith_query_int(&query, id);
	return kith_entry_one(&query, mem, out);
}

enum kith_rc kith_entry_is_hidden(struct kith_sql *sql, int64_t conversation_row, int64_t n,
                                  int64_t user_row, bool *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_HIDDEN_HAS);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, n);
	kith_query_int(&query, user_row);
	*out = kith_query_next(&query);
	return kith_query_end(&query);
}
