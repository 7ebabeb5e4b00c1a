/*
 * test_figures.c -- every cell that may count has a name, and what is looked up is
 * there: R-103.
 */
#include "server/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/metric.h"
#include "service/calls.gen.h"

static struct kith_buf text;

static const char *render(const struct kith_figures *figures)
{
	kith_buf_reset(&text);
	kith_figures_text(figures, &text);
	kith_buf_add_char(&text, '\0');
	assert_false(text.failed);
	return text.at;
}

static int end(void **state)
{
	(void)state;
	kith_buf_done(&text);
	return 0;
}

static void expect(const char *said, const char *format, ...) KITH_PRINTF(2, 3);

static void expect(const char *said, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (strstr(said, line) == NULL) {
		fail_msg("no %s in:\n%s", line, said);
	}
}

static void test_every_call_code_door_and_limit_has_a_cell_with_its_name(void **state)
{
	(void)state;
	const struct kith_figures figures = { .start_us = 0 };
	const char *said = render(&figures);

	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		expect(said, "\nkith_calls_total{call=\"%s\",result=\"ok\"} 0\n",
		       kith_calls[i].name);
		expect(said, "\nkith_calls_total{call=\"%s\",result=\"refused\"} 0\n",
		       kith_calls[i].name);
		expect(said, "\nkith_calls_total{call=\"%s\",result=\"failed\"} 0\n",
		       kith_calls[i].name);
	}
	for (int rc = KITH_OK + 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		expect(said, "\nkith_errors_total{code=\"%s\"} 0\n",
		       kith_err_row((enum kith_rc)rc)->code);
	}
	expect(said, "\nkith_connections{door=\"http\"} 0\nkith_connections{door=\"socket\"} 0\n"
	             "kith_connections{door=\"stream\"} 0\n");
	expect(said,
	       "\nkith_errand_queue{pool=\"readers\"} 0\nkith_errand_queue{pool=\"slow\"} 0\n");
	for (int i = 0; i < KITH_LIMIT_COUNT; i++) {
		expect(said, "\nkith_rate_limited_total{limit=\"%s\"} 0\n",
		       kith_limits_name((enum kith_limit_kind)i));
	}
	expect(said, "\nkith_build_info{version=\"" KITH_VERSION "\"} 1\n");
}

/* A label that was counted under is the one that is shown. */
static void test_a_count_stands_at_its_name(void **state)
{
	(void)state;
	const struct kith_figures figures = { .start_us = 0 };

	kith_metric_add(KITH_METRIC_CALLS,
	                kith_metric_call(KITH_CALL_MESSAGES_SEND, KITH_METRIC_FAILED), 5);
	kith_metric_add(KITH_METRIC_CALLS, kith_metric_call(KITH_CALL_COUNT - 1, KITH_METRIC_OK),
	                6);
	kith_metric_add(KITH_METRIC_ERRORS, kith_metric_code(KITH_E_NO_MEMORY), 7);
	kith_metric_add(KITH_METRIC_CONNECTIONS, KITH_METRIC_DOOR_STREAM, 8);
	const char *said = render(&figures);
	expect(said, "\nkith_calls_total{call=\"messages.send\",result=\"failed\"} 5\n");
	expect(said, "\nkith_calls_total{call=\"%s\",result=\"ok\"} 6\n",
	       kith_calls[KITH_CALL_COUNT - 1].name);
	expect(said, "\nkith_errors_total{code=\"unavailable\"} 7\n");
	expect(said, "\nkith_connections{door=\"stream\"} 8\n");
}

static void wake(void *context, uint32_t walker)
{
	(void)context;
	(void)walker;
}

static void test_what_is_kept_elsewhere_is_looked_up(void **state)
{
	(void)state;
	atomic_uint_fast64_t allocations = 1234;
	struct kith_figures figures = { .start_us = INT64_C(1800000000250000),
		                        .allocations = &allocations };
	assert_int_equal(kith_ring_new(2, wake, NULL, &figures.ring), KITH_OK);
	(void)kith_ring_claim(figures.ring, 1);
	kith_ring_publish(figures.ring);
	const char *said = render(&figures);

	expect(said, "\nkith_ring_lag 1\n");
	expect(said, "\nkith_allocations_total 1234\n");
	expect(said, "\nprocess_start_time_seconds 1800000000.25\n");
	expect(said, "\n# TYPE process_open_fds gauge\nprocess_open_fds ");
	expect(said, "\n# TYPE process_resident_memory_bytes gauge\n"
	             "process_resident_memory_bytes ");
	assert_null(strstr(said, "kith_tls_"));
	kith_ring_free(&figures.ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			test_every_call_code_door_and_limit_has_a_cell_with_its_name, end),
		cmocka_unit_test_teardown(test_a_count_stands_at_its_name, end),
		cmocka_unit_test_teardown(test_what_is_kept_elsewhere_is_looked_up, end),
	};
	return cmocka_run_group_tests_name("server/figures", tests, NULL, NULL);
}
