/*
 * server.c -- fork, a pipe for the ready line, and blocking sockets.
 */
#include "transcripts/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/when.h"

static struct {
	pid_t pid;
	int port;
	int out; /* its stdout */
	char url[64];
	char log[300]; /* the file with its stderr */
} server = { .out = -1 };

/* All transcripts come from one address, and some make hundreds of messages at once. */
static void raise_limits(void)
{
	static const char *const names[] = {
		"KITH_LIMIT_CALLS_USER",         "KITH_LIMIT_SENDS_USER",
		"KITH_LIMIT_SENDS_CONVERSATION", "KITH_LIMIT_CALLS_ADDRESS",
		"KITH_LIMIT_SIGNINS_ADDRESS",    "KITH_LIMIT_FAILED_SIGNINS_ADDRESS",
	};

	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		setenv(names[i], "1000000/s", 1);
	}
}

static void exec_server(const struct world *world, int out)
{
	const char *build = getenv("KITH_BUILD_DIR");
	char program[512];

	snprintf(program, sizeof(program), "%s/kithd", build == NULL ? KITH_PROGRAMS_DIR : build);
	setenv("KITH_LISTEN", "127.0.0.1:0", 1);
	setenv("KITH_DATA", world->dir, 1);
	setenv("KITH_WORKERS", "2", 1);
	setenv("KITH_PASSWORD_MEMORY_MIB", "8", 1);
	raise_limits();
	int log = open(server.log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (log < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
		_exit(127);
	}
	execl(program, program, (char *)NULL);
	_exit(127);
}

/* "kithd ready http://127.0.0.1:PORT" */
static bool read_ready(void)
{
	char line[128];
	FILE *out = fdopen(dup(server.out), "r");
	bool is_ready = out != NULL && fgets(line, sizeof(line), out) != NULL &&
	                sscanf(line, "kithd ready http://127.0.0.1:%d", &server.port) == 1;

	if (out != NULL) {
		fclose(out);
	}
	snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%d", server.port);
	return is_ready;
}

/* What the server complained about, as comments. */
static void print_log(void)
{
	char line[1024];
	FILE *log = fopen(server.log, "r");

	while (log != NULL && fgets(line, sizeof(line), log) != NULL) {
		printf("# kithd: %s", line);
	}
	if (log != NULL) {
		fclose(log);
	}
}

bool server_start(struct world *world, const struct script *script)
{
	int ends[2];

	world_make(world, script);
	snprintf(server.log, sizeof(server.log), "%s/kithd.log", world->dir);
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return false;
	}
	fflush(stdout);
	server.pid = fork();
	if (server.pid == 0) {
		exec_server(world, ends[1]);
	}
	close(ends[1]);
	server.out = ends[0];
	if (server.pid < 0 || !read_ready()) {
		printf("# kithd does not start\n");
		(void)server_stop();
		return false;
	}
	return true;
}

bool server_stop(void)
{
	int status = -1;

	if (server.pid > 0) {
		kill(server.pid, SIGTERM);
		waitpid(server.pid, &status, 0);
	}
	close(server.out);
	bool is_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!is_well) {
		printf("# kithd ended with status 0x%x\n", (unsigned)status);
		print_log();
	}
	return is_well;
}

int server_pid(void)
{
	return server.pid;
}

const char *server_url(void)
{
	return server.url;
}

int64_t server_now_us(void)
{
	return kith_when_now_us();
}

/* --- wires --- */

bool wire_open(struct wire *wire)
{
	const struct timeval patience = { .tv_sec = STAGE_PATIENCE_MS / 1000 };
	const int one = 1;
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)server.port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };

	wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	kith_buf_reset(&wire->in);
	(void)setsockopt(wire->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(wire->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	(void)setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (wire->fd < 0 || connect(wire->fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		wire_close(wire);
		return false;
	}
	return true;
}

void wire_close(struct wire *wire)
{
	if (wire->fd >= 0) {
		close(wire->fd);
	}
	wire->fd = -1;
	kith_buf_done(&wire->in);
}

bool wire_send(struct wire *wire, struct kith_str bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(wire->fd, bytes.at, bytes.len, MSG_NOSIGNAL);
		if (sent <= 0) {
			return false;
		}
		bytes = kith_str_skip(bytes, (size_t)sent);
	}
	return true;
}

bool wire_more(struct wire *wire)
{
	char piece[16 * 1024];
	ssize_t len = wire->fd < 0 ? -1 : recv(wire->fd, piece, sizeof(piece), 0);

	if (len > 0) {
		kith_buf_add(&wire->in, kith_str_make(piece, (size_t)len));
	}
	return len > 0;
}

bool wire_need(struct wire *wire, size_t len)
{
	while (wire->in.len < len) {
		if (!wire_more(wire)) {
			return false;
		}
	}
	return true;
}
