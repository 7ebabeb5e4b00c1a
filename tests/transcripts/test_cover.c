/*
 * test_cover.c -- is every call, and every way of saying no, in the transcripts?
 *
 * Runs nothing. Each case says in its name what it covers, as [call kind]; here
 * these words are held against the contract's table, door by door, and the codes
 * that cases expect to hear on a wire against err.def, both ways. That what is
 * expected is heard is the other programs' to show.
 */
#include <stdio.h>
#include <string.h>

#include "service/calls.gen.h"
#include "transcripts/script.h"

enum kind { KIND_OK, KIND_BAD, KIND_RIGHTS, KIND_REPEAT, KIND_COUNT };

static const char *const kinds[KIND_COUNT] = { "ok", "bad", "rights", "repeat" };

static const enum script_door doors[] = { SCRIPT_INSIDE, SCRIPT_HTTP, SCRIPT_SOCKET,
	                                  SCRIPT_LIBKITH };

static const char *const codes[] = {
#define KITH_ERROR(name, code, status, retryable, sentence) code,
#include "base/err.def"
#undef KITH_ERROR
};

/* Where a call cannot be shown to do what it does, and why. What is shown after all fails. */
static const struct {
	const char *call;
	const char *kind;
	unsigned doors;
	const char *why;
} exceptions[] = {
#define OPERATOR_ONLY SCRIPT_SOCKET | SCRIPT_LIBKITH, "the operator has no socket"
	{ "aliases.add", "ok", OPERATOR_ONLY },     { "aliases.add", "bad", OPERATOR_ONLY },
	{ "aliases.add", "repeat", OPERATOR_ONLY }, { "aliases.remove", "ok", OPERATOR_ONLY },
	{ "aliases.remove", "bad", OPERATOR_ONLY }, { "aliases.remove", "repeat", OPERATOR_ONLY },
#undef OPERATOR_ONLY
};

static struct {
	unsigned covered[KITH_CALL_COUNT][KIND_COUNT]; /* doors */
	unsigned heard[KITH_COUNT(codes)];             /* doors */
	int results;
	int failures;
} cover;

static void result(bool is_good, const char *format, const char *a, const char *b)
{
	char name[256];

	snprintf(name, sizeof(name), format, a, b);
	cover.failures += is_good ? 0 : 1;
	printf("%sok %d - %s\n", is_good ? "" : "not ", ++cover.results, name);
}

/* Notes the TAG of a case; false when it means nothing. */
static bool note_tag(struct kith_str tag, unsigned through)
{
	struct kith_str name = tag;
	struct kith_str kind = { 0 };

	if (!kith_str_cut(tag, ' ', &name, &kind)) {
		return kith_str_is(tag, "http") || kith_str_is(tag, "socket");
	}
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		for (size_t j = 0; j < KIND_COUNT; j++) {
			if (kith_str_is(name, kith_calls[i].name) && kith_str_is(kind, kinds[j])) {
				cover.covered[i][j] |= through;
				return true;
			}
		}
	}
	return false;
}

static void note_tags(const struct script_case *c)
{
	struct kith_str rest = c->name;
	struct kith_str before;
	struct kith_str tag;

	while (kith_str_cut(rest, '[', &before, &rest) && kith_str_cut(rest, ']', &tag, &rest)) {
		if (!note_tag(tag, script_doors(c))) {
			printf("# %s:%d: [%.*s]\n", c->file, c->line, KITH_STR_PRINT(tag));
			result(false, "%s means a call and what is shown of it", "a tag", "");
		}
	}
}

static void note_code(const struct script_case *c, struct kith_str code)
{
	for (size_t i = 0; i < KITH_COUNT(codes); i++) {
		if (kith_str_is(code, codes[i])) {
			cover.heard[i] |= script_doors(c);
			return;
		}
	}
	printf("# %s:%d: %.*s\n", c->file, c->line, KITH_STR_PRINT(code));
	result(false, "%s is a row of err.def", "what a case hears", "");
}

static void note_codes(const struct script_case *c)
{
	for (const struct step *step = c->steps; step != NULL; step = step->next) {
		if (step->kind == STEP_HEAR && !kith_str_is(step->what, "ok")) {
			note_code(c, step->what);
		}
		for (size_t i = 0; step->kind == STEP_FRAME && i < step->word_count; i++) {
			if (kith_str_is(step->words[i].key, "problem.code")) {
				note_code(c, step->words[i].value.text);
			}
		}
	}
}

/* The doors through which KIND of CALL cannot be, and why. */
static unsigned excepted(const char *call, const char *kind, const char **why)
{
	for (size_t i = 0; i < KITH_COUNT(exceptions); i++) {
		if (strcmp(exceptions[i].call, call) == 0 &&
		    strcmp(exceptions[i].kind, kind) == 0) {
			*why = exceptions[i].why;
			return exceptions[i].doors;
		}
	}
	return 0;
}

static void print_doors(const char *words, unsigned through)
{
	for (size_t k = 0; k < KITH_COUNT(doors); k++) {
		if ((through & doors[k]) != 0) {
			printf("# %s: %s\n", words, script_door_name(doors[k]));
		}
	}
}

static void check_call(const struct kith_call_row *row, const char *kind, unsigned covered)
{
	const char *why = "";
	unsigned needless = excepted(row->name, kind, &why);
	unsigned missing = SCRIPT_ALL & ~covered & ~needless;

	print_doors("not through", missing);
	print_doors("through, in spite of its exception", covered & needless);
	if (needless != 0) {
		printf("# %s %s: %s\n", row->name, kind, why);
	}
	result(missing == 0 && (covered & needless) == 0,
	       "[%s %s] is shown through every door where it can be", row->name, kind);
}

static void check_calls(void)
{
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		for (size_t j = 0; j < KIND_COUNT; j++) {
			if (j != KIND_REPEAT || kith_calls[i].writes) {
				check_call(&kith_calls[i], kinds[j], cover.covered[i][j]);
			}
		}
	}
}

static void check_codes(void)
{
	for (size_t i = 0; i < KITH_COUNT(codes); i++) {
		bool is_heard = (cover.heard[i] & ~(unsigned)SCRIPT_INSIDE) != 0;
		result(is_heard, "%s is heard on a wire%s", codes[i], "");
	}
}

static void check_names(const struct script *script)
{
	for (const struct script_case *c = script->cases; c != NULL; c = c->next) {
		if (!kith_str_starts(c->name, KITH_STR("R-")) || c->steps == NULL) {
			printf("# %s:%d: %.*s\n", c->file, c->line, KITH_STR_PRINT(c->name));
			result(false, "%s begins with a requirement and has steps", "a case", "");
		}
	}
}

int main(void)
{
	struct script script = { .case_count = 0 };
	bool is_read = script_read_all(&script);

	result(is_read, "%s can be read%s", "the transcripts", "");
	if (is_read) {
		for (const struct script_case *c = script.cases; c != NULL; c = c->next) {
			note_tags(c);
			note_codes(c);
		}
		check_calls();
		check_codes();
		check_names(&script);
	}
	printf("1..%d\n", cover.results);
	script_done(&script);
	return cover.failures == 0 ? 0 : 1;
}
