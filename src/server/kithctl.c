/*
 * kithctl.c -- the operator's program: a command for a deployment's data.
 *
 * Asks the server that runs on the data directory; when none does, opens the
 * store itself and runs the same command. Decides only that, and what is read
 * and printed: the commands are admin.h's.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "base/when.h"
#include "server/admin.h"
#include "server/config.h"
#include "server/control.h"
#include "server/control_ask.h"
#include "server/file.h"
#include "service/password.h"

enum {
	ANSWER_TIMEOUT_MS = 30 * 1000,
	/* Who has the store but does not serve starts, stops, or is another kithctl. */
	LOCKED_TRIES = 50,
	LOCKED_WAIT_MS = 100,
};

#define STORE_FILE "kith.db" /* what the store's driver makes first in its directory */

extern char **environ;

/* One run of the program. */
struct run {
	const char *config_file; /* NULL: none                      */
	const char *data;        /* --data, or the configuration's  */
	struct kith_config config;
	struct kith_admin_request request;
	struct kith_admin_words words;
	struct kith_arena mem;
	struct kith_buf out;
	struct kith_buf err;
};

static const char usage_head[] =
	"usage: kithctl [--config FILE] [--data DIR] COMMAND\n"
	"       kithctl --help | help COMMAND | --version\n"
	"\n"
	"Commands, on the data in DIR (KITH_DATA, or \"data\" of the configuration; kith-data):\n";

static const char usage_tail[] =
	"\n"
	"A running server is asked through the socket in DIR; without one the files are\n"
	"opened. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no server and no store.\n";

static int usage_error(struct run *run, const char *complaint, const char *word)
{
	kith_buf_add_format(&run->err, "kithctl: %s \"", complaint);
	kith_admin_show(&run->err, kith_str_of(word));
	kith_buf_add_text(&run->err, "\"\nsee kithctl --help\n");
	return KITH_ADMIN_USAGE;
}

/* There is no answer to be had on this data directory. */
static int unreachable(struct run *run, const char *detail)
{
	kith_buf_add_format(&run->err, "kithctl: %s: %s\n", run->data, detail);
	return KITH_ADMIN_UNREACHABLE;
}

/* --- the command line --- */

static int show_help(struct run *run)
{
	kith_buf_add_text(&run->out, usage_head);
	kith_admin_usage(&run->out);
	kith_buf_add_text(&run->out, usage_tail);
	return KITH_ADMIN_DONE;
}

static int show_version(struct run *run)
{
	kith_buf_add_text(&run->out, "kithctl " KITH_VERSION "\n");
	return KITH_ADMIN_DONE;
}

/* help [WORD…]: the words stand behind the first of the request. */
static int show_command_help(struct run *run)
{
	if (run->request.arg_count == 1) {
		return show_help(run);
	}
	if (!kith_admin_help(&run->request.args[1], run->request.arg_count - 1, &run->out)) {
		return usage_error(run, "no command", run->request.args[1].at);
	}
	return KITH_ADMIN_DONE;
}

/* COMMAND … --help: what help COMMAND says. returns false, nothing done, when not asked. */
static bool show_help_asked(struct run *run)
{
	const struct kith_admin_request *request = &run->request;
	size_t at = 0;

	while (at < request->arg_count && !kith_str_is(request->args[at], "--help")) {
		at++;
	}
	if (at == request->arg_count) {
		return false;
	}
	/* A command's name has one word or two, and what follows may be its arguments. */
	return (at >= 2 && kith_admin_help(request->args, 2, &run->out)) ||
	       (at >= 1 && kith_admin_help(request->args, 1, &run->out));
}

static int read_words(struct run *run, char *const *argv)
{
	for (size_t i = 0; argv[i] != NULL; i++) {
		struct kith_str word = kith_str_of(argv[i]);
		if (i == KITH_ADMIN_ARGS_MAX) {
			return usage_error(run, "too many words from", argv[i]);
		}
		if (!kith_utf8_is_valid(word)) {
			kith_buf_add_format(&run->err, "kithctl: word %zu is not UTF-8\n", i + 1);
			return KITH_ADMIN_USAGE;
		}
		run->request.args[i] = word;
		run->request.arg_count = i + 1;
	}
	return KITH_ADMIN_DONE;
}

/* Takes the options before the command; *argv is left at the first word of it. */
static int read_options(struct run *run, char *const **argv)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = { { "--config", &run->config_file }, { "--data", &run->data } };
	char *const *at = *argv;

	while (*at != NULL && strncmp(*at, "--", 2) == 0) {
		size_t i = 0;
		while (i < KITH_COUNT(options) && strcmp(*at, options[i].name) != 0) {
			i++;
		}
		if (i == KITH_COUNT(options)) {
			return usage_error(run, "unknown option", *at);
		}
		if (at[1] == NULL) {
			return usage_error(run, "a value must follow", *at);
		}
		*options[i].value = at[1];
		at += 2;
	}
	*argv = at;
	return KITH_ADMIN_DONE;
}

/* --public FILE is read here, with the caller's rights, and sent along. */
static int read_public(struct run *run)
{
	struct kith_str name = run->words.options[KITH_ADMIN_PUBLIC];
	struct kith_admin_file file = { .name = name };
	struct kith_why why = { 0 };

	if (name.at == NULL) {
		return KITH_ADMIN_DONE;
	}
	enum kith_rc rc =
		kith_file_read(name.at, KITH_ADMIN_FILE_MAX, &run->mem, &file.content, &why);
	if (rc != KITH_OK) {
		kith_buf_add_format(&run->err, "kithctl: %s: %s\n", name.at, why.detail);
		return KITH_ADMIN_REFUSED;
	}
	if (!kith_utf8_is_valid(file.content) || kith_str_find(file.content, '\0') >= 0) {
		kith_buf_add_format(&run->err, "kithctl: %s: this is no PEM file\n", name.at);
		return KITH_ADMIN_REFUSED;
	}
	run->request.files[run->request.file_count++] = file;
	return KITH_ADMIN_DONE;
}

/* A path that the command is given starts where kithctl was started, not where the server was:
 * it is sent whole. */
static int complete_path(struct run *run)
{
	struct kith_admin_request *request = &run->request;
	char here[PATH_MAX];
	size_t at = 0;

	if (!run->words.command->has_path || run->words.places[0].at[0] == '/') {
		return KITH_ADMIN_DONE;
	}
	while (request->args[at].at != run->words.places[0].at) {
		at++;
	}
	if (getcwd(here, sizeof(here)) == NULL) {
		kith_buf_add_text(&run->err, "kithctl: the working directory is not known\n");
		return KITH_ADMIN_REFUSED;
	}
	size_t room = strlen(here) + 1 + request->args[at].len + 1;
	char *path = kith_arena_alloc(&run->mem, room);
	if (path == NULL) {
		return unreachable(run, "no memory");
	}
	snprintf(path, room, "%s/%.*s", here, KITH_STR_PRINT(request->args[at]));
	request->args[at] = kith_str_of(path);
	return kith_admin_parse(request, &run->words, &run->err);
}

/* --password-stdin: the first line of the standard input is sent along. */
static int read_password(struct run *run)
{
	char line[KITH_PASSWORD_BYTES_MAX + 2];
	struct kith_admin_file file = { .name = KITH_STR(KITH_ADMIN_STDIN) };

	if (run->words.options[KITH_ADMIN_PASSWORD_STDIN].at == NULL) {
		return KITH_ADMIN_DONE;
	}
	if (fgets(line, sizeof(line), stdin) == NULL) {
		kith_buf_add_text(&run->err, "kithctl: there is no line on the standard input\n");
		return KITH_ADMIN_REFUSED;
	}
	if (!kith_utf8_is_valid(kith_str_of(line))) {
		kith_buf_add_text(&run->err, "kithctl: the password is not UTF-8\n");
		return KITH_ADMIN_REFUSED;
	}
	if (!kith_arena_copy(&run->mem, kith_str_of(line), &file.content)) {
		return unreachable(run, "no memory");
	}
	run->request.files[run->request.file_count++] = file;
	return KITH_ADMIN_DONE;
}

/* --- the command --- */

static void no_news(void *context, struct kith_plan *const *plans, size_t count)
{
	(void)context;
	(void)plans;
	(void)count;
}

/* Whether DIR has a store, so that opening it would not make one. */
static bool has_store(const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool found = fd >= 0 && faccessat(fd, STORE_FILE, F_OK, 0) == 0;

	if (fd >= 0) {
		close(fd);
	}
	return found;
}

/* Runs the command on the open STORE. */
static int run_on(struct run *run, struct kith_store *store)
{
	struct kith_admin admin;
	enum kith_rc rc = kith_admin_init(&admin, store, kith_when_now_us, run->config.domain);

	if (rc != KITH_OK) {
		return unreachable(run, "the store cannot be read");
	}
	admin.config = &run->config;
	admin.password_memory_mib = (int)run->config.password_memory_mib;
	int code =
		kith_admin_run(&admin, &run->request, &run->words, &run->mem, &run->out, &run->err);
	kith_admin_done(&admin);
	return code;
}

/* Opens the files. *rc is KITH_E_LOCKED when somebody has them, and nothing was done. */
static int run_on_files(struct run *run, enum kith_rc *rc)
{
	const struct kith_store_options options = { .dir = run->data,
		                                    .now_us = kith_when_now_us,
		                                    .committed = no_news };
	struct kith_why why = { 0 };
	struct kith_store *store = NULL;

	*rc = KITH_OK;
	if (!run->words.command->may_create && !has_store(run->data)) {
		return unreachable(run,
		                   "no store here; kithd, org add, key add and user add make one");
	}
	*rc = kith_store_open(&options, &store, &why);
	if (*rc != KITH_OK) {
		return *rc == KITH_E_LOCKED ? KITH_ADMIN_UNREACHABLE : unreachable(run, why.detail);
	}
	int code = run_on(run, store);
	kith_store_free(&store);
	return code;
}

/* Runs a command that works on the files and needs nobody. */
static int run_offline(struct run *run)
{
	struct kith_admin admin = { .now_us = kith_when_now_us,
		                    .domain = run->config.domain,
		                    .dir = run->data };

	return kith_admin_run(&admin, &run->request, &run->words, &run->mem, &run->out, &run->err);
}

/* Asks the server. *rc is KITH_E_NOT_FOUND when there is none, and nothing was done. */
static int run_on_server(struct run *run, enum kith_rc *rc)
{
	struct kith_control_reply reply;
	struct kith_why why = { 0 };
	int timeout_ms = run->words.command->is_long ? 0 : ANSWER_TIMEOUT_MS;

	*rc = kith_control_ask(run->data, &run->request, timeout_ms, &run->mem, &reply, &why);
	if (*rc != KITH_OK) {
		return *rc == KITH_E_NOT_FOUND ? KITH_ADMIN_UNREACHABLE
		                               : unreachable(run, why.detail);
	}
	kith_buf_add(&run->out, reply.out);
	kith_buf_add(&run->err, reply.err);
	return reply.exit;
}

static int run_command(struct run *run)
{
	const struct timespec wait = { .tv_nsec = LOCKED_WAIT_MS * 1000000L };

	for (int i = 0; i < LOCKED_TRIES; i++) {
		enum kith_rc rc;
		int code = run_on_server(run, &rc);
		if (rc == KITH_E_NOT_FOUND) {
			code = run_on_files(run, &rc);
			if (rc == KITH_E_LOCKED) {
				nanosleep(&wait, NULL);
				continue;
			}
		}
		return code;
	}
	return unreachable(run,
	                   "another process uses it, but nobody answers on its control socket");
}

/* Everything between the words and the answer. */
static int run_words(struct run *run)
{
	if (show_help_asked(run)) {
		return KITH_ADMIN_DONE;
	}
	int code = kith_admin_parse(&run->request, &run->words, &run->err);
	if (code == KITH_ADMIN_DONE) {
		code = read_public(run);
	}
	if (code == KITH_ADMIN_DONE) {
		code = read_password(run);
	}
	if (code == KITH_ADMIN_DONE) {
		code = complete_path(run);
	}
	if (code != KITH_ADMIN_DONE) {
		return code;
	}
	if (kith_config_load(run->config_file, environ, &run->mem, &run->config, &run->err) !=
	    KITH_OK) {
		return KITH_ADMIN_USAGE;
	}
	run->data = run->data == NULL ? run->config.data.at : run->data;
	return run->words.command->is_offline ? run_offline(run) : run_command(run);
}

static int run_program(struct run *run, char *const *argv)
{
	static const struct {
		const char *name;
		int (*show)(struct run *run);
	} shows[] = { { "--help", show_help },
		      { "--version", show_version },
		      { "help", show_command_help } };
	size_t i = 0;

	while (i < KITH_COUNT(shows) && (*argv == NULL || strcmp(*argv, shows[i].name) != 0)) {
		i++;
	}
	int code = i < KITH_COUNT(shows) ? KITH_ADMIN_DONE : read_options(run, &argv);
	if (code == KITH_ADMIN_DONE) {
		code = read_words(run, argv);
	}
	if (code != KITH_ADMIN_DONE) {
		return code;
	}
	return i < KITH_COUNT(shows) ? shows[i].show(run) : run_words(run);
}

/* returns false when not all of BUF got there. */
static bool print(FILE *to, const struct kith_buf *buf)
{
	bool is_written = buf->len == 0 || fwrite(buf->at, 1, buf->len, to) == buf->len;

	return !buf->failed && is_written && fflush(to) == 0;
}

/* Complaints echo words and paths that anybody may have made up. */
static bool print_complaint(const struct kith_buf *err)
{
	struct kith_buf shown = { 0 };
	struct kith_str rest = kith_buf_str(err);
	struct kith_str line;

	while (kith_str_cut(rest, '\n', &line, &rest)) {
		kith_admin_show(&shown, line);
		kith_buf_add_char(&shown, '\n');
	}
	kith_admin_show(&shown, rest);
	bool is_printed = print(stderr, &shown);
	kith_buf_done(&shown);
	return is_printed && !err->failed;
}

int main(int argc, char **argv)
{
	struct run run = { 0 };

	/* What it does is its answer; only a server keeps a log of it. */
	kith_log_set_level(KITH_LOG_WARN);
	kith_rand_start();
	kith_arena_init(&run.mem, 64 * 1024);
	int code = run_program(&run, argc > 0 ? argv + 1 : argv);
	(void)print_complaint(&run.err);
	if (!print(stdout, &run.out)) {
		fputs("kithctl: the answer could not be written\n", stderr);
		code = KITH_ADMIN_UNREACHABLE;
	}
	kith_buf_done(&run.err);
	kith_buf_done(&run.out);
	kith_arena_done(&run.mem);
	return code;
}
