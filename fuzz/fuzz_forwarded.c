/*
 * fuzz_forwarded.c -- whatever a list of proxies says, only its trusted end counts.
 *
 * The input is the value of X-Forwarded-For. The answer is the peer or an address
 * that stands in the list; whatever is put in front of a list whose end is a
 * stranger changes nothing, and nothing counts without trust.
 */
#include "fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "wire/forwarded.h"

static struct kith_ip read_from(struct kith_str list, const struct kith_ip *peer, size_t trusted)
{
	struct kith_http_head head = { .header_count = 1 };
	struct kith_net nets[2];

	KITH_ASSERT(kith_net_read(KITH_STR("10.0.0.0/8"), &nets[0]));
	KITH_ASSERT(kith_net_read(KITH_STR("fd00::/8"), &nets[1]));
	head.headers[0] = (struct kith_http_header){ KITH_STR("X-Forwarded-For"), list };
	return kith_forwarded_from(&head, peer, nets, trusted);
}

static bool is_trusted(const struct kith_ip *ip)
{
	return (kith_ip_is_v4(ip) && ip->bytes[12] == 10) || ip->bytes[0] == 0xfd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str list = kith_str_make(data, size);
	struct kith_buf longer = { 0 };
	struct kith_ip proxy;
	struct kith_ip stranger;
	struct kith_net net;

	KITH_ASSERT(kith_ip_read(KITH_STR("10.0.0.1"), &proxy));
	KITH_ASSERT(kith_ip_read(KITH_STR("192.0.2.1"), &stranger));
	struct kith_ip got = read_from(list, &stranger, 2);
	KITH_ASSERT(kith_ip_equal(&got, &stranger));
	got = read_from(list, &proxy, 0);
	KITH_ASSERT(kith_ip_equal(&got, &proxy));

	got = read_from(list, &proxy, 2);
	kith_buf_add_text(&longer, "203.0.113.66,");
	kith_buf_add(&longer, list);
	struct kith_ip again = read_from(kith_buf_str(&longer), &proxy, 2);
	KITH_ASSERT(is_trusted(&got) || kith_ip_equal(&again, &got));
	kith_buf_done(&longer);

	/* The same bytes as a network: whatever is read holds its own address. */
	if (kith_net_read(list, &net)) {
		KITH_ASSERT(net.bits >= 0 && net.bits <= 128 && kith_net_has(&net, &net.ip));
	}
	return 0;
}
