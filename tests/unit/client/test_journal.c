/*
 * test_journal.c -- records survive what files suffer: cuts anywhere, damage
 * anywhere, a writer that is killed, a second one.
 */
#include "unit/client/folder.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "client/journal.h"

/* What was handed out, a record a line. */
static enum kith_rc collect(void *context, struct kith_str json, struct kith_why *why)
{
	struct kith_buf *out = context;
	(void)why;

	kith_buf_add(out, json);
	kith_buf_add_char(out, '\n');
	return KITH_OK;
}

static enum kith_rc open_journal(struct kith_journal *journal, const char *path,
                                 struct kith_buf *out)
{
	struct kith_rand rand;
	struct kith_why why = { 0 };

	kith_rand_init_fixed(&rand, 7);
	return kith_journal_open(journal, path, &rand, collect, out, &why);
}

/* Opens PATH, sees these RECORDS, closes. */
static void expect_records(const char *path, const char *records)
{
	struct kith_journal journal;
	struct kith_buf out = { 0 };

	assert_int_equal(open_journal(&journal, path, &out), KITH_OK);
	kith_buf_add_char(&out, '\0');
	assert_string_equal(out.at, records);
	kith_buf_done(&out);
	kith_journal_done(&journal);
}

static void make_three(const char *path)
{
	struct kith_journal journal;
	struct kith_buf out = { 0 };

	unlink(path);
	assert_int_equal(open_journal(&journal, path, &out), KITH_OK);
	assert_int_equal(out.len, 0);
	assert_int_equal(kith_journal_add(&journal, KITH_STR("[\"one\"]"), true), KITH_OK);
	assert_int_equal(kith_journal_add(&journal, KITH_STR("[\"two two\"]"), false), KITH_OK);
	assert_int_equal(kith_journal_add(&journal, KITH_STR("[\"three\"]"), true), KITH_OK);
	kith_journal_done(&journal);
}

static void test_records_come_back_in_order(void **state)
{
	(void)state;
	make_three(path_of("a"));
	expect_records(path_of("a"), "[\"one\"]\n[\"two two\"]\n[\"three\"]\n");
}

/* Cut anywhere: whole records stay, the rest goes, and new ones follow. */
static void test_every_cut_is_borne(void **state)
{
	const char *path = path_of("a");
	struct kith_buf whole;
	(void)state;

	make_three(path);
	whole = read_file(path);
	for (size_t cut = 0; cut <= whole.len; cut++) {
		struct kith_journal journal;
		struct kith_buf out = { 0 };
		size_t lines = 0;

		for (size_t i = 0; i < cut; i++) {
			lines += whole.at[i] == '\n';
		}
		write_file(path, kith_str_make(whole.at, cut));
		assert_int_equal(open_journal(&journal, path, &out), KITH_OK);
		size_t records = 0;
		for (size_t i = 0; i < out.len; i++) {
			records += out.at[i] == '\n';
		}
		assert_int_equal(records, lines == 0 ? 0 : lines - 1);
		assert_int_equal(kith_journal_add(&journal, KITH_STR("[\"new\"]"), true), KITH_OK);
		kith_buf_add_text(&out, "[\"new\"]\n");
		kith_buf_add_char(&out, '\0');
		kith_journal_done(&journal);
		expect_records(path, out.at);
		kith_buf_done(&out);
	}
	kith_buf_done(&whole);
}

/* A flipped bit anywhere but in the last record is an error, and changes nothing. */
static void test_damage_is_never_read_as_something_else(void **state)
{
	const char *path = path_of("a");
	struct kith_buf whole;
	size_t last;
	(void)state;

	make_three(path);
	whole = read_file(path);
	last = whole.len - (16 + 1 + sizeof("[\"three\"]"));
	for (size_t i = 0; i < whole.len * 8; i++) {
		struct kith_journal journal;
		struct kith_buf out = { 0 };

		whole.at[i / 8] = (char)(whole.at[i / 8] ^ 1 << i % 8);
		write_file(path, kith_buf_str(&whole));
		enum kith_rc rc = open_journal(&journal, path, &out);
		kith_buf_add_char(&out, '\0');
		if (i / 8 >= last) {
			/* It may have been torn: the others are there. */
			assert_int_equal(rc, KITH_OK);
			assert_string_equal(out.at, "[\"one\"]\n[\"two two\"]\n");
			kith_journal_done(&journal);
		} else {
			struct kith_buf after = read_file(path);

			assert_int_equal(rc, KITH_E_CORRUPT);
			assert_true(kith_str_equal(kith_buf_str(&after), kith_buf_str(&whole)));
			kith_buf_done(&after);
		}
		whole.at[i / 8] = (char)(whole.at[i / 8] ^ 1 << i % 8);
		kith_buf_done(&out);
	}
	kith_buf_done(&whole);
}

static void test_other_files_are_left_alone(void **state)
{
	static const char *const others[] = { "hello\n", "kith-outbox 2 ", "k1", "{\"a\":1}\n",
		                              "kith-outbox 1 \n" };
	const char *path = path_of("other");
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(others); i++) {
		struct kith_journal journal;
		struct kith_buf out = { 0 }, after;

		write_file(path, kith_str_of(others[i]));
		assert_int_equal(open_journal(&journal, path, &out), KITH_E_CORRUPT);
		after = read_file(path);
		assert_true(kith_str_is(kith_buf_str(&after), others[i]));
		kith_buf_done(&after);
		kith_buf_done(&out);
	}
}

static void test_only_one_has_it_open(void **state)
{
	struct kith_journal first, second;
	struct kith_buf out = { 0 };
	(void)state;

	make_three(path_of("a"));
	assert_int_equal(open_journal(&first, path_of("a"), &out), KITH_OK);
	assert_int_equal(open_journal(&second, path_of("a"), &out), KITH_E_LOCKED);
	assert_int_equal(kith_journal_rewrite(&first, KITH_STR("[4]\n")), KITH_OK);
	assert_int_equal(open_journal(&second, path_of("a"), &out), KITH_E_LOCKED);
	kith_journal_done(&first);
	expect_records(path_of("a"), "[4]\n");
	kith_buf_done(&out);
}

static void test_a_rewrite_is_whole_and_goes_on(void **state)
{
	struct kith_journal journal;
	struct kith_buf out = { 0 };
	(void)state;

	make_three(path_of("a"));
	write_file(path_of("a.new"), KITH_STR("left by a crash"));
	assert_int_equal(open_journal(&journal, path_of("a"), &out), KITH_OK);
	assert_int_equal(kith_journal_rewrite(&journal, KITH_STR("[\"x\"]\n[\"y\"]\n")), KITH_OK);
	assert_int_equal(kith_journal_add(&journal, KITH_STR("[\"z\"]"), true), KITH_OK);
	kith_journal_done(&journal);
	expect_records(path_of("a"), "[\"x\"]\n[\"y\"]\n[\"z\"]\n");
	assert_int_equal(access(path_of("a.new"), F_OK), -1);
	kith_buf_done(&out);
}

static void test_what_a_killed_writer_synced_is_there(void **state)
{
	const char *path = path_of("killed");
	(void)state;

	for (int round = 0; round < 5; round++) {
		int pipes[2];
		int synced = -1, got;

		unlink(path);
		assert_int_equal(pipe(pipes), 0);
		pid_t child = fork();
		if (child == 0) {
			struct kith_journal journal;
			struct kith_buf out = { 0 };

			if (open_journal(&journal, path, &out) != KITH_OK) {
				_exit(1);
			}
			for (int i = 0;; i++) {
				char json[32];

				snprintf(json, sizeof(json), "[%d]", i);
				if (kith_journal_add(&journal, kith_str_of(json), true) !=
				            KITH_OK ||
				    write(pipes[1], &i, sizeof(i)) != sizeof(i)) {
					_exit(1);
				}
			}
		}
		close(pipes[1]);
		while (synced < 10 + round * 7 &&
		       read(pipes[0], &got, sizeof(got)) == sizeof(got)) {
			synced = got;
		}
		assert_int_equal(kill(child, SIGKILL), 0);
		while (read(pipes[0], &got, sizeof(got)) == sizeof(got)) {
			synced = got;
		}
		waitpid(child, NULL, 0);
		close(pipes[0]);

		struct kith_journal journal;
		struct kith_buf out = { 0 };
		char last[32];

		assert_int_equal(open_journal(&journal, path, &out), KITH_OK);
		snprintf(last, sizeof(last), "\n[%d]\n", synced);
		kith_buf_add_char(&out, '\0');
		assert_non_null(strstr(out.at, last));
		kith_buf_done(&out);
		kith_journal_done(&journal);
	}
}

static void test_an_empty_heap_changes_nothing(void **state)
{
	(void)state;
	make_three(path_of("a"));
	for (uint64_t nth = 1; nth < 40; nth++) {
		struct kith_journal journal;
		struct kith_buf out = { 0 };

		kith_mem_fail_from(nth);
		enum kith_rc rc = open_journal(&journal, path_of("a"), &out);
		if (rc == KITH_OK) {
			rc = kith_journal_add(&journal, KITH_STR("[]"), true);
			if (rc == KITH_OK) {
				rc = kith_journal_rewrite(&journal, KITH_STR("[1]\n"));
			}
			kith_journal_done(&journal);
		}
		kith_mem_fail_never();
		assert_true(rc == KITH_OK || rc == KITH_E_NO_MEMORY);
		kith_buf_done(&out);
		if (rc == KITH_OK) {
			expect_records(path_of("a"), "[1]\n");
			return;
		}
	}
	fail_msg("it never had enough");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_come_back_in_order),
		cmocka_unit_test(test_every_cut_is_borne),
		cmocka_unit_test(test_damage_is_never_read_as_something_else),
		cmocka_unit_test(test_other_files_are_left_alone),
		cmocka_unit_test(test_only_one_has_it_open),
		cmocka_unit_test(test_a_rewrite_is_whole_and_goes_on),
		cmocka_unit_test(test_what_a_killed_writer_synced_is_there),
		cmocka_unit_test(test_an_empty_heap_changes_nothing),
	};
	return cmocka_run_group_tests_name("client/journal", tests, folder_make, folder_remove);
}
