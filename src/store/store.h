/*
 * store.h -- where the log and the rows are kept: the seam to any database.
 *
 * Plans go in, answers come after the commit, views and pages come out of
 * snapshots. The driver here is SQLite (store/sqlite_*.c): one writer thread
 * that groups commits, readers with a connection each. Another database is
 * another driver behind these same functions. Knows no calls, no JSON, no doors.
 */
#ifndef KITH_STORE_STORE_H
#define KITH_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "domain/plan.h"

enum {
	KITH_STORE_BATCH_PLANS_MAX = 2048, /* plans of one commit                       */
	KITH_STORE_BATCH_ORIGIN_MAX = 16,  /* of one origin in one commit               */
	KITH_STORE_QUEUE_MAX = 65536,      /* plans that wait; above: UNAVAILABLE       */
	KITH_STORE_PAGE_MAX = 200,
	KITH_STORE_PAGE_BYTES =
		128 * 1024,           /* of bodies: the message that reaches it is a page's last */
	KITH_STORE_SEARCH_MAX = 1000, /* people that one search finds; name more of them    */
	KITH_STORE_CONTACTS_MAX = 10000, /* of one person: conflict                          */
	KITH_STORE_ALIASES_MAX = 100,    /* of one person: conflict                            */
	KITH_STORE_ORGS_MAX = 1000,      /* organizations of one person in an answer  */
	KITH_STORE_API_KEYS_MAX = 1000,  /* of one organization in an answer      */
};

struct kith_store;
struct kith_reader;

struct kith_store_options {
	const char *dir;         /* made (0700) when it is not there                   */
	int64_t (*now_us)(void); /* the wall clock                                     */
	int64_t linger_us;       /* how long a small batch waits for company; 0..1000  */
	const char *vfs;         /* tests: another SQLite VFS; NULL: the standard one  */
	bool is_sync_off;        /* tests only: shows what a missing sync would lose   */
	/*
	 * The batch is on stable storage (answers OK) or refused: PLANS in commit
	 * order. Called on the writer's thread; from its return on the store knows
	 * these plans no more. Plans of kith_store_apply() are not among them, unless
	 * TELLS_APPLIED: then they have a waiter, who owns them again when this returns.
	 */
	void (*committed)(void *context, struct kith_plan *const *plans, size_t count);
	void *context;
	bool tells_applied;
};

/* Numbers since the start, for `kithctl stats`. */
struct kith_store_stats {
	int64_t conversations;
	int64_t entries;
	int64_t users;
	int64_t organizations;
	int64_t position; /* the last given in the one sequence */
	int64_t commits;  /* since the start                    */
	int64_t committed_plans;
	int64_t commit_us_max;
	int64_t queued; /* plans that wait now                */
};

/*
 * Opens or makes the store in options->dir, takes its lock, brings the schema up
 * and starts the writer. An empty directory becomes the organization `default`
 * (domain default.localhost) without any key.
 *
 * returns  KITH_OK
 *          KITH_E_LOCKED    another process has it
 *          KITH_E_CORRUPT   damaged, of a newer schema, or no store of ours
 *          KITH_E_IO, KITH_E_NO_MEMORY
 * owns     kith_store_free() stops the writer (plans in its queue are still
 *          answered), closes and clears the pointer; readers must be closed before.
 */
KITH_MUST_USE enum kith_rc kith_store_open(const struct kith_store_options *options,
                                           struct kith_store **out, struct kith_why *why);
void kith_store_free(struct kith_store **store);

/* The deployment's secret key, KITH_DIGEST_KEY bytes, made with the store; valid as long as it is open. */
const uint8_t *kith_store_digest_key(const struct kith_store *store);

/* What tells this life of the deployment from those before it was restored from a copy, for
 * kith_cursor_keys_derive(); empty in the first. Valid as long as the store is open. */
struct kith_str kith_store_life(const struct kith_store *store);

/*
 * Hands PLAN over; its answer comes through committed(). Never blocks: with a
 * full queue it returns false and the plan stays the caller's.
 * thread   any
 */
KITH_MUST_USE bool kith_store_submit(struct kith_store *store, struct kith_plan *plan);

/*
 * Submits and waits for the answer, for threads that may block: kithctl, tests.
 * returns  plan->answer
 */
enum kith_plan_answer kith_store_apply(struct kith_store *store, struct kith_plan *plan);

void kith_store_stats(struct kith_store *store, struct kith_store_stats *out);

/*
 * A reader: one thread's view of the store, over its own connection. Functions
 * below read one snapshot each unless begin and end enclose several.
 * All may return KITH_E_UNAVAILABLE (the file cannot be read now), KITH_E_CORRUPT (it
 * contradicts itself: trying again is no use) and KITH_E_NO_MEMORY.
 */
KITH_MUST_USE enum kith_rc kith_reader_open(struct kith_store *store, struct kith_reader **out);
void kith_reader_free(struct kith_reader **reader);
KITH_MUST_USE enum kith_rc kith_reader_begin(struct kith_reader *reader);
void kith_reader_end(struct kith_reader *reader);

/* What READER does from now on ends soon, with KITH_E_UNAVAILABLE, once *IS_CANCELLED is true;
 * NULL: no more. Borrowed until then. */
void kith_reader_cancel_by(struct kith_reader *reader, const atomic_bool *is_cancelled);

/* What it is doing now, if anything, ends so at once. thread any, while READER is open */
void kith_reader_interrupt(struct kith_reader *reader);

/* A key by its kid, and the organization it belongs to (row 0: the deployment's). */
struct kith_key {
	struct kith_str kid;
	int alg;
	struct kith_str material;
	struct kith_org org;
	int64_t created_us;
};

/* returns KITH_OK, KITH_E_NOT_FOUND; texts live in MEM, here and below. */
KITH_MUST_USE enum kith_rc kith_reader_key(struct kith_reader *reader, struct kith_str kid,
                                           struct kith_arena *mem, struct kith_key *out);
/* The newest key of an organization with that algorithm. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_newest_key(struct kith_reader *reader, int64_t org_row,
                                                  int alg, struct kith_arena *mem,
                                                  struct kith_key *out);

/* All keys of an organization (0: the deployment's), oldest first. */
KITH_MUST_USE enum kith_rc kith_reader_keys(struct kith_reader *reader, int64_t org_row,
                                            struct kith_arena *mem, struct kith_key **out,
                                            size_t *count);

/* An organization by its id. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_org(struct kith_reader *reader, struct kith_str id,
                                           struct kith_arena *mem, struct kith_org *out);
/* All of them, by id; the organizations of one user when USER_ROW is not 0. */
KITH_MUST_USE enum kith_rc kith_reader_orgs(struct kith_reader *reader, int64_t user_row,
                                            struct kith_arena *mem, struct kith_org **out,
                                            size_t *count);

/*
 * A user by id, who must be in the organization ORG_ROW (0: any or none).
 * KITH_E_NOT_FOUND.
 */
KITH_MUST_USE enum kith_rc kith_reader_user(struct kith_reader *reader, struct kith_str id,
                                            int64_t org_row, struct kith_arena *mem,
                                            struct kith_user *out);
/* Users after the id AFTER, by id, at most LIMIT. */
KITH_MUST_USE enum kith_rc kith_reader_users(struct kith_reader *reader, struct kith_str after,
                                             size_t limit, struct kith_arena *mem,
                                             struct kith_user **out, size_t *count);

/* A user by row. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_profile(struct kith_reader *reader, int64_t user_row,
                                               struct kith_arena *mem, struct kith_profile *out);

/*
 * People of the organizations ORG_ROWS whose name or id has, for each word of QUERY, a
 * word that begins with it (domain/name.h); in no order, KITH_STORE_SEARCH_MAX at most.
 */
KITH_MUST_USE enum kith_rc kith_reader_search(struct kith_reader *reader, const int64_t *org_rows,
                                              size_t org_count, struct kith_str query,
                                              struct kith_arena *mem, struct kith_user **out,
                                              size_t *count);

/*
 * The contacts of OWNER_ROW who are in ORG_ROW (0: anywhere), all of them or those who
 * fit QUERY; in no order.
 */
KITH_MUST_USE enum kith_rc kith_reader_contacts(struct kith_reader *reader, int64_t owner_row,
                                                int64_t org_row, struct kith_str query,
                                                struct kith_arena *mem, struct kith_contact **out,
                                                size_t *count);
/* One contact, and how many there are. KITH_E_NOT_FOUND: *total is set still. */
KITH_MUST_USE enum kith_rc kith_reader_contact(struct kith_reader *reader, int64_t owner_row,
                                               int64_t user_row, struct kith_contact *out,
                                               int64_t *total);

/* Who has the alias. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_alias(struct kith_reader *reader, enum kith_alias_kind kind,
                                             struct kith_str value, struct kith_arena *mem,
                                             struct kith_user *out);
/* All aliases of a user, by kind and value. */
KITH_MUST_USE enum kith_rc kith_reader_aliases(struct kith_reader *reader, int64_t user_row,
                                               struct kith_arena *mem, struct kith_alias **out,
                                               size_t *count);

/* What is stored of a user's password. KITH_E_NOT_FOUND: there is none. */
KITH_MUST_USE enum kith_rc kith_reader_password(struct kith_reader *reader, int64_t user_row,
                                                struct kith_arena *mem, struct kith_str *out);
/* A device session by its id. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_device(struct kith_reader *reader,
                                              const struct kith_uuid *id, struct kith_arena *mem,
                                              struct kith_device *out);
/* The sessions of a user that have not ended, the one used last first. */
KITH_MUST_USE enum kith_rc kith_reader_devices(struct kith_reader *reader, int64_t user_row,
                                               struct kith_arena *mem, struct kith_device **out,
                                               size_t *count);
/* An API key by its id. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_api_key(struct kith_reader *reader,
                                               const struct kith_uuid *id, struct kith_arena *mem,
                                               struct kith_api_key *out);
/* Those of an organization, oldest first, at most KITH_STORE_API_KEYS_MAX. */
KITH_MUST_USE enum kith_rc kith_reader_api_keys(struct kith_reader *reader, int64_t org_row,
                                                struct kith_arena *mem, struct kith_api_key **out,
                                                size_t *count);
/* A link by the digest of its code. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_signin_link(struct kith_reader *reader,
                                                   const uint8_t digest[KITH_DIGEST],
                                                   struct kith_signin_link *out);

/* A conversation with its members. KITH_E_NOT_FOUND. */
KITH_MUST_USE enum kith_rc kith_reader_conversation(struct kith_reader *reader,
                                                    const struct kith_uuid *id,
                                                    struct kith_arena *mem,
                                                    struct kith_conversation *out);

/* How far a member has come. */
struct kith_watermark {
	struct kith_str user;
	int64_t delivered;
	int64_t seen;
	int64_t at_us; /* when one of them moved last; 0: not known */
};

/* How a conversation stands for one member. */
struct kith_standing {
	int64_t n; /* the newest entry's number, 0: none          */
	int64_t m;
	int64_t delivered; /* the member's watermarks, 0: none            */
	int64_t seen;
	int64_t unread; /* others' messages above seen, that are to be seen */
	bool is_marked_unread;
	struct kith_draft draft; /* updated_us 0: none                         */
	/* The other members' watermarks: those who show them, when this one does. */
	struct kith_watermark others[KITH_DIRECT_MEMBERS_MAX];
	size_t other_count;
	struct kith_entry last; /* the last message that the member may see; id 0: none */
};
/* KITH_E_NOT_FOUND when the user is no member. */
KITH_MUST_USE enum kith_rc kith_reader_standing(struct kith_reader *reader,
                                                int64_t conversation_row, int64_t user_row,
                                                struct kith_arena *mem, struct kith_standing *out);

/*
 * One message by its id, as it is now for VIEWER_ROW: its extra is set when there is
 * something to say. For 0, nobody in particular, nothing is hidden and acts are found
 * too, as they were stored: that is for repeats. Whether the viewer is a member is the
 * caller's to ask. KITH_E_NOT_FOUND, also when it is hidden.
 */
KITH_MUST_USE enum kith_rc kith_reader_message(struct kith_reader *reader,
                                               const struct kith_uuid *message, int64_t viewer_row,
                                               struct kith_arena *mem, struct kith_entry *out);

/* One version of a message. */
struct kith_version {
	int64_t n;
	struct kith_content content;
	int64_t at_us;
};
/*
 * The versions of the message N, newest first, those before the number BEFORE (0:
 * all), at most LIMIT and KITH_STORE_PAGE_BYTES; none when it was deleted.
 */
KITH_MUST_USE enum kith_rc kith_reader_versions(struct kith_reader *reader,
                                                int64_t conversation_row, int64_t n, int64_t before,
                                                size_t limit, struct kith_arena *mem,
                                                struct kith_version **out, size_t *count,
                                                bool *more);

/* How far one message has come with one member. */
struct kith_receipt {
	struct kith_str user;
	bool is_delivered;
	int64_t delivered_us; /* 0: not known any more */
	bool is_seen;
	int64_t seen_us;
};
/* For each member but VIEWER_ROW who shows it; none when the viewer hides theirs. */
KITH_MUST_USE enum kith_rc kith_reader_receipts(struct kith_reader *reader,
                                                int64_t conversation_row, int64_t n,
                                                int64_t viewer_row, struct kith_arena *mem,
                                                struct kith_receipt **out, size_t *count);

/* A person's emoji on a message, and how many different ones there are. */
struct kith_reacting {
	bool is_on;  /* EMOJI is there already   */
	int64_t own; /* of the person            */
	int64_t all; /* different ones           */
};
KITH_MUST_USE enum kith_rc kith_reader_reacting(struct kith_reader *reader,
                                                int64_t conversation_row, int64_t n,
                                                int64_t user_row, struct kith_str emoji,
                                                struct kith_reacting *out);

/* The totals of unread messages of USER_ROW in ORG_ROW (0: all). */
struct kith_unread {
	int64_t messages;
	int64_t conversations;
};
KITH_MUST_USE enum kith_rc kith_reader_unread(struct kith_reader *reader, int64_t user_row,
                                              int64_t org_row, struct kith_unread *out);

/* Which page: exclusive bounds in n. At most one of before, after, around is > 0
 * or is_from_first set; none: the newest. */
struct kith_page_query {
	int64_t conversation_row;
	int64_t viewer_row; /* what they have hidden is left out, 0: nothing */
	int64_t before;     /* older than this: the LIMIT highest below it   */
	int64_t after;      /* newer than this: the LIMIT lowest above it    */
	int64_t around;     /* itself in the middle, half on each side       */
	bool is_from_first; /* the LIMIT lowest there are                    */
	size_t limit;       /* 1..KITH_STORE_PAGE_MAX messages               */
};
struct kith_page {
	struct kith_entry *items; /* ascending by n */
	size_t count;
	bool has_older;
	bool has_newer;
};
KITH_MUST_USE enum kith_rc kith_reader_page(struct kith_reader *reader,
                                            const struct kith_page_query *query,
                                            struct kith_arena *mem, struct kith_page *out);

/* One line of a person's list of recent conversations. */
struct kith_recent {
	struct kith_conversation conversation;
	struct kith_standing standing;
};
/*
 * The user's conversations that have a message, newest last message first, in
 * organization ORG_ROW (0: all), only those whose last message stands before
 * BEFORE in the one sequence (0: no bound), only unread ones when asked; at most
 * LIMIT. *more: others follow.
 */
KITH_MUST_USE enum kith_rc kith_reader_recent(struct kith_reader *reader, int64_t user_row,
                                              int64_t org_row, bool is_unread_only, int64_t before,
                                              size_t limit, struct kith_arena *mem,
                                              struct kith_recent **out, size_t *count, bool *more);

/* What happened to a person after a position: entries of their conversations and
 * what changed for them alone, ascending by position. */
enum kith_news_kind {
	KITH_NEWS_MESSAGE,  /* entry: as it is now                                        */
	KITH_NEWS_EDITED,   /* entry: the message; n is the act's                         */
	KITH_NEWS_DELETED,  /* entry: what is left of it; n is the act's                  */
	KITH_NEWS_REACTION, /* entry: the act, with the emoji; subject: the message       */
	KITH_NEWS_HIDDEN,   /* entry.conversation, entry.n: of the message subject        */
	/* Of the following only the latest state of each conversation, or person: */
	KITH_NEWS_READ,     /* entry.conversation, mark                                   */
	KITH_NEWS_RECEIPT,  /* entry.conversation, member, mark                           */
	KITH_NEWS_DRAFT,    /* entry.conversation, draft                                  */
	KITH_NEWS_ME,       /* profile; organizations and scope are the encoder's to know */
	KITH_NEWS_CONTACTS, /* member: the contact, is_contact                            */
	KITH_NEWS_COUNT,
};
struct kith_news {
	enum kith_news_kind kind;
	int64_t position;
	int64_t n; /* of the log; 0: it has none */
	struct kith_entry entry;
	struct kith_uuid subject; /* the message that is meant  */
	struct kith_mark mark;
	struct kith_str member; /* a user id                  */
	struct kith_draft draft;
	const struct kith_profile *profile;
	bool is_contact;
};
struct kith_since {
	struct kith_news *items;
	size_t count;
	int64_t position; /* continue from here: the last item's, or the snapshot's when all is said */
	bool more;
};
/*
 * News of USER_ROW in ORG_ROW (0: all) after SINCE, at most LIMIT items.
 * KITH_E_NOT_FOUND when SINCE lies beyond the snapshot's position: the file is
 * older than the cursor (it was restored), and the client must load anew.
 */
KITH_MUST_USE enum kith_rc kith_reader_since(struct kith_reader *reader, int64_t user_row,
                                             int64_t org_row, int64_t since, size_t limit,
                                             struct kith_arena *mem, struct kith_since *out);

/* The position of the newest commit in a fresh snapshot. */
KITH_MUST_USE enum kith_rc kith_reader_position(struct kith_reader *reader, int64_t *out);

/*
 * Audits every log: numbers without hole, links and heads right, message ids
 * and entries matching both ways, nothing orphaned, watermarks in range; and the
 * database's own integrity check. Each violation is a line of text in REPORT
 * (the first KITH_VERIFY_LINES_MAX).
 */
enum { KITH_VERIFY_LINES_MAX = 100 };
struct kith_verify {
	int64_t conversations;
	int64_t entries;
	int64_t violations;
};
KITH_MUST_USE enum kith_rc kith_reader_verify(struct kith_reader *reader, struct kith_verify *out,
                                              struct kith_buf *report);

/*
 * For tests: the NTH step of any SQL statement from now (1: the next) fails
 * with a full disk, once; 0: none. Not while others use the store.
 */
void kith_store_fail_step(struct kith_store *store, uint64_t nth);

#endif
