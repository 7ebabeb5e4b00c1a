/*
 * peer.h -- one socket of the load generator or of the relay, in one epoll loop.
 *
 * The least that a stream needs: bytes in as they come, bytes out once per
 * turn. It shares no code with the server's net, so that the yardstick does not
 * move with what it measures. Knows no protocol.
 */
#ifndef KITH_BENCH_PEER_H
#define KITH_BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/macros.h"
#include "base/str.h"

enum {
	KITH_PEER_READ = 64 * 1024, /* bytes of one read                        */
	/* Waiting output: above, the peer is ended. 64 answers and as many events of 16 KiB,
	 * which a window of the largest messages may have on the way, are half of it. */
	KITH_PEER_OUT_MAX = 4 * 1024 * 1024,
	KITH_PEER_ACCEPT_MAX = 64, /* taken in one turn                        */
};

struct kith_peer;
struct sockaddr;

struct kith_peer_ops {
	void (*on_open)(struct kith_peer *peer); /* connecting succeeded; accepted ones: never */
	/* IN holds all bytes not yet taken, writable; the owner advances it past what it took. */
	void (*on_bytes)(struct kith_peer *peer, struct kith_str *in);
	/* The other side closed, or the socket failed: FD is closed already. */
	void (*on_end)(struct kith_peer *peer);
};

/* Embedded by its owner; must stay where it is until the turn in which it closed has ended. */
struct kith_peer {
	struct kith_peer_set *set;
	const struct kith_peer_ops *ops;
	int fd; /* -1: closed                        */
	bool is_connecting;
	bool is_dirty;   /* on the list of what to send       */
	bool wants_room; /* the kernel's buffer is full       */
	struct kith_buf in;
	struct kith_buf out;
	size_t sent; /* bytes of out that are gone        */
	struct kith_peer *next_dirty;
};

/* The loop. One thread. */
struct kith_peer_set {
	int epoll_fd;
	int listen_fd; /* -1: none                          */
	void (*on_accept)(struct kith_peer_set *set, int fd);
	struct kith_peer *dirty;
	uint8_t *read_room;
};

/* returns false without memory or descriptors. */
KITH_MUST_USE bool kith_peer_set_init(struct kith_peer_set *set);
void kith_peer_set_done(struct kith_peer_set *set);

/* Accepts on FD (borrowed) from now on; ON_ACCEPT owns each new socket. */
KITH_MUST_USE bool kith_peer_set_listen(struct kith_peer_set *set, int fd,
                                        void (*on_accept)(struct kith_peer_set *set, int fd));

/* One turn: waits at most WAIT_MS, hands out what came, sends what waits. */
void kith_peer_turn(struct kith_peer_set *set, int wait_ms);

/* Takes the connected, non-blocking socket FD; on false FD is closed. */
KITH_MUST_USE bool kith_peer_adopt(struct kith_peer *peer, struct kith_peer_set *set, int fd,
                                   const struct kith_peer_ops *ops);

/* Starts connecting; on_open or on_end follows in a later turn. returns false: it cannot. */
KITH_MUST_USE bool kith_peer_connect(struct kith_peer *peer, struct kith_peer_set *set,
                                     const struct sockaddr *address, unsigned len,
                                     const struct kith_peer_ops *ops);

/* Sends what the owner has appended to peer->out at the end of this turn. */
void kith_peer_send_later(struct kith_peer *peer);

/* Closes at once, without on_end. Harmless when it is closed. */
void kith_peer_close(struct kith_peer *peer);

/* Closes if need be, and releases the buffers. */
void kith_peer_done(struct kith_peer *peer);

#endif
