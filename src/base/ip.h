/*
 * ip.h -- an internet address as a value: read from text, compared, in a network.
 *
 * IPv4 and IPv6 in one form, so that nobody else has to ask which it is. Reads
 * the usual texts and nothing looser; resolves no names and opens no sockets.
 * The listener says with it who came, the doors whom a proxy speaks for, the
 * limits who shares a bucket.
 */
#ifndef KITH_BASE_IP_H
#define KITH_BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

enum { KITH_IP_BYTES = 16 };

/* In network order; an IPv4 address is ::ffff:a.b.c.d. Zeroed: not known (a Unix socket's). */
struct kith_ip {
	uint8_t bytes[KITH_IP_BYTES];
};

/* All addresses whose first BITS bits are those of IP, the others of which are 0. */
struct kith_net {
	struct kith_ip ip;
	int bits; /* 0..128; IPv4's 0..32 stand behind 96 of its form */
};

/* From the four bytes of an IPv4 address, in network order. */
struct kith_ip kith_ip_from_v4(const uint8_t bytes[4]);

/* "192.0.2.7" or "2001:db8::7", whole: no brackets, no port, no zone, no leading zeros in
 * IPv4. returns false, with out as it was, for anything else. source RFC 3986 3.2.2 */
KITH_MUST_USE bool kith_ip_read(struct kith_str text, struct kith_ip *out);

bool kith_ip_equal(const struct kith_ip *a, const struct kith_ip *b);

bool kith_ip_is_v4(const struct kith_ip *ip);

/* 127.0.0.0/8 or ::1. */
bool kith_ip_is_loopback(const struct kith_ip *ip);

/* Who counts as one neighbour: an IPv4 address itself; of IPv6 the /64, which is what one
 * customer gets and may choose addresses from (RFC 6177). */
struct kith_ip kith_ip_neighbour(const struct kith_ip *ip);

/* "10.0.0.0/8", "fd00::/8", or an address alone. returns false, with out as it was, when it is
 * something else or has bits set behind the prefix, which is mostly a slip. */
KITH_MUST_USE bool kith_net_read(struct kith_str text, struct kith_net *out);

bool kith_net_has(const struct kith_net *net, const struct kith_ip *ip);

#endif
