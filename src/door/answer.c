/*
 * answer.c -- the encoders, one per schema.
 */
#include "door/answer.h"

#include "base/base64.h"
#include "base/when.h"

static void pair_uuid(struct kith_json_writer *w, const char *key, const struct kith_uuid *id)
{
	char text[KITH_UUID_TEXT];

	kith_uuid_format(id, text);
	kith_json_pair_string(w, key, kith_str_make(text, sizeof(text)));
}

static void pair_time(struct kith_json_writer *w, const char *key, int64_t time_us)
{
	char text[KITH_WHEN_TEXT];

	kith_when_format(time_us, text);
	kith_json_pair_string(w, key, kith_str_make(text, sizeof(text)));
}

/* A number as text, to be passed back in a query; null when there is nothing to ask for. */
static void pair_bound(struct kith_json_writer *w, const char *key, bool is_there, int64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);
	int64_t rest = n;

	kith_json_key(w, key);
	if (!is_there) {
		kith_json_null(w);
		return;
	}
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	kith_json_string(w, kith_str_make(digits + at, sizeof(digits) - at));
}

void kith_answer_cursor(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const char *key, enum kith_cursor_use use, int64_t position)
{
	char text[KITH_CURSOR_TEXT];

	kith_cursor_write(keys, use, position, text);
	kith_json_pair_string(w, key, kith_str_make(text, sizeof(text)));
}

/* The body of an opaque message, as base64 between quotes. */
static void put_opaque(struct kith_json_writer *w, struct kith_str bytes)
{
	kith_json_key(w, "opaque");
	kith_json_put_raw(w, KITH_STR("\""));
	kith_base64_add(w->buf, KITH_BASE64, bytes);
	kith_buf_add_char(w->buf, '"');
}

void kith_answer_message(struct kith_json_writer *w, const struct kith_entry *entry)
{
	kith_json_open_object(w);
	pair_uuid(w, "id", &entry->message);
	pair_uuid(w, "conversation", &entry->conversation);
	kith_json_pair_integer(w, "n", entry->n);
	kith_json_pair_string(w, "from", entry->sender);
	kith_json_pair_string(w, "kind", kith_str_of(kith_kind_name(entry->content.kind)));
	if (entry->content.kind == KITH_KIND_OPAQUE) {
		put_opaque(w, entry->content.body);
	} else {
		kith_json_pair_string(w, "text", entry->content.body);
	}
	pair_time(w, "createdAt", kith_uuid_time_us(&entry->message));
	pair_time(w, "sentAt", entry->sent_us);
	kith_json_close_object(w);
}

static void put_user(struct kith_json_writer *w, const struct kith_user *user)
{
	kith_json_open_object(w);
	kith_json_pair_string(w, "id", user->id);
	kith_json_pair_string(w, "name", user->name);
	kith_json_close_object(w);
}

static void put_me(struct kith_json_writer *w, const struct kith_result *result)
{
	kith_json_open_object(w);
	kith_json_pair_string(w, "id", result->me.user.id);
	kith_json_pair_string(w, "name", result->me.user.name);
	kith_json_key(w, "organizations");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->me.org_count; i++) {
		kith_json_open_object(w);
		kith_json_pair_string(w, "id", result->me.orgs[i].id);
		kith_json_pair_string(w, "domain", result->me.orgs[i].domain);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_json_pair_string(w, "scope",
	                      result->me.scope == KITH_SCOPE_OPERATOR ? KITH_STR("operator")
	                                                              : KITH_STR("user"));
	kith_json_close_object(w);
}

static void put_conversation(struct kith_json_writer *w, const struct kith_recent *recent)
{
	const struct kith_conversation *conversation = &recent->conversation;
	const struct kith_standing *standing = &recent->standing;

	kith_json_open_object(w);
	pair_uuid(w, "id", &conversation->id);
	kith_json_pair_string(w, "organization", conversation->org);
	kith_json_pair_string(w, "kind", KITH_STR("direct"));
	kith_json_key(w, "members");
	kith_json_open_array(w);
	for (size_t i = 0; i < conversation->member_count; i++) {
		put_user(w, &conversation->members[i]);
	}
	kith_json_close_array(w);
	pair_time(w, "createdAt", conversation->created_us);
	kith_json_pair_integer(w, "n", standing->n);
	kith_json_pair_integer(w, "seen", standing->seen);
	kith_json_pair_integer(w, "unread", standing->unread);
	kith_json_key(w, "last");
	if (standing->last.id == 0) {
		kith_json_null(w);
	} else {
		kith_answer_message(w, &standing->last);
	}
	kith_json_close_object(w);
}

static void put_recent(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_result *result)
{
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->recent.count; i++) {
		put_conversation(w, &result->recent.items[i]);
	}
	kith_json_close_array(w);
	if (result->recent.next == 0) {
		kith_json_key(w, "next");
		kith_json_null(w);
	} else {
		kith_answer_cursor(w, keys, "next", KITH_CURSOR_LIST, result->recent.next);
	}
	kith_json_close_object(w);
}

static void put_page(struct kith_json_writer *w, const struct kith_page *page)
{
	/* An empty page with newer ones lies before the first: go on from there. */
	int64_t first = page->count == 0 ? 0 : page->items[0].n;
	int64_t last = page->count == 0 ? 0 : page->items[page->count - 1].n;

	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < page->count; i++) {
		kith_answer_message(w, &page->items[i]);
	}
	kith_json_close_array(w);
	pair_bound(w, "next", page->has_newer, last);
	pair_bound(w, "prev", page->has_older && page->count > 0, first);
	kith_json_close_object(w);
}

static void put_read(struct kith_json_writer *w, const struct kith_uuid *conversation, int64_t seen,
                     int64_t unread)
{
	kith_json_open_object(w);
	pair_uuid(w, "conversation", conversation);
	kith_json_pair_integer(w, "seen", seen);
	kith_json_pair_integer(w, "unread", unread);
	kith_json_close_object(w);
}

void kith_answer_event(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_news *news)
{
	bool is_message = news->kind == KITH_NEWS_MESSAGE;

	kith_json_pair_string(w, "event",
	                      is_message ? KITH_STR("message.new") : KITH_STR("conversation.read"));
	kith_answer_cursor(w, keys, "cursor", KITH_CURSOR_SYNC, news->position);
	pair_uuid(w, "conversation", &news->entry.conversation);
	kith_json_pair_integer(w, "n", is_message ? news->entry.n : news->seen);
	kith_json_key(w, "data");
	if (is_message) {
		kith_answer_message(w, &news->entry);
	} else {
		put_read(w, &news->entry.conversation, news->seen, news->unread);
	}
}

static void put_sync(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                     const struct kith_result *result)
{
	const struct kith_since *since = &result->sync.since;

	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < since->count; i++) {
		kith_json_open_object(w);
		kith_answer_event(w, keys, &since->items[i]);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_answer_cursor(w, keys, "cursor", KITH_CURSOR_SYNC, since->position);
	kith_json_pair_bool(w, "more", since->more);
	kith_json_pair_bool(w, "reload", result->sync.must_reload);
	kith_json_close_object(w);
}

void kith_answer_result(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const struct kith_result *result)
{
	switch (result->kind) {
	case KITH_RESULT_ME:
		put_me(w, result);
		return;
	case KITH_RESULT_USER:
		put_user(w, &result->user);
		return;
	case KITH_RESULT_CONVERSATION:
		put_conversation(w, &result->conversation);
		return;
	case KITH_RESULT_RECENT:
		put_recent(w, keys, result);
		return;
	case KITH_RESULT_MESSAGE:
		kith_answer_message(w, &result->message);
		return;
	case KITH_RESULT_PAGE:
		put_page(w, &result->page);
		return;
	case KITH_RESULT_READ:
		put_read(w, &result->read.conversation, result->read.seen, result->read.unread);
		return;
	case KITH_RESULT_SYNC:
		put_sync(w, keys, result);
		return;
	case KITH_RESULT_NONE:
		break;
	}
	KITH_ASSERT(result->kind != KITH_RESULT_NONE);
}

void kith_answer_problem(struct kith_json_writer *w, enum kith_rc rc, const struct kith_why *why,
                         struct kith_str instance)
{
	const struct kith_err_row *row = kith_err_row(rc);
	char type[64];
	size_t len = strlen(row->code);

	memcpy(type, "/problems/", 10);
	KITH_ASSERT(len < sizeof(type) - 10);
	memcpy(type + 10, row->code, len);
	kith_json_open_object(w);
	kith_json_pair_string(w, "type", kith_str_make(type, 10 + len));
	kith_json_pair_string(w, "title", kith_str_of(row->sentence));
	kith_json_pair_integer(w, "status", row->status);
	kith_json_pair_string(w, "code", kith_str_of(row->code));
	if (why->detail[0] != '\0') {
		kith_json_pair_string(w, "detail", kith_str_of(why->detail));
	}
	if (why->field[0] != '\0') {
		kith_json_pair_string(w, "field", kith_str_of(why->field));
	}
	if (instance.len > 0) {
		kith_json_pair_string(w, "instance", instance);
	}
	if (why->retry_after_ms > 0) {
		kith_json_pair_integer(w, "retryAfterMs", why->retry_after_ms);
	}
	if (why->server_time_us > 0) {
		pair_time(w, "serverTime", why->server_time_us);
	}
	kith_json_close_object(w);
}

int kith_answer_status(const struct kith_call *call)
{
	if (call->rc != KITH_OK) {
		return kith_err_row(call->rc)->status;
	}
	return call->row->status == 201 && !call->result.is_new ? 200 : call->row->status;
}
