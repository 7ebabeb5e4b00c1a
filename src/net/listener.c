/*
 * listener.c -- binding an address, and taking who knocks there.
 *
 * An address is bound for ourselves alone first, so that a second server at it
 * is told; only then is it opened to the descriptors of our other workers. When
 * accepting fails, a timer tries again: no edge tells of freed descriptors.
 */
#include "net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/macros.h"
#include "base/mem.h"

enum { HOST_MAX = 64 };

struct kith_listener {
	struct kith_watch watch;
	struct kith_ready ready;
	struct kith_timer retry;
	struct kith_loop *loop;
	kith_accept_fn *accept;
	void *context;
	struct kith_listener **freed; /* set while accepting: where to say that it was freed */
	bool is_failing;              /* said so; not again before one is accepted           */
};

/* Binding. */

union any_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

static socklen_t address_len(const union any_address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->v6) : sizeof(address->v4);
}

static bool read_host(struct kith_str host, uint16_t port, union any_address *address)
{
	char text[HOST_MAX];
	bool is_v6 = host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
	if (is_v6) {
		host = kith_str_make(host.at + 1, host.len - 2);
	} else if (kith_str_is(host, "localhost")) {
		host = KITH_STR("127.0.0.1");
	}
	if (host.len == 0 || host.len >= sizeof(text) || kith_str_find(host, '\0') >= 0) {
		return false;
	}
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	memset(address, 0, sizeof(*address));
	if (is_v6) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons(port);
		return inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1;
	}
	address->v4.sin_family = AF_INET;
	address->v4.sin_port = htons(port);
	return inet_pton(AF_INET, text, &address->v4.sin_addr) == 1;
}

static bool read_address(struct kith_str text, union any_address *address)
{
	size_t colon = text.len;
	while (colon > 0 && text.at[colon - 1] != ':') {
		colon--;
	}
	int64_t port;
	if (colon == 0 || !kith_str_to_int(kith_str_skip(text, colon), &port)) {
		return false;
	}
	bool is_port = port >= 0 && port <= UINT16_MAX;
	return is_port && read_host(kith_str_make(text.at, colon - 1), (uint16_t)port, address);
}

static bool set_on(int fd, int level, int option)
{
	const int on = 1;
	return setsockopt(fd, level, option, &on, sizeof(on)) == 0;
}

/* returns the listening descriptor, or -1 with errno set. */
static int open_listening(const union any_address *address, bool is_beside)
{
	int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -1;
	}
	/* Sharing is allowed before binding beside our first one, and else after it. */
	if (set_on(fd, SOL_SOCKET, SO_REUSEADDR) &&
	    (!is_beside || set_on(fd, SOL_SOCKET, SO_REUSEPORT)) &&
	    bind(fd, &address->any, address_len(address)) == 0 &&
	    (is_beside || set_on(fd, SOL_SOCKET, SO_REUSEPORT)) &&
	    listen(fd, KITH_LISTENER_BACKLOG) == 0) {
		return fd;
	}
	int number = errno;
	close(fd);
	errno = number;
	return -1;
}

static bool read_bound(int fd, union any_address *address)
{
	socklen_t len = sizeof(*address);
	memset(address, 0, sizeof(*address));
	bool is_read = getsockname(fd, &address->any, &len) == 0;
	return is_read && (address->any.sa_family == AF_INET || address->any.sa_family == AF_INET6);
}

static int port_of(const union any_address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port
	                                                : address->v4.sin_port);
}

enum kith_rc kith_listener_bind(struct kith_str address, int *fd, int *port, struct kith_why *why)
{
	union any_address wanted;
	if (!read_address(address, &wanted)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
		                   "\"%.*s\" is not HOST:PORT with an IPv4 address, an IPv6 one in "
		                   "brackets, or localhost",
		                   KITH_STR_PRINT(address));
	}
	int opened = open_listening(&wanted, false);
	if (opened < 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "cannot listen at %.*s: %s",
		                   KITH_STR_PRINT(address), strerrordesc_np(errno));
	}
	union any_address bound;
	if (!read_bound(opened, &bound)) {
		close(opened);
		return kith_refuse(why, KITH_E_IO, NULL, "cannot tell the port of %.*s",
		                   KITH_STR_PRINT(address));
	}
	*fd = opened;
	*port = port_of(&bound);
	return KITH_OK;
}

enum kith_rc kith_listener_bind_beside(int first, int *fd, struct kith_why *why)
{
	union any_address address;
	if (!read_bound(first, &address)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
		                   "the first descriptor listens at no TCP address");
	}
	int opened = open_listening(&address, true);
	if (opened < 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "cannot listen once more at port %d: %s",
		                   port_of(&address), strerrordesc_np(errno));
	}
	*fd = opened;
	return KITH_OK;
}

/* Accepting. */

static void retry_later(struct kith_listener *listener, int number)
{
	if (!listener->is_failing) {
		listener->is_failing = true;
		kith_log(KITH_LOG_WARN, "accept_failed", "reason", strerrordesc_np(number), NULL);
	}
	int64_t at_us =
		kith_loop_steady_us(listener->loop) + KITH_LISTENER_RETRY_MS * INT64_C(1000);
	if (kith_timer_set(listener->loop, &listener->retry, at_us) != KITH_OK) {
		kith_ready_add(listener->loop, &listener->ready); /* no memory to wait with */
	}
}

/* Accept failed with NUMBER. returns true when the next one may still be taken. */
static bool may_go_on(struct kith_listener *listener, int number)
{
	if (number == EAGAIN) {
		return false;
	}
	/* These speak of one connection, which is gone already: accept(2). */
	if (number == EINTR || number == ECONNABORTED || number == EPROTO || number == EPERM ||
	    number == ENETDOWN || number == EHOSTUNREACH || number == ENETUNREACH ||
	    number == EHOSTDOWN || number == ENOPROTOOPT || number == ENONET) {
		return true;
	}
	retry_later(listener, number);
	return false;
}

static struct kith_ip ip_of(const union any_address *address)
{
	struct kith_ip ip = { .bytes = { 0 } };

	if (address->any.sa_family == AF_INET) {
		uint8_t bytes[4];
		memcpy(bytes, &address->v4.sin_addr, sizeof(bytes));
		ip = kith_ip_from_v4(bytes);
	} else if (address->any.sa_family == AF_INET6) {
		memcpy(ip.bytes, &address->v6.sin6_addr, sizeof(ip.bytes));
	}
	return ip;
}

/* One new socket, or -1 with errno set. */
static int accept_one(const struct kith_listener *listener, struct kith_ip *from)
{
	union any_address address;
	socklen_t len = sizeof(address);

	address.any.sa_family = AF_UNSPEC; /* a Unix socket's peer may have no address at all */
	int fd = accept4(listener->watch.fd, &address.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	*from = ip_of(&address);
	return fd;
}

static void on_ready(struct kith_ready *ready)
{
	struct kith_listener *listener = KITH_CONTAINER(ready, struct kith_listener, ready);
	struct kith_listener *alive = listener;
	struct kith_ip from;
	listener->freed = &alive;
	for (int i = 0; i < KITH_LISTENER_TURN_MAX; i++) {
		int fd = accept_one(listener, &from);
		if (fd < 0) {
			if (may_go_on(listener, errno)) {
				continue;
			}
			listener->freed = NULL;
			return;
		}
		listener->is_failing = false;
		(void)set_on(fd, IPPROTO_TCP,
		             TCP_NODELAY); /* a Unix socket refuses, and needs none */
		listener->accept(listener->context, fd, &from);
		if (alive == NULL) {
			return;
		}
	}
	listener->freed = NULL;
	kith_ready_add(listener->loop, &listener->ready);
}

static void on_events(struct kith_watch *watch, uint32_t events)
{
	struct kith_listener *listener = KITH_CONTAINER(watch, struct kith_listener, watch);
	(void)events;
	/* While it waits for descriptors, the retry looks at those who knock now, too. */
	if (listener->retry.slot == 0) {
		kith_ready_add(listener->loop, &listener->ready);
	}
}

static void on_retry(struct kith_timer *retry)
{
	struct kith_listener *listener = KITH_CONTAINER(retry, struct kith_listener, retry);
	kith_ready_add(listener->loop, &listener->ready);
}

enum kith_rc kith_listener_new(struct kith_loop *loop, int fd, kith_accept_fn *accept,
                               void *context, struct kith_listener **out)
{
	struct kith_listener *listener = kith_alloc(sizeof(*listener));
	if (listener == NULL) {
		close(fd);
		return KITH_E_NO_MEMORY;
	}
	*listener = (struct kith_listener){
		.watch = { .fd = fd, .on_events = on_events },
		.ready = { .on_ready = on_ready },
		.retry = { .on_time = on_retry },
		.loop = loop,
		.accept = accept,
		.context = context,
	};
	if (kith_watch_add(loop, &listener->watch) != KITH_OK) {
		close(fd);
		kith_free(listener);
		return KITH_E_IO;
	}
	*out = listener;
	return KITH_OK;
}

void kith_listener_free(struct kith_listener **listener)
{
	struct kith_listener *old = *listener;
	if (old == NULL) {
		return;
	}
	*listener = NULL;
	if (old->freed != NULL) {
		*old->freed = NULL;
	}
	kith_ready_remove(old->loop, &old->ready);
	kith_timer_clear(old->loop, &old->retry);
	kith_watch_remove(old->loop, &old->watch);
	close(old->watch.fd);
	kith_free(old);
}
