/*
 * test_sqlite_migrate.c -- a file of an older schema comes up with its data.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "unit/store/kit.h"

/* The tables of schema 1, as they were made then. */
static const char schema_1[] =
	"CREATE TABLE meta (\n"
	"  key TEXT PRIMARY KEY,\n"
	"  value NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE TABLE sequence (\n"
	"  one INTEGER PRIMARY KEY CHECK (one = 1),\n"
	"  position INTEGER NOT NULL,\n"
	"  moves INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE organization (\n"
	"  row INTEGER PRIMARY KEY,\n"
	"  id TEXT NOT NULL UNIQUE,\n"
	"  domain TEXT NOT NULL UNIQUE,\n"
	"  created_us INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE org_key (\n"
	"  kid TEXT PRIMARY KEY,\n"
	"  org_row INTEGER NOT NULL,\n"
	"  alg INTEGER NOT NULL,\n"
	"  material BLOB NOT NULL,\n"
	"  created_us INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX org_key_of_org ON org_key (org_row, alg, created_us);\n"
	"CREATE TABLE user (\n"
	"  row INTEGER PRIMARY KEY,\n"
	"  id TEXT NOT NULL UNIQUE,\n"
	"  name TEXT NOT NULL,\n"
	"  version INTEGER NOT NULL,\n"
	"  created_us INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE membership (\n"
	"  org_row INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  PRIMARY KEY (org_row, user_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX membership_of_user ON membership (user_row);\n"
	"CREATE TABLE conversation (\n"
	"  row INTEGER PRIMARY KEY,\n"
	"  id BLOB NOT NULL UNIQUE,\n"
	"  org_row INTEGER NOT NULL,\n"
	"  version INTEGER NOT NULL,\n"
	"  created_us INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE head (\n"
	"  conversation_row INTEGER PRIMARY KEY,\n"
	"  n INTEGER NOT NULL,\n"
	"  m INTEGER NOT NULL,\n"
	"  last_entry INTEGER NOT NULL,\n"
	"  last_message INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE member (\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  seen_n INTEGER NOT NULL,\n"
	"  seen_m INTEGER NOT NULL,\n"
	"  touched INTEGER NOT NULL,\n"
	"  PRIMARY KEY (conversation_row, user_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX member_of_user ON member (user_row);\n"
	"CREATE TABLE entry (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  m INTEGER NOT NULL,\n"
	"  prev INTEGER NOT NULL,\n"
	"  kind INTEGER NOT NULL,\n"
	"  sender_row INTEGER NOT NULL,\n"
	"  message BLOB NOT NULL,\n"
	"  print INTEGER NOT NULL,\n"
	"  sent_us INTEGER NOT NULL,\n"
	"  body BLOB NOT NULL\n"
	");\n"
	"CREATE UNIQUE INDEX entry_by_number ON entry (conversation_row, n);\n"
	"CREATE TABLE message_id (\n"
	"  id BLOB PRIMARY KEY,\n"
	"  entry INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"INSERT INTO sequence (one, position, moves)\n"
	"VALUES (1, 0, 0);\n";

enum { SAID = 6 };

/* Alice and bob: six messages of alice, of which bob has read four; and alice's notes. */
static void make_file_1(const struct kit *kit)
{
	const uint8_t key[KITH_DIGEST_KEY] = { 0 };
	char script[4096];
	int len = snprintf(
		script, sizeof(script),
		"PRAGMA application_id = %d;"
		"PRAGMA user_version = 1;"
		"INSERT INTO meta VALUES ('digest_key', zeroblob(%d));"
		"INSERT INTO organization VALUES (1, 'default', 'default.localhost', 0);"
		"INSERT INTO user VALUES (1, 'alice', 'Alice', 2, 0), (2, 'bob', 'Bob', 2, 0);"
		"INSERT INTO membership VALUES (1, 1), (1, 2);"
		"INSERT INTO conversation VALUES (1, x'01010101010101010101010101010101', 1, 1, 0),"
		"                                (2, x'02020202020202020202020202020202', 1, 1, 0);"
		"INSERT INTO head VALUES (1, 6, 6, 6, 6), (2, 0, 0, 0, 0);"
		"INSERT INTO member VALUES (1, 1, 6, 6, 0), (1, 2, 4, 4, 7), (2, 1, 0, 0, 0);"
		"UPDATE sequence SET position = 7, moves = 1;",
		0x4b697468, (int)KITH_DIGEST_KEY);
	struct kith_uuid conversation;
	memset(conversation.bytes, 1, sizeof(conversation.bytes));
	const struct kith_content content = { .kind = KITH_KIND_TEXT, .body = KITH_STR("x") };
	uint64_t print = kith_message_print(key, KITH_STR("alice"), &conversation, &content);
	for (int i = 1; i <= SAID; i++) {
		len += snprintf(script + len, sizeof(script) - (size_t)len,
		                "INSERT INTO entry VALUES (%d, 1, %d, %d, %d, 1, 1,"
		                " x'0%d010101010101010101010101010101', %" PRId64 ", %d, x'78');"
		                "INSERT INTO message_id"
		                " VALUES (x'0%d010101010101010101010101010101', %d);",
		                i, i, i, i - 1, i, (int64_t)print, i, i, i);
	}
	assert_in_range(len, 1, sizeof(script) - 1);
	kit_sql(kit, schema_1);
	kit_sql(kit, script);
}

static void kit_init_1(struct kit *kit)
{
	char name[KIT_DIR_MAX + 16];
	kit_init(kit);
	kit_close(kit);
	snprintf(name, sizeof(name), "%s/kith.db", kit->dir);
	assert_int_equal(remove(name), 0);
	make_file_1(kit);
	kit_open(kit);
}

static void test_a_file_of_schema_1_keeps_its_data(void **state)
{
	(void)state;
	struct kit kit;
	kit_init_1(&kit);
	assert_int_equal(kit_violations(&kit), 0);
	struct kith_page page;
	struct kith_page_query query = { .conversation_row = 1, .viewer_row = 2, .limit = 50 };
	assert_int_equal(kith_reader_page(kit.reader, &query, &kit.mem, &page), KITH_OK);
	assert_int_equal(page.count, SAID);
	for (size_t i = 0; i < page.count; i++) {
		assert_int_equal(page.items[i].n, i + 1);
		assert_null(page.items[i].extra);
		assert_true(kith_str_is(page.items[i].content.body, "x"));
		assert_int_equal(page.items[i].target, 0);
	}
	struct kith_user bob;
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("bob"), 1, &kit.mem, &bob), KITH_OK);
	assert_true(kith_str_is(bob.name, "Bob"));
	assert_int_equal(bob.flags, 0);
	kit_done(&kit);
}

static void test_what_was_seen_in_schema_1_had_arrived(void **state)
{
	(void)state;
	struct kit kit;
	kit_init_1(&kit);
	struct kith_conversation pair = { .row = 1, .version = 1, .member_count = 2 };
	memset(pair.id.bytes, 1, sizeof(pair.id.bytes));
	struct kith_standing got = kit_standing(&kit, &pair, 2);
	assert_int_equal(got.seen, 4);
	assert_int_equal(got.delivered, 4);
	assert_int_equal(got.unread, 2);
	assert_int_equal(got.others[0].at_us, SAID); /* her last message's */
	assert_int_equal(kit_standing(&kit, &pair, 1).others[0].at_us, 0);
	/* When it was is not known, not even after it moves on. */
	kit_see(&kit, &pair, 2, 6);
	for (int64_t n = 1; n <= SAID; n++) {
		int64_t at_us = n <= 4 ? 0 : kit_now_us();
		struct kith_receipt *items = NULL;
		size_t count = 0;
		assert_int_equal(
			kith_reader_receipts(kit.reader, 1, n, 1, &kit.mem, &items, &count),
			KITH_OK);
		assert_int_equal(count, 1);
		assert_true(items[0].is_seen);
		assert_int_equal(items[0].seen_us, at_us);
		assert_int_equal(items[0].delivered_us, at_us);
	}
	assert_int_equal(kit_violations(&kit), 0);
	kit_done(&kit);
}

static void test_messages_of_schema_1_can_be_acted_upon(void **state)
{
	(void)state;
	struct kit kit;
	kit_init_1(&kit);
	struct kith_conversation pair = { .row = 1, .version = 1, .member_count = 2 };
	kit_act(&kit, &pair, 1, 100, KITH_KIND_EDIT, 2, "edited");
	kit_act(&kit, &pair, 2, 101, KITH_KIND_REACTION, 1, "+");
	kit_act(&kit, &pair, 1, 102, KITH_KIND_RETRACTION, 5, "");
	kit_hide(&kit, &pair, 2, 6);
	assert_int_equal(kit_standing(&kit, &pair, 2).unread, 0);
	assert_int_equal(kit_violations(&kit), 0);
	kit_done(&kit);
}

/* A step that fails leaves the file as it was: the next start brings it up. */
static void test_a_file_is_of_one_schema_or_the_other(void **state)
{
	(void)state;
	struct kit kit;
	kit_init_1(&kit);
	kit_close(&kit);
	kit_sql(&kit, "PRAGMA user_version = 1");
	struct kith_store *store = NULL;
	struct kith_why why = { .detail = "" };
	/* Its columns are there already, so the step cannot be taken. */
	assert_int_not_equal(kith_store_open(&kit.options, &store, &why), KITH_OK);
	assert_null(store);
	kit_sql(&kit, "PRAGMA user_version = 2");
	kit_open(&kit);
	assert_int_equal(kit_violations(&kit), 0);
	kit_done(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_of_schema_1_keeps_its_data),
		cmocka_unit_test(test_what_was_seen_in_schema_1_had_arrived),
		cmocka_unit_test(test_messages_of_schema_1_can_be_acted_upon),
		cmocka_unit_test(test_a_file_is_of_one_schema_or_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
