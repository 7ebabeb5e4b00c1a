/*
 * test_inside.c -- the transcripts without any protocol: service, store and ring.
 *
 * The engine is put together on this one thread, as a worker would be, but with a
 * clock that the transcripts move. Calls get their arguments by the contract's
 * rows, answers are written by the doors' own encoder, and events come from the
 * ring as they would for a socket.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "base/mem.h"
#include "base/when.h"
#include "bus/ring.h"
#include "door/answer.h"
#include "door/route.h"
#include "server/announce.h"
#include "service/service.h"
#include "transcripts/play.h"

/* 2026-11-22T12:00:00Z; ids and tokens are made by this clock, too. */
#define START_US INT64_C(1795348800000000)

enum { ANSWERS_MAX = 1024, EVENTS_MAX = 1024 };

/* One device: what a connection is to a worker. */
struct seat {
	struct scene *scene;
	struct kith_session *session; /* NULL: none came, or it was refused */
	enum kith_rc refused;         /* why                                */
	struct kith_why why;
	struct kith_lane *lane;
	uint64_t connection;
	struct heard answers[ANSWERS_MAX];
	bool is_answered[ANSWERS_MAX];
	size_t said;
	size_t heard;
	struct kith_str events[EVENTS_MAX];
	size_t event_count;
	size_t event_next;
	struct seat *next;
};

static struct {
	struct kith_store *store;
	struct kith_reader *reader;
	struct kith_announcer announcer;
	struct kith_cursor_keys cursor_keys;
	struct kith_service *service;
	struct kith_errands errands;
	atomic_int_fast64_t now_us;
	int64_t case_us; /* when the present case began */
	uint64_t connections;
	struct seat *seats;
	pthread_mutex_t lock;
	pthread_cond_t is_woken;
	bool has_news;
} inside = { .lock = PTHREAD_MUTEX_INITIALIZER, .is_woken = PTHREAD_COND_INITIALIZER };

static int64_t now_us(void)
{
	return atomic_load(&inside.now_us);
}

static void move_clock(int64_t since_us)
{
	atomic_store(&inside.now_us, inside.case_us + since_us);
}

/* --- the worker's part --- */

static bool run_errand(struct kith_errands *errands, struct kith_errand *errand)
{
	(void)errands;
	errand->go(errand, inside.reader);
	errand->back(errand);
	return true;
}

static void wake(void *context, uint32_t walker)
{
	(void)context;
	(void)walker;
	pthread_mutex_lock(&inside.lock);
	inside.has_news = true;
	pthread_cond_signal(&inside.is_woken);
	pthread_mutex_unlock(&inside.lock);
}

/* The text of a whole frame of the server's, by RFC 6455 5.2. */
static struct kith_str frame_text(struct kith_str frame)
{
	size_t head = (uint8_t)frame.at[1] == 127 ? 10 : (uint8_t)frame.at[1] == 126 ? 4 : 2;

	return kith_str_skip(frame, head);
}

static void deliver(const struct kith_ring_item *item, struct kith_str frame)
{
	for (struct seat *seat = inside.seats; seat != NULL; seat = seat->next) {
		for (size_t i = 0; i < item->audience_count && seat->session != NULL; i++) {
			if (item->audience[i] == seat->session->user_row &&
			    item->org_row == seat->session->org.row &&
			    item->spared != seat->connection) {
				KITH_ASSERT(seat->event_count < EVENTS_MAX);
				seat->events[seat->event_count++] =
					stage_keep(seat->scene, frame_text(frame));
			}
		}
	}
}

static bool walk_ring(void)
{
	const struct kith_batch *batch = kith_ring_next(inside.announcer.ring, 0);

	if (batch == NULL) {
		return false;
	}
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct kith_ring_item *item = &batch->items[i];
		if (item->answered != NULL) {
			kith_service_answered(item->answered);
		} else {
			deliver(item,
			        kith_str_make(batch->text.at + item->text_at, item->text_len));
		}
	}
	kith_ring_done(inside.announcer.ring, 0);
	return true;
}

/* Walks the ring, waiting for something to be there. false: nothing came in time. */
static bool wait_ring(void)
{
	struct timespec until;
	int rc = 0;

	if (walk_ring()) {
		return true;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STAGE_PATIENCE_MS / 1000;
	pthread_mutex_lock(&inside.lock);
	while (!inside.has_news && rc != ETIMEDOUT) {
		rc = pthread_cond_timedwait(&inside.is_woken, &inside.lock, &until);
	}
	inside.has_news = false;
	pthread_mutex_unlock(&inside.lock);
	(void)walk_ring();
	return rc != ETIMEDOUT;
}

/* --- calls --- */

static void put_answer(struct seat *seat, size_t at, enum kith_rc rc, const struct kith_why *why,
                       const struct kith_result *result)
{
	struct kith_buf json = { 0 };
	struct kith_json_writer w;
	struct heard *heard = &seat->answers[at];

	kith_json_write_to(&w, &json);
	*heard = (struct heard){ .is_ok = rc == KITH_OK, .is_known_repeated = true };
	if (rc == KITH_OK) {
		heard->is_repeated = result->is_repeat;
		kith_answer_result(&w, &inside.cursor_keys, result);
	} else {
		kith_answer_problem(&w, rc, why, (struct kith_str){ 0 });
	}
	KITH_ASSERT(!json.failed);
	heard->text = stage_keep(seat->scene, kith_buf_str(&json));
	seat->is_answered[at] = true;
	kith_buf_done(&json);
}

static void on_done(struct kith_call *call)
{
	struct seat *seat = call->door;

	put_answer(seat, (size_t)call->door_id, call->rc, &call->why, &call->result);
	kith_call_free(&call);
}

static enum kith_rc read_args(struct kith_call *call, struct kith_str args)
{
	struct kith_json json;
	enum kith_rc rc = kith_json_read(args, &call->mem, &json, &call->why);

	if (rc == KITH_OK) {
		rc = kith_args_from_json(call->row->args, call->row->arg_count,
		                         1U << KITH_ARG_IN_PATH | 1U << KITH_ARG_IN_QUERY |
		                                 1U << KITH_ARG_IN_BODY,
		                         &json, json.root, &call->mem, call->args, &call->why);
	}
	return rc != KITH_OK ? rc
	                     : kith_args_check(call->row->args, call->row->arg_count, call->args,
	                                       &call->why);
}

static bool inside_say(struct scene *scene, size_t device, struct kith_str name,
                       struct kith_str args)
{
	struct seat *seat = scene->seats[device];
	struct kith_call *call = kith_call_new(inside.service);

	KITH_ASSERT(call != NULL && seat->said < ANSWERS_MAX);
	call->row = kith_route_call(name);
	call->now_us = now_us();
	call->session = seat->session == NULL ? NULL : kith_session_ref(seat->session);
	call->lane = seat->lane;
	call->connection = seat->connection;
	call->door = seat;
	call->door_id = (int64_t)seat->said++;
	call->done = on_done;
	if (call->row == NULL) {
		kith_call_free(&call);
		return false;
	}
	enum kith_rc rc = seat->refused;
	call->why = seat->why;
	if (rc == KITH_OK) {
		rc = kith_service_admit(call);
	}
	if (rc == KITH_OK) {
		rc = read_args(call, args);
	}
	if (rc != KITH_OK) {
		call->rc = rc;
		on_done(call);
	} else {
		kith_service_run(call);
	}
	return true;
}

static bool inside_hear(struct scene *scene, size_t device, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	while (!seat->is_answered[seat->heard]) {
		if (!wait_ring()) {
			return false;
		}
	}
	*out = seat->answers[seat->heard++];
	return true;
}

static bool inside_event(struct scene *scene, size_t device, bool waits, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	while (seat->event_next == seat->event_count) {
		if (!waits || !wait_ring()) {
			return false;
		}
	}
	out->text = seat->events[seat->event_next++];
	return true;
}

/* --- who is there --- */

/* Lets the device in as its token says; a signature that does not hold is no token. */
static void sign_in(struct scene *scene, size_t device, struct seat *seat)
{
	const struct device *who = &scene->c->devices[device];
	const struct token_spec *token = &who->token;
	int64_t now_s = now_us() / KITH_SECOND_US;
	struct kith_claims claims = {
		.sub = token->sub.at != NULL ? token->sub : kith_str_of(who->person->id),
		.org = token->claim.at != NULL ? token->claim : kith_str_of(world_org(token->org)),
		.scope = token->scope,
		.exp_s = now_s + token->ttl_s,
		.nbf_s = token->nbf_s == 0 ? 0 : now_s + token->nbf_s,
	};
	struct kith_key key;

	if (token->is_none || token->is_forged || token->is_garbage || token->has_strange_key) {
		return;
	}
	KITH_ASSERT(kith_reader_key(inside.reader, kith_str_of(world_kid(token->org)), scene->mem,
	                            &key) == KITH_OK);
	seat->refused = kith_session_admit(inside.reader, &claims, &key, now_us(), scene->mem,
	                                   &seat->session, &seat->why);
}

static bool inside_enter(struct scene *scene)
{
	inside.case_us = now_us();
	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = stage_zero(scene, sizeof(*seat));
		seat->scene = scene;
		seat->connection = ++inside.connections;
		seat->lane = kith_lane_new();
		KITH_ASSERT(seat->lane != NULL);
		sign_in(scene, i, seat);
		seat->next = inside.seats;
		inside.seats = seat;
		scene->seats[i] = seat;
	}
	return true;
}

static void inside_leave(struct scene *scene)
{
	inside.seats = NULL;
	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = scene->seats[i];
		kith_lane_release(&seat->lane);
		kith_session_unref(&seat->session);
	}
}

/* --- the engine --- */

static bool inside_start(struct world *world, const struct script *script)
{
	const struct kith_store_options options = {
		.dir = world->dir,
		.now_us = now_us,
		.is_sync_off = true,
		.committed = kith_announce,
		.context = &inside.announcer,
	};
	struct kith_why why = { .detail = "" };

	atomic_store(&inside.now_us, START_US);
	inside.errands.send = run_errand;
	inside.announcer.cursor_keys = &inside.cursor_keys;
	world_make_dir(world);
	if (kith_ring_new(1, wake, NULL, &inside.announcer.ring) != KITH_OK ||
	    kith_store_open(&options, &inside.store, &why) != KITH_OK) {
		printf("# %s\n", why.detail);
		return false;
	}
	world_fill(world, inside.store, script);
	kith_cursor_keys_derive(kith_store_digest_key(inside.store), &inside.cursor_keys);
	const struct kith_service_options service = {
		.store = inside.store,
		.errands = &inside.errands,
		.cursor_keys = &inside.cursor_keys,
	};
	return kith_reader_open(inside.store, &inside.reader) == KITH_OK &&
	       kith_service_new(&service, &inside.service) == KITH_OK;
}

static bool inside_stop(void)
{
	kith_reader_free(&inside.reader);
	kith_store_free(&inside.store);
	while (walk_ring()) {
	}
	kith_service_free(&inside.service);
	kith_ring_free(&inside.announcer.ring);
	kith_announcer_done(&inside.announcer);
	return true;
}

static int inside_pid(void)
{
	return 0;
}

int main(int argc, char **argv)
{
	static const struct stage stage = {
		.door = SCRIPT_INSIDE,
		.start = inside_start,
		.stop = inside_stop,
		.enter = inside_enter,
		.leave = inside_leave,
		.say = inside_say,
		.hear = inside_hear,
		.event = inside_event,
		.move_clock = move_clock,
		.now_us = now_us,
		.pid = inside_pid,
	};
	return play_all(&stage, argc, argv);
}
