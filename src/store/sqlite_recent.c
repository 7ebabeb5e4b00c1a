/*
 * sqlite_recent.c -- a person's conversations, the one written to last first.
 */
#include "base/macros.h"
#include "store/sqlite_extra.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"

/* What a line counts besides its last message and its draft: names, ids, numbers. */
enum { RECENT_LINE_BYTES = 512 };

/* The rows of the conversations, at most LIMIT, which ROWS has room for. */
static enum kith_rc list_rows(struct kith_sql *sql, int64_t user_row, int64_t org_row,
                              bool is_unread_only, int64_t before, size_t limit, int64_t *rows,
                              size_t *count, bool *more)
{
	struct kith_query query = kith_query(sql, KITH_SQL_RECENT_LIST);
	kith_query_int(&query, user_row);
	kith_query_int(&query, org_row);
	kith_query_int(&query, before);
	kith_query_int(&query, (int64_t)limit + 1);
	kith_query_int(&query, is_unread_only ? 1 : 0);
	*count = 0;
	*more = false;
	while (kith_query_next(&query)) {
		if (*count == limit) {
			*more = true;
			break;
		}
		rows[(*count)++] = kith_query_get_int(&query, 0);
	}
	return kith_query_end(&query);
}

static enum kith_rc load_line(struct kith_sql *sql, int64_t row, int64_t user_row,
                              struct kith_arena *mem, struct kith_recent *out)
{
	enum kith_rc rc = kith_load_conversation(sql, row, mem, &out->conversation);
	if (rc == KITH_OK) {
		rc = kith_load_standing(sql, row, user_row, mem, &out->standing);
	}
	/* The list named it in this very snapshot. */
	return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
}

static size_t line_bytes(const struct kith_recent *line)
{
	return kith_extra_page_bytes(&line->standing.last) + line->standing.draft.text.len +
	       RECENT_LINE_BYTES;
}

enum kith_rc kith_reader_recent(struct kith_reader *reader, int64_t user_row, int64_t org_row,
                                bool is_unread_only, int64_t before, size_t limit,
                                struct kith_arena *mem, struct kith_recent **out, size_t *count,
                                bool *more)
{
	KITH_ASSERT(limit >= 1 && limit <= KITH_STORE_PAGE_MAX);
	int64_t rows[KITH_STORE_PAGE_MAX];
	size_t found = 0;
	bool has_more = false;
	struct kith_recent *lines = kith_arena_alloc(mem, limit * sizeof(*lines));
	if (lines == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = list_rows(&reader->sql, user_row, org_row, is_unread_only, before, limit, rows,
		               &found, &has_more);
	}
	size_t bytes = 0;
	for (size_t i = 0; rc == KITH_OK && i < found; i++) {
		if (bytes >= KITH_STORE_PAGE_BYTES) {
			has_more = true;
			found = i;
			break;
		}
		rc = load_line(&reader->sql, rows[i], user_row, mem, &lines[i]);
		if (rc == KITH_OK) {
			bytes += line_bytes(&lines[i]);
		}
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK) {
		*out = lines;
		*count = found;
		*more = has_more;
	}
	return rc;
}
