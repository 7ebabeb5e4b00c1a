/*
 * sqlite_people.c -- the checks, then the writes, then the words.
 */
#include "store/sqlite_people.h"

#include "base/macros.h"
#include "domain/name.h"

enum { WORDS_MEMORY_BYTES = 4096 };

/* --- checks --- */

static enum kith_rc check_row(struct kith_apply *apply, int64_t row)
{
	struct kith_apply_user user;
	enum kith_rc rc = kith_apply_user(apply, row, &user);
	return rc == KITH_E_NOT_FOUND ? KITH_E_STALE : rc;
}

enum kith_rc kith_people_check_user(struct kith_apply *apply, const struct kith_plan *plan,
                                    size_t at)
{
	return check_row(apply, plan->effects[at].user.row);
}

/* Whose alias it is; 0: nobody's. */
static enum kith_rc alias_owner(struct kith_apply *apply, const struct kith_alias *alias,
                                int64_t *row)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ALIAS_OWNER);
	kith_query_int(&query, alias->kind);
	kith_query_text(&query, alias->value);
	*row = 0;
	enum kith_rc rc = kith_query_one(&query, row);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

enum kith_rc kith_people_check_alias_add(struct kith_apply *apply, const struct kith_plan *plan,
                                         size_t at)
{
	const struct kith_effect *effect = &plan->effects[at];
	int64_t owner = 0;
	enum kith_rc rc = alias_owner(apply, &effect->alias, &owner);
	if (rc == KITH_OK && owner != 0) {
		rc = KITH_E_EXISTS;
	}
	return rc == KITH_OK ? check_row(apply, effect->user.row) : rc;
}

enum kith_rc kith_people_check_alias_remove(struct kith_apply *apply, const struct kith_plan *plan,
                                            size_t at)
{
	int64_t owner = 0;
	enum kith_rc rc = alias_owner(apply, &plan->effects[at].alias, &owner);
	return rc == KITH_OK && owner != plan->effects[at].user.row ? KITH_E_STALE : rc;
}

enum kith_rc kith_people_check_contact(struct kith_apply *apply, const struct kith_plan *plan,
                                       size_t at)
{
	const struct kith_contact *contact = &plan->effects[at].contact;
	enum kith_rc rc = check_row(apply, contact->owner_row);
	return rc == KITH_OK ? check_row(apply, contact->user.row) : rc;
}

/* --- writes --- */

static enum kith_rc write_user_row(struct kith_apply *apply, const struct kith_effect *effect)
{
	const struct kith_profile *profile = effect->set.profile;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_USER_SET);
	kith_query_text(&query, profile->user.name);
	kith_query_int(&query, profile->user.flags);
	kith_query_int(&query, effect->user.row);
	return kith_query_run(&query);
}

static enum kith_rc write_profile(struct kith_apply *apply, const struct kith_effect *effect)
{
	const struct kith_profile *profile = effect->set.profile;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_PROFILE_PUT);
	kith_query_int(&query, effect->user.row);
	kith_query_text(&query, profile->metadata);
	kith_query_text(&query, profile->private_metadata);
	kith_query_text(&query, profile->language);
	kith_query_int(&query, profile->theme);
	kith_query_int(&query, effect->set.position);
	return kith_query_run(&query);
}

enum kith_rc kith_people_write_user_set(struct kith_apply *apply, struct kith_plan *plan, size_t at)
{
	struct kith_effect *effect = &plan->effects[at];
	const struct kith_profile *profile = effect->set.profile;
	enum kith_rc rc = KITH_OK;

	effect->set.position = kith_apply_move(apply);
	if ((effect->set.parts & (KITH_USER_NAME | KITH_USER_FLAGS)) != 0) {
		rc = write_user_row(apply, effect);
	}
	if (rc == KITH_OK && (effect->set.parts & KITH_USER_NAME) != 0) {
		rc = kith_people_index(apply->sql, effect->user.row, profile->user.id,
		                       profile->user.name);
	}
	if (rc == KITH_OK) {
		rc = write_profile(apply, effect);
	}
	return rc == KITH_OK ? kith_apply_bump_user(apply, effect->user.row) : rc;
}

enum kith_rc kith_people_write_last_seen(struct kith_apply *apply, struct kith_plan *plan,
                                         size_t at)
{
	struct kith_query query = kith_query(apply->sql, KITH_SQL_LAST_SEEN_PUT);
	kith_query_int(&query, plan->effects[at].user.row);
	kith_query_int(&query, plan->effects[at].at_us);
	return kith_query_run(&query);
}

enum kith_rc kith_people_write_alias_add(struct kith_apply *apply, struct kith_plan *plan,
                                         size_t at)
{
	const struct kith_effect *effect = &plan->effects[at];
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ALIAS_ADD);
	kith_query_int(&query, effect->alias.kind);
	kith_query_text(&query, effect->alias.value);
	kith_query_int(&query, effect->user.row);
	kith_query_int(&query, effect->alias.created_us);
	return kith_query_run(&query);
}

enum kith_rc kith_people_write_alias_remove(struct kith_apply *apply, struct kith_plan *plan,
                                            size_t at)
{
	const struct kith_alias *alias = &plan->effects[at].alias;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_ALIAS_REMOVE);
	kith_query_int(&query, alias->kind);
	kith_query_text(&query, alias->value);
	return kith_query_run(&query);
}

/* Is the person a contact of the owner's now? */
static enum kith_rc is_contact(struct kith_apply *apply, const struct kith_contact *contact,
                               bool *out)
{
	int64_t is_removed = 1;
	struct kith_query query = kith_query(apply->sql, KITH_SQL_CONTACT_STATE);
	kith_query_int(&query, contact->owner_row);
	kith_query_int(&query, contact->user.row);
	enum kith_rc rc = kith_query_one(&query, &is_removed);
	*out = rc == KITH_OK && is_removed == 0;
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

static enum kith_rc write_contact(struct kith_apply *apply, struct kith_contact *contact,
                                  bool is_wanted)
{
	bool is_there = false;
	enum kith_rc rc = is_contact(apply, contact, &is_there);
	contact->position = 0;
	if (rc != KITH_OK || is_there == is_wanted) {
		return rc;
	}
	contact->position = kith_apply_move(apply);
	struct kith_query query = kith_query(apply->sql, KITH_SQL_CONTACT_PUT);
	kith_query_int(&query, contact->owner_row);
	kith_query_int(&query, contact->user.row);
	kith_query_int(&query, contact->created_us);
	kith_query_int(&query, is_wanted ? 0 : 1);
	kith_query_int(&query, contact->position);
	return kith_query_run(&query);
}

enum kith_rc kith_people_write_contact_add(struct kith_apply *apply, struct kith_plan *plan,
                                           size_t at)
{
	return write_contact(apply, &plan->effects[at].contact, true);
}

enum kith_rc kith_people_write_contact_remove(struct kith_apply *apply, struct kith_plan *plan,
                                              size_t at)
{
	return write_contact(apply, &plan->effects[at].contact, false);
}

/* --- the words by which people are found --- */

static enum kith_rc add_word(struct kith_sql *sql, int64_t row, struct kith_str word)
{
	struct kith_query query = kith_query(sql, KITH_SQL_WORD_ADD);
	kith_query_text(&query, word);
	kith_query_int(&query, row);
	return kith_query_run(&query);
}

static enum kith_rc add_words(struct kith_sql *sql, int64_t row, struct kith_str text)
{
	struct kith_str words[KITH_NAME_WORDS_MAX];
	size_t count = kith_name_words(text, words);
	enum kith_rc rc = KITH_OK;
	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		rc = add_word(sql, row, words[i]);
	}
	return rc;
}

static enum kith_rc put_fold(struct kith_sql *sql, int64_t row, struct kith_str fold)
{
	struct kith_query query = kith_query(sql, KITH_SQL_USER_FOLD_PUT);
	kith_query_text(&query, fold);
	kith_query_int(&query, row);
	return kith_query_run(&query);
}

enum kith_rc kith_people_index(struct kith_sql *sql, int64_t row, struct kith_str id,
                               struct kith_str name)
{
	struct kith_arena mem;
	struct kith_str fold;
	kith_arena_init(&mem, WORDS_MEMORY_BYTES);
	enum kith_rc rc = kith_name_fold(name, &mem, &fold);
	if (rc == KITH_OK) {
		struct kith_query query = kith_query(sql, KITH_SQL_WORDS_REMOVE);
		kith_query_int(&query, row);
		rc = kith_query_run(&query);
	}
	if (rc == KITH_OK) {
		rc = put_fold(sql, row, fold);
	}
	if (rc == KITH_OK) {
		rc = add_words(sql, row, fold);
	}
	/* An id is found by its beginning and by the beginnings of its parts. */
	if (rc == KITH_OK) {
		rc = add_words(sql, row, id);
	}
	if (rc == KITH_OK) {
		rc = add_word(sql, row, id);
	}
	kith_arena_done(&mem);
	return rc;
}

/* The first user whose row is above *ROW and has no words; NOT_FOUND at the end. */
static enum kith_rc next_user(struct kith_sql *sql, struct kith_arena *mem, int64_t *row,
                              struct kith_str *id, struct kith_str *name)
{
	struct kith_query query = kith_query(sql, KITH_SQL_USER_NEXT);
	kith_query_int(&query, *row);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		*row = kith_query_get_int(&query, 0);
		*id = kith_query_get_text(&query, 1, mem);
		*name = kith_query_get_text(&query, 2, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	return rc == KITH_OK && !is_row ? KITH_E_NOT_FOUND : rc;
}

enum kith_rc kith_people_index_all(struct kith_sql *sql)
{
	struct kith_arena mem;
	enum kith_rc rc = KITH_OK;
	int64_t row = 0;
	kith_arena_init(&mem, WORDS_MEMORY_BYTES);
	while (rc == KITH_OK) {
		struct kith_str id;
		struct kith_str name;
		kith_arena_reset(&mem);
		rc = next_user(sql, &mem, &row, &id, &name);
		if (rc == KITH_OK) {
			rc = kith_people_index(sql, row, id, name);
		}
	}
	kith_arena_done(&mem);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}
