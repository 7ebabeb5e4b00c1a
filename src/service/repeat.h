/*
 * repeat.h -- was this message stored before?
 *
 * A sender repeats what it got no answer to. The same message again answers with
 * what is stored, another under the same id is a conflict, and so is somebody
 * else's id, without a word about it. Private to service/.
 */
#ifndef KITH_SERVICE_REPEAT_H
#define KITH_SERVICE_REPEAT_H

#include "service/call.h"

/*
 * Compares the send in CALL with what is STORED under its id.
 * returns  KITH_OK it is a repeat; KITH_E_CONFLICT it is not
 */
KITH_MUST_USE enum kith_rc kith_repeat_decide(struct kith_call *call,
                                              const struct kith_entry *stored);

/*
 * Looks up call->entry.message and, for a repeat, leaves the stored message as
 * the result.
 * returns  KITH_OK, KITH_E_CONFLICT, KITH_E_NOT_FOUND no such message, KITH_E_UNAVAILABLE
 * thread   a reader's
 */
KITH_MUST_USE enum kith_rc kith_repeat_load(struct kith_call *call, struct kith_reader *reader);

#endif
