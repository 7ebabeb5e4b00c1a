/*
 * client.c -- a client's life, its session's news, and the way in from other threads.
 *
 * What the application asks for from any thread comes here as a task on the loop;
 * what the session tells goes on to the calls, the outbox and the callbacks.
 */
#include "kith/client.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/when.h"
#include "client/core.h"
#include "net/tls.h"

enum { CLIENT_ARENA_BYTES = 2048, OUT_BLOCKS_KEPT = 16 };

/* What the session tells. */

static void on_token(void *owner)
{
	struct kith_client *client = owner;

	if (client->device.is_on) {
		kith_device_want(&client->device);
	} else if (!client->is_told && client->options.token != NULL) {
		client->is_told = true;
		kith_session_set_token(&client->session, kith_str_of(client->options.token));
	} else if (client->options.on_token != NULL) {
		client->options.on_token(client->options.context, client);
	} else {
		kith_session_set_token(&client->session, (struct kith_str){ 0 });
	}
}

static bool is_token_stale(void *owner)
{
	const struct kith_client *client = owner;

	return kith_device_is_stale(&client->device);
}

static void fail_calls(struct kith_client *client, enum kith_client_state state,
                       const struct kith_problem *problem)
{
	struct kith_problem aborted = kith_problem_own(KITH_OWN_ABORTED, NULL);

	if (state == KITH_CLIENT_CLOSED) {
		kith_dispatch_fail_all(&client->dispatch, problem == NULL ? &aborted : problem);
	} else if (state == KITH_CLIENT_CONNECTING && problem != NULL &&
	           client->options.fails_fast) {
		kith_dispatch_fail_all(&client->dispatch, problem);
	}
}

static void on_state(void *owner, enum kith_client_state state, const struct kith_problem *problem)
{
	struct kith_client *client = owner;

	atomic_store(&client->state, (int)state);
	if (state != KITH_CLIENT_ONLINE) {
		kith_dispatch_lost(&client->dispatch);
	}
	client->ended.code[0] = '\0';
	if (state == KITH_CLIENT_CLOSED && problem != NULL) {
		kith_problem_keep(&client->ended, problem);
	}
	if (client->options.on_state != NULL && !atomic_load(&client->is_leaving)) {
		client->options.on_state(client->options.context, state, problem);
	}
	fail_calls(client, state, problem);
}

static void on_welcome(void *owner, const struct kith_api_welcome *welcome)
{
	struct kith_client *client = owner;
	struct kith_str cursor = kith_str_make(welcome->cursor.at, welcome->cursor.len);

	client->welcome_cursor_len = cursor.len <= sizeof(client->welcome_cursor) ? cursor.len : 0;
	if (client->welcome_cursor_len > 0) {
		memcpy(client->welcome_cursor, cursor.at, cursor.len);
	}
	if (kith_news_cursor(&client->news).at == NULL) {
		(void)kith_news_set_cursor(&client->news, cursor);
	}
	kith_dispatch_online(&client->dispatch, welcome);
	kith_sender_online(&client->sender);
	kith_device_online(&client->device);
	kith_delivered_online(&client->delivered, welcome->me.id);
}

static void take_event(struct kith_client *client, const struct kith_frame *frame)
{
	const void *decoded;
	const struct kith_api_event *event;
	struct kith_why why = { 0 };

	if (kith_decode(&kith_decode_event, &frame->json, frame->payload, &client->session.mem,
	                &decoded, &why) != KITH_OK) {
		struct kith_problem problem = kith_problem_own(KITH_OWN_PROTOCOL, why.detail);

		kith_session_again(&client->session, &problem);
		return;
	}
	event = decoded;
	if (event->event != KITH_API_EVENT_NAME_UNKNOWN && kith_news_is_new(&client->news, event) &&
	    client->options.on_event != NULL) {
		kith_client_show(client, &frame->json,
		                 kith_json_get(&frame->json, frame->payload, "data"), NULL);
		client->options.on_event(client->options.context, event);
		kith_client_hide(client);
		kith_delivered_note(&client->delivered, event);
	}
	kith_news_took(&client->news, event);
}

/* Where the events behind a gap go on; without a word of it, where the welcome was. */
static void pass_gap(struct kith_client *client, const struct kith_frame *frame)
{
	struct kith_str cursor = { 0 };

	if (frame->payload == NULL ||
	    kith_json_text(&frame->json, frame->payload, &client->session.mem, &cursor) !=
	            KITH_OK ||
	    !kith_news_set_cursor(&client->news, cursor)) {
		(void)kith_news_set_cursor(
			&client->news,
			kith_str_make(client->welcome_cursor, client->welcome_cursor_len));
	}
}

/* Events are missing: for good, or until the cursor is asked for them once more. */
static void take_gap(struct kith_client *client, const struct kith_frame *frame)
{
	struct kith_problem problem;

	if (!frame->must_reload) {
		problem = kith_problem_own(KITH_OWN_NETWORK, "the server left out events");
		kith_session_again(&client->session, &problem);
		return;
	}
	kith_news_forget(&client->news);
	pass_gap(client, frame);
	kith_delivered_missed(&client->delivered);
	if (client->options.on_reload != NULL) {
		client->options.on_reload(client->options.context);
	}
}

static void on_frame(void *owner, const struct kith_frame *frame)
{
	struct kith_client *client = owner;

	if (frame->type == KITH_FRAME_EVENT) {
		take_event(client, frame);
	} else if (frame->type == KITH_FRAME_GAP) {
		take_gap(client, frame);
	} else {
		kith_dispatch_answer(&client->dispatch, frame);
	}
}

static struct kith_str since(void *owner)
{
	struct kith_client *client = owner;

	/* Nobody listens: then nothing needs to be replayed either. */
	return client->options.on_event == NULL ? (struct kith_str){ 0 }
	                                        : kith_news_cursor(&client->news);
}

static const struct kith_session_ops session_ops = {
	.on_token = on_token,
	.is_token_stale = is_token_stale,
	.on_state = on_state,
	.on_welcome = on_welcome,
	.on_frame = on_frame,
	.since = since,
};

/* What a callback may look at. */

void kith_client_show(struct kith_client *client, const struct kith_json *json,
                      const struct kith_json_node *node, const struct kith_problem *problem)
{
	if (json != NULL && node != NULL) {
		client->json = kith_json_raw(json, node);
	} else if (problem != NULL) {
		kith_buf_reset(&client->json_room);
		kith_problem_write(problem, &client->json_room);
		if (!client->json_room.failed) {
			client->json = kith_buf_str(&client->json_room);
		}
	}
}

void kith_client_hide(struct kith_client *client)
{
	client->json = (struct kith_str){ 0 };
}

struct kith_text kith_client_json(const struct kith_client *client)
{
	return (struct kith_text){ .at = client->json.at, .len = client->json.len };
}

struct kith_text kith_client_cursor(const struct kith_client *client)
{
	struct kith_str cursor = kith_news_cursor(&client->news);

	return (struct kith_text){ .at = cursor.at, .len = cursor.len };
}

/* The way in from other threads. */

void kith_client_post(struct kith_client *client, struct kith_task *task)
{
	atomic_fetch_add(&client->post_count, 1);
	kith_loop_post(client->loop, task);
}

void kith_client_arrived(struct kith_client *client)
{
	atomic_fetch_sub(&client->post_count, 1);
}

/* connect, close and give_token: one kind of task, with what it is to do. */
struct order {
	struct kith_task task;
	struct kith_client *client;
	void (*run)(struct kith_client *client, struct kith_str text);
	struct kith_str text; /* behind the struct; at NULL: none */
};

static void run_order(struct kith_task *task)
{
	struct order *order = KITH_CONTAINER(task, struct order, task);

	kith_client_arrived(order->client);
	if (!atomic_load(&order->client->is_leaving)) {
		order->run(order->client, order->text);
	}
	kith_free(order);
}

static int post_order(struct kith_client *client, const char *text,
                      void (*run)(struct kith_client *client, struct kith_str text))
{
	size_t len = text == NULL ? 0 : strlen(text);
	struct order *order = kith_alloc(sizeof(*order) + len + 1);

	if (order == NULL) {
		return KITH_STATUS_NO_MEMORY;
	}
	*order = (struct order){ .task = { .run = run_order }, .client = client, .run = run };
	if (text != NULL) {
		order->text = kith_str_make(order + 1, len);
		memcpy(order + 1, text, len + 1);
	}
	kith_client_post(client, &order->task);
	return KITH_STATUS_OK;
}

static void run_connect(struct kith_client *client, struct kith_str text)
{
	(void)text;
	kith_session_start(&client->session);
}

static void run_close(struct kith_client *client, struct kith_str text)
{
	(void)text;
	kith_session_close(&client->session, NULL);
}

static void run_give_token(struct kith_client *client, struct kith_str text)
{
	kith_session_set_token(&client->session, text);
}

int kith_client_connect(struct kith_client *client)
{
	return post_order(client, NULL, run_connect);
}

int kith_client_close(struct kith_client *client)
{
	return post_order(client, NULL, run_close);
}

int kith_client_give_token(struct kith_client *client, const char *token)
{
	return post_order(client, token, run_give_token);
}

enum kith_client_state kith_client_get_state(const struct kith_client *client)
{
	return (enum kith_client_state)atomic_load(&client->state);
}

/* Running. */

static void end_turn(void *context)
{
	struct kith_client *client = context;

	kith_sender_end_turn(&client->sender);
	kith_delivered_end_turn(&client->delivered);
}

int kith_client_fd(const struct kith_client *client)
{
	return kith_loop_fd(client->loop);
}

int kith_client_timeout_ms(const struct kith_client *client)
{
	return kith_loop_wait_ms(client->loop);
}

void kith_client_step(struct kith_client *client)
{
	KITH_ASSERT(!client->has_thread);
	kith_loop_turn(client->loop, 0);
}

static void *run_thread(void *context)
{
	struct kith_client *client = context;

	kith_loop_run(client->loop);
	return NULL;
}

int kith_client_start(struct kith_client *client)
{
	sigset_t all, before;
	int failure;

	KITH_ASSERT(!client->has_thread);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	failure = pthread_create(&client->thread, NULL, run_thread, client);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	client->has_thread = failure == 0;
	return failure == 0 ? KITH_STATUS_OK : KITH_STATUS_NO_MEMORY;
}

void kith_client_stop(struct kith_client *client)
{
	if (client->has_thread) {
		KITH_ASSERT(!pthread_equal(pthread_self(), client->thread));
		kith_loop_stop(client->loop);
		pthread_join(client->thread, NULL);
		client->has_thread = false;
	}
}

/* Beginning and end. */

static pthread_once_t rand_once = PTHREAD_ONCE_INIT;

/* Copies *TEXT into MEM, NULL staying NULL. */
static bool copy_text(struct kith_arena *mem, const char **text)
{
	struct kith_str copy;

	if (*text == NULL) {
		return true;
	}
	if (!kith_arena_copy(mem, kith_str_of(*text), &copy)) {
		return false;
	}
	*text = copy.at;
	return true;
}

/* Fills in the standards. false when a number is negative. */
static bool fill_in(struct kith_client_options *options)
{
	const struct {
		int64_t *value;
		int64_t standard;
	} times[] = {
		{ &options->call_timeout_ms, 15000 }, { &options->connect_timeout_ms, 10000 },
		{ &options->backoff_base_ms, 500 },   { &options->backoff_max_ms, 30000 },
		{ &options->ping_after_ms, 25000 },   { &options->pong_within_ms, 10000 },
	};

	for (size_t i = 0; i < KITH_COUNT(times); i++) {
		if (*times[i].value < 0 || *times[i].value > KITH_DAY_US) {
			return false;
		}
		if (*times[i].value == 0) {
			*times[i].value = times[i].standard;
		}
	}
	if (options->backoff_base_ms > options->backoff_max_ms) {
		options->backoff_base_ms = options->backoff_max_ms;
	}
	return true;
}

static void free_parts(struct kith_client *client)
{
	kith_sender_done(&client->sender);
	kith_delivered_done(&client->delivered);
	kith_signing_done(&client->signing);
	kith_device_done(&client->device);
	if (client->loop != NULL) {
		kith_session_done(&client->session);
		kith_dispatch_done(&client->dispatch);
	}
	kith_news_done(&client->news);
	kith_buf_done(&client->json_room);
	kith_loop_free(&client->loop);
	kith_tls_free(&client->tls);
	kith_out_pool_done(&client->pool);
	kith_arena_done(&client->mem);
	kith_free(client);
}

/* In how many ways OPTIONS say who speaks. A token may have a successor. */
static int count_ways(const struct kith_client_options *options)
{
	return (options->token != NULL || options->on_token != NULL) +
	       (options->session_path != NULL) + (options->on_session != NULL);
}

static enum kith_rc take_options(struct kith_client *client,
                                 const struct kith_client_options *options, struct kith_why *why)
{
	client->options = *options;
	if (count_ways(options) != 1) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
		                   "a client needs a token or a session, one of them");
	}
	if (!fill_in(&client->options)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
		                   "a time is negative or more than a day");
	}
	if (options->since != NULL &&
	    !kith_news_set_cursor(&client->news, kith_str_of(options->since))) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "since", "this is no cursor");
	}
	if (!copy_text(&client->mem, &client->options.url) ||
	    !copy_text(&client->mem, &client->options.token) ||
	    !copy_text(&client->mem, &client->options.ca_file) ||
	    !copy_text(&client->mem, &client->options.since) ||
	    !copy_text(&client->mem, &client->options.outbox_path) ||
	    !copy_text(&client->mem, &client->options.session_path)) {
		return KITH_E_NO_MEMORY;
	}
	return KITH_OK;
}

/* The URL that the options say, else that of the session. */
static enum kith_rc take_url(struct kith_client *client, struct kith_why *why)
{
	struct kith_str url;

	if (client->options.url == NULL) {
		url = kith_device_url(&client->device);
		if (url.at == NULL) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, "url",
			                   "a client needs a URL");
		}
		if (!kith_arena_copy(&client->mem, url, &url)) {
			return KITH_E_NO_MEMORY;
		}
		client->options.url = url.at;
	}
	return kith_url_read(kith_str_of(client->options.url), &client->session.url, why);
}

/* A file of authorities that cannot be used is the caller's mistake, like a bad address. */
static enum kith_rc make_tls(struct kith_client *client, struct kith_why *why)
{
	const struct kith_url *url = &client->session.url;

	if (!url->is_secure) {
		return KITH_OK;
	}
	enum kith_rc rc =
		kith_tls_client_new(url->host, client->options.ca_file, &client->tls, why);
	return rc == KITH_E_IO ? KITH_E_INVALID_REQUEST : rc;
}

static void init_session(struct kith_client *client)
{
	const struct kith_client_options *options = &client->options;
	struct kith_session *session = &client->session;

	session->ops = &session_ops;
	session->owner = client;
	session->times = (struct kith_session_times){
		.connect_ms = options->connect_timeout_ms,
		.ping_after_ms = options->ping_after_ms,
		.pong_within_ms = options->pong_within_ms,
	};
	session->backoff = (struct kith_backoff){
		.base_ms = options->backoff_base_ms,
		.max_ms = options->backoff_max_ms,
	};
	session->sockets = (struct kith_sockets){
		.loop = client->loop,
		.pool = &client->pool,
		.rand = &client->rand,
		.tls = client->tls,
	};
	kith_session_init(session);
}

static enum kith_rc build(struct kith_client *client, const struct kith_client_options *options,
                          struct kith_why *why)
{
	enum kith_rc rc = take_options(client, options, why);

	if (rc == KITH_OK) {
		rc = kith_device_open(&client->device, client, why);
	}
	if (rc == KITH_OK) {
		rc = take_url(client, why);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	rc = make_tls(client, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (kith_loop_new(&client->loop) != KITH_OK) {
		return KITH_E_NO_MEMORY; /* or descriptors; IO is the outbox's */
	}
	init_session(client);
	kith_dispatch_init(&client->dispatch, &client->session, &client->rand);
	kith_delivered_init(&client->delivered, client);
	kith_signing_init(&client->signing, &client->session.sockets);
	rc = kith_device_start(&client->device, why);
	if (rc != KITH_OK) {
		return rc;
	}
	kith_loop_set_hook(client->loop, end_turn, client);
	return kith_sender_open(&client->sender, client, why);
}

static int status_of(enum kith_rc rc)
{
	switch (rc) {
	case KITH_OK:
		return KITH_STATUS_OK;
	case KITH_E_INVALID_REQUEST:
		return KITH_STATUS_BAD_ARGUMENT;
	case KITH_E_LOCKED:
	case KITH_E_CORRUPT:
	case KITH_E_IO:
		return KITH_STATUS_STORAGE;
	default:
		return KITH_STATUS_NO_MEMORY;
	}
}

int kith_client_new(const struct kith_client_options *options, struct kith_client **out, char *why)
{
	struct kith_client *client = kith_alloc_zero(1, sizeof(*client));
	struct kith_why reason = { .detail = "there is no memory or no descriptor left" };
	enum kith_rc rc;

	if (client == NULL) {
		rc = KITH_E_NO_MEMORY;
	} else {
		pthread_once(&rand_once, kith_rand_start);
		kith_rand_init(&client->rand);
		kith_arena_init(&client->mem, CLIENT_ARENA_BYTES);
		kith_out_pool_init(&client->pool, OUT_BLOCKS_KEPT);
		kith_news_init(&client->news, &client->rand);
		atomic_init(&client->state, KITH_CLIENT_IDLE);
		rc = build(client, options, &reason);
	}
	if (rc == KITH_OK) {
		*out = client;
		return KITH_STATUS_OK;
	}
	if (why != NULL) {
		snprintf(why, KITH_CLIENT_WHY_MAX, "%s", reason.detail);
	}
	if (client != NULL) {
		free_parts(client);
	}
	return status_of(rc);
}

void kith_client_free(struct kith_client **client)
{
	struct kith_client *old = *client;
	const struct kith_problem aborted = kith_problem_own(KITH_OWN_ABORTED, NULL);

	*client = NULL;
	if (old == NULL) {
		return;
	}
	kith_client_stop(old);
	atomic_store(&old->is_leaving, true);
	kith_session_close(&old->session, NULL);
	kith_problem_keep(&old->ended, &aborted);
	kith_signing_abort(&old->signing);
	/* One turn at least: the good-bye goes out with it. */
	do {
		kith_loop_turn(old->loop, 0);
	} while (atomic_load(&old->post_count) > 0);
	free_parts(old);
}

const char *kith_version(void)
{
	return KITH_VERSION;
}
