/*
 * http.h -- the HTTP/1.1 door: each request is a call by its route.
 *
 * Every connection begins here. One request is answered at a time, so answers
 * keep the order of requests; a request for the socket hands the connection to
 * socket.h. Pages that are no calls (health, the contract) are in public.h.
 */
#ifndef KITH_DOOR_HTTP_H
#define KITH_DOOR_HTTP_H

#include "door/door.h"

/* A door for a new connection; NULL without memory. CONNECTION is the host's. */
struct kith_door *kith_http_door_new(struct kith_door_host *host, struct kith_out *out,
                                     void *connection, uint64_t id);

#endif
