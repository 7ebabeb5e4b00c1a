/*
 * rig.h -- a loop, connections in it, and the other ends of their sockets.
 *
 * What the two conn tests share. A side is one connection with its owner: it
 * takes bytes as its test says and notes what it was told. The peer is a plain
 * non-blocking descriptor, driven by the same thread between turns.
 */
#ifndef KITH_TESTS_NET_RIG_H
#define KITH_TESTS_NET_RIG_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "net/conn.h"
#include "net/listener.h"
#include "unit/net/clock.h"

struct rig {
	struct kith_loop *loop;
	struct kith_out_pool pool;
};

struct side {
	struct rig *rig;
	struct kith_conn *conn; /* NULL once it has ended */
	int peer;
	void (*take)(struct side *side, struct kith_str *in); /* NULL: take all */
	char *got;                                            /* all that was taken     */
	size_t got_len;
	size_t got_size;
	int calls; /* of on_bytes            */
	int connects;
	int drains;
	int ends;
	enum kith_conn_end end;
};

static inline void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	kith_out_pool_init(&rig->pool, 8);
	assert_int_equal(kith_loop_new(&rig->loop), KITH_OK);
}

static inline void rig_done(struct rig *rig)
{
	kith_loop_free(&rig->loop);
	kith_out_pool_done(&rig->pool);
}

static inline void side_take(struct side *side, struct kith_str *in, size_t count)
{
	if (side->got_len + count > side->got_size) {
		side->got_size = 2 * (side->got_len + count);
		side->got = realloc(side->got, side->got_size);
		assert_non_null(side->got);
	}
	if (count > 0) {
		memcpy(side->got + side->got_len, in->at, count);
	}
	side->got_len += count;
	*in = kith_str_skip(*in, count);
}

static inline void side_say(struct side *side, struct kith_str bytes)
{
	kith_out_add(kith_conn_out(side->conn), bytes);
	kith_conn_flush_later(side->conn);
}

static inline void side_on_bytes(struct kith_conn *conn, struct kith_str *in)
{
	struct side *side = kith_conn_owner(conn);
	side->calls++;
	if (side->take == NULL) {
		side_take(side, in, in->len);
	} else {
		side->take(side, in);
	}
}

static inline void side_on_drained(struct kith_conn *conn)
{
	struct side *side = kith_conn_owner(conn);
	side->drains++;
	assert_true(kith_conn_out(conn)->len < KITH_CONN_OUT_LOW);
}

static inline void side_on_end(struct kith_conn *conn, enum kith_conn_end end)
{
	struct side *side = kith_conn_owner(conn);
	side->ends++;
	side->end = end;
	side->conn = NULL;
}

static inline void side_on_connected(struct kith_conn *conn)
{
	struct side *side = kith_conn_owner(conn);
	side->connects++;
}

static const struct kith_conn_ops side_ops = {
	.on_bytes = side_on_bytes,
	.on_drained = side_on_drained,
	.on_end = side_on_end,
	.on_connected = side_on_connected,
};

/* A side of an open socketpair of TYPE; returns what adopting said. */
static inline enum kith_rc side_try(struct side *side, struct rig *rig, int type)
{
	int fds[2];
	*side = (struct side){ .rig = rig };
	assert_int_equal(socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	side->peer = fds[1];
	return kith_conn_adopt(rig->loop, &rig->pool, NULL, fds[0], &side_ops, side, &side->conn);
}

static inline void side_open(struct side *side, struct rig *rig)
{
	assert_int_equal(side_try(side, rig, SOCK_STREAM), KITH_OK);
}

static inline void side_close_peer(struct side *side)
{
	if (side->peer >= 0) {
		close(side->peer);
		side->peer = -1;
	}
}

/* Ends the connection if it still is, and buries it. */
static inline void side_done(struct side *side)
{
	if (side->conn != NULL) {
		kith_conn_abort(side->conn);
	}
	kith_loop_turn(side->rig->loop, 0);
	assert_int_equal(side->ends, 1);
	side_close_peer(side);
	free(side->got);
}

/* As much of BYTES as the peer's socket takes now. */
static inline size_t peer_send(struct side *side, struct kith_str bytes)
{
	ssize_t sent = send(side->peer, bytes.at, bytes.len, MSG_NOSIGNAL);
	assert_true(sent >= 0 || errno == EAGAIN);
	return sent < 0 ? 0 : (size_t)sent;
}

/* All of it, with turns between when the socket is full. */
static inline void peer_send_all(struct side *side, struct kith_str bytes)
{
	while (bytes.len > 0 && side->ends == 0) {
		bytes = kith_str_skip(bytes, peer_send(side, bytes));
		if (bytes.len > 0) {
			kith_loop_turn(side->rig->loop, 0);
		}
	}
}

/* Reads what is there, SIZE at most. returns -1: nothing yet, 0: the end. */
static inline ssize_t peer_read(struct side *side, char *room, size_t size)
{
	ssize_t got = recv(side->peer, room, size, 0);
	assert_true(got >= 0 || errno == EAGAIN || errno == ECONNRESET);
	return got < 0 && errno == ECONNRESET ? 0 : got;
}

/* Turns until nothing is left to do at once. */
static inline void settle(struct rig *rig)
{
	int turns = 0;
	do {
		kith_loop_turn(rig->loop, 0);
		assert_true(++turns < 10000);
	} while (kith_loop_wait_ms(rig->loop) == 0);
}

/* LEN bytes that repeat only after 251, so that a lost or doubled piece shows. */
static inline char *make_pattern(size_t len)
{
	char *bytes = malloc(len);
	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++) {
		bytes[i] = (char)(i % 251);
	}
	return bytes;
}

#endif
