/*
 * test_sqlite_erase.c -- what was deleted for everyone is in none of the store's files a
 * second later, however long it was and whoever lay beside it.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/store/kit.h"

enum { SAID = 150, TEXT = 16000 };

static atomic_int_fast64_t clock_us;

static int64_t clock_now(void)
{
	return clock_us;
}

struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
	uint64_t said;
};

static void room_init(struct room *room)
{
	clock_us = kit_now_us();
	kit_init(&room->kit);
	kit_close(&room->kit);
	room->kit.options.now_us = clock_now;
	kit_open(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	room->said = 0;
}

/* A text that says NUMBER again and again; lengths from a word to four pages. */
static const char *text_of(int number)
{
	static char text[TEXT];
	size_t len = 12 + (size_t)(number * 7919 % (number % 5 == 0 ? TEXT - 32 : 900));
	char word[16];
	size_t size = (size_t)snprintf(word, sizeof(word), "secret%05d.", number);
	for (size_t i = 0; i < len; i++) {
		text[i] = word[i % size];
	}
	text[len] = '\0';
	return text;
}

/* Is the word of NUMBER in the file NAME, which may be missing? */
static bool is_in_file(const struct room *room, const char *name, int number)
{
	char path[KIT_DIR_MAX + 16];
	char word[16];
	struct stat about;
	snprintf(path, sizeof(path), "%s/%s", room->kit.dir, name);
	snprintf(word, sizeof(word), "secret%05d.", number);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		return false;
	}
	assert_int_equal(fstat(file, &about), 0);
	char *bytes = malloc((size_t)about.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(file, bytes, (size_t)about.st_size), about.st_size);
	bool found = memmem(bytes, (size_t)about.st_size, word, strlen(word)) != NULL;
	free(bytes);
	close(file);
	return found;
}

static bool is_anywhere(const struct room *room, int number)
{
	return is_in_file(room, "kith.db", number) || is_in_file(room, "kith.db-wal", number);
}

/* The writer looks at the clock after a batch; the second one is done when it has. */
static void let_a_second_pass(struct room *room)
{
	clock_us += 1000000;
	for (int i = 0; i < 2; i++) {
		struct kith_plan nothing = { .expect_count = 0 };
		assert_int_equal(kith_store_apply(room->kit.store, &nothing), KITH_PLAN_OK);
	}
}

static void say_all(struct room *room)
{
	for (int i = 1; i <= SAID; i++) {
		kit_say(&room->kit, &room->pair, room->alice, ++room->said, text_of(i));
	}
}

static bool is_deleted(int64_t n)
{
	return n % 3 != 0;
}

static void test_r_050_what_was_deleted_is_in_no_file(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say_all(&room);
	/* Every fourth is edited: the message says 1000 more then. */
	for (int64_t n = 4; n <= SAID; n += 4) {
		kit_act(&room.kit, &room.pair, room.alice, ++room.said, KITH_KIND_EDIT, n,
		        text_of(1000 + (int)n));
	}
	let_a_second_pass(&room);
	assert_true(is_in_file(&room, "kith.db", 1));
	/* In an order of its own: 71 and the number of messages have no common divisor. */
	for (int64_t i = 1; i <= SAID; i++) {
		int64_t n = 1 + i * 71 % SAID;
		if (is_deleted(n)) {
			kit_act(&room.kit, &room.pair, room.alice, ++room.said,
			        KITH_KIND_RETRACTION, n, "");
		}
	}
	let_a_second_pass(&room);
	for (int64_t n = 1; n <= SAID; n++) {
		if (is_anywhere(&room, (int)n) != !is_deleted(n) ||
		    (n % 4 == 0 && is_anywhere(&room, 1000 + (int)n) != !is_deleted(n))) {
			fail_msg("message %d is %s", (int)n,
			         is_deleted(n) ? "there still" : "not there any more");
		}
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_r_050_the_log_is_emptied_without_another_message(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	let_a_second_pass(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, text_of(1));
	kit_say(&room.kit, &room.pair, room.alice, 2, text_of(2));
	kit_act(&room.kit, &room.pair, room.alice, 3, KITH_KIND_RETRACTION, 1, "");
	assert_true(is_in_file(&room, "kith.db-wal", 1));
	/* Its text may stay in the log for a second, not longer. */
	clock_us += 999999;
	struct kith_plan nothing = { .expect_count = 0 };
	assert_int_equal(kith_store_apply(room.kit.store, &nothing), KITH_PLAN_OK);
	assert_int_equal(kith_store_apply(room.kit.store, &nothing), KITH_PLAN_OK);
	assert_true(is_in_file(&room, "kith.db-wal", 1));
	clock_us += 1;
	while (is_anywhere(&room, 1)) {
		sched_yield(); /* the writer wakes by itself */
	}
	assert_true(is_anywhere(&room, 2));
	kit_done(&room.kit);
}

static void test_a_reader_of_the_past_puts_it_off(void **state)
{
	(void)state;
	struct room room;
	int64_t position = 0;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, text_of(1));
	assert_int_equal(kith_reader_begin(room.kit.reader), KITH_OK);
	assert_int_equal(kith_reader_position(room.kit.reader, &position), KITH_OK);
	kit_act(&room.kit, &room.pair, room.alice, 2, KITH_KIND_RETRACTION, 1, "");
	let_a_second_pass(&room);
	assert_true(is_anywhere(&room, 1));
	kith_reader_end(room.kit.reader);
	let_a_second_pass(&room);
	assert_false(is_anywhere(&room, 1));
	kit_done(&room.kit);
}

static void test_what_a_dead_process_left_in_the_log_goes_too(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_say(&room.kit, &room.pair, room.alice, 1, text_of(1));
	kit_act(&room.kit, &room.pair, room.alice, 2, KITH_KIND_RETRACTION, 1, "");
	kit_close(&room.kit);
	assert_false(is_anywhere(&room, 1));
	kit_open(&room.kit);
	kit_say(&room.kit, &room.pair, room.alice, 3, text_of(3));
	let_a_second_pass(&room);
	struct stat about;
	char path[KIT_DIR_MAX + 16];
	snprintf(path, sizeof(path), "%s/kith.db-wal", room.kit.dir);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_size, 0);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_050_what_was_deleted_is_in_no_file),
		cmocka_unit_test(test_r_050_the_log_is_emptied_without_another_message),
		cmocka_unit_test(test_a_reader_of_the_past_puts_it_off),
		cmocka_unit_test(test_what_a_dead_process_left_in_the_log_goes_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
