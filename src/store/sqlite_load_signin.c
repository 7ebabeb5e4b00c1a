/*
 * sqlite_load_signin.c -- devices, passwords, API keys and links: one row or a list.
 */
#include "store/sqlite_reader.h"

/* Ends a query that answers a row or none: IS_ROW says which it was. */
static enum kith_rc end_one(struct kith_query *query, bool is_row)
{
	enum kith_rc rc = kith_query_end(query);
	return rc == KITH_OK && !is_row ? KITH_E_NOT_FOUND : rc;
}

enum kith_rc kith_reader_password(struct kith_reader *reader, int64_t user_row,
                                  struct kith_arena *mem, struct kith_str *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_PASSWORD_LOAD);
	kith_query_int(&query, user_row);
	struct kith_str text = { 0 };
	bool is_row = kith_query_next(&query);
	if (is_row) {
		text = kith_query_get_text(&query, 0, mem);
	}
	enum kith_rc rc = end_one(&query, is_row);
	if (rc == KITH_OK) {
		*out = text;
	}
	return kith_reader_leave(reader, rc);
}

static struct kith_device read_device(struct kith_query *query, struct kith_arena *mem)
{
	return (struct kith_device){
		.id = kith_query_get_uuid(query, 0),
		.user_row = kith_query_get_int(query, 1),
		.org_row = kith_query_get_int(query, 2),
		.name = kith_query_get_text(query, 3, mem),
		.created_us = kith_query_get_int(query, 4),
		.used_us = kith_query_get_int(query, 5),
		.counter = kith_query_get_int(query, 6),
		.ended_us = kith_query_get_int(query, 7),
	};
}

enum kith_rc kith_reader_device(struct kith_reader *reader, const struct kith_uuid *id,
                                struct kith_arena *mem, struct kith_device *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_DEVICE_LOAD);
	kith_query_uuid(&query, id);
	struct kith_device device = { .user_row = 0 };
	bool is_row = kith_query_next(&query);
	if (is_row) {
		device = read_device(&query, mem);
	}
	enum kith_rc rc = end_one(&query, is_row);
	if (rc == KITH_OK) {
		*out = device;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_devices(struct kith_reader *reader, int64_t user_row,
                                 struct kith_arena *mem, struct kith_device **out, size_t *count)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_DEVICE_LIST);
	kith_query_int(&query, user_row);
	kith_query_int(&query, KITH_DEVICES_MAX);
	void *devices = NULL;
	size_t found = 0;
	while (kith_query_next(&query)) {
		if (!kith_reader_grow(mem, &devices, found, sizeof(struct kith_device))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_device *)devices)[found++] = read_device(&query, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = devices;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

/* A digest of another length is none of ours. */
static struct kith_api_key read_api_key(struct kith_query *query, struct kith_arena *mem)
{
	struct kith_api_key key = {
		.id = kith_query_get_uuid(query, 0),
		.user_row = kith_query_get_int(query, 2),
		.org_row = kith_query_get_int(query, 3),
		.scope = (int)kith_query_get_int(query, 4),
		.name = kith_query_get_text(query, 5, mem),
		.created_us = kith_query_get_int(query, 6),
		.ended_us = kith_query_get_int(query, 7),
	};
	struct kith_str digest = kith_query_peek_text(query, 1);
	if (digest.len == sizeof(key.digest)) {
		memcpy(key.digest, digest.at, sizeof(key.digest));
	} else if (query->rc == KITH_OK) {
		query->rc = KITH_E_CORRUPT;
	}
	return key;
}

enum kith_rc kith_reader_api_key(struct kith_reader *reader, const struct kith_uuid *id,
                                 struct kith_arena *mem, struct kith_api_key *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_API_KEY_LOAD);
	kith_query_uuid(&query, id);
	struct kith_api_key key = { .user_row = 0 };
	bool is_row = kith_query_next(&query);
	if (is_row) {
		key = read_api_key(&query, mem);
	}
	enum kith_rc rc = end_one(&query, is_row);
	if (rc == KITH_OK) {
		*out = key;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_api_keys(struct kith_reader *reader, int64_t org_row,
                                  struct kith_arena *mem, struct kith_api_key **out, size_t *count)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_API_KEY_LIST);
	kith_query_int(&query, org_row);
	kith_query_int(&query, KITH_STORE_API_KEYS_MAX);
	void *keys = NULL;
	size_t found = 0;
	while (kith_query_next(&query)) {
		if (!kith_reader_grow(mem, &keys, found, sizeof(struct kith_api_key))) {
			query.rc = KITH_E_NO_MEMORY;
			break;
		}
		((struct kith_api_key *)keys)[found++] = read_api_key(&query, mem);
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK) {
		*out = keys;
		*count = found;
	}
	return kith_reader_leave(reader, rc);
}

enum kith_rc kith_reader_signin_link(struct kith_reader *reader, const uint8_t digest[KITH_DIGEST],
                                     struct kith_signin_link *out)
{
	struct kith_query query = kith_query(&reader->sql, KITH_SQL_LINK_LOAD);
	kith_query_blob(&query, kith_str_make((const char *)digest, KITH_DIGEST));
	struct kith_signin_link link = { .user_row = 0 };
	memcpy(link.digest, digest, sizeof(link.digest));
	bool is_row = kith_query_next(&query);
	if (is_row) {
		link.user_row = kith_query_get_int(&query, 0);
		link.expires_us = kith_query_get_int(&query, 1);
		link.used_us = kith_query_get_int(&query, 2);
	}
	enum kith_rc rc = end_one(&query, is_row);
	if (rc == KITH_OK) {
		*out = link;
	}
	return kith_reader_leave(reader, rc);
}
