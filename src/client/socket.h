/*
 * socket.h -- one WebSocket to the server, seen as whole texts in and out.
 *
 * Asks for the upgrade, checks the answer, puts fragments together, answers
 * pings, masks what goes out, and says once how it ended. Everything that comes
 * is bounded and checked before it is handed on; what a text means is
 * session.h's. One socket is one attempt: it never reconnects.
 */
#ifndef KITH_CLIENT_SOCKET_H
#define KITH_CLIENT_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rand.h"
#include "base/str.h"
#include "client/resolve.h"
#include "client/url.h"
#include "net/conn.h"

/* How a socket ended. Plain value. */
struct kith_socket_end {
	bool was_open;       /* the upgrade had succeeded                            */
	bool is_violation;   /* the peer broke the protocol                          */
	int close_code;      /* the peer's, 0: none came                             */
	int http_status;     /* the upgrade was answered with this instead; else 0   */
	struct kith_why why; /* detail: a sentence for people; retry_after_ms if said */
};

struct kith_socket;
struct kith_tls;

/* What the sockets of one client share. Its owner fills all but first; they outlive it. */
struct kith_sockets {
	struct kith_loop *loop;
	struct kith_out_pool *pool;
	struct kith_rand *rand;    /* masks and keys */
	struct kith_tls *tls;      /* NULL: plain    */
	struct kith_socket *first; /* all there are, also those that are only closing */
};

/* Called in the loop. Any of them may send or drop. */
struct kith_socket_ops {
	void (*on_open)(void *owner);
	/* A whole text: valid UTF-8, KITH_WS_ANSWER_MAX at most, borrowed for the call. */
	void (*on_text)(void *owner, struct kith_str text);
	/* The last call, once, unless it was dropped: the socket is no longer the owner's. */
	void (*on_end)(void *owner, const struct kith_socket_end *end);
};

/* Breaks off whatever is still open; no callback comes. Not from within one. */
void kith_sockets_done(struct kith_sockets *sockets);

/*
 * Starts connecting to ADDRESS and asks for URL's /v1/socket, sub-protocol kith.v1.
 * returns  KITH_OK, and on_end will come, never before this returns
 *          KITH_E_IO, KITH_E_NO_MEMORY: nothing will come
 */
KITH_MUST_USE enum kith_rc kith_socket_new(struct kith_sockets *sockets, const struct kith_url *url,
                                           const union kith_address *address,
                                           const struct kith_socket_ops *ops, void *owner,
                                           struct kith_socket **out);

/* Sends TEXT as one message, at the end of this turn. Only between on_open and on_end. */
void kith_socket_send(struct kith_socket *socket, struct kith_str text);

/* Bytes that wait to be sent. */
size_t kith_socket_waiting(const struct kith_socket *socket);

/*
 * Lets go of it and clears the pointer; NULL is fine. No callback comes any more;
 * it says CODE to the peer if it is open, and closes by itself.
 */
void kith_socket_drop(struct kith_socket **socket, int code);

#endif
