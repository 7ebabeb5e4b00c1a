/*
 * session.h -- who is calling, as what, until when.
 *
 * A session is what a verified token became: a person (or the operator), the
 * organizations they act in, their scope. But for its mark of having ended it never
 * changes; it is made on a reader's thread and then shared by the connection and
 * its calls on one worker; the last one out frees it. Whether a text is genuine is
 * bearer.h's to say.
 */
#ifndef KITH_SERVICE_SESSION_H
#define KITH_SERVICE_SESSION_H

#include <stdint.h>

#include "domain/claims.h"
#include "domain/conversation.h"
#include "domain/ending.h"
#include "store/store.h"

/* What never expires is said to expire at this time; it can be reckoned with. */
#define KITH_SESSION_ENDLESS_US (INT64_MAX / 4)

struct kith_roster;

struct kith_session {
	uint32_t refs; /* private: holders, all on one worker           */
	enum kith_session_kind kind;
	enum kith_scope scope;
	bool is_ended;        /* by a commit; roster.h sets it                  */
	struct kith_uuid sid; /* the device session's or API key's id; else nil */
	int64_t expires_us;
	int64_t user_row;
	unsigned flags;        /* of the user when it was made: enum kith_user_flag */
	struct kith_org org;   /* the only one they act in; row 0: in all of orgs   */
	struct kith_org *orgs; /* where they may act; none for the operator        */
	size_t org_count;
	struct kith_str user; /* id; texts lie behind this struct                */

	/* roster.h's */
	struct kith_roster *roster;
	struct kith_session *next;
	struct kith_session *previous;
};

/*
 * Lets the bearer of CLAIMS in, whose signature holds under KEY: decides the
 * claims at NOW_US and finds the person.
 *
 * returns  KITH_OK                 *out has one holder
 *          KITH_E_UNAUTHENTICATED  a claim does not hold, nobody is known by sub, or
 *                                  they are disabled
 *          KITH_E_TOKEN_EXPIRED, KITH_E_UNAVAILABLE, KITH_E_NO_MEMORY
 * thread   the reader's
 * source   R-004 a, R-005
 */
KITH_MUST_USE enum kith_rc kith_session_admit(struct kith_reader *reader,
                                              struct kith_claims *claims,
                                              const struct kith_key *key, int64_t now_us,
                                              struct kith_arena *mem, struct kith_session **out,
                                              struct kith_why *why);

/*
 * The same for an access token of ours that names the session SID (R-004 b), which
 * must not have ended.
 */
KITH_MUST_USE enum kith_rc kith_session_admit_device(
	struct kith_reader *reader, struct kith_claims *claims, const struct kith_uuid *sid,
	int64_t now_us, struct kith_arena *mem, struct kith_session **out, struct kith_why *why);

/* The same for who shows the stored API key KEY (R-004 d), which must not have ended. */
KITH_MUST_USE enum kith_rc kith_session_admit_api_key(struct kith_reader *reader,
                                                      const struct kith_api_key *key,
                                                      struct kith_arena *mem,
                                                      struct kith_session **out,
                                                      struct kith_why *why);

/* The organization ROW, when SESSION may act in it; else NULL. */
const struct kith_org *kith_session_org(const struct kith_session *session, int64_t row);

/* One more holder; returns SESSION. */
struct kith_session *kith_session_ref(struct kith_session *session);

/* One holder less; clears the pointer; accepts NULL. */
void kith_session_unref(struct kith_session **session);

#endif
