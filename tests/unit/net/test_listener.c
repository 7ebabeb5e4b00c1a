/*
 * test_listener.c -- addresses that can be bound and those that cannot, and
 * taking connections: a share per turn, and patience without descriptors.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/macros.h"
#include "base/mem.h"
#include "net/listener.h"
#include "unit/net/clock.h"

enum { TAKEN_MAX = 256 };

static struct kith_loop *loop;
static struct kith_listener *listener;
static int taken[TAKEN_MAX];
static int taken_count;
static struct kith_ip taken_from; /* the last one */
static bool is_freeing;           /* the listener goes while it accepts */

static int set_up(void **state)
{
	(void)state;
	taken_count = 0;
	is_freeing = false;
	return kith_loop_new(&loop) == KITH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	kith_listener_free(&listener);
	kith_listener_free(&listener); /* gone already: nothing happens */
	kith_loop_free(&loop);
	for (int i = 0; i < taken_count; i++) {
		close(taken[i]);
	}
	return 0;
}

static void take(void *context, int fd, const struct kith_ip *from)
{
	assert_ptr_equal(context, &taken_count);
	assert_true(taken_count < TAKEN_MAX);
	taken[taken_count++] = fd;
	taken_from = *from;
	if (is_freeing) {
		kith_listener_free(&listener);
	}
}

static int bind_any(int *port)
{
	int fd = -1;
	*port = 0;
	assert_int_equal(kith_listener_bind(KITH_STR("127.0.0.1:0"), &fd, port, NULL), KITH_OK);
	assert_true(fd >= 0);
	assert_in_range(*port, 1, 65535);
	return fd;
}

static void listen_at(int fd)
{
	assert_int_equal(kith_listener_new(loop, fd, take, &taken_count, &listener), KITH_OK);
}

/* COUNT connections, complete on our side when this returns. */
static void knock(int port, int *fds, int count)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	for (int i = 0; i < count; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_true(fds[i] >= 0);
		assert_int_equal(connect(fds[i], (struct sockaddr *)&address, sizeof(address)), 0);
	}
}

static void close_all(const int *fds, int count)
{
	for (int i = 0; i < count; i++) {
		close(fds[i]);
	}
}

static const struct {
	const char *name;
	const char *address;
	enum kith_rc rc;
} addresses[] = {
	{ "an IPv4 address", "127.0.0.1:0", KITH_OK },
	{ "localhost", "localhost:0", KITH_OK },
	{ "every address", "0.0.0.0:0", KITH_OK },
	{ "nothing", "", KITH_E_INVALID_REQUEST },
	{ "no port", "127.0.0.1", KITH_E_INVALID_REQUEST },
	{ "an empty port", "127.0.0.1:", KITH_E_INVALID_REQUEST },
	{ "no host", ":8480", KITH_E_INVALID_REQUEST },
	{ "a port above 65535", "127.0.0.1:65536", KITH_E_INVALID_REQUEST },
	{ "a negative port", "127.0.0.1:-1", KITH_E_INVALID_REQUEST },
	{ "a port with a zero in front", "127.0.0.1:080", KITH_E_INVALID_REQUEST },
	{ "a port with a blank", "127.0.0.1: 80", KITH_E_INVALID_REQUEST },
	{ "a name", "example.org:80", KITH_E_INVALID_REQUEST },
	{ "three numbers", "127.0.1:80", KITH_E_INVALID_REQUEST },
	{ "IPv6 without brackets", "::1:80", KITH_E_INVALID_REQUEST },
	{ "IPv4 in brackets", "[127.0.0.1]:80", KITH_E_INVALID_REQUEST },
	{ "an open bracket", "[::1:80", KITH_E_INVALID_REQUEST },
	{ "empty brackets", "[]:80", KITH_E_INVALID_REQUEST },
	{ "a host longer than any",
	  "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1",
	  KITH_E_INVALID_REQUEST },
	{ "somebody else's address", "192.0.2.1:0", KITH_E_IO },
};

static void test_an_address_is_host_and_port(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(addresses); i++) {
		struct kith_why why = { 0 };
		int fd = -7;
		int port = -7;
		enum kith_rc rc =
			kith_listener_bind(kith_str_of(addresses[i].address), &fd, &port, &why);
		if (rc != addresses[i].rc) {
			fail_msg("%s: %d", addresses[i].name, (int)rc);
		}
		if (rc == KITH_OK) {
			assert_in_range(port, 1, 65535);
			close(fd);
			continue;
		}
		assert_int_equal(fd, -7);
		assert_int_equal(port, -7);
		assert_non_null(strstr(why.detail, addresses[i].address));
	}
}

static void test_an_address_with_a_nul_in_it_is_none(void **state)
{
	(void)state;
	int fd;
	int port;
	assert_int_equal(kith_listener_bind(KITH_STR("127.0.0.1\0x:0"), &fd, &port, NULL),
	                 KITH_E_INVALID_REQUEST);
}

static void test_an_ipv6_address_stands_in_brackets(void **state)
{
	(void)state;
	int fd = -1;
	int port = 0;
	enum kith_rc rc = kith_listener_bind(KITH_STR("[::1]:0"), &fd, &port, NULL);
	if (rc == KITH_E_IO) { /* well formed, but this machine has no IPv6 */
		assert_int_equal(fd, -1);
		return;
	}
	assert_int_equal(rc, KITH_OK);
	assert_in_range(port, 1, 65535);
	close(fd);
}

static void test_an_address_in_use_is_named(void **state)
{
	(void)state;
	int port;
	int first = bind_any(&port);
	char address[32];
	snprintf(address, sizeof(address), "127.0.0.1:%d", port);
	struct kith_why why = { 0 };
	int fd = -7;
	int again = -7;
	assert_int_equal(kith_listener_bind(kith_str_of(address), &fd, &again, &why), KITH_E_IO);
	assert_non_null(strstr(why.detail, address));
	assert_non_null(strstr(why.detail, "in use"));
	assert_int_equal(fd, -7);
	assert_int_equal(again, -7);
	close(first);
	assert_int_equal(kith_listener_bind(kith_str_of(address), &fd, &again, &why), KITH_OK);
	assert_int_equal(again, port);
	close(fd);
}

static void test_workers_listen_beside_the_first_and_nobody_else_does(void **state)
{
	(void)state;
	int port;
	int fds[3] = { bind_any(&port) };
	assert_int_equal(kith_listener_bind_beside(fds[0], &fds[1], NULL), KITH_OK);
	assert_int_equal(kith_listener_bind_beside(fds[0], &fds[2], NULL), KITH_OK);
	char address[32];
	snprintf(address, sizeof(address), "127.0.0.1:%d", port);
	int fd;
	assert_int_equal(kith_listener_bind(kith_str_of(address), &fd, &port, NULL), KITH_E_IO);

	enum { COUNT = 60 };
	int clients[COUNT];
	knock(port, clients, COUNT);
	int got = 0;
	for (int i = 0; i < 3; i++) {
		for (int one = 0; one >= 0; got += one >= 0) {
			one = accept(fds[i], NULL, NULL);
			if (one >= 0) {
				close(one);
			}
		}
		assert_int_equal(errno, EAGAIN);
	}
	assert_int_equal(got, COUNT);
	close_all(clients, COUNT);
	close_all(fds, 3);
	struct kith_why why = { 0 };
	assert_int_equal(kith_listener_bind_beside(-1, &fd, &why), KITH_E_INVALID_REQUEST);
	assert_true(why.detail[0] != '\0');
}

static void test_a_new_socket_does_not_block_nor_delay(void **state)
{
	(void)state;
	int port;
	listen_at(bind_any(&port));
	int client;
	knock(port, &client, 1);
	kith_loop_turn(loop, -1);
	assert_int_equal(taken_count, 1);
	int on = 0;
	socklen_t len = sizeof(on);
	assert_int_equal(getsockopt(taken[0], IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
	assert_int_equal(on, 1);
	char byte;
	assert_int_equal(recv(taken[0], &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	close(client);
}

static void test_a_new_socket_comes_with_where_it_came_from(void **state)
{
	(void)state;
	int port;
	int fd = -1;
	int client;
	struct sockaddr_in mine = { .sin_family = AF_INET,
		                    .sin_addr = { htonl(INADDR_LOOPBACK + 6) } };
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const uint8_t expected[4] = { 127, 0, 0, 7 };
	struct kith_ip ip = kith_ip_from_v4(expected);

	listen_at(bind_any(&port));
	address.sin_port = htons((uint16_t)port);
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(client, (struct sockaddr *)&mine, sizeof(mine)), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	kith_loop_turn(loop, -1);
	assert_int_equal(taken_count, 1);
	assert_true(kith_ip_equal(&taken_from, &ip));
	close(client);
	kith_listener_free(&listener);

	if (kith_listener_bind(KITH_STR("[::1]:0"), &fd, &port, NULL) != KITH_OK) {
		return; /* this machine has no IPv6 */
	}
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		                    .sin6_port = htons((uint16_t)port),
		                    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	listen_at(fd);
	client = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&six, sizeof(six)), 0);
	kith_loop_turn(loop, -1);
	assert_true(kith_ip_read(KITH_STR("::1"), &ip));
	assert_true(kith_ip_equal(&taken_from, &ip));
	close(client);
}

static void test_a_turn_takes_so_many_and_the_next_the_rest(void **state)
{
	(void)state;
	enum { COUNT = KITH_LISTENER_TURN_MAX + 6 };
	int port;
	int fd = bind_any(&port);
	int clients[COUNT];
	knock(port, clients, COUNT);
	listen_at(fd);
	kith_loop_turn(loop, 0);
	assert_int_equal(taken_count, KITH_LISTENER_TURN_MAX);
	assert_int_equal(kith_loop_wait_ms(loop), 0);
	kith_loop_turn(loop, 0);
	assert_int_equal(taken_count, COUNT);
	assert_int_equal(kith_loop_wait_ms(loop), -1);
	close_all(clients, COUNT);
}

static void test_it_may_be_freed_while_it_accepts(void **state)
{
	(void)state;
	int port;
	int fd = bind_any(&port);
	int clients[3];
	knock(port, clients, 3);
	listen_at(fd);
	is_freeing = true;
	kith_loop_turn(loop, 0);
	kith_loop_turn(loop, 0);
	assert_int_equal(taken_count, 1);
	assert_null(listener);
	close_all(clients, 3);
}

static void test_a_unix_socket_is_served_as_well(void **state)
{
	(void)state;
	/* An abstract name, chosen by the kernel: nothing in the file system. */
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sa_family_t);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	len = sizeof(address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(listen(fd, 8), 0);
	listen_at(fd);
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&address, len), 0);
	kith_loop_turn(loop, -1);
	assert_int_equal(taken_count, 1);
	assert_true(kith_ip_equal(&taken_from, &(struct kith_ip){ .bytes = { 0 } }));
	close(client);
}

/* Counts the lines that went to FILE with "accept_failed" in them. */
static int count_lines(FILE *file)
{
	char line[4096];
	int count = 0;
	rewind(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		count += strstr(line, "accept_failed") != NULL;
	}
	return count;
}

/* From here on the process may open no more descriptors. */
static struct rlimit forbid_descriptors(void)
{
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	int lowest = dup(0);
	assert_true(lowest >= 0);
	close(lowest);
	struct rlimit none = { .rlim_cur = (rlim_t)lowest, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	return before;
}

static void test_without_descriptors_it_waits_tries_again_and_says_so_once(void **state)
{
	(void)state;
	int port;
	listen_at(bind_any(&port));
	int clients[3];
	knock(port, clients, 3);
	FILE *log = tmpfile();
	assert_non_null(log);
	fflush(stderr);
	int saved = dup(STDERR_FILENO);
	assert_true(saved >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
	struct rlimit before = forbid_descriptors();
	int taken_without = 0;
	int waits[3];
	for (int i = 0; i < 3; i++) {
		kith_loop_turn(loop, 0);
		taken_without += taken_count;
		waits[i] = kith_loop_wait_ms(loop);
		steady_us += KITH_LISTENER_RETRY_MS * INT64_C(1000);
	}
	setrlimit(RLIMIT_NOFILE, &before);
	kith_loop_turn(loop, 0);
	dup2(saved, STDERR_FILENO);
	close(saved);

	assert_int_equal(taken_without, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(waits[i], KITH_LISTENER_RETRY_MS);
	}
	assert_int_equal(taken_count, 3);
	assert_int_equal(count_lines(log), 1);
	assert_int_equal(kith_loop_wait_ms(loop), -1);
	fclose(log);
	close_all(clients, 3);
}

static void test_who_knocks_meanwhile_does_not_put_the_retry_off(void **state)
{
	(void)state;
	int port;
	listen_at(bind_any(&port));
	int client;
	knock(port, &client, 1);
	int more = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct rlimit before = forbid_descriptors();
	kith_loop_turn(loop, 0);
	steady_us += KITH_LISTENER_RETRY_MS * INT64_C(1000) / 2;
	int rc = connect(more, (struct sockaddr *)&address, sizeof(address));
	kith_loop_turn(loop, 0);
	int wait_ms = kith_loop_wait_ms(loop);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(rc, 0);
	assert_int_equal(wait_ms, KITH_LISTENER_RETRY_MS / 2);
	steady_us += KITH_LISTENER_RETRY_MS * INT64_C(1000) / 2;
	kith_loop_turn(loop, 0);
	assert_int_equal(taken_count, 2);
	close(more);
	close(client);
}

static void test_without_memory_the_descriptor_is_closed(void **state)
{
	(void)state;
	int port;
	int fd = bind_any(&port);
	kith_mem_fail_from(1);
	enum kith_rc rc = kith_listener_new(loop, fd, take, &taken_count, &listener);
	kith_mem_fail_never();
	assert_int_equal(rc, KITH_E_NO_MEMORY);
	assert_null(listener);
	assert_int_equal(close(fd), -1);
	assert_int_equal(errno, EBADF);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_address_is_host_and_port),
		TEST(test_an_address_with_a_nul_in_it_is_none),
		TEST(test_an_ipv6_address_stands_in_brackets),
		TEST(test_an_address_in_use_is_named),
		TEST(test_workers_listen_beside_the_first_and_nobody_else_does),
		TEST(test_a_new_socket_does_not_block_nor_delay),
		TEST(test_a_new_socket_comes_with_where_it_came_from),
		TEST(test_a_turn_takes_so_many_and_the_next_the_rest),
		TEST(test_it_may_be_freed_while_it_accepts),
		TEST(test_a_unix_socket_is_served_as_well),
		TEST(test_without_descriptors_it_waits_tries_again_and_says_so_once),
		TEST(test_who_knocks_meanwhile_does_not_put_the_retry_off),
		TEST(test_without_memory_the_descriptor_is_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
