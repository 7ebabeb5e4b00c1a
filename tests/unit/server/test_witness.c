/*
 * test_witness.c -- what an answer and a refusal count as, and which of them is
 * worth a line of the log: R-103.
 */
#include "server/witness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/when.h"

#define NOW_US INT64_C(1800000000000000)

static struct kith_witness witness;
static struct kith_door_host host;
static struct kith_door door;
static struct kith_session session;
static struct kith_call call;
static struct kith_metric_sums before;
static int saved_stderr;
static FILE *captured;

static int setup(void **state)
{
	(void)state;
	static const struct kith_door_ops ops = { .kind = KITH_METRIC_DOOR_SOCKET };

	witness = (struct kith_witness){ .slow_call_us = 1000000 };
	host = (struct kith_door_host){ .now_us = NOW_US };
	session = (struct kith_session){ .user = KITH_STR("alice") };
	door = (struct kith_door){ .ops = &ops, .host = &host, .session = &session };
	assert_true(kith_ip_read(KITH_STR("192.0.2.7"), &door.peer));
	call = (struct kith_call){ .row = &kith_calls[KITH_CALL_MESSAGES_SEND],
		                   .session = &session,
		                   .now_us = NOW_US - 1500 };
	kith_witness_doors(&witness, &host);
	kith_metric_sum(&before);
	saved_stderr = dup(STDERR_FILENO);
	captured = tmpfile();
	assert_non_null(captured);
	assert_true(dup2(fileno(captured), STDERR_FILENO) >= 0);
	return 0;
}

/* What was logged since the test began, with a NUL. */
static const char *logged(void)
{
	static char text[65536];
	ssize_t len = pread(fileno(captured), text, sizeof(text) - 1, 0);

	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

static int teardown(void **state)
{
	(void)state;
	assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
	close(saved_stderr);
	fclose(captured);
	kith_log_set_level(KITH_LOG_INFO);
	return 0;
}

static int64_t rise(enum kith_metric metric, size_t label)
{
	struct kith_metric_sums now;

	kith_metric_sum(&now);
	return kith_metric_get(&now, metric, label) - kith_metric_get(&before, metric, label);
}

static int64_t calls(enum kith_call_id id, enum kith_metric_result result)
{
	return rise(KITH_METRIC_CALLS, kith_metric_call(id, result));
}

static void test_an_answer_counts_by_its_call_and_what_became_of_it(void **state)
{
	(void)state;
	kith_door_answered(&door, &call);
	call.rc = KITH_E_CONFLICT;
	kith_door_answered(&door, &call);
	call.rc = KITH_E_NO_MEMORY;
	kith_door_answered(&door, &call);
	call.row = &kith_calls[KITH_CALL_ME_GET];
	call.rc = KITH_OK;
	kith_door_answered(&door, &call);
	assert_int_equal(calls(KITH_CALL_MESSAGES_SEND, KITH_METRIC_OK), 1);
	assert_int_equal(calls(KITH_CALL_MESSAGES_SEND, KITH_METRIC_REFUSED), 1);
	assert_int_equal(calls(KITH_CALL_MESSAGES_SEND, KITH_METRIC_FAILED), 1);
	assert_int_equal(calls(KITH_CALL_ME_GET, KITH_METRIC_OK), 1);
	/* 1500 us: in the bucket up to 2500; only a message that was stored was sent. */
	assert_int_equal(rise(KITH_METRIC_CALL_TIME, 4), 4);
	assert_int_equal(rise(KITH_METRIC_SEND_TO_ACK, 4), 1);
	assert_int_equal(rise(KITH_METRIC_SEND_TO_ACK, KITH_METRIC_WIDTH_TIMES - 1), 1500);
	assert_string_equal(logged(), "");
}

static void test_what_is_no_call_of_the_contract_is_not_counted_as_one(void **state)
{
	(void)state;
	const struct kith_call_row own = { .name = "own", .id = KITH_CALL_ME_GET };

	call.row = &own;
	kith_door_answered(&door, &call);
	call.row = NULL;
	kith_door_answered(&door, &call);
	assert_int_equal(calls(KITH_CALL_ME_GET, KITH_METRIC_OK), 0);
	assert_int_equal(rise(KITH_METRIC_CALL_TIME, 4), 0);
}

static void test_a_slow_call_is_told_with_who_and_how_long_and_nothing_else(void **state)
{
	(void)state;
	call.args[0].text = KITH_STR("a secret");
	call.now_us = NOW_US - 999999;
	kith_door_answered(&door, &call);
	assert_string_equal(logged(), "");
	call.now_us = NOW_US - 1000000;
	call.rc = KITH_E_UNAVAILABLE;
	kith_door_answered(&door, &call);
	assert_non_null(strstr(logged(), "\"level\":\"warn\",\"event\":\"slow_call\","
	                                 "\"call\":\"messages.send\",\"code\":\"unavailable\","
	                                 "\"user\":\"alice\",\"us\":\"1000000\"}\n"));
	assert_null(strstr(logged(), "secret"));
}

static void test_with_0_no_call_is_slow(void **state)
{
	(void)state;
	witness.slow_call_us = 0;
	call.now_us = 0;
	kith_door_answered(&door, &call);
	assert_string_equal(logged(), "");
}

static void test_each_call_has_a_line_when_that_is_wanted(void **state)
{
	(void)state;
	kith_log_set_level(KITH_LOG_DEBUG);
	call.session = NULL;
	kith_door_answered(&door, &call);
	assert_non_null(strstr(logged(), "\"level\":\"debug\",\"event\":\"call\","
	                                 "\"call\":\"messages.send\",\"code\":\"ok\","
	                                 "\"user\":\"\",\"us\":\"1500\"}\n"));
}

static void test_a_refusal_counts_by_its_code_as_the_wire_sees_it(void **state)
{
	(void)state;
	const struct kith_why why = { .detail = "There is no such user." };

	kith_door_refused(&door, KITH_E_NOT_FOUND, &why);
	kith_door_refused(&door, KITH_E_TOKEN_EXPIRED, &why);
	assert_int_equal(rise(KITH_METRIC_ERRORS, KITH_E_NOT_FOUND), 1);
	assert_int_equal(rise(KITH_METRIC_ERRORS, KITH_E_TOKEN_EXPIRED), 1);
	assert_string_equal(logged(), "");
	kith_door_refused(&door, KITH_E_NO_MEMORY, &why);
	assert_int_equal(rise(KITH_METRIC_ERRORS, KITH_E_UNAVAILABLE), 1);
	assert_non_null(strstr(logged(), "\"level\":\"warn\",\"event\":\"unavailable\""));
}

static void test_a_failed_sign_in_is_told_with_its_address(void **state)
{
	(void)state;
	const struct kith_why why = { .detail = "The signature does not hold." };

	door.session = NULL;
	kith_door_refused(&door, KITH_E_UNAUTHENTICATED, &why);
	assert_non_null(strstr(logged(), "\"level\":\"info\",\"event\":\"sign_in_failed\","
	                                 "\"peer\":\"192.0.2.7\",\"user\":\"\","
	                                 "\"reason\":\"The signature does not hold.\"}\n"));
}

static void test_addresses_are_told_as_people_write_them(void **state)
{
	(void)state;
	static const char *const texts[] = { "192.0.2.7", "127.0.0.1", "2001:db8::7", "::1" };
	char text[KITH_WITNESS_PEER_TEXT];

	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		assert_true(kith_ip_read(kith_str_of(texts[i]), &door.peer));
		kith_witness_peer(&door, text);
		assert_string_equal(text, texts[i]);
	}
	door.peer = (struct kith_ip){ .bytes = { 0 } };
	kith_witness_peer(&door, text);
	assert_string_equal(text, "");
}

/* The last of all: it uses up the gate of this event. */
static void test_a_flood_of_refusals_is_few_lines_and_counts_whole(void **state)
{
	(void)state;
	enum { FLOOD = 1000 };
	const struct kith_why why = { .detail = "Too many." };
	int lines = 0;

	for (int i = 0; i < FLOOD; i++) {
		kith_door_refused(&door, KITH_E_RATE_LIMITED, &why);
	}
	for (const char *at = logged(); (at = strchr(at, '\n')) != NULL; at++) {
		lines++;
	}
	/* The ten seconds that a line counts in may end once or twice meanwhile. */
	assert_in_range(lines, KITH_LOG_GATE_LINES, 3 * KITH_LOG_GATE_LINES);
	assert_int_equal(rise(KITH_METRIC_ERRORS, KITH_E_RATE_LIMITED), FLOOD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_answer_counts_by_its_call_and_what_became_of_it),
		TEST(test_what_is_no_call_of_the_contract_is_not_counted_as_one),
		TEST(test_a_slow_call_is_told_with_who_and_how_long_and_nothing_else),
		TEST(test_with_0_no_call_is_slow),
		TEST(test_each_call_has_a_line_when_that_is_wanted),
		TEST(test_a_refusal_counts_by_its_code_as_the_wire_sees_it),
		TEST(test_a_failed_sign_in_is_told_with_its_address),
		TEST(test_addresses_are_told_as_people_write_them),
		TEST(test_a_flood_of_refusals_is_few_lines_and_counts_whole),
	};
	return cmocka_run_group_tests_name("server/witness", tests, NULL, NULL);
}
