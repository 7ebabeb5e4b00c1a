/*
 * marks.c -- how far a member has come, and what they keep of a conversation.
 *
 * conversations.read and .delivered move watermarks, which only go forward
 * .markUnread and .draft are private to the member;
 * messages.receipts tells how far a message has come with the others.
 */
#include "service/steps.h"

/* --- conversations.read, .delivered and .markUnread --- */

static enum kith_rc plan_mark(struct kith_call *call, enum kith_effect_kind kind)
{
	kith_step_plan_conversation(call);
	call->effect = (struct kith_effect){ .kind = kind };
	call->effect.mark.conversation_row = call->conversation.row;
	call->effect.mark.user_row = call->session->user_row;
	call->effect.mark.up_to = call->position;
	call->plan.effects = &call->effect;
	call->plan.effect_count = 1;
	return KITH_OK;
}

static void finish_mark(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_READ };
	call->result.read.conversation = call->conversation.id;
	call->result.read.mark = call->effect.mark;
}

static enum kith_rc check_read(struct kith_call *call)
{
	call->position = call->args[KITH_CONVERSATIONS_READ_UP_TO].integer;
	return kith_step_conversation(call, &call->args[KITH_CONVERSATIONS_READ_CONVERSATION],
	                              "conversation");
}

static enum kith_rc plan_read(struct kith_call *call)
{
	return plan_mark(call, KITH_EFFECT_SEEN);
}

const struct kith_verb kith_verb_conversations_read = {
	.check = check_read,
	.recall = kith_step_recall,
	.load = kith_step_load_conversation,
	.plan = plan_read,
	.finish = finish_mark,
	.limit = KITH_LIMIT_TYPING_USER,
};

static enum kith_rc check_delivered(struct kith_call *call)
{
	call->position = call->args[KITH_CONVERSATIONS_DELIVERED_UP_TO].integer;
	return kith_step_conversation(call, &call->args[KITH_CONVERSATIONS_DELIVERED_CONVERSATION],
	                              "conversation");
}

static enum kith_rc plan_delivered(struct kith_call *call)
{
	return plan_mark(call, KITH_EFFECT_DELIVERED);
}

const struct kith_verb kith_verb_conversations_delivered = {
	.check = check_delivered,
	.recall = kith_step_recall,
	.load = kith_step_load_conversation,
	.plan = plan_delivered,
	.finish = finish_mark,
	.limit = KITH_LIMIT_TYPING_USER,
};

static enum kith_rc check_mark_unread(struct kith_call *call)
{
	return kith_step_conversation(
		call, &call->args[KITH_CONVERSATIONS_MARK_UNREAD_CONVERSATION], "conversation");
}

static enum kith_rc plan_mark_unread(struct kith_call *call)
{
	enum kith_rc rc = plan_mark(call, KITH_EFFECT_MARK_UNREAD);

	call->effect.mark.is_marked_unread = call->args[KITH_CONVERSATIONS_MARK_UNREAD_UNREAD].flag;
	return rc;
}

const struct kith_verb kith_verb_conversations_mark_unread = {
	.check = check_mark_unread,
	.recall = kith_step_recall,
	.load = kith_step_load_conversation,
	.plan = plan_mark_unread,
	.finish = finish_mark,
	.limit = KITH_LIMIT_TYPING_USER,
};

/* --- conversations.draft --- */

static enum kith_rc check_draft(struct kith_call *call)
{
	return kith_step_conversation(call, &call->args[KITH_CONVERSATIONS_DRAFT_CONVERSATION],
	                              "conversation");
}

static enum kith_rc load_draft(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_arg *reply = &call->args[KITH_CONVERSATIONS_DRAFT_REPLY_TO];
	enum kith_rc rc = kith_step_load_conversation(call, reader);

	return rc == KITH_OK && reply->is_present ? kith_step_load_reply(call, reader, &reply->uuid)
	                                          : rc;
}

static enum kith_rc plan_draft(struct kith_call *call)
{
	const struct kith_arg *reply = &call->args[KITH_CONVERSATIONS_DRAFT_REPLY_TO];

	kith_step_plan_conversation(call);
	call->effect = (struct kith_effect){ .kind = KITH_EFFECT_DRAFT };
	call->effect.draft = (struct kith_draft){
		.conversation_row = call->conversation.row,
		.user_row = call->session->user_row,
		.conversation = call->conversation.id,
		.text = call->args[KITH_CONVERSATIONS_DRAFT_TEXT].text,
		.has_reply = reply->is_present,
		.updated_us = call->now_us,
	};
	if (reply->is_present) {
		call->effect.draft.reply_to = reply->uuid;
	}
	call->plan.effects = &call->effect;
	call->plan.effect_count = 1;
	return KITH_OK;
}

static void finish_draft(struct kith_call *call)
{
	call->result =
		(struct kith_result){ .kind = KITH_RESULT_DRAFT, .draft = call->effect.draft };
}

const struct kith_verb kith_verb_conversations_draft = {
	.check = check_draft,
	.load = load_draft,
	.plan = plan_draft,
	.finish = finish_draft,
	.limit = KITH_LIMIT_TYPING_USER,
};

/* --- messages.receipts --- */

static enum kith_rc load_receipts(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_receipt *items = NULL;
	size_t count = 0;
	enum kith_rc rc =
		kith_step_load_subject(call, reader, &call->args[KITH_MESSAGES_RECEIPTS_ID].uuid);

	if (rc == KITH_OK) {
		rc = kith_reader_receipts(reader, call->conversation.row, call->subject.n,
		                          call->session->user_row, &call->mem, &items, &count);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_RECEIPTS };
	call->result.receipts.items = items;
	call->result.receipts.count = count;
	return KITH_OK;
}

const struct kith_verb kith_verb_messages_receipts = { .load = load_receipts };
