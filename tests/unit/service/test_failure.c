/*
 * test_failure.c -- the n-th allocation fails, at every n, while somebody opens,
 * sends, reads and lists: each call works or is unavailable, works when it is
 * made again, and leaves nothing half done.
 */
#include "unit/rig/rig.h"

#include <stdio.h>

#include "base/mem.h"

static struct rig rig;

/* %1$s: the other person; %2$s: the conversation; %3$s, %4$s: ids of messages; %5$s: a long text. */
static const char *const script[][2] = {
	{ "me.get", "{}" },
	{ "users.get", "{'user':'%1$s'}" },
	{ "messages.sendToUser", "{'address':'%1$s','id':'%3$s','text':'%5$s'}" },
	{ "conversations.direct", "{'user':'%1$s'}" },
	{ "messages.send", "{'conversation':'%2$s','id':'%4$s','text':'%5$s'}" },
	{ "messages.get", "{'id':'%3$s'}" },
	{ "messages.list", "{'conversation':'%2$s','around':'%3$s'}" },
	{ "conversations.get", "{'conversation':'%2$s'}" },
	{ "conversations.read", "{'conversation':'%2$s','upTo':2}" },
	{ "conversations.delivered", "{'conversation':'%2$s','upTo':2}" },
	{ "conversations.markUnread", "{'conversation':'%2$s','unread':true}" },
	{ "conversations.draft", "{'conversation':'%2$s','text':'%5$s','replyTo':'%3$s'}" },
	{ "messages.edit", "{'id':'%4$s','text':'changed'}" },
	{ "messages.edits", "{'id':'%4$s'}" },
	{ "messages.react", "{'id':'%3$s','emoji':'\xe2\x9d\xa4'}" },
	{ "messages.receipts", "{'id':'%3$s'}" },
	{ "messages.deleteForMe", "{'ids':['%4$s']}" },
	{ "messages.delete", "{'ids':['%3$s','%4$s']}" },
	{ "me.update", "{'name':'Somebody','metadata':{'text':'%5$s'}}" },
	{ "me.settings", "{'language':'sv'}" },
	{ "me.unread", "{}" },
	{ "contacts.add", "{'user':'%1$s'}" },
	{ "contacts.list", "{'query':'%1$s'}" },
	{ "users.search", "{'query':'%1$s'}" },
	{ "contacts.remove", "{'user':'%1$s'}" },
	{ "conversations.list", "{'filter':'unread'}" },
	{ "sync", "{}" },
};

struct visit {
	struct rig_line line;
	char peer[32];
	char direct[RIG_ID_TEXT];
	char first[RIG_ID_TEXT];
	char second[RIG_ID_TEXT];
	char text[6000]; /* more than the first block of a call's memory */
	char args[8000];
};

static enum kith_rc try_step(struct visit *visit, size_t at)
{
	const char *args = script[at][1];

	/* A format may leave no position out, so the words are put in by hand. */
	const char *const words[] = { visit->peer, visit->direct, visit->first, visit->second,
		                      visit->text };
	size_t len = 0;
	for (const char *from = args; *from != '\0'; from++) {
		if (from[0] == '%') {
			len += (size_t)snprintf(visit->args + len, sizeof(visit->args) - len, "%s",
			                        words[from[1] - '1']);
			from += 3;
		} else {
			visit->args[len++] = *from;
		}
	}
	visit->args[len] = '\0';
	return rig_try(&visit->line, script[at][0], "%s", visit->args);
}

/* The conversation's id, whether it is stored or not. */
static void foretell(struct visit *visit)
{
	struct kith_uuid id = kith_direct_id(kith_store_digest_key(rig.store), KITH_STR("default"),
	                                     KITH_STR("alice"), kith_str_of(visit->peer));
	rig_uuid_text(&id, visit->direct);
}

/*
 * The NTH allocation fails, and all after it until the call in which that
 * happened has ended. returns true when none was reached.
 */
static bool run_script(uint64_t nth)
{
	static struct visit visit;
	bool is_spared = true;

	memset(visit.text, 'x', sizeof(visit.text) - 1);
	snprintf(visit.peer, sizeof(visit.peer), "peer-%d", (int)nth);
	rig_user(&rig, visit.peer, RIG_ORG);
	rig_restart(&rig);
	rig_line_open(&rig, &visit.line, "k1", "alice");
	foretell(&visit);
	rig_id(&rig, visit.first);
	rig_id(&rig, visit.second);
	kith_mem_fail_from(nth);
	for (size_t at = 0; at < KITH_COUNT(script); at++) {
		enum kith_rc rc = try_step(&visit, at);
		if (rc == KITH_OK) {
			continue;
		}
		kith_mem_fail_never();
		is_spared = false;
		if (kith_err_row(rc)->status != 503) {
			fail_msg("allocation %d, %s: %d", (int)nth, script[at][0], rc);
		}
		rc = try_step(&visit, at);
		if (rc != KITH_OK) {
			fail_msg("allocation %d, %s again: %d", (int)nth, script[at][0], rc);
		}
	}
	kith_mem_fail_never();
	struct rig_ask ask;
	assert_int_equal(
		rig_call(&visit.line, &ask, "messages.list", "{'conversation':'%s'}", visit.direct),
		KITH_OK);
	/* One of the two was hidden, and the other deleted. */
	assert_int_equal(ask.call->result.page.count, 1);
	assert_true(ask.call->result.page.items[0].extra->retracted_us > 0);
	rig_ask_free(&ask);
	rig_line_close(&visit.line);
	return is_spared;
}

static void test_any_allocation_may_fail(void **state)
{
	(void)state;
	uint64_t nth = 1;

	rig_init(&rig);
	rig_user(&rig, "alice", RIG_ORG);
	/* A failure that does no harm (nothing is remembered) looks spared: a few in a row end it. */
	for (int spared = 0; spared < 8; nth++) {
		spared = run_script(nth) ? spared + 1 : 0;
		assert_true(nth < 1000);
	}
	assert_true(nth > 12);
	rig_done(&rig);
}

/* The connection ends at the worst moment: nothing is left of what was asked. */
static void test_a_connection_may_end_while_memory_is_gone(void **state)
{
	(void)state;
	rig_init(&rig);
	rig_user(&rig, "alice", RIG_ORG);
	rig_user(&rig, "bob", RIG_ORG);
	for (uint64_t nth = 1; nth < 40; nth++) {
		struct rig_line line;
		struct rig_ask asks[3];

		rig_restart(&rig);
		rig_line_open(&rig, &line, "k1", "alice");
		rig.holds_errands = true;
		kith_mem_fail_from(nth);
		for (size_t i = 0; i < KITH_COUNT(asks); i++) {
			rig_start(&line, &asks[i], "messages.sendToUser",
			          "{'address':'bob','text':'hello'}");
		}
		for (size_t i = 0; i < KITH_COUNT(asks); i++) {
			if (asks[i].is_done) {
				rig_ask_free(&asks[i]);
			}
		}
		rig_line_close(&line);
		rig_settle(&rig);
		kith_mem_fail_never();
		rig.holds_errands = false;
	}
	rig_done(&rig);
}

static void test_a_service_without_memory_is_none(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 2; nth++) {
		struct kith_service *service = NULL;
		const struct kith_service_options options = { .home = 0 };

		kith_mem_fail_from(nth);
		enum kith_rc rc = kith_service_new(&options, &service);
		struct kith_lane *lane = kith_lane_new();
		kith_mem_fail_never();
		assert_int_equal(rc, KITH_E_NO_MEMORY);
		assert_null(service);
		assert_null(lane);
		kith_service_free(&service);
		kith_lane_release(&lane);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_allocation_may_fail),
		cmocka_unit_test(test_a_connection_may_end_while_memory_is_gone),
		cmocka_unit_test(test_a_service_without_memory_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
