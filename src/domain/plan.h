/*
 * plan.h -- what a call would do to the store, decided but not done.
 *
 * A service function loads rows, the domain decides, and the outcome is a plan:
 * the versions it rests on, entries to append, rows to change. The store checks
 * the versions when it commits and writes its answer into the plan. A plan is
 * owned by whoever holds it: it moves to the store with submit and comes back
 * after the commit.
 */
#ifndef KITH_DOMAIN_PLAN_H
#define KITH_DOMAIN_PLAN_H

#include <stdint.h>

#include "base/queue.h"
#include "base/str.h"
#include "base/uuid.h"
#include "domain/conversation.h"
#include "domain/entry.h"

enum {
	KITH_PLAN_EXPECTS_MAX = 8,
	KITH_PLAN_ENTRIES_MAX = 64,
	KITH_PLAN_EFFECTS_MAX = 256,
};

enum kith_plan_answer {
	KITH_PLAN_NONE,        /* not answered yet                                */
	KITH_PLAN_OK,          /* committed; ids, n, m and positions are filled in */
	KITH_PLAN_STALE,       /* a version moved on: load and plan again          */
	KITH_PLAN_DUPLICATE,   /* an entry's message id is stored: see first       */
	KITH_PLAN_EXISTS,      /* a row to add is there already                    */
	KITH_PLAN_UNAVAILABLE, /* nothing was stored; it may be tried again        */
};

enum kith_expect_kind {
	KITH_EXPECT_USER,                /* user ROW has VERSION                */
	KITH_EXPECT_CONVERSATION,        /* conversation ROW has VERSION        */
	KITH_EXPECT_CONVERSATION_ABSENT, /* no conversation has this ID         */
};

struct kith_expect {
	enum kith_expect_kind kind;
	int64_t row;
	int64_t version;
	struct kith_uuid id;
};

enum kith_effect_kind {
	KITH_EFFECT_ORG_ADD,  /* org: id, domain                                  */
	KITH_EFFECT_KEY_ADD,  /* key: of org.row (0: the deployment's)            */
	KITH_EFFECT_USER_ADD, /* user: id, name; the row is filled in             */
	KITH_EFFECT_ORG_JOIN, /* user.row (0: the user added before) joins org.row; bumps the user's version */
	KITH_EFFECT_CONVERSATION_ADD, /* conversation: id, org_row, members' rows; the row is filled in */
	KITH_EFFECT_SEEN,             /* seen: a watermark moves                          */
};

struct kith_effect {
	enum kith_effect_kind kind;
	struct kith_org org;
	struct kith_user user;
	struct kith_conversation *conversation; /* CONVERSATION_ADD */
	struct {
		struct kith_str kid;
		int alg; /* a stored number of wire/jwt.h */
		struct kith_str material;
	} key;
	struct {
		int64_t conversation_row;
		int64_t user_row;
		int64_t up_to;    /* asked for: n                                   */
		int64_t seen;     /* filled in: the watermark now                   */
		int64_t unread;   /* filled in: others' messages above it           */
		int64_t position; /* filled in: its place in the one sequence, 0 when nothing moved */
	} seen;
};

/*
 * Where plans come from that must apply in order: one per connection. When one
 * of its plans is stale, the later ones of the same epoch are stale too.
 */
struct kith_origin {
	uint32_t epoch;         /* owner: the worker; given to each plan     */
	uint32_t refused_epoch; /* owner: the store's writer, 0: none        */
};

struct kith_plan {
	struct kith_queue_link link; /* in the store's queue, else free */

	/* set by the caller */
	struct kith_origin *origin; /* NULL: order does not matter; must outlive the answer */
	uint32_t epoch;
	void *caller;        /* handed back as it is                                  */
	uint32_t home;       /* the worker that gets the answer                       */
	uint64_t connection; /* whose events the sending connection is spared; 0: none */
	struct kith_expect expects[KITH_PLAN_EXPECTS_MAX];
	size_t expect_count;
	/*
	 * Entries all belong to one conversation: conversation->row, or that of the
	 * CONVERSATION_ADD effect of this plan. The sender's own watermark moves to
	 * each entry with it.
	 */
	struct kith_conversation *conversation; /* NULL without entries or conversation effects */
	struct kith_entry *entries;
	size_t entry_count;
	struct kith_effect *effects;
	size_t effect_count;

	/* filled in by the store */
	enum kith_plan_answer answer;
	struct kith_entry
		first; /* DUPLICATE: id, conversation_row, sender_row, print, message of the
	                            stored one; texts are not filled in */
	void *waiter;  /* private to the store: who blocks for it */
};

#endif
