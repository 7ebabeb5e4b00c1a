/*
 * sqlite_since.c -- what happened to a person after a position.
 *
 * Each of their conversations is an ascending run of positions: its entries, and at
 * most one mark of each member; what they hid, drafted and whom they know are further
 * runs. The lowest LIMIT of all are kept in a heap, the highest on top, so each run is
 * left as soon as it is past them; then they are sorted and what they say is loaded.
 * News of messages that the person has hidden are not told.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_extra.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"

/* Whoever hid thousands of messages and asks for one at a time costs no round for each. */
enum { SINCE_ROUND_MIN = 50 };

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

/* Whose news, and from where on. */
struct asking {
	struct kith_sql *sql;
	struct kith_arena *mem;
	int64_t user_row;
	int64_t org_row; /* 0: all */
	int64_t since;
	bool has_hidden; /* the user has hidden some message */
};

/* The conversation of a row that begins with its row, id and organization. */
static struct kith_entry read_place(struct kith_query *query)
{
	return (struct kith_entry){
		.conversation_row = kith_query_get_int(query, 0),
		.conversation = kith_query_get_uuid(query, 1),
		.org_row = kith_query_get_int(query, 2),
	};
}

/* The own mark and the entries of the conversation in LINE's row. */
static enum kith_rc offer_conversation(const struct asking *asking, struct kith_query *line,
                                       struct lowest *lowest)
{
	int64_t row = kith_query_get_int(line, 0);
	int64_t head = kith_query_get_int(line, 3);
	int64_t touched = kith_query_get_int(line, 5);
	if (touched > asking->since) {
		struct kith_news news = {
			.kind = KITH_NEWS_READ,
			.position = touched,
			.entry = read_place(line),
			.mark = { .conversation_row = row,
			          .user_row = asking->user_row,
			          .position = touched,
			          .delivered = kith_query_get_int(line, 6),
			          .seen = kith_query_get_int(line, 7),
			          .unread = kith_query_get_int(line, 8),
			          .is_marked_unread = kith_query_get_int(line, 9) != 0,
			          .at_us = kith_query_get_int(line, 10) },
		};
		(void)offer(lowest, &news);
	}
	if (kith_query_get_int(line, 4) <= asking->since) {
		return KITH_OK;
	}
	int64_t first = 0;
	enum kith_rc rc = first_after(asking->sql, row, head, asking->since, &first);
	return rc == KITH_OK ? offer_entries(asking->sql, row, first, lowest) : rc;
}

/* Starts NAME for user, organization and position. */
static struct kith_query ask(const struct asking *asking, enum kith_sql_name name)
{
	struct kith_query query = kith_query(asking->sql, name);
	kith_query_int(&query, asking->user_row);
	kith_query_int(&query, asking->org_row);
	kith_query_int(&query, asking->since);
	return query;
}

static enum kith_rc offer_conversations(const struct asking *asking, struct lowest *lowest)
{
	struct kith_query line = ask(asking, KITH_SQL_SINCE_LIST);
	enum kith_rc rc = KITH_OK;
	while (rc == KITH_OK && kith_query_next(&line)) {
		rc = offer_conversation(asking, &line, lowest);
	}
	enum kith_rc end = kith_query_end(&line);
	return rc == KITH_OK ? end : rc;
}

/* What the other members show of theirs. */
static enum kith_rc offer_receipts(const struct asking *asking, struct lowest *lowest)
{
	struct kith_query query = ask(asking, KITH_SQL_SINCE_RECEIPTS);
	while (kith_query_next(&query)) {
		struct kith_news news = {
			.kind = KITH_NEWS_RECEIPT,
			.position = kith_query_get_int(&query, 3),
			.entry = read_place(&query),
			.member = kith_query_get_text(&query, 4, asking->mem),
			.mark = { .conversation_row = kith_query_get_int(&query, 0),
			          .user_row = kith_query_get_int(&query, 5),
			          .position = kith_query_get_int(&query, 3),
			          .delivered = kith_query_get_int(&query, 6),
			          .seen = kith_query_get_int(&query, 7),
			          .at_us = kith_query_get_int(&query, 8) },
		};
		(void)offer(lowest, &news);
	}
	return kith_query_end(&query);
}

static enum kith_rc offer_hidden(const struct asking *asking, struct lowest *lowest)
{
	struct kith_query query = ask(asking, KITH_SQL_SINCE_HIDDEN);
	bool is_wanted = true;
	while (is_wanted && kith_query_next(&query)) {
		struct kith_news news = {
			.kind = KITH_NEWS_HIDDEN,
			.position = kith_query_get_int(&query, 3),
			.entry = read_place(&query),
			.subject = kith_query_get_uuid(&query, 5),
		};
		news.entry.n = kith_query_get_int(&query, 4);
		is_wanted = offer(lowest, &news);
	}
	return kith_query_end(&query);
}

static enum kith_rc offer_drafts(const struct asking *asking, struct lowest *lowest)
{
	struct kith_query query = ask(asking, KITH_SQL_SINCE_DRAFTS);
	bool is_wanted = true;
	while (is_wanted && kith_query_next(&query)) {
		struct kith_news news = {
			.kind = KITH_NEWS_DRAFT,
			.position = kith_query_get_int(&query, 3),
			.entry = read_place(&query),
			.draft = kith_load_draft_columns(&query, 4, asking->mem),
		};
		news.draft.conversation_row = news.entry.conversation_row;
		news.draft.conversation = news.entry.conversation;
		news.draft.user_row = asking->user_row;
		news.draft.position = news.position;
		is_wanted = offer(lowest, &news);
	}
	return kith_query_end(&query);
}

static enum kith_rc offer_contacts(const struct asking *asking, struct lowest *lowest)
{
	struct kith_query query = kith_query(asking->sql, KITH_SQL_SINCE_CONTACTS);
	kith_query_int(&query, asking->user_row);
	kith_query_int(&query, asking->since);
	kith_query_int(&query, asking->org_row);
	bool is_wanted = true;
	while (is_wanted && kith_query_next(&query)) {
		struct kith_news news = {
			.kind = KITH_NEWS_CONTACTS,
			.position = kith_query_get_int(&query, 0),
			.member = kith_query_get_text(&query, 1, asking->mem),
			.is_contact = kith_query_get_int(&query, 2) == 0,
		};
		is_wanted = offer(lowest, &news);
	}
	return kith_query_end(&query);
}

static enum kith_rc offer_me(const struct asking *asking, struct lowest *lowest)
{
	struct kith_query query = kith_query(asking->sql, KITH_SQL_SINCE_ME);
	kith_query_int(&query, asking->user_row);
	kith_query_int(&query, asking->since);
	struct kith_news news = { .kind = KITH_NEWS_ME };
	enum kith_rc rc = kith_query_one(&query, &news.position);
	if (rc == KITH_OK) {
		(void)offer(lowest, &news);
	}
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

static enum kith_rc (*const offers[])(const struct asking *, struct lowest *) = {
	offer_conversations, offer_receipts, offer_hidden, offer_drafts, offer_contacts, offer_me,
};

/* ---- what the kept ones say ---- */

/* What an act says about MESSAGE, which is as it is now. */
static void tell_act(struct kith_news *news, const struct kith_entry *act,
                     const struct kith_entry *message, bool *is_left_out)
{
	news->subject = message->message;
	if (act->content.kind == KITH_KIND_EDIT || act->content.kind == KITH_KIND_RETRACTION) {
		news->kind =
			act->content.kind == KITH_KIND_EDIT ? KITH_NEWS_EDITED : KITH_NEWS_DELETED;
		news->entry = *message;
		return;
	}
	/* Nobody has reacted to a deleted message. */
	*is_left_out = message->extra != NULL && message->extra->retracted_us != 0;
	news->kind = KITH_NEWS_REACTION;
	news->entry = *act;
}

/* The entry at NEWS's position: a message, or an act and the message it is about. */
static enum kith_rc load_entry(const struct asking *asking, struct kith_news *news,
                               bool *is_left_out)
{
	struct kith_entry entry;
	enum kith_rc rc = kith_entry_load(asking->sql, news->position, asking->mem, &entry);
	if (rc != KITH_OK) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
	}
	struct kith_entry message = entry;
	bool is_act = kith_kind_is_act(entry.content.kind);
	if (is_act) {
		rc = kith_entry_by_number(asking->sql, entry.conversation_row, entry.target,
		                          asking->mem, &message);
	}
	if (rc == KITH_OK && asking->has_hidden) {
		rc = kith_entry_is_hidden(asking->sql, message.conversation_row, message.n,
		                          asking->user_row, is_left_out);
	}
	if (rc != KITH_OK || *is_left_out) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
	}
	rc = kith_extra_load(asking->sql, asking->user_row, &message, 1, asking->mem);
	if (rc != KITH_OK) {
		return rc;
	}
	news->n = entry.n;
	if (is_act) {
		tell_act(news, &entry, &message, is_left_out);
	} else {
		news->entry = message;
	}
	return KITH_OK;
}

static enum kith_rc load_me(const struct asking *asking, struct kith_news *news)
{
	struct kith_profile *profile = kith_arena_alloc(asking->mem, sizeof(*profile));
	if (profile == NULL) {
		return KITH_E_NO_MEMORY;
	}
	news->profile = profile;
	enum kith_rc rc = kith_load_profile(asking->sql, asking->user_row, asking->mem, profile);
	return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
}

/* Loads what NEWS is about, and how many bytes of a page it takes. */
static enum kith_rc load_news(const struct asking *asking, struct kith_news *news,
                              bool *is_left_out, size_t *bytes)
{
	enum kith_rc rc = KITH_OK;
	*is_left_out = false;
	if (news->kind == KITH_NEWS_MESSAGE) {
		rc = load_entry(asking, news, is_left_out);
	} else if (news->kind == KITH_NEWS_ME) {
		rc = load_me(asking, news);
	}
	if (rc != KITH_OK || *is_left_out) {
		return rc;
	}
	*bytes += kith_extra_page_bytes(&news->entry) + news->draft.text.len;
	if (news->profile != NULL) {
		*bytes += news->profile->metadata.len + news->profile->private_metadata.len;
	}
	return KITH_OK;
}

/* Loads what is told and drops the rest; ends the page when LIMIT are told, or when it is
 * full of bytes. */
static enum kith_rc load_all(const struct asking *asking, size_t limit, struct kith_since *since)
{
	size_t bytes = 0;
	size_t told = 0;
	for (size_t i = 0; i < since->count; i++) {
		if (told == limit || bytes >= KITH_STORE_PAGE_BYTES) {
			since->more = true;
			since->position = since->items[i - 1].position;
			break;
		}
		struct kith_news news = since->items[i];
		bool is_left_out = false;
		enum kith_rc rc = load_news(asking, &news, &is_left_out, &bytes);
		if (rc != KITH_OK) {
			return rc;
		}
		/* The place of the last one is needed even when it is not told. */
		since->items[i] = news;
		if (!is_left_out) {
			since->items[told++] = news;
		}
	}
	since->count = told;
	return KITH_OK;
}

/* How many news are looked at in one go for a page of LIMIT. */
static size_t round_of(size_t limit)
{
	return limit < SINCE_ROUND_MIN ? SINCE_ROUND_MIN : limit;
}

/* The first news after asking->since, of which some may not be told, and at most LIMIT are. */
static enum kith_rc load_round(const struct asking *asking, size_t limit, struct kith_since *out)
{
	size_t round = round_of(limit);
	/* One more than that tells whether others follow. */
	struct lowest lowest = { .items = out->items, .room = round + 1 };
	for (size_t i = 0; i < KITH_COUNT(offers); i++) {
		enum kith_rc rc = offers[i](asking, &lowest);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	qsort(lowest.items, lowest.count, sizeof(*lowest.items), compare_positions);
	out->more = lowest.count > round;
	out->count = out->more ? round : lowest.count;
	if (out->more) {
		out->position = out->items[round - 1].position;
	}
	return load_all(asking, limit, out);
}

static enum kith_rc find_hidden(struct asking *asking)
{
	struct kith_query query = kith_query(asking->sql, KITH_SQL_HIDDEN_BY);
	kith_query_int(&query, asking->user_row);
	asking->has_hidden = kith_query_next(&query);
	return kith_query_end(&query);
}

static enum kith_rc load_since(struct asking *asking, size_t limit, struct kith_since *out)
{
	int64_t end = 0;
	enum kith_rc rc = kith_load_position(asking->sql, &end);
	if (rc != KITH_OK) {
		return rc;
	}
	if (asking->since > end) {
		return KITH_E_NOT_FOUND;
	}
	rc = find_hidden(asking);
	/* While more follow there is something to tell. */
	do {
		out->position = end;
		if (rc == KITH_OK) {
			rc = load_round(asking, limit, out);
		}
		asking->since = out->position;
	} while (rc == KITH_OK && out->count == 0 && out->more);
	return rc;
}

enum kith_rc kith_reader_since(struct kith_reader *reader, int64_t user_row, int64_t org_row,
                               int64_t since, size_t limit, struct kith_arena *mem,
                               struct kith_since *out)
{
	KITH_ASSERT(limit >= 1 && since >= 0);
	struct kith_since found = { .count = 0 };
	found.items = kith_arena_alloc(mem, (round_of(limit) + 1) * sizeof(*found.items));
	if (found.items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		struct asking asking = {
			.sql = &reader->sql,
			.mem = mem,
			.user_row = user_row,
			.org_row = org_row,
			.since = since,
		};
		rc = load_since(&asking, limit, &found);
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK) {
		*out = found;
	}
	return rc;
}
