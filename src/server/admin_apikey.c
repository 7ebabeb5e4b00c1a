/*
 * admin_apikey.c -- kithctl apikey: keys for server-to-server calls (R-004 d, R-005).
 *
 * A key acts as one user in one organization, as a bot or as the organization's
 * admin, until it is ended. It is shown once, when it is made; what is stored is a
 * digest. Called by the table of admin.c.
 */
#include "base/log.h"
#include "base/when.h"
#include "domain/address.h"
#include "domain/claims.h"
#include "server/admin_call.h"
#include "service/credential.h"

#include <stdio.h>

static const struct {
	const char *name;
	enum kith_scope scope;
} scopes[] = {
	{ "bot", KITH_SCOPE_BOT },
	{ "admin", KITH_SCOPE_ADMIN },
};

static void log_done(const char *what, const struct kith_uuid *id)
{
	char text[KITH_UUID_TEXT + 1] = "";

	kith_uuid_format(id, text);
	kith_log(KITH_LOG_INFO, "operator", "did", what, "key", text, NULL);
}

/* --scope; refuses. A bot's key is a bot's: others see that what it says is no person's. */
static bool read_scope(struct kith_admin_call *call, const struct kith_user *user, int *out)
{
	struct kith_str word = kith_admin_option(call, KITH_ADMIN_SCOPE, KITH_STR(""));
	enum kith_scope scope = 0;

	for (size_t i = 0; i < KITH_COUNT(scopes); i++) {
		if (kith_str_is(word, scopes[i].name)) {
			scope = scopes[i].scope;
		}
	}
	if (scope == 0) {
		kith_admin_refuse(call, KITH_E_INVALID_REQUEST, "--scope must be bot or admin");
		return false;
	}
	if (scope == KITH_SCOPE_BOT && (user->flags & KITH_USER_BOT) == 0) {
		kith_admin_refuse(call, KITH_E_CONFLICT,
		                  "the user is a person: add one with user add ID --bot");
		return false;
	}
	*out = (int)scope;
	return true;
}

/* Stores a key of a new secret, and says it. */
static int make_key(struct kith_admin_call *call, struct kith_api_key *key)
{
	struct kith_credential_keys keys;
	uint8_t secret[KITH_API_KEY_SECRET];
	char id[KITH_UUID_TEXT];
	char text[KITH_API_KEY_TEXT];

	kith_credential_keys_derive(kith_store_digest_key(call->admin->store), &keys);
	kith_rand_bytes(&call->admin->rand, secret, sizeof(secret));
	kith_api_key_digest(&keys, secret, key->digest);
	key->id = kith_uuid_v7(call->admin->now_us(), &call->admin->rand);
	struct kith_effect effect = { .kind = KITH_EFFECT_API_KEY_ADD, .api_key = *key };
	enum kith_rc rc = kith_admin_apply(call, &effect, 1, NULL);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "no key was made");
	}
	log_done("apikey add", &key->id);
	kith_uuid_format(&key->id, id);
	kith_api_key_write(&key->id, secret, text);
	kith_admin_say(call, "id", kith_str_make(id, sizeof(id)));
	kith_admin_say(call, "key", kith_str_make(text, sizeof(text)));
	return KITH_ADMIN_DONE;
}

int kith_admin_apikey_add(struct kith_admin_call *call)
{
	struct kith_api_key key = { .name = kith_admin_option(call, KITH_ADMIN_NAME,
		                                              KITH_STR("")) };
	struct kith_user user;
	struct kith_org org;

	if (key.name.len > KITH_ADMIN_NAME_MAX) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "a name has at most %d bytes", KITH_ADMIN_NAME_MAX);
	}
	if (!kith_admin_has(call, KITH_ADMIN_USER)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "--user must say as whom the key acts");
	}
	if (!kith_admin_find_org(call, call->words.places[0], &org) ||
	    !kith_admin_find_user(call, call->words.options[KITH_ADMIN_USER], org.row, &user) ||
	    !read_scope(call, &user, &key.scope)) {
		return KITH_ADMIN_REFUSED;
	}
	key.user_row = user.row;
	key.org_row = org.row;
	return make_key(call, &key);
}

static enum kith_rc list_one(struct kith_admin_call *call, const struct kith_api_key *key)
{
	char id[KITH_UUID_TEXT];
	char created[KITH_WHEN_TEXT];
	struct kith_profile profile;
	const char *scope = "-";
	enum kith_rc rc =
		kith_reader_profile(call->admin->reader, key->user_row, call->mem, &profile);

	if (rc != KITH_OK) {
		return rc;
	}
	for (size_t i = 0; i < KITH_COUNT(scopes); i++) {
		scope = (int)scopes[i].scope == key->scope ? scopes[i].name : scope;
	}
	kith_uuid_format(&key->id, id);
	kith_when_format(key->created_us, created);
	struct kith_admin_pair pairs[] = {
		{ "id", kith_str_make(id, sizeof(id)) },
		{ "user", profile.user.id },
		{ "scope", kith_str_of(scope) },
		{ "created", kith_str_make(created, sizeof(created)) },
		{ "state", key->ended_us == 0 ? KITH_STR("holds") : KITH_STR("ended") },
		{ "name", key->name.len > 0 ? key->name : KITH_STR("-") },
	};
	kith_admin_line(call, pairs, KITH_COUNT(pairs));
	return KITH_OK;
}

int kith_admin_apikey_list(struct kith_admin_call *call)
{
	struct kith_api_key *keys = NULL;
	size_t count = 0;
	struct kith_org org;

	if (!kith_admin_find_org(call, call->words.places[0], &org)) {
		return KITH_ADMIN_REFUSED;
	}
	enum kith_rc rc =
		kith_reader_api_keys(call->admin->reader, org.row, call->mem, &keys, &count);
	for (size_t i = 0; i < count && rc == KITH_OK; i++) {
		rc = list_one(call, &keys[i]);
	}
	return rc == KITH_OK ? KITH_ADMIN_DONE
	                     : kith_admin_refuse(call, rc, "the store cannot be read");
}

int kith_admin_apikey_end(struct kith_admin_call *call)
{
	struct kith_str text = call->words.places[0];
	struct kith_effect effect = { .kind = KITH_EFFECT_API_KEY_END };
	struct kith_uuid id;
	enum kith_rc rc = KITH_E_NOT_FOUND;

	if (kith_uuid_parse(text, &id)) {
		rc = kith_reader_api_key(call->admin->reader, &id, call->mem, &effect.api_key);
	}
	if (rc == KITH_OK) {
		rc = kith_admin_apply(call, &effect, 1, NULL);
	}
	if (rc != KITH_OK) {
		return kith_admin_refuse(
			call, rc, rc == KITH_E_NOT_FOUND ? "no such key" : "nothing was changed");
	}
	log_done("apikey end", &id);
	kith_admin_say(call, "ended", text);
	return KITH_ADMIN_DONE;
}
