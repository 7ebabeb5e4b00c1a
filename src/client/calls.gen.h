/*
 * calls.gen.h -- the rows behind the typed functions.
 *
 * Generated from the files in api/ by `make generate`; do not edit.
 * Decode tables by schema, the structs that only the library itself uses, and
 * the table of calls.
 */
#ifndef KITH_CLIENT_CALLS_GEN_H
#define KITH_CLIENT_CALLS_GEN_H

#include "client/invoke.h"
#include "kith/calls.gen.h"

enum kith_client_call_id {
	KITH_CLIENT_CALL_ME_GET,
	KITH_CLIENT_CALL_ME_UPDATE,
	KITH_CLIENT_CALL_ME_SETTINGS,
	KITH_CLIENT_CALL_ME_UNREAD,
	KITH_CLIENT_CALL_SESSIONS_LIST,
	KITH_CLIENT_CALL_SESSIONS_CREATE,
	KITH_CLIENT_CALL_SESSIONS_REFRESH,
	KITH_CLIENT_CALL_SESSIONS_END,
	KITH_CLIENT_CALL_USERS_GET,
	KITH_CLIENT_CALL_USERS_SEARCH,
	KITH_CLIENT_CALL_CONTACTS_LIST,
	KITH_CLIENT_CALL_CONTACTS_ADD,
	KITH_CLIENT_CALL_CONTACTS_REMOVE,
	KITH_CLIENT_CALL_ALIASES_LIST,
	KITH_CLIENT_CALL_ALIASES_ADD,
	KITH_CLIENT_CALL_ALIASES_REMOVE,
	KITH_CLIENT_CALL_CONVERSATIONS_LIST,
	KITH_CLIENT_CALL_CONVERSATIONS_DIRECT,
	KITH_CLIENT_CALL_CONVERSATIONS_GET,
	KITH_CLIENT_CALL_CONVERSATIONS_READ,
	KITH_CLIENT_CALL_CONVERSATIONS_DELIVERED,
	KITH_CLIENT_CALL_CONVERSATIONS_TYPING,
	KITH_CLIENT_CALL_CONVERSATIONS_MARK_UNREAD,
	KITH_CLIENT_CALL_CONVERSATIONS_DRAFT,
	KITH_CLIENT_CALL_MESSAGES_LIST,
	KITH_CLIENT_CALL_MESSAGES_SEND,
	KITH_CLIENT_CALL_MESSAGES_SEND_TO_USER,
	KITH_CLIENT_CALL_MESSAGES_GET,
	KITH_CLIENT_CALL_MESSAGES_EDIT,
	KITH_CLIENT_CALL_MESSAGES_EDITS,
	KITH_CLIENT_CALL_MESSAGES_REACT,
	KITH_CLIENT_CALL_MESSAGES_RECEIPTS,
	KITH_CLIENT_CALL_MESSAGES_DELETE,
	KITH_CLIENT_CALL_MESSAGES_DELETE_FOR_ME,
	KITH_CLIENT_CALL_PRESENCE_WATCH,
	KITH_CLIENT_CALL_SYNC,
	KITH_CLIENT_CALL_COUNT,
};

extern const struct kith_client_call kith_client_calls[KITH_CLIENT_CALL_COUNT];

/* How the server is. */
struct kith_api_health {
	/* ok; draining while it ends; failing when a part does not answer. */
	struct kith_text status;
	struct kith_text part; /* The part that does not answer. Absent when at is NULL. */
};

/* What the server takes. */
struct kith_api_limits {
	int64_t frame_bytes; /* Bytes of one WebSocket message. */
	int64_t text_bytes; /* Bytes of a message's text. */
	int64_t opaque_bytes; /* Bytes of an opaque message. */
	int64_t page_items; /* Items of one page. */
	/* Calls of one connection that may be unanswered; then it is read no more. */
	int64_t calls;
};

/* The server's answer to hello. Events follow from the cursor on. */
struct kith_api_welcome {
	struct kith_api_me me; /* Whose token it was. */
	struct kith_text cursor; /* Where the events begin, as since. */
	int64_t server_time_us; /* The server's clock. Microseconds since 1970 UTC. */
	struct kith_api_limits limits; /* What the server takes. */
	int64_t heartbeat_ms; /* Send a ping after so many milliseconds without a frame of yours. */
};

/* The server is about to close the socket, with the same code. */
struct kith_api_bye {
	int64_t code; /* The close code that follows. */
	struct kith_text reason; /* For people. */
	int64_t retry_after_ms; /* Come back after so many milliseconds, with some chance added. */
};

extern const struct kith_decode_table kith_decode_user;
extern const struct kith_decode_table kith_decode_profile;
extern const struct kith_decode_table kith_decode_settings;
extern const struct kith_decode_table kith_decode_organization;
extern const struct kith_decode_table kith_decode_me;
extern const struct kith_decode_table kith_decode_message;
extern const struct kith_decode_table kith_decode_quote;
extern const struct kith_decode_table kith_decode_reaction;
extern const struct kith_decode_table kith_decode_message_page;
extern const struct kith_decode_table kith_decode_edit;
extern const struct kith_decode_table kith_decode_edit_page;
extern const struct kith_decode_table kith_decode_outcome;
extern const struct kith_decode_table kith_decode_outcome_list;
extern const struct kith_decode_table kith_decode_receipt;
extern const struct kith_decode_table kith_decode_receipt_list;
extern const struct kith_decode_table kith_decode_watermark;
extern const struct kith_decode_table kith_decode_draft;
extern const struct kith_decode_table kith_decode_conversation;
extern const struct kith_decode_table kith_decode_conversation_page;
extern const struct kith_decode_table kith_decode_read_state;
extern const struct kith_decode_table kith_decode_session;
extern const struct kith_decode_table kith_decode_session_list;
extern const struct kith_decode_table kith_decode_session_grant;
extern const struct kith_decode_table kith_decode_unread_totals;
extern const struct kith_decode_table kith_decode_user_page;
extern const struct kith_decode_table kith_decode_contact;
extern const struct kith_decode_table kith_decode_contact_page;
extern const struct kith_decode_table kith_decode_alias;
extern const struct kith_decode_table kith_decode_alias_list;
extern const struct kith_decode_table kith_decode_typing;
extern const struct kith_decode_table kith_decode_presence;
extern const struct kith_decode_table kith_decode_presence_list;
extern const struct kith_decode_table kith_decode_reaction_change;
extern const struct kith_decode_table kith_decode_hidden_message;
extern const struct kith_decode_table kith_decode_receipt_change;
extern const struct kith_decode_table kith_decode_me_change;
extern const struct kith_decode_table kith_decode_contact_change;
extern const struct kith_decode_table kith_decode_event;
extern const struct kith_decode_table kith_decode_sync_page;
extern const struct kith_decode_table kith_decode_health;
extern const struct kith_decode_table kith_decode_limits;
extern const struct kith_decode_table kith_decode_welcome;
extern const struct kith_decode_table kith_decode_bye;

#endif
