/*
 * messages.c -- messages.send, .sendToUser, .get and .list.
 *
 * A send becomes one entry at the end of a conversation's log (R-040, R-041,
 * R-042); what is in the log is read one by one or in pages.
 */
#include "service/steps.h"

/* --- messages.send and messages.sendToUser --- */

/* The id that the sender gave, or one of ours for who gave none. */
static void take_id(struct kith_call *call, const struct kith_arg *id)
{
	call->has_own_id = id->is_present;
	call->entry.message =
		id->is_present ? id->uuid : kith_uuid_v7(call->now_us, &call->service->rand);
}

/* Reads content and id, then prints what is sent, so that a repeat can be told. */
static enum kith_rc check_content(struct kith_call *call, const struct kith_arg *text,
                                  const struct kith_arg *opaque)
{
	struct kith_entry *entry = &call->entry;
	enum kith_rc rc = kith_content_decide(text->is_present ? &text->text : NULL,
	                                      opaque->is_present ? &opaque->text : NULL,
	                                      &entry->content, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	entry->print =
		kith_message_print(kith_store_digest_key(call->service->options.store),
	                           call->session->user, &call->conversation.id, &entry->content);
	return kith_message_id_decide(&entry->message, call->now_us, &call->why);
}

static enum kith_rc check_send(struct kith_call *call)
{
	const struct kith_arg *args = call->args;

	take_id(call, &args[KITH_MESSAGES_SEND_ID]);
	enum kith_rc rc = kith_step_conversation(call, &args[KITH_MESSAGES_SEND_CONVERSATION],
	                                         "conversation");
	return rc != KITH_OK ? rc
	                     : check_content(call, &args[KITH_MESSAGES_SEND_TEXT],
	                                     &args[KITH_MESSAGES_SEND_OPAQUE]);
}

static enum kith_rc check_send_to_user(struct kith_call *call)
{
	const struct kith_arg *args = call->args;

	take_id(call, &args[KITH_MESSAGES_SEND_TO_USER_ID]);
	enum kith_rc rc =
		kith_step_organization(call, &args[KITH_MESSAGES_SEND_TO_USER_ORGANIZATION]);
	if (rc == KITH_OK) {
		rc = kith_step_address(call, &args[KITH_MESSAGES_SEND_TO_USER_ADDRESS], "address");
	}
	return rc != KITH_OK ? rc
	                     : check_content(call, &args[KITH_MESSAGES_SEND_TO_USER_TEXT],
	                                     &args[KITH_MESSAGES_SEND_TO_USER_OPAQUE]);
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
	return KITH_OK;
}

static void finish_send(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE,
		                             .is_new = true,
		                             .message = call->entry };
}

const struct kith_verb kith_verb_messages_send = {
	.check = check_send,
	.recall = kith_step_recall,
	.load = kith_step_load_conversation,
	.plan = plan_send,
	.finish = finish_send,
	.is_guarded = true,
};

const struct kith_verb kith_verb_messages_send_to_user = {
	.check = check_send_to_user,
	.recall = kith_step_recall,
	.load = kith_step_load_direct,
	.plan = plan_send,
	.finish = finish_send,
	.is_guarded = true,
};

/* --- messages.get --- */

/*
 * Finds message ID, which must be in a conversation of the caller's.
 * returns  KITH_OK, KITH_E_NOT_FOUND for an unknown one and another's alike
 */
static enum kith_rc find_mine(struct kith_call *call, struct kith_reader *reader,
                              const struct kith_uuid *id, struct kith_entry *out)
{
	struct kith_standing standing;
	enum kith_rc rc = kith_reader_message(reader, id, &call->mem, out);
	if (rc != KITH_OK) {
		return rc;
	}
	if (out->org_row != call->session->org.row) {
		return KITH_E_NOT_FOUND;
	}
	return kith_reader_standing(reader, out->conversation_row, call->session->user_row,
	                            &call->mem, &standing);
}

static enum kith_rc load_get(struct kith_call *call, struct kith_reader *reader)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE };
	return find_mine(call, reader, &call->args[KITH_MESSAGES_GET_ID].uuid,
	                 &call->result.message);
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
		rc = kith_reader_message(reader, &call->entry.message, &call->mem, &at);
		if (rc != KITH_OK || at.conversation_row != call->conversation.row) {
			return rc == KITH_OK ? KITH_E_NOT_FOUND : rc;
		}
		call->position = at.n;
	}
	const struct kith_arg *args = call->args;
	const struct kith_page_query query = {
		.conversation_row = call->conversation.row,
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
