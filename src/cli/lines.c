/*
 * lines.c -- `kith send --lines`: a line in, a result out, in the same order.
 *
 * A ring of slots holds the lines that are on their way or whose results wait for
 * an earlier one; while it is full, standard input is not read. With --outbox
 * each line is kept in the file first, and what an earlier run left goes along
 * without a line of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "client/problem.h"

enum {
	WINDOW = 64,
	LINE_BYTES_MAX = 1024 * 1024, /* a longer one is refused as too_large */
	READ_BYTES = 64 * 1024,
	ID_BYTES = 36,
};

enum slot_state {
	SLOT_FREE,
	SLOT_WAITING, /* for its result                    */
	SLOT_DONE,    /* its result waits for earlier ones */
};

struct slot {
	struct kith_run *run;
	enum slot_state state;
	char id[ID_BYTES + 1]; /* as the line gave it; "": it gave none */
	struct kith_buf result;
};

struct lines_job {
	struct slot slots[WINDOW];
	uint64_t begun;   /* lines taken, ever              */
	uint64_t printed; /* of them, results printed, ever */
	struct kith_buf input;
	bool is_at_end;
	bool is_skipping;        /* within a line that is too long */
	struct kith_buf trouble; /* the problem for which nothing can be sent; "": none */
	int exit_code;
};

/* What a line says. Borrows it, and an arena. */
struct line {
	struct kith_str to, id, text, opaque, organization;
};

static void finish(struct slot *slot, int code)
{
	struct lines_job *job = slot->run->job;

	kith_buf_add_text(&slot->result, "}\n");
	slot->state = SLOT_DONE;
	job->exit_code = code > job->exit_code ? code : job->exit_code;
	if (slot->result.failed) {
		kith_run_check(slot->run, KITH_STATUS_NO_MEMORY);
	}
}

static void finish_problem(struct slot *slot, struct kith_str json, int code)
{
	kith_buf_add_text(&slot->result, "{\"ok\":false,\"problem\":");
	kith_buf_add(&slot->result, json);
	finish(slot, code);
}

/* A line that is refused here, with RC. */
static void refuse(struct slot *slot, enum kith_rc rc, const char *field, const char *detail)
{
	const struct kith_err_row *row = kith_err_row(rc);
	struct kith_buf json = { 0 };
	struct kith_json_writer w;
	char type[64];

	kith_json_write_to(&w, &json);
	kith_json_open_object(&w);
	snprintf(type, sizeof(type), "/problems/%s", row->code);
	kith_json_pair_string(&w, "type", kith_str_of(type));
	kith_json_pair_string(&w, "title", kith_str_of(row->sentence));
	kith_json_pair_integer(&w, "status", row->status);
	kith_json_pair_string(&w, "detail", kith_str_of(detail));
	kith_json_pair_string(&w, "code", kith_str_of(row->code));
	if (field[0] != '\0') {
		kith_json_pair_string(&w, "field", kith_str_of(field));
	}
	kith_json_close_object(&w);
	slot->result.failed = slot->result.failed || json.failed;
	finish_problem(slot, kith_buf_str(&json), KITH_EXIT_REFUSED);
	kith_buf_done(&json);
}

static void take_result(struct slot *slot, const struct kith_problem *problem, bool is_repeated)
{
	struct kith_str json = kith_run_str(kith_client_json(slot->run->client));

	if (problem != NULL) {
		finish_problem(slot, json, kith_run_exit_code(problem));
		return;
	}
	kith_buf_add_text(&slot->result, is_repeated ? "{\"ok\":true,\"repeated\":true,\"message\":"
	                                             : "{\"ok\":true,\"message\":");
	kith_buf_add(&slot->result, json);
	finish(slot, KITH_EXIT_OK);
}

static void on_sent(void *context, const struct kith_problem *problem,
                    const struct kith_api_message *message, bool is_repeated)
{
	(void)message;
	take_result(context, problem, is_repeated);
}

/* Reading a line. */

static enum kith_rc take_member(struct line *line, const struct kith_json *json,
                                const struct kith_json_node *key, struct kith_arena *mem,
                                struct kith_why *why)
{
	const struct {
		const char *name;
		struct kith_str *value;
	} members[] = {
		{ "to", &line->to },
		{ "id", &line->id },
		{ "text", &line->text },
		{ "opaque", &line->opaque },
		{ "organization", &line->organization },
	};
	const struct kith_json_node *value = key + key->skip;

	for (size_t i = 0; i < KITH_COUNT(members); i++) {
		if (!kith_str_is(kith_json_raw(json, key), members[i].name)) {
			continue;
		}
		if (value->kind == KITH_JSON_NULL) {
			return KITH_OK;
		}
		if (value->kind != KITH_JSON_STRING) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, members[i].name,
			                   "is no string");
		}
		return kith_json_text(json, value, mem, members[i].value);
	}
	return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
	                   "a line has a member %.*s, which "
	                   "means nothing",
	                   KITH_STR_PRINT(kith_json_raw(json, key)));
}

/* OPAQUE from base64 to bytes, in MEM. */
static enum kith_rc decode_opaque(struct line *line, struct kith_arena *mem, struct kith_why *why)
{
	size_t room = line->opaque.len / 4 * 3;
	void *bytes = line->opaque.at == NULL ? NULL : kith_arena_alloc(mem, room);
	ptrdiff_t len;

	if (line->opaque.at == NULL) {
		return KITH_OK;
	}
	if (bytes == NULL) {
		return KITH_E_NO_MEMORY;
	}
	len = kith_base64_decode(KITH_BASE64, line->opaque, bytes, room);
	if (len < 0) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "opaque", "is no base64");
	}
	line->opaque = kith_str_make(bytes, (size_t)len);
	return KITH_OK;
}

static enum kith_rc read_line(struct kith_str text, struct kith_arena *mem, struct line *line,
                              struct kith_why *why)
{
	const struct kith_json_node *key;
	struct kith_json json;
	enum kith_rc rc = kith_json_read(text, mem, &json, why);

	if (rc != KITH_OK) {
		return rc;
	}
	if (json.root->kind != KITH_JSON_OBJECT) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "a line is a JSON object");
	}
	key = kith_json_first(json.root);
	for (uint32_t i = 0; i < json.root->count && rc == KITH_OK; i++) {
		rc = take_member(line, &json, key, mem, why);
		key += key->skip;
		key += key->skip;
	}
	return rc == KITH_OK ? decode_opaque(line, mem, why) : rc;
}

static struct kith_text text_of(struct kith_str text)
{
	return (struct kith_text){ .at = text.at, .len = text.len };
}

static void send_line(struct slot *slot, const struct line *line)
{
	struct kith_run *run = slot->run;
	struct lines_job *job = run->job;
	const struct kith_messages_send_to_user_args args = {
		.address = line->to.at != NULL ? text_of(line->to)
		                               : kith_text_of(run->options->args[0]),
		.id = text_of(line->id),
		.text = text_of(line->text),
		.opaque = { .at = line->opaque.at, .len = line->opaque.len },
		.organization = line->organization.at != NULL
		                        ? text_of(line->organization)
		                        : kith_text_of(run->options->organization),
	};
	int status = run->options->outbox != NULL
	                     ? kith_outbox_send_to_user(run->client, &args, job->begun)
	                     : kith_messages_send_to_user(run->client, &args, on_sent, slot);

	if (status == KITH_STATUS_BAD_ARGUMENT) {
		refuse(slot, KITH_E_INVALID_REQUEST, "", "to is missing, or the id is no UUID");
	} else {
		kith_run_check(run, status);
	}
}

/* Two lines with one id must not be on their way together: which result is whose? */
static bool is_under_way(const struct lines_job *job, struct kith_str id)
{
	for (size_t i = 0; i < WINDOW; i++) {
		if (job->slots[i].state == SLOT_WAITING && id.len > 0 &&
		    kith_str_is(id, job->slots[i].id)) {
			return true;
		}
	}
	return false;
}

static struct slot *begin(struct kith_run *run)
{
	struct lines_job *job = run->job;
	struct slot *slot = &job->slots[job->begun % WINDOW];

	KITH_ASSERT(slot->state == SLOT_FREE);
	job->begun++;
	slot->run = run;
	slot->state = SLOT_WAITING;
	slot->id[0] = '\0';
	return slot;
}

/* returns false when the line has to wait for an earlier one. */
static bool take_line(struct kith_run *run, struct kith_str text)
{
	struct lines_job *job = run->job;
	struct line line = { .to = { 0 } };
	struct kith_why why = { .detail = "no memory is left" };
	struct kith_arena mem;
	struct slot *slot;
	bool is_taken = true;
	enum kith_rc rc;

	if (kith_str_trim(text).len == 0) {
		return true;
	}
	kith_arena_init(&mem, 4096);
	rc = read_line(text, &mem, &line, &why);
	if (rc == KITH_OK && is_under_way(job, line.id)) {
		is_taken = false;
	} else if (rc == KITH_OK) {
		slot = begin(run);
		if (line.id.len == ID_BYTES) {
			memcpy(slot->id, line.id.at, ID_BYTES);
			slot->id[ID_BYTES] = '\0';
		}
		send_line(slot, &line);
	} else {
		refuse(begin(run), rc, why.field, why.detail);
	}
	kith_arena_done(&mem);
	return is_taken;
}

/* The next whole line of the input, without its end; false when there is none yet. */
static bool next_line(struct lines_job *job, struct kith_str *line, size_t *size)
{
	struct kith_str all = kith_buf_str(&job->input);
	ptrdiff_t end = kith_str_find(all, '\n');

	if (end < 0 && (!job->is_at_end || all.len == 0)) {
		return false;
	}
	*line = kith_str_make(all.at, end < 0 ? all.len : (size_t)end);
	*size = end < 0 ? all.len : (size_t)end + 1;
	return true;
}

static bool has_room(const struct lines_job *job)
{
	return job->begun - job->printed < WINDOW;
}

static void print_results(struct kith_run *run)
{
	struct lines_job *job = run->job;

	while (job->printed < job->begun) {
		struct slot *slot = &job->slots[job->printed % WINDOW];

		if (slot->state != SLOT_DONE) {
			return;
		}
		kith_buf_add(&run->out, kith_buf_str(&slot->result));
		kith_buf_reset(&slot->result);
		slot->state = SLOT_FREE;
		job->printed++;
	}
}

/* A line without an end that is too long already: refused, and skipped to its end. */
static void skip_long_line(struct kith_run *run)
{
	struct lines_job *job = run->job;

	if (job->input.len <= LINE_BYTES_MAX || !has_room(job)) {
		return;
	}
	if (!job->is_skipping) {
		refuse(begin(run), KITH_E_TOO_LARGE, "", "a line has 1 MiB at most");
	}
	job->is_skipping = true;
	kith_buf_reset(&job->input);
}

/* Takes what lines it can; then sees what to wait for. */
static void go_on(struct kith_run *run)
{
	struct lines_job *job = run->job;
	struct kith_str line;
	size_t size;
	bool is_stalled = false;

	print_results(run);
	while (!is_stalled && has_room(job) && next_line(job, &line, &size)) {
		is_stalled = !job->is_skipping && !take_line(run, line);
		if (!is_stalled) {
			job->is_skipping = false;
			kith_buf_eat(&job->input, size);
			print_results(run);
		}
	}
	if (!is_stalled && !next_line(job, &line, &size)) {
		skip_long_line(run);
		print_results(run);
	}
	run->wants_input =
		!job->is_at_end && !is_stalled && has_room(job) && job->input.len <= LINE_BYTES_MAX;
	if (run->out.failed) {
		kith_run_check(run, KITH_STATUS_NO_MEMORY);
	}
	if (job->is_at_end && job->input.len == 0 && job->printed == job->begun &&
	    kith_outbox_count(run->client) == 0) {
		kith_run_end(run, job->exit_code);
	}
}

static void on_input(struct kith_run *run)
{
	struct lines_job *job = run->job;
	ssize_t got;

	if (!kith_buf_reserve(&job->input, READ_BYTES)) {
		kith_run_check(run, KITH_STATUS_NO_MEMORY);
		return;
	}
	got = read(STDIN_FILENO, job->input.at + job->input.len, READ_BYTES);
	if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
		return;
	}
	if (got < 0) {
		fprintf(stderr, "kith: cannot read: %s\n", strerror(errno));
		kith_run_end(run, KITH_EXIT_REFUSED);
		return;
	}
	job->is_at_end = got == 0;
	job->input.len += (size_t)got;
	go_on(run);
}

static void on_outbox(struct kith_run *run, const struct kith_outbox_result *result)
{
	struct lines_job *job = run->job;

	if (result->state == KITH_OUTBOX_KEPT) {
		return;
	}
	if (result->tag != 0) {
		take_result(&job->slots[(result->tag - 1) % WINDOW], result->problem,
		            result->is_repeated);
	} else if (result->problem != NULL) {
		kith_run_print_problem(run->options, result->problem,
		                       kith_client_json(run->client));
	}
}

/* Keeps what is wrong, should it be the end. */
static void on_state(struct kith_run *run, enum kith_client_state state,
                     const struct kith_problem *problem)
{
	struct lines_job *job = run->job;

	(void)state;
	kith_buf_reset(&job->trouble);
	if (problem != NULL) {
		kith_problem_write(problem, &job->trouble);
	}
}

/* A result of its own for each line that was read, although none can be sent any more. */
static void on_over(struct kith_run *run)
{
	struct lines_job *job = run->job;
	struct kith_str line, trouble = kith_buf_str(&job->trouble);
	size_t size;

	if (trouble.len == 0 || job->trouble.failed || run->options->outbox != NULL ||
	    (run->exit_code != KITH_EXIT_REFUSED && run->exit_code != KITH_EXIT_UNREACHABLE)) {
		return;
	}
	for (uint64_t i = job->printed; i < job->begun; i++) {
		if (job->slots[i % WINDOW].state == SLOT_WAITING) {
			finish_problem(&job->slots[i % WINDOW], trouble, run->exit_code);
		}
	}
	print_results(run);
	while (next_line(job, &line, &size)) {
		if (!job->is_skipping && kith_str_trim(line).len > 0) {
			finish_problem(begin(run), trouble, run->exit_code);
			print_results(run);
		}
		job->is_skipping = false;
		kith_buf_eat(&job->input, size);
	}
}

static const struct kith_run_ops ops = {
	.on_start = go_on,
	.on_input = on_input,
	.on_outbox = on_outbox,
	.on_step = go_on,
	.on_state = on_state,
	.on_over = on_over,
};

int kith_cli_lines(const struct kith_cli_options *options)
{
	static struct lines_job job; /* 64 slots are too much for a small stack */
	struct kith_run run = {
		.options = options,
		.ops = &ops,
		.job = &job,
		.outbox = options->outbox,
		.is_patient = options->outbox != NULL,
		.says_losses = options->outbox != NULL,
	};
	int code = kith_run(&run);

	for (size_t i = 0; i < WINDOW; i++) {
		kith_buf_done(&job.slots[i].result);
	}
	kith_buf_done(&job.input);
	kith_buf_done(&job.trouble);
	return code;
}
