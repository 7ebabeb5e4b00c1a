/*
 * peer.c -- level-triggered epoll, one read and one send per peer and turn. The
 * header tells the story.
 */
#include "bench/peer.h"

#include "base/mem.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TURN_EVENTS = 512 };

bool kith_peer_set_init(struct kith_peer_set *set)
{
	*set = (struct kith_peer_set){
		.epoll_fd = epoll_create1(EPOLL_CLOEXEC),
		.listen_fd = -1,
		.read_room = kith_alloc(KITH_PEER_READ),
	};
	if (set->epoll_fd < 0 || set->read_room == NULL) {
		kith_peer_set_done(set);
		return false;
	}
	return true;
}

void kith_peer_set_done(struct kith_peer_set *set)
{
	if (set->epoll_fd >= 0) {
		close(set->epoll_fd);
		set->epoll_fd = -1;
	}
	kith_free(set->read_room);
	set->read_room = NULL;
}

bool kith_peer_set_listen(struct kith_peer_set *set, int fd,
                          void (*on_accept)(struct kith_peer_set *set, int fd))
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

	set->listen_fd = fd;
	set->on_accept = on_accept;
	return epoll_ctl(set->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool peer_watch(struct kith_peer *peer, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = peer };

	return epoll_ctl(peer->set->epoll_fd, operation, peer->fd, &event) == 0;
}

static bool peer_start(struct kith_peer *peer, struct kith_peer_set *set, int fd,
                       const struct kith_peer_ops *ops, uint32_t events)
{
	int yes = 1;

	*peer = (struct kith_peer){ .set = set, .ops = ops, .fd = fd };
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (!peer_watch(peer, EPOLL_CTL_ADD, events)) {
		kith_peer_close(peer);
		return false;
	}
	return true;
}

bool kith_peer_adopt(struct kith_peer *peer, struct kith_peer_set *set, int fd,
                     const struct kith_peer_ops *ops)
{
	return peer_start(peer, set, fd, ops, EPOLLIN);
}

bool kith_peer_connect(struct kith_peer *peer, struct kith_peer_set *set,
                       const struct sockaddr *address, unsigned len,
                       const struct kith_peer_ops *ops)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		return false;
	}
	if (connect(fd, address, len) != 0 && errno != EINPROGRESS) {
		close(fd);
		return false;
	}
	if (!peer_start(peer, set, fd, ops, EPOLLIN | EPOLLOUT)) {
		return false;
	}
	peer->is_connecting = true;
	return true;
}

void kith_peer_send_later(struct kith_peer *peer)
{
	if (peer->is_dirty || peer->fd < 0) {
		return;
	}
	peer->is_dirty = true;
	peer->next_dirty = peer->set->dirty;
	peer->set->dirty = peer;
}

void kith_peer_close(struct kith_peer *peer)
{
	if (peer->fd >= 0) {
		close(peer->fd);
		peer->fd = -1;
	}
}

void kith_peer_done(struct kith_peer *peer)
{
	KITH_ASSERT(!peer->is_dirty);
	kith_peer_close(peer);
	kith_buf_done(&peer->in);
	kith_buf_done(&peer->out);
}

static void peer_end(struct kith_peer *peer)
{
	kith_peer_close(peer);
	peer->ops->on_end(peer);
}

/* Keeps what the owner left of bytes that came into the shared room. */
static void peer_keep(struct kith_peer *peer, struct kith_str rest)
{
	if (peer->fd < 0 || rest.len == 0) {
		return;
	}
	kith_buf_add(&peer->in, rest);
	if (peer->in.failed) {
		peer_end(peer);
	}
}

/* Bytes behind an unfinished frame go behind it; as a rule there is none. */
static void peer_take(struct kith_peer *peer, struct kith_str fresh)
{
	struct kith_str in = fresh;

	if (peer->in.len == 0) {
		peer->ops->on_bytes(peer, &in);
		peer_keep(peer, in);
		return;
	}
	kith_buf_add(&peer->in, fresh);
	if (peer->in.failed) {
		peer_end(peer);
		return;
	}
	in = kith_buf_str(&peer->in);
	peer->ops->on_bytes(peer, &in);
	kith_buf_eat(&peer->in, peer->in.len - in.len);
}

static void peer_read(struct kith_peer *peer)
{
	ssize_t got = recv(peer->fd, peer->set->read_room, KITH_PEER_READ, 0);

	if (got > 0) {
		peer_take(peer, kith_str_make(peer->set->read_room, (size_t)got));
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		peer_end(peer);
	}
}

static void peer_opened(struct kith_peer *peer)
{
	int error = 0;
	socklen_t len = sizeof(error);

	getsockopt(peer->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0 || !peer_watch(peer, EPOLL_CTL_MOD, EPOLLIN)) {
		peer_end(peer);
		return;
	}
	peer->is_connecting = false;
	peer->ops->on_open(peer);
}

static void peer_set_room_wanted(struct kith_peer *peer, bool wants_room)
{
	if (peer->wants_room == wants_room) {
		return;
	}
	peer->wants_room = wants_room;
	if (!peer_watch(peer, EPOLL_CTL_MOD, wants_room ? EPOLLIN | EPOLLOUT : EPOLLIN)) {
		peer_end(peer);
	}
}

static void peer_send(struct kith_peer *peer)
{
	size_t waiting = peer->out.len - peer->sent;
	ssize_t put = send(peer->fd, peer->out.at + peer->sent, waiting, MSG_NOSIGNAL);

	if (put < 0 && errno != EAGAIN && errno != EINTR) {
		peer_end(peer);
		return;
	}
	peer->sent += put < 0 ? 0 : (size_t)put;
	if (peer->sent == peer->out.len) {
		kith_buf_reset(&peer->out);
		peer->sent = 0;
		peer_set_room_wanted(peer, false);
	} else if (peer->out.len - peer->sent > KITH_PEER_OUT_MAX) {
		peer_end(peer);
	} else {
		kith_buf_eat(&peer->out, peer->sent);
		peer->sent = 0;
		peer_set_room_wanted(peer, true);
	}
}

static void send_dirty(struct kith_peer_set *set)
{
	struct kith_peer *peer = set->dirty;

	set->dirty = NULL;
	while (peer != NULL) {
		struct kith_peer *next = peer->next_dirty;

		peer->is_dirty = false;
		if (peer->fd >= 0 && peer->out.failed) {
			peer_end(peer);
		} else if (peer->fd >= 0 && peer->out.len > 0) {
			peer_send(peer);
		}
		peer = next;
	}
}

static void accept_some(struct kith_peer_set *set)
{
	for (int i = 0; i < KITH_PEER_ACCEPT_MAX; i++) {
		int fd = accept4(set->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0) {
			return;
		}
		set->on_accept(set, fd);
	}
}

static void peer_event(struct kith_peer *peer, uint32_t events)
{
	if (peer->fd >= 0 && peer->is_connecting) {
		peer_opened(peer);
		return;
	}
	if (peer->fd >= 0 && (events & EPOLLOUT) != 0) {
		kith_peer_send_later(peer);
	}
	if (peer->fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
		peer_read(peer);
	}
}

void kith_peer_turn(struct kith_peer_set *set, int wait_ms)
{
	struct epoll_event events[TURN_EVENTS];
	int count =
		epoll_wait(set->epoll_fd, events, TURN_EVENTS, set->dirty != NULL ? 0 : wait_ms);

	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr == NULL) {
			accept_some(set);
		} else {
			peer_event(events[i].data.ptr, events[i].events);
		}
	}
	send_dirty(set);
}
