/*
 * test_ip.c -- texts that are addresses and those that are not, and who is in a network.
 */
#include "base/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct kith_ip ip_of(const char *text)
{
	struct kith_ip ip;

	if (!kith_ip_read(kith_str_of(text), &ip)) {
		fail_msg("%s is no address", text);
	}
	return ip;
}

static const struct {
	const char *text;
	bool is_good;
} texts[] = {
	{ "192.0.2.7", true },
	{ "0.0.0.0", true },
	{ "255.255.255.255", true },
	{ "::", true },
	{ "::1", true },
	{ "2001:db8::7", true },
	{ "2001:DB8:0:0:0:0:0:7", true },
	{ "::ffff:192.0.2.7", true },
	{ "", false },
	{ "192.0.2", false },
	{ "192.0.2.256", false },
	{ "192.0.2.07", false },
	{ "192.0.2.7.1", false },
	{ " 192.0.2.7", false },
	{ "192.0.2.7 ", false },
	{ "192.0.2.7:80", false },
	{ "0xc0.0.2.7", false },
	{ "3221225991", false },
	{ "[::1]", false },
	{ "fe80::1%lo", false },
	{ "1:2:3:4:5:6:7:8:9", false },
	{ ":::", false },
	{ "2001:db8::7::1", false },
	{ "localhost", false },
	{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", false },
};

static void test_an_address_is_read_by_the_letter(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		struct kith_ip ip = { .bytes = { 9 } };
		bool is_good = kith_ip_read(kith_str_of(texts[i].text), &ip);
		if (is_good != texts[i].is_good) {
			fail_msg("\"%s\"", texts[i].text);
		}
		assert_true(is_good || ip.bytes[0] == 9);
	}
	struct kith_ip ip;
	assert_false(kith_ip_read(KITH_STR("1.2.3.4\0"), &ip));
}

static void test_an_ipv4_address_has_one_form(void **state)
{
	(void)state;
	struct kith_ip a = ip_of("192.0.2.7");
	struct kith_ip b = ip_of("::ffff:192.0.2.7");
	struct kith_ip c = ip_of("::192.0.2.7");
	const uint8_t bytes[4] = { 192, 0, 2, 7 };
	struct kith_ip d = kith_ip_from_v4(bytes);

	assert_true(kith_ip_equal(&a, &b) && kith_ip_equal(&a, &d));
	assert_true(kith_ip_is_v4(&a));
	assert_false(kith_ip_equal(&a, &c));
	assert_false(kith_ip_is_v4(&c));
}

static const struct {
	const char *text;
	bool is_loopback;
} loopbacks[] = {
	{ "127.0.0.1", true },
	{ "127.255.255.254", true },
	{ "::ffff:127.0.0.1", true },
	{ "::1", true },
	{ "126.255.255.255", false },
	{ "128.0.0.1", false },
	{ "0.0.0.0", false },
	{ "::", false },
	{ "::2", false },
	{ "1::1", false },
	{ "::127.0.0.1", false },
	{ "10.0.0.1", false },
};

static void test_loopback_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(loopbacks); i++) {
		struct kith_ip ip = ip_of(loopbacks[i].text);
		if (kith_ip_is_loopback(&ip) != loopbacks[i].is_loopback) {
			fail_msg("%s", loopbacks[i].text);
		}
	}
}

static void test_a_neighbour_is_an_ipv4_address_or_an_ipv6_site(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
		bool is_same;
	} pairs[] = {
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.8", false },
		{ "2001:db8:1:2::7", "2001:db8:1:2:ffff:ffff:ffff:ffff", true },
		{ "2001:db8:1:2::7", "2001:db8:1:3::7", false },
		{ "::ffff:192.0.2.7", "::1", false },
	};
	for (size_t i = 0; i < KITH_COUNT(pairs); i++) {
		struct kith_ip one = ip_of(pairs[i].one);
		struct kith_ip other = ip_of(pairs[i].other);
		one = kith_ip_neighbour(&one);
		other = kith_ip_neighbour(&other);
		if (kith_ip_equal(&one, &other) != pairs[i].is_same) {
			fail_msg("%s and %s", pairs[i].one, pairs[i].other);
		}
	}
}

static const struct {
	const char *text;
	const char *inside;  /* NULL: the text is no network */
	const char *outside; /* NULL: nobody is              */
} nets[] = {
	{ "10.0.0.0/8", "10.255.0.1", "11.0.0.0" },
	{ "10.0.0.0/8", "::ffff:10.1.2.3", "::10.1.2.3" },
	{ "192.0.2.128/25", "192.0.2.200", "192.0.2.127" },
	{ "192.0.2.7", "192.0.2.7", "192.0.2.6" },
	{ "192.0.2.7/32", "192.0.2.7", "192.0.2.8" },
	{ "0.0.0.0/0", "203.0.113.9", "2001:db8::1" },
	{ "::/0", "203.0.113.9", NULL },
	{ "fd00::/8", "fdff::1", "fe00::1" },
	{ "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1" },
	{ "::1", "::1", "::2" },
	{ "10.0.0.1/8", NULL, NULL },
	{ "2001:db8::1/64", NULL, NULL },
	{ "10.0.0.0/33", NULL, NULL },
	{ "10.0.0.0/-1", NULL, NULL },
	{ "10.0.0.0/", NULL, NULL },
	{ "10.0.0.0/08", NULL, NULL },
	{ "::/129", NULL, NULL },
	{ "/8", NULL, NULL },
	{ "", NULL, NULL },
	{ "10.0.0.0/8/8", NULL, NULL },
	{ "here/8", NULL, NULL },
};

static void test_a_network_is_a_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(nets); i++) {
		struct kith_net net = { .bits = -1 };
		bool is_net = kith_net_read(kith_str_of(nets[i].text), &net);
		if (is_net != (nets[i].inside != NULL)) {
			fail_msg("\"%s\"", nets[i].text);
		}
		if (!is_net) {
			assert_int_equal(net.bits, -1);
			continue;
		}
		struct kith_ip inside = ip_of(nets[i].inside);
		struct kith_ip outside = ip_of(nets[i].outside == NULL ? "::" : nets[i].outside);
		bool has = kith_net_has(&net, &outside);
		if (!kith_net_has(&net, &inside) || has != (nets[i].outside == NULL)) {
			fail_msg("%s: %s, %s", nets[i].text, nets[i].inside, nets[i].outside);
		}
	}
}

/* Every length against a bit-by-bit comparison. */
static void test_every_prefix_length_keeps_just_its_bits(void **state)
{
	(void)state;
	struct kith_ip ones;
	for (int i = 0; i < KITH_IP_BYTES; i++) {
		ones.bytes[i] = 0xff;
	}
	for (int bits = 0; bits <= 128; bits++) {
		struct kith_net net = { .ip = ones, .bits = bits };
		for (int flipped = 0; flipped < 128; flipped++) {
			struct kith_ip ip = ones;
			ip.bytes[flipped / 8] ^= (uint8_t)(0x80 >> flipped % 8);
			assert_int_equal(kith_net_has(&net, &ip), flipped >= bits);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_is_read_by_the_letter),
		cmocka_unit_test(test_an_ipv4_address_has_one_form),
		cmocka_unit_test(test_loopback_is_known),
		cmocka_unit_test(test_a_neighbour_is_an_ipv4_address_or_an_ipv6_site),
		cmocka_unit_test(test_a_network_is_a_prefix),
		cmocka_unit_test(test_every_prefix_length_keeps_just_its_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
