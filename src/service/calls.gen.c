/*
 * calls.gen.c -- the table of calls.
 *
 * Generated from api/openapi.yaml by `make generate`; do not edit.
 */
#include "service/calls.gen.h"

static const struct kith_arg_row me_update_args[] = {
	{ .name = "name", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1, .max = 128 },
	{ .name = "metadata", .type = KITH_ARG_OBJECT, .place = KITH_ARG_IN_BODY, .min = 2,
	  .max = 16384 },
	{ .name = "privateMetadata", .type = KITH_ARG_OBJECT, .place = KITH_ARG_IN_BODY, .min = 2,
	  .max = 16384 },
	{ .name = "password", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 8,
	  .max = 1024 },
	{ .name = "oldPassword", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 1024 },
};
_Static_assert(KITH_COUNT(me_update_args) == KITH_ME_UPDATE_ARG_COUNT,
	"a row per argument");

static const char *const me_settings_theme_words[] = { "system", "light", "dark", NULL };
static const struct kith_arg_row me_settings_args[] = {
	{ .name = "showPresence", .type = KITH_ARG_BOOLEAN, .place = KITH_ARG_IN_BODY },
	{ .name = "showReceipts", .type = KITH_ARG_BOOLEAN, .place = KITH_ARG_IN_BODY },
	{ .name = "language", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 35 },
	{ .name = "theme", .type = KITH_ARG_ENUM, .place = KITH_ARG_IN_BODY,
	  .words = me_settings_theme_words },
};
_Static_assert(KITH_COUNT(me_settings_args) == KITH_ME_SETTINGS_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row sessions_create_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1, .max = 320 },
	{ .name = "password", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 1024 },
	{ .name = "link", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1, .max = 128 },
	{ .name = "token", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 8192 },
	{ .name = "device", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 128 },
	{ .name = "organization", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 64 },
};
_Static_assert(KITH_COUNT(sessions_create_args) == KITH_SESSIONS_CREATE_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row sessions_refresh_args[] = {
	{ .name = "refreshToken", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY,
	  .is_required = true, .min = 1, .max = 256 },
};
_Static_assert(KITH_COUNT(sessions_refresh_args) == KITH_SESSIONS_REFRESH_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row sessions_end_args[] = {
	{ .name = "session", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_PATH, .is_required = true },
};
_Static_assert(KITH_COUNT(sessions_end_args) == KITH_SESSIONS_END_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row users_get_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH, .is_required = true,
	  .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(users_get_args) == KITH_USERS_GET_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row users_search_args[] = {
	{ .name = "query", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY,
	  .is_required = true, .min = 1, .max = 128 },
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
	{ .name = "cursor", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 128 },
	{ .name = "organization", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 64 },
};
_Static_assert(KITH_COUNT(users_search_args) == KITH_USERS_SEARCH_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row contacts_list_args[] = {
	{ .name = "query", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 128 },
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
	{ .name = "cursor", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 128 },
};
_Static_assert(KITH_COUNT(contacts_list_args) == KITH_CONTACTS_LIST_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row contacts_add_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH, .is_required = true,
	  .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(contacts_add_args) == KITH_CONTACTS_ADD_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row contacts_remove_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH, .is_required = true,
	  .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(contacts_remove_args) == KITH_CONTACTS_REMOVE_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row aliases_list_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 320 },
};
_Static_assert(KITH_COUNT(aliases_list_args) == KITH_ALIASES_LIST_ARG_COUNT,
	"a row per argument");

static const char *const aliases_add_kind_words[] = { "wallet", "email", "phone", "external", NULL };
static const struct kith_arg_row aliases_add_args[] = {
	{ .name = "user", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = 320 },
	{ .name = "kind", .type = KITH_ARG_ENUM, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .words = aliases_add_kind_words },
	{ .name = "value", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(aliases_add_args) == KITH_ALIASES_ADD_ARG_COUNT,
	"a row per argument");

static const char *const aliases_remove_kind_words[] = { "wallet", "email", "phone", "external", NULL };
static const struct kith_arg_row aliases_remove_args[] = {
	{ .name = "kind", .type = KITH_ARG_ENUM, .place = KITH_ARG_IN_QUERY, .is_required = true,
	  .words = aliases_remove_kind_words },
	{ .name = "value", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY,
	  .is_required = true, .min = 1, .max = 320 },
};
_Static_assert(KITH_COUNT(aliases_remove_args) == KITH_ALIASES_REMOVE_ARG_COUNT,
	"a row per argument");

static const char *const conversations_list_filter_words[] = { "all", "unread", NULL };
static const struct kith_arg_row conversations_list_args[] = {
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
	{ .name = "cursor", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 64 },
	{ .name = "organization", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 64 },
	{ .name = "filter", .type = KITH_ARG_ENUM, .place = KITH_ARG_IN_QUERY,
	  .words = conversations_list_filter_words },
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

static const struct kith_arg_row conversations_delivered_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "upTo", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = INT64_C(9007199254740991) },
};
_Static_assert(KITH_COUNT(conversations_delivered_args) == KITH_CONVERSATIONS_DELIVERED_ARG_COUNT,
	"a row per argument");

static const char *const conversations_typing_state_words[] = { "composing", "gone", NULL };
static const struct kith_arg_row conversations_typing_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "state", .type = KITH_ARG_ENUM, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .words = conversations_typing_state_words },
};
_Static_assert(KITH_COUNT(conversations_typing_args) == KITH_CONVERSATIONS_TYPING_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row conversations_mark_unread_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "unread", .type = KITH_ARG_BOOLEAN, .place = KITH_ARG_IN_BODY,
	  .is_required = true },
};
_Static_assert(KITH_COUNT(conversations_mark_unread_args) == KITH_CONVERSATIONS_MARK_UNREAD_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row conversations_draft_args[] = {
	{ .name = "conversation", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_PATH,
	  .is_required = true, .min = 1, .max = 320 },
	{ .name = "text", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 0, .max = 16384 },
	{ .name = "replyTo", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_BODY },
};
_Static_assert(KITH_COUNT(conversations_draft_args) == KITH_CONVERSATIONS_DRAFT_ARG_COUNT,
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
	{ .name = "replyTo", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_BODY },
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
	{ .name = "replyTo", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_BODY },
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

static const struct kith_arg_row messages_edit_args[] = {
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_PATH, .is_required = true },
	{ .name = "edit", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_BODY },
	{ .name = "text", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 16384 },
	{ .name = "opaque", .type = KITH_ARG_BYTES, .place = KITH_ARG_IN_BODY, .min = 1,
	  .max = 49152 },
};
_Static_assert(KITH_COUNT(messages_edit_args) == KITH_MESSAGES_EDIT_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_edits_args[] = {
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_PATH, .is_required = true },
	{ .name = "before", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 36 },
	{ .name = "limit", .type = KITH_ARG_INTEGER, .place = KITH_ARG_IN_QUERY, .min = 1,
	  .max = 200 },
};
_Static_assert(KITH_COUNT(messages_edits_args) == KITH_MESSAGES_EDITS_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_react_args[] = {
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_PATH, .is_required = true },
	{ .name = "emoji", .type = KITH_ARG_STRING, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = 64 },
	{ .name = "on", .type = KITH_ARG_BOOLEAN, .place = KITH_ARG_IN_BODY },
};
_Static_assert(KITH_COUNT(messages_react_args) == KITH_MESSAGES_REACT_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_receipts_args[] = {
	{ .name = "id", .type = KITH_ARG_UUID, .place = KITH_ARG_IN_PATH, .is_required = true },
};
_Static_assert(KITH_COUNT(messages_receipts_args) == KITH_MESSAGES_RECEIPTS_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_delete_args[] = {
	{ .name = "ids", .type = KITH_ARG_LIST, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 36, .max = 36, .count_min = 1, .count_max = 100 },
};
_Static_assert(KITH_COUNT(messages_delete_args) == KITH_MESSAGES_DELETE_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row messages_delete_for_me_args[] = {
	{ .name = "ids", .type = KITH_ARG_LIST, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 36, .max = 36, .count_min = 1, .count_max = 100 },
};
_Static_assert(KITH_COUNT(messages_delete_for_me_args) == KITH_MESSAGES_DELETE_FOR_ME_ARG_COUNT,
	"a row per argument");

static const struct kith_arg_row presence_watch_args[] = {
	{ .name = "users", .type = KITH_ARG_LIST, .place = KITH_ARG_IN_BODY, .is_required = true,
	  .min = 1, .max = 320, .count_min = 0, .count_max = 200 },
};
_Static_assert(KITH_COUNT(presence_watch_args) == KITH_PRESENCE_WATCH_ARG_COUNT,
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
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_BOT | KITH_SCOPE_ADMIN,
		.status = 200,
	},
	[KITH_CALL_ME_UPDATE] = {
		.name = "me.update",
		.id = KITH_CALL_ME_UPDATE,
		.method = "PATCH",
		.path = "/v1/me",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_BOT | KITH_SCOPE_ADMIN,
		.writes = true,
		.status = 200,
		.args = me_update_args,
		.arg_count = KITH_COUNT(me_update_args),
	},
	[KITH_CALL_ME_SETTINGS] = {
		.name = "me.settings",
		.id = KITH_CALL_ME_SETTINGS,
		.method = "PATCH",
		.path = "/v1/me/settings",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = me_settings_args,
		.arg_count = KITH_COUNT(me_settings_args),
	},
	[KITH_CALL_ME_UNREAD] = {
		.name = "me.unread",
		.id = KITH_CALL_ME_UNREAD,
		.method = "GET",
		.path = "/v1/me/unread",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
	},
	[KITH_CALL_SESSIONS_LIST] = {
		.name = "sessions.list",
		.id = KITH_CALL_SESSIONS_LIST,
		.method = "GET",
		.path = "/v1/sessions",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_BOT | KITH_SCOPE_ADMIN,
		.status = 200,
	},
	[KITH_CALL_SESSIONS_CREATE] = {
		.name = "sessions.create",
		.id = KITH_CALL_SESSIONS_CREATE,
		.method = "POST",
		.path = "/v1/sessions",
		.scopes = 0,
		.writes = true,
		.status = 200,
		.args = sessions_create_args,
		.arg_count = KITH_COUNT(sessions_create_args),
	},
	[KITH_CALL_SESSIONS_REFRESH] = {
		.name = "sessions.refresh",
		.id = KITH_CALL_SESSIONS_REFRESH,
		.method = "POST",
		.path = "/v1/sessions/refresh",
		.scopes = 0,
		.writes = true,
		.status = 200,
		.args = sessions_refresh_args,
		.arg_count = KITH_COUNT(sessions_refresh_args),
	},
	[KITH_CALL_SESSIONS_END] = {
		.name = "sessions.end",
		.id = KITH_CALL_SESSIONS_END,
		.method = "DELETE",
		.path = "/v1/sessions/{session}",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_BOT | KITH_SCOPE_ADMIN,
		.writes = true,
		.status = 200,
		.args = sessions_end_args,
		.arg_count = KITH_COUNT(sessions_end_args),
	},
	[KITH_CALL_USERS_GET] = {
		.name = "users.get",
		.id = KITH_CALL_USERS_GET,
		.method = "GET",
		.path = "/v1/users/{user}",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_BOT | KITH_SCOPE_ADMIN,
		.status = 200,
		.args = users_get_args,
		.arg_count = KITH_COUNT(users_get_args),
	},
	[KITH_CALL_USERS_SEARCH] = {
		.name = "users.search",
		.id = KITH_CALL_USERS_SEARCH,
		.method = "GET",
		.path = "/v1/users",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_ADMIN,
		.status = 200,
		.args = users_search_args,
		.arg_count = KITH_COUNT(users_search_args),
	},
	[KITH_CALL_CONTACTS_LIST] = {
		.name = "contacts.list",
		.id = KITH_CALL_CONTACTS_LIST,
		.method = "GET",
		.path = "/v1/contacts",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = contacts_list_args,
		.arg_count = KITH_COUNT(contacts_list_args),
	},
	[KITH_CALL_CONTACTS_ADD] = {
		.name = "contacts.add",
		.id = KITH_CALL_CONTACTS_ADD,
		.method = "PUT",
		.path = "/v1/contacts/{user}",
		.scopes = KITH_SCOPE_USER,
		.writes = true,
		.status = 200,
		.args = contacts_add_args,
		.arg_count = KITH_COUNT(contacts_add_args),
	},
	[KITH_CALL_CONTACTS_REMOVE] = {
		.name = "contacts.remove",
		.id = KITH_CALL_CONTACTS_REMOVE,
		.method = "DELETE",
		.path = "/v1/contacts/{user}",
		.scopes = KITH_SCOPE_USER,
		.writes = true,
		.status = 200,
		.args = contacts_remove_args,
		.arg_count = KITH_COUNT(contacts_remove_args),
	},
	[KITH_CALL_ALIASES_LIST] = {
		.name = "aliases.list",
		.id = KITH_CALL_ALIASES_LIST,
		.method = "GET",
		.path = "/v1/aliases",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_OPERATOR | KITH_SCOPE_BOT,
		.status = 200,
		.args = aliases_list_args,
		.arg_count = KITH_COUNT(aliases_list_args),
	},
	[KITH_CALL_ALIASES_ADD] = {
		.name = "aliases.add",
		.id = KITH_CALL_ALIASES_ADD,
		.method = "POST",
		.path = "/v1/aliases",
		.scopes = KITH_SCOPE_OPERATOR,
		.writes = true,
		.status = 200,
		.args = aliases_add_args,
		.arg_count = KITH_COUNT(aliases_add_args),
	},
	[KITH_CALL_ALIASES_REMOVE] = {
		.name = "aliases.remove",
		.id = KITH_CALL_ALIASES_REMOVE,
		.method = "DELETE",
		.path = "/v1/aliases",
		.scopes = KITH_SCOPE_OPERATOR,
		.writes = true,
		.status = 200,
		.args = aliases_remove_args,
		.arg_count = KITH_COUNT(aliases_remove_args),
	},
	[KITH_CALL_CONVERSATIONS_LIST] = {
		.name = "conversations.list",
		.id = KITH_CALL_CONVERSATIONS_LIST,
		.method = "GET",
		.path = "/v1/conversations",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = conversations_list_args,
		.arg_count = KITH_COUNT(conversations_list_args),
	},
	[KITH_CALL_CONVERSATIONS_DIRECT] = {
		.name = "conversations.direct",
		.id = KITH_CALL_CONVERSATIONS_DIRECT,
		.method = "POST",
		.path = "/v1/conversations/direct",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
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
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = conversations_get_args,
		.arg_count = KITH_COUNT(conversations_get_args),
	},
	[KITH_CALL_CONVERSATIONS_READ] = {
		.name = "conversations.read",
		.id = KITH_CALL_CONVERSATIONS_READ,
		.method = "POST",
		.path = "/v1/conversations/{conversation}/read",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = conversations_read_args,
		.arg_count = KITH_COUNT(conversations_read_args),
	},
	[KITH_CALL_CONVERSATIONS_DELIVERED] = {
		.name = "conversations.delivered",
		.id = KITH_CALL_CONVERSATIONS_DELIVERED,
		.method = "POST",
		.path = "/v1/conversations/{conversation}/delivered",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = conversations_delivered_args,
		.arg_count = KITH_COUNT(conversations_delivered_args),
	},
	[KITH_CALL_CONVERSATIONS_TYPING] = {
		.name = "conversations.typing",
		.id = KITH_CALL_CONVERSATIONS_TYPING,
		.method = "POST",
		.path = "/v1/conversations/{conversation}/typing",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = conversations_typing_args,
		.arg_count = KITH_COUNT(conversations_typing_args),
	},
	[KITH_CALL_CONVERSATIONS_MARK_UNREAD] = {
		.name = "conversations.markUnread",
		.id = KITH_CALL_CONVERSATIONS_MARK_UNREAD,
		.method = "PUT",
		.path = "/v1/conversations/{conversation}/unread",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = conversations_mark_unread_args,
		.arg_count = KITH_COUNT(conversations_mark_unread_args),
	},
	[KITH_CALL_CONVERSATIONS_DRAFT] = {
		.name = "conversations.draft",
		.id = KITH_CALL_CONVERSATIONS_DRAFT,
		.method = "PUT",
		.path = "/v1/conversations/{conversation}/draft",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = conversations_draft_args,
		.arg_count = KITH_COUNT(conversations_draft_args),
	},
	[KITH_CALL_MESSAGES_LIST] = {
		.name = "messages.list",
		.id = KITH_CALL_MESSAGES_LIST,
		.method = "GET",
		.path = "/v1/conversations/{conversation}/messages",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = messages_list_args,
		.arg_count = KITH_COUNT(messages_list_args),
	},
	[KITH_CALL_MESSAGES_SEND] = {
		.name = "messages.send",
		.id = KITH_CALL_MESSAGES_SEND,
		.method = "POST",
		.path = "/v1/conversations/{conversation}/messages",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
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
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
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
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = messages_get_args,
		.arg_count = KITH_COUNT(messages_get_args),
	},
	[KITH_CALL_MESSAGES_EDIT] = {
		.name = "messages.edit",
		.id = KITH_CALL_MESSAGES_EDIT,
		.method = "PATCH",
		.path = "/v1/messages/{id}",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = messages_edit_args,
		.arg_count = KITH_COUNT(messages_edit_args),
	},
	[KITH_CALL_MESSAGES_EDITS] = {
		.name = "messages.edits",
		.id = KITH_CALL_MESSAGES_EDITS,
		.method = "GET",
		.path = "/v1/messages/{id}/edits",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = messages_edits_args,
		.arg_count = KITH_COUNT(messages_edits_args),
	},
	[KITH_CALL_MESSAGES_REACT] = {
		.name = "messages.react",
		.id = KITH_CALL_MESSAGES_REACT,
		.method = "PUT",
		.path = "/v1/messages/{id}/reactions",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = messages_react_args,
		.arg_count = KITH_COUNT(messages_react_args),
	},
	[KITH_CALL_MESSAGES_RECEIPTS] = {
		.name = "messages.receipts",
		.id = KITH_CALL_MESSAGES_RECEIPTS,
		.method = "GET",
		.path = "/v1/messages/{id}/receipts",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = messages_receipts_args,
		.arg_count = KITH_COUNT(messages_receipts_args),
	},
	[KITH_CALL_MESSAGES_DELETE] = {
		.name = "messages.delete",
		.id = KITH_CALL_MESSAGES_DELETE,
		.method = "POST",
		.path = "/v1/messages/delete",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = messages_delete_args,
		.arg_count = KITH_COUNT(messages_delete_args),
	},
	[KITH_CALL_MESSAGES_DELETE_FOR_ME] = {
		.name = "messages.deleteForMe",
		.id = KITH_CALL_MESSAGES_DELETE_FOR_ME,
		.method = "POST",
		.path = "/v1/messages/delete-for-me",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.writes = true,
		.status = 200,
		.args = messages_delete_for_me_args,
		.arg_count = KITH_COUNT(messages_delete_for_me_args),
	},
	[KITH_CALL_PRESENCE_WATCH] = {
		.name = "presence.watch",
		.id = KITH_CALL_PRESENCE_WATCH,
		.method = "POST",
		.path = "/v1/presence/watch",
		.scopes = KITH_SCOPE_USER,
		.status = 200,
		.args = presence_watch_args,
		.arg_count = KITH_COUNT(presence_watch_args),
	},
	[KITH_CALL_SYNC] = {
		.name = "sync",
		.id = KITH_CALL_SYNC,
		.method = "GET",
		.path = "/v1/sync",
		.scopes = KITH_SCOPE_USER | KITH_SCOPE_BOT,
		.status = 200,
		.args = sync_args,
		.arg_count = KITH_COUNT(sync_args),
	},
};

_Static_assert(KITH_ARGS_MAX >= 6, "a call has more arguments than fit");
