/*
 * device.c -- what is kept, when it is renewed, and what its end leads to.
 *
 * A refresh token is good once. So whatever the server answers goes to stable storage
 * first; until then the former token is what is kept, and asking with it again gives
 * the same answer.
 */
#include "client/device.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"
#include "client/calls.gen.h"
#include "client/core.h"
#include "kith/device.h"

enum {
	DEVICE_ARENA_BYTES = 1024,
	RENEW_PART = 5,   /* renewed when a fifth of its life is left …             */
	STALE_PART = 10,  /* … and not used for a hello when only a tenth is        */
	SPREAD_PART = 20, /* renewals begin up to a twentieth earlier, by chance   */
};

static struct kith_session *session_of(struct kith_device *device)
{
	return &device->client->session;
}

static void set_timer(struct kith_device *device, int64_t wait_us)
{
	struct kith_loop *loop = device->client->loop;

	/* Without memory for the timer, the connection asks when its token was refused. */
	(void)!kith_timer_set(loop, &device->timer, kith_loop_steady_us(loop) + wait_us);
}

void kith_device_unlock(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
	*fd = -1;
}

/* Keeping. */

/* TEXT is what is kept from now on; its former content is TEXT's then. */
static enum kith_rc adopt(struct kith_device *device, struct kith_buf *text, struct kith_why *why)
{
	struct kith_arena mem;
	struct kith_vault kept;
	struct kith_buf former = device->text;
	enum kith_rc rc;

	kith_arena_init(&mem, DEVICE_ARENA_BYTES);
	rc = kith_vault_read(kith_buf_str(text), &mem, &kept, why);
	if (rc != KITH_OK) {
		kith_arena_done(&mem);
		return rc;
	}
	kith_arena_done(&device->mem);
	device->mem = mem;
	device->kept = kept;
	device->text = *text;
	device->has_session = true;
	device->is_given = false;
	*text = former;
	return KITH_OK;
}

/* On stable storage, or with the application. */
static enum kith_rc store(struct kith_device *device, struct kith_str text, struct kith_why *why)
{
	const struct kith_client_options *options = &device->client->options;
	struct kith_text handed = { .at = text.at, .len = text.len };

	if (options->session_path != NULL) {
		return kith_vault_store(options->session_path, text, why);
	}
	return options->on_session(options->context, handed)
	               ? KITH_OK
	               : kith_refuse(why, KITH_E_IO, NULL, "the session could not be kept");
}

/* Appends GRANT as it is kept. */
static void write_grant(const struct kith_device *device,
                        const struct kith_api_session_grant *grant, struct kith_buf *out)
{
	int64_t now_us = kith_loop_now_us(device->client->loop);
	/* How long it holds is told by the server's clock alone; ours may be wrong. */
	int64_t lifetime_us = grant->expires_at_us - grant->session.used_at_us;
	struct kith_vault vault = {
		.url = kith_str_of(device->client->options.url),
		.user = { .at = grant->me.id.at, .len = grant->me.id.len },
		.id = { .at = grant->session.id.at, .len = grant->session.id.len },
		.refresh = { .at = grant->refresh_token.at, .len = grant->refresh_token.len },
		.access = { .at = grant->access_token.at, .len = grant->access_token.len },
		.lifetime_us = lifetime_us > 0 ? lifetime_us : 0,
	};

	vault.expires_us = now_us + vault.lifetime_us;
	kith_buf_reset(out);
	kith_vault_write(&vault, out);
}

enum kith_rc kith_device_take_grant(struct kith_device *device, struct kith_exchange *exchange,
                                    const struct kith_outcome *outcome, struct kith_buf *out,
                                    const struct kith_api_session_grant **grant,
                                    struct kith_why *why)
{
	const void *decoded = NULL;
	enum kith_rc rc = kith_decode(&kith_decode_session_grant, outcome->json, outcome->payload,
	                              &exchange->mem, &decoded, why);

	if (rc == KITH_OK) {
		*grant = decoded;
		write_grant(device, *grant, out);
		rc = out->failed ? KITH_E_NO_MEMORY : KITH_OK;
	}
	return rc;
}

enum kith_rc kith_device_keep(struct kith_device *device, struct kith_buf *text,
                              struct kith_why *why)
{
	enum kith_rc rc = store(device, kith_buf_str(text), why);

	return rc == KITH_OK ? adopt(device, text, why) : rc;
}

void kith_device_forget(struct kith_device *device)
{
	const struct kith_client_options *options = &device->client->options;

	device->has_session = false;
	kith_timer_clear(device->client->loop, &device->timer);
	kith_buf_done(&device->fresh);
	if (options->session_path != NULL) {
		/* What cannot be removed is refused by the server, whoever tries it. */
		(void)!kith_vault_remove(options->session_path, NULL);
	} else {
		(void)options->on_session(options->context, (struct kith_text){ 0 });
	}
}

/* Renewing. */

static int64_t left_us(const struct kith_device *device)
{
	return device->kept.expires_us - kith_loop_now_us(device->client->loop);
}

bool kith_device_is_stale(const struct kith_device *device)
{
	int64_t life_us = device->kept.lifetime_us;

	/* Of a life that was not told only the server knows the end. */
	return device->has_session && life_us > 0 && left_us(device) <= life_us / STALE_PART;
}

/* Renews in time; a thousand devices that signed in together do not come together. */
static void schedule(struct kith_device *device)
{
	int64_t life_us = device->kept.lifetime_us;
	int64_t spread_us = (int64_t)kith_rand_below(&device->client->rand,
	                                             (uint64_t)(life_us / SPREAD_PART) + 1);
	int64_t wait_us = left_us(device) - life_us / RENEW_PART - spread_us;

	if (life_us == 0) {
		return;
	}
	/* A clock that was set back does not make a token last longer. */
	wait_us = wait_us > life_us ? life_us : wait_us;
	set_timer(device, wait_us > KITH_SECOND_US ? wait_us : KITH_SECOND_US);
}

static void give(struct kith_device *device)
{
	device->is_wanted = false;
	device->is_given = true;
	kith_session_set_token(session_of(device), device->kept.access);
	if (device->has_session) {
		schedule(device);
	}
}

/* The session is over. What is kept of it goes, too, unless it is SOMEBODY_ELSES by now. */
static void end(struct kith_device *device, const struct kith_problem *problem, bool somebody_elses)
{
	struct kith_problem_copy copy;
	struct kith_problem kept;

	kith_problem_keep(&copy, problem);
	kept = kith_problem_of(&copy);
	if (somebody_elses) {
		device->has_session = false;
		kith_timer_clear(device->client->loop, &device->timer);
	} else {
		kith_device_forget(device);
	}
	kith_device_unlock(&device->lock);
	device->is_wanted = false;
	kith_session_close(session_of(device), &kept);
}

/* It did not work this time. */
static void retry(struct kith_device *device, const struct kith_problem *problem)
{
	bool may_pass = problem->is_retryable || problem->status == 0;

	kith_device_unlock(&device->lock);
	if (!device->is_wanted) {
		set_timer(device, kith_backoff_next_us(&device->backoff, problem->retry_after_ms,
		                                       &device->client->rand));
		return;
	}
	device->is_wanted = false;
	if (may_pass) {
		kith_session_no_token(session_of(device), problem);
	} else {
		kith_session_close(session_of(device), problem);
	}
}

static void retry_own(struct kith_device *device, enum kith_own_problem which, const char *detail)
{
	const struct kith_problem problem = kith_problem_own(which, detail);

	retry(device, &problem);
}

/* What came is used only now that it is kept. */
static void keep_fresh(struct kith_device *device)
{
	struct kith_why why = { 0 };

	if (kith_device_keep(device, &device->fresh, &why) != KITH_OK) {
		retry_own(device, KITH_OWN_STORAGE, why.detail);
		return;
	}
	kith_buf_done(&device->fresh);
	kith_backoff_reset(&device->backoff);
	kith_device_unlock(&device->lock);
	give(device);
}

static void on_renewed(struct kith_exchange *exchange, const struct kith_outcome *outcome)
{
	struct kith_device *device = KITH_CONTAINER(exchange, struct kith_device, renewing);
	const struct kith_api_session_grant *grant;
	struct kith_why why = { 0 };

	if (!device->has_session) { /* signed out meanwhile */
		kith_device_unlock(&device->lock);
	} else if (outcome->problem != NULL && outcome->problem->status == 401) {
		end(device, outcome->problem, false);
	} else if (outcome->problem != NULL) {
		retry(device, outcome->problem);
	} else if (kith_device_take_grant(device, exchange, outcome, &device->fresh, &grant,
	                                  &why) != KITH_OK) {
		kith_buf_done(&device->fresh);
		retry_own(device, KITH_OWN_PROTOCOL, why.detail);
	} else {
		keep_fresh(device);
	}
}

/* The file has TEXT, which is not what we know: another program was here. */
static bool take_over(struct kith_device *device, struct kith_buf *text)
{
	char user[KITH_LOGIN_USER_MAX];
	struct kith_why why = { 0 };
	struct kith_problem problem;

	snprintf(user, sizeof(user), "%.*s", KITH_STR_PRINT(device->kept.user));
	if (adopt(device, text, &why) != KITH_OK) {
		retry_own(device, KITH_OWN_STORAGE, why.detail);
		return false;
	}
	if (!kith_str_is(device->kept.user, user)) {
		problem = kith_problem_row(KITH_E_UNAUTHENTICATED, "somebody else has signed in");
		end(device, &problem, true);
		return false;
	}
	if (left_us(device) > device->kept.lifetime_us / RENEW_PART) {
		kith_device_unlock(&device->lock);
		give(device);
		return false;
	}
	return true;
}

/* Has another program renewed or ended the session? true: no, and it is ours to renew. */
static bool look(struct kith_device *device)
{
	struct kith_buf text = { 0 };
	struct kith_why why = { 0 };
	struct kith_problem problem;
	bool is_ours = true;
	enum kith_rc rc = kith_vault_load(device->client->options.session_path, &text, &why);

	if (rc == KITH_E_NOT_FOUND) {
		problem = kith_problem_row(KITH_E_UNAUTHENTICATED, "this device was signed out");
		end(device, &problem, true);
		is_ours = false;
	} else if (rc != KITH_OK) {
		retry_own(device, KITH_OWN_STORAGE, why.detail);
		is_ours = false;
	} else if (!kith_str_equal(kith_buf_str(&text), kith_buf_str(&device->text))) {
		is_ours = take_over(device, &text);
	}
	kith_buf_done(&text);
	return is_ours;
}

static bool lock_and_look(struct kith_device *device)
{
	const char *path = device->client->options.session_path;
	struct kith_why why = { 0 };
	enum kith_rc rc;

	/* A sign-in under way is about to replace what would be renewed. */
	if (device->client->signing.login != NULL) {
		rc = KITH_E_LOCKED;
	} else if (path == NULL) {
		return true;
	} else {
		rc = kith_vault_lock(path, &device->lock, &why);
	}
	if (rc == KITH_E_LOCKED) {
		set_timer(device, KITH_DEVICE_LOCK_WAIT_MS * INT64_C(1000));
		return false;
	}
	if (rc != KITH_OK) {
		retry_own(device, KITH_OWN_STORAGE, why.detail);
		return false;
	}
	return look(device);
}

static void ask(struct kith_device *device)
{
	const struct kith_client_options *options = &device->client->options;
	struct kith_buf body = { 0 };
	struct kith_json_writer w;
	enum kith_rc rc = KITH_E_NO_MEMORY;

	kith_json_write_to(&w, &body);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "refreshToken", device->kept.refresh);
	kith_json_close_object(&w);
	if (!body.failed) {
		rc = kith_exchange_post(&device->renewing, &session_of(device)->url,
		                        "/v1/sessions/refresh", kith_buf_str(&body),
		                        options->call_timeout_ms);
	}
	kith_buf_done(&body);
	if (rc != KITH_OK) {
		retry_own(device, KITH_OWN_NETWORK, "no memory to renew the session with");
	}
}

static void renew(struct kith_device *device)
{
	if (kith_exchange_is_busy(&device->renewing)) {
		return;
	}
	if (device->fresh.len > 0) {
		keep_fresh(device);
	} else if (lock_and_look(device)) {
		ask(device);
	}
}

static void on_time(struct kith_timer *timer)
{
	struct kith_device *device = KITH_CONTAINER(timer, struct kith_device, timer);

	/* Without a connection there is time until the next one is tried. */
	if (device->has_session &&
	    (device->is_wanted || kith_session_is_online(session_of(device)))) {
		renew(device);
	}
}

void kith_device_want(struct kith_device *device)
{
	struct kith_problem problem;

	if (!device->has_session) {
		problem = kith_problem_row(KITH_E_UNAUTHENTICATED, "nobody is signed in here");
		kith_session_close(session_of(device), &problem);
		return;
	}
	device->is_wanted = true;
	if (!device->is_given && !kith_device_is_stale(device)) {
		give(device);
	} else {
		renew(device);
	}
}

void kith_device_online(struct kith_device *device)
{
	if (device->has_session && !kith_exchange_is_busy(&device->renewing)) {
		schedule(device);
	}
}

/* Beginning and end. */

enum kith_rc kith_device_open(struct kith_device *device, struct kith_client *client,
                              struct kith_why *why)
{
	const struct kith_client_options *options = &client->options;
	struct kith_buf text = { 0 };
	enum kith_rc rc = KITH_E_NOT_FOUND;

	*device = (struct kith_device){
		.client = client,
		.timer = { .on_time = on_time },
		.backoff = { .base_ms = options->backoff_base_ms,
		             .max_ms = options->backoff_max_ms },
		.lock = -1,
		.is_on = options->session_path != NULL || options->on_session != NULL,
	};
	kith_arena_init(&device->mem, DEVICE_ARENA_BYTES);
	if (options->session_path != NULL) {
		rc = kith_vault_load(options->session_path, &text, why);
	} else if (device->is_on && options->session != NULL) {
		kith_buf_add_text(&text, options->session);
		rc = text.failed ? KITH_E_NO_MEMORY : KITH_OK;
	}
	if (rc == KITH_OK) {
		rc = adopt(device, &text, why);
	}
	kith_buf_done(&text);
	return rc == KITH_E_NOT_FOUND ? KITH_OK : rc;
}

struct kith_str kith_device_url(const struct kith_device *device)
{
	return device->has_session ? device->kept.url : (struct kith_str){ 0 };
}

enum kith_rc kith_device_start(struct kith_device *device, struct kith_why *why)
{
	const struct kith_sockets *sockets = &session_of(device)->sockets;
	const struct kith_url *ours = &session_of(device)->url;
	struct kith_url its;

	kith_exchange_init(&device->renewing, sockets, on_renewed);
	device->is_started = true;
	if (!device->has_session) {
		return KITH_OK;
	}
	if (kith_url_read(device->kept.url, &its, NULL) != KITH_OK ||
	    strcmp(its.host, ours->host) != 0 || strcmp(its.path, ours->path) != 0 ||
	    its.port != ours->port || its.is_secure != ours->is_secure) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "url",
		                   "the session that is kept is not of this server");
	}
	return KITH_OK;
}

void kith_device_done(struct kith_device *device)
{
	if (device->client == NULL) {
		return; /* it was never opened */
	}
	if (device->is_started) {
		kith_exchange_done(&device->renewing);
		kith_timer_clear(device->client->loop, &device->timer);
	}
	kith_device_unlock(&device->lock);
	kith_buf_done(&device->text);
	kith_buf_done(&device->fresh);
	kith_arena_done(&device->mem);
}
