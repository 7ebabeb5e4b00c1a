/*
 * sessions.c -- `kith sessions`: one's devices, and the end of one.
 */
#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "cli/commands.h"
#include "cli/items.h"
#include "cli/run.h"
#include "cli/terminal.h"

static void add_time(struct kith_buf *out, const char *word, int64_t at_us)
{
	char when[KITH_WHEN_TEXT];

	kith_when_format(at_us, when);
	kith_buf_add_format(out, "  %s %.10s %.8sZ", word, when, when + 11);
}

static void print_session(struct kith_run *run, const struct kith_api_session *session)
{
	kith_buf_add_text(&run->out, session->is_current ? "* " : "  ");
	kith_terminal_add(&run->out, kith_run_str(session->id), KITH_TERMINAL_LINE);
	add_time(&run->out, "since", session->created_at_us);
	add_time(&run->out, "used", session->used_at_us);
	if (session->device.at != NULL) {
		kith_buf_add_text(&run->out, "  ");
		kith_terminal_add(&run->out, kith_run_str(session->device), KITH_TERMINAL_LINE);
	}
	kith_buf_add_char(&run->out, '\n');
}

static void on_list(void *context, const struct kith_problem *problem,
                    const struct kith_api_session_list *result)
{
	struct kith_run *run = context;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	if (run->options->is_json) {
		kith_items_add(&run->out, kith_run_str(kith_client_json(run->client)));
	} else {
		for (size_t i = 0; i < result->items_count; i++) {
			print_session(run, &result->items[i]);
		}
	}
	kith_run_end(run, KITH_EXIT_OK);
}

static void on_ended(void *context, const struct kith_problem *problem,
                     const struct kith_api_session *result)
{
	struct kith_run *run = context;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	if (run->options->is_json) {
		kith_buf_add(&run->out, kith_run_str(kith_client_json(run->client)));
		kith_buf_add_char(&run->out, '\n');
	} else {
		print_session(run, result);
	}
	kith_run_end(run, KITH_EXIT_OK);
}

static void on_start(struct kith_run *run)
{
	const struct kith_sessions_end_args args = {
		.session = kith_text_of(run->options->args[1]),
	};

	kith_run_check(run, run->options->args[0] == NULL
	                            ? kith_sessions_list(run->client, on_list, run)
	                            : kith_sessions_end(run->client, &args, on_ended, run));
}

static const struct kith_run_ops ops = { .on_start = on_start };

int kith_cli_sessions(const struct kith_cli_options *options)
{
	struct kith_run run = { .options = options, .ops = &ops };

	if (options->args[0] != NULL &&
	    (strcmp(options->args[0], "end") != 0 || options->args[1] == NULL)) {
		fprintf(stderr, "kith: kith sessions lists them, kith sessions end ID ends one\n");
		return KITH_EXIT_USAGE;
	}
	return kith_run(&run);
}
