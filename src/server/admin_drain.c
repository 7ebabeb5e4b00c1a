/*
 * admin_drain.c -- kithctl drain: the beginning of a server's gentle end.
 *
 * Only asks for it: main.c ends the server, and the answer goes out while it does.
 * Called by the table of admin.c.
 */
#include <inttypes.h>

#include "server/admin_call.h"
#include "server/drain.h"

int kith_admin_drain(struct kith_admin_call *call)
{
	int64_t seconds = -1;

	if (call->words.place_count > 0 && (!kith_str_to_int(call->words.places[0], &seconds) ||
	                                    seconds < 0 || seconds > KITH_DRAIN_SECONDS_MAX)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST, "SECONDS must be 0 to %d",
		                         KITH_DRAIN_SECONDS_MAX);
	}
	if (call->admin->drain == NULL) {
		return kith_admin_refuse(call, KITH_E_NOT_FOUND, "no server runs here");
	}
	call->admin->drain(call->admin->drain_context, seconds);
	kith_buf_add_text(call->out, "draining\n");
	return KITH_ADMIN_DONE;
}
