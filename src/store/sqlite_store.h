/*
 * sqlite_store.h -- what a struct kith_store is made of in this driver.
 *
 * Only sqlite_open.c, which makes it, and sqlite_reader.c, which opens a
 * connection beside the writer's, look inside.
 */
#ifndef KITH_STORE_SQLITE_STORE_H
#define KITH_STORE_SQLITE_STORE_H

#include <stdatomic.h>

#include "store/sqlite_dir.h"
#include "store/sqlite_schema.h"
#include "store/sqlite_writer.h"
#include "store/store.h"

struct kith_store {
	struct kith_dir dir;
	struct kith_schema schema;
	const char *vfs;              /* borrowed from the options      */
	atomic_uint_fast64_t fail_in; /* for tests: kith_store_fail_step */
	struct kith_writer *writer;
};

/* Begins a new life of a store that nobody uses otherwise: see kith_schema_begin_life(). */
KITH_MUST_USE enum kith_rc kith_store_begin_life(struct kith_store *store);

#endif
