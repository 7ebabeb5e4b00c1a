/*
 * admin_call.h -- one admin command while it runs.
 *
 * What a command's function gets, how it refuses, how it changes the store, and
 * how it writes its answer. Only the admin_*.c files include this.
 */
#ifndef KITH_SERVER_ADMIN_CALL_H
#define KITH_SERVER_ADMIN_CALL_H

#include "base/json.h"
#include "domain/plan.h"
#include "server/admin.h"

struct kith_admin_call {
	struct kith_admin *admin;
	const struct kith_admin_request *request;
	struct kith_admin_words words;
	struct kith_arena *mem;
	struct kith_buf *out;
	struct kith_buf *err;
};

/* Whether OPTION was given. */
bool kith_admin_has(const struct kith_admin_call *call, enum kith_admin_option option);

/* OPTION's text, or STANDARD when it was not given. */
struct kith_str kith_admin_option(const struct kith_admin_call *call, enum kith_admin_option option,
                                  struct kith_str standard);

/* Writes RC's line to err; DETAIL (printf form) may be "". returns KITH_ADMIN_REFUSED. */
int kith_admin_refuse(struct kith_admin_call *call, enum kith_rc rc, const char *detail, ...)
	KITH_PRINTF(3, 4);

/* An organization by its id; refuses with not_found, and the like. */
KITH_MUST_USE bool kith_admin_find_org(struct kith_admin_call *call, struct kith_str id,
                                       struct kith_org *out);

/* A user by id, in ORG_ROW (0: anywhere); refuses. */
KITH_MUST_USE bool kith_admin_find_user(struct kith_admin_call *call, struct kith_str id,
                                        int64_t org_row, struct kith_user *out);

/*
 * Applies a plan of COUNT effects that expects EXPECT (NULL: nothing).
 * returns  KITH_OK; KITH_E_STALE, KITH_E_EXISTS; KITH_E_UNAVAILABLE
 */
KITH_MUST_USE enum kith_rc kith_admin_apply(struct kith_admin_call *call,
                                            struct kith_effect *effects, size_t count,
                                            const struct kith_expect *expect);

/*
 * Makes a key of 32 random bytes for HS256 for the organization ORG_ROW (0: the
 * deployment's) and stores it.
 * returns  KITH_OK, with kid and material in the call's memory; as kith_admin_apply()
 */
KITH_MUST_USE enum kith_rc kith_admin_make_secret(struct kith_admin_call *call, int64_t org_row,
                                                  struct kith_key *out);

/* One line of a list: pairs of name and text, as an object with --json, else the
 * texts with tabs between. COUNT pairs. */
struct kith_admin_pair {
	const char *name;
	struct kith_str text;
};
void kith_admin_line(struct kith_admin_call *call, const struct kith_admin_pair *pairs,
                     size_t count);

/* "name text" and an end of line. */
void kith_admin_say(struct kith_admin_call *call, const char *name, struct kith_str text);

/* The commands. */
int kith_admin_org_add(struct kith_admin_call *call);
int kith_admin_org_list(struct kith_admin_call *call);
int kith_admin_key_add(struct kith_admin_call *call);
int kith_admin_key_list(struct kith_admin_call *call);
int kith_admin_user_add(struct kith_admin_call *call);
int kith_admin_user_list(struct kith_admin_call *call);
int kith_admin_user_password(struct kith_admin_call *call);
int kith_admin_user_invite(struct kith_admin_call *call);
int kith_admin_user_reset(struct kith_admin_call *call);
int kith_admin_user_disable(struct kith_admin_call *call);
int kith_admin_user_enable(struct kith_admin_call *call);
int kith_admin_sessions(struct kith_admin_call *call);
int kith_admin_session_end(struct kith_admin_call *call);
int kith_admin_apikey_add(struct kith_admin_call *call);
int kith_admin_apikey_list(struct kith_admin_call *call);
int kith_admin_apikey_end(struct kith_admin_call *call);
int kith_admin_token(struct kith_admin_call *call);
int kith_admin_log(struct kith_admin_call *call);
int kith_admin_backup(struct kith_admin_call *call);
int kith_admin_restore(struct kith_admin_call *call);
int kith_admin_drain(struct kith_admin_call *call);
int kith_admin_limits(struct kith_admin_call *call);
int kith_admin_stats(struct kith_admin_call *call);
int kith_admin_verify(struct kith_admin_call *call);

#endif
