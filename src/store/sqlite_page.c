/*
 * sqlite_page.c -- a window of one conversation's messages, and one by its id.
 *
 * Numbers have no hole and only grow, so a page is fixed by its bound: what is
 * written meanwhile comes after it and moves nothing.
 */
#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_reader.h"

enum kith_rc kith_reader_message(struct kith_reader *reader, const struct kith_uuid *message,
                                 struct kith_arena *mem, struct kith_entry *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_ENTRY_BY_MESSAGE);
	kith_query_uuid(&query, message);
	return kith_reader_leave(reader, kith_entry_one(&query, mem, out));
}

/* A run of entries from a bound in one direction. */
struct stretch {
	struct kith_entry *items;
	size_t count;
	bool more; /* others lie beyond its far end */
	size_t bytes_max;
};

/*
 * At most LIMIT entries, until they have bytes_max bytes, of CONVERSATION from BOUND on, without it, in the order
 * that NAME (PAGE_DOWN or PAGE_UP) gives them. ITEMS has room for LIMIT.
 */
static enum kith_rc load_stretch(struct kith_sql *sql, enum kith_sql_name name,
                                 int64_t conversation_row, int64_t bound, size_t limit,
                                 struct kith_arena *mem, struct stretch *out)
{
	struct kith_query query = kith_query(sql, name);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, bound);
	kith_query_int(&query, (int64_t)limit + 1);
	size_t bytes = 0;
	out->count = 0;
	out->more = false;
	while (kith_query_next(&query)) {
		if (out->count == limit || bytes >= out->bytes_max) {
			out->more = true;
			break;
		}
		struct kith_entry *entry = &out->items[out->count++];
		*entry = kith_entry_read(&query, mem);
		bytes += entry->content.body.len;
	}
	return kith_query_end(&query);
}

static void reverse(struct kith_entry *items, size_t count)
{
	for (size_t i = 0, j = count; i + 1 < j; i++) {
		j--;
		struct kith_entry kept = items[i];
		items[i] = items[j];
		items[j] = kept;
	}
}

/* The LIMIT highest below BOUND; HEAD is the conversation's newest number. */
static enum kith_rc page_down(struct kith_sql *sql, int64_t row, int64_t bound, size_t limit,
                              int64_t head, struct kith_arena *mem, struct kith_page *page)
{
	struct stretch older = { .items = page->items, .bytes_max = KITH_STORE_PAGE_BYTES };
	enum kith_rc rc = load_stretch(sql, KITH_SQL_PAGE_DOWN, row, bound, limit, mem, &older);
	reverse(older.items, older.count);
	page->count = older.count;
	page->has_older = older.more;
	page->has_newer = head >= bound;
	return rc;
}

/* The LIMIT lowest above BOUND. */
static enum kith_rc page_up(struct kith_sql *sql, int64_t row, int64_t bound, size_t limit,
                            int64_t head, struct kith_arena *mem, struct kith_page *page)
{
	struct stretch newer = { .items = page->items, .bytes_max = KITH_STORE_PAGE_BYTES };
	enum kith_rc rc = load_stretch(sql, KITH_SQL_PAGE_UP, row, bound, limit, mem, &newer);
	page->count = newer.count;
	page->has_older = head > 0 && bound > 0;
	page->has_newer = newer.more;
	return rc;
}

/* MIDDLE with half of the others on each side; a side that ends early stays short. */
static enum kith_rc page_around(struct kith_sql *sql, int64_t row, int64_t middle, size_t limit,
                                struct kith_arena *mem, struct kith_page *page)
{
	struct stretch older = { .items = page->items, .bytes_max = KITH_STORE_PAGE_BYTES / 2 };
	enum kith_rc rc =
		load_stretch(sql, KITH_SQL_PAGE_DOWN, row, middle, limit / 2, mem, &older);
	if (rc != KITH_OK) {
		return rc;
	}
	reverse(older.items, older.count);
	struct stretch newer = { .items = page->items + older.count,
		                 .bytes_max = KITH_STORE_PAGE_BYTES / 2 };
	rc = load_stretch(sql, KITH_SQL_PAGE_UP, row, middle - 1, limit - limit / 2, mem, &newer);
	page->count = older.count + newer.count;
	page->has_older = older.more;
	page->has_newer = newer.more;
	return rc;
}

/* A conversation that is not there has the head 0 and an empty page. */
static enum kith_rc load_head(struct kith_sql *sql, int64_t conversation_row, int64_t *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_PAGE_HEAD);
	kith_query_int(&query, conversation_row);
	*out = 0;
	enum kith_rc rc = kith_query_one(&query, out);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

static enum kith_rc load_page(struct kith_sql *sql, const struct kith_page_query *query,
                              struct kith_arena *mem, struct kith_page *page)
{
	int64_t row = query->conversation_row;
	int64_t head = 0;
	enum kith_rc rc = load_head(sql, row, &head);
	if (rc != KITH_OK) {
		return rc;
	}
	if (query->around > 0) {
		return page_around(sql, row, query->around, query->limit, mem, page);
	}
	if (query->after > 0 || query->is_from_first) {
		return page_up(sql, row, query->after, query->limit, head, mem, page);
	}
	int64_t bound = query->before > 0 ? query->before : head + 1;
	return page_down(sql, row, bound, query->limit, head, mem, page);
}

enum kith_rc kith_reader_page(struct kith_reader *reader, const struct kith_page_query *query,
                              struct kith_arena *mem, struct kith_page *out)
{
	KITH_ASSERT(query->limit >= 1 && query->limit <= KITH_STORE_PAGE_MAX);
	KITH_ASSERT((query->before > 0) + (query->after > 0) + (query->around > 0) +
	                    (query->is_from_first ? 1 : 0) <=
	            1);
	struct kith_page page = { .count = 0 };
	page.items = kith_arena_alloc(mem, query->limit * sizeof(*page.items));
	if (page.items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = load_page(&reader->sql, query, mem, &page);
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK) {
		*out = page;
	}
	return rc;
}
