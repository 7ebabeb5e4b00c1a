/*
 * sqlite_since.c -- what happened to a person after a position.
 *
 * Each of their conversations is an ascending run of positions: its entries, and
 * at most one read. The lowest LIMIT of all runs are kept in a heap, the highest
 * on top, so each run is left as soon as it is past them; then they are sorted
 * and their entries loaded.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"

/* The lowest positions seen so far; items[0] is the highest of them. */
struct lowest {
	struct kith_news *items;
	size_t count;
	size_t room;
};

static void swap(struct kith_news *a, struct kith_news *b)
{
	struct kith_news kept = *a;
	*a = *b;
	*b = kept;
}

static void sift_up(struct lowest *lowest, size_t at)
{
	struct kith_news *items = lowest->items;
	while (at > 0 && items[(at - 1) / 2].position < items[at].position) {
		swap(&items[(at - 1) / 2], &items[at]);
		at = (at - 1) / 2;
	}
}

static void sift_down(struct lowest *lowest, size_t at)
{
	struct kith_news *items = lowest->items;
	for (;;) {
		size_t highest = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < lowest->count;
		     child++) {
			if (items[child].position > items[highest].position) {
				highest = child;
			}
		}
		if (highest == at) {
			return;
		}
		swap(&items[highest], &items[at]);
		at = highest;
	}
}

/* returns false when NEWS is not among the lowest, and nothing above it will be. */
static bool offer(struct lowest *lowest, const struct kith_news *news)
{
	if (lowest->count < lowest->room) {
		lowest->items[lowest->count] = *news;
		sift_up(lowest, lowest->count++);
		return true;
	}
	if (news->position >= lowest->items[0].position) {
		return false;
	}
	lowest->items[0] = *news;
	sift_down(lowest, 0);
	return true;
}

static int compare_positions(const void *a, const void *b)
{
	int64_t first = ((const struct kith_news *)a)->position;
	int64_t second = ((const struct kith_news *)b)->position;
	return (first > second) - (first < second);
}

static enum kith_rc entry_id(struct kith_sql *sql, int64_t conversation_row, int64_t n,
                             int64_t *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_ENTRY_ID);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, n);
	enum kith_rc rc = kith_query_one(&query, out);
	return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
}

/* The lowest n whose entry lies after SINCE, if that of HEAD does: ids rise with n. */
static enum kith_rc first_after(struct kith_sql *sql, int64_t conversation_row, int64_t head,
                                int64_t since, int64_t *out)
{
	int64_t low = 1;
	int64_t high = head;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		int64_t id = 0;
		enum kith_rc rc = entry_id(sql, conversation_row, middle, &id);
		if (rc != KITH_OK) {
			return rc;
		}
		if (id > since) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	*out = low;
	return KITH_OK;
}

static enum kith_rc offer_entries(struct kith_sql *sql, int64_t conversation_row, int64_t first,
                                  struct lowest *lowest)
{
	struct kith_query query = kith_query(sql, KITH_SQL_ENTRY_IDS_FROM);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, first);
	bool is_wanted = true;
	while (is_wanted && kith_query_next(&query)) {
		struct kith_news news = {
			.kind = KITH_NEWS_MESSAGE,
			.position = kith_query_get_int(&query, 0),
		};
		is_wanted = offer(lowest, &news);
	}
	return kith_query_end(&query);
}

/* The news of the conversation in LINE's row. */
static enum kith_rc offer_conversation(struct kith_query *line, int64_t since,
                                       struct lowest *lowest)
{
	int64_t row = kith_query_get_int(line, 0);
	int64_t head = kith_query_get_int(line, 3);
	int64_t touched = kith_query_get_int(line, 8);
	if (touched > since) {
		struct kith_news news = {
			.kind = KITH_NEWS_READ,
			.position = touched,
			.entry = {
				.conversation_row = row,
				.conversation = kith_query_get_uuid(line, 1),
				.org_row = kith_query_get_int(line, 2),
			},
			.seen = kith_query_get_int(line, 6),
			.unread = kith_query_get_int(line, 4) - kith_query_get_int(line, 7),
		};
		(void)offer(lowest, &news);
	}
	if (kith_query_get_int(line, 5) <= since) {
		return KITH_OK;
	}
	int64_t first = 0;
	enum kith_rc rc = first_after(line->sql, row, head, since, &first);
	return rc == KITH_OK ? offer_entries(line->sql, row, first, lowest) : rc;
}

static enum kith_rc collect(struct kith_sql *sql, int64_t user_row, int64_t org_row, int64_t since,
                            struct lowest *lowest)
{
	struct kith_query line = kith_query(sql, KITH_SQL_SINCE_LIST);
	kith_query_int(&line, user_row);
	kith_query_int(&line, org_row);
	kith_query_int(&line, since);
	enum kith_rc rc = KITH_OK;
	while (rc == KITH_OK && kith_query_next(&line)) {
		rc = offer_conversation(&line, since, lowest);
	}
	enum kith_rc end = kith_query_end(&line);
	return rc == KITH_OK ? end : rc;
}

/* Loads what the news are about; ends the page early when it is full of bytes. */
static enum kith_rc load_entries(struct kith_sql *sql, struct kith_arena *mem,
                                 struct kith_since *since)
{
	size_t bytes = 0;
	for (size_t i = 0; i < since->count; i++) {
		if (bytes >= KITH_STORE_PAGE_BYTES) {
			since->count = i;
			since->more = true;
			since->position = since->items[i - 1].position;
			return KITH_OK;
		}
		struct kith_news *news = &since->items[i];
		if (news->kind != KITH_NEWS_MESSAGE) {
			continue;
		}
		enum kith_rc rc = kith_entry_load(sql, news->position, mem, &news->entry);
		if (rc != KITH_OK) {
			return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
		}
		bytes += news->entry.content.body.len;
	}
	return KITH_OK;
}

static enum kith_rc load_since(struct kith_sql *sql, int64_t user_row, int64_t org_row,
                               int64_t since, size_t limit, struct kith_arena *mem,
                               struct kith_since *out)
{
	enum kith_rc rc = kith_load_position(sql, &out->position);
	if (rc != KITH_OK) {
		return rc;
	}
	if (since > out->position) {
		return KITH_E_NOT_FOUND;
	}
	/* One more than asked tells whether others follow. */
	struct lowest lowest = { .items = out->items, .room = limit + 1 };
	rc = collect(sql, user_row, org_row, since, &lowest);
	if (rc != KITH_OK) {
		return rc;
	}
	qsort(lowest.items, lowest.count, sizeof(*lowest.items), compare_positions);
	out->more = lowest.count > limit;
	out->count = out->more ? limit : lowest.count;
	if (out->more) {
		out->position = out->items[limit - 1].position;
	}
	return load_entries(sql, mem, out);
}

enum kith_rc kith_reader_since(struct kith_reader *reader, int64_t user_row, int64_t org_row,
                               int64_t since, size_t limit, struct kith_arena *mem,
                               struct kith_since *out)
{
	KITH_ASSERT(limit >= 1 && since >= 0);
	struct kith_since found = { .count = 0 };
	found.items = kith_arena_alloc(mem, (limit + 1) * sizeof(*found.items));
	if (found.items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = load_since(&reader->sql, user_row, org_row, since, limit, mem, &found);
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK) {
		*out = found;
	}
	return rc;
}
