/*
 * pty.c -- runs a program on a terminal that a test plays.
 *
 *   pty COLUMNS ROWS PROGRAM ARGUMENTS…
 *
 * What comes on standard input is typed, what the program shows goes to standard output;
 * the end of the one hangs up.
 * SIGUSR1 makes the terminal 10 columns wider; SIGTERM goes to the program. Ends with
 * the program, and with its code.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 65536, WIDER = 10 };

static volatile sig_atomic_t must_widen, must_end;

static void on_signal(int number)
{
	if (number == SIGUSR1) {
		must_widen = 1;
	} else {
		must_end = 1;
	}
}

/* One read and the writes it takes. false: nothing more will come. */
static bool pass(int from, int to)
{
	static char bytes[BYTES];
	ssize_t got = read(from, bytes, sizeof(bytes));

	if (got < 0) {
		return errno == EINTR;
	}
	for (ssize_t at = 0; at < got;) {
		ssize_t wrote = write(to, bytes + at, (size_t)(got - at));

		if (wrote < 0 && errno != EINTR) {
			return false;
		}
		at += wrote > 0 ? wrote : 0;
	}
	return got > 0;
}

static void widen(int terminal)
{
	struct winsize size;

	if (ioctl(terminal, TIOCGWINSZ, &size) == 0) {
		size.ws_col = (unsigned short)(size.ws_col + WIDER);
		(void)ioctl(terminal, TIOCSWINSZ, &size);
	}
}

static void play(int terminal, pid_t child, const sigset_t *while_waiting)
{
	bool is_typing = true;

	for (;;) {
		struct pollfd polled[] = {
			{ .fd = terminal, .events = POLLIN },
			{ .fd = is_typing ? STDIN_FILENO : -1, .events = POLLIN },
		};

		(void)ppoll(polled, 2, NULL, while_waiting);
		if (must_widen != 0) {
			must_widen = 0;
			widen(terminal);
		}
		if (must_end != 0) {
			must_end = 0;
			(void)kill(child, SIGTERM);
		}
		if (polled[1].revents != 0) {
			is_typing = pass(STDIN_FILENO, terminal);
			if (!is_typing) {
				(void)kill(child, SIGHUP); /* the test is gone */
			}
		}
		if (polled[0].revents != 0 && !pass(terminal, STDOUT_FILENO)) {
			return; /* the program's end of it is closed */
		}
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct winsize size = { 0 };
	sigset_t blocked, before;
	pid_t child;
	int terminal, status;

	if (argc < 4) {
		fprintf(stderr, "usage: pty COLUMNS ROWS PROGRAM ARGUMENTS…\n");
		return 2;
	}
	size.ws_col = (unsigned short)strtoul(argv[1], NULL, 10);
	size.ws_row = (unsigned short)strtoul(argv[2], NULL, 10);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	child = forkpty(&terminal, NULL, NULL, &size);
	if (child < 0) {
		perror("pty");
		return 2;
	}
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execv(argv[3], argv + 3);
		perror(argv[3]);
		_exit(127);
	}
	play(terminal, child, &before);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
