/*
 * worker.c -- connections to doors, doors to events, a turn at a time.
 */
#include "server/worker.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/when.h"
#include "door/door.h"
#include "door/http.h"
#include "door/token.h"
#include "net/conn.h"
#include "net/listener.h"
#include "service/service.h"

enum {
	WORKER_TURN_BATCHES = 8,       /* of the ring in one turn; then others come first */
	WORKER_IDLE_BLOCKS = 1024,     /* output blocks kept for the next burst           */
	WORKER_DRAIN_LOOK_MS = 20,     /* between two looks whether the others have ended too */
	WORKER_RETRY_LEAST_MS = 500,   /* said with bye at the end: no sooner,           */
	WORKER_RETRY_SPREAD_MS = 2000, /* and at most so much later                      */
};

/* One connection and the door that it has now. */
struct seat {
	struct kith_conn *conn;
	struct kith_worker *worker;
	struct kith_door *door;
	struct kith_door *next_door; /* takes over when the present one returns   */
	struct kith_timer timer;
	struct seat *next; /* all of this worker                        */
	struct seat *previous;
	struct seat *next_waiting; /* those that await room                     */
	struct seat *next_doomed;
	bool awaits_room;
	bool is_doomed;  /* to be aborted when no door is at work     */
	bool is_ended;   /* the connection is gone, but a door was at work */
	bool is_at_work; /* its door's on_bytes is running            */
};

struct kith_worker {
	struct kith_door_host host;
	struct kith_worker_shared *shared;
	uint32_t home;
	struct kith_loop *loop;
	struct kith_listener *listener;
	struct kith_desk *desk;
	struct kith_out_pool pool;
	struct kith_table people; /* user row -> the first of their doors */
	struct seat *seats;
	struct seat *waiting;
	struct seat *doomed;
	uint64_t connections; /* given out as ids                     */
	uint64_t allocations; /* already added to shared              */
	struct kith_rand rand;
	struct kith_task drain_task;
	struct kith_timer drain_timer;
	struct kith_timer look_timer;
	int64_t drain_us;
	pthread_t thread;
	bool is_started;
	bool is_full; /* somebody was turned away             */
};

static struct kith_worker *worker_of(struct kith_door *door)
{
	return KITH_CONTAINER(door->host, struct kith_worker, host);
}

/* --- deadlines --- */

static void on_time(struct kith_timer *timer);

/* Sets the timer when the door's deadline comes before it. A later one is found by on_time. */
static void arm(struct seat *seat)
{
	int64_t due = seat->door->ops->deadline_us(seat->door);

	if (seat->is_doomed || due < 0 || (seat->timer.slot != 0 && seat->timer.at_us <= due)) {
		return;
	}
	seat->timer.on_time = on_time;
	if (kith_timer_set(seat->worker->loop, &seat->timer, due) != KITH_OK) {
		/* Without a timer a silent peer could stay for ever. */
		seat->door->host->abort(seat->door);
	}
}

static void set_times(struct kith_worker *worker)
{
	worker->host.now_us = kith_loop_now_us(worker->loop);
	worker->host.steady_us = kith_loop_steady_us(worker->loop);
}

static void on_time(struct kith_timer *timer)
{
	struct seat *seat = KITH_CONTAINER(timer, struct seat, timer);
	int64_t due = seat->door->ops->deadline_us(seat->door);

	set_times(seat->worker);
	if (due >= 0 && due <= seat->worker->host.steady_us) {
		seat->door->ops->on_deadline(seat->door);
	}
	arm(seat);
}

/* --- what doors ask --- */

static void host_send(struct kith_door *door)
{
	struct seat *seat = door->connection;

	kith_conn_flush_later(seat->conn);
	if (seat->door == door) {
		arm(seat);
	}
}

static void host_close(struct kith_door *door)
{
	struct seat *seat = door->connection;

	kith_conn_close(seat->conn);
	arm(seat);
}

/* Not now: the door that asks is still at work. */
static void host_abort(struct kith_door *door)
{
	struct seat *seat = door->connection;

	if (!seat->is_doomed) {
		seat->is_doomed = true;
		seat->next_doomed = seat->worker->doomed;
		seat->worker->doomed = seat;
		kith_conn_pause(seat->conn);
		kith_loop_wake(seat->worker->loop);
	}
}

static void host_show(struct kith_door *door, bool show)
{
	struct seat *seat = door->connection;

	if (show && !seat->is_doomed) {
		kith_conn_resume(seat->conn);
	} else {
		kith_conn_pause(seat->conn);
	}
}

static void host_await_room(struct kith_door *door)
{
	struct seat *seat = door->connection;

	if (!seat->awaits_room) {
		seat->awaits_room = true;
		seat->next_waiting = seat->worker->waiting;
		seat->worker->waiting = seat;
		kith_loop_wake(seat->worker->loop);
	}
}

static void host_join(struct kith_door *door)
{
	struct kith_worker *worker = worker_of(door);
	uint64_t key = (uint64_t)door->session->user_row;
	struct kith_door *first = kith_table_get(&worker->people, key);

	if (!kith_table_put(&worker->people, key, door)) {
		host_abort(door);
		return;
	}
	door->previous = NULL;
	door->next = first;
	if (first != NULL) {
		first->previous = door;
	}
}

static void leave(struct kith_door *door)
{
	struct kith_worker *worker = worker_of(door);

	if (door->session == NULL) {
		return;
	}
	uint64_t key = (uint64_t)door->session->user_row;
	if (door->previous != NULL) {
		door->previous->next = door->next;
	} else if (kith_table_get(&worker->people, key) == door) {
		if (door->next == NULL) {
			(void)kith_table_remove(&worker->people, key);
		} else {
			/* The key is there already, so nothing needs to grow. */
			bool is_put = kith_table_put(&worker->people, key, door->next);
			KITH_ASSERT(is_put);
		}
	}
	if (door->next != NULL) {
		door->next->previous = door->previous;
	}
	door->next = NULL;
	door->previous = NULL;
}

static void host_replace(struct kith_door *door, struct kith_door *next)
{
	struct seat *seat = door->connection;

	KITH_ASSERT(seat->is_at_work && seat->next_door == NULL);
	seat->next_door = next;
}

/* --- connections --- */

/* Takes SEAT off the short lists, where it seldom is. */
static void forget_lists(struct seat *seat)
{
	struct seat **at = &seat->worker->waiting;

	while (seat->awaits_room && *at != seat) {
		at = &(*at)->next_waiting;
	}
	if (seat->awaits_room) {
		*at = seat->next_waiting;
	}
	for (at = &seat->worker->doomed; *at != NULL && *at != seat;) {
		at = &(*at)->next_doomed;
	}
	if (*at == seat) {
		*at = seat->next_doomed;
	}
}

static void free_seat(struct seat *seat)
{
	struct kith_worker *worker = seat->worker;

	leave(seat->door);
	seat->door->ops->free(seat->door);
	if (seat->next_door != NULL) {
		seat->next_door->ops->free(seat->next_door);
	}
	kith_timer_clear(worker->loop, &seat->timer);
	forget_lists(seat);
	*(seat->previous == NULL ? &worker->seats : &seat->previous->next) = seat->next;
	if (seat->next != NULL) {
		seat->next->previous = seat->previous;
	}
	atomic_fetch_sub(&worker->shared->connections, 1);
	if (worker->host.is_draining) {
		kith_loop_wake(worker->loop); /* the hook may have looked already */
	}
	kith_free(seat);
}

static void on_end(struct kith_conn *conn, enum kith_conn_end end)
{
	struct seat *seat = kith_conn_owner(conn);

	if (end == KITH_CONN_END_SLOW) {
		const struct kith_session *session = seat->door->session;
		char user[KITH_USER_ID_MAX + 1] = "";
		if (session != NULL) {
			snprintf(user, sizeof(user), "%.*s", KITH_STR_PRINT(session->user));
		}
		kith_log(KITH_LOG_WARN, "slow_reader", "user", user, NULL);
	}
	if (seat->is_at_work) {
		seat->is_ended = true;
		return;
	}
	free_seat(seat);
}

static void on_bytes(struct kith_conn *conn, struct kith_str *in)
{
	struct seat *seat = kith_conn_owner(conn);

	set_times(seat->worker);
	seat->is_at_work = true;
	seat->door->ops->on_bytes(seat->door, in);
	if (seat->next_door != NULL) {
		seat->door->ops->free(seat->door);
		seat->door = seat->next_door;
		seat->next_door = NULL;
		seat->door->ops->on_bytes(seat->door, in);
	}
	seat->is_at_work = false;
	if (seat->is_ended) {
		free_seat(seat);
	} else {
		arm(seat);
	}
}

/* Output is sent after the hook has looked for room: it has to look again. */
static void on_drained(struct kith_conn *conn)
{
	const struct seat *seat = kith_conn_owner(conn);

	if (seat->awaits_room) {
		kith_loop_wake(seat->worker->loop);
	}
}

_Static_assert((int)KITH_DOOR_ROOM == (int)KITH_CONN_OUT_HIGH, "whoever awaits room hears of it");

static const struct kith_conn_ops conn_ops = {
	.on_bytes = on_bytes,
	.on_drained = on_drained,
	.on_end = on_end,
};

/* Gives up a seat that has no connection yet. */
static void drop_seat(struct kith_worker *worker, struct seat *seat)
{
	if (seat != NULL && seat->door != NULL) {
		seat->door->ops->free(seat->door);
	}
	kith_free(seat);
	atomic_fetch_sub(&worker->shared->connections, 1);
}

/* A seat with its door for FD, which is closed on failure. */
static void seat_new(struct kith_worker *worker, int fd)
{
	uint64_t id = (uint64_t)(worker->home + 1) << 48 | ++worker->connections;
	struct seat *seat = kith_alloc_zero(1, sizeof(*seat));

	if (seat != NULL) {
		seat->worker = worker;
		seat->door = kith_http_door_new(&worker->host, NULL, seat, id);
	}
	if (seat == NULL || seat->door == NULL) {
		close(fd);
		drop_seat(worker, seat);
		return;
	}
	if (kith_conn_adopt(worker->loop, &worker->pool, fd, &conn_ops, seat, &seat->conn) !=
	    KITH_OK) {
		drop_seat(worker, seat);
		return;
	}
	seat->door->out = kith_conn_out(seat->conn);
	seat->next = worker->seats;
	if (seat->next != NULL) {
		seat->next->previous = seat;
	}
	worker->seats = seat;
	arm(seat);
}

/* Says that there is no place, and logs it once until there is one again. */
static void turn_away(struct kith_worker *worker, int fd)
{
	static const char words[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
				    "Content-Length: 0\r\nConnection: close\r\n\r\n";

	/* Whoever does not take it at once goes without. */
	ssize_t sent = send(fd, words, sizeof(words) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)sent;
	close(fd);
	if (!worker->is_full) {
		worker->is_full = true;
		kith_log(KITH_LOG_WARN, "max_connections", NULL);
	}
}

static void on_accept(void *context, int fd)
{
	struct kith_worker *worker = context;
	struct kith_worker_shared *shared = worker->shared;

	set_times(worker);
	if (atomic_fetch_add(&shared->connections, 1) >= shared->connections_max) {
		atomic_fetch_sub(&shared->connections, 1);
		turn_away(worker, fd);
		return;
	}
	worker->is_full = false;
	seat_new(worker, fd);
}

/* --- the ring --- */

static void deliver(struct kith_worker *worker, const struct kith_ring_item *item,
                    struct kith_str frame)
{
	worker->host.position = item->position;
	for (size_t i = 0; i < item->audience_count; i++) {
		struct kith_door *door =
			kith_table_get(&worker->people, (uint64_t)item->audience[i]);
		for (; door != NULL; door = door->next) {
			bool is_meant =
				door->id != item->spared && door->session->org.row == item->org_row;
			if (is_meant && door->ops->on_event != NULL) {
				door->ops->on_event(door, item->position, frame);
			}
		}
	}
}

static void walk_batch(struct kith_worker *worker, const struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct kith_ring_item *item = &batch->items[i];
		if (item->answered == NULL) {
			deliver(worker, item,
			        kith_str_make(batch->text.at + item->text_at, item->text_len));
		} else if (item->home == worker->home) {
			kith_service_answered(item->answered);
		}
	}
}

static void walk_ring(struct kith_worker *worker)
{
	struct kith_ring *ring = worker->shared->ring;
	const struct kith_batch *batch;

	for (int i = 0; i < WORKER_TURN_BATCHES; i++) {
		batch = kith_ring_next(ring, worker->home);
		if (batch == NULL) {
			return;
		}
		walk_batch(worker, batch);
		kith_ring_done(ring, worker->home);
	}
	kith_loop_wake(worker->loop);
}

/* --- the end of a turn --- */

static void serve_waiting(struct kith_worker *worker)
{
	struct seat **at = &worker->waiting;

	while (*at != NULL) {
		struct seat *seat = *at;
		if (seat->door->out->len > KITH_CONN_OUT_HIGH) {
			at = &seat->next_waiting; /* on_drained() will come */
			continue;
		}
		*at = seat->next_waiting;
		seat->awaits_room = false;
		if (seat->door->ops->on_room != NULL) {
			seat->door->ops->on_room(seat->door);
		}
	}
}

static void bury_doomed(struct kith_worker *worker)
{
	while (worker->doomed != NULL) {
		struct seat *seat = worker->doomed;
		worker->doomed = seat->next_doomed;
		kith_conn_abort(seat->conn);
	}
}

/* The turn that this timer makes looks again. */
static void on_look(struct kith_timer *timer)
{
	(void)timer;
}

/* Over the budget for waiting output, whoever takes least of it goes. */
static void keep_budget(struct kith_worker *worker)
{
	struct seat *worst = NULL;

	if (worker->pool.held <= (size_t)worker->shared->output_max) {
		return;
	}
	for (struct seat *seat = worker->seats; seat != NULL; seat = seat->next) {
		bool is_worse = worst == NULL || seat->door->out->len > worst->door->out->len;
		if (!seat->is_doomed && is_worse) {
			worst = seat;
		}
	}
	if (worst != NULL) {
		kith_log(KITH_LOG_WARN, "output_budget", NULL);
		host_abort(worst->door);
	}
}

static void count_allocations(struct kith_worker *worker)
{
	uint64_t now = kith_mem_thread_count();

	if (now != worker->allocations) {
		atomic_fetch_add(&worker->shared->allocations, now - worker->allocations);
		worker->allocations = now;
	}
}

/*
 * Ends when no worker has a connection any more: as long as one has, its plans
 * are committed, and the ring that they come on must be walked by all.
 */
static void end_when_all_have(struct kith_worker *worker)
{
	int64_t soon = worker->host.steady_us + WORKER_DRAIN_LOOK_MS * INT64_C(1000);

	if (atomic_load(&worker->shared->connections) == 0) {
		kith_loop_stop(worker->loop);
	} else if (worker->look_timer.slot == 0) {
		worker->look_timer.on_time = on_look;
		if (kith_timer_set(worker->loop, &worker->look_timer, soon) != KITH_OK) {
			kith_loop_stop(worker->loop);
		}
	}
}

static void on_turn_end(void *context)
{
	struct kith_worker *worker = context;

	set_times(worker);
	walk_ring(worker);
	serve_waiting(worker);
	keep_budget(worker);
	bury_doomed(worker);
	count_allocations(worker);
	if (worker->host.is_draining && worker->seats == NULL) {
		end_when_all_have(worker);
	}
}

/* --- draining --- */

static void on_drain_time(struct kith_timer *timer)
{
	struct kith_worker *worker = KITH_CONTAINER(timer, struct kith_worker, drain_timer);

	kith_loop_stop(worker->loop);
}

static void on_drain(struct kith_task *task)
{
	struct kith_worker *worker = KITH_CONTAINER(task, struct kith_worker, drain_task);
	struct seat *next;

	set_times(worker);
	worker->host.is_draining = true;
	kith_listener_free(&worker->listener);
	worker->drain_timer.on_time = on_drain_time;
	if (kith_timer_set(worker->loop, &worker->drain_timer,
	                   worker->host.steady_us + worker->drain_us) != KITH_OK) {
		kith_loop_stop(worker->loop);
		return;
	}
	for (struct seat *seat = worker->seats; seat != NULL; seat = next) {
		next = seat->next;
		/* Spread, so that not all come back in the same moment. */
		seat->door->ops->on_drain(
			seat->door,
			WORKER_RETRY_LEAST_MS +
				(int64_t)kith_rand_below(&worker->rand, WORKER_RETRY_SPREAD_MS));
	}
}

void kith_worker_drain(struct kith_worker *worker, int wait_ms)
{
	worker->drain_us = (int64_t)wait_ms * 1000;
	worker->drain_task.run = on_drain;
	kith_loop_post(worker->loop, &worker->drain_task);
}

/* --- life --- */

static void *run(void *context)
{
	struct kith_worker *worker = context;
	char name[16];

	snprintf(name, sizeof(name), "kith-worker/%u", worker->home);
	pthread_setname_np(pthread_self(), name);
	kith_loop_run(worker->loop);
	while (worker->seats != NULL) {
		kith_conn_abort(worker->seats->conn);
	}
	return NULL;
}

static enum kith_rc make_parts(struct kith_worker *worker)
{
	struct kith_worker_shared *shared = worker->shared;
	enum kith_rc rc = kith_loop_new(&worker->loop);
	if (rc != KITH_OK) {
		return rc;
	}
	worker->desk = kith_desk_new(shared->readers, worker->loop);
	worker->host.tokens = kith_tokens_new(kith_store_digest_key(shared->store));
	if (worker->desk == NULL || worker->host.tokens == NULL) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_service_options options = {
		.store = shared->store,
		.errands = kith_desk_errands(worker->desk),
		.home = worker->home,
		.cursor_keys = shared->cursor_keys,
	};
	return kith_service_new(&options, &worker->host.service);
}

enum kith_rc kith_worker_new(struct kith_worker_shared *shared, uint32_t home, int listen_fd,
                             struct kith_worker **out)
{
	struct kith_worker *worker = kith_alloc_zero(1, sizeof(*worker));
	if (worker == NULL) {
		close(listen_fd);
		return KITH_E_NO_MEMORY;
	}
	worker->shared = shared;
	worker->home = home;
	kith_rand_init(&worker->rand);
	kith_out_pool_init(&worker->pool, WORKER_IDLE_BLOCKS);
	uint64_t seed;
	kith_rand_bytes(&worker->rand, &seed, sizeof(seed));
	kith_table_init(&worker->people, seed);
	enum kith_rc rc = make_parts(worker);
	if (rc == KITH_OK) {
		rc = kith_listener_new(worker->loop, listen_fd, on_accept, worker,
		                       &worker->listener);
	} else {
		close(listen_fd);
	}
	if (rc != KITH_OK) {
		kith_worker_free(&worker);
		return rc;
	}
	worker->host.errands = kith_desk_errands(worker->desk);
	worker->host.cursor_keys = shared->cursor_keys;
	worker->host.origins = shared->origins;
	worker->host.position = shared->position;
	worker->host.send = host_send;
	worker->host.close = host_close;
	worker->host.abort = host_abort;
	worker->host.show = host_show;
	worker->host.await_room = host_await_room;
	worker->host.join = host_join;
	worker->host.replace = host_replace;
	kith_loop_set_hook(worker->loop, on_turn_end, worker);
	*out = worker;
	return KITH_OK;
}

enum kith_rc kith_worker_start(struct kith_worker *worker)
{
	worker->is_started = pthread_create(&worker->thread, NULL, run, worker) == 0;
	return worker->is_started ? KITH_OK : KITH_E_IO;
}

void kith_worker_wake(struct kith_worker *worker)
{
	kith_loop_wake(worker->loop);
}

void kith_worker_join(struct kith_worker *worker)
{
	if (worker->is_started) {
		pthread_join(worker->thread, NULL);
		worker->is_started = false;
	}
}

void kith_worker_settle(struct kith_worker *worker)
{
	for (int i = 0; i < KITH_RING_SLOTS; i++) {
		kith_loop_turn(worker->loop, 0);
	}
}

void kith_worker_free(struct kith_worker **worker)
{
	struct kith_worker *held = *worker;

	*worker = NULL;
	if (held == NULL) {
		return;
	}
	kith_listener_free(&held->listener);
	if (held->loop != NULL) {
		kith_timer_clear(held->loop, &held->drain_timer);
		kith_timer_clear(held->loop, &held->look_timer);
	}
	kith_tokens_free(&held->host.tokens);
	kith_service_free(&held->host.service);
	kith_desk_free(&held->desk);
	kith_loop_free(&held->loop);
	kith_table_done(&held->people);
	kith_out_pool_done(&held->pool);
	kith_buf_done(&held->host.json);
	kith_buf_done(&held->host.head);
	kith_free(held);
}
