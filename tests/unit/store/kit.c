/*
 * kit.c -- the words of kit.h.
 */
#include "unit/store/kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USERS_MAX = 4096, ID_MAX = 65 };

/* What the store opened last needs for a message's print. */
static struct {
	uint8_t key[KITH_DIGEST_KEY];
	char users[USERS_MAX][ID_MAX]; /* by row */
} known;

static void note(void *context, struct kith_plan *const *plans, size_t count)
{
	struct kit *kit = context;
	pthread_mutex_lock(&kit->lock);
	for (size_t i = 0; i < count; i++, kit->answered_count++) {
		if (kit->answered_count < KIT_ANSWERED_MAX) {
			kit->answered[kit->answered_count] = plans[i];
		}
	}
	kit->calls++;
	while (kit->is_shut) {
		kit->is_inside = true;
		pthread_cond_broadcast(&kit->changed);
		pthread_cond_wait(&kit->changed, &kit->lock);
	}
	kit->is_inside = false;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->lock);
}

int64_t kit_now_us(void)
{
	return INT64_C(1700000000000000);
}

void kit_make_dir(char dir[KIT_DIR_MAX])
{
	const char *base = getenv("TMPDIR");
	snprintf(dir, KIT_DIR_MAX, "%s/kith-store-XXXXXX", base == NULL ? "." : base);
	assert_non_null(mkdtemp(dir));
}

void kit_remove_dir(const char *dir)
{
	static const char *const names[] = { "kith.db", "kith.db-wal", "kith.db-shm", "kith.lock" };
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		char path[KIT_DIR_MAX + 16];
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

void kit_open(struct kit *kit)
{
	struct kith_why why = { .detail = "" };
	enum kith_rc rc = kith_store_open(&kit->options, &kit->store, &why);
	if (rc != KITH_OK) {
		fail_msg("the store does not open: %s", why.detail);
	}
	memcpy(known.key, kith_store_digest_key(kit->store), sizeof(known.key));
	assert_int_equal(kith_reader_open(kit->store, &kit->reader), KITH_OK);
}

void kit_close(struct kit *kit)
{
	kith_reader_free(&kit->reader);
	kith_store_free(&kit->store);
	kith_arena_reset(&kit->mem);
}

void kit_init(struct kit *kit)
{
	static bool is_started;
	if (!is_started) {
		kith_rand_start();
		is_started = true;
	}
	*kit = (struct kit){ .answered_count = 0 };
	kit_make_dir(kit->dir);
	kit->options = (struct kith_store_options){
		.dir = kit->dir,
		.now_us = kit_now_us,
		.is_sync_off = true,
		.committed = note,
		.context = kit,
	};
	kith_arena_init(&kit->mem, 16384);
	pthread_mutex_init(&kit->lock, NULL);
	pthread_cond_init(&kit->changed, NULL);
	kit_open(kit);
}

void kit_done(struct kit *kit)
{
	kit_close(kit);
	kith_arena_done(&kit->mem);
	pthread_cond_destroy(&kit->changed);
	pthread_mutex_destroy(&kit->lock);
	kit_remove_dir(kit->dir);
}

struct kith_uuid kit_id(uint64_t number)
{
	struct kith_uuid id = { { 0x01, 0x8b } };
	for (int i = 0; i < 8; i++) {
		id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
	}
	kith_uuid_brand(&id, 7);
	return id;
}

int64_t kit_user(struct kit *kit, const char *id)
{
	struct kith_effect effects[] = {
		{ .kind = KITH_EFFECT_USER_ADD,
		  .user = { .id = kith_str_of(id), .name = kith_str_of(id) } },
		{ .kind = KITH_EFFECT_ORG_JOIN, .org = { .row = KIT_ORG } },
	};
	struct kith_plan plan = { .effects = effects, .effect_count = 2 };
	assert_int_equal(kith_store_apply(kit->store, &plan), KITH_PLAN_OK);
	assert_in_range(effects[0].user.row, 1, USERS_MAX - 1);
	snprintf(known.users[effects[0].user.row], ID_MAX, "%s", id);
	return effects[0].user.row;
}

int64_t kit_org(struct kit *kit, const char *id)
{
	char domain[128];
	snprintf(domain, sizeof(domain), "%s.localhost", id);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_ORG_ADD,
		.org = { .id = kith_str_of(id), .domain = kith_str_of(domain) },
	};
	struct kith_plan plan = { .effects = &effect, .effect_count = 1 };
	assert_int_equal(kith_store_apply(kit->store, &plan), KITH_PLAN_OK);
	return effect.org.row;
}

struct kith_conversation kit_pair(uint64_t id, int64_t org_row, int64_t a, int64_t b)
{
	return (struct kith_conversation){
		.id = kit_id(id),
		.org_row = org_row,
		.created_us = kit_now_us(),
		.members = { { .row = a }, { .row = b } },
		.member_count = b == 0 ? 1 : 2,
	};
}

void kit_add(struct kit *kit, struct kith_conversation *conversation)
{
	struct kith_effect effect = {
		.kind = KITH_EFFECT_CONVERSATION_ADD,
		.conversation = conversation,
	};
	struct kith_plan plan = {
		.conversation = conversation,
		.effects = &effect,
		.effect_count = 1,
	};
	assert_int_equal(kith_store_apply(kit->store, &plan), KITH_PLAN_OK);
}

void kit_print(struct kit_send *send)
{
	assert_in_range(send->entry.sender_row, 0, USERS_MAX - 1);
	send->entry.print =
		kith_message_print(known.key, kith_str_of(known.users[send->entry.sender_row]),
	                           &send->plan.conversation->id, &send->entry.content);
}

void kit_fill(struct kit_send *send, struct kith_conversation *conversation, int64_t sender,
              uint64_t message, const char *text)
{
	*send = (struct kit_send){
		.plan = { .conversation = conversation, .entry_count = 1, .expect_count = 1 },
		.entry = {
			.message = kit_id(message),
			.sender_row = sender,
			.content = { .kind = KITH_KIND_TEXT, .body = kith_str_of(text) },
			.sent_us = kit_now_us() + (int64_t)message,
		},
		.effect = { .kind = KITH_EFFECT_CONVERSATION_ADD, .conversation = conversation },
	};
	send->plan.entries = &send->entry;
	kit_print(send);
	if (conversation->row != 0) {
		send->plan.expects[0] = (struct kith_expect){
			.kind = KITH_EXPECT_CONVERSATION,
			.row = conversation->row,
			.version = conversation->version,
		};
		return;
	}
	send->plan.expects[0] = (struct kith_expect){
		.kind = KITH_EXPECT_CONVERSATION_ABSENT,
		.id = conversation->id,
	};
	send->plan.effects = &send->effect;
	send->plan.effect_count = 1;
}

int64_t kit_say(struct kit *kit, struct kith_conversation *conversation, int64_t sender,
                uint64_t message, const char *text)
{
	struct kit_send send;
	kit_fill(&send, conversation, sender, message, text);
	assert_int_equal(kith_store_apply(kit->store, &send.plan), KITH_PLAN_OK);
	return send.entry.n;
}

struct kith_effect kit_see(struct kit *kit, const struct kith_conversation *conversation,
                           int64_t user, int64_t up_to)
{
	struct kith_effect effect = {
		.kind = KITH_EFFECT_SEEN,
		.mark = {
			.conversation_row = conversation->row,
			.user_row = user,
			.up_to = up_to,
		},
	};
	struct kith_plan plan = { .effects = &effect, .effect_count = 1 };
	assert_int_equal(kith_store_apply(kit->store, &plan), KITH_PLAN_OK);
	return effect;
}

void kit_fill_act(struct kit_send *send, struct kith_conversation *conversation, int64_t sender,
                  uint64_t message, enum kith_kind kind, int64_t target, const char *body)
{
	kit_fill(send, conversation, sender, message, body);
	send->entry.content.kind = kind;
	send->entry.target = target;
	kit_print(send);
}

int64_t kit_act(struct kit *kit, struct kith_conversation *conversation, int64_t sender,
                uint64_t message, enum kith_kind kind, int64_t target, const char *body)
{
	struct kit_send send;
	kit_fill_act(&send, conversation, sender, message, kind, target, body);
	assert_int_equal(kith_store_apply(kit->store, &send.plan), KITH_PLAN_OK);
	return send.entry.n;
}

int64_t kit_reply(struct kit *kit, struct kith_conversation *conversation, int64_t sender,
                  uint64_t message, const char *text, int64_t target, uint64_t answered)
{
	struct kit_send send;
	kit_fill(&send, conversation, sender, message, text);
	send.entry.target = target;
	send.entry.content.is_reply = true;
	send.entry.content.reply_to = kit_id(answered);
	kit_print(&send);
	assert_int_equal(kith_store_apply(kit->store, &send.plan), KITH_PLAN_OK);
	return send.entry.n;
}

void kit_do(struct kit *kit, struct kith_effect *effect)
{
	struct kith_plan plan = { .effects = effect, .effect_count = 1 };
	assert_int_equal(kith_store_apply(kit->store, &plan), KITH_PLAN_OK);
}

int64_t kit_hide(struct kit *kit, const struct kith_conversation *conversation, int64_t user,
                 int64_t n)
{
	struct kith_effect effect = {
		.kind = KITH_EFFECT_HIDE,
		.hide = { .conversation_row = conversation->row, .user_row = user, .n = n },
	};
	kit_do(kit, &effect);
	return effect.hide.position;
}

struct kith_standing kit_standing(struct kit *kit, const struct kith_conversation *conversation,
                                  int64_t user)
{
	struct kith_standing got = { .n = -1 };
	assert_int_equal(
		kith_reader_standing(kit->reader, conversation->row, user, &kit->mem, &got),
		KITH_OK);
	return got;
}

void kit_set_flags(struct kit *kit, int64_t user, unsigned flags)
{
	char sql[128];
	snprintf(sql, sizeof(sql), "UPDATE user SET flags = %u WHERE row = %d", flags, (int)user);
	kit_close(kit);
	kit_sql(kit, sql);
	kit_open(kit);
}

void kit_submit(struct kit *kit, struct kith_plan *plan)
{
	assert_true(kith_store_submit(kit->store, plan));
}

void kit_wait(struct kit *kit, size_t count)
{
	pthread_mutex_lock(&kit->lock);
	while (kit->answered_count < count) {
		pthread_cond_wait(&kit->changed, &kit->lock);
	}
	pthread_mutex_unlock(&kit->lock);
}

void kit_hold(struct kit *kit, struct kith_plan *bait)
{
	pthread_mutex_lock(&kit->lock);
	kit->is_shut = true;
	pthread_mutex_unlock(&kit->lock);
	kit_submit(kit, bait);
	pthread_mutex_lock(&kit->lock);
	while (!kit->is_inside) {
		pthread_cond_wait(&kit->changed, &kit->lock);
	}
	pthread_mutex_unlock(&kit->lock);
}

void kit_release(struct kit *kit)
{
	pthread_mutex_lock(&kit->lock);
	kit->is_shut = false;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->lock);
}

int64_t kit_violations(struct kit *kit)
{
	struct kith_verify found = { .violations = -1 };
	struct kith_buf report = { .len = 0 };
	assert_int_equal(kith_reader_verify(kit->reader, &found, &report), KITH_OK);
	if (found.violations != 0) {
		print_message("%.*s", KITH_STR_PRINT(kith_buf_str(&report)));
	}
	kith_buf_done(&report);
	return found.violations;
}

void kit_sql(const struct kit *kit, const char *sql)
{
	char path[KIT_DIR_MAX + 16];
	snprintf(path, sizeof(path), "%s/kith.db", kit->dir);
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	char *error = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) {
		fail_msg("%s: %s", sql, error);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
