/*
 * conversation.h -- which conversation, who is in it, what is unread?
 *
 * A direct conversation is unique per organization and pair: its id is
 * derived from them under the deployment's key, so two first messages that
 * cross meet in the same one, and nobody can guess an id. Pure values and
 * decisions; rows are loaded and saved by the store.
 */
#ifndef KITH_DOMAIN_CONVERSATION_H
#define KITH_DOMAIN_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/uuid.h"

enum { KITH_DIRECT_MEMBERS_MAX = 2 };

/* A person as the store knows them. Row 0: nobody. */
struct kith_user {
	int64_t row;
	int64_t version; /* rises with every change that a plan may rest on */
	struct kith_str id;
	struct kith_str name;
};

/* An organization. */
struct kith_org {
	int64_t row;
	struct kith_str id;     /* 1..64 of a-z 0-9 -          */
	struct kith_str domain; /* of its JIDs         */
};

/* A direct conversation with its members: one (notes to oneself) or two. */
struct kith_conversation {
	int64_t row; /* 0: not stored yet */
	int64_t version;
	struct kith_uuid id;
	int64_t org_row;
	struct kith_str org;
	int64_t created_us;
	struct kith_user members[KITH_DIRECT_MEMBERS_MAX];
	size_t member_count;
};

/* The id of the direct conversation of A and B (user ids, any order) in ORG. */
struct kith_uuid kith_direct_id(const uint8_t key[KITH_DIGEST_KEY], struct kith_str org,
                                struct kith_str a, struct kith_str b);

/* The member with that row; NULL when they are none. */
const struct kith_user *kith_conversation_member(const struct kith_conversation *conversation,
                                                 int64_t user_row);

/*
 * The watermark after SEEN was asked to move to UP_TO in a conversation whose
 * newest entry is HEAD: it never goes back, and never beyond the newest.
 */
int64_t kith_seen_move(int64_t seen, int64_t up_to, int64_t head);

#endif
