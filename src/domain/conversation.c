/*
 * conversation.c -- ids of pairs, members, watermarks.
 */
#include "domain/conversation.h"

#include <string.h>

#include "domain/address.h"

/* Appends a length byte and the text, so that ("ab","c") is not ("a","bc"). */
static size_t put_part(uint8_t *out, size_t at, struct kith_str part)
{
	KITH_ASSERT(part.len <= KITH_USER_ID_MAX);
	out[at] = (uint8_t)part.len;
	memcpy(out + at + 1, part.at, part.len);
	return at + 1 + part.len;
}

struct kith_uuid kith_direct_id(const uint8_t key[KITH_DIGEST_KEY], struct kith_str org,
                                struct kith_str a, struct kith_str b)
{
	uint8_t parts[3 * (KITH_USER_ID_MAX + 1)];
	bool in_order = kith_str_compare(a, b) <= 0;
	struct kith_uuid id;
	size_t len = put_part(parts, 0, org);

	len = put_part(parts, len, in_order ? a : b);
	len = put_part(parts, len, in_order ? b : a);
	kith_digest(kith_str_make(parts, len), key, id.bytes);
	kith_uuid_brand(&id, 8);
	return id;
}

const struct kith_user *kith_conversation_member(const struct kith_conversation *conversation,
                                                 int64_t user_row)
{
	for (size_t i = 0; i < conversation->member_count; i++) {
		if (conversation->members[i].row == user_row) {
			return &conversation->members[i];
		}
	}
	return NULL;
}

int64_t kith_seen_move(int64_t seen, int64_t up_to, int64_t head)
{
	int64_t wanted = up_to < head ? up_to : head;
	return wanted > seen ? wanted : seen;
}
