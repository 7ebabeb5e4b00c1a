/*
 * test_invoke.c -- calls find their answers, across losses, in time or not at all.
 */
#include "unit/client/rig.h"

#include "base/uuid.h"
#include "base/when.h"

static void test_a_call_gets_its_answer(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	send_text(&rig, MESSAGE_ID, "hello");
	UNTIL(&rig, rig.server.heard_count == 2);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"call\",\"id\":1,\"call\":\"messages.sendToUser\",\"args\":"
	                    "{\"address\":\"bob\",\"id\":\"" MESSAGE_ID "\",\"text\":\"hello\"}}");
	say_stored(&rig, 1, 12, "");
	UNTIL(&rig, strstr(rig.notes, "ok") != NULL);
	assert_string_equal(notes(&rig), "connecting online ok12");
	send_text(&rig, MESSAGE_ID, "hello");
	UNTIL(&rig, rig.server.heard_count == 3);
	say_stored(&rig, 2, 12, ",\"repeated\":true");
	UNTIL(&rig, strstr(rig.notes, "ok12r") != NULL);
	rig_done(&rig);
}

static void test_a_refusal_is_a_problem(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	send_text(&rig, NULL, "hello");
	UNTIL(&rig, rig.server.heard_count == 2);
	say_problem(&rig, 1, 404, "not_found", "");
	UNTIL(&rig, strstr(rig.notes, "no:not_found") != NULL);
	send_text(&rig, NULL, "hello");
	UNTIL(&rig, rig.server.heard_count == 3);
	fake_server_say(&rig.server, "{\"type\":\"error\",\"id\":2,\"problem\":{}}");
	UNTIL(&rig, strstr(rig.notes, "no:protocol") != NULL);
	send_text(&rig, NULL, "hello");
	UNTIL(&rig, rig.server.heard_count == 4);
	fake_server_say(&rig.server, "{\"type\":\"ok\",\"id\":3,\"result\":{\"n\":\"one\"}}");
	UNTIL(&rig, strstr(rig.notes, "no:protocol no:protocol") != NULL);
	assert_int_equal(kith_client_get_state(rig.client), KITH_CLIENT_ONLINE);
	rig_done(&rig);
}

/* the id is made at the first try by the server's clock, and then never changes. */
static void test_an_id_is_made_once_by_the_servers_clock(void **state)
{
	struct rig rig;
	struct kith_uuid id;
	int64_t server_us = 0;
	(void)state;

	assert_true(kith_when_parse(KITH_STR("2026-11-22T10:15:30.123Z"), &server_us));
	rig_init(&rig);
	rig_connect(&rig);
	send_text(&rig, NULL, "first");
	rig_online(&rig);
	UNTIL(&rig, rig.server.heard_count == 2);
	const char *at = strstr(fake_server_last(&rig.server), "\"id\":\"");
	assert_non_null(at);
	assert_true(kith_uuid_parse(kith_str_make(at + 6, KITH_UUID_TEXT), &id));
	assert_int_equal(kith_uuid_version(&id), 7);
	int64_t off_us = kith_uuid_time_us(&id) - server_us;
	assert_true(off_us > -KITH_MINUTE_US && off_us < KITH_MINUTE_US);

	fake_server_close(&rig.server, 0);
	rig_again(&rig);
	fake_server_welcome(&rig.server, "c0");
	UNTIL(&rig, rig.server.heard_count == 4);
	/* The same bytes, but for the frame's own number. */
	assert_string_equal(strstr(rig.server.heard[3], "\"call\":\""),
	                    strstr(rig.server.heard[1], "\"call\":\""));
	say_stored(&rig, rig.server.last_id, 1, "");
	UNTIL(&rig, strstr(rig.notes, "ok1") != NULL);
	rig_done(&rig);
}

static void test_what_was_not_answered_is_sent_again_in_order(void **state)
{
	struct rig rig;
	char text[16];
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "m%d.", i);
		send_text(&rig, NULL, text);
	}
	settle(&rig);
	assert_int_equal(rig.server.heard_count, 1 + 64); /* the window */
	for (int i = 1; i <= 10; i++) {
		say_stored(&rig, i, i, "");
	}
	settle(&rig);
	assert_int_equal(rig.server.heard_count, 1 + 74);
	(void)notes(&rig);
	fake_server_close(&rig.server, 0);
	rig_again(&rig);
	rig.server.is_polite = true;
	size_t from = rig.server.heard_count;
	fake_server_welcome(&rig.server, "c0");
	UNTIL(&rig, rig.server.heard_count == from + 90);
	for (int i = 10; i < 100; i++) {
		snprintf(text, sizeof(text), "m%d.", i);
		assert_non_null(strstr(rig.server.heard[from + (size_t)i - 10], text));
	}
	settle(&rig);
	assert_non_null(strstr(rig.notes, "ok90"));
	rig_done(&rig);
}

static void test_a_call_ends_in_time(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	send_text(&rig, NULL, "flying");
	settle(&rig);
	pass_ms(&rig, 5000);
	send_text(&rig, NULL, "later");
	settle(&rig);
	pass_ms(&rig, 9999);
	assert_string_equal(notes(&rig), "");
	pass_ms(&rig, 1);
	assert_string_equal(notes(&rig), "no:timeout");
	say_stored(&rig, 1, 1, ""); /* too late: nobody waits */
	say_stored(&rig, 2, 2, "");
	UNTIL(&rig, strstr(rig.notes, "ok2") != NULL);
	assert_string_equal(notes(&rig), "ok2");
	rig_done(&rig);
}

static void test_a_call_waits_for_a_connection_or_its_time(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	fake_server_go(&rig.server);
	rig_connect(&rig);
	send_text(&rig, NULL, "x");
	settle(&rig);
	(void)notes(&rig);
	pass_ms(&rig, 14999);
	assert_null(strstr(rig.notes, "no:"));
	pass_ms(&rig, 1);
	assert_non_null(strstr(rig.notes, "no:timeout"));
	rig_done(&rig);
}

static void test_who_is_in_a_hurry_fails_fast(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.fails_fast = true;
	fake_server_go(&rig.server);
	rig_connect(&rig);
	send_text(&rig, NULL, "x");
	UNTIL(&rig, strstr(rig.notes, "no:network") != NULL);
	/* Once it was online, calls wait. */
	fake_server_listen(&rig.server);
	rig_again(&rig);
	fake_server_welcome(&rig.server, "c0");
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_ONLINE);
	(void)notes(&rig);
	fake_server_go(&rig.server);
	send_text(&rig, NULL, "y");
	pass_ms(&rig, 5000);
	assert_null(strstr(notes(&rig), "no:"));
	rig_done(&rig);
}

static void test_freeing_answers_every_call(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	send_text(&rig, NULL, "flying");
	settle(&rig);
	send_text(&rig, NULL, "not even begun");
	kith_client_free(&rig.client);
	assert_null(rig.client);
	assert_string_equal(notes(&rig), "no:aborted no:aborted");
	rig_done(&rig);
}

static void test_closing_answers_every_call(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	send_text(&rig, NULL, "flying");
	settle(&rig);
	(void)notes(&rig);
	fake_server_close(&rig.server, 4403);
	UNTIL(&rig, strstr(rig.notes, "no:") != NULL);
	assert_string_equal(notes(&rig), "closed:forbidden no:forbidden");
	send_text(&rig, NULL, "after");
	settle(&rig);
	assert_string_equal(notes(&rig), "no:forbidden");
	rig_done(&rig);
}

static void test_too_many_calls_are_refused_and_too_large_ones(void **state)
{
	const struct kith_messages_send_to_user_args args = { .address = kith_text_of("bob"),
		                                              .text = kith_text_of("x") };
	struct rig rig;
	int status = KITH_STATUS_OK;
	int count = 0;
	char *large = malloc(300 * 1024);
	(void)state;

	rig_init(&rig);
	assert_non_null(large);
	memset(large, 'x', 300 * 1024 - 1);
	large[300 * 1024 - 1] = '\0';
	rig_connect(&rig);
	send_text(&rig, NULL, large);
	settle(&rig);
	assert_string_equal(notes(&rig), "connecting no:too_large");
	while (status == KITH_STATUS_OK && count <= KITH_CLIENT_CALLS_MAX) {
		status = kith_messages_send_to_user(rig.client, &args, NULL, NULL);
		count++;
	}
	assert_int_equal(status, KITH_STATUS_FULL);
	assert_int_equal(count, KITH_CLIENT_CALLS_MAX + 1);
	free(large);
	rig_done(&rig);
}

static void test_bad_arguments_are_refused_at_once(void **state)
{
	const struct kith_messages_send_to_user_args nobody = { .text = kith_text_of("x") };
	const struct kith_messages_send_to_user_args latin = { .address = kith_text_of("bob"),
		                                               .text = kith_text_of("\xe4") };
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_connect(&rig);
	assert_int_equal(kith_messages_send_to_user(rig.client, &nobody, on_message, &rig),
	                 KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_messages_send_to_user(rig.client, &latin, on_message, &rig),
	                 KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_messages_send_to_user(rig.client, NULL, on_message, &rig),
	                 KITH_STATUS_BAD_ARGUMENT);
	settle(&rig);
	assert_string_equal(notes(&rig), "connecting");
	rig_done(&rig);
}

static void on_json(void *context, const struct kith_problem *problem, struct kith_text json)
{
	struct rig *rig = context;

	if (problem != NULL) {
		struct kith_text raw = kith_client_json(rig->client);

		assert_null(json.at);
		note(context, "no:%.*s", (int)raw.len, raw.at);
	} else {
		note(context, "%.*s", (int)json.len, json.at);
	}
}

static void test_a_call_by_name_passes_on_what_it_does_not_know(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	assert_int_equal(kith_client_call(rig.client, "me.get", kith_text_of(NULL), on_json, &rig),
	                 KITH_STATUS_OK);
	UNTIL(&rig, rig.server.heard_count == 2);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"call\",\"id\":1,\"call\":\"me.get\",\"args\":{}}");
	fake_server_say(&rig.server, "{\"type\":\"ok\",\"id\":1,\"result\":{\"new\":[1, 2]}}");
	UNTIL(&rig, rig.notes[0] != '\0');
	assert_string_equal(notes(&rig), "{\"new\":[1, 2]}");
	assert_null(kith_client_json(rig.client).at);

	assert_int_equal(kith_client_call(rig.client, "messages.sendToUser",
	                                  kith_text_of(" {\"address\":\"bob\",\"later\":1} "),
	                                  on_json, &rig),
	                 KITH_STATUS_OK);
	UNTIL(&rig, rig.server.heard_count == 3);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"args\":{\"id\":\"0"));
	assert_non_null(strstr(fake_server_last(&rig.server), "\"later\":1}}"));
	say_problem(&rig, 2, 400, "invalid_request", ",\"odd\":true");
	UNTIL(&rig, rig.notes[0] != '\0');
	assert_string_equal(notes(&rig),
	                    "no:{\"type\":\"/problems/invalid_request\",\"title\":\"T.\","
	                    "\"status\":400,\"code\":\"invalid_request\",\"odd\":true}");
	kith_client_call(rig.client, "me.get", kith_text_of(NULL), on_json, &rig);
	settle(&rig);
	pass_ms(&rig, 15000);
	assert_string_equal(notes(&rig), "no:{\"type\":\"/problems/timeout\",\"title\":\"No answer "
	                                 "came in time.\",\"status\":0,\"code\":\"timeout\"}");

	assert_int_equal(kith_client_call(rig.client, "no.such", kith_text_of("{}"), on_json, &rig),
	                 KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_client_call(rig.client, "me.get", kith_text_of("[]"), on_json, &rig),
	                 KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_client_call(rig.client, "me.get", kith_text_of("{"), on_json, &rig),
	                 KITH_STATUS_BAD_ARGUMENT);
	rig_done(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_call_gets_its_answer),
		cmocka_unit_test(test_a_refusal_is_a_problem),
		cmocka_unit_test(test_an_id_is_made_once_by_the_servers_clock),
		cmocka_unit_test(test_what_was_not_answered_is_sent_again_in_order),
		cmocka_unit_test(test_a_call_ends_in_time),
		cmocka_unit_test(test_a_call_waits_for_a_connection_or_its_time),
		cmocka_unit_test(test_who_is_in_a_hurry_fails_fast),
		cmocka_unit_test(test_freeing_answers_every_call),
		cmocka_unit_test(test_closing_answers_every_call),
		cmocka_unit_test(test_too_many_calls_are_refused_and_too_large_ones),
		cmocka_unit_test(test_bad_arguments_are_refused_at_once),
		cmocka_unit_test(test_a_call_by_name_passes_on_what_it_does_not_know),
	};
	return cmocka_run_group_tests_name("client/invoke", tests, NULL, NULL);
}
