/*
 * stream.h -- the event stream: all events as Server-Sent Events, for those who
 * cannot open a socket.
 *
 * The HTTP door reads a request for it like any other; where its answer would
 * come, the connection is handed over and ends here. The objects are those of the
 * socket, one to an event, whose id is the cursor to come back with. Nothing can
 * be said on it: calls go over other connections.
 */
#ifndef KITH_DOOR_STREAM_H
#define KITH_DOOR_STREAM_H

#include "door/door.h"
#include "door/reply.h"
#include "service/call.h"
#include "wire/http.h"

#define KITH_STREAM_PATH "/v1/events"

enum { KITH_STREAM_RETRY_MS = 2000 }; /* what clients are told to wait before they come back */

/*
 * The stream as a row: who may have it and its arguments. The call that it makes
 * is me.get, whose answer the welcome bears. In no table, because it is no call.
 */
extern const struct kith_call_row kith_stream_row;

/* What a request says of the stream that it wants, beside its arguments. */
struct kith_stream_ask {
	bool is_accepted;        /* Accept allows this type                            */
	bool is_chunked;         /* HTTP/1.1: the end can be told from a break         */
	struct kith_str last_id; /* Last-Event-ID; empty: it comes for the first time  */
	int64_t since;           /* the position to go on behind; -1: from now on      */
	struct kith_str watch;   /* whom to watch, with commas between; may be empty   */
	bool counts_unread;      /* the totals of the unread are wanted                */
};

/* Copies what is needed of HEAD into MEM; NULL without memory. */
struct kith_stream_ask *kith_stream_keep(const struct kith_http_head *head, struct kith_arena *mem);

/*
 * Decides whether CALL's session can be given the stream, and from where on, by ASK and
 * the call's arguments. Last-Event-ID is newer than the query's since.
 * returns  KITH_OK                 ask->since, .watch and .counts_unread are set
 *          KITH_E_INVALID_REQUEST  no such type is accepted, the cursor is none, one of
 *                                  those to be watched is no address, or they are too many
 *          KITH_E_FORBIDDEN        the token's scope may watch nobody
 */
KITH_MUST_USE enum kith_rc kith_stream_check(struct kith_stream_ask *ask, struct kith_call *call,
                                             const struct kith_cursor_keys *keys);

/* Makes of REPLY the head of a stream, whose body follows by itself. */
void kith_stream_head(struct kith_reply *reply, const struct kith_stream_ask *ask);

/*
 * A door for the connection of FROM, for whoever made CALL, which has been answered:
 * REPLY is sent, and the welcome, and what was missed begins to be read.
 * returns  NULL without memory: nothing was sent
 */
struct kith_door *kith_stream_open(struct kith_door *from, const struct kith_reply *reply,
                                   const struct kith_stream_ask *ask, const struct kith_call *call);

#endif
