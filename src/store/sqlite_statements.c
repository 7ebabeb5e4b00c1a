/*
 * sqlite_statements.c -- the texts, in the order of their names. The head of
 * each group says who runs it. Those of the audit are in sqlite_statements_audit.c.
 */
#include "store/sqlite_statements.h"

#include <stddef.h>

#include "base/macros.h"
#include "domain/conversation.h"
#include "domain/message.h"

/* What kith_entry_read() expects, in this order. */
#define ENTRY_COLUMNS \
	"SELECT entry.id, entry.conversation_row, conversation.id, conversation.org_row,\n" \
	"       entry.n, entry.m, entry.message, entry.sender_row, user.id, entry.kind,\n" \
	"       entry.body, entry.print, entry.sent_us, entry.target\n"
#define ENTRY_TABLES \
	"FROM entry\n" \
	"CROSS JOIN conversation ON conversation.row = entry.conversation_row\n" \
	"CROSS JOIN user ON user.row = entry.sender_row\n"

/* A message, and no act (KITH_KIND_ACTS). */
#define IS_MESSAGE "entry.kind < 32"

/* A message that the viewer ?4 (0: nobody) has not hidden. */
#define IS_VISIBLE \
	IS_MESSAGE "\n" \
		   "  AND (?4 = 0 OR NOT EXISTS (SELECT 1\n" \
		   "                             FROM hidden\n" \
		   "                             WHERE user_row = ?4 AND conversation_row = ?1\n" \
		   "                               AND n = entry.n))\n"

/* When a watermark of MEMBER moved last, by itself or with a message; 0: not known. */
#define MOVED_US \
	"       max(coalesce((SELECT at_us\n" \
	"                     FROM receipt\n" \
	"                     WHERE conversation_row = member.conversation_row\n" \
	"                       AND user_row = member.user_row\n" \
	"                       AND kind = 1 AND slot = member.delivered_moves % 64), 0),\n" \
	"           coalesce((SELECT at_us\n" \
	"                     FROM receipt\n" \
	"                     WHERE conversation_row = member.conversation_row\n" \
	"                       AND user_row = member.user_row\n" \
	"                       AND kind = 2 AND slot = member.seen_moves % 64), 0),\n" \
	"           coalesce((SELECT sent_us\n" \
	"                     FROM entry\n" \
	"                     WHERE conversation_row = member.conversation_row\n" \
	"                       AND n = member.seen_n AND sender_row = member.user_row\n" \
	"                       AND " IS_MESSAGE "), 0))\n"

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

/* What read_device() and read_api_key() of sqlite_load_signin.c expect. */
#define DEVICE_COLUMNS \
	"SELECT id, user_row, org_row, name, created_us, used_us, counter, ended_us\n" \
	"FROM device\n"
#define API_KEY_COLUMNS \
	"SELECT id, digest, user_row, org_row, scope, name, created_us, ended_us\n" \
	"FROM api_key\n"

_Static_assert(KITH_KIND_ACTS == 32 && KITH_KIND_TEXT == 1 && KITH_USER_HIDES_RECEIPTS == 8,
               "the statements say so");

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

	[KITH_SQL_USER_VERSION] = "SELECT version, flags\n"
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
	/* What is above ?3 and not to be seen by ?2: hidden from them, or deleted for all. */
	[KITH_SQL_GONE_COUNT] =
		"SELECT (SELECT count(*)\n"
		"        FROM hidden\n"
		"        WHERE user_row = ?2 AND conversation_row = ?1 AND n > ?3)\n"
		"       + (SELECT count(*)\n"
		"          FROM state\n"
		"          WHERE conversation_row = ?1 AND n > ?3 AND retracted_us <> 0\n"
		"            AND NOT EXISTS (SELECT 1\n"
		"                            FROM hidden\n"
		"                            WHERE user_row = ?2 AND conversation_row = ?1\n"
		"                              AND hidden.n = state.n))",
	[KITH_SQL_TARGET_LOAD] =
		"SELECT entry.id, coalesce(state.edits, 0), coalesce(state.retracted_us, 0),\n"
		"       coalesce(state.last_act, 0), entry.sender_row\n"
		"FROM entry\n"
		"LEFT JOIN state ON state.conversation_row = entry.conversation_row\n"
		"               AND state.n = entry.n\n"
		"WHERE entry.conversation_row = ?1 AND entry.n = ?2 AND " IS_MESSAGE,
	[KITH_SQL_REACTING_LOAD] =
		"SELECT coalesce(sum(user_row = ?3 AND emoji = ?4), 0),\n"
		"       coalesce(sum(user_row = ?3), 0), count(DISTINCT emoji),\n"
		"       coalesce(sum(emoji = ?4), 0)\n"
		"FROM reaction\n"
		"WHERE conversation_row = ?1 AND n = ?2",
	[KITH_SQL_HIDDEN_HAS] = "SELECT 1\n"
				"FROM hidden\n"
				"WHERE user_row = ?3 AND conversation_row = ?1 AND n = ?2",
	[KITH_SQL_DRAFT_GET] = "SELECT text, reply_to, updated_us\n"
			       "FROM draft\n"
			       "WHERE user_row = ?1 AND conversation_row = ?2",
	[KITH_SQL_HEAD_LOAD] =
		"SELECT conversation.version, head.n, head.m, head.last_entry, head.last_message\n"
		"FROM conversation\n"
		"CROSS JOIN head ON head.conversation_row = conversation.row\n"
		"WHERE conversation.row = ?1",
	[KITH_SQL_HEAD_MEMBERS] = "SELECT user_row, delivered_n, delivered_moves, seen_n,\n"
				  "       seen_moves, seen_m, gone, touched, told,\n"
				  "       is_marked_unread\n"
				  "FROM member\n"
				  "WHERE conversation_row = ?1\n"
				  "ORDER BY user_row",

	[KITH_SQL_ORG_ADD] = "INSERT INTO organization (id, domain, created_us)\n"
			     "VALUES (?1, ?2, ?3)",
	[KITH_SQL_KEY_ADD] = "INSERT INTO org_key (kid, org_row, alg, material, created_us)\n"
			     "VALUES (?1, ?2, ?3, ?4, ?5)",
	[KITH_SQL_USER_ADD] = "INSERT INTO user (id, name, version, created_us, flags)\n"
			      "VALUES (?1, ?2, 1, ?3, ?4)",
	[KITH_SQL_USER_SET] = "UPDATE user\n"
			      "SET name = ?1, flags = ?2\n"
			      "WHERE row = ?3",
	[KITH_SQL_USER_FOLD_PUT] = "UPDATE user\n"
				   "SET fold = ?1\n"
				   "WHERE row = ?2",
	[KITH_SQL_PROFILE_PUT] =
		"INSERT INTO profile (user_row, metadata, private_metadata, language, theme,\n"
		"  changed)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)\n"
		"ON CONFLICT (user_row) DO UPDATE\n"
		"SET metadata = excluded.metadata,\n"
		"  private_metadata = excluded.private_metadata,\n"
		"  language = excluded.language, theme = excluded.theme,\n"
		"  changed = excluded.changed",
	[KITH_SQL_LAST_SEEN_PUT] = "INSERT INTO profile (user_row, last_seen_us)\n"
				   "VALUES (?1, ?2)\n"
				   "ON CONFLICT (user_row) DO UPDATE\n"
				   "SET last_seen_us = max(last_seen_us, excluded.last_seen_us)",
	[KITH_SQL_WORDS_REMOVE] = "DELETE FROM user_word\n"
				  "WHERE user_row = ?1",
	[KITH_SQL_WORD_ADD] = "INSERT OR IGNORE INTO user_word (word, user_row)\n"
			      "VALUES (?1, ?2)",
	[KITH_SQL_USER_NEXT] = "SELECT row, id, name\n"
			       "FROM user\n"
			       "WHERE row > ?1\n"
			       "ORDER BY row\n"
			       "LIMIT 1",
	[KITH_SQL_ALIAS_OWNER] = "SELECT user_row\n"
				 "FROM alias\n"
				 "WHERE kind = ?1 AND value = ?2",
	[KITH_SQL_ALIAS_ADD] = "INSERT INTO alias (kind, value, user_row, created_us)\n"
			       "VALUES (?1, ?2, ?3, ?4)",
	[KITH_SQL_ALIAS_REMOVE] = "DELETE FROM alias\n"
				  "WHERE kind = ?1 AND value = ?2",
	[KITH_SQL_CONTACT_STATE] = "SELECT is_removed\n"
				   "FROM contact\n"
				   "WHERE owner_row = ?1 AND user_row = ?2",
	[KITH_SQL_CONTACT_PUT] =
		"INSERT INTO contact (owner_row, user_row, created_us, is_removed, changed)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5)\n"
		"ON CONFLICT (owner_row, user_row) DO UPDATE\n"
		"SET created_us = excluded.created_us, is_removed = excluded.is_removed,\n"
		"  changed = excluded.changed",
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
				"SET delivered_n = ?1, delivered_moves = ?2, seen_n = ?3,\n"
				"    seen_moves = ?4, seen_m = ?5, gone = ?6, touched = ?7,\n"
				"    told = ?8, is_marked_unread = ?9\n"
				"WHERE conversation_row = ?10 AND user_row = ?11",
	[KITH_SQL_ENTRY_ADD] =
		"INSERT INTO entry (id, conversation_row, n, m, prev, kind, sender_row, message,\n"
		"                   print, sent_us, body, target)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[KITH_SQL_RECEIPT_PUT] = "INSERT OR REPLACE INTO receipt (conversation_row, user_row, "
				 "kind, slot, n, at_us)\n"
				 "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[KITH_SQL_EDIT_ADD] = "INSERT INTO edit (conversation_row, n, at, entry)\n"
			      "VALUES (?1, ?2, ?3, ?4)",
	[KITH_SQL_STATE_ACT] =
		"INSERT INTO state (conversation_row, n, current, edits, edited_us, retracted_us,\n"
		"                   last_act)\n"
		"VALUES (?1, ?2, 0, 0, 0, 0, ?3)\n"
		"ON CONFLICT (conversation_row, n) DO UPDATE\n"
		"SET last_act = excluded.last_act",
	[KITH_SQL_STATE_EDIT] =
		"INSERT INTO state (conversation_row, n, current, edits, edited_us, retracted_us,\n"
		"                   last_act)\n"
		"VALUES (?1, ?2, ?4, 1, ?5, 0, ?3)\n"
		"ON CONFLICT (conversation_row, n) DO UPDATE\n"
		"SET current = excluded.current, edits = edits + 1, edited_us = "
		"excluded.edited_us,\n"
		"    last_act = excluded.last_act",
	[KITH_SQL_STATE_RETRACT] =
		"INSERT INTO state (conversation_row, n, current, edits, edited_us, retracted_us,\n"
		"                   last_act)\n"
		"VALUES (?1, ?2, 0, 0, 0, ?4, ?3)\n"
		"ON CONFLICT (conversation_row, n) DO UPDATE\n"
		"SET current = 0, retracted_us = excluded.retracted_us, last_act = "
		"excluded.last_act",
	[KITH_SQL_BODY_ERASE] = "UPDATE entry\n"
				"SET body = zeroblob(length(body))\n"
				"WHERE conversation_row = ?1 AND n = ?2",
	[KITH_SQL_EDITS_ERASE] = "UPDATE entry\n"
				 "SET body = zeroblob(length(body))\n"
				 "WHERE id IN (SELECT entry\n"
				 "             FROM edit\n"
				 "             WHERE conversation_row = ?1 AND n = ?2)",
	[KITH_SQL_REACTION_ADD] =
		"INSERT INTO reaction (conversation_row, n, user_row, emoji, entry)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5)",
	[KITH_SQL_REACTION_REMOVE] =
		"DELETE FROM reaction\n"
		"WHERE conversation_row = ?1 AND n = ?2 AND user_row = ?3 AND emoji = ?4",
	[KITH_SQL_REACTIONS_DROP] = "DELETE FROM reaction\n"
				    "WHERE conversation_row = ?1 AND n = ?2",
	[KITH_SQL_HIDDEN_ADD] = "INSERT INTO hidden (conversation_row, n, user_row, changed)\n"
				"VALUES (?1, ?2, ?3, ?4)",
	/* An emptied draft is kept, so that other devices hear of it. */
	[KITH_SQL_DRAFT_PUT] = "INSERT INTO draft (user_row, conversation_row, text, reply_to, "
			       "updated_us, changed)\n"
			       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)\n"
			       "ON CONFLICT (user_row, conversation_row) DO UPDATE\n"
			       "SET text = excluded.text, reply_to = excluded.reply_to,\n"
			       "    updated_us = excluded.updated_us, changed = excluded.changed",
	[KITH_SQL_MESSAGE_ADD] = "INSERT OR IGNORE INTO message_id (id, entry)\n"
				 "VALUES (?1, ?2)",

	[KITH_SQL_DEVICE_STATE] = "SELECT user_row, counter, ended_us\n"
				  "FROM device\n"
				  "WHERE id = ?1",
	[KITH_SQL_DEVICE_ADD] =
		"INSERT INTO device (id, user_row, org_row, name, created_us, used_us, counter,\n"
		"                    ended_us)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
	[KITH_SQL_DEVICE_TURN] = "UPDATE device\n"
				 "SET counter = counter + 1, used_us = ?2\n"
				 "WHERE id = ?1",
	[KITH_SQL_DEVICE_END] = "UPDATE device\n"
				"SET ended_us = ?3\n"
				"WHERE id = ?1 AND user_row = ?2 AND ended_us = 0",
	[KITH_SQL_DEVICE_END_OTHERS] = "UPDATE device\n"
				       "SET ended_us = ?3\n"
				       "WHERE user_row = ?1 AND ended_us = 0 AND id <> ?2",
	/* Besides ?2, which is new; a clock that was put back must not make it the oldest. */
	[KITH_SQL_DEVICE_ONE_TOO_MANY] = "SELECT id\n"
					 "FROM device\n"
					 "WHERE user_row = ?1 AND ended_us = 0 AND id <> ?2\n"
					 "ORDER BY used_us DESC, id DESC\n"
					 "LIMIT 1 OFFSET ?3",
	[KITH_SQL_DEVICE_PRUNE] = "DELETE FROM device\n"
				  "WHERE user_row = ?1 AND ended_us > 0 AND ended_us < ?2",
	[KITH_SQL_PASSWORD_PUT] = "INSERT INTO profile (user_row, password)\n"
				  "VALUES (?1, ?2)\n"
				  "ON CONFLICT (user_row) DO UPDATE\n"
				  "SET password = excluded.password",
	[KITH_SQL_API_KEY_TAKEN] = "SELECT user_row\n"
				   "FROM api_key\n"
				   "WHERE id = ?1",
	[KITH_SQL_API_KEY_ADD] =
		"INSERT INTO api_key (id, digest, user_row, org_row, scope, name, created_us,\n"
		"                     ended_us)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
	[KITH_SQL_API_KEY_END] = "UPDATE api_key\n"
				 "SET ended_us = ?2\n"
				 "WHERE id = ?1 AND ended_us = 0",
	[KITH_SQL_LINK_DROP] = "DELETE FROM signin_link\n"
			       "WHERE user_row = ?1",
	[KITH_SQL_LINK_ADD] = "INSERT INTO signin_link (digest, user_row, expires_us, used_us)\n"
			      "VALUES (?1, ?2, ?3, 0)",
	[KITH_SQL_LINK_IS_OPEN] = "SELECT user_row\n"
				  "FROM signin_link\n"
				  "WHERE digest = ?1 AND used_us = 0 AND expires_us > ?2",
	[KITH_SQL_LINK_USE] = "UPDATE signin_link\n"
			      "SET used_us = ?2\n"
			      "WHERE digest = ?1",

	[KITH_SQL_DEVICE_LOAD] = DEVICE_COLUMNS "WHERE id = ?1",
	[KITH_SQL_DEVICE_LIST] = DEVICE_COLUMNS "WHERE user_row = ?1 AND ended_us = 0\n"
						"ORDER BY used_us DESC, id DESC\n"
						"LIMIT ?2",
	[KITH_SQL_PASSWORD_LOAD] = "SELECT password\n"
				   "FROM profile\n"
				   "WHERE user_row = ?1 AND password <> ''",
	[KITH_SQL_API_KEY_LOAD] = API_KEY_COLUMNS "WHERE id = ?1",
	[KITH_SQL_API_KEY_LIST] = API_KEY_COLUMNS "WHERE org_row = ?1\n"
						  "ORDER BY created_us, id\n"
						  "LIMIT ?2",
	[KITH_SQL_LINK_LOAD] = "SELECT user_row, expires_us, used_us\n"
			       "FROM signin_link\n"
			       "WHERE digest = ?1",

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
		"SELECT row, version, id, name, flags\n"
		"FROM user\n"
		"WHERE id = ?1\n"
		"  AND (?2 = 0 OR EXISTS (SELECT 1\n"
		"                         FROM membership\n"
		"                         WHERE org_row = ?2 AND user_row = user.row))",
	[KITH_SQL_USER_LIST] = "SELECT row, version, id, name, flags\n"
			       "FROM user\n"
			       "WHERE id > ?1\n"
			       "ORDER BY id\n"
			       "LIMIT ?2",
	[KITH_SQL_ALIAS_LOAD] = "SELECT user.row, user.version, user.id, user.name, user.flags\n"
				"FROM alias CROSS JOIN user ON user.row = alias.user_row\n"
				"WHERE alias.kind = ?1 AND alias.value = ?2",
	[KITH_SQL_ALIAS_LIST] = "SELECT alias.kind, alias.value, user.id, alias.created_us\n"
				"FROM alias CROSS JOIN user ON user.row = alias.user_row\n"
				"WHERE alias.user_row = ?1\n"
				"ORDER BY alias.kind, alias.value",
	[KITH_SQL_WORD_SEARCH] =
		"SELECT user.row, user.version, user.id, user.name, user.flags, user.fold,\n"
		"  user_word.word\n"
		"FROM user_word\n"
		"CROSS JOIN membership\n"
		"  ON membership.org_row = ?2 AND membership.user_row = user_word.user_row\n"
		"CROSS JOIN user ON user.row = user_word.user_row\n"
		"WHERE user_word.word >= ?1\n"
		"ORDER BY user_word.word, user_word.user_row",
	[KITH_SQL_CONTACT_LIST] =
		"SELECT user.row, user.version, user.id, user.name, user.flags, user.fold,\n"
		"  contact.created_us\n"
		"FROM contact CROSS JOIN user ON user.row = contact.user_row\n"
		"WHERE contact.owner_row = ?1 AND contact.is_removed = 0\n"
		"  AND (?2 = 0 OR EXISTS (SELECT 1\n"
		"                         FROM membership\n"
		"                         WHERE org_row = ?2 AND user_row = contact.user_row))",
	[KITH_SQL_CONTACT_COUNT] = "SELECT count(*)\n"
				   "FROM contact\n"
				   "WHERE owner_row = ?1 AND is_removed = 0",
	[KITH_SQL_CONTACT_SINCE] = "SELECT created_us\n"
				   "FROM contact\n"
				   "WHERE owner_row = ?1 AND user_row = ?2 AND is_removed = 0",
	[KITH_SQL_PROFILE_LOAD] =
		"SELECT user.row, user.version, user.id, user.name, user.flags,\n"
		"  coalesce(metadata, ''), coalesce(private_metadata, ''),\n"
		"  coalesce(language, ''), coalesce(theme, 0), coalesce(last_seen_us, 0),\n"
		"  coalesce(password, '') <> ''\n"
		"FROM user LEFT JOIN profile ON profile.user_row = user.row\n"
		"WHERE user.row = ?1",
	[KITH_SQL_CONVERSATION_BY_ID] = CONVERSATION_COLUMNS "WHERE conversation.id = ?1",
	[KITH_SQL_CONVERSATION_BY_ROW] = CONVERSATION_COLUMNS "WHERE conversation.row = ?1",
	[KITH_SQL_CONVERSATION_MEMBERS] =
		"SELECT user.row, user.version, user.id, user.name, user.flags\n"
		"FROM member\n"
		"CROSS JOIN user ON user.row = member.user_row\n"
		"WHERE member.conversation_row = ?1\n"
		"ORDER BY member.user_row",
	[KITH_SQL_STANDING_LOAD] =
		"SELECT head.n, head.m, member.delivered_n, member.seen_n,\n"
		"       head.m - member.seen_m - member.gone, member.is_marked_unread,\n"
		"       head.last_message, user.flags, draft.text, draft.reply_to,\n"
		"       coalesce(draft.updated_us, 0), coalesce(draft.changed, 0), "
		"conversation.id,\n"
		"       EXISTS (SELECT 1\n"
		"               FROM hidden\n"
		"               WHERE user_row = ?2 AND conversation_row = ?1)\n"
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"CROSS JOIN user ON user.row = member.user_row\n"
		"LEFT JOIN draft ON draft.user_row = member.user_row\n"
		"               AND draft.conversation_row = member.conversation_row\n"
		"WHERE member.conversation_row = ?1 AND member.user_row = ?2",
	[KITH_SQL_MARK_LIST] = "SELECT user.row, user.id, user.flags, member.delivered_n, "
			       "member.delivered_moves,\n"
			       "       member.seen_n, member.seen_moves,\n" MOVED_US "FROM member\n"
			       "CROSS JOIN user ON user.row = member.user_row\n"
			       "WHERE member.conversation_row = ?1\n"
			       "ORDER BY member.user_row",
	/* The first kept move that passes ?4, and whether one before it is kept. */
	[KITH_SQL_RECEIPT_TIME] =
		"SELECT n, at_us, EXISTS (SELECT 1\n"
		"                         FROM receipt\n"
		"                         WHERE conversation_row = ?1 AND user_row = ?2 AND kind = "
		"?3\n"
		"                           AND n < ?4)\n"
		"FROM receipt\n"
		"WHERE conversation_row = ?1 AND user_row = ?2 AND kind = ?3 AND n >= ?4\n"
		"ORDER BY n\n"
		"LIMIT 1",
	/* The member's first message from ?3 on, up to ?4. */
	[KITH_SQL_RECEIPT_SENT] = "SELECT sent_us\n"
				  "FROM entry\n"
				  "WHERE conversation_row = ?1 AND n BETWEEN ?3 AND ?4\n"
				  "  AND sender_row = ?2 AND " IS_MESSAGE "\n"
				  "ORDER BY n\n"
				  "LIMIT 1",
	[KITH_SQL_UNREAD_TOTALS] =
		"SELECT coalesce(sum(head.m - member.seen_m - member.gone), 0),\n"
		"       coalesce(sum(head.m - member.seen_m - member.gone > 0\n"
		"                    OR member.is_marked_unread), 0)\n"
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"WHERE member.user_row = ?1\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)",

	[KITH_SQL_ENTRY_LOAD] = ENTRY_COLUMNS ENTRY_TABLES "WHERE entry.id = ?1",
	[KITH_SQL_ENTRY_BY_MESSAGE] = ENTRY_COLUMNS
	"FROM message_id\n"
	"CROSS JOIN entry ON entry.id = message_id.entry\n"
	"CROSS JOIN conversation ON conversation.row = entry.conversation_row\n"
	"CROSS JOIN user ON user.row = entry.sender_row\n"
	"WHERE message_id.id = ?1",
	[KITH_SQL_ENTRY_BY_NUMBER] =
		ENTRY_COLUMNS ENTRY_TABLES "WHERE entry.conversation_row = ?1 AND entry.n = ?2",
	[KITH_SQL_LAST_VISIBLE] =
		"SELECT entry.id\n"
		"FROM entry\n"
		"WHERE entry.conversation_row = ?1 AND " IS_MESSAGE "\n"
		"  AND NOT EXISTS (SELECT 1\n"
		"                  FROM hidden\n"
		"                  WHERE user_row = ?2 AND conversation_row = ?1\n"
		"                    AND n = entry.n)\n"
		"ORDER BY entry.n DESC\n"
		"LIMIT 1",
	[KITH_SQL_HIDDEN_ANY] = "SELECT 1\n"
				"FROM hidden\n"
				"WHERE user_row = ?1 AND conversation_row = ?2\n"
				"LIMIT 1",
	[KITH_SQL_HIDDEN_BY] = "SELECT 1\n"
			       "FROM hidden\n"
			       "WHERE user_row = ?1\n"
			       "LIMIT 1",
	[KITH_SQL_STATE_RANGE] =
		"SELECT state.n, state.edits, state.edited_us, state.retracted_us,\n"
		"       state.last_act, entry.body\n"
		"FROM state\n"
		"LEFT JOIN entry ON entry.id = state.current\n"
		"WHERE state.conversation_row = ?1 AND state.n BETWEEN ?2 AND ?3\n"
		"ORDER BY state.n",
	[KITH_SQL_REACTION_RANGE] =
		"SELECT reaction.n, reaction.emoji, user.id, reaction.entry\n"
		"FROM reaction\n"
		"CROSS JOIN user ON user.row = reaction.user_row\n"
		"WHERE reaction.conversation_row = ?1 AND reaction.n BETWEEN ?2 AND ?3\n"
		"ORDER BY reaction.n, reaction.entry",
	[KITH_SQL_QUOTE_LOAD] =
		"SELECT entry.message, user.id, entry.kind,\n"
		"       CASE entry.kind\n"
		"         WHEN 1 THEN substr(coalesce(latest.body, entry.body), 1, ?4)\n"
		"         ELSE x''\n"
		"       END,\n"
		"       coalesce(state.retracted_us, 0) <> 0\n"
		"       OR EXISTS (SELECT 1\n"
		"                  FROM hidden\n"
		"                  WHERE user_row = ?3 AND conversation_row = ?1 AND n = ?2)\n"
		"FROM entry\n"
		"CROSS JOIN user ON user.row = entry.sender_row\n"
		"LEFT JOIN state ON state.conversation_row = entry.conversation_row\n"
		"               AND state.n = entry.n\n"
		"LEFT JOIN entry AS latest ON latest.id = state.current\n"
		"WHERE entry.conversation_row = ?1 AND entry.n = ?2",
	/* The original is the version of its own number. */
	[KITH_SQL_VERSION_LIST] =
		"SELECT edit.at, entry.body, entry.sent_us\n"
		"FROM edit\n"
		"CROSS JOIN entry ON entry.id = edit.entry\n"
		"WHERE edit.conversation_row = ?1 AND edit.n = ?2 AND (?3 = 0 OR edit.at < ?3)\n"
		"ORDER BY edit.at DESC\n"
		"LIMIT ?4",
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
					   "  AND " IS_VISIBLE "ORDER BY entry.n DESC\n"
					   "LIMIT ?3",
	[KITH_SQL_PAGE_UP] =
		ENTRY_COLUMNS ENTRY_TABLES "WHERE entry.conversation_row = ?1 AND entry.n > ?2\n"
					   "  AND " IS_VISIBLE "ORDER BY entry.n\n"
					   "LIMIT ?3",
	/* The last message is looked for only where the member has hidden some. */
	[KITH_SQL_RECENT_LIST] =
		"SELECT conversation.row,\n"
		"       CASE\n"
		"         WHEN EXISTS (SELECT 1\n"
		"                      FROM hidden\n"
		"                      WHERE user_row = ?1\n"
		"                        AND conversation_row = member.conversation_row)\n"
		"         THEN (SELECT entry.id\n"
		"               FROM entry\n"
		"               WHERE entry.conversation_row = member.conversation_row\n"
		"                 AND " IS_MESSAGE "\n"
		"                 AND NOT EXISTS (SELECT 1\n"
		"                                 FROM hidden\n"
		"                                 WHERE user_row = ?1\n"
		"                                   AND conversation_row = entry.conversation_row\n"
		"                                   AND n = entry.n)\n"
		"               ORDER BY entry.n DESC\n"
		"               LIMIT 1)\n"
		"         ELSE head.last_message\n"
		"       END AS last\n"
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"WHERE member.user_row = ?1\n"
		"  AND head.last_message > 0\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND (?3 = 0 OR last < ?3)\n"
		"  AND (?5 = 0 OR head.m - member.seen_m - member.gone > 0 OR "
		"member.is_marked_unread)\n"
		"  AND last IS NOT NULL\n"
		"ORDER BY last DESC\n"
		"LIMIT ?4",
	[KITH_SQL_SINCE_LIST] =
		"SELECT conversation.row, conversation.id, conversation.org_row, head.n,\n"
		"       head.last_entry, member.touched, member.delivered_n, member.seen_n,\n"
		"       head.m - member.seen_m - member.gone, member.is_marked_unread,\n" MOVED_US
		"FROM member\n"
		"CROSS JOIN head ON head.conversation_row = member.conversation_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"WHERE member.user_row = ?1\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND (head.last_entry > ?3 OR member.touched > ?3)",
	/* 8: KITH_USER_HIDES_RECEIPTS. */
	[KITH_SQL_SINCE_RECEIPTS] =
		"SELECT conversation.row, conversation.id, conversation.org_row, member.told,\n"
		"       user.id, member.user_row, member.delivered_n, member.seen_n,\n" MOVED_US
		"FROM member AS own\n"
		"CROSS JOIN member ON member.conversation_row = own.conversation_row\n"
		"                 AND member.user_row <> own.user_row\n"
		"CROSS JOIN user ON user.row = member.user_row\n"
		"CROSS JOIN conversation ON conversation.row = member.conversation_row\n"
		"WHERE own.user_row = ?1\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND member.told > ?3\n"
		"  AND user.flags & 8 = 0\n"
		"  AND (SELECT flags & 8 = 0\n"
		"       FROM user\n"
		"       WHERE row = ?1)",
	[KITH_SQL_SINCE_HIDDEN] =
		"SELECT conversation.row, conversation.id, conversation.org_row, hidden.changed,\n"
		"       hidden.n, entry.message\n"
		"FROM hidden\n"
		"CROSS JOIN conversation ON conversation.row = hidden.conversation_row\n"
		"CROSS JOIN entry ON entry.conversation_row = hidden.conversation_row\n"
		"                AND entry.n = hidden.n\n"
		"WHERE hidden.user_row = ?1\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND hidden.changed > ?3\n"
		"ORDER BY hidden.changed",
	[KITH_SQL_SINCE_DRAFTS] =
		"SELECT conversation.row, conversation.id, conversation.org_row, draft.changed,\n"
		"       draft.text, draft.reply_to, draft.updated_us\n"
		"FROM draft\n"
		"CROSS JOIN conversation ON conversation.row = draft.conversation_row\n"
		"WHERE draft.user_row = ?1\n"
		"  AND (?2 = 0 OR conversation.org_row = ?2)\n"
		"  AND draft.changed > ?3\n"
		"ORDER BY draft.changed",
	[KITH_SQL_SINCE_ME] = "SELECT changed\n"
			      "FROM profile\n"
			      "WHERE user_row = ?1 AND changed > ?2",
	[KITH_SQL_SINCE_CONTACTS] =
		"SELECT contact.changed, user.id, contact.is_removed\n"
		"FROM contact\n"
		"CROSS JOIN user ON user.row = contact.user_row\n"
		"WHERE contact.owner_row = ?1 AND contact.changed > ?2\n"
		"  AND (?3 = 0 OR EXISTS (SELECT 1\n"
		"                         FROM membership\n"
		"                         WHERE org_row = ?3 AND user_row = contact.user_row))\n"
		"ORDER BY contact.changed",
};

_Static_assert(KITH_COUNT(texts) == KITH_SQL_VERIFY_INTEGRITY, "every statement has a text");

const char *kith_sql_text(enum kith_sql_name name)
{
	KITH_ASSERT(name < KITH_SQL_COUNT);
	const char *text = name < KITH_SQL_VERIFY_INTEGRITY
	                           ? texts[name]
	                           : kith_sql_audit[name - KITH_SQL_VERIFY_INTEGRITY];
	KITH_ASSERT(text != NULL);
	return text;
}
