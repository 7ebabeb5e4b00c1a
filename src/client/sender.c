/*
 * sender.c -- from the outbox into the dispatcher, and the answers back.
 */
#include "client/sender.h"

#include <string.h>

#include "base/mem.h"
#include "base/when.h"
#include "client/calls.gen.h"
#include "client/core.h"

/* A message on its way from any thread into the outbox. */
struct posting {
	struct kith_task task;
	struct kith_client *client;
	const struct kith_client_call *call;
	struct kith_buf args;
	char to[KITH_OUTBOX_TO_MAX];
	size_t to_len;
	char id[KITH_UUID_TEXT];
	bool has_id;
	uint64_t tag;
};

/* Telling. */

static void tell(struct kith_client *client, const struct kith_outbox_result *result,
                 const struct kith_outcome *outcome)
{
	if (client->options.on_outbox == NULL || atomic_load(&client->is_leaving)) {
		return;
	}
	kith_client_show(client, outcome == NULL ? NULL : outcome->json,
	                 outcome == NULL ? NULL : outcome->payload, result->problem);
	client->options.on_outbox(client->options.context, result);
	kith_client_hide(client);
}

static struct kith_outbox_result result_of(const struct kith_outbox_entry *entry,
                                           enum kith_outbox_state state)
{
	return (struct kith_outbox_result){
		.state = state,
		.tag = entry->tag,
		.number = entry->number,
		.to = { .at = entry->lane->to.at, .len = entry->lane->to.len },
		.id = kith_text_of(entry->id[0] == '\0' ? NULL : entry->id),
	};
}

static void tell_kept(struct kith_sender *sender, const struct kith_outbox_entry *entry)
{
	const struct kith_outbox_result result = result_of(entry, KITH_OUTBOX_KEPT);

	tell(sender->client, &result, NULL);
}

/* A message that never got in. */
static void tell_refused(const struct posting *posting, const struct kith_problem *problem)
{
	const struct kith_outbox_result result = {
		.state = KITH_OUTBOX_FAILED,
		.tag = posting->tag,
		.to = { .at = posting->to, .len = posting->to_len },
		.id = { .at = posting->has_id ? posting->id : NULL,
		        .len = posting->has_id ? sizeof(posting->id) : 0 },
		.problem = problem,
	};

	tell(posting->client, &result, NULL);
}

/* Answers. */

/* What is in flight together is refused together: that is one failed try, not many. */
static void pause_until_later(struct kith_sender *sender, int64_t at_least_ms)
{
	struct kith_loop *loop = sender->client->loop;

	if (sender->timer.slot != 0) {
		return;
	}
	int64_t wait_us =
		kith_backoff_next_us(&sender->backoff, at_least_ms, &sender->client->rand);

	if (kith_timer_set(loop, &sender->timer, kith_loop_steady_us(loop) + wait_us) != KITH_OK) {
		sender->is_wanted = true; /* without a timer, at the next turn */
	}
}

/* Back to where it was; the others wait, too, so that nothing is overtaken. */
static void put_back(struct kith_sender *sender, struct kith_outbox_entry *entry,
                     const struct kith_problem *problem)
{
	kith_outbox_make_ready(&sender->outbox, entry->lane);
	pause_until_later(sender, problem->retry_after_ms);
	if (problem->status == 401 && kith_session_is_online(&sender->client->session)) {
		kith_session_refresh(&sender->client->session, problem);
	}
}

/* invalid_id says that nothing was stored, so an id of our own may be made anew. */
static bool stamp_again(struct kith_sender *sender, struct kith_outbox_entry *entry,
                        const struct kith_problem *problem)
{
	char id[KITH_UUID_TEXT];

	if (!kith_text_is(problem->code, "invalid_id") || !entry->is_own_id ||
	    entry->stamps >= KITH_SENDER_STAMPS_MAX) {
		return false;
	}
	kith_dispatch_new_id(&sender->client->dispatch, id);
	if (!kith_outbox_stamp(&sender->outbox, entry, id)) {
		return false;
	}
	kith_outbox_make_ready(&sender->outbox, entry->lane);
	return true;
}

static bool may_pass(const struct kith_problem *problem)
{
	return problem->is_retryable || problem->status == 0 || problem->status == 401;
}

static void finish(struct kith_sender *sender, struct kith_outbox_entry *entry,
                   const struct kith_outcome *outcome)
{
	struct kith_outbox_result result = result_of(entry, KITH_OUTBOX_SENT);
	struct kith_why why = { 0 };
	struct kith_problem problem;
	const void *message = NULL;

	result.problem = outcome->problem;
	result.is_repeated = outcome->is_repeated;
	if (result.problem == NULL &&
	    kith_decode(entry->call->result, outcome->json, outcome->payload,
	                &sender->client->session.mem, &message, &why) != KITH_OK) {
		problem = kith_problem_own(KITH_OWN_PROTOCOL, why.detail);
		result.problem = &problem;
	}
	result.message = message;
	if (result.problem != NULL) {
		result.state = KITH_OUTBOX_FAILED;
	}
	tell(sender->client, &result, outcome);
	kith_outbox_settle(&sender->outbox, entry);
}

static void on_outcome(struct kith_pending *pending, const struct kith_outcome *outcome)
{
	struct kith_outbox_entry *entry =
		KITH_CONTAINER(pending, struct kith_outbox_entry, pending);
	struct kith_sender *sender = &pending->client->sender;

	sender->flying--;
	sender->is_wanted = true;
	if (outcome->problem != NULL && may_pass(outcome->problem)) {
		put_back(sender, entry, outcome->problem);
		return;
	}
	if (outcome->problem != NULL && stamp_again(sender, entry, outcome->problem)) {
		return;
	}
	kith_backoff_reset(&sender->backoff);
	finish(sender, entry, outcome);
}

/* Sending. */

static bool may_send(const struct kith_sender *sender)
{
	return kith_session_is_online(&sender->client->session) && sender->timer.slot == 0 &&
	       sender->flying < KITH_SENDER_WINDOW;
}

/* Sees to it that the entry has an id and the file knows it. false: no memory. */
static bool prepare(struct kith_sender *sender, struct kith_outbox_entry *entry)
{
	char id[KITH_UUID_TEXT];

	if (entry->id[0] == '\0') {
		kith_dispatch_new_id(&sender->client->dispatch, id);
		if (!kith_outbox_stamp(&sender->outbox, entry, id)) {
			return false;
		}
	}
	kith_outbox_save_id(&sender->outbox, entry);
	return true;
}

static void fly(struct kith_sender *sender, struct kith_outbox_entry *entry)
{
	entry->is_id_saved = true;
	entry->pending.client = sender->client;
	entry->pending.name = entry->call->name;
	entry->pending.on_outcome = on_outcome;
	kith_dispatch_add(&sender->client->dispatch, &entry->pending);
}

/* Takes what may go now, makes its ids safe with one commit, and lets it go. */
static void send_some(struct kith_sender *sender)
{
	struct kith_outbox_entry *going[KITH_SENDER_WINDOW];
	const struct kith_problem trouble = { 0 };
	size_t count = 0;
	bool is_ready = true;

	while (may_send(sender) && sender->outbox.ready != NULL) {
		struct kith_outbox_lane *lane = kith_outbox_take_ready(&sender->outbox);

		going[count++] = lane->first;
		sender->flying++;
		is_ready = prepare(sender, lane->first) && is_ready;
	}
	if (count > 0 && (kith_outbox_commit(&sender->outbox) != KITH_OK || !is_ready)) {
		for (size_t i = 0; i < count; i++) {
			sender->flying--;
			put_back(sender, going[i], &trouble);
		}
		return;
	}
	for (size_t i = 0; i < count; i++) {
		fly(sender, going[i]);
	}
}

/* Commits, and tells of each new message how that went. */
static void commit(struct kith_sender *sender)
{
	struct kith_outbox *outbox = &sender->outbox;
	bool is_kept = kith_outbox_commit(outbox) == KITH_OK;
	const struct kith_problem problem =
		kith_problem_own(KITH_OWN_STORAGE, "the outbox's file cannot be written");
	struct kith_outbox_entry *entry;

	while ((entry = kith_outbox_take_fresh(outbox)) != NULL) {
		if (is_kept) {
			sender->is_wanted = true;
			if (entry->lane->first == entry) {
				kith_outbox_make_ready(outbox, entry->lane);
			}
			tell_kept(sender, entry);
		} else {
			struct kith_outbox_result result = result_of(entry, KITH_OUTBOX_FAILED);

			result.number = 0;
			result.problem = &problem;
			tell(sender->client, &result, NULL);
			kith_outbox_forget(outbox, entry);
		}
	}
}

void kith_sender_end_turn(struct kith_sender *sender)
{
	struct kith_news *news = &sender->client->news;

	if (news->has_changed && sender->client->options.on_event != NULL) {
		news->has_changed = false;
		kith_outbox_set_cursor(&sender->outbox, kith_news_cursor(news));
	}
	commit(sender);
	if (sender->is_wanted) {
		sender->is_wanted = false;
		send_some(sender);
	}
}

void kith_sender_online(struct kith_sender *sender)
{
	kith_timer_clear(sender->client->loop, &sender->timer);
	sender->is_wanted = true;
}

static void on_time(struct kith_timer *timer)
{
	struct kith_sender *sender = KITH_CONTAINER(timer, struct kith_sender, timer);

	sender->is_wanted = true;
}

enum kith_rc kith_sender_open(struct kith_sender *sender, struct kith_client *client,
                              struct kith_why *why)
{
	enum kith_rc rc;

	*sender = (struct kith_sender){
		.client = client,
		.timer = { .on_time = on_time },
		.backoff = { .base_ms = client->options.backoff_base_ms,
		             .max_ms = client->options.backoff_max_ms },
	};
	rc = kith_outbox_open(&sender->outbox, client->options.outbox_path, &client->rand, why);
	sender->is_open = rc == KITH_OK;
	if (rc == KITH_OK && sender->outbox.cursor_len > 0 && client->options.since == NULL) {
		(void)kith_news_set_cursor(&client->news, kith_str_make(sender->outbox.cursor,
		                                                        sender->outbox.cursor_len));
		client->news.has_changed = false;
	}
	if (rc == KITH_OK && kith_news_cursor(&client->news).at != NULL) {
		/* An earlier process may have been ended before it could tell. */
		kith_delivered_missed(&client->delivered);
	}
	return rc;
}

void kith_sender_done(struct kith_sender *sender)
{
	if (sender->is_open) {
		KITH_ASSERT(sender->flying == 0);
		kith_timer_clear(sender->client->loop, &sender->timer);
		kith_outbox_done(&sender->outbox);
	}
}

/* Adding. */

static void add(struct posting *posting)
{
	struct kith_client *client = posting->client;
	struct kith_outbox *outbox = &client->sender.outbox;
	struct kith_outbox_new made = {
		.call = posting->call,
		.to = kith_str_make(posting->to, posting->to_len),
		.id = kith_str_make(posting->has_id ? posting->id : NULL,
		                    posting->has_id ? sizeof(posting->id) : 0),
		.tag = posting->tag,
	};
	struct kith_outbox_entry *entry = NULL;
	struct kith_problem problem;

	/* While the server's time is known the id can be made here, and one sync saves both. */
	if (!posting->has_id && kith_session_is_online(&client->session)) {
		kith_dispatch_new_id(&client->dispatch, posting->id);
		made.is_own_id = kith_pending_stamp(&posting->args, kith_client_id_name(made.call),
		                                    kith_str_make(posting->id, KITH_UUID_TEXT));
		if (made.is_own_id) {
			made.id = kith_str_make(posting->id, sizeof(posting->id));
		}
	}
	switch (kith_outbox_add(outbox, &made, &posting->args, &entry)) {
	case KITH_OK:
		return;
	case KITH_E_EXISTS:
		if (!entry->is_fresh) { /* else commit() tells it, when it is true */
			tell_kept(&client->sender, entry);
		}
		return;
	case KITH_E_CONFLICT:
		problem = kith_problem_row(KITH_E_CONFLICT, "another message waits under this id");
		break;
	case KITH_E_TOO_LARGE:
		problem = kith_problem_own(KITH_OWN_STORAGE, "the outbox is full");
		break;
	default:
		problem = kith_problem_own(KITH_OWN_STORAGE, "no memory is left");
		break;
	}
	tell_refused(posting, &problem);
}

static void free_posting(struct posting *posting)
{
	kith_buf_done(&posting->args);
	kith_free(posting);
}

static void run_posting(struct kith_task *task)
{
	struct posting *posting = KITH_CONTAINER(task, struct posting, task);

	kith_client_arrived(posting->client);
	atomic_fetch_sub(&posting->client->call_count, 1);
	add(posting); /* also while the client is being freed: it was taken */
	free_posting(posting);
}

static bool take_names(struct posting *posting, struct kith_text to, struct kith_text id)
{
	struct kith_uuid uuid;

	if (to.at == NULL || to.len > sizeof(posting->to) ||
	    (id.at != NULL && !kith_uuid_parse(kith_str_make(id.at, id.len), &uuid))) {
		return false;
	}
	memcpy(posting->to, to.at, to.len);
	posting->to_len = to.len;
	posting->has_id = id.at != NULL;
	if (posting->has_id) {
		memcpy(posting->id, id.at, sizeof(posting->id));
	}
	return true;
}

static int post(struct kith_client *client, const struct kith_client_call *call, const void *args,
                struct kith_text to, struct kith_text id, uint64_t tag)
{
	struct posting *posting;
	enum kith_rc rc;

	if (atomic_load(&client->is_leaving)) {
		return KITH_STATUS_CLOSED;
	}
	if (atomic_load(&client->call_count) >= KITH_CLIENT_CALLS_MAX) {
		return KITH_STATUS_FULL;
	}
	posting = kith_alloc_zero(1, sizeof(*posting));
	if (posting == NULL) {
		return KITH_STATUS_NO_MEMORY;
	}
	posting->task.run = run_posting;
	posting->client = client;
	posting->call = call;
	posting->tag = tag;
	rc = take_names(posting, to, id) ? kith_encode(call->args, call->arg_count, args,
	                                               (struct kith_str){ 0 }, &posting->args, NULL)
	                                 : KITH_E_INVALID_REQUEST;
	if (rc != KITH_OK) {
		free_posting(posting);
		return rc == KITH_E_NO_MEMORY ? KITH_STATUS_NO_MEMORY : KITH_STATUS_BAD_ARGUMENT;
	}
	atomic_fetch_add(&client->call_count, 1);
	kith_client_post(client, &posting->task);
	return KITH_STATUS_OK;
}

int kith_outbox_send(struct kith_client *client, const struct kith_messages_send_args *args,
                     uint64_t tag)
{
	return post(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_SEND], args,
	            args->conversation, args->id, tag);
}

int kith_outbox_send_to_user(struct kith_client *client,
                             const struct kith_messages_send_to_user_args *args, uint64_t tag)
{
	return post(client, &kith_client_calls[KITH_CLIENT_CALL_MESSAGES_SEND_TO_USER], args,
	            args->address, args->id, tag);
}

size_t kith_outbox_count(const struct kith_client *client)
{
	return client->sender.outbox.count;
}
