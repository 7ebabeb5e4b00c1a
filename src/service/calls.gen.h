/*
 * calls.gen.h -- which calls are there?
 *
 * Generated from api/openapi.yaml by `make generate`; do not edit.
 * One row per call: how it is reached, who may make it, what goes in. What a
 * call does is in the file of service/ that is named after its noun.
 */
#ifndef KITH_SERVICE_CALLS_GEN_H
#define KITH_SERVICE_CALLS_GEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/args.h"
#include "domain/claims.h"

enum kith_call_id {
	KITH_CALL_ME_GET,
	KITH_CALL_ME_UPDATE,
	KITH_CALL_ME_SETTINGS,
	KITH_CALL_ME_UNREAD,
	KITH_CALL_SESSIONS_LIST,
	KITH_CALL_SESSIONS_CREATE,
	KITH_CALL_SESSIONS_REFRESH,
	KITH_CALL_SESSIONS_END,
	KITH_CALL_USERS_GET,
	KITH_CALL_USERS_SEARCH,
	KITH_CALL_CONTACTS_LIST,
	KITH_CALL_CONTACTS_ADD,
	KITH_CALL_CONTACTS_REMOVE,
	KITH_CALL_ALIASES_LIST,
	KITH_CALL_ALIASES_ADD,
	KITH_CALL_ALIASES_REMOVE,
	KITH_CALL_CONVERSATIONS_LIST,
	KITH_CALL_CONVERSATIONS_DIRECT,
	KITH_CALL_CONVERSATIONS_GET,
	KITH_CALL_CONVERSATIONS_READ,
	KITH_CALL_CONVERSATIONS_DELIVERED,
	KITH_CALL_CONVERSATIONS_TYPING,
	KITH_CALL_CONVERSATIONS_MARK_UNREAD,
	KITH_CALL_CONVERSATIONS_DRAFT,
	KITH_CALL_MESSAGES_LIST,
	KITH_CALL_MESSAGES_SEND,
	KITH_CALL_MESSAGES_SEND_TO_USER,
	KITH_CALL_MESSAGES_GET,
	KITH_CALL_MESSAGES_EDIT,
	KITH_CALL_MESSAGES_EDITS,
	KITH_CALL_MESSAGES_REACT,
	KITH_CALL_MESSAGES_RECEIPTS,
	KITH_CALL_MESSAGES_DELETE,
	KITH_CALL_MESSAGES_DELETE_FOR_ME,
	KITH_CALL_PRESENCE_WATCH,
	KITH_CALL_SYNC,
	KITH_CALL_COUNT,
};

/* One call: the same row whatever door it comes through. */
struct kith_call_row {
	const char *name;            /* its operationId, and on the socket its name      */
	enum kith_call_id id;
	const char *method;          /* of HTTP: "GET"                                   */
	const char *path;            /* "/v1/users/{user}": {} is one segment            */
	unsigned scopes;             /* bits of enum kith_scope that may make it; 0: no
	                                token is needed                                  */
	const char *feature;         /* the plan feature it needs, or NULL               */
	bool writes;                 /* it goes through the store's writer               */
	int status;                  /* of HTTP when it worked; a repeat answers 200     */
	const struct kith_arg_row *args;
	size_t arg_count;
};

/* In the order of enum kith_call_id. */
extern const struct kith_call_row kith_calls[KITH_CALL_COUNT];

/* Places of the arguments of me.update in an array of struct kith_arg. */
enum kith_me_update_arg {
	KITH_ME_UPDATE_NAME,
	KITH_ME_UPDATE_METADATA,
	KITH_ME_UPDATE_PRIVATE_METADATA,
	KITH_ME_UPDATE_PASSWORD,
	KITH_ME_UPDATE_OLD_PASSWORD,
	KITH_ME_UPDATE_ARG_COUNT,
};

/* Places of the arguments of me.settings in an array of struct kith_arg. */
enum kith_me_settings_arg {
	KITH_ME_SETTINGS_SHOW_PRESENCE,
	KITH_ME_SETTINGS_SHOW_RECEIPTS,
	KITH_ME_SETTINGS_LANGUAGE,
	KITH_ME_SETTINGS_THEME,
	KITH_ME_SETTINGS_ARG_COUNT,
};

/* Places of the arguments of sessions.create in an array of struct kith_arg. */
enum kith_sessions_create_arg {
	KITH_SESSIONS_CREATE_USER,
	KITH_SESSIONS_CREATE_PASSWORD,
	KITH_SESSIONS_CREATE_LINK,
	KITH_SESSIONS_CREATE_TOKEN,
	KITH_SESSIONS_CREATE_DEVICE,
	KITH_SESSIONS_CREATE_ORGANIZATION,
	KITH_SESSIONS_CREATE_ARG_COUNT,
};

/* Places of the arguments of sessions.refresh in an array of struct kith_arg. */
enum kith_sessions_refresh_arg {
	KITH_SESSIONS_REFRESH_REFRESH_TOKEN,
	KITH_SESSIONS_REFRESH_ARG_COUNT,
};

/* Places of the arguments of sessions.end in an array of struct kith_arg. */
enum kith_sessions_end_arg {
	KITH_SESSIONS_END_SESSION,
	KITH_SESSIONS_END_ARG_COUNT,
};

/* Places of the arguments of users.get in an array of struct kith_arg. */
enum kith_users_get_arg {
	KITH_USERS_GET_USER,
	KITH_USERS_GET_ARG_COUNT,
};

/* Places of the arguments of users.search in an array of struct kith_arg. */
enum kith_users_search_arg {
	KITH_USERS_SEARCH_QUERY,
	KITH_USERS_SEARCH_LIMIT,
	KITH_USERS_SEARCH_CURSOR,
	KITH_USERS_SEARCH_ORGANIZATION,
	KITH_USERS_SEARCH_ARG_COUNT,
};

/* Places of the arguments of contacts.list in an array of struct kith_arg. */
enum kith_contacts_list_arg {
	KITH_CONTACTS_LIST_QUERY,
	KITH_CONTACTS_LIST_LIMIT,
	KITH_CONTACTS_LIST_CURSOR,
	KITH_CONTACTS_LIST_ARG_COUNT,
};

/* Places of the arguments of contacts.add in an array of struct kith_arg. */
enum kith_contacts_add_arg {
	KITH_CONTACTS_ADD_USER,
	KITH_CONTACTS_ADD_ARG_COUNT,
};

/* Places of the arguments of contacts.remove in an array of struct kith_arg. */
enum kith_contacts_remove_arg {
	KITH_CONTACTS_REMOVE_USER,
	KITH_CONTACTS_REMOVE_ARG_COUNT,
};

/* Places of the arguments of aliases.list in an array of struct kith_arg. */
enum kith_aliases_list_arg {
	KITH_ALIASES_LIST_USER,
	KITH_ALIASES_LIST_ARG_COUNT,
};

/* Places of the arguments of aliases.add in an array of struct kith_arg. */
enum kith_aliases_add_arg {
	KITH_ALIASES_ADD_USER,
	KITH_ALIASES_ADD_KIND,
	KITH_ALIASES_ADD_VALUE,
	KITH_ALIASES_ADD_ARG_COUNT,
};

/* Places of the arguments of aliases.remove in an array of struct kith_arg. */
enum kith_aliases_remove_arg {
	KITH_ALIASES_REMOVE_KIND,
	KITH_ALIASES_REMOVE_VALUE,
	KITH_ALIASES_REMOVE_ARG_COUNT,
};

/* Places of the arguments of conversations.list in an array of struct kith_arg. */
enum kith_conversations_list_arg {
	KITH_CONVERSATIONS_LIST_LIMIT,
	KITH_CONVERSATIONS_LIST_CURSOR,
	KITH_CONVERSATIONS_LIST_ORGANIZATION,
	KITH_CONVERSATIONS_LIST_FILTER,
	KITH_CONVERSATIONS_LIST_ARG_COUNT,
};

/* Places of the arguments of conversations.direct in an array of struct kith_arg. */
enum kith_conversations_direct_arg {
	KITH_CONVERSATIONS_DIRECT_USER,
	KITH_CONVERSATIONS_DIRECT_ORGANIZATION,
	KITH_CONVERSATIONS_DIRECT_ARG_COUNT,
};

/* Places of the arguments of conversations.get in an array of struct kith_arg. */
enum kith_conversations_get_arg {
	KITH_CONVERSATIONS_GET_CONVERSATION,
	KITH_CONVERSATIONS_GET_ARG_COUNT,
};

/* Places of the arguments of conversations.read in an array of struct kith_arg. */
enum kith_conversations_read_arg {
	KITH_CONVERSATIONS_READ_CONVERSATION,
	KITH_CONVERSATIONS_READ_UP_TO,
	KITH_CONVERSATIONS_READ_ARG_COUNT,
};

/* Places of the arguments of conversations.delivered in an array of struct kith_arg. */
enum kith_conversations_delivered_arg {
	KITH_CONVERSATIONS_DELIVERED_CONVERSATION,
	KITH_CONVERSATIONS_DELIVERED_UP_TO,
	KITH_CONVERSATIONS_DELIVERED_ARG_COUNT,
};

/* Places of the arguments of conversations.typing in an array of struct kith_arg. */
enum kith_conversations_typing_arg {
	KITH_CONVERSATIONS_TYPING_CONVERSATION,
	KITH_CONVERSATIONS_TYPING_STATE,
	KITH_CONVERSATIONS_TYPING_ARG_COUNT,
};

/* Places of the arguments of conversations.markUnread in an array of struct kith_arg. */
enum kith_conversations_mark_unread_arg {
	KITH_CONVERSATIONS_MARK_UNREAD_CONVERSATION,
	KITH_CONVERSATIONS_MARK_UNREAD_UNREAD,
	KITH_CONVERSATIONS_MARK_UNREAD_ARG_COUNT,
};

/* Places of the arguments of conversations.draft in an array of struct kith_arg. */
enum kith_conversations_draft_arg {
	KITH_CONVERSATIONS_DRAFT_CONVERSATION,
	KITH_CONVERSATIONS_DRAFT_TEXT,
	KITH_CONVERSATIONS_DRAFT_REPLY_TO,
	KITH_CONVERSATIONS_DRAFT_ARG_COUNT,
};

/* Places of the arguments of messages.list in an array of struct kith_arg. */
enum kith_messages_list_arg {
	KITH_MESSAGES_LIST_CONVERSATION,
	KITH_MESSAGES_LIST_BEFORE,
	KITH_MESSAGES_LIST_AFTER,
	KITH_MESSAGES_LIST_AROUND,
	KITH_MESSAGES_LIST_LIMIT,
	KITH_MESSAGES_LIST_ARG_COUNT,
};

/* Places of the arguments of messages.send in an array of struct kith_arg. */
enum kith_messages_send_arg {
	KITH_MESSAGES_SEND_CONVERSATION,
	KITH_MESSAGES_SEND_ID,
	KITH_MESSAGES_SEND_TEXT,
	KITH_MESSAGES_SEND_OPAQUE,
	KITH_MESSAGES_SEND_REPLY_TO,
	KITH_MESSAGES_SEND_ARG_COUNT,
};

/* Places of the arguments of messages.sendToUser in an array of struct kith_arg. */
enum kith_messages_send_to_user_arg {
	KITH_MESSAGES_SEND_TO_USER_ADDRESS,
	KITH_MESSAGES_SEND_TO_USER_ID,
	KITH_MESSAGES_SEND_TO_USER_TEXT,
	KITH_MESSAGES_SEND_TO_USER_OPAQUE,
	KITH_MESSAGES_SEND_TO_USER_REPLY_TO,
	KITH_MESSAGES_SEND_TO_USER_ORGANIZATION,
	KITH_MESSAGES_SEND_TO_USER_ARG_COUNT,
};

/* Places of the arguments of messages.get in an array of struct kith_arg. */
enum kith_messages_get_arg {
	KITH_MESSAGES_GET_ID,
	KITH_MESSAGES_GET_ARG_COUNT,
};

/* Places of the arguments of messages.edit in an array of struct kith_arg. */
enum kith_messages_edit_arg {
	KITH_MESSAGES_EDIT_ID,
	KITH_MESSAGES_EDIT_EDIT,
	KITH_MESSAGES_EDIT_TEXT,
	KITH_MESSAGES_EDIT_OPAQUE,
	KITH_MESSAGES_EDIT_ARG_COUNT,
};

/* Places of the arguments of messages.edits in an array of struct kith_arg. */
enum kith_messages_edits_arg {
	KITH_MESSAGES_EDITS_ID,
	KITH_MESSAGES_EDITS_BEFORE,
	KITH_MESSAGES_EDITS_LIMIT,
	KITH_MESSAGES_EDITS_ARG_COUNT,
};

/* Places of the arguments of messages.react in an array of struct kith_arg. */
enum kith_messages_react_arg {
	KITH_MESSAGES_REACT_ID,
	KITH_MESSAGES_REACT_EMOJI,
	KITH_MESSAGES_REACT_ON,
	KITH_MESSAGES_REACT_ARG_COUNT,
};

/* Places of the arguments of messages.receipts in an array of struct kith_arg. */
enum kith_messages_receipts_arg {
	KITH_MESSAGES_RECEIPTS_ID,
	KITH_MESSAGES_RECEIPTS_ARG_COUNT,
};

/* Places of the arguments of messages.delete in an array of struct kith_arg. */
enum kith_messages_delete_arg {
	KITH_MESSAGES_DELETE_IDS,
	KITH_MESSAGES_DELETE_ARG_COUNT,
};

/* Places of the arguments of messages.deleteForMe in an array of struct kith_arg. */
enum kith_messages_delete_for_me_arg {
	KITH_MESSAGES_DELETE_FOR_ME_IDS,
	KITH_MESSAGES_DELETE_FOR_ME_ARG_COUNT,
};

/* Places of the arguments of presence.watch in an array of struct kith_arg. */
enum kith_presence_watch_arg {
	KITH_PRESENCE_WATCH_USERS,
	KITH_PRESENCE_WATCH_ARG_COUNT,
};

/* Places of the arguments of sync in an array of struct kith_arg. */
enum kith_sync_arg {
	KITH_SYNC_SINCE,
	KITH_SYNC_LIMIT,
	KITH_SYNC_ARG_COUNT,
};

#endif
