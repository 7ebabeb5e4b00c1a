/*
 * test_jwt.c -- tokens: those of the RFCs and of OpenSSL's command line are
 * believed, and everything else is refused: other keys and algorithms, changed
 * bytes, headers and claims that are not as they must be.
 */
#include "base/base64.h"
#include "base/mem.h"
#include "wire/jwt.h"
#include "wire/jwt_key.h"

#include "unit/lib/claim.h"

#include <stdio.h>

/* Made once with OpenSSL 3.0: openssl genpkey, pkey -pubout, dgst -sign, pkeyutl -sign. */
#define CLAIMS \
	"eyJzdWIiOiJhbGljZSIsIm9yZyI6ImFjbWUiLCJzY29wZSI6InVzZXIiLCJpYXQiOjE3MDAwMDAwMDAs" \
	"Im5iZiI6MTcwMDAwMDAwMSwiZXhwIjoxNzAwMDAzNjAwfQ"
#define HEADER_HS256 "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0"
#define HEADER_RS256 "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0"
#define HEADER_EDDSA "eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0"
#define SECRET "0123456789abcdef0123456789abcdef"

static const char token_hs256[] =
	HEADER_HS256 "." CLAIMS ".-BekOUaxCiO43PTHZWQQp8xdlBpJR9YpYUvTVqiTXvQ";
static const char token_rs256[] = HEADER_RS256
	"." CLAIMS
	".Q4mby-a0R4jWCvaNWjRHVAW2v4HVnCJGq0Uwb9UCScWVN4q6hNiAi201kxHHrGKEWdkw00kgYSNTp7B"
	"xuitnsRTE0bWopik4P5edpkJChFx4UisFf0_Cum8hdCBFEa9tYDouNiyESWocjASNfC-39--EZOJhbGu"
	"wWXCiFEKl8QXmZORmErYdhdMLapzQm0EwNpE0AnOuwVvVRvOrbv4dXNz38U99xut2qsy8UVV4T8wujqu"
	"DFtHg4mOZ2L4AZ12u0-ja84jPFD_4JWWyLaEROhEXLhHTG8BGqcTn-PLweCCP4C2pc97uWp5XQ0priBt"
	"dH1iUlpVCk1okA_ROjfdOmQ";
/* The same text signed with PSS padding: PS256, which is not ours. */
static const char token_ps256[] = HEADER_RS256
	"." CLAIMS
	".XaGmDqf8NmwJbKlWm-lTO_8Ls8lQ2sLwFaOY8-q-hFmlYL-FBsmjiynsuI5iey-CyHU3ZzyD46t18rx"
	"QEfKRh-SCelLNjUIcC4gAsMCZNUwweI2GImmUtta2nVa0QcNmwtWrOz5edm7X6leP5cQRiS9YbDN9rSJ"
	"N0x4sc-K5k00kc3yEXZGbpVL7Bhj7y8DOVSA3UsW7QHBSAlkvIRaHXqOGmLn_gU4aaMg5Xz0v4kdctDx"
	"Zk8bnCU8lXAhlElP-xxd1pj5UpKxAao_sMtsIVdcgC6YKXhC8RLPRFBUYkTPXHbrgMTpYY_rVZ_qMtdB"
	"D4SKhz_Nco0Jh0f1XEvmGFQ";
static const char token_eddsa[] = HEADER_EDDSA
	"." CLAIMS
	".QXe6__F-_6TG33Ijuh_f-dFCecEmpdZms6sYPCOdiOobSDvb4BEnJEqGfiMiec3MAVu8LlBKiMy_v5z"
	"lkxFmAA";

static const char pem_rsa[] = "-----BEGIN PUBLIC KEY-----\n"
			      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAp/m4gfE/1fAnw/CaGCnc\n"
			      "fP6pHIDAaL7BKHTF8EK86rDdLGCLfiMW7ujM2uksn9/rfIBd8wJcjCzuh2ZQVLP7\n"
			      "xWGYEhJxUhsbeV30v5XK1t0EKjK1JQj3MsGo3jpN2OUPiTHrOSZXBwv9q6zl8DIV\n"
			      "Gs3Vmtx0VxJM2J3ZMMF5C9OOHMo+dRkaPRg7XhaKpzIEz+m0yAzZyHXi7XrvWjCc\n"
			      "M5tY5HPcE1j670a17P4iN4Kamb5bRzuDPessWGoVEodFqWhWcUNixlH+XGp0K0Z2\n"
			      "wZSThRwWqHvcgdo7oO77uphmfLVNO1Awi5qdRNK9wUyZ50OW30BDOJ5YALH9Ep8s\n"
			      "gQIDAQAB\n"
			      "-----END PUBLIC KEY-----\n";
static const char pem_rsa_1024[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCuSyfiDbIqhch7Ojb03ok4Iqvv\n"
	"FkosKwJ7EVYc7Zy+SQyz5/k6geF5oK/Wr264xY+ALgo9AUgrYfWtMqOqCzFOwLud\n"
	"YVYcJLyvbfySSwQ7f9LhfT7P3vbbV1rNLQS1R4Y3jtntK15oCODMZkSKWvStDHS4\n"
	"UNcE6vuLjkiBmDYCvQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";
static const char pem_rsa_pss[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAJ8PjLkCYccUB7s/Ur0jFIol\n"
	"kZ6D8zVSfuWprWmG6cGlyBSOPtm74N8OOeefShNdsFRQRMYl6Q41mPSb2Jg3p1A3\n"
	"MS61cRbrKN+8B+kp0YakCuCmhFCiKIPuMOIQRk0m7FcvNZGl6U2zq+PtMJT4x3qi\n"
	"u+esCEETFMAYxkzg/zMjdb0Uwy+WF2N3Vb87auCYpDsX4QUfV+kTPPRAtlSNkhk4\n"
	"G/sJPp6VYAnvHtyBWJBv4c7PNxVvRTh0DSBpefre7zTU27QRWoP+V+55+WtYxg7b\n"
	"JI6pMWFr92QmWT5Jtq0PfFSg7TqMFtbyAvCKpcS6aJ5fmpqVGIEPhGZB2CI/uSsC\n"
	"AwEAAQ==\n"
	"-----END PUBLIC KEY-----\n";
static const char pem_ed25519[] = "-----BEGIN PUBLIC KEY-----\n"
				  "MCowBQYDK2VwAyEAIK2UWh5RKRSCygTFl9pwv10SsMxtCB1aC7yp36FHl6I=\n"
				  "-----END PUBLIC KEY-----\n";
static const char pem_x25519[] = "-----BEGIN PUBLIC KEY-----\n"
				 "MCowBQYDK2VuAyEAGKQRGAu1+LeQroMKvie3hY1490nxb8d7TBuwT07IxyI=\n"
				 "-----END PUBLIC KEY-----\n";
static const char pem_ec[] = "-----BEGIN PUBLIC KEY-----\n"
			     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg6PqI0+ZO27wJ9mdxFw3t8q9HPt5\n"
			     "KYoEkIFjDz0oQ3BkPGZHBKMbb/xOPZ3nTLUvyUEJkIK8CsQZsEYP8xR79A==\n"
			     "-----END PUBLIC KEY-----\n";

enum { EXP = 1700003600 };

static struct kith_arena mem;

static int start(void **state)
{
	(void)state;
	kith_arena_init(&mem, 1024);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	kith_arena_done(&mem);
	return 0;
}

static struct kith_jwt_key secret_key(void)
{
	return (struct kith_jwt_key){ .alg = KITH_JWT_HS256, .material = KITH_STR(SECRET) };
}

static struct kith_jwt_key public_key(enum kith_jwt_alg alg, const char *pem)
{
	struct kith_jwt_key key = { .alg = alg };
	assert_int_equal(kith_jwt_read_public(alg, kith_str_of(pem), &mem, &key.material, NULL),
	                 KITH_OK);
	return key;
}

/* Splits and verifies a copy of exactly TOKEN; on a refusal nothing may be set. */
static enum kith_rc believe(struct kith_str token, struct kith_jwt_key key,
                            struct kith_jwt_claims *claims, struct kith_why *why)
{
	struct kith_jwt jwt = { .kid = KITH_STR("untouched") };
	struct kith_jwt_claims before = { .exp_s = -1 };
	*claims = before;
	char *copy = copy_of(token);
	enum kith_rc rc = kith_jwt_split(kith_str_make(copy, token.len), &mem, &jwt, why);
	if (rc == KITH_OK) {
		rc = kith_jwt_verify(&jwt, &key, &mem, claims, why);
	} else {
		assert_true(kith_str_is(jwt.kid, "untouched") && jwt.signature.at == NULL);
	}
	if (rc != KITH_OK) {
		assert_memory_equal(claims, &before, sizeof(before));
	}
	free(copy);
	return rc;
}

static void test_r_004_tokens_made_elsewhere_are_believed(void **state)
{
	(void)state;
	const struct {
		const char *name;
		const char *token;
		struct kith_jwt_key key;
	} cases[] = {
		{ "HS256", token_hs256, secret_key() },
		{ "RS256", token_rs256, public_key(KITH_JWT_RS256, pem_rsa) },
		{ "EdDSA", token_eddsa, public_key(KITH_JWT_EDDSA, pem_ed25519) },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_jwt_claims claims;
		CLAIM(believe(kith_str_of(cases[i].token), cases[i].key, &claims, NULL) == KITH_OK,
		      cases[i].name);
		CLAIM(kith_str_is(claims.sub, "alice"), cases[i].name);
		CLAIM(kith_str_is(claims.org, "acme"), cases[i].name);
		CLAIM(kith_str_is(claims.scope, "user"), cases[i].name);
		CLAIM(claims.exp_s == EXP, cases[i].name);
		CLAIM(claims.iat_s == 1700000000 && claims.nbf_s == 1700000001, cases[i].name);
	}
}

static void test_no_key_believes_another_ones_token(void **state)
{
	(void)state;
	const char *const tokens[] = { token_hs256, token_rs256, token_eddsa, token_ps256 };
	struct kith_jwt_key keys[] = {
		secret_key(),
		public_key(KITH_JWT_RS256, pem_rsa),
		public_key(KITH_JWT_EDDSA, pem_ed25519),
		{ .alg = KITH_JWT_HS256,
		  .material = KITH_STR("another secret of more than 32 bytes") },
		{ .alg = KITH_JWT_HS256, .material = KITH_STR("short") },
		{ .alg = KITH_JWT_RS256, .material = KITH_STR("no DER") },
		{ .alg = KITH_JWT_EDDSA, .material = KITH_STR("no key") },
		{ .alg = KITH_JWT_NONE },
		{ .alg = (enum kith_jwt_alg)9, .material = KITH_STR(SECRET) },
	};
	for (size_t i = 0; i < KITH_COUNT(tokens); i++) {
		for (size_t k = 0; k < KITH_COUNT(keys); k++) {
			struct kith_jwt_claims claims;
			enum kith_rc rc = believe(kith_str_of(tokens[i]), keys[k], &claims, NULL);
			bool is_own = i == k && i < 3;
			assert_int_equal(rc, is_own ? KITH_OK : KITH_E_UNAUTHENTICATED);
		}
	}
}

static void test_the_algorithm_comes_from_the_key(void **state)
{
	(void)state;
	/* RFC 8725 2.1: the public key as an HMAC secret, and alg none with the key's row. */
	struct kith_jwt jwt;
	struct kith_jwt_claims claims;
	struct kith_jwt_key rsa = public_key(KITH_JWT_RS256, pem_rsa);
	assert_int_equal(kith_jwt_split(kith_str_of(token_rs256), &mem, &jwt, NULL), KITH_OK);
	uint8_t mac[KITH_JWT_HS256_BYTES];
	kith_jwt_key_mac(rsa.material, jwt.signed_part, mac);
	jwt.signature = kith_str_make(mac, sizeof(mac));
	jwt.alg = KITH_JWT_HS256;
	assert_int_equal(kith_jwt_verify(&jwt, &rsa, &mem, &claims, NULL), KITH_E_UNAUTHENTICATED);
	jwt.alg = KITH_JWT_RS256;
	assert_int_equal(kith_jwt_verify(&jwt, &rsa, &mem, &claims, NULL), KITH_E_UNAUTHENTICATED);
}

static void test_rfc_7515_a_1_and_rfc_8037_a_4_signatures(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum kith_jwt_alg alg;
		const char *key, *text, *signature;
	} cases[] = {
		{ "RFC 7515 A.1", KITH_JWT_HS256,
		  "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
		  "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
		  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
		  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQ"
		  "ogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
		  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" },
		{ "RFC 8037 A.4", KITH_JWT_EDDSA, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
		  "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
		  "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_"
		  "MuM0KAg" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		char key[128];
		char signature[128];
		ptrdiff_t key_len = kith_base64_decode(KITH_BASE64_URL, kith_str_of(cases[i].key),
		                                       key, sizeof(key));
		ptrdiff_t signature_len =
			kith_base64_decode(KITH_BASE64_URL, kith_str_of(cases[i].signature),
		                           signature, sizeof(signature));
		assert_true(key_len > 0 && signature_len > 0);
		struct kith_jwt_key row = { cases[i].alg, kith_str_make(key, (size_t)key_len) };
		struct kith_str bytes = kith_str_make(signature, (size_t)signature_len);
		CLAIM(kith_jwt_key_check(&row, kith_str_of(cases[i].text), bytes, NULL) == KITH_OK,
		      cases[i].name);
		signature[0] ^= 1;
		CLAIM(kith_jwt_key_check(&row, kith_str_of(cases[i].text), bytes, NULL) ==
		              KITH_E_UNAUTHENTICATED,
		      cases[i].name);
	}
}

static void test_keys_and_signatures_have_exactly_their_lengths(void **state)
{
	(void)state;
	static const char bytes[] = SECRET;
	struct kith_str text = KITH_STR("text");
	char mac[KITH_JWT_HS256_BYTES + 1] = "";
	for (size_t len = KITH_JWT_SECRET_MIN - 1; len <= KITH_JWT_SECRET_MIN; len++) {
		struct kith_jwt_key key = { KITH_JWT_HS256, kith_str_make(bytes, len) };
		kith_jwt_key_mac(key.material, text, (uint8_t *)mac);
		bool is_long = len == KITH_JWT_SECRET_MIN;
		for (size_t size = KITH_JWT_HS256_BYTES - 1; size <= sizeof(mac); size++) {
			bool is_good = is_long && size == KITH_JWT_HS256_BYTES;
			assert_int_equal(
				kith_jwt_key_check(&key, text, kith_str_make(mac, size), NULL),
				is_good ? KITH_OK : KITH_E_UNAUTHENTICATED);
		}
	}
	/* A stored RSA key with a byte behind it is not the one that was stored. */
	struct kith_jwt_key rsa = public_key(KITH_JWT_RS256, pem_rsa);
	struct kith_jwt_claims claims;
	rsa.material.len++; /* its copy has a NUL behind it */
	assert_int_equal(believe(kith_str_of(token_rs256), rsa, &claims, NULL),
	                 KITH_E_UNAUTHENTICATED);
	rsa.material.len -= 2;
	assert_int_equal(believe(kith_str_of(token_rs256), rsa, &claims, NULL),
	                 KITH_E_UNAUTHENTICATED);
}

/* Appends the HS256 token of these two JSON texts, signed with SECRET. */
static struct kith_str make(struct kith_buf *buf, const char *header, const char *claims)
{
	kith_buf_reset(buf);
	kith_base64_add(buf, KITH_BASE64_URL, kith_str_of(header));
	kith_buf_add_char(buf, '.');
	kith_base64_add(buf, KITH_BASE64_URL, kith_str_of(claims));
	uint8_t mac[KITH_JWT_HS256_BYTES];
	kith_jwt_key_mac(KITH_STR(SECRET), kith_buf_str(buf), mac);
	kith_buf_add_char(buf, '.');
	kith_base64_add(buf, KITH_BASE64_URL, kith_str_make(mac, sizeof(mac)));
	assert_false(buf->failed);
	return kith_buf_str(buf);
}

#define GOOD_HEADER "{\"alg\":\"HS256\",\"kid\":\"k1\"}"
#define GOOD_CLAIMS "{\"sub\":\"a\",\"exp\":1}"
#define KID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *name;
	const char *header;
	const char *claims;
	bool is_good;
} made[] = {
	{ "the least there must be", GOOD_HEADER, GOOD_CLAIMS, true },
	{ "members that nobody knows", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"x\":{\"y\":[1]}}",
	  "{\"iss\":\"i\",\"sub\":\"a\",\"exp\":1,\"x\":[{}]}", true },
	{ "a kid of 64 bytes", "{\"alg\":\"HS256\",\"kid\":\"" KID_64 "\"}", GOOD_CLAIMS, true },
	{ "escapes are undone", "{\"\\u0061lg\":\"HS\\u003256\",\"kid\":\"k\\u0031\"}",
	  "{\"sub\":\"\\u0061\",\"exp\":1}", true },
	{ "exp of 0 is a time", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":0}", true },

	{ "no alg", "{\"kid\":\"k1\"}", GOOD_CLAIMS, false },
	{ "alg none", "{\"alg\":\"none\",\"kid\":\"k1\"}", GOOD_CLAIMS, false },
	{ "alg in small letters", "{\"alg\":\"hs256\",\"kid\":\"k1\"}", GOOD_CLAIMS, false },
	{ "alg HS512", "{\"alg\":\"HS512\",\"kid\":\"k1\"}", GOOD_CLAIMS, false },
	{ "alg that is no string", "{\"alg\":1,\"kid\":\"k1\"}", GOOD_CLAIMS, false },
	{ "alg of another key", "{\"alg\":\"RS256\",\"kid\":\"k1\"}", GOOD_CLAIMS, false },
	{ "no kid", "{\"alg\":\"HS256\"}", GOOD_CLAIMS, false },
	{ "an empty kid", "{\"alg\":\"HS256\",\"kid\":\"\"}", GOOD_CLAIMS, false },
	{ "a kid of 65 bytes", "{\"alg\":\"HS256\",\"kid\":\"" KID_64 "x\"}", GOOD_CLAIMS, false },
	{ "a kid with a blank", "{\"alg\":\"HS256\",\"kid\":\"k 1\"}", GOOD_CLAIMS, false },
	{ "a kid with a line feed", "{\"alg\":\"HS256\",\"kid\":\"k\\n\"}", GOOD_CLAIMS, false },
	{ "a kid that is no string", "{\"alg\":\"HS256\",\"kid\":1}", GOOD_CLAIMS, false },
	{ "another typ", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"JWE\"}", GOOD_CLAIMS, false },
	{ "typ null", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":null}", GOOD_CLAIMS, false },
	{ "crit", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"crit\":[\"b64\"],\"b64\":false}",
	  GOOD_CLAIMS, false },
	{ "crit null", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"crit\":null}", GOOD_CLAIMS, false },
	{ "two algs", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"alg\":\"HS256\"}", GOOD_CLAIMS, false },
	{ "two kids, one escaped", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"k\\u0069d\":\"k2\"}",
	  GOOD_CLAIMS, false },
	{ "a header that is no object", "[\"HS256\"]", GOOD_CLAIMS, false },
	{ "a header that is no JSON", "HS256", GOOD_CLAIMS, false },
	{ "bytes behind the header", GOOD_HEADER "x", GOOD_CLAIMS, false },

	{ "no sub", GOOD_HEADER, "{\"exp\":1}", false },
	{ "an empty sub", GOOD_HEADER, "{\"sub\":\"\",\"exp\":1}", false },
	{ "sub that is no string", GOOD_HEADER, "{\"sub\":7,\"exp\":1}", false },
	{ "sub with U+0000", GOOD_HEADER, "{\"sub\":\"a\\u0000\",\"exp\":1}", false },
	{ "two subs", GOOD_HEADER, "{\"sub\":\"a\",\"sub\":\"b\",\"exp\":1}", false },
	{ "no exp", GOOD_HEADER, "{\"sub\":\"a\"}", false },
	{ "exp null", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":null}", false },
	{ "exp as text", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":\"1\"}", false },
	{ "exp with a fraction", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1.5}", false },
	{ "exp with an exponent", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1e9}", false },
	{ "a negative exp", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":-1}", false },
	{ "exp above 2^53", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":9007199254740992}", false },
	{ "nbf as text", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1,\"nbf\":\"0\"}", false },
	{ "iat true", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1,\"iat\":true}", false },
	{ "org that is no string", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1,\"org\":[]}", false },
	{ "scope that is no string", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1,\"scope\":[\"user\"]}",
	  false },
	{ "aud", GOOD_HEADER, "{\"sub\":\"a\",\"exp\":1,\"aud\":\"kith\"}", false },
	{ "claims that are no object", GOOD_HEADER, "[]", false },
	{ "claims that are no JSON", GOOD_HEADER, "sub", false },
};

static void test_headers_and_claims_are_as_they_must_be(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	for (size_t i = 0; i < KITH_COUNT(made); i++) {
		struct kith_jwt_claims claims;
		struct kith_why why = { 0 };
		struct kith_str token = make(&buf, made[i].header, made[i].claims);
		enum kith_rc rc = believe(token, secret_key(), &claims, &why);
		CLAIM(rc == (made[i].is_good ? KITH_OK : KITH_E_UNAUTHENTICATED), made[i].name);
		CLAIM(made[i].is_good == (why.detail[0] == '\0'), made[i].name);
		CLAIM(!made[i].is_good || kith_str_is(claims.sub, "a"), made[i].name);
		CLAIM(!made[i].is_good || (claims.org.at == NULL && claims.nbf_s == 0),
		      made[i].name);
	}
	kith_buf_done(&buf);
}

static void test_a_token_has_three_parts_of_base64url(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		".",
		"..",
		"...",
		HEADER_HS256,
		HEADER_HS256 "." CLAIMS,
		HEADER_HS256 "." CLAIMS ".",
		HEADER_HS256 "..AAAA",
		"." CLAIMS ".AAAA",
		HEADER_HS256 "." CLAIMS ".AAAA.AAAA",
		HEADER_HS256 "." CLAIMS ".A",
		HEADER_HS256 "." CLAIMS ".AAA=",
		HEADER_HS256 "." CLAIMS ".A+/A",
		HEADER_HS256 "." CLAIMS ".AA AA",
		" " HEADER_HS256 "." CLAIMS ".AAAA",
		HEADER_HS256 "." CLAIMS ".AAAA\n",
	};
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		struct kith_jwt_claims claims;
		CLAIM(believe(kith_str_of(bad[i]), secret_key(), &claims, NULL) ==
		              KITH_E_UNAUTHENTICATED,
		      bad[i]);
	}
}

static void test_no_beginning_of_a_token_and_no_changed_byte_is_believed(void **state)
{
	(void)state;
	char raw[32];
	memcpy(raw, public_key(KITH_JWT_EDDSA, pem_ed25519).material.at, sizeof(raw));
	const struct {
		const char *token;
		struct kith_jwt_key key;
	} cases[] = {
		{ token_hs256, secret_key() },
		{ token_eddsa, { KITH_JWT_EDDSA, kith_str_make(raw, sizeof(raw)) } },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		char text[512];
		struct kith_jwt_claims claims;
		size_t len = strlen(cases[i].token);
		assert_true(len < sizeof(text));
		for (size_t at = 0; at < len; at++) {
			kith_arena_reset(&mem);
			assert_int_equal(believe(kith_str_make(cases[i].token, at), cases[i].key,
			                         &claims, NULL),
			                 KITH_E_UNAUTHENTICATED);
			memcpy(text, cases[i].token, len);
			for (int bit = 0; bit < 8; bit++) {
				text[at] = (char)((uint8_t)cases[i].token[at] ^ 1U << bit);
				assert_int_equal(believe(kith_str_make(text, len), cases[i].key,
				                         &claims, NULL),
				                 KITH_E_UNAUTHENTICATED);
			}
		}
	}
}

static void test_a_token_up_to_8_kib_is_read_and_a_byte_more_is_not(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	char claims[KITH_JWT_TEXT_MAX];
	/* Three bytes of claims are four of the token: find the length that just fits. */
	size_t fill = 5900;
	size_t lengths[2] = { 0, 0 };
	for (; lengths[1] <= KITH_JWT_TEXT_MAX; fill++) {
		snprintf(claims, sizeof(claims), "{\"sub\":\"a\",\"exp\":1,\"x\":\"%0*d\"}",
		         (int)fill, 0);
		lengths[0] = lengths[1];
		lengths[1] = make(&buf, GOOD_HEADER, claims).len;
		struct kith_jwt_claims out;
		struct kith_why why = { 0 };
		enum kith_rc rc = believe(kith_buf_str(&buf), secret_key(), &out, &why);
		assert_int_equal(rc == KITH_OK, lengths[1] <= KITH_JWT_TEXT_MAX);
	}
	assert_true(lengths[0] >= KITH_JWT_TEXT_MAX - 1);
	kith_buf_done(&buf);
}

static void test_what_is_signed_here_is_believed_here(void **state)
{
	(void)state;
	static const struct kith_jwt_claims all[] = {
		{ .sub = { "a", 1 }, .exp_s = EXP },
		{ .sub = { "\xc3\xa4\"\\\n", 5 },
		  .org = { "o", 1 },
		  .exp_s = EXP,
		  .iat_s = 5,
		  .nbf_s = 6 },
		{ .sub = { "b", 1 }, .scope = { "operator", 8 }, .exp_s = KITH_JWT_RSA_BITS_MAX },
		{ .sub = { "c", 1 }, .sid = { "s", 1 }, .exp_s = EXP },
	};
	for (size_t i = 0; i < KITH_COUNT(all); i++) {
		struct kith_buf buf = { 0 };
		struct kith_jwt_claims got;
		kith_buf_add_text(&buf, "before ");
		kith_jwt_sign_hs256(&buf, KITH_STR("k1"), KITH_STR(SECRET), &all[i]);
		assert_false(buf.failed);
		assert_int_equal(
			believe(kith_str_skip(kith_buf_str(&buf), 7), secret_key(), &got, NULL),
			KITH_OK);
		assert_true(kith_str_equal(got.sub, all[i].sub));
		assert_true(kith_str_equal(got.org, all[i].org));
		assert_true(kith_str_equal(got.scope, all[i].scope));
		assert_true(kith_str_equal(got.sid, all[i].sid));
		assert_true(got.exp_s == all[i].exp_s && got.iat_s == all[i].iat_s);
		assert_true(got.nbf_s == all[i].nbf_s);
		kith_buf_done(&buf);
	}
}

static void test_key_files_are_public_and_of_the_right_kind(void **state)
{
	(void)state;
	static char two[2048];
	snprintf(two, sizeof(two), "%s%s", pem_ed25519, pem_ed25519);
	static char encrypted[2048];
	snprintf(encrypted, sizeof(encrypted),
	         "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
	         "AES-128-CBC,%s\n\n%s",
	         "00112233445566778899AABBCCDDEEFF", strchr(pem_ed25519, '\n') + 1);
	const struct {
		const char *name;
		enum kith_jwt_alg alg;
		const char *pem;
		bool is_good;
	} cases[] = {
		{ "an RSA key", KITH_JWT_RS256, pem_rsa, true },
		{ "an Ed25519 key", KITH_JWT_EDDSA, pem_ed25519, true },
		{ "an RSA key for EdDSA", KITH_JWT_EDDSA, pem_rsa, false },
		{ "an Ed25519 key for RS256", KITH_JWT_RS256, pem_ed25519, false },
		{ "an RSA key of 1024 bits", KITH_JWT_RS256, pem_rsa_1024, false },
		{ "an RSA-PSS key", KITH_JWT_RS256, pem_rsa_pss, false },
		{ "an X25519 key", KITH_JWT_EDDSA, pem_x25519, false },
		{ "a P-256 key for EdDSA", KITH_JWT_EDDSA, pem_ec, false },
		{ "a P-256 key for RS256", KITH_JWT_RS256, pem_ec, false },
		{ "a public key for HS256", KITH_JWT_HS256, pem_rsa, false },
		{ "for no algorithm", KITH_JWT_NONE, pem_rsa, false },
		{ "a private key", KITH_JWT_EDDSA,
		  "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", false },
		{ "two keys", KITH_JWT_EDDSA, two, false },
		{ "an encrypted block asks nobody", KITH_JWT_EDDSA, encrypted, false },
		{ "a certificate", KITH_JWT_RS256,
		  "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", false },
		{ "broken base64", KITH_JWT_RS256,
		  "-----BEGIN PUBLIC KEY-----\nAA!A\n-----END PUBLIC KEY-----\n", false },
		{ "no PEM", KITH_JWT_RS256, "hello", false },
		{ "nothing", KITH_JWT_RS256, "", false },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_str out = { 0 };
		struct kith_why why = { 0 };
		enum kith_rc rc = kith_jwt_read_public(cases[i].alg, kith_str_of(cases[i].pem),
		                                       &mem, &out, &why);
		CLAIM(rc == (cases[i].is_good ? KITH_OK : KITH_E_INVALID_REQUEST), cases[i].name);
		CLAIM((out.at != NULL) == cases[i].is_good, cases[i].name);
		CLAIM((why.detail[0] == '\0') == cases[i].is_good, cases[i].name);
	}
}

static void test_the_names_of_algorithms(void **state)
{
	(void)state;
	static const char *const names[] = { NULL, "HS256", "RS256", "EdDSA" };
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		const char *name = kith_jwt_alg_name((enum kith_jwt_alg)i);
		if (names[i] == NULL) {
			assert_null(name);
			continue;
		}
		assert_string_equal(name, names[i]);
		assert_int_equal(kith_jwt_alg_find(kith_str_of(name)), i);
	}
	assert_null(kith_jwt_alg_name((enum kith_jwt_alg)KITH_COUNT(names)));
	assert_int_equal(kith_jwt_alg_find(KITH_STR("none")), KITH_JWT_NONE);
	assert_int_equal(kith_jwt_alg_find(KITH_STR("")), KITH_JWT_NONE);
}

/* Reads TOKEN with KEY while the NTH allocation fails. */
static enum kith_rc believe_without_memory(uint64_t nth, const char *token, struct kith_jwt_key key)
{
	struct kith_arena small;
	kith_arena_init(&small, 1);
	struct kith_jwt jwt = { 0 };
	struct kith_jwt_claims claims = { .exp_s = -1 };
	kith_mem_fail_from(nth);
	enum kith_rc rc = kith_jwt_split(kith_str_of(token), &small, &jwt, NULL);
	if (rc == KITH_OK) {
		rc = kith_jwt_verify(&jwt, &key, &small, &claims, NULL);
	} else {
		assert_null(jwt.kid.at);
	}
	kith_mem_fail_never();
	assert_true((rc == KITH_OK) == (claims.exp_s != -1));
	kith_arena_done(&small);
	return rc;
}

static void test_an_empty_heap_is_no_wrong_token(void **state)
{
	(void)state;
	const char *const tokens[] = { token_hs256, token_rs256, token_eddsa };
	const struct kith_jwt_key keys[] = {
		secret_key(),
		public_key(KITH_JWT_RS256, pem_rsa),
		public_key(KITH_JWT_EDDSA, pem_ed25519),
	};
	for (size_t i = 0; i < KITH_COUNT(tokens); i++) {
		enum kith_rc rc = KITH_E_NO_MEMORY;
		for (uint64_t nth = 1; rc != KITH_OK; nth++) {
			assert_true(nth < 50);
			rc = believe_without_memory(nth, tokens[i], keys[i]);
			assert_true(rc == KITH_OK ? nth > 1 : rc == KITH_E_NO_MEMORY);
		}
	}
}

static void test_an_empty_heap_signs_nothing(void **state)
{
	(void)state;
	const struct kith_jwt_claims claims = { .sub = { "a", 1 }, .exp_s = 1 };
	bool is_done = false;
	for (uint64_t nth = 1; !is_done; nth++) {
		assert_true(nth < 20);
		struct kith_buf buf = { 0 };
		kith_mem_fail_from(nth);
		kith_jwt_sign_hs256(&buf, KITH_STR("k1"), KITH_STR(SECRET), &claims);
		kith_mem_fail_never();
		is_done = !buf.failed;
		assert_true(nth > 1 || !is_done);
		kith_buf_done(&buf);
	}
	struct kith_arena small;
	kith_arena_init(&small, 1);
	struct kith_str out = { 0 };
	kith_mem_fail_from(1);
	enum kith_rc rc =
		kith_jwt_read_public(KITH_JWT_RS256, kith_str_of(pem_rsa), &small, &out, NULL);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_null(out.at);
	kith_arena_done(&small);
}

static void test_hs256_takes_memory_from_its_arena_only(void **state)
{
	(void)state;
	struct kith_jwt_claims claims;
	assert_int_equal(believe(kith_str_of(token_hs256), secret_key(), &claims, NULL), KITH_OK);
	kith_arena_reset(&mem);
	assert_int_equal(believe(kith_str_of(token_hs256), secret_key(), &claims, NULL), KITH_OK);
	kith_arena_reset(&mem); /* now its kept block holds a whole round */
	uint64_t before = kith_mem_thread_count();
	assert_int_equal(believe(kith_str_of(token_hs256), secret_key(), &claims, NULL), KITH_OK);
	assert_true(kith_mem_thread_count() == before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_r_004_tokens_made_elsewhere_are_believed,
		                                start, stop),
		cmocka_unit_test_setup_teardown(test_no_key_believes_another_ones_token, start,
		                                stop),
		cmocka_unit_test_setup_teardown(test_the_algorithm_comes_from_the_key, start, stop),
		cmocka_unit_test(test_rfc_7515_a_1_and_rfc_8037_a_4_signatures),
		cmocka_unit_test_setup_teardown(test_keys_and_signatures_have_exactly_their_lengths,
		                                start, stop),
		cmocka_unit_test_setup_teardown(test_headers_and_claims_are_as_they_must_be, start,
		                                stop),
		cmocka_unit_test_setup_teardown(test_a_token_has_three_parts_of_base64url, start,
		                                stop),
		cmocka_unit_test_setup_teardown(
			test_no_beginning_of_a_token_and_no_changed_byte_is_believed, start, stop),
		cmocka_unit_test_setup_teardown(
			test_a_token_up_to_8_kib_is_read_and_a_byte_more_is_not, start, stop),
		cmocka_unit_test_setup_teardown(test_what_is_signed_here_is_believed_here, start,
		                                stop),
		cmocka_unit_test_setup_teardown(test_key_files_are_public_and_of_the_right_kind,
		                                start, stop),
		cmocka_unit_test(test_the_names_of_algorithms),
		cmocka_unit_test_setup_teardown(test_an_empty_heap_is_no_wrong_token, start, stop),
		cmocka_unit_test(test_an_empty_heap_signs_nothing),
		cmocka_unit_test_setup_teardown(test_hs256_takes_memory_from_its_arena_only, start,
		                                stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
