/*
 * test_watch.c -- what is told of a person's coming and going: named stories, then
 * a sweep over all orders of changes.
 */
#include "domain/watch.h"

#include "base/macros.h"
#include "base/rand.h"
#include "unit/domain/claim.h"

#define SECOND_US INT64_C(1000000)

/* A story: at these times somebody comes (+), leaves and may return (-), or hides (!). */
struct step {
	int64_t at_us;
	char what; /* 0: the end */
};

static const struct {
	const char *name;
	bool begins_online;
	struct step steps[8];
	struct step told[8]; /* + and - */
} stories[] = {
	{ "R-035 the first to come is told at once", false, { { 3, '+' } }, { { 3, '+' } } },
	{ "R-035 who leaves is told when they did not come back for five seconds",
	  true,
	  { { 3, '-' } },
	  { { 3 + 5 * SECOND_US, '-' } } },
	{ "R-035 a short disconnect shows nothing",
	  true,
	  { { 3, '-' }, { 3 + 4 * SECOND_US, '+' } },
	  { { 0, 0 } } },
	{ "R-035 again and again, it still shows nothing",
	  true,
	  { { 0, '-' }, { 4 * SECOND_US, '+' }, { 5 * SECOND_US, '-' }, { 9 * SECOND_US, '+' } },
	  { { 0, 0 } } },
	{ "R-035 who looks in is told once, and their leaving later",
	  false,
	  { { 0, '+' }, { SECOND_US, '-' } },
	  { { 0, '+' }, { 6 * SECOND_US, '-' } } },
	{ "R-035 who hides is told at once", true, { { 3, '!' } }, { { 3, '-' } } },
	{ "R-035 at most one in five seconds, the latest",
	  false,
	  { { 0, '+' }, { SECOND_US, '!' }, { 2 * SECOND_US, '+' }, { 3 * SECOND_US, '!' } },
	  { { 0, '+' }, { 5 * SECOND_US, '-' } } },
	{ "R-035 none when it came back to what was told",
	  false,
	  { { 0, '+' }, { SECOND_US, '!' }, { 2 * SECOND_US, '+' } },
	  { { 0, '+' } } },
	{ "R-035 hearing the same again puts nothing off",
	  true,
	  { { 0, '-' }, { 2 * SECOND_US, '-' }, { 4 * SECOND_US, '-' } },
	  { { 5 * SECOND_US, '-' } } },
	{ "R-035 after five quiet seconds the next is told at once again",
	  true,
	  { { 0, '!' }, { 7 * SECOND_US, '+' } },
	  { { 0, '-' }, { 7 * SECOND_US, '+' } } },
};

static void take_until(struct kith_watch *watch, int64_t until_us, const struct step **told,
                       const char *name)
{
	while (watch->due_us >= 0 && watch->due_us <= until_us) {
		int64_t at_us = watch->due_us;
		CLAIM(!kith_watch_take(watch, at_us - 1), name);
		CLAIM(kith_watch_take(watch, at_us), name);
		CLAIM((*told)->what == (watch->is_online ? '+' : '-'), name);
		CLAIM((*told)->at_us == at_us, name);
		(*told)++;
	}
}

static void test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(stories); i++) {
		const struct step *told = stories[i].told;
		struct kith_watch watch;
		kith_watch_begin(&watch, stories[i].begins_online, 0);
		for (const struct step *step = stories[i].steps; step->what != 0; step++) {
			take_until(&watch, step->at_us - 1, &told, stories[i].name);
			kith_watch_note(&watch, step->what == '+', 0, step->what == '-',
			                step->at_us);
		}
		take_until(&watch, INT64_MAX - 1, &told, stories[i].name);
		CLAIM(told->what == 0, stories[i].name);
	}
}

static void test_when_they_left_is_told_as_long_as_they_are_away(void **state)
{
	(void)state;
	struct kith_watch watch;

	kith_watch_begin(&watch, true, 0);
	kith_watch_note(&watch, false, 17, true, 0);
	kith_watch_note(&watch, false, 0, true, 1); /* looked at again: nothing new is known */
	assert_int_equal(watch.left_us, 17);
	assert_true(kith_watch_take(&watch, 5 * SECOND_US));
	assert_int_equal(watch.left_us, 17);
	kith_watch_note(&watch, true, 0, false, 20 * SECOND_US);
	assert_int_equal(watch.left_us, 0);
	kith_watch_note(&watch, false, 0, false, 21 * SECOND_US); /* hidden: nothing is known */
	assert_int_equal(watch.left_us, 0);
}

static void test_sweep_never_twice_the_same_nor_two_in_five_seconds(void **state)
{
	(void)state;
	struct kith_rand rand;

	kith_rand_init_fixed(&rand, 35);
	for (int round = 0; round < 2000; round++) {
		struct kith_watch watch;
		int64_t now_us = 0;
		int64_t last_us = -KITH_WATCH_QUIET_US;
		bool is_told = kith_rand_below(&rand, 2) == 1;
		bool is_online = is_told;
		kith_watch_begin(&watch, is_told, 0);
		for (int i = 0; i < 40; i++) {
			int64_t next_us = now_us + (int64_t)kith_rand_below(&rand, 3000000);
			while (watch.due_us >= 0 && watch.due_us <= next_us) {
				int64_t at_us = watch.due_us;
				assert_true(kith_watch_take(&watch, at_us));
				assert_true(watch.is_online != is_told);
				assert_true(at_us - last_us >= KITH_WATCH_QUIET_US);
				is_told = watch.is_online;
				last_us = at_us;
			}
			now_us = next_us;
			is_online = kith_rand_below(&rand, 2) == 1;
			kith_watch_note(&watch, is_online, 0, kith_rand_below(&rand, 2) == 1,
			                now_us);
		}
		/* In the end it is told how it is. */
		if (watch.due_us >= 0) {
			assert_true(watch.due_us <= now_us + KITH_WATCH_QUIET_US);
			assert_true(kith_watch_take(&watch, watch.due_us));
			is_told = watch.is_online;
		}
		assert_true(is_told == is_online);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),
		cmocka_unit_test(test_when_they_left_is_told_as_long_as_they_are_away),
		cmocka_unit_test(test_sweep_never_twice_the_same_nor_two_in_five_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
