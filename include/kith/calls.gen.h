/*
 * calls.gen.h -- every call of Kith as a C function.
 *
 * Generated from api/openapi.yaml by `make generate`; do not edit.
 * A call takes its arguments, which it has copied when it returns, and answers at
 * once with an enum kith_status; with KITH_STATUS_OK its callback is called once,
 * in the client's run loop or on its thread. DONE may be NULL. The structs of an
 * answer belong to the library and are valid until the callback returns.
 */
#ifndef KITH_CALLS_GEN_H
#define KITH_CALLS_GEN_H

#include "kith/types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kith_client;

/*
 * What a message carries: text that people read, or bytes that its sender encrypted and the server
 * only keeps. UNKNOWN is a word of a newer server.
 */
enum kith_api_message_kind {
	KITH_API_MESSAGE_KIND_UNKNOWN,
	KITH_API_MESSAGE_KIND_TEXT,
	KITH_API_MESSAGE_KIND_OPAQUE,
};

/* What the bearer of a token may call. UNKNOWN is a word of a newer server. */
enum kith_api_scope {
	KITH_API_SCOPE_UNKNOWN,
	KITH_API_SCOPE_USER,
	KITH_API_SCOPE_OPERATOR,
};

/* direct has two members, or one who keeps notes. UNKNOWN is a word of a newer server. */
enum kith_api_conversation_kind {
	KITH_API_CONVERSATION_KIND_UNKNOWN,
	KITH_API_CONVERSATION_KIND_DIRECT,
};

/*
 * message.new: somebody wrote, or you did on another device; data is the message.
 * conversation.read: you read on another device; data is how far. UNKNOWN is a word of a newer
 * server.
 */
enum kith_api_event_name {
	KITH_API_EVENT_NAME_UNKNOWN,
	KITH_API_EVENT_NAME_MESSAGE_NEW,
	KITH_API_EVENT_NAME_CONVERSATION_READ,
};

/* A person, as other people of the organization see them. */
struct kith_api_user {
	struct kith_text id; /* The user id, stable for ever. */
	struct kith_text name; /* The display name; the id when none was given. */
};

/* An organization that a user belongs to. */
struct kith_api_organization {
	struct kith_text id; /* The organization's id. */
	/* The domain of its JIDs, user@domain and conversation@mix.domain. */
	struct kith_text domain;
};

/* Whoever the token speaks for. */
struct kith_api_me {
	struct kith_text id; /* The user id. */
	struct kith_text name; /* The display name; the id when none was given. */
	/* Where the user is a member; only that of the token when it names one. */
	const struct kith_api_organization *organizations;
	size_t organizations_count; /* How many organizations there are. */
	enum kith_api_scope scope; /* What the token may call. */
};

/* A message as it is stored. Exactly one of text and opaque is there, as kind says. */
struct kith_api_message {
	struct kith_text id; /* The UUID that its sender gave it. */
	struct kith_text conversation; /* The conversation it stands in. */
	/* Its number in the conversation, 1, 2, 3 and so on without a hole. Order by it. */
	int64_t n;
	struct kith_text from; /* The sender's user id. */
	enum kith_api_message_kind kind; /* Whether it has text or opaque. */
	/* The text, at most 16,384 bytes of UTF-8. Absent when at is NULL. */
	struct kith_text text;
	/* The bytes, at most 49,152; in JSON as base64. Absent when at is NULL. */
	struct kith_bytes opaque;
	/*
	 * When its sender made it, by the sender's clock (the time in its id). Microseconds since
	 * 1970 UTC.
	 */
	int64_t created_at_us;
	int64_t sent_at_us; /* When the server accepted it. Microseconds since 1970 UTC. */
};

/* A piece of a conversation's history. */
struct kith_api_message_page {
	const struct kith_api_message *items; /* In the order of n, the oldest first. */
	size_t items_count; /* How many items there are. */
	/* Give it as after to read newer messages; none when these are the newest. */
	struct kith_text next;
	/* Give it as before to read older messages; none when these are the oldest. */
	struct kith_text prev;
};

/* A conversation as one of its members sees it. */
struct kith_api_conversation {
	struct kith_text id; /* Its UUID. */
	struct kith_text organization; /* The id of the organization it lives in. */
	enum kith_api_conversation_kind kind; /* Who can be in it. */
	const struct kith_api_user *members; /* Everyone in it, yourself too. */
	size_t members_count; /* How many members there are. */
	int64_t created_at_us; /* When it was opened. Microseconds since 1970 UTC. */
	int64_t n; /* The number of the newest entry; 0 while there is none. */
	int64_t seen; /* How far you have read. */
	int64_t unread; /* How many messages of others are behind what you have read. */
	const struct kith_api_message *last; /* The newest message; NULL while there is none. */
};

/* A piece of the list of conversations, the newest activity first. */
struct kith_api_conversation_page {
	const struct kith_api_conversation *items; /* The newest activity first. */
	size_t items_count; /* How many items there are. */
	struct kith_text next; /* Give it as cursor to read on; none at the end. */
};

/* How far a person has read in a conversation. */
struct kith_api_read_state {
	struct kith_text conversation; /* The conversation that was read. */
	int64_t seen; /* The number up to which everything is read. */
	int64_t unread; /* How many messages of others are behind it. */
};

/*
 * News. It may be lost, and the same news is in sync; so take it as a nudge and the log as the
 * truth. Which data it has is told by its name; names that you do not know you skip.
 */
struct kith_api_event {
	enum kith_api_event_name event; /* What happened. */
	struct kith_text cursor; /* Where to go on from after this event, as since. */
	struct kith_text conversation; /* Where it happened. */
	int64_t n; /* The entry's number in the conversation; for conversation.read what is seen. */
	const struct kith_api_message *message; /* With message.new, else NULL. */
	const struct kith_api_read_state *read_state; /* With conversation.read, else NULL. */
};

/* What has happened since a cursor. */
struct kith_api_sync_page {
	const struct kith_api_event *items; /* The events in the order in which they happened. */
	size_t items_count; /* How many items there are. */
	struct kith_text cursor; /* Ask from here the next time. */
	bool has_more; /* There is more already; ask again at once. */
	/*
	 * The cursor was too old or not ours. Load conversations and histories anew, then go on
	 * from the cursor given here.
	 */
	bool must_reload;
};

typedef void kith_me_get_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_me *result);

/*
 * Answers the user of the token, their organizations and the token's scope.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, request_timeout, too_large, rate_limited,
 * internal, unavailable.
 */
KITH_API int kith_me_get(struct kith_client *client,
	kith_me_get_fn *done, void *context);

struct kith_users_get_args {
	struct kith_text user; /* The person's address. */
};

typedef void kith_users_get_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_user *result);

/*
 * Answers a person with whom you share an organization. Others are not_found, whether they exist or
 * not.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, not_found, request_timeout, too_large,
 * rate_limited, internal, unavailable.
 */
KITH_API int kith_users_get(struct kith_client *client,
	const struct kith_users_get_args *args,
	kith_users_get_fn *done, void *context);

struct kith_conversations_list_args {
	int64_t limit; /* How many items at most. 1..200, 50 when it is 0. */
	struct kith_text cursor; /* The next of the page before. Absent when at is NULL. */
	/*
	 * Only those of this organization; all of yours when it is left out. Absent when at is
	 * NULL.
	 */
	struct kith_text organization;
};

typedef void kith_conversations_list_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_conversation_page *result);

/*
 * Answers the conversations that have messages, the newest activity first, each with its last
 * message and how many are unread.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_list(struct kith_client *client,
	const struct kith_conversations_list_args *args,
	kith_conversations_list_fn *done, void *context);

struct kith_conversations_direct_args {
	struct kith_text user; /* The person's address. */
	/* In which organization; needed when you share several. Absent when at is NULL. */
	struct kith_text organization;
};

typedef void kith_conversations_direct_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_conversation *result);

/*
 * Opens the direct conversation with a person, or finds it: there is one for each pair in each
 * organization. With your own address it is the one for your notes.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, organization_required, unauthenticated, token_expired, forbidden,
 * not_found, request_timeout, too_large, unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_direct(struct kith_client *client,
	const struct kith_conversations_direct_args *args,
	kith_conversations_direct_fn *done, void *context);

struct kith_conversations_get_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
};

typedef void kith_conversations_get_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_conversation *result);

/*
 * Answers a conversation that you are a member of.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_get(struct kith_client *client,
	const struct kith_conversations_get_args *args,
	kith_conversations_get_fn *done, void *context);

struct kith_conversations_read_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	int64_t up_to; /* The number of the last message that was read. */
};

typedef void kith_conversations_read_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_read_state *result);

/*
 * Moves your watermark forward. It never goes back and never beyond the newest entry, so asking
 * twice, or late, does no harm. Your other devices hear of it.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_read(struct kith_client *client,
	const struct kith_conversations_read_args *args,
	kith_conversations_read_fn *done, void *context);

struct kith_messages_list_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	struct kith_text before; /* Older than this number or message id. Absent when at is NULL. */
	/* Newer than this number or message id; 0 begins with the first. Absent when at is NULL. */
	struct kith_text after;
	/* On both sides of this number or message id, and itself. Absent when at is NULL. */
	struct kith_text around;
	int64_t limit; /* How many items at most. 1..200, 50 when it is 0. */
};

typedef void kith_messages_list_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_message_page *result);

/*
 * Answers messages before a place, after one, or around one; without any of them the newest. The
 * place itself is not among those before or after it. Only one of the three may be given. A page
 * has at most limit messages and ends earlier when it holds 128 KiB of them. Nothing is missed or
 * repeated while others write.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_list(struct kith_client *client,
	const struct kith_messages_list_args *args,
	kith_messages_list_fn *done, void *context);

struct kith_messages_send_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	/*
	 * The message's id, a UUIDv7 of the present that the sender makes; the same id for every
	 * try. The library makes one when at is NULL.
	 */
	struct kith_text id;
	/* The text, at most 16,384 bytes of UTF-8. Absent when at is NULL. */
	struct kith_text text;
	/*
	 * Bytes that only clients understand, at most 49,152; in JSON as base64. Absent when at is
	 * NULL.
	 */
	struct kith_bytes opaque;
};

typedef void kith_messages_send_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_message *result, bool is_repeated);

/*
 * Stores a message and answers once it is on stable storage; then everyone in the conversation gets
 * it. Sending the same message with the same id again stores nothing and answers the first result
 * with 200; the same id with something else is a conflict.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. is_repeated: it
 * was stored before, and RESULT is what was stored then. The server refuses with invalid_request,
 * invalid_id, organization_required, unauthenticated, token_expired, forbidden, not_found,
 * request_timeout, conflict, too_large, unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_send(struct kith_client *client,
	const struct kith_messages_send_args *args,
	kith_messages_send_fn *done, void *context);

struct kith_messages_send_to_user_args {
	struct kith_text address; /* The person's address, or a conversation's. */
	/*
	 * The message's id, a UUIDv7 of the present that the sender makes; the same id for every
	 * try. The library makes one when at is NULL.
	 */
	struct kith_text id;
	/* The text, at most 16,384 bytes of UTF-8. Absent when at is NULL. */
	struct kith_text text;
	/*
	 * Bytes that only clients understand, at most 49,152; in JSON as base64. Absent when at is
	 * NULL.
	 */
	struct kith_bytes opaque;
	/* In which organization; needed when you share several. Absent when at is NULL. */
	struct kith_text organization;
};

typedef void kith_messages_send_to_user_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_message *result, bool is_repeated);

/*
 * The same as messages.send to the direct conversation with that person, which is made if this is
 * its first message.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. is_repeated: it
 * was stored before, and RESULT is what was stored then. The server refuses with invalid_request,
 * invalid_id, organization_required, unauthenticated, token_expired, forbidden, not_found,
 * request_timeout, conflict, too_large, unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_send_to_user(struct kith_client *client,
	const struct kith_messages_send_to_user_args *args,
	kith_messages_send_to_user_fn *done, void *context);

struct kith_messages_get_args {
	struct kith_text id; /* The message's id. */
};

typedef void kith_messages_get_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_message *result);

/*
 * Answers a message of a conversation that you are a member of.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_get(struct kith_client *client,
	const struct kith_messages_get_args *args,
	kith_messages_get_fn *done, void *context);

struct kith_sync_args {
	/* The cursor of the last event or page that you have. Absent when at is NULL. */
	struct kith_text since;
	int64_t limit; /* How many items at most. 1..200, 50 when it is 0. */
};

typedef void kith_sync_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_sync_page *result);

/*
 * Answers what has happened in your conversations since a cursor, in order. Without since nothing
 * but the cursor of now. Whoever missed events asks here and has everything.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * rate_limited, internal, unavailable.
 */
KITH_API int kith_sync(struct kith_client *client,
	const struct kith_sync_args *args,
	kith_sync_fn *done, void *context);

#ifdef __cplusplus
}
#endif

#endif
