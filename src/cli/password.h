/*
 * password.h -- asks for a password.
 *
 * On a terminal without showing it, else as one line of standard input. Keeps none.
 */
#ifndef KITH_CLI_PASSWORD_H
#define KITH_CLI_PASSWORD_H

#include <stdbool.h>

enum { KITH_PASSWORD_MAX = 1024 + 1 }; /* bytes, with the NUL; a longer one is refused */

/*
 * Asks with PROMPT on the terminal. returns false, with a line on stderr, when there is
 * none to be had: the end of input, a longer one, an empty one, an interruption.
 */
bool kith_password_read(const char *prompt, char out[KITH_PASSWORD_MAX]);

/* Is standard input a terminal, so that somebody may mistype? */
bool kith_password_is_typed(void);

/* Leaves nothing of it in memory. */
void kith_password_wipe(char password[KITH_PASSWORD_MAX]);

#endif
