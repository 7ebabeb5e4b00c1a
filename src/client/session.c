/*
 * session.c -- the phases of a connection, from the first try to the last close.
 *
 * Every way in which a try can fail ends in fail(), which decides between the
 * next address, a wait and the end. There is one timer; the phase says what for.
 */
#include "client/session.h"

#include <string.h>

#include "base/utf8.h"
#include "base/when.h"
#include "wire/ws.h"

enum {
	SESSION_ARENA_BYTES = 4096,
	TOKEN_BYTES_MAX = 8192, /* as the contract says of hello */
	HEARTBEAT_MS_MIN = 1000,
	HEARTBEAT_MS_MAX = 60 * 60 * 1000,
	CLOSE_REPLACED = 4409,
};
#define STEADY_CONNECTION_US (5 * KITH_SECOND_US) /* shorter ones let the back-off grow on */

static void fail(struct kith_session *session, const struct kith_problem *problem,
                 bool is_answered);

static int64_t now_us(const struct kith_session *session)
{
	return kith_loop_steady_us(session->sockets.loop);
}

static void stop_timer(struct kith_session *session)
{
	kith_timer_clear(session->sockets.loop, &session->timer);
}

static void set_timer(struct kith_session *session, int64_t at_us)
{
	struct kith_problem problem;

	if (kith_timer_set(session->sockets.loop, &session->timer, at_us) != KITH_OK) {
		problem = kith_problem_own(KITH_OWN_OFFLINE, "no memory for a timer");
		kith_session_close(session, &problem);
	}
}

static void tell_state(struct kith_session *session, enum kith_client_state state,
                       const struct kith_problem *problem)
{
	session->ops->on_state(session->owner, state, problem);
}

static void end(struct kith_session *session, int code, const struct kith_problem *problem)
{
	kith_socket_drop(&session->socket, code);
	stop_timer(session);
	session->phase = KITH_SESSION_CLOSED;
	tell_state(session, KITH_CLIENT_CLOSED, problem);
}

void kith_session_close(struct kith_session *session, const struct kith_problem *problem)
{
	if (session->phase != KITH_SESSION_CLOSED) {
		end(session, KITH_WS_CLOSE_NORMAL, problem);
	}
}

/* The last problem that the server told, else PROBLEM. */
static struct kith_problem told(const struct kith_session *session, struct kith_problem problem)
{
	return session->refusal.code[0] != '\0' ? kith_problem_of(&session->refusal) : problem;
}

/* Sending. */

static void send_scratch(struct kith_session *session)
{
	struct kith_problem problem;

	if (session->scratch.failed) {
		problem = kith_problem_own(KITH_OWN_NETWORK, "no memory for a frame");
		kith_buf_done(&session->scratch);
		fail(session, &problem, true);
		return;
	}
	session->sent_us = now_us(session);
	kith_socket_send(session->socket, kith_buf_str(&session->scratch));
	kith_buf_reset(&session->scratch);
}

void kith_session_send(struct kith_session *session, struct kith_str frame)
{
	KITH_ASSERT(session->phase == KITH_SESSION_ONLINE);
	session->sent_us = now_us(session);
	kith_socket_send(session->socket, frame);
}

size_t kith_session_waiting(const struct kith_session *session)
{
	return kith_socket_waiting(session->socket);
}

/* Being alive. */

static void set_heartbeat(struct kith_session *session)
{
	int64_t silent_us =
		session->sent_us < session->heard_us ? session->sent_us : session->heard_us;

	set_timer(session, session->pinged_us != 0
	                           ? session->pinged_us + session->times.pong_within_ms * 1000
	                           : silent_us + session->heartbeat_us);
}

static void beat(struct kith_session *session)
{
	int64_t now = now_us(session);
	struct kith_problem problem;

	if (session->pinged_us != 0 &&
	    now >= session->pinged_us + session->times.pong_within_ms * 1000) {
		problem = kith_problem_own(KITH_OWN_NETWORK, "no sign of life from the server");
		fail(session, &problem, true);
		return;
	}
	if (session->pinged_us == 0 && (now >= session->sent_us + session->heartbeat_us ||
	                                now >= session->heard_us + session->heartbeat_us)) {
		session->pinged_us = now;
		kith_frame_write_ping(&session->scratch, ++session->ping_count);
		send_scratch(session);
	}
	if (session->phase == KITH_SESSION_ONLINE) {
		set_heartbeat(session);
	}
}

/* What comes. */

static void take_welcome(struct kith_session *session, const struct kith_frame *frame)
{
	const void *decoded;
	const struct kith_api_welcome *welcome;
	struct kith_why why = { 0 };
	struct kith_problem problem;
	int64_t heartbeat_ms;

	if (session->phase != KITH_SESSION_OPENING ||
	    kith_decode(&kith_decode_welcome, &frame->json, frame->payload, &session->mem, &decoded,
	                &why) != KITH_OK) {
		problem =
			kith_problem_own(KITH_OWN_PROTOCOL, "the server's welcome makes no sense");
		fail(session, &problem, true);
		return;
	}
	welcome = decoded;
	heartbeat_ms = welcome->heartbeat_ms;
	if (heartbeat_ms < HEARTBEAT_MS_MIN || heartbeat_ms > HEARTBEAT_MS_MAX) {
		heartbeat_ms =
			heartbeat_ms < HEARTBEAT_MS_MIN ? HEARTBEAT_MS_MIN : HEARTBEAT_MS_MAX;
	}
	if (heartbeat_ms > session->times.ping_after_ms) {
		heartbeat_ms = session->times.ping_after_ms;
	}
	session->phase = KITH_SESSION_ONLINE;
	session->was_online = true;
	session->is_fresh_token = false;
	session->heartbeat_us = heartbeat_ms * 1000;
	session->pinged_us = 0;
	session->opened_us = session->heard_us;
	set_heartbeat(session);
	if (session->phase == KITH_SESSION_ONLINE) {
		tell_state(session, KITH_CLIENT_ONLINE, NULL);
		session->ops->on_welcome(session->owner, welcome);
	}
}

static void take_bye(struct kith_session *session, const struct kith_frame *frame)
{
	const void *decoded;
	const struct kith_api_bye *bye;

	if (kith_decode(&kith_decode_bye, &frame->json, frame->payload, &session->mem, &decoded,
	                NULL) == KITH_OK) {
		bye = decoded;
		session->retry_after_ms = bye->retry_after_ms;
		session->bye_code = bye->code > 0 && bye->code < 5000 ? (int)bye->code : 0;
	}
}

static void take_error(struct kith_session *session, const struct kith_frame *frame)
{
	struct kith_problem problem;

	if (frame->id >= 0) {
		session->ops->on_frame(session->owner, frame);
	} else if (kith_decode_problem(&frame->json, frame->payload, &session->mem, &problem,
	                               NULL) == KITH_OK) {
		kith_problem_keep(&session->refusal, &problem);
	}
}

static void take_frame(struct kith_session *session, const struct kith_frame *frame)
{
	struct kith_problem problem;

	switch (frame->type) {
	case KITH_FRAME_WELCOME:
		take_welcome(session, frame);
		return;
	case KITH_FRAME_ERROR:
		take_error(session, frame);
		return;
	case KITH_FRAME_BYE:
		take_bye(session, frame);
		return;
	case KITH_FRAME_OK:
	case KITH_FRAME_EVENT:
	case KITH_FRAME_GAP:
		if (session->phase == KITH_SESSION_ONLINE) {
			session->ops->on_frame(session->owner, frame);
			return;
		}
		problem =
			kith_problem_own(KITH_OWN_PROTOCOL, "the server speaks before its welcome");
		fail(session, &problem, true);
		return;
	case KITH_FRAME_PONG:
	case KITH_FRAME_UNKNOWN:
	case KITH_FRAME_TYPE_COUNT:
		return;
	}
}

static void on_text(void *owner, struct kith_str text)
{
	struct kith_session *session = owner;
	struct kith_frame frame;
	struct kith_why why = { 0 };
	struct kith_problem problem;

	session->heard_us = now_us(session);
	session->pinged_us = 0;
	kith_arena_reset(&session->mem);
	if (kith_frame_read(text, &session->mem, &frame, &why) == KITH_OK) {
		take_frame(session, &frame);
		return;
	}
	problem = kith_problem_own(KITH_OWN_PROTOCOL, why.detail);
	fail(session, &problem, true);
}

static void on_open(void *owner)
{
	struct kith_session *session = owner;

	session->heard_us = now_us(session);
	kith_frame_write_hello(&session->scratch, kith_buf_str(&session->token),
	                       session->ops->since(session->owner));
	send_scratch(session);
}

/* How it ends, and what follows. */

static void ask_token(struct kith_session *session)
{
	session->has_token = false;
	session->phase = KITH_SESSION_TOKEN;
	session->ops->on_token(session->owner);
}

void kith_session_refresh(struct kith_session *session, const struct kith_problem *problem)
{
	struct kith_problem_copy copy;
	bool was_fresh = session->is_fresh_token;
	bool was_online = session->phase == KITH_SESSION_ONLINE;

	kith_problem_keep(&copy, problem);
	session->refusal = copy;
	if (was_fresh) {
		struct kith_problem kept = kith_problem_of(&copy);

		end(session, KITH_WS_CLOSE_NORMAL, &kept);
		return;
	}
	session->is_fresh_token = true;
	if (was_online) {
		struct kith_problem kept = kith_problem_of(&copy);

		session->has_token = false;
		fail(session, &kept, true);
		return;
	}
	kith_socket_drop(&session->socket, KITH_WS_CLOSE_NORMAL);
	stop_timer(session);
	ask_token(session);
}

static const struct {
	int code;
	enum kith_rc rc;
} final_closes[] = {
	{ KITH_WS_CLOSE_FORBIDDEN, KITH_E_FORBIDDEN },
	{ CLOSE_REPLACED, KITH_E_CONFLICT },
};

/* The peer closed with CODE: is it a final one? Then the session has ended. */
static bool end_if_final(struct kith_session *session, int code, const char *detail)
{
	for (size_t i = 0; i < KITH_COUNT(final_closes); i++) {
		if (final_closes[i].code == code) {
			struct kith_problem problem =
				told(session, kith_problem_row(final_closes[i].rc, detail));

			end(session, 0, &problem);
			return true;
		}
	}
	return false;
}

static void on_end(void *owner, const struct kith_socket_end *how)
{
	struct kith_session *session = owner;
	int code = how->close_code != 0 ? how->close_code : session->bye_code;
	struct kith_problem problem;

	session->socket = NULL;
	if (code == KITH_WS_CLOSE_TOKEN || how->http_status == 401) {
		problem = told(session, kith_problem_row(KITH_E_UNAUTHENTICATED, how->why.detail));
		kith_session_refresh(session, &problem);
		return;
	}
	if (end_if_final(session, code, how->why.detail)) {
		return;
	}
	if (code == KITH_WS_CLOSE_BAD_FRAME && session->phase == KITH_SESSION_OPENING) {
		/* Our hello, which would be the same the next time. */
		problem = told(session, kith_problem_row(KITH_E_INVALID_REQUEST, how->why.detail));
		end(session, 0, &problem);
		return;
	}
	if (how->why.retry_after_ms > 0) {
		session->retry_after_ms = how->why.retry_after_ms;
	}
	problem = kith_problem_own(how->is_violation ? KITH_OWN_PROTOCOL : KITH_OWN_NETWORK,
	                           how->why.detail);
	fail(session, &problem, how->was_open || how->http_status != 0);
}

static const struct kith_socket_ops socket_ops = {
	.on_open = on_open,
	.on_text = on_text,
	.on_end = on_end,
};

/* Tries the addresses from address_at on. */
static void open_next(struct kith_session *session)
{
	struct kith_problem problem;

	session->phase = KITH_SESSION_OPENING;
	session->refusal.code[0] = '\0';
	session->bye_code = 0;
	while (session->address_at < session->resolve.count) {
		size_t at = session->address_at++;

		if (kith_socket_new(&session->sockets, &session->url,
		                    &session->resolve.addresses[at], &socket_ops, session,
		                    &session->socket) == KITH_OK) {
			set_timer(session, now_us(session) + session->times.connect_ms * 1000);
			return;
		}
	}
	problem = kith_problem_own(KITH_OWN_NETWORK, session->resolve.count == 0
	                                                     ? "the host is not known"
	                                                     : "no connection could be made");
	fail(session, &problem, true);
}

static void on_resolved(struct kith_resolve *resolve)
{
	struct kith_session *session = KITH_CONTAINER(resolve, struct kith_session, resolve);

	session->is_resolving = false;
	if (session->phase == KITH_SESSION_RESOLVE) {
		session->address_at = 0;
		open_next(session);
	}
}

static void try_now(struct kith_session *session)
{
	struct kith_problem problem;

	if (!session->has_token || session->ops->is_token_stale(session->owner)) {
		ask_token(session);
		return;
	}
	session->phase = KITH_SESSION_RESOLVE;
	if (session->is_resolving) {
		return;
	}
	if (kith_resolve_start(&session->resolve, &session->url) != KITH_OK) {
		problem = kith_problem_own(KITH_OWN_NETWORK, "no thread to look up the host with");
		fail(session, &problem, true);
		return;
	}
	session->is_resolving = true;
}

/*
 * This try or connection is over. Unless somebody ANSWERED, another address may
 * do better; otherwise it waits, as long as the back-off and the server say.
 */
static void fail(struct kith_session *session, const struct kith_problem *problem, bool is_answered)
{
	bool was_open = session->phase == KITH_SESSION_ONLINE;
	int64_t wait_us;

	kith_socket_drop(&session->socket, was_open ? KITH_WS_CLOSE_GOING : 0);
	stop_timer(session);
	if (!is_answered && session->phase == KITH_SESSION_OPENING &&
	    session->address_at < session->resolve.count) {
		open_next(session);
		return;
	}
	if (was_open && now_us(session) >= session->opened_us + STEADY_CONNECTION_US) {
		kith_backoff_reset(&session->backoff);
	}
	wait_us = kith_backoff_next_us(&session->backoff, session->retry_after_ms,
	                               session->sockets.rand);
	session->retry_after_ms = 0;
	session->phase = KITH_SESSION_WAITING;
	set_timer(session, now_us(session) + wait_us);
	if (session->phase == KITH_SESSION_WAITING) {
		tell_state(session,
		           session->was_online ? KITH_CLIENT_RECONNECTING : KITH_CLIENT_CONNECTING,
		           problem);
	}
}

static void on_time(struct kith_timer *timer)
{
	struct kith_session *session = KITH_CONTAINER(timer, struct kith_session, timer);
	struct kith_problem problem;

	if (session->phase == KITH_SESSION_WAITING) {
		try_now(session);
	} else if (session->phase == KITH_SESSION_ONLINE) {
		beat(session);
	} else if (session->phase == KITH_SESSION_OPENING) {
		problem = kith_problem_own(KITH_OWN_NETWORK, "the server does not answer");
		fail(session, &problem, false);
	}
}

/* What the owner calls. */

void kith_session_init(struct kith_session *session)
{
	session->phase = KITH_SESSION_IDLE;
	session->timer.on_time = on_time;
	kith_arena_init(&session->mem, SESSION_ARENA_BYTES);
	kith_resolve_init(&session->resolve, session->sockets.loop, on_resolved);
}

void kith_session_done(struct kith_session *session)
{
	stop_timer(session);
	session->socket = NULL;
	session->phase = KITH_SESSION_CLOSED;
	kith_sockets_done(&session->sockets);
	kith_resolve_done(&session->resolve);
	kith_arena_done(&session->mem);
	kith_buf_done(&session->scratch);
	kith_buf_done(&session->token);
}

void kith_session_start(struct kith_session *session)
{
	if (session->phase != KITH_SESSION_IDLE && session->phase != KITH_SESSION_CLOSED) {
		return;
	}
	session->was_online = false;
	session->is_fresh_token = false;
	session->retry_after_ms = 0;
	kith_backoff_reset(&session->backoff);
	/* Before the callback, so that whoever looks there finds it true. */
	session->phase = KITH_SESSION_RESOLVE;
	tell_state(session, KITH_CLIENT_CONNECTING, NULL);
	try_now(session);
}

static bool is_clean(struct kith_str token)
{
	for (size_t i = 0; i < token.len; i++) {
		if (token.at[i] <= ' ' || token.at[i] > '~') {
			return false;
		}
	}
	return token.len > 0 && token.len <= TOKEN_BYTES_MAX;
}

void kith_session_set_token(struct kith_session *session, struct kith_str token)
{
	struct kith_problem problem;

	kith_buf_reset(&session->token);
	if (is_clean(token)) {
		kith_buf_add(&session->token, token);
	}
	session->has_token = session->token.len > 0;
	if (!session->has_token) {
		problem = told(session, kith_problem_row(KITH_E_UNAUTHENTICATED,
		                                         "there is no token to sign in with"));
		kith_session_close(session, &problem);
	} else if (session->phase == KITH_SESSION_TOKEN) {
		try_now(session);
	} else if (session->phase == KITH_SESSION_ONLINE) {
		kith_frame_write_auth(&session->scratch, token);
		send_scratch(session);
	}
}

void kith_session_no_token(struct kith_session *session, const struct kith_problem *problem)
{
	if (session->phase == KITH_SESSION_TOKEN) {
		fail(session, problem, true);
	}
}

void kith_session_again(struct kith_session *session, const struct kith_problem *problem)
{
	fail(session, problem, true);
}
