/*
 * test_outbox.c -- entries and what of them survives: order in lanes, ids,
 * limits, cuts of the file at every byte, compaction.
 */
#include "unit/client/folder.h"

#include "base/mem.h"
#include "client/calls.gen.h"
#include "client/outbox.h"

#define ID_A "01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f"
#define ADD_ONE "{\"add\":1,\"call\":\"messages.send\",\"to\":\"bob\",\"args\":{}}"
#define ID_B "01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e30"

static struct kith_rand rand_;

static enum kith_rc open_outbox(struct kith_outbox *outbox, const char *path)
{
	struct kith_why why = { 0 };

	kith_rand_init_fixed(&rand_, 11);
	return kith_outbox_open(outbox, path, &rand_, &why);
}

/* Adds TEXT to TO; not committed. */
static enum kith_rc add(struct kith_outbox *outbox, const char *to, const char *id,
                        const char *text, struct kith_outbox_entry **out)
{
	const struct kith_outbox_new made = {
		.call = &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_SEND_TO_USER],
		.to = kith_str_of(to),
		.id = kith_str_of(id),
		.tag = 5,
	};
	struct kith_buf args = { 0 };

	if (id == NULL) {
		kith_buf_add_format(&args, "{\"address\":\"%s\",\"text\":\"%s\"}", to, text);
	} else {
		kith_buf_add_format(&args, "{\"address\":\"%s\",\"id\":\"%s\",\"text\":\"%s\"}", to,
		                    id, text);
	}
	return args.failed ? KITH_E_NO_MEMORY : kith_outbox_add(outbox, &made, &args, out);
}

static void add_kept(struct kith_outbox *outbox, const char *to, const char *id, const char *text)
{
	struct kith_outbox_entry *entry = NULL;

	assert_int_equal(add(outbox, to, id, text, &entry), KITH_OK);
	assert_int_equal(kith_outbox_commit(outbox), KITH_OK);
	assert_ptr_equal(kith_outbox_take_fresh(outbox), entry);
	if (entry->lane->first == entry) {
		kith_outbox_make_ready(outbox, entry->lane);
	}
}

/* What would be sent, in order, as "to:text …"; leaves the outbox empty. */
static const char *drain(struct kith_outbox *outbox)
{
	static char text[65536];
	struct kith_outbox_lane *lane;

	text[0] = '\0';
	while ((lane = kith_outbox_take_ready(outbox)) != NULL) {
		struct kith_str args = kith_buf_str(&lane->first->pending.args);
		const char *at = memmem(args.at, args.len, "\"text\":\"", 8);
		struct kith_str said = { 0 };
		struct kith_str rest;
		size_t len = strlen(text);

		assert_non_null(at);
		rest = kith_str_skip(args, (size_t)(at - args.at) + 8);
		assert_true(kith_str_cut(rest, '"', &said, &rest));
		snprintf(text + len, sizeof(text) - len, "%s%.*s:%.*s", len == 0 ? "" : " ",
		         KITH_STR_PRINT(lane->to), KITH_STR_PRINT(said));
		kith_outbox_settle(outbox, lane->first);
	}
	assert_int_equal(outbox->count, 0);
	assert_int_equal(outbox->bytes, 0);
	return text;
}

static void expect_drained(const char *path, const char *text)
{
	struct kith_outbox outbox;

	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	assert_string_equal(drain(&outbox), text);
	kith_outbox_done(&outbox);
}

static void test_a_lane_is_in_order_and_lanes_take_turns(void **state)
{
	struct kith_outbox outbox;
	(void)state;

	assert_int_equal(open_outbox(&outbox, NULL), KITH_OK);
	add_kept(&outbox, "bob", NULL, "1");
	add_kept(&outbox, "bob", NULL, "2");
	add_kept(&outbox, "carol", NULL, "3");
	add_kept(&outbox, "bob", NULL, "4");
	add_kept(&outbox, "carol", NULL, "5");
	assert_string_equal(drain(&outbox), "bob:1 carol:3 bob:2 carol:5 bob:4");
	kith_outbox_done(&outbox);
}

static void test_a_file_brings_everything_back(void **state)
{
	const char *path = path_of("a");
	struct kith_outbox outbox;
	(void)state;

	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	add_kept(&outbox, "bob", NULL, "1");
	add_kept(&outbox, "bob", ID_A, "2");
	assert_true(kith_outbox_stamp(&outbox, outbox.lanes->first, ID_B));
	kith_outbox_save_id(&outbox, outbox.lanes->first);
	kith_outbox_set_cursor(&outbox, KITH_STR("c9"));
	assert_int_equal(kith_outbox_commit(&outbox), KITH_OK);
	kith_outbox_done(&outbox);

	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	assert_int_equal(outbox.count, 2);
	assert_int_equal(outbox.last_number, 2);
	assert_true(kith_str_is(kith_str_make(outbox.cursor, outbox.cursor_len), "c9"));
	struct kith_outbox_entry *first = outbox.lanes->first;
	assert_string_equal(first->id, ID_B);
	assert_true(first->is_own_id);
	assert_int_equal(first->tag, 0);
	assert_true(kith_str_is(kith_buf_str(&first->pending.args),
	                        "{\"id\":\"" ID_B "\",\"address\":\"bob\",\"text\":\"1\"}"));
	assert_string_equal(first->next->id, ID_A);
	assert_false(first->next->is_own_id);
	/* The first goes, also from the file; numbers are never given twice. */
	kith_outbox_settle(&outbox, kith_outbox_take_ready(&outbox)->first);
	assert_int_equal(kith_outbox_commit(&outbox), KITH_OK);
	kith_outbox_done(&outbox);
	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	assert_int_equal(outbox.count, 1);
	add_kept(&outbox, "bob", NULL, "3");
	assert_int_equal(outbox.last_number, 3);
	kith_outbox_done(&outbox);
	expect_drained(path, "bob:2 bob:3");
}

static void test_an_id_is_there_once(void **state)
{
	struct kith_outbox outbox;
	struct kith_outbox_entry *entry = NULL;
	(void)state;

	assert_int_equal(open_outbox(&outbox, NULL), KITH_OK);
	add_kept(&outbox, "bob", ID_A, "1");
	assert_int_equal(add(&outbox, "bob", ID_A, "1", &entry), KITH_E_EXISTS);
	assert_int_equal(entry->number, 1);
	assert_int_equal(add(&outbox, "bob", ID_A, "2", &entry), KITH_E_CONFLICT);
	assert_int_equal(add(&outbox, "carol", ID_A, "1", &entry), KITH_E_CONFLICT);
	assert_int_equal(outbox.count, 1);
	(void)drain(&outbox);
	assert_int_equal(add(&outbox, "carol", ID_A, "1", &entry), KITH_OK);
	kith_outbox_done(&outbox);
}

static void test_an_id_of_its_own_may_be_made_again(void **state)
{
	const char *path = path_of("again");
	struct kith_outbox outbox;
	(void)state;

	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	add_kept(&outbox, "bob", NULL, "1");
	struct kith_outbox_entry *entry = outbox.lanes->first;
	assert_true(kith_outbox_stamp(&outbox, entry, ID_A));
	kith_outbox_save_id(&outbox, entry);
	assert_int_equal(kith_outbox_commit(&outbox), KITH_OK);
	assert_true(kith_outbox_stamp(&outbox, entry, ID_B));
	kith_outbox_save_id(&outbox, entry);
	assert_int_equal(kith_outbox_commit(&outbox), KITH_OK);
	assert_int_equal(outbox.bytes, entry->pending.args.len);
	kith_outbox_done(&outbox);
	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	assert_string_equal(outbox.lanes->first->id, ID_B);
	kith_outbox_done(&outbox);
}

static void test_there_is_an_end_to_what_it_keeps(void **state)
{
	struct kith_outbox outbox;
	struct kith_outbox_entry *entry = NULL;
	char *large = malloc(1024 * 1024);
	enum kith_rc rc = KITH_OK;
	size_t count = 0;
	(void)state;

	assert_int_equal(open_outbox(&outbox, NULL), KITH_OK);
	while (rc == KITH_OK && count <= KITH_OUTBOX_ENTRIES_MAX) {
		rc = add(&outbox, "bob", NULL, "x", &entry);
		count += rc == KITH_OK;
	}
	assert_int_equal(rc, KITH_E_TOO_LARGE);
	assert_int_equal(count, KITH_OUTBOX_ENTRIES_MAX);
	kith_outbox_done(&outbox);

	assert_non_null(large);
	memset(large, 'x', 1024 * 1024 - 1);
	large[1024 * 1024 - 1] = '\0';
	assert_int_equal(open_outbox(&outbox, NULL), KITH_OK);
	rc = KITH_OK;
	while (rc == KITH_OK && outbox.count < 100) {
		rc = add(&outbox, "bob", NULL, large, &entry);
		kith_buf_reset(&outbox.batch);
	}
	assert_int_equal(rc, KITH_E_TOO_LARGE);
	assert_true(outbox.bytes <= KITH_OUTBOX_BYTES_MAX);
	assert_true(outbox.bytes > KITH_OUTBOX_BYTES_MAX - 2 * 1024 * 1024);
	kith_outbox_done(&outbox);
	free(large);
}

/* Cut anywhere, what was committed before the cut is there, in order, and nothing else. */
static void test_every_cut_keeps_what_was_before_it(void **state)
{
	const char *path = path_of("cut");
	struct kith_outbox outbox;
	struct kith_buf whole;
	size_t ends[5];
	(void)state;

	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	ends[0] = (size_t)outbox.journal.size;
	for (int i = 1; i <= 4; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", i);
		add_kept(&outbox, i % 2 == 0 ? "bob" : "carol", NULL, text);
		ends[i] = (size_t)outbox.journal.size;
	}
	kith_outbox_done(&outbox);
	whole = read_file(path);
	for (size_t cut = 0; cut <= whole.len; cut++) {
		size_t count = 0;

		write_file(path, kith_str_make(whole.at, cut));
		while (count < 4 && cut >= ends[count + 1]) {
			count++;
		}
		assert_int_equal(open_outbox(&outbox, path), KITH_OK);
		assert_int_equal(outbox.count, count);
		assert_int_equal(outbox.last_number, count);
		kith_outbox_done(&outbox);
	}
	kith_buf_done(&whole);
}

static void test_the_file_does_not_grow_for_ever(void **state)
{
	const char *path = path_of("grow");
	struct kith_outbox outbox;
	char text[1024];
	(void)state;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	add_kept(&outbox, "stays", ID_A, "here");
	kith_outbox_set_cursor(&outbox, KITH_STR("c1"));
	(void)kith_outbox_take_ready(&outbox);
	for (int i = 0; i < 1000; i++) {
		add_kept(&outbox, "bob", NULL, text);
		kith_outbox_settle(&outbox, kith_outbox_take_ready(&outbox)->first);
		assert_int_equal(kith_outbox_commit(&outbox), KITH_OK);
		assert_true(outbox.journal.size < KITH_OUTBOX_COMPACT_BYTES + 4096);
	}
	kith_outbox_done(&outbox);
	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	assert_int_equal(outbox.count, 1);
	assert_int_equal(outbox.last_number, 1001);
	assert_true(kith_str_is(kith_str_make(outbox.cursor, outbox.cursor_len), "c1"));
	assert_string_equal(drain(&outbox), "stays:here");
	kith_outbox_done(&outbox);
}

static void test_records_that_make_no_sense_are_refused(void **state)
{
	static const char *const records[] = {
		"{}",
		"[{}]",
		"[1]",
		"[{\"done\":1}]",
		"[{\"stamp\":1,\"id\":\"" ID_A "\"}]",
		"[{\"add\":1}]",
		"[{\"cursor\":1}]",
		"[{\"cursor\":\"\"}]",
		"[{\"add\":1,\"call\":\"no.such\",\"to\":\"bob\",\"args\":{}}]",
		"[{\"add\":1,\"call\":\"me.get\",\"to\":\"bob\",\"args\":{}}]",
		"[{\"add\":1,\"call\":\"messages.send\",\"to\":\"bob\",\"args\":{\"id\":\"x\"}}]",
		"[" ADD_ONE "," ADD_ONE "]",
	};
	const char *path = path_of("odd");
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(records); i++) {
		struct kith_outbox outbox;

		unlink(path);
		assert_int_equal(open_outbox(&outbox, path), KITH_OK);
		assert_int_equal(kith_journal_add(&outbox.journal, kith_str_of(records[i]), true),
		                 KITH_OK);
		kith_outbox_done(&outbox);
		if (open_outbox(&outbox, path) != KITH_E_CORRUPT) {
			fail_msg("%s", records[i]);
		}
	}
}

static void test_a_failed_write_leaves_the_entry_fresh(void **state)
{
	const char *path = path_of("full");
	struct kith_outbox outbox;
	struct kith_outbox_entry *entry = NULL;
	(void)state;

	assert_int_equal(open_outbox(&outbox, path), KITH_OK);
	add_kept(&outbox, "bob", NULL, "1");
	outbox.journal.is_broken = true;
	assert_int_equal(add(&outbox, "bob", NULL, "2", &entry), KITH_OK);
	assert_int_equal(kith_outbox_commit(&outbox), KITH_E_IO);
	assert_ptr_equal(kith_outbox_take_fresh(&outbox), entry);
	kith_outbox_forget(&outbox, entry);
	assert_int_equal(add(&outbox, "carol", NULL, "3", &entry), KITH_OK);
	assert_int_equal(kith_outbox_commit(&outbox), KITH_E_IO);
	kith_outbox_forget(&outbox, kith_outbox_take_fresh(&outbox));
	assert_int_equal(outbox.count, 1);
	kith_outbox_done(&outbox);
	expect_drained(path, "bob:1");
}

/* The n-th allocation fails: nothing is lost that was kept, nothing leaks. */
static void test_an_empty_heap_is_borne(void **state)
{
	const char *path = path_of("heap");
	bool is_through = false;
	(void)state;

	for (uint64_t nth = 1; nth < 200 && !is_through; nth++) {
		struct kith_outbox outbox;
		struct kith_outbox_entry *entry = NULL;
		enum kith_rc rc;
		bool is_kept = false;

		unlink(path);
		assert_int_equal(open_outbox(&outbox, path), KITH_OK);
		add_kept(&outbox, "bob", NULL, "1");
		kith_outbox_done(&outbox);
		kith_mem_fail_from(nth);
		rc = open_outbox(&outbox, path);
		if (rc == KITH_OK) {
			rc = add(&outbox, "carol", NULL, "2", &entry);
			is_through = rc == KITH_OK && kith_outbox_stamp(&outbox, entry, ID_A);
			is_kept = kith_outbox_commit(&outbox) == KITH_OK && rc == KITH_OK;
			is_through = is_through && is_kept;
			kith_outbox_done(&outbox);
		}
		kith_mem_fail_never();
		assert_true(rc == KITH_OK || rc == KITH_E_NO_MEMORY);
		assert_int_equal(open_outbox(&outbox, path), KITH_OK);
		assert_true(outbox.count == (is_kept ? 2 : 1));
		kith_outbox_done(&outbox);
	}
	assert_true(is_through);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lane_is_in_order_and_lanes_take_turns),
		cmocka_unit_test(test_a_file_brings_everything_back),
		cmocka_unit_test(test_an_id_is_there_once),
		cmocka_unit_test(test_an_id_of_its_own_may_be_made_again),
		cmocka_unit_test(test_there_is_an_end_to_what_it_keeps),
		cmocka_unit_test(test_every_cut_keeps_what_was_before_it),
		cmocka_unit_test(test_the_file_does_not_grow_for_ever),
		cmocka_unit_test(test_records_that_make_no_sense_are_refused),
		cmocka_unit_test(test_a_failed_write_leaves_the_entry_fresh),
		cmocka_unit_test(test_an_empty_heap_is_borne),
	};
	return cmocka_run_group_tests_name("client/outbox", tests, folder_make, folder_remove);
}
