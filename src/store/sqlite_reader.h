/*
 * sqlite_reader.h -- a reader's connection, and the snapshot it looks at.
 *
 * The functions of store.h that answer from several statements put them between
 * enter and leave, so that they see one commit and not two. Nested inside
 * kith_reader_begin() both do nothing. Knows no table.
 */
#ifndef KITH_STORE_SQLITE_READER_H
#define KITH_STORE_SQLITE_READER_H

#include <stdbool.h>

#include "store/sqlite_sql.h"
#include "store/store.h"

struct kith_reader {
	struct kith_sql sql;
	const uint8_t *digest_key; /* the store's */
	bool is_begun;             /* by kith_reader_begin()       */
	bool is_entered;           /* by kith_reader_enter()       */
};

/* returns as store.h says for all readers. */
KITH_MUST_USE enum kith_rc kith_reader_enter(struct kith_reader *reader);

/*
 * Ends what enter began; RC is how the reading went.
 * returns  RC, as store.h says it for all readers
 */
KITH_MUST_USE enum kith_rc kith_reader_leave(struct kith_reader *reader, enum kith_rc rc);

/*
 * Room for one more element of SIZE bytes in the array *ITEMS of COUNT elements,
 * which has room for powers of two and moves within MEM as it grows.
 * returns  false, nothing changed, without memory
 */
KITH_MUST_USE bool kith_reader_grow(struct kith_arena *mem, void **items, size_t count,
                                    size_t size);

#endif
