/*
 * sqlite_signin.c -- sessions, passwords, API keys and links: the checks, then the writes.
 */
#include "store/sqlite_signin.h"

#include "base/macros.h"

/* --- checks --- */

static enum kith_rc stale_if_absent(enum kith_rc rc)
{
	return rc == KITH_E_NOT_FOUND ? KITH_E_STALE : rc;
}

static enum kith_rc check_user_row(struct kith_apply *apply, int64_t row)
{
	struct kith_apply_user user;
	return stale_if_absent(kith_apply_user(apply, row, &user));
}

/* QUERY answers a row when an id is taken. */
static enum kith_rc exists_if_present(struct kith_query *query)
{
	int64_t row = 0;
	enum kith_rc rc = kith_query_one(query, &row);
	if (rc == KITH_E_NOT_FOUND) {
		return KITH_OK;
	}
	return rc == KITH_OK ? KITH_E_EXISTS : rc;
}

enum kith_rc kith_signin_check_session_add(struct kith_apply *apply, const struct kith_plan *plan,
                                           size_t at)
{
	const struct kith_device *device = &plan->effects[at].device;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_STATE);
	kith_query_uuid(&query, &device->id);
	enum kith_rc rc = exists_if_present(&query);
	return rc == KITH_OK ? check_user_row(apply, device->user_row) : rc;
}

enum kith_rc kith_signin_check_session_turn(struct kith_apply *apply, const struct kith_plan *plan,
                                            size_t at)
{
	const struct kith_device *device = &plan->effects[at].device;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_STATE);
	kith_query_uuid(&query, &device->id);
	bool is_current = false;
	if (kith_query_next(&query)) {
		is_current = kith_query_get_int(&query, 1) == device->counter &&
		             kith_query_get_int(&query, 2) == 0;
	}
	enum kith_rc rc = kith_query_end(&query);
	return rc == KITH_OK && !is_current ? KITH_E_STALE : rc;
}

enum kith_rc kith_signin_check_session_end(struct kith_apply *apply, const struct kith_plan *plan,
                                           size_t at)
{
	return check_user_row(apply, plan->effects[at].user.row);
}

enum kith_rc kith_signin_check_password_set(struct kith_apply *apply, const struct kith_plan *plan,
                                            size_t at)
{
	return check_user_row(apply, plan->effects[at].user.row);
}

enum kith_rc kith_signin_check_api_key_add(struct kith_apply *apply, const struct kith_plan *plan,
                                           size_t at)
{
	const struct kith_api_key *key = &plan->effects[at].api_key;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_API_KEY_TAKEN);
	kith_query_uuid(&query, &key->id);
	enum kith_rc rc = exists_if_present(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	int64_t row = 0;
	query = kith_query(apply->sql, KITH_SQL_ORG_HAS_ROW);
	kith_query_int(&query, key->org_row);
	rc = stale_if_absent(kith_query_one(&query, &row));
	return rc == KITH_OK ? check_user_row(apply, key->user_row) : rc;
}

enum kith_rc kith_signin_check_api_key_end(struct kith_apply *apply, const struct kith_plan *plan,
                                           size_t at)
{
	int64_t row = 0;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_API_KEY_TAKEN);
	kith_query_uuid(&query, &plan->effects[at].api_key.id);
	return stale_if_absent(kith_query_one(&query, &row));
}

enum kith_rc kith_signin_check_link_add(struct kith_apply *apply, const struct kith_plan *plan,
                                        size_t at)
{
	return check_user_row(apply, plan->effects[at].signin_link.user_row);
}

static void add_digest(struct kith_query *query, const struct kith_signin_link *link)
{
	kith_query_blob(query, kith_str_make((const char *)link->digest, sizeof(link->digest)));
}

enum kith_rc kith_signin_check_link_use(struct kith_apply *apply, const struct kith_plan *plan,
                                        size_t at)
{
	int64_t row = 0;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_LINK_IS_OPEN);
	add_digest(&query, &plan->effects[at].signin_link);
	kith_query_int(&query, apply->now_us);
	return stale_if_absent(kith_query_one(&query, &row));
}

/* --- writes --- */

static enum kith_rc end_device(struct kith_apply *apply, int64_t user_row,
                               const struct kith_uuid *id)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_END);
	kith_query_uuid(&query, id);
	kith_query_int(&query, user_row);
	kith_query_int(&query, apply->now_us);
	return kith_query_run(&query);
}

/* Ends the session of DEVICE's person that is one too many, if there is one. */
static enum kith_rc oust(struct kith_apply *apply, struct kith_device *device)
{
	struct kith_uuid ousted = { { 0 } };
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_ONE_TOO_MANY);
	kith_query_int(&query, device->user_row);
	kith_query_uuid(&query, &device->id);
	kith_query_int(&query, KITH_DEVICES_MAX - 1);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		ousted = kith_query_get_uuid(&query, 0);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK && is_row) {
		rc = end_device(apply, device->user_row, &ousted);
	}
	if (rc == KITH_OK) {
		device->ousted = ousted;
	}
	return rc;
}

static enum kith_rc prune(struct kith_apply *apply, int64_t user_row)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_PRUNE);
	kith_query_int(&query, user_row);
	kith_query_int(&query, apply->now_us - KITH_DEVICE_KEPT_US);
	return kith_query_run(&query);
}

enum kith_rc kith_signin_write_session_add(struct kith_apply *apply, struct kith_plan *plan,
                                           size_t at)
{
	struct kith_device *device = &plan->effects[at].device;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_ADD);
	kith_query_uuid(&query, &device->id);
	kith_query_int(&query, device->user_row);
	kith_query_int(&query, device->org_row);
	kith_query_text(&query, device->name);
	kith_query_int(&query, device->created_us);
	kith_query_int(&query, device->used_us);
	kith_query_int(&query, device->counter);
	enum kith_rc rc = kith_query_run(&query);
	if (rc == KITH_OK) {
		rc = oust(apply, device);
	}
	return rc == KITH_OK ? prune(apply, device->user_row) : rc;
}

enum kith_rc kith_signin_write_session_turn(struct kith_apply *apply, struct kith_plan *plan,
                                            size_t at)
{
	const struct kith_device *device = &plan->effects[at].device;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_TURN);
	kith_query_uuid(&query, &device->id);
	kith_query_int(&query, device->used_us);
	return kith_query_run(&query);
}

enum kith_rc kith_signin_write_session_end(struct kith_apply *apply, struct kith_plan *plan,
                                           size_t at)
{
	static const struct kith_uuid nil = { { 0 } };
	const struct kith_effect *effect = &plan->effects[at];
	if (!kith_uuid_equal(&effect->device.id, &nil)) {
		return end_device(apply, effect->user.row, &effect->device.id);
	}
	struct kith_query query = kith_query(apply->sql, KITH_SQL_DEVICE_END_OTHERS);
	kith_query_int(&query, effect->user.row);
	kith_query_uuid(&query, &effect->device.spared);
	kith_query_int(&query, apply->now_us);
	return kith_query_run(&query);
}

enum kith_rc kith_signin_write_password_set(struct kith_apply *apply, struct kith_plan *plan,
                                            size_t at)
{
	const struct kith_effect *effect = &plan->effects[at];
	struct kith_query query = kith_query(apply->sql, KITH_SQL_PASSWORD_PUT);
	kith_query_int(&query, effect->user.row);
	kith_query_text(&query, effect->text);
	enum kith_rc rc = kith_query_run(&query);
	return rc == KITH_OK ? kith_apply_bump_user(apply, effect->user.row) : rc;
}

enum kith_rc kith_signin_write_api_key_add(struct kith_apply *apply, struct kith_plan *plan,
                                           size_t at)
{
	const struct kith_api_key *key = &plan->effects[at].api_key;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_API_KEY_ADD);
	kith_query_uuid(&query, &key->id);
	kith_query_blob(&query, kith_str_make((const char *)key->digest, sizeof(key->digest)));
	kith_query_int(&query, key->user_row);
	kith_query_int(&query, key->org_row);
	kith_query_int(&query, key->scope);
	kith_query_text(&query, key->name);
	kith_query_int(&query, apply->now_us);
	return kith_query_run(&query);
}

enum kith_rc kith_signin_write_api_key_end(struct kith_apply *apply, struct kith_plan *plan,
                                           size_t at)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_API_KEY_END);
	kith_query_uuid(&query, &plan->effects[at].api_key.id);
	kith_query_int(&query, apply->now_us);
	return kith_query_run(&query);
}

enum kith_rc kith_signin_write_link_add(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	const struct kith_signin_link *link = &plan->effects[at].signin_link;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_LINK_DROP);
	kith_query_int(&query, link->user_row);
	enum kith_rc rc = kith_query_run(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	query = kith_query(apply->sql, KITH_SQL_LINK_ADD);
	add_digest(&query, link);
	kith_query_int(&query, link->user_row);
	kith_query_int(&query, link->expires_us);
	return kith_query_run(&query);
}

enum kith_rc kith_signin_write_link_use(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_LINK_USE);
	add_digest(&query, &plan->effects[at].signin_link);
	kith_query_int(&query, apply->now_us);
	return kith_query_run(&query);
}
