/*
 * call.c -- `kith call NAME JSON`: any call, answered as the server answers it.
 */
#include <stdio.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "cli/terminal.h"

enum { ARENA_BYTES = 4096 };

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

static bool is_object(const char *text)
{
	struct kith_arena mem;
	struct kith_json json;
	bool is_one;

	kith_arena_init(&mem, ARENA_BYTES);
	is_one = kith_json_read(kith_str_of(text), &mem, &json, NULL) == KITH_OK &&
	         json.root->kind == KITH_JSON_OBJECT;
	kith_arena_done(&mem);
	return is_one;
}

/* Which of the two was wrong. */
static void explain(const struct kith_cli_options *options)
{
	struct kith_buf line = { 0 };

	if (options->args[1] != NULL && !is_object(options->args[1])) {
		kith_buf_add_text(&line, "kith: the arguments of a call are a JSON object\n");
	} else {
		kith_buf_add_text(&line, "kith: there is no call ");
		kith_terminal_add(&line, kith_str_of(options->args[0]), KITH_TERMINAL_LINE);
		kith_buf_add_text(&line, "; the reference lists them\n");
	}
	fwrite(line.at, 1, line.len, stderr);
	kith_buf_done(&line);
}

static void on_start(struct kith_run *run)
{
	int status = kith_client_call(run->client, run->options->args[0],
	                              kith_text_of(run->options->args[1]), on_done, run);

	if (status == KITH_STATUS_BAD_ARGUMENT) {
		explain(run->options);
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
