/*
 * signin.c -- sessions.create: somebody shows who they are, and gets a session.
 *
 * By user and password, by the code of a link together with a new password, or by a
 * token of the app's own back end (R-004 a, b). Whether it is true is found out on a
 * thread for slow work; failed tries are counted for the account and the address,
 * and above their limits nothing is looked at. Who is wrong hears the same,
 * as late, whether the user exists or not.
 */
#include <stdio.h>

#include "base/log.h"
#include "service/grant.h"

/* --- three ways to show it, on a reader's thread --- */

static enum kith_rc refuse_wrong(struct kith_call *call)
{
	call->signing->is_false = true;
	return kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "", "User or password is wrong.");
}

static enum kith_rc show_password(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_signing *signing = call->signing;
	struct kith_str password = call->args[KITH_SESSIONS_CREATE_PASSWORD].text;
	struct kith_str stored = { 0 };
	struct kith_user user = { .row = 0 };
	enum kith_rc rc = KITH_E_NOT_FOUND;

	if (call->address.kind == KITH_ADDRESS_USER) {
		rc = kith_reader_user(reader, call->address.user, 0, &call->mem, &user);
	}
	if (rc == KITH_OK) {
		rc = kith_reader_password(reader, user.row, &call->mem, &stored);
	}
	if (rc != KITH_OK && rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	rc = kith_password_check(call->service->options.password_memory_mib, stored, password);
	if (rc == KITH_E_UNAUTHENTICATED) {
		return refuse_wrong(call);
	}
	signing->user_row = user.row;
	return rc;
}

static enum kith_rc show_link(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_service *service = call->service;
	struct kith_signing *signing = call->signing;
	struct kith_signin_link link;

	kith_link_digest(&service->credential_keys, call->args[KITH_SESSIONS_CREATE_LINK].text,
	                 signing->link);
	enum kith_rc rc = kith_reader_signin_link(reader, signing->link, &link);
	if (rc != KITH_OK && rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	signing->is_false = rc == KITH_E_NOT_FOUND;
	if (signing->is_false || link.used_us != 0 || link.expires_us <= call->now_us) {
		return kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "",
		                   "The link is not, or no longer, good.");
	}
	signing->user_row = link.user_row;
	return kith_password_hash(service->options.password_memory_mib,
	                          call->args[KITH_SESSIONS_CREATE_PASSWORD].text,
	                          signing->password);
}

/* A token that may do less than its person could does not become a session that may more. */
static enum kith_rc check_whole(struct kith_call *call, const struct kith_session *session)
{
	if (session->org.row == 0 ||
	    session->scope != kith_scope_narrow(KITH_SCOPE_USER, session->flags)) {
		return kith_refuse(&call->why, KITH_E_FORBIDDEN, "token",
		                   "A token of this scope begins no session.");
	}
	return KITH_OK;
}

static enum kith_rc show_token(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_signing *signing = call->signing;
	struct kith_session *session = NULL;
	enum kith_rc rc = kith_bearer_admit(&signing->bearer, &call->service->credential_keys,
	                                    reader, call->now_us, &call->mem, &session,
	                                    &signing->is_false, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = check_whole(call, session);
	if (rc == KITH_OK &&
	    (!kith_arena_copy(&call->mem, session->org.id, &signing->org.id) ||
	     !kith_arena_copy(&call->mem, session->org.domain, &signing->org.domain))) {
		rc = KITH_E_NO_MEMORY;
	}
	signing->org.row = session->org.row;
	signing->user_row = session->user_row;
	kith_session_unref(&session);
	return rc;
}

/* --- what is asked for --- */

/* Which way is meant: exactly one. */
static enum kith_rc choose_way(struct kith_call *call)
{
	const struct kith_arg *args = call->args;
	bool has_user = args[KITH_SESSIONS_CREATE_USER].is_present;
	bool has_password = args[KITH_SESSIONS_CREATE_PASSWORD].is_present;
	bool has_link = args[KITH_SESSIONS_CREATE_LINK].is_present;
	bool has_token = args[KITH_SESSIONS_CREATE_TOKEN].is_present;

	if (has_user && has_password && !has_link && !has_token) {
		call->signing->show = show_password;
	} else if (has_link && has_password && !has_user && !has_token) {
		call->signing->show = show_link;
	} else if (has_token && !has_user && !has_password && !has_link) {
		call->signing->show = show_token;
	} else {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "user",
		                   "Give user and password, or link and password, or a token.");
	}
	return KITH_OK;
}

/* A user id, or a JID of any organization: whether it is theirs is seen behind the password. */
static enum kith_rc check_user(struct kith_call *call)
{
	struct kith_signing *signing = call->signing;
	struct kith_str text = call->args[KITH_SESSIONS_CREATE_USER].text;
	struct kith_str local;

	if (!kith_str_cut(text, '@', &local, &signing->domain)) {
		signing->domain = (struct kith_str){ 0 };
	}
	enum kith_rc rc = kith_address_read(text, signing->domain, &call->address, &call->why);
	if (rc != KITH_OK || call->address.kind == KITH_ADDRESS_CONVERSATION) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "user", "This is no user.");
	}
	signing->who.account = kith_limits_by_account(
		call->service->options.limits,
		call->address.kind == KITH_ADDRESS_USER ? call->address.user : text);
	return KITH_OK;
}

static enum kith_rc check_token(struct kith_call *call)
{
	struct kith_bearer *bearer = &call->signing->bearer;
	enum kith_rc rc = kith_bearer_read(&call->service->credential_keys,
	                                   call->args[KITH_SESSIONS_CREATE_TOKEN].text, &call->mem,
	                                   bearer, &call->why);
	if (rc == KITH_OK && bearer->kind != KITH_SESSION_APP) {
		return kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "",
		                   "A session begins with a token of the app's back end.");
	}
	return rc;
}

/*
 * Would it be looked at now? Asked before it waits among the slow ones, where what is
 * counted is decided: so that who is refused anyway keeps nobody waiting.
 */
static enum kith_rc check_tries(struct kith_call *call)
{
	struct kith_limits *limits = call->service->options.limits;
	const struct kith_signin *who = &call->signing->who;
	enum kith_rc rc = kith_limits_may(limits, KITH_LIMIT_FAILED_SIGNINS_ADDRESS, who->address,
	                                  call->now_us, &call->why);

	if (rc == KITH_OK && who->account != 0) {
		rc = kith_limits_may(limits, KITH_LIMIT_FAILED_SIGNINS_ACCOUNT, who->account,
		                     call->now_us, &call->why);
	}
	return rc;
}

static enum kith_rc check_create(struct kith_call *call)
{
	enum kith_rc rc = kith_signing_new(call);
	if (rc == KITH_OK) {
		rc = choose_way(call);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	if (call->signing->show == show_password) {
		rc = check_user(call);
	} else if (call->signing->show == show_link) {
		rc = kith_password_decide(call->args[KITH_SESSIONS_CREATE_PASSWORD].text,
		                          "password", &call->why);
	} else {
		rc = check_token(call);
	}
	return rc == KITH_OK ? check_tries(call) : rc;
}

static bool is_slow(const struct kith_call *call)
{
	return call->signing->show != show_token;
}

/* --- finding out --- */

/* Shows it, and counts how it went. */
static enum kith_rc show(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_limits *limits = call->service->options.limits;
	struct kith_signing *signing = call->signing;

	signing->is_false = false;
	enum kith_rc rc = kith_signin_may(limits, &signing->who, call->now_us, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = signing->show(call, reader);
	if (signing->is_false) {
		kith_signin_failed(limits, &signing->who, call->now_us);
	} else {
		kith_signin_passed(limits, &signing->who);
	}
	return rc;
}

/* The one that was asked for, or, by the JID, is meant; a token's is fixed. */
static enum kith_rc choose_org(struct kith_call *call)
{
	const struct kith_arg *wanted = &call->args[KITH_SESSIONS_CREATE_ORGANIZATION];
	struct kith_signing *signing = call->signing;
	const struct kith_me *me = &signing->me;
	bool is_known = signing->domain.len == 0;

	for (size_t i = 0; i < me->org_count; i++) {
		is_known = is_known || kith_str_equal(me->orgs[i].domain, signing->domain);
	}
	if (!is_known) {
		return refuse_wrong(call);
	}
	for (size_t i = 0; i < me->org_count && wanted->is_present; i++) {
		if (kith_str_equal(me->orgs[i].id, wanted->text)) {
			signing->org = me->orgs[i];
			signing->me.orgs = &signing->org;
			signing->me.org_count = 1;
			return KITH_OK;
		}
	}
	return wanted->is_present ? kith_refuse(&call->why, KITH_E_NOT_FOUND, "organization",
	                                        "The user is in no such organization.")
	                          : KITH_OK;
}

static enum kith_rc load_create(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_signing *signing = call->signing;
	enum kith_rc rc;

	if (signing->show != show_token) {
		signing->org = (struct kith_org){ .row = 0 };
	}
	rc = show(call, reader);
	if (rc == KITH_OK) {
		rc = kith_step_load_me(reader, signing->user_row, &signing->org, &call->mem,
		                       &signing->me);
	}
	if (rc == KITH_OK && (signing->me.profile.user.flags & KITH_USER_DISABLED) != 0) {
		rc = kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "",
		                 "The account is disabled.");
	}
	return rc == KITH_OK ? choose_org(call) : rc;
}

/* --- the session --- */

static void add_effect(struct kith_call *call, const struct kith_effect *effect)
{
	KITH_ASSERT(call->plan.effect_count < KITH_SIGNING_EFFECTS_MAX);
	call->signing->effects[call->plan.effect_count++] = *effect;
}

/* A link is used up; its password is the only one from now on, and whoever was signed in is not. */
static void add_link(struct kith_call *call)
{
	const struct kith_signing *signing = call->signing;
	const struct kith_user user = { .row = signing->user_row };
	struct kith_effect used = { .kind = KITH_EFFECT_LINK_USE };
	const struct kith_effect password = { .kind = KITH_EFFECT_PASSWORD_SET,
		                              .user = user,
		                              .text = kith_str_of(signing->password) };
	const struct kith_effect ended = { .kind = KITH_EFFECT_SESSION_END,
		                           .user = user,
		                           .device = { .spared = signing->device.id } };

	memcpy(used.signin_link.digest, signing->link, sizeof(signing->link));
	used.signin_link.user_row = signing->user_row;
	add_effect(call, &used);
	add_effect(call, &password);
	add_effect(call, &ended);
}

static enum kith_rc plan_create(struct kith_call *call)
{
	struct kith_signing *signing = call->signing;
	const struct kith_arg *name = &call->args[KITH_SESSIONS_CREATE_DEVICE];
	struct kith_plan *plan = &call->plan;

	signing->device = (struct kith_device){
		.id = kith_uuid_v7(call->now_us, &call->service->rand),
		.user_row = signing->user_row,
		.org_row = signing->org.row,
		.name = name->is_present ? name->text : KITH_STR(""),
		.created_us = call->now_us,
		.used_us = call->now_us,
		.counter = 1,
	};
	plan->effects = signing->effects;
	if (signing->show == show_link) {
		add_link(call);
	}
	const struct kith_effect add = { .kind = KITH_EFFECT_SESSION_ADD,
		                         .device = signing->device };
	add_effect(call, &add);
	/* A password that was changed meanwhile, or a user disabled, is looked at again. */
	plan->expects[plan->expect_count++] =
		(struct kith_expect){ .kind = KITH_EXPECT_USER,
		                      .row = signing->user_row,
		                      .version = signing->me.profile.user.version };
	return KITH_OK;
}

static void log_create(const struct kith_call *call)
{
	static struct kith_log_gate gate;
	const struct kith_signing *signing = call->signing;
	char user[KITH_USER_ID_MAX + 1];
	char session[KITH_UUID_TEXT + 1] = "";

	snprintf(user, sizeof(user), "%.*s", KITH_STR_PRINT(signing->me.profile.user.id));
	kith_uuid_format(&signing->device.id, session);
	kith_log_bounded(&gate, KITH_LOG_INFO, "signed_in", "user", user, "session", session, "by",
	                 signing->show == show_password ? "password"
	                 : signing->show == show_link   ? "link"
	                                                : "token",
	                 NULL);
}

static void finish_create(struct kith_call *call)
{
	log_create(call);
	call->rc = kith_grant_make(call);
}

const struct kith_verb kith_verb_sessions_create = {
	.check = check_create,
	.load = load_create,
	.plan = plan_create,
	.finish = finish_create,
	.is_slow = is_slow,
};
