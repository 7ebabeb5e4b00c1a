/*
 * worker_drain.c -- how a worker ends: no more connections, goodbye to those there are.
 *
 * When what is due says drain.h; here it is done, a look every few milliseconds,
 * on the worker's thread. That the thread may end, because no worker has a
 * connection left, is found in worker.c at the end of a turn.
 */
#include "server/worker_inside.h"

static void stop_accepting(struct kith_worker *worker)
{
	if (worker->listener != NULL) {
		worker->host.is_draining = true;
		kith_listener_free(&worker->listener);
		atomic_fetch_sub(&worker->shared->listening, 1);
	}
}

/* Spread, so that they do not all go, nor all come back, in the same moment. */
static void tell_due(struct kith_worker *worker)
{
	size_t left = 0;
	struct kith_seat *next;

	for (struct kith_seat *seat = worker->seats; seat != NULL; seat = seat->next) {
		left += seat->is_told ? 0 : 1;
	}
	size_t due = kith_drain_take_due(&worker->drain, worker->host.steady_us, left);
	for (struct kith_seat *seat = worker->seats; seat != NULL && due > 0; seat = next) {
		next = seat->next;
		if (!seat->is_told) {
			seat->is_told = true;
			due--;
			seat->door->ops->on_drain(
				seat->door, kith_drain_retry_ms(&worker->drain, &worker->rand));
		}
	}
}

static void on_drain_time(struct kith_timer *timer);

/* Does what is due, and looks again soon; the turn's end looks whether all have gone. */
static void go_on_draining(struct kith_worker *worker)
{
	kith_worker_set_times(worker);
	enum kith_drain_stage stage = kith_drain_advance(&worker->drain, worker->host.steady_us);
	if (stage >= KITH_DRAIN_TELLING) {
		stop_accepting(worker);
		tell_due(worker);
	}
	worker->drain_timer.on_time = on_drain_time;
	int64_t soon_us = worker->host.steady_us + KITH_DRAIN_LOOK_MS * INT64_C(1000);
	if (stage == KITH_DRAIN_CUT ||
	    kith_timer_set(worker->loop, &worker->drain_timer, soon_us) != KITH_OK) {
		kith_loop_stop(worker->loop);
	}
}

static void on_drain_time(struct kith_timer *timer)
{
	go_on_draining(KITH_CONTAINER(timer, struct kith_worker, drain_timer));
}

static void on_drain(struct kith_task *task)
{
	struct kith_worker *worker = KITH_CONTAINER(task, struct kith_worker, drain_task);

	atomic_store(&worker->shared->is_unready, true);
	kith_worker_set_times(worker);
	kith_drain_begin(&worker->drain, worker->host.steady_us, worker->drain_window_ms);
	go_on_draining(worker);
}

static void on_hurry(struct kith_task *task)
{
	struct kith_worker *worker = KITH_CONTAINER(task, struct kith_worker, hurry_task);

	atomic_store(&worker->shared->is_unready, true);
	kith_worker_set_times(worker);
	kith_drain_hurry(&worker->drain, worker->host.steady_us);
	go_on_draining(worker);
}

void kith_worker_drain(struct kith_worker *worker, int64_t window_ms)
{
	worker->drain_window_ms = window_ms;
	worker->drain_task.run = on_drain;
	kith_loop_post(worker->loop, &worker->drain_task);
}

void kith_worker_hurry(struct kith_worker *worker)
{
	worker->hurry_task.run = on_hurry;
	kith_loop_post(worker->loop, &worker->hurry_task);
}
