/*
 * flood.c -- connect, warm up, measure, drain, report. The header tells the story.
 */
#include "bench/flood.h"

#include "base/mem.h"
#include "base/when.h"
#include "bench/client.h"
#include "bench/people.h"
#include "bench/relay.h"
#include "bench/report.h"
#include "bench/usage.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

enum {
	EXIT_GOOD = 0,
	EXIT_BROKEN = 1,
	EXIT_NO_START = 3,
	TURN_WAIT_MS = 50,
	REST_WAIT_MS = 2,
	SPARE_FILES = 64,
	SIZE_STANDARD = 100,
};

struct flood {
	struct kith_load load;
	struct kith_people people;
	struct kith_flight *flights;
	pid_t relay_pid;  /* -1: none                    */
	pid_t server_pid; /* 0: unknown                  */
	const volatile bool *stop;
	int64_t measured_us;
	int64_t cpu_us; /* -1: unknown                 */
};

static void remember(struct kith_load *load, const char *format, va_list args)
{
	if (load->trouble[0] == '\0') {
		vsnprintf(load->trouble, sizeof(load->trouble), format, args);
	}
}

void kith_load_remember(struct kith_load *load, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	remember(load, format, args);
	va_end(args);
}

void kith_load_fail(struct kith_load *load, const char *format, ...)
{
	va_list args;

	load->errors++;
	va_start(args, format);
	remember(load, format, args);
	va_end(args);
}

/* The server's address; with --relay, that of one started here. NULL or what is wrong. */
static const char *find_target(struct flood *flood, const struct kith_options *options)
{
	struct kith_endpoint *target = &flood->load.target;

	if (!options->relay) {
		const char *trouble = kith_endpoint_read(kith_str_of(options->url), target);

		flood->server_pid = options->pid != 0 ? (pid_t)options->pid
		                    : trouble == NULL ? kith_usage_find_listener(target->port)
		                                      : 0;
		return trouble;
	}
	enum kith_relay_fault fault = kith_relay_fault_find(
		kith_str_of(options->fault == NULL ? "none" : options->fault));
	const char *trouble = kith_endpoint_read(KITH_STR("127.0.0.1:0"), target);

	if (trouble != NULL || fault == KITH_RELAY_FAULT_COUNT) {
		return trouble != NULL ? trouble : "no such fault";
	}
	int fd = kith_relay_bind(target);
	flood->relay_pid = fd < 0 ? -1 : kith_relay_fork(fd, fault);
	flood->server_pid = flood->relay_pid;
	return flood->relay_pid < 0 ? "the relay cannot be started" : NULL;
}

/* A descriptor for each client; before the relay is started, which needs as many. */
static const char *allow_files(int64_t clients)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t)clients + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		return "the limit of open files cannot be read";
	}
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	}
	if (limit.rlim_cur < wanted || setrlimit(RLIMIT_NOFILE, &limit) != 0) {
		return "too many clients for the limit of open files (ulimit -n)";
	}
	return NULL;
}

static const char *make_clients(struct flood *flood)
{
	struct kith_load *load = &flood->load;
	uint32_t mask = 1;

	while (mask < load->window) {
		mask *= 2;
	}
	mask--;
	load->ledger = kith_ledger_new(load->client_count, load->window);
	load->clients = kith_alloc_zero(load->client_count, sizeof(*load->clients));
	flood->flights =
		kith_alloc_zero((size_t)load->client_count * (mask + 1), sizeof(*flood->flights));
	if (load->ledger == NULL || load->clients == NULL || flood->flights == NULL) {
		kith_free(load->clients); /* zeroed, they would name descriptor 0 */
		load->clients = NULL;
		return "no memory";
	}
	for (uint32_t i = 0; i < load->client_count; i++) {
		kith_client_init(&load->clients[i], load, i, flood->people.list[i].user,
		                 flood->people.list[i].token,
		                 flood->flights + (size_t)i * (mask + 1), mask);
	}
	return NULL;
}

static const char *prepare(struct flood *flood, const struct kith_options *options)
{
	struct kith_load *load = &flood->load;
	struct kith_rand seed;
	uint64_t mark;
	const char *trouble = allow_files(options->clients);

	kith_rand_init(&seed);
	kith_rand_bytes(&seed, &mark, sizeof(mark));
	kith_rand_init_fixed(&load->rand, mark | 1);
	load->run = (uint32_t)(mark >> 32);
	load->client_count = (uint32_t)options->clients;
	load->window = (uint32_t)options->window;
	load->wall_ahead_us = kith_when_now_us() - kith_when_steady_us();
	kith_arena_init(&load->mem, 16 * 1024);
	if (trouble == NULL) {
		trouble = find_target(flood, options);
	}
	if (trouble == NULL && options->text != NULL) {
		trouble = kith_corpus_read(&load->corpus, options->text);
	} else if (trouble == NULL) {
		trouble = kith_corpus_fill(&load->corpus, options->size != 0 ? (size_t)options->size
		                                                             : SIZE_STANDARD);
	}
	if (trouble == NULL) {
		trouble = options->relay ? kith_people_invent(&flood->people, load->client_count)
		                         : kith_people_read(&flood->people, options->tokens,
		                                            load->client_count);
	}
	if (trouble == NULL && !kith_peer_set_init(&load->set)) {
		trouble = "no epoll";
	}
	return trouble != NULL ? trouble : make_clients(flood);
}

static void turn(struct flood *flood, int64_t until_us)
{
	struct kith_load *load = &flood->load;
	int64_t now_us = kith_when_steady_us();
	int64_t left_ms = (until_us - now_us + 999) / 1000;
	int64_t wait_ms = load->resting_first != NULL ? REST_WAIT_MS : TURN_WAIT_MS;

	kith_client_wake_rested(load, now_us);
	if (left_ms < wait_ms) {
		wait_ms = left_ms < 0 ? 0 : left_ms;
	}
	kith_peer_turn(&load->set, (int)wait_ms);
}

static bool is_over(const struct flood *flood)
{
	return *flood->stop || flood->load.ended_count == flood->load.client_count;
}

/* Welcomes everybody, a few at a time. returns false when one stays out. */
static bool connect_all(struct flood *flood)
{
	struct kith_load *load = &flood->load;
	int64_t until_us = kith_when_steady_us() + INT64_C(1000) * KITH_FLOOD_CONNECT_MS;
	uint32_t started = 0;

	while (load->ready_count < load->client_count && load->ended_count == 0 && !*flood->stop &&
	       kith_when_steady_us() < until_us) {
		while (started < load->client_count &&
		       started - load->ready_count < KITH_FLOOD_CONNECTING_MAX) {
			if (!kith_client_connect(&load->clients[started++])) {
				kith_load_fail(load, "cannot connect to %s", load->target.host);
				return false;
			}
		}
		turn(flood, until_us);
	}
	if (load->ready_count < load->client_count) {
		kith_load_remember(load, "%u of %u clients were welcomed in time",
		                   load->ready_count, load->client_count);
	}
	return load->ready_count == load->client_count && load->ended_count == 0;
}

static void run_for(struct flood *flood, int64_t span_us)
{
	int64_t until_us = kith_when_steady_us() + span_us;

	while (kith_when_steady_us() < until_us && !is_over(flood)) {
		turn(flood, until_us);
	}
}

static int64_t server_cpu_us(const struct flood *flood)
{
	int64_t cpu_us;

	return flood->server_pid > 0 && kith_usage_cpu_us(flood->server_pid, &cpu_us) ? cpu_us : -1;
}

static void measure(struct flood *flood, const struct kith_options *options)
{
	struct kith_load *load = &flood->load;

	load->is_sending = true;
	for (uint32_t i = 0; i < load->client_count; i++) {
		kith_client_fill(&load->clients[i]);
	}
	run_for(flood, options->warmup * KITH_SECOND_US);

	int64_t cpu_us = server_cpu_us(flood);
	int64_t start_us = kith_when_steady_us();

	kith_ledger_mark(load->ledger);
	load->is_measuring = true;
	run_for(flood, options->seconds * KITH_SECOND_US);
	load->is_measuring = false;
	load->is_sending = false;
	flood->measured_us = kith_when_steady_us() - start_us;

	int64_t cpu_end_us = server_cpu_us(flood);
	flood->cpu_us = cpu_us < 0 || cpu_end_us < 0 ? -1 : cpu_end_us - cpu_us;
}

/* What is under way may still come, but not for ever. */
static void drain(struct flood *flood, const struct kith_options *options)
{
	struct kith_load *load = &flood->load;
	const struct kith_ledger_totals *totals = kith_ledger_totals(load->ledger);
	int64_t until_us = kith_when_steady_us() + options->drain * KITH_SECOND_US;

	while ((load->unanswered > 0 || totals->pending > 0) && !is_over(flood) &&
	       kith_when_steady_us() < until_us) {
		turn(flood, until_us);
	}
	if (load->unanswered > 0) {
		kith_load_remember(load, "%llu messages were never answered",
		                   (unsigned long long)load->unanswered);
		load->errors += load->unanswered;
	}
	run_for(flood, INT64_C(1000) * KITH_FLOOD_SETTLE_MS);
}

static struct kith_report summarize(const struct flood *flood, const struct kith_options *options)
{
	const struct kith_load *load = &flood->load;
	const struct kith_ledger_totals *totals = kith_ledger_totals(load->ledger);
	bool knows_cpu = flood->cpu_us >= 0 && load->acked_in_time > 0;
	double seconds = (double)flood->measured_us / KITH_SECOND_US;

	return (struct kith_report){
		.acked = totals->acked,
		.delivered = totals->delivered,
		.lost = totals->pending,
		.duplicated = totals->duplicated,
		.reordered = totals->reordered,
		.corrupted = totals->corrupted,
		.refused = load->refused,
		.errors = load->errors,
		.rate = seconds > 0 ? (double)load->acked_in_time / seconds : 0,
		.cpu_us_per_message =
			knows_cpu ? (double)flood->cpu_us / (double)load->acked_in_time : -1,
		.p50_us = kith_histogram_quantile(&load->delivery, 500),
		.p99_us = kith_histogram_quantile(&load->delivery, 990),
		.ack_p50_us = kith_histogram_quantile(&load->answer, 500),
		.ack_p99_us = kith_histogram_quantile(&load->answer, 990),
		.clients = load->client_count,
		.window = load->window,
		.seconds = options->seconds,
	};
}

static int run(struct flood *flood, const struct kith_options *options)
{
	struct kith_load *load = &flood->load;
	const char *trouble = prepare(flood, options);

	if (trouble != NULL) {
		fprintf(stderr, "kithload: %s\n", trouble);
		return EXIT_NO_START;
	}
	if (!connect_all(flood)) {
		fprintf(stderr, "kithload: %s\n", load->trouble);
		return EXIT_NO_START;
	}
	fprintf(stderr, "kithload: %u clients connected\n", load->client_count);
	measure(flood, options);
	drain(flood, options);

	struct kith_report report = summarize(flood, options);

	if (load->trouble[0] != '\0') {
		fprintf(stderr, "kithload: %s\n", load->trouble);
	}
	return kith_report_print(&report, options->json) && kith_report_is_good(&report)
	               ? EXIT_GOOD
	               : EXIT_BROKEN;
}

static void flood_done(struct flood *flood)
{
	struct kith_load *load = &flood->load;

	for (uint32_t i = 0; load->clients != NULL && i < load->client_count; i++) {
		kith_peer_close(&load->clients[i].peer);
	}
	if (load->set.read_room != NULL) {
		kith_peer_turn(&load->set, 0); /* clears the list of what was to be sent */
		kith_peer_set_done(&load->set);
	}
	for (uint32_t i = 0; load->clients != NULL && i < load->client_count; i++) {
		kith_client_done(&load->clients[i]);
	}
	kith_relay_stop(flood->relay_pid);
	kith_ledger_free(&load->ledger);
	kith_free(load->clients);
	kith_free(flood->flights);
	kith_corpus_done(&load->corpus);
	kith_people_done(&flood->people);
	kith_arena_done(&load->mem);
	kith_buf_done(&load->text);
	kith_buf_done(&load->frame);
}

int kith_flood_run(const struct kith_options *options, const volatile bool *stop)
{
	struct flood *flood = kith_alloc_zero(1, sizeof(*flood));

	if (flood == NULL) {
		fprintf(stderr, "kithload: no memory\n");
		return EXIT_NO_START;
	}
	flood->relay_pid = -1;
	flood->load.set.epoll_fd = -1;
	flood->stop = stop;

	int code = run(flood, options);

	flood_done(flood);
	kith_free(flood);
	return code;
}
