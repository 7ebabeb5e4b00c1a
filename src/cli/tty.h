/*
 * tty.h -- the terminal that the program runs in.
 *
 * Is there one that a screen can be drawn on, how large is it, and bytes instead of
 * lines from its keys. What is drawn is screen.h's.
 */
#ifndef KITH_CLI_TTY_H
#define KITH_CLI_TTY_H

#include <stdbool.h>
#include <stddef.h>

/* Standard input and output are a terminal, and TERM (may be NULL) is no dumb one. */
bool kith_tty_is_usable(const char *term);

/* Its size now; 80 by 24 when it does not say. */
void kith_tty_size(size_t *columns, size_t *rows);

/* Keys as they are pressed, unseen, until leave. false: it cannot be. */
bool kith_tty_enter(void);
void kith_tty_leave(void);

#endif
