/*
 * test_name.c -- which names are allowed, how they fold, how they are found and sorted.
 */
#include "domain/name.h"

#include "unit/domain/claim.h"

static const struct {
	const char *name;
	const char *text;
	bool is_valid;
} names[] = {
	{ "R-002 plain", "Alice Ode", true },
	{ "R-002 of any script", "\xe6\x84\x9b\xe9\xba\x97\xe7\xb5\xb2", true },
	{ "R-002 empty", "", false },
	{ "R-002 with a line break", "a\nb", false },
	{ "R-002 with an escape", "a\x1b[31mb", false },
	{ "R-002 with a high control",
	  "a\xc2\x9b"
	  "31m",
	  false },
	{ "R-002 with a delete", "a\x7f", false },
	{ "R-002 no UTF-8", "a\xff", false },
};

static void test_names(void **state)
{
	char longest[KITH_USER_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		CLAIM(kith_name_is_valid(kith_str_of(names[i].text)) == names[i].is_valid,
		      names[i].name);
	}
	memset(longest, 'x', sizeof(longest));
	assert_true(kith_name_is_valid(kith_str_make(longest, KITH_USER_NAME_MAX)));
	assert_false(kith_name_is_valid(kith_str_make(longest, KITH_USER_NAME_MAX + 1)));
}

static const struct {
	const char *tag;
	bool is_valid;
} tags[] = {
	{ "en", true },     { "pt-BR", true }, { "zh-Hant-TW", true },
	{ "und", true },    { "", false },     { "not a tag", false },
	{ "en_US", false }, { "e", false },    { "en-US-x-a-very-long-private-use-tag-", false },
};

static void test_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(tags); i++) {
		CLAIM(kith_language_is_valid(kith_str_of(tags[i].tag)) == tags[i].is_valid,
		      tags[i].tag);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *folded;
} folds[] = {
	{ "R-006 case", "ALICE", "alice" },
	{ "R-006 accents", "Zo\xc3\xab \xc3\x96zil", "zoe ozil" },
	{ "R-006 accents that stand behind", "Zoe\xcc\x88", "zoe" },
	{ "R-006 sharp s",
	  "Stra\xc3\x9f"
	  "e",
	  "strasse" },
	{ "R-006 width", "\xef\xbc\xa1\xef\xbc\xa2", "ab" },
	{ "R-006 Greek", "\xce\x86\xce\xbd\xce\xbd\xce\xb1", "\xce\xb1\xce\xbd\xce\xbd\xce\xb1" },
	{ "R-006 nothing", "", "" },
};

static void test_folding(void **state)
{
	struct kith_arena mem;
	struct kith_str folded;

	(void)state;
	kith_arena_init(&mem, 4096);
	for (size_t i = 0; i < KITH_COUNT(folds); i++) {
		assert_int_equal(kith_name_fold(kith_str_of(folds[i].text), &mem, &folded),
		                 KITH_OK);
		CLAIM(kith_str_is(folded, folds[i].folded), folds[i].name);
	}
	kith_arena_done(&mem);
}

/* R-006 words are cut at what is no letter and no digit, and there is a limit of them. */
static void test_words(void **state)
{
	struct kith_str words[KITH_NAME_WORDS_MAX];
	char many[4 * KITH_NAME_WORDS_MAX];
	char one[2 * KITH_NAME_WORD_BYTES_MAX];

	(void)state;
	assert_int_equal(kith_name_words(KITH_STR("  o'neil-smith 3rd. "), words), 4);
	assert_true(kith_str_is(words[0], "o"));
	assert_true(kith_str_is(words[1], "neil"));
	assert_true(kith_str_is(words[3], "3rd"));
	assert_int_equal(kith_name_words(KITH_STR("--"), words), 0);
	assert_int_equal(kith_name_words(KITH_STR("\xe6\x84\x9b\xe9\xba\x97 \xd8\xa7"), words), 2);
	for (size_t i = 0; i < sizeof(many); i++) {
		many[i] = i % 2 == 0 ? 'w' : ' ';
	}
	assert_int_equal(kith_name_words(kith_str_make(many, sizeof(many)), words),
	                 KITH_NAME_WORDS_MAX);
	memset(one, 'x', sizeof(one));
	assert_int_equal(kith_name_words(kith_str_make(one, sizeof(one)), words), 1);
	assert_int_equal(words[0].len, KITH_NAME_WORD_BYTES_MAX);
}

static void test_fits(void **state)
{
	const struct kith_str words[] = { KITH_STR("alice"), KITH_STR("ode") };
	const struct kith_str both[] = { KITH_STR("od"), KITH_STR("ali") };
	const struct kith_str more[] = { KITH_STR("alice"), KITH_STR("odes") };

	(void)state;
	assert_true(kith_name_fits(words, 2, both, 2));
	assert_false(kith_name_fits(words, 2, more, 2));
	assert_true(kith_name_fits(words, 2, both, 0));
	assert_false(kith_name_fits(words, 0, both, 1));
}

static void order_of(const char *language, const struct kith_user *users, size_t count,
                     size_t *order)
{
	struct kith_arena mem;

	kith_arena_init(&mem, 4096);
	assert_int_equal(kith_name_order(users, count, kith_str_of(language), &mem, order),
	                 KITH_OK);
	kith_arena_done(&mem);
}

/* R-006 a Swede looks for Ö behind Z, a German beside O; the same names go by id. */
static void test_order(void **state)
{
	const struct kith_user users[] = {
		{ .id = KITH_STR("z"), .name = KITH_STR("Zorn") },
		{ .id = KITH_STR("oe"), .name = KITH_STR("\xc3\x96sten") },
		{ .id = KITH_STR("p2"), .name = KITH_STR("Paul") },
		{ .id = KITH_STR("p1"), .name = KITH_STR("Paul") },
	};
	size_t order[KITH_COUNT(users)];

	(void)state;
	order_of("sv", users, KITH_COUNT(users), order);
	assert_int_equal(order[0], 3);
	assert_int_equal(order[1], 2);
	assert_int_equal(order[2], 0);
	assert_int_equal(order[3], 1);
	order_of("de", users, KITH_COUNT(users), order);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[3], 0);
	order_of("", users, 0, order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),   cmocka_unit_test(test_languages),
		cmocka_unit_test(test_folding), cmocka_unit_test(test_words),
		cmocka_unit_test(test_fits),    cmocka_unit_test(test_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
