/*
 * listen.c -- chunks to lines, lines to events, and whose echo each is.
 */
#include "transcripts/listen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Which event says again what a call did. The mark is what tells two of them apart:
 * a member of the result, or of each of its items, and where it stands in the event's
 * data. Without members it is the whole of both.
 */
static const struct {
	const char *call;
	const char *event;
	const char *in_result; /* NULL: all of it */
	const char *in_data;
	bool is_list;
} echoes[] = {
	{ "messages.send", "message.new", "id", "id", false },
	{ "messages.sendToUser", "message.new", "id", "id", false },
	{ "messages.edit", "message.edited", "id", "id", false },
	{ "messages.delete", "message.deleted", "id", "id", true },
	{ "messages.deleteForMe", "message.hidden", "id", "id", true },
	{ "messages.react", "message.reaction", "id", "message", false },
	{ "conversations.read", "conversation.read", NULL, NULL, false },
	{ "conversations.delivered", "conversation.read", NULL, NULL, false },
	{ "conversations.markUnread", "conversation.read", NULL, NULL, false },
	{ "conversations.draft", "conversation.draft", "conversation", "conversation", false },
	{ "contacts.add", "contacts.changed", "id", "user", false },
	{ "contacts.remove", "contacts.changed", "id", "user", false },
	{ "me.update", "me.changed", "", "", false },
	{ "me.settings", "me.changed", "", "", false },
};

/* --- the wire --- */

/* Until there is PART in what came; where it ends. 0: it never came. */
static size_t await_text(struct wire *wire, const char *part)
{
	size_t len = strlen(part);
	const char *at = NULL;

	while (wire->in.len < len || (at = memmem(wire->in.at, wire->in.len, part, len)) == NULL) {
		if (!wire_more(wire)) {
			return 0;
		}
	}
	return (size_t)(at - wire->in.at) + len;
}

/* Moves one chunk's content behind the text. false: the body's end, or the wire's. */
static bool take_chunk(struct listener *listener)
{
	struct wire *wire = &listener->wire;
	size_t line = await_text(wire, "\r\n");
	size_t len = line == 0 ? 0 : strtoul(wire->in.at, NULL, 16);

	if (len == 0 || !wire_need(wire, line + len + 2)) {
		return false;
	}
	kith_buf_add(&listener->text, kith_str_make(wire->in.at + line, len));
	kith_buf_eat(&wire->in, line + len + 2);
	return true;
}

/* The data of the next event, kept. false: the stream has ended, or nothing came in time. */
static bool take_event(struct scene *scene, struct listener *listener, struct kith_str *data)
{
	struct kith_str block;
	const char *end;

	do {
		const char *text = listener->text.at;
		while (listener->text.len < 2 ||
		       (end = memmem(text, listener->text.len, "\n\n", 2)) == NULL) {
			if (!take_chunk(listener)) {
				return false;
			}
			text = listener->text.at;
		}
		block = stage_keep(scene, kith_str_make(text, (size_t)(end - text) + 1));
		kith_buf_eat(&listener->text, block.len + 1);
		/* A block without data is a comment, so that the line does not fall silent. */
		end = memmem(block.at, block.len, "data: ", 6);
	} while (end == NULL);
	*data = kith_str_make(end + 6, (size_t)(block.at + block.len - end) - 7);
	return true;
}

bool listen_open(struct scene *scene, struct listener *listener, struct kith_str user,
                 struct kith_str token)
{
	struct kith_buf request = { 0 };
	struct kith_str welcome;

	listener->user = user;
	kith_buf_add_format(&request,
	                    "GET /v1/events HTTP/1.1\r\nHost: kith\r\n"
	                    "Accept: text/event-stream\r\nAuthorization: Bearer %.*s\r\n\r\n",
	                    KITH_STR_PRINT(token));
	bool is_open =
		wire_open(&listener->wire) && wire_send(&listener->wire, kith_buf_str(&request));
	kith_buf_done(&request);
	size_t size = is_open ? await_text(&listener->wire, "\r\n\r\n") : 0;
	if (size == 0 || strncmp(listener->wire.in.at, "HTTP/1.1 200 ", 13) != 0) {
		return false;
	}
	kith_buf_eat(&listener->wire.in, size);
	return take_event(scene, listener, &welcome) &&
	       kith_str_is(json_text(json_read(welcome, scene->mem), "type"), "welcome");
}

void listen_close(struct listener *listener)
{
	wire_close(&listener->wire);
	kith_buf_done(&listener->text);
}

/* --- echoes --- */

/* The mark of EVENT with member KEY of NODE (NULL: all of it), kept. */
static struct kith_str make_mark(struct scene *scene, const char *event, const struct json *node,
                                 const char *key)
{
	struct kith_buf mark = { 0 };

	kith_buf_add_format(&mark, "%s ", event);
	if (key != NULL) {
		kith_buf_add(&mark, json_text(node, key));
	} else if (node != NULL) {
		json_put(&mark, node);
	}
	struct kith_str kept = stage_keep(scene, kith_buf_str(&mark));
	kith_buf_done(&mark);
	return kept;
}

void listen_note(struct scene *scene, struct listener *listener, struct kith_str call,
                 const struct json *result)
{
	for (size_t i = 0; i < KITH_COUNT(echoes); i++) {
		const struct json *items = json_find(result, KITH_STR("items"));
		const struct json *item =
			echoes[i].is_list && items != NULL ? items->first : result;
		if (!kith_str_is(call, echoes[i].call)) {
			continue;
		}
		for (; item != NULL; item = echoes[i].is_list ? item->next : NULL) {
			KITH_ASSERT(listener->mark_count < LISTEN_MARKS_MAX);
			listener->marks[listener->mark_count++] =
				make_mark(scene, echoes[i].event, item, echoes[i].in_result);
		}
	}
}

/* Is EVENT what the device did itself? Then it is not waited for any more. */
static bool is_echo(struct scene *scene, struct listener *listener, const struct json *event)
{
	const struct json *data = json_find(event, KITH_STR("data"));
	struct kith_str name = json_text(event, "event");
	struct kith_str user = json_text(data, "user");

	/* Others react to the same messages. */
	if (kith_str_is(name, "message.reaction") && !kith_str_equal(user, listener->user)) {
		return false;
	}
	for (size_t i = 0; i < KITH_COUNT(echoes); i++) {
		if (!kith_str_is(name, echoes[i].event)) {
			continue;
		}
		struct kith_str mark = make_mark(scene, echoes[i].event, data, echoes[i].in_data);
		for (size_t j = 0; j < listener->mark_count; j++) {
			if (listener->marks[j].at != NULL &&
			    kith_str_equal(listener->marks[j], mark)) {
				listener->marks[j].at = NULL;
				return true;
			}
		}
	}
	return false;
}

bool listen_next(struct scene *scene, struct listener *listener, bool waits, struct heard *out)
{
	size_t last = listener->mark_count;

	KITH_ASSERT(waits || last > 0);
	while (waits || listener->marks[last - 1].at != NULL) {
		if (!take_event(scene, listener, &out->text)) {
			return false;
		}
		const struct json *event = json_read(out->text, scene->mem);
		if (event == NULL || !is_echo(scene, listener, event)) {
			return true;
		}
	}
	return false;
}
