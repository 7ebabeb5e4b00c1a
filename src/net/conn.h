/*
 * conn.h -- one stream socket: bytes in, bytes out, and how it ends.
 *
 * Reads when the kernel has something and the owner wants it, keeps what the
 * owner leaves, sends what waits once per turn. Buffers exist only while they
 * hold data. A connection never moves to another thread. Knows no protocol but
 * TLS, which it speaks underneath when it is made with a struct kith_tls.
 */
#ifndef KITH_NET_CONN_H
#define KITH_NET_CONN_H

#include <stddef.h>

#include "base/err.h"
#include "base/out.h"
#include "base/str.h"
#include "net/loop.h"

struct sockaddr;

enum {
	KITH_CONN_TURN_BYTES = 64 * 1024,           /* read from one connection in one turn  */
	KITH_CONN_KEPT_MAX = 16 * 1024 * 1024,      /* left by the owner; above: END_ERROR   */
	KITH_CONN_OUT_MAX = 1024 * 1024,            /* waiting output; above: END_SLOW       */
	KITH_CONN_OUT_HIGH = 64 * 1024,             /* above, on_drained will come ...       */
	KITH_CONN_OUT_LOW = KITH_CONN_OUT_HIGH / 2, /* ... when less than this waits         */
	KITH_CONN_CLOSE_MS = 10000,                 /* close to all sent; then END_SLOW      */
	KITH_CONN_LINGER_MS = 2000,                 /* lingering close: read and drop        */
	KITH_CONN_TURN_SHAKES = 8,                  /* steps of TLS handshakes in one turn   */
};

enum kith_conn_end {
	KITH_CONN_END_PEER,  /* the other side closed or reset        */
	KITH_CONN_END_OURS,  /* kith_conn_close(), output all sent    */
	KITH_CONN_END_SLOW,  /* the peer did not take our output      */
	KITH_CONN_END_ERROR, /* a socket or memory failure            */
};

struct kith_conn;
struct kith_tls;

struct kith_conn_ops {
	/*
	 * IN holds all bytes not yet taken (writable memory). The owner advances IN
	 * past what it took; the rest is kept and shown again with more. May close
	 * or pause the connection. Called again in the same turn only with new bytes.
	 */
	void (*on_bytes)(struct kith_conn *conn, struct kith_str *in);
	/*
	 * Waiting output has fallen below KITH_CONN_OUT_LOW after a flush found it
	 * above KITH_CONN_OUT_HIGH; may be NULL.
	 */
	void (*on_drained)(struct kith_conn *conn);
	/*
	 * The socket is closed; the connection is gone when this returns (its memory
	 * at the end of the turn, so IN of an on_bytes under way stays readable).
	 * Always comes, once.
	 */
	void (*on_end)(struct kith_conn *conn, enum kith_conn_end end);
	/*
	 * Connecting (kith_conn_connect) has succeeded, and with TLS the handshake too; may
	 * be NULL on the server's side.
	 */
	void (*on_connected)(struct kith_conn *conn);
};

/*
 * Takes the open, non-blocking socket FD into the loop (also on error: then FD is closed).
 * POOL is the thread's and outlives the connection, and so does TLS (NULL: plain); OWNER
 * is handed back by kith_conn_owner(). How long a handshake may take is the owner's to say.
 * returns KITH_OK, KITH_E_NO_MEMORY, KITH_E_IO: epoll refuses.
 */
KITH_MUST_USE enum kith_rc kith_conn_adopt(struct kith_loop *loop, struct kith_out_pool *pool,
                                           struct kith_tls *tls, int fd,
                                           const struct kith_conn_ops *ops, void *owner,
                                           struct kith_conn **out);

/*
 * Starts connecting to ADDRESS (struct sockaddr of LEN bytes) without blocking;
 * on_connected or on_end follows, never before this returns. POOL and TLS as above.
 * returns KITH_OK, KITH_E_NO_MEMORY, KITH_E_IO: refused at once (no callback follows an error).
 */
KITH_MUST_USE enum kith_rc kith_conn_connect(struct kith_loop *loop, struct kith_out_pool *pool,
                                             struct kith_tls *tls, const struct sockaddr *address,
                                             unsigned len, const struct kith_conn_ops *ops,
                                             void *owner, struct kith_conn **out);

void *kith_conn_owner(const struct kith_conn *conn);

/*
 * What waits to be sent: append here, then kith_conn_flush_later(). Nothing is sent
 * before the connection is connected and the handshake done. A failed append ends it with END_ERROR.
 */
struct kith_out *kith_conn_out(struct kith_conn *conn);

/* Sends at the end of this turn, with one call, however often this is called. */
void kith_conn_flush_later(struct kith_conn *conn);

/*
 * Stops and resumes reading; bytes that the owner left are shown again after a resume,
 * on the next turn. While it is paused, the peer's end is noticed only by sending.
 */
void kith_conn_pause(struct kith_conn *conn);
void kith_conn_resume(struct kith_conn *conn);

/*
 * No more on_bytes; sends what waits within KITH_CONN_CLOSE_MS, then closes (shutdown,
 * lingers at most KITH_CONN_LINGER_MS reading and dropping, so that the peer sees our
 * last words). on_end comes later, never before this returns.
 */
void kith_conn_close(struct kith_conn *conn);

/*
 * Closes at once, dropping what waits; on_end comes with OURS before this returns.
 * Closing or aborting what has ended, within the turn, does nothing.
 */
void kith_conn_abort(struct kith_conn *conn);

/* In on_end: why the TLS handshake failed, a static sentence; NULL: not for that. */
const char *kith_conn_trouble(const struct kith_conn *conn);

/* Bytes of memory that this connection holds now, for the figures; OpenSSL's not counted. */
size_t kith_conn_memory(const struct kith_conn *conn);

#endif
