/*
 * test_client.c -- a whole conversation with too little memory: the n-th
 * allocation fails, and whatever then happens, it ends and nothing leaks.
 */
#include "unit/client/folder.h"
#include "unit/client/rig.h"

/* Memory for so many more allocations of the client's; the server has all it wants. */
static uint64_t left;

static void starve(void)
{
	kith_mem_fail_from(left + 1);
}

static void feed(uint64_t before)
{
	uint64_t used = kith_mem_thread_count() - before;

	kith_mem_fail_never();
	left -= used < left ? used : left;
}

static void starved_turn(struct rig *rig)
{
	uint64_t before = kith_mem_thread_count();

	fake_server_turn(&rig->server);
	before = kith_mem_thread_count();
	starve();
	kith_client_step(rig->client);
	feed(before);
}

/* Connects, sends by call and by outbox; returns how far it came, 3 at most. */
static int converse(struct rig *rig)
{
	const struct kith_messages_send_to_user_args args = { .address = kith_text_of("bob"),
		                                              .text = kith_text_of("x") };
	uint64_t before = kith_mem_thread_count();
	int status;

	starve();
	status = kith_client_new(&rig->options, &rig->client, NULL);
	if (status == KITH_STATUS_OK) {
		(void)kith_client_connect(rig->client);
		(void)kith_messages_send_to_user(rig->client, &args, on_message, rig);
		(void)kith_outbox_send_to_user(rig->client, &args, 1);
	}
	feed(before);
	for (int i = 0; i < 40 && status == KITH_STATUS_OK; i++) {
		starved_turn(rig);
	}
	return status != KITH_STATUS_OK
	               ? 0
	               : (strstr(rig->notes, "ok") != NULL) +
	                         (strstr(rig->notes, "sent1") != NULL) +
	                         (kith_client_get_state(rig->client) == KITH_CLIENT_ONLINE);
}

static void test_every_allocation_may_fail(void **state)
{
	bool is_through = false;
	(void)state;

	for (uint64_t nth = 0; nth < 400 && !is_through; nth++) {
		struct rig rig;

		rig_init(&rig);
		rig.server.is_polite = true;
		rig.options.outbox_path = path_of("o");
		unlink(rig.options.outbox_path);
		left = nth;
		is_through = converse(&rig) == 3;
		rig_done(&rig);
	}
	assert_true(is_through);
}

/* When there is memory again, a client that went without goes on. */
static void test_memory_that_comes_back_is_enough(void **state)
{
	(void)state;
	for (uint64_t nth = 0; nth < 60; nth++) {
		struct rig rig;

		rig_init(&rig);
		rig.server.is_polite = true;
		rig_connect(&rig);
		send_text(&rig, NULL, "x");
		left = nth;
		for (int i = 0; i < 10; i++) {
			starved_turn(&rig);
		}
		for (int i = 0;
		     i < 100 && strstr(rig.notes, "ok") == NULL && strstr(rig.notes, "no:") == NULL;
		     i++) {
			pass_ms(&rig, 200);
		}
		assert_true(strstr(rig.notes, "ok") != NULL || strstr(rig.notes, "no:") != NULL);
		rig_done(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_allocation_may_fail),
		cmocka_unit_test(test_memory_that_comes_back_is_enough),
	};
	return cmocka_run_group_tests_name("client/client", tests, folder_make, folder_remove);
}
