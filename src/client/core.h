/*
 * core.h -- what a client is made of, for the files that make it up.
 *
 * client.c lives and dies with it and listens to the session; invoke.c makes the
 * application's calls; sender.c runs the outbox, device.c keeps the device signed in,
 * delivered.c says what has arrived. Everything belongs to the thread
 * that runs the loop, but for the few members that say any.
 */
#ifndef KITH_CLIENT_CORE_H
#define KITH_CLIENT_CORE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/out.h"
#include "base/rand.h"
#include "client/delivered.h"
#include "client/device.h"
#include "client/dispatch.h"
#include "client/invoke.h"
#include "client/login.h"
#include "client/news.h"
#include "client/sender.h"
#include "client/session.h"
#include "kith/client.h"
#include "kith/outbox.h"
#include "net/loop.h"

struct kith_client {
	struct kith_client_options options; /* its texts live in mem */
	struct kith_arena mem;
	struct kith_loop *loop;
	struct kith_out_pool pool;
	struct kith_rand rand;
	struct kith_session session;
	struct kith_dispatch dispatch;
	struct kith_news news;
	struct kith_sender sender;
	struct kith_device device;
	struct kith_signing signing;
	struct kith_delivered delivered;
	char welcome_cursor[KITH_NEWS_CURSOR_MAX];
	size_t welcome_cursor_len;
	struct kith_problem_copy ended; /* why it is closed                           */
	struct kith_str json;           /* of what the present callback is handed     */
	struct kith_buf json_room;
	bool is_told; /* the token option was used up               */

	struct kith_tls *tls; /* NULL: the URL says plain */
	pthread_t thread;
	bool has_thread;
	atomic_int state;         /* any reads: enum kith_client_state          */
	atomic_size_t call_count; /* any: calls without an answer               */
	atomic_size_t post_count; /* any: tasks on their way to the loop        */
	atomic_bool is_leaving;   /* any reads: kith_client_free() has begun    */
};

/*
 * Hands TASK to the client's thread; RUN must begin with kith_client_arrived().
 * thread   any
 */
void kith_client_post(struct kith_client *client, struct kith_task *task);
void kith_client_arrived(struct kith_client *client);

/* The member that is a new message id of CALL; NULL when it has none. Static. */
const char *kith_client_id_name(const struct kith_client_call *call);

/* Shows JSON, or PROBLEM written as JSON when there is none, to the callback that follows. */
void kith_client_show(struct kith_client *client, const struct kith_json *json,
                      const struct kith_json_node *node, const struct kith_problem *problem);

/* The callback is over. */
void kith_client_hide(struct kith_client *client);

#endif
