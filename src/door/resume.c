/*
 * resume.c -- pages from the store until its end meets what was kept.
 */
#include "door/resume.h"

#include "base/mem.h"
#include "door/follow.h"
#include "door/socket.h"

enum { RESUME_PAGE = KITH_STORE_PAGE_MAX };

enum kith_rc kith_door_call(struct kith_door *door, struct kith_lane *lane, enum kith_call_id id,
                            void *owner, void (*done)(struct kith_call *call),
                            struct kith_call **out)
{
	struct kith_call *call = kith_call_new(door->host->service);

	if (call == NULL) {
		return KITH_E_NO_MEMORY;
	}
	call->row = &kith_calls[id];
	call->session = kith_session_ref(door->session);
	call->now_us = door->host->now_us;
	call->lane = lane;
	call->door = owner;
	call->done = done;
	call->is_unlimited = true; /* what was missed has as many pages as it has */
	enum kith_rc rc = kith_service_admit(call);
	if (rc != KITH_OK) {
		kith_call_free(&call);
		return rc;
	}
	*out = call;
	return KITH_OK;
}

static void free_catchup(struct kith_resume *resume)
{
	if (resume->catchup != NULL) {
		kith_catchup_done(resume->catchup);
		kith_free(resume->catchup);
		resume->catchup = NULL;
	}
}

/* All that was missed is said: what passed by meanwhile, then live. */
static void go_live(struct kith_resume *resume, int64_t end)
{
	struct kith_str frame;

	for (size_t at = 0; kith_catchup_next(resume->catchup, end, &at, &frame);) {
		resume->ops->event(resume->door, frame);
		kith_follow_event(resume->door, frame);
	}
	free_catchup(resume);
	resume->since = end;
	resume->door->host->send(resume->door);
}

/* returns false, and the connection is aborted, without memory. */
static bool send_page(struct kith_resume *resume, const struct kith_since *since)
{
	struct kith_door_host *host = resume->door->host;
	struct kith_buf *frame = &host->head;

	for (size_t i = 0; i < since->count; i++) {
		kith_buf_reset(frame);
		kith_socket_encode_event(frame, &host->json, host->cursor_keys, &since->items[i]);
		if (frame->failed) {
			host->abort(resume->door);
			return false;
		}
		resume->ops->event(resume->door, kith_buf_str(frame));
	}
	host->send(resume->door);
	return true;
}

/*
 * Goes live when the store has been read to its end, nothing newer was dropped, and
 * there is room for what was kept. returns false when something is missing yet.
 */
static bool go_live_if_read(struct kith_resume *resume)
{
	if (!resume->is_read || resume->door->out->len >= KITH_DOOR_ROOM ||
	    !kith_catchup_is_over(resume->catchup, resume->since)) {
		return false;
	}
	go_live(resume, resume->since);
	return true;
}

static void take_page(struct kith_resume *resume, const struct kith_since *since)
{
	if (!send_page(resume, since)) {
		return;
	}
	resume->since = since->position;
	resume->is_read = !since->more;
	if (!go_live_if_read(resume)) {
		/* A page at a time: what follows, when the client has taken this one. */
		resume->door->host->await_room(resume->door);
	}
}

static void on_page(struct kith_call *call)
{
	struct kith_resume *resume = call->door;

	if (!resume->is_over) {
		if (call->rc != KITH_OK) {
			resume->ops->fail(resume->door, call->rc);
		} else if (call->result.sync.must_reload) {
			resume->ops->gap(resume->door, call->result.sync.since.position);
			go_live(resume, call->result.sync.since.position);
		} else {
			take_page(resume, &call->result.sync.since);
		}
	}
	kith_call_free(&call);
}

/* Sets the arguments of sync. returns false without memory. */
static bool set_args(const struct kith_resume *resume, struct kith_call *call)
{
	char cursor[KITH_CURSOR_TEXT];
	struct kith_str text;

	kith_cursor_write(resume->door->host->cursor_keys, KITH_CURSOR_SYNC, resume->since, cursor);
	if (!kith_arena_copy(&call->mem, kith_str_make(cursor, sizeof(cursor)), &text)) {
		return false;
	}
	call->args[KITH_SYNC_SINCE] = (struct kith_arg){ .is_present = true, .text = text };
	call->args[KITH_SYNC_LIMIT] =
		(struct kith_arg){ .is_present = true, .integer = RESUME_PAGE };
	return true;
}

void kith_resume_go_on(struct kith_resume *resume)
{
	struct kith_call *call = NULL;

	if (resume->is_over || resume->catchup == NULL || go_live_if_read(resume)) {
		return;
	}
	enum kith_rc rc =
		kith_door_call(resume->door, resume->lane, KITH_CALL_SYNC, resume, on_page, &call);
	if (rc == KITH_OK && !set_args(resume, call)) {
		kith_call_free(&call);
		rc = KITH_E_NO_MEMORY;
	}
	if (rc != KITH_OK) {
		resume->ops->fail(resume->door, rc);
		return;
	}
	/* All that was kept or dropped so far is committed: this page or a later one has it. */
	if (resume->catchup->has_overflowed) {
		kith_catchup_reset(resume->catchup);
	}
	kith_service_run(call);
}

void kith_resume_start(struct kith_resume *resume)
{
	resume->catchup = kith_alloc_zero(1, sizeof(*resume->catchup));
	if (resume->catchup == NULL) {
		resume->ops->fail(resume->door, KITH_E_NO_MEMORY);
		return;
	}
	kith_resume_go_on(resume);
}

bool kith_resume_keep(struct kith_resume *resume, int64_t position, struct kith_str frame)
{
	if (resume->catchup == NULL) {
		/* A page may have read what was committed but had not passed by yet. */
		return position <= resume->since;
	}
	kith_catchup_keep(resume->catchup, position, frame);
	return true;
}

void kith_resume_done(struct kith_resume *resume)
{
	free_catchup(resume);
}
