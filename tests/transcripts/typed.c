/*
 * typed.c -- two tables: what the structs of arguments take, and what those of answers say.
 */
#include "transcripts/typed.h"

#include <openssl/evp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* --- answers --- */

enum say { SAYS_NUMBER, SAYS_TEXT, SAYS_COUNT, SAYS_TRUTH };

/* A member that an answer has always, and where its struct has it. */
struct member {
	const char *name;
	enum say say;
	size_t at;
};

enum { MEMBERS_MAX = 5 };

/* What the struct at ANSWER says of MEMBER, as a number: a text by its length. */
static int64_t said(const void *answer, const struct member *member)
{
	const char *at = (const char *)answer + member->at;

	switch (member->say) {
	case SAYS_NUMBER:
		return *(const int64_t *)(const void *)at;
	case SAYS_TEXT:
		return (int64_t)((const struct kith_text *)(const void *)at)->len;
	case SAYS_COUNT:
		return (int64_t) * (const size_t *)(const void *)at;
	case SAYS_TRUTH:
		return *(const bool *)(const void *)at ? 1 : 0;
	}
	return -1;
}

static int64_t meant(const struct json *node)
{
	if (node == NULL) {
		return -1;
	}
	switch (node->kind) {
	case JSON_INTEGER:
		return node->integer;
	case JSON_STRING:
		return (int64_t)node->text.len;
	case JSON_TRUE:
		return 1;
	case JSON_FALSE:
	case JSON_NULL:
		return 0;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return (int64_t)node->count;
	}
	return -1;
}

/* The struct must say what the JSON says; else the answer is spoilt, so that the case fails. */
static void take(struct typed_asked *asked, const struct kith_problem *problem, const void *answer,
                 const struct member members[MEMBERS_MAX])
{
	const struct json *body = asked->note(asked, problem, false, false);

	for (size_t i = 0; answer != NULL && i < MEMBERS_MAX && members[i].name != NULL; i++) {
		int64_t typed = said(answer, &members[i]);
		int64_t plain = meant(json_find(body, kith_str_of(members[i].name)));
		if (typed != plain) {
			printf("# libkith's struct says %s %lld, its JSON %lld\n", members[i].name,
			       (long long)typed, (long long)plain);
			asked->spoil(asked);
		}
	}
}

#define NUMBER(type, json, field) \
	{ \
		json, SAYS_NUMBER, offsetof(struct kith_api_##type, field) \
	}
#define TEXT(type, json, field) \
	{ \
		json, SAYS_TEXT, offsetof(struct kith_api_##type, field) \
	}
#define COUNT(type, json) \
	{ \
#json, SAYS_COUNT, offsetof(struct kith_api_##type, json##_count) \
	}
#define TRUTH(type, json, field) \
	{ \
		json, SAYS_TRUTH, offsetof(struct kith_api_##type, field) \
	}

/* Defines on_TYPE(), which an answer of that struct goes to. */
#define ANSWER(type, ...) \
	static void on_##type(void *context, const struct kith_problem *problem, \
	                      const struct kith_api_##type *result) \
	{ \
		static const struct member members[MEMBERS_MAX] = { __VA_ARGS__ }; \
		take(context, problem, result, members); \
	}

ANSWER(me, TEXT(me, "id", id), TEXT(me, "name", name), COUNT(me, organizations),
       TRUTH(me, "settings.showPresence", settings.show_presence),
       TRUTH(me, "settings.showReceipts", settings.show_receipts))
ANSWER(settings, TRUTH(settings, "showPresence", show_presence),
       TRUTH(settings, "showReceipts", show_receipts))
ANSWER(unread_totals, NUMBER(unread_totals, "messages", messages),
       NUMBER(unread_totals, "conversations", conversations))
ANSWER(session, TEXT(session, "id", id), TRUTH(session, "current", is_current))
ANSWER(session_list, COUNT(session_list, items))
ANSWER(session_grant, TEXT(session_grant, "accessToken", access_token),
       TEXT(session_grant, "refreshToken", refresh_token),
       TEXT(session_grant, "session.id", session.id), TEXT(session_grant, "me.id", me.id))
ANSWER(user, TEXT(user, "id", id), TEXT(user, "name", name))
ANSWER(profile, TEXT(profile, "id", id), TEXT(profile, "name", name))
ANSWER(user_page, COUNT(user_page, items), TEXT(user_page, "next", next))
ANSWER(contact, TEXT(contact, "id", id), TEXT(contact, "name", name))
ANSWER(contact_page, COUNT(contact_page, items), TEXT(contact_page, "next", next))
ANSWER(alias, TEXT(alias, "user", user), TEXT(alias, "value", value))
ANSWER(alias_list, COUNT(alias_list, items))
ANSWER(conversation, NUMBER(conversation, "n", n), NUMBER(conversation, "unread", unread),
       COUNT(conversation, members), COUNT(conversation, others),
       TRUTH(conversation, "markedUnread", is_marked_unread))
ANSWER(conversation_page, COUNT(conversation_page, items), TEXT(conversation_page, "next", next))
ANSWER(read_state, NUMBER(read_state, "delivered", delivered), NUMBER(read_state, "seen", seen),
       NUMBER(read_state, "unread", unread), TRUTH(read_state, "markedUnread", is_marked_unread))
ANSWER(typing, TEXT(typing, "conversation", conversation), TEXT(typing, "user", user))
ANSWER(draft, TEXT(draft, "conversation", conversation), TEXT(draft, "text", text))
ANSWER(message_page, COUNT(message_page, items), TEXT(message_page, "next", next),
       TEXT(message_page, "prev", prev))
ANSWER(message, TEXT(message, "id", id), NUMBER(message, "n", n), TEXT(message, "from", from))
ANSWER(edit_page, COUNT(edit_page, items), TEXT(edit_page, "next", next))
ANSWER(receipt_list, COUNT(receipt_list, items))
ANSWER(outcome_list, COUNT(outcome_list, items))
ANSWER(presence_list, COUNT(presence_list, items))
ANSWER(sync_page, COUNT(sync_page, items), TEXT(sync_page, "cursor", cursor),
       TRUTH(sync_page, "more", has_more), TRUTH(sync_page, "reload", must_reload))

/* A message that was sent: whether it was stored before is told besides. */
static void on_stored(void *context, const struct kith_problem *problem,
                      const struct kith_api_message *result, bool is_repeated)
{
	struct typed_asked *asked = context;

	on_message(context, problem, result);
	(void)asked->note(asked, problem, is_repeated, true);
}

/* --- arguments --- */

enum take_kind {
	TAKES_NOTHING,
	TAKES_TEXT,
	TAKES_OBJECT,
	TAKES_BYTES,
	TAKES_NUMBER,
	TAKES_TRUTH,
	TAKES_WORD,
	TAKES_LIST
};

enum { ARGS_MAX = 6, WORDS_MAX = 5 };

struct argument {
	const char *name;
	enum take_kind takes;
	size_t at;
	size_t more_at; /* TRUTH: whether it is given; LIST: how many; 0: nowhere */
	bool is_required;
	const char *words[WORDS_MAX]; /* WORD: those from 1 */
};

static void put_text(struct kith_text *place, struct kith_str text)
{
	*place = (struct kith_text){ .at = text.at, .len = text.len };
}

/* The bytes behind NODE's base64, when it is what libkith itself would write for them. */
static bool put_bytes(struct kith_bytes *place, const struct json *node, struct kith_arena *mem)
{
	struct kith_str text = node->text;
	uint8_t *bytes = kith_arena_zero(mem, text.len + 3, 1);
	uint8_t *again = kith_arena_zero(mem, text.len + 3, 1);
	size_t padding = 0;

	KITH_ASSERT(bytes != NULL && again != NULL);
	while (padding < text.len && text.at[text.len - 1 - padding] == '=') {
		padding++;
	}
	int len = text.len < 4 || padding > 2
	                  ? -1
	                  : EVP_DecodeBlock(bytes, (const uint8_t *)text.at, (int)text.len);
	if (len <= 0) {
		return false;
	}
	int back = EVP_EncodeBlock(again, bytes, len - (int)padding);
	*place = (struct kith_bytes){ .at = bytes, .len = (size_t)len - padding };
	return (size_t)back == text.len && memcmp(again, text.at, text.len) == 0;
}

static bool put_object(struct kith_text *place, const struct json *node, struct kith_arena *mem)
{
	struct kith_buf text = { 0 };
	struct kith_str kept;

	json_put(&text, node);
	KITH_ASSERT(kith_arena_copy(mem, kith_buf_str(&text), &kept));
	kith_buf_done(&text);
	put_text(place, kept);
	return true;
}

static bool put_word(int *place, const struct json *node, const char *const words[WORDS_MAX])
{
	for (int i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
		if (kith_str_is(node->text, words[i])) {
			*place = i + 1; /* 0 is the unknown one */
			return true;
		}
	}
	return false;
}

static bool put_list(const struct kith_text **place, size_t *count, const struct json *node,
                     struct kith_arena *mem)
{
	struct kith_text *items = kith_arena_zero(mem, node->count + 1, sizeof(*items));

	KITH_ASSERT(items != NULL);
	for (const struct json *item = node->first; item != NULL; item = item->next) {
		if (item->kind != JSON_STRING) {
			return false;
		}
		put_text(&items[(*count)++], item->text);
	}
	*place = items;
	return true;
}

/* Puts NODE where ARGUMENT belongs in ARGS; false when it has no room for it. */
static bool put_argument(char *args, const struct argument *argument, const struct json *node,
                         struct kith_arena *mem)
{
	void *at = args + argument->at;
	void *more = args + argument->more_at;

	switch (argument->takes) {
	case TAKES_TEXT:
		put_text(at, node->text);
		return node->kind == JSON_STRING;
	case TAKES_OBJECT:
		return node->kind == JSON_OBJECT && put_object(at, node, mem);
	case TAKES_BYTES:
		return node->kind == JSON_STRING && put_bytes(at, node, mem);
	case TAKES_NUMBER:
		*(int64_t *)at = node->integer;
		return node->kind == JSON_INTEGER && node->integer > 0;
	case TAKES_TRUTH:
		*(bool *)at = node->kind == JSON_TRUE;
		if (argument->more_at != 0) {
			*(bool *)more = true;
		}
		return node->kind == JSON_TRUE || node->kind == JSON_FALSE;
	case TAKES_WORD:
		return node->kind == JSON_STRING && put_word(at, node, argument->words);
	case TAKES_LIST:
		return node->kind == JSON_ARRAY && put_list(at, more, node, mem);
	case TAKES_NOTHING:
		break;
	}
	return false;
}

/* --- calls --- */

/* Room for the arguments of any call. */
union room {
	struct kith_me_update_args me_update;
	struct kith_me_settings_args me_settings;
	struct kith_sessions_create_args sessions_create;
	struct kith_messages_send_to_user_args messages_send_to_user;
	struct kith_messages_list_args messages_list;
	struct kith_conversations_list_args conversations_list;
};

typedef int typed_fn(struct kith_client *client, const void *args, struct typed_asked *asked);

/* Defines call_CALL(), which hands its arguments to libkith's function and its answer to ON. */
#define CALL(call, on) \
	_Static_assert(sizeof(struct kith_##call##_args) <= sizeof(union room), "there is room"); \
	static int call_##call(struct kith_client *client, const void *args, \
	                       struct typed_asked *asked) \
	{ \
		return kith_##call(client, args, on, asked); \
	}
#define CALL_WITHOUT(call, on) \
	static int call_##call(struct kith_client *client, const void *args, \
	                       struct typed_asked *asked) \
	{ \
		(void)args; \
		return kith_##call(client, on, asked); \
	}

CALL_WITHOUT(me_get, on_me)
CALL(me_update, on_me)
CALL(me_settings, on_settings)
CALL_WITHOUT(me_unread, on_unread_totals)
CALL_WITHOUT(sessions_list, on_session_list)
CALL(sessions_create, on_session_grant)
CALL(sessions_refresh, on_session_grant)
CALL(sessions_end, on_session)
CALL(users_get, on_profile)
CALL(users_search, on_user_page)
CALL(contacts_list, on_contact_page)
CALL(contacts_add, on_contact)
CALL(contacts_remove, on_user)
CALL(aliases_list, on_alias_list)
CALL(aliases_add, on_alias)
CALL(aliases_remove, on_alias)
CALL(conversations_list, on_conversation_page)
CALL(conversations_direct, on_conversation)
CALL(conversations_get, on_conversation)
CALL(conversations_read, on_read_state)
CALL(conversations_delivered, on_read_state)
CALL(conversations_typing, on_typing)
CALL(conversations_mark_unread, on_read_state)
CALL(conversations_draft, on_draft)
CALL(messages_list, on_message_page)
CALL(messages_send, on_stored)
CALL(messages_send_to_user, on_stored)
CALL(messages_get, on_message)
CALL(messages_edit, on_message)
CALL(messages_edits, on_edit_page)
CALL(messages_react, on_message)
CALL(messages_receipts, on_receipt_list)
CALL(messages_delete, on_outcome_list)
CALL(messages_delete_for_me, on_outcome_list)
CALL(presence_watch, on_presence_list)
CALL(sync, on_sync_page)

#define ARG(call, json, kind, field) \
	{ \
		.name = json, .takes = TAKES_##kind, \
		.at = offsetof(struct kith_##call##_args, field) \
	}
#define NEEDS(call, json, kind, field) \
	{ \
		.name = json, .takes = TAKES_##kind, \
		.at = offsetof(struct kith_##call##_args, field), .is_required = true, \
	}
#define ARG_TRUTH(call, json, field) \
	{ \
		.name = json, .takes = TAKES_TRUTH, \
		.at = offsetof(struct kith_##call##_args, field), \
		.more_at = offsetof(struct kith_##call##_args, has_##field), \
	}
#define ARG_WORD(call, json, needed, ...) \
	{ \
		.name = #json, .takes = TAKES_WORD, \
		.at = offsetof(struct kith_##call##_args, json), .is_required = needed, \
		.words = { __VA_ARGS__ }, \
	}
#define NEEDS_LIST(call, json) \
	{ \
		.name = #json, .takes = TAKES_LIST, \
		.at = offsetof(struct kith_##call##_args, json), \
		.more_at = offsetof(struct kith_##call##_args, json##_count), .is_required = true, \
	}
#define ALIAS_WORDS "wallet", "email", "phone", "external"

static const struct typed {
	const char *name;
	typed_fn *call;
	struct argument args[ARGS_MAX];
} calls[] = {
	{ "me.get", call_me_get, { { .name = NULL } } },
	{ "me.update",
	  call_me_update,
	  { ARG(me_update, "name", TEXT, name), ARG(me_update, "metadata", OBJECT, metadata),
	    ARG(me_update, "privateMetadata", OBJECT, private_metadata),
	    ARG(me_update, "password", TEXT, password),
	    ARG(me_update, "oldPassword", TEXT, old_password) } },
	{ "me.settings",
	  call_me_settings,
	  { ARG_TRUTH(me_settings, "showPresence", show_presence),
	    ARG_TRUTH(me_settings, "showReceipts", show_receipts),
	    ARG(me_settings, "language", TEXT, language),
	    ARG_WORD(me_settings, theme, false, "system", "light", "dark") } },
	{ "me.unread", call_me_unread, { { .name = NULL } } },
	{ "sessions.list", call_sessions_list, { { .name = NULL } } },
	{ "sessions.create",
	  call_sessions_create,
	  { ARG(sessions_create, "user", TEXT, user),
	    ARG(sessions_create, "password", TEXT, password),
	    ARG(sessions_create, "link", TEXT, link), ARG(sessions_create, "token", TEXT, token),
	    ARG(sessions_create, "device", TEXT, device),
	    ARG(sessions_create, "organization", TEXT, organization) } },
	{ "sessions.refresh",
	  call_sessions_refresh,
	  { NEEDS(sessions_refresh, "refreshToken", TEXT, refresh_token) } },
	{ "sessions.end", call_sessions_end, { NEEDS(sessions_end, "session", TEXT, session) } },
	{ "users.get", call_users_get, { NEEDS(users_get, "user", TEXT, user) } },
	{ "users.search",
	  call_users_search,
	  { NEEDS(users_search, "query", TEXT, query), ARG(users_search, "limit", NUMBER, limit),
	    ARG(users_search, "cursor", TEXT, cursor),
	    ARG(users_search, "organization", TEXT, organization) } },
	{ "contacts.list",
	  call_contacts_list,
	  { ARG(contacts_list, "query", TEXT, query), ARG(contacts_list, "limit", NUMBER, limit),
	    ARG(contacts_list, "cursor", TEXT, cursor) } },
	{ "contacts.add", call_contacts_add, { NEEDS(contacts_add, "user", TEXT, user) } },
	{ "contacts.remove", call_contacts_remove, { NEEDS(contacts_remove, "user", TEXT, user) } },
	{ "aliases.list", call_aliases_list, { ARG(aliases_list, "user", TEXT, user) } },
	{ "aliases.add",
	  call_aliases_add,
	  { NEEDS(aliases_add, "user", TEXT, user), ARG_WORD(aliases_add, kind, true, ALIAS_WORDS),
	    NEEDS(aliases_add, "value", TEXT, value) } },
	{ "aliases.remove",
	  call_aliases_remove,
	  { ARG_WORD(aliases_remove, kind, true, ALIAS_WORDS),
	    NEEDS(aliases_remove, "value", TEXT, value) } },
	{ "conversations.list",
	  call_conversations_list,
	  { ARG(conversations_list, "limit", NUMBER, limit),
	    ARG(conversations_list, "cursor", TEXT, cursor),
	    ARG(conversations_list, "organization", TEXT, organization),
	    ARG_WORD(conversations_list, filter, false, "all", "unread") } },
	{ "conversations.direct",
	  call_conversations_direct,
	  { NEEDS(conversations_direct, "user", TEXT, user),
	    ARG(conversations_direct, "organization", TEXT, organization) } },
	{ "conversations.get",
	  call_conversations_get,
	  { NEEDS(conversations_get, "conversation", TEXT, conversation) } },
	{ "conversations.read",
	  call_conversations_read,
	  { NEEDS(conversations_read, "conversation", TEXT, conversation),
	    NEEDS(conversations_read, "upTo", NUMBER, up_to) } },
	{ "conversations.delivered",
	  call_conversations_delivered,
	  { NEEDS(conversations_delivered, "conversation", TEXT, conversation),
	    NEEDS(conversations_delivered, "upTo", NUMBER, up_to) } },
	{ "conversations.typing",
	  call_conversations_typing,
	  { NEEDS(conversations_typing, "conversation", TEXT, conversation),
	    ARG_WORD(conversations_typing, state, true, "composing", "gone") } },
	{ "conversations.markUnread",
	  call_conversations_mark_unread,
	  { NEEDS(conversations_mark_unread, "conversation", TEXT, conversation),
	    NEEDS(conversations_mark_unread, "unread", TRUTH, unread) } },
	{ "conversations.draft",
	  call_conversations_draft,
	  { NEEDS(conversations_draft, "conversation", TEXT, conversation),
	    NEEDS(conversations_draft, "text", TEXT, text),
	    ARG(conversations_draft, "replyTo", TEXT, reply_to) } },
	{ "messages.list",
	  call_messages_list,
	  { NEEDS(messages_list, "conversation", TEXT, conversation),
	    ARG(messages_list, "before", TEXT, before), ARG(messages_list, "after", TEXT, after),
	    ARG(messages_list, "around", TEXT, around),
	    ARG(messages_list, "limit", NUMBER, limit) } },
	{ "messages.send",
	  call_messages_send,
	  { NEEDS(messages_send, "conversation", TEXT, conversation),
	    ARG(messages_send, "id", TEXT, id), ARG(messages_send, "text", TEXT, text),
	    ARG(messages_send, "opaque", BYTES, opaque),
	    ARG(messages_send, "replyTo", TEXT, reply_to) } },
	{ "messages.sendToUser",
	  call_messages_send_to_user,
	  { NEEDS(messages_send_to_user, "address", TEXT, address),
	    ARG(messages_send_to_user, "id", TEXT, id),
	    ARG(messages_send_to_user, "text", TEXT, text),
	    ARG(messages_send_to_user, "opaque", BYTES, opaque),
	    ARG(messages_send_to_user, "replyTo", TEXT, reply_to),
	    ARG(messages_send_to_user, "organization", TEXT, organization) } },
	{ "messages.get", call_messages_get, { NEEDS(messages_get, "id", TEXT, id) } },
	{ "messages.edit",
	  call_messages_edit,
	  { NEEDS(messages_edit, "id", TEXT, id), ARG(messages_edit, "edit", TEXT, edit),
	    ARG(messages_edit, "text", TEXT, text), ARG(messages_edit, "opaque", BYTES, opaque) } },
	{ "messages.edits",
	  call_messages_edits,
	  { NEEDS(messages_edits, "id", TEXT, id), ARG(messages_edits, "before", TEXT, before),
	    ARG(messages_edits, "limit", NUMBER, limit) } },
	{ "messages.react",
	  call_messages_react,
	  { NEEDS(messages_react, "id", TEXT, id), NEEDS(messages_react, "emoji", TEXT, emoji),
	    ARG_TRUTH(messages_react, "on", on) } },
	{ "messages.receipts",
	  call_messages_receipts,
	  { NEEDS(messages_receipts, "id", TEXT, id) } },
	{ "messages.delete", call_messages_delete, { NEEDS_LIST(messages_delete, ids) } },
	{ "messages.deleteForMe",
	  call_messages_delete_for_me,
	  { NEEDS_LIST(messages_delete_for_me, ids) } },
	{ "presence.watch", call_presence_watch, { NEEDS_LIST(presence_watch, users) } },
	{ "sync",
	  call_sync,
	  { ARG(sync, "since", TEXT, since), ARG(sync, "limit", NUMBER, limit) } },
};

static const struct argument *find_argument(const struct typed *call, struct kith_str name)
{
	for (size_t i = 0; i < ARGS_MAX && call->args[i].name != NULL; i++) {
		if (kith_str_is(name, call->args[i].name)) {
			return &call->args[i];
		}
	}
	return NULL;
}

/* Fills ROOM from ARGS; false when they do not fit. */
static bool fill(const struct typed *call, const struct json *args, union room *room,
                 struct kith_arena *mem)
{
	for (size_t i = 0; i < ARGS_MAX && call->args[i].name != NULL; i++) {
		if (call->args[i].is_required &&
		    json_find(args, kith_str_of(call->args[i].name)) == NULL) {
			return false;
		}
	}
	for (const struct json *arg = args->first; arg != NULL; arg = arg->next) {
		const struct argument *argument = find_argument(call, arg->key);
		if (argument == NULL || !put_argument((char *)room, argument, arg, mem)) {
			return false;
		}
	}
	return true;
}

bool typed_call(struct kith_client *client, struct kith_str name, const struct json *args,
                struct typed_asked *asked, int *status)
{
	for (size_t i = 0; i < KITH_COUNT(calls); i++) {
		union room room;
		memset(&room, 0, sizeof(room));
		if (kith_str_is(name, calls[i].name) && fill(&calls[i], args, &room, asked->mem)) {
			*status = calls[i].call(client, &room, asked);
			return true;
		}
	}
	return false;
}

/* --- events --- */

#define EVENT(word, field) \
	{ \
		word, offsetof(struct kith_api_event, field) \
	}

static const struct {
	const char *name;
	size_t data_at; /* of the pointer to its data */
} events[] = {
	[KITH_API_EVENT_NAME_UNKNOWN] = { "unknown", 0 },
	[KITH_API_EVENT_NAME_MESSAGE_NEW] = EVENT("message.new", message),
	[KITH_API_EVENT_NAME_MESSAGE_EDITED] = EVENT("message.edited", message),
	[KITH_API_EVENT_NAME_MESSAGE_DELETED] = EVENT("message.deleted", message),
	[KITH_API_EVENT_NAME_MESSAGE_REACTION] = EVENT("message.reaction", reaction_change),
	[KITH_API_EVENT_NAME_MESSAGE_HIDDEN] = EVENT("message.hidden", hidden_message),
	[KITH_API_EVENT_NAME_CONVERSATION_READ] = EVENT("conversation.read", read_state),
	[KITH_API_EVENT_NAME_CONVERSATION_RECEIPT] = EVENT("conversation.receipt", receipt_change),
	[KITH_API_EVENT_NAME_CONVERSATION_DRAFT] = EVENT("conversation.draft", draft),
	[KITH_API_EVENT_NAME_ME_CHANGED] = EVENT("me.changed", me_change),
	[KITH_API_EVENT_NAME_CONTACTS_CHANGED] = EVENT("contacts.changed", contact_change),
	[KITH_API_EVENT_NAME_ME_UNREAD] = EVENT("me.unread", unread_totals),
	[KITH_API_EVENT_NAME_CONVERSATION_TYPING] = EVENT("conversation.typing", typing),
	[KITH_API_EVENT_NAME_PRESENCE] = EVENT("presence", presence),
};

const char *typed_event(const struct kith_api_event *event, bool *has_data)
{
	*has_data = true;
	for (size_t i = 1; i < KITH_COUNT(events); i++) {
		const void *data = *(const void *const *)(const void *)((const char *)event +
		                                                        events[i].data_at);
		bool is_its = events[i].data_at == events[event->event].data_at;
		*has_data = *has_data && (data != NULL) == is_its;
	}
	return events[event->event].name;
}
