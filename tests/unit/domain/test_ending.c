/*
 * test_ending.c -- which sessions an effect ends: the cases that R-004 names, then
 * every kind of effect and every kind of session.
 */
#include "domain/ending.h"

#include "unit/domain/claim.h"

enum { ALICE = 7, BOB = 8 };

static const struct kith_uuid none = { { 0 } };
static const struct kith_uuid laptop = { { 1 } };
static const struct kith_uuid phone = { { 2 } };
static const struct kith_uuid key = { { 3 } };

static struct kith_profile profile_of(unsigned flags)
{
	return (struct kith_profile){ .user = { .row = ALICE, .flags = flags } };
}

static void test_r_004_what_ends_whose_sessions(void **state)
{
	(void)state;
	const struct kith_profile disabled = profile_of(KITH_USER_DISABLED);
	const struct kith_profile able = profile_of(KITH_USER_HIDES_PRESENCE);
	const struct {
		const char *name;
		struct kith_effect effect;
		bool laptop, phone, key, app; /* Alice's that end */
	} cases[] = {
		{ .name = "R-004 a session that ends is that one",
		  .effect = { .kind = KITH_EFFECT_SESSION_END,
		              .user = { .row = ALICE },
		              .device = { .id = laptop } },
		  .laptop = true },
		{ .name = "R-004 all but one are the devices",
		  .effect = { .kind = KITH_EFFECT_SESSION_END,
		              .user = { .row = ALICE },
		              .device = { .spared = laptop } },
		  .phone = true },
		{ .name = "R-004 all are the devices, not keys nor an app's tokens",
		  .effect = { .kind = KITH_EFFECT_SESSION_END, .user = { .row = ALICE } },
		  .laptop = true,
		  .phone = true },
		{ .name = "R-004 a sign-in beyond the limit ends the oldest",
		  .effect = { .kind = KITH_EFFECT_SESSION_ADD,
		              .device = { .id = laptop, .user_row = ALICE, .ousted = phone } },
		  .phone = true },
		{ .name = "R-004 another sign-in ends none",
		  .effect = { .kind = KITH_EFFECT_SESSION_ADD,
		              .device = { .id = laptop, .user_row = ALICE } } },
		{ .name = "R-004 a key that ends is that one",
		  .effect = { .kind = KITH_EFFECT_API_KEY_END,
		              .api_key = { .id = key, .user_row = ALICE } },
		  .key = true },
		{ .name = "R-004 who is disabled has no session of any kind",
		  .effect = { .kind = KITH_EFFECT_USER_SET,
		              .user = { .row = ALICE },
		              .set = { .profile = &disabled, .parts = KITH_USER_FLAGS } },
		  .laptop = true,
		  .phone = true,
		  .key = true,
		  .app = true },
		{ .name = "R-035 another flag ends nothing",
		  .effect = { .kind = KITH_EFFECT_USER_SET,
		              .user = { .row = ALICE },
		              .set = { .profile = &able, .parts = KITH_USER_FLAGS } } },
		{ .name = "R-002 a new name ends nothing, whoever has it",
		  .effect = { .kind = KITH_EFFECT_USER_SET,
		              .user = { .row = ALICE },
		              .set = { .profile = &disabled, .parts = KITH_USER_NAME } } },
	};

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_ending ending = { .user_row = 0 };
		bool ends = kith_ending_of(&cases[i].effect, &ending);
		const struct {
			enum kith_session_kind kind;
			const struct kith_uuid *sid;
			bool is_hit;
		} sessions[] = {
			{ KITH_SESSION_DEVICE, &laptop, cases[i].laptop },
			{ KITH_SESSION_DEVICE, &phone, cases[i].phone },
			{ KITH_SESSION_API_KEY, &key, cases[i].key },
			{ KITH_SESSION_APP, &none, cases[i].app },
		};
		for (size_t j = 0; j < KITH_COUNT(sessions); j++) {
			bool is_hit = ends && kith_ending_hits(&ending, ALICE, sessions[j].kind,
			                                       sessions[j].sid);
			CLAIM(is_hit == sessions[j].is_hit, cases[i].name);
			CLAIM(!ends || !kith_ending_hits(&ending, BOB, sessions[j].kind,
			                                 sessions[j].sid),
			      cases[i].name);
		}
	}
}

static void test_no_other_effect_ends_a_session(void **state)
{
	(void)state;
	for (int kind = 0; kind < KITH_EFFECT_COUNT; kind++) {
		const struct kith_effect effect = { .kind = (enum kith_effect_kind)kind };
		struct kith_ending ending = { .user_row = 99 };
		bool may = kind == KITH_EFFECT_SESSION_END || kind == KITH_EFFECT_API_KEY_END;

		if (kind != KITH_EFFECT_USER_SET) {
			assert_int_equal(kith_ending_of(&effect, &ending), may);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_004_what_ends_whose_sessions),
		cmocka_unit_test(test_no_other_effect_ends_a_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
