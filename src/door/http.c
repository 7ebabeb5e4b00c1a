/*
 * http.c -- from a request's head to its answer, one request at a time.
 */
#include "door/http.h"

#include "base/mem.h"
#include "door/answer.h"
#include "door/origin.h"
#include "door/public.h"
#include "door/reply.h"
#include "door/request.h"
#include "door/route.h"
#include "door/socket.h"
#include "door/stream.h"
#include "door/token.h"
#include "wire/forwarded.h"
#include "wire/http.h"
#include "wire/ws.h"

#include <stdio.h>

enum phase {
	PHASE_HEAD, /* between requests, or in a head */
	PHASE_BODY,
	PHASE_ANSWER, /* the service has it             */
	PHASE_CLOSED, /* the last answer is on its way  */
};

struct http_door {
	struct kith_door base;
	enum phase phase;
	int64_t deadline_us;
	struct kith_lane *lane;
	struct kith_call *call;       /* NULL while the service has it    */
	struct kith_request *request; /* lives in the call's memory       */
	struct kith_ticket *ticket;
	struct kith_http_body_reader body;
	struct kith_buf content;
	struct kith_errand page_errand; /* for a page that is made when asked for */
	bool is_in_head;                /* a piece of a head has come */
	bool is_page_asked;
	bool is_gone; /* the connection ended while it was asked */
	uint64_t requests;
};

static struct http_door *http_of(struct kith_door *door)
{
	return KITH_CONTAINER(door, struct http_door, base);
}

/* --- answers --- */

static struct kith_reply reply_to(const struct http_door *http)
{
	const struct kith_request *request = http->request;
	struct kith_reply reply = { .is_kept = false };

	if (request != NULL) {
		reply.request_id = request->id;
		reply.origin = request->origin;
		reply.is_kept = request->is_kept && !http->base.host->is_draining;
		reply.is_head_only = request->is_head;
	}
	return reply;
}

/* Sends REPLY and makes ready for the next request, or for the end. */
static void finish(struct http_door *http, const struct kith_reply *reply)
{
	struct kith_door_host *host = http->base.host;

	kith_reply_send(&http->base, reply);
	kith_call_free(&http->call);
	http->request = NULL;
	kith_buf_done(&http->content);
	if (!reply->is_kept) {
		http->phase = PHASE_CLOSED;
		http->deadline_us = -1;
		host->close(&http->base);
		return;
	}
	http->phase = PHASE_HEAD;
	http->deadline_us = host->steady_us + KITH_DOOR_IDLE_TIME_US;
	host->show(&http->base, true);
}

/* The row for METHOD and PATH: a call's, or the event stream's. */
static enum kith_rc find_row(struct kith_str method, struct kith_str path,
                             const struct kith_call_row **out)
{
	if (!kith_str_is(path, KITH_STREAM_PATH)) {
		return kith_route_find(method, path, out);
	}
	if (!kith_str_is(method, kith_stream_row.method)) {
		return KITH_E_METHOD_NOT_ALLOWED;
	}
	*out = &kith_stream_row;
	return KITH_OK;
}

/* The methods that PATH has, as Allow lists them: HEAD wherever GET is. */
static void list_methods(struct kith_str path, char *out, size_t room)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	const struct kith_call_row *row;
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < KITH_COUNT(methods); i++) {
		if (find_row(kith_str_of(methods[i]), path, &row) == KITH_OK) {
			len += (size_t)snprintf(out + len, room - len, "%s%s%s",
			                        len == 0 ? "" : ", ", methods[i],
			                        i == 0 ? ", HEAD" : "");
		}
	}
}

/* Sends REPLY with the headers that go with some refusals (RFC 9110 10.2.3, 11.6.1, 15.5.6). */
static void finish_problem(struct http_door *http, struct kith_reply *reply, int64_t retry_after_ms)
{
	char seconds[24];
	char methods[64];

	if (reply->status == 401) {
		kith_reply_header_add(reply, "WWW-Authenticate", KITH_STR("Bearer"));
	}
	if (reply->status == 405) {
		list_methods(http->request->path, methods, sizeof(methods));
		kith_reply_header_add(reply, "Allow", kith_str_of(methods));
	}
	if (retry_after_ms > 0) {
		snprintf(seconds, sizeof(seconds), "%lld",
		         (long long)((retry_after_ms + 999) / 1000));
		kith_reply_header_add(reply, "Retry-After", kith_str_of(seconds));
	}
	finish(http, reply);
}

static void refuse(struct http_door *http, enum kith_rc rc, const struct kith_why *reason)
{
	struct kith_buf *json = &http->base.host->json;
	struct kith_reply reply = reply_to(http);
	struct kith_why why = *reason;
	struct kith_json_writer w;

	reply.status = kith_err_row(rc)->status;
	if (reply.status == 503 && why.retry_after_ms == 0) {
		why.retry_after_ms = KITH_RETRY_AFTER_MS;
	}
	if (http->call != NULL) {
		http->call->rc = rc;
		kith_door_answered(&http->base, http->call);
	}
	kith_door_refused(&http->base, rc, &why);
	kith_buf_reset(json);
	kith_json_write_to(&w, json);
	kith_answer_problem(&w, rc, &why, reply.request_id);
	if (!json->failed) {
		reply.type = "application/problem+json";
		reply.body = kith_buf_str(json);
	}
	finish_problem(http, &reply, why.retry_after_ms);
}

/* The connection goes on as a stream of events, whose first is the welcome. */
static void open_stream(struct http_door *http)
{
	struct kith_door_host *host = http->base.host;
	const struct kith_stream_ask *ask = http->request->stream;
	struct kith_reply reply = reply_to(http);
	struct kith_door *stream;

	kith_stream_head(&reply, ask);
	if (reply.is_head_only) {
		finish(http, &reply);
		return;
	}
	reply.is_kept = false;
	stream = host->is_draining ? NULL : kith_stream_open(&http->base, &reply, ask, http->call);
	if (stream == NULL) {
		refuse(http, KITH_E_UNAVAILABLE, &http->call->why);
		return;
	}
	stream->peer = http->request->from;
	kith_call_free(&http->call);
	http->request = NULL;
	http->phase = PHASE_CLOSED;
	host->replace(&http->base, stream);
}

static void on_done(struct kith_call *call)
{
	struct http_door *http = call->door;
	struct kith_buf *json = &http->base.host->json;
	struct kith_reply reply = reply_to(http);
	struct kith_json_writer w;

	http->call = call;
	if (call->rc != KITH_OK) {
		refuse(http, call->rc, &call->why);
		return;
	}
	if (http->request->stream != NULL && call->session->is_ended) {
		refuse(http, KITH_E_UNAUTHENTICATED, &call->why);
		return;
	}
	if (http->request->stream != NULL) {
		open_stream(http);
		return;
	}
	kith_buf_reset(json);
	kith_json_write_to(&w, json);
	kith_answer_result(&w, http->base.host->cursor_keys, &call->result);
	if (json->failed) {
		refuse(http, KITH_E_NO_MEMORY, &call->why);
		return;
	}
	reply.status = kith_answer_status(call);
	reply.type = "application/json";
	reply.body = kith_buf_str(json);
	if (call->result.is_repeat) {
		kith_reply_header_add(&reply, "Idempotent-Replayed", KITH_STR("true"));
	}
	kith_door_answered(&http->base, call);
	finish(http, &reply);
}

static void send_page(struct http_door *http)
{
	const struct kith_public_page *page = &http->request->page;
	struct kith_reply reply = reply_to(http);

	reply.status = page->status;
	reply.type = page->type;
	reply.body = page->body;
	finish(http, &reply);
}

/* --- a whole request --- */

/* Arguments of path, query and body; called when the caller is admitted. */
static enum kith_rc read_args(struct http_door *http)
{
	const struct kith_request *request = http->request;
	struct kith_call *call = http->call;
	const struct kith_call_row *row = call->row;
	struct kith_json json;
	enum kith_rc rc = kith_route_args(row, request->path, request->query, &call->mem,
	                                  call->args, &call->why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (request->body.len > 0) {
		if (!request->is_json) {
			return kith_refuse(&call->why, KITH_E_UNSUPPORTED_MEDIA, "",
			                   "The content type must be application/json.");
		}
		rc = kith_json_read(request->body, &call->mem, &json, &call->why);
		if (rc != KITH_OK) {
			return rc;
		}
		rc = kith_args_from_json(row->args, row->arg_count, 1U << KITH_ARG_IN_BODY, &json,
		                         json.root, &call->mem, call->args, &call->why);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	rc = kith_args_check(row->args, row->arg_count, call->args, &call->why);
	if (rc == KITH_OK && request->stream != NULL) {
		rc = kith_stream_check(request->stream, call, http->base.host->cursor_keys);
	}
	return rc;
}

static void run_call(struct http_door *http)
{
	struct kith_call *call = http->call;

	enum kith_rc rc = kith_service_admit(call);
	if (rc == KITH_OK) {
		rc = read_args(http);
	}
	if (rc != KITH_OK) {
		refuse(http, rc, &call->why);
		return;
	}
	call->lane = http->lane;
	call->from = http->request->from;
	call->door = http;
	call->done = on_done;
	call->connection = http->base.id;
	/* It is the service's until on_done(), also when the connection ends before. */
	http->call = NULL;
	kith_service_run(call);
}

static void on_token(void *owner, const struct kith_ticket_answer *answer)
{
	struct http_door *http = owner;

	http->ticket = NULL;
	if (answer->rc != KITH_OK) {
		refuse(http, answer->rc, &answer->why);
		return;
	}
	http->call->session = answer->session;
	run_call(http);
}

static void free_http(struct http_door *http)
{
	kith_ticket_drop(&http->ticket);
	kith_call_free(&http->call);
	kith_lane_release(&http->lane);
	kith_buf_done(&http->content);
	kith_session_unref(&http->base.session);
	kith_free(http);
}

static void page_go(struct kith_errand *errand, struct kith_reader *reader)
{
	struct http_door *http = KITH_CONTAINER(errand, struct http_door, page_errand);

	kith_public_make(&http->request->page, http->base.host, reader, &http->content);
}

static void page_back(struct kith_errand *errand)
{
	struct http_door *http = KITH_CONTAINER(errand, struct http_door, page_errand);

	http->is_page_asked = false;
	if (http->is_gone) {
		free_http(http);
		return;
	}
	send_page(http);
}

/* Has the page made on a reader's thread. */
static void ask_page(struct http_door *http)
{
	struct kith_errands *errands = http->base.host->errands;

	http->page_errand = (struct kith_errand){ .go = page_go, .back = page_back };
	http->is_page_asked = true;
	kith_buf_reset(&http->content);
	if (!errands->send(errands, &http->page_errand)) {
		http->is_page_asked = false;
		kith_public_refuse(&http->request->page);
		send_page(http);
	}
}

/* Counts a request that comes in nobody's name for its address; once. */
static enum kith_rc charge_address(struct http_door *http, struct kith_why *why)
{
	const struct kith_door_host *host = http->base.host;
	struct kith_request *request = http->request;

	if (request->is_charged) {
		return KITH_OK;
	}
	request->is_charged = true;
	return kith_limits_take(host->limits, KITH_LIMIT_CALLS_ADDRESS,
	                        kith_limits_by_address(host->limits, &request->from), host->now_us,
	                        why);
}

/* A call that needs no token; one that came along is not looked at. */
static void run_in_nobodys_name(struct http_door *http)
{
	struct kith_why why = { .detail = "" };
	enum kith_rc rc = charge_address(http, &why);

	if (rc == KITH_OK) {
		run_call(http);
	} else {
		refuse(http, rc, &why);
	}
}

/* Head and body are there. */
static void on_request(struct http_door *http)
{
	struct kith_door_host *host = http->base.host;
	const struct kith_request *request = http->request;

	http->phase = PHASE_ANSWER;
	http->deadline_us = -1;
	host->show(&http->base, false);
	if (request->is_page) {
		if (request->page.source == KITH_PUBLIC_TEXT) {
			send_page(http);
		} else {
			ask_page(http);
		}
		return;
	}
	if (http->call->row->scopes == 0) {
		run_in_nobodys_name(http);
		return;
	}
	kith_token_check(host, &request->from, request->token, http, on_token, &http->ticket);
}

/* --- heads --- */

/* Keeps what the answer will need of HEAD, whose bytes are about to go. */
static enum kith_rc keep_head(struct http_door *http, const struct kith_http_head *head)
{
	struct kith_door_host *host = http->base.host;

	http->call = kith_call_new(host->service);
	if (http->call == NULL) {
		return KITH_E_NO_MEMORY;
	}
	http->call->now_us = host->now_us;
	http->request = kith_request_keep(head, host->origins, &http->call->mem);
	if (http->request == NULL) {
		return KITH_E_NO_MEMORY;
	}
	http->request->from =
		kith_forwarded_from(head, &http->base.peer, host->proxies, host->proxy_count);
	if (http->request->id.len == 0) {
		kith_request_name(http->request, http->base.id, ++http->requests);
	}
	return KITH_OK;
}

/* Says yes to a browser that asks whether a page of another origin may call. */
static void answer_preflight(struct http_door *http)
{
	struct kith_reply reply = reply_to(http);

	reply.status = 204;
	if (reply.origin.len > 0) {
		kith_reply_header_add(&reply, "Access-Control-Allow-Methods",
		                      KITH_STR("GET, POST, PUT, PATCH, DELETE"));
		kith_reply_header_add(&reply, "Access-Control-Allow-Headers",
		                      KITH_STR("Authorization, Content-Type, Last-Event-ID, "
		                               "X-Request-Id"));
		kith_reply_header_add(&reply, "Access-Control-Max-Age", KITH_STR("600"));
	}
	finish(http, &reply);
}

/* Opens the socket, or refuses to. */
static void open_socket(struct http_door *http, const struct kith_http_head *head)
{
	struct kith_why why = { .detail = "" };
	struct kith_str foreign;
	char accept[KITH_WS_ACCEPT_TEXT];

	http->request->is_kept = false;
	if (!kith_ws_is_opening(head, &why)) {
		refuse(http, KITH_E_INVALID_REQUEST, &why);
		return;
	}
	if (!kith_origin_may(head, http->base.host->origins, &foreign)) {
		enum kith_rc rc = kith_refuse(&why, KITH_E_FORBIDDEN, "",
		                              "Pages of this origin may not open a socket.");
		refuse(http, rc, &why);
		return;
	}
	if (http->base.host->is_draining) {
		refuse(http, KITH_E_UNAVAILABLE, &why);
		return;
	}
	struct kith_door *socket = kith_socket_door_new(http->base.host, http->base.out,
	                                                http->base.connection, http->base.id);
	if (socket == NULL) {
		refuse(http, KITH_E_NO_MEMORY, &why);
		return;
	}
	socket->peer = http->request->from;
	struct kith_reply reply = { .status = 101, .is_kept = true };
	kith_ws_accept(kith_http_header(head, "sec-websocket-key"), accept);
	kith_reply_header_add(&reply, "Upgrade", KITH_STR("websocket"));
	kith_reply_header_add(&reply, "Connection", KITH_STR("Upgrade"));
	kith_reply_header_add(&reply, "Sec-WebSocket-Accept",
	                      kith_str_make(accept, sizeof(accept)));
	if (kith_http_has_token(head, "sec-websocket-protocol", "kith.v1")) {
		kith_reply_header_add(&reply, "Sec-WebSocket-Protocol", KITH_STR("kith.v1"));
	}
	kith_reply_send(&http->base, &reply);
	http->phase = PHASE_CLOSED;
	http->base.host->replace(&http->base, socket);
}

/*
 * Decides what a request is for. returns false when it was answered already,
 * because it cannot be for anything.
 */
static bool aim(struct http_door *http, const struct kith_http_head *head)
{
	struct kith_request *request = http->request;
	struct kith_why why = { .detail = "" };
	bool reads = head->method == KITH_HTTP_GET || head->method == KITH_HTTP_HEAD;

	bool is_local = kith_ip_is_loopback(&http->base.peer) && !kith_request_is_forwarded(head);

	request->is_page = reads && kith_public_find(http->base.host, request->path, is_local,
	                                             &http->call->mem, &request->page);
	struct kith_str method = request->is_head ? KITH_STR("GET") : head->method_text;
	enum kith_rc rc = request->is_page ? charge_address(http, &why)
	                                   : find_row(method, request->path, &http->call->row);
	if (rc == KITH_OK && request->is_page) {
		return true;
	}
	if (rc == KITH_OK && http->call->row == &kith_stream_row) {
		request->stream = kith_stream_keep(head, &http->call->mem);
		rc = request->stream == NULL ? KITH_E_NO_MEMORY : KITH_OK;
	}
	if (rc == KITH_OK && request->token.at == NULL) {
		/* Nobody's body is not even read. */
		rc = kith_service_admit(http->call);
		why = http->call->why;
	}
	if (rc == KITH_OK) {
		return true;
	}
	enum kith_rc limited = charge_address(http, &why);
	rc = limited == KITH_OK ? rc : limited;
	/* Its body is not read, so the connection cannot go on. */
	request->is_kept = request->is_kept && head->body == KITH_HTTP_BODY_NONE;
	refuse(http, rc, &why);
	return false;
}

static void start_body(struct http_door *http, const struct kith_http_head *head)
{
	http->phase = PHASE_BODY;
	http->deadline_us = http->base.host->steady_us + KITH_DOOR_HEAD_TIME_US;
	kith_http_body_start(&http->body, head, KITH_DOOR_BODY_MAX);
	/* One that is too large will be refused without having been sent. */
	if (head->expects_continue && head->content_length <= KITH_DOOR_BODY_MAX) {
		kith_out_add(http->base.out, KITH_STR("HTTP/1.1 100 Continue\r\n\r\n"));
		http->base.host->send(&http->base);
	}
}

static void on_head(struct http_door *http, const struct kith_http_head *head)
{
	struct kith_why why = { .detail = "" };
	enum kith_rc rc = keep_head(http, head);

	if (rc == KITH_OK && http->request->token.at == NULL) {
		/* Before anything else of it is looked at. */
		rc = charge_address(http, &why);
	}
	if (rc != KITH_OK) {
		if (http->request != NULL && head->body != KITH_HTTP_BODY_NONE) {
			http->request->is_kept = false;
		}
		refuse(http, rc, &why);
	} else if (kith_str_is(http->request->path, "/v1/socket") &&
	           head->method == KITH_HTTP_GET) {
		open_socket(http, head);
	} else if (head->method == KITH_HTTP_OPTIONS) {
		http->request->is_kept =
			http->request->is_kept && head->body == KITH_HTTP_BODY_NONE;
		answer_preflight(http);
	} else if (aim(http, head)) {
		start_body(http, head);
	}
}

/* --- bytes --- */

/* returns true when a step was made and another may follow. */
static bool read_head(struct http_door *http, struct kith_str *in)
{
	struct kith_http_head head;
	struct kith_why why = { .detail = "" };
	enum kith_rc rc;

	if (in->len == 0) {
		return false;
	}
	enum kith_parse parsed = kith_http_read_request(*in, &head, &rc, &why);
	if (parsed == KITH_PARSE_MORE) {
		if (!http->is_in_head) {
			http->is_in_head = true;
			http->deadline_us = http->base.host->steady_us + KITH_DOOR_HEAD_TIME_US;
		}
		return false;
	}
	if (parsed == KITH_PARSE_BAD) {
		refuse(http, rc, &why);
		return false;
	}
	http->is_in_head = false;
	/* Taken before it is looked at: the socket's door goes on right behind it. */
	*in = kith_str_skip(*in, head.size);
	on_head(http, &head);
	return true;
}

/*
 * Keeps a piece of the body, the last when IS_LAST. One that comes in one piece, as
 * nearly all do, goes straight into the call's memory; only others are gathered.
 */
static bool keep_piece(struct http_door *http, struct kith_str piece, bool is_last)
{
	struct kith_str whole = piece;

	if (!is_last || http->content.len > 0) {
		kith_buf_add(&http->content, piece);
		whole = kith_buf_str(&http->content);
	}
	if (http->content.failed) {
		return false;
	}
	return !is_last || whole.len == 0 ||
	       kith_arena_copy(&http->call->mem, whole, &http->request->body);
}

static bool read_body(struct http_door *http, struct kith_str *in)
{
	struct kith_why why = { .detail = "" };
	struct kith_str piece;
	enum kith_rc rc = KITH_OK;
	enum kith_parse parsed = kith_http_body_read(&http->body, in, &piece, &rc, &why);

	if (parsed == KITH_PARSE_BAD) {
		http->request->is_kept = false;
		refuse(http, rc, &why);
		return false;
	}
	if (!keep_piece(http, piece, parsed == KITH_PARSE_DONE)) {
		http->request->is_kept = false;
		refuse(http, KITH_E_NO_MEMORY, &why);
		return false;
	}
	http->deadline_us += (int64_t)piece.len * KITH_SECOND_US / KITH_DOOR_BODY_RATE;
	if (parsed == KITH_PARSE_DONE) {
		on_request(http);
		return true;
	}
	return in->len > 0;
}

static void on_bytes(struct kith_door *door, struct kith_str *in)
{
	struct http_door *http = http_of(door);
	bool goes_on = true;

	/* An answer may come at once, and the next request be in IN already. A door
	 * that was replaced or closed is freed by its host only when this returns. */
	while (goes_on) {
		if (http->phase == PHASE_HEAD) {
			goes_on = read_head(http, in);
		} else if (http->phase == PHASE_BODY) {
			goes_on = read_body(http, in);
		} else {
			goes_on = false;
		}
	}
}

/* --- the rest of a door --- */

static void on_deadline(struct kith_door *door)
{
	struct http_door *http = http_of(door);
	struct kith_why why = { .detail = "" };

	if (http->phase == PHASE_HEAD && !http->is_in_head) {
		http->phase = PHASE_CLOSED;
		http->deadline_us = -1;
		door->host->close(door);
		return;
	}
	if (http->request != NULL) {
		http->request->is_kept = false;
	}
	refuse(http, KITH_E_TIMEOUT, &why);
}

static int64_t deadline_us(const struct kith_door *door)
{
	return KITH_CONTAINER(door, const struct http_door, base)->deadline_us;
}

static void on_drain(struct kith_door *door, int64_t retry_after_ms)
{
	struct http_door *http = http_of(door);
	(void)retry_after_ms;

	/* A request that is under way is answered first, with Connection: close. */
	if (http->phase == PHASE_HEAD && !http->is_in_head) {
		http->phase = PHASE_CLOSED;
		http->deadline_us = -1;
		door->host->close(door);
	}
}

static void free_door(struct kith_door *door)
{
	struct http_door *http = http_of(door);

	http->is_gone = true;
	if (!http->is_page_asked) {
		free_http(http);
	}
}

static const struct kith_door_ops http_ops = {
	.kind = KITH_METRIC_DOOR_HTTP,
	.on_bytes = on_bytes,
	.on_deadline = on_deadline,
	.deadline_us = deadline_us,
	.on_drain = on_drain,
	.free = free_door,
};

struct kith_door *kith_http_door_new(struct kith_door_host *host, struct kith_out *out,
                                     void *connection, uint64_t id)
{
	struct http_door *http = kith_alloc_zero(1, sizeof(*http));
	if (http == NULL) {
		return NULL;
	}
	http->base = (struct kith_door){
		.ops = &http_ops, .host = host, .out = out, .connection = connection, .id = id
	};
	http->deadline_us = host->steady_us + KITH_DOOR_HEAD_TIME_US;
	http->lane = kith_lane_new();
	if (http->lane == NULL) {
		kith_free(http);
		return NULL;
	}
	return &http->base;
}
