/*
 * lane.h -- the line in which one connection's changes apply.
 *
 * Calls that change something start in the order they came, and one that has to
 * ask the store first holds up those behind it. When a plan turns out stale, all
 * that were submitted after it are refused with it, and every one takes its old
 * place in the line again (plan.h, struct kith_origin). Private to service/.
 */
#ifndef KITH_SERVICE_LANE_H
#define KITH_SERVICE_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "service/call.h"

struct kith_lane {
	struct kith_origin origin;
	struct kith_call *line; /* waiting to start, by turn                      */
	uint64_t next_turn;
	unsigned calls;     /* with a lane pointer here, on their way         */
	unsigned submitted; /* plans that the store has                       */
	unsigned stale_due; /* of them, those that can only come back refused */
	bool is_loading;    /* the one at the front asks the store            */
	bool is_released;   /* its connection is gone                         */
};

/* Counts CALL in; the lane stays until all are counted out. */
void kith_lane_enter(struct kith_lane *lane, struct kith_call *call);

/* Counts it out; frees the lane when it was the last and the connection is gone. */
void kith_lane_leave(struct kith_call *call);

/* Puts CALL into the line: at its old turn, or at the end when it has none. */
void kith_lane_queue(struct kith_lane *lane, struct kith_call *call);

/* The call that may start now, out of the line; NULL when none may. */
struct kith_call *kith_lane_next(struct kith_lane *lane);

/*
 * May CALL, which has loaded what it needs, be planned now? Not when a plan from
 * before it has turned out stale meanwhile: then it has to queue again.
 */
bool kith_lane_is_first(const struct kith_lane *lane, const struct kith_call *call);

/* Gives back what a caller held by counting lane->calls up. */
void kith_lane_drop(struct kith_lane *lane);

/* Bookkeeping of a plan that goes to the store, */
void kith_lane_submitted(struct kith_lane *lane, struct kith_plan *plan);
/* and of its answer: a stale one opens a new epoch. */
void kith_lane_answered(struct kith_lane *lane, const struct kith_plan *plan);

#endif
