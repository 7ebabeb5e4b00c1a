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

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
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
	KITH_EXPECT_STATE, /* the message N of conversation ROW: its latest act has the number VERSION, 0: none */
};

struct kith_expect {
	enum kith_expect_kind kind;
	int64_t row;
	int64_t version;
	int64_t n;
	struct kith_uuid id;
};

enum kith_effect_kind {
	KITH_EFFECT_ORG_ADD,  /* org: id, domain                                  */
	KITH_EFFECT_KEY_ADD,  /* key: of org.row (0: the deployment's)            */
	KITH_EFFECT_USER_ADD, /* user: id, name, flags; the row is filled in      */
	KITH_EFFECT_ORG_JOIN, /* user.row (0: the user added before) joins org.row; bumps the user's version */
	KITH_EFFECT_CONVERSATION_ADD, /* conversation: id, org_row, members' rows; the row is filled in */

	/* of a member of a conversation: mark, draft, hide */
	KITH_EFFECT_SEEN,        /* mark: what was read moves, and what arrived with it     */
	KITH_EFFECT_DELIVERED,   /* mark: what has arrived moves                            */
	KITH_EFFECT_MARK_UNREAD, /* mark: is_marked_unread is set                           */
	KITH_EFFECT_DRAFT,       /* draft: kept, or with an empty text and no reply removed */
	KITH_EFFECT_HIDE,        /* hide: a message is deleted for one member               */

	/* of a person */
	KITH_EFFECT_USER_SET, /* user.row, profile: the parts named are changed; bumps the version */
	KITH_EFFECT_PASSWORD_SET, /* user.row, text: argon2id's form, as stored; bumps the version */
	KITH_EFFECT_LAST_SEEN,    /* user.row, at_us                                  */
	KITH_EFFECT_ALIAS_ADD,    /* user.row, alias; EXISTS when somebody else has it */
	KITH_EFFECT_ALIAS_REMOVE,   /* alias                                            */
	KITH_EFFECT_CONTACT_ADD,    /* contact                                          */
	KITH_EFFECT_CONTACT_REMOVE, /* contact                                          */

	/* of who may sign in */
	KITH_EFFECT_SESSION_ADD, /* device; beyond KITH_DEVICES_MAX the one used longest ago ends */
	KITH_EFFECT_SESSION_TURN, /* device.id, .counter as it was: the next, used at .used_us; STALE when
	                             it is another or has ended */
	KITH_EFFECT_SESSION_END, /* user.row, device.id; a nil id: all but device.spared */
	KITH_EFFECT_API_KEY_ADD, /* api_key                                          */
	KITH_EFFECT_API_KEY_END, /* api_key.id, .user_row                            */
	KITH_EFFECT_LINK_ADD,    /* signin_link; older ones of the person are void   */
	KITH_EFFECT_LINK_USE,    /* signin_link.digest; STALE when it is used or gone */
	KITH_EFFECT_COUNT,
};

/* Which parts of a profile USER_SET changes. */
enum kith_user_part {
	KITH_USER_NAME = 1,
	KITH_USER_METADATA = 2,
	KITH_USER_PRIVATE_METADATA = 4,
	KITH_USER_LANGUAGE = 8,
	KITH_USER_THEME = 16,
	KITH_USER_FLAGS = 32,
};

/* A member's watermarks, with what the store fills in when one moves. */
struct kith_mark {
	int64_t conversation_row;
	int64_t user_row;
	int64_t up_to;         /* asked for: n                                             */
	bool is_marked_unread; /* asked for by MARK_UNREAD; else filled in                 */
	int64_t delivered;     /* filled in: the watermarks now                            */
	int64_t seen;
	int64_t unread;   /* filled in: others' messages above seen, that are to be seen   */
	int64_t position; /* filled in: its place in the one sequence, 0 when nothing moved */
	int64_t at_us;    /* filled in: when                                               */
	/* Filled in: whether the others are told, which is once in a commit, by the last. */
	bool is_told;
};

struct kith_draft {
	int64_t conversation_row;
	int64_t user_row;
	struct kith_uuid conversation;
	struct kith_str text;
	bool has_reply;
	struct kith_uuid reply_to;
	int64_t updated_us;
	int64_t position; /* filled in; 0: nothing changed */
};

struct kith_hide {
	int64_t conversation_row;
	int64_t user_row;
	struct kith_uuid message;
	int64_t n;
	int64_t position; /* filled in; 0: it was hidden already */
};

/* These numbers are stored: append, never renumber. */
enum kith_alias_kind {
	KITH_ALIAS_WALLET = 1,
	KITH_ALIAS_EMAIL = 2,
	KITH_ALIAS_PHONE = 3,
	KITH_ALIAS_EXTERNAL = 4,
};

struct kith_alias {
	enum kith_alias_kind kind;
	struct kith_str value; /* in the form in which it is compared */
	struct kith_str user;  /* whose; from readers                 */
	int64_t created_us;
};

struct kith_contact {
	int64_t owner_row;
	struct kith_user user;
	int64_t created_us;
	int64_t position; /* filled in; 0: nothing changed */
};

enum { KITH_DEVICES_MAX = 100 }; /* sessions of one person that have not ended */

/* A device that is signed in. */
struct kith_device {
	struct kith_uuid id;
	struct kith_uuid spared; /* SESSION_END of all: this one stays */
	struct kith_uuid
		ousted; /* SESSION_ADD, filled in: the one that had to go for it; nil: none */
	int64_t user_row;
	int64_t org_row; /* acts only there; 0: in all of the person's */
	struct kith_str name;
	int64_t created_us;
	int64_t used_us;  /* when its tokens were renewed last */
	int64_t counter;  /* of its refresh tokens             */
	int64_t ended_us; /* 0: it has not                     */
};

/* A key for server-to-server calls: a bearer's secret, of which a digest is kept. */
struct kith_api_key {
	struct kith_uuid id;
	uint8_t digest[KITH_DIGEST];
	int64_t user_row;
	int64_t org_row;
	int scope; /* of enum kith_scope */
	struct kith_str name;
	int64_t created_us;
	int64_t ended_us; /* 0: it holds */
};

/* A link by which somebody sets a first or a new password, once. */
struct kith_signin_link {
	uint8_t digest[KITH_DIGEST]; /* of its code */
	int64_t user_row;
	int64_t expires_us;
	int64_t used_us; /* 0: not yet */
};

struct kith_effect {
	enum kith_effect_kind kind;
	struct kith_org org;
	struct kith_user user;
	union {
		struct kith_conversation *conversation; /* CONVERSATION_ADD */
		struct {
			struct kith_str kid;
			int alg; /* a stored number of wire/jwt.h */
			struct kith_str material;
		} key;
		struct kith_mark mark;
		struct kith_draft draft;
		struct kith_hide hide;
		struct {
			const struct kith_profile *profile;
			unsigned parts;   /* bits of enum kith_user_part */
			int64_t position; /* filled in                   */
		} set;
		struct kith_str text;
		int64_t at_us;
		struct kith_alias alias;
		struct kith_contact contact;
		struct kith_device device;
		struct kith_api_key api_key;
		struct kith_signin_link signin_link;
	};
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
	 * CONVERSATION_ADD effect of this plan. The sender's own watermarks move to
	 * each message with it. An act that does not fit what is stored when it
	 * commits is STALE: on a message that was deleted, a reaction that is there.
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
	void *waiter; /* the store's: who blocks for the answer, and hears it there; NULL: nobody */
};

#endif
