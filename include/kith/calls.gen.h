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
	KITH_API_SCOPE_BOT,
	KITH_API_SCOPE_ADMIN,
};

/* How pages look; system follows the device. UNKNOWN is a word of a newer server. */
enum kith_api_theme {
	KITH_API_THEME_UNKNOWN,
	KITH_API_THEME_SYSTEM,
	KITH_API_THEME_LIGHT,
	KITH_API_THEME_DARK,
};

/*
 * all; or only those with unread messages, or marked as unread. UNKNOWN is a word of a newer
 * server.
 */
enum kith_api_conversation_filter {
	KITH_API_CONVERSATION_FILTER_UNKNOWN,
	KITH_API_CONVERSATION_FILTER_ALL,
	KITH_API_CONVERSATION_FILTER_UNREAD,
};

/* direct has two members, or one who keeps notes. UNKNOWN is a word of a newer server. */
enum kith_api_conversation_kind {
	KITH_API_CONVERSATION_KIND_UNKNOWN,
	KITH_API_CONVERSATION_KIND_DIRECT,
};

/*
 * What sort of name an alias is. A wallet is also an address; external is whatever another system
 * calls the person. UNKNOWN is a word of a newer server.
 */
enum kith_api_alias_kind {
	KITH_API_ALIAS_KIND_UNKNOWN,
	KITH_API_ALIAS_KIND_WALLET,
	KITH_API_ALIAS_KIND_EMAIL,
	KITH_API_ALIAS_KIND_PHONE,
	KITH_API_ALIAS_KIND_EXTERNAL,
};

/*
 * composing ends by itself 6 seconds after it was last said. UNKNOWN is a word of a newer server.
 */
enum kith_api_typing_state {
	KITH_API_TYPING_STATE_UNKNOWN,
	KITH_API_TYPING_STATE_COMPOSING,
	KITH_API_TYPING_STATE_GONE,
};

/*
 * message.new: somebody wrote, or you did on another device. message.edited and message.deleted:
 * the message as it is now. message.reaction: somebody reacted, or took it back. message.hidden:
 * you deleted it for yourself on another device. conversation.read: how you stand, changed on
 * another device. conversation.receipt: another member received or read more. conversation.draft:
 * what you began to write on another device. me.changed: your profile or settings.
 * contacts.changed: your contacts. me.unread: the totals, for who has asked. conversation.typing
 * and presence: as they say. UNKNOWN is a word of a newer server.
 */
enum kith_api_event_name {
	KITH_API_EVENT_NAME_UNKNOWN,
	KITH_API_EVENT_NAME_MESSAGE_NEW,
	KITH_API_EVENT_NAME_MESSAGE_EDITED,
	KITH_API_EVENT_NAME_MESSAGE_DELETED,
	KITH_API_EVENT_NAME_MESSAGE_REACTION,
	KITH_API_EVENT_NAME_MESSAGE_HIDDEN,
	KITH_API_EVENT_NAME_CONVERSATION_READ,
	KITH_API_EVENT_NAME_CONVERSATION_RECEIPT,
	KITH_API_EVENT_NAME_CONVERSATION_DRAFT,
	KITH_API_EVENT_NAME_ME_CHANGED,
	KITH_API_EVENT_NAME_CONTACTS_CHANGED,
	KITH_API_EVENT_NAME_ME_UNREAD,
	KITH_API_EVENT_NAME_CONVERSATION_TYPING,
	KITH_API_EVENT_NAME_PRESENCE,
};

/* A person, as other people of the organization see them. */
struct kith_api_user {
	struct kith_text id; /* The user id, stable for ever. */
	struct kith_text name; /* The display name; the id when none was given. */
	bool is_bot; /* True when it is a program and no person; else left out. */
};

/* A person with all that others may know. */
struct kith_api_profile {
	struct kith_text id; /* The user id, stable for ever. */
	struct kith_text name; /* The display name; the id when none was given. */
	bool is_bot; /* True when it is a program and no person; else left out. */
	/*
	 * What the person, or the app, has noted for everybody; left out when there is none. A JSON
	 * object, as text. Absent when at is NULL.
	 */
	struct kith_text metadata;
};

/* What a person has set for all their devices. */
struct kith_api_settings {
	bool show_presence; /* Others may see whether the person is online, and when they were. */
	bool show_receipts; /* Others may see what the person has received and read. */
	/* A language tag of BCP 47; left out when none was chosen. Absent when at is NULL. */
	struct kith_text language;
	enum kith_api_theme theme; /* How pages look. */
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
	struct kith_api_settings settings; /* What the user has set. */
	/*
	 * What others may read of it; left out when there is none. A JSON object, as text. Absent
	 * when at is NULL.
	 */
	struct kith_text metadata;
	/*
	 * What only the user and the operator read; left out when there is none. A JSON object, as
	 * text. Absent when at is NULL.
	 */
	struct kith_text private_metadata;
};

/*
 * A message as it is now. Exactly one of text and opaque is there, as kind says; none of them when
 * it was deleted.
 */
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
	/* The message that it answers; left out when it answers none. Absent when it is NULL. */
	const struct kith_api_quote *reply_to;
	/* How often it was edited; left out when it never was. Absent when it is 0. */
	int64_t edits;
	/* When it was edited last. Microseconds since 1970 UTC. Absent when it is 0. */
	int64_t edited_at_us;
	/*
	 * What people reacted with, the oldest first; left out when nobody did. Absent when it is
	 * NULL.
	 */
	const struct kith_api_reaction *reactions;
	size_t reactions_count; /* How many reactions there are. */
	/*
	 * When it was deleted for everyone; left out when it was not. Microseconds since 1970 UTC.
	 * Absent when it is 0.
	 */
	int64_t deleted_at_us;
};

/*
 * The message that another one answers, as its reader may see it. In events there are only id and
 * n; in answers also who wrote what, unless it is unavailable: deleted, or hidden from the reader.
 */
struct kith_api_quote {
	struct kith_text id; /* The message. */
	int64_t n; /* Its number. */
	struct kith_text from; /* Who wrote it. Absent when at is NULL. */
	enum kith_api_message_kind kind; /* What it carries; unknown when it is left out. */
	/* The beginning of its text, at most 256 bytes. Absent when at is NULL. */
	struct kith_text text;
	bool is_unavailable; /* True when it cannot be shown; else left out. */
};

/* An emoji and who reacted with it. */
struct kith_api_reaction {
	struct kith_text emoji; /* The emoji. */
	int64_t count; /* How many people. */
	const struct kith_text *users; /* The ids of the first of them. */
	size_t users_count; /* How many users there are. */
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

/* One version of a message. */
struct kith_api_edit {
	int64_t n; /* The number of the entry that brought it. */
	struct kith_text text; /* The text of this version. Absent when at is NULL. */
	/* The bytes of this version; in JSON as base64. Absent when at is NULL. */
	struct kith_bytes opaque;
	int64_t at_us; /* When the server accepted it. Microseconds since 1970 UTC. */
};

/* The versions of a message. */
struct kith_api_edit_page {
	const struct kith_api_edit *items; /* The newest first. */
	size_t items_count; /* How many items there are. */
	struct kith_text next; /* Give it as before to read older versions; none at the end. */
};

/* What happened to one of several. */
struct kith_api_outcome {
	struct kith_text id; /* The one that is meant. */
	bool is_done; /* True when it is so now, whether it was before or not. */
	/* Why not, as in a problem; left out when it is done. Absent when at is NULL. */
	struct kith_text code;
};

/* What happened to each, in the order in which they were named. */
struct kith_api_outcome_list {
	const struct kith_api_outcome *items; /* One for each. */
	size_t items_count; /* How many items there are. */
};

/* How far a message has come with one member. */
struct kith_api_receipt {
	struct kith_text user; /* The member. */
	bool is_delivered; /* It has arrived on a device of theirs. */
	/* When; left out when it is not known. Microseconds since 1970 UTC. Absent when it is 0. */
	int64_t delivered_at_us;
	bool is_seen; /* They have read it. */
	/* When; left out when it is not known. Microseconds since 1970 UTC. Absent when it is 0. */
	int64_t seen_at_us;
};

/* How far a message has come. */
struct kith_api_receipt_list {
	const struct kith_api_receipt *items; /* The other members. */
	size_t items_count; /* How many items there are. */
};

/* How far another member has come in a conversation. */
struct kith_api_watermark {
	struct kith_text user; /* The member. */
	int64_t delivered; /* The number up to which everything has arrived. */
	int64_t seen; /* The number up to which everything is read. */
	/*
	 * When it moved last; left out when it is not known. Microseconds since 1970 UTC. Absent
	 * when it is 0.
	 */
	int64_t at_us;
};

/* What a person has begun to write. */
struct kith_api_draft {
	struct kith_text conversation; /* Where. */
	struct kith_text text; /* The text so far; empty when there is none any more. */
	/*
	 * The message that it will reply to; left out when there is none. Absent when at is NULL.
	 */
	struct kith_text reply_to;
	int64_t updated_at_us; /* When it was kept. Microseconds since 1970 UTC. */
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
	int64_t delivered; /* How far it has arrived on your devices. */
	int64_t seen; /* How far you have read. */
	int64_t unread; /* How many messages of others are behind what you have read. */
	bool is_marked_unread; /* You want it shown as unread. */
	/*
	 * How far the others have come; without those who hide it, and empty when you hide yours.
	 */
	const struct kith_api_watermark *others;
	size_t others_count; /* How many others there are. */
	/* What you have begun to write; left out when there is nothing. Absent when it is NULL. */
	const struct kith_api_draft *draft;
	/* The newest message that you may see; NULL while there is none. */
	const struct kith_api_message *last;
};

/* A piece of the list of conversations, the newest activity first. */
struct kith_api_conversation_page {
	const struct kith_api_conversation *items; /* The newest activity first. */
	size_t items_count; /* How many items there are. */
	struct kith_text next; /* Give it as cursor to read on; none at the end. */
};

/* How a person stands in a conversation. */
struct kith_api_read_state {
	struct kith_text conversation; /* The conversation. */
	int64_t delivered; /* The number up to which everything has arrived. */
	int64_t seen; /* The number up to which everything is read. */
	int64_t unread; /* How many messages of others are behind it. */
	bool is_marked_unread; /* The person wants it shown as unread. */
};

/* A device that is signed in. */
struct kith_api_session {
	struct kith_text id; /* Its UUID. */
	/* What people call the device; left out when nothing was said. Absent when at is NULL. */
	struct kith_text device;
	/*
	 * The only organization in which it acts; left out when it is all of the person's. Absent
	 * when at is NULL.
	 */
	struct kith_text organization;
	int64_t created_at_us; /* When it signed in. Microseconds since 1970 UTC. */
	int64_t used_at_us; /* When its tokens were renewed last. Microseconds since 1970 UTC. */
	bool is_current; /* It is the one that asks. */
};

/* The devices of a person. */
struct kith_api_session_list {
	const struct kith_api_session *items; /* The one used last first. */
	size_t items_count; /* How many items there are. */
};

/* A session and the tokens that speak for it. */
struct kith_api_session_grant {
	struct kith_text access_token; /* The token for calls and sockets. */
	/* When the access token ends; fetch the next one before. Microseconds since 1970 UTC. */
	int64_t expires_at_us;
	struct kith_text refresh_token; /* Gives the next tokens, once. */
	struct kith_api_session session; /* The session. */
	struct kith_api_me me; /* Who is signed in. */
};

/* What a badge shows. */
struct kith_api_unread_totals {
	int64_t messages; /* Unread messages of all conversations. */
	int64_t conversations; /* Conversations with unread messages, or marked as unread. */
};

/* People that were found. */
struct kith_api_user_page {
	const struct kith_api_user *items; /* Sorted by name for the reader's language. */
	size_t items_count; /* How many items there are. */
	struct kith_text next; /* Give it as cursor to read on; none at the end. */
};

/* A person whom somebody keeps. */
struct kith_api_contact {
	struct kith_text id; /* The user id. */
	struct kith_text name; /* The display name; the id when none was given. */
	bool is_bot; /* True when it is a program and no person; else left out. */
	int64_t added_at_us; /* Since when. Microseconds since 1970 UTC. */
};

/* A piece of one's contacts. */
struct kith_api_contact_page {
	const struct kith_api_contact *items; /* Sorted by name for the reader's language. */
	size_t items_count; /* How many items there are. */
	struct kith_text next; /* Give it as cursor to read on; none at the end. */
};

/* Another name of a person. */
struct kith_api_alias {
	struct kith_text user; /* Whose it is. */
	enum kith_api_alias_kind kind; /* What sort of name it is. */
	struct kith_text value; /* The name, in the form in which it is compared. */
	int64_t created_at_us; /* Since when. Microseconds since 1970 UTC. */
};

/* The aliases of a person. */
struct kith_api_alias_list {
	const struct kith_api_alias *items; /* By kind and value. */
	size_t items_count; /* How many items there are. */
};

/* Somebody is writing, or no more. */
struct kith_api_typing {
	struct kith_text conversation; /* Where. */
	struct kith_text user; /* Who. */
	enum kith_api_typing_state state; /* Whether they are writing. */
};

/* Whether a person is there. */
struct kith_api_presence {
	struct kith_text user; /* Who. */
	bool is_online; /* A device of theirs is connected; false also for who hides it. */
	/*
	 * When the last device left; left out when it is not known, and while online. Microseconds
	 * since 1970 UTC. Absent when it is 0.
	 */
	int64_t last_seen_us;
};

/* Whether several people are there. */
struct kith_api_presence_list {
	const struct kith_api_presence *items; /* In the order in which they were named. */
	size_t items_count; /* How many items there are. */
};

/* Somebody reacted, or took it back. */
struct kith_api_reaction_change {
	struct kith_text conversation; /* Where. */
	struct kith_text message; /* The message. */
	struct kith_text user; /* Who. */
	struct kith_text emoji; /* The emoji. */
	bool is_on; /* False when it was taken back. */
	int64_t at_us; /* When. Microseconds since 1970 UTC. */
};

/* A message that is no longer shown to oneself. */
struct kith_api_hidden_message {
	struct kith_text conversation; /* Where. */
	struct kith_text id; /* The message. */
	int64_t message_n; /* Its number. */
};

/* Another member has received or read more. */
struct kith_api_receipt_change {
	struct kith_text conversation; /* Where. */
	struct kith_text user; /* Who. */
	int64_t delivered; /* The number up to which everything has arrived. */
	int64_t seen; /* The number up to which everything is read. */
	int64_t at_us; /* When. Microseconds since 1970 UTC. */
};

/* What you, or the operator, changed of your profile or settings; all of it as it is now. */
struct kith_api_me_change {
	struct kith_text name; /* The display name. */
	struct kith_api_settings settings; /* All settings. */
	/*
	 * What others may read of it; left out when there is none. A JSON object, as text. Absent
	 * when at is NULL.
	 */
	struct kith_text metadata;
	/*
	 * What only the user and the operator read; left out when there is none. A JSON object, as
	 * text. Absent when at is NULL.
	 */
	struct kith_text private_metadata;
};

/* Your contacts changed on another device. */
struct kith_api_contact_change {
	struct kith_text user; /* Who was added or removed. */
	bool is_contact; /* They are a contact now. */
};

/*
 * News. It may be lost, and the same news is in sync, but for me.unread, conversation.typing and
 * presence, which pass; so take it as a nudge and the log as the truth. Which data it has is told
 * by its name; names that you do not know you skip.
 */
struct kith_api_event {
	enum kith_api_event_name event; /* What happened. */
	/*
	 * Where to go on from after this event, as since; left out of what passes. Absent when at
	 * is NULL.
	 */
	struct kith_text cursor;
	/* Where it happened; left out when it is in none. Absent when at is NULL. */
	struct kith_text conversation;
	/*
	 * The entry's number in the conversation; for conversation.read what is seen; else left
	 * out.
	 */
	int64_t n;
	bool has_n; /* Whether n is there. */
	/* With message.new, message.edited or message.deleted, else NULL. */
	const struct kith_api_message *message;
	/* With message.reaction, else NULL. */
	const struct kith_api_reaction_change *reaction_change;
	const struct kith_api_hidden_message *hidden_message; /* With message.hidden, else NULL. */
	const struct kith_api_read_state *read_state; /* With conversation.read, else NULL. */
	/* With conversation.receipt, else NULL. */
	const struct kith_api_receipt_change *receipt_change;
	const struct kith_api_draft *draft; /* With conversation.draft, else NULL. */
	const struct kith_api_me_change *me_change; /* With me.changed, else NULL. */
	/* With contacts.changed, else NULL. */
	const struct kith_api_contact_change *contact_change;
	const struct kith_api_unread_totals *unread_totals; /* With me.unread, else NULL. */
	const struct kith_api_typing *typing; /* With conversation.typing, else NULL. */
	const struct kith_api_presence *presence; /* With presence, else NULL. */
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

struct kith_me_update_args {
	struct kith_text name; /* The display name. Absent when at is NULL. */
	/*
	 * What everybody in your organizations may read. A JSON object, as text. Absent when at is
	 * NULL.
	 */
	struct kith_text metadata;
	/* What only you and the operator read. A JSON object, as text. Absent when at is NULL. */
	struct kith_text private_metadata;
	/* The new password, of at least 8 characters. Absent when at is NULL. */
	struct kith_text password;
	/* The password until now; needed when there is one. Absent when at is NULL. */
	struct kith_text old_password;
};

typedef void kith_me_update_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_me *result);

/*
 * Changes what is given and leaves the rest. Metadata is kept as it is and never interpreted; 16
 * KiB for each part. A new password needs the old one, and ends your other sessions.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_me_update(struct kith_client *client,
	const struct kith_me_update_args *args,
	kith_me_update_fn *done, void *context);

struct kith_me_settings_args {
	bool show_presence; /* Others may see whether you are online, and when you were. */
	bool has_show_presence; /* Whether show_presence is given. */
	bool show_receipts; /* Others may see what you have received and read. */
	bool has_show_receipts; /* Whether show_receipts is given. */
	/* A language tag of BCP 47; lists are sorted for it. Absent when at is NULL. */
	struct kith_text language;
	enum kith_api_theme theme; /* How pages look. */
};

typedef void kith_me_settings_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_settings *result);

/*
 * Changes what is given and answers all of them; with nothing given it only answers. They follow
 * you to all devices. Who hides their receipts or presence does not see those of others.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_me_settings(struct kith_client *client,
	const struct kith_me_settings_args *args,
	kith_me_settings_fn *done, void *context);

typedef void kith_me_unread_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_unread_totals *result);

/*
 * Answers the totals for a badge. A socket that has asked hears of every change, at most once a
 * second.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * rate_limited, internal, unavailable.
 */
KITH_API int kith_me_unread(struct kith_client *client,
	kith_me_unread_fn *done, void *context);

typedef void kith_sessions_list_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_session_list *result);

/*
 * Answers your device sessions that have not ended, the one used last first.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * rate_limited, internal, unavailable.
 */
KITH_API int kith_sessions_list(struct kith_client *client,
	kith_sessions_list_fn *done, void *context);

struct kith_sessions_create_args {
	struct kith_text user; /* Who signs in, with password. Absent when at is NULL. */
	/*
	 * The password; with link, the new one, of at least 8 characters. Absent when at is NULL.
	 */
	struct kith_text password;
	/* The code of an invitation or of a reset. Absent when at is NULL. */
	struct kith_text link;
	/*
	 * A token that the app's back end made, in place of user and password. Absent when at is
	 * NULL.
	 */
	struct kith_text token;
	struct kith_text device; /* What people call the device. Absent when at is NULL. */
	/*
	 * Act only in this organization; in all of yours when it is left out. Absent when at is
	 * NULL.
	 */
	struct kith_text organization;
};

typedef void kith_sessions_create_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_session_grant *result);

/*
 * Begins a session for a device. Who you are is shown in one of three ways: by user and password;
 * by the code of a link that the operator made (an invitation, or a reset), together with the new
 * password; or by a token of the app's own back end. A wrong password is slow, and after several of
 * them you have to wait: rate_limited says how long.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_sessions_create(struct kith_client *client,
	const struct kith_sessions_create_args *args,
	kith_sessions_create_fn *done, void *context);

struct kith_sessions_refresh_args {
	struct kith_text refresh_token; /* The refresh token that came last. */
};

typedef void kith_sessions_refresh_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_session_grant *result);

/*
 * Gives the next access token and the next refresh token. Each refresh token is good once; for 60
 * seconds it still gives the same answer, for a client that lost it. One that is used later ends
 * the session, because somebody else may have it.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_sessions_refresh(struct kith_client *client,
	const struct kith_sessions_refresh_args *args,
	kith_sessions_refresh_fn *done, void *context);

struct kith_sessions_end_args {
	struct kith_text session; /* The session's id. */
};

typedef void kith_sessions_end_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_session *result);

/*
 * Ends a session of yours: its tokens are refused at once and its connections closed. Ending it
 * again changes nothing.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_sessions_end(struct kith_client *client,
	const struct kith_sessions_end_args *args,
	kith_sessions_end_fn *done, void *context);

struct kith_users_get_args {
	struct kith_text user; /* The person's address. */
};

typedef void kith_users_get_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_profile *result);

/*
 * Answers a person with whom you share an organization. Others are not_found, whether they exist or
 * not.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, not_found, request_timeout, too_large,
 * nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_users_get(struct kith_client *client,
	const struct kith_users_get_args *args,
	kith_users_get_fn *done, void *context);

struct kith_users_search_args {
	struct kith_text query; /* What to look for. */
	int64_t limit; /* How many items at most. Absent when it is 0. 1..200, 50 when it is 0. */
	struct kith_text cursor; /* The next of the page before. Absent when at is NULL. */
	/*
	 * Only in this organization; in all of yours when it is left out. Absent when at is NULL.
	 */
	struct kith_text organization;
};

typedef void kith_users_search_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_user_page *result);

/*
 * Finds people of your organizations by the beginnings of the words of their name, or by the
 * beginning of their id, sorted for your language.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_users_search(struct kith_client *client,
	const struct kith_users_search_args *args,
	kith_users_search_fn *done, void *context);

struct kith_contacts_list_args {
	struct kith_text query; /* What to look for. Absent when at is NULL. */
	int64_t limit; /* How many items at most. Absent when it is 0. 1..200, 50 when it is 0. */
	struct kith_text cursor; /* The next of the page before. Absent when at is NULL. */
};

typedef void kith_contacts_list_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_contact_page *result);

/*
 * Answers the people you keep, sorted by name for your language; with a query only those whose name
 * or id fits.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * rate_limited, internal, unavailable.
 */
KITH_API int kith_contacts_list(struct kith_client *client,
	const struct kith_contacts_list_args *args,
	kith_contacts_list_fn *done, void *context);

struct kith_contacts_add_args {
	struct kith_text user; /* The person's address. */
};

typedef void kith_contacts_add_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_contact *result);

/*
 * Adds a person of your organizations to your contacts. They do not hear of it. Adding them again
 * changes nothing. At most 10,000.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * conflict, too_large, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_contacts_add(struct kith_client *client,
	const struct kith_contacts_add_args *args,
	kith_contacts_add_fn *done, void *context);

struct kith_contacts_remove_args {
	struct kith_text user; /* The person's address. */
};

typedef void kith_contacts_remove_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_user *result);

/*
 * Takes a person off your contacts. Removing somebody who is none changes nothing.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_contacts_remove(struct kith_client *client,
	const struct kith_contacts_remove_args *args,
	kith_contacts_remove_fn *done, void *context);

struct kith_aliases_list_args {
	struct kith_text user; /* Whose; your own when it is left out. Absent when at is NULL. */
};

typedef void kith_aliases_list_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_alias_list *result);

/*
 * Answers the aliases of a person: your own; the operator may ask for anybody.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_aliases_list(struct kith_client *client,
	const struct kith_aliases_list_args *args,
	kith_aliases_list_fn *done, void *context);

struct kith_aliases_add_args {
	struct kith_text user; /* The person. */
	enum kith_api_alias_kind kind; /* What sort of name it is. */
	struct kith_text value; /* The name. */
};

typedef void kith_aliases_add_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_alias *result);

/*
 * Makes a person known by another name, which is theirs alone in the deployment. Wallets are
 * compared without case and chain. Adding it again changes nothing; one that somebody else has is a
 * conflict.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * conflict, too_large, unsupported_media, nft_resolver_missing, rate_limited, internal,
 * unavailable.
 */
KITH_API int kith_aliases_add(struct kith_client *client,
	const struct kith_aliases_add_args *args,
	kith_aliases_add_fn *done, void *context);

struct kith_aliases_remove_args {
	enum kith_api_alias_kind kind; /* What sort of name it is. */
	struct kith_text value; /* The name. */
};

typedef void kith_aliases_remove_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_alias *result);

/*
 * From then on nobody is known by it. Old conversations stay with whom they were.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_aliases_remove(struct kith_client *client,
	const struct kith_aliases_remove_args *args,
	kith_aliases_remove_fn *done, void *context);

struct kith_conversations_list_args {
	int64_t limit; /* How many items at most. Absent when it is 0. 1..200, 50 when it is 0. */
	struct kith_text cursor; /* The next of the page before. Absent when at is NULL. */
	/*
	 * Only those of this organization; all of yours when it is left out. Absent when at is
	 * NULL.
	 */
	struct kith_text organization;
	enum kith_api_conversation_filter filter; /* Which of them; all when it is left out. */
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
 * not_found, request_timeout, too_large, unsupported_media, nft_resolver_missing, rate_limited,
 * internal, unavailable.
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
 * too_large, nft_resolver_missing, rate_limited, internal, unavailable.
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
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_read(struct kith_client *client,
	const struct kith_conversations_read_args *args,
	kith_conversations_read_fn *done, void *context);

struct kith_conversations_delivered_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	int64_t up_to; /* The number of the last one that arrived. */
};

typedef void kith_conversations_delivered_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_read_state *result);

/*
 * Moves your watermark of what has arrived on a device of yours. It never goes back and never
 * beyond the newest entry. Clients send it as messages arrive, once for many. The others hear of
 * it.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_delivered(struct kith_client *client,
	const struct kith_conversations_delivered_args *args,
	kith_conversations_delivered_fn *done, void *context);

struct kith_conversations_typing_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	enum kith_api_typing_state state; /* Whether you are writing. */
};

typedef void kith_conversations_typing_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_typing *result);

/*
 * Tells the others that you are composing, or no more. It ends by itself 6 seconds after it was
 * last said, and with your message. Nothing is stored.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_typing(struct kith_client *client,
	const struct kith_conversations_typing_args *args,
	kith_conversations_typing_fn *done, void *context);

struct kith_conversations_mark_unread_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	bool unread; /* Whether it is to be shown as unread. */
};

typedef void kith_conversations_mark_unread_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_read_state *result);

/*
 * Sets or clears a mark of your own on a conversation. It moves no watermark; reading the
 * conversation clears it.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_mark_unread(struct kith_client *client,
	const struct kith_conversations_mark_unread_args *args,
	kith_conversations_mark_unread_fn *done, void *context);

struct kith_conversations_draft_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	struct kith_text text; /* The text so far. */
	struct kith_text reply_to; /* The message that it will reply to. Absent when at is NULL. */
};

typedef void kith_conversations_draft_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_draft *result);

/*
 * Keeps a draft for all your devices; an empty text without replyTo removes it.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_conversations_draft(struct kith_client *client,
	const struct kith_conversations_draft_args *args,
	kith_conversations_draft_fn *done, void *context);

struct kith_messages_list_args {
	struct kith_text conversation; /* The conversation's id, or its JID. */
	struct kith_text before; /* Older than this number or message id. Absent when at is NULL. */
	/* Newer than this number or message id; 0 begins with the first. Absent when at is NULL. */
	struct kith_text after;
	/* On both sides of this number or message id, and itself. Absent when at is NULL. */
	struct kith_text around;
	int64_t limit; /* How many items at most. Absent when it is 0. 1..200, 50 when it is 0. */
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
 * too_large, nft_resolver_missing, rate_limited, internal, unavailable.
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
	/* The message of the same conversation that this one answers. Absent when at is NULL. */
	struct kith_text reply_to;
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
 * request_timeout, conflict, too_large, unsupported_media, nft_resolver_missing, rate_limited,
 * internal, unavailable.
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
	/* The message of the same conversation that this one answers. Absent when at is NULL. */
	struct kith_text reply_to;
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
 * request_timeout, conflict, too_large, unsupported_media, nft_resolver_missing, rate_limited,
 * internal, unavailable.
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

struct kith_messages_edit_args {
	struct kith_text id; /* The message's id. */
	/*
	 * The edit's own id, a UUIDv7 of the present; the same for every try. The library makes one
	 * when at is NULL.
	 */
	struct kith_text edit;
	struct kith_text text; /* The new text. Absent when at is NULL. */
	/* The new bytes, when the message is opaque. Absent when at is NULL. */
	struct kith_bytes opaque;
};

typedef void kith_messages_edit_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_message *result);

/*
 * Replaces the content of a message of yours. It keeps its number and place; the versions before
 * stay readable for its members. The same edit again changes nothing. At most 100 times.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, invalid_id, unauthenticated, token_expired, forbidden, not_found,
 * request_timeout, conflict, too_large, unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_edit(struct kith_client *client,
	const struct kith_messages_edit_args *args,
	kith_messages_edit_fn *done, void *context);

struct kith_messages_edits_args {
	struct kith_text id; /* The message's id. */
	struct kith_text before; /* Only versions older than this number. Absent when at is NULL. */
	int64_t limit; /* How many items at most. Absent when it is 0. 1..200, 50 when it is 0. */
};

typedef void kith_messages_edits_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_edit_page *result);

/*
 * Answers the versions of a message, the newest first, with the first of all at the end. A page
 * ends when it holds 128 KiB.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_edits(struct kith_client *client,
	const struct kith_messages_edits_args *args,
	kith_messages_edits_fn *done, void *context);

struct kith_messages_react_args {
	struct kith_text id; /* The message's id. */
	struct kith_text emoji; /* One emoji. */
	bool on; /* false takes it away; true when it is left out. */
	bool has_on; /* Whether on is given. */
};

typedef void kith_messages_react_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_message *result);

/*
 * Sets or takes away one emoji of yours on a message. Saying it again changes nothing. At most 8 of
 * yours, and 64 different ones, on one message.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * conflict, too_large, unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_react(struct kith_client *client,
	const struct kith_messages_react_args *args,
	kith_messages_react_fn *done, void *context);

struct kith_messages_receipts_args {
	struct kith_text id; /* The message's id. */
};

typedef void kith_messages_receipts_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_receipt_list *result);

/*
 * Answers for each other member whether the message has arrived and whether it was read, and when;
 * the time is left out when it is too long ago to be known. Who hides their receipts is left out,
 * and you see none when you hide yours.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_receipts(struct kith_client *client,
	const struct kith_messages_receipts_args *args,
	kith_messages_receipts_fn *done, void *context);

struct kith_messages_delete_args {
	const struct kith_text *ids; /* The messages. */
	size_t ids_count; /* How many ids there are. */
};

typedef void kith_messages_delete_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_outcome_list *result);

/*
 * Takes messages of yours away for everyone, within the organization's window of 48 hours. A
 * tombstone with the number remains. What happened to each is told one by one; deleting again
 * changes nothing.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_delete(struct kith_client *client,
	const struct kith_messages_delete_args *args,
	kith_messages_delete_fn *done, void *context);

struct kith_messages_delete_for_me_args {
	const struct kith_text *ids; /* The messages. */
	size_t ids_count; /* How many ids there are. */
};

typedef void kith_messages_delete_for_me_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_outcome_list *result);

/*
 * Hides messages from you, on all your devices, for good. Others keep them. What happened to each
 * is told one by one.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, request_timeout, too_large,
 * unsupported_media, rate_limited, internal, unavailable.
 */
KITH_API int kith_messages_delete_for_me(struct kith_client *client,
	const struct kith_messages_delete_for_me_args *args,
	kith_messages_delete_for_me_fn *done, void *context);

struct kith_presence_watch_args {
	const struct kith_text *users; /* The people. */
	size_t users_count; /* How many users there are. */
};

typedef void kith_presence_watch_fn(void *context, const struct kith_problem *problem,
	const struct kith_api_presence_list *result);

/*
 * Answers who of these people is online, and when the others last were. On a socket it also names
 * those whose changes you want to hear of from now on, in place of those named before; an empty
 * list ends it.
 *
 * RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns. The server refuses
 * with invalid_request, unauthenticated, token_expired, forbidden, not_found, request_timeout,
 * too_large, unsupported_media, nft_resolver_missing, rate_limited, internal, unavailable.
 */
KITH_API int kith_presence_watch(struct kith_client *client,
	const struct kith_presence_watch_args *args,
	kith_presence_watch_fn *done, void *context);

struct kith_sync_args {
	/* The cursor of the last event or page that you have. Absent when at is NULL. */
	struct kith_text since;
	int64_t limit; /* How many items at most. Absent when it is 0. 1..200, 50 when it is 0. */
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
