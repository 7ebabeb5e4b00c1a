/*
 * test_public.c -- pages that are made when somebody asks: who may read the
 * figures, and what is said when they or the store's answer cannot be had.
 */
#include "unit/door/web.h"

#include "base/mem.h"

#define FIGURES "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n"

static struct kith_ip loopback;
static struct kith_ip stranger;

static void measure(void *witness, struct kith_buf *out)
{
	assert_ptr_equal(witness, &desk);
	kith_buf_add_text(out, FIGURES);
}

static int setup_figures(void **state)
{
	setup(state);
	assert_true(kith_ip_read(KITH_STR("127.0.0.1"), &loopback));
	assert_true(kith_ip_read(KITH_STR("192.0.2.7"), &stranger));
	desk.host.witness = &desk;
	desk.host.measure = measure;
	desk.host.metrics_for = KITH_DOOR_METRICS_LOCAL;
	peer.door->peer = loopback;
	return 0;
}

static void test_figures_are_for_whom_the_configuration_lets(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum kith_door_metrics metrics_for;
		bool is_stranger;
		const char *headers;
		int status;
	} cases[] = {
		{ "R-103 local: this machine", KITH_DOOR_METRICS_LOCAL, false, "", 200 },
		{ "R-103 local: another one", KITH_DOOR_METRICS_LOCAL, true, "", 404 },
		{ "a proxy here", KITH_DOOR_METRICS_LOCAL, false, "Forwarded: for=192.0.2.7\r\n",
		  404 },
		{ "a proxy here", KITH_DOOR_METRICS_LOCAL, false, "Via: 1.1 proxy\r\n", 404 },
		{ "a proxy here", KITH_DOOR_METRICS_LOCAL, false, "x-forwarded-for: 127.0.0.1\r\n",
		  404 },
		{ "a proxy here", KITH_DOOR_METRICS_LOCAL, false, "X-Forwarded-Host: a\r\n", 404 },
		{ "a proxy here", KITH_DOOR_METRICS_LOCAL, false, "X-Forwarded-Proto: https\r\n",
		  404 },
		{ "a proxy here", KITH_DOOR_METRICS_LOCAL, false, "X-Real-IP: 127.0.0.1\r\n", 404 },
		{ "a proxy that says nothing", KITH_DOOR_METRICS_LOCAL, false,
		  "X-Forwarded-For:\r\n", 404 },
		{ "R-103 open", KITH_DOOR_METRICS_OPEN, true, "Via: 1.1 proxy\r\n", 200 },
		{ "R-103 off", KITH_DOOR_METRICS_OFF, false, "", 404 },
	};

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		desk.host.metrics_for = cases[i].metrics_for;
		peer.door->peer = cases[i].is_stranger ? stranger : loopback;
		struct answer answer = ask("GET", "/metrics", cases[i].headers, NULL);
		if (answer.status != cases[i].status) {
			fail_msg("%s (%s): %d", cases[i].name, cases[i].headers, answer.status);
		}
		if (answer.status == 404) {
			expect_problem(&answer, 404, "not_found");
		}
	}
}

static void test_figures_come_as_prometheus_asks_for_them(void **state)
{
	(void)state;
	struct answer answer = ask("GET", "/metrics", "", NULL);

	assert_int_equal(answer.status, 200);
	assert_true(answer_has(&answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8"));
	assert_string_equal(answer.body, FIGURES);
	answer = ask("HEAD", "/metrics", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_true(answer_has(&answer, "Content-Length: 51"));
	answer = ask("GET", "/metrics", "",
	             NULL); /* the connection goes on, and nothing is left over */
	assert_int_equal(answer.body_len, strlen(FIGURES));
}

static void expect_failing(const char *target, const char *part)
{
	char body[64];
	struct answer answer = ask("GET", target, "", NULL);

	snprintf(body, sizeof(body), "{\"status\":\"failing\",\"part\":\"%s\"}", part);
	assert_int_equal(answer.status, 503);
	assert_true(answer_has(&answer, "Content-Type: application/json"));
	assert_string_equal(answer.body, body);
}

static void test_without_a_reader_neither_can_be_made(void **state)
{
	(void)state;
	desk.rig.refuses_errands = true;
	expect_failing("/metrics", "readers");
	expect_failing("/readyz", "readers");
	desk.rig.refuses_errands = false;
	assert_int_equal(ask("GET", "/metrics", "", NULL).status, 200);
	assert_int_equal(ask("GET", "/readyz", "", NULL).status, 200);
}

static void measure_without_memory(void *witness, struct kith_buf *out)
{
	(void)witness;
	kith_mem_fail_from(1);
	kith_buf_add_text(out, "a 1\n");
	kith_mem_fail_never();
}

static void test_without_memory_no_half_of_them_is_sent(void **state)
{
	(void)state;
	desk.host.measure = measure_without_memory;
	expect_failing("/metrics", "memory");
	desk.host.measure = measure;
	assert_int_equal(ask("GET", "/metrics", "", NULL).body_len, strlen(FIGURES));
}

static void test_who_has_gone_meanwhile_is_not_answered(void **state)
{
	(void)state;
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_say(&peer, "GET /metrics HTTP/1.1\r\nHost: kith.example\r\n\r\n");
	assert_int_equal(desk.rig.held_count, 1);
	rig_errand_go(&desk.rig, 0);
	peer_end(&peer);
	rig_errand_back(&desk.rig, 0);
	desk.holds = false;
	desk.rig.holds_errands = false;
	peer_open(&desk, &peer);
}

/* --- what the host hears of calls and refusals --- */

enum { HEARD_MAX = 16 };

static struct {
	const char *call; /* NULL: a refusal */
	enum kith_rc rc;
} heard[HEARD_MAX];
static size_t heard_count;

static void on_answered(struct kith_door *door, const struct kith_call *call)
{
	assert_ptr_equal(door->host, &desk.host);
	assert_true(heard_count < HEARD_MAX);
	heard[heard_count].call = call->row->name;
	heard[heard_count++].rc = call->rc;
}

static void on_refused(struct kith_door *door, enum kith_rc rc, const struct kith_why *why)
{
	(void)why;
	assert_ptr_equal(door->host, &desk.host);
	assert_true(heard_count < HEARD_MAX);
	heard[heard_count].call = NULL;
	heard[heard_count++].rc = rc;
}

static void listen_to_doors(void)
{
	heard_count = 0;
	desk.host.answered = on_answered;
	desk.host.refused = on_refused;
}

/* What was heard next must be CALL (NULL: a refusal) with RC. */
static void expect_heard(size_t at, const char *call, enum kith_rc rc)
{
	assert_true(at < heard_count);
	if (call == NULL) {
		assert_null(heard[at].call);
	} else {
		assert_string_equal(heard[at].call, call);
	}
	assert_int_equal(heard[at].rc, rc);
}

static void test_over_http_the_host_hears_of_every_answer_once(void **state)
{
	(void)state;
	listen_to_doors();
	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
	assert_int_equal(call("GET", "/v1/users/nobody", NULL).status, 404);
	assert_int_equal(ask("GET", "/v1/me", "", NULL).status, 401);
	assert_int_equal(ask("GET", "/v1/nothing", "", NULL).status, 404);
	assert_int_equal(ask("GET", "/livez", "", NULL).status, 200);
	assert_int_equal(heard_count, 6);
	expect_heard(0, "me.get", KITH_OK);
	expect_heard(1, "users.get", KITH_E_NOT_FOUND);
	expect_heard(2, NULL, KITH_E_NOT_FOUND);
	expect_heard(3, "me.get", KITH_E_UNAUTHENTICATED);
	expect_heard(4, NULL, KITH_E_UNAUTHENTICATED);
	expect_heard(5, NULL, KITH_E_NOT_FOUND);
}

static void test_over_the_socket_the_host_hears_of_every_answer_once(void **state)
{
	(void)state;
	reconnect();
	peer_hello(&peer, "alice");
	listen_to_doors();
	peer_frame(&peer, "{'type':'call','id':1,'call':'me.get'}");
	(void)peer_expect(&peer, "'id':1");
	peer_frame(&peer, "{'type':'call','id':2,'call':'users.get','args':{'user':'nobody'}}");
	(void)peer_expect(&peer, "'id':2");
	peer_frame(&peer, "{'type':'call','id':3,'call':'nothing'}");
	(void)peer_expect(&peer, "'id':3");
	peer_frame(&peer, "{'type':'nothing'}");
	assert_int_equal(heard_count, 5);
	expect_heard(0, "me.get", KITH_OK);
	expect_heard(1, "users.get", KITH_E_NOT_FOUND);
	expect_heard(2, NULL, KITH_E_NOT_FOUND);
	expect_heard(3, NULL, KITH_E_NOT_FOUND);
	expect_heard(4, NULL, KITH_E_INVALID_REQUEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_figures_are_for_whom_the_configuration_lets,
		                                setup_figures, teardown),
		cmocka_unit_test_setup_teardown(test_figures_come_as_prometheus_asks_for_them,
		                                setup_figures, teardown),
		cmocka_unit_test_setup_teardown(test_without_a_reader_neither_can_be_made,
		                                setup_figures, teardown),
		cmocka_unit_test_setup_teardown(test_without_memory_no_half_of_them_is_sent,
		                                setup_figures, teardown),
		cmocka_unit_test_setup_teardown(test_who_has_gone_meanwhile_is_not_answered,
		                                setup_figures, teardown),
		cmocka_unit_test_setup_teardown(test_over_http_the_host_hears_of_every_answer_once,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_over_the_socket_the_host_hears_of_every_answer_once, setup, teardown),
	};
	return cmocka_run_group_tests_name("door/public", tests, NULL, NULL);
}
