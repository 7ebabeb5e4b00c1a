/*
 * terminal.h -- other people's text, made safe to show on a terminal.
 *
 * A terminal obeys what it is sent: colours, titles, cursor moves, text that runs
 * backwards. So nothing of that sort that somebody else wrote goes out as it is;
 * it is shown as an escape that can be read (\x1b, \u202e). A pure function;
 * --json does not pass here, because JSON escapes by itself.
 */
#ifndef KITH_CLI_TERMINAL_H
#define KITH_CLI_TERMINAL_H

#include "base/buf.h"
#include "base/str.h"

enum kith_terminal_form {
	KITH_TERMINAL_LINE,  /* one line: a newline is shown as \n                     */
	KITH_TERMINAL_LINES, /* a newline stays, and the next line is indented by four */
};

/*
 * Appends TEXT. Controls (C0, DEL, C1), line and paragraph separators and the
 * characters that override or isolate direction (U+202A..202E, U+2066..2069) are
 * escaped; a byte that is no UTF-8 becomes U+FFFD; everything else stays.
 */
void kith_terminal_add(struct kith_buf *out, struct kith_str text, enum kith_terminal_form form);

#endif
