/*
 * test_sender.c -- messages in the outbox are sent once, in order, whatever
 * happens to the connection, the server's mood and the process.
 */
#include "unit/client/folder.h"
#include "unit/client/rig.h"

static void keep(struct rig *rig, const char *to, const char *id, const char *text, uint64_t tag)
{
	const struct kith_messages_send_to_user_args args = {
		.address = kith_text_of(to),
		.id = kith_text_of(id),
		.text = kith_text_of(text),
	};

	assert_int_equal(kith_outbox_send_to_user(rig->client, &args, tag), KITH_STATUS_OK);
}

static const char *last_call(struct rig *rig)
{
	const char *at = strstr(fake_server_last(&rig->server), "\"call\":\"");

	return at == NULL ? "" : at;
}

/* Is the text of the last call TEXT? */
static void expect_text(struct rig *rig, size_t heard, const char *text)
{
	char part[64];

	UNTIL(rig, rig->server.heard_count == heard);
	settle(rig);
	assert_int_equal(rig->server.heard_count, heard);
	snprintf(part, sizeof(part), "\"text\":\"%s\"", text);
	assert_non_null(strstr(fake_server_last(&rig->server), part));
}

static void test_one_recipient_gets_one_at_a_time_in_order(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	keep(&rig, "bob", NULL, "b1", 1);
	keep(&rig, "bob", NULL, "b2", 2);
	keep(&rig, "carol", NULL, "c1", 3);
	settle(&rig);
	assert_string_equal(notes(&rig), "kept1 kept2 kept3");
	assert_int_equal(rig.server.heard_count, 3);
	assert_non_null(strstr(rig.server.heard[1], "\"text\":\"b1\""));
	assert_non_null(strstr(rig.server.heard[2], "\"text\":\"c1\""));
	assert_int_equal(kith_outbox_count(rig.client), 3);
	say_stored(&rig, 1, 1, "");
	expect_text(&rig, 4, "b2");
	say_stored(&rig, 2, 1, "");
	say_stored(&rig, 3, 2, "");
	UNTIL(&rig, strstr(rig.notes, "sent2") != NULL);
	assert_string_equal(notes(&rig), "sent1 sent3 sent2");
	assert_int_equal(kith_outbox_count(rig.client), 0);
	rig_done(&rig);
}

static void test_a_lost_connection_repeats_the_same_bytes(void **state)
{
	struct rig rig;
	char call[400];
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	keep(&rig, "bob", NULL, "one", 1);
	keep(&rig, "bob", NULL, "two", 2);
	expect_text(&rig, 2, "one");
	snprintf(call, sizeof(call), "%s", last_call(&rig));
	fake_server_close(&rig.server, 0);
	rig_again(&rig);
	fake_server_welcome(&rig.server, "c0");
	expect_text(&rig, 4, "one");
	assert_string_equal(last_call(&rig), call);
	say_stored(&rig, rig.server.last_id, 1, ",\"repeated\":true");
	expect_text(&rig, 5, "two");
	say_stored(&rig, rig.server.last_id, 2, "");
	UNTIL(&rig, strstr(rig.notes, "sent2") != NULL);
	assert_non_null(strstr(rig.notes, "sent1r sent2"));
	rig_done(&rig);
}

static void test_a_final_refusal_fails_one_and_goes_on(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	keep(&rig, "bob", NULL, "one", 1);
	keep(&rig, "bob", NULL, "two", 2);
	expect_text(&rig, 2, "one");
	say_problem(&rig, 1, 404, "not_found", "");
	expect_text(&rig, 3, "two");
	say_problem(&rig, 2, 409, "some_new_code", "");
	UNTIL(&rig, strstr(rig.notes, "failed2") != NULL);
	assert_string_equal(notes(&rig), "kept1 kept2 failed1:not_found failed2:some_new_code");
	assert_int_equal(kith_outbox_count(rig.client), 0);
	rig_done(&rig);
}

static void test_a_refusal_that_passes_holds_everything_in_order(void **state)
{
	static const struct {
		int status;
		const char *code;
	} cases[] = { { 503, "unavailable" }, { 429, "rate_limited" }, { 408, "request_timeout" } };
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct rig rig;

		rig_init(&rig);
		rig_online(&rig);
		(void)notes(&rig);
		keep(&rig, "bob", NULL, "one", 1);
		keep(&rig, "bob", NULL, "two", 2);
		expect_text(&rig, 2, "one");
		say_problem(&rig, 1, cases[i].status, cases[i].code, ",\"retryAfterMs\":8000");
		keep(&rig, "carol", NULL, "three", 3);
		settle(&rig);
		pass_ms(&rig, 7999);
		assert_int_equal(rig.server.heard_count, 2);
		pass_ms(&rig, 501);
		UNTIL(&rig, rig.server.heard_count == 4);
		assert_int_equal(fake_server_count(&rig.server, "\"text\":\"one\""), 2);
		assert_int_equal(fake_server_count(&rig.server, "\"text\":\"two\""), 0);
		assert_string_equal(notes(&rig), "kept1 kept2 kept3");
		rig_done(&rig);
	}
}

/* R-081 what was in flight together is refused together, and that is one failed try: the wait
 * does not grow with each of them. */
static void test_many_refusals_at_once_are_one_wait(void **state)
{
	enum { MANY = 20 };
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	for (uint64_t i = 1; i <= MANY; i++) {
		char to[16];
		snprintf(to, sizeof(to), "user%d", (int)i);
		keep(&rig, to, NULL, "x", i);
	}
	UNTIL(&rig, rig.server.heard_count == 1 + MANY);
	for (int64_t id = 1; id <= MANY; id++) {
		say_problem(&rig, id, 429, "rate_limited", ",\"retryAfterMs\":8000");
	}
	settle(&rig);
	pass_ms(&rig, 7999);
	assert_int_equal(rig.server.heard_count, 1 + MANY);
	pass_ms(&rig, 501);
	UNTIL(&rig, rig.server.heard_count == 1 + 2 * MANY);
	rig_done(&rig);
}

static void test_an_id_out_of_date_is_made_again_if_it_is_ours(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	keep(&rig, "bob", NULL, "ours", 1);
	expect_text(&rig, 2, "ours");
	say_problem(&rig, 1, 400, "invalid_id", "");
	expect_text(&rig, 3, "ours");
	assert_string_not_equal(strstr(rig.server.heard[1], "\"args\""),
	                        strstr(rig.server.heard[2], "\"args\""));
	say_stored(&rig, 2, 1, "");
	keep(&rig, "bob", MESSAGE_ID, "yours", 2);
	expect_text(&rig, 4, "yours");
	say_problem(&rig, 3, 400, "invalid_id", "");
	UNTIL(&rig, strstr(rig.notes, "failed2") != NULL);
	keep(&rig, "bob", NULL, "never", 3);
	for (int i = 0; i < 10 && strstr(rig.notes, "failed3") == NULL; i++) {
		settle(&rig);
		say_problem(&rig, rig.server.last_id, 400, "invalid_id", "");
		settle(&rig);
	}
	assert_string_equal(notes(&rig), "kept1 sent1 kept2 failed2:invalid_id kept3 "
	                                 "failed3:invalid_id");
	rig_done(&rig);
}

static void test_an_expired_token_costs_no_message(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.token = NULL;
	rig.options.on_token = rig_on_token;
	rig.tokens[0] = "old";
	rig.tokens[1] = "new";
	rig_online(&rig);
	keep(&rig, "bob", NULL, "one", 1);
	expect_text(&rig, 2, "one");
	say_problem(&rig, 1, 401, "token_expired", "");
	settle(&rig);
	rig_again(&rig);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"token\":\"new\""));
	fake_server_welcome(&rig.server, "c0");
	expect_text(&rig, 4, "one");
	say_stored(&rig, rig.server.last_id, 1, "");
	UNTIL(&rig, strstr(rig.notes, "sent1") != NULL);
	rig_done(&rig);
}

static void test_a_restart_goes_on_where_it_stopped(void **state)
{
	struct rig rig;
	char call[400];
	(void)state;

	rig_init(&rig);
	rig.options.outbox_path = path_of("restart");
	rig_online(&rig);
	say_event(&rig, 3, "three");
	keep(&rig, "bob", NULL, "one", 1);
	keep(&rig, "bob", MESSAGE_ID, "two", 2);
	expect_text(&rig, 2, "one");
	snprintf(call, sizeof(call), "%s", last_call(&rig));
	kith_client_free(&rig.client);
	(void)notes(&rig);

	rig_connect(&rig);
	assert_int_equal(kith_outbox_count(rig.client), 2);
	/* Who adds it again takes the entry over. */
	keep(&rig, "bob", MESSAGE_ID, "two", 7);
	keep(&rig, "bob", MESSAGE_ID, "else", 8);
	UNTIL(&rig, rig.server.heard_count == 3);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"since\":\"c3\""));
	fake_server_welcome(&rig.server, "c9");
	expect_text(&rig, 4, "one");
	assert_string_equal(last_call(&rig), call);
	say_stored(&rig, rig.server.last_id, 1, ",\"repeated\":true");
	expect_text(&rig, 5, "two");
	say_stored(&rig, rig.server.last_id, 2, "");
	UNTIL(&rig, strstr(rig.notes, "sent7") != NULL);
	assert_non_null(strstr(rig.notes, "kept7 failed8:conflict"));
	assert_non_null(strstr(rig.notes, "sent0r sent7"));
	kith_client_free(&rig.client);

	rig_connect(&rig);
	assert_int_equal(kith_outbox_count(rig.client), 0);
	rig_done(&rig);
}

static void test_a_message_given_up_to_the_end_is_kept(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.outbox_path = path_of("late");
	rig_connect(&rig);
	keep(&rig, "bob", NULL, "last words", 1);
	kith_client_free(&rig.client);
	rig_connect(&rig);
	assert_int_equal(kith_outbox_count(rig.client), 1);
	kith_client_free(&rig.client);
	/* Two clients cannot share it. */
	struct kith_client *second = NULL;
	char why[KITH_CLIENT_WHY_MAX];
	rig_connect(&rig);
	assert_int_equal(kith_client_new(&rig.options, &second, why), KITH_STATUS_STORAGE);
	assert_non_null(strstr(why, "in use"));
	rig_done(&rig);
}

/* KEPT is a promise about the disk: never given before the sync, nor twice. */
static void test_the_same_id_twice_in_one_turn_is_kept_once_it_is(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.outbox_path = path_of("twice");
	rig_online(&rig);
	(void)notes(&rig);
	keep(&rig, "bob", MESSAGE_ID, "one", 1);
	keep(&rig, "bob", MESSAGE_ID, "one", 2);
	settle(&rig);
	assert_string_equal(notes(&rig), "kept2");
	keep(&rig, "bob", MESSAGE_ID, "one", 3);
	settle(&rig);
	assert_string_equal(notes(&rig), "kept3");
	assert_int_equal(kith_outbox_count(rig.client), 1);
	rig_done(&rig);
}

static void test_closing_keeps_what_was_on_its_way(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	keep(&rig, "bob", NULL, "one", 1);
	expect_text(&rig, 2, "one");
	kith_client_close(rig.client);
	settle(&rig);
	assert_int_equal(kith_outbox_count(rig.client), 1);
	kith_client_connect(rig.client);
	UNTIL(&rig, rig.server.heard_count == 3);
	fake_server_welcome(&rig.server, "c0");
	expect_text(&rig, 4, "one");
	assert_null(strstr(rig.notes, "failed"));
	rig_done(&rig);
}

static void test_bad_messages_are_refused_at_once(void **state)
{
	const struct kith_messages_send_to_user_args nobody = { .text = kith_text_of("x") };
	const struct kith_messages_send_args bad_id = { .conversation = kith_text_of(CONVERSATION),
		                                        .id = kith_text_of("1"),
		                                        .text = kith_text_of("x") };
	const struct kith_messages_send_args latin = { .conversation = kith_text_of(CONVERSATION),
		                                       .text = kith_text_of("\xff") };
	const struct kith_messages_send_args good = { .conversation = kith_text_of(CONVERSATION),
		                                      .text = kith_text_of("x") };
	char *large = malloc(300 * 1024);
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig_online(&rig);
	(void)notes(&rig);
	assert_int_equal(kith_outbox_send_to_user(rig.client, &nobody, 1),
	                 KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_outbox_send(rig.client, &bad_id, 1), KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_outbox_send(rig.client, &latin, 1), KITH_STATUS_BAD_ARGUMENT);
	assert_int_equal(kith_outbox_send(rig.client, &good, 1), KITH_STATUS_OK);
	UNTIL(&rig, rig.server.heard_count == 2);
	assert_non_null(strstr(last_call(&rig), "messages.send\""));
	assert_non_null(large);
	memset(large, 'x', 300 * 1024 - 1);
	large[300 * 1024 - 1] = '\0';
	keep(&rig, "bob", NULL, large, 2);
	UNTIL(&rig, strstr(rig.notes, "failed2:too_large") != NULL);
	free(large);
	rig_done(&rig);
}

/* A million little misfortunes: every message arrives once and in order all the same. */
static void test_misfortune_neither_loses_nor_doubles_nor_reorders(void **state)
{
	struct rig rig;
	struct kith_rand dice;
	char ids[60][64] = { "" };
	int stored = 0;
	(void)state;

	kith_rand_init_fixed(&dice, 42);
	rig_init(&rig);
	rig.options.outbox_path = path_of("dice");
	rig.options.on_state = NULL;
	rig.options.on_outbox = NULL;
	rig_connect(&rig);
	for (int i = 0; i < 60; i++) {
		char text[16];

		snprintf(text, sizeof(text), "m%02d", i);
		keep(&rig, "bob", NULL, text, (uint64_t)i + 1);
	}
	settle(&rig);
	size_t seen = 0;
	for (int step = 0; step < 6000 && kith_outbox_count(rig.client) > 0; step++) {
		uint64_t die = kith_rand_below(&dice, 100);
		const char *text = NULL, *id = NULL;
		bool is_new = rig.server.heard_count > seen;

		if (is_new) {
			text = strstr(rig.server.heard[seen], "\"text\":\"m");
			id = strstr(rig.server.heard[seen], "\"args\":{\"id\":\"");
			if (strstr(rig.server.heard[seen], "hello") != NULL &&
			    rig.server.peers != NULL) {
				fake_server_welcome(&rig.server, "c0");
			}
			seen++;
		}
		if (text != NULL && die < 60) { /* stores it, and may or may not say so */
			int i = (int)strtol(text + 9, NULL, 10);

			assert_non_null(id);
			if (i == stored) {
				snprintf(ids[i], sizeof(ids[i]), "%.36s", id + 14);
				stored++;
			}
			assert_true(i == stored - 1); /* never one ahead of another */
			assert_memory_equal(ids[i], id + 14, 36);
			if (die < 40 && rig.server.peers != NULL) {
				say_stored(&rig, rig.server.last_id, i + 1, "");
			} else if (rig.server.peers != NULL) {
				fake_server_close(&rig.server, 0);
			}
		} else if (text != NULL && die < 75 && rig.server.peers != NULL) {
			say_problem(&rig, rig.server.last_id, 503, "unavailable", "");
		} else if (text != NULL || die < 3) {
			kith_client_free(&rig.client); /* dies, and starts again */
			rig_connect(&rig);
		}
		pass_ms(&rig, 400);
	}
	assert_int_equal(kith_outbox_count(rig.client), 0);
	assert_int_equal(stored, 60);
	rig_done(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_recipient_gets_one_at_a_time_in_order),
		cmocka_unit_test(test_a_lost_connection_repeats_the_same_bytes),
		cmocka_unit_test(test_a_final_refusal_fails_one_and_goes_on),
		cmocka_unit_test(test_a_refusal_that_passes_holds_everything_in_order),
		cmocka_unit_test(test_many_refusals_at_once_are_one_wait),
		cmocka_unit_test(test_an_id_out_of_date_is_made_again_if_it_is_ours),
		cmocka_unit_test(test_an_expired_token_costs_no_message),
		cmocka_unit_test(test_a_restart_goes_on_where_it_stopped),
		cmocka_unit_test(test_a_message_given_up_to_the_end_is_kept),
		cmocka_unit_test(test_the_same_id_twice_in_one_turn_is_kept_once_it_is),
		cmocka_unit_test(test_closing_keeps_what_was_on_its_way),
		cmocka_unit_test(test_bad_messages_are_refused_at_once),
		cmocka_unit_test(test_misfortune_neither_loses_nor_doubles_nor_reorders),
	};
	return cmocka_run_group_tests_name("client/sender", tests, folder_make, folder_remove);
}
