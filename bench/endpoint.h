/*
 * endpoint.h -- where does the load go? Only to this machine.
 *
 * Reads the address of a server and refuses every one that is not loopback, so
 * that the load generator cannot be pointed at somebody else. Opens no socket.
 */
#ifndef KITH_BENCH_ENDPOINT_H
#define KITH_BENCH_ENDPOINT_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/macros.h"
#include "base/str.h"

enum { KITH_ENDPOINT_TEXT_MAX = 64 };

struct kith_endpoint {
	struct sockaddr_storage address;
	socklen_t size;
	int port;
	char host[KITH_ENDPOINT_TEXT_MAX]; /* HOST:PORT as in the Host header, ends with NUL */
};

/*
 * Reads "http://HOST:PORT" (a '/' may follow) or "HOST:PORT": HOST is an IPv4
 * address of 127.0.0.0/8, [::1] or localhost, which means 127.0.0.1.
 * returns  NULL when OUT is set, else a sentence that says what is wrong
 */
KITH_MUST_USE const char *kith_endpoint_read(struct kith_str text, struct kith_endpoint *out);

/* Reads port and host anew from the address, which bind has changed. */
void kith_endpoint_renew(struct kith_endpoint *endpoint);

#endif
