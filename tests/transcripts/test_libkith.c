/*
 * test_libkith.c -- the transcripts through libkith, against a real server.
 *
 * Only what include/kith shows is used, in a poll loop of the test's own. A call
 * whose arguments fit its C struct goes through its typed function (typed.h), every
 * other one through kith_client_call().
 */
#include <kith/client.h>
#include <poll.h>
#include <stdio.h>

#include "transcripts/json.h"
#include "transcripts/play.h"
#include "transcripts/server.h"
#include "transcripts/typed.h"

enum { ANSWERS_MAX = 1024, EVENTS_MAX = 1024, STEPS_MAX = 200000 };

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
	struct typed_asked typed; /* first: what callbacks get is its address */
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

static const struct json *note(struct typed_asked *typed, const struct kith_problem *problem,
                               bool is_repeated, bool is_known_repeated)
{
	struct asked *asked = KITH_CONTAINER(typed, struct asked, typed);
	struct seat *seat = asked->seat;
	struct heard *heard = &seat->answers[asked->at];

	*heard = (struct heard){
		.is_ok = problem == NULL,
		.is_repeated = is_repeated,
		.is_known_repeated = is_known_repeated,
		.text = json_behind(seat),
	};
	seat->is_answered[asked->at] = true;
	return json_read(heard->text, seat->scene->mem);
}

/* The answer is no JSON any more, so that the case fails. */
static void spoil(struct typed_asked *typed)
{
	struct asked *asked = KITH_CONTAINER(typed, struct asked, typed);

	asked->seat->answers[asked->at].text = KITH_STR("spoilt");
}

static void on_json(void *context, const struct kith_problem *problem, struct kith_text json)
{
	(void)json;
	note(context, problem, false, false);
}

static void on_event(void *context, const struct kith_api_event *event)
{
	struct seat *seat = context;
	struct kith_str data = json_behind(seat);
	struct kith_buf text = { 0 };
	bool has_data;

	KITH_ASSERT(seat->event_count < EVENTS_MAX);
	kith_buf_add_format(&text, "{\"event\":\"%s\"", typed_event(event, &has_data));
	if (event->cursor.at != NULL) {
		kith_buf_add_format(&text, ",\"cursor\":\"%.*s\"", (int)event->cursor.len,
		                    event->cursor.at);
	}
	if (event->conversation.at != NULL) {
		kith_buf_add_format(&text, ",\"conversation\":\"%.*s\"",
		                    (int)event->conversation.len, event->conversation.at);
	}
	if (event->has_n) {
		kith_buf_add_format(&text, ",\"n\":%lld", (long long)event->n);
	}
	kith_buf_add_text(&text, ",\"data\":");
	kith_buf_add(&text, has_data ? data : KITH_STR("\"not what its struct has\""));
	kith_buf_add_char(&text, '}');
	seat->events[seat->event_count++] = stage_keep(seat->scene, kith_buf_str(&text));
	kith_buf_done(&text);
}

/* --- the stage --- */

static bool libkith_say(struct scene *scene, size_t device, struct kith_str name,
                        struct kith_str args)
{
	struct seat *seat = scene->seats[device];
	struct asked *asked = stage_zero(scene, sizeof(*asked));
	const struct json *tree = json_read(args, scene->mem);
	struct kith_text text = { .at = args.at, .len = args.len };
	int status;

	KITH_ASSERT(seat->said < ANSWERS_MAX && tree != NULL);
	*asked = (struct asked){
		.typed = { .mem = scene->mem, .note = note, .spoil = spoil },
		.seat = seat,
		.at = seat->said++,
	};
	if (!typed_call(seat->client, name, tree, &asked->typed, &status)) {
		status = kith_client_call(seat->client, stage_keep(scene, name).at, text, on_json,
		                          &asked->typed);
	}
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
		.hides_delivered = true, /* a scene says itself what it has received */
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
