/*
 * option.h -- configuration: one table of keys, read from lines and environment.
 *
 * A program lists its options once; from the rows come the parser of
 * "key = value" files, the KITH_<KEY> overrides, the commented example and the
 * error messages with file and line. Opens no file itself.
 */
#ifndef KITH_BASE_OPTION_H
#define KITH_BASE_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum kith_option_type {
	KITH_OPTION_TEXT,    /* struct kith_str                          */
	KITH_OPTION_INTEGER, /* int64_t between min and max              */
	KITH_OPTION_BOOL,    /* bool: true or false                      */
	KITH_OPTION_SPAN,    /* int64_t microseconds: 90s, 15m, 1h, 7d; between min and max */
	KITH_OPTION_SIZE,    /* int64_t bytes: 512, 64k, 16m, 2g; between min and max */
	KITH_OPTION_RATE,    /* struct kith_option_rate: 100/s burst 400, 10/10m, 0; up to max */
};

/* So many in a time, and so many at once. All 0: no limit. */
struct kith_option_rate {
	int64_t count;
	int64_t span_us; /* 1 s to 24 h: "s", "m" and "h" are one of them        */
	int64_t burst;   /* COUNT unless it is said; refilled within a year      */
};

struct kith_option {
	const char *key; /* lower case and '_': the environment's KITH_<KEY> in capitals */
	enum kith_option_type type;
	size_t offset;        /* of the field in the program's struct       */
	const char *standard; /* the value when nobody says one, as text, "" for none; no quotes */
	int64_t min, max;
	const char *help; /* one or more lines, for the example         */
};

/* Bytes; a longer file or line is refused. */
enum { KITH_OPTION_FILE_MAX = 65536, KITH_OPTION_LINE_MAX = 4096 };

/* Fills CONFIG with every standard value (asserted to be valid, so never NULL). Text is
 * static. */
void kith_option_defaults(const struct kith_option *rows, size_t count, void *config);

/*
 * Reads TEXT, lines of "key = value", '#' comments and blank lines, into CONFIG.
 * A value may be in double quotes, which keep its blanks; there are no escapes,
 * and '#' begins a comment only at the start of a line. The same key twice is an
 * error.
 *
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  why: NAME:LINE: unknown key "x" and the like;
 *                                  fields of earlier lines are set
 *          KITH_E_NO_MEMORY
 * owns     texts are copied into MEM, with a NUL behind each
 */
KITH_MUST_USE enum kith_rc kith_option_read(const struct kith_option *rows, size_t count,
                                            struct kith_str text, const char *name,
                                            struct kith_arena *mem, void *config,
                                            struct kith_why *why);

/*
 * Lets ENVIRONMENT (a NULL-terminated array of NAME=value) override: KITH_<KEY>.
 * Other names, also KITH_ ones without a row, are left alone.
 * returns  as above; why starts with the variable's name
 */
KITH_MUST_USE enum kith_rc kith_option_environment(const struct kith_option *rows, size_t count,
                                                   char *const *environment, struct kith_arena *mem,
                                                   void *config, struct kith_why *why);

/* The commented example file: help as comments, then "key = standard". Reading it
 * back gives the defaults. */
void kith_option_example(const struct kith_option *rows, size_t count, struct kith_buf *out);

#endif
