/*
 * err.c -- the table behind err.def, and the one way to say why.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct kith_err_row rows[KITH_RC_WIRE_COUNT] = {
#define KITH_ERROR(name, text, http, retryable, title) \
	[KITH_E_##name] = { .code = (text), \
		            .sentence = (title), \
		            .status = (http), \
		            .is_retryable = (retryable) != 0 },
#include "base/err.def"
#undef KITH_ERROR
};

const struct kith_err_row *kith_err_row(enum kith_rc rc)
{
	KITH_ASSERT(rc != KITH_OK);
	if (rc > KITH_OK && rc < KITH_RC_WIRE_COUNT) {
		return &rows[rc];
	}
	if (rc == KITH_E_NO_MEMORY || rc == KITH_E_IO || rc == KITH_E_STALE) {
		return &rows[KITH_E_UNAVAILABLE];
	}
	return &rows[KITH_E_INTERNAL];
}

enum kith_rc kith_err_find(const char *code)
{
	for (int rc = KITH_OK + 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		if (strcmp(rows[rc].code, code) == 0) {
			return (enum kith_rc)rc;
		}
	}
	return KITH_OK;
}

/* How many bytes the character that LEAD begins has. */
static size_t length_of(unsigned char lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/* Takes off the beginning of a character that was cut at the end of TEXT: this
 * goes to clients as JSON. */
static void drop_half_character(char *text)
{
	size_t len = strlen(text);
	size_t at = len;
	while (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0x80) {
		at--;
	}
	if (at > 0 && at - 1 + length_of((unsigned char)text[at - 1]) > len) {
		text[at - 1] = '\0';
	}
}

enum kith_rc kith_refuse(struct kith_why *why, enum kith_rc rc, const char *field,
                         const char *format, ...)
{
	if (why == NULL) {
		return rc;
	}
	va_list args;
	va_start(args, format);
	vsnprintf(why->detail, sizeof(why->detail), format, args);
	va_end(args);
	snprintf(why->field, sizeof(why->field), "%s", field == NULL ? "" : field);
	drop_half_character(why->detail);
	drop_half_character(why->field);
	return rc;
}
