/*
 * exchange.h -- one call over HTTP, where there is no socket to make it on.
 *
 * For signing in and for fresh tokens: both come before the socket's hello. Looks
 * the host up, connects (with TLS when the URL says so), posts one JSON object and
 * reads the one that comes back, all in the client's loop and by its clock. Never
 * repeats a request and follows no redirect; what an answer means is its owner's.
 */
#ifndef KITH_CLIENT_EXCHANGE_H
#define KITH_CLIENT_EXCHANGE_H

#include "base/arena.h"
#include "client/pending.h"
#include "client/resolve.h"
#include "client/socket.h"
#include "wire/http.h"

enum { KITH_EXCHANGE_ANSWER_MAX = 512 * 1024 }; /* bytes of an answer; a longer one: protocol */

struct kith_exchange {
	/* private to exchange.c */
	const struct kith_sockets *sockets;
	struct kith_url url;
	struct kith_resolve resolve;
	size_t address_at;
	struct kith_conn *conn; /* NULL: none                        */
	struct kith_timer timer;
	struct kith_buf request;
	struct kith_buf answer;
	struct kith_http_body_reader body;
	struct kith_arena mem; /* of the answer while it is told    */
	int status;            /* of the answer's head; 0: not yet  */
	bool is_connected;
	bool is_busy;
	bool is_resolving;
	void (*on_done)(struct kith_exchange *exchange, const struct kith_outcome *outcome);
};

/* SOCKETS (its loop, pool and TLS) outlives it. ON_DONE is called in the loop, once for each post. */
void kith_exchange_init(struct kith_exchange *exchange, const struct kith_sockets *sockets,
                        void (*on_done)(struct kith_exchange *exchange,
                                        const struct kith_outcome *outcome));

/* Breaks off what is under way, without a word. Waits for a look-up of the host's name. */
void kith_exchange_done(struct kith_exchange *exchange);

/*
 * Posts the object BODY to PATH (behind the URL's own, "/v1/sessions"). One at a time
 * (asserted). TIMEOUT_MS holds for all of it. What on_done is told it borrows until it
 * returns or posts again.
 *
 * returns  KITH_OK            on_done follows, not before this returns: with the result, the
 *                             server's problem, or network, timeout or protocol
 *          KITH_E_NO_MEMORY, KITH_E_IO (no thread to look the host up with)
 */
KITH_MUST_USE enum kith_rc kith_exchange_post(struct kith_exchange *exchange,
                                              const struct kith_url *url, const char *path,
                                              struct kith_str body, int64_t timeout_ms);

static inline bool kith_exchange_is_busy(const struct kith_exchange *exchange)
{
	return exchange->is_busy;
}

#endif
