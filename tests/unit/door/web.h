/*
 * web.h -- what the tests of the HTTP door share: a desk, one connection, Alice's
 * token, and a question with its answer in one line.
 */
#ifndef KITH_TESTS_DOOR_WEB_H
#define KITH_TESTS_DOOR_WEB_H

#include "unit/rig/desk.h"

#include <stdio.h>

static struct desk desk;
static struct peer peer;
static char alice[1024]; /* her Authorization header, with CR LF */
static char direct[RIG_ID_TEXT];

static inline int setup(void **state)
{
	struct rig_line line;
	(void)state;

	desk_init(&desk);
	rig_line_open(&desk.rig, &line, "k1", "alice");
	rig_direct(&line, "bob", direct);
	rig_line_close(&line);
	snprintf(alice, sizeof(alice), "Authorization: Bearer %s\r\n",
	         desk_token(&desk, "k1", "alice", 3600));
	peer_open(&desk, &peer);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	desk_done(&desk);
	return 0;
}

/* A new connection instead of the present one. */
static inline void reconnect(void)
{
	peer_end(&peer);
	peer_open(&desk, &peer);
}

/* Asks and takes the one answer; HEADERS are whole lines. */
static inline struct answer ask(const char *method, const char *target, const char *headers,
                                const char *body)
{
	static struct answer answer;
	char length[64] = "";

	if (body != NULL) {
		snprintf(length, sizeof(length), "Content-Length: %zu\r\n", strlen(body));
	}
	peer_say(&peer, "%s %s HTTP/1.1\r\nHost: kith.example\r\n%s%s\r\n%s", method, target,
	         headers, length, body == NULL ? "" : body);
	assert_true(strcmp(method, "HEAD") == 0 ? peer_answer_head(&peer, &answer)
	                                        : peer_answer(&peer, &answer));
	assert_int_equal(peer.heard.len, 0);
	return answer;
}

static inline struct answer call(const char *method, const char *target, const char *body)
{
	char headers[1200];

	snprintf(headers, sizeof(headers), "%sContent-Type: application/json\r\n", alice);
	return ask(method, target, headers, body);
}

static inline void expect_problem(const struct answer *answer, int status, const char *code)
{
	char text[128];

	if (answer->status != status) {
		fail_msg("%d instead of %d: %s%s", answer->status, status, answer->head,
		         answer->body);
	}
	assert_true(answer_has(answer, "Content-Type: application/problem+json"));
	snprintf(text, sizeof(text), "{\"type\":\"/problems/%s\",\"title\":\"", code);
	assert_ptr_equal(strstr(answer->body, text), answer->body);
	snprintf(text, sizeof(text), "\"status\":%d,\"code\":\"%s\"", status, code);
	assert_non_null(strstr(answer->body, text));
}

#endif
