/*
 * sqlite_verify.c -- is what is stored what it must be?
 *
 * Walks every log beside its head in one pass, every body in another, then asks
 * statements that answer a line for each violation, and SQLite for the file's
 * own. One snapshot; reads everything there is, so it is for people who ask, not
 * for a start.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "domain/conversation.h"
#include "domain/message.h"
#include "store/sqlite_reader.h"

/* What is being counted, and where lines go. */
struct audit {
	struct kith_sql *sql;
	const uint8_t *digest_key;
	struct kith_verify found;
	struct kith_buf *report;
};

KITH_PRINTF(2, 3)
static void complain(struct audit *audit, const char *format, ...)
{
	if (audit->found.violations++ >= KITH_VERIFY_LINES_MAX) {
		return;
	}
	char line[512];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	kith_buf_add_text(audit->report, line);
	kith_buf_add_char(audit->report, '\n');
}

/* A statement that cannot read the file has found a violation, not failed. */
static enum kith_rc note_damage(struct audit *audit, enum kith_rc rc)
{
	if (rc != KITH_E_CORRUPT) {
		return rc;
	}
	complain(audit, "the file is damaged: %s", kith_sql_failure(audit->sql));
	return KITH_OK;
}

/* An entry of the pass, and what the one before it in its conversation was. */
struct walk {
	struct kith_query query;
	bool is_row;
	int64_t conversation_row;
	int64_t n;
	int64_t m;
	int64_t prev;
	int64_t id;
	bool is_act;
	int64_t last_n;
	int64_t last_m;
	int64_t last_id;
	int64_t last_message; /* the id of the last one that is no act */
};

static void walk_next(struct walk *walk)
{
	walk->is_row = kith_query_next(&walk->query);
	if (walk->is_row) {
		walk->conversation_row = kith_query_get_int(&walk->query, 0);
		walk->n = kith_query_get_int(&walk->query, 1);
		walk->m = kith_query_get_int(&walk->query, 2);
		walk->prev = kith_query_get_int(&walk->query, 3);
		walk->id = kith_query_get_int(&walk->query, 4);
		walk->is_act =
			kith_kind_is_act((enum kith_kind)kith_query_get_int(&walk->query, 5));
	}
}

static void check_link(struct audit *audit, const struct walk *walk)
{
	long long row = walk->conversation_row;
	if (walk->n != walk->last_n + 1) {
		complain(audit, "conversation %lld: number %lld follows %lld", row,
		         (long long)walk->n, (long long)walk->last_n);
	}
	if (walk->m != walk->last_m + (walk->is_act ? 0 : 1)) {
		complain(audit, "conversation %lld: entry %lld is message %lld after message %lld",
		         row, (long long)walk->n, (long long)walk->m, (long long)walk->last_m);
	}
	if (walk->prev != walk->last_id) {
		complain(audit, "conversation %lld: entry %lld links to %lld, before it is %lld",
		         row, (long long)walk->n, (long long)walk->prev, (long long)walk->last_id);
	}
	if (walk->id <= walk->last_id) {
		complain(audit, "conversation %lld: entry %lld has the id %lld after %lld", row,
		         (long long)walk->n, (long long)walk->id, (long long)walk->last_id);
	}
}

/* Goes through the entries of one conversation and ends at the next one's first. */
static void walk_log(struct audit *audit, struct walk *walk, int64_t row)
{
	walk->last_n = 0;
	walk->last_m = 0;
	walk->last_id = 0;
	walk->last_message = 0;
	while (walk->is_row && walk->conversation_row == row) {
		check_link(audit, walk);
		audit->found.entries++;
		walk->last_n = walk->n;
		walk->last_m = walk->m;
		walk->last_id = walk->id;
		walk->last_message = walk->is_act ? walk->last_message : walk->id;
		walk_next(walk);
	}
}

static void check_head(struct audit *audit, struct kith_query *head, const struct walk *walk)
{
	long long row = kith_query_get_int(head, 0);
	if (kith_query_get_int(head, 5) != 0) {
		complain(audit, "conversation %lld has no head", row);
		return;
	}
	if (kith_query_get_int(head, 1) != walk->last_n ||
	    kith_query_get_int(head, 2) != walk->last_m) {
		complain(audit,
		         "conversation %lld: the head says n=%lld m=%lld, the log n=%lld m=%lld",
		         row, (long long)kith_query_get_int(head, 1),
		         (long long)kith_query_get_int(head, 2), (long long)walk->last_n,
		         (long long)walk->last_m);
	}
	if (kith_query_get_int(head, 3) != walk->last_id) {
		complain(audit, "conversation %lld: the head's last entry is %lld, the log's %lld",
		         row, (long long)kith_query_get_int(head, 3), (long long)walk->last_id);
	}
	if (kith_query_get_int(head, 4) != walk->last_message) {
		complain(audit,
		         "conversation %lld: the head's last message is %lld, the log's %lld", row,
		         (long long)kith_query_get_int(head, 4), (long long)walk->last_message);
	}
}

/* Both sides come in the order of conversation rows. Entries of none are found by
 * a statement of their own, and only counted here. */
static enum kith_rc check_logs(struct audit *audit)
{
	struct walk walk = { .query = kith_query(audit->sql, KITH_SQL_VERIFY_LOGS) };
	struct kith_query head = kith_query(audit->sql, KITH_SQL_VERIFY_HEADS);
	walk_next(&walk);
	while (kith_query_next(&head)) {
		int64_t row = kith_query_get_int(&head, 0);
		while (walk.is_row && walk.conversation_row < row) {
			audit->found.entries++;
			walk_next(&walk);
		}
		walk_log(audit, &walk, row);
		check_head(audit, &head, &walk);
		audit->found.conversations++;
	}
	while (walk.is_row) {
		audit->found.entries++;
		walk_next(&walk);
	}
	enum kith_rc rc = kith_query_end(&head);
	enum kith_rc end = kith_query_end(&walk.query);
	return note_damage(audit, rc == KITH_OK ? end : rc);
}

/* Whether KIND and BODY are something that could have been sent; then out is set. */
static bool content_fits(int64_t kind, const struct kith_str *body, struct kith_content *out)
{
	bool is_text = kind == KITH_KIND_TEXT;
	bool is_opaque = kind == KITH_KIND_OPAQUE;
	return kith_content_decide(is_text ? body : NULL, is_opaque ? body : NULL, out, NULL) ==
	       KITH_OK;
}

/* An entry without its conversation or sender has a line elsewhere, and no print here. */
static bool print_fits(const struct audit *audit, struct kith_query *query,
                       const struct kith_content *content)
{
	struct kith_str id = kith_query_peek_text(query, 5);
	struct kith_uuid conversation;
	if (kith_query_get_int(query, 7) == 0) {
		return true;
	}
	if (id.len != sizeof(conversation.bytes)) {
		return false;
	}
	memcpy(conversation.bytes, id.at, sizeof(conversation.bytes));
	return (uint64_t)kith_query_get_int(query, 4) ==
	       kith_message_print(audit->digest_key, kith_query_peek_text(query, 6), &conversation,
	                          content);
}

/* Erased bodies are overwritten by as many zeros. */
static bool is_erased(struct kith_str body)
{
	for (size_t i = 0; i < body.len; i++) {
		if (body.at[i] != '\0') {
			return false;
		}
	}
	return true;
}

/* What is wrong with a message that was not deleted; NULL: nothing. */
static const char *fault_of_message(const struct audit *audit, struct kith_query *query,
                                    const struct kith_str *body)
{
	struct kith_content content = { .is_reply = false };
	if (!content_fits(kith_query_get_int(query, 2), body, &content)) {
		return "is no content of its kind";
	}
	struct kith_str answered = kith_query_peek_text(query, 9);
	content.is_reply = answered.len == sizeof(content.reply_to.bytes);
	if (content.is_reply) {
		memcpy(content.reply_to.bytes, answered.at, answered.len);
	}
	return print_fits(audit, query, &content) ? NULL
	                                          : "is not what was sent: its print differs";
}

/* What is wrong with the body in QUERY's row; NULL: nothing. */
static const char *fault_of_body(const struct audit *audit, struct kith_query *query)
{
	struct kith_str body = kith_query_peek_text(query, 3);
	struct kith_content content;
	bool fits = false;
	if (kith_query_get_int(query, 11) != 0) {
		return is_erased(body) ? NULL : "was deleted, and is there still";
	}
	switch (kith_query_get_int(query, 2)) {
	case KITH_KIND_EDIT:
		fits = content_fits(kith_query_get_int(query, 10), &body, &content);
		break;
	case KITH_KIND_RETRACTION:
		fits = body.len == 0;
		break;
	case KITH_KIND_REACTION:
	case KITH_KIND_UNREACTION:
		fits = body.len > 0 && body.len <= KITH_EMOJI_MAX;
		break;
	default:
		return fault_of_message(audit, query, &body);
	}
	return fits ? NULL : "is no content of its kind";
}

/* An act is about a message before it, and a message may answer one. */
static void check_target(struct audit *audit, struct kith_query *query)
{
	int64_t target = kith_query_get_int(query, 8);
	bool is_act = kith_kind_is_act((enum kith_kind)kith_query_get_int(query, 2));
	int64_t kind = kith_query_get_int(query, 10);
	bool is_message = kind >= KITH_KIND_TEXT && kind < KITH_KIND_COUNT &&
	                  target < kith_query_get_int(query, 1);
	if ((target != 0 || is_act) && !is_message) {
		complain(audit, "conversation %lld: entry %lld is about %lld, no message before it",
		         (long long)kith_query_get_int(query, 0),
		         (long long)kith_query_get_int(query, 1), (long long)target);
	}
}

/* A body is what its kind allows, and what its sender sent, unless it was deleted. */
static enum kith_rc check_bodies(struct audit *audit)
{
	struct kith_query query = kith_query(audit->sql, KITH_SQL_VERIFY_BODIES);
	while (kith_query_next(&query)) {
		const char *fault = fault_of_body(audit, &query);
		if (fault != NULL) {
			complain(audit, "conversation %lld: the body of entry %lld %s",
			         (long long)kith_query_get_int(&query, 0),
			         (long long)kith_query_get_int(&query, 1), fault);
		}
		check_target(audit, &query);
	}
	return note_damage(audit, kith_query_end(&query));
}

/* Positions are entries and moves of what is no entry, none left out. */
static enum kith_rc check_totals(struct audit *audit)
{
	struct kith_query query = kith_query(audit->sql, KITH_SQL_VERIFY_TOTALS);
	if (kith_query_next(&query)) {
		int64_t saved = kith_query_get_int(&query, 0);
		int64_t moves = kith_query_get_int(&query, 1);
		int64_t newest = kith_query_get_int(&query, 2);
		int64_t entries = kith_query_get_int(&query, 3);
		int64_t touched = kith_query_get_int(&query, 4);
		int64_t position = newest > saved ? newest : saved;
		if (entries + moves != position) {
			complain(audit, "%lld entries and %lld moves do not make %lld positions",
			         (long long)entries, (long long)moves, (long long)position);
		}
		if (touched > saved) {
			complain(audit, "a move has the position %lld, beyond the saved %lld",
			         (long long)touched, (long long)saved);
		}
	} else if (query.rc == KITH_OK) {
		complain(audit, "the sequence has no row");
	}
	return note_damage(audit, kith_query_end(&query));
}

static void complain_row(struct audit *audit, struct kith_query *query)
{
	struct kith_str line = kith_query_peek_text(query, 0);
	complain(audit, "%.*s", KITH_STR_PRINT(line));
}

static enum kith_rc check_file(struct audit *audit)
{
	struct kith_query query = kith_query(audit->sql, KITH_SQL_VERIFY_INTEGRITY);
	while (kith_query_next(&query)) {
		if (!kith_str_is(kith_query_peek_text(&query, 0), "ok")) {
			complain_row(audit, &query);
		}
	}
	return note_damage(audit, kith_query_end(&query));
}

/* Each answers one line per violation. */
static const enum kith_sql_name line_checks[] = {
	KITH_SQL_VERIFY_ENTRY_UNKNOWN,
	KITH_SQL_VERIFY_ENTRY_STRANGER,
	KITH_SQL_VERIFY_MESSAGE_MISSING,
	KITH_SQL_VERIFY_MESSAGE_ORPHAN,
	KITH_SQL_VERIFY_HEAD_ORPHAN,
	KITH_SQL_VERIFY_CONVERSATION_EMPTY,
	KITH_SQL_VERIFY_MEMBER_ORPHAN,
	KITH_SQL_VERIFY_MEMBER_SEEN,
	KITH_SQL_VERIFY_MEMBER_COUNT,
	KITH_SQL_VERIFY_MEMBER_MARKS,
	KITH_SQL_VERIFY_MEMBER_GONE,
	KITH_SQL_VERIFY_RECEIPTS,
	KITH_SQL_VERIFY_STATE,
	KITH_SQL_VERIFY_EDIT,
	KITH_SQL_VERIFY_RETRACTION,
	KITH_SQL_VERIFY_REACTION,
	KITH_SQL_VERIFY_OWN,
	KITH_SQL_VERIFY_ORG_MISSING,
};

static enum kith_rc check_lines(struct audit *audit, enum kith_sql_name name)
{
	struct kith_query query = kith_query(audit->sql, name);
	if (name == KITH_SQL_VERIFY_MEMBER_COUNT) {
		kith_query_int(&query, KITH_DIRECT_MEMBERS_MAX);
	}
	while (kith_query_next(&query)) {
		complain_row(audit, &query);
	}
	return note_damage(audit, kith_query_end(&query));
}

static enum kith_rc check_all(struct audit *audit)
{
	enum kith_rc rc = check_file(audit);
	if (rc == KITH_OK) {
		rc = check_logs(audit);
	}
	if (rc == KITH_OK) {
		rc = check_bodies(audit);
	}
	if (rc == KITH_OK) {
		rc = check_totals(audit);
	}
	for (size_t i = 0; rc == KITH_OK && i < KITH_COUNT(line_checks); i++) {
		rc = check_lines(audit, line_checks[i]);
	}
	return rc;
}

enum kith_rc kith_reader_verify(struct kith_reader *reader, struct kith_verify *out,
                                struct kith_buf *report)
{
	struct audit audit = {
		.sql = &reader->sql,
		.digest_key = reader->digest_key,
		.report = report,
	};
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		rc = check_all(&audit);
	}
	rc = kith_reader_leave(reader, rc);
	if (rc == KITH_OK && report->failed) {
		rc = KITH_E_NO_MEMORY;
	}
	if (rc == KITH_OK) {
		*out = audit.found;
	}
	return rc;
}
