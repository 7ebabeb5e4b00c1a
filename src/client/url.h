/*
 * url.h -- which server is meant?
 *
 * Takes an address as people write it ("https://chat.example") apart into what a
 * connection needs: TLS or not, host, port, and the path in front of /v1. Refuses what
 * this library does not speak, and whatever could be understood in two ways.
 * Resolves no name and opens nothing: resolve.h and socket.h do.
 */
#ifndef KITH_CLIENT_URL_H
#define KITH_CLIENT_URL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum {
	KITH_URL_HOST_MAX = 253, /* bytes, as DNS has it       */
	KITH_URL_PATH_MAX = 512, /* bytes in front of /v1      */
};

/* Plain value, owns nothing. */
struct kith_url {
	char host[KITH_URL_HOST_MAX + 1]; /* without the brackets of an IPv6 address   */
	char path[KITH_URL_PATH_MAX + 1]; /* "" or "/chat", never with a '/' at its end */
	int port;
	bool is_ipv6;
	bool is_secure; /* TLS is spoken */
};

/*
 * Reads TEXT: https://HOST[:PORT][/PATH] with TLS, http:// without, or wss:// and
 * ws:// with the same meaning; the port is 443 or 80 when it is not said.
 *
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  why: another scheme, user information, a query or fragment, no host, a bad
 *                                  port, characters that belong in no address
 */
KITH_MUST_USE enum kith_rc kith_url_read(struct kith_str text, struct kith_url *out,
                                         struct kith_why *why);

#endif
