/*
 * test_store_batch.c -- many plans in one commit: order, shares, and plans that meet
 * others of the same batch. The gate of kit.h decides what a batch holds.
 */
#include <string.h>

#include "base/mem.h"
#include "unit/store/kit.h"

/* Two people with a stored conversation, and a bait for the gate. */
struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
	struct kit_send bait;
};

static void room_init(struct room *room)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	kit_add(&room->kit, &room->pair);
	kit_fill(&room->bait, &room->pair, room->alice, 999999, "bait");
}

/* Submits SENDS to be one batch after the bait's, and waits for their answers. */
static void run_batch(struct room *room, struct kit_send *sends, size_t count)
{
	size_t before = room->kit.answered_count;
	kit_hold(&room->kit, &room->bait.plan);
	for (size_t i = 0; i < count; i++) {
		kit_submit(&room->kit, &sends[i].plan);
	}
	kit_release(&room->kit);
	kit_wait(&room->kit, before + 1 + count);
}

static void test_crossing_first_messages_make_one_conversation(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kith_conversation ours = kit_pair(7, KIT_ORG, room.alice, room.bob);
	struct kith_conversation theirs = ours;
	struct kit_send sends[2];
	kit_fill(&sends[0], &ours, room.alice, 1, "hello");
	kit_fill(&sends[1], &theirs, room.bob, 2, "hi");
	run_batch(&room, sends, 2);
	assert_int_equal(sends[0].plan.answer, KITH_PLAN_OK);
	assert_int_equal(sends[1].plan.answer, KITH_PLAN_STALE);
	assert_int_equal(theirs.row, 0);

	struct kith_conversation loaded;
	assert_int_equal(
		kith_reader_conversation(room.kit.reader, &ours.id, &room.kit.mem, &loaded),
		KITH_OK);
	assert_int_equal(kit_say(&room.kit, &loaded, room.bob, 2, "hi"), 2);
	struct kith_store_stats stats;
	kith_store_stats(room.kit.store, &stats);
	assert_int_equal(stats.conversations, 2);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_a_repeat_within_the_batch_finds_the_first(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kit_send sends[3];
	kit_fill(&sends[0], &room.pair, room.alice, 1, "hello");
	kit_fill(&sends[1], &room.pair, room.alice, 1, "hello");
	kit_fill(&sends[2], &room.pair, room.alice, 2, "next");
	run_batch(&room, sends, 3);
	assert_int_equal(sends[0].plan.answer, KITH_PLAN_OK);
	assert_int_equal(sends[1].plan.answer, KITH_PLAN_DUPLICATE);
	assert_int_equal(sends[1].plan.first.id, sends[0].entry.id);
	assert_int_equal(sends[1].plan.first.n, 2);
	assert_true(sends[1].plan.first.print == sends[0].entry.print);
	assert_int_equal(sends[2].entry.n, 3);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_answers_come_once_per_batch_and_in_order(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kit_send sends[100];
	for (uint64_t i = 0; i < KITH_COUNT(sends); i++) {
		kit_fill(&sends[i], &room.pair, room.alice, 1 + i / 2, "x"); /* each id twice */
	}
	run_batch(&room, sends, KITH_COUNT(sends));
	assert_int_equal(room.kit.calls, 2);
	for (size_t i = 0; i < KITH_COUNT(sends); i++) {
		assert_ptr_equal(room.kit.answered[1 + i], &sends[i].plan);
		assert_int_equal(sends[i].plan.answer,
		                 i % 2 == 0 ? KITH_PLAN_OK : KITH_PLAN_DUPLICATE);
	}
	kit_done(&room.kit);
}

static void test_one_origin_has_its_share_of_a_batch(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	enum { BUSY = 3 * KITH_STORE_BATCH_ORIGIN_MAX + 1, CALM = 5 };
	static struct kit_send sends[BUSY + CALM];
	struct kith_origin busy = { .epoch = 1 };
	struct kith_origin calm = { .epoch = 1 };
	for (uint64_t i = 0; i < BUSY + CALM; i++) {
		kit_fill(&sends[i], &room.pair, room.alice, 1 + i, "x");
		sends[i].plan.origin = i < BUSY ? &busy : &calm;
		sends[i].plan.epoch = 1;
	}
	run_batch(&room, sends, BUSY + CALM);
	/* The bait, the first share with all of the calm one, two shares and the rest. */
	assert_int_equal(room.kit.calls, 5);
	struct kith_plan **answered = room.kit.answered + 1;
	for (size_t i = 0; i < KITH_STORE_BATCH_ORIGIN_MAX; i++) {
		assert_ptr_equal(answered[i], &sends[i].plan);
	}
	for (size_t i = 0; i < CALM; i++) {
		assert_ptr_equal(answered[KITH_STORE_BATCH_ORIGIN_MAX + i], &sends[BUSY + i].plan);
	}
	for (size_t i = KITH_STORE_BATCH_ORIGIN_MAX; i < BUSY; i++) {
		assert_ptr_equal(answered[CALM + i], &sends[i].plan);
		assert_true(sends[i].entry.n > sends[i - 1].entry.n);
	}
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_after_a_stale_plan_its_epoch_is_stale(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kith_origin origin = { .epoch = 1 };
	struct kith_origin other = { .epoch = 1 };
	const struct {
		uint32_t epoch;
		struct kith_origin *origin;
		bool is_wrong; /* it rests on a version that is none */
		enum kith_plan_answer answer;
	} cases[] = {
		{ 1, &origin, false, KITH_PLAN_OK },    { 1, &origin, true, KITH_PLAN_STALE },
		{ 1, &origin, false, KITH_PLAN_STALE }, { 1, &other, false, KITH_PLAN_OK },
		{ 1, &origin, false, KITH_PLAN_STALE }, { 2, &origin, false, KITH_PLAN_OK },
		{ 1, &origin, false, KITH_PLAN_STALE }, { 2, &origin, false, KITH_PLAN_OK },
		{ 3, &origin, true, KITH_PLAN_STALE },  { 3, NULL, false, KITH_PLAN_OK },
		{ 2, &origin, false, KITH_PLAN_STALE }, { 4, &origin, false, KITH_PLAN_OK },
	};
	struct kit_send sends[KITH_COUNT(cases)];
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		kit_fill(&sends[i], &room.pair, room.alice, 1 + i, "x");
		sends[i].plan.origin = cases[i].origin;
		sends[i].plan.epoch = cases[i].epoch;
		sends[i].plan.expects[0].version += cases[i].is_wrong ? 1 : 0;
	}
	run_batch(&room, sends, KITH_COUNT(sends));
	int64_t n = 1;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		assert_int_equal(sends[i].plan.answer, cases[i].answer);
		if (cases[i].answer == KITH_PLAN_OK) {
			assert_int_equal(sends[i].entry.n, ++n);
		}
	}
	assert_int_equal(origin.refused_epoch, 3);
	assert_int_equal(other.refused_epoch, 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_reads_and_messages_of_a_batch_see_each_other(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	struct kit_send sends[4];
	kit_fill(&sends[0], &room.pair, room.alice, 1, "x");
	kit_fill(&sends[2], &room.pair, room.alice, 2, "x");
	struct kith_effect seen = {
		.kind = KITH_EFFECT_SEEN,
		.mark = { .conversation_row = room.pair.row, .user_row = room.bob, .up_to = 50 },
	};
	for (size_t i = 1; i < 4; i += 2) {
		sends[i] = (struct kit_send){ .effect = seen };
		sends[i].plan.effects = &sends[i].effect;
		sends[i].plan.effect_count = 1;
	}
	sends[3].effect.mark.up_to = 2;
	run_batch(&room, sends, 4);
	assert_int_equal(sends[1].effect.mark.seen, 2);
	assert_int_equal(sends[1].effect.mark.unread, 0);
	assert_int_equal(sends[1].effect.mark.position, 3);
	assert_int_equal(sends[3].effect.mark.seen, 2);
	assert_int_equal(sends[3].effect.mark.unread, 1);
	assert_int_equal(sends[3].effect.mark.position, 0);
	assert_int_equal(kit_violations(&room.kit), 0);
	kit_done(&room.kit);
}

static void test_a_full_queue_refuses_and_loses_nothing(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	/* Empty plans: they cost nothing and are answered OK. */
	struct kith_plan *plans = test_calloc(KITH_STORE_QUEUE_MAX + 1, sizeof(*plans));
	kit_hold(&room.kit, &room.bait.plan);
	for (size_t i = 0; i < KITH_STORE_QUEUE_MAX; i++) {
		kit_submit(&room.kit, &plans[i]);
	}
	assert_false(kith_store_submit(room.kit.store, &plans[KITH_STORE_QUEUE_MAX]));
	assert_int_equal(kith_store_apply(room.kit.store, &plans[KITH_STORE_QUEUE_MAX]),
	                 KITH_PLAN_UNAVAILABLE);
	struct kith_store_stats stats;
	kith_store_stats(room.kit.store, &stats);
	assert_int_equal(stats.queued, KITH_STORE_QUEUE_MAX);
	kit_release(&room.kit);
	kit_wait(&room.kit, 1 + KITH_STORE_QUEUE_MAX);
	for (size_t i = 0; i < KITH_STORE_QUEUE_MAX; i++) {
		assert_int_equal(plans[i].answer, KITH_PLAN_OK);
	}
	kith_store_stats(room.kit.store, &stats);
	assert_int_equal(stats.queued, 0);
	kit_done(&room.kit);
	test_free(plans);
}

static void test_closing_answers_what_waits(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	room.kit.options.linger_us = 1000;
	kit_close(&room.kit);
	kit_open(&room.kit);
	static struct kit_send sends[3000];
	struct kith_origin origin = { .epoch = 1 };
	for (uint64_t i = 0; i < KITH_COUNT(sends); i++) {
		kit_fill(&sends[i], &room.pair, room.alice, 1 + i, "x");
		sends[i].plan.origin = i % 4 == 0 ? &origin : NULL;
		sends[i].plan.epoch = 1;
		kit_submit(&room.kit, &sends[i].plan);
	}
	kit_close(&room.kit);
	assert_int_equal(room.kit.answered_count, KITH_COUNT(sends));
	kit_open(&room.kit);
	assert_int_equal(kit_violations(&room.kit), 0);
	struct kith_store_stats stats;
	kith_store_stats(room.kit.store, &stats);
	assert_int_equal(stats.entries, KITH_COUNT(sends));
	kit_done(&room.kit);
}

/* Counted on the writer's thread, between two calls of committed(). */
static _Atomic(uint64_t) counted;

static void count_allocations(void *context, struct kith_plan *const *plans, size_t count)
{
	(void)context;
	(void)plans;
	(void)count;
	counted = kith_mem_thread_count();
}

static void test_steady_sends_take_no_memory_of_ours(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	kit_close(&room.kit);
	room.kit.options.committed = count_allocations;
	kit_open(&room.kit);
	static struct kit_send sends[1000];
	for (uint64_t i = 0; i < KITH_COUNT(sends); i++) {
		kit_fill(&sends[i], &room.pair, room.alice, 1 + i, "x");
		kit_submit(&room.kit, &sends[i].plan);
	}
	kit_see(&room.kit, &room.pair, room.bob, 3);
	kit_close(&room.kit);
	assert_int_equal(counted, 0);
	assert_int_equal(sends[999].plan.answer, KITH_PLAN_OK);
	kit_open(&room.kit);
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crossing_first_messages_make_one_conversation),
		cmocka_unit_test(test_a_repeat_within_the_batch_finds_the_first),
		cmocka_unit_test(test_answers_come_once_per_batch_and_in_order),
		cmocka_unit_test(test_one_origin_has_its_share_of_a_batch),
		cmocka_unit_test(test_after_a_stale_plan_its_epoch_is_stale),
		cmocka_unit_test(test_reads_and_messages_of_a_batch_see_each_other),
		cmocka_unit_test(test_a_full_queue_refuses_and_loses_nothing),
		cmocka_unit_test(test_closing_answers_what_waits),
		cmocka_unit_test(test_steady_sends_take_no_memory_of_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
