/*
 * sqlite_extra.c -- states, then reactions, then quotes.
 */
#include "store/sqlite_extra.h"

#include <string.h>

#include "base/macros.h"
#include "store/sqlite_reader.h"

/* The messages that are at work. */
struct run {
	struct kith_sql *sql;
	int64_t viewer_row;
	struct kith_entry *items;
	struct kith_extra **extras; /* of each item; NULL: none yet */
	size_t count;
	struct kith_arena *mem;
	bool has_states;
};

/* The place of message N; COUNT when it is not among them. */
static size_t find(const struct run *run, int64_t n)
{
	size_t low = 0;
	size_t high = run->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (run->items[middle].n < n) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < run->count && run->items[low].n == n ? low : run->count;
}

/* The extra of item AT, made when there is none. NULL without memory. */
static struct kith_extra *extra_of(struct run *run, size_t at)
{
	if (run->extras[at] == NULL) {
		struct kith_extra *made = kith_arena_alloc(run->mem, sizeof(*made));
		if (made != NULL) {
			*made = (struct kith_extra){ .edits = 0 };
			run->extras[at] = made;
			run->items[at].extra = made;
		}
	}
	return run->extras[at];
}

/* Starts NAME for the numbers from the first to the last of the items. */
static struct kith_query over(const struct run *run, enum kith_sql_name name)
{
	struct kith_query query = kith_query(run->sql, name);
	kith_query_int(&query, run->items[0].conversation_row);
	kith_query_int(&query, run->items[0].n);
	kith_query_int(&query, run->items[run->count - 1].n);
	return query;
}

/* ---- states ---- */

static void set_state(struct run *run, struct kith_query *query, size_t at)
{
	struct kith_extra *extra = extra_of(run, at);
	if (extra == NULL) {
		query->rc = KITH_E_NO_MEMORY;
		return;
	}
	extra->edits = kith_query_get_int(query, 1);
	extra->edited_us = kith_query_get_int(query, 2);
	extra->retracted_us = kith_query_get_int(query, 3);
	extra->last_act = kith_query_get_int(query, 4);
	if (extra->retracted_us != 0) {
		run->items[at].content.body = KITH_STR("");
	} else if (extra->edits > 0) {
		run->items[at].content.body = kith_query_get_text(query, 5, run->mem);
	}
}

static enum kith_rc load_states(struct run *run)
{
	struct kith_query query = over(run, KITH_SQL_STATE_RANGE);
	while (kith_query_next(&query)) {
		size_t at = find(run, kith_query_get_int(&query, 0));
		run->has_states = true;
		if (at < run->count) {
			set_state(run, &query, at);
		}
	}
	return kith_query_end(&query);
}

/* ---- reactions ---- */

/* The reactions of one message while they are read. */
struct group {
	void *reactions; /* of struct kith_reaction */
	size_t count;
};

static struct kith_reaction *reaction_of(struct run *run, struct group *group,
                                         struct kith_query *query)
{
	struct kith_str emoji = kith_query_peek_text(query, 1);
	struct kith_reaction *reactions = group->reactions;
	for (size_t i = 0; i < group->count; i++) {
		if (kith_str_equal(reactions[i].emoji, emoji)) {
			return &reactions[i];
		}
	}
	if (!kith_reader_grow(run->mem, &group->reactions, group->count, sizeof(*reactions))) {
		query->rc = KITH_E_NO_MEMORY;
		return NULL;
	}
	reactions = group->reactions;
	struct kith_reaction *fresh = &reactions[group->count++];
	*fresh = (struct kith_reaction){ .emoji = kith_query_get_text(query, 1, run->mem) };
	return fresh;
}

static void add_reaction(struct run *run, struct group *group, struct kith_query *query)
{
	struct kith_reaction *reaction = reaction_of(run, group, query);
	if (reaction == NULL) {
		return;
	}
	reaction->count++;
	if (reaction->count == 1) {
		reaction->first = kith_query_get_int(query, 3);
	} else if (reaction->count == 2) {
		reaction->second = kith_query_get_int(query, 3);
	}
	if (reaction->user_count == KITH_REACTION_USERS_MAX) {
		return;
	}
	struct kith_str user = kith_query_get_text(query, 2, run->mem);
	/* Only this function has written there; the entry shows it as not to be changed. */
	void *users = (void *)(uintptr_t)reaction->users;
	if (!kith_reader_grow(run->mem, &users, reaction->user_count, sizeof(user))) {
		query->rc = KITH_E_NO_MEMORY;
		return;
	}
	((struct kith_str *)users)[reaction->user_count++] = user;
	reaction->users = users;
}

static enum kith_rc load_reactions(struct run *run)
{
	struct kith_query query = over(run, KITH_SQL_REACTION_RANGE);
	struct group group = { .count = 0 };
	int64_t last = 0;
	while (kith_query_next(&query)) {
		int64_t n = kith_query_get_int(&query, 0);
		size_t at = find(run, n);
		if (at == run->count) {
			continue;
		}
		if (n != last) {
			group = (struct group){ .count = 0 };
			last = n;
		}
		add_reaction(run, &group, &query);
		struct kith_extra *extra = extra_of(run, at);
		if (extra == NULL) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		extra->reactions = group.reactions;
		extra->reaction_count = group.count;
	}
	return kith_query_end(&query);
}

/* ---- quotes ---- */

/* TEXT without the beginning of a character at its end. */
static struct kith_str cut_text(struct kith_str text)
{
	size_t start = text.len; /* of the last character */
	while (start > 0 && ((unsigned char)text.at[start - 1] & 0xc0) == 0x80) {
		start--;
	}
	if (start == 0) {
		return text;
	}
	unsigned char lead = (unsigned char)text.at[--start];
	size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	return text.len - start < size ? kith_str_make(text.at, start) : text;
}

static void set_quote(struct run *run, struct kith_query *query, struct kith_quote *quote)
{
	quote->message = kith_query_get_uuid(query, 0);
	quote->is_resolved = true;
	quote->is_unavailable = kith_query_get_int(query, 4) != 0;
	if (quote->is_unavailable) {
		return;
	}
	quote->sender = kith_query_get_text(query, 1, run->mem);
	quote->content.kind = (enum kith_kind)kith_query_get_int(query, 2);
	quote->content.body = kith_query_get_text(query, 3, run->mem);
	if (quote->content.body.len == KITH_QUOTE_TEXT_MAX) {
		quote->content.body = cut_text(quote->content.body);
	}
}

/* What item AT answers. */
static enum kith_rc load_quote(struct run *run, size_t at)
{
	struct kith_entry *item = &run->items[at];
	struct kith_quote quote = { .n = item->target };
	struct kith_query query = kith_query(run->sql, KITH_SQL_QUOTE_LOAD);
	kith_query_int(&query, item->conversation_row);
	kith_query_int(&query, item->target);
	kith_query_int(&query, run->viewer_row);
	kith_query_int(&query, KITH_QUOTE_TEXT_MAX);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		set_quote(run, &query, &quote);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc != KITH_OK || !is_row) {
		return rc == KITH_OK ? KITH_E_CORRUPT : rc;
	}
	struct kith_extra *extra = extra_of(run, at);
	if (extra == NULL) {
		return KITH_E_NO_MEMORY;
	}
	extra->has_quote = true;
	extra->quote = quote;
	item->content.is_reply = true;
	item->content.reply_to = quote.message;
	return KITH_OK;
}

enum kith_rc kith_extra_load(struct kith_sql *sql, int64_t viewer_row, struct kith_entry *items,
                             size_t count, struct kith_arena *mem)
{
	if (count == 0) {
		return KITH_OK;
	}
	struct run run = {
		.sql = sql, .viewer_row = viewer_row, .items = items, .count = count, .mem = mem
	};
	size_t bytes = count * sizeof(void *); /* they are pointers */
	run.extras = kith_arena_alloc(mem, bytes);
	if (run.extras == NULL) {
		return KITH_E_NO_MEMORY;
	}
	memset(run.extras, 0, bytes);
	enum kith_rc rc = load_states(&run);
	if (rc == KITH_OK && run.has_states) {
		rc = load_reactions(&run);
	}
	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		if (items[i].target > 0) {
			rc = load_quote(&run, i);
		}
	}
	return rc;
}

/* ---- pages ---- */

/* What a reaction, and each who is named in it, take besides their texts. */
enum { REACTION_BYTES = 32, REACTION_USER_BYTES = 3 };

size_t kith_extra_page_bytes(const struct kith_entry *message)
{
	const struct kith_extra *extra = message->extra;
	size_t bytes = message->content.body.len;
	if (extra == NULL) {
		return bytes;
	}
	bytes += extra->quote.content.body.len;
	for (size_t i = 0; i < extra->reaction_count; i++) {
		const struct kith_reaction *reaction = &extra->reactions[i];
		bytes += REACTION_BYTES + reaction->emoji.len;
		for (size_t k = 0; k < reaction->user_count; k++) {
			bytes += REACTION_USER_BYTES + reaction->users[k].len;
		}
	}
	return bytes;
}
