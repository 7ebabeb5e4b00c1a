/*
 * control.h -- the door for the operator of a running server.
 *
 * A thread of its own answers one asker after the other on a Unix socket in the
 * data directory, which only the directory's owner and root may use; a command that
 * takes long gets another, so that nobody waits for it. What may be asked is admin.h's
 * table, how it is written control_line.h's. Serves nobody on the network, and no
 * worker ever waits for it.
 */
#ifndef KITH_SERVER_CONTROL_H
#define KITH_SERVER_CONTROL_H

#include "base/err.h"
#include "server/admin.h"

enum {
	KITH_CONTROL_BACKLOG = 16,           /* askers that wait to be accepted      */
	KITH_CONTROL_TIMEOUT_MS = 10 * 1000, /* for a request to come, a reply to go */
	KITH_CONTROL_JOBS_MAX = 4, /* long commands at once, no two of them the same: refused   */
};

#define KITH_CONTROL_NAME "control" /* of the socket, in the data directory */

struct kith_control;

struct kith_control_options {
	const char *dir;          /* whose store this process has open, so that it holds its lock */
	struct kith_admin *admin; /* the control's thread's from start to stop                    */
	int timeout_ms;           /* 0: KITH_CONTROL_TIMEOUT_MS                                   */
};

/*
 * Makes the socket (mode 0600), in the place of one that a dead process left, and
 * starts the thread. A path of any length works.
 *
 * returns  KITH_OK, KITH_E_IO (why says what), KITH_E_NO_MEMORY
 * owns     the admin and its store must outlive it
 */
KITH_MUST_USE enum kith_rc kith_control_start(const struct kith_control_options *options,
                                              struct kith_control **out, struct kith_why *why);

/* Waits for the short command that runs and breaks off the long ones, which are answered so;
 * removes the socket; clears the pointer; accepts NULL. */
void kith_control_stop(struct kith_control **control);

#endif
