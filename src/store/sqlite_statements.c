/*
 * sqlite_statements.c -- the texts, in the order of their names. The head of
 * each group says who runs it. Audit statements answer one line per violation.
 */
#include "store/sqlite_statements.h"

#include <stddef.h>

#include "base/macros.h"

/* What kith_entry_read() expects, in this order. */
#define ENTRY_COLUMNS \
	"SELECT entry.id, entry.conversation_row, conversation.id, conversation.org_row,\n" \
	"       entry.n, entry.m, entry.message, entry.sender_row, user.id, entry.kind,\n" \
	"       entry.body, entry.print, entry.sent_us\n"
#define ENTRY_TABLES \
	"FROM entry\n" \
	"CROSS JOIN conversation ON conversation.row = entry.conversation_row\n" \
	"CROSS JOIN user ON user.row = entry.sender_row\n"

/* What read_conversation() of sqlite_load.c expects. */
#define CONVERSATION_COLUMNS \
	"SELECT conversation.row, conversation.version, conversation.id,\n" \
	"       conversation.org_row, organization.id, conversation.created_us\n" \
	"FROM conversation\n" \
	"CROSS JOIN organization ON organization.row = conversation.org_row\n"

#define KEY_COLUMNS \
	"SELECT org_key.kid, org_key.alg, org_key.material, org_key.created_us,\n" \
	"       org_key.org_row, organization.id, organization.domain\n" \
	"FROM org_key\n" \
	"LEFT JOIN organization ON organization.row = org_key.org_row\n"

static const char *const texts[] = {
	[KITH_SQL_BEGIN_READ] = "BEGIN",
	[KITH_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[KITH_SQL_COMMIT] = "COMMIT",
	[KITH_SQL_ROLLBACK] = "ROLLBACK",

	[KITH_SQL_META_GET] = "SELECT value\n"
			      "FROM meta\n"
			      "WHERE key = ?1",
	/* Each entry takes one position and so does each move of a watermark. */
	[KITH_SQL_SEQUENCE_GET] =
		"SELECT max(position, coalesce((SELECT max(id) FROM entry), 0)), moves\n"
		"FROM sequence\n"
		"WHERE one = 1",
	[KITH_SQL_SEQUENCE_PUT] = "UPDATE sequence\n"
				  "SET position = ?1, moves = ?2\n"
				  "WHERE one = 1",
	/* Rows are never taken away, so the highest is their count. */
	[KITH_SQL_COUNTS_GET] = "SELECT coalesce((SELECT max(row) FROM conversation), 0),\n"
				"       coalesce((SELECT max(row) FROM user), 0),\n"
				"       coalesce((SELECT max(row) FROM organization), 0)",

	[KITH_SQL_USER_VERSION] = "SELECT version\n"
				  "FROM user\n"
				  "WHERE row = ?1",
	[KITH_SQL_ORG_TAKEN] = "SELECT row\n"
			       "FROM organization\n"
			       "WHERE id = ?1 OR domain = ?2",
	[KITH_SQL_ORG_HAS_ROW] = "SELECT row\n"
				 "FROM organization\n"
				 "WHERE row = ?1",
	[KITH_SQL_KEY_TAKEN] = "SELECT org_row\n"
			       "FROM org_key\n"
			       "WHERE kid = ?1",
	[KITH_SQL_USER_TAKEN] = "SELECT row\n"
				"FROM user\n"
				"WHERE id = ?1",
	[KITH_SQL_CONVERSATION_TAKEN] = "SELECT row\n"
					"FROM conversation\n"
					"WHERE id = ?1",
	[KITH_SQL_MESSAGE_TAKEN] =
		"SELECT entry.id, entry.conversation_row, entry.n, entry.m, entry.sender_row,\n"
		"       entry.kind, entry.print, entry.sent_us\n"
		"FROM message_id\n"
		"CROSS JOIN entry ON entry.id = message_id.entry\n"
		"WHERE message_id.id = ?1",
	[KITH_SQL_ENTRY_M] = "SELECT m\n"
			     "FROM entry\n"
			     "WHERE conversation_row = ?1 AND n = ?2",
	[KITH_SQL_HEAD_LOAD] =
		"SELECT conversation.version, head.n, head.m, head.last_entry, head.last_message\n"
		"FROM conversation\n"
		"CROSS JOIN head ON head.conversation_row = conversation.row\n"
		"WHERE conversation.row = ?1",
	[KITH_SQL_HEAD_MEMBERS] = "SELECT user_row, seen_n, seen_m, touched\n"
				  "FROM member\n"
				  "WHERE conversation_row = ?1\n"
				  "ORDER BY user_row",

	[KITH_SQL_ORG_ADD] = "INSERT INTO organization (id, domain, created_us)\n"
			     "VALUES (?1, ?2, ?3)",
	[KITH_SQL_KEY_ADD] = "INSERT INTO org_key (kid, org_row, alg, material, created_us)\n"
			     "VALUES (?1, ?2, ?3, ?4, ?5)",
	[KITH_SQL_USER_ADD] = "INSERT INTO user (id, name, version, created_us)\n"
			      "VALUES (?1, ?2, 1, ?3)",
	[KITH_SQL_USER_BUMP] = "UPDATE user\n"
			       "SET version = version + 1\n"
			       "WHERE row = ?1",
	[KITH_SQL_MEMBERSHIP_ADD] = "INSERT OR IGNORE INTO membership (org_row, user_row)\n"
				    "VALUES (?1, ?2)",
	[KITH_SQL_CONVERSATION_ADD] =
		"INSERT INTO conversation (id, org_row, version, created_us)\n"
		"VALUES (?1, ?2, 1, ?3)",
	[KITH_SQL_HEAD_ADD] =
		"INSERT INTO head (conversation_row, n, m, last_entry, last_message)\n"
		"VALUES (?1, 0, 0, 0, 0)",
	[KITH_SQL_HEAD_PUT] = "UPDATE head\n"
			      "SET n = ?1, m = ?2, last_entry = ?3, last_message = ?4\n"
			      "WHERE conversation_row = ?5",
	[KITH_SQL_MEMBER_ADD] =
		"INSERT INTO member (conversation_row, user_row, seen_n, seen_m, touched)\n"
		"VALUES (?1, ?2, 0, 0, 0)",
	[KITH_SQL_MEMBER_PUT] = "UPDATE member\n"
				"SET seen_n = ?1, seen_m = ?2, touched = ?3\n"
				"WHERE conversation_row = ?4 AND user_row = ?5",
	[KITH_SQL_ENTRY_ADD] =
		"INSERT INTO entry (id, conversation_row, n, m, prev, kind, sender_row, message,\n"
		"                   print, sent_us, body)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[KITH_SQL_MESSAGE_ADD] = "INSERT OR IGNORE INTO message_id (id, entry)\n"
				 "VALUES (?1, ?2)",

	[KITH_SQL_KEY_LOAD] = KEY_COLUMNS "WHERE org_key.kid = ?1",
	[KITH_SQL_KEY_NEWEST] = KEY_COLUMNS "WHERE org_key.org_row = ?1 AND org_key.alg = ?2\n"
					    "ORDER BY org_key.created_us DESC, org_key.kid\n"
					    "LIMIT 1",
	[KITH_SQL_KEY_LIST] = KEY_COLUMNS "WHERE org_key.org_row = ?1\n"
					  "ORDER BY org_key.created_us, org_key.kid",
	[KITH_SQL_ORG_LOAD] = "SELECT row, id, domain\n"
			      "FROM organization\n"
			      "WHERE id = ?1",
	[KITH_SQL_ORG_LIST] = "SELECT row, id, domain\n"
			      "FROM organization\n"
			      "ORDER BY id",
	[KITH_SQL_ORG_LIST_OF_USER] =
		"SELECT organization.row, organization.id, organization.domain\n"
		"FROM membership\n"
		"JOIN organization ON organization.row = membership.org_row\n"
		"WHERE membership.user_row = ?1\n"
		"ORDER BY organization.id\n"
		"LIMIT ?2",
	[KITH_SQL_USER_LOAD] =
		"SELECT row, version, id, name\n"
		"FROM user\n"
		"WHERE id = ?1\n"
		"  AND (?2 = 0 OR EXISTS (SELECT 1\n"
		"                         FROM membership\n"
		"                         WHERE org_row = ?2 AND user_row = user.row))",
	[KITH_SQL_USER_LIST] = "SELECT row, version, id, name\n"
			       "FROM user\n"
			       "WHERE id > ?1\n"
			       "ORDER BY id\n"
			       "LIMIT ?2",
	[KITH_SQL_CONVERSATION_BY_ID] = CONVERSATION_COLUMNS "WHERE conversation.id = ?1",
	[KITH_SQL_CONVERSATION_BY_ROW] = CONVERSATION_COLUMNS "WHERE conversation.row = ?1",
	[KITH_SQL_CONVERSATION_MEMBERS] = "SELECT user.row, user.version, user.id, user.name\n"
					  "FROM member\n"
					  "CROSS JOIN user ON user.row = member.user_row\n"
					  "WHERE member.conversation_row = ?1\n"
					  "ORDER BY member.user_row",
	[KITH_SQL_STANDING_LOAD] =
		"SELECT head.n, head.m, member.seen_n, member.seen_m, head.last_message\n"
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"WHERE member.conversation_row = ?1 AND member.user_row = ?2",

	[KITH_SQL_ENTRY_LOAD] = ENTRY_COLUMNS ENTRY_TABLES "WHERE entry.id = ?1",
	[KITH_SQL_ENTRY_BY_MESSAGE] = ENTRY_COLUMNS
	"FROM message_id\n"
	"CROSS JOIN entry ON entry.id = message_id.entry\n"
	"CROSS JOIN conversation ON conversation.row = entry.conversation_row\n"
	"CROSS JOIN user ON user.row = entry.sender_row\n"
	"WHERE message_id.id = ?1",
	[KITH_SQL_ENTRY_ID] = "SELECT id\n"
			      "FROM entry\n"
			      "WHERE conversation_row = ?1 AND n = ?2",
	[KITH_SQL_ENTRY_IDS_FROM] = "SELECT id\n"
				    "FROM entry\n"
				    "WHERE conversation_row = ?1 AND n >= ?2\n"
				    "ORDER BY n",
	[KITH_SQL_PAGE_HEAD] = "SELECT n\n"
			       "FROM head\n"
			       "WHERE conversation_row = ?1",
	[KITH_SQL_PAGE_DOWN] =
		ENTRY_COLUMNS ENTRY_TABLES "WHERE entry.conversation_row = ?1 AND entry.n < ?2\n"
					   "ORDER BY entry.n DESC\n"
					   "LIMIT ?3",
	[KITH_SQL_PAGE_UP] =
		ENTRY_COLUMNS ENTRY_TABLES "WHERE entry.conversation_row = ?1 AND entry.n > ?2\n"
					   "ORDER BY entry.n\n"
					   "LIMIT ?3",
	[KITH_SQL_RECENT_LIST] =
		"SELECT conversation.row\n"
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"WHERE member.user_row = ?1\n"
		"  AND head.last_message > 0\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND (?3 = 0 OR head.last_message < ?3)\n"
		"ORDER BY head.last_message DESC\n"
		"LIMIT ?4",
	[KITH_SQL_SINCE_LIST] =
		"SELECT conversation.row, conversation.id, conversation.org_row, head.n, head.m,\n"
		"       head.last_entry, member.seen_n, member.seen_m, member.touched\n"
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"WHERE member.user_row = ?1\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND (head.last_entry > ?3 OR member.touched > ?3)",

	[KITH_SQL_VERIFY_INTEGRITY] = "PRAGMA integrity_check(100)",
	[KITH_SQL_VERIFY_LOGS] = "SELECT conversation_row, n, m, prev, id, kind\n"
				 "FROM entry\n"
				 "ORDER BY conversation_row, n",
	[KITH_SQL_VERIFY_HEADS] =
		"SELECT conversation.row, head.n, head.m, head.last_entry, head.last_message,\n"
		"       head.conversation_row IS NULL\n"
		"FROM conversation\n"
		"LEFT JOIN head ON head.conversation_row = conversation.row\n"
		"ORDER BY conversation.row",
	[KITH_SQL_VERIFY_BODIES] =
		"SELECT entry.conversation_row, entry.n, entry.kind, entry.body, entry.print,\n"
		"       conversation.id, user.id,\n"
		"       conversation.row IS NOT NULL AND user.row IS NOT NULL\n"
		"FROM entry\n"
		"LEFT JOIN conversation ON conversation.row = entry.conversation_row\n"
		"LEFT JOIN user ON user.row = entry.sender_row\n"
		"ORDER BY entry.id",
	[KITH_SQL_VERIFY_TOTALS] = "SELECT position, moves,\n"
				   "       coalesce((SELECT max(id) FROM entry), 0),\n"
				   "       (SELECT count(*) FROM entry),\n"
				   "       coalesce((SELECT max(touched) FROM member), 0)\n"
				   "FROM sequence\n"
				   "WHERE one = 1",
	[KITH_SQL_VERIFY_ENTRY_UNKNOWN] =
		"SELECT 'entry ' || entry.id || ' belongs to no conversation'\n"
		"FROM entry\n"
		"WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE row = entry.conversation_row)",
	[KITH_SQL_VERIFY_ENTRY_STRANGER] =
		"SELECT 'entry ' || entry.id || ' was sent by no member'\n"
		"FROM entry\n"
		"WHERE NOT EXISTS (SELECT 1\n"
		"                  FROM member\n"
		"                  WHERE conversation_row = entry.conversation_row\n"
		"                    AND user_row = entry.sender_row)",
	[KITH_SQL_VERIFY_MESSAGE_MISSING] =
		"SELECT 'entry ' || entry.id || ' is not found by its message id'\n"
		"FROM entry\n"
		"LEFT JOIN message_id ON message_id.id = entry.message\n"
		"WHERE message_id.entry IS NOT entry.id",
	[KITH_SQL_VERIFY_MESSAGE_ORPHAN] = "SELECT 'message id ' || lower(hex(message_id.id)) || ' "
					   "names no entry of that id'\n"
					   "FROM message_id\n"
					   "LEFT JOIN entry ON entry.id = message_id.entry\n"
					   "WHERE entry.message IS NOT message_id.id",
	[KITH_SQL_VERIFY_HEAD_ORPHAN] =
		"SELECT 'head ' || conversation_row || ' belongs to no conversation'\n"
		"FROM head\n"
		"WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE row = head.conversation_row)",
	[KITH_SQL_VERIFY_CONVERSATION_EMPTY] =
		"SELECT 'conversation ' || row || ' has no members'\n"
		"FROM conversation\n"
		"WHERE NOT EXISTS (SELECT 1 FROM member WHERE conversation_row = conversation.row)",
	[KITH_SQL_VERIFY_MEMBER_ORPHAN] =
		"SELECT 'member ' || user_row || ' of conversation ' || conversation_row\n"
		"       || ' lacks a user or conversation'\n"
		"FROM member\n"
		"WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE row = "
		"member.conversation_row)\n"
		"   OR NOT EXISTS (SELECT 1 FROM user WHERE row = member.user_row)",
	[KITH_SQL_VERIFY_MEMBER_SEEN] =
		"SELECT 'member ' || member.user_row || ' of conversation ' || "
		"member.conversation_row\n"
		"       || ' has seen ' || member.seen_n || ', which is no entry'\n"
		"FROM member\n"
		"LEFT JOIN entry ON entry.conversation_row = member.conversation_row\n"
		"               AND entry.n = member.seen_n\n"
		"WHERE coalesce(entry.m, 0) IS NOT member.seen_m\n"
		"   OR (entry.id IS NULL AND member.seen_n IS NOT 0)",
	[KITH_SQL_VERIFY_MEMBER_COUNT] =
		"SELECT 'conversation ' || conversation_row || ' has ' || count(*) || ' members'\n"
		"FROM member\n"
		"GROUP BY conversation_row\n"
		"HAVING count(*) > ?1",
	[KITH_SQL_VERIFY_ORG_MISSING] =
		"SELECT 'conversation ' || row || ' belongs to no organization'\n"
		"FROM conversation\n"
		"WHERE NOT EXISTS (SELECT 1 FROM organization WHERE row = conversation.org_row)\n"
		"UNION ALL\n"
		"SELECT 'membership of user ' || user_row || ' lacks a user or organization'\n"
		"FROM membership\n"
		"WHERE NOT EXISTS (SELECT 1 FROM organization WHERE row = membership.org_row)\n"
		"   OR NOT EXISTS (SELECT 1 FROM user WHERE row = membership.user_row)\n"
		"UNION ALL\n"
		"SELECT 'key ' || kid || ' belongs to no organization'\n"
		"FROM org_key\n"
		"WHERE org_row <> 0\n"
		"  AND NOT EXISTS (SELECT 1 FROM organization WHERE row = org_key.org_row)",
};

_Static_assert(KITH_COUNT(texts) == KITH_SQL_COUNT, "every statement has a text");

const char *kith_sql_text(enum kith_sql_name name)
{
	KITH_ASSERT(name < KITH_SQL_COUNT && texts[name] != NULL);
	return texts[name];
}
