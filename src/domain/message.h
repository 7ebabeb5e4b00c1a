/*
 * message.h -- what may be a message, and which message is it?
 *
 * Kinds and their limits, the rule for a sender's message ids and the
 * keyed hash that tells a repeat from another content. Pure decisions
 * about one message; where it goes is conversation.h's.
 */
#ifndef KITH_DOMAIN_MESSAGE_H
#define KITH_DOMAIN_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/when.h"

/*
 * These numbers are stored: append, never renumber. Messages are below ACTS and
 * count among a conversation's messages; acts say something about a message and
 * only have a number in the log.
 */
enum kith_kind {
	KITH_KIND_TEXT = 1,
	KITH_KIND_OPAQUE = 2, /* encrypted by the clients: bytes to us */
	KITH_KIND_COUNT,      /* of messages */
	KITH_KIND_ACTS = 32,
	KITH_KIND_EDIT = KITH_KIND_ACTS, /* body: the new content                 */
	KITH_KIND_RETRACTION,            /* deleted for everyone; no body         */
	KITH_KIND_REACTION,              /* body: the emoji                       */
	KITH_KIND_UNREACTION,            /* body: the emoji that was taken back   */
	KITH_KIND_ACTS_END,
};

enum {
	KITH_TEXT_MAX = 16 * 1024,   /* bytes of UTF-8   */
	KITH_OPAQUE_MAX = 48 * 1024, /* bytes            */
	KITH_EDITS_MAX = 100,        /* of one message: conflict                      */
	KITH_EMOJI_MAX = 64,         /* bytes            */
	KITH_REACTIONS_MAX = 64,     /* different emoji on one message: conflict      */
	KITH_REACTIONS_OWN_MAX = 8,  /* of one person on one message: conflict        */
	KITH_QUOTE_TEXT_MAX = 256,   /* bytes of a quoted text that are shown         */
	KITH_REACTION_USERS_MAX = 32 /* who reacted, shown by name                    */
};

#define KITH_MESSAGE_AHEAD_MAX_US (5 * KITH_MINUTE_US)
#define KITH_MESSAGE_BEHIND_MAX_US (30 * KITH_DAY_US)
#define KITH_RETRACTION_WINDOW_US (48 * KITH_HOUR_US) /* after sentAt: forbidden      */

struct kith_content {
	enum kith_kind kind;
	struct kith_str body;
	bool is_reply;
	struct kith_uuid reply_to; /* the message that this one answers; with is_reply */
};

/* Does it say something about a message, and is none itself? */
bool kith_kind_is_act(enum kith_kind kind);

/* "text", "opaque": the word on the wire. */
const char *kith_kind_name(enum kith_kind kind);

/*
 * The content of a send that was given TEXT or OPAQUE (NULL: not given); just
 * one of them must be.
 * returns  KITH_OK; KITH_E_INVALID_REQUEST: none or both, empty, or TEXT no valid
 *          text; KITH_E_TOO_LARGE
 * owns     out borrows what was given
 */
KITH_MUST_USE enum kith_rc kith_content_decide(const struct kith_str *text,
                                               const struct kith_str *opaque,
                                               struct kith_content *out, struct kith_why *why);

/*
 * May a new message bear ID at NOW_US? Version 7, or the time-prefixed 8 that
 * facades derive; its time at most 5 minutes ahead and 30 days behind.
 * returns  KITH_OK; KITH_E_INVALID_ID with why->server_time_us set
 * source   R-041
 */
KITH_MUST_USE enum kith_rc kith_message_id_decide(const struct kith_uuid *id, int64_t now_us,
                                                  struct kith_why *why);

/*
 * The 8 bytes that stand for a send's canonical arguments: the same message to
 * the same conversation by the same SENDER gives the same number.
 */
uint64_t kith_message_print(const uint8_t key[KITH_DIGEST_KEY], struct kith_str sender,
                            const struct kith_uuid *conversation,
                            const struct kith_content *content);

#endif
