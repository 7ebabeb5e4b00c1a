/*
 * grant.h -- what somebody gets who has shown who they are: a session, its tokens.
 *
 * sessions.create and sessions.refresh show it in different ways and end here: the
 * same session with the same counter gives the same tokens, whenever it is asked, so
 * that an answer that was lost can be given again.
 */
#ifndef KITH_SERVICE_GRANT_H
#define KITH_SERVICE_GRANT_H

#include "service/bearer.h"
#include "service/limits.h"
#include "service/password.h"
#include "service/steps.h"

enum { KITH_SIGNING_EFFECTS_MAX = 4 };

/* What a call knows of the one who signs in; lives in its memory. */
struct kith_signing {
	enum kith_rc (*show)(struct kith_call *call, struct kith_reader *reader); /* create: how */
	struct kith_signin who; /* whose failed tries count               */
	bool is_false;          /* what they showed was made up           */
	struct kith_bearer bearer;
	uint8_t link[KITH_DIGEST];
	char password[KITH_PASSWORD_STORED]; /* the new one, as it is to be stored */
	struct kith_str domain;              /* of the JID by which they came      */
	int64_t user_row;
	struct kith_org org; /* the session's only one; row 0: all */
	struct kith_device device;
	int64_t counter; /* refresh: of the token that was shown */
	struct kith_me me;
	struct kith_effect effects[KITH_SIGNING_EFFECTS_MAX];
};

/* A zeroed one in CALL's memory, with the address that the call came from. */
KITH_MUST_USE enum kith_rc kith_signing_new(struct kith_call *call);

/* The organization ROW among those of signing->me; NULL when it is none of them. */
const struct kith_org *kith_signing_org(const struct kith_signing *signing, int64_t row);

/*
 * The call's result: the grant for signing's device, org and me, whose tokens are
 * those of the device's counter, made when it was used last.
 * returns  KITH_OK, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_grant_make(struct kith_call *call);

#endif
