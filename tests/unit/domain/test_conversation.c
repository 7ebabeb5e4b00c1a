/*
 * test_conversation.c -- one id per pair and organization, who is in, and a
 * watermark that only moves forward.
 */
#include "domain/conversation.h"

#include "unit/domain/claim.h"

static const uint8_t key[KITH_DIGEST_KEY] = "the key of this test, 32 bytes..";

static struct kith_uuid direct(const char *org, const char *a, const char *b)
{
	return kith_direct_id(key, kith_str_of(org), kith_str_of(a), kith_str_of(b));
}

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16

/* Names that run into each other when they are put side by side. */
static const char *const names[] = { "a", "b", "ab", "ba", "aab", "abb", "0", "a.b", A64 };

static void test_r_030_both_sides_find_the_same_conversation(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		for (size_t j = 0; j < KITH_COUNT(names); j++) {
			struct kith_uuid there = direct("acme", names[i], names[j]);
			struct kith_uuid back = direct("acme", names[j], names[i]);

			assert_true(kith_uuid_equal(&there, &back));
			assert_int_equal(kith_uuid_version(&there), 8);
		}
	}
}

static void test_r_030_every_pair_and_organization_has_its_own(void **state)
{
	(void)state;
	static const char *const orgs[] = { "acme", "a", "ab", "" };
	static struct kith_uuid ids[KITH_COUNT(orgs) * KITH_COUNT(names) * KITH_COUNT(names)];
	size_t count = 0;

	for (size_t o = 0; o < KITH_COUNT(orgs); o++) {
		for (size_t i = 0; i < KITH_COUNT(names); i++) {
			for (size_t j = i; j < KITH_COUNT(names); j++) {
				ids[count++] = direct(orgs[o], names[i], names[j]);
			}
		}
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			assert_false(kith_uuid_equal(&ids[i], &ids[j]));
		}
	}
}

static void test_r_030_nobody_without_the_key_knows_the_id(void **state)
{
	(void)state;
	uint8_t other[KITH_DIGEST_KEY];
	struct kith_uuid mine = direct("acme", "a", "b");

	for (size_t bit = 0; bit < KITH_DIGEST_KEY * 8; bit++) {
		memcpy(other, key, sizeof(other));
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		struct kith_uuid theirs =
			kith_direct_id(other, KITH_STR("acme"), KITH_STR("a"), KITH_STR("b"));
		assert_false(kith_uuid_equal(&mine, &theirs));
	}
}

static void test_a_member_is_found_by_row(void **state)
{
	(void)state;
	const struct kith_conversation pair = { .members = { { .row = 3 }, { .row = 5 } },
		                                .member_count = 2 };
	const struct kith_conversation notes = { .members = { { .row = 3 }, { .row = 5 } },
		                                 .member_count = 1 };

	assert_ptr_equal(kith_conversation_member(&pair, 3), &pair.members[0]);
	assert_ptr_equal(kith_conversation_member(&pair, 5), &pair.members[1]);
	assert_null(kith_conversation_member(&pair, 4));
	assert_null(kith_conversation_member(&pair, 0));
	assert_ptr_equal(kith_conversation_member(&notes, 3), &notes.members[0]);
	assert_null(kith_conversation_member(&notes, 5));
}

static void test_a_watermark_never_goes_back_nor_beyond_the_newest(void **state)
{
	(void)state;
	for (int64_t head = 0; head < 12; head++) {
		for (int64_t seen = 0; seen <= head; seen++) {
			for (int64_t up_to = 0; up_to < 15; up_to++) {
				int64_t now = kith_seen_move(seen, up_to, head);

				assert_true(now >= seen && now <= head);
				assert_true(now == seen || now == up_to || now == head);
				assert_true(up_to > head || up_to < seen || now == up_to);
			}
		}
	}
	assert_int_equal(kith_seen_move(3, INT64_MAX, 9), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_030_both_sides_find_the_same_conversation),
		cmocka_unit_test(test_r_030_every_pair_and_organization_has_its_own),
		cmocka_unit_test(test_r_030_nobody_without_the_key_knows_the_id),
		cmocka_unit_test(test_a_member_is_found_by_row),
		cmocka_unit_test(test_a_watermark_never_goes_back_nor_beyond_the_newest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
