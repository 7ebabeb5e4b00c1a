/*
 * entry.h -- one numbered line of a conversation's log.
 *
 * The log is the truth (docs/design in ARCHITECTURE): each entry has a place in
 * the deployment's one rising sequence, and its own number in its conversation.
 * A plain value that store, service and doors pass along.
 */
#ifndef KITH_DOMAIN_ENTRY_H
#define KITH_DOMAIN_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/uuid.h"
#include "domain/message.h"

/* One emoji on a message, and who reacted with it. */
struct kith_reaction {
	struct kith_str emoji;
	int64_t count;
	const struct kith_str *users; /* ids of the first KITH_REACTION_USERS_MAX */
	size_t user_count;
	int64_t first;  /* the entry of the first of them, by which they are in order */
	int64_t second; /* of the one behind, 0: none */
};

/* The message that another one answers, as one reader may see it. */
struct kith_quote {
	struct kith_uuid message;
	int64_t n;
	bool is_resolved;    /* what follows is filled in; not so in events */
	bool is_unavailable; /* deleted, or hidden from the reader          */
	struct kith_str sender;
	struct kith_content content; /* a text is cut to KITH_QUOTE_TEXT_MAX; opaque: no body */
};

/* What has become of a message since it was sent. */
struct kith_extra {
	int64_t last_act; /* the number of the latest act on it, what its state rests on; 0: none */
	bool has_quote;
	struct kith_quote quote;
	int64_t edits;
	int64_t edited_us;    /* the last edit's; 0: never            */
	int64_t retracted_us; /* 0: it is there; else it has no body  */
	const struct kith_reaction *reactions;
	size_t reaction_count;
};

struct kith_entry {
	int64_t id; /* place in the one sequence; 0: not stored yet */
	int64_t conversation_row;
	struct kith_uuid conversation;
	int64_t org_row;
	int64_t n;                /* 1, 2, 3 … in its conversation, without hole  */
	int64_t m;                /* the same counting messages only; of an act: those before */
	struct kith_uuid message; /* the sender's id of it                        */
	int64_t sender_row;
	struct kith_str sender; /* user id                                      */
	struct kith_content content;
	uint64_t print;  /* kith_message_print() of what was sent        */
	int64_t sent_us; /* accepted by the server, us since 1970 UTC    */
	/* The n that an act is about, or that a message answers; 0: none. */
	int64_t target;
	const struct kith_entry
		*subject; /* of an act that is stored now: the message as it is then */
	const struct kith_extra *extra; /* NULL: it is as it was sent, and answers nothing */
};

#endif
