/*
 * kit.h -- a store in a directory of its own, and short words for filling it.
 *
 * What every test of the store suite begins with: open, add people, let them
 * talk, look. Ids come from numbers, so a failure repeats. A gate holds the
 * writer between two batches, so that a test decides what the next one holds.
 */
#ifndef TESTS_UNIT_STORE_KIT_H
#define TESTS_UNIT_STORE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "domain/message.h"
#include "store/store.h"

enum {
	KIT_DIR_MAX = 512,
	KIT_ANSWERED_MAX = 256,
	KIT_ORG = 1, /* the row of the organization `default` */
};

struct kit {
	char dir[KIT_DIR_MAX];
	struct kith_store_options options;
	struct kith_store *store;
	struct kith_reader *reader;
	struct kith_arena mem; /* for what readers answer; emptied by kit_close */

	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct kith_plan *answered[KIT_ANSWERED_MAX]; /* the first, as committed() told them */
	size_t answered_count;
	size_t calls;   /* of committed()                               */
	bool is_shut;   /* the writer waits inside committed() while so */
	bool is_inside; /* it does                                      */
};

/* A fresh directory with an open store; kit_done closes it and removes both. */
void kit_init(struct kit *kit);
void kit_done(struct kit *kit);
/* The same directory, closed and opened again. */
void kit_open(struct kit *kit);
void kit_close(struct kit *kit);
/* A fresh directory, nothing open; and its removal with what stores leave in it. */
void kit_make_dir(char dir[KIT_DIR_MAX]);
void kit_remove_dir(const char *dir);

/* A clock that stands still. */
int64_t kit_now_us(void);

/* The id number NUMBER of a kind: the same number, the same id. */
struct kith_uuid kit_id(uint64_t number);

/* Adds a user to `default`; the row. */
int64_t kit_user(struct kit *kit, const char *id);

/* Adds an organization; the row. */
int64_t kit_org(struct kit *kit, const char *id);

/* What a send needs, in one place. */
struct kit_send {
	struct kith_plan plan;
	struct kith_entry entry;
	struct kith_effect effect;
};

/* A conversation that is not stored yet. B 0: notes to oneself. */
struct kith_conversation kit_pair(uint64_t id, int64_t org_row, int64_t a, int64_t b);

/* Stores it, without any message. */
void kit_add(struct kit *kit, struct kith_conversation *conversation);

/*
 * Fills SEND with a message of SENDER in CONVERSATION, which is added with it when
 * its row is 0. The texts are borrowed. MESSAGE is a number for kit_id().
 */
void kit_fill(struct kit_send *send, struct kith_conversation *conversation, int64_t sender,
              uint64_t message, const char *text);

/* Makes the print that of the content, which was changed after kit_fill(). The sender is
 * one of kit_user(), in the kit opened last. */
void kit_print(struct kit_send *send);

/* Fills, applies, and expects OK; the entry's n. */
int64_t kit_say(struct kit *kit, struct kith_conversation *conversation, int64_t sender,
                uint64_t message, const char *text);

/*
 * Fills SEND with an act of SENDER about message TARGET of CONVERSATION, which is stored.
 * BODY: the new text or the emoji, borrowed. MESSAGE is a number for kit_id().
 */
void kit_fill_act(struct kit_send *send, struct kith_conversation *conversation, int64_t sender,
                  uint64_t message, enum kith_kind kind, int64_t target, const char *body);

/* Fills, applies, and expects OK; the entry's n. */
int64_t kit_act(struct kit *kit, struct kith_conversation *conversation, int64_t sender,
                uint64_t message, enum kith_kind kind, int64_t target, const char *body);

/* Says TEXT as an answer to message TARGET, whose number for kit_id() is ANSWERED. */
int64_t kit_reply(struct kit *kit, struct kith_conversation *conversation, int64_t sender,
                  uint64_t message, const char *text, int64_t target, uint64_t answered);

/* Applies one effect, expects OK. */
void kit_do(struct kit *kit, struct kith_effect *effect);

/* Hides message N from USER; the position, 0 when it was hidden. */
int64_t kit_hide(struct kit *kit, const struct kith_conversation *conversation, int64_t user,
                 int64_t n);

/* How CONVERSATION stands for USER. */
struct kith_standing kit_standing(struct kit *kit, const struct kith_conversation *conversation,
                                  int64_t user);

/* Sets USER's flags behind the store's back: it is closed and opened again. */
void kit_set_flags(struct kit *kit, int64_t user, unsigned flags);

/* Moves USER's watermark; expects OK; what was filled in. */
struct kith_effect kit_see(struct kit *kit, const struct kith_conversation *conversation,
                           int64_t user, int64_t up_to);

/* Hands over and expects the queue to take it. */
void kit_submit(struct kit *kit, struct kith_plan *plan);

/* Waits until COUNT plans in all have been answered through committed(). */
void kit_wait(struct kit *kit, size_t count);

/*
 * Shuts the gate: submits BAIT and returns when the writer is inside committed()
 * with its answer. Everything submitted until kit_release() is in later batches.
 */
void kit_hold(struct kit *kit, struct kith_plan *bait);
void kit_release(struct kit *kit);

/* What the audit finds; its text is printed when it is not 0. */
int64_t kit_violations(struct kit *kit);

/* Runs SQL on the closed store's file. */
void kit_sql(const struct kit *kit, const char *sql);

#endif
