/*
 * address.h -- whom does an address mean?
 *
 * One function reads every form that a recipient may be written in: a
 * user id, the JIDs userid@D and conversationid@mix.D of the organization's
 * domain D, a wallet, an NFT, and a conversation id. It only reads; whether
 * somebody is there is the store's to say.
 */
#ifndef KITH_DOMAIN_ADDRESS_H
#define KITH_DOMAIN_ADDRESS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "domain/wallet.h"

enum {
	KITH_USER_ID_MAX = 64,
	KITH_ADDRESS_MAX = 320, /* bytes of any form */
	KITH_DOMAIN_MAX = 253,
};

enum kith_address_kind {
	KITH_ADDRESS_USER,
	KITH_ADDRESS_CONVERSATION,
	KITH_ADDRESS_WALLET,
};

struct kith_address {
	enum kith_address_kind kind;
	struct kith_str user;          /* USER: borrows the text */
	struct kith_uuid conversation; /* CONVERSATION           */
	struct kith_wallet wallet;     /* WALLET                 */
};

/*
 * 1..64 of a-z 0-9 . _ - that reads as no other form of address: no UUID, no
 * 0x with 40 hex digits.
 */
bool kith_user_id_is_valid(struct kith_str id);

/* A domain name in lower case: labels of a-z 0-9 -, at most 253 bytes. */
bool kith_domain_is_valid(struct kith_str domain);

/*
 * Reads TEXT, where DOMAIN is that of the organization the call is in.
 *
 * returns  KITH_OK                out is set; user borrows TEXT
 *          KITH_E_NOT_FOUND       a JID of another domain
 *          KITH_E_INVALID_REQUEST no form of address, or a wallet with a wrong checksum
 *          KITH_E_NFT_RESOLVER_MISSING  an NFT: nobody can be asked whose it is
 * source   R-003; wallets: kith_wallet_read()
 */
KITH_MUST_USE enum kith_rc kith_address_read(struct kith_str text, struct kith_str domain,
                                             struct kith_address *out, struct kith_why *why);

#endif
