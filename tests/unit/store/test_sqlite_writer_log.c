/*
 * test_sqlite_writer_log.c -- the write-ahead log stays short, and a reader who holds on to the
 * past only delays that.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "unit/store/kit.h"

enum {
	BODY = KITH_OPAQUE_MAX,
	COUNT = 600, /* 28 MiB of bodies */
};

struct room {
	struct kit kit;
	int64_t alice;
	struct kith_conversation notes;
	uint64_t said;
	char body[BODY];
};

static void room_init(struct room *room)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->notes = kit_pair(1, KIT_ORG, room->alice, 0);
	room->said = 0;
	memset(room->body, 'x', sizeof(room->body));
	kit_add(&room->kit, &room->notes);
}

static void say_much(struct room *room)
{
	for (size_t i = 0; i < COUNT; i++) {
		struct kit_send send;
		kit_fill(&send, &room->notes, room->alice, 100 + room->said++, "");
		send.entry.content = (struct kith_content){
			.kind = KITH_KIND_OPAQUE,
			.body = kith_str_make(room->body, sizeof(room->body)),
		};
		kit_print(&send);
		assert_int_equal(kith_store_apply(room->kit.store, &send.plan), KITH_PLAN_OK);
	}
}

static int64_t log_bytes(const struct room *room)
{
	char path[KIT_DIR_MAX + 16];
	snprintf(path, sizeof(path), "%s/kith.db-wal", room->kit.dir);
	struct stat about;
	assert_int_equal(stat(path, &about), 0);
	return about.st_size;
}

static void test_the_log_is_written_over(void **state)
{
	(void)state;
	static struct room room;
	room_init(&room);
	say_much(&room);
	assert_true(log_bytes(&room) < 12 * 1024 * 1024);
	kit_done(&room.kit);
}

static void test_a_reader_delays_the_log_but_loses_nothing(void **state)
{
	(void)state;
	static struct room room;
	room_init(&room);
	int64_t seen = 0;
	int64_t now = 0;
	assert_int_equal(kith_reader_begin(room.kit.reader), KITH_OK);
	assert_int_equal(kith_reader_position(room.kit.reader, &seen), KITH_OK);
	say_much(&room);
	int64_t grown = log_bytes(&room);
	assert_true(grown > BODY * (int64_t)COUNT);
	assert_int_equal(kith_reader_position(room.kit.reader, &now), KITH_OK);
	assert_int_equal(now, seen);
	kith_reader_end(room.kit.reader);
	say_much(&room);
	assert_true(log_bytes(&room) <= grown + 12 * 1024 * 1024);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_log_is_written_over),
		cmocka_unit_test(test_a_reader_delays_the_log_but_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
