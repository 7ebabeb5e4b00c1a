/*
 * delivered.h -- which messages have arrived here, and does the server know?
 *
 * Notes for each conversation the highest number that the application was handed, and
 * tells the server: one call for many messages, at most one in a quarter of a second
 * for a conversation, until it is answered. What the server did not confirm is
 * told again after a loss; what an earlier process had no time to tell is found in the
 * list of unread conversations. Belongs to the client's loop.
 */
#ifndef KITH_CLIENT_DELIVERED_H
#define KITH_CLIENT_DELIVERED_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/table.h"
#include "kith/calls.gen.h"
#include "net/loop.h"

enum {
	KITH_DELIVERED_EVERY_MS = 250,   /* between two calls for one conversation             */
	KITH_DELIVERED_SLOTS_MAX = 4096, /* conversations with something to tell; those beyond  */
					 /* are found in the list of unread ones later          */
	KITH_DELIVERED_WINDOW = 16,      /* calls on their way                                  */
	KITH_DELIVERED_ID_MAX = 64,
};

struct kith_delivered {
	struct kith_client *client;

	/* private to delivered.c */
	struct kith_table slots;
	struct kith_timer timer;
	uint8_t key[KITH_DIGEST_KEY];
	char me[256];
	size_t me_len;
	size_t flying;
	char page[KITH_DELIVERED_ID_MAX + 1]; /* of the list, where it goes on   */
	bool is_on;
	bool is_wanted;  /* something may be told: look at the turn's end */
	bool must_list;  /* what was not heard of may be in the list      */
	bool is_listing; /* the list was asked for                        */
};

/* Does nothing for a client without on_event, or that asks not to. */
void kith_delivered_init(struct kith_delivered *delivered, struct kith_client *client);

/* No call may be on its way any more. */
void kith_delivered_done(struct kith_delivered *delivered);

/* There is a connection, of ME. */
void kith_delivered_online(struct kith_delivered *delivered, struct kith_text me);

/* The application was handed EVENT. */
void kith_delivered_note(struct kith_delivered *delivered, const struct kith_api_event *event);

/* Events may have been missed: the list of unread conversations is looked at. */
void kith_delivered_missed(struct kith_delivered *delivered);

/* Tells what may be told now. */
void kith_delivered_end_turn(struct kith_delivered *delivered);

#endif
