/*
 * steps.h -- what the verbs of this layer share: the service's inside, arguments.
 *
 * Private to service/. A verb finds its arguments by the generated indices, the
 * conversation it is about by its address, and itself in the worker's memory
 * through these few functions.
 */
#ifndef KITH_SERVICE_STEPS_H
#define KITH_SERVICE_STEPS_H

#include "base/rand.h"
#include "service/call.h"
#include "service/remember.h"
#include "service/service.h"

enum { KITH_PAGE_DEFAULT = 50 }; /* items of a page when nobody says */

struct kith_service {
	struct kith_service_options options;
	struct kith_rand rand;
	struct kith_memory *memory;
	struct kith_call *idle_calls;
	size_t idle_count;
};

/* The argument's integer, or STANDARD when it was not given. */
int64_t kith_step_integer(const struct kith_arg *arg, int64_t standard);

/*
 * The organization that the call is in: its token's, which it may also name.
 * returns  KITH_OK, KITH_E_NOT_FOUND when ARG names another
 */
KITH_MUST_USE enum kith_rc kith_step_organization(struct kith_call *call,
                                                  const struct kith_arg *arg);

/*
 * Reads ARG, an address, into call->address and, where that is possible, sets
 * call->conversation.id: the one addressed, or the direct one with the user
 * addressed. FIELD is the argument's name.
 */
KITH_MUST_USE enum kith_rc kith_step_address(struct kith_call *call, const struct kith_arg *arg,
                                             const char *field);

/* The same, but only a conversation will do. */
KITH_MUST_USE enum kith_rc kith_step_conversation(struct kith_call *call,
                                                  const struct kith_arg *arg, const char *field);

/*
 * Loads call->conversation by its id, which must be in the caller's organization
 * and have them as a member.
 * returns  KITH_OK, KITH_E_NOT_FOUND (also for what others have), KITH_E_UNAVAILABLE …
 */
KITH_MUST_USE enum kith_rc kith_step_load_conversation(struct kith_call *call,
                                                       struct kith_reader *reader);

/*
 * Loads the direct conversation with the user addressed, or, when there is none
 * yet, that user: then call->conversation.row is 0, its members are set, and
 * call->peer is the other one (the caller, for notes to oneself).
 */
KITH_MUST_USE enum kith_rc kith_step_load_direct(struct kith_call *call,
                                                 struct kith_reader *reader);

/* True, with call->conversation set, when the worker remembers it and the caller is in it. */
bool kith_step_recall(struct kith_call *call);

/*
 * Begins call->plan on call->conversation: expects what was loaded, and when it
 * is not stored yet, adds it.
 */
void kith_step_plan_conversation(struct kith_call *call);

#endif
