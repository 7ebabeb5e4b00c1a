/*
 * entry.h -- one numbered line of a conversation's log.
 *
 * The log is the truth (docs/design in ARCHITECTURE): each entry has a place in
 * the deployment's one rising sequence, and its own number in its conversation.
 * A plain value that store, service and doors pass along.
 */
#ifndef KITH_DOMAIN_ENTRY_H
#define KITH_DOMAIN_ENTRY_H

#include <stdint.h>

#include "base/str.h"
#include "base/uuid.h"
#include "domain/message.h"

struct kith_entry {
	int64_t id; /* place in the one sequence; 0: not stored yet */
	int64_t conversation_row;
	struct kith_uuid conversation;
	int64_t org_row;
	int64_t n;                /* 1, 2, 3 … in its conversation, without hole  */
	int64_t m;                /* the same counting messages only              */
	struct kith_uuid message; /* the sender's id of it                        */
	int64_t sender_row;
	struct kith_str sender; /* user id                                      */
	struct kith_content content;
	uint64_t print;  /* kith_message_print() of what was sent        */
	int64_t sent_us; /* accepted by the server, us since 1970 UTC    */
};

#endif
