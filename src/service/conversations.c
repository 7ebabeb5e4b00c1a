/*
 * conversations.c -- conversations.list, .get and .direct.
 *
 * What a member may know about a conversation apart from its messages: R-030 one
 * direct conversation per organization and pair, R-032 the list of recent ones
 * with last message and unread. What a member keeps of one is in marks.c.
 */
#include "service/steps.h"

/* --- conversations.list --- */

static enum kith_rc check_list(struct kith_call *call)
{
	const struct kith_arg *cursor = &call->args[KITH_CONVERSATIONS_LIST_CURSOR];

	call->limit = (size_t)kith_step_integer(&call->args[KITH_CONVERSATIONS_LIST_LIMIT],
	                                        KITH_PAGE_DEFAULT);
	if (cursor->is_present &&
	    !kith_cursor_read(call->service->options.cursor_keys, KITH_CURSOR_LIST, cursor->text,
	                      &call->position)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "cursor",
		                   "It is no cursor of this list.");
	}
	return kith_step_organizations(call, &call->args[KITH_CONVERSATIONS_LIST_ORGANIZATION]);
}

static bool is_unread_only(const struct kith_call *call)
{
	const struct kith_arg *filter = &call->args[KITH_CONVERSATIONS_LIST_FILTER];

	return filter->is_present && kith_str_equal(filter->text, KITH_STR("unread"));
}

static enum kith_rc load_list(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_recent *items = NULL;
	size_t count = 0;
	bool more = false;
	enum kith_rc rc = kith_reader_recent(reader, call->session->user_row, call->org.row,
	                                     is_unread_only(call), call->position, call->limit,
	                                     &call->mem, &items, &count, &more);
	if (rc != KITH_OK) {
		return rc;
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_RECENT };
	call->result.recent.items = items;
	call->result.recent.count = count;
	call->result.recent.next = more ? items[count - 1].standing.last.id : 0;
	return KITH_OK;
}

const struct kith_verb kith_verb_conversations_list = { .check = check_list, .load = load_list };

/* --- conversations.get --- */

static enum kith_rc check_get(struct kith_call *call)
{
	return kith_step_conversation(call, &call->args[KITH_CONVERSATIONS_GET_CONVERSATION],
	                              "conversation");
}

/* Loads the conversation and how it stands for the caller. */
static enum kith_rc load_standing(struct kith_call *call, struct kith_reader *reader)
{
	return kith_reader_standing(reader, call->conversation.row, call->session->user_row,
	                            &call->mem, &call->standing);
}

static enum kith_rc load_get(struct kith_call *call, struct kith_reader *reader)
{
	enum kith_rc rc = kith_step_load_conversation(call, reader);
	return rc == KITH_OK ? load_standing(call, reader) : rc;
}

static void finish_conversation(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_CONVERSATION,
		                             .is_new = call->plan.effect_count > 0 };
	call->result.conversation.conversation = call->conversation;
	call->result.conversation.standing = call->standing;
}

const struct kith_verb kith_verb_conversations_get = {
	.check = check_get,
	.load = load_get,
	.finish = finish_conversation,
};

/* --- conversations.direct --- */

static enum kith_rc check_direct(struct kith_call *call)
{
	enum kith_rc rc =
		kith_step_direct(call, &call->args[KITH_CONVERSATIONS_DIRECT_ORGANIZATION],
	                         &call->args[KITH_CONVERSATIONS_DIRECT_USER], "user");
	if (rc == KITH_OK && call->address.kind != KITH_ADDRESS_USER) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "user", "This is no user.");
	}
	return rc;
}

static enum kith_rc load_direct(struct kith_call *call, struct kith_reader *reader)
{
	enum kith_rc rc = kith_step_load_direct(call, reader);

	call->standing = (struct kith_standing){ 0 };
	if (rc == KITH_OK && call->conversation.row != 0) {
		rc = load_standing(call, reader);
	} else if (rc == KITH_OK) {
		/* The answer shows members by name, so the caller's is needed too. */
		struct kith_user me;
		rc = kith_reader_user(reader, call->session->user, call->org.row, &call->mem, &me);
		call->conversation.members[0].name = me.name;
	}
	return rc;
}

static enum kith_rc plan_direct(struct kith_call *call)
{
	if (call->conversation.row == 0) {
		kith_step_plan_conversation(call);
	}
	return KITH_OK;
}

const struct kith_verb kith_verb_conversations_direct = {
	.check = check_direct,
	.load = load_direct,
	.plan = plan_direct,
	.finish = finish_conversation,
};
