/*
 * sqlite_check.c -- the expectations, the effects and the entries, in this order:
 * a stale plan is planned again before anybody looks for its duplicates.
 */
#include "store/sqlite_check.h"

#include "base/macros.h"
#include "store/sqlite_act.h"
#include "store/sqlite_mark.h"
#include "store/sqlite_people.h"
#include "store/sqlite_signin.h"

/* A row that is not there is as stale as one of another version. */
static enum kith_rc stale_if_absent(enum kith_rc rc)
{
	return rc == KITH_E_NOT_FOUND ? KITH_E_STALE : rc;
}

/* TAKEN answers a row when what a plan wants to add is there: then RC. */
static enum kith_rc refuse_if_present(struct kith_query *taken, enum kith_rc rc)
{
	int64_t row = 0;
	enum kith_rc found = kith_query_one(taken, &row);
	if (found == KITH_E_NOT_FOUND) {
		return KITH_OK;
	}
	return found == KITH_OK ? rc : found;
}

static enum kith_rc check_user(struct kith_apply *apply, const struct kith_expect *expect)
{
	struct kith_apply_user user;
	enum kith_rc rc = stale_if_absent(kith_apply_user(apply, expect->row, &user));
	return rc == KITH_OK && user.version != expect->version ? KITH_E_STALE : rc;
}

static enum kith_rc check_conversation(struct kith_apply *apply, const struct kith_expect *expect)
{
	struct kith_head *head = NULL;
	enum kith_rc rc = stale_if_absent(kith_heads_get(&apply->heads, expect->row, &head));
	return rc == KITH_OK && head->version != expect->version ? KITH_E_STALE : rc;
}

static enum kith_rc check_id_free(struct kith_apply *apply, const struct kith_uuid *id)
{
	struct kith_query taken = kith_query(apply->sql, KITH_SQL_CONVERSATION_TAKEN);
	kith_query_uuid(&taken, id);
	return refuse_if_present(&taken, KITH_E_STALE);
}

static enum kith_rc check_absent(struct kith_apply *apply, const struct kith_expect *expect)
{
	return check_id_free(apply, &expect->id);
}

/* By enum kith_expect_kind. */
static enum kith_rc (*const expect_checks[])(struct kith_apply *, const struct kith_expect *) = {
	[KITH_EXPECT_USER] = check_user,
	[KITH_EXPECT_CONVERSATION] = check_conversation,
	[KITH_EXPECT_CONVERSATION_ABSENT] = check_absent,
	[KITH_EXPECT_STATE] = kith_act_check_state,
};

static enum kith_rc check_org_row(struct kith_apply *apply, int64_t row)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ORG_HAS_ROW);
	kith_query_int(&query, row);
	return stale_if_absent(kith_query_one(&query, &row));
}

static enum kith_rc check_org_add(struct kith_apply *apply, const struct kith_plan *plan, size_t at)
{
	const struct kith_org *org = &plan->effects[at].org;
	for (size_t i = 0; i < at; i++) {
		const struct kith_effect *other = &plan->effects[i];
		if (other->kind == KITH_EFFECT_ORG_ADD &&
		    (kith_str_equal(other->org.id, org->id) ||
		     kith_str_equal(other->org.domain, org->domain))) {
			return KITH_E_EXISTS;
		}
	}
	struct kith_query taken = kith_query(apply->sql, KITH_SQL_ORG_TAKEN);
	kith_query_text(&taken, org->id);
	kith_query_text(&taken, org->domain);
	return refuse_if_present(&taken, KITH_E_EXISTS);
}

static enum kith_rc check_key_add(struct kith_apply *apply, const struct kith_plan *plan, size_t at)
{
	const struct kith_effect *effect = &plan->effects[at];
	for (size_t i = 0; i < at; i++) {
		if (plan->effects[i].kind == KITH_EFFECT_KEY_ADD &&
		    kith_str_equal(plan->effects[i].key.kid, effect->key.kid)) {
			return KITH_E_EXISTS;
		}
	}
	struct kith_query taken = kith_query(apply->sql, KITH_SQL_KEY_TAKEN);
	kith_query_text(&taken, effect->key.kid);
	enum kith_rc rc = refuse_if_present(&taken, KITH_E_EXISTS);
	if (rc == KITH_OK && effect->org.row != 0) {
		rc = check_org_row(apply, effect->org.row);
	}
	return rc;
}

static enum kith_rc check_user_add(struct kith_apply *apply, const struct kith_plan *plan,
                                   size_t at)
{
	const struct kith_user *user = &plan->effects[at].user;
	for (size_t i = 0; i < at; i++) {
		if (plan->effects[i].kind == KITH_EFFECT_USER_ADD &&
		    kith_str_equal(plan->effects[i].user.id, user->id)) {
			return KITH_E_EXISTS;
		}
	}
	struct kith_query taken = kith_query(apply->sql, KITH_SQL_USER_TAKEN);
	kith_query_text(&taken, user->id);
	return refuse_if_present(&taken, KITH_E_EXISTS);
}

static enum kith_rc check_org_join(struct kith_apply *apply, const struct kith_plan *plan,
                                   size_t at)
{
	const struct kith_effect *effect = &plan->effects[at];
	enum kith_rc rc = check_org_row(apply, effect->org.row);
	if (rc != KITH_OK || effect->user.row == 0) {
		return rc;
	}
	struct kith_apply_user user;
	return stale_if_absent(kith_apply_user(apply, effect->user.row, &user));
}

static enum kith_rc check_conversation_add(struct kith_apply *apply, const struct kith_plan *plan,
                                           size_t at)
{
	const struct kith_conversation *conversation = plan->effects[at].conversation;
	KITH_ASSERT(conversation->member_count >= 1 &&
	            conversation->member_count <= KITH_DIRECT_MEMBERS_MAX);
	for (size_t i = 0; i < at; i++) {
		if (plan->effects[i].kind == KITH_EFFECT_CONVERSATION_ADD) {
			KITH_ASSERT(!kith_uuid_equal(&plan->effects[i].conversation->id,
			                             &conversation->id));
		}
	}
	return check_id_free(apply, &conversation->id);
}

/* By enum kith_effect_kind; AT is the effect's place in the plan. */
static enum kith_rc (*const effect_checks[])(struct kith_apply *, const struct kith_plan *plan,
                                             size_t at) = {
	[KITH_EFFECT_ORG_ADD] = check_org_add,
	[KITH_EFFECT_KEY_ADD] = check_key_add,
	[KITH_EFFECT_USER_ADD] = check_user_add,
	[KITH_EFFECT_ORG_JOIN] = check_org_join,
	[KITH_EFFECT_CONVERSATION_ADD] = check_conversation_add,
	[KITH_EFFECT_SEEN] = kith_mark_check,
	[KITH_EFFECT_DELIVERED] = kith_mark_check,
	[KITH_EFFECT_MARK_UNREAD] = kith_mark_check,
	[KITH_EFFECT_DRAFT] = kith_mark_check_draft,
	[KITH_EFFECT_HIDE] = kith_act_check_hide,
	[KITH_EFFECT_USER_SET] = kith_people_check_user,
	[KITH_EFFECT_LAST_SEEN] = kith_people_check_user,
	[KITH_EFFECT_ALIAS_ADD] = kith_people_check_alias_add,
	[KITH_EFFECT_ALIAS_REMOVE] = kith_people_check_alias_remove,
	[KITH_EFFECT_CONTACT_ADD] = kith_people_check_contact,
	[KITH_EFFECT_CONTACT_REMOVE] = kith_people_check_contact,
	[KITH_EFFECT_SESSION_ADD] = kith_signin_check_session_add,
	[KITH_EFFECT_SESSION_TURN] = kith_signin_check_session_turn,
	[KITH_EFFECT_SESSION_END] = kith_signin_check_session_end,
	[KITH_EFFECT_PASSWORD_SET] = kith_signin_check_password_set,
	[KITH_EFFECT_API_KEY_ADD] = kith_signin_check_api_key_add,
	[KITH_EFFECT_API_KEY_END] = kith_signin_check_api_key_end,
	[KITH_EFFECT_LINK_ADD] = kith_signin_check_link_add,
	[KITH_EFFECT_LINK_USE] = kith_signin_check_link_use,
};

enum kith_rc kith_check_message(struct kith_apply *apply, const struct kith_uuid *message,
                                struct kith_entry *first)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_MESSAGE_TAKEN);
	kith_query_uuid(&query, message);
	bool is_row = kith_query_next(&query);
	struct kith_entry stored = { .message = *message };
	if (is_row) {
		stored.id = kith_query_get_int(&query, 0);
		stored.conversation_row = kith_query_get_int(&query, 1);
		stored.n = kith_query_get_int(&query, 2);
		stored.m = kith_query_get_int(&query, 3);
		stored.sender_row = kith_query_get_int(&query, 4);
		stored.content.kind = (enum kith_kind)kith_query_get_int(&query, 5);
		stored.print = (uint64_t)kith_query_get_int(&query, 6);
		stored.sent_us = kith_query_get_int(&query, 7);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc != KITH_OK || !is_row) {
		return rc;
	}
	*first = stored;
	return KITH_E_CONFLICT;
}

static enum kith_rc check_entry(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	const struct kith_entry *entry = &plan->entries[at];
	for (size_t i = 0; i < at; i++) {
		if (kith_uuid_equal(&plan->entries[i].message, &entry->message)) {
			plan->first = plan->entries[i];
			return KITH_E_CONFLICT;
		}
	}
	enum kith_rc rc = kith_check_message(apply, &entry->message, &plan->first);
	return rc == KITH_OK && kith_kind_is_act(entry->content.kind)
	               ? kith_act_check(apply, plan, at)
	               : rc;
}

bool kith_check_is_lone_entry(const struct kith_plan *plan)
{
	return plan->entry_count == 1 && plan->effect_count == 0 &&
	       !kith_kind_is_act(plan->entries[0].content.kind);
}

/* Does the plan itself make the conversation of its entries? */
static bool is_added_here(const struct kith_plan *plan)
{
	for (size_t i = 0; i < plan->effect_count; i++) {
		if (plan->effects[i].kind == KITH_EFFECT_CONVERSATION_ADD &&
		    plan->effects[i].conversation == plan->conversation) {
			return true;
		}
	}
	return false;
}

static enum kith_rc check_entries(struct kith_apply *apply, struct kith_plan *plan)
{
	if (plan->entry_count == 0) {
		return KITH_OK;
	}
	KITH_ASSERT(plan->conversation != NULL);
	enum kith_rc rc = KITH_OK;
	if (!is_added_here(plan)) {
		struct kith_head *head = NULL;
		rc = stale_if_absent(kith_heads_get(&apply->heads, plan->conversation->row, &head));
	}
	if (kith_check_is_lone_entry(plan)) {
		return rc;
	}
	for (size_t i = 0; rc == KITH_OK && i < plan->entry_count; i++) {
		rc = check_entry(apply, plan, i);
	}
	return rc;
}

enum kith_rc kith_check_plan(struct kith_apply *apply, struct kith_plan *plan)
{
	KITH_ASSERT(plan->expect_count <= KITH_PLAN_EXPECTS_MAX);
	KITH_ASSERT(plan->entry_count <= KITH_PLAN_ENTRIES_MAX);
	KITH_ASSERT(plan->effect_count <= KITH_PLAN_EFFECTS_MAX);

	enum kith_rc rc = KITH_OK;
	for (size_t i = 0; rc == KITH_OK && i < plan->expect_count; i++) {
		KITH_ASSERT((size_t)plan->expects[i].kind < KITH_COUNT(expect_checks));
		rc = expect_checks[plan->expects[i].kind](apply, &plan->expects[i]);
	}
	for (size_t i = 0; rc == KITH_OK && i < plan->effect_count; i++) {
		KITH_ASSERT((size_t)plan->effects[i].kind < KITH_COUNT(effect_checks));
		rc = effect_checks[plan->effects[i].kind](apply, plan, i);
	}
	return rc == KITH_OK ? check_entries(apply, plan) : rc;
}
