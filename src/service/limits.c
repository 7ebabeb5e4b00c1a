/*
 * limits.c -- buckets in small sets, a lock for each few of them.
 *
 * A key is mixed with a secret and belongs to one set of eight rows; whoever is not
 * in it has a full bucket. The table is shared by all workers and each use is a
 * handful of instructions, so the locks are many and held for nanoseconds: a table
 * per worker would let a person with connections on two do twice as much, and
 * messages between workers would cost more than the lock (decision 0009).
 */
#include "service/limits.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"

enum {
	SHARDS = 64, /* locks; two workers rarely meet at one */
	SET_ROWS = 8,
	SHARD_SETS = KITH_LIMITS_ROWS_MAX / SHARDS / SET_ROWS,
};

/* Zeroed: free, like any row whose bucket is full. */
struct row {
	uint64_t key;
	struct kith_bucket bucket;
};

_Static_assert(sizeof(struct row) == 16, "a bucket takes 16 bytes");

struct shard {
	pthread_mutex_t lock;
	struct row sets[SHARD_SETS][SET_ROWS];
};

struct kith_limits {
	struct kith_limit kinds[KITH_LIMIT_COUNT];
	uint64_t salts[KITH_LIMIT_COUNT]; /* so that user 7 and conversation 7 are two   */
	uint8_t hash_key[KITH_HASH_KEY];
	atomic_uint_fast64_t refused[KITH_LIMIT_COUNT];
	struct shard *shards;
};

static const struct {
	const char *name;
	const char *refusal;
} words[KITH_LIMIT_COUNT] = {
	[KITH_LIMIT_CALLS_USER] = { "calls_user", "You make calls too fast." },
	[KITH_LIMIT_SENDS_USER] = { "sends_user", "You send too fast." },
	[KITH_LIMIT_TYPING_USER] = { "typing_user", "You tell too often where you are." },
	[KITH_LIMIT_SEARCHES_USER] = { "searches_user", "You search too often." },
	[KITH_LIMIT_SENDS_CONVERSATION] = { "sends_conversation",
	                                    "Too much is sent to this conversation." },
	[KITH_LIMIT_SENDS_ORGANIZATION] = { "sends_organization",
	                                    "Too much is sent in this organization." },
	[KITH_LIMIT_CALLS_ADDRESS] = { "calls_address", "Too much is asked from your address." },
	[KITH_LIMIT_SIGNINS_ADDRESS] = { "signins_address", "Too many sign in from your address." },
	[KITH_LIMIT_FAILED_SIGNINS_ADDRESS] = { "failed_signins_address",
	                                        "Too many failed to sign in from your address." },
	[KITH_LIMIT_FAILED_SIGNINS_ACCOUNT] = { "failed_signins_account",
	                                        "Signing in as this user failed too often." },
};

const char *kith_limits_name(enum kith_limit_kind kind)
{
	return words[kind].name;
}

/* --- life --- */

struct kith_limits *kith_limits_new(const struct kith_limit kinds[KITH_LIMIT_COUNT])
{
	struct kith_limits *limits = kith_alloc_zero(1, sizeof(*limits));
	struct kith_rand rand;

	if (limits == NULL) {
		return NULL;
	}
	limits->shards = kith_alloc_zero(SHARDS, sizeof(*limits->shards));
	if (limits->shards == NULL) {
		kith_free(limits);
		return NULL;
	}
	kith_rand_init(&rand);
	kith_rand_bytes(&rand, limits->salts, sizeof(limits->salts));
	kith_rand_bytes(&rand, limits->hash_key, sizeof(limits->hash_key));
	memcpy(limits->kinds, kinds, sizeof(limits->kinds));
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_init(&limits->shards[i].lock, NULL);
	}
	return limits;
}

void kith_limits_free(struct kith_limits **limits)
{
	struct kith_limits *held = *limits;

	*limits = NULL;
	if (held == NULL) {
		return;
	}
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_destroy(&held->shards[i].lock);
	}
	kith_free(held->shards);
	kith_free(held);
}

/* --- whose --- */

uint64_t kith_limits_by_address(const struct kith_limits *limits, const struct kith_ip *ip)
{
	if (limits == NULL) {
		return 0;
	}
	struct kith_ip neighbour = kith_ip_neighbour(ip);
	return kith_hash(kith_str_make(neighbour.bytes, sizeof(neighbour.bytes)), limits->hash_key);
}

uint64_t kith_limits_by_account(const struct kith_limits *limits, struct kith_str account)
{
	return limits == NULL ? 0 : kith_hash(account, limits->hash_key);
}

/* No two inputs have the same result, so nobody shares a bucket by accident. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ (x >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ (x >> 33);
}

/* --- one bucket --- */

/* A place in the table, locked. */
struct place {
	struct shard *shard;
	struct row *set;
	uint64_t key;
};

static struct place enter(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose)
{
	uint64_t key = mix(whose ^ limits->salts[kind]);
	struct shard *shard = &limits->shards[key % SHARDS];

	pthread_mutex_lock(&shard->lock);
	return (struct place){ .shard = shard,
		               .set = shard->sets[key / SHARDS % SHARD_SETS],
		               .key = key };
}

static void leave(const struct place *place)
{
	pthread_mutex_unlock(&place->shard->lock);
}

static struct row *find(const struct place *place)
{
	for (size_t i = 0; i < SET_ROWS; i++) {
		if (place->set[i].key == place->key) {
			return &place->set[i];
		}
	}
	return NULL;
}

/* The bucket of the place's key; a full one when it has no row. */
static struct kith_bucket load(const struct place *place)
{
	const struct row *row = find(place);

	return row == NULL ? (struct kith_bucket){ 0 } : row->bucket;
}

/* Keeps BUCKET, in the place of the one that is nearest to full when it had none. */
static void keep(const struct place *place, struct kith_bucket bucket)
{
	struct row *row = find(place);

	if (row == NULL) {
		row = &place->set[0];
		for (size_t i = 1; i < SET_ROWS; i++) {
			if (place->set[i].bucket.full_ns < row->bucket.full_ns) {
				row = &place->set[i];
			}
		}
	}
	*row = (struct row){ .key = place->key, .bucket = bucket };
}

static bool is_none(const struct kith_limits *limits, enum kith_limit_kind kind)
{
	return limits == NULL || kith_limit_is_none(&limits->kinds[kind]);
}

static enum kith_rc refuse(struct kith_limits *limits, enum kith_limit_kind kind, int64_t wait_us,
                           struct kith_why *why)
{
	atomic_fetch_add_explicit(&limits->refused[kind], 1, memory_order_relaxed);
	enum kith_rc rc = kith_refuse(why, KITH_E_RATE_LIMITED, "", "%s", words[kind].refusal);
	if (why != NULL) {
		why->retry_after_ms = (wait_us + 999) / 1000;
	}
	return rc;
}

enum kith_rc kith_limits_take(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose,
                              int64_t now_us, struct kith_why *why)
{
	if (is_none(limits, kind)) {
		return KITH_OK;
	}
	struct place place = enter(limits, kind, whose);
	struct kith_bucket bucket = load(&place);
	int64_t wait_us = kith_limit_take(&limits->kinds[kind], &bucket, now_us);
	if (wait_us == 0) {
		keep(&place, bucket);
	}
	leave(&place);
	return wait_us == 0 ? KITH_OK : refuse(limits, kind, wait_us, why);
}

enum kith_rc kith_limits_may(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose,
                             int64_t now_us, struct kith_why *why)
{
	if (is_none(limits, kind)) {
		return KITH_OK;
	}
	struct place place = enter(limits, kind, whose);
	struct kith_bucket bucket = load(&place);
	leave(&place);
	int64_t wait_us = kith_limit_wait_us(&limits->kinds[kind], &bucket, now_us);
	return wait_us == 0 ? KITH_OK : refuse(limits, kind, wait_us, why);
}

void kith_limits_spend(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose,
                       int64_t now_us)
{
	if (is_none(limits, kind)) {
		return;
	}
	struct place place = enter(limits, kind, whose);
	struct kith_bucket bucket = load(&place);
	kith_limit_spend(&limits->kinds[kind], &bucket, now_us);
	keep(&place, bucket);
	leave(&place);
}

void kith_limits_give_back(struct kith_limits *limits, enum kith_limit_kind kind, uint64_t whose)
{
	if (is_none(limits, kind)) {
		return;
	}
	struct place place = enter(limits, kind, whose);
	struct row *row = find(&place);
	if (row != NULL) {
		kith_limit_give_back(&limits->kinds[kind], &row->bucket);
	}
	leave(&place);
}

uint64_t kith_limits_refused(const struct kith_limits *limits, enum kith_limit_kind kind)
{
	return limits == NULL ? 0
	                      : atomic_load_explicit(&limits->refused[kind], memory_order_relaxed);
}

/* --- signing in --- */

enum kith_rc kith_signin_may(struct kith_limits *limits, const struct kith_signin *who,
                             int64_t now_us, struct kith_why *why)
{
	/* An address may be a whole house's: those who are on their way do not stop others. */
	enum kith_rc rc = kith_limits_may(limits, KITH_LIMIT_FAILED_SIGNINS_ADDRESS, who->address,
	                                  now_us, why);

	if (rc == KITH_OK && who->account != 0) {
		rc = kith_limits_take(limits, KITH_LIMIT_FAILED_SIGNINS_ACCOUNT, who->account,
		                      now_us, why);
	}
	return rc;
}

void kith_signin_failed(struct kith_limits *limits, const struct kith_signin *who, int64_t now_us)
{
	kith_limits_spend(limits, KITH_LIMIT_FAILED_SIGNINS_ADDRESS, who->address, now_us);
}

void kith_signin_passed(struct kith_limits *limits, const struct kith_signin *who)
{
	if (who->account != 0) {
		kith_limits_give_back(limits, KITH_LIMIT_FAILED_SIGNINS_ACCOUNT, who->account);
	}
}
