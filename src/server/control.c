/*
 * control.c -- one thread, one asker at a time, one line each way; a long command
 * takes its asker to a thread of its own.
 *
 * Everything waits in poll() together with the descriptor that says stop, so
 * that no asker can hold up the server's end, apart from a short command that runs.
 */
#include "server/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/when.h"
#include "server/control_ask.h"
#include "server/control_line.h"

enum { RETRY_MS = 100, ARENA_BYTES = 16 * 1024, BREAK_OFF_MS = 5 };

/* A long command on a thread of its own. The control's thread begins and joins it. */
struct job {
	struct asker *asker; /* NULL: the place is free */
	struct kith_admin admin;
	struct kith_admin_request request;
	struct kith_admin_words words;
	pthread_t thread;
	atomic_bool has_run;
	atomic_bool is_over; /* and its asker has the answer */
};

struct kith_control {
	struct kith_admin *admin;
	int64_t timeout_us;
	int dir_fd;
	int listen_fd;
	int stop_fd; /* an eventfd: readable from kith_control_stop() on */
	atomic_bool is_cancelled;
	struct job jobs[KITH_CONTROL_JOBS_MAX];
	pthread_t thread;
};

/* One asker, owned by the thread that answers. */
struct asker {
	struct kith_control *control;
	int fd;
	struct kith_arena mem;
	struct kith_buf line; /* the request, then the reply */
	struct kith_buf out;
	struct kith_buf err;
};

/* --- waiting --- */

/* Waits until FD (-1: nothing) has EVENTS. returns false at UNTIL_US or when it is time to stop. */
static bool wait_for(const struct kith_control *control, int fd, short events, int64_t until_us)
{
	struct pollfd fds[] = { { .fd = control->stop_fd, .events = POLLIN },
		                { .fd = fd, .events = events } };

	for (;;) {
		int64_t left_us = until_us - kith_when_steady_us();
		int left_ms = until_us == INT64_MAX ? -1 : (int)((left_us + 999) / 1000);
		if (until_us != INT64_MAX && left_us <= 0) {
			return false;
		}
		int count = poll(fds, KITH_COUNT(fds), left_ms);
		if (count < 0 && errno != EINTR) {
			return false;
		}
		if (count > 0) {
			return fds[0].revents == 0;
		}
	}
}

static bool must_stop(const struct kith_control *control)
{
	struct pollfd stop = { .fd = control->stop_fd, .events = POLLIN };

	return poll(&stop, 1, 0) > 0;
}

static int64_t deadline_us(const struct kith_control *control)
{
	return kith_when_steady_us() + control->timeout_us;
}

/* --- one asker --- */

/* Reads the one line. returns KITH_OK; KITH_E_IO: nobody is there to answer;
 * KITH_E_TIMEOUT, KITH_E_TOO_LARGE, KITH_E_NO_MEMORY. */
static enum kith_rc read_line(struct asker *asker)
{
	int64_t until_us = deadline_us(asker->control);
	struct kith_buf *line = &asker->line;

	while (line->len == 0 || line->at[line->len - 1] != '\n') {
		if (line->len >= KITH_CONTROL_REQUEST_MAX) {
			return KITH_E_TOO_LARGE;
		}
		if (!kith_buf_reserve(line, KITH_CONTROL_REQUEST_MAX - line->len)) {
			return KITH_E_NO_MEMORY;
		}
		if (!wait_for(asker->control, asker->fd, POLLIN, until_us)) {
			return must_stop(asker->control) ? KITH_E_IO : KITH_E_TIMEOUT;
		}
		ssize_t got = recv(asker->fd, line->at + line->len,
		                   KITH_CONTROL_REQUEST_MAX - line->len, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
			return KITH_E_IO;
		}
		line->len += got < 0 ? 0 : (size_t)got;
	}
	line->len--;
	return KITH_OK;
}

/* Whether the asker has gone since: then nobody would learn what a command did. */
static bool is_gone(const struct asker *asker)
{
	struct pollfd peer = { .fd = asker->fd, .events = POLLRDHUP };

	return poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

static void send_line(struct asker *asker)
{
	int64_t until_us = deadline_us(asker->control);
	struct kith_str left = kith_buf_str(&asker->line);

	/* First without waiting: a short reply goes out even when it is time to stop. */
	do {
		ssize_t sent = send(asker->fd, left.at, left.len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR && errno != EAGAIN) {
			return;
		}
		left = kith_str_skip(left, sent < 0 ? 0 : (size_t)sent);
	} while (left.len > 0 && wait_for(asker->control, asker->fd, POLLOUT, until_us));
}

/* Writes the reply over the request, which nobody needs any more, and sends it. */
static void answer(struct asker *asker, int code)
{
	struct kith_control_reply reply = { .exit = code,
		                            .out = kith_buf_str(&asker->out),
		                            .err = kith_buf_str(&asker->err) };

	kith_buf_reset(&asker->line);
	kith_control_write_reply(&asker->line, &reply);
	if (asker->line.failed || asker->line.len > KITH_CONTROL_REPLY_MAX) {
		kith_log(KITH_LOG_WARN, "control_reply_lost", "reason", "it is too large", NULL);
		return;
	}
	send_line(asker);
}

/* Refuses before any command: the same line as admin commands give. */
static void answer_no(struct asker *asker, enum kith_rc rc, const char *detail)
{
	const struct kith_err_row *row = kith_err_row(rc);

	kith_buf_reset(&asker->out);
	kith_buf_reset(&asker->err);
	kith_buf_add_format(&asker->err, "kithctl: %s: %s%s%s%s\n", row->code, row->sentence,
	                    detail[0] == '\0' ? "" : " (", detail, detail[0] == '\0' ? "" : ")");
	answer(asker, KITH_ADMIN_REFUSED);
}

static void log_command(const struct kith_admin_command *command, int code)
{
	char name[64];
	char exit[16];

	snprintf(name, sizeof(name), "%s%s%s", command->noun, command->verb == NULL ? "" : " ",
	         command->verb == NULL ? "" : command->verb);
	snprintf(exit, sizeof(exit), "%d", code);
	kith_log(KITH_LOG_INFO, "admin", "command", name, "exit", exit, NULL);
}

static int run_command(struct asker *asker, struct kith_admin *admin,
                       const struct kith_admin_request *request,
                       const struct kith_admin_words *words)
{
	int code = kith_admin_run(admin, request, words, &asker->mem, &asker->out, &asker->err);

	log_command(words->command, code);
	return code;
}

/* Says what a command that has run came to. */
static void answer_ran(struct asker *asker, int code)
{
	if (asker->out.failed || asker->err.failed) {
		answer_no(asker, KITH_E_NO_MEMORY, "the answer is lost; the command has run");
		return;
	}
	answer(asker, code);
}

static void free_asker(struct asker *asker)
{
	close(asker->fd);
	kith_buf_done(&asker->err);
	kith_buf_done(&asker->out);
	kith_buf_done(&asker->line);
	kith_arena_done(&asker->mem);
	kith_free(asker);
}

/* --- long commands --- */

static void *run_job(void *context)
{
	struct job *job = context;

	int code = run_command(job->asker, &job->admin, &job->request, &job->words);
	atomic_store(&job->has_run, true);
	answer_ran(job->asker, code);
	atomic_store(&job->is_over, true);
	return NULL;
}

static void end_job(struct job *job)
{
	pthread_join(job->thread, NULL);
	kith_admin_done(&job->admin);
	free_asker(job->asker);
	job->asker = NULL;
}

static void end_jobs_over(struct kith_control *control)
{
	for (size_t i = 0; i < KITH_COUNT(control->jobs); i++) {
		struct job *job = &control->jobs[i];
		if (job->asker != NULL && atomic_load(&job->is_over)) {
			end_job(job);
		}
	}
}

static void break_off_jobs(struct kith_control *control)
{
	atomic_store(&control->is_cancelled, true);
	for (size_t i = 0; i < KITH_COUNT(control->jobs); i++) {
		struct job *job = &control->jobs[i];
		while (job->asker != NULL && !atomic_load(&job->is_over)) {
			/* It hits what runs just then; what comes next finds the flag. */
			kith_reader_interrupt(job->admin.reader);
			poll(NULL, 0, BREAK_OFF_MS);
		}
		if (job->asker != NULL) {
			end_job(job);
		}
	}
}

/* A free place for WORDS' command, or NULL: it runs already, or too many others do. */
static struct job *find_job(struct kith_control *control, const struct kith_admin_words *words)
{
	struct job *found = NULL;

	end_jobs_over(control);
	for (size_t i = 0; i < KITH_COUNT(control->jobs); i++) {
		struct job *job = &control->jobs[i];
		if (job->asker == NULL) {
			found = job;
		} else if (job->words.command == words->command && !atomic_load(&job->has_run)) {
			return NULL;
		}
	}
	return found;
}

/* Begins a job that owns ASKER. returns false when it could not, and was answered so. */
static bool start_job(struct asker *asker, const struct kith_admin_request *request,
                      const struct kith_admin_words *words)
{
	struct kith_control *control = asker->control;
	struct job *job = find_job(control, words);

	if (job == NULL) {
		answer_no(asker, KITH_E_UNAVAILABLE, "it runs already");
		return false;
	}
	enum kith_rc rc = kith_admin_copy(control->admin, &job->admin);
	if (rc != KITH_OK) {
		answer_no(asker, rc, "");
		return false;
	}
	job->admin.is_cancelled = &control->is_cancelled;
	job->request = *request;
	job->words = *words;
	job->asker = asker;
	atomic_store(&job->has_run, false);
	atomic_store(&job->is_over, false);
	if (pthread_create(&job->thread, NULL, run_job, job) != 0) {
		job->asker = NULL;
		kith_admin_done(&job->admin);
		answer_no(asker, KITH_E_NO_MEMORY, "");
		return false;
	}
	return true;
}

/* --- every command --- */

/* returns whether a job has taken the asker. */
static bool run_request(struct asker *asker, const struct kith_admin_request *request)
{
	struct kith_admin_words words;
	int code = kith_admin_parse(request, &words, &asker->err);

	if (code != KITH_ADMIN_DONE) {
		answer(asker, code);
		return false;
	}
	if (is_gone(asker)) {
		return false;
	}
	if (words.command->is_long) {
		return start_job(asker, request, &words);
	}
	answer_ran(asker, run_command(asker, asker->control->admin, request, &words));
	return false;
}

/* Only root and whoever the server runs as: the socket's mode says so as well. */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

static bool serve_line(struct asker *asker)
{
	struct kith_admin_request request;
	struct kith_why why = { 0 };

	if (!is_trusted(asker->fd)) {
		answer_no(asker, KITH_E_FORBIDDEN, "");
		return false;
	}
	enum kith_rc rc = read_line(asker);
	if (rc == KITH_OK) {
		rc = kith_control_read_request(kith_buf_str(&asker->line), &asker->mem, &request,
		                               &why);
	}
	if (rc == KITH_OK) {
		return run_request(asker, &request);
	}
	if (rc != KITH_E_IO) {
		answer_no(asker, rc, why.detail);
	}
	return false;
}

static void serve(struct kith_control *control, int fd)
{
	struct asker *asker = kith_alloc_zero(1, sizeof(*asker));

	if (asker == NULL) {
		close(fd);
		return;
	}
	asker->control = control;
	asker->fd = fd;
	kith_arena_init(&asker->mem, ARENA_BYTES);
	if (!serve_line(asker)) {
		free_asker(asker);
	}
}

static void *run(void *context)
{
	struct kith_control *control = context;

	while (wait_for(control, control->listen_fd, POLLIN, INT64_MAX)) {
		int fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			serve(control, fd);
		} else if (errno != EINTR && errno != EAGAIN && errno != ECONNABORTED) {
			/* No descriptors left, most likely: the asker waits, and so do we a little. */
			wait_for(control, -1, 0, kith_when_steady_us() + RETRY_MS * 1000);
		}
	}
	break_off_jobs(control);
	return NULL;
}

/* --- life --- */

/* Removes a socket that a dead process left; anything else of that name is somebody's. */
static bool remove_stale(int dir_fd)
{
	struct stat about;

	if (fstatat(dir_fd, KITH_CONTROL_NAME, &about, AT_SYMLINK_NOFOLLOW) != 0) {
		return errno == ENOENT;
	}
	if (!S_ISSOCK(about.st_mode)) {
		errno = EEXIST;
		return false;
	}
	return unlinkat(dir_fd, KITH_CONTROL_NAME, 0) == 0;
}

/* Opens the directory and listens in it. returns false with errno. */
static bool listen_in(struct kith_control *control, const char *dir)
{
	struct sockaddr_un address;

	control->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (control->dir_fd < 0 || !remove_stale(control->dir_fd)) {
		return false;
	}
	control->stop_fd = eventfd(0, EFD_CLOEXEC);
	control->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->stop_fd < 0 || control->listen_fd < 0) {
		return false;
	}
	kith_control_address(control->dir_fd, &address);
	/* Linux gives the file the mode of the socket, so it is never open to others. */
	return fchmod(control->listen_fd, 0600) == 0 &&
	       bind(control->listen_fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	       listen(control->listen_fd, KITH_CONTROL_BACKLOG) == 0;
}

/* Signals are for the main thread, so none comes here. returns 0 or an errno. */
static int start_thread(struct kith_control *control)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&control->thread, NULL, run, control);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void close_all(struct kith_control *control)
{
	int fds[] = { control->listen_fd, control->stop_fd, control->dir_fd };

	for (size_t i = 0; i < KITH_COUNT(fds); i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	kith_free(control);
}

enum kith_rc kith_control_start(const struct kith_control_options *options,
                                struct kith_control **out, struct kith_why *why)
{
	struct kith_control *control = kith_alloc_zero(1, sizeof(*control));
	int timeout_ms = options->timeout_ms == 0 ? KITH_CONTROL_TIMEOUT_MS : options->timeout_ms;

	if (control == NULL) {
		return KITH_E_NO_MEMORY;
	}
	*control = (struct kith_control){ .admin = options->admin,
		                          .timeout_us = (int64_t)timeout_ms * 1000,
		                          .dir_fd = -1,
		                          .listen_fd = -1,
		                          .stop_fd = -1 };
	int error = listen_in(control, options->dir) ? start_thread(control) : errno;
	if (error != 0) {
		close_all(control);
		return kith_refuse(why, KITH_E_IO, NULL, "cannot serve the control socket: %s",
		                   strerror(error));
	}
	*out = control;
	return KITH_OK;
}

void kith_control_stop(struct kith_control **control)
{
	struct kith_control *old = *control;
	uint64_t one = 1;

	if (old == NULL) {
		return;
	}
	*control = NULL;
	/* An eventfd takes 8 bytes whenever its count has room, as it has here. */
	KITH_ASSERT(write(old->stop_fd, &one, sizeof(one)) == (ssize_t)sizeof(one));
	pthread_join(old->thread, NULL);
	unlinkat(old->dir_fd, KITH_CONTROL_NAME, 0);
	close_all(old);
}
