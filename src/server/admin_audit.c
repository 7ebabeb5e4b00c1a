/*
 * admin_audit.c -- kithctl stats and verify: how the store stands.
 *
 * Both only read. What is counted and what is checked is the store's; here it
 * becomes lines. Called by the table of admin.c.
 */
#include "server/admin_call.h"

struct number {
	const char *name;
	int64_t value;
};

static void add_numbers(struct kith_buf *out, const struct number *numbers, size_t count,
                        char between)
{
	for (size_t i = 0; i < count; i++) {
		kith_buf_add_format(out, "%s=", numbers[i].name);
		kith_buf_add_int(out, numbers[i].value);
		kith_buf_add_char(out, i + 1 < count ? between : '\n');
	}
}

int kith_admin_stats(struct kith_admin_call *call)
{
	struct kith_store_stats stats;

	const atomic_uint_fast64_t *allocations = call->admin->allocations;

	kith_store_stats(call->admin->store, &stats);
	const struct number numbers[] = {
		{ "organizations", stats.organizations },
		{ "users", stats.users },
		{ "conversations", stats.conversations },
		{ "entries", stats.entries },
		{ "position", stats.position },
		{ "commits", stats.commits },
		{ "committed_plans", stats.committed_plans },
		{ "commit_us_max", stats.commit_us_max },
		{ "queued", stats.queued },
		{ "worker_allocations",
		  allocations == NULL ? 0 : (int64_t)atomic_load(allocations) },
	};
	add_numbers(call->out, numbers, KITH_COUNT(numbers), '\n');
	return KITH_ADMIN_DONE;
}

int kith_admin_verify(struct kith_admin_call *call)
{
	struct kith_verify found;

	kith_reader_cancel_by(call->admin->reader, call->admin->is_cancelled);
	enum kith_rc rc = kith_reader_verify(call->admin->reader, &found, call->err);
	kith_reader_cancel_by(call->admin->reader, NULL);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "the audit could not be finished");
	}
	const struct number numbers[] = {
		{ "conversations", found.conversations },
		{ "entries", found.entries },
		{ "violations", found.violations },
	};
	add_numbers(call->out, numbers, KITH_COUNT(numbers), ' ');
	return found.violations == 0 ? KITH_ADMIN_DONE : KITH_ADMIN_REFUSED;
}
