/*
 * test_sqlite_verify.c -- the audit passes what the store wrote and finds each damage
 * that is done to it behind its back.
 */
#include <stdio.h>
#include <string.h>

#include "unit/store/kit.h"

/* Conversation 1 with six messages and a read, 2 with two notes, 3 without any. */
static void fill(struct kit *kit)
{
	int64_t alice = kit_user(kit, "alice");
	int64_t bob = kit_user(kit, "bob");
	struct kith_conversation pair = kit_pair(1000, KIT_ORG, alice, bob);
	struct kith_conversation notes = kit_pair(1001, KIT_ORG, alice, 0);
	struct kith_conversation quiet = kit_pair(1002, KIT_ORG, bob, 0);
	for (uint64_t i = 1; i <= 6; i++) {
		kit_say(kit, &pair, alice, i, "x");
	}
	kit_see(kit, &pair, bob, 3); /* position 7 */
	kit_say(kit, &notes, alice, 7, "x");
	kit_say(kit, &notes, alice, 8, "x");
	kit_add(kit, &quiet);
}

static void test_a_good_store_has_no_violations(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	struct kith_verify found;
	struct kith_buf report = { .len = 0 };
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_OK);
	assert_int_equal(found.conversations, 0);
	assert_int_equal(found.violations, 0);
	fill(&kit);
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_OK);
	assert_int_equal(found.conversations, 3);
	assert_int_equal(found.entries, 8);
	assert_int_equal(found.violations, 0);
	assert_int_equal(report.len, 0);
	kith_buf_done(&report);
	kit_done(&kit);
}

/* What is done, and words of the line that must say so. */
static const struct {
	const char *name;
	const char *sql;
	const char *says;
} damages[] = {
	{ "a hole in the numbers", "DELETE FROM entry WHERE id = 3", "number 4 follows 2" },
	{ "a lost tail", "DELETE FROM entry WHERE id = 6",
	  "the head says n=6 m=6, the log n=5 m=5" },
	{ "a log begun in the middle", "DELETE FROM entry WHERE id = 1", "number 2 follows 0" },
	{ "a wrong link", "UPDATE entry SET prev = 1 WHERE id = 5", "links to 1, before it is 4" },
	{ "a wrong message number", "UPDATE entry SET m = 9 WHERE id = 5",
	  "message 9 after message 4" },
	{ "ids that do not rise",
	  "UPDATE entry SET n = 100 WHERE id = 5; UPDATE entry SET n = 5 WHERE id = 6;"
	  "UPDATE entry SET n = 6 WHERE id = 5",
	  "has the id 5 after 6" },
	{ "a wrong head", "UPDATE head SET n = 7, m = 7 WHERE conversation_row = 1",
	  "the head says n=7 m=7, the log n=6 m=6" },
	{ "a head's wrong last entry", "UPDATE head SET last_entry = 5 WHERE conversation_row = 1",
	  "the head's last entry is 5, the log's 6" },
	{ "a head's wrong last message",
	  "UPDATE head SET last_message = 5 WHERE conversation_row = 1",
	  "the head's last message is 5, the log's 6" },
	{ "a lost head", "DELETE FROM head WHERE conversation_row = 1", "has no head" },
	{ "a head of nothing", "INSERT INTO head VALUES (9, 0, 0, 0, 0)",
	  "head 9 belongs to no conversation" },
	{ "a body of other bytes", "UPDATE entry SET body = x'79' WHERE id = 2",
	  "conversation 1: the body of entry 2 is not what was sent" },
	{ "a text that is not UTF-8", "UPDATE entry SET body = x'ff' WHERE id = 2",
	  "conversation 1: the body of entry 2 is no content of its kind" },
	{ "a text with U+0000", "UPDATE entry SET body = x'7800' WHERE id = 8",
	  "conversation 2: the body of entry 1 is no content of its kind" },
	{ "an empty body", "UPDATE entry SET body = x'' WHERE id = 2",
	  "the body of entry 2 is no content of its kind" },
	{ "a text too long",
	  "UPDATE entry SET body = replace(hex(zeroblob(8193)), '0', 'x')"
	  " WHERE id = 2",
	  "the body of entry 2 is no content of its kind" },
	{ "opaque bytes too many", "UPDATE entry SET kind = 2, body = zeroblob(49153) WHERE id = 2",
	  "the body of entry 2 is no content of its kind" },
	{ "a text that became opaque", "UPDATE entry SET kind = 2 WHERE id = 2",
	  "the body of entry 2 is not what was sent" },
	{ "a kind that is none", "UPDATE entry SET kind = 3 WHERE id = 2",
	  "the body of entry 2 is no content of its kind" },
	{ "a wrong print", "UPDATE entry SET print = print + 1 WHERE id = 2",
	  "the body of entry 2 is not what was sent" },
	{ "a message of another sender", "UPDATE entry SET sender_row = 2 WHERE id = 2",
	  "the body of entry 2 is not what was sent" },
	{ "a body in another conversation",
	  "UPDATE entry SET conversation_row = 3, n = 1 WHERE id = 6",
	  "conversation 3: the body of entry 1 is not what was sent" },
	{ "a conversation's damaged id", "UPDATE conversation SET id = x'00' WHERE row = 2",
	  "conversation 2: the body of entry 1 is not what was sent" },
	{ "a lost message id", "DELETE FROM message_id WHERE entry = 2",
	  "entry 2 is not found by its message id" },
	{ "a message id of another entry", "UPDATE message_id SET entry = 3 WHERE entry = 2",
	  "names no entry of that id" },
	{ "a message id of none",
	  "INSERT INTO message_id VALUES (x'00112233445566778899aabbccddeeff', 3)",
	  "message id 00112233445566778899aabbccddeeff names no entry" },
	{ "an orphan entry", "UPDATE entry SET conversation_row = 44 WHERE id = 6",
	  "entry 6 belongs to no conversation" },
	{ "an entry of a stranger", "UPDATE entry SET sender_row = 2 WHERE id = 9",
	  "entry 9 was sent by no member" },
	{ "a watermark beyond the head",
	  "UPDATE member SET seen_n = 7 WHERE user_row = 2 AND conversation_row = 1",
	  "has seen 7, which is no entry" },
	{ "a watermark's wrong message count",
	  "UPDATE member SET seen_m = 2 WHERE user_row = 2 AND conversation_row = 1",
	  "has seen 3" },
	{ "a negative watermark",
	  "UPDATE member SET seen_n = -1, seen_m = 0 WHERE conversation_row = 3", "has seen -1" },
	{ "a member who is no user", "UPDATE member SET user_row = 99 WHERE conversation_row = 3",
	  "lacks a user or conversation" },
	{ "a conversation of nobody", "DELETE FROM member WHERE conversation_row = 3",
	  "conversation 3 has no members" },
	{ "a direct conversation of three",
	  "INSERT INTO user (row, id, name, version, created_us) VALUES (3, 'carol', '', 1, 0);"
	  "INSERT INTO member (conversation_row, user_row, seen_n, seen_m, touched)"
	  " VALUES (1, 3, 0, 0, 0)",
	  "conversation 1 has 3 members" },
	{ "a lost conversation", "DELETE FROM conversation WHERE row = 2",
	  "belongs to no conversation" },
	{ "a conversation of no organization", "UPDATE conversation SET org_row = 5 WHERE row = 2",
	  "conversation 2 belongs to no organization" },
	{ "a membership of nobody", "INSERT INTO membership VALUES (1, 77)",
	  "membership of user 77" },
	{ "a key of no organization", "INSERT INTO org_key VALUES ('k', 9, 1, '', 0)",
	  "key k belongs to no organization" },
	{ "a forgotten move", "UPDATE sequence SET moves = 0",
	  "8 entries and 0 moves do not make 9 positions" },
	{ "a read beyond what was saved", "UPDATE member SET touched = 9 WHERE touched = 7",
	  "a move has the position 9" },
	{ "a lost sequence", "DELETE FROM sequence", "the sequence has no row" },
};

/*
 * Conversation 1: messages 1 to 6; 7 edits 1, 8 reacts to 2, 9 deletes 3, 10 edits 4, 11
 * deletes 4; 12 answers 2. Bob has hidden 5, read 2 (in two moves), and drafts.
 */
static void fill_acts(struct kit *kit)
{
	int64_t alice = kit_user(kit, "alice");
	int64_t bob = kit_user(kit, "bob");
	struct kith_conversation pair = kit_pair(1000, KIT_ORG, alice, bob);
	for (uint64_t i = 1; i <= 6; i++) {
		kit_say(kit, &pair, alice, i, "x");
	}
	kit_act(kit, &pair, alice, 7, KITH_KIND_EDIT, 1, "y");
	kit_act(kit, &pair, bob, 8, KITH_KIND_REACTION, 2, "+");
	kit_act(kit, &pair, alice, 9, KITH_KIND_RETRACTION, 3, "");
	kit_act(kit, &pair, alice, 10, KITH_KIND_EDIT, 4, "y");
	kit_act(kit, &pair, alice, 11, KITH_KIND_RETRACTION, 4, "");
	kit_reply(kit, &pair, alice, 12, "x", 2, 2);
	kit_hide(kit, &pair, bob, 5);
	kit_see(kit, &pair, bob, 1);
	kit_see(kit, &pair, bob, 2);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_DRAFT,
		.draft = { .conversation_row = pair.row,
		           .user_row = bob,
		           .text = KITH_STR("x"),
		           .updated_us = 1 },
	};
	kit_do(kit, &effect);
}

static const struct {
	const char *name;
	const char *sql;
	const char *says;
} act_damages[] = {
	{ "an act that counts as a message", "UPDATE entry SET m = 7 WHERE n = 7",
	  "entry 7 is message 7 after message 6" },
	{ "an act about nothing", "UPDATE entry SET target = 0 WHERE n = 8",
	  "entry 8 is about 0, no message before it" },
	{ "an act about an act", "UPDATE entry SET target = 7 WHERE n = 8",
	  "entry 8 is about 7, no message before it" },
	{ "an answer to what came later", "UPDATE entry SET target = 99 WHERE n = 12",
	  "entry 12 is about 99, no message before it" },
	{ "an answer to another message", "UPDATE entry SET target = 1 WHERE n = 12",
	  "the body of entry 12 is not what was sent" },
	{ "a deleted message with a body", "UPDATE entry SET body = x'78' WHERE n = 3",
	  "the body of entry 3 was deleted, and is there still" },
	{ "a deleted message's edit with a body", "UPDATE entry SET body = x'78' WHERE n = 10",
	  "the body of entry 10 was deleted, and is there still" },
	{ "a deletion with a body", "UPDATE entry SET body = x'78' WHERE n = 9",
	  "the body of entry 9 is no content of its kind" },
	{ "an edit that is no text", "UPDATE entry SET body = x'ff' WHERE n = 7",
	  "the body of entry 7 is no content of its kind" },
	{ "a reaction of nothing", "UPDATE entry SET body = x'' WHERE n = 8",
	  "the body of entry 8 is no content of its kind" },
	{ "a reaction too long", "UPDATE entry SET body = zeroblob(65) WHERE n = 8",
	  "the body of entry 8 is no content of its kind" },
	{ "an erased message that is not deleted", "UPDATE state SET retracted_us = 0 WHERE n = 3",
	  "entry 9 deleted nothing" },
	{ "a message deleted by nobody", "UPDATE state SET retracted_us = 5 WHERE n = 2",
	  "3 messages are deleted, and not by as many entries" },
	{ "a lost state", "DELETE FROM state WHERE n = 1", "the state of 1 is older than entry 7" },
	{ "a state that missed an act", "UPDATE state SET last_act = 10 WHERE n = 4",
	  "the state of 4 is older than entry 11" },
	{ "a state of another's act", "UPDATE state SET last_act = 9 WHERE n = 2",
	  "the state of 2 does not fit the log" },
	{ "a state of no message", "INSERT INTO state VALUES (1, 8, 0, 0, 0, 0, 9)",
	  "the state of 8 does not fit the log" },
	{ "a wrong number of edits", "UPDATE state SET edits = 2 WHERE n = 1",
	  "the state of 1 does not fit the log" },
	{ "content of another entry", "UPDATE state SET current = 2 WHERE n = 1",
	  "the state of 1 does not fit the log" },
	{ "a lost edit", "DELETE FROM edit WHERE n = 1", "entry 7 changed nothing" },
	{ "an edit of none", "INSERT INTO edit VALUES (1, 2, 6, 6)", "edit 6 of 2 is no entry" },
	{ "a reaction that nobody sent", "UPDATE reaction SET emoji = '-'",
	  "a reaction to 2 does not fit the log" },
	{ "a reaction to what was deleted", "UPDATE reaction SET n = 3",
	  "a reaction to 3 does not fit the log" },
	{ "a hidden act", "UPDATE hidden SET n = 8", "8 is hidden from user 2" },
	{ "a stranger who hides", "INSERT INTO hidden VALUES (77, 1, 1, 1)",
	  "1 is hidden from user 77" },
	{ "a wrong count of what is gone", "UPDATE member SET gone = 2 WHERE user_row = 2",
	  "member 2 of conversation 1 has 2 fewer to see, and should have 3" },
	{ "seen before it arrived", "UPDATE member SET delivered_n = 1 WHERE user_row = 2",
	  "has seen 2 and got 1 of 12" },
	{ "arrived before it was sent", "UPDATE member SET delivered_n = 13 WHERE user_row = 2",
	  "has seen 2 and got 13 of 12" },
	{ "a receipt that goes back", "UPDATE receipt SET n = 2 WHERE slot = 1 AND kind = 2",
	  "is out of place" },
	{ "a receipt beyond its mark", "UPDATE receipt SET n = 3 WHERE slot = 2 AND kind = 2",
	  "receipt 2 of user 2 in conversation 1 is out of place" },
	{ "a receipt of a move to come", "UPDATE receipt SET slot = 9 WHERE slot = 2 AND kind = 1",
	  "receipt 9 of user 2 in conversation 1 is out of place" },
	{ "a receipt of nobody", "UPDATE receipt SET user_row = 77", "out of place" },
	{ "a draft of nobody", "UPDATE draft SET user_row = 77", "draft of user 77" },
	{ "a draft that answers no id", "UPDATE draft SET reply_to = x'00'", "draft of user 2" },
	{ "a draft beyond the sequence", "UPDATE draft SET changed = 99",
	  "a move has the position 99" },
	{ "a hidden one beyond the sequence", "UPDATE hidden SET changed = 99",
	  "a move has the position 99" },
	{ "a receipt told beyond the sequence", "UPDATE member SET told = 99",
	  "a move has the position 99" },
};

/* Does the audit find NAME, which SQL did to what FILL stored, and SAY so? */
static void expect_found(void (*fill_store)(struct kit *), const char *name, const char *sql,
                         const char *says)
{
	struct kit kit;
	kit_init(&kit);
	fill_store(&kit);
	assert_int_equal(kit_violations(&kit), 0);
	kith_reader_free(&kit.reader);
	/* The writer keeps the file open and idle; the audit looks from outside. */
	kit_sql(&kit, sql);
	assert_int_equal(kith_reader_open(kit.store, &kit.reader), KITH_OK);
	struct kith_verify found;
	struct kith_buf report = { .len = 0 };
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_OK);
	kith_buf_add_char(&report, '\0');
	if (found.violations == 0 || strstr(report.at, says) == NULL) {
		fail_msg("%s: %d violations\n%s", name, (int)found.violations, report.at);
	}
	kith_buf_done(&report);
	kit_done(&kit);
}

static void test_each_damage_is_found_and_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(damages); i++) {
		expect_found(fill, damages[i].name, damages[i].sql, damages[i].says);
	}
	for (size_t i = 0; i < KITH_COUNT(act_damages); i++) {
		expect_found(fill_acts, act_damages[i].name, act_damages[i].sql,
		             act_damages[i].says);
	}
}

static void test_a_damaged_index_is_found(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	fill(&kit);
	kith_reader_free(&kit.reader);
	/* The index's definition is swapped for another's: it no longer fits its rows. */
	kit_sql(&kit, "PRAGMA writable_schema = ON;"
	              "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX entry_by_number"
	              " ON entry (conversation_row, m, n)' WHERE name = 'entry_by_number'");
	assert_int_equal(kith_reader_open(kit.store, &kit.reader), KITH_OK);
	struct kith_verify found;
	struct kith_buf report = { .len = 0 };
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_OK);
	assert_true(found.violations > 0);
	kith_buf_done(&report);
	kit_done(&kit);
}

static void test_the_report_is_bounded(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	struct kith_conversation notes = kit_pair(1, KIT_ORG, alice, 0);
	for (uint64_t i = 1; i <= 2 * KITH_VERIFY_LINES_MAX; i++) {
		kit_say(&kit, &notes, alice, i, "x");
	}
	kith_reader_free(&kit.reader);
	kit_sql(&kit, "DELETE FROM message_id");
	assert_int_equal(kith_reader_open(kit.store, &kit.reader), KITH_OK);
	struct kith_verify found;
	struct kith_buf report = { .len = 0 };
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_OK);
	assert_int_equal(found.violations, 2 * KITH_VERIFY_LINES_MAX);
	size_t lines = 0;
	for (size_t i = 0; i < report.len; i++) {
		lines += report.at[i] == '\n' ? 1 : 0;
	}
	assert_int_equal(lines, KITH_VERIFY_LINES_MAX);
	kith_buf_done(&report);
	kit_done(&kit);
}

static void test_an_audit_that_is_cancelled_ends(void **state)
{
	(void)state;
	static struct kit kit;
	atomic_bool is_cancelled = true;
	struct kith_verify found = { .violations = -7 };
	struct kith_buf report = { .len = 0 };
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	struct kith_conversation pair = kit_pair(1000, KIT_ORG, alice, kit_user(&kit, "bob"));
	for (uint64_t i = 1; i <= 3000; i++) {
		kit_say(&kit, &pair, alice, i, "x");
	}
	kith_reader_cancel_by(kit.reader, &is_cancelled);
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_E_UNAVAILABLE);
	assert_int_equal(found.violations, -7);
	atomic_store(&is_cancelled, false);
	assert_int_equal(kith_reader_verify(kit.reader, &found, &report), KITH_OK);
	kith_reader_cancel_by(kit.reader, NULL);
	assert_int_equal(found.violations, 0);
	kith_buf_done(&report);
	kit_done(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_audit_that_is_cancelled_ends),
		cmocka_unit_test(test_a_good_store_has_no_violations),
		cmocka_unit_test(test_each_damage_is_found_and_named),
		cmocka_unit_test(test_a_damaged_index_is_found),
		cmocka_unit_test(test_the_report_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
