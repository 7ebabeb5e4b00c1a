/*
 * script.c -- the kinds of lines, one row each, and the file around them.
 */
#include "transcripts/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transcripts/words.h"

#ifndef TRANSCRIPTS_DIR
#define TRANSCRIPTS_DIR "tests/transcripts"
#endif

enum { FILE_MAX = 1024 * 1024 };

static const char *const files[] = {
	"me.txt",    "sessions.txt", "users.txt", "conversations.txt", "messages.txt", "acts.txt",
	"marks.txt", "people.txt",   "live.txt",  "sync.txt",          "doors.txt",
};

static const struct {
	enum script_door door;
	const char *name;
} doors[] = {
	{ SCRIPT_INSIDE, "inside" },
	{ SCRIPT_HTTP, "http" },
	{ SCRIPT_SOCKET, "socket" },
	{ SCRIPT_LIBKITH, "libkith" },
};

/* One line on its way to be a step. */
struct line {
	struct script *script;
	struct script_case *c; /* NULL before the first */
	struct step **end;
	const char *file;
	int number;
	struct word words[SCRIPT_WORDS_MAX];
	size_t count;
	const char *wrong;
};

static struct kith_str bare(const struct line *line, size_t index)
{
	return words_bare(line->words, line->count, index);
}

static bool bare_is(const struct line *line, size_t index, const char *text)
{
	return kith_str_is(bare(line, index), text);
}

static void *zeroed(struct script *script, size_t size)
{
	void *piece = kith_arena_zero(&script->mem, 1, size);

	KITH_ASSERT(piece != NULL);
	return piece;
}

/* --- people and devices --- */

static struct person *find_person(struct script_case *c, struct kith_str name)
{
	for (size_t i = 0; i < c->person_count; i++) {
		if (kith_str_equal(c->people[i].name, name)) {
			return &c->people[i];
		}
	}
	return NULL;
}

/* The device LABEL ("alice", "alice/2"), made when it is new; device_count when it is nobody's. */
static size_t find_device(struct line *line, struct kith_str label)
{
	struct script_case *c = line->c;
	struct kith_str name = label;
	struct kith_str number;
	size_t at = 0;

	while (at < c->device_count && !kith_str_equal(c->devices[at].label, label)) {
		at++;
	}
	if (at < c->device_count) {
		return at;
	}
	(void)kith_str_cut(label, '/', &name, &number);
	struct person *person = find_person(c, name);
	if (person == NULL || at == SCRIPT_DEVICES_MAX) {
		line->wrong = "nobody of that name is among the people";
		return at;
	}
	int org = (person->orgs & 1U << SCRIPT_DEFAULT) != 0 ? SCRIPT_DEFAULT : SCRIPT_OTHER;
	c->devices[c->device_count++] = (struct device){
		.label = label,
		.person = person,
		.token = { .org = org, .ttl_s = SCRIPT_TTL_S },
	};
	return at;
}

/* bob, bob@other or bob@default+other. */
static void add_person(struct line *line, struct kith_str word)
{
	struct script_case *c = line->c;
	struct kith_str name = word;
	struct kith_str orgs = KITH_STR("default");

	(void)kith_str_cut(word, '@', &name, &orgs);
	if (name.len == 0 || c->person_count == SCRIPT_PEOPLE_MAX || find_person(c, name) != NULL) {
		line->wrong = "a person of that name cannot be added";
		return;
	}
	struct person *person = &c->people[c->person_count++];
	person->name = name;
	person->orgs = kith_str_is(orgs, "default") ? 1U << SCRIPT_DEFAULT
	               : kith_str_is(orgs, "other") ? 1U << SCRIPT_OTHER
	               : kith_str_is(orgs, "default+other")
	                       ? 1U << SCRIPT_DEFAULT | 1U << SCRIPT_OTHER
	                       : 0;
	if (person->orgs == 0) {
		line->wrong = "organizations are default, other and default+other";
	}
	snprintf(person->id, sizeof(person->id), "k%d-%.*s", c->number, KITH_STR_PRINT(name));
}

static void read_people(struct line *line)
{
	for (size_t i = 1; i < line->count && line->wrong == NULL; i++) {
		add_person(line, bare(line, i));
	}
}

/* One word of a token line. */
static bool read_token_word(const struct word *word, struct token_spec *token)
{
	static const struct {
		const char *name;
		struct token_spec token;
	} words[] = {
		{ "none", { .is_none = true } },
		{ "session", { .is_session = true, .ttl_s = SCRIPT_TTL_S } },
		{ "expired", { .ttl_s = -5 } },
		{ "forged", { .is_forged = true, .ttl_s = SCRIPT_TTL_S } },
		{ "garbage", { .is_garbage = true } },
		{ "strange", { .has_strange_key = true, .ttl_s = SCRIPT_TTL_S } },
		{ "later", { .nbf_s = 1800, .ttl_s = SCRIPT_TTL_S } },
		{ "operator",
		  { .org = SCRIPT_NO_ORG, .scope = { "operator", 8 }, .ttl_s = SCRIPT_TTL_S } },
	};

	for (size_t i = 0; word->form == WORD_BARE && i < KITH_COUNT(words); i++) {
		if (kith_str_is(word->value.text, words[i].name)) {
			int org = token->org;
			*token = words[i].token;
			token->org = token->org == SCRIPT_NO_ORG ? SCRIPT_NO_ORG : org;
			return true;
		}
	}
	if (word->form != WORD_EQUAL) {
		return false;
	}
	if (kith_str_is(word->key, "org")) {
		token->org = kith_str_is(word->value.text, "other") ? SCRIPT_OTHER : SCRIPT_DEFAULT;
	} else if (kith_str_is(word->key, "ttl")) {
		token->ttl_s = word->value.integer;
	} else if (kith_str_is(word->key, "claim")) {
		token->claim = word->value.text;
	} else if (kith_str_is(word->key, "scope")) {
		token->scope = word->value.text;
	} else if (kith_str_is(word->key, "sub")) {
		token->sub = word->value.text;
	} else {
		return false;
	}
	return true;
}

static void read_token(struct line *line)
{
	size_t at = find_device(line, bare(line, 1));

	for (size_t i = 2; i < line->count && line->wrong == NULL; i++) {
		if (!read_token_word(&line->words[i], &line->c->devices[at].token)) {
			line->wrong = "a token of no known kind";
		}
	}
}

/* --- steps --- */

static struct step *add_step(struct line *line, enum step_kind kind, size_t skip)
{
	struct step *step = zeroed(line->script, sizeof(*step));
	size_t count = line->count > skip ? line->count - skip : 0;
	struct word *words = kith_arena_zero(&line->script->mem, count + 1, sizeof(struct word));

	KITH_ASSERT(words != NULL);
	if (count > 0) {
		memcpy(words, line->words + skip, count * sizeof(*words));
	}
	*step = (struct step){
		.kind = kind, .line = line->number, .words = words, .word_count = count
	};
	*line->end = step;
	line->end = &step->next;
	return step;
}

/* device > call arg=value…, or one of the specials. */
static void read_say(struct line *line, size_t device, size_t at)
{
	static const char *const specials[] = { "raw", "frame", "open", "hello", "auth", "close" };
	enum step_kind kind = STEP_SAY;

	for (size_t i = 0; i < KITH_COUNT(specials); i++) {
		if (bare_is(line, at, specials[i])) {
			kind = STEP_SPECIAL;
		}
	}
	if (kind == STEP_SPECIAL && bare_is(line, at, "open")) {
		line->c->devices[device].is_manual = true;
	}
	struct step *step = add_step(line, kind, at + 1);
	step->device = device;
	step->what = bare(line, at);
	if (step->what.len == 0) {
		line->wrong = "what is said?";
	}
}

static void read_hear(struct line *line, size_t device)
{
	static const struct {
		const char *word;
		enum step_kind kind;
		size_t skip;
	} kinds[] = {
		{ "event", STEP_EVENT, 4 },
		{ "nothing", STEP_QUIET, 3 },
		{ "frame", STEP_FRAME, 3 },
		{ "closed", STEP_CLOSED, 4 },
	};
	size_t found = 0;

	while (found < KITH_COUNT(kinds) && !bare_is(line, 2, kinds[found].word)) {
		found++;
	}
	bool is_answer = found == KITH_COUNT(kinds);
	struct step *step = add_step(line, is_answer ? STEP_HEAR : kinds[found].kind,
	                             is_answer ? 3 : kinds[found].skip);
	step->device = device;
	step->what = bare(line, !is_answer && kinds[found].skip == 4 ? 3 : 2);
	if (step->what.len == 0) {
		line->wrong = "what is heard?";
	} else if (step->kind == STEP_CLOSED && !kith_str_to_int(step->what, &step->count)) {
		line->wrong = "a close code is a number";
	}
}

/* do 10 alice > call …  and  alice collects 10 call … */
static void read_many(struct line *line, enum step_kind kind, size_t device_at, size_t count_at,
                      size_t call_at)
{
	size_t device = find_device(line, bare(line, device_at));
	struct step *step;

	if (line->wrong != NULL) {
		return;
	}
	step = add_step(line, kind, call_at + 1);
	step->device = device;
	step->what = bare(line, call_at);
	if (step->what.len == 0 || !kith_str_to_int(bare(line, count_at), &step->count)) {
		line->wrong = "how often is what said?";
	}
}

static void read_device_line(struct line *line)
{
	if (bare_is(line, 1, "collects")) {
		read_many(line, STEP_COLLECT, 0, 2, 3);
		return;
	}
	size_t device = find_device(line, bare(line, 0));
	if (line->wrong != NULL) {
		return;
	}
	if (bare_is(line, 1, ">")) {
		read_say(line, device, 2);
	} else if (bare_is(line, 1, "<")) {
		read_hear(line, device);
	} else {
		line->wrong = "neither > nor <";
	}
}

static void read_do(struct line *line)
{
	if (!bare_is(line, 3, ">")) {
		line->wrong = "do COUNT DEVICE > CALL";
		return;
	}
	read_many(line, STEP_DO, 2, 1, 4);
}

static void read_let(struct line *line)
{
	struct step *step = add_step(line, STEP_LET, 2);

	step->what = bare(line, 1);
	if (step->what.len == 0 || step->word_count == 0) {
		line->wrong = "let NAME KIND …";
	}
}

static void read_at(struct line *line)
{
	struct step *step = add_step(line, STEP_AT, 2);

	line->c->moves_clock = true;
	if (!words_span(bare(line, 1), &step->count)) {
		line->wrong = "at a time such as 5s, from the beginning of the case";
	}
}

static void read_disk(struct line *line)
{
	struct step *step = add_step(line, STEP_DISK, 2);

	step->what = bare(line, 1);
	if (!kith_str_is(step->what, "full") && !kith_str_is(step->what, "ok")) {
		line->wrong = "disk full, or disk ok";
	}
}

static void read_damage(struct line *line)
{
	struct step *step = add_step(line, STEP_DAMAGE, 1);

	if (step->word_count != 1 || step->words[0].value.kind != VALUE_VARIABLE) {
		line->wrong = "damage $conversation";
	}
}

static void read_doors(struct line *line)
{
	unsigned named = 0;

	for (size_t i = 1; i < line->count; i++) {
		for (size_t j = 0; j < KITH_COUNT(doors); j++) {
			named |= bare_is(line, i, doors[j].name) ? (unsigned)doors[j].door : 0;
		}
	}
	line->c->doors &= bare_is(line, 0, "only") ? named : ~named;
	if (named == 0 || line->c->doors == 0) {
		line->wrong = "no door is left";
	}
}

static void read_slow(struct line *line)
{
	line->c->is_slow = true;
}

static const struct {
	const char *word;
	void (*read)(struct line *line);
} kinds[] = {
	{ "people", read_people }, { "token", read_token }, { "only", read_doors },
	{ "except", read_doors },  { "slow", read_slow },   { "let", read_let },
	{ "at", read_at },         { "disk", read_disk },   { "damage", read_damage },
	{ "do", read_do },
};

static void read_words(struct line *line)
{
	if (line->c == NULL) {
		line->wrong = "a line before the first case";
		return;
	}
	for (size_t i = 0; i < KITH_COUNT(kinds); i++) {
		if (bare_is(line, 0, kinds[i].word)) {
			kinds[i].read(line);
			return;
		}
	}
	read_device_line(line);
}

/* --- files --- */

static void begin_case(struct line *line, struct kith_str name)
{
	struct script *script = line->script;
	struct script_case *c = zeroed(script, sizeof(*c));

	c->file = line->file;
	c->line = line->number;
	c->number = ++script->case_count;
	c->name = kith_str_trim(name);
	c->doors = SCRIPT_ALL;
	*(script->last == NULL ? &script->cases : &script->last->next) = c;
	script->last = c;
	line->c = c;
	line->end = &c->steps;
}

static bool read_line(struct line *line, struct kith_str text)
{
	line->wrong = NULL;
	text = kith_str_trim(text);
	if (text.len == 0 || kith_str_starts(text, KITH_STR("//"))) {
		return true;
	}
	if (text.at[0] == '#') {
		begin_case(line, kith_str_skip(text, 1));
		return true;
	}
	line->wrong = words_cut(text, &line->script->mem, line->words, &line->count);
	if (line->wrong == NULL) {
		read_words(line);
	}
	if (line->wrong != NULL) {
		printf("# %s:%d: %s: %.*s\n", line->file, line->number, line->wrong,
		       KITH_STR_PRINT(text));
	}
	return line->wrong == NULL;
}

static bool load(const char *path, struct kith_arena *mem, struct kith_str *out)
{
	FILE *file = fopen(path, "rb");
	char *text = kith_arena_alloc(mem, FILE_MAX);

	KITH_ASSERT(text != NULL);
	if (file == NULL) {
		printf("# %s: cannot be read\n", path);
		return false;
	}
	*out = kith_str_make(text, fread(text, 1, FILE_MAX, file));
	bool is_whole = feof(file) != 0 && ferror(file) == 0;
	fclose(file);
	return is_whole;
}

bool script_read(struct script *script, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct line line = { .script = script };
	struct kith_str file;
	struct kith_str rest;

	KITH_ASSERT(kith_arena_copy(&script->mem, kith_str_of(slash == NULL ? path : slash + 1),
	                            &file));
	line.file = file.at;
	bool is_good = load(path, &script->mem, &rest);

	while (is_good && rest.len > 0) {
		struct kith_str text = rest;
		line.number++;
		if (!kith_str_cut(rest, '\n', &text, &rest)) {
			rest = (struct kith_str){ 0 };
		}
		is_good = read_line(&line, text);
	}
	return is_good;
}

bool script_read_all(struct script *script)
{
	kith_arena_init(&script->mem, 64 * 1024);
	for (size_t i = 0; i < KITH_COUNT(files); i++) {
		char path[1024];
		snprintf(path, sizeof(path), "%s/%s", TRANSCRIPTS_DIR, files[i]);
		if (!script_read(script, path)) {
			return false;
		}
	}
	return script->case_count > 0;
}

void script_done(struct script *script)
{
	kith_arena_done(&script->mem);
	*script = (struct script){ 0 };
}

unsigned script_doors(const struct script_case *c)
{
	return c->moves_clock ? c->doors & SCRIPT_INSIDE : c->doors;
}

const char *script_door_name(enum script_door door)
{
	for (size_t i = 0; i < KITH_COUNT(doors); i++) {
		if (doors[i].door == door) {
			return doors[i].name;
		}
	}
	return "no door";
}
