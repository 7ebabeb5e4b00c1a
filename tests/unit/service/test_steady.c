/*
 * test_steady.c -- a thousand sends in steady state ask the worker's heap for
 * nothing: calls, memory and views are used again.
 */
#include "unit/rig/rig.h"

#include "base/mem.h"

enum { WINDOW = 16, WARM = 20, ROUNDS = 63 }; /* 63 * 16: a thousand and eight */

static void send_round(struct rig_line *line, const char *direct)
{
	struct rig_ask asks[WINDOW];

	for (size_t i = 0; i < WINDOW; i++) {
		rig_start(line, &asks[i], "messages.send",
		          "{'conversation':'%s','text':'hello there'}", direct);
	}
	rig_settle(line->rig);
	for (size_t i = 0; i < WINDOW; i++) {
		assert_true(asks[i].is_done);
		assert_int_equal(asks[i].call->rc, KITH_OK);
		rig_ask_free(&asks[i]);
	}
}

static void test_a_thousand_sends_allocate_nothing(void **state)
{
	(void)state;
	static struct rig rig;
	struct rig_line alice;
	char direct[RIG_ID_TEXT];

	rig_init(&rig);
	rig_user(&rig, "alice", RIG_ORG);
	rig_user(&rig, "bob", RIG_ORG);
	rig_line_open(&rig, &alice, "k1", "alice");
	rig_direct(&alice, "bob", direct);
	for (int i = 0; i < WARM; i++) {
		send_round(&alice, direct);
	}
	uint64_t before = kith_mem_thread_count();
	for (int i = 0; i < ROUNDS; i++) {
		send_round(&alice, direct);
	}
	assert_int_equal(kith_mem_thread_count() - before, 0);
	rig_line_close(&alice);
	rig_done(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
		test_a_thousand_sends_allocate_nothing) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
