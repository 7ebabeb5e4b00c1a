/*
 * sqlite_check.h -- may this plan be written, as things stand now?
 *
 * Compares what a plan rests on with the tables and with what earlier plans of
 * the batch did to them: versions, names that must be free, message ids. Writes
 * nothing of the plan; sqlite_apply.c calls it before the first write.
 */
#ifndef KITH_STORE_SQLITE_CHECK_H
#define KITH_STORE_SQLITE_CHECK_H

#include <stdbool.h>

#include "store/sqlite_apply.h"

/*
 * returns  KITH_OK           it may be written
 *          KITH_E_STALE      a version moved on, or a row it names is not there
 *          KITH_E_EXISTS     a row to add is there already
 *          KITH_E_CONFLICT   a message id is stored; plan->first is filled in (but see
 *                            kith_check_is_lone_entry())
 *          else as kith_sql_rc(): the batch must be undone
 */
KITH_MUST_USE enum kith_rc kith_check_plan(struct kith_apply *apply, struct kith_plan *plan);

/*
 * Fills in FIRST when MESSAGE is stored.
 * returns  KITH_OK: it is not; KITH_E_CONFLICT: it is; else as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_check_message(struct kith_apply *apply,
                                              const struct kith_uuid *message,
                                              struct kith_entry *first);

/*
 * Does PLAN do nothing but append one message? Then its id is not looked
 * up: inserting the id is the plan's first write and finds the same, with
 * nothing to undo. Most plans are such, and it saves them a look-up.
 */
bool kith_check_is_lone_entry(const struct kith_plan *plan);

#endif
