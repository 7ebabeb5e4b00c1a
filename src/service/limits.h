/*
 * limits.h -- who may still do what how often, for the whole server.
 *
 * Keeps a bucket for everybody who has used some of a limit lately: by user,
 * address, conversation, organization, account. The table has a fixed size and
 * needs no row for a full bucket; when too many are in use at once, the one that
 * is nearest to full is forgotten, so that strangers never pay for each other. All
 * workers share it, so that a limit means the same however connections are spread.
 * How a bucket counts is domain/limit.h's; the service and the doors ask here.
 */
#ifndef KITH_SERVICE_LIMITS_H
#define KITH_SERVICE_LIMITS_H

#include "base/err.h"
#include "base/ip.h"
#include "base/str.h"
#include "domain/limit.h"

enum { KITH_LIMITS_ROWS_MAX = 65536 }; /* buckets in use at once: 1 MiB */

/* What is limited, and by whom it is counted. */
enum kith_limit_kind {
	KITH_LIMIT_CALLS_USER, /* all calls of a user; a verb may name one more */
	KITH_LIMIT_SENDS_USER,
	KITH_LIMIT_TYPING_USER, /* also presence and marks */
	KITH_LIMIT_SEARCHES_USER,
	KITH_LIMIT_SENDS_CONVERSATION,
	KITH_LIMIT_SENDS_ORGANIZATION,
	KITH_LIMIT_CALLS_ADDRESS,   /* requests without a token                     */
	KITH_LIMIT_SIGNINS_ADDRESS, /* tokens that have to be looked into           */
	KITH_LIMIT_FAILED_SIGNINS_ADDRESS,
	KITH_LIMIT_FAILED_SIGNINS_ACCOUNT,
	KITH_LIMIT_COUNT,
};

struct kith_limits;

/* Takes one limit for each kind. NULL without memory. */
struct kith_limits *kith_limits_new(const struct kith_limit kinds[KITH_LIMIT_COUNT]);
void kith_limits_free(struct kith_limits **limits);

/* "sends_user", as configuration and figures call it. */
const char *kith_limits_name(enum kith_limit_kind kind);

/*
 * Whose bucket, where it is not a row's number: an address's (of IPv6, that of its
 * /64) and an account's, by the words that name it, whether it exists or not. 0
 * when LIMITS is NULL.
 */
uint64_t kith_limits_by_address(const struct kith_limits *limits, const struct kith_ip *ip);
uint64_t kith_limits_by_account(const struct kith_limits *limits, struct kith_str account);

/*
 * One more of KIND for WHOSE at NOW_US, since 1970 UTC. LIMITS may be NULL, here and
 * below: then nothing is limited, as in tests of other things.
 * returns  KITH_OK              it is counted
 *          KITH_E_RATE_LIMITED  why says how long to wait; nothing is counted
 * thread   any
 * source   R-081
 */
KITH_MUST_USE enum kith_rc kith_limits_take(struct kith_limits *limits, enum kith_limit_kind kind,
                                            uint64_t whose, int64_t now_us, struct kith_why *why);

/* The same answer; nothing is counted but the refusal. */
KITH_MUST_USE enum kith_rc kith_limits_may(struct kith_limits *limits, enum kith_limit_kind kind,
                                           uint64_t whose, int64_t now_us, struct kith_why *why);

/* Counts one that has happened, within the limit or beyond. */
void kith_limits_spend(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose,
                       int64_t now_us);

/* Takes back what kith_limits_take() counted: it did not happen. */
void kith_limits_give_back(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose);

/* How often something was refused since the start. thread any */
uint64_t kith_limits_refused(const struct kith_limits *limits, enum kith_limit_kind kind);

/* --- signing in: what a wrong secret costs (R-004) --- */

/* Who tries: from where, and as whom; account 0: nobody in particular, as with a token. */
struct kith_signin {
	uint64_t address;
	uint64_t account;
};

/*
 * May this one try now? An account's try counts as failed until it is told
 * otherwise, so that many at once do not all get in before the first has failed.
 * returns  KITH_OK: exactly one of the two below must follow; KITH_E_RATE_LIMITED
 */
KITH_MUST_USE enum kith_rc kith_signin_may(struct kith_limits *limits,
                                           const struct kith_signin *who, int64_t now_us,
                                           struct kith_why *why);

/* The secret was wrong. */
void kith_signin_failed(struct kith_limits *limits, const struct kith_signin *who, int64_t now_us);

/* It was right, or nobody could look, or it is merely old: not a failed try. */
void kith_signin_passed(struct kith_limits *limits, const struct kith_signin *who);

#endif
