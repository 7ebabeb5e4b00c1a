/*
 * http_chars.h -- which byte may stand where in an HTTP head?
 *
 * One table for the heads, the trailers and the writer, so that all of them
 * agree. Private to the http files of this layer.
 */
#ifndef KITH_WIRE_HTTP_CHARS_H
#define KITH_WIRE_HTTP_CHARS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	KITH_HTTP_IN_TOKEN = 1,  /* RFC 9110 5.6.2: methods and header names      */
	KITH_HTTP_IN_TARGET = 2, /* visible ASCII, without '#'                    */
	KITH_HTTP_IN_VALUE = 4,  /* RFC 9110 5.5: visible, blank, tab, 0x80..0xff */
	KITH_HTTP_IN_HOST = 8,   /* RFC 3986 3.2.2, and the port's ':'            */
};

extern const uint8_t kith_http_chars[256];

static inline bool kith_http_is(char byte, unsigned class)
{
	return (kith_http_chars[(uint8_t)byte] & class) != 0;
}

/* The first byte from AT on, before END, that is not of CLASS; else END. */
static inline const char *kith_http_span(const char *at, const char *end, unsigned class)
{
	while (at < end && kith_http_is(*at, class)) {
		at++;
	}
	return at;
}

/* 0..15, or -1 when BYTE is no hexadecimal digit. */
static inline int kith_http_hex(char byte)
{
	if (byte >= '0' && byte <= '9') {
		return byte - '0';
	}
	char low = (char)(byte | 0x20);
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static inline bool kith_http_is_all(struct kith_str text, unsigned class)
{
	return text.len == 0 ||
	       kith_http_span(text.at, text.at + text.len, class) == text.at + text.len;
}

#endif
