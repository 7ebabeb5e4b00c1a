/*
 * acts.c -- messages.edit, .edits and .react: what is done to a message later.
 *
 * An act is an entry of its own at the end of the log, about a message
 * that keeps its number and place. It rests on the message's state as it
 * was loaded: an act that came in between makes the plan stale, so answer and
 * event tell the state that the log has.
 */
#include "domain/emoji.h"
#include "service/acts.h"
#include "service/steps.h"

void kith_act_plan(struct kith_call *call, struct kith_entry *act, enum kith_kind kind,
                   struct kith_str body)
{
	struct kith_plan *plan = &call->plan;
	const struct kith_entry *subject = &call->subject;

	kith_step_plan_conversation(call);
	plan->expects[plan->expect_count++] = (struct kith_expect){
		.kind = KITH_EXPECT_STATE,
		.row = call->conversation.row,
		.n = subject->n,
		.version = subject->extra == NULL ? 0 : subject->extra->last_act,
	};
	*act = (struct kith_entry){
		.conversation_row = call->conversation.row,
		.conversation = call->conversation.id,
		.org_row = call->conversation.org_row,
		.message = act->message,
		.print = act->print,
		.sender_row = call->session->user_row,
		.sender = call->session->user,
		.content = { .kind = kind, .body = body },
		.sent_us = call->now_us,
		.target = subject->n,
	};
	plan->entries = act;
	plan->entry_count = 1;
}

struct kith_extra *kith_act_extra(struct kith_arena *mem, const struct kith_entry *message)
{
	struct kith_extra *extra = kith_arena_alloc(mem, sizeof(*extra));

	if (extra != NULL) {
		*extra = message->extra == NULL ? (struct kith_extra){ .last_act = 0 }
		                                : *message->extra;
	}
	return extra;
}

const struct kith_entry *kith_act_subject(struct kith_arena *mem, const struct kith_entry *message)
{
	struct kith_entry *told = kith_arena_alloc(mem, sizeof(*told));
	if (told == NULL) {
		return NULL;
	}
	*told = *message;
	if (message->extra != NULL && message->extra->has_quote) {
		/* An event is the same for all who hear it: each finds the quote for themselves. */
		struct kith_extra *extra = kith_act_extra(mem, message);
		if (extra == NULL) {
			return NULL;
		}
		extra->quote =
			(struct kith_quote){ .message = extra->quote.message, .n = extra->quote.n };
		told->extra = extra;
	}
	return told;
}

bool kith_act_is_gone(const struct kith_entry *message)
{
	return message->extra != NULL && message->extra->retracted_us > 0;
}

static enum kith_rc refuse_gone(struct kith_call *call)
{
	return kith_refuse(&call->why, KITH_E_CONFLICT, NULL, "The message was deleted.");
}

/* The message as it will be, told to others and answered when the act is stored. */
static enum kith_rc put_after(struct kith_call *call, const struct kith_entry *after)
{
	call->entry.subject = kith_act_subject(&call->mem, after);
	call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE, .message = *after };
	return call->entry.subject == NULL ? KITH_E_NO_MEMORY : KITH_OK;
}

/* --- messages.edit --- */

static enum kith_rc check_edit(struct kith_call *call)
{
	const struct kith_arg *args = call->args;
	const struct kith_arg *text = &args[KITH_MESSAGES_EDIT_TEXT];
	const struct kith_arg *opaque = &args[KITH_MESSAGES_EDIT_OPAQUE];
	struct kith_entry *act = &call->entry;

	call->subject.message = args[KITH_MESSAGES_EDIT_ID].uuid;
	kith_step_take_id(call, &args[KITH_MESSAGES_EDIT_EDIT]);
	enum kith_rc rc = kith_content_decide(text->is_present ? &text->text : NULL,
	                                      opaque->is_present ? &opaque->text : NULL,
	                                      &act->content, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	act->print = kith_message_print(kith_store_digest_key(call->service->options.store),
	                                call->session->user, &call->subject.message, &act->content);
	rc = kith_message_id_decide(&act->message, call->now_us, &call->why);
	if (rc != KITH_OK) {
		memcpy(call->why.field, "edit", sizeof("edit"));
	}
	return rc;
}

static enum kith_rc load_edit(struct kith_call *call, struct kith_reader *reader)
{
	return kith_step_load_subject(call, reader, &call->args[KITH_MESSAGES_EDIT_ID].uuid);
}

/* May the caller give the message this content? */
static enum kith_rc decide_edit(struct kith_call *call, const struct kith_content *wanted)
{
	const struct kith_entry *subject = &call->subject;
	bool is_text = subject->content.kind == KITH_KIND_TEXT;

	if (subject->sender_row != call->session->user_row) {
		return kith_refuse(&call->why, KITH_E_FORBIDDEN, NULL,
		                   "Only who wrote it may change it.");
	}
	if (kith_act_is_gone(subject)) {
		return refuse_gone(call);
	}
	if (subject->content.kind != wanted->kind) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, is_text ? "opaque" : "text",
		                   "The message is of another kind.");
	}
	if (subject->extra != NULL && subject->extra->edits >= KITH_EDITS_MAX) {
		return kith_refuse(&call->why, KITH_E_CONFLICT, NULL,
		                   "It was edited %d times already.", (int)KITH_EDITS_MAX);
	}
	return KITH_OK;
}

static struct kith_content wanted_content(const struct kith_call *call)
{
	const struct kith_arg *text = &call->args[KITH_MESSAGES_EDIT_TEXT];

	return text->is_present
	               ? (struct kith_content){ .kind = KITH_KIND_TEXT, .body = text->text }
	               : (struct kith_content){
				 .kind = KITH_KIND_OPAQUE,
				 .body = call->args[KITH_MESSAGES_EDIT_OPAQUE].text
			 };
}

static enum kith_rc plan_edit(struct kith_call *call)
{
	const struct kith_content wanted = wanted_content(call);
	enum kith_rc rc = decide_edit(call, &wanted);

	if (rc != KITH_OK) {
		return rc;
	}
	if (kith_str_equal(call->subject.content.body, wanted.body)) {
		call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE,
			                             .message = call->subject };
		return KITH_OK;
	}
	struct kith_extra *extra = kith_act_extra(&call->mem, &call->subject);
	if (extra == NULL) {
		return KITH_E_NO_MEMORY;
	}
	extra->edits++;
	extra->edited_us = call->now_us;
	struct kith_entry after = call->subject;
	after.content.body = wanted.body;
	after.extra = extra;
	kith_act_plan(call, &call->entry, KITH_KIND_EDIT, wanted.body);
	return put_after(call, &after);
}

const struct kith_verb kith_verb_messages_edit = {
	.check = check_edit,
	.load = load_edit,
	.plan = plan_edit,
	.is_guarded = true,
	.limit = KITH_LIMIT_SENDS_USER,
};

/* --- messages.edits --- */

static enum kith_rc check_edits(struct kith_call *call)
{
	const struct kith_arg *before = &call->args[KITH_MESSAGES_EDITS_BEFORE];

	call->limit = (size_t)kith_step_integer(&call->args[KITH_MESSAGES_EDITS_LIMIT],
	                                        KITH_PAGE_DEFAULT);
	if (before->is_present && (!kith_str_to_int(before->text, &call->position) ||
	                           call->position < 1 || call->position > KITH_JSON_INTEGER_MAX)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "before",
		                   "It is no number of this conversation.");
	}
	return KITH_OK;
}

static enum kith_rc load_edits(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_version *items = NULL;
	size_t count = 0;
	bool more = false;
	enum kith_rc rc =
		kith_step_load_subject(call, reader, &call->args[KITH_MESSAGES_EDITS_ID].uuid);

	if (rc == KITH_OK) {
		rc = kith_reader_versions(reader, call->conversation.row, call->subject.n,
		                          call->position, call->limit, &call->mem, &items, &count,
		                          &more);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_VERSIONS };
	call->result.versions.items = items;
	call->result.versions.count = count;
	call->result.versions.more = more;
	return KITH_OK;
}

const struct kith_verb kith_verb_messages_edits = { .check = check_edits, .load = load_edits };

/* --- messages.react --- */

static bool is_on(const struct kith_call *call)
{
	const struct kith_arg *on = &call->args[KITH_MESSAGES_REACT_ON];

	return !on->is_present || on->flag;
}

static enum kith_rc check_react(struct kith_call *call)
{
	call->entry.message = kith_uuid_v7(call->now_us, &call->service->rand);
	if (!kith_emoji_is_valid(call->args[KITH_MESSAGES_REACT_EMOJI].text)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "emoji",
		                   "This is no emoji.");
	}
	return KITH_OK;
}

static enum kith_rc load_react(struct kith_call *call, struct kith_reader *reader)
{
	enum kith_rc rc =
		kith_step_load_subject(call, reader, &call->args[KITH_MESSAGES_REACT_ID].uuid);

	return rc != KITH_OK ? rc
	                     : kith_reader_reacting(reader, call->conversation.row, call->subject.n,
	                                            call->session->user_row,
	                                            call->args[KITH_MESSAGES_REACT_EMOJI].text,
	                                            &call->reacting);
}

static const struct kith_reaction *find_reaction(const struct kith_entry *message,
                                                 struct kith_str emoji)
{
	for (size_t i = 0; message->extra != NULL && i < message->extra->reaction_count; i++) {
		if (kith_str_equal(message->extra->reactions[i].emoji, emoji)) {
			return &message->extra->reactions[i];
		}
	}
	return NULL;
}

static enum kith_rc decide_react(struct kith_call *call, struct kith_str emoji)
{
	bool is_new = find_reaction(&call->subject, emoji) == NULL;

	if (kith_act_is_gone(&call->subject)) {
		return refuse_gone(call);
	}
	if (is_on(call) && call->reacting.own >= KITH_REACTIONS_OWN_MAX) {
		return kith_refuse(&call->why, KITH_E_CONFLICT, "emoji",
		                   "You have reacted %d times already.",
		                   (int)KITH_REACTIONS_OWN_MAX);
	}
	if (is_on(call) && is_new && call->reacting.all >= KITH_REACTIONS_MAX) {
		return kith_refuse(&call->why, KITH_E_CONFLICT, "emoji",
		                   "There are %d different reactions already.",
		                   (int)KITH_REACTIONS_MAX);
	}
	return KITH_OK;
}

/* USERS of FROM without ME when they react no more, with them at the end when they do. */
static bool change_users(struct kith_arena *mem, const struct kith_reaction *from,
                         struct kith_str me, bool on, struct kith_reaction *out)
{
	struct kith_str *users = kith_arena_alloc(mem, (from->user_count + 1) * sizeof(*users));
	if (users == NULL) {
		return false;
	}
	*out = *from;
	out->users = users;
	out->user_count = 0;
	out->count += on ? 1 : -1;
	if (!on && from->user_count > 0 && kith_str_equal(from->users[0], me)) {
		out->first = from->second;
	}
	for (size_t i = 0; i < from->user_count; i++) {
		if (!kith_str_equal(from->users[i], me)) {
			users[out->user_count++] = from->users[i];
		}
	}
	if (on && out->user_count < KITH_REACTION_USERS_MAX) {
		users[out->user_count++] = me;
	}
	return true;
}

/* The oldest first: by the first of those who react with it. */
static void add_in_order(struct kith_reaction *list, size_t *count, const struct kith_reaction *one)
{
	size_t at = (*count)++;

	for (; at > 0 && list[at - 1].first > one->first; at--) {
		list[at] = list[at - 1];
	}
	list[at] = *one;
}

/* The reactions as they will be, into EXTRA. */
static bool change_reactions(struct kith_call *call, struct kith_str emoji,
                             struct kith_extra *extra)
{
	const struct kith_reaction none = { .emoji = emoji, .first = INT64_MAX };
	const struct kith_reaction *old = find_reaction(&call->subject, emoji);
	struct kith_reaction *list =
		kith_arena_alloc(&call->mem, (extra->reaction_count + 1) * sizeof(*list));
	struct kith_reaction changed;
	size_t count = 0;

	if (list == NULL || !change_users(&call->mem, old == NULL ? &none : old,
	                                  call->session->user, is_on(call), &changed)) {
		return false;
	}
	for (size_t i = 0; i < extra->reaction_count; i++) {
		if (&extra->reactions[i] != old) {
			add_in_order(list, &count, &extra->reactions[i]);
		}
	}
	if (changed.count > 0) {
		add_in_order(list, &count, &changed);
	}
	extra->reactions = list;
	extra->reaction_count = count;
	return true;
}

static enum kith_rc plan_react(struct kith_call *call)
{
	struct kith_str emoji = call->args[KITH_MESSAGES_REACT_EMOJI].text;

	if (call->reacting.is_on == is_on(call) && !kith_act_is_gone(&call->subject)) {
		call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE,
			                             .message = call->subject };
		return KITH_OK;
	}
	enum kith_rc rc = decide_react(call, emoji);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_extra *extra = kith_act_extra(&call->mem, &call->subject);
	if (extra == NULL || !change_reactions(call, emoji, extra)) {
		return KITH_E_NO_MEMORY;
	}
	struct kith_entry after = call->subject;
	after.extra = extra;
	kith_act_plan(call, &call->entry, is_on(call) ? KITH_KIND_REACTION : KITH_KIND_UNREACTION,
	              emoji);
	return put_after(call, &after);
}

const struct kith_verb kith_verb_messages_react = {
	.check = check_react,
	.load = load_react,
	.plan = plan_react,
	.limit = KITH_LIMIT_SENDS_USER,
};
