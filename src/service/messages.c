/*
 * messages.c -- messages.send, .sendToUser, .get and .list.
 *
 * A send becomes one entry at the end of a conversation's log (R-040, R-041,
 * R-042); what is in the log is read one by one or in pages.
 */
#include "base/utf8.h"
#include "service/steps.h"

/* --- messages.send and messages.sendToUser --- */

/* Reads content and id, then prints what is sent, so that a repeat can be told. */
static enum kith_rc check_content(struct kith_call *call, const struct kith_arg *text,
                                  const struct kith_arg *opaque, const struct kith_arg *reply)
{
	struct kith_entry *entry = &call->entry;
	enum kith_rc rc = kith_content_decide(text->is_present ? &text->text : NULL,
	                                      opaque->is_present ? &opaque->text : NULL,
	                                      &entry->content, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	entry->content.is_reply = reply->is_present;
	if (reply->is_present) {
		entry->content.reply_to = reply->uuid;
	}
	entry->print =
		kith_message_print(kith_store_digest_key(call->service->options.store),
	                           call->session->user, &call->conversation.id, &entry->content);
	return kith_message_id_decide(&entry->message, call->now_us, &call->why);
}

static enum kith_rc check_send(struct kith_call *call)
{
	const struct kith_arg *args = call->args;

	kith_step_take_id(call, &args[KITH_MESSAGES_SEND_ID]);
	enum kith_rc rc = kith_step_conversation(call, &args[KITH_MESSAGES_SEND_CONVERSATION],
	                                         "conversation");
	return rc != KITH_OK ? rc
	                     : check_content(call, &args[KITH_MESSAGES_SEND_TEXT],
	                                     &args[KITH_MESSAGES_SEND_OPAQUE],
	                                     &args[KITH_MESSAGES_SEND_REPLY_TO]);
}

static enum kith_rc check_send_to_user(struct kith_call *call)
{
	const struct kith_arg *args = call->args;

	kith_step_take_id(call, &args[KITH_MESSAGES_SEND_TO_USER_ID]);
	enum kith_rc rc = kith_step_direct(call, &args[KITH_MESSAGES_SEND_TO_USER_ORGANIZATION],
	                                   &args[KITH_MESSAGES_SEND_TO_USER_ADDRESS], "address");
	return rc != KITH_OK ? rc
	                     : check_content(call, &args[KITH_MESSAGES_SEND_TO_USER_TEXT],
	                                     &args[KITH_MESSAGES_SEND_TO_USER_OPAQUE],
	                                     &args[KITH_MESSAGES_SEND_TO_USER_REPLY_TO]);
}

/* A reply needs a look at what it answers; any other send only at who is there. */
static bool recall_send(struct kith_call *call)
{
	return !call->entry.content.is_reply && kith_step_recall(call);
}

/* After the conversation: is there what a reply answers? A new one has nothing. */
static enum kith_rc load_quoted(struct kith_call *call, struct kith_reader *reader, enum kith_rc rc)
{
	return rc == KITH_OK && call->entry.content.is_reply
	               ? kith_step_load_reply(call, reader, &call->entry.content.reply_to)
	               : rc;
}

static enum kith_rc load_send(struct kith_call *call, struct kith_reader *reader)
{
	return load_quoted(call, reader, kith_step_load_conversation(call, reader));
}

static enum kith_rc load_send_to_user(struct kith_call *call, struct kith_reader *reader)
{
	return load_quoted(call, reader, kith_step_load_direct(call, reader));
}

/* What a reply says of the message that it answers; others find the text themselves. */
static enum kith_rc quote(struct kith_call *call)
{
	struct kith_extra *extra = kith_arena_alloc(&call->mem, sizeof(*extra));
	if (extra == NULL) {
		return KITH_E_NO_MEMORY;
	}
	*extra = (struct kith_extra){
		.has_quote = true,
		.quote = { .message = call->subject.message, .n = call->subject.n },
	};
	call->entry.target = call->subject.n;
	call->entry.extra = extra;
	return KITH_OK;
}

static enum kith_rc plan_send(struct kith_call *call)
{
	struct kith_entry *entry = &call->entry;

	kith_step_plan_conversation(call);
	entry->conversation_row = call->conversation.row;
	entry->conversation = call->conversation.id;
	entry->org_row = call->conversation.org_row;
	entry->sender_row = call->session->user_row;
	entry->sender = call->session->user;
	entry->sent_us = call->now_us;
	call->plan.entries = entry;
	call->plan.entry_count = 1;
	return entry->content.is_reply ? quote(call) : KITH_OK;
}

/* The sender's answer shows the quote as its reader sees it. */
static const struct kith_extra *resolve_quote(struct kith_call *call)
{
	struct kith_extra *extra = kith_arena_alloc(&call->mem, sizeof(*extra));
	if (extra == NULL) {
		return call->entry.extra;
	}
	*extra = *call->entry.extra;
	extra->quote.is_resolved = true;
	extra->quote.sender = call->subject.sender;
	extra->quote.content = call->subject.content;
	extra->quote.content.body =
		kith_utf8_prefix(call->subject.content.body, KITH_QUOTE_TEXT_MAX);
	return extra;
}

static void finish_send(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE,
		                             .is_new = true,
		                             .message = call->entry };
	if (call->entry.content.is_reply) {
		call->result.message.extra = resolve_quote(call);
	}
}

const struct kith_verb kith_verb_messages_send = {
	.check = check_send,
	.recall = recall_send,
	.load = load_send,
	.plan = plan_send,
	.finish = finish_send,
	.is_guarded = true,
	.limit = KITH_LIMIT_SENDS_USER,
};

const struct kith_verb kith_verb_messages_send_to_user = {
	.check = check_send_to_user,
	.recall = recall_send,
	.load = load_send_to_user,
	.plan = plan_send,
	.finish = finish_send,
	.is_guarded = true,
	.limit = KITH_LIMIT_SENDS_USER,
};

/* --- messages.get --- */

static enum kith_rc load_get(struct kith_call *call, struct kith_reader *reader)
{
	enum kith_rc rc = kith_step_find_subject(
		call, reader, &call->args[KITH_MESSAGES_GET_ID].uuid, call->session->user_row);

	call->result =
		(struct kith_result){ .kind = KITH_RESULT_MESSAGE, .message = call->subject };
	return rc;
}

const struct kith_verb kith_verb_messages_get = { .load = load_get };

/* --- messages.list --- */

enum { BOUND_BY_ID = -1 };

/* The bound that was given: at most one of before, after and around. */
static const struct kith_arg *bound_of(const struct kith_call *call, size_t *count)
{
	static const int bounds[] = { KITH_MESSAGES_LIST_BEFORE, KITH_MESSAGES_LIST_AFTER,
		                      KITH_MESSAGES_LIST_AROUND };
	const struct kith_arg *found = NULL;

	*count = 0;
	for (size_t i = 0; i < KITH_COUNT(bounds); i++) {
		if (call->args[bounds[i]].is_present) {
			found = &call->args[bounds[i]];
			(*count)++;
		}
	}
	return found;
}

/* A bound is a number or a message id; an id's number is looked up later. Only
 * after may be 0: from the very first on. */
static enum kith_rc read_bound(struct kith_call *call, const struct kith_arg *bound)
{
	int64_t least = bound == &call->args[KITH_MESSAGES_LIST_AFTER] ? 0 : 1;

	if (kith_str_to_int(bound->text, &call->position)) {
		if (call->position >= least && call->position <= KITH_JSON_INTEGER_MAX) {
			return KITH_OK;
		}
	} else if (kith_uuid_parse(bound->text, &call->entry.message)) {
		call->position = BOUND_BY_ID;
		return KITH_OK;
	}
	return kith_refuse(&call->why, KITH_E_INVALID_REQUEST,
	                   call->row->args[bound - call->args].name,
	                   "It is neither a number of this conversation nor a message id.");
}

static enum kith_rc check_list(struct kith_call *call)
{
	size_t count;
	const struct kith_arg *bound = bound_of(call, &count);

	call->limit =
		(size_t)kith_step_integer(&call->args[KITH_MESSAGES_LIST_LIMIT], KITH_PAGE_DEFAULT);
	if (count > 1) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "before",
		                   "At most one of before, after and around is allowed.");
	}
	enum kith_rc rc = bound == NULL ? KITH_OK : read_bound(call, bound);
	return rc != KITH_OK
	               ? rc
	               : kith_step_conversation(call, &call->args[KITH_MESSAGES_LIST_CONVERSATION],
	                                        "conversation");
}

static enum kith_rc load_list(struct kith_call *call, struct kith_reader *reader)
{
	size_t count;
	const struct kith_arg *bound = bound_of(call, &count);
	enum kith_rc rc = kith_step_load_conversation(call, reader);
	if (rc != KITH_OK) {
		return rc;
	}
	if (bound != NULL && call->position == BOUND_BY_ID) {
		struct kith_entry at;
		rc = kith_reader_message(reader, &call->entry.message, call->session->user_row,
		                         &call->mem, &at);
		if (rc != KITH_OK || at.conversation_row != call->conversation.row) {
			return rc == KITH_OK ? KITH_E_NOT_FOUND : rc;
		}
		call->position = at.n;
	}
	const struct kith_arg *args = call->args;
	const struct kith_page_query query = {
		.conversation_row = call->conversation.row,
		.viewer_row = call->session->user_row,
		.before = bound == &args[KITH_MESSAGES_LIST_BEFORE] ? call->position : 0,
		.after = bound == &args[KITH_MESSAGES_LIST_AFTER] ? call->position : 0,
		.around = bound == &args[KITH_MESSAGES_LIST_AROUND] ? call->position : 0,
		.is_from_first = bound != NULL && call->position == 0,
		.limit = call->limit,
	};
	call->result = (struct kith_result){ .kind = KITH_RESULT_PAGE };
	return kith_reader_page(reader, &query, &call->mem, &call->result.page);
}

const struct kith_verb kith_verb_messages_list = { .check = check_list, .load = load_list };
