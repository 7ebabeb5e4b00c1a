/*
 * test_session.c -- getting online, staying there, coming back, and giving up.
 */
#include "unit/client/rig.h"

static void test_a_client_says_hello_and_is_online(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_connect(&rig);
	assert_int_equal(kith_client_get_state(rig.client), KITH_CLIENT_IDLE);
	UNTIL(&rig, rig.server.heard_count == 1);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"hello\",\"token\":\"t.o.k\"}");
	assert_string_equal(notes(&rig), "connecting");
	fake_server_welcome(&rig.server, "c7");
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_ONLINE);
	assert_string_equal(notes(&rig), "online");
	assert_true(kith_text_is(kith_client_cursor(rig.client), "c7"));
	rig_done(&rig);
	assert_string_equal(notes(&rig), "");
}

static void test_closing_says_good_bye(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	assert_int_equal(kith_client_close(rig.client), KITH_STATUS_OK);
	UNTIL(&rig, rig.server.close_code == 1000);
	assert_string_equal(notes(&rig), "connecting online closed");
	send_text(&rig, NULL, "late");
	settle(&rig);
	assert_string_equal(notes(&rig), "no:offline");
	assert_int_equal(kith_client_connect(rig.client), KITH_STATUS_OK);
	rig_online(&rig);
	assert_string_equal(notes(&rig), "connecting online");
	rig_done(&rig);
}

static void test_a_lost_connection_is_made_again_behind_the_last_event(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	say_event(&rig, 4, "four");
	UNTIL(&rig, strstr(rig.notes, "n4:four") != NULL);
	fake_server_close(&rig.server, 0);
	UNTIL(&rig, strstr(rig.notes, "reconnecting") != NULL);
	assert_string_equal(notes(&rig), "connecting online n4:four reconnecting:network");
	rig_again(&rig);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"hello\",\"token\":\"t.o.k\",\"since\":\"c4\"}");
	fake_server_welcome(&rig.server, "c9");
	/* What came before is dropped, what was missed comes in order. */
	say_event(&rig, 4, "four");
	say_event(&rig, 5, "five");
	say_event(&rig, 6, "six");
	UNTIL(&rig, strstr(rig.notes, "n6:six") != NULL);
	assert_string_equal(notes(&rig), "online n5:five n6:six");
	assert_true(kith_text_is(kith_client_cursor(rig.client), "c6"));
	rig_done(&rig);
}

static void test_a_server_that_is_away_is_tried_until_it_is_back(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	fake_server_go(&rig.server);
	rig_connect(&rig);
	UNTIL(&rig, strstr(rig.notes, "connecting:network") != NULL);
	for (int i = 0; i < 5; i++) {
		pass_ms(&rig, 30000);
	}
	assert_non_null(strstr(notes(&rig), "connecting:network connecting:network"));
	fake_server_listen(&rig.server);
	rig_again(&rig);
	fake_server_welcome(&rig.server, "c0");
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_ONLINE);
	rig_done(&rig);
}

static void test_bye_says_when_to_come_back(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	fake_server_say(&rig.server, "{\"type\":\"bye\",\"code\":4503,\"reason\":\"restart\","
	                             "\"retryAfterMs\":20000}");
	fake_server_close(&rig.server, 4503);
	UNTIL(&rig, strstr(rig.notes, "reconnecting") != NULL);
	pass_ms(&rig, 19999);
	assert_int_equal(fake_server_count(&rig.server, "\"hello\""), 1);
	pass_ms(&rig, 501);
	UNTIL(&rig, fake_server_count(&rig.server, "\"hello\"") == 2);
	rig_done(&rig);
}

static void test_a_refused_upgrade_is_tried_later(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.server.refuse_status = 503;
	rig_connect(&rig);
	UNTIL(&rig, strstr(rig.notes, "connecting:network") != NULL);
	rig.server.refuse_status = 0;
	pass_ms(&rig, 6999); /* Retry-After: 7 */
	assert_int_equal(rig.server.connects, 0);
	pass_ms(&rig, 501);
	UNTIL(&rig, rig.server.connects == 1);
	rig_done(&rig);
}

static void test_a_refused_token_is_asked_for_once_more(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.token = NULL;
	rig.options.on_token = rig_on_token;
	rig.tokens[0] = "old";
	rig.tokens[1] = "new";
	rig.tokens[2] = "newer";
	rig_connect(&rig);
	UNTIL(&rig, rig.server.heard_count == 1);
	fake_server_close(&rig.server, 4401);
	UNTIL(&rig, rig.server.heard_count == 2);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"hello\",\"token\":\"new\"}");
	fake_server_welcome(&rig.server, "c0");
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_ONLINE);
	/* It ends later, online: again one new one, after the back-off. */
	fake_server_close(&rig.server, 4401);
	UNTIL(&rig, strstr(rig.notes, "reconnecting:unauthenticated") != NULL);
	rig_again(&rig);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"token\":\"newer\""));
	fake_server_say(&rig.server,
	                "{\"type\":\"error\",\"problem\":{\"type\":\"t\",\"title\":\"T\","
	                "\"status\":401,\"code\":\"token_expired\"}}");
	fake_server_close(&rig.server, 4401);
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_CLOSED);
	assert_string_equal(notes(&rig), "connecting online reconnecting:unauthenticated "
	                                 "closed:token_expired");
	assert_int_equal(rig.tokens_asked, 3);
	rig_done(&rig);
}

static void test_no_token_closes(void **state)
{
	static const char *const bad[] = { NULL, "", "two words", "line\n" };
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		struct rig rig;

		rig_init(&rig);
		rig.options.token = NULL;
		rig.options.on_token = rig_on_token;
		rig.tokens[0] = bad[i];
		rig_connect(&rig);
		UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_CLOSED);
		assert_string_equal(notes(&rig), "connecting closed:unauthenticated");
		rig_done(&rig);
	}
}

static void test_a_token_that_comes_late_is_used(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	assert_int_equal(kith_client_give_token(rig.client, "fresh"), KITH_STATUS_OK);
	UNTIL(&rig, rig.server.heard_count == 2);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"auth\",\"token\":\"fresh\"}");
	fake_server_say(&rig.server, "{\"type\":\"ok\",\"result\":{}}");
	fake_server_close(&rig.server, 0);
	rig_again(&rig);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"token\":\"fresh\""));
	rig_done(&rig);
}

static void test_final_closes_are_final(void **state)
{
	static const struct {
		int code;
		const char *notes;
	} cases[] = {
		{ 4401, "connecting online reconnecting:unauthenticated closed:unauthenticated" },
		{ 4403, "connecting online closed:forbidden" },
		{ 4409, "connecting online closed:conflict" },
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct rig rig;

		rig_init(&rig);
		rig_online(&rig);
		fake_server_close(&rig.server, cases[i].code);
		settle(&rig);
		pass_ms(&rig, 60000);
		pass_ms(&rig, 60000);
		assert_int_equal(kith_client_get_state(rig.client), KITH_CLIENT_CLOSED);
		assert_int_equal(rig.server.connects, 1);
		assert_string_equal(notes(&rig), cases[i].notes);
		rig_done(&rig);
	}
}

static void test_silence_is_answered_by_a_ping_and_then_by_leaving(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	pass_ms(&rig, 24999);
	assert_int_equal(fake_server_count(&rig.server, "ping"), 0);
	pass_ms(&rig, 1);
	assert_string_equal(fake_server_last(&rig.server), "{\"type\":\"ping\",\"n\":1}");
	fake_server_say(&rig.server, "{\"type\":\"pong\",\"n\":1}");
	settle(&rig);
	pass_ms(&rig, 10000);
	assert_int_equal(kith_client_get_state(rig.client), KITH_CLIENT_ONLINE);
	pass_ms(&rig, 15000);
	assert_string_equal(fake_server_last(&rig.server), "{\"type\":\"ping\",\"n\":2}");
	pass_ms(&rig, 9999);
	assert_int_equal(kith_client_get_state(rig.client), KITH_CLIENT_ONLINE);
	pass_ms(&rig, 1);
	assert_int_equal(kith_client_get_state(rig.client), KITH_CLIENT_RECONNECTING);
	rig_done(&rig);
}

static void test_a_server_that_never_welcomes_is_left(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_connect(&rig);
	UNTIL(&rig, rig.server.heard_count == 1);
	pass_ms(&rig, 9999);
	assert_string_equal(notes(&rig), "connecting");
	pass_ms(&rig, 1);
	assert_string_equal(notes(&rig), "connecting:network");
	rig_done(&rig);
}

/* Whatever a server says that makes no sense ends that connection, never the process. */
static void test_a_hostile_server_is_left_and_tried_again(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
	} cases[] = {
#define SAY(name, bytes) { name, bytes, sizeof(bytes) - 1 }
		SAY("no JSON", "\x81\x03{x}"),
		SAY("no object", "\x81\x02[]"),
		SAY("no type", "\x81\x02{}"),
		SAY("a type that is no text", "\x81\x0a{\"type\":1}"),
		SAY("a second welcome", "\x81\x12{\"type\":\"welcome\"}"),
		SAY("an answer without a result", "\x81\x0d{\"type\":\"ok\"}"),
		SAY("an error without a problem", "\x81\x10{\"type\":\"error\"}"),
		SAY("an event without all", "\x81\x10{\"type\":\"event\"}"),
		SAY("a negative id", "\x81\x21{\"type\":\"ok\",\"id\":-1,\"result\":{}}"),
		SAY("text that is no UTF-8", "\x81\x02\xc3("),
		SAY("a binary message", "\x82\x01x"),
		SAY("a masked frame", "\x81\x81"
		                      "1234x"),
		SAY("a reserved bit", "\xc1\x01x"),
		SAY("a frame of more than a MiB", "\x81\x7f\0\0\0\0\0\x20\0\x01"),
		SAY("a frame that nobody can hold", "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"),
		SAY("a long ping", "\x89\x7e\0\x7e"),
		SAY("a continuation of nothing", "\x80\x01x"),
#undef SAY
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct rig rig;

		rig_init(&rig);
		rig_online(&rig);
		fake_server_say_raw(&rig.server, cases[i].bytes, cases[i].len);
		settle(&rig);
		if (kith_client_get_state(rig.client) != KITH_CLIENT_RECONNECTING) {
			fail_msg("%s: was borne", cases[i].name);
		}
		assert_string_equal(notes(&rig), "connecting online reconnecting:protocol");
		rig_again(&rig);
		rig_done(&rig);
	}
}

static void test_what_is_new_is_ignored(void **state)
{
	static const char *const harmless[] = {
		"{\"type\":\"batch\",\"items\":[]}",
		"{\"type\":\"pong\",\"n\":99,\"x\":{}}",
		"{\"type\":\"ok\",\"id\":12345,\"result\":{}}",
		"{\"type\":\"error\",\"id\":12345,\"problem\":{\"type\":\"t\",\"title\":\"T\","
		"\"status\":400,\"code\":\"x\"}}",
		"{\"type\":\"error\",\"problem\":{}}",
		"{\"type\":\"bye\"}",
		"{\"type\":\"event\",\"event\":\"user.danced\",\"cursor\":\"cx\",\"conversation\":"
		"\"" CONVERSATION "\",\"n\":1,\"data\":{\"x\":1}}",
	};
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	for (size_t i = 0; i < KITH_COUNT(harmless); i++) {
		fake_server_say(&rig.server, harmless[i]);
	}
	settle(&rig);
	assert_string_equal(notes(&rig), "connecting online");
	assert_true(kith_text_is(kith_client_cursor(rig.client), "cx"));
	rig_done(&rig);
}

static void test_answers_to_the_upgrade_that_are_none(void **state)
{
	static const char *const answers[] = {
		"rubbish\r\n\r\n",
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
		"Sec-WebSocket-Protocol: kith.v1\r\n\r\n",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n",
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(answers); i++) {
		struct rig rig;

		rig_init(&rig);
		rig.server.refuse_with = answers[i];
		rig_connect(&rig);
		UNTIL(&rig, strstr(rig.notes, "connecting:protocol") != NULL);
		rig_done(&rig);
	}
}

static void test_messages_in_pieces_are_whole(void **state)
{
	struct rig rig;
	char bytes[800];
	size_t len = 0;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	/* Byte by byte as fragments, a ping in the middle. */
	const char *text = "{\"type\":\"gap\",\"reload\":true}";
	for (size_t i = 0; text[i] != '\0'; i++) {
		bytes[len++] = (char)((i == 0 ? 0x01 : 0x00) | (text[i + 1] == '\0' ? 0x80 : 0));
		bytes[len++] = 1;
		bytes[len++] = text[i];
		if (i == 5) {
			memcpy(bytes + len, "\x89\x01!", 3);
			len += 3;
		}
	}
	for (size_t i = 0; i < len; i++) {
		fake_server_say_raw(&rig.server, bytes + i, 1);
		turn(&rig);
	}
	UNTIL(&rig, strstr(rig.notes, "reload") != NULL);
	rig_done(&rig);
}

/* A server with another past: its numbers begin anew, and its gap says where to go on. */
static void test_a_gap_begins_a_new_life(void **state)
{
	static const struct {
		const char *gap, *cursor;
	} cases[] = {
		{ "{\"type\":\"gap\",\"reload\":true,\"cursor\":\"g5\"}", "g5" },
		{ "{\"type\":\"gap\",\"reload\":true}", "c0" },
		{ "{\"type\":\"gap\",\"reload\":true,\"cursor\":7}", "c0" },
		{ "{\"type\":\"gap\",\"reload\":true,\"cursor\":\"\"}", "c0" },
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct rig rig;

		rig_init(&rig);
		rig_online(&rig);
		say_event(&rig, 9, "old");
		fake_server_say(&rig.server, cases[i].gap);
		UNTIL(&rig, strstr(rig.notes, "reload") != NULL);
		assert_true(kith_text_is(kith_client_cursor(rig.client), cases[i].cursor));
		say_event(&rig, 1, "new");
		settle(&rig);
		assert_string_equal(notes(&rig), "connecting online n9:old reload n1:new");
		rig_done(&rig);
	}
}

static void on_state_detail(void *context, enum kith_client_state state,
                            const struct kith_problem *problem)
{
	if (state == KITH_CLIENT_CLOSED && problem != NULL) {
		note(context, "%.*s", (int)problem->detail.len, problem->detail.at);
	}
}

static void test_the_reason_of_a_close_is_told_whole(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.on_state = on_state_detail;
	rig_online(&rig);
	fake_server_close(&rig.server, 4403);
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_CLOSED);
	assert_string_equal(notes(&rig), "the server closed the socket: 4403 so");
	rig_done(&rig);
}

/* What the server says of a hello is told, and not said again and again. */
static void test_a_refused_hello_is_told_and_final(void **state)
{
	static const struct {
		int status;
		const char *problem;
		int code;
		const char *notes;
	} cases[] = {
		{ 400, "invalid_request", 4400, "connecting closed:invalid_request" },
		{ 401, "token_expired", 4401, "connecting closed:token_expired" },
		{ 403, "forbidden", 4403, "connecting closed:forbidden" },
		{ 403, "some_new_code", 4403, "connecting closed:some_new_code" },
		{ 0, NULL, 4400, "connecting closed:invalid_request" },
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct rig rig;
		char text[200];

		rig_init(&rig);
		rig_connect(&rig);
		UNTIL(&rig, rig.server.heard_count == 1);
		if (cases[i].problem != NULL) {
			snprintf(text, sizeof(text),
			         "{\"type\":\"error\",\"problem\":{\"type\":\"t\",\"title\":\"T\","
			         "\"status\":%d,\"code\":\"%s\"}}",
			         cases[i].status, cases[i].problem);
			fake_server_say(&rig.server, text);
		}
		snprintf(text, sizeof(text), "{\"type\":\"bye\",\"code\":%d,\"reason\":\"r\"}",
		         cases[i].code);
		fake_server_say(&rig.server, text);
		fake_server_close(&rig.server, cases[i].code);
		settle(&rig);
		pass_ms(&rig, 60000);
		pass_ms(&rig, 60000);
		assert_string_equal(notes(&rig), cases[i].notes);
		assert_int_equal(rig.server.connects, 1);
		rig_done(&rig);
	}
}

/* Once welcomed, 4400 is one bad frame: worth another connection. */
static void test_a_bad_frame_online_is_not_final(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	fake_server_close(&rig.server, 4400);
	settle(&rig);
	assert_string_equal(notes(&rig), "connecting online reconnecting:network");
	rig_done(&rig);
}

static void on_thread_state(void *context, enum kith_client_state state,
                            const struct kith_problem *problem)
{
	(void)problem;
	__atomic_store_n((int *)context, (int)state, __ATOMIC_SEQ_CST);
}

static void test_a_thread_of_its_own_and_calls_from_another(void **state)
{
	struct rig rig;
	int seen = -1;
	(void)state;

	rig_init(&rig);
	rig.server.is_polite = true;
	rig.options.on_state = on_thread_state;
	rig.options.context = &seen;
	assert_int_equal(kith_client_new(&rig.options, &rig.client, NULL), KITH_STATUS_OK);
	assert_int_equal(kith_client_start(rig.client), KITH_STATUS_OK);
	assert_int_equal(kith_client_connect(rig.client), KITH_STATUS_OK);
	for (int i = 0; i < 100; i++) {
		const struct kith_messages_send_to_user_args args = { .address =
			                                                      kith_text_of("bob"),
			                                              .text = kith_text_of("x") };
		assert_int_equal(kith_messages_send_to_user(rig.client, &args, NULL, NULL),
		                 KITH_STATUS_OK);
	}
	while (fake_server_count(&rig.server, "messages.sendToUser") < 100) {
		fake_server_turn(&rig.server);
	}
	assert_int_equal(__atomic_load_n(&seen, __ATOMIC_SEQ_CST), KITH_CLIENT_ONLINE);
	kith_client_stop(rig.client);
	rig_done(&rig);
}

static void test_options_that_make_no_sense(void **state)
{
	struct kith_client_options options = { .url = "http://127.0.0.1:1", .token = "t" };
	struct kith_client *client = NULL;
	char why[KITH_CLIENT_WHY_MAX];
	(void)state;

	options.url = "ftp://127.0.0.1";
	assert_int_equal(kith_client_new(&options, &client, why), KITH_STATUS_BAD_ARGUMENT);
	assert_non_null(strstr(why, "http://"));
	options.url = "https://127.0.0.1";
	options.ca_file = "/nowhere/at.all";
	assert_int_equal(kith_client_new(&options, &client, why), KITH_STATUS_BAD_ARGUMENT);
	assert_non_null(strstr(why, options.ca_file));
	options.ca_file = NULL;
	options.url = NULL;
	assert_int_equal(kith_client_new(&options, &client, NULL), KITH_STATUS_BAD_ARGUMENT);
	options = (struct kith_client_options){ .url = "http://h" };
	assert_int_equal(kith_client_new(&options, &client, why), KITH_STATUS_BAD_ARGUMENT);
	options.token = "t";
	options.call_timeout_ms = -1;
	assert_int_equal(kith_client_new(&options, &client, why), KITH_STATUS_BAD_ARGUMENT);
	options.call_timeout_ms = 0;
	options.outbox_path = "/nowhere/at/all";
	assert_int_equal(kith_client_new(&options, &client, why), KITH_STATUS_STORAGE);
	assert_null(client);
	kith_client_free(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_client_says_hello_and_is_online),
		cmocka_unit_test(test_closing_says_good_bye),
		cmocka_unit_test(test_a_lost_connection_is_made_again_behind_the_last_event),
		cmocka_unit_test(test_a_server_that_is_away_is_tried_until_it_is_back),
		cmocka_unit_test(test_bye_says_when_to_come_back),
		cmocka_unit_test(test_a_refused_upgrade_is_tried_later),
		cmocka_unit_test(test_a_refused_token_is_asked_for_once_more),
		cmocka_unit_test(test_no_token_closes),
		cmocka_unit_test(test_a_token_that_comes_late_is_used),
		cmocka_unit_test(test_final_closes_are_final),
		cmocka_unit_test(test_silence_is_answered_by_a_ping_and_then_by_leaving),
		cmocka_unit_test(test_a_server_that_never_welcomes_is_left),
		cmocka_unit_test(test_a_hostile_server_is_left_and_tried_again),
		cmocka_unit_test(test_what_is_new_is_ignored),
		cmocka_unit_test(test_answers_to_the_upgrade_that_are_none),
		cmocka_unit_test(test_messages_in_pieces_are_whole),
		cmocka_unit_test(test_a_gap_begins_a_new_life),
		cmocka_unit_test(test_the_reason_of_a_close_is_told_whole),
		cmocka_unit_test(test_a_refused_hello_is_told_and_final),
		cmocka_unit_test(test_a_bad_frame_online_is_not_final),
		cmocka_unit_test(test_a_thread_of_its_own_and_calls_from_another),
		cmocka_unit_test(test_options_that_make_no_sense),
	};
	return cmocka_run_group_tests_name("client/session", tests, NULL, NULL);
}
