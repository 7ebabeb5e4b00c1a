/*
 * worker_inside.h -- what a worker is made of, for the files that are the worker.
 *
 * worker.c serves the connections, worker_live.c brings them what passes,
 * worker_drain.c ends them. Everything here belongs to the worker's thread; nobody
 * else includes this.
 */
#ifndef KITH_SERVER_WORKER_INSIDE_H
#define KITH_SERVER_WORKER_INSIDE_H

#include <pthread.h>

#include "base/table.h"
#include "door/door.h"
#include "door/follow.h"
#include "net/conn.h"
#include "net/listener.h"
#include "net/loop.h"
#include "server/drain.h"
#include "server/live.h"
#include "server/worker.h"

/* One connection and the door that it has now. */
struct kith_seat {
	struct kith_conn *conn;
	struct kith_worker *worker;
	struct kith_door *door;
	struct kith_door *next_door; /* takes over when the present one returns   */
	struct kith_timer timer;
	struct kith_seat *next; /* all of this worker                        */
	struct kith_seat *previous;
	struct kith_seat *next_waiting; /* those that await room                     */
	struct kith_seat *next_doomed;
	struct kith_visitor *visitor; /* its address's count; NULL: nobody counts */
	bool awaits_room;
	bool is_doomed;  /* to be aborted when no door is at work     */
	bool is_ended;   /* the connection is gone, but a door was at work */
	bool is_at_work; /* its door's on_bytes is running            */
	bool is_told;    /* that the server ends                      */
	bool is_joined;  /* somebody is signed in and hears events    */
};

struct kith_worker {
	struct kith_door_host host;
	struct kith_worker_shared *shared;
	uint32_t home;
	struct kith_loop *loop;
	struct kith_listener *listener;
	struct kith_desk *desk;
	struct kith_desk *slow_desk;
	struct kith_out_pool pool;
	struct kith_table people; /* user row -> the first of their doors */
	struct kith_followers followers;
	struct kith_live *live;
	struct kith_timer live_timer;
	struct kith_seat *seats;
	struct kith_seat *waiting;
	struct kith_seat *doomed;
	uint64_t connections; /* given out as ids                     */
	uint64_t allocations; /* already added to shared              */
	struct kith_rand rand;
	struct kith_drain drain;
	struct kith_task drain_task;
	struct kith_task hurry_task;
	struct kith_timer drain_timer;
	int64_t drain_window_ms;
	pthread_t thread;
	bool is_started;
	bool is_full; /* somebody was turned away             */
};

/* A session of one organization hears what is of it, or of none; another hears all. */
static inline bool kith_worker_may_hear(const struct kith_door *door, int64_t org_row)
{
	const struct kith_session *session = door->session;

	return session->org.row == 0 || org_row == 0 || session->org.row == org_row;
}

/* worker_live.c: the worker's part in what passes; NULL without memory. */
struct kith_live *kith_worker_live_new(struct kith_worker *worker);

/* worker_live.c: USER_ROW has these flags from now on, as a commit says. */
void kith_worker_set_flags(struct kith_worker *worker, int64_t user_row, unsigned flags);

/* What doors are told of the world becomes that of the loop's present turn. */
static inline void kith_worker_set_times(struct kith_worker *worker)
{
	worker->host.now_us = kith_loop_now_us(worker->loop);
	worker->host.steady_us = kith_loop_steady_us(worker->loop);
	worker->host.is_unready =
		atomic_load_explicit(&worker->shared->is_unready, memory_order_relaxed);
}

#endif
