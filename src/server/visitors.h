/*
 * visitors.h -- how many connections has each address open?
 *
 * Counts exactly, for the whole server: a connection is counted when it is
 * accepted and let go when it ends, whichever workers they meet. Holds a few
 * bytes per address that has one open, and none for others. Says who is one too
 * many; what is then done is the worker's.
 */
#ifndef KITH_SERVER_VISITORS_H
#define KITH_SERVER_VISITORS_H

#include "base/ip.h"
#include "base/macros.h"

struct kith_visitors;

/* One address that has connections open. */
struct kith_visitor;

/* MAX connections of one address (of IPv6, of its /64); 0: no limit. NULL without memory. */
struct kith_visitors *kith_visitors_new(int64_t max);

/* All must have left. */
void kith_visitors_free(struct kith_visitors **visitors);

/*
 * One more of IP. returns false when that is one too many, or without memory;
 * else *out is to be handed to kith_visitors_leave(), once. It is NULL when nobody
 * counts. thread any
 */
KITH_MUST_USE bool kith_visitors_enter(struct kith_visitors *visitors, const struct kith_ip *ip,
                                       struct kith_visitor **out);

/* One less; clears the pointer; accepts NULL. thread any */
void kith_visitors_leave(struct kith_visitors *visitors, struct kith_visitor **visitor);

#endif
