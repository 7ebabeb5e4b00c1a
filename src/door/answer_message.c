/*
 * answer_message.c -- a message as its reader may see it, and what is told of it.
 *
 * The members that say what became of a message (edits, reactions, deletion) are
 * left out while there is nothing to say, so that a plain one stays small.
 */
#include "base/base64.h"
#include "door/answer.h"
#include "door/answer_parts.h"

/* The body of an opaque message, as base64 between quotes. */
static void put_opaque(struct kith_json_writer *w, struct kith_str bytes)
{
	kith_json_key(w, "opaque");
	kith_json_put_raw(w, KITH_STR("\""));
	kith_base64_add(w->buf, KITH_BASE64, bytes);
	kith_buf_add_char(w->buf, '"');
}

static void put_content(struct kith_json_writer *w, const struct kith_content *content)
{
	if (content->kind == KITH_KIND_OPAQUE) {
		put_opaque(w, content->body);
	} else {
		kith_json_pair_string(w, "text", content->body);
	}
}

static void put_quote(struct kith_json_writer *w, const struct kith_quote *quote)
{
	kith_json_key(w, "replyTo");
	kith_json_open_object(w);
	kith_answer_uuid(w, "id", &quote->message);
	kith_json_pair_integer(w, "n", quote->n);
	if (quote->is_resolved && quote->is_unavailable) {
		kith_json_pair_bool(w, "unavailable", true);
	} else if (quote->is_resolved) {
		kith_json_pair_string(w, "from", quote->sender);
		kith_json_pair_string(w, "kind", kith_str_of(kith_kind_name(quote->content.kind)));
		if (quote->content.kind == KITH_KIND_TEXT) {
			kith_json_pair_string(w, "text", quote->content.body);
		}
	}
	kith_json_close_object(w);
}

static void put_reactions(struct kith_json_writer *w, const struct kith_extra *extra)
{
	kith_json_key(w, "reactions");
	kith_json_open_array(w);
	for (size_t i = 0; i < extra->reaction_count; i++) {
		const struct kith_reaction *reaction = &extra->reactions[i];
		kith_json_open_object(w);
		kith_json_pair_string(w, "emoji", reaction->emoji);
		kith_json_pair_integer(w, "count", reaction->count);
		kith_json_key(w, "users");
		kith_json_open_array(w);
		for (size_t u = 0; u < reaction->user_count; u++) {
			kith_json_string(w, reaction->users[u]);
		}
		kith_json_close_array(w);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
}

/* What there is to say besides the message itself. */
static void put_extra(struct kith_json_writer *w, const struct kith_extra *extra)
{
	if (extra->has_quote) {
		put_quote(w, &extra->quote);
	}
	if (extra->retracted_us > 0) {
		kith_answer_time(w, "deletedAt", extra->retracted_us);
		return;
	}
	if (extra->edits > 0) {
		kith_json_pair_integer(w, "edits", extra->edits);
		kith_answer_time(w, "editedAt", extra->edited_us);
	}
	if (extra->reaction_count > 0) {
		put_reactions(w, extra);
	}
}

void kith_answer_message(struct kith_json_writer *w, const struct kith_entry *entry)
{
	kith_json_open_object(w);
	kith_answer_uuid(w, "id", &entry->message);
	kith_answer_uuid(w, "conversation", &entry->conversation);
	kith_json_pair_integer(w, "n", entry->n);
	kith_json_pair_string(w, "from", entry->sender);
	kith_json_pair_string(w, "kind", kith_str_of(kith_kind_name(entry->content.kind)));
	if (entry->extra == NULL || entry->extra->retracted_us == 0) {
		put_content(w, &entry->content);
	}
	kith_answer_time(w, "createdAt", kith_uuid_time_us(&entry->message));
	kith_answer_time(w, "sentAt", entry->sent_us);
	if (entry->extra != NULL) {
		put_extra(w, entry->extra);
	}
	kith_json_close_object(w);
}

void kith_answer_page(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                      const struct kith_result *result)
{
	const struct kith_page *page = &result->page;
	/* An empty page with newer ones lies before the first: go on from there. */
	int64_t first = page->count == 0 ? 0 : page->items[0].n;
	int64_t last = page->count == 0 ? 0 : page->items[page->count - 1].n;
	(void)keys;

	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < page->count; i++) {
		kith_answer_message(w, &page->items[i]);
	}
	kith_json_close_array(w);
	kith_answer_bound(w, "next", page->has_newer, last);
	kith_answer_bound(w, "prev", page->has_older && page->count > 0, first);
	kith_json_close_object(w);
}

void kith_answer_versions(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                          const struct kith_result *result)
{
	const struct kith_version *items = result->versions.items;
	size_t count = result->versions.count;
	(void)keys;

	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < count; i++) {
		kith_json_open_object(w);
		kith_json_pair_integer(w, "n", items[i].n);
		put_content(w, &items[i].content);
		kith_answer_time(w, "at", items[i].at_us);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_answer_bound(w, "next", result->versions.more, count == 0 ? 0 : items[count - 1].n);
	kith_json_close_object(w);
}

void kith_answer_outcomes(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                          const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->outcomes.count; i++) {
		const struct kith_outcome *outcome = &result->outcomes.items[i];
		kith_json_open_object(w);
		kith_answer_uuid(w, "id", &outcome->id);
		kith_json_pair_bool(w, "done", outcome->rc == KITH_OK);
		if (outcome->rc != KITH_OK) {
			kith_json_pair_string(w, "code",
			                      kith_str_of(kith_err_row(outcome->rc)->code));
		}
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_json_close_object(w);
}

/* Whether, and when if that is known. */
static void put_passed(struct kith_json_writer *w, const char *flag, const char *time,
                       bool is_passed, int64_t at_us)
{
	kith_json_pair_bool(w, flag, is_passed);
	if (is_passed && at_us > 0) {
		kith_answer_time(w, time, at_us);
	}
}

void kith_answer_receipts(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                          const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->receipts.count; i++) {
		const struct kith_receipt *receipt = &result->receipts.items[i];
		kith_json_open_object(w);
		kith_json_pair_string(w, "user", receipt->user);
		put_passed(w, "delivered", "deliveredAt", receipt->is_delivered,
		           receipt->delivered_us);
		put_passed(w, "seen", "seenAt", receipt->is_seen, receipt->seen_us);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_json_close_object(w);
}

void kith_answer_read(struct kith_json_writer *w, const struct kith_uuid *conversation,
                      const struct kith_mark *mark)
{
	kith_json_open_object(w);
	kith_answer_uuid(w, "conversation", conversation);
	kith_json_pair_integer(w, "delivered", mark->delivered);
	kith_json_pair_integer(w, "seen", mark->seen);
	kith_json_pair_integer(w, "unread", mark->unread);
	kith_json_pair_bool(w, "markedUnread", mark->is_marked_unread);
	kith_json_close_object(w);
}

void kith_answer_draft(struct kith_json_writer *w, const struct kith_draft *draft)
{
	kith_json_open_object(w);
	kith_answer_uuid(w, "conversation", &draft->conversation);
	kith_json_pair_string(w, "text", draft->text);
	if (draft->has_reply) {
		kith_answer_uuid(w, "replyTo", &draft->reply_to);
	}
	kith_answer_time(w, "updatedAt", draft->updated_us);
	kith_json_close_object(w);
}
