/*
 * test_admin.c -- the operator's commands on a real store: each success, what is
 * refused and with which code, repeats, and a store that fails.
 */
#include "base/json.h"
#include "base/log.h"
#include "unit/server/room.h"

static int set_up(void **state)
{
	struct room *room = calloc(1, sizeof(*room));

	assert_non_null(room);
	room_init(room);
	*state = room;
	return 0;
}

static int tear_down(void **state)
{
	struct room *room = *state;

	room_done(room);
	free(room);
	return 0;
}

/* A command, its exit code, and how its answer and its complaint begin or read. */
struct step {
	const char *name;
	const char *words;
	int code;
	const char *out;
	const char *err;
};

static void run_steps(struct room *room, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int code = room_run(room, steps[i].words);
		if (code != steps[i].code || strcmp(room->out.at, steps[i].out) != 0 ||
		    strncmp(room->err.at, steps[i].err, strlen(steps[i].err)) != 0 ||
		    (steps[i].err[0] == '\0') != (room->err.at[0] == '\0')) {
			fail_msg("%s: exit %d, out \"%s\", err \"%s\"", steps[i].name, code,
			         room->out.at, room->err.at);
		}
	}
}

static void test_organizations(void **state)
{
	static const char id64[] =
		"org|add|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	static const struct step steps[] = {
		{ "R-102 a new store has one organization", "org|list", 0,
		  "default\tdefault.localhost\n", "" },
		{ "R-003 a domain of its own", "org|add|acme", 0,
		  "org acme\ndomain acme.example.org\n", "" },
		{ "another domain", "org|add|beta|--domain|beta.example", 0,
		  "org beta\ndomain beta.example\n", "" },
		{ "a repeat is a conflict", "org|add|acme", 1, "",
		  "kithctl: conflict: The request contradicts what is stored. "
		  "(the organization \"acme\" exists)\n" },
		{ "a domain has one organization", "org|add|gamma|--domain|beta.example", 1, "",
		  "kithctl: conflict: The request contradicts what is stored. "
		  "(\"beta.example\" is the domain of \"beta\")\n" },
		{ "an id in capitals", "org|add|Acme", 1, "", "kithctl: invalid_request: " },
		{ "an id with a dot", "org|add|a.b", 1, "", "kithctl: invalid_request: " },
		{ "no id at all", "org|add|", 1, "", "kithctl: invalid_request: " },
		{ "an id that makes no domain", "org|add|-a", 1, "", "kithctl: invalid_request: " },
		{ "such an id with a domain", "org|add|-a|--domain|a.b", 0, "org -a\ndomain a.b\n",
		  "" },
		{ "a domain that is none", "org|add|delta|--domain|a..b", 1, "",
		  "kithctl: invalid_request: " },
		{ "64 characters are no label", id64, 1, "", "kithctl: invalid_request: " },
		{ "all are listed by id", "org|list", 0,
		  "-a\ta.b\nacme\tacme.example.org\nbeta\tbeta.example\ndefault\tdefault."
		  "localhost\n",
		  "" },
		{ "as JSON", "org|list|--json", 0,
		  "{\"id\":\"-a\",\"domain\":\"a.b\"}\n"
		  "{\"id\":\"acme\",\"domain\":\"acme.example.org\"}\n"
		  "{\"id\":\"beta\",\"domain\":\"beta.example\"}\n"
		  "{\"id\":\"default\",\"domain\":\"default.localhost\"}\n",
		  "" },
	};

	run_steps(*state, steps, KITH_COUNT(steps));
}

static void test_users(void **state)
{
	static const struct step steps[] = {
		{ "R-102 a new store has no user", "user|list", 0, "", "" },
		{ "R-002 in default, named like the id", "user|add|alice", 0,
		  "user alice\norg default\n", "" },
		{ "with a name", "user|add|bob|--name|Bob \xc3\xa9", 0, "user bob\norg default\n",
		  "" },
		{ "a repeat is a conflict", "user|add|alice", 1, "",
		  "kithctl: conflict: The request contradicts what is stored. "
		  "(the user is in \"default\" already)\n" },
		{ "under another name as well", "user|add|alice|--name|Al", 1, "",
		  "kithctl: conflict: The request contradicts what is stored. "
		  "(the user exists under another display name)\n" },
		{ "no such organization", "user|add|alice|--org|acme", 1, "",
		  "kithctl: not_found: There is nothing here that you may see. "
		  "(no organization \"acme\")\n" },
		{ "the organization", "org|add|acme", 0, "org acme\ndomain acme.example.org\n",
		  "" },
		{ "R-001 joins one more", "user|add|alice|--org|acme", 0, "user alice\norg acme\n",
		  "" },
		{ "just once", "user|add|alice|--org|acme", 1, "", "kithctl: conflict: " },
		{ "joins under the same name", "user|add|bob|--name|Bob \xc3\xa9|--org|acme", 0,
		  "user bob\norg acme\n", "" },
		{ "a third, in acme only", "user|add|carol|--org|acme|--name|C \"q\"", 0,
		  "user carol\norg acme\n", "" },
		{ "all by id", "user|list", 0, "alice\talice\nbob\tBob \xc3\xa9\ncarol\tC \"q\"\n",
		  "" },
		{ "of one organization", "user|list|--org|default", 0,
		  "alice\talice\nbob\tBob \xc3\xa9\n", "" },
		{ "as JSON", "user|list|--json|--after|bob", 0,
		  "{\"id\":\"carol\",\"name\":\"C \\\"q\\\"\"}\n", "" },
		{ "a page says that there is more", "user|list|--limit|2", 0,
		  "alice\talice\nbob\tBob \xc3\xa9\n", "kithctl: there are more: --after bob\n" },
		{ "the next page is the last", "user|list|--limit|2|--after|bob", 0,
		  "carol\tC \"q\"\n", "" },
		{ "a full page that is the last", "user|list|--limit|3", 0,
		  "alice\talice\nbob\tBob \xc3\xa9\ncarol\tC \"q\"\n", "" },
		{ "no limit of 0", "user|list|--limit|0", 1, "", "kithctl: invalid_request: " },
		{ "no limit above 10000", "user|list|--limit|10001", 1, "",
		  "kithctl: invalid_request: " },
		{ "no limit in words", "user|list|--limit|all", 1, "",
		  "kithctl: invalid_request: " },
		{ "of an organization that is not there", "user|list|--org|x", 1, "",
		  "kithctl: not_found: " },
	};

	run_steps(*state, steps, KITH_COUNT(steps));
}

static void test_a_refused_user_is_not_added(void **state)
{
	static const char *const bad_ids[] = {
		"",
		"Alice",
		"a b",
		"a@b",
		"a/b",
		"\xc3\xa9",
		"0x00112233445566778899aabbccddeeff00112233",
		"01890000-0000-7000-8000-000000000000",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	static const char *const bad_names[] = {
		"",          "a\tb",      "a\nb",  "\x1b[31mred", "a\x7f",
		"a\xc2\x80", "a\xc2\x9f", "a\xff", "a\xc3",
	};
	struct room *room = *state;
	char words[400];

	for (size_t i = 0; i < KITH_COUNT(bad_ids); i++) {
		snprintf(words, sizeof(words), "user|add|%s", bad_ids[i]);
		CLAIM(room_run(room, words) == KITH_ADMIN_REFUSED, bad_ids[i]);
		CLAIM(strstr(room->err.at, "kithctl: invalid_request: ") == room->err.at,
		      bad_ids[i]);
	}
	for (size_t i = 0; i < KITH_COUNT(bad_names); i++) {
		snprintf(words, sizeof(words), "user|add|alice|--name|%s", bad_names[i]);
		CLAIM(room_run(room, words) == KITH_ADMIN_REFUSED, bad_names[i]);
		CLAIM(strstr(room->err.at, "kithctl: invalid_request: ") == room->err.at,
		      bad_names[i]);
	}
	assert_int_equal(room_run(room, "user|list"), 0);
	assert_string_equal(room->out.at, "");
}

static void test_a_name_has_128_bytes(void **state)
{
	struct room *room = *state;
	char words[400];

	snprintf(words, sizeof(words), "user|add|alice|--name|%0128d", 7);
	assert_int_equal(room_run(room, words), KITH_ADMIN_DONE);
	snprintf(words, sizeof(words), "user|add|bob|--name|%0129d", 7);
	assert_int_equal(room_run(room, words), KITH_ADMIN_REFUSED);
}

/* More users than are read in one step: none is lost or doubled at the joints. */
static void test_every_user_is_listed_once(void **state)
{
	enum { USERS = 1203 };
	struct room *room = *state;
	char words[64];
	char expected[64];
	const char *at;

	for (int i = 0; i < USERS; i++) {
		snprintf(words, sizeof(words), "user|add|u%05d", i);
		assert_int_equal(room_run(room, words), KITH_ADMIN_DONE);
		kith_arena_reset(&room->mem);
	}
	assert_int_equal(room_run(room, "user|list|--org|default|--limit|10000"), KITH_ADMIN_DONE);
	at = room->out.at;
	for (int i = 0; i < USERS; i++) {
		snprintf(expected, sizeof(expected), "u%05d\tu%05d\n", i, i);
		assert_memory_equal(at, expected, strlen(expected));
		at += strlen(expected);
	}
	assert_string_equal(at, "");
	assert_int_equal(room_run(room, "user|list"), KITH_ADMIN_DONE);
	assert_string_equal(room->err.at, "kithctl: there are more: --after u00999\n");
}

static void test_words_that_make_no_command(void **state)
{
	static const struct step steps[] = {
		{ "nothing", "", 2, "", "kithctl: a command is missing\n" },
		{ "an unknown noun", "group|add", 2, "", "kithctl: unknown command \"group\"\n" },
		{ "a noun alone", "user", 2, "", "kithctl: unknown command \"user\"\n" },
		{ "an unknown verb", "user|remove|alice", 2, "",
		  "kithctl: unknown command \"user\"\n" },
		{ "an argument missing", "user|add", 2, "",
		  "kithctl: an argument is missing\nusage: kithctl user add ID " },
		{ "an argument too many", "user|add|a|b", 2, "",
		  "kithctl: an argument too many: \"b\"\nusage: " },
		{ "an argument where none belongs", "stats|now", 2, "",
		  "kithctl: an argument too many: \"now\"\nusage: kithctl stats\n" },
		{ "an unknown option", "user|add|a|--nick|b", 2, "",
		  "kithctl: unknown option \"--nick\"\nusage: " },
		{ "another command's option", "user|add|a|--alg|HS256", 2, "",
		  "kithctl: unknown option \"--alg\"\nusage: " },
		{ "an option without its value", "user|add|a|--org", 2, "",
		  "kithctl: a value must follow \"--org\"\nusage: " },
		{ "an option twice", "user|add|a|--org|b|--org|b", 2, "",
		  "kithctl: twice the option \"--org\"\nusage: " },
		{ "options first are the same", "user|add|--name|A|a", 0, "user a\norg default\n",
		  "" },
	};

	run_steps(*state, steps, KITH_COUNT(steps));
}

static void test_stats_and_verify_say_what_there_is(void **state)
{
	static const struct step steps[] = {
		{ "a user", "user|add|alice", 0, "user alice\norg default\n", "" },
		{ "an audit", "verify", 0, "conversations=0 entries=0 violations=0\n", "" },
	};
	struct room *room = *state;

	run_steps(room, steps, KITH_COUNT(steps));
	assert_int_equal(room_run(room, "stats"), KITH_ADMIN_DONE);
	assert_non_null(strstr(room->out.at, "organizations=1\nusers=1\nconversations=0\n"
	                                     "entries=0\n"));
	assert_non_null(strstr(room->out.at, "\nqueued=0\n"));
	assert_string_equal(room->err.at, "");
}

static void test_only_a_running_server_has_a_log_level(void **state)
{
	static const struct step offline[] = {
		{ "no level", "log|loud", 1, "",
		  "kithctl: invalid_request: The request is not well formed. (a level is debug, "
		  "info, warn or error)\n" },
		{ "no server", "log|warn", 1, "",
		  "kithctl: unavailable: The server cannot take this now. (no server runs "
		  "here)\n" },
	};
	static const struct step running[] = {
		{ "another level", "log|error", 0, "log_level error\n", "" },
	};
	struct room *room = *state;
	atomic_uint_fast64_t allocations = 0;

	run_steps(room, offline, KITH_COUNT(offline));
	assert_true(kith_log_is_on(KITH_LOG_INFO));
	room->admin.allocations = &allocations;
	run_steps(room, running, KITH_COUNT(running));
	assert_false(kith_log_is_on(KITH_LOG_WARN));
	kith_log_set_level(KITH_LOG_INFO);
}

static void test_help_knows_every_command(void **state)
{
	const struct kith_str user[] = { KITH_STR("user"), KITH_STR("add") };
	const struct kith_str wrong[] = { KITH_STR("user"), KITH_STR("ad") };
	const struct kith_str longer[] = { KITH_STR("token"), KITH_STR("x"), KITH_STR("y") };
	struct kith_buf help = { 0 };
	(void)state;

	kith_admin_usage(&help);
	kith_buf_add_char(&help, '\0');
	assert_non_null(strstr(help.at, "  user add ID [--org ORG] [--name TEXT] [--bot]\n"));
	assert_non_null(strstr(help.at, "  verify\n"));
	kith_buf_reset(&help);
	assert_true(kith_admin_help(user, 2, &help));
	kith_buf_add_char(&help, '\0');
	assert_non_null(strstr(help.at, "    --org ORG "));
	assert_null(strstr(help.at, "user list"));
	kith_buf_reset(&help);
	assert_true(kith_admin_help(user, 1, &help));
	kith_buf_add_char(&help, '\0');
	assert_non_null(strstr(help.at, "user list"));
	kith_buf_reset(&help);
	assert_false(kith_admin_help(wrong, 2, &help));
	assert_false(kith_admin_help(longer, 3, &help));
	assert_int_equal(help.len, 0);
	kith_buf_done(&help);
}

/* Whichever SQL step of a command fails: it is refused, and a second try does it. */
static void test_a_failing_store_refuses(void **state)
{
	static const char *const commands[] = {
		"org|add|acme",   "key|add|default|--alg|HS256",
		"user|add|alice", "token|alice",
		"user|list",      "key|list",
		"org|list",       "verify",
	};
	struct room *room = *state;

	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		int code = KITH_ADMIN_REFUSED;
		int refused = 0;
		for (uint64_t nth = 1; code != KITH_ADMIN_DONE; nth++) {
			kith_store_fail_step(room->store, nth);
			code = room_run(room, commands[i]);
			kith_store_fail_step(room->store, 0);
			CLAIM(nth < 1000, commands[i]);
			CLAIM(code == KITH_ADMIN_DONE ||
			              (code == KITH_ADMIN_REFUSED && room->err.at[0] != '\0'),
			      commands[i]);
			if (code == KITH_ADMIN_REFUSED &&
			    strncmp(room->err.at, "kithctl: conflict",
			            strlen("kithctl: conflict")) == 0) {
				fail_msg("%s: half done at step %d", commands[i], (int)nth);
			}
			refused += code == KITH_ADMIN_REFUSED;
		}
		CLAIM(refused > 0, commands[i]);
	}
	assert_int_equal(room_run(room, "verify"), KITH_ADMIN_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_organizations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_users, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_refused_user_is_not_added, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_a_name_has_128_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_user_is_listed_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_words_that_make_no_command, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_only_a_running_server_has_a_log_level, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_stats_and_verify_say_what_there_is, set_up,
		                                tear_down),
		cmocka_unit_test(test_help_knows_every_command),
		cmocka_unit_test_setup_teardown(test_a_failing_store_refuses, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
