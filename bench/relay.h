/*
 * relay.h -- what would the same load cost if nothing were kept?
 *
 * The yardstick: a single thread that speaks just enough WebSocket to take
 * kithload's own frames, answer each at once and pass it to the partner. It
 * stores nothing, checks no token (a token is the user's id) and reads the
 * frames by their fixed form. With a fault it breaks one promise on purpose, so
 * that a test can see the load notice.
 */
#ifndef KITH_BENCH_RELAY_H
#define KITH_BENCH_RELAY_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/endpoint.h"

enum {
	KITH_RELAY_CONNS_MAX = 16384, /* more are closed at once              */
	KITH_RELAY_USERS_MAX = 16384, /* a hello of one more is refused       */
	KITH_RELAY_FAULT_EACH = 50,   /* the fault strikes each so many messages */
};

enum kith_relay_fault {
	KITH_RELAY_HONEST,
	KITH_RELAY_DROP,    /* answers, but does not pass on       */
	KITH_RELAY_DOUBLE,  /* passes on twice                     */
	KITH_RELAY_SWAP,    /* passes on behind the next one       */
	KITH_RELAY_CORRUPT, /* changes one character               */
	KITH_RELAY_NUMBER,  /* gives a number a second time        */
	KITH_RELAY_FAULT_COUNT,
};

/* "drop", "double", "swap", "corrupt", "number"; COUNT when NAME is none of these. */
enum kith_relay_fault kith_relay_fault_find(struct kith_str name);

/*
 * Listens at WHERE (port 0: the kernel chooses) and sets WHERE to what it became.
 * returns the descriptor, or -1 with errno
 */
KITH_MUST_USE int kith_relay_bind(struct kith_endpoint *where);

/* Serves FD, which it closes in the end, until *STOP. returns false without memory. */
KITH_MUST_USE bool kith_relay_serve(int fd, enum kith_relay_fault fault, const volatile bool *stop);

/* The same in a process of its own, which ends with ours. returns its id, or -1; FD is closed here. */
KITH_MUST_USE pid_t kith_relay_fork(int fd, enum kith_relay_fault fault);

/* Ends and reaps the process PID; harmless with -1. */
void kith_relay_stop(pid_t pid);

#endif
