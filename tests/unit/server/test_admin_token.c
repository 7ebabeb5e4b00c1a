/*
 * test_admin_token.c -- keys and tokens by command: what is printed once and what
 * never, and that a token lets in whom it should (R-004 a, R-005).
 */
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "domain/claims.h"
#include "unit/server/room.h"
#include "wire/jwt.h"

static int set_up(void **state)
{
	struct room *room = calloc(1, sizeof(*room));

	assert_non_null(room);
	room_init(room);
	assert_int_equal(room_run(room, "user|add|alice"), 0);
	*state = room;
	return 0;
}

static int tear_down(void **state)
{
	struct room *room = *state;

	room_done(room);
	free(room);
	return 0;
}

/* A fresh public key in PEM: "RSA" or "ED25519". free() releases it. */
static char *make_pem(const char *type)
{
	EVP_PKEY *key = strcmp(type, "RSA") == 0
	                        ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
	                        : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *bio = BIO_new(BIO_s_mem());
	char *at;

	assert_non_null(key);
	assert_non_null(bio);
	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	long len = BIO_get_mem_data(bio, &at);
	char *pem = malloc((size_t)len + 1);
	assert_non_null(pem);
	memcpy(pem, at, (size_t)len);
	pem[len] = '\0';
	BIO_free(bio);
	EVP_PKEY_free(key);
	return pem;
}

/* The rest of the line that begins with NAME and a blank; at NULL: there is none. */
static struct kith_str line_of(const struct kith_buf *buf, const char *name)
{
	struct kith_str rest = kith_buf_str(buf);
	struct kith_str line;

	while (kith_str_cut(rest, '\n', &line, &rest)) {
		if (kith_str_starts(line, kith_str_of(name)) && line.at[strlen(name)] == ' ') {
			return kith_str_skip(line, strlen(name) + 1);
		}
	}
	return (struct kith_str){ 0 };
}

/* Verifies the token that was printed, by the store's key, and decides it at AT_US. */
static enum kith_rc admit(struct room *room, int64_t at_us, struct kith_jwt_claims *words,
                          enum kith_scope *scope)
{
	struct kith_str token;
	struct kith_str rest;
	struct kith_jwt jwt;
	struct kith_key key;
	struct kith_str text = kith_buf_str(&room->out);

	assert_true(kith_str_cut(text, '\n', &token, &rest));
	assert_int_equal(rest.len, 1); /* the NUL: the token is alone */
	assert_int_equal(kith_jwt_split(token, &room->mem, &jwt, NULL), KITH_OK);
	assert_int_equal(kith_reader_key(room->admin.reader, jwt.kid, &room->mem, &key), KITH_OK);
	struct kith_jwt_key secret = { .alg = (enum kith_jwt_alg)key.alg,
		                       .material = key.material };
	assert_int_equal(kith_jwt_verify(&jwt, &secret, &room->mem, words, NULL), KITH_OK);
	struct kith_claims claims = {
		.sub = words->sub,
		.org = words->org,
		.scope = words->scope,
		.exp_s = words->exp_s,
		.nbf_s = words->nbf_s,
		.iat_s = words->iat_s,
		.key_org = key.org.row == 0 ? (struct kith_str){ 0 } : key.org.id,
	};
	return kith_claims_decide(&claims, at_us, scope, NULL);
}

static void test_a_token_lets_its_user_in(void **state)
{
	struct room *room = *state;
	struct kith_jwt_claims words;
	enum kith_scope scope = 0;

	assert_int_equal(room_run(room, "token|alice"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->err.at, "kithctl: made key hs-"));
	assert_non_null(strstr(room->err.at, " of \"default\"\n"));
	assert_int_equal(admit(room, ROOM_NOW_US, &words, &scope), KITH_OK);
	assert_int_equal(scope, KITH_SCOPE_USER);
	assert_true(kith_str_is(words.sub, "alice"));
	assert_true(kith_str_is(words.org, "default"));
	assert_int_equal(words.iat_s, ROOM_NOW_US / KITH_SECOND_US);
	assert_int_equal(words.exp_s, ROOM_NOW_US / KITH_SECOND_US + 3600);
	assert_int_equal(admit(room, ROOM_NOW_US + KITH_HOUR_US, &words, &scope),
	                 KITH_E_TOKEN_EXPIRED);
	assert_int_equal(room_run(room, "token|alice|--ttl|24h"), KITH_ADMIN_DONE);
	assert_string_equal(room->err.at, ""); /* the key is there by now */
	assert_int_equal(admit(room, ROOM_NOW_US, &words, &scope), KITH_OK);
	assert_int_equal(words.exp_s, ROOM_NOW_US / KITH_SECOND_US + 24 * 3600);
}

static void test_an_operator_has_the_deployments_key(void **state)
{
	struct room *room = *state;
	struct kith_jwt_claims words;
	enum kith_scope scope = 0;

	assert_int_equal(room_run(room, "key|add|default|--alg|HS256"), KITH_ADMIN_DONE);
	assert_int_equal(room_run(room, "token|alice|--scope|operator|--ttl|1s"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->err.at, "kithctl: made the deployment's key hs-"));
	assert_int_equal(admit(room, ROOM_NOW_US, &words, &scope), KITH_OK);
	assert_int_equal(scope, KITH_SCOPE_OPERATOR);
	assert_null(words.org.at);
	assert_int_equal(words.exp_s, ROOM_NOW_US / KITH_SECOND_US + 1);
	assert_int_equal(room_run(room, "token|alice|--scope|operator"), KITH_ADMIN_DONE);
	assert_string_equal(room->err.at, "");
}

static void test_the_organization_must_be_clear(void **state)
{
	struct room *room = *state;
	struct kith_jwt_claims words;
	enum kith_scope scope = 0;

	assert_int_equal(room_run(room, "org|add|acme"), KITH_ADMIN_DONE);
	assert_int_equal(room_run(room, "token|alice|--org|acme"), KITH_ADMIN_REFUSED);
	assert_string_equal(room->err.at,
	                    "kithctl: not_found: There is nothing here that you may see. (no user "
	                    "\"alice\" in that organization)\n");
	assert_int_equal(room_run(room, "user|add|alice|--org|acme"), KITH_ADMIN_DONE);
	assert_int_equal(room_run(room, "token|alice"), KITH_ADMIN_REFUSED);
	assert_non_null(strstr(room->err.at, "kithctl: organization_required: "));
	assert_string_equal(room->out.at, "");
	assert_int_equal(room_run(room, "token|alice|--org|acme"), KITH_ADMIN_DONE);
	assert_int_equal(admit(room, ROOM_NOW_US, &words, &scope), KITH_OK);
	assert_true(kith_str_is(words.org, "acme"));
}

static void test_what_makes_no_token(void **state)
{
	static const struct {
		const char *words;
		const char *err;
	} cases[] = {
		{ "token|nobody", "kithctl: not_found: " },
		{ "token|nobody|--scope|operator", "kithctl: not_found: " },
		{ "token|alice|--org|nowhere", "kithctl: not_found: " },
		{ "token|alice|--ttl|0s", "kithctl: invalid_request: " },
		{ "token|alice|--ttl|86401s", "kithctl: invalid_request: " },
		{ "token|alice|--ttl|2d", "kithctl: invalid_request: " },
		{ "token|alice|--ttl|soon", "kithctl: invalid_request: " },
		{ "token|alice|--ttl|", "kithctl: invalid_request: " },
		{ "token|alice|--scope|admin", "kithctl: invalid_request: " },
		{ "token|alice|--scope|", "kithctl: invalid_request: " },
		{ "token|alice|--scope|operator|--org|default", "kithctl: invalid_request: " },
	};
	struct room *room = *state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		CLAIM(room_run(room, cases[i].words) == KITH_ADMIN_REFUSED, cases[i].words);
		CLAIM(room->out.at[0] == '\0', cases[i].words);
		CLAIM(strstr(room->err.at, cases[i].err) == room->err.at, cases[i].words);
	}
	assert_int_equal(room_run(room, "key|list"), KITH_ADMIN_DONE);
	assert_string_equal(room->out.at, ""); /* no refusal has left a key behind */
}

static void test_a_secret_is_shown_once(void **state)
{
	struct room *room = *state;
	char secret[100];
	char kid[100];
	char bytes[64];
	struct kith_key key;

	assert_int_equal(room_run(room, "key|add|default|--alg|HS256"), KITH_ADMIN_DONE);
	snprintf(secret, sizeof(secret), "%.*s", KITH_STR_PRINT(line_of(&room->out, "secret")));
	snprintf(kid, sizeof(kid), "%.*s", KITH_STR_PRINT(line_of(&room->out, "kid")));
	ptrdiff_t len =
		kith_base64_decode(KITH_BASE64_URL, kith_str_of(secret), bytes, sizeof(bytes));
	assert_int_equal(len, KITH_JWT_SECRET_MIN);
	assert_int_equal(kith_reader_key(room->admin.reader, kith_str_of(kid), &room->mem, &key),
	                 KITH_OK);
	assert_true(kith_str_equal(key.material, kith_str_make(bytes, (size_t)len)));
	assert_int_equal(room_run(room, "key|list"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, kid));
	assert_non_null(strstr(room->out.at, "\tdefault\tHS256\t2027-01-15T08:00:00.000Z\n"));
	assert_null(strstr(room->out.at, secret));
	assert_int_equal(room_run(room, "key|list|--json"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, kid));
	assert_null(strstr(room->out.at, secret));
	assert_null(memmem(room->out.at, room->out.len, bytes, (size_t)len));
	assert_int_equal(room_run(room, "token|alice"), KITH_ADMIN_DONE);
	assert_null(strstr(room->out.at, secret));
	assert_int_equal(room_run(room, "key|add|default|--alg|HS256"), KITH_ADMIN_DONE);
	assert_null(strstr(room->out.at, secret));
	assert_null(strstr(room->out.at, kid));
	assert_int_equal(room_run(room, "key|list|default"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, kid)); /* the older one is listed as well */
}

/* Adds the key in PEM with ALG; returns the exit code. */
static int add_public(struct room *room, const char *alg, const char *pem)
{
	char words[100];
	struct kith_admin_request request;

	snprintf(words, sizeof(words), "key|add|default|--alg|%s|--public|key.pem", alg);
	room_request(words, &request);
	if (pem != NULL) {
		request.files[request.file_count++] =
			(struct kith_admin_file){ KITH_STR("key.pem"), kith_str_of(pem) };
	}
	return room_run_request(room, &request);
}

static void test_public_keys(void **state)
{
	struct room *room = *state;
	char *rsa = make_pem("RSA");
	char *ed = make_pem("ED25519");

	assert_int_equal(add_public(room, "RS256", rsa), KITH_ADMIN_DONE);
	assert_true(kith_str_starts(line_of(&room->out, "kid"), KITH_STR("rs-")));
	assert_null(line_of(&room->out, "secret").at);
	assert_int_equal(add_public(room, "EdDSA", ed), KITH_ADMIN_DONE);
	assert_true(kith_str_starts(line_of(&room->out, "kid"), KITH_STR("ed-")));
	assert_int_equal(room_run(room, "key|list|default"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, "\tdefault\tRS256\t"));
	assert_non_null(strstr(room->out.at, "\tdefault\tEdDSA\t"));
	assert_int_equal(add_public(room, "RS256", ed), KITH_ADMIN_REFUSED);
	assert_int_equal(add_public(room, "EdDSA", rsa), KITH_ADMIN_REFUSED);
	assert_int_equal(add_public(room, "RS256", "no key"), KITH_ADMIN_REFUSED);
	assert_int_equal(add_public(room, "RS256", ""), KITH_ADMIN_REFUSED);
	assert_int_equal(add_public(room, "HS256", rsa), KITH_ADMIN_REFUSED);
	assert_int_equal(add_public(room, "RS256", NULL), KITH_ADMIN_REFUSED);
	assert_string_equal(room->err.at,
	                    "kithctl: invalid_request: The request is not well formed. "
	                    "(the content of \"key.pem\" is missing)\n");
	free(rsa);
	free(ed);
}

static void test_what_makes_no_key(void **state)
{
	static const struct {
		const char *words;
		const char *err;
	} cases[] = {
		{ "key|add|default", "kithctl: invalid_request: " },
		{ "key|add|default|--alg|none", "kithctl: invalid_request: " },
		{ "key|add|default|--alg|hs256", "kithctl: invalid_request: " },
		{ "key|add|default|--alg|RS256", "kithctl: invalid_request: " },
		{ "key|add|nowhere|--alg|HS256", "kithctl: not_found: " },
		{ "key|list|nowhere", "kithctl: not_found: " },
	};
	struct room *room = *state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		CLAIM(room_run(room, cases[i].words) == KITH_ADMIN_REFUSED, cases[i].words);
		CLAIM(room->out.at[0] == '\0', cases[i].words);
		CLAIM(strstr(room->err.at, cases[i].err) == room->err.at, cases[i].words);
	}
	assert_int_equal(room_run(room, "key|list"), KITH_ADMIN_DONE);
	assert_string_equal(room->out.at, ""); /* R-102 no default credentials */
}

static void test_keys_are_listed_by_their_organization(void **state)
{
	struct room *room = *state;

	assert_int_equal(room_run(room, "org|add|acme"), KITH_ADMIN_DONE);
	assert_int_equal(room_run(room, "key|add|acme|--alg|HS256"), KITH_ADMIN_DONE);
	assert_int_equal(room_run(room, "token|alice|--scope|operator"), KITH_ADMIN_DONE);
	assert_int_equal(room_run(room, "key|list"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, "\tacme\tHS256\t"));
	assert_non_null(strstr(room->out.at, "\t-\tHS256\t"));
	assert_int_equal(room_run(room, "key|list|acme"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, "\tacme\tHS256\t"));
	assert_null(strstr(room->out.at, "\t-\t"));
	assert_int_equal(room_run(room, "key|list|default"), KITH_ADMIN_DONE);
	assert_string_equal(room->out.at, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_token_lets_its_user_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_operator_has_the_deployments_key, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_the_organization_must_be_clear, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_what_makes_no_token, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_secret_is_shown_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_public_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_makes_no_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_keys_are_listed_by_their_organization, set_up,
		                                tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
