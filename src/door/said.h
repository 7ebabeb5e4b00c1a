/*
 * said.h -- one frame that a client said on a socket, as values.
 *
 * Takes members out of its object, and a call's arguments by the call's row. What the
 * frame means is socket.c's, which alone asks here.
 */
#ifndef KITH_DOOR_SAID_H
#define KITH_DOOR_SAID_H

#include "base/json.h"
#include "service/call.h"

/* Its object, and the call whose memory it lies in. */
struct kith_said {
	struct kith_call *call;
	struct kith_json json;
};

/* The string member KEY of the frame; false when it is missing or something else. */
bool kith_said_text(struct kith_said *said, const char *key, struct kith_str *out);

/* The member KEY, an integer from 0; -1 when it is absent; -2 when it is something else. */
int64_t kith_said_number(const struct kith_said *said, const char *key);

/*
 * Fills the arguments of the call, whose row is set, from the member args.
 * returns  what kith_args_from_json() and kith_args_check() do; why of the call is set
 */
KITH_MUST_USE enum kith_rc kith_said_args(struct kith_said *said);

#endif
