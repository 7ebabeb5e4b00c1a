/*
 * dispatch.c -- moves calls from waiting to flying to answered.
 */
#include "client/dispatch.h"

#include "base/when.h"
#include "wire/ws.h"

enum { FRAME_OVERHEAD_MAX = 256 }; /* bytes of a call's frame besides its arguments */

static struct kith_loop *loop_of(const struct kith_dispatch *dispatch)
{
	return dispatch->session->sockets.loop;
}

static void end(struct kith_pending *pending, const struct kith_problem *problem)
{
	const struct kith_outcome outcome = { .problem = problem };

	pending->on_outcome(pending, &outcome);
}

static void set_timer(struct kith_dispatch *dispatch, int64_t at_us)
{
	if (at_us == 0 || (dispatch->timer.slot != 0 && dispatch->timer.at_us <= at_us)) {
		return;
	}
	/* Without memory for the timer this call waits for an answer only. */
	(void)!kith_timer_set(loop_of(dispatch), &dispatch->timer, at_us);
}

static void on_time(struct kith_timer *timer)
{
	struct kith_dispatch *dispatch = KITH_CONTAINER(timer, struct kith_dispatch, timer);
	const struct kith_problem problem = kith_problem_own(KITH_OWN_TIMEOUT, NULL);
	int64_t now_us = kith_loop_steady_us(loop_of(dispatch));
	struct kith_pending_list late;
	struct kith_pending *pending;

	kith_pending_list_init(&late);
	kith_pending_take_late(&dispatch->flying, now_us, &late);
	kith_pending_take_late(&dispatch->waiting, now_us, &late);
	set_timer(dispatch, kith_pending_first_deadline(&dispatch->flying));
	set_timer(dispatch, kith_pending_first_deadline(&dispatch->waiting));
	while ((pending = kith_pending_pop(&late)) != NULL) {
		end(pending, &problem);
	}
}

void kith_dispatch_init(struct kith_dispatch *dispatch, struct kith_session *session,
                        struct kith_rand *rand)
{
	*dispatch = (struct kith_dispatch){
		.session = session,
		.rand = rand,
		.timer = { .on_time = on_time },
		.window = KITH_PENDING_WINDOW,
	};
	kith_pending_list_init(&dispatch->waiting);
	kith_pending_list_init(&dispatch->flying);
}

void kith_dispatch_done(struct kith_dispatch *dispatch)
{
	KITH_ASSERT(dispatch->waiting.count == 0 && dispatch->flying.count == 0);
	kith_timer_clear(loop_of(dispatch), &dispatch->timer);
	kith_buf_done(&dispatch->scratch);
}

void kith_dispatch_new_id(struct kith_dispatch *dispatch, char out[KITH_UUID_TEXT])
{
	struct kith_uuid id =
		kith_uuid_v7(kith_when_now_us() + dispatch->server_ahead_us, dispatch->rand);

	kith_uuid_format(&id, out);
}

/* Sends the first that waits. false: no memory; it waits on. */
static bool send_first(struct kith_dispatch *dispatch)
{
	struct kith_pending *pending = dispatch->waiting.first;

	if (pending->stamp != NULL) {
		char id[KITH_UUID_TEXT];

		kith_dispatch_new_id(dispatch, id);
		if (!kith_pending_stamp(&pending->args, pending->stamp,
		                        kith_str_make(id, sizeof(id)))) {
			return false;
		}
		pending->stamp = NULL;
	}
	kith_buf_reset(&dispatch->scratch);
	kith_frame_write_call(&dispatch->scratch, dispatch->last_id + 1, kith_str_of(pending->name),
	                      kith_buf_str(&pending->args));
	if (dispatch->scratch.failed) {
		return false;
	}
	pending->id = ++dispatch->last_id;
	kith_session_send(dispatch->session, kith_buf_str(&dispatch->scratch));
	kith_pending_push(&dispatch->flying, kith_pending_pop(&dispatch->waiting));
	return true;
}

/* Goes on at each answer, so a full window or much waiting output ends by itself. */
static void pump(struct kith_dispatch *dispatch)
{
	while (dispatch->waiting.first != NULL && kith_session_is_online(dispatch->session) &&
	       dispatch->flying.count < dispatch->window &&
	       kith_session_waiting(dispatch->session) < KITH_DISPATCH_OUT_HIGH) {
		if (!send_first(dispatch)) {
			return;
		}
	}
}

void kith_dispatch_add(struct kith_dispatch *dispatch, struct kith_pending *pending)
{
	if (pending->args.len > KITH_WS_MESSAGE_MAX - FRAME_OVERHEAD_MAX) {
		const struct kith_problem problem =
			kith_problem_row(KITH_E_TOO_LARGE, "a frame has 256 KiB at most");

		end(pending, &problem);
		return;
	}
	kith_pending_push(&dispatch->waiting, pending);
	set_timer(dispatch, pending->deadline_us);
	pump(dispatch);
}

void kith_dispatch_online(struct kith_dispatch *dispatch, const struct kith_api_welcome *welcome)
{
	dispatch->server_ahead_us = welcome->server_time_us - kith_loop_now_us(loop_of(dispatch));
	dispatch->knows_server_time = true;
	dispatch->window = KITH_PENDING_WINDOW;
	if (welcome->limits.calls > 0 && welcome->limits.calls < KITH_PENDING_WINDOW) {
		dispatch->window = (size_t)welcome->limits.calls;
	}
	pump(dispatch);
}

void kith_dispatch_lost(struct kith_dispatch *dispatch)
{
	kith_pending_prepend(&dispatch->waiting, &dispatch->flying);
}

void kith_dispatch_answer(struct kith_dispatch *dispatch, const struct kith_frame *frame)
{
	struct kith_pending *pending = kith_pending_take(&dispatch->flying, frame->id);
	struct kith_outcome outcome = {
		.json = &frame->json,
		.payload = frame->payload,
		.is_repeated = frame->is_repeated,
	};
	struct kith_problem problem;

	if (pending == NULL || frame->id < 0) {
		return;
	}
	if (frame->type == KITH_FRAME_ERROR) {
		outcome.problem = &problem;
		if (kith_decode_problem(&frame->json, frame->payload, &dispatch->session->mem,
		                        &problem, NULL) != KITH_OK) {
			problem = kith_problem_own(KITH_OWN_PROTOCOL, "the problem makes no sense");
			outcome.json = NULL;
		}
	}
	pending->on_outcome(pending, &outcome);
	pump(dispatch);
}

void kith_dispatch_fail_all(struct kith_dispatch *dispatch, const struct kith_problem *problem)
{
	struct kith_pending_list all;
	struct kith_pending *pending;

	kith_dispatch_lost(dispatch);
	kith_pending_list_init(&all);
	kith_pending_prepend(&all, &dispatch->waiting);
	while ((pending = kith_pending_pop(&all)) != NULL) {
		end(pending, problem);
	}
}
