/*
 * relay.c -- accept, handshake, pass on. The header tells the story.
 *
 * A frame is read by expecting kithload's own text piece by piece; anything
 * else ends the connection. Two users who write to each other share a pair,
 * which holds the conversation's number.
 */
#include "bench/relay.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/table.h"
#include "base/uuid.h"
#include "base/when.h"
#include "bench/peer.h"
#include "wire/http.h"
#include "wire/ws.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTEN_BACKLOG = 4096 };
enum { USER_ID_MAX = 64, CALL_ID_MAX = 16, TURN_WAIT_MS = 200 };

struct pair {
	char conversation[KITH_UUID_TEXT];
	int64_t n;
};

struct user {
	char id[USER_ID_MAX];
	size_t id_len;
	struct conn *conn;    /* NULL: away                        */
	struct user *partner; /* to whom the first message went    */
	struct pair *pair;    /* shared with the partner           */
	bool owns_pair;
	struct kith_buf held; /* an event that swap keeps back     */
};

struct conn {
	struct kith_peer peer;
	struct relay *relay;
	struct kith_ws ws;
	bool is_upgraded;
	struct user *user; /* NULL before hello */
	struct conn *prev, *next;
};

/* One message, as kithload's call names its parts. */
struct call {
	struct kith_str id; /* digits                        */
	struct kith_str address;
	struct kith_str message; /* the sender's id for it        */
	struct kith_str text;    /* JSON string, without quotes   */
};

struct relay {
	struct kith_peer_set set;
	enum kith_relay_fault fault;
	uint64_t messages;
	struct kith_table users; /* by hash of the id             */
	struct conn *conns;
	struct conn *ended; /* freed when the turn is over   */
	size_t conn_count;
	struct kith_rand rand;
	struct kith_buf message; /* the one being passed on       */
	struct kith_buf text;    /* corrupt's copy                */
	char now[KITH_WHEN_TEXT];
};

static const uint8_t user_key[KITH_HASH_KEY] = { 'r', 'e', 'l', 'a', 'y' };

static const char *const fault_names[KITH_RELAY_FAULT_COUNT] = {
	[KITH_RELAY_HONEST] = "none",     [KITH_RELAY_DROP] = "drop",
	[KITH_RELAY_DOUBLE] = "double",   [KITH_RELAY_SWAP] = "swap",
	[KITH_RELAY_CORRUPT] = "corrupt", [KITH_RELAY_NUMBER] = "number",
};

enum kith_relay_fault kith_relay_fault_find(struct kith_str name)
{
	unsigned fault = 0;

	while (fault < KITH_RELAY_FAULT_COUNT && !kith_str_is(name, fault_names[fault])) {
		fault++;
	}
	return (enum kith_relay_fault)fault;
}

static bool expect(struct kith_str *in, struct kith_str literal)
{
	if (!kith_str_starts(*in, literal)) {
		return false;
	}
	*in = kith_str_skip(*in, literal.len);
	return true;
}

/* Takes what stands before STOP (1..MAX bytes) and STOP itself. */
static bool take_until(struct kith_str *in, char stop, size_t max, struct kith_str *out)
{
	struct kith_str head, rest;

	if (!kith_str_cut(*in, stop, &head, &rest) || head.len == 0 || head.len > max) {
		return false;
	}
	*out = head;
	*in = rest;
	return true;
}

static bool call_read(struct kith_str in, struct call *out)
{
	static const char tail[] = "\"}}";
	int64_t number;

	if (!expect(&in, KITH_STR("{\"type\":\"call\",\"id\":")) ||
	    !take_until(&in, ',', CALL_ID_MAX, &out->id) || !kith_str_to_int(out->id, &number) ||
	    !expect(&in, KITH_STR("\"call\":\"messages.sendToUser\",\"args\":{\"address\":\"")) ||
	    !take_until(&in, '"', USER_ID_MAX, &out->address) ||
	    !expect(&in, KITH_STR(",\"id\":\"")) ||
	    !take_until(&in, '"', KITH_UUID_TEXT, &out->message) ||
	    !expect(&in, KITH_STR(",\"text\":\"")) || in.len < strlen(tail) ||
	    memcmp(in.at + in.len - strlen(tail), tail, strlen(tail)) != 0) {
		return false;
	}
	out->text = kith_str_make(in.at, in.len - strlen(tail));
	return true;
}

/* The user called ID, made if need be; NULL when there are too many, or no memory. */
static struct user *user_get(struct relay *relay, struct kith_str id)
{
	uint64_t key = kith_hash(id, user_key);
	struct user *user = kith_table_get(&relay->users, key);

	if (user != NULL || relay->users.count >= KITH_RELAY_USERS_MAX || id.len > USER_ID_MAX) {
		return user;
	}
	user = kith_alloc_zero(1, sizeof(*user));
	if (user == NULL) {
		return NULL;
	}
	memcpy(user->id, id.at, id.len);
	user->id_len = id.len;
	if (!kith_table_put(&relay->users, key, user)) {
		kith_free(user);
		return NULL;
	}
	return user;
}

static void user_free(struct user *user)
{
	kith_buf_done(&user->held);
	if (user->owns_pair) {
		kith_free(user->pair);
	}
	kith_free(user);
}

/* Binds FROM to TO at the first message. returns false when FROM has another partner. */
static bool user_join(struct relay *relay, struct user *from, struct user *to)
{
	if (from->partner != NULL || from == to) {
		return from->partner == to && from != to;
	}
	if (to->partner == from) {
		from->pair = to->pair;
	} else {
		struct kith_uuid id;

		from->pair = kith_alloc_zero(1, sizeof(*from->pair));
		if (from->pair == NULL) {
			return false;
		}
		from->owns_pair = true;
		kith_rand_bytes(&relay->rand, id.bytes, sizeof(id.bytes));
		kith_uuid_brand(&id, 8);
		kith_uuid_format(&id, from->pair->conversation);
	}
	from->partner = to;
	return true;
}

static void conn_leave(struct conn *conn)
{
	struct relay *relay = conn->relay;

	kith_peer_close(&conn->peer);
	if (conn->user != NULL && conn->user->conn == conn) {
		conn->user->conn = NULL;
	}
	if (conn->prev != NULL) {
		conn->prev->next = conn->next;
	} else {
		relay->conns = conn->next;
	}
	if (conn->next != NULL) {
		conn->next->prev = conn->prev;
	}
	conn->next = relay->ended;
	relay->ended = conn;
	relay->conn_count--;
}

static void on_end(struct kith_peer *peer)
{
	conn_leave(KITH_CONTAINER(peer, struct conn, peer));
}

/* Appends a text frame of three parts. */
static void write_text(struct kith_buf *out, struct kith_str head, struct kith_str middle,
                       struct kith_str tail)
{
	uint8_t header[KITH_WS_HEADER_MAX];
	size_t len =
		kith_ws_write_header(header, KITH_WS_TEXT, head.len + middle.len + tail.len, NULL);

	kith_buf_add(out, kith_str_make(header, len));
	kith_buf_add(out, head);
	kith_buf_add(out, middle);
	kith_buf_add(out, tail);
}

/* The message as the server would write it, into relay->message. */
static void message_write(struct relay *relay, const struct user *from, const struct call *call,
                          struct kith_str text, int64_t n)
{
	struct kith_str when = kith_str_make(relay->now, sizeof(relay->now));
	struct kith_buf *out = &relay->message;

	kith_buf_reset(out);
	kith_buf_add_text(out, "{\"id\":\"");
	kith_buf_add(out, call->message);
	kith_buf_add_text(out, "\",\"conversation\":\"");
	kith_buf_add(out, kith_str_make(from->pair->conversation, KITH_UUID_TEXT));
	kith_buf_add_text(out, "\",\"n\":");
	kith_buf_add_int(out, n);
	kith_buf_add_text(out, ",\"from\":\"");
	kith_buf_add(out, kith_str_make(from->id, from->id_len));
	kith_buf_add_text(out, "\",\"kind\":\"text\",\"text\":\"");
	kith_buf_add(out, text);
	kith_buf_add_text(out, "\",\"createdAt\":\"");
	kith_buf_add(out, when);
	kith_buf_add_text(out, "\",\"sentAt\":\"");
	kith_buf_add(out, when);
	kith_buf_add_text(out, "\"}");
}

static void answer(struct conn *conn, const struct call *call)
{
	char head[64];
	int len = snprintf(head, sizeof(head),
	                   "{\"type\":\"ok\",\"id\":%.*s,\"result\":", KITH_STR_PRINT(call->id));

	write_text(&conn->peer.out, kith_str_make(head, (size_t)len),
	           kith_buf_str(&conn->relay->message), KITH_STR("}"));
	kith_peer_send_later(&conn->peer);
}

static void event_write(struct relay *relay, const struct pair *pair, int64_t n,
                        struct kith_buf *out)
{
	char head[192];
	int len = snprintf(head, sizeof(head),
	                   "{\"type\":\"event\",\"event\":\"message.new\",\"cursor\":\"%llu\","
	                   "\"conversation\":\"%.*s\",\"n\":%lld,\"data\":",
	                   (unsigned long long)relay->messages, KITH_UUID_TEXT, pair->conversation,
	                   (long long)n);

	write_text(out, kith_str_make(head, (size_t)len), kith_buf_str(&relay->message),
	           KITH_STR("}"));
}

static void pass_on(struct relay *relay, struct user *from, struct user *to, int64_t n,
                    enum kith_relay_fault fault)
{
	if (to->conn == NULL || fault == KITH_RELAY_DROP) {
		return;
	}
	struct kith_buf *out = &to->conn->peer.out;

	kith_peer_send_later(&to->conn->peer);
	if (fault == KITH_RELAY_SWAP && to->held.len == 0) {
		event_write(relay, from->pair, n, &to->held);
		return;
	}
	event_write(relay, from->pair, n, out);
	if (fault == KITH_RELAY_DOUBLE) {
		event_write(relay, from->pair, n, out);
	}
	if (to->held.len > 0) {
		kith_buf_add(out, kith_buf_str(&to->held));
		kith_buf_reset(&to->held);
	}
}

/* TEXT with its last letter or digit changed, in relay->text. */
static struct kith_str text_spoil(struct relay *relay, struct kith_str text)
{
	size_t at = text.len;

	kith_buf_reset(&relay->text);
	kith_buf_add(&relay->text, text);
	while (at > 0 && !(text.at[at - 1] >= '0' && text.at[at - 1] <= '9') &&
	       !(text.at[at - 1] >= 'b' && text.at[at - 1] <= 'y')) {
		at--;
	}
	if (at > 0 && !relay->text.failed) {
		relay->text.at[at - 1] ^= 1;
	}
	return kith_buf_str(&relay->text);
}

static bool on_call(struct conn *conn, struct kith_str in)
{
	struct relay *relay = conn->relay;
	struct user *from = conn->user;
	struct call call;

	if (from == NULL || !call_read(in, &call)) {
		return false;
	}
	struct user *to = user_get(relay, call.address);
	if (to == NULL || !user_join(relay, from, to)) {
		return false;
	}
	bool strikes = ++relay->messages % KITH_RELAY_FAULT_EACH == 0;
	enum kith_relay_fault fault = strikes ? relay->fault : KITH_RELAY_HONEST;
	bool repeats = fault == KITH_RELAY_NUMBER && from->pair->n > 0;
	int64_t n = repeats ? from->pair->n : ++from->pair->n;

	message_write(relay, from, &call, call.text, n);
	answer(conn, &call);
	if (fault == KITH_RELAY_CORRUPT) {
		message_write(relay, from, &call, text_spoil(relay, call.text), n);
	}
	pass_on(relay, from, to, n, fault);
	return !relay->message.failed;
}

static bool on_hello(struct conn *conn, struct kith_str in)
{
	struct kith_str token;

	if (conn->user != NULL || !expect(&in, KITH_STR("{\"type\":\"hello\",\"token\":\"")) ||
	    !take_until(&in, '"', USER_ID_MAX, &token) || !kith_str_is(in, "}")) {
		return false;
	}
	conn->user = user_get(conn->relay, token);
	if (conn->user == NULL) {
		return false;
	}
	conn->user->conn = conn;
	write_text(&conn->peer.out, KITH_STR("{\"type\":\"welcome\",\"user\":\""), token,
	           KITH_STR("\"}"));
	kith_peer_send_later(&conn->peer);
	return true;
}

/* returns false when the connection must end. */
static bool on_frame(struct conn *conn, const struct kith_ws_frame *frame)
{
	if (frame->op == KITH_WS_TEXT && frame->is_final) {
		return conn->user == NULL ? on_hello(conn, frame->payload)
		                          : on_call(conn, frame->payload);
	}
	if (frame->op == KITH_WS_PING) {
		kith_ws_write(&conn->peer.out, KITH_WS_PONG, frame->payload, NULL);
		kith_peer_send_later(&conn->peer);
		return true;
	}
	return frame->op == KITH_WS_PONG;
}

/* returns false when the connection must end. */
static bool on_handshake(struct conn *conn, struct kith_str *in)
{
	struct kith_http_head head;
	struct kith_why why;
	enum kith_rc rc = KITH_OK;
	enum kith_parse got = kith_http_read_request(*in, &head, &rc, &why);
	char accept[KITH_WS_ACCEPT_TEXT];
	struct kith_buf *out = &conn->peer.out;

	if (got == KITH_PARSE_MORE) {
		return true;
	}
	if (got == KITH_PARSE_BAD || !kith_ws_is_opening(&head, &why)) {
		return false;
	}
	kith_ws_accept(kith_http_header(&head, "sec-websocket-key"), accept);
	kith_http_write_status(out, 101);
	kith_http_write_header(out, "Upgrade", KITH_STR("websocket"));
	kith_http_write_header(out, "Connection", KITH_STR("Upgrade"));
	kith_http_write_header(out, "Sec-WebSocket-Accept", kith_str_make(accept, sizeof(accept)));
	kith_http_write_header(out, "Sec-WebSocket-Protocol", KITH_STR("kith.v1"));
	kith_http_write_end(out);
	kith_peer_send_later(&conn->peer);
	*in = kith_str_skip(*in, head.size);
	conn->is_upgraded = true;
	return true;
}

static void on_bytes(struct kith_peer *peer, struct kith_str *in)
{
	struct conn *conn = KITH_CONTAINER(peer, struct conn, peer);
	struct kith_ws_frame frame;
	bool is_good = conn->is_upgraded || on_handshake(conn, in);

	while (is_good && conn->is_upgraded && in->len > 0) {
		enum kith_parse got = kith_ws_read(&conn->ws, in, &frame);

		if (got == KITH_PARSE_MORE) {
			break;
		}
		is_good = got == KITH_PARSE_DONE && on_frame(conn, &frame);
	}
	if (!is_good) {
		conn_leave(conn);
	}
}

static const struct kith_peer_ops conn_ops = { .on_bytes = on_bytes, .on_end = on_end };

static void on_accept(struct kith_peer_set *set, int fd)
{
	struct relay *relay = KITH_CONTAINER(set, struct relay, set);
	struct conn *conn =
		relay->conn_count < KITH_RELAY_CONNS_MAX ? kith_alloc_zero(1, sizeof(*conn)) : NULL;

	if (conn == NULL) {
		close(fd);
		return;
	}
	if (!kith_peer_adopt(&conn->peer, set, fd, &conn_ops)) {
		kith_free(conn);
		return;
	}
	conn->relay = relay;
	kith_ws_init(&conn->ws, true);
	conn->next = relay->conns;
	if (conn->next != NULL) {
		conn->next->prev = conn;
	}
	relay->conns = conn;
	relay->conn_count++;
}

static void free_ended(struct relay *relay)
{
	while (relay->ended != NULL) {
		struct conn *conn = relay->ended;

		relay->ended = conn->next;
		kith_peer_done(&conn->peer);
		kith_free(conn);
	}
}

static void relay_done(struct relay *relay)
{
	struct user *user;
	size_t at = 0;

	while (relay->conns != NULL) {
		conn_leave(relay->conns);
	}
	kith_peer_turn(&relay->set, 0); /* clears the list of what was to be sent */
	free_ended(relay);
	while ((user = kith_table_next(&relay->users, &at)) != NULL) {
		user_free(user);
	}
	kith_table_done(&relay->users);
	kith_buf_done(&relay->message);
	kith_buf_done(&relay->text);
	kith_peer_set_done(&relay->set);
}

bool kith_relay_serve(int fd, enum kith_relay_fault fault, const volatile bool *stop)
{
	struct relay relay = { .fault = fault };

	kith_rand_init(&relay.rand);
	kith_table_init(&relay.users, 1);
	if (!kith_peer_set_init(&relay.set) || !kith_peer_set_listen(&relay.set, fd, on_accept)) {
		kith_peer_set_done(&relay.set);
		close(fd);
		return false;
	}
	while (!*stop) {
		kith_when_format(kith_when_now_us(), relay.now);
		kith_peer_turn(&relay.set, TURN_WAIT_MS);
		free_ended(&relay);
	}
	close(fd);
	relay.set.listen_fd = -1;
	relay_done(&relay);
	return true;
}

int kith_relay_bind(struct kith_endpoint *where)
{
	int yes = 1;
	int fd = socket(where->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(where->address);

	if (fd < 0) {
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (const struct sockaddr *)&where->address, where->size) != 0 ||
	    listen(fd, LISTEN_BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&where->address, &size) != 0) {
		close(fd);
		return -1;
	}
	kith_endpoint_renew(where);
	return fd;
}

pid_t kith_relay_fork(int fd, enum kith_relay_fault fault)
{
	static const volatile bool never = false;
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0) {
		bool is_good = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
		               kith_relay_serve(fd, fault, &never);
		_exit(is_good ? 0 : 1);
	}
	close(fd);
	return pid;
}

void kith_relay_stop(pid_t pid)
{
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}
