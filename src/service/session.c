/*
 * session.c -- from verified claims, a device or an API key to a person.
 */
#include "service/session.h"

#include "base/mem.h"
#include "domain/address.h"
#include "service/roster.h"

/* What a session is made of, before it has memory of its own. */
struct draft {
	enum kith_session_kind kind;
	enum kith_scope scope;
	struct kith_uuid sid;
	int64_t expires_us;
	struct kith_user user;
	struct kith_org org; /* row 0: all of ORGS */
	const struct kith_org *orgs;
	size_t org_count;
};

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

static struct kith_org put_org(char **at, const struct kith_org *org)
{
	struct kith_org copy = { .row = org->row };

	copy.id = put_text(at, org->id);
	copy.domain = put_text(at, org->domain);
	return copy;
}

static enum kith_rc make(const struct draft *draft, struct kith_session **out)
{
	size_t texts = draft->user.id.len + draft->org.id.len + draft->org.domain.len;

	for (size_t i = 0; i < draft->org_count; i++) {
		texts += draft->orgs[i].id.len + draft->orgs[i].domain.len;
	}
	struct kith_session *session =
		kith_alloc(sizeof(*session) + draft->org_count * sizeof(*session->orgs) + texts);
	if (session == NULL) {
		return KITH_E_NO_MEMORY;
	}
	*session = (struct kith_session){
		.refs = 1,
		.kind = draft->kind,
		.scope = kith_scope_narrow(draft->scope, draft->user.flags),
		.sid = draft->sid,
		.expires_us = draft->expires_us,
		.user_row = draft->user.row,
		.flags = draft->user.flags,
		.orgs = (struct kith_org *)(session + 1),
		.org_count = draft->org_count,
	};
	char *at = (char *)(session->orgs + draft->org_count);
	session->user = put_text(&at, draft->user.id);
	session->org = put_org(&at, &draft->org);
	for (size_t i = 0; i < draft->org_count; i++) {
		session->orgs[i] = put_org(&at, &draft->orgs[i]);
	}
	*out = session;
	return KITH_OK;
}

static enum kith_rc refuse(struct kith_why *why, const char *sentence)
{
	return kith_refuse(why, KITH_E_UNAUTHENTICATED, "", "%s", sentence);
}

static enum kith_rc check_able(const struct kith_user *user, struct kith_why *why)
{
	return (user->flags & KITH_USER_DISABLED) == 0 ? KITH_OK
	                                               : refuse(why, "The account is disabled.");
}

enum kith_rc kith_session_admit(struct kith_reader *reader, struct kith_claims *claims,
                                const struct kith_key *key, int64_t now_us, struct kith_arena *mem,
                                struct kith_session **out, struct kith_why *why)
{
	struct draft draft = { .kind = KITH_SESSION_APP,
		               .org = key->org,
		               .orgs = &key->org,
		               .org_count = key->org.row == 0 ? 0 : 1 };

	claims->key_org = key->org.id;
	enum kith_rc rc = kith_claims_decide(claims, now_us, &draft.scope, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!kith_user_id_is_valid(claims->sub)) {
		return refuse(why, "The subject is no user id.");
	}
	rc = kith_reader_user(reader, claims->sub, key->org.row, mem, &draft.user);
	if (rc == KITH_E_NOT_FOUND) {
		return refuse(why, "Nobody in the organization is known by the subject.");
	}
	if (rc == KITH_OK) {
		rc = check_able(&draft.user, why);
	}
	draft.expires_us = claims->exp_s * 1000000;
	return rc == KITH_OK ? make(&draft, out) : rc;
}

/* Fills in where DRAFT's user may act: in ORG_ROW only, or in all of theirs when it is 0. */
static enum kith_rc find_orgs(struct kith_reader *reader, int64_t org_row, struct kith_arena *mem,
                              struct draft *draft, struct kith_why *why)
{
	struct kith_org *orgs = NULL;
	size_t count = 0;
	enum kith_rc rc = kith_reader_orgs(reader, draft->user.row, mem, &orgs, &count);
	if (rc != KITH_OK) {
		return rc;
	}
	draft->orgs = orgs;
	draft->org_count = count;
	for (size_t i = 0; org_row != 0 && i < count; i++) {
		if (orgs[i].row == org_row) {
			draft->org = orgs[i];
			draft->orgs = &orgs[i];
			draft->org_count = 1;
			return KITH_OK;
		}
	}
	return org_row == 0 ? KITH_OK : refuse(why, "The user has left the organization.");
}

enum kith_rc kith_session_admit_device(struct kith_reader *reader, struct kith_claims *claims,
                                       const struct kith_uuid *sid, int64_t now_us,
                                       struct kith_arena *mem, struct kith_session **out,
                                       struct kith_why *why)
{
	struct draft draft = { .kind = KITH_SESSION_DEVICE, .sid = *sid };
	struct kith_device device;
	enum kith_rc rc = kith_reader_device(reader, sid, mem, &device);
	if (rc == KITH_E_NOT_FOUND || (rc == KITH_OK && device.ended_us != 0)) {
		return refuse(why, "The session has ended.");
	}
	if (rc == KITH_OK) {
		rc = kith_reader_user(reader, claims->sub, 0, mem, &draft.user);
		if (rc == KITH_E_NOT_FOUND ||
		    (rc == KITH_OK && draft.user.row != device.user_row)) {
			return refuse(why, "The session is somebody else's.");
		}
	}
	if (rc == KITH_OK) {
		rc = check_able(&draft.user, why);
	}
	if (rc == KITH_OK) {
		rc = find_orgs(reader, device.org_row, mem, &draft, why);
	}
	if (rc == KITH_OK) {
		claims->is_own = true;
		claims->key_org = draft.org.id;
		rc = kith_claims_decide(claims, now_us, &draft.scope, why);
	}
	draft.expires_us = claims->exp_s * 1000000;
	return rc == KITH_OK ? make(&draft, out) : rc;
}

enum kith_rc kith_session_admit_api_key(struct kith_reader *reader, const struct kith_api_key *key,
                                        struct kith_arena *mem, struct kith_session **out,
                                        struct kith_why *why)
{
	struct kith_profile profile;
	struct draft draft = { .kind = KITH_SESSION_API_KEY,
		               .scope = (enum kith_scope)key->scope,
		               .sid = key->id,
		               .expires_us = KITH_SESSION_ENDLESS_US };

	if (key->ended_us != 0) {
		return refuse(why, "The key has ended.");
	}
	enum kith_rc rc = kith_reader_profile(reader, key->user_row, mem, &profile);
	if (rc != KITH_OK) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
	}
	draft.user = profile.user;
	rc = check_able(&draft.user, why);
	if (rc == KITH_OK) {
		rc = find_orgs(reader, key->org_row, mem, &draft, why);
	}
	return rc == KITH_OK ? make(&draft, out) : rc;
}

const struct kith_org *kith_session_org(const struct kith_session *session, int64_t row)
{
	for (size_t i = 0; i < session->org_count; i++) {
		if (session->orgs[i].row == row) {
			return &session->orgs[i];
		}
	}
	return NULL;
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
		kith_roster_leave(held);
		kith_free(held);
	}
}
