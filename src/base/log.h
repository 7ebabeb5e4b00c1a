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

#include <stdint.h>

enum kith_log_level {
	KITH_LOG_DEBUG,
	KITH_LOG_INFO,
	KITH_LOG_WARN,
	KITH_LOG_ERROR,
};

enum { KITH_LOG_LINE_MAX = 2048 }; /* a longer line is cut at its values */

/* Lines below LEVEL are dropped; the default is INFO. thread any. */
void kith_log_set_level(enum kith_log_level level);

/*
 * Writes one line: EVENT (ours, a-z and '_'), then pairs of key and value, all
 * const char *, ended by NULL: kith_log(KITH_LOG_WARN, "slow_reader", "user", id, NULL).
 * Values may be anything: controls are escaped, also those above 0x7f, and what
 * is not UTF-8 reads as U+FFFD. thread any.
 */
void kith_log(enum kith_log_level level, const char *event, ...) __attribute__((sentinel));

#endif
