/*
 * test_address.c -- every form of address that is understood and those that are
 * not, then every byte in a user id and every length.
 */
#include "domain/address.h"

#include "unit/domain/claim.h"

#define DOMAIN "acme.example"
#define UUID "0193d0b2-7c1a-8abc-8def-0123456789ab"
#define WALLET "0xd8da6bf26964af9d7eed9e03e53415d37aa96045"
#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16

static const struct {
	const char *name;
	const char *text;
	enum kith_rc rc;
	const char *user; /* or its wallet; NULL: a conversation */
} cases[] = {
	{ "R-003 a user id", "alice", KITH_OK, "alice" },
	{ "R-002 all its characters", "a-z_0.9", KITH_OK, "a-z_0.9" },
	{ "R-002 one character", "x", KITH_OK, "x" },
	{ "R-002 64 characters", A64, KITH_OK, A64 },
	{ "R-002 65 characters", A64 "a", KITH_E_INVALID_REQUEST, NULL },
	{ "R-002 none", "", KITH_E_INVALID_REQUEST, NULL },
	{ "R-002 a capital", "Alice", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a user's JID", "alice@" DOMAIN, KITH_OK, "alice" },
	{ "R-003 a JID of another domain", "alice@other.example", KITH_E_NOT_FOUND, NULL },
	{ "R-003 domains compare exactly", "alice@ACME.example", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a domain below is another", "alice@x." DOMAIN, KITH_E_NOT_FOUND, NULL },
	{ "R-003 a JID with nobody", "@" DOMAIN, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a JID without domain", "alice@", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 two at signs", "alice@x@" DOMAIN, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a resource is no part of it", "alice@" DOMAIN "/phone", KITH_E_INVALID_REQUEST,
	  NULL },
	{ "R-003 a user of the mix domain is of another", "alice@mix." DOMAIN, KITH_E_NOT_FOUND,
	  NULL },
	{ "R-003 a conversation id", UUID, KITH_OK, NULL },
	{ "R-003 a conversation's JID", UUID "@mix." DOMAIN, KITH_OK, NULL },
	{ "R-003 a conversation's JID elsewhere", UUID "@mix.other.example", KITH_E_NOT_FOUND,
	  NULL },
	{ "R-003 a conversation is not of the plain domain", UUID "@" DOMAIN,
	  KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a conversation's JID without domain", UUID "@mix.", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a conversation id in capitals", "0193D0B2-7C1A-8ABC-8DEF-0123456789AB",
	  KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a wallet", WALLET, KITH_OK, WALLET },
	{ "R-003 a wallet of a chain", "eip155:1:" WALLET, KITH_OK, WALLET },
	{ "R-003 a smart contract's wallet", "scw:eip155:1:" WALLET, KITH_OK,
	  "scw:eip155:1:" WALLET },
	{ "R-003 a wallet with a wrong checksum", "0xD8da6bf26964af9d7eed9e03e53415d37aa96045",
	  KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an NFT", "nft:eip155:1:" WALLET ":7", KITH_E_NFT_RESOLVER_MISSING, NULL },
	{ "R-003 an NFT that is none", "nft:eip155:1:" WALLET, KITH_E_INVALID_REQUEST, NULL },
	{ "R-002 a wallet is no user of a JID", WALLET "@" DOMAIN, KITH_E_INVALID_REQUEST, NULL },
	{ "R-002 a digit short of a wallet is one", "0xd8da6bf26964af9d7eed9e03e53415d37aa9604",
	  KITH_OK, "0xd8da6bf26964af9d7eed9e03e53415d37aa9604" },
	{ "R-002 a digit more is one too", WALLET "0", KITH_OK, WALLET "0" },
	{ "R-002 a letter beyond f makes it one", "0xd8da6bf26964af9d7eed9e03e53415d37aa9604g",
	  KITH_OK, "0xd8da6bf26964af9d7eed9e03e53415d37aa9604g" },
	{ "R-003 a blank", "alice bob", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a path", "../alice", KITH_E_INVALID_REQUEST, NULL },
};

static struct kith_uuid uuid_of(const char *text)
{
	struct kith_uuid id;

	assert_true(kith_uuid_parse(kith_str_of(text), &id));
	return id;
}

static void test_r_003_one_function_reads_every_form(void **state)
{
	(void)state;
	const struct kith_uuid conversation = uuid_of(UUID);

	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_address out = { .kind = 77 };
		struct kith_why why = { .detail = "" };
		enum kith_rc rc =
			kith_address_read(kith_str_of(cases[i].text), KITH_STR(DOMAIN), &out, &why);

		CLAIM(rc == cases[i].rc, cases[i].name);
		CLAIM((rc == KITH_OK) == (why.detail[0] == '\0'), cases[i].name);
		if (rc != KITH_OK) {
			CLAIM(out.kind == 77, cases[i].name);
		} else if (out.kind == KITH_ADDRESS_WALLET) {
			CLAIM(cases[i].user != NULL, cases[i].name);
			CLAIM(kith_str_is(kith_wallet_str(&out.wallet), cases[i].user),
			      cases[i].name);
			CLAIM(!kith_user_id_is_valid(kith_str_of(cases[i].text)), cases[i].name);
		} else if (cases[i].user != NULL) {
			CLAIM(out.kind == KITH_ADDRESS_USER, cases[i].name);
			CLAIM(kith_str_is(out.user, cases[i].user), cases[i].name);
		} else {
			CLAIM(out.kind == KITH_ADDRESS_CONVERSATION, cases[i].name);
			CLAIM(kith_uuid_equal(&out.conversation, &conversation), cases[i].name);
		}
	}
}

static void test_r_002_every_byte_in_a_user_id(void **state)
{
	(void)state;
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";

	for (int byte = 0; byte < 256; byte++) {
		bool is_good = byte != 0 && strchr(good, byte) != NULL;
		for (size_t at = 0; at < 3; at++) {
			char id[] = "abc";
			struct kith_address out;

			id[at] = (char)byte;
			assert_int_equal(kith_user_id_is_valid(kith_str_make(id, 3)), is_good);
			/* An at sign makes it another form, which is refused as well. */
			assert_int_equal(kith_address_read(kith_str_make(id, 3), KITH_STR(DOMAIN),
			                                   &out, NULL) == KITH_OK,
			                 is_good);
		}
	}
}

static void test_r_003_every_length(void **state)
{
	(void)state;
	char text[2 * KITH_ADDRESS_MAX];

	memset(text, 'a', sizeof(text));
	for (size_t len = 0; len <= sizeof(text); len++) {
		struct kith_address out;
		enum kith_rc rc =
			kith_address_read(kith_str_make(text, len), KITH_STR(DOMAIN), &out, NULL);

		assert_int_equal(rc, len >= 1 && len <= KITH_USER_ID_MAX ? KITH_OK
		                                                         : KITH_E_INVALID_REQUEST);
	}
}

/* A JID fills the whole room there is: 64 + 1 + 253 bytes; one more label byte does not. */
static void test_r_003_the_longest_jid(void **state)
{
	(void)state;
	char domain[KITH_DOMAIN_MAX + 1];
	char jid[KITH_ADDRESS_MAX + 64];
	struct kith_address out;

	for (size_t i = 0; i < KITH_DOMAIN_MAX; i++) {
		domain[i] = i % 64 == 63 ? '.' : 'd';
	}
	domain[KITH_DOMAIN_MAX] = 'd';
	assert_true(kith_domain_is_valid(kith_str_make(domain, KITH_DOMAIN_MAX)));
	assert_false(kith_domain_is_valid(kith_str_make(domain, KITH_DOMAIN_MAX + 1)));
	memset(jid, 'a', KITH_USER_ID_MAX);
	jid[KITH_USER_ID_MAX] = '@';
	memcpy(jid + KITH_USER_ID_MAX + 1, domain, KITH_DOMAIN_MAX);
	assert_int_equal(
		kith_address_read(kith_str_make(jid, KITH_USER_ID_MAX + 1 + KITH_DOMAIN_MAX),
	                          kith_str_make(domain, KITH_DOMAIN_MAX), &out, NULL),
		KITH_OK);
	assert_int_equal(out.user.len, KITH_USER_ID_MAX);
	memset(jid + 64 + 1 + KITH_DOMAIN_MAX, 'd', 32);
	assert_int_equal(kith_address_read(kith_str_make(jid, KITH_ADDRESS_MAX + 1),
	                                   KITH_STR(DOMAIN), &out, NULL),
	                 KITH_E_INVALID_REQUEST);
}

static const struct {
	const char *domain;
	bool is_valid;
} domains[] = {
	{ "acme.localhost", true },
	{ "a", true },
	{ "a-b.c9", true },
	{ "", false },
	{ ".", false },
	{ "a.", false },
	{ ".a", false },
	{ "a..b", false },
	{ "-a.b", false },
	{ "a-.b", false },
	{ "a_b.c", false },
	{ "A.b", false },
	{ "a b", false },
	{ "xn--e1afmkfd", true },
	{ "127.0.0.1", true },
	{ "a:80", false },
	{ "a/b", false },
	{ "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd.x", true },
	{ "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd.x", false },
};

static void test_r_003_what_a_domain_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(domains); i++) {
		CLAIM(kith_domain_is_valid(kith_str_of(domains[i].domain)) == domains[i].is_valid,
		      domains[i].domain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_003_one_function_reads_every_form),
		cmocka_unit_test(test_r_002_every_byte_in_a_user_id),
		cmocka_unit_test(test_r_003_every_length),
		cmocka_unit_test(test_r_003_the_longest_jid),
		cmocka_unit_test(test_r_003_what_a_domain_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
