/*
 * calls.gen.c -- tables and thin wrappers.
 *
 * Generated from the files in api/ by `make generate`; do not edit.
 */
#include "client/calls.gen.h"

#include "base/macros.h"

_Static_assert(sizeof(enum kith_api_message_kind) == sizeof(int),
	"a word is written as an int");
static const char *const message_kind_words[] = { "text", "opaque", NULL };
_Static_assert(sizeof(enum kith_api_scope) == sizeof(int),
	"a word is written as an int");
static const char *const scope_words[] = { "user", "operator", NULL };
_Static_assert(sizeof(enum kith_api_conversation_kind) == sizeof(int),
	"a word is written as an int");
static const char *const conversation_kind_words[] = { "direct", NULL };
_Static_assert(sizeof(enum kith_api_event_name) == sizeof(int),
	"a word is written as an int");
static const char *const event_name_words[] = { "message.new", "conversation.read", NULL };

static const struct kith_decode_row user_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_user, id) },
	{ .name = "name", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_user, name) },
};

const struct kith_decode_table kith_decode_user = {
	.name = "User",
	.size = sizeof(struct kith_api_user),
	.rows = user_rows,
	.row_count = KITH_COUNT(user_rows),
};

static const struct kith_decode_row organization_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_organization, id) },
	{ .name = "domain", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_organization, domain) },
};

const struct kith_decode_table kith_decode_organization = {
	.name = "Organization",
	.size = sizeof(struct kith_api_organization),
	.rows = organization_rows,
	.row_count = KITH_COUNT(organization_rows),
};

static const struct kith_decode_row me_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_me, id) },
	{ .name = "name", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_me, name) },
	{ .name = "organizations", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_me, organizations),
	  .count_offset = offsetof(struct kith_api_me, organizations_count),
	  .table = &kith_decode_organization },
	{ .name = "scope", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_me, scope), .words = scope_words },
};

const struct kith_decode_table kith_decode_me = {
	.name = "Me",
	.size = sizeof(struct kith_api_me),
	.rows = me_rows,
	.row_count = KITH_COUNT(me_rows),
};

static const struct kith_decode_row message_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_message, id) },
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_message, conversation) },
	{ .name = "n", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_message, n) },
	{ .name = "from", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_message, from) },
	{ .name = "kind", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_message, kind), .words = message_kind_words },
	{ .name = "text", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_message, text) },
	{ .name = "opaque", .type = KITH_DECODE_BYTES,
	  .offset = offsetof(struct kith_api_message, opaque) },
	{ .name = "createdAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_message, created_at_us) },
	{ .name = "sentAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_message, sent_at_us) },
};

const struct kith_decode_table kith_decode_message = {
	.name = "Message",
	.size = sizeof(struct kith_api_message),
	.rows = message_rows,
	.row_count = KITH_COUNT(message_rows),
};

static const struct kith_decode_row message_page_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_message_page, items),
	  .count_offset = offsetof(struct kith_api_message_page, items_count),
	  .table = &kith_decode_message },
	{ .name = "next", .type = KITH_DECODE_TEXT, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_message_page, next) },
	{ .name = "prev", .type = KITH_DECODE_TEXT, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_message_page, prev) },
};

const struct kith_decode_table kith_decode_message_page = {
	.name = "MessagePage",
	.size = sizeof(struct kith_api_message_page),
	.rows = message_page_rows,
	.row_count = KITH_COUNT(message_page_rows),
};

static const struct kith_decode_row conversation_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, id) },
	{ .name = "organization", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, organization) },
	{ .name = "kind", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, kind), .words = conversation_kind_words },
	{ .name = "members", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, members),
	  .count_offset = offsetof(struct kith_api_conversation, members_count),
	  .table = &kith_decode_user },
	{ .name = "createdAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, created_at_us) },
	{ .name = "n", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, n) },
	{ .name = "seen", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, seen) },
	{ .name = "unread", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, unread) },
	{ .name = "last", .type = KITH_DECODE_POINTER, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_conversation, last), .table = &kith_decode_message },
};

const struct kith_decode_table kith_decode_conversation = {
	.name = "Conversation",
	.size = sizeof(struct kith_api_conversation),
	.rows = conversation_rows,
	.row_count = KITH_COUNT(conversation_rows),
};

static const struct kith_decode_row conversation_page_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation_page, items),
	  .count_offset = offsetof(struct kith_api_conversation_page, items_count),
	  .table = &kith_decode_conversation },
	{ .name = "next", .type = KITH_DECODE_TEXT, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_conversation_page, next) },
};

const struct kith_decode_table kith_decode_conversation_page = {
	.name = "ConversationPage",
	.size = sizeof(struct kith_api_conversation_page),
	.rows = conversation_page_rows,
	.row_count = KITH_COUNT(conversation_page_rows),
};

static const struct kith_decode_row read_state_rows[] = {
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, conversation) },
	{ .name = "seen", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, seen) },
	{ .name = "unread", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, unread) },
};

const struct kith_decode_table kith_decode_read_state = {
	.name = "ReadState",
	.size = sizeof(struct kith_api_read_state),
	.rows = read_state_rows,
	.row_count = KITH_COUNT(read_state_rows),
};

static const struct kith_decode_variant event_variants[] = {
	{ .word = "message.new", .offset = offsetof(struct kith_api_event, message),
	  .table = &kith_decode_message },
	{ .word = "conversation.read", .offset = offsetof(struct kith_api_event, read_state),
	  .table = &kith_decode_read_state },
	{ .word = NULL },
};

static const struct kith_decode_row event_rows[] = {
	{ .name = "event", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_event, event), .words = event_name_words },
	{ .name = "cursor", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_event, cursor) },
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_event, conversation) },
	{ .name = "n", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_event, n) },
	{ .name = "data", .type = KITH_DECODE_VARIANT, .is_required = true, .by = "event",
	  .variants = event_variants },
};

const struct kith_decode_table kith_decode_event = {
	.name = "Event",
	.size = sizeof(struct kith_api_event),
	.rows = event_rows,
	.row_count = KITH_COUNT(event_rows),
};

static const struct kith_decode_row sync_page_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_sync_page, items),
	  .count_offset = offsetof(struct kith_api_sync_page, items_count),
	  .table = &kith_decode_event },
	{ .name = "cursor", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_sync_page, cursor) },
	{ .name = "more", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_sync_page, has_more) },
	{ .name = "reload", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_sync_page, must_reload) },
};

const struct kith_decode_table kith_decode_sync_page = {
	.name = "SyncPage",
	.size = sizeof(struct kith_api_sync_page),
	.rows = sync_page_rows,
	.row_count = KITH_COUNT(sync_page_rows),
};

static const struct kith_decode_row health_rows[] = {
	{ .name = "status", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_health, status) },
	{ .name = "part", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_health, part) },
};

const struct kith_decode_table kith_decode_health = {
	.name = "Health",
	.size = sizeof(struct kith_api_health),
	.rows = health_rows,
	.row_count = KITH_COUNT(health_rows),
};

static const struct kith_decode_row limits_rows[] = {
	{ .name = "frameBytes", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_limits, frame_bytes) },
	{ .name = "textBytes", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_limits, text_bytes) },
	{ .name = "opaqueBytes", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_limits, opaque_bytes) },
	{ .name = "pageItems", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_limits, page_items) },
	{ .name = "calls", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_limits, calls) },
};

const struct kith_decode_table kith_decode_limits = {
	.name = "Limits",
	.size = sizeof(struct kith_api_limits),
	.rows = limits_rows,
	.row_count = KITH_COUNT(limits_rows),
};

static const struct kith_decode_row welcome_rows[] = {
	{ .name = "me", .type = KITH_DECODE_STRUCT, .is_required = true,
	  .offset = offsetof(struct kith_api_welcome, me), .table = &kith_decode_me },
	{ .name = "cursor", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_welcome, cursor) },
	{ .name = "serverTime", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_welcome, server_time_us) },
	{ .name = "limits", .type = KITH_DECODE_STRUCT, .is_required = true,
	  .offset = offsetof(struct kith_api_welcome, limits), .table = &kith_decode_limits },
	{ .name = "heartbeatMs", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_welcome, heartbeat_ms) },
};

const struct kith_decode_table kith_decode_welcome = {
	.name = "Welcome",
	.size = sizeof(struct kith_api_welcome),
	.rows = welcome_rows,
	.row_count = KITH_COUNT(welcome_rows),
};

static const struct kith_decode_row bye_rows[] = {
	{ .name = "code", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_bye, code) },
	{ .name = "reason", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_bye, reason) },
	{ .name = "retryAfterMs", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_bye, retry_after_ms) },
};

const struct kith_decode_table kith_decode_bye = {
	.name = "Bye",
	.size = sizeof(struct kith_api_bye),
	.rows = bye_rows,
	.row_count = KITH_COUNT(bye_rows),
};

static void deliver_me_get(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_me *result = answer->result;
	((kith_me_get_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row users_get_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_users_get_args, user) },
};

static void deliver_users_get(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_user *result = answer->result;
	((kith_users_get_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_list_args[] = {
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_conversations_list_args, limit) },
	{ .name = "cursor", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_conversations_list_args, cursor) },
	{ .name = "organization", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_conversations_list_args, organization) },
};

static void deliver_conversations_list(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_conversation_page *result = answer->result;
	((kith_conversations_list_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_direct_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_direct_args, user) },
	{ .name = "organization", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_conversations_direct_args, organization) },
};

static void deliver_conversations_direct(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_conversation *result = answer->result;
	((kith_conversations_direct_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_get_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_get_args, conversation) },
};

static void deliver_conversations_get(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_conversation *result = answer->result;
	((kith_conversations_get_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_read_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_read_args, conversation) },
	{ .name = "upTo", .type = KITH_ENCODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_conversations_read_args, up_to) },
};

static void deliver_conversations_read(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_read_state *result = answer->result;
	((kith_conversations_read_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_list_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_list_args, conversation) },
	{ .name = "before", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_list_args, before) },
	{ .name = "after", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_list_args, after) },
	{ .name = "around", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_list_args, around) },
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_messages_list_args, limit) },
};

static void deliver_messages_list(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_message_page *result = answer->result;
	((kith_messages_list_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_send_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_send_args, conversation) },
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_new_id = true,
	  .offset = offsetof(struct kith_messages_send_args, id) },
	{ .name = "text", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_send_args, text) },
	{ .name = "opaque", .type = KITH_ENCODE_BYTES,
	  .offset = offsetof(struct kith_messages_send_args, opaque) },
};

static void deliver_messages_send(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_message *result = answer->result;
	((kith_messages_send_fn *)done)(context, answer->problem, result, answer->is_repeated);
}

static const struct kith_encode_row messages_send_to_user_args[] = {
	{ .name = "address", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_send_to_user_args, address) },
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_new_id = true,
	  .offset = offsetof(struct kith_messages_send_to_user_args, id) },
	{ .name = "text", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_send_to_user_args, text) },
	{ .name = "opaque", .type = KITH_ENCODE_BYTES,
	  .offset = offsetof(struct kith_messages_send_to_user_args, opaque) },
	{ .name = "organization", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_send_to_user_args, organization) },
};

static void deliver_messages_send_to_user(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_message *result = answer->result;
	((kith_messages_send_to_user_fn *)done)(context, answer->problem, result, answer->is_repeated);
}

static const struct kith_encode_row messages_get_args[] = {
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_get_args, id) },
};

static void deliver_messages_get(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_message *result = answer->result;
	((kith_messages_get_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row sync_args[] = {
	{ .name = "since", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sync_args, since) },
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_sync_args, limit) },
};

static void deliver_sync(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_sync_page *result = answer->result;
	((kith_sync_fn *)done)(context, answer->problem, result);
}

const struct kith_client_call kith_client_calls[KITH_CLIENT_CALL_COUNT] = {
	[KITH_CLIENT_CALL_ME_GET] = {
		.name = "me.get",
		.result = &kith_decode_me,
		.deliver = deliver_me_get,
	},
	[KITH_CLIENT_CALL_USERS_GET] = {
		.name = "users.get",
		.args = users_get_args,
		.arg_count = KITH_COUNT(users_get_args),
		.result = &kith_decode_user,
		.deliver = deliver_users_get,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_LIST] = {
		.name = "conversations.list",
		.args = conversations_list_args,
		.arg_count = KITH_COUNT(conversations_list_args),
		.result = &kith_decode_conversation_page,
		.deliver = deliver_conversations_list,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_DIRECT] = {
		.name = "conversations.direct",
		.writes = true,
		.args = conversations_direct_args,
		.arg_count = KITH_COUNT(conversations_direct_args),
		.result = &kith_decode_conversation,
		.deliver = deliver_conversations_direct,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_GET] = {
		.name = "conversations.get",
		.args = conversations_get_args,
		.arg_count = KITH_COUNT(conversations_get_args),
		.result = &kith_decode_conversation,
		.deliver = deliver_conversations_get,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_READ] = {
		.name = "conversations.read",
		.writes = true,
		.args = conversations_read_args,
		.arg_count = KITH_COUNT(conversations_read_args),
		.result = &kith_decode_read_state,
		.deliver = deliver_conversations_read,
	},
	[KITH_CLIENT_CALL_MESSAGES_LIST] = {
		.name = "messages.list",
		.args = messages_list_args,
		.arg_count = KITH_COUNT(messages_list_args),
		.result = &kith_decode_message_page,
		.deliver = deliver_messages_list,
	},
	[KITH_CLIENT_CALL_MESSAGES_SEND] = {
		.name = "messages.send",
		.writes = true,
		.is_repeatable = true,
		.args = messages_send_args,
		.arg_count = KITH_COUNT(messages_send_args),
		.result = &kith_decode_message,
		.deliver = deliver_messages_send,
	},
	[KITH_CLIENT_CALL_MESSAGES_SEND_TO_USER] = {
		.name = "messages.sendToUser",
		.writes = true,
		.is_repeatable = true,
		.args = messages_send_to_user_args,
		.arg_count = KITH_COUNT(messages_send_to_user_args),
		.result = &kith_decode_message,
		.deliver = deliver_messages_send_to_user,
	},
	[KITH_CLIENT_CALL_MESSAGES_GET] = {
		.name = "messages.get",
		.args = messages_get_args,
		.arg_count = KITH_COUNT(messages_get_args),
		.result = &kith_decode_message,
		.deliver = deliver_messages_get,
	},
	[KITH_CLIENT_CALL_SYNC] = {
		.name = "sync",
		.args = sync_args,
		.arg_count = KITH_COUNT(sync_args),
		.result = &kith_decode_sync_page,
		.deliver = deliver_sync,
	},
};

const struct kith_client_call *kith_client_call_find(struct kith_str name)
{
	for (size_t i = 0; i < KITH_CLIENT_CALL_COUNT; i++) {
		if (kith_str_is(name, kith_client_calls[i].name)) {
			return &kith_client_calls[i];
		}
	}
	return NULL;
}

int kith_me_get(struct kith_client *client,
	kith_me_get_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ME_GET],
		NULL, (kith_done_fn *)done, context);
}

int kith_users_get(struct kith_client *client,
	const struct kith_users_get_args *args,
	kith_users_get_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_USERS_GET],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_list(struct kith_client *client,
	const struct kith_conversations_list_args *args,
	kith_conversations_list_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_LIST],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_direct(struct kith_client *client,
	const struct kith_conversations_direct_args *args,
	kith_conversations_direct_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_DIRECT],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_get(struct kith_client *client,
	const struct kith_conversations_get_args *args,
	kith_conversations_get_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_GET],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_read(struct kith_client *client,
	const struct kith_conversations_read_args *args,
	kith_conversations_read_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_READ],
		args, (kith_done_fn *)done, context);
}

int kith_messages_list(struct kith_client *client,
	const struct kith_messages_list_args *args,
	kith_messages_list_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_LIST],
		args, (kith_done_fn *)done, context);
}

int kith_messages_send(struct kith_client *client,
	const struct kith_messages_send_args *args,
	kith_messages_send_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_SEND],
		args, (kith_done_fn *)done, context);
}

int kith_messages_send_to_user(struct kith_client *client,
	const struct kith_messages_send_to_user_args *args,
	kith_messages_send_to_user_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_SEND_TO_USER],
		args, (kith_done_fn *)done, context);
}

int kith_messages_get(struct kith_client *client,
	const struct kith_messages_get_args *args,
	kith_messages_get_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_GET],
		args, (kith_done_fn *)done, context);
}

int kith_sync(struct kith_client *client,
	const struct kith_sync_args *args,
	kith_sync_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_SYNC],
		args, (kith_done_fn *)done, context);
}
