/*
 * chat.c -- `kith chat`: what the server tells, what is pressed, and when to draw.
 *
 * One conversation, on a screen of its own; or line by line, where there is no terminal
 * that a screen could be drawn on. Writes go through the outbox, so they wait for a
 * connection and are stored once.
 */
#include "cli/chat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"
#include "cli/address.h"
#include "cli/commands.h"
#include "cli/events.h"
#include "cli/terminal.h"
#include "cli/tty.h"
#include "cli/width.h"

enum { PAGE = 20, READ_BYTES = 4096 };
#define TYPING_US (6 * KITH_SECOND_US)     /* so long it holds, as the contract says     */
#define SAY_TYPING_US (4 * KITH_SECOND_US) /* so often we say it                         */
#define IDLE_US (5 * KITH_SECOND_US)       /* without a key for so long, we write no more */

static void copy_text(char *room, size_t size, struct kith_text text)
{
	size_t len = text.len < size ? text.len : 0;

	if (len > 0) {
		memcpy(room, text.at, len);
	}
	room[len] = '\0';
}

static bool is_online(const struct kith_chat *chat)
{
	return kith_client_get_state(chat->run->client) == KITH_CLIENT_ONLINE;
}

void kith_chat_note(struct kith_chat *chat, struct kith_str text)
{
	if (chat->is_plain) {
		kith_buf_add_text(&chat->run->out, "* ");
		kith_terminal_add(&chat->run->out, text, KITH_TERMINAL_LINE);
		kith_buf_add_char(&chat->run->out, '\n');
		return;
	}
	kith_thread_note(&chat->thread, text, kith_when_now_us());
	chat->is_dirty = true;
}

void kith_chat_note_problem(struct kith_chat *chat, const struct kith_problem *problem)
{
	struct kith_buf line = { 0 };

	kith_buf_add(&line, kith_run_str(problem->code));
	kith_buf_add_text(&line, ": ");
	kith_buf_add(&line,
	             kith_run_str(problem->detail.at != NULL ? problem->detail : problem->title));
	if (problem->retry_after_ms > 0) {
		kith_buf_add_format(&line, "; try again in %lld s",
		                    (long long)(problem->retry_after_ms + 999) / 1000);
	}
	kith_chat_note(chat, kith_buf_str(&line));
	kith_buf_done(&line);
}

void kith_chat_check(struct kith_chat *chat, int status)
{
	if (status == KITH_STATUS_BAD_ARGUMENT) {
		kith_chat_note(chat, KITH_STR("this is no UTF-8 text"));
	} else {
		kith_run_check(chat->run, status);
	}
}

/* Drawing. */

static void add_presence(const struct kith_chat *chat, struct kith_buf *out)
{
	char when[KITH_WHEN_TEXT];

	if (!chat->knows_presence || chat->is_lost) {
		return;
	}
	if (chat->is_other_online) {
		kith_buf_add_text(out, " · online");
	} else if (chat->last_seen_us != 0) {
		kith_when_format(chat->last_seen_us, when);
		kith_buf_add_format(out, " · last seen %.10s %.5sZ", when, when + 11);
	}
}

static void add_status(const struct kith_chat *chat, struct kith_buf *out)
{
	size_t waiting = kith_thread_waiting(&chat->thread);

	kith_buf_add_char(out, ' ');
	kith_terminal_add(out, kith_str_of(chat->title), KITH_TERMINAL_LINE);
	add_presence(chat, out);
	if (chat->typing_until_us != 0) {
		kith_buf_add_text(out, " · ");
		kith_terminal_add(out, kith_str_of(chat->other), KITH_TERMINAL_LINE);
		kith_buf_add_text(out, " is typing …");
	}
	if (chat->is_lost) {
		kith_buf_add_text(out, " · the connection is lost; trying again");
	}
	if (waiting > 0) {
		kith_buf_add_format(out, " · %zu waiting", waiting);
	}
}

static void draw(struct kith_chat *chat)
{
	struct kith_buf status = { 0 };

	add_status(chat, &status);
	kith_screen_draw(&chat->screen, &chat->thread, kith_buf_str(&status), &chat->input,
	                 &chat->run->out);
	kith_buf_done(&status);
	chat->is_dirty = false;
}

static void on_resize(struct kith_run *run)
{
	struct kith_chat *chat = run->job;

	kith_tty_size(&chat->screen.columns, &chat->screen.rows);
	kith_screen_clear(&chat->screen);
	chat->is_dirty = true;
}

/* Gives the terminal back, at once: somebody may be about to print an error. */
static void leave_screen(struct kith_chat *chat)
{
	struct kith_buf out = { 0 };

	if (!chat->is_shown) {
		return;
	}
	chat->is_shown = false;
	kith_buf_reset(&chat->run->out);
	kith_screen_leave(&out);
	(void)!write(STDOUT_FILENO, out.at, out.len);
	kith_buf_done(&out);
	kith_tty_leave();
}

/* Telling the server. */

static void say_typing(struct kith_chat *chat, enum kith_api_typing_state state)
{
	const struct kith_conversations_typing_args args = {
		.conversation = kith_text_of(chat->conversation),
		.state = state,
	};

	if (chat->other[0] != '\0' && is_online(chat)) {
		(void)kith_conversations_typing(chat->run->client, &args, NULL, NULL);
	}
	chat->said_typing_us = state == KITH_API_TYPING_STATE_COMPOSING ? kith_when_steady_us() : 0;
}

/* The line has changed. */
static void tell_typing(struct kith_chat *chat)
{
	int64_t now_us = kith_when_steady_us();
	struct kith_str line = kith_buf_str(&chat->input.text);

	chat->pressed_us = now_us;
	if (line.len == 0 && chat->said_typing_us != 0) {
		say_typing(chat, KITH_API_TYPING_STATE_GONE);
	} else if (line.len > 0 && line.at[0] != '/' &&
	           (chat->said_typing_us == 0 || now_us - chat->said_typing_us >= SAY_TYPING_US)) {
		say_typing(chat, KITH_API_TYPING_STATE_COMPOSING);
	}
}

static void on_read(void *context, const struct kith_problem *problem,
                    const struct kith_api_read_state *result)
{
	struct kith_chat *chat = context;

	chat->is_reading = false;
	if (problem == NULL && result->seen > chat->read_n) {
		chat->read_n = result->seen;
	} else if (problem != NULL && !problem->is_retryable && problem->status != 0) {
		chat->read_n = chat->shown_n; /* it will not be told, whoever asks */
	}
}

/* What stands on the screen is read. */
static void tell_read(struct kith_chat *chat)
{
	const struct kith_conversations_read_args args = {
		.conversation = kith_text_of(chat->conversation),
		.up_to = chat->shown_n,
	};

	if (chat->shown_n <= chat->read_n || chat->is_reading || !is_online(chat)) {
		return;
	}
	chat->is_reading =
		kith_conversations_read(chat->run->client, &args, on_read, chat) == KITH_STATUS_OK;
}

static void on_presence(void *context, const struct kith_problem *problem,
                        const struct kith_api_presence_list *result)
{
	struct kith_chat *chat = context;

	if (problem == NULL && result->items_count == 1) {
		chat->knows_presence = true;
		chat->is_other_online = result->items[0].is_online;
		chat->last_seen_us = result->items[0].last_seen_us;
		chat->is_dirty = true;
	}
}

/* Each connection has to say whom it watches. */
static void watch(struct kith_chat *chat)
{
	const struct kith_text other = kith_text_of(chat->other);
	const struct kith_presence_watch_args args = { .users = &other, .users_count = 1 };

	if (chat->other[0] != '\0') {
		(void)kith_presence_watch(chat->run->client, &args, on_presence, chat);
	}
}

/* What the server tells. */

static bool is_ours(const struct kith_chat *chat, struct kith_text conversation)
{
	return chat->conversation[0] != '\0' && kith_text_is(conversation, chat->conversation);
}

static void take_message(struct kith_chat *chat, const struct kith_api_event *event)
{
	bool is_known = kith_thread_has(&chat->thread, event->message->id);

	kith_thread_add(&chat->thread, event->message);
	if (!kith_text_is(event->message->from, chat->thread.me)) {
		chat->typing_until_us = 0; /* the message ends it */
		chat->shown_n = event->n > chat->shown_n ? event->n : chat->shown_n;
	}
	if (chat->is_plain && !is_known) {
		kith_events_show(&chat->run->out, event);
	}
}

static void take_change(struct kith_chat *chat, const struct kith_api_event *event)
{
	kith_thread_update(&chat->thread, event->message);
	if (chat->is_plain) {
		kith_events_show(&chat->run->out, event);
	}
}

static void take_reaction(struct kith_chat *chat, const struct kith_api_event *event)
{
	kith_thread_react(&chat->thread, event->reaction_change);
	if (chat->is_plain) {
		kith_events_show(&chat->run->out, event);
	}
}

static void take_hidden(struct kith_chat *chat, const struct kith_api_event *event)
{
	kith_thread_hide(&chat->thread, event->hidden_message->id);
}

static void take_receipt(struct kith_chat *chat, const struct kith_api_event *event)
{
	kith_thread_mark(&chat->thread, event->receipt_change->delivered,
	                 event->receipt_change->seen);
	if (chat->is_plain) {
		kith_events_show(&chat->run->out, event);
	}
}

static void take_typing(struct kith_chat *chat, const struct kith_api_event *event)
{
	bool is_composing = event->typing->state == KITH_API_TYPING_STATE_COMPOSING;

	if (!kith_text_is(event->typing->user, chat->other)) {
		return;
	}
	if (chat->is_plain && is_composing != (chat->typing_until_us != 0)) {
		kith_events_show(&chat->run->out, event);
	}
	chat->typing_until_us = is_composing ? kith_when_steady_us() + TYPING_US : 0;
}

static void take_presence(struct kith_chat *chat, const struct kith_api_event *event)
{
	if (!kith_text_is(event->presence->user, chat->other)) {
		return;
	}
	chat->knows_presence = true;
	chat->is_other_online = event->presence->is_online;
	chat->last_seen_us = event->presence->last_seen_us;
	if (chat->is_plain) {
		kith_events_show(&chat->run->out, event);
	}
}

#define DATA(member) offsetof(struct kith_api_event, member)

static const struct {
	size_t data;        /* the pointer that has to be there */
	bool is_everywhere; /* it names no conversation         */
	void (*take)(struct kith_chat *chat, const struct kith_api_event *event);
} kinds[] = {
	[KITH_API_EVENT_NAME_MESSAGE_NEW] = { DATA(message), false, take_message },
	[KITH_API_EVENT_NAME_MESSAGE_EDITED] = { DATA(message), false, take_change },
	[KITH_API_EVENT_NAME_MESSAGE_DELETED] = { DATA(message), false, take_change },
	[KITH_API_EVENT_NAME_MESSAGE_REACTION] = { DATA(reaction_change), false, take_reaction },
	[KITH_API_EVENT_NAME_MESSAGE_HIDDEN] = { DATA(hidden_message), false, take_hidden },
	[KITH_API_EVENT_NAME_CONVERSATION_RECEIPT] = { DATA(receipt_change), false, take_receipt },
	[KITH_API_EVENT_NAME_CONVERSATION_TYPING] = { DATA(typing), false, take_typing },
	[KITH_API_EVENT_NAME_PRESENCE] = { DATA(presence), true, take_presence },
};

static void on_event(struct kith_run *run, const struct kith_api_event *event)
{
	struct kith_chat *chat = run->job;
	const void *data = NULL;

	if ((size_t)event->event >= KITH_COUNT(kinds) || kinds[event->event].take == NULL) {
		return;
	}
	memcpy(&data, (const char *)event + kinds[event->event].data, sizeof(data));
	if (data != NULL &&
	    (kinds[event->event].is_everywhere || is_ours(chat, event->conversation))) {
		kinds[event->event].take(chat, event);
		chat->is_dirty = true;
	}
}

static void on_outbox(struct kith_run *run, const struct kith_outbox_result *result)
{
	struct kith_chat *chat = run->job;

	chat->is_dirty = true;
	if (result->state == KITH_OUTBOX_KEPT) {
		kith_thread_identify(&chat->thread, result->tag, result->id);
	} else if (result->state == KITH_OUTBOX_FAILED) {
		kith_thread_fail(&chat->thread, result->tag);
		kith_chat_note_problem(chat, result->problem);
	} else if (is_ours(chat, result->message->conversation)) {
		kith_thread_store(&chat->thread, result->tag, result->message);
		if (chat->is_plain) {
			kith_buf_add_format(&run->out, "* ✓ n=%lld\n",
			                    (long long)result->message->n);
		}
	}
}

static void on_state(struct kith_run *run, enum kith_client_state state,
                     const struct kith_problem *problem)
{
	struct kith_chat *chat = run->job;

	chat->is_dirty = true;
	chat->is_lost = problem != NULL;
	if (state == KITH_CLIENT_ONLINE) {
		watch(chat);
	} else {
		chat->typing_until_us = 0;
		chat->knows_presence = false;
	}
	if (state == KITH_CLIENT_CLOSED) {
		leave_screen(chat);
	}
}

/* Beginning: who am I, which conversation, what was said last. */

/* All is there: from now on it is live. */
static void begin(struct kith_chat *chat)
{
	struct kith_run *run = chat->run;

	if (run->wants_input) {
		return; /* it was loaded anew */
	}
	run->wants_input = true;
	watch(chat);
	if (chat->is_plain) {
		return;
	}
	if (!kith_tty_enter()) {
		fprintf(stderr, "kith: the terminal cannot be used: %s\n", strerror(errno));
		kith_run_end(run, KITH_EXIT_REFUSED);
		return;
	}
	chat->is_shown = true;
	kith_screen_enter(&run->out);
	on_resize(run);
}

static void on_page(void *context, const struct kith_problem *problem,
                    const struct kith_api_message_page *result)
{
	struct kith_chat *chat = context;

	if (problem != NULL && !chat->run->wants_input) {
		kith_run_refuse(chat->run, problem);
		return;
	}
	if (problem != NULL) {
		kith_chat_note_problem(chat, problem);
		return;
	}
	for (size_t i = 0; i < result->items_count; i++) {
		const struct kith_api_message *message = &result->items[i];
		const struct kith_api_event event = {
			.event = KITH_API_EVENT_NAME_MESSAGE_NEW,
			.n = message->n,
			.message = message,
		};

		take_message(chat, &event);
	}
	chat->is_dirty = true;
	begin(chat);
}

static void take_conversation(struct kith_chat *chat,
                              const struct kith_api_conversation *conversation)
{
	size_t others = 0;

	copy_text(chat->conversation, sizeof(chat->conversation), conversation->id);
	chat->read_n = conversation->seen;
	for (size_t i = 0; i < conversation->members_count; i++) {
		const struct kith_api_user *member = &conversation->members[i];

		if (!kith_text_is(member->id, chat->thread.me)) {
			others++;
			copy_text(chat->other, sizeof(chat->other), member->id);
			copy_text(chat->title, sizeof(chat->title),
			          member->name.len < sizeof(chat->title) ? member->name
			                                                 : member->id);
		}
	}
	if (others != 1) {
		chat->other[0] = '\0';
		copy_text(chat->title, sizeof(chat->title),
		          others == 0 ? kith_text_of("notes") : conversation->id);
	}
	for (size_t i = 0; i < conversation->others_count; i++) {
		kith_thread_mark(&chat->thread, conversation->others[i].delivered,
		                 conversation->others[i].seen);
	}
}

static void on_conversation(void *context, const struct kith_problem *problem,
                            const struct kith_api_conversation *result)
{
	struct kith_chat *chat = context;
	struct kith_messages_list_args args = { .limit = PAGE };

	if (problem != NULL) {
		kith_run_refuse(chat->run, problem);
		return;
	}
	take_conversation(chat, result);
	args.conversation = kith_text_of(chat->conversation);
	kith_run_check(chat->run, kith_messages_list(chat->run->client, &args, on_page, chat));
}

static void on_me(void *context, const struct kith_problem *problem,
                  const struct kith_api_me *result)
{
	struct kith_chat *chat = context;
	struct kith_run *run = chat->run;
	const char *name = run->options->args[0];
	const struct kith_conversations_direct_args direct = {
		.user = kith_text_of(name),
		.organization = kith_text_of(run->options->organization),
	};
	const struct kith_conversations_get_args get = { .conversation = kith_text_of(name) };

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	copy_text(chat->thread.me, sizeof(chat->thread.me), result->id);
	kith_run_check(
		run,
		kith_address_is_conversation(kith_str_of(name))
			? kith_conversations_get(run->client, &get, on_conversation, chat)
			: kith_conversations_direct(run->client, &direct, on_conversation, chat));
}

static void on_start(struct kith_run *run)
{
	kith_run_check(run, kith_me_get(run->client, on_me, run->job));
}

/* Too much was missed: what is stored is loaded anew. */
static void on_reload(struct kith_run *run)
{
	struct kith_chat *chat = run->job;
	const struct kith_conversations_get_args args = {
		.conversation = kith_text_of(chat->conversation),
	};

	if (run->wants_input) {
		kith_thread_forget(&chat->thread);
		kith_run_check(run,
		               kith_conversations_get(run->client, &args, on_conversation, chat));
	}
}

/* What is pressed. */

static void take_keys(struct kith_chat *chat, struct kith_str bytes)
{
	while (bytes.len > 0 && !chat->run->is_done) {
		enum kith_input_step step = kith_input_feed(&chat->input, &bytes);

		if (step == KITH_INPUT_LINE) {
			struct kith_buf line = chat->input.text;

			chat->input.text = (struct kith_buf){ 0 };
			kith_input_clear(&chat->input);
			kith_chat_enter(chat, kith_buf_str(&line));
			kith_buf_done(&line);
		} else if (step == KITH_INPUT_END) {
			kith_run_end(chat->run, KITH_EXIT_OK);
		} else if (step == KITH_INPUT_REDRAW) {
			on_resize(chat->run);
		}
	}
	if (chat->input.has_changed) {
		chat->input.has_changed = false;
		tell_typing(chat);
	}
	chat->is_dirty = true;
}

/* Whole lines, where nobody presses keys. */
static void take_lines(struct kith_chat *chat, struct kith_str bytes)
{
	struct kith_buf *text = &chat->input.text;
	struct kith_str line, rest;

	kith_buf_add(text, bytes);
	rest = kith_buf_str(text);
	while (kith_str_cut(rest, '\n', &line, &rest)) {
		kith_chat_enter(chat, line);
	}
	kith_buf_eat(text, text->len - rest.len);
	if (text->len > KITH_INPUT_BYTES_MAX) {
		kith_chat_note(chat, KITH_STR("the line is too long"));
		kith_buf_reset(text);
	}
}

static void on_input(struct kith_run *run)
{
	struct kith_chat *chat = run->job;
	char bytes[READ_BYTES];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
		return;
	}
	if (got > 0 && chat->is_plain) {
		take_lines(chat, kith_str_make(bytes, (size_t)got));
	} else if (got > 0) {
		take_keys(chat, kith_str_make(bytes, (size_t)got));
	} else {
		if (chat->is_plain && chat->input.text.len > 0) {
			take_lines(chat, KITH_STR("\n")); /* the last one had no end */
		}
		run->wants_input = false;
		chat->is_ended = true;
	}
}

static void look_at_clock(struct kith_chat *chat)
{
	int64_t now_us = kith_when_steady_us();

	if (chat->typing_until_us != 0 && now_us >= chat->typing_until_us) {
		chat->typing_until_us = 0;
		chat->is_dirty = true;
	}
	if (chat->said_typing_us != 0 && now_us - chat->pressed_us >= IDLE_US) {
		say_typing(chat, KITH_API_TYPING_STATE_GONE);
	}
	chat->run->wake_us = chat->typing_until_us;
	if (chat->said_typing_us != 0 &&
	    (chat->run->wake_us == 0 || chat->pressed_us + IDLE_US < chat->run->wake_us)) {
		chat->run->wake_us = chat->pressed_us + IDLE_US;
	}
}

static void on_step(struct kith_run *run)
{
	struct kith_chat *chat = run->job;

	look_at_clock(chat);
	if (run->wants_input || chat->is_ended) {
		tell_read(chat);
	}
	if (chat->is_shown && chat->is_dirty) {
		draw(chat);
	}
	if (chat->is_ended && kith_thread_waiting(&chat->thread) == 0) {
		kith_run_end(run, KITH_EXIT_OK);
	}
	if (chat->thread.has_failed || run->out.failed) {
		leave_screen(chat);
		kith_run_check(run, KITH_STATUS_NO_MEMORY);
	}
}

static void on_over(struct kith_run *run)
{
	leave_screen(run->job);
}

static const struct kith_run_ops ops = {
	.on_start = on_start,
	.on_state = on_state,
	.on_event = on_event,
	.on_reload = on_reload,
	.on_outbox = on_outbox,
	.on_input = on_input,
	.on_step = on_step,
	.on_resize = on_resize,
	.on_over = on_over,
};

int kith_cli_chat(const struct kith_cli_options *options)
{
	struct kith_chat chat = { .is_plain = !kith_tty_is_usable(getenv("TERM")) };
	struct kith_run run = {
		.options = options,
		.ops = &ops,
		.job = &chat,
		.outbox = options->outbox,
		.says_losses = chat.is_plain,
	};
	size_t waiting;
	int code;

	chat.run = &run;
	kith_width_start();
	code = kith_run(&run);
	waiting = kith_thread_waiting(&chat.thread);
	if (waiting > 0 && options->outbox == NULL) {
		fprintf(stderr, "kith: %zu of your messages were not sent\n", waiting);
	} else if (waiting > 0) {
		fprintf(stderr, "kith: %zu of your messages wait in %s\n", waiting,
		        options->outbox);
	}
	kith_thread_done(&chat.thread);
	kith_input_done(&chat.input);
	kith_screen_done(&chat.screen);
	return code;
}
