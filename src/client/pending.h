/*
 * pending.h -- the calls that are not answered yet.
 *
 * Two lists in the order in which the calls were made: those that wait for a
 * connection or for room in the window, and those in flight. A lost connection
 * puts the latter back in front, with the bytes they had. Knows which call has
 * waited too long; what an answer means is its owner's affair.
 */
#ifndef KITH_CLIENT_PENDING_H
#define KITH_CLIENT_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "client/frame.h"
#include "kith/types.h"
#include "net/loop.h"

enum {
	KITH_PENDING_WINDOW = 64, /* calls in flight, fewer when the server says so   */
};

struct kith_pending;

/* How a call ended, as its owner sees it. Everything is borrowed for the call. */
struct kith_outcome {
	const struct kith_problem *problem;   /* NULL: it worked                             */
	const struct kith_json *json;         /* what payload is in; NULL: nothing was heard */
	const struct kith_json_node *payload; /* the result, or the server's problem       */
	bool is_repeated;
};

/* One call. Made by client.c or sender.c, linked into at most one list. */
struct kith_pending {
	struct kith_task task; /* brings it to the client's thread                  */
	struct kith_client *client;
	struct kith_pending *next;
	const char *name;     /* of the call: static, or copied by the owner       */
	struct kith_buf args; /* a whole JSON object                               */
	const char *stamp;    /* static name of the id to be put in; NULL: none    */
	int64_t deadline_us;  /* steady; 0: it waits for ever                      */
	int64_t id;           /* of its frame, once it was sent                    */
	/* It ends with OUTCOME; PENDING is the owner's again and in no list. */
	void (*on_outcome)(struct kith_pending *pending, const struct kith_outcome *outcome);
};

struct kith_pending_list {
	struct kith_pending *first;
	struct kith_pending **end;
	size_t count;
};

/* Zeroed lists are not valid: call init. */
void kith_pending_list_init(struct kith_pending_list *list);
void kith_pending_push(struct kith_pending_list *list, struct kith_pending *pending);

/* Takes the first out, NULL when it is empty. */
struct kith_pending *kith_pending_pop(struct kith_pending_list *list);

/* Takes out the one whose frame had ID; NULL when there is none. */
struct kith_pending *kith_pending_take(struct kith_pending_list *list, int64_t id);

/* Puts all of FRONT before those of LIST; FRONT is empty then. */
void kith_pending_prepend(struct kith_pending_list *list, struct kith_pending_list *front);

/* Moves those whose deadline is NOW_US or before into LATE, in order. */
void kith_pending_take_late(struct kith_pending_list *list, int64_t now_us,
                            struct kith_pending_list *late);

/* The earliest deadline, 0 when there is none. */
int64_t kith_pending_first_deadline(const struct kith_pending_list *list);

/* Puts "NAME":"ID" in front of the members of the object in ARGS. false: no memory, unchanged. */
KITH_MUST_USE bool kith_pending_stamp(struct kith_buf *args, const char *name, struct kith_str id);

#endif
