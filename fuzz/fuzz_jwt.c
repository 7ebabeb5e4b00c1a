/*
 * fuzz_jwt.c -- whatever the bytes, no token is believed that nobody signed.
 *
 * The same bytes are read as a token, as claims that are well signed, as a key
 * file and as a stored key. Claims that are accepted keep their form, and read
 * the same after they were signed again.
 */
#include <sodium.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "wire/jwt.h"
#include "wire/jwt_key.h"

static const struct kith_jwt_key secret = {
	.alg = KITH_JWT_HS256,
	.material = { "nobody signs with this secret, honestly", 39 },
};

static void check_token(struct kith_str text, struct kith_arena *mem)
{
	struct kith_jwt jwt;
	struct kith_jwt_claims claims;
	struct kith_why why = { 0 };
	if (kith_jwt_split(text, mem, &jwt, &why) != KITH_OK) {
		KITH_ASSERT(why.detail[0] != '\0');
		return;
	}
	KITH_ASSERT(jwt.kid.len > 0 && jwt.kid.len <= KITH_JWT_KID_MAX);
	KITH_ASSERT(jwt.alg != KITH_JWT_NONE && jwt.signature.len > 0 && jwt.payload.len > 0);
	KITH_ASSERT(jwt.signed_part.at == text.at && jwt.signed_part.len < text.len);
	KITH_ASSERT(kith_jwt_verify(&jwt, &secret, mem, &claims, NULL) == KITH_E_UNAUTHENTICATED);
}

static void check_texts(const struct kith_jwt_claims *a, const struct kith_jwt_claims *b)
{
	KITH_ASSERT(kith_str_equal(a->sub, b->sub) && kith_str_equal(a->org, b->org));
	KITH_ASSERT(kith_str_equal(a->scope, b->scope));
	KITH_ASSERT(a->exp_s == b->exp_s && a->iat_s == b->iat_s && a->nbf_s == b->nbf_s);
}

/* Believes CLAIMS_JSON with a right signature; then what it said, signed again. */
static void check_claims(struct kith_str claims_json, struct kith_arena *mem)
{
	struct kith_buf buf = { 0 };
	uint8_t mac[KITH_JWT_HS256_BYTES];
	struct kith_jwt_claims claims, again;
	struct kith_jwt jwt = { .alg = KITH_JWT_HS256,
		                .payload = claims_json,
		                .signed_part = claims_json,
		                .signature = { (char *)mac, sizeof(mac) } };
	kith_jwt_key_mac(secret.material, claims_json, mac);
	if (kith_jwt_verify(&jwt, &secret, mem, &claims, NULL) != KITH_OK) {
		return;
	}
	KITH_ASSERT(claims.sub.len > 0 && kith_str_find(claims.sub, '\0') < 0);
	KITH_ASSERT(kith_utf8_is_valid(claims.sub) && kith_utf8_is_valid(claims.org));
	KITH_ASSERT(claims.exp_s >= 0 && claims.iat_s >= 0 && claims.nbf_s >= 0);
	kith_jwt_sign_hs256(&buf, KITH_STR("k"), secret.material, &claims);
	KITH_ASSERT(!buf.failed);
	if (buf.len <= KITH_JWT_TEXT_MAX) {
		KITH_ASSERT(kith_jwt_split(kith_buf_str(&buf), mem, &jwt, NULL) == KITH_OK);
		KITH_ASSERT(kith_jwt_verify(&jwt, &secret, mem, &again, NULL) == KITH_OK);
		check_texts(&claims, &again);
	}
	kith_buf_done(&buf);
}

static void check_keys(struct kith_str in, struct kith_arena *mem)
{
	for (int alg = KITH_JWT_NONE; alg <= KITH_JWT_EDDSA; alg++) {
		struct kith_jwt_key key = { .alg = (enum kith_jwt_alg)alg, .material = in };
		struct kith_str text = KITH_STR("text");
		char signature[256] = "";
		KITH_ASSERT(kith_jwt_key_check(&key, text, kith_str_make(signature, 256), NULL) !=
		            KITH_OK);
		if (kith_jwt_read_public(key.alg, in, mem, &key.material, NULL) == KITH_OK) {
			KITH_ASSERT(key.material.len > 0 && key.material.len <= KITH_JWT_KEY_MAX);
			KITH_ASSERT(kith_jwt_key_check(&key, text, kith_str_make(signature, 256),
			                               NULL) == KITH_E_UNAUTHENTICATED);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str in = kith_str_make(data, size);
	struct kith_arena mem;
	KITH_ASSERT(sodium_init() >= 0);
	kith_arena_init(&mem, 4096);
	check_token(in, &mem);
	check_claims(in, &mem);
	check_keys(in, &mem);
	kith_arena_done(&mem);
	return 0;
}
