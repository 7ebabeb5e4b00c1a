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
#include "service/credential.h"
#include "service/remember.h"
#include "service/service.h"

enum { KITH_PAGE_DEFAULT = 50 }; /* items of a page when nobody says */

struct kith_service {
	struct kith_service_options options;
	struct kith_rand rand;
	struct kith_memory *memory;
	struct kith_credential_keys credential_keys;
	struct kith_call *idle_calls;
	size_t idle_count;
};

/* The argument's integer, or STANDARD when it was not given. */
int64_t kith_step_integer(const struct kith_arg *arg, int64_t standard);

/*
 * Fixes the organization that the call is in, into call->org: the one that ARG
 * names, or the only one there is for the session.
 * returns  KITH_OK; KITH_E_NOT_FOUND when the session is not in the one that is named;
 *          KITH_E_ORGANIZATION_REQUIRED when none is and several could be meant
 */
KITH_MUST_USE enum kith_rc kith_step_organization(struct kith_call *call,
                                                  const struct kith_arg *arg);

/* The same for lists: without a name they cover all, and call->org.row may stay 0. */
KITH_MUST_USE enum kith_rc kith_step_organizations(struct kith_call *call,
                                                   const struct kith_arg *arg);

/*
 * Reads ARG, an address, into call->address, and into call->conversation.id when it is
 * a conversation's. A JID fixes the organization that it belongs to. FIELD is the
 * argument's name.
 */
KITH_MUST_USE enum kith_rc kith_step_address(struct kith_call *call, const struct kith_arg *arg,
                                             const char *field);

/*
 * The same for what is said to somebody: with a user's address the organization is
 * fixed, which ORGANIZATION may name, and call->conversation.id is the direct one.
 */
KITH_MUST_USE enum kith_rc kith_step_direct(struct kith_call *call,
                                            const struct kith_arg *organization,
                                            const struct kith_arg *arg, const char *field);

/* The same, but only a conversation will do. */
KITH_MUST_USE enum kith_rc kith_step_conversation(struct kith_call *call,
                                                  const struct kith_arg *arg, const char *field);

/*
 * Loads call->conversation by its id, which must be in an organization of the caller's
 * and have them as a member.
 * returns  KITH_OK, KITH_E_NOT_FOUND (also for what others have), KITH_E_UNAVAILABLE …
 */
KITH_MUST_USE enum kith_rc kith_step_load_conversation(struct kith_call *call,
                                                       struct kith_reader *reader);

/*
 * Loads who a user is for themselves: in ORG, which is borrowed, or, when its row is 0,
 * in all that they are in. The scope is left to the caller.
 */
KITH_MUST_USE enum kith_rc kith_step_load_me(struct kith_reader *reader, int64_t user_row,
                                             const struct kith_org *org, struct kith_arena *mem,
                                             struct kith_me *out);

/*
 * Loads the user addressed into call->peer: one of the call's organization, or of any
 * of the session's as long as none is fixed, which is the call's then; anybody for the
 * operator.
 */
KITH_MUST_USE enum kith_rc kith_step_load_user(struct kith_call *call, struct kith_reader *reader);

/*
 * Loads the direct conversation with the user addressed, or, when there is none
 * yet, that user: then call->conversation.row is 0, its members are set, and
 * call->peer is the other one (the caller, for notes to oneself).
 */
KITH_MUST_USE enum kith_rc kith_step_load_direct(struct kith_call *call,
                                                 struct kith_reader *reader);

/*
 * Finds the message ID into call->subject, as it is for VIEWER_ROW: the caller, or 0
 * when it does not matter that they have hidden it.
 * returns  KITH_OK; KITH_E_NOT_FOUND: it is unknown, no message, hidden, or in no
 *          conversation of theirs
 */
KITH_MUST_USE enum kith_rc kith_step_find_subject(struct kith_call *call,
                                                  struct kith_reader *reader,
                                                  const struct kith_uuid *id, int64_t viewer_row);

/* The same, with its conversation into call->conversation. */
KITH_MUST_USE enum kith_rc kith_step_load_subject(struct kith_call *call,
                                                  struct kith_reader *reader,
                                                  const struct kith_uuid *id);

/*
 * The message ID, to be answered, into call->subject: one of call->conversation,
 * which is loaded, that was not deleted.
 * returns  KITH_OK; KITH_E_NOT_FOUND with why->field set
 */
KITH_MUST_USE enum kith_rc kith_step_load_reply(struct kith_call *call, struct kith_reader *reader,
                                                const struct kith_uuid *id);

/* The id that the sender gave to an entry, or one of ours for who gave none. */
void kith_step_take_id(struct kith_call *call, const struct kith_arg *id);

/* True, with call->conversation set, when the worker remembers it and the caller is in it. */
bool kith_step_recall(struct kith_call *call);

/*
 * Begins call->plan on call->conversation: expects what was loaded, and when it
 * is not stored yet, adds it.
 */
void kith_step_plan_conversation(struct kith_call *call);

#endif
