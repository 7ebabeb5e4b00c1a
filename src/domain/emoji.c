/*
 * emoji.c -- asks ICU, once as it is and once with the selector behind it.
 */
#include "domain/emoji.h"

#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "domain/message.h"

bool kith_emoji_is_valid(struct kith_str text)
{
	/* No more UTF-16 units than bytes, and one for the selector. */
	UChar units[KITH_EMOJI_MAX + 1];
	int32_t count = 0;
	UErrorCode error = U_ZERO_ERROR;

	if (text.len == 0 || text.len > KITH_EMOJI_MAX) {
		return false;
	}
	u_strFromUTF8(units, KITH_EMOJI_MAX, &count, text.at, (int32_t)text.len, &error);
	if (U_FAILURE(error)) {
		return false;
	}
	if (u_stringHasBinaryProperty(units, count, UCHAR_RGI_EMOJI)) {
		return true;
	}
	units[count] = 0xfe0f;
	return u_stringHasBinaryProperty(units, count + 1, UCHAR_RGI_EMOJI);
}
