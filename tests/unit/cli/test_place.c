/*
 * test_place.c -- a listener that dies at any byte prints everything once.
 */
#include "unit/client/folder.h"

#include "cli/place.h"

static int open_output(void)
{
	int fd = open(path_of("out"), O_WRONLY | O_APPEND | O_CREAT, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void test_a_place_is_kept(void **state)
{
	struct kith_place place;
	struct kith_why why = { 0 };
	int fd = open_output();
	(void)state;

	unlink(path_of("place"));
	assert_int_equal(kith_place_open(&place, path_of("place"), fd, &why), KITH_OK);
	assert_string_equal(place.cursor, "");
	assert_int_equal(kith_place_note(&place, KITH_STR("c1"), &why), KITH_OK);
	assert_int_equal(kith_place_note(&place, KITH_STR("c2"), &why), KITH_OK);
	assert_string_equal(place.cursor, "c2");
	kith_place_done(&place);
	assert_int_equal(kith_place_open(&place, path_of("place"), fd, &why), KITH_OK);
	assert_string_equal(place.cursor, "c2");
	assert_int_equal(place.surplus.len, 0);
	kith_place_done(&place);
	close(fd);
}

static void test_other_files_are_refused(void **state)
{
	static const char *const others[] = {
		"", "hello", "{}", "{\"cursor\":1}", "{\"cursor\":\"\"}", "[\"cursor\"]"
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(others); i++) {
		struct kith_place place;
		struct kith_why why = { 0 };

		write_file(path_of("place"), kith_str_of(others[i]));
		assert_int_equal(kith_place_open(&place, path_of("place"), 1, &why),
		                 KITH_E_CORRUPT);
		assert_true(why.detail[0] != '\0');
	}
	struct kith_place place;
	assert_int_equal(kith_place_open(&place, "/no/where", 1, NULL), KITH_OK);
	assert_int_equal(kith_place_note(&place, KITH_STR("c"), NULL), KITH_E_IO);
}

/* Prints LINES from the place's cursor on, as `kith listen` does; dies when it has printed
 * PRINTED bytes since it was started, or never when PRINTED is negative. */
static bool listen_once(const char *const lines[], size_t count, ptrdiff_t printed)
{
	struct kith_place place;
	struct kith_why why = { 0 };
	int fd = open_output();
	size_t at = 0;
	bool is_dead = false;

	assert_int_equal(kith_place_open(&place, path_of("place"), fd, &why), KITH_OK);
	if (place.cursor[0] != '\0') {
		at = (size_t)strtol(place.cursor + 1, NULL, 10);
	}
	for (; at < count && !is_dead; at++) {
		struct kith_str line = kith_str_of(lines[at]);
		char cursor[32];

		if (place.surplus.len > 0) {
			line = kith_str_skip(line, kith_place_printed(&place, line));
		}
		if (printed >= 0 && (ptrdiff_t)line.len >= printed) {
			line.len = (size_t)printed;
			is_dead = true;
		}
		assert_int_equal(write(fd, line.at, line.len), line.len);
		printed -= (ptrdiff_t)line.len;
		/* Two lines go out before their place is noted. */
		if (!is_dead && (at % 2 == 1 || at + 1 == count)) {
			snprintf(cursor, sizeof(cursor), "c%zu", at + 1);
			assert_int_equal(kith_place_note(&place, kith_str_of(cursor), &why),
			                 KITH_OK);
		}
	}
	kith_place_done(&place);
	close(fd);
	return is_dead;
}

static void test_dying_anywhere_repeats_and_misses_nothing(void **state)
{
	static const char *const lines[] = { "one\n", "two\n", "three\n", "three\n", "five\n" };
	(void)state;

	for (ptrdiff_t first = 0; first <= 26; first++) {
		for (ptrdiff_t second = 0; second <= 8; second++) {
			struct kith_buf out;

			unlink(path_of("place"));
			unlink(path_of("out"));
			/* A first place is noted at once, as soon as there is a connection. */
			struct kith_place place;
			int fd = open_output();
			assert_int_equal(kith_place_open(&place, path_of("place"), fd, NULL),
			                 KITH_OK);
			assert_int_equal(kith_place_note(&place, KITH_STR("c0"), NULL), KITH_OK);
			close(fd);

			listen_once(lines, KITH_COUNT(lines), first);
			listen_once(lines, KITH_COUNT(lines), second);
			listen_once(lines, KITH_COUNT(lines), -1);
			out = read_file(path_of("out"));
			assert_true(
				kith_str_is(kith_buf_str(&out), "one\ntwo\nthree\nthree\nfive\n"));
			kith_buf_done(&out);
		}
	}
}

static void test_what_somebody_else_wrote_is_no_reason_to_miss(void **state)
{
	struct kith_place place;
	int fd;
	(void)state;

	unlink(path_of("place"));
	unlink(path_of("out"));
	fd = open_output();
	assert_int_equal(kith_place_open(&place, path_of("place"), fd, NULL), KITH_OK);
	assert_int_equal(kith_place_note(&place, KITH_STR("c1"), NULL), KITH_OK);
	assert_int_equal(write(fd, "other\n", 6), 6);
	assert_int_equal(kith_place_open(&place, path_of("place"), fd, NULL), KITH_OK);
	assert_int_equal(place.surplus.len, 6);
	assert_int_equal(kith_place_printed(&place, KITH_STR("mine\n")), 0);
	assert_int_equal(place.surplus.len, 0);
	close(fd);
	/* Another output altogether. */
	fd = open(path_of("elsewhere"), O_WRONLY | O_APPEND | O_CREAT, 0600);
	assert_int_equal(write(fd, "mine\n", 5), 5);
	assert_int_equal(kith_place_open(&place, path_of("place"), fd, NULL), KITH_OK);
	assert_int_equal(place.surplus.len, 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_place_is_kept),
		cmocka_unit_test(test_other_files_are_refused),
		cmocka_unit_test(test_dying_anywhere_repeats_and_misses_nothing),
		cmocka_unit_test(test_what_somebody_else_wrote_is_no_reason_to_miss),
	};
	return cmocka_run_group_tests_name("cli/place", tests, folder_make, folder_remove);
}
