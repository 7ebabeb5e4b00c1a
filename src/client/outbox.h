/*
 * outbox.h -- which messages wait to be sent, and what of that survives a crash?
 *
 * Keeps entries in lanes, one per recipient, each in order; writes every change
 * as records into a journal and reads them back. Also keeps the cursor, which
 * must survive together with them. Sends nothing: sender.h does, and says what
 * became of an entry.
 *
 * A record is an array of {"add":N,"call":…,"to":…,"own":…,"args":{…}},
 * {"stamp":N,"id":…}, {"done":N}, {"next":N} and {"cursor":…}.
 */
#ifndef KITH_CLIENT_OUTBOX_H
#define KITH_CLIENT_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "base/uuid.h"
#include "client/invoke.h"
#include "client/journal.h"
#include "client/news.h"
#include "client/pending.h"
#include "kith/outbox.h"

enum {
	KITH_OUTBOX_TO_MAX = 320,               /* bytes of a recipient, as the contract says */
	KITH_OUTBOX_COMPACT_BYTES = 256 * 1024, /* a shorter file is left alone               */
	KITH_OUTBOX_COMPACT_FACTOR = 4,         /* and one less than so many times its content */
};

struct kith_outbox_lane;

/* One message. Owned by the outbox. */
struct kith_outbox_entry {
	struct kith_pending pending; /* args bear the id once there is one          */
	const struct kith_client_call *call;
	struct kith_outbox_lane *lane;
	struct kith_outbox_entry *next;       /* in its lane                        */
	struct kith_outbox_entry *next_fresh; /* of those not yet on stable storage */
	uint64_t number;
	uint64_t tag;
	char id[KITH_UUID_TEXT + 1]; /* "": none yet                                */
	bool is_own_id;              /* made by this library, so it may be remade   */
	bool is_fresh;               /* among those not yet on stable storage       */
	bool is_id_saved;            /* with a file: its record is written          */
	uint8_t stamps;              /* how often the id was made                   */
};

/* The messages to one recipient. Only the first of them is on its way. */
struct kith_outbox_lane {
	struct kith_str to; /* behind the struct */
	struct kith_outbox_entry *first;
	struct kith_outbox_entry **end;
	struct kith_outbox_lane *next, *prev; /* of all lanes    */
	struct kith_outbox_lane *next_ready;  /* of those waiting to be served */
	bool is_ready;                        /* among those                   */
};

struct kith_outbox {
	struct kith_journal journal; /* fd -1: memory only */
	struct kith_outbox_lane *lanes;
	struct kith_outbox_lane *ready;
	struct kith_outbox_lane **ready_end;
	struct kith_outbox_entry *fresh;
	struct kith_outbox_entry **fresh_end;
	struct kith_table by_to;     /* hash → lane   */
	struct kith_table by_id;     /* hash → entry  */
	struct kith_table by_number; /* number → entry */
	uint8_t key[KITH_HASH_KEY];
	uint64_t last_number;
	size_t count;
	size_t bytes;          /* of all arguments */
	struct kith_buf batch; /* the record being made */
	bool must_sync;        /* it has something that must not be lost */
	char cursor[KITH_NEWS_CURSOR_MAX];
	size_t cursor_len;
};

/* What is to be added. Texts are borrowed. */
struct kith_outbox_new {
	const struct kith_client_call *call;
	struct kith_str to;
	struct kith_str id; /* KITH_UUID_TEXT bytes; at NULL: none yet */
	bool is_own_id;
	uint64_t tag;
};

/*
 * Opens the file PATH, or an outbox in memory when it is NULL.
 * returns  KITH_OK; as kith_journal_open(); KITH_E_CORRUPT for records that make no sense
 */
KITH_MUST_USE enum kith_rc kith_outbox_open(struct kith_outbox *outbox, const char *path,
                                            struct kith_rand *rand, struct kith_why *why);
void kith_outbox_done(struct kith_outbox *outbox);

/*
 * Adds a message with ARGS, which are the outbox's from now on (also on error). It
 * is fresh, and in no ready lane, until the next commit.
 *
 * returns  KITH_OK            *out is the new entry
 *          KITH_E_EXISTS      *out has that id and the same arguments already; its tag
 *                             is the new one
 *          KITH_E_CONFLICT    an entry has that id and other arguments
 *          KITH_E_TOO_LARGE   KITH_OUTBOX_ENTRIES_MAX or _BYTES_MAX is reached
 *          KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_outbox_add(struct kith_outbox *outbox,
                                           const struct kith_outbox_new *made,
                                           struct kith_buf *args, struct kith_outbox_entry **out);

/* Gives ENTRY the id ID (again, if it is the library's own). false: no memory, unchanged. */
KITH_MUST_USE bool kith_outbox_stamp(struct kith_outbox *outbox, struct kith_outbox_entry *entry,
                                     const char id[KITH_UUID_TEXT]);

/* Records ENTRY's id, unless that is done; it must not be sent before the next commit. */
void kith_outbox_save_id(struct kith_outbox *outbox, struct kith_outbox_entry *entry);

/* ENTRY, the first of its lane, is done with and freed; its lane goes on. */
void kith_outbox_settle(struct kith_outbox *outbox, struct kith_outbox_entry *entry);

/* Puts LANE at the end of the ready ones, once, when it has entries. */
void kith_outbox_make_ready(struct kith_outbox *outbox, struct kith_outbox_lane *lane);

/* Takes the next ready lane out; NULL when there is none. */
struct kith_outbox_lane *kith_outbox_take_ready(struct kith_outbox *outbox);

void kith_outbox_set_cursor(struct kith_outbox *outbox, struct kith_str cursor);

/*
 * Writes what has changed; waits for stable storage if something new is among it.
 * Also writes the file anew when it is mostly history.
 * returns  KITH_OK; KITH_E_IO or KITH_E_NO_MEMORY: nothing of it is written, and what
 *          was fresh stays so
 */
KITH_MUST_USE enum kith_rc kith_outbox_commit(struct kith_outbox *outbox);

/* Takes the first fresh entry out of that list; NULL when there is none. */
struct kith_outbox_entry *kith_outbox_take_fresh(struct kith_outbox *outbox);

/* Takes back a fresh entry whose commit failed, and frees it. */
void kith_outbox_forget(struct kith_outbox *outbox, struct kith_outbox_entry *entry);

#endif
