/*
 * test_log.c -- a line on stderr is one JSON object, whatever the values hold, and a
 * flood of them is a few that say how many they stand for.
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/when.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What is written to stderr between begin_capture() and end_capture(). */
static int saved_stderr;
static FILE *captured;

static void begin_capture(void)
{
	saved_stderr = dup(STDERR_FILENO);
	captured = tmpfile();
	assert_non_null(captured);
	assert_true(dup2(fileno(captured), STDERR_FILENO) >= 0);
}

/* returns what was written, in MEM. */
static struct kith_str end_capture(struct kith_arena *mem)
{
	assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
	close(saved_stderr);
	off_t size = lseek(fileno(captured), 0, SEEK_END);
	char *text = kith_arena_alloc(mem, (size_t)size + 1);
	assert_non_null(text);
	assert_true(pread(fileno(captured), text, (size_t)size, 0) == size);
	fclose(captured);
	return kith_str_make(text, (size_t)size);
}

/* LINE's pair KEY must be the text VALUE. */
static void assert_pair(struct kith_str line, struct kith_arena *mem, const char *key,
                        struct kith_str value)
{
	struct kith_json json;
	struct kith_why why;
	struct kith_str got;
	if (kith_json_read(line, mem, &json, &why) != KITH_OK) {
		fail_msg("%s: %.*s", why.detail, KITH_STR_PRINT(line));
	}
	const struct kith_json_node *node = kith_json_get(&json, json.root, key);
	assert_non_null(node);
	assert_int_equal(kith_json_text(&json, node, mem, &got), KITH_OK);
	assert_true(kith_str_equal(got, value));
}

static void test_a_line_is_an_object_with_time_level_event_and_pairs(void **state)
{
	(void)state;
	struct kith_arena mem;
	kith_arena_init(&mem, 4096);
	begin_capture();
	kith_log(KITH_LOG_WARN, "slow_reader", "user", "bob", "text", "a\"b\\c\n\x1b[31m\x7f",
	         NULL);
	struct kith_str line = end_capture(&mem);
	assert_int_equal(kith_str_find(line, '\n'), line.len - 1);
	assert_pair(line, &mem, "level", KITH_STR("warn"));
	assert_pair(line, &mem, "event", KITH_STR("slow_reader"));
	assert_pair(line, &mem, "user", KITH_STR("bob"));
	assert_pair(line, &mem, "text", KITH_STR("a\"b\\c\n\x1b[31m\x7f"));
	assert_true(kith_str_find(line, '\x1b') < 0 && kith_str_find(line, '\x7f') < 0);
	int64_t time_us;
	assert_true(kith_when_parse(kith_str_make(line.at + 9, KITH_WHEN_TEXT), &time_us));
	kith_arena_done(&mem);
}

static void test_values_may_be_anything(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		const char *read;
	} cases[] = {
		{ "", "" },
		{ "h\xc3\xa9llo \xf0\x9f\x98\x80", "h\xc3\xa9llo \xf0\x9f\x98\x80" },
		{ "\xff"
		  "a\xc3",
		  "\xef\xbf\xbd"
		  "a\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc2\x9b"
		  "31m",
		  "\xc2\x9b"
		  "31m" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_arena mem;
		kith_arena_init(&mem, 4096);
		begin_capture();
		kith_log(KITH_LOG_ERROR, "event", "value", cases[i].value, NULL);
		struct kith_str line = end_capture(&mem);
		assert_pair(line, &mem, "value", kith_str_of(cases[i].read));
		/* No control reaches a terminal, C1 neither. */
		assert_true(kith_str_find(line, '\xc2') < 0);
		kith_arena_done(&mem);
	}
}

static void test_lines_below_the_level_are_dropped(void **state)
{
	(void)state;
	struct kith_arena mem;
	kith_arena_init(&mem, 4096);
	for (int level = KITH_LOG_DEBUG; level <= KITH_LOG_ERROR; level++) {
		begin_capture();
		kith_log_set_level((enum kith_log_level)level);
		kith_log(KITH_LOG_DEBUG, "a", NULL);
		kith_log(KITH_LOG_INFO, "b", NULL);
		kith_log(KITH_LOG_WARN, "c", NULL);
		kith_log(KITH_LOG_ERROR, "d", NULL);
		struct kith_str text = end_capture(&mem);
		size_t lines = 0;
		for (size_t i = 0; i < text.len; i++) {
			lines += text.at[i] == '\n';
		}
		assert_int_equal(lines, KITH_LOG_ERROR - level + 1);
	}
	kith_log_set_level(KITH_LOG_INFO);
	kith_arena_done(&mem);
}

/* Around KITH_LOG_LINE_MAX, in plain letters, escapes and long characters: the
 * line is never longer, and always JSON. */
static void test_a_long_line_is_cut_and_stays_json(void **state)
{
	(void)state;
	static const char *const characters[] = { "x", "\n", "\"", "\xc3\xa9", "\xf0\x9f\x98\x80" };
	for (size_t i = 0; i < KITH_COUNT(characters); i++) {
		for (size_t len = KITH_LOG_LINE_MAX / 8; len < KITH_LOG_LINE_MAX + 40; len++) {
			static char value[4 * KITH_LOG_LINE_MAX + 200];
			struct kith_arena mem;
			kith_arena_init(&mem, 16384);
			value[0] = '\0';
			char *end = value;
			for (size_t k = 0; k < len && end < value + KITH_LOG_LINE_MAX + 40; k++) {
				end = stpcpy(end, characters[i]);
			}
			begin_capture();
			kith_log(KITH_LOG_ERROR, "long", "value", value, "more", "a", "last", "b",
			         NULL);
			struct kith_str line = end_capture(&mem);
			assert_true(line.len <= KITH_LOG_LINE_MAX);
			assert_pair(line, &mem, "event", KITH_STR("long"));
			kith_arena_done(&mem);
			len += i < 2 || len < KITH_LOG_LINE_MAX - 100 ? 0 : 3;
		}
	}
}

enum { LINES = 500 };

static void *log_many(void *name)
{
	for (int i = 0; i < LINES; i++) {
		kith_log(KITH_LOG_INFO, "line", "name", (const char *)name, NULL);
	}
	return NULL;
}

static void test_lines_of_two_threads_come_out_whole(void **state)
{
	(void)state;
	struct kith_arena mem;
	pthread_t threads[2];
	static char names[2][300];
	kith_arena_init(&mem, 65536);
	memset(names[0], 'a', sizeof(names[0]) - 1);
	memset(names[1], 'b', sizeof(names[1]) - 1);
	begin_capture();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	}
	struct kith_str text = end_capture(&mem);
	struct kith_str line;
	int lines = 0;
	while (kith_str_cut(text, '\n', &line, &text)) {
		bool is_first = kith_str_find(line, 'b') < 0;
		assert_pair(line, &mem, "name", kith_str_of(names[is_first ? 0 : 1]));
		lines++;
	}
	assert_int_equal(lines, 2 * LINES);
	assert_int_equal(text.len, 0);
	kith_arena_done(&mem);
}

/* The number behind "suppressed" in all lines of TEXT together; *lines without one. */
static int64_t suppressed_in(struct kith_str text, int64_t *lines)
{
	int64_t sum = 0;
	struct kith_str line;

	for (*lines = 0; kith_str_cut(text, '\n', &line, &text);) {
		struct kith_arena mem;
		struct kith_json json;
		struct kith_why why;
		struct kith_str number;
		int64_t count;
		kith_arena_init(&mem, 4096);
		assert_int_equal(kith_json_read(line, &mem, &json, &why), KITH_OK);
		const struct kith_json_node *node = kith_json_get(&json, json.root, "suppressed");
		if (node != NULL) {
			assert_int_equal(kith_json_text(&json, node, &mem, &number), KITH_OK);
			assert_true(kith_str_to_int(number, &count) && count > 0);
			sum += count;
		}
		*lines += kith_json_get(&json, json.root, "name") != NULL;
		kith_arena_done(&mem);
	}
	return sum;
}

/* However the clock stands: few lines, and what is written and left out is all there was. */
static void test_a_flood_is_few_lines_that_say_how_many_they_stand_for(void **state)
{
	(void)state;
	static struct kith_log_gate gate;
	enum { FLOOD = 5000 };
	struct kith_arena mem;
	int64_t lines;

	kith_arena_init(&mem, 65536);
	begin_capture();
	for (int i = 0; i < FLOOD; i++) {
		kith_log_bounded(&gate, KITH_LOG_WARN, "flood", "name", "x", NULL);
	}
	kith_log_settle();
	kith_log_settle(); /* nothing is owed twice */
	struct kith_str text = end_capture(&mem);
	int64_t left_out = suppressed_in(text, &lines);
	assert_in_range(lines, KITH_LOG_GATE_LINES, 5 * KITH_LOG_GATE_LINES);
	assert_int_equal(lines + left_out, FLOOD);
	assert_true(kith_str_find(text, 'w') >= 0);
	kith_arena_done(&mem);
}

static struct kith_log_gate shared_gate;

static void *flood(void *name)
{
	for (int i = 0; i < LINES; i++) {
		kith_log_bounded(&shared_gate, KITH_LOG_INFO, "flood", "name", (const char *)name,
		                 NULL);
	}
	return NULL;
}

static void test_a_flood_of_many_threads_is_counted_whole(void **state)
{
	(void)state;
	enum { THREADS = 4 };
	static char name[] = "x";
	struct kith_arena mem;
	pthread_t threads[THREADS];
	int64_t lines;

	kith_arena_init(&mem, 65536);
	begin_capture();
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, flood, name), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	kith_log_settle();
	int64_t left_out = suppressed_in(end_capture(&mem), &lines);
	assert_int_equal(lines + left_out, THREADS * LINES);
	assert_true(lines < THREADS * LINES);
	kith_arena_done(&mem);
}

static void test_a_bounded_line_below_the_level_is_no_line(void **state)
{
	(void)state;
	static struct kith_log_gate gate;
	struct kith_arena mem;

	kith_arena_init(&mem, 4096);
	begin_capture();
	for (int i = 0; i < 100; i++) {
		kith_log_bounded(&gate, KITH_LOG_DEBUG, "quiet", NULL);
	}
	kith_log_settle();
	assert_int_equal(end_capture(&mem).len, 0);
	kith_arena_done(&mem);
}

static void test_levels_are_found_by_their_names(void **state)
{
	(void)state;
	static const char *const names[] = { "debug", "info", "warn", "error" };
	enum kith_log_level level;

	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		assert_true(kith_log_level_find(kith_str_of(names[i]), &level));
		assert_int_equal(level, i);
		kith_log_set_level(level);
		assert_true(kith_log_is_on(level));
		assert_true(level == KITH_LOG_DEBUG ||
		            !kith_log_is_on((enum kith_log_level)(level - 1)));
	}
	kith_log_set_level(KITH_LOG_INFO);
	assert_false(kith_log_level_find(KITH_STR("loud"), &level));
	assert_int_equal(level, KITH_LOG_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_is_an_object_with_time_level_event_and_pairs),
		cmocka_unit_test(test_values_may_be_anything),
		cmocka_unit_test(test_lines_below_the_level_are_dropped),
		cmocka_unit_test(test_a_long_line_is_cut_and_stays_json),
		cmocka_unit_test(test_lines_of_two_threads_come_out_whole),
		cmocka_unit_test(test_a_flood_is_few_lines_that_say_how_many_they_stand_for),
		cmocka_unit_test(test_a_flood_of_many_threads_is_counted_whole),
		cmocka_unit_test(test_a_bounded_line_below_the_level_is_no_line),
		cmocka_unit_test(test_levels_are_found_by_their_names),
	};
	return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
