/*
 * admin_limits.c -- kithctl limits: the rates in force, and how often each was met.
 *
 * Values are written as the configuration takes them. A running server says its
 * own; without one they are those that kithctl finds in the configuration, and
 * nothing was met. Called by the table of admin.c.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/when.h"
#include "server/admin_call.h"
#include "server/config.h"
#include "service/limits.h"

enum { LIMITS_TEXT = 64 };

/* "100/s burst 400", "10/10m", "0". */
static void write_rate(const struct kith_option_rate *rate, char out[LIMITS_TEXT])
{
	static const struct {
		const char *word;
		int64_t us;
	} units[] = { { "h", 60 * KITH_MINUTE_US },
		      { "m", KITH_MINUTE_US },
		      { "s", KITH_SECOND_US } };
	size_t i = 0;

	if (rate->count == 0) {
		snprintf(out, LIMITS_TEXT, "0");
		return;
	}
	while (i + 1 < KITH_COUNT(units) && rate->span_us % units[i].us != 0) {
		i++;
	}
	int64_t times = rate->span_us / units[i].us;
	int len = snprintf(out, LIMITS_TEXT, "%" PRId64 "/", rate->count);
	len += times == 1 ? 0 : snprintf(out + len, LIMITS_TEXT - (size_t)len, "%" PRId64, times);
	len += snprintf(out + len, LIMITS_TEXT - (size_t)len, "%s", units[i].word);
	if (rate->burst != rate->count) {
		snprintf(out + len, LIMITS_TEXT - (size_t)len, " burst %" PRId64, rate->burst);
	}
}

static void add_line(struct kith_admin_call *call, const char *name, const char *value,
                     uint64_t refused)
{
	char key[LIMITS_TEXT];
	char count[24];

	snprintf(key, sizeof(key), "limit_%s", name);
	snprintf(count, sizeof(count), "%" PRIu64, refused);
	const struct kith_admin_pair pairs[] = {
		{ "key", kith_str_of(key) },
		{ "value", kith_str_of(value) },
		{ "refused", kith_str_of(count) },
	};
	/* The last column is a running server's. */
	kith_admin_line(call, pairs,
	                call->admin->limits == NULL ? KITH_COUNT(pairs) - 1 : KITH_COUNT(pairs));
}

int kith_admin_limits(struct kith_admin_call *call)
{
	const struct kith_admin *admin = call->admin;
	char value[LIMITS_TEXT];

	if (admin->config == NULL) {
		return kith_admin_refuse(call, KITH_E_UNAVAILABLE, "there is no configuration");
	}
	for (size_t i = 0; i < KITH_LIMIT_COUNT; i++) {
		enum kith_limit_kind kind = (enum kith_limit_kind)i;
		write_rate(&admin->config->limits[i], value);
		add_line(call, kith_limits_name(kind), value,
		         admin->limits == NULL ? 0 : kith_limits_refused(admin->limits, kind));
	}
	return KITH_ADMIN_DONE;
}
