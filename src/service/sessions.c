/*
 * sessions.c -- sessions.list and .end: the devices on which somebody is signed in.
 *
 * Everybody sees and ends their own. What is of one organization, a token of
 * an app or a session that is bound to it, sees only those bound to the same
 * . Signing in is signin.c's, new tokens are refresh.c's.
 */
#include <stdio.h>

#include "base/log.h"
#include "domain/address.h"
#include "service/steps.h"

/* The id of the organization ROW; empty when it is 0, or none of theirs any more. */
static struct kith_str org_id(const struct kith_org *orgs, size_t count, int64_t row)
{
	for (size_t i = 0; i < count; i++) {
		if (orgs[i].row == row) {
			return orgs[i].id;
		}
	}
	return KITH_STR("");
}

/* Is DEVICE the caller's to see? */
static bool is_mine(const struct kith_call *call, const struct kith_device *device)
{
	const struct kith_session *session = call->session;

	return device->user_row == session->user_row &&
	       (session->org.row == 0 || session->org.row == device->org_row);
}

/* --- sessions.list --- */

static enum kith_rc load_list(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;
	struct kith_device *devices = NULL;
	struct kith_org *orgs = NULL;
	size_t device_count = 0;
	size_t org_count = 0;
	enum kith_rc rc =
		kith_reader_devices(reader, session->user_row, &call->mem, &devices, &device_count);
	if (rc == KITH_OK) {
		rc = kith_reader_orgs(reader, session->user_row, &call->mem, &orgs, &org_count);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_session_view *views =
		kith_arena_zero(&call->mem, device_count + 1, sizeof(*views));
	size_t count = 0;
	if (views == NULL) {
		return KITH_E_NO_MEMORY;
	}
	for (size_t i = 0; i < device_count; i++) {
		if (is_mine(call, &devices[i])) {
			views[count++] = (struct kith_session_view){
				.device = devices[i],
				.org = org_id(orgs, org_count, devices[i].org_row),
				.is_current = kith_uuid_equal(&devices[i].id, &session->sid),
			};
		}
	}
	call->result = (struct kith_result){ .kind = KITH_RESULT_SESSIONS };
	call->result.sessions.items = views;
	call->result.sessions.count = count;
	return KITH_OK;
}

const struct kith_verb kith_verb_sessions_list = { .load = load_list };

/* --- sessions.end --- */

static enum kith_rc load_end(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_session *session = call->session;
	struct kith_session_view view = { .is_current = false };
	struct kith_org *orgs = NULL;
	size_t count = 0;
	enum kith_rc rc = kith_reader_device(reader, &call->args[KITH_SESSIONS_END_SESSION].uuid,
	                                     &call->mem, &view.device);
	if (rc == KITH_OK && !is_mine(call, &view.device)) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK) {
		rc = kith_reader_orgs(reader, session->user_row, &call->mem, &orgs, &count);
	}
	if (rc == KITH_OK) {
		view.org = org_id(orgs, count, view.device.org_row);
		view.is_current = kith_uuid_equal(&view.device.id, &session->sid);
		call->result = (struct kith_result){ .kind = KITH_RESULT_SESSION, .session = view };
	}
	return rc;
}

static enum kith_rc plan_end(struct kith_call *call)
{
	const struct kith_device *device = &call->result.session.device;

	if (device->ended_us != 0) {
		return KITH_OK;
	}
	call->effect = (struct kith_effect){ .kind = KITH_EFFECT_SESSION_END,
		                             .user = { .row = device->user_row },
		                             .device = { .id = device->id } };
	call->plan.effects = &call->effect;
	call->plan.effect_count = 1;
	return KITH_OK;
}

static void finish_end(struct kith_call *call)
{
	static struct kith_log_gate gate;
	char user[KITH_USER_ID_MAX + 1];
	char session[KITH_UUID_TEXT + 1] = "";

	if (call->plan.effect_count > 0) {
		snprintf(user, sizeof(user), "%.*s", KITH_STR_PRINT(call->session->user));
		kith_uuid_format(&call->result.session.device.id, session);
		kith_log_bounded(&gate, KITH_LOG_INFO, "session_ended", "user", user, "session",
		                 session, NULL);
	}
}

const struct kith_verb kith_verb_sessions_end = {
	.load = load_end,
	.plan = plan_end,
	.finish = finish_end,
};
