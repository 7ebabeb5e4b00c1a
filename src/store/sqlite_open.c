/*
 * sqlite_open.c -- the store's life: directory, lock, schema, writer, in this
 * order, and back. What is asked of an open store is handed on from here.
 */
#include "base/macros.h"
#include "base/mem.h"
#include "store/sqlite_store.h"

/* Opens the writer's connection and starts the writer on it. */
static enum kith_rc start_writer(struct kith_store *store, const struct kith_store_options *options,
                                 struct kith_why *why)
{
	struct kith_sql sql;
	enum kith_rc rc = kith_sql_open(&sql, store->dir.database, options->vfs, &store->fail_in);
	if (rc != KITH_OK) {
		return kith_refuse(why, rc, NULL, "cannot open %s: %s", store->dir.database,
		                   kith_sql_failure(&sql));
	}
	rc = kith_schema_set_writer(&sql, options->is_sync_off);
	if (rc != KITH_OK) {
		(void)kith_refuse(why, rc, NULL, "cannot use %s: %s", store->dir.database,
		                  kith_sql_failure(&sql));
	} else {
		rc = kith_schema_bring_up(&sql, options->now_us(), &store->schema, why);
	}
	if (rc != KITH_OK) {
		kith_sql_close(&sql);
		return rc;
	}
	rc = kith_writer_new(&sql, options, &store->writer);
	return rc == KITH_OK ? rc : kith_refuse(why, rc, NULL, "the store's writer cannot start");
}

enum kith_rc kith_store_open(const struct kith_store_options *options, struct kith_store **out,
                             struct kith_why *why)
{
	KITH_ASSERT(options->linger_us >= 0 && options->linger_us <= 1000);
	struct kith_store *store = kith_alloc_zero(1, sizeof(*store));
	if (store == NULL) {
		return kith_refuse(why, KITH_E_NO_MEMORY, NULL, "there is no memory for the store");
	}
	store->vfs = options->vfs;
	store->dir.lock = -1;
	enum kith_rc rc = kith_dir_init(&store->dir, options->dir, why);
	if (rc == KITH_OK) {
		rc = start_writer(store, options, why);
	}
	if (rc != KITH_OK) {
		kith_store_free(&store);
		/* Whoever opens a store cannot use it, for whatever reason there is. */
		return rc == KITH_E_UNAVAILABLE ? KITH_E_IO : rc;
	}
	*out = store;
	return KITH_OK;
}

void kith_store_free(struct kith_store **store)
{
	struct kith_store *gone = *store;
	if (gone == NULL) {
		return;
	}
	*store = NULL;
	kith_writer_free(&gone->writer);
	kith_dir_done(&gone->dir);
	kith_free(gone);
}

const uint8_t *kith_store_digest_key(const struct kith_store *store)
{
	return store->schema.digest_key;
}

struct kith_str kith_store_life(const struct kith_store *store)
{
	return kith_str_make(store->schema.life,
	                     store->schema.has_life ? sizeof(store->schema.life) : 0);
}

struct life {
	struct kith_writer_errand errand;
	enum kith_rc rc;
};

static void run_begin_life(struct kith_writer_errand *errand, struct kith_sql *sql)
{
	struct life *life = KITH_CONTAINER(errand, struct life, errand);
	life->rc = kith_schema_begin_life(sql);
}

enum kith_rc kith_store_begin_life(struct kith_store *store)
{
	struct life life = { .errand = { .run = run_begin_life } };
	kith_writer_run(store->writer, &life.errand);
	return life.rc;
}

bool kith_store_submit(struct kith_store *store, struct kith_plan *plan)
{
	return kith_writer_submit(store->writer, plan);
}

enum kith_plan_answer kith_store_apply(struct kith_store *store, struct kith_plan *plan)
{
	return kith_writer_apply(store->writer, plan);
}

void kith_store_stats(struct kith_store *store, struct kith_store_stats *out)
{
	kith_writer_stats(store->writer, out);
}

void kith_store_fail_step(struct kith_store *store, uint64_t nth)
{
	atomic_store(&store->fail_in, nth);
}
