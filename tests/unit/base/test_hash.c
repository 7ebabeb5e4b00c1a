/*
 * test_hash.c -- the published vectors of both hashes.
 */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_siphash_gives_its_authors_vectors(void **state)
{
	(void)state;
	/* The SipHash paper's key 00..0f and messages of 0, 1 and 15 bytes. */
	static const struct {
		size_t len;
		uint64_t hash;
	} cases[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) },
		{ 1, UINT64_C(0x74f839c593dc67fd) },
		{ 15, UINT64_C(0xa129ca6149be45e5) },
	};
	uint8_t key[KITH_HASH_KEY];
	uint8_t message[16];
	for (uint8_t i = 0; i < 16; i++) {
		key[i] = i;
		message[i] = i;
	}
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		assert_true(kith_hash(kith_str_make(message, cases[i].len), key) == cases[i].hash);
	}
	assert_true(kith_hash((struct kith_str){ 0 }, key) == cases[0].hash);
}

static void test_a_digest_depends_on_each_bit_and_the_key(void **state)
{
	(void)state;
	uint8_t key[KITH_DIGEST_KEY] = { 1 };
	uint8_t bytes[40] = { 0 };
	uint8_t plain[KITH_DIGEST];
	uint8_t other[KITH_DIGEST];
	kith_digest(kith_str_make(bytes, sizeof(bytes)), key, plain);
	kith_digest(kith_str_make(bytes, sizeof(bytes)), key, other);
	assert_memory_equal(plain, other, KITH_DIGEST);
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		kith_digest(kith_str_make(bytes, sizeof(bytes)), key, other);
		assert_memory_not_equal(plain, other, KITH_DIGEST);
		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	key[31] = 1;
	kith_digest(kith_str_make(bytes, sizeof(bytes)), key, other);
	assert_memory_not_equal(plain, other, KITH_DIGEST);
}

static void test_a_digest_is_what_it_was(void **state)
{
	(void)state;
	/* Stored ids come from this: BLAKE2b with 16 bytes of result, key 00..1f. */
	static const uint8_t expected[KITH_DIGEST] = { 0x1a, 0x64, 0xbe, 0x47, 0xe4, 0x72,
		                                       0x9d, 0x95, 0x1c, 0x30, 0x2e, 0xe5,
		                                       0x43, 0xf9, 0x7c, 0xf3 };
	uint8_t key[KITH_DIGEST_KEY];
	uint8_t out[KITH_DIGEST];
	for (uint8_t i = 0; i < sizeof(key); i++) {
		key[i] = i;
	}
	kith_digest(KITH_STR("abc"), key, out);
	assert_memory_equal(out, expected, KITH_DIGEST);
}

static void test_digests_are_equal_in_every_bit_or_not(void **state)
{
	(void)state;
	uint8_t a[KITH_DIGEST] = { 1, 2, 3 };
	uint8_t b[KITH_DIGEST] = { 1, 2, 3 };
	assert_true(kith_digest_equal(a, b));
	for (size_t bit = 0; bit < 8 * sizeof(b); bit++) {
		b[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(kith_digest_equal(a, b));
		b[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash_gives_its_authors_vectors),
		cmocka_unit_test(test_a_digest_depends_on_each_bit_and_the_key),
		cmocka_unit_test(test_a_digest_is_what_it_was),
		cmocka_unit_test(test_digests_are_equal_in_every_bit_or_not),
	};
	return cmocka_run_group_tests_name("base/hash", tests, NULL, NULL);
}
