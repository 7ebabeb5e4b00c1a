/*
 * invoke.c -- a call on its way from any thread to the wire, and its answer back.
 *
 * Typed or by name, a call is written as JSON at once, where it is made, so that
 * the caller's arguments need not live on; from then on it belongs to the
 * client's thread.
 */
#include "client/invoke.h"

#include <string.h>

#include "base/mem.h"
#include "client/core.h"

/* An application's call. */
struct app_call {
	struct kith_pending pending;
	const struct kith_client_call *call;
	kith_done_fn *done;             /* typed; may be NULL   */
	kith_client_call_fn *json_done; /* by name; may be NULL */
	bool is_by_name;
	void *context;
};

static void free_call(struct app_call *app)
{
	kith_buf_done(&app->pending.args);
	kith_free(app);
}

/* Decodes the result and lets the row deliver it. */
static void deliver_typed(struct app_call *app, const struct kith_outcome *outcome)
{
	struct kith_client *client = app->pending.client;
	struct kith_answer answer = { .problem = outcome->problem,
		                      .is_repeated = outcome->is_repeated };
	struct kith_why why = { 0 };
	struct kith_problem problem;

	if (answer.problem == NULL &&
	    kith_decode(app->call->result, outcome->json, outcome->payload, &client->session.mem,
	                &answer.result, &why) != KITH_OK) {
		problem = kith_problem_own(KITH_OWN_PROTOCOL, why.detail);
		answer = (struct kith_answer){ .problem = &problem };
	}
	app->call->deliver(app->done, app->context, &answer);
}

static void on_outcome(struct kith_pending *pending, const struct kith_outcome *outcome)
{
	struct app_call *app = KITH_CONTAINER(pending, struct app_call, pending);
	struct kith_client *client = pending->client;

	atomic_fetch_sub(&client->call_count, 1);
	kith_client_show(client, outcome->json, outcome->payload, outcome->problem);
	if (!app->is_by_name && app->done != NULL) {
		deliver_typed(app, outcome);
	} else if (app->is_by_name && app->json_done != NULL) {
		struct kith_text json = { .at = client->json.at, .len = client->json.len };

		app->json_done(app->context, outcome->problem,
		               outcome->problem == NULL ? json : (struct kith_text){ 0 });
	}
	kith_client_hide(client);
	free_call(app);
}

/* On the client's thread. */
static void run_call(struct kith_task *task)
{
	struct kith_pending *pending = KITH_CONTAINER(task, struct kith_pending, task);
	struct kith_client *client = pending->client;

	kith_client_arrived(client);
	if (client->session.phase == KITH_SESSION_CLOSED) {
		struct kith_problem problem =
			client->ended.code[0] != '\0'
				? kith_problem_of(&client->ended)
				: kith_problem_own(KITH_OWN_OFFLINE, "the client is closed");
		struct kith_outcome outcome = { .problem = &problem };

		pending->on_outcome(pending, &outcome);
		return;
	}
	pending->deadline_us =
		kith_loop_steady_us(client->loop) + client->options.call_timeout_ms * 1000;
	kith_dispatch_add(&client->dispatch, pending);
}

/* A new call with a place in the count; NULL and *status when it cannot be. */
static struct app_call *new_call(struct kith_client *client, const struct kith_client_call *call,
                                 int *status)
{
	struct app_call *app;

	*status = KITH_STATUS_CLOSED;
	if (atomic_load(&client->is_leaving)) {
		return NULL;
	}
	*status = KITH_STATUS_FULL;
	if (atomic_fetch_add(&client->call_count, 1) >= KITH_CLIENT_CALLS_MAX) {
		atomic_fetch_sub(&client->call_count, 1);
		return NULL;
	}
	*status = KITH_STATUS_NO_MEMORY;
	app = kith_alloc_zero(1, sizeof(*app));
	if (app == NULL) {
		atomic_fetch_sub(&client->call_count, 1);
		return NULL;
	}
	app->call = call;
	app->pending.client = client;
	app->pending.name = call->name;
	app->pending.task.run = run_call;
	app->pending.on_outcome = on_outcome;
	return app;
}

static int give_up(struct app_call *app, enum kith_rc rc)
{
	atomic_fetch_sub(&app->pending.client->call_count, 1);
	free_call(app);
	return rc == KITH_E_NO_MEMORY ? KITH_STATUS_NO_MEMORY : KITH_STATUS_BAD_ARGUMENT;
}

const char *kith_client_id_name(const struct kith_client_call *call)
{
	for (size_t i = 0; i < call->arg_count; i++) {
		if (call->args[i].is_new_id) {
			return call->args[i].name;
		}
	}
	return NULL;
}

int kith_client_invoke(struct kith_client *client, const struct kith_client_call *call,
                       const void *args, kith_done_fn *done, void *context)
{
	int status;
	enum kith_rc rc;
	struct app_call *app;

	if (args == NULL && call->arg_count > 0) {
		return KITH_STATUS_BAD_ARGUMENT;
	}
	app = new_call(client, call, &status);
	if (app == NULL) {
		return status;
	}
	app->done = done;
	app->context = context;
	rc = kith_encode(call->args, call->arg_count, args, (struct kith_str){ 0 },
	                 &app->pending.args, NULL);
	if (rc != KITH_OK) {
		return give_up(app, rc);
	}
	if (args != NULL && kith_encode_id(call->args, call->arg_count, args).at == NULL) {
		app->pending.stamp = kith_client_id_name(call);
	}
	kith_client_post(client, &app->pending.task);
	return KITH_STATUS_OK;
}

/* Copies ARGS, which must be an object, and sees whether it lacks the id. */
static enum kith_rc copy_args(struct app_call *app, struct kith_str args)
{
	struct kith_arena mem;
	struct kith_json json;
	const char *id = kith_client_id_name(app->call);
	enum kith_rc rc;

	kith_arena_init(&mem, 4096);
	rc = kith_json_read(args, &mem, &json, NULL);
	if (rc == KITH_OK && json.root->kind != KITH_JSON_OBJECT) {
		rc = KITH_E_INVALID_REQUEST;
	}
	if (rc == KITH_OK) {
		kith_buf_add(&app->pending.args, kith_json_raw(&json, json.root));
		rc = app->pending.args.failed ? KITH_E_NO_MEMORY : KITH_OK;
	}
	if (rc == KITH_OK && id != NULL && kith_json_get(&json, json.root, id) == NULL) {
		app->pending.stamp = id;
	}
	kith_arena_done(&mem);
	return rc;
}

int kith_client_call(struct kith_client *client, const char *name, struct kith_text args,
                     kith_client_call_fn *done, void *context)
{
	const struct kith_client_call *call = kith_client_call_find(kith_str_of(name));
	int status;
	enum kith_rc rc;
	struct app_call *app;

	if (call == NULL) {
		return KITH_STATUS_BAD_ARGUMENT;
	}
	app = new_call(client, call, &status);
	if (app == NULL) {
		return status;
	}
	app->is_by_name = true;
	app->json_done = done;
	app->context = context;
	rc = copy_args(app, args.at == NULL ? KITH_STR("{}") : kith_str_make(args.at, args.len));
	if (rc != KITH_OK) {
		return give_up(app, rc);
	}
	kith_client_post(client, &app->pending.task);
	return KITH_STATUS_OK;
}
