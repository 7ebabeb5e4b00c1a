/*
 * outbox.h -- messages that will be sent, whatever happens.
 *
 * A message in the outbox is repeated under one id until the server has stored
 * or finally refused it; with options.outbox_path it also survives this process
 * and a power cut. Messages to one recipient go one after the other, in order;
 * those to others do not wait for them. A refusal that may pass (unavailable,
 * rate_limited, no network) holds everything back for a while; a final one fails
 * that message alone.
 */
#ifndef KITH_OUTBOX_H
#define KITH_OUTBOX_H

#include "kith/calls.gen.h"
#include "kith/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	KITH_OUTBOX_ENTRIES_MAX = 65536,          /* messages that wait; one more fails: storage */
	KITH_OUTBOX_BYTES_MAX = 64 * 1024 * 1024, /* of JSON that wait; the same                 */
};

enum kith_outbox_state {
	KITH_OUTBOX_KEPT,   /* in the outbox, and with a file on stable storage */
	KITH_OUTBOX_SENT,   /* stored by the server: message says as what       */
	KITH_OUTBOX_FAILED, /* finally refused: problem says why                */
};

/*
 * What options.on_outbox is told: KEPT once and then SENT or FAILED once, or FAILED
 * alone.
 */
struct kith_outbox_result {
	enum kith_outbox_state state;
	uint64_t tag;        /* the caller's; 0 for one of an earlier process        */
	uint64_t number;     /* the outbox's, rising; 0: it was never kept           */
	struct kith_text to; /* the conversation or address, as it was given         */
	struct kith_text id; /* the message's; none before the first try made one    */
	const struct kith_api_message *message; /* SENT, else NULL                        */
	const struct kith_problem *problem;     /* FAILED, else NULL                      */
	bool is_repeated; /* SENT: an earlier try had stored it                   */
};

/*
 * Puts a message into the outbox. An id that ARGS lacks is made at the first try.
 * One whose id is in the outbox already is not added again: the TAG replaces the
 * former one, and KEPT is told with the number of that entry (FAILED with conflict
 * when it is another message). A crash between storing and telling may tell SENT
 * again after a restart.
 *
 * returns  KITH_STATUS_OK            on_outbox follows
 *          KITH_STATUS_BAD_ARGUMENT  no recipient, or a text that is no UTF-8
 *          KITH_STATUS_NO_MEMORY, KITH_STATUS_FULL
 * thread   any
 */
KITH_API int kith_outbox_send(struct kith_client *client,
                              const struct kith_messages_send_args *args, uint64_t tag);
KITH_API int kith_outbox_send_to_user(struct kith_client *client,
                                      const struct kith_messages_send_to_user_args *args,
                                      uint64_t tag);

/* How many messages wait. From callbacks, or between steps. */
KITH_API size_t kith_outbox_count(const struct kith_client *client);

#ifdef __cplusplus
}
#endif

#endif
