/*
 * desk.h -- a worker without a socket: doors over the rig, bytes in, bytes out.
 *
 * The desk is the doors' host. A peer is one connection: what it says goes to its
 * door, whole or in pieces; what the door says is taken apart into responses and
 * frames. Committed plans become events for whoever has joined. Time is moved by
 * hand and lets deadlines come.
 */
#ifndef KITH_TESTS_RIG_DESK_H
#define KITH_TESTS_RIG_DESK_H

#include "door/door.h"
#include "door/follow.h"
#include "door/http.h"
#include "unit/rig/rig.h"

enum {
	DESK_PEERS_MAX = 8,
	DESK_EVENTS_MAX = 8, /* of one plan                            */
	PEER_TEXT_MAX = 600 * 1024,
};

struct desk;

/* One connection. */
struct peer {
	struct desk *desk;
	struct kith_door *door;
	struct kith_door *next_door;
	struct kith_out out;
	struct kith_buf in;    /* said and not taken          */
	struct kith_buf heard; /* what came out; empty when all was looked at */
	size_t heard_at;       /* up to here it was looked at */
	bool is_shown;
	bool is_due; /* on_bytes should run again   */
	bool is_at_work;
	bool is_stuck; /* it takes nothing: output waits */
	bool awaits_room;
	bool is_joined;
	bool is_closed; /* the door asked for a close  */
	bool is_aborted;
	bool is_replaced;         /* its door was: no more HTTP  */
	char text[PEER_TEXT_MAX]; /* of the last answer or frame, with a NUL */
};

struct desk_event {
	int64_t position;
	int64_t org_row;
	uint64_t spared;
	int64_t audience[KITH_DIRECT_MEMBERS_MAX];
	size_t audience_count;
	size_t at, len; /* in events_text */
};

struct desk {
	struct rig rig;
	struct kith_door_host host;
	struct kith_out_pool pool;
	struct kith_followers followers;
	struct peer *peers[DESK_PEERS_MAX];
	size_t peer_count;
	struct desk_event events[DESK_EVENTS_MAX];
	size_t event_count;
	struct kith_buf events_text;
	struct kith_buf scratch;
	bool holds; /* desk_run() leaves errands and plans where they are */
};

/* A rig with Alice, Bob and Carol in `default`, Oper the operator, and a clock. */
void desk_init(struct desk *desk);
void desk_done(struct desk *desk);

/* Runs until nothing moves by itself any more. */
void desk_run(struct desk *desk);

/* Lets SECONDS pass, a deadline at a time. */
void desk_wait(struct desk *desk, int64_t us);

/* Sessions have ended: what a worker does about it (server/worker.c), then runs. */
void desk_end_sessions(struct desk *desk, const struct kith_ending *ending);

/* A token of KID for USER that lives TTL_S seconds from now, with a NUL. */
const char *desk_token(struct desk *desk, const char *kid, const char *user, int64_t ttl_s);

/* A new connection; its end. Peers are large: keep them static. */
void peer_open(struct desk *desk, struct peer *peer);
void peer_end(struct peer *peer);

/* Says bytes and lets the desk run. */
void peer_say_bytes(struct peer *peer, struct kith_str bytes);
void peer_say(struct peer *peer, const char *format, ...) KITH_PRINTF(2, 3);

/* --- HTTP --- */

struct answer {
	int status;
	char head[4096];  /* all of it, with a NUL */
	const char *body; /* in the peer's text, with a NUL; valid until the next */
	size_t body_len;
};

/* The next response that was heard, which must be whole; false when there is nothing. */
bool peer_answer(struct peer *peer, struct answer *out);
/* The same for the answer to HEAD: no body follows. */
bool peer_answer_head(struct peer *peer, struct answer *out);

/*
 * The content of the next chunk of a chunked body, behind its answer's head, with a NUL:
 * "" is the body's end; NULL: nothing was heard.
 */
const char *peer_chunk(struct peer *peer);

/* Does HEAD hold the header line "Name: value"? */
bool answer_has(const struct answer *answer, const char *line);

/* --- WebSocket --- */

/* Opens the socket, past the handshake; peer_hello() also past the welcome. */
void peer_upgrade(struct peer *peer);
void peer_hello(struct peer *peer, const char *user);

/* A text frame in printf form, ' for ". */
void peer_frame(struct peer *peer, const char *format, ...) KITH_PRINTF(2, 3);
/* Any frame, masked; FIRST_BYTE is FIN, RSV and opcode. */
void peer_raw_frame(struct peer *peer, int first_byte, struct kith_str payload);

/*
 * The next frame that was heard, as text with a NUL; NULL when there is none.
 * *op (may be NULL) is its opcode; of a close frame the text is the code.
 */
const char *peer_hear_op(struct peer *peer, int *op);
const char *peer_hear(struct peer *peer);

/* The next frame must hold PART (' for "); the frame. */
const char *peer_expect(struct peer *peer, const char *part);
/* Nothing must have been heard. */
void peer_expect_nothing(struct peer *peer);
/* A bye with CODE, then a close frame with it, and the door wants to close. */
void peer_expect_bye(struct peer *peer, int code);

/* The text value of "key" in JSON; fails when it is not there. */
void json_value(const char *json, const char *key, char *out, size_t room);

#endif
