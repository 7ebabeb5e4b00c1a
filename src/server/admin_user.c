/*
 * admin_user.c -- kithctl user: who there is, and in which organizations.
 *
 * An id is added once and never given to somebody else; adding it again means
 * one more organization. Called by the table of admin.c; never takes anybody
 * out, and never changes a name.
 */
#include "domain/address.h"
#include "domain/name.h"
#include "server/admin_call.h"

enum { USERS_STANDARD = 1000, USERS_STEP = 500 };

/* A user nobody has heard of, and their first organization, in one plan. */
static enum kith_rc add_new(struct kith_admin_call *call, const struct kith_org *org,
                            struct kith_str name)
{
	struct kith_effect effects[] = {
		{ .kind = KITH_EFFECT_USER_ADD,
		  .user = { .id = call->words.places[0],
		            .name = name,
		            .flags = kith_admin_has(call, KITH_ADMIN_BOT) ? KITH_USER_BOT : 0 } },
		{ .kind = KITH_EFFECT_ORG_JOIN, .org = *org },
	};

	return kith_admin_apply(call, effects, KITH_COUNT(effects), NULL);
}

static enum kith_rc join(struct kith_admin_call *call, const struct kith_org *org,
                         const struct kith_user *user)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_ORG_JOIN,
		                      .org = *org,
		                      .user = { .row = user->row } };
	struct kith_expect expect = { .kind = KITH_EXPECT_USER,
		                      .row = user->row,
		                      .version = user->version };

	return kith_admin_apply(call, &effect, 1, &expect);
}

/*
 * One try: looks whether the user is there, and adds or joins.
 * returns  KITH_OK; KITH_E_CONFLICT with why; KITH_E_STALE, KITH_E_EXISTS: somebody
 *          was faster, try again; KITH_E_UNAVAILABLE, KITH_E_NO_MEMORY
 */
static enum kith_rc add_or_join(struct kith_admin_call *call, const struct kith_org *org,
                                struct kith_str name, struct kith_why *why)
{
	struct kith_reader *reader = call->admin->reader;
	struct kith_str id = call->words.places[0];
	struct kith_user user;
	enum kith_rc rc = kith_reader_user(reader, id, 0, call->mem, &user);

	if (rc == KITH_E_NOT_FOUND) {
		return add_new(call, org, name);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	if (kith_admin_has(call, KITH_ADMIN_NAME) && !kith_str_equal(user.name, name)) {
		return kith_refuse(why, KITH_E_CONFLICT, "name",
		                   "the user exists under another display name");
	}
	if (kith_admin_has(call, KITH_ADMIN_BOT) && (user.flags & KITH_USER_BOT) == 0) {
		return kith_refuse(why, KITH_E_CONFLICT, "bot", "the user exists and is no bot");
	}
	rc = kith_reader_user(reader, id, org->row, call->mem, &user);
	if (rc == KITH_OK) {
		return kith_refuse(why, KITH_E_CONFLICT, "id", "the user is in \"%.*s\" already",
		                   KITH_STR_PRINT(org->id));
	}
	return rc == KITH_E_NOT_FOUND ? join(call, org, &user) : rc;
}

int kith_admin_user_add(struct kith_admin_call *call)
{
	struct kith_str id = call->words.places[0];
	struct kith_str name = kith_admin_option(call, KITH_ADMIN_NAME, id);
	struct kith_why why = { 0 };
	struct kith_org org;
	enum kith_rc rc = KITH_E_STALE;

	if (!kith_user_id_is_valid(id)) {
		return kith_admin_refuse(
			call, KITH_E_INVALID_REQUEST,
			"a user's id is 1 to %d of a-z 0-9 . _ - and reads as no other "
			"address",
			KITH_USER_ID_MAX);
	}
	if (!kith_name_is_valid(name)) {
		return kith_admin_refuse(
			call, KITH_E_INVALID_REQUEST,
			"a display name is 1 to %d bytes of UTF-8 without controls",
			KITH_USER_NAME_MAX);
	}
	if (!kith_admin_find_org(call, kith_admin_option(call, KITH_ADMIN_ORG, KITH_STR("default")),
	                         &org)) {
		return KITH_ADMIN_REFUSED;
	}
	for (int i = 0; i < KITH_ADMIN_RETRY_MAX && (rc == KITH_E_STALE || rc == KITH_E_EXISTS);
	     i++) {
		rc = add_or_join(call, &org, name, &why);
	}
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc == KITH_E_EXISTS ? KITH_E_CONFLICT : rc, "%s",
		                         why.detail);
	}
	kith_admin_say(call, "user", id);
	kith_admin_say(call, "org", org.id);
	return KITH_ADMIN_DONE;
}

/* --- listing --- */

struct listing {
	int64_t org_row; /* 0: all */
	struct kith_str after;
	int64_t left; /* lines that may still come */
	bool more;
};

/* returns KITH_OK and whether USER is in the organization that is meant. */
static enum kith_rc is_member(struct kith_admin_call *call, const struct listing *list,
                              const struct kith_user *user, bool *out)
{
	struct kith_user found;

	if (list->org_row == 0) {
		*out = true;
		return KITH_OK;
	}
	enum kith_rc rc =
		kith_reader_user(call->admin->reader, user->id, list->org_row, call->mem, &found);
	*out = rc == KITH_OK;
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

/* Lists from USERS what belongs there; stops at the line that is one too many. */
static enum kith_rc list_users(struct kith_admin_call *call, struct listing *list,
                               const struct kith_user *users, size_t count)
{
	for (size_t i = 0; i < count && !list->more; i++) {
		bool is_meant;
		enum kith_rc rc = is_member(call, list, &users[i], &is_meant);
		if (rc != KITH_OK) {
			return rc;
		}
		if (is_meant && list->left == 0) {
			list->more = true;
		} else if (is_meant) {
			struct kith_admin_pair pairs[] = { { "id", users[i].id },
				                           { "name", users[i].name } };
			kith_admin_line(call, pairs, KITH_COUNT(pairs));
			list->left--;
			list->after = users[i].id;
		}
	}
	return KITH_OK;
}

static enum kith_rc list_all(struct kith_admin_call *call, struct listing *list)
{
	struct kith_str from = list->after;
	struct kith_user *users;
	size_t count = USERS_STEP;

	while (count == USERS_STEP && !list->more) {
		enum kith_rc rc = kith_reader_users(call->admin->reader, from, USERS_STEP,
		                                    call->mem, &users, &count);
		if (rc == KITH_OK) {
			rc = list_users(call, list, users, count);
		}
		if (rc != KITH_OK) {
			return rc;
		}
		from = count > 0 ? users[count - 1].id : from;
	}
	return KITH_OK;
}

int kith_admin_user_list(struct kith_admin_call *call)
{
	struct listing list = { .after = kith_admin_option(call, KITH_ADMIN_AFTER, KITH_STR("")),
		                .left = USERS_STANDARD };
	struct kith_org org = { 0 };

	if (kith_admin_has(call, KITH_ADMIN_LIMIT) &&
	    (!kith_str_to_int(call->words.options[KITH_ADMIN_LIMIT], &list.left) || list.left < 1 ||
	     list.left > KITH_ADMIN_PAGE_MAX)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST, "--limit must be 1 to %d",
		                         KITH_ADMIN_PAGE_MAX);
	}
	if (kith_admin_has(call, KITH_ADMIN_ORG) &&
	    !kith_admin_find_org(call, call->words.options[KITH_ADMIN_ORG], &org)) {
		return KITH_ADMIN_REFUSED;
	}
	list.org_row = org.row;
	enum kith_rc rc = list_all(call, &list);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "the store cannot be read");
	}
	if (list.more) {
		kith_buf_add_format(call->err, "kithctl: there are more: --after %.*s\n",
		                    KITH_STR_PRINT(list.after));
	}
	return KITH_ADMIN_DONE;
}
