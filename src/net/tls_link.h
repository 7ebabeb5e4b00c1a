/*
 * tls_link.h -- TLS on one socket: handshake, bytes in, bytes out, good-bye.
 *
 * Private to net: what conn.c uses where a plain connection calls recv() and
 * sendmsg(). Never blocks, never closes the socket, raises no SIGPIPE. Receives
 * only what it was allowed for this turn, so a peer that sends and sends records
 * without content holds up nobody.
 */
#ifndef KITH_NET_TLS_LINK_H
#define KITH_NET_TLS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/macros.h"
#include "net/tls.h"

struct kith_tls_link;

/* What has to come before shaking or reading can go on, after EAGAIN. */
enum kith_tls_wait {
	KITH_TLS_WAIT_BYTES, /* the socket has no more                 */
	KITH_TLS_WAIT_ROOM,  /* the socket takes no more               */
	KITH_TLS_WAIT_TURN,  /* the allowance is spent: the next turn  */
};

/* For the connected socket FD; TLS outlives it. NULL without memory. */
struct kith_tls_link *kith_tls_link_new(struct kith_tls *tls, int fd);
void kith_tls_link_free(struct kith_tls_link **link);

/* How many BYTES may be received until this is called again. */
void kith_tls_link_allow(struct kith_tls_link *link, size_t bytes);

/*
 * The handshake's next step.
 * returns 1: it is done; 0: the peer has gone; -1: errno EAGAIN, or why it failed
 *         (EPROTO: see kith_tls_link_trouble())
 */
KITH_MUST_USE int kith_tls_link_shake(struct kith_tls_link *link);

/*
 * Like recv() and send() of LEN bytes, after the handshake. What was not sent is
 * offered again, the same bytes in front, wherever they are by then.
 * returns bytes; 0: the peer has said good-bye; -1: errno, EPROTO for a broken record
 */
KITH_MUST_USE ssize_t kith_tls_link_read(struct kith_tls_link *link, char *room, size_t len);
KITH_MUST_USE ssize_t kith_tls_link_write(struct kith_tls_link *link, const char *bytes,
                                          size_t len);

/* What the last shake or read waits for. */
enum kith_tls_wait kith_tls_link_wait(const struct kith_tls_link *link);

/*
 * Tells the peer that nothing more follows (RFC 8446 6.1), when all is written.
 * returns false: the socket takes no more, try again
 */
bool kith_tls_link_bye(struct kith_tls_link *link);

/* Why the handshake failed, a static sentence about "the server"; NULL: it did not. */
const char *kith_tls_link_trouble(const struct kith_tls_link *link);

#endif
