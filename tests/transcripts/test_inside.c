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

#include "base/log.h"
#include "base/mem.h"
#include "base/when.h"
#include "bus/ring.h"
#include "bus/whisper.h"
#include "door/answer.h"
#include "door/follow.h"
#include "door/route.h"
#include "server/announce.h"
#include "server/live.h"
#include "service/bearer.h"
#include "service/password.h"
#include "service/roster.h"
#include "service/service.h"
#include "transcripts/play.h"

/* 2026-11-22T12:00:00Z; ids and tokens are made by this clock, too. */
#define START_US INT64_C(1795348800000000)

enum { ANSWERS_MAX = 1024, EVENTS_MAX = 1024 };

/* One device: what a connection is to a worker. */
struct seat {
	struct kith_door door; /* without a protocol: for what it follows */
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
	struct kith_credential_keys keys;
	struct kith_roster *roster;
	struct kith_errands errands;
	struct kith_whispers *whispers;
	struct kith_presence *presence;
	struct kith_followers followers;
	struct kith_door_host host;
	struct kith_live *live;
	int64_t live_due_us; /* -1: none */
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

static void set_clock(int64_t time_us)
{
	atomic_store(&inside.now_us, time_us);
	inside.host.now_us = time_us;
	inside.host.steady_us = time_us;
}

/* When something is due that passes, before LIMIT_US; else that. */
static int64_t next_due_us(int64_t limit_us)
{
	int64_t due_us = inside.live_due_us;

	for (struct seat *seat = inside.seats; seat != NULL; seat = seat->next) {
		due_us = kith_follow_deadline_us(&seat->door, due_us);
	}
	return due_us < 0 || due_us > limit_us ? limit_us : due_us;
}

static void run_due(void)
{
	if (inside.live_due_us >= 0 && inside.live_due_us <= now_us()) {
		inside.live_due_us = -1;
		kith_live_run(inside.live);
	}
	for (struct seat *seat = inside.seats; seat != NULL; seat = seat->next) {
		kith_follow_run(&seat->door);
	}
}

static void move_clock(int64_t since_us)
{
	int64_t end_us = inside.case_us + since_us;

	while (now_us() < end_us) {
		set_clock(next_due_us(end_us));
		run_due();
	}
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

/* As server/worker.c: what is of no organization is a person's own. */
static bool is_in_org(const struct kith_session *session, int64_t org_row)
{
	return session->org.row == 0 || org_row == 0 || session->org.row == org_row;
}

static void keep_event(struct kith_door *door, struct kith_str frame)
{
	struct seat *seat = KITH_CONTAINER(door, struct seat, door);

	KITH_ASSERT(seat->event_count < EVENTS_MAX);
	seat->events[seat->event_count++] = stage_keep(seat->scene, frame_text(frame));
}

static bool may_hear(const struct seat *seat, int64_t user_row, int64_t org_row, uint64_t spared)
{
	return seat->session != NULL && user_row == seat->session->user_row &&
	       is_in_org(seat->session, org_row) && spared != seat->connection;
}

static void deliver(const struct kith_ring_item *item, struct kith_str frame)
{
	for (struct seat *seat = inside.seats; seat != NULL; seat = seat->next) {
		for (size_t i = 0; i < item->audience_count; i++) {
			if (may_hear(seat, item->audience[i], item->org_row, item->spared)) {
				keep_event(&seat->door, frame);
				kith_follow_event(&seat->door, frame);
			}
		}
	}
}

static void deliver_whisper(void *context, const struct kith_whisper *whisper)
{
	(void)context;
	for (struct seat *seat = inside.seats; seat != NULL; seat = seat->next) {
		for (size_t i = 0; i < whisper->audience_count; i++) {
			if (may_hear(seat, whisper->audience[i], whisper->org_row,
			             whisper->spared)) {
				keep_event(&seat->door, whisper->frame);
			}
		}
	}
}

static void remind_live(void *context, int64_t due_us)
{
	(void)context;
	inside.live_due_us = due_us;
}

static void set_flags(int64_t user_row, unsigned flags)
{
	kith_roster_set_flags(inside.roster, user_row, flags);
	kith_live_set_flags(inside.live, user_row, flags);
	for (struct seat *seat = inside.seats; seat != NULL; seat = seat->next) {
		if (seat->session != NULL && seat->session->user_row == user_row) {
			kith_follow_look_again(&seat->door);
		}
	}
}

/* What a door without a protocol is asked for, and asks its host for. */
static void host_nothing(struct kith_door *door)
{
	(void)door;
}

static const struct kith_door_ops seat_ops = { .on_passing = keep_event };

static bool walk_ring(void)
{
	const struct kith_batch *batch = kith_ring_next(inside.announcer.ring, 0);

	if (batch == NULL) {
		return false;
	}
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct kith_ring_item *item = &batch->items[i];
		if (item->kind == KITH_RING_ANSWER) {
			kith_service_answered(item->answered);
		} else if (item->kind == KITH_RING_ENDING) {
			kith_roster_end(inside.roster, &item->ending);
		} else if (item->kind == KITH_RING_FLAGS) {
			set_flags(item->user_row, item->flags);
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

	if (call->rc == KITH_OK) {
		call->rc = kith_follow_answer(&seat->door, seat->lane, call);
	}
	put_answer(seat, (size_t)call->door_id, call->rc, &call->why, &call->result);
	if (call->rc == KITH_OK && call->row->writes) {
		kith_follow_change(&seat->door);
	}
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
	call->is_lasting = true;
	call->door = seat;
	call->door_id = (int64_t)seat->said++;
	call->done = on_done;
	if (call->row == NULL) {
		kith_call_free(&call);
		return false;
	}
	/* A call that needs no token does not look at one. */
	enum kith_rc rc = call->row->scopes == 0 ? KITH_OK : seat->refused;
	call->why = rc == KITH_OK ? (struct kith_why){ 0 } : seat->why;
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

/* Lets the device in as its token says. */
static void sign_in(struct scene *scene, size_t device, struct seat *seat)
{
	const struct device *who = &scene->c->devices[device];
	struct kith_buf text = { 0 };
	struct kith_bearer bearer;
	bool is_false;

	if (who->token.is_none) {
		return;
	}
	world_token(who, now_us(), &text);
	seat->refused = kith_bearer_read(&inside.keys, stage_keep(scene, kith_buf_str(&text)),
	                                 scene->mem, &bearer, &seat->why);
	kith_buf_done(&text);
	if (seat->refused == KITH_OK) {
		seat->refused =
			kith_bearer_admit(&bearer, &inside.keys, inside.reader, now_us(),
		                          scene->mem, &seat->session, &is_false, &seat->why);
	}
	if (seat->session != NULL) {
		bool is_enrolled = kith_roster_enroll(inside.roster, seat->session,
		                                      kith_roster_mark(inside.roster));
		KITH_ASSERT(is_enrolled);
		/* As a person's first door on a worker of its own. */
		bool is_counted =
			kith_live_enter(inside.live, seat->session->user_row, seat->session->flags);
		KITH_ASSERT(is_counted);
	}
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
		seat->door = (struct kith_door){ .ops = &seat_ops,
			                         .host = &inside.host,
			                         .id = seat->connection,
			                         .session = seat->session };
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
		kith_follow_done(&seat->door);
		if (seat->session != NULL) {
			kith_live_end(inside.live, seat->session->user_row, seat->connection);
			kith_live_leave(inside.live, seat->session->user_row);
		}
		kith_session_unref(&seat->session);
	}
}

/* --- the engine --- */

/* The parts of a worker that bring what passes. */
static bool make_live(void)
{
	struct kith_live_options options = { .host = &inside.host,
		                             .deliver = deliver_whisper,
		                             .remind = remind_live };

	inside.live_due_us = -1;
	inside.presence = kith_presence_new();
	kith_followers_init(&inside.followers, 1);
	inside.host = (struct kith_door_host){ .presence = inside.presence,
		                               .followers = &inside.followers,
		                               .cursor_keys = &inside.cursor_keys,
		                               .send = host_nothing,
		                               .remind = host_nothing,
		                               .abort = host_nothing };
	set_clock(START_US);
	if (kith_whispers_new(1, wake, NULL, &options.whispers) != KITH_OK) {
		return false;
	}
	inside.whispers = options.whispers;
	inside.live = kith_live_new(&options);
	return inside.live != NULL;
}

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

	kith_log_set_level(KITH_LOG_ERROR);
	atomic_store(&inside.now_us, START_US);
	inside.errands.send = run_errand;
	inside.announcer.cursor_keys = &inside.cursor_keys;
	world_make_dir(world);
	if (!make_live() || kith_ring_new(1, wake, NULL, &inside.announcer.ring) != KITH_OK ||
	    kith_store_open(&options, &inside.store, &why) != KITH_OK) {
		printf("# %s\n", why.detail);
		return false;
	}
	world_fill(world, inside.store, script);
	kith_cursor_keys_derive(kith_store_digest_key(inside.store), kith_store_life(inside.store),
	                        &inside.cursor_keys);
	const struct kith_service_options service = {
		.store = inside.store,
		.errands = &inside.errands,
		.password_memory_mib = KITH_PASSWORD_MEMORY_MIB_MIN,
		.cursor_keys = &inside.cursor_keys,
		.presence = inside.presence,
		.whisperer = kith_live_whisperer(inside.live),
	};
	inside.roster = kith_roster_new();
	kith_credential_keys_derive(kith_store_digest_key(inside.store), &inside.keys);
	if (inside.roster == NULL || kith_reader_open(inside.store, &inside.reader) != KITH_OK ||
	    kith_service_new(&service, &inside.service) != KITH_OK) {
		return false;
	}
	inside.host.service = inside.service;
	return true;
}

static bool inside_stop(void)
{
	kith_reader_free(&inside.reader);
	kith_store_free(&inside.store);
	while (walk_ring()) {
	}
	kith_service_free(&inside.service);
	kith_roster_free(&inside.roster);
	kith_live_free(&inside.live);
	kith_followers_done(&inside.followers);
	kith_presence_free(&inside.presence);
	kith_whispers_free(&inside.whispers);
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
