/*
 * admin_token.c -- kithctl token: a bearer's token for a person (R-004 a, R-005).
 *
 * What an application's own back end would sign, for trying things out and for
 * the operator. A key of an organization signs users and bots only, the
 * deployment's own key operators only; a key that is missing is made. Called by the table of
 * admin.c; whether a token lets somebody in is domain/claims.h's to say.
 */
#include "base/when.h"
#include "domain/claims.h"
#include "server/admin_call.h"
#include "wire/jwt.h"

/* A token to be made. */
struct token {
	struct kith_user user;
	struct kith_org org; /* row 0: none, which means scope operator */
	int64_t ttl_us;
};

/* --org, or the one organization that USER is in. */
static bool choose_org(struct kith_admin_call *call, const struct kith_user *user,
                       struct kith_org *out)
{
	struct kith_org *orgs;
	size_t count;

	if (kith_admin_has(call, KITH_ADMIN_ORG)) {
		return kith_admin_find_org(call, call->words.options[KITH_ADMIN_ORG], out);
	}
	enum kith_rc rc =
		kith_reader_orgs(call->admin->reader, user->row, call->mem, &orgs, &count);
	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "the store cannot be read");
		return false;
	}
	if (count != 1) {
		kith_admin_refuse(call, KITH_E_ORGANIZATION_REQUIRED,
		                  "the user is in %zu organizations: say --org", count);
		return false;
	}
	*out = orgs[0];
	return true;
}

/* The newest HS256 key of the token's signer, made when there is none. */
static bool choose_key(struct kith_admin_call *call, const struct kith_org *org,
                       struct kith_key *out)
{
	enum kith_rc rc = kith_reader_newest_key(call->admin->reader, org->row, KITH_JWT_HS256,
	                                         call->mem, out);

	if (rc == KITH_E_NOT_FOUND) {
		rc = kith_admin_make_secret(call, org->row, out);
		if (rc == KITH_OK && org->row == 0) {
			kith_buf_add_format(call->err, "kithctl: made the deployment's key %.*s\n",
			                    KITH_STR_PRINT(out->kid));
		} else if (rc == KITH_OK) {
			kith_buf_add_format(call->err, "kithctl: made key %.*s of \"%.*s\"\n",
			                    KITH_STR_PRINT(out->kid), KITH_STR_PRINT(org->id));
		}
	}
	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "no key to sign with");
	}
	return rc == KITH_OK;
}

static int make_token(struct kith_admin_call *call, const struct token *token)
{
	int64_t now_s = call->admin->now_us() / KITH_SECOND_US;
	bool is_operator = token->org.row == 0;
	struct kith_key key;

	if (!choose_key(call, &token->org, &key)) {
		return KITH_ADMIN_REFUSED;
	}
	struct kith_jwt_claims claims = {
		.sub = token->user.id,
		.org = is_operator ? (struct kith_str){ 0 } : token->org.id,
		.scope = kith_admin_option(call, KITH_ADMIN_SCOPE, KITH_STR("user")),
		.iat_s = now_s,
		.exp_s = now_s + token->ttl_us / KITH_SECOND_US,
	};
	kith_jwt_sign_hs256(call->out, key.kid, key.material, &claims);
	kith_buf_add_char(call->out, '\n');
	return KITH_ADMIN_DONE;
}

/* --ttl as microseconds. */
static bool read_ttl(struct kith_admin_call *call, int64_t *out)
{
	int64_t ttl_us;

	if (!kith_when_parse_span(kith_admin_option(call, KITH_ADMIN_TTL, KITH_STR("1h")),
	                          &ttl_us) ||
	    ttl_us > KITH_CLAIMS_TTL_MAX_S * KITH_SECOND_US) {
		kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                  "--ttl must be like 90s, 15m or 1h, from 1s to 24h");
		return false;
	}
	*out = ttl_us;
	return true;
}

int kith_admin_token(struct kith_admin_call *call)
{
	struct kith_str scope = kith_admin_option(call, KITH_ADMIN_SCOPE, KITH_STR("user"));
	bool is_operator = kith_str_is(scope, "operator");
	struct token token = { 0 };

	if (!is_operator && !kith_str_is(scope, "user") && !kith_str_is(scope, "bot")) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "--scope must be user, bot or operator");
	}
	if (is_operator && kith_admin_has(call, KITH_ADMIN_ORG)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "an operator acts in no organization");
	}
	if (!read_ttl(call, &token.ttl_us) ||
	    !kith_admin_find_user(call, call->words.places[0], 0, &token.user)) {
		return KITH_ADMIN_REFUSED;
	}
	if (!is_operator &&
	    (!choose_org(call, &token.user, &token.org) ||
	     !kith_admin_find_user(call, token.user.id, token.org.row, &token.user))) {
		return KITH_ADMIN_REFUSED;
	}
	return make_token(call, &token);
}
