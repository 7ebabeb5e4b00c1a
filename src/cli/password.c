/*
 * password.c -- a terminal without echo for one line.
 */
#include "cli/password.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t is_interrupted;

static void on_interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

bool kith_password_is_typed(void)
{
	return isatty(STDIN_FILENO) == 1;
}

void kith_password_wipe(char password[KITH_PASSWORD_MAX])
{
	explicit_bzero(password, KITH_PASSWORD_MAX);
}

/* One line, byte by byte, so that what follows stays for others. false: no whole one that fits. */
static bool read_line(char out[KITH_PASSWORD_MAX])
{
	size_t len = 0;

	for (;;) {
		char byte;
		ssize_t got = read(STDIN_FILENO, &byte, 1);

		if (got < 0 && errno == EINTR && is_interrupted == 0) {
			continue;
		}
		if (got < 0 || (got == 0 && len == 0)) {
			return false;
		}
		if (got == 0 || byte == '\n') {
			out[len] = '\0';
			return len > 0;
		}
		if (len + 1 == KITH_PASSWORD_MAX || byte == '\0') {
			return false;
		}
		out[len++] = byte;
	}
}

static bool read_typed(const char *prompt, char out[KITH_PASSWORD_MAX])
{
	struct sigaction interrupt = { .sa_handler = on_interrupt }, before;
	struct termios shown, hidden;
	bool is_read;

	if (tcgetattr(STDIN_FILENO, &shown) != 0) {
		return false;
	}
	hidden = shown;
	hidden.c_lflag &= (tcflag_t)~ECHO;
	sigemptyset(&interrupt.sa_mask);
	sigaction(SIGINT, &interrupt, &before);
	fprintf(stderr, "%s", prompt);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	is_read = read_line(out);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	sigaction(SIGINT, &before, NULL);
	fprintf(stderr, "\n");
	return is_read;
}

bool kith_password_read(const char *prompt, char out[KITH_PASSWORD_MAX])
{
	bool is_read = kith_password_is_typed() ? read_typed(prompt, out) : read_line(out);

	if (!is_read) {
		kith_password_wipe(out);
		fprintf(stderr, "kith: no password was given\n");
	}
	return is_read;
}
