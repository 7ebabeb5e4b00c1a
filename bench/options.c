/*
 * options.c -- the option table. The header tells the story.
 */
#include "bench/options.h"

#include "base/str.h"
#include "bench/ledger.h"
#include "bench/payload.h"

#include <stddef.h>
#include <stdio.h>

enum { FLOOD = KITH_COMMAND_FLOOD, RELAY = KITH_COMMAND_RELAY, TOKENS = KITH_COMMAND_TOKENS };

enum type { TEXT, INTEGER, FLAG };

/* A row without help is for tests. */
static const struct row {
	const char *name;
	unsigned commands;
	enum type type;
	size_t offset;
	int64_t min, max;
	const char *help;
} rows[] = {
#define AT(field) offsetof(struct kith_options, field)
	{ "--url", FLOOD, TEXT, AT(url), 0, 0,
	  "URL       the server, on this machine: http://127.0.0.1:8480" },
	{ "--tokens", FLOOD, TEXT, AT(tokens), 0, 0,
	  "FILE      a line for each user: USERID TOKEN" },
	{ "--relay", FLOOD, FLAG, AT(relay), 0, 0,
	  "          the same load through a plain relay, in place of --url and --tokens" },
	{ "--clients", FLOOD, INTEGER, AT(clients), 2, KITH_LEDGER_CLIENTS_MAX,
	  "N         clients, an even number up to 15000 (default 100)" },
	{ "--window", FLOOD, INTEGER, AT(window), 1, KITH_LEDGER_WINDOW_MAX,
	  "W         unanswered messages of each client, 1 to 64 (default 1)" },
	{ "--seconds", FLOOD, INTEGER, AT(seconds), 1, 600,
	  "S         how long to measure, 1 to 600 (default 10)" },
	{ "--warmup", FLOOD, INTEGER, AT(warmup), 0, 600,
	  "S         load before that, not measured (default 1)" },
	{ "--drain", FLOOD, INTEGER, AT(drain), 1, 10,
	  "S         how long to wait for what is under way afterwards, 1 to 10 (default 10)" },
	{ "--size", FLOOD, INTEGER, AT(size), KITH_PAYLOAD_HEAD + 1, KITH_PAYLOAD_MAX,
	  "BYTES     of each text, 58 to 16384 (default 100)" },
	{ "--text", FLOOD, TEXT, AT(text), 0, 0, "FILE      send its lines instead" },
	{ "--pid", FLOOD, INTEGER, AT(pid), 1, INT32_MAX,
	  "PID       the server's process (default: whoever listens at the port)" },
	{ "--json", FLOOD, FLAG, AT(json), 0, 0, "          one JSON object instead of a table" },
	{ "--listen", RELAY, TEXT, AT(listen), 0, 0,
	  "HOST:PORT where, on this machine (default 127.0.0.1:0)" },
	{ "--relay-fault", FLOOD | RELAY, TEXT, AT(fault), 0, 0, NULL },
	{ "--kid", TOKENS, TEXT, AT(kid), 0, 0, "KID       the name of the HS256 key" },
	{ "--secret", TOKENS, TEXT, AT(secret), 0, 0, "SECRET    the key as kithctl prints it" },
	{ "--users", TOKENS, INTEGER, AT(users), 1, KITH_LEDGER_CLIENTS_MAX,
	  "N         tokens for u0, u1 and so on" },
	{ "--prefix", TOKENS, TEXT, AT(prefix), 0, 0,
	  "TEXT      before the number in a user's id (default u)" },
	{ "--org", TOKENS, TEXT, AT(org), 0, 0,
	  "ORG       the organization that the tokens name (default: none)" },
	{ "--ttl", TOKENS, INTEGER, AT(ttl), 60, 86400,
	  "SECONDS   how long they are good (default 43200)" },
	{ "--help", FLOOD | RELAY | TOKENS, FLAG, AT(help), 0, 0, "          this text" },
#undef AT
};

static const struct {
	const char *name;
	enum kith_command command;
	const char *help;
} commands[] = {
	{ "flood", KITH_COMMAND_FLOOD,
	  "pairs of clients write to each other as fast as they are answered" },
	{ "relay", KITH_COMMAND_RELAY,
	  "serve as the plain relay until a signal comes; a token is the user's id" },
	{ "tokens", KITH_COMMAND_TOKENS, "print lines for --tokens, signed here" },
};

static const struct row *find_row(const char *name, enum kith_command command)
{
	for (size_t i = 0; i < KITH_COUNT(rows); i++) {
		if (strcmp(rows[i].name, name) == 0 && (rows[i].commands & command) != 0) {
			return &rows[i];
		}
	}
	return NULL;
}

static bool find_command(const char *name, enum kith_command *out)
{
	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			*out = commands[i].command;
			return true;
		}
	}
	return false;
}

static bool set_value(struct kith_options *options, const struct row *row, const char *value)
{
	char *field = (char *)options + row->offset;
	int64_t number = 0;

	if (row->type == TEXT) {
		memcpy(field, &value, sizeof(value));
		return true;
	}
	if (!kith_str_to_int(kith_str_of(value), &number) || number < row->min ||
	    number > row->max) {
		fprintf(stderr, "kithload: %s must be %lld to %lld, not \"%s\"\n", row->name,
		        (long long)row->min, (long long)row->max, value);
		return false;
	}
	memcpy(field, &number, sizeof(number));
	return true;
}

static bool complain(const char *text)
{
	fprintf(stderr, "kithload: %s\n", text);
	return false;
}

/* What the rows cannot say: options that belong together, or exclude each other. */
static bool check_flood(const struct kith_options *options)
{
	if (options->relay &&
	    (options->url != NULL || options->tokens != NULL || options->pid != 0)) {
		return complain("--relay stands in place of --url, --tokens and --pid");
	}
	if (!options->relay && (options->url == NULL || options->tokens == NULL)) {
		return complain("flood needs --url and --tokens, or --relay");
	}
	if (!options->relay && options->fault != NULL) {
		return complain("--relay-fault needs --relay");
	}
	if (options->size != 0 && options->text != NULL) {
		return complain("--size and --text exclude each other");
	}
	return options->clients % 2 == 0 || complain("--clients must be even: they write in pairs");
}

static bool check(const struct kith_options *options)
{
	if (options->help) {
		return true;
	}
	if (options->command == KITH_COMMAND_TOKENS &&
	    (options->kid == NULL || options->secret == NULL || options->users == 0)) {
		return complain("tokens needs --kid, --secret and --users");
	}
	return options->command != KITH_COMMAND_FLOOD || check_flood(options);
}

bool kith_options_read(int argc, char *const *argv, struct kith_options *out)
{
	struct kith_options options = {
		.listen = "127.0.0.1:0",
		.prefix = "u",
		.clients = 100,
		.window = 1,
		.seconds = 10,
		.warmup = 1,
		.drain = 10,
		.ttl = 43200,
	};

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--version") == 0)) {
		options.version = strcmp(argv[1], "--version") == 0;
		options.help = !options.version;
		*out = options;
		return true;
	}
	if (argc < 2 || !find_command(argv[1], &options.command)) {
		return complain("a command is needed: flood, relay or tokens (see --help)");
	}
	for (int i = 2; i < argc; i++) {
		const struct row *row = find_row(argv[i], options.command);

		if (row == NULL) {
			fprintf(stderr, "kithload: %s has no option \"%s\" (see --help)\n", argv[1],
			        argv[i]);
			return false;
		}
		if (row->type == FLAG) {
			*((bool *)((char *)&options + row->offset)) = true;
		} else if (++i == argc) {
			fprintf(stderr, "kithload: %s needs a value\n", row->name);
			return false;
		} else if (!set_value(&options, row, argv[i])) {
			return false;
		}
	}
	if (!check(&options)) {
		return false;
	}
	*out = options;
	return true;
}

void kith_options_help(void)
{
	puts("kithload: load for a Kith server on this machine, every message checked on arrival");
	puts("kithload --version: its version");
	for (size_t c = 0; c < KITH_COUNT(commands); c++) {
		printf("\nkithload %s: %s\n", commands[c].name, commands[c].help);
		for (size_t i = 0; i < KITH_COUNT(rows); i++) {
			if (rows[i].help != NULL && (rows[i].commands & commands[c].command) != 0) {
				printf("  %-10s %s\n", rows[i].name, rows[i].help);
			}
		}
	}
	puts("\nExit: 0 all is well; 1 a message was lost, doubled, out of order or damaged, or "
	     "an\n"
	     "error came; 2 usage; 3 the load could not be started.");
}
