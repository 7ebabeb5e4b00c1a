/*
 * test_news.c -- an event is new once, whatever comes in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/news.h"

static struct kith_api_event event_of(enum kith_api_event_name name, const char *conversation,
                                      int64_t n)
{
	return (struct kith_api_event){ .event = name,
		                        .cursor = kith_text_of("cx"),
		                        .conversation = kith_text_of(conversation),
		                        .n = n };
}

static void test_an_event_is_new_once(void **state)
{
	struct kith_news news;
	struct kith_rand rand;
	(void)state;

	kith_rand_init_fixed(&rand, 5);
	kith_news_init(&news, &rand);
	struct kith_api_event five = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 5);
	struct kith_api_event four = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 4);
	struct kith_api_event six = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 6);
	struct kith_api_event read = event_of(KITH_API_EVENT_NAME_CONVERSATION_READ, "a", 5);
	struct kith_api_event other = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "b", 5);

	assert_true(kith_news_is_new(&news, &five));
	kith_news_took(&news, &five);
	assert_false(kith_news_is_new(&news, &five));
	assert_false(kith_news_is_new(&news, &four));
	assert_true(kith_news_is_new(&news, &six));
	assert_true(kith_news_is_new(&news, &read));
	assert_true(kith_news_is_new(&news, &other));
	kith_news_took(&news, &read);
	/* Its number says what is seen, and more than that may have changed. */
	assert_true(kith_news_is_new(&news, &read));
	assert_true(kith_str_is(kith_news_cursor(&news), "cx"));
	kith_news_done(&news);
}

static void test_an_event_that_passes_is_always_new_and_leaves_the_cursor(void **state)
{
	struct kith_news news;
	struct kith_rand rand;
	struct kith_api_event five = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 5);
	struct kith_api_event unread = { .event = KITH_API_EVENT_NAME_ME_UNREAD };
	(void)state;

	kith_rand_init_fixed(&rand, 5);
	kith_news_init(&news, &rand);
	kith_news_took(&news, &five);
	assert_true(kith_news_is_new(&news, &unread));
	kith_news_took(&news, &unread);
	assert_true(kith_news_is_new(&news, &unread));
	assert_true(kith_str_is(kith_news_cursor(&news), "cx"));
	assert_false(kith_news_is_new(&news, &five));
	kith_news_done(&news);
}

static void test_numbers_of_another_life_are_forgotten_the_cursor_not(void **state)
{
	struct kith_news news;
	struct kith_rand rand;
	struct kith_api_event five = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 5);
	struct kith_api_event one = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 1);
	(void)state;

	kith_rand_init_fixed(&rand, 5);
	kith_news_init(&news, &rand);
	kith_news_took(&news, &five);
	assert_false(kith_news_is_new(&news, &one));
	kith_news_forget(&news);
	assert_true(kith_news_is_new(&news, &one));
	assert_true(kith_str_is(kith_news_cursor(&news), "cx"));
	kith_news_done(&news);
}

static void test_a_cursor_has_a_form(void **state)
{
	struct kith_news news;
	struct kith_rand rand;
	char text[80];
	(void)state;

	memset(text, 'c', sizeof(text));
	kith_rand_init_fixed(&rand, 5);
	kith_news_init(&news, &rand);
	assert_null(kith_news_cursor(&news).at);
	assert_false(kith_news_set_cursor(&news, KITH_STR("")));
	for (size_t len = 1; len < sizeof(text); len++) {
		assert_true(kith_news_set_cursor(&news, kith_str_make(text, len)) ==
		            (len <= KITH_NEWS_CURSOR_MAX));
	}
	assert_int_equal(kith_news_cursor(&news).len, KITH_NEWS_CURSOR_MAX);
	news.has_changed = false;
	assert_true(kith_news_set_cursor(&news, kith_str_make(text, KITH_NEWS_CURSOR_MAX)));
	assert_false(news.has_changed);
	kith_news_done(&news);
}

/* More conversations than it remembers: never is something new called old. */
static void test_forgetting_loses_nothing(void **state)
{
	struct kith_news news;
	struct kith_rand rand;
	(void)state;

	kith_rand_init_fixed(&rand, 5);
	kith_news_init(&news, &rand);
	for (int64_t n = 1; n <= 3; n++) {
		for (int i = 0; i < 3 * KITH_NEWS_SLOTS; i++) {
			char name[16];
			struct kith_api_event event;

			snprintf(name, sizeof(name), "c%d", i);
			event = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, name, n);
			assert_true(kith_news_is_new(&news, &event));
			kith_news_took(&news, &event);
			assert_false(kith_news_is_new(&news, &event));
		}
	}
	kith_news_done(&news);
}

static void test_without_memory_everything_is_new(void **state)
{
	struct kith_news news;
	struct kith_rand rand;
	struct kith_api_event event = event_of(KITH_API_EVENT_NAME_MESSAGE_NEW, "a", 5);
	(void)state;

	kith_rand_init_fixed(&rand, 5);
	kith_news_init(&news, &rand);
	kith_mem_fail_from(1);
	kith_news_took(&news, &event);
	assert_true(kith_news_is_new(&news, &event));
	kith_mem_fail_never();
	assert_true(kith_str_is(kith_news_cursor(&news), "cx"));
	kith_news_done(&news);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_event_is_new_once),
		cmocka_unit_test(test_an_event_that_passes_is_always_new_and_leaves_the_cursor),
		cmocka_unit_test(test_numbers_of_another_life_are_forgotten_the_cursor_not),
		cmocka_unit_test(test_a_cursor_has_a_form),
		cmocka_unit_test(test_forgetting_loses_nothing),
		cmocka_unit_test(test_without_memory_everything_is_new),
	};
	return cmocka_run_group_tests_name("client/news", tests, NULL, NULL);
}
