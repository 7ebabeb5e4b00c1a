/*
 * tls_inside.h -- what one connection asks of its struct kith_tls.
 *
 * Private to net: tls_link.c takes its OpenSSL object here and reports how the
 * handshake went.
 */
#ifndef KITH_NET_TLS_INSIDE_H
#define KITH_NET_TLS_INSIDE_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "net/tls.h"

/* A new SSL in the right role, with the certificate of this moment; NULL without memory. */
SSL *kith_tls_make_ssl(struct kith_tls *tls);

/* The handshake of SSL has come to its end, good or not. thread any */
void kith_tls_count(struct kith_tls *tls, const SSL *ssl, bool is_good);

#endif
