/*
 * test_credential.c -- tokens, keys and codes: what we wrote is read again, and
 * nothing else is: not another's, not one that was touched anywhere.
 */
#include "service/credential.h"

#include "unit/lib/claim.h"
#include "wire/jwt.h"

static struct kith_credential_keys keys;
static struct kith_credential_keys other;

static const struct kith_uuid sid = { { 1, 0x93, 0x4f, 0x2a, 0x70, 0xaa, 0x7c, 0x00, 0x9b, 0x1d,
	                                0x2f, 0x6e, 0x8a, 0x4c, 0x5d, 0x03 } };

static int set_up(void **state)
{
	(void)state;
	uint8_t key[KITH_DIGEST_KEY] = { 7 };
	kith_credential_keys_derive(key, &keys);
	key[0] = 8;
	kith_credential_keys_derive(key, &other);
	return 0;
}

static void test_every_use_has_a_key_of_its_own(void **state)
{
	(void)state;
	const uint8_t *all[] = { keys.access, keys.refresh, keys.api_key, keys.link };

	for (size_t i = 0; i < KITH_COUNT(all); i++) {
		assert_memory_not_equal(all[i], all[i] + KITH_DIGEST, KITH_DIGEST);
		for (size_t j = 0; j < i; j++) {
			assert_memory_not_equal(all[i], all[j], KITH_DIGEST_KEY);
		}
	}
	assert_memory_not_equal(&keys, &other, sizeof(keys));
}

/* --- refresh tokens --- */

static void test_r_004_a_refresh_token_names_its_session_and_counter(void **state)
{
	(void)state;
	static const int64_t counters[] = { 0, 1, 2, 255, 256, 1000000, INT64_MAX };

	for (size_t i = 0; i < KITH_COUNT(counters); i++) {
		char text[KITH_REFRESH_TEXT];
		char again[KITH_REFRESH_TEXT];
		struct kith_uuid got;
		int64_t counter = -1;

		kith_refresh_write(&keys, &sid, counters[i], text);
		kith_refresh_write(&keys, &sid, counters[i], again);
		assert_memory_equal(text, again, sizeof(text));
		assert_memory_equal(text, "kr_", 3);
		assert_true(kith_refresh_read(&keys, kith_str_make(text, sizeof(text)), &got,
		                              &counter));
		assert_true(kith_uuid_equal(&got, &sid));
		assert_int_equal(counter, counters[i]);
	}
}

static bool reads(const struct kith_credential_keys *with, struct kith_str text)
{
	char *copy = copy_of(text);
	struct kith_uuid got = { { 9 } };
	int64_t counter = 9;
	bool is_read = kith_refresh_read(with, kith_str_make(copy, text.len), &got, &counter);

	if (!is_read) {
		assert_int_equal(counter, 9);
	}
	free(copy);
	return is_read;
}

static void test_r_004_a_refresh_token_that_was_touched_is_none(void **state)
{
	(void)state;
	char text[KITH_REFRESH_TEXT + 1];
	const struct kith_str whole = kith_str_make(text, KITH_REFRESH_TEXT);

	kith_refresh_write(&keys, &sid, 3, text);
	text[KITH_REFRESH_TEXT] = 'A';
	assert_true(reads(&keys, whole));
	assert_false(reads(&other, whole));
	assert_false(reads(&keys, kith_str_make(text, KITH_REFRESH_TEXT + 1)));
	for (size_t len = 0; len < KITH_REFRESH_TEXT; len++) {
		assert_false(reads(&keys, kith_str_make(text, len)));
	}
	/* Each character changed: prefix, session, counter, mark. */
	for (size_t i = 0; i < KITH_REFRESH_TEXT; i++) {
		char kept = text[i];
		text[i] = kept == 'B' ? 'C' : 'B';
		assert_false(reads(&keys, whole));
		text[i] = '=';
		assert_false(reads(&keys, whole));
		text[i] = kept;
	}
}

static void test_a_refresh_token_of_another_counter_or_session_is_another(void **state)
{
	(void)state;
	char first[KITH_REFRESH_TEXT];
	char second[KITH_REFRESH_TEXT];
	struct kith_uuid next = sid;

	kith_refresh_write(&keys, &sid, 1, first);
	kith_refresh_write(&keys, &sid, 2, second);
	assert_memory_not_equal(first, second, sizeof(first));
	/* The mark of one with the words of the other. */
	memcpy(second + 3 + 32, first + 3 + 32, sizeof(first) - 3 - 32);
	assert_false(reads(&keys, kith_str_make(second, sizeof(second))));
	next.bytes[15]++;
	kith_refresh_write(&keys, &next, 1, second);
	assert_memory_not_equal(first, second, sizeof(first));
}

/* --- API keys and links --- */

static void test_r_004_an_api_key_is_read_as_it_was_written(void **state)
{
	(void)state;
	uint8_t secret[KITH_API_KEY_SECRET];
	uint8_t digest[KITH_DIGEST];
	uint8_t got_digest[KITH_DIGEST] = { 0 };
	char text[KITH_API_KEY_TEXT];
	struct kith_uuid got = { { 0 } };
	const struct kith_str whole = kith_str_make(text, sizeof(text));

	memset(secret, 0xa5, sizeof(secret));
	kith_api_key_digest(&keys, secret, digest);
	kith_api_key_write(&sid, secret, text);
	assert_true(kith_api_key_is_meant(whole));
	assert_true(kith_api_key_read(&keys, whole, &got, got_digest));
	assert_true(kith_uuid_equal(&got, &sid));
	assert_true(kith_digest_equal(digest, got_digest));
	for (size_t i = 0; i < sizeof(text); i++) {
		char kept = text[i];
		text[i] = kept == 'B' ? 'C' : 'B';
		bool is_same = kith_api_key_read(&keys, whole, &got, got_digest) &&
		               kith_uuid_equal(&got, &sid) && kith_digest_equal(digest, got_digest);
		assert_false(is_same);
		text[i] = kept;
	}
	for (size_t len = 0; len < sizeof(text); len++) {
		assert_false(kith_api_key_read(&keys, kith_str_make(text, len), &got, got_digest));
	}
	kith_api_key_digest(&other, secret, got_digest);
	assert_false(kith_digest_equal(digest, got_digest));
}

static void test_r_004_codes_of_links_are_many_and_known_by_a_digest(void **state)
{
	(void)state;
	struct kith_rand rand;
	char first[KITH_LINK_TEXT];
	char second[KITH_LINK_TEXT];
	uint8_t a[KITH_DIGEST];
	uint8_t b[KITH_DIGEST];

	kith_rand_init_fixed(&rand, 5);
	kith_link_write(&rand, first);
	kith_link_write(&rand, second);
	assert_memory_equal(first, "kl_", 3);
	assert_memory_not_equal(first, second, sizeof(first));
	kith_link_digest(&keys, kith_str_make(first, sizeof(first)), a);
	kith_link_digest(&keys, kith_str_make(second, sizeof(second)), b);
	assert_false(kith_digest_equal(a, b));
	kith_link_digest(&keys, kith_str_make(first, sizeof(first)), b);
	assert_true(kith_digest_equal(a, b));
}

/* --- access tokens --- */

static void test_r_004_an_access_token_says_who_where_and_until_when(void **state)
{
	(void)state;
	const struct kith_access access = { .user = KITH_STR("alice"),
		                            .org = KITH_STR("acme"),
		                            .sid = sid,
		                            .made_us = INT64_C(1800000000999999) };
	struct kith_jwt_key key = { .alg = KITH_JWT_HS256,
		                    .material = kith_str_make((const char *)keys.access,
		                                              sizeof(keys.access)) };
	struct kith_arena mem;
	struct kith_str text;
	struct kith_str again;
	struct kith_jwt jwt;
	struct kith_jwt_claims claims;
	char id[KITH_UUID_TEXT];

	kith_arena_init(&mem, 4096);
	assert_int_equal(kith_access_write(&keys, &access, &mem, &text), KITH_OK);
	assert_int_equal(kith_access_write(&keys, &access, &mem, &again), KITH_OK);
	assert_true(kith_str_equal(text, again));
	assert_int_equal(kith_jwt_split(text, &mem, &jwt, NULL), KITH_OK);
	assert_true(kith_str_is(jwt.kid, KITH_ACCESS_KID));
	assert_int_equal(kith_jwt_verify(&jwt, &key, &mem, &claims, NULL), KITH_OK);
	kith_uuid_format(&sid, id);
	assert_true(kith_str_is(claims.sub, "alice"));
	assert_true(kith_str_is(claims.org, "acme"));
	assert_true(kith_str_is(claims.scope, "user"));
	assert_true(kith_str_equal(claims.sid, kith_str_make(id, sizeof(id))));
	assert_int_equal(claims.iat_s, 1800000000);
	assert_int_equal(claims.exp_s, 1800000000 + KITH_ACCESS_TTL_S);
	assert_int_equal(kith_access_expires_us(&access), claims.exp_s * 1000000);
	key.material = kith_str_make((const char *)other.access, sizeof(other.access));
	assert_int_equal(kith_jwt_verify(&jwt, &key, &mem, &claims, NULL), KITH_E_UNAUTHENTICATED);
	kith_arena_done(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_use_has_a_key_of_its_own),
		cmocka_unit_test(test_r_004_a_refresh_token_names_its_session_and_counter),
		cmocka_unit_test(test_r_004_a_refresh_token_that_was_touched_is_none),
		cmocka_unit_test(test_a_refresh_token_of_another_counter_or_session_is_another),
		cmocka_unit_test(test_r_004_an_api_key_is_read_as_it_was_written),
		cmocka_unit_test(test_r_004_codes_of_links_are_many_and_known_by_a_digest),
		cmocka_unit_test(test_r_004_an_access_token_says_who_where_and_until_when),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
