/*
 * test_forwarded.c -- whose address counts when proxies stand between.
 */
#include "unit/lib/claim.h"
#include "wire/forwarded.h"

static struct kith_ip ip_of(const char *text)
{
	struct kith_ip ip;

	CLAIM(kith_ip_read(kith_str_of(text), &ip), text);
	return ip;
}

/* Trusted: 10.0.0.0/8, 127.0.0.1, fd00::/8. */
static size_t trust(struct kith_net nets[3])
{
	static const char *const texts[] = { "10.0.0.0/8", "127.0.0.1", "fd00::/8" };

	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		CLAIM(kith_net_read(kith_str_of(texts[i]), &nets[i]), texts[i]);
	}
	return KITH_COUNT(texts);
}

/* A head with one X-Forwarded-For per word that is not NULL, and others around. */
static struct kith_ip from(const char *peer, const char *first, const char *second, size_t trusted)
{
	struct kith_http_head head = { .header_count = 0 };
	struct kith_ip ip = ip_of(peer);
	struct kith_net nets[3];
	const char *const lists[] = { first, second };

	head.headers[head.header_count++] =
		(struct kith_http_header){ KITH_STR("Host"), KITH_STR("192.0.2.99") };
	for (size_t i = 0; i < KITH_COUNT(lists); i++) {
		if (lists[i] != NULL) {
			head.headers[head.header_count++] =
				(struct kith_http_header){ i == 0 ? KITH_STR("X-Forwarded-For")
				                                  : KITH_STR("x-forwarded-for"),
				                           kith_str_of(lists[i]) };
		}
	}
	head.headers[head.header_count++] =
		(struct kith_http_header){ KITH_STR("X-Forwarded-Host"), KITH_STR("192.0.2.98") };
	(void)trust(nets);
	return kith_forwarded_from(&head, &ip, nets, trusted);
}

static const struct {
	const char *name;
	const char *peer, *first, *second;
	const char *expected;
} cases[] = {
	{ "nothing is said", "10.0.0.1", NULL, NULL, "10.0.0.1" },
	{ "a proxy speaks for one", "10.0.0.1", "192.0.2.7", NULL, "192.0.2.7" },
	{ "a stranger's word does not count", "192.0.2.1", "192.0.2.7", NULL, "192.0.2.1" },
	{ "what a stranger claimed before does not count", "10.0.0.1", "203.0.113.1, 192.0.2.7",
	  NULL, "192.0.2.7" },
	{ "a proxy behind a proxy", "10.0.0.1", "192.0.2.7, 10.9.9.9", NULL, "192.0.2.7" },
	{ "a claimed proxy behind a stranger", "10.0.0.1", "203.0.113.1, 10.0.0.5, 192.0.2.7", NULL,
	  "192.0.2.7" },
	{ "all are trusted", "127.0.0.1", "10.0.0.3, 10.0.0.2", NULL, "10.0.0.3" },
	{ "two headers are one list", "10.0.0.1", "192.0.2.7", "10.0.0.2", "192.0.2.7" },
	{ "of two headers the last is nearer", "10.0.0.1", "203.0.113.1", "192.0.2.7",
	  "192.0.2.7" },
	{ "IPv6", "fd00::1", "2001:db8::7", NULL, "2001:db8::7" },
	{ "IPv6 in brackets", "fd00::1", "[2001:db8::7]", NULL, "2001:db8::7" },
	{ "IPv6 with a port", "fd00::1", "[2001:db8::7]:443", NULL, "2001:db8::7" },
	{ "IPv4 with a port", "10.0.0.1", "192.0.2.7:65535", NULL, "192.0.2.7" },
	{ "IPv4 in IPv6's form", "::ffff:10.0.0.1", "::ffff:192.0.2.7", NULL, "192.0.2.7" },
	{ "blanks and tabs around", "10.0.0.1", " 203.0.113.1 ,\t192.0.2.7 ", NULL, "192.0.2.7" },
	{ "an empty header", "10.0.0.1", "", NULL, "10.0.0.1" },
	{ "an empty word at the end", "10.0.0.1", "192.0.2.7,", NULL, "10.0.0.1" },
	{ "a word that is none", "10.0.0.1", "192.0.2.7, unknown", NULL, "10.0.0.1" },
	{ "a word that is none behind a good one", "10.0.0.1", "unknown, 10.0.0.2", NULL,
	  "10.0.0.2" },
	{ "a name", "10.0.0.1", "localhost", NULL, "10.0.0.1" },
	{ "a port that is none", "10.0.0.1", "192.0.2.7:65536", NULL, "10.0.0.1" },
	{ "a port with a sign", "10.0.0.1", "192.0.2.7:-1", NULL, "10.0.0.1" },
	{ "brackets around IPv4", "10.0.0.1", "[192.0.2.7]", NULL, "10.0.0.1" },
	{ "an open bracket", "10.0.0.1", "[2001:db8::7", NULL, "10.0.0.1" },
	{ "something behind the bracket", "10.0.0.1", "[2001:db8::7]x", NULL, "10.0.0.1" },
	{ "quotes", "10.0.0.1", "\"192.0.2.7\"", NULL, "10.0.0.1" },
	{ "a blank within", "10.0.0.1", "192.0.2.7 192.0.2.8", NULL, "10.0.0.1" },
	{ "the form of Forwarded", "10.0.0.1", "for=192.0.2.7", NULL, "10.0.0.1" },
	{ "a broken header ends the reading before the next", "10.0.0.1", "192.0.2.7", "x",
	  "10.0.0.1" },
};

static void test_a_trusted_proxy_says_for_whom_it_asks(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_ip expected = ip_of(cases[i].expected);
		struct kith_ip got = from(cases[i].peer, cases[i].first, cases[i].second, 3);
		CLAIM(kith_ip_equal(&got, &expected), cases[i].name);
	}
}

static void test_without_trusted_proxies_only_the_peer_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_ip peer = ip_of(cases[i].peer);
		struct kith_ip got = from(cases[i].peer, cases[i].first, cases[i].second, 0);
		CLAIM(kith_ip_equal(&got, &peer), cases[i].name);
	}
}

static void test_a_chain_of_proxies_is_followed_so_far_and_no_further(void **state)
{
	(void)state;
	struct kith_buf list = { 0 };
	struct kith_ip last = ip_of("10.0.0.1");

	/* One more than are followed, each trusted; their numbers fall towards us. */
	for (int i = KITH_FORWARDED_HOPS_MAX + 1; i >= 1; i--) {
		kith_buf_add_format(&list, "10.0.1.%d%s", i, i == 1 ? "" : ",");
	}
	kith_buf_add_char(&list, '\0');
	last = from("10.0.0.1", list.at, NULL, 3);
	struct kith_buf expected = { 0 };
	kith_buf_add_format(&expected, "10.0.1.%d", KITH_FORWARDED_HOPS_MAX);
	struct kith_ip ip;
	assert_true(kith_ip_read(kith_buf_str(&expected), &ip));
	assert_true(kith_ip_equal(&last, &ip));
	kith_buf_done(&expected);
	kith_buf_done(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_trusted_proxy_says_for_whom_it_asks),
		cmocka_unit_test(test_without_trusted_proxies_only_the_peer_counts),
		cmocka_unit_test(test_a_chain_of_proxies_is_followed_so_far_and_no_further),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
