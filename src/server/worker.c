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
#include "base/metric.h"
#include "base/table.h"
#include "base/when.h"
#include "door/door.h"
#include "door/http.h"
#include "door/token.h"
#include "net/conn.h"
#include "net/listener.h"
#include "server/worker_inside.h"
#include "service/service.h"

enum {
	WORKER_TURN_BATCHES = 8,   /* of the ring in one turn; then others come first */
	WORKER_IDLE_BLOCKS = 1024, /* output blocks kept for the next burst           */
};

static struct kith_worker *worker_of(struct kith_door *door)
{
	return KITH_CONTAINER(door->host, struct kith_worker, host);
}

/* --- figures --- */

static void count_door(const struct kith_seat *seat, int64_t by)
{
	kith_metric_add(KITH_METRIC_CONNECTIONS, seat->door->ops->kind, by);
}

static void count_session(struct kith_seat *seat, bool is_joined)
{
	if (seat->is_joined != is_joined) {
		seat->is_joined = is_joined;
		kith_metric_add(KITH_METRIC_SESSIONS, 0, is_joined ? 1 : -1);
	}
}

/* --- deadlines --- */

static void on_time(struct kith_timer *timer);

/* Sets the timer when the door's deadline comes before it. A later one is found by on_time. */
static void arm(struct kith_seat *seat)
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

static void on_time(struct kith_timer *timer)
{
	struct kith_seat *seat = KITH_CONTAINER(timer, struct kith_seat, timer);
	int64_t due = seat->door->ops->deadline_us(seat->door);

	kith_worker_set_times(seat->worker);
	if (due >= 0 && due <= seat->worker->host.steady_us) {
		seat->door->ops->on_deadline(seat->door);
	}
	arm(seat);
}

/* --- what doors ask --- */

static void host_send(struct kith_door *door)
{
	struct kith_seat *seat = door->connection;

	kith_conn_flush_later(seat->conn);
	if (seat->door == door) {
		arm(seat);
	}
}

static void host_close(struct kith_door *door)
{
	struct kith_seat *seat = door->connection;

	kith_conn_close(seat->conn);
	arm(seat);
}

/* Not now: the door that asks is still at work. */
static void host_abort(struct kith_door *door)
{
	struct kith_seat *seat = door->connection;

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
	struct kith_seat *seat = door->connection;

	if (show && !seat->is_doomed) {
		kith_conn_resume(seat->conn);
	} else {
		kith_conn_pause(seat->conn);
	}
}

static void host_await_room(struct kith_door *door)
{
	struct kith_seat *seat = door->connection;

	if (!seat->awaits_room) {
		seat->awaits_room = true;
		seat->next_waiting = seat->worker->waiting;
		seat->worker->waiting = seat;
		kith_loop_wake(seat->worker->loop);
	}
}

static void host_remind(struct kith_door *door)
{
	arm(door->connection);
}

static void host_join(struct kith_door *door)
{
	struct kith_worker *worker = worker_of(door);
	const struct kith_session *session = door->session;
	uint64_t key = (uint64_t)session->user_row;
	struct kith_door *first = kith_table_get(&worker->people, key);

	if (first == NULL && !kith_live_enter(worker->live, session->user_row, session->flags)) {
		host_abort(door);
		return;
	}
	if (!kith_table_put(&worker->people, key, door)) {
		/* The key was not there, or nothing would have had to grow. */
		kith_live_leave(worker->live, session->user_row);
		host_abort(door);
		return;
	}
	count_session(door->connection, true);
	door->previous = NULL;
	door->next = first;
	if (first != NULL) {
		first->previous = door;
	}
}

static void leave(struct kith_door *door)
{
	struct kith_worker *worker = worker_of(door);

	count_session(door->connection, false);
	if (door->session == NULL) {
		return;
	}
	int64_t user_row = door->session->user_row;
	uint64_t key = (uint64_t)user_row;
	kith_live_end(worker->live, user_row, door->id);
	if (door->previous != NULL) {
		door->previous->next = door->next;
	} else if (kith_table_get(&worker->people, key) == door) {
		if (door->next == NULL) {
			(void)kith_table_remove(&worker->people, key);
			kith_live_leave(worker->live, user_row);
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
	struct kith_seat *seat = door->connection;

	KITH_ASSERT(seat->next_door == NULL);
	if (seat->is_at_work) {
		seat->next_door = next;
		return;
	}
	count_door(seat, -1);
	seat->door = next;
	count_door(seat, 1);
	door->ops->free(door);
	arm(seat);
}

/* --- connections --- */

/* Takes SEAT off the short lists, where it seldom is. */
static void forget_lists(struct kith_seat *seat)
{
	struct kith_seat **at = &seat->worker->waiting;

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

static void free_seat(struct kith_seat *seat)
{
	struct kith_worker *worker = seat->worker;

	leave(seat->door);
	count_door(seat, -1);
	seat->door->ops->free(seat->door);
	if (seat->next_door != NULL) {
		leave(seat->next_door);
		seat->next_door->ops->free(seat->next_door);
	}
	kith_timer_clear(worker->loop, &seat->timer);
	forget_lists(seat);
	*(seat->previous == NULL ? &worker->seats : &seat->previous->next) = seat->next;
	if (seat->next != NULL) {
		seat->next->previous = seat->previous;
	}
	kith_visitors_leave(worker->shared->visitors, &seat->visitor);
	atomic_fetch_sub(&worker->shared->connections, 1);
	if (worker->host.is_draining) {
		kith_loop_wake(worker->loop); /* the hook may have looked already */
	}
	kith_free(seat);
}

static void on_end(struct kith_conn *conn, enum kith_conn_end end)
{
	struct kith_seat *seat = kith_conn_owner(conn);

	if (end == KITH_CONN_END_SLOW) {
		static struct kith_log_gate gate;
		char user[KITH_USER_ID_MAX + 1];
		kith_witness_user(seat->door, user);
		kith_metric_add(KITH_METRIC_SLOW_READERS, 0, 1);
		kith_log_bounded(&gate, KITH_LOG_WARN, "slow_reader", "user", user, NULL);
	}
	if (seat->is_at_work) {
		seat->is_ended = true;
		return;
	}
	free_seat(seat);
}

static void on_bytes(struct kith_conn *conn, struct kith_str *in)
{
	struct kith_seat *seat = kith_conn_owner(conn);

	kith_worker_set_times(seat->worker);
	seat->is_at_work = true;
	seat->door->ops->on_bytes(seat->door, in);
	if (seat->next_door != NULL) {
		count_door(seat, -1);
		seat->door->ops->free(seat->door);
		seat->door = seat->next_door;
		count_door(seat, 1);
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
	const struct kith_seat *seat = kith_conn_owner(conn);

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
static void drop_seat(struct kith_worker *worker, struct kith_seat *seat,
                      struct kith_visitor *visitor)
{
	kith_visitors_leave(worker->shared->visitors, &visitor);
	if (seat != NULL && seat->door != NULL) {
		seat->door->ops->free(seat->door);
	}
	kith_free(seat);
	atomic_fetch_sub(&worker->shared->connections, 1);
}

/* A seat with its door for FD, which came FROM there; FD is closed and VISITOR left on failure. */
static void seat_new(struct kith_worker *worker, int fd, const struct kith_ip *from,
                     struct kith_visitor *visitor)
{
	uint64_t id = (uint64_t)(worker->home + 1) << 48 | ++worker->connections;
	struct kith_seat *seat = kith_alloc_zero(1, sizeof(*seat));

	if (seat != NULL) {
		seat->worker = worker;
		seat->door = kith_http_door_new(&worker->host, NULL, seat, id);
	}
	if (seat == NULL || seat->door == NULL) {
		close(fd);
		drop_seat(worker, seat, visitor);
		return;
	}
	if (kith_conn_adopt(worker->loop, &worker->pool, worker->shared->tls, fd, &conn_ops, seat,
	                    &seat->conn) != KITH_OK) {
		drop_seat(worker, seat, visitor);
		return;
	}
	seat->door->out = kith_conn_out(seat->conn);
	seat->door->peer = *from;
	seat->visitor = visitor;
	kith_metric_add(KITH_METRIC_CONNECTIONS_ACCEPTED, 0, 1);
	count_door(seat, 1);
	seat->next = worker->seats;
	if (seat->next != NULL) {
		seat->next->previous = seat;
	}
	worker->seats = seat;
	arm(seat);
}

static const char full_words[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
				 "Content-Length: 0\r\nConnection: close\r\n\r\n";

#define CROWD_BODY \
	"{\"type\":\"/problems/rate_limited\",\"title\":\"Too many requests.\",\"status\":429," \
	"\"code\":\"rate_limited\",\"detail\":\"Too many connections are open from your " \
	"address.\",\"retryAfterMs\":1000}"
static const char crowd_words[] = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n"
				  "Content-Type: application/problem+json\r\n"
				  "Content-Length: 177\r\nConnection: close\r\n\r\n" CROWD_BODY;
_Static_assert(sizeof(CROWD_BODY) - 1 == 177, "the length that is said");

/* Says WORDS to one for whom there is no place. */
static void turn_away(const struct kith_worker *worker, int fd, struct kith_str words)
{
	if (worker->shared->tls == NULL) { /* a handshake only to say no is too dear */
		/* Whoever does not take it at once goes without. */
		ssize_t sent = send(fd, words.at, words.len, MSG_DONTWAIT | MSG_NOSIGNAL);
		(void)sent;
	}
	close(fd);
	kith_metric_add(KITH_METRIC_CONNECTIONS_REFUSED, 0, 1);
}

/* Counts one more of FROM; a trusted proxy speaks for many and is not counted. */
static bool may_enter(struct kith_worker_shared *shared, const struct kith_ip *from,
                      struct kith_visitor **visitor)
{
	*visitor = NULL;
	for (size_t i = 0; i < shared->proxy_count; i++) {
		if (kith_net_has(&shared->proxies[i], from)) {
			return true;
		}
	}
	return kith_visitors_enter(shared->visitors, from, visitor);
}

static void on_accept(void *context, int fd, const struct kith_ip *from)
{
	static struct kith_log_gate gate;
	struct kith_worker *worker = context;
	struct kith_worker_shared *shared = worker->shared;
	struct kith_visitor *visitor;

	kith_worker_set_times(worker);
	kith_drain_note_accept(&worker->drain, worker->host.steady_us);
	if (atomic_fetch_add(&shared->connections, 1) >= shared->connections_max) {
		atomic_fetch_sub(&shared->connections, 1);
		turn_away(worker, fd, kith_str_make(full_words, sizeof(full_words) - 1));
		if (!worker->is_full) { /* said once, until there is a place again */
			worker->is_full = true;
			kith_log(KITH_LOG_WARN, "max_connections", NULL);
		}
		return;
	}
	worker->is_full = false;
	if (!may_enter(shared, from, &visitor)) {
		atomic_fetch_sub(&shared->connections, 1);
		turn_away(worker, fd, kith_str_make(crowd_words, sizeof(crowd_words) - 1));
		kith_log_bounded(&gate, KITH_LOG_WARN, "limit_connections_address", NULL);
		return;
	}
	seat_new(worker, fd, from, visitor);
}

/* --- the ring --- */

static void deliver(struct kith_worker *worker, const struct kith_ring_item *item,
                    struct kith_str frame)
{
	int64_t told = 0;

	worker->host.position = item->position;
	for (size_t i = 0; i < item->audience_count; i++) {
		struct kith_door *door =
			kith_table_get(&worker->people, (uint64_t)item->audience[i]);
		for (; door != NULL; door = door->next) {
			if (door->id != item->spared && kith_worker_may_hear(door, item->org_row) &&
			    door->ops->on_event != NULL) {
				door->ops->on_event(door, item->position, frame);
				told++;
			}
		}
	}
	if (told > 0 && item->sent_us > 0) {
		kith_metric_observe(KITH_METRIC_SEND_TO_DELIVER,
		                    worker->host.now_us - item->sent_us, told);
	}
}

/* Who uses a session that has ended is told, and closed; its tokens hold no more. */
static void end_sessions(struct kith_worker *worker, const struct kith_ending *ending)
{
	struct kith_door *door = kith_table_get(&worker->people, (uint64_t)ending->user_row);
	struct kith_door *next;

	kith_tokens_end(worker->host.tokens, ending);
	for (; door != NULL; door = next) {
		next = door->next;
		if (door->session->is_ended && door->ops->on_ended != NULL) {
			door->ops->on_ended(door);
		}
	}
}

static void walk_batch(struct kith_worker *worker, const struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct kith_ring_item *item = &batch->items[i];
		if (item->kind == KITH_RING_EVENT) {
			deliver(worker, item,
			        kith_str_make(batch->text.at + item->text_at, item->text_len));
		} else if (item->kind == KITH_RING_ENDING) {
			end_sessions(worker, &item->ending);
		} else if (item->kind == KITH_RING_FLAGS) {
			kith_worker_set_flags(worker, item->user_row, item->flags);
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
	struct kith_seat **at = &worker->waiting;

	while (*at != NULL) {
		struct kith_seat *seat = *at;
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
		struct kith_seat *seat = worker->doomed;
		worker->doomed = seat->next_doomed;
		kith_conn_abort(seat->conn);
	}
}

/* Over the budget for waiting output, whoever takes least of it goes. */
static void keep_budget(struct kith_worker *worker)
{
	static struct kith_log_gate gate;
	struct kith_seat *worst = NULL;

	if (worker->pool.held <= (size_t)worker->shared->output_max) {
		return;
	}
	for (struct kith_seat *seat = worker->seats; seat != NULL; seat = seat->next) {
		bool is_worse = worst == NULL || seat->door->out->len > worst->door->out->len;
		if (!seat->is_doomed && is_worse) {
			worst = seat;
		}
	}
	if (worst != NULL) {
		kith_metric_add(KITH_METRIC_OUTPUT_EVICTED, 0, 1);
		kith_log_bounded(&gate, KITH_LOG_WARN, "output_budget", NULL);
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
 * Ends when no worker has a connection or takes one: as long as one does, its plans
 * are committed, and the ring that they come on must be walked by all.
 */
static void end_when_all_have(struct kith_worker *worker)
{
	if (atomic_load(&worker->shared->listening) == 0 &&
	    atomic_load(&worker->shared->connections) == 0) {
		kith_loop_stop(worker->loop);
	}
}

static void on_turn_end(void *context)
{
	struct kith_worker *worker = context;

	kith_worker_set_times(worker);
	walk_ring(worker);
	if (kith_live_hear(worker->live)) {
		kith_loop_wake(worker->loop);
	}
	serve_waiting(worker);
	keep_budget(worker);
	bury_doomed(worker);
	count_allocations(worker);
	if (worker->host.is_draining && worker->seats == NULL) {
		end_when_all_have(worker);
	}
}

/* What waits now that all was sent that could be. */
static void on_rest(void *context)
{
	const struct kith_worker *worker = context;

	kith_metric_set(KITH_METRIC_OUTPUT, 0, (int64_t)worker->pool.held);
}

/* --- life --- */

static void *run(void *context)
{
	struct kith_worker *worker = context;
	char name[16];

	snprintf(name, sizeof(name), "kith-worker/%u", worker->home);
	pthread_setname_np(pthread_self(), name);
	kith_metric_join();
	kith_loop_run(worker->loop);
	while (worker->seats != NULL) {
		kith_conn_abort(worker->seats->conn);
	}
	kith_metric_set(KITH_METRIC_OUTPUT, 0, 0);
	kith_metric_leave();
	atomic_fetch_sub(&worker->shared->running, 1);
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
	worker->slow_desk = kith_desk_new(shared->slow_readers, worker->loop);
	worker->host.tokens = kith_tokens_new(kith_store_digest_key(shared->store));
	worker->live = kith_worker_live_new(worker);
	if (worker->desk == NULL || worker->slow_desk == NULL || worker->host.tokens == NULL ||
	    worker->live == NULL) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_service_options options = {
		.store = shared->store,
		.errands = kith_desk_errands(worker->desk),
		.slow_errands = kith_desk_errands(worker->slow_desk),
		.password_memory_mib = shared->password_memory_mib,
		.home = worker->home,
		.cursor_keys = shared->cursor_keys,
		.limits = shared->limits,
		.presence = shared->presence,
		.whisperer = kith_live_whisperer(worker->live),
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
	kith_followers_init(&worker->followers, seed);
	worker->host.presence = shared->presence;
	worker->host.followers = &worker->followers;
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
	worker->host.limits = shared->limits;
	worker->host.proxies = shared->proxies;
	worker->host.proxy_count = shared->proxy_count;
	worker->host.position = shared->position;
	worker->host.send = host_send;
	worker->host.close = host_close;
	worker->host.abort = host_abort;
	worker->host.show = host_show;
	worker->host.await_room = host_await_room;
	worker->host.remind = host_remind;
	worker->host.join = host_join;
	worker->host.replace = host_replace;
	if (shared->witness != NULL) {
		kith_witness_doors(shared->witness, &worker->host);
	}
	kith_loop_set_hook(worker->loop, on_turn_end, worker);
	kith_loop_set_rest(worker->loop, on_rest, worker);
	atomic_fetch_add(&shared->listening, 1);
	*out = worker;
	return KITH_OK;
}

enum kith_rc kith_worker_start(struct kith_worker *worker)
{
	atomic_fetch_add(&worker->shared->running, 1);
	worker->is_started = pthread_create(&worker->thread, NULL, run, worker) == 0;
	if (!worker->is_started) {
		atomic_fetch_sub(&worker->shared->running, 1);
	}
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
	}
	kith_tokens_free(&held->host.tokens);
	kith_service_free(&held->host.service);
	kith_desk_free(&held->desk);
	kith_desk_free(&held->slow_desk);
	kith_live_free(&held->live);
	kith_loop_free(&held->loop);
	kith_followers_done(&held->followers);
	kith_table_done(&held->people);
	kith_out_pool_done(&held->pool);
	kith_buf_done(&held->host.json);
	kith_buf_done(&held->host.head);
	kith_free(held);
}
