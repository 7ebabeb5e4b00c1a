/*
 * sqlite_act.h -- what is done to messages: edited, deleted, reacted to, hidden.
 *
 * Keeps the tables that say what has become of a message: state, edit, reaction,
 * hidden. An act must fit what is stored when it commits, which is looked at before
 * the plan's first write; who may act is not asked here. Called by sqlite_check.c
 * and sqlite_apply.c.
 */
#ifndef KITH_STORE_SQLITE_ACT_H
#define KITH_STORE_SQLITE_ACT_H

#include "store/sqlite_apply.h"

/*
 * May the act in place AT of PLAN's entries be done? Acts of one plan are about
 * different messages, else the later one is stale.
 * returns  KITH_OK
 *          KITH_E_STALE  its target is no message or is deleted; the reaction is there
 *                        already, or is not; as many edits or emoji as there may be
 *          else as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_act_check(struct kith_apply *apply, const struct kith_plan *plan,
                                          size_t at);

/* KITH_EXPECT_STATE, for the table of expectations. */
KITH_MUST_USE enum kith_rc kith_act_check_state(struct kith_apply *apply,
                                                const struct kith_expect *expect);

/* Does what ENTRY says, which was appended to HEAD's conversation just now. */
KITH_MUST_USE enum kith_rc kith_act_write(struct kith_apply *apply, struct kith_head *head,
                                          const struct kith_entry *entry);

/* KITH_EFFECT_HIDE, for the tables of checks, writes and undoing. */
KITH_MUST_USE enum kith_rc kith_act_check_hide(struct kith_apply *apply,
                                               const struct kith_plan *plan, size_t at);
KITH_MUST_USE enum kith_rc kith_act_write_hide(struct kith_apply *apply, struct kith_plan *plan,
                                               size_t at);
void kith_act_empty_hide(struct kith_effect *effect);

#endif
