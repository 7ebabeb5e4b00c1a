/*
 * ws_handshake.c -- does this request open a WebSocket, and what is the answer's key?
 *
 * Reads a head that http_head.c has accepted. Who may connect from where
 * (Origin, token) is the door's question, not asked here.
 */
#include "wire/ws.h"

#include <openssl/sha.h>
#include <sodium.h>

#include "base/base64.h"

enum { KEY_BYTES = 16, KEY_TEXT = 24 };

static bool refuse(struct kith_why *why, const char *field, const char *sentence)
{
	(void)kith_refuse(why, KITH_E_INVALID_REQUEST, field, "%s", sentence);
	return false;
}

/* The value of NAME when it stands there exactly once, else at NULL. */
static struct kith_str only(const struct kith_http_head *head, const char *name)
{
	struct kith_str found = { 0 };
	for (size_t i = 0; i < head->header_count; i++) {
		if (!kith_str_equal_nocase(head->headers[i].name, kith_str_of(name))) {
			continue;
		}
		if (found.at != NULL) {
			return (struct kith_str){ 0 };
		}
		found = head->headers[i].value;
	}
	return found;
}

static bool is_key(struct kith_str text)
{
	uint8_t bytes[KEY_BYTES];
	return text.len == KEY_TEXT &&
	       kith_base64_decode(KITH_BASE64, text, bytes, sizeof(bytes)) == KEY_BYTES;
}

bool kith_ws_is_opening(const struct kith_http_head *head, struct kith_why *why)
{
	if (head->method != KITH_HTTP_GET || head->minor_version < 1) {
		return refuse(why, NULL, "a WebSocket is opened by GET and HTTP/1.1");
	}
	if (head->body != KITH_HTTP_BODY_NONE) {
		return refuse(why, NULL, "a request that opens a WebSocket has no body");
	}
	if (!kith_http_has_token(head, "upgrade", "websocket")) {
		return refuse(why, "Upgrade", "Upgrade must be websocket");
	}
	if (!head->wants_upgrade) {
		return refuse(why, "Connection", "Connection must hold upgrade");
	}
	if (!kith_str_is(only(head, "sec-websocket-version"), "13")) {
		return refuse(why, "Sec-WebSocket-Version", "the version must be 13");
	}
	if (!is_key(only(head, "sec-websocket-key"))) {
		return refuse(why, "Sec-WebSocket-Key", "the key must be base64 of 16 bytes");
	}
	return true;
}

void kith_ws_accept(struct kith_str key, char out[KITH_WS_ACCEPT_TEXT])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	KITH_ASSERT(key.len == KEY_TEXT);
	uint8_t joined[KEY_TEXT + sizeof(guid) - 1];
	memcpy(joined, key.at, KEY_TEXT);
	memcpy(joined + KEY_TEXT, guid, sizeof(guid) - 1);

	uint8_t digest[SHA_DIGEST_LENGTH];
	KITH_ASSERT(SHA1(joined, sizeof(joined), digest) != NULL);
	char text[KITH_WS_ACCEPT_TEXT + 1];
	_Static_assert(sodium_base64_ENCODED_LEN(SHA_DIGEST_LENGTH,
	                                         sodium_base64_VARIANT_ORIGINAL) == sizeof(text),
	               "the text of a SHA-1");
	sodium_bin2base64(text, sizeof(text), digest, sizeof(digest),
	                  sodium_base64_VARIANT_ORIGINAL);
	memcpy(out, text, KITH_WS_ACCEPT_TEXT);
}
