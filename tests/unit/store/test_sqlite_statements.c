/*
 * test_sqlite_statements.c -- every statement fits the schema, and none that answers a
 * call walks through a whole table.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/sqlite_sql.h"
#include "store/sqlite_statements.h"
#include "unit/store/kit.h"

static sqlite3 *open_file(const struct kit *kit)
{
	char path[KIT_DIR_MAX + 16];
	snprintf(path, sizeof(path), "%s/kith.db", kit->dir);
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static void test_every_statement_can_be_prepared(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	sqlite3 *db = open_file(&kit);
	for (enum kith_sql_name name = 0; name < KITH_SQL_COUNT; name++) {
		sqlite3_stmt *handle = NULL;
		const char *tail = NULL;
		if (sqlite3_prepare_v2(db, kith_sql_text(name), -1, &handle, &tail) != SQLITE_OK ||
		    *tail != '\0') {
			fail_msg("%s: %s", kith_sql_text(name), sqlite3_errmsg(db));
		}
		sqlite3_finalize(handle);
	}
	sqlite3_close(db);
	kit_done(&kit);
}

/* Whole tables are read only by the audit, and by the list of organizations. */
static bool may_scan(enum kith_sql_name name)
{
	return name >= KITH_SQL_VERIFY_INTEGRITY || name == KITH_SQL_ORG_LIST;
}

static void check_plan(sqlite3 *db, enum kith_sql_name name)
{
	char text[4096];
	snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", kith_sql_text(name));
	sqlite3_stmt *handle = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &handle, NULL), SQLITE_OK);
	while (sqlite3_step(handle) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(handle, 3);
		if (strncmp(line, "SCAN", 4) == 0 && strcmp(line, "SCAN CONSTANT ROW") != 0) {
			fail_msg("%s\n%s", kith_sql_text(name), line);
		}
	}
	sqlite3_finalize(handle);
}

static void test_calls_find_their_rows_by_an_index(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	sqlite3 *db = open_file(&kit);
	for (enum kith_sql_name name = 0; name < KITH_SQL_COUNT; name++) {
		if (!may_scan(name)) {
			check_plan(db, name);
		}
	}
	sqlite3_close(db);
	kit_done(&kit);
}

static void test_codes_mean_what_the_writer_does_about_them(void **state)
{
	(void)state;
	const struct {
		int code;
		enum kith_rc rc;
	} cases[] = {
		{ SQLITE_OK, KITH_OK },
		{ SQLITE_ROW, KITH_OK },
		{ SQLITE_DONE, KITH_OK },
		{ SQLITE_FULL, KITH_E_UNAVAILABLE },
		{ SQLITE_BUSY, KITH_E_UNAVAILABLE },
		{ SQLITE_IOERR_WRITE, KITH_E_UNAVAILABLE },
		{ SQLITE_IOERR_FSYNC, KITH_E_IO },
		{ SQLITE_IOERR_DIR_FSYNC, KITH_E_IO },
		{ SQLITE_IOERR_NOMEM, KITH_E_UNAVAILABLE },
		{ SQLITE_NOMEM, KITH_E_NO_MEMORY },
		{ SQLITE_CORRUPT, KITH_E_CORRUPT },
		{ SQLITE_CORRUPT_INDEX, KITH_E_CORRUPT },
		{ SQLITE_NOTADB, KITH_E_CORRUPT },
		{ SQLITE_CONSTRAINT_UNIQUE, KITH_E_CORRUPT },
		{ SQLITE_READONLY, KITH_E_UNAVAILABLE },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		assert_int_equal(kith_sql_rc(cases[i].code), cases[i].rc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_statement_can_be_prepared),
		cmocka_unit_test(test_calls_find_their_rows_by_an_index),
		cmocka_unit_test(test_codes_mean_what_the_writer_does_about_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
