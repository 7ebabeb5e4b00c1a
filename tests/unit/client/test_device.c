/*
 * test_device.c -- a device signs in, stays signed in, and hears it once when it is not.
 *
 * Both clocks are moved by hand; the server says what the test wants, when it wants.
 */
#include "base/when.h"
#include "kith/device.h"
#include "unit/client/folder.h"
#include "unit/client/rig.h"

#define WALL_US INT64_C(1795342530000000)

static int64_t ahead_us; /* of the wall clock */

int64_t __wrap_kith_when_now_us(void);

int64_t __wrap_kith_when_now_us(void)
{
	return WALL_US + steady_us + ahead_us;
}

/* The N-th tokens of a session, which hold for 15 minutes. */
static const char *grant(int n)
{
	static char text[1000];

	snprintf(text, sizeof(text),
	         "{\"accessToken\":\"access%d\",\"expiresAt\":\"2026-11-22T10:30:30.000Z\","
	         "\"refreshToken\":\"refresh%d\",\"session\":{\"id\":\"" CONVERSATION "\","
	         "\"createdAt\":\"2026-11-22T10:15:30.000Z\","
	         "\"usedAt\":\"2026-11-22T10:15:30.000Z\",\"current\":true},\"me\":{\"id\":"
	         "\"alice\",\"name\":\"Alice\",\"organizations\":[],\"scope\":\"user\","
	         "\"settings\":{\"showPresence\":true,\"showReceipts\":true,\"theme\":\"dark\"}}}",
	         n, n);
	return text;
}

#define ENDED \
	"{\"type\":\"/problems/unauthenticated\",\"title\":\"T.\",\"status\":401," \
	"\"code\":\"unauthenticated\"}"
#define BUSY \
	"{\"type\":\"/problems/rate_limited\",\"title\":\"T.\",\"status\":429," \
	"\"code\":\"rate_limited\",\"retryAfterMs\":12000}"

static void on_login(void *context, const struct kith_problem *problem,
                     const struct kith_api_session_grant *result)
{
	if (problem != NULL) {
		note(context, "no:%.*s:%lld", (int)problem->code.len, problem->code.at,
		     (long long)problem->retry_after_ms);
	} else {
		note(context, "in:%.*s", (int)result->me.id.len, result->me.id.at);
	}
}

static void on_logout(void *context, const struct kith_problem *problem)
{
	note(context, problem == NULL ? "out" : "not-out");
}

static void login(struct rig *rig)
{
	const struct kith_sessions_create_args args = { .user = kith_text_of("alice"),
		                                        .password = kith_text_of("secret"),
		                                        .device = kith_text_of("Laptop") };

	assert_int_equal(kith_login(rig->client, &args, on_login, rig), KITH_STATUS_OK);
}

/* A client with the file PATH. */
static void device_init(struct rig *rig, const char *path)
{
	rig_init(rig);
	rig->options.token = NULL;
	rig->options.session_path = path;
}

static void device_new(struct rig *rig)
{
	char why[KITH_CLIENT_WHY_MAX] = "";

	if (kith_client_new(&rig->options, &rig->client, why) != KITH_STATUS_OK) {
		fail_msg("%s", why);
	}
}

static void until_asked(struct rig *rig, const char *what)
{
	UNTIL(rig, rig->server.asking != NULL);
	if (strstr(fake_server_last(&rig->server), what) == NULL) {
		fail_msg("%s", fake_server_last(&rig->server));
	}
}

/* Signed in with the first tokens, and online with them. */
static void device_online(struct rig *rig)
{
	device_new(rig);
	login(rig);
	until_asked(rig, "POST /v1/sessions {");
	fake_server_answer(&rig->server, 200, grant(1));
	UNTIL(rig, strstr(rig->notes, "in:alice") != NULL);
	assert_int_equal(kith_client_connect(rig->client), KITH_STATUS_OK);
	UNTIL(rig, strstr(fake_server_last(&rig->server), "hello") != NULL);
	fake_server_welcome(&rig->server, "c0");
	UNTIL(rig, kith_client_get_state(rig->client) == KITH_CLIENT_ONLINE);
	assert_non_null(strstr(fake_server_last(&rig->server), "\"token\":\"access1\""));
	assert_string_equal(notes(rig), "in:alice connecting online");
}

static bool is_kept(const char *path, const char *token)
{
	struct kith_buf text = read_file(path);
	bool is_there;

	kith_buf_add_char(&text, '\0');
	is_there = strstr(text.at, token) != NULL;
	kith_buf_done(&text);
	return is_there;
}

/* Keeps the connection alive for MS, or until something is asked for. */
static void live_ms(struct rig *rig, int64_t ms)
{
	for (; ms > 0 && rig->server.asking == NULL; ms -= 5000) {
		pass_ms(rig, ms < 5000 ? ms : 5000);
		if (rig->server.asking == NULL) {
			fake_server_say(&rig->server, "{\"type\":\"pong\",\"n\":1}");
			settle(rig);
		}
	}
}

static void test_signing_in_keeps_the_session_in_a_file_of_its_owners(void **state)
{
	struct rig rig;
	struct stat file;
	struct kith_login_info info;
	const char *path = path_of("in");
	(void)state;

	device_init(&rig, path);
	assert_int_equal(kith_login_read(path, &info, NULL), KITH_STATUS_BAD_ARGUMENT);
	device_online(&rig);
	assert_non_null(strstr(rig.server.heard[0], "\"user\":\"alice\",\"password\":\"secret\""));
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	assert_true(is_kept(path, "refresh1"));
	assert_false(is_kept(path, "secret"));
	assert_int_equal(kith_login_read(path, &info, NULL), KITH_STATUS_OK);
	assert_string_equal(info.url, rig.server.url);
	assert_string_equal(info.user, "alice");
	assert_string_equal(info.session, CONVERSATION);
	rig_done(&rig);
}

static void test_a_wrong_password_changes_nothing(void **state)
{
	struct rig rig;
	(void)state;

	device_init(&rig, path_of("wrong"));
	device_new(&rig);
	login(&rig);
	until_asked(&rig, "POST /v1/sessions {");
	fake_server_answer(&rig.server, 401, ENDED);
	UNTIL(&rig, rig.notes[0] != '\0');
	login(&rig);
	login(&rig);
	UNTIL(&rig, rig.server.asking != NULL);
	fake_server_answer(&rig.server, 429, BUSY);
	UNTIL(&rig, strstr(rig.notes, "12000") != NULL);
	assert_string_equal(notes(&rig),
	                    "no:unauthenticated:0 no:conflict:0 no:rate_limited:12000");
	assert_int_equal(access(rig.options.session_path, F_OK), -1);
	/* Nobody is signed in: so nobody connects. */
	assert_int_equal(kith_client_connect(rig.client), KITH_STATUS_OK);
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_CLOSED);
	assert_string_equal(notes(&rig), "connecting closed:unauthenticated");
	login(&rig);
	UNTIL(&rig, rig.server.asking != NULL);
	rig_done(&rig); /* in the middle of it */
	assert_string_equal(notes(&rig), "no:aborted:0");
}

static void test_r_004_tokens_are_renewed_before_they_end(void **state)
{
	struct rig rig;
	const char *path = path_of("renew");
	(void)state;

	device_init(&rig, path);
	device_online(&rig);
	live_ms(&rig, 11 * 60 * 1000); /* 15 minutes, less a fifth, less a twentieth: 11:15 */
	assert_null(rig.server.asking);
	live_ms(&rig, 61 * 1000);
	until_asked(&rig, "POST /v1/sessions/refresh {\"refreshToken\":\"refresh1\"}");
	assert_true(is_kept(path, "refresh1"));
	fake_server_answer(&rig.server, 200, grant(2));
	UNTIL(&rig, strstr(fake_server_last(&rig.server), "\"auth\"") != NULL);
	assert_string_equal(fake_server_last(&rig.server),
	                    "{\"type\":\"auth\",\"token\":\"access2\"}");
	assert_true(is_kept(path, "refresh2"));
	assert_string_equal(notes(&rig), "");
	/* And again. */
	live_ms(&rig, 12 * 60 * 1000 + 1000);
	until_asked(&rig, "\"refresh2\"");
	rig_done(&rig);
}

static void test_r_004_an_answer_that_was_lost_is_asked_for_again(void **state)
{
	struct rig rig;
	const char *path = path_of("lost");
	int64_t lost_us;
	(void)state;

	device_init(&rig, path);
	device_online(&rig);
	live_ms(&rig, 12 * 60 * 1000 + 1000);
	until_asked(&rig, "\"refresh1\"");
	/* The server has turned the token; nobody hears its answer. */
	fake_server_go(&rig.server);
	UNTIL(&rig, strstr(rig.notes, "reconnecting") != NULL);
	lost_us = steady_us;
	assert_true(is_kept(path, "refresh1"));
	fake_server_listen(&rig.server);
	for (int i = 0; i < 100 && rig.server.asking == NULL &&
	                strstr(fake_server_last(&rig.server), "hello") == NULL;
	     i++) {
		pass_ms(&rig, 500);
	}
	if (rig.server.asking == NULL) { /* the former one is good enough for the hello */
		fake_server_welcome(&rig.server, "c0");
		UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_ONLINE);
		live_ms(&rig, 40 * 1000);
	}
	until_asked(&rig, "\"refresh1\"");
	assert_true(steady_us - lost_us < 60 * INT64_C(1000000));
	fake_server_answer(&rig.server, 200, grant(2));
	UNTIL(&rig, is_kept(path, "refresh2"));
	rig_done(&rig);
}

static void test_r_004_after_a_long_sleep_the_token_is_renewed_before_hello(void **state)
{
	struct rig rig;
	(void)state;

	device_init(&rig, path_of("sleep"));
	device_online(&rig);
	fake_server_close(&rig.server, 0);
	UNTIL(&rig, strstr(rig.notes, "reconnecting") != NULL);
	ahead_us += 8 * KITH_HOUR_US; /* asleep: only the wall clock went on */
	pass_ms(&rig, 1000);
	until_asked(&rig, "POST /v1/sessions/refresh {\"refreshToken\":\"refresh1\"}");
	assert_int_equal(fake_server_count(&rig.server, "\"hello\""), 1);
	fake_server_answer(&rig.server, 200, grant(2));
	UNTIL(&rig, fake_server_count(&rig.server, "\"hello\"") == 2);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"token\":\"access2\""));
	rig_done(&rig);
}

static void test_r_004_a_session_that_has_ended_is_told_once_and_forgotten(void **state)
{
	struct rig rig;
	const char *path = path_of("ended");
	(void)state;

	device_init(&rig, path);
	device_online(&rig);
	fake_server_close(&rig.server, 4401);
	UNTIL(&rig, strstr(rig.notes, "reconnecting") != NULL);
	pass_ms(&rig, 1000);
	until_asked(&rig, "\"refresh1\"");
	fake_server_answer(&rig.server, 401, ENDED);
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_CLOSED);
	pass_ms(&rig, 3600000);
	assert_string_equal(notes(&rig), "reconnecting:unauthenticated closed:unauthenticated");
	assert_int_equal(access(path, F_OK), -1);
	assert_null(rig.server.asking);
	rig_done(&rig);
}

static void test_a_server_that_is_busy_is_asked_later(void **state)
{
	struct rig rig;
	(void)state;

	device_init(&rig, path_of("busy"));
	device_online(&rig);
	live_ms(&rig, 12 * 60 * 1000 + 1000);
	until_asked(&rig, "\"refresh1\"");
	fake_server_answer(&rig.server, 429, BUSY);
	settle(&rig); /* before the clock goes on */
	live_ms(&rig, 11900);
	assert_null(rig.server.asking);
	live_ms(&rig, 1000);
	until_asked(&rig, "\"refresh1\"");
	assert_string_equal(notes(&rig), "");
	rig_done(&rig);
}

static void test_a_program_started_anew_uses_what_is_kept(void **state)
{
	struct rig rig;
	const char *path = path_of("anew");
	char why[KITH_CLIENT_WHY_MAX];
	(void)state;

	device_init(&rig, path);
	device_online(&rig);
	kith_client_free(&rig.client);
	/* The URL is kept with the session, and no other server gets its tokens. */
	rig.options.url = "http://127.0.0.1:1";
	assert_int_equal(kith_client_new(&rig.options, &rig.client, why), KITH_STATUS_BAD_ARGUMENT);
	assert_string_equal(why, "the session that is kept is not of this server");
	rig.options.url = NULL;
	rig_connect(&rig);
	UNTIL(&rig, fake_server_count(&rig.server, "\"hello\"") == 2);
	assert_non_null(strstr(fake_server_last(&rig.server), "\"token\":\"access1\""));
	rig_done(&rig);
}

static void test_two_programs_with_one_file_renew_once(void **state)
{
	struct rig one, two;
	const char *path = path_of("two");
	(void)state;

	device_init(&one, path);
	device_online(&one);
	two = (struct rig){ .options = one.options };
	two.options.context = &two;
	two.options.url = NULL;
	rig_connect(&two);
	for (int i = 0; i < 200 && fake_server_count(&one.server, "\"hello\"") < 2; i++) {
		settle(&one);
		kith_client_step(two.client);
	}
	fake_server_welcome(&one.server, "c0");
	for (int i = 0; i < 50; i++) {
		settle(&one);
		kith_client_step(two.client);
	}
	assert_int_equal(kith_client_get_state(two.client), KITH_CLIENT_ONLINE);
	/* Both are due; the one that comes second waits, and takes over what has come. */
	steady_us += 12 * 60 * 1000000 + 1000000;
	for (int i = 0; i < 50; i++) {
		settle(&one);
		kith_client_step(two.client);
	}
	assert_int_equal(fake_server_count(&one.server, "POST /v1/sessions/refresh"), 1);
	fake_server_answer(&one.server, 200, grant(2));
	for (int i = 0; i < 50; i++) {
		pass_ms(&one, 10);
		kith_client_step(two.client);
	}
	assert_int_equal(fake_server_count(&one.server, "POST /v1/sessions/refresh"), 1);
	assert_true(is_kept(path, "refresh2"));
	kith_client_free(&two.client);
	rig_done(&one);
}

static void test_signing_out_ends_the_session_and_removes_it(void **state)
{
	struct rig rig;
	const char *path = path_of("out");
	char answer[400];
	(void)state;

	device_init(&rig, path);
	device_online(&rig);
	assert_int_equal(kith_logout(rig.client, on_logout, &rig), KITH_STATUS_OK);
	UNTIL(&rig, strstr(fake_server_last(&rig.server), "sessions.end") != NULL);
	assert_non_null(strstr(fake_server_last(&rig.server), CONVERSATION));
	assert_int_equal(access(path, F_OK), 0);
	snprintf(answer, sizeof(answer),
	         "{\"type\":\"ok\",\"id\":%lld,\"result\":{\"id\":\"" CONVERSATION "\","
	         "\"createdAt\":\"2026-11-22T10:15:30.000Z\","
	         "\"usedAt\":\"2026-11-22T10:15:30.000Z\",\"current\":true}}",
	         (long long)rig.server.last_id);
	fake_server_say(&rig.server, answer);
	UNTIL(&rig, kith_client_get_state(rig.client) == KITH_CLIENT_CLOSED);
	assert_string_equal(notes(&rig), "out closed");
	assert_int_equal(access(path, F_OK), -1);
	rig_done(&rig);
}

/* What an application keeps itself. */
static char kept[2000];
static bool refuses_to_keep;

static bool on_session(void *context, struct kith_text session)
{
	if (refuses_to_keep) {
		return false;
	}
	snprintf(kept, sizeof(kept), "%.*s", (int)session.len,
	         session.at == NULL ? "" : session.at);
	note(context, session.at == NULL ? "gone" : "kept");
	return true;
}

static void test_r_004_new_tokens_are_not_used_before_they_are_kept(void **state)
{
	struct rig rig;
	(void)state;

	rig_init(&rig);
	rig.options.token = NULL;
	rig.options.on_session = on_session;
	device_new(&rig);
	login(&rig);
	until_asked(&rig, "POST");
	fake_server_answer(&rig.server, 200, grant(1));
	UNTIL(&rig, strstr(rig.notes, "in:alice") != NULL);
	assert_string_equal(notes(&rig), "kept in:alice");
	kith_client_free(&rig.client);
	rig.options.session = kept;
	rig_online(&rig);
	(void)notes(&rig);
	refuses_to_keep = true;
	live_ms(&rig, 12 * 60 * 1000 + 1000);
	until_asked(&rig, "\"refresh1\"");
	fake_server_answer(&rig.server, 200, grant(2));
	settle(&rig);
	live_ms(&rig, 5000);
	assert_int_equal(fake_server_count(&rig.server, "\"auth\""), 0);
	assert_non_null(strstr(kept, "refresh1"));
	/* It is kept later; nobody is asked again, for the token before is used up. */
	refuses_to_keep = false;
	live_ms(&rig, 31000);
	assert_int_equal(fake_server_count(&rig.server, "POST /v1/sessions/refresh"), 1);
	assert_int_equal(fake_server_count(&rig.server, "\"token\":\"access2\""), 1);
	assert_non_null(strstr(kept, "refresh2"));
	assert_string_equal(notes(&rig), "kept");
	rig_done(&rig);
}

static void test_a_damaged_file_is_an_error_and_left_as_it_is(void **state)
{
	static const char *const bad[] = { "", "{}", "{\"url\":1}", "[1]", "x" };
	const char *path = path_of("bad");
	struct rig rig;
	(void)state;

	device_init(&rig, path);
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		struct kith_login_info info;

		write_file(path, kith_str_of(bad[i]));
		assert_int_equal(kith_client_new(&rig.options, &rig.client, NULL),
		                 KITH_STATUS_STORAGE);
		assert_int_equal(kith_login_read(path, &info, NULL), KITH_STATUS_STORAGE);
	}
	rig_done(&rig);
}

/* Memory for so many more allocations of the client's. */
static uint64_t left;

static uint64_t starve(void)
{
	kith_mem_fail_from(left + 1);
	return kith_mem_thread_count();
}

static void feed(uint64_t before)
{
	uint64_t used = kith_mem_thread_count() - before;

	kith_mem_fail_never();
	left -= used < left ? used : left;
}

/* Signs in, goes online, and renews, as far as the memory reaches. true: all the way. */
static bool live_with_little(struct rig *rig)
{
	const struct kith_sessions_create_args args = { .user = kith_text_of("alice"),
		                                        .password = kith_text_of("secret") };
	uint64_t before = starve();
	int status = kith_client_new(&rig->options, &rig->client, NULL);

	if (status == KITH_STATUS_OK) {
		(void)kith_login(rig->client, &args, on_login, rig);
		(void)kith_client_connect(rig->client);
	}
	feed(before);
	for (int i = 0; i < 120 && status == KITH_STATUS_OK; i++) {
		fake_server_turn(&rig->server);
		if (rig->server.asking != NULL) {
			fake_server_answer(&rig->server, 200, grant(i < 60 ? 1 : 2));
		}
		fake_server_turn(&rig->server);
		before = starve();
		kith_client_step(rig->client);
		feed(before);
		if (i == 40) {
			before = starve();
			(void)kith_client_connect(rig->client); /* it closed while nobody was in */
			feed(before);
		}
		steady_us += i == 60 ? 13 * KITH_MINUTE_US : 1000;
	}
	return status == KITH_STATUS_OK && fake_server_count(&rig->server, "\"access2\"") > 0;
}

static void test_with_too_little_memory_what_is_kept_is_whole(void **state)
{
	const char *path = path_of("little");
	bool is_through = false;
	(void)state;

	for (uint64_t nth = 0; nth < 400 && !is_through; nth++) {
		struct rig rig;
		struct kith_login_info info;
		int status;

		unlink(path);
		device_init(&rig, path);
		rig.server.is_polite = true;
		left = nth;
		is_through = live_with_little(&rig);
		rig_done(&rig);
		status = kith_login_read(path, &info, NULL);
		assert_true(status == KITH_STATUS_OK || status == KITH_STATUS_BAD_ARGUMENT);
	}
	assert_true(is_through);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signing_in_keeps_the_session_in_a_file_of_its_owners),
		cmocka_unit_test(test_a_wrong_password_changes_nothing),
		cmocka_unit_test(test_r_004_tokens_are_renewed_before_they_end),
		cmocka_unit_test(test_r_004_an_answer_that_was_lost_is_asked_for_again),
		cmocka_unit_test(test_r_004_after_a_long_sleep_the_token_is_renewed_before_hello),
		cmocka_unit_test(test_r_004_a_session_that_has_ended_is_told_once_and_forgotten),
		cmocka_unit_test(test_a_server_that_is_busy_is_asked_later),
		cmocka_unit_test(test_a_program_started_anew_uses_what_is_kept),
		cmocka_unit_test(test_two_programs_with_one_file_renew_once),
		cmocka_unit_test(test_signing_out_ends_the_session_and_removes_it),
		cmocka_unit_test(test_r_004_new_tokens_are_not_used_before_they_are_kept),
		cmocka_unit_test(test_a_damaged_file_is_an_error_and_left_as_it_is),
		cmocka_unit_test(test_with_too_little_memory_what_is_kept_is_whole),
	};
	return cmocka_run_group_tests_name("client/device", tests, folder_make, folder_remove);
}
