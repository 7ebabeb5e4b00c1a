/*
 * readers.c -- an errand there on a pool's job, and back on a loop's task.
 */
#include "server/readers.h"

#include <stdatomic.h>

#include "base/mem.h"

enum { DESK_IDLE_MAX = 1024 };

struct kith_readers {
	struct kith_store *store;
	struct kith_pool *pool;
	int waiting_max;
	int strangers_max;
	atomic_int waiting;   /* errands of all desks that no thread has yet */
	atomic_int strangers; /* of them, nobody's                           */
};

/* One errand on its way. */
struct trip {
	struct kith_job job;
	struct kith_task task;
	struct kith_desk *desk;
	struct kith_errand *errand;
	struct trip *next;
};

struct kith_desk {
	struct kith_errands errands;
	struct kith_readers *readers;
	struct kith_loop *loop;
	struct trip *idle;
	size_t idle_count;
	size_t on_way;
};

static enum kith_rc make_reader(void *context, void **state)
{
	struct kith_readers *readers = context;
	struct kith_reader *reader;
	enum kith_rc rc = kith_reader_open(readers->store, &reader);
	if (rc == KITH_OK) {
		*state = reader;
	}
	return rc;
}

static void free_reader(void *context, void *state)
{
	struct kith_reader *reader = state;
	(void)context;

	kith_reader_free(&reader);
}

enum kith_rc kith_readers_new(const struct kith_readers_options *options, struct kith_readers **out)
{
	struct kith_readers *readers = kith_alloc_zero(1, sizeof(*readers));
	if (readers == NULL) {
		return KITH_E_NO_MEMORY;
	}
	readers->store = options->store;
	readers->waiting_max = options->waiting_max;
	readers->strangers_max = options->strangers_max;
	const struct kith_pool_config config = {
		.name = options->name,
		.thread_count = options->thread_count,
		.make_state = make_reader,
		.free_state = free_reader,
		.context = readers,
	};
	enum kith_rc rc = kith_pool_new(&config, &readers->pool);
	if (rc != KITH_OK) {
		kith_free(readers);
		return rc;
	}
	*out = readers;
	return KITH_OK;
}

int kith_readers_waiting(struct kith_readers *readers)
{
	return kith_pool_waiting(readers->pool);
}

void kith_readers_free(struct kith_readers **readers)
{
	if (*readers != NULL) {
		kith_pool_free(&(*readers)->pool);
		kith_free(*readers);
		*readers = NULL;
	}
}

static void come_back(struct kith_task *task)
{
	struct trip *trip = KITH_CONTAINER(task, struct trip, task);
	struct kith_desk *desk = trip->desk;
	struct kith_errand *errand = trip->errand;

	desk->on_way--;
	if (desk->idle_count < DESK_IDLE_MAX) {
		trip->next = desk->idle;
		desk->idle = trip;
		desk->idle_count++;
	} else {
		kith_free(trip);
	}
	errand->back(errand);
}

static bool take_place(atomic_int *line, int max)
{
	if (atomic_fetch_add(line, 1) < max) {
		return true;
	}
	atomic_fetch_sub(line, 1);
	return false;
}

static bool enter_line(struct kith_readers *readers, bool is_stranger)
{
	if (!take_place(&readers->waiting, readers->waiting_max)) {
		return false;
	}
	if (is_stranger && !take_place(&readers->strangers, readers->strangers_max)) {
		atomic_fetch_sub(&readers->waiting, 1);
		return false;
	}
	return true;
}

static void leave_line(struct kith_readers *readers, bool is_stranger)
{
	atomic_fetch_sub(&readers->waiting, 1);
	if (is_stranger) {
		atomic_fetch_sub(&readers->strangers, 1);
	}
}

static void go(struct kith_job *job, void *state)
{
	struct trip *trip = KITH_CONTAINER(job, struct trip, job);

	leave_line(trip->desk->readers, trip->errand->is_stranger);
	trip->errand->go(trip->errand, state);
	trip->task = (struct kith_task){ .run = come_back };
	kith_loop_post(trip->desk->loop, &trip->task);
}

static struct trip *take_trip(struct kith_desk *desk)
{
	struct trip *trip = desk->idle;

	if (trip == NULL) {
		return kith_alloc(sizeof(*trip));
	}
	desk->idle = trip->next;
	desk->idle_count--;
	return trip;
}

static bool submit(struct kith_desk *desk, struct kith_errand *errand)
{
	struct trip *trip = take_trip(desk);

	if (trip == NULL) {
		return false;
	}
	*trip = (struct trip){ .job = { .run = go }, .desk = desk, .errand = errand };
	if (!kith_pool_submit(desk->readers->pool, &trip->job)) {
		kith_free(trip);
		return false;
	}
	desk->on_way++;
	return true;
}

static bool send(struct kith_errands *errands, struct kith_errand *errand)
{
	struct kith_desk *desk = KITH_CONTAINER(errands, struct kith_desk, errands);
	bool is_stranger = errand->is_stranger; /* it may be back before submit() returns */

	if (!enter_line(desk->readers, is_stranger)) {
		return false;
	}
	if (!submit(desk, errand)) {
		leave_line(desk->readers, is_stranger);
		return false;
	}
	return true;
}

struct kith_desk *kith_desk_new(struct kith_readers *readers, struct kith_loop *loop)
{
	struct kith_desk *desk = kith_alloc_zero(1, sizeof(*desk));

	if (desk != NULL) {
		desk->errands.send = send;
		desk->readers = readers;
		desk->loop = loop;
	}
	return desk;
}

void kith_desk_free(struct kith_desk **desk)
{
	struct kith_desk *held = *desk;

	*desk = NULL;
	if (held == NULL) {
		return;
	}
	KITH_ASSERT(held->on_way == 0);
	while (held->idle != NULL) {
		struct trip *trip = held->idle;
		held->idle = trip->next;
		kith_free(trip);
	}
	kith_free(held);
}

struct kith_errands *kith_desk_errands(struct kith_desk *desk)
{
	return &desk->errands;
}
