/*
 * test_store_people.c -- profiles, aliases and contacts are kept, found again, and
 * left as they were when a step fails.
 */
#include <string.h>

#include "unit/store/kit.h"

static enum kith_plan_answer apply(struct kit *kit, struct kith_effect *effect)
{
	struct kith_plan plan = { .effects = effect, .effect_count = 1 };
	return kith_store_apply(kit->store, &plan);
}

static struct kith_profile load(struct kit *kit, int64_t row)
{
	struct kith_profile profile;
	assert_int_equal(kith_reader_profile(kit->reader, row, &kit->mem, &profile), KITH_OK);
	return profile;
}

static struct kith_effect set_name(struct kith_profile *profile, const char *name)
{
	profile->user.name = kith_str_of(name);
	struct kith_effect effect = { .kind = KITH_EFFECT_USER_SET,
		                      .user = { .row = profile->user.row } };
	effect.set.profile = profile;
	effect.set.parts = KITH_USER_NAME;
	return effect;
}

static size_t search(struct kit *kit, const char *query, struct kith_user **found)
{
	const int64_t orgs[] = { KIT_ORG };
	size_t count = 0;
	assert_int_equal(kith_reader_search(kit->reader, orgs, 1, kith_str_of(query), &kit->mem,
	                                    found, &count),
	                 KITH_OK);
	return count;
}

static void test_a_profile_is_kept_and_its_version_rises(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t row = kit_user(&kit, "alice");
	struct kith_profile profile = load(&kit, row);
	assert_int_equal(profile.metadata.len, 0);
	assert_false(profile.has_password);
	int64_t version = profile.user.version;
	profile.metadata = KITH_STR("{\"a\":1}");
	profile.language = KITH_STR("lv");
	profile.theme = KITH_THEME_DARK;
	profile.user.flags = KITH_USER_HIDES_PRESENCE;
	struct kith_effect effect = { .kind = KITH_EFFECT_USER_SET, .user = { .row = row } };
	effect.set.profile = &profile;
	effect.set.parts = KITH_USER_METADATA | KITH_USER_FLAGS;
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	assert_true(effect.set.position > 0);
	struct kith_profile now = load(&kit, row);
	assert_true(now.user.version > version);
	assert_true(kith_str_is(now.metadata, "{\"a\":1}"));
	assert_true(kith_str_is(now.language, "lv"));
	assert_int_equal(now.theme, KITH_THEME_DARK);
	assert_int_equal(now.user.flags, KITH_USER_HIDES_PRESENCE);
	kit_done(&kit);
}

/* R-006 a new name is found, and the one before no more. */
static void test_people_are_found_by_their_name_of_now(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t row = kit_user(&kit, "alice.ode");
	kit_user(&kit, "bob");
	struct kith_user *found = NULL;
	struct kith_profile profile = load(&kit, row);
	struct kith_effect effect = set_name(&profile, "Zo\xc3\xab Marsh");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	assert_int_equal(search(&kit, "ZOE mar", &found), 1);
	assert_int_equal(found[0].row, row);
	assert_int_equal(search(&kit, "ode", &found), 1);
	assert_int_equal(search(&kit, "alice.o", &found), 1);
	assert_int_equal(search(&kit, "zoe bob", &found), 0);
	profile = load(&kit, row);
	effect = set_name(&profile, "Alice");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	assert_int_equal(search(&kit, "zoe", &found), 0);
	assert_int_equal(search(&kit, "b", &found), 1);
	const int64_t elsewhere[] = { kit_org(&kit, "other") };
	size_t count = 1;
	assert_int_equal(kith_reader_search(kit.reader, elsewhere, 1, KITH_STR("alice"), &kit.mem,
	                                    &found, &count),
	                 KITH_OK);
	assert_int_equal(count, 0);
	kit_done(&kit);
}

static struct kith_effect alias(enum kith_effect_kind kind, int64_t row, const char *value)
{
	struct kith_effect effect = { .kind = kind, .user = { .row = row } };
	effect.alias = (struct kith_alias){ .kind = KITH_ALIAS_EXTERNAL,
		                            .value = kith_str_of(value),
		                            .created_us = 7 };
	return effect;
}

/* R-002 an alias is one person's in the whole deployment, until it is taken away. */
static void test_an_alias_is_one_persons(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	int64_t bob = kit_user(&kit, "bob");
	struct kith_user owner;
	struct kith_effect effect = alias(KITH_EFFECT_ALIAS_ADD, alice, "crm-1");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	effect = alias(KITH_EFFECT_ALIAS_ADD, bob, "crm-1");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_EXISTS);
	effect = alias(KITH_EFFECT_ALIAS_REMOVE, bob, "crm-1");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_STALE);
	assert_int_equal(kith_reader_alias(kit.reader, KITH_ALIAS_EXTERNAL, KITH_STR("crm-1"),
	                                   &kit.mem, &owner),
	                 KITH_OK);
	assert_int_equal(owner.row, alice);
	struct kith_alias *list = NULL;
	size_t count = 0;
	assert_int_equal(kith_reader_aliases(kit.reader, alice, &kit.mem, &list, &count), KITH_OK);
	assert_int_equal(count, 1);
	assert_true(kith_str_is(list[0].user, "alice"));
	assert_int_equal(list[0].created_us, 7);
	effect = alias(KITH_EFFECT_ALIAS_REMOVE, alice, "crm-1");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	effect = alias(KITH_EFFECT_ALIAS_ADD, bob, "crm-1");
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	kit_done(&kit);
}

static struct kith_effect contact(enum kith_effect_kind kind, int64_t owner, int64_t user)
{
	struct kith_effect effect = { .kind = kind };
	effect.contact = (struct kith_contact){ .owner_row = owner,
		                                .user = { .row = user },
		                                .created_us = 5 };
	return effect;
}

/* R-006 adding and removing move the sequence only when they change something. */
static void test_contacts_are_one_sided(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t alice = kit_user(&kit, "alice");
	int64_t bob = kit_user(&kit, "bob");
	struct kith_contact *list = NULL;
	struct kith_contact one;
	size_t count = 0;
	int64_t total = 0;
	struct kith_effect effect = contact(KITH_EFFECT_CONTACT_ADD, alice, bob);
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	int64_t position = effect.contact.position;
	assert_true(position > 0);
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	assert_int_equal(effect.contact.position, 0);
	assert_int_equal(
		kith_reader_contacts(kit.reader, alice, 0, KITH_STR("bo"), &kit.mem, &list, &count),
		KITH_OK);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].user.row, bob);
	assert_int_equal(
		kith_reader_contacts(kit.reader, bob, 0, KITH_STR(""), &kit.mem, &list, &count),
		KITH_OK);
	assert_int_equal(count, 0);
	/* A session of one organization sees those who are there. */
	assert_int_equal(kith_reader_contacts(kit.reader, alice, KIT_ORG, KITH_STR(""), &kit.mem,
	                                      &list, &count),
	                 KITH_OK);
	assert_int_equal(count, 1);
	assert_int_equal(kith_reader_contacts(kit.reader, alice, kit_org(&kit, "other"),
	                                      KITH_STR(""), &kit.mem, &list, &count),
	                 KITH_OK);
	assert_int_equal(count, 0);
	assert_int_equal(kith_reader_contact(kit.reader, alice, bob, &one, &total), KITH_OK);
	assert_int_equal(one.created_us, 5);
	assert_int_equal(total, 1);
	effect = contact(KITH_EFFECT_CONTACT_REMOVE, alice, bob);
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	assert_true(effect.contact.position > position);
	assert_int_equal(apply(&kit, &effect), KITH_PLAN_OK);
	assert_int_equal(effect.contact.position, 0);
	assert_int_equal(kith_reader_contact(kit.reader, alice, bob, &one, &total),
	                 KITH_E_NOT_FOUND);
	assert_int_equal(total, 0);
	kit_done(&kit);
}

/* Whichever step fails: all is as before, or all is done. */
static void test_a_name_changes_whole_or_not(void **state)
{
	(void)state;
	struct kit kit;
	kit_init(&kit);
	int64_t row = kit_user(&kit, "alice");
	bool is_done = false;
	for (uint64_t nth = 1; !is_done; nth++) {
		struct kith_user *found = NULL;
		struct kith_profile profile = load(&kit, row);
		struct kith_effect effect = set_name(&profile, "Zorro");
		kith_store_fail_step(kit.store, nth);
		enum kith_plan_answer answer = apply(&kit, &effect);
		kith_store_fail_step(kit.store, 0);
		is_done = answer == KITH_PLAN_OK;
		assert_true(is_done || answer == KITH_PLAN_UNAVAILABLE);
		assert_true(is_done || effect.set.position == 0);
		assert_int_equal(search(&kit, "zorro", &found), is_done ? 1 : 0);
		assert_true(kith_str_is(load(&kit, row).user.name, "Zorro") == is_done);
		assert_true(nth < 1000);
	}
	kit_done(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_profile_is_kept_and_its_version_rises),
		cmocka_unit_test(test_people_are_found_by_their_name_of_now),
		cmocka_unit_test(test_an_alias_is_one_persons),
		cmocka_unit_test(test_contacts_are_one_sided),
		cmocka_unit_test(test_a_name_changes_whole_or_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
