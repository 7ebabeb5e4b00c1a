/*
 * tls_rig.h -- what the tests of a server's TLS share: one server's side, its
 * certificates, and the loop that its connections run in.
 */
#ifndef KITH_TESTS_NET_TLS_RIG_H
#define KITH_TESTS_NET_TLS_RIG_H

#include "base/macros.h"
#include "base/rand.h"
#include "unit/net/certificate.h"
#include "unit/net/tls_peer.h"

static struct rig rig;
static struct kith_tls *tls;
static struct authority authority;
static struct certificate first;
static struct certificate second;

static inline int make_certificates(void **state)
{
	(void)state;
	kith_rand_start();
	certificate_folder_make();
	authority_make(&authority, "authority");
	authority_sign(&authority, "first", "DNS:localhost,IP:127.0.0.1", -1, 30, &first);
	authority_sign(&authority, "second", "DNS:localhost,IP:127.0.0.1", -1, 60, &second);
	return 0;
}

static inline int remove_certificates(void **state)
{
	(void)state;
	authority_done(&authority);
	certificate_folder_remove();
	return 0;
}

static inline int set_up(void **state)
{
	(void)state;
	rig_init(&rig);
	assert_int_equal(kith_tls_server_new(first.file, first.key_file, &tls, NULL), KITH_OK);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	rig_done(&rig);
	kith_tls_free(&tls);
	return 0;
}

static inline struct kith_tls_figures figures(void)
{
	struct kith_tls_figures now;
	kith_tls_read_figures(tls, &now);
	return now;
}

/* Says all back. */
static inline void echo(struct side *side, struct kith_str *in)
{
	side_say(side, *in);
	side_take(side, in, in->len);
}

#define TLS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
