/*
 * test_claims.c -- what a verified token allows: the cases that the requirements
 * name, then every scope with every kind of key, and the borders of the times.
 */
#include "domain/claims.h"

#include "unit/domain/claim.h"

#define NOW_S INT64_C(1800000000)

/* KITH_STR() is no constant. */
#define TEXT(literal) \
	{ \
		.at = "" literal, .len = sizeof(literal) - 1 \
	}

static const struct {
	const char *name;
	struct kith_claims claims;
	enum kith_rc rc;
	enum kith_scope scope;
} cases[] = {
	{ "R-004 a token of an organization's key makes a user",
	  { .exp_s = NOW_S + 60, .key_org = TEXT("acme") },
	  KITH_OK,
	  KITH_SCOPE_USER },
	{ "R-005 the scope user may be named",
	  { .exp_s = NOW_S + 60, .scope = TEXT("user"), .key_org = TEXT("acme") },
	  KITH_OK,
	  KITH_SCOPE_USER },
	{ "R-004 the organization may be named",
	  { .exp_s = NOW_S + 60, .org = TEXT("acme"), .key_org = TEXT("acme") },
	  KITH_OK,
	  KITH_SCOPE_USER },
	{ "R-001 another organization than the key's is refused",
	  { .exp_s = NOW_S + 60, .org = TEXT("other"), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-001 an empty organization is not the key's",
	  { .exp_s = NOW_S + 60, .org = TEXT(""), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-001 an operator's key is of no organization",
	  { .exp_s = NOW_S + 60, .org = TEXT("acme"), .scope = TEXT("operator") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 the deployment's key makes an operator",
	  { .exp_s = NOW_S + 60, .scope = TEXT("operator") },
	  KITH_OK,
	  KITH_SCOPE_OPERATOR },
	{ "R-005 an organization's key makes no operator",
	  { .exp_s = NOW_S + 60, .scope = TEXT("operator"), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 an organization's key makes a bot",
	  { .exp_s = NOW_S + 60, .scope = TEXT("bot"), .key_org = TEXT("acme") },
	  KITH_OK,
	  KITH_SCOPE_BOT },
	{ "R-005 the deployment's key makes no bot",
	  { .exp_s = NOW_S + 60, .scope = TEXT("bot") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-004 a session's token makes a user",
	  { .exp_s = NOW_S + 60, .scope = TEXT("user"), .is_own = true },
	  KITH_OK,
	  KITH_SCOPE_USER },
	{ "R-001 one of a session in one organization as well",
	  { .exp_s = NOW_S + 60, .org = TEXT("acme"), .key_org = TEXT("acme"), .is_own = true },
	  KITH_OK,
	  KITH_SCOPE_USER },
	{ "R-001 but not with the name of another",
	  { .exp_s = NOW_S + 60, .org = TEXT("other"), .key_org = TEXT("acme"), .is_own = true },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 a session's token makes no operator",
	  { .exp_s = NOW_S + 60, .scope = TEXT("operator"), .is_own = true },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 the deployment's key makes no user",
	  { .exp_s = NOW_S + 60, .scope = TEXT("user") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 nor a user by saying nothing",
	  { .exp_s = NOW_S + 60 },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 a scope of a later version is refused",
	  { .exp_s = NOW_S + 60, .scope = TEXT("admin"), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 an empty scope is none",
	  { .exp_s = NOW_S + 60, .scope = TEXT(""), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 two scopes are none",
	  { .exp_s = NOW_S + 60, .scope = TEXT("user operator"), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-005 scopes compare exactly",
	  { .exp_s = NOW_S + 60, .scope = TEXT("User"), .key_org = TEXT("acme") },
	  KITH_E_UNAUTHENTICATED,
	  0 },
	{ "R-004 an expired token says so, whatever else is wrong with it",
	  { .exp_s = NOW_S, .org = TEXT("other"), .key_org = TEXT("acme") },
	  KITH_E_TOKEN_EXPIRED,
	  0 },
};

static void test_claims_decide_who_somebody_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_why why = { .detail = "" };
		enum kith_scope scope = 77;
		enum kith_rc rc =
			kith_claims_decide(&cases[i].claims, NOW_S * 1000000, &scope, &why);

		CLAIM(rc == cases[i].rc, cases[i].name);
		CLAIM(rc == KITH_OK ? scope == cases[i].scope : scope == 77, cases[i].name);
		CLAIM((rc == KITH_OK) == (why.detail[0] == '\0'), cases[i].name);
		CLAIM(kith_claims_decide(&cases[i].claims, NOW_S * 1000000, &scope, NULL) == rc,
		      cases[i].name);
	}
}

static const struct {
	const char *name;
	int64_t exp_s, nbf_s, iat_s;
	enum kith_rc rc;
} times[] = {
	{ "a second is left", NOW_S + 1, 0, 0, KITH_OK },
	{ "no second is left", NOW_S, 0, 0, KITH_E_TOKEN_EXPIRED },
	{ "long ago", 1, 0, 0, KITH_E_TOKEN_EXPIRED },
	{ "just 24 hours ahead", NOW_S + KITH_CLAIMS_TTL_MAX_S, 0, 0, KITH_OK },
	{ "24 hours and a second ahead", NOW_S + KITH_CLAIMS_TTL_MAX_S + 1, 0, 0,
	  KITH_E_UNAUTHENTICATED },
	{ "never", INT64_MAX, 0, 0, KITH_E_UNAUTHENTICATED },
	{ "begun", NOW_S + 60, NOW_S, NOW_S, KITH_OK },
	{ "a clock ahead by the leeway", NOW_S + 60, NOW_S + KITH_CLAIMS_LEEWAY_S,
	  NOW_S + KITH_CLAIMS_LEEWAY_S, KITH_OK },
	{ "nbf beyond the leeway", NOW_S + 600, NOW_S + KITH_CLAIMS_LEEWAY_S + 1, 0,
	  KITH_E_UNAUTHENTICATED },
	{ "iat beyond the leeway", NOW_S + 600, 0, NOW_S + KITH_CLAIMS_LEEWAY_S + 1,
	  KITH_E_UNAUTHENTICATED },
	{ "a time without end", NOW_S + 600, INT64_MAX, 0, KITH_E_UNAUTHENTICATED },
};

static void test_r_004_times_hold_to_the_second(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(times); i++) {
		const struct kith_claims claims = { .exp_s = times[i].exp_s,
			                            .nbf_s = times[i].nbf_s,
			                            .iat_s = times[i].iat_s,
			                            .key_org = KITH_STR("acme") };
		enum kith_scope scope;

		CLAIM(kith_claims_decide(&claims, NOW_S * 1000000, &scope, NULL) == times[i].rc,
		      times[i].name);
	}
}

/* Whatever is asked for with whatever key: no token says more than its key may. */
static void test_r_005_a_scope_never_widens(void **state)
{
	(void)state;
	static const char *const scopes[] = { NULL,      "user",    "operator", "admin", "bot", "*",
		                              "miniapp", "auditor", "user,",    " user", "USER" };
	static const struct {
		const char *org;
		bool is_own;
		unsigned may; /* bits of enum kith_scope */
	} keys[] = {
		{ "", false, KITH_SCOPE_OPERATOR },
		{ "acme", false, KITH_SCOPE_USER | KITH_SCOPE_BOT },
		{ "", true, KITH_SCOPE_USER },
		{ "acme", true, KITH_SCOPE_USER },
	};

	for (size_t i = 0; i < KITH_COUNT(scopes); i++) {
		for (size_t j = 0; j < KITH_COUNT(keys); j++) {
			const struct kith_claims claims = { .exp_s = NOW_S + 60,
				                            .scope = kith_str_of(scopes[i]),
				                            .key_org = kith_str_of(keys[j].org),
				                            .is_own = keys[j].is_own };
			enum kith_scope scope;

			if (kith_claims_decide(&claims, NOW_S * 1000000, &scope, NULL) == KITH_OK) {
				assert_int_not_equal(scope & keys[j].may, 0);
			}
		}
	}
}

static void test_r_005_a_bot_is_never_more_than_a_bot(void **state)
{
	(void)state;
	assert_int_equal(kith_scope_narrow(KITH_SCOPE_USER, 0), KITH_SCOPE_USER);
	assert_int_equal(kith_scope_narrow(KITH_SCOPE_USER, KITH_USER_BOT), KITH_SCOPE_BOT);
	assert_int_equal(kith_scope_narrow(KITH_SCOPE_BOT, 0), KITH_SCOPE_BOT);
	assert_int_equal(kith_scope_narrow(KITH_SCOPE_ADMIN, KITH_USER_BOT), KITH_SCOPE_ADMIN);
	assert_int_equal(kith_scope_narrow(KITH_SCOPE_USER, KITH_USER_HIDES_RECEIPTS),
	                 KITH_SCOPE_USER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims_decide_who_somebody_is),
		cmocka_unit_test(test_r_004_times_hold_to_the_second),
		cmocka_unit_test(test_r_005_a_scope_never_widens),
		cmocka_unit_test(test_r_005_a_bot_is_never_more_than_a_bot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
