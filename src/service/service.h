/*
 * service.h -- runs calls: one worker's part of the engine.
 *
 * The door hands in a call; the service puts it through the one list of checks,
 * loads what it needs, lets the domain decide, submits the plan and tells the
 * door when the commit has answered. It owns the pool of calls and what the
 * worker remembers of conversations. One thread owns it; it knows no sockets,
 * no threads and no clock: times come with calls.
 */
#ifndef KITH_SERVICE_SERVICE_H
#define KITH_SERVICE_SERVICE_H

#include "base/rand.h"
#include "domain/cursor.h"
#include "service/call.h"
#include "service/errand.h"
#include "service/limits.h"
#include "service/presence.h"
#include "service/whisperer.h"
#include "store/store.h"

enum {
	KITH_CALL_POOL_MAX = 4096,              /* idle calls kept with their memory */
	KITH_SERVICE_CONVERSATIONS_MAX = 65536, /* remembered by one worker      */
	KITH_RETRY_AFTER_MS = 1000,             /* said with unavailable             */
};

struct kith_service_options {
	struct kith_store *store;
	struct kith_errands *errands;
	struct kith_errands *slow_errands; /* for calls that are slow on purpose; NULL: the same */
	int password_memory_mib;           /* 0: KITH_PASSWORD_MEMORY_MIB */
	uint32_t home;                     /* the worker, as its plans will say */
	const struct kith_cursor_keys *cursor_keys;
	struct kith_limits *limits;       /* NULL: none */
	struct kith_presence *presence;   /* of the whole server; NULL: nobody is online */
	struct kith_whisperer *whisperer; /* NULL: nobody hears what passes              */
};

KITH_MUST_USE enum kith_rc kith_service_new(const struct kith_service_options *options,
                                            struct kith_service **out);
/* All calls must have come back, all lanes be released. */
void kith_service_free(struct kith_service **service);

/*
 * The line in which one connection's calls apply. Released by its connection;
 * calls on their way keep it, and their done() is then never called.
 */
struct kith_lane *kith_lane_new(void);
void kith_lane_release(struct kith_lane **lane);

/* An empty call with memory, or NULL without any left. */
struct kith_call *kith_call_new(struct kith_service *service);

/* Back to the pool with it and all that lives in it; clears the pointer. */
void kith_call_free(struct kith_call **call);

/*
 * May the caller make this call at all? The first of the checks, before its
 * arguments are read: a session, where one is needed, which has neither ended nor
 * expired, its rate and its scope. Needs row, session and now_us. Counts the call
 * ask once.
 * returns  KITH_OK, KITH_E_UNAUTHENTICATED, KITH_E_TOKEN_EXPIRED, KITH_E_RATE_LIMITED,
 *          KITH_E_FORBIDDEN; rc and why of the call are set
 */
KITH_MUST_USE enum kith_rc kith_service_admit(struct kith_call *call);

/*
 * Takes CALL, which was admitted and whose row, args, session, lane, now_us and done are set. done()
 * comes once, on this thread, now or later, with rc and result or why; from then
 * on the call is the door's, who frees it.
 */
void kith_service_run(struct kith_call *call);

/*
 * The last device of USER_ROW left at AT_US: has it stored, when the store has time, in
 * the name of no call. Without memory or with a full queue it is not.
 */
void kith_service_left(struct kith_service *service, int64_t user_row, int64_t at_us);

/* The store has answered PLAN, which this service or one of its calls submitted. */
void kith_service_answered(struct kith_plan *plan);

#endif
