/*
 * public.h -- pages that anybody may read: health, the contract, the errors.
 *
 * They are no calls: no token, no arguments, no row in the table. A page here is
 * a row of path and content; only /readyz asks the store.
 */
#ifndef KITH_DOOR_PUBLIC_H
#define KITH_DOOR_PUBLIC_H

#include <stdbool.h>

#include "base/str.h"
#include "door/door.h"

struct kith_public_page {
	int status;
	const char *type;
	struct kith_str body;
	bool needs_store; /* true only while the store answers: ask it first */
};

/* The page at PATH, with room for made-up ones in MEM; false when there is none. */
bool kith_public_find(const struct kith_door_host *host, struct kith_str path,
                      struct kith_arena *mem, struct kith_public_page *out);

#endif
