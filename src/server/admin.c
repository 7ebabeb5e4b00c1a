/*
 * admin.c -- the table of commands, and how words become one of its rows.
 */
#include "server/admin.h"

#include "server/admin_call.h"

#define WITH(option) (1U << KITH_ADMIN_##option)

static const struct {
	const char *name;
	const char *value; /* the word for it in help; NULL: a flag */
	const char *help;
} options[] = {
	[KITH_ADMIN_AFTER] = { "--after", "ID", "begin behind this id" },
	[KITH_ADMIN_ALG] = { "--alg", "ALG", "HS256, RS256 or EdDSA" },
	[KITH_ADMIN_DOMAIN] = { "--domain", "D", "the domain of its addresses" },
	[KITH_ADMIN_JSON] = { "--json", NULL, "one JSON object a line" },
	[KITH_ADMIN_LIMIT] = { "--limit", "N", "at most so many lines, 1 to 10000 (1000)" },
	[KITH_ADMIN_NAME] = { "--name", "TEXT", "the display name, 1 to 128 bytes (the id)" },
	[KITH_ADMIN_ORG] = { "--org", "ORG", "the organization that is meant" },
	[KITH_ADMIN_PUBLIC] = { "--public", "FILE", "the public key, in PEM" },
	[KITH_ADMIN_SCOPE] = { "--scope", "SCOPE", "user or operator (user)" },
	[KITH_ADMIN_TTL] = { "--ttl", "SPAN", "how long it holds, 1s to 24h (1h)" },
};
_Static_assert(KITH_COUNT(options) == KITH_ADMIN_OPTION_COUNT, "every option has a row");

static const struct kith_admin_command commands[] = {
	{ .noun = "org",
	  .verb = "add",
	  .arguments = "ORG [--domain D]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(DOMAIN),
	  .may_create = true,
	  .run = kith_admin_org_add,
	  .help = "Makes an organization. Its id is 1 to 64 of a-z 0-9 -; its domain is\n"
	          "ORG.localhost, or ORG. and what the configuration's \"domain\" says." },
	{ .noun = "org",
	  .verb = "list",
	  .arguments = "[--json]",
	  .options = WITH(JSON),
	  .run = kith_admin_org_list,
	  .help = "Lists the organizations: id and domain." },
	{ .noun = "key",
	  .verb = "add",
	  .arguments = "ORG --alg HS256|RS256|EdDSA [--public FILE]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(ALG) | WITH(PUBLIC),
	  .may_create = true,
	  .run = kith_admin_key_add,
	  .help = "Adds a key that may sign the tokens of an organization's users, and prints\n"
	          "its kid. For HS256 a secret is made and printed once, as base64url; it is\n"
	          "never shown again. RS256 and EdDSA need the public key; the private one\n"
	          "stays where it is." },
	{ .noun = "key",
	  .verb = "list",
	  .arguments = "[ORG] [--json]",
	  .place_max = 1,
	  .options = WITH(JSON),
	  .run = kith_admin_key_list,
	  .help = "Lists the keys of one organization or of all, oldest first: kid, organization\n"
	          "(- for the deployment's own), algorithm and when it was made. Never a\n"
	          "secret." },
	{ .noun = "user",
	  .verb = "add",
	  .arguments = "ID [--org ORG] [--name TEXT]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(ORG) | WITH(NAME),
	  .may_create = true,
	  .run = kith_admin_user_add,
	  .help = "Adds a user to an organization (default). Ids are 1 to 64 of a-z 0-9 . _ -\n"
	          "and are never given to somebody else. Who was added before joins one more\n"
	          "organization." },
	{ .noun = "user",
	  .verb = "list",
	  .arguments = "[--org ORG] [--after ID] [--limit N] [--json]",
	  .options = WITH(ORG) | WITH(AFTER) | WITH(LIMIT) | WITH(JSON),
	  .run = kith_admin_user_list,
	  .help = "Lists users by id: id and display name. When there are more, the last line\n"
	          "on stderr says how to go on." },
	{ .noun = "token",
	  .arguments = "ID [--org ORG] [--ttl SPAN] [--scope user|operator]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(ORG) | WITH(TTL) | WITH(SCOPE),
	  .run = kith_admin_token,
	  .help = "Prints a token for a user, alone on stdout. It is signed with the newest\n"
	          "HS256 key of the organization, which is made when there is none. --org may\n"
	          "be left out when the user is in just one. A token of scope operator is\n"
	          "signed with the deployment's own key and is in no organization." },
	{ .noun = "stats",
	  .arguments = "",
	  .run = kith_admin_stats,
	  .help = "Prints what is stored and what has been committed since the start, one\n"
	          "name=value a line." },
	{ .noun = "verify",
	  .arguments = "",
	  .is_long = true,
	  .run = kith_admin_verify,
	  .help = "Audits every log and prints conversations=, entries= and violations=. With\n"
	          "a violation the exit code is 1, and stderr says where." },
};

/* --- help --- */

static void add_usage(const struct kith_admin_command *command, struct kith_buf *out)
{
	kith_buf_add_text(out, command->noun);
	if (command->verb != NULL) {
		kith_buf_add_format(out, " %s", command->verb);
	}
	if (command->arguments[0] != '\0') {
		kith_buf_add_format(out, " %s", command->arguments);
	}
	kith_buf_add_char(out, '\n');
}

void kith_admin_usage(struct kith_buf *out)
{
	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		kith_buf_add_text(out, "  ");
		add_usage(&commands[i], out);
	}
}

/* TEXT with two blanks before each line. */
static void add_indented(struct kith_str text, struct kith_buf *out)
{
	struct kith_str line;

	while (kith_str_cut(text, '\n', &line, &text)) {
		kith_buf_add_format(out, "  %.*s\n", KITH_STR_PRINT(line));
	}
	kith_buf_add_format(out, "  %.*s\n", KITH_STR_PRINT(text));
}

static void add_help(const struct kith_admin_command *command, struct kith_buf *out)
{
	kith_buf_add_text(out, "kithctl ");
	add_usage(command, out);
	add_indented(kith_str_of(command->help), out);
	for (size_t i = 0; i < KITH_COUNT(options); i++) {
		if ((command->options >> i & 1U) != 0) {
			const char *value = options[i].value == NULL ? "" : options[i].value;
			kith_buf_add_format(out, "    %s %-*s %s\n", options[i].name,
			                    14 - (int)strlen(options[i].name), value,
			                    options[i].help);
		}
	}
}

/* Whether the command's name begins with WORDS. */
static bool is_named(const struct kith_admin_command *command, const struct kith_str *words,
                     size_t count)
{
	const char *name[] = { command->noun, command->verb };

	for (size_t i = 0; i < count; i++) {
		if (i >= KITH_COUNT(name) || name[i] == NULL || !kith_str_is(words[i], name[i])) {
			return false;
		}
	}
	return true;
}

bool kith_admin_help(const struct kith_str *words, size_t count, struct kith_buf *out)
{
	bool is_any = false;

	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		if (is_named(&commands[i], words, count)) {
			kith_buf_add_text(out, is_any ? "\n" : "");
			add_help(&commands[i], out);
			is_any = true;
		}
	}
	return is_any;
}

/* --- words --- */

/* Bytes of the control character that TEXT begins with, in C0 or C1; 0: it is none. */
static size_t control_at(struct kith_str text)
{
	uint8_t first = (uint8_t)text.at[0];
	uint8_t second = text.len > 1 ? (uint8_t)text.at[1] : 0;

	if (first == 0xc2 && second >= 0x80 && second <= 0x9f) {
		return 2;
	}
	return first < 0x20 || first == 0x7f ? 1 : 0;
}

void kith_admin_show(struct kith_buf *out, struct kith_str text)
{
	while (text.len > 0) {
		size_t count = control_at(text);
		for (size_t i = 0; i < count; i++) {
			kith_buf_add_format(out, "\\x%02x", (unsigned)(uint8_t)text.at[i]);
		}
		if (count == 0) {
			kith_buf_add_char(out, text.at[0]);
			count = 1;
		}
		text = kith_str_skip(text, count);
	}
}

/* returns KITH_ADMIN_USAGE, with COMPLAINT about WORD and how it should be. */
static int refuse_usage(const struct kith_admin_command *command, const char *complaint,
                        struct kith_str word, struct kith_buf *err)
{
	kith_buf_add_format(err, "kithctl: %s", complaint);
	if (word.at != NULL) {
		kith_buf_add_text(err, " \"");
		kith_admin_show(err, word);
		kith_buf_add_char(err, '"');
	}
	if (command == NULL) {
		kith_buf_add_text(err, "\nsee kithctl --help\n");
		return KITH_ADMIN_USAGE;
	}
	kith_buf_add_text(err, "\nusage: kithctl ");
	add_usage(command, err);
	return KITH_ADMIN_USAGE;
}

/* The command that REQUEST begins with and how many words name it; NULL: none. */
static const struct kith_admin_command *find_command(const struct kith_admin_request *request,
                                                     size_t *named)
{
	for (size_t i = 0; i < KITH_COUNT(commands); i++) {
		*named = commands[i].verb == NULL ? 1 : 2;
		if (request->arg_count >= *named && is_named(&commands[i], request->args, *named)) {
			return &commands[i];
		}
	}
	return NULL;
}

/* The option called WORD that COMMAND knows, or KITH_ADMIN_OPTION_COUNT. */
static size_t find_option(const struct kith_admin_command *command, struct kith_str word)
{
	size_t i = 0;

	while (i < KITH_ADMIN_OPTION_COUNT &&
	       ((command->options >> i & 1U) == 0 || !kith_str_is(word, options[i].name))) {
		i++;
	}
	return i;
}

/* Takes the option at *AT, and its value. */
static int read_option(const struct kith_admin_request *request, size_t *at,
                       struct kith_admin_words *words, struct kith_buf *err)
{
	struct kith_str word = request->args[*at];
	size_t option = find_option(words->command, word);

	if (option == KITH_ADMIN_OPTION_COUNT) {
		return refuse_usage(words->command, "unknown option", word, err);
	}
	if (words->options[option].at != NULL) {
		return refuse_usage(words->command, "twice the option", word, err);
	}
	if (options[option].value == NULL) {
		words->options[option] = KITH_STR("true");
		return KITH_ADMIN_DONE;
	}
	if (*at + 1 == request->arg_count) {
		return refuse_usage(words->command, "a value must follow", word, err);
	}
	*at += 1;
	words->options[option] = request->args[*at];
	return KITH_ADMIN_DONE;
}

static int read_place(struct kith_str word, struct kith_admin_words *words, struct kith_buf *err)
{
	if (words->place_count == words->command->place_max) {
		return refuse_usage(words->command, "an argument too many:", word, err);
	}
	words->places[words->place_count++] = word;
	return KITH_ADMIN_DONE;
}

int kith_admin_parse(const struct kith_admin_request *request, struct kith_admin_words *out,
                     struct kith_buf *err)
{
	struct kith_admin_words words = { 0 };
	size_t at;

	if (request->arg_count == 0) {
		return refuse_usage(NULL, "a command is missing", (struct kith_str){ 0 }, err);
	}
	words.command = find_command(request, &at);
	if (words.command == NULL) {
		return refuse_usage(NULL, "unknown command", request->args[0], err);
	}
	for (; at < request->arg_count; at++) {
		struct kith_str word = request->args[at];
		int code = kith_str_starts(word, KITH_STR("--"))
		                   ? read_option(request, &at, &words, err)
		                   : read_place(word, &words, err);
		if (code != KITH_ADMIN_DONE) {
			return code;
		}
	}
	if (words.place_count < words.command->place_min) {
		return refuse_usage(words.command, "an argument is missing", (struct kith_str){ 0 },
		                    err);
	}
	*out = words;
	return KITH_ADMIN_DONE;
}

/* --- running --- */

int kith_admin_run(struct kith_admin *admin, const struct kith_admin_request *request,
                   const struct kith_admin_words *words, struct kith_arena *mem,
                   struct kith_buf *out, struct kith_buf *err)
{
	struct kith_admin_call call = { .admin = admin,
		                        .request = request,
		                        .words = *words,
		                        .mem = mem,
		                        .out = out,
		                        .err = err };

	return words->command->run(&call);
}

enum kith_rc kith_admin_init(struct kith_admin *admin, struct kith_store *store,
                             int64_t (*now_us)(void), struct kith_str domain)
{
	struct kith_reader *reader;
	enum kith_rc rc = kith_reader_open(store, &reader);

	if (rc != KITH_OK) {
		return rc;
	}
	*admin = (struct kith_admin){
		.store = store, .reader = reader, .now_us = now_us, .domain = domain
	};
	kith_rand_init(&admin->rand);
	return KITH_OK;
}

void kith_admin_done(struct kith_admin *admin)
{
	kith_reader_free(&admin->reader);
}
