/*
 * worker_live.c -- what passes, on its way to a worker's doors, and when it ends.
 *
 * What is said and kept of it is live.h's; here are the doors and the timer. A change
 * of a person's flags reaches their sessions from here, too.
 */
#include "door/token.h"
#include "server/worker_inside.h"

static void deliver(void *context, const struct kith_whisper *whisper)
{
	struct kith_worker *worker = context;

	for (size_t i = 0; i < whisper->audience_count; i++) {
		struct kith_door *door =
			kith_table_get(&worker->people, (uint64_t)whisper->audience[i]);
		for (; door != NULL; door = door->next) {
			if (door->id != whisper->spared && door->ops->on_passing != NULL &&
			    kith_worker_may_hear(door, whisper->org_row)) {
				door->ops->on_passing(door, whisper->frame);
			}
		}
	}
}

static void on_time(struct kith_timer *timer)
{
	struct kith_worker *worker = KITH_CONTAINER(timer, struct kith_worker, live_timer);

	kith_worker_set_times(worker);
	kith_live_run(worker->live);
}

/* Without a timer what is composed ends at those who hear of it. */
static void remind(void *context, int64_t due_us)
{
	struct kith_worker *worker = context;
	struct kith_timer *timer = &worker->live_timer;

	timer->on_time = on_time;
	if (timer->slot == 0 || timer->at_us > due_us) {
		enum kith_rc rc = kith_timer_set(worker->loop, timer, due_us);
		(void)rc;
	}
}

struct kith_live *kith_worker_live_new(struct kith_worker *worker)
{
	struct kith_live_options options = {
		.whispers = worker->shared->whispers,
		.home = worker->home,
		.host = &worker->host,
		.deliver = deliver,
		.remind = remind,
		.context = worker,
	};

	kith_rand_bytes(&worker->rand, &options.seed, sizeof(options.seed));
	return kith_live_new(&options);
}

void kith_worker_set_flags(struct kith_worker *worker, int64_t user_row, unsigned flags)
{
	struct kith_door *door = kith_table_get(&worker->people, (uint64_t)user_row);

	kith_tokens_set_flags(worker->host.tokens, user_row, flags);
	kith_live_set_flags(worker->live, user_row, flags);
	for (; door != NULL; door = door->next) {
		kith_follow_look_again(door);
	}
}
