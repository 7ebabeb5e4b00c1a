/*
 * test_store_load.c -- organizations, keys, users and conversations: added once, found
 * again, and all or nothing.
 */
#include <string.h>

#include "unit/store/kit.h"

static enum kith_plan_answer apply(struct kit *kit, struct kith_effect *effects, size_t count)
{
	struct kith_plan plan = { .effects = effects, .effect_count = count };
	return kith_store_apply(kit->store, &plan);
}

static struct kith_effect org_add(const char *id, const char *domain)
{
	return (struct kith_effect){
		.kind = KITH_EFFECT_ORG_ADD,
		.org = { .id = kith_str_of(id), .domain = kith_str_of(domain) },
	};
}

static struct kith_effect user_add(const char *id, const char *name)
{
	return (struct kith_effect){
		.kind = KITH_EFFECT_USER_ADD,
		.user = { .id = kith_str_of(id), .name = kith_str_of(name) },
	};
}

static struct kith_effect join(int64_t org_row, int64_t user_row)
{
	return (struct kith_effect){
		.kind = KITH_EFFECT_ORG_JOIN,
		.org = { .row = org_row },
		.user = { .row = user_row },
	};
}

static struct kith_effect key_add(int64_t org_row, const char *kid, int alg, const char *material)
{
	return (struct kith_effect){
		.kind = KITH_EFFECT_KEY_ADD,
		.org = { .row = org_row },
		.key = { .kid = kith_str_of(kid), .alg = alg, .material = kith_str_of(material) },
	};
}

static void test_an_organization_is_found_by_its_id(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	struct kith_effect effect = org_add("acme", "chat.acme.example");
	assert_int_equal(apply(&kit, &effect, 1), KITH_PLAN_OK);
	struct kith_org org;
	assert_int_equal(kith_reader_org(kit.reader, KITH_STR("acme"), &kit.mem, &org), KITH_OK);
	assert_int_equal(org.row, effect.org.row);
	assert_true(kith_str_is(org.domain, "chat.acme.example"));
	assert_int_equal(kith_reader_org(kit.reader, KITH_STR("acm"), &kit.mem, &org),
	                 KITH_E_NOT_FOUND);
	kit_done(&kit);
}

static void test_names_are_given_once(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	struct kith_effect first[] = {
		org_add("acme", "acme.example"),
		user_add("alice", "Alice"),
		key_add(0, "k1", 1, "secret"),
	};
	assert_int_equal(apply(&kit, first, 3), KITH_PLAN_OK);
	const struct {
		const char *name;
		struct kith_effect effects[2];
		size_t count;
	} cases[] = {
		{ "a taken organization id", { org_add("acme", "other.example") }, 1 },
		{ "a taken domain", { org_add("other", "acme.example") }, 1 },
		{ "a taken user id", { user_add("alice", "Another") }, 1 },
		{ "a taken key id", { key_add(KIT_ORG, "k1", 2, "other") }, 1 },
		{ "twice the organization",
		  { org_add("b", "b.example"), org_add("b", "c.example") },
		  2 },
		{ "twice the domain", { org_add("b", "b.example"), org_add("c", "b.example") }, 2 },
		{ "twice the user", { user_add("bob", ""), user_add("bob", "") }, 2 },
		{ "twice the key", { key_add(0, "k2", 1, "a"), key_add(0, "k2", 1, "b") }, 2 },
		{ "a good one before a taken one",
		  { user_add("bob", ""), org_add("acme", "x") },
		  2 },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_effect effects[2];
		memcpy(effects, cases[i].effects, sizeof(effects));
		if (apply(&kit, effects, cases[i].count) != KITH_PLAN_EXISTS) {
			fail_msg("%s was not refused", cases[i].name);
		}
	}
	struct kith_user user;
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("bob"), 0, &kit.mem, &user),
	                 KITH_E_NOT_FOUND);
	struct kith_store_stats stats;
	kith_store_stats(kit.store, &stats);
	assert_int_equal(stats.users, 1);
	assert_int_equal(stats.organizations, 2);
	kit_done(&kit);
}

static void test_a_user_joins_in_the_plan_that_adds_them(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t other = kit_org(&kit, "other");
	struct kith_effect effects[] = { user_add("alice", "Alice A."), join(KIT_ORG, 0) };
	assert_int_equal(apply(&kit, effects, 2), KITH_PLAN_OK);

	struct kith_user user;
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("alice"), KIT_ORG, &kit.mem, &user),
	                 KITH_OK);
	assert_int_equal(user.row, effects[0].user.row);
	assert_int_equal(user.version, 2);
	assert_true(kith_str_is(user.name, "Alice A."));
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("alice"), other, &kit.mem, &user),
	                 KITH_E_NOT_FOUND);
	kit_done(&kit);
}

static void test_joining_twice_changes_nothing(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	int64_t other = kit_org(&kit, "other");
	struct kith_user user;
	for (int64_t round = 0; round < 2; round++) {
		struct kith_effect effect = join(other, alice);
		assert_int_equal(apply(&kit, &effect, 1), KITH_PLAN_OK);
		assert_int_equal(
			kith_reader_user(kit.reader, KITH_STR("alice"), other, &kit.mem, &user),
			KITH_OK);
		assert_int_equal(user.version, 3);
	}
	struct kith_org *orgs = NULL;
	size_t count = 0;
	assert_int_equal(kith_reader_orgs(kit.reader, alice, &kit.mem, &orgs, &count), KITH_OK);
	assert_int_equal(count, 2);
	assert_true(kith_str_is(orgs[0].id, "default"));
	assert_true(kith_str_is(orgs[1].id, "other"));
	kit_done(&kit);
}

static void test_rows_that_are_not_there_are_stale(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	struct kith_effect effects[] = {
		join(99, alice),
		join(KIT_ORG, 99),
		key_add(99, "k", 1, "m"),
		{ .kind = KITH_EFFECT_SEEN, .mark = { .conversation_row = 9, .user_row = alice } },
	};
	for (size_t i = 0; i < KITH_COUNT(effects); i++) {
		assert_int_equal(apply(&kit, &effects[i], 1), KITH_PLAN_STALE);
	}
	kit_done(&kit);
}

static void test_keys_are_found_by_kid_and_by_age(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	struct kith_effect effects[] = {
		key_add(KIT_ORG, "b", 1, "of the organization"),
		key_add(KIT_ORG, "c", 2, "another algorithm"),
		key_add(0, "d", 1, "of the deployment"),
	};
	assert_int_equal(apply(&kit, effects, 3), KITH_PLAN_OK);
	struct kith_key key;
	assert_int_equal(kith_reader_key(kit.reader, KITH_STR("b"), &kit.mem, &key), KITH_OK);
	assert_int_equal(key.alg, 1);
	assert_int_equal(key.org.row, KIT_ORG);
	assert_true(kith_str_is(key.org.id, "default"));
	assert_true(kith_str_is(key.org.domain, "default.localhost"));
	assert_true(kith_str_is(key.material, "of the organization"));
	assert_int_equal(key.created_us, kit_now_us());
	assert_int_equal(kith_reader_key(kit.reader, KITH_STR("d"), &kit.mem, &key), KITH_OK);
	assert_int_equal(key.org.row, 0);
	assert_int_equal(key.org.id.len, 0);
	assert_int_equal(kith_reader_key(kit.reader, KITH_STR("e"), &kit.mem, &key),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(kith_reader_newest_key(kit.reader, KIT_ORG, 2, &kit.mem, &key), KITH_OK);
	assert_true(kith_str_is(key.kid, "c"));
	assert_int_equal(kith_reader_newest_key(kit.reader, 0, 2, &kit.mem, &key),
	                 KITH_E_NOT_FOUND);
	struct kith_key *keys = NULL;
	size_t count = 0;
	assert_int_equal(kith_reader_keys(kit.reader, 0, &kit.mem, &keys, &count), KITH_OK);
	assert_int_equal(count, 1);
	assert_true(kith_str_is(keys[0].kid, "d"));
	assert_int_equal(kith_reader_keys(kit.reader, KIT_ORG, &kit.mem, &keys, &count), KITH_OK);
	assert_int_equal(count, 2);
	kit_done(&kit);
}

static void test_users_are_listed_by_id(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	kit_user(&kit, "carol");
	kit_user(&kit, "alice");
	kit_user(&kit, "bob");
	struct kith_user *users = NULL;
	size_t count = 0;
	assert_int_equal(kith_reader_users(kit.reader, KITH_STR(""), 2, &kit.mem, &users, &count),
	                 KITH_OK);
	assert_int_equal(count, 2);
	assert_true(kith_str_is(users[0].id, "alice"));
	assert_true(kith_str_is(users[1].id, "bob"));
	assert_int_equal(kith_reader_users(kit.reader, users[1].id, 2, &kit.mem, &users, &count),
	                 KITH_OK);
	assert_int_equal(count, 1);
	assert_true(kith_str_is(users[0].id, "carol"));
	kit_done(&kit);
}

static void test_a_conversation_comes_with_its_members(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	int64_t bob = kit_user(&kit, "bob");
	struct kith_conversation pair = kit_pair(1, KIT_ORG, bob, alice);
	struct kith_conversation notes = kit_pair(2, KIT_ORG, alice, 0);
	kit_add(&kit, &pair);
	kit_add(&kit, &notes);
	assert_int_equal(pair.version, 1);

	struct kith_conversation got;
	assert_int_equal(kith_reader_conversation(kit.reader, &pair.id, &kit.mem, &got), KITH_OK);
	assert_int_equal(got.row, pair.row);
	assert_int_equal(got.version, 1);
	assert_int_equal(got.org_row, KIT_ORG);
	assert_true(kith_str_is(got.org, "default"));
	assert_int_equal(got.created_us, kit_now_us());
	assert_int_equal(got.member_count, 2);
	assert_true(kith_str_is(kith_conversation_member(&got, alice)->id, "alice"));
	assert_true(kith_str_is(kith_conversation_member(&got, bob)->name, "bob"));
	assert_int_equal(kith_reader_conversation(kit.reader, &notes.id, &kit.mem, &got), KITH_OK);
	assert_int_equal(got.member_count, 1);
	struct kith_uuid unknown = kit_id(3);
	assert_int_equal(kith_reader_conversation(kit.reader, &unknown, &kit.mem, &got),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(kit_violations(&kit), 0);
	kit_done(&kit);
}

static void test_the_version_of_a_user_is_what_a_plan_rests_on(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	int64_t other = kit_org(&kit, "other");
	struct kith_effect effect = join(other, alice);
	struct kith_plan plan = {
		.expects = { { .kind = KITH_EXPECT_USER, .row = alice, .version = 2 } },
		.expect_count = 1,
	};
	assert_int_equal(kith_store_apply(kit.store, &plan), KITH_PLAN_OK);
	assert_int_equal(apply(&kit, &effect, 1), KITH_PLAN_OK);
	assert_int_equal(kith_store_apply(kit.store, &plan), KITH_PLAN_STALE);
	plan.expects[0].version = 3;
	assert_int_equal(kith_store_apply(kit.store, &plan), KITH_PLAN_OK);
	plan.expects[0].row = 77;
	assert_int_equal(kith_store_apply(kit.store, &plan), KITH_PLAN_STALE);
	kit_done(&kit);
}

static void test_a_snapshot_stands_still(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	kit_user(&kit, "alice");
	struct kith_user user;
	assert_int_equal(kith_reader_begin(kit.reader), KITH_OK);
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("alice"), 0, &kit.mem, &user),
	                 KITH_OK);
	kit_user(&kit, "bob");
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("bob"), 0, &kit.mem, &user),
	                 KITH_E_NOT_FOUND);
	kith_reader_end(kit.reader);
	assert_int_equal(kith_reader_user(kit.reader, KITH_STR("bob"), 0, &kit.mem, &user),
	                 KITH_OK);
	kit_done(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_organization_is_found_by_its_id),
		cmocka_unit_test(test_names_are_given_once),
		cmocka_unit_test(test_a_user_joins_in_the_plan_that_adds_them),
		cmocka_unit_test(test_joining_twice_changes_nothing),
		cmocka_unit_test(test_rows_that_are_not_there_are_stale),
		cmocka_unit_test(test_keys_are_found_by_kid_and_by_age),
		cmocka_unit_test(test_users_are_listed_by_id),
		cmocka_unit_test(test_a_conversation_comes_with_its_members),
		cmocka_unit_test(test_the_version_of_a_user_is_what_a_plan_rests_on),
		cmocka_unit_test(test_a_snapshot_stands_still),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
