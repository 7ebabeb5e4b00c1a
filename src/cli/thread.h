/*
 * thread.h -- what is said in one conversation, as far as it is on the screen.
 *
 * Messages in order, those that wait to be sent behind them; how far the others have
 * come; who is writing, who is there. News may come twice and in any order: each says
 * how something is now. Bounded: the oldest falls out. Prints nothing.
 */
#ifndef KITH_CLI_THREAD_H
#define KITH_CLI_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "kith/calls.gen.h"

enum {
	KITH_THREAD_ENTRIES_MAX = 500,  /* messages and notes that are kept; the oldest go  */
	KITH_THREAD_REACTIONS_MAX = 64, /* of one message that are shown                    */
	KITH_THREAD_NAME_MAX = 256,
};

/* How far a message of one's own has come. */
enum kith_thread_tick {
	KITH_THREAD_WAITS,
	KITH_THREAD_STORED,
	KITH_THREAD_DELIVERED,
	KITH_THREAD_SEEN,
	KITH_THREAD_FAILED,
};

struct kith_thread_reaction {
	char emoji[64];
	char user[64];
};

/* A message, or a note of our own among them. */
struct kith_thread_entry {
	struct kith_buf text;  /* as it was written, not yet safe to show */
	struct kith_buf reply; /* the beginning of what it answers; may be empty */
	struct kith_thread_reaction *reactions;
	size_t reaction_count;
	char from[KITH_THREAD_NAME_MAX];
	char id[40];
	int64_t n;    /* 0: not stored, or a note     */
	uint64_t tag; /* of the outbox; 0: none       */
	int64_t at_us;
	bool is_note;
	bool is_mine;
	bool is_failed;
	bool is_edited;
	bool is_deleted;
	bool is_opaque;
};

/* Zeroed: empty, of nobody. */
struct kith_thread {
	struct kith_thread_entry *entries; /* in the order of the screen */
	size_t count;
	char me[KITH_THREAD_NAME_MAX];
	int64_t delivered; /* another member has received up to here */
	int64_t seen;      /* and read                               */
	bool has_failed;   /* some memory was lacking                */

	/* private to thread.c */
	size_t size;
};

void kith_thread_done(struct kith_thread *thread);

/* Forgets what is stored; what waits stays, and what the others have seen. */
void kith_thread_forget(struct kith_thread *thread);

/* A message as it is now: a new one, or one that is there already. */
void kith_thread_add(struct kith_thread *thread, const struct kith_api_message *message);

/* The same, but only for one that is there. */
void kith_thread_update(struct kith_thread *thread, const struct kith_api_message *message);

/* One's own message went into the outbox with TAG. REPLY may be empty. */
void kith_thread_write(struct kith_thread *thread, uint64_t tag, struct kith_str text,
                       struct kith_str reply, int64_t now_us);

/* It has this id now. */
void kith_thread_identify(struct kith_thread *thread, uint64_t tag, struct kith_text id);

/* It is stored as MESSAGE; 0 is a tag of an earlier process. */
void kith_thread_store(struct kith_thread *thread, uint64_t tag,
                       const struct kith_api_message *message);
void kith_thread_fail(struct kith_thread *thread, uint64_t tag);

void kith_thread_react(struct kith_thread *thread, const struct kith_api_reaction_change *change);
void kith_thread_delete(struct kith_thread *thread, struct kith_text id);
void kith_thread_hide(struct kith_thread *thread, struct kith_text id);

/* Another member has come that far; never back. */
void kith_thread_mark(struct kith_thread *thread, int64_t delivered, int64_t seen);

/* A line of our own among the messages. */
void kith_thread_note(struct kith_thread *thread, struct kith_str text, int64_t now_us);

enum kith_thread_tick kith_thread_tick_of(const struct kith_thread *thread,
                                          const struct kith_thread_entry *entry);

/* The newest that is stored and not deleted, of one's own or of others; NULL: none. */
const struct kith_thread_entry *kith_thread_last(const struct kith_thread *thread, bool is_mine);

/* Is the message ID there? */
bool kith_thread_has(const struct kith_thread *thread, struct kith_text id);

/* How many wait to be sent. */
size_t kith_thread_waiting(const struct kith_thread *thread);

#endif
