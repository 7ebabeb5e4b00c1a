/*
 * loop.h -- one thread's event loop: sockets, timers, and calls from other threads.
 *
 * An epoll set that each descriptor enters once, edge-triggered; a heap of
 * timers; a queue of tasks that any thread may post. Everything but
 * kith_loop_post() and kith_loop_stop() belongs to the thread that runs it.
 * Knows no protocol. The epoll descriptor can be polled by somebody else's loop.
 */
#ifndef KITH_NET_LOOP_H
#define KITH_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/queue.h"

/* What one turn takes; the rest is the next turn's, which then does not wait. */
enum { KITH_LOOP_TURN_EVENTS = 256, KITH_LOOP_TURN_TASKS = 1024, KITH_LOOP_TURN_TIMERS = 1024 };

struct kith_loop;

/* A descriptor in the loop. Embedded by its owner, who must remove it before it closes FD. */
struct kith_watch {
	int fd;
	/* EVENTS: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR as they came. */
	void (*on_events)(struct kith_watch *watch, uint32_t events);
};

/* A moment to be woken at. Zeroed: not set. Embedded by its owner, who clears it before it goes. */
struct kith_timer {
	int64_t at_us; /* kith_when_steady_us() */
	void (*on_time)(struct kith_timer *timer);
	uint32_t slot; /* private: place in the heap, plus one; 0: not set */
};

/* Work handed to the loop's thread. Owned by the loop until it runs. */
struct kith_task {
	struct kith_queue_link link;
	void (*run)(struct kith_task *task);
};

/* Something to be looked at again this turn or the next: a connection with more to
 * read or write than one turn allows. Embedded; zeroed: not on a list. */
struct kith_ready {
	struct kith_ready *next; /* private: its list's ring */
	struct kith_ready *prev;
	void (*on_ready)(struct kith_ready *ready);
};

/*
 * returns KITH_OK, KITH_E_IO, KITH_E_NO_MEMORY. When it is freed, all watches must be
 * gone (asserted) and all tasks have run; timers that are still set are forgotten.
 */
KITH_MUST_USE enum kith_rc kith_loop_new(struct kith_loop **out);
void kith_loop_free(struct kith_loop **loop);

/* Runs turns until kith_loop_stop(). */
void kith_loop_run(struct kith_loop *loop);

/*
 * One turn: waits for at most WAIT_MS (-1: until something comes, 0: not at
 * all), then runs events, tasks, timers that are due, the ready list, and the
 * hook; last, connections send. Never from within a turn (asserted).
 */
void kith_loop_turn(struct kith_loop *loop, int wait_ms);

/* How long a turn may wait: ms until the next timer, 0 when something is ready, -1: for ever. */
int kith_loop_wait_ms(const struct kith_loop *loop);

/* The descriptor that becomes readable when a turn has something to do (timers apart). */
int kith_loop_fd(const struct kith_loop *loop);

/*
 * Ends kith_loop_run() after the present turn, or the next one at its start.
 * thread any; safe in a signal handler.
 */
void kith_loop_stop(struct kith_loop *loop);

/* Runs TASK on the loop's thread soon. thread any. */
void kith_loop_post(struct kith_loop *loop, struct kith_task *task);

/* Makes the loop turn soon, for a hook that looks at something shared. thread any. */
void kith_loop_wake(struct kith_loop *loop);

/* HOOK runs once at the end of each turn, before the loop waits: where output is sent. */
void kith_loop_set_hook(struct kith_loop *loop, void (*hook)(void *context), void *context);

/* REST runs as the last of each turn, when output was sent: to look at what is left, only. */
void kith_loop_set_rest(struct kith_loop *loop, void (*rest)(void *context), void *context);

/* The times at the start of this turn. */
int64_t kith_loop_now_us(const struct kith_loop *loop);    /* wall clock, since 1970 UTC */
int64_t kith_loop_steady_us(const struct kith_loop *loop); /* for timers                 */

/* Edge-triggered, for reading and writing at once. KITH_E_IO when epoll refuses. */
KITH_MUST_USE enum kith_rc kith_watch_add(struct kith_loop *loop, struct kith_watch *watch);
void kith_watch_remove(struct kith_loop *loop, struct kith_watch *watch);

/* Sets or moves TIMER. returns KITH_E_NO_MEMORY when the heap cannot grow: then it is not set. */
KITH_MUST_USE enum kith_rc kith_timer_set(struct kith_loop *loop, struct kith_timer *timer,
                                          int64_t at_us);
void kith_timer_clear(struct kith_loop *loop, struct kith_timer *timer);

/* Puts READY at the end of the list, once. Added while the list runs: next turn. */
void kith_ready_add(struct kith_loop *loop, struct kith_ready *ready);
void kith_ready_remove(struct kith_loop *loop, struct kith_ready *ready);

#endif
