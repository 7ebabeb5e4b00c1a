/*
 * fuzz_address.c -- whatever is written, an address means one thing.
 *
 * What is refused leaves the result alone and says why; what is accepted reads the
 * same when its canonical text is read; and no user id reads as anything else.
 */
#include "domain/address.h"
#include "fuzz.h"

#define DOMAIN KITH_STR("acme.example")

#define UNTOUCHED ((enum kith_address_kind)77)

/* A wallet's text is itself when it is read, and so it is in capitals. */
static void check_wallet(const struct kith_wallet *wallet)
{
	struct kith_wallet again;
	struct kith_wallet capitals = *wallet;

	KITH_ASSERT(wallet->len >= KITH_WALLET_HEX && wallet->len <= KITH_WALLET_MAX);
	KITH_ASSERT(kith_wallet_read(kith_wallet_str(wallet), &again, NULL) == KITH_OK);
	KITH_ASSERT(kith_str_equal(kith_wallet_str(&again), kith_wallet_str(wallet)));
	for (size_t i = wallet->len - KITH_WALLET_HEX + 2; i < wallet->len; i++) {
		char c = capitals.text[i];
		KITH_ASSERT((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
		capitals.text[i] = (char)(c >= 'a' ? c - 'a' + 'A' : c);
	}
	KITH_ASSERT(kith_wallet_read(kith_wallet_str(&capitals), &again, NULL) == KITH_OK);
	KITH_ASSERT(kith_str_equal(kith_wallet_str(&again), kith_wallet_str(wallet)));
}

static void check_address(struct kith_str text, const struct kith_address *address)
{
	KITH_ASSERT(text.len <= KITH_ADDRESS_MAX);
	if (address->kind == KITH_ADDRESS_WALLET) {
		KITH_ASSERT(kith_wallet_is_meant(text));
		check_wallet(&address->wallet);
	} else if (address->kind == KITH_ADDRESS_USER) {
		KITH_ASSERT(kith_user_id_is_valid(address->user));
		KITH_ASSERT(kith_str_equal(address->user, text) || kith_str_find(text, '@') >= 0);
	} else {
		KITH_ASSERT(address->kind == KITH_ADDRESS_CONVERSATION);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str text = kith_str_make(data, size);
	struct kith_address address = { .kind = UNTOUCHED };
	struct kith_wallet wallet;
	struct kith_why why = { 0 };
	enum kith_rc rc = kith_address_read(text, DOMAIN, &address, &why);

	KITH_ASSERT((why.detail[0] == '\0') == (rc == KITH_OK));
	if (rc == KITH_OK) {
		check_address(text, &address);
	} else {
		KITH_ASSERT(address.kind == UNTOUCHED);
		KITH_ASSERT(rc == KITH_E_INVALID_REQUEST || rc == KITH_E_NOT_FOUND ||
		            rc == KITH_E_NFT_RESOLVER_MISSING);
	}
	if (kith_user_id_is_valid(text)) {
		KITH_ASSERT(rc == KITH_OK && address.kind == KITH_ADDRESS_USER);
		KITH_ASSERT(kith_wallet_read(text, &wallet, NULL) == KITH_E_INVALID_REQUEST);
	}
	return 0;
}
