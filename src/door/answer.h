/*
 * answer.h -- how results, events and refusals look in JSON.
 *
 * One encoder per value of api/schemas.yaml, shared by all doors, so that a
 * message is the same bytes over HTTP, over the socket and in sync.
 */
#ifndef KITH_DOOR_ANSWER_H
#define KITH_DOOR_ANSWER_H

#include "base/json.h"
#include "domain/cursor.h"
#include "service/call.h"

/* Message: one entry of the log. */
void kith_answer_message(struct kith_json_writer *w, const struct kith_entry *entry);

/* The result of a call that worked. */
void kith_answer_result(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const struct kith_result *result);

/*
 * The members of an Event into the object that is open: name, cursor,
 * conversation, n, data.
 */
void kith_answer_event(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_news *news);

/* What passes. */
enum kith_passing_kind {
	KITH_PASSING_TYPING,
	KITH_PASSING_PRESENCE,
	KITH_PASSING_UNREAD,
};
struct kith_passing {
	enum kith_passing_kind kind;
	union {
		const struct kith_typing *typing;
		const struct kith_presence_view *presence;
		const struct kith_unread *unread;
	};
};

/* The members of an Event that passes: without cursor and n. */
void kith_answer_passing(struct kith_json_writer *w, const struct kith_passing *passing);

/* Problem (RFC 9457): why RC; INSTANCE may be empty. */
void kith_answer_problem(struct kith_json_writer *w, enum kith_rc rc, const struct kith_why *why,
                         struct kith_str instance);

/* A "key":"cursor" pair. */
void kith_answer_cursor(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const char *key, enum kith_cursor_use use, int64_t position);

/* The HTTP status of a call that worked. */
int kith_answer_status(const struct kith_call *call);

#endif
