/*
 * tls_link.c -- OpenSSL over a socket of ours, through a BIO that knows its bounds.
 */
#include "net/tls_link.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/tls_inside.h"

struct kith_tls_link {
	SSL *ssl;
	struct kith_tls *tls;
	const char *trouble;
	size_t allowance;
	int fd;
	int number; /* errno of the socket call that failed; 0: none did */
	enum kith_tls_wait wait;
	bool is_open;   /* the handshake is done */
	bool is_at_end; /* the socket is         */
};

/* --- the socket as OpenSSL sees it --- */

static int bio_read(BIO *bio, char *room, int size)
{
	struct kith_tls_link *link = BIO_get_data(bio);
	size_t len = (size_t)size < link->allowance ? (size_t)size : link->allowance;

	BIO_clear_retry_flags(bio);
	if (len == 0) {
		link->wait = KITH_TLS_WAIT_TURN;
		BIO_set_retry_read(bio);
		return -1;
	}
	ssize_t got;
	do {
		got = recv(link->fd, room, len, 0);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		link->allowance -= (size_t)got;
	} else if (got == 0) {
		link->is_at_end = true;
	} else if (errno == EAGAIN) {
		link->wait = KITH_TLS_WAIT_BYTES;
		BIO_set_retry_read(bio);
	} else {
		link->number = errno;
	}
	return (int)got;
}

static int bio_write(BIO *bio, const char *bytes, int size)
{
	struct kith_tls_link *link = BIO_get_data(bio);
	ssize_t sent;

	BIO_clear_retry_flags(bio);
	do {
		sent = send(link->fd, bytes, (size_t)size, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno == EAGAIN) {
		BIO_set_retry_write(bio);
	} else if (sent < 0) {
		link->number = errno;
	}
	return (int)sent;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
	const struct kith_tls_link *link = BIO_get_data(bio);
	(void)number;
	(void)pointer;

	switch (command) {
	case BIO_CTRL_FLUSH:
		return 1;
	case BIO_CTRL_EOF:
		return link->is_at_end;
	default:
		return 0;
	}
}

/* One for the process, made once and kept: BIOs of all threads point to it. */
static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static void make_method(void)
{
	BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "kith");

	if (made != NULL && BIO_meth_set_read(made, bio_read) == 1 &&
	    BIO_meth_set_write(made, bio_write) == 1 && BIO_meth_set_ctrl(made, bio_control) == 1) {
		method = made;
	} else {
		BIO_meth_free(made);
	}
}

static BIO *new_bio(struct kith_tls_link *link)
{
	pthread_once(&method_once, make_method);
	BIO *bio = method == NULL ? NULL : BIO_new(method);

	if (bio != NULL) {
		BIO_set_data(bio, link);
		BIO_set_init(bio, 1);
	}
	return bio;
}

struct kith_tls_link *kith_tls_link_new(struct kith_tls *tls, int fd)
{
	struct kith_tls_link *link = kith_alloc_zero(1, sizeof(*link));
	if (link == NULL) {
		return NULL;
	}
	link->tls = tls;
	link->fd = fd;
	BIO *bio = new_bio(link);
	link->ssl = bio == NULL ? NULL : kith_tls_make_ssl(tls);
	if (link->ssl == NULL) {
		ERR_clear_error();
		BIO_free(bio);
		kith_free(link);
		return NULL;
	}
	SSL_set_bio(link->ssl, bio, bio); /* the SSL's from now on */
	return link;
}

void kith_tls_link_free(struct kith_tls_link **link)
{
	struct kith_tls_link *old = *link;

	*link = NULL;
	if (old == NULL) {
		return;
	}
	if (!old->is_open) {
		kith_tls_count(old->tls, old->ssl, false);
	} else if (SSL_in_init(old->ssl) == 0) {
		/* OpenSSL forgets the ticket of a connection that was only lost; we do not. */
		SSL_set_shutdown(old->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	}
	SSL_free(old->ssl);
	kith_free(old);
}

void kith_tls_link_allow(struct kith_tls_link *link, size_t bytes)
{
	link->allowance = bytes;
}

/* --- what went wrong --- */

static const char untrusted[] = "the server's certificate is signed by nobody who is trusted here";

static const struct {
	int result;
	const char *sentence;
} verdicts[] = {
	{ X509_V_ERR_HOSTNAME_MISMATCH, "the server's certificate is for another host" },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH, "the server's certificate is for another host" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, "the server's certificate has expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, "the server's certificate is not valid yet" },
	{ X509_V_ERR_CERT_REVOKED, "the server's certificate was revoked" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, untrusted },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, untrusted },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, untrusted },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, untrusted },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, untrusted },
	{ X509_V_ERR_CERT_UNTRUSTED, untrusted },
	{ X509_V_ERR_INVALID_CA, untrusted },
};

static const char no_tls[] = "the server speaks no TLS at this port";
static const char no_version[] = "the server speaks no version of TLS that is safe";

static const struct {
	int reason;
	const char *sentence;
} breaches[] = {
	{ SSL_R_WRONG_VERSION_NUMBER, no_tls },
	{ SSL_R_PACKET_LENGTH_TOO_LONG, no_tls },
	{ SSL_R_UNEXPECTED_MESSAGE, no_tls },
	{ SSL_R_UNSUPPORTED_PROTOCOL, no_version },
	{ SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, no_version },
};

/* Before the errors are cleared. */
static const char *explain(const struct kith_tls_link *link)
{
	long result = SSL_get_verify_result(link->ssl);
	unsigned long code = ERR_peek_error();

	for (size_t i = 0; result != X509_V_OK && i < KITH_COUNT(verdicts); i++) {
		if (verdicts[i].result == result) {
			return verdicts[i].sentence;
		}
	}
	if (result != X509_V_OK) {
		return "the server's certificate is not valid";
	}
	for (size_t i = 0; ERR_GET_LIB(code) == ERR_LIB_SSL && i < KITH_COUNT(breaches); i++) {
		if (breaches[i].reason == ERR_GET_REASON(code)) {
			return breaches[i].sentence;
		}
	}
	bool is_broken = link->is_at_end || link->number != 0;
	return is_broken ? "the server broke off the TLS handshake"
	                 : "the TLS handshake with the server failed";
}

/* --- the steps --- */

/* OpenSSL keeps errors per thread, and takes an old one for its own. */
static void begin(struct kith_tls_link *link)
{
	ERR_clear_error();
	link->wait = KITH_TLS_WAIT_BYTES;
}

/* RESULT in the way of a system call: 0: the end, or -1 and errno. */
static int judge(const struct kith_tls_link *link, int result)
{
	switch (SSL_get_error(link->ssl, result)) {
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		errno = EAGAIN;
		return -1;
	default:
		errno = link->number != 0 ? link->number : EPROTO;
		return -1;
	}
}

int kith_tls_link_shake(struct kith_tls_link *link)
{
	begin(link);
	int result = SSL_do_handshake(link->ssl);
	if (result == 1) {
		link->is_open = true;
		kith_tls_count(link->tls, link->ssl, true);
		return 1;
	}
	int rc = judge(link, result);
	if (rc < 0 && errno == EAGAIN) {
		if (SSL_want_write(link->ssl)) {
			link->wait = KITH_TLS_WAIT_ROOM;
		}
		return rc;
	}
	int number = errno;
	link->trouble = explain(link);
	ERR_clear_error();
	errno = number;
	return rc;
}

ssize_t kith_tls_link_read(struct kith_tls_link *link, char *room, size_t len)
{
	size_t got;

	begin(link);
	int result = SSL_read_ex(link->ssl, room, len, &got);
	if (result == 1) {
		return (ssize_t)got;
	}
	int rc = judge(link, result);
	if (rc < 0 && errno == EAGAIN && SSL_want_write(link->ssl)) {
		link->wait = KITH_TLS_WAIT_ROOM;
	}
	return rc;
}

ssize_t kith_tls_link_write(struct kith_tls_link *link, const char *bytes, size_t len)
{
	size_t sent;

	ERR_clear_error();
	int result = SSL_write_ex(link->ssl, bytes, len, &sent);
	if (result == 1) {
		return (ssize_t)sent;
	}
	if (judge(link, result) == 0) {
		errno = EPIPE;
	}
	return -1;
}

enum kith_tls_wait kith_tls_link_wait(const struct kith_tls_link *link)
{
	return link->wait;
}

bool kith_tls_link_bye(struct kith_tls_link *link)
{
	if (!link->is_open || link->number != 0) {
		return true;
	}
	ERR_clear_error();
	int result = SSL_shutdown(link->ssl);
	return result >= 0 || SSL_get_error(link->ssl, result) != SSL_ERROR_WANT_WRITE;
}

const char *kith_tls_link_trouble(const struct kith_tls_link *link)
{
	return link->trouble;
}
