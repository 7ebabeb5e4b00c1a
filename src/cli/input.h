/*
 * input.h -- the line that somebody is writing.
 *
 * Takes a terminal's bytes as they come, in pieces of any size: characters of UTF-8,
 * keys, pastes. Keeps the text and the place in it, and says when a line is done. Reads
 * and prints nothing itself.
 */
#ifndef KITH_CLI_INPUT_H
#define KITH_CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	KITH_INPUT_BYTES_MAX = 16384, /* of a line, as of a message; what is beyond is not taken */
	KITH_INPUT_KEY_MAX = 16,      /* bytes of a key's sequence; a longer one is dropped      */
};

enum kith_input_step {
	KITH_INPUT_MORE,   /* all bytes are taken           */
	KITH_INPUT_LINE,   /* the text is done: take it     */
	KITH_INPUT_END,    /* Ctrl-C; Ctrl-D on an empty line */
	KITH_INPUT_REDRAW, /* Ctrl-L                        */
};

/* Zeroed: empty. */
struct kith_input {
	struct kith_buf text; /* valid UTF-8; from pastes also newlines     */
	size_t at;            /* bytes before the cursor                    */
	bool has_changed;     /* since somebody cleared this                */

	/* private to input.c */
	bool is_pasting;
	char key[KITH_INPUT_KEY_MAX]; /* a sequence or character that is not whole yet */
	size_t key_len;
};

void kith_input_done(struct kith_input *input);

/* Takes bytes from the front of *IN, up to the first that leads to anything but MORE. */
enum kith_input_step kith_input_feed(struct kith_input *input, struct kith_str *in);

/* An empty line again. */
void kith_input_clear(struct kith_input *input);

/*
 * Appends to OUT as much of the text around the cursor as COLUMNS (1 or more) show;
 * *cursor gets the column at which the cursor stands, 0..COLUMNS - 1. A newline
 * is shown as ⏎, a tab as a blank.
 */
void kith_input_show(const struct kith_input *input, size_t columns, struct kith_buf *out,
                     size_t *cursor);

#endif
