/*
 * drain.c -- the stages of an end and their times. The header tells the story.
 */
#include "server/drain.h"

static int64_t us(int64_t ms)
{
	return ms * 1000;
}

void kith_drain_begin(struct kith_drain *drain, int64_t now_us, int64_t window_ms)
{
	if (drain->stage == KITH_DRAIN_OFF) {
		*drain = (struct kith_drain){ .stage = KITH_DRAIN_ACCEPTING,
			                      .begin_us = now_us,
			                      .accepted_us = now_us,
			                      .window_us = us(window_ms) };
	}
}

void kith_drain_hurry(struct kith_drain *drain, int64_t now_us)
{
	if (drain->stage != KITH_DRAIN_CUT) {
		drain->stage = KITH_DRAIN_TELLING;
		drain->begin_us = now_us;
		drain->window_us = 0;
	}
}

void kith_drain_note_accept(struct kith_drain *drain, int64_t now_us)
{
	drain->accepted_us = now_us;
}

static bool has_accepted_enough(const struct kith_drain *drain, int64_t now_us)
{
	return now_us - drain->accepted_us >= us(KITH_DRAIN_QUIET_MS) ||
	       now_us - drain->begin_us >= us(KITH_DRAIN_ACCEPT_MAX_MS);
}

enum kith_drain_stage kith_drain_advance(struct kith_drain *drain, int64_t now_us)
{
	if (drain->stage == KITH_DRAIN_ACCEPTING && has_accepted_enough(drain, now_us)) {
		drain->stage = KITH_DRAIN_TELLING;
		drain->begin_us = now_us;
	}
	if (drain->stage == KITH_DRAIN_TELLING &&
	    now_us - drain->begin_us >= drain->window_us + us(KITH_DRAIN_CUT_MS)) {
		drain->stage = KITH_DRAIN_CUT;
	}
	return drain->stage;
}

size_t kith_drain_take_due(struct kith_drain *drain, int64_t now_us, size_t left)
{
	int64_t passed_us = now_us - drain->begin_us;
	int64_t total = (int64_t)(drain->told + left);

	if (drain->stage != KITH_DRAIN_TELLING) {
		return 0;
	}
	/* As many of all as there has been of the window. */
	size_t due = passed_us >= drain->window_us ? drain->told + left
	                                           : (size_t)(total * passed_us / drain->window_us);
	size_t now = due > drain->told ? due - drain->told : 0;
	drain->told += now;
	return now;
}

int64_t kith_drain_retry_ms(const struct kith_drain *drain, struct kith_rand *rand)
{
	int64_t spread_ms = drain->window_us / 1000;

	if (spread_ms < KITH_DRAIN_RETRY_SPREAD_MS) {
		spread_ms = KITH_DRAIN_RETRY_SPREAD_MS;
	}
	return KITH_DRAIN_RETRY_LEAST_MS + (int64_t)kith_rand_below(rand, (uint64_t)spread_ms);
}
