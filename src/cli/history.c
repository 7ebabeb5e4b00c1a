/*
 * history.c -- `kith history`: the newest messages, page by page.
 *
 * Read from the end backwards, because --limit counts from there, and printed the
 * oldest first; so the pages are kept as text until all are there.
 */
#include <string.h>

#include "base/arena.h"
#include "cli/address.h"
#include "cli/commands.h"
#include "cli/items.h"
#include "cli/run.h"
#include "cli/show.h"

enum { PAGE_MAX = 200, PLACE_MAX = 64, ARENA_BYTES = 64 * 1024 };

/* One page as it will be printed. */
struct page {
	struct page *newer;
	struct kith_str text;
};

struct history_job {
	struct kith_str conversation;
	char before[PLACE_MAX + 1]; /* "": the newest page            */
	int64_t left;               /* messages still wanted; -1: all */
	struct kith_arena mem;
	struct page *oldest;
};

static void fail_memory(struct kith_run *run)
{
	kith_run_check(run, KITH_STATUS_NO_MEMORY);
}

static bool keep_page(struct kith_run *run, const struct kith_api_message_page *result)
{
	struct history_job *job = run->job;
	struct page *page = kith_arena_zero(&job->mem, 1, sizeof(*page));
	struct kith_buf text = { 0 };
	bool is_kept;

	if (run->options->is_json) {
		kith_items_add(&text, kith_run_str(kith_client_json(run->client)));
	} else {
		for (size_t i = 0; i < result->items_count; i++) {
			kith_show_message(&text, &result->items[i]);
		}
	}
	is_kept = page != NULL && !text.failed &&
	          kith_arena_copy(&job->mem, kith_buf_str(&text), &page->text);
	kith_buf_done(&text);
	if (is_kept) {
		page->newer = job->oldest;
		job->oldest = page;
	}
	return is_kept;
}

static void print_pages(struct kith_run *run)
{
	struct history_job *job = run->job;

	for (const struct page *page = job->oldest; page != NULL; page = page->newer) {
		kith_buf_add(&run->out, page->text);
	}
	if (run->out.failed) {
		fail_memory(run);
	}
	kith_run_end(run, KITH_EXIT_OK);
}

static void ask_page(struct kith_run *run);

static void on_page(void *context, const struct kith_problem *problem,
                    const struct kith_api_message_page *result)
{
	struct kith_run *run = context;
	struct history_job *job = run->job;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	if (!keep_page(run, result)) {
		fail_memory(run);
		return;
	}
	if (job->left > 0) {
		job->left -= (int64_t)result->items_count;
	}
	if (result->prev.at == NULL || result->prev.len > PLACE_MAX || result->items_count == 0 ||
	    (job->left <= 0 && job->left != -1)) {
		print_pages(run);
		return;
	}
	memcpy(job->before, result->prev.at, result->prev.len);
	job->before[result->prev.len] = '\0';
	ask_page(run);
}

static void ask_page(struct kith_run *run)
{
	struct history_job *job = run->job;
	const struct kith_messages_list_args args = {
		.conversation = { .at = job->conversation.at, .len = job->conversation.len },
		.before = kith_text_of(job->before[0] == '\0' ? NULL : job->before),
		.limit = job->left < 0 || job->left > PAGE_MAX ? PAGE_MAX : job->left,
	};

	kith_run_check(run, kith_messages_list(run->client, &args, on_page, run));
}

static void on_conversation(void *context, const struct kith_problem *problem,
                            const struct kith_api_conversation *result)
{
	struct kith_run *run = context;
	struct history_job *job = run->job;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	if (!kith_arena_copy(&job->mem, kith_run_str(result->id), &job->conversation)) {
		fail_memory(run);
		return;
	}
	ask_page(run);
}

static void on_start(struct kith_run *run)
{
	struct history_job *job = run->job;
	const struct kith_conversations_direct_args args = {
		.user = kith_text_of(run->options->args[0]),
		.organization = kith_text_of(run->options->organization),
	};

	job->conversation = kith_str_of(run->options->args[0]);
	if (kith_address_is_conversation(job->conversation)) {
		ask_page(run);
		return;
	}
	kith_run_check(run, kith_conversations_direct(run->client, &args, on_conversation, run));
}

static const struct kith_run_ops ops = { .on_start = on_start };

int kith_cli_history(const struct kith_cli_options *options)
{
	struct history_job job = { .left = options->limit == 0 ? -1 : options->limit };
	struct kith_run run = { .options = options, .ops = &ops, .job = &job };
	int code;

	kith_arena_init(&job.mem, ARENA_BYTES);
	code = kith_run(&run);
	kith_arena_done(&job.mem);
	return code;
}
