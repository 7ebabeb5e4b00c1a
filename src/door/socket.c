/*
 * socket.c -- phases of a socket, and what each client frame asks for.
 */
#include "door/socket.h"

#include "base/mem.h"
#include "door/follow.h"
#include "door/frames.h"
#include "door/reads.h"
#include "door/resume.h"
#include "door/route.h"
#include "door/said.h"
#include "door/token.h"
#include "wire/ws.h"

enum phase {
	PHASE_HELLO,   /* the first frame must say who it is      */
	PHASE_SIGN_IN, /* its token is being checked              */
	PHASE_OPEN,
	PHASE_CLOSED, /* we have said goodbye                    */
};

struct socket {
	struct kith_door base;
	enum phase phase;
	struct kith_ws ws;
	struct kith_buf message; /* the fragments of an unfinished message      */
	struct kith_lane *lane;
	struct kith_ticket *ticket;
	struct kith_resume resume;
	struct kith_reads reads;
	int64_t deadline_us; /* for the phase                               */
	int64_t expiry_us;   /* of the token, in steady time                */
	int64_t ping_second; /* the second that pings are counted in        */
	int pings;
	int unanswered;
	bool is_held;   /* too many are unanswered: it is not read     */
	bool owes_pong; /* a control pong waits for the end of on_bytes */
	char pong[KITH_WS_CONTROL_MAX];
	size_t pong_len;
	int64_t drain_retry_ms; /* ≥ 0: goodbye when nothing is unanswered     */
};

static struct socket *socket_of(struct kith_door *door)
{
	return KITH_CONTAINER(door, struct socket, base);
}

/* --- endings --- */

/* From here on nothing is said any more, whatever is still on its way. */
static void end(struct socket *socket)
{
	struct kith_door_host *host = socket->base.host;

	socket->phase = PHASE_CLOSED;
	socket->deadline_us = host->steady_us + KITH_DOOR_CLOSE_TIME_US;
	socket->resume.is_over = true;
	kith_ticket_drop(&socket->ticket);
	host->close(&socket->base);
}

static void say_bye(struct socket *socket, int code, const char *reason, int64_t retry_after_ms)
{
	if (socket->phase != PHASE_CLOSED) {
		kith_frame_bye(&socket->base, code, reason, retry_after_ms);
		end(socket);
	}
}

/* Says what is wrong with what was said, then closes with CODE. */
static void say_problem(struct socket *socket, enum kith_rc rc, const struct kith_why *why,
                        int code, const char *reason)
{
	kith_frame_problem(&socket->base, -1, rc, why);
	say_bye(socket, code, reason, why->retry_after_ms);
}

/* A frame that cannot be understood. */
static void say_bad_frame(struct socket *socket, enum kith_rc rc, const struct kith_why *why)
{
	say_problem(socket, rc, why, KITH_WS_CLOSE_BAD_FRAME, "bad frame");
}

/* Something of our own failed, through no fault of the client's. */
static void say_failed(struct socket *socket, enum kith_rc rc)
{
	if (rc == KITH_E_TOKEN_EXPIRED) {
		say_bye(socket, KITH_WS_CLOSE_TOKEN, "token_expired", 0);
	} else if (rc == KITH_E_UNAUTHENTICATED) {
		say_bye(socket, KITH_WS_CLOSE_TOKEN, "session_ended", 0);
	} else if (rc == KITH_E_NO_MEMORY) {
		say_bye(socket, KITH_WS_CLOSE_RESTART, "out of memory", KITH_RETRY_AFTER_MS);
	} else {
		say_bye(socket, KITH_WS_CLOSE_RESTART, "the store does not answer",
		        KITH_RETRY_AFTER_MS);
	}
}

/* --- what was missed --- */

static void on_resume_event(struct kith_door *door, struct kith_str frame)
{
	/* Who takes what was missed is there, however long they take. */
	socket_of(door)->deadline_us = door->host->steady_us + KITH_DOOR_SILENCE_US;
	kith_out_add(door->out, frame);
}

static void on_resume_gap(struct kith_door *door, int64_t position)
{
	kith_frame_gap(door, true, position);
}

static void on_resume_failed(struct kith_door *door, enum kith_rc rc)
{
	say_failed(socket_of(door), rc);
}

static const struct kith_resume_ops resume_ops = {
	.event = on_resume_event,
	.gap = on_resume_gap,
	.fail = on_resume_failed,
};

/* --- hello and auth --- */

static void welcome(struct socket *socket, const struct kith_result *me)
{
	struct kith_door_host *host = socket->base.host;
	bool resumes = socket->resume.since >= 0;

	socket->phase = PHASE_OPEN;
	socket->deadline_us = host->steady_us + KITH_DOOR_SILENCE_US;
	kith_frame_welcome(&socket->base, me, resumes ? socket->resume.since : host->position);
	host->join(&socket->base);
	host->show(&socket->base, true);
	if (resumes) {
		kith_resume_start(&socket->resume);
	}
}

static void on_me(struct kith_call *call)
{
	struct socket *socket = call->door;

	enum kith_rc rc = call->rc;

	/* It may have ended while this was on its way: then nobody told this door. */
	if (rc == KITH_OK && call->session->is_ended) {
		rc = KITH_E_UNAUTHENTICATED;
	}
	if (socket->phase == PHASE_SIGN_IN && rc == KITH_OK) {
		welcome(socket, &call->result);
	} else if (socket->phase == PHASE_SIGN_IN) {
		say_failed(socket, rc);
	}
	kith_call_free(&call);
}

static void set_session(struct socket *socket, struct kith_session *session)
{
	const struct kith_door_host *host = socket->base.host;

	kith_session_unref(&socket->base.session);
	socket->base.session = session;
	socket->expiry_us = host->steady_us + (session->expires_us - host->now_us);
}

static void say_limited(struct socket *socket, const struct kith_why *why)
{
	say_problem(socket, KITH_E_RATE_LIMITED, why, KITH_WS_CLOSE_TOO_FAST,
	            kith_err_row(KITH_E_RATE_LIMITED)->code);
}

/* A hello is a call of its user, whose limit also counts how often they come back. */
static bool may_come(struct socket *socket)
{
	const struct kith_door_host *host = socket->base.host;
	uint64_t user = (uint64_t)socket->base.session->user_row;
	struct kith_why why = { .detail = "" };

	if (kith_limits_take(host->limits, KITH_LIMIT_CALLS_USER, user, host->now_us, &why) ==
	    KITH_OK) {
		return true;
	}
	say_limited(socket, &why);
	return false;
}

static void on_signed_in(struct socket *socket, const struct kith_ticket_answer *answer)
{
	struct kith_call *call = NULL;

	if (answer->rc == KITH_E_UNAUTHENTICATED || answer->rc == KITH_E_TOKEN_EXPIRED) {
		say_problem(socket, answer->rc, &answer->why, KITH_WS_CLOSE_TOKEN,
		            kith_err_row(answer->rc)->code);
		return;
	}
	if (answer->rc == KITH_E_RATE_LIMITED) {
		say_limited(socket, &answer->why);
		return;
	}
	if (answer->rc != KITH_OK) {
		say_failed(socket, answer->rc);
		return;
	}
	set_session(socket, answer->session);
	if (!may_come(socket)) {
		return;
	}
	if ((answer->session->scope & (KITH_SCOPE_USER | KITH_SCOPE_BOT)) == 0) {
		say_bye(socket, KITH_WS_CLOSE_FORBIDDEN, "the scope allows no socket", 0);
		return;
	}
	enum kith_rc rc =
		kith_door_call(&socket->base, socket->lane, KITH_CALL_ME_GET, socket, on_me, &call);
	if (rc == KITH_OK) {
		kith_service_run(call);
	} else {
		say_failed(socket, rc);
	}
}

static void on_renewed(struct socket *socket, const struct kith_ticket_answer *answer)
{
	struct kith_session *session = answer->session;
	struct kith_why why = answer->why;
	enum kith_rc rc = answer->rc;

	if (rc == KITH_OK && (session->user_row != socket->base.session->user_row ||
	                      session->org.row != socket->base.session->org.row ||
	                      session->scope != socket->base.session->scope)) {
		rc = kith_refuse(&why, KITH_E_UNAUTHENTICATED, "token",
		                 "The token is of somebody else.");
	}
	if (rc != KITH_OK) {
		kith_session_unref(&session);
		kith_frame_problem(&socket->base, -1, rc, &why);
		return;
	}
	set_session(socket, session);
	kith_frame_renewed(&socket->base);
}

static void on_token(void *owner, const struct kith_ticket_answer *answer)
{
	struct socket *socket = owner;

	socket->ticket = NULL;
	if (socket->phase == PHASE_SIGN_IN) {
		on_signed_in(socket, answer);
	} else {
		on_renewed(socket, answer);
	}
}

/* --- client frames --- */

static void refuse_frame(struct socket *socket, const char *field, const char *detail)
{
	struct kith_why why = { .detail = "" };
	enum kith_rc rc = kith_refuse(&why, KITH_E_INVALID_REQUEST, field, "%s", detail);

	say_bad_frame(socket, rc, &why);
}

static void on_hello(struct socket *socket, struct kith_said *frame)
{
	struct kith_door_host *host = socket->base.host;
	struct kith_str token;
	struct kith_str since = { 0 };
	bool has_since = kith_json_get(&frame->json, frame->json.root, "since") != NULL;

	if (socket->phase != PHASE_HELLO) {
		refuse_frame(socket, "type", "hello comes once.");
		return;
	}
	if (!kith_said_text(frame, "token", &token)) {
		refuse_frame(socket, "token", "hello needs a token.");
		return;
	}
	if (has_since &&
	    (!kith_said_text(frame, "since", &since) ||
	     !kith_cursor_read_since(host->cursor_keys, since, &socket->resume.since))) {
		refuse_frame(socket, "since", "It is no cursor.");
		return;
	}
	socket->phase = PHASE_SIGN_IN;
	host->show(&socket->base, false);
	kith_token_check(host, &socket->base.peer, token, socket, on_token, &socket->ticket);
}

static void on_auth(struct socket *socket, struct kith_said *frame)
{
	struct kith_str token;

	if (!kith_said_text(frame, "token", &token)) {
		refuse_frame(socket, "token", "auth needs a token.");
		return;
	}
	if (socket->ticket != NULL) {
		refuse_frame(socket, "type", "Another token is being checked.");
		return;
	}
	kith_token_check(socket->base.host, &socket->base.peer, token, socket, on_token,
	                 &socket->ticket);
}

/* Counts what asks for nothing but an echo. false: too many in one second. */
static bool count_ping(struct socket *socket)
{
	int64_t second = socket->base.host->steady_us / 1000000;

	if (second != socket->ping_second) {
		socket->ping_second = second;
		socket->pings = 0;
	}
	return ++socket->pings <= KITH_DOOR_PINGS_MAX;
}

/* Says goodbye to who pings too often. returns true when PING may be answered. */
static bool may_ping(struct socket *socket)
{
	struct kith_why why = { .retry_after_ms = KITH_RETRY_AFTER_MS };

	if (count_ping(socket)) {
		return true;
	}
	enum kith_rc rc =
		kith_refuse(&why, KITH_E_RATE_LIMITED, "",
	                    "At most %d pings a second are answered.", KITH_DOOR_PINGS_MAX);
	say_problem(socket, rc, &why, KITH_WS_CLOSE_TOO_FAST, "too many pings");
	return false;
}

static void on_ping(struct socket *socket, struct kith_said *frame)
{
	int64_t n = kith_said_number(frame, "n");

	if (n < 0) {
		refuse_frame(socket, "n", "ping needs a number.");
		return;
	}
	if (may_ping(socket)) {
		kith_frame_pong(&socket->base, n);
	}
}

static void on_answer(struct kith_call *call)
{
	struct socket *socket = call->door;

	socket->unanswered--;
	if (socket->phase == PHASE_OPEN) {
		if (call->rc == KITH_OK) {
			call->rc = kith_follow_answer(&socket->base, socket->lane, call);
		}
		kith_door_answered(&socket->base, call);
		kith_frame_answer(&socket->base, call);
		if (call->rc == KITH_OK && call->row->writes) {
			kith_follow_change(&socket->base);
		}
		if (socket->is_held && socket->drain_retry_ms < 0 &&
		    socket->unanswered <= KITH_DOOR_CALLS_MAX / 2) {
			socket->is_held = false;
			socket->base.host->show(&socket->base, true);
		}
	}
	kith_call_free(&call);
	if (socket->drain_retry_ms >= 0 && socket->unanswered == 0) {
		say_bye(socket, KITH_WS_CLOSE_RESTART, "restart", socket->drain_retry_ms);
	}
}

/* Starts the next call that only reads, when there is room for what it answers. */
static void start_reads(struct socket *socket)
{
	struct kith_door_host *host = socket->base.host;

	while (socket->phase == PHASE_OPEN && kith_reads_may_go(&socket->reads)) {
		if (socket->base.out->len >= KITH_DOOR_ROOM) {
			host->await_room(&socket->base);
			return;
		}
		kith_service_run(kith_reads_go(&socket->reads));
	}
}

static void on_read(struct kith_call *call)
{
	struct socket *socket = call->door;

	kith_reads_ended(&socket->reads);
	on_answer(call);
	start_reads(socket);
}

static void on_call(struct socket *socket, struct kith_said *frame)
{
	struct kith_call *call = frame->call;
	struct kith_str name;
	enum kith_rc rc;

	call->door_id = kith_said_number(frame, "id");
	if (call->door_id == -2 || !kith_said_text(frame, "call", &name)) {
		refuse_frame(socket, "call", "call needs a call's name, and a number as id.");
		return;
	}
	frame->call = NULL;
	socket->unanswered++;
	call->now_us = socket->base.host->now_us;
	call->session = kith_session_ref(socket->base.session);
	call->from = socket->base.peer;
	call->lane = socket->lane;
	/* As long as older events are still to be said, the answer comes before them: then
	 * its event is heard as well, in its place behind them. */
	call->connection = socket->resume.catchup == NULL ? socket->base.id : 0;
	call->is_lasting = true;
	call->door = socket;
	call->done = on_answer;
	call->row = kith_route_call(name);
	if (call->row == NULL) {
		rc = kith_refuse(&call->why, KITH_E_NOT_FOUND, "call", "There is no such call.");
	} else {
		rc = kith_service_admit(call);
	}
	if (rc == KITH_OK) {
		struct kith_said whole = { .call = call, .json = frame->json };
		rc = kith_said_args(&whole);
	}
	if (rc != KITH_OK) {
		call->rc = rc;
		on_answer(call);
	} else if (call->row->writes) {
		kith_service_run(call);
	} else {
		call->done = on_read;
		kith_reads_add(&socket->reads, call);
		start_reads(socket);
	}
}

static const struct {
	const char *type;
	void (*on_frame)(struct socket *socket, struct kith_said *frame);
	bool is_first; /* may come before anybody is signed in */
} client_frames[] = {
	{ "call", on_call, false },
	{ "ping", on_ping, false },
	{ "hello", on_hello, true },
	{ "auth", on_auth, false },
};

static void dispatch(struct socket *socket, struct kith_said *frame)
{
	struct kith_str type;

	if (!kith_said_text(frame, "type", &type)) {
		refuse_frame(socket, "type", "A frame is an object with a type.");
		return;
	}
	for (size_t i = 0; i < KITH_COUNT(client_frames); i++) {
		if (!kith_str_is(type, client_frames[i].type)) {
			continue;
		}
		if (socket->phase != PHASE_OPEN && !client_frames[i].is_first) {
			refuse_frame(socket, "type", "The first frame is hello.");
			return;
		}
		client_frames[i].on_frame(socket, frame);
		return;
	}
	refuse_frame(socket, "type", "There is no such frame.");
}

/* One whole text message. */
static void on_text(struct socket *socket, struct kith_str text)
{
	struct kith_said frame = { .call = kith_call_new(socket->base.host->service) };
	struct kith_why why = { .detail = "" };
	enum kith_rc rc = KITH_E_NO_MEMORY;
	struct kith_str copy;

	if (frame.call != NULL && kith_arena_copy(&frame.call->mem, text, &copy)) {
		rc = kith_json_read(copy, &frame.call->mem, &frame.json, &why);
	}
	if (rc == KITH_OK) {
		dispatch(socket, &frame);
	} else if (rc == KITH_E_NO_MEMORY) {
		say_failed(socket, rc);
	} else {
		say_bad_frame(socket, rc, &why);
	}
	kith_call_free(&frame.call);
}

/* --- WebSocket frames --- */

static void on_ws_ping(struct socket *socket, const struct kith_ws_frame *frame)
{
	if (!may_ping(socket)) {
		return;
	}
	/* Only the newest is answered: RFC 6455 5.5.3. */
	socket->owes_pong = true;
	socket->pong_len = frame->payload.len;
	memcpy(socket->pong, frame->payload.at, frame->payload.len);
}

static void on_data(struct socket *socket, const struct kith_ws_frame *frame)
{
	struct kith_buf *message = &socket->message;

	if (frame->is_final && message->len == 0) {
		on_text(socket, frame->payload);
		return;
	}
	kith_buf_add(message, frame->payload);
	if (message->failed) {
		say_failed(socket, KITH_E_NO_MEMORY);
	} else if (frame->is_final) {
		on_text(socket, kith_buf_str(message));
		kith_buf_done(message);
	}
}

/* Appends the control frame in the host's buffer, whole or not at all. */
static void send_control(struct socket *socket)
{
	struct kith_door_host *host = socket->base.host;

	if (host->head.failed) {
		host->abort(&socket->base);
		return;
	}
	kith_out_add(socket->base.out, kith_buf_str(&host->head));
	host->send(&socket->base);
}

static void on_ws_close(struct socket *socket, const struct kith_ws_frame *frame)
{
	struct kith_buf *close = &socket->base.host->head;
	int code =
		frame->close_code == KITH_WS_CLOSE_NONE ? KITH_WS_CLOSE_NORMAL : frame->close_code;

	if (socket->phase != PHASE_CLOSED) {
		kith_buf_reset(close);
		kith_ws_write_close(close, code, (struct kith_str){ 0 }, NULL);
		send_control(socket);
		end(socket);
	}
}

static void on_frame(struct socket *socket, const struct kith_ws_frame *frame)
{
	switch (frame->op) {
	case KITH_WS_PING:
		on_ws_ping(socket, frame);
		return;
	case KITH_WS_CLOSE:
		on_ws_close(socket, frame);
		return;
	case KITH_WS_TEXT:
	case KITH_WS_CONTINUE:
		on_data(socket, frame);
		return;
	case KITH_WS_PONG:
	case KITH_WS_BINARY:
		return;
	}
}

static void pay_pong(struct socket *socket)
{
	struct kith_buf *buf = &socket->base.host->head;

	if (!socket->owes_pong || socket->phase == PHASE_CLOSED) {
		return;
	}
	socket->owes_pong = false;
	kith_buf_reset(buf);
	kith_ws_write(buf, KITH_WS_PONG, kith_str_make(socket->pong, socket->pong_len), NULL);
	send_control(socket);
}

static void hold_if_full(struct socket *socket)
{
	if (!socket->is_held && socket->unanswered >= KITH_DOOR_CALLS_MAX) {
		socket->is_held = true;
		socket->base.host->show(&socket->base, false);
	}
}

static void on_bytes(struct kith_door *door, struct kith_str *in)
{
	struct socket *socket = socket_of(door);
	struct kith_ws_frame frame;
	enum kith_parse parsed = KITH_PARSE_DONE;

	if (socket->phase == PHASE_OPEN) {
		socket->deadline_us = door->host->steady_us + KITH_DOOR_SILENCE_US;
	}
	/* What stays in IN, because now is not its time, is shown again. */
	while (parsed == KITH_PARSE_DONE && !socket->is_held &&
	       (socket->phase == PHASE_HELLO || socket->phase == PHASE_OPEN)) {
		parsed = kith_ws_read(&socket->ws, in, &frame);
		if (parsed == KITH_PARSE_DONE) {
			on_frame(socket, &frame);
			hold_if_full(socket);
		}
	}
	pay_pong(socket);
	if (parsed == KITH_PARSE_BAD) {
		say_bye(socket, socket->ws.bad_close, "bad frame", 0);
	}
}

/* --- the rest of a door --- */

static void on_room(struct kith_door *door)
{
	struct socket *socket = socket_of(door);

	kith_resume_go_on(&socket->resume);
	start_reads(socket);
}

static void on_passing(struct kith_door *door, struct kith_str frame)
{
	if (socket_of(door)->phase == PHASE_OPEN) {
		kith_out_add(door->out, frame);
		door->host->send(door);
	}
}

static void on_event(struct kith_door *door, int64_t position, struct kith_str frame)
{
	struct socket *socket = socket_of(door);

	if (socket->phase != PHASE_OPEN || kith_resume_keep(&socket->resume, position, frame)) {
		return;
	}
	kith_out_add(door->out, frame);
	door->host->send(door);
	kith_follow_event(door, frame);
}

static void on_deadline(struct kith_door *door)
{
	struct socket *socket = socket_of(door);

	switch (socket->phase) {
	case PHASE_HELLO:
	case PHASE_SIGN_IN:
		say_bye(socket, KITH_WS_CLOSE_NO_HELLO, "no hello in time", 0);
		return;
	case PHASE_OPEN:
		if (door->host->steady_us >= socket->expiry_us) {
			say_bye(socket, KITH_WS_CLOSE_TOKEN, "token_expired", 0);
		} else if (door->host->steady_us >= socket->deadline_us) {
			say_bye(socket, KITH_WS_CLOSE_GOING, "silent for too long", 0);
		} else {
			kith_follow_run(door);
		}
		return;
	case PHASE_CLOSED:
		door->host->abort(door);
		return;
	}
}

static int64_t deadline_us(const struct kith_door *door)
{
	const struct socket *socket = KITH_CONTAINER(door, const struct socket, base);

	if (socket->phase != PHASE_OPEN) {
		return socket->deadline_us;
	}
	return kith_follow_deadline_us(door, socket->expiry_us < socket->deadline_us
	                                             ? socket->expiry_us
	                                             : socket->deadline_us);
}

static void on_ended(struct kith_door *door)
{
	say_bye(socket_of(door), KITH_WS_CLOSE_TOKEN, "session_ended", 0);
}

static void on_drain(struct kith_door *door, int64_t retry_after_ms)
{
	struct socket *socket = socket_of(door);

	socket->drain_retry_ms = retry_after_ms;
	if (socket->unanswered == 0) {
		say_bye(socket, KITH_WS_CLOSE_RESTART, "restart", retry_after_ms);
	} else if (!socket->is_held) {
		/* Nothing new is read; what is unanswered is answered first. */
		socket->is_held = true;
		door->host->show(door, false);
	}
}

static void free_door(struct kith_door *door)
{
	struct socket *socket = socket_of(door);

	kith_ticket_drop(&socket->ticket);
	kith_lane_release(&socket->lane);
	kith_session_unref(&door->session);
	kith_buf_done(&socket->message);
	kith_follow_done(door);
	kith_resume_done(&socket->resume);
	kith_reads_done(&socket->reads);
	kith_free(socket);
}

static const struct kith_door_ops socket_ops = {
	.kind = KITH_METRIC_DOOR_SOCKET,
	.on_bytes = on_bytes,
	.on_event = on_event,
	.on_passing = on_passing,
	.on_room = on_room,
	.on_deadline = on_deadline,
	.deadline_us = deadline_us,
	.on_drain = on_drain,
	.on_ended = on_ended,
	.free = free_door,
};

struct kith_door *kith_socket_door_new(struct kith_door_host *host, struct kith_out *out,
                                       void *connection, uint64_t id)
{
	struct socket *socket = kith_alloc_zero(1, sizeof(*socket));
	if (socket == NULL) {
		return NULL;
	}
	socket->base = (struct kith_door){
		.ops = &socket_ops, .host = host, .out = out, .connection = connection, .id = id
	};
	socket->lane = kith_lane_new();
	if (socket->lane == NULL) {
		kith_free(socket);
		return NULL;
	}
	kith_ws_init(&socket->ws, true);
	socket->resume = (struct kith_resume){
		.door = &socket->base, .lane = socket->lane, .ops = &resume_ops, .since = -1
	};
	socket->drain_retry_ms = -1;
	socket->deadline_us = host->steady_us + KITH_DOOR_HELLO_TIME_US;
	return &socket->base;
}
