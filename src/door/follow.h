/*
 * follow.h -- what a connection has asked to hear of from now on.
 *
 * Whoever has called presence.watch on a socket hears how those people come and go
 * whoever has called me.unread hears the totals when they change.
 * A connection that has asked for neither has nothing here but a pointer. It
 * decides when something is said: of people with domain/watch.h, of the totals at
 * most once a second and only when they differ. Both pass: they are in no log and
 * have no cursor. A door calls this where its answers and events go by.
 */
#ifndef KITH_DOOR_FOLLOW_H
#define KITH_DOOR_FOLLOW_H

#include "base/table.h"
#include "door/door.h"

#define KITH_FOLLOW_COUNT_US INT64_C(1000000) /* the unread are counted no more often */

/* Whom the doors of one worker watch. Embedded in the host. */
struct kith_followers {
	struct kith_table people; /* user row -> the first who watches them */
};

void kith_followers_init(struct kith_followers *followers, uint64_t seed);
/* All doors must have gone. */
void kith_followers_done(struct kith_followers *followers);

/*
 * USER_ROW may have come or left, or shows it now or no more: who watches them on this
 * worker is told when it is time. LEFT_US, MAY_RETURN: see kith_watch_note().
 */
void kith_followers_tell(struct kith_followers *followers, int64_t user_row, int64_t left_us,
                         bool may_return);

/* Anybody may have: something that was said about it was lost. */
void kith_followers_tell_all(struct kith_followers *followers);

/*
 * CALL of DOOR worked and is about to be answered: when it is one that goes on, so it
 * does from here, in place of what was asked before. Its calls of its own are LANE's.
 * returns  KITH_OK, KITH_E_NO_MEMORY: then nothing is followed
 */
KITH_MUST_USE enum kith_rc kith_follow_answer(struct kith_door *door, struct kith_lane *lane,
                                              const struct kith_call *call);

/*
 * The same for a door on which nothing can be asked: makes the calls itself, for the
 * people of WATCH (addresses with commas between, may be empty), and the totals when
 * COUNTS_UNREAD. What they answer is said as events, one for each.
 */
KITH_MUST_USE enum kith_rc kith_follow_begin(struct kith_door *door, struct kith_lane *lane,
                                             struct kith_str watch, bool counts_unread);

/* DOOR has said the event FRAME, or has answered a call that changed something. */
void kith_follow_event(struct kith_door *door, struct kith_str frame);
void kith_follow_change(struct kith_door *door);

/* DOOR's person hides from now on, or no more: their session says so. */
void kith_follow_look_again(struct kith_door *door);

/* OWN_US, the door's own deadline (-1: none), or what is due before it. */
int64_t kith_follow_deadline_us(const struct kith_door *door, int64_t own_us);

/* Says what is due. */
void kith_follow_run(struct kith_door *door);

/* The door goes, its lane is released: nothing is said any more. */
void kith_follow_done(struct kith_door *door);

#endif
