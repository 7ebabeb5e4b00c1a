/*
 * invoke.h -- the seam between the typed functions and the client behind them.
 *
 * A generated function names its row and hands everything on; the client writes
 * the arguments, sends the call or keeps it in the outbox, and when the answer
 * is there decodes it by the row's table and lets the row deliver it. So the
 * client handles every call without knowing one.
 */
#ifndef KITH_CLIENT_INVOKE_H
#define KITH_CLIENT_INVOKE_H

#include <stdbool.h>

#include "client/decode.h"
#include "client/encode.h"
#include "kith/types.h"

struct kith_client;

/*
 * Any callback of the API, kept until its answer comes. It is only called after
 * its row has cast it back to the type it was made with.
 */
typedef void kith_done_fn(void);

/* How a call ended: a problem, or the struct that the row's table describes. */
struct kith_answer {
	const struct kith_problem *problem; /* NULL: it worked             */
	const void *result;                 /* NULL with a problem         */
	bool is_repeated;                   /* it was done before already  */
};

/* One call of the contract, as the client needs it. */
struct kith_client_call {
	const char *name; /* "messages.send" */
	bool writes;
	bool is_repeatable; /* bears a message id, so it may be sent until it is answered */
	const struct kith_encode_row *args;
	size_t arg_count;
	const struct kith_decode_table *result;
	void (*deliver)(kith_done_fn *done, void *context, const struct kith_answer *answer);
};

/*
 * Takes a call. ARGS is read before this returns. DONE may be NULL: nobody waits
 * for the answer.
 *
 * returns  KITH_STATUS_OK: call->deliver(DONE, CONTEXT, …) follows exactly once, on
 *          the client's thread or in its run loop; else an enum kith_status and it
 *          never follows
 * thread   any, as client.h says of the typed functions
 */
int kith_client_invoke(struct kith_client *client, const struct kith_client_call *call,
                       const void *args, kith_done_fn *done, void *context);

/* The call named NAME, from the generated table; NULL when there is none. */
const struct kith_client_call *kith_client_call_find(struct kith_str name);

#endif
