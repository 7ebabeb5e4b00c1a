/*
 * test_delivered.c -- the senders learn that their messages have arrived here.
 */
#include "unit/client/rig.h"

static void online(struct rig *rig)
{
	rig_init(rig);
	rig->options.hides_delivered = false;
	rig_online(rig);
	settle(rig);
}

static size_t told(struct rig *rig)
{
	return fake_server_count(&rig->server, "conversations.delivered");
}

static void say_read_state(struct rig *rig)
{
	char text[400];

	snprintf(text, sizeof(text),
	         "{\"type\":\"ok\",\"id\":%lld,\"result\":{\"conversation\":\"" CONVERSATION
	         "\",\"delivered\":1,\"seen\":0,\"unread\":1,\"markedUnread\":false}}",
	         (long long)rig->server.last_id);
	fake_server_say(&rig->server, text);
}

static void test_r_053_many_messages_are_one_call(void **state)
{
	struct rig rig;
	(void)state;

	online(&rig);
	for (int n = 1; n <= 50; n++) {
		say_event(&rig, n, "x");
	}
	UNTIL(&rig, strstr(rig.notes, "n50:x") != NULL);
	settle(&rig);
	assert_int_equal(told(&rig), 1);
	say_read_state(&rig);
	pass_ms(&rig, 249);
	pass_ms(&rig, 2);
	/* What came after the first was told, is told with one more. */
	assert_true(told(&rig) <= 2);
	assert_non_null(strstr(fake_server_last(&rig.server),
	                       "{\"conversation\":\"" CONVERSATION "\",\"upTo\":50}"));
	rig_done(&rig);
}

static void test_r_053_a_conversation_is_told_of_four_times_a_second_at_most(void **state)
{
	struct rig rig;
	(void)state;

	online(&rig);
	say_event(&rig, 1, "x");
	UNTIL(&rig, told(&rig) == 1);
	say_read_state(&rig);
	settle(&rig);
	say_event(&rig, 2, "x");
	say_event(&rig, 3, "x");
	pass_ms(&rig, 248);
	assert_int_equal(told(&rig), 1);
	pass_ms(&rig, 2);
	assert_int_equal(told(&rig), 2);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"upTo\":3}"));
	/* Unanswered, it stays the only one. */
	say_event(&rig, 4, "x");
	pass_ms(&rig, 1000);
	assert_int_equal(told(&rig), 2);
	say_read_state(&rig);
	settle(&rig);
	assert_int_equal(told(&rig), 3);
	say_read_state(&rig);
	pass_ms(&rig, 5000);
	assert_int_equal(told(&rig), 3);
	rig_done(&rig);
}

static void test_r_053_what_was_not_confirmed_is_told_again(void **state)
{
	struct rig rig;
	(void)state;

	online(&rig);
	say_event(&rig, 7, "x");
	UNTIL(&rig, told(&rig) == 1);
	fake_server_close(&rig.server, 0);
	UNTIL(&rig, strstr(rig.notes, "reconnecting") != NULL);
	rig_again(&rig);
	fake_server_welcome(&rig.server, "c7");
	UNTIL(&rig, told(&rig) == 2);
	say_problem(&rig, rig.server.last_id, 503, "unavailable", ",\"retryAfterMs\":1000");
	settle(&rig);
	pass_ms(&rig, 900);
	assert_int_equal(told(&rig), 2);
	pass_ms(&rig, 200);
	UNTIL(&rig, told(&rig) == 3);
	say_problem(&rig, rig.server.last_id, 404, "not_found", "");
	pass_ms(&rig, 10000);
	assert_int_equal(told(&rig), 3);
	rig_done(&rig);
}

static void test_r_053_what_an_earlier_process_could_not_tell_is_found(void **state)
{
	struct rig rig;
	char text[1500];
	(void)state;

	rig_init(&rig);
	rig.options.hides_delivered = false;
	rig.options.since = "c3";
	rig_online(&rig);
	UNTIL(&rig, fake_server_count(&rig.server, "conversations.list") == 1);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"filter\":\"unread\""));
	snprintf(text, sizeof(text),
	         "{\"type\":\"ok\",\"id\":%lld,\"result\":{\"items\":[{\"id\":\"" CONVERSATION
	         "\",\"organization\":\"default\",\"kind\":\"direct\",\"members\":[],"
	         "\"createdAt\":\"2026-11-22T10:15:30.000Z\",\"n\":3,\"delivered\":1,\"seen\":1,"
	         "\"unread\":2,\"markedUnread\":false,\"others\":[],\"last\":null}],"
	         "\"next\":null}}",
	         (long long)rig.server.last_id);
	fake_server_say(&rig.server, text);
	UNTIL(&rig, told(&rig) == 1);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"upTo\":3}"));
	rig_done(&rig);
}

static void test_own_messages_and_a_client_that_hides_it_tell_nothing(void **state)
{
	struct rig rig;
	(void)state;

	online(&rig);
	fake_server_say(&rig.server,
	                "{\"type\":\"event\",\"event\":\"message.new\",\"cursor\":\"c1\","
	                "\"conversation\":\"" CONVERSATION
	                "\",\"n\":1,\"data\":{\"id\":\"" MESSAGE_ID
	                "\",\"conversation\":\"" CONVERSATION "\",\"n\":1,\"from\":\"alice\","
	                "\"kind\":\"text\",\"text\":\"mine\",\"createdAt\":"
	                "\"2026-11-22T10:15:30.123Z\",\"sentAt\":\"2026-11-22T10:15:30.123Z\"}}");
	UNTIL(&rig, strstr(rig.notes, "n1:mine") != NULL);
	settle(&rig);
	assert_int_equal(told(&rig), 0);
	rig_done(&rig);
	rig_init(&rig);
	rig_online(&rig);
	say_event(&rig, 1, "x");
	UNTIL(&rig, strstr(rig.notes, "n1:x") != NULL);
	pass_ms(&rig, 1000);
	assert_int_equal(told(&rig), 0);
	rig_done(&rig);
}

/* More conversations than there are slots: the list finds those beyond. */
static void test_a_conversation_too_many_is_found_in_the_list(void **state)
{
	struct rig rig;
	char frame[700];
	int beyond = 4096 + 1;
	(void)state;

	online(&rig);
	for (int i = 0; i < beyond; i++) {
		snprintf(frame, sizeof(frame),
		         "{\"type\":\"event\",\"event\":\"message.new\",\"cursor\":\"d%d\","
		         "\"conversation\":\"conversation-%d\",\"n\":1,\"data\":{\"id\":"
		         "\"" MESSAGE_ID
		         "\",\"conversation\":\"conversation-%d\",\"n\":1,\"from\":\"bob\","
		         "\"kind\":\"text\",\"text\":\"\",\"createdAt\":"
		         "\"2026-11-22T10:15:30.123Z\",\"sentAt\":\"2026-11-22T10:15:30.123Z\"}}",
		         i, i, i);
		rig.notes[0] = '\0';
		fake_server_say(&rig.server, frame);
		if (i % 100 == 99) {
			settle(&rig);
		}
	}
	settle(&rig);
	assert_int_equal(told(&rig), 16); /* those on their way */
	assert_int_equal(fake_server_count(&rig.server, "conversations.list"), 1);
	rig_done(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_053_many_messages_are_one_call),
		cmocka_unit_test(test_r_053_a_conversation_is_told_of_four_times_a_second_at_most),
		cmocka_unit_test(test_r_053_what_was_not_confirmed_is_told_again),
		cmocka_unit_test(test_r_053_what_an_earlier_process_could_not_tell_is_found),
		cmocka_unit_test(test_own_messages_and_a_client_that_hides_it_tell_nothing),
		cmocka_unit_test(test_a_conversation_too_many_is_found_in_the_list),
	};
	return cmocka_run_group_tests_name("client/delivered", tests, NULL, NULL);
}
