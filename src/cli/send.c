/*
 * send.c -- `kith send USER TEXT`: one message, and what became of it.
 *
 * With --outbox the message is kept in the file first; then it is safe whether or
 * not the server can be reached now, and so is what an earlier run left there.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "cli/terminal.h"

enum { INPUT_BYTES_MAX = 1024 * 1024, MY_TAG = 1 };

struct send_job {
	struct kith_buf text;
	bool is_kept; /* in the outbox's file */
};

/* All of standard input; false when it cannot be read or is absurdly long. */
static bool read_input(struct kith_buf *text)
{
	ssize_t got = 1;

	while (got > 0 && text->len <= INPUT_BYTES_MAX) {
		if (!kith_buf_reserve(text, 65536)) {
			return false;
		}
		got = read(STDIN_FILENO, text->at + text->len, text->size - text->len);
		text->len += got > 0 ? (size_t)got : 0;
	}
	return got == 0;
}

static void print_message(struct kith_run *run, const struct kith_api_message *message,
                          bool is_repeated)
{
	if (run->options->is_json) {
		kith_buf_add(&run->out, kith_run_str(kith_client_json(run->client)));
	} else {
		kith_buf_add_format(&run->out, "n=%lld id=", (long long)message->n);
		kith_terminal_add(&run->out, kith_run_str(message->id), KITH_TERMINAL_LINE);
		kith_buf_add_text(&run->out, is_repeated ? " repeated" : "");
	}
	kith_buf_add_char(&run->out, '\n');
}

static void on_sent(void *context, const struct kith_problem *problem,
                    const struct kith_api_message *message, bool is_repeated)
{
	struct kith_run *run = context;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	print_message(run, message, is_repeated);
	kith_run_end(run, KITH_EXIT_OK);
}

static void on_start(struct kith_run *run)
{
	struct send_job *job = run->job;
	const struct kith_cli_options *options = run->options;
	const struct kith_messages_send_to_user_args args = {
		.address = kith_text_of(options->args[0]),
		.id = kith_text_of(options->id),
		.text = { .at = job->text.at, .len = job->text.len },
		.organization = kith_text_of(options->organization),
	};

	kith_run_check(run, options->outbox != NULL
	                            ? kith_outbox_send_to_user(run->client, &args, MY_TAG)
	                            : kith_messages_send_to_user(run->client, &args, on_sent, run));
}

static void on_outbox(struct kith_run *run, const struct kith_outbox_result *result)
{
	struct send_job *job = run->job;

	if (result->state == KITH_OUTBOX_KEPT) {
		job->is_kept = true;
	} else if (result->state == KITH_OUTBOX_SENT && result->tag == MY_TAG) {
		print_message(run, result->message, result->is_repeated);
		kith_run_end(run, KITH_EXIT_OK);
	} else if (result->state == KITH_OUTBOX_FAILED && result->tag == MY_TAG) {
		kith_run_refuse(run, result->problem);
	} else if (result->state == KITH_OUTBOX_FAILED) {
		kith_run_print_problem(run->options, result->problem,
		                       kith_client_json(run->client));
	}
}

static const struct kith_run_ops ops = {
	.on_start = on_start,
	.on_outbox = on_outbox,
};

int kith_cli_send(const struct kith_cli_options *options)
{
	struct send_job job = { 0 };
	struct kith_run run = {
		.options = options,
		.ops = &ops,
		.job = &job,
		.outbox = options->outbox,
	};
	int code = KITH_EXIT_REFUSED;

	if (!kith_str_is(kith_str_of(options->args[1]), "-")) {
		kith_buf_add_text(&job.text, options->args[1]);
	} else if (!read_input(&job.text)) {
		fprintf(stderr, "kith: standard input cannot be read, or is more than 1 MiB\n");
		kith_buf_done(&job.text);
		return code;
	}
	code = kith_run(&run);
	if (code == KITH_EXIT_UNREACHABLE && job.is_kept) {
		fprintf(stderr, "kith: the message is kept in %s and goes out with the next send\n",
		        options->outbox);
	}
	kith_buf_done(&job.text);
	return code;
}
