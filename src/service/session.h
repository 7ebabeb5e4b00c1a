/*
 * session.h -- who is calling, as what, until when.
 *
 * A session is what a verified token became: a person (or the operator), the
 * organization they act in, their scope. It is immutable, made on a reader's
 * thread and then shared by the connection and its calls on one worker; the last
 * one out frees it. The signature is the door's business (door/token.h).
 */
#ifndef KITH_SERVICE_SESSION_H
#define KITH_SERVICE_SESSION_H

#include <stdint.h>

#include "domain/claims.h"
#include "domain/conversation.h"
#include "store/store.h"

struct kith_session {
	uint32_t refs; /* private: holders, all on one worker           */
	enum kith_scope scope;
	int64_t expires_us;
	int64_t user_row;
	struct kith_org org;  /* row 0 for the operator, who acts in none      */
	struct kith_str user; /* id; texts lie behind this struct              */
};

/*
 * Lets the bearer of CLAIMS in, whose signature holds under KEY: decides the
 * claims at NOW_US and finds the person.
 *
 * returns  KITH_OK                 *out has one holder
 *          KITH_E_UNAUTHENTICATED  a claim does not hold, or nobody is known by sub
 *          KITH_E_TOKEN_EXPIRED, KITH_E_UNAVAILABLE, KITH_E_NO_MEMORY
 * thread   the reader's
 * source   R-004 a, R-005
 */
KITH_MUST_USE enum kith_rc kith_session_admit(struct kith_reader *reader,
                                              struct kith_claims *claims,
                                              const struct kith_key *key, int64_t now_us,
                                              struct kith_arena *mem, struct kith_session **out,
                                              struct kith_why *why);

/* One more holder; returns SESSION. */
struct kith_session *kith_session_ref(struct kith_session *session);

/* One holder less; clears the pointer; accepts NULL. */
void kith_session_unref(struct kith_session **session);

#endif
