/*
 * ip.c -- inet_pton() on slices, and bits of a prefix.
 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { V4_AT = 12, V4_BITS = 32, ALL_BITS = 128, NEIGHBOUR_BYTES = 8 };

static const uint8_t v4_prefix[V4_AT] = { [10] = 0xff, [11] = 0xff };

_Static_assert(sizeof(struct in6_addr) == KITH_IP_BYTES, "an IPv6 address fills it");

struct kith_ip kith_ip_from_v4(const uint8_t bytes[4])
{
	struct kith_ip ip;

	memcpy(ip.bytes, v4_prefix, V4_AT);
	memcpy(ip.bytes + V4_AT, bytes, KITH_IP_BYTES - V4_AT);
	return ip;
}

bool kith_ip_read(struct kith_str text, struct kith_ip *out)
{
	char copy[INET6_ADDRSTRLEN];
	uint8_t bytes[KITH_IP_BYTES];

	if (text.len == 0 || text.len >= sizeof(copy) || kith_str_find(text, '\0') >= 0) {
		return false;
	}
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1) {
		*out = kith_ip_from_v4(bytes);
		return true;
	}
	if (inet_pton(AF_INET6, copy, bytes) == 1) {
		memcpy(out->bytes, bytes, KITH_IP_BYTES);
		return true;
	}
	return false;
}

bool kith_ip_equal(const struct kith_ip *a, const struct kith_ip *b)
{
	return memcmp(a->bytes, b->bytes, KITH_IP_BYTES) == 0;
}

bool kith_ip_is_v4(const struct kith_ip *ip)
{
	return memcmp(ip->bytes, v4_prefix, V4_AT) == 0;
}

bool kith_ip_is_loopback(const struct kith_ip *ip)
{
	static const struct kith_ip one = { .bytes = { [KITH_IP_BYTES - 1] = 1 } };

	return (kith_ip_is_v4(ip) && ip->bytes[V4_AT] == 127) || kith_ip_equal(ip, &one);
}

struct kith_ip kith_ip_neighbour(const struct kith_ip *ip)
{
	struct kith_ip neighbour = *ip;

	if (!kith_ip_is_v4(ip)) {
		memset(neighbour.bytes + NEIGHBOUR_BYTES, 0, KITH_IP_BYTES - NEIGHBOUR_BYTES);
	}
	return neighbour;
}

/* The byte at I of the mask with BITS ones. */
static uint8_t mask_at(int bits, int i)
{
	int left = bits - 8 * i;

	if (left >= 8) {
		return 0xff;
	}
	return (uint8_t)(left <= 0 ? 0 : 0xff00 >> left);
}

static bool has_bits_behind(const struct kith_ip *ip, int bits)
{
	for (int i = 0; i < KITH_IP_BYTES; i++) {
		if ((ip->bytes[i] & ~mask_at(bits, i)) != 0) {
			return true;
		}
	}
	return false;
}

bool kith_net_read(struct kith_str text, struct kith_net *out)
{
	struct kith_net net = { .bits = ALL_BITS };
	struct kith_str address = text;
	struct kith_str length;
	bool has_length = kith_str_cut(text, '/', &address, &length);

	if (!kith_ip_read(address, &net.ip)) {
		return false;
	}
	if (has_length) {
		/* An address in dots has 32 bits; one with colons 128, whatever its end looks like. */
		bool is_dotted = kith_str_find(address, ':') < 0;
		int64_t bits;
		if (!kith_str_to_int(length, &bits) || bits < 0 ||
		    bits > (is_dotted ? V4_BITS : ALL_BITS)) {
			return false;
		}
		net.bits = (int)bits + (is_dotted ? ALL_BITS - V4_BITS : 0);
	}
	if (has_bits_behind(&net.ip, net.bits)) {
		return false;
	}
	*out = net;
	return true;
}

bool kith_net_has(const struct kith_net *net, const struct kith_ip *ip)
{
	for (int i = 0; i < KITH_IP_BYTES; i++) {
		if (((net->ip.bytes[i] ^ ip->bytes[i]) & mask_at(net->bits, i)) != 0) {
			return false;
		}
	}
	return true;
}
