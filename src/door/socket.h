/*
 * socket.h -- the WebSocket door: every call by its name, and all events.
 *
 * Frames are those of api/asyncapi.yaml: hello first, then calls in any number
 * up to a limit, answers and events in the order of commits. Nothing here knows
 * what a call does. A connection comes here from the HTTP door.
 */
#ifndef KITH_DOOR_SOCKET_H
#define KITH_DOOR_SOCKET_H

#include "door/answer.h"
#include "door/door.h"

/* A door for a connection that was just upgraded; NULL without memory. */
struct kith_door *kith_socket_door_new(struct kith_door_host *host, struct kith_out *out,
                                       void *connection, uint64_t id);

/*
 * Appends NEWS as one whole event frame to BUF, ready for any socket that may
 * see it; SCRATCH is for composing. thread any; looks at nothing else.
 */
void kith_socket_encode_event(struct kith_buf *buf, struct kith_buf *scratch,
                              const struct kith_cursor_keys *keys, const struct kith_news *news);

/* The same of what passes. */
void kith_socket_encode_passing(struct kith_buf *buf, struct kith_buf *scratch,
                                const struct kith_passing *passing);

#endif
