/*
 * roster.h -- who is signed in on this worker, and which of them no longer.
 *
 * Every session that a worker's doors, calls and remembered tokens hold is
 * enrolled here from its first use to its last. When a commit ends sessions, the
 * worker says so once and all of them bear the mark (is_ended) from then on; a
 * token that was on its way to be believed meanwhile gets it when it comes back. The
 * same with a person's flags, when they change.
 * Refusing and closing is others': service.c and the doors look at the mark. One
 * worker owns it.
 */
#ifndef KITH_SERVICE_ROSTER_H
#define KITH_SERVICE_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/ending.h"
#include "service/session.h"

enum { KITH_ROSTER_ENDINGS_MAX = 256 }; /* the latest are remembered, changes of flags too */

struct kith_roster;

/* NULL without memory. */
struct kith_roster *kith_roster_new(void);
/* Sessions that are still held stay as they are, enrolled nowhere; clears the pointer. */
void kith_roster_free(struct kith_roster **roster);

/* The present moment, for kith_roster_enroll(). */
uint64_t kith_roster_mark(const struct kith_roster *roster);

/*
 * Enrolls SESSION, which was looked up after MARK: what has ended since then may be
 * it, and then it bears the mark.
 * returns  false: more has ended since than is remembered, so nobody can say; the
 *          session is not enrolled
 */
KITH_MUST_USE bool kith_roster_enroll(struct kith_roster *roster, struct kith_session *session,
                                      uint64_t mark);

/* Marks all that ENDING hits. */
void kith_roster_end(struct kith_roster *roster, const struct kith_ending *ending);

/* The flags of USER_ROW are FLAGS from now on: so their sessions say, and those to come. */
void kith_roster_set_flags(struct kith_roster *roster, int64_t user_row, unsigned flags);

/* Takes SESSION off its roster, if it is on one; its last holder does. */
void kith_roster_leave(struct kith_session *session);

#endif
