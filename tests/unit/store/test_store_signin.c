/*
 * test_store_signin.c -- who may sign in, as the store keeps it: sessions that turn
 * and end, passwords, API keys, links that are used once; and the n-th step fails.
 */
#include <stdatomic.h>
#include <string.h>

#include "unit/store/kit.h"

#define DAY_US INT64_C(86400000000)

static struct kit kit;
static int64_t alice;
static int64_t bob;
static atomic_int_fast64_t now_us;

static int64_t moved_clock(void)
{
	return now_us;
}

static int set_up(void **state)
{
	(void)state;
	kit_init(&kit);
	now_us = kit_now_us();
	kit_close(&kit);
	kit.options.now_us = moved_clock;
	kit_open(&kit);
	alice = kit_user(&kit, "alice");
	bob = kit_user(&kit, "bob");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(kit_violations(&kit), 0);
	kit_done(&kit);
	return 0;
}

static enum kith_plan_answer apply(struct kith_effect *effects, size_t count)
{
	struct kith_plan plan = { .effects = effects, .effect_count = count };

	return kith_store_apply(kit.store, &plan);
}

/* The sign-in of USER on device NUMBER, USED_US from the beginning. */
static struct kith_effect signing(int64_t user, uint64_t number, int64_t used_us)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_ADD };

	effect.device = (struct kith_device){ .id = kit_id(number),
		                              .user_row = user,
		                              .org_row = KIT_ORG,
		                              .name = KITH_STR("Laptop"),
		                              .created_us = kit_now_us(),
		                              .used_us = kit_now_us() + used_us,
		                              .counter = 1 };
	return effect;
}

static void sign_in(int64_t user, uint64_t number, int64_t used_us)
{
	struct kith_effect effect = signing(user, number, used_us);

	assert_int_equal(apply(&effect, 1), KITH_PLAN_OK);
}

static enum kith_rc load(uint64_t number, struct kith_device *out)
{
	struct kith_uuid id = kit_id(number);

	return kith_reader_device(kit.reader, &id, &kit.mem, out);
}

static int64_t ended_us(uint64_t number)
{
	struct kith_device device;

	assert_int_equal(load(number, &device), KITH_OK);
	return device.ended_us;
}

static void test_r_004_a_session_is_kept_as_it_was_made(void **state)
{
	(void)state;
	struct kith_device device;
	struct kith_effect again = signing(bob, 1, 0);

	assert_int_equal(load(1, &device), KITH_E_NOT_FOUND);
	sign_in(alice, 1, 5);
	assert_int_equal(load(1, &device), KITH_OK);
	assert_int_equal(device.user_row, alice);
	assert_int_equal(device.org_row, KIT_ORG);
	assert_true(kith_str_is(device.name, "Laptop"));
	assert_int_equal(device.created_us, kit_now_us());
	assert_int_equal(device.used_us, kit_now_us() + 5);
	assert_int_equal(device.counter, 1);
	assert_int_equal(device.ended_us, 0);
	assert_int_equal(apply(&again, 1), KITH_PLAN_EXISTS);
	again.device.id = kit_id(2);
	again.device.user_row = 999;
	assert_int_equal(apply(&again, 1), KITH_PLAN_STALE);
}

static enum kith_plan_answer turn(uint64_t number, int64_t counter, int64_t used_us)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_TURN };

	effect.device.id = kit_id(number);
	effect.device.counter = counter;
	effect.device.used_us = kit_now_us() + used_us;
	return apply(&effect, 1);
}

static enum kith_plan_answer end_one(int64_t user, uint64_t number)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_END, .user = { .row = user } };

	effect.device.id = kit_id(number);
	return apply(&effect, 1);
}

static void test_r_004_a_counter_turns_once(void **state)
{
	(void)state;
	struct kith_device device;

	sign_in(alice, 1, 0);
	assert_int_equal(turn(1, 1, 70), KITH_PLAN_OK);
	assert_int_equal(load(1, &device), KITH_OK);
	assert_int_equal(device.counter, 2);
	assert_int_equal(device.used_us, kit_now_us() + 70);
	assert_int_equal(turn(1, 1, 80), KITH_PLAN_STALE);
	assert_int_equal(turn(1, 3, 80), KITH_PLAN_STALE);
	assert_int_equal(turn(1, 2, 80), KITH_PLAN_OK);
	assert_int_equal(turn(99, 1, 80), KITH_PLAN_STALE);
	assert_int_equal(end_one(alice, 1), KITH_PLAN_OK);
	assert_int_equal(turn(1, 3, 90), KITH_PLAN_STALE);
}

/* Both are in one batch, so the second sees what the first did and is not committed yet. */
static void test_r_004_of_two_turns_at_once_one_is_stale(void **state)
{
	(void)state;
	struct kith_plan bait = { .expect_count = 0 };
	struct kith_effect effects[2];
	struct kith_plan plans[2];

	sign_in(alice, 1, 0);
	size_t before = kit.answered_count;
	kit_hold(&kit, &bait);
	for (size_t i = 0; i < 2; i++) {
		effects[i] = (struct kith_effect){ .kind = KITH_EFFECT_SESSION_TURN };
		effects[i].device.id = kit_id(1);
		effects[i].device.counter = 1;
		effects[i].device.used_us = kit_now_us();
		plans[i] = (struct kith_plan){ .effects = &effects[i], .effect_count = 1 };
		kit_submit(&kit, &plans[i]);
	}
	kit_release(&kit);
	kit_wait(&kit, before + 3);
	assert_int_equal(plans[0].answer, KITH_PLAN_OK);
	assert_int_equal(plans[1].answer, KITH_PLAN_STALE);
}

static void test_r_004_one_ends_or_all_but_one(void **state)
{
	(void)state;
	struct kith_effect others = { .kind = KITH_EFFECT_SESSION_END, .user = { .row = alice } };

	for (uint64_t i = 1; i <= 4; i++) {
		sign_in(alice, i, 0);
	}
	sign_in(bob, 5, 0);
	assert_int_equal(end_one(alice, 1), KITH_PLAN_OK);
	assert_int_equal(ended_us(1), now_us);
	assert_int_equal(ended_us(2), 0);
	/* Not somebody else's, and not twice. */
	assert_int_equal(end_one(bob, 2), KITH_PLAN_OK);
	assert_int_equal(ended_us(2), 0);
	now_us += 10;
	assert_int_equal(end_one(alice, 1), KITH_PLAN_OK);
	assert_int_equal(ended_us(1), now_us - 10);

	others.device.spared = kit_id(3);
	assert_int_equal(apply(&others, 1), KITH_PLAN_OK);
	assert_int_equal(ended_us(2), now_us);
	assert_int_equal(ended_us(3), 0);
	assert_int_equal(ended_us(4), now_us);
	assert_int_equal(ended_us(5), 0);
	others.device.spared = (struct kith_uuid){ { 0 } };
	assert_int_equal(apply(&others, 1), KITH_PLAN_OK);
	assert_int_equal(ended_us(3), now_us);
}

static void test_r_004_a_person_has_a_hundred_sessions_at_most(void **state)
{
	(void)state;
	struct kith_device *devices;
	size_t count;

	for (uint64_t i = 1; i <= KITH_DEVICES_MAX; i++) {
		sign_in(alice, i, (int64_t)(i == 7 ? 0 : i));
	}
	struct kith_effect more = signing(alice, 500, 50);
	assert_int_equal(apply(&more, 1), KITH_PLAN_OK);
	struct kith_uuid oldest = kit_id(7);
	assert_true(kith_uuid_equal(&more.device.ousted, &oldest));
	assert_int_equal(ended_us(7), now_us);
	/* One that a clock put back makes look older than all others stays, too. */
	more = signing(alice, 501, -1000);
	assert_int_equal(apply(&more, 1), KITH_PLAN_OK);
	oldest = kit_id(1);
	assert_true(kith_uuid_equal(&more.device.ousted, &oldest));
	assert_int_equal(kith_reader_devices(kit.reader, alice, &kit.mem, &devices, &count),
	                 KITH_OK);
	assert_int_equal(count, KITH_DEVICES_MAX);
	for (size_t i = 1; i < count; i++) {
		assert_true(devices[i - 1].used_us >= devices[i].used_us);
		assert_int_equal(devices[i].ended_us, 0);
	}
	struct kith_effect bobs = signing(bob, 600, 0);
	assert_int_equal(apply(&bobs, 1), KITH_PLAN_OK);
	assert_true(kith_uuid_equal(&bobs.device.ousted, &(struct kith_uuid){ { 0 } }));
}

static void test_ended_sessions_are_forgotten_in_time(void **state)
{
	(void)state;
	struct kith_device device;

	sign_in(alice, 1, 0);
	sign_in(alice, 2, 0);
	assert_int_equal(end_one(alice, 1), KITH_PLAN_OK);
	now_us += 30 * DAY_US;
	sign_in(alice, 3, 0);
	assert_int_equal(load(1, &device), KITH_OK);
	now_us++;
	sign_in(alice, 4, 0);
	assert_int_equal(load(1, &device), KITH_E_NOT_FOUND);
	assert_int_equal(load(2, &device), KITH_OK);
}

static void test_r_004_a_password_replaces_the_one_before(void **state)
{
	(void)state;
	struct kith_str text;
	struct kith_user user;
	struct kith_effect effect = { .kind = KITH_EFFECT_PASSWORD_SET,
		                      .user = { .row = alice },
		                      .text = KITH_STR("$argon2id$one") };

	assert_int_equal(kith_reader_password(kit.reader, alice, &kit.mem, &text),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("alice"), 0, &kit.mem, &user),
	                 KITH_OK);
	int64_t version = user.version;
	assert_int_equal(apply(&effect, 1), KITH_PLAN_OK);
	effect.text = KITH_STR("$argon2id$two");
	assert_int_equal(apply(&effect, 1), KITH_PLAN_OK);
	assert_int_equal(kith_reader_password(kit.reader, alice, &kit.mem, &text), KITH_OK);
	assert_true(kith_str_is(text, "$argon2id$two"));
	assert_int_equal(kith_reader_password(kit.reader, bob, &kit.mem, &text), KITH_E_NOT_FOUND);
	/* Whoever planned with the old one plans again. */
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("alice"), 0, &kit.mem, &user),
	                 KITH_OK);
	assert_int_equal(user.version, version + 2);
	effect.user.row = 999;
	assert_int_equal(apply(&effect, 1), KITH_PLAN_STALE);
}

static void test_r_004_an_api_key_holds_until_it_ends(void **state)
{
	(void)state;
	struct kith_effect add = { .kind = KITH_EFFECT_API_KEY_ADD };
	struct kith_api_key got;
	struct kith_api_key *all;
	size_t count;
	int64_t other = kit_org(&kit, "other");

	add.api_key = (struct kith_api_key){ .id = kit_id(9),
		                             .digest = { 1, 2, 3 },
		                             .user_row = alice,
		                             .org_row = KIT_ORG,
		                             .scope = 4,
		                             .name = KITH_STR("shop") };
	assert_int_equal(kith_reader_api_key(kit.reader, &add.api_key.id, &kit.mem, &got),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(apply(&add, 1), KITH_PLAN_OK);
	assert_int_equal(apply(&add, 1), KITH_PLAN_EXISTS);
	assert_int_equal(kith_reader_api_key(kit.reader, &add.api_key.id, &kit.mem, &got), KITH_OK);
	assert_memory_equal(got.digest, add.api_key.digest, KITH_DIGEST);
	assert_int_equal(got.user_row, alice);
	assert_int_equal(got.org_row, KIT_ORG);
	assert_int_equal(got.scope, 4);
	assert_true(kith_str_is(got.name, "shop"));
	assert_int_equal(got.created_us, now_us);
	assert_int_equal(got.ended_us, 0);
	assert_int_equal(kith_reader_api_keys(kit.reader, KIT_ORG, &kit.mem, &all, &count),
	                 KITH_OK);
	assert_int_equal(count, 1);
	assert_true(kith_uuid_equal(&all[0].id, &add.api_key.id));
	assert_int_equal(kith_reader_api_keys(kit.reader, other, &kit.mem, &all, &count), KITH_OK);
	assert_int_equal(count, 0);

	struct kith_effect end = { .kind = KITH_EFFECT_API_KEY_END, .api_key = add.api_key };
	assert_int_equal(apply(&end, 1), KITH_PLAN_OK);
	now_us += 10;
	assert_int_equal(apply(&end, 1), KITH_PLAN_OK);
	assert_int_equal(kith_reader_api_key(kit.reader, &add.api_key.id, &kit.mem, &got), KITH_OK);
	assert_int_equal(got.ended_us, now_us - 10);
	end.api_key.id = kit_id(10);
	assert_int_equal(apply(&end, 1), KITH_PLAN_STALE);
	add.api_key.id = kit_id(11);
	add.api_key.org_row = 999;
	assert_int_equal(apply(&add, 1), KITH_PLAN_STALE);
	add.api_key.org_row = KIT_ORG;
	add.api_key.user_row = 999;
	assert_int_equal(apply(&add, 1), KITH_PLAN_STALE);
}

static struct kith_effect link_effect(enum kith_effect_kind kind, int64_t user, uint8_t code)
{
	struct kith_effect effect = { .kind = kind };

	effect.signin_link.user_row = user;
	effect.signin_link.expires_us = kit_now_us() + 100;
	effect.signin_link.digest[0] = code;
	return effect;
}

static void test_r_004_a_link_is_used_once_and_in_time(void **state)
{
	(void)state;
	struct kith_effect add = link_effect(KITH_EFFECT_LINK_ADD, alice, 1);
	struct kith_effect use = link_effect(KITH_EFFECT_LINK_USE, alice, 1);
	struct kith_signin_link got;

	assert_int_equal(apply(&use, 1), KITH_PLAN_STALE);
	assert_int_equal(apply(&add, 1), KITH_PLAN_OK);
	assert_int_equal(kith_reader_signin_link(kit.reader, add.signin_link.digest, &got),
	                 KITH_OK);
	assert_int_equal(got.user_row, alice);
	assert_int_equal(got.expires_us, kit_now_us() + 100);
	assert_int_equal(got.used_us, 0);
	assert_int_equal(apply(&use, 1), KITH_PLAN_OK);
	assert_int_equal(apply(&use, 1), KITH_PLAN_STALE);
	assert_int_equal(kith_reader_signin_link(kit.reader, add.signin_link.digest, &got),
	                 KITH_OK);
	assert_int_equal(got.used_us, now_us);

	/* A newer one makes an older one void; others' stay. */
	struct kith_effect bobs = link_effect(KITH_EFFECT_LINK_ADD, bob, 2);
	assert_int_equal(apply(&bobs, 1), KITH_PLAN_OK);
	add.signin_link.digest[0] = 3;
	assert_int_equal(apply(&add, 1), KITH_PLAN_OK);
	add.signin_link.digest[0] = 4;
	assert_int_equal(apply(&add, 1), KITH_PLAN_OK);
	assert_int_equal(kith_reader_signin_link(kit.reader, bobs.signin_link.digest, &got),
	                 KITH_OK);
	use.signin_link.digest[0] = 3;
	assert_int_equal(apply(&use, 1), KITH_PLAN_STALE);
	use.signin_link.digest[0] = 4;
	now_us = kit_now_us() + 100;
	assert_int_equal(apply(&use, 1), KITH_PLAN_STALE);
	now_us--;
	assert_int_equal(apply(&use, 1), KITH_PLAN_OK);
}

/* All effects of this file in one plan; ROUND makes its ids fresh. */
struct everything {
	struct kith_effect effects[9];
	struct kith_plan plan;
};

static void everything_init(struct everything *all, uint64_t round)
{
	uint8_t code = (uint8_t)(10 + round);
	size_t count = 0;

	*all = (struct everything){ .plan = { .effect_count = 0 } };
	all->effects[count++] = signing(alice, 1000 + round, (int64_t)round);
	all->effects[count++] = link_effect(KITH_EFFECT_LINK_ADD, alice, code);
	struct kith_effect *key = &all->effects[count++];
	key->kind = KITH_EFFECT_API_KEY_ADD;
	key->api_key = (struct kith_api_key){ .id = kit_id(5000 + round),
		                              .user_row = alice,
		                              .org_row = KIT_ORG };
	struct kith_effect *password = &all->effects[count++];
	password->kind = KITH_EFFECT_PASSWORD_SET;
	password->user.row = alice;
	password->text = KITH_STR("$argon2id$new");
	struct kith_effect *end = &all->effects[count++];
	end->kind = KITH_EFFECT_SESSION_END;
	end->user.row = alice;
	end->device.id = kit_id(1);
	all->plan.effects = all->effects;
	all->plan.effect_count = count;
}

static void test_a_failing_step_leaves_nothing_half_done(void **state)
{
	(void)state;
	struct kith_device device;
	struct kith_str text;
	struct everything all;
	struct kith_effect more;
	uint64_t nth = 1;

	/* So many that the plan's sign-in ousts one, which must stay when it fails. */
	for (uint64_t i = 1; i <= KITH_DEVICES_MAX; i++) {
		sign_in(alice, i, (int64_t)i);
	}
	for (;; nth++) {
		everything_init(&all, nth);
		kith_store_fail_step(kit.store, nth);
		enum kith_plan_answer answer = kith_store_apply(kit.store, &all.plan);
		kith_store_fail_step(kit.store, 0);
		if (answer == KITH_PLAN_OK) {
			break;
		}
		assert_int_equal(answer, KITH_PLAN_UNAVAILABLE);
		assert_int_equal(load(1000 + nth, &device), KITH_E_NOT_FOUND);
		assert_true(kith_uuid_equal(&all.effects[0].device.ousted,
		                            &(struct kith_uuid){ { 0 } }));
		assert_int_equal(ended_us(1), 0);
		assert_int_equal(ended_us(2), 0);
		assert_int_equal(kith_reader_password(kit.reader, alice, &kit.mem, &text),
		                 KITH_E_NOT_FOUND);
		kith_arena_reset(&kit.mem);
	}
	assert_true(nth > 8);
	assert_int_equal(ended_us(1), now_us);
	more = signing(alice, 2, 0);
	assert_int_equal(apply(&more, 1), KITH_PLAN_EXISTS);
}

static enum kith_rc ask(size_t at)
{
	struct kith_uuid id = kit_id(1);
	struct kith_device device;
	struct kith_device *devices;
	struct kith_api_key key;
	struct kith_api_key *keys;
	struct kith_signin_link link;
	struct kith_str text;
	uint8_t digest[KITH_DIGEST] = { 11 };
	size_t count;

	switch (at) {
	case 0:
		return kith_reader_device(kit.reader, &id, &kit.mem, &device);
	case 1:
		return kith_reader_devices(kit.reader, alice, &kit.mem, &devices, &count);
	case 2:
		id = kit_id(5001);
		return kith_reader_api_key(kit.reader, &id, &kit.mem, &key);
	case 3:
		return kith_reader_api_keys(kit.reader, KIT_ORG, &kit.mem, &keys, &count);
	case 4:
		return kith_reader_signin_link(kit.reader, digest, &link);
	default:
		return kith_reader_password(kit.reader, alice, &kit.mem, &text);
	}
}

static void test_a_question_that_fails_says_not_now(void **state)
{
	(void)state;
	struct everything all;

	sign_in(alice, 1, 0);
	everything_init(&all, 1);
	assert_int_equal(kith_store_apply(kit.store, &all.plan), KITH_PLAN_OK);
	for (size_t at = 0; at < 6; at++) {
		assert_int_equal(ask(at), KITH_OK);
		kith_store_fail_step(kit.store, 1);
		assert_int_equal(ask(at), KITH_E_UNAVAILABLE);
		kith_store_fail_step(kit.store, 0);
		assert_int_equal(ask(at), KITH_OK);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_r_004_a_session_is_kept_as_it_was_made),
		CASE(test_r_004_a_counter_turns_once),
		CASE(test_r_004_of_two_turns_at_once_one_is_stale),
		CASE(test_r_004_one_ends_or_all_but_one),
		CASE(test_r_004_a_person_has_a_hundred_sessions_at_most),
		CASE(test_ended_sessions_are_forgotten_in_time),
		CASE(test_r_004_a_password_replaces_the_one_before),
		CASE(test_r_004_an_api_key_holds_until_it_ends),
		CASE(test_r_004_a_link_is_used_once_and_in_time),
		CASE(test_a_failing_step_leaves_nothing_half_done),
		CASE(test_a_question_that_fails_says_not_now),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
