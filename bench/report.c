/*
 * report.c -- prints the figures. The header tells the story.
 */
#include "bench/report.h"

#include "base/buf.h"
#include "base/json.h"

#include <stdio.h>

bool kith_report_is_good(const struct kith_report *report)
{
	return report->lost == 0 && report->duplicated == 0 && report->reordered == 0 &&
	       report->corrupted == 0 && report->errors == 0 && report->acked > 0;
}

static void put_decimal(struct kith_json_writer *w, const char *key, double value, int digits)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%.*f", digits, value);

	kith_json_key(w, key);
	kith_json_put_raw(w, kith_str_make(text, (size_t)len));
}

static void put_ms(struct kith_json_writer *w, const char *key, int64_t value_us)
{
	put_decimal(w, key, (double)value_us / 1000, 3);
}

static void put_count(struct kith_json_writer *w, const char *key, uint64_t value)
{
	kith_json_pair_integer(w, key, (int64_t)value);
}

static void write_json(const struct kith_report *report, struct kith_buf *out)
{
	struct kith_json_writer w;

	kith_json_write_to(&w, out);
	kith_json_open_object(&w);
	put_count(&w, "acked", report->acked);
	put_count(&w, "delivered", report->delivered);
	put_count(&w, "lost", report->lost);
	put_count(&w, "duplicated", report->duplicated);
	put_count(&w, "reordered", report->reordered);
	put_decimal(&w, "rate", report->rate, 1);
	if (report->cpu_us_per_message < 0) {
		kith_json_key(&w, "server_cpu_us_per_message");
		kith_json_null(&w);
	} else {
		put_decimal(&w, "server_cpu_us_per_message", report->cpu_us_per_message, 2);
	}
	put_ms(&w, "p50_ms", report->p50_us);
	put_ms(&w, "p99_ms", report->p99_us);
	put_count(&w, "corrupted", report->corrupted);
	put_count(&w, "refused", report->refused);
	put_count(&w, "errors", report->errors);
	put_count(&w, "clients", report->clients);
	put_count(&w, "window", report->window);
	kith_json_pair_integer(&w, "seconds", report->seconds);
	put_ms(&w, "ack_p50_ms", report->ack_p50_us);
	put_ms(&w, "ack_p99_ms", report->ack_p99_us);
	kith_json_close_object(&w);
	kith_buf_add_char(out, '\n');
}

static void write_table(const struct kith_report *report, struct kith_buf *out)
{
	kith_buf_add_format(out, "%u clients, %u unanswered each, %lld s measured\n\n",
	                    report->clients, report->window, (long long)report->seconds);
	kith_buf_add_format(out, "acknowledged     %12llu  delivered  %12llu\n",
	                    (unsigned long long)report->acked,
	                    (unsigned long long)report->delivered);
	kith_buf_add_format(
		out,
		"lost %llu  duplicated %llu  reordered %llu  corrupted %llu"
		"  refused %llu  errors %llu\n\n",
		(unsigned long long)report->lost, (unsigned long long)report->duplicated,
		(unsigned long long)report->reordered, (unsigned long long)report->corrupted,
		(unsigned long long)report->refused, (unsigned long long)report->errors);
	kith_buf_add_format(out, "messages/s       %12.0f\n", report->rate);
	if (report->cpu_us_per_message < 0) {
		kith_buf_add_text(out, "server CPU            unknown\n");
	} else {
		kith_buf_add_format(out, "server CPU       %12.2f us per message\n",
		                    report->cpu_us_per_message);
	}
	kith_buf_add_format(out, "send to delivery %12.3f ms p50  %12.3f ms p99\n",
	                    (double)report->p50_us / 1000, (double)report->p99_us / 1000);
	kith_buf_add_format(out, "send to ok       %12.3f ms p50  %12.3f ms p99\n",
	                    (double)report->ack_p50_us / 1000, (double)report->ack_p99_us / 1000);
}

bool kith_report_print(const struct kith_report *report, bool as_json)
{
	struct kith_buf out = { .at = NULL };

	if (as_json) {
		write_json(report, &out);
	} else {
		write_table(report, &out);
	}
	bool is_printed =
		!out.failed && fwrite(out.at, 1, out.len, stdout) == out.len && fflush(stdout) == 0;

	kith_buf_done(&out);
	return is_printed;
}
