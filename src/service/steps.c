/*
 * steps.c -- from an address to a conversation that the caller is in.
 */
#include "service/steps.h"

#include "domain/address.h"

int64_t kith_step_integer(const struct kith_arg *arg, int64_t standard)
{
	return arg->is_present ? arg->integer : standard;
}

/* The organization that ARG names, which must be one of the caller's. */
static enum kith_rc name_organization(struct kith_call *call, const struct kith_arg *arg)
{
	const struct kith_session *session = call->session;

	for (size_t i = 0; i < session->org_count; i++) {
		if (kith_str_equal(arg->text, session->orgs[i].id)) {
			call->org = session->orgs[i];
			return KITH_OK;
		}
	}
	return kith_refuse(&call->why, KITH_E_NOT_FOUND, "organization",
	                   "The session is in no such organization.");
}

enum kith_rc kith_step_organization(struct kith_call *call, const struct kith_arg *arg)
{
	if (arg->is_present) {
		return name_organization(call, arg);
	}
	if (call->org.row != 0) {
		return KITH_OK;
	}
	return kith_refuse(&call->why, KITH_E_ORGANIZATION_REQUIRED, "organization",
	                   "You are in several organizations: name the one that is meant.");
}

enum kith_rc kith_step_organizations(struct kith_call *call, const struct kith_arg *arg)
{
	return arg->is_present ? name_organization(call, arg) : KITH_OK;
}

/*
 * Reads TEXT by the domain of the call's organization, or, as long as none is fixed, of
 * any that the caller is in: then a JID fixes it.
 */
static enum kith_rc read_address(struct kith_call *call, struct kith_str text)
{
	const struct kith_session *session = call->session;
	bool has_domain = kith_str_find(text, '@') >= 0;
	enum kith_rc rc = KITH_E_NOT_FOUND;

	if (call->org.row != 0 || session->org_count == 0) {
		return kith_address_read(text, call->org.domain, &call->address, &call->why);
	}
	for (size_t i = 0; i < session->org_count && rc == KITH_E_NOT_FOUND; i++) {
		rc = kith_address_read(text, session->orgs[i].domain, &call->address, &call->why);
		if (rc == KITH_OK && has_domain) {
			call->org = session->orgs[i];
		}
	}
	return rc;
}

enum kith_rc kith_step_address(struct kith_call *call, const struct kith_arg *arg,
                               const char *field)
{
	enum kith_rc rc = read_address(call, arg->text);
	if (rc != KITH_OK) {
		/* The sentence says what is wrong; here the argument is known. */
		char detail[KITH_WHY_MAX];
		memcpy(detail, call->why.detail, sizeof(detail));
		return kith_refuse(&call->why, rc, field, "%s", detail);
	}
	if (call->address.kind == KITH_ADDRESS_CONVERSATION) {
		call->conversation.id = call->address.conversation;
	}
	return KITH_OK;
}

/* The conversation with PERSON is meant, in the call's organization. */
static void name_direct(struct kith_call *call, struct kith_str person)
{
	call->conversation.id = kith_direct_id(kith_store_digest_key(call->service->options.store),
	                                       call->org.id, call->session->user, person);
}

enum kith_rc kith_step_direct(struct kith_call *call, const struct kith_arg *organization,
                              const struct kith_arg *arg, const char *field)
{
	enum kith_rc rc = kith_step_organizations(call, organization);
	if (rc == KITH_OK) {
		rc = kith_step_address(call, arg, field);
	}
	if (rc != KITH_OK || call->address.kind == KITH_ADDRESS_CONVERSATION) {
		return rc;
	}
	rc = kith_step_organization(call, organization);
	if (rc == KITH_OK) {
		/* A wallet's holder is found later; until then its text stands for them,
		 * so that a repeated send is known without asking whose it is. */
		name_direct(call, call->address.kind == KITH_ADDRESS_WALLET
		                          ? kith_wallet_str(&call->address.wallet)
		                          : call->address.user);
	}
	return rc;
}

/* Whoever has the wallet that is addressed takes its place. */
static enum kith_rc resolve_wallet(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_user owner;

	if (call->address.kind != KITH_ADDRESS_WALLET) {
		return KITH_OK;
	}
	enum kith_rc rc =
		kith_reader_alias(reader, KITH_ALIAS_WALLET, kith_wallet_str(&call->address.wallet),
	                          &call->mem, &owner);
	if (rc == KITH_OK) {
		call->address.kind = KITH_ADDRESS_USER;
		call->address.user = owner.id;
	}
	return rc;
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

static bool is_in_my_org(const struct kith_call *call, int64_t org_row)
{
	return (call->org.row == 0 || call->org.row == org_row) &&
	       kith_session_org(call->session, org_row) != NULL;
}

static bool is_mine(const struct kith_call *call)
{
	return is_in_my_org(call, call->conversation.org_row) &&
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

enum kith_rc kith_step_load_me(struct kith_reader *reader, int64_t user_row,
                               const struct kith_org *org, struct kith_arena *mem,
                               struct kith_me *out)
{
	struct kith_me me = { .orgs = org, .org_count = 1 };
	struct kith_org *orgs = NULL;
	enum kith_rc rc = kith_reader_profile(reader, user_row, mem, &me.profile);

	/* What is of one organization acts, and sees, only inside it. */
	if (rc == KITH_OK && org->row == 0) {
		rc = kith_reader_orgs(reader, user_row, mem, &orgs, &me.org_count);
		me.orgs = orgs;
	}
	if (rc == KITH_OK) {
		*out = me;
	}
	return rc;
}

enum kith_rc kith_step_load_user(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;
	enum kith_rc rc = resolve_wallet(call, reader);
	struct kith_str id = call->address.user;

	if (rc != KITH_OK) {
		return rc;
	}
	rc = KITH_E_NOT_FOUND;
	/* The operator, who acts in no organization, knows everybody. */
	if (call->org.row != 0 || session->scope == KITH_SCOPE_OPERATOR) {
		return kith_reader_user(reader, id, call->org.row, &call->mem, &call->peer);
	}
	for (size_t i = 0; i < session->org_count && rc == KITH_E_NOT_FOUND; i++) {
		rc = kith_reader_user(reader, id, session->orgs[i].row, &call->mem, &call->peer);
		call->org = rc == KITH_OK ? session->orgs[i] : call->org;
	}
	return rc;
}

enum kith_rc kith_step_load_direct(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;

	if (call->address.kind == KITH_ADDRESS_CONVERSATION) {
		return kith_step_load_conversation(call, reader);
	}
	bool is_wallet = call->address.kind == KITH_ADDRESS_WALLET;
	enum kith_rc rc = resolve_wallet(call, reader);
	if (rc != KITH_OK) {
		return rc;
	}
	if (is_wallet) {
		name_direct(call, call->address.user);
	}
	rc = kith_step_load_conversation(call, reader);
	if (rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	rc = kith_step_load_user(call, reader);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_user me = { .row = session->user_row, .id = session->user };
	struct kith_conversation *new = &call->conversation;
	*new = (struct kith_conversation){ .id = new->id,
		                           .org_row = call->org.row,
		                           .org = call->org.id,
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

enum kith_rc kith_step_find_subject(struct kith_call *call, struct kith_reader *reader,
                                    const struct kith_uuid *id, int64_t viewer_row)
{
	struct kith_standing standing;
	struct kith_entry *subject = &call->subject;
	enum kith_rc rc = kith_reader_message(reader, id, viewer_row, &call->mem, subject);
	if (rc != KITH_OK) {
		return rc;
	}
	if (subject->content.kind >= KITH_KIND_ACTS || !is_in_my_org(call, subject->org_row)) {
		return KITH_E_NOT_FOUND;
	}
	return kith_reader_standing(reader, subject->conversation_row, call->session->user_row,
	                            &call->mem, &standing);
}

enum kith_rc kith_step_load_subject(struct kith_call *call, struct kith_reader *reader,
                                    const struct kith_uuid *id)
{
	struct kith_entry *subject = &call->subject;
	enum kith_rc rc =
		kith_reader_message(reader, id, call->session->user_row, &call->mem, subject);
	if (rc != KITH_OK) {
		return rc;
	}
	if (subject->content.kind >= KITH_KIND_ACTS) {
		return KITH_E_NOT_FOUND;
	}
	call->conversation.id = subject->conversation;
	return kith_step_load_conversation(call, reader);
}

enum kith_rc kith_step_load_reply(struct kith_call *call, struct kith_reader *reader,
                                  const struct kith_uuid *id)
{
	struct kith_entry *subject = &call->subject;
	enum kith_rc rc =
		kith_reader_message(reader, id, call->session->user_row, &call->mem, subject);
	bool is_there = rc == KITH_OK && subject->conversation_row == call->conversation.row &&
	                subject->content.kind < KITH_KIND_ACTS &&
	                (subject->extra == NULL || subject->extra->retracted_us == 0);

	if (rc == KITH_E_NOT_FOUND || (rc == KITH_OK && !is_there)) {
		return kith_refuse(&call->why, KITH_E_NOT_FOUND, "replyTo",
		                   "There is no such message in this conversation.");
	}
	return rc;
}

void kith_step_take_id(struct kith_call *call, const struct kith_arg *id)
{
	call->has_own_id = id->is_present;
	call->entry.message =
		id->is_present ? id->uuid : kith_uuid_v7(call->now_us, &call->service->rand);
}
