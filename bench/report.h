/*
 * report.h -- what the run found, for people or for programs.
 *
 * Prints one table or one JSON object whose members never change their names.
 * Decides whether the run was good.
 */
#ifndef KITH_BENCH_REPORT_H
#define KITH_BENCH_REPORT_H

#include <stdbool.h>
#include <stdint.h>

struct kith_report {
	uint64_t acked;
	uint64_t delivered;
	uint64_t lost;
	uint64_t duplicated;
	uint64_t reordered;
	uint64_t corrupted;
	uint64_t refused;
	uint64_t errors;
	double rate;               /* acknowledged messages per second  */
	double cpu_us_per_message; /* negative: unknown                 */
	int64_t p50_us, p99_us;    /* send to delivery                  */
	int64_t ack_p50_us, ack_p99_us;
	uint32_t clients;
	uint32_t window;
	int64_t seconds;
};

/* Nothing lost, doubled, out of order or damaged, no error, and something was sent. */
bool kith_report_is_good(const struct kith_report *report);

/* Prints it on stdout. returns false when that fails. */
bool kith_report_print(const struct kith_report *report, bool as_json);

#endif
