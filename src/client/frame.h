/*
 * frame.h -- what passes over the socket, as JSON texts.
 *
 * Writes the four frames of a client and takes a server's frame apart, down to
 * its type, id and payload. Strict about form, indifferent to what it does not
 * know: an unknown type is read as such, unknown members are ignored. What a
 * frame leads to is session.h's and client.c's.
 */
#ifndef KITH_CLIENT_FRAME_H
#define KITH_CLIENT_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

enum kith_frame_type {
	KITH_FRAME_UNKNOWN, /* of a newer server: ignore it */
	KITH_FRAME_WELCOME,
	KITH_FRAME_OK,
	KITH_FRAME_ERROR,
	KITH_FRAME_EVENT,
	KITH_FRAME_GAP,
	KITH_FRAME_PONG,
	KITH_FRAME_BYE,
	KITH_FRAME_TYPE_COUNT,
};

/* A server's frame. Borrows its text and the arena it was read with. */
struct kith_frame {
	enum kith_frame_type type;
	struct kith_json json;
	int64_t id;       /* OK, ERROR: of the call; -1: it has none           */
	bool is_repeated; /* OK                                                */
	bool must_reload; /* GAP                                               */
	const struct kith_json_node *payload; /* OK: the result, ERROR: the problem,
	                                       * EVENT, WELCOME, BYE: the frame itself,
	                                       * GAP: the cursor's text, or NULL */
};

/*
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  no JSON object with a type, or a member of the
 *                                  wrong kind; why says which
 *          KITH_E_TOO_LARGE, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_frame_read(struct kith_str text, struct kith_arena *mem,
                                           struct kith_frame *out, struct kith_why *why);

/* Appends {"type":"hello",…}; no SINCE when its at is NULL. Look at buf->failed. */
void kith_frame_write_hello(struct kith_buf *buf, struct kith_str token, struct kith_str since);
void kith_frame_write_auth(struct kith_buf *buf, struct kith_str token);
void kith_frame_write_ping(struct kith_buf *buf, int64_t n);

/* ARGS is a whole JSON object. */
void kith_frame_write_call(struct kith_buf *buf, int64_t id, struct kith_str call,
                           struct kith_str args);

#endif
