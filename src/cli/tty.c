/*
 * tty.c -- termios, and what was set before.
 */
#include "cli/tty.h"

#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios former;
static bool is_entered;

bool kith_tty_is_usable(const char *term)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && term != NULL &&
	       term[0] != '\0' && strcmp(term, "dumb") != 0;
}

void kith_tty_size(size_t *columns, size_t *rows)
{
	struct winsize size = { 0 };

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*columns = size.ws_col > 0 ? size.ws_col : 80;
	*rows = size.ws_row > 0 ? size.ws_row : 24;
}

bool kith_tty_enter(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &former) != 0) {
		return false;
	}
	raw = former;
	raw.c_iflag &= (tcflag_t) ~(ICRNL | INLCR | IGNCR | IXON | ISTRIP | BRKINT);
	raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	is_entered = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
	return is_entered;
}

void kith_tty_leave(void)
{
	if (is_entered) {
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &former);
		is_entered = false;
	}
}
