/*
 * client.c -- the speaking half of a simulated person. The header tells the story.
 */
#include "bench/client.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/when.h"
#include "bench/payload.h"
#include "wire/http.h"

#include <stdio.h>

static const struct kith_peer_ops client_ops;

void kith_client_init(struct kith_client *client, struct kith_load *load, uint32_t index,
                      struct kith_str user, struct kith_str token, struct kith_flight *flights,
                      uint32_t mask)
{
	*client = (struct kith_client){
		.peer = { .fd = -1 },
		.load = load,
		.index = index,
		.user = user,
		.token = token,
		.flights = flights,
		.flight_mask = mask,
	};
	kith_ws_init(&client->ws, false);
}

void kith_client_done(struct kith_client *client)
{
	kith_peer_done(&client->peer);
	kith_buf_done(&client->fragments);
}

struct kith_client *kith_client_partner(const struct kith_client *client)
{
	return &client->load->clients[client->index ^ 1];
}

bool kith_client_connect(struct kith_client *client)
{
	struct kith_load *load = client->load;

	client->state = KITH_CLIENT_UPGRADING;
	return kith_peer_connect(&client->peer, &load->set,
	                         (const struct sockaddr *)&load->target.address, load->target.size,
	                         &client_ops);
}

void kith_client_fail(struct kith_client *client, const char *why)
{
	struct kith_load *load = client->load;

	if (client->state == KITH_CLIENT_ENDED) {
		return;
	}
	kith_load_fail(load, "client %u (%.*s): %s", client->index, KITH_STR_PRINT(client->user),
	               why);
	kith_peer_close(&client->peer);
	client->state = KITH_CLIENT_ENDED;
	load->ended_count++;
	load->unanswered -= client->in_flight;
	client->in_flight = 0;
}

static void on_end(struct kith_peer *peer)
{
	kith_client_fail(KITH_CONTAINER(peer, struct kith_client, peer),
	                 peer->is_connecting ? "nobody listens there" : "the connection ended");
}

static void on_open(struct kith_peer *peer)
{
	struct kith_client *client = KITH_CONTAINER(peer, struct kith_client, peer);
	struct kith_load *load = client->load;
	struct kith_buf *out = &peer->out;
	uint8_t key[16];

	kith_rand_bytes(&load->rand, key, sizeof(key));
	kith_buf_reset(&load->text);
	kith_base64_add(&load->text, KITH_BASE64, kith_str_make(key, sizeof(key)));
	KITH_ASSERT(load->text.len == sizeof(client->key));
	memcpy(client->key, load->text.at, sizeof(client->key));

	kith_http_write_request(out, "GET", KITH_STR("/v1/socket"));
	kith_http_write_header(out, "Host", kith_str_of(load->target.host));
	kith_http_write_header(out, "Upgrade", KITH_STR("websocket"));
	kith_http_write_header(out, "Connection", KITH_STR("Upgrade"));
	kith_http_write_header(out, "Sec-WebSocket-Version", KITH_STR("13"));
	kith_http_write_header(out, "Sec-WebSocket-Key",
	                       kith_str_make(client->key, sizeof(client->key)));
	kith_http_write_header(out, "Sec-WebSocket-Protocol", KITH_STR("kith.v1"));
	kith_http_write_end(out);
	kith_peer_send_later(peer);
}

static void say_hello(struct kith_client *client)
{
	struct kith_load *load = client->load;
	struct kith_json_writer w;

	kith_buf_reset(&load->frame);
	kith_json_write_to(&w, &load->frame);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "type", KITH_STR("hello"));
	kith_json_pair_string(&w, "token", client->token);
	kith_json_close_object(&w);
	kith_ws_write(&client->peer.out, KITH_WS_TEXT, kith_buf_str(&load->frame), &load->rand);
	kith_peer_send_later(&client->peer);
	client->state = KITH_CLIENT_GREETING;
}

static void refuse_upgrade(struct kith_client *client, int status)
{
	char why[80];

	snprintf(why, sizeof(why), "the server answered the upgrade with status %d", status);
	kith_client_fail(client, why);
}

static void on_upgrade(struct kith_client *client, struct kith_str *in)
{
	struct kith_http_head head;
	enum kith_rc rc = KITH_OK;
	enum kith_parse got = kith_http_read_response(*in, &head, &rc, NULL);
	char accept[KITH_WS_ACCEPT_TEXT];

	if (got == KITH_PARSE_MORE) {
		return;
	}
	if (got == KITH_PARSE_BAD) {
		kith_client_fail(client, "the answer to the upgrade is no HTTP");
		return;
	}
	kith_ws_accept(kith_str_make(client->key, sizeof(client->key)), accept);
	if (head.status != 101) {
		refuse_upgrade(client, head.status);
	} else if (!kith_str_equal(kith_http_header(&head, "sec-websocket-accept"),
	                           kith_str_make(accept, sizeof(accept)))) {
		kith_client_fail(client, "the upgrade has a wrong Sec-WebSocket-Accept");
	} else if (!kith_str_is(kith_http_header(&head, "sec-websocket-protocol"), "kith.v1")) {
		kith_client_fail(client, "the upgrade does not choose kith.v1");
	} else {
		*in = kith_str_skip(*in, head.size);
		say_hello(client);
	}
}

static void on_close_frame(struct kith_client *client, int code)
{
	char why[64];

	snprintf(why, sizeof(why), "the server closed with %d", code);
	kith_client_fail(client, why);
}

/* Pieces of a message are put together; a whole one, the rule, is not copied. */
static void on_piece(struct kith_client *client, const struct kith_ws_frame *frame, int64_t now_us)
{
	if (frame->is_final && client->fragments.len == 0) {
		kith_answer_take(client, frame->payload, now_us);
		return;
	}
	kith_buf_add(&client->fragments, frame->payload);
	if (client->fragments.failed) {
		kith_client_fail(client, "no memory");
	} else if (frame->is_final) {
		kith_answer_take(client, kith_buf_str(&client->fragments), now_us);
		kith_buf_reset(&client->fragments);
	}
}

static void on_frame(struct kith_client *client, const struct kith_ws_frame *frame, int64_t now_us)
{
	switch (frame->op) {
	case KITH_WS_TEXT:
	case KITH_WS_CONTINUE:
		on_piece(client, frame, now_us);
		break;
	case KITH_WS_PING:
		kith_ws_write(&client->peer.out, KITH_WS_PONG, frame->payload, &client->load->rand);
		kith_peer_send_later(&client->peer);
		break;
	case KITH_WS_CLOSE:
		on_close_frame(client, frame->close_code);
		break;
	case KITH_WS_BINARY:
	case KITH_WS_PONG:
		break;
	}
}

static void on_bytes(struct kith_peer *peer, struct kith_str *in)
{
	struct kith_client *client = KITH_CONTAINER(peer, struct kith_client, peer);
	int64_t now_us = kith_when_steady_us();

	if (client->state == KITH_CLIENT_UPGRADING) {
		on_upgrade(client, in);
	}
	while (in->len > 0 &&
	       (client->state == KITH_CLIENT_GREETING || client->state == KITH_CLIENT_READY)) {
		struct kith_ws_frame frame;
		enum kith_parse got = kith_ws_read(&client->ws, in, &frame);

		if (got == KITH_PARSE_MORE) {
			break;
		}
		if (got == KITH_PARSE_BAD) {
			kith_client_fail(client, "the server broke the WebSocket protocol");
			break;
		}
		on_frame(client, &frame, now_us);
	}
	kith_client_fill(client);
}

static const struct kith_peer_ops client_ops = {
	.on_open = on_open,
	.on_bytes = on_bytes,
	.on_end = on_end,
};

static void write_call(struct kith_client *client, const struct kith_flight *flight)
{
	struct kith_load *load = client->load;
	struct kith_payload payload = {
		.run = load->run,
		.sender = client->index,
		.seq = flight->seq,
		.sent_us = flight->sent_us,
	};
	struct kith_json_writer w;

	kith_buf_reset(&load->text);
	kith_payload_write(&load->text, &payload,
	                   kith_corpus_words(&load->corpus, (uint64_t)client->index + flight->seq));
	kith_buf_reset(&load->frame);
	kith_json_write_to(&w, &load->frame);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "type", KITH_STR("call"));
	kith_json_pair_integer(&w, "id", (int64_t)flight->seq + 1);
	kith_json_pair_string(&w, "call", KITH_STR("messages.sendToUser"));
	kith_json_key(&w, "args");
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "address", kith_client_partner(client)->user);
	kith_json_pair_string(&w, "id", kith_str_make(flight->id, sizeof(flight->id)));
	kith_json_pair_string(&w, "text", kith_buf_str(&load->text));
	kith_json_close_object(&w);
	kith_json_close_object(&w);
	kith_ws_write(&client->peer.out, KITH_WS_TEXT, kith_buf_str(&load->frame), &load->rand);
	kith_peer_send_later(&client->peer);
}

static bool send_one(struct kith_client *client)
{
	struct kith_load *load = client->load;
	struct kith_flight *flight = &client->flights[client->next_seq & client->flight_mask];
	uint32_t seq;

	if (flight->is_open) { /* an old message still waits for its answer */
		return false;
	}
	if (!kith_ledger_send(load->ledger, client->index, &seq)) {
		kith_client_fail(client, "no memory for the ledger");
		return false;
	}
	KITH_ASSERT(seq == client->next_seq);
	int64_t now_us = kith_when_steady_us();
	struct kith_uuid id = kith_uuid_v7(now_us + load->wall_ahead_us, &load->rand);

	*flight = (struct kith_flight){ .is_open = true, .seq = seq, .sent_us = now_us };
	kith_uuid_format(&id, flight->id);
	write_call(client, flight);
	client->next_seq++;
	client->in_flight++;
	load->unanswered++;
	return true;
}

void kith_client_fill(struct kith_client *client)
{
	while (client->state == KITH_CLIENT_READY && client->load->is_sending &&
	       !client->is_resting && client->in_flight < client->load->window &&
	       send_one(client)) {
	}
}

void kith_client_rest(struct kith_client *client, int64_t now_us)
{
	struct kith_load *load = client->load;

	if (client->is_resting) {
		return;
	}
	client->is_resting = true;
	client->rested_at_us = now_us + KITH_LOAD_REST_US;
	client->next_resting = NULL;
	if (load->resting_first == NULL) {
		load->resting_first = client;
	} else {
		load->resting_last->next_resting = client;
	}
	load->resting_last = client;
}

void kith_client_wake_rested(struct kith_load *load, int64_t now_us)
{
	while (load->resting_first != NULL && load->resting_first->rested_at_us <= now_us) {
		struct kith_client *client = load->resting_first;

		load->resting_first = client->next_resting;
		client->is_resting = false;
		kith_client_fill(client);
	}
}
