/*
 * recent.c -- `kith recent`: the list of conversations, page by page.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/items.h"
#include "cli/run.h"
#include "cli/show.h"

enum { PAGE_MAX = 200, CURSOR_MAX = 64, ME_MAX = 256 };

struct recent_job {
	char cursor[CURSOR_MAX + 1]; /* "": the first page                  */
	int64_t left;                /* conversations still wanted; -1: all */
	char me[ME_MAX];             /* whose list it is                    */
	size_t me_len;
};

static void ask_page(struct kith_run *run);

static void print_page(struct kith_run *run, const struct kith_api_conversation_page *result)
{
	const struct recent_job *job = run->job;

	if (run->options->is_json) {
		kith_items_add(&run->out, kith_run_str(kith_client_json(run->client)));
		return;
	}
	for (size_t i = 0; i < result->items_count; i++) {
		kith_show_conversation(&run->out, &result->items[i],
		                       kith_str_make(job->me, job->me_len));
	}
}

static void on_page(void *context, const struct kith_problem *problem,
                    const struct kith_api_conversation_page *result)
{
	struct kith_run *run = context;
	struct recent_job *job = run->job;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	print_page(run, result);
	if (job->left > 0) {
		job->left -= (int64_t)result->items_count;
	}
	if (result->next.at == NULL || result->next.len > CURSOR_MAX ||
	    (job->left <= 0 && job->left != -1)) {
		kith_run_end(run, KITH_EXIT_OK);
		return;
	}
	memcpy(job->cursor, result->next.at, result->next.len);
	job->cursor[result->next.len] = '\0';
	ask_page(run);
}

static void ask_page(struct kith_run *run)
{
	struct recent_job *job = run->job;
	const struct kith_conversations_list_args args = {
		.limit = job->left < 0 || job->left > PAGE_MAX ? PAGE_MAX : job->left,
		.cursor = kith_text_of(job->cursor[0] == '\0' ? NULL : job->cursor),
		.organization = kith_text_of(run->options->organization),
	};

	kith_run_check(run, kith_conversations_list(run->client, &args, on_page, run));
}

static void on_me(void *context, const struct kith_problem *problem,
                  const struct kith_api_me *result)
{
	struct kith_run *run = context;
	struct recent_job *job = run->job;

	if (problem != NULL) {
		kith_run_refuse(run, problem);
		return;
	}
	if (result->id.len <= ME_MAX) {
		memcpy(job->me, result->id.at, result->id.len);
		job->me_len = result->id.len;
	}
	ask_page(run);
}

/* People see names, but not their own: so it has to be known. */
static void on_start(struct kith_run *run)
{
	if (run->options->is_json) {
		ask_page(run);
		return;
	}
	kith_run_check(run, kith_me_get(run->client, on_me, run));
}

static const struct kith_run_ops ops = { .on_start = on_start };

int kith_cli_recent(const struct kith_cli_options *options)
{
	struct recent_job job = { .left = options->limit == 0 ? -1 : options->limit };
	struct kith_run run = { .options = options, .ops = &ops, .job = &job };

	return kith_run(&run);
}
