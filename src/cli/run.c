/*
 * run.c -- a poll loop over the client, standard input and two signals.
 */
#include "cli/run.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"
#include "cli/terminal.h"
#include "kith/device.h"

static volatile sig_atomic_t caught, resized;

static void on_caught(int number)
{
	caught = number;
}

static void on_resized(int number)
{
	(void)number;
	resized = 1;
}

/* Signals come only while poll waits; a closed pipe is an error, not a death. */
static void set_signals(sigset_t *while_waiting)
{
	struct sigaction action = { .sa_handler = on_caught };
	struct sigaction resize = { .sa_handler = on_resized };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t blocked;

	sigemptyset(&action.sa_mask);
	sigemptyset(&resize.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGWINCH);
	sigprocmask(SIG_BLOCK, &blocked, while_waiting);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGWINCH, &resize, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

int kith_run_exit_code(const struct kith_problem *problem)
{
	static const char *const unreachable[] = { "network", "timeout", "offline", "aborted" };

	for (size_t i = 0; i < KITH_COUNT(unreachable); i++) {
		if (problem->status == 0 && kith_text_is(problem->code, unreachable[i])) {
			return KITH_EXIT_UNREACHABLE;
		}
	}
	return KITH_EXIT_REFUSED;
}

void kith_run_end(struct kith_run *run, int code)
{
	if (!run->is_done) {
		run->is_done = true;
		run->exit_code = code;
	}
}

void kith_run_print_problem(const struct kith_cli_options *options,
                            const struct kith_problem *problem, struct kith_text json)
{
	struct kith_buf line = { 0 };

	if (options->is_json && json.at != NULL) {
		kith_buf_add(&line, kith_run_str(json));
	} else {
		kith_buf_add_text(&line, "kith: ");
		kith_terminal_add(&line, kith_run_str(problem->code), KITH_TERMINAL_LINE);
		kith_buf_add_text(&line, ": ");
		kith_terminal_add(&line, kith_run_str(problem->title), KITH_TERMINAL_LINE);
		if (problem->detail.at != NULL || problem->field.at != NULL) {
			kith_buf_add_text(&line, " (");
			kith_terminal_add(&line, kith_run_str(problem->field), KITH_TERMINAL_LINE);
			kith_buf_add_text(&line,
			                  problem->detail.at != NULL && problem->field.at != NULL
			                          ? ": "
			                          : "");
			kith_terminal_add(&line, kith_run_str(problem->detail), KITH_TERMINAL_LINE);
			kith_buf_add_text(&line, ")");
		}
		if (problem->retry_after_ms > 0) {
			kith_buf_add_format(&line, "; try again in %lld s",
			                    (long long)(problem->retry_after_ms + 999) / 1000);
		}
	}
	kith_buf_add_char(&line, '\n');
	fwrite(line.at, 1, line.len, stderr);
	kith_buf_done(&line);
}

void kith_run_refuse(struct kith_run *run, const struct kith_problem *problem)
{
	if (!run->is_done) {
		kith_run_print_problem(run->options, problem, kith_client_json(run->client));
		kith_run_end(run, kith_run_exit_code(problem));
	}
}

bool kith_run_check(struct kith_run *run, int status)
{
	static const char *const sentences[] = {
		[KITH_STATUS_BAD_ARGUMENT] = "invalid_request: The request is not well formed "
					     "(something is missing or is no UTF-8)",
		[KITH_STATUS_NO_MEMORY] = "no memory is left",
		[KITH_STATUS_FULL] = "too many calls are waiting",
		[KITH_STATUS_CLOSED] = "the connection is closed",
		[KITH_STATUS_STORAGE] = "storage: the outbox cannot be used",
	};

	if (status == KITH_STATUS_OK) {
		return true;
	}
	fprintf(stderr, "kith: %s\n", sentences[status]);
	kith_run_end(run, KITH_EXIT_REFUSED);
	return false;
}

/* What the client tells, handed on. */

/* One line when the server is gone, one when it is there again. */
static void say_loss(struct kith_run *run, enum kith_client_state state, bool is_failure)
{
	if (is_failure && !run->is_lost && state != KITH_CLIENT_CLOSED) {
		run->is_lost = true;
		fprintf(stderr, "kith: %s; trying again\n",
		        run->was_online ? "the connection is lost"
		                        : "the server cannot be reached");
	} else if (run->is_lost && state == KITH_CLIENT_ONLINE) {
		run->is_lost = false;
		fprintf(stderr, "kith: connected%s\n", run->was_online ? " again" : "");
	}
}

static void on_state(void *context, enum kith_client_state state,
                     const struct kith_problem *problem)
{
	struct kith_run *run = context;
	bool is_in_vain = problem != NULL && !run->was_online && !run->is_patient;

	if (run->says_losses && !is_in_vain) {
		say_loss(run, state, problem != NULL);
	}
	run->was_online = run->was_online || state == KITH_CLIENT_ONLINE;
	if (run->ops->on_state != NULL) {
		run->ops->on_state(run, state, problem);
	}
	if (problem != NULL && (state == KITH_CLIENT_CLOSED || is_in_vain)) {
		kith_run_refuse(run, problem);
	}
}

static void on_event(void *context, const struct kith_api_event *event)
{
	struct kith_run *run = context;

	if (run->ops->on_event != NULL && !run->is_done) {
		run->ops->on_event(run, event);
	}
}

static void on_reload(void *context)
{
	struct kith_run *run = context;

	if (run->ops->on_reload != NULL) {
		run->ops->on_reload(run);
	}
}

static void on_outbox(void *context, const struct kith_outbox_result *result)
{
	struct kith_run *run = context;

	if (run->ops->on_outbox != NULL) {
		run->ops->on_outbox(run, result);
	}
}

/* Fills in who speaks. false, after a line on stderr, when nobody does. */
static bool take_account(const struct kith_run *run, struct kith_client_options *out)
{
	const struct kith_cli_options *options = run->options;
	struct kith_login_info info;
	char why[KITH_CLIENT_WHY_MAX];
	int status;

	if (run->account == KITH_RUN_ANY && options->token != NULL) {
		out->token = options->token;
		return true;
	}
	status = options->session == NULL ? KITH_STATUS_BAD_ARGUMENT
	                                  : kith_login_read(options->session, &info, why);
	if (status == KITH_STATUS_BAD_ARGUMENT && run->account != KITH_RUN_NEW_SESSION) {
		fprintf(stderr, "kith: nobody is signed in: kith login USER%s\n",
		        run->account == KITH_RUN_ANY ? ", or --token or KITH_TOKEN" : "");
		return false;
	}
	if (status != KITH_STATUS_OK && status != KITH_STATUS_BAD_ARGUMENT) {
		fprintf(stderr, "kith: storage: %s\n", why);
		return false;
	}
	if (status == KITH_STATUS_OK && !options->has_url) {
		out->url = NULL; /* the session's */
	}
	out->session_path = options->session;
	return true;
}

static int make_client(struct kith_run *run)
{
	struct kith_client_options options = {
		.url = run->options->url,
		.ca_file = run->options->ca,
		.on_state = on_state,
		.on_event = run->ops->on_event == NULL ? NULL : on_event,
		.on_reload = on_reload,
		.on_outbox = on_outbox,
		.context = run,
		.since = run->since,
		.outbox_path = run->outbox,
		.fails_fast = !run->is_patient,
		.call_timeout_ms = run->options->timeout_ms,
	};
	char why[KITH_CLIENT_WHY_MAX];
	int status;

	if (!take_account(run, &options)) {
		return KITH_EXIT_USAGE;
	}
	status = kith_client_new(&options, &run->client, why);
	if (status != KITH_STATUS_OK) {
		fprintf(stderr, "kith: %s%s\n", status == KITH_STATUS_STORAGE ? "storage: " : "",
		        why);
		return status == KITH_STATUS_BAD_ARGUMENT ? KITH_EXIT_USAGE : KITH_EXIT_REFUSED;
	}
	return KITH_EXIT_OK;
}

static void flush(struct kith_run *run)
{
	size_t at = 0;

	while (at < run->out.len) {
		ssize_t wrote = write(STDOUT_FILENO, run->out.at + at, run->out.len - at);

		if (wrote < 0 && errno != EINTR) {
			if (errno != EPIPE) {
				fprintf(stderr, "kith: cannot write: %s\n", strerror(errno));
			}
			run->is_done = true;
			run->exit_code = KITH_EXIT_REFUSED;
			return;
		}
		at += wrote > 0 ? (size_t)wrote : 0;
	}
	kith_buf_reset(&run->out);
	if (run->ops->on_flushed != NULL) {
		run->ops->on_flushed(run);
	}
}

/* How long to wait for anything: as long as the client and the command may. */
static int timeout_of(const struct kith_run *run)
{
	int timeout_ms = kith_client_timeout_ms(run->client);
	int64_t left_us = run->wake_us - kith_when_steady_us();
	int64_t left_ms = left_us <= 0 ? 0 : left_us / 1000 + 1;

	if (run->wake_us != 0 && (timeout_ms < 0 || left_ms < timeout_ms)) {
		timeout_ms = left_ms > INT_MAX ? INT_MAX : (int)left_ms;
	}
	return timeout_ms;
}

static void wait_and_step(struct kith_run *run, const sigset_t *while_waiting)
{
	struct pollfd polled[] = {
		{ .fd = kith_client_fd(run->client), .events = POLLIN },
		{ .fd = run->wants_input ? STDIN_FILENO : -1, .events = POLLIN },
	};
	int timeout_ms = timeout_of(run);
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};

	(void)ppoll(polled, KITH_COUNT(polled), timeout_ms < 0 ? NULL : &timeout, while_waiting);
	if (caught != 0) {
		if (run->ops->on_signal != NULL) {
			run->ops->on_signal(run);
		}
		kith_run_end(run, 128 + (int)caught);
		return;
	}
	if (resized != 0) {
		resized = 0;
		if (run->ops->on_resize != NULL) {
			run->ops->on_resize(run);
		}
	}
	if (polled[1].revents != 0 && run->wants_input) {
		run->ops->on_input(run);
	}
	kith_client_step(run->client);
	if (run->ops->on_step != NULL && !run->is_done) {
		run->ops->on_step(run);
	}
}

int kith_run(struct kith_run *run)
{
	sigset_t while_waiting;
	int code = make_client(run);

	if (code != KITH_EXIT_OK) {
		return code;
	}
	set_signals(&while_waiting);
	if (kith_run_check(run, run->account == KITH_RUN_NEW_SESSION
	                                ? KITH_STATUS_OK
	                                : kith_client_connect(run->client)) &&
	    run->ops->on_start != NULL) {
		run->ops->on_start(run);
	}
	flush(run);
	while (!run->is_done) {
		wait_and_step(run, &while_waiting);
		flush(run);
	}
	if (run->ops->on_over != NULL) {
		run->ops->on_over(run);
		flush(run);
	}
	kith_client_free(&run->client);
	kith_buf_done(&run->out);
	return run->exit_code;
}
