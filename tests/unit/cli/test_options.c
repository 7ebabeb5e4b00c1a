/*
 * test_options.c -- what may be typed, what is refused, what the help says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "cli/options.h"

enum { WORDS_MAX = 12 };

static const char *url_in_environment, *token_in_environment, *ca_in_environment;

static const char *environment(const char *name)
{
	return strcmp(name, "KITH_URL") == 0     ? url_in_environment
	       : strcmp(name, "KITH_TOKEN") == 0 ? token_in_environment
	       : strcmp(name, "KITH_CA") == 0    ? ca_in_environment
	                                         : NULL;
}

/* Reads LINE, words between blanks, behind "kith". */
static enum kith_rc read_words(const char *line, struct kith_cli_options *out, struct kith_why *why)
{
	static char text[256], program[] = "kith";
	char *words[WORDS_MAX] = { program };
	char *rest = text;
	int count = 1;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (word[0] != '\0') {
			words[count++] = word;
		}
	}
	return kith_cli_read(count, words, environment, out, why);
}

static const struct {
	const char *line;
	enum kith_cli_command command;
	const char *first, *second;
} good[] = {
	{ "send bob hello", KITH_CLI_SEND, "bob", "hello" },
	{ "send bob -", KITH_CLI_SEND, "bob", "-" },
	{ "send bob -- -x", KITH_CLI_SEND, "bob", "-x" },
	{ "--json send bob hello --id x --outbox f", KITH_CLI_SEND, "bob", "hello" },
	{ "send --lines", KITH_CLI_SEND, NULL, NULL },
	{ "send --lines bob", KITH_CLI_SEND, "bob", NULL },
	{ "--lines", KITH_CLI_SEND, NULL, NULL },
	{ "-l --outbox=f", KITH_CLI_SEND, NULL, NULL },
	{ "listen --since c --cursor f --count 3", KITH_CLI_LISTEN, NULL, NULL },
	{ "history bob -n 0", KITH_CLI_HISTORY, "bob", NULL },
	{ "recent --all", KITH_CLI_RECENT, NULL, NULL },
	{ "call me.get", KITH_CLI_CALL, "me.get", NULL },
	{ "call me.get {}", KITH_CLI_CALL, "me.get", "{}" },
	{ "call messages.get id=x", KITH_CLI_CALL, "messages.get", "id=x" },
	{ "chat bob --outbox f", KITH_CLI_CHAT, "bob", NULL },
	{ "login bob --server http://h --device Phone", KITH_CLI_LOGIN, "bob", NULL },
	{ "login --link c", KITH_CLI_LOGIN, NULL, NULL },
	{ "logout", KITH_CLI_LOGOUT, NULL, NULL },
	{ "sessions", KITH_CLI_SESSIONS, NULL, NULL },
	{ "sessions end x", KITH_CLI_SESSIONS, "end", "x" },
	{ "help", KITH_CLI_HELP, NULL, NULL },
	{ "help send", KITH_CLI_HELP, "send", NULL },
	{ "--help", KITH_CLI_HELP, NULL, NULL },
	{ "send --help", KITH_CLI_SEND, NULL, NULL },
	{ "--version", KITH_CLI_HELP, NULL, NULL },
	{ "version", KITH_CLI_VERSION, NULL, NULL },
};

static const char *const bad[] = {
	"",
	"dance",
	"send",
	"send bob",
	"send bob a b",
	"send --lines bob text",
	"send --lines --id x",
	"listen x",
	"history",
	"history a b",
	"recent x",
	"call",
	"chat",
	"chat a b",
	"login a b",
	"logout x",
	"sessions end a b",
	"send bob x --link c",
	"history bob --events",
	"listen --count 0",
	"listen --count -1",
	"listen --count x",
	"listen --count 99999999999999999999",
	"history bob --limit",
	"history bob --limit 1e3",
	"send bob x --timeout 0",
	"send bob x --timeout 3601",
	"send bob x --url=",
	"send bob x --ca=",
	"send bob x --nonsense",
	"send bob x -z",
	"recent --outbox f",
	"listen --id x",
	"history bob --lines",
	"recent --since c",
	"me.get --json=1 call",
	"send bob x --token",
};

static void test_good_lines_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(good); i++) {
		struct kith_cli_options options;
		struct kith_why why = { 0 };

		if (read_words(good[i].line, &options, &why) != KITH_OK) {
			fail_msg("%s: %s", good[i].line, why.detail);
		}
		assert_int_equal(options.command, good[i].command);
		if (good[i].first != NULL) {
			assert_string_equal(options.args[0], good[i].first);
		} else {
			assert_null(options.args[0]);
		}
		if (good[i].second != NULL) {
			assert_string_equal(options.args[1], good[i].second);
		} else {
			assert_null(options.args[1]);
		}
	}
}

static void test_bad_lines_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		struct kith_cli_options options = { .url = "before" };
		struct kith_why why = { 0 };

		if (read_words(bad[i], &options, &why) != KITH_E_INVALID_REQUEST) {
			fail_msg("\"%s\" was taken", bad[i]);
		}
		assert_string_equal(options.url, "before");
		assert_true(why.detail[0] != '\0');
	}
}

static void test_a_refusal_says_what_would_be_right(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{ "bogus", "unknown command bogus; see kith help" },
		{ "b\033[2Jx", "unknown command b\\x1b[2Jx; see kith help" },
		{ "send bob x --no\033", "unknown option --no\\x1b; see kith help" },
		{ "history",
		  "history needs more: kith history USER|CONVERSATION (see kith help history)" },
		{ "send bob",
		  "send needs a USER and a TEXT: kith send USER TEXT|- (see kith help send)" },
		{ "call",
		  "call needs more: kith call NAME [JSON|KEY=VALUE…] (see kith help call)" },
		{ "listen x", "listen takes no more: kith listen (see kith help listen)" },
	};
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_cli_options options;
		struct kith_why why = { 0 };

		assert_int_equal(read_words(cases[i].line, &options, &why), KITH_E_INVALID_REQUEST);
		assert_string_equal(why.detail, cases[i].why);
	}
}

static void test_the_command_line_beats_the_environment(void **state)
{
	struct kith_cli_options options;
	(void)state;

	assert_int_equal(read_words("recent", &options, NULL), KITH_OK);
	assert_string_equal(options.url, "http://127.0.0.1:8480");
	assert_null(options.token);
	assert_null(options.ca);
	assert_int_equal(options.limit, KITH_CLI_LIMIT_STANDARD);
	url_in_environment = "http://e";
	token_in_environment = "et";
	ca_in_environment = "ec";
	assert_int_equal(read_words("recent", &options, NULL), KITH_OK);
	assert_string_equal(options.url, "http://e");
	assert_string_equal(options.token, "et");
	assert_string_equal(options.ca, "ec");
	assert_int_equal(
		read_words("recent -u http://o -t ot --ca oc --timeout 2 -a -j", &options, NULL),
		KITH_OK);
	assert_string_equal(options.url, "http://o");
	assert_string_equal(options.token, "ot");
	assert_string_equal(options.ca, "oc");
	assert_int_equal(options.timeout_ms, 2000);
	assert_int_equal(options.limit, 0);
	assert_true(options.is_json);
	url_in_environment = "";
	assert_int_equal(read_words("recent", &options, NULL), KITH_OK);
	assert_string_equal(options.url, "http://127.0.0.1:8480");
	url_in_environment = NULL;
	token_in_environment = NULL;
	ca_in_environment = NULL;
}

static void test_the_help_names_everything_that_may_be_typed(void **state)
{
	static const char *const options[] = { "--url",    "--token",   "--ca",
		                               "--json",   "--lines",   "--id",
		                               "--outbox", "--timeout", "--help" };
	(void)state;

	for (int i = 0; i < KITH_CLI_COMMAND_COUNT; i++) {
		struct kith_buf text = { 0 };

		kith_cli_help((enum kith_cli_command)i, &text);
		assert_true(text.len > 100);
		kith_buf_add_char(&text, '\0');
		assert_non_null(strstr(text.at, "  kith "));
		for (const char *line = text.at; *line != '\0'; line = strchr(line, '\n') + 1) {
			assert_true(strcspn(line, "\n") <= 90);
		}
		if (i == KITH_CLI_SEND) {
			for (size_t at = 0; at < KITH_COUNT(options); at++) {
				assert_non_null(strstr(text.at, options[at]));
			}
			assert_null(strstr(text.at, "--since"));
		}
		kith_buf_done(&text);
	}
	assert_int_equal(kith_cli_find("recent"), KITH_CLI_RECENT);
	assert_int_equal(kith_cli_find("nope"), KITH_CLI_COMMAND_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines_are_understood),
		cmocka_unit_test(test_bad_lines_are_refused),
		cmocka_unit_test(test_a_refusal_says_what_would_be_right),
		cmocka_unit_test(test_the_command_line_beats_the_environment),
		cmocka_unit_test(test_the_help_names_everything_that_may_be_typed),
	};
	return cmocka_run_group_tests_name("cli/options", tests, NULL, NULL);
}
