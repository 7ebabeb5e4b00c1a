/*
 * dispatch.h -- gets calls answered, across lost connections.
 *
 * Sends what waits, at most a window at once; finds the call of an answer; after
 * a loss sends the same bytes again, in the same order; ends what has waited too
 * long. Stamps a message's id at its first try, by the server's clock.
 * Does not know who made a call, nor what its answer means.
 */
#ifndef KITH_CLIENT_DISPATCH_H
#define KITH_CLIENT_DISPATCH_H

#include <stdint.h>

#include "base/rand.h"
#include "base/uuid.h"
#include "client/pending.h"
#include "client/session.h"

enum {
	KITH_DISPATCH_OUT_HIGH = 256 * 1024, /* bytes that wait to be sent: then no more calls */
};

struct kith_dispatch {
	struct kith_session *session;
	struct kith_rand *rand;

	/* private to dispatch.c */
	struct kith_pending_list waiting;
	struct kith_pending_list flying;
	struct kith_timer timer; /* the earliest deadline, or before it */
	struct kith_buf scratch;
	size_t window;
	int64_t last_id;
	int64_t server_ahead_us; /* the server's clock minus ours; 0 before the first welcome */
	bool knows_server_time;
};

/* SESSION and RAND outlive it. */
void kith_dispatch_init(struct kith_dispatch *dispatch, struct kith_session *session,
                        struct kith_rand *rand);

/* No call may be left: fail them first. */
void kith_dispatch_done(struct kith_dispatch *dispatch);

/*
 * Takes PENDING, whose name, args, stamp, deadline and on_outcome are set. Its
 * outcome follows, at once when it is too large for a frame.
 */
void kith_dispatch_add(struct kith_dispatch *dispatch, struct kith_pending *pending);

/* The session is online: WELCOME says how many at once, and what time it is. */
void kith_dispatch_online(struct kith_dispatch *dispatch, const struct kith_api_welcome *welcome);

/* The connection is lost: what was in flight waits again. */
void kith_dispatch_lost(struct kith_dispatch *dispatch);

/* An OK or ERROR frame. One whose call is not waited for any more is ignored. */
void kith_dispatch_answer(struct kith_dispatch *dispatch, const struct kith_frame *frame);

/* Ends every call with PROBLEM. */
void kith_dispatch_fail_all(struct kith_dispatch *dispatch, const struct kith_problem *problem);

/* A new message id by the server's clock, in its text form. */
void kith_dispatch_new_id(struct kith_dispatch *dispatch, char out[KITH_UUID_TEXT]);

#endif
