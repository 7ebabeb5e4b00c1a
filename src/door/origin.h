/*
 * origin.h -- may a page of that web origin talk to us?
 *
 * Browsers say which origin a script came from. Our own is always welcome, others
 * only when the operator lists them (`origins`): for CORS and for sockets alike.
 */
#ifndef KITH_DOOR_ORIGIN_H
#define KITH_DOOR_ORIGIN_H

#include <stdbool.h>

#include "wire/http.h"

/*
 * Decides by the Origin header of HEAD, the ALLOWED list (blanks between) and the
 * Host that was asked. No Origin header: true, no browser's script.
 * *foreign is the origin to name in the answer, when it is listed; else empty.
 */
bool kith_origin_may(const struct kith_http_head *head, struct kith_str allowed,
                     struct kith_str *foreign);

#endif
