/*
 * input.c -- a table of keys over a text with a place in it.
 */
#include "cli/input.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/width.h"

enum { ESCAPE = 0x1b, DELETE = 0x7f };

static struct kith_str before(const struct kith_input *input)
{
	return kith_str_make(input->text.at, input->at);
}

static struct kith_str behind(const struct kith_input *input)
{
	return kith_str_skip(kith_buf_str(&input->text), input->at);
}

/* Bytes of the character in front of the cursor; 0 at the beginning. */
static size_t last_len(const struct kith_input *input)
{
	struct kith_str rest = before(input);
	size_t len = 0, columns;

	while (rest.len > 0) {
		len = kith_width_next(rest, &columns);
		rest = kith_str_skip(rest, len);
	}
	return len;
}

static void insert(struct kith_input *input, struct kith_str text)
{
	if (input->text.len + text.len > KITH_INPUT_BYTES_MAX ||
	    !kith_buf_reserve(&input->text, text.len)) {
		return;
	}
	memmove(input->text.at + input->at + text.len, input->text.at + input->at,
	        input->text.len - input->at);
	memcpy(input->text.at + input->at, text.at, text.len);
	input->text.len += text.len;
	input->at += text.len;
	input->has_changed = true;
}

/* Takes LEN bytes behind the cursor out. */
static void cut(struct kith_input *input, size_t len)
{
	if (len == 0) {
		return;
	}
	memmove(input->text.at + input->at, input->text.at + input->at + len,
	        input->text.len - input->at - len);
	input->text.len -= len;
	input->has_changed = true;
}

/* Keys. */

static enum kith_input_step go_left(struct kith_input *input)
{
	input->at -= last_len(input);
	return KITH_INPUT_MORE;
}

static enum kith_input_step go_right(struct kith_input *input)
{
	size_t columns;

	if (input->at < input->text.len) {
		input->at += kith_width_next(behind(input), &columns);
	}
	return KITH_INPUT_MORE;
}

static enum kith_input_step go_home(struct kith_input *input)
{
	input->at = 0;
	return KITH_INPUT_MORE;
}

static enum kith_input_step go_end(struct kith_input *input)
{
	input->at = input->text.len;
	return KITH_INPUT_MORE;
}

static enum kith_input_step rub_out(struct kith_input *input)
{
	size_t len = last_len(input);

	input->at -= len;
	cut(input, len);
	return KITH_INPUT_MORE;
}

static enum kith_input_step rub_next(struct kith_input *input)
{
	size_t columns;

	if (input->at < input->text.len) {
		cut(input, kith_width_next(behind(input), &columns));
	}
	return KITH_INPUT_MORE;
}

static enum kith_input_step rub_all_before(struct kith_input *input)
{
	size_t len = input->at;

	input->at = 0;
	cut(input, len);
	return KITH_INPUT_MORE;
}

static enum kith_input_step rub_all_behind(struct kith_input *input)
{
	cut(input, input->text.len - input->at);
	return KITH_INPUT_MORE;
}

static enum kith_input_step rub_word(struct kith_input *input)
{
	size_t end = input->at;

	while (input->at > 0 && input->text.at[input->at - 1] == ' ') {
		input->at--;
	}
	while (input->at > 0 && input->text.at[input->at - 1] != ' ') {
		input->at--;
	}
	cut(input, end - input->at);
	return KITH_INPUT_MORE;
}

static enum kith_input_step end_line(struct kith_input *input)
{
	if (input->is_pasting) {
		insert(input, KITH_STR("\n"));
		return KITH_INPUT_MORE;
	}
	return KITH_INPUT_LINE;
}

static enum kith_input_step end_or_rub(struct kith_input *input)
{
	return input->text.len == 0 ? KITH_INPUT_END : rub_next(input);
}

static enum kith_input_step end_all(struct kith_input *input)
{
	(void)input;
	return KITH_INPUT_END;
}

static enum kith_input_step redraw(struct kith_input *input)
{
	(void)input;
	return KITH_INPUT_REDRAW;
}

static enum kith_input_step begin_paste(struct kith_input *input)
{
	input->is_pasting = true;
	return KITH_INPUT_MORE;
}

static enum kith_input_step end_paste(struct kith_input *input)
{
	input->is_pasting = false;
	return KITH_INPUT_MORE;
}

static const struct {
	const char *bytes;
	enum kith_input_step (*press)(struct kith_input *input);
} keys[] = {
	{ "\x01", go_home },          { "\x02", go_left },        { "\x03", end_all },
	{ "\x04", end_or_rub },       { "\x05", go_end },         { "\x06", go_right },
	{ "\x08", rub_out },          { "\x0a", end_line },       { "\x0b", rub_all_behind },
	{ "\x0c", redraw },           { "\x0d", end_line },       { "\x15", rub_all_before },
	{ "\x17", rub_word },         { "\x7f", rub_out },        { "\x1b[C", go_right },
	{ "\x1b[D", go_left },        { "\x1b[H", go_home },      { "\x1b[F", go_end },
	{ "\x1bOC", go_right },       { "\x1bOD", go_left },      { "\x1bOH", go_home },
	{ "\x1bOF", go_end },         { "\x1b[1~", go_home },     { "\x1b[4~", go_end },
	{ "\x1b[7~", go_home },       { "\x1b[8~", go_end },      { "\x1b[3~", rub_next },
	{ "\x1b[200~", begin_paste }, { "\x1b[201~", end_paste },
};

/* Is the sequence that began with ESC whole? */
static bool is_key_whole(const char *key, size_t len)
{
	uint8_t last = (uint8_t)key[len - 1];

	if (len == 1) {
		return false;
	}
	if (key[1] != '[' && key[1] != 'O') {
		return true; /* Alt with something: not ours */
	}
	return len > 2 && last >= 0x40 && last <= 0x7e;
}

static enum kith_input_step press(struct kith_input *input)
{
	struct kith_str key = kith_str_make(input->key, input->key_len);

	for (size_t i = 0; i < KITH_COUNT(keys); i++) {
		/* In a paste only its end is a key; a newline is one of the text. */
		bool is_key = !input->is_pasting || keys[i].press == end_paste ||
		              keys[i].press == end_line;

		if (is_key && kith_str_is(key, keys[i].bytes)) {
			return keys[i].press(input);
		}
	}
	if (input->is_pasting && kith_str_is(key, "\t")) {
		insert(input, key);
	}
	return KITH_INPUT_MORE;
}

/* One byte of a character. */
static void take_text(struct kith_input *input)
{
	struct kith_utf8 check = { 0 };
	struct kith_str so_far = kith_str_make(input->key, input->key_len);

	if (!kith_utf8_feed(&check, so_far)) {
		input->key_len = 0; /* no UTF-8: dropped */
	} else if (kith_utf8_is_whole(&check)) {
		insert(input, so_far);
		input->key_len = 0;
	}
}

static bool is_control(uint8_t byte)
{
	return byte < 0x20 || byte == DELETE;
}

static enum kith_input_step take_byte(struct kith_input *input, char byte)
{
	enum kith_input_step step = KITH_INPUT_MORE;

	/* A control character ends a character that was cut off; ESC begins anew. */
	if (input->key_len > 0 &&
	    (is_control((uint8_t)byte) || input->key_len == KITH_INPUT_KEY_MAX)) {
		input->key_len = 0;
	}
	input->key[input->key_len++] = byte;
	if (input->key[0] == ESCAPE) {
		if (is_key_whole(input->key, input->key_len)) {
			step = press(input);
			input->key_len = 0;
		}
	} else if (is_control((uint8_t)input->key[0])) {
		step = press(input);
		input->key_len = 0;
	} else {
		take_text(input);
	}
	return step;
}

enum kith_input_step kith_input_feed(struct kith_input *input, struct kith_str *in)
{
	enum kith_input_step step = KITH_INPUT_MORE;

	while (in->len > 0 && step == KITH_INPUT_MORE) {
		step = take_byte(input, in->at[0]);
		*in = kith_str_skip(*in, 1);
	}
	return step;
}

void kith_input_clear(struct kith_input *input)
{
	kith_buf_reset(&input->text);
	input->at = 0;
	input->has_changed = true;
}

void kith_input_done(struct kith_input *input)
{
	kith_buf_done(&input->text);
}

/* Showing. */

static size_t columns_of(struct kith_str character)
{
	size_t columns;

	(void)kith_width_next(character, &columns);
	return character.at[0] == '\n' || character.at[0] == '\t' ? 1 : columns;
}

static void add_shown(struct kith_buf *out, struct kith_str character)
{
	if (character.at[0] == '\n') {
		kith_buf_add_text(out, "⏎");
	} else {
		kith_buf_add(out, character.at[0] == '\t' ? KITH_STR(" ") : character);
	}
}

void kith_input_show(const struct kith_input *input, size_t columns, struct kith_buf *out,
                     size_t *cursor)
{
	struct kith_str rest = before(input);
	size_t width = 0, skipped, used = 0;

	/* From the left, drop what does not fit before the cursor, which takes a column. */
	for (struct kith_str at = rest; at.len > 0;) {
		size_t len = kith_width_next(at, &skipped);

		width += columns_of(kith_str_make(at.at, len));
		at = kith_str_skip(at, len);
	}
	while (rest.len > 0 && width + 1 > columns) {
		size_t len = kith_width_next(rest, &skipped);

		width -= columns_of(kith_str_make(rest.at, len));
		rest = kith_str_skip(rest, len);
	}
	*cursor = width;
	rest = kith_str_make(rest.at, rest.len + behind(input).len);
	while (rest.len > 0) {
		size_t len = kith_width_next(rest, &skipped);
		struct kith_str character = kith_str_make(rest.at, len);

		used += columns_of(character);
		if (used > columns) {
			return;
		}
		add_shown(out, character);
		rest = kith_str_skip(rest, len);
	}
}
