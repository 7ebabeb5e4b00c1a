/*
 * socket.c -- opening handshake, frames and closing of one WebSocket.
 *
 * A socket that was dropped, or has told its end, has no owner any more and
 * lives only until its connection is closed.
 */
#include "client/socket.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "wire/http.h"
#include "wire/ws.h"

enum { KEY_BYTES = 16, KEY_TEXT = 24, RETRY_AFTER_MAX_S = 3600 };

enum phase {
	CONNECTING,
	UPGRADING,
	OPEN,
	CLOSING, /* nothing is read any more */
};

struct kith_socket {
	struct kith_sockets *set;
	struct kith_socket *next;
	struct kith_conn *conn;
	const struct kith_socket_ops *ops; /* NULL: nobody listens */
	void *owner;
	struct kith_url url;
	enum phase phase;
	struct kith_ws ws;
	char key[KEY_TEXT];
	struct kith_buf message; /* the fragments so far        */
	struct kith_buf scratch; /* one frame, while it is made */
	struct kith_socket_end end;
};

static void put_out(struct kith_socket *socket)
{
	struct kith_out *out = kith_conn_out(socket->conn);

	if (socket->scratch.failed) {
		out->failed = true;
	} else {
		kith_out_add(out, kith_buf_str(&socket->scratch));
	}
	kith_buf_reset(&socket->scratch);
	kith_conn_flush_later(socket->conn);
}

static void send_frame(struct kith_socket *socket, enum kith_ws_op op, struct kith_str payload)
{
	kith_ws_write(&socket->scratch, op, payload, socket->set->rand);
	put_out(socket);
}

/* Tells the owner how it ended, once. */
static void tell_end(struct kith_socket *socket)
{
	const struct kith_socket_ops *ops = socket->ops;

	socket->ops = NULL;
	if (ops != NULL) {
		ops->on_end(socket->owner, &socket->end);
	}
}

/* Ends it from our side; CODE 0 sends no close frame. */
static void shut(struct kith_socket *socket, int code)
{
	bool was_open = socket->phase == OPEN;

	if (socket->phase == CLOSING) {
		return;
	}
	socket->phase = CLOSING;
	if (was_open && code != 0) {
		kith_ws_write_close(&socket->scratch, code, KITH_STR(""), socket->set->rand);
		put_out(socket);
	}
	kith_conn_close(socket->conn);
}

static void end_violation(struct kith_socket *socket, int code, const char *sentence)
{
	socket->end.is_violation = true;
	kith_refuse(&socket->end.why, KITH_E_INVALID_REQUEST, NULL, "%s", sentence);
	shut(socket, code);
	tell_end(socket);
}

static void send_opening(struct kith_socket *socket)
{
	uint8_t key[KEY_BYTES];
	struct kith_buf text = { 0 };
	struct kith_buf *out = &socket->scratch;
	char host[KITH_URL_HOST_MAX + 16];
	const struct kith_url *url = &socket->url;

	kith_rand_bytes(socket->set->rand, key, sizeof(key));
	kith_base64_add(&text, KITH_BASE64, kith_str_make(key, sizeof(key)));
	if (text.failed) {
		out->failed = true;
	} else {
		KITH_ASSERT(text.len == KEY_TEXT);
		memcpy(socket->key, text.at, KEY_TEXT);
	}
	kith_buf_done(&text);
	snprintf(host, sizeof(host), url->is_ipv6 ? "[%s]:%d" : "%s:%d", url->host, url->port);
	kith_buf_add_format(&text, "%s/v1/socket", url->path);
	if (!text.failed) {
		kith_http_write_request(out, "GET", kith_buf_str(&text));
		kith_http_write_header(out, "Host", kith_str_of(host));
		kith_http_write_header(out, "Upgrade", KITH_STR("websocket"));
		kith_http_write_header(out, "Connection", KITH_STR("Upgrade"));
		kith_http_write_header(out, "Sec-WebSocket-Key",
		                       kith_str_make(socket->key, KEY_TEXT));
		kith_http_write_header(out, "Sec-WebSocket-Version", KITH_STR("13"));
		kith_http_write_header(out, "Sec-WebSocket-Protocol", KITH_STR("kith.v1"));
		kith_http_write_end(out);
	}
	out->failed = out->failed || text.failed;
	kith_buf_done(&text);
	put_out(socket);
}

static void on_connected(struct kith_conn *conn)
{
	struct kith_socket *socket = kith_conn_owner(conn);

	if (socket->phase == CONNECTING) {
		socket->phase = UPGRADING;
		send_opening(socket);
	}
}

/* The server answered with something else than an upgrade. */
static void end_refused(struct kith_socket *socket, const struct kith_http_head *head)
{
	int64_t seconds;

	socket->end.http_status = head->status;
	kith_refuse(&socket->end.why, KITH_E_IO, NULL, "the upgrade was answered with %d %s",
	            head->status, kith_http_reason(head->status));
	if (kith_str_to_int(kith_http_header(head, "retry-after"), &seconds) && seconds > 0 &&
	    seconds <= RETRY_AFTER_MAX_S) {
		socket->end.why.retry_after_ms = seconds * 1000;
	}
	shut(socket, 0);
	tell_end(socket);
}

static bool is_upgrade(const struct kith_socket *socket, const struct kith_http_head *head)
{
	char accept[KITH_WS_ACCEPT_TEXT];

	kith_ws_accept(kith_str_make(socket->key, KEY_TEXT), accept);
	return kith_http_has_token(head, "upgrade", "websocket") && head->wants_upgrade &&
	       kith_str_equal(kith_http_header(head, "sec-websocket-accept"),
	                      kith_str_make(accept, sizeof(accept))) &&
	       kith_str_is(kith_http_header(head, "sec-websocket-protocol"), "kith.v1") &&
	       kith_http_header(head, "sec-websocket-extensions").at == NULL;
}

static void read_upgrade(struct kith_socket *socket, struct kith_str *in)
{
	struct kith_http_head head;
	enum kith_rc rc;
	struct kith_why why;
	enum kith_parse parse = kith_http_read_response(*in, &head, &rc, &why);

	if (parse == KITH_PARSE_MORE) {
		return;
	}
	if (parse == KITH_PARSE_BAD) {
		end_violation(socket, 0, "the answer to the upgrade is no HTTP");
		return;
	}
	if (head.status != 101) {
		end_refused(socket, &head);
		return;
	}
	if (!is_upgrade(socket, &head)) {
		end_violation(socket, 0, "the upgrade's answer is not that of a Kith server");
		return;
	}
	*in = kith_str_skip(*in, head.size);
	socket->phase = OPEN;
	socket->end.was_open = true;
	kith_ws_init(&socket->ws, false);
	if (socket->ops != NULL) {
		socket->ops->on_open(socket->owner);
	}
}

static void take_text(struct kith_socket *socket, const struct kith_ws_frame *frame)
{
	struct kith_str text = frame->payload;
	bool is_whole = frame->is_final && frame->op == KITH_WS_TEXT;

	if (!is_whole) {
		kith_buf_add(&socket->message, frame->payload);
		if (socket->message.failed) {
			end_violation(socket, KITH_WS_CLOSE_SIZE, "no memory for a long message");
			return;
		}
		text = kith_buf_str(&socket->message);
	}
	if (frame->is_final && socket->ops != NULL) {
		socket->ops->on_text(socket->owner, text);
	}
	if (frame->is_final && !is_whole) {
		kith_buf_done(&socket->message);
	}
}

static void take_close(struct kith_socket *socket, const struct kith_ws_frame *frame)
{
	socket->end.close_code = frame->close_code;
	kith_refuse(&socket->end.why, KITH_E_IO, NULL, "the server closed the socket: %d %.*s",
	            frame->close_code, KITH_STR_PRINT(frame->payload));
	shut(socket,
	     frame->close_code == KITH_WS_CLOSE_NONE ? KITH_WS_CLOSE_NORMAL : frame->close_code);
	tell_end(socket);
}

static void take_frame(struct kith_socket *socket, const struct kith_ws_frame *frame)
{
	switch (frame->op) {
	case KITH_WS_TEXT:
	case KITH_WS_CONTINUE:
		take_text(socket, frame);
		return;
	case KITH_WS_CLOSE:
		take_close(socket, frame);
		return;
	case KITH_WS_PING:
		send_frame(socket, KITH_WS_PONG, frame->payload);
		return;
	case KITH_WS_PONG:
	case KITH_WS_BINARY: /* refused by the reader already */
		return;
	}
}

static void on_bytes(struct kith_conn *conn, struct kith_str *in)
{
	struct kith_socket *socket = kith_conn_owner(conn);

	if (socket->phase == UPGRADING) {
		read_upgrade(socket, in);
	}
	while (socket->phase == OPEN) {
		struct kith_ws_frame frame;
		enum kith_parse parse = kith_ws_read(&socket->ws, in, &frame);

		if (parse == KITH_PARSE_MORE) {
			return;
		}
		if (parse == KITH_PARSE_BAD) {
			end_violation(socket, socket->ws.bad_close,
			              "a frame breaks the WebSocket protocol");
			return;
		}
		take_frame(socket, &frame);
	}
}

static void unlist(struct kith_socket *socket)
{
	struct kith_socket **at = &socket->set->first;

	while (*at != socket) {
		at = &(*at)->next;
	}
	*at = socket->next;
}

static void on_end(struct kith_conn *conn, enum kith_conn_end how)
{
	static const char *const sentences[] = {
		[KITH_CONN_END_PEER] = "the server closed the connection",
		[KITH_CONN_END_OURS] = "the connection was closed",
		[KITH_CONN_END_SLOW] = "the server reads too slowly",
		[KITH_CONN_END_ERROR] = "the connection failed",
	};
	struct kith_socket *socket = kith_conn_owner(conn);
	const char *trouble = kith_conn_trouble(conn);

	if (trouble == NULL) {
		trouble = socket->phase == CONNECTING ? "no connection could be made"
		                                      : sentences[how];
	}
	if (socket->end.why.detail[0] == '\0') {
		kith_refuse(&socket->end.why, KITH_E_IO, NULL, "%s", trouble);
	}
	tell_end(socket);
	unlist(socket);
	kith_buf_done(&socket->message);
	kith_buf_done(&socket->scratch);
	kith_free(socket);
}

static const struct kith_conn_ops conn_ops = {
	.on_bytes = on_bytes,
	.on_end = on_end,
	.on_connected = on_connected,
};

enum kith_rc kith_socket_new(struct kith_sockets *sockets, const struct kith_url *url,
                             const union kith_address *address, const struct kith_socket_ops *ops,
                             void *owner, struct kith_socket **out)
{
	struct kith_socket *socket = kith_alloc_zero(1, sizeof(*socket));
	enum kith_rc rc;

	if (socket == NULL) {
		return KITH_E_NO_MEMORY;
	}
	*socket = (struct kith_socket){
		.set = sockets,
		.next = sockets->first,
		.ops = ops,
		.owner = owner,
		.url = *url,
	};
	rc = kith_conn_connect(sockets->loop, sockets->pool, sockets->tls, &address->any,
	                       kith_address_len(address), &conn_ops, socket, &socket->conn);
	if (rc != KITH_OK) {
		kith_free(socket);
		return rc;
	}
	sockets->first = socket;
	*out = socket;
	return KITH_OK;
}

void kith_socket_send(struct kith_socket *socket, struct kith_str text)
{
	KITH_ASSERT(socket->end.was_open);
	if (socket->phase == OPEN) {
		send_frame(socket, KITH_WS_TEXT, text);
	}
}

size_t kith_socket_waiting(const struct kith_socket *socket)
{
	return kith_conn_out(socket->conn)->len;
}

void kith_socket_drop(struct kith_socket **socket, int code)
{
	struct kith_socket *dropped = *socket;

	*socket = NULL;
	if (dropped != NULL) {
		dropped->ops = NULL;
		shut(dropped, code);
	}
}

void kith_sockets_done(struct kith_sockets *sockets)
{
	for (struct kith_socket *at = sockets->first; at != NULL; at = at->next) {
		at->ops = NULL;
	}
	while (sockets->first != NULL) {
		kith_conn_abort(sockets->first->conn);
	}
}
