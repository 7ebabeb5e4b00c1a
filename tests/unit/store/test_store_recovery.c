/*
 * test_store_recovery.c -- what was acknowledged survives kill -9, in order and once.
 *
 * A child process writes and reports each message after its commit; the parent
 * kills it in the middle and opens the store again.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/store/kit.h"

enum { PAIRS = 5, MESSAGES = 20000 }; /* MESSAGES: of one child at most */

struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pairs[PAIRS];
};

static void room_init(struct room *room)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	for (uint64_t i = 0; i < PAIRS; i++) {
		room->pairs[i] = kit_pair(1000000 + i, KIT_ORG, room->alice, room->bob);
		kit_add(&room->kit, &room->pairs[i]);
	}
	room->kit.options.is_sync_off = false;
	kit_close(&room->kit); /* no thread may be left when the process forks */
}

/* What the child says of one message. */
struct ack {
	uint64_t message; /* its number, see kit_id() */
	int64_t n;
};

struct child {
	struct kit_send sends[MESSAGES];
	uint64_t first; /* the number of the first of them */
	int acks;       /* where to say them               */
};

static void say_ack(void *context, struct kith_plan *const *plans, size_t count)
{
	const struct child *child = context;
	for (size_t i = 0; i < count; i++) {
		const struct kit_send *send = KITH_CONTAINER(plans[i], struct kit_send, plan);
		struct ack ack = {
			.message = child->first + (uint64_t)(send - child->sends),
			.n = send->entry.n,
		};
		if (plans[i]->answer != KITH_PLAN_OK ||
		    write(child->acks, &ack, sizeof(ack)) != (ssize_t)sizeof(ack)) {
			_exit(2);
		}
	}
}

/* Writes messages FIRST and on until it is killed. */
static void live(struct room *room, int acks, uint64_t first)
{
	static struct child child;
	child.acks = acks;
	child.first = first;
	struct kith_store_options options = room->kit.options;
	options.committed = say_ack;
	options.context = &child;
	struct kith_store *store = NULL;
	if (kith_store_open(&options, &store, NULL) != KITH_OK) {
		_exit(3);
	}
	for (uint64_t i = 0; i < MESSAGES; i++) {
		kit_fill(&child.sends[i], &room->pairs[(first + i) % PAIRS], room->alice, first + i,
		         "still here?");
		if (!kith_store_submit(store, &child.sends[i].plan)) {
			_exit(4);
		}
	}
	for (;;) {
		pause();
	}
}

/* Runs a child until it has acknowledged ENOUGH, kills it, and takes the rest. */
static size_t run_and_kill(struct room *room, uint64_t first, size_t enough, struct ack *acks)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		live(room, ends[1], first);
		_exit(5);
	}
	close(ends[1]);
	size_t count = 0;
	while (read(ends[0], &acks[count], sizeof(acks[count])) == (ssize_t)sizeof(acks[count])) {
		count++;
		if (count == enough) {
			assert_int_equal(kill(pid, SIGKILL), 0);
		}
	}
	close(ends[0]);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_true(count >= enough);
	return count;
}

static void expect_stored(struct room *room, const struct ack *ack)
{
	struct kith_uuid id = kit_id(ack->message);
	struct kith_entry entry;
	assert_int_equal(kith_reader_message(room->kit.reader, &id, 0, &room->kit.mem, &entry),
	                 KITH_OK);
	assert_int_equal(entry.n, ack->n);
	assert_int_equal(entry.conversation_row, room->pairs[ack->message % PAIRS].row);
	assert_true(kith_str_is(entry.content.body, "still here?"));
	kith_arena_reset(&room->kit.mem);
}

static void test_acknowledged_messages_survive_kill(void **state)
{
	(void)state;
	static struct room room;
	static struct ack acks[MESSAGES];
	room_init(&room);
	uint64_t first = 0;
	size_t acknowledged = 0;
	for (size_t round = 0; round < 4; round++) {
		size_t count = run_and_kill(&room, first, 1 + 300 * round, acks);
		acknowledged += count;
		kit_open(&room.kit);
		for (size_t i = 0; i < count; i++) {
			expect_stored(&room, &acks[i]);
		}
		assert_int_equal(kit_violations(&room.kit), 0);
		struct kith_store_stats stats;
		kith_store_stats(room.kit.store, &stats);
		assert_true(stats.entries >= (int64_t)acknowledged);
		/* The child submits in order, so what is stored is a prefix of it. */
		first = (uint64_t)stats.entries;
		struct kith_uuid next = kit_id(first);
		struct kith_entry entry;
		assert_int_equal(
			kith_reader_message(room.kit.reader, &next, 0, &room.kit.mem, &entry),
			KITH_E_NOT_FOUND);
		kit_close(&room.kit);
	}
	kit_open(&room.kit);
	kit_done(&room.kit);
}

/* A commit that was not acknowledged may be there or not; sending it again is safe. */
static void test_resending_after_a_crash_stores_once(void **state)
{
	(void)state;
	static struct room room;
	static struct ack acks[MESSAGES];
	room_init(&room);
	size_t count = run_and_kill(&room, 0, 500, acks);
	kit_open(&room.kit);
	struct kith_store_stats before;
	kith_store_stats(room.kit.store, &before);
	int64_t stored = 0;
	for (uint64_t i = 0; i < count + 50; i++) {
		struct kit_send send;
		kit_fill(&send, &room.pairs[i % PAIRS], room.alice, i, "still here?");
		enum kith_plan_answer answer = kith_store_apply(room.kit.store, &send.plan);
		bool was_there = (int64_t)i < before.entries;
		assert_int_equal(answer, was_there ? KITH_PLAN_DUPLICATE : KITH_PLAN_OK);
		stored += was_there ? 0 : 1;
	}
	struct kith_store_stats after;
	kith_store_stats(room.kit.store, &after);
	assert_int_equal(after.entries, before.entries + stored);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acknowledged_messages_survive_kill),
		cmocka_unit_test(test_resending_after_a_crash_stores_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
