/*
 * service.c -- the one list of checks, and the steps that every call takes.
 */
#include "service/service.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "service/lane.h"
#include "service/remember.h"
#include "service/repeat.h"
#include "service/steps.h"

enum { CALL_MEMORY_BYTES = 4096 };

/* What each call of the contract does. */
static const struct kith_verb *const verbs[KITH_CALL_COUNT] = {
	[KITH_CALL_ME_GET] = &kith_verb_me_get,
	[KITH_CALL_USERS_GET] = &kith_verb_users_get,
	[KITH_CALL_CONVERSATIONS_LIST] = &kith_verb_conversations_list,
	[KITH_CALL_CONVERSATIONS_GET] = &kith_verb_conversations_get,
	[KITH_CALL_CONVERSATIONS_DIRECT] = &kith_verb_conversations_direct,
	[KITH_CALL_CONVERSATIONS_READ] = &kith_verb_conversations_read,
	[KITH_CALL_MESSAGES_SEND] = &kith_verb_messages_send,
	[KITH_CALL_MESSAGES_SEND_TO_USER] = &kith_verb_messages_send_to_user,
	[KITH_CALL_MESSAGES_GET] = &kith_verb_messages_get,
	[KITH_CALL_MESSAGES_LIST] = &kith_verb_messages_list,
	[KITH_CALL_SYNC] = &kith_verb_sync,
};

enum kith_rc kith_service_new(const struct kith_service_options *options, struct kith_service **out)
{
	struct kith_service *service = kith_alloc_zero(1, sizeof(*service));
	if (service == NULL) {
		return KITH_E_NO_MEMORY;
	}
	service->options = *options;
	kith_rand_init(&service->rand);
	service->memory = kith_memory_new(KITH_SERVICE_CONVERSATIONS_MAX);
	if (service->memory == NULL) {
		kith_free(service);
		return KITH_E_NO_MEMORY;
	}
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
	struct kith_errands *errands = call->service->options.errands;

	call->errand = (struct kith_errand){ .go = go, .back = back };
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

static void decide(struct kith_call *call)
{
	struct kith_plan *plan = &call->plan;

	*plan = (struct kith_plan){ .answer = KITH_PLAN_NONE };
	enum kith_rc rc = verbs[call->row->id]->plan(call);
	if (rc != KITH_OK) {
		refuse(call, rc);
	} else if (plan->entry_count == 0 && plan->effect_count == 0) {
		succeed(call);
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

	if (call->load_rc != KITH_OK) {
		refuse_now(call, call->load_rc);
	} else {
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

enum kith_rc kith_service_admit(struct kith_call *call)
{
	const struct kith_session *session = call->session;
	enum kith_rc rc = KITH_OK;

	if (session == NULL) {
		rc = kith_refuse(&call->why, KITH_E_UNAUTHENTICATED, "", "A token is needed.");
	} else if (call->now_us >= session->expires_us) {
		rc = kith_refuse(&call->why, KITH_E_TOKEN_EXPIRED, "", "The token has expired.");
	} else if ((call->row->scopes & session->scope) == 0) {
		rc = kith_refuse(&call->why, KITH_E_FORBIDDEN, "",
		                 "This call is not for the token's scope.");
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
	} else if (!send_errand(call, repeat_go, repeat_back)) {
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

void kith_service_answered(struct kith_plan *plan)
{
	struct kith_call *call = plan->caller;
	struct kith_lane *lane = call->lane;

	KITH_ASSERT(plan->answer > KITH_PLAN_NONE && plan->answer < KITH_COUNT(on_answer));
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
