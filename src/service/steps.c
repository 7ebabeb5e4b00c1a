/*
 * steps.c -- from an address to a conversation that the caller is in.
 */
#include "service/steps.h"

#include "domain/address.h"

int64_t kith_step_integer(const struct kith_arg *arg, int64_t standard)
{
	return arg->is_present ? arg->integer : standard;
}

enum kith_rc kith_step_organization(struct kith_call *call, const struct kith_arg *arg)
{
	if (arg->is_present && !kith_str_equal(arg->text, call->session->org.id)) {
		return kith_refuse(&call->why, KITH_E_NOT_FOUND, "organization", "%s",
		                   "The token is of another organization.");
	}
	return KITH_OK;
}

enum kith_rc kith_step_address(struct kith_call *call, const struct kith_arg *arg,
                               const char *field)
{
	const struct kith_session *session = call->session;
	enum kith_rc rc =
		kith_address_read(arg->text, session->org.domain, &call->address, &call->why);
	if (rc != KITH_OK) {
		/* The sentence says what is wrong; here the argument is known. */
		char detail[KITH_WHY_MAX];
		memcpy(detail, call->why.detail, sizeof(detail));
		return kith_refuse(&call->why, rc, field, "%s", detail);
	}
	if (call->address.kind == KITH_ADDRESS_CONVERSATION) {
		call->conversation.id = call->address.conversation;
	} else {
		call->conversation.id =
			kith_direct_id(kith_store_digest_key(call->service->options.store),
		                       session->org.id, session->user, call->address.user);
	}
	return KITH_OK;
}

enum kith_rc kith_step_conversation(struct kith_call *call, const struct kith_arg *arg,
                                    const char *field)
{
	enum kith_rc rc = kith_step_address(call, arg, field);

	if (rc == KITH_OK && call->address.kind != KITH_ADDRESS_CONVERSATION) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, field,
		                   "This is no conversation id.");
	}
	return rc;
}

static bool is_mine(const struct kith_call *call)
{
	return call->conversation.org_row == call->session->org.row &&
	       kith_conversation_member(&call->conversation, call->session->user_row) != NULL;
}

enum kith_rc kith_step_load_conversation(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_uuid id = call->conversation.id;
	enum kith_rc rc = kith_reader_conversation(reader, &id, &call->mem, &call->conversation);

	if (rc == KITH_OK && !is_mine(call)) {
		call->conversation = (struct kith_conversation){ .id = id };
		rc = KITH_E_NOT_FOUND;
	}
	return rc;
}

enum kith_rc kith_step_load_direct(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;

	if (call->address.kind == KITH_ADDRESS_CONVERSATION) {
		return kith_step_load_conversation(call, reader);
	}
	enum kith_rc rc = kith_step_load_conversation(call, reader);
	if (rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	rc = kith_reader_user(reader, call->address.user, session->org.row, &call->mem,
	                      &call->peer);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_user me = { .row = session->user_row, .id = session->user };
	struct kith_conversation *new = &call->conversation;
	*new = (struct kith_conversation){ .id = new->id,
		                           .org_row = session->org.row,
		                           .org = session->org.id,
		                           .created_us = call->now_us,
		                           .members = { me },
		                           .member_count = 1 };
	if (call->peer.row != me.row) {
		new->members[new->member_count++] = call->peer;
		return KITH_OK;
	}
	new->members[0].name = call->peer.name;
	return KITH_OK;
}

bool kith_step_recall(struct kith_call *call)
{
	struct kith_conversation found;

	if (!kith_memory_get(call->service->memory, &call->conversation.id, &call->mem, &found)) {
		return false;
	}
	struct kith_conversation asked = call->conversation;
	call->conversation = found;
	if (!is_mine(call)) {
		/* Another of this worker's people is in it: the store says what I may know. */
		call->conversation = asked;
		return false;
	}
	return true;
}

void kith_step_plan_conversation(struct kith_call *call)
{
	struct kith_plan *plan = &call->plan;

	plan->conversation = &call->conversation;
	if (call->conversation.row != 0) {
		plan->expects[plan->expect_count++] =
			(struct kith_expect){ .kind = KITH_EXPECT_CONVERSATION,
			                      .row = call->conversation.row,
			                      .version = call->conversation.version };
		return;
	}
	plan->expects[plan->expect_count++] =
		(struct kith_expect){ .kind = KITH_EXPECT_CONVERSATION_ABSENT,
		                      .id = call->conversation.id };
	plan->expects[plan->expect_count++] = (struct kith_expect){ .kind = KITH_EXPECT_USER,
		                                                    .row = call->peer.row,
		                                                    .version = call->peer.version };
	call->effect = (struct kith_effect){ .kind = KITH_EFFECT_CONVERSATION_ADD,
		                             .conversation = &call->conversation };
	plan->effects = &call->effect;
	plan->effect_count = 1;
}
