/*
 * sender.h -- empties the outbox through the socket.
 *
 * Sends the first message of each recipient, as long as there is a connection,
 * and tells the application what became of it. A refusal that may pass puts the
 * message back and stops everything for a while; a final one fails it. Nothing is
 * sent before the outbox has it on stable storage, id and all.
 */
#ifndef KITH_CLIENT_SENDER_H
#define KITH_CLIENT_SENDER_H

#include "client/backoff.h"
#include "client/outbox.h"
#include "net/loop.h"

enum {
	KITH_SENDER_WINDOW = 32,    /* messages on their way; the other half is for calls  */
	KITH_SENDER_STAMPS_MAX = 3, /* ids that are made for one message before it fails */
};

struct kith_sender {
	struct kith_client *client;
	struct kith_outbox outbox;

	/* private to sender.c */
	struct kith_backoff backoff;
	struct kith_timer timer; /* set: everything waits until then                */
	size_t flying;
	bool is_wanted; /* something may be sent: look at the turn's end   */
	bool is_open;
};

/*
 * Opens the outbox of CLIENT's options and takes its cursor over, unless the
 * options have one. The same errors as kith_outbox_open().
 */
KITH_MUST_USE enum kith_rc kith_sender_open(struct kith_sender *sender, struct kith_client *client,
                                            struct kith_why *why);

/* No message may be on its way any more. */
void kith_sender_done(struct kith_sender *sender);

/* There is a connection: sends, at the end of this turn. */
void kith_sender_online(struct kith_sender *sender);

/* Commits what this turn has changed, tells what is kept now, sends what may go. */
void kith_sender_end_turn(struct kith_sender *sender);

#endif
