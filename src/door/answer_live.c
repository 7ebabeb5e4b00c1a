/*
 * answer_live.c -- what is so at the moment: typing, presence, totals of the unread.
 *
 * The results of the calls that ask, and the events that pass: these bear no cursor
 * and no number, because the log does not have them.
 */
#include "door/answer.h"
#include "door/answer_parts.h"

static void put_typing(struct kith_json_writer *w, const struct kith_typing *typing)
{
	kith_json_open_object(w);
	kith_answer_uuid(w, "conversation", &typing->conversation);
	kith_json_pair_string(w, "user", typing->user);
	kith_json_pair_string(w, "state",
	                      typing->is_composing ? KITH_STR("composing") : KITH_STR("gone"));
	kith_json_close_object(w);
}

static void put_presence(struct kith_json_writer *w, const struct kith_presence_view *view)
{
	kith_json_open_object(w);
	kith_json_pair_string(w, "user", view->user);
	kith_json_pair_bool(w, "online", view->is_online);
	if (!view->is_online && view->last_seen_us > 0) {
		kith_answer_time(w, "lastSeen", view->last_seen_us);
	}
	kith_json_close_object(w);
}

static void put_unread(struct kith_json_writer *w, const struct kith_unread *unread)
{
	kith_json_open_object(w);
	kith_json_pair_integer(w, "messages", unread->messages);
	kith_json_pair_integer(w, "conversations", unread->conversations);
	kith_json_close_object(w);
}

void kith_answer_typing(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const struct kith_result *result)
{
	(void)keys;
	put_typing(w, &result->typing);
}

void kith_answer_presences(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                           const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->presences.count; i++) {
		put_presence(w, &result->presences.items[i]);
	}
	kith_json_close_array(w);
	kith_json_close_object(w);
}

void kith_answer_unread(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const struct kith_result *result)
{
	(void)keys;
	put_unread(w, &result->unread);
}

void kith_answer_passing(struct kith_json_writer *w, const struct kith_passing *passing)
{
	static const char *const names[] = {
		[KITH_PASSING_TYPING] = "conversation.typing",
		[KITH_PASSING_PRESENCE] = "presence",
		[KITH_PASSING_UNREAD] = "me.unread",
	};

	kith_json_pair_string(w, "event", kith_str_of(names[passing->kind]));
	if (passing->kind == KITH_PASSING_TYPING) {
		kith_answer_uuid(w, "conversation", &passing->typing->conversation);
	}
	kith_json_key(w, "data");
	switch (passing->kind) {
	case KITH_PASSING_TYPING:
		put_typing(w, passing->typing);
		return;
	case KITH_PASSING_PRESENCE:
		put_presence(w, passing->presence);
		return;
	case KITH_PASSING_UNREAD:
		put_unread(w, passing->unread);
		return;
	}
}
