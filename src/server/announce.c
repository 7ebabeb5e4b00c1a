/*
 * announce.c -- plans in commit order, each with its events behind it.
 */
#include "server/announce.h"

#include "base/metric.h"
#include "door/socket.h"

enum { ANNOUNCE_EFFECT_ITEMS = 3 }; /* at most, of one effect */

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
	item->sent_us = news->kind == KITH_NEWS_MESSAGE ? news->entry.sent_us : 0;
	/* What is about a person and no conversation is for all their devices. */
	item->org_row = plan->conversation == NULL ? 0 : plan->conversation->org_row;
	item->spared = plan->connection;
	item->audience = rows;
	item->audience_count = audience_count;
	item->text_at = batch->text.len;
	kith_socket_encode_event(&batch->text, &announcer->scratch, announcer->cursor_keys, news);
	item->text_len = batch->text.len - item->text_at;
}

/* What an entry is told as, by its kind: a message as itself, an act by what it did. */
static struct kith_news entry_news(const struct kith_entry *entry)
{
	struct kith_news news = {
		.kind = KITH_NEWS_MESSAGE, .position = entry->id, .n = entry->n, .entry = *entry
	};

	switch (entry->content.kind) {
	case KITH_KIND_EDIT:
		news.kind = KITH_NEWS_EDITED;
		news.entry = *entry->subject;
		break;
	case KITH_KIND_RETRACTION:
		news.kind = KITH_NEWS_DELETED;
		news.entry = *entry->subject;
		break;
	case KITH_KIND_REACTION:
	case KITH_KIND_UNREACTION:
		news.kind = KITH_NEWS_REACTION;
		news.subject = entry->subject->message;
		break;
	default:
		break;
	}
	return news;
}

static void announce_entry(struct kith_announcer *announcer, struct kith_batch *batch,
                           const struct kith_plan *plan, const struct kith_entry *entry)
{
	const struct kith_conversation *conversation = plan->conversation;
	const struct kith_news news = entry_news(entry);
	int64_t audience[KITH_DIRECT_MEMBERS_MAX];

	for (size_t i = 0; i < conversation->member_count; i++) {
		audience[i] = conversation->members[i].row;
	}
	add_event(announcer, batch, plan, &news, audience, conversation->member_count);
}

/* How far a member has come: their other devices hear of it, and, when told, the others. */
static void announce_mark(struct kith_announcer *announcer, struct kith_batch *batch,
                          const struct kith_plan *plan, const struct kith_effect *effect)
{
	const struct kith_conversation *conversation = plan->conversation;
	const struct kith_mark *mark = &effect->mark;
	struct kith_news news = { .kind = KITH_NEWS_READ,
		                  .position = mark->position,
		                  .mark = *mark };
	int64_t others[KITH_DIRECT_MEMBERS_MAX];
	size_t count = 0;

	if (mark->position == 0) {
		return;
	}
	news.entry.conversation = conversation->id;
	add_event(announcer, batch, plan, &news, &mark->user_row, 1);
	for (size_t i = 0; i < conversation->member_count; i++) {
		if (conversation->members[i].row == mark->user_row) {
			news.member = conversation->members[i].id;
		} else {
			others[count++] = conversation->members[i].row;
		}
	}
	if (mark->is_told && count > 0) {
		news.kind = KITH_NEWS_RECEIPT;
		add_event(announcer, batch, plan, &news, others, count);
	}
}

static void announce_draft(struct kith_announcer *announcer, struct kith_batch *batch,
                           const struct kith_plan *plan, const struct kith_effect *effect)
{
	struct kith_news news = { .kind = KITH_NEWS_DRAFT,
		                  .position = effect->draft.position,
		                  .draft = effect->draft };

	news.entry.conversation = effect->draft.conversation;
	if (news.position > 0) {
		add_event(announcer, batch, plan, &news, &effect->draft.user_row, 1);
	}
}

static void announce_hide(struct kith_announcer *announcer, struct kith_batch *batch,
                          const struct kith_plan *plan, const struct kith_effect *effect)
{
	struct kith_news news = { .kind = KITH_NEWS_HIDDEN,
		                  .position = effect->hide.position,
		                  .subject = effect->hide.message };

	news.entry.conversation = plan->conversation->id;
	news.entry.n = effect->hide.n;
	if (news.position > 0) {
		add_event(announcer, batch, plan, &news, &effect->hide.user_row, 1);
	}
}

static void announce_me(struct kith_announcer *announcer, struct kith_batch *batch,
                        const struct kith_plan *plan, const struct kith_effect *effect)
{
	const struct kith_news news = { .kind = KITH_NEWS_ME,
		                        .position = effect->set.position,
		                        .profile = effect->set.profile };

	add_event(announcer, batch, plan, &news, &effect->user.row, 1);
}

static void announce_contact(struct kith_announcer *announcer, struct kith_batch *batch,
                             const struct kith_plan *plan, const struct kith_effect *effect)
{
	const struct kith_news news = { .kind = KITH_NEWS_CONTACTS,
		                        .position = effect->contact.position,
		                        .member = effect->contact.user.id,
		                        .is_contact = effect->kind == KITH_EFFECT_CONTACT_ADD };

	if (news.position > 0) {
		add_event(announcer, batch, plan, &news, &effect->contact.owner_row, 1);
		batch->items[batch->item_count - 1].org_row = effect->org.row;
	}
}

/* By enum kith_effect_kind: who hears of it; NULL: nobody. */
typedef void announce_fn(struct kith_announcer *announcer, struct kith_batch *batch,
                         const struct kith_plan *plan, const struct kith_effect *effect);
static announce_fn *const announce_effect[KITH_EFFECT_COUNT] = {
	[KITH_EFFECT_SEEN] = announce_mark,
	[KITH_EFFECT_DELIVERED] = announce_mark,
	[KITH_EFFECT_MARK_UNREAD] = announce_mark,
	[KITH_EFFECT_DRAFT] = announce_draft,
	[KITH_EFFECT_HIDE] = announce_hide,
	[KITH_EFFECT_USER_SET] = announce_me,
	[KITH_EFFECT_CONTACT_ADD] = announce_contact,
	[KITH_EFFECT_CONTACT_REMOVE] = announce_contact,
};

/* Whose sessions EFFECT ended hears it behind the answer of who did it. */
static void announce_ending(struct kith_batch *batch, const struct kith_effect *effect)
{
	struct kith_ending ending;

	if (kith_ending_of(effect, &ending)) {
		struct kith_ring_item *item = kith_batch_add(batch);
		item->kind = KITH_RING_ENDING;
		item->ending = ending;
	}
}

/* Who shows what changes at once for those who are signed in, and for who watches them. */
static void announce_flags(struct kith_batch *batch, const struct kith_effect *effect)
{
	if (effect->kind == KITH_EFFECT_USER_SET && (effect->set.parts & KITH_USER_FLAGS) != 0) {
		struct kith_ring_item *item = kith_batch_add(batch);
		item->kind = KITH_RING_FLAGS;
		item->user_row = effect->user.row;
		item->flags = effect->set.profile->user.flags;
	}
}

static void announce_plan(struct kith_announcer *announcer, struct kith_batch *batch,
                          struct kith_plan *plan)
{
	/* Who waits for it at the store is answered there. */
	if (plan->waiter == NULL) {
		struct kith_ring_item *answer = kith_batch_add(batch);
		answer->kind = KITH_RING_ANSWER;
		answer->answered = plan;
		answer->home = plan->home;
	}
	if (plan->answer != KITH_PLAN_OK) {
		return;
	}
	for (size_t i = 0; i < plan->entry_count; i++) {
		bool is_message = plan->entries[i].content.kind < KITH_KIND_ACTS;
		kith_metric_add(KITH_METRIC_MESSAGES, 0, is_message ? 1 : 0);
		announce_entry(announcer, batch, plan, &plan->entries[i]);
	}
	for (size_t i = 0; i < plan->effect_count; i++) {
		announce_fn *tell = announce_effect[plan->effects[i].kind];
		if (tell != NULL) {
			tell(announcer, batch, plan, &plan->effects[i]);
		}
		announce_ending(batch, &plan->effects[i]);
		announce_flags(batch, &plan->effects[i]);
	}
}

void kith_announce(void *context, struct kith_plan *const *plans, size_t count)
{
	struct kith_announcer *announcer = context;
	size_t items = 0;

	for (size_t i = 0; i < count; i++) {
		items += 1 + plans[i]->entry_count + ANNOUNCE_EFFECT_ITEMS * plans[i]->effect_count;
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
