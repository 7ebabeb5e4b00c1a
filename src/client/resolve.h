/*
 * resolve.h -- which addresses does a host have?
 *
 * Numbers are answered at once; for names it asks the system's resolver, which
 * blocks, on a thread of its own and brings the answer back into the loop.
 * Keeps the addresses of the last answer; connects to none of them.
 */
#ifndef KITH_CLIENT_RESOLVE_H
#define KITH_CLIENT_RESOLVE_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "client/url.h"
#include "net/loop.h"

enum { KITH_RESOLVE_MAX = 8 }; /* addresses of one host that are kept; more are left out */

union kith_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct kith_resolve {
	union kith_address addresses[KITH_RESOLVE_MAX];
	size_t count; /* 0: the host is not known */

	/* private to resolve.c */
	struct kith_loop *loop;
	struct kith_url url;
	struct kith_task task;
	pthread_t thread;
	bool is_running;
	void (*on_done)(struct kith_resolve *resolve);
};

/* ON_DONE is called in LOOP with the answer in addresses, never before start returns. */
void kith_resolve_init(struct kith_resolve *resolve, struct kith_loop *loop,
                       void (*on_done)(struct kith_resolve *resolve));

/* Waits for a look-up that is under way (seconds, when the resolver is slow). */
void kith_resolve_done(struct kith_resolve *resolve);

/*
 * Looks up URL's host. One look-up at a time (asserted).
 * returns  KITH_OK, on_done follows; KITH_E_IO when no thread can be had
 */
KITH_MUST_USE enum kith_rc kith_resolve_start(struct kith_resolve *resolve,
                                              const struct kith_url *url);

static inline unsigned kith_address_len(const union kith_address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

#endif
