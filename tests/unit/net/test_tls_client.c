/*
 * test_tls_client.c -- TLS from the connecting end: whom a client believes, what it
 * says when it does not, and both ends of ours talking to each other over TCP.
 */
#include "unit/net/certificate.h"
#include "unit/net/rig.h"

#include <netinet/in.h>

#include "base/macros.h"
#include "base/rand.h"
#include "net/tls.h"

static struct authority ours;
static struct authority others;
static struct certificate good;

static int make_certificates(void **state)
{
	(void)state;
	kith_rand_start();
	certificate_folder_make();
	authority_make(&ours, "ours");
	authority_make(&others, "others");
	authority_sign(&ours, "good", "DNS:localhost,DNS:*.kith.example,IP:127.0.0.1,IP:::1", -1,
	               30, &good);
	return 0;
}

static int remove_certificates(void **state)
{
	(void)state;
	authority_done(&ours);
	authority_done(&others);
	certificate_folder_remove();
	return 0;
}

/* A client and a server in one loop, over TCP. */
struct pair {
	struct rig rig;
	struct side client;
	struct side server;
	int listening;
	int port;
	const char *trouble; /* what the client's end was told */
};

static struct pair pair;

static void client_on_end(struct kith_conn *conn, enum kith_conn_end end)
{
	pair.trouble = kith_conn_trouble(conn);
	side_on_end(conn, end);
}

static const struct kith_conn_ops client_ops = {
	.on_bytes = side_on_bytes,
	.on_drained = side_on_drained,
	.on_end = client_on_end,
	.on_connected = side_on_connected,
};

static int set_up(void **state)
{
	(void)state;
	pair = (struct pair){ .port = 0 };
	rig_init(&pair.rig);
	assert_int_equal(
		kith_listener_bind(KITH_STR("127.0.0.1:0"), &pair.listening, &pair.port, NULL),
		KITH_OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(pair.listening);
	rig_done(&pair.rig);
	return 0;
}

/* CLIENT and SERVER may each be NULL: plain. */
static void connect_pair(struct kith_tls *client, struct kith_tls *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)pair.port),
		                       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	pair.client = (struct side){ .rig = &pair.rig, .peer = -1 };
	pair.server = pair.client;
	pair.trouble = NULL;
	assert_int_equal(kith_conn_connect(pair.rig.loop, &pair.rig.pool, client,
	                                   (struct sockaddr *)&address, sizeof(address),
	                                   &client_ops, &pair.client, &pair.client.conn),
	                 KITH_OK);
	int fd;
	do {
		kith_loop_turn(pair.rig.loop, 0);
		fd = accept4(pair.listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (fd < 0);
	assert_int_equal(kith_conn_adopt(pair.rig.loop, &pair.rig.pool, server, fd, &side_ops,
	                                 &pair.server, &pair.server.conn),
	                 KITH_OK);
}

/* Until the client's handshake has come to its end, one way or the other. */
static void wait_for_client(void)
{
	while (pair.client.connects == 0 && pair.client.ends == 0) {
		kith_loop_turn(pair.rig.loop, -1);
	}
}

static void part(void)
{
	side_done(&pair.client);
	side_done(&pair.server);
}

static struct kith_tls *make_server(const struct certificate *certificate)
{
	struct kith_tls *tls;
	assert_int_equal(kith_tls_server_new(certificate->file, certificate->key_file, &tls, NULL),
	                 KITH_OK);
	return tls;
}

static struct kith_tls *make_client(const char *host, const char *authorities)
{
	struct kith_tls *tls;
	assert_int_equal(kith_tls_client_new(host, authorities, &tls, NULL), KITH_OK);
	return tls;
}

static void test_r_104_a_server_is_believed_for_its_names_by_whom_the_client_trusts(void **state)
{
	(void)state;
	static const char untrusted[] =
		"the server's certificate is signed by nobody who is trusted here";
	static const char elsewhere[] = "the server's certificate is for another host";
	struct certificate expired;
	struct certificate early;
	struct certificate nameless;
	authority_sign(&ours, "expired", "DNS:localhost", -5, -1, &expired);
	authority_sign(&ours, "early", "DNS:localhost", 1, 5, &early);
	authority_sign(&ours, "localhost", "DNS:other.example", -1, 5, &nameless);
	const struct {
		const char *host, *authorities;
		const struct certificate *certificate;
		const char *trouble;
	} cases[] = {
		{ "localhost", ours.file, &good, NULL },
		{ "LOCALHOST", ours.file, &good, NULL },
		{ "127.0.0.1", ours.file, &good, NULL },
		{ "::1", ours.file, &good, NULL },
		{ "chat.kith.example", ours.file, &good, NULL },
		{ "kith.example", ours.file, &good, elsewhere },
		{ "a.b.kith.example", ours.file, &good, elsewhere },
		{ "127.0.0.2", ours.file, &good, elsewhere },
		{ "::2", ours.file, &good, elsewhere },
		{ "localhost.example", ours.file, &good, elsewhere },
		{ "localhost", ours.file, &nameless, elsewhere }, /* only its subject says so */
		{ "localhost", others.file, &good, untrusted },
		{ "localhost", NULL, &good, untrusted },
		{ "localhost", ours.file, &expired, "the server's certificate has expired" },
		{ "localhost", ours.file, &early, "the server's certificate is not valid yet" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_tls_figures figures;
		struct kith_tls *server = make_server(cases[i].certificate);
		struct kith_tls *client = make_client(cases[i].host, cases[i].authorities);
		connect_pair(client, server);
		wait_for_client();
		if (cases[i].trouble == NULL) {
			assert_int_equal(pair.client.connects, 1);
		} else {
			assert_int_equal(pair.client.connects, 0);
			assert_non_null(pair.trouble);
			assert_string_equal(pair.trouble, cases[i].trouble);
			while (pair.server.ends == 0) {
				kith_loop_turn(pair.rig.loop, -1);
			}
			kith_tls_read_figures(client, &figures);
			assert_int_equal(figures.failed, 1);
		}
		part();
		kith_tls_free(&client);
		kith_tls_free(&server);
	}
}

static void test_a_self_made_certificate_is_not_believed(void **state)
{
	(void)state;
	struct certificate self;
	struct authority alone;
	authority_make(&alone, "alone");
	certificate_path(self.file, "alone", "authority");
	certificate_path(self.key_file, "alone", "key");
	certificate_save(self.key_file, NULL, alone.key);
	struct kith_tls *server = make_server(&self);
	struct kith_tls *client = make_client("localhost", ours.file);
	connect_pair(client, server);
	wait_for_client();
	assert_int_equal(pair.client.connects, 0);
	assert_string_equal(pair.trouble,
	                    "the server's certificate is signed by nobody who is trusted here");
	part();
	kith_tls_free(&client);
	kith_tls_free(&server);
	authority_done(&alone);
}

static void say_hello(struct side *side, struct kith_str *in)
{
	side_take(side, in, in->len);
	side_say(side, KITH_STR("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
}

static void test_a_server_without_tls_or_one_that_leaves_is_told_as_that(void **state)
{
	(void)state;
	struct kith_tls *client = make_client("localhost", ours.file);
	connect_pair(client, NULL);
	pair.server.take = say_hello;
	wait_for_client();
	assert_int_equal(pair.client.connects, 0);
	assert_string_equal(pair.trouble, "the server speaks no TLS at this port");
	part();
	connect_pair(client, NULL);
	kith_conn_abort(pair.server.conn);
	wait_for_client();
	assert_int_equal(pair.client.end, KITH_CONN_END_PEER);
	assert_string_equal(pair.trouble, "the server broke off the TLS handshake");
	part();
	kith_tls_free(&client);
}

static void test_a_plain_client_learns_nothing_from_a_server_with_tls(void **state)
{
	(void)state;
	struct kith_tls *server = make_server(&good);
	connect_pair(NULL, server);
	while (pair.client.connects == 0) {
		kith_loop_turn(pair.rig.loop, -1);
	}
	side_say(&pair.client, KITH_STR("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"));
	while (pair.client.ends == 0) {
		kith_loop_turn(pair.rig.loop, -1);
	}
	assert_null(pair.trouble);
	assert_int_equal(pair.server.calls, 0);
	part();
	kith_tls_free(&server);
}

static void test_r_104_a_client_that_comes_back_resumes(void **state)
{
	(void)state;
	struct kith_tls *server = make_server(&good);
	struct kith_tls *client = make_client("localhost", ours.file);
	for (uint64_t visit = 0; visit < 4; visit++) {
		struct kith_tls_figures figures;
		connect_pair(client, server);
		wait_for_client();
		assert_int_equal(pair.client.connects, 1);
		/* The ticket comes behind the handshake. */
		while (pair.server.connects == 0) {
			kith_loop_turn(pair.rig.loop, -1);
		}
		side_say(&pair.server, KITH_STR("x"));
		while (pair.client.got_len == 0) {
			kith_loop_turn(pair.rig.loop, -1);
		}
		part();
		kith_tls_read_figures(client, &figures);
		assert_int_equal(figures.handshakes, visit + 1);
		assert_int_equal(figures.resumed, visit);
		kith_tls_read_figures(server, &figures);
		assert_int_equal(figures.resumed, visit);
	}
	kith_tls_free(&client);
	kith_tls_free(&server);
}

/* The same sequence in every run. */
static uint64_t random_state = 104;

static size_t next_random(size_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(random_state >> 33) % below;
}

static bool is_moody_paused[2];

/* Takes some, or all, or nothing; pauses as it likes. */
static void take_moodily(struct side *side, struct kith_str *in)
{
	side_take(side, in, next_random(3) == 0 ? next_random(in->len + 1) : in->len);
	if (in->len > 0 || next_random(8) == 0) { /* what is left is shown after the pause */
		kith_conn_pause(side->conn);
		is_moody_paused[side == &pair.server] = true;
	}
}

enum { TALK = 3 * 1000 * 1000 };

/* One side's part between two turns. returns whether it leaves the other something to wait for. */
static bool talk(struct side *side, bool *is_paused, const char *bytes, size_t *said)
{
	if (*is_paused && next_random(4) == 0) {
		*is_paused = false;
		kith_conn_resume(side->conn);
	}
	size_t part_len = next_random(2) == 0 ? next_random(200) : next_random(100 * 1000);
	part_len = part_len < TALK - *said ? part_len : TALK - *said;
	if (kith_conn_out(side->conn)->len < KITH_CONN_OUT_HIGH) {
		side_say(side, kith_str_make(bytes + *said, part_len));
		*said += part_len;
	}
	return *said < TALK || *is_paused;
}

static void test_two_that_talk_pause_and_leave_at_random_lose_nothing_over_tls(void **state)
{
	(void)state;
	struct kith_tls *server = make_server(&good);
	struct kith_tls *client = make_client("localhost", ours.file);
	connect_pair(client, server);
	pair.client.take = take_moodily;
	pair.server.take = take_moodily;
	char *bytes = make_pattern(TALK);
	size_t said[2] = { 0 };
	while (pair.client.got_len < TALK || pair.server.got_len < TALK) {
		bool is_busy = talk(&pair.client, &is_moody_paused[0], bytes, &said[0]);
		is_busy |= talk(&pair.server, &is_moody_paused[1], bytes, &said[1]);
		/* With nothing else to do, only an edge can wake it: a lost one hangs here. */
		kith_loop_turn(pair.rig.loop, is_busy ? 0 : -1);
		assert_int_equal(pair.client.ends + pair.server.ends, 0);
	}
	assert_memory_equal(pair.client.got, bytes, TALK);
	assert_memory_equal(pair.server.got, bytes, TALK);
	free(bytes);
	part();
	kith_tls_free(&client);
	kith_tls_free(&server);
}

static void test_authorities_that_cannot_be_read_are_told(void **state)
{
	(void)state;
	const struct {
		const char *file;
		enum kith_rc rc;
		const char *word;
	} cases[] = {
		{ "/nowhere/at.all", KITH_E_IO, "No such file" },
		{ good.key_file, KITH_E_INVALID_REQUEST, "no PEM" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_tls *none = NULL;
		struct kith_why why = { .detail = "" };
		assert_int_equal(kith_tls_client_new("localhost", cases[i].file, &none, &why),
		                 cases[i].rc);
		assert_null(none);
		if (strstr(why.detail, cases[i].word) == NULL) {
			fail_msg("%s", why.detail);
		}
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_r_104_a_server_is_believed_for_its_names_by_whom_the_client_trusts),
		TEST(test_a_self_made_certificate_is_not_believed),
		TEST(test_a_server_without_tls_or_one_that_leaves_is_told_as_that),
		TEST(test_a_plain_client_learns_nothing_from_a_server_with_tls),
		TEST(test_r_104_a_client_that_comes_back_resumes),
		TEST(test_two_that_talk_pause_and_leave_at_random_lose_nothing_over_tls),
		TEST(test_authorities_that_cannot_be_read_are_told),
	};
	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
