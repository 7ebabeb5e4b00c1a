/*
 * delivered.c -- a slot for each conversation with something to tell.
 */
#include "client/delivered.h"

#include <string.h>

#include "base/mem.h"
#include "client/core.h"

enum { LIST_PAGE = 200 };

struct slot {
	struct kith_delivered *delivered;
	uint64_t key;
	char id[KITH_DELIVERED_ID_MAX];
	size_t id_len;
	int64_t arrived; /* the highest number that was handed on  */
	int64_t told;    /* and the highest that the server knows  */
	int64_t flying;  /* what the call on its way says; 0: none */
	int64_t next_us; /* steady: not before then                */
};

static int64_t now_us(const struct kith_delivered *delivered)
{
	return kith_loop_steady_us(delivered->client->loop);
}

/* The slot of the conversation ID; NULL when there is no more room, or no memory. */
static struct slot *find_slot(struct kith_delivered *delivered, struct kith_text id)
{
	uint8_t digest[KITH_DIGEST];
	struct slot *slot;
	uint64_t key;

	if (id.len == 0 || id.len > KITH_DELIVERED_ID_MAX) {
		return NULL;
	}
	kith_digest(kith_str_make(id.at, id.len), delivered->key, digest);
	memcpy(&key, digest, sizeof(key));
	slot = kith_table_get(&delivered->slots, key);
	if (slot != NULL) {
		return slot;
	}
	if (delivered->slots.count >= KITH_DELIVERED_SLOTS_MAX) {
		delivered->must_list = true;
		return NULL;
	}
	slot = kith_alloc_zero(1, sizeof(*slot));
	if (slot == NULL || !kith_table_put(&delivered->slots, key, slot)) {
		kith_free(slot);
		delivered->must_list = true;
		return NULL;
	}
	slot->delivered = delivered;
	slot->key = key;
	memcpy(slot->id, id.at, id.len);
	slot->id_len = id.len;
	return slot;
}

static void note(struct kith_delivered *delivered, struct kith_text conversation, int64_t n)
{
	struct slot *slot = find_slot(delivered, conversation);

	if (slot != NULL && n > slot->arrived) {
		slot->arrived = n;
		delivered->is_wanted = true;
	}
}

void kith_delivered_note(struct kith_delivered *delivered, const struct kith_api_event *event)
{
	if (!delivered->is_on || event->event != KITH_API_EVENT_NAME_MESSAGE_NEW ||
	    event->message == NULL ||
	    kith_str_equal(kith_str_make(event->message->from.at, event->message->from.len),
	                   kith_str_make(delivered->me, delivered->me_len))) {
		return;
	}
	note(delivered, event->conversation, event->n);
}

/* Telling. */

static void wait_ms(struct kith_delivered *delivered, int64_t ms)
{
	int64_t at_us = now_us(delivered) + ms * 1000;

	if (delivered->timer.slot != 0 && delivered->timer.at_us <= at_us) {
		return;
	}
	if (kith_timer_set(delivered->client->loop, &delivered->timer, at_us) != KITH_OK) {
		delivered->is_wanted = true; /* without a timer, at the next turn */
	}
}

static void on_told(void *context, const struct kith_problem *problem,
                    const struct kith_api_read_state *result)
{
	struct slot *slot = context;
	struct kith_delivered *delivered = slot->delivered;
	int64_t wait = KITH_DELIVERED_EVERY_MS;

	(void)result;
	delivered->flying--;
	delivered->is_wanted = true;
	if (problem != NULL &&
	    (problem->is_retryable || problem->status == 0 || problem->status == 401)) {
		wait = problem->retry_after_ms > wait ? problem->retry_after_ms : wait;
		slot->next_us = now_us(delivered) + wait * 1000;
	} else {
		/* Refused for good, say as no member any more, it is nobody's to wait for. */
		slot->told = slot->flying;
	}
	slot->flying = 0;
}

/* Tells of SLOT if it may; returns when it should be looked at again, steady, 0: never. */
static int64_t tell(struct kith_delivered *delivered, struct slot *slot)
{
	const struct kith_conversations_delivered_args args = {
		.conversation = { .at = slot->id, .len = slot->id_len },
		.up_to = slot->arrived,
	};
	int64_t now = now_us(delivered);

	if (slot->flying != 0) {
		return 0;
	}
	if (slot->next_us > now) {
		return slot->next_us;
	}
	if (slot->arrived == slot->told || delivered->flying >= KITH_DELIVERED_WINDOW) {
		return 0;
	}
	slot->next_us = now + KITH_DELIVERED_EVERY_MS * INT64_C(1000);
	if (kith_conversations_delivered(delivered->client, &args, on_told, slot) ==
	    KITH_STATUS_OK) {
		slot->flying = slot->arrived;
		delivered->flying++;
	}
	return slot->next_us;
}

/* Everything is told, and so long ago that the next may be told at once. */
static bool is_idle(const struct kith_delivered *delivered, const struct slot *slot)
{
	return slot->flying == 0 && slot->arrived == slot->told &&
	       slot->next_us <= now_us(delivered);
}

/* Removing changes the table, so it is done after a walk, one at a time. */
static void drop_idle(struct kith_delivered *delivered)
{
	struct slot *idle;

	do {
		struct slot *slot;
		size_t at = 0;

		idle = NULL;
		while (idle == NULL && (slot = kith_table_next(&delivered->slots, &at)) != NULL) {
			idle = is_idle(delivered, slot) ? slot : NULL;
		}
		if (idle != NULL) {
			(void)kith_table_remove(&delivered->slots, idle->key);
			kith_free(idle);
		}
	} while (idle != NULL);
}

/* The list of unread conversations. */

static void on_list(void *context, const struct kith_problem *problem,
                    const struct kith_api_conversation_page *result)
{
	struct kith_delivered *delivered = context;

	delivered->is_listing = false;
	delivered->is_wanted = true;
	if (problem != NULL) {
		/* A refusal that stays is none that asking again would change. */
		delivered->must_list = problem->is_retryable || problem->status == 0;
		wait_ms(delivered, problem->retry_after_ms > KITH_DELIVERED_EVERY_MS
		                           ? problem->retry_after_ms
		                           : KITH_DELIVERED_EVERY_MS);
		return;
	}
	for (size_t i = 0; i < result->items_count; i++) {
		const struct kith_api_conversation *item = &result->items[i];

		if (item->unread > 0 && item->delivered < item->n) {
			note(delivered, item->id, item->n);
		}
	}
	if (result->next.at != NULL && result->next.len <= KITH_DELIVERED_ID_MAX) {
		memcpy(delivered->page, result->next.at, result->next.len);
		delivered->page[result->next.len] = '\0';
		delivered->must_list = true;
	} else {
		delivered->page[0] = '\0';
	}
}

static void ask_list(struct kith_delivered *delivered)
{
	const struct kith_conversations_list_args args = {
		.limit = LIST_PAGE,
		.cursor = kith_text_of(delivered->page[0] == '\0' ? NULL : delivered->page),
		.filter = KITH_API_CONVERSATION_FILTER_UNREAD,
	};

	if (kith_conversations_list(delivered->client, &args, on_list, delivered) ==
	    KITH_STATUS_OK) {
		delivered->is_listing = true;
		delivered->must_list = false;
	} else {
		wait_ms(delivered, KITH_DELIVERED_EVERY_MS);
	}
}

void kith_delivered_missed(struct kith_delivered *delivered)
{
	delivered->must_list = delivered->is_on;
	delivered->is_wanted = true;
}

/* Its life. */

static void on_time(struct kith_timer *timer)
{
	KITH_CONTAINER(timer, struct kith_delivered, timer)->is_wanted = true;
}

void kith_delivered_init(struct kith_delivered *delivered, struct kith_client *client)
{
	const struct kith_client_options *options = &client->options;
	uint64_t seed;

	*delivered = (struct kith_delivered){
		.client = client,
		.timer = { .on_time = on_time },
		.is_on = options->on_event != NULL && !options->hides_delivered,
	};
	kith_rand_bytes(&client->rand, delivered->key, sizeof(delivered->key));
	kith_rand_bytes(&client->rand, &seed, sizeof(seed));
	kith_table_init(&delivered->slots, seed);
}

void kith_delivered_done(struct kith_delivered *delivered)
{
	struct slot *slot;
	size_t at = 0;

	KITH_ASSERT(delivered->flying == 0);
	if (delivered->client == NULL) {
		return;
	}
	kith_timer_clear(delivered->client->loop, &delivered->timer);
	while ((slot = kith_table_next(&delivered->slots, &at)) != NULL) {
		kith_free(slot);
	}
	kith_table_done(&delivered->slots);
}

void kith_delivered_online(struct kith_delivered *delivered, struct kith_text me)
{
	delivered->me_len = me.len <= sizeof(delivered->me) ? me.len : 0;
	if (delivered->me_len > 0) {
		memcpy(delivered->me, me.at, me.len);
	}
	delivered->is_wanted = delivered->is_on;
}

void kith_delivered_end_turn(struct kith_delivered *delivered)
{
	struct slot *slot;
	size_t at = 0;
	int64_t first_us = 0;

	if (!delivered->is_wanted || !kith_session_is_online(&delivered->client->session)) {
		return;
	}
	delivered->is_wanted = false;
	if (delivered->must_list && !delivered->is_listing) {
		ask_list(delivered);
	}
	while ((slot = kith_table_next(&delivered->slots, &at)) != NULL) {
		int64_t at_us = tell(delivered, slot);

		first_us = at_us != 0 && (first_us == 0 || at_us < first_us) ? at_us : first_us;
	}
	drop_idle(delivered);
	if (first_us != 0) {
		wait_ms(delivered, (first_us - now_us(delivered)) / 1000);
	}
}
