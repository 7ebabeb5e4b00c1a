/*
 * args.h -- a call's arguments, read by a table.
 *
 * The contract says of each argument its name, type and limits; the generator
 * makes rows of that; this file fills values from JSON or from texts of a path
 * or query by those rows, and refuses everything else. Knows no call by name.
 */
#ifndef KITH_BASE_ARGS_H
#define KITH_BASE_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "base/uuid.h"

enum {
	KITH_ARGS_MAX = 16, /* arguments of one call */
	/* Levels of an OBJECT: it is told inside of other objects, which whoever reads
	 * them, within KITH_JSON_DEPTH_MAX, has to get through as well. */
	KITH_ARG_DEPTH_MAX = 24,
};

enum kith_arg_type {
	KITH_ARG_STRING,  /* min..max bytes of decoded UTF-8 without U+0000 */
	KITH_ARG_INTEGER, /* min..max                                       */
	KITH_ARG_BOOLEAN,
	KITH_ARG_UUID,  /* canonical text                                */
	KITH_ARG_ENUM,  /* one of words; the value is its index          */
	KITH_ARG_BYTES, /* base64 text of min..max bytes, kept decoded   */
	KITH_ARG_LIST,  /* count_min..count_max texts, each as a STRING  */
	/* any JSON object of KITH_ARG_DEPTH_MAX levels, kept without white space, at most max bytes */
	KITH_ARG_OBJECT,
	KITH_ARG_TYPE_COUNT,
};

/* Where an argument stands in the HTTP form of the call. */
enum kith_arg_place {
	KITH_ARG_IN_PATH,
	KITH_ARG_IN_QUERY,
	KITH_ARG_IN_BODY,
};

struct kith_arg_row {
	const char *name;
	enum kith_arg_type type;
	enum kith_arg_place place;
	bool is_required;
	int64_t min, max;
	const char *const *words;      /* ENUM: NULL-terminated */
	uint32_t count_min, count_max; /* LIST: how many texts  */
};

/* One value. There are KITH_ARGS_MAX of them in every call, so it is kept small. */
struct kith_arg {
	bool is_present;
	bool flag;
	struct kith_str text; /* STRING, BYTES, OBJECT, and the text of ENUM and UUID */
	int64_t integer;      /* INTEGER; ENUM: index                                 */
	union {
		struct kith_uuid uuid;
		struct {
			const struct kith_str *list; /* LIST */
			size_t count;
		};
	};
};
_Static_assert(sizeof(struct kith_arg) <= 48, "an argument is small");

/*
 * Fills OUT[COUNT] (zeroed by the caller before the first place is read) from
 * the members of OBJECT, only those rows whose place is in PLACES (a bit per
 * enum kith_arg_place). A null is the same as absent.
 *
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  unknown name, wrong type, out of range, too deep
 *          KITH_E_TOO_LARGE        a STRING, BYTES or OBJECT above its max, or one text
 *                                  of a LIST, or too many of them
 *          KITH_E_NO_MEMORY        why->field names the argument
 * owns     decoded texts live in MEM or borrow the JSON text
 */
KITH_MUST_USE enum kith_rc kith_args_from_json(const struct kith_arg_row *rows, size_t count,
                                               unsigned places, const struct kith_json *json,
                                               const struct kith_json_node *object,
                                               struct kith_arena *mem, struct kith_arg *out,
                                               struct kith_why *why);

/*
 * Sets the one argument NAME at PLACE from a decoded text; the same errors; twice
 * is one, and so is a LIST or an OBJECT, which only JSON can say.
 */
KITH_MUST_USE enum kith_rc kith_args_from_text(const struct kith_arg_row *rows, size_t count,
                                               enum kith_arg_place place, struct kith_str name,
                                               struct kith_str text, struct kith_arena *mem,
                                               struct kith_arg *out, struct kith_why *why);

/* After all places are read: is every required one there? Then ranges hold too. */
KITH_MUST_USE enum kith_rc kith_args_check(const struct kith_arg_row *rows, size_t count,
                                           const struct kith_arg *args, struct kith_why *why);

#endif
