/*
 * aliases.c -- aliases.list, .add and .remove: other names of people.
 *
 * An alias is its owner's alone in the deployment. The operator gives and
 * takes them: who is known by which name elsewhere is the operator's to vouch for.
 * When one moves, conversations stay with whom they were.
 */
#include "service/steps.h"

/* The words of the contract, in its order, by what is stored. */
static enum kith_alias_kind kind_of(const struct kith_arg *arg)
{
	static const enum kith_alias_kind kinds[] = { KITH_ALIAS_WALLET, KITH_ALIAS_EMAIL,
		                                      KITH_ALIAS_PHONE, KITH_ALIAS_EXTERNAL };

	KITH_ASSERT((size_t)arg->integer < KITH_COUNT(kinds));
	return kinds[arg->integer];
}

/* A wallet in the form in which it is compared; another name as it is. */
static enum kith_rc read_value(struct kith_call *call, const struct kith_arg *kind,
                               const struct kith_arg *value)
{
	struct kith_alias *alias = &call->alias;
	struct kith_wallet wallet;

	*alias = (struct kith_alias){ .kind = kind_of(kind), .value = value->text };
	if (alias->kind != KITH_ALIAS_WALLET) {
		return KITH_OK;
	}
	enum kith_rc rc = kith_wallet_read(value->text, &wallet, &call->why);
	if (rc != KITH_OK) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "value",
		                   "This is no wallet, or its checksum is wrong.");
	}
	return kith_arena_copy(&call->mem, kith_wallet_str(&wallet), &alias->value)
	               ? KITH_OK
	               : KITH_E_NO_MEMORY;
}

/* --- aliases.list --- */

static enum kith_rc check_list(struct kith_call *call)
{
	const struct kith_arg *user = &call->args[KITH_ALIASES_LIST_USER];

	if (!user->is_present) {
		return KITH_OK;
	}
	if (call->session->scope != KITH_SCOPE_OPERATOR) {
		return kith_refuse(&call->why, KITH_E_FORBIDDEN, "user",
		                   "Only the operator may ask for somebody's.");
	}
	return kith_step_address(call, user, "user");
}

static enum kith_rc load_list(struct kith_call *call, struct kith_reader *reader)
{
	int64_t row = call->session->user_row;
	struct kith_alias *items = NULL;
	size_t count = 0;
	enum kith_rc rc = KITH_OK;

	if (call->args[KITH_ALIASES_LIST_USER].is_present) {
		rc = kith_step_load_user(call, reader);
		row = call->peer.row;
	}
	if (rc == KITH_OK) {
		rc = kith_reader_aliases(reader, row, &call->mem, &items, &count);
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_ALIASES };
	call->result.aliases.items = items;
	call->result.aliases.count = count;
	return rc;
}

const struct kith_verb kith_verb_aliases_list = { .check = check_list, .load = load_list };

/* --- aliases.add and .remove --- */

/* Who has the alias now into call->peer, and how many aliases they have. */
static enum kith_rc load_owner(struct kith_call *call, struct kith_reader *reader,
                               struct kith_user *owner)
{
	enum kith_rc rc =
		kith_reader_alias(reader, call->alias.kind, call->alias.value, &call->mem, owner);

	if (rc == KITH_E_NOT_FOUND) {
		*owner = (struct kith_user){ .row = 0 };
		return KITH_OK;
	}
	return rc;
}

/* Since when the person who is addressed has the alias; 0: they have not. */
static enum kith_rc load_since(struct kith_call *call, struct kith_reader *reader, int64_t user_row,
                               size_t *count)
{
	struct kith_alias *items = NULL;
	enum kith_rc rc = kith_reader_aliases(reader, user_row, &call->mem, &items, count);

	for (size_t i = 0; rc == KITH_OK && i < *count; i++) {
		if (items[i].kind == call->alias.kind &&
		    kith_str_equal(items[i].value, call->alias.value)) {
			call->alias.created_us = items[i].created_us;
		}
	}
	return rc;
}

static enum kith_rc check_add(struct kith_call *call)
{
	const struct kith_arg *args = call->args;
	enum kith_rc rc = kith_step_address(call, &args[KITH_ALIASES_ADD_USER], "user");

	return rc != KITH_OK ? rc
	                     : read_value(call, &args[KITH_ALIASES_ADD_KIND],
	                                  &args[KITH_ALIASES_ADD_VALUE]);
}

static enum kith_rc load_add(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_user owner;
	size_t count = 0;
	enum kith_rc rc = kith_step_load_user(call, reader);

	if (rc == KITH_OK) {
		rc = load_owner(call, reader, &owner);
	}
	if (rc == KITH_OK) {
		rc = load_since(call, reader, call->peer.row, &count);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	call->alias.user = call->peer.id;
	if (owner.row != 0 && owner.row != call->peer.row) {
		return kith_refuse(&call->why, KITH_E_CONFLICT, "value",
		                   "Somebody else has this alias.");
	}
	if (owner.row == 0 && count >= KITH_STORE_ALIASES_MAX) {
		return kith_refuse(&call->why, KITH_E_CONFLICT, "user",
		                   "The person has %d aliases already.",
		                   (int)KITH_STORE_ALIASES_MAX);
	}
	return KITH_OK;
}

static void plan_alias(struct kith_call *call, enum kith_effect_kind kind)
{
	call->effect = (struct kith_effect){ .kind = kind, .user = call->peer };
	call->effect.alias = call->alias;
	call->plan.effects = &call->effect;
	call->plan.effect_count = 1;
}

static enum kith_rc plan_add(struct kith_call *call)
{
	if (call->alias.created_us == 0) {
		call->alias.created_us = call->now_us;
		plan_alias(call, KITH_EFFECT_ALIAS_ADD);
	}
	return KITH_OK;
}

static void finish_alias(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_ALIAS, .alias = call->alias };
}

const struct kith_verb kith_verb_aliases_add = {
	.check = check_add,
	.load = load_add,
	.plan = plan_add,
	.finish = finish_alias,
};

static enum kith_rc check_remove(struct kith_call *call)
{
	const struct kith_arg *args = call->args;

	return read_value(call, &args[KITH_ALIASES_REMOVE_KIND], &args[KITH_ALIASES_REMOVE_VALUE]);
}

static enum kith_rc load_remove(struct kith_call *call, struct kith_reader *reader)
{
	size_t count = 0;
	enum kith_rc rc = load_owner(call, reader, &call->peer);

	if (rc == KITH_OK && call->peer.row == 0) {
		return KITH_E_NOT_FOUND;
	}
	call->alias.user = call->peer.id;
	return rc == KITH_OK ? load_since(call, reader, call->peer.row, &count) : rc;
}

static enum kith_rc plan_remove(struct kith_call *call)
{
	plan_alias(call, KITH_EFFECT_ALIAS_REMOVE);
	return KITH_OK;
}

const struct kith_verb kith_verb_aliases_remove = {
	.check = check_remove,
	.load = load_remove,
	.plan = plan_remove,
	.finish = finish_alias,
};
