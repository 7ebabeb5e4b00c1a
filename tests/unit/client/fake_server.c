/*
 * fake_server.c -- connections, their frames, and the little politeness there is.
 */
#include "unit/client/fake_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/json.h"
#include "net/conn.h"
#include "wire/http.h"
#include "wire/ws.h"

#define MESSAGE \
	"{\"id\":\"01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f\"," \
	"\"conversation\":\"8c5d1f60-2b3a-8e4d-9a17-5f0c6e2d7b81\",\"n\":%lld,\"from\":\"alice\"," \
	"\"kind\":\"text\",\"text\":\"x\",\"createdAt\":\"2026-11-22T10:15:30.123Z\"," \
	"\"sentAt\":\"2026-11-22T10:15:30.123Z\"}"

struct fake_peer {
	struct fake_server *server;
	struct fake_peer *next;
	struct kith_conn *conn;
	struct kith_ws ws;
	bool is_open;
};

static void put(struct fake_peer *peer, struct kith_buf *bytes)
{
	kith_out_add(kith_conn_out(peer->conn), kith_buf_str(bytes));
	kith_conn_flush_later(peer->conn);
	kith_buf_done(bytes);
}

static void answer_upgrade(struct fake_peer *peer, const struct kith_http_head *head)
{
	struct fake_server *server = peer->server;
	struct kith_buf out = { 0 };
	char accept[KITH_WS_ACCEPT_TEXT];
	struct kith_why why;

	assert_true(kith_ws_is_opening(head, &why));
	assert_true(kith_http_has_token(head, "sec-websocket-protocol", "kith.v1"));
	kith_ws_accept(kith_http_header(head, "sec-websocket-key"), accept);
	if (server->refuse_with != NULL) {
		kith_buf_add_text(&out, server->refuse_with);
		put(peer, &out);
		return;
	}
	kith_http_write_status(&out, server->refuse_status != 0 ? server->refuse_status : 101);
	if (server->refuse_status != 0) {
		kith_http_write_header(&out, "Content-Length", KITH_STR("0"));
		kith_http_write_header(&out, "Retry-After", KITH_STR("7"));
	} else {
		kith_http_write_header(&out, "Upgrade", KITH_STR("websocket"));
		kith_http_write_header(&out, "Connection", KITH_STR("Upgrade"));
		kith_http_write_header(&out, "Sec-WebSocket-Accept",
		                       kith_str_make(accept, sizeof(accept)));
		kith_http_write_header(&out, "Sec-WebSocket-Protocol", KITH_STR("kith.v1"));
		peer->is_open = true;
		server->connects++;
	}
	kith_http_write_end(&out);
	put(peer, &out);
}

/* Answers a call as if it had worked. */
static void be_polite(struct fake_server *server, const char *text)
{
	char answer[512];

	if (strstr(text, "\"type\":\"hello\"") != NULL) {
		fake_server_welcome(server, "c0");
	} else if (strstr(text, "\"type\":\"ping\"") != NULL) {
		fake_server_say(server, "{\"type\":\"pong\",\"n\":1}");
	} else if (strstr(text, "\"type\":\"call\"") != NULL) {
		snprintf(answer, sizeof(answer),
		         "{\"type\":\"ok\",\"id\":%lld,\"result\":" MESSAGE "}",
		         (long long)server->last_id, (long long)++server->n);
		fake_server_say(server, answer);
	}
}

static void hear(struct fake_server *server, struct kith_str text)
{
	char *copy = malloc(text.len + 1);
	const char *id;

	assert_non_null(copy);
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	assert_true(server->heard_count < FAKE_HEARD_MAX);
	server->heard[server->heard_count++] = copy;
	id = strstr(copy, "\"type\":\"call\",\"id\":");
	if (id != NULL) {
		server->last_id = strtoll(id + sizeof("\"type\":\"call\",\"id\":") - 1, NULL, 10);
	}
	if (server->is_polite) {
		be_polite(server, copy);
	}
}

/* Hears a whole POST as one text, once it is all there. */
static void hear_post(struct fake_peer *peer, const struct kith_http_head *head,
                      struct kith_str *in)
{
	struct kith_buf text = { 0 };
	size_t size = head->size + (size_t)head->content_length;

	if (in->len < size) {
		return;
	}
	kith_buf_add_format(&text, "POST %.*s %.*s", KITH_STR_PRINT(head->path),
	                    (int)head->content_length, in->at + head->size);
	*in = kith_str_skip(*in, size);
	peer->server->asking = peer;
	hear(peer->server, kith_buf_str(&text));
	kith_buf_done(&text);
}

void fake_server_answer(struct fake_server *server, int status, const char *json)
{
	struct kith_buf out = { 0 };
	char size[24];

	assert_non_null(server->asking);
	snprintf(size, sizeof(size), "%zu", strlen(json));
	kith_http_write_status(&out, status);
	kith_http_write_header(&out, "Content-Type", KITH_STR("application/json"));
	kith_http_write_header(&out, "Content-Length", kith_str_of(size));
	kith_http_write_end(&out);
	kith_buf_add_text(&out, json);
	put(server->asking, &out);
	server->asking = NULL;
}

static void on_bytes(struct kith_conn *conn, struct kith_str *in)
{
	struct fake_peer *peer = kith_conn_owner(conn);
	struct kith_http_head head;
	struct kith_ws_frame frame;
	struct kith_why why;
	enum kith_rc rc;

	if (!peer->is_open) {
		if (kith_http_read_request(*in, &head, &rc, &why) != KITH_PARSE_DONE) {
			return;
		}
		if (head.method == KITH_HTTP_POST) {
			hear_post(peer, &head, in);
		} else {
			answer_upgrade(peer, &head);
			*in = kith_str_skip(*in, head.size);
		}
		return;
	}
	while (kith_ws_read(&peer->ws, in, &frame) == KITH_PARSE_DONE) {
		if (frame.op == KITH_WS_TEXT) {
			assert_true(frame.is_final);
			hear(peer->server, frame.payload);
		} else if (frame.op == KITH_WS_CLOSE) {
			peer->server->close_code = frame.close_code;
			kith_conn_close(conn);
			return;
		}
	}
}

static void on_end(struct kith_conn *conn, enum kith_conn_end end)
{
	struct fake_peer *peer = kith_conn_owner(conn);
	struct fake_peer **at = &peer->server->peers;

	peer->server->closes += end == KITH_CONN_END_PEER;
	while (*at != peer) {
		at = &(*at)->next;
	}
	*at = peer->next;
	if (peer->server->asking == peer) {
		peer->server->asking = NULL;
	}
	free(peer);
}

static void accept_peer(void *context, int fd, const struct kith_ip *from)
{
	static const struct kith_conn_ops ops = { .on_bytes = on_bytes, .on_end = on_end };
	struct fake_server *server = context;
	struct fake_peer *peer = calloc(1, sizeof(*peer));
	(void)from;

	assert_non_null(peer);
	peer->server = server;
	peer->next = server->peers;
	kith_ws_init(&peer->ws, true);
	assert_int_equal(
		kith_conn_adopt(server->loop, &server->pool, NULL, fd, &ops, peer, &peer->conn),
		KITH_OK);
	server->peers = peer;
}

void fake_server_listen(struct fake_server *server)
{
	struct kith_why why = { 0 };
	char address[FAKE_URL_MAX];
	int fd;

	snprintf(address, sizeof(address), "127.0.0.1:%d", server->port);
	assert_int_equal(kith_listener_bind(kith_str_of(address), &fd, &server->port, &why),
	                 KITH_OK);
	assert_int_equal(
		kith_listener_new(server->loop, fd, accept_peer, server, &server->listener),
		KITH_OK);
}

void fake_server_start(struct fake_server *server)
{
	memset(server, 0, sizeof(*server));
	kith_out_pool_init(&server->pool, 4);
	assert_int_equal(kith_loop_new(&server->loop), KITH_OK);
	fake_server_listen(server);
	snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%d", server->port);
}

void fake_server_go(struct fake_server *server)
{
	kith_listener_free(&server->listener);
	while (server->peers != NULL) {
		kith_conn_abort(server->peers->conn);
	}
	kith_loop_turn(server->loop, 0);
}

void fake_server_stop(struct fake_server *server)
{
	fake_server_go(server);
	kith_loop_free(&server->loop);
	kith_out_pool_done(&server->pool);
	for (size_t i = 0; i < server->heard_count; i++) {
		free(server->heard[i]);
	}
}

void fake_server_turn(struct fake_server *server)
{
	kith_loop_turn(server->loop, 0);
}

void fake_server_say_raw(struct fake_server *server, const void *bytes, size_t len)
{
	struct kith_buf out = { 0 };

	assert_non_null(server->peers);
	kith_buf_add(&out, kith_str_make(bytes, len));
	put(server->peers, &out);
}

void fake_server_say(struct fake_server *server, const char *text)
{
	struct kith_buf out = { 0 };

	assert_non_null(server->peers);
	kith_ws_write(&out, KITH_WS_TEXT, kith_str_of(text), NULL);
	put(server->peers, &out);
}

void fake_server_welcome(struct fake_server *server, const char *cursor)
{
	char text[640];

	snprintf(text, sizeof(text),
	         "{\"type\":\"welcome\",\"me\":{\"id\":\"alice\",\"name\":\"Alice\","
	         "\"organizations\":[{\"id\":\"default\",\"domain\":\"d\"}],\"scope\":\"user\","
	         "\"settings\":{\"showPresence\":true,\"showReceipts\":true,\"theme\":\"system\"}},"
	         "\"cursor\":\"%s\",\"serverTime\":\"2026-11-22T10:15:30.123Z\",\"limits\":"
	         "{\"frameBytes\":262144,\"textBytes\":16384,\"opaqueBytes\":49152,"
	         "\"pageItems\":200,\"calls\":64},\"heartbeatMs\":25000,\"new\":1}",
	         cursor);
	fake_server_say(server, text);
}

void fake_server_close(struct fake_server *server, int code)
{
	struct kith_buf out = { 0 };

	assert_non_null(server->peers);
	if (code == 0) {
		kith_conn_abort(server->peers->conn);
		return;
	}
	kith_ws_write_close(&out, code, KITH_STR("so"), NULL);
	put(server->peers, &out);
}

const char *fake_server_last(const struct fake_server *server)
{
	return server->heard_count == 0 ? "" : server->heard[server->heard_count - 1];
}

size_t fake_server_count(const struct fake_server *server, const char *part)
{
	size_t count = 0;

	for (size_t i = 0; i < server->heard_count; i++) {
		count += strstr(server->heard[i], part) != NULL;
	}
	return count;
}
