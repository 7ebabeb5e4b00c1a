/*
 * reply.h -- one HTTP response, whole, into a connection's output.
 *
 * Puts the headers that every answer of ours bears, and those of this one.
 * Private to the HTTP door.
 */
#ifndef KITH_DOOR_REPLY_H
#define KITH_DOOR_REPLY_H

#include "door/door.h"

enum { KITH_REPLY_HEADERS_MAX = 8 };

struct kith_reply_header {
	const char *name;
	struct kith_str value;
};

struct kith_reply {
	int status;
	const char *type; /* of the body; NULL: there is none     */
	struct kith_str body;
	struct kith_str request_id; /* echoed; may be empty                */
	struct kith_str origin;     /* allowed to read it; may be empty     */
	bool is_kept;               /* the connection stays open            */
	bool is_head_only;          /* the answer to HEAD: length but no body */
	bool is_endless;            /* the body follows by itself: no length  */
	struct kith_reply_header headers[KITH_REPLY_HEADERS_MAX];
	size_t header_count;
};

void kith_reply_header_add(struct kith_reply *reply, const char *name, struct kith_str value);

/* Writes it; HOST lends its buffer and the time. */
void kith_reply_send(struct kith_door *door, const struct kith_reply *reply);

#endif
