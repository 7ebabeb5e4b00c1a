/*
 * listen.c -- `kith listen`: every message as it arrives.
 *
 * What is printed is written out before its place is noted, so a listener that
 * dies in between repeats rather than misses; place.h keeps it from repeating.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/events.h"
#include "cli/place.h"
#include "cli/run.h"

struct listen_job {
	struct kith_place place;                /* path NULL: no file */
	char cursor[KITH_PLACE_CURSOR_MAX + 1]; /* of what was printed; "": none yet */
	int64_t left;                           /* messages still to come; -1: no end */
};

/* The client may be further already, when it is over in the middle of a turn. */
static void keep_cursor(struct listen_job *job, struct kith_text cursor)
{
	if (cursor.at != NULL && cursor.len <= KITH_PLACE_CURSOR_MAX) {
		memcpy(job->cursor, cursor.at, cursor.len);
		job->cursor[cursor.len] = '\0';
	}
}

/* Prints LINE but for what the output has already. */
static void print(struct kith_run *run, struct kith_str line)
{
	struct listen_job *job = run->job;

	if (job->place.surplus.len > 0) {
		line = kith_str_skip(line, kith_place_printed(&job->place, line));
	}
	kith_buf_add(&run->out, line);
}

/*
 * Programs that read JSON get messages, unless they ask for more. What only passes is
 * not printed into a file with a place, because it does not come again.
 */
static bool is_shown(const struct kith_run *run, const struct kith_api_event *event)
{
	const struct listen_job *job = run->job;

	if (event->event == KITH_API_EVENT_NAME_MESSAGE_NEW) {
		return event->message != NULL;
	}
	return (!run->options->is_json || run->options->wants_events) &&
	       (job->place.path == NULL || event->cursor.at != NULL);
}

static void on_event(struct kith_run *run, const struct kith_api_event *event)
{
	struct listen_job *job = run->job;
	struct kith_buf line = { 0 };

	keep_cursor(job, event->cursor);
	if (!is_shown(run, event)) {
		return;
	}
	if (run->options->is_json && run->options->wants_events) {
		kith_events_show_json(&line, event, kith_run_str(kith_client_json(run->client)));
	} else if (run->options->is_json) {
		kith_buf_add(&line, kith_run_str(kith_client_json(run->client)));
		kith_buf_add_char(&line, '\n');
	} else {
		kith_events_show(&line, event);
	}
	print(run, kith_buf_str(&line));
	if (line.failed || run->out.failed) {
		kith_run_check(run, KITH_STATUS_NO_MEMORY);
	}
	kith_buf_done(&line);
	if (event->event == KITH_API_EVENT_NAME_MESSAGE_NEW && job->left > 0 && --job->left == 0) {
		kith_run_end(run, KITH_EXIT_OK);
	}
}

static void on_flushed(struct kith_run *run)
{
	struct listen_job *job = run->job;
	struct kith_why why = { .detail = "no memory is left" };

	if (job->cursor[0] == '\0') {
		keep_cursor(job, kith_client_cursor(run->client));
	}
	if (job->place.path == NULL || strcmp(job->cursor, job->place.cursor) == 0) {
		return;
	}
	if (kith_place_note(&job->place, kith_str_of(job->cursor), &why) != KITH_OK) {
		fprintf(stderr, "kith: %s\n", why.detail);
		kith_run_end(run, KITH_EXIT_REFUSED);
	}
}

static void on_reload(struct kith_run *run)
{
	keep_cursor(run->job, kith_client_cursor(run->client));
	fprintf(stderr, "kith: the place is too old; some messages were not shown, "
	                "see kith history\n");
}

static void on_signal(struct kith_run *run)
{
	kith_run_end(run, KITH_EXIT_OK);
}

static const struct kith_run_ops ops = {
	.on_event = on_event,
	.on_reload = on_reload,
	.on_flushed = on_flushed,
	.on_signal = on_signal,
};

int kith_cli_listen(const struct kith_cli_options *options)
{
	struct listen_job job = { .left = options->count == 0 ? -1 : options->count };
	struct kith_run run = {
		.options = options,
		.ops = &ops,
		.job = &job,
		.since = options->since,
		.says_losses = true,
	};
	struct kith_why why = { .detail = "no memory is left" };
	int code = KITH_EXIT_REFUSED;

	if (options->cursor != NULL) {
		if (kith_place_open(&job.place, options->cursor, STDOUT_FILENO, &why) != KITH_OK) {
			fprintf(stderr, "kith: %s\n", why.detail);
			return code;
		}
		if (job.place.cursor[0] != '\0') {
			run.since = job.place.cursor;
		}
	}
	code = kith_run(&run);
	kith_place_done(&job.place);
	return code;
}
