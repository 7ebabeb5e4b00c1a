/*
 * me.c -- me.get, .update and .settings: what a person knows and sets about themselves.
 *
 * A change is made to the profile as it was loaded, and rests on its version: who
 * changes something else at the same time on another device loses nothing (R-002,
 * Passwords are password.h's and signing in is sessions.c's.
 */
#include "domain/name.h"
#include "service/grant.h"
#include "service/steps.h"

static enum kith_rc load_profile(struct kith_call *call, struct kith_reader *reader)
{
	return kith_reader_profile(reader, call->session->user_row, &call->mem, &call->profile);
}

/* --- me.get --- */

static enum kith_rc load_me(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;

	call->result = (struct kith_result){ .kind = KITH_RESULT_ME };
	enum kith_rc rc = kith_step_load_me(reader, session->user_row, &session->org, &call->mem,
	                                    &call->result.me);
	call->result.me.scope = session->scope;
	return rc;
}

const struct kith_verb kith_verb_me_get = { .load = load_me };

/* --- what me.update and me.settings share --- */

/* Plans call->profile, of which PARTS were changed; nothing when none was. */
static void plan_profile(struct kith_call *call, unsigned parts)
{
	struct kith_plan *plan = &call->plan;

	if (parts == 0) {
		return;
	}
	plan->expects[plan->expect_count++] =
		(struct kith_expect){ .kind = KITH_EXPECT_USER,
		                      .row = call->profile.user.row,
		                      .version = call->profile.user.version };
	call->effect = (struct kith_effect){ .kind = KITH_EFFECT_USER_SET,
		                             .user = { .row = call->profile.user.row } };
	call->effect.set.profile = &call->profile;
	call->effect.set.parts = parts;
	plan->effects = &call->effect;
	plan->effect_count = 1;
}

/* Puts the text of ARG into PLACE; returns PART when that changes something. */
static unsigned change_text(const struct kith_arg *arg, struct kith_str *place, unsigned part)
{
	if (!arg->is_present || kith_str_equal(arg->text, *place)) {
		return 0;
	}
	*place = arg->text;
	return part;
}

/* --- me.update --- */

/* The password until now must be known as well, and is counted like one at the door. */
static enum kith_rc check_password(struct kith_call *call)
{
	const struct kith_arg *password = &call->args[KITH_ME_UPDATE_PASSWORD];
	enum kith_rc rc = kith_password_decide(password->text, "password", &call->why);

	if (call->session->org.row != 0) {
		return kith_refuse(&call->why, KITH_E_FORBIDDEN, "password",
		                   "What acts in one organization changes no password.");
	}
	if (rc == KITH_OK) {
		rc = kith_signing_new(call);
	}
	if (rc == KITH_OK) {
		call->signing->who.account =
			kith_limits_by_account(call->service->options.limits, call->session->user);
	}
	return rc;
}

static bool changes_password(const struct kith_call *call)
{
	return call->args[KITH_ME_UPDATE_PASSWORD].is_present;
}

static enum kith_rc check_update(struct kith_call *call)
{
	const struct kith_arg *name = &call->args[KITH_ME_UPDATE_NAME];

	if (name->is_present && !kith_name_is_valid(name->text)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "name",
		                   "A name is 1 to %d bytes of UTF-8 without controls.",
		                   (int)KITH_USER_NAME_MAX);
	}
	return changes_password(call) ? check_password(call) : KITH_OK;
}

/* Is the old password what is stored? Who has none needs none. */
static enum kith_rc show_old(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_arg *old = &call->args[KITH_ME_UPDATE_OLD_PASSWORD];
	struct kith_str stored;
	enum kith_rc rc =
		kith_reader_password(reader, call->session->user_row, &call->mem, &stored);

	if (rc == KITH_E_NOT_FOUND) {
		return KITH_OK;
	}
	if (rc == KITH_OK) {
		rc = kith_password_check(call->service->options.password_memory_mib, stored,
		                         old->is_present ? old->text : KITH_STR(""));
	}
	if (rc != KITH_E_UNAUTHENTICATED) {
		return rc;
	}
	/* The token holds: it is the password that does not. */
	call->signing->is_false = true;
	return kith_refuse(&call->why, KITH_E_FORBIDDEN, "oldPassword",
	                   "This is not the password until now.");
}

static enum kith_rc load_password(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_limits *limits = call->service->options.limits;
	struct kith_signing *signing = call->signing;

	signing->is_false = false;
	enum kith_rc rc = kith_signin_may(limits, &signing->who, call->now_us, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = show_old(call, reader);
	if (signing->is_false) {
		kith_signin_failed(limits, &signing->who, call->now_us);
	} else {
		kith_signin_passed(limits, &signing->who);
	}
	return rc != KITH_OK ? rc
	                     : kith_password_hash(call->service->options.password_memory_mib,
	                                          call->args[KITH_ME_UPDATE_PASSWORD].text,
	                                          signing->password);
}

static enum kith_rc load_update(struct kith_call *call, struct kith_reader *reader)
{
	enum kith_rc rc = load_me(call, reader);

	call->profile = call->result.me.profile;
	return rc == KITH_OK && changes_password(call) ? load_password(call, reader) : rc;
}

/* No metadata is kept as no text at all. */
static struct kith_arg without_empty(const struct kith_arg *arg)
{
	struct kith_arg given = *arg;

	if (arg->is_present && kith_str_equal(arg->text, KITH_STR("{}"))) {
		given.text = KITH_STR("");
	}
	return given;
}

/* Adds the new password to what is planned, and the end of all other sessions. */
static void plan_password(struct kith_call *call)
{
	struct kith_plan *plan = &call->plan;
	struct kith_effect *effects = call->signing->effects;
	size_t count = 0;

	if (plan->effect_count > 0) {
		effects[count++] = call->effect;
	} else {
		/* One that was changed meanwhile is looked at again. */
		plan->expects[plan->expect_count++] =
			(struct kith_expect){ .kind = KITH_EXPECT_USER,
			                      .row = call->profile.user.row,
			                      .version = call->profile.user.version };
	}
	effects[count] = (struct kith_effect){ .kind = KITH_EFFECT_PASSWORD_SET,
		                               .user = call->profile.user };
	effects[count++].text = kith_str_of(call->signing->password);
	effects[count] =
		(struct kith_effect){ .kind = KITH_EFFECT_SESSION_END, .user = call->profile.user };
	effects[count].device.user_row = call->profile.user.row;
	effects[count++].device.spared = call->session->sid;
	plan->effects = effects;
	plan->effect_count = count;
}

static enum kith_rc plan_update(struct kith_call *call)
{
	const struct kith_arg *args = call->args;
	struct kith_profile *profile = &call->profile;
	const struct kith_arg metadata = without_empty(&args[KITH_ME_UPDATE_METADATA]);
	const struct kith_arg private_metadata =
		without_empty(&args[KITH_ME_UPDATE_PRIVATE_METADATA]);
	unsigned parts =
		change_text(&args[KITH_ME_UPDATE_NAME], &profile->user.name, KITH_USER_NAME);

	parts |= change_text(&metadata, &profile->metadata, KITH_USER_METADATA);
	parts |= change_text(&private_metadata, &profile->private_metadata,
	                     KITH_USER_PRIVATE_METADATA);
	plan_profile(call, parts);
	if (changes_password(call)) {
		plan_password(call);
	}
	return KITH_OK;
}

static void finish_update(struct kith_call *call)
{
	call->result.me.profile = call->profile;
}

const struct kith_verb kith_verb_me_update = {
	.check = check_update,
	.load = load_update,
	.is_slow = changes_password,
	.plan = plan_update,
	.finish = finish_update,
};

/* --- me.settings --- */

static enum kith_rc check_settings(struct kith_call *call)
{
	const struct kith_arg *language = &call->args[KITH_ME_SETTINGS_LANGUAGE];

	if (language->is_present && !kith_language_is_valid(language->text)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "language",
		                   "This is no language tag.");
	}
	return KITH_OK;
}

/* ARG shows what FLAG of the profile hides. */
static unsigned change_flag(const struct kith_arg *arg, struct kith_profile *profile, unsigned flag)
{
	unsigned flags = profile->user.flags;

	if (arg->is_present) {
		flags = arg->flag ? flags & ~flag : flags | flag;
	}
	unsigned part = flags == profile->user.flags ? 0 : KITH_USER_FLAGS;
	profile->user.flags = flags;
	return part;
}

static enum kith_rc plan_settings(struct kith_call *call)
{
	const struct kith_arg *args = call->args;
	const struct kith_arg *theme = &args[KITH_ME_SETTINGS_THEME];
	struct kith_profile *profile = &call->profile;
	unsigned parts = change_flag(&args[KITH_ME_SETTINGS_SHOW_PRESENCE], profile,
	                             KITH_USER_HIDES_PRESENCE);

	parts |= change_flag(&args[KITH_ME_SETTINGS_SHOW_RECEIPTS], profile,
	                     KITH_USER_HIDES_RECEIPTS);
	parts |= change_text(&args[KITH_ME_SETTINGS_LANGUAGE], &profile->language,
	                     KITH_USER_LANGUAGE);
	if (theme->is_present && theme->integer != (int64_t)profile->theme) {
		profile->theme = (enum kith_theme)theme->integer;
		parts |= KITH_USER_THEME;
	}
	plan_profile(call, parts);
	return KITH_OK;
}

static void finish_settings(struct kith_call *call)
{
	call->result =
		(struct kith_result){ .kind = KITH_RESULT_SETTINGS, .profile = call->profile };
}

const struct kith_verb kith_verb_me_settings = {
	.check = check_settings,
	.load = load_profile,
	.plan = plan_settings,
	.finish = finish_settings,
};
