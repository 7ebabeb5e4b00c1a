/*
 * public.h -- pages that anybody may read: health, the contract, the errors; and
 * the figures, for whoever the configuration lets.
 *
 * They are no calls: no token, no arguments, no row in the table. A page here is
 * a row of path and content; /readyz and /metrics are made by a reader's thread.
 */
#ifndef KITH_DOOR_PUBLIC_H
#define KITH_DOOR_PUBLIC_H

#include <stdbool.h>

#include "base/str.h"
#include "door/door.h"

enum kith_public_source {
	KITH_PUBLIC_TEXT,    /* the body is there                        */
	KITH_PUBLIC_STORE,   /* true only while the store answers        */
	KITH_PUBLIC_FIGURES, /* summed up when it is asked for           */
};

struct kith_public_page {
	int status;
	const char *type;
	struct kith_str body;
	enum kith_public_source source; /* but for TEXT, make it before it is sent */
};

/*
 * The page at PATH, with room for made-up ones in MEM; false when there is none, or
 * not for this one: IS_LOCAL says that who asks is on this machine.
 */
bool kith_public_find(const struct kith_door_host *host, struct kith_str path, bool is_local,
                      struct kith_arena *mem, struct kith_public_page *out);

/*
 * Sets status and body of a PAGE that has a source; the body may lie in ROOM.
 * thread the reader's
 */
void kith_public_make(struct kith_public_page *page, const struct kith_door_host *host,
                      struct kith_reader *reader, struct kith_buf *room);

/* The same when no reader's thread has room for the question. */
void kith_public_refuse(struct kith_public_page *page);

#endif
