/*
 * test_cursor.c -- a cursor opens for who made it and for what it was made, and
 * says nothing to anybody else.
 */
#include "domain/cursor.h"

#include "unit/domain/claim.h"

static struct kith_cursor_keys keys;
static struct kith_cursor_keys other_keys;
static struct kith_cursor_keys later_keys;

static int setup(void **state)
{
	static const uint8_t key[KITH_DIGEST_KEY] = "the key of this test, 32 bytes..";
	static const uint8_t other[KITH_DIGEST_KEY] = "the key of that test, 32 bytes..";
	(void)state;
	kith_cursor_keys_derive(key, KITH_STR(""), &keys);
	kith_cursor_keys_derive(other, KITH_STR(""), &other_keys);
	kith_cursor_keys_derive(key, KITH_STR("another life, 16"), &later_keys);
	return 0;
}

static struct kith_str text_of(const char word[KITH_CURSOR_TEXT])
{
	return kith_str_make(word, KITH_CURSOR_TEXT);
}

static const enum kith_cursor_use uses[] = { KITH_CURSOR_SYNC, KITH_CURSOR_LIST };

static void check_round_trip(int64_t position)
{
	for (size_t i = 0; i < KITH_COUNT(uses); i++) {
		char word[KITH_CURSOR_TEXT];
		char again[KITH_CURSOR_TEXT];
		int64_t back = -5;

		kith_cursor_write(&keys, uses[i], position, word);
		kith_cursor_write(&keys, uses[i], position, again);
		assert_memory_equal(word, again, sizeof(word));
		assert_true(kith_cursor_read(&keys, uses[i], text_of(word), &back));
		assert_true(back == position);
		back = -5;
		assert_false(kith_cursor_read(&keys, uses[1 - i], text_of(word), &back));
		assert_false(kith_cursor_read(&other_keys, uses[i], text_of(word), &back));
		assert_false(kith_cursor_read(&later_keys, uses[i], text_of(word), &back));
		assert_true(back == -5);
	}
}

static void test_r_092_every_position_comes_back(void **state)
{
	(void)state;
	for (int64_t position = 0; position < 2000; position++) {
		check_round_trip(position);
	}
	for (int bit = 0; bit < 56; bit++) {
		check_round_trip(INT64_C(1) << bit);
		check_round_trip((INT64_C(1) << bit) - 1);
	}
	check_round_trip((INT64_C(1) << 56) - 1);
}

static void test_r_092_a_changed_cursor_does_not_open(void **state)
{
	(void)state;
	for (int64_t position = 0; position < 64; position++) {
		char word[KITH_CURSOR_TEXT];

		kith_cursor_write(&keys, KITH_CURSOR_SYNC, position * 7919, word);
		for (size_t bit = 0; bit < sizeof(word) * 8; bit++) {
			char changed[KITH_CURSOR_TEXT];
			int64_t back = -5;

			memcpy(changed, word, sizeof(word));
			changed[bit / 8] = (char)(changed[bit / 8] ^ (1 << bit % 8));
			assert_false(
				kith_cursor_read(&keys, KITH_CURSOR_SYNC, text_of(changed), &back));
			assert_true(back == -5);
		}
	}
}

static void test_r_092_what_is_no_cursor_does_not_open(void **state)
{
	(void)state;
	static const char *const texts[] = { "",
		                             "0",
		                             "12345",
		                             "AAAAAAAAAAAAAAAAAAAAAA",
		                             "AAAAAAAAAAAAAAAAAAAAAAAA",
		                             "AAAAAAAAAAAAAAAAAAAAAA==" };
	char word[KITH_CURSOR_TEXT + 1];

	kith_cursor_write(&keys, KITH_CURSOR_SYNC, 5, word);
	word[KITH_CURSOR_TEXT] = 'A';
	for (size_t len = 0; len <= sizeof(word); len++) {
		int64_t back;
		assert_int_equal(
			kith_cursor_read(&keys, KITH_CURSOR_SYNC, kith_str_make(word, len), &back),
			len == KITH_CURSOR_TEXT);
	}
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		int64_t back;
		CLAIM(!kith_cursor_read(&keys, KITH_CURSOR_SYNC, kith_str_of(texts[i]), &back),
		      texts[i]);
	}
}

static void test_r_092_a_cursor_of_another_life_lies_beyond_all_positions(void **state)
{
	(void)state;
	char word[KITH_CURSOR_TEXT];
	int64_t back = -5;

	kith_cursor_write(&keys, KITH_CURSOR_SYNC, 77, word);
	assert_true(kith_cursor_read_since(&keys, text_of(word), &back));
	assert_true(back == 77);
	assert_true(kith_cursor_read_since(&later_keys, text_of(word), &back));
	assert_true(back == KITH_CURSOR_ELSEWHERE);
	assert_true(kith_cursor_read_since(&keys, KITH_STR("AAAAAAAAAAAAAAAAAAAAAA"), &back));
	assert_true(back == KITH_CURSOR_ELSEWHERE);

	back = -5;
	assert_false(kith_cursor_read_since(&keys, kith_str_make(word, 21), &back));
	assert_false(kith_cursor_read_since(&keys, KITH_STR("it has blanks and dots"), &back));
	kith_cursor_write(&keys, KITH_CURSOR_LIST, 77, word);
	assert_false(kith_cursor_read_since(&keys, text_of(word), &back));
	assert_true(back == -5);
}

/*
 * Neighbours look like strangers: about half of the steps go up, and hardly a
 * character of a word is that of the word before it.
 */
static void test_r_092_cursors_do_not_show_the_order(void **state)
{
	(void)state;
	enum { STEPS = 4096 };
	char before[KITH_CURSOR_TEXT];
	size_t rises = 0;
	size_t same = 0;

	kith_cursor_write(&keys, KITH_CURSOR_SYNC, 0, before);
	for (int64_t position = 1; position <= STEPS; position++) {
		char word[KITH_CURSOR_TEXT];

		kith_cursor_write(&keys, KITH_CURSOR_SYNC, position, word);
		rises += memcmp(word, before, sizeof(word)) > 0 ? 1 : 0;
		for (size_t i = 0; i < sizeof(word); i++) {
			same += word[i] == before[i] ? 1 : 0;
		}
		memcpy(before, word, sizeof(word));
	}
	/* By chance: 2048 ± 32 rises; 4096 * 22 / 64 = 1408 (and a few for the last, which has 4). */
	assert_in_range(rises, 1800, 2300);
	assert_in_range(same, 1000, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_092_every_position_comes_back),
		cmocka_unit_test(test_r_092_a_changed_cursor_does_not_open),
		cmocka_unit_test(test_r_092_what_is_no_cursor_does_not_open),
		cmocka_unit_test(test_r_092_a_cursor_of_another_life_lies_beyond_all_positions),
		cmocka_unit_test(test_r_092_cursors_do_not_show_the_order),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
