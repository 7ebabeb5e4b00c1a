/*
 * sqlite_act.c -- the checks of acts, what each does, and hiding.
 */
#include "store/sqlite_act.h"

#include "base/macros.h"
#include "store/sqlite_entry.h"
#include "store/sqlite_mark.h"

/* The message that an act is about, as it is now. */
struct target {
	int64_t entry; /* 0: there is none */
	int64_t edits;
	int64_t retracted_us;
	int64_t last_act;
	int64_t sender_row;
};

static enum kith_rc load_target(struct kith_apply *apply, int64_t conversation_row, int64_t n,
                                struct target *out)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_TARGET_LOAD);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, n);
	*out = (struct target){ .entry = 0 };
	if (kith_query_next(&query)) {
		out->entry = kith_query_get_int(&query, 0);
		out->edits = kith_query_get_int(&query, 1);
		out->retracted_us = kith_query_get_int(&query, 2);
		out->last_act = kith_query_get_int(&query, 3);
		out->sender_row = kith_query_get_int(&query, 4);
	}
	return kith_query_end(&query);
}

/* ---- may it be done? ---- */

enum kith_rc kith_act_check_state(struct kith_apply *apply, const struct kith_expect *expect)
{
	struct target target;
	enum kith_rc rc = load_target(apply, expect->row, expect->n, &target);
	bool fits = target.entry != 0 && target.last_act == expect->version;
	return rc == KITH_OK && !fits ? KITH_E_STALE : rc;
}

/* Reactions to one message, seen from one person and one emoji. */
struct reacting {
	int64_t on;    /* that person's with that emoji: 0 or 1 */
	int64_t own;   /* that person's                         */
	int64_t all;   /* different emoji                       */
	int64_t alike; /* of anybody with that emoji            */
};

static enum kith_rc load_reacting(struct kith_apply *apply, int64_t conversation_row,
                                  const struct kith_entry *act, struct reacting *out)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_REACTING_LOAD);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, act->target);
	kith_query_int(&query, act->sender_row);
	kith_query_text(&query, act->content.body);
	*out = (struct reacting){ .on = 0 };
	if (kith_query_next(&query)) {
		out->on = kith_query_get_int(&query, 0);
		out->own = kith_query_get_int(&query, 1);
		out->all = kith_query_get_int(&query, 2);
		out->alike = kith_query_get_int(&query, 3);
	}
	return kith_query_end(&query);
}

static bool may_react(const struct reacting *now)
{
	return now->on == 0 && now->own < KITH_REACTIONS_OWN_MAX &&
	       (now->alike > 0 || now->all < KITH_REACTIONS_MAX);
}

static enum kith_rc check_reaction(struct kith_apply *apply, int64_t conversation_row,
                                   const struct kith_entry *act)
{
	struct reacting now;
	enum kith_rc rc = load_reacting(apply, conversation_row, act, &now);
	if (rc != KITH_OK) {
		return rc;
	}
	bool fits = act->content.kind == KITH_KIND_REACTION ? may_react(&now) : now.on > 0;
	return fits ? KITH_OK : KITH_E_STALE;
}

static bool is_target_taken(const struct kith_plan *plan, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (kith_kind_is_act(plan->entries[i].content.kind) &&
		    plan->entries[i].target == plan->entries[at].target) {
			return true;
		}
	}
	return false;
}

enum kith_rc kith_act_check(struct kith_apply *apply, const struct kith_plan *plan, size_t at)
{
	const struct kith_entry *act = &plan->entries[at];
	int64_t conversation_row = plan->conversation->row;
	struct target target;
	enum kith_rc rc = load_target(apply, conversation_row, act->target, &target);
	if (rc != KITH_OK) {
		return rc;
	}
	if (target.entry == 0 || target.retracted_us != 0 || is_target_taken(plan, at)) {
		return KITH_E_STALE;
	}
	switch (act->content.kind) {
	case KITH_KIND_EDIT:
		return target.edits < KITH_EDITS_MAX ? KITH_OK : KITH_E_STALE;
	case KITH_KIND_REACTION:
	case KITH_KIND_UNREACTION:
		return check_reaction(apply, conversation_row, act);
	default:
		return KITH_OK;
	}
}

/* ---- doing it ---- */

/* Starts NAME with what most statements here begin with. */
static struct kith_query about(struct kith_apply *apply, enum kith_sql_name name,
                               int64_t conversation_row, int64_t n)
{
	struct kith_query query = kith_query(apply->sql, name);
	kith_query_int(&query, conversation_row);
	kith_query_int(&query, n);
	return query;
}

static enum kith_rc edit(struct kith_apply *apply, struct kith_head *head,
                         const struct kith_entry *act)
{
	struct kith_query query = about(apply, KITH_SQL_EDIT_ADD, head->row, act->target);
	kith_query_int(&query, act->n);
	kith_query_int(&query, act->id);
	enum kith_rc rc = kith_query_run(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	query = about(apply, KITH_SQL_STATE_EDIT, head->row, act->target);
	kith_query_int(&query, act->n);
	kith_query_int(&query, act->id);
	kith_query_int(&query, act->sent_us);
	return kith_query_run(&query);
}

/* Content is overwritten by as many zeros: the row keeps its length, so no other is moved
 * and nothing rests on what the database does with the place that one leaves. */
static enum kith_rc erase(struct kith_apply *apply, int64_t conversation_row, int64_t n)
{
	apply->is_erasing = true;
	struct kith_query query = about(apply, KITH_SQL_BODY_ERASE, conversation_row, n);
	enum kith_rc rc = kith_query_run(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	query = about(apply, KITH_SQL_EDITS_ERASE, conversation_row, n);
	return kith_query_run(&query);
}

/* Who has yet to see message N has one less to see. */
static enum kith_rc subtract(struct kith_apply *apply, struct kith_head *head, int64_t n)
{
	for (size_t i = 0; i < head->member_count; i++) {
		struct kith_head_member *member = &head->members[i];
		if (member->seen.n >= n) {
			continue;
		}
		bool is_gone = false;
		enum kith_rc rc =
			kith_entry_is_hidden(apply->sql, head->row, n, member->user_row, &is_gone);
		if (rc != KITH_OK) {
			return rc;
		}
		member->gone += is_gone ? 0 : 1;
		member->is_changed = true;
	}
	return KITH_OK;
}

static enum kith_rc retract(struct kith_apply *apply, struct kith_head *head,
                            const struct kith_entry *act)
{
	enum kith_rc rc = erase(apply, head->row, act->target);
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_query query = about(apply, KITH_SQL_REACTIONS_DROP, head->row, act->target);
	rc = kith_query_run(&query);
	if (rc != KITH_OK) {
		return rc;
	}
	query = about(apply, KITH_SQL_STATE_RETRACT, head->row, act->target);
	kith_query_int(&query, act->n);
	kith_query_int(&query, act->sent_us);
	rc = kith_query_run(&query);
	return rc == KITH_OK ? subtract(apply, head, act->target) : rc;
}

/* A message that was ever reacted to has a state: a page without states asks for no
 * reactions. */
static enum kith_rc touch(struct kith_apply *apply, struct kith_head *head,
                          const struct kith_entry *act)
{
	struct kith_query query = about(apply, KITH_SQL_STATE_ACT, head->row, act->target);
	kith_query_int(&query, act->n);
	return kith_query_run(&query);
}

static enum kith_rc react(struct kith_apply *apply, struct kith_head *head,
                          const struct kith_entry *act)
{
	struct kith_query query = about(apply, KITH_SQL_REACTION_ADD, head->row, act->target);
	kith_query_int(&query, act->sender_row);
	kith_query_text(&query, act->content.body);
	kith_query_int(&query, act->id);
	enum kith_rc rc = kith_query_run(&query);
	return rc == KITH_OK ? touch(apply, head, act) : rc;
}

static enum kith_rc unreact(struct kith_apply *apply, struct kith_head *head,
                            const struct kith_entry *act)
{
	struct kith_query query = about(apply, KITH_SQL_REACTION_REMOVE, head->row, act->target);
	kith_query_int(&query, act->sender_row);
	kith_query_text(&query, act->content.body);
	enum kith_rc rc = kith_query_run(&query);
	return rc == KITH_OK ? touch(apply, head, act) : rc;
}

/* By enum kith_kind, from KITH_KIND_ACTS on. */
static enum kith_rc (*const deeds[])(struct kith_apply *, struct kith_head *,
                                     const struct kith_entry *) = {
	[KITH_KIND_EDIT - KITH_KIND_ACTS] = edit,
	[KITH_KIND_RETRACTION - KITH_KIND_ACTS] = retract,
	[KITH_KIND_REACTION - KITH_KIND_ACTS] = react,
	[KITH_KIND_UNREACTION - KITH_KIND_ACTS] = unreact,
};
_Static_assert(KITH_COUNT(deeds) == KITH_KIND_ACTS_END - KITH_KIND_ACTS, "every act has a deed");

enum kith_rc kith_act_write(struct kith_apply *apply, struct kith_head *head,
                            const struct kith_entry *entry)
{
	return deeds[entry->content.kind - KITH_KIND_ACTS](apply, head, entry);
}

/* ---- deleted for one member ---- */

enum kith_rc kith_act_check_hide(struct kith_apply *apply, const struct kith_plan *plan, size_t at)
{
	const struct kith_hide *hide = &plan->effects[at].hide;
	enum kith_rc rc = kith_mark_check_member(apply, hide->conversation_row, hide->user_row);
	if (rc != KITH_OK) {
		return rc;
	}
	struct target target;
	rc = load_target(apply, hide->conversation_row, hide->n, &target);
	return rc == KITH_OK && target.entry == 0 ? KITH_E_STALE : rc;
}

/*
 * Sending has moved the sender's marks to the message. Whoever does not hear of
 * the message any more is told of these marks in its place.
 */
static void tell_marks(struct kith_apply *apply, struct kith_head *head,
                       const struct kith_hide *hide, int64_t sender_row)
{
	struct kith_head_member *sender = kith_head_member(head, sender_row);
	if (sender == NULL || (sender->seen.n != hide->n && sender->delivered.n != hide->n)) {
		return;
	}
	int64_t position = kith_apply_move(apply);
	if (sender_row == hide->user_row) {
		sender->touched = position;
	} else {
		sender->told = position;
	}
	sender->is_changed = true;
	kith_heads_list(&apply->heads, head);
}

/* A message that is hidden is not to be seen any more, unless it was gone before. */
static enum kith_rc subtract_hidden(struct kith_apply *apply, const struct kith_hide *hide)
{
	struct kith_head *head = NULL;
	struct target target;
	enum kith_rc rc = kith_heads_get(&apply->heads, hide->conversation_row, &head);
	if (rc == KITH_OK) {
		rc = load_target(apply, hide->conversation_row, hide->n, &target);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	struct kith_head_member *member = kith_head_member(head, hide->user_row);
	KITH_ASSERT(member != NULL);
	if (member->seen.n < hide->n && target.retracted_us == 0) {
		member->gone++;
		member->is_changed = true;
		kith_heads_list(&apply->heads, head);
	}
	tell_marks(apply, head, hide, target.sender_row);
	return KITH_OK;
}

enum kith_rc kith_act_write_hide(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_hide *hide = &plan->effects[at].hide;
	bool is_there = false;
	hide->position = 0;
	enum kith_rc rc = kith_entry_is_hidden(apply->sql, hide->conversation_row, hide->n,
	                                       hide->user_row, &is_there);
	if (rc != KITH_OK || is_there) {
		return rc;
	}
	rc = subtract_hidden(apply, hide);
	if (rc != KITH_OK) {
		return rc;
	}
	hide->position = kith_apply_move(apply);
	struct kith_query query =
		about(apply, KITH_SQL_HIDDEN_ADD, hide->conversation_row, hide->n);
	kith_query_int(&query, hide->user_row);
	kith_query_int(&query, hide->position);
	return kith_query_run(&query);
}

void kith_act_empty_hide(struct kith_effect *effect)
{
	effect->hide.position = 0;
}
