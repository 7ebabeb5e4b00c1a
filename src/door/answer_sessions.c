/*
 * answer_sessions.c -- devices that are signed in, and what a sign-in gives.
 */
#include "door/answer.h"
#include "door/answer_parts.h"

static void put_session(struct kith_json_writer *w, const struct kith_session_view *view)
{
	const struct kith_device *device = &view->device;

	kith_json_open_object(w);
	kith_answer_uuid(w, "id", &device->id);
	if (device->name.len > 0) {
		kith_json_pair_string(w, "device", device->name);
	}
	if (view->org.len > 0) {
		kith_json_pair_string(w, "organization", view->org);
	}
	kith_answer_time(w, "createdAt", device->created_us);
	kith_answer_time(w, "usedAt", device->used_us);
	kith_json_pair_bool(w, "current", view->is_current);
	kith_json_close_object(w);
}

void kith_answer_session(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                         const struct kith_result *result)
{
	(void)keys;
	put_session(w, &result->session);
}

void kith_answer_sessions(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                          const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->sessions.count; i++) {
		put_session(w, &result->sessions.items[i]);
	}
	kith_json_close_array(w);
	kith_json_close_object(w);
}

void kith_answer_grant(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_result *result)
{
	const struct kith_grant *grant = &result->grant;
	const struct kith_result me = { .kind = KITH_RESULT_ME, .me = grant->me };

	kith_json_open_object(w);
	kith_json_pair_string(w, "accessToken", grant->access_token);
	kith_answer_time(w, "expiresAt", grant->expires_us);
	kith_json_pair_string(w, "refreshToken", grant->refresh_token);
	kith_json_key(w, "session");
	put_session(w, &grant->session);
	kith_json_key(w, "me");
	kith_answer_me(w, keys, &me);
	kith_json_close_object(w);
}
