/*
 * terminal.c -- one pass over the characters, and a table of those held back.
 */
#include "cli/terminal.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

enum { CHARACTER_BYTES_MAX = 4, REPLACEMENT = 0xfffd };

static const struct {
	uint32_t first, last;
} held_back[] = {
	{ 0x0000, 0x001f }, /* C0: bell, escape, carriage return …        */
	{ 0x007f, 0x009f }, /* DEL and C1, which some terminals obey too  */
	{ 0x2028, 0x202e }, /* separators; embeddings and overrides       */
	{ 0x2066, 0x2069 }, /* isolates                                   */
};

static bool is_held_back(uint32_t code)
{
	for (size_t i = 0; i < KITH_COUNT(held_back); i++) {
		if (code >= held_back[i].first && code <= held_back[i].last) {
			return true;
		}
	}
	return false;
}

/* The character at the front of TEXT in 1..4 bytes; 0 bytes when there is no valid one. */
static size_t take_character(struct kith_str text, uint32_t *code)
{
	uint8_t first = (uint8_t)text.at[0];
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : CHARACTER_BYTES_MAX;

	if (len > text.len || !kith_utf8_is_valid(kith_str_make(text.at, len))) {
		return 0;
	}
	*code = len == 1 ? first : first & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		*code = *code << 6 | ((uint8_t)text.at[i] & 0x3fU);
	}
	return len;
}

static void add_escape(struct kith_buf *out, uint32_t code, enum kith_terminal_form form)
{
	if (code == '\n') {
		kith_buf_add_text(out, form == KITH_TERMINAL_LINES ? "\n    " : "\\n");
	} else if (code == '\t') {
		kith_buf_add_text(out, "\\t");
	} else {
		kith_buf_add_format(out, code < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)code);
	}
}

void kith_terminal_add(struct kith_buf *out, struct kith_str text, enum kith_terminal_form form)
{
	while (text.len > 0) {
		uint32_t code = REPLACEMENT;
		size_t len = take_character(text, &code);

		if (len == 0) {
			char bytes[CHARACTER_BYTES_MAX];

			kith_buf_add(out, kith_str_make(bytes, kith_utf8_put(REPLACEMENT, bytes)));
			len = 1;
		} else if (is_held_back(code)) {
			add_escape(out, code, form);
		} else {
			kith_buf_add(out, kith_str_make(text.at, len));
		}
		text = kith_str_skip(text, len);
	}
}
