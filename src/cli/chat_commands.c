/*
 * chat_commands.c -- a line that somebody has entered: a message, or /something.
 */
#include <string.h>

#include "base/when.h"
#include "cli/chat.h"

static struct kith_text text_of(struct kith_str str)
{
	return (struct kith_text){ .at = str.at, .len = str.len };
}

static void write_message(struct kith_chat *chat, struct kith_str text,
                          const struct kith_thread_entry *answered)
{
	const struct kith_messages_send_args args = {
		.conversation = kith_text_of(chat->conversation),
		.text = text_of(text),
		.reply_to = kith_text_of(answered == NULL ? NULL : answered->id),
	};
	struct kith_str reply = answered == NULL ? KITH_STR("") : kith_buf_str(&answered->text);
	struct kith_buf copy = { 0 };
	int status = kith_outbox_send(chat->run->client, &args, ++chat->last_tag);

	kith_chat_check(chat, status);
	if (status == KITH_STATUS_OK) {
		kith_buf_add(&copy, reply); /* the entry may move */
		kith_thread_write(&chat->thread, chat->last_tag, text, kith_buf_str(&copy),
		                  kith_when_now_us());
		kith_buf_done(&copy);
		chat->said_typing_us = 0; /* the message ends it */
	}
}

/* Commands. TEXT is what stands behind the word, without blanks around it. */

static void on_changed(void *context, const struct kith_problem *problem,
                       const struct kith_api_message *result)
{
	struct kith_chat *chat = context;

	if (problem != NULL) {
		kith_chat_note_problem(chat, problem);
	} else {
		kith_thread_update(&chat->thread, result);
	}
	chat->is_dirty = true;
}

/*
 * My last message; NULL after a word about why there is none. One that still waits is not
 * passed over: what was meant for it would befall the one before.
 */
static const struct kith_thread_entry *find_mine(struct kith_chat *chat)
{
	const struct kith_thread_entry *last = kith_thread_last(&chat->thread, true);

	if (kith_thread_waiting(&chat->thread) > 0) {
		kith_chat_note(chat, KITH_STR("your last message is not stored yet"));
		return NULL;
	}
	if (last == NULL) {
		kith_chat_note(chat, KITH_STR("there is no message of yours here"));
	}
	return last;
}

static void edit(struct kith_chat *chat, struct kith_str text)
{
	const struct kith_thread_entry *last = find_mine(chat);
	struct kith_messages_edit_args args = { .text = text_of(text) };

	if (last != NULL) {
		args.id = kith_text_of(last->id);
		kith_chat_check(chat,
		                kith_messages_edit(chat->run->client, &args, on_changed, chat));
	}
}

static void on_deleted(void *context, const struct kith_problem *problem,
                       const struct kith_api_outcome_list *result)
{
	struct kith_chat *chat = context;

	if (problem != NULL) {
		kith_chat_note_problem(chat, problem);
		return;
	}
	for (size_t i = 0; i < result->items_count; i++) {
		const struct kith_api_outcome *item = &result->items[i];

		if (item->is_done) {
			kith_thread_delete(&chat->thread, item->id);
		} else {
			kith_chat_note(chat, kith_run_str(item->code));
		}
	}
	chat->is_dirty = true;
}

static void delete_last(struct kith_chat *chat, struct kith_str text)
{
	const struct kith_thread_entry *last = find_mine(chat);
	struct kith_text id;
	const struct kith_messages_delete_args args = { .ids = &id, .ids_count = 1 };

	(void)text;
	if (last != NULL) {
		id = kith_text_of(last->id);
		kith_chat_check(chat,
		                kith_messages_delete(chat->run->client, &args, on_deleted, chat));
	}
}

static void react(struct kith_chat *chat, struct kith_str text)
{
	const struct kith_thread_entry *last = kith_thread_last(&chat->thread, false);
	struct kith_messages_react_args args = { .emoji = text_of(text), .on = true };

	if (last == NULL) {
		kith_chat_note(chat, KITH_STR("there is no message of theirs here"));
		return;
	}
	args.id = kith_text_of(last->id);
	kith_chat_check(chat, kith_messages_react(chat->run->client, &args, on_changed, chat));
}

static void reply(struct kith_chat *chat, struct kith_str text)
{
	const struct kith_thread_entry *last = kith_thread_last(&chat->thread, false);

	if (last == NULL) {
		kith_chat_note(chat, KITH_STR("there is no message of theirs here"));
		return;
	}
	write_message(chat, text, last);
}

static void quit(struct kith_chat *chat, struct kith_str text)
{
	(void)text;
	kith_run_end(chat->run, KITH_EXIT_OK);
}

static void help(struct kith_chat *chat, struct kith_str text);

static const struct {
	const char *word;
	bool takes_text;
	const char *help;
	void (*run)(struct kith_chat *chat, struct kith_str text);
} commands[] = {
	{ "/edit", true, "/edit TEXT: my last message becomes TEXT", edit },
	{ "/delete", false, "/delete: takes my last message away, for everyone", delete_last },
	{ "/react", true, "/react EMOJI: to their last message", react },
	{ "/reply", true, "/reply TEXT: answers their last message", reply },
	{ "/help", false, "/help: this; a text that begins with / is written with //", help },
	{ "/quit", false, "/quit: ends, like Ctrl-D", quit },
};

static void help(struct kith_chat *chat, struct kith_str text)
{
	(void)text;
	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		kith_chat_note(chat, kith_str_of(commands[i].help));
	}
}

static void run_command(struct kith_chat *chat, struct kith_str line)
{
	struct kith_str word = line, text = { 0 };

	if (kith_str_cut(line, ' ', &word, &text)) {
		text = kith_str_trim(text);
	}
	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		if (!kith_str_is(word, commands[i].word)) {
			continue;
		}
		if (commands[i].takes_text != (text.len > 0)) {
			kith_chat_note(chat, kith_str_of(commands[i].help));
		} else {
			commands[i].run(chat, text);
		}
		return;
	}
	kith_chat_note(chat, KITH_STR("there is no such command; /help lists them"));
}

void kith_chat_enter(struct kith_chat *chat, struct kith_str line)
{
	if (kith_str_trim(line).len == 0) {
		return;
	}
	if (line.at[0] != '/') {
		write_message(chat, line, NULL);
	} else if (line.len > 1 && line.at[1] == '/') {
		write_message(chat, kith_str_skip(line, 1), NULL);
	} else {
		run_command(chat, line);
	}
}
