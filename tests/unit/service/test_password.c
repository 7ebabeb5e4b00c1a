/*
 * test_password.c -- passwords: what may become one, which one matches, and that
 * nobody's costs as much as somebody's.
 */
#include "service/password.h"

#include <stdio.h>

#include "base/rand.h"
#include "unit/lib/claim.h"

enum { MIB = KITH_PASSWORD_MEMORY_MIB_MIN };

static char long_text[KITH_PASSWORD_BYTES_MAX + 1];

static void test_r_004_what_may_become_a_password(void **state)
{
	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	const struct {
		const char *name;
		struct kith_str text;
		enum kith_rc rc;
	} cases[] = {
		{ "eight characters", KITH_STR("12345678"), KITH_OK },
		{ "seven characters", KITH_STR("1234567"), KITH_E_INVALID_REQUEST },
		{ "eight characters of many bytes", KITH_STR("ääääääää"), KITH_OK },
		{ "seven characters of many bytes", KITH_STR("äääääää"), KITH_E_INVALID_REQUEST },
		{ "none", KITH_STR(""), KITH_E_INVALID_REQUEST },
		{ "blanks are characters", KITH_STR("        "), KITH_OK },
		{ "no UTF-8", KITH_STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
		  KITH_E_INVALID_REQUEST },
		{ "as long as may be", kith_str_make(long_text, KITH_PASSWORD_BYTES_MAX), KITH_OK },
		{ "a byte longer", kith_str_make(long_text, KITH_PASSWORD_BYTES_MAX + 1),
		  KITH_E_INVALID_REQUEST },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_why why = { .detail = "" };
		CLAIM(kith_password_decide(cases[i].text, "password", &why) == cases[i].rc,
		      cases[i].name);
		CLAIM((cases[i].rc == KITH_OK) == (why.detail[0] == '\0'), cases[i].name);
	}
}

static void test_r_004_only_the_same_bytes_match(void **state)
{
	(void)state;
	char stored[KITH_PASSWORD_STORED];
	char again[KITH_PASSWORD_STORED];
	const struct kith_str password = KITH_STR("correct horse");

	assert_int_equal(kith_password_hash(MIB, password, stored), KITH_OK);
	assert_int_equal(kith_password_hash(MIB, password, again), KITH_OK);
	assert_string_not_equal(stored, again);
	assert_null(strstr(stored, "horse"));
	const struct {
		struct kith_str text;
		enum kith_rc rc;
	} cases[] = {
		{ password, KITH_OK },
		{ KITH_STR("correct horsf"), KITH_E_UNAUTHENTICATED },
		{ KITH_STR("correct horse "), KITH_E_UNAUTHENTICATED },
		{ KITH_STR("Correct horse"), KITH_E_UNAUTHENTICATED },
		{ KITH_STR(""), KITH_E_UNAUTHENTICATED },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		assert_int_equal(kith_password_check(MIB, kith_str_of(stored), cases[i].text),
		                 cases[i].rc);
	}
	/* What is stored says its own cost: another one today is no matter. */
	assert_int_equal(kith_password_check(MIB * 2, kith_str_of(again), password), KITH_OK);
}

static void test_what_is_stored_says_its_cost(void **state)
{
	(void)state;
	char stored[KITH_PASSWORD_STORED];
	char cost[64];

	assert_int_equal(kith_password_hash(MIB, KITH_STR("12345678"), stored), KITH_OK);
	snprintf(cost, sizeof(cost), "$argon2id$v=19$m=%d,t=%d,p=1$", MIB * 1024,
	         KITH_PASSWORD_PASSES);
	assert_memory_equal(stored, cost, strlen(cost));
}

static void test_r_004_nobodys_password_matches_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "12345678", "AAAAAAAAAAAAAAAA" };
	static const char *const damaged[] = { "$argon2id$v=19$m=8192,t=2,p=1$AA", "x",
		                               "$argon2id$" };

	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		assert_int_equal(kith_password_check(MIB, KITH_STR(""), kith_str_of(texts[i])),
		                 KITH_E_UNAUTHENTICATED);
	}
	for (size_t i = 0; i < KITH_COUNT(damaged); i++) {
		assert_int_not_equal(
			kith_password_check(MIB, kith_str_of(damaged[i]), KITH_STR("12345678")),
			KITH_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_004_what_may_become_a_password),
		cmocka_unit_test(test_r_004_only_the_same_bytes_match),
		cmocka_unit_test(test_what_is_stored_says_its_cost),
		cmocka_unit_test(test_r_004_nobodys_password_matches_nothing),
	};
	kith_rand_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
