/*
 * url.c -- takes a server's address apart, from left to right. The header tells
 * what it refuses.
 */
#include "client/url.h"

#include <string.h>

enum { PORT_PLAIN = 80, PORT_SECURE = 443, PORT_MAX = 65535 };

static bool is_one_of(char byte, const char *others)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || (byte != '\0' && strchr(others, byte) != NULL);
}

static bool has_only(struct kith_str text, const char *others)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_one_of(text.at[i], others)) {
			return false;
		}
	}
	return true;
}

static enum kith_rc refuse(struct kith_why *why, const char *sentence)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, "url", "%s", sentence);
}

static const struct scheme {
	const char *text;
	bool is_secure;
	int port;
} schemes[] = {
	{ "https://", true, PORT_SECURE },
	{ "http://", false, PORT_PLAIN },
	{ "wss://", true, PORT_SECURE },
	{ "ws://", false, PORT_PLAIN },
};

static enum kith_rc read_scheme(struct kith_str *text, struct kith_url *out, struct kith_why *why)
{
	for (size_t i = 0; i < KITH_COUNT(schemes); i++) {
		if (kith_str_starts(*text, kith_str_of(schemes[i].text))) {
			*text = kith_str_skip(*text, strlen(schemes[i].text));
			out->is_secure = schemes[i].is_secure;
			out->port = schemes[i].port;
			return KITH_OK;
		}
	}
	return refuse(why, "the address must begin with https:// or http://");
}

/* Only what makes it one; the resolver judges the rest. */
static bool is_ipv6(struct kith_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0' || strchr("0123456789abcdefABCDEF:.", text.at[i]) == NULL) {
			return false;
		}
	}
	return true;
}

/* Moves the host from the front of TEXT into OUT. */
static enum kith_rc read_host(struct kith_str *text, struct kith_url *out, struct kith_why *why)
{
	struct kith_str host = { .at = text->at, .len = 0 };

	out->is_ipv6 = text->len > 0 && text->at[0] == '[';
	if (out->is_ipv6) {
		struct kith_str rest;

		if (!kith_str_cut(kith_str_skip(*text, 1), ']', &host, &rest)) {
			return refuse(why, "the bracket of an IPv6 address is not closed");
		}
		if (!is_ipv6(host)) {
			return refuse(why, "this is no IPv6 address");
		}
		*text = rest;
	} else {
		while (host.len < text->len && text->at[host.len] != ':' &&
		       text->at[host.len] != '/') {
			host.len++;
		}
		if (!has_only(host, "-._")) {
			return refuse(why, "the host has a character that no host has");
		}
		*text = kith_str_skip(*text, host.len);
	}
	if (host.len == 0 || host.len > KITH_URL_HOST_MAX) {
		return refuse(why, "the host is missing or too long");
	}
	memcpy(out->host, host.at, host.len);
	out->host[host.len] = '\0';
	return KITH_OK;
}

static enum kith_rc read_port(struct kith_str *text, struct kith_url *out, struct kith_why *why)
{
	struct kith_str digits;
	int64_t port;

	if (text->len == 0 || text->at[0] != ':') {
		return KITH_OK;
	}
	digits = kith_str_skip(*text, 1);
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] == '/') {
			digits.len = i;
		}
	}
	if (!kith_str_to_int(digits, &port) || port < 1 || port > PORT_MAX) {
		return refuse(why, "the port must be a number from 1 to 65535");
	}
	out->port = (int)port;
	*text = kith_str_skip(*text, digits.len + 1);
	return KITH_OK;
}

static enum kith_rc read_path(struct kith_str text, struct kith_url *out, struct kith_why *why)
{
	while (text.len > 0 && text.at[text.len - 1] == '/') {
		text.len--;
	}
	if (text.len > 0 && text.at[0] != '/') {
		return refuse(why, "something stands behind the host that is no port and no path");
	}
	if (!has_only(text, "/-._~%")) {
		return refuse(why, "the path may have letters, digits and / - . _ ~ % only");
	}
	if (text.len > KITH_URL_PATH_MAX) {
		return refuse(why, "the path is too long");
	}
	if (text.len > 0) {
		memcpy(out->path, text.at, text.len);
	}
	out->path[text.len] = '\0';
	return KITH_OK;
}

enum kith_rc kith_url_read(struct kith_str text, struct kith_url *out, struct kith_why *why)
{
	struct kith_url url = { .port = 0 };
	enum kith_rc rc = read_scheme(&text, &url, why);

	if (rc == KITH_OK) {
		rc = read_host(&text, &url, why);
	}
	if (rc == KITH_OK) {
		rc = read_port(&text, &url, why);
	}
	if (rc == KITH_OK) {
		rc = read_path(text, &url, why);
	}
	if (rc == KITH_OK) {
		*out = url;
	}
	return rc;
}
