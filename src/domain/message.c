/*
 * message.c -- limits of a message's content, and the print of its arguments.
 */
#include "domain/message.h"

#include "base/utf8.h"

static const char *const kind_names[KITH_KIND_COUNT] = {
	[KITH_KIND_TEXT] = "text",
	[KITH_KIND_OPAQUE] = "opaque",
};

/* These numbers stand in files. */
_Static_assert(KITH_KIND_TEXT == 1 && KITH_KIND_OPAQUE == 2, "stored kinds never change");

bool kith_kind_is_act(enum kith_kind kind)
{
	return kind >= KITH_KIND_ACTS && kind < KITH_KIND_ACTS_END;
}

const char *kith_kind_name(enum kith_kind kind)
{
	KITH_ASSERT(kind > 0 && kind < KITH_KIND_COUNT);
	return kind_names[kind];
}

static enum kith_rc decide_size(struct kith_str body, size_t max, const char *field,
                                struct kith_why *why)
{
	if (body.len == 0) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, field, "It is empty.");
	}
	if (body.len > max) {
		return kith_refuse(why, KITH_E_TOO_LARGE, field,
		                   "At most %zu bytes are allowed, these are %zu.", max, body.len);
	}
	return KITH_OK;
}

enum kith_rc kith_content_decide(const struct kith_str *text, const struct kith_str *opaque,
                                 struct kith_content *out, struct kith_why *why)
{
	if ((text == NULL) == (opaque == NULL)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "text",
		                   "Just one of text and opaque is needed.");
	}
	enum kith_rc rc = text != NULL ? decide_size(*text, KITH_TEXT_MAX, "text", why)
	                               : decide_size(*opaque, KITH_OPAQUE_MAX, "opaque", why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (text != NULL && (!kith_utf8_is_valid(*text) || kith_str_find(*text, '\0') >= 0)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "text",
		                   "It is not valid UTF-8 without U+0000.");
	}
	out->kind = text != NULL ? KITH_KIND_TEXT : KITH_KIND_OPAQUE;
	out->body = text != NULL ? *text : *opaque;
	return KITH_OK;
}

enum kith_rc kith_message_id_decide(const struct kith_uuid *id, int64_t now_us,
                                    struct kith_why *why)
{
	int version = kith_uuid_version(id);
	const char *fault = NULL;

	if (version != 7 && version != 8) {
		fault = "Its version is neither 7 nor 8.";
	} else if (kith_uuid_time_us(id) > now_us + KITH_MESSAGE_AHEAD_MAX_US) {
		fault = "Its time is more than 5 minutes ahead of the server's.";
	} else if (kith_uuid_time_us(id) < now_us - KITH_MESSAGE_BEHIND_MAX_US) {
		fault = "Its time is more than 30 days behind the server's.";
	}
	if (fault == NULL) {
		return KITH_OK;
	}
	if (why != NULL) {
		why->server_time_us = now_us;
	}
	return kith_refuse(why, KITH_E_INVALID_ID, "id", "%s", fault);
}

uint64_t kith_message_print(const uint8_t key[KITH_DIGEST_KEY], struct kith_str sender,
                            const struct kith_uuid *conversation,
                            const struct kith_content *content)
{
	/* Fixed-size parts first and the body by its own hash, so that no two
	 * different sends are the same bytes. */
	struct {
		uint8_t conversation[16];
		uint64_t sender;
		uint64_t kind;
		uint64_t body;
	} parts;
	_Static_assert(sizeof(parts) == 40, "no padding may be hashed");

	memcpy(parts.conversation, conversation->bytes, sizeof(parts.conversation));
	parts.sender = kith_hash(sender, key);
	parts.kind = (uint64_t)content->kind;
	parts.body = kith_hash(content->body, key);
	if (content->is_reply) {
		parts.body ^= kith_hash(
			kith_str_make(content->reply_to.bytes, sizeof(content->reply_to.bytes)),
			key + KITH_HASH_KEY);
	}
	return kith_hash(kith_str_make(&parts, sizeof(parts)), key + KITH_HASH_KEY);
}
