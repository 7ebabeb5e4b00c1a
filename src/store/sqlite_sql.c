/*
 * sqlite_sql.c -- prepares statements at their first use and keeps them.
 */
#include "store/sqlite_sql.h"

#include <pthread.h>
#include <string.h>

#include "base/macros.h"

/* SQLite's own allocation counters take a global lock at each malloc; nobody
 * reads them. Must come before SQLite's first use, and does no harm after it. */
static void drop_counters(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum kith_rc kith_sql_open(struct kith_sql *sql, const char *path, const char *vfs,
                           atomic_uint_fast64_t *fail_in)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, drop_counters);

	*sql = (struct kith_sql){ .fail_in = fail_in };
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_EXRESCODE;
	int code = sqlite3_open_v2(path, &sql->db, flags, vfs);
	if (code != SQLITE_OK) {
		kith_sql_close(sql);
		sql->code = code;
		return kith_sql_rc(code);
	}
	return KITH_OK;
}

void kith_sql_close(struct kith_sql *sql)
{
	for (size_t i = 0; i < KITH_COUNT(sql->prepared); i++) {
		sqlite3_finalize(sql->prepared[i]);
		sql->prepared[i] = NULL;
	}
	int code = sqlite3_close(sql->db);
	KITH_ASSERT(code == SQLITE_OK);
	sql->db = NULL;
}

/* Primary codes that mean more than "not now". */
static const struct {
	int code;
	enum kith_rc rc;
} meanings[] = {
	{ SQLITE_NOMEM, KITH_E_NO_MEMORY },
	{ SQLITE_CORRUPT, KITH_E_CORRUPT },
	{ SQLITE_NOTADB, KITH_E_CORRUPT },
	/* Checks come before writes, so a clash of keys means that tables disagree. */
	{ SQLITE_CONSTRAINT, KITH_E_CORRUPT },
	/* Our statements fit our tables; if not, the tables are not ours. */
	{ SQLITE_ERROR, KITH_E_CORRUPT },
	{ SQLITE_SCHEMA, KITH_E_CORRUPT },
};

enum kith_rc kith_sql_rc(int code)
{
	if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) {
		return KITH_OK;
	}
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
		return KITH_E_IO;
	}
	KITH_ASSERT(code != SQLITE_MISUSE);
	for (size_t i = 0; i < KITH_COUNT(meanings); i++) {
		if ((code & 0xff) == meanings[i].code) {
			return meanings[i].rc;
		}
	}
	return KITH_E_UNAVAILABLE;
}

const char *kith_sql_failure(const struct kith_sql *sql)
{
	return sqlite3_errstr(sql->code);
}

bool kith_sql_take_fault(struct kith_sql *sql)
{
	if (atomic_load_explicit(sql->fail_in, memory_order_relaxed) == 0) {
		return false;
	}
	return atomic_fetch_sub_explicit(sql->fail_in, 1, memory_order_relaxed) == 1;
}

/* The one place where statements are stepped. */
static int step(struct kith_sql *sql, sqlite3_stmt *handle)
{
	int code = kith_sql_take_fault(sql) ? SQLITE_FULL : sqlite3_step(handle);
	if (code != SQLITE_ROW && code != SQLITE_DONE) {
		sql->code = code;
	}
	return code;
}

enum kith_rc kith_sql_script(struct kith_sql *sql, const char *text)
{
	while (*text != '\0') {
		sqlite3_stmt *handle = NULL;
		int code = sqlite3_prepare_v2(sql->db, text, -1, &handle, &text);
		if (code != SQLITE_OK) {
			sql->code = code;
			return kith_sql_rc(code);
		}
		if (handle == NULL) {
			continue; /* blanks behind the last one */
		}
		do {
			code = step(sql, handle);
		} while (code == SQLITE_ROW);
		sqlite3_finalize(handle);
		if (code != SQLITE_DONE) {
			return kith_sql_rc(code);
		}
	}
	return KITH_OK;
}

static void fail_query(struct kith_query *query, int code)
{
	query->sql->code = code;
	query->rc = kith_sql_rc(code);
}

struct kith_query kith_query(struct kith_sql *sql, enum kith_sql_name name)
{
	struct kith_query query = { .sql = sql, .handle = sql->prepared[name] };
	if (query.handle == NULL) {
		int code = sqlite3_prepare_v3(sql->db, kith_sql_text(name), -1,
		                              SQLITE_PREPARE_PERSISTENT, &query.handle, NULL);
		if (code != SQLITE_OK) {
			fail_query(&query, code);
			return query;
		}
		sql->prepared[name] = query.handle;
	}
	KITH_ASSERT(!sqlite3_stmt_busy(query.handle));
	return query;
}

static void check_bind(struct kith_query *query, int code)
{
	if (code != SQLITE_OK && query->rc == KITH_OK) {
		fail_query(query, code);
	}
}

void kith_query_int(struct kith_query *query, int64_t value)
{
	if (query->rc == KITH_OK) {
		check_bind(query, sqlite3_bind_int64(query->handle, ++query->bound, value));
	}
}

void kith_query_text(struct kith_query *query, struct kith_str text)
{
	if (query->rc == KITH_OK) {
		const char *at = text.at == NULL ? "" : text.at;
		check_bind(query, sqlite3_bind_text64(query->handle, ++query->bound, at, text.len,
		                                      SQLITE_STATIC, SQLITE_UTF8));
	}
}

void kith_query_blob(struct kith_query *query, struct kith_str bytes)
{
	if (query->rc == KITH_OK) {
		const char *at = bytes.at == NULL ? "" : bytes.at;
		check_bind(query, sqlite3_bind_blob64(query->handle, ++query->bound, at, bytes.len,
		                                      SQLITE_STATIC));
	}
}

void kith_query_uuid(struct kith_query *query, const struct kith_uuid *id)
{
	kith_query_blob(query, kith_str_make(id->bytes, sizeof(id->bytes)));
}

bool kith_query_next(struct kith_query *query)
{
	if (query->rc != KITH_OK) {
		return false;
	}
	int code = step(query->sql, query->handle);
	if (code != SQLITE_ROW && code != SQLITE_DONE) {
		query->rc = kith_sql_rc(code);
	}
	return code == SQLITE_ROW;
}

int64_t kith_query_get_int(struct kith_query *query, int column)
{
	return sqlite3_column_int64(query->handle, column);
}

struct kith_str kith_query_peek_text(struct kith_query *query, int column)
{
	const void *at = sqlite3_column_blob(query->handle, column);
	int len = sqlite3_column_bytes(query->handle, column);
	return kith_str_make(at == NULL ? "" : at, (size_t)len);
}

struct kith_uuid kith_query_get_uuid(struct kith_query *query, int column)
{
	struct kith_uuid id = { { 0 } };
	struct kith_str bytes = kith_query_peek_text(query, column);
	if (bytes.len != sizeof(id.bytes)) {
		fail_query(query, SQLITE_CORRUPT);
		return id;
	}
	memcpy(id.bytes, bytes.at, sizeof(id.bytes));
	return id;
}

struct kith_str kith_query_get_text(struct kith_query *query, int column, struct kith_arena *mem)
{
	struct kith_str copy = KITH_STR("");
	if (!kith_arena_copy(mem, kith_query_peek_text(query, column), &copy)) {
		fail_query(query, SQLITE_NOMEM);
	}
	return copy;
}

enum kith_rc kith_query_end(struct kith_query *query)
{
	/* A reset repeats the code of a failed step, which is known already. */
	(void)sqlite3_reset(query->handle);
	return query->rc;
}

enum kith_rc kith_query_run(struct kith_query *query)
{
	bool is_row = kith_query_next(query);
	KITH_ASSERT(!is_row);
	return kith_query_end(query);
}

enum kith_rc kith_sql_run(struct kith_sql *sql, enum kith_sql_name name)
{
	struct kith_query query = kith_query(sql, name);
	return kith_query_run(&query);
}

enum kith_rc kith_query_one(struct kith_query *query, int64_t *out)
{
	bool is_row = kith_query_next(query);
	int64_t value = is_row ? kith_query_get_int(query, 0) : 0;
	enum kith_rc rc = kith_query_end(query);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!is_row) {
		return KITH_E_NOT_FOUND;
	}
	*out = value;
	return KITH_OK;
}
