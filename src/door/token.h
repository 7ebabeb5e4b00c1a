/*
 * token.h -- from the text of a token to a session.
 *
 * Takes the token apart, lets a reader's thread check it and find the person
 * (service/bearer.h), and remembers for a minute what held, so that a client that
 * comes with every request is not checked with every request. The token itself is
 * never kept, only a keyed digest of it.
 */
#ifndef KITH_DOOR_TOKEN_H
#define KITH_DOOR_TOKEN_H

#include "base/err.h"
#include "base/str.h"
#include "door/door.h"

enum { KITH_TOKENS_SLOTS = 4096 }; /* tokens remembered by one worker */
#define KITH_TOKENS_AGE_US INT64_C(60000000)

struct kith_tokens;

/* KEY is the deployment's digest key. NULL without memory. */
struct kith_tokens *kith_tokens_new(const uint8_t key[KITH_DIGEST_KEY]);
void kith_tokens_free(struct kith_tokens **tokens);

/*
 * Marks the sessions that ENDING hits, whoever holds them on this worker; their tokens
 * are believed no more, also those that are being checked.
 */
void kith_tokens_end(struct kith_tokens *tokens, const struct kith_ending *ending);

/* The same for the flags of USER_ROW, which are FLAGS from now on. */
void kith_tokens_set_flags(struct kith_tokens *tokens, int64_t user_row, unsigned flags);

/* One token on its way to be believed. */
struct kith_ticket;

struct kith_ticket_answer {
	enum kith_rc rc;
	struct kith_session *session; /* with KITH_OK: one holder is the one who is told */
	struct kith_why why;
};

/*
 * Checks TOKEN, which came FROM there. With a token that is remembered, or refused at
 * first sight, the answer comes before this returns, and *ticket stays NULL; else
 * *ticket is set until DONE(owner, answer) comes, once, unless the ticket is
 * dropped: the owner clears its pointer then. One that is not remembered counts as
 * a sign-in of its address, and one that is not genuine as a failed one: above
 * these limits the answer is KITH_E_RATE_LIMITED, and the token is not looked at.
 */
void kith_token_check(struct kith_door_host *host, const struct kith_ip *from,
                      struct kith_str token, void *owner,
                      void (*done)(void *owner, const struct kith_ticket_answer *answer),
                      struct kith_ticket **ticket);

/* Nobody waits any more; clears the pointer; accepts NULL. */
void kith_ticket_drop(struct kith_ticket **ticket);

#endif
