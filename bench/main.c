/*
 * main.c -- kithload: which command, and what to say when it cannot start.
 *
 * Reads the command line, sets the signals, and hands over to flood.c, relay.c
 * or people.c. Keeps nothing but the flag that a signal sets.
 */
#include "base/rand.h"
#include "base/when.h"
#include "bench/flood.h"
#include "bench/options.h"
#include "bench/people.h"
#include "bench/relay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_USAGE = 2, EXIT_NO_START = 3 };

static volatile bool stop;

static void on_signal(int number)
{
	(void)number;
	stop = true;
}

static int fail(const char *trouble)
{
	fprintf(stderr, "kithload: %s\n", trouble);
	return EXIT_NO_START;
}

static int run_relay(const struct kith_options *options)
{
	struct kith_endpoint where;
	enum kith_relay_fault fault = kith_relay_fault_find(
		kith_str_of(options->fault == NULL ? "none" : options->fault));
	const char *trouble = kith_endpoint_read(kith_str_of(options->listen), &where);

	if (trouble != NULL || fault == KITH_RELAY_FAULT_COUNT) {
		return fail(trouble != NULL ? trouble : "no such fault");
	}
	int fd = kith_relay_bind(&where);
	if (fd < 0) {
		return fail(strerror(errno));
	}
	printf("kithload relay ready http://%s\n", where.host);
	fflush(stdout);
	return kith_relay_serve(fd, fault, &stop) ? 0 : fail("no memory");
}

static int run_tokens(const struct kith_options *options)
{
	const char *trouble = kith_people_print(options, kith_when_now_us() / KITH_SECOND_US);

	return trouble == NULL ? 0 : fail(trouble);
}

int main(int argc, char **argv)
{
	struct kith_options options;
	struct sigaction action = { .sa_handler = on_signal };

	if (!kith_options_read(argc, argv, &options)) {
		return EXIT_USAGE;
	}
	if (options.help) {
		kith_options_help();
		return 0;
	}
	if (options.version) {
		puts("kithload " KITH_VERSION);
		return 0;
	}
	kith_rand_start();
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	switch (options.command) {
	case KITH_COMMAND_FLOOD:
		return kith_flood_run(&options, &stop);
	case KITH_COMMAND_RELAY:
		return run_relay(&options);
	case KITH_COMMAND_TOKENS:
		break;
	}
	return run_tokens(&options);
}
