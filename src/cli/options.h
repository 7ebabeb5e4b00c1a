/*
 * options.h -- what was typed behind `kith`?
 *
 * One table of commands and one of options; from both come the parser, the usage
 * lines and the help, so that none of them can disagree. Reads the command line
 * and the environment that it is handed, nothing else.
 */
#ifndef KITH_CLI_OPTIONS_H
#define KITH_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* What kith exits with. */
enum kith_exit {
	KITH_EXIT_OK = 0,
	KITH_EXIT_REFUSED = 1,
	KITH_EXIT_USAGE = 2,
	KITH_EXIT_UNREACHABLE = 3,
};

enum kith_cli_command {
	KITH_CLI_SEND,
	KITH_CLI_LISTEN,
	KITH_CLI_HISTORY,
	KITH_CLI_RECENT,
	KITH_CLI_CALL,
	KITH_CLI_CHAT,
	KITH_CLI_LOGIN,
	KITH_CLI_LOGOUT,
	KITH_CLI_SESSIONS,
	KITH_CLI_HELP,
	KITH_CLI_VERSION,
	KITH_CLI_COMMAND_COUNT,
};

enum { KITH_CLI_ARGS_MAX = 33, KITH_CLI_LIMIT_STANDARD = 50 };

/* Texts are borrowed from the command line and the environment. */
struct kith_cli_options {
	enum kith_cli_command command;
	const char *args[KITH_CLI_ARGS_MAX]; /* behind the command; NULL: not there  */
	const char *url;
	const char *token;   /* NULL: none was given                            */
	const char *ca;      /* a file; NULL: the system's                      */
	const char *session; /* the file of who is signed in; NULL: no place for it */
	const char *link;
	const char *device;
	const char *id;
	const char *organization;
	const char *outbox;
	const char *since;
	const char *cursor; /* a file */
	int64_t count;      /* 0: no end                                       */
	int64_t limit;      /* 0: all                                          */
	int64_t timeout_ms; /* 0: the library's                                */
	bool has_url;       /* it was said, and is not the standard           */
	bool is_json;
	bool wants_events;
	bool is_lines;
	bool wants_all;
	bool wants_help;
	bool wants_version;
};

/*
 * Reads ARGV (COUNT with the program's name) and what ENVIRONMENT, like getenv(),
 * says of KITH_URL, KITH_TOKEN and KITH_CA; ARGV is reordered. Leaves session alone.
 * returns  KITH_OK; KITH_E_INVALID_REQUEST with why, for exit 2
 */
KITH_MUST_USE enum kith_rc kith_cli_read(int count, char **argv,
                                         const char *(*environment)(const char *name),
                                         struct kith_cli_options *out, struct kith_why *why);

/* Appends the help of COMMAND; of the whole program for KITH_CLI_HELP. */
void kith_cli_help(enum kith_cli_command command, struct kith_buf *out);

/* The command called NAME; KITH_CLI_COMMAND_COUNT when there is none. */
enum kith_cli_command kith_cli_find(const char *name);

#endif
