/*
 * admin_org.c -- kithctl org: makes and lists organizations.
 *
 * An id and a domain belong to one organization only. Called by the table of
 * admin.c; never removes one.
 */
#include "domain/address.h"
#include "server/admin_call.h"

enum { ORG_ID_MAX = 64 };

static bool org_id_is_valid(struct kith_str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
			return false;
		}
	}
	return id.len >= 1 && id.len <= ORG_ID_MAX;
}

/* --domain, or ORG and the deployment's. false when memory ran out. */
static bool choose_domain(struct kith_admin_call *call, struct kith_str id, struct kith_str *out)
{
	if (kith_admin_has(call, KITH_ADMIN_DOMAIN)) {
		*out = call->words.options[KITH_ADMIN_DOMAIN];
		return true;
	}
	size_t len = id.len + 1 + call->admin->domain.len;
	char *at = kith_arena_alloc(call->mem, len);
	if (at == NULL) {
		return false;
	}
	memcpy(at, id.at, id.len);
	at[id.len] = '.';
	memcpy(at + id.len + 1, call->admin->domain.at, call->admin->domain.len);
	*out = kith_str_make(at, len);
	return true;
}

/* Whether another one has ID or DOMAIN; says so. */
static bool is_taken(struct kith_admin_call *call, struct kith_str id, struct kith_str domain)
{
	struct kith_org *orgs;
	size_t count;
	enum kith_rc rc = kith_reader_orgs(call->admin->reader, 0, call->mem, &orgs, &count);

	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "the store cannot be read");
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (kith_str_equal(orgs[i].id, id)) {
			kith_admin_refuse(call, KITH_E_CONFLICT, "the organization \"%.*s\" exists",
			                  KITH_STR_PRINT(id));
			return true;
		}
		if (kith_str_equal(orgs[i].domain, domain)) {
			kith_admin_refuse(call, KITH_E_CONFLICT,
			                  "\"%.*s\" is the domain of \"%.*s\"",
			                  KITH_STR_PRINT(domain), KITH_STR_PRINT(orgs[i].id));
			return true;
		}
	}
	return false;
}

int kith_admin_org_add(struct kith_admin_call *call)
{
	struct kith_str id = call->words.places[0];
	struct kith_str domain;

	if (!org_id_is_valid(id)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "an organization's id is 1 to %d of a-z 0-9 -",
		                         ORG_ID_MAX);
	}
	if (!choose_domain(call, id, &domain)) {
		return kith_admin_refuse(call, KITH_E_NO_MEMORY, "out of memory");
	}
	if (!kith_domain_is_valid(domain)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "\"%.*s\" is no domain name in lower case",
		                         KITH_STR_PRINT(domain));
	}
	if (is_taken(call, id, domain)) {
		return KITH_ADMIN_REFUSED;
	}
	struct kith_effect effect = { .kind = KITH_EFFECT_ORG_ADD,
		                      .org = { .id = id, .domain = domain } };
	enum kith_rc rc = kith_admin_apply(call, &effect, 1, NULL);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc == KITH_E_EXISTS ? KITH_E_CONFLICT : rc,
		                         "the organization was not made");
	}
	kith_admin_say(call, "org", id);
	kith_admin_say(call, "domain", domain);
	return KITH_ADMIN_DONE;
}

int kith_admin_org_list(struct kith_admin_call *call)
{
	struct kith_org *orgs;
	size_t count;
	enum kith_rc rc = kith_reader_orgs(call->admin->reader, 0, call->mem, &orgs, &count);

	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "the store cannot be read");
	}
	for (size_t i = 0; i < count; i++) {
		struct kith_admin_pair pairs[] = { { "id", orgs[i].id },
			                           { "domain", orgs[i].domain } };
		kith_admin_line(call, pairs, KITH_COUNT(pairs));
	}
	return KITH_ADMIN_DONE;
}
