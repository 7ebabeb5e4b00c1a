/*
 * test_signin.c -- sessions.create, .refresh, .list and .end on one thread: each way
 * to show who somebody is, the counter of refresh tokens, and what is not one's own.
 */
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/when.h"
#include "service/credential.h"
#include "service/password.h"
#include "unit/rig/rig.h"
#include "wire/jwt.h"

#define PASSWORD "correct horse"
#define CODE "kl_code"
#define SECOND INT64_C(1000000)

static struct rig rig;
static struct rig_line nobody; /* who has no session yet */
static struct rig_line alices; /* with a token of an app, in default */
static int64_t acme;
static int64_t alice;
static int64_t bob;
static char stored[KITH_PASSWORD_STORED];

static void apply(struct kith_effect *effect)
{
	struct kith_plan plan = { .effects = effect, .effect_count = 1 };

	assert_int_equal(kith_store_apply(rig.store, &plan), KITH_PLAN_OK);
}

static void set_flags(int64_t user_row, unsigned flags)
{
	const struct kith_profile profile = { .user = { .row = user_row, .flags = flags } };
	struct kith_effect effect = { .kind = KITH_EFFECT_USER_SET, .user = { .row = user_row } };

	effect.set.profile = &profile;
	effect.set.parts = KITH_USER_FLAGS;
	apply(&effect);
}

static void set_password(int64_t user_row)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_PASSWORD_SET,
		                      .user = { .row = user_row },
		                      .text = kith_str_of(stored) };
	apply(&effect);
}

static void add_link(int64_t user_row, int64_t expires_us)
{
	struct kith_credential_keys keys;
	struct kith_effect effect = { .kind = KITH_EFFECT_LINK_ADD };

	kith_credential_keys_derive(kith_store_digest_key(rig.store), &keys);
	effect.signin_link.user_row = user_row;
	effect.signin_link.expires_us = expires_us;
	kith_link_digest(&keys, KITH_STR(CODE), effect.signin_link.digest);
	apply(&effect);
}

static int set_up(void **state)
{
	(void)state;
	rig_init(&rig);
	acme = rig_org(&rig, "acme");
	alice = rig_user(&rig, "alice", RIG_ORG);
	rig_join(&rig, alice, acme);
	bob = rig_user(&rig, "bob", RIG_ORG);
	set_password(alice);
	rig_line_open(&rig, &alices, "k1", "alice");
	rig_line_open(&rig, &nobody, "k1", "alice");
	kith_session_unref(&nobody.session);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_line_close(&alices);
	rig_line_close(&nobody);
	rig_done(&rig);
	return 0;
}

struct grant {
	char refresh[KITH_REFRESH_TEXT + 1];
	char access[1024];
	char session[RIG_ID_TEXT];
	int64_t expires_us;
	int64_t org_row;
	size_t org_count;
};

static void take_grant(struct rig_ask *ask, struct grant *out)
{
	const struct kith_grant *grant = &ask->call->result.grant;

	assert_int_equal(ask->call->result.kind, KITH_RESULT_GRANT);
	memset(out, 0, sizeof(*out));
	snprintf(out->refresh, sizeof(out->refresh), "%.*s", KITH_STR_PRINT(grant->refresh_token));
	snprintf(out->access, sizeof(out->access), "%.*s", KITH_STR_PRINT(grant->access_token));
	rig_uuid_text(&grant->session.device.id, out->session);
	out->expires_us = grant->expires_us;
	out->org_row = grant->session.device.org_row;
	out->org_count = grant->me.org_count;
	assert_true(grant->session.is_current);
	rig_ask_free(ask);
}

static void sign_in(struct grant *out)
{
	struct rig_ask ask;

	assert_int_equal(rig_call(&nobody, &ask, "sessions.create",
	                          "{'user':'alice','password':'" PASSWORD "','device':'Laptop'}"),
	                 KITH_OK);
	take_grant(&ask, out);
}

static enum kith_rc refresh(const char *token, struct grant *out)
{
	struct rig_ask ask;
	enum kith_rc rc =
		rig_call(&nobody, &ask, "sessions.refresh", "{'refreshToken':'%s'}", token);

	if (rc == KITH_OK) {
		take_grant(&ask, out);
	} else {
		rig_ask_free(&ask);
	}
	return rc;
}

/* --- sessions.create --- */

static void test_r_004_one_way_and_only_one(void **state)
{
	(void)state;
	static const struct {
		const char *args;
		enum kith_rc rc;
	} cases[] = {
		{ "{}", KITH_E_INVALID_REQUEST },
		{ "{'user':'alice'}", KITH_E_INVALID_REQUEST },
		{ "{'password':'" PASSWORD "'}", KITH_E_INVALID_REQUEST },
		{ "{'link':'x'}", KITH_E_INVALID_REQUEST },
		{ "{'link':'x','user':'alice','password':'" PASSWORD "'}", KITH_E_INVALID_REQUEST },
		{ "{'token':'x','password':'" PASSWORD "'}", KITH_E_INVALID_REQUEST },
		{ "{'token':'x','link':'x'}", KITH_E_INVALID_REQUEST },
		{ "{'user':'Alice!','password':'" PASSWORD "'}", KITH_E_INVALID_REQUEST },
		{ "{'link':'x','password':'short'}", KITH_E_INVALID_REQUEST },
		{ "{'token':'no token'}", KITH_E_UNAUTHENTICATED },
		{ "{'token':'ka_x'}", KITH_E_UNAUTHENTICATED },
		{ "{'link':'x','password':'" PASSWORD "'}", KITH_E_UNAUTHENTICATED },
		{ "{'user':'alice','password':'wrong'}", KITH_E_UNAUTHENTICATED },
		{ "{'user':'nobody','password':'" PASSWORD "'}", KITH_E_UNAUTHENTICATED },
		{ "{'user':'bob','password':'" PASSWORD "'}", KITH_E_UNAUTHENTICATED },
		{ "{'user':'alice@elsewhere.example','password':'" PASSWORD "'}",
		  KITH_E_UNAUTHENTICATED },
		{ "{'user':'alice@acme.localhost','password':'" PASSWORD "'}", KITH_OK },
		{ "{'user':'alice','password':'" PASSWORD "'}", KITH_OK },
		{ "{'user':'alice','password':'" PASSWORD "','organization':'acme'}", KITH_OK },
		{ "{'user':'alice','password':'" PASSWORD "','organization':'nowhere'}",
		  KITH_E_NOT_FOUND },
	};

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		enum kith_rc rc = rig_try(&nobody, "sessions.create", "%s", cases[i].args);
		if (rc != cases[i].rc) {
			fail_msg("%s: %d", cases[i].args, (int)rc);
		}
	}
}

static void test_r_001_a_session_is_of_all_organizations_or_of_the_one_named(void **state)
{
	(void)state;
	struct grant grant;
	struct rig_ask ask;

	sign_in(&grant);
	assert_int_equal(grant.org_row, 0);
	assert_int_equal(grant.org_count, 2);
	assert_int_equal(grant.expires_us, rig.now_us + KITH_ACCESS_TTL_S * SECOND);
	assert_int_equal(rig_call(&nobody, &ask, "sessions.create",
	                          "{'user':'alice','password':'" PASSWORD
	                          "','organization':'acme'}"),
	                 KITH_OK);
	take_grant(&ask, &grant);
	assert_int_equal(grant.org_row, acme);
	assert_int_equal(grant.org_count, 1);
}

static void sign_token(const char *kid, const char *scope, char *out, size_t room)
{
	const struct kith_jwt_claims claims = { .sub = KITH_STR("alice"),
		                                .scope = kith_str_of(scope),
		                                .exp_s = rig.now_us / SECOND + 60 };
	struct kith_buf buf = { 0 };

	kith_jwt_sign_hs256(&buf, kith_str_of(kid), KITH_STR(RIG_SECRET), &claims);
	snprintf(out, room, "%.*s", KITH_STR_PRINT(kith_buf_str(&buf)));
	kith_buf_done(&buf);
}

static void test_r_005_a_token_begins_a_session_that_may_no_more(void **state)
{
	(void)state;
	struct grant grant;
	struct rig_ask ask;
	char token[1024];

	sign_token("k1", "user", token, sizeof(token));
	assert_int_equal(rig_call(&nobody, &ask, "sessions.create", "{'token':'%s'}", token),
	                 KITH_OK);
	take_grant(&ask, &grant);
	assert_int_equal(grant.org_row, RIG_ORG);
	assert_int_equal(grant.org_count, 1);
	assert_int_equal(
		rig_try(&nobody, "sessions.create", "{'token':'%s','organization':'acme'}", token),
		KITH_E_NOT_FOUND);
	/* Neither ours, nor the operator's, nor one that is only for a bot. */
	assert_int_equal(rig_try(&nobody, "sessions.create", "{'token':'%s'}", grant.access),
	                 KITH_E_UNAUTHENTICATED);
	sign_token("op", "operator", token, sizeof(token));
	assert_int_equal(rig_try(&nobody, "sessions.create", "{'token':'%s'}", token),
	                 KITH_E_FORBIDDEN);
	sign_token("k1", "bot", token, sizeof(token));
	assert_int_equal(rig_try(&nobody, "sessions.create", "{'token':'%s'}", token),
	                 KITH_E_FORBIDDEN);
	set_flags(alice, KITH_USER_BOT);
	assert_int_equal(rig_try(&nobody, "sessions.create", "{'token':'%s'}", token), KITH_OK);
}

static void test_r_004_a_link_sets_the_password_once(void **state)
{
	(void)state;
	struct grant old;
	struct grant got;
	struct rig_ask ask;
	const char *args = "{'link':'" CODE "','password':'another one'}";

	sign_in(&old);
	add_link(alice, rig.now_us + 60 * SECOND);
	assert_int_equal(rig_call(&nobody, &ask, "sessions.create", "%s", args), KITH_OK);
	take_grant(&ask, &got);
	assert_int_equal(rig_try(&nobody, "sessions.create", "%s", args), KITH_E_UNAUTHENTICATED);
	/* The password until now is none any more, and who came in by it is out. */
	assert_int_equal(
		rig_try(&nobody, "sessions.create", "{'user':'alice','password':'" PASSWORD "'}"),
		KITH_E_UNAUTHENTICATED);
	assert_int_equal(
		rig_try(&nobody, "sessions.create", "{'user':'alice','password':'another one'}"),
		KITH_OK);
	assert_int_equal(refresh(old.refresh, &old), KITH_E_UNAUTHENTICATED);
	assert_int_equal(refresh(got.refresh, &got), KITH_OK);
}

static void test_r_004_a_link_ends_in_time(void **state)
{
	(void)state;
	add_link(bob, rig.now_us + 60 * SECOND);
	rig.now_us += 60 * SECOND;
	assert_int_equal(rig_try(&nobody, "sessions.create",
	                         "{'link':'" CODE "','password':'" PASSWORD "'}"),
	                 KITH_E_UNAUTHENTICATED);
}

static void test_r_004_who_is_disabled_signs_in_by_nothing(void **state)
{
	(void)state;
	struct grant grant;
	char token[1024];

	sign_in(&grant);
	sign_token("k1", "user", token, sizeof(token));
	add_link(alice, rig.now_us + 60 * SECOND);
	set_flags(alice, KITH_USER_DISABLED);
	assert_int_equal(
		rig_try(&nobody, "sessions.create", "{'user':'alice','password':'" PASSWORD "'}"),
		KITH_E_UNAUTHENTICATED);
	assert_int_equal(rig_try(&nobody, "sessions.create", "{'token':'%s'}", token),
	                 KITH_E_UNAUTHENTICATED);
	assert_int_equal(rig_try(&nobody, "sessions.create",
	                         "{'link':'" CODE "','password':'" PASSWORD "'}"),
	                 KITH_E_UNAUTHENTICATED);
	assert_int_equal(refresh(grant.refresh, &grant), KITH_E_UNAUTHENTICATED);
	set_flags(alice, 0);
	assert_int_equal(refresh(grant.refresh, &grant), KITH_OK);
}

/* The password is changed between the look at it and the commit. */
static void test_r_004_a_password_that_changes_meanwhile_is_looked_at_again(void **state)
{
	(void)state;
	struct rig_ask ask;
	char other[KITH_PASSWORD_STORED];

	rig.holds_plans = true;
	rig_start(&nobody, &ask, "sessions.create", "{'user':'alice','password':'" PASSWORD "'}");
	assert_int_equal(rig.plan_count, 1);
	assert_int_equal(
		kith_password_hash(KITH_PASSWORD_MEMORY_MIB_MIN, KITH_STR("new password"), other),
		KITH_OK);
	struct kith_effect effect = { .kind = KITH_EFFECT_PASSWORD_SET,
		                      .user = { .row = alice },
		                      .text = kith_str_of(other) };
	rig.holds_plans = false;
	apply(&effect);
	rig_settle(&rig);
	assert_true(ask.is_done);
	assert_int_equal(ask.call->rc, KITH_E_UNAUTHENTICATED);
	rig_ask_free(&ask);
}

/* --- sessions.refresh --- */

static void test_r_004_each_refresh_token_is_good_once(void **state)
{
	(void)state;
	struct grant first;
	struct grant second;
	struct grant third;

	sign_in(&first);
	rig.now_us += 600 * SECOND;
	assert_int_equal(refresh(first.refresh, &second), KITH_OK);
	assert_string_not_equal(first.refresh, second.refresh);
	assert_string_equal(first.session, second.session);
	assert_int_equal(second.expires_us, rig.now_us + KITH_ACCESS_TTL_S * SECOND);
	assert_int_equal(refresh(second.refresh, &third), KITH_OK);
	assert_string_not_equal(second.refresh, third.refresh);
}

static void test_r_004_an_answer_that_was_lost_is_given_again_for_a_minute(void **state)
{
	(void)state;
	struct grant first;
	struct grant second;
	struct grant again;

	sign_in(&first);
	assert_int_equal(refresh(first.refresh, &second), KITH_OK);
	for (int i = 0; i < 3; i++) {
		rig.now_us += 20 * SECOND;
		assert_int_equal(refresh(first.refresh, &again), KITH_OK);
		assert_memory_equal(&again, &second, sizeof(again));
	}
	/* The new one is good as ever. */
	assert_int_equal(refresh(second.refresh, &again), KITH_OK);
}

static void test_r_004_a_token_that_is_used_later_ends_the_session(void **state)
{
	(void)state;
	struct grant first;
	struct grant second;

	sign_in(&first);
	assert_int_equal(refresh(first.refresh, &second), KITH_OK);
	rig.now_us += 60 * SECOND + 1;
	assert_int_equal(refresh(first.refresh, &first), KITH_E_UNAUTHENTICATED);
	assert_int_equal(refresh(second.refresh, &second), KITH_E_UNAUTHENTICATED);
}

static void test_r_004_an_older_token_ends_the_session_at_once(void **state)
{
	(void)state;
	struct grant first;
	struct grant second;
	struct grant third;

	sign_in(&first);
	assert_int_equal(refresh(first.refresh, &second), KITH_OK);
	assert_int_equal(refresh(second.refresh, &third), KITH_OK);
	assert_int_equal(refresh(first.refresh, &first), KITH_E_UNAUTHENTICATED);
	assert_int_equal(refresh(third.refresh, &third), KITH_E_UNAUTHENTICATED);
}

static void test_r_004_a_token_of_a_lost_life_is_refused_and_ends_nothing(void **state)
{
	(void)state;
	struct kith_credential_keys keys;
	struct grant first;
	struct kith_uuid id;
	char text[KITH_REFRESH_TEXT + 1] = "";

	sign_in(&first);
	kith_credential_keys_derive(kith_store_digest_key(rig.store), &keys);
	assert_true(kith_uuid_parse(kith_str_of(first.session), &id));
	kith_refresh_write(&keys, &id, 2, text);
	assert_int_equal(refresh(text, &first), KITH_E_UNAUTHENTICATED);
	assert_int_equal(refresh(first.refresh, &first), KITH_OK);
	id.bytes[0] ^= 1;
	kith_refresh_write(&keys, &id, 1, text);
	assert_int_equal(refresh(text, &first), KITH_E_UNAUTHENTICATED);
	assert_int_equal(refresh("kr_nothing", &first), KITH_E_UNAUTHENTICATED);
}

/* The same token twice at the same time: both are answered the same. */
static void test_r_004_two_at_once_get_one_answer(void **state)
{
	(void)state;
	struct grant first;
	struct grant got[2];
	struct rig_ask asks[2];
	struct rig_line other = nobody;

	sign_in(&first);
	other.lane = kith_lane_new();
	rig.holds_plans = true;
	rig_start(&nobody, &asks[0], "sessions.refresh", "{'refreshToken':'%s'}", first.refresh);
	rig.now_us += SECOND;
	rig_start(&other, &asks[1], "sessions.refresh", "{'refreshToken':'%s'}", first.refresh);
	assert_int_equal(rig.plan_count, 2);
	rig.holds_plans = false;
	rig_settle(&rig);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(asks[i].call->rc, KITH_OK);
		take_grant(&asks[i], &got[i]);
	}
	assert_memory_equal(&got[0], &got[1], sizeof(got[0]));
	kith_lane_release(&other.lane);
}

/* --- sessions.list and .end --- */

static void test_r_004_everybody_lists_and_ends_their_own(void **state)
{
	(void)state;
	struct grant grant;
	struct rig_ask ask;
	struct rig_line bobs;
	char token[1024];

	sign_token("k1", "user", token, sizeof(token));
	assert_int_equal(rig_call(&nobody, &ask, "sessions.create",
	                          "{'token':'%s','device':'Phone'}", token),
	                 KITH_OK);
	take_grant(&ask, &grant);
	rig_line_open(&rig, &bobs, "k1", "bob");
	assert_int_equal(rig_call(&alices, &ask, "sessions.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.sessions.count, 1);
	assert_true(kith_str_is(ask.call->result.sessions.items[0].device.name, "Phone"));
	assert_true(kith_str_is(ask.call->result.sessions.items[0].org, "default"));
	assert_false(ask.call->result.sessions.items[0].is_current);
	rig_ask_free(&ask);
	assert_int_equal(rig_call(&bobs, &ask, "sessions.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.sessions.count, 0);
	rig_ask_free(&ask);
	assert_int_equal(rig_try(&bobs, "sessions.end", "{'session':'%s'}", grant.session),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(refresh(grant.refresh, &grant), KITH_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			rig_call(&alices, &ask, "sessions.end", "{'session':'%s'}", grant.session),
			KITH_OK);
		assert_true(kith_str_is(ask.call->result.session.device.name, "Phone"));
		rig_ask_free(&ask);
	}
	assert_int_equal(refresh(grant.refresh, &grant), KITH_E_UNAUTHENTICATED);
	assert_int_equal(rig_call(&alices, &ask, "sessions.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.sessions.count, 0);
	rig_ask_free(&ask);
	rig_line_close(&bobs);
}

/* An app of one organization has nothing to do with the person's other devices. */
static void test_r_001_an_organizations_token_sees_only_its_own_sessions(void **state)
{
	(void)state;
	struct grant grant;
	struct rig_ask ask;

	sign_in(&grant);
	assert_int_equal(rig_call(&alices, &ask, "sessions.list", "{}"), KITH_OK);
	assert_int_equal(ask.call->result.sessions.count, 0);
	rig_ask_free(&ask);
	assert_int_equal(rig_try(&alices, "sessions.end", "{'session':'%s'}", grant.session),
	                 KITH_E_NOT_FOUND);
}

static void test_any_allocation_may_fail(void **state)
{
	(void)state;
	char token[1024];
	int spared = 0;

	sign_token("k1", "user", token, sizeof(token));
	for (uint64_t nth = 1; spared < 3; nth++) {
		rig_restart(&rig);
		kith_mem_fail_from(nth);
		enum kith_rc rc = rig_try(&nobody, "sessions.create", "{'token':'%s'}", token);
		kith_mem_fail_never();
		assert_true(rc == KITH_OK || kith_err_row(rc)->status == 503);
		spared = rc == KITH_OK ? spared + 1 : 0;
		assert_int_equal(rig_try(&nobody, "sessions.create", "{'token':'%s'}", token),
		                 KITH_OK);
		assert_true(nth < 200);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_r_004_one_way_and_only_one),
		CASE(test_r_001_a_session_is_of_all_organizations_or_of_the_one_named),
		CASE(test_r_005_a_token_begins_a_session_that_may_no_more),
		CASE(test_r_004_a_link_sets_the_password_once),
		CASE(test_r_004_a_link_ends_in_time),
		CASE(test_r_004_who_is_disabled_signs_in_by_nothing),
		CASE(test_r_004_a_password_that_changes_meanwhile_is_looked_at_again),
		CASE(test_r_004_each_refresh_token_is_good_once),
		CASE(test_r_004_an_answer_that_was_lost_is_given_again_for_a_minute),
		CASE(test_r_004_a_token_that_is_used_later_ends_the_session),
		CASE(test_r_004_an_older_token_ends_the_session_at_once),
		CASE(test_r_004_a_token_of_a_lost_life_is_refused_and_ends_nothing),
		CASE(test_r_004_two_at_once_get_one_answer),
		CASE(test_r_004_everybody_lists_and_ends_their_own),
		CASE(test_r_001_an_organizations_token_sees_only_its_own_sessions),
		CASE(test_any_allocation_may_fail),
	};
	kith_rand_start();
	kith_log_set_level(KITH_LOG_ERROR);
	if (kith_password_hash(KITH_PASSWORD_MEMORY_MIB_MIN, KITH_STR(PASSWORD), stored) !=
	    KITH_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
