/*
 * calls.gen.c -- the table of calls.
 *
 * Generated from api/openapi.yaml by `make generate`; do not edit.
 */
#include "service/calls.gen.h"

static const struct kith_arg_row users_get_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH, .is_required = true,
	  .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(users_get_args) == KITH_USERS_GET_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row conversations_list_args[] = {
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
	{ .name = "cursor", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 64 },
	{ .name = "organization", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 64 },
};
_Static_assert(KITH_COUNT(conversations_list_args) == KITH_CONVERSATIONS_LIST_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row conversations_direct_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = 320 },
	{ .name = "organization", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 64 },
};
_Static_assert(KITH_COUNT(conversations_direct_args) == KITH_CONVERSATIONS_DIRECT_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row conversations_get_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(conversations_get_args) == KITH_CONVERSATIONS_GET_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row conversations_read_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "upTo", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = INT64_C(9007199254740991) },
};
_Static_assert(KITH_COUNT(conversations_read_args) == KITH_CONVERSATIONS_READ_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_list_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "before", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 36 },
	{ .name = "after", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 36 },
	{ .name = "around", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 36 },
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
};
_Static_assert(KITH_COUNT(messages_list_args) == KITH_MESSAGES_LIST_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_send_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_BODY },
	{ .name = "text", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 16384 },
	{ .name = "opaque", .type = KITH_ARG_BYTES, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 49152 },
};
_Static_assert(KITH_COUNT(messages_send_args) == KITH_MESSAGES_SEND_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_send_to_user_args[] = {
	{ .name = "address", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_BODY },
	{ .name = "text", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 16384 },
	{ .name = "opaque", .type = KITH_ARG_BYTES, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 49152 },
	{ .name = "organization", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 64 },
};
_Static_assert(KITH_COUNT(messages_send_to_user_args) == KITH_MESSAGES_SEND_TO_USER_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_get_args[] = {
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_PATH, .is_required = true },
};
_Static_assert(KITH_COUNT(messages_get_args) == KITH_MESSAGES_GET_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row sync_args[] = {
	{ .name = "since", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 64 },
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
};
_Static_assert(KITH_COUNT(sync_args) == KITH_SYNC_ARG_COUNT,
	"a row per argument");

const struct kith_call_row kith_calls[KITH_CALL_COUNT] = {
	[KITH_CALL_ME_GET] = {
		.name = "me.get",
		.id = KITH_CALL_ME_GET,
		.method = "GET",
		.path = "/v1/me",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR,
		.status = 200,
	},
	[KITH_CALL_USERS_GET] = {
		.name = "users.get",
		.id = KITH_CALL_USERS_GET,
		.method = "GET",
		.path = "/v1/users/{user}",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR,
		.status = 200,
		.args = users_get_args,
		.arg_count = KITH_COUNT(users_get_args),
	},
	[KITH_CALL_CONVERSATIONS_LIST] = {
		.name = "conversations.list",
		.id = KITH_CALL_CONVERSATIONS_LIST,
		.method = "GET",
		.path = "/v1/conversations",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = conversations_list_args,
		.arg_count = KITH_COUNT(conversations_list_args),
	},
	[KITH_CALL_CONVERSATIONS_DIRECT] = {
		.name = "conversations.direct",
		.id = KITH_CALL_CONVERSATIONS_DIRECT,
		.method = "POST",
		.path = "/v1/conversations/direct",
		.scopes = KITH_SCOPE_USER,
		.writes = true,
		.status = 200,
		.args = conversations_direct_args,
		.arg_count = KITH_COUNT(conversations_direct_args),
	},
	[KITH_CALL_CONVERSATIONS_GET] = {
		.name = "conversations.get",
		.id = KITH_CALL_CONVERSATIONS_GET,
		.method = "GET",
		.path = "/v1/conversations/{conversation}",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = conversations_get_args,
		.arg_count = KITH_COUNT(conversations_get_args),
	},
	[KITH_CALL_CONVERSATIONS_READ] = {
		.name = "conversations.read",
		.id = KITH_CALL_CONVERSATIONS_READ,
		.method = "POST",
		.path = "/v1/conversations/{conversation}/read",
		.scopes = KITH_SCOPE_USER,
		.writes = true,
		.status = 200,
		.args = conversations_read_args,
		.arg_count = KITH_COUNT(conversations_read_args),
	},
	[KITH_CALL_MESSAGES_LIST] = {
		.name = "messages.list",
		.id = KITH_CALL_MESSAGES_LIST,
		.method = "GET",
		.path = "/v1/conversations/{conversation}/messages",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = messages_list_args,
		.arg_count = KITH_COUNT(messages_list_args),
	},
	[KITH_CALL_MESSAGES_SEND] = {
		.name = "messages.send",
		.id = KITH_CALL_MESSAGES_SEND,
		.method = "POST",
		.path = "/v1/conversations/{conversation}/messages",
		.scopes = KITH_SCOPE_USER,
		.writes = true,
		.status = 201,
		.args = messages_send_args,
		.arg_count = KITH_COUNT(messages_send_args),
	},
	[KITH_CALL_MESSAGES_SEND_TO_USER] = {
		.name = "messages.sendToUser",
		.id = KITH_CALL_MESSAGES_SEND_TO_USER,
		.method = "POST",
		.path = "/v1/users/{address}/messages",
		.scopes = KITH_SCOPE_USER,
		.writes = true,
		.status = 201,
		.args = messages_send_to_user_args,
		.arg_count = KITH_COUNT(messages_send_to_user_args),
	},
	[KITH_CALL_MESSAGES_GET] = {
		.name = "messages.get",
		.id = KITH_CALL_MESSAGES_GET,
		.method = "GET",
		.path = "/v1/messages/{id}",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = messages_get_args,
		.arg_count = KITH_COUNT(messages_get_args),
	},
	[KITH_CALL_SYNC] = {
		.name = "sync",
		.id = KITH_CALL_SYNC,
		.method = "GET",
		.path = "/v1/sync",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = sync_args,
		.arg_count = KITH_COUNT(sync_args),
	},
};

_Static_assert(KITH_ARGS_MAX >= 5, "a call has more arguments than fit");
