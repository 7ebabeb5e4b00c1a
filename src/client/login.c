/*
 * login.c -- a sign-in from any thread to the wire and back, and the way out.
 */
#include "client/login.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "client/calls.gen.h"
#include "client/core.h"
#include "kith/device.h"

enum { LOGIN_ARENA_BYTES = 1024 };

struct login {
	struct kith_task task;
	struct kith_client *client;
	kith_sessions_create_fn *done;
	void *context;
	struct kith_buf body;
	int lock;
};

/* The last word of a sign-in. */
static void finish_login(struct login *login, const struct kith_outcome *outcome,
                         const struct kith_api_session_grant *grant)
{
	struct kith_client *client = login->client;

	if (client->signing.login == login) {
		client->signing.login = NULL;
	}
	kith_device_unlock(&login->lock);
	atomic_fetch_sub(&client->call_count, 1);
	if (login->done != NULL) {
		kith_client_show(client, outcome->json, outcome->payload, outcome->problem);
		login->done(login->context, outcome->problem, grant);
		kith_client_hide(client);
	}
	kith_buf_done(&login->body);
	kith_free(login);
}

static void fail_login(struct login *login, struct kith_problem problem)
{
	const struct kith_outcome outcome = { .problem = &problem };

	finish_login(login, &outcome, NULL);
}

static void on_signed(struct kith_exchange *exchange, const struct kith_outcome *outcome)
{
	struct kith_signing *signing = KITH_CONTAINER(exchange, struct kith_signing, exchange);
	struct login *login = signing->login;
	struct kith_device *device = &login->client->device;
	const struct kith_api_session_grant *grant = NULL;
	struct kith_buf text = { 0 };
	struct kith_why why = { 0 };
	enum kith_rc rc = KITH_OK;

	if (outcome->problem != NULL) {
		finish_login(login, outcome, NULL);
		return;
	}
	rc = kith_device_take_grant(device, exchange, outcome, &text, &grant, &why);
	if (rc != KITH_OK) {
		fail_login(login, kith_problem_own(KITH_OWN_PROTOCOL, why.detail));
	} else if (kith_device_keep(device, &text, &why) != KITH_OK) {
		fail_login(login, kith_problem_own(KITH_OWN_STORAGE, why.detail));
	} else {
		kith_buf_done(&device->fresh); /* of the session before */
		finish_login(login, outcome, grant);
	}
	kith_buf_done(&text);
}

/* Keeps other programs from the file meanwhile. false: it is over. */
static bool lock_for_login(struct login *login)
{
	const char *path = login->client->options.session_path;
	struct kith_why why = { 0 };
	enum kith_rc rc = path == NULL ? KITH_OK : kith_vault_lock(path, &login->lock, &why);

	if (rc == KITH_E_LOCKED) {
		fail_login(login, kith_problem_row(KITH_E_CONFLICT, why.detail));
	} else if (rc != KITH_OK) {
		fail_login(login, kith_problem_own(KITH_OWN_STORAGE, why.detail));
	}
	return rc == KITH_OK;
}

static void run_login(struct kith_task *task)
{
	struct login *login = KITH_CONTAINER(task, struct login, task);
	struct kith_client *client = login->client;
	struct kith_signing *signing = &client->signing;

	kith_client_arrived(client);
	if (atomic_load(&client->is_leaving)) {
		fail_login(login, kith_problem_own(KITH_OWN_ABORTED, NULL));
		return;
	}
	if (signing->login != NULL || kith_exchange_is_busy(&client->device.renewing)) {
		fail_login(login, kith_problem_row(KITH_E_CONFLICT,
		                                   "a sign-in or a renewal is under way"));
		return;
	}
	if (!lock_for_login(login)) {
		return;
	}
	signing->login = login;
	if (kith_exchange_post(&signing->exchange, &client->session.url, "/v1/sessions",
	                       kith_buf_str(&login->body),
	                       client->options.call_timeout_ms) != KITH_OK) {
		fail_login(login, kith_problem_own(KITH_OWN_NETWORK, "no memory to sign in with"));
	}
}

void kith_signing_init(struct kith_signing *signing, const struct kith_sockets *sockets)
{
	kith_exchange_init(&signing->exchange, sockets, on_signed);
	signing->is_started = true;
}

void kith_signing_abort(struct kith_signing *signing)
{
	if (signing->login != NULL) {
		kith_exchange_done(&signing->exchange);
		fail_login(signing->login, kith_problem_own(KITH_OWN_ABORTED, NULL));
	}
}

void kith_signing_done(struct kith_signing *signing)
{
	KITH_ASSERT(signing->login == NULL);
	if (signing->is_started) {
		kith_exchange_done(&signing->exchange);
	}
}

/* A place among the calls that wait. */
static int take_place(struct kith_client *client)
{
	if (!client->device.is_on) {
		return KITH_STATUS_BAD_ARGUMENT;
	}
	if (atomic_load(&client->is_leaving)) {
		return KITH_STATUS_CLOSED;
	}
	if (atomic_fetch_add(&client->call_count, 1) >= KITH_CLIENT_CALLS_MAX) {
		atomic_fetch_sub(&client->call_count, 1);
		return KITH_STATUS_FULL;
	}
	return KITH_STATUS_OK;
}

int kith_login(struct kith_client *client, const struct kith_sessions_create_args *args,
               kith_sessions_create_fn *done, void *context)
{
	const struct kith_client_call *call = &kith_client_calls[KITH_CLIENT_CALL_SESSIONS_CREATE];
	struct login *login;
	int status = take_place(client);
	enum kith_rc rc;

	if (status != KITH_STATUS_OK) {
		return status;
	}
	login = kith_alloc_zero(1, sizeof(*login));
	if (login == NULL) {
		atomic_fetch_sub(&client->call_count, 1);
		return KITH_STATUS_NO_MEMORY;
	}
	*login = (struct login){
		.task = { .run = run_login },
		.client = client,
		.done = done,
		.context = context,
		.lock = -1,
	};
	rc = kith_encode(call->args, call->arg_count, args, (struct kith_str){ 0 }, &login->body,
	                 NULL);
	if (rc != KITH_OK) {
		atomic_fetch_sub(&client->call_count, 1);
		kith_buf_done(&login->body);
		kith_free(login);
		return rc == KITH_E_NO_MEMORY ? KITH_STATUS_NO_MEMORY : KITH_STATUS_BAD_ARGUMENT;
	}
	kith_client_post(client, &login->task);
	return KITH_STATUS_OK;
}

/* Signing out. */

struct logout {
	struct kith_task task;
	struct kith_client *client;
	kith_logout_fn *done;
	void *context;
};

static void finish_logout(struct logout *logout, const struct kith_problem *problem)
{
	struct kith_client *client = logout->client;

	atomic_fetch_sub(&client->call_count, 1);
	if (logout->done != NULL) {
		logout->done(logout->context, problem);
	}
	kith_free(logout);
}

static void on_ended(void *context, const struct kith_problem *problem,
                     const struct kith_api_session *session)
{
	struct logout *logout = context;
	struct kith_device *device = &logout->client->device;

	(void)session;
	/* Hearing that it has ended already is as good. */
	if (problem != NULL && problem->status != 404 && device->has_session) {
		finish_logout(logout, problem);
		return;
	}
	if (device->has_session) {
		kith_device_forget(device);
		(void)kith_client_close(logout->client);
	}
	finish_logout(logout, NULL);
}

static void run_logout(struct kith_task *task)
{
	struct logout *logout = KITH_CONTAINER(task, struct logout, task);
	struct kith_device *device = &logout->client->device;
	const struct kith_sessions_end_args args = {
		.session = { .at = device->kept.id.at, .len = device->kept.id.len },
	};
	struct kith_problem problem = kith_problem_own(KITH_OWN_OFFLINE, NULL);

	kith_client_arrived(logout->client);
	if (!device->has_session) {
		finish_logout(logout, NULL);
	} else if (kith_sessions_end(logout->client, &args, on_ended, logout) != KITH_STATUS_OK) {
		finish_logout(logout, &problem);
	}
}

int kith_logout(struct kith_client *client, kith_logout_fn *done, void *context)
{
	int status = take_place(client);
	struct logout *logout;

	if (status != KITH_STATUS_OK) {
		return status;
	}
	logout = kith_alloc_zero(1, sizeof(*logout));
	if (logout == NULL) {
		atomic_fetch_sub(&client->call_count, 1);
		return KITH_STATUS_NO_MEMORY;
	}
	*logout = (struct logout){
		.task = { .run = run_logout },
		.client = client,
		.done = done,
		.context = context,
	};
	kith_client_post(client, &logout->task);
	return KITH_STATUS_OK;
}

/* Who is it? */

static void copy_name(char *room, size_t size, struct kith_str text)
{
	size_t len = text.len < size ? text.len : size - 1;

	memcpy(room, text.at, len);
	room[len] = '\0';
}

int kith_login_read(const char *path, struct kith_login_info *out, char *why)
{
	struct kith_arena mem;
	struct kith_buf text = { 0 };
	struct kith_vault vault;
	struct kith_why reason = { .detail = "there is no memory left" };
	enum kith_rc rc = kith_vault_load(path, &text, &reason);

	kith_arena_init(&mem, LOGIN_ARENA_BYTES);
	if (rc == KITH_OK) {
		rc = kith_vault_read(kith_buf_str(&text), &mem, &vault, &reason);
	}
	if (rc == KITH_OK) {
		copy_name(out->url, sizeof(out->url), vault.url);
		copy_name(out->user, sizeof(out->user), vault.user);
		copy_name(out->session, sizeof(out->session), vault.id);
	} else if (why != NULL) {
		snprintf(why, KITH_CLIENT_WHY_MAX, "%s", reason.detail);
	}
	kith_arena_done(&mem);
	kith_buf_done(&text);
	switch (rc) {
	case KITH_OK:
		return KITH_STATUS_OK;
	case KITH_E_NOT_FOUND:
		return KITH_STATUS_BAD_ARGUMENT;
	case KITH_E_NO_MEMORY:
		return KITH_STATUS_NO_MEMORY;
	default:
		return KITH_STATUS_STORAGE;
	}
}
