/*
 * test_tls.c -- who gets in and who does not, and certificates that change while
 * tickets do not. What happens to bytes is test_tls_bytes.c's, the client's side
 * test_tls_client.c's.
 */
#include "unit/net/tls_rig.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/when.h"
#include "net/tls_inside.h"
#include "net/tls_ticket.h"

/* --- handshakes --- */

static void test_r_104_tls_1_3_and_1_2_are_spoken(void **state)
{
	(void)state;
	const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
	for (size_t i = 0; i < KITH_COUNT(versions); i++) {
		struct tls_peer peer;
		tls_peer_open_with(&peer, &rig, tls, versions[i], versions[i], NULL);
		peer.side.take = echo;
		assert_true(tls_peer_shake(&peer, SIZE_MAX));
		assert_int_equal(SSL_version(peer.ssl), versions[i]);
		tls_peer_say(&peer, KITH_STR("hello"));
		tls_peer_expect(&peer, KITH_STR("hello"));
		assert_int_equal(peer.side.connects, 1);
		assert_in_range(kith_conn_memory(peer.side.conn), 1, 200);
		tls_peer_done(&peer);
	}
	assert_int_equal(figures().handshakes, 2);
	assert_int_equal(figures().failed, 0);
}

static void test_r_104_older_versions_and_old_ciphers_are_refused(void **state)
{
	(void)state;
	const struct {
		int least, most;
		const char *ciphers;
	} cases[] = {
		{ TLS1_VERSION, TLS1_VERSION, "ALL:@SECLEVEL=0" },
		{ TLS1_1_VERSION, TLS1_1_VERSION, "ALL:@SECLEVEL=0" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "AES128-SHA:AES256-GCM-SHA384:@SECLEVEL=0" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "AECDH-AES256-SHA:eNULL:@SECLEVEL=0" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct tls_peer peer;
		tls_peer_open_with(&peer, &rig, tls, cases[i].least, cases[i].most, NULL);
		assert_int_equal(SSL_set_cipher_list(peer.ssl, cases[i].ciphers), 1);
		assert_false(tls_peer_shake(&peer, SIZE_MAX));
		assert_int_equal(peer.side.ends, 1);
		assert_int_equal(peer.side.connects, 0);
		tls_peer_done(&peer);
		assert_int_equal(figures().failed, i + 1);
	}
	assert_int_equal(figures().handshakes, 0);
}

static void test_the_protocol_is_http_or_none_is_asked_for(void **state)
{
	(void)state;
	const struct {
		const char *offered;
		bool is_good;
	} cases[] = {
		{ "", true },        { "\x08http/1.1", true },  { "\x02h2\x08http/1.1", true },
		{ "\x02h2", false }, { "\x08http/1.0", false },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct tls_peer peer;
		const unsigned char *chosen;
		unsigned len;
		tls_peer_open(&peer, &rig, tls);
		assert_int_equal(SSL_set_alpn_protos(peer.ssl,
		                                     (const unsigned char *)cases[i].offered,
		                                     (unsigned)strlen(cases[i].offered)),
		                 0);
		assert_int_equal(tls_peer_shake(&peer, SIZE_MAX), cases[i].is_good);
		SSL_get0_alpn_selected(peer.ssl, &chosen, &len);
		if (cases[i].is_good && cases[i].offered[0] != '\0') {
			assert_int_equal(len, 8);
			assert_memory_equal(chosen, "http/1.1", 8);
		}
		tls_peer_done(&peer);
	}
}

/* The peer's first words, which are the same to every server. */
static size_t make_hello(char room[2048])
{
	struct tls_peer peer;
	char *bytes;
	tls_peer_open(&peer, &rig, tls);
	assert_int_equal(SSL_do_handshake(peer.ssl), -1);
	long len = BIO_get_mem_data(SSL_get_wbio(peer.ssl), &bytes);
	assert_in_range(len, 1, 2048);
	memcpy(room, bytes, (size_t)len);
	tls_peer_done(&peer);
	return (size_t)len;
}

static void test_a_peer_that_vanishes_anywhere_in_its_hello_leaves_nothing(void **state)
{
	(void)state;
	char hello[2048];
	size_t len = make_hello(hello);
	for (size_t cut = 0; cut <= len; cut++) {
		uint64_t failed = figures().failed;
		struct tls_peer peer;
		tls_peer_open(&peer, &rig, tls);
		peer_send_all(&peer.side, kith_str_make(hello, cut));
		settle(&rig);
		assert_int_equal(peer.side.ends, 0);
		side_close_peer(&peer.side);
		settle(&rig);
		assert_int_equal(peer.side.ends, 1);
		assert_int_equal(peer.side.connects + peer.side.calls, 0);
		assert_int_equal(figures().failed, failed + 1);
		tls_peer_done(&peer);
	}
	assert_int_equal(figures().handshakes, 0);
}

static void test_a_hello_with_a_byte_changed_or_no_hello_at_all_gets_nobody_in(void **state)
{
	(void)state;
	static const char plain[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static const char old[2 + 0x2e] = "\x80\x2e\x01\x03\x01"; /* the form of SSL 2 */
	char hello[2048];
	size_t len = make_hello(hello);
	for (size_t i = 0; i < len; i += 3) {
		struct tls_peer peer;
		hello[i] = (char)(hello[i] ^ 0x41);
		tls_peer_open(&peer, &rig, tls);
		peer_send_all(&peer.side, kith_str_make(hello, len));
		settle(&rig);
		assert_int_equal(peer.side.connects + peer.side.calls, 0);
		tls_peer_done(&peer);
		hello[i] = (char)(hello[i] ^ 0x41);
	}
	const struct kith_str others[] = { kith_str_of(plain), KITH_STR("\x16\x03\x01\xff\xff"),
		                           kith_str_make(old, sizeof(old)),
		                           KITH_STR("\x17\x03\x03\x00\x01x") };
	for (size_t i = 0; i < KITH_COUNT(others); i++) {
		struct tls_peer peer;
		tls_peer_open(&peer, &rig, tls);
		peer_send_all(&peer.side, others[i]);
		settle(&rig);
		assert_int_equal(peer.side.ends, 1);
		assert_int_equal(peer.side.connects + peer.side.calls, 0);
		tls_peer_done(&peer);
	}
	assert_int_equal(figures().handshakes, 0);
}

static void test_an_owner_may_close_or_abort_in_the_middle_of_a_handshake(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		struct tls_peer peer;
		tls_peer_open(&peer, &rig, tls);
		if (how >= 2) {
			assert_int_equal(SSL_do_handshake(peer.ssl), -1);
			tls_peer_send(&peer, SIZE_MAX);
			settle(&rig);
		}
		side_say(&peer.side, KITH_STR("never sent"));
		if (how % 2 == 0) {
			kith_conn_close(peer.side.conn);
		} else {
			kith_conn_abort(peer.side.conn);
		}
		settle(&rig);
		assert_int_equal(peer.side.ends, 1);
		assert_int_equal(peer.side.end, KITH_CONN_END_OURS);
		tls_peer_done(&peer);
	}
	assert_int_equal(figures().failed, 4);
}

static void test_at_most_eight_handshakes_move_in_one_turn_and_all_move_in_the_end(void **state)
{
	(void)state;
	enum { PEERS = 3 * KITH_CONN_TURN_SHAKES + 1 };
	struct tls_peer peers[PEERS];
	for (int i = 0; i < PEERS; i++) {
		tls_peer_open(&peers[i], &rig, tls);
		assert_int_equal(SSL_do_handshake(peers[i].ssl), -1);
		tls_peer_send(&peers[i], SIZE_MAX);
	}
	for (int turn = 1; turn <= 4; turn++) {
		int answered = 0;
		kith_loop_turn(rig.loop, -1);
		for (int i = 0; i < PEERS; i++) {
			tls_peer_receive(&peers[i]);
			answered += BIO_pending(SSL_get_rbio(peers[i].ssl)) > 0;
		}
		int expected = turn * KITH_CONN_TURN_SHAKES;
		assert_int_equal(answered, expected < PEERS ? expected : PEERS);
	}
	for (int i = 0; i < PEERS; i++) {
		assert_true(tls_peer_shake(&peers[i], SIZE_MAX));
	}
	for (int i = 0; i < PEERS; i++) {
		tls_peer_done(&peers[i]);
	}
	assert_int_equal(figures().handshakes, PEERS);
}

/* --- certificates that change --- */

/* The name in the certificate that the peer was shown. */
static void expect_name(const struct tls_peer *peer, const char *name)
{
	char shown[64];
	X509 *certificate = SSL_get0_peer_certificate(peer->ssl);
	assert_non_null(certificate);
	assert_true(X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
	                                      shown, sizeof(shown)) > 0);
	assert_string_equal(shown, name);
}

static void test_r_104_a_reload_is_for_new_handshakes_and_leaves_the_living_alone(void **state)
{
	(void)state;
	struct tls_peer old;
	struct tls_peer shaking;
	struct tls_peer new;
	tls_peer_open(&old, &rig, tls);
	old.side.take = echo;
	assert_true(tls_peer_shake(&old, SIZE_MAX));
	tls_peer_open(&shaking, &rig, tls);
	assert_int_equal(SSL_do_handshake(shaking.ssl), -1);
	tls_peer_send(&shaking, SIZE_MAX);
	settle(&rig);
	assert_in_range(figures().expires_us - kith_when_now_us(), 29 * KITH_DAY_US,
	                30 * KITH_DAY_US);
	assert_int_equal(kith_tls_reload(tls, second.file, second.key_file, NULL), KITH_OK);
	assert_in_range(figures().expires_us - kith_when_now_us(), 59 * KITH_DAY_US,
	                60 * KITH_DAY_US);
	tls_peer_open(&new, &rig, tls);
	new.side.take = echo;
	assert_true(tls_peer_shake(&new, SIZE_MAX));
	assert_true(tls_peer_shake(&shaking, SIZE_MAX));
	expect_name(&old, "first");
	expect_name(&shaking, "first");
	expect_name(&new, "second");
	tls_peer_say(&old, KITH_STR("old"));
	tls_peer_expect(&old, KITH_STR("old"));
	tls_peer_say(&new, KITH_STR("new"));
	tls_peer_expect(&new, KITH_STR("new"));
	tls_peer_done(&old);
	tls_peer_done(&shaking);
	tls_peer_done(&new);
}

/* Files that cannot be used, what becomes of them and a word of why. */
static void test_r_102_r_104_files_that_cannot_be_used_are_told_and_change_nothing(void **state)
{
	(void)state;
	char empty[CERTIFICATE_PATH_MAX];
	char locked[CERTIFICATE_PATH_MAX];
	char weak[CERTIFICATE_PATH_MAX];
	struct certificate small;
	certificate_path(empty, "empty", "pem");
	certificate_write(empty, "");
	certificate_path(locked, "locked", "key");
	EVP_PKEY *key = EVP_EC_gen("P-256");
	FILE *file = fopen(locked, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(file, key, EVP_aes_128_cbc(), NULL, 0, NULL,
	                                      (void *)(uintptr_t) "password"),
	                 1);
	fclose(file);
	EVP_PKEY_free(key);
	key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	X509 *certificate = certificate_make(key, "weak", -1, 1);
	assert_int_equal(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)), 1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	certificate_path(weak, "weak", "pem");
	certificate_save(weak, certificate, NULL);
	X509_free(certificate);
	EVP_PKEY_free(key);
	authority_sign(&authority, "small", "DNS:small", -2, -1, &small);
	const struct {
		const char *certificate, *key;
		enum kith_rc rc;
		const char *word;
	} cases[] = {
		{ "/nowhere/at.all", first.key_file, KITH_E_IO, "No such file" },
		{ first.file, "/nowhere/at.all", KITH_E_IO, "No such file" },
		{ "/", first.key_file, KITH_E_INVALID_REQUEST, "no PEM" },
		{ empty, first.key_file, KITH_E_INVALID_REQUEST, "no PEM" },
		{ first.file, empty, KITH_E_INVALID_REQUEST, "no PEM" },
		{ first.key_file, first.key_file, KITH_E_INVALID_REQUEST, "no PEM" },
		{ first.file, first.file, KITH_E_INVALID_REQUEST, "no PEM" },
		{ first.file, second.key_file, KITH_E_INVALID_REQUEST, "not that of" },
		{ first.file, locked, KITH_E_INVALID_REQUEST, "password" },
		{ weak, first.key_file, KITH_E_INVALID_REQUEST, "too small" },
	};
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_tls *none = NULL;
		struct kith_why why = { .detail = "" };
		assert_int_equal(
			kith_tls_server_new(cases[i].certificate, cases[i].key, &none, &why),
			cases[i].rc);
		assert_null(none);
		if (strstr(why.detail, cases[i].word) == NULL) {
			fail_msg("%zu: %s", i, why.detail);
		}
		assert_int_equal(kith_tls_reload(tls, cases[i].certificate, cases[i].key, NULL),
		                 cases[i].rc);
	}
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	expect_name(&peer, "first");
	tls_peer_done(&peer);
	/* One that has expired is the clients' to judge. */
	assert_int_equal(kith_tls_reload(tls, small.file, small.key_file, NULL), KITH_OK);
	assert_true(figures().expires_us < kith_when_now_us());
}

/* --- tickets --- */

/* A connection with the newest ticket of *SESSION, which it replaces. returns whether it counted. */
static bool resumes(int version, SSL_SESSION **session)
{
	struct tls_peer peer;
	uint64_t resumed = figures().resumed;
	tls_peer_open_with(&peer, &rig, tls, version, version, *session);
	peer.side.take = echo;
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	tls_peer_say(&peer, KITH_STR("hello"));
	tls_peer_expect(&peer, KITH_STR("hello"));
	bool is_resumed = SSL_session_reused(peer.ssl) == 1;
	assert_int_equal(figures().resumed - resumed, is_resumed);
	/* OpenSSL tells of a new one, but in TLS 1.2 not of one that replaces another. */
	SSL_SESSION_free(*session);
	*session = version == TLS1_3_VERSION ? peer.session : SSL_get1_session(peer.ssl);
	peer.session = version == TLS1_3_VERSION ? NULL : peer.session;
	tls_peer_done(&peer);
	return is_resumed;
}

static void test_r_104_tickets_resume_before_and_behind_a_reload(void **state)
{
	(void)state;
	const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
	for (size_t i = 0; i < KITH_COUNT(versions); i++) {
		SSL_SESSION *session = NULL;
		assert_false(resumes(versions[i], &session));
		assert_non_null(session);
		assert_true(resumes(versions[i], &session));
		assert_int_equal(kith_tls_reload(tls, second.file, second.key_file, NULL), KITH_OK);
		assert_true(resumes(versions[i], &session));
		assert_int_equal(kith_tls_reload(tls, first.file, first.key_file, NULL), KITH_OK);
		assert_true(resumes(versions[i], &session));
		SSL_SESSION_free(session);
	}
}

static void test_r_104_ticket_keys_change_with_time_and_the_last_ones_still_open(void **state)
{
	(void)state;
	const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
	const int64_t life_us = KITH_TLS_TICKET_LIFE_S * KITH_SECOND_US;
	for (size_t i = 0; i < KITH_COUNT(versions); i++) {
		SSL_SESSION *session = NULL;
		assert_false(resumes(versions[i], &session));
		/* Each use brings a new one, so whoever comes often is known for ever. */
		for (int turn = 0; turn < 4; turn++) {
			steady_us += life_us;
			assert_true(resumes(versions[i], &session));
		}
		steady_us += 2 * life_us;
		assert_false(resumes(versions[i], &session));
		SSL_SESSION_free(session);
	}
}

static void test_another_servers_ticket_is_only_a_full_handshake(void **state)
{
	(void)state;
	struct kith_tls *mine = tls;
	SSL_SESSION *session = NULL;
	assert_int_equal(kith_tls_server_new(first.file, first.key_file, &tls, NULL), KITH_OK);
	assert_false(resumes(TLS1_3_VERSION, &session));
	kith_tls_free(&tls);
	tls = mine;
	assert_false(resumes(TLS1_3_VERSION, &session));
	assert_true(resumes(TLS1_3_VERSION, &session));
	SSL_SESSION_free(session);
}

/* --- trouble of our own --- */

static void test_without_memory_a_connection_is_refused_and_its_socket_closed(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 2; nth++) {
		struct side side = { .rig = &rig };
		int fds[2];
		char room[1];
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
		kith_mem_fail_from(nth);
		assert_int_equal(kith_conn_adopt(rig.loop, &rig.pool, tls, fds[0], &side_ops, &side,
		                                 &side.conn),
		                 KITH_E_NO_MEMORY);
		kith_mem_fail_never();
		assert_int_equal(recv(fds[1], room, 1, 0), 0);
		close(fds[1]);
	}
	struct kith_tls *none = NULL;
	kith_mem_fail_from(1);
	assert_int_equal(kith_tls_server_new(first.file, first.key_file, &none, NULL),
	                 KITH_E_NO_MEMORY);
	kith_mem_fail_never();
	assert_null(none);
}

static void *make_many(void *context)
{
	atomic_bool *is_over = context;
	for (int i = 0; i < 200 || !atomic_load(is_over); i++) {
		SSL *ssl = kith_tls_make_ssl(tls);
		assert_non_null(ssl);
		kith_tls_count(tls, ssl, true);
		SSL_free(ssl);
	}
	return NULL;
}

static void test_a_reload_while_others_begin_handshakes_is_safe(void **state)
{
	(void)state;
	atomic_bool is_over = false;
	pthread_t threads[3];
	for (size_t i = 0; i < KITH_COUNT(threads); i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, make_many, &is_over), 0);
	}
	for (int i = 0; i < 20; i++) {
		const struct certificate *next = i % 2 == 0 ? &second : &first;
		assert_int_equal(kith_tls_reload(tls, next->file, next->key_file, NULL), KITH_OK);
	}
	atomic_store(&is_over, true);
	for (size_t i = 0; i < KITH_COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
	}
	assert_true(figures().handshakes >= 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TLS_TEST(test_r_104_tls_1_3_and_1_2_are_spoken),
		TLS_TEST(test_r_104_older_versions_and_old_ciphers_are_refused),
		TLS_TEST(test_the_protocol_is_http_or_none_is_asked_for),
		TLS_TEST(test_a_peer_that_vanishes_anywhere_in_its_hello_leaves_nothing),
		TLS_TEST(test_a_hello_with_a_byte_changed_or_no_hello_at_all_gets_nobody_in),
		TLS_TEST(test_an_owner_may_close_or_abort_in_the_middle_of_a_handshake),
		TLS_TEST(test_at_most_eight_handshakes_move_in_one_turn_and_all_move_in_the_end),
		TLS_TEST(test_r_104_a_reload_is_for_new_handshakes_and_leaves_the_living_alone),
		TLS_TEST(test_r_102_r_104_files_that_cannot_be_used_are_told_and_change_nothing),
		TLS_TEST(test_r_104_tickets_resume_before_and_behind_a_reload),
		TLS_TEST(test_r_104_ticket_keys_change_with_time_and_the_last_ones_still_open),
		TLS_TEST(test_another_servers_ticket_is_only_a_full_handshake),
		TLS_TEST(test_without_memory_a_connection_is_refused_and_its_socket_closed),
		TLS_TEST(test_a_reload_while_others_begin_handshakes_is_safe),
	};
	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
