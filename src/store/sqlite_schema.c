/*
 * sqlite_schema.c -- the tables, and the steps from one version to the next.
 *
 * entry is the log, the truth; it only grows at its end, by the one rising
 * sequence. head and member hold what follows from it for each conversation and
 * person, state, edit and reaction what acts have made of messages; they are saved
 * in the commit that changes them. message_id finds an entry by its sender's id.
 * sequence holds the position when the last one given was no entry but a watermark's
 * move or another private change.
 */
#include "store/sqlite_schema.h"

#include <string.h>

#include "base/macros.h"
#include "base/rand.h"
#include "store/sqlite_people.h"

static const char tables[] =
	"CREATE TABLE meta (\n"
	"  key TEXT PRIMARY KEY,\n"
	"  value NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE TABLE sequence (\n"
	"  one INTEGER PRIMARY KEY CHECK (one = 1),\n"
	"  position INTEGER NOT NULL,\n"
	"  moves INTEGER NOT NULL\n" /* positions given to watermarks, ever */
	");\n"
	"CREATE TABLE organization (\n"
	"  row INTEGER PRIMARY KEY,\n"
	"  id TEXT NOT NULL UNIQUE,\n"
	"  domain TEXT NOT NULL UNIQUE,\n"
	"  created_us INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE org_key (\n"
	"  kid TEXT PRIMARY KEY,\n"
	"  org_row INTEGER NOT NULL,\n" /* 0: the deployment's */
	"  alg INTEGER NOT NULL,\n"
	"  material BLOB NOT NULL,\n"
	"  created_us INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX org_key_of_org ON org_key (org_row, alg, created_us);\n"
	"CREATE TABLE user (\n"
	"  row INTEGER PRIMARY KEY,\n"
	"  id TEXT NOT NULL UNIQUE,\n"
	"  name TEXT NOT NULL,\n"
	"  version INTEGER NOT NULL,\n"
	"  created_us INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE membership (\n"
	"  org_row INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  PRIMARY KEY (org_row, user_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX membership_of_user ON membership (user_row);\n"
	"CREATE TABLE conversation (\n"
	"  row INTEGER PRIMARY KEY,\n"
	"  id BLOB NOT NULL UNIQUE,\n"
	"  org_row INTEGER NOT NULL,\n"
	"  version INTEGER NOT NULL,\n"
	"  created_us INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE head (\n"
	"  conversation_row INTEGER PRIMARY KEY,\n"
	"  n INTEGER NOT NULL,\n"
	"  m INTEGER NOT NULL,\n"
	"  last_entry INTEGER NOT NULL,\n"
	"  last_message INTEGER NOT NULL\n"
	");\n"
	"CREATE TABLE member (\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  seen_n INTEGER NOT NULL,\n"
	"  seen_m INTEGER NOT NULL,\n"
	"  touched INTEGER NOT NULL,\n" /* position of the latest read, 0: none */
	"  PRIMARY KEY (conversation_row, user_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX member_of_user ON member (user_row);\n"
	"CREATE TABLE entry (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  m INTEGER NOT NULL,\n"
	"  prev INTEGER NOT NULL,\n" /* the conversation's entry before, 0: none */
	"  kind INTEGER NOT NULL,\n"
	"  sender_row INTEGER NOT NULL,\n"
	"  message BLOB NOT NULL,\n"
	"  print INTEGER NOT NULL,\n"
	"  sent_us INTEGER NOT NULL,\n"
	"  body BLOB NOT NULL\n"
	");\n"
	"CREATE UNIQUE INDEX entry_by_number ON entry (conversation_row, n);\n"
	"CREATE TABLE message_id (\n"
	"  id BLOB PRIMARY KEY,\n"
	"  entry INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"INSERT INTO sequence (one, position, moves)\n"
	"VALUES (1, 0, 0);\n";

/* People who set, keep and sign in; entries that act on messages; marks of members. */
static const char people_and_acts[] =
	"ALTER TABLE user ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;\n"
	"ALTER TABLE user ADD COLUMN fold TEXT NOT NULL DEFAULT '';\n" /* the name, to sort by */
	"CREATE TABLE profile (\n"
	"  user_row INTEGER PRIMARY KEY,\n"
	"  metadata TEXT NOT NULL DEFAULT '',\n"
	"  private_metadata TEXT NOT NULL DEFAULT '',\n"
	"  language TEXT NOT NULL DEFAULT '',\n"
	"  theme INTEGER NOT NULL DEFAULT 0,\n"
	"  password TEXT NOT NULL DEFAULT '',\n"
	"  last_seen_us INTEGER NOT NULL DEFAULT 0,\n"
	"  changed INTEGER NOT NULL DEFAULT 0\n" /* position of the latest change */
	");\n"
	"CREATE TABLE user_word (\n" /* folded words of names and ids */
	"  word TEXT NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  PRIMARY KEY (word, user_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX user_word_of_user ON user_word (user_row);\n"
	"CREATE TABLE alias (\n"
	"  kind INTEGER NOT NULL,\n"
	"  value TEXT NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  created_us INTEGER NOT NULL,\n"
	"  PRIMARY KEY (kind, value)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX alias_of_user ON alias (user_row);\n"
	"CREATE TABLE contact (\n"
	"  owner_row INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  created_us INTEGER NOT NULL,\n"
	"  is_removed INTEGER NOT NULL,\n" /* kept, so that other devices hear of it */
	"  changed INTEGER NOT NULL,\n"
	"  PRIMARY KEY (owner_row, user_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX contact_changed ON contact (owner_row, changed);\n"
	"CREATE TABLE device (\n"
	"  id BLOB PRIMARY KEY,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  org_row INTEGER NOT NULL,\n" /* 0: all of the user's */
	"  name TEXT NOT NULL,\n"
	"  created_us INTEGER NOT NULL,\n"
	"  used_us INTEGER NOT NULL,\n"
	"  counter INTEGER NOT NULL,\n" /* refresh tokens given so far */
	"  ended_us INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX device_of_user ON device (user_row, ended_us, used_us);\n"
	"CREATE TABLE api_key (\n"
	"  id BLOB PRIMARY KEY,\n"
	"  digest BLOB NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  org_row INTEGER NOT NULL,\n"
	"  scope INTEGER NOT NULL,\n"
	"  name TEXT NOT NULL,\n"
	"  created_us INTEGER NOT NULL,\n"
	"  ended_us INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX api_key_of_org ON api_key (org_row, created_us);\n"
	"CREATE TABLE signin_link (\n"
	"  digest BLOB PRIMARY KEY,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  expires_us INTEGER NOT NULL,\n"
	"  used_us INTEGER NOT NULL\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX signin_link_of_user ON signin_link (user_row);\n"
	"ALTER TABLE entry ADD COLUMN target INTEGER NOT NULL DEFAULT 0;\n"
	"CREATE TABLE state (\n" /* what has become of a message; absent: nothing */
	"  conversation_row INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  current INTEGER NOT NULL,\n" /* the entry with its content now, 0: its own */
	"  edits INTEGER NOT NULL,\n"
	"  edited_us INTEGER NOT NULL,\n"
	"  retracted_us INTEGER NOT NULL,\n"
	"  last_act INTEGER NOT NULL,\n" /* the number of the latest act on it, of any kind */
	"  PRIMARY KEY (conversation_row, n)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX state_retracted ON state (conversation_row, n)\n"
	"WHERE retracted_us <> 0;\n"
	"CREATE TABLE edit (\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  at INTEGER NOT NULL,\n" /* the edit's own number */
	"  entry INTEGER NOT NULL,\n"
	"  PRIMARY KEY (conversation_row, n, at)\n"
	") WITHOUT ROWID;\n"
	"CREATE TABLE reaction (\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  emoji TEXT NOT NULL,\n"
	"  entry INTEGER NOT NULL,\n" /* the act that set it */
	"  PRIMARY KEY (conversation_row, n, user_row, emoji)\n"
	") WITHOUT ROWID;\n"
	"CREATE TABLE hidden (\n"
	"  user_row INTEGER NOT NULL,\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  changed INTEGER NOT NULL,\n"
	"  PRIMARY KEY (user_row, conversation_row, n)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX hidden_changed ON hidden (user_row, changed);\n"
	"ALTER TABLE member ADD COLUMN delivered_n INTEGER NOT NULL DEFAULT 0;\n"
	/* messages above seen_n that were deleted, or that the member has hidden */
	"ALTER TABLE member ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;\n"
	"ALTER TABLE member ADD COLUMN told INTEGER NOT NULL DEFAULT 0;\n" /* latest move, for others */
	"ALTER TABLE member ADD COLUMN is_marked_unread INTEGER NOT NULL DEFAULT 0;\n"
	"ALTER TABLE member ADD COLUMN delivered_moves INTEGER NOT NULL DEFAULT 0;\n"
	"ALTER TABLE member ADD COLUMN seen_moves INTEGER NOT NULL DEFAULT 0;\n"
	"CREATE TABLE receipt (\n" /* the last moves of a watermark, each in slot moves % 64 */
	"  conversation_row INTEGER NOT NULL,\n"
	"  user_row INTEGER NOT NULL,\n"
	"  kind INTEGER NOT NULL,\n" /* 1: delivered, 2: seen */
	"  slot INTEGER NOT NULL,\n"
	"  n INTEGER NOT NULL,\n"
	"  at_us INTEGER NOT NULL,\n"
	"  PRIMARY KEY (conversation_row, user_row, kind, slot)\n"
	") WITHOUT ROWID;\n"
	/* What was seen had arrived; when, was not kept. */
	"INSERT INTO receipt (conversation_row, user_row, kind, slot, n, at_us)\n"
	"SELECT conversation_row, user_row, 1, 1, seen_n, 0\n"
	"FROM member\n"
	"WHERE seen_n > 0\n"
	"UNION ALL\n"
	"SELECT conversation_row, user_row, 2, 1, seen_n, 0\n"
	"FROM member\n"
	"WHERE seen_n > 0;\n"
	"UPDATE member\n"
	"SET delivered_n = seen_n, delivered_moves = 1, seen_moves = 1\n"
	"WHERE seen_n > 0;\n"
	"CREATE TABLE draft (\n"
	"  user_row INTEGER NOT NULL,\n"
	"  conversation_row INTEGER NOT NULL,\n"
	"  text TEXT NOT NULL,\n"
	"  reply_to BLOB NOT NULL,\n" /* empty: none */
	"  updated_us INTEGER NOT NULL,\n"
	"  changed INTEGER NOT NULL,\n"
	"  PRIMARY KEY (user_row, conversation_row)\n"
	") WITHOUT ROWID;\n"
	"CREATE INDEX draft_changed ON draft (user_row, changed);\n";

/* STEPS[v] leads from version v to v + 1, at once: what would take long is a new
 * table that is filled later. */
static const char *const steps[KITH_SCHEMA_VERSION] = {
	[0] = tables,
	[1] = people_and_acts,
};

enum kith_rc kith_schema_set_writer(struct kith_sql *sql, bool is_sync_off)
{
	enum kith_rc rc = kith_sql_script(sql, "PRAGMA page_size = 4096;\n"
	                                       "PRAGMA journal_mode = WAL;\n"
	                                       "PRAGMA wal_autocheckpoint = 0;\n"
	                                       "PRAGMA journal_size_limit = 67108864;\n"
	                                       "PRAGMA secure_delete = ON;\n"
	                                       "PRAGMA temp_store = MEMORY;\n"
	                                       "PRAGMA mmap_size = 0;\n"
	                                       "PRAGMA cache_size = -65536;\n");
	if (rc != KITH_OK) {
		return rc;
	}
	return kith_sql_script(sql, is_sync_off ? "PRAGMA synchronous = OFF"
	                                        : "PRAGMA synchronous = FULL");
}

enum kith_rc kith_schema_set_reader(struct kith_sql *sql)
{
	/* A reader meets a lock only while another connection recovers the log. */
	sqlite3_busy_timeout(sql->db, 2000);
	return kith_sql_script(sql, "PRAGMA query_only = ON;\n"
	                            "PRAGMA wal_autocheckpoint = 0;\n"
	                            "PRAGMA temp_store = MEMORY;\n"
	                            "PRAGMA mmap_size = 0;\n"
	                            "PRAGMA cache_size = -8192;\n");
}

/* Runs TEXT, a query outside the table of statements, for its one number. */
static enum kith_rc ask(struct kith_sql *sql, const char *text, int64_t *out)
{
	sqlite3_stmt *handle = NULL;
	int code = sqlite3_prepare_v2(sql->db, text, -1, &handle, NULL);
	if (code != SQLITE_OK) {
		sql->code = code;
		return kith_sql_rc(code);
	}
	struct kith_query query = { .sql = sql, .handle = handle };
	enum kith_rc rc = kith_query_one(&query, out);
	sqlite3_finalize(handle);
	return rc;
}

static enum kith_rc put_meta(struct kith_sql *sql, const char *key, const void *value, size_t len)
{
	sqlite3_stmt *handle = NULL;
	int code = sqlite3_prepare_v2(sql->db,
	                              "INSERT INTO meta (key, value)\n"
	                              "VALUES (?1, ?2)\n"
	                              "ON CONFLICT (key) DO UPDATE\n"
	                              "SET value = excluded.value",
	                              -1, &handle, NULL);
	if (code != SQLITE_OK) {
		sql->code = code;
		return kith_sql_rc(code);
	}
	struct kith_query query = { .sql = sql, .handle = handle };
	kith_query_text(&query, kith_str_of(key));
	kith_query_blob(&query, kith_str_make(value, len));
	enum kith_rc rc = kith_query_run(&query);
	sqlite3_finalize(handle);
	return rc;
}

static enum kith_rc add_default_org(struct kith_sql *sql, int64_t now_us)
{
	struct kith_query query = kith_query(sql, KITH_SQL_ORG_ADD);
	kith_query_text(&query, KITH_STR("default"));
	kith_query_text(&query, KITH_STR("default.localhost"));
	kith_query_int(&query, now_us);
	return kith_query_run(&query);
}

/* What a new deployment begins with, besides its tables. */
static enum kith_rc found(struct kith_sql *sql, int64_t now_us)
{
	struct kith_schema keys;
	struct kith_rand rand;
	kith_rand_init(&rand);
	kith_rand_bytes(&rand, keys.digest_key, sizeof(keys.digest_key));

	enum kith_rc rc = put_meta(sql, "digest_key", keys.digest_key, sizeof(keys.digest_key));
	return rc == KITH_OK ? add_default_org(sql, now_us) : rc;
}

static enum kith_rc climb(struct kith_sql *sql, int64_t version, int64_t now_us)
{
	enum kith_rc rc = KITH_OK;
	for (int64_t v = version; rc == KITH_OK && v < KITH_SCHEMA_VERSION; v++) {
		rc = kith_sql_script(sql, steps[v]);
	}
	if (rc == KITH_OK && version == 1) {
		rc = kith_people_index_all(sql);
	}
	if (rc == KITH_OK && version == 0) {
		rc = found(sql, now_us);
	}
	if (rc == KITH_OK) {
		/* Pragmas take no parameters. */
		char stamp[96];
		sqlite3_snprintf(sizeof(stamp), stamp,
		                 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		                 KITH_SCHEMA_FILE_ID, KITH_SCHEMA_VERSION);
		rc = kith_sql_script(sql, stamp);
	}
	return rc;
}

/* All steps in one transaction: a file is of one version or of the other. */
static enum kith_rc migrate(struct kith_sql *sql, int64_t version, int64_t now_us)
{
	enum kith_rc rc = kith_sql_run(sql, KITH_SQL_BEGIN_WRITE);
	if (rc == KITH_OK) {
		rc = climb(sql, version, now_us);
	}
	if (rc == KITH_OK) {
		rc = kith_sql_run(sql, KITH_SQL_COMMIT);
	}
	if (rc != KITH_OK && sqlite3_get_autocommit(sql->db) == 0) {
		enum kith_rc undone = kith_sql_run(sql, KITH_SQL_ROLLBACK);
		rc = undone == KITH_OK ? rc : undone;
	}
	return rc;
}

/* KITH_E_NOT_FOUND: there is no such row. */
static enum kith_rc get_meta(struct kith_sql *sql, const char *key, uint8_t *out, size_t len)
{
	struct kith_query query = kith_query(sql, KITH_SQL_META_GET);
	kith_query_text(&query, kith_str_of(key));
	bool is_row = kith_query_next(&query);
	bool is_fit = false;
	if (is_row) {
		struct kith_str value = kith_query_peek_text(&query, 0);
		is_fit = value.len == len;
		if (is_fit) {
			memcpy(out, value.at, len);
		}
	}
	enum kith_rc rc = kith_query_end(&query);
	if (rc == KITH_OK && !is_fit) {
		rc = is_row ? KITH_E_CORRUPT : KITH_E_NOT_FOUND;
	}
	return rc;
}

/* The deployment's secret, and its life if it is not the first. */
static enum kith_rc read_meta(struct kith_sql *sql, struct kith_schema *out)
{
	struct kith_schema read = { .has_life = false };
	enum kith_rc rc = get_meta(sql, "digest_key", read.digest_key, sizeof(read.digest_key));
	if (rc != KITH_OK) {
		return rc == KITH_E_NOT_FOUND ? KITH_E_CORRUPT : rc;
	}
	rc = get_meta(sql, "life", read.life, sizeof(read.life));
	if (rc != KITH_OK && rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	read.has_life = rc == KITH_OK;
	*out = read;
	return KITH_OK;
}

enum kith_rc kith_schema_begin_life(struct kith_sql *sql)
{
	uint8_t life[KITH_SCHEMA_LIFE];
	struct kith_rand rand;
	kith_rand_init(&rand);
	kith_rand_bytes(&rand, life, sizeof(life));
	return put_meta(sql, "life", life, sizeof(life));
}

/* Is this file empty or ours, and of which version? */
static enum kith_rc recognize(struct kith_sql *sql, int64_t *version, struct kith_why *why)
{
	int64_t file_id = 0;
	int64_t objects = 0;
	enum kith_rc rc = ask(sql, "PRAGMA application_id", &file_id);
	if (rc == KITH_OK) {
		rc = ask(sql, "PRAGMA user_version", version);
	}
	if (rc == KITH_OK) {
		rc = ask(sql,
		         "SELECT count(*)\n"
		         "FROM sqlite_schema",
		         &objects);
	}
	if (rc != KITH_OK) {
		return kith_refuse(why, rc, NULL, "kith.db cannot be read: %s",
		                   kith_sql_failure(sql));
	}
	bool is_empty = file_id == 0 && *version == 0 && objects == 0;
	if (file_id != KITH_SCHEMA_FILE_ID && !is_empty) {
		return kith_refuse(why, KITH_E_CORRUPT, NULL, "kith.db is no store of Kith");
	}
	if (*version > KITH_SCHEMA_VERSION) {
		return kith_refuse(why, KITH_E_CORRUPT, NULL,
		                   "kith.db has schema %d and this program knows schema %d: "
		                   "it was written by a newer Kith",
		                   (int)*version, (int)KITH_SCHEMA_VERSION);
	}
	if (*version < 0 || (*version == 0 && !is_empty)) {
		return kith_refuse(why, KITH_E_CORRUPT, NULL,
		                   "kith.db has an impossible schema number");
	}
	return KITH_OK;
}

enum kith_rc kith_schema_bring_up(struct kith_sql *sql, int64_t now_us, struct kith_schema *out,
                                  struct kith_why *why)
{
	int64_t version = 0;
	enum kith_rc rc = recognize(sql, &version, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (version < KITH_SCHEMA_VERSION) {
		rc = migrate(sql, version, now_us);
		if (rc != KITH_OK) {
			return kith_refuse(why, rc, NULL,
			                   "kith.db cannot be brought to schema %d: %s",
			                   (int)KITH_SCHEMA_VERSION, kith_sql_failure(sql));
		}
	}
	rc = read_meta(sql, out);
	if (rc != KITH_OK) {
		return kith_refuse(why, rc, NULL, "kith.db has lost its key: %s",
		                   kith_sql_failure(sql));
	}
	return KITH_OK;
}
