/*
 * commands.h -- what each command of `kith` does.
 *
 * Each is a function of its options that returns the exit code; they share
 * nothing but run.h. The table in options.c says what they may be given.
 */
#ifndef KITH_CLI_COMMANDS_H
#define KITH_CLI_COMMANDS_H

#include "cli/options.h"

int kith_cli_send(const struct kith_cli_options *options);
int kith_cli_lines(const struct kith_cli_options *options);
int kith_cli_listen(const struct kith_cli_options *options);
int kith_cli_history(const struct kith_cli_options *options);
int kith_cli_recent(const struct kith_cli_options *options);
int kith_cli_call(const struct kith_cli_options *options);
int kith_cli_chat(const struct kith_cli_options *options);
int kith_cli_login(const struct kith_cli_options *options);
int kith_cli_logout(const struct kith_cli_options *options);
int kith_cli_sessions(const struct kith_cli_options *options);

#endif
