/*
 * tls.c -- OpenSSL contexts: what they allow, what they load, who holds them.
 *
 * A context is never changed once connections are made with it; a reload makes a
 * new one and swaps the pointer. Each SSL holds a reference to its own, so the old
 * one goes with the last connection that was made with it.
 */
#include "net/tls.h"

#include <errno.h>
#include <openssl/decodererr.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/when.h"
#include "net/tls_inside.h"
#include "net/tls_ticket.h"

struct kith_tls {
	/* Guards context: held by a reload to swap it, by a handshake to take a reference. */
	pthread_mutex_t lock;
	SSL_CTX *context;
	bool is_server;
	struct kith_tls_tickets tickets; /* a server's                                 */
	SSL_SESSION *session;            /* a client's newest ticket; NULL: none yet    */
	atomic_uint_fast64_t handshakes;
	atomic_uint_fast64_t resumed;
	atomic_uint_fast64_t failed;
	atomic_int_fast64_t expires_us;
};

/* Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else. */
static const char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
static const char groups[] = "X25519:P-256:P-384";
static const unsigned char protocols[] = "\x08http/1.1"; /* RFC 7301 3.1 */

/* --- sentences --- */

static const struct {
	int library, reason;
	const char *sentence;
} mistakes[] = {
	{ ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH, "it is not that of the certificate" },
	{ ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH, "it is not that of the certificate" },
	{ ERR_LIB_X509, X509_R_NO_CERTIFICATE_OR_CRL_FOUND, "there is no PEM of one in it" },
	{ ERR_LIB_PEM, PEM_R_NO_START_LINE, "there is no PEM of one in it" },
	{ ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED, "there is no PEM of one in it" },
	{ ERR_LIB_PEM, PEM_R_BAD_PASSWORD_READ, "it needs a password" },
	{ ERR_LIB_CRYPTO, ERR_R_INTERRUPTED_OR_CANCELLED, "it needs a password" },
};

static const char *find_mistake(unsigned long code)
{
	const char *sentence = ERR_reason_error_string(code);

	for (size_t i = 0; i < KITH_COUNT(mistakes); i++) {
		if (mistakes[i].library == ERR_GET_LIB(code) &&
		    mistakes[i].reason == ERR_GET_REASON(code)) {
			return mistakes[i].sentence;
		}
	}
	return sentence == NULL ? "it is damaged" : sentence;
}

/* Why OpenSSL could not take FILE, from the first of the errors that it left. */
static enum kith_rc refuse_file(struct kith_why *why, const char *what, const char *file)
{
	unsigned long code = ERR_peek_error();

	if (ERR_SYSTEM_ERROR(code)) {
		return kith_refuse(why, KITH_E_IO, NULL, "the %s cannot be read: %s (%s)", what,
		                   strerrordesc_np(ERR_GET_REASON(code)), file);
	}
	return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "the %s cannot be used: %s (%s)",
	                   what, find_mistake(code), file);
}

static enum kith_rc refuse_memory(struct kith_why *why)
{
	return kith_refuse(why, KITH_E_NO_MEMORY, NULL, "there is no memory for TLS");
}

/* --- what both sides allow --- */

static SSL_CTX *make_context(const SSL_METHOD *method)
{
	SSL_CTX *context = SSL_CTX_new(method);

	if (context == NULL) {
		return NULL;
	}
	SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
	                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
	/* What is idle holds no buffers, and output blocks may move between two tries. */
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
	                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_security_level(context, 2);
	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(context, ciphers) != 1 ||
	    SSL_CTX_set1_groups_list(context, groups) != 1) {
		SSL_CTX_free(context);
		return NULL;
	}
	return context;
}

/* --- a server's --- */

/* A daemon has nobody to ask for a password. */
static int no_password(char *room, int size, int is_writing, void *context)
{
	(void)room;
	(void)size;
	(void)is_writing;
	(void)context;
	return -1;
}

/* Who offers protocols must offer ours: RFC 7301 3.2. */
static int on_protocols(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                        const unsigned char *offered, unsigned offered_len, void *context)
{
	unsigned char *chosen;
	(void)ssl;
	(void)context;

	if (SSL_select_next_proto(&chosen, out_len, protocols, sizeof(protocols) - 1, offered,
	                          offered_len) != OPENSSL_NPN_NEGOTIATED) {
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	}
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

/* OpenSSL's numbers: 0 a full handshake, 1 good, 2 good and send a new ticket, -1 broken. */
static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                     EVP_MAC_CTX *mac, int is_sealing)
{
	struct kith_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	enum kith_tls_ticket_found found;
	int64_t now_us = kith_when_steady_us();

	if (is_sealing) {
		return kith_tls_tickets_seal(&tls->tickets, now_us, name, iv, cipher, mac) ? 1 : -1;
	}
	if (!kith_tls_tickets_open(&tls->tickets, now_us, name, iv, cipher, mac, &found)) {
		return -1;
	}
	if (found == KITH_TLS_TICKET_UNKNOWN) {
		return 0;
	}
	/* A TLS 1.3 ticket is good for one connection: RFC 8446 C.4. */
	return found == KITH_TLS_TICKET_PREVIOUS || SSL_version(ssl) >= TLS1_3_VERSION ? 2 : 1;
}

static bool set_up_server(SSL_CTX *context, struct kith_tls *tls)
{
	static const unsigned char name[] = "kith";

	SSL_CTX_set_app_data(context, tls);
	SSL_CTX_set_default_passwd_cb(context, no_password);
	SSL_CTX_set_alpn_select_cb(context, on_protocols, NULL);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_timeout(context, KITH_TLS_TICKET_LIFE_S);
	return SSL_CTX_set_session_id_context(context, name, sizeof(name) - 1) == 1 &&
	       SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket) == 1;
}

static int64_t expiry_of(const SSL_CTX *context)
{
	struct tm end;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context)), &end) != 1) {
		return 0;
	}
	return (int64_t)timegm(&end) * KITH_SECOND_US;
}

static enum kith_rc load_server(struct kith_tls *tls, const char *certificate, const char *key,
                                SSL_CTX **out, struct kith_why *why)
{
	enum kith_rc rc = KITH_OK;

	ERR_clear_error();
	SSL_CTX *context = make_context(TLS_server_method());
	if (context == NULL || !set_up_server(context, tls)) {
		rc = refuse_memory(why);
	} else if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) {
		rc = refuse_file(why, "certificate", certificate);
	} else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
		rc = refuse_file(why, "key", key);
	}
	ERR_clear_error();
	if (rc != KITH_OK) {
		SSL_CTX_free(context);
		return rc;
	}
	*out = context;
	return KITH_OK;
}

static struct kith_tls *new_tls(bool is_server)
{
	struct kith_tls *tls = kith_alloc_zero(1, sizeof(*tls));

	if (tls != NULL) {
		pthread_mutex_init(&tls->lock, NULL);
		tls->is_server = is_server;
		kith_tls_tickets_init(&tls->tickets, kith_when_steady_us());
		atomic_init(&tls->handshakes, 0);
		atomic_init(&tls->resumed, 0);
		atomic_init(&tls->failed, 0);
		atomic_init(&tls->expires_us, 0);
	}
	return tls;
}

enum kith_rc kith_tls_reload(struct kith_tls *tls, const char *certificate, const char *key,
                             struct kith_why *why)
{
	SSL_CTX *context;
	enum kith_rc rc = load_server(tls, certificate, key, &context, why);

	if (rc != KITH_OK) {
		return rc;
	}
	atomic_store(&tls->expires_us, expiry_of(context));
	pthread_mutex_lock(&tls->lock);
	SSL_CTX *old = tls->context;
	tls->context = context;
	pthread_mutex_unlock(&tls->lock);
	SSL_CTX_free(old);
	return KITH_OK;
}

enum kith_rc kith_tls_server_new(const char *certificate, const char *key, struct kith_tls **out,
                                 struct kith_why *why)
{
	struct kith_tls *tls = new_tls(true);
	enum kith_rc rc =
		tls == NULL ? refuse_memory(why) : kith_tls_reload(tls, certificate, key, why);

	if (rc != KITH_OK) {
		kith_tls_free(&tls);
		return rc;
	}
	*out = tls;
	return KITH_OK;
}

/* --- a client's --- */

/* Keeps SESSION for the next connection; 1: it is ours now. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
	struct kith_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	SSL_SESSION_free(tls->session);
	tls->session = session;
	return 1;
}

/* The certificate must bear HOST, which the server is told when it is a name (RFC 6066 3). */
static bool set_host(SSL_CTX *context, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context);

	if (X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1) {
		return true;
	}
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

static bool set_up_client(SSL_CTX *context, struct kith_tls *tls, const char *host)
{
	SSL_CTX_set_app_data(context, tls);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context, on_session);
	return set_host(context, host) &&
	       SSL_CTX_set_alpn_protos(context, protocols, sizeof(protocols) - 1) == 0;
}

static enum kith_rc load_client(struct kith_tls *tls, const char *host, const char *authorities,
                                struct kith_why *why)
{
	ERR_clear_error();
	tls->context = make_context(TLS_client_method());
	if (tls->context == NULL || !set_up_client(tls->context, tls, host)) {
		return refuse_memory(why);
	}
	if (authorities == NULL) {
		return SSL_CTX_set_default_verify_paths(tls->context) == 1 ? KITH_OK
		                                                           : refuse_memory(why);
	}
	return SSL_CTX_load_verify_file(tls->context, authorities) == 1
	               ? KITH_OK
	               : refuse_file(why, "file of authorities", authorities);
}

enum kith_rc kith_tls_client_new(const char *host, const char *authorities, struct kith_tls **out,
                                 struct kith_why *why)
{
	struct kith_tls *tls = new_tls(false);
	enum kith_rc rc =
		tls == NULL ? refuse_memory(why) : load_client(tls, host, authorities, why);

	ERR_clear_error();
	if (rc != KITH_OK) {
		kith_tls_free(&tls);
		return rc;
	}
	*out = tls;
	return KITH_OK;
}

/* --- what both are asked --- */

static SSL_CTX *hold_context(struct kith_tls *tls)
{
	pthread_mutex_lock(&tls->lock);
	SSL_CTX *context = tls->context;
	int is_held = SSL_CTX_up_ref(context);
	pthread_mutex_unlock(&tls->lock);
	return is_held == 1 ? context : NULL;
}

/* A ticket of TLS 1.3 goes with this connection and with no other one: RFC 8446 C.4. */
static void use_session(struct kith_tls *tls, SSL *ssl)
{
	if (tls->session == NULL) {
		return;
	}
	(void)SSL_set_session(ssl, tls->session); /* refused: then a full handshake */
	if (SSL_SESSION_get_protocol_version(tls->session) >= TLS1_3_VERSION) {
		SSL_SESSION_free(tls->session);
		tls->session = NULL;
	}
}

SSL *kith_tls_make_ssl(struct kith_tls *tls)
{
	SSL_CTX *context = hold_context(tls);
	SSL *ssl = context == NULL ? NULL : SSL_new(context);

	SSL_CTX_free(context);
	if (ssl == NULL) {
		return NULL;
	}
	if (tls->is_server) {
		SSL_set_accept_state(ssl);
		return ssl;
	}
	SSL_set_connect_state(ssl);
	use_session(tls, ssl);
	const char *name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);
	if (name != NULL && SSL_set_tlsext_host_name(ssl, name) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}

void kith_tls_count(struct kith_tls *tls, const SSL *ssl, bool is_good)
{
	atomic_fetch_add(is_good ? &tls->handshakes : &tls->failed, 1);
	if (is_good && SSL_session_reused(ssl)) {
		atomic_fetch_add(&tls->resumed, 1);
	}
}

void kith_tls_read_figures(struct kith_tls *tls, struct kith_tls_figures *out)
{
	*out = (struct kith_tls_figures){
		.handshakes = atomic_load(&tls->handshakes),
		.resumed = atomic_load(&tls->resumed),
		.failed = atomic_load(&tls->failed),
		.expires_us = atomic_load(&tls->expires_us),
	};
}

void kith_tls_free(struct kith_tls **tls)
{
	struct kith_tls *old = *tls;

	*tls = NULL;
	if (old == NULL) {
		return;
	}
	SSL_SESSION_free(old->session);
	SSL_CTX_free(old->context);
	kith_tls_tickets_done(&old->tickets);
	pthread_mutex_destroy(&old->lock);
	kith_free(old);
}
