/*
 * sqlite_apply.c -- the writes of a plan, and the batch around them.
 */
#include "store/sqlite_apply.h"

#include "base/macros.h"
#include "base/mem.h"
#include "store/sqlite_check.h"

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

enum kith_rc kith_apply_user_version(struct kith_apply *apply, int64_t row, int64_t *out)
{
	struct kith_apply_user *slot = user_slot(apply, row);
	if (slot->row != row || row == 0) {
		int64_t version = 0;
		struct kith_query query = kith_query(apply->sql, KITH_SQL_USER_VERSION);
		kith_query_int(&query, row);
		enum kith_rc rc = kith_query_one(&query, &version);
		if (rc != KITH_OK) {
			return rc;
		}
		*slot = (struct kith_apply_user){ .row = row, .version = version };
	}
	*out = slot->version;
	return KITH_OK;
}

enum kith_rc kith_apply_begin(struct kith_apply *apply, int64_t now_us)
{
	apply->now_us = now_us;
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
	enum kith_rc rc = kith_query_run(&query);
	if (rc == KITH_OK) {
		user->row = row_added(apply);
		user->version = 1;
		apply->now.users++;
	}
	return rc;
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
	query = kith_query(apply->sql, KITH_SQL_USER_BUMP);
	kith_query_int(&query, user_row);
	user_slot(apply, user_row)->row = 0;
	return kith_query_run(&query);
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

/* How many messages are there up to entry N of HEAD's conversation? */
static enum kith_rc messages_up_to(struct kith_apply *apply, const struct kith_head *head,
                                   int64_t n, int64_t *out)
{
	if (n == head->n) {
		*out = head->m;
		return KITH_OK;
	}
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ENTRY_M);
	kith_query_int(&query, head->row);
	kith_query_int(&query, n);
	enum kith_rc rc = kith_query_one(&query, out);
	return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
}

static enum kith_rc write_seen(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_effect *effect = &plan->effects[at];
	struct kith_head *head = NULL;
	enum kith_rc rc = kith_heads_get(&apply->heads, effect->seen.conversation_row, &head);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_head_member *member = kith_head_member(head, effect->seen.user_row);
	KITH_ASSERT(member != NULL);
	int64_t seen = kith_seen_move(member->seen_n, effect->seen.up_to, head->n);
	effect->seen.position = 0;
	if (seen != member->seen_n) {
		int64_t seen_m = 0;
		rc = messages_up_to(apply, head, seen, &seen_m);
		if (rc != KITH_OK) {
			return rc;
		}
		apply->now.moves++;
		member->seen_n = seen;
		member->seen_m = seen_m;
		member->touched = ++apply->now.position;
		member->is_changed = true;
		kith_heads_list(&apply->heads, head);
		effect->seen.position = member->touched;
	}
	effect->seen.seen = member->seen_n;
	effect->seen.unread = head->m - member->seen_m;
	return KITH_OK;
}

/* By enum kith_effect_kind; AT is the effect's place in the plan. */
static enum kith_rc (*const effect_writes[])(struct kith_apply *, struct kith_plan *plan,
                                             size_t at) = {
	[KITH_EFFECT_ORG_ADD] = write_org_add,
	[KITH_EFFECT_KEY_ADD] = write_key_add,
	[KITH_EFFECT_USER_ADD] = write_user_add,
	[KITH_EFFECT_ORG_JOIN] = write_org_join,
	[KITH_EFFECT_CONVERSATION_ADD] = write_conversation_add,
	[KITH_EFFECT_SEEN] = write_seen,
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
	return kith_query_run(&query);
}

/* Moves HEAD, and the sender's mark in it, to the new ENTRY. */
static void advance(struct kith_head *head, const struct kith_entry *entry)
{
	head->n = entry->n;
	head->m = entry->m;
	head->last_entry = entry->id;
	head->last_message = entry->id;
	head->is_changed = true;
	/* Who writes has read: their mark moves with the entry and takes no position. */
	struct kith_head_member *sender = kith_head_member(head, entry->sender_row);
	if (sender != NULL) {
		sender->seen_n = entry->n;
		sender->seen_m = entry->m;
		sender->is_changed = true;
	}
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
	entry->m = head->m + 1;
	rc = insert_entry(apply, entry, head->last_entry);
	if (rc == KITH_OK) {
		advance(head, entry);
	}
	return rc;
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

/* What the writes above fill in, taken out again. */
static void empty_plan(struct kith_plan *plan)
{
	plan->first = (struct kith_entry){ .id = 0 };
	for (size_t i = 0; i < plan->entry_count; i++) {
		plan->entries[i].id = 0;
		plan->entries[i].n = 0;
		plan->entries[i].m = 0;
	}
	for (size_t i = 0; i < plan->effect_count; i++) {
		struct kith_effect *effect = &plan->effects[i];
		if (effect->kind == KITH_EFFECT_ORG_ADD) {
			effect->org.row = 0;
		} else if (effect->kind == KITH_EFFECT_USER_ADD) {
			effect->user.row = 0;
			effect->user.version = 0;
		} else if (effect->kind == KITH_EFFECT_CONVERSATION_ADD) {
			effect->conversation->row = 0;
			effect->conversation->version = 0;
		} else if (effect->kind == KITH_EFFECT_SEEN) {
			effect->seen.seen = 0;
			effect->seen.unread = 0;
			effect->seen.position = 0;
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
