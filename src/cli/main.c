/*
 * main.c -- `kith`: chat from a terminal. Reads the command line, runs the command.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "cli/home.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "kith/client.h"

static const char *from_environment(const char *name)
{
	return getenv(name);
}

static int print_help(enum kith_cli_command command)
{
	struct kith_buf text = { 0 };

	kith_cli_help(command, &text);
	fwrite(text.at, 1, text.len, stdout);
	kith_buf_done(&text);
	return fflush(stdout) == 0 ? KITH_EXIT_OK : KITH_EXIT_REFUSED;
}

static int help(const struct kith_cli_options *options)
{
	enum kith_cli_command command = KITH_CLI_HELP;

	if (options->args[0] != NULL) {
		command = kith_cli_find(options->args[0]);
	}
	if (command == KITH_CLI_COMMAND_COUNT) {
		struct kith_buf line = { 0 };

		kith_buf_add_text(&line, "kith: unknown command ");
		kith_terminal_add(&line, kith_str_of(options->args[0]), KITH_TERMINAL_LINE);
		kith_buf_add_text(&line, "; see kith help\n");
		fwrite(line.at, 1, line.len, stderr);
		kith_buf_done(&line);
		return KITH_EXIT_USAGE;
	}
	return print_help(command);
}

static int version(const struct kith_cli_options *options)
{
	(void)options;
	printf("kith %s\n", kith_version());
	return fflush(stdout) == 0 ? KITH_EXIT_OK : KITH_EXIT_REFUSED;
}

static int send_one_or_lines(const struct kith_cli_options *options)
{
	return options->is_lines ? kith_cli_lines(options) : kith_cli_send(options);
}

static int (*const commands[KITH_CLI_COMMAND_COUNT])(const struct kith_cli_options *options) = {
	[KITH_CLI_SEND] = send_one_or_lines,
	[KITH_CLI_LISTEN] = kith_cli_listen,
	[KITH_CLI_HISTORY] = kith_cli_history,
	[KITH_CLI_RECENT] = kith_cli_recent,
	[KITH_CLI_CALL] = kith_cli_call,
	[KITH_CLI_CHAT] = kith_cli_chat,
	[KITH_CLI_LOGIN] = kith_cli_login,
	[KITH_CLI_LOGOUT] = kith_cli_logout,
	[KITH_CLI_SESSIONS] = kith_cli_sessions,
	[KITH_CLI_HELP] = help,
	[KITH_CLI_VERSION] = version,
};

int main(int argc, char **argv)
{
	static char session[KITH_HOME_PATH_MAX];
	struct kith_cli_options options;
	struct kith_why why;

	if (kith_cli_read(argc, argv, from_environment, &options, &why) != KITH_OK) {
		fprintf(stderr, "kith: %s\n", why.detail);
		return KITH_EXIT_USAGE;
	}
	options.session = kith_home_find(from_environment, session) ? session : NULL;
	if (options.wants_version) {
		return version(&options);
	}
	if (options.wants_help) {
		return print_help(options.command);
	}
	return commands[options.command](&options);
}
