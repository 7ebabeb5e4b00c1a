/*
 * world.c -- plans that fill a store, and tokens by the letter of RFC 7519.
 */
#include "transcripts/world.h"

#include <ftw.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/when.h"
#include "service/credential.h"
#include "service/password.h"

enum { ALG_HS256 = 1, DEFAULT_ROW = 1 };
_Static_assert((int)KITH_ACCESS_KEY == (int)WORLD_SECRET_BYTES, "one buffer for both");

static const struct {
	const char *id;
	const char *domain;
	const char *kid;
} orgs[] = {
	{ "default", "default.localhost", "key-default" },
	{ "other", "other.localhost", "key-other" },
	{ NULL, NULL, "key-deployment" },
};
_Static_assert(KITH_COUNT(orgs) == SCRIPT_ORG_COUNT + 1, "and one for the deployment");

/* Everybody's password, and the deployment's keys that sign access tokens. */
static struct kith_credential_keys credential_keys;

static size_t org_index(int org)
{
	return org == SCRIPT_NO_ORG ? SCRIPT_ORG_COUNT : (size_t)org;
}

const char *world_org(int org)
{
	return orgs[org_index(org)].id;
}

const char *world_kid(int org)
{
	return orgs[org_index(org)].kid;
}

void world_secret(int org, uint8_t secret[WORLD_SECRET_BYTES])
{
	memset(secret, 'A' + (int)org_index(org), WORLD_SECRET_BYTES);
}

/* --- the directory --- */

void world_make_dir(struct world *world)
{
	const char *base = getenv("TMPDIR");

	*world = (struct world){ .org_rows = { 0 } };
	snprintf(world->dir, sizeof(world->dir), "%s/kith-transcripts-XXXXXX",
	         base == NULL ? "/tmp" : base);
	KITH_ASSERT(mkdtemp(world->dir) != NULL);
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

void world_done(struct world *world)
{
	(void)nftw(world->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- who is in it --- */

static void apply(struct kith_store *store, struct kith_effect *effects, size_t count)
{
	struct kith_plan plan = { .effects = effects, .effect_count = count };

	KITH_ASSERT(kith_store_apply(store, &plan) == KITH_PLAN_OK);
}

static void add_orgs(struct world *world, struct kith_store *store)
{
	world->org_rows[SCRIPT_DEFAULT] = DEFAULT_ROW;
	for (int i = SCRIPT_OTHER; i < SCRIPT_ORG_COUNT; i++) {
		struct kith_effect effect = { .kind = KITH_EFFECT_ORG_ADD };
		effect.org.id = kith_str_of(orgs[i].id);
		effect.org.domain = kith_str_of(orgs[i].domain);
		apply(store, &effect, 1);
		world->org_rows[i] = effect.org.row;
	}
	for (int i = SCRIPT_NO_ORG; i < SCRIPT_ORG_COUNT; i++) {
		uint8_t secret[WORLD_SECRET_BYTES];
		struct kith_effect effect = { .kind = KITH_EFFECT_KEY_ADD };
		world_secret(i, secret);
		effect.org.row = i == SCRIPT_NO_ORG ? 0 : world->org_rows[i];
		effect.key.kid = kith_str_of(world_kid(i));
		effect.key.alg = ALG_HS256;
		effect.key.material = kith_str_make(secret, sizeof(secret));
		apply(store, &effect, 1);
	}
}

/* The session that DEVICE has when its token says so. */
static struct kith_uuid session_id(const struct device *device)
{
	static const uint8_t key[KITH_DIGEST_KEY] = { 1 };
	char name[SCRIPT_USER_ID_MAX + 32];
	struct kith_uuid id;
	int len = snprintf(name, sizeof(name), "%s %.*s", device->person->id,
	                   KITH_STR_PRINT(device->label));

	kith_digest(kith_str_make(name, (size_t)len), key, id.bytes);
	kith_uuid_brand(&id, 7);
	return id;
}

static void add_session(const struct world *world, struct kith_store *store,
                        const struct device *device)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_ADD };
	struct kith_user user;
	struct kith_reader *reader;
	struct kith_arena mem;

	kith_arena_init(&mem, 1024);
	KITH_ASSERT(kith_reader_open(store, &reader) == KITH_OK);
	KITH_ASSERT(kith_reader_user(reader, kith_str_of(device->person->id), 0, &mem, &user) ==
	            KITH_OK);
	kith_reader_free(&reader);
	effect.device = (struct kith_device){
		.id = session_id(device),
		.user_row = user.row,
		.org_row = device->token.org == SCRIPT_OTHER ? world->org_rows[SCRIPT_OTHER] : 0,
		.name = device->label,
		.counter = 1,
	};
	apply(store, &effect, 1);
	kith_arena_done(&mem);
}

/* The display name: the name in the transcript with a capital. */
static void add_person(const struct world *world, struct kith_store *store,
                       const struct person *person, const char *password)
{
	char name[64];
	struct kith_effect add = { .kind = KITH_EFFECT_USER_ADD };

	snprintf(name, sizeof(name), "%.*s", KITH_STR_PRINT(person->name));
	name[0] = (char)(name[0] - 'a' + 'A');
	add.user.id = kith_str_of(person->id);
	add.user.name = kith_str_of(name);
	apply(store, &add, 1);
	struct kith_effect set = { .kind = KITH_EFFECT_PASSWORD_SET,
		                   .user = { .row = add.user.row },
		                   .text = kith_str_of(password) };
	apply(store, &set, 1);
	for (int i = 0; i < SCRIPT_ORG_COUNT; i++) {
		struct kith_effect join = { .kind = KITH_EFFECT_ORG_JOIN };
		join.user.row = add.user.row;
		join.org.row = world->org_rows[i];
		if ((person->orgs & 1U << i) != 0) {
			apply(store, &join, 1);
		}
	}
}

void world_fill(struct world *world, struct kith_store *store, const struct script *script)
{
	char password[KITH_PASSWORD_STORED];

	KITH_ASSERT(kith_password_hash(KITH_PASSWORD_MEMORY_MIB_MIN, KITH_STR(WORLD_PASSWORD),
	                               password) == KITH_OK);
	kith_credential_keys_derive(kith_store_digest_key(store), &credential_keys);
	add_orgs(world, store);
	for (const struct script_case *c = script->cases; c != NULL; c = c->next) {
		for (size_t i = 0; i < c->person_count; i++) {
			add_person(world, store, &c->people[i], password);
		}
		for (size_t i = 0; i < c->device_count; i++) {
			if (c->devices[i].token.is_session) {
				add_session(world, store, &c->devices[i]);
			}
		}
	}
}

static void nobody_hears(void *context, struct kith_plan *const *plans, size_t count)
{
	(void)context;
	(void)plans;
	(void)count;
}

void world_make(struct world *world, const struct script *script)
{
	const struct kith_store_options options = {
		.dir = world->dir,
		.now_us = kith_when_now_us,
		.is_sync_off = true,
		.committed = nobody_hears,
	};
	struct kith_store *store;
	struct kith_why why;

	world_make_dir(world);
	KITH_ASSERT(kith_store_open(&options, &store, &why) == KITH_OK);
	world_fill(world, store, script);
	kith_store_free(&store);
}

/* --- tokens --- */

static void put_base64url(struct kith_buf *out, const void *bytes, size_t len)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t group = (uint32_t)at[i] << 16;
		group |= i + 1 < len ? (uint32_t)at[i + 1] << 8 : 0;
		group |= i + 2 < len ? at[i + 2] : 0;
		for (size_t j = 0; j < 4 && i + j <= len; j++) {
			kith_buf_add_char(out, alphabet[group >> (18 - 6 * j) & 63]);
		}
	}
}

static void put_claims(const struct device *device, int64_t now_s, struct kith_buf *json)
{
	const struct token_spec *token = &device->token;
	struct kith_str sub = token->sub.at != NULL ? token->sub : kith_str_of(device->person->id);

	kith_buf_add_format(json, "{\"sub\":\"%.*s\",\"exp\":%lld", KITH_STR_PRINT(sub),
	                    (long long)(now_s + token->ttl_s));
	if (token->is_session) {
		char sid[KITH_UUID_TEXT];
		struct kith_uuid id = session_id(device);
		kith_uuid_format(&id, sid);
		kith_buf_add_format(json, ",\"sid\":\"%.*s\"", KITH_UUID_TEXT, sid);
	}
	if (token->claim.at != NULL) {
		kith_buf_add_format(json, ",\"org\":\"%.*s\"", KITH_STR_PRINT(token->claim));
	} else if (token->org != SCRIPT_NO_ORG &&
	           (!token->is_session || token->org == SCRIPT_OTHER)) {
		kith_buf_add_format(json, ",\"org\":\"%s\"", world_org(token->org));
	}
	if (token->scope.at != NULL) {
		kith_buf_add_format(json, ",\"scope\":\"%.*s\"", KITH_STR_PRINT(token->scope));
	}
	if (token->nbf_s != 0) {
		kith_buf_add_format(json, ",\"nbf\":%lld", (long long)(now_s + token->nbf_s));
	}
	kith_buf_add_char(json, '}');
}

void world_token(const struct device *device, int64_t now_us, struct kith_buf *out)
{
	const struct token_spec *token = &device->token;
	struct kith_buf json = { 0 };
	uint8_t secret[WORLD_SECRET_BYTES];
	uint8_t mark[EVP_MAX_MD_SIZE];
	unsigned mark_len = 0;
	size_t start = out->len;

	if (token->is_garbage) {
		kith_buf_add_text(out, "garbage");
		return;
	}
	kith_buf_add_format(&json, "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
	                    token->has_strange_key ? "key-nobodys"
	                    : token->is_session    ? KITH_ACCESS_KID
	                                           : world_kid(token->org));
	put_base64url(out, json.at, json.len);
	kith_buf_reset(&json);
	kith_buf_add_char(out, '.');
	put_claims(device, now_us / KITH_SECOND_US, &json);
	put_base64url(out, json.at, json.len);
	world_secret(token->org, secret);
	if (token->is_session) {
		memcpy(secret, credential_keys.access, sizeof(secret));
	}
	secret[0] ^= token->is_forged ? 1 : 0;
	KITH_ASSERT(HMAC(EVP_sha256(), secret, sizeof(secret),
	                 (const unsigned char *)out->at + start, out->len - start, mark,
	                 &mark_len) != NULL);
	kith_buf_add_char(out, '.');
	put_base64url(out, mark, mark_len);
	kith_buf_done(&json);
}

/* --- harm --- */

bool world_damage(const struct world *world, struct kith_str conversation)
{
	char path[512];
	struct kith_buf sql = { 0 };
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/kith.db", world->dir);
	kith_buf_add_text(&sql, "DELETE FROM entry WHERE conversation_row ="
	                        " (SELECT row FROM conversation WHERE id = x'");
	for (size_t i = 0; i < conversation.len; i++) {
		if (conversation.at[i] != '-') {
			kith_buf_add_char(&sql, conversation.at[i]);
		}
	}
	kith_buf_add_text(&sql, "')");
	kith_buf_add_char(&sql, '\0');
	bool is_done = sqlite3_open(path, &db) == SQLITE_OK &&
	               sqlite3_busy_timeout(db, 10000) == SQLITE_OK &&
	               sqlite3_exec(db, sql.at, NULL, NULL, NULL) == SQLITE_OK &&
	               sqlite3_changes(db) > 0;
	sqlite3_close(db);
	kith_buf_done(&sql);
	return is_done;
}

void world_fill_disk(int pid, bool is_full)
{
	struct rlimit limit;

	KITH_ASSERT(prlimit(pid, RLIMIT_FSIZE, NULL, &limit) == 0);
	limit.rlim_cur = is_full ? 0 : limit.rlim_max;
	KITH_ASSERT(prlimit(pid, RLIMIT_FSIZE, &limit, NULL) == 0);
}
