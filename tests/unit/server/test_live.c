/*
 * test_live.c -- two workers' parts in what passes, on one thread: what is said to one
 * reaches the doors of both, and ends once, whoever heard it last.
 */
#include "server/live.h"

#include <stdio.h>

#include "base/mem.h"
#include "door/follow.h"
#include "unit/rig/rig.h"

enum { WORKERS = 2, LINES_MAX = 64 };

/* One worker, as live.h sees it. */
struct place {
	struct kith_door_host host;
	struct kith_followers followers;
	struct kith_live *live;
	int64_t due_us;
	char heard[LINES_MAX][256]; /* frames that were delivered here, without their headers */
	size_t heard_count;
};

static struct rig rig;
static struct kith_whispers *whispers;
static struct place places[WORKERS];
static int rung[WORKERS];

static void wake(void *context, uint32_t walker)
{
	(void)context;
	rung[walker]++;
}

static void deliver(void *context, const struct kith_whisper *whisper)
{
	struct place *place = context;

	assert_true(place->heard_count < LINES_MAX);
	assert_int_equal(whisper->audience_count, 1);
	assert_int_equal(whisper->audience[0], 2);
	assert_int_equal(whisper->org_row, 3);
	snprintf(place->heard[place->heard_count++], sizeof(place->heard[0]), "%.*s",
	         (int)whisper->frame.len - 4, whisper->frame.at + 4);
}

static void remind(void *context, int64_t due_us)
{
	struct place *place = context;

	place->due_us = due_us;
}

static int setup(void **state)
{
	(void)state;
	rig_init(&rig);
	assert_int_equal(kith_whispers_new(WORKERS, wake, NULL, &whispers), KITH_OK);
	for (uint32_t i = 0; i < WORKERS; i++) {
		struct place *place = &places[i];
		*place = (struct place){ .due_us = -1 };
		kith_followers_init(&place->followers, i);
		place->host = (struct kith_door_host){ .service = rig.service,
			                               .presence = rig.presence,
			                               .followers = &place->followers,
			                               .now_us = rig.now_us };
		const struct kith_live_options options = { .whispers = whispers,
			                                   .home = i,
			                                   .host = &place->host,
			                                   .deliver = deliver,
			                                   .remind = remind,
			                                   .context = place };
		place->live = kith_live_new(&options);
		assert_non_null(place->live);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < WORKERS; i++) {
		kith_live_free(&places[i].live);
		kith_followers_done(&places[i].followers);
	}
	kith_whispers_free(&whispers);
	rig_done(&rig);
	return 0;
}

static struct kith_typing typing_of(uint64_t connection, bool is_composing)
{
	return (struct kith_typing){ .user_row = 1,
		                     .user = KITH_STR("alice"),
		                     .conversation_row = 9,
		                     .org_row = 3,
		                     .audience = { 2 },
		                     .audience_count = 1,
		                     .connection = connection,
		                     .ends_with_connection = true,
		                     .is_composing = is_composing };
}

static void say(int worker, uint64_t connection, bool is_composing)
{
	struct kith_whisperer *whisperer = kith_live_whisperer(places[worker].live);
	struct kith_typing typing = typing_of(connection, is_composing);

	whisperer->typing(whisperer, &typing);
}

static void hear_all(void)
{
	for (int i = 0; i < WORKERS; i++) {
		assert_false(kith_live_hear(places[i].live));
	}
}

/* Time passes; whoever is due does what is due. */
static void pass(int64_t us)
{
	for (int i = 0; i < WORKERS; i++) {
		places[i].host.steady_us += us;
		places[i].host.now_us += us;
		if (places[i].due_us >= 0 && places[i].due_us <= places[i].host.steady_us) {
			places[i].due_us = -1;
			kith_live_run(places[i].live);
		}
	}
	hear_all();
}

/* Each worker's doors heard these, and nothing else since they were looked at. */
static void expect(const char *const *states, size_t count)
{
	for (int i = 0; i < WORKERS; i++) {
		assert_int_equal(places[i].heard_count, count);
		for (size_t j = 0; j < count; j++) {
			char wanted[256];
			snprintf(wanted, sizeof(wanted),
			         "{\"type\":\"event\",\"event\":\"conversation.typing\","
			         "\"conversation\":\"00000000-0000-0000-0000-000000000000\","
			         "\"data\":{\"conversation\":"
			         "\"00000000-0000-0000-0000-000000000000\",\"user\":\"alice\","
			         "\"state\":\"%s\"}}",
			         states[j]);
			assert_string_equal(places[i].heard[j], wanted);
		}
		places[i].heard_count = 0;
	}
}

#define EXPECT(...) \
	expect((const char *const[]){ __VA_ARGS__ }, \
	       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void test_r_034_it_is_heard_everywhere_and_ends_after_six_seconds(void **state)
{
	(void)state;
	say(0, 5, true);
	assert_int_equal(rung[1], 1);
	hear_all();
	EXPECT("composing");
	pass(4000000);
	say(0, 5, true);
	pass(5999999);
	EXPECT("composing");
	pass(1);
	EXPECT("gone");
	pass(60000000);
	expect(NULL, 0);
}

static void test_r_034_whoever_heard_it_last_sees_the_end_of_it(void **state)
{
	(void)state;
	say(0, 5, true);
	pass(3000000);
	say(1, 6, true);
	hear_all();
	EXPECT("composing", "composing");
	kith_live_end(places[0].live, 1, 5);
	pass(5000000);
	expect(NULL, 0);
	pass(1000000);
	EXPECT("gone");
}

static void test_r_034_it_ends_with_its_connection_or_by_a_word(void **state)
{
	(void)state;
	say(1, 5, true);
	hear_all();
	kith_live_end(places[1].live, 1, 5);
	hear_all();
	EXPECT("composing", "gone");
	say(1, 5, true);
	say(1, 5, false);
	hear_all();
	EXPECT("composing", "gone");
	kith_live_end(places[1].live, 1, 5);
	pass(60000000);
	expect(NULL, 0);
}

static void test_r_035_the_last_to_leave_is_written_down(void **state)
{
	(void)state;
	int64_t alice = rig_user(&rig, "alice", RIG_ORG);
	struct kith_arena mem;
	struct kith_profile profile;

	kith_arena_init(&mem, 4096);
	assert_true(kith_live_enter(places[0].live, alice, 0));
	assert_true(kith_live_enter(places[1].live, alice, 0));
	kith_live_leave(places[0].live, alice);
	rig_settle(&rig);
	assert_int_equal(kith_reader_profile(rig.reader, alice, &mem, &profile), KITH_OK);
	assert_int_equal(profile.last_seen_us, 0);
	kith_live_leave(places[1].live, alice);
	rig_settle(&rig);
	assert_int_equal(kith_reader_profile(rig.reader, alice, &mem, &profile), KITH_OK);
	assert_int_equal(profile.last_seen_us, rig.now_us);
	/* Whoever hides leaves no trace. */
	pass(1000000);
	assert_true(kith_live_enter(places[0].live, alice, 0));
	kith_live_set_flags(places[0].live, alice, KITH_USER_HIDES_PRESENCE);
	kith_live_set_flags(places[1].live, alice, KITH_USER_HIDES_PRESENCE);
	assert_false(kith_presence_shows(rig.presence, alice));
	kith_live_leave(places[0].live, alice);
	rig_settle(&rig);
	assert_int_equal(kith_reader_profile(rig.reader, alice, &mem, &profile), KITH_OK);
	assert_int_equal(profile.last_seen_us, rig.now_us);
	hear_all();
	kith_arena_done(&mem);
}

static void test_much_is_heard_in_several_turns(void **state)
{
	(void)state;
	for (int i = 0; i < KITH_LIVE_TURN_MAX; i++) {
		assert_true(kith_live_enter(places[0].live, 100 + i, 0));
	}
	assert_true(kith_live_hear(places[1].live));
	assert_false(kith_live_hear(places[1].live));
	/* What does not fit is lost, and nothing else is. */
	for (int i = 0; i < KITH_WHISPER_QUEUE_MAX + 1; i++) {
		assert_true(kith_live_enter(places[0].live, 10000 + i, 0));
	}
	assert_int_equal(kith_whispers_lost(whispers, 1), 1);
	while (kith_live_hear(places[1].live)) {
	}
}

static void test_without_memory_it_is_not_said(void **state)
{
	(void)state;
	kith_mem_fail_from(1);
	say(0, 5, true);
	bool is_counted = kith_live_enter(places[0].live, 77, 0);
	kith_mem_fail_never();
	assert_false(is_counted);
	hear_all();
	expect(NULL, 0);
	say(0, 5, true);
	hear_all();
	EXPECT("composing");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_034_it_is_heard_everywhere_and_ends_after_six_seconds),
		TEST(test_r_034_whoever_heard_it_last_sees_the_end_of_it),
		TEST(test_r_034_it_ends_with_its_connection_or_by_a_word),
		TEST(test_r_035_the_last_to_leave_is_written_down),
		TEST(test_much_is_heard_in_several_turns),
		TEST(test_without_memory_it_is_not_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
