/*
 * several.c -- messages.delete and .deleteForMe: one call about several messages.
 *
 * What happens to each is told one by one. The messages may lie in several
 * conversations, and a plan is about one of them: so the call goes on, plan by
 * plan, from where the last one ended, in the order in which they were named.
 */
#include "base/mem.h"
#include "service/acts.h"
#include "service/steps.h"

enum { SEVERAL_MAX = 100 };

/* One message that the present plan does something to. */
struct item {
	size_t at; /* its place in the call */
	struct kith_entry message;
};

/* How far a call has come. Lives in its memory. */
struct kith_several {
	struct kith_outcome *outcomes;
	size_t count;
	size_t from; /* the present plan begins here      */
	size_t to;   /* and ends before this              */
	struct item items[KITH_PLAN_ENTRIES_MAX];
	size_t item_count;
	size_t weight; /* of the items, with their edits: what a plan may have to erase */
	struct kith_entry acts[KITH_PLAN_ENTRIES_MAX];
	struct kith_effect effects[KITH_PLAN_ENTRIES_MAX];
};
_Static_assert((int)KITH_PLAN_ENTRIES_MAX <= (int)KITH_PLAN_EFFECTS_MAX, "an effect for each");

/* May the message be done with? KITH_OK with *is_done: there is nothing to do. */
typedef enum kith_rc decide_fn(const struct kith_call *call, const struct kith_entry *message,
                               bool *is_done);

static enum kith_rc check_ids(struct kith_call *call, const struct kith_arg *ids)
{
	struct kith_several *several = kith_arena_alloc(&call->mem, sizeof(*several));

	KITH_ASSERT(ids->count <= SEVERAL_MAX);
	if (several == NULL) {
		return KITH_E_NO_MEMORY;
	}
	several->outcomes = kith_arena_alloc(&call->mem, ids->count * sizeof(*several->outcomes));
	if (several->outcomes == NULL) {
		return KITH_E_NO_MEMORY;
	}
	several->count = ids->count;
	several->from = 0;
	several->to = 0;
	several->item_count = 0;
	for (size_t i = 0; i < ids->count; i++) {
		several->outcomes[i] = (struct kith_outcome){ .rc = KITH_OK };
		if (!kith_uuid_parse(ids->list[i], &several->outcomes[i].id)) {
			return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "ids",
			                   "Number %zu is no message id.", i + 1);
		}
	}
	call->several = several;
	return KITH_OK;
}

/* Was the same message named before, in this plan? */
static bool is_named_before(const struct kith_several *several, const struct kith_uuid *id)
{
	for (size_t i = 0; i < several->item_count; i++) {
		if (kith_uuid_equal(&several->items[i].message.message, id)) {
			return true;
		}
	}
	return false;
}

/*
 * Looks at message AT: notes its outcome, or adds it to the present plan.
 * returns  KITH_OK; KITH_E_STALE: it is of another conversation and has to wait for
 *          the next plan; what a reader may say
 */
static enum kith_rc look_at(struct kith_call *call, struct kith_reader *reader, size_t at,
                            decide_fn *decide)
{
	struct kith_several *several = call->several;
	struct kith_outcome *outcome = &several->outcomes[at];
	bool is_done = false;

	enum kith_rc rc = kith_step_find_subject(call, reader, &outcome->id, 0);
	if (rc == KITH_OK && !is_named_before(several, &outcome->id)) {
		rc = decide(call, &call->subject, &is_done);
		is_done = rc == KITH_OK && is_done;
	} else if (rc == KITH_OK) {
		is_done = true;
	}
	outcome->rc = rc;
	if (rc != KITH_OK) {
		return kith_err_row(rc)->status < 500 ? KITH_OK : rc;
	}
	if (is_done) {
		return KITH_OK;
	}
	if (several->item_count > 0 && !kith_uuid_equal(&call->subject.conversation,
	                                                &several->items[0].message.conversation)) {
		return KITH_E_STALE;
	}
	several->items[several->item_count++] = (struct item){ .at = at, .message = call->subject };
	several->weight += 1;
	several->weight += call->subject.extra == NULL ? 0 : (size_t)call->subject.extra->edits;
	return KITH_OK;
}

static enum kith_rc load_several(struct kith_call *call, struct kith_reader *reader,
                                 decide_fn *decide)
{
	struct kith_several *several = call->several;
	enum kith_rc rc = KITH_OK;
	size_t at = several->from;

	several->item_count = 0;
	several->weight = 0;
	/* Everybody's plans wait for this one: what was edited a lot takes the room of many. */
	for (; at < several->count && several->weight < KITH_PLAN_ENTRIES_MAX; at++) {
		rc = look_at(call, reader, at, decide);
		if (rc != KITH_OK) {
			break;
		}
	}
	several->to = at;
	if ((rc != KITH_OK && rc != KITH_E_STALE) || several->item_count == 0) {
		return rc;
	}
	call->conversation.id = several->items[0].message.conversation;
	return kith_step_load_conversation(call, reader);
}

static bool again_several(struct kith_call *call)
{
	struct kith_several *several = call->several;

	several->from = several->to;
	return several->from < several->count;
}

static void finish_several(struct kith_call *call)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_OUTCOMES };
	call->result.outcomes.items = call->several->outcomes;
	call->result.outcomes.count = call->several->count;
}

/* --- messages.delete --- */

static enum kith_rc decide_delete(const struct kith_call *call, const struct kith_entry *message,
                                  bool *is_done)
{
	bool is_late = call->now_us - message->sent_us > KITH_RETRACTION_WINDOW_US;

	if (message->sender_row != call->session->user_row) {
		return KITH_E_FORBIDDEN;
	}
	*is_done = kith_act_is_gone(message);
	return is_late && !*is_done ? KITH_E_FORBIDDEN : KITH_OK;
}

static enum kith_rc check_delete(struct kith_call *call)
{
	return check_ids(call, &call->args[KITH_MESSAGES_DELETE_IDS]);
}

static enum kith_rc load_delete(struct kith_call *call, struct kith_reader *reader)
{
	return load_several(call, reader, decide_delete);
}

/* What is left of MESSAGE for everybody: its number, and when it went. */
static const struct kith_entry *tombstone(struct kith_call *call, const struct kith_entry *message)
{
	struct kith_extra *extra = kith_act_extra(&call->mem, message);
	struct kith_entry left = *message;

	if (extra == NULL) {
		return NULL;
	}
	extra->retracted_us = call->now_us;
	extra->reaction_count = 0;
	left.content.body = KITH_STR("");
	left.extra = extra;
	return kith_act_subject(&call->mem, &left);
}

static enum kith_rc plan_delete(struct kith_call *call)
{
	struct kith_several *several = call->several;
	struct kith_plan *plan = &call->plan;

	for (size_t i = 0; i < several->item_count; i++) {
		struct kith_entry *act = &several->acts[i];
		call->subject = several->items[i].message;
		*act = (struct kith_entry){ .message = kith_uuid_v7(call->now_us,
			                                            &call->service->rand) };
		/* The store looks itself whether a message is there still: no room for
		 * an expectation each. */
		plan->expect_count = 0;
		kith_act_plan(call, act, KITH_KIND_RETRACTION, KITH_STR(""));
		plan->expect_count = 1;
		act->subject = tombstone(call, &call->subject);
		if (act->subject == NULL) {
			return KITH_E_NO_MEMORY;
		}
	}
	plan->entries = several->acts;
	plan->entry_count = several->item_count;
	return KITH_OK;
}

const struct kith_verb kith_verb_messages_delete = {
	.check = check_delete,
	.load = load_delete,
	.plan = plan_delete,
	.again = again_several,
	.finish = finish_several,
	.limit = KITH_LIMIT_SENDS_USER,
};

/* --- messages.deleteForMe --- */

static enum kith_rc decide_hide(const struct kith_call *call, const struct kith_entry *message,
                                bool *is_done)
{
	(void)call;
	(void)message;
	*is_done = false;
	return KITH_OK;
}

static enum kith_rc check_hide(struct kith_call *call)
{
	return check_ids(call, &call->args[KITH_MESSAGES_DELETE_FOR_ME_IDS]);
}

static enum kith_rc load_hide(struct kith_call *call, struct kith_reader *reader)
{
	return load_several(call, reader, decide_hide);
}

static enum kith_rc plan_hide(struct kith_call *call)
{
	struct kith_several *several = call->several;

	if (several->item_count == 0) {
		return KITH_OK;
	}
	kith_step_plan_conversation(call);
	for (size_t i = 0; i < several->item_count; i++) {
		several->effects[i] = (struct kith_effect){ .kind = KITH_EFFECT_HIDE };
		several->effects[i].hide = (struct kith_hide){
			.conversation_row = call->conversation.row,
			.user_row = call->session->user_row,
			.message = several->items[i].message.message,
			.n = several->items[i].message.n,
		};
	}
	call->plan.effects = several->effects;
	call->plan.effect_count = several->item_count;
	return KITH_OK;
}

const struct kith_verb kith_verb_messages_delete_for_me = {
	.check = check_hide,
	.load = load_hide,
	.plan = plan_hide,
	.again = again_several,
	.finish = finish_several,
	.limit = KITH_LIMIT_SENDS_USER,
};
