/*
 * login.c -- `kith login` and `kith logout`: this machine is signed in, or no more.
 *
 * Without a token on the command line or in the environment, all other commands then
 * speak for whoever is signed in. libkith keeps the session and renews it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/home.h"
#include "cli/password.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "kith/device.h"

enum { DEVICE_MAX = 100 };

struct login_job {
	char password[KITH_PASSWORD_MAX]; /* "": none, a token shows who it is */
	char device[DEVICE_MAX];
};

static void print_line(struct kith_run *run, const char *before, struct kith_str name,
                       const char *after)
{
	kith_buf_add_text(&run->out, before);
	kith_terminal_add(&run->out, name, KITH_TERMINAL_LINE);
	kith_buf_add_text(&run->out, after);
	kith_buf_add_char(&run->out, '\n');
}

/* Signing in. */

static void on_login(void *context, const struct kith_problem *problem,
                     const struct kith_api_session_grant *result)
{
	struct kith_run *run = context;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	print_line(run, "signed in as ", kith_run_str(result->me.id), "");
	kith_run_end(run, KITH_EXIT_OK);
}

static void on_login_start(struct kith_run *run)
{
	const struct login_job *job = run->job;
	const struct kith_cli_options *options = run->options;
	bool is_by_token = job->password[0] == '\0';
	const struct kith_sessions_create_args args = {
		.user = kith_text_of(options->link == NULL ? options->args[0] : NULL),
		.password = kith_text_of(is_by_token ? NULL : job->password),
		.link = kith_text_of(options->link),
		.token = kith_text_of(is_by_token ? options->token : NULL),
		.device = kith_text_of(job->device),
		.organization = kith_text_of(options->organization),
	};

	kith_run_check(run, kith_login(run->client, &args, on_login, run));
}

static const struct kith_run_ops login_ops = { .on_start = on_login_start };

/* What people call this device. */
static void name_device(const struct kith_cli_options *options, char out[DEVICE_MAX])
{
	char host[64] = "";

	if (options->device != NULL) {
		snprintf(out, DEVICE_MAX, "%s", options->device);
	} else if (gethostname(host, sizeof(host) - 1) == 0 && host[0] != '\0') {
		snprintf(out, DEVICE_MAX, "kith on %s", host);
	} else {
		snprintf(out, DEVICE_MAX, "kith");
	}
}

/* Is there room for a session? false after a line on stderr. */
static bool may_sign_in(const struct kith_cli_options *options)
{
	struct kith_login_info info;
	struct kith_why why = { 0 };
	struct kith_buf line = { 0 };

	if (options->session == NULL) {
		fprintf(stderr, "kith: there is no home to keep a session in; set KITH_SESSION\n");
		return false;
	}
	if (kith_login_read(options->session, &info, NULL) == KITH_STATUS_OK) {
		kith_buf_add_text(&line, "kith: ");
		kith_terminal_add(&line, kith_str_of(info.user), KITH_TERMINAL_LINE);
		kith_buf_add_text(&line, " is signed in at ");
		kith_terminal_add(&line, kith_str_of(info.url), KITH_TERMINAL_LINE);
		kith_buf_add_text(&line, "; kith logout comes first\n");
		fwrite(line.at, 1, line.len, stderr);
		kith_buf_done(&line);
		return false;
	}
	if (kith_home_make(options->session, &why) != KITH_OK) {
		fprintf(stderr, "kith: %s\n", why.detail);
		return false;
	}
	return true;
}

/* The password, if one is needed. With a link it is a new one, typed twice. */
static bool ask_password(const struct kith_cli_options *options, struct login_job *job)
{
	char again[KITH_PASSWORD_MAX];
	bool is_same;

	if (options->link == NULL && options->args[0] == NULL) {
		return true;
	}
	if (!kith_password_read(options->link == NULL ? "Password: " : "New password: ",
	                        job->password)) {
		return false;
	}
	if (options->link == NULL || !kith_password_is_typed()) {
		return true;
	}
	if (!kith_password_read("The same again: ", again)) {
		return false;
	}
	is_same = strcmp(again, job->password) == 0;
	kith_password_wipe(again);
	if (!is_same) {
		fprintf(stderr, "kith: these are two different passwords\n");
	}
	return is_same;
}

int kith_cli_login(const struct kith_cli_options *options)
{
	struct login_job job = { .password = "" };
	struct kith_run run = {
		.options = options,
		.ops = &login_ops,
		.job = &job,
		.account = KITH_RUN_NEW_SESSION,
	};
	int code = KITH_EXIT_REFUSED;

	if (options->args[0] == NULL && options->link == NULL && options->token == NULL) {
		fprintf(stderr, "kith: who signs in? kith login USER (see kith help login)\n");
		return KITH_EXIT_USAGE;
	}
	name_device(options, job.device);
	if (may_sign_in(options) && ask_password(options, &job)) {
		code = kith_run(&run);
	}
	kith_password_wipe(job.password);
	return code;
}

/* Signing out. */

static void on_logout(void *context, const struct kith_problem *problem)
{
	struct kith_run *run = context;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	print_line(run, "signed out", KITH_STR(""), "");
	kith_run_end(run, KITH_EXIT_OK);
}

static void on_logout_start(struct kith_run *run)
{
	kith_run_check(run, kith_logout(run->client, on_logout, run));
}

/* The server had ended it before: then there is nothing to be done. */
static void on_logout_state(struct kith_run *run, enum kith_client_state state,
                            const struct kith_problem *problem)
{
	if (state == KITH_CLIENT_CLOSED && problem != NULL && problem->status == 401) {
		print_line(run, "signed out; the session had ended before", KITH_STR(""), "");
		kith_run_end(run, KITH_EXIT_OK);
	}
}

static const struct kith_run_ops logout_ops = {
	.on_start = on_logout_start,
	.on_state = on_logout_state,
};

int kith_cli_logout(const struct kith_cli_options *options)
{
	struct kith_run run = {
		.options = options,
		.ops = &logout_ops,
		.account = KITH_RUN_SESSION,
	};

	return kith_run(&run);
}
