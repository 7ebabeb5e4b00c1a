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
#include "domain/typing.h"
#include "service/calls.gen.h"
#include "service/errand.h"
#include "service/limits.h"
#include "service/session.h"
#include "store/store.h"

enum { KITH_CALL_TRIES_MAX = 3 }; /* plans of one call that may be stale; then unavailable */

struct kith_call;
struct kith_lane;
struct kith_service;
struct kith_several;
struct kith_signing;

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
	KITH_RESULT_OUTCOMES,
	KITH_RESULT_VERSIONS,
	KITH_RESULT_RECEIPTS,
	KITH_RESULT_DRAFT,
	KITH_RESULT_PROFILE,
	KITH_RESULT_SETTINGS,
	KITH_RESULT_USERS,
	KITH_RESULT_CONTACT,
	KITH_RESULT_CONTACTS,
	KITH_RESULT_ALIAS,
	KITH_RESULT_ALIASES,
	KITH_RESULT_TYPING,
	KITH_RESULT_PRESENCES,
	KITH_RESULT_UNREAD,
	KITH_RESULT_SESSION,
	KITH_RESULT_SESSIONS,
	KITH_RESULT_GRANT,
};

/* What happened to one of several messages that a call named. */
struct kith_outcome {
	struct kith_uuid id;
	enum kith_rc rc;
};

/* Whether a person is there, as far as the asker may know. */
struct kith_presence_view {
	int64_t user_row; /* 0: nobody whom the asker may see                    */
	struct kith_str user;
	bool is_hidden;
	bool is_online;
	int64_t last_seen_us; /* 0: not known, not to be told, or they are online */
};

/* A device session as its person sees it. */
struct kith_session_view {
	struct kith_device device;
	struct kith_str org; /* the only one in which it acts; empty: all */
	bool is_current;     /* it is the one that asks                   */
};

/* Who is signed in, as me.get says it. */
struct kith_me {
	struct kith_profile profile;
	const struct kith_org *orgs;
	size_t org_count;
	enum kith_scope scope;
};

/* A session and the tokens that speak for it. */
struct kith_grant {
	struct kith_session_view session;
	struct kith_me me;
	struct kith_str access_token;
	int64_t expires_us;
	struct kith_str refresh_token;
};

/* What a call answers; texts live in the call's memory. */
struct kith_result {
	enum kith_result_kind kind;
	bool is_new;    /* something was made: 201                          */
	bool is_repeat; /* the message was stored by an earlier call: R-041 */
	union {
		struct kith_me me;
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
			struct kith_mark mark;
		} read;
		struct {
			const struct kith_outcome *items;
			size_t count;
		} outcomes;
		struct {
			const struct kith_version *items;
			size_t count;
			bool more;
		} versions;
		struct {
			const struct kith_receipt *items;
			size_t count;
		} receipts;
		struct kith_draft draft;
		struct kith_profile profile; /* PROFILE, SETTINGS */
		struct {
			const struct kith_user *items;
			size_t count;
			struct kith_str next; /* empty: the list has ended */
		} users;
		struct kith_contact contact;
		struct {
			const struct kith_contact *items;
			size_t count;
			struct kith_str next;
		} contacts;
		struct kith_alias alias;
		struct {
			const struct kith_alias *items;
			size_t count;
		} aliases;
		struct kith_typing typing;
		struct {
			struct kith_presence_view *items;
			size_t count;
		} presences;
		struct kith_unread unread;
		struct kith_session_view session;
		struct {
			const struct kith_session_view *items;
			size_t count;
		} sessions;
		struct kith_grant grant;
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
	struct kith_session
		*session;       /* one holder is the call; NULL: nobody, where none is needed */
	struct kith_ip from;    /* whose address it came from        */
	struct kith_lane *lane; /* whose calls apply in order        */
	uint64_t connection;    /* spared its own events; 0: none    */
	int64_t now_us;         /* when it came                      */
	bool is_lasting;        /* its connection is for many calls: what it began ends with that */
	bool is_unlimited;      /* the door's own: no limit counts it */
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
	bool is_charged;  /* what it sends has been counted */
	enum kith_rc load_rc;
	struct kith_org org;         /* it is in this one; row 0: in any of the session's */
	struct kith_address address; /* whom or what the call is about */
	struct kith_conversation conversation;
	struct kith_user peer;
	struct kith_standing standing;
	struct kith_entry entry;   /* the message to append          */
	bool has_own_id;           /* the sender gave its id         */
	struct kith_entry subject; /* the message that an act is about */
	struct kith_reacting reacting;
	struct kith_alias alias;
	struct kith_profile profile;  /* of who calls, to be changed    */
	struct kith_several *several; /* the messages of a call that names several */
	struct kith_signing *signing; /* how somebody signs in             */
	struct kith_effect effect;
	int64_t position;
	size_t limit;
	struct kith_plan plan;
};

/*
 * What one call does, step by step; a row per call in service.c. CHECK and PLAN
 * run on the worker, LOAD on a reader's thread. RECALL spares the load when the
 * worker still knows what it would find. A call without PLAN changes nothing, and
 * its LOAD leaves the result. A PLAN that is left empty is not submitted. AGAIN says,
 * when a plan is stored, that the call has more to do: then it loads and plans anew.
 * FINISH leaves the result, or call->rc when what was stored makes it a refusal. A
 * call that IS_SLOW (it computes for long on purpose) loads on threads of its own.
 */
struct kith_verb {
	enum kith_rc (*check)(struct kith_call *call);
	bool (*recall)(struct kith_call *call);
	enum kith_rc (*load)(struct kith_call *call, struct kith_reader *reader);
	enum kith_rc (*plan)(struct kith_call *call);
	bool (*again)(struct kith_call *call);
	void (*finish)(struct kith_call *call);
	bool (*is_slow)(const struct kith_call *call); /* NULL: never */
	bool is_guarded; /* its message id may be a repeat, which comes before any refusal */
	/* A limit of the caller's besides KITH_LIMIT_CALLS_USER, which counts every call: 0 is
	 * that one, and means no other. */
	enum kith_limit_kind limit;
};

/* The verbs, by noun. */
extern const struct kith_verb kith_verb_me_get;
extern const struct kith_verb kith_verb_sessions_create;
extern const struct kith_verb kith_verb_sessions_refresh;
extern const struct kith_verb kith_verb_sessions_list;
extern const struct kith_verb kith_verb_sessions_end;
extern const struct kith_verb kith_verb_me_update;
extern const struct kith_verb kith_verb_me_settings;
extern const struct kith_verb kith_verb_users_get;
extern const struct kith_verb kith_verb_users_search;
extern const struct kith_verb kith_verb_contacts_list;
extern const struct kith_verb kith_verb_contacts_add;
extern const struct kith_verb kith_verb_contacts_remove;
extern const struct kith_verb kith_verb_aliases_list;
extern const struct kith_verb kith_verb_aliases_add;
extern const struct kith_verb kith_verb_aliases_remove;
extern const struct kith_verb kith_verb_conversations_list;
extern const struct kith_verb kith_verb_conversations_get;
extern const struct kith_verb kith_verb_conversations_direct;
extern const struct kith_verb kith_verb_conversations_read;
extern const struct kith_verb kith_verb_conversations_delivered;
extern const struct kith_verb kith_verb_conversations_mark_unread;
extern const struct kith_verb kith_verb_conversations_draft;
extern const struct kith_verb kith_verb_messages_send;
extern const struct kith_verb kith_verb_messages_send_to_user;
extern const struct kith_verb kith_verb_messages_get;
extern const struct kith_verb kith_verb_messages_list;
extern const struct kith_verb kith_verb_messages_edit;
extern const struct kith_verb kith_verb_messages_edits;
extern const struct kith_verb kith_verb_messages_react;
extern const struct kith_verb kith_verb_messages_delete;
extern const struct kith_verb kith_verb_messages_delete_for_me;
extern const struct kith_verb kith_verb_messages_receipts;
extern const struct kith_verb kith_verb_conversations_typing;
extern const struct kith_verb kith_verb_presence_watch;
extern const struct kith_verb kith_verb_me_unread;
extern const struct kith_verb kith_verb_sync;

#endif
