/*
 * service.c -- the one list of checks, and the steps that every call takes.
 */
#include "service/service.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "service/lane.h"
#include "service/password.h"
#include "service/remember.h"
#include "service/repeat.h"
#include "service/steps.h"

enum { CALL_MEMORY_BYTES = 4096 };

/* What each call of the contract does. */
static const struct kith_verb *const verbs[KITH_CALL_COUNT] = {
	[KITH_CALL_ME_GET] = &kith_verb_me_get,
	[KITH_CALL_SESSIONS_CREATE] = &kith_verb_sessions_create,
	[KITH_CALL_SESSIONS_REFRESH] = &kith_verb_sessions_refresh,
	[KITH_CALL_SESSIONS_LIST] = &kith_verb_sessions_list,
	[KITH_CALL_SESSIONS_END] = &kith_verb_sessions_end,
	[KITH_CALL_ME_UPDATE] = &kith_verb_me_update,
	[KITH_CALL_ME_SETTINGS] = &kith_verb_me_settings,
	[KITH_CALL_USERS_GET] = &kith_verb_users_get,
	[KITH_CALL_USERS_SEARCH] = &kith_verb_users_search,
	[KITH_CALL_CONTACTS_LIST] = &kith_verb_contacts_list,
	[KITH_CALL_CONTACTS_ADD] = &kith_verb_contacts_add,
	[KITH_CALL_CONTACTS_REMOVE] = &kith_verb_contacts_remove,
	[KITH_CALL_ALIASES_LIST] = &kith_verb_aliases_list,
	[KITH_CALL_ALIASES_ADD] = &kith_verb_aliases_add,
	[KITH_CALL_ALIASES_REMOVE] = &kith_verb_aliases_remove,
	[KITH_CALL_CONVERSATIONS_LIST] = &kith_verb_conversations_list,
	[KITH_CALL_CONVERSATIONS_GET] = &kith_verb_conversations_get,
	[KITH_CALL_CONVERSATIONS_DIRECT] = &kith_verb_conversations_direct,
	[KITH_CALL_CONVERSATIONS_READ] = &kith_verb_conversations_read,
	[KITH_CALL_CONVERSATIONS_DELIVERED] = &kith_verb_conversations_delivered,
	[KITH_CALL_CONVERSATIONS_MARK_UNREAD] = &kith_verb_conversations_mark_unread,
	[KITH_CALL_CONVERSATIONS_DRAFT] = &kith_verb_conversations_draft,
	[KITH_CALL_MESSAGES_SEND] = &kith_verb_messages_send,
	[KITH_CALL_MESSAGES_SEND_TO_USER] = &kith_verb_messages_send_to_user,
	[KITH_CALL_MESSAGES_GET] = &kith_verb_messages_get,
	[KITH_CALL_MESSAGES_LIST] = &kith_verb_messages_list,
	[KITH_CALL_MESSAGES_EDIT] = &kith_verb_messages_edit,
	[KITH_CALL_MESSAGES_EDITS] = &kith_verb_messages_edits,
	[KITH_CALL_MESSAGES_REACT] = &kith_verb_messages_react,
	[KITH_CALL_MESSAGES_DELETE] = &kith_verb_messages_delete,
	[KITH_CALL_MESSAGES_DELETE_FOR_ME] = &kith_verb_messages_delete_for_me,
	[KITH_CALL_MESSAGES_RECEIPTS] = &kith_verb_messages_receipts,
	[KITH_CALL_CONVERSATIONS_TYPING] = &kith_verb_conversations_typing,
	[KITH_CALL_PRESENCE_WATCH] = &kith_verb_presence_watch,
	[KITH_CALL_ME_UNREAD] = &kith_verb_me_unread,
	[KITH_CALL_SYNC] = &kith_verb_sync,
};

enum kith_rc kith_service_new(const struct kith_service_options *options, struct kith_service **out)
{
	struct kith_service *service = kith_alloc_zero(1, sizeof(*service));
	if (service == NULL) {
		return KITH_E_NO_MEMORY;
	}
	service->options = *options;
	if (options->password_memory_mib == 0) {
		service->options.password_memory_mib = KITH_PASSWORD_MEMORY_MIB;
	}
	kith_rand_init(&service->rand);
	service->memory = kith_memory_new(KITH_SERVICE_CONVERSATIONS_MAX);
	if (service->memory == NULL) {
		kith_free(service);
		return KITH_E_NO_MEMORY;
	}
	kith_credential_keys_derive(kith_store_digest_key(options->store),
	                            &service->credential_keys);
	*out = service;
	return KITH_OK;
}

void kith_service_free(struct kith_service **service)
{
	struct kith_service *held = *service;

	*service = NULL;
	if (held == NULL) {
		return;
	}
	while (held->idle_calls != NULL) {
		struct kith_call *call = held->idle_calls;
		held->idle_calls = call->next;
		kith_arena_done(&call->mem);
		kith_free(call);
	}
	kith_memory_free(&held->memory);
	kith_free(held);
}

struct kith_call *kith_call_new(struct kith_service *service)
{
	struct kith_call *call = service->idle_calls;
	struct kith_arena mem;

	if (call != NULL) {
		service->idle_calls = call->next;
		service->idle_count--;
		mem = call->mem;
	} else {
		call = kith_alloc(sizeof(*call));
		if (call == NULL) {
			return NULL;
		}
		kith_arena_init(&mem, CALL_MEMORY_BYTES);
	}
	memset(call, 0, sizeof(*call));
	call->mem = mem;
	call->service = service;
	return call;
}

void kith_call_free(struct kith_call **call)
{
	struct kith_call *held = *call;

	*call = NULL;
	if (held == NULL) {
		return;
	}
	kith_session_unref(&held->session);
	kith_lane_leave(held);
	kith_arena_reset(&held->mem);
	if (held->service->idle_count >= KITH_CALL_POOL_MAX) {
		kith_arena_done(&held->mem);
		kith_free(held);
		return;
	}
	held->next = held->service->idle_calls;
	held->service->idle_calls = held;
	held->service->idle_count++;
}

/* The answer is known: tells the door, unless its connection has gone. */
static void end_call(struct kith_call *call)
{
	if (call->lane->is_released) {
		kith_call_free(&call);
		return;
	}
	call->done(call);
}

static void succeed(struct kith_call *call)
{
	const struct kith_verb *verb = verbs[call->row->id];

	if (verb->again != NULL && verb->again(call)) {
		call->tries = 0;
		kith_lane_queue(call->lane, call);
		return;
	}
	call->rc = KITH_OK;
	if (verbs[call->row->id]->finish != NULL) {
		verbs[call->row->id]->finish(call);
	}
	end_call(call);
}

static void refuse_now(struct kith_call *call, enum kith_rc rc)
{
	call->rc = rc;
	if (kith_err_row(rc)->is_retryable && call->why.retry_after_ms == 0) {
		call->why.retry_after_ms = KITH_RETRY_AFTER_MS;
	}
	if (rc == KITH_E_CORRUPT) {
		kith_log(KITH_LOG_ERROR, "store_damaged", "call", call->row->name, NULL);
	}
	end_call(call);
}

/* Sends CALL to a reader's thread; without room for it, it is refused. */
static bool send_errand(struct kith_call *call,
                        void (*go)(struct kith_errand *, struct kith_reader *),
                        void (*back)(struct kith_errand *))
{
	const struct kith_service_options *options = &call->service->options;
	const struct kith_verb *verb = verbs[call->row->id];
	bool is_slow = verb->is_slow != NULL && verb->is_slow(call);
	struct kith_errands *errands =
		is_slow && options->slow_errands != NULL ? options->slow_errands : options->errands;

	call->errand = (struct kith_errand){ .go = go,
		                             .back = back,
		                             .is_stranger = call->session == NULL };
	return errands->send(errands, &call->errand);
}

static struct kith_call *call_of(struct kith_errand *errand)
{
	return KITH_CONTAINER(errand, struct kith_call, errand);
}

/* --- a repeated message, which comes before any refusal (R-041) --- */

static void repeat_go(struct kith_errand *errand, struct kith_reader *reader)
{
	struct kith_call *call = call_of(errand);

	call->load_rc = kith_repeat_load(call, reader);
}

static void repeat_back(struct kith_errand *errand)
{
	struct kith_call *call = call_of(errand);

	if (call->load_rc == KITH_E_NOT_FOUND) {
		refuse_now(call, call->rc);
	} else if (call->load_rc == KITH_OK) {
		call->rc = KITH_OK;
		call->why = (struct kith_why){ 0 };
		end_call(call);
	} else {
		call->why = (struct kith_why){ 0 };
		refuse_now(call, call->load_rc);
	}
}

/* CALL is refused with RC, unless its message turns out to be stored already. */
static void refuse(struct kith_call *call, enum kith_rc rc)
{
	bool may_be_repeat = verbs[call->row->id]->is_guarded && call->has_own_id &&
	                     kith_err_row(rc)->status < 500;

	call->rc = rc;
	if (!may_be_repeat) {
		refuse_now(call, rc);
	} else if (!send_errand(call, repeat_go, repeat_back)) {
		/* It may be stored, and nobody could look: not a final no. */
		call->why = (struct kith_why){ 0 };
		refuse_now(call, KITH_E_UNAVAILABLE);
	}
}

/* --- load, decide, submit --- */

static void pump(struct kith_lane *lane);

static void submit(struct kith_call *call)
{
	struct kith_lane *lane = call->lane;
	struct kith_plan *plan = &call->plan;

	plan->caller = call;
	plan->home = call->service->options.home;
	plan->connection = call->connection;
	kith_lane_submitted(lane, plan);
	if (!kith_store_submit(call->service->options.store, plan)) {
		plan->answer = KITH_PLAN_UNAVAILABLE;
		kith_lane_answered(lane, plan);
		refuse_now(call, KITH_E_UNAVAILABLE);
	}
}

/* Whose limit a conversation's is: told by its id, because a new one has no row yet. */
static uint64_t whose(const struct kith_uuid *id)
{
	uint64_t halves[2];

	_Static_assert(sizeof(halves) == sizeof(id->bytes), "an id has two halves");
	memcpy(halves, id->bytes, sizeof(halves));
	return halves[0] ^ halves[1];
}

/*
 * Counts what CALL is about to put into a conversation, now that it is known to be
 * allowed there: nobody uses up the limit of a conversation that they are not in. A
 * call whose plan is made again, or that makes several, is counted once. What is
 * refused is taken back from the limits that it had passed.
 */
static enum kith_rc charge(struct kith_call *call)
{
	struct kith_limits *limits = call->service->options.limits;
	const struct kith_conversation *conversation = call->plan.conversation;

	if (limits == NULL || call->is_charged || call->plan.entry_count == 0) {
		return KITH_OK;
	}
	uint64_t id = whose(&conversation->id);
	enum kith_rc rc = kith_limits_take(limits, KITH_LIMIT_SENDS_CONVERSATION, id, call->now_us,
	                                   &call->why);
	if (rc == KITH_OK) {
		rc = kith_limits_take(limits, KITH_LIMIT_SENDS_ORGANIZATION,
		                      (uint64_t)conversation->org_row, call->now_us, &call->why);
		if (rc != KITH_OK) {
			kith_limits_give_back(limits, KITH_LIMIT_SENDS_CONVERSATION, id);
		}
	}
	enum kith_limit_kind also = verbs[call->row->id]->limit;
	if (rc != KITH_OK && also != KITH_LIMIT_CALLS_USER) {
		kith_limits_give_back(limits, also, (uint64_t)call->session->user_row);
	}
	call->is_charged = rc == KITH_OK;
	return rc;
}

static void decide(struct kith_call *call)
{
	struct kith_plan *plan = &call->plan;

	*plan = (struct kith_plan){ .answer = KITH_PLAN_NONE };
	enum kith_rc rc = verbs[call->row->id]->plan(call);
	if (rc != KITH_OK) {
		refuse(call, rc);
	} else if (plan->entry_count == 0 && plan->effect_count == 0) {
		succeed(call);
	} else if ((rc = charge(call)) != KITH_OK) {
		refuse_now(call, rc);
	} else {
		submit(call);
	}
}

static void load_go(struct kith_errand *errand, struct kith_reader *reader)
{
	struct kith_call *call = call_of(errand);

	call->load_rc = verbs[call->row->id]->load(call, reader);
}

/* A call that only reads has its result, or its refusal. */
static void read_back(struct kith_errand *errand)
{
	struct kith_call *call = call_of(errand);

	if (call->lane->is_released) {
		end_call(call);
	} else if (call->load_rc != KITH_OK) {
		refuse_now(call, call->load_rc);
	} else {
		if (verbs[call->row->id]->recall != NULL) {
			kith_memory_put(call->service->memory, &call->conversation);
		}
		succeed(call);
	}
}

/* A call that changes something has loaded its view. */
static void view_back(struct kith_errand *errand)
{
	struct kith_call *call = call_of(errand);
	struct kith_lane *lane = call->lane;

	/* Holds the lane while its line moves on: the call itself may end here. */
	lane->calls++;
	lane->is_loading = false;
	if (lane->is_released) {
		end_call(call);
	} else if (call->load_rc != KITH_OK) {
		refuse(call, call->load_rc);
	} else if (!kith_lane_is_first(lane, call)) {
		kith_lane_queue(lane, call);
	} else {
		if (call->conversation.row != 0) {
			kith_memory_put(call->service->memory, &call->conversation);
		}
		decide(call);
	}
	pump(lane);
	kith_lane_drop(lane);
}

static void start(struct kith_call *call)
{
	const struct kith_verb *verb = verbs[call->row->id];

	if (call->lane->is_released) {
		end_call(call);
		return;
	}
	if (call->tries == 0 && verb->recall != NULL && verb->recall(call)) {
		decide(call);
		return;
	}
	call->lane->is_loading = true;
	if (!send_errand(call, load_go, view_back)) {
		call->lane->is_loading = false;
		refuse_now(call, KITH_E_UNAVAILABLE);
	}
}

/* Starts all that may start. The caller holds the lane. */
static void pump(struct kith_lane *lane)
{
	for (struct kith_call *call; (call = kith_lane_next(lane)) != NULL;) {
		start(call);
	}
}

/* --- the list of checks --- */

/* What a call costs its user, whatever becomes of it. */
static enum kith_rc check_rate(struct kith_call *call)
{
	struct kith_limits *limits = call->service->options.limits;
	enum kith_limit_kind also = verbs[call->row->id]->limit;
	uint64_t user = (uint64_t)call->session->user_row;

	if (limits == NULL || call->is_unlimited) {
		return KITH_OK;
	}
	enum kith_rc rc =
		kith_limits_take(limits, KITH_LIMIT_CALLS_USER, user, call->now_us, &call->why);
	if (rc == KITH_OK && also != KITH_LIMIT_CALLS_USER) {
		rc = kith_limits_take(limits, also, user, call->now_us, &call->why);
	}
	return rc;
}

enum kith_rc kith_service_admit(struct kith_call *call)
{
	const struct kith_session *session = call->session;
	enum kith_rc rc = KITH_OK;

	if (session == NULL) {
		rc = call->row->scopes == 0 ? KITH_OK
		                            : kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "",
		                                          "A token is needed.");
	} else if (session->is_ended) {
		rc = kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "", "The session has ended.");
	} else if (call->now_us >= session->expires_us) {
		rc = kith_refuse(&call->why, KITH_E_TOKEN_EXPIRED, "", "The token has expired.");
	} else if ((rc = check_rate(call)) != KITH_OK) {
		/* why is set */
	} else if (call->row->scopes != 0 && (call->row->scopes & session->scope) == 0) {
		rc = kith_refuse(&call->why, KITH_E_FORBIDDEN, "",
		                 "This call is not for the token's scope.");
	}
	if (session != NULL) {
		call->org = session->org_count == 1 ? session->orgs[0] : session->org;
	}
	call->rc = rc;
	call->is_admitted = rc == KITH_OK;
	return rc;
}

void kith_service_run(struct kith_call *call)
{
	const struct kith_verb *verb = verbs[call->row->id];
	struct kith_lane *lane = call->lane;

	KITH_ASSERT(call->is_admitted);
	kith_lane_enter(lane, call);
	enum kith_rc rc = verb->check == NULL ? KITH_OK : verb->check(call);
	if (rc != KITH_OK) {
		refuse(call, rc);
	} else if (verb->plan != NULL) {
		lane->calls++;
		kith_lane_queue(lane, call);
		pump(lane);
		kith_lane_drop(lane);
	} else if (verb->recall != NULL && verb->recall(call)) {
		succeed(call);
	} else if (!send_errand(call, load_go, read_back)) {
		refuse_now(call, KITH_E_UNAVAILABLE);
	}
}

/* --- the store's answers --- */

/* A plan rested on something that has moved on. */
static void try_again(struct kith_call *call)
{
	kith_memory_drop(call->service->memory, &call->conversation.id);
	if (++call->tries >= KITH_CALL_TRIES_MAX) {
		refuse_now(call, KITH_E_UNAVAILABLE);
	} else {
		kith_lane_queue(call->lane, call);
	}
}

/* An id was stored before: the same message again, or something else. */
static void answer_duplicate(struct kith_call *call)
{
	enum kith_rc rc = kith_repeat_decide(call, &call->plan.first);

	if (rc != KITH_OK) {
		refuse_now(call, rc);
		return;
	}
	/* What an edit was about may be hidden by the time it is looked up. */
	call->rc = KITH_E_NOT_FOUND;
	if (!send_errand(call, repeat_go, repeat_back)) {
		refuse_now(call, KITH_E_UNAVAILABLE);
	}
}

static void on_exists(struct kith_call *call)
{
	refuse_now(call, KITH_E_CONFLICT);
}

static void on_unavailable(struct kith_call *call)
{
	refuse_now(call, KITH_E_UNAVAILABLE);
}

static void (*const on_answer[])(struct kith_call *call) = {
	[KITH_PLAN_OK] = succeed,
	[KITH_PLAN_STALE] = try_again,
	[KITH_PLAN_DUPLICATE] = answer_duplicate,
	[KITH_PLAN_EXISTS] = on_exists,
	[KITH_PLAN_UNAVAILABLE] = on_unavailable,
};

/* A plan of the service's own, with all that it holds. Its caller is nobody. */
struct own_plan {
	struct kith_plan plan;
	struct kith_effect effect;
};

void kith_service_left(struct kith_service *service, int64_t user_row, int64_t at_us)
{
	struct own_plan *own = kith_alloc(sizeof(*own));

	if (own == NULL) {
		return;
	}
	*own = (struct own_plan){
		.plan = { .home = service->options.home, .effect_count = 1 },
		.effect = { .kind = KITH_EFFECT_LAST_SEEN, .user = { .row = user_row } },
	};
	own->effect.at_us = at_us;
	own->plan.effects = &own->effect;
	if (!kith_store_submit(service->options.store, &own->plan)) {
		kith_free(own);
	}
}

void kith_service_answered(struct kith_plan *plan)
{
	struct kith_call *call = plan->caller;

	KITH_ASSERT(plan->answer > KITH_PLAN_NONE && plan->answer < KITH_COUNT(on_answer));
	if (call == NULL) {
		kith_free(KITH_CONTAINER(plan, struct own_plan, plan));
		return;
	}
	struct kith_lane *lane = call->lane;
	kith_lane_answered(lane, plan);
	lane->calls++;
	if (lane->is_released) {
		end_call(call);
	} else {
		on_answer[plan->answer](call);
	}
	pump(lane);
	kith_lane_drop(lane);
}
