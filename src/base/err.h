/*
 * err.h -- what went wrong, in one word that C and the wire share.
 *
 * enum kith_rc holds the rows of err.def after KITH_OK, then the few codes that
 * stay inside the program. struct kith_why carries a sentence for people and
 * the argument it speaks of. Nothing here logs: the caller decides that.
 */
#ifndef KITH_BASE_ERR_H
#define KITH_BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

enum kith_rc {
	KITH_OK = 0,
#define KITH_ERROR(name, code, status, retryable, sentence) KITH_E_##name,
#include "base/err.def"
#undef KITH_ERROR
	KITH_RC_WIRE_COUNT, /* rows above are answered to clients            */

	KITH_E_NO_MEMORY = 100, /* an allocation failed: UNAVAILABLE on the wire */
	KITH_E_IO,              /* a file or socket failed                       */
	KITH_E_STALE,           /* the commit found newer rows: load and plan again */
	KITH_E_EXISTS,          /* a row of that name is there already            */
	KITH_E_LOCKED,          /* another process holds the data directory       */
	KITH_E_CORRUPT,         /* the files are damaged or not ours              */
};

enum { KITH_WHY_MAX = 160, KITH_WHY_FIELD_MAX = 64 };

/* Why something was refused, for people. Plain value, owns nothing. */
struct kith_why {
	char detail[KITH_WHY_MAX];      /* a sentence, cut between characters if too long */
	char field[KITH_WHY_FIELD_MAX]; /* the argument meant, or ""              */
	int64_t retry_after_ms;         /* 0: not said                            */
	int64_t server_time_us;         /* invalid_id says the server's time; 0 elsewhere */
};

/* One row of err.def. */
struct kith_err_row {
	const char *code;
	const char *sentence;
	int status;
	bool is_retryable;
};

/*
 * The row for RC. Codes that stay inside the program answer as the wire sees
 * them: NO_MEMORY, IO and STALE as unavailable, the others as internal.
 * RC must not be KITH_OK. The row is static.
 */
const struct kith_err_row *kith_err_row(enum kith_rc rc);

/* The row's RC whose code is CODE ("not_found"), or KITH_OK when there is none. */
enum kith_rc kith_err_find(const char *code);

/*
 * Sets WHY's field and sentence (printf form) and returns RC, so that a refusal
 * is one line: return kith_refuse(why, KITH_E_TOO_LARGE, "text", "at most %d bytes", n).
 * WHY may be NULL; FIELD may be NULL.
 */
enum kith_rc kith_refuse(struct kith_why *why, enum kith_rc rc, const char *field,
                         const char *format, ...) KITH_PRINTF(4, 5);

#endif
