/*
 * journal.h -- records in a file that only grows, until it is written anew.
 *
 * One record a line: a keyed checksum of 16 hex digits, a blank, a JSON text. A
 * record that is not whole at the end was being written when the power went, and
 * is cut off; one that is damaged with good ones behind it is an error, never
 * skipped. One process at a time. Knows nothing of what a record means.
 *
 * The first line is "kith-outbox 1 ", the key in 32 hex digits, a blank, and the
 * checksum of all that under a key of zeros.
 */
#ifndef KITH_CLIENT_JOURNAL_H
#define KITH_CLIENT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/rand.h"
#include "base/str.h"

enum {
	KITH_JOURNAL_PATH_MAX = 4000,
	KITH_JOURNAL_BYTES_MAX = 512 * 1024 * 1024, /* a longer file is refused as damaged */
};

struct kith_journal {
	int fd;           /* -1: not open                                  */
	const char *path; /* borrowed                                      */
	uint8_t key[KITH_HASH_KEY];
	int64_t size;   /* bytes that are good                           */
	bool is_broken; /* a write or sync failed: nothing more is taken */
};

/* Gets each record when a journal is opened; an error ends the opening. JSON is borrowed. */
typedef enum kith_rc kith_journal_fn(void *context, struct kith_str json, struct kith_why *why);

/*
 * Opens PATH, or makes it, locks it, and hands every record to TAKE, in order.
 *
 * returns  KITH_OK
 *          KITH_E_LOCKED   another journal, of any process, has it open
 *          KITH_E_CORRUPT  damaged in the middle, or no such file at all
 *          KITH_E_IO       why says what
 *          KITH_E_NO_MEMORY, or what TAKE returned
 */
KITH_MUST_USE enum kith_rc kith_journal_open(struct kith_journal *journal, const char *path,
                                             struct kith_rand *rand, kith_journal_fn *take,
                                             void *context, struct kith_why *why);
void kith_journal_done(struct kith_journal *journal);

/*
 * Adds one record; JSON has no newline. With MUST_SYNC it is on stable storage when
 * this returns. On an error the file is as it was, or the journal broken.
 */
KITH_MUST_USE enum kith_rc kith_journal_add(struct kith_journal *journal, struct kith_str json,
                                            bool must_sync);

/*
 * Replaces all records by RECORDS, JSON texts with a newline behind each: in a new
 * file that takes the place of the old one at once, or not at all.
 */
KITH_MUST_USE enum kith_rc kith_journal_rewrite(struct kith_journal *journal,
                                                struct kith_str records);

#endif
