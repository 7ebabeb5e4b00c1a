/*
 * wallet.c -- the forms from the outside in: prefix, chain, digits, checksum.
 */
#include "domain/wallet.h"

#include <string.h>

#include "domain/keccak.h"

static const struct kith_str eip155 = { .at = "eip155:", .len = 7 };
static const struct kith_str scw = { .at = "scw:eip155:", .len = 11 };
static const struct kith_str nft = { .at = "nft:eip155:", .len = 11 };

_Static_assert(11 + KITH_CHAIN_ID_MAX + 1 + KITH_WALLET_HEX == KITH_WALLET_MAX,
               "the longest form fits");

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower_hex(char c)
{
	return c >= 'a' && c <= 'f';
}

static bool is_upper_hex(char c)
{
	return c >= 'A' && c <= 'F';
}

static char to_lower(char c)
{
	return is_upper_hex(c) ? (char)(c - 'A' + 'a') : c;
}

/* A number of at most MOST digits as chains write them: no sign, no zero in front. */
static bool is_number(struct kith_str text, size_t most)
{
	if (text.len < 1 || text.len > most || (text.len > 1 && text.at[0] == '0')) {
		return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.at[i])) {
			return false;
		}
	}
	return true;
}

/* There is no chain 0. */
static bool is_chain(struct kith_str text)
{
	return is_number(text, KITH_CHAIN_ID_MAX) && text.at[0] != '0';
}

bool kith_wallet_is_hex(struct kith_str text)
{
	if (text.len != KITH_WALLET_HEX || text.at[0] != '0' || text.at[1] != 'x') {
		return false;
	}
	for (size_t i = 2; i < text.len; i++) {
		char c = text.at[i];
		if (!is_digit(c) && !is_lower_hex(c) && !is_upper_hex(c)) {
			return false;
		}
	}
	return true;
}

bool kith_wallet_is_meant(struct kith_str text)
{
	return kith_wallet_is_hex(text) || kith_str_starts(text, eip155) ||
	       kith_str_starts(text, scw) || kith_str_starts(text, nft);
}

/* Has HEX letters of one case only? Then they carry no checksum. */
static bool is_of_one_case(struct kith_str hex)
{
	bool has_lower = false;
	bool has_upper = false;

	for (size_t i = 2; i < hex.len; i++) {
		has_lower |= is_lower_hex(hex.at[i]);
		has_upper |= is_upper_hex(hex.at[i]);
	}
	return !has_lower || !has_upper;
}

/* LOWER is HEX in lower case. A letter is a capital where the hash has 8 or more. */
static bool checksum_holds(struct kith_str hex, struct kith_str lower)
{
	uint8_t digest[KITH_KECCAK_BYTES];

	kith_keccak256(kith_str_skip(lower, 2), digest);
	for (size_t i = 2; i < hex.len; i++) {
		uint8_t pair = digest[(i - 2) / 2];
		bool is_high = (i % 2 == 0 ? pair >> 4 : pair & 15) >= 8;
		if (!is_digit(hex.at[i]) && is_upper_hex(hex.at[i]) != is_high) {
			return false;
		}
	}
	return true;
}

static enum kith_rc no_wallet(struct kith_why *why)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, "", "This is no wallet or NFT address.");
}

/* Appends HEX, checked, in lower case to OUT. */
static enum kith_rc read_hex(struct kith_str hex, struct kith_wallet *out, struct kith_why *why)
{
	if (!kith_wallet_is_hex(hex)) {
		return no_wallet(why);
	}
	struct kith_str lower = kith_str_make(out->text + out->len, hex.len);
	for (size_t i = 0; i < hex.len; i++) {
		out->text[out->len++] = to_lower(hex.at[i]);
	}
	if (!is_of_one_case(hex) && !checksum_holds(hex, lower)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "",
		                   "The capitals of this wallet are not its checksum's (EIP-55): "
		                   "a character is wrong, or write it in lower case.");
	}
	return KITH_OK;
}

/* Behind nft:eip155: -- a contract of a chain, one of its tokens, and a time. */
static enum kith_rc read_nft(struct kith_str rest, struct kith_why *why)
{
	struct kith_wallet contract_read = { 0 };
	struct kith_str chain;
	struct kith_str contract;
	struct kith_str token = { 0 };
	struct kith_str epoch = { 0 };

	if (!kith_str_cut(rest, ':', &chain, &rest) || !kith_str_cut(rest, ':', &contract, &rest)) {
		return no_wallet(why);
	}
	bool has_epoch = kith_str_cut(rest, ':', &token, &epoch);
	token = has_epoch ? token : rest;
	if (!is_chain(chain) || !is_number(token, KITH_NFT_TOKEN_MAX) ||
	    (has_epoch && !is_number(epoch, KITH_NFT_EPOCH_MAX))) {
		return no_wallet(why);
	}
	enum kith_rc rc = read_hex(contract, &contract_read, why);
	if (rc != KITH_OK) {
		return rc;
	}
	return kith_refuse(why, KITH_E_NFT_RESOLVER_MISSING, "",
	                   "No node is configured that knows who owns this.");
}

enum kith_rc kith_wallet_read(struct kith_str text, struct kith_wallet *out, struct kith_why *why)
{
	struct kith_wallet found = { 0 };
	struct kith_str hex = text;
	struct kith_str chain;

	if (kith_str_starts(text, nft)) {
		return read_nft(kith_str_skip(text, nft.len), why);
	}
	bool is_contract = kith_str_starts(text, scw);
	if (is_contract || kith_str_starts(text, eip155)) {
		struct kith_str rest = kith_str_skip(text, is_contract ? scw.len : eip155.len);
		bool has_chain = kith_str_cut(rest, ':', &chain, &hex);
		if (has_chain ? !is_chain(chain) : is_contract) {
			return no_wallet(why);
		}
		hex = has_chain ? hex : rest;
	}
	if (is_contract) {
		found.len = text.len - hex.len;
		memcpy(found.text, text.at, found.len);
	}
	enum kith_rc rc = read_hex(hex, &found, why);
	if (rc == KITH_OK) {
		*out = found;
	}
	return rc;
}

struct kith_str kith_wallet_str(const struct kith_wallet *wallet)
{
	return kith_str_make(wallet->text, wallet->len);
}
