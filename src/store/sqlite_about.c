/*
 * sqlite_about.c -- about one message: its versions, who has it, who reacted.
 */
#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_extra.h"
#include "store/sqlite_head.h"
#include "store/sqlite_reader.h"

enum {
	/* Entries after a message among which its reader's next one is looked for. */
	RECEIPT_SCAN_MAX = 16384,
};

/* ---- versions ---- */

struct versions {
	struct kith_version *items; /* room for LIMIT */
	size_t count;
	size_t limit;
	size_t bytes;
	bool more;
};

/* returns false, and more follow, when VERSION has no room. */
static bool add_version(struct versions *versions, const struct kith_version *version)
{
	if (versions->count == versions->limit || versions->bytes >= KITH_STORE_PAGE_BYTES) {
		versions->more = true;
		return false;
	}
	versions->items[versions->count++] = *version;
	versions->bytes += version->content.body.len;
	return true;
}

static enum kith_rc list_edits(struct kith_sql *sql, const struct kith_entry *original,
                               int64_t before, struct kith_arena *mem, struct versions *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_VERSION_LIST);
	kith_query_int(&query, original->conversation_row);
	kith_query_int(&query, original->n);
	kith_query_int(&query, before);
	kith_query_int(&query, (int64_t)out->limit + 1);
	bool has_room = true;
	while (has_room && kith_query_next(&query)) {
		struct kith_version version = {
			.n = kith_query_get_int(&query, 0),
			.content = { .kind = original->content.kind,
			             .body = kith_query_get_text(&query, 1, mem) },
			.at_us = kith_query_get_int(&query, 2),
		};
		has_room = add_version(out, &version);
	}
	return kith_query_end(&query);
}

static enum kith_rc load_versions(struct kith_sql *sql, int64_t conversation_row, int64_t n,
                                  int64_t before, struct kith_arena *mem, struct versions *out)
{
	struct kith_entry original;
	enum kith_rc rc = kith_entry_by_number(sql, conversation_row, n, mem, &original);
	if (rc != KITH_OK || kith_kind_is_act(original.content.kind)) {
		return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
	}
	struct kith_version first = {
		.n = original.n,
		.content = { .kind = original.content.kind, .body = original.content.body },
		.at_us = original.sent_us,
	};
	rc = kith_extra_load(sql, 0, &original, 1, mem);
	if (rc != KITH_OK || (original.extra != NULL && original.extra->retracted_us != 0)) {
		return rc;
	}
	rc = list_edits(sql, &original, before, mem, out);
	if (rc == KITH_OK && !out->more && (before == 0 || n < before)) {
		(void)add_version(out, &first);
	}
	return rc;
}

enum kith_rc kith_reader_versions(struct kith_reader *reader, int64_t conversation_row, int64_t n,
                                  int64_t before, size_t limit, struct kith_arena *mem,
                                  struct kith_version **out, size_t *count, bool *more)
{
	KITH_ASSERT(limit >= 1 && limit <= KITH_STORE_PAGE_MAX);
	struct versions found = { .limit = limit };
	found.items = kith_arena_alloc(mem, limit * sizeof(*found.items));
	if (found.items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = load_versions(&reader->sql, conversation_row, n, before, mem, &found);
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK) {
		*out = found.items;
		*count = found.count;
		*more = found.more;
	}
	return rc;
}

/* ---- receipts ---- */

/* A member's marks while their receipts are looked up. */
struct marks {
	int64_t user_row;
	bool hides;
	struct kith_str user;
	int64_t delivered;
	int64_t delivered_moves;
	int64_t seen;
	int64_t seen_moves;
};

static enum kith_rc list_marks(struct kith_sql *sql, int64_t conversation_row,
                               struct kith_arena *mem, struct marks *out, size_t *count)
{
	struct kith_query query = kith_query(sql, KITH_SQL_MARK_LIST);
	kith_query_int(&query, conversation_row);
	*count = 0;
	while (kith_query_next(&query)) {
		if (*count == KITH_DIRECT_MEMBERS_MAX) {
			query.rc = KITH_E_CORRUPT;
			break;
		}
		out[(*count)++] = (struct marks){
			.user_row = kith_query_get_int(&query, 0),
			.user = kith_query_get_text(&query, 1, mem),
			.hides = (kith_query_get_int(&query, 2) & KITH_USER_HIDES_RECEIPTS) != 0,
			.delivered = kith_query_get_int(&query, 3),
			.delivered_moves = kith_query_get_int(&query, 4),
			.seen = kith_query_get_int(&query, 5),
			.seen_moves = kith_query_get_int(&query, 6),
		};
	}
	return kith_query_end(&query);
}

/* One watermark of a member, and the message that it has passed. */
struct passing {
	int64_t conversation_row;
	int64_t user_row;
	enum kith_receipt_kind kind;
	int64_t mark;
	int64_t moves;
	int64_t n;
};

/* The first kept move that passes the message. */
struct move {
	int64_t n; /* 0: there is none                             */
	int64_t at_us;
	bool is_first_kept; /* those before it, if there were any, are forgotten */
};

static enum kith_rc find_move(struct kith_sql *sql, const struct passing *passing, struct move *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_RECEIPT_TIME);
	kith_query_int(&query, passing->conversation_row);
	kith_query_int(&query, passing->user_row);
	kith_query_int(&query, passing->kind);
	kith_query_int(&query, passing->n);
	*out = (struct move){ .n = 0 };
	if (kith_query_next(&query)) {
		out->n = kith_query_get_int(&query, 0);
		out->at_us = kith_query_get_int(&query, 1);
		out->is_first_kept = kith_query_get_int(&query, 2) == 0;
	}
	return kith_query_end(&query);
}

/* When the member wrote from the message on, up to number LAST; KITH_E_NOT_FOUND. */
static enum kith_rc find_sent(struct kith_sql *sql, const struct passing *passing, int64_t last,
                              int64_t *out)
{
	int64_t most = passing->n + RECEIPT_SCAN_MAX;
	struct kith_query query = kith_query(sql, KITH_SQL_RECEIPT_SENT);
	kith_query_int(&query, passing->conversation_row);
	kith_query_int(&query, passing->user_row);
	kith_query_int(&query, passing->n);
	kith_query_int(&query, last < most ? last : most);
	return kith_query_one(&query, out);
}

/*
 * When the watermark passed the message: at the first kept move that did, or at what its
 * owner wrote before that. When moves were forgotten and all that are kept pass it, one of
 * those may have been the first: then it is 0, not known.
 */
static enum kith_rc find_time(struct kith_sql *sql, const struct passing *passing, int64_t *out)
{
	struct move move;
	*out = 0;
	enum kith_rc rc = find_move(sql, passing, &move);
	bool is_forgotten =
		move.n != 0 &&
		(move.at_us == 0 || (move.is_first_kept && passing->moves > KITH_RECEIPTS_MAX));
	if (rc != KITH_OK || is_forgotten) {
		return rc;
	}
	*out = move.at_us;
	rc = find_sent(sql, passing, move.n == 0 ? passing->mark : move.n, out);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

static enum kith_rc load_receipt(struct kith_sql *sql, int64_t conversation_row,
                                 const struct marks *marks, int64_t n, struct kith_receipt *out)
{
	enum kith_rc rc = KITH_OK;
	*out = (struct kith_receipt){
		.user = marks->user,
		.is_delivered = marks->delivered >= n,
		.is_seen = marks->seen >= n,
	};
	struct passing passing = {
		.conversation_row = conversation_row,
		.user_row = marks->user_row,
		.kind = KITH_RECEIPT_DELIVERED,
		.mark = marks->delivered,
		.moves = marks->delivered_moves,
		.n = n,
	};
	if (out->is_delivered) {
		rc = find_time(sql, &passing, &out->delivered_us);
	}
	if (rc == KITH_OK && out->is_seen) {
		passing.kind = KITH_RECEIPT_SEEN;
		passing.mark = marks->seen;
		passing.moves = marks->seen_moves;
		rc = find_time(sql, &passing, &out->seen_us);
	}
	return rc;
}

static bool shows_receipts(const struct marks *marks, size_t count, int64_t viewer_row)
{
	for (size_t i = 0; i < count; i++) {
		if (marks[i].user_row == viewer_row) {
			return !marks[i].hides;
		}
	}
	return true;
}

static enum kith_rc load_receipts(struct kith_sql *sql, int64_t conversation_row, int64_t n,
                                  int64_t viewer_row, struct kith_arena *mem,
                                  struct kith_receipt *items, size_t *found)
{
	struct marks marks[KITH_DIRECT_MEMBERS_MAX];
	size_t count = 0;
	enum kith_rc rc = list_marks(sql, conversation_row, mem, marks, &count);
	if (rc != KITH_OK || !shows_receipts(marks, count, viewer_row)) {
		return rc;
	}
	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		if (marks[i].user_row == viewer_row || marks[i].hides) {
			continue;
		}
		rc = load_receipt(sql, conversation_row, &marks[i], n, &items[(*found)++]);
	}
	return rc;
}

enum kith_rc kith_reader_receipts(struct kith_reader *reader, int64_t conversation_row, int64_t n,
                                  int64_t viewer_row, struct kith_arena *mem,
                                  struct kith_receipt **out, size_t *count)
{
	size_t found = 0;
	struct kith_receipt *items =
		kith_arena_alloc(mem, KITH_DIRECT_MEMBERS_MAX * sizeof(*items));
	if (items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = load_receipts(&reader->sql, conversation_row, n, viewer_row, mem, items,
		                   &found);
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK) {
		*out = items;
		*count = found;
	}
	return rc;
}

/* ---- reactions ---- */

enum kith_rc kith_reader_reacting(struct kith_reader *reader, int64_t conversation_row, int64_t n,
                                  int64_t user_row, struct kith_str emoji,
                                  struct kith_reacting *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_REACTING_LOAD);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, n);
	kith_query_int(&query, user_row);
	kith_query_text(&query, emoji);
	struct kith_reacting found = { .own = 0 };
	if (kith_query_next(&query)) {
		found.is_on = kith_query_get_int(&query, 0) > 0;
		found.own = kith_query_get_int(&query, 1);
		found.all = kith_query_get_int(&query, 2);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = found;
	}
	return kith_reader_leave(reader, rc);
}
