/*
 * answer.c -- the listening half of a simulated person: welcome, ok, error,
 * event. client.h tells the story.
 *
 * Believes nothing: an answer must name a message that waits, an event must be
 * a whole message of the partner, and both must agree on the conversation. What
 * does not fit is told to the ledger, or is an error.
 */
#include "base/json.h"
#include "bench/client.h"
#include "bench/payload.h"

#include <stdio.h>

/* One frame, read. */
struct frame {
	struct kith_json json;
	int64_t now_us;
};

static struct kith_str raw_of(const struct kith_json *json, const struct kith_json_node *node)
{
	if (node == NULL || node->kind != KITH_JSON_STRING) {
		return (struct kith_str){ .at = NULL };
	}
	return kith_json_raw(json, node);
}

static struct kith_str text_at(const struct frame *frame, const struct kith_json_node *object,
                               const char *key)
{
	return raw_of(&frame->json, kith_json_get(&frame->json, object, key));
}

/* -1 when it is not there, or no integer. */
static int64_t integer_at(const struct frame *frame, const struct kith_json_node *object,
                          const char *key)
{
	const struct kith_json_node *node = kith_json_get(&frame->json, object, key);

	return node == NULL || node->kind != KITH_JSON_INTEGER ? -1 : node->integer;
}

/* All that a client and its partner say is in one conversation. */
static bool conversation_fits(struct kith_client *client, struct kith_str conversation)
{
	if (conversation.len != sizeof(client->conversation)) {
		return false;
	}
	if (!client->knows_conversation) {
		memcpy(client->conversation, conversation.at, sizeof(client->conversation));
		client->knows_conversation = true;
	}
	return memcmp(client->conversation, conversation.at, sizeof(client->conversation)) == 0;
}

/* The flight that the frame's id names, closed; NULL when there is none. */
static struct kith_flight *land(struct kith_client *client, const struct frame *frame)
{
	int64_t id = integer_at(frame, frame->json.root, "id");

	if (id < 1 || id > client->next_seq) {
		return NULL;
	}
	uint32_t seq = (uint32_t)(id - 1);
	struct kith_flight *flight = &client->flights[seq & client->flight_mask];

	if (!flight->is_open || flight->seq != seq) {
		return NULL;
	}
	flight->is_open = false;
	client->in_flight--;
	client->load->unanswered--;
	return flight;
}

static void on_welcome(struct kith_client *client, const struct frame *frame)
{
	(void)frame;
	if (client->state != KITH_CLIENT_GREETING) {
		kith_client_fail(client, "a second welcome");
		return;
	}
	client->state = KITH_CLIENT_READY;
	client->load->ready_count++;
}

static void on_ok(struct kith_client *client, const struct frame *frame)
{
	struct kith_load *load = client->load;
	const struct kith_flight *flight = land(client, frame);
	const struct kith_json_node *result =
		kith_json_get(&frame->json, frame->json.root, "result");
	int64_t n = integer_at(frame, result, "n");

	if (flight == NULL) {
		kith_client_fail(client, "an ok for no call");
		return;
	}
	kith_ledger_ack(load->ledger, client->index, flight->seq, n);
	load->acked_in_time += load->is_measuring;
	if (!kith_str_equal(text_at(frame, result, "id"),
	                    kith_str_make(flight->id, sizeof(flight->id))) ||
	    !kith_str_equal(text_at(frame, result, "from"), client->user) ||
	    !conversation_fits(client, text_at(frame, result, "conversation"))) {
		kith_ledger_corrupt(load->ledger);
	}
	if (kith_ledger_is_measured(load->ledger, client->index, flight->seq)) {
		kith_histogram_add(&load->answer, frame->now_us - flight->sent_us);
	}
}

static void on_error(struct kith_client *client, const struct frame *frame)
{
	const struct kith_json_node *problem =
		kith_json_get(&frame->json, frame->json.root, "problem");
	struct kith_str code = text_at(frame, problem, "code");

	if (land(client, frame) == NULL) {
		char why[256];
		struct kith_str cut = { .at = code.at, .len = code.len < 64 ? code.len : 64 };
		struct kith_str detail = text_at(frame, problem, "detail");

		snprintf(why, sizeof(why), "the server says %.*s%s%.*s", KITH_STR_PRINT(cut),
		         detail.len > 0 ? ": " : "", KITH_STR_PRINT(detail));
		kith_client_fail(client, why);
		return;
	}
	client->load->refused++;
	kith_load_remember(client->load, "refused: %.*s",
	                   KITH_STR_PRINT(kith_json_raw(&frame->json, frame->json.root)));
	kith_client_rest(client, frame->now_us);
}

/* Reads the message of an event into PAYLOAD; false, and told, when it is none of ours. */
static bool read_message(struct kith_client *client, const struct frame *frame,
                         const struct kith_json_node *data, struct kith_payload *payload)
{
	struct kith_load *load = client->load;
	const struct kith_json_node *node = kith_json_get(&frame->json, data, "text");
	struct kith_str text;
	enum kith_payload_state state = KITH_PAYLOAD_DAMAGED;

	if (node != NULL && node->kind == KITH_JSON_STRING &&
	    kith_json_text(&frame->json, node, &load->mem, &text) == KITH_OK) {
		state = kith_payload_read(text, load->run, payload);
	}
	if (state == KITH_PAYLOAD_FOREIGN) {
		kith_load_fail(load, "a message of another run arrived");
	} else if (state == KITH_PAYLOAD_DAMAGED) {
		kith_ledger_corrupt(load->ledger);
	}
	return state == KITH_PAYLOAD_GOOD;
}

static bool event_agrees(struct kith_client *client, const struct frame *frame,
                         const struct kith_json_node *data)
{
	const struct kith_json_node *root = frame->json.root;
	struct kith_str conversation = text_at(frame, root, "conversation");

	return kith_str_equal(conversation, text_at(frame, data, "conversation")) &&
	       conversation_fits(client, conversation) &&
	       integer_at(frame, root, "n") == integer_at(frame, data, "n") &&
	       kith_str_equal(text_at(frame, data, "from"), kith_client_partner(client)->user) &&
	       kith_str_is(text_at(frame, data, "kind"), "text");
}

static void on_event(struct kith_client *client, const struct frame *frame)
{
	struct kith_load *load = client->load;
	const struct kith_json_node *data = kith_json_get(&frame->json, frame->json.root, "data");
	struct kith_payload payload;

	if (!kith_str_is(text_at(frame, frame->json.root, "event"), "message.new") ||
	    !read_message(client, frame, data, &payload)) {
		return;
	}
	if (!event_agrees(client, frame, data)) {
		kith_ledger_corrupt(load->ledger);
	}
	kith_ledger_deliver(load->ledger, client->index, payload.sender, payload.seq,
	                    integer_at(frame, data, "n"));
	if (payload.sender == (client->index ^ 1) &&
	    kith_ledger_is_measured(load->ledger, payload.sender, payload.seq)) {
		kith_histogram_add(&load->delivery, frame->now_us - payload.sent_us);
	}
}

static void on_gap(struct kith_client *client, const struct frame *frame)
{
	(void)frame;
	kith_load_fail(client->load, "the server announced a gap");
}

static void on_bye(struct kith_client *client, const struct frame *frame)
{
	(void)frame;
	kith_client_fail(client, "the server said bye");
}

static const struct {
	const char *type;
	void (*take)(struct kith_client *client, const struct frame *frame);
} takers[] = {
	{ "ok", on_ok },           { "event", on_event }, { "error", on_error },
	{ "welcome", on_welcome }, { "gap", on_gap },     { "bye", on_bye },
};

void kith_answer_take(struct kith_client *client, struct kith_str text, int64_t now_us)
{
	struct kith_arena *mem = &client->load->mem;
	struct frame frame = { .now_us = now_us };
	struct kith_why why;

	kith_arena_reset(mem);
	if (kith_json_read(text, mem, &frame.json, &why) != KITH_OK) {
		kith_client_fail(client, "the server sent something else than JSON");
		return;
	}
	struct kith_str type = text_at(&frame, frame.json.root, "type");

	for (size_t i = 0; i < KITH_COUNT(takers); i++) {
		if (kith_str_is(type, takers[i].type)) {
			takers[i].take(client, &frame);
			return;
		}
	}
	/* A type we do not know is for somebody newer; what it kept from us shows in the ledger. */
}
