/*
 * sqlite_load.c -- keys, organizations, users, conversations: one row or a list.
 */
#include "store/sqlite_load.h"

#include "base/macros.h"
#include "store/sqlite_reader.h"

/* Ends a query that answers a row or none: IS_ROW says which it was. */
static enum kith_rc end_one(struct kith_query *query, bool is_row)
{
	enum kith_rc rc = kith_query_end(query);
	return rc == KITH_OK && !is_row ? KITH_E_NOT_FOUND : rc;
}

static struct kith_org read_org(struct kith_query *query, struct kith_arena *mem)
{
	return (struct kith_org){
		.row = kith_query_get_int(query, 0),
		.id = kith_query_get_text(query, 1, mem),
		.domain = kith_query_get_text(query, 2, mem),
	};
}

struct kith_user kith_load_user_columns(struct kith_query *query, struct kith_arena *mem)
{
	return (struct kith_user){
		.row = kith_query_get_int(query, 0),
		.version = kith_query_get_int(query, 1),
		.id = kith_query_get_text(query, 2, mem),
		.name = kith_query_get_text(query, 3, mem),
		.flags = (unsigned)kith_query_get_int(query, 4),
	};
}

static struct kith_key read_key(struct kith_query *query, struct kith_arena *mem)
{
	return (struct kith_key){
		.kid = kith_query_get_text(query, 0, mem),
		.alg = (int)kith_query_get_int(query, 1),
		.material = kith_query_get_text(query, 2, mem),
		.created_us = kith_query_get_int(query, 3),
		.org = { .row = kith_query_get_int(query, 4),
		         .id = kith_query_get_text(query, 5, mem),
		         .domain = kith_query_get_text(query, 6, mem) },
	};
}

static enum kith_rc end_key(struct kith_reader *reader, struct kith_query *query,
                            struct kith_arena *mem, struct kith_key *out)
{
	struct kith_key key = { .alg = 0 };
	bool is_row = kith_query_next(query);
	if (is_row) {
		key = read_key(query, mem);
	}
	enum kith_rc rc = end_one(query, is_row);
	if (rc == KITH_OK) {
		*out = key;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_key(struct kith_reader *reader, struct kith_str kid,
                             struct kith_arena *mem, struct kith_key *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_KEY_LOAD);
	kith_query_text(&query, kid);
	return end_key(reader, &query, mem, out);
}

enum kith_rc kith_reader_newest_key(struct kith_reader *reader, int64_t org_row, int alg,
                                    struct kith_arena *mem, struct kith_key *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_KEY_NEWEST);
	kith_query_int(&query, org_row);
	kith_query_int(&query, alg);
	return end_key(reader, &query, mem, out);
}

enum kith_rc kith_reader_keys(struct kith_reader *reader, int64_t org_row, struct kith_arena *mem,
                              struct kith_key **out, size_t *count)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_KEY_LIST);
	kith_query_int(&query, org_row);
	void *keys = NULL;
	size_t found = 0;
	while (kith_query_next(&query)) {
		if (!kith_reader_grow(mem, &keys, found, sizeof(struct kith_key))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_key *)keys)[found++] = read_key(&query, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = keys;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_org(struct kith_reader *reader, struct kith_str id, struct kith_arena *mem,
                             struct kith_org *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_ORG_LOAD);
	kith_query_text(&query, id);
	struct kith_org org = { .row = 0 };
	bool is_row = kith_query_next(&query);
	if (is_row) {
		org = read_org(&query, mem);
	}
	enum kith_rc rc = end_one(&query, is_row);
	if (rc == KITH_OK) {
		*out = org;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_orgs(struct kith_reader *reader, int64_t user_row, struct kith_arena *mem,
                              struct kith_org **out, size_t *count)
{
	struct kith_query query = kith_query(
		&reader->sql, user_row == 0 ? KITH_SQL_ORG_LIST : KITH_SQL_ORG_LIST_OF_USER);
	if (user_row != 0) {
		kith_query_int(&query, user_row);
		kith_query_int(&query, KITH_STORE_ORGS_MAX);
	}
	void *orgs = NULL;
	size_t found = 0;
	while (kith_query_next(&query)) {
		if (!kith_reader_grow(mem, &orgs, found, sizeof(struct kith_org))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_org *)orgs)[found++] = read_org(&query, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = orgs;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_user(struct kith_reader *reader, struct kith_str id, int64_t org_row,
                              struct kith_arena *mem, struct kith_user *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_USER_LOAD);
	kith_query_text(&query, id);
	kith_query_int(&query, org_row);
	struct kith_user user = { .row = 0 };
	bool is_row = kith_query_next(&query);
	if (is_row) {
		user = kith_load_user_columns(&query, mem);
	}
	enum kith_rc rc = end_one(&query, is_row);
	if (rc == KITH_OK) {
		*out = user;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_users(struct kith_reader *reader, struct kith_str after, size_t limit,
                               struct kith_arena *mem, struct kith_user **out, size_t *count)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_USER_LIST);
	kith_query_text(&query, after);
	kith_query_int(&query, (int64_t)limit);
	void *users = NULL;
	size_t found = 0;
	while (kith_query_next(&query)) {
		if (!kith_reader_grow(mem, &users, found, sizeof(struct kith_user))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_user *)users)[found++] = kith_load_user_columns(&query, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = users;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

static enum kith_rc load_members(struct kith_sql *sql, struct kith_arena *mem,
                                 struct kith_conversation *conversation)
{
	struct kith_query query = kith_query(sql, KITH_SQL_CONVERSATION_MEMBERS);
	kith_query_int(&query, conversation->row);
	while (kith_query_next(&query)) {
		if (conversation->member_count == KITH_COUNT(conversation->members)) {
			query.rc = KITH_E_CORRUPT;
			break;
		}
		conversation->members[conversation->member_count++] =
			kith_load_user_columns(&query, mem);
	}
	return kith_query_end(&query);
}

/* Ends QUERY, which answers CONVERSATION_COLUMNS once or not at all. */
static enum kith_rc read_conversation(struct kith_query *query, struct kith_arena *mem,
                                      struct kith_conversation *out)
{
	struct kith_conversation conversation = { .row = 0 };
	bool is_row = kith_query_next(query);
	if (is_row) {
		conversation.row = kith_query_get_int(query, 0);
		conversation.version = kith_query_get_int(query, 1);
		conversation.id = kith_query_get_uuid(query, 2);
		conversation.org_row = kith_query_get_int(query, 3);
		conversation.org = kith_query_get_text(query, 4, mem);
		conversation.created_us = kith_query_get_int(query, 5);
	}
	enum kith_rc rc = end_one(query, is_row);
	if (rc == KITH_OK) {
		rc = load_members(query->sql, mem, &conversation);
	}
	if (rc == KITH_OK) {
		*out = conversation;
	}
	return rc;
}

enum kith_rc kith_load_conversation(struct kith_sql *sql, int64_t row, struct kith_arena *mem,
                                    struct kith_conversation *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_CONVERSATION_BY_ROW);
	kith_query_int(&query, row);
	return read_conversation(&query, mem, out);
}

enum kith_rc kith_reader_conversation(struct kith_reader *reader, const struct kith_uuid *id,
                                      struct kith_arena *mem, struct kith_conversation *out)
{
	enum kith_rc rc = kith_reader_enter(reader);
	if (rc == KITH_OK) {
		struct kith_query query = kith_query(&reader->sql, KITH_SQL_CONVERSATION_BY_ID);
		kith_query_uuid(&query, id);
		rc = read_conversation(&query, mem, out);
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_load_position(struct kith_sql *sql, int64_t *out)
{
	struct kith_query query = kith_query(sql, KITH_SQL_SEQUENCE_GET);
	enum kith_rc rc = kith_query_one(&query, out);
	return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
}

enum kith_rc kith_reader_position(struct kith_reader *reader, int64_t *out)
{
	return kith_reader_leave(reader, kith_load_position(&reader->sql, out));
}
