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
static const char *const scope_words[] = { "user", "operator", "bot", "admin", NULL };
_Static_assert(sizeof(enum kith_api_theme) == sizeof(int),
	"a word is written as an int");
static const char *const theme_words[] = { "system", "light", "dark", NULL };
_Static_assert(sizeof(enum kith_api_conversation_filter) == sizeof(int),
	"a word is written as an int");
static const char *const conversation_filter_words[] = { "all", "unread", NULL };
_Static_assert(sizeof(enum kith_api_conversation_kind) == sizeof(int),
	"a word is written as an int");
static const char *const conversation_kind_words[] = { "direct", NULL };
_Static_assert(sizeof(enum kith_api_alias_kind) == sizeof(int),
	"a word is written as an int");
static const char *const alias_kind_words[] = { "wallet", "email", "phone", "external", NULL };
_Static_assert(sizeof(enum kith_api_typing_state) == sizeof(int),
	"a word is written as an int");
static const char *const typing_state_words[] = { "composing", "gone", NULL };
_Static_assert(sizeof(enum kith_api_event_name) == sizeof(int),
	"a word is written as an int");
static const char *const event_name_words[] = { "message.new", "message.edited", "message.deleted", "message.reaction", "message.hidden", "conversation.read", "conversation.receipt", "conversation.draft", "me.changed", "contacts.changed", "me.unread", "conversation.typing", "presence", NULL };

static const struct kith_decode_row user_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_user, id) },
	{ .name = "name", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_user, name) },
	{ .name = "bot", .type = KITH_DECODE_BOOL,
	  .offset = offsetof(struct kith_api_user, is_bot) },
};

const struct kith_decode_table kith_decode_user = {
	.name = "User",
	.size = sizeof(struct kith_api_user),
	.rows = user_rows,
	.row_count = KITH_COUNT(user_rows),
};

static const struct kith_decode_row profile_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_profile, id) },
	{ .name = "name", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_profile, name) },
	{ .name = "bot", .type = KITH_DECODE_BOOL,
	  .offset = offsetof(struct kith_api_profile, is_bot) },
	{ .name = "metadata", .type = KITH_DECODE_OBJECT,
	  .offset = offsetof(struct kith_api_profile, metadata) },
};

const struct kith_decode_table kith_decode_profile = {
	.name = "Profile",
	.size = sizeof(struct kith_api_profile),
	.rows = profile_rows,
	.row_count = KITH_COUNT(profile_rows),
};

static const struct kith_decode_row settings_rows[] = {
	{ .name = "showPresence", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_settings, show_presence) },
	{ .name = "showReceipts", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_settings, show_receipts) },
	{ .name = "language", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_settings, language) },
	{ .name = "theme", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_settings, theme), .words = theme_words },
};

const struct kith_decode_table kith_decode_settings = {
	.name = "Settings",
	.size = sizeof(struct kith_api_settings),
	.rows = settings_rows,
	.row_count = KITH_COUNT(settings_rows),
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
	{ .name = "settings", .type = KITH_DECODE_STRUCT, .is_required = true,
	  .offset = offsetof(struct kith_api_me, settings), .table = &kith_decode_settings },
	{ .name = "metadata", .type = KITH_DECODE_OBJECT,
	  .offset = offsetof(struct kith_api_me, metadata) },
	{ .name = "privateMetadata", .type = KITH_DECODE_OBJECT,
	  .offset = offsetof(struct kith_api_me, private_metadata) },
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
	{ .name = "replyTo", .type = KITH_DECODE_POINTER,
	  .offset = offsetof(struct kith_api_message, reply_to), .table = &kith_decode_quote },
	{ .name = "edits", .type = KITH_DECODE_INTEGER,
	  .offset = offsetof(struct kith_api_message, edits) },
	{ .name = "editedAt", .type = KITH_DECODE_TIME,
	  .offset = offsetof(struct kith_api_message, edited_at_us) },
	{ .name = "reactions", .type = KITH_DECODE_LIST,
	  .offset = offsetof(struct kith_api_message, reactions),
	  .count_offset = offsetof(struct kith_api_message, reactions_count),
	  .table = &kith_decode_reaction },
	{ .name = "deletedAt", .type = KITH_DECODE_TIME,
	  .offset = offsetof(struct kith_api_message, deleted_at_us) },
};

const struct kith_decode_table kith_decode_message = {
	.name = "Message",
	.size = sizeof(struct kith_api_message),
	.rows = message_rows,
	.row_count = KITH_COUNT(message_rows),
};

static const struct kith_decode_row quote_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_quote, id) },
	{ .name = "n", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_quote, n) },
	{ .name = "from", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_quote, from) },
	{ .name = "kind", .type = KITH_DECODE_WORD,
	  .offset = offsetof(struct kith_api_quote, kind), .words = message_kind_words },
	{ .name = "text", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_quote, text) },
	{ .name = "unavailable", .type = KITH_DECODE_BOOL,
	  .offset = offsetof(struct kith_api_quote, is_unavailable) },
};

const struct kith_decode_table kith_decode_quote = {
	.name = "Quote",
	.size = sizeof(struct kith_api_quote),
	.rows = quote_rows,
	.row_count = KITH_COUNT(quote_rows),
};

static const struct kith_decode_row reaction_rows[] = {
	{ .name = "emoji", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction, emoji) },
	{ .name = "count", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction, count) },
	{ .name = "users", .type = KITH_DECODE_TEXTS, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction, users),
	  .count_offset = offsetof(struct kith_api_reaction, users_count) },
};

const struct kith_decode_table kith_decode_reaction = {
	.name = "Reaction",
	.size = sizeof(struct kith_api_reaction),
	.rows = reaction_rows,
	.row_count = KITH_COUNT(reaction_rows),
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

static const struct kith_decode_row edit_rows[] = {
	{ .name = "n", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_edit, n) },
	{ .name = "text", .type = KITH_DECODE_TEXT, .offset = offsetof(struct kith_api_edit, text) },
	{ .name = "opaque", .type = KITH_DECODE_BYTES,
	  .offset = offsetof(struct kith_api_edit, opaque) },
	{ .name = "at", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_edit, at_us) },
};

const struct kith_decode_table kith_decode_edit = {
	.name = "Edit",
	.size = sizeof(struct kith_api_edit),
	.rows = edit_rows,
	.row_count = KITH_COUNT(edit_rows),
};

static const struct kith_decode_row edit_page_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_edit_page, items),
	  .count_offset = offsetof(struct kith_api_edit_page, items_count),
	  .table = &kith_decode_edit },
	{ .name = "next", .type = KITH_DECODE_TEXT, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_edit_page, next) },
};

const struct kith_decode_table kith_decode_edit_page = {
	.name = "EditPage",
	.size = sizeof(struct kith_api_edit_page),
	.rows = edit_page_rows,
	.row_count = KITH_COUNT(edit_page_rows),
};

static const struct kith_decode_row outcome_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_outcome, id) },
	{ .name = "done", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_outcome, is_done) },
	{ .name = "code", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_outcome, code) },
};

const struct kith_decode_table kith_decode_outcome = {
	.name = "Outcome",
	.size = sizeof(struct kith_api_outcome),
	.rows = outcome_rows,
	.row_count = KITH_COUNT(outcome_rows),
};

static const struct kith_decode_row outcome_list_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_outcome_list, items),
	  .count_offset = offsetof(struct kith_api_outcome_list, items_count),
	  .table = &kith_decode_outcome },
};

const struct kith_decode_table kith_decode_outcome_list = {
	.name = "OutcomeList",
	.size = sizeof(struct kith_api_outcome_list),
	.rows = outcome_list_rows,
	.row_count = KITH_COUNT(outcome_list_rows),
};

static const struct kith_decode_row receipt_rows[] = {
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt, user) },
	{ .name = "delivered", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt, is_delivered) },
	{ .name = "deliveredAt", .type = KITH_DECODE_TIME,
	  .offset = offsetof(struct kith_api_receipt, delivered_at_us) },
	{ .name = "seen", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt, is_seen) },
	{ .name = "seenAt", .type = KITH_DECODE_TIME,
	  .offset = offsetof(struct kith_api_receipt, seen_at_us) },
};

const struct kith_decode_table kith_decode_receipt = {
	.name = "Receipt",
	.size = sizeof(struct kith_api_receipt),
	.rows = receipt_rows,
	.row_count = KITH_COUNT(receipt_rows),
};

static const struct kith_decode_row receipt_list_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt_list, items),
	  .count_offset = offsetof(struct kith_api_receipt_list, items_count),
	  .table = &kith_decode_receipt },
};

const struct kith_decode_table kith_decode_receipt_list = {
	.name = "ReceiptList",
	.size = sizeof(struct kith_api_receipt_list),
	.rows = receipt_list_rows,
	.row_count = KITH_COUNT(receipt_list_rows),
};

static const struct kith_decode_row watermark_rows[] = {
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_watermark, user) },
	{ .name = "delivered", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_watermark, delivered) },
	{ .name = "seen", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_watermark, seen) },
	{ .name = "at", .type = KITH_DECODE_TIME,
	  .offset = offsetof(struct kith_api_watermark, at_us) },
};

const struct kith_decode_table kith_decode_watermark = {
	.name = "Watermark",
	.size = sizeof(struct kith_api_watermark),
	.rows = watermark_rows,
	.row_count = KITH_COUNT(watermark_rows),
};

static const struct kith_decode_row draft_rows[] = {
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_draft, conversation) },
	{ .name = "text", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_draft, text) },
	{ .name = "replyTo", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_draft, reply_to) },
	{ .name = "updatedAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_draft, updated_at_us) },
};

const struct kith_decode_table kith_decode_draft = {
	.name = "Draft",
	.size = sizeof(struct kith_api_draft),
	.rows = draft_rows,
	.row_count = KITH_COUNT(draft_rows),
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
	{ .name = "delivered", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, delivered) },
	{ .name = "seen", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, seen) },
	{ .name = "unread", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, unread) },
	{ .name = "markedUnread", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, is_marked_unread) },
	{ .name = "others", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_conversation, others),
	  .count_offset = offsetof(struct kith_api_conversation, others_count),
	  .table = &kith_decode_watermark },
	{ .name = "draft", .type = KITH_DECODE_POINTER,
	  .offset = offsetof(struct kith_api_conversation, draft), .table = &kith_decode_draft },
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
	{ .name = "delivered", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, delivered) },
	{ .name = "seen", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, seen) },
	{ .name = "unread", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, unread) },
	{ .name = "markedUnread", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_read_state, is_marked_unread) },
};

const struct kith_decode_table kith_decode_read_state = {
	.name = "ReadState",
	.size = sizeof(struct kith_api_read_state),
	.rows = read_state_rows,
	.row_count = KITH_COUNT(read_state_rows),
};

static const struct kith_decode_row session_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_session, id) },
	{ .name = "device", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_session, device) },
	{ .name = "organization", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_session, organization) },
	{ .name = "createdAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_session, created_at_us) },
	{ .name = "usedAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_session, used_at_us) },
	{ .name = "current", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_session, is_current) },
};

const struct kith_decode_table kith_decode_session = {
	.name = "Session",
	.size = sizeof(struct kith_api_session),
	.rows = session_rows,
	.row_count = KITH_COUNT(session_rows),
};

static const struct kith_decode_row session_list_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_session_list, items),
	  .count_offset = offsetof(struct kith_api_session_list, items_count),
	  .table = &kith_decode_session },
};

const struct kith_decode_table kith_decode_session_list = {
	.name = "SessionList",
	.size = sizeof(struct kith_api_session_list),
	.rows = session_list_rows,
	.row_count = KITH_COUNT(session_list_rows),
};

static const struct kith_decode_row session_grant_rows[] = {
	{ .name = "accessToken", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_session_grant, access_token) },
	{ .name = "expiresAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_session_grant, expires_at_us) },
	{ .name = "refreshToken", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_session_grant, refresh_token) },
	{ .name = "session", .type = KITH_DECODE_STRUCT, .is_required = true,
	  .offset = offsetof(struct kith_api_session_grant, session),
	  .table = &kith_decode_session },
	{ .name = "me", .type = KITH_DECODE_STRUCT, .is_required = true,
	  .offset = offsetof(struct kith_api_session_grant, me), .table = &kith_decode_me },
};

const struct kith_decode_table kith_decode_session_grant = {
	.name = "SessionGrant",
	.size = sizeof(struct kith_api_session_grant),
	.rows = session_grant_rows,
	.row_count = KITH_COUNT(session_grant_rows),
};

static const struct kith_decode_row unread_totals_rows[] = {
	{ .name = "messages", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_unread_totals, messages) },
	{ .name = "conversations", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_unread_totals, conversations) },
};

const struct kith_decode_table kith_decode_unread_totals = {
	.name = "UnreadTotals",
	.size = sizeof(struct kith_api_unread_totals),
	.rows = unread_totals_rows,
	.row_count = KITH_COUNT(unread_totals_rows),
};

static const struct kith_decode_row user_page_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_user_page, items),
	  .count_offset = offsetof(struct kith_api_user_page, items_count),
	  .table = &kith_decode_user },
	{ .name = "next", .type = KITH_DECODE_TEXT, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_user_page, next) },
};

const struct kith_decode_table kith_decode_user_page = {
	.name = "UserPage",
	.size = sizeof(struct kith_api_user_page),
	.rows = user_page_rows,
	.row_count = KITH_COUNT(user_page_rows),
};

static const struct kith_decode_row contact_rows[] = {
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_contact, id) },
	{ .name = "name", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_contact, name) },
	{ .name = "bot", .type = KITH_DECODE_BOOL,
	  .offset = offsetof(struct kith_api_contact, is_bot) },
	{ .name = "addedAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_contact, added_at_us) },
};

const struct kith_decode_table kith_decode_contact = {
	.name = "Contact",
	.size = sizeof(struct kith_api_contact),
	.rows = contact_rows,
	.row_count = KITH_COUNT(contact_rows),
};

static const struct kith_decode_row contact_page_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_contact_page, items),
	  .count_offset = offsetof(struct kith_api_contact_page, items_count),
	  .table = &kith_decode_contact },
	{ .name = "next", .type = KITH_DECODE_TEXT, .is_required = true, .may_be_null = true,
	  .offset = offsetof(struct kith_api_contact_page, next) },
};

const struct kith_decode_table kith_decode_contact_page = {
	.name = "ContactPage",
	.size = sizeof(struct kith_api_contact_page),
	.rows = contact_page_rows,
	.row_count = KITH_COUNT(contact_page_rows),
};

static const struct kith_decode_row alias_rows[] = {
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_alias, user) },
	{ .name = "kind", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_alias, kind), .words = alias_kind_words },
	{ .name = "value", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_alias, value) },
	{ .name = "createdAt", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_alias, created_at_us) },
};

const struct kith_decode_table kith_decode_alias = {
	.name = "Alias",
	.size = sizeof(struct kith_api_alias),
	.rows = alias_rows,
	.row_count = KITH_COUNT(alias_rows),
};

static const struct kith_decode_row alias_list_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_alias_list, items),
	  .count_offset = offsetof(struct kith_api_alias_list, items_count),
	  .table = &kith_decode_alias },
};

const struct kith_decode_table kith_decode_alias_list = {
	.name = "AliasList",
	.size = sizeof(struct kith_api_alias_list),
	.rows = alias_list_rows,
	.row_count = KITH_COUNT(alias_list_rows),
};

static const struct kith_decode_row typing_rows[] = {
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_typing, conversation) },
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_typing, user) },
	{ .name = "state", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_typing, state), .words = typing_state_words },
};

const struct kith_decode_table kith_decode_typing = {
	.name = "Typing",
	.size = sizeof(struct kith_api_typing),
	.rows = typing_rows,
	.row_count = KITH_COUNT(typing_rows),
};

static const struct kith_decode_row presence_rows[] = {
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_presence, user) },
	{ .name = "online", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_presence, is_online) },
	{ .name = "lastSeen", .type = KITH_DECODE_TIME,
	  .offset = offsetof(struct kith_api_presence, last_seen_us) },
};

const struct kith_decode_table kith_decode_presence = {
	.name = "Presence",
	.size = sizeof(struct kith_api_presence),
	.rows = presence_rows,
	.row_count = KITH_COUNT(presence_rows),
};

static const struct kith_decode_row presence_list_rows[] = {
	{ .name = "items", .type = KITH_DECODE_LIST, .is_required = true,
	  .offset = offsetof(struct kith_api_presence_list, items),
	  .count_offset = offsetof(struct kith_api_presence_list, items_count),
	  .table = &kith_decode_presence },
};

const struct kith_decode_table kith_decode_presence_list = {
	.name = "PresenceList",
	.size = sizeof(struct kith_api_presence_list),
	.rows = presence_list_rows,
	.row_count = KITH_COUNT(presence_list_rows),
};

static const struct kith_decode_row reaction_change_rows[] = {
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction_change, conversation) },
	{ .name = "message", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction_change, message) },
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction_change, user) },
	{ .name = "emoji", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction_change, emoji) },
	{ .name = "on", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction_change, is_on) },
	{ .name = "at", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_reaction_change, at_us) },
};

const struct kith_decode_table kith_decode_reaction_change = {
	.name = "ReactionChange",
	.size = sizeof(struct kith_api_reaction_change),
	.rows = reaction_change_rows,
	.row_count = KITH_COUNT(reaction_change_rows),
};

static const struct kith_decode_row hidden_message_rows[] = {
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_hidden_message, conversation) },
	{ .name = "id", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_hidden_message, id) },
	{ .name = "messageN", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_hidden_message, message_n) },
};

const struct kith_decode_table kith_decode_hidden_message = {
	.name = "HiddenMessage",
	.size = sizeof(struct kith_api_hidden_message),
	.rows = hidden_message_rows,
	.row_count = KITH_COUNT(hidden_message_rows),
};

static const struct kith_decode_row receipt_change_rows[] = {
	{ .name = "conversation", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt_change, conversation) },
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt_change, user) },
	{ .name = "delivered", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt_change, delivered) },
	{ .name = "seen", .type = KITH_DECODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt_change, seen) },
	{ .name = "at", .type = KITH_DECODE_TIME, .is_required = true,
	  .offset = offsetof(struct kith_api_receipt_change, at_us) },
};

const struct kith_decode_table kith_decode_receipt_change = {
	.name = "ReceiptChange",
	.size = sizeof(struct kith_api_receipt_change),
	.rows = receipt_change_rows,
	.row_count = KITH_COUNT(receipt_change_rows),
};

static const struct kith_decode_row me_change_rows[] = {
	{ .name = "name", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_me_change, name) },
	{ .name = "settings", .type = KITH_DECODE_STRUCT, .is_required = true,
	  .offset = offsetof(struct kith_api_me_change, settings), .table = &kith_decode_settings },
	{ .name = "metadata", .type = KITH_DECODE_OBJECT,
	  .offset = offsetof(struct kith_api_me_change, metadata) },
	{ .name = "privateMetadata", .type = KITH_DECODE_OBJECT,
	  .offset = offsetof(struct kith_api_me_change, private_metadata) },
};

const struct kith_decode_table kith_decode_me_change = {
	.name = "MeChange",
	.size = sizeof(struct kith_api_me_change),
	.rows = me_change_rows,
	.row_count = KITH_COUNT(me_change_rows),
};

static const struct kith_decode_row contact_change_rows[] = {
	{ .name = "user", .type = KITH_DECODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_api_contact_change, user) },
	{ .name = "contact", .type = KITH_DECODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_api_contact_change, is_contact) },
};

const struct kith_decode_table kith_decode_contact_change = {
	.name = "ContactChange",
	.size = sizeof(struct kith_api_contact_change),
	.rows = contact_change_rows,
	.row_count = KITH_COUNT(contact_change_rows),
};

static const struct kith_decode_variant event_variants[] = {
	{ .word = "message.new", .offset = offsetof(struct kith_api_event, message),
	  .table = &kith_decode_message },
	{ .word = "message.edited", .offset = offsetof(struct kith_api_event, message),
	  .table = &kith_decode_message },
	{ .word = "message.deleted", .offset = offsetof(struct kith_api_event, message),
	  .table = &kith_decode_message },
	{ .word = "message.reaction", .offset = offsetof(struct kith_api_event, reaction_change),
	  .table = &kith_decode_reaction_change },
	{ .word = "message.hidden", .offset = offsetof(struct kith_api_event, hidden_message),
	  .table = &kith_decode_hidden_message },
	{ .word = "conversation.read", .offset = offsetof(struct kith_api_event, read_state),
	  .table = &kith_decode_read_state },
	{ .word = "conversation.receipt",
	  .offset = offsetof(struct kith_api_event, receipt_change),
	  .table = &kith_decode_receipt_change },
	{ .word = "conversation.draft", .offset = offsetof(struct kith_api_event, draft),
	  .table = &kith_decode_draft },
	{ .word = "me.changed", .offset = offsetof(struct kith_api_event, me_change),
	  .table = &kith_decode_me_change },
	{ .word = "contacts.changed", .offset = offsetof(struct kith_api_event, contact_change),
	  .table = &kith_decode_contact_change },
	{ .word = "me.unread", .offset = offsetof(struct kith_api_event, unread_totals),
	  .table = &kith_decode_unread_totals },
	{ .word = "conversation.typing", .offset = offsetof(struct kith_api_event, typing),
	  .table = &kith_decode_typing },
	{ .word = "presence", .offset = offsetof(struct kith_api_event, presence),
	  .table = &kith_decode_presence },
	{ .word = NULL },
};

static const struct kith_decode_row event_rows[] = {
	{ .name = "event", .type = KITH_DECODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_api_event, event), .words = event_name_words },
	{ .name = "cursor", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_event, cursor) },
	{ .name = "conversation", .type = KITH_DECODE_TEXT,
	  .offset = offsetof(struct kith_api_event, conversation) },
	{ .name = "n", .type = KITH_DECODE_INTEGER, .offset = offsetof(struct kith_api_event, n),
	  .has_offset = offsetof(struct kith_api_event, has_n) },
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

static const struct kith_encode_row me_update_args[] = {
	{ .name = "name", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_me_update_args, name) },
	{ .name = "metadata", .type = KITH_ENCODE_OBJECT,
	  .offset = offsetof(struct kith_me_update_args, metadata) },
	{ .name = "privateMetadata", .type = KITH_ENCODE_OBJECT,
	  .offset = offsetof(struct kith_me_update_args, private_metadata) },
	{ .name = "password", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_me_update_args, password) },
	{ .name = "oldPassword", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_me_update_args, old_password) },
};

static void deliver_me_update(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_me *result = answer->result;
	((kith_me_update_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row me_settings_args[] = {
	{ .name = "showPresence", .type = KITH_ENCODE_BOOL,
	  .offset = offsetof(struct kith_me_settings_args, show_presence),
	  .has_offset = offsetof(struct kith_me_settings_args, has_show_presence) },
	{ .name = "showReceipts", .type = KITH_ENCODE_BOOL,
	  .offset = offsetof(struct kith_me_settings_args, show_receipts),
	  .has_offset = offsetof(struct kith_me_settings_args, has_show_receipts) },
	{ .name = "language", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_me_settings_args, language) },
	{ .name = "theme", .type = KITH_ENCODE_WORD,
	  .offset = offsetof(struct kith_me_settings_args, theme), .words = theme_words },
};

static void deliver_me_settings(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_settings *result = answer->result;
	((kith_me_settings_fn *)done)(context, answer->problem, result);
}

static void deliver_me_unread(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_unread_totals *result = answer->result;
	((kith_me_unread_fn *)done)(context, answer->problem, result);
}

static void deliver_sessions_list(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_session_list *result = answer->result;
	((kith_sessions_list_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row sessions_create_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sessions_create_args, user) },
	{ .name = "password", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sessions_create_args, password) },
	{ .name = "link", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sessions_create_args, link) },
	{ .name = "token", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sessions_create_args, token) },
	{ .name = "device", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sessions_create_args, device) },
	{ .name = "organization", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_sessions_create_args, organization) },
};

static void deliver_sessions_create(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_session_grant *result = answer->result;
	((kith_sessions_create_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row sessions_refresh_args[] = {
	{ .name = "refreshToken", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_sessions_refresh_args, refresh_token) },
};

static void deliver_sessions_refresh(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_session_grant *result = answer->result;
	((kith_sessions_refresh_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row sessions_end_args[] = {
	{ .name = "session", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_sessions_end_args, session) },
};

static void deliver_sessions_end(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_session *result = answer->result;
	((kith_sessions_end_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row users_get_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_users_get_args, user) },
};

static void deliver_users_get(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_profile *result = answer->result;
	((kith_users_get_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row users_search_args[] = {
	{ .name = "query", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_users_search_args, query) },
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_users_search_args, limit) },
	{ .name = "cursor", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_users_search_args, cursor) },
	{ .name = "organization", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_users_search_args, organization) },
};

static void deliver_users_search(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_user_page *result = answer->result;
	((kith_users_search_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row contacts_list_args[] = {
	{ .name = "query", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_contacts_list_args, query) },
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_contacts_list_args, limit) },
	{ .name = "cursor", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_contacts_list_args, cursor) },
};

static void deliver_contacts_list(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_contact_page *result = answer->result;
	((kith_contacts_list_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row contacts_add_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_contacts_add_args, user) },
};

static void deliver_contacts_add(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_contact *result = answer->result;
	((kith_contacts_add_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row contacts_remove_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_contacts_remove_args, user) },
};

static void deliver_contacts_remove(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_user *result = answer->result;
	((kith_contacts_remove_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row aliases_list_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_aliases_list_args, user) },
};

static void deliver_aliases_list(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_alias_list *result = answer->result;
	((kith_aliases_list_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row aliases_add_args[] = {
	{ .name = "user", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_aliases_add_args, user) },
	{ .name = "kind", .type = KITH_ENCODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_aliases_add_args, kind), .words = alias_kind_words },
	{ .name = "value", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_aliases_add_args, value) },
};

static void deliver_aliases_add(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_alias *result = answer->result;
	((kith_aliases_add_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row aliases_remove_args[] = {
	{ .name = "kind", .type = KITH_ENCODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_aliases_remove_args, kind), .words = alias_kind_words },
	{ .name = "value", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_aliases_remove_args, value) },
};

static void deliver_aliases_remove(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_alias *result = answer->result;
	((kith_aliases_remove_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_list_args[] = {
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_conversations_list_args, limit) },
	{ .name = "cursor", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_conversations_list_args, cursor) },
	{ .name = "organization", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_conversations_list_args, organization) },
	{ .name = "filter", .type = KITH_ENCODE_WORD,
	  .offset = offsetof(struct kith_conversations_list_args, filter),
	  .words = conversation_filter_words },
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

static const struct kith_encode_row conversations_delivered_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_delivered_args, conversation) },
	{ .name = "upTo", .type = KITH_ENCODE_INTEGER, .is_required = true,
	  .offset = offsetof(struct kith_conversations_delivered_args, up_to) },
};

static void deliver_conversations_delivered(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_read_state *result = answer->result;
	((kith_conversations_delivered_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_typing_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_typing_args, conversation) },
	{ .name = "state", .type = KITH_ENCODE_WORD, .is_required = true,
	  .offset = offsetof(struct kith_conversations_typing_args, state),
	  .words = typing_state_words },
};

static void deliver_conversations_typing(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_typing *result = answer->result;
	((kith_conversations_typing_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_mark_unread_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_mark_unread_args, conversation) },
	{ .name = "unread", .type = KITH_ENCODE_BOOL, .is_required = true,
	  .offset = offsetof(struct kith_conversations_mark_unread_args, unread) },
};

static void deliver_conversations_mark_unread(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_read_state *result = answer->result;
	((kith_conversations_mark_unread_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row conversations_draft_args[] = {
	{ .name = "conversation", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_draft_args, conversation) },
	{ .name = "text", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_conversations_draft_args, text) },
	{ .name = "replyTo", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_conversations_draft_args, reply_to) },
};

static void deliver_conversations_draft(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_draft *result = answer->result;
	((kith_conversations_draft_fn *)done)(context, answer->problem, result);
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
	{ .name = "replyTo", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_send_args, reply_to) },
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
	{ .name = "replyTo", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_send_to_user_args, reply_to) },
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

static const struct kith_encode_row messages_edit_args[] = {
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_edit_args, id) },
	{ .name = "edit", .type = KITH_ENCODE_TEXT, .is_new_id = true,
	  .offset = offsetof(struct kith_messages_edit_args, edit) },
	{ .name = "text", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_edit_args, text) },
	{ .name = "opaque", .type = KITH_ENCODE_BYTES,
	  .offset = offsetof(struct kith_messages_edit_args, opaque) },
};

static void deliver_messages_edit(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_message *result = answer->result;
	((kith_messages_edit_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_edits_args[] = {
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_edits_args, id) },
	{ .name = "before", .type = KITH_ENCODE_TEXT,
	  .offset = offsetof(struct kith_messages_edits_args, before) },
	{ .name = "limit", .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct kith_messages_edits_args, limit) },
};

static void deliver_messages_edits(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_edit_page *result = answer->result;
	((kith_messages_edits_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_react_args[] = {
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_react_args, id) },
	{ .name = "emoji", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_react_args, emoji) },
	{ .name = "on", .type = KITH_ENCODE_BOOL,
	  .offset = offsetof(struct kith_messages_react_args, on),
	  .has_offset = offsetof(struct kith_messages_react_args, has_on) },
};

static void deliver_messages_react(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_message *result = answer->result;
	((kith_messages_react_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_receipts_args[] = {
	{ .name = "id", .type = KITH_ENCODE_TEXT, .is_required = true,
	  .offset = offsetof(struct kith_messages_receipts_args, id) },
};

static void deliver_messages_receipts(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_receipt_list *result = answer->result;
	((kith_messages_receipts_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_delete_args[] = {
	{ .name = "ids", .type = KITH_ENCODE_TEXTS, .is_required = true,
	  .offset = offsetof(struct kith_messages_delete_args, ids),
	  .count_offset = offsetof(struct kith_messages_delete_args, ids_count) },
};

static void deliver_messages_delete(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_outcome_list *result = answer->result;
	((kith_messages_delete_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row messages_delete_for_me_args[] = {
	{ .name = "ids", .type = KITH_ENCODE_TEXTS, .is_required = true,
	  .offset = offsetof(struct kith_messages_delete_for_me_args, ids),
	  .count_offset = offsetof(struct kith_messages_delete_for_me_args, ids_count) },
};

static void deliver_messages_delete_for_me(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_outcome_list *result = answer->result;
	((kith_messages_delete_for_me_fn *)done)(context, answer->problem, result);
}

static const struct kith_encode_row presence_watch_args[] = {
	{ .name = "users", .type = KITH_ENCODE_TEXTS, .is_required = true,
	  .offset = offsetof(struct kith_presence_watch_args, users),
	  .count_offset = offsetof(struct kith_presence_watch_args, users_count) },
};

static void deliver_presence_watch(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct kith_api_presence_list *result = answer->result;
	((kith_presence_watch_fn *)done)(context, answer->problem, result);
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
	[KITH_CLIENT_CALL_ME_UPDATE] = {
		.name = "me.update",
		.writes = true,
		.args = me_update_args,
		.arg_count = KITH_COUNT(me_update_args),
		.result = &kith_decode_me,
		.deliver = deliver_me_update,
	},
	[KITH_CLIENT_CALL_ME_SETTINGS] = {
		.name = "me.settings",
		.writes = true,
		.args = me_settings_args,
		.arg_count = KITH_COUNT(me_settings_args),
		.result = &kith_decode_settings,
		.deliver = deliver_me_settings,
	},
	[KITH_CLIENT_CALL_ME_UNREAD] = {
		.name = "me.unread",
		.result = &kith_decode_unread_totals,
		.deliver = deliver_me_unread,
	},
	[KITH_CLIENT_CALL_SESSIONS_LIST] = {
		.name = "sessions.list",
		.result = &kith_decode_session_list,
		.deliver = deliver_sessions_list,
	},
	[KITH_CLIENT_CALL_SESSIONS_CREATE] = {
		.name = "sessions.create",
		.writes = true,
		.args = sessions_create_args,
		.arg_count = KITH_COUNT(sessions_create_args),
		.result = &kith_decode_session_grant,
		.deliver = deliver_sessions_create,
	},
	[KITH_CLIENT_CALL_SESSIONS_REFRESH] = {
		.name = "sessions.refresh",
		.writes = true,
		.args = sessions_refresh_args,
		.arg_count = KITH_COUNT(sessions_refresh_args),
		.result = &kith_decode_session_grant,
		.deliver = deliver_sessions_refresh,
	},
	[KITH_CLIENT_CALL_SESSIONS_END] = {
		.name = "sessions.end",
		.writes = true,
		.args = sessions_end_args,
		.arg_count = KITH_COUNT(sessions_end_args),
		.result = &kith_decode_session,
		.deliver = deliver_sessions_end,
	},
	[KITH_CLIENT_CALL_USERS_GET] = {
		.name = "users.get",
		.args = users_get_args,
		.arg_count = KITH_COUNT(users_get_args),
		.result = &kith_decode_profile,
		.deliver = deliver_users_get,
	},
	[KITH_CLIENT_CALL_USERS_SEARCH] = {
		.name = "users.search",
		.args = users_search_args,
		.arg_count = KITH_COUNT(users_search_args),
		.result = &kith_decode_user_page,
		.deliver = deliver_users_search,
	},
	[KITH_CLIENT_CALL_CONTACTS_LIST] = {
		.name = "contacts.list",
		.args = contacts_list_args,
		.arg_count = KITH_COUNT(contacts_list_args),
		.result = &kith_decode_contact_page,
		.deliver = deliver_contacts_list,
	},
	[KITH_CLIENT_CALL_CONTACTS_ADD] = {
		.name = "contacts.add",
		.writes = true,
		.args = contacts_add_args,
		.arg_count = KITH_COUNT(contacts_add_args),
		.result = &kith_decode_contact,
		.deliver = deliver_contacts_add,
	},
	[KITH_CLIENT_CALL_CONTACTS_REMOVE] = {
		.name = "contacts.remove",
		.writes = true,
		.args = contacts_remove_args,
		.arg_count = KITH_COUNT(contacts_remove_args),
		.result = &kith_decode_user,
		.deliver = deliver_contacts_remove,
	},
	[KITH_CLIENT_CALL_ALIASES_LIST] = {
		.name = "aliases.list",
		.args = aliases_list_args,
		.arg_count = KITH_COUNT(aliases_list_args),
		.result = &kith_decode_alias_list,
		.deliver = deliver_aliases_list,
	},
	[KITH_CLIENT_CALL_ALIASES_ADD] = {
		.name = "aliases.add",
		.writes = true,
		.args = aliases_add_args,
		.arg_count = KITH_COUNT(aliases_add_args),
		.result = &kith_decode_alias,
		.deliver = deliver_aliases_add,
	},
	[KITH_CLIENT_CALL_ALIASES_REMOVE] = {
		.name = "aliases.remove",
		.writes = true,
		.args = aliases_remove_args,
		.arg_count = KITH_COUNT(aliases_remove_args),
		.result = &kith_decode_alias,
		.deliver = deliver_aliases_remove,
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
	[KITH_CLIENT_CALL_CONVERSATIONS_DELIVERED] = {
		.name = "conversations.delivered",
		.writes = true,
		.args = conversations_delivered_args,
		.arg_count = KITH_COUNT(conversations_delivered_args),
		.result = &kith_decode_read_state,
		.deliver = deliver_conversations_delivered,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_TYPING] = {
		.name = "conversations.typing",
		.args = conversations_typing_args,
		.arg_count = KITH_COUNT(conversations_typing_args),
		.result = &kith_decode_typing,
		.deliver = deliver_conversations_typing,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_MARK_UNREAD] = {
		.name = "conversations.markUnread",
		.writes = true,
		.args = conversations_mark_unread_args,
		.arg_count = KITH_COUNT(conversations_mark_unread_args),
		.result = &kith_decode_read_state,
		.deliver = deliver_conversations_mark_unread,
	},
	[KITH_CLIENT_CALL_CONVERSATIONS_DRAFT] = {
		.name = "conversations.draft",
		.writes = true,
		.args = conversations_draft_args,
		.arg_count = KITH_COUNT(conversations_draft_args),
		.result = &kith_decode_draft,
		.deliver = deliver_conversations_draft,
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
	[KITH_CLIENT_CALL_MESSAGES_EDIT] = {
		.name = "messages.edit",
		.writes = true,
		.args = messages_edit_args,
		.arg_count = KITH_COUNT(messages_edit_args),
		.result = &kith_decode_message,
		.deliver = deliver_messages_edit,
	},
	[KITH_CLIENT_CALL_MESSAGES_EDITS] = {
		.name = "messages.edits",
		.args = messages_edits_args,
		.arg_count = KITH_COUNT(messages_edits_args),
		.result = &kith_decode_edit_page,
		.deliver = deliver_messages_edits,
	},
	[KITH_CLIENT_CALL_MESSAGES_REACT] = {
		.name = "messages.react",
		.writes = true,
		.args = messages_react_args,
		.arg_count = KITH_COUNT(messages_react_args),
		.result = &kith_decode_message,
		.deliver = deliver_messages_react,
	},
	[KITH_CLIENT_CALL_MESSAGES_RECEIPTS] = {
		.name = "messages.receipts",
		.args = messages_receipts_args,
		.arg_count = KITH_COUNT(messages_receipts_args),
		.result = &kith_decode_receipt_list,
		.deliver = deliver_messages_receipts,
	},
	[KITH_CLIENT_CALL_MESSAGES_DELETE] = {
		.name = "messages.delete",
		.writes = true,
		.args = messages_delete_args,
		.arg_count = KITH_COUNT(messages_delete_args),
		.result = &kith_decode_outcome_list,
		.deliver = deliver_messages_delete,
	},
	[KITH_CLIENT_CALL_MESSAGES_DELETE_FOR_ME] = {
		.name = "messages.deleteForMe",
		.writes = true,
		.args = messages_delete_for_me_args,
		.arg_count = KITH_COUNT(messages_delete_for_me_args),
		.result = &kith_decode_outcome_list,
		.deliver = deliver_messages_delete_for_me,
	},
	[KITH_CLIENT_CALL_PRESENCE_WATCH] = {
		.name = "presence.watch",
		.args = presence_watch_args,
		.arg_count = KITH_COUNT(presence_watch_args),
		.result = &kith_decode_presence_list,
		.deliver = deliver_presence_watch,
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

int kith_me_update(struct kith_client *client,
	const struct kith_me_update_args *args,
	kith_me_update_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ME_UPDATE],
		args, (kith_done_fn *)done, context);
}

int kith_me_settings(struct kith_client *client,
	const struct kith_me_settings_args *args,
	kith_me_settings_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ME_SETTINGS],
		args, (kith_done_fn *)done, context);
}

int kith_me_unread(struct kith_client *client,
	kith_me_unread_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ME_UNREAD],
		NULL, (kith_done_fn *)done, context);
}

int kith_sessions_list(struct kith_client *client,
	kith_sessions_list_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_SESSIONS_LIST],
		NULL, (kith_done_fn *)done, context);
}

int kith_sessions_create(struct kith_client *client,
	const struct kith_sessions_create_args *args,
	kith_sessions_create_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_SESSIONS_CREATE],
		args, (kith_done_fn *)done, context);
}

int kith_sessions_refresh(struct kith_client *client,
	const struct kith_sessions_refresh_args *args,
	kith_sessions_refresh_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_SESSIONS_REFRESH],
		args, (kith_done_fn *)done, context);
}

int kith_sessions_end(struct kith_client *client,
	const struct kith_sessions_end_args *args,
	kith_sessions_end_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_SESSIONS_END],
		args, (kith_done_fn *)done, context);
}

int kith_users_get(struct kith_client *client,
	const struct kith_users_get_args *args,
	kith_users_get_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_USERS_GET],
		args, (kith_done_fn *)done, context);
}

int kith_users_search(struct kith_client *client,
	const struct kith_users_search_args *args,
	kith_users_search_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_USERS_SEARCH],
		args, (kith_done_fn *)done, context);
}

int kith_contacts_list(struct kith_client *client,
	const struct kith_contacts_list_args *args,
	kith_contacts_list_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONTACTS_LIST],
		args, (kith_done_fn *)done, context);
}

int kith_contacts_add(struct kith_client *client,
	const struct kith_contacts_add_args *args,
	kith_contacts_add_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONTACTS_ADD],
		args, (kith_done_fn *)done, context);
}

int kith_contacts_remove(struct kith_client *client,
	const struct kith_contacts_remove_args *args,
	kith_contacts_remove_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONTACTS_REMOVE],
		args, (kith_done_fn *)done, context);
}

int kith_aliases_list(struct kith_client *client,
	const struct kith_aliases_list_args *args,
	kith_aliases_list_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ALIASES_LIST],
		args, (kith_done_fn *)done, context);
}

int kith_aliases_add(struct kith_client *client,
	const struct kith_aliases_add_args *args,
	kith_aliases_add_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ALIASES_ADD],
		args, (kith_done_fn *)done, context);
}

int kith_aliases_remove(struct kith_client *client,
	const struct kith_aliases_remove_args *args,
	kith_aliases_remove_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_ALIASES_REMOVE],
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

int kith_conversations_delivered(struct kith_client *client,
	const struct kith_conversations_delivered_args *args,
	kith_conversations_delivered_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_DELIVERED],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_typing(struct kith_client *client,
	const struct kith_conversations_typing_args *args,
	kith_conversations_typing_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_TYPING],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_mark_unread(struct kith_client *client,
	const struct kith_conversations_mark_unread_args *args,
	kith_conversations_mark_unread_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_MARK_UNREAD],
		args, (kith_done_fn *)done, context);
}

int kith_conversations_draft(struct kith_client *client,
	const struct kith_conversations_draft_args *args,
	kith_conversations_draft_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_CONVERSATIONS_DRAFT],
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

int kith_messages_edit(struct kith_client *client,
	const struct kith_messages_edit_args *args,
	kith_messages_edit_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_EDIT],
		args, (kith_done_fn *)done, context);
}

int kith_messages_edits(struct kith_client *client,
	const struct kith_messages_edits_args *args,
	kith_messages_edits_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_EDITS],
		args, (kith_done_fn *)done, context);
}

int kith_messages_react(struct kith_client *client,
	const struct kith_messages_react_args *args,
	kith_messages_react_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_REACT],
		args, (kith_done_fn *)done, context);
}

int kith_messages_receipts(struct kith_client *client,
	const struct kith_messages_receipts_args *args,
	kith_messages_receipts_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_RECEIPTS],
		args, (kith_done_fn *)done, context);
}

int kith_messages_delete(struct kith_client *client,
	const struct kith_messages_delete_args *args,
	kith_messages_delete_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_DELETE],
		args, (kith_done_fn *)done, context);
}

int kith_messages_delete_for_me(struct kith_client *client,
	const struct kith_messages_delete_for_me_args *args,
	kith_messages_delete_for_me_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_DELETE_FOR_ME],
		args, (kith_done_fn *)done, context);
}

int kith_presence_watch(struct kith_client *client,
	const struct kith_presence_watch_args *args,
	kith_presence_watch_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_PRESENCE_WATCH],
		args, (kith_done_fn *)done, context);
}

int kith_sync(struct kith_client *client,
	const struct kith_sync_args *args,
	kith_sync_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[KITH_CLIENT_CALL_SYNC],
		args, (kith_done_fn *)done, context);
}
