/*
 * people.c -- users.get and .search, contacts.list, .add and .remove: other people.
 *
 * A person sees those of the organizations they act in; the operator sees
 * everybody. Nobody else exists for them. Contacts are one's own,
 * and nobody hears of them. Lists stand in the order of the reader's
 * language; a cursor is the id of the last one shown.
 */
#include "domain/name.h"
#include "service/people.h"
#include "service/steps.h"

/* The person that an argument addresses; a conversation is none. */
static enum kith_rc check_person(struct kith_call *call, const struct kith_arg *arg)
{
	enum kith_rc rc = kith_step_address(call, arg, "user");

	if (rc == KITH_OK && call->address.kind == KITH_ADDRESS_CONVERSATION) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "user", "This is no user.");
	}
	return rc;
}

/* --- users.get --- */

static enum kith_rc check_user(struct kith_call *call)
{
	return check_person(call, &call->args[KITH_USERS_GET_USER]);
}

static enum kith_rc load_user(struct kith_call *call, struct kith_reader *reader)
{
	enum kith_rc rc = kith_step_load_user(call, reader);

	call->result = (struct kith_result){ .kind = KITH_RESULT_PROFILE };
	return rc != KITH_OK ? rc
	                     : kith_reader_profile(reader, call->peer.row, &call->mem,
	                                           &call->result.profile);
}

const struct kith_verb kith_verb_users_get = { .check = check_user, .load = load_user };

/* --- lists of people --- */

/* Where the list goes on behind the person of CURSOR, who may have left it. */
static enum kith_rc find_cursor(struct kith_call *call, struct kith_reader *reader,
                                struct kith_str language, struct kith_user *users, size_t count,
                                const struct kith_arg *cursor, size_t *order, size_t *from)
{
	size_t total = count;
	size_t at = count;

	for (size_t i = 0; i < count && at == count; i++) {
		at = kith_str_equal(users[i].id, cursor->text) ? i : at;
	}
	if (at == count) {
		/* Nor does a cursor tell of people whom the caller may not see. */
		call->address =
			(struct kith_address){ .kind = KITH_ADDRESS_USER, .user = cursor->text };
		enum kith_rc rc = kith_step_load_user(call, reader);
		users[total++] = call->peer;
		if (rc == KITH_E_NOT_FOUND) {
			return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "cursor",
			                   "It is no cursor of this list.");
		}
		if (rc != KITH_OK) {
			return rc;
		}
	}
	enum kith_rc rc = kith_name_order(users, total, language, &call->mem, order);
	for (size_t i = 0; rc == KITH_OK && i < total; i++) {
		if (order[i] == at) {
			*from = i + 1;
		}
	}
	return rc;
}

enum kith_rc kith_people_page(struct kith_call *call, struct kith_reader *reader,
                              struct kith_user *users, size_t count, const struct kith_arg *cursor,
                              struct kith_people_page *out)
{
	struct kith_profile me;
	size_t from = 0;
	size_t *order = kith_arena_alloc(&call->mem, (count + 1) * sizeof(*order));
	enum kith_rc rc = order == NULL ? KITH_E_NO_MEMORY
	                                : kith_reader_profile(reader, call->session->user_row,
	                                                      &call->mem, &me);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = cursor->is_present
	             ? find_cursor(call, reader, me.language, users, count, cursor, order, &from)
	             : kith_name_order(users, count, me.language, &call->mem, order);
	if (rc != KITH_OK) {
		return rc;
	}
	/* One who has left the list stood in the order only to be found. */
	size_t end = count + (cursor->is_present && order[from - 1] == count ? 1 : 0);
	*out = (struct kith_people_page){ .order = order + from, .count = end - from };
	if (out->count > call->limit) {
		out->count = call->limit;
		out->next = users[out->order[call->limit - 1]].id;
	}
	return KITH_OK;
}

/* --- users.search --- */

/*
 * The rows of the organizations in which the caller may look for people: the one
 * that they name, else all of theirs; the operator's are all there are.
 */
static enum kith_rc load_org_rows(struct kith_call *call, struct kith_reader *reader,
                                  int64_t **rows, size_t *count)
{
	const struct kith_session *session = call->session;
	const struct kith_org *orgs = session->orgs;
	struct kith_org *all = NULL;

	*count = session->org_count;
	if (call->org.row != 0) {
		orgs = &call->org;
		*count = 1;
	} else if (session->scope == KITH_SCOPE_OPERATOR) {
		enum kith_rc rc = kith_reader_orgs(reader, 0, &call->mem, &all, count);
		if (rc != KITH_OK) {
			return rc;
		}
		orgs = all;
	}
	*rows = kith_arena_alloc(&call->mem, (*count + 1) * sizeof(**rows));
	if (*rows == NULL) {
		return KITH_E_NO_MEMORY;
	}
	for (size_t i = 0; i < *count; i++) {
		(*rows)[i] = orgs[i].row;
	}
	return KITH_OK;
}

static enum kith_rc check_search(struct kith_call *call)
{
	call->limit =
		(size_t)kith_step_integer(&call->args[KITH_USERS_SEARCH_LIMIT], KITH_PAGE_DEFAULT);
	return kith_step_organizations(call, &call->args[KITH_USERS_SEARCH_ORGANIZATION]);
}

static enum kith_rc load_search(struct kith_call *call, struct kith_reader *reader)
{
	int64_t *rows = NULL;
	size_t row_count = 0;
	struct kith_user *found = NULL;
	size_t count = 0;
	struct kith_people_page page;

	enum kith_rc rc = load_org_rows(call, reader, &rows, &row_count);
	if (rc == KITH_OK) {
		rc = kith_reader_search(reader, rows, row_count,
		                        call->args[KITH_USERS_SEARCH_QUERY].text, &call->mem,
		                        &found, &count);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	/* With room for one who is looked for as a cursor. */
	struct kith_user *users = kith_arena_alloc(&call->mem, (count + 1) * sizeof(*users));
	struct kith_user *items = kith_arena_alloc(&call->mem, (count + 1) * sizeof(*items));
	if (users == NULL || items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		users[i] = found[i];
	}
	rc = kith_people_page(call, reader, users, count, &call->args[KITH_USERS_SEARCH_CURSOR],
	                      &page);
	if (rc != KITH_OK) {
		return rc;
	}
	for (size_t i = 0; i < page.count; i++) {
		items[i] = users[page.order[i]];
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_USERS };
	call->result.users.items = items;
	call->result.users.count = page.count;
	call->result.users.next = page.next;
	return KITH_OK;
}

const struct kith_verb kith_verb_users_search = {
	.check = check_search,
	.load = load_search,
	.limit = KITH_LIMIT_SEARCHES_USER,
};

/* --- contacts.list --- */

static enum kith_rc check_contacts(struct kith_call *call)
{
	call->limit =
		(size_t)kith_step_integer(&call->args[KITH_CONTACTS_LIST_LIMIT], KITH_PAGE_DEFAULT);
	return KITH_OK;
}

static enum kith_rc load_contacts(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_arg *query = &call->args[KITH_CONTACTS_LIST_QUERY];
	struct kith_contact *found = NULL;
	size_t count = 0;
	struct kith_people_page page;

	enum kith_rc rc = kith_reader_contacts(
		reader, call->session->user_row, call->session->org.row,
		query->is_present ? query->text : KITH_STR(""), &call->mem, &found, &count);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_user *users = kith_arena_alloc(&call->mem, (count + 1) * sizeof(*users));
	struct kith_contact *items = kith_arena_alloc(&call->mem, (count + 1) * sizeof(*items));
	if (users == NULL || items == NULL) {
		return KITH_E_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		users[i] = found[i].user;
	}
	rc = kith_people_page(call, reader, users, count, &call->args[KITH_CONTACTS_LIST_CURSOR],
	                      &page);
	if (rc != KITH_OK) {
		return rc;
	}
	for (size_t i = 0; i < page.count; i++) {
		items[i] = found[page.order[i]];
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_CONTACTS };
	call->result.contacts.items = items;
	call->result.contacts.count = page.count;
	call->result.contacts.next = page.next;
	return KITH_OK;
}

const struct kith_verb kith_verb_contacts_list = { .check = check_contacts, .load = load_contacts };

/* --- contacts.add and .remove --- */

/* The person, whether they are a contact, and how many there are. */
static enum kith_rc load_contact(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_contact *contact = &call->effect.contact;
	enum kith_rc rc = kith_step_load_user(call, reader);

	if (rc != KITH_OK) {
		return rc;
	}
	*contact = (struct kith_contact){ .created_us = 0 };
	rc = kith_reader_contact(reader, call->session->user_row, call->peer.row, contact,
	                         &call->position);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

static enum kith_rc plan_contact(struct kith_call *call, enum kith_effect_kind kind,
                                 int64_t created_us)
{
	/* Where the person was found: a session of another organization does not hear of them. */
	call->effect = (struct kith_effect){ .kind = kind, .org = call->org };
	call->effect.contact = (struct kith_contact){ .owner_row = call->session->user_row,
		                                      .user = call->peer,
		                                      .created_us = created_us };
	call->plan.effects = &call->effect;
	call->plan.effect_count = 1;
	return KITH_OK;
}

static enum kith_rc check_add(struct kith_call *call)
{
	return check_person(call, &call->args[KITH_CONTACTS_ADD_USER]);
}

static enum kith_rc plan_add(struct kith_call *call)
{
	struct kith_contact *contact = &call->effect.contact;

	if (contact->created_us != 0) {
		contact->user = call->peer;
		return KITH_OK;
	}
	if (call->position >= KITH_STORE_CONTACTS_MAX) {
		return kith_refuse(&call->why, KITH_E_CONFLICT, NULL,
		                   "There are %d contacts already.", (int)KITH_STORE_CONTACTS_MAX);
	}
	return plan_contact(call, KITH_EFFECT_CONTACT_ADD, call->now_us);
}

static void finish_add(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_CONTACT,
		                             .contact = call->effect.contact };
}

const struct kith_verb kith_verb_contacts_add = {
	.check = check_add,
	.load = load_contact,
	.plan = plan_add,
	.finish = finish_add,
};

static enum kith_rc check_remove(struct kith_call *call)
{
	return check_person(call, &call->args[KITH_CONTACTS_REMOVE_USER]);
}

static enum kith_rc plan_remove(struct kith_call *call)
{
	int64_t created_us = call->effect.contact.created_us;

	return created_us == 0 ? KITH_OK
	                       : plan_contact(call, KITH_EFFECT_CONTACT_REMOVE, created_us);
}

static void finish_remove(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_USER, .user = call->peer };
}

const struct kith_verb kith_verb_contacts_remove = {
	.check = check_remove,
	.load = load_contact,
	.plan = plan_remove,
	.finish = finish_remove,
};
