/*
 * call.h -- one operation of the API, from its arguments to its answer.
 *
 * A door fills in the row, the arguments and who calls; the service notes on it
 * what it finds on the way, and leaves a result or a refusal. It is a value of
 * chat: no bytes of any protocol. Calls are pooled with their memory; one worker
 * owns a call, except while an errand or the store has it.
 */
#ifndef KITH_SERVICE_CALL_H
#define KITH_SERVICE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/address.h"
#include "domain/plan.h"
#include "service/calls.gen.h"
#include "service/errand.h"
#include "service/session.h"
#include "store/store.h"

enum { KITH_CALL_TRIES_MAX = 3 }; /* plans of one call that may be stale; then unavailable */

struct kith_call;
struct kith_lane;
struct kith_service;

enum kith_result_kind {
	KITH_RESULT_NONE,
	KITH_RESULT_ME,
	KITH_RESULT_USER,
	KITH_RESULT_CONVERSATION,
	KITH_RESULT_RECENT,
	KITH_RESULT_MESSAGE,
	KITH_RESULT_PAGE,
	KITH_RESULT_READ,
	KITH_RESULT_SYNC,
};

/* What a call answers; texts live in the call's memory. */
struct kith_result {
	enum kith_result_kind kind;
	bool is_new;    /* something was made: 201                          */
	bool is_repeat; /* the message was stored by an earlier call: R-041 */
	union {
		struct {
			struct kith_user user;
			const struct kith_org *orgs;
			size_t org_count;
			enum kith_scope scope;
		} me;
		struct kith_user user;
		struct kith_recent conversation;
		struct {
			const struct kith_recent *items;
			size_t count;
			int64_t next; /* a position; 0: the list has ended */
		} recent;
		struct kith_entry message;
		struct kith_page page;
		struct {
			struct kith_uuid conversation;
			int64_t seen;
			int64_t unread;
		} read;
		struct {
			struct kith_since since;
			bool must_reload;
		} sync;
	};
};

struct kith_call {
	/* Filled in by the door. */
	const struct kith_call_row *row;
	struct kith_arg args[KITH_ARGS_MAX];
	struct kith_session *session; /* one holder is the call            */
	struct kith_lane *lane;       /* whose calls apply in order        */
	uint64_t connection;          /* spared its own events; 0: none    */
	int64_t now_us;               /* when it came                      */
	void (*done)(struct kith_call *call);
	void *door;      /* the door's own: who waits         */
	int64_t door_id; /* and for which of its questions    */

	/* The answer. */
	enum kith_rc rc;
	struct kith_why why;
	struct kith_result result;

	/* Lives as long as the call: arguments, rows, results. */
	struct kith_arena mem;

	/* What the steps of a call note for each other (service/ only). */
	struct kith_service *service;
	struct kith_errand errand;
	struct kith_call *next; /* in a lane's line or the pool   */
	uint64_t turn;          /* its place in the lane          */
	int tries;
	bool is_admitted; /* who calls may call this        */
	bool is_counted;  /* the lane counts it             */
	enum kith_rc load_rc;
	struct kith_address address; /* whom or what the call is about */
	struct kith_conversation conversation;
	struct kith_user peer;
	struct kith_standing standing;
	struct kith_entry entry; /* the message to append          */
	bool has_own_id;         /* the sender gave its id         */
	struct kith_effect effect;
	int64_t position;
	size_t limit;
	struct kith_plan plan;
};

/*
 * What one call does, step by step; a row per call in service.c. CHECK and PLAN
 * run on the worker, LOAD on a reader's thread. RECALL spares the load when the
 * worker still knows what it would find. A call without PLAN changes nothing, and
 * its LOAD leaves the result. A PLAN that is left empty is not submitted.
 */
struct kith_verb {
	enum kith_rc (*check)(struct kith_call *call);
	bool (*recall)(struct kith_call *call);
	enum kith_rc (*load)(struct kith_call *call, struct kith_reader *reader);
	enum kith_rc (*plan)(struct kith_call *call);
	void (*finish)(struct kith_call *call);
	bool is_guarded; /* its message id may be a repeat, which comes before any refusal */
};

/* The verbs, by noun. */
extern const struct kith_verb kith_verb_me_get;
extern const struct kith_verb kith_verb_users_get;
extern const struct kith_verb kith_verb_conversations_list;
extern const struct kith_verb kith_verb_conversations_get;
extern const struct kith_verb kith_verb_conversations_direct;
extern const struct kith_verb kith_verb_conversations_read;
extern const struct kith_verb kith_verb_messages_send;
extern const struct kith_verb kith_verb_messages_send_to_user;
extern const struct kith_verb kith_verb_messages_get;
extern const struct kith_verb kith_verb_messages_list;
extern const struct kith_verb kith_verb_sync;

#endif
