/*
 * rig.h -- a client and a fake server in one thread, with a clock moved by hand.
 *
 * What the tests of a whole client share: both sides are turned until something
 * is true; what the client tells is noted. Time stands still but for pass_ms().
 */
#ifndef KITH_TESTS_CLIENT_RIG_H
#define KITH_TESTS_CLIENT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "kith/client.h"
#include "kith/outbox.h"
#include "unit/client/fake_server.h"
#include "unit/net/clock.h"

enum { RIG_NOTES_MAX = 16384, RIG_ROUNDS = 20000 };

#define CONVERSATION "8c5d1f60-2b3a-8e4d-9a17-5f0c6e2d7b81"
#define MESSAGE_ID "01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f"

struct rig {
	struct fake_server server;
	struct kith_client_options options;
	struct kith_client *client;
	char notes[RIG_NOTES_MAX]; /* what the client told, a word each */
	int tokens_asked;
	const char *tokens[4]; /* what on_token gives; NULL: none to be had */
};

static inline void note(struct rig *rig, const char *format, ...) KITH_PRINTF(2, 3);

static inline void note(struct rig *rig, const char *format, ...)
{
	size_t len = strlen(rig->notes);
	va_list args;

	va_start(args, format);
	vsnprintf(rig->notes + len, sizeof(rig->notes) - len, format, args);
	va_end(args);
	len = strlen(rig->notes);
	assert_true(len + 2 < sizeof(rig->notes));
	memcpy(rig->notes + len, " ", 2);
}

/* What was noted since the last time, without the last blank. */
static inline const char *notes(struct rig *rig)
{
	static char taken[RIG_NOTES_MAX];
	size_t len = strlen(rig->notes);

	memcpy(taken, rig->notes, len + 1);
	if (len > 0) {
		taken[len - 1] = '\0';
	}
	rig->notes[0] = '\0';
	return taken;
}

static inline void rig_on_state(void *context, enum kith_client_state state,
                                const struct kith_problem *problem)
{
	static const char *const names[] = { "idle", "connecting", "online", "reconnecting",
		                             "closed" };
	if (problem == NULL) {
		note(context, "%s", names[state]);
	} else {
		note(context, "%s:%.*s", names[state], (int)problem->code.len, problem->code.at);
	}
}

static inline void rig_on_event(void *context, const struct kith_api_event *event)
{
	if (event->message != NULL) {
		note(context, "n%lld:%.*s", (long long)event->n, (int)event->message->text.len,
		     event->message->text.at);
	} else {
		note(context, "seen%lld", (long long)event->n);
	}
}

static inline void rig_on_reload(void *context)
{
	note(context, "reload");
}

static inline void rig_on_outbox(void *context, const struct kith_outbox_result *result)
{
	static const char *const names[] = { "kept", "sent", "failed" };

	if (result->problem != NULL) {
		note(context, "failed%llu:%.*s", (unsigned long long)result->tag,
		     (int)result->problem->code.len, result->problem->code.at);
	} else {
		note(context, "%s%llu%s", names[result->state], (unsigned long long)result->tag,
		     result->is_repeated ? "r" : "");
	}
}

static inline void rig_on_token(void *context, struct kith_client *client)
{
	struct rig *rig = context;

	assert_true(rig->tokens_asked < 4);
	assert_int_equal(kith_client_give_token(client, rig->tokens[rig->tokens_asked++]),
	                 KITH_STATUS_OK);
}

/* A server, and options for a client of it that tests may change. */
static inline void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	fake_server_start(&rig->server);
	rig->options = (struct kith_client_options){
		.url = rig->server.url,
		.token = "t.o.k",
		.on_state = rig_on_state,
		.on_event = rig_on_event,
		.on_reload = rig_on_reload,
		.on_outbox = rig_on_outbox,
		.context = rig,
		.hides_delivered = true, /* or a call more after each message */
	};
}

static inline void rig_done(struct rig *rig)
{
	kith_client_free(&rig->client);
	fake_server_stop(&rig->server);
}

static inline void turn(struct rig *rig)
{
	fake_server_turn(&rig->server);
	if (rig->client != NULL) {
		kith_client_step(rig->client);
	}
}

/* Turns both sides until CLAIM holds; it must, and soon. */
#define UNTIL(rig, claim) \
	do { \
		int rounds = 0; \
		while (!(claim)) { \
			if (++rounds > RIG_ROUNDS) { \
				fail_msg("never true: %s; notes: %s", #claim, (rig)->notes); \
			} \
			turn(rig); \
		} \
	} while (0)

/* Lets everything that is on its way arrive. */
static inline void settle(struct rig *rig)
{
	for (int i = 0; i < 50; i++) {
		turn(rig);
	}
}

static inline void pass_ms(struct rig *rig, int64_t ms)
{
	steady_us += ms * 1000;
	settle(rig);
}

/* Makes the client, and begins to connect. */
static inline void rig_connect(struct rig *rig)
{
	char why[KITH_CLIENT_WHY_MAX] = "";

	if (kith_client_new(&rig->options, &rig->client, why) != KITH_STATUS_OK) {
		fail_msg("%s", why);
	}
	assert_int_equal(kith_client_connect(rig->client), KITH_STATUS_OK);
}

/* And is let in, with the cursor c0. */
static inline void rig_online(struct rig *rig)
{
	size_t heard = rig->server.heard_count;

	if (rig->client == NULL) {
		rig_connect(rig);
	}
	UNTIL(rig, rig->server.heard_count > heard);
	if (!rig->server.is_polite) {
		fake_server_welcome(&rig->server, "c0");
	}
	UNTIL(rig, kith_client_get_state(rig->client) == KITH_CLIENT_ONLINE);
}

/* Waits out the back-off, until the client has said hello again. */
static inline void rig_again(struct rig *rig)
{
	size_t hellos = fake_server_count(&rig->server, "\"hello\"");
	int rounds = 0;

	while (fake_server_count(&rig->server, "\"hello\"") == hellos) {
		assert_true(++rounds < 200);
		pass_ms(rig, 500);
	}
}

static inline void on_message(void *context, const struct kith_problem *problem,
                              const struct kith_api_message *message, bool is_repeated)
{
	if (problem != NULL) {
		note(context, "no:%.*s", (int)problem->code.len, problem->code.at);
	} else {
		note(context, "ok%lld%s", (long long)message->n, is_repeated ? "r" : "");
	}
}

/* kith_messages_send_to_user() to bob. */
static inline void send_text(struct rig *rig, const char *id, const char *text)
{
	const struct kith_messages_send_to_user_args args = {
		.address = kith_text_of("bob"),
		.id = kith_text_of(id),
		.text = kith_text_of(text),
	};

	assert_int_equal(kith_messages_send_to_user(rig->client, &args, on_message, rig),
	                 KITH_STATUS_OK);
}

/* Answers the call ID as stored with the number N. */
static inline void say_stored(struct rig *rig, int64_t id, int64_t n, const char *more)
{
	char text[600];

	snprintf(text, sizeof(text),
	         "{\"type\":\"ok\",\"id\":%lld%s,\"result\":{\"id\":\"" MESSAGE_ID
	         "\",\"conversation\":\"" CONVERSATION "\",\"n\":%lld,\"from\":\"alice\","
	         "\"kind\":\"text\",\"text\":\"x\",\"createdAt\":\"2026-11-22T10:15:30.123Z\","
	         "\"sentAt\":\"2026-11-22T10:15:30.123Z\",\"later\":[1]}}",
	         (long long)id, more, (long long)n);
	fake_server_say(&rig->server, text);
}

static inline void say_problem(struct rig *rig, int64_t id, int status, const char *code,
                               const char *more)
{
	char text[400];

	snprintf(text, sizeof(text),
	         "{\"type\":\"error\",\"id\":%lld,\"problem\":{\"type\":\"/problems/%s\","
	         "\"title\":\"T.\",\"status\":%d,\"code\":\"%s\"%s}}",
	         (long long)id, code, status, code, more);
	fake_server_say(&rig->server, text);
}

/* News of message N with the cursor cN. */
static inline void say_event(struct rig *rig, int64_t n, const char *text)
{
	char frame[600];

	snprintf(frame, sizeof(frame),
	         "{\"type\":\"event\",\"event\":\"message.new\",\"cursor\":\"c%lld\","
	         "\"conversation\":\"" CONVERSATION "\",\"n\":%lld,\"data\":{\"id\":\"" MESSAGE_ID
	         "\",\"conversation\":\"" CONVERSATION "\",\"n\":%lld,\"from\":\"bob\","
	         "\"kind\":\"text\",\"text\":\"%s\",\"createdAt\":\"2026-11-22T10:15:30.123Z\","
	         "\"sentAt\":\"2026-11-22T10:15:30.123Z\"}}",
	         (long long)n, (long long)n, (long long)n, text);
	fake_server_say(&rig->server, frame);
}

#endif
