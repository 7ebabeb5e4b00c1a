/*
 * claims.h -- does what a token says allow its bearer in, and as what?
 *
 * A token was verified by wire/jwt.h against a key of one organization; here it
 * is decided whether its times, its organization and its scope hold (R-004 a,
 * Reads no clock and knows no key material; service/session.c calls it.
 */
#ifndef KITH_DOMAIN_CLAIMS_H
#define KITH_DOMAIN_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "domain/conversation.h"

/* What a bearer may call: bits, because a call lists several. */
enum kith_scope {
	KITH_SCOPE_USER = 1,     /* all a person may do                 */
	KITH_SCOPE_OPERATOR = 2, /* the operator of the whole deployment */
	KITH_SCOPE_BOT = 4,      /* a program that speaks for itself     */
	KITH_SCOPE_ADMIN = 8,    /* who runs one organization            */
};

enum {
	KITH_CLAIMS_TTL_MAX_S = 24 * 3600, /* exp at most this far ahead       */
	KITH_CLAIMS_LEEWAY_S = 60,         /* for nbf and iat of other clocks  */
};

/* A verified token's words, and the key it was verified with. */
struct kith_claims {
	struct kith_str sub;
	struct kith_str org;     /* at NULL: not said */
	struct kith_str scope;   /* at NULL: not said, means user */
	int64_t exp_s;           /* whole seconds since 1970 UTC */
	int64_t nbf_s;           /* 0: not said */
	int64_t iat_s;           /* 0: not said */
	struct kith_str key_org; /* the organization whose key it is; len 0: the deployment's */
	bool is_own; /* an access token of a session of ours; key_org is where it acts */
};

/*
 * Decides at NOW_US. A scope never widens: an organization's key makes users and
 * bots only, the deployment's key operators only, a session users only.
 *
 * returns  KITH_OK               scope is set
 *          KITH_E_TOKEN_EXPIRED  exp is past
 *          KITH_E_UNAUTHENTICATED  anything else that does not hold; why says what
 * source   R-004 a, R-005
 */
KITH_MUST_USE enum kith_rc kith_claims_decide(const struct kith_claims *claims, int64_t now_us,
                                              enum kith_scope *scope, struct kith_why *why);

/* What SCOPE comes to for a user with FLAGS: a bot is never more than a bot. R-005 */
enum kith_scope kith_scope_narrow(enum kith_scope scope, unsigned user_flags);

#endif
