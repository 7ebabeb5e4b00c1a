/*
 * session.c -- from verified claims to a person.
 */
#include "service/session.h"

#include "base/mem.h"
#include "domain/address.h"

/* Copies TEXT to *AT, moves *AT behind it. */
static struct kith_str put_text(char **at, struct kith_str text)
{
	struct kith_str copy = kith_str_make(*at, text.len);

	if (text.len > 0) {
		memcpy(*at, text.at, text.len);
	}
	*at += text.len;
	return copy;
}

static enum kith_rc make(const struct kith_user *user, const struct kith_org *org,
                         enum kith_scope scope, int64_t expires_us, struct kith_session **out)
{
	size_t texts = user->id.len + org->id.len + org->domain.len;
	struct kith_session *session = kith_alloc(sizeof(*session) + texts);
	if (session == NULL) {
		return KITH_E_NO_MEMORY;
	}
	char *at = (char *)(session + 1);
	*session = (struct kith_session){
		.refs = 1,
		.scope = scope,
		.expires_us = expires_us,
		.user_row = user->row,
		.org = { .row = org->row },
	};
	session->user = put_text(&at, user->id);
	session->org.id = put_text(&at, org->id);
	session->org.domain = put_text(&at, org->domain);
	*out = session;
	return KITH_OK;
}

enum kith_rc kith_session_admit(struct kith_reader *reader, struct kith_claims *claims,
                                const struct kith_key *key, int64_t now_us, struct kith_arena *mem,
                                struct kith_session **out, struct kith_why *why)
{
	enum kith_scope scope;
	struct kith_user user;

	claims->key_org = key->org.id;
	enum kith_rc rc = kith_claims_decide(claims, now_us, &scope, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!kith_user_id_is_valid(claims->sub)) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "", "The subject is no user id.");
	}
	rc = kith_reader_user(reader, claims->sub, key->org.row, mem, &user);
	if (rc == KITH_E_NOT_FOUND) {
		return kith_refuse(why, KITH_E_UNAUTHENTICATED, "",
		                   "Nobody in the organization is known by the subject.");
	}
	if (rc != KITH_OK) {
		return rc;
	}
	return make(&user, &key->org, scope, claims->exp_s * 1000000, out);
}

struct kith_session *kith_session_ref(struct kith_session *session)
{
	session->refs++;
	return session;
}

void kith_session_unref(struct kith_session **session)
{
	struct kith_session *held = *session;

	*session = NULL;
	if (held != NULL && --held->refs == 0) {
		kith_free(held);
	}
}
