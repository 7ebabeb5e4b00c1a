/*
 * width.c -- wcwidth() over UTF-8.
 */
#include "cli/width.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

enum { ZERO_WIDTH_JOINER = 0x200d, VARIATION_FIRST = 0xfe00, VARIATION_LAST = 0xfe0f };

void kith_width_start(void)
{
	(void)setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	}
}

static size_t take(struct kith_str text, uint32_t *code)
{
	uint8_t first = (uint8_t)text.at[0];
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (len > text.len) {
		*code = first;
		return 1;
	}
	*code = len == 1 ? first : first & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		*code = *code << 6 | ((uint8_t)text.at[i] & 0x3fU);
	}
	return len;
}

static size_t columns_of(uint32_t code)
{
	int columns = wcwidth((wchar_t)code);

	return columns < 0 ? 1 : (size_t)columns;
}

static bool combines(uint32_t code)
{
	return code == ZERO_WIDTH_JOINER || (code >= VARIATION_FIRST && code <= VARIATION_LAST) ||
	       wcwidth((wchar_t)code) == 0;
}

size_t kith_width_next(struct kith_str text, size_t *columns)
{
	uint32_t code;
	size_t len = take(text, &code);

	*columns = columns_of(code);
	while (len < text.len) {
		size_t more = take(kith_str_skip(text, len), &code);

		if (!combines(code)) {
			break;
		}
		len += more;
	}
	return len;
}

size_t kith_width_of(struct kith_str text)
{
	size_t sum = 0;

	while (text.len > 0) {
		size_t columns;

		text = kith_str_skip(text, kith_width_next(text, &columns));
		sum += columns;
	}
	return sum;
}
