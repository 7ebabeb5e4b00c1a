/*
 * fuzz_input.c -- whatever a terminal sends, the line is valid text with a place in
 * it, shows within its columns, and does not depend on how the bytes were cut.
 */
#include "base/utf8.h"
#include "cli/input.h"
#include "cli/width.h"
#include "fuzz.h"

/* Feeds TEXT in pieces of SIZE. */
static void feed(struct kith_input *input, struct kith_str text, size_t size)
{
	while (text.len > 0) {
		struct kith_str piece = kith_str_make(text.at, size < text.len ? size : text.len);
		size_t len = piece.len;
		enum kith_input_step step = kith_input_feed(input, &piece);

		KITH_ASSERT(piece.len < len);
		text = kith_str_skip(text, len - piece.len);
		if (step == KITH_INPUT_LINE) {
			kith_input_clear(input);
		}
		KITH_ASSERT(input->at <= input->text.len);
		KITH_ASSERT(input->text.len <= KITH_INPUT_BYTES_MAX);
	}
}

static void check_shown(const struct kith_input *input, size_t columns)
{
	struct kith_buf out = { 0 };
	size_t cursor;

	kith_input_show(input, columns, &out, &cursor);
	KITH_ASSERT(cursor < columns && kith_utf8_is_valid(kith_buf_str(&out)));
	KITH_ASSERT(kith_width_of(kith_buf_str(&out)) <= columns);
	kith_buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str text = kith_str_make(data, size);
	struct kith_input whole = { 0 }, bytes = { 0 };

	kith_width_start();
	feed(&whole, text, size);
	feed(&bytes, text, 1);
	KITH_ASSERT(kith_utf8_is_valid(kith_buf_str(&whole.text)));
	KITH_ASSERT(kith_utf8_is_valid(kith_str_make(whole.text.at, whole.at)));
	KITH_ASSERT(kith_str_equal(kith_buf_str(&whole.text), kith_buf_str(&bytes.text)));
	KITH_ASSERT(whole.at == bytes.at);
	for (size_t columns = 1; columns < 20; columns += 3) {
		check_shown(&whole, columns);
	}
	kith_input_done(&whole);
	kith_input_done(&bytes);
	return 0;
}
