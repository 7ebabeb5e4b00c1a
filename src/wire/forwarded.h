/*
 * forwarded.h -- for whom does a proxy speak?
 *
 * A proxy adds to X-Forwarded-For, at its end, the address that it was asked
 * from. This file reads that list from its end, as long as the one who says so
 * is trusted; what stands before the first stranger was written by that stranger
 * and is not looked at. Whom to trust is the caller's to say.
 */
#ifndef KITH_WIRE_FORWARDED_H
#define KITH_WIRE_FORWARDED_H

#include <stddef.h>

#include "base/ip.h"
#include "wire/http.h"

enum { KITH_FORWARDED_HOPS_MAX = 16 }; /* trusted proxies behind one another; then no further */

/*
 * The address from which the request of HEAD came, that PEER has passed on: PEER
 * itself when it is in none of the COUNT networks of TRUSTED, or says nothing.
 * Else the last address in its lists that is in none of them; when all are, the
 * first. A word that is no address (with or without a port, IPv6 in brackets or
 * not) ends the reading: then it is the last one that was understood.
 */
struct kith_ip kith_forwarded_from(const struct kith_http_head *head, const struct kith_ip *peer,
                                   const struct kith_net *trusted, size_t count);

#endif
