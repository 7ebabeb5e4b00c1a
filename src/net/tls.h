/*
 * tls.h -- who are we to the other side, and whom do we believe?
 *
 * A server's certificate, key and ticket keys, or a client's trusted authorities
 * and the host that it means. Connections are made with one (conn.h) and speak
 * TLS 1.3 or 1.2. A server's certificate can be replaced while connections live.
 * Sends and receives nothing itself: tls_link.h does, for one connection.
 */
#ifndef KITH_NET_TLS_H
#define KITH_NET_TLS_H

#include <stdint.h>

#include "base/err.h"

struct kith_tls;

/* What has happened so far. Plain value. */
struct kith_tls_figures {
	uint64_t handshakes; /* that succeeded                                   */
	uint64_t resumed;    /* of these, by a ticket: without asymmetric work   */
	uint64_t failed;     /* handshakes that ended in any other way           */
	int64_t expires_us;  /* when the certificate does, 1970 UTC; a client: 0 */
};

/*
 * A server's side. CERTIFICATE is a PEM file, the server's own certificate first,
 * then its chain; KEY the PEM file of its private key, without a password.
 * returns  KITH_OK
 *          KITH_E_IO               a file cannot be read
 *          KITH_E_INVALID_REQUEST  no PEM, a weak key, a key of another certificate
 *          KITH_E_NO_MEMORY
 *          and a sentence in WHY
 */
KITH_MUST_USE enum kith_rc kith_tls_server_new(const char *certificate, const char *key,
                                               struct kith_tls **out, struct kith_why *why);

/*
 * Reads both files anew: handshakes that begin from now on use them. Connections
 * and tickets hold on. returns as above; on error everything stays as it was.
 * thread   any, also while others shake hands
 */
KITH_MUST_USE enum kith_rc kith_tls_reload(struct kith_tls *tls, const char *certificate,
                                           const char *key, struct kith_why *why);

/*
 * A client's side, for one HOST: a name or an IP address without brackets, which the
 * server's certificate must bear. AUTHORITIES is a PEM file of those who may have
 * signed it; NULL: the system's. Remembers the server's newest ticket.
 * returns  as above
 * thread   all its connections belong to one
 */
KITH_MUST_USE enum kith_rc kith_tls_client_new(const char *host, const char *authorities,
                                               struct kith_tls **out, struct kith_why *why);

/* After the last of its connections is gone (its loop's turn over); NULL is fine. */
void kith_tls_free(struct kith_tls **tls);

/* thread any */
void kith_tls_read_figures(struct kith_tls *tls, struct kith_tls_figures *out);

#endif
