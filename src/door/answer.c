/*
 * answer.c -- the encoders, one per schema.
 */
#include "door/answer.h"

#include "door/answer_parts.h"

void kith_answer_cursor(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const char *key, enum kith_cursor_use use, int64_t position)
{
	char text[KITH_CURSOR_TEXT];

	kith_cursor_write(keys, use, position, text);
	kith_json_pair_string(w, key, kith_str_make(text, sizeof(text)));
}

static void put_others(struct kith_json_writer *w, const struct kith_standing *standing)
{
	kith_json_key(w, "others");
	kith_json_open_array(w);
	for (size_t i = 0; i < standing->other_count; i++) {
		const struct kith_watermark *other = &standing->others[i];
		kith_json_open_object(w);
		kith_json_pair_string(w, "user", other->user);
		kith_json_pair_integer(w, "delivered", other->delivered);
		kith_json_pair_integer(w, "seen", other->seen);
		if (other->at_us > 0) {
			kith_answer_time(w, "at", other->at_us);
		}
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
}

static void put_conversation(struct kith_json_writer *w, const struct kith_recent *recent)
{
	const struct kith_conversation *conversation = &recent->conversation;
	const struct kith_standing *standing = &recent->standing;

	kith_json_open_object(w);
	kith_answer_uuid(w, "id", &conversation->id);
	kith_json_pair_string(w, "organization", conversation->org);
	kith_json_pair_string(w, "kind", KITH_STR("direct"));
	kith_json_key(w, "members");
	kith_json_open_array(w);
	for (size_t i = 0; i < conversation->member_count; i++) {
		kith_answer_user(w, &conversation->members[i]);
	}
	kith_json_close_array(w);
	kith_answer_time(w, "createdAt", conversation->created_us);
	kith_json_pair_integer(w, "n", standing->n);
	kith_json_pair_integer(w, "delivered", standing->delivered);
	kith_json_pair_integer(w, "seen", standing->seen);
	kith_json_pair_integer(w, "unread", standing->unread);
	kith_json_pair_bool(w, "markedUnread", standing->is_marked_unread);
	put_others(w, standing);
	if (standing->draft.updated_us > 0) {
		kith_json_key(w, "draft");
		kith_answer_draft(w, &standing->draft);
	}
	kith_json_key(w, "last");
	if (standing->last.id == 0) {
		kith_json_null(w);
	} else {
		kith_answer_message(w, &standing->last);
	}
	kith_json_close_object(w);
}

static void put_recent(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_result *result)
{
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->recent.count; i++) {
		put_conversation(w, &result->recent.items[i]);
	}
	kith_json_close_array(w);
	if (result->recent.next == 0) {
		kith_json_key(w, "next");
		kith_json_null(w);
	} else {
		kith_answer_cursor(w, keys, "next", KITH_CURSOR_LIST, result->recent.next);
	}
	kith_json_close_object(w);
}

static void put_sync(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                     const struct kith_result *result)
{
	const struct kith_since *since = &result->sync.since;

	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < since->count; i++) {
		kith_json_open_object(w);
		kith_answer_event(w, keys, &since->items[i]);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_answer_cursor(w, keys, "cursor", KITH_CURSOR_SYNC, since->position);
	kith_json_pair_bool(w, "more", since->more);
	kith_json_pair_bool(w, "reload", result->sync.must_reload);
	kith_json_close_object(w);
}

static void put_user(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                     const struct kith_result *result)
{
	(void)keys;
	kith_answer_user(w, &result->user);
}

static void put_message(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const struct kith_result *result)
{
	(void)keys;
	kith_answer_message(w, &result->message);
}

static void put_read(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                     const struct kith_result *result)
{
	(void)keys;
	kith_answer_read(w, &result->read.conversation, &result->read.mark);
}

static void put_draft(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                      const struct kith_result *result)
{
	(void)keys;
	kith_answer_draft(w, &result->draft);
}

static void put_one(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                    const struct kith_result *result)
{
	(void)keys;
	put_conversation(w, &result->conversation);
}

/* By enum kith_result_kind. */
static kith_answer_fn *const encoders[] = {
	[KITH_RESULT_ME] = kith_answer_me,
	[KITH_RESULT_USER] = put_user,
	[KITH_RESULT_CONVERSATION] = put_one,
	[KITH_RESULT_RECENT] = put_recent,
	[KITH_RESULT_MESSAGE] = put_message,
	[KITH_RESULT_PAGE] = kith_answer_page,
	[KITH_RESULT_READ] = put_read,
	[KITH_RESULT_SYNC] = put_sync,
	[KITH_RESULT_OUTCOMES] = kith_answer_outcomes,
	[KITH_RESULT_VERSIONS] = kith_answer_versions,
	[KITH_RESULT_RECEIPTS] = kith_answer_receipts,
	[KITH_RESULT_DRAFT] = put_draft,
	[KITH_RESULT_SESSION] = kith_answer_session,
	[KITH_RESULT_SESSIONS] = kith_answer_sessions,
	[KITH_RESULT_GRANT] = kith_answer_grant,
	[KITH_RESULT_PROFILE] = kith_answer_profile,
	[KITH_RESULT_SETTINGS] = kith_answer_me_settings,
	[KITH_RESULT_USERS] = kith_answer_users,
	[KITH_RESULT_CONTACT] = kith_answer_contact,
	[KITH_RESULT_CONTACTS] = kith_answer_contacts,
	[KITH_RESULT_ALIAS] = kith_answer_alias,
	[KITH_RESULT_ALIASES] = kith_answer_aliases,
	[KITH_RESULT_TYPING] = kith_answer_typing,
	[KITH_RESULT_PRESENCES] = kith_answer_presences,
	[KITH_RESULT_UNREAD] = kith_answer_unread,
};

void kith_answer_result(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                        const struct kith_result *result)
{
	KITH_ASSERT((size_t)result->kind < KITH_COUNT(encoders) && encoders[result->kind] != NULL);
	encoders[result->kind](w, keys, result);
}

void kith_answer_problem(struct kith_json_writer *w, enum kith_rc rc, const struct kith_why *why,
                         struct kith_str instance)
{
	const struct kith_err_row *row = kith_err_row(rc);
	char type[64];
	size_t len = strlen(row->code);

	memcpy(type, "/problems/", 10);
	KITH_ASSERT(len < sizeof(type) - 10);
	memcpy(type + 10, row->code, len);
	kith_json_open_object(w);
	kith_json_pair_string(w, "type", kith_str_make(type, 10 + len));
	kith_json_pair_string(w, "title", kith_str_of(row->sentence));
	kith_json_pair_integer(w, "status", row->status);
	kith_json_pair_string(w, "code", kith_str_of(row->code));
	if (why->detail[0] != '\0') {
		kith_json_pair_string(w, "detail", kith_str_of(why->detail));
	}
	if (why->field[0] != '\0') {
		kith_json_pair_string(w, "field", kith_str_of(why->field));
	}
	if (instance.len > 0) {
		kith_json_pair_string(w, "instance", instance);
	}
	if (why->retry_after_ms > 0) {
		kith_json_pair_integer(w, "retryAfterMs", why->retry_after_ms);
	}
	if (why->server_time_us > 0) {
		kith_answer_time(w, "serverTime", why->server_time_us);
	}
	kith_json_close_object(w);
}

int kith_answer_status(const struct kith_call *call)
{
	if (call->rc != KITH_OK) {
		return kith_err_row(call->rc)->status;
	}
	return call->row->status == 201 && !call->result.is_new ? 200 : call->row->status;
}
