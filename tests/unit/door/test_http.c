/*
 * test_http.c -- the HTTP door: every call's route and answer, what is refused
 * and how, tokens, headers and the pages that are no calls.
 */
#include "unit/door/holes.h"
#include "unit/door/web.h"

#include "base/when.h"
#include "service/calls.gen.h"

/* --- routes --- */

/* One request per call, in the order of the table. */
static const struct {
	enum kith_call_id id;
	const char *target;
	const char *body;
	const char *part; /* of the answer                                  */
	int as_operator;  /* the status of the same, without a body, to the operator */
} routes[KITH_CALL_COUNT] = {
	{ KITH_CALL_ME_GET, "/v1/me", NULL,
	  "{\"id\":\"alice\",\"name\":\"alice\",\"organizations\":[{"
	  "\"id\":\"default\",\"domain\":\"default.localhost\"}],\"scope\":\"user\","
	  "\"settings\":{\"showPresence\":true,\"showReceipts\":true,\"theme\":\"system\"}}",
	  200 },
	{ KITH_CALL_ME_UPDATE, "/v1/me", "{\"name\":\"Alice\"}",
	  "{\"id\":\"alice\",\"name\":\"Alice\",", 200 },
	{ KITH_CALL_ME_SETTINGS, "/v1/me/settings", "{\"theme\":\"dark\"}",
	  "{\"showPresence\":true,\"showReceipts\":true,\"theme\":\"dark\"}", 403 },
	{ KITH_CALL_ME_UNREAD, "/v1/me/unread", NULL, "{\"messages\":0,\"conversations\":0}", 403 },
	{ KITH_CALL_SESSIONS_LIST, "/v1/sessions", NULL, "{\"items\":[]}", 200 },
	{ KITH_CALL_SESSIONS_CREATE, "/v1/sessions", "{\"token\":\"{token}\",\"device\":\"phone\"}",
	  "\"device\":\"phone\"", 400 },
	{ KITH_CALL_SESSIONS_REFRESH, "/v1/sessions/refresh", "{\"refreshToken\":\"{refresh}\"}",
	  "{\"accessToken\":\"", 400 },
	{ KITH_CALL_SESSIONS_END, "/v1/sessions/{session}", NULL, "\"current\":false", 404 },
	{ KITH_CALL_USERS_GET, "/v1/users/bob", NULL, "{\"id\":\"bob\",\"name\":\"bob\"}", 200 },
	{ KITH_CALL_USERS_SEARCH, "/v1/users?query=b", NULL,
	  "{\"items\":[{\"id\":\"bob\",\"name\":\"bob\"}],\"next\":null}", 200 },
	{ KITH_CALL_CONTACTS_LIST, "/v1/contacts", NULL, "{\"items\":[],\"next\":null}", 403 },
	{ KITH_CALL_CONTACTS_ADD, "/v1/contacts/bob", "{}",
	  "{\"id\":\"bob\",\"name\":\"bob\",\"addedAt\":\"", 403 },
	{ KITH_CALL_CONTACTS_REMOVE, "/v1/contacts/bob", NULL, "{\"id\":\"bob\",\"name\":\"bob\"}",
	  403 },
	{ KITH_CALL_ALIASES_LIST, "/v1/aliases", NULL, "{\"items\":[]}", 200 },
	{ KITH_CALL_ALIASES_ADD, "/v1/aliases",
	  "{\"user\":\"bob\",\"kind\":\"email\",\"value\":\"b@example\"}",
	  "{\"user\":\"bob\",\"kind\":\"email\",\"value\":\"b@example\"", 400 },
	{ KITH_CALL_ALIASES_REMOVE, "/v1/aliases?kind=email&value=b@example", NULL,
	  "{\"user\":\"bob\",\"kind\":\"email\"", 404 },
	{ KITH_CALL_CONVERSATIONS_LIST, "/v1/conversations?limit=5&filter=all", NULL,
	  "{\"items\":[", 403 },
	{ KITH_CALL_CONVERSATIONS_DIRECT, "/v1/conversations/direct", "{\"user\":\"bob\"}",
	  "\"kind\":\"direct\",\"members\":[{", 403 },
	{ KITH_CALL_CONVERSATIONS_GET, "/v1/conversations/{conversation}", NULL,
	  "\"organization\":\"default\"", 403 },
	{ KITH_CALL_CONVERSATIONS_READ, "/v1/conversations/{conversation}/read", "{\"upTo\":1}",
	  "\"seen\":1", 403 },
	{ KITH_CALL_CONVERSATIONS_DELIVERED, "/v1/conversations/{conversation}/delivered",
	  "{\"upTo\":1}", "\"delivered\":1", 403 },
	{ KITH_CALL_CONVERSATIONS_TYPING, "/v1/conversations/{conversation}/typing",
	  "{\"state\":\"composing\"}", "\"user\":\"alice\",\"state\":\"composing\"}", 403 },
	{ KITH_CALL_CONVERSATIONS_MARK_UNREAD, "/v1/conversations/{conversation}/unread",
	  "{\"unread\":true}", "\"markedUnread\":true", 403 },
	{ KITH_CALL_CONVERSATIONS_DRAFT, "/v1/conversations/{conversation}/draft",
	  "{\"text\":\"begun\"}", "\"text\":\"begun\"", 403 },
	{ KITH_CALL_MESSAGES_LIST, "/v1/conversations/{conversation}/messages?limit=1", NULL,
	  "\"next\":null,\"prev\":", 403 },
	{ KITH_CALL_MESSAGES_SEND, "/v1/conversations/{conversation}/messages", "{\"text\":\"hi\"}",
	  "\"from\":\"alice\",\"kind\":\"text\",\"text\":\"hi\",\"createdAt\":\"", 403 },
	{ KITH_CALL_MESSAGES_SEND_TO_USER, "/v1/users/bob%40default.localhost/messages",
	  "{\"text\":\"hi\",\"replyTo\":\"{message}\"}", "\"replyTo\":{\"id\":\"", 403 },
	{ KITH_CALL_MESSAGES_GET, "/v1/messages/{message}", NULL, "\"text\":\"first\"", 403 },
	{ KITH_CALL_MESSAGES_EDIT, "/v1/messages/{message}", "{\"text\":\"second\"}",
	  "\"text\":\"second\"", 403 },
	{ KITH_CALL_MESSAGES_EDITS, "/v1/messages/{message}/edits", NULL, "\"text\":\"second\"",
	  403 },
	{ KITH_CALL_MESSAGES_REACT, "/v1/messages/{message}/reactions",
	  "{\"emoji\":\"\xf0\x9f\x8e\x89\"}",
	  "\"reactions\":[{\"emoji\":\"\xf0\x9f\x8e\x89\",\"count\":1", 403 },
	{ KITH_CALL_MESSAGES_RECEIPTS, "/v1/messages/{message}/receipts", NULL,
	  "{\"items\":[{\"user\":\"bob\"", 403 },
	{ KITH_CALL_MESSAGES_DELETE, "/v1/messages/delete", "{\"ids\":[\"{message}\"]}",
	  "\"done\":true", 403 },
	{ KITH_CALL_MESSAGES_DELETE_FOR_ME, "/v1/messages/delete-for-me",
	  "{\"ids\":[\"{message}\"]}", "\"done\":true", 403 },
	{ KITH_CALL_PRESENCE_WATCH, "/v1/presence/watch", "{\"users\":[\"bob\"]}",
	  "{\"items\":[{\"user\":\"bob\",\"online\":false}]}", 403 },
	{ KITH_CALL_SYNC, "/v1/sync", NULL, "{\"items\":[],\"cursor\":\"", 403 },
};

static const char *token_of_operator(void)
{
	static char header[1100];

	snprintf(header, sizeof(header), "Authorization: bearer %s\r\n",
	         desk_token(&desk, "op", "oper", 60));
	return header;
}

static bool is_by_operator(size_t at)
{
	return at == KITH_CALL_ALIASES_ADD || at == KITH_CALL_ALIASES_REMOVE;
}

/* The answer to the request of row AT by whom it is for. */
static struct answer ask_row(size_t at)
{
	const char *method = kith_calls[at].method;
	char target[256];
	char body[1400];
	char headers[1200];
	bool has_body = routes[at].body != NULL;

	assert_int_equal(routes[at].id, at);
	fill(routes[at].target, target, sizeof(target));
	fill(has_body ? routes[at].body : "", body, sizeof(body));
	snprintf(headers, sizeof(headers), "%sContent-Type: application/json\r\n",
	         is_by_operator(at) ? token_of_operator() : alice);
	return ask(method, target, headers, has_body ? body : NULL);
}

/* Row AT without a token, and with the operator's. */
static void ask_row_as_others(size_t at)
{
	const struct kith_call_row *row = &kith_calls[at];
	char target[256];

	fill(routes[at].target, target, sizeof(target));
	struct answer answer = ask(row->method, target, "", NULL);
	if (row->id == KITH_CALL_SESSIONS_CREATE || row->id == KITH_CALL_SESSIONS_REFRESH) {
		expect_problem(&answer, 400, "invalid_request");
	} else {
		expect_problem(&answer, 401, "unauthenticated");
		assert_true(answer_has(&answer, "WWW-Authenticate: Bearer"));
	}
	answer = ask(row->method, target, token_of_operator(), NULL);
	if (answer.status != routes[at].as_operator) {
		fail_msg("%s as operator: %d %s", row->name, answer.status, answer.body);
	}
	if (answer.status == 403) {
		expect_problem(&answer, 403, "forbidden");
	}
}

static void test_r_090_every_call_has_its_route(void **state)
{
	(void)state;
	char body[128];

	fill_begin(&desk, direct);
	snprintf(body, sizeof(body), "{\"id\":\"%s\",\"text\":\"first\"}", hole("{message}"));
	assert_int_equal(call("POST", "/v1/users/bob/messages", body).status, 201);
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		const struct kith_call_row *row = &kith_calls[i];

		struct answer answer = ask_row(i);
		if (answer.status != row->status || strstr(answer.body, routes[i].part) == NULL) {
			fail_msg("%s: %d %s", row->name, answer.status, answer.body);
		}
		assert_true(answer_has(&answer, "Content-Type: application/json"));
		assert_true(answer_has(&answer, "Cache-Control: no-store"));
		assert_true(answer_has(&answer, "X-Content-Type-Options: nosniff"));
		fill_grant(answer.body);
		ask_row_as_others(i);
	}
}

static void test_r_041_a_repeat_says_so(void **state)
{
	(void)state;
	char id[RIG_ID_TEXT];
	char body[128];
	char part[64];

	rig_id(&desk.rig, id);
	snprintf(body, sizeof(body), "{\"id\":\"%s\",\"text\":\"once\"}", id);
	snprintf(part, sizeof(part), "{\"id\":\"%s\"", id);
	struct answer first = call("POST", "/v1/users/bob/messages", body);
	assert_int_equal(first.status, 201);
	assert_ptr_equal(strstr(first.body, part), first.body);
	assert_false(answer_has(&first, "Idempotent-Replayed: true"));
	char said[512];
	snprintf(said, sizeof(said), "%s", first.body);
	struct answer again = call("POST", "/v1/users/bob/messages", body);
	assert_int_equal(again.status, 200);
	assert_true(answer_has(&again, "Idempotent-Replayed: true"));
	assert_string_equal(again.body, said);
	snprintf(body, sizeof(body), "{\"id\":\"%s\",\"text\":\"other\"}", id);
	struct answer other = call("POST", "/v1/users/bob/messages", body);
	expect_problem(&other, 409, "conflict");
	assert_null(strstr(other.body, "\"detail\""));
}

/* --- refusals --- */

static const struct {
	const char *name;
	const char *method, *target, *type, *body;
	int status;
	const char *code;
	const char *part; /* of the problem, or NULL */
} refusals[] = {
	{ "no such path", "GET", "/v1/nothing", NULL, NULL, 404, "not_found", NULL },
	{ "an empty segment", "GET", "/v1/users//messages", NULL, NULL, 404, "not_found", NULL },
	{ "a segment too many", "GET", "/v1/me/", NULL, NULL, 404, "not_found", NULL },
	{ "another case", "GET", "/v1/Me", NULL, NULL, 404, "not_found", NULL },
	{ "no such method", "DELETE", "/v1/me", NULL, NULL, 405, "method_not_allowed", NULL },
	{ "a method that is none of HTTP's", "BREW", "/v1/me", NULL, NULL, 405,
	  "method_not_allowed", NULL },
	{ "another content type", "POST", "/v1/users/bob/messages", "text/plain", "{}", 415,
	  "unsupported_media", NULL },
	{ "no content type", "POST", "/v1/users/bob/messages", NULL, "{}", 415, "unsupported_media",
	  NULL },
	{ "a type that only begins alike", "POST", "/v1/users/bob/messages", "application/jsonx",
	  "{}", 415, "unsupported_media", NULL },
	{ "parameters of the type are fine", "POST", "/v1/users/bob/messages",
	  "Application/JSON ; charset=utf-8", "{}", 400, "invalid_request", "\"field\":\"text\"" },
	{ "no JSON", "POST", "/v1/users/bob/messages", "application/json", "{", 400,
	  "invalid_request", "\"detail\"" },
	{ "no object", "POST", "/v1/users/bob/messages", "application/json", "[]", 400,
	  "invalid_request", "\"detail\"" },
	{ "an unknown argument", "POST", "/v1/users/bob/messages", "application/json",
	  "{\"text\":\"a\",\"ttl\":5}", 400, "invalid_request", "\"field\":\"ttl\"" },
	{ "an argument of the path in the body", "POST", "/v1/users/bob/messages",
	  "application/json", "{\"text\":\"a\",\"address\":\"carol\"}", 400, "invalid_request",
	  "\"field\":\"address\"" },
	{ "a wrong type", "POST", "/v1/users/bob/messages", "application/json", "{\"text\":5}", 400,
	  "invalid_request", "\"field\":\"text\"" },
	{ "a text with U+0000", "POST", "/v1/users/bob/messages", "application/json",
	  "{\"text\":\"a\\u0000\"}", 400, "invalid_request", "\"field\":\"text\"" },
	{ "a body for a call that has none", "GET", "/v1/me", "application/json", "{\"a\":1}", 400,
	  "invalid_request", "\"field\":\"a\"" },
	{ "an unknown query", "GET", "/v1/me?x=1", NULL, NULL, 400, "invalid_request",
	  "\"field\":\"x\"" },
	{ "a query twice", "GET", "/v1/sync?limit=1&limit=2", NULL, NULL, 400, "invalid_request",
	  "\"field\":\"limit\"" },
	{ "a query out of range", "GET", "/v1/sync?limit=0", NULL, NULL, 400, "invalid_request",
	  "\"field\":\"limit\"" },
	{ "a slash in disguise", "GET", "/v1/users/a%2Fb", NULL, NULL, 400, "invalid_request",
	  NULL },
	{ "a NUL in disguise", "GET", "/v1/users/a%00", NULL, NULL, 400, "invalid_request", NULL },
	{ "dots in disguise", "GET", "/v1/users/%2e%2e", NULL, NULL, 400, "invalid_request", NULL },
	{ "nobody", "GET", "/v1/users/zoe", NULL, NULL, 404, "not_found", NULL },
	{ "R-041 an id of the past", "POST", "/v1/users/bob/messages", "application/json",
	  "{\"text\":\"a\",\"id\":\"0062b3c4-d5e6-7890-8abc-def012345678\"}", 400, "invalid_id",
	  "\"serverTime\":\"2027-01-15T08:00:00.000Z\"" },
};

static void test_r_090_refusals_are_problems(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(refusals); i++) {
		char headers[1400];

		snprintf(headers, sizeof(headers), "%s%s%s%sX-Request-Id: case-%zu\r\n", alice,
		         refusals[i].type == NULL ? "" : "Content-Type: ",
		         refusals[i].type == NULL ? "" : refusals[i].type,
		         refusals[i].type == NULL ? "" : "\r\n", i);
		struct answer answer =
			ask(refusals[i].method, refusals[i].target, headers, refusals[i].body);
		if (answer.status != refusals[i].status ||
		    (refusals[i].part != NULL && strstr(answer.body, refusals[i].part) == NULL)) {
			fail_msg("%s: %d %s", refusals[i].name, answer.status, answer.body);
		}
		expect_problem(&answer, refusals[i].status, refusals[i].code);
		char instance[64];
		snprintf(instance, sizeof(instance), "\"instance\":\"case-%zu\"", i);
		assert_non_null(strstr(answer.body, instance));
		assert_false(peer.is_closed);
	}
}

static void test_rfc_9110_405_names_the_methods_there_are(void **state)
{
	(void)state;
	struct answer answer = call("PUT", "/v1/me", NULL);

	expect_problem(&answer, 405, "method_not_allowed");
	assert_true(answer_has(&answer, "Allow: GET, HEAD, PATCH"));
	char target[128];
	snprintf(target, sizeof(target), "/v1/conversations/%s/messages", direct);
	answer = call("DELETE", target, NULL);
	assert_true(answer_has(&answer, "Allow: GET, HEAD, POST"));
	answer = call("GET", "/v1/users/bob/messages", NULL);
	assert_true(answer_has(&answer, "Allow: POST"));
}

/* Of whoever: a body is read for a token, which is checked behind it. */
#define TOKEN "Authorization: Bearer x\r\n"

static const struct {
	const char *name;
	const char *bytes;
	int status;
	const char *code;
} bad_bytes[] = {
	{ "no request", "hello\r\n\r\n", 400, "invalid_request" },
	{ "no host", "GET / HTTP/1.1\r\n\r\n", 400, "invalid_request" },
	{ "two lengths",
	  "POST /v1/me HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400,
	  "invalid_request" },
	{ "length and chunks",
	  "POST /v1/me HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
	  "chunked\r\n\r\n",
	  400, "invalid_request" },
	{ "a body above the limit",
	  "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n" TOKEN
	  "Content-Length: 262145\r\n\r\n",
	  413, "too_large" },
	{ "R-090 a body of nobody's, which is not read",
	  "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", 401,
	  "unauthenticated" },
	{ "chunks that are none",
	  "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\n" TOKEN
	  "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
	  400, "invalid_request" },
};

static void test_what_cannot_be_read_ends_the_connection(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad_bytes); i++) {
		struct answer answer;

		peer_say(&peer, "%s", bad_bytes[i].bytes);
		assert_true(peer_answer(&peer, &answer));
		expect_problem(&answer, bad_bytes[i].status, bad_bytes[i].code);
		assert_true(answer_has(&answer, "Connection: close"));
		assert_true(peer.is_closed);
		/* What comes after is not looked at. */
		peer_say(&peer, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
		assert_false(peer_answer(&peer, &answer));
		reconnect();
	}
}

static void test_a_body_that_is_not_wanted_ends_the_connection(void **state)
{
	(void)state;
	static const char *const heads[] = { "POST /v1/nothing", "PUT /v1/me", "OPTIONS /v1/me" };

	for (size_t i = 0; i < KITH_COUNT(heads); i++) {
		struct answer answer;

		peer_say(&peer,
		         "%s HTTP/1.1\r\nHost: a\r\nContent-Length: 32\r\n\r\n"
		         "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
		         heads[i]);
		assert_true(peer_answer(&peer, &answer));
		assert_true(answer_has(&answer, "Connection: close"));
		assert_false(peer_answer(&peer, &answer));
		assert_true(peer.is_closed);
		reconnect();
	}
}

/* --- tokens --- */

static const struct {
	const char *name;
	const char *header; /* %s: a good token */
	const char *code;
} tokens[] = {
	{ "none", "", "unauthenticated" },
	{ "another scheme", "Authorization: Basic %s\r\n", "unauthenticated" },
	{ "no token", "Authorization: Bearer\r\n", "unauthenticated" },
	{ "garbage", "Authorization: Bearer abc\r\n", "unauthenticated" },
	{ "one letter more", "Authorization: Bearer %sA\r\n", "unauthenticated" },
	{ "two tokens", "Authorization: Bearer %s x\r\n", "unauthenticated" },
};

static void test_r_004_only_a_good_token_opens(void **state)
{
	(void)state;
	const char *token = strstr(alice, "Bearer ") + 7;
	int len = (int)strcspn(token, "\r");

	for (size_t i = 0; i < KITH_COUNT(tokens); i++) {
		char header[1200];
		const char *hole = strstr(tokens[i].header, "%s");

		snprintf(header, sizeof(header), "%.*s%.*s%s",
		         hole == NULL ? (int)strlen(tokens[i].header)
		                      : (int)(hole - tokens[i].header),
		         tokens[i].header, hole == NULL ? 0 : len, token,
		         hole == NULL ? "" : hole + 2);
		struct answer answer = ask("GET", "/v1/me", header, NULL);
		if (answer.status != 401) {
			fail_msg("%s: %d", tokens[i].name, answer.status);
		}
		expect_problem(&answer, 401, tokens[i].code);
	}
	/* Schemes compare without case, and blanks around a token mean nothing. */
	char header[1200];
	snprintf(header, sizeof(header), "authorization:  bEARER   %.*s  \r\n", len, token);
	assert_int_equal(ask("GET", "/v1/me", header, NULL).status, 200);
}

static void test_r_004_tokens_of_unknown_people_and_keys(void **state)
{
	(void)state;
	char header[1200];

	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n",
	         desk_token(&desk, "k1", "zoe", 60));
	struct answer answer = ask("GET", "/v1/me", header, NULL);
	expect_problem(&answer, 401, "unauthenticated");
	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n",
	         desk_token(&desk, "k9", "alice", 60));
	answer = ask("GET", "/v1/me", header, NULL);
	expect_problem(&answer, 401, "unauthenticated");
	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n",
	         desk_token(&desk, "k1", "alice", 25 * 3600));
	answer = ask("GET", "/v1/me", header, NULL);
	expect_problem(&answer, 401, "unauthenticated");
}

/* Also when it is remembered from a minute ago. */
static void test_r_004_a_token_expires_to_the_second(void **state)
{
	(void)state;
	snprintf(alice, sizeof(alice), "Authorization: Bearer %s\r\n",
	         desk_token(&desk, "k1", "alice", 30));
	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
	desk_wait(&desk, 30 * KITH_SECOND_US - 1);
	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
	desk_wait(&desk, 1);
	struct answer answer = call("GET", "/v1/me", NULL);
	expect_problem(&answer, 401, "token_expired");
	assert_true(answer_has(&answer, "WWW-Authenticate: Bearer"));
}

/* --- headers --- */

static void test_a_request_id_is_echoed_or_made(void **state)
{
	(void)state;
	static const struct {
		const char *sent; /* NULL: none */
		bool is_echoed;
	} ids[] = { { "abc-DEF_1.2", true },
		    { NULL, false },
		    { "with blank", false },
		    { "<script>", false },
		    { "0123456789012345678901234567890123456789012345678901234567890123", true },
		    { "01234567890123456789012345678901234567890123456789012345678901234",
		      false } };
	char made[64] = "";

	for (size_t i = 0; i < KITH_COUNT(ids); i++) {
		char header[128] = "";
		char echo[128];
		if (ids[i].sent != NULL) {
			snprintf(header, sizeof(header), "X-Request-Id: %s\r\n", ids[i].sent);
		}
		struct answer answer = ask("GET", "/livez", header, NULL);
		snprintf(echo, sizeof(echo), "X-Request-Id: %s",
		         ids[i].sent == NULL ? "" : ids[i].sent);
		assert_int_equal(answer_has(&answer, echo), ids[i].is_echoed);
		if (!ids[i].is_echoed) {
			const char *at = strstr(answer.head, "X-Request-Id: ");
			assert_non_null(at);
			snprintf(echo, sizeof(echo), "%.*s", (int)strcspn(at, "\r"), at);
			assert_string_not_equal(echo, made);
			snprintf(made, sizeof(made), "%.60s", echo);
		}
	}
}

static const struct {
	const char *origin;
	bool is_named;
} origins[] = {
	{ "https://chat.example", true },       { "http://localhost:5173", true },
	{ "https://evil.example", false },      { "http://chat.example", false },
	{ "https://chat.example.evil", false }, { "null", false },
	{ "http://kith.example", false }, /* our own needs no permission */
};

static void test_pages_of_listed_origins_may_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(origins); i++) {
		char header[128];
		char allow[128];

		snprintf(header, sizeof(header), "Origin: %s\r\n", origins[i].origin);
		snprintf(allow, sizeof(allow), "Access-Control-Allow-Origin: %s",
		         origins[i].origin);
		struct answer answer = ask("GET", "/livez", header, NULL);
		assert_int_equal(answer.status, 200);
		assert_int_equal(answer_has(&answer, allow), origins[i].is_named);
		assert_int_equal(strstr(answer.head, "Access-Control") != NULL,
		                 origins[i].is_named);
		assert_true(!origins[i].is_named || answer_has(&answer, "Vary: Origin"));
		/* The browser's question before it. */
		answer = ask("OPTIONS", "/v1/me", header, NULL);
		assert_int_equal(answer.status, 204);
		assert_int_equal(answer_has(&answer, allow), origins[i].is_named);
		assert_int_equal(answer_has(&answer, "Access-Control-Allow-Headers: Authorization, "
		                                     "Content-Type, Last-Event-ID, X-Request-Id"),
		                 origins[i].is_named);
		assert_int_equal(answer_has(&answer, "Access-Control-Allow-Methods: GET, POST, "
		                                     "PUT, PATCH, DELETE"),
		                 origins[i].is_named);
		assert_null(strstr(answer.head, "Content-Length"));
		/* A refusal may be read as well. */
		answer = ask("GET", "/v1/me", header, NULL);
		assert_int_equal(answer.status, 401);
		assert_int_equal(answer_has(&answer, allow), origins[i].is_named);
	}
}

static void test_every_answer_says_when(void **state)
{
	(void)state;
	struct answer answer = ask("GET", "/livez", "", NULL);

	assert_true(answer_has(&answer, "Date: Fri, 15 Jan 2027 08:00:00 GMT"));
}

static void test_unavailable_says_when_to_come_again(void **state)
{
	(void)state;
	desk.rig.refuses_errands = true;
	struct answer answer = call("GET", "/v1/me", NULL);

	expect_problem(&answer, 503, "unavailable");
	assert_true(answer_has(&answer, "Retry-After: 1"));
	assert_non_null(strstr(answer.body, "\"retryAfterMs\":1000"));
	desk.rig.refuses_errands = false;
	assert_int_equal(call("GET", "/v1/me", NULL).status, 200);
}

/* --- pages --- */

static void test_health_is_public(void **state)
{
	(void)state;
	struct answer answer = ask("GET", "/livez", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "{\"status\":\"ok\"}");
	answer = ask("GET", "/readyz", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "{\"status\":\"ok\"}");
	desk.rig.refuses_errands = true;
	answer = ask("GET", "/readyz", "", NULL);
	assert_int_equal(answer.status, 503);
	assert_string_equal(answer.body, "{\"status\":\"failing\",\"part\":\"readers\"}");
	desk.rig.refuses_errands = false;
	kith_store_fail_step(desk.rig.store, 1);
	answer = ask("GET", "/readyz", "", NULL);
	kith_store_fail_step(desk.rig.store, 0);
	assert_int_equal(answer.status, 503);
	assert_string_equal(answer.body, "{\"status\":\"failing\",\"part\":\"store\"}");
}

static void test_r_090_the_contract_is_served(void **state)
{
	(void)state;
	struct answer answer = ask("GET", "/v1/openapi.json", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.body, "\"openapi\""));
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		assert_non_null(strstr(answer.body, kith_calls[i].name));
	}
	answer = ask("GET", "/v1/asyncapi.json", "", NULL);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.body, "\"asyncapi\""));
	assert_int_equal(ask("GET", "/", "", NULL).status, 200);
}

static void test_r_090_every_problem_has_a_page(void **state)
{
	(void)state;
	for (int rc = 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		const struct kith_err_row *row = kith_err_row((enum kith_rc)rc);
		char target[128];

		snprintf(target, sizeof(target), "/problems/%s", row->code);
		struct answer answer = ask("GET", target, "", NULL);
		assert_int_equal(answer.status, 200);
		assert_string_equal(answer.body, row->sentence);
	}
	assert_int_equal(ask("GET", "/problems/none_such", "", NULL).status, 404);
	assert_int_equal(ask("GET", "/problems/", "", NULL).status, 404);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_090_every_call_has_its_route),
		TEST(test_r_041_a_repeat_says_so),
		TEST(test_r_090_refusals_are_problems),
		TEST(test_rfc_9110_405_names_the_methods_there_are),
		TEST(test_what_cannot_be_read_ends_the_connection),
		TEST(test_a_body_that_is_not_wanted_ends_the_connection),
		TEST(test_r_004_only_a_good_token_opens),
		TEST(test_r_004_tokens_of_unknown_people_and_keys),
		TEST(test_r_004_a_token_expires_to_the_second),
		TEST(test_a_request_id_is_echoed_or_made),
		TEST(test_pages_of_listed_origins_may_read),
		TEST(test_every_answer_says_when),
		TEST(test_unavailable_says_when_to_come_again),
		TEST(test_health_is_public),
		TEST(test_r_090_the_contract_is_served),
		TEST(test_r_090_every_problem_has_a_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
