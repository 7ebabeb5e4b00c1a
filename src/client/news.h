/*
 * news.h -- which events are new, and from where are more asked for?
 *
 * Keeps the cursor of the last event that was handed on, and per conversation
 * the highest number of a message that was. Messages of one conversation come in
 * rising order, so whatever is not above is a repeat. The conversations are a cache
 * of fixed size: one that fell out may let a repeat through, never lose an event.
 * Every other event says how something is now: handed on twice it does no harm.
 */
#ifndef KITH_CLIENT_NEWS_H
#define KITH_CLIENT_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/rand.h"
#include "base/str.h"
#include "kith/calls.gen.h"

enum {
	KITH_NEWS_SLOTS = 4096,    /* conversations that are remembered        */
	KITH_NEWS_CURSOR_MAX = 64, /* bytes of a cursor, as the contract says  */
};

struct kith_news_slot;

struct kith_news {
	char cursor[KITH_NEWS_CURSOR_MAX];
	size_t cursor_len;            /* 0: none yet                       */
	bool has_changed;             /* since somebody last stored it     */
	struct kith_news_slot *slots; /* NULL before the first event */
	uint8_t key[KITH_DIGEST_KEY];
};

/* Takes no memory before the first event. */
void kith_news_init(struct kith_news *news, struct kith_rand *rand);
void kith_news_done(struct kith_news *news);

/* Forgets the numbers, not the cursor: those that come are of another life. */
void kith_news_forget(struct kith_news *news);

/* The cursor; at NULL when there is none. Valid until it changes. */
struct kith_str kith_news_cursor(const struct kith_news *news);

/* returns false, nothing changed, when CURSOR is empty or too long to be one. */
bool kith_news_set_cursor(struct kith_news *news, struct kith_str cursor);

/* Has EVENT not been handed on yet? Without memory for the cache everything is new. */
bool kith_news_is_new(struct kith_news *news, const struct kith_api_event *event);

/* EVENT was handed on: remembers its number, and its cursor when it has one. */
void kith_news_took(struct kith_news *news, const struct kith_api_event *event);

#endif
