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
	KITH_CALL_USERS_GET,
	KITH_CALL_CONVERSATIONS_LIST,
	KITH_CALL_CONVERSATIONS_DIRECT,
	KITH_CALL_CONVERSATIONS_GET,
	KITH_CALL_CONVERSATIONS_READ,
	KITH_CALL_MESSAGES_LIST,
	KITH_CALL_MESSAGES_SEND,
	KITH_CALL_MESSAGES_SEND_TO_USER,
	KITH_CALL_MESSAGES_GET,
	KITH_CALL_SYNC,
	KITH_CALL_COUNT,
};

/* One call: the same row whatever door it comes through. */
struct kith_call_row {
	const char *name;            /* its operationId, and on the socket its name      */
	enum kith_call_id id;
	const char *method;          /* of HTTP: "GET"                                   */
	const char *path;            /* "/v1/users/{user}": {} is one segment            */
	unsigned scopes;             /* bits of enum kith_scope that may make it         */
	const char *feature;         /* the plan feature it needs, or NULL               */
	bool writes;                 /* it goes through the store's writer               */
	int status;                  /* of HTTP when it worked; a repeat answers 200     */
	const struct kith_arg_row *args;
	size_t arg_count;
};

/* In the order of enum kith_call_id. */
extern const struct kith_call_row kith_calls[KITH_CALL_COUNT];

/* Places of the arguments of users.get in an array of struct kith_arg. */
enum kith_users_get_arg {
	KITH_USERS_GET_USER,
	KITH_USERS_GET_ARG_COUNT,
};

/* Places of the arguments of conversations.list in an array of struct kith_arg. */
enum kith_conversations_list_arg {
	KITH_CONVERSATIONS_LIST_LIMIT,
	KITH_CONVERSATIONS_LIST_CURSOR,
	KITH_CONVERSATIONS_LIST_ORGANIZATION,
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
	KITH_MESSAGES_SEND_ARG_COUNT,
};

/* Places of the arguments of messages.sendToUser in an array of struct kith_arg. */
enum kith_messages_send_to_user_arg {
	KITH_MESSAGES_SEND_TO_USER_ADDRESS,
	KITH_MESSAGES_SEND_TO_USER_ID,
	KITH_MESSAGES_SEND_TO_USER_TEXT,
	KITH_MESSAGES_SEND_TO_USER_OPAQUE,
	KITH_MESSAGES_SEND_TO_USER_ORGANIZATION,
	KITH_MESSAGES_SEND_TO_USER_ARG_COUNT,
};

/* Places of the arguments of messages.get in an array of struct kith_arg. */
enum kith_messages_get_arg {
	KITH_MESSAGES_GET_ID,
	KITH_MESSAGES_GET_ARG_COUNT,
};

/* Places of the arguments of sync in an array of struct kith_arg. */
enum kith_sync_arg {
	KITH_SYNC_SINCE,
	KITH_SYNC_LIMIT,
	KITH_SYNC_ARG_COUNT,
};

#endif
