/*
 * admin_session.c -- kithctl sessions and session end: whose devices are signed in.
 *
 * Called by the table of admin.c. A token of an app's back end is no session of ours
 * and is not listed; who bears one is kept out by user disable.
 */
#include "base/log.h"
#include "base/when.h"
#include "domain/address.h"
#include "server/admin_call.h"

#include <stdio.h>

/* The id of the organization ROW; "-" when it is 0, or not among ORGS any more. */
static struct kith_str org_id(const struct kith_org *orgs, size_t count, int64_t row)
{
	for (size_t i = 0; i < count; i++) {
		if (orgs[i].row == row) {
			return orgs[i].id;
		}
	}
	return KITH_STR("-");
}

static void list_one(struct kith_admin_call *call, const struct kith_device *device,
                     struct kith_str org)
{
	char id[KITH_UUID_TEXT];
	char created[KITH_WHEN_TEXT];
	char used[KITH_WHEN_TEXT];

	kith_uuid_format(&device->id, id);
	kith_when_format(device->created_us, created);
	kith_when_format(device->used_us, used);
	struct kith_admin_pair pairs[] = {
		{ "id", kith_str_make(id, sizeof(id)) },
		{ "device", device->name.len > 0 ? device->name : KITH_STR("-") },
		{ "org", org },
		{ "created", kith_str_make(created, sizeof(created)) },
		{ "used", kith_str_make(used, sizeof(used)) },
	};
	kith_admin_line(call, pairs, KITH_COUNT(pairs));
}

int kith_admin_sessions(struct kith_admin_call *call)
{
	struct kith_device *devices = NULL;
	struct kith_org *orgs = NULL;
	size_t device_count = 0;
	size_t org_count = 0;
	struct kith_user user;

	if (!kith_admin_find_user(call, call->words.places[0], 0, &user)) {
		return KITH_ADMIN_REFUSED;
	}
	enum kith_rc rc = kith_reader_devices(call->admin->reader, user.row, call->mem, &devices,
	                                      &device_count);
	if (rc == KITH_OK) {
		rc = kith_reader_orgs(call->admin->reader, user.row, call->mem, &orgs, &org_count);
	}
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "the store cannot be read");
	}
	for (size_t i = 0; i < device_count; i++) {
		list_one(call, &devices[i], org_id(orgs, org_count, devices[i].org_row));
	}
	return KITH_ADMIN_DONE;
}

/* The session that the words name, which must be USER's; refuses. */
static bool find_session(struct kith_admin_call *call, const struct kith_user *user,
                         struct kith_device *out)
{
	struct kith_str text = call->words.places[1];
	struct kith_uuid id;
	enum kith_rc rc = KITH_E_NOT_FOUND;

	if (kith_uuid_parse(text, &id)) {
		rc = kith_reader_device(call->admin->reader, &id, call->mem, out);
	}
	if (rc == KITH_OK && out->user_row != user->row) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc,
		                  rc == KITH_E_NOT_FOUND ? "no such session of that user"
		                                         : "the store cannot be read");
	}
	return rc == KITH_OK;
}

int kith_admin_session_end(struct kith_admin_call *call)
{
	struct kith_device device;
	struct kith_user user;
	char id[KITH_USER_ID_MAX + 1];
	char session[KITH_UUID_TEXT + 1] = "";

	if (!kith_admin_find_user(call, call->words.places[0], 0, &user) ||
	    !find_session(call, &user, &device)) {
		return KITH_ADMIN_REFUSED;
	}
	struct kith_effect effect = { .kind = KITH_EFFECT_SESSION_END,
		                      .user = user,
		                      .device = { .id = device.id } };
	enum kith_rc rc = kith_admin_apply(call, &effect, 1, NULL);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "nothing was changed");
	}
	snprintf(id, sizeof(id), "%.*s", KITH_STR_PRINT(user.id));
	kith_uuid_format(&device.id, session);
	kith_log(KITH_LOG_INFO, "operator", "did", "session end", "user", id, "session", session,
	         NULL);
	kith_admin_say(call, "ended", kith_str_of(session));
	return KITH_ADMIN_DONE;
}
