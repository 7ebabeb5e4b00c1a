/*
 * tls_ticket.c -- two keys in turn, by the clock that the caller reads.
 */
#include "net/tls_ticket.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/when.h"

#define LIFE_US (KITH_TLS_TICKET_LIFE_S * KITH_SECOND_US)

static void make_key(struct kith_tls_tickets *tickets, int64_t steady_us)
{
	kith_rand_bytes(&tickets->rand, &tickets->present, sizeof(tickets->present));
	tickets->made_us = steady_us;
}

static void forget_previous(struct kith_tls_tickets *tickets)
{
	OPENSSL_cleanse(&tickets->previous, sizeof(tickets->previous));
	tickets->has_previous = false;
}

/* Nobody may have asked for longer than one life, so a key's end is found late, not missed. */
static void rotate(struct kith_tls_tickets *tickets, int64_t steady_us)
{
	int64_t age_us = steady_us - tickets->made_us;

	if (age_us < LIFE_US) {
		return;
	}
	forget_previous(tickets);
	if (age_us < 2 * LIFE_US) {
		tickets->previous = tickets->present;
		tickets->has_previous = true;
	}
	make_key(tickets, steady_us);
}

void kith_tls_tickets_init(struct kith_tls_tickets *tickets, int64_t steady_us)
{
	*tickets = (struct kith_tls_tickets){ .has_previous = false };
	pthread_mutex_init(&tickets->lock, NULL);
	kith_rand_init(&tickets->rand);
	make_key(tickets, steady_us);
}

void kith_tls_tickets_done(struct kith_tls_tickets *tickets)
{
	pthread_mutex_destroy(&tickets->lock);
	OPENSSL_cleanse(tickets, sizeof(*tickets));
}

static bool key_mac(EVP_MAC_CTX *mac, struct kith_tls_ticket_key *key)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac, sizeof(key->mac)),
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	return EVP_MAC_CTX_set_params(mac, params) == 1;
}

bool kith_tls_tickets_seal(struct kith_tls_tickets *tickets, int64_t steady_us,
                           uint8_t name[KITH_TLS_TICKET_NAME], uint8_t iv[KITH_TLS_TICKET_IV],
                           EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	struct kith_tls_ticket_key key;

	pthread_mutex_lock(&tickets->lock);
	rotate(tickets, steady_us);
	key = tickets->present;
	kith_rand_bytes(&tickets->rand, iv, KITH_TLS_TICKET_IV);
	pthread_mutex_unlock(&tickets->lock);
	memcpy(name, key.name, sizeof(key.name));
	bool is_ready = EVP_EncryptInit_ex2(cipher, EVP_aes_256_cbc(), key.cipher, iv, NULL) == 1 &&
	                key_mac(mac, &key);
	OPENSSL_cleanse(&key, sizeof(key));
	return is_ready;
}

static enum kith_tls_ticket_found find_key(struct kith_tls_tickets *tickets,
                                           const uint8_t name[KITH_TLS_TICKET_NAME],
                                           struct kith_tls_ticket_key *key)
{
	if (memcmp(name, tickets->present.name, KITH_TLS_TICKET_NAME) == 0) {
		*key = tickets->present;
		return KITH_TLS_TICKET_PRESENT;
	}
	if (tickets->has_previous &&
	    memcmp(name, tickets->previous.name, KITH_TLS_TICKET_NAME) == 0) {
		*key = tickets->previous;
		return KITH_TLS_TICKET_PREVIOUS;
	}
	return KITH_TLS_TICKET_UNKNOWN;
}

bool kith_tls_tickets_open(struct kith_tls_tickets *tickets, int64_t steady_us,
                           const uint8_t name[KITH_TLS_TICKET_NAME],
                           const uint8_t iv[KITH_TLS_TICKET_IV], EVP_CIPHER_CTX *cipher,
                           EVP_MAC_CTX *mac, enum kith_tls_ticket_found *found)
{
	struct kith_tls_ticket_key key;

	pthread_mutex_lock(&tickets->lock);
	rotate(tickets, steady_us);
	*found = find_key(tickets, name, &key);
	pthread_mutex_unlock(&tickets->lock);
	if (*found == KITH_TLS_TICKET_UNKNOWN) {
		return true;
	}
	bool is_ready = EVP_DecryptInit_ex2(cipher, EVP_aes_256_cbc(), key.cipher, iv, NULL) == 1 &&
	                key_mac(mac, &key);
	OPENSSL_cleanse(&key, sizeof(key));
	return is_ready;
}
