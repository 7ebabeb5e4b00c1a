/*
 * test_file.c -- a small file, whole: its size at the limit and above, what
 * cannot be read, and memory that runs out.
 */
#include "server/file.h"

#include "base/mem.h"
#include "unit/server/room.h"

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_a_file_is_read_up_to_its_limit(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		size_t max;
		enum kith_rc rc;
	} cases[] = {
		{ "an empty file is an empty text", "", 4, KITH_OK },
		{ "at the limit it is whole", "abcd", 4, KITH_OK },
		{ "a byte more is refused", "abcde", 4, KITH_E_TOO_LARGE },
		{ "an empty file fits in nothing", "", 0, KITH_OK },
	};
	char dir[256];
	char path[300];
	(void)state;

	room_make_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_arena mem;
		struct kith_str text = KITH_STR("untouched");
		struct kith_why why = { 0 };

		kith_arena_init(&mem, 64);
		write_file(path, cases[i].text);
		CLAIM(kith_file_read(path, cases[i].max, &mem, &text, &why) == cases[i].rc,
		      cases[i].name);
		CLAIM(kith_str_is(text, cases[i].rc == KITH_OK ? cases[i].text : "untouched"),
		      cases[i].name);
		CLAIM(cases[i].rc != KITH_OK || text.at[text.len] == '\0', cases[i].name);
		kith_arena_done(&mem);
	}
	room_remove_dir(dir);
}

static void test_what_cannot_be_read_says_why(void **state)
{
	struct kith_arena mem;
	struct kith_str text = KITH_STR("untouched");
	struct kith_why why = { 0 };
	char dir[256];
	char path[300];
	(void)state;

	room_make_dir(dir, sizeof(dir));
	kith_arena_init(&mem, 64);
	snprintf(path, sizeof(path), "%s/missing", dir);
	assert_int_equal(kith_file_read(path, 10, &mem, &text, &why), KITH_E_IO);
	assert_string_equal(why.detail, "No such file or directory");
	assert_int_equal(kith_file_read(dir, 10, &mem, &text, &why), KITH_E_IO);
	assert_string_equal(why.detail, "Is a directory");
	kith_mem_fail_from(1);
	enum kith_rc rc = kith_file_read("/dev/null", 100000, &mem, &text, &why);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_true(kith_str_is(text, "untouched"));
	kith_arena_done(&mem);
	room_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_is_read_up_to_its_limit),
		cmocka_unit_test(test_what_cannot_be_read_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
