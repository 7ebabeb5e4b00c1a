/*
 * visitors.c -- a table of counts under one lock.
 *
 * The lock is taken when a connection begins and when it ends, which costs system
 * calls anyway; counts of single workers would not add up to a limit.
 */
#include "server/visitors.h"

#include <pthread.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/table.h"

struct kith_visitor {
	uint64_t key;
	int64_t count;
};

struct kith_visitors {
	pthread_mutex_t lock;
	struct kith_table table; /* an address's hash -> its count */
	uint8_t hash_key[KITH_HASH_KEY];
	int64_t max;
};

struct kith_visitors *kith_visitors_new(int64_t max)
{
	struct kith_visitors *visitors = kith_alloc_zero(1, sizeof(*visitors));
	struct kith_rand rand;
	uint64_t seed;

	if (visitors == NULL) {
		return NULL;
	}
	kith_rand_init(&rand);
	kith_rand_bytes(&rand, &seed, sizeof(seed));
	kith_rand_bytes(&rand, visitors->hash_key, sizeof(visitors->hash_key));
	kith_table_init(&visitors->table, seed);
	pthread_mutex_init(&visitors->lock, NULL);
	visitors->max = max;
	return visitors;
}

void kith_visitors_free(struct kith_visitors **visitors)
{
	struct kith_visitors *held = *visitors;

	*visitors = NULL;
	if (held == NULL) {
		return;
	}
	KITH_ASSERT(held->table.count == 0);
	kith_table_done(&held->table);
	pthread_mutex_destroy(&held->lock);
	kith_free(held);
}

/* The count of KEY, a new one when it has none; NULL without memory. */
static struct kith_visitor *find(struct kith_table *table, uint64_t key)
{
	struct kith_visitor *visitor = kith_table_get(table, key);

	if (visitor != NULL) {
		return visitor;
	}
	visitor = kith_alloc(sizeof(*visitor));
	if (visitor == NULL) {
		return NULL;
	}
	*visitor = (struct kith_visitor){ .key = key };
	if (!kith_table_put(table, key, visitor)) {
		kith_free(visitor);
		return NULL;
	}
	return visitor;
}

bool kith_visitors_enter(struct kith_visitors *visitors, const struct kith_ip *ip,
                         struct kith_visitor **out)
{
	*out = NULL;
	if (visitors->max == 0) {
		return true;
	}
	struct kith_ip neighbour = kith_ip_neighbour(ip);
	uint64_t key = kith_hash(kith_str_make(neighbour.bytes, sizeof(neighbour.bytes)),
	                         visitors->hash_key);
	pthread_mutex_lock(&visitors->lock);
	struct kith_visitor *visitor = find(&visitors->table, key);
	bool may_enter = visitor != NULL && visitor->count < visitors->max;
	if (may_enter) {
		visitor->count++;
		*out = visitor;
	}
	pthread_mutex_unlock(&visitors->lock);
	return may_enter;
}

void kith_visitors_leave(struct kith_visitors *visitors, struct kith_visitor **visitor)
{
	struct kith_visitor *held = *visitor;

	*visitor = NULL;
	if (held == NULL) {
		return;
	}
	pthread_mutex_lock(&visitors->lock);
	KITH_ASSERT(held->count > 0);
	if (--held->count == 0) {
		(void)kith_table_remove(&visitors->table, held->key);
		kith_free(held);
	}
	pthread_mutex_unlock(&visitors->lock);
}
