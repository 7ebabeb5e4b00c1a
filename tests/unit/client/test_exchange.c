/*
 * test_exchange.c -- one POST and whatever may come back, whole, in pieces, or never.
 */
#include "client/exchange.h"
#include "unit/client/rig.h"

struct table {
	struct rig rig; /* for its server and notes */
	struct kith_loop *loop;
	struct kith_out_pool pool;
	struct kith_rand rand;
	struct kith_sockets sockets;
	struct kith_url url;
	struct kith_exchange exchange;
};

static void on_done(struct kith_exchange *exchange, const struct kith_outcome *outcome)
{
	struct table *table = KITH_CONTAINER(exchange, struct table, exchange);

	if (outcome->problem != NULL) {
		note(&table->rig, "%.*s:%d", (int)outcome->problem->code.len,
		     outcome->problem->code.at, outcome->problem->status);
	} else {
		struct kith_str json = kith_json_raw(outcome->json, outcome->payload);

		note(&table->rig, "%.*s", KITH_STR_PRINT(json));
	}
}

static void table_init(struct table *table)
{
	memset(table, 0, sizeof(*table));
	fake_server_start(&table->rig.server);
	kith_rand_init_fixed(&table->rand, 1);
	kith_out_pool_init(&table->pool, 4);
	assert_int_equal(kith_loop_new(&table->loop), KITH_OK);
	assert_int_equal(kith_url_read(kith_str_of(table->rig.server.url), &table->url, NULL),
	                 KITH_OK);
	table->sockets = (struct kith_sockets){ .loop = table->loop,
		                                .pool = &table->pool,
		                                .rand = &table->rand };
	kith_exchange_init(&table->exchange, &table->sockets, on_done);
}

static void table_done(struct table *table)
{
	kith_exchange_done(&table->exchange);
	kith_loop_turn(table->loop, 0);
	kith_loop_free(&table->loop);
	kith_out_pool_done(&table->pool);
	fake_server_stop(&table->rig.server);
}

static void turns(struct table *table)
{
	for (int i = 0; i < 50; i++) {
		fake_server_turn(&table->rig.server);
		kith_loop_turn(table->loop, 0);
	}
}

static void post(struct table *table)
{
	assert_int_equal(kith_exchange_post(&table->exchange, &table->url, "/v1/sessions",
	                                    KITH_STR("{\"a\":1}"), 15000),
	                 KITH_OK);
	assert_true(kith_exchange_is_busy(&table->exchange));
	turns(table);
}

#define HEAD(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n"
#define PROBLEM "{\"type\":\"t\",\"title\":\"T\",\"status\":429,\"code\":\"rate_limited\"}"

static const struct {
	const char *answer;
	const char *told;
} cases[] = {
	{ HEAD("200 OK") "Content-Length: 7\r\n\r\n{\"b\":2}", "{\"b\":2}" },
	{ HEAD("200 OK") "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"b\r\n4\r\n\":2}\r\n0\r\n\r\n",
	  "{\"b\":2}" },
	{ "HTTP/1.1 100 Continue\r\n\r\n" HEAD("200 OK") "Content-Length: 2\r\n\r\n{}", "{}" },
	{ HEAD("429 Slow") "Content-Length: 59\r\n\r\n" PROBLEM, "rate_limited:429" },
	{ HEAD("502 Bad") "Content-Length: 3\r\n\r\n<p>", "network:0" },
	{ HEAD("302 Found") "Location: /x\r\nContent-Length: 2\r\n\r\n{}", "network:0" },
	{ HEAD("200 OK") "Content-Length: 3\r\n\r\n<p>", "protocol:0" },
	{ HEAD("200 OK") "Content-Length: 2\r\n\r\n[]", "protocol:0" },
	{ HEAD("200 OK") "Content-Length: 600000\r\n\r\n", "protocol:0" },
	{ HEAD("204 None") "\r\n", "protocol:0" },
	{ "SSH-2.0-x\r\n\r\n", "protocol:0" },
};

static void test_answers_are_read_whole_and_cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		size_t len = strlen(cases[i].answer);

		for (size_t cut = 0; cut < len; cut += cut < 40 ? 7 : 13) {
			struct table table;

			table_init(&table);
			post(&table);
			assert_string_equal(fake_server_last(&table.rig.server),
			                    "POST /v1/sessions {\"a\":1}");
			fake_server_say_raw(&table.rig.server, cases[i].answer, cut);
			turns(&table);
			if (table.rig.server.peers != NULL) {
				fake_server_say_raw(&table.rig.server, cases[i].answer + cut,
				                    len - cut);
			}
			turns(&table);
			if (strcmp(notes(&table.rig), cases[i].told) != 0) {
				fail_msg("case %zu cut at %zu", i, cut);
			}
			assert_false(kith_exchange_is_busy(&table.exchange));
			table_done(&table);
		}
	}
}

static void test_a_server_that_is_silent_or_leaves_is_a_problem(void **state)
{
	struct table table;
	(void)state;

	table_init(&table);
	post(&table);
	steady_us += 14999000;
	turns(&table);
	assert_string_equal(notes(&table.rig), "");
	steady_us += 1000;
	turns(&table);
	assert_string_equal(notes(&table.rig), "timeout:0");
	post(&table);
	fake_server_close(&table.rig.server, 0);
	turns(&table);
	assert_string_equal(notes(&table.rig), "network:0");
	fake_server_go(&table.rig.server);
	post(&table);
	assert_string_equal(notes(&table.rig), "network:0");
	fake_server_listen(&table.rig.server);
	post(&table); /* broken off in the middle: nobody is told */
	table_done(&table);
	assert_string_equal(notes(&table.rig), "");
}

static void test_an_answer_has_a_limit(void **state)
{
	struct table table;
	char head[100];
	char *body = malloc(KITH_EXCHANGE_ANSWER_MAX + 1);
	(void)state;

	assert_non_null(body);
	for (int too_long = 0; too_long < 2; too_long++) {
		size_t len = KITH_EXCHANGE_ANSWER_MAX + (size_t)too_long;

		table_init(&table);
		post(&table);
		memset(body, ' ', len);
		memcpy(body, "{}", 2);
		snprintf(head, sizeof(head), HEAD("200 OK") "Content-Length: %zu\r\n\r\n", len);
		fake_server_say_raw(&table.rig.server, head, strlen(head));
		fake_server_say_raw(&table.rig.server, body, len);
		turns(&table);
		turns(&table);
		assert_string_equal(notes(&table.rig), too_long != 0 ? "protocol:0" : "{}");
		table_done(&table);
	}
	free(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_are_read_whole_and_cut_anywhere),
		cmocka_unit_test(test_a_server_that_is_silent_or_leaves_is_a_problem),
		cmocka_unit_test(test_an_answer_has_a_limit),
	};
	return cmocka_run_group_tests_name("client/exchange", tests, NULL, NULL);
}
