/*
 * test_libkith.c -- the transcripts through libkith, against a real server.
 *
 * Only what include/kith shows is used, in a poll loop of the test's own. A call
 * whose arguments fit its C struct goes through its typed function, every other
 * one through kith_client_call(); what the typed struct says is held against the
 * JSON behind it.
 */
#include <kith/client.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "transcripts/json.h"
#include "transcripts/play.h"
#include "transcripts/server.h"

enum { ANSWERS_MAX = 1024, EVENTS_MAX = 1024, STEPS_MAX = 200000, NAMES_MAX = 5 };

/* One device: a client. */
struct seat {
	struct scene *scene;
	struct kith_client *client;
	struct heard answers[ANSWERS_MAX];
	bool is_answered[ANSWERS_MAX];
	size_t said;
	size_t heard;
	struct kith_str events[EVENTS_MAX];
	size_t event_count;
	size_t event_next;
};

/* One call on its way. */
struct asked {
	struct seat *seat;
	size_t at;
};

static bool step(struct seat *seat)
{
	struct pollfd ready = { .fd = kith_client_fd(seat->client), .events = POLLIN };
	int timeout_ms = kith_client_timeout_ms(seat->client);
	bool is_forever = timeout_ms < 0 || timeout_ms > STAGE_PATIENCE_MS;
	int rc = poll(&ready, 1, is_forever ? STAGE_PATIENCE_MS : timeout_ms);

	kith_client_step(seat->client);
	return rc != 0 || !is_forever;
}

/* --- what comes back --- */

static struct kith_str json_behind(const struct seat *seat)
{
	struct kith_text json = { .at = "" };

	if (seat->client != NULL) { /* else it is being freed, and what is told now nobody hears */
		json = kith_client_json(seat->client);
	}
	return stage_keep(seat->scene, kith_str_make(json.at, json.len));
}

static void note(struct asked *asked, const struct kith_problem *problem, bool is_repeated,
                 bool is_known_repeated)
{
	struct seat *seat = asked->seat;

	seat->answers[asked->at] = (struct heard){
		.is_ok = problem == NULL,
		.is_repeated = is_repeated,
		.is_known_repeated = is_known_repeated,
		.text = json_behind(seat),
	};
	seat->is_answered[asked->at] = true;
}

/* The struct must say what the JSON says; else the answer is spoilt, so that the case fails. */
static void hold(struct asked *asked, const char *member, int64_t typed)
{
	struct heard *heard = &asked->seat->answers[asked->at];
	const struct json *body = json_read(heard->text, asked->seat->scene->mem);
	const struct json *node = json_find(body, kith_str_of(member));
	int64_t plain = node == NULL                 ? -1
	                : node->kind == JSON_INTEGER ? node->integer
	                : node->kind == JSON_STRING  ? (int64_t)node->text.len
	                                             : (int64_t)node->count;

	if (plain != typed) {
		printf("# libkith's struct says %s %lld, its JSON %lld\n", member, (long long)typed,
		       (long long)plain);
		heard->text = KITH_STR("{}");
	}
}

static void on_json(void *context, const struct kith_problem *problem, struct kith_text json)
{
	(void)json;
	note(context, problem, false, false);
}

static void on_me(void *context, const struct kith_problem *problem,
                  const struct kith_api_me *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "organizations", (int64_t)result->organizations_count);
		hold(context, "id", (int64_t)result->id.len);
	}
}

static void on_user(void *context, const struct kith_problem *problem,
                    const struct kith_api_user *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "name", (int64_t)result->name.len);
	}
}

static void on_conversation(void *context, const struct kith_problem *problem,
                            const struct kith_api_conversation *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "n", result->n);
		hold(context, "unread", result->unread);
		hold(context, "members", (int64_t)result->members_count);
	}
}

static void on_conversations(void *context, const struct kith_problem *problem,
                             const struct kith_api_conversation_page *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "items", (int64_t)result->items_count);
	}
}

static void on_read(void *context, const struct kith_problem *problem,
                    const struct kith_api_read_state *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "seen", result->seen);
		hold(context, "unread", result->unread);
	}
}

static void on_stored(void *context, const struct kith_problem *problem,
                      const struct kith_api_message *result, bool is_repeated)
{
	note(context, problem, is_repeated, true);
	if (result != NULL) {
		hold(context, "n", result->n);
	}
	if (result != NULL && result->kind == KITH_API_MESSAGE_KIND_TEXT) {
		hold(context, "text", (int64_t)result->text.len);
	}
}

static void on_message(void *context, const struct kith_problem *problem,
                       const struct kith_api_message *result)
{
	on_stored(context, problem, result, false);
}

static void on_messages(void *context, const struct kith_problem *problem,
                        const struct kith_api_message_page *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "items", (int64_t)result->items_count);
	}
}

static void on_sync(void *context, const struct kith_problem *problem,
                    const struct kith_api_sync_page *result)
{
	note(context, problem, false, false);
	if (result != NULL) {
		hold(context, "items", (int64_t)result->items_count);
	}
}

static void on_event(void *context, const struct kith_api_event *event)
{
	static const char *const names[] = { "unknown", "message.new", "conversation.read" };
	struct seat *seat = context;
	struct kith_str data = json_behind(seat);
	struct kith_buf text = { 0 };

	KITH_ASSERT(seat->event_count < EVENTS_MAX);
	kith_buf_add_format(&text,
	                    "{\"event\":\"%s\",\"cursor\":\"%.*s\",\"conversation\":\"%.*s\","
	                    "\"n\":%lld,\"data\":",
	                    names[event->event], (int)event->cursor.len, event->cursor.at,
	                    (int)event->conversation.len, event->conversation.at,
	                    (long long)event->n);
	kith_buf_add(&text, data);
	kith_buf_add_char(&text, '}');
	seat->events[seat->event_count++] = stage_keep(seat->scene, kith_buf_str(&text));
	kith_buf_done(&text);
}

/* --- typed calls --- */

static struct kith_text text_of(const struct json *args, const char *name)
{
	struct kith_str text = json_text(args, name);

	return (struct kith_text){ .at = text.at, .len = text.len };
}

static int64_t integer_of(const struct json *args, const char *name)
{
	int64_t value = json_integer(args, name);

	return value < 0 ? 0 : value;
}

/* The bytes behind opaque's base64; the caller has seen that they are there. */
static struct kith_bytes bytes_of(const struct json *args, struct asked *asked)
{
	struct kith_str text = json_text(args, "opaque");
	uint8_t *room;
	size_t padding = 0;

	if (text.at == NULL) {
		return (struct kith_bytes){ .at = NULL };
	}
	room = stage_zero(asked->seat->scene, text.len + 1);
	int len = EVP_DecodeBlock(room, (const uint8_t *)text.at, (int)text.len);
	while (padding < text.len && text.at[text.len - 1 - padding] == '=') {
		padding++;
	}
	return (struct kith_bytes){ .at = room, .len = len < 0 ? 0 : (size_t)len - padding };
}

static int call_me(struct kith_client *client, const struct json *args, struct asked *asked)
{
	(void)args;
	return kith_me_get(client, on_me, asked);
}

static int call_user(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_users_get_args typed = { .user = text_of(args, "user") };
	return kith_users_get(client, &typed, on_user, asked);
}

static int call_list(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_conversations_list_args typed = {
		.limit = integer_of(args, "limit"),
		.cursor = text_of(args, "cursor"),
		.organization = text_of(args, "organization"),
	};
	return kith_conversations_list(client, &typed, on_conversations, asked);
}

static int call_direct(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_conversations_direct_args typed = {
		.user = text_of(args, "user"),
		.organization = text_of(args, "organization"),
	};
	return kith_conversations_direct(client, &typed, on_conversation, asked);
}

static int call_get(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_conversations_get_args typed = {
		.conversation = text_of(args, "conversation"),
	};
	return kith_conversations_get(client, &typed, on_conversation, asked);
}

static int call_read(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_conversations_read_args typed = {
		.conversation = text_of(args, "conversation"),
		.up_to = integer_of(args, "upTo"),
	};
	return kith_conversations_read(client, &typed, on_read, asked);
}

static int call_messages(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_messages_list_args typed = {
		.conversation = text_of(args, "conversation"),
		.before = text_of(args, "before"),
		.after = text_of(args, "after"),
		.around = text_of(args, "around"),
		.limit = integer_of(args, "limit"),
	};
	return kith_messages_list(client, &typed, on_messages, asked);
}

static int call_send(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_messages_send_args typed = {
		.conversation = text_of(args, "conversation"),
		.id = text_of(args, "id"),
		.text = text_of(args, "text"),
		.opaque = bytes_of(args, asked),
	};
	return kith_messages_send(client, &typed, on_stored, asked);
}

static int call_send_to_user(struct kith_client *client, const struct json *args,
                             struct asked *asked)
{
	const struct kith_messages_send_to_user_args typed = {
		.address = text_of(args, "address"),
		.id = text_of(args, "id"),
		.text = text_of(args, "text"),
		.opaque = bytes_of(args, asked),
		.organization = text_of(args, "organization"),
	};
	return kith_messages_send_to_user(client, &typed, on_stored, asked);
}

static int call_message(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_messages_get_args typed = { .id = text_of(args, "id") };
	return kith_messages_get(client, &typed, on_message, asked);
}

static int call_sync(struct kith_client *client, const struct json *args, struct asked *asked)
{
	const struct kith_sync_args typed = {
		.since = text_of(args, "since"),
		.limit = integer_of(args, "limit"),
	};
	return kith_sync(client, &typed, on_sync, asked);
}

/* Which arguments fit the struct: required ones first, then others. */
static const struct typed_call {
	const char *name;
	int (*call)(struct kith_client *client, const struct json *args, struct asked *asked);
	size_t required;
	const char *args[NAMES_MAX];
} typed_calls[] = {
	{ "me.get", call_me, 0, { NULL } },
	{ "users.get", call_user, 1, { "user" } },
	{ "conversations.list", call_list, 0, { "limit", "cursor", "organization" } },
	{ "conversations.direct", call_direct, 1, { "user", "organization" } },
	{ "conversations.get", call_get, 1, { "conversation" } },
	{ "conversations.read", call_read, 2, { "conversation", "upTo" } },
	{ "messages.list",
	  call_messages,
	  1,
	  { "conversation", "before", "after", "around", "limit" } },
	{ "messages.send", call_send, 1, { "conversation", "id", "text", "opaque" } },
	{ "messages.sendToUser",
	  call_send_to_user,
	  1,
	  { "address", "id", "text", "opaque", "organization" } },
	{ "messages.get", call_message, 1, { "id" } },
	{ "sync", call_sync, 0, { "since", "limit" } },
};

/* Whether TEXT is the base64 that libkith itself would write for some bytes. */
static bool is_canonical(struct kith_str text)
{
	uint8_t *bytes = malloc(text.len + 3);
	uint8_t *again = malloc(text.len + 3);
	size_t padding = 0;
	bool is_same = false;

	KITH_ASSERT(bytes != NULL && again != NULL);
	while (padding < text.len && text.at[text.len - 1 - padding] == '=') {
		padding++;
	}
	int len = text.len < 4 || padding > 2
	                  ? -1
	                  : EVP_DecodeBlock(bytes, (const uint8_t *)text.at, (int)text.len);
	if (len > 0) {
		int back = EVP_EncodeBlock(again, bytes, len - (int)padding);
		is_same = (size_t)back == text.len && memcmp(again, text.at, text.len) == 0;
	}
	free(bytes);
	free(again);
	return is_same;
}

/* Whether ARG is what the struct has room for. */
static bool arg_fits(const struct typed_call *call, const struct json *arg)
{
	bool is_number = kith_str_is(arg->key, "limit") || kith_str_is(arg->key, "upTo");
	bool is_known = false;

	for (size_t i = 0; i < NAMES_MAX && call->args[i] != NULL; i++) {
		is_known = is_known || kith_str_is(arg->key, call->args[i]);
	}
	if (kith_str_is(arg->key, "opaque") && arg->kind == JSON_STRING) {
		is_known = is_known && is_canonical(arg->text);
	}
	return is_known && (is_number ? arg->kind == JSON_INTEGER && arg->integer > 0
	                              : arg->kind == JSON_STRING);
}

static const struct typed_call *find_typed(struct kith_str name, const struct json *args)
{
	for (size_t i = 0; i < KITH_COUNT(typed_calls); i++) {
		const struct typed_call *call = &typed_calls[i];
		if (!kith_str_is(name, call->name)) {
			continue;
		}
		for (size_t j = 0; j < call->required; j++) {
			if (json_find(args, kith_str_of(call->args[j])) == NULL) {
				return NULL;
			}
		}
		for (const struct json *arg = args->first; arg != NULL; arg = arg->next) {
			if (!arg_fits(call, arg)) {
				return NULL;
			}
		}
		return call;
	}
	return NULL;
}

/* --- the stage --- */

static bool libkith_say(struct scene *scene, size_t device, struct kith_str name,
                        struct kith_str args)
{
	struct seat *seat = scene->seats[device];
	struct asked *asked = stage_zero(scene, sizeof(*asked));
	const struct json *tree = json_read(args, scene->mem);
	const struct typed_call *typed = tree == NULL ? NULL : find_typed(name, tree);
	struct kith_text text = { .at = args.at, .len = args.len };

	KITH_ASSERT(seat->said < ANSWERS_MAX);
	*asked = (struct asked){ .seat = seat, .at = seat->said++ };
	int status = typed != NULL ? typed->call(seat->client, tree, asked)
	                           : kith_client_call(seat->client, stage_keep(scene, name).at,
	                                              text, on_json, asked);
	if (status != KITH_STATUS_OK) {
		printf("# libkith answers at once: %d\n", status);
	}
	return status == KITH_STATUS_OK;
}

static bool libkith_hear(struct scene *scene, size_t device, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	for (int i = 0; i < STEPS_MAX && !seat->is_answered[seat->heard]; i++) {
		if (!step(seat)) {
			return false;
		}
	}
	*out = seat->answers[seat->heard++];
	return seat->is_answered[seat->heard - 1];
}

static bool libkith_event(struct scene *scene, size_t device, bool waits, struct heard *out)
{
	struct seat *seat = scene->seats[device];

	for (int i = 0; i < STEPS_MAX && waits && seat->event_next == seat->event_count; i++) {
		if (!step(seat)) {
			return false;
		}
	}
	if (seat->event_next == seat->event_count) {
		return false;
	}
	out->text = seat->events[seat->event_next++];
	return true;
}

/* Online, or closed because the token was refused: its calls will say so. */
static bool is_settled(const struct seat *seat)
{
	enum kith_client_state state = kith_client_get_state(seat->client);

	return state == KITH_CLIENT_ONLINE || state == KITH_CLIENT_CLOSED;
}

static bool connect_device(struct scene *scene, size_t device, struct seat *seat)
{
	const struct device *who = &scene->c->devices[device];
	struct kith_buf token = { 0 };
	char why[KITH_CLIENT_WHY_MAX] = "";

	if (!who->token.is_none) {
		world_token(who, server_now_us(), &token);
	}
	const struct kith_client_options options = {
		.url = server_url(),
		.token = stage_keep(scene, kith_buf_str(&token)).at,
		.on_event = on_event,
		.context = seat,
		.call_timeout_ms = STAGE_PATIENCE_MS,
	};
	kith_buf_done(&token);
	if (kith_client_new(&options, &seat->client, why) != KITH_STATUS_OK ||
	    kith_client_connect(seat->client) != KITH_STATUS_OK) {
		printf("# libkith: %s\n", why);
		return false;
	}
	for (int i = 0; i < STEPS_MAX && !is_settled(seat); i++) {
		if (!step(seat)) {
			return false;
		}
	}
	return is_settled(seat);
}

static bool libkith_enter(struct scene *scene)
{
	bool is_good = true;

	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = stage_zero(scene, sizeof(*seat));
		scene->seats[i] = seat;
		seat->scene = scene;
		is_good = is_good && connect_device(scene, i, seat);
	}
	return is_good;
}

static void libkith_leave(struct scene *scene)
{
	for (size_t i = 0; i < scene->c->device_count; i++) {
		struct seat *seat = scene->seats[i];
		kith_client_free(&seat->client);
	}
}

int main(int argc, char **argv)
{
	static const struct stage stage = {
		.door = SCRIPT_LIBKITH,
		.start = server_start,
		.stop = server_stop,
		.enter = libkith_enter,
		.leave = libkith_leave,
		.say = libkith_say,
		.hear = libkith_hear,
		.event = libkith_event,
		.now_us = server_now_us,
		.pid = server_pid,
	};
	return play_all(&stage, argc, argv);
}
