/*
 * device.h -- which token speaks for this device now, and when comes the next?
 *
 * Keeps the device session of a client that has one (kith/device.h): gives its access
 * token to the connection, renews it in time, and stores what came before anything of
 * it is used. Programs that share the file of a session take turns by its lock, and
 * take over what another one has renewed. Everything belongs to the client's loop.
 */
#ifndef KITH_CLIENT_DEVICE_H
#define KITH_CLIENT_DEVICE_H

#include <stdbool.h>

#include "base/arena.h"
#include "client/backoff.h"
#include "client/exchange.h"
#include "client/vault.h"
#include "kith/client.h"

enum { KITH_DEVICE_LOCK_WAIT_MS = 100 }; /* until another program's lock is tried again */

struct kith_device {
	struct kith_client *client;

	/* private to device.c */
	struct kith_exchange renewing;
	struct kith_arena mem; /* what kept borrows besides text                  */
	struct kith_buf text;  /* the session as it is kept                       */
	struct kith_buf fresh; /* one that came and could not be kept yet         */
	struct kith_vault kept;
	struct kith_timer timer; /* when to renew, or to try again */
	struct kith_backoff backoff;
	int lock;         /* held while renewing; -1: not            */
	bool is_on;       /* the client's options ask for a session  */
	bool has_session; /* kept means something                    */
	bool is_given;    /* the connection has this access token    */
	bool is_wanted;   /* the connection waits for one            */
	bool is_started;
};

/*
 * Reads the session that CLIENT's options name, before anything runs.
 * returns  KITH_OK, also without options for one; KITH_E_IO, KITH_E_CORRUPT,
 *          KITH_E_NO_MEMORY with why
 */
KITH_MUST_USE enum kith_rc kith_device_open(struct kith_device *device, struct kith_client *client,
                                            struct kith_why *why);

/* The server that gave the session; at NULL: there is none. Borrowed until the next renewal. */
struct kith_str kith_device_url(const struct kith_device *device);

/*
 * The client's sockets and URL are there.
 * returns  KITH_OK; KITH_E_INVALID_REQUEST with why when the session is another server's
 */
KITH_MUST_USE enum kith_rc kith_device_start(struct kith_device *device, struct kith_why *why);

void kith_device_done(struct kith_device *device);

/* The connection needs a token, because it has none, it is stale, or it was refused. */
void kith_device_want(struct kith_device *device);

/* The token that the connection has is about to end: it had better ask for another. */
bool kith_device_is_stale(const struct kith_device *device);

/* The connection is there. */
void kith_device_online(struct kith_device *device);

/*
 * What OUTCOME of EXCHANGE grants: in *grant, and in OUT as it is kept.
 * returns  KITH_OK; KITH_E_INVALID_REQUEST with why, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_device_take_grant(struct kith_device *device,
                                                  struct kith_exchange *exchange,
                                                  const struct kith_outcome *outcome,
                                                  struct kith_buf *out,
                                                  const struct kith_api_session_grant **grant,
                                                  struct kith_why *why);

/*
 * Puts TEXT on stable storage and goes by it from now on; TEXT has the former one then.
 * returns  KITH_OK; KITH_E_IO with why, KITH_E_NO_MEMORY: the former one holds
 */
KITH_MUST_USE enum kith_rc kith_device_keep(struct kith_device *device, struct kith_buf *text,
                                            struct kith_why *why);

/* There is no session any more. */
void kith_device_forget(struct kith_device *device);

/* Gives a lock back; -1 is none. */
void kith_device_unlock(int *fd);

#endif
