/*
 * claims.c -- the order in which a token's words are doubted.
 */
#include "domain/claims.h"

#include <stddef.h>

enum signer {
	SIGNER_ORG,        /* an organization's key                   */
	SIGNER_DEPLOYMENT, /* the deployment's key, the operator's    */
	SIGNER_SESSION,    /* we ourselves, for a person who signed in */
};

/* Which scope may be asked for with whose key. A pair that is absent is refused. */
static const struct {
	const char *name;
	enum kith_scope scope;
	enum signer signer;
} scopes[] = {
	{ "user", KITH_SCOPE_USER, SIGNER_ORG },
	{ "bot", KITH_SCOPE_BOT, SIGNER_ORG },
	{ "operator", KITH_SCOPE_OPERATOR, SIGNER_DEPLOYMENT },
	{ "user", KITH_SCOPE_USER, SIGNER_SESSION },
};

static enum kith_rc decide_times(const struct kith_claims *claims, int64_t now_s,
                                 struct kith_why *why)
{
	if (claims->exp_s <= now_s) {
		return kith_refuse(why, KITH_E_TOKEN_EXPIRED, "", "The token has expired.");
	}
	if (claims->exp_s - now_s > KITH_CLAIMS_TTL_MAX_S) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "",
		                   "The token expires more than 24 hours ahead.");
	}
	if (claims->nbf_s > now_s + KITH_CLAIMS_LEEWAY_S ||
	    claims->iat_s > now_s + KITH_CLAIMS_LEEWAY_S) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "", "The token is not valid yet.");
	}
	return KITH_OK;
}

static enum kith_rc decide_scope(const struct kith_claims *claims, enum kith_scope *scope,
                                 struct kith_why *why)
{
	enum signer signer = claims->is_own             ? SIGNER_SESSION
	                     : claims->key_org.len == 0 ? SIGNER_DEPLOYMENT
	                                                : SIGNER_ORG;
	struct kith_str wanted = claims->scope.at == NULL ? KITH_STR("user") : claims->scope;

	for (size_t i = 0; i < KITH_COUNT(scopes); i++) {
		if (kith_str_is(wanted, scopes[i].name) && scopes[i].signer == signer) {
			*scope = scopes[i].scope;
			return KITH_OK;
		}
	}
	return kith_refuse(why, KITH_E_UNAUTHENTICATED, "", "The key may not give that scope.");
}

enum kith_rc kith_claims_decide(const struct kith_claims *claims, int64_t now_us,
                                enum kith_scope *scope, struct kith_why *why)
{
	enum kith_rc rc = decide_times(claims, now_us / 1000000, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (claims->org.at != NULL && !kith_str_equal(claims->org, claims->key_org)) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "",
		                   "The token names another organization than its key's.");
	}
	return decide_scope(claims, scope, why);
}

enum kith_scope kith_scope_narrow(enum kith_scope scope, unsigned user_flags)
{
	return scope == KITH_SCOPE_USER && (user_flags & KITH_USER_BOT) != 0 ? KITH_SCOPE_BOT
	                                                                     : scope;
}
