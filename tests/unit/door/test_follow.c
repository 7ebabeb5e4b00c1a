/*
 * test_follow.c -- what a connection has asked to hear of: people that come and go,
 * totals that change; at the right time, and after nobody is left to hear.
 */
#include <stdio.h>

#include "base/mem.h"
#include "unit/door/pair.h"

#define SECOND_US INT64_C(1000000)

static int64_t bob_row(void)
{
	struct kith_session *session = rig_session(&desk.rig, "k1", "bob");
	int64_t row = session->user_row;

	kith_session_unref(&session);
	return row;
}

/* Bob comes, leaves, or shows himself or not; as server/live.c tells of it. */
static void bob_comes(int64_t row)
{
	bool is_news;

	assert_true(kith_presence_enter(desk.rig.presence, row, false, &is_news));
	kith_followers_tell(&desk.followers, row, 0, false);
	desk_run(&desk);
}

static void bob_leaves(int64_t row)
{
	assert_true(kith_presence_leave(desk.rig.presence, row));
	kith_followers_tell(&desk.followers, row, desk.host.now_us, true);
	desk_run(&desk);
}

static void bob_hides(int64_t row, bool is_hidden)
{
	assert_true(kith_presence_hide(desk.rig.presence, row, is_hidden));
	kith_followers_tell(&desk.followers, row, 0, false);
	desk_run(&desk);
}

static void watch(struct peer *peer, const char *users)
{
	peer_frame(peer, "{'type':'call','id':1,'call':'presence.watch','args':{'users':%s}}",
	           users);
}

/* --- presence on a socket --- */

static void test_r_035_who_watches_hears_them_come_and_go(void **state)
{
	(void)state;
	int64_t row = bob_row();

	peer_hello(&alice, "alice");
	watch(&alice, "['bob','nobody']");
	peer_expect(&alice, "{'type':'ok','id':1,'result':{'items':[{'user':'bob','online':false},"
	                    "{'user':'nobody','online':false}]}}");
	bob_comes(row);
	peer_expect(&alice,
	            "{'type':'event','event':'presence','data':{'user':'bob','online':true}}");
	desk_wait(&desk, 10 * SECOND_US);
	bob_leaves(row);
	peer_expect_nothing(&alice);
	desk_wait(&desk, 5 * SECOND_US - 1);
	peer_expect_nothing(&alice);
	desk_wait(&desk, 1);
	peer_expect(&alice, "'data':{'user':'bob','online':false,'lastSeen':'20");
	/* A short disconnect shows nothing. */
	desk_wait(&desk, 10 * SECOND_US);
	bob_comes(row);
	peer_expect(&alice, "'online':true");
	desk_wait(&desk, 10 * SECOND_US);
	bob_leaves(row);
	desk_wait(&desk, 4 * SECOND_US);
	bob_comes(row);
	desk_wait(&desk, 10 * SECOND_US);
	peer_expect_nothing(&alice);
	bob_hides(row, true);
	peer_expect(&alice, "'data':{'user':'bob','online':false}}");
	bob_hides(row, false);
	peer_expect_nothing(&alice);
	desk_wait(&desk, 5 * SECOND_US);
	peer_expect(&alice, "'online':true");
}

static void test_r_035_another_list_takes_the_place_of_the_one_before(void **state)
{
	(void)state;
	static struct peer alice2;
	int64_t row = bob_row();

	peer_open(&desk, &alice2);
	peer_hello(&alice, "alice");
	peer_hello(&alice2, "alice");
	watch(&alice, "['bob','bob','carol']");
	watch(&alice2, "['bob']");
	peer_expect(&alice, "'type':'ok'");
	peer_expect(&alice2, "'type':'ok'");
	watch(&alice, "['carol']");
	peer_expect(&alice, "'type':'ok'");
	bob_comes(row);
	peer_expect_nothing(&alice);
	peer_expect(&alice2, "'user':'bob','online':true");
	watch(&alice, "[]");
	peer_expect(&alice, "'items':[]");
	watch(&alice, "['bob']");
	peer_expect(&alice, "'online':true");
	/* Two watch him; one goes. */
	peer_end(&alice2);
	bob_hides(row, true);
	peer_expect(&alice, "'online':false");
	/* A refused call changes nothing. */
	watch(&alice, "['No Body']");
	peer_expect(&alice, "'code':'invalid_request'");
	desk_wait(&desk, 10 * SECOND_US);
	bob_hides(row, false);
	peer_expect(&alice, "'online':true");
}

static void test_r_035_who_hides_hears_nothing_until_they_show_themselves(void **state)
{
	(void)state;
	int64_t row = bob_row();

	peer_hello(&alice, "alice");
	watch(&alice, "['bob']");
	peer_expect(&alice, "'type':'ok'");
	alice.door->session->flags |= KITH_USER_HIDES_PRESENCE;
	kith_follow_look_again(alice.door);
	bob_comes(row);
	desk_wait(&desk, 10 * SECOND_US);
	peer_expect_nothing(&alice);
	alice.door->session->flags &= ~(unsigned)KITH_USER_HIDES_PRESENCE;
	kith_follow_look_again(alice.door);
	desk_run(&desk);
	peer_expect(&alice, "'online':true");
	/* Who left while she hid is not told of with a time. */
	alice.door->session->flags |= KITH_USER_HIDES_PRESENCE;
	desk_wait(&desk, 10 * SECOND_US);
	bob_leaves(row);
	desk_wait(&desk, 10 * SECOND_US);
	peer_expect(&alice, "'data':{'user':'bob','online':false}}");
	kith_follow_look_again(bob.door); /* who follows nothing */
}

static void test_r_035_what_was_lost_is_looked_at_again(void **state)
{
	(void)state;
	int64_t row = bob_row();
	bool is_news;

	peer_hello(&alice, "alice");
	watch(&alice, "['carol','bob']");
	peer_expect(&alice, "'type':'ok'");
	assert_true(kith_presence_enter(desk.rig.presence, row, false, &is_news));
	desk_run(&desk);
	peer_expect_nothing(&alice);
	kith_followers_tell_all(&desk.followers);
	desk_run(&desk);
	peer_expect(&alice, "'user':'bob','online':true");
	peer_expect_nothing(&alice);
}

static void test_r_035_two_hundred_may_be_watched_and_not_one_more(void **state)
{
	(void)state;
	static char users[8192];
	size_t len = 0;

	peer_hello(&alice, "alice");
	for (int i = 0; i < 201; i++) {
		len += (size_t)snprintf(users + len, sizeof(users) - len, "%s'u%d'",
		                        i == 0 ? "[" : ",", i);
		if (i == 199) {
			snprintf(users + len, sizeof(users) - len, "]");
			watch(&alice, users);
			peer_expect(&alice, "'type':'ok'");
		}
	}
	snprintf(users + len, sizeof(users) - len, "]");
	watch(&alice, users);
	peer_expect(&alice, "'code':'too_large'");
}

static void test_without_memory_nothing_is_followed_and_the_call_says_so(void **state)
{
	(void)state;
	int64_t row = bob_row();
	bool is_done = false;

	for (uint64_t nth = 1; !is_done; nth++) {
		peer_end(&alice);
		peer_open(&desk, &alice);
		peer_hello(&alice, "alice");
		kith_mem_fail_from(nth);
		watch(&alice, "['bob']");
		kith_mem_fail_never();
		desk_run(&desk);
		const char *frame = peer_hear(&alice);
		is_done = frame != NULL && strstr(frame, "\"type\":\"ok\"") != NULL;
		assert_true(nth < 100);
	}
	bob_comes(row);
	peer_expect(&alice, "'user':'bob','online':true");
}

/* --- the unread on a socket --- */

static void send_to_bob(struct peer *peer)
{
	peer_frame(peer, "{'type':'call','call':'messages.sendToUser','args':{'address':'bob',"
	                 "'text':'x'}}");
}

static void ask_unread(struct peer *peer)
{
	peer_frame(peer, "{'type':'call','id':9,'call':'me.unread'}");
	peer_expect(peer, "'type':'ok','id':9,'result':{'messages':");
}

static void test_r_032_totals_are_told_when_they_change_at_most_once_a_second(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	send_to_bob(&alice);
	peer_expect(&bob, "'event':'message.new'");
	peer_expect_nothing(&bob); /* he has not asked */
	ask_unread(&bob);
	desk_wait(&desk, SECOND_US);
	send_to_bob(&alice);
	peer_expect(&bob, "'event':'message.new'");
	peer_expect(&bob, "{'type':'event','event':'me.unread','data':{'messages':2,"
	                  "'conversations':1}}");
	for (int i = 0; i < 3; i++) {
		send_to_bob(&alice);
		peer_expect(&bob, "'event':'message.new'");
	}
	peer_expect_nothing(&bob);
	desk_wait(&desk, SECOND_US - 1);
	peer_expect_nothing(&bob);
	desk_wait(&desk, 1);
	peer_expect(&bob, "'data':{'messages':5,'conversations':1}");
	desk_wait(&desk, 10 * SECOND_US);
	peer_expect_nothing(&bob);
}

static void test_r_032_what_one_does_oneself_counts_too(void **state)
{
	(void)state;
	char conversation[RIG_ID_TEXT];

	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	send_to_bob(&alice);
	json_value(peer_expect(&bob, "'event':'message.new'"), "conversation", conversation,
	           sizeof(conversation));
	ask_unread(&bob);
	desk_wait(&desk, SECOND_US);
	peer_frame(&bob,
	           "{'type':'call','id':3,'call':'conversations.read',"
	           "'args':{'conversation':'%s','upTo':1}}",
	           conversation);
	peer_expect(&bob, "'type':'ok','id':3");
	peer_expect(&bob, "'event':'me.unread','data':{'messages':0,'conversations':0}");
	/* What changes nothing is not told. */
	desk_wait(&desk, SECOND_US);
	peer_frame(&bob,
	           "{'type':'call','id':4,'call':'conversations.read',"
	           "'args':{'conversation':'%s','upTo':1}}",
	           conversation);
	peer_expect(&bob, "'type':'ok','id':4");
	desk_wait(&desk, 10 * SECOND_US);
	peer_expect_nothing(&bob);
}

static void test_r_032_what_happens_while_it_is_counted_is_counted_after(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	ask_unread(&bob);
	desk_wait(&desk, SECOND_US);
	desk.rig.holds_errands = true;
	desk.holds = true;
	send_to_bob(&alice);
	desk.holds = false;
	desk.rig.holds_errands = false;
	desk_run(&desk);
	peer_expect(&bob, "'event':'message.new'");
	peer_expect(&bob, "'event':'me.unread','data':{'messages':1");
}

static void test_r_032_a_store_that_does_not_answer_is_asked_again(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	send_to_bob(&alice); /* so that it is remembered */
	peer_expect(&bob, "'event':'message.new'");
	ask_unread(&bob);
	desk_wait(&desk, SECOND_US);
	desk.rig.refuses_errands = true;
	send_to_bob(&alice);
	peer_expect(&bob, "'event':'message.new'");
	desk_wait(&desk, 3 * SECOND_US);
	peer_expect_nothing(&bob);
	desk.rig.refuses_errands = false;
	desk_wait(&desk, SECOND_US);
	peer_expect(&bob, "'event':'me.unread','data':{'messages':2");
}

static void test_a_connection_may_go_while_it_is_counted(void **state)
{
	(void)state;
	peer_hello(&alice, "alice");
	peer_hello(&bob, "bob");
	send_to_bob(&alice);
	peer_expect(&bob, "'event':'message.new'");
	ask_unread(&bob);
	desk_wait(&desk, SECOND_US);
	desk.rig.holds_errands = true;
	desk.holds = true;
	peer_frame(&bob, "{'type':'call','call':'me.unread'}");
	peer_end(&bob);
	desk.rig.holds_errands = false;
	desk.holds = false;
	desk_run(&desk);
	peer_open(&desk, &bob);
}

/* --- the event stream --- */

static void open_stream(struct peer *peer, const char *user, const char *query)
{
	struct answer answer;

	peer_say(peer, "GET /v1/events?%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         query, desk_token(&desk, "k1", user, 3600));
	assert_true(peer_answer(peer, &answer));
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(peer_chunk(peer), "event: welcome\n"));
}

static void expect_chunk(struct peer *peer, const char *wanted)
{
	const char *chunk = peer_chunk(peer);

	if (chunk == NULL || strcmp(chunk, wanted) != 0) {
		fail_msg("heard %s instead of %s", chunk == NULL ? "nothing" : chunk, wanted);
	}
}

static void test_r_035_a_stream_begins_with_how_they_are(void **state)
{
	(void)state;
	int64_t row = bob_row();

	open_stream(&alice, "alice", "watch=bob,nobody&unread=true");
	expect_chunk(&alice, "event: presence\ndata: {\"type\":\"event\",\"event\":\"presence\","
	                     "\"data\":{\"user\":\"bob\",\"online\":false}}\n\n");
	expect_chunk(&alice, "event: presence\ndata: {\"type\":\"event\",\"event\":\"presence\","
	                     "\"data\":{\"user\":\"nobody\",\"online\":false}}\n\n");
	expect_chunk(&alice, "event: me.unread\ndata: {\"type\":\"event\",\"event\":\"me.unread\","
	                     "\"data\":{\"messages\":0,\"conversations\":0}}\n\n");
	bob_comes(row);
	expect_chunk(&alice, "event: presence\ndata: {\"type\":\"event\",\"event\":\"presence\","
	                     "\"data\":{\"user\":\"bob\",\"online\":true}}\n\n");
	bob_leaves(row);
	desk_wait(&desk, 5 * SECOND_US);
	assert_non_null(strstr(peer_chunk(&alice), "\"online\":false,\"lastSeen\":"));
	/* The heartbeat goes on. */
	desk_wait(&desk, 25 * SECOND_US);
	expect_chunk(&alice, ":\n\n");
}

static const struct {
	const char *name;
	const char *query;
	int status;
	const char *part;
} refusals[] = {
	{ "R-035 no address", "watch=No+Body", 400, "\"field\":\"watch\"" },
	{ "R-035 an empty one", "watch=bob,,alice", 400, "\"field\":\"watch\"" },
	{ "R-035 a conversation", "watch=8c5d1f60-2b3a-8e4d-9a17-5f0c6e2d7b81", 400,
	  "\"field\":\"watch\"" },
	{ "R-035 nothing", "watch=", 400, "\"field\":\"watch\"" },
	{ "R-032 neither yes nor no", "unread=maybe", 400, "\"field\":\"unread\"" },
};

static void test_r_035_a_stream_that_cannot_be_is_refused_before_it_begins(void **state)
{
	(void)state;
	static char many[2048];
	struct answer answer;
	size_t len = 0;

	for (size_t i = 0; i < KITH_COUNT(refusals); i++) {
		peer_say(
			&alice,
			"GET /v1/events?%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
			refusals[i].query, desk_token(&desk, "k1", "alice", 3600));
		assert_true(peer_answer(&alice, &answer));
		if (answer.status != refusals[i].status ||
		    strstr(answer.body, refusals[i].part) == NULL) {
			fail_msg("%s: %s%s", refusals[i].name, answer.head, answer.body);
		}
	}
	for (int i = 0; i < 201; i++) {
		len += (size_t)snprintf(many + len, sizeof(many) - len, ",u%d", i);
	}
	peer_say(&alice,
	         "GET /v1/events?watch=%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
	         many + 1, desk_token(&desk, "k1", "alice", 3600));
	assert_true(peer_answer(&alice, &answer));
	assert_int_equal(answer.status, 413);
	assert_false(alice.is_replaced);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_r_035_who_watches_hears_them_come_and_go),
		TEST(test_r_035_another_list_takes_the_place_of_the_one_before),
		TEST(test_r_035_who_hides_hears_nothing_until_they_show_themselves),
		TEST(test_r_035_what_was_lost_is_looked_at_again),
		TEST(test_r_035_two_hundred_may_be_watched_and_not_one_more),
		TEST(test_without_memory_nothing_is_followed_and_the_call_says_so),
		TEST(test_r_032_totals_are_told_when_they_change_at_most_once_a_second),
		TEST(test_r_032_what_one_does_oneself_counts_too),
		TEST(test_r_032_what_happens_while_it_is_counted_is_counted_after),
		TEST(test_r_032_a_store_that_does_not_answer_is_asked_again),
		TEST(test_a_connection_may_go_while_it_is_counted),
		TEST(test_r_035_a_stream_begins_with_how_they_are),
		TEST(test_r_035_a_stream_that_cannot_be_is_refused_before_it_begins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
