/*
 * client.h -- one simulated person: connects, says hello, writes to the partner.
 *
 * Keeps at most a window of messages unanswered and sends the next one as soon
 * as an answer comes. client.c speaks, answer.c listens. What was promised and
 * kept is the ledger's to say.
 */
#ifndef KITH_BENCH_CLIENT_H
#define KITH_BENCH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "bench/load.h"
#include "wire/ws.h"

enum { KITH_CLIENT_KEY_TEXT = 24 };

enum kith_client_state {
	KITH_CLIENT_NEW,
	KITH_CLIENT_UPGRADING, /* the handshake is under way */
	KITH_CLIENT_GREETING,  /* hello is said              */
	KITH_CLIENT_READY,     /* welcomed                   */
	KITH_CLIENT_ENDED,
};

/* A message without an answer yet. */
struct kith_flight {
	bool is_open;
	uint32_t seq;
	int64_t sent_us;
	char id[KITH_UUID_TEXT];
};

struct kith_client {
	struct kith_peer peer;
	struct kith_load *load;
	enum kith_client_state state;
	uint32_t index;
	struct kith_str user; /* borrowed, as are the others  */
	struct kith_str token;
	struct kith_ws ws;
	char key[KITH_CLIENT_KEY_TEXT];
	struct kith_buf fragments;

	uint32_t next_seq;
	uint32_t in_flight;
	uint32_t flight_mask; /* flights - 1, a power of two  */
	struct kith_flight *flights;
	bool knows_conversation;
	char conversation[KITH_UUID_TEXT];
	bool is_resting;
	int64_t rested_at_us;
	struct kith_client *next_resting;
};

/* FLIGHTS (MASK + 1 of them, at least the window) is borrowed. */
void kith_client_init(struct kith_client *client, struct kith_load *load, uint32_t index,
                      struct kith_str user, struct kith_str token, struct kith_flight *flights,
                      uint32_t mask);
void kith_client_done(struct kith_client *client);

/* Starts connecting. returns false when no socket can be had. */
KITH_MUST_USE bool kith_client_connect(struct kith_client *client);

/* Sends until the window is full, if it may send at all. */
void kith_client_fill(struct kith_client *client);

/* Lets the clients go on that have rested by NOW_US (steady). */
void kith_client_wake_rested(struct kith_load *load, int64_t now_us);

/* It was refused: it sends again a little later. */
void kith_client_rest(struct kith_client *client, int64_t now_us);

/* Leaves for good; why is for people. Counts an error. */
void kith_client_fail(struct kith_client *client, const char *why);

struct kith_client *kith_client_partner(const struct kith_client *client);

/* answer.c: a whole text message from the server that came at NOW_US (steady). */
void kith_answer_take(struct kith_client *client, struct kith_str text, int64_t now_us);

#endif
