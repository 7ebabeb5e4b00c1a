/*
 * live.h -- one worker's part in what passes: who composes, who is there.
 *
 * Carries what is said on this worker to the others and to its own doors, and what
 * they say to its doors: typing as it comes, of a person's coming and going
 * only that they are to be looked at again. It keeps who composes, so that
 * it ends by itself. Whispers may be lost: typing ends at the hearers then, and who
 * is watched is looked at again. Everything here belongs to the worker's thread.
 */
#ifndef KITH_SERVER_LIVE_H
#define KITH_SERVER_LIVE_H

#include "bus/whisper.h"
#include "door/door.h"
#include "service/whisperer.h"

enum { KITH_LIVE_TURN_MAX = 256 }; /* whispers that are heard in one turn; then others come first */

struct kith_live;

struct kith_live_options {
	struct kith_whispers *whispers;
	uint32_t home;
	uint64_t seed;
	/* Whose times, presence and followers are looked at, and whose service is told who left. */
	struct kith_door_host *host;
	/* Says WHISPER's frame to the doors of its audience, but for the one that is spared. */
	void (*deliver)(void *context, const struct kith_whisper *whisper);
	/* kith_live_run() is wanted at DUE_US, of the steady clock, or sooner. */
	void (*remind)(void *context, int64_t due_us);
	void *context;
};

/* NULL without memory. */
struct kith_live *kith_live_new(const struct kith_live_options *options);
void kith_live_free(struct kith_live **live);

/* For the service's options. */
struct kith_whisperer *kith_live_whisperer(struct kith_live *live);

/*
 * The first door of USER_ROW on this worker has joined; FLAGS are their session's.
 * returns  false without memory: nothing is counted
 */
KITH_MUST_USE bool kith_live_enter(struct kith_live *live, int64_t user_row, unsigned flags);

/* Their last door here has left. When it was the last of all, that is stored. */
void kith_live_leave(struct kith_live *live, int64_t user_row);

/* CONNECTION of theirs has gone: what they composed there has ended. */
void kith_live_end(struct kith_live *live, int64_t user_row, uint64_t connection);

/* Their flags are FLAGS from now on, as a commit says. */
void kith_live_set_flags(struct kith_live *live, int64_t user_row, unsigned flags);

/* Hears what the others said. returns true when there is more. */
bool kith_live_hear(struct kith_live *live);

/* Ends what is over. */
void kith_live_run(struct kith_live *live);

#endif
