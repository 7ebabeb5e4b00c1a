/*
 * presence.h -- who is online, for the whole server.
 *
 * A person is online while one of their sockets or event streams is joined on any
 * worker. Kept is how many workers have one, and whether the person shows
 * it; for nobody else anything. All workers share the one table, under locks that
 * are held for a few instructions: each of them keeping everybody would cost a
 * person's memory once for every core. Who is to be told of a change is
 * server/live.h's; what is told when, domain/watch.h's.
 */
#ifndef KITH_SERVICE_PRESENCE_H
#define KITH_SERVICE_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct kith_presence;

/* NULL without memory. */
struct kith_presence *kith_presence_new(void);
void kith_presence_free(struct kith_presence **presence);

/*
 * The first door of USER_ROW on a worker has joined; their session says whether they
 * hide. *is_news: others see a change.
 * returns  false without memory: nothing is counted
 * thread   any, as all below
 */
KITH_MUST_USE bool kith_presence_enter(struct kith_presence *presence, int64_t user_row,
                                       bool is_hidden, bool *is_news);

/* Their last door on a worker has left. returns true when others see that they are gone. */
bool kith_presence_leave(struct kith_presence *presence, int64_t user_row);

/* They hide from now on, or no more. returns true when others see a change. */
bool kith_presence_hide(struct kith_presence *presence, int64_t user_row, bool is_hidden);

/* Are they online, for others to see? PRESENCE may be NULL: then nobody is. */
bool kith_presence_shows(struct kith_presence *presence, int64_t user_row);

#endif
