/*
 * play.c -- one case after the other, one step after the other.
 */
#include "transcripts/play.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"
#include "transcripts/values.h"

enum { CALLS_MAX = 64, PAGES_MAX = 500 };

/* What a problem must look like, from the rows that the program is built of. */
static const struct {
	const char *code;
	int status;
	bool is_retryable;
	const char *title;
} problems[] = {
#define KITH_ERROR(name, code, status, retryable, sentence) { code, status, retryable, sentence },
#include "base/err.def"
#undef KITH_ERROR
};

/* One case on its way. */
struct show {
	struct scene scene;
	struct kith_arena mem;
	struct values values;
	const struct step *next;
	struct {
		struct kith_str names[CALLS_MAX];
		size_t said;
		size_t heard;
	} calls[SCRIPT_DEVICES_MAX];
	bool has_failed;
	struct show *later;
};

static const struct stage *stage;

/* --- failing --- */

static void print_cut(const char *what, struct kith_str text)
{
	printf("#   %s ", what);
	for (size_t i = 0; i < text.len && i < 1500; i++) {
		bool is_control = (unsigned char)text.at[i] < 0x20;
		putchar(is_control ? ' ' : text.at[i]);
	}
	printf("%s\n", text.len > 1500 ? " …" : "");
}

static bool fail(struct show *show, const struct step *step, const char *expected,
                 struct kith_str got)
{
	const struct script_case *c = show->scene.c;

	show->has_failed = true;
	printf("# %s:%d: %.*s: %.*s\n", c->file, step->line,
	       KITH_STR_PRINT(c->devices[step->device].label), KITH_STR_PRINT(step->what));
	print_cut("expected", kith_str_of(expected));
	print_cut("got     ", got);
	return false;
}

/* --- saying --- */

static bool note_call(struct show *show, const struct step *step)
{
	size_t device = step->device;

	if (show->calls[device].said == CALLS_MAX) {
		show->calls[device].said = show->calls[device].heard = 0;
	}
	show->calls[device].names[show->calls[device].said++] = step->what;
	return true;
}

/* Makes STEP's call with its words and what is in EXTRA (",\"x\":1" or empty). */
static bool say(struct show *show, const struct step *step, const char *skip, struct kith_str extra)
{
	struct kith_buf args = { 0 };
	const char *wrong;

	kith_buf_add_char(&args, '{');
	wrong = values_put_args(&show->values, step->words, step->word_count, skip, &args);
	if (extra.len > 0) {
		kith_buf_add_text(&args, args.len > 1 ? "," : "");
		kith_buf_add(&args, extra);
	}
	kith_buf_add_char(&args, '}');
	struct kith_str text = stage_keep(&show->scene, kith_buf_str(&args));
	kith_buf_done(&args);
	if (wrong != NULL) {
		return fail(show, step, wrong, KITH_STR("-"));
	}
	if (!stage->say(&show->scene, step->device, step->what, text)) {
		return fail(show, step, "a call that can be made", text);
	}
	return note_call(show, step);
}

static bool play_say(struct show *show, const struct step *step)
{
	return say(show, step, NULL, (struct kith_str){ 0 });
}

static bool play_special(struct show *show, const struct step *step)
{
	struct kith_buf text = { 0 };

	for (size_t i = 0; i < step->word_count; i++) {
		struct kith_str piece = values_text(&show->values, &step->words[i].value);
		if (step->words[i].form != WORD_BARE || piece.at == NULL) {
			return fail(show, step, "texts that are known", KITH_STR("-"));
		}
		kith_buf_add(&text, piece);
	}
	struct kith_str kept = stage_keep(&show->scene, kith_buf_str(&text));
	kith_buf_done(&text);
	if (stage->special == NULL ||
	    !stage->special(&show->scene, step->device, step->what, kept)) {
		return fail(show, step, "a door that can do this", KITH_STR("-"));
	}
	return !kith_str_is(step->what, "raw") || stage->door != SCRIPT_HTTP ||
	       note_call(show, step);
}

/* --- hearing --- */

static const struct json *read_body(struct show *show, const struct heard *heard)
{
	return json_read(heard->text, show->scene.mem);
}

/* What holds for every problem, whatever the transcript says. NULL, or what does not. */
static const char *check_problem(const struct heard *heard, const struct json *body)
{
	struct kith_str code = json_text(body, "code");
	struct kith_str type = json_text(body, "type");
	size_t at = 0;

	while (at < KITH_COUNT(problems) && !kith_str_is(code, problems[at].code)) {
		at++;
	}
	if (at == KITH_COUNT(problems)) {
		return "a code that is in err.def";
	}
	if (!kith_str_starts(type, KITH_STR("/problems/")) ||
	    !kith_str_equal(kith_str_skip(type, 10), code) ||
	    !kith_str_is(json_text(body, "title"), problems[at].title) ||
	    json_integer(body, "status") != problems[at].status) {
		return "type, title and status of that code";
	}
	if (problems[at].is_retryable == (json_integer(body, "retryAfterMs") < 0) &&
	    stage->door != SCRIPT_LIBKITH && problems[at].status != 408) {
		return "retryAfterMs with codes that are retryable, and only with them";
	}
	if (heard->headers.len == 0) {
		return NULL;
	}
	if (heard->status != problems[at].status ||
	    !kith_str_is(values_header(heard->headers, KITH_STR("content-type")),
	                 "application/problem+json")) {
		return "the status of the code, and application/problem+json";
	}
	if ((values_header(heard->headers, KITH_STR("www-authenticate")).at != NULL) !=
	    (heard->status == 401)) {
		return "WWW-Authenticate with 401, and only then";
	}
	return NULL;
}

/* The status of an answer that worked: 201 for what is new. */
static const char *check_status(const struct heard *heard, struct kith_str call)
{
	bool is_send = kith_str_starts(call, KITH_STR("messages.send"));
	int status = is_send && !heard->is_repeated ? 201 : 200;

	if (heard->status == 0 || kith_str_is(call, "raw") || heard->status == status) {
		return NULL;
	}
	return status == 201 ? "status 201" : "status 200";
}

static bool match(struct show *show, const struct step *step, const struct heard *heard,
                  const struct json *body)
{
	struct kith_buf expected = { 0 };
	bool is_good =
		values_match(&show->values, heard, body, step->words, step->word_count, &expected);

	kith_buf_add_char(&expected, '\0');
	if (!is_good) {
		fail(show, step, expected.at, heard->text);
	}
	kith_buf_done(&expected);
	return is_good;
}

/* The answer to the device's first open call, of which it is known that it worked or not. */
static bool hear(struct show *show, const struct step *step, struct heard *heard,
                 const struct json **body)
{
	size_t device = step->device;
	struct kith_str call;
	const char *wrong;

	*heard = (struct heard){ .is_ok = false };
	if (show->calls[device].heard == show->calls[device].said) {
		return fail(show, step, "a call before its answer", KITH_STR("none"));
	}
	call = show->calls[device].names[show->calls[device].heard++];
	if (!stage->hear(&show->scene, device, heard)) {
		return fail(show, step, "an answer", KITH_STR("none in time"));
	}
	*body = read_body(show, heard);
	if (*body == NULL && heard->text.len > 0) {
		return fail(show, step, "JSON", heard->text);
	}
	wrong = heard->is_ok ? check_status(heard, call) : check_problem(heard, *body);
	return wrong == NULL || fail(show, step, wrong, heard->text);
}

static bool play_hear(struct show *show, const struct step *step)
{
	struct heard heard;
	const struct json *body;

	if (!hear(show, step, &heard, &body)) {
		return false;
	}
	if (heard.is_ok != kith_str_is(step->what, "ok") ||
	    (!heard.is_ok && !kith_str_equal(json_text(body, "code"), step->what))) {
		return fail(show, step, heard.is_ok ? "a refusal" : "this answer", heard.text);
	}
	return match(show, step, &heard, body);
}

static bool play_event(struct show *show, const struct step *step)
{
	struct heard heard = { .is_ok = true };

	if (!stage->event(&show->scene, step->device, true, &heard)) {
		return fail(show, step, "an event", KITH_STR("none in time"));
	}
	const struct json *body = read_body(show, &heard);
	if (body == NULL || !kith_str_equal(json_text(body, "event"), step->what)) {
		return fail(show, step, "an event of this name", heard.text);
	}
	return match(show, step, &heard, body);
}

/*
 * Nothing is heard: the device writes a note to itself, and when that is answered,
 * all that was committed before it has come.
 */
static bool play_quiet(struct show *show, const struct step *step)
{
	const struct script_case *c = show->scene.c;
	struct heard heard = { .is_ok = false };
	struct kith_buf args = { 0 };

	kith_buf_add_format(&args, "{\"address\":\"%s\",\"text\":\"note\"}",
	                    c->devices[step->device].person->id);
	struct kith_str text = stage_keep(&show->scene, kith_buf_str(&args));
	kith_buf_done(&args);
	bool is_said =
		stage->say(&show->scene, step->device, KITH_STR("messages.sendToUser"), text) &&
		stage->hear(&show->scene, step->device, &heard) && heard.is_ok;
	if (!is_said) {
		return fail(show, step, "a note to oneself", heard.text);
	}
	return !stage->event(&show->scene, step->device, false, &heard) ||
	       fail(show, step, "no event", heard.text);
}

static bool play_frame(struct show *show, const struct step *step)
{
	struct heard heard = { .is_ok = true };

	if (stage->frame == NULL || !stage->frame(&show->scene, step->device, &heard)) {
		return fail(show, step, "a frame", KITH_STR("none in time"));
	}
	const struct json *body = read_body(show, &heard);
	return body != NULL ? match(show, step, &heard, body)
	                    : fail(show, step, "JSON", heard.text);
}

static bool play_closed(struct show *show, const struct step *step)
{
	int code = stage->closed == NULL ? -1 : stage->closed(&show->scene, step->device);
	char got[32];

	snprintf(got, sizeof(got), "%d", code);
	return code == step->count || fail(show, step, "this close code", kith_str_of(got));
}

/* --- many --- */

static bool play_do(struct show *show, const struct step *step)
{
	for (int64_t i = 1; i <= step->count; i++) {
		struct heard heard;
		const struct json *body;
		char number[24];
		snprintf(number, sizeof(number), "%lld", (long long)i);
		values_set(&show->values, KITH_STR("i"), kith_str_of(number));
		if (!say(show, step, NULL, (struct kith_str){ 0 }) ||
		    !hear(show, step, &heard, &body)) {
			return false;
		}
		if (!heard.is_ok) {
			return fail(show, step, "ok", heard.text);
		}
	}
	return true;
}

/* How a call is paged: which argument takes which member, and for how long. */
static const struct paging {
	const char *call;
	const char *needs; /* the argument that is there; NULL: any */
	const char *arg;
	const char *member;
	const char *more; /* a truth that says whether to go on; NULL: while MEMBER is text */
} pagings[] = {
	{ "messages.list", "after", "after", "next", NULL },
	{ "messages.list", NULL, "before", "prev", NULL },
	{ "conversations.list", NULL, "cursor", "next", NULL },
	{ "sync", NULL, "since", "cursor", "more" },
};

static const struct paging *find_paging(const struct step *step)
{
	for (size_t i = 0; i < KITH_COUNT(pagings); i++) {
		bool has_needs = pagings[i].needs == NULL;
		for (size_t j = 0; j < step->word_count && !has_needs; j++) {
			has_needs = kith_str_is(step->words[j].key, pagings[i].needs);
		}
		if (has_needs && kith_str_is(step->what, pagings[i].call)) {
			return &pagings[i];
		}
	}
	return NULL;
}

/* What makes an item of a page itself. */
static struct kith_str item_mark(const struct json *item)
{
	struct kith_str id = json_text(item, "id");

	return id.at != NULL ? id : json_text(item, "cursor");
}

/* Adds the page's items to MARKS; NULL, or what is wrong. */
static const char *add_items(const struct json *page, struct kith_str *marks, int64_t *count,
                             int64_t max)
{
	const struct json *items = json_find(page, KITH_STR("items"));
	int64_t n = 0;

	if (items == NULL || items->kind != JSON_ARRAY) {
		return "a page with items";
	}
	for (const struct json *item = items->first; item != NULL; item = item->next) {
		struct kith_str mark = item_mark(item);
		for (int64_t i = 0; i < *count; i++) {
			if (kith_str_equal(marks[i], mark)) {
				return "nothing twice";
			}
		}
		if (*count == max) {
			return "no more than that";
		}
		if (json_text(item, "from").at != NULL && n != 0 &&
		    json_integer(item, "n") != n + 1) {
			return "numbers without a hole";
		}
		n = json_integer(item, "n");
		marks[(*count)++] = mark;
	}
	return NULL;
}

/* Whether there is another page, and its argument in EXTRA. */
static bool next_page(const struct paging *paging, const struct json *page, struct kith_buf *extra)
{
	struct kith_str place = json_text(page, paging->member);
	const struct json *more =
		paging->more == NULL ? NULL : json_find(page, kith_str_of(paging->more));

	kith_buf_reset(extra);
	kith_buf_add_format(extra, "\"%s\":", paging->arg);
	json_put_string(extra, place);
	return place.at != NULL && (more == NULL || more->kind == JSON_TRUE);
}

/* Hears a page and adds its items to MARKS. */
static bool hear_page(struct show *show, const struct step *step, const struct json **page,
                      struct kith_str *marks, int64_t *count)
{
	struct heard heard;

	if (!hear(show, step, &heard, page)) {
		return false;
	}
	const char *wrong = heard.is_ok ? add_items(*page, marks, count, step->count) : "ok";
	return wrong == NULL || fail(show, step, wrong, heard.text);
}

static bool play_collect(struct show *show, const struct step *step)
{
	const struct paging *paging = find_paging(step);
	struct kith_str *marks =
		kith_arena_zero(show->scene.mem, (size_t)step->count + 1, sizeof(*marks));
	struct kith_buf extra = { 0 };
	const struct json *page = NULL;
	bool is_good = paging != NULL || fail(show, step, "a call with pages", step->what);
	int64_t count = 0;
	int pages = 0;

	KITH_ASSERT(marks != NULL);
	while (is_good && pages < PAGES_MAX && (pages == 0 || next_page(paging, page, &extra))) {
		is_good =
			say(show, step, pages++ == 0 ? NULL : paging->arg, kith_buf_str(&extra)) &&
			hear_page(show, step, &page, marks, &count);
	}
	kith_buf_done(&extra);
	char got[64];
	snprintf(got, sizeof(got), "%lld on %d pages", (long long)count, pages);
	return is_good &&
	       (count == step->count || fail(show, step, "so many items", kith_str_of(got)));
}

/* --- the rest --- */

static bool play_let(struct show *show, const struct step *step)
{
	const char *wrong = values_let(&show->values, step);

	return wrong == NULL || fail(show, step, wrong, KITH_STR("-"));
}

static bool play_at(struct show *show, const struct step *step)
{
	(void)show;
	stage->move_clock(step->count);
	return true;
}

static bool play_disk(struct show *show, const struct step *step)
{
	(void)show;
	world_fill_disk(stage->pid(), kith_str_is(step->what, "full"));
	return true;
}

static bool play_damage(struct show *show, const struct step *step)
{
	struct kith_str id = values_text(&show->values, &step->words[0].value);

	return world_damage(show->scene.world, id) ||
	       fail(show, step, "a conversation with entries", id);
}

static bool (*const players[])(struct show *show, const struct step *step) = {
	[STEP_SAY] = play_say,       [STEP_SPECIAL] = play_special, [STEP_HEAR] = play_hear,
	[STEP_EVENT] = play_event,   [STEP_QUIET] = play_quiet,     [STEP_FRAME] = play_frame,
	[STEP_CLOSED] = play_closed, [STEP_DO] = play_do,           [STEP_COLLECT] = play_collect,
	[STEP_LET] = play_let,       [STEP_AT] = play_at,           [STEP_DISK] = play_disk,
	[STEP_DAMAGE] = play_damage,
};
_Static_assert(KITH_COUNT(players) == STEP_DAMAGE + 1, "a player for each kind of step");

/* --- cases --- */

static struct show *begin(const struct world *world, const struct script_case *c)
{
	struct show *show = calloc(1, sizeof(*show));

	KITH_ASSERT(show != NULL);
	kith_arena_init(&show->mem, 64 * 1024);
	show->scene = (struct scene){ .world = world, .c = c, .mem = &show->mem };
	show->values = (struct values){ .stage = stage, .scene = &show->scene };
	show->next = c->steps;
	if (!stage->enter(&show->scene)) {
		show->has_failed = true;
		printf("# %s:%d: the devices cannot connect\n", c->file, c->line);
	}
	return show;
}

/* Plays on to the end, or before the first step that a slow case would wait in. */
static void go_on(struct show *show, bool may_wait)
{
	while (show->next != NULL && !show->has_failed) {
		enum step_kind kind = show->next->kind;
		bool waits = kind == STEP_HEAR || kind == STEP_CLOSED || kind == STEP_FRAME;
		if (waits && !may_wait) {
			return;
		}
		(void)players[kind](show, show->next);
		show->next = show->next->next;
	}
}

static void end(struct show *show, int *number, int *failures)
{
	const struct script_case *c = show->scene.c;

	for (size_t i = 0; i < c->device_count && !show->has_failed; i++) {
		if (show->calls[i].heard != show->calls[i].said) {
			show->has_failed = true;
			printf("# %s:%d: %.*s said what nobody heard an answer to\n", c->file,
			       c->line, KITH_STR_PRINT(c->devices[i].label));
		}
	}
	stage->leave(&show->scene);
	*failures += show->has_failed ? 1 : 0;
	printf("%sok %d - %.*s%s\n", show->has_failed ? "not " : "", ++*number,
	       KITH_STR_PRINT(c->name), c->moves_clock ? " (inside only: it moves the clock)" : "");
	fflush(stdout);
	kith_arena_done(&show->mem);
	free(show);
}

static bool is_wanted(const struct script_case *c, int argc, char **argv)
{
	bool is_named = argc < 2;

	for (int i = 1; i < argc && !is_named; i++) {
		is_named = memmem(c->name.at, c->name.len, argv[i], strlen(argv[i])) != NULL ||
		           strncmp(c->file, argv[i], strlen(argv[i])) == 0;
	}
	return is_named && (script_doors(c) & stage->door) != 0;
}

static int play_cases(const struct world *world, const struct script *script, int argc, char **argv)
{
	struct show *slow = NULL;
	int failures = 0;
	int number = 0;

	for (const struct script_case *c = script->cases; c != NULL; c = c->next) {
		if (is_wanted(c, argc, argv) && c->is_slow) {
			struct show *show = begin(world, c);
			go_on(show, false);
			show->later = slow;
			slow = show;
		}
	}
	for (const struct script_case *c = script->cases; c != NULL; c = c->next) {
		if (is_wanted(c, argc, argv) && !c->is_slow) {
			struct show *show = begin(world, c);
			go_on(show, true);
			end(show, &number, &failures);
		}
	}
	while (slow != NULL) {
		struct show *show = slow;
		slow = show->later;
		go_on(show, true);
		end(show, &number, &failures);
	}
	bool is_stopped = stage->stop();
	printf("%sok %d - the %s door ends well\n", is_stopped ? "" : "not ", ++number,
	       script_door_name(stage->door));
	printf("1..%d\n", number);
	return failures == 0 && is_stopped ? 0 : 1;
}

int play_all(const struct stage *on, int argc, char **argv)
{
	struct script script = { .case_count = 0 };
	struct world world;
	int code = 1;

	stage = on;
	kith_rand_start();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a full disk is an error, not an end; the server inherits it */
	if (!script_read_all(&script)) {
		printf("not ok 1 - the transcripts can be read\n1..1\n");
	} else if (!stage->start(&world, &script)) {
		printf("not ok 1 - the %s door opens\n1..1\n", script_door_name(stage->door));
		world_done(&world);
	} else {
		code = play_cases(&world, &script, argc, argv);
		world_done(&world);
	}
	script_done(&script);
	return code;
}
