/*
 * main.c -- kithd: reads the configuration, starts the parts, waits for the end.
 *
 * The order of starting is the order of layers, and that of stopping its mirror:
 * workers first, so that nobody asks any more, then readers, then the store, which
 * answers what it still has.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/when.h"
#include "bus/whisper.h"
#include "net/listener.h"
#include "net/tls.h"
#include "server/announce.h"
#include "server/config.h"
#include "server/control.h"
#include "server/worker.h"
#include "service/presence.h"

enum { MAIN_LOOK_MS = 50, MAIN_MEMORY_BYTES = 16 * 1024 };

extern char **environ;

struct server {
	struct kith_config config;
	struct kith_store *store;
	struct kith_readers *readers;
	struct kith_readers *slow_readers; /* for passwords */
	struct kith_announcer announcer;
	struct kith_cursor_keys cursor_keys;
	struct kith_worker_shared shared;
	struct kith_limits *limits;
	struct kith_visitors *visitors;
	struct kith_presence *presence;
	struct kith_whispers *whispers;
	struct kith_tls *tls; /* NULL: plain connections */
	struct kith_witness witness;
	struct kith_worker *workers[KITH_RING_WALKERS_MAX];
	uint32_t worker_count;
	struct kith_admin admin;
	bool has_admin;
	struct kith_control *control;
	int port;
	atomic_int_fast64_t drain_seconds; /* that drain was asked for, before SIGUSR1 */
	atomic_bool is_store_ended;
};

static int fail(const char *what, const struct kith_why *why)
{
	fprintf(stderr, "kithd: %s%s%s\n", what, why->detail[0] == '\0' ? "" : ": ", why->detail);
	return 1;
}

static void wake_worker(void *context, uint32_t walker)
{
	struct server *server = context;

	kith_worker_wake(server->workers[walker]);
}

static uint32_t count_workers(const struct kith_config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t wanted = config->workers > 0 ? config->workers : cores;

	if (wanted < 1) {
		wanted = 1;
	}
	return (uint32_t)(wanted < KITH_RING_WALKERS_MAX ? wanted : KITH_RING_WALKERS_MAX);
}

static enum kith_rc make_readers(struct server *server)
{
	const struct kith_readers_options common = {
		.store = server->store,
		.name = "kith-reader",
		.thread_count = (int)server->config.readers,
		.waiting_max = KITH_POOL_QUEUE_MAX,
		.strangers_max = KITH_READERS_STRANGERS_MAX,
	};
	const struct kith_readers_options slow = {
		.store = server->store,
		.name = "kith-slow",
		.thread_count = KITH_READERS_SLOW_THREADS,
		.waiting_max = KITH_READERS_SLOW_MAX,
		.strangers_max = KITH_READERS_SLOW_MAX,
	};
	enum kith_rc rc = kith_readers_new(&common, &server->readers);

	return rc == KITH_OK ? kith_readers_new(&slow, &server->slow_readers) : rc;
}

static enum kith_rc open_store(struct server *server, struct kith_why *why)
{
	const struct kith_store_options options = {
		.dir = server->config.data.at,
		.now_us = kith_when_now_us,
		.linger_us = server->config.linger_us,
		.committed = kith_announce,
		.tells_applied = true,
		.context = &server->announcer,
	};
	enum kith_rc rc =
		kith_ring_new(server->worker_count, wake_worker, server, &server->announcer.ring);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = kith_store_open(&options, &server->store, why);
	if (rc != KITH_OK) {
		return rc;
	}
	kith_cursor_keys_derive(kith_store_digest_key(server->store),
	                        kith_store_life(server->store), &server->cursor_keys);
	server->announcer.cursor_keys = &server->cursor_keys;
	return make_readers(server);
}

static enum kith_rc read_position(struct server *server)
{
	struct kith_reader *reader;
	enum kith_rc rc = kith_reader_open(server->store, &reader);

	if (rc == KITH_OK) {
		rc = kith_reader_position(reader, &server->shared.position);
		kith_reader_free(&reader);
	}
	return rc;
}

static int64_t days_until(int64_t time_us)
{
	return (time_us - kith_when_now_us()) / KITH_DAY_US;
}

/* Says what the certificate is good for, as an error when it is good for nothing any more. */
static void log_certificate(const struct server *server, const char *event)
{
	struct kith_tls_figures figures;
	char days[24];

	kith_tls_read_figures(server->tls, &figures);
	snprintf(days, sizeof(days), "%lld", (long long)days_until(figures.expires_us));
	bool is_over = figures.expires_us <= kith_when_now_us();
	kith_log(is_over ? KITH_LOG_ERROR : KITH_LOG_INFO, event, "days_left", days, NULL);
}

static enum kith_rc make_tls(struct server *server, struct kith_why *why)
{
	const struct kith_config *config = &server->config;

	if (config->tls_cert.len == 0) {
		return KITH_OK;
	}
	enum kith_rc rc =
		kith_tls_server_new(config->tls_cert.at, config->tls_key.at, &server->tls, why);
	if (rc == KITH_OK) {
		log_certificate(server, "certificates_loaded");
	}
	server->shared.tls = server->tls;
	return rc;
}

/* On SIGHUP. What cannot be used changes nothing. */
static void reload(struct server *server)
{
	const struct kith_config *config = &server->config;
	struct kith_why why = { .detail = "" };

	if (server->tls == NULL) {
		return;
	}
	if (kith_tls_reload(server->tls, config->tls_cert.at, config->tls_key.at, &why) ==
	    KITH_OK) {
		log_certificate(server, "certificates_reloaded");
	} else {
		kith_log(KITH_LOG_ERROR, "certificates_kept", "reason", why.detail, NULL);
	}
}

/* One worker with a listening descriptor of its own at the same address. */
static enum kith_rc make_worker(struct server *server, uint32_t home, int listen_fd)
{
	return kith_worker_new(&server->shared, home, listen_fd, &server->workers[home]);
}

static enum kith_rc make_workers(struct server *server, struct kith_why *why)
{
	int fds[KITH_RING_WALKERS_MAX];
	uint32_t bound = 0;
	uint32_t made = 0;
	enum kith_rc rc = kith_listener_bind(server->config.listen, &fds[0], &server->port, why);

	while (rc == KITH_OK && ++bound < server->worker_count) {
		rc = kith_listener_bind_beside(fds[0], &fds[bound], why);
	}
	while (rc == KITH_OK && made < server->worker_count) {
		rc = make_worker(server, made, fds[made]);
		made++;
	}
	for (; made < bound; made++) {
		close(fds[made]);
	}
	return rc;
}

/* What all threads count and log by, and where the rest of the figures is. */
static void make_witness(struct server *server)
{
	server->witness = (struct kith_witness){
		.figures = { .store = server->store,
		             .readers = server->readers,
		             .slow_readers = server->slow_readers,
		             .ring = server->announcer.ring,
		             .limits = server->limits,
		             .tls = server->tls,
		             .allocations = &server->shared.allocations,
		             .start_us = kith_when_now_us() },
		.metrics_for = server->config.metrics_for,
		.slow_call_us = server->config.slow_call_ms * 1000,
	};
	server->shared.witness = &server->witness;
}

static enum kith_rc make_limits(struct server *server)
{
	struct kith_limit kinds[KITH_LIMIT_COUNT];

	kith_config_limits(&server->config, kinds);
	server->limits = kith_limits_new(kinds);
	server->visitors = kith_visitors_new(server->config.limit_connections_address);
	return server->limits == NULL || server->visitors == NULL ? KITH_E_NO_MEMORY : KITH_OK;
}

/* Who is online, and how the workers tell each other what passes. */
static enum kith_rc make_live(struct server *server)
{
	server->presence = kith_presence_new();
	return server->presence == NULL ? KITH_E_NO_MEMORY
	                                : kith_whispers_new(server->worker_count, wake_worker,
	                                                    server, &server->whispers);
}

/* For kithctl drain, on the control's thread: whoever looks after its answer finds the server
 * not ready; the rest the main thread does. */
static void ask_drain(void *context, int64_t seconds)
{
	struct server *server = context;

	if (seconds >= 0) {
		atomic_store(&server->drain_seconds, seconds);
	}
	atomic_store(&server->shared.is_unready, true);
	kill(getpid(), SIGUSR1);
}

static enum kith_rc start(struct server *server, struct kith_why *why)
{
	enum kith_rc rc = make_tls(server, why);
	if (rc == KITH_OK) {
		rc = make_limits(server);
	}
	if (rc == KITH_OK) {
		rc = make_live(server);
	}
	if (rc == KITH_OK) {
		rc = open_store(server, why);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	server->shared.store = server->store;
	server->shared.readers = server->readers;
	server->shared.slow_readers = server->slow_readers;
	server->shared.password_memory_mib = (int)server->config.password_memory_mib;
	server->shared.ring = server->announcer.ring;
	server->shared.cursor_keys = &server->cursor_keys;
	server->shared.origins = server->config.origins;
	server->shared.output_max = server->config.output_max;
	server->shared.limits = server->limits;
	server->shared.visitors = server->visitors;
	server->shared.presence = server->presence;
	server->shared.whispers = server->whispers;
	server->shared.proxies = server->config.proxies;
	server->shared.proxy_count = server->config.proxy_count;
	server->shared.connections_max = server->config.max_connections;
	make_witness(server);
	rc = read_position(server);
	if (rc == KITH_OK) {
		rc = make_workers(server, why);
	}
	if (rc == KITH_OK) {
		rc = kith_admin_init(&server->admin, server->store, kith_when_now_us,
		                     server->config.domain);
		server->admin.password_memory_mib = (int)server->config.password_memory_mib;
		server->admin.allocations = &server->shared.allocations;
		server->admin.config = &server->config;
		server->admin.limits = server->limits;
		server->admin.drain = ask_drain;
		server->admin.drain_context = server;
		server->has_admin = rc == KITH_OK;
	}
	const struct kith_control_options control = { .dir = server->config.data.at,
		                                      .admin = &server->admin };
	if (rc == KITH_OK) {
		rc = kith_control_start(&control, &server->control, why);
	}
	for (uint32_t i = 0; i < server->worker_count && rc == KITH_OK; i++) {
		rc = kith_worker_start(server->workers[i]);
	}
	return rc;
}

static void stop_workers(struct server *server)
{
	for (uint32_t i = 0; i < server->worker_count; i++) {
		if (server->workers[i] != NULL) {
			kith_worker_hurry(server->workers[i]);
		}
	}
	for (uint32_t i = 0; i < server->worker_count; i++) {
		if (server->workers[i] != NULL) {
			kith_worker_join(server->workers[i]);
		}
	}
}

static void settle_workers(struct server *server)
{
	for (uint32_t i = 0; i < server->worker_count; i++) {
		if (server->workers[i] != NULL) {
			kith_worker_settle(server->workers[i]);
		}
	}
}

/* Ends what may wait for the ring to be walked: the control thread, the writer. */
static void *end_store(void *context)
{
	struct server *server = context;

	kith_control_stop(&server->control);
	if (server->has_admin) {
		kith_admin_done(&server->admin);
	}
	kith_store_free(&server->store);
	atomic_store(&server->is_store_ended, true);
	return NULL;
}

/* Walks the ring for the workers, which have ended, until the store has too. */
static void close_store(struct server *server)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, end_store, server) != 0) {
		end_store(server);
		return;
	}
	while (!atomic_load(&server->is_store_ended)) {
		settle_workers(server);
		poll(NULL, 0, 1);
	}
	pthread_join(thread, NULL);
}

static void stop(struct server *server)
{
	stop_workers(server);
	kith_readers_free(&server->readers);
	kith_readers_free(&server->slow_readers);
	settle_workers(server);
	close_store(server);
	settle_workers(server);
	for (uint32_t i = 0; i < server->worker_count; i++) {
		kith_worker_free(&server->workers[i]);
	}
	kith_ring_free(&server->announcer.ring);
	kith_announcer_done(&server->announcer);
	kith_whispers_free(&server->whispers);
	kith_presence_free(&server->presence);
	kith_visitors_free(&server->visitors);
	kith_limits_free(&server->limits);
	kith_tls_free(&server->tls);
}

/* The address with the port that it became, for who reads our stdout. */
static void say_ready(const struct server *server)
{
	struct kith_str host = server->config.listen;

	while (host.len > 0 && host.at[host.len - 1] != ':') {
		host.len--;
	}
	printf("kithd ready %s://%.*s%d\n", server->tls == NULL ? "http" : "https",
	       KITH_STR_PRINT(host), server->port);
	fflush(stdout);
}

/* What runs, and by which settings: what one wants to know of a log from yesterday. */
static void log_start(const struct server *server)
{
	const struct kith_config *config = &server->config;
	char port[16];
	char workers[16];

	snprintf(port, sizeof(port), "%d", server->port);
	snprintf(workers, sizeof(workers), "%u", server->worker_count);
	kith_log(KITH_LOG_INFO, "started", "version", KITH_VERSION, "listen", config->listen.at,
	         "port", port, "data", config->data.at, "workers", workers, "tls",
	         server->tls == NULL ? "off" : "on", "metrics", config->metrics.at, "log_level",
	         config->log_level.at, NULL);
}

static void drain(struct server *server)
{
	int64_t seconds = atomic_load(&server->drain_seconds);
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)seconds);
	kith_log(KITH_LOG_INFO, "draining", "seconds", text, NULL);
	for (uint32_t i = 0; i < server->worker_count; i++) {
		kith_worker_drain(server->workers[i], seconds * 1000);
	}
}

/*
 * Does what signals ask for until it is time to stop. SIGUSR1 drains: then it ends when all
 * workers have, or at any signal that would have ended or drained it, in a hurry.
 */
static void await_end(struct server *server, const sigset_t *signals)
{
	const struct timespec look = { .tv_nsec = MAIN_LOOK_MS * 1000000L };
	const struct timespec quiet = { .tv_sec = KITH_LOG_GATE_S };
	bool is_draining = false;

	while (!is_draining || atomic_load(&server->shared.running) > 0) {
		int number = sigtimedwait(signals, NULL, is_draining ? &look : &quiet);
		if (number == SIGHUP) {
			reload(server);
		} else if (number == SIGUSR1 && !is_draining) {
			is_draining = true;
			drain(server);
		} else if (number > 0) {
			kith_log(KITH_LOG_INFO, "stopping", "signal", sigabbrev_np(number), NULL);
			return;
		} else if (!is_draining) {
			kith_log_settle(); /* a flood that has ended is told in the end */
		}
	}
}

static int serve(struct server *server)
{
	struct kith_why why = { .detail = "" };
	sigset_t signals;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	server->worker_count = count_workers(&server->config);
	atomic_init(&server->drain_seconds, server->config.drain_seconds);
	enum kith_rc rc = start(server, &why);
	if (rc == KITH_OK) {
		say_ready(server);
		log_start(server);
		await_end(server, &signals);
	}
	stop(server);
	kith_log_settle();
	if (rc == KITH_OK) {
		kith_log(KITH_LOG_INFO, "stopped", NULL);
	}
	return rc == KITH_OK ? 0 : fail("cannot start", &why);
}

/* An empty buffer has no bytes that could be handed on. */
static void print(const struct kith_buf *text, FILE *to)
{
	if (text->len > 0) {
		fwrite(text->at, 1, text->len, to);
	}
}

int main(int argc, char **argv)
{
	static struct server server;
	struct kith_arena mem;
	struct kith_buf say = { 0 };
	struct kith_buf complaint = { 0 };
	(void)argc;

	kith_rand_start();
	kith_arena_init(&mem, MAIN_MEMORY_BYTES);
	int code = kith_config_from_argv(argv, environ, &mem, &server.config, &say, &complaint);
	print(&say, stdout);
	print(&complaint, stderr);
	kith_buf_done(&say);
	kith_buf_done(&complaint);
	if (code == KITH_CONFIG_RUN) {
		kith_log_set_level(server.config.level);
		code = serve(&server);
	}
	kith_arena_done(&mem);
	return code;
}
