/*
 * test_thread.c -- news in any order, and twice, make one conversation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/thread.h"

static struct kith_api_message message(int64_t n, const char *from, const char *text)
{
	static char ids[16][8];
	struct kith_api_message made = {
		.n = n,
		.from = kith_text_of(from),
		.text = kith_text_of(text),
		.kind = KITH_API_MESSAGE_KIND_TEXT,
		.sent_at_us = n,
	};

	snprintf(ids[n % 16], sizeof(ids[0]), "m%lld", (long long)n);
	made.id = kith_text_of(ids[n % 16]);
	return made;
}

static void add(struct kith_thread *thread, int64_t n, const char *from, const char *text)
{
	const struct kith_api_message made = message(n, from, text);

	kith_thread_add(thread, &made);
}

/* "1:hi 2:there ?:waits", notes as "*". */
static const char *all(const struct kith_thread *thread)
{
	static char out[2000];

	out[0] = '\0';
	for (size_t i = 0; i < thread->count; i++) {
		const struct kith_thread_entry *entry = &thread->entries[i];
		size_t len = strlen(out);

		snprintf(out + len, sizeof(out) - len, "%s%lld:%.*s", len == 0 ? "" : " ",
		         (long long)entry->n, KITH_STR_PRINT(kith_buf_str(&entry->text)));
	}
	return out;
}

static void test_messages_stand_in_their_order_once(void **state)
{
	struct kith_thread thread = { .me = "alice" };
	(void)state;

	add(&thread, 2, "bob", "two");
	add(&thread, 1, "bob", "one");
	kith_thread_note(&thread, KITH_STR("note"), 0);
	kith_thread_write(&thread, 7, KITH_STR("mine"), KITH_STR(""), 0);
	add(&thread, 3, "bob", "three");
	add(&thread, 2, "bob", "two");
	assert_string_equal(all(&thread), "1:one 2:two 0:note 3:three 0:mine");
	assert_int_equal(kith_thread_waiting(&thread), 1);
	assert_string_equal(kith_thread_last(&thread, false)->id, "m3");
	assert_null(kith_thread_last(&thread, true));
	kith_thread_forget(&thread);
	assert_string_equal(all(&thread), "0:note 0:mine");
	kith_thread_done(&thread);
}

/* Whichever comes first: the answer or the news of one's own message. */
static void test_ones_own_message_is_there_once(void **state)
{
	(void)state;
	for (int order = 0; order < 3; order++) {
		struct kith_thread thread = { .me = "alice" };
		struct kith_api_message mine = message(4, "alice", "mine");

		kith_thread_write(&thread, 7, KITH_STR("mine"), KITH_STR("what it answers"), 0);
		if (order == 0) {
			kith_thread_identify(&thread, 7, mine.id);
			kith_thread_add(&thread, &mine);
			kith_thread_store(&thread, 7, &mine);
		} else if (order == 1) {
			kith_thread_add(&thread, &mine);
			kith_thread_store(&thread, 7, &mine);
		} else {
			kith_thread_store(&thread, 7, &mine);
			kith_thread_add(&thread, &mine);
		}
		assert_string_equal(all(&thread), "4:mine");
		assert_int_equal(kith_thread_waiting(&thread), 0);
		kith_thread_done(&thread);
	}
}

static void test_r_053_ticks_go_forward_only(void **state)
{
	struct kith_thread thread = { .me = "alice" };
	struct kith_api_message mine = message(4, "alice", "mine");
	const struct kith_thread_entry *entry;
	(void)state;

	kith_thread_write(&thread, 7, KITH_STR("mine"), KITH_STR(""), 0);
	assert_int_equal(kith_thread_tick_of(&thread, &thread.entries[0]), KITH_THREAD_WAITS);
	kith_thread_store(&thread, 7, &mine);
	entry = &thread.entries[0];
	assert_int_equal(kith_thread_tick_of(&thread, entry), KITH_THREAD_STORED);
	kith_thread_mark(&thread, 3, 3);
	assert_int_equal(kith_thread_tick_of(&thread, entry), KITH_THREAD_STORED);
	kith_thread_mark(&thread, 4, 3);
	assert_int_equal(kith_thread_tick_of(&thread, entry), KITH_THREAD_DELIVERED);
	kith_thread_mark(&thread, 5, 4);
	assert_int_equal(kith_thread_tick_of(&thread, entry), KITH_THREAD_SEEN);
	kith_thread_mark(&thread, 1, 1);
	assert_int_equal(kith_thread_tick_of(&thread, entry), KITH_THREAD_SEEN);
	kith_thread_write(&thread, 8, KITH_STR("x"), KITH_STR(""), 0);
	kith_thread_fail(&thread, 8);
	assert_int_equal(kith_thread_tick_of(&thread, &thread.entries[1]), KITH_THREAD_FAILED);
	kith_thread_done(&thread);
}

static void test_edits_reactions_and_deletions_are_taken_twice(void **state)
{
	struct kith_thread thread = { .me = "alice" };
	struct kith_api_message edited = message(1, "bob", "better");
	struct kith_api_message unknown = message(9, "bob", "of long ago");
	struct kith_api_reaction_change change = { .emoji = kith_text_of("👍"),
		                                   .user = kith_text_of("alice"),
		                                   .is_on = true };
	(void)state;

	add(&thread, 1, "bob", "good");
	edited.edits = 1;
	for (int twice = 0; twice < 2; twice++) {
		kith_thread_update(&thread, &edited);
		kith_thread_update(&thread, &unknown);
	}
	assert_string_equal(all(&thread), "1:better");
	assert_true(thread.entries[0].is_edited);
	change.message = edited.id;
	for (int twice = 0; twice < 2; twice++) {
		kith_thread_react(&thread, &change);
	}
	assert_int_equal(thread.entries[0].reaction_count, 1);
	change.is_on = false;
	for (int twice = 0; twice < 2; twice++) {
		kith_thread_react(&thread, &change);
	}
	assert_int_equal(thread.entries[0].reaction_count, 0);
	for (int twice = 0; twice < 2; twice++) {
		kith_thread_delete(&thread, edited.id);
	}
	assert_true(thread.entries[0].is_deleted);
	assert_null(kith_thread_last(&thread, false));
	kith_thread_hide(&thread, edited.id);
	kith_thread_hide(&thread, edited.id);
	assert_int_equal(thread.count, 0);
	kith_thread_done(&thread);
}

static void test_the_oldest_fall_out(void **state)
{
	struct kith_thread thread = { .me = "alice" };
	struct kith_api_reaction_change change = { .message = kith_text_of("m510"),
		                                   .emoji = kith_text_of("👍"),
		                                   .is_on = true };
	char user[16];
	(void)state;

	for (int64_t n = 1; n <= KITH_THREAD_ENTRIES_MAX + 10; n++) {
		struct kith_api_message made = message(n, "bob", "x");
		char id[32];

		snprintf(id, sizeof(id), "m%lld", (long long)n);
		made.id = kith_text_of(id);
		kith_thread_add(&thread, &made);
	}
	assert_int_equal(thread.count, KITH_THREAD_ENTRIES_MAX);
	assert_int_equal(thread.entries[0].n, 11);
	for (int i = 0; i < KITH_THREAD_REACTIONS_MAX + 5; i++) {
		snprintf(user, sizeof(user), "u%d", i);
		change.user = kith_text_of(user);
		kith_thread_react(&thread, &change);
	}
	assert_int_equal(thread.entries[KITH_THREAD_ENTRIES_MAX - 1].reaction_count,
	                 KITH_THREAD_REACTIONS_MAX);
	kith_thread_done(&thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_stand_in_their_order_once),
		cmocka_unit_test(test_ones_own_message_is_there_once),
		cmocka_unit_test(test_r_053_ticks_go_forward_only),
		cmocka_unit_test(test_edits_reactions_and_deletions_are_taken_twice),
		cmocka_unit_test(test_the_oldest_fall_out),
	};
	return cmocka_run_group_tests_name("cli/thread", tests, NULL, NULL);
}
