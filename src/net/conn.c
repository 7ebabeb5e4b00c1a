/*
 * conn.c -- the stages of a stream socket, and its two moments in a turn.
 *
 * An event only notes what the kernel said; reading happens when the ready list
 * runs, sending when the output list does, each at most once a turn. So a budget
 * that ends or a pause loses no wake-up: the note stays, and the place on the
 * list with it. Whatever a callback does to its connection shows in the stage.
 * TLS stands in three places: a stage of its own, where bytes come from the
 * socket, and where they go to it.
 */
#include "net/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/macros.h"
#include "base/mem.h"
#include "net/tls_link.h"
#include "net/turn.h"

enum stage {
	STAGE_CONNECTING,
	STAGE_SHAKING, /* hands: TLS only                      */
	STAGE_OPEN,
	STAGE_CLOSING,   /* kith_conn_close(): sending what waits   */
	STAGE_LINGERING, /* all sent, and our end of it is shut     */
	STAGE_ENDED,     /* closed; freed when the turn is over     */
};

/* An idle connection holds this and nothing else: two hundred bytes at most. */
struct kith_conn {
	struct kith_watch watch;
	struct kith_ready reading; /* on the ready list: something to read or show */
	struct kith_ready sending; /* on the output list; once ended, to be freed  */
	struct kith_timer timer;   /* how long closing and lingering may take      */
	struct kith_loop *loop;
	struct kith_tls_link *tls; /* NULL: plain */
	const struct kith_conn_ops *ops;
	void *owner;
	struct kith_buf kept; /* what the owner left                          */
	struct kith_out out;
	uint8_t stage; /* enum stage                                   */
	bool is_paused : 1;
	bool is_readable : 1; /* the kernel may have bytes, the end, an error */
	bool is_writable : 1;
	bool is_peer_done : 1; /* the peer has shut its end: read until we see it */
	bool is_at_end : 1;    /* ... and we have                              */
	bool is_to_show : 1;   /* resumed: show what is kept, new bytes or not */
	bool was_high : 1;     /* on_drained is owed                           */
};

_Static_assert(sizeof(struct kith_conn) <= 200, "an idle connection is small");
_Static_assert((int)KITH_CONN_TURN_BYTES <= (int)KITH_TURN_SCRATCH,
               "a turn's bytes fit the loop's buffer");

/* What TLS makes one record of, and how much of it leaves in one turn: as much as plain. */
enum {
	RECORD_BYTES = 16 * 1024,
	TURN_RECORDS = KITH_OUT_IOVEC_MAX * KITH_OUT_BLOCK / RECORD_BYTES
};

static void free_conn(struct kith_ready *sending)
{
	struct kith_conn *conn = KITH_CONTAINER(sending, struct kith_conn, sending);
	kith_buf_done(&conn->kept);
	kith_out_done(&conn->out); /* an owner may have appended after the end */
	kith_tls_link_free(&conn->tls);
	kith_free(conn);
}

static void end_conn(struct kith_conn *conn, enum kith_conn_end end)
{
	KITH_ASSERT(conn->stage != STAGE_ENDED);
	conn->stage = STAGE_ENDED;
	kith_timer_clear(conn->loop, &conn->timer);
	kith_ready_remove(conn->loop, &conn->reading);
	kith_ready_remove(conn->loop, &conn->sending);
	kith_watch_remove(conn->loop, &conn->watch);
	close(conn->watch.fd);
	conn->watch.fd = -1;
	kith_out_done(&conn->out);
	conn->sending.on_ready = free_conn;
	kith_turn_add_gone(conn->loop, &conn->sending);
	conn->ops->on_end(conn, end);
}

/* A socket call failed with NUMBER. */
static void end_by_errno(struct kith_conn *conn, int number)
{
	bool is_peer = number == ECONNRESET || number == EPIPE || number == ETIMEDOUT;
	if (conn->stage == STAGE_LINGERING) {
		end_conn(conn, KITH_CONN_END_OURS);
	} else {
		end_conn(conn, is_peer ? KITH_CONN_END_PEER : KITH_CONN_END_ERROR);
	}
}

/* Reading: what came, what is kept, what is shown. */

static bool is_listening(const struct kith_conn *conn)
{
	return conn->stage == STAGE_OPEN && !conn->is_paused;
}

static bool may_read(const struct kith_conn *conn)
{
	bool is_dropping = conn->stage == STAGE_CLOSING || conn->stage == STAGE_LINGERING;
	return conn->is_readable && (is_listening(conn) || is_dropping);
}

/* Reading itself may have to send first: a key update, the rest of a handshake. */
static bool tls_awaits_room(const struct kith_conn *conn)
{
	return conn->tls != NULL && !conn->is_writable &&
	       kith_tls_link_wait(conn->tls) == KITH_TLS_WAIT_ROOM;
}

static void read_later(struct kith_conn *conn)
{
	bool is_wanted = may_read(conn) || (conn->stage == STAGE_SHAKING && conn->is_readable);
	if (is_wanted && tls_awaits_room(conn)) {
		is_wanted = false;
	}
	if (is_wanted || (conn->is_to_show && is_listening(conn))) {
		kith_ready_add(conn->loop, &conn->reading);
	}
}

/* Shows BYTES; returns how many of them, at the end, the owner left. */
static size_t show(struct kith_conn *conn, struct kith_str bytes)
{
	struct kith_str in = bytes;
	conn->ops->on_bytes(conn, &in);
	KITH_ASSERT(in.len == 0 || (in.len <= bytes.len && in.at + in.len == bytes.at + bytes.len));
	return in.len;
}

/* Gives back room that a large message needed and its small successor does not. */
static void shrink_kept(struct kith_conn *conn)
{
	if (conn->kept.len == 0) {
		kith_buf_done(&conn->kept);
		return;
	}
	if (conn->kept.size <= KITH_CONN_TURN_BYTES || conn->kept.len > conn->kept.size / 8) {
		return;
	}
	struct kith_buf small = { 0 };
	kith_buf_add(&small, kith_buf_str(&conn->kept));
	if (small.failed) {
		return; /* then it stays large */
	}
	kith_buf_done(&conn->kept);
	conn->kept = small;
}

static void show_kept(struct kith_conn *conn)
{
	size_t left = show(conn, kith_buf_str(&conn->kept));
	if (conn->stage == STAGE_OPEN) {
		kith_buf_eat(&conn->kept, conn->kept.len - left);
		shrink_kept(conn);
	}
}

static bool keep(struct kith_conn *conn, struct kith_str bytes)
{
	if (bytes.len > KITH_CONN_KEPT_MAX - conn->kept.len) {
		return false;
	}
	kith_buf_add(&conn->kept, bytes);
	return !conn->kept.failed;
}

/* Shows new bytes from where they lie; only behind kept ones are they copied first. */
static void take_bytes(struct kith_conn *conn, struct kith_str bytes)
{
	bool is_kept = true;
	if (conn->kept.len > 0) {
		is_kept = keep(conn, bytes);
		if (is_kept) {
			show_kept(conn);
		}
	} else {
		size_t left = show(conn, bytes);
		if (left > 0 && conn->stage == STAGE_OPEN) {
			is_kept = keep(conn, kith_str_skip(bytes, bytes.len - left));
		}
	}
	if (!is_kept) {
		end_conn(conn, KITH_CONN_END_ERROR);
	}
}

static bool send_waiting(struct kith_conn *conn);

static void on_peer_end(struct kith_conn *conn)
{
	conn->is_readable = false;
	conn->is_at_end = true;
	if (conn->stage == STAGE_OPEN) {
		/* It may have shut only its own end, and still wait for an answer of this turn. */
		if (conn->is_writable && conn->out.len > 0) {
			(void)send_waiting(conn);
		}
		if (conn->tls != NULL && conn->out.len == 0) {
			(void)kith_tls_link_bye(conn->tls); /* it may not hear any more */
		}
		end_conn(conn, KITH_CONN_END_PEER);
	} else if (conn->stage == STAGE_LINGERING) {
		end_conn(conn, KITH_CONN_END_OURS);
	}
}

static void on_no_bytes(struct kith_conn *conn, ssize_t got)
{
	if (got == 0) {
		on_peer_end(conn);
	} else if (errno == EAGAIN) {
		conn->is_readable = false;
	} else if (errno != EINTR) {
		end_by_errno(conn, errno);
	}
}

/* After EAGAIN: notes what has to come before TLS can go on. */
static void note_wait(struct kith_conn *conn)
{
	switch (kith_tls_link_wait(conn->tls)) {
	case KITH_TLS_WAIT_BYTES:
		conn->is_readable = false;
		return;
	case KITH_TLS_WAIT_ROOM:
		conn->is_writable = false;
		conn->is_readable = true; /* to be tried again, whatever the kernel says of it */
		return;
	case KITH_TLS_WAIT_TURN:
		return;
	}
}

/* All records that there are, or as many as a turn allows, are shown at once. */
static void read_secure(struct kith_conn *conn)
{
	char *scratch = kith_turn_scratch(conn->loop);
	size_t len = 0;
	ssize_t got;
	do {
		got = kith_tls_link_read(conn->tls, scratch + len, KITH_CONN_TURN_BYTES - len);
		len += got > 0 ? (size_t)got : 0;
	} while (got > 0 && len < KITH_CONN_TURN_BYTES);
	int number = errno;
	if (got < 0 && number == EAGAIN) {
		note_wait(conn);
	}
	if (len > 0) {
		take_bytes(conn, kith_str_make(scratch, len));
	}
	/* What ended it behind those bytes is told again when they are done with. */
	if (may_read(conn) && got <= 0 && !(got < 0 && number == EAGAIN)) {
		errno = number;
		on_no_bytes(conn, got);
	}
}

static void read_some(struct kith_conn *conn)
{
	if (conn->tls != NULL && conn->stage == STAGE_OPEN) {
		if (may_read(conn)) {
			read_secure(conn);
		}
		return;
	}
	size_t left = KITH_CONN_TURN_BYTES;
	char *scratch = kith_turn_scratch(conn->loop);
	while (left > 0 && may_read(conn)) {
		ssize_t got = recv(conn->watch.fd, scratch, left, 0);
		if (got <= 0) {
			on_no_bytes(conn, got);
			continue;
		}
		if ((size_t)got < left && !conn->is_peer_done) {
			conn->is_readable = false; /* that was all: no second call to be told so */
		}
		left -= (size_t)got;
		if (conn->stage == STAGE_OPEN) {
			take_bytes(conn, kith_str_make(scratch, (size_t)got));
		}
	}
}

static void open_conn(struct kith_conn *conn)
{
	conn->stage = STAGE_OPEN;
	if (conn->out.len > 0) {
		kith_conn_flush_later(conn);
	}
	if (conn->ops->on_connected != NULL) {
		conn->ops->on_connected(conn);
	}
}

static void finish_connect(struct kith_conn *conn)
{
	int number = 0;
	socklen_t len = sizeof(number);
	if (getsockopt(conn->watch.fd, SOL_SOCKET, SO_ERROR, &number, &len) != 0) {
		number = errno;
	}
	if (number != 0) {
		end_by_errno(conn, number);
	} else if (conn->tls != NULL) {
		conn->stage = STAGE_SHAKING;
	} else {
		open_conn(conn);
	}
}

/* Others wait as well: what this turn has no place for is the next one's. */
static void shake(struct kith_conn *conn)
{
	if (!kith_turn_take_shake(conn->loop, KITH_CONN_TURN_SHAKES)) {
		kith_ready_add(conn->loop, &conn->reading);
		return;
	}
	int rc = kith_tls_link_shake(conn->tls);
	if (rc > 0) {
		open_conn(conn);
	} else if (rc < 0 && errno == EAGAIN) {
		note_wait(conn);
	} else {
		end_by_errno(conn, rc == 0 ? ECONNRESET : errno);
	}
}

static void on_reading(struct kith_ready *reading)
{
	struct kith_conn *conn = KITH_CONTAINER(reading, struct kith_conn, reading);
	if (conn->tls != NULL) {
		kith_tls_link_allow(conn->tls, KITH_CONN_TURN_BYTES);
	}
	if (conn->stage == STAGE_CONNECTING) {
		finish_connect(conn);
	}
	if (conn->stage == STAGE_SHAKING) {
		shake(conn);
	}
	if (conn->is_to_show && is_listening(conn)) {
		conn->is_to_show = false;
		if (conn->kept.len > 0) {
			show_kept(conn);
		}
	}
	read_some(conn);
	read_later(conn);
}

static void on_events(struct kith_watch *watch, uint32_t events)
{
	struct kith_conn *conn = KITH_CONTAINER(watch, struct kith_conn, watch);
	/* An error or a hang-up is found by whoever reads or sends next. */
	if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
		conn->is_readable = true;
	}
	if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
		conn->is_writable = true;
	}
	if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
		conn->is_peer_done = true;
	}
	if (conn->stage == STAGE_CONNECTING && conn->is_writable) {
		kith_ready_add(conn->loop, &conn->reading);
	}
	read_later(conn);
	if (conn->is_writable && (conn->out.len > 0 || conn->stage == STAGE_CLOSING)) {
		kith_conn_flush_later(conn);
	}
}

/* Sending: once a turn, after everybody has had a say. */

/*
 * The front of what waits, as one record: where it lies, or gathered in the loop's
 * buffer, which nobody reads from while sending. Only what it says is sent is eaten,
 * so a second try begins with the same bytes.
 */
static struct kith_str next_record(struct kith_conn *conn)
{
	struct iovec pieces[KITH_OUT_IOVEC_MAX];
	int count = kith_out_peek(&conn->out, pieces);
	if (count == 1) {
		return kith_str_make(pieces[0].iov_base, pieces[0].iov_len);
	}
	char *scratch = kith_turn_scratch(conn->loop);
	size_t len = 0;
	for (int i = 0; i < count && len < RECORD_BYTES; i++) {
		size_t part = pieces[i].iov_len;
		part = part < RECORD_BYTES - len ? part : RECORD_BYTES - len;
		memcpy(scratch + len, pieces[i].iov_base, part);
		len += part;
	}
	return kith_str_make(scratch, len);
}

/* The same as send_waiting(), a record at a time. */
static bool send_secure(struct kith_conn *conn)
{
	for (int i = 0;
	     conn->out.len > 0 && (i < TURN_RECORDS || conn->out.len > KITH_CONN_OUT_MAX); i++) {
		struct kith_str record = next_record(conn);
		ssize_t sent = kith_tls_link_write(conn->tls, record.at, record.len);
		if (sent < 0) {
			conn->is_writable = false; /* the edge will say */
			return errno == EAGAIN;
		}
		kith_out_eat(&conn->out, (size_t)sent);
	}
	return true;
}

/*
 * One call, and more only while above the limit, so that a burst is not mistaken
 * for a slow reader. returns false, errno set, when the socket failed.
 */
static bool send_waiting(struct kith_conn *conn)
{
	if (conn->tls != NULL) {
		return send_secure(conn);
	}
	do {
		struct iovec pieces[KITH_OUT_IOVEC_MAX];
		int count = kith_out_peek(&conn->out, pieces);
		struct msghdr message = { .msg_iov = pieces, .msg_iovlen = (size_t)count };
		size_t asked = 0;
		for (int i = 0; i < count; i++) {
			asked += pieces[i].iov_len;
		}
		ssize_t sent = sendmsg(conn->watch.fd, &message, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			return false;
		}
		if (sent > 0) {
			kith_out_eat(&conn->out, (size_t)sent);
		}
		if (sent < 0 ? errno == EAGAIN : (size_t)sent < asked) {
			conn->is_writable = false; /* the edge will say */
		}
	} while (conn->is_writable && conn->out.len > KITH_CONN_OUT_MAX);
	return true;
}

/* Everything is sent: says so to the peer, and waits until it has heard. */
static void linger(struct kith_conn *conn)
{
	if (conn->tls != NULL && conn->timer.slot != 0 && !kith_tls_link_bye(conn->tls)) {
		conn->is_writable = false; /* the edge will say, or the time is over */
		return;
	}
	bool is_shut = shutdown(conn->watch.fd, SHUT_WR) == 0;
	if (!is_shut || conn->is_at_end || conn->timer.slot == 0) {
		end_conn(conn, KITH_CONN_END_OURS);
		return;
	}
	conn->stage = STAGE_LINGERING;
	int64_t until_us = kith_loop_steady_us(conn->loop) + KITH_CONN_LINGER_MS * INT64_C(1000);
	enum kith_rc rc = kith_timer_set(conn->loop, &conn->timer, until_us);
	KITH_ASSERT(rc == KITH_OK); /* it is set already: moving asks for no memory */
	read_later(conn);
}

static void after_sending(struct kith_conn *conn)
{
	if (conn->out.len > KITH_CONN_OUT_MAX) {
		end_conn(conn, KITH_CONN_END_SLOW);
		return;
	}
	if (conn->is_writable && conn->out.len > 0) {
		kith_conn_flush_later(conn); /* others first; then on, in the next turn */
	}
	if (conn->stage == STAGE_CLOSING && conn->out.len == 0) {
		linger(conn);
	} else if (conn->stage == STAGE_CLOSING && conn->timer.slot == 0) {
		end_conn(conn, KITH_CONN_END_ERROR); /* no memory to wait with */
	} else if (conn->was_high && conn->out.len < KITH_CONN_OUT_LOW) {
		conn->was_high = false;
		if (conn->stage == STAGE_OPEN && conn->ops->on_drained != NULL) {
			conn->ops->on_drained(conn);
		}
	}
}

static void on_sending(struct kith_ready *sending)
{
	struct kith_conn *conn = KITH_CONTAINER(sending, struct kith_conn, sending);
	if (conn->out.failed) {
		end_conn(conn, KITH_CONN_END_ERROR);
		return;
	}
	if (conn->stage == STAGE_CLOSING) {
		kith_buf_done(&conn->kept);
	}
	if (conn->out.len > KITH_CONN_OUT_HIGH) {
		conn->was_high = true;
	}
	bool may_send = conn->stage >= STAGE_OPEN && conn->is_writable && conn->out.len > 0;
	if (may_send && !send_waiting(conn)) {
		end_by_errno(conn, errno);
		return;
	}
	after_sending(conn);
}

static void on_time(struct kith_timer *timer)
{
	struct kith_conn *conn = KITH_CONTAINER(timer, struct kith_conn, timer);
	end_conn(conn, conn->stage == STAGE_LINGERING ? KITH_CONN_END_OURS : KITH_CONN_END_SLOW);
}

/* What owners call. */

static enum kith_rc new_conn(struct kith_loop *loop, struct kith_out_pool *pool,
                             struct kith_tls *tls, int fd, enum stage stage,
                             const struct kith_conn_ops *ops, void *owner, struct kith_conn **out)
{
	struct kith_conn *conn = kith_alloc(sizeof(*conn));
	struct kith_tls_link *link =
		conn == NULL || tls == NULL ? NULL : kith_tls_link_new(tls, fd);
	if (conn == NULL || (tls != NULL && link == NULL)) {
		kith_free(conn);
		close(fd);
		return KITH_E_NO_MEMORY;
	}
	*conn = (struct kith_conn){
		.watch = { .fd = fd, .on_events = on_events },
		.reading = { .on_ready = on_reading },
		.sending = { .on_ready = on_sending },
		.timer = { .on_time = on_time },
		.loop = loop,
		.tls = link,
		.ops = ops,
		.owner = owner,
		.stage = (uint8_t)stage,
		.is_writable = stage != STAGE_CONNECTING,
	};
	kith_out_init(&conn->out, pool);
	if (kith_watch_add(loop, &conn->watch) != KITH_OK) {
		close(fd);
		kith_tls_link_free(&conn->tls);
		kith_free(conn);
		return KITH_E_IO;
	}
	*out = conn;
	return KITH_OK;
}

enum kith_rc kith_conn_adopt(struct kith_loop *loop, struct kith_out_pool *pool,
                             struct kith_tls *tls, int fd, const struct kith_conn_ops *ops,
                             void *owner, struct kith_conn **out)
{
	enum stage stage = tls == NULL ? STAGE_OPEN : STAGE_SHAKING;
	return new_conn(loop, pool, tls, fd, stage, ops, owner, out);
}

enum kith_rc kith_conn_connect(struct kith_loop *loop, struct kith_out_pool *pool,
                               struct kith_tls *tls, const struct sockaddr *address, unsigned len,
                               const struct kith_conn_ops *ops, void *owner, struct kith_conn **out)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return KITH_E_IO;
	}
	const int on = 1;
	/* Only TCP knows this; a Unix socket may refuse. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, address, len) != 0 && errno != EINPROGRESS) {
		close(fd);
		return KITH_E_IO;
	}
	return new_conn(loop, pool, tls, fd, STAGE_CONNECTING, ops, owner, out);
}

void *kith_conn_owner(const struct kith_conn *conn)
{
	return conn->owner;
}

struct kith_out *kith_conn_out(struct kith_conn *conn)
{
	return &conn->out;
}

void kith_conn_flush_later(struct kith_conn *conn)
{
	if (conn->stage != STAGE_ENDED) {
		kith_turn_add_output(conn->loop, &conn->sending);
	}
}

void kith_conn_pause(struct kith_conn *conn)
{
	conn->is_paused = true;
}

void kith_conn_resume(struct kith_conn *conn)
{
	if (!conn->is_paused) {
		return;
	}
	conn->is_paused = false;
	conn->is_to_show = true; /* within on_bytes, what it leaves is yet to be kept */
	read_later(conn);
}

void kith_conn_close(struct kith_conn *conn)
{
	if (conn->stage > STAGE_OPEN) {
		return;
	}
	if (conn->stage < STAGE_OPEN) {
		kith_out_done(&conn->out);
		conn->is_at_end = true; /* nobody there to linger for */
	}
	conn->stage = STAGE_CLOSING;
	int64_t until_us = kith_loop_steady_us(conn->loop) + KITH_CONN_CLOSE_MS * INT64_C(1000);
	enum kith_rc rc = kith_timer_set(conn->loop, &conn->timer, until_us);
	(void)rc; /* without memory for a timer the connection does not wait: see after_sending() */
	kith_conn_flush_later(conn);
	read_later(conn);
}

void kith_conn_abort(struct kith_conn *conn)
{
	if (conn->stage != STAGE_ENDED) {
		end_conn(conn, KITH_CONN_END_OURS);
	}
}

const char *kith_conn_trouble(const struct kith_conn *conn)
{
	return conn->tls == NULL ? NULL : kith_tls_link_trouble(conn->tls);
}

size_t kith_conn_memory(const struct kith_conn *conn)
{
	size_t blocks = (conn->out.len + KITH_OUT_BLOCK - 1) / KITH_OUT_BLOCK;
	return sizeof(*conn) + conn->kept.size + blocks * KITH_OUT_BLOCK;
}
