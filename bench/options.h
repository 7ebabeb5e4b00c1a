/*
 * options.h -- what was asked for on the command line?
 *
 * One table of options with their limits, from which reading and --help follow.
 * Says what is wrong and does nothing else.
 */
#ifndef KITH_BENCH_OPTIONS_H
#define KITH_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

/* A bit each: which commands know an option. */
enum kith_command {
	KITH_COMMAND_FLOOD = 1,
	KITH_COMMAND_RELAY = 2,
	KITH_COMMAND_TOKENS = 4,
};

/* NULL, 0 and false: not given, but for those with a standard value. */
struct kith_options {
	enum kith_command command;
	bool help;
	bool version;
	const char *url;
	const char *tokens;
	const char *text;
	const char *listen;
	const char *fault;
	const char *kid;
	const char *secret;
	const char *org;
	const char *prefix;
	int64_t clients;
	int64_t window;
	int64_t seconds;
	int64_t warmup;
	int64_t drain;
	int64_t size;
	int64_t pid;
	int64_t users;
	int64_t ttl;
	bool json;
	bool relay;
};

/* Reads the arguments behind the program's name. returns false after saying why on stderr. */
KITH_MUST_USE bool kith_options_read(int argc, char *const *argv, struct kith_options *out);

/* The text of --help on stdout. */
void kith_options_help(void);

#endif
