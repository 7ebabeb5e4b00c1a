/*
 * admin_log.c -- kithctl log: how much does the running server say?
 *
 * The level holds until the server ends or is told another one; its configuration
 * stays as it is. Called by the table of admin.c.
 */
#include "base/log.h"
#include "server/admin_call.h"

int kith_admin_log(struct kith_admin_call *call)
{
	struct kith_str name = call->words.places[0];
	enum kith_log_level level;

	if (!kith_log_level_find(name, &level)) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                         "a level is debug, info, warn or error");
	}
	if (call->admin->allocations == NULL) { /* kithctl itself has opened the store */
		return kith_admin_refuse(call, KITH_E_UNAVAILABLE, "no server runs here");
	}
	kith_log_set_level(level);
	kith_admin_say(call, "log_level", name);
	return KITH_ADMIN_DONE;
}
