/*
 * announce.c -- plans in commit order, each with its events behind it.
 */
#include "server/announce.h"

#include "door/socket.h"

/* Adds NEWS as an event for AUDIENCE to BATCH. */
static void add_event(struct kith_announcer *announcer, struct kith_batch *batch,
                      const struct kith_plan *plan, const struct kith_news *news,
                      const int64_t *audience, size_t audience_count)
{
	struct kith_ring_item *item = kith_batch_add(batch);
	int64_t *rows = kith_arena_alloc(&batch->mem, audience_count * sizeof(*rows));

	/* What is committed must be told; kith_ring_publish() looks at text.failed. */
	KITH_ASSERT(rows != NULL);
	memcpy(rows, audience, audience_count * sizeof(*rows));
	item->position = news->position;
	item->org_row = plan->conversation->org_row;
	item->spared = plan->connection;
	item->audience = rows;
	item->audience_count = audience_count;
	item->text_at = batch->text.len;
	kith_socket_encode_event(&batch->text, &announcer->scratch, announcer->cursor_keys, news);
	item->text_len = batch->text.len - item->text_at;
}

static void announce_entry(struct kith_announcer *announcer, struct kith_batch *batch,
                           const struct kith_plan *plan, const struct kith_entry *entry)
{
	const struct kith_conversation *conversation = plan->conversation;
	const struct kith_news news = { .kind = KITH_NEWS_MESSAGE,
		                        .position = entry->id,
		                        .entry = *entry };
	int64_t audience[KITH_DIRECT_MEMBERS_MAX];

	for (size_t i = 0; i < conversation->member_count; i++) {
		audience[i] = conversation->members[i].row;
	}
	add_event(announcer, batch, plan, &news, audience, conversation->member_count);
}

/* A watermark is its person's own matter: their other devices hear of it. */
static void announce_seen(struct kith_announcer *announcer, struct kith_batch *batch,
                          const struct kith_plan *plan, const struct kith_effect *effect)
{
	struct kith_news news = { .kind = KITH_NEWS_READ,
		                  .position = effect->seen.position,
		                  .seen = effect->seen.seen,
		                  .unread = effect->seen.unread };

	news.entry.conversation = plan->conversation->id;
	add_event(announcer, batch, plan, &news, &effect->seen.user_row, 1);
}

static void announce_plan(struct kith_announcer *announcer, struct kith_batch *batch,
                          struct kith_plan *plan)
{
	struct kith_ring_item *answer = kith_batch_add(batch);

	answer->answered = plan;
	answer->home = plan->home;
	if (plan->answer != KITH_PLAN_OK) {
		return;
	}
	for (size_t i = 0; i < plan->entry_count; i++) {
		announce_entry(announcer, batch, plan, &plan->entries[i]);
	}
	for (size_t i = 0; i < plan->effect_count; i++) {
		if (plan->effects[i].kind == KITH_EFFECT_SEEN &&
		    plan->effects[i].seen.position > 0) {
			announce_seen(announcer, batch, plan, &plan->effects[i]);
		}
	}
}

void kith_announce(void *context, struct kith_plan *const *plans, size_t count)
{
	struct kith_announcer *announcer = context;
	size_t items = 0;

	for (size_t i = 0; i < count; i++) {
		items += 1 + plans[i]->entry_count + plans[i]->effect_count;
	}
	if (items == 0) {
		return;
	}
	struct kith_batch *batch = kith_ring_claim(announcer->ring, items);
	for (size_t i = 0; i < count; i++) {
		announce_plan(announcer, batch, plans[i]);
	}
	kith_ring_publish(announcer->ring);
}

void kith_announcer_done(struct kith_announcer *announcer)
{
	kith_buf_done(&announcer->scratch);
}
