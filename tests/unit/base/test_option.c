/*
 * test_option.c -- configuration: every type and its limits, the errors as people see
 * them, the environment, and an example that reads back.
 */
#include "base/mem.h"
#include "base/option.h"
#include "base/utf8.h"
#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct config {
	struct kith_str name;
	int64_t port;
	bool is_open;
	int64_t wait_us;
	int64_t room_bytes;
	struct kith_option_rate pace;
};

static const struct kith_option rows[] = {
	{ "name", KITH_OPTION_TEXT, offsetof(struct config, name), "", 0, 0,
	  "What this is called.\n\nAnything may stand here." },
	{ "port", KITH_OPTION_INTEGER, offsetof(struct config, port), "8480", 0, 65535, "Where." },
	{ "is_open", KITH_OPTION_BOOL, offsetof(struct config, is_open), "true", 0, 0, "Whether." },
	{ "wait", KITH_OPTION_SPAN, offsetof(struct config, wait_us), "90s", KITH_SECOND_US,
	  KITH_HOUR_US, "How long." },
	{ "room", KITH_OPTION_SIZE, offsetof(struct config, room_bytes), "64k", 512, 1 << 30,
	  "How much." },
	{ "pace", KITH_OPTION_RATE, offsetof(struct config, pace), "30/s burst 150", 0, 1000,
	  "How often." },
};

enum { ROWS = KITH_COUNT(rows) };

/* Reads TEXT as "conf" over the defaults. */
static enum kith_rc read_text(struct kith_str text, struct kith_arena *mem, struct config *config,
                              struct kith_why *why)
{
	kith_option_defaults(rows, ROWS, config);
	return kith_option_read(rows, ROWS, text, "conf", mem, config, why);
}

static void check_defaults(const struct config *config)
{
	assert_int_equal(config->name.len, 0);
	assert_int_equal(config->port, 8480);
	assert_true(config->is_open);
	assert_true(config->wait_us == 90 * KITH_SECOND_US);
	assert_int_equal(config->room_bytes, 65536);
	assert_int_equal(config->pace.count, 30);
	assert_int_equal(config->pace.span_us, KITH_SECOND_US);
	assert_int_equal(config->pace.burst, 150);
}

static void test_defaults_are_the_rows(void **state)
{
	(void)state;
	struct config config;
	kith_option_defaults(rows, ROWS, &config);
	check_defaults(&config);
}

static void test_each_type_is_read(void **state)
{
	(void)state;
	struct kith_arena mem;
	struct config config;
	struct kith_why why;
	kith_arena_init(&mem, 1024);
	assert_int_equal(
		read_text(KITH_STR("# a comment\n\n  name=two words # one value\n"
	                           "\tport =\t0\r\nis_open = false\nwait = 1h\nroom = 16m"),
	                  &mem, &config, &why),
		KITH_OK);
	assert_true(kith_str_is(config.name, "two words # one value"));
	assert_int_equal(config.name.at[config.name.len], 0);
	assert_int_equal(config.port, 0);
	assert_false(config.is_open);
	assert_true(config.wait_us == KITH_HOUR_US);
	assert_int_equal(config.room_bytes, 16 << 20);
	kith_arena_done(&mem);
}

static const struct {
	const char *text;
	const char *name;
} names[] = {
	{ "name = \" kept blanks \"", " kept blanks " },
	{ "name = \"\"", "" },
	{ "name =", "" },
	{ "name = a = b", "a = b" },
	{ "name = #", "#" },
	{ "name = h\xc3\xa9", "h\xc3\xa9" },
};

static void test_texts_may_be_quoted(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		struct kith_arena mem;
		struct config config;
		struct kith_why why;
		kith_arena_init(&mem, 1024);
		assert_int_equal(read_text(kith_str_of(names[i].text), &mem, &config, &why),
		                 KITH_OK);
		assert_true(kith_str_is(config.name, names[i].name));
		kith_arena_done(&mem);
	}
}

static const struct {
	const char *text;
	struct kith_option_rate rate;
} rates[] = {
	{ "pace = 0", { 0, 0, 0 } },
	{ "pace = 1/s", { 1, KITH_SECOND_US, 1 } },
	{ "pace = 5/m", { 5, KITH_MINUTE_US, 5 } },
	{ "pace = 7/h burst 9", { 7, KITH_HOUR_US, 9 } },
	{ "pace = 10/10m", { 10, 10 * KITH_MINUTE_US, 10 } },
	{ "pace = 10/90s  burst  2", { 10, 90 * KITH_SECOND_US, 2 } },
	{ "pace = 1/24h burst 366", { 1, KITH_DAY_US, 366 } },
	{ "pace = 1000/1d burst 1000", { 1000, KITH_DAY_US, 1000 } },
};

static void test_a_rate_is_so_many_in_a_time_and_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(rates); i++) {
		struct kith_arena mem;
		struct config config;
		struct kith_why why = { .detail = "" };
		kith_arena_init(&mem, 1024);
		if (read_text(kith_str_of(rates[i].text), &mem, &config, &why) != KITH_OK) {
			fail_msg("%s", why.detail);
		}
		assert_int_equal(config.pace.count, rates[i].rate.count);
		assert_int_equal(config.pace.span_us, rates[i].rate.span_us);
		assert_int_equal(config.pace.burst, rates[i].rate.burst);
		kith_arena_done(&mem);
	}
}

static const char *const no_rates[] = {
	"",
	"10",
	"/s",
	"10/",
	"0/s",
	"-1/s",
	"1001/s",
	"10/x",
	"10/2d",
	"10/s burst",
	"10/s burst ",
	"10/s burst 0",
	"10/s 20",
	"10/s burst 1001",
	"10/s burst 5 x",
	"10 / s",
	"10/ s",
	"10/0s",
	"10/s,burst 5",
	"1/24h burst 367",
	"none",
	"ten/s",
	"10/s Burst 5",
	"00/s",
};

static void test_what_is_no_rate_is_refused_with_what_one_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(no_rates); i++) {
		struct kith_arena mem;
		struct config config;
		struct kith_why why = { .detail = "" };
		struct kith_buf text = { 0 };
		kith_arena_init(&mem, 1024);
		kith_buf_add_format(&text, "pace = %s", no_rates[i]);
		if (read_text(kith_buf_str(&text), &mem, &config, &why) != KITH_E_INVALID_REQUEST) {
			fail_msg("\"%s\"", no_rates[i]);
		}
		assert_string_equal(why.detail,
		                    "conf:1: \"pace\" must be a rate like 100/s, 100/s burst 400 "
		                    "or 10/10m, or 0 for none, up to 1000");
		check_defaults(&config);
		kith_buf_done(&text);
		kith_arena_done(&mem);
	}
}

static const struct {
	const char *text;
	const char *detail;
} refused[] = {
	{ "x = 1", "conf:1: unknown key \"x\"" },
	{ "\n# y\nPort = 1", "conf:3: unknown key \"Port\"" },
	{ " = 1", "conf:1: unknown key \"\"" },
	{ "port", "conf:1: expected key = value" },
	{ "port 1", "conf:1: expected key = value" },
	{ "port = 1\nname = a\nport = 2", "conf:3: \"port\" is in line 1 already" },
	{ "port =", "conf:1: \"port\" must be a number, from 0 to 65535" },
	{ "port = -1", "conf:1: \"port\" must be a number, from 0 to 65535" },
	{ "port = 65536", "conf:1: \"port\" must be a number, from 0 to 65535" },
	{ "port = 1 # one", "conf:1: \"port\" must be a number, from 0 to 65535" },
	{ "port = 0x1", "conf:1: \"port\" must be a number, from 0 to 65535" },
	{ "port = 99999999999999999999", "conf:1: \"port\" must be a number, from 0 to 65535" },
	{ "is_open = yes", "conf:1: \"is_open\" must be true or false" },
	{ "is_open = True", "conf:1: \"is_open\" must be true or false" },
	{ "wait = 10",
	  "conf:1: \"wait\" must be a time like 90s, 15m, 1h or 7d, from 1s to 3600s" },
	{ "wait = 61m",
	  "conf:1: \"wait\" must be a time like 90s, 15m, 1h or 7d, from 1s to 3600s" },
	{ "room = 511",
	  "conf:1: \"room\" must be a size like 512, 64k, 16m or 2g, from 512 to 1073741824" },
	{ "room = 2g",
	  "conf:1: \"room\" must be a size like 512, 64k, 16m or 2g, from 512 to 1073741824" },
	{ "room = 1t",
	  "conf:1: \"room\" must be a size like 512, 64k, 16m or 2g, from 512 to 1073741824" },
	{ "room = k",
	  "conf:1: \"room\" must be a size like 512, 64k, 16m or 2g, from 512 to 1073741824" },
	{ "room = -1k",
	  "conf:1: \"room\" must be a size like 512, 64k, 16m or 2g, from 512 to 1073741824" },
	{ "room = 9223372036854775807g",
	  "conf:1: \"room\" must be a size like 512, 64k, 16m or 2g, from 512 to 1073741824" },
	{ "name = \"open", "conf:1: a double quote out of place" },
	{ "name = \"", "conf:1: a double quote out of place" },
	{ "name = a\"b\"", "conf:1: a double quote out of place" },
	{ "name = \"a\"b\"", "conf:1: a double quote out of place" },
	{ "name = a\x1b[31m", "conf:1: control characters, or not UTF-8" },
	{ "name = \xff", "conf:1: control characters, or not UTF-8" },
	{ "name = a\rport = 1", "conf:1: control characters, or not UTF-8" },
};

static void test_errors_name_file_line_and_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refused); i++) {
		struct kith_arena mem;
		struct config config;
		struct kith_why why = { 0 };
		struct kith_str text = kith_str_of(refused[i].text);
		kith_arena_init(&mem, 1024);
		assert_int_equal(read_text(text, &mem, &config, &why), KITH_E_INVALID_REQUEST);
		assert_string_equal(why.detail, refused[i].detail);
		assert_int_equal(read_text(text, &mem, &config, NULL), KITH_E_INVALID_REQUEST);
		kith_arena_done(&mem);
	}
}

static void test_a_refused_line_leaves_its_field_alone(void **state)
{
	(void)state;
	struct kith_arena mem;
	struct config config;
	struct kith_why why;
	kith_arena_init(&mem, 1024);
	assert_int_equal(read_text(KITH_STR("room = 1k\nport = 70000\nis_open = false"), &mem,
	                           &config, &why),
	                 KITH_E_INVALID_REQUEST);
	assert_int_equal(config.room_bytes, 1024);
	assert_int_equal(config.port, 8480);
	assert_true(config.is_open);
	kith_arena_done(&mem);
}

/* COUNT bytes of UNIT as a file. */
static enum kith_rc read_bytes(size_t count, char unit, size_t every, struct kith_why *why)
{
	struct kith_arena mem;
	struct config config;
	struct kith_buf buf = { 0 };
	kith_arena_init(&mem, 1024);
	for (size_t i = 0; i < count; i++) {
		kith_buf_add_char(&buf, i % every == every - 1 ? '\n' : unit);
	}
	enum kith_rc rc = read_text(kith_buf_str(&buf), &mem, &config, why);
	kith_buf_done(&buf);
	kith_arena_done(&mem);
	return rc;
}

static void test_files_and_lines_have_a_limit(void **state)
{
	(void)state;
	struct kith_why why;
	assert_int_equal(read_bytes(KITH_OPTION_FILE_MAX, '#', 100, &why), KITH_OK);
	assert_int_equal(read_bytes(KITH_OPTION_FILE_MAX + 1, '#', 100, &why),
	                 KITH_E_INVALID_REQUEST);
	assert_string_equal(why.detail, "conf: longer than 65536 bytes");
	assert_int_equal(read_bytes(KITH_OPTION_LINE_MAX, '#', 10000, &why), KITH_OK);
	assert_int_equal(read_bytes(KITH_OPTION_LINE_MAX + 1, '#', 10000, &why),
	                 KITH_E_INVALID_REQUEST);
	assert_string_equal(why.detail, "conf:1: longer than 4096 bytes");
}

/* The environment's strings are not const. */
#define VARIABLE(text) ((char[]){ text })

static void test_the_environment_overrides(void **state)
{
	(void)state;
	char *const environment[] = {
		VARIABLE("PATH=/bin"),
		VARIABLE("KITH_PORT=7"),
		VARIABLE("KITH_NAME=\"as it is\""),
		VARIABLE("KITH_OTHER=1"),
		VARIABLE("kith_room=9"),
		VARIABLE("KITH_room=9"),
		VARIABLE("KITH_WAITING=9"),
		VARIABLE("KITH_=9"),
		VARIABLE("KITH_IS_OPEN"),
		VARIABLE("XKITH_IS_OPEN=no"),
		NULL,
	};
	struct kith_arena mem;
	struct config config;
	struct kith_why why;
	kith_arena_init(&mem, 1024);
	kith_option_defaults(rows, ROWS, &config);
	assert_int_equal(kith_option_environment(rows, ROWS, environment, &mem, &config, &why),
	                 KITH_OK);
	assert_int_equal(config.port, 7);
	assert_true(kith_str_is(config.name, "\"as it is\""));
	assert_true(config.is_open);
	assert_int_equal(config.room_bytes, 65536);
	kith_arena_done(&mem);
}

static void test_a_bad_variable_is_named(void **state)
{
	(void)state;
	char *const environments[][2] = {
		{ VARIABLE("KITH_PORT=x"), NULL },
		{ VARIABLE("KITH_NAME=\x1b"), NULL },
		{ VARIABLE("KITH_IS_OPEN="), NULL },
	};
	static const char *const details[] = {
		"KITH_PORT: \"port\" must be a number, from 0 to 65535",
		"KITH_NAME: \"name\" has control characters or is not UTF-8",
		"KITH_IS_OPEN: \"is_open\" must be true or false",
	};
	for (size_t i = 0; i < KITH_COUNT(environments); i++) {
		struct kith_arena mem;
		struct config config;
		struct kith_why why = { 0 };
		kith_arena_init(&mem, 1024);
		kith_option_defaults(rows, ROWS, &config);
		assert_int_equal(
			kith_option_environment(rows, ROWS, environments[i], &mem, &config, &why),
			KITH_E_INVALID_REQUEST);
		assert_string_equal(why.detail, details[i]);
		check_defaults(&config);
		kith_arena_done(&mem);
	}
}

static void test_the_example_explains_and_reads_back(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	struct kith_arena mem;
	struct config config;
	struct kith_why why;
	kith_arena_init(&mem, 1024);
	kith_option_example(rows, ROWS, &buf);
	assert_true(kith_str_is(kith_buf_str(&buf),
	                        "# What this is called.\n#\n# Anything may stand here.\nname =\n\n"
	                        "# Where.\nport = 8480\n\n# Whether.\nis_open = true\n\n"
	                        "# How long.\nwait = 90s\n\n# How much.\nroom = 64k\n\n"
	                        "# How often.\npace = 30/s burst 150\n"));
	assert_int_equal(read_text(kith_buf_str(&buf), &mem, &config, &why), KITH_OK);
	check_defaults(&config);
	kith_arena_done(&mem);
	kith_buf_done(&buf);
}

static void test_a_long_key_is_cut_and_stays_text(void **state)
{
	(void)state;
	struct kith_arena mem;
	struct config config;
	struct kith_why why;
	struct kith_buf buf = { 0 };
	kith_arena_init(&mem, 1024);
	for (int i = 0; i < 500; i++) {
		kith_buf_add_text(&buf, "\xe2\x82\xac");
	}
	kith_buf_add_text(&buf, " = 1");
	assert_int_equal(read_text(kith_buf_str(&buf), &mem, &config, &why),
	                 KITH_E_INVALID_REQUEST);
	assert_true(kith_utf8_is_valid(kith_str_of(why.detail)));
	kith_arena_done(&mem);
	kith_buf_done(&buf);
}

static void test_the_nth_allocation_fails_and_says_so(void **state)
{
	(void)state;
	char *const environment[] = { VARIABLE("KITH_NAME=from the environment"), NULL };
	enum kith_rc rc = KITH_E_NO_MEMORY;
	uint64_t nth = 0;
	while (rc != KITH_OK) {
		struct kith_arena mem;
		struct config config;
		struct kith_why why;
		kith_arena_init(&mem, 16);
		kith_mem_fail_from(++nth);
		rc = read_text(KITH_STR("name = a text of more than sixteen"), &mem, &config, &why);
		assert_true(rc == KITH_OK || config.name.len == 0);
		if (rc == KITH_OK) {
			rc = kith_option_environment(rows, ROWS, environment, &mem, &config, &why);
			bool is_set = kith_str_is(config.name, "from the environment");
			assert_true((rc == KITH_OK) == is_set);
		}
		assert_true(rc == KITH_OK || rc == KITH_E_NO_MEMORY);
		kith_mem_fail_never();
		kith_arena_done(&mem);
	}
	assert_true(nth > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_the_rows),
		cmocka_unit_test(test_each_type_is_read),
		cmocka_unit_test(test_texts_may_be_quoted),
		cmocka_unit_test(test_a_rate_is_so_many_in_a_time_and_at_once),
		cmocka_unit_test(test_what_is_no_rate_is_refused_with_what_one_is),
		cmocka_unit_test(test_errors_name_file_line_and_key),
		cmocka_unit_test(test_a_refused_line_leaves_its_field_alone),
		cmocka_unit_test(test_files_and_lines_have_a_limit),
		cmocka_unit_test(test_the_environment_overrides),
		cmocka_unit_test(test_a_bad_variable_is_named),
		cmocka_unit_test(test_the_example_explains_and_reads_back),
		cmocka_unit_test(test_a_long_key_is_cut_and_stays_text),
		cmocka_unit_test(test_the_nth_allocation_fails_and_says_so),
	};
	return cmocka_run_group_tests_name("base/option", tests, NULL, NULL);
}
