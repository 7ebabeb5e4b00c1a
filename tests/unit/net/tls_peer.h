/*
 * tls_peer.h -- the other end of a TLS connection, in OpenSSL's own words.
 *
 * It shares nothing with net/tls: records are made in memory, so that a test says
 * when, and cut where, they reach the socket of a side (rig.h).
 */
#ifndef KITH_TESTS_NET_TLS_PEER_H
#define KITH_TESTS_NET_TLS_PEER_H

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/tls.h"
#include "unit/net/rig.h"

struct tls_peer {
	struct side side;
	SSL_CTX *context;
	SSL *ssl;
	SSL_SESSION *session; /* the newest ticket */
	bool is_at_end;       /* the socket is     */
};

static inline int tls_peer_on_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_peer *peer = SSL_get_app_data(ssl);
	SSL_SESSION_free(peer->session);
	peer->session = session;
	return 1;
}

/* Versions from LEAST to MOST; asks for nobody's certificate. SESSION may be NULL. */
static inline void tls_peer_open_with(struct tls_peer *peer, struct rig *rig, struct kith_tls *tls,
                                      int least, int most, SSL_SESSION *session)
{
	int fds[2];
	*peer = (struct tls_peer){ .side = { .rig = rig } };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
	                 0);
	peer->side.peer = fds[1];
	assert_int_equal(kith_conn_adopt(rig->loop, &rig->pool, tls, fds[0], &side_ops, &peer->side,
	                                 &peer->side.conn),
	                 KITH_OK);
	peer->context = SSL_CTX_new(TLS_client_method());
	assert_non_null(peer->context);
	SSL_CTX_set_security_level(peer->context, 0); /* so that it can ask for what is refused */
	SSL_CTX_set_session_cache_mode(peer->context,
	                               SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(peer->context, tls_peer_on_session);
	assert_int_equal(SSL_CTX_set_min_proto_version(peer->context, least), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(peer->context, most), 1);
	peer->ssl = SSL_new(peer->context);
	assert_non_null(peer->ssl);
	SSL_set_app_data(peer->ssl, peer);
	SSL_set_connect_state(peer->ssl);
	SSL_set_bio(peer->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	if (session != NULL) {
		assert_int_equal(SSL_set_session(peer->ssl, session), 1);
	}
}

static inline void tls_peer_open(struct tls_peer *peer, struct rig *rig, struct kith_tls *tls)
{
	tls_peer_open_with(peer, rig, tls, TLS1_2_VERSION, TLS1_3_VERSION, NULL);
}

/* Sends at most COUNT bytes of its records. returns how many. */
static inline size_t tls_peer_send(struct tls_peer *peer, size_t count)
{
	char *bytes;
	BIO *records = SSL_get_wbio(peer->ssl);
	long waiting = BIO_get_mem_data(records, &bytes);
	size_t len = (size_t)waiting < count ? (size_t)waiting : count;
	if (len == 0 || peer->side.peer < 0) {
		return 0;
	}
	ssize_t sent = send(peer->side.peer, bytes, len, MSG_NOSIGNAL);
	assert_true(sent > 0 || errno == EAGAIN || errno == EPIPE || errno == ECONNRESET);
	char room[4096];
	for (ssize_t left = sent; left > 0;) {
		left -= BIO_read(records, room, left < 4096 ? (int)left : 4096);
	}
	return sent < 0 ? 0 : (size_t)sent;
}

/* Takes what the socket has. returns how many bytes. */
static inline size_t tls_peer_receive(struct tls_peer *peer)
{
	char room[16384];
	size_t all = 0;
	while (!peer->is_at_end) {
		ssize_t got = peer_read(&peer->side, room, sizeof(room));
		if (got < 0) {
			return all;
		}
		peer->is_at_end = got == 0;
		assert_int_equal(BIO_write(SSL_get_rbio(peer->ssl), room, (int)got), got);
		all += (size_t)got;
	}
	return all;
}

/* Lets both shake hands, CUT bytes of the peer's a turn. returns whether it came to a good end. */
static inline bool tls_peer_shake(struct tls_peer *peer, size_t cut)
{
	ERR_clear_error();
	for (int idle = 0; idle < 4;) {
		int rc = SSL_do_handshake(peer->ssl);
		int error = SSL_get_error(peer->ssl, rc);
		size_t moved = tls_peer_send(peer, cut);
		if (rc != 1 && error != SSL_ERROR_WANT_READ) {
			ERR_clear_error();
			settle(peer->side.rig);
			return false;
		}
		kith_loop_turn(peer->side.rig->loop, 0);
		moved += tls_peer_receive(peer);
		if (rc == 1 && moved == 0) {
			/* Tickets of TLS 1.3 come behind the handshake. */
			char none[1];
			assert_true(SSL_read(peer->ssl, none, 0) <= 0);
			return peer->side.ends == 0;
		}
		idle = moved == 0 ? idle + 1 : 0;
	}
	return false;
}

static inline void tls_peer_say(struct tls_peer *peer, struct kith_str text)
{
	assert_int_equal(SSL_write(peer->ssl, text.at, (int)text.len), (int)text.len);
	while (tls_peer_send(peer, SIZE_MAX) > 0) {
		kith_loop_turn(peer->side.rig->loop, 0);
	}
}

/* Reads LEN bytes of what was said to it into ROOM, turning the loop for more. */
static inline void tls_peer_hear(struct tls_peer *peer, char *room, size_t len)
{
	size_t done = 0;
	for (int idle = 0; done < len && idle < 10; idle++) {
		settle(peer->side.rig);
		tls_peer_receive(peer);
		ERR_clear_error();
		size_t got;
		while (done < len && SSL_read_ex(peer->ssl, room + done, len - done, &got) == 1) {
			done += got;
			idle = -1;
		}
	}
	assert_int_equal(done, len);
}

static inline void tls_peer_expect(struct tls_peer *peer, struct kith_str text)
{
	char room[256];
	assert_true(text.len <= sizeof(room));
	tls_peer_hear(peer, room, text.len);
	assert_memory_equal(room, text.at, text.len);
}

static inline void tls_peer_done(struct tls_peer *peer)
{
	SSL_SESSION_free(peer->session);
	SSL_set_shutdown(peer->ssl, SSL_SENT_SHUTDOWN); /* else its ticket is forgotten */
	SSL_free(peer->ssl);
	SSL_CTX_free(peer->context);
	side_done(&peer->side);
}

#endif
