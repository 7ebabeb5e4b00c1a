/*
 * exchange.c -- from a name to an address to a connection to an answer. A failure
 * before the request went out tries the next address; afterwards nothing is tried
 * again here, because only the owner knows whether that does harm.
 */
#include "client/exchange.h"

#include <stdio.h>

#include "client/decode.h"
#include "client/problem.h"

enum { EXCHANGE_ARENA_BYTES = 4096 };

static struct kith_loop *loop_of(const struct kith_exchange *exchange)
{
	return exchange->sockets->loop;
}

/* Lets go of the connection, if there is one; on_end() then knows it no more. */
static void drop(struct kith_exchange *exchange)
{
	struct kith_conn *conn = exchange->conn;

	exchange->conn = NULL;
	exchange->is_connected = false;
	if (conn != NULL) {
		kith_conn_abort(conn);
	}
}

static void finish(struct kith_exchange *exchange, const struct kith_outcome *outcome)
{
	drop(exchange);
	kith_timer_clear(loop_of(exchange), &exchange->timer);
	exchange->is_busy = false;
	exchange->on_done(exchange, outcome);
	if (!exchange->is_busy) {
		kith_buf_done(&exchange->request); /* tokens and passwords do not stay */
		kith_buf_done(&exchange->answer);
	}
}

static void fail(struct kith_exchange *exchange, enum kith_own_problem which, const char *detail)
{
	struct kith_problem problem = kith_problem_own(which, detail);
	const struct kith_outcome outcome = { .problem = &problem };

	finish(exchange, &outcome);
}

/* The answer is whole: a result, or a problem. */
static void take_answer(struct kith_exchange *exchange)
{
	struct kith_json json;
	struct kith_problem problem;
	struct kith_outcome outcome = { .json = &json };
	char sentence[64];
	bool is_refusal = exchange->status < 200 || exchange->status > 299;

	kith_arena_reset(&exchange->mem);
	snprintf(sentence, sizeof(sentence), "the server answered with %d and no Kith's answer",
	         exchange->status);
	if (kith_json_read(kith_buf_str(&exchange->answer), &exchange->mem, &json, NULL) !=
	            KITH_OK ||
	    json.root->kind != KITH_JSON_OBJECT ||
	    (is_refusal &&
	     kith_decode_problem(&json, json.root, &exchange->mem, &problem, NULL) != KITH_OK)) {
		fail(exchange, is_refusal ? KITH_OWN_NETWORK : KITH_OWN_PROTOCOL, sentence);
		return;
	}
	outcome.payload = json.root;
	outcome.problem = is_refusal ? &problem : NULL;
	finish(exchange, &outcome);
}

/* false: the head is not whole yet, or it is over. */
static bool read_head(struct kith_exchange *exchange, struct kith_str *in)
{
	struct kith_http_head head;
	enum kith_rc rc;
	struct kith_why why;
	enum kith_parse parse;

	do {
		parse = kith_http_read_response(*in, &head, &rc, &why);
		if (parse == KITH_PARSE_MORE) {
			return false;
		}
		if (parse == KITH_PARSE_BAD) {
			fail(exchange, KITH_OWN_PROTOCOL, "the answer is no HTTP");
			return false;
		}
		*in = kith_str_skip(*in, head.size);
	} while (head.status < 200);
	exchange->status = head.status;
	kith_http_body_start(&exchange->body, &head, KITH_EXCHANGE_ANSWER_MAX);
	return true;
}

static void on_bytes(struct kith_conn *conn, struct kith_str *in)
{
	struct kith_exchange *exchange = kith_conn_owner(conn);
	enum kith_parse parse = KITH_PARSE_MORE;
	struct kith_str piece;
	enum kith_rc rc;
	struct kith_why why;

	if (exchange->conn != conn || (exchange->status == 0 && !read_head(exchange, in))) {
		return;
	}
	do {
		parse = kith_http_body_read(&exchange->body, in, &piece, &rc, &why);
		if (parse == KITH_PARSE_BAD) {
			fail(exchange, KITH_OWN_PROTOCOL, "the answer's body makes no sense");
			return;
		}
		kith_buf_add(&exchange->answer, piece);
	} while (parse == KITH_PARSE_MORE && in->len > 0);
	if (exchange->answer.failed) {
		fail(exchange, KITH_OWN_NETWORK, "no memory for an answer");
	} else if (parse == KITH_PARSE_DONE) {
		take_answer(exchange);
	}
}

static void on_connected(struct kith_conn *conn)
{
	struct kith_exchange *exchange = kith_conn_owner(conn);

	exchange->is_connected = true;
	kith_out_add(kith_conn_out(conn), kith_buf_str(&exchange->request));
	kith_conn_flush_later(conn);
}

static void open_next(struct kith_exchange *exchange, const char *trouble);

static void on_end(struct kith_conn *conn, enum kith_conn_end how)
{
	struct kith_exchange *exchange = kith_conn_owner(conn);
	const char *trouble = kith_conn_trouble(conn);

	(void)how;
	if (exchange->conn != conn) {
		return;
	}
	exchange->conn = NULL;
	if (exchange->is_connected) {
		fail(exchange, KITH_OWN_NETWORK, "the connection ended before the answer");
	} else {
		open_next(exchange, trouble != NULL ? trouble : "no connection could be made");
	}
}

static const struct kith_conn_ops conn_ops = {
	.on_bytes = on_bytes,
	.on_end = on_end,
	.on_connected = on_connected,
};

/* Tries the addresses from address_at on; TROUBLE is what the last one had. */
static void open_next(struct kith_exchange *exchange, const char *trouble)
{
	const struct kith_sockets *sockets = exchange->sockets;

	while (exchange->address_at < exchange->resolve.count) {
		const union kith_address *address =
			&exchange->resolve.addresses[exchange->address_at++];

		if (kith_conn_connect(sockets->loop, sockets->pool, sockets->tls, &address->any,
		                      kith_address_len(address), &conn_ops, exchange,
		                      &exchange->conn) == KITH_OK) {
			return;
		}
	}
	fail(exchange, KITH_OWN_NETWORK, trouble);
}

static void on_resolved(struct kith_resolve *resolve)
{
	struct kith_exchange *exchange = KITH_CONTAINER(resolve, struct kith_exchange, resolve);

	exchange->is_resolving = false;
	if (exchange->is_busy) {
		open_next(exchange, resolve->count == 0 ? "the host is not known"
		                                        : "no connection could be made");
	}
}

static void on_time(struct kith_timer *timer)
{
	struct kith_exchange *exchange = KITH_CONTAINER(timer, struct kith_exchange, timer);

	fail(exchange, KITH_OWN_TIMEOUT, NULL);
}

void kith_exchange_init(struct kith_exchange *exchange, const struct kith_sockets *sockets,
                        void (*on_done)(struct kith_exchange *exchange,
                                        const struct kith_outcome *outcome))
{
	*exchange = (struct kith_exchange){
		.sockets = sockets,
		.timer = { .on_time = on_time },
		.on_done = on_done,
	};
	kith_arena_init(&exchange->mem, EXCHANGE_ARENA_BYTES);
	kith_resolve_init(&exchange->resolve, sockets->loop, on_resolved);
}

void kith_exchange_done(struct kith_exchange *exchange)
{
	exchange->is_busy = false;
	drop(exchange);
	kith_timer_clear(loop_of(exchange), &exchange->timer);
	kith_resolve_done(&exchange->resolve);
	kith_buf_done(&exchange->request);
	kith_buf_done(&exchange->answer);
	kith_arena_done(&exchange->mem);
}

static void write_request(struct kith_exchange *exchange, const char *path, struct kith_str body)
{
	struct kith_buf *out = &exchange->request;
	const struct kith_url *url = &exchange->url;
	struct kith_buf text = { 0 };
	char host[KITH_URL_HOST_MAX + 16];
	char size[24];

	kith_buf_reset(out);
	snprintf(host, sizeof(host), url->is_ipv6 ? "[%s]:%d" : "%s:%d", url->host, url->port);
	snprintf(size, sizeof(size), "%zu", body.len);
	kith_buf_add_format(&text, "%s%s", url->path, path);
	if (!text.failed) {
		kith_http_write_request(out, "POST", kith_buf_str(&text));
		kith_http_write_header(out, "Host", kith_str_of(host));
		kith_http_write_header(out, "Content-Type", KITH_STR("application/json"));
		kith_http_write_header(out, "Content-Length", kith_str_of(size));
		kith_http_write_header(out, "Accept", KITH_STR("application/json"));
		kith_http_write_header(out, "Connection", KITH_STR("close"));
		kith_http_write_end(out);
		kith_buf_add(out, body);
	}
	out->failed = out->failed || text.failed;
	kith_buf_done(&text);
}

enum kith_rc kith_exchange_post(struct kith_exchange *exchange, const struct kith_url *url,
                                const char *path, struct kith_str body, int64_t timeout_ms)
{
	int64_t now_us = kith_loop_steady_us(loop_of(exchange));

	KITH_ASSERT(!exchange->is_busy);
	exchange->url = *url;
	exchange->status = 0;
	exchange->address_at = 0;
	kith_buf_reset(&exchange->answer);
	write_request(exchange, path, body);
	if (exchange->request.failed || kith_timer_set(loop_of(exchange), &exchange->timer,
	                                               now_us + timeout_ms * 1000) != KITH_OK) {
		return KITH_E_NO_MEMORY;
	}
	/* A look-up that an earlier post gave up serves this one: the host is the same. */
	if (!exchange->is_resolving && kith_resolve_start(&exchange->resolve, url) != KITH_OK) {
		kith_timer_clear(loop_of(exchange), &exchange->timer);
		return KITH_E_IO;
	}
	exchange->is_resolving = true;
	exchange->is_busy = true;
	return KITH_OK;
}
