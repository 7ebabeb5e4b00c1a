/*
 * sqlite_schema.h -- which tables there are, and how a file gets them.
 *
 * Makes them in an empty file, together with the deployment's secret keys and
 * the organization `default`, and recognizes a file that has them. A change of
 * the tables is a new number and a row in the table of steps in sqlite_schema.c.
 */
#ifndef KITH_STORE_SQLITE_SCHEMA_H
#define KITH_STORE_SQLITE_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "store/sqlite_sql.h"

enum {
	KITH_SCHEMA_VERSION = 2,
	KITH_SCHEMA_FILE_ID = 0x4b697468, /* "Kith" in the file's application id */
};

enum { KITH_SCHEMA_LIFE = 16 };

/* What is read once when the store is opened. */
struct kith_schema {
	uint8_t digest_key[KITH_DIGEST_KEY];
	uint8_t life[KITH_SCHEMA_LIFE];
	bool has_life; /* it was restored: LIFE is set */
};

/*
 * Sets how a connection works: the log mode, and whether a commit waits for the
 * disk. Readers may not write.
 */
KITH_MUST_USE enum kith_rc kith_schema_set_writer(struct kith_sql *sql, bool is_sync_off);
KITH_MUST_USE enum kith_rc kith_schema_set_reader(struct kith_sql *sql);

/*
 * Brings the file to KITH_SCHEMA_VERSION, on the writer's connection.
 * returns  KITH_OK; KITH_E_CORRUPT: not ours, of a newer schema, or damaged;
 *          else as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_schema_bring_up(struct kith_sql *sql, int64_t now_us,
                                                struct kith_schema *out, struct kith_why *why);

/*
 * Begins another life, drawn by chance: the file was brought back from a copy, and its
 * positions will be given again for other things. returns as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_schema_begin_life(struct kith_sql *sql);

#endif
