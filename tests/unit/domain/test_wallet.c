/*
 * test_wallet.c -- every form of a wallet and of an NFT, the published examples of
 * the checksum, and every way to miss it by the case of one letter.
 */
#include "domain/wallet.h"

#include <ctype.h>
#include <stdio.h>

#include "unit/domain/claim.h"

#define HEX "0xd8da6bf26964af9d7eed9e03e53415d37aa96045"
#define HEX_UPPER "0xD8DA6BF26964AF9D7EED9E03E53415D37AA96045"
#define HEX_MIXED "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
#define HEX_WRONG "0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
#define D18 "123456789012345678"
#define D78 D18 D18 D18 D18 "123456"

static const struct {
	const char *name;
	const char *text;
	enum kith_rc rc;
	const char *wallet; /* as it is compared */
} cases[] = {
	{ "R-003 in lower case", HEX, KITH_OK, HEX },
	{ "R-003 in upper case", HEX_UPPER, KITH_OK, HEX },
	{ "R-003 with its checksum", HEX_MIXED, KITH_OK, HEX },
	{ "R-003 with a wrong one", HEX_WRONG, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 of any chain", "eip155:" HEX_MIXED, KITH_OK, HEX },
	{ "R-003 of a chain", "eip155:1:" HEX, KITH_OK, HEX },
	{ "R-003 of another chain", "eip155:137:" HEX_UPPER, KITH_OK, HEX },
	{ "R-003 of the longest chain", "eip155:" D18 ":" HEX, KITH_OK, HEX },
	{ "R-003 a chain too long", "eip155:1" D18 ":" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 chain 0", "eip155:0:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a zero in front", "eip155:01:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an empty chain", "eip155::" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a sign", "eip155:+1:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a chain in hex", "eip155:0x1:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 two chains", "eip155:1:1:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a chain and nothing", "eip155:1:", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a chain alone", "eip155:1", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a prefix alone", "eip155:", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a wrong checksum of a chain", "eip155:1:" HEX_WRONG, KITH_E_INVALID_REQUEST,
	  NULL },
	{ "R-003 a smart contract's", "scw:eip155:1:" HEX, KITH_OK, "scw:eip155:1:" HEX },
	{ "R-003 is another on another chain", "scw:eip155:10:" HEX_MIXED, KITH_OK,
	  "scw:eip155:10:" HEX },
	{ "R-003 the longest", "scw:eip155:" D18 ":" HEX_UPPER, KITH_OK,
	  "scw:eip155:" D18 ":" HEX },
	{ "R-003 a smart contract's without chain", "scw:eip155:" HEX, KITH_E_INVALID_REQUEST,
	  NULL },
	{ "R-003 a smart contract's with a wrong checksum", "scw:eip155:1:" HEX_WRONG,
	  KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 scw of another kind", "scw:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a prefix in capitals", "EIP155:1:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 0X", "0XD8DA6BF26964AF9D7EED9E03E53415D37AA96045", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a digit short", "0xd8da6bf26964af9d7eed9e03e53415d37aa9604",
	  KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a digit more", HEX "0", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 no hex", "0xd8da6bf26964af9d7eed9e03e53415d37aa9604g", KITH_E_INVALID_REQUEST,
	  NULL },
	{ "R-003 a blank before", " " HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 nothing", "", KITH_E_INVALID_REQUEST, NULL },

	{ "R-003 an NFT", "nft:eip155:1:" HEX ":42", KITH_E_NFT_RESOLVER_MISSING, NULL },
	{ "R-003 an NFT with checksum", "nft:eip155:1:" HEX_MIXED ":0", KITH_E_NFT_RESOLVER_MISSING,
	  NULL },
	{ "R-003 an NFT at a time", "nft:eip155:1:" HEX ":42:1700000000",
	  KITH_E_NFT_RESOLVER_MISSING, NULL },
	{ "R-003 the longest NFT", "nft:eip155:" D18 ":" HEX ":" D78 ":" D18,
	  KITH_E_NFT_RESOLVER_MISSING, NULL },
	{ "R-003 a token too long", "nft:eip155:1:" HEX ":1" D78, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a token in hex", "nft:eip155:1:" HEX ":0x2a", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 a token with zeros in front", "nft:eip155:1:" HEX ":042", KITH_E_INVALID_REQUEST,
	  NULL },
	{ "R-003 an empty token", "nft:eip155:1:" HEX ":", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 no token", "nft:eip155:1:" HEX, KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an empty epoch", "nft:eip155:1:" HEX ":42:", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an epoch too long", "nft:eip155:1:" HEX ":42:1" D18, KITH_E_INVALID_REQUEST,
	  NULL },
	{ "R-003 more than an epoch", "nft:eip155:1:" HEX ":42:1:1", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an NFT of no chain", "nft:eip155:" HEX ":42", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an NFT of chain 0", "nft:eip155:0:" HEX ":42", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an NFT's contract with a wrong checksum", "nft:eip155:1:" HEX_WRONG ":42",
	  KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an NFT of no contract", "nft:eip155:1:abc:42", KITH_E_INVALID_REQUEST, NULL },
	{ "R-003 an NFT's prefix alone", "nft:eip155:", KITH_E_INVALID_REQUEST, NULL },
};

static enum kith_rc read_wallet(const char *text, struct kith_wallet *out, struct kith_why *why)
{
	size_t len = strlen(text);
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	copy = realloc(copy, len == 0 ? 1 : len); /* no byte behind its end */
	assert_non_null(copy);
	enum kith_rc rc = kith_wallet_read(kith_str_make(copy, len), out, why);
	free(copy);
	return rc;
}

static void test_r_003_every_form_of_a_wallet(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_wallet out = { .len = 7 };
		struct kith_why why = { .detail = "" };
		enum kith_rc rc = read_wallet(cases[i].text, &out, &why);

		CLAIM(rc == cases[i].rc, cases[i].name);
		CLAIM((rc == KITH_OK) == (why.detail[0] == '\0'), cases[i].name);
		CLAIM(strlen(why.detail) < KITH_WHY_MAX - 1, cases[i].name);
		if (rc == KITH_OK) {
			CLAIM(kith_str_is(kith_wallet_str(&out), cases[i].wallet), cases[i].name);
		} else {
			CLAIM(out.len == 7, cases[i].name);
		}
	}
}

/* Those of EIP-55 itself. */
static const char *const published[] = {
	"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
	"0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
	"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
};

static void flip_case(char *c)
{
	*c = (char)(islower((unsigned char)*c) ? toupper((unsigned char)*c)
	                                       : tolower((unsigned char)*c));
}

static bool is_of_one_case(const char *text)
{
	return strpbrk(text + 2, "abcdef") == NULL || strpbrk(text + 2, "ABCDEF") == NULL;
}

static void test_r_003_the_published_checksums_hold_and_no_other_case_does(void **state)
{
	(void)state;
	size_t flips = 0;

	for (size_t i = 0; i < KITH_COUNT(published); i++) {
		char text[KITH_WALLET_HEX + 1];
		struct kith_wallet out;

		memcpy(text, published[i], sizeof(text));
		CLAIM(read_wallet(text, &out, NULL) == KITH_OK, text);
		for (size_t at = 2; at < KITH_WALLET_HEX; at++) {
			if (!isalpha((unsigned char)text[at])) {
				continue;
			}
			flip_case(&text[at]);
			if (!is_of_one_case(text)) {
				struct kith_why why = { .detail = "" };
				CLAIM(read_wallet(text, &out, &why) == KITH_E_INVALID_REQUEST,
				      text);
				CLAIM(strstr(why.detail, "EIP-55") != NULL, text);
				flips++;
			}
			flip_case(&text[at]);
		}
	}
	assert_true(flips > 100);
}

/* Two wallets differ in one digit; equal ones in nothing but case and chain. */
static void test_r_003_every_digit_counts(void **state)
{
	(void)state;
	struct kith_wallet first;
	struct kith_wallet other;

	assert_int_equal(read_wallet(HEX, &first, NULL), KITH_OK);
	for (size_t at = 2; at < KITH_WALLET_HEX; at++) {
		char text[] = HEX;

		text[at] = text[at] == '0' ? '1' : '0';
		assert_int_equal(read_wallet(text, &other, NULL), KITH_OK);
		assert_false(kith_str_equal(kith_wallet_str(&first), kith_wallet_str(&other)));
	}
}

static void test_r_003_every_byte_at_every_place(void **state)
{
	(void)state;
	static const char whole[] = "scw:eip155:10:" HEX;

	for (size_t at = 0; at < sizeof(whole) - 1; at++) {
		for (int byte = 0; byte < 256; byte++) {
			char text[sizeof(whole)];
			struct kith_wallet out;

			memcpy(text, whole, sizeof(text));
			text[at] = (char)byte;
			enum kith_rc rc =
				kith_wallet_read(kith_str_make(text, sizeof(text) - 1), &out, NULL);
			bool is_good = byte == whole[at];
			if (at >= 16) {
				is_good = byte != 0 && strchr("0123456789abcdef", byte) != NULL;
			} else if (at == 11 || at == 12) {
				is_good = isdigit(byte) && (byte != '0' || at == 12);
			}
			/* One capital among small letters is never this checksum. */
			if (rc != (is_good ? KITH_OK : KITH_E_INVALID_REQUEST)) {
				fail_msg("byte %d at %zu: %d", byte, at, (int)rc);
			}
		}
	}
}

static void test_r_003_what_is_meant_as_a_wallet(void **state)
{
	(void)state;
	assert_true(kith_wallet_is_meant(KITH_STR(HEX_WRONG)));
	assert_true(kith_wallet_is_meant(KITH_STR("eip155:")));
	assert_true(kith_wallet_is_meant(KITH_STR("scw:eip155:x")));
	assert_true(kith_wallet_is_meant(KITH_STR("nft:eip155:x")));
	assert_false(kith_wallet_is_meant(KITH_STR("eip155")));
	assert_false(kith_wallet_is_meant(KITH_STR("alice")));
	assert_false(kith_wallet_is_meant(KITH_STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_003_every_form_of_a_wallet),
		cmocka_unit_test(test_r_003_the_published_checksums_hold_and_no_other_case_does),
		cmocka_unit_test(test_r_003_every_digit_counts),
		cmocka_unit_test(test_r_003_every_byte_at_every_place),
		cmocka_unit_test(test_r_003_what_is_meant_as_a_wallet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
