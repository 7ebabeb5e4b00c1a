/*
 * tls_ticket.h -- with which key is a session ticket sealed, and which ones open it?
 *
 * Ticket keys are a server's own, not a certificate's, so that tickets outlive a
 * new certificate. A key seals for KITH_TLS_TICKET_LIFE_S and opens for as long
 * again; then it is wiped, and what it sealed stays closed for ever. Keys
 * never leave the process. Private to net; tls.c hands OpenSSL's question on.
 */
#ifndef KITH_NET_TLS_TICKET_H
#define KITH_NET_TLS_TICKET_H

#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/rand.h"

enum {
	KITH_TLS_TICKET_LIFE_S = 12 * 3600,
	KITH_TLS_TICKET_NAME = 16,
	KITH_TLS_TICKET_IV = 16,
	KITH_TLS_TICKET_SECRET = 32,
};

struct kith_tls_ticket_key {
	uint8_t name[KITH_TLS_TICKET_NAME];
	uint8_t cipher[KITH_TLS_TICKET_SECRET];
	uint8_t mac[KITH_TLS_TICKET_SECRET];
};

/* The keys of one server. All workers ask, so it has a lock, held for a copy. */
struct kith_tls_tickets {
	pthread_mutex_t lock;
	struct kith_rand rand;
	struct kith_tls_ticket_key present;
	struct kith_tls_ticket_key previous;
	bool has_previous;
	int64_t made_us; /* steady: the present one */
};

enum kith_tls_ticket_found {
	KITH_TLS_TICKET_UNKNOWN,
	KITH_TLS_TICKET_PRESENT,
	KITH_TLS_TICKET_PREVIOUS,
};

/* STEADY_US is the time now, here and below. */
void kith_tls_tickets_init(struct kith_tls_tickets *tickets, int64_t steady_us);
void kith_tls_tickets_done(struct kith_tls_tickets *tickets);

/*
 * Readies CIPHER and MAC to seal a ticket and fills its NAME and IV.
 * returns false when OpenSSL has no memory. thread any
 */
KITH_MUST_USE bool kith_tls_tickets_seal(struct kith_tls_tickets *tickets, int64_t steady_us,
                                         uint8_t name[KITH_TLS_TICKET_NAME],
                                         uint8_t iv[KITH_TLS_TICKET_IV], EVP_CIPHER_CTX *cipher,
                                         EVP_MAC_CTX *mac);

/*
 * Readies them to open the ticket of NAME and IV, when *found is not UNKNOWN.
 * returns false when OpenSSL has no memory. thread any
 */
KITH_MUST_USE bool kith_tls_tickets_open(struct kith_tls_tickets *tickets, int64_t steady_us,
                                         const uint8_t name[KITH_TLS_TICKET_NAME],
                                         const uint8_t iv[KITH_TLS_TICKET_IV],
                                         EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
                                         enum kith_tls_ticket_found *found);

#endif
