/*
 * endpoint.c -- reads a loopback address. The header tells the story.
 */
#include "bench/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static bool read_ipv4(struct kith_str host, uint16_t port, struct kith_endpoint *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	char text[INET_ADDRSTRLEN];

	if (kith_str_is(host, "localhost")) {
		host = KITH_STR("127.0.0.1");
	}
	if (host.len >= sizeof(text)) {
		return false;
	}
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	if (inet_pton(AF_INET, text, &in.sin_addr) != 1 || ntohl(in.sin_addr.s_addr) >> 24 != 127) {
		return false;
	}
	memcpy(&out->address, &in, sizeof(in));
	out->size = sizeof(in);
	return true;
}

static bool read_ipv6(struct kith_str host, uint16_t port, struct kith_endpoint *out)
{
	struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	if (!kith_str_is(host, "[::1]")) {
		return false;
	}
	in.sin6_addr = in6addr_loopback;
	memcpy(&out->address, &in, sizeof(in));
	out->size = sizeof(in);
	return true;
}

const char *kith_endpoint_read(struct kith_str text, struct kith_endpoint *out)
{
	struct kith_endpoint found = { .port = 0 };
	size_t colon = text.len;
	int64_t port;

	if (kith_str_starts(text, KITH_STR("http://"))) {
		text = kith_str_skip(text, strlen("http://"));
	}
	if (text.len > 0 && text.at[text.len - 1] == '/') {
		text.len--;
	}
	while (colon > 0 && text.at[colon - 1] != ':') {
		colon--;
	}
	if (colon == 0 || text.len >= sizeof(found.host) ||
	    !kith_str_to_int(kith_str_skip(text, colon), &port) || port < 0 || port > UINT16_MAX) {
		return "an address must be http://HOST:PORT";
	}
	struct kith_str host = { .at = text.at, .len = colon - 1 };

	if (!read_ipv4(host, (uint16_t)port, &found) && !read_ipv6(host, (uint16_t)port, &found)) {
		return "only loopback addresses are allowed: 127.0.0.1, [::1], localhost";
	}
	found.port = (int)port;
	snprintf(found.host, sizeof(found.host), "%.*s", KITH_STR_PRINT(text));
	*out = found;
	return NULL;
}

void kith_endpoint_renew(struct kith_endpoint *endpoint)
{
	char text[INET_ADDRSTRLEN] = "";

	if (endpoint->address.ss_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, &endpoint->address, sizeof(in6));
		endpoint->port = ntohs(in6.sin6_port);
		snprintf(endpoint->host, sizeof(endpoint->host), "[::1]:%d", endpoint->port);
		return;
	}
	struct sockaddr_in in;

	memcpy(&in, &endpoint->address, sizeof(in));
	inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
	endpoint->port = ntohs(in.sin_port);
	snprintf(endpoint->host, sizeof(endpoint->host), "%s:%d", text, endpoint->port);
}
