/*
 * test_ledger.c -- every broken promise is counted once, under its own name, and
 * a good run counts none.
 *
 * A case is a story of two clients: 'a' and 'b' are 0 and 1; each step sends,
 * acknowledges or delivers message SEQ under number N.
 */
#include "base/rand.h"
#include "bench/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum act { END, SEND, ACK, DELIVER, MARK };

struct step {
	enum act act;
	uint32_t sender;
	uint32_t seq;
	int64_t n;
};

static const struct {
	const char *name;
	struct step steps[12];
	struct kith_ledger_totals totals;
} cases[] = {
	{ "a message that is acknowledged and delivered is counted as both",
	  { { MARK, 0, 0, 0 }, { SEND, 0, 0, 0 }, { ACK, 0, 0, 1 }, { DELIVER, 0, 0, 1 } },
	  { .acked = 1, .delivered = 1 } },
	{ "the event may come before the answer",
	  { { MARK, 0, 0, 0 }, { SEND, 0, 0, 0 }, { DELIVER, 0, 0, 1 }, { ACK, 0, 0, 1 } },
	  { .acked = 1, .delivered = 1 } },
	{ "what was sent before the mark is not counted, but checked",
	  { { SEND, 0, 0, 0 },
	    { MARK, 0, 0, 0 },
	    { ACK, 0, 0, 1 },
	    { DELIVER, 0, 0, 1 },
	    { DELIVER, 0, 0, 1 } },
	  { .duplicated = 1 } },
	{ "acknowledged and never delivered is pending",
	  { { MARK, 0, 0, 0 }, { SEND, 0, 0, 0 }, { ACK, 0, 0, 1 } },
	  { .acked = 1, .pending = 1 } },
	{ "sent and never acknowledged promises nothing",
	  { { MARK, 0, 0, 0 }, { SEND, 0, 0, 0 } },
	  { .acked = 0 } },
	{ "a second delivery is a duplicate and nothing else",
	  { { MARK, 0, 0, 0 },
	    { SEND, 0, 0, 0 },
	    { ACK, 0, 0, 1 },
	    { DELIVER, 0, 0, 1 },
	    { DELIVER, 0, 0, 1 } },
	  { .acked = 1, .delivered = 1, .duplicated = 1 } },
	{ "two events that changed places are one out of order",
	  { { SEND, 0, 0, 0 },
	    { SEND, 0, 1, 0 },
	    { ACK, 0, 0, 1 },
	    { ACK, 0, 1, 2 },
	    { DELIVER, 0, 1, 2 },
	    { DELIVER, 0, 0, 1 } },
	  { .reordered = 1 } },
	{ "a sender's messages under each other's numbers are out of order",
	  { { SEND, 0, 0, 0 }, { SEND, 0, 1, 0 }, { DELIVER, 0, 1, 1 }, { DELIVER, 0, 0, 2 } },
	  { .reordered = 1 } },
	{ "a gap in a sender's messages is not an order",
	  { { SEND, 0, 0, 0 }, { SEND, 0, 1, 0 }, { DELIVER, 0, 1, 2 } },
	  { .acked = 0 } },
	{ "an answer whose number does not rise is out of order",
	  { { SEND, 0, 0, 0 },
	    { SEND, 0, 1, 0 },
	    { ACK, 0, 0, 2 },
	    { ACK, 0, 1, 1 },
	    { DELIVER, 0, 0, 2 },
	    { DELIVER, 0, 1, 3 } },
	  { .reordered = 1, .corrupted = 1 } },
	{ "a number given twice is out of order where it is seen the second time",
	  { { SEND, 0, 0, 0 },
	    { SEND, 0, 1, 0 },
	    { ACK, 0, 0, 1 },
	    { ACK, 0, 1, 1 },
	    { DELIVER, 0, 0, 1 },
	    { DELIVER, 0, 1, 1 } },
	  { .reordered = 2 } },
	{ "answers and events of one connection share one order",
	  { { SEND, 0, 0, 0 }, { SEND, 1, 0, 0 }, { DELIVER, 1, 0, 2 }, { ACK, 0, 0, 1 } },
	  { .reordered = 1, .pending = 1 } },
	{ "answer and event must name the same number",
	  { { SEND, 0, 0, 0 }, { ACK, 0, 0, 1 }, { DELIVER, 0, 0, 2 } },
	  { .corrupted = 1 } },
	{ "a message that was never sent is damage",
	  { { SEND, 0, 0, 0 }, { DELIVER, 0, 1, 1 } },
	  { .corrupted = 1 } },
};

static void take(struct kith_ledger *ledger, const struct step *step)
{
	uint32_t seq;

	switch (step->act) {
	case SEND:
		assert_true(kith_ledger_send(ledger, step->sender, &seq));
		assert_int_equal(seq, step->seq);
		break;
	case ACK:
		kith_ledger_ack(ledger, step->sender, step->seq, step->n);
		break;
	case DELIVER:
		kith_ledger_deliver(ledger, step->sender ^ 1, step->sender, step->seq, step->n);
		break;
	case MARK:
		kith_ledger_mark(ledger);
		break;
	case END:
		break;
	}
}

static void assert_totals(const struct kith_ledger_totals *got,
                          const struct kith_ledger_totals *wanted)
{
	assert_int_equal(got->acked, wanted->acked);
	assert_int_equal(got->delivered, wanted->delivered);
	assert_int_equal(got->pending, wanted->pending);
	assert_int_equal(got->duplicated, wanted->duplicated);
	assert_int_equal(got->reordered, wanted->reordered);
	assert_int_equal(got->corrupted, wanted->corrupted);
}

static void test_every_story_is_judged_as_its_name_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_ledger *ledger = kith_ledger_new(2, 4);

		assert_non_null(ledger);
		for (size_t j = 0; j < KITH_COUNT(cases[i].steps); j++) {
			take(ledger, &cases[i].steps[j]);
		}
		print_message("# %s\n", cases[i].name);
		assert_totals(kith_ledger_totals(ledger), &cases[i].totals);
		kith_ledger_free(&ledger);
		assert_null(ledger);
	}
}

static void test_a_message_to_somebody_else_is_damage(void **state)
{
	struct kith_ledger *ledger = kith_ledger_new(4, 1);
	uint32_t seq;

	(void)state;
	assert_true(kith_ledger_send(ledger, 0, &seq));
	kith_ledger_deliver(ledger, 2, 0, seq, 1);
	kith_ledger_deliver(ledger, 0, 0, seq, 1);
	kith_ledger_deliver(ledger, 1, UINT32_MAX, seq, 1);
	kith_ledger_deliver(ledger, 1, 0, UINT32_MAX, 1);
	assert_int_equal(kith_ledger_totals(ledger)->corrupted, 4);
	assert_int_equal(kith_ledger_totals(ledger)->delivered, 0);
	kith_ledger_free(&ledger);
}

/* Answers and events lag by different amounts, each connection in order: no complaint. */
static void test_a_long_honest_run_has_no_complaint(void **state)
{
	enum { MESSAGES = 5000 };
	struct kith_ledger *ledger = kith_ledger_new(2, KITH_LEDGER_WINDOW_MAX);
	struct kith_rand rand;
	uint32_t sent = 0, acked = 0, delivered = 0;

	(void)state;
	kith_rand_init_fixed(&rand, 3);
	kith_ledger_mark(ledger);
	while (delivered < MESSAGES || acked < MESSAGES) {
		uint64_t what = kith_rand_below(&rand, 3);
		uint32_t seq;

		if (what == 0 && sent < MESSAGES && sent - acked < KITH_LEDGER_WINDOW_MAX) {
			assert_true(kith_ledger_send(ledger, 0, &seq));
			assert_int_equal(seq, sent++);
		} else if (what == 1 && acked < sent) {
			kith_ledger_ack(ledger, 0, acked, (int64_t)acked + 1);
			acked++;
		} else if (what == 2 && delivered < sent) {
			kith_ledger_deliver(ledger, 1, 0, delivered, (int64_t)delivered + 1);
			delivered++;
		}
	}
	assert_totals(kith_ledger_totals(ledger),
	              &(struct kith_ledger_totals){ .acked = MESSAGES, .delivered = MESSAGES });
	kith_ledger_free(&ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_story_is_judged_as_its_name_says),
		cmocka_unit_test(test_a_message_to_somebody_else_is_damage),
		cmocka_unit_test(test_a_long_honest_run_has_no_complaint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
