/*
 * fake_server.h -- a Kith server that says exactly what a test tells it to.
 *
 * Real sockets, real frames, no behaviour: it notes what it hears and sends what
 * it is handed, so that a test is a conversation in order. One connection is
 * talked to at a time, the newest. Driven by the test's thread.
 */
#ifndef KITH_TESTS_CLIENT_FAKE_SERVER_H
#define KITH_TESTS_CLIENT_FAKE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"
#include "base/rand.h"
#include "net/listener.h"
#include "net/loop.h"

enum { FAKE_HEARD_MAX = 4096, FAKE_URL_MAX = 64 };

struct fake_peer;

struct fake_server {
	struct kith_loop *loop;
	struct kith_out_pool pool;
	struct kith_listener *listener;
	struct fake_peer *peers; /* the newest first */
	char url[FAKE_URL_MAX];
	int port;
	int connects;                /* upgrades that were answered                     */
	int closes;                  /* connections that the client ended               */
	int close_code;              /* of the last close frame that came               */
	int refuse_status;           /* not 0: answer upgrades with this instead        */
	const char *refuse_with;     /* not NULL: answer upgrades with these bytes  */
	bool is_polite;              /* welcome, pong and ok to every call by itself    */
	char *heard[FAKE_HEARD_MAX]; /* texts, in order                         */
	size_t heard_count;
	int64_t last_id;          /* of the last call that was heard                 */
	int64_t n;                /* of the last message that politeness made        */
	struct fake_peer *asking; /* who posted last and waits for its answer; NULL: nobody */
};

/* Listens on a port of its own. */
void fake_server_start(struct fake_server *server);
void fake_server_stop(struct fake_server *server);

/* No one is there any more: connections are refused until the next listen, at the same port. */
void fake_server_go(struct fake_server *server);
void fake_server_listen(struct fake_server *server);

void fake_server_turn(struct fake_server *server);

/* Answers the last POST, which was heard as "POST /path {…}". */
void fake_server_answer(struct fake_server *server, int status, const char *json);

/* TEXT as one text message. */
void fake_server_say(struct fake_server *server, const char *text);

/* BYTES as they are. */
void fake_server_say_raw(struct fake_server *server, const void *bytes, size_t len);

/* A welcome with CURSOR and the time 2026-11-22T10:15:30.123Z. */
void fake_server_welcome(struct fake_server *server, const char *cursor);

/* A close frame and the end; CODE 0: the end without a word. */
void fake_server_close(struct fake_server *server, int code);

/* The text heard last; "" when none. */
const char *fake_server_last(const struct fake_server *server);

/* How many of the texts heard have PART in them. */
size_t fake_server_count(const struct fake_server *server, const char *part);

#endif
