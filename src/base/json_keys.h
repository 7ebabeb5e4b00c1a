/*
 * json_keys.h -- does an object have the same key twice?
 *
 * The second pass of kith_json_read(), over nodes that stand still. Few keys are
 * compared with each other, many are sorted, so that no text makes it slow.
 * Only json_read.c calls it.
 */
#ifndef KITH_BASE_JSON_KEYS_H
#define KITH_BASE_JSON_KEYS_H

#include "base/json.h"

/*
 * Sets *TWICE to a key that stands in its object a second time, also when it is
 * escaped differently; leaves it alone when there is none.
 *
 * returns  KITH_OK, KITH_E_NO_MEMORY
 * owns     what it needs meanwhile stays in MEM
 */
KITH_MUST_USE enum kith_rc kith_json_find_twice(const struct kith_json *json,
                                                struct kith_arena *mem,
                                                const struct kith_json_node **twice);

#endif
