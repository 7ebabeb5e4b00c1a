/*
 * route.h -- which call does a path mean?
 *
 * The routes are the rows of the contract's table: a path is compared with each
 * row's template segment by segment, and what stands in braces becomes an
 * argument. Knows nothing of what calls do.
 */
#ifndef KITH_DOOR_ROUTE_H
#define KITH_DOOR_ROUTE_H

#include "service/call.h"
#include "wire/http.h"

/*
 * Finds the row for METHOD and PATH (as sent, still encoded).
 * returns  KITH_OK
 *          KITH_E_NOT_FOUND           no row has such a path
 *          KITH_E_METHOD_NOT_ALLOWED  some have, with other methods
 */
KITH_MUST_USE enum kith_rc kith_route_find(struct kith_str method, struct kith_str path,
                                           const struct kith_call_row **out);

/*
 * Sets ARGS from the segments of PATH that row's template names, and from QUERY,
 * decoded into MEM.
 * returns  KITH_OK, KITH_E_INVALID_REQUEST, KITH_E_TOO_LARGE, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_route_args(const struct kith_call_row *row, struct kith_str path,
                                           struct kith_str query, struct kith_arena *mem,
                                           struct kith_arg *args, struct kith_why *why);

/* The row called NAME, NULL when there is none. */
const struct kith_call_row *kith_route_call(struct kith_str name);

#endif
