/*
 * when.h -- points in time as numbers and as text.
 *
 * Inside, a time is microseconds since 1970 UTC in an int64_t named ..._us. On
 * the wire it is RFC 3339 in UTC with milliseconds: 2026-11-22T10:15:30.123Z.
 * Reads no clock, except for the two functions that say so.
 */
#ifndef KITH_BASE_WHEN_H
#define KITH_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { KITH_WHEN_TEXT = 24 };

#define KITH_SECOND_US INT64_C(1000000)
#define KITH_MINUTE_US (60 * KITH_SECOND_US)
#define KITH_HOUR_US (60 * KITH_MINUTE_US)
#define KITH_DAY_US (24 * KITH_HOUR_US)
#define KITH_WHEN_SPAN_MAX_US (3650 * KITH_DAY_US)

/* Writes 24 characters, no NUL; years 1970..9999 (asserted). */
void kith_when_format(int64_t time_us, char out[KITH_WHEN_TEXT]);

/* Reads exactly that form. returns false, out untouched, if TEXT is not it. */
KITH_MUST_USE bool kith_when_parse(struct kith_str text, int64_t *out);

/*
 * "90s", "15m", "1h", "7d" to microseconds, at least 1 s and at most 3650 days.
 * returns false, out untouched, for anything else.
 */
KITH_MUST_USE bool kith_when_parse_span(struct kith_str text, int64_t *out);

/* The wall clock. Only net, server, client and the programs call it. */
int64_t kith_when_now_us(void);

/* A clock that never goes back, for timers; its zero means nothing. */
int64_t kith_when_steady_us(void);

#endif
