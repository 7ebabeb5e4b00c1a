/*
 * live.c -- conversations.typing, presence.watch and me.unread: what is so at the moment.
 *
 * Nothing here is stored. Typing is passed on; who is online is looked up
 * the totals of unread messages are counted. That a connection
 * hears of what changes later is its door's (door/follow.h).
 */
#include "service/presence.h"
#include "service/steps.h"
#include "service/whisperer.h"

/* --- conversations.typing --- */

enum { TYPING_COMPOSING }; /* place of the word in the contract */

static enum kith_rc check_typing(struct kith_call *call)
{
	return kith_step_conversation(call, &call->args[KITH_CONVERSATIONS_TYPING_CONVERSATION],
	                              "conversation");
}

static void finish_typing(struct kith_call *call)
{
	struct kith_whisperer *whisperer = call->service->options.whisperer;
	const struct kith_conversation *conversation = &call->conversation;
	int64_t state = call->args[KITH_CONVERSATIONS_TYPING_STATE].integer;
	struct kith_typing typing = {
		.user_row = call->session->user_row,
		.user = call->session->user,
		.conversation = conversation->id,
		.conversation_row = conversation->row,
		.org_row = conversation->org_row,
		.connection = call->connection,
		.ends_with_connection = call->is_lasting,
		.is_composing = state == TYPING_COMPOSING,
	};

	for (size_t i = 0; i < conversation->member_count; i++) {
		if (conversation->members[i].row != typing.user_row) {
			typing.audience[typing.audience_count++] = conversation->members[i].row;
		}
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_TYPING, .typing = typing };
	if (whisperer != NULL && typing.audience_count > 0) {
		whisperer->typing(whisperer, &typing);
	}
}

const struct kith_verb kith_verb_conversations_typing = {
	.check = check_typing,
	.recall = kith_step_recall,
	.load = kith_step_load_conversation,
	.finish = finish_typing,
	.limit = KITH_LIMIT_TYPING_USER,
};

/* --- presence.watch --- */

/*
 * Reads the address TEXT and finds whose it is, into VIEW. Nobody, and whoever the
 * caller may not see, is as somebody of whom nothing is known; with row 0.
 */
static enum kith_rc find_person(struct kith_call *call, struct kith_reader *reader,
                                struct kith_str text, struct kith_presence_view *view)
{
	const struct kith_org org = call->org;
	const struct kith_arg arg = { .is_present = true, .text = text };
	struct kith_profile profile;
	enum kith_rc rc = kith_step_address(call, &arg, "users");

	*view = (struct kith_presence_view){ .user = text };
	if (rc == KITH_OK && call->address.kind == KITH_ADDRESS_CONVERSATION) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "users",
		                   "A conversation is no user.");
	}
	if (rc == KITH_OK) {
		view->user = call->address.kind == KITH_ADDRESS_USER ? call->address.user : text;
		rc = kith_step_load_user(call, reader);
	}
	call->org = org; /* a JID has named another for itself alone */
	if (rc == KITH_OK) {
		/* Only now: whose a wallet is, is told to who may see them. */
		view->user = call->peer.id;
		rc = kith_reader_profile(reader, call->peer.row, &call->mem, &profile);
	}
	if (rc == KITH_E_NOT_FOUND) {
		call->why = (struct kith_why){ .detail = "" };
		return KITH_OK;
	}
	if (rc == KITH_OK) {
		view->user_row = call->peer.row;
		view->is_hidden = (profile.user.flags & KITH_USER_HIDES_PRESENCE) != 0;
		view->last_seen_us = view->is_hidden ? 0 : profile.last_seen_us;
	}
	return rc;
}

static enum kith_rc load_watch(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_arg *users = &call->args[KITH_PRESENCE_WATCH_USERS];
	struct kith_presence_view *items =
		kith_arena_alloc(&call->mem, (users->count + 1) * sizeof(*items));
	struct kith_profile me;
	enum kith_rc rc = items == NULL ? KITH_E_NO_MEMORY
	                                : kith_reader_profile(reader, call->session->user_row,
	                                                      &call->mem, &me);

	for (size_t i = 0; rc == KITH_OK && i < users->count; i++) {
		rc = find_person(call, reader, users->list[i], &items[i]);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	call->profile = me;
	call->result = (struct kith_result){ .kind = KITH_RESULT_PRESENCES };
	call->result.presences.items = items;
	call->result.presences.count = users->count;
	return KITH_OK;
}

/* Who hides sees nobody, and nobody who hides is seen; the rest is as it is now. */
static void finish_watch(struct kith_call *call)
{
	struct kith_presence *presence = call->service->options.presence;
	bool sees = (call->profile.user.flags & KITH_USER_HIDES_PRESENCE) == 0;

	for (size_t i = 0; i < call->result.presences.count; i++) {
		struct kith_presence_view *view = &call->result.presences.items[i];
		view->is_online = sees && view->user_row != 0 && !view->is_hidden &&
		                  kith_presence_shows(presence, view->user_row);
		if (!sees || view->is_online) {
			view->last_seen_us = 0;
		}
	}
}

const struct kith_verb kith_verb_presence_watch = {
	.load = load_watch,
	.finish = finish_watch,
	.limit = KITH_LIMIT_TYPING_USER,
};

/* --- me.unread --- */

static enum kith_rc load_unread(struct kith_call *call, struct kith_reader *reader)
{
	call->result = (struct kith_result){ .kind = KITH_RESULT_UNREAD };
	return kith_reader_unread(reader, call->session->user_row, call->session->org.row,
	                          &call->result.unread);
}

const struct kith_verb kith_verb_me_unread = { .load = load_unread };
