/*
 * jwt.c -- what does this token claim, and may it be believed?
 *
 * Taken apart first, because the kid says which key to load; believed only
 * after the key's own algorithm has checked the signature, and only then are
 * the claims read. Texts about a refusal never hold a piece of the token.
 */
#include "wire/jwt.h"

#include "base/base64.h"
#include "base/json.h"
#include "wire/jwt_key.h"

static const char *const alg_names[] = {
	[KITH_JWT_HS256] = "HS256",
	[KITH_JWT_RS256] = "RS256",
	[KITH_JWT_EDDSA] = "EdDSA",
};

const char *kith_jwt_alg_name(enum kith_jwt_alg alg)
{
	return (size_t)alg < KITH_COUNT(alg_names) ? alg_names[alg] : NULL;
}

enum kith_jwt_alg kith_jwt_alg_find(struct kith_str name)
{
	for (size_t alg = KITH_JWT_NONE + 1; alg < KITH_COUNT(alg_names); alg++) {
		if (kith_str_is(name, alg_names[alg])) {
			return (enum kith_jwt_alg)alg;
		}
	}
	return KITH_JWT_NONE;
}

static enum kith_rc refuse(struct kith_why *why, const char *sentence)
{
	return kith_refuse(why, KITH_E_UNAUTHENTICATED, NULL, "%s", sentence);
}

static enum kith_rc decode(struct kith_str text, struct kith_arena *mem, struct kith_str *out,
                           struct kith_why *why)
{
	size_t room = text.len / 4 * 3 + 3;
	char *bytes = kith_arena_alloc(mem, room);
	if (bytes == NULL) {
		return KITH_E_NO_MEMORY;
	}
	ptrdiff_t len = kith_base64_decode(KITH_BASE64_URL, text, bytes, room);
	if (len <= 0) {
		return refuse(why, "a part of the token is empty or not base64url");
	}
	*out = kith_str_make(bytes, (size_t)len);
	return KITH_OK;
}

/* A JSON object, or the refusal that SENTENCE says. */
static enum kith_rc read_object(struct kith_str text, struct kith_arena *mem, struct kith_json *out,
                                const char *sentence, struct kith_why *why)
{
	enum kith_rc rc = kith_json_read(text, mem, out, NULL);
	if (rc == KITH_E_NO_MEMORY) {
		return rc;
	}
	bool is_object = rc == KITH_OK && out->root->kind == KITH_JSON_OBJECT;
	return is_object ? KITH_OK : refuse(why, sentence);
}

/* The string member NAME; at NULL when it is absent. NUL characters are refused. */
static enum kith_rc read_string(const struct kith_json *json, const char *name,
                                struct kith_arena *mem, struct kith_str *out, struct kith_why *why)
{
	*out = (struct kith_str){ 0 };
	const struct kith_json_node *node = kith_json_get(json, json->root, name);
	if (node == NULL) {
		return KITH_OK;
	}
	if (node->kind != KITH_JSON_STRING) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, NULL,
		                   "%s in the token is no string", name);
	}
	struct kith_str text;
	enum kith_rc rc = kith_json_text(json, node, mem, &text);
	if (rc != KITH_OK) {
		return rc;
	}
	if (kith_str_find(text, '\0') >= 0) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, NULL, "%s in the token is no text",
		                   name);
	}
	*out = text;
	return KITH_OK;
}

/* The time NAME in whole seconds; 0 when it is absent. */
static enum kith_rc read_time(const struct kith_json *json, const char *name, int64_t *out,
                              struct kith_why *why)
{
	*out = 0;
	const struct kith_json_node *node = kith_json_get(json, json->root, name);
	if (node == NULL) {
		return KITH_OK;
	}
	if (node->kind != KITH_JSON_INTEGER || node->integer < 0) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, NULL,
		                   "%s in the token is no whole number of seconds", name);
	}
	*out = node->integer;
	return KITH_OK;
}

/* 1..KITH_JWT_KID_MAX visible ASCII characters. */
static bool is_kid(struct kith_str kid)
{
	for (size_t i = 0; i < kid.len; i++) {
		if (kid.at[i] <= ' ' || kid.at[i] > '~') {
			return false;
		}
	}
	return kid.len > 0 && kid.len <= KITH_JWT_KID_MAX;
}

static enum kith_rc read_header(struct kith_str text, struct kith_arena *mem, struct kith_jwt *jwt,
                                struct kith_why *why)
{
	struct kith_json json;
	struct kith_str alg = { 0 };
	struct kith_str typ = { 0 };
	enum kith_rc rc =
		read_object(text, mem, &json, "the token's header is no JSON object", why);
	if (rc == KITH_OK) {
		rc = read_string(&json, "alg", mem, &alg, why);
	}
	if (rc == KITH_OK) {
		rc = read_string(&json, "kid", mem, &jwt->kid, why);
	}
	if (rc == KITH_OK) {
		rc = read_string(&json, "typ", mem, &typ, why);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	jwt->alg = kith_jwt_alg_find(alg);
	if (jwt->alg == KITH_JWT_NONE) {
		return refuse(why, "the token's alg must be HS256, RS256 or EdDSA");
	}
	if (!is_kid(jwt->kid)) {
		return refuse(why, "the token's kid is missing or no name of a key");
	}
	if (typ.at != NULL && !kith_str_is(typ, "JWT")) {
		return refuse(why, "the token's typ is not JWT");
	}
	if (kith_json_get(&json, json.root, "crit") != NULL) {
		return refuse(why, "the token needs extensions (crit) that are not known here");
	}
	return KITH_OK;
}

enum kith_rc kith_jwt_split(struct kith_str text, struct kith_arena *mem, struct kith_jwt *out,
                            struct kith_why *why)
{
	struct kith_str header;
	struct kith_str payload;
	struct kith_str signature;
	if (text.len > KITH_JWT_TEXT_MAX) {
		return refuse(why, "the token is too long");
	}
	if (!kith_str_cut(text, '.', &header, &payload) ||
	    !kith_str_cut(payload, '.', &payload, &signature)) {
		return refuse(why, "the token has not three parts");
	}
	struct kith_jwt jwt = {
		.signed_part = kith_str_make(text.at, header.len + 1 + payload.len),
	};
	struct kith_str header_json = { 0 };
	enum kith_rc rc = decode(header, mem, &header_json, why);
	if (rc == KITH_OK) {
		rc = decode(payload, mem, &jwt.payload, why);
	}
	if (rc == KITH_OK) {
		rc = decode(signature, mem, &jwt.signature, why);
	}
	if (rc == KITH_OK) {
		rc = read_header(header_json, mem, &jwt, why);
	}
	if (rc == KITH_OK) {
		*out = jwt;
	}
	return rc;
}

static enum kith_rc read_claims(struct kith_str payload, struct kith_arena *mem,
                                struct kith_jwt_claims *claims, struct kith_why *why)
{
	struct kith_json json;
	enum kith_rc rc =
		read_object(payload, mem, &json, "the token's claims are no JSON object", why);
	if (rc != KITH_OK) {
		return rc;
	}
	const struct {
		const char *name;
		struct kith_str *out;
	} strings[] = {
		{ "sub", &claims->sub },
		{ "org", &claims->org },
		{ "scope", &claims->scope },
		{ "sid", &claims->sid },
	};
	for (size_t i = 0; rc == KITH_OK && i < KITH_COUNT(strings); i++) {
		rc = read_string(&json, strings[i].name, mem, strings[i].out, why);
	}
	const struct {
		const char *name;
		int64_t *out;
	} times[] = {
		{ "exp", &claims->exp_s },
		{ "iat", &claims->iat_s },
		{ "nbf", &claims->nbf_s },
	};
	for (size_t i = 0; rc == KITH_OK && i < KITH_COUNT(times); i++) {
		rc = read_time(&json, times[i].name, times[i].out, why);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	if (claims->sub.len == 0 || kith_json_get(&json, json.root, "exp") == NULL) {
		return refuse(why, "the token needs sub and exp");
	}
	if (kith_json_get(&json, json.root, "aud") != NULL) {
		return refuse(why, "the token is meant for another audience (aud)");
	}
	return KITH_OK;
}

enum kith_rc kith_jwt_verify(const struct kith_jwt *jwt, const struct kith_jwt_key *key,
                             struct kith_arena *mem, struct kith_jwt_claims *out,
                             struct kith_why *why)
{
	if (jwt->alg != key->alg) {
		return refuse(why, "the token's alg is not its key's");
	}
	enum kith_rc rc = kith_jwt_key_check(key, jwt->signed_part, jwt->signature, why);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_jwt_claims claims;
	rc = read_claims(jwt->payload, mem, &claims, why);
	if (rc == KITH_OK) {
		*out = claims;
	}
	return rc;
}

/* Making one. */

static void write_claims(struct kith_buf *json, const struct kith_jwt_claims *claims)
{
	struct kith_json_writer w;
	kith_json_write_to(&w, json);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "sub", claims->sub);
	if (claims->org.at != NULL) {
		kith_json_pair_string(&w, "org", claims->org);
	}
	if (claims->scope.at != NULL) {
		kith_json_pair_string(&w, "scope", claims->scope);
	}
	if (claims->sid.at != NULL) {
		kith_json_pair_string(&w, "sid", claims->sid);
	}
	if (claims->iat_s != 0) {
		kith_json_pair_integer(&w, "iat", claims->iat_s);
	}
	if (claims->nbf_s != 0) {
		kith_json_pair_integer(&w, "nbf", claims->nbf_s);
	}
	kith_json_pair_integer(&w, "exp", claims->exp_s);
	kith_json_close_object(&w);
}

static void write_header(struct kith_buf *json, struct kith_str kid)
{
	struct kith_json_writer w;
	kith_json_write_to(&w, json);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "alg", kith_str_of(kith_jwt_alg_name(KITH_JWT_HS256)));
	kith_json_pair_string(&w, "kid", kid);
	kith_json_pair_string(&w, "typ", KITH_STR("JWT"));
	kith_json_close_object(&w);
}

void kith_jwt_sign_hs256(struct kith_buf *buf, struct kith_str kid, struct kith_str secret,
                         const struct kith_jwt_claims *claims)
{
	KITH_ASSERT(is_kid(kid));
	KITH_ASSERT(secret.len >= KITH_JWT_SECRET_MIN);
	KITH_ASSERT(claims->sub.len > 0);
	size_t start = buf->len;
	struct kith_buf json = { 0 };
	write_header(&json, kid);
	kith_base64_add(buf, KITH_BASE64_URL, kith_buf_str(&json));
	kith_buf_add_char(buf, '.');
	bool is_whole = !json.failed;

	kith_buf_reset(&json);
	write_claims(&json, claims);
	kith_base64_add(buf, KITH_BASE64_URL, kith_buf_str(&json));
	buf->failed |= json.failed || !is_whole;
	kith_buf_done(&json);
	if (buf->failed) {
		return;
	}
	uint8_t mac[KITH_JWT_HS256_BYTES];
	kith_jwt_key_mac(secret, kith_str_make(buf->at + start, buf->len - start), mac);
	kith_buf_add_char(buf, '.');
	kith_base64_add(buf, KITH_BASE64_URL, kith_str_make(mac, sizeof(mac)));
}
