/*
 * sqlite_load_people.c -- people: profiles, aliases, contacts, and who fits a search.
 */
#include "domain/name.h"
#include "store/sqlite_load.h"
#include "store/sqlite_reader.h"

#include <string.h>

enum kith_rc kith_load_profile(struct kith_sql *sql, int64_t user_row, struct kith_arena *mem,
                               struct kith_profile *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_PROFILE_LOAD);
	struct kith_profile profile = { .theme = KITH_THEME_SYSTEM };

	kith_query_int(&query, user_row);
	bool is_row = kith_query_next(&query);
	if (is_row) {
		profile.user = kith_load_user_columns(&query, mem);
		profile.metadata = kith_query_get_text(&query, 5, mem);
		profile.private_metadata = kith_query_get_text(&query, 6, mem);
		profile.language = kith_query_get_text(&query, 7, mem);
		profile.theme = (enum kith_theme)kith_query_get_int(&query, 8);
		profile.last_seen_us = kith_query_get_int(&query, 9);
		profile.has_password = kith_query_get_int(&query, 10) != 0;
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK && !is_row) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK) {
		*out = profile;
	}
	return rc;
}

enum kith_rc kith_reader_profile(struct kith_reader *reader, int64_t user_row,
                                 struct kith_arena *mem, struct kith_profile *out)
{
	return kith_reader_leave(reader, kith_load_profile(&reader->sql, user_row, mem, out));
}

enum kith_rc kith_reader_alias(struct kith_reader *reader, enum kith_alias_kind kind,
                               struct kith_str value, struct kith_arena *mem, struct kith_user *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_ALIAS_LOAD);
	struct kith_user user = { .row = 0 };
	kith_query_int(&query, kind);
	kith_query_text(&query, value);
	if (kith_query_next(&query)) {
		user = kith_load_user_columns(&query, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK && user.row == 0) {
		rc = KITH_E_NOT_FOUND;
	}
	if (rc == KITH_OK) {
		*out = user;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_aliases(struct kith_reader *reader, int64_t user_row,
                                 struct kith_arena *mem, struct kith_alias **out, size_t *count)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_ALIAS_LIST);
	void *items = NULL;
	size_t found = 0;
	kith_query_int(&query, user_row);
	while (kith_query_next(&query)) {
		if (!kith_reader_grow(mem, &items, found, sizeof(struct kith_alias))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_alias *)items)[found++] = (struct kith_alias){
			.kind = (enum kith_alias_kind)kith_query_get_int(&query, 0),
			.value = kith_query_get_text(&query, 1, mem),
			.user = kith_query_get_text(&query, 2, mem),
			.created_us = kith_query_get_int(&query, 3),
		};
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = items;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

/* What people are looked for by: the words of a query, folded. */
struct wanted {
	struct kith_str words[KITH_NAME_WORDS_MAX];
	size_t count;
	struct kith_str folded;
};

static enum kith_rc read_wanted(struct kith_str query, struct kith_arena *mem, struct wanted *out)
{
	enum kith_rc rc = kith_name_fold(query, mem, &out->folded);
	out->count = rc == KITH_OK ? kith_name_words(out->folded, out->words) : 0;
	return rc;
}

/* Does who has this id and this folded name fit? An id fits as a whole, too. */
static bool fits(const struct wanted *wanted, struct kith_str id, struct kith_str fold)
{
	struct kith_str words[2 * KITH_NAME_WORDS_MAX + 1];
	if (id.len >= wanted->folded.len && wanted->folded.len > 0 &&
	    memcmp(id.at, wanted->folded.at, wanted->folded.len) == 0) {
		return true;
	}
	size_t count = kith_name_words(fold, words);
	count += kith_name_words(id, words + count);
	return wanted->count > 0 && kith_name_fits(words, count, wanted->words, wanted->count);
}

/* The longest word of what is wanted: fewest people have one that begins with it. */
static struct kith_str rarest(const struct wanted *wanted)
{
	struct kith_str longest = wanted->words[0];
	for (size_t i = 1; i < wanted->count; i++) {
		longest = wanted->words[i].len > longest.len ? wanted->words[i] : longest;
	}
	return longest;
}

/* One organization's part of a search. */
static enum kith_rc search_org(struct kith_reader *reader, int64_t org_row,
                               const struct wanted *wanted, struct kith_arena *mem, void **items,
                               size_t *found)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_WORD_SEARCH);
	struct kith_str word = rarest(wanted);
	kith_query_text(&query, word);
	kith_query_int(&query, org_row);
	while (*found < KITH_STORE_SEARCH_MAX && kith_query_next(&query)) {
		if (!kith_str_starts(kith_query_peek_text(&query, 6), word)) {
			break;
		}
		struct kith_str fold = kith_query_peek_text(&query, 5);
		if (!fits(wanted, kith_query_peek_text(&query, 2), fold)) {
			continue;
		}
		struct kith_user user = kith_load_user_columns(&query, mem);
		bool is_known = false;
		for (size_t i = 0; i < *found && !is_known; i++) {
			is_known = ((struct kith_user *)*items)[i].row == user.row;
		}
		if (is_known) {
			continue;
		}
		if (!kith_reader_grow(mem, items, *found, sizeof(user))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_user *)*items)[(*found)++] = user;
	}
	return kith_query_end(&query);
}

enum kith_rc kith_reader_search(struct kith_reader *reader, const int64_t *org_rows,
                                size_t org_count, struct kith_str query, struct kith_arena *mem,
                                struct kith_user **out, size_t *count)
{
	struct wanted wanted;
	void *items = NULL;
	size_t found = 0;
	enum kith_rc rc = read_wanted(query, mem, &wanted);
	for (size_t i = 0; rc == KITH_OK && wanted.count > 0 && i < org_count; i++) {
		rc = search_org(reader, org_rows[i], &wanted, mem, &items, &found);
	}
	if (rc == KITH_OK) {
		*out = items;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_contacts(struct kith_reader *reader, int64_t owner_row, int64_t org_row,
                                  struct kith_str query, struct kith_arena *mem,
                                  struct kith_contact **out, size_t *count)
{
	struct wanted wanted = { .count = 0 };
	void *items = NULL;
	size_t found = 0;
	enum kith_rc rc = query.len == 0 ? KITH_OK : read_wanted(query, mem, &wanted);
	if (rc != KITH_OK) {
		return kith_reader_leave(reader, rc);
	}
	struct kith_query list = kith_query(&reader->sql, KITH_SQL_CONTACT_LIST);
	kith_query_int(&list, owner_row);
	kith_query_int(&list, org_row);
	while (kith_query_next(&list)) {
		if (query.len > 0 && !fits(&wanted, kith_query_peek_text(&list, 2),
		                           kith_query_peek_text(&list, 5))) {
			continue;
		}
		if (!kith_reader_grow(mem, &items, found, sizeof(struct kith_contact))) {
			list.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_contact *)items)[found++] = (struct kith_contact){
			.owner_row = owner_row,
			.user = kith_load_user_columns(&list, mem),
			.created_us = kith_query_get_int(&list, 6),
		};
	}
	rc = kith_query_end(&list);
	if (rc == KITH_OK) {
		*out = items;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

/* How many contacts a person has. */
static enum kith_rc count_contacts(struct kith_reader *reader, int64_t owner_row, int64_t *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_CONTACT_COUNT);
	kith_query_int(&query, owner_row);
	return kith_query_one(&query, out);
}

enum kith_rc kith_reader_contact(struct kith_reader *reader, int64_t owner_row, int64_t user_row,
                                 struct kith_contact *out, int64_t *total)
{
	int64_t created_us = 0;
	enum kith_rc rc = count_contacts(reader, owner_row, total);
	if (rc == KITH_OK) {
		struct kith_query query = kith_query(&reader->sql, KITH_SQL_CONTACT_SINCE);
		kith_query_int(&query, owner_row);
		kith_query_int(&query, user_row);
		rc = kith_query_one(&query, &created_us);
	}
	if (rc == KITH_OK) {
		*out = (struct kith_contact){ .owner_row = owner_row,
			                      .user = { .row = user_row },
			                      .created_us = created_us };
	}
	return kith_reader_leave(reader, rc);
}
