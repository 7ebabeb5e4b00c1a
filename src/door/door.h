/*
 * door.h -- what a protocol is, seen from the server.
 *
 * A door turns the bytes of one connection into calls, and answers and events
 * back into bytes. It never sees a socket: it takes from a slice, appends to an
 * output, and asks its host, the worker, for the rest. It reads no clock (the
 * host says the time), opens nothing, locks nothing and logs nothing. One worker
 * owns it.
 */
#ifndef KITH_DOOR_DOOR_H
#define KITH_DOOR_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "base/metric.h"
#include "base/out.h"
#include "base/str.h"
#include "domain/cursor.h"
#include "service/service.h"

enum {
	KITH_DOOR_CALLS_MAX = 64,              /* unanswered on one socket, then it is not read */
	KITH_DOOR_BODY_MAX = 256 * 1024,       /* bytes of a request's body: too_large          */
	KITH_DOOR_HEAD_TIME_US = 10 * 1000000, /* from the first byte to the end of headers     */
	KITH_DOOR_IDLE_TIME_US = 60 * 1000000, /* between two requests of one connection        */
	KITH_DOOR_BODY_RATE = 1024, /* bytes a second that a body must come at, after HEAD_TIME */
	KITH_DOOR_HELLO_TIME_US = 5 * 1000000, /* from opening a socket to its hello            */
	KITH_DOOR_HEARTBEAT_MS = 25000,        /* what welcome says                             */
	KITH_DOOR_SILENCE_US = 75 * 1000000,   /* a socket that says nothing this long is closed */
	KITH_DOOR_CLOSE_TIME_US = 5 * 1000000, /* for the peer's close frame                    */
	KITH_DOOR_PINGS_MAX = 10,              /* in a second: 4429                             */
	KITH_DOOR_ROOM = 64 * 1024, /* bytes that wait, below which there is room for a page */
};

struct kith_door;
struct kith_follow;
struct kith_followers;
struct kith_tokens;

/* Who may read GET /metrics. */
enum kith_door_metrics {
	KITH_DOOR_METRICS_OFF,
	KITH_DOOR_METRICS_LOCAL, /* who sits on this machine, and not behind a proxy on it */
	KITH_DOOR_METRICS_OPEN,
};

struct kith_door_ops {
	enum kith_metric_door kind; /* for the figures */
	/* IN is all that came and was not taken; the door advances it past what it took. */
	void (*on_bytes)(struct kith_door *door, struct kith_str *in);
	/* An event of the person who is signed in: a whole frame, and its position. NULL: none wanted. */
	void (*on_event)(struct kith_door *door, int64_t position, struct kith_str frame);
	/* The same of what passes and is in no log: said at once, or never. NULL: none wanted. */
	void (*on_passing)(struct kith_door *door, struct kith_str frame);
	/* What waited to be sent has fallen below KITH_DOOR_ROOM, as await_room() asked. */
	void (*on_room)(struct kith_door *door);
	/* deadline_us() is past. */
	void (*on_deadline)(struct kith_door *door);
	/* The steady time at which on_deadline is due; -1: none. */
	int64_t (*deadline_us)(const struct kith_door *door);
	/* The server goes down: say goodbye and close when nothing is unanswered. */
	void (*on_drain)(struct kith_door *door, int64_t retry_after_ms);
	/* The session that it serves has ended: say so and close. NULL: its next call hears of it. */
	void (*on_ended)(struct kith_door *door);
	/* The connection is gone: frees the door. */
	void (*free)(struct kith_door *door);
};

/*
 * What a door asks of its worker. Embedded in the worker, which fills it in; the
 * times are those of the present turn.
 */
struct kith_door_host {
	struct kith_service *service;
	struct kith_errands *errands;
	const struct kith_cursor_keys *cursor_keys;
	struct kith_tokens *tokens;       /* verified before, see token.h            */
	struct kith_str origins;          /* web origins that may come, blanks between */
	struct kith_limits *limits;       /* NULL: none                              */
	struct kith_presence *presence;   /* of the whole server; NULL: nobody is online */
	struct kith_followers *followers; /* who watches whom here, see follow.h         */
	const struct kith_net *proxies;   /* networks whose X-Forwarded-For counts */
	size_t proxy_count;
	int64_t now_us;    /* since 1970 UTC                          */
	int64_t steady_us; /* for deadlines                           */
	int64_t position;  /* the worker's place in the one sequence  */
	bool is_unready;   /* readiness is off                        */
	bool is_draining;  /* and each connection ends as soon as it can */
	enum kith_door_metrics metrics_for;
	void *witness; /* the host's, for what it counts and logs */
	/* Appends the host's figures to OUT; thread any. */
	void (*measure)(void *witness, struct kith_buf *out);
	struct kith_buf json; /* for composing, empty between uses       */
	struct kith_buf head;

	/* Output was appended. */
	void (*send)(struct kith_door *door);
	/* Close when all output is sent; no more bytes will be shown. */
	void (*close)(struct kith_door *door);
	/* Close now. */
	void (*abort)(struct kith_door *door);
	/* Show no more bytes, until show is true again. */
	void (*show)(struct kith_door *door, bool show);
	/* on_room() comes once when little output waits; also at once, next turn. */
	void (*await_room)(struct kith_door *door);
	/* deadline_us() may be sooner than it was. */
	void (*remind)(struct kith_door *door);
	/* From now on the door hears the events of door->session's person. */
	void (*join)(struct kith_door *door);
	/* NEXT takes over the connection, and what is left of the input; DOOR is freed, at once
	 * or, while its on_bytes is at work, when that returns. */
	void (*replace)(struct kith_door *door, struct kith_door *next);
	/* CALL gets its answer now. For the host's figures and its log, as the next one;
	 * either may be NULL. */
	void (*answered)(struct kith_door *door, const struct kith_call *call);
	/* A problem is said: a call's, or that of something which became none. */
	void (*refused)(struct kith_door *door, enum kith_rc rc, const struct kith_why *why);
};

/* The part that every protocol's door begins with. */
struct kith_door {
	const struct kith_door_ops *ops;
	struct kith_door_host *host;
	struct kith_out *out;
	void *connection;             /* the host's                                 */
	uint64_t id;                  /* of the connection: unique in this process  */
	struct kith_session *session; /* who is signed in; NULL: nobody             */
	struct kith_follow *follow; /* what it has asked to hear of, see follow.h; NULL: nothing */
	struct kith_ip peer;        /* whom the host accepted; a socket's: for whom it speaks */
	struct kith_door *next;     /* the host's: others of the same person      */
	struct kith_door *previous;
};

/* Tells the host that CALL, if it is one of the contract's, gets its answer now. */
static inline void kith_door_answered(struct kith_door *door, const struct kith_call *call)
{
	bool is_ours = call->row != NULL && call->row == &kith_calls[call->row->id];

	if (is_ours && door->host->answered != NULL) {
		door->host->answered(door, call);
	}
}

/* Tells the host that a problem is said. */
static inline void kith_door_refused(struct kith_door *door, enum kith_rc rc,
                                     const struct kith_why *why)
{
	if (door->host->refused != NULL) {
		door->host->refused(door, rc, why);
	}
}

#endif
