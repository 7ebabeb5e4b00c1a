/*
 * whisper.c -- a queue for each worker, and one link for each of them in a whisper.
 *
 * A whisper is one piece of memory: a count of holders, what it says, a link for
 * every box, the rows of its audience, its frame.
 */
#include "bus/whisper.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/metric.h"

enum { CACHE_LINE = 64 };

struct box {
	struct kith_queue queue;
	atomic_uint waiting; /* not below what is in the queue */
	atomic_uint_fast64_t lost;
	char apart[CACHE_LINE];
};

struct kith_whispers {
	uint32_t walker_count;
	void (*wake)(void *context, uint32_t walker);
	void *context;
	struct box boxes[];
};

/* What lies in a box: the way back to the whisper. */
struct slip {
	struct kith_queue_link link;
	struct holder *holder;
};

struct holder {
	struct kith_whisper whisper;
	atomic_uint refs;
	struct slip slips[]; /* by worker; behind them the audience and the frame */
};

enum kith_rc kith_whispers_new(uint32_t walkers, void (*wake)(void *context, uint32_t walker),
                               void *context, struct kith_whispers **out)
{
	struct kith_whispers *whispers =
		kith_alloc_zero(1, sizeof(*whispers) + walkers * sizeof(whispers->boxes[0]));
	if (whispers == NULL) {
		return KITH_E_NO_MEMORY;
	}
	whispers->walker_count = walkers;
	whispers->wake = wake;
	whispers->context = context;
	for (uint32_t i = 0; i < walkers; i++) {
		kith_queue_init(&whispers->boxes[i].queue);
	}
	*out = whispers;
	return KITH_OK;
}

void kith_whispers_free(struct kith_whispers **whispers)
{
	struct kith_whispers *held = *whispers;

	*whispers = NULL;
	for (uint32_t i = 0; held != NULL && i < held->walker_count; i++) {
		for (struct kith_whisper *left; (left = kith_whisper_next(held, i)) != NULL;) {
			kith_whisper_unref(&left);
		}
	}
	kith_free(held);
}

struct kith_whisper *kith_whisper_new(struct kith_whispers *whispers, size_t audience_count,
                                      struct kith_str frame)
{
	size_t slips = whispers->walker_count * sizeof(struct slip);
	size_t rows = audience_count * sizeof(int64_t);
	struct holder *holder = kith_alloc(sizeof(*holder) + slips + rows + frame.len);

	if (holder == NULL) {
		return NULL;
	}
	char *text = (char *)holder->slips + slips + rows;
	holder->whisper = (struct kith_whisper){
		.audience = (int64_t *)(void *)((char *)holder->slips + slips),
		.audience_count = audience_count,
		.frame = kith_str_make(text, frame.len),
	};
	if (frame.len > 0) {
		memcpy(text, frame.at, frame.len);
	}
	atomic_init(&holder->refs, 1);
	for (uint32_t i = 0; i < whispers->walker_count; i++) {
		holder->slips[i].holder = holder;
	}
	return &holder->whisper;
}

static struct holder *holder_of(struct kith_whisper *whisper)
{
	return KITH_CONTAINER(whisper, struct holder, whisper);
}

/* One more in BOX, if there is a place for it. */
static bool take_place(struct box *box)
{
	if (atomic_fetch_add(&box->waiting, 1) < KITH_WHISPER_QUEUE_MAX) {
		return true;
	}
	/* Counted before the place is given back, so that who empties the box sees it. */
	atomic_fetch_add(&box->lost, 1);
	kith_metric_add(KITH_METRIC_WHISPERS_LOST, 0, 1);
	atomic_fetch_sub(&box->waiting, 1);
	return false;
}

void kith_whisper_say(struct kith_whispers *whispers, uint32_t home, struct kith_whisper *whisper)
{
	struct holder *holder = holder_of(whisper);

	for (uint32_t i = 0; i < whispers->walker_count; i++) {
		struct box *box = &whispers->boxes[i];
		if (i == home || !take_place(box)) {
			continue;
		}
		atomic_fetch_add(&holder->refs, 1);
		if (kith_queue_push(&box->queue, &holder->slips[i].link)) {
			whispers->wake(whispers->context, i);
		}
	}
}

void kith_whisper_unref(struct kith_whisper **whisper)
{
	struct kith_whisper *held = *whisper;

	*whisper = NULL;
	if (held != NULL && atomic_fetch_sub(&holder_of(held)->refs, 1) == 1) {
		kith_free(holder_of(held));
	}
}

void kith_whispers_listen(struct kith_whispers *whispers, uint32_t home)
{
	kith_queue_listen(&whispers->boxes[home].queue);
}

struct kith_whisper *kith_whisper_next(struct kith_whispers *whispers, uint32_t home)
{
	struct box *box = &whispers->boxes[home];
	struct kith_queue_link *link = kith_queue_pop(&box->queue);

	if (link == NULL) {
		return NULL;
	}
	atomic_fetch_sub(&box->waiting, 1);
	return &KITH_CONTAINER(link, struct slip, link)->holder->whisper;
}

uint64_t kith_whispers_lost(const struct kith_whispers *whispers, uint32_t home)
{
	return atomic_load(&whispers->boxes[home].lost);
}
