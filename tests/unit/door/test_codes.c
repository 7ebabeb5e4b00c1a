/*
 * test_codes.c -- err.def and the wire, both ways: every code has a case at a
 * door that produces it, every code that is heard or documented has its row.
 */
#include "unit/rig/desk.h"

#include <stdio.h>

#include "base/when.h"
#include "door/contract.gen.h"

static struct desk desk;
static struct peer peer;
static bool is_seen[KITH_RC_WIRE_COUNT];

/* No door can give these: why, and where they are given. */
static const struct {
	enum kith_rc rc;
	const char *why;
} elsewhere[] = {
	{ KITH_E_ORGANIZATION_REQUIRED, "a token carries one organization; kithctl asks for it" },
};

/* Notes every "code" in TEXT; each must be a row, with its status beside it. */
static void note(const char *text)
{
	static const char mark[] = "\"code\":\"";

	for (const char *at = strstr(text, mark); at != NULL; at = strstr(at, mark)) {
		char code[64];
		char status[32];
		at += sizeof(mark) - 1;
		snprintf(code, sizeof(code), "%.*s", (int)strcspn(at, "\""), at);
		enum kith_rc rc = kith_err_find(code);
		if (rc == KITH_OK) {
			fail_msg("%s is no code of err.def", code);
		}
		snprintf(status, sizeof(status), "\"status\":%d,", kith_err_row(rc)->status);
		assert_memory_equal(at - (sizeof(mark) - 1) - strlen(status), status,
		                    strlen(status));
		is_seen[rc] = true;
	}
}

/* The same with what was heard. */
static void note_codes(void)
{
	assert_true(peer.heard_at == 0 && peer.heard.len > 0 && peer.heard.len < peer.heard.size);
	peer.heard.at[peer.heard.len] = '\0';
	note(peer.heard.at);
	kith_buf_reset(&peer.heard);
}

static void reconnect(void)
{
	peer_end(&peer);
	peer_open(&desk, &peer);
}

static void ask(const char *request, const char *user, const char *body)
{
	char authorization[1200] = "";

	if (user != NULL) {
		const char *kid = strcmp(user, "oper") == 0 ? "op" : "k1";
		snprintf(authorization, sizeof(authorization), "Authorization: Bearer %s\r\n",
		         desk_token(&desk, kid, user, 60));
	}
	peer_say(&peer,
	         "%s HTTP/1.1\r\nHost: a\r\n%sContent-Type: application/json\r\n"
	         "Content-Length: %zu\r\n\r\n%s",
	         request, authorization, strlen(body), body);
	note_codes();
	reconnect();
}

static void ask_plain(void)
{
	char id[RIG_ID_TEXT];
	char body[128];

	rig_id(&desk.rig, id);
	snprintf(body, sizeof(body), "{\"id\":\"%s\",\"text\":\"a\"}", id);
	ask("GET /v1/me", NULL, "");
	ask("GET /v1/sync", "oper", "");
	ask("GET /v1/nothing", "alice", "");
	ask("PUT /v1/me", "alice", "");
	ask("GET /v1/sync?limit=0", "alice", "");
	ask("GET /v1/users/nft:eip155:1:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed:42", "alice",
	    "");
	ask("GET /v1/messages/01a2b3c4-d5e6-7890-8abc-def012345678", "alice", "");
	ask("POST /v1/users/bob/messages", "alice",
	    "{\"text\":\"a\",\"id\":\"0062b3c4-d5e6-7890-8abc-def012345678\"}");
	peer_say(&peer,
	         "POST /v1/users/bob/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
	         "Authorization: Bearer %s\r\n\r\n{}",
	         desk_token(&desk, "k1", "alice", 60));
	note_codes();
	reconnect();
	ask("POST /v1/conversations/direct", "alice", "{\"user\":\"bob\"}");
	ask("POST /v1/users/bob/messages", "alice", body);
	ask("POST /v1/users/alice/messages", "bob", body);
	peer_say(&peer, "POST /v1/me HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n");
	note_codes();
	reconnect();
}

static void ask_late(void)
{
	peer_say(&peer, "GET /v1/me HTTP/1.1\r\n");
	desk_wait(&desk, KITH_DOOR_HEAD_TIME_US);
	note_codes();
	reconnect();
	const char *token = desk_token(&desk, "k1", "alice", 60);
	desk_wait(&desk, 61 * KITH_SECOND_US);
	reconnect();
	peer_say(&peer, "GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         token);
	note_codes();
	reconnect();
}

static void ask_too_large(void)
{
	static char body[20 * 1024];
	int len = snprintf(body, sizeof(body), "{\"text\":\"");

	memset(body + len, 'x', KITH_TEXT_MAX + 1);
	memcpy(body + len + KITH_TEXT_MAX + 1, "\"}", 3);
	ask("POST /v1/users/bob/messages", "alice", body);
}

static void ask_too_often(void)
{
	peer_hello(&peer, "alice");
	for (int i = 0; i <= KITH_DOOR_PINGS_MAX; i++) {
		peer_raw_frame(&peer, 0x89, KITH_STR(""));
	}
	for (int i = 0; i < KITH_DOOR_PINGS_MAX; i++) {
		assert_non_null(peer_hear(&peer));
	}
	note(peer_hear(&peer));
	reconnect();
}

static void ask_unavailable(void)
{
	desk.rig.refuses_errands = true;
	ask("GET /v1/me", "alice", "");
	desk.rig.refuses_errands = false;
}

/* A failure that no table foresees: what stays inside the program is `internal`. */
static void ask_for_trouble(void)
{
	desk.holds = true;
	ask("GET /livez", NULL, "");
	desk.rig.holds_errands = true;
	peer_say(&peer, "GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         desk_token(&desk, "k1", "bob", 600));
	rig_errand_back(&desk.rig, 0);
	rig_errand_go(&desk.rig, 0);
	KITH_CONTAINER(desk.rig.held[0].errand, struct kith_call, errand)->load_rc = KITH_E_CORRUPT;
	desk.holds = false;
	desk_run(&desk);
	desk.rig.holds_errands = false;
	note_codes();
	reconnect();
}

static void test_every_code_is_given_at_a_door(void **state)
{
	(void)state;
	desk_init(&desk);
	peer_open(&desk, &peer);
	ask_plain();
	ask_late();
	ask_too_large();
	ask_too_often();
	ask_unavailable();
	ask_for_trouble();
	for (size_t i = 0; i < KITH_COUNT(elsewhere); i++) {
		assert_false(is_seen[elsewhere[i].rc]);
		is_seen[elsewhere[i].rc] = true;
	}
	for (int rc = 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		if (!is_seen[rc]) {
			fail_msg("%s is given nowhere", kith_err_row((enum kith_rc)rc)->code);
		}
	}
	desk_done(&desk);
}

/* Every "/problems/<code>" of DOCUMENT is a row. */
static void expect_rows(struct kith_str document, bool *is_named)
{
	static const char mark[] = "/problems/";

	for (size_t i = 0; i + sizeof(mark) < document.len; i++) {
		struct kith_str rest = kith_str_skip(document, i);
		char code[64];
		if (!kith_str_starts(rest, KITH_STR("/problems/"))) {
			continue;
		}
		snprintf(code, sizeof(code), "%.*s",
		         (int)strspn(rest.at + sizeof(mark) - 1, "abcdefghijklmnopqrstuvwxyz_"),
		         rest.at + sizeof(mark) - 1);
		enum kith_rc rc = kith_err_find(code);
		if (rc == KITH_OK && code[0] != '\0') {
			fail_msg("/problems/%s is no code of err.def", code);
		}
		is_named[rc] = true;
	}
}

static void test_every_code_of_the_contract_is_a_row(void **state)
{
	(void)state;
	bool is_named[KITH_RC_WIRE_COUNT] = { false };

	expect_rows(kith_contract_openapi, is_named);
	expect_rows(kith_contract_asyncapi, is_named);
	size_t named = 0;
	for (int rc = 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		named += is_named[rc] ? 1 : 0;
	}
	assert_true(named >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_is_given_at_a_door),
		cmocka_unit_test(test_every_code_of_the_contract_is_a_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
