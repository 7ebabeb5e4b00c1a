/*
 * whisper.h -- news that passes: from one worker to all others, kept by nobody.
 *
 * Who is composing, who came and who left: nothing of it is in the
 * log, and all of it may be lost. A whisper is made once, with its event encoded,
 * never changes afterwards and is shared by those who read it; the last one frees
 * it. Each worker has a box for what the others say; a full one takes no more and
 * counts what it did not take. The speaker is not among the hearers: it knows
 * already. No locks; what a whisper means is server/live.h's.
 */
#ifndef KITH_BUS_WHISPER_H
#define KITH_BUS_WHISPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/queue.h"
#include "base/str.h"

enum { KITH_WHISPER_QUEUE_MAX = 8192 }; /* in one box: above it they are dropped, and counted */

enum kith_whisper_kind {
	KITH_WHISPER_TYPING, /* user_row composes in conversation_row, or no more: for the audience */
	KITH_WHISPER_PRESENCE, /* user_row may have come or left: for whoever watches them            */
};

/* Filled in between kith_whisper_new() and kith_whisper_say(), and not touched after that. */
struct kith_whisper {
	enum kith_whisper_kind kind;
	int64_t user_row;
	/* TYPING: */
	int64_t conversation_row;
	bool is_composing;
	int64_t org_row;
	uint64_t spared;   /* the connection that said it      */
	int64_t *audience; /* rows of the users who may see it */
	size_t audience_count;
	struct kith_str frame; /* the event, ready for any socket  */
	/* PRESENCE: */
	int64_t left_us; /* when they left, since 1970 UTC; 0: they did not */
	bool may_return; /* they may only have lost their connection        */
};

struct kith_whispers;

/*
 * Boxes for WALKERS workers. WAKE(context, walker) is called for one whose box got
 * something while it did not look. returns KITH_E_NO_MEMORY.
 */
KITH_MUST_USE enum kith_rc kith_whispers_new(uint32_t walkers,
                                             void (*wake)(void *context, uint32_t walker),
                                             void *context, struct kith_whispers **out);
/* Nobody may be speaking or hearing; what is still in the boxes goes too. */
void kith_whispers_free(struct kith_whispers **whispers);

/*
 * A whisper with room for AUDIENCE_COUNT rows and a copy of FRAME; the caller holds it.
 * NULL without memory. thread any
 */
struct kith_whisper *kith_whisper_new(struct kith_whispers *whispers, size_t audience_count,
                                      struct kith_str frame);

/* Puts WHISPER into the boxes of all but HOME; the caller goes on holding it. thread any */
void kith_whisper_say(struct kith_whispers *whispers, uint32_t home, struct kith_whisper *whisper);

/* One holder less; clears the pointer; accepts NULL. thread any */
void kith_whisper_unref(struct kith_whisper **whisper);

/*
 * HOME is about to look: what comes from here on wakes it again. Before the first
 * kith_whisper_next() of a turn. thread HOME's
 */
void kith_whispers_listen(struct kith_whispers *whispers, uint32_t home);

/* The oldest in HOME's box, which the caller then holds; NULL: there is none (yet). thread HOME's */
struct kith_whisper *kith_whisper_next(struct kith_whispers *whispers, uint32_t home);

/* How many HOME's box did not take since the start. thread any */
uint64_t kith_whispers_lost(const struct kith_whispers *whispers, uint32_t home);

#endif
