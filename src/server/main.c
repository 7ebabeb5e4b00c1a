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
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/when.h"
#include "net/listener.h"
#include "server/announce.h"
#include "server/config.h"
#include "server/control.h"
#include "server/worker.h"

enum { MAIN_DRAIN_MS = 5000, MAIN_MEMORY_BYTES = 16 * 1024 };

extern char **environ;

struct server {
	struct kith_config config;
	struct kith_store *store;
	struct kith_readers *readers;
	struct kith_announcer announcer;
	struct kith_cursor_keys cursor_keys;
	struct kith_worker_shared shared;
	struct kith_worker *workers[KITH_RING_WALKERS_MAX];
	uint32_t worker_count;
	struct kith_admin admin;
	bool has_admin;
	struct kith_control *control;
	int port;
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

static enum kith_rc open_store(struct server *server, struct kith_why *why)
{
	const struct kith_store_options options = {
		.dir = server->config.data.at,
		.now_us = kith_when_now_us,
		.linger_us = server->config.linger_us,
		.committed = kith_announce,
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
	kith_cursor_keys_derive(kith_store_digest_key(server->store), &server->cursor_keys);
	server->announcer.cursor_keys = &server->cursor_keys;
	return kith_readers_new(server->store, (int)server->config.readers, &server->readers);
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

static enum kith_rc start(struct server *server, struct kith_why *why)
{
	enum kith_rc rc = open_store(server, why);
	if (rc != KITH_OK) {
		return rc;
	}
	server->shared.store = server->store;
	server->shared.readers = server->readers;
	server->shared.ring = server->announcer.ring;
	server->shared.cursor_keys = &server->cursor_keys;
	server->shared.origins = server->config.origins;
	server->shared.output_max = server->config.output_max;
	server->shared.connections_max = server->config.max_connections;
	rc = read_position(server);
	if (rc == KITH_OK) {
		rc = make_workers(server, why);
	}
	if (rc == KITH_OK) {
		rc = kith_admin_init(&server->admin, server->store, kith_when_now_us,
		                     server->config.domain);
		server->admin.allocations = &server->shared.allocations;
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
			kith_worker_drain(server->workers[i], MAIN_DRAIN_MS);
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
	settle_workers(server);
	close_store(server);
	settle_workers(server);
	for (uint32_t i = 0; i < server->worker_count; i++) {
		kith_worker_free(&server->workers[i]);
	}
	kith_ring_free(&server->announcer.ring);
	kith_announcer_done(&server->announcer);
}

/* The address with the port that it became, for who reads our stdout. */
static void say_ready(const struct server *server)
{
	struct kith_str host = server->config.listen;

	while (host.len > 0 && host.at[host.len - 1] != ':') {
		host.len--;
	}
	printf("kithd ready http://%.*s%d\n", KITH_STR_PRINT(host), server->port);
	fflush(stdout);
}

static int serve(struct server *server)
{
	struct kith_why why = { .detail = "" };
	sigset_t signals;
	int number = 0;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	server->worker_count = count_workers(&server->config);
	enum kith_rc rc = start(server, &why);
	if (rc == KITH_OK) {
		say_ready(server);
		kith_log(KITH_LOG_INFO, "started", "data", server->config.data.at, NULL);
		sigwait(&signals, &number);
	}
	stop(server);
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
