/*
 * sqlite_apply.h -- what one plan does to the tables, inside a batch.
 *
 * The writer begins a batch, applies plan after plan and commits; a plan is
 * checked whole (sqlite_check.h) before its first write, so a refused one leaves
 * nothing behind and a failure undoes the batch. Gives out the positions of the
 * one sequence. Owned by the writer's thread; knows no queue and no thread.
 */
#ifndef KITH_STORE_SQLITE_APPLY_H
#define KITH_STORE_SQLITE_APPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/plan.h"
#include "store/sqlite_head.h"
#include "store/sqlite_sql.h"

/* Users whose versions are remembered; a power of two. */
enum { KITH_APPLY_USERS_MAX = 1 << 14 };

/* What a commit makes true besides its rows. */
struct kith_tally {
	int64_t position; /* the last given in the one sequence */
	int64_t moves;    /* of them to what is no entry        */
	int64_t conversations;
	int64_t users;
	int64_t organizations;
};

struct kith_apply_user {
	int64_t row; /* 0: an empty slot */
	int64_t version;
	unsigned flags; /* bits of enum kith_user_flag */
};

struct kith_apply {
	struct kith_sql *sql;
	struct kith_heads heads;
	struct kith_apply_user *users; /* in the slot of their row           */
	struct kith_tally now;         /* with what the batch did so far     */
	struct kith_tally committed;
	int64_t now_us;  /* of the batch                       */
	bool is_erasing; /* the batch has overwritten content  */
};

/*
 * Reads where the sequence stands.
 * returns  KITH_OK, or as kith_sql_rc(); then nothing is to be released
 * owns     sql is borrowed until done
 */
KITH_MUST_USE enum kith_rc kith_apply_init(struct kith_apply *apply, struct kith_sql *sql);
void kith_apply_done(struct kith_apply *apply);

KITH_MUST_USE enum kith_rc kith_apply_begin(struct kith_apply *apply, int64_t now_us);

/*
 * Checks PLAN and, if it may be, writes it.
 * returns  KITH_OK with plan->answer set; else the batch must be undone
 */
KITH_MUST_USE enum kith_rc kith_apply_plan(struct kith_apply *apply, struct kith_plan *plan);

/* On anything but KITH_OK the batch must be undone. */
KITH_MUST_USE enum kith_rc kith_apply_commit(struct kith_apply *apply);

/*
 * Rolls the batch back, forgets what was remembered, and takes out of PLANS
 * what had been filled in; all are UNAVAILABLE.
 * returns  KITH_OK, or what made the rollback impossible
 */
KITH_MUST_USE enum kith_rc kith_apply_undo(struct kith_apply *apply, struct kith_plan *const *plans,
                                           size_t count);

/*
 * What the writer has to know of user ROW, remembered if it can be.
 * returns  KITH_OK; KITH_E_NOT_FOUND; else as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_apply_user(struct kith_apply *apply, int64_t row,
                                           struct kith_apply_user *out);

/* The next place in the one sequence, for a change that is no entry. */
int64_t kith_apply_move(struct kith_apply *apply);

/* A plan that rests on user ROW's version until now is stale from here on. */
KITH_MUST_USE enum kith_rc kith_apply_bump_user(struct kith_apply *apply, int64_t row);

#endif
