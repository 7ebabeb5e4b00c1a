/*
 * sqlite_reader.c -- opening and closing, beginning and ending.
 */
#include "store/sqlite_reader.h"

#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "store/sqlite_schema.h"
#include "store/sqlite_store.h"

/* What callers of readers hear: a failing disk is "not now" to them, damage is not. */
static enum kith_rc reader_rc(enum kith_rc rc)
{
	return rc == KITH_E_IO ? KITH_E_UNAVAILABLE : rc;
}

enum kith_rc kith_reader_open(struct kith_store *store, struct kith_reader **out)
{
	struct kith_reader *reader = kith_alloc_zero(1, sizeof(*reader));
	if (reader == NULL) {
		return KITH_E_NO_MEMORY;
	}
	reader->digest_key = store->schema.digest_key;
	enum kith_rc rc =
		kith_sql_open(&reader->sql, store->dir.database, store->vfs, &store->fail_in);
	if (rc == KITH_OK) {
		rc = kith_schema_set_reader(&reader->sql);
	}
	if (rc != KITH_OK) {
		kith_reader_free(&reader);
		return reader_rc(rc);
	}
	*out = reader;
	return KITH_OK;
}

void kith_reader_free(struct kith_reader **reader)
{
	struct kith_reader *gone = *reader;
	if (gone == NULL) {
		return;
	}
	*reader = NULL;
	KITH_ASSERT(!gone->is_begun);
	kith_sql_close(&gone->sql);
	kith_free(gone);
}

static void end_snapshot(struct kith_reader *reader)
{
	if (kith_sql_run(&reader->sql, KITH_SQL_COMMIT) != KITH_OK &&
	    sqlite3_get_autocommit(reader->sql.db) == 0) {
		/* Nothing was written, so both mean the same. */
		enum kith_rc rc = kith_sql_run(&reader->sql, KITH_SQL_ROLLBACK);
		KITH_ASSERT(rc == KITH_OK || sqlite3_get_autocommit(reader->sql.db) != 0);
	}
}

enum kith_rc kith_reader_begin(struct kith_reader *reader)
{
	KITH_ASSERT(!reader->is_begun);
	enum kith_rc rc = kith_sql_run(&reader->sql, KITH_SQL_BEGIN_READ);
	reader->is_begun = rc == KITH_OK;
	return reader_rc(rc);
}

void kith_reader_end(struct kith_reader *reader)
{
	KITH_ASSERT(reader->is_begun);
	reader->is_begun = false;
	end_snapshot(reader);
}

/* SQLite asks after so many steps of its machine: some hundred microseconds. */
enum { READER_CANCEL_STEPS = 10000 };

static int ask_cancelled(void *context)
{
	const atomic_bool *is_cancelled = context;
	return atomic_load(is_cancelled) ? 1 : 0;
}

void kith_reader_cancel_by(struct kith_reader *reader, const atomic_bool *is_cancelled)
{
	sqlite3_progress_handler(reader->sql.db, READER_CANCEL_STEPS,
	                         is_cancelled == NULL ? NULL : ask_cancelled, (void *)is_cancelled);
}

void kith_reader_interrupt(struct kith_reader *reader)
{
	sqlite3_interrupt(reader->sql.db);
}

enum kith_rc kith_reader_enter(struct kith_reader *reader)
{
	KITH_ASSERT(!reader->is_entered);
	if (reader->is_begun) {
		return KITH_OK;
	}
	enum kith_rc rc = kith_sql_run(&reader->sql, KITH_SQL_BEGIN_READ);
	reader->is_entered = rc == KITH_OK;
	return reader_rc(rc);
}

enum kith_rc kith_reader_leave(struct kith_reader *reader, enum kith_rc rc)
{
	if (reader->is_entered) {
		reader->is_entered = false;
		end_snapshot(reader);
	}
	return reader_rc(rc);
}

bool kith_reader_grow(struct kith_arena *mem, void **items, size_t count, size_t size)
{
	bool is_full = (count & (count - 1)) == 0; /* 0, or a power of two */
	if (!is_full) {
		return true;
	}
	size_t room = count == 0 ? 1 : 2 * count;
	void *grown = kith_arena_alloc(mem, room * size);
	if (grown == NULL) {
		return false;
	}
	if (count > 0) {
		memcpy(grown, *items, count * size);
	}
	*items = grown;
	return true;
}
