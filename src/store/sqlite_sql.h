/*
 * sqlite_sql.h -- one connection to the database and the statements run on it.
 *
 * A query is started by its name, given its parameters in order, and stepped.
 * What goes wrong on the way sticks to it and comes out at its end, so callers
 * ask once. Every step of every statement goes through one function, which
 * carries the tests' fault counter. Knows no table; one thread at a time.
 */
#ifndef KITH_STORE_SQLITE_SQL_H
#define KITH_STORE_SQLITE_SQL_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "store/sqlite_statements.h"

struct kith_sql {
	sqlite3 *db; /* NULL: not open */
	sqlite3_stmt *prepared[KITH_SQL_COUNT];
	atomic_uint_fast64_t *fail_in; /* steps until one fails; 0: none. Shared by a store */
	int code;                      /* SQLite's extended code of the last failure        */
};

/*
 * Opens PATH (made when it is not there) through VFS (NULL: the standard one).
 * returns  KITH_OK; else as kith_sql_rc(), and SQL needs no close
 * owns     fail_in is borrowed until close
 */
KITH_MUST_USE enum kith_rc kith_sql_open(struct kith_sql *sql, const char *path, const char *vfs,
                                         atomic_uint_fast64_t *fail_in);
/* Accepts one that is not open. */
void kith_sql_close(struct kith_sql *sql);

/* Whether a test wants this step to fail, as kith_store_fail_step() counts; for what is
 * no statement but can fail like one. */
KITH_MUST_USE bool kith_sql_take_fault(struct kith_sql *sql);

/* Runs the statements of TEXT, whose rows are dropped. */
KITH_MUST_USE enum kith_rc kith_sql_script(struct kith_sql *sql, const char *text);

/*
 * What SQLite's CODE means to us.
 * returns  KITH_OK, KITH_E_NO_MEMORY
 *          KITH_E_UNAVAILABLE  full, locked, not readable now
 *          KITH_E_CORRUPT      damaged, or contradicting itself
 *          KITH_E_IO           a sync failed: nobody knows what is on the disk
 */
enum kith_rc kith_sql_rc(int code);

/* The last failure, in SQLite's words; static. */
const char *kith_sql_failure(const struct kith_sql *sql);

/* A statement at work. A plain value; between its start and its end nobody may
 * start the same name on the same connection (asserted). */
struct kith_query {
	struct kith_sql *sql;
	sqlite3_stmt *handle;
	int bound;       /* parameters given so far      */
	enum kith_rc rc; /* what went wrong, sticks      */
};

struct kith_query kith_query(struct kith_sql *sql, enum kith_sql_name name);

/* The next parameter. Bytes are borrowed until the query's end. */
void kith_query_int(struct kith_query *query, int64_t value);
void kith_query_text(struct kith_query *query, struct kith_str text);
void kith_query_blob(struct kith_query *query, struct kith_str bytes);
void kith_query_uuid(struct kith_query *query, const struct kith_uuid *id);

/* Is there a row? false at the end and after a failure. */
KITH_MUST_USE bool kith_query_next(struct kith_query *query);

/* The columns of the row there is. Unfit ones make the query fail as CORRUPT. */
int64_t kith_query_get_int(struct kith_query *query, int column);
struct kith_uuid kith_query_get_uuid(struct kith_query *query, int column);
/* A copy in MEM (also KITH_E_NO_MEMORY); NULL gives the empty text. */
struct kith_str kith_query_get_text(struct kith_query *query, int column, struct kith_arena *mem);
/* Borrowed until the next step. */
struct kith_str kith_query_peek_text(struct kith_query *query, int column);

/* Ends it; what went wrong since its start. */
KITH_MUST_USE enum kith_rc kith_query_end(struct kith_query *query);

/* Steps one that answers no rows, and ends it. */
KITH_MUST_USE enum kith_rc kith_query_run(struct kith_query *query);

/* Starts, steps and ends a statement without parameters and rows. */
KITH_MUST_USE enum kith_rc kith_sql_run(struct kith_sql *sql, enum kith_sql_name name);

/*
 * Steps one that answers at most one row of one number, and ends it.
 * returns  KITH_OK with out set; KITH_E_NOT_FOUND without a row; what went wrong
 */
KITH_MUST_USE enum kith_rc kith_query_one(struct kith_query *query, int64_t *out);

#endif
