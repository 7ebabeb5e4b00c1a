/*
 * refresh.c -- sessions.refresh: the next tokens, once for each that was given.
 *
 * A refresh token names its session and a counter. The newest one turns the counter;
 * the one before gives the same answer again for a minute, for a client that lost
 * it; an older one means that somebody else has it too, and ends the session.
 */
#include <stdio.h>

#include "base/log.h"
#include "service/grant.h"

#define REPEAT_US INT64_C(60000000) /* so long a token that was just used answers again */

static enum kith_rc refuse_token(struct kith_call *call)
{
	return kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "",
	                   "The refresh token is not, or no longer, good.");
}

/* One that we did not make is a failed try of its address. */
static enum kith_rc check_refresh(struct kith_call *call)
{
	struct kith_limits *limits = call->service->options.limits;
	enum kith_rc rc = kith_signing_new(call);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_signing *signing = call->signing;
	rc = kith_signin_may(limits, &signing->who, call->now_us, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!kith_refresh_read(&call->service->credential_keys,
	                       call->args[KITH_SESSIONS_REFRESH_REFRESH_TOKEN].text,
	                       &signing->device.id, &signing->counter)) {
		kith_signin_failed(limits, &signing->who, call->now_us);
		return refuse_token(call);
	}
	kith_signin_passed(limits, &signing->who);
	return KITH_OK;
}

static enum kith_rc load_refresh(struct kith_call *call, struct kith_reader *reader)
{
	static const struct kith_org all = { .row = 0 };
	struct kith_signing *signing = call->signing;
	struct kith_uuid id = signing->device.id;
	enum kith_rc rc = kith_reader_device(reader, &id, &call->mem, &signing->device);

	signing->device.id = id;
	if (rc == KITH_E_NOT_FOUND || (rc == KITH_OK && signing->device.ended_us != 0)) {
		return refuse_token(call);
	}
	if (rc == KITH_OK) {
		rc = kith_step_load_me(reader, signing->device.user_row, &all, &call->mem,
		                       &signing->me);
	}
	if (rc != KITH_OK) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
	}
	const struct kith_org *org = kith_signing_org(signing, signing->device.org_row);
	if ((signing->me.profile.user.flags & KITH_USER_DISABLED) != 0 ||
	    (signing->device.org_row != 0 && org == NULL)) {
		return refuse_token(call);
	}
	if (org != NULL) {
		signing->org = *org;
		signing->me.orgs = &signing->org;
		signing->me.org_count = 1;
	}
	return KITH_OK;
}

static bool is_current(const struct kith_signing *signing)
{
	return signing->counter == signing->device.counter;
}

/* The token before the current one, whose answer may have been lost. */
static bool is_repeated(const struct kith_call *call)
{
	const struct kith_signing *signing = call->signing;

	return signing->counter == signing->device.counter - 1 &&
	       call->now_us - signing->device.used_us <= REPEAT_US;
}

static enum kith_rc plan_refresh(struct kith_call *call)
{
	struct kith_signing *signing = call->signing;
	struct kith_plan *plan = &call->plan;

	/* A counter that was never given is of a life of the deployment that was lost. */
	if (signing->counter > signing->device.counter) {
		return refuse_token(call);
	}
	if (is_repeated(call)) {
		return KITH_OK;
	}
	call->effect = (struct kith_effect){ .kind = KITH_EFFECT_SESSION_END,
		                             .user = { .row = signing->device.user_row },
		                             .device = { .id = signing->device.id } };
	if (is_current(signing)) {
		call->effect.kind = KITH_EFFECT_SESSION_TURN;
		call->effect.device.counter = signing->counter;
		call->effect.device.used_us = call->now_us;
		plan->expects[plan->expect_count++] =
			(struct kith_expect){ .kind = KITH_EXPECT_USER,
			                      .row = signing->device.user_row,
			                      .version = signing->me.profile.user.version };
	}
	plan->effects = &call->effect;
	plan->effect_count = 1;
	return KITH_OK;
}

static void log_reuse(const struct kith_signing *signing)
{
	static struct kith_log_gate gate;
	char user[KITH_USER_ID_MAX + 1];
	char session[KITH_UUID_TEXT + 1] = "";

	snprintf(user, sizeof(user), "%.*s", KITH_STR_PRINT(signing->me.profile.user.id));
	kith_uuid_format(&signing->device.id, session);
	kith_log_bounded(&gate, KITH_LOG_WARN, "refresh_token_reused", "user", user, "session",
	                 session, NULL);
}

static void finish_refresh(struct kith_call *call)
{
	struct kith_signing *signing = call->signing;
	bool is_ended = call->plan.effect_count > 0 && call->effect.kind == KITH_EFFECT_SESSION_END;

	if (is_ended) {
		log_reuse(signing);
		call->rc = kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "",
		                       "The refresh token was used before; the session has ended.");
		return;
	}
	if (call->plan.effect_count > 0) {
		signing->device.counter++;
		signing->device.used_us = call->now_us;
	}
	call->rc = kith_grant_make(call);
}

const struct kith_verb kith_verb_sessions_refresh = {
	.check = check_refresh,
	.load = load_refresh,
	.plan = plan_refresh,
	.finish = finish_refresh,
};
