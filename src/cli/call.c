/*
 * call.c -- `kith call NAME …`: any call, answered as the server answers it.
 */
#include <stdio.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/pairs.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "client/invoke.h"

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

/* The words behind the name; a number of them from 0. */
static size_t count_words(const struct kith_cli_options *options)
{
	size_t count = 1;

	while (count < KITH_CLI_ARGS_MAX && options->args[count] != NULL) {
		count++;
	}
	return count - 1;
}

static void complain(const char *sentence, const char *name)
{
	struct kith_buf line = { 0 };

	kith_buf_add_text(&line, "kith: ");
	kith_terminal_add(&line, kith_str_of(sentence), KITH_TERMINAL_LINE);
	kith_terminal_add(&line, kith_str_of(name), KITH_TERMINAL_LINE);
	kith_buf_add_char(&line, '\n');
	fwrite(line.at, 1, line.len, stderr);
	kith_buf_done(&line);
}

static void on_start(struct kith_run *run)
{
	const struct kith_buf *args = run->job;
	const struct kith_text text = { .at = args->at, .len = args->len };

	kith_run_check(run,
	               kith_client_call(run->client, run->options->args[0], text, on_done, run));
}

static const struct kith_run_ops ops = { .on_start = on_start };

/* The arguments as one object, into OUT. false after a line on stderr. */
static bool take_args(const struct kith_cli_options *options, struct kith_buf *out)
{
	size_t count = count_words(options);
	struct kith_why why = { .detail = "no memory is left" };

	if (kith_client_call_find(kith_str_of(options->args[0])) == NULL) {
		complain("there is no call ", options->args[0]);
		return false;
	}
	if (count == 1 && is_object(options->args[1])) {
		kith_buf_add_text(out, options->args[1]);
		return true;
	}
	if (kith_pairs_add(out, options->args[0], options->args + 1, count, &why) != KITH_OK) {
		complain(why.detail, "");
		return false;
	}
	return true;
}

int kith_cli_call(const struct kith_cli_options *options)
{
	struct kith_buf args = { 0 };
	struct kith_run run = { .options = options, .ops = &ops, .job = &args };
	int code = take_args(options, &args) ? kith_run(&run) : KITH_EXIT_USAGE;

	kith_buf_done(&args);
	return code;
}
