/*
 * test_tls_bytes.c -- bytes through TLS: nothing lost at a cut, a budget or a pause,
 * nobody starved, and a good-bye at the end.
 */
#include "unit/net/tls_rig.h"

static void test_records_cut_anywhere_are_the_same_bytes(void **state)
{
	(void)state;
	const size_t cuts[] = { 1, 2, 3, 5, 21, 1000, 16384, SIZE_MAX };
	for (size_t i = 0; i < KITH_COUNT(cuts); i++) {
		struct tls_peer peer;
		char room[10];
		tls_peer_open(&peer, &rig, tls);
		peer.side.take = echo;
		assert_true(tls_peer_shake(&peer, cuts[i]));
		assert_int_equal(SSL_write(peer.ssl, "01234", 5), 5);
		assert_int_equal(SSL_write(peer.ssl, "56789", 5), 5);
		while (tls_peer_send(&peer, cuts[i]) > 0) {
			kith_loop_turn(rig.loop, 0);
		}
		tls_peer_hear(&peer, room, sizeof(room));
		assert_memory_equal(room, "0123456789", 10);
		assert_int_equal(peer.side.got_len, 10);
		tls_peer_done(&peer);
	}
}

static void test_what_comes_with_the_last_of_the_handshake_is_not_lost(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	peer.side.take = echo;
	assert_int_equal(SSL_do_handshake(peer.ssl), -1);
	tls_peer_send(&peer, SIZE_MAX);
	settle(&rig);
	tls_peer_receive(&peer);
	assert_int_equal(SSL_do_handshake(peer.ssl), 1);
	tls_peer_say(&peer, KITH_STR("at once")); /* in the same packet as Finished */
	tls_peer_expect(&peer, KITH_STR("at once"));
	tls_peer_done(&peer);
}

static void test_large_output_comes_whole_to_one_who_reads_slowly(void **state)
{
	(void)state;
	const size_t len = 900 * 1000;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	char *bytes = make_pattern(len);
	char *room = malloc(len);
	assert_non_null(room);
	/* In pieces that fill blocks unevenly, so that records end within them. */
	for (size_t at = 0, part = 1; at < len; at += part, part = part * 3 + 1) {
		part = part < len - at ? part : len - at;
		side_say(&peer.side, kith_str_make(bytes + at, part));
	}
	kith_loop_turn(rig.loop, 0);
	assert_true(kith_conn_out(peer.side.conn)->len > KITH_CONN_OUT_HIGH);
	assert_int_equal(peer.side.drains, 0);
	tls_peer_hear(&peer, room, len);
	assert_memory_equal(room, bytes, len);
	assert_int_equal(peer.side.drains, 1);
	assert_int_equal(rig.pool.held, 0);
	free(room);
	free(bytes);
	tls_peer_done(&peer);
}

static void test_a_reader_that_does_not_read_is_ended_above_the_limit(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	char *bytes = make_pattern(KITH_CONN_OUT_MAX);
	for (int i = 0; i < 3 && peer.side.ends == 0; i++) {
		side_say(&peer.side, kith_str_make(bytes, KITH_CONN_OUT_MAX));
		settle(&rig);
	}
	assert_int_equal(peer.side.ends, 1);
	assert_int_equal(peer.side.end, KITH_CONN_END_SLOW);
	assert_int_equal(rig.pool.held, 0);
	free(bytes);
	tls_peer_done(&peer);
}

static void test_a_flood_gets_its_share_of_a_turn_and_starves_nobody(void **state)
{
	(void)state;
	struct tls_peer flood;
	struct tls_peer quiet;
	tls_peer_open(&flood, &rig, tls);
	tls_peer_open(&quiet, &rig, tls);
	assert_true(tls_peer_shake(&flood, SIZE_MAX));
	assert_true(tls_peer_shake(&quiet, SIZE_MAX));
	char *bytes = make_pattern(4 * KITH_CONN_TURN_BYTES);
	size_t before = 0;
	size_t said = 0;
	for (size_t turn = 1; turn <= 50; turn++) {
		if (BIO_pending(SSL_get_wbio(flood.ssl)) == 0) {
			assert_true(SSL_write(flood.ssl, bytes, 4 * KITH_CONN_TURN_BYTES) > 0);
			said += 4 * KITH_CONN_TURN_BYTES;
		}
		while (tls_peer_send(&flood, SIZE_MAX) > 0) {
		}
		assert_int_equal(SSL_write(quiet.ssl, "q", 1), 1);
		tls_peer_send(&quiet, SIZE_MAX);
		kith_loop_turn(rig.loop, 0);
		assert_in_range(flood.side.got_len - before, 1, KITH_CONN_TURN_BYTES);
		assert_int_equal(quiet.side.got_len, turn);
		before = flood.side.got_len;
	}
	while (flood.side.got_len < said) {
		tls_peer_send(&flood, SIZE_MAX);
		kith_loop_turn(rig.loop, 0);
	}
	for (size_t at = 0; at < said; at += 4 * KITH_CONN_TURN_BYTES) {
		assert_memory_equal(flood.side.got + at, bytes, 4 * KITH_CONN_TURN_BYTES);
	}
	free(bytes);
	tls_peer_done(&flood);
	tls_peer_done(&quiet);
}

static void test_records_without_content_use_up_a_share_too(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open_with(&peer, &rig, tls, TLS1_3_VERSION, TLS1_3_VERSION, NULL);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	/* Each key update is a record of some thirty bytes that shows the owner nothing. */
	for (int i = 0; i < 4000; i++) {
		assert_int_equal(SSL_key_update(peer.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		assert_int_equal(SSL_do_handshake(peer.ssl), 1);
	}
	assert_true(tls_peer_send(&peer, SIZE_MAX) > KITH_CONN_TURN_BYTES + 1000);
	kith_loop_turn(rig.loop, 0);
	assert_int_equal(kith_loop_wait_ms(rig.loop), 0); /* the rest is the next turn's */
	settle(&rig);
	while (tls_peer_send(&peer, SIZE_MAX) > 0) {
		kith_loop_turn(rig.loop, 0);
	}
	assert_int_equal(peer.side.calls, 0);
	peer.side.take = echo;
	tls_peer_say(&peer, KITH_STR("still here"));
	tls_peer_expect(&peer, KITH_STR("still here"));
	/* And one that wants an answer gets it. */
	assert_int_equal(SSL_key_update(peer.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(SSL_do_handshake(peer.ssl), 1);
	tls_peer_say(&peer, KITH_STR("new keys"));
	tls_peer_expect(&peer, KITH_STR("new keys"));
	tls_peer_done(&peer);
}

static void take_ten_and_pause(struct side *side, struct kith_str *in)
{
	side_take(side, in, in->len < 10 ? in->len : 10);
	kith_conn_pause(side->conn);
}

static void test_a_pause_loses_neither_bytes_nor_the_end_behind_them(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	peer.side.take = take_ten_and_pause;
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	char *bytes = make_pattern(1000);
	tls_peer_say(&peer, kith_str_make(bytes, 1000));
	assert_true(SSL_shutdown(peer.ssl) >= 0);
	tls_peer_send(&peer, SIZE_MAX);
	for (size_t part = 1; part <= 100; part++) {
		settle(&rig);
		assert_int_equal(peer.side.got_len, 10 * part);
		assert_int_equal(peer.side.ends, 0);
		kith_conn_resume(peer.side.conn);
	}
	settle(&rig);
	assert_int_equal(peer.side.ends, 1);
	assert_int_equal(peer.side.end, KITH_CONN_END_PEER);
	assert_memory_equal(peer.side.got, bytes, 1000);
	free(bytes);
	tls_peer_done(&peer);
}

static void test_a_changed_byte_behind_the_handshake_ends_it(void **state)
{
	(void)state;
	struct tls_peer peer;
	char *bytes;
	tls_peer_open(&peer, &rig, tls);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	assert_int_equal(SSL_write(peer.ssl, "secret", 6), 6);
	assert_true(BIO_get_mem_data(SSL_get_wbio(peer.ssl), &bytes) > 8);
	bytes[7] = (char)(bytes[7] ^ 1);
	tls_peer_send(&peer, SIZE_MAX);
	settle(&rig);
	assert_int_equal(peer.side.ends, 1);
	assert_int_equal(peer.side.end, KITH_CONN_END_ERROR);
	assert_int_equal(peer.side.calls, 0);
	tls_peer_done(&peer);
}

static void test_a_thousand_round_trips_ask_for_no_memory_of_ours(void **state)
{
	(void)state;
	static char got[65536];
	struct tls_peer peer;
	uint64_t before = 0;
	tls_peer_open(&peer, &rig, tls);
	peer.side.take = echo;
	peer.side.got = got; /* so that the test itself does not count */
	peer.side.got_size = sizeof(got);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	for (int trip = -10; trip < 1000; trip++) {
		if (trip == 0) {
			before = kith_mem_thread_count();
		}
		peer.side.got_len = 0;
		tls_peer_say(&peer, KITH_STR("a trip"));
		tls_peer_expect(&peer, KITH_STR("a trip"));
	}
	assert_int_equal(kith_mem_thread_count() - before, 0);
	peer.side.got = NULL;
	tls_peer_done(&peer);
}

/* --- the end --- */

static void test_closing_says_good_bye_behind_the_last_words(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	side_say(&peer.side, KITH_STR("last words"));
	kith_conn_close(peer.side.conn);
	tls_peer_expect(&peer, KITH_STR("last words"));
	char more[1];
	assert_true(SSL_read(peer.ssl, more, 1) <= 0);
	assert_int_equal(SSL_get_shutdown(peer.ssl), SSL_RECEIVED_SHUTDOWN);
	assert_int_equal(peer.side.ends, 0); /* lingering */
	side_close_peer(&peer.side);
	settle(&rig);
	assert_int_equal(peer.side.end, KITH_CONN_END_OURS);
	tls_peer_done(&peer);
}

static void test_a_good_bye_waits_for_room_and_not_for_ever(void **state)
{
	(void)state;
	for (int is_read = 0; is_read < 2; is_read++) {
		struct tls_peer peer;
		tls_peer_open(&peer, &rig, tls);
		assert_true(tls_peer_shake(&peer, SIZE_MAX));
		/* Fill the socket to its brim, with whole records only. */
		size_t said = 0;
		while (kith_conn_out(peer.side.conn)->len == 0) {
			side_say(&peer.side, KITH_STR("0123456789"));
			said += 10;
			kith_loop_turn(rig.loop, 0);
		}
		kith_conn_close(peer.side.conn);
		settle(&rig);
		assert_int_equal(peer.side.ends, 0);
		if (is_read == 0) {
			steady_us += KITH_CONN_CLOSE_MS * INT64_C(1000);
			settle(&rig);
			assert_int_equal(peer.side.end, KITH_CONN_END_SLOW);
		} else {
			char *room = malloc(said + 1);
			char more[1];
			assert_non_null(room);
			tls_peer_hear(&peer, room, said);
			settle(&rig);
			tls_peer_receive(&peer);
			assert_true(SSL_read(peer.ssl, more, 1) <= 0);
			assert_int_equal(SSL_get_shutdown(peer.ssl), SSL_RECEIVED_SHUTDOWN);
			free(room);
		}
		tls_peer_done(&peer);
	}
}

static void test_a_peer_that_says_good_bye_gets_its_answer_and_ours(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	peer.side.take = echo;
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	assert_int_equal(SSL_write(peer.ssl, "question", 8), 8);
	assert_int_equal(SSL_shutdown(peer.ssl), 0);
	tls_peer_send(&peer, SIZE_MAX);
	settle(&rig);
	assert_int_equal(peer.side.end, KITH_CONN_END_PEER);
	tls_peer_expect(&peer, KITH_STR("question"));
	assert_int_equal(SSL_shutdown(peer.ssl), 1);
	tls_peer_done(&peer);
}

static void test_a_peer_that_only_hangs_up_has_ended_too(void **state)
{
	(void)state;
	struct tls_peer peer;
	tls_peer_open(&peer, &rig, tls);
	assert_true(tls_peer_shake(&peer, SIZE_MAX));
	tls_peer_say(&peer, KITH_STR("bye"));
	side_close_peer(&peer.side);
	settle(&rig);
	assert_int_equal(peer.side.got_len, 3);
	assert_int_equal(peer.side.end, KITH_CONN_END_PEER);
	tls_peer_done(&peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TLS_TEST(test_records_cut_anywhere_are_the_same_bytes),
		TLS_TEST(test_what_comes_with_the_last_of_the_handshake_is_not_lost),
		TLS_TEST(test_large_output_comes_whole_to_one_who_reads_slowly),
		TLS_TEST(test_a_reader_that_does_not_read_is_ended_above_the_limit),
		TLS_TEST(test_a_flood_gets_its_share_of_a_turn_and_starves_nobody),
		TLS_TEST(test_records_without_content_use_up_a_share_too),
		TLS_TEST(test_a_pause_loses_neither_bytes_nor_the_end_behind_them),
		TLS_TEST(test_a_changed_byte_behind_the_handshake_ends_it),
		TLS_TEST(test_a_thousand_round_trips_ask_for_no_memory_of_ours),
		TLS_TEST(test_closing_says_good_bye_behind_the_last_words),
		TLS_TEST(test_a_good_bye_waits_for_room_and_not_for_ever),
		TLS_TEST(test_a_peer_that_says_good_bye_gets_its_answer_and_ours),
		TLS_TEST(test_a_peer_that_only_hangs_up_has_ended_too),
	};
	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
