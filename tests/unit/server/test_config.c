/*
 * test_config.c -- the configuration: the line an unknown key gets, what
 * each value must be, what the environment overrides, and kithd's command line.
 */
#include "server/config.h"

#include "base/mem.h"
#include "unit/server/room.h"

static char *const no_environment[] = { NULL };

/* One directory with one file for all tests. */
struct place {
	char dir[256];
	char file[300];
	struct kith_arena mem;
	struct kith_config config;
	struct kith_buf say;
	struct kith_buf complaint;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	room_make_dir(place->dir, sizeof(place->dir));
	snprintf(place->file, sizeof(place->file), "%s/kithd.conf", place->dir);
	kith_arena_init(&place->mem, 4096);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	kith_buf_done(&place->say);
	kith_buf_done(&place->complaint);
	kith_arena_done(&place->mem);
	room_remove_dir(place->dir);
	free(place);
	return 0;
}

static void write_bytes(const struct place *place, struct kith_str text)
{
	FILE *file = fopen(place->file, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static void write_text(const struct place *place, const char *text)
{
	write_bytes(place, kith_str_of(text));
}

static enum kith_rc load(struct place *place, const char *file, char *const *environment)
{
	kith_buf_reset(&place->complaint);
	enum kith_rc rc =
		kith_config_load(file, environment, &place->mem, &place->config, &place->complaint);
	kith_buf_add_char(&place->complaint, '\0');
	return rc;
}

static void test_standard_values(void **state)
{
	struct place *place = *state;

	assert_int_equal(load(place, NULL, no_environment), KITH_OK);
	assert_string_equal(place->config.listen.at, "127.0.0.1:8480");
	assert_string_equal(place->config.data.at, "kith-data");
	assert_string_equal(place->config.domain.at, "localhost");
	assert_int_equal(place->config.workers, 0);
	assert_int_equal(place->config.readers, 2);
	assert_int_equal(place->config.max_connections, 15000);
	assert_int_equal(place->config.linger_us, 1000);
	assert_int_equal(place->config.level, KITH_LOG_INFO);
	assert_int_equal(place->config.origins.len, 0);
	assert_int_equal(place->config.tls_cert.len, 0);
	assert_int_equal(place->config.tls_key.len, 0);
	assert_int_equal(place->config.output_max, 256 * 1024 * 1024);
	assert_int_equal(place->config.metrics_for, KITH_DOOR_METRICS_LOCAL);
	assert_int_equal(place->config.slow_call_ms, 1000);
}

/* What stands behind the file's name in the one line of complaint. */
static void test_a_bad_line_is_told_with_file_and_line(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "R-102 an unknown key", "# comment\n\nlisten = 127.0.0.1:1\nlissten = x\n",
		  ":4: unknown key \"lissten\"\n" },
		{ "an unknown key in the first line", "x=1", ":1: unknown key \"x\"\n" },
		{ "keys are lower case", "Listen = 127.0.0.1:1", ":1: unknown key \"Listen\"\n" },
		{ "the same key twice", "workers = 1\nworkers = 1\n",
		  ":2: \"workers\" is in line 1 already\n" },
		{ "no number", "workers = many\n",
		  ":1: \"workers\" must be a number, from 0 to 64\n" },
		{ "a number too high", "\nworkers = 65\n",
		  ":2: \"workers\" must be a number, from 0 to 64\n" },
		{ "a line without =", "workers\n", ":1: expected key = value\n" },
	};
	struct place *place = *state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		char expected[600];
		write_text(place, cases[i].text);
		place->config.workers = -7;
		snprintf(expected, sizeof(expected), "%s%s", place->file, cases[i].complaint);
		CLAIM(load(place, place->file, no_environment) == KITH_E_INVALID_REQUEST,
		      cases[i].name);
		assert_string_equal(place->complaint.at, expected);
		CLAIM(place->config.workers == -7, cases[i].name);
	}
}

static void test_a_long_path_is_not_cut(void **state)
{
	struct place *place = *state;
	char path[1000];
	char expected[1100];
	size_t len = strlen(place->dir);

	write_text(place, "x = 1\n");
	memcpy(path, place->dir, len);
	for (; len < 700; len += 2) {
		memcpy(path + len, "/.", 2);
	}
	snprintf(path + len, sizeof(path) - len, "/kithd.conf");
	snprintf(expected, sizeof(expected), "%s:1: unknown key \"x\"\n", path);
	assert_int_equal(load(place, path, no_environment), KITH_E_INVALID_REQUEST);
	assert_string_equal(place->complaint.at, expected);
}

static const struct {
	const char *name;
	const char *line;
	bool is_good;
} values[] = {
	{ "IPv4 and a port", "listen = 0.0.0.0:8480", true },
	{ "port 0 takes a free one", "listen = 127.0.0.1:0", true },
	{ "localhost", "listen = localhost:80", true },
	{ "IPv6 in brackets", "listen = [::1]:65535", true },
	{ "no port", "listen = 127.0.0.1", false },
	{ "an empty port", "listen = 127.0.0.1:", false },
	{ "a port above 65535", "listen = 127.0.0.1:65536", false },
	{ "a negative port", "listen = 127.0.0.1:-1", false },
	{ "no host", "listen = :8480", false },
	{ "a name that is not localhost", "listen = example.org:1", false },
	{ "four numbers, one too large", "listen = 127.0.0.256:1", false },
	{ "IPv6 without brackets", "listen = ::1:8480", false },
	{ "IPv6 without its end", "listen = [::1:8480", false },
	{ "IPv6 without a port", "listen = [::1]", false },
	{ "IPv6 with an empty port", "listen = [::1]:", false },
	{ "no IPv6 in the brackets", "listen = [127.0.0.1]:1", false },
	{ "nothing in the brackets", "listen = []:1", false },
	{ "listen empty", "listen =", false },

	{ "R-104 both of TLS's files", "tls_cert = a.pem\ntls_key = a.key", true },
	{ "neither", "tls_cert =\ntls_key =", true },
	{ "a certificate without a key", "tls_cert = a.pem", false },
	{ "a key without a certificate", "tls_key = a.key", false },

	{ "a path", "data = /var/lib/kith", true },
	{ "data empty", "data =", false },

	{ "a domain", "domain = chat.example.org", true },
	{ "a domain in capitals", "domain = Example.org", false },
	{ "a domain with an empty label", "domain = a..b", false },
	{ "domain empty", "domain =", false },

	{ "an origin", "origins = https://chat.example", true },
	{ "two with ports", "origins = \" http://localhost:5173   https://a.b:8443 \"", true },
	{ "an address in numbers", "origins = http://127.0.0.1:3000", true },
	{ "an IPv6 one", "origins = http://[::1] http://[::1]:81", true },
	{ "an application's scheme", "origins = capacitor://localhost", true },
	{ "every origin", "origins = *", false },
	{ "the origin null", "origins = null", false },
	{ "no scheme", "origins = chat.example", false },
	{ "no host", "origins = https://", false },
	{ "one slash", "origins = https:/chat.example", false },
	{ "a path behind", "origins = https://chat.example/", false },
	{ "capitals, which no browser sends", "origins = https://Chat.example", false },
	{ "the scheme in capitals", "origins = HTTPS://chat.example", false },
	{ "a port that browsers leave out", "origins = https://chat.example:443", false },
	{ "the other one", "origins = http://chat.example:80", false },
	{ "the same of an IPv6 one", "origins = http://[::1]:80", false },
	{ "an empty port", "origins = http://chat.example:", false },
	{ "port 0", "origins = http://chat.example:0", false },
	{ "no IPv6", "origins = http://[1.2.3.4]", false },
	{ "something behind an IPv6", "origins = http://[::1]x", false },
	{ "commas between", "origins = http://a.example,http://b.example", false },

	{ "a proxy", "trusted_proxies = 127.0.0.1", true },
	{ "networks", "trusted_proxies = 10.0.0.0/8   fd00::/8", true },
	{ "a network with bits behind it", "trusted_proxies = 10.0.0.1/8", false },
	{ "a proxy by name", "trusted_proxies = localhost", false },
	{ "commas between proxies", "trusted_proxies = 10.0.0.1,10.0.0.2", false },
	{ "R-081 a limit", "limit_sends_user = 10/s burst 20", true },
	{ "no limit", "limit_sends_user = 0", true },
	{ "a limit without a time", "limit_sends_user = 10", false },
	{ "a limit at the highest rate", "limit_calls_user = 1000000/s", true },
	{ "and above it", "limit_calls_user = 1000001/s", false },
	{ "no limit of connections", "limit_connections_address = 0", true },

	{ "the level debug", "log_level = debug", true },
	{ "no level", "log_level = loud", false },
	{ "metrics for everybody", "metrics = open", true },
	{ "metrics for nobody", "metrics = off", true },
	{ "metrics for whom?", "metrics = some", false },
	{ "metrics without a word", "metrics =", false },
	{ "no call is slow", "slow_call_ms = 0", true },
	{ "the slowest call", "slow_call_ms = 3600000", true },
	{ "slower than that", "slow_call_ms = 3600001", false },

	{ "passwords at the least cost", "password_memory_mib = 8", true },
	{ "R-004 passwords below it", "password_memory_mib = 7", false },
	{ "no readers", "readers = 0", false },
	{ "readers at the limit", "readers = 64", true },
	{ "readers above it", "readers = 65", false },
	{ "linger at the limit", "linger_us = 1000", true },
	{ "linger above it", "linger_us = 1001", false },
	{ "linger 0", "linger_us = 0", true },
	{ "no connections", "max_connections = 0", false },
};

static void test_each_value_is_checked(void **state)
{
	struct place *place = *state;

	for (size_t i = 0; i < KITH_COUNT(values); i++) {
		write_text(place, values[i].line);
		enum kith_rc rc = load(place, place->file, no_environment);
		CLAIM(rc == (values[i].is_good ? KITH_OK : KITH_E_INVALID_REQUEST), values[i].name);
		CLAIM((strlen(place->complaint.at) > 0) == !values[i].is_good, values[i].name);
	}
}

static void test_origins_have_a_limit(void **state)
{
	struct place *place = *state;
	struct kith_buf text = { 0 };

	kith_buf_add_text(&text, "origins =");
	for (int i = 0; i < KITH_CONFIG_ORIGINS_MAX; i++) {
		kith_buf_add_format(&text, " http://h%d", i);
	}
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_OK);
	kith_buf_add_text(&text, " http://more");
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_E_INVALID_REQUEST);
	char expected[400];
	snprintf(expected, sizeof(expected), "%s:1: origins: more than 64\n", place->file);
	assert_string_equal(place->complaint.at, expected);
	kith_buf_done(&text);
}

static void test_trusted_proxies_become_networks_and_have_a_limit(void **state)
{
	struct place *place = *state;
	struct kith_buf text = { 0 };
	struct kith_ip ip;

	kith_buf_add_text(&text, "trusted_proxies = fd00::/8");
	for (int i = 1; i < KITH_CONFIG_PROXIES_MAX; i++) {
		kith_buf_add_format(&text, " 10.0.0.%d", i);
	}
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_OK);
	assert_int_equal(place->config.proxy_count, KITH_CONFIG_PROXIES_MAX);
	assert_true(kith_ip_read(KITH_STR("fd12::1"), &ip));
	assert_true(kith_net_has(&place->config.proxies[0], &ip));
	assert_true(kith_ip_read(KITH_STR("10.0.0.31"), &ip));
	assert_true(kith_net_has(&place->config.proxies[31], &ip));
	kith_buf_add_text(&text, " 10.0.1.0/24");
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_E_INVALID_REQUEST);
	char expected[400];
	snprintf(expected, sizeof(expected), "%s:1: trusted_proxies: more than 32\n", place->file);
	assert_string_equal(place->complaint.at, expected);
	kith_buf_done(&text);
}

/* R-081 what the standard values let through is exactly what they say. */
static void test_the_standard_limits_are_met_exactly(void **state)
{
	static const struct {
		enum kith_limit_kind kind;
		int burst;
		int64_t wait_ms; /* rounded up */
	} cases[] = {
		{ KITH_LIMIT_CALLS_USER, 400, 10 },
		{ KITH_LIMIT_SENDS_USER, 150, 34 },
		{ KITH_LIMIT_TYPING_USER, 400, 20 },
		{ KITH_LIMIT_SEARCHES_USER, 20, 200 },
		{ KITH_LIMIT_SENDS_CONVERSATION, 300, 17 },
		{ KITH_LIMIT_SENDS_ORGANIZATION, 20000, 1 },
		{ KITH_LIMIT_CALLS_ADDRESS, 1000, 5 },
		{ KITH_LIMIT_SIGNINS_ADDRESS, 600, 17 },
		{ KITH_LIMIT_FAILED_SIGNINS_ADDRESS, 50, 12000 },
		{ KITH_LIMIT_FAILED_SIGNINS_ACCOUNT, 10, 60000 },
	};
	_Static_assert(KITH_COUNT(cases) == KITH_LIMIT_COUNT, "every limit has a standard value");
	struct place *place = *state;
	struct kith_limit kinds[KITH_LIMIT_COUNT];

	kith_rand_start();
	assert_int_equal(load(place, NULL, no_environment), KITH_OK);
	assert_int_equal(place->config.limit_connections_address, 1000);
	kith_config_limits(&place->config, kinds);
	struct kith_limits *limits = kith_limits_new(kinds);
	assert_non_null(limits);
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		const char *name = kith_limits_name(cases[i].kind);
		int64_t now_us = ROOM_NOW_US;
		struct kith_why why = { .detail = "" };
		for (int taken = 0; taken < cases[i].burst; taken++) {
			CLAIM(kith_limits_take(limits, cases[i].kind, 1, now_us, NULL) == KITH_OK,
			      name);
		}
		CLAIM(kith_limits_take(limits, cases[i].kind, 1, now_us, &why) ==
		              KITH_E_RATE_LIMITED,
		      name);
		CLAIM(why.retry_after_ms == cases[i].wait_ms, name);
		CLAIM(kith_limits_take(limits, cases[i].kind, 2, now_us, NULL) == KITH_OK, name);
		now_us += why.retry_after_ms * 1000;
		CLAIM(kith_limits_take(limits, cases[i].kind, 1, now_us, NULL) == KITH_OK, name);
	}
	kith_limits_free(&limits);
}

static void test_a_limit_may_be_taken_away(void **state)
{
	struct place *place = *state;
	struct kith_limit kinds[KITH_LIMIT_COUNT];

	write_text(place, "limit_sends_user = 0\n");
	assert_int_equal(load(place, place->file, no_environment), KITH_OK);
	kith_config_limits(&place->config, kinds);
	assert_true(kith_limit_is_none(&kinds[KITH_LIMIT_SENDS_USER]));
	assert_false(kith_limit_is_none(&kinds[KITH_LIMIT_CALLS_USER]));
}

static void test_the_data_path_has_a_limit(void **state)
{
	struct place *place = *state;
	struct kith_buf text = { 0 };

	kith_buf_add_text(&text, "data = ");
	for (int i = 0; i < KITH_CONFIG_DATA_MAX; i++) {
		kith_buf_add_char(&text, 'd');
	}
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_OK);
	kith_buf_add_char(&text, 'd');
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_E_INVALID_REQUEST);
	kith_buf_done(&text);
}

static void test_the_paths_of_tls_have_a_limit(void **state)
{
	struct place *place = *state;

	for (size_t over = 0; over < 2; over++) {
		struct kith_buf text = { 0 };
		kith_buf_add_text(&text, "tls_key = a\ntls_cert = ");
		for (size_t i = 0; i < KITH_CONFIG_TLS_MAX + over; i++) {
			kith_buf_add_char(&text, 'd');
		}
		write_bytes(place, kith_buf_str(&text));
		assert_int_equal(load(place, place->file, no_environment),
		                 over == 0 ? KITH_OK : KITH_E_INVALID_REQUEST);
		kith_buf_done(&text);
	}
}

static void test_the_environment_overrides_the_file(void **state)
{
	static char listen[] = "KITH_LISTEN=127.0.0.1:9";
	static char other[] = "KITH_TOKEN=x";
	static char bad[] = "KITH_LINGER_US=soon";
	char *const good_environment[] = { other, listen, NULL };
	char *const bad_environment[] = { bad, NULL };
	struct place *place = *state;

	write_text(place, "listen = 127.0.0.1:8\nworkers = 3\n");
	assert_int_equal(load(place, place->file, good_environment), KITH_OK);
	assert_string_equal(place->config.listen.at, "127.0.0.1:9");
	assert_int_equal(place->config.workers, 3);
	assert_int_equal(load(place, place->file, bad_environment), KITH_E_INVALID_REQUEST);
	assert_string_equal(place->complaint.at,
	                    "KITH_LINGER_US: \"linger_us\" must be a number, from 0 to 1000\n");
}

static void test_each_complaint_names_its_place(void **state)
{
	static char variable[] = "KITH_DOMAIN=A";
	char *const environment[] = { variable, NULL };
	struct place *place = *state;
	char expected[400];

	write_text(place, "# domain = x\r\n\r\n domain = A\r\n");
	assert_int_equal(load(place, place->file, no_environment), KITH_E_INVALID_REQUEST);
	snprintf(expected, sizeof(expected),
	         "%s:3: domain: \"A\" is no domain name in lower case\n", place->file);
	assert_string_equal(place->complaint.at, expected);
	assert_int_equal(load(place, place->file, environment), KITH_E_INVALID_REQUEST);
	assert_string_equal(place->complaint.at,
	                    "KITH_DOMAIN: domain: \"A\" is no domain name in lower case\n");
}

static void test_the_example_loads_and_changes_nothing(void **state)
{
	struct place *place = *state;

	kith_config_example(&place->say);
	assert_false(place->say.failed);
	write_bytes(place, kith_buf_str(&place->say));
	assert_int_equal(load(place, place->file, no_environment), KITH_OK);
	test_standard_values(state);
}

static void test_a_missing_file_is_told(void **state)
{
	struct place *place = *state;
	char expected[400];

	snprintf(expected, sizeof(expected), "%s/none: No such file or directory\n", place->dir);
	strcat(place->dir, "/none");
	assert_int_equal(load(place, place->dir, no_environment), KITH_E_IO);
	place->dir[strlen(place->dir) - strlen("/none")] = '\0';
	assert_string_equal(place->complaint.at, expected);
}

static void test_a_file_too_large_is_told(void **state)
{
	struct place *place = *state;
	struct kith_buf text = { 0 };

	for (int i = 0; i < 65537; i++) {
		kith_buf_add_char(&text, '\n');
	}
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_E_TOO_LARGE);
	assert_true(strlen(place->complaint.at) > 0);
	text.len--;
	write_bytes(place, kith_buf_str(&text));
	assert_int_equal(load(place, place->file, no_environment), KITH_OK);
	kith_buf_done(&text);
}

/* --- kithd's command line --- */

static void test_the_command_line(void **state)
{
	static const struct {
		const char *name;
		const char *argv[6]; /* "FILE" stands for the file */
		const char *file;    /* what is in it              */
		int code;
		const char *say;       /* how stdout begins; NULL: empty */
		const char *complaint; /* how stderr begins; NULL: empty */
	} cases[] = {
		{ "nothing said: serve", { "kithd" }, "", KITH_CONFIG_RUN, NULL, NULL },
		{ "a file: serve",
		  { "kithd", "--config", "FILE" },
		  "workers = 2",
		  KITH_CONFIG_RUN,
		  NULL,
		  NULL },
		{ "a good file checked",
		  { "kithd", "--config", "FILE", "--check-config" },
		  "workers = 2",
		  0,
		  "configuration ok\n",
		  NULL },
		{ "in the other order",
		  { "kithd", "--check-config", "--config", "FILE" },
		  "workers = 2",
		  0,
		  "configuration ok\n",
		  NULL },
		{ "R-102 an unknown key",
		  { "kithd", "--config", "FILE" },
		  "x = 2",
		  1,
		  NULL,
		  "FILE:1: unknown key \"x\"\n" },
		{ "R-102 an unknown key, checked",
		  { "kithd", "--check-config", "--config", "FILE" },
		  "x = 2",
		  1,
		  NULL,
		  "FILE:1: unknown key \"x\"\n" },
		{ "the example",
		  { "kithd", "--print-config" },
		  "",
		  0,
		  "# kithd's configuration",
		  NULL },
		{ "the version",
		  { "kithd", "--version" },
		  "",
		  0,
		  "kithd " KITH_VERSION "\n",
		  NULL },
		{ "help", { "kithd", "--help" }, "", 0, "usage: kithd ", NULL },
		{ "an option nobody knows",
		  { "kithd", "--port", "1" },
		  "",
		  2,
		  NULL,
		  "kithd: unknown option \"--port\"\nusage: kithd " },
		{ "a word",
		  { "kithd", "serve" },
		  "",
		  2,
		  NULL,
		  "kithd: unknown option \"serve\"\nusage: kithd " },
		{ "--config without a file",
		  { "kithd", "--config" },
		  "",
		  2,
		  NULL,
		  "kithd: a file must follow \"--config\"\nusage: kithd " },
		{ "no name of the program", { NULL }, "", KITH_CONFIG_RUN, NULL, NULL },
	};
	struct place *place = *state;

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		char *argv[6] = { 0 };
		char expected[700] = "";
		for (size_t k = 0; k < 6 && cases[i].argv[k] != NULL; k++) {
			bool is_file = strcmp(cases[i].argv[k], "FILE") == 0;
			argv[k] = is_file ? place->file : (char *)(uintptr_t)cases[i].argv[k];
		}
		if (cases[i].complaint != NULL) {
			bool has_file = strncmp(cases[i].complaint, "FILE", 4) == 0;
			snprintf(expected, sizeof(expected), "%s%s", has_file ? place->file : "",
			         cases[i].complaint + (has_file ? 4 : 0));
		}
		write_text(place, cases[i].file);
		kith_buf_reset(&place->say);
		kith_buf_reset(&place->complaint);
		int code = kith_config_from_argv(argv, no_environment, &place->mem, &place->config,
		                                 &place->say, &place->complaint);
		CLAIM(code == cases[i].code, cases[i].name);
		CLAIM(kith_str_starts(kith_buf_str(&place->complaint), kith_str_of(expected)),
		      cases[i].name);
		CLAIM((place->complaint.len == 0) == (cases[i].complaint == NULL), cases[i].name);
		CLAIM((place->say.len == 0) == (cases[i].say == NULL), cases[i].name);
		CLAIM(kith_str_starts(kith_buf_str(&place->say), kith_str_of(cases[i].say)),
		      cases[i].name);
	}
}

/* Whichever allocation fails: the load says so, and out is as it was. */
static void test_no_memory_changes_nothing(void **state)
{
	struct place *place = *state;
	enum kith_rc rc = KITH_E_NO_MEMORY;
	unsigned nth = 0;

	write_text(place, "listen = 127.0.0.1:8\ndata = here\norigins = http://a.b\n");
	while (rc != KITH_OK) {
		struct kith_arena mem;
		struct kith_config config = { .workers = -7 };
		struct kith_buf complaint = { 0 };
		kith_arena_init(&mem, 64);
		kith_mem_fail_from(++nth);
		rc = kith_config_load(place->file, no_environment, &mem, &config, &complaint);
		kith_mem_fail_never();
		assert_true(rc == KITH_OK || rc == KITH_E_NO_MEMORY);
		assert_true((config.workers == -7) == (rc != KITH_OK));
		kith_buf_done(&complaint);
		kith_arena_done(&mem);
	}
	assert_true(nth > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_standard_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_bad_line_is_told_with_file_and_line, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_a_long_path_is_not_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_value_is_checked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_origins_have_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_trusted_proxies_become_networks_and_have_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_standard_limits_are_met_exactly, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_a_limit_may_be_taken_away, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_data_path_has_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_paths_of_tls_have_a_limit, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_the_environment_overrides_the_file, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_each_complaint_names_its_place, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_the_example_loads_and_changes_nothing, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_a_missing_file_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_file_too_large_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_command_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_memory_changes_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
