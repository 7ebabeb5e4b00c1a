/*
 * sqlite_apply.c -- the writes of a plan, and the batch around them.
 */
#include "store/sqlite_apply.h"

#include "base/macros.h"
#include "base/mem.h"
#include "store/sqlite_act.h"
#include "store/sqlite_check.h"
#include "store/sqlite_mark.h"
#include "store/sqlite_people.h"
#include "store/sqlite_signin.h"

_Static_assert((KITH_APPLY_USERS_MAX & (KITH_APPLY_USERS_MAX - 1)) == 0, "slots by a mask");

static enum kith_rc load_tally(struct kith_apply *apply)
{
	struct kith_tally tally = { 0 };
	struct kith_query query = kith_query(apply->sql, KITH_SQL_SEQUENCE_GET);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		tally.position = kith_query_get_int(&query, 0);
		tally.moves = kith_query_get_int(&query, 1);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc != KITH_OK || !is_row) {
		return rc == KITH_OK ? KITH_E_CORRUPT : rc;
	}
	query = kith_query(apply->sql, KITH_SQL_COUNTS_GET);
	if (kith_query_next(&query)) {
		tally.conversations = kith_query_get_int(&query, 0);
		tally.users = kith_query_get_int(&query, 1);
		tally.organizations = kith_query_get_int(&query, 2);
	}
	rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		apply->now = tally;
		apply->committed = tally;
	}
	return rc;
}

enum kith_rc kith_apply_init(struct kith_apply *apply, struct kith_sql *sql)
{
	struct kith_apply made = { .sql = sql };
	made.users = kith_alloc_zero(KITH_APPLY_USERS_MAX, sizeof(*made.users));
	if (made.users == NULL) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_heads_init(&made.heads, sql);
	if (rc == KITH_OK) {
		rc = load_tally(&made);
	}
	if (rc != KITH_OK) {
		kith_apply_done(&made);
		return rc;
	}
	*apply = made;
	return KITH_OK;
}

void kith_apply_done(struct kith_apply *apply)
{
	kith_heads_done(&apply->heads);
	kith_free(apply->users);
	apply->users = NULL;
}

static struct kith_apply_user *user_slot(struct kith_apply *apply, int64_t row)
{
	return &apply->users[(uint64_t)row & (KITH_APPLY_USERS_MAX - 1)];
}

static enum kith_rc load_user(struct kith_apply *apply, int64_t row, struct kith_apply_user *out)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_USER_VERSION);
	kith_query_int(&query, row);
	struct kith_apply_user user = { .row = row };
	bool is_row = kith_query_next(&query);
	if (is_row) {
		user.version = kith_query_get_int(&query, 0);
		user.flags = (unsigned)kith_query_get_int(&query, 1);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK && !is_row) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK) {
		*out = user;
	}
	return rc;
}

enum kith_rc kith_apply_user(struct kith_apply *apply, int64_t row, struct kith_apply_user *out)
{
	struct kith_apply_user *slot = user_slot(apply, row);
	enum kith_rc rc = slot->row == row && row != 0 ? KITH_OK : load_user(apply, row, slot);
	if (rc == KITH_OK) {
		*out = *slot;
	}
	return rc;
}

int64_t kith_apply_move(struct kith_apply *apply)
{
	apply->now.moves++;
	return ++apply->now.position;
}

enum kith_rc kith_apply_bump_user(struct kith_apply *apply, int64_t row)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_USER_BUMP);
	kith_query_int(&query, row);
	user_slot(apply, row)->row = 0;
	return kith_query_run(&query);
}

enum kith_rc kith_apply_begin(struct kith_apply *apply, int64_t now_us)
{
	apply->now_us = now_us;
	apply->heads.now_us = now_us;
	apply->is_erasing = false;
	return kith_sql_run(apply->sql, KITH_SQL_BEGIN_WRITE);
}

/* The rowid of the row that was inserted last. */
static int64_t row_added(const struct kith_apply *apply)
{
	return sqlite3_last_insert_rowid(apply->sql->db);
}

static enum kith_rc write_org_add(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_org *org = &plan->effects[at].org;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ORG_ADD);
	kith_query_text(&query, org->id);
	kith_query_text(&query, org->domain);
	kith_query_int(&query, apply->now_us);
	enum kith_rc rc = kith_query_run(&query);
	if (rc == KITH_OK) {
		org->row = row_added(apply);
		apply->now.organizations++;
	}
	return rc;
}

static enum kith_rc write_key_add(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	const struct kith_effect *effect = &plan->effects[at];
	struct kith_query query = kith_query(apply->sql, KITH_SQL_KEY_ADD);
	kith_query_text(&query, effect->key.kid);
	kith_query_int(&query, effect->org.row);
	kith_query_int(&query, effect->key.alg);
	kith_query_blob(&query, effect->key.material);
	kith_query_int(&query, apply->now_us);
	return kith_query_run(&query);
}

static enum kith_rc write_user_add(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_user *user = &plan->effects[at].user;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_USER_ADD);
	kith_query_text(&query, user->id);
	kith_query_text(&query, user->name);
	kith_query_int(&query, apply->now_us);
	kith_query_int(&query, user->flags);
	enum kith_rc rc = kith_query_run(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	user->row = row_added(apply);
	user->version = 1;
	apply->now.users++;
	return kith_people_index(apply->sql, user->row, user->id, user->name);
}

/* The user that effect AT speaks of: its own, or the one added before it. */
static int64_t joining_user(const struct kith_plan *plan, size_t at)
{
	int64_t row = plan->effects[at].user.row;
	for (size_t i = at; row == 0 && i > 0; i--) {
		if (plan->effects[i - 1].kind == KITH_EFFECT_USER_ADD) {
			row = plan->effects[i - 1].user.row;
		}
	}
	KITH_ASSERT(row != 0);
	return row;
}

static enum kith_rc write_org_join(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	int64_t user_row = joining_user(plan, at);
	struct kith_query query = kith_query(apply->sql, KITH_SQL_MEMBERSHIP_ADD);
	kith_query_int(&query, plan->effects[at].org.row);
	kith_query_int(&query, user_row);
	enum kith_rc rc = kith_query_run(&query);
	if (rc != KITH_OK || sqlite3_changes(apply->sql->db) == 0) {
		return rc;
	}
	return kith_apply_bump_user(apply, user_row);
}

static enum kith_rc insert_member(struct kith_apply *apply, int64_t conversation_row,
                                  int64_t user_row)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_MEMBER_ADD);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, user_row);
	return kith_query_run(&query);
}

static enum kith_rc insert_conversation(struct kith_apply *apply,
                                        const struct kith_conversation *conversation, int64_t *row)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_CONVERSATION_ADD);
	kith_query_uuid(&query, &conversation->id);
	kith_query_int(&query, conversation->org_row);
	kith_query_int(&query, conversation->created_us);
	enum kith_rc rc = kith_query_run(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	*row = row_added(apply);
	query = kith_query(apply->sql, KITH_SQL_HEAD_ADD);
	kith_query_int(&query, *row);
	return kith_query_run(&query);
}

static enum kith_rc write_conversation_add(struct kith_apply *apply, struct kith_plan *plan,
                                           size_t at)
{
	struct kith_conversation *conversation = plan->effects[at].conversation;
	struct kith_head head = { .version = 1, .member_count = conversation->member_count };
	enum kith_rc rc = insert_conversation(apply, conversation, &head.row);
	for (size_t i = 0; rc == KITH_OK && i < conversation->member_count; i++) {
		head.members[i].user_row = conversation->members[i].row;
		rc = insert_member(apply, head.row, conversation->members[i].row);
	}
	if (rc == KITH_OK) {
		rc = kith_heads_add(&apply->heads, &head);
	}
	if (rc == KITH_OK) {
		conversation->row = head.row;
		conversation->version = head.version;
		apply->now.conversations++;
	}
	return rc;
}

/* By enum kith_effect_kind; AT is the effect's place in the plan. */
static enum kith_rc (*const effect_writes[])(struct kith_apply *, struct kith_plan *plan,
                                             size_t at) = {
	[KITH_EFFECT_ORG_ADD] = write_org_add,
	[KITH_EFFECT_KEY_ADD] = write_key_add,
	[KITH_EFFECT_USER_ADD] = write_user_add,
	[KITH_EFFECT_ORG_JOIN] = write_org_join,
	[KITH_EFFECT_CONVERSATION_ADD] = write_conversation_add,
	[KITH_EFFECT_SEEN] = kith_mark_write_seen,
	[KITH_EFFECT_DELIVERED] = kith_mark_write_delivered,
	[KITH_EFFECT_MARK_UNREAD] = kith_mark_write_unread,
	[KITH_EFFECT_DRAFT] = kith_mark_write_draft,
	[KITH_EFFECT_HIDE] = kith_act_write_hide,
	[KITH_EFFECT_USER_SET] = kith_people_write_user_set,
	[KITH_EFFECT_LAST_SEEN] = kith_people_write_last_seen,
	[KITH_EFFECT_ALIAS_ADD] = kith_people_write_alias_add,
	[KITH_EFFECT_ALIAS_REMOVE] = kith_people_write_alias_remove,
	[KITH_EFFECT_CONTACT_ADD] = kith_people_write_contact_add,
	[KITH_EFFECT_CONTACT_REMOVE] = kith_people_write_contact_remove,
	[KITH_EFFECT_SESSION_ADD] = kith_signin_write_session_add,
	[KITH_EFFECT_SESSION_TURN] = kith_signin_write_session_turn,
	[KITH_EFFECT_SESSION_END] = kith_signin_write_session_end,
	[KITH_EFFECT_PASSWORD_SET] = kith_signin_write_password_set,
	[KITH_EFFECT_API_KEY_ADD] = kith_signin_write_api_key_add,
	[KITH_EFFECT_API_KEY_END] = kith_signin_write_api_key_end,
	[KITH_EFFECT_LINK_ADD] = kith_signin_write_link_add,
	[KITH_EFFECT_LINK_USE] = kith_signin_write_link_use,
};

/* returns KITH_E_CONFLICT, nothing written, when MESSAGE is there already. */
static enum kith_rc insert_message(struct kith_apply *apply, const struct kith_uuid *message,
                                   int64_t entry)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_MESSAGE_ADD);
	kith_query_uuid(&query, message);
	kith_query_int(&query, entry);
	enum kith_rc rc = kith_query_run(&query);
	return rc == KITH_OK && sqlite3_changes(apply->sql->db) == 0 ? KITH_E_CONFLICT : rc;
}

static enum kith_rc insert_entry(struct kith_apply *apply, const struct kith_entry *entry,
                                 int64_t prev)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ENTRY_ADD);
	kith_query_int(&query, entry->id);
	kith_query_int(&query, entry->conversation_row);
	kith_query_int(&query, entry->n);
	kith_query_int(&query, entry->m);
	kith_query_int(&query, prev);
	kith_query_int(&query, entry->content.kind);
	kith_query_int(&query, entry->sender_row);
	kith_query_uuid(&query, &entry->message);
	kith_query_int(&query, (int64_t)entry->print);
	kith_query_int(&query, entry->sent_us);
	kith_query_blob(&query, entry->content.body);
	kith_query_int(&query, entry->target);
	return kith_query_run(&query);
}

/* Moves HEAD, and with a message the sender's marks in it, to the new ENTRY. */
static void advance(struct kith_head *head, const struct kith_entry *entry)
{
	if (!kith_kind_is_act(entry->content.kind)) {
		kith_mark_send(head, entry);
		head->m = entry->m;
		head->last_message = entry->id;
	}
	head->n = entry->n;
	head->last_entry = entry->id;
	head->is_changed = true;
}

static enum kith_rc write_entry(struct kith_apply *apply, struct kith_entry *entry,
                                struct kith_head *head)
{
	/* The id comes first: it may turn out to be taken (kith_check_is_lone_entry). */
	enum kith_rc rc = insert_message(apply, &entry->message, apply->now.position + 1);
	if (rc != KITH_OK) {
		return rc;
	}
	entry->conversation_row = head->row;
	entry->id = ++apply->now.position;
	entry->n = head->n + 1;
	bool is_act = kith_kind_is_act(entry->content.kind);
	entry->m = is_act ? head->m : head->m + 1;
	rc = insert_entry(apply, entry, head->last_entry);
	if (rc != KITH_OK) {
		return rc;
	}
	advance(head, entry);
	return is_act ? kith_act_write(apply, head, entry) : KITH_OK;
}

static enum kith_rc write_entries(struct kith_apply *apply, struct kith_plan *plan)
{
	if (plan->entry_count == 0) {
		return KITH_OK;
	}
	struct kith_head *head = NULL;
	enum kith_rc rc = kith_heads_get(&apply->heads, plan->conversation->row, &head);
	if (rc == KITH_OK) {
		kith_heads_list(&apply->heads, head);
	}
	for (size_t i = 0; rc == KITH_OK && i < plan->entry_count; i++) {
		rc = write_entry(apply, &plan->entries[i], head);
	}
	return rc;
}

static enum kith_rc write_plan(struct kith_apply *apply, struct kith_plan *plan)
{
	enum kith_rc rc = KITH_OK;
	for (size_t i = 0; rc == KITH_OK && i < plan->effect_count; i++) {
		rc = effect_writes[plan->effects[i].kind](apply, plan, i);
	}
	return rc == KITH_OK ? write_entries(apply, plan) : rc;
}

/* Was an earlier plan of this epoch refused? */
static bool is_epoch_refused(const struct kith_plan *plan)
{
	return plan->origin != NULL && plan->origin->refused_epoch != 0 &&
	       plan->epoch <= plan->origin->refused_epoch;
}

static enum kith_rc refuse(struct kith_plan *plan, enum kith_rc rc)
{
	switch (rc) {
	case KITH_E_STALE:
		plan->answer = KITH_PLAN_STALE;
		if (plan->origin != NULL && plan->epoch > plan->origin->refused_epoch) {
			plan->origin->refused_epoch = plan->epoch;
		}
		return KITH_OK;
	case KITH_E_CONFLICT:
		plan->answer = KITH_PLAN_DUPLICATE;
		return KITH_OK;
	case KITH_E_EXISTS:
		plan->answer = KITH_PLAN_EXISTS;
		return KITH_OK;
	default:
		return rc;
	}
}

enum kith_rc kith_apply_plan(struct kith_apply *apply, struct kith_plan *plan)
{
	enum kith_rc rc = is_epoch_refused(plan) ? KITH_E_STALE : kith_check_plan(apply, plan);
	if (rc != KITH_OK) {
		return refuse(plan, rc);
	}
	rc = write_plan(apply, plan);
	if (rc == KITH_E_CONFLICT) {
		/* Ids of other plans were looked up just now: only the file can be wrong. */
		rc = kith_check_is_lone_entry(plan)
		             ? kith_check_message(apply, &plan->entries[0].message, &plan->first)
		             : KITH_E_CORRUPT;
		return rc == KITH_OK ? KITH_E_CORRUPT : refuse(plan, rc);
	}
	if (rc == KITH_OK) {
		plan->answer = KITH_PLAN_OK;
	}
	return rc;
}

static enum kith_rc save_sequence(struct kith_apply *apply)
{
	if (apply->now.moves == apply->committed.moves) {
		return KITH_OK;
	}
	struct kith_query query = kith_query(apply->sql, KITH_SQL_SEQUENCE_PUT);
	kith_query_int(&query, apply->now.position);
	kith_query_int(&query, apply->now.moves);
	return kith_query_run(&query);
}

enum kith_rc kith_apply_commit(struct kith_apply *apply)
{
	enum kith_rc rc = kith_heads_flush(&apply->heads);
	if (rc == KITH_OK) {
		rc = save_sequence(apply);
	}
	if (rc == KITH_OK) {
		rc = kith_sql_run(apply->sql, KITH_SQL_COMMIT);
	}
	if (rc == KITH_OK) {
		apply->committed = apply->now;
	}
	return rc;
}

static void empty_org_add(struct kith_effect *effect)
{
	effect->org.row = 0;
}

static void empty_user_add(struct kith_effect *effect)
{
	effect->user.row = 0;
	effect->user.version = 0;
}

static void empty_conversation_add(struct kith_effect *effect)
{
	effect->conversation->row = 0;
	effect->conversation->version = 0;
}

static void empty_user_set(struct kith_effect *effect)
{
	effect->set.position = 0;
}

static void empty_contact(struct kith_effect *effect)
{
	effect->contact.position = 0;
}

static void empty_session_add(struct kith_effect *effect)
{
	effect->device.ousted = (struct kith_uuid){ { 0 } };
}

/* What the writes of an effect fill in is taken out again, by enum kith_effect_kind;
 * NULL: they fill in nothing. */
static void (*const effect_empties[KITH_EFFECT_COUNT])(struct kith_effect *) = {
	[KITH_EFFECT_ORG_ADD] = empty_org_add,
	[KITH_EFFECT_USER_ADD] = empty_user_add,
	[KITH_EFFECT_CONVERSATION_ADD] = empty_conversation_add,
	[KITH_EFFECT_SEEN] = kith_mark_empty,
	[KITH_EFFECT_DELIVERED] = kith_mark_empty,
	[KITH_EFFECT_MARK_UNREAD] = kith_mark_empty,
	[KITH_EFFECT_DRAFT] = kith_mark_empty_draft,
	[KITH_EFFECT_HIDE] = kith_act_empty_hide,
	[KITH_EFFECT_USER_SET] = empty_user_set,
	[KITH_EFFECT_CONTACT_ADD] = empty_contact,
	[KITH_EFFECT_CONTACT_REMOVE] = empty_contact,
	[KITH_EFFECT_SESSION_ADD] = empty_session_add,
};

static void empty_plan(struct kith_plan *plan)
{
	plan->first = (struct kith_entry){ .id = 0 };
	for (size_t i = 0; i < plan->entry_count; i++) {
		plan->entries[i].id = 0;
		plan->entries[i].n = 0;
		plan->entries[i].m = 0;
	}
	for (size_t i = 0; i < plan->effect_count; i++) {
		void (*empty)(struct kith_effect *) = effect_empties[plan->effects[i].kind];
		if (empty != NULL) {
			empty(&plan->effects[i]);
		}
	}
	plan->answer = KITH_PLAN_UNAVAILABLE;
}

enum kith_rc kith_apply_undo(struct kith_apply *apply, struct kith_plan *const *plans, size_t count)
{
	kith_heads_forget(&apply->heads);
	for (size_t i = 0; i < KITH_APPLY_USERS_MAX; i++) {
		apply->users[i].row = 0;
	}
	apply->now = apply->committed;
	for (size_t i = 0; i < count; i++) {
		empty_plan(plans[i]);
	}
	/* Some failures end the transaction by themselves. */
	if (sqlite3_get_autocommit(apply->sql->db) != 0) {
		return KITH_OK;
	}
	return kith_sql_run(apply->sql, KITH_SQL_ROLLBACK);
}
