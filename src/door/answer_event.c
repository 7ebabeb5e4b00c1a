/*
 * answer_event.c -- what happened, as events and in sync alike.
 *
 * A row per kind of news says its name and which data it has; what passes and is
 * not stored (typing, presence, totals) is written by its own functions.
 */
#include "door/answer.h"
#include "door/answer_parts.h"

typedef void put_fn(struct kith_json_writer *w, const struct kith_news *news);

static void put_message(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_answer_message(w, &news->entry);
}

static void put_reaction(struct kith_json_writer *w, const struct kith_news *news)
{
	const struct kith_entry *act = &news->entry;

	kith_json_open_object(w);
	kith_answer_uuid(w, "conversation", &act->conversation);
	kith_answer_uuid(w, "message", &news->subject);
	kith_json_pair_string(w, "user", act->sender);
	kith_json_pair_string(w, "emoji", act->content.body);
	kith_json_pair_bool(w, "on", act->content.kind == KITH_KIND_REACTION);
	kith_answer_time(w, "at", act->sent_us);
	kith_json_close_object(w);
}

static void put_hidden(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_json_open_object(w);
	kith_answer_uuid(w, "conversation", &news->entry.conversation);
	kith_answer_uuid(w, "id", &news->subject);
	kith_json_pair_integer(w, "messageN", news->entry.n);
	kith_json_close_object(w);
}

static void put_read(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_answer_read(w, &news->entry.conversation, &news->mark);
}

static void put_receipt(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_json_open_object(w);
	kith_answer_uuid(w, "conversation", &news->entry.conversation);
	kith_json_pair_string(w, "user", news->member);
	kith_json_pair_integer(w, "delivered", news->mark.delivered);
	kith_json_pair_integer(w, "seen", news->mark.seen);
	kith_answer_time(w, "at", news->mark.at_us);
	kith_json_close_object(w);
}

static void put_draft(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_answer_draft(w, &news->draft);
}

static void put_me(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_answer_me_change(w, news->profile);
}

static void put_contact(struct kith_json_writer *w, const struct kith_news *news)
{
	kith_json_open_object(w);
	kith_json_pair_string(w, "user", news->member);
	kith_json_pair_bool(w, "contact", news->is_contact);
	kith_json_close_object(w);
}

/* By enum kith_news_kind. */
static const struct {
	const char *name;
	put_fn *put;
	bool is_in_conversation;
} rows[] = {
	[KITH_NEWS_MESSAGE] = { "message.new", put_message, true },
	[KITH_NEWS_EDITED] = { "message.edited", put_message, true },
	[KITH_NEWS_DELETED] = { "message.deleted", put_message, true },
	[KITH_NEWS_REACTION] = { "message.reaction", put_reaction, true },
	[KITH_NEWS_HIDDEN] = { "message.hidden", put_hidden, true },
	[KITH_NEWS_READ] = { "conversation.read", put_read, true },
	[KITH_NEWS_RECEIPT] = { "conversation.receipt", put_receipt, true },
	[KITH_NEWS_DRAFT] = { "conversation.draft", put_draft, true },
	[KITH_NEWS_ME] = { "me.changed", put_me, false },
	[KITH_NEWS_CONTACTS] = { "contacts.changed", put_contact, false },
};
_Static_assert(KITH_COUNT(rows) == KITH_NEWS_COUNT, "a row per kind");

void kith_answer_event(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_news *news)
{
	kith_json_pair_string(w, "event", kith_str_of(rows[news->kind].name));
	kith_answer_cursor(w, keys, "cursor", KITH_CURSOR_SYNC, news->position);
	if (rows[news->kind].is_in_conversation) {
		kith_answer_uuid(w, "conversation", &news->entry.conversation);
	}
	/* Of one's own marks it is how far was read, else the entry's number. */
	bool is_read = news->kind == KITH_NEWS_READ;
	int64_t n = is_read ? news->mark.seen : news->n;
	if (is_read || n > 0) {
		kith_json_pair_integer(w, "n", n);
	}
	kith_json_key(w, "data");
	rows[news->kind].put(w, news);
}
