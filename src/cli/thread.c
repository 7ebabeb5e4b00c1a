/*
 * thread.c -- an array in the order of the screen.
 */
#include "cli/thread.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static void copy_name(char *room, size_t size, struct kith_text text)
{
	struct kith_str cut = kith_utf8_prefix(kith_str_make(text.at, text.len), size - 1);

	if (cut.len > 0) {
		memcpy(room, cut.at, cut.len);
	}
	room[cut.len] = '\0';
}

static void set_text(struct kith_thread *thread, struct kith_buf *buf, struct kith_str text)
{
	kith_buf_reset(buf);
	kith_buf_add(buf, text);
	thread->has_failed = thread->has_failed || buf->failed;
}

static void free_entry(struct kith_thread_entry *entry)
{
	kith_buf_done(&entry->text);
	kith_buf_done(&entry->reply);
	kith_free(entry->reactions);
}

static void remove_at(struct kith_thread *thread, size_t at)
{
	free_entry(&thread->entries[at]);
	memmove(&thread->entries[at], &thread->entries[at + 1],
	        (thread->count - at - 1) * sizeof(*thread->entries));
	thread->count--;
}

void kith_thread_done(struct kith_thread *thread)
{
	for (size_t i = 0; i < thread->count; i++) {
		free_entry(&thread->entries[i]);
	}
	kith_free(thread->entries);
	*thread = (struct kith_thread){ 0 };
}

void kith_thread_forget(struct kith_thread *thread)
{
	for (size_t i = thread->count; i > 0; i--) {
		if (thread->entries[i - 1].n != 0) {
			remove_at(thread, i - 1);
		}
	}
}

/* A fresh entry at AT; NULL without memory. */
static struct kith_thread_entry *insert_at(struct kith_thread *thread, size_t at)
{
	if (thread->count == KITH_THREAD_ENTRIES_MAX) {
		remove_at(thread, 0);
		at -= at > 0;
	}
	if (thread->count == thread->size) {
		size_t size = thread->size == 0 ? 64 : thread->size * 2;
		struct kith_thread_entry *grown =
			kith_realloc(thread->entries, size * sizeof(*grown));

		if (grown == NULL) {
			thread->has_failed = true;
			return NULL;
		}
		thread->entries = grown;
		thread->size = size;
	}
	memmove(&thread->entries[at + 1], &thread->entries[at],
	        (thread->count - at) * sizeof(*thread->entries));
	thread->count++;
	thread->entries[at] = (struct kith_thread_entry){ 0 };
	return &thread->entries[at];
}

/* Finding. */

static size_t find_id(const struct kith_thread *thread, struct kith_text id)
{
	size_t at = thread->count;

	while (at > 0 && (id.len == 0 || !kith_text_is(id, thread->entries[at - 1].id))) {
		at--;
	}
	return at == 0 ? thread->count : at - 1;
}

static size_t find_tag(const struct kith_thread *thread, uint64_t tag)
{
	size_t at = thread->count;

	while (at > 0 && (tag == 0 || thread->entries[at - 1].tag != tag)) {
		at--;
	}
	return at == 0 ? thread->count : at - 1;
}

/* Where the message N belongs: behind those before it and the notes that follow them. */
static size_t find_place(const struct kith_thread *thread, int64_t n)
{
	size_t place = 0;

	for (size_t i = 0; i < thread->count; i++) {
		const struct kith_thread_entry *entry = &thread->entries[i];

		if ((entry->n != 0 && entry->n < n) || (entry->is_note && place == i)) {
			place = i + 1;
		}
	}
	return place;
}

/* Filling. */

static void add_reaction(struct kith_thread *thread, struct kith_thread_entry *entry,
                         struct kith_text emoji, struct kith_text user)
{
	struct kith_thread_reaction *room;

	if (entry->reactions == NULL) {
		entry->reactions =
			kith_alloc_zero(KITH_THREAD_REACTIONS_MAX, sizeof(*entry->reactions));
	}
	if (entry->reactions == NULL || entry->reaction_count == KITH_THREAD_REACTIONS_MAX) {
		thread->has_failed = thread->has_failed || entry->reactions == NULL;
		return;
	}
	room = &entry->reactions[entry->reaction_count++];
	copy_name(room->emoji, sizeof(room->emoji), emoji);
	copy_name(room->user, sizeof(room->user), user);
}

static void fill(struct kith_thread *thread, struct kith_thread_entry *entry,
                 const struct kith_api_message *message)
{
	copy_name(entry->from, sizeof(entry->from), message->from);
	copy_name(entry->id, sizeof(entry->id), message->id);
	entry->n = message->n;
	entry->at_us = message->sent_at_us;
	entry->is_mine = strcmp(entry->from, thread->me) == 0;
	entry->is_failed = false;
	entry->is_edited = message->edits > 0;
	entry->is_deleted = message->deleted_at_us != 0;
	entry->is_opaque = message->text.at == NULL && !entry->is_deleted;
	set_text(thread, &entry->text, kith_str_make(message->text.at, message->text.len));
	/* News tells only which message is answered; what we knew of it is more. */
	if (message->reply_to != NULL && message->reply_to->text.at != NULL) {
		set_text(thread, &entry->reply,
		         kith_str_make(message->reply_to->text.at, message->reply_to->text.len));
	} else if (message->reply_to != NULL && entry->reply.len == 0) {
		size_t at = find_id(thread, message->reply_to->id);

		set_text(thread, &entry->reply,
		         at == thread->count ? KITH_STR("…")
		                             : kith_buf_str(&thread->entries[at].text));
	}
	entry->reaction_count = 0;
	for (size_t i = 0; i < message->reactions_count; i++) {
		const struct kith_api_reaction *reaction = &message->reactions[i];

		for (size_t user = 0; user < reaction->users_count; user++) {
			add_reaction(thread, entry, reaction->emoji, reaction->users[user]);
		}
	}
}

void kith_thread_update(struct kith_thread *thread, const struct kith_api_message *message)
{
	size_t at = find_id(thread, message->id);

	if (at < thread->count && thread->entries[at].n != 0) {
		fill(thread, &thread->entries[at], message);
	}
}

void kith_thread_add(struct kith_thread *thread, const struct kith_api_message *message)
{
	size_t at = find_id(thread, message->id);
	struct kith_thread_entry *entry;
	uint64_t tag = 0;

	if (at < thread->count && thread->entries[at].n != 0) {
		fill(thread, &thread->entries[at], message);
		return;
	}
	if (at < thread->count) { /* it waited: now it has its place */
		tag = thread->entries[at].tag;
		remove_at(thread, at);
	}
	entry = insert_at(thread, find_place(thread, message->n));
	if (entry != NULL) {
		entry->tag = tag;
		fill(thread, entry, message);
	}
}

void kith_thread_write(struct kith_thread *thread, uint64_t tag, struct kith_str text,
                       struct kith_str reply, int64_t now_us)
{
	struct kith_thread_entry *entry = insert_at(thread, thread->count);

	if (entry == NULL) {
		return;
	}
	entry->tag = tag;
	entry->at_us = now_us;
	entry->is_mine = true;
	memcpy(entry->from, thread->me, sizeof(entry->from));
	set_text(thread, &entry->text, text);
	set_text(thread, &entry->reply, reply);
}

void kith_thread_identify(struct kith_thread *thread, uint64_t tag, struct kith_text id)
{
	size_t at = find_tag(thread, tag);

	if (at < thread->count && thread->entries[at].n == 0 && id.at != NULL) {
		copy_name(thread->entries[at].id, sizeof(thread->entries[at].id), id);
	}
}

void kith_thread_store(struct kith_thread *thread, uint64_t tag,
                       const struct kith_api_message *message)
{
	size_t at = find_tag(thread, tag);

	if (at < thread->count && thread->entries[at].n == 0) {
		remove_at(thread, at); /* its news may have come before */
	}
	kith_thread_add(thread, message);
}

void kith_thread_fail(struct kith_thread *thread, uint64_t tag)
{
	size_t at = find_tag(thread, tag);

	if (at < thread->count) {
		thread->entries[at].is_failed = true;
	}
}

void kith_thread_react(struct kith_thread *thread, const struct kith_api_reaction_change *change)
{
	size_t at = find_id(thread, change->message);
	struct kith_thread_entry *entry;

	if (at == thread->count) {
		return;
	}
	entry = &thread->entries[at];
	for (size_t i = 0; i < entry->reaction_count; i++) {
		struct kith_thread_reaction *reaction = &entry->reactions[i];

		if (kith_text_is(change->emoji, reaction->emoji) &&
		    kith_text_is(change->user, reaction->user)) {
			memmove(reaction, reaction + 1,
			        (entry->reaction_count - i - 1) * sizeof(*reaction));
			entry->reaction_count--;
			break;
		}
	}
	if (change->is_on) {
		add_reaction(thread, entry, change->emoji, change->user);
	}
}

void kith_thread_delete(struct kith_thread *thread, struct kith_text id)
{
	size_t at = find_id(thread, id);

	if (at < thread->count) {
		thread->entries[at].is_deleted = true;
		thread->entries[at].reaction_count = 0;
		kith_buf_reset(&thread->entries[at].text);
	}
}

void kith_thread_hide(struct kith_thread *thread, struct kith_text id)
{
	size_t at = find_id(thread, id);

	if (at < thread->count) {
		remove_at(thread, at);
	}
}

void kith_thread_mark(struct kith_thread *thread, int64_t delivered, int64_t seen)
{
	if (delivered > thread->delivered) {
		thread->delivered = delivered;
	}
	if (seen > thread->seen) {
		thread->seen = seen;
	}
}

void kith_thread_note(struct kith_thread *thread, struct kith_str text, int64_t now_us)
{
	struct kith_thread_entry *entry = insert_at(thread, thread->count);

	if (entry != NULL) {
		entry->is_note = true;
		entry->at_us = now_us;
		set_text(thread, &entry->text, text);
	}
}

/* Asking. */

enum kith_thread_tick kith_thread_tick_of(const struct kith_thread *thread,
                                          const struct kith_thread_entry *entry)
{
	if (entry->is_failed) {
		return KITH_THREAD_FAILED;
	}
	if (entry->n == 0) {
		return KITH_THREAD_WAITS;
	}
	return entry->n <= thread->seen        ? KITH_THREAD_SEEN
	       : entry->n <= thread->delivered ? KITH_THREAD_DELIVERED
	                                       : KITH_THREAD_STORED;
}

const struct kith_thread_entry *kith_thread_last(const struct kith_thread *thread, bool is_mine)
{
	for (size_t i = thread->count; i > 0; i--) {
		const struct kith_thread_entry *entry = &thread->entries[i - 1];

		if (entry->n != 0 && !entry->is_deleted && entry->is_mine == is_mine) {
			return entry;
		}
	}
	return NULL;
}

bool kith_thread_has(const struct kith_thread *thread, struct kith_text id)
{
	return find_id(thread, id) < thread->count;
}

size_t kith_thread_waiting(const struct kith_thread *thread)
{
	size_t count = 0;

	for (size_t i = 0; i < thread->count; i++) {
		const struct kith_thread_entry *entry = &thread->entries[i];

		count += entry->n == 0 && entry->is_mine && !entry->is_failed;
	}
	return count;
}
