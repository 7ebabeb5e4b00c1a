/*
 * figures.c -- sums and samples, and what labels are called.
 */
#include "server/figures.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"
#include "base/metric_text.h"
#include "service/calls.gen.h"

_Static_assert((int)KITH_CALL_COUNT <= (int)KITH_METRIC_CALLS_MAX, "every call has a label");
_Static_assert((int)KITH_LIMIT_COUNT <= (int)KITH_METRIC_LIMITS_MAX, "every limit has one");

/* --- labels --- */

static bool name_door(size_t index, struct kith_buf *out)
{
	static const char *const names[] = {
		[KITH_METRIC_DOOR_HTTP] = "http",
		[KITH_METRIC_DOOR_SOCKET] = "socket",
		[KITH_METRIC_DOOR_STREAM] = "stream",
	};
	_Static_assert(KITH_COUNT(names) == KITH_METRIC_DOOR_COUNT, "every door has a name");

	kith_metric_text_label(out, "door", kith_str_of(names[index]));
	return true;
}

static bool name_code(size_t index, struct kith_buf *out)
{
	if (index == KITH_OK) {
		return false;
	}
	const char *code = kith_err_row((enum kith_rc)index)->code;
	kith_metric_text_label(out, "code", kith_str_of(code));
	return true;
}

static bool name_call(size_t index, struct kith_buf *out)
{
	static const char *const results[] = {
		[KITH_METRIC_OK] = "ok",
		[KITH_METRIC_REFUSED] = "refused",
		[KITH_METRIC_FAILED] = "failed",
	};
	_Static_assert(KITH_COUNT(results) == KITH_METRIC_RESULT_COUNT, "every result has a name");
	size_t call = index / KITH_METRIC_RESULT_COUNT;

	if (call >= KITH_CALL_COUNT) {
		return false;
	}
	kith_metric_text_label(out, "call", kith_str_of(kith_calls[call].name));
	kith_metric_text_label(out, "result",
	                       kith_str_of(results[index % KITH_METRIC_RESULT_COUNT]));
	return true;
}

static bool name_limit(size_t index, struct kith_buf *out)
{
	if (index >= KITH_LIMIT_COUNT) {
		return false;
	}
	kith_metric_text_label(out, "limit",
	                       kith_str_of(kith_limits_name((enum kith_limit_kind)index)));
	return true;
}

static bool name_handshake(size_t index, struct kith_buf *out)
{
	static const char *const names[] = {
		[KITH_METRIC_HANDSHAKE_FULL] = "full",
		[KITH_METRIC_HANDSHAKE_RESUMED] = "resumed",
		[KITH_METRIC_HANDSHAKE_FAILED] = "failed",
	};
	_Static_assert(KITH_COUNT(names) == KITH_METRIC_HANDSHAKE_COUNT, "every end has a name");

	kith_metric_text_label(out, "result", kith_str_of(names[index]));
	return true;
}

static bool name_pool(size_t index, struct kith_buf *out)
{
	static const char *const names[] = {
		[KITH_METRIC_POOL_READERS] = "readers",
		[KITH_METRIC_POOL_SLOW] = "slow",
	};
	_Static_assert(KITH_COUNT(names) == KITH_METRIC_POOL_COUNT, "every pool has a name");

	kith_metric_text_label(out, "pool", kith_str_of(names[index]));
	return true;
}

static bool name_version(size_t index, struct kith_buf *out)
{
	(void)index;
	kith_metric_text_label(out, "version", KITH_STR(KITH_VERSION));
	return true;
}

static bool name_cell(enum kith_metric_labels labels, size_t index, struct kith_buf *out)
{
	static bool (*const namers[])(size_t index, struct kith_buf * out) = {
		[KITH_METRIC_VERSION] = name_version, [KITH_METRIC_DOOR] = name_door,
		[KITH_METRIC_CODE] = name_code,       [KITH_METRIC_CALL] = name_call,
		[KITH_METRIC_LIMIT] = name_limit,     [KITH_METRIC_HANDSHAKE] = name_handshake,
		[KITH_METRIC_POOL] = name_pool,
	};

	KITH_ASSERT(labels < KITH_COUNT(namers) && namers[labels] != NULL);
	return namers[labels](index, out);
}

/* --- the process --- */

/* Field NUMBER (from 0) of /proc/self/statm, in bytes. */
static int64_t memory_bytes(int number)
{
	char text[128];
	struct kith_str field = { 0 };
	struct kith_str rest;
	int64_t pages;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0) {
		close(fd);
	}
	rest = kith_str_make(text, got < 0 ? 0 : (size_t)got);
	for (; number >= 0; number--) {
		if (!kith_str_cut(rest, ' ', &field, &rest)) {
			return KITH_METRIC_ABSENT;
		}
	}
	return kith_str_to_int(field, &pages) ? pages * sysconf(_SC_PAGESIZE) : KITH_METRIC_ABSENT;
}

static int64_t count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int64_t count = 0;

	if (dir == NULL) {
		return KITH_METRIC_ABSENT;
	}
	for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		count += entry->d_name[0] == '.' ? 0 : 1;
	}
	closedir(dir);
	return count - 1; /* the one that it was read with */
}

static int64_t files_max(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (int64_t)limit.rlim_cur : KITH_METRIC_ABSENT;
}

static int64_t cpu_us(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) != 0) {
		return KITH_METRIC_ABSENT;
	}
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) +
	       used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static void sample_process(const struct kith_figures *figures, struct kith_metric_sums *sums)
{
	kith_metric_put(sums, KITH_METRIC_BUILD, 0, 1);
	kith_metric_put(sums, KITH_METRIC_CPU, 0, cpu_us());
	kith_metric_put(sums, KITH_METRIC_START, 0, figures->start_us);
	kith_metric_put(sums, KITH_METRIC_VIRTUAL, 0, memory_bytes(0));
	kith_metric_put(sums, KITH_METRIC_RESIDENT, 0, memory_bytes(1));
	kith_metric_put(sums, KITH_METRIC_OPEN_FILES, 0, count_files());
	kith_metric_put(sums, KITH_METRIC_OPEN_FILES_MAX, 0, files_max());
}

/* --- the server --- */

static void sample_server(const struct kith_figures *figures, struct kith_metric_sums *sums)
{
	struct kith_store_stats stats = { .queued = 0 };

	if (figures->store != NULL) {
		kith_store_stats(figures->store, &stats);
	}
	kith_metric_put(sums, KITH_METRIC_STORE_QUEUE, 0, stats.queued);
	kith_metric_put(sums, KITH_METRIC_USERS, 0, stats.users);
	kith_metric_put(sums, KITH_METRIC_CONVERSATIONS, 0, stats.conversations);
	if (figures->readers != NULL) {
		kith_metric_put(sums, KITH_METRIC_ERRAND_QUEUE, KITH_METRIC_POOL_READERS,
		                kith_readers_waiting(figures->readers));
	}
	if (figures->slow_readers != NULL) {
		kith_metric_put(sums, KITH_METRIC_ERRAND_QUEUE, KITH_METRIC_POOL_SLOW,
		                kith_readers_waiting(figures->slow_readers));
	}
	if (figures->ring != NULL) {
		kith_metric_put(sums, KITH_METRIC_RING_LAG, 0,
		                (int64_t)kith_ring_lag(figures->ring));
	}
	if (figures->allocations != NULL) {
		kith_metric_put(sums, KITH_METRIC_ALLOCATIONS, 0,
		                (int64_t)atomic_load(figures->allocations));
	}
}

static void sample_limits(const struct kith_limits *limits, struct kith_metric_sums *sums)
{
	for (size_t i = 0; i < KITH_LIMIT_COUNT && limits != NULL; i++) {
		kith_metric_put(sums, KITH_METRIC_RATE_LIMITED, i,
		                (int64_t)kith_limits_refused(limits, (enum kith_limit_kind)i));
	}
}

static void sample_tls(struct kith_tls *tls, struct kith_metric_sums *sums)
{
	struct kith_tls_figures figures;

	if (tls == NULL) {
		kith_metric_put(sums, KITH_METRIC_HANDSHAKES, 0, KITH_METRIC_ABSENT);
		kith_metric_put(sums, KITH_METRIC_CERTIFICATE, 0, KITH_METRIC_ABSENT);
		return;
	}
	kith_tls_read_figures(tls, &figures);
	kith_metric_put(sums, KITH_METRIC_HANDSHAKES, KITH_METRIC_HANDSHAKE_FULL,
	                (int64_t)(figures.handshakes - figures.resumed));
	kith_metric_put(sums, KITH_METRIC_HANDSHAKES, KITH_METRIC_HANDSHAKE_RESUMED,
	                (int64_t)figures.resumed);
	kith_metric_put(sums, KITH_METRIC_HANDSHAKES, KITH_METRIC_HANDSHAKE_FAILED,
	                (int64_t)figures.failed);
	kith_metric_put(sums, KITH_METRIC_CERTIFICATE, 0, figures.expires_us);
}

void kith_figures_text(const struct kith_figures *figures, struct kith_buf *out)
{
	struct kith_metric_sums sums;

	kith_metric_sum(&sums);
	sample_process(figures, &sums);
	sample_server(figures, &sums);
	sample_limits(figures->limits, &sums);
	sample_tls(figures->tls, &sums);
	kith_metric_text(&sums, name_cell, out);
}
