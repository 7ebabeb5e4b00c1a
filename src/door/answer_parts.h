/*
 * answer_parts.h -- the small pieces that encoders are made of.
 *
 * Times, ids and places as they stand in JSON, and the encoders of one value that
 * another one holds. Private to the encoders: answer.c, answer_message.c,
 * answer_people.c, answer_sessions.c and answer_event.c.
 */
#ifndef KITH_DOOR_ANSWER_PARTS_H
#define KITH_DOOR_ANSWER_PARTS_H

#include "base/json.h"
#include "domain/cursor.h"
#include "service/call.h"

/* How one kind of result is written; a row per kind in answer.c. */
typedef void kith_answer_fn(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                            const struct kith_result *result);

void kith_answer_uuid(struct kith_json_writer *w, const char *key, const struct kith_uuid *id);
void kith_answer_time(struct kith_json_writer *w, const char *key, int64_t time_us);

/* A number as text, to be passed back in a query; null when there is nothing to ask for. */
void kith_answer_bound(struct kith_json_writer *w, const char *key, bool is_there, int64_t n);

/* A place in a list, as it came from the store; null when TEXT is empty. */
void kith_answer_mark(struct kith_json_writer *w, const char *key, struct kith_str text);

/* JSON that was checked when it came in; nothing when it is empty. */
void kith_answer_raw(struct kith_json_writer *w, const char *key, struct kith_str json);

/* answer_message.c */
void kith_answer_draft(struct kith_json_writer *w, const struct kith_draft *draft);
void kith_answer_read(struct kith_json_writer *w, const struct kith_uuid *conversation,
                      const struct kith_mark *mark);
kith_answer_fn kith_answer_page;
kith_answer_fn kith_answer_versions;
kith_answer_fn kith_answer_outcomes;
kith_answer_fn kith_answer_receipts;

/* answer_people.c */
void kith_answer_user(struct kith_json_writer *w, const struct kith_user *user);
void kith_answer_settings(struct kith_json_writer *w, const struct kith_profile *profile);
void kith_answer_me_change(struct kith_json_writer *w, const struct kith_profile *profile);
kith_answer_fn kith_answer_me;
kith_answer_fn kith_answer_me_settings;
kith_answer_fn kith_answer_profile;
kith_answer_fn kith_answer_users;
kith_answer_fn kith_answer_contact;
kith_answer_fn kith_answer_contacts;
kith_answer_fn kith_answer_alias;
kith_answer_fn kith_answer_aliases;

/* answer_live.c */
kith_answer_fn kith_answer_typing;
kith_answer_fn kith_answer_presences;
kith_answer_fn kith_answer_unread;

/* answer_sessions.c */
kith_answer_fn kith_answer_session;
kith_answer_fn kith_answer_sessions;
kith_answer_fn kith_answer_grant;

#endif
