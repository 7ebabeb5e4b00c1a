/*
 * loop.c -- the turn: wait, events, tasks, timers, ready list, hook, output, burial, rest.
 *
 * The bell is an eventfd that is never read: edge-triggered, each ring is an
 * edge of its own, and its counter cannot fill up in a life time.
 */
#include "net/loop.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/when.h"
#include "net/timer.h"
#include "net/turn.h"

struct kith_loop {
	int epoll_fd;
	int bell_fd;
	atomic_bool is_stopped;
	atomic_bool is_woken; /* kith_loop_wake() rang; no need to ring again   */
	struct kith_queue tasks;
	bool has_tasks; /* the last turn met its limit: nobody will ring  */
	bool is_turning;
	size_t watch_count;
	int64_t now_us;
	int64_t steady_us;
	struct kith_timer_heap timers;
	struct kith_ready ready; /* these three are heads of rings                 */
	struct kith_ready output;
	struct kith_ready gone;
	void (*hook)(void *context);
	void *hook_context;
	void (*rest)(void *context);
	void *rest_context;
	int shakes;   /* of this turn                                   */
	int event_at; /* the events of this turn that are still to come */
	int event_count;
	struct epoll_event events[KITH_LOOP_TURN_EVENTS];
	char scratch[KITH_TURN_SCRATCH];
};

/* Rings of kith_ready: a head points to itself when it is empty. */

static void init_ring(struct kith_ready *head)
{
	head->next = head;
	head->prev = head;
}

static bool is_empty(const struct kith_ready *head)
{
	return head->next == head;
}

static void unlink_ready(struct kith_ready *ready)
{
	if (ready->next == NULL) {
		return;
	}
	ready->prev->next = ready->next;
	ready->next->prev = ready->prev;
	ready->next = NULL;
	ready->prev = NULL;
}

static void append(struct kith_ready *head, struct kith_ready *ready)
{
	if (ready->next != NULL) {
		return;
	}
	ready->next = head;
	ready->prev = head->prev;
	head->prev->next = ready;
	head->prev = ready;
}

/* Runs what is in the ring now; what is added meanwhile stays for the next turn. */
static void run_ring(struct kith_ready *head)
{
	if (is_empty(head)) {
		return;
	}
	struct kith_ready now = { .next = head->next, .prev = head->prev };
	now.next->prev = &now;
	now.prev->next = &now;
	init_ring(head);
	while (!is_empty(&now)) {
		struct kith_ready *ready = now.next;
		unlink_ready(ready);
		ready->on_ready(ready);
	}
}

static void read_clocks(struct kith_loop *loop)
{
	loop->now_us = kith_when_now_us();
	loop->steady_us = kith_when_steady_us();
}

/* Safe in a signal handler: one system call, errno as it was. */
static void ring_bell(const struct kith_loop *loop)
{
	int saved = errno;
	const uint64_t one = 1;
	ssize_t wrote = write(loop->bell_fd, &one, sizeof(one));
	(void)wrote; /* it can only fail when the counter is full, and then it rings anyway */
	errno = saved;
}

static enum kith_rc open_descriptors(struct kith_loop *loop)
{
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->epoll_fd < 0 || loop->bell_fd < 0) {
		return KITH_E_IO;
	}
	struct epoll_event bell = { .events = EPOLLIN | EPOLLET, .data = { .ptr = NULL } };
	int rc = epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->bell_fd, &bell);
	return rc == 0 ? KITH_OK : KITH_E_IO;
}

enum kith_rc kith_loop_new(struct kith_loop **out)
{
	struct kith_loop *loop = kith_alloc_zero(1, sizeof(*loop));
	if (loop == NULL) {
		return KITH_E_NO_MEMORY;
	}
	atomic_init(&loop->is_stopped, false);
	atomic_init(&loop->is_woken, false);
	kith_queue_init(&loop->tasks);
	init_ring(&loop->ready);
	init_ring(&loop->output);
	init_ring(&loop->gone);
	read_clocks(loop);
	enum kith_rc rc = open_descriptors(loop);
	if (rc != KITH_OK) {
		kith_loop_free(&loop);
		return rc;
	}
	*out = loop;
	return KITH_OK;
}

void kith_loop_free(struct kith_loop **loop)
{
	struct kith_loop *old = *loop;
	if (old == NULL) {
		return;
	}
	KITH_ASSERT(!old->is_turning);
	KITH_ASSERT(old->watch_count == 0);
	*loop = NULL;
	run_ring(&old->gone);
	kith_timer_heap_done(&old->timers);
	if (old->bell_fd >= 0) {
		close(old->bell_fd);
	}
	if (old->epoll_fd >= 0) {
		close(old->epoll_fd);
	}
	kith_free(old);
}

int kith_loop_wait_ms(const struct kith_loop *loop)
{
	if (loop->has_tasks || !is_empty(&loop->ready) || !is_empty(&loop->output) ||
	    !is_empty(&loop->gone)) {
		return 0;
	}
	const struct kith_timer *first = kith_timer_heap_first(&loop->timers);
	if (first == NULL) {
		return -1;
	}
	int64_t left_us = first->at_us - kith_when_steady_us();
	if (left_us <= 0) {
		return 0;
	}
	/* Rounded up: a turn that comes early would find nothing due and spin. */
	int64_t left_ms = (left_us - 1) / 1000 + 1;
	return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static void wait_for_events(struct kith_loop *loop, int wait_ms)
{
	int limit_ms = kith_loop_wait_ms(loop);
	if (limit_ms >= 0 && (wait_ms < 0 || limit_ms < wait_ms)) {
		wait_ms = limit_ms;
	}
	int count = epoll_wait(loop->epoll_fd, loop->events, KITH_LOOP_TURN_EVENTS, wait_ms);
	KITH_ASSERT(count >= 0 || errno == EINTR);
	loop->event_at = 0;
	loop->event_count = count < 0 ? 0 : count;
}

static void run_events(struct kith_loop *loop)
{
	while (loop->event_at < loop->event_count) {
		const struct epoll_event *event = &loop->events[loop->event_at++];
		struct kith_watch *watch = event->data.ptr;
		if (watch != NULL) { /* NULL: the bell, or removed in this turn */
			watch->on_events(watch, event->events);
		}
	}
}

static void run_tasks(struct kith_loop *loop)
{
	kith_queue_listen(&loop->tasks);
	loop->has_tasks = false;
	for (int i = 0; i < KITH_LOOP_TURN_TASKS; i++) {
		struct kith_queue_link *link = kith_queue_pop(&loop->tasks);
		if (link == NULL) {
			return;
		}
		struct kith_task *task = KITH_CONTAINER(link, struct kith_task, link);
		task->run(task);
	}
	loop->has_tasks = true;
}

static void run_timers(struct kith_loop *loop)
{
	for (int i = 0; i < KITH_LOOP_TURN_TIMERS; i++) {
		struct kith_timer *first = kith_timer_heap_first(&loop->timers);
		if (first == NULL || first->at_us > loop->steady_us) {
			return;
		}
		kith_timer_heap_clear(&loop->timers, first);
		first->on_time(first);
	}
}

void kith_loop_turn(struct kith_loop *loop, int wait_ms)
{
	KITH_ASSERT(!loop->is_turning);
	loop->is_turning = true;
	wait_for_events(loop, wait_ms);
	read_clocks(loop);
	loop->shakes = 0;
	/* Before the hook looks: who shares something from here on rings again. */
	atomic_exchange(&loop->is_woken, false);
	run_events(loop);
	run_tasks(loop);
	run_timers(loop);
	run_ring(&loop->ready);
	if (loop->hook != NULL) {
		loop->hook(loop->hook_context);
	}
	run_ring(&loop->output);
	run_ring(&loop->gone);
	if (loop->rest != NULL) {
		loop->rest(loop->rest_context);
	}
	loop->is_turning = false;
}

void kith_loop_run(struct kith_loop *loop)
{
	while (!atomic_load(&loop->is_stopped)) {
		kith_loop_turn(loop, -1);
	}
	atomic_store(&loop->is_stopped, false);
}

int kith_loop_fd(const struct kith_loop *loop)
{
	return loop->epoll_fd;
}

void kith_loop_stop(struct kith_loop *loop)
{
	atomic_store(&loop->is_stopped, true);
	ring_bell(loop);
}

void kith_loop_post(struct kith_loop *loop, struct kith_task *task)
{
	if (kith_queue_push(&loop->tasks, &task->link)) {
		ring_bell(loop);
	}
}

void kith_loop_wake(struct kith_loop *loop)
{
	if (!atomic_exchange(&loop->is_woken, true)) {
		ring_bell(loop);
	}
}

void kith_loop_set_hook(struct kith_loop *loop, void (*hook)(void *context), void *context)
{
	loop->hook = hook;
	loop->hook_context = context;
}

void kith_loop_set_rest(struct kith_loop *loop, void (*rest)(void *context), void *context)
{
	loop->rest = rest;
	loop->rest_context = context;
}

int64_t kith_loop_now_us(const struct kith_loop *loop)
{
	return loop->now_us;
}

int64_t kith_loop_steady_us(const struct kith_loop *loop)
{
	return loop->steady_us;
}

enum kith_rc kith_watch_add(struct kith_loop *loop, struct kith_watch *watch)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data = { .ptr = watch },
	};
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) != 0) {
		return KITH_E_IO;
	}
	loop->watch_count++;
	return KITH_OK;
}

void kith_watch_remove(struct kith_loop *loop, struct kith_watch *watch)
{
	int rc = epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	KITH_ASSERT(rc == 0);
	loop->watch_count--;
	for (int i = loop->event_at; i < loop->event_count; i++) {
		if (loop->events[i].data.ptr == watch) {
			loop->events[i].data.ptr = NULL;
		}
	}
}

enum kith_rc kith_timer_set(struct kith_loop *loop, struct kith_timer *timer, int64_t at_us)
{
	return kith_timer_heap_set(&loop->timers, timer, at_us) ? KITH_OK : KITH_E_NO_MEMORY;
}

void kith_timer_clear(struct kith_loop *loop, struct kith_timer *timer)
{
	kith_timer_heap_clear(&loop->timers, timer);
}

void kith_ready_add(struct kith_loop *loop, struct kith_ready *ready)
{
	append(&loop->ready, ready);
}

void kith_ready_remove(struct kith_loop *loop, struct kith_ready *ready)
{
	(void)loop;
	unlink_ready(ready);
}

char *kith_turn_scratch(struct kith_loop *loop)
{
	return loop->scratch;
}

void kith_turn_add_output(struct kith_loop *loop, struct kith_ready *ready)
{
	append(&loop->output, ready);
}

void kith_turn_add_gone(struct kith_loop *loop, struct kith_ready *ready)
{
	append(&loop->gone, ready);
}

bool kith_turn_take_shake(struct kith_loop *loop, int count)
{
	if (loop->shakes >= count) {
		return false;
	}
	loop->shakes++;
	return true;
}
