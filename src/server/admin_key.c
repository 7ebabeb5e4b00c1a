/*
 * admin_key.c -- kithctl key: the keys that may sign an organization's tokens.
 *
 * A secret of HS256 is made here and printed once; of RS256 and EdDSA only the
 * public key ever comes in, and a private one is refused (R-004 a). Called by
 * the table of admin.c; what a key's file says is read by wire/jwt.h.
 */
#include <stdio.h>

#include "base/base64.h"
#include "base/when.h"
#include "server/admin_call.h"
#include "wire/jwt.h"

static int refuse_store(struct kith_admin_call *call, enum kith_rc rc)
{
	return kith_admin_refuse(call, rc, "the key was not stored");
}

static int add_secret(struct kith_admin_call *call, const struct kith_org *org)
{
	struct kith_key key;
	enum kith_rc rc = kith_admin_make_secret(call, org->row, &key);

	if (rc != KITH_OK) {
		return refuse_store(call, rc);
	}
	kith_admin_say(call, "kid", key.kid);
	kith_buf_add_text(call->out, "secret ");
	kith_base64_add(call->out, KITH_BASE64_URL, key.material);
	kith_buf_add_char(call->out, '\n');
	return KITH_ADMIN_DONE;
}

/* What the asker sent as the content of NAME; at NULL: nothing. */
static struct kith_str find_file(const struct kith_admin_call *call, struct kith_str name)
{
	for (size_t i = 0; i < call->request->file_count; i++) {
		if (kith_str_equal(call->request->files[i].name, name)) {
			return call->request->files[i].content;
		}
	}
	return (struct kith_str){ 0 };
}

/* Refuses a public key that ORG has: under two kids nobody could say which one counts. */
static bool is_new_public(struct kith_admin_call *call, const struct kith_org *org,
                          const struct kith_key *key)
{
	struct kith_key *keys;
	size_t count;
	enum kith_rc rc = kith_reader_keys(call->admin->reader, org->row, call->mem, &keys, &count);

	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "the store cannot be read");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (keys[i].alg == key->alg && kith_str_equal(keys[i].material, key->material)) {
			kith_admin_refuse(call, KITH_E_CONFLICT, "this key is \"%.*s\" already",
			                  KITH_STR_PRINT(keys[i].kid));
			return false;
		}
	}
	return true;
}

static int add_public(struct kith_admin_call *call, const struct kith_org *org,
                      enum kith_jwt_alg alg)
{
	struct kith_why why = { 0 };
	struct kith_str name = call->words.options[KITH_ADMIN_PUBLIC];
	struct kith_str pem = find_file(call, name);
	struct kith_effect effect = { .kind = KITH_EFFECT_KEY_ADD,
		                      .org = { .row = org->row },
		                      .key = { .alg = (int)alg } };
	char kid[24];
	uint64_t number;

	if (pem.at == NULL) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "the content of \"%.*s\" is missing",
		                         KITH_STR_PRINT(name));
	}
	enum kith_rc rc = kith_jwt_read_public(alg, pem, call->mem, &effect.key.material, &why);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "%.*s: %s", KITH_STR_PRINT(name), why.detail);
	}
	if (!is_new_public(
		    call, org,
		    &(struct kith_key){ .alg = (int)alg, .material = effect.key.material })) {
		return KITH_ADMIN_REFUSED;
	}
	kith_rand_bytes(&call->admin->rand, &number, sizeof(number));
	snprintf(kid, sizeof(kid), "%s-%016llx", alg == KITH_JWT_RS256 ? "rs" : "ed",
	         (unsigned long long)number);
	effect.key.kid = kith_str_of(kid);
	rc = kith_admin_apply(call, &effect, 1, NULL);
	if (rc != KITH_OK) {
		return refuse_store(call, rc);
	}
	kith_admin_say(call, "kid", effect.key.kid);
	return KITH_ADMIN_DONE;
}

int kith_admin_key_add(struct kith_admin_call *call)
{
	struct kith_org org;
	enum kith_jwt_alg alg =
		kith_jwt_alg_find(kith_admin_option(call, KITH_ADMIN_ALG, KITH_STR("")));
	bool has_public = kith_admin_has(call, KITH_ADMIN_PUBLIC);

	if (alg == KITH_JWT_NONE) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "--alg must be HS256, RS256 or EdDSA");
	}
	if (has_public == (alg == KITH_JWT_HS256)) {
		return kith_admin_refuse(
			call, KITH_E_INVALID_REQUEST,
			has_public ? "HS256 has no public key; its secret is made here"
				   : "--public FILE is needed");
	}
	if (!kith_admin_find_org(call, call->words.places[0], &org)) {
		return KITH_ADMIN_REFUSED;
	}
	return alg == KITH_JWT_HS256 ? add_secret(call, &org) : add_public(call, &org, alg);
}

static void add_key(struct kith_admin_call *call, const struct kith_org *org,
                    const struct kith_key *key)
{
	char created[KITH_WHEN_TEXT];
	const char *alg = kith_jwt_alg_name((enum kith_jwt_alg)key->alg);

	kith_when_format(key->created_us, created);
	struct kith_admin_pair pairs[] = {
		{ "kid", key->kid },
		{ "org", org->row == 0 ? KITH_STR("-") : org->id },
		{ "alg", kith_str_of(alg == NULL ? "?" : alg) },
		{ "createdAt", kith_str_make(created, sizeof(created)) },
	};
	kith_admin_line(call, pairs, KITH_COUNT(pairs));
}

/* The keys of ORG (row 0: the deployment's), as lines. */
static enum kith_rc add_keys(struct kith_admin_call *call, const struct kith_org *org)
{
	struct kith_key *keys;
	size_t count;
	enum kith_rc rc = kith_reader_keys(call->admin->reader, org->row, call->mem, &keys, &count);

	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		add_key(call, org, &keys[i]);
	}
	return rc;
}

static enum kith_rc add_all_keys(struct kith_admin_call *call)
{
	const struct kith_org deployment = { 0 };
	struct kith_org *orgs;
	size_t count;
	enum kith_rc rc = kith_reader_orgs(call->admin->reader, 0, call->mem, &orgs, &count);

	if (rc == KITH_OK) {
		rc = add_keys(call, &deployment);
	}
	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		rc = add_keys(call, &orgs[i]);
	}
	return rc;
}

int kith_admin_key_list(struct kith_admin_call *call)
{
	struct kith_org org;
	bool is_one = call->words.place_count == 1;

	if (is_one && !kith_admin_find_org(call, call->words.places[0], &org)) {
		return KITH_ADMIN_REFUSED;
	}
	enum kith_rc rc = is_one ? add_keys(call, &org) : add_all_keys(call);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "the store cannot be read");
	}
	return KITH_ADMIN_DONE;
}
