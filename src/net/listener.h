/*
 * listener.h -- takes new connections at an address.
 *
 * Each worker has a listener of its own at the same TCP address (SO_REUSEPORT),
 * so the kernel spreads connections; the control socket of a data directory is a
 * Unix one. At most KITH_LISTENER_TURN_MAX are taken in one turn. When the
 * process has no descriptors left it waits and tries again, and says so once.
 */
#ifndef KITH_NET_LISTENER_H
#define KITH_NET_LISTENER_H

#include "base/err.h"
#include "base/ip.h"
#include "base/str.h"
#include "net/loop.h"

enum {
	KITH_LISTENER_TURN_MAX = 64,  /* taken in one turn                         */
	KITH_LISTENER_BACKLOG = 4096, /* waiting in the kernel; more are not heard */
	KITH_LISTENER_RETRY_MS = 100, /* from "no descriptors left" to a new try   */
};

struct kith_listener;

/* Takes a new socket, which came FROM there. */
typedef void kith_accept_fn(void *context, int fd, const struct kith_ip *from);
/*
 * Binds "HOST:PORT" (an IPv4 address, an IPv6 one in brackets, or localhost) to
 * a listening descriptor; port 0 lets the kernel choose. *PORT is what it became.
 * Nobody else may be listening there: another server's address is never shared.
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  not of that form
 *          KITH_E_IO               why: address in use and the like
 */
KITH_MUST_USE enum kith_rc kith_listener_bind(struct kith_str address, int *fd, int *port,
                                              struct kith_why *why);

/* One more descriptor listening at the address of FIRST, for another worker. returns as above. */
KITH_MUST_USE enum kith_rc kith_listener_bind_beside(int first, int *fd, struct kith_why *why);

/*
 * Accepts on FD, which it owns from now on (also on error). ACCEPT gets each new
 * non-blocking socket, close-on-exec, TCP_NODELAY set (of TCP), and owns it, with
 * the address that it comes from (zeros for a Unix socket), borrowed; it may free
 * the listener. returns KITH_OK, KITH_E_NO_MEMORY, KITH_E_IO.
 */
KITH_MUST_USE enum kith_rc kith_listener_new(struct kith_loop *loop, int fd, kith_accept_fn *accept,
                                             void *context, struct kith_listener **out);

/* Stops accepting and closes the descriptor. */
void kith_listener_free(struct kith_listener **listener);

#endif
