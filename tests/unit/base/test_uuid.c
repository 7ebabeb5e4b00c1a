/*
 * test_uuid.c -- ids as text, and what a new one is made of.
 */
#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char sample[] = "0193d0b2-7c1a-7abc-8def-0123456789ab";

static void test_canonical_text_comes_back(void **state)
{
	(void)state;
	static const char *const texts[] = {
		sample,
		"00000000-0000-0000-0000-000000000000",
		"ffffffff-ffff-ffff-ffff-ffffffffffff",
	};
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		struct kith_uuid id;
		char text[KITH_UUID_TEXT];
		assert_true(kith_uuid_parse(kith_str_of(texts[i]), &id));
		kith_uuid_format(&id, text);
		assert_memory_equal(text, texts[i], KITH_UUID_TEXT);
	}
}

static const char *const refused[] = {
	"",
	"0193d0b2-7c1a-7abc-8def-0123456789a",
	"0193d0b2-7c1a-7abc-8def-0123456789abc",
	"0193D0B2-7C1A-7ABC-8DEF-0123456789AB",
	"0193d0b27c1a7abc8def0123456789ab",
	"{193d0b2-7c1a-7abc-8def-0123456789a}",
	"0193d0b2-7c1a-7abc-8def_0123456789ab",
	"0193d0b-27c1a-7abc-8def-0123456789ab",
	" 193d0b2-7c1a-7abc-8def-0123456789ab",
	"urn:uuid:0193d0b2-7c1a-7abc-8def-012",
	"g193d0b2-7c1a-7abc-8def-0123456789ab",
};

static void test_nothing_but_the_canonical_form_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refused); i++) {
		struct kith_uuid id = { { 77 } };
		assert_false(kith_uuid_parse(kith_str_of(refused[i]), &id));
		assert_int_equal(id.bytes[0], 77);
	}
	/* Any single byte that is not the sample's kind spoils it. */
	for (size_t i = 0; i < KITH_UUID_TEXT; i++) {
		for (int c = 0; c < 256; c++) {
			char text[] = "0193d0b2-7c1a-7abc-8def-0123456789ab";
			struct kith_uuid id;
			bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
			bool fits = sample[i] == '-' ? c == '-' : is_hex;
			text[i] = (char)c;
			assert_true(kith_uuid_parse(kith_str_make(text, KITH_UUID_TEXT), &id) ==
			            fits);
		}
	}
}

static void test_a_version_7_holds_its_time_and_sorts_by_it(void **state)
{
	(void)state;
	struct kith_rand rand;
	struct kith_uuid before = { { 0 } };
	kith_rand_init_fixed(&rand, 1);
	for (int64_t ms = 0; ms < INT64_C(1) << 48; ms = ms * 3 + 1) {
		struct kith_uuid id = kith_uuid_v7(ms * 1000 + 999, &rand);
		assert_int_equal(kith_uuid_version(&id), 7);
		assert_true(kith_uuid_time_us(&id) == ms * 1000);
		assert_true(memcmp(before.bytes, id.bytes, 16) < 0);
		before = id;
	}
}

static void test_two_ids_of_one_moment_differ(void **state)
{
	(void)state;
	struct kith_rand rand;
	kith_rand_init_fixed(&rand, 1);
	struct kith_uuid a = kith_uuid_v7(1000000, &rand);
	struct kith_uuid b = kith_uuid_v7(1000000, &rand);
	assert_false(kith_uuid_equal(&a, &b));
	assert_true(kith_uuid_equal(&a, &a));
}

static void test_branding_touches_six_bits_only(void **state)
{
	(void)state;
	for (int version = 1; version <= 15; version++) {
		struct kith_uuid zero = { { 0 } };
		struct kith_uuid full;
		memset(full.bytes, 0xff, sizeof(full.bytes));
		kith_uuid_brand(&zero, version);
		kith_uuid_brand(&full, version);
		assert_int_equal(kith_uuid_version(&zero), version);
		assert_int_equal(kith_uuid_version(&full), version);
		assert_int_equal(zero.bytes[6], version << 4);
		assert_int_equal(zero.bytes[8], 0x80);
		assert_int_equal(full.bytes[6], (version << 4) | 0x0f);
		assert_int_equal(full.bytes[8], 0xbf);
		assert_int_equal(full.bytes[7], 0xff);
	}
	struct kith_uuid foreign = { { [6] = 0x70, [8] = 0xc0 } };
	assert_int_equal(kith_uuid_version(&foreign), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_text_comes_back),
		cmocka_unit_test(test_nothing_but_the_canonical_form_is_read),
		cmocka_unit_test(test_a_version_7_holds_its_time_and_sorts_by_it),
		cmocka_unit_test(test_two_ids_of_one_moment_differ),
		cmocka_unit_test(test_branding_touches_six_bits_only),
	};
	return cmocka_run_group_tests_name("base/uuid", tests, NULL, NULL);
}
