/*
 * test_remember.c -- a worker's memory of conversations is bounded, copies what
 * it keeps, and forgets what was not used for longest.
 */
#include "service/remember.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

enum { MAX = 8 };

static struct kith_uuid id_of(uint64_t number)
{
	struct kith_uuid id = { { 0 } };

	memcpy(id.bytes + 8, &number, sizeof(number));
	return id;
}

static struct kith_conversation conversation(uint64_t number, int64_t version)
{
	return (struct kith_conversation){
		.id = id_of(number),
		.row = (int64_t)number + 1,
		.version = version,
		.org_row = 1,
		.org = KITH_STR("acme"),
		.members = { { .row = 3, .id = KITH_STR("alice"), .name = KITH_STR("Alice") },
		             { .row = 4, .id = KITH_STR("bob") } },
		.member_count = 2,
	};
}

static void put(struct kith_memory *memory, uint64_t number, int64_t version)
{
	struct kith_conversation made = conversation(number, version);

	kith_memory_put(memory, &made);
}

/* 0 when it is not known, else the version. */
static int64_t version_of(struct kith_memory *memory, uint64_t number)
{
	struct kith_uuid id = id_of(number);
	struct kith_conversation found;
	struct kith_arena mem;

	kith_arena_init(&mem, 256);
	bool is_known = kith_memory_get(memory, &id, &mem, &found);
	if (is_known) {
		assert_int_equal(found.row, number + 1);
		assert_true(kith_str_is(found.org, "acme"));
		assert_true(kith_str_is(found.members[0].id, "alice"));
		assert_int_equal(found.members[0].name.len, 0);
		assert_true(kith_str_is(found.members[1].id, "bob"));
	}
	kith_arena_done(&mem);
	return is_known ? found.version : 0;
}

static void test_the_longest_unused_goes_first(void **state)
{
	(void)state;
	struct kith_memory *memory = kith_memory_new(MAX);

	assert_non_null(memory);
	for (uint64_t i = 0; i < MAX; i++) {
		put(memory, i, 1);
	}
	assert_int_equal(version_of(memory, 0), 1);
	put(memory, MAX, 1);
	assert_int_equal(kith_memory_count(memory), MAX);
	assert_int_equal(version_of(memory, 0), 1);
	assert_int_equal(version_of(memory, 1), 0);
	for (uint64_t i = 100; i < 100 + 10 * MAX; i++) {
		put(memory, i, 1);
		assert_int_equal(kith_memory_count(memory), MAX);
		assert_int_equal(version_of(memory, i), 1);
	}
	kith_memory_free(&memory);
	assert_null(memory);
}

static void test_the_newer_replaces_the_older(void **state)
{
	(void)state;
	struct kith_memory *memory = kith_memory_new(MAX);

	put(memory, 5, 1);
	put(memory, 5, 2);
	assert_int_equal(kith_memory_count(memory), 1);
	assert_int_equal(version_of(memory, 5), 2);
	/* Another id that ends in the same bytes is not it. */
	struct kith_conversation twin = conversation(5, 9);
	struct kith_uuid id = id_of(5);
	twin.id.bytes[0] = 1;
	kith_memory_drop(memory, &twin.id);
	assert_int_equal(version_of(memory, 5), 2);
	kith_memory_put(memory, &twin);
	assert_int_equal(kith_memory_count(memory), 1);
	assert_int_equal(version_of(memory, 5), 0);
	kith_memory_drop(memory, &id);
	assert_int_equal(kith_memory_count(memory), 1);
	kith_memory_drop(memory, &twin.id);
	assert_int_equal(kith_memory_count(memory), 0);
	kith_memory_free(&memory);
}

/* Names of the greatest length fit, and what was put in may change afterwards. */
static void test_what_is_kept_is_a_copy(void **state)
{
	(void)state;
	char names[3][64];
	struct kith_memory *memory = kith_memory_new(MAX);
	struct kith_conversation long_names = conversation(1, 1);
	struct kith_conversation found;
	struct kith_arena mem;

	memset(names[0], 'o', 64);
	memset(names[1], 'a', 64);
	memset(names[2], 'b', 64);
	long_names.org = kith_str_make(names[0], 64);
	long_names.members[0].id = kith_str_make(names[1], 64);
	long_names.members[1].id = kith_str_make(names[2], 64);
	kith_memory_put(memory, &long_names);
	memset(names, 'x', sizeof(names));
	kith_arena_init(&mem, 256);
	assert_true(kith_memory_get(memory, &long_names.id, &mem, &found));
	kith_memory_free(&memory);
	assert_int_equal(found.org.at[63], 'o');
	assert_int_equal(found.members[0].id.at[0], 'a');
	assert_int_equal(found.members[1].id.at[63], 'b');
	kith_arena_done(&mem);
}

static void test_without_memory_it_only_forgets(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth < 8; nth++) {
		struct kith_memory *memory = kith_memory_new(MAX);

		assert_non_null(memory);
		kith_mem_fail_from(nth);
		put(memory, 1, 1);
		put(memory, 2, 1);
		(void)version_of(memory, 1);
		kith_mem_fail_never();
		assert_true(kith_memory_count(memory) <= 2);
		put(memory, 1, 7);
		assert_int_equal(version_of(memory, 1), 7);
		kith_memory_free(&memory);
	}
	kith_mem_fail_from(1);
	struct kith_memory *memory = kith_memory_new(MAX);
	kith_mem_fail_never();
	assert_null(memory);
	kith_memory_free(&memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_unused_goes_first),
		cmocka_unit_test(test_the_newer_replaces_the_older),
		cmocka_unit_test(test_what_is_kept_is_a_copy),
		cmocka_unit_test(test_without_memory_it_only_forgets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
