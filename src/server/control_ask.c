/*
 * control_ask.c -- a blocking client of one question.
 */
#include "server/control_ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/control.h"

enum { CONNECT_TIMEOUT_MS = 10 * 1000 };

void kith_control_address(int dir_fd, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(out->sun_path, sizeof(out->sun_path), "/proc/self/fd/%d/" KITH_CONTROL_NAME,
	         dir_fd);
}

static void set_timeout(int fd, int option, int timeout_ms)
{
	struct timeval time = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };

	/* It cannot fail for a socket of ours; without it we would only wait longer. */
	(void)setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time));
}

static enum kith_rc refuse_connect(int error, struct kith_why *why)
{
	if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR) {
		return kith_refuse(why, KITH_E_NOT_FOUND, NULL, "no server runs there");
	}
	if (error == EAGAIN) {
		return kith_refuse(why, KITH_E_UNAVAILABLE, NULL,
		                   "the server takes no request now");
	}
	return kith_refuse(why, KITH_E_IO, NULL, "cannot use the control socket: %s",
	                   strerror(error));
}

/* returns the connected socket, or -1 with errno. */
static int connect_to(const char *dir)
{
	struct sockaddr_un address;
	int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = dir_fd < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		kith_control_address(dir_fd, &address);
		set_timeout(fd, SO_SNDTIMEO, CONNECT_TIMEOUT_MS);
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
			int error = errno;
			close(fd);
			fd = -1;
			errno = error;
		}
	}
	int error = errno;
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	errno = error;
	return fd;
}

/* Sends what the server still takes; one that has refused already is heard all the same. */
static void send_all(int fd, struct kith_str bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR) {
			return;
		}
		bytes = kith_str_skip(bytes, sent < 0 ? 0 : (size_t)sent);
	}
}

/* Reads to the end of the first line. false when none comes whole, or no memory does. */
static bool read_line(int fd, struct kith_buf *line)
{
	while (line->len <= KITH_CONTROL_REPLY_MAX) {
		if (!kith_buf_reserve(line, 4096)) {
			return false;
		}
		ssize_t got = recv(fd, line->at + line->len, 4096, 0);
		if (got == 0 || (got < 0 && errno != EINTR)) {
			return false;
		}
		line->len += got < 0 ? 0 : (size_t)got;
		if (got > 0 && line->at[line->len - 1] == '\n') {
			line->len--;
			return true;
		}
	}
	return false;
}

static enum kith_rc exchange(int fd, struct kith_str request, struct kith_arena *mem,
                             struct kith_control_reply *out, struct kith_why *why)
{
	struct kith_buf line = { 0 };
	struct kith_str text;
	enum kith_rc rc = KITH_E_UNAVAILABLE;

	send_all(fd, request);
	if (!read_line(fd, &line)) {
		rc = kith_refuse(why, rc, NULL,
		                 "the server did not answer: whether the command ran is not known");
	} else if (!kith_arena_copy(mem, kith_buf_str(&line), &text)) {
		rc = KITH_E_NO_MEMORY;
	} else {
		rc = kith_control_read_reply(text, mem, out, why);
		if (rc != KITH_OK && rc != KITH_E_NO_MEMORY) {
			rc = kith_refuse(why, KITH_E_UNAVAILABLE, NULL,
			                 "the server's answer is not understood: whether the "
			                 "command ran is not known");
		}
	}
	kith_buf_done(&line);
	return rc;
}

enum kith_rc kith_control_ask(const char *dir, const struct kith_admin_request *request,
                              int timeout_ms, struct kith_arena *mem,
                              struct kith_control_reply *out, struct kith_why *why)
{
	struct kith_buf line = { 0 };
	enum kith_rc rc;
	int fd = -1;

	kith_control_write_request(&line, request);
	if (line.failed) {
		rc = KITH_E_NO_MEMORY;
		goto out;
	}
	if (line.len > KITH_CONTROL_REQUEST_MAX) {
		rc = kith_refuse(why, KITH_E_TOO_LARGE, NULL, "a request has at most %d bytes",
		                 KITH_CONTROL_REQUEST_MAX);
		goto out;
	}
	fd = connect_to(dir);
	if (fd < 0) {
		rc = refuse_connect(errno, why);
		goto out;
	}
	set_timeout(fd, SO_RCVTIMEO, timeout_ms);
	rc = exchange(fd, kith_buf_str(&line), mem, out, why);
out:
	if (fd >= 0) {
		close(fd);
	}
	kith_buf_done(&line);
	return rc;
}
