/*
 * catchup.h -- what a resuming client missed, without a gap and without a repeat.
 *
 * From its cursor the store is read, page by page; what is committed
 * meanwhile passes by on the ring and is kept here. When a page has reached the
 * store's end, what was kept and is newer follows, and the door is live. When
 * more passed by than may be kept, the reading goes on from the page's end.
 * Only values and memory: resume.c makes the calls, its door sends.
 */
#ifndef KITH_DOOR_CATCHUP_H
#define KITH_DOOR_CATCHUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { KITH_CATCHUP_KEPT_MAX = 512 * 1024 }; /* bytes kept of what passes by */

struct kith_catchup {
	struct kith_buf kept; /* position, length, frame; position, length, frame … */
	bool has_overflowed;
	int64_t dropped_to; /* the position of the last one that was not kept */
};

/* An event of the person passed by. */
void kith_catchup_keep(struct kith_catchup *catchup, int64_t position, struct kith_str frame);

/*
 * The store was read up to END, a snapshot's position. May the socket go live?
 * false: something newer was dropped; read again from END.
 */
bool kith_catchup_is_over(const struct kith_catchup *catchup, int64_t end);

/*
 * Walks what was kept behind END: start with *at = 0.
 * returns  false when there is no more
 */
bool kith_catchup_next(const struct kith_catchup *catchup, int64_t end, size_t *at,
                       struct kith_str *frame);

/* Forgets what was kept, before the store is read again. */
void kith_catchup_reset(struct kith_catchup *catchup);
void kith_catchup_done(struct kith_catchup *catchup);

#endif
