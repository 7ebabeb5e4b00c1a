/*
 * ending.h -- whose sessions does a change end, and which?
 *
 * A session ends by its own call, by a newer one that takes its place, by a new
 * password, with its API key, or because its user is disabled. The store
 * commits the change; here it is decided what that means for those who are signed
 * in at the moment. Keeps nothing: server/announce.c asks here and tells all
 * workers, service/roster.h finds the sessions.
 */
#ifndef KITH_DOMAIN_ENDING_H
#define KITH_DOMAIN_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "domain/plan.h"

/* What a session came from. */
enum kith_session_kind {
	KITH_SESSION_APP,     /* a token that an app's back end made     */
	KITH_SESSION_DEVICE,  /* a sign-in on a device; sid is its id    */
	KITH_SESSION_API_KEY, /* sid is the key's id                     */
};

struct kith_ending {
	int64_t user_row;
	struct kith_uuid sid;    /* the one that ends; nil: several            */
	struct kith_uuid spared; /* with a nil sid: this one stays; nil: none  */
	bool is_of_all_kinds;    /* with a nil sid: else devices' only         */
};

/* returns true, with OUT set, when the stored EFFECT ends sessions. */
bool kith_ending_of(const struct kith_effect *effect, struct kith_ending *out);

/* Is the session SID, of that KIND and user, among those that end? */
bool kith_ending_hits(const struct kith_ending *ending, int64_t user_row,
                      enum kith_session_kind kind, const struct kith_uuid *sid);

#endif
