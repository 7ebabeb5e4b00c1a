/*
 * log.h -- what the program tells its operator: one JSON object a line on stderr.
 *
 * {"time":"…","level":"info","event":"listening","address":"…"}. Only service,
 * net and server log, and each failure once. Message bodies and tokens never
 * appear. Lines of all threads come out whole because each is one write(); there
 * is no lock and no memory is asked for, so it also works when there is none.
 */
#ifndef KITH_BASE_LOG_H
#define KITH_BASE_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

enum kith_log_level {
	KITH_LOG_DEBUG,
	KITH_LOG_INFO,
	KITH_LOG_WARN,
	KITH_LOG_ERROR,
};

enum {
	KITH_LOG_LINE_MAX = 2048, /* a longer line is cut at its values    */
	KITH_LOG_GATE_LINES = 10, /* of one gate in one of these spans     */
	KITH_LOG_GATE_S = 10,
};

/* Lines below LEVEL are dropped; the default is INFO. thread any. */
void kith_log_set_level(enum kith_log_level level);

/* Whether a line of LEVEL would be written; for lines that cost something to make. thread any. */
bool kith_log_is_on(enum kith_log_level level);

/* The level called NAME, "debug" to "error". returns false, out untouched, for another word. */
KITH_MUST_USE bool kith_log_level_find(struct kith_str name, enum kith_log_level *out);

/*
 * Writes one line: EVENT (ours, a-z and '_'), then pairs of key and value, all
 * const char *, ended by NULL: kith_log(KITH_LOG_WARN, "slow_reader", "user", id, NULL).
 * Values may be anything: controls are escaped, also those above 0x7f, and what
 * is not UTF-8 reads as U+FFFD. thread any.
 */
void kith_log(enum kith_log_level level, const char *event, ...) __attribute__((sentinel));

/* What bounds one event that strangers can cause as often as they like. Static, starts zeroed. */
struct kith_log_gate {
	const char *event; /* private, as all here: of which lines were left out */
	enum kith_log_level level;
	atomic_int_fast64_t span;     /* the present one                                   */
	atomic_int_fast64_t lines;    /* asked for in it                                   */
	atomic_int_fast64_t left_out; /* since the last line                               */
	struct kith_log_gate *next;   /* of all that ever left out something               */
	atomic_bool is_listed;
};

/*
 * The same, but at most KITH_LOG_GATE_LINES lines of GATE in KITH_LOG_GATE_S seconds;
 * the next line that is written says as "suppressed" how many were not. thread any.
 */
void kith_log_bounded(struct kith_log_gate *gate, enum kith_log_level level, const char *event, ...)
	__attribute__((sentinel));

/* One line for each gate that owes a "suppressed": at the end, or when a quiet time begins. */
void kith_log_settle(void);

#endif
