/*
 * ws.h -- WebSocket frames as values, without a socket.
 *
 * Reads and writes RFC 6455 for both sides: the handshake's key, frames, masks,
 * close codes. One reader hands out whole control frames and pieces of messages
 * in order; putting a message together is the caller's, who has the limit.
 */
#ifndef KITH_WIRE_WS_H
#define KITH_WIRE_WS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/utf8.h"
#include "wire/http.h"

enum {
	KITH_WS_MESSAGE_MAX =
		256 * 1024, /* bytes of one message to a server, fragments together: 1009 */
	KITH_WS_ANSWER_MAX =
		1024 * 1024,        /* and to a client, which asked for the page in it            */
	KITH_WS_FRAGMENTS_MAX = 64, /* frames of one message: 4400                     */
	KITH_WS_CONTROL_MAX = 125,
	KITH_WS_HEADER_MAX = 14, /* bytes of a frame's header with its mask         */
	KITH_WS_ACCEPT_TEXT = 28,
};

/* Close codes that Kith sends: RFC 6455 7.4.1, then our own (docs/protocol.md). */
enum kith_ws_close {
	KITH_WS_CLOSE_NORMAL = 1000,
	KITH_WS_CLOSE_GOING = 1001,
	KITH_WS_CLOSE_PROTOCOL = 1002,
	KITH_WS_CLOSE_TYPE = 1003,
	KITH_WS_CLOSE_NONE = 1005, /* never on the wire: a close frame without a code */
	KITH_WS_CLOSE_UTF8 = 1007,
	KITH_WS_CLOSE_SIZE = 1009,
	KITH_WS_CLOSE_BAD_FRAME = 4400,
	KITH_WS_CLOSE_TOKEN = 4401,
	KITH_WS_CLOSE_FORBIDDEN = 4403,
	KITH_WS_CLOSE_NO_HELLO = 4408,
	KITH_WS_CLOSE_TOO_FAST = 4429,
	KITH_WS_CLOSE_RESTART = 4503,
};

enum kith_ws_op {
	KITH_WS_CONTINUE = 0,
	KITH_WS_TEXT = 1,
	KITH_WS_BINARY = 2,
	KITH_WS_CLOSE = 8,
	KITH_WS_PING = 9,
	KITH_WS_PONG = 10,
};

/* A whole frame, unmasked in place. */
struct kith_ws_frame {
	enum kith_ws_op op;      /* of a continuation: CONTINUE                   */
	bool is_final;           /* the message (or control frame) ends here      */
	struct kith_str payload; /* borrows the input; of a CLOSE the reason      */
	int close_code;          /* CLOSE: the peer's, or KITH_WS_CLOSE_NONE      */
};

/* One direction of one connection. */
struct kith_ws {
	bool is_server;        /* then frames must be masked, else must not be  */
	bool in_message;       /* a fragmented message is open                  */
	bool is_closed;        /* a close frame was read: nothing may follow    */
	int fragments;         /* frames of the open message so far             */
	uint64_t message_size; /* and their bytes                               */
	struct kith_utf8 utf8;
	int bad_close; /* after BAD: the close code to send             */
};

void kith_ws_init(struct kith_ws *ws, bool is_server);

/*
 * Reads one whole frame from the front of *IN (the bytes are writable: a mask
 * is undone in place) and advances it past the frame. Text is checked as UTF-8
 * across fragments; a close payload too.
 *
 * returns  DONE  out is set, valid until the bytes change
 *          MORE  the frame is not whole: nothing was taken. A header that could
 *                only be refused is refused at once, not when its payload came
 *          BAD   ws->bad_close says why: 1002, 1003 (binary, on both sides),
 *                1007, 1009, 4400. Final: every later call is BAD too
 * source   RFC 6455 5, 7.4, 8.1
 */
KITH_MUST_USE enum kith_parse kith_ws_read(struct kith_ws *ws, struct kith_str *in,
                                           struct kith_ws_frame *out);

/*
 * Writes a whole frame's header into OUT. MASK (4 bytes) for the client's side,
 * NULL for the server's. returns how many bytes, at most KITH_WS_HEADER_MAX.
 */
size_t kith_ws_write_header(uint8_t out[KITH_WS_HEADER_MAX], enum kith_ws_op op, uint64_t len,
                            const uint8_t *mask);

/* The payload of FRAME, a whole one of ours: its header comes from write_header() without a mask. */
struct kith_str kith_ws_payload(struct kith_str frame);

/* Appends a whole unfragmented frame; RAND makes the client's mask, NULL: server. */
void kith_ws_write(struct kith_buf *buf, enum kith_ws_op op, struct kith_str payload,
                   struct kith_rand *rand);

/*
 * Appends a close frame with CODE, which must be one that may be sent, and
 * REASON (valid UTF-8; cut to fit at a character's end). KITH_WS_CLOSE_NONE: an
 * empty one.
 */
void kith_ws_write_close(struct kith_buf *buf, int code, struct kith_str reason,
                         struct kith_rand *rand);

/*
 * Is HEAD a good opening handshake? GET, HTTP/1.1, no body, Upgrade, Connection,
 * one version (13) and one key of 16 bytes.
 * returns  false; why->field is the header that is wrong, "" for the request line
 * source   RFC 6455 4.2.1
 */
KITH_MUST_USE bool kith_ws_is_opening(const struct kith_http_head *head, struct kith_why *why);

/* The Sec-WebSocket-Accept for KEY: 28 characters, no NUL. */
void kith_ws_accept(struct kith_str key, char out[KITH_WS_ACCEPT_TEXT]);

#endif
