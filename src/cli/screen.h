/*
 * screen.h -- what a chat looks like on a terminal.
 *
 * The newest messages from the bottom up, a line that says how things stand, and the line
 * that is being written. Makes the bytes that turn what is shown into what shall be
 * shown: only rows that differ. Everything that people wrote is made safe first
 * (terminal.h). Knows the size it is told, prints nothing itself.
 */
#ifndef KITH_CLI_SCREEN_H
#define KITH_CLI_SCREEN_H

#include <stddef.h>

#include "base/buf.h"
#include "cli/input.h"
#include "cli/thread.h"

enum {
	KITH_SCREEN_ROWS_MAX = 300, /* of a terminal; further ones stay empty */
	KITH_SCREEN_COLUMNS_MAX = 1000,
};

/* Zeroed: nothing is shown. */
struct kith_screen {
	size_t columns, rows; /* of the terminal; set before draw, then call clear */

	/* private to screen.c */
	struct kith_buf shown[KITH_SCREEN_ROWS_MAX];
	struct kith_buf next[KITH_SCREEN_ROWS_MAX];
	bool must_clear;
};

void kith_screen_done(struct kith_screen *screen);

/* Nothing of what was drawn is there any more. */
void kith_screen_clear(struct kith_screen *screen);

/*
 * Appends what has to be sent. STATUS is a line of ours with safe text, cut when it is
 * too long. Look at out->failed.
 */
void kith_screen_draw(struct kith_screen *screen, const struct kith_thread *thread,
                      struct kith_str status, const struct kith_input *input, struct kith_buf *out);

/* Takes over the terminal, and gives it back as it was. */
void kith_screen_enter(struct kith_buf *out);
void kith_screen_leave(struct kith_buf *out);

#endif
