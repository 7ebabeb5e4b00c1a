/*
 * people.c -- me.get and users.get: who somebody is.
 *
 * A person sees themselves and those of the organization they act in; the
 * operator sees everybody. Nobody else exists for them.
 */
#include "service/steps.h"

static enum kith_rc load_me(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;
	struct kith_org *orgs = NULL;
	size_t count = 0;

	call->result = (struct kith_result){ .kind = KITH_RESULT_ME };
	call->result.me.scope = session->scope;
	enum kith_rc rc = kith_reader_user(reader, session->user, session->org.row, &call->mem,
	                                   &call->result.me.user);
	if (rc != KITH_OK) {
		return rc;
	}
	/* A token of an organization acts, and sees, only inside it. */
	if (session->org.row != 0) {
		call->result.me.orgs = &session->org;
		call->result.me.org_count = 1;
		return KITH_OK;
	}
	rc = kith_reader_orgs(reader, session->user_row, &call->mem, &orgs, &count);
	call->result.me.orgs = orgs;
	call->result.me.org_count = count;
	return rc;
}

const struct kith_verb kith_verb_me_get = { .load = load_me };

static enum kith_rc check_user(struct kith_call *call)
{
	enum kith_rc rc = kith_step_address(call, &call->args[KITH_USERS_GET_USER], "user");

	if (rc == KITH_OK && call->address.kind != KITH_ADDRESS_USER) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "user", "This is no user.");
	}
	return rc;
}

static enum kith_rc load_user(struct kith_call *call, struct kith_reader *reader)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_USER };
	return kith_reader_user(reader, call->address.user, call->session->org.row, &call->mem,
	                        &call->result.user);
}

const struct kith_verb kith_verb_users_get = { .check = check_user, .load = load_user };
