/*
 * test_metric_text.c -- the text is what Prometheus reads, whatever labels hold.
 */
#include "base/mem.h"
#include "base/metric_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct kith_metric_sums sums;
static struct kith_buf text;

/* Two codes, one of which is not pleasant; no other labels. */
static bool name_cell(enum kith_metric_labels labels, size_t index, struct kith_buf *out)
{
	if (labels == KITH_METRIC_CALL && index == 4) {
		kith_metric_text_label(out, "call", KITH_STR("me.get"));
		kith_metric_text_label(out, "result", KITH_STR("refused"));
		return true;
	}
	if (labels != KITH_METRIC_CODE || index == 0 || index > 2) {
		return false;
	}
	kith_metric_text_label(out, "code", index == 1 ? KITH_STR("a") : KITH_STR("\"\\\n{b}"));
	return true;
}

static const char *render(void)
{
	kith_buf_reset(&text);
	kith_metric_text(&sums, name_cell, &text);
	kith_buf_add_char(&text, '\0');
	assert_false(text.failed);
	return text.at;
}

static void expect(const char *line)
{
	if (strstr(render(), line) == NULL) {
		fail_msg("no %s in:\n%s", line, text.at);
	}
}

static int begin(void **state)
{
	(void)state;
	memset(&sums, 0, sizeof(sums));
	return 0;
}

static void test_a_figure_has_help_type_and_value(void **state)
{
	(void)state;
	kith_metric_put(&sums, KITH_METRIC_MESSAGES, 0, 12345678901234);
	expect("# HELP kith_messages_accepted_total Messages that were stored; a repeated one "
	       "counts once.\n"
	       "# TYPE kith_messages_accepted_total counter\n"
	       "kith_messages_accepted_total 12345678901234\n");
	kith_metric_put(&sums, KITH_METRIC_STORE_QUEUE, 0, 3);
	expect("# TYPE kith_store_queue gauge\nkith_store_queue 3\n");
	expect("# TYPE process_cpu_seconds_total counter\n");
}

static void test_labels_are_escaped_and_cells_without_a_name_left_out(void **state)
{
	(void)state;
	kith_metric_put(&sums, KITH_METRIC_ERRORS, 0, 9);
	kith_metric_put(&sums, KITH_METRIC_ERRORS, 2, 7);
	expect("# TYPE kith_errors_total counter\n"
	       "kith_errors_total{code=\"a\"} 0\n"
	       "kith_errors_total{code=\"\\\"\\\\\\n{b}\"} 7\n# ");
	kith_metric_put(&sums, KITH_METRIC_CALLS, 4, 2);
	expect("# TYPE kith_calls_total counter\n"
	       "kith_calls_total{call=\"me.get\",result=\"refused\"} 2\n# ");
}

static void test_millionths_are_shown_in_ones(void **state)
{
	(void)state;
	static const struct {
		int64_t value;
		const char *line;
	} cases[] = {
		{ 0, "\nprocess_cpu_seconds_total 0\n" },
		{ 1, "\nprocess_cpu_seconds_total 0.000001\n" },
		{ 1500000, "\nprocess_cpu_seconds_total 1.5\n" },
		{ 20000000, "\nprocess_cpu_seconds_total 20\n" },
		{ -2500000, "\nprocess_cpu_seconds_total -2.5\n" },
	};

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		kith_metric_put(&sums, KITH_METRIC_CPU, 0, cases[i].value);
		expect(cases[i].line);
	}
}

static void test_buckets_are_cumulative_and_end_with_sum_and_count(void **state)
{
	(void)state;
	kith_metric_put(&sums, KITH_METRIC_COMMIT_PLANS, 0, 1);
	kith_metric_put(&sums, KITH_METRIC_COMMIT_PLANS, 1, 2);
	kith_metric_put(&sums, KITH_METRIC_COMMIT_PLANS, 12, 4);
	kith_metric_put(&sums, KITH_METRIC_COMMIT_PLANS, 13, 9999);
	expect("# TYPE kith_commit_plans histogram\n"
	       "kith_commit_plans_bucket{le=\"1\"} 1\n"
	       "kith_commit_plans_bucket{le=\"2\"} 3\n"
	       "kith_commit_plans_bucket{le=\"4\"} 3\n");
	expect("kith_commit_plans_bucket{le=\"2048\"} 3\n"
	       "kith_commit_plans_bucket{le=\"+Inf\"} 7\n"
	       "kith_commit_plans_sum 9999\n"
	       "kith_commit_plans_count 7\n");
	kith_metric_put(&sums, KITH_METRIC_SEND_TO_ACK, 17, 2250000);
	expect("kith_send_to_ack_seconds_bucket{le=\"0.0001\"} 0\n"
	       "kith_send_to_ack_seconds_bucket{le=\"0.00025\"} 0\n");
	expect("kith_send_to_ack_seconds_bucket{le=\"10\"} 0\n"
	       "kith_send_to_ack_seconds_bucket{le=\"+Inf\"} 0\n"
	       "kith_send_to_ack_seconds_sum 2.25\n"
	       "kith_send_to_ack_seconds_count 0\n");
}

static void test_what_could_not_be_looked_up_is_left_out(void **state)
{
	(void)state;
	kith_metric_put(&sums, KITH_METRIC_RESIDENT, 0, KITH_METRIC_ABSENT);
	assert_null(strstr(render(), "process_resident_memory_bytes"));
}

static void test_without_memory_the_text_says_so(void **state)
{
	(void)state;
	kith_buf_done(&text);
	for (uint64_t nth = 1; nth < 12; nth++) {
		kith_mem_fail_from(nth);
		kith_metric_text(&sums, name_cell, &text);
		bool failed = text.failed;
		kith_mem_fail_never();
		kith_buf_done(&text);
		if (!failed) {
			return;
		}
	}
	fail_msg("the text needs more pieces of memory than it should");
}

static int end(void **state)
{
	(void)state;
	kith_buf_done(&text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_figure_has_help_type_and_value, begin),
		cmocka_unit_test_setup(test_labels_are_escaped_and_cells_without_a_name_left_out,
		                       begin),
		cmocka_unit_test_setup(test_millionths_are_shown_in_ones, begin),
		cmocka_unit_test_setup(test_buckets_are_cumulative_and_end_with_sum_and_count,
		                       begin),
		cmocka_unit_test_setup(test_what_could_not_be_looked_up_is_left_out, begin),
		cmocka_unit_test_setup_teardown(test_without_memory_the_text_says_so, begin, end),
	};
	return cmocka_run_group_tests_name("base/metric_text", tests, NULL, NULL);
}
