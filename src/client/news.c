/*
 * news.c -- a cursor and a direct-mapped cache of conversation → number.
 */
#include "client/news.h"

#include <string.h>

#include "base/mem.h"

struct kith_news_slot {
	uint8_t conversation[KITH_DIGEST]; /* of its id; all zero: free */
	int64_t message_n;
};

void kith_news_init(struct kith_news *news, struct kith_rand *rand)
{
	*news = (struct kith_news){ 0 };
	kith_rand_bytes(rand, news->key, sizeof(news->key));
}

void kith_news_forget(struct kith_news *news)
{
	kith_free(news->slots);
	news->slots = NULL;
}

void kith_news_done(struct kith_news *news)
{
	kith_news_forget(news);
}

struct kith_str kith_news_cursor(const struct kith_news *news)
{
	return kith_str_make(news->cursor_len == 0 ? NULL : news->cursor, news->cursor_len);
}

bool kith_news_set_cursor(struct kith_news *news, struct kith_str cursor)
{
	if (cursor.len == 0 || cursor.len > sizeof(news->cursor)) {
		return false;
	}
	if (kith_str_equal(cursor, kith_news_cursor(news))) {
		return true;
	}
	memcpy(news->cursor, cursor.at, cursor.len);
	news->cursor_len = cursor.len;
	news->has_changed = true;
	return true;
}

/* The slot of ID, emptied if it was another conversation's; NULL without memory. */
static struct kith_news_slot *find_slot(struct kith_news *news, struct kith_text id)
{
	uint8_t digest[KITH_DIGEST];
	struct kith_news_slot *slot;

	if (news->slots == NULL) {
		news->slots = kith_alloc_zero(KITH_NEWS_SLOTS, sizeof(*news->slots));
	}
	if (news->slots == NULL) {
		return NULL;
	}
	kith_digest(kith_str_make(id.at, id.len), news->key, digest);
	slot = &news->slots[(digest[0] | digest[1] << 8) % KITH_NEWS_SLOTS];
	if (memcmp(slot->conversation, digest, sizeof(digest)) != 0) {
		*slot = (struct kith_news_slot){ 0 };
		memcpy(slot->conversation, digest, sizeof(digest));
	}
	return slot;
}

/* Where the number of EVENT is kept; NULL where there is none, or no memory. */
static int64_t *find_number(struct kith_news *news, const struct kith_api_event *event)
{
	if (event->event != KITH_API_EVENT_NAME_MESSAGE_NEW) {
		return NULL;
	}
	struct kith_news_slot *slot = find_slot(news, event->conversation);
	return slot == NULL ? NULL : &slot->message_n;
}

bool kith_news_is_new(struct kith_news *news, const struct kith_api_event *event)
{
	const int64_t *n = find_number(news, event);

	return n == NULL || event->n > *n;
}

void kith_news_took(struct kith_news *news, const struct kith_api_event *event)
{
	int64_t *n = find_number(news, event);

	if (n != NULL && event->n > *n) {
		*n = event->n;
	}
	/* What only passes has no cursor, and leaves ours where it is. */
	(void)kith_news_set_cursor(news, kith_str_make(event->cursor.at, event->cursor.len));
}
