/*
 * call.c -- `kith call NAME JSON`: any call, answered as the server answers it.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/run.h"

static void on_done(void *context, const struct kith_problem *problem, struct kith_text json)
{
	struct kith_run *run = context;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	kith_buf_add(&run->out, kith_run_str(json));
	kith_buf_add_char(&run->out, '\n');
	kith_run_end(run, KITH_EXIT_OK);
}

static void on_start(struct kith_run *run)
{
	int status = kith_client_call(run->client, run->options->args[0],
	                              kith_text_of(run->options->args[1]), on_done, run);

	if (status == KITH_STATUS_BAD_ARGUMENT) {
		fprintf(stderr,
		        "kith: there is no such call, or its arguments are no JSON object\n");
		kith_run_end(run, KITH_EXIT_USAGE);
		return;
	}
	kith_run_check(run, status);
}

static const struct kith_run_ops ops = { .on_start = on_start };

int kith_cli_call(const struct kith_cli_options *options)
{
	struct kith_run run = { .options = options, .ops = &ops };

	return kith_run(&run);
}
