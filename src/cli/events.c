/*
 * events.c -- a table of events: their names, and what to say of them.
 */
#include "cli/events.h"

#include "base/json.h"
#include "cli/show.h"
#include "cli/terminal.h"

static void add(struct kith_buf *out, struct kith_text text)
{
	kith_terminal_add(out, kith_str_make(text.at, text.len), KITH_TERMINAL_LINE);
}

static void add_number(struct kith_buf *out, const char *before, int64_t n)
{
	kith_buf_add_format(out, "%s%lld", before, (long long)n);
}

static void show_message(struct kith_buf *out, const struct kith_api_event *event)
{
	kith_show_message(out, event->message);
}

static void show_edited(struct kith_buf *out, const struct kith_api_event *event)
{
	add_number(out, "* message ", event->message->n);
	kith_buf_add_text(out, " is now: ");
	kith_show_message(out, event->message);
}

static void show_deleted(struct kith_buf *out, const struct kith_api_event *event)
{
	add_number(out, "* message ", event->message->n);
	kith_buf_add_text(out, " was deleted by ");
	add(out, event->message->from);
	kith_buf_add_char(out, '\n');
}

static void show_reaction(struct kith_buf *out, const struct kith_api_event *event)
{
	const struct kith_api_reaction_change *change = event->reaction_change;

	kith_buf_add_text(out, "* ");
	add(out, change->user);
	kith_buf_add_text(out, change->is_on ? " reacted with " : " took back ");
	add(out, change->emoji);
	kith_buf_add_text(out, ": ");
	add(out, change->message);
	kith_buf_add_char(out, '\n');
}

static void show_hidden(struct kith_buf *out, const struct kith_api_event *event)
{
	add_number(out, "* message ", event->hidden_message->message_n);
	kith_buf_add_text(out, " is hidden from you\n");
}

static void show_read(struct kith_buf *out, const struct kith_api_event *event)
{
	const struct kith_api_read_state *state = event->read_state;

	add_number(out, "* you have read up to ", state->seen);
	add_number(out, ", unread: ", state->unread);
	kith_buf_add_text(out, state->is_marked_unread ? " (marked)\n" : "\n");
}

static void show_receipt(struct kith_buf *out, const struct kith_api_event *event)
{
	const struct kith_api_receipt_change *change = event->receipt_change;

	kith_buf_add_text(out, "* ");
	add(out, change->user);
	add_number(out, " has received up to ", change->delivered);
	add_number(out, " and read up to ", change->seen);
	kith_buf_add_char(out, '\n');
}

static void show_draft(struct kith_buf *out, const struct kith_api_event *event)
{
	kith_buf_add_text(out,
	                  event->draft->text.len == 0 ? "* no draft any more" : "* your draft: ");
	add(out, event->draft->text);
	kith_buf_add_char(out, '\n');
}

static void show_me(struct kith_buf *out, const struct kith_api_event *event)
{
	kith_buf_add_text(out, "* your profile or settings changed: ");
	add(out, event->me_change->name);
	kith_buf_add_char(out, '\n');
}

static void show_contact(struct kith_buf *out, const struct kith_api_event *event)
{
	kith_buf_add_text(out, "* ");
	add(out, event->contact_change->user);
	kith_buf_add_text(out, event->contact_change->is_contact ? " is a contact now\n"
	                                                         : " is no contact any more\n");
}

static void show_totals(struct kith_buf *out, const struct kith_api_event *event)
{
	add_number(out, "* unread messages: ", event->unread_totals->messages);
	add_number(out, ", in conversations: ", event->unread_totals->conversations);
	kith_buf_add_char(out, '\n');
}

static void show_typing(struct kith_buf *out, const struct kith_api_event *event)
{
	kith_buf_add_text(out, "* ");
	add(out, event->typing->user);
	kith_buf_add_text(out, event->typing->state == KITH_API_TYPING_STATE_COMPOSING
	                               ? " is typing\n"
	                               : " has stopped typing\n");
}

static void show_presence(struct kith_buf *out, const struct kith_api_event *event)
{
	kith_buf_add_text(out, "* ");
	add(out, event->presence->user);
	kith_buf_add_text(out, event->presence->is_online ? " is online\n" : " is away\n");
}

#define DATA(member) offsetof(struct kith_api_event, member)

static const struct {
	const char *name;
	size_t data; /* the pointer that has to be there */
	void (*show)(struct kith_buf *out, const struct kith_api_event *event);
} kinds[] = {
	[KITH_API_EVENT_NAME_MESSAGE_NEW] = { "message.new", DATA(message), show_message },
	[KITH_API_EVENT_NAME_MESSAGE_EDITED] = { "message.edited", DATA(message), show_edited },
	[KITH_API_EVENT_NAME_MESSAGE_DELETED] = { "message.deleted", DATA(message), show_deleted },
	[KITH_API_EVENT_NAME_MESSAGE_REACTION] = { "message.reaction", DATA(reaction_change),
	                                           show_reaction },
	[KITH_API_EVENT_NAME_MESSAGE_HIDDEN] = { "message.hidden", DATA(hidden_message),
	                                         show_hidden },
	[KITH_API_EVENT_NAME_CONVERSATION_READ] = { "conversation.read", DATA(read_state),
	                                            show_read },
	[KITH_API_EVENT_NAME_CONVERSATION_RECEIPT] = { "conversation.receipt", DATA(receipt_change),
	                                               show_receipt },
	[KITH_API_EVENT_NAME_CONVERSATION_DRAFT] = { "conversation.draft", DATA(draft),
	                                             show_draft },
	[KITH_API_EVENT_NAME_ME_CHANGED] = { "me.changed", DATA(me_change), show_me },
	[KITH_API_EVENT_NAME_CONTACTS_CHANGED] = { "contacts.changed", DATA(contact_change),
	                                           show_contact },
	[KITH_API_EVENT_NAME_ME_UNREAD] = { "me.unread", DATA(unread_totals), show_totals },
	[KITH_API_EVENT_NAME_CONVERSATION_TYPING] = { "conversation.typing", DATA(typing),
	                                              show_typing },
	[KITH_API_EVENT_NAME_PRESENCE] = { "presence", DATA(presence), show_presence },
};

static bool has_data(const struct kith_api_event *event)
{
	const void *data = NULL;

	if ((size_t)event->event < KITH_COUNT(kinds) && kinds[event->event].name != NULL) {
		memcpy(&data, (const char *)event + kinds[event->event].data, sizeof(data));
	}
	return data != NULL;
}

void kith_events_show(struct kith_buf *out, const struct kith_api_event *event)
{
	if (has_data(event)) {
		kinds[event->event].show(out, event);
	}
}

void kith_events_show_json(struct kith_buf *out, const struct kith_api_event *event,
                           struct kith_str data)
{
	struct kith_json_writer w;

	if (!has_data(event)) {
		return;
	}
	kith_json_write_to(&w, out);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "event", kith_str_of(kinds[event->event].name));
	if (event->cursor.at != NULL) {
		kith_json_pair_string(&w, "cursor",
		                      kith_str_make(event->cursor.at, event->cursor.len));
	}
	if (event->conversation.at != NULL) {
		kith_json_pair_string(
			&w, "conversation",
			kith_str_make(event->conversation.at, event->conversation.len));
	}
	if (event->has_n) {
		kith_json_pair_integer(&w, "n", event->n);
	}
	kith_json_key(&w, "data");
	kith_json_put_raw(&w, data);
	kith_json_close_object(&w);
	kith_buf_add_char(out, '\n');
}
