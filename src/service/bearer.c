/*
 * bearer.c -- three kinds of text, each looked up and checked in its own way.
 */
#include "service/bearer.h"

enum kith_rc kith_bearer_read(const struct kith_credential_keys *keys, struct kith_str text,
                              struct kith_arena *mem, struct kith_bearer *out, struct kith_why *why)
{
	struct kith_bearer bearer = { .kind = KITH_SESSION_API_KEY };

	if (kith_api_key_is_meant(text)) {
		if (!kith_api_key_read(keys, text, &bearer.api_key, bearer.api_key_digest)) {
			return kith_refuse(why, KITH_E_UNAUTHENTICATED, NULL,
			                   "This is no API key.");
		}
		*out = bearer;
		return KITH_OK;
	}
	enum kith_rc rc = kith_jwt_split(text, mem, &bearer.jwt, why);
	if (rc == KITH_OK) {
		bearer.kind = kith_str_is(bearer.jwt.kid, KITH_ACCESS_KID) ? KITH_SESSION_DEVICE
		                                                           : KITH_SESSION_APP;
		*out = bearer;
	}
	return rc;
}

/* Checks the signature under KEY; *is_false when it is not its owner's. */
static enum kith_rc read_claims(const struct kith_bearer *bearer, const struct kith_jwt_key *key,
                                struct kith_arena *mem, struct kith_jwt_claims *words,
                                struct kith_claims *claims, bool *is_false, struct kith_why *why)
{
	enum kith_rc rc = kith_jwt_verify(&bearer->jwt, key, mem, words, why);

	*is_false = rc == KITH_E_UNAUTHENTICATED;
	if (rc == KITH_OK) {
		*claims = (struct kith_claims){
			.sub = words->sub,
			.org = words->org,
			.scope = words->scope,
			.exp_s = words->exp_s,
			.nbf_s = words->nbf_s,
			.iat_s = words->iat_s,
		};
	}
	return rc;
}

static enum kith_rc admit_app(const struct kith_bearer *bearer, struct kith_reader *reader,
                              int64_t now_us, struct kith_arena *mem, struct kith_session **out,
                              bool *is_false, struct kith_why *why)
{
	struct kith_jwt_claims words;
	struct kith_claims claims;
	struct kith_key key;
	enum kith_rc rc = kith_reader_key(reader, bearer->jwt.kid, mem, &key);

	*is_false = rc == KITH_E_NOT_FOUND;
	if (rc == KITH_E_NOT_FOUND) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "",
		                   "The token's key is not known.");
	}
	if (rc != KITH_OK) {
		return rc;
	}
	const struct kith_jwt_key material = { .alg = (enum kith_jwt_alg)key.alg,
		                               .material = key.material };
	rc = read_claims(bearer, &material, mem, &words, &claims, is_false, why);
	return rc == KITH_OK ? kith_session_admit(reader, &claims, &key, now_us, mem, out, why)
	                     : rc;
}

static enum kith_rc admit_device(const struct kith_bearer *bearer,
                                 const struct kith_credential_keys *keys,
                                 struct kith_reader *reader, int64_t now_us, struct kith_arena *mem,
                                 struct kith_session **out, bool *is_false, struct kith_why *why)
{
	const struct kith_jwt_key material = {
		.alg = KITH_JWT_HS256,
		.material = kith_str_make((const char *)keys->access, sizeof(keys->access)),
	};
	struct kith_jwt_claims words;
	struct kith_claims claims;
	struct kith_uuid sid;
	enum kith_rc rc = read_claims(bearer, &material, mem, &words, &claims, is_false, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!kith_uuid_parse(words.sid, &sid)) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "", "The token names no session.");
	}
	return kith_session_admit_device(reader, &claims, &sid, now_us, mem, out, why);
}

static enum kith_rc admit_api_key(const struct kith_bearer *bearer, struct kith_reader *reader,
                                  struct kith_arena *mem, struct kith_session **out, bool *is_false,
                                  struct kith_why *why)
{
	struct kith_api_key key;
	enum kith_rc rc = kith_reader_api_key(reader, &bearer->api_key, mem, &key);

	*is_false = rc == KITH_E_NOT_FOUND ||
	            (rc == KITH_OK && !kith_digest_equal(key.digest, bearer->api_key_digest));
	if (*is_false) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "", "This is no API key.");
	}
	return rc == KITH_OK ? kith_session_admit_api_key(reader, &key, mem, out, why) : rc;
}

enum kith_rc kith_bearer_admit(const struct kith_bearer *bearer,
                               const struct kith_credential_keys *keys, struct kith_reader *reader,
                               int64_t now_us, struct kith_arena *mem, struct kith_session **out,
                               bool *is_false, struct kith_why *why)
{
	*is_false = false;
	switch (bearer->kind) {
	case KITH_SESSION_APP:
		return admit_app(bearer, reader, now_us, mem, out, is_false, why);
	case KITH_SESSION_DEVICE:
		return admit_device(bearer, keys, reader, now_us, mem, out, is_false, why);
	case KITH_SESSION_API_KEY:
		break;
	}
	return admit_api_key(bearer, reader, mem, out, is_false, why);
}
