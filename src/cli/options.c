/*
 * options.c -- the tables of commands and options, and the one that reads by them.
 */
#include "cli/options.h"

#include <getopt.h>
#include <string.h>

#include "base/str.h"
#include "cli/terminal.h"

enum { TIMEOUT_S_MAX = 3600, COUNT_MAX = 1000000000 };

#define ON(command) (1U << (command))
#define ON_ALL (ON(KITH_CLI_COMMAND_COUNT) - 1)
#define ON_CALLS \
	(ON(KITH_CLI_SEND) | ON(KITH_CLI_LISTEN) | ON(KITH_CLI_HISTORY) | ON(KITH_CLI_RECENT) | \
	 ON(KITH_CLI_CALL) | ON(KITH_CLI_CHAT) | ON(KITH_CLI_LOGIN) | ON(KITH_CLI_LOGOUT) | \
	 ON(KITH_CLI_SESSIONS))

static const struct command {
	const char *name;
	const char *usage; /* one form a line */
	int args_min, args_max;
	const char *help;
} commands[] = {
	[KITH_CLI_SEND] = { "send", "send USER TEXT|-\nsend --lines [USER]", 0, 2,
	                    "Sends TEXT to USER: a user id, a JID or a conversation's id. - reads "
	                    "the text\n"
	                    "from standard input, to its last byte. Prints the message's number "
	                    "and id.\n"
	                    "\n"
	                    "--lines reads one JSON object a line, "
	                    "{\"to\":\"bob\",\"text\":\"Hello\"} with id,\n"
	                    "opaque and organization if wanted; to may be left out when USER is "
	                    "given. For\n"
	                    "each line one comes out, in the same order: "
	                    "{\"ok\":true,\"message\":{…}} or\n"
	                    "{\"ok\":false,\"problem\":{…}}. At most 64 are on their way at once.\n"
	                    "\n"
	                    "--outbox FILE keeps messages in FILE until the server has stored "
	                    "them. Started\n"
	                    "again with the same FILE, what was left goes out first; a line whose "
	                    "id was\n"
	                    "stored before is not stored twice.\n" },
	[KITH_CLI_LISTEN] = { "listen", "listen", 0, 0,
	                      "Prints messages as they arrive, until it is interrupted.\n"
	                      "\n"
	                      "--cursor FILE keeps the place in FILE, so that a listener that is "
	                      "started again\n"
	                      "goes on where the last one stopped.\n" },
	[KITH_CLI_HISTORY] = { "history", "history USER|CONVERSATION", 1, 1,
	                       "Prints the newest messages with USER, or of a conversation by its "
	                       "id, the oldest\n"
	                       "first.\n" },
	[KITH_CLI_RECENT] = { "recent", "recent", 0, 0,
	                      "Prints your conversations, the newest activity first, with what is "
	                      "unread.\n" },
	[KITH_CLI_CALL] = { "call", "call NAME [JSON|KEY=VALUE…]", 1, KITH_CLI_ARGS_MAX,
	                    "Makes any call of the contract by its name and prints its answer as "
	                    "JSON:\n"
	                    "kith call messages.get '{\"id\":\"…\"}'\n"
	                    "kith call messages.delete ids='[\"…\",\"…\"]'\n"
	                    "\n"
	                    "A KEY is an argument of the call. Texts and words are as they are; "
	                    "numbers,\n"
	                    "true and false, lists and objects are JSON.\n" },
	[KITH_CLI_CHAT] = { "chat", "chat USER|CONVERSATION", 1, 1,
	                    "A live chat in the terminal: what was said last, then what is said, "
	                    "and a line\n"
	                    "to write in. … waits, ✓ stored, ✓✓ arrived, in colour read. Ctrl-D "
	                    "ends.\n"
	                    "\n"
	                    "/edit TEXT, /delete, /react EMOJI, /reply TEXT, /help, /quit; // "
	                    "begins a text with /.\n"
	                    "With TERM=dumb, or where input or output is no terminal, lines are "
	                    "read and printed.\n" },
	[KITH_CLI_LOGIN] = { "login", "login USER\nlogin --link CODE\nlogin --token TOKEN", 0, 1,
	                     "Signs this machine in; the other commands then need no token. Asks "
	                     "for the\n"
	                     "password, or reads it as a line from standard input when that is no "
	                     "terminal.\n"
	                     "--link takes the code of an invitation or a reset, and a new "
	                     "password.\n"
	                     "\n"
	                     "Kept in ~/.config/kith/session, or where KITH_SESSION says.\n" },
	[KITH_CLI_LOGOUT] = { "logout", "logout", 0, 0,
	                      "Ends the session of this machine, on the server and here.\n" },
	[KITH_CLI_SESSIONS] = { "sessions", "sessions\nsessions end ID", 0, 2,
	                        "Prints where you are signed in, * is here; or signs one of these "
	                        "devices out.\n" },
	[KITH_CLI_HELP] = { "help", "help [COMMAND]", 0, 1, "Explains a command.\n" },
	[KITH_CLI_VERSION] = { "version", "version", 0, 0, "Prints the version.\n" },
};

_Static_assert(KITH_COUNT(commands) == KITH_CLI_COMMAND_COUNT, "every command has its row");

enum value { IS_FLAG, IS_TEXT, IS_NUMBER };

_Static_assert(KITH_CLI_COMMAND_COUNT < 32, "a bit for each command");

static const struct row {
	const char *name;
	int letter; /* 0: no short form */
	enum value value;
	size_t offset;
	unsigned commands;
	int64_t min, max, scale; /* IS_NUMBER */
	const char *what;        /* of the value, for the help */
	const char *help;
} rows[] = {
	{ "url", 'u', IS_TEXT, offsetof(struct kith_cli_options, url), ON_ALL, 0, 0, 0, "URL",
	  "the server; else KITH_URL, else where you are signed in" },
	{ "server", 0, IS_TEXT, offsetof(struct kith_cli_options, url), ON_ALL, 0, 0, 0, "URL",
	  "the same" },
	{ "token", 't', IS_TEXT, offsetof(struct kith_cli_options, token), ON_ALL, 0, 0, 0, "TOKEN",
	  "who you are; else KITH_TOKEN, else who is signed in" },
	{ "ca", 0, IS_TEXT, offsetof(struct kith_cli_options, ca), ON_ALL, 0, 0, 0, "FILE",
	  "who may sign the server's certificate; else KITH_CA" },
	{ "json", 'j', IS_FLAG, offsetof(struct kith_cli_options, is_json), ON_ALL, 0, 0, 0, NULL,
	  "exact JSON, one object a line" },
	{ "timeout", 0, IS_NUMBER, offsetof(struct kith_cli_options, timeout_ms), ON_CALLS, 1,
	  TIMEOUT_S_MAX, 1000, "SECONDS", "how long to wait for an answer (15)" },
	{ "lines", 'l', IS_FLAG, offsetof(struct kith_cli_options, is_lines), ON(KITH_CLI_SEND), 0,
	  0, 0, NULL, "JSON lines in, results out" },
	{ "id", 0, IS_TEXT, offsetof(struct kith_cli_options, id), ON(KITH_CLI_SEND), 0, 0, 0,
	  "UUID", "the message's id; sending it twice stores it once" },
	{ "organization", 'o', IS_TEXT, offsetof(struct kith_cli_options, organization),
	  ON(KITH_CLI_SEND) | ON(KITH_CLI_HISTORY) | ON(KITH_CLI_RECENT) | ON(KITH_CLI_CHAT) |
	          ON(KITH_CLI_LOGIN),
	  0, 0, 0, "ID", "in which organization, if you share several" },
	{ "outbox", 0, IS_TEXT, offsetof(struct kith_cli_options, outbox),
	  ON(KITH_CLI_SEND) | ON(KITH_CLI_CHAT), 0, 0, 0, "FILE",
	  "keep messages there until they are stored" },
	{ "since", 0, IS_TEXT, offsetof(struct kith_cli_options, since), ON(KITH_CLI_LISTEN), 0, 0,
	  0, "CURSOR", "begin behind this place instead of now" },
	{ "cursor", 0, IS_TEXT, offsetof(struct kith_cli_options, cursor), ON(KITH_CLI_LISTEN), 0,
	  0, 0, "FILE", "keep the place there" },
	{ "count", 'c', IS_NUMBER, offsetof(struct kith_cli_options, count), ON(KITH_CLI_LISTEN), 1,
	  COUNT_MAX, 1, "N", "stop after N messages" },
	{ "events", 'e', IS_FLAG, offsetof(struct kith_cli_options, wants_events),
	  ON(KITH_CLI_LISTEN), 0, 0, 0, NULL, "with --json: every event, not only messages" },
	{ "link", 0, IS_TEXT, offsetof(struct kith_cli_options, link), ON(KITH_CLI_LOGIN), 0, 0, 0,
	  "CODE", "the code of an invitation or a reset" },
	{ "device", 0, IS_TEXT, offsetof(struct kith_cli_options, device), ON(KITH_CLI_LOGIN), 0, 0,
	  0, "NAME", "what to call this device (kith on HOST)" },
	{ "limit", 'n', IS_NUMBER, offsetof(struct kith_cli_options, limit),
	  ON(KITH_CLI_HISTORY) | ON(KITH_CLI_RECENT), 0, COUNT_MAX, 1, "N",
	  "how many (50); 0 for all" },
	{ "all", 'a', IS_FLAG, offsetof(struct kith_cli_options, wants_all),
	  ON(KITH_CLI_HISTORY) | ON(KITH_CLI_RECENT), 0, 0, 0, NULL, "the same as --limit 0" },
	{ "help", 'h', IS_FLAG, offsetof(struct kith_cli_options, wants_help), ON_ALL, 0, 0, 0,
	  NULL, "explain" },
	{ "version", 'V', IS_FLAG, offsetof(struct kith_cli_options, wants_version), ON_ALL, 0, 0,
	  0, NULL, "print the version" },
};

enum { ROWS = KITH_COUNT(rows), ROW_BASE = 1000 };

enum kith_cli_command kith_cli_find(const char *name)
{
	int i = 0;

	while (i < KITH_CLI_COMMAND_COUNT && strcmp(commands[i].name, name) != 0) {
		i++;
	}
	return (enum kith_cli_command)i;
}

/* NAME may be anything that was typed: its controls are shown, not sent. */
static enum kith_rc refuse(struct kith_why *why, const char *sentence, const char *name)
{
	struct kith_buf shown = { 0 };
	enum kith_rc rc;

	kith_terminal_add(&shown, kith_str_of(name), KITH_TERMINAL_LINE);
	kith_buf_add_char(&shown, '\0');
	rc = kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, sentence, shown.failed ? "" : shown.at);
	kith_buf_done(&shown);
	return rc;
}

/* What COMMAND would have needed: its first usage line. */
static enum kith_rc refuse_usage(struct kith_why *why, enum kith_cli_command command,
                                 const char *trouble)
{
	const char *usage = commands[command].usage;

	return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%s %s: kith %.*s (see kith help %s)",
	                   commands[command].name, trouble, (int)strcspn(usage, "\n"), usage,
	                   commands[command].name);
}

/* Sets the field of ROW. */
static enum kith_rc take_value(const struct row *row, const char *text,
                               struct kith_cli_options *out, struct kith_why *why)
{
	char *field = (char *)out + row->offset;
	int64_t number;

	switch (row->value) {
	case IS_FLAG:
		memcpy(field, &(bool){ true }, sizeof(bool));
		return KITH_OK;
	case IS_TEXT:
		if (text[0] == '\0') {
			return refuse(why, "--%s is empty", row->name);
		}
		memcpy(field, &text, sizeof(text));
		return KITH_OK;
	case IS_NUMBER:
		if (!kith_str_to_int(kith_str_of(text), &number) || number < row->min ||
		    number > row->max) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
			                   "--%s must be a number from %lld to %lld", row->name,
			                   (long long)row->min, (long long)row->max);
		}
		number *= row->scale;
		memcpy(field, &number, sizeof(number));
		return KITH_OK;
	}
	return KITH_OK;
}

static const struct row *find_row(int found)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (found == ROW_BASE + (int)i || (found != 0 && found == rows[i].letter)) {
			return &rows[i];
		}
	}
	return NULL;
}

/* getopt's view of the table. */
static void fill_getopt(struct option longs[ROWS + 1], char shorts[2 * ROWS + 3])
{
	char *at = shorts;

	*at++ = ':';
	for (size_t i = 0; i < ROWS; i++) {
		bool takes_value = rows[i].value != IS_FLAG;

		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = takes_value ? required_argument : no_argument,
			.val = ROW_BASE + (int)i,
		};
		if (rows[i].letter != 0) {
			*at++ = (char)rows[i].letter;
			if (takes_value) {
				*at++ = ':';
			}
		}
	}
	longs[ROWS] = (struct option){ 0 };
	*at = '\0';
}

/* Reads the options; *seen gets a bit per row. */
static enum kith_rc read_options(int count, char **argv, struct kith_cli_options *out,
                                 unsigned *seen, struct kith_why *why)
{
	struct option longs[ROWS + 1];
	char shorts[2 * ROWS + 3];
	int found;

	fill_getopt(longs, shorts);
	optind = 0; /* glibc: begin anew, as a test does */
	opterr = 0;
	while ((found = getopt_long(count, argv, shorts, longs, NULL)) != -1) {
		const struct row *row = find_row(found);
		enum kith_rc rc;

		if (found == ':') {
			return refuse(why, "%.60s needs a value", argv[optind - 1]);
		}
		if (row == NULL) {
			return refuse(why, "unknown option %.60s; see kith help", argv[optind - 1]);
		}
		rc = take_value(row, optarg, out, why);
		if (rc != KITH_OK) {
			return rc;
		}
		*seen |= 1U << (row - rows);
	}
	return KITH_OK;
}

/* The command and what stands behind it. */
static enum kith_rc read_command(int count, char **argv, struct kith_cli_options *out,
                                 struct kith_why *why)
{
	out->command = out->is_lines ? KITH_CLI_SEND : KITH_CLI_HELP;
	if (count > 0) {
		out->command = kith_cli_find(argv[0]);
	} else if (!out->is_lines && !out->wants_help && !out->wants_version) {
		return refuse(why, "say what to do; kith help explains%s", "");
	}
	if (out->command == KITH_CLI_COMMAND_COUNT) {
		return refuse(why, "unknown command %.60s; see kith help", argv[0]);
	}
	if (count - 1 > commands[out->command].args_max) {
		return refuse_usage(why, out->command, "takes no more");
	}
	for (int i = 1; i < count; i++) {
		out->args[i - 1] = argv[i];
	}
	if (!out->wants_help && !out->wants_version &&
	    (count > 0 ? count - 1 : 0) < commands[out->command].args_min) {
		return refuse_usage(why, out->command, "needs more");
	}
	return KITH_OK;
}

/* What only holds together. */
static enum kith_rc check(const struct kith_cli_options *out, unsigned seen, struct kith_why *why)
{
	for (size_t i = 0; i < ROWS; i++) {
		if ((seen & 1U << i) != 0 && (rows[i].commands & ON(out->command)) == 0) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
			                   "--%s means nothing to %s", rows[i].name,
			                   commands[out->command].name);
		}
	}
	if (out->wants_help || out->wants_version || out->command != KITH_CLI_SEND) {
		return KITH_OK;
	}
	if (out->is_lines && (out->args[1] != NULL || out->id != NULL)) {
		return refuse(why, "with --lines, text and id come from the lines%s", "");
	}
	if (!out->is_lines && out->args[1] == NULL) {
		return refuse_usage(why, KITH_CLI_SEND, "needs a USER and a TEXT");
	}
	return KITH_OK;
}

static const char *from_environment(const char *(*environment)(const char *name), const char *name,
                                    const char *standard)
{
	const char *value = environment(name);

	return value != NULL && value[0] != '\0' ? value : standard;
}

enum kith_rc kith_cli_read(int count, char **argv, const char *(*environment)(const char *name),
                           struct kith_cli_options *out, struct kith_why *why)
{
	struct kith_cli_options options = {
		.url = from_environment(environment, "KITH_URL", NULL),
		.token = from_environment(environment, "KITH_TOKEN", NULL),
		.ca = from_environment(environment, "KITH_CA", NULL),
		.limit = KITH_CLI_LIMIT_STANDARD,
	};
	unsigned seen = 0;
	enum kith_rc rc = read_options(count, argv, &options, &seen, why);

	if (rc == KITH_OK) {
		rc = read_command(count - optind, argv + optind, &options, why);
	}
	if (rc == KITH_OK) {
		rc = check(&options, seen, why);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	if (options.wants_all) {
		options.limit = 0;
	}
	options.has_url = options.url != NULL;
	if (!options.has_url) {
		options.url = "http://127.0.0.1:8480";
	}
	*out = options;
	return KITH_OK;
}

static void add_usage(const char *usage, struct kith_buf *out)
{
	struct kith_str rest = kith_str_of(usage);
	struct kith_str line;

	while (kith_str_cut(rest, '\n', &line, &rest)) {
		kith_buf_add_format(out, "  kith %.*s\n", KITH_STR_PRINT(line));
	}
	kith_buf_add_format(out, "  kith %.*s\n", KITH_STR_PRINT(rest));
}

static void add_row(const struct row *row, struct kith_buf *out)
{
	size_t before = out->len;

	kith_buf_add_format(out, row->letter != 0 ? "  -%c, " : "      ", row->letter);
	kith_buf_add_format(out, "--%s%s%s", row->name, row->what == NULL ? "" : " ",
	                    row->what == NULL ? "" : row->what);
	do {
		kith_buf_add_char(out, ' ');
	} while (!out->failed && out->len - before < 27);
	kith_buf_add_format(out, "%s\n", row->help);
}

void kith_cli_help(enum kith_cli_command command, struct kith_buf *out)
{
	bool is_whole = command == KITH_CLI_HELP;

	kith_buf_add_text(out, is_whole ? "kith -- chat from a terminal\n\n" : "");
	for (int i = 0; i < KITH_CLI_COMMAND_COUNT; i++) {
		if (is_whole || i == (int)command) {
			add_usage(commands[i].usage, out);
		}
	}
	kith_buf_add_char(out, '\n');
	if (!is_whole) {
		kith_buf_add_format(out, "%s\n", commands[command].help);
	}
	for (size_t i = 0; i < ROWS; i++) {
		if ((rows[i].commands & ON(command)) != 0) {
			add_row(&rows[i], out);
		}
	}
	if (is_whole) {
		kith_buf_add_text(out,
		                  "\nkith help COMMAND says more. Exit: 0 done, 1 refused (the "
		                  "problem on stderr),\n2 wrong usage, 3 no server.\n");
	}
}
