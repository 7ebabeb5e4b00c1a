/*
 * sqlite_people.h -- what plans do to people: profiles, aliases, contacts.
 *
 * The rows of sqlite_apply.c's and sqlite_check.c's tables for them.
 * Also keeps the words by which people are found. What may be changed is decided
 * before; here it is only written.
 */
#ifndef KITH_STORE_SQLITE_PEOPLE_H
#define KITH_STORE_SQLITE_PEOPLE_H

#include "store/sqlite_apply.h"

/* For effect_checks of sqlite_check.c. */
typedef enum kith_rc kith_people_check_fn(struct kith_apply *apply, const struct kith_plan *plan,
                                          size_t at);
kith_people_check_fn kith_people_check_user;
kith_people_check_fn kith_people_check_alias_add;
kith_people_check_fn kith_people_check_alias_remove;
kith_people_check_fn kith_people_check_contact;

/* For effect_writes of sqlite_apply.c. */
typedef enum kith_rc kith_people_write_fn(struct kith_apply *apply, struct kith_plan *plan,
                                          size_t at);
kith_people_write_fn kith_people_write_user_set;
kith_people_write_fn kith_people_write_last_seen;
kith_people_write_fn kith_people_write_alias_add;
kith_people_write_fn kith_people_write_alias_remove;
kith_people_write_fn kith_people_write_contact_add;
kith_people_write_fn kith_people_write_contact_remove;

/*
 * Writes the folded name of user ROW and the words by which they are found.
 * returns  KITH_OK; KITH_E_NO_MEMORY; else as kith_sql_rc()
 */
KITH_MUST_USE enum kith_rc kith_people_index(struct kith_sql *sql, int64_t row, struct kith_str id,
                                             struct kith_str name);

/* The same for everybody, when a file comes from a schema that had no words. */
KITH_MUST_USE enum kith_rc kith_people_index_all(struct kith_sql *sql);

#endif
