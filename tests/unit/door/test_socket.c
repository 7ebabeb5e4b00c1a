/*
 * test_socket.c -- the WebSocket door: who may come in, every call by its name,
 * what is held, and frames in every form and piece.
 */
#include "unit/door/holes.h"
#include "unit/door/pair.h"

#include "base/when.h"
#include "service/calls.gen.h"
#include "wire/ws.h"

/* --- hello --- */

static void test_r_091_hello_is_welcomed(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	assert_false(alice.is_joined);
	peer_frame(&alice, "{'type':'hello','token':'%s'}", token("alice"));
	const char *welcome =
		peer_expect(&alice, "{'type':'welcome','me':{'id':'alice','name':'alice',");
	assert_non_null(strstr(welcome, "\"serverTime\":\"2027-01-15T08:00:00.000Z\""));
	assert_non_null(strstr(welcome, "\"limits\":{\"frameBytes\":262144,\"textBytes\":16384,"
	                                "\"opaqueBytes\":49152,\"pageItems\":200,\"calls\":64}"));
	assert_non_null(strstr(welcome, "\"heartbeatMs\":25000"));
	char cursor[64];
	json_value(welcome, "cursor", cursor, sizeof(cursor));
	assert_int_equal(strlen(cursor), KITH_CURSOR_TEXT);
	assert_true(alice.is_joined);
	assert_true(alice.is_shown);
	peer_expect_nothing(&alice);
}

static void test_bytes_behind_an_upgrade_are_frames(void **state)
{
	(void)state;
	static const char masked_ping[] = "\x89\x80\x01\x02\x03\x04";
	struct answer answer;
	int op = 0;

	peer_say(&alice,
	         "GET /v1/socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	         "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n%s",
	         masked_ping);
	assert_true(peer_answer(&alice, &answer));
	assert_int_equal(answer.status, 101);
	assert_non_null(peer_hear_op(&alice, &op));
	assert_int_equal(op, KITH_WS_PONG);
	peer_expect_nothing(&alice);
}

static const struct {
	const char *name;
	const char *frame;
	int code;
	const char *problem; /* heard before the bye, or NULL */
} first_frames[] = {
	{ "a call before hello", "{'type':'call','id':1,'call':'me.get'}", 4400, "'field':'type'" },
	{ "a ping before hello", "{'type':'ping','n':1}", 4400, "'field':'type'" },
	{ "auth before hello", "{'type':'auth','token':'x'}", 4400, "'field':'type'" },
	{ "hello without token", "{'type':'hello'}", 4400, "'field':'token'" },
	{ "a token that is no text", "{'type':'hello','token':5}", 4400, "'field':'token'" },
	{ "no such frame", "{'type':'greet'}", 4400, "'field':'type'" },
	{ "no type", "{'token':'x'}", 4400, "'field':'type'" },
	{ "no object", "[]", 4400, "'field':'type'" },
	{ "no JSON", "hello", 4400, "'code':'invalid_request'" },
	{ "an empty frame", "", 4400, "'code':'invalid_request'" },
	{ "R-092 a cursor that is too short",
	  "{'type':'hello','token':'x','since':'AAAAAAAAAAAAAAAAAAAAA'}", 4400, "'field':'since'" },
	{ "R-092 a cursor that is no text", "{'type':'hello','token':'x','since':7}", 4400,
	  "'field':'since'" },
	{ "R-004 a token that is none", "{'type':'hello','token':'x'}", 4401,
	  "'code':'unauthenticated'" },
	{ "R-004 an empty token", "{'type':'hello','token':''}", 4401, "'code':'unauthenticated'" },
};

static void test_r_091_the_first_frame_is_hello(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(first_frames); i++) {
		peer_upgrade(&alice);
		peer_frame(&alice, "%s", first_frames[i].frame);
		const char *error = peer_expect(&alice, "{'type':'error','problem':{");
		char part[64];
		snprintf(part, sizeof(part), "%s", first_frames[i].problem);
		for (char *at = part; *at != '\0'; at++) {
			*at = *at == '\'' ? '"' : *at;
		}
		if (strstr(error, part) == NULL) {
			fail_msg("%s: %s", first_frames[i].name, error);
		}
		peer_expect_bye(&alice, first_frames[i].code);
		assert_false(alice.is_joined);
		reopen(&alice);
	}
}

static void test_r_004_whose_token_opens_no_socket(void **state)
{
	(void)state;
	static const struct {
		const char *kid, *user;
		int64_t ttl_s;
		int code;
		const char *problem;
	} cases[] = {
		{ "k1", "zoe", 60, 4401, "'code':'unauthenticated'" },
		{ "k9", "alice", 60, 4401, "'code':'unauthenticated'" },
		{ "k1", "alice", 0, 4401, "'code':'token_expired'" },
		{ "k1", "alice", 25 * 3600, 4401, "'code':'unauthenticated'" },
		{ "op", "oper", 60, 4403, NULL },
	};

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		peer_upgrade(&alice);
		peer_frame(&alice, "{'type':'hello','token':'%s'}",
		           desk_token(&desk, cases[i].kid, cases[i].user, cases[i].ttl_s));
		if (cases[i].problem != NULL) {
			peer_expect(&alice, cases[i].problem);
		}
		peer_expect_bye(&alice, cases[i].code);
		reopen(&alice);
	}
}

static void test_hello_must_come_in_time(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	desk_wait(&desk, KITH_DOOR_HELLO_TIME_US - 1);
	assert_false(alice.is_closed);
	desk_wait(&desk, 1);
	peer_expect_bye(&alice, 4408);
	/* A peer that does not answer the close is dropped. */
	assert_false(alice.is_aborted);
	desk_wait(&desk, KITH_DOOR_CLOSE_TIME_US);
	assert_true(alice.is_aborted);
}

static void test_a_token_that_is_checked_too_slowly_is_late_too(void **state)
{
	(void)state;
	peer_upgrade(&alice);
	desk.holds = true;
	desk.rig.holds_errands = true;
	peer_frame(&alice, "{'type':'hello','token':'%s'}", token("alice"));
	peer_expect_nothing(&alice);
	desk_wait(&desk, KITH_DOOR_HELLO_TIME_US);
	peer_expect_bye(&alice, 4408);
	desk.holds = false;
	desk_run(&desk);
	peer_expect_nothing(&alice);
}

static void test_hello_comes_once(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_frame(&alice, "{'type':'hello','token':'%s'}", token("alice"));
	peer_expect(&alice, "hello comes once.");
	peer_expect_bye(&alice, 4400);
}

/* --- calls --- */

static const struct {
	const char *call;
	const char *args;
	const char *part; /* of the answer */
} calls[KITH_CALL_COUNT] = {
	{ "me.get", "{}", "'result':{'id':'alice'" },
	{ "me.update", "{'metadata':{'a':[1]}}", "'metadata':{'a':[1]}" },
	{ "me.settings", "{'showPresence':false}", "'result':{'showPresence':false" },
	{ "me.unread", "{}", "'result':{'messages':0,'conversations':0}" },
	{ "sessions.list", "{}", "'result':{'items':[]}" },
	{ "sessions.create", "{'token':'{token}'}", "'result':{'accessToken':'" },
	{ "sessions.refresh", "{'refreshToken':'{refresh}'}", "'result':{'accessToken':'" },
	{ "sessions.end", "{'session':'{session}'}", "'current':false" },
	{ "users.get", "{'user':'bob@default.localhost'}", "'result':{'id':'bob','name':'bob'}" },
	{ "users.search", "{'query':'bob'}", "'items':[{'id':'bob','name':'bob'}],'next':null" },
	{ "contacts.list", "{'limit':3}", "'result':{'items':[],'next':null}" },
	{ "contacts.add", "{'user':'bob'}", "'result':{'id':'bob','name':'bob','addedAt':'" },
	{ "contacts.remove", "{'user':'bob'}", "'result':{'id':'bob','name':'bob'}" },
	{ "aliases.list", "{}", "'result':{'items':[]}" },
	{ "aliases.add", "{'user':'bob','kind':'email','value':'b@example'}",
	  "'code':'forbidden'" },
	{ "aliases.remove", "{'kind':'email','value':'b@example'}", "'code':'forbidden'" },
	{ "conversations.list", "{'limit':3}", "'result':{'items':[{'id':" },
	{ "conversations.direct", "{'user':'bob'}", "'kind':'direct'" },
	{ "conversations.get", "{'conversation':'{conversation}'}", "'organization':'default'" },
	{ "conversations.read", "{'conversation':'{conversation}','upTo':1}",
	  "'seen':1,'unread':0," },
	{ "conversations.delivered", "{'conversation':'{conversation}','upTo':1}",
	  "'delivered':1,'seen':1," },
	{ "conversations.typing", "{'conversation':'{conversation}','state':'gone'}",
	  "'user':'alice','state':'gone'" },
	{ "conversations.markUnread", "{'conversation':'{conversation}','unread':true}",
	  "'markedUnread':true" },
	{ "conversations.draft", "{'conversation':'{conversation}','text':'begun'}",
	  "'text':'begun'" },
	{ "messages.list", "{'conversation':'{conversation}','limit':2}",
	  "'result':{'items':[{'id':" },
	{ "messages.send", "{'conversation':'{conversation}','text':'hi'}", "'text':'hi'" },
	{ "messages.sendToUser", "{'address':'bob','opaque':'AAEC'}",
	  "'kind':'opaque','opaque':'AAEC'" },
	{ "messages.get", "{'id':'{message}'}", "'text':'first'" },
	{ "messages.edit", "{'id':'{message}','text':'second'}", "'text':'second'" },
	{ "messages.edits", "{'id':'{message}'}", "'text':'second'" },
	{ "messages.react", "{'id':'{message}','emoji':'\xf0\x9f\x8e\x89','on':true}",
	  "'reactions':[{'emoji':'\xf0\x9f\x8e\x89','count':1" },
	{ "messages.receipts", "{'id':'{message}'}", "'result':{'items':[{'user':'bob'" },
	{ "messages.delete", "{'ids':['{message}']}", "'done':true" },
	{ "messages.deleteForMe", "{'ids':['{message}']}", "'done':true" },
	{ "presence.watch", "{'users':['bob']}", "'items':[{'user':'bob','online':false}]" },
	{ "sync", "{}", "'result':{'items':[],'cursor':'" },
};

static void call_with(struct peer *peer, int64_t id, size_t at)
{
	char args[1400];

	fill(calls[at].args, args, sizeof(args));
	peer_frame(peer, "{'type':'call','id':%d,'call':'%s','args':%s}", (int)id, calls[at].call,
	           args);
}

static void test_r_091_every_call_by_its_name(void **state)
{
	(void)state;

	fill_begin(&desk, direct);
	peer_hello(&alice, "alice");
	peer_frame(&alice,
	           "{'type':'call','id':0,'call':'messages.sendToUser','args':"
	           "{'address':'bob','id':'%s','text':'first'}}",
	           hole("{message}"));
	peer_expect(&alice, "{'type':'ok','id':0,'result':{'id':'");
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		char part[64];
		bool is_refused = strstr(calls[i].part, "'code'") != NULL;

		assert_string_equal(calls[i].call, kith_calls[i].name);
		call_with(&alice, 100 + (int64_t)i, i);
		const char *answer = peer_expect(&alice, calls[i].part);
		snprintf(part, sizeof(part),
		         "{\"type\":\"%s\",\"id\":%d,\"%s\":", is_refused ? "error" : "ok",
		         100 + (int)i, is_refused ? "problem" : "result");
		assert_ptr_equal(strstr(answer, part), answer);
		fill_grant(answer);
		peer_expect_nothing(&alice);
	}
	/* The same again says that it is one. */
	peer_frame(&alice,
	           "{'type':'call','id':1,'call':'messages.sendToUser','args':"
	           "{'address':'bob','id':'%s','text':'first'}}",
	           hole("{message}"));
	peer_expect(&alice, "{'type':'ok','id':1,'repeated':true,'result':{");
}

static const struct {
	const char *name;
	const char *frame;
	const char *error;
} bad_calls[] = {
	{ "an unknown call", "{'type':'call','id':9,'call':'messages.burn'}",
	  "{'type':'error','id':9,'problem':{'type':'/problems/not_found'" },
	{ "no arguments where some are needed", "{'type':'call','id':9,'call':'messages.get'}",
	  "'field':'id'" },
	{ "arguments that are no object", "{'type':'call','id':9,'call':'me.get','args':[1]}",
	  "'code':'invalid_request'" },
	{ "an unknown argument", "{'type':'call','id':9,'call':'me.get','args':{'x':1}}",
	  "'field':'x'" },
	{ "too long a text is another matter than a bad one",
	  "{'type':'call','id':9,'call':'users.get','args':{'user':''}}",
	  "'code':'invalid_request'" },
	{ "nobody", "{'type':'call','id':9,'call':'users.get','args':{'user':'zoe'}}",
	  "'code':'not_found'" },
	{ "R-041 an old id",
	  "{'type':'call','id':9,'call':'messages.sendToUser','args':{'address':'bob',"
	  "'text':'a','id':'0062b3c4-d5e6-7890-8abc-def012345678'}}",
	  "'serverTime':'2027-" },
};

static void test_a_refused_call_is_an_error_of_its_id(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	for (size_t i = 0; i < KITH_COUNT(bad_calls); i++) {
		peer_frame(&alice, "%s", bad_calls[i].frame);
		const char *error = peer_expect(&alice, bad_calls[i].error);
		assert_ptr_equal(strstr(error, "{\"type\":\"error\",\"id\":9,"), error);
		assert_false(alice.is_closed);
	}
}

static void test_a_text_above_16_kib_is_too_large(void **state)
{
	(void)state;
	static char text[KITH_TEXT_MAX + 2];

	memset(text, 'x', sizeof(text) - 1);
	peer_hello(&alice, "alice");
	peer_frame(&alice,
	           "{'type':'call','id':1,'call':'messages.sendToUser','args':"
	           "{'address':'bob','text':'%s'}}",
	           text);
	peer_expect(&alice, "'status':413,'code':'too_large'");
	text[KITH_TEXT_MAX] = '\0';
	peer_frame(&alice,
	           "{'type':'call','id':2,'call':'messages.sendToUser','args':"
	           "{'address':'bob','text':'%s'}}",
	           text);
	peer_expect(&alice, "{'type':'ok','id':2,");
}

static void test_a_call_without_id_wants_no_answer(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	peer_frame(&alice, "{'type':'call','call':'messages.sendToUser','args':"
	                   "{'address':'bob','text':'quiet'}}");
	peer_expect_nothing(&alice);
	peer_expect(&bob, "'text':'quiet'");
	peer_frame(&alice, "{'type':'call','call':'messages.burn'}");
	peer_expect_nothing(&alice);
	assert_false(alice.is_closed);
}

static const char *const bad_ids[] = { "'x'", "-1", "1.5", "null", "{}" };

static void test_what_is_no_id_is_a_bad_frame(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad_ids); i++) {
		peer_hello(&alice, "alice");
		peer_frame(&alice, "{'type':'call','id':%s,'call':'me.get'}", bad_ids[i]);
		peer_expect(&alice, "'field':'call'");
		peer_expect_bye(&alice, 4400);
		reopen(&alice);
	}
}

static void test_answers_leave_in_the_order_of_commits(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	desk.holds = true;
	for (int i = 0; i < 10; i++) {
		peer_frame(&alice,
		           "{'type':'call','id':%d,'call':'messages.send','args':"
		           "{'conversation':'%s','text':'m%d'}}",
		           i, direct, i);
	}
	desk.holds = false;
	desk_run(&desk);
	for (int i = 0; i < 10; i++) {
		char part[64];
		snprintf(part, sizeof(part), "{'type':'ok','id':%d,", i);
		peer_expect(&alice, part);
		snprintf(part, sizeof(part), "'text':'m%d'", i);
		peer_expect(&bob, part);
	}
}

/* --- limits --- */

static void ask_many(struct peer *peer, int from, int to)
{
	for (int i = from; i < to; i++) {
		peer_frame(peer, "{'type':'call','id':%d,'call':'me.get'}", i);
	}
}

static int count_answers(struct peer *peer)
{
	int count = 0;

	while (peer_hear(peer) != NULL) {
		count++;
	}
	return count;
}

static void test_64_unanswered_calls_hold_the_socket(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	desk.holds = true;
	desk.rig.holds_errands = true;
	ask_many(&alice, 0, KITH_DOOR_CALLS_MAX);
	assert_false(alice.is_shown);
	/* What only reads goes to the store one at a time. */
	assert_int_equal(desk.rig.held_count, 1);
	ask_many(&alice, KITH_DOOR_CALLS_MAX, KITH_DOOR_CALLS_MAX + 5);
	assert_true(alice.in.len > 0);
	/* Below half it is read again. */
	for (int i = 0; i < KITH_DOOR_CALLS_MAX / 2 - 1; i++) {
		rig_errand_back(&desk.rig, 0);
	}
	desk_run(&desk);
	assert_false(alice.is_shown);
	rig_errand_back(&desk.rig, 0);
	desk_run(&desk);
	assert_true(alice.is_shown);
	assert_int_equal(alice.in.len, 0);
	desk.holds = false;
	desk_run(&desk);
	assert_int_equal(count_answers(&alice), KITH_DOOR_CALLS_MAX + 5);
}

/* All at once in one piece: the 65th stays where it is until there is room. */
static void test_what_is_held_is_taken_later(void **state)
{
	(void)state;
	static char piece[64 * 1024];
	size_t len = 0;

	peer_hello(&alice, "alice");
	desk.holds = true;
	desk.rig.holds_errands = true;
	for (int i = 0; i < 2 * KITH_DOOR_CALLS_MAX; i++) {
		char json[128];
		int size = snprintf(json, sizeof(json),
		                    "{\"type\":\"call\",\"id\":%d,\"call\":\"me.get\"}", i);
		piece[len++] = (char)0x81;
		piece[len++] = (char)(0x80 | size);
		memset(piece + len, 0, 4);
		memcpy(piece + len + 4, json, (size_t)size);
		len += 4 + (size_t)size;
	}
	peer_say_bytes(&alice, kith_str_make(piece, len));
	assert_int_equal(desk.rig.held_count, 1);
	assert_true(alice.in.len > 0);
	desk.holds = false;
	desk_run(&desk);
	assert_int_equal(count_answers(&alice), 2 * KITH_DOOR_CALLS_MAX);
	assert_int_equal(alice.in.len, 0);
}

static void test_pings_are_answered_by_the_newest_pong(void **state)
{
	(void)state;
	static const char pings[] = "\x89\x81\0\0\0\0a\x89\x81\0\0\0\0b\x89\x81\0\0\0\0c";
	int op = 0;

	peer_hello(&alice, "alice");
	peer_say_bytes(&alice, kith_str_make(pings, sizeof(pings) - 1));
	assert_string_equal(peer_hear_op(&alice, &op), "c");
	assert_int_equal(op, KITH_WS_PONG);
	peer_expect_nothing(&alice);
	peer_frame(&alice, "{'type':'ping','n':7}");
	peer_expect(&alice, "{'type':'pong','n':7}");
	/* A pong that nobody asked for is nothing. */
	peer_raw_frame(&alice, 0x8a, KITH_STR("x"));
	peer_expect_nothing(&alice);
	assert_false(alice.is_closed);
}

static void test_more_than_10_pings_a_second_are_too_many(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	for (int second = 0; second < 3; second++) {
		for (int i = 0; i < KITH_DOOR_PINGS_MAX; i++) {
			peer_raw_frame(&alice, 0x89, KITH_STR("x"));
		}
		assert_int_equal(count_answers(&alice), KITH_DOOR_PINGS_MAX);
		assert_false(alice.is_closed);
		desk_wait(&desk, KITH_SECOND_US);
	}
	for (int i = 0; i < KITH_DOOR_PINGS_MAX; i++) {
		peer_raw_frame(&alice, 0x89, KITH_STR("x"));
	}
	assert_int_equal(count_answers(&alice), KITH_DOOR_PINGS_MAX);
	peer_raw_frame(&alice, 0x89, KITH_STR("x"));
	peer_expect(&alice, "'code':'rate_limited'");
	peer_expect_bye(&alice, 4429);
}

static const struct {
	const char *name;
	int first_byte;
	const char *payload;
	int code;
} bad_frames[] = {
	{ "binary", 0x82, "x", 1003 },
	{ "a reserved bit", 0xc1, "{}", 1002 },
	{ "a reserved opcode", 0x83, "x", 1002 },
	{ "a ping in pieces", 0x09, "x", 1002 },
	{ "a continuation of nothing", 0x80, "x", 1002 },
	{ "no UTF-8", 0x81, "\xff", 1007 },
};

static void test_bad_websocket_frames_have_their_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(bad_frames); i++) {
		peer_hello(&alice, "alice");
		peer_raw_frame(&alice, bad_frames[i].first_byte,
		               kith_str_of(bad_frames[i].payload));
		peer_expect_bye(&alice, bad_frames[i].code);
		reopen(&alice);
	}
}

static void test_a_message_above_the_limit_is_1009(void **state)
{
	(void)state;
	static char big[KITH_WS_MESSAGE_MAX + 1];

	memset(big, ' ', sizeof(big));
	peer_hello(&alice, "alice");
	peer_raw_frame(&alice, 0x81, kith_str_make(big, sizeof(big)));
	peer_expect_bye(&alice, 1009);
	reopen(&alice);
	/* Just at the limit it is read; it may be large in its pieces, too. */
	peer_hello(&alice, "alice");
	memcpy(big, "{\"type\":\"ping\",\"n\":1}", 21);
	peer_raw_frame(&alice, 0x81, kith_str_make(big, KITH_WS_MESSAGE_MAX));
	peer_expect(&alice, "{'type':'pong','n':1}");
	peer_raw_frame(&alice, 0x01, kith_str_make(big, KITH_WS_MESSAGE_MAX - 1));
	peer_raw_frame(&alice, 0x80, KITH_STR(" "));
	peer_expect(&alice, "{'type':'pong','n':1}");
	peer_raw_frame(&alice, 0x01, kith_str_make(big, KITH_WS_MESSAGE_MAX));
	peer_raw_frame(&alice, 0x80, KITH_STR(" "));
	peer_expect_bye(&alice, 1009);
}

static void test_a_message_comes_in_any_pieces(void **state)
{
	(void)state;
	static const char text[] = "{\"type\":\"ping\",\"n\":42}";
	struct kith_str whole = kith_str_of(text);

	peer_hello(&alice, "alice");
	for (size_t cut = 0; cut <= whole.len; cut++) {
		peer_raw_frame(&alice, 0x01, kith_str_make(text, cut));
		/* A control frame may come in between. */
		peer_raw_frame(&alice, 0x8a, KITH_STR(""));
		peer_raw_frame(&alice, 0x80, kith_str_skip(whole, cut));
		peer_expect(&alice, "{'type':'pong','n':42}");
		peer_expect_nothing(&alice);
		desk_wait(&desk, KITH_SECOND_US); /* no more than 10 pings a second */
	}
	for (size_t i = 0; i < whole.len; i++) {
		peer_raw_frame(&alice,
		               i == 0               ? 0x01
		               : i + 1 == whole.len ? 0x80
		                                    : 0x00,
		               kith_str_make(text + i, 1));
	}
	peer_expect(&alice, "{'type':'pong','n':42}");
}

static void test_frames_come_byte_by_byte(void **state)
{
	(void)state;
	static const char frames[] = "\x81\x95\0\0\0\0{\"type\":\"ping\",\"n\":1}"
				     "\x81\x95\0\0\0\0{\"type\":\"ping\",\"n\":2}";

	peer_hello(&alice, "alice");
	for (size_t i = 0; i < sizeof(frames) - 1; i++) {
		peer_say_bytes(&alice, kith_str_make(frames + i, 1));
	}
	peer_expect(&alice, "'n':1");
	peer_expect(&alice, "'n':2");
	for (size_t cut = 1; cut < sizeof(frames) - 1; cut++) {
		peer_say_bytes(&alice, kith_str_make(frames, cut));
		peer_say_bytes(&alice, kith_str_make(frames + cut, sizeof(frames) - 1 - cut));
		peer_expect(&alice, "'n':1");
		peer_expect(&alice, "'n':2");
		desk_wait(&desk, KITH_SECOND_US); /* no more than 10 pings a second */
	}
}

static void test_ping_frames_count_like_pings(void **state)
{
	(void)state;
	static const char ping[] = "{\"type\":\"ping\",\"n\":1}";

	peer_hello(&alice, "alice");
	for (int i = 0; i < KITH_DOOR_PINGS_MAX; i++) {
		peer_raw_frame(&alice, 0x81, kith_str_of(ping));
		peer_expect(&alice, "{'type':'pong','n':1}");
	}
	peer_raw_frame(&alice, 0x81, kith_str_of(ping));
	peer_expect(&alice, "'code':'rate_limited'");
	peer_expect_bye(&alice, 4429);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_091_hello_is_welcomed),
		TEST(test_bytes_behind_an_upgrade_are_frames),
		TEST(test_r_091_the_first_frame_is_hello),
		TEST(test_r_004_whose_token_opens_no_socket),
		TEST(test_hello_must_come_in_time),
		TEST(test_a_token_that_is_checked_too_slowly_is_late_too),
		TEST(test_hello_comes_once),
		TEST(test_r_091_every_call_by_its_name),
		TEST(test_a_refused_call_is_an_error_of_its_id),
		TEST(test_a_text_above_16_kib_is_too_large),
		TEST(test_a_call_without_id_wants_no_answer),
		TEST(test_what_is_no_id_is_a_bad_frame),
		TEST(test_answers_leave_in_the_order_of_commits),
		TEST(test_64_unanswered_calls_hold_the_socket),
		TEST(test_what_is_held_is_taken_later),
		TEST(test_pings_are_answered_by_the_newest_pong),
		TEST(test_more_than_10_pings_a_second_are_too_many),
		TEST(test_ping_frames_count_like_pings),
		TEST(test_bad_websocket_frames_have_their_codes),
		TEST(test_a_message_above_the_limit_is_1009),
		TEST(test_a_message_comes_in_any_pieces),
		TEST(test_frames_come_byte_by_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
