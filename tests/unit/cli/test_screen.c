/*
 * test_screen.c -- what is drawn, read back by a terminal that knows just that much.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/screen.h"
#include "cli/width.h"

enum { ROWS = 12, ROW_BYTES = 400 };

/* A terminal: rows of text, styles left out. */
struct glass {
	char rows[ROWS][ROW_BYTES];
	size_t row, column; /* of the cursor, from 0; the column in columns */
	size_t rows_sent;
};

struct table {
	struct kith_thread thread;
	struct kith_input input;
	struct kith_screen screen;
	struct glass glass;
};

/* Handles \x1b[…X; nothing else may come. */
static struct kith_str obey(struct glass *glass, struct kith_str out)
{
	size_t len = 2;
	unsigned row = 1, column = 1;

	assert_true(out.len > 2 && out.at[1] == '[');
	while (len < out.len && (out.at[len] < '@' || out.at[len] > '~')) {
		len++;
	}
	assert_true(len < out.len);
	if (out.at[len] == 'H') {
		(void)!sscanf(out.at + 2, "%u;%u", &row, &column);
		assert_in_range(row, 1, ROWS);
		glass->row = row - 1;
		glass->column = column - 1;
		glass->rows_sent++;
	} else if (out.at[len] == 'J') {
		memset(glass->rows, 0, sizeof(glass->rows));
	} else if (out.at[len] == 'K') {
		glass->rows[glass->row][strlen(glass->rows[glass->row])] = '\0';
	} else {
		assert_true(out.at[len] == 'm');
	}
	return kith_str_skip(out, len + 1);
}

static void look(struct glass *glass, struct kith_str out)
{
	bool is_fresh = false;

	glass->rows_sent = 0;
	while (out.len > 0) {
		if (out.at[0] == '\x1b') {
			is_fresh = out.at[out.len > 2 ? 2 : 0] != 'm';
			out = obey(glass, out);
			if (glass->column == 0 && is_fresh) {
				glass->rows[glass->row][0] =
					glass->rows_sent > 0 && out.len > 0 && out.at[0] != '\x1b'
						? '\0'
						: glass->rows[glass->row][0];
			}
			continue;
		}
		size_t columns, len = kith_width_next(out, &columns);
		char *row = glass->rows[glass->row];

		assert_true((uint8_t)out.at[0] >= 0x20); /* no control gets through */
		if (glass->column == 0) {
			row[0] = '\0';
		}
		snprintf(row + strlen(row), ROW_BYTES - strlen(row), "%.*s", (int)len, out.at);
		glass->column += columns;
		out = kith_str_skip(out, len);
	}
}

static void draw(struct table *table, const char *status)
{
	struct kith_buf out = { 0 };

	kith_screen_draw(&table->screen, &table->thread, kith_str_of(status), &table->input, &out);
	assert_false(out.failed);
	look(&table->glass, kith_buf_str(&out));
	kith_buf_done(&out);
}

static void table_init(struct table *table, size_t columns, size_t rows)
{
	memset(table, 0, sizeof(*table));
	snprintf(table->thread.me, sizeof(table->thread.me), "alice");
	table->screen.columns = columns;
	table->screen.rows = rows;
	kith_screen_clear(&table->screen);
}

static void table_done(struct table *table)
{
	kith_thread_done(&table->thread);
	kith_input_done(&table->input);
	kith_screen_done(&table->screen);
}

static void add(struct table *table, int64_t n, const char *from, const char *text)
{
	char id[32];
	struct kith_api_message message = {
		.n = n,
		.from = kith_text_of(from),
		.text = kith_text_of(text),
		.sent_at_us = INT64_C(1795342530123000),
	};

	snprintf(id, sizeof(id), "m%lld", (long long)n);
	message.id = kith_text_of(id);
	kith_thread_add(&table->thread, &message);
}

static void expect(const struct table *table, size_t row, const char *text)
{
	if (strcmp(table->glass.rows[row], text) != 0) {
		fail_msg("row %zu: \"%s\"", row, table->glass.rows[row]);
	}
}

static void test_the_newest_messages_stand_above_the_line(void **state)
{
	struct table table;
	struct kith_str keys = KITH_STR("hi");
	(void)state;

	table_init(&table, 40, 6);
	add(&table, 1, "bob", "one");
	assert_int_equal(kith_input_feed(&table.input, &keys), KITH_INPUT_MORE);
	draw(&table, " bob");
	expect(&table, 2, "");
	expect(&table, 3, "10:15 bob: one");
	expect(&table, 4, " bob                                    ");
	expect(&table, 5, "> hi");
	assert_int_equal(table.glass.row, 5);
	assert_int_equal(table.glass.column, 4);
	for (int n = 2; n <= 9; n++) {
		add(&table, n, "bob", n == 9 ? "nine" : "x");
	}
	draw(&table, " bob");
	expect(&table, 0, "10:15 bob: x");
	expect(&table, 3, "10:15 bob: nine");
	table_done(&table);
}

static void test_r_053_ticks_change_where_they_stand(void **state)
{
	struct table table;
	(void)state;

	table_init(&table, 40, 6);
	add(&table, 1, "bob", "one");
	kith_thread_write(&table.thread, 7, KITH_STR("mine"), KITH_STR(""),
	                  INT64_C(1795342530123000));
	draw(&table, "");
	expect(&table, 3, "10:15 alice: mine …");
	add(&table, 2, "alice", "also");
	draw(&table, "");
	expect(&table, 2, "10:15 alice: also ✓");
	kith_thread_mark(&table.thread, 2, 0);
	draw(&table, "");
	expect(&table, 2, "10:15 alice: also ✓✓");
	/* Only that row was sent, and the cursor's place. */
	assert_int_equal(table.glass.rows_sent, 2);
	draw(&table, "");
	assert_int_equal(table.glass.rows_sent, 1);
	table_done(&table);
}

static void test_what_others_write_cannot_leave_its_place(void **state)
{
	struct table table;
	(void)state;

	table_init(&table, 60, 8);
	add(&table, 1, "b\x1b[2Job", "a\x1b[31mb\x07\xe2\x80\xae\nsecond\r line");
	draw(&table, "");
	expect(&table, 4, "10:15 b\\x1b[2Job: a\\x1b[31mb\\x07\\u202e");
	expect(&table, 5, "    second\\x0d line");
	table_done(&table);
}

static void test_long_and_wide_text_goes_on_in_the_next_row(void **state)
{
	struct table table;
	(void)state;

	table_init(&table, 20, 8);
	add(&table, 1, "bob", "0123456789abcdefghij");
	add(&table, 2, "bob", "日本語日本語");
	draw(&table, "a status that is much longer than a row");
	expect(&table, 2, "10:15 bob: 012345678");
	expect(&table, 3, "    9abcdefghij");
	expect(&table, 4, "10:15 bob: 日本語日");
	expect(&table, 5, "    本語");
	expect(&table, 6, "a status that is muc");
	table_done(&table);
}

static void test_a_message_that_is_larger_than_the_screen_shows_its_end(void **state)
{
	struct table table;
	char text[3000];
	(void)state;

	table_init(&table, 20, 5);
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text + sizeof(text) - 4, "end", 4);
	add(&table, 1, "bob", text);
	draw(&table, "");
	assert_non_null(strstr(table.glass.rows[2], "end"));
	table_done(&table);
}

static void test_what_became_of_a_message_is_shown(void **state)
{
	struct table table;
	struct kith_api_reaction_change change = { .message = kith_text_of("m1"),
		                                   .emoji = kith_text_of("👍"),
		                                   .user = kith_text_of("bob"),
		                                   .is_on = true };
	const struct kith_api_quote quote = { .id = kith_text_of("m1"), .n = 1 };
	struct kith_api_message message = { .id = kith_text_of("m2"),
		                            .n = 2,
		                            .from = kith_text_of("bob"),
		                            .text = kith_text_of("yes"),
		                            .edits = 1,
		                            .reply_to = &quote,
		                            .sent_at_us = INT64_C(1795342530123000) };
	(void)state;

	table_init(&table, 60, 6);
	add(&table, 1, "alice", "one");
	kith_thread_react(&table.thread, &change);
	change.user = kith_text_of("carol");
	kith_thread_react(&table.thread, &change);
	kith_thread_add(&table.thread, &message);
	kith_thread_note(&table.thread, KITH_STR("no\x07te"), 0);
	draw(&table, "");
	expect(&table, 1, "10:15 alice: one  👍 2 ✓");
	expect(&table, 2, "10:15 bob: ↪ one — yes (edited)");
	expect(&table, 3, "* no\\x07te");
	kith_thread_delete(&table.thread, kith_text_of("m1"));
	draw(&table, "");
	expect(&table, 1, "10:15 alice: (deleted) ✓");
	table_done(&table);
}

/* Whatever size a terminal says it has, something is drawn and nothing outside. */
static void test_any_size_is_good_enough(void **state)
{
	(void)state;
	for (size_t columns = 0; columns < 12; columns++) {
		for (size_t rows = 0; rows <= ROWS; rows++) {
			struct table table;

			table_init(&table, columns, rows);
			add(&table, 1, "bob", "some 日本 text");
			draw(&table, "status");
			table_done(&table);
		}
	}
	struct table large;
	struct kith_buf out = { 0 };

	table_init(&large, KITH_SCREEN_COLUMNS_MAX + 1, KITH_SCREEN_ROWS_MAX + 1);
	kith_screen_draw(&large.screen, &large.thread, KITH_STR(""), &large.input, &out);
	assert_int_equal(large.screen.rows, KITH_SCREEN_ROWS_MAX);
	assert_int_equal(large.screen.columns, KITH_SCREEN_COLUMNS_MAX);
	kith_buf_done(&out);
	table_done(&large);
}

static int start(void **state)
{
	(void)state;
	kith_width_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_newest_messages_stand_above_the_line),
		cmocka_unit_test(test_r_053_ticks_change_where_they_stand),
		cmocka_unit_test(test_what_others_write_cannot_leave_its_place),
		cmocka_unit_test(test_long_and_wide_text_goes_on_in_the_next_row),
		cmocka_unit_test(test_a_message_that_is_larger_than_the_screen_shows_its_end),
		cmocka_unit_test(test_what_became_of_a_message_is_shown),
		cmocka_unit_test(test_any_size_is_good_enough),
	};
	return cmocka_run_group_tests_name("cli/screen", tests, start, NULL);
}
