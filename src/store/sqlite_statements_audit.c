/*
 * sqlite_statements_audit.c -- the statements of the audit (sqlite_verify.c).
 *
 * Most answer one line of text per violation. They read whole tables, so no call runs
 * them.
 */
#include "store/sqlite_statements.h"

#include "base/macros.h"
#include "domain/message.h"

#define AT(name) (KITH_SQL_VERIFY_##name - KITH_SQL_VERIFY_INTEGRITY)

/* A message, and no act (KITH_KIND_ACTS). */
#define IS_MESSAGE "entry.kind < 32"

_Static_assert(KITH_KIND_ACTS == 32 && KITH_KIND_EDIT == 32 && KITH_KIND_RETRACTION == 33 &&
                       KITH_KIND_REACTION == 34,
               "the statements say so");

const char *const kith_sql_audit[] = {
	[AT(INTEGRITY)] = "PRAGMA integrity_check(100)",
	[AT(LOGS)] = "SELECT conversation_row, n, m, prev, id, kind\n"
		     "FROM entry\n"
		     "ORDER BY conversation_row, n",
	[AT(HEADS)] =
		"SELECT conversation.row, head.n, head.m, head.last_entry, head.last_message,\n"
		"       head.conversation_row IS NULL\n"
		"FROM conversation\n"
		"LEFT JOIN head ON head.conversation_row = conversation.row\n"
		"ORDER BY conversation.row",
	[AT(BODIES)] =
		"SELECT entry.conversation_row, entry.n, entry.kind, entry.body, entry.print,\n"
		"       conversation.id, user.id,\n"
		"       conversation.row IS NOT NULL AND user.row IS NOT NULL, entry.target,\n"
		"       subject.message, coalesce(subject.kind, 0),\n"
		"       coalesce(state.retracted_us, 0) <> 0\n"
		"FROM entry\n"
		"LEFT JOIN conversation ON conversation.row = entry.conversation_row\n"
		"LEFT JOIN user ON user.row = entry.sender_row\n"
		"LEFT JOIN entry AS subject ON subject.conversation_row = entry.conversation_row\n"
		"                          AND subject.n = entry.target\n"
		"LEFT JOIN state ON state.conversation_row = entry.conversation_row\n"
		"               AND state.n = CASE entry.kind\n"
		"                               WHEN 32 THEN entry.target\n"
		"                               ELSE entry.n\n"
		"                             END\n"
		"ORDER BY entry.id",
	[AT(TOTALS)] = "SELECT position, moves,\n"
		       "       coalesce((SELECT max(id) FROM entry), 0),\n"
		       "       (SELECT count(*) FROM entry),\n"
		       "       max(coalesce((SELECT max(touched) FROM member), 0),\n"
		       "           coalesce((SELECT max(told) FROM member), 0),\n"
		       "           coalesce((SELECT max(changed) FROM hidden), 0),\n"
		       "           coalesce((SELECT max(changed) FROM draft), 0),\n"
		       "           coalesce((SELECT max(changed) FROM contact), 0),\n"
		       "           coalesce((SELECT max(changed) FROM profile), 0))\n"
		       "FROM sequence\n"
		       "WHERE one = 1",
	[AT(ENTRY_UNKNOWN)] =
		"SELECT 'entry ' || entry.id || ' belongs to no conversation'\n"
		"FROM entry\n"
		"WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE row = entry.conversation_row)",
	[AT(ENTRY_STRANGER)] = "SELECT 'entry ' || entry.id || ' was sent by no member'\n"
			       "FROM entry\n"
			       "WHERE NOT EXISTS (SELECT 1\n"
			       "                  FROM member\n"
			       "                  WHERE conversation_row = entry.conversation_row\n"
			       "                    AND user_row = entry.sender_row)",
	[AT(MESSAGE_MISSING)] = "SELECT 'entry ' || entry.id || ' is not found by its message id'\n"
				"FROM entry\n"
				"LEFT JOIN message_id ON message_id.id = entry.message\n"
				"WHERE message_id.entry IS NOT entry.id",
	[AT(MESSAGE_ORPHAN)] = "SELECT 'message id ' || lower(hex(message_id.id)) || ' "
			       "names no entry of that id'\n"
			       "FROM message_id\n"
			       "LEFT JOIN entry ON entry.id = message_id.entry\n"
			       "WHERE entry.message IS NOT message_id.id",
	[AT(HEAD_ORPHAN)] =
		"SELECT 'head ' || conversation_row || ' belongs to no conversation'\n"
		"FROM head\n"
		"WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE row = head.conversation_row)",
	[AT(CONVERSATION_EMPTY)] =
		"SELECT 'conversation ' || row || ' has no members'\n"
		"FROM conversation\n"
		"WHERE NOT EXISTS (SELECT 1 FROM member WHERE conversation_row = conversation.row)",
	[AT(MEMBER_ORPHAN)] =
		"SELECT 'member ' || user_row || ' of conversation ' || conversation_row\n"
		"       || ' lacks a user or conversation'\n"
		"FROM member\n"
		"WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE row = "
		"member.conversation_row)\n"
		"   OR NOT EXISTS (SELECT 1 FROM user WHERE row = member.user_row)",
	[AT(MEMBER_SEEN)] = "SELECT 'member ' || member.user_row || ' of conversation ' || "
			    "member.conversation_row\n"
			    "       || ' has seen ' || member.seen_n || ', which is no entry'\n"
			    "FROM member\n"
			    "LEFT JOIN entry ON entry.conversation_row = member.conversation_row\n"
			    "               AND entry.n = member.seen_n\n"
			    "WHERE coalesce(entry.m, 0) IS NOT member.seen_m\n"
			    "   OR (entry.id IS NULL AND member.seen_n IS NOT 0)",
	[AT(MEMBER_COUNT)] =
		"SELECT 'conversation ' || conversation_row || ' has ' || count(*) || ' members'\n"
		"FROM member\n"
		"GROUP BY conversation_row\n"
		"HAVING count(*) > ?1",
	[AT(MEMBER_MARKS)] =
		"SELECT 'member ' || member.user_row || ' of conversation '\n"
		"       || member.conversation_row || ' has seen ' || member.seen_n\n"
		"       || ' and got ' || member.delivered_n || ' of ' || head.n\n"
		"FROM member\n"
		"JOIN head ON head.conversation_row = member.conversation_row\n"
		"WHERE member.seen_n > member.delivered_n OR member.delivered_n > head.n\n"
		"   OR member.is_marked_unread NOT IN (0, 1)",
	[AT(MEMBER_GONE)] =
		"SELECT 'member ' || user_row || ' of conversation ' || conversation_row\n"
		"       || ' has ' || gone || ' fewer to see, and should have ' || counted\n"
		"FROM (SELECT member.user_row, member.conversation_row, member.gone,\n"
		"             (SELECT count(*)\n"
		"              FROM hidden\n"
		"              WHERE user_row = member.user_row\n"
		"                AND conversation_row = member.conversation_row\n"
		"                AND n > member.seen_n)\n"
		"             + (SELECT count(*)\n"
		"                FROM state\n"
		"                WHERE conversation_row = member.conversation_row\n"
		"                  AND n > member.seen_n AND retracted_us <> 0\n"
		"                  AND NOT EXISTS (SELECT 1\n"
		"                                  FROM hidden\n"
		"                                  WHERE user_row = member.user_row\n"
		"                                    AND conversation_row = "
		"member.conversation_row\n"
		"                                    AND hidden.n = state.n)) AS counted\n"
		"      FROM member)\n"
		"WHERE gone <> counted",
	/* Moves in their order: the slot of move number k is k % 64. */
	[AT(RECEIPTS)] =
		"WITH kept AS (\n"
		"  SELECT receipt.conversation_row, receipt.user_row, receipt.kind, receipt.slot,\n"
		"         receipt.n,\n"
		"         CASE receipt.kind\n"
		"           WHEN 1 THEN member.delivered_moves\n"
		"           WHEN 2 THEN member.seen_moves\n"
		"         END AS moves,\n"
		"         CASE receipt.kind\n"
		"           WHEN 1 THEN member.delivered_n\n"
		"           WHEN 2 THEN member.seen_n\n"
		"         END AS mark\n"
		"  FROM receipt\n"
		"  LEFT JOIN member ON member.conversation_row = receipt.conversation_row\n"
		"                  AND member.user_row = receipt.user_row\n"
		"), placed AS (\n"
		"  SELECT *, lag(n) OVER (PARTITION BY conversation_row, user_row, kind\n"
		"                         ORDER BY moves - (moves - slot + 64) % 64) AS before\n"
		"  FROM kept\n"
		")\n"
		"SELECT 'receipt ' || slot || ' of user ' || user_row || ' in conversation '\n"
		"       || conversation_row || ' is out of place'\n"
		"FROM placed\n"
		"WHERE moves IS NULL OR slot NOT BETWEEN 0 AND 63 OR n > mark\n"
		"   OR moves - (moves - slot + 64) % 64 < 1\n"
		"   OR n <= before",
	[AT(STATE)] =
		"SELECT 'conversation ' || state.conversation_row || ': the state of ' || state.n\n"
		"       || ' does not fit the log'\n"
		"FROM state\n"
		"LEFT JOIN entry ON entry.conversation_row = state.conversation_row\n"
		"               AND entry.n = state.n AND " IS_MESSAGE "\n"
		"LEFT JOIN entry AS act ON act.conversation_row = state.conversation_row\n"
		"                      AND act.n = state.last_act\n"
		"WHERE entry.id IS NULL\n"
		"   OR act.target IS NOT state.n OR act.kind < 32\n"
		"   OR state.edits <> (SELECT count(*)\n"
		"                      FROM edit\n"
		"                      WHERE conversation_row = state.conversation_row\n"
		"                        AND n = state.n)\n"
		"   OR state.current <> CASE\n"
		"                         WHEN state.retracted_us <> 0 THEN 0\n"
		"                         ELSE coalesce((SELECT max(entry)\n"
		"                                        FROM edit\n"
		"                                        WHERE conversation_row = "
		"state.conversation_row\n"
		"                                          AND n = state.n), 0)\n"
		"                       END\n"
		"UNION ALL\n"
		"SELECT 'conversation ' || entry.conversation_row || ': the state of ' || "
		"entry.target\n"
		"       || ' is older than entry ' || entry.n\n"
		"FROM entry\n"
		"LEFT JOIN state ON state.conversation_row = entry.conversation_row\n"
		"               AND state.n = entry.target\n"
		"WHERE entry.kind >= 32 AND coalesce(state.last_act, 0) < entry.n",
	/* 32: KITH_KIND_EDIT. */
	[AT(EDIT)] = "SELECT 'conversation ' || edit.conversation_row || ': edit ' || edit.at || ' "
		     "of '\n"
		     "       || edit.n || ' is no entry'\n"
		     "FROM edit\n"
		     "LEFT JOIN entry ON entry.id = edit.entry\n"
		     "WHERE entry.conversation_row IS NOT edit.conversation_row\n"
		     "   OR entry.n IS NOT edit.at OR entry.kind <> 32 OR entry.target <> edit.n\n"
		     "UNION ALL\n"
		     "SELECT 'conversation ' || entry.conversation_row || ': entry ' || entry.n\n"
		     "       || ' changed nothing'\n"
		     "FROM entry\n"
		     "LEFT JOIN edit ON edit.conversation_row = entry.conversation_row\n"
		     "              AND edit.n = entry.target AND edit.at = entry.n\n"
		     "WHERE entry.kind = 32 AND edit.entry IS NOT entry.id",
	/* 33: KITH_KIND_RETRACTION. A message is deleted by one entry, once. */
	[AT(RETRACTION)] =
		"SELECT 'conversation ' || entry.conversation_row || ': entry ' || entry.n\n"
		"       || ' deleted nothing'\n"
		"FROM entry\n"
		"LEFT JOIN state ON state.conversation_row = entry.conversation_row\n"
		"               AND state.n = entry.target\n"
		"WHERE entry.kind = 33 AND coalesce(state.retracted_us, 0) = 0\n"
		"UNION ALL\n"
		"SELECT 'conversation ' || conversation_row || ': ' || count(*)\n"
		"       || ' messages are deleted, and not by as many entries'\n"
		"FROM state\n"
		"WHERE retracted_us <> 0\n"
		"GROUP BY conversation_row\n"
		"HAVING count(*) <> (SELECT count(*)\n"
		"                    FROM entry\n"
		"                    WHERE conversation_row = state.conversation_row AND kind = "
		"33)",
	/* 34: KITH_KIND_REACTION. */
	[AT(REACTION)] =
		"SELECT 'conversation ' || reaction.conversation_row || ': a reaction to '\n"
		"       || reaction.n || ' does not fit the log'\n"
		"FROM reaction\n"
		"LEFT JOIN entry ON entry.id = reaction.entry\n"
		"LEFT JOIN state ON state.conversation_row = reaction.conversation_row\n"
		"               AND state.n = reaction.n\n"
		"WHERE entry.conversation_row IS NOT reaction.conversation_row\n"
		"   OR entry.target <> reaction.n OR entry.kind <> 34\n"
		"   OR entry.sender_row <> reaction.user_row\n"
		"   OR entry.body <> CAST(reaction.emoji AS BLOB)\n"
		"   OR state.n IS NULL OR state.retracted_us <> 0",
	[AT(OWN)] =
		"SELECT 'conversation ' || hidden.conversation_row || ': ' || hidden.n\n"
		"       || ' is hidden from user ' || hidden.user_row || ', and no message of "
		"theirs'\n"
		"FROM hidden\n"
		"LEFT JOIN entry ON entry.conversation_row = hidden.conversation_row\n"
		"               AND entry.n = hidden.n AND " IS_MESSAGE "\n"
		"WHERE entry.id IS NULL\n"
		"   OR NOT EXISTS (SELECT 1\n"
		"                  FROM member\n"
		"                  WHERE conversation_row = hidden.conversation_row\n"
		"                    AND user_row = hidden.user_row)\n"
		"UNION ALL\n"
		"SELECT 'draft of user ' || user_row || ' in conversation ' || conversation_row\n"
		"       || ' belongs to no member'\n"
		"FROM draft\n"
		"WHERE length(reply_to) NOT IN (0, 16)\n"
		"   OR NOT EXISTS (SELECT 1\n"
		"                  FROM member\n"
		"                  WHERE conversation_row = draft.conversation_row\n"
		"                    AND user_row = draft.user_row)",
	[AT(ORG_MISSING)] =
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

_Static_assert(KITH_COUNT(kith_sql_audit) == KITH_SQL_COUNT - KITH_SQL_VERIFY_INTEGRITY,
               "every statement of the audit has a text");
