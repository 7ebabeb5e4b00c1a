/*
 * test_session.c -- which text lets whom in, as what: a token of an app, an access
 * token of a session, an API key; and none of a user who is disabled.
 */
#include "service/session.h"

#include "base/when.h"
#include "service/bearer.h"
#include "service/roster.h"
#include "unit/rig/rig.h"

static struct rig rig;
static struct kith_credential_keys keys;
static struct kith_arena mem;
static int64_t acme;
static int64_t alice; /* in default and acme */
static int64_t robo;  /* a bot in default */

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

static int set_up(void **state)
{
	(void)state;
	rig_init(&rig);
	kith_arena_init(&mem, 4096);
	kith_credential_keys_derive(kith_store_digest_key(rig.store), &keys);
	acme = rig_org(&rig, "acme");
	alice = rig_user(&rig, "alice", RIG_ORG);
	rig_join(&rig, alice, acme);
	robo = rig_user(&rig, "robo", RIG_ORG);
	set_flags(robo, KITH_USER_BOT);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kith_arena_done(&mem);
	rig_done(&rig);
	return 0;
}

static struct kith_uuid sign_in(int64_t user_row, int64_t org_row)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_ADD };

	effect.device = (struct kith_device){ .id = kith_uuid_v7(rig.now_us, &rig.rand),
		                              .user_row = user_row,
		                              .org_row = org_row,
		                              .created_us = rig.now_us,
		                              .used_us = rig.now_us,
		                              .counter = 1 };
	struct kith_uuid id = effect.device.id;
	apply(&effect);
	return id;
}

static void end_session(int64_t user_row, struct kith_uuid sid)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_END,
		                      .user = { .row = user_row } };

	effect.device.id = sid;
	apply(&effect);
}

static struct kith_str access_text(const char *user, const char *org, struct kith_uuid sid)
{
	const struct kith_access access = { .user = kith_str_of(user),
		                            .org = kith_str_of(org),
		                            .sid = sid,
		                            .made_us = rig.now_us };
	struct kith_str text;

	assert_int_equal(kith_access_write(&keys, &access, &mem, &text), KITH_OK);
	return text;
}

static struct kith_str app_text(const char *kid, const char *user, const char *scope)
{
	const struct kith_jwt_claims claims = { .sub = kith_str_of(user),
		                                .scope = kith_str_of(scope),
		                                .exp_s = rig.now_us / 1000000 + 3600 };
	struct kith_buf buf = { 0 };
	struct kith_str text;

	kith_jwt_sign_hs256(&buf, kith_str_of(kid), KITH_STR(RIG_SECRET), &claims);
	assert_true(kith_arena_copy(&mem, kith_buf_str(&buf), &text));
	kith_buf_done(&buf);
	return text;
}

/* A stored API key of USER in ORG_ROW; its text, and its id into OUT. */
static struct kith_str make_api_key(int64_t user_row, int64_t org_row, int scope,
                                    struct kith_uuid *out)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_API_KEY_ADD };
	uint8_t secret[KITH_API_KEY_SECRET];
	char text[KITH_API_KEY_TEXT];
	struct kith_str copy;

	kith_rand_bytes(&rig.rand, secret, sizeof(secret));
	effect.api_key = (struct kith_api_key){ .id = kith_uuid_v7(rig.now_us, &rig.rand),
		                                .user_row = user_row,
		                                .org_row = org_row,
		                                .scope = scope };
	kith_api_key_digest(&keys, secret, effect.api_key.digest);
	*out = effect.api_key.id;
	kith_api_key_write(out, secret, text);
	apply(&effect);
	assert_true(kith_arena_copy(&mem, kith_str_make(text, sizeof(text)), &copy));
	return copy;
}

static bool was_false;

/* Lets the bearer of TEXT in; NULL when they are not let in, with the code. */
static struct kith_session *let_in(struct kith_str text, enum kith_rc *rc)
{
	struct kith_session *session = NULL;
	struct kith_bearer bearer;
	struct kith_why why = { .detail = "" };

	*rc = kith_bearer_read(&keys, text, &mem, &bearer, &why);
	was_false = *rc != KITH_OK;
	if (*rc == KITH_OK) {
		*rc = kith_bearer_admit(&bearer, &keys, rig.reader, rig.now_us, &mem, &session,
		                        &was_false, &why);
	}
	assert_int_equal(*rc == KITH_OK, session != NULL);
	assert_true(*rc == KITH_E_UNAVAILABLE || (*rc == KITH_OK) == (why.detail[0] == '\0'));
	return session;
}

/* What letting the bearer of TEXT in comes to. */
static enum kith_rc tries(struct kith_str text)
{
	enum kith_rc rc;
	struct kith_session *session = let_in(text, &rc);

	kith_session_unref(&session);
	return rc;
}

static void test_r_004_a_token_of_an_app_is_of_one_organization(void **state)
{
	(void)state;
	enum kith_rc rc;
	struct kith_session *session = let_in(app_text("k1", "alice", "user"), &rc);

	assert_int_equal(rc, KITH_OK);
	assert_int_equal(session->kind, KITH_SESSION_APP);
	assert_int_equal(session->scope, KITH_SCOPE_USER);
	assert_int_equal(session->user_row, alice);
	assert_int_equal(session->org.row, RIG_ORG);
	assert_int_equal(session->org_count, 1);
	assert_non_null(kith_session_org(session, RIG_ORG));
	assert_null(kith_session_org(session, acme));
	kith_session_unref(&session);

	session = let_in(app_text("k1", "robo", "user"), &rc);
	assert_int_equal(session->scope, KITH_SCOPE_BOT);
	kith_session_unref(&session);
	session = let_in(app_text("k1", "alice", "bot"), &rc);
	assert_int_equal(session->scope, KITH_SCOPE_BOT);
	kith_session_unref(&session);
	session = let_in(app_text("op", "alice", "operator"), &rc);
	assert_int_equal(session->scope, KITH_SCOPE_OPERATOR);
	assert_int_equal(session->org_count, 0);
	kith_session_unref(&session);
	assert_int_equal(tries(app_text("k1", "alice", "admin")), KITH_E_UNAUTHENTICATED);
	assert_false(was_false);
	assert_int_equal(tries(app_text("nobodys", "alice", "user")), KITH_E_UNAUTHENTICATED);
	assert_true(was_false);
}

static void test_r_004_an_access_token_is_of_all_organizations_or_of_one(void **state)
{
	(void)state;
	enum kith_rc rc;
	struct kith_uuid all = sign_in(alice, 0);
	struct kith_uuid one = sign_in(alice, acme);
	struct kith_session *session = let_in(access_text("alice", "", all), &rc);

	assert_int_equal(rc, KITH_OK);
	assert_int_equal(session->kind, KITH_SESSION_DEVICE);
	assert_int_equal(session->scope, KITH_SCOPE_USER);
	assert_true(kith_uuid_equal(&session->sid, &all));
	assert_int_equal(session->org.row, 0);
	assert_int_equal(session->org_count, 2);
	assert_non_null(kith_session_org(session, acme));
	assert_int_equal(session->expires_us, rig.now_us + KITH_ACCESS_TTL_S * KITH_SECOND_US);
	kith_session_unref(&session);

	session = let_in(access_text("alice", "acme", one), &rc);
	assert_int_equal(rc, KITH_OK);
	assert_int_equal(session->org.row, acme);
	assert_int_equal(session->org_count, 1);
	assert_null(kith_session_org(session, RIG_ORG));
	kith_session_unref(&session);
}

static void test_r_004_an_access_token_holds_as_long_as_its_session(void **state)
{
	(void)state;
	struct kith_uuid sid = sign_in(alice, 0);
	struct kith_str text = access_text("alice", "", sid);

	assert_int_equal(tries(text), KITH_OK);
	/* Nobody else's, of no session, of another time: genuine, but no good. */
	assert_int_equal(tries(access_text("robo", "", sid)), KITH_E_UNAUTHENTICATED);
	assert_int_equal(tries(access_text("nobody", "", sid)), KITH_E_UNAUTHENTICATED);
	assert_int_equal(tries(access_text("alice", "", (struct kith_uuid){ { 1 } })),
	                 KITH_E_UNAUTHENTICATED);
	assert_false(was_false);
	rig.now_us += KITH_ACCESS_TTL_S * KITH_SECOND_US;
	assert_int_equal(tries(text), KITH_E_TOKEN_EXPIRED);
	rig.now_us = RIG_START_US;
	end_session(alice, sid);
	assert_int_equal(tries(text), KITH_E_UNAUTHENTICATED);
	assert_false(was_false);
	/* Made up. */
	((char *)text.at)[text.len - 5] ^= 1;
	assert_int_equal(tries(text), KITH_E_UNAUTHENTICATED);
	assert_true(was_false);
}

static void test_r_005_an_api_key_acts_as_what_it_is(void **state)
{
	(void)state;
	enum kith_rc rc;
	struct kith_uuid id;
	struct kith_str text = make_api_key(robo, RIG_ORG, KITH_SCOPE_BOT, &id);
	struct kith_session *session = let_in(text, &rc);

	assert_int_equal(rc, KITH_OK);
	assert_int_equal(session->kind, KITH_SESSION_API_KEY);
	assert_int_equal(session->scope, KITH_SCOPE_BOT);
	assert_true(kith_uuid_equal(&session->sid, &id));
	assert_int_equal(session->user_row, robo);
	assert_int_equal(session->org.row, RIG_ORG);
	assert_true(session->expires_us > rig.now_us + 365 * KITH_DAY_US);
	kith_session_unref(&session);

	session = let_in(make_api_key(alice, acme, KITH_SCOPE_ADMIN, &id), &rc);
	assert_int_equal(session->scope, KITH_SCOPE_ADMIN);
	assert_int_equal(session->org.row, acme);
	kith_session_unref(&session);

	struct kith_effect end = { .kind = KITH_EFFECT_API_KEY_END,
		                   .api_key = { .id = id, .user_row = alice } };
	text = make_api_key(alice, acme, KITH_SCOPE_ADMIN, &id);
	end.api_key.id = id;
	assert_int_equal(tries(text), KITH_OK);
	apply(&end);
	assert_int_equal(tries(text), KITH_E_UNAUTHENTICATED);
	assert_false(was_false);
}

static void test_r_004_an_api_key_with_another_secret_is_none(void **state)
{
	(void)state;
	struct kith_uuid id;
	struct kith_str text = make_api_key(robo, RIG_ORG, KITH_SCOPE_BOT, &id);
	char *at = (char *)text.at;

	for (size_t i = 0; i < text.len; i++) {
		char kept = at[i];
		at[i] = kept == 'B' ? 'C' : 'B';
		assert_int_equal(tries(text), KITH_E_UNAUTHENTICATED);
		assert_true(was_false);
		at[i] = kept;
	}
	assert_int_equal(tries(text), KITH_OK);
	assert_int_equal(tries(KITH_STR("ka_")), KITH_E_UNAUTHENTICATED);
	assert_int_equal(tries(KITH_STR("")), KITH_E_UNAUTHENTICATED);
}

static void test_r_004_who_is_disabled_comes_in_by_nothing(void **state)
{
	(void)state;
	struct kith_uuid id;
	struct kith_str texts[] = {
		app_text("k1", "alice", "user"),
		access_text("alice", "", sign_in(alice, 0)),
		make_api_key(alice, acme, KITH_SCOPE_ADMIN, &id),
		app_text("op", "alice", "operator"),
	};

	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		assert_int_equal(tries(texts[i]), KITH_OK);
	}
	set_flags(alice, KITH_USER_DISABLED);
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		assert_int_equal(tries(texts[i]), KITH_E_UNAUTHENTICATED);
		assert_false(was_false);
	}
	set_flags(alice, 0);
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		assert_int_equal(tries(texts[i]), KITH_OK);
	}
}

static void test_a_failing_store_is_nobodys_fault(void **state)
{
	(void)state;
	struct kith_uuid id;
	const struct kith_str texts[] = {
		app_text("k1", "alice", "user"),
		access_text("alice", "", sign_in(alice, acme)),
		make_api_key(alice, acme, KITH_SCOPE_ADMIN, &id),
	};

	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		size_t failed = 0;
		for (uint64_t nth = 1; nth < 12; nth++) {
			kith_store_fail_step(rig.store, nth);
			enum kith_rc rc = tries(texts[i]);
			kith_store_fail_step(rig.store, 0);
			assert_true(rc == KITH_OK || rc == KITH_E_UNAVAILABLE);
			assert_false(was_false);
			failed += rc == KITH_OK ? 0 : 1;
		}
		assert_true(failed > 0);
		assert_int_equal(tries(texts[i]), KITH_OK);
	}
}

static void test_r_004_an_ended_session_makes_no_call(void **state)
{
	(void)state;
	struct rig_line line;
	const struct kith_ending ending = { .user_row = alice, .is_of_all_kinds = true };
	struct kith_roster *roster = kith_roster_new();

	rig_line_open(&rig, &line, "k1", "alice");
	assert_true(kith_roster_enroll(roster, line.session, 0));
	assert_int_equal(rig_try(&line, "me.get", "{}"), KITH_OK);
	kith_roster_end(roster, &ending);
	assert_int_equal(rig_try(&line, "me.get", "{}"), KITH_E_UNAUTHENTICATED);
	rig_line_close(&line);
	kith_roster_free(&roster);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_r_004_a_token_of_an_app_is_of_one_organization),
		CASE(test_r_004_an_access_token_is_of_all_organizations_or_of_one),
		CASE(test_r_004_an_access_token_holds_as_long_as_its_session),
		CASE(test_r_005_an_api_key_acts_as_what_it_is),
		CASE(test_r_004_an_api_key_with_another_secret_is_none),
		CASE(test_r_004_who_is_disabled_comes_in_by_nothing),
		CASE(test_a_failing_store_is_nobodys_fault),
		CASE(test_r_004_an_ended_session_makes_no_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
