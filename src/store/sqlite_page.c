/*
 * sqlite_page.c -- a window of one conversation's messages, and one by its id.
 *
 * Numbers have no hole and only grow, so a page is fixed by its bound: what is
 * written meanwhile comes after it and moves nothing.
 */
#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_extra.h"
#include "store/sqlite_reader.h"

/* Acts are found for nobody in particular only: that is who asks for repeats. */
static enum kith_rc load_message(struct kith_sql *sql, const struct kith_uuid *message,
                                 int64_t viewer_row, struct kith_arena *mem, struct kith_entry *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_ENTRY_BY_MESSAGE);
	kith_query_uuid(&query, message);
	struct kith_entry entry;
	enum kith_rc rc = kith_entry_one(&query, mem, &entry);
	if (rc != KITH_OK) {
		return rc;
	}
	bool is_act = kith_kind_is_act(entry.content.kind);
	bool is_left_out = is_act;
	if (viewer_row != 0 && !is_act) {
		rc = kith_entry_is_hidden(sql, entry.conversation_row, entry.n, viewer_row,
		                          &is_left_out);
	}
	if (rc == KITH_OK && viewer_row != 0 && is_left_out) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK && !is_act) {
		rc = kith_extra_load(sql, viewer_row, &entry, 1, mem);
	}
	if (rc == KITH_OK) {
		*out = entry;
	}
	return rc;
}

enum kith_rc kith_reader_message(struct kith_reader *reader, const struct kith_uuid *message,
                                 int64_t viewer_row, struct kith_arena *mem, struct kith_entry *out)
{
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = load_message(&reader->sql, message, viewer_row, mem, out);
	}
	return kith_reader_leave(reader, rc);
}

/* ---- pages ---- */

/* Whose page of what. */
struct place {
	struct kith_sql *sql;
	struct kith_arena *mem;
	int64_t conversation_row;
	int64_t viewer_row; /* who has hidden something here; 0: nobody has */
};

/* A run of messages from a bound in one direction, ascending. */
struct stretch {
	struct kith_entry *items;
	size_t count;
	bool more; /* others lie beyond its far end */
	size_t bytes_max;
};

/* PAGE_DOWN or PAGE_UP: at most LIMIT messages from BOUND on, without it. */
static struct kith_query start(const struct place *place, enum kith_sql_name name, int64_t bound,
                               size_t limit)
{
	struct kith_query query = kith_query(place->sql, name);
	kith_query_int(&query, place->conversation_row);
	kith_query_int(&query, bound);
	kith_query_int(&query, (int64_t)limit);
	kith_query_int(&query, place->viewer_row);
	return query;
}

/* At most LIMIT, until they have bytes_max bytes as they were sent. */
static enum kith_rc read_stretch(const struct place *place, enum kith_sql_name name, int64_t bound,
                                 size_t limit, struct stretch *out)
{
	struct kith_query query = start(place, name, bound, limit + 1);
	size_t bytes = 0;
	out->count = 0;
	out->more = false;
	while (kith_query_next(&query)) {
		if (out->count == limit || bytes >= out->bytes_max) {
			out->more = true;
			break;
		}
		struct kith_entry *entry = &out->items[out->count++];
		*entry = kith_entry_read(&query, place->mem);
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

/* How many messages there is room for, from the near end on. */
static size_t count_fitting(const struct stretch *stretch, bool is_down)
{
	size_t bytes = 0;
	size_t count = 0;
	while (count < stretch->count && bytes < stretch->bytes_max) {
		size_t at = is_down ? stretch->count - 1 - count : count;
		bytes += kith_extra_page_bytes(&stretch->items[at]);
		count++;
	}
	return count;
}

/* Brings the messages up to date and drops at the far end what is too long now. */
static enum kith_rc finish_stretch(const struct place *place, int64_t viewer_row, bool is_down,
                                   struct stretch *out)
{
	enum kith_rc rc =
		kith_extra_load(place->sql, viewer_row, out->items, out->count, place->mem);
	if (rc != KITH_OK || out->count == 0) {
		return rc;
	}
	size_t fitting = count_fitting(out, is_down);
	if (fitting < out->count) {
		out->items += is_down ? out->count - fitting : 0;
		out->count = fitting;
		out->more = true;
	}
	return KITH_OK;
}

static enum kith_rc load_stretch(const struct place *place, int64_t viewer_row,
                                 enum kith_sql_name name, int64_t bound, size_t limit,
                                 struct stretch *out)
{
	bool is_down = name == KITH_SQL_PAGE_DOWN;
	enum kith_rc rc = read_stretch(place, name, bound, limit, out);
	if (rc != KITH_OK) {
		return rc;
	}
	if (is_down) {
		reverse(out->items, out->count);
	}
	return finish_stretch(place, viewer_row, is_down, out);
}

/* Is there a message beyond BOUND in the direction of NAME? */
static enum kith_rc has_beyond(const struct place *place, enum kith_sql_name name, int64_t bound,
                               bool *out)
{
	struct kith_query query = start(place, name, bound, 1);
	*out = kith_query_next(&query);
	return kith_query_end(&query);
}

/* The LIMIT highest below BOUND; HEAD is the conversation's newest number. */
static enum kith_rc page_down(const struct place *place, const struct kith_page_query *query,
                              int64_t bound, int64_t head, struct kith_page *page)
{
	struct stretch older = { .items = page->items, .bytes_max = KITH_STORE_PAGE_BYTES };
	enum kith_rc rc = load_stretch(place, query->viewer_row, KITH_SQL_PAGE_DOWN, bound,
	                               query->limit, &older);
	page->items = older.items;
	page->count = older.count;
	page->has_older = older.more;
	if (rc == KITH_OK && head >= bound) {
		rc = has_beyond(place, KITH_SQL_PAGE_UP, bound - 1, &page->has_newer);
	}
	return rc;
}

/* The LIMIT lowest above the bound. */
static enum kith_rc page_up(const struct place *place, const struct kith_page_query *query,
                            struct kith_page *page)
{
	int64_t bound = query->after;
	struct stretch newer = { .items = page->items, .bytes_max = KITH_STORE_PAGE_BYTES };
	enum kith_rc rc = load_stretch(place, query->viewer_row, KITH_SQL_PAGE_UP, bound,
	                               query->limit, &newer);
	page->count = newer.count;
	page->has_newer = newer.more;
	if (rc == KITH_OK && bound > 0) {
		/* The bound itself may lie far beyond the newest. */
		int64_t below = bound < INT64_MAX ? bound + 1 : bound;
		rc = has_beyond(place, KITH_SQL_PAGE_DOWN, below, &page->has_older);
	}
	return rc;
}

/* The middle with half of the others on each side; a side that ends early stays short. */
static enum kith_rc page_around(const struct place *place, const struct kith_page_query *query,
                                struct kith_page *page)
{
	int64_t viewer = query->viewer_row;
	struct stretch older = { .items = page->items, .bytes_max = KITH_STORE_PAGE_BYTES / 2 };
	enum kith_rc rc = load_stretch(place, viewer, KITH_SQL_PAGE_DOWN, query->around,
	                               query->limit / 2, &older);
	if (rc != KITH_OK) {
		return rc;
	}
	struct stretch newer = { .items = older.items + older.count,
		                 .bytes_max = KITH_STORE_PAGE_BYTES / 2 };
	rc = load_stretch(place, viewer, KITH_SQL_PAGE_UP, query->around - 1,
	                  query->limit - query->limit / 2, &newer);
	page->items = older.items;
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

/* Sets viewer_row when the viewer has hidden anything in the conversation: most have
 * not, and then their messages need not be looked up one by one. */
static enum kith_rc find_viewer(struct place *place, int64_t viewer_row)
{
	struct kith_query query = kith_query(place->sql, KITH_SQL_HIDDEN_ANY);
	kith_query_int(&query, viewer_row);
	kith_query_int(&query, place->conversation_row);
	place->viewer_row = kith_query_next(&query) ? viewer_row : 0;
	return kith_query_end(&query);
}

static enum kith_rc load_page(struct kith_sql *sql, const struct kith_page_query *query,
                              struct kith_arena *mem, struct kith_page *page)
{
	struct place place = {
		.sql = sql,
		.mem = mem,
		.conversation_row = query->conversation_row,
	};
	int64_t head = 0;
	enum kith_rc rc = load_head(sql, place.conversation_row, &head);
	if (rc == KITH_OK) {
		rc = find_viewer(&place, query->viewer_row);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	if (query->around > 0) {
		return page_around(&place, query, page);
	}
	if (query->after > 0 || query->is_from_first) {
		return page_up(&place, query, page);
	}
	int64_t bound = query->before > 0 ? query->before : head + 1;
	return page_down(&place, query, bound, head, page);
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
