/*
 * test_url.c -- addresses as people write them, and those that are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/url.h"

static const struct {
	const char *text, *host, *path;
	int port;
	bool is_ipv6, is_secure;
} good[] = {
	{ "http://127.0.0.1:8480", "127.0.0.1", "", 8480, false, false },
	{ "http://127.0.0.1:8480/", "127.0.0.1", "", 8480, false, false },
	{ "ws://kith.example", "kith.example", "", 80, false, false },
	{ "http://kith.example/chat/", "kith.example", "/chat", 80, false, false },
	{ "http://a-b_c.d:1/x%20y/~z", "a-b_c.d", "/x%20y/~z", 1, false, false },
	{ "http://[::1]:65535", "::1", "", 65535, true, false },
	{ "http://[fe80::1.2.3.4]/p", "fe80::1.2.3.4", "/p", 80, true, false },
	{ "https://kith.example", "kith.example", "", 443, false, true },
	{ "wss://kith.example/chat", "kith.example", "/chat", 443, false, true },
	{ "https://[::1]", "::1", "", 443, true, true },
	{ "https://kith.example:80", "kith.example", "", 80, false, true },
};

static const char *const bad[] = {
	"",
	"127.0.0.1:8480",
	"HTTP://h",
	"https:/h",
	"httpss://h",
	"wss:h",
	"ftp://h",
	"http://",
	"http:///p",
	"http://:80",
	"http://h:",
	"http://h:0",
	"http://h:65536",
	"http://h:08",
	"http://h:x",
	"http://h:-1",
	"http://u@h",
	"http://h?q",
	"http://h#f",
	"http://h/p?q",
	"http://h/a b",
	"http://h/a\r\nb",
	"http://h\nh",
	"http://[::1",
	"http://[]",
	"http://[::1]x",
	"http://[::g]",
	"http://h/\x7f",
};

static void test_good_addresses_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(good); i++) {
		struct kith_url url;

		assert_int_equal(kith_url_read(kith_str_of(good[i].text), &url, NULL), KITH_OK);
		assert_string_equal(url.host, good[i].host);
		assert_string_equal(url.path, good[i].path);
		assert_int_equal(url.port, good[i].port);
		assert_int_equal(url.is_ipv6, good[i].is_ipv6);
		assert_int_equal(url.is_secure, good[i].is_secure);
	}
}

static void test_bad_ones_are_refused_and_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		struct kith_url url = { .host = "before" };
		struct kith_why why = { 0 };

		if (kith_url_read(kith_str_of(bad[i]), &url, &why) != KITH_E_INVALID_REQUEST) {
			fail_msg("%s was taken", bad[i]);
		}
		assert_string_equal(url.host, "before");
		assert_true(why.detail[0] != '\0');
	}
}

static void test_lengths_have_limits(void **state)
{
	char text[1024];
	struct kith_url url;
	(void)state;

	for (size_t len = 1; len < 900; len++) {
		memcpy(text, "http://", 7);
		memset(text + 7, 'a', len);
		assert_int_equal(kith_url_read(kith_str_make(text, 7 + len), &url, NULL),
		                 len <= KITH_URL_HOST_MAX ? KITH_OK : KITH_E_INVALID_REQUEST);
		memcpy(text, "http://h/", 9);
		memset(text + 9, 'a', len);
		assert_int_equal(kith_url_read(kith_str_make(text, 9 + len), &url, NULL),
		                 len + 1 <= KITH_URL_PATH_MAX ? KITH_OK : KITH_E_INVALID_REQUEST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_addresses_are_taken_apart),
		cmocka_unit_test(test_bad_ones_are_refused_and_change_nothing),
		cmocka_unit_test(test_lengths_have_limits),
	};
	return cmocka_run_group_tests_name("client/url", tests, NULL, NULL);
}
