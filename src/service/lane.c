/*
 * lane.c -- turns, epochs and who is still on the way.
 */
#include "service/lane.h"

#include "base/mem.h"
#include "service/service.h"

struct kith_lane *kith_lane_new(void)
{
	struct kith_lane *lane = kith_alloc_zero(1, sizeof(*lane));
	if (lane != NULL) {
		lane->origin.epoch = 1;
		lane->next_turn = 1;
	}
	return lane;
}

static void free_if_unused(struct kith_lane *lane)
{
	if (lane->is_released && lane->calls == 0) {
		KITH_ASSERT(lane->line == NULL && lane->submitted == 0);
		kith_free(lane);
	}
}

void kith_lane_release(struct kith_lane **lane)
{
	struct kith_lane *held = *lane;

	*lane = NULL;
	if (held != NULL) {
		held->is_released = true;
		free_if_unused(held);
	}
}

void kith_lane_enter(struct kith_lane *lane, struct kith_call *call)
{
	lane->calls++;
	call->is_counted = true;
}

void kith_lane_leave(struct kith_call *call)
{
	if (call->is_counted) {
		call->is_counted = false;
		kith_lane_drop(call->lane);
	}
}

void kith_lane_drop(struct kith_lane *lane)
{
	KITH_ASSERT(lane->calls > 0);
	lane->calls--;
	free_if_unused(lane);
}

void kith_lane_queue(struct kith_lane *lane, struct kith_call *call)
{
	struct kith_call **at = &lane->line;

	if (call->turn == 0) {
		call->turn = lane->next_turn++;
	}
	while (*at != NULL && (*at)->turn < call->turn) {
		at = &(*at)->next;
	}
	call->next = *at;
	*at = call;
}

struct kith_call *kith_lane_next(struct kith_lane *lane)
{
	struct kith_call *call = lane->line;

	if (call == NULL || lane->is_loading || lane->stale_due > 0) {
		return NULL;
	}
	lane->line = call->next;
	call->next = NULL;
	return call;
}

bool kith_lane_is_first(const struct kith_lane *lane, const struct kith_call *call)
{
	return lane->stale_due == 0 && (lane->line == NULL || lane->line->turn > call->turn);
}

void kith_lane_submitted(struct kith_lane *lane, struct kith_plan *plan)
{
	plan->origin = &lane->origin;
	plan->epoch = lane->origin.epoch;
	lane->submitted++;
}

void kith_lane_answered(struct kith_lane *lane, const struct kith_plan *plan)
{
	KITH_ASSERT(lane->submitted > 0);
	lane->submitted--;
	if (plan->epoch != lane->origin.epoch) {
		KITH_ASSERT(lane->stale_due > 0);
		lane->stale_due--;
	} else if (plan->answer == KITH_PLAN_STALE) {
		lane->origin.epoch++;
		lane->stale_due = lane->submitted;
	}
}
