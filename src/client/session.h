/*
 * session.h -- is there a connection, and when is the next one tried?
 *
 * The way from idle to online and back: token, addresses, hello, heartbeat, loss,
 * back-off, and the closes that are final. Hands on what comes over an open
 * connection; knows no call, no event and no outbox.
 */
#ifndef KITH_CLIENT_SESSION_H
#define KITH_CLIENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rand.h"
#include "client/backoff.h"
#include "client/calls.gen.h"
#include "client/frame.h"
#include "client/problem.h"
#include "client/resolve.h"
#include "client/socket.h"
#include "client/url.h"
#include "kith/client.h"

/* What the owner is told, always in the loop. */
struct kith_session_ops {
	/* A token is needed: kith_session_set_token() shall follow, now or later. */
	void (*on_token)(void *owner);
	/* PROBLEM: why a try failed or all is over; NULL when nothing is wrong. */
	void (*on_state)(void *owner, enum kith_client_state state,
	                 const struct kith_problem *problem);
	/* After on_state(ONLINE). */
	void (*on_welcome)(void *owner, const struct kith_api_welcome *welcome);
	/* OK, ERROR with an id, EVENT or GAP. */
	void (*on_frame)(void *owner, const struct kith_frame *frame);
	/* Had the token that there is better be replaced before it is used? */
	bool (*is_token_stale)(void *owner);
	/* Where events shall go on from; at NULL: now. */
	struct kith_str (*since)(void *owner);
};

/* Times in milliseconds, as in struct kith_client_options. */
struct kith_session_times {
	int64_t connect_ms;
	int64_t ping_after_ms;
	int64_t pong_within_ms;
};

enum kith_session_phase {
	KITH_SESSION_IDLE,
	KITH_SESSION_TOKEN,   /* waits for a token               */
	KITH_SESSION_RESOLVE, /* waits for addresses             */
	KITH_SESSION_OPENING, /* from connect() to the welcome   */
	KITH_SESSION_ONLINE,
	KITH_SESSION_WAITING, /* until the next try              */
	KITH_SESSION_CLOSED,
};

struct kith_session {
	const struct kith_session_ops *ops;
	void *owner;
	struct kith_session_times times;
	struct kith_backoff backoff;
	struct kith_url url;
	struct kith_sockets sockets;

	/* private to session.c */
	enum kith_session_phase phase;
	struct kith_resolve resolve;
	size_t address_at;
	struct kith_socket *socket;
	struct kith_timer timer; /* what for: see phase                       */
	struct kith_buf token;
	bool has_token;
	bool is_fresh_token; /* it came since the server refused one      */
	bool was_online;
	struct kith_arena mem;            /* of the frame being read                   */
	struct kith_buf scratch;          /* of the frame being written                */
	struct kith_problem_copy refusal; /* the last one that named no call; code "": none */
	bool is_resolving;
	int bye_code;           /* that the server announced; 0: none        */
	int64_t retry_after_ms; /* and what else it said                     */
	int64_t opened_us;      /* steady: of the welcome                    */
	int64_t heartbeat_us;
	int64_t sent_us;   /* steady: our last frame                    */
	int64_t heard_us;  /* steady: the server's last                 */
	int64_t pinged_us; /* steady: of the ping without answer; 0     */
	int64_t ping_count;
};

/*
 * OWNER has set ops, owner, times, backoff, url and sockets; the rest is zero.
 * Nothing happens before kith_session_start().
 */
void kith_session_init(struct kith_session *session);

/* Breaks everything off; no callback comes. Waits for a name look-up under way. */
void kith_session_done(struct kith_session *session);

/* Begins to connect, when idle or closed; else nothing. */
void kith_session_start(struct kith_session *session);

/* Says good-bye and closes for good, with PROBLEM or NULL. */
void kith_session_close(struct kith_session *session, const struct kith_problem *problem);

/*
 * Uses TOKEN from now on: in the try that waits for it, in this connection (auth)
 * or in the next. at NULL: there is none to be had, which closes the session.
 * The same for one that is no clean text: it cannot be a token.
 */
void kith_session_set_token(struct kith_session *session, struct kith_str token);

/* There is no token just now: this try has failed, and it is asked for again at the next. */
void kith_session_no_token(struct kith_session *session, const struct kith_problem *problem);

/* The server says that this token holds no longer: gets another and connects anew. */
void kith_session_refresh(struct kith_session *session, const struct kith_problem *problem);

/* Drops this connection and comes back by the cursor. PROBLEM says why. */
void kith_session_again(struct kith_session *session, const struct kith_problem *problem);

static inline bool kith_session_is_online(const struct kith_session *session)
{
	return session->phase == KITH_SESSION_ONLINE;
}

/* Sends one frame. Only when online. */
void kith_session_send(struct kith_session *session, struct kith_str frame);

/* Bytes that wait to be sent. Only when online. */
size_t kith_session_waiting(const struct kith_session *session);

#endif
