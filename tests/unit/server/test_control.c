/*
 * test_control.c -- the control socket with its thread, as kithctl and as a rude
 * asker meet it: whole and broken lines, too many bytes, silence, early closing.
 */
#include "server/control.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "server/control_ask.h"
#include "unit/server/room.h"

struct scene {
	struct room room;
	struct kith_control *control;
};

static void start(struct scene *scene, int timeout_ms)
{
	struct kith_control_options options = { .dir = scene->room.dir,
		                                .admin = &scene->room.admin,
		                                .timeout_ms = timeout_ms };
	struct kith_why why = { 0 };

	assert_int_equal(kith_control_start(&options, &scene->control, &why), KITH_OK);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	room_init(&scene->room);
	start(scene, 0);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	kith_control_stop(&scene->control);
	room_done(&scene->room);
	free(scene);
	return 0;
}

/* --- a plain asker, without any of the code under test --- */

static int connect_to(const char *dir)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/control", dir);

	assert_true(fd >= 0);
	assert_true(len > 0 && (size_t)len < sizeof(address.sun_path));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Sends as much as the other side takes. */
static void say(int fd, struct kith_str text)
{
	while (text.len > 0) {
		ssize_t sent = send(fd, text.at, text.len, MSG_NOSIGNAL);
		if (sent < 0) {
			assert_true(errno == EPIPE || errno == ECONNRESET);
			return;
		}
		text = kith_str_skip(text, (size_t)sent);
	}
}

/* Reads to the end, closes, and compares; "" : nothing was answered. */
static void expect(int fd, const char *name, const char *expected)
{
	char got[4096];
	size_t len = 0;
	ssize_t now;

	while ((now = recv(fd, got + len, sizeof(got) - 1 - len, 0)) > 0) {
		len += (size_t)now;
	}
	close(fd);
	got[len] = '\0';
	if (strcmp(got, expected) != 0) {
		fail_msg("%s: \"%s\"", name, got);
	}
}

static const char list_line[] = "{\"args\":[\"org\",\"list\"],\"files\":[]}\n";
static const char list_reply[] =
	"{\"exit\":0,\"out\":\"default\\tdefault.localhost\\n\",\"err\":\"\"}\n";

static void test_lines(void **state)
{
	static const struct {
		const char *name;
		const char *line;
		const char *reply;
	} cases[] = {
		{ "a command", list_line, list_reply },
		{ "another after it", list_line, list_reply },
		{ "an unknown command", "{\"args\":[\"dance\"],\"files\":[]}\n",
		  "{\"exit\":2,\"out\":\"\",\"err\":\"kithctl: unknown command \\\"dance\\\"\\nsee "
		  "kithctl --help\\n\"}\n" },
		{ "a refusal", "{\"args\":[\"token\",\"nobody\"],\"files\":[]}\n",
		  "{\"exit\":1,\"out\":\"\",\"err\":\"kithctl: not_found: There is nothing here "
		  "that "
		  "you may see. (no user \\\"nobody\\\")\\n\"}\n" },
		{ "words missing", "{\"args\":1,\"files\":[]}\n",
		  "{\"exit\":1,\"out\":\"\",\"err\":\"kithctl: invalid_request: The request is not "
		  "well formed. (args must be an array)\\n\"}\n" },
		{ "it still serves", list_line, list_reply },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		int fd = connect_to(scene->room.dir);
		say(fd, kith_str_of(cases[i].line));
		expect(fd, cases[i].name, cases[i].reply);
	}
}

static void test_what_is_no_json_is_refused(void **state)
{
	static const char *const lines[] = {
		"\n", "stats\n", "{\n", "{}\n", "\xff\n", "{\"args\":[],\"files\":[]}\n{}\n"
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < KITH_COUNT(lines); i++) {
		char got[400] = "";
		int fd = connect_to(scene->room.dir);
		say(fd, kith_str_of(lines[i]));
		assert_int_equal(shutdown(fd, SHUT_WR), 0);
		ssize_t len = recv(fd, got, sizeof(got) - 1, MSG_WAITALL);
		CLAIM(len > 0, lines[i]);
		CLAIM(strstr(got, "{\"exit\":") == got && strstr(got, "\"exit\":0") == NULL,
		      lines[i]);
		close(fd);
	}
	int fd = connect_to(scene->room.dir);
	say(fd, kith_str_of(list_line));
	expect(fd, "it still serves", list_reply);
}

static void test_a_line_in_pieces_is_the_same(void **state)
{
	struct scene *scene = *state;

	int fd = connect_to(scene->room.dir);
	for (size_t i = 0; i < sizeof(list_line) - 1; i++) {
		say(fd, kith_str_make(&list_line[i], 1));
	}
	expect(fd, "byte by byte", list_reply);
}

/* A line of SIZE bytes with its end; free() releases it. */
static char *long_line(size_t size)
{
	static const char head[] = "{\"args\":[\"org\",\"list\"],\"files\":[]";
	char *line = malloc(size);

	assert_non_null(line);
	memset(line, ' ', size);
	memcpy(line, head, sizeof(head) - 1);
	line[size - 2] = '}';
	line[size - 1] = '\n';
	return line;
}

static void test_a_line_has_64_kib(void **state)
{
	struct scene *scene = *state;
	char *whole = long_line(KITH_CONTROL_REQUEST_MAX);
	char *longer = long_line(KITH_CONTROL_REQUEST_MAX + 1);

	int fd = connect_to(scene->room.dir);
	say(fd, kith_str_make(whole, KITH_CONTROL_REQUEST_MAX));
	expect(fd, "at the limit", list_reply);
	fd = connect_to(scene->room.dir);
	say(fd, kith_str_make(longer, KITH_CONTROL_REQUEST_MAX + 1));
	expect(fd, "a byte more",
	       "{\"exit\":1,\"out\":\"\",\"err\":\"kithctl: too_large: The request is larger than "
	       "allowed.\\n\"}\n");
	fd = connect_to(scene->room.dir);
	say(fd, kith_str_of(list_line));
	expect(fd, "it still serves", list_reply);
	free(whole);
	free(longer);
}

static void test_a_silent_asker_is_sent_away(void **state)
{
	struct scene *scene = *state;

	kith_control_stop(&scene->control);
	start(scene, 1);
	int fd = connect_to(scene->room.dir);
	say(fd, KITH_STR("{\"args\":"));
	expect(fd, "half a line",
	       "{\"exit\":1,\"out\":\"\",\"err\":\"kithctl: request_timeout: The request did not "
	       "arrive in time.\\n\"}\n");
}

static void test_closing_early_harms_nobody_else(void **state)
{
	struct scene *scene = *state;

	close(connect_to(scene->room.dir));
	int fd = connect_to(scene->room.dir);
	say(fd, KITH_STR("{\"args\":[\"org\""));
	close(fd);
	fd = connect_to(scene->room.dir);
	say(fd, kith_str_of(list_line));
	close(fd);
	fd = connect_to(scene->room.dir);
	say(fd, kith_str_of(list_line));
	expect(fd, "it still serves", list_reply);
}

/* The one who came first and says nothing holds up the second only until he speaks. */
static void test_two_askers_are_both_answered(void **state)
{
	struct scene *scene = *state;
	int first = connect_to(scene->room.dir);
	int second = connect_to(scene->room.dir);

	say(second, kith_str_of(list_line));
	say(first, kith_str_of(list_line));
	expect(first, "the first", list_reply);
	expect(second, "the second", list_reply);
}

static void test_stopping_does_not_wait_for_an_asker(void **state)
{
	struct scene *scene = *state;
	int fd = connect_to(scene->room.dir);

	kith_control_stop(&scene->control);
	assert_null(scene->control);
	expect(fd, "nothing is answered", "");
	kith_control_stop(&scene->control);
}

/* --- kithctl's way --- */

static enum kith_rc ask(struct scene *scene, const char *dir, const char *words,
                        struct kith_control_reply *reply)
{
	struct kith_admin_request request;

	room_request(words, &request);
	return kith_control_ask(dir, &request, 0, &scene->room.mem, reply, NULL);
}

static void test_asking(void **state)
{
	struct scene *scene = *state;
	struct kith_control_reply reply;

	assert_int_equal(
		ask(scene, scene->room.dir, "user|add|alice|--name|A \"\xc3\xa9\"", &reply),
		KITH_OK);
	assert_int_equal(reply.exit, 0);
	assert_true(kith_str_is(reply.out, "user alice\norg default\n"));
	assert_int_equal(ask(scene, scene->room.dir, "user|list", &reply), KITH_OK);
	assert_true(kith_str_is(reply.out, "alice\tA \"\xc3\xa9\"\n"));
	assert_int_equal(ask(scene, scene->room.dir, "user|add|alice", &reply), KITH_OK);
	assert_int_equal(reply.exit, 1);
	assert_true(kith_str_starts(reply.err, KITH_STR("kithctl: conflict: ")));
}

static void test_an_answer_of_many_lines_comes_whole(void **state)
{
	enum { USERS = 2000 };
	struct scene *scene = *state;
	struct kith_control_reply reply;
	char words[400];
	size_t lines = 0;

	kith_control_stop(&scene->control);
	for (int i = 0; i < USERS; i++) {
		snprintf(words, sizeof(words), "user|add|u%d|--name|%0128d", i, i);
		assert_int_equal(room_run(&scene->room, words), 0);
		kith_arena_reset(&scene->room.mem);
	}
	start(scene, 0);
	assert_int_equal(ask(scene, scene->room.dir, "user|list|--json|--limit|10000", &reply),
	                 KITH_OK);
	for (size_t i = 0; i < reply.out.len; i++) {
		lines += reply.out.at[i] == '\n';
	}
	assert_int_equal(lines, USERS);
}

static void test_where_nobody_serves(void **state)
{
	struct scene *scene = *state;
	struct kith_control_reply reply = { .exit = 99 };
	char path[300];

	snprintf(path, sizeof(path), "%s/none", scene->room.dir);
	assert_int_equal(ask(scene, path, "stats", &reply), KITH_E_NOT_FOUND);
	kith_control_stop(&scene->control);
	assert_int_equal(ask(scene, scene->room.dir, "stats", &reply), KITH_E_NOT_FOUND);
	assert_int_equal(reply.exit, 99);
}

static void test_a_request_too_long_is_not_sent(void **state)
{
	struct scene *scene = *state;
	struct kith_control_reply reply;
	char *name = calloc(1, KITH_CONTROL_REQUEST_MAX);
	struct kith_admin_request request = { .args = { KITH_STR("org"), KITH_STR("add") },
		                              .arg_count = 3 };

	assert_non_null(name);
	memset(name, 'a', KITH_CONTROL_REQUEST_MAX);
	request.args[2] = kith_str_make(name, KITH_CONTROL_REQUEST_MAX);
	assert_int_equal(
		kith_control_ask(scene->room.dir, &request, 0, &scene->room.mem, &reply, NULL),
		KITH_E_TOO_LARGE);
	free(name);
}

/* A server that takes the request and says nothing, or half a line. */
static void test_no_answer_is_told(void **state)
{
	static const char *const answers[] = { "", "{\"exit\":0", "{\"exit\":0}\n", "hello\n" };
	struct scene *scene = *state;

	kith_control_stop(&scene->control);
	for (size_t i = 0; i < KITH_COUNT(answers); i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		struct kith_control_reply reply = { .exit = 99 };
		int pair = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		snprintf(address.sun_path, sizeof(address.sun_path), "%.90s/control",
		         scene->room.dir);
		assert_int_equal(bind(pair, (struct sockaddr *)&address, sizeof(address)), 0);
		assert_int_equal(listen(pair, 1), 0);
		pid_t child = fork();
		if (child == 0) {
			char got[64];
			int fd = accept(pair, NULL, NULL);
			_exit(fd < 0 || recv(fd, got, sizeof(got), 0) <= 0 ||
			      send(fd, answers[i], strlen(answers[i]), MSG_NOSIGNAL) < 0);
		}
		close(pair);
		CLAIM(ask(scene, scene->room.dir, "stats", &reply) == KITH_E_UNAVAILABLE,
		      answers[i]);
		CLAIM(reply.exit == 99, answers[i]);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_int_equal(unlink(address.sun_path), 0);
	}
}

/* --- the socket itself --- */

static void test_only_its_owner_may_use_the_socket(void **state)
{
	struct scene *scene = *state;
	struct stat about;
	char path[300];

	snprintf(path, sizeof(path), "%s/control", scene->room.dir);
	assert_int_equal(stat(path, &about), 0);
	assert_true(S_ISSOCK(about.st_mode));
	assert_int_equal(about.st_mode & 07777, 0600);
	kith_control_stop(&scene->control);
	assert_int_equal(stat(path, &about), -1);
	assert_int_equal(errno, ENOENT);
}

static void test_a_dead_ones_socket_is_replaced(void **state)
{
	struct scene *scene = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	kith_control_stop(&scene->control);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.90s/control", scene->room.dir);
	assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof(address)), 0);
	close(dead);
	struct kith_control_reply reply;
	assert_int_equal(ask(scene, scene->room.dir, "stats", &reply), KITH_E_NOT_FOUND);
	start(scene, 0);
	assert_int_equal(ask(scene, scene->room.dir, "stats", &reply), KITH_OK);
}

static void test_a_file_in_its_place_is_left_alone(void **state)
{
	struct scene *scene = *state;
	struct kith_control_options options = { .dir = scene->room.dir,
		                                .admin = &scene->room.admin };
	struct kith_why why = { 0 };
	char path[300];

	kith_control_stop(&scene->control);
	snprintf(path, sizeof(path), "%s/control", scene->room.dir);
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(kith_control_start(&options, &scene->control, &why), KITH_E_IO);
	assert_string_equal(why.detail, "cannot serve the control socket: File exists");
	assert_null(scene->control);
	assert_int_equal(access(path, F_OK), 0);
}

static void test_a_directory_that_is_not_there(void **state)
{
	struct scene *scene = *state;
	struct kith_control *control = NULL;
	struct kith_why why = { 0 };
	char path[300];

	snprintf(path, sizeof(path), "%s/none", scene->room.dir);
	struct kith_control_options options = { .dir = path, .admin = &scene->room.admin };
	assert_int_equal(kith_control_start(&options, &control, &why), KITH_E_IO);
	assert_null(control);
}

/* A path that no sockaddr_un holds: 108 bytes are its room. */
static void test_a_long_path_works(void **state)
{
	struct scene *scene = *state;
	struct kith_control *control = NULL;
	struct kith_control_reply reply;
	char path[600];
	int len = snprintf(path, sizeof(path), "%s", scene->room.dir);

	kith_control_stop(&scene->control);
	for (int i = 0; i < 5; i++) {
		len += snprintf(path + len, sizeof(path) - (size_t)len, "/%050d", i);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	struct kith_control_options options = { .dir = path, .admin = &scene->room.admin };
	assert_int_equal(kith_control_start(&options, &control, NULL), KITH_OK);
	assert_int_equal(ask(scene, path, "stats", &reply), KITH_OK);
	assert_int_equal(reply.exit, 0);
	kith_control_stop(&control);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_lines),
		CASE(test_what_is_no_json_is_refused),
		CASE(test_a_line_in_pieces_is_the_same),
		CASE(test_a_line_has_64_kib),
		CASE(test_a_silent_asker_is_sent_away),
		CASE(test_closing_early_harms_nobody_else),
		CASE(test_two_askers_are_both_answered),
		CASE(test_stopping_does_not_wait_for_an_asker),
		CASE(test_asking),
		CASE(test_an_answer_of_many_lines_comes_whole),
		CASE(test_where_nobody_serves),
		CASE(test_a_request_too_long_is_not_sent),
		CASE(test_no_answer_is_told),
		CASE(test_only_its_owner_may_use_the_socket),
		CASE(test_a_dead_ones_socket_is_replaced),
		CASE(test_a_file_in_its_place_is_left_alone),
		CASE(test_a_directory_that_is_not_there),
		CASE(test_a_long_path_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
