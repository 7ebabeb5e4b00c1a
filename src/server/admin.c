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
	[KITH_ADMIN_BOT] = { "--bot", NULL, "it is a program, and marked as one" },
	[KITH_ADMIN_DOMAIN] = { "--domain", "D", "the domain of its addresses" },
	[KITH_ADMIN_JSON] = { "--json", NULL, "one JSON object a line" },
	[KITH_ADMIN_LIMIT] = { "--limit", "N", "at most so many lines, 1 to 10000 (1000)" },
	[KITH_ADMIN_NAME] = { "--name", "TEXT", "what it is called, 1 to 128 bytes" },
	[KITH_ADMIN_ORG] = { "--org", "ORG", "the organization that is meant" },
	[KITH_ADMIN_PASSWORD_STDIN] = { "--password-stdin", NULL,
	                                "the password is read, not made" },
	[KITH_ADMIN_PUBLIC] = { "--public", "FILE", "the public key, in PEM" },
	[KITH_ADMIN_REPLACE] = { "--replace", NULL, "keep what is there aside" },
	[KITH_ADMIN_SCOPE] = { "--scope", "SCOPE", "what its bearer may do" },
	[KITH_ADMIN_TTL] = { "--ttl", "SPAN", "how long it holds" },
	[KITH_ADMIN_USER] = { "--user", "ID", "as whom it acts" },
	[KITH_ADMIN_VERIFY] = { "--verify", NULL, "audit the copy first" },
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
	  .arguments = "ID [--org ORG] [--name TEXT] [--bot]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(ORG) | WITH(NAME) | WITH(BOT),
	  .may_create = true,
	  .run = kith_admin_user_add,
	  .help = "Adds a user to an organization (default). Ids are 1 to 64 of a-z 0-9 . _ -\n"
	          "and are never given to somebody else; the name is the id when nobody says.\n"
	          "Who was added before joins one more organization. With --bot it is a\n"
	          "program, and everybody sees that." },
	{ .noun = "user",
	  .verb = "list",
	  .arguments = "[--org ORG] [--after ID] [--limit N] [--json]",
	  .options = WITH(ORG) | WITH(AFTER) | WITH(LIMIT) | WITH(JSON),
	  .run = kith_admin_user_list,
	  .help = "Lists users by id: id and display name. When there are more, the last line\n"
	          "on stderr says how to go on." },
	{ .noun = "user",
	  .verb = "password",
	  .arguments = "ID [--password-stdin]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(PASSWORD_STDIN),
	  .run = kith_admin_user_password,
	  .help = "Sets a user's password and signs all their devices out. A password is made\n"
	          "and printed once, or with --password-stdin read as one line." },
	{ .noun = "user",
	  .verb = "invite",
	  .arguments = "ID [--ttl SPAN]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(TTL),
	  .run = kith_admin_user_invite,
	  .help = "Prints a code by which a user sets their first password and signs in, once\n"
	          "and within SPAN (7d, 30d at most). An older code of theirs is void." },
	{ .noun = "user",
	  .verb = "reset",
	  .arguments = "ID [--ttl SPAN]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(TTL),
	  .run = kith_admin_user_reset,
	  .help = "The same for who has forgotten theirs: a code that holds for SPAN (1h)." },
	{ .noun = "user",
	  .verb = "disable",
	  .arguments = "ID",
	  .place_min = 1,
	  .place_max = 1,
	  .run = kith_admin_user_disable,
	  .help = "Lets a user in no more: their sessions end, their connections close, no\n"
	          "token, key or password of theirs holds. Nothing is taken away." },
	{ .noun = "user",
	  .verb = "enable",
	  .arguments = "ID",
	  .place_min = 1,
	  .place_max = 1,
	  .run = kith_admin_user_enable,
	  .help = "Lets a user in again. They sign in anew." },
	{ .noun = "sessions",
	  .arguments = "ID [--json]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(JSON),
	  .run = kith_admin_sessions,
	  .help = "Lists the devices on which a user is signed in, the one used last first: id,\n"
	          "device, organization (- for all of theirs), when it signed in, when it was\n"
	          "used." },
	{ .noun = "session",
	  .verb = "end",
	  .arguments = "ID SESSION",
	  .place_min = 2,
	  .place_max = 2,
	  .run = kith_admin_session_end,
	  .help = "Signs one device of a user out." },
	{ .noun = "apikey",
	  .verb = "add",
	  .arguments = "ORG --user ID --scope bot|admin [--name TEXT]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(USER) | WITH(SCOPE) | WITH(NAME),
	  .run = kith_admin_apikey_add,
	  .help = "Makes a key for server-to-server calls and prints it once. It acts in the\n"
	          "organization as that user until it is ended: as a bot, which the user must\n"
	          "be, or as an admin, who reads no messages." },
	{ .noun = "apikey",
	  .verb = "list",
	  .arguments = "ORG [--json]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(JSON),
	  .run = kith_admin_apikey_list,
	  .help = "Lists the keys of an organization, oldest first: id, user, scope, when it was\n"
	          "made, whether it holds, name. Never a secret." },
	{ .noun = "apikey",
	  .verb = "end",
	  .arguments = "KEY",
	  .place_min = 1,
	  .place_max = 1,
	  .run = kith_admin_apikey_end,
	  .help = "Ends the key with that id, at once." },
	{ .noun = "token",
	  .arguments = "ID [--org ORG] [--ttl SPAN] [--scope user|bot|operator]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(ORG) | WITH(TTL) | WITH(SCOPE),
	  .run = kith_admin_token,
	  .help = "Prints a token for a user, alone on stdout, for SPAN (1h, 24h at most) and "
	          "with\n"
	          "scope user when nobody says another. It is signed with the newest\n"
	          "HS256 key of the organization, which is made when there is none. --org may\n"
	          "be left out when the user is in just one. A token of scope operator is\n"
	          "signed with the deployment's own key and is in no organization." },
	{ .noun = "backup",
	  .arguments = "FILE",
	  .place_min = 1,
	  .place_max = 1,
	  .is_long = true,
	  .has_path = true,
	  .run = kith_admin_backup,
	  .help = "Copies everything into the new file FILE, while the server goes on. Whatever\n"
	          "was answered before it began is in it. The file holds all keys, and the user\n"
	          "that kithd runs as writes it, readable for nobody else." },
	{ .noun = "restore",
	  .arguments = "FILE [--verify] [--replace]",
	  .place_min = 1,
	  .place_max = 1,
	  .options = WITH(VERIFY) | WITH(REPLACE),
	  .is_long = true,
	  .is_offline = true,
	  .has_path = true,
	  .run = kith_admin_restore,
	  .help = "Puts a backup in the place of a stopped server's data. A directory that is\n"
	          "not empty is refused without --replace, which keeps what was there aside.\n"
	          "With --verify the copy is audited first, and with a violation nothing is\n"
	          "replaced." },
	{ .noun = "drain",
	  .arguments = "[SECONDS]",
	  .place_max = 1,
	  .run = kith_admin_drain,
	  .help = "Ends a running server without losing anything: it says that it is not ready,\n"
	          "takes connections for a moment more, then says goodbye to them one after the\n"
	          "other, within SECONDS (0 to 3600; \"drain_seconds\" of the configuration). "
	          "Again:\n"
	          "it hurries." },
	{ .noun = "limits",
	  .arguments = "[--json]",
	  .options = WITH(JSON),
	  .run = kith_admin_limits,
	  .help = "Lists the rates in force: the key of the configuration, its value, and how\n"
	          "often somebody was over it since the start." },
	{ .noun = "stats",
	  .arguments = "",
	  .run = kith_admin_stats,
	  .help = "Prints what is stored and what has been committed since the start, one\n"
	          "name=value a line." },
	{ .noun = "log",
	  .arguments = "LEVEL",
	  .place_min = 1,
	  .place_max = 1,
	  .run = kith_admin_log,
	  .help = "Sets what the running server logs: debug, info, warn or error. Its next\n"
	          "start goes by the configuration again." },
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

	if (words->command->is_offline && admin->store != NULL) {
		return kith_admin_refuse(&call, KITH_E_CONFLICT, "stop the server first");
	}
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

enum kith_rc kith_admin_copy(const struct kith_admin *admin, struct kith_admin *out)
{
	struct kith_admin copy = *admin;
	enum kith_rc rc = kith_reader_open(admin->store, &copy.reader);

	if (rc != KITH_OK) {
		return rc;
	}
	kith_rand_init(&copy.rand);
	*out = copy;
	return KITH_OK;
}

void kith_admin_done(struct kith_admin *admin)
{
	kith_reader_free(&admin->reader);
}
